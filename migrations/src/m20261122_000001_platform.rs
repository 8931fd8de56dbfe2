//! What every area stands on: jobs, drafts of forms, rate limits, hash chains and the audit trail.
use crate::{id, index};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("job")
                    .col(id())
                    .col(string("kind"))
                    .col(text("payload"))
                    .col(string_null("dedupe_key"))
                    .col(string("state"))
                    .col(timestamp_with_time_zone("run_at"))
                    .col(timestamp_with_time_zone_null("lease_until"))
                    .col(string_null("lease_owner"))
                    .col(integer("attempts"))
                    .col(big_integer("done_count"))
                    .col(big_integer_null("total_count"))
                    .col(text_null("problem"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("job_once", "job", &["dedupe_key"], true)).await?;
        manager.create_index(index("job_due", "job", &["state", "run_at"], false)).await?;

        manager
            .create_table(
                Table::create()
                    .table("form_draft")
                    .col(string("id").primary_key())
                    .col(string("browser"))
                    .col(text("form"))
                    .col(text("problems"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("form_draft_expiry", "form_draft", &["expires_at"], false))
            .await?;

        manager
            .create_table(
                Table::create()
                    .table("rate_limit")
                    .col(string("bucket").primary_key())
                    .col(timestamp_with_time_zone("window_start"))
                    .col(big_integer("count"))
                    .to_owned(),
            )
            .await?;

        // The head of each hash chain: locked while a record is added, so that no chain forks.
        manager
            .create_table(
                Table::create()
                    .table("chain")
                    .col(string("name").primary_key())
                    .col(big_integer("seq"))
                    .col(string("hash"))
                    .to_owned(),
            )
            .await?;

        manager
            .create_table(
                Table::create()
                    .table("audit_record")
                    .col(id())
                    .col(string("chain"))
                    .col(big_integer("seq"))
                    .col(timestamp_with_time_zone("at"))
                    .col(big_integer_null("person_id"))
                    .col(string("actor"))
                    .col(string("action"))
                    .col(string("object"))
                    .col(string("object_id"))
                    .col(string_null("detail"))
                    .col(string("prev_hash"))
                    .col(string("hash"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("audit_order", "audit_record", &["chain", "seq"], true))
            .await?;
        manager
            .create_index(index("audit_object", "audit_record", &["object", "object_id"], false))
            .await
    }
}
