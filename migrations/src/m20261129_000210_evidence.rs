//! Which schemes' lines a certificate carries, within how many days certificates are promised, on which days after an event
//! people are asked for feedback by themselves, and what outlives the personal data of an event: whose a certificate is, and
//! whether its holder has it shown.
use crate::index;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            json_binary("cpd_schemes").default("[]").to_owned(),
            integer_null("certificate_days"),
            timestamp_with_time_zone_null("erased_at"),
        ] {
            let change = Table::alter().table("event").add_column(column).to_owned();
            manager.alter_table(change).await?;
        }
        for column in [big_integer_null("holder_id"), timestamp_with_time_zone_null("hidden_at")] {
            let change = Table::alter().table("certificate").add_column(column).to_owned();
            manager.alter_table(change).await?;
        }
        manager
            .create_index(index("certificate_holder", "certificate", &["holder_id"], false))
            .await?;
        for column in ["remind_days", "reminded_days"] {
            let change = Table::alter()
                .table("feedback_form")
                .add_column(string(column).default("").to_owned())
                .to_owned();
            manager.alter_table(change).await?;
        }
        Ok(())
    }
}
