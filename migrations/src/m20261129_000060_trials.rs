//! What a calendar entry said when it was told, so that a change can say what was; messages that are drawn anew from
//! today's data when they leave; and networks that are still drafts.
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            date_time_null("starts_wall"),
            date_time_null("ends_wall"),
            string_null("timezone"),
            text_null("location"),
            text_null("online_url"),
        ] {
            manager
                .alter_table(Table::alter().table("calendar_entry").add_column(column).to_owned())
                .await?;
        }
        manager
            .alter_table(
                Table::alter()
                    .table("message")
                    .add_column(boolean("anew").default(false))
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("network")
                    .add_column(string("status").default("published"))
                    .to_owned(),
            )
            .await
    }
}
