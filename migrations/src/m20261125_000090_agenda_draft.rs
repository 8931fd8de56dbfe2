//! An agenda that is being changed, beside the one that is out; the steps that can be undone; and speakers who are not
//! listed before the agenda they came with is published.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut draft = Table::create()
            .table("agenda_draft")
            .col(id())
            .col(text("base"))
            .col(text("content"))
            .col(timestamp_with_time_zone("changed_at"))
            .to_owned();
        reference(&mut draft, "event_id", "event", true);
        reference(&mut draft, "changed_by", "person", false);
        manager.create_table(draft).await?;
        manager
            .create_index(index("agenda_draft_event", "agenda_draft", &["event_id"], true))
            .await?;

        let mut step = Table::create()
            .table("agenda_step")
            .col(id())
            .col(text("content"))
            .col(string("after"))
            .col(string("words"))
            .col(timestamp_with_time_zone("at"))
            .to_owned();
        reference(&mut step, "event_id", "event", true);
        manager.create_table(step).await?;
        manager
            .create_index(index("agenda_step_event", "agenda_step", &["event_id", "id"], false))
            .await?;

        let listed = Table::alter()
            .table("speaker")
            .add_column(boolean("listed").default(true))
            .to_owned();
        manager.alter_table(listed).await
    }
}
