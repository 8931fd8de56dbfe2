//! Certificates: a snapshot each, which later edits do not change. Issue and revocation are chained records beside them.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut certificate = Table::create()
            .table("certificate")
            .col(id())
            .col(string("public_id").unique_key())
            .col(text("snapshot"))
            .col(text("jwt"))
            .col(integer("minutes"))
            .col(string("state"))
            .col(integer("status_list"))
            .col(integer("status_index"))
            .col(timestamp_with_time_zone("issued_at"))
            .col(timestamp_with_time_zone_null("revoked_at"))
            .col(string_null("revoked_reason"))
            .col(big_integer_null("replaces_id"))
            .to_owned();
        reference(&mut certificate, "event_id", "event", true);
        reference(&mut certificate, "participant_id", "participant", true);
        manager.create_table(certificate).await?;
        manager
            .create_index(index("certificate_status", "certificate", &["status_list", "status_index"], true))
            .await?;
        manager
            .create_index(index("certificate_participant", "certificate", &["participant_id"], false))
            .await?;
        manager
            .create_index(index("certificate_event", "certificate", &["event_id", "state"], false))
            .await?;
        // One live certificate a person and event, promised by the database itself.
        manager
            .get_connection()
            .execute_unprepared("CREATE UNIQUE INDEX certificate_live ON certificate (participant_id) WHERE state = 'valid'")
            .await?;

        let mut record = Table::create()
            .table("certificate_record")
            .col(id())
            .col(string("chain"))
            .col(big_integer("seq"))
            .col(string("action"))
            .col(timestamp_with_time_zone("at"))
            .col(big_integer_null("person_id"))
            .col(string("digest"))
            .col(string("prev_hash"))
            .col(string("hash"))
            .to_owned();
        reference(&mut record, "certificate_id", "certificate", true);
        manager.create_table(record).await?;
        manager
            .create_index(index("certificate_order", "certificate_record", &["chain", "seq"], true))
            .await
    }
}
