//! The database: on SQLite two pools over one file, `write` with one connection (a fair queue in the process) and
//! `read` with several that cannot write; on PostgreSQL one pool under both names.

use crate::error::Result;
use anyhow::Context;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, DatabaseTransaction, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
    sqlx::{self, Connection, SqliteConnection},
};
use std::time::Duration;

/// How hard SQLite makes sure of each commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sync {
    /// Every commit survives a power cut.
    #[default]
    Full,
    /// Every commit survives a killed process; the last ones may be lost in a power cut.
    Normal,
}

/// The two pools. Between begin and commit use only the transaction: a second `write` would wait for itself.
#[derive(Clone, Debug)]
pub struct Db {
    write: DatabaseConnection,
    pub read: DatabaseConnection,
}

impl Db {
    /// Opens `url` (`sqlite:PATH` or `postgres://…`) without touching its tables.
    pub async fn open(url: &str, sync: Sync) -> anyhow::Result<Self> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let mut options = ConnectOptions::new(url);
            options
                .max_connections(16)
                .sqlx_logging(false)
                .acquire_timeout(Duration::from_secs(10));
            let pool = Database::connect(options).await.context("PostgreSQL could not be reached")?;
            return Ok(Self {
                write: pool.clone(),
                read: pool,
            });
        }
        let path = url
            .strip_prefix("sqlite://")
            .or_else(|| url.strip_prefix("sqlite:"))
            .with_context(|| "the database address must begin with sqlite: or postgres:")?;
        let file = path.split('?').next().unwrap_or(path);
        let synchronous = match sync {
            Sync::Full => "FULL",
            Sync::Normal => "NORMAL",
        };
        let connect = |connections: u32, read_only: bool| {
            let mut options = ConnectOptions::new(format!("sqlite://{file}?mode=rwc"));
            options
                .max_connections(connections)
                .min_connections(1)
                .sqlx_logging(false)
                .acquire_timeout(Duration::from_secs(30));
            options
                .idle_timeout(None::<Duration>)
                .max_lifetime(None::<Duration>)
                .test_before_acquire(false);
            options.map_sqlx_sqlite_opts(move |sqlite| {
                let sqlite = sqlite
                    .pragma("journal_mode", "WAL")
                    .pragma("synchronous", synchronous)
                    .pragma("foreign_keys", "ON")
                    .pragma("busy_timeout", "5000")
                    .pragma("cache_size", "-8000");
                if read_only { sqlite.pragma("query_only", "ON") } else { sqlite }
            });
            options.map_sqlx_sqlite_pool_opts(|pool| pool.after_release(|connection, _| Box::pin(is_at_rest(connection))));
            Database::connect(options)
        };
        let write = connect(1, false)
            .await
            .with_context(|| format!("the database file {file} could not be opened"))?;
        let read = connect(4, true)
            .await
            .with_context(|| format!("the database file {file} could not be opened"))?;
        Ok(Self { write, read })
    }

    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.write.get_database_backend() == DatabaseBackend::Postgres
    }

    /// Brings the tables up to this release. On PostgreSQL one node at a time does it.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        use migrations::MigratorTrait;
        if !self.is_postgres() {
            return Ok(migrations::Migrator::up(&self.write, None).await?);
        }
        // An advisory lock belongs to its session, so it is held by a transaction of its own for as long as it takes.
        let lock = self.write.begin().await?;
        lock.execute_unprepared("SELECT pg_advisory_xact_lock(7302116)").await?;
        migrations::Migrator::up(&self.write, None).await?;
        lock.commit().await?;
        Ok(())
    }

    /// Whether the tables are those of this release. An error when the database does not answer.
    pub async fn is_migrated(&self) -> Result<bool> {
        use migrations::MigratorTrait;
        self.read.execute_unprepared("SELECT 1").await?;
        Ok(migrations::Migrator::get_pending_migrations(&self.read)
            .await
            .is_ok_and(|pending| pending.is_empty()))
    }

    /// A statement outside any transaction, for upkeep and commands.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.write
    }
}

/// Whether a connection given back is in no transaction; otherwise it is closed and another opened in its place.
///
/// When a commit fails, as on a full disk, SQLite may have rolled back by itself. The driver then cannot, and goes on
/// counting a transaction: what is written next would be part of one that nobody ever commits, and nobody be told.
async fn is_at_rest(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // A rollback that was asked for by dropping is still on its way.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Begins a transaction that may write: `BEGIN IMMEDIATE` on SQLite, so that it never has to be told "busy" half way;
/// READ COMMITTED on PostgreSQL, where rows are locked one by one with `lock_exclusive()`.
pub async fn begin_write(db: &Db) -> Result<DatabaseTransaction> {
    let options = TransactionOptions {
        sqlite_transaction_mode: (!db.is_postgres()).then_some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    Ok(db.write.begin_with_options(options).await?)
}
