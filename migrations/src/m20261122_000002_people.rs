//! A person is a mailbox; organisations and the roles people have in them; sign-in.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("person")
                    .col(id())
                    .col(string("address").unique_key())
                    .col(string_null("name"))
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("organisation")
                    .col(id())
                    .col(string("slug").unique_key())
                    .col(string("name"))
                    .col(string("email"))
                    .col(boolean("leave_link"))
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await?;

        let mut team = Table::create()
            .table("team_member")
            .col(id())
            .col(string("role"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned();
        reference(&mut team, "organisation_id", "organisation", true);
        reference(&mut team, "person_id", "person", true);
        manager.create_table(team).await?;
        manager
            .create_index(index("team_once", "team_member", &["organisation_id", "person_id"], true))
            .await?;
        manager
            .create_index(index("team_person", "team_member", &["person_id"], false))
            .await?;

        // Asked for by anyone for any mailbox, so person_id may be empty: the answer is the same.
        let mut asked = Table::create()
            .table("sign_in_request")
            .col(id())
            .col(string("browser"))
            .col(string("next"))
            .col(string_null("code_hash"))
            .col(integer("code_tries"))
            .col(timestamp_with_time_zone("asked_at"))
            .col(timestamp_with_time_zone_null("used_at"))
            .to_owned();
        reference(&mut asked, "person_id", "person", false);
        manager.create_table(asked).await?;
        manager
            .create_index(index("sign_in_request_browser", "sign_in_request", &["browser", "asked_at"], false))
            .await?;

        let mut sign_in = Table::create()
            .table("sign_in")
            .col(id())
            .col(string("token_hash").unique_key())
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("expires_at"))
            .to_owned();
        reference(&mut sign_in, "person_id", "person", true);
        manager.create_table(sign_in).await?;
        manager
            .create_index(index("sign_in_person", "sign_in", &["person_id"], false))
            .await?;

        // Links with secrets: only the hash is kept.
        manager
            .create_table(
                Table::create()
                    .table("link")
                    .col(id())
                    .col(string("token_hash").unique_key())
                    .col(string("kind"))
                    .col(big_integer("object_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("expires_at"))
                    .col(timestamp_with_time_zone_null("used_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("link_object", "link", &["kind", "object_id"], false))
            .await
    }
}
