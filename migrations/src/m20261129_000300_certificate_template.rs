//! What an organisation's certificates look like, and who approves what they are for: one row an organisation, none where
//! they look as they always did. Both are JSON, as they stand on a certificate.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut template = Table::create()
            .table("certificate_template")
            .col(id())
            .col(json_binary("design"))
            .col(json_binary("accreditation"))
            .col(timestamp_with_time_zone("updated_at"))
            .to_owned();
        reference(&mut template, "organisation_id", "organisation", true);
        manager.create_table(template).await?;
        manager
            .create_index(index(
                "certificate_template_organisation",
                "certificate_template",
                &["organisation_id"],
                true,
            ))
            .await?;
        // Certificates issued before would read differently today.
        let touched = "SELECT e.id, CAST(NULL AS BIGINT) FROM event e WHERE e.organisation_id = {row}.organisation_id";
        crate::m20261129_000060_roll::watch(manager, "certificate_template", touched).await?;

        // An approval is for one event. None: what the organisation's template says.
        let mut approval = Table::create()
            .table("certificate_approval")
            .col(id())
            .col(json_binary("accreditation"))
            .to_owned();
        reference(&mut approval, "event_id", "event", true);
        manager.create_table(approval).await?;
        manager
            .create_index(index("certificate_approval_event", "certificate_approval", &["event_id"], true))
            .await?;
        let touched = "SELECT {row}.event_id, CAST(NULL AS BIGINT)";
        crate::m20261129_000060_roll::watch(manager, "certificate_approval", touched).await
    }
}
