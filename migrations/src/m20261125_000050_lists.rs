//! Long lists of places: by name, and as they were booked, page by page from the index alone.
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in [
            "CREATE INDEX place_by_name ON place (event_id, (CASE WHEN name IS NULL THEN 1 ELSE 0 END), LOWER(name), id, state)",
            "CREATE INDEX place_by_booking ON place (event_id, booking_id, id, state)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}
