//! Feedback: its questions, who has given it, and, apart from them, what was answered.
//!
//! No row here says who answered what. Ids are random, nothing holds a time finer than a day, and answers lie on their own
//! with nothing that ties one to the next. On SQLite the tables have no row ids, which would tell the order of writing.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut form = Table::create()
            .table("feedback_form")
            .col(id())
            .col(text("questions"))
            .col(string("state"))
            .col(boolean("gates"))
            .col(integer("asked"))
            .to_owned();
        reference(&mut form, "event_id", "event", true);
        manager.create_table(form).await?;
        manager
            .create_index(index("feedback_form_event", "feedback_form", &["event_id"], true))
            .await?;
        let is_sqlite = manager.get_database_backend() == DbBackend::Sqlite;
        let without = if is_sqlite { " WITHOUT ROWID" } else { "" };
        for table in [
            "feedback_waiting (id TEXT NOT NULL PRIMARY KEY, event_id BIGINT NOT NULL REFERENCES event (id), content TEXT NOT NULL)",
            "feedback_answer (id TEXT NOT NULL PRIMARY KEY, event_id BIGINT NOT NULL REFERENCES event (id), session_id BIGINT NULL \
             REFERENCES session (id), question TEXT NOT NULL, answer TEXT NOT NULL, day TEXT NOT NULL)",
            "feedback_done (participant_id BIGINT NOT NULL PRIMARY KEY REFERENCES participant (id), event_id BIGINT NOT NULL REFERENCES event (id))",
        ] {
            let sql = format!("CREATE TABLE {table}{without}");
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        for (name, table) in [
            ("feedback_waiting_event", "feedback_waiting"),
            ("feedback_answer_event", "feedback_answer"),
            ("feedback_done_event", "feedback_done"),
        ] {
            manager.create_index(index(name, table, &["event_id"], false)).await?;
        }
        // Whether a certificate waits for feedback is told by both.
        crate::m20261129_000060_roll::watch(manager, "feedback_done", "SELECT {row}.event_id, {row}.participant_id").await?;
        crate::m20261129_000060_roll::watch(manager, "feedback_form", "SELECT {row}.event_id, CAST(NULL AS BIGINT)").await
    }
}
