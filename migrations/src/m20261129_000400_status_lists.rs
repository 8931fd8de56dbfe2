//! A status list belongs to one issuer. Until now the host alone signed, so every list there is is the host's; and its
//! first is there before anything is on it.
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("status_list")
                    .col(integer("number").primary_key())
                    .col(string("issuer"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(crate::index("status_list_issuer", "status_list", &["issuer", "number"], true))
            .await?;
        let db = manager.get_connection();
        db.execute_unprepared("INSERT INTO status_list (number, issuer) VALUES (1, '')")
            .await?;
        db.execute_unprepared(
            "INSERT INTO status_list (number, issuer) SELECT DISTINCT status_list, '' FROM certificate WHERE status_list <> 1",
        )
        .await?;
        Ok(())
    }
}
