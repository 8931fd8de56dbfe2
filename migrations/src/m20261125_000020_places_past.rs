//! What a place said before it was changed, so that a booking has a history; and since when its holder has had it.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("place")
                    .add_column(timestamp_with_time_zone_null("given_at"))
                    .to_owned(),
            )
            .await?;
        let mut past = Table::create()
            .table("place_past")
            .col(id())
            .col(timestamp_with_time_zone("until_at"))
            .col(string_null("name"))
            .col(string_null("job_role"))
            .col(string_null("organisation"))
            .col(big_integer("price_pence"))
            .col(string("vat"))
            .col(text("calendar_uids"))
            .to_owned();
        reference(&mut past, "place_id", "place", true);
        reference(&mut past, "person_id", "person", false);
        reference(&mut past, "ticket_id", "ticket", true);
        manager.create_table(past).await?;
        manager
            .create_index(index("place_past_place", "place_past", &["place_id"], false))
            .await
    }
}
