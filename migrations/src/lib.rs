//! The database, one file a change. Only forward in production, each safe while the previous release still runs:
//! add, fill, switch, remove. Columns and types mean the same on SQLite and PostgreSQL.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod m20261122_000001_platform;
mod m20261122_000002_people;
mod m20261122_000003_events;
mod m20261122_000004_bookings;
mod m20261122_000005_attendance;
mod m20261122_000006_certificates;
mod m20261122_000007_messages;
mod m20261125_000010_speaker_photo;
mod m20261125_000020_places_past;
mod m20261125_000021_certificate_holds;
mod m20261125_000030_team;
mod m20261125_000031_message_history;
mod m20261125_000040_networks;
mod m20261125_000050_lists;
mod m20261125_000090_agenda_draft;
mod m20261129_000060_roll;
mod m20261129_000060_trials;
mod m20261129_000080_online;
mod m20261129_000100_hours_rules;
mod m20261129_000110_offline;
mod m20261129_000120_walk_in;
mod m20261129_000130_speaking;
mod m20261129_000140_sign_up;
mod m20261129_000150_feedback;
mod m20261129_000160_figures;
mod m20261129_000170_outcomes;
mod m20261129_000200_portfolio;
mod m20261129_000210_evidence;
mod m20261129_000300_certificate_template;
mod m20261129_000400_status_lists;
mod m20261129_000500_inbox;

pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_platform::Migration),
            Box::new(m20261122_000002_people::Migration),
            Box::new(m20261122_000003_events::Migration),
            Box::new(m20261122_000004_bookings::Migration),
            Box::new(m20261122_000005_attendance::Migration),
            Box::new(m20261122_000006_certificates::Migration),
            Box::new(m20261122_000007_messages::Migration),
            Box::new(m20261125_000010_speaker_photo::Migration),
            Box::new(m20261125_000020_places_past::Migration),
            Box::new(m20261125_000021_certificate_holds::Migration),
            Box::new(m20261125_000030_team::Migration),
            Box::new(m20261125_000031_message_history::Migration),
            Box::new(m20261125_000040_networks::Migration),
            Box::new(m20261125_000050_lists::Migration),
            Box::new(m20261125_000090_agenda_draft::Migration),
            Box::new(m20261129_000060_roll::Migration),
            Box::new(m20261129_000060_trials::Migration),
            Box::new(m20261129_000080_online::Migration),
            Box::new(m20261129_000100_hours_rules::Migration),
            Box::new(m20261129_000110_offline::Migration),
            Box::new(m20261129_000120_walk_in::Migration),
            Box::new(m20261129_000130_speaking::Migration),
            Box::new(m20261129_000140_sign_up::Migration),
            Box::new(m20261129_000150_feedback::Migration),
            Box::new(m20261129_000160_figures::Migration),
            Box::new(m20261129_000170_outcomes::Migration),
            Box::new(m20261129_000200_portfolio::Migration),
            Box::new(m20261129_000210_evidence::Migration),
            Box::new(m20261129_000300_certificate_template::Migration),
            Box::new(m20261129_000400_status_lists::Migration),
            Box::new(m20261129_000500_inbox::Migration),
        ]
    }
}

/// A primary key both databases count up by themselves.
fn id() -> ColumnDef {
    let mut column = ColumnDef::new(Alias::new("id"));
    column.big_integer().not_null().auto_increment().primary_key();
    column
}

/// A column that points at the `id` of another table, with its foreign key.
fn reference(table: &mut TableCreateStatement, column: &'static str, to: &'static str, required: bool) {
    let mut definition = ColumnDef::new(Alias::new(column));
    definition.big_integer();
    if required {
        definition.not_null();
    }
    table.col(definition).foreign_key(
        ForeignKey::create()
            .from_col(Alias::new(column))
            .to(Alias::new(to), Alias::new("id")),
    );
}

/// An index over `columns`, named after its table.
fn index(name: &'static str, table: &'static str, columns: &[&'static str], unique: bool) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(Alias::new(table));
    for column in columns {
        index.col(Alias::new(*column));
    }
    if unique {
        index.unique();
    }
    index.to_owned()
}
