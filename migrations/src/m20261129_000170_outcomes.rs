//! How well people say they can do what an event is to teach them, before and after. Theirs alone: organisers see how many
//! said what, and only where that is enough of them.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut rating = Table::create()
            .table("outcome_rating")
            .col(id())
            .col(string("moment"))
            .col(integer("outcome"))
            .col(integer("rating"))
            .to_owned();
        reference(&mut rating, "event_id", "event", true);
        reference(&mut rating, "participant_id", "participant", true);
        manager.create_table(rating).await?;
        manager
            .create_index(index(
                "outcome_rating_once",
                "outcome_rating",
                &["participant_id", "moment", "outcome"],
                true,
            ))
            .await?;
        manager
            .create_index(index("outcome_rating_event", "outcome_rating", &["event_id"], false))
            .await
    }
}
