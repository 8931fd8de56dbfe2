//! Sessions one signs up to: how many places each has, and who has one, waits for one, or keeps it in their own agenda.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let session = Table::alter()
            .table("session")
            .add_column(integer_null("sign_up_places"))
            .to_owned();
        manager.alter_table(session).await?;
        let mut sign_up = Table::create()
            .table("sign_up")
            .col(id())
            .col(timestamp_with_time_zone("since"))
            .col(timestamp_with_time_zone_null("placed_at"))
            .to_owned();
        reference(&mut sign_up, "event_id", "event", true);
        reference(&mut sign_up, "session_id", "session", true);
        reference(&mut sign_up, "participant_id", "participant", true);
        manager.create_table(sign_up).await?;
        for made in [
            index("sign_up_session", "sign_up", &["session_id", "participant_id"], true),
            index("sign_up_participant", "sign_up", &["participant_id"], false),
            index("sign_up_event", "sign_up", &["event_id"], false),
        ] {
            manager.create_index(made).await?;
        }
        Ok(())
    }
}
