//! The roll: one row for whoever comes to an event, so that its organisers' lists are found, ordered and counted by the
//! database. Worked out from what is recorded and never the truth: it may be emptied and is made again.
//!
//! Whatever a row is made of is a table in [`SOURCES`]. Its triggers note what a change touched, and readers make those
//! rows anew; so nothing that writes has to remember the roll.
use crate::{id, index};
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// The tables the roll is worked out from, and whom a row of one touches: the event, and one participant or (NULL) everybody.
/// A later migration that adds a source calls [`watch`] with its own.
const SOURCES: [(&str, &str); 14] = [
    ("participant", "SELECT {row}.event_id, {row}.id"),
    ("place", "SELECT {row}.event_id, {row}.participant_id"),
    ("attendance_record", "SELECT {row}.event_id, {row}.participant_id"),
    ("certificate", "SELECT {row}.event_id, {row}.participant_id"),
    ("certificate_hold", "SELECT {row}.event_id, {row}.participant_id"),
    ("invite", "SELECT {row}.event_id, {row}.participant_id"),
    (
        "membership",
        "SELECT i.event_id, i.participant_id FROM invite i WHERE i.membership_id = {row}.id",
    ),
    (
        "booking",
        "SELECT p.event_id, p.participant_id FROM place p WHERE p.booking_id = {row}.id",
    ),
    (
        "person",
        "SELECT p.event_id, p.participant_id FROM place p WHERE p.person_id = {row}.id \
         UNION SELECT p.event_id, p.participant_id FROM booking b JOIN place p ON p.booking_id = b.id WHERE b.booker_id = {row}.id",
    ),
    ("event", "SELECT {row}.id, CAST(NULL AS BIGINT)"),
    ("session", "SELECT {row}.event_id, CAST(NULL AS BIGINT)"),
    (
        "organisation",
        "SELECT e.id, CAST(NULL AS BIGINT) FROM event e WHERE e.organisation_id = {row}.id",
    ),
    ("meeting", "SELECT {row}.event_id, CAST(NULL AS BIGINT)"),
    (
        "network",
        "SELECT m.event_id, CAST(NULL AS BIGINT) FROM meeting m WHERE m.network_id = {row}.id",
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        tables(manager).await?;
        for (table, touched) in SOURCES {
            watch(manager, table, touched).await?;
        }
        // Bookings by name are listed from the roll now.
        manager
            .drop_index(Index::drop().name("place_by_name").table("place").to_owned())
            .await?;
        // Everything there is already.
        let known = "INSERT INTO roll_stale (event_id) SELECT id FROM event";
        manager.get_connection().execute_unprepared(known).await?;
        Ok(())
    }
}

/// No foreign keys: the roll follows what it is made of, and must not hold up who writes there.
async fn tables(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let is_sqlite = manager.get_database_backend() == DbBackend::Sqlite;
    let mut sort = ColumnDef::new(Alias::new("sort"));
    // In the order of its bytes on both.
    sort.custom(Alias::new(if is_sqlite { "text" } else { "text COLLATE \"C\"" }))
        .not_null();
    manager
        .create_table(
            Table::create()
                .table("roll")
                .col(big_integer("participant_id").primary_key())
                .col(big_integer("event_id"))
                .col(sort)
                .col(text("words"))
                .col(text("contact"))
                .col(boolean("booked"))
                .col(string("state"))
                .col(boolean("recorded"))
                .col(string("verdict"))
                .col(string("certificate"))
                .col(text("stands"))
                .to_owned(),
        )
        .await?;
    // SQLite reads lists from these indexes alone. PostgreSQL bounds how long a row of an index may be.
    let order = ["event_id", "sort", "participant_id"];
    if is_sqlite {
        let list = [&order[..], &["booked", "state", "recorded", "verdict", "stands"]].concat();
        manager.create_index(index("roll_list", "roll", &list, false)).await?;
        let search = [&list[..], &["words", "contact"]].concat();
        manager.create_index(index("roll_search", "roll", &search, false)).await?;
    } else {
        manager.create_index(index("roll_list", "roll", &order, false)).await?;
    }
    let states = ["event_id", "booked", "state", "recorded"];
    manager.create_index(index("roll_states", "roll", &states, false)).await?;
    let verdicts = ["event_id", "verdict", "certificate"];
    manager.create_index(index("roll_verdicts", "roll", &verdicts, false)).await?;

    manager
        .create_table(
            Table::create()
                .table("roll_presence")
                .col(id())
                .col(big_integer("participant_id"))
                .col(big_integer("event_id"))
                .col(big_integer("session_id"))
                .col(string("day"))
                .col(boolean("inside"))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(index("roll_presence_whose", "roll_presence", &["participant_id"], false))
        .await?;
    let counted = ["event_id", "day", "session_id", "inside"];
    manager
        .create_index(index("roll_presence_count", "roll_presence", &counted, false))
        .await?;

    // Only ever added to and taken from: whoever writes waits for nobody here.
    manager
        .create_table(
            Table::create()
                .table("roll_stale")
                .col(id())
                .col(big_integer("event_id"))
                .col(big_integer_null("participant_id"))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(index("roll_stale_event", "roll_stale", &["event_id", "participant_id"], false))
        .await
}

/// Has every change of `table` noted: `touched` selects an event and a participant from `{row}`, as it was and as it is.
pub(crate) async fn watch(manager: &SchemaManager<'_>, table: &str, touched: &str) -> Result<(), DbErr> {
    let note = |row: &str| touched.replace("{row}", row);
    let add = "INSERT INTO roll_stale (event_id, participant_id)";
    let changes = [
        ("INSERT", note("NEW")),
        ("UPDATE", format!("{} UNION {}", note("OLD"), note("NEW"))),
        ("DELETE", note("OLD")),
    ];
    let db = manager.get_connection();
    for (change, touched) in changes {
        let name = format!("roll_{table}_{}", change.to_lowercase());
        let body = format!("BEGIN {add} {touched};");
        if manager.get_database_backend() == DbBackend::Sqlite {
            let trigger = format!("CREATE TRIGGER {name} AFTER {change} ON {table} FOR EACH ROW {body} END");
            db.execute_unprepared(&trigger).await?;
            continue;
        }
        let function = format!("CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} RETURN NULL; END $$");
        db.execute_unprepared(&function).await?;
        let trigger = format!("CREATE TRIGGER {name} AFTER {change} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()");
        db.execute_unprepared(&trigger).await?;
    }
    Ok(())
}
