//! Each person's own CPD portfolio: what they did and wrote, the files they keep with it, and whom they let look.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut setting = Table::create()
            .table("portfolio_setting")
            .col(id())
            .col(string("scheme"))
            .col(date_null("period_starts"))
            .to_owned();
        reference(&mut setting, "person_id", "person", true);
        manager.create_table(setting).await?;
        manager
            .create_index(index("portfolio_setting_once", "portfolio_setting", &["person_id", "scheme"], true))
            .await?;

        // What somebody adds to a certificate of theirs hangs on whom it was issued to, and so outlives its being issued again.
        let mut entry = Table::create()
            .table("portfolio_entry")
            .col(id())
            .col(big_integer_null("participant_id"))
            .col(string_null("request_key"))
            .col(string("title"))
            .col(date("happened_on"))
            .col(string("method"))
            .col(string("provider"))
            .col(integer("minutes"))
            .col(integer("participatory_minutes"))
            .col(string_null("domain"))
            .col(text("what"))
            .col(text("fields"))
            .col(string("approval"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("changed_at"))
            .to_owned();
        reference(&mut entry, "person_id", "person", true);
        manager.create_table(entry).await?;
        manager
            .create_index(index(
                "portfolio_entry_certificate",
                "portfolio_entry",
                &["person_id", "participant_id"],
                true,
            ))
            .await?;
        manager
            .create_index(index(
                "portfolio_entry_once",
                "portfolio_entry",
                &["person_id", "request_key"],
                true,
            ))
            .await?;

        let mut file = Table::create()
            .table("portfolio_file")
            .col(id())
            .col(string("name"))
            .col(string("media_type"))
            .col(big_integer("size"))
            .col(string("kept_as"))
            .col(timestamp_with_time_zone("added_at"))
            .to_owned();
        reference(&mut file, "person_id", "person", true);
        reference(&mut file, "entry_id", "portfolio_entry", true);
        manager.create_table(file).await?;
        manager
            .create_index(index("portfolio_file_person", "portfolio_file", &["person_id"], false))
            .await?;

        let mut reflection = Table::create()
            .table("reflection")
            .col(id())
            .col(string("scheme"))
            .col(string("version"))
            .col(text("answers"))
            .col(timestamp_with_time_zone("changed_at"))
            .to_owned();
        reference(&mut reflection, "person_id", "person", true);
        reference(&mut reflection, "entry_id", "portfolio_entry", true);
        manager.create_table(reflection).await?;
        manager
            .create_index(index("reflection_once", "reflection", &["entry_id", "scheme"], true))
            .await?;
        manager
            .create_index(index("reflection_person", "reflection", &["person_id"], false))
            .await?;

        let mut link = Table::create()
            .table("appraiser_link")
            .col(id())
            .col(string("label"))
            .col(date("first_day"))
            .col(date("last_day"))
            .col(boolean("with_reflections"))
            .col(boolean("with_files"))
            .col(timestamp_with_time_zone("made_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .col(timestamp_with_time_zone_null("withdrawn_at"))
            .to_owned();
        reference(&mut link, "person_id", "person", true);
        manager.create_table(link).await?;
        manager
            .create_index(index("appraiser_link_person", "appraiser_link", &["person_id"], false))
            .await
    }
}
