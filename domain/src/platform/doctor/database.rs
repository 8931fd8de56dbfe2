//! Whether the database is there, answers, can be written to and has this release's tables.

use super::{Check, Database, PATIENCE};
use crate::platform::db::{Db, Sync, begin_write};
use chrono::{DateTime, Utc};
use sea_orm::{DatabaseConnection, DbErr, FromQueryResult, Statement};
use std::path::Path;
use tokio::time::timeout;

const WHAT: &str = "database";

/// What is wrong with the database, and when the newest thing in it was written.
pub async fn examine(database: &Database) -> (Vec<Check>, Option<DateTime<Utc>>) {
    let opened = match database {
        Database::Open(db) => Ok(db.clone()),
        Database::Url(url) => open(url).await,
    };
    let db = match opened {
        Ok(db) => db,
        Err(fault) => return (vec![fault], None),
    };
    let fault = match tables(&db).await {
        Some(fault) => Some(fault),
        None => written(&db).await,
    };
    let newest = match &fault {
        None => newest(&db.read).await,
        Some(_) => None,
    };
    let check = fault.unwrap_or_else(|| {
        let kind = if db.is_postgres() { "PostgreSQL" } else { "SQLite" };
        Check::well(WHAT, format!("{kind} answers, can be written to and has this release's tables."))
    });
    (vec![check], newest)
}

/// Opens what `url` names, without making it if it is not there.
async fn open(url: &str) -> Result<Db, Check> {
    let is_postgres = url.starts_with("postgres:") || url.starts_with("postgresql:");
    if !is_postgres {
        let Some(path) = url.strip_prefix("sqlite:") else {
            return Err(Check::fault(
                WHAT,
                "wrong_url",
                "PLENARY_DATABASE_URL names no database. It must begin with sqlite: or postgres:, as postgres://user:password@host/name.",
            ));
        };
        let path = path.trim_start_matches("//").split('?').next().unwrap_or_default();
        let file = Path::new(path);
        if path.is_empty() || file.is_dir() {
            return Err(Check::fault(
                WHAT,
                "wrong_url",
                "PLENARY_DATABASE_URL names no file. Write it as sqlite:data/plenary.db.",
            )
            .at(file));
        }
        match file.try_exists() {
            Ok(true) => {}
            Ok(false) => {
                let words = "There is no database file yet. `plenary serve` or `plenary migrate` makes it; if there should be one, look at PLENARY_DATABASE_URL and PLENARY_DATA_DIR.";
                return Err(Check::fault(WHAT, "missing", words).at(file));
            }
            Err(_) => return Err(not_allowed().at(file)),
        }
    }
    match timeout(PATIENCE, Db::open(url, Sync::Full)).await {
        Ok(Ok(db)) => Ok(db),
        Ok(Err(cause)) => Err(cause.downcast_ref::<DbErr>().map_or_else(
            || Check::fault(WHAT, "wrong_url", format!("{cause:#}.")),
            |cause| of_error(cause, is_postgres),
        )),
        Err(_) if is_postgres => Err(silent()),
        Err(_) => Err(locked()),
    }
}

fn silent() -> Check {
    Check::fault(
        WHAT,
        "not_answering",
        "PostgreSQL does not answer. See that it runs, and that the host and port of PLENARY_DATABASE_URL are its own.",
    )
}

fn locked() -> Check {
    Check::fault(
        WHAT,
        "locked",
        "The database is locked by another program. Stop whatever else has the file open, such as a backup or a database browser.",
    )
}

fn not_allowed() -> Check {
    Check::fault(
        WHAT,
        "not_allowed",
        "The database file may not be read or written by the user that runs plenary. Give that user the file and its folder.",
    )
}

/// A fault of the database in words: never its own text, which may hold an address or a password.
fn of_error(cause: &DbErr, is_postgres: bool) -> Check {
    use sea_orm::{RuntimeErr, sqlx};
    let (DbErr::Conn(RuntimeErr::SqlxError(inner))
    | DbErr::Exec(RuntimeErr::SqlxError(inner))
    | DbErr::Query(RuntimeErr::SqlxError(inner))) = cause
    else {
        return match cause {
            DbErr::ConnectionAcquire(_) if is_postgres => silent(),
            DbErr::ConnectionAcquire(_) => locked(),
            _ => Check::fault(
                WHAT,
                "failed",
                "The database could not be used. The log of `plenary serve` says more.",
            ),
        };
    };
    let sqlx_error: &sqlx::Error = inner;
    match sqlx_error {
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default().into_owned();
            match code.as_str() {
                "28P01" | "28000" => Check::fault(
                    WHAT,
                    "sign_in",
                    "PostgreSQL did not take the user or the password in PLENARY_DATABASE_URL.",
                ),
                "3D000" => Check::fault(
                    WHAT,
                    "missing",
                    "PostgreSQL answers, and has no database of the name in PLENARY_DATABASE_URL. Make it with `createdb`.",
                ),
                "42501" => not_allowed(),
                "53300" => Check::fault(
                    WHAT,
                    "too_many",
                    "PostgreSQL has no connection left. Raise its max_connections, or run fewer nodes.",
                ),
                "5" | "6" | "261" | "517" => locked(),
                "8" | "14" | "264" | "520" | "776" | "1032" | "1544" => not_allowed(),
                "11" | "26" => Check::fault(
                    WHAT,
                    "damaged",
                    "The file is not a database, or it is damaged. Bring back the newest backup with `plenary restore`.",
                ),
                "13" => Check::fault(WHAT, "disk_full", "The disk is full, so nothing can be written. Make room."),
                _ => Check::fault(
                    WHAT,
                    "failed",
                    "The database could not be used. The log of `plenary serve` says more.",
                ),
            }
        }
        sqlx::Error::Configuration(_) => Check::fault(
            WHAT,
            "wrong_url",
            "PLENARY_DATABASE_URL cannot be read. Write it as postgres://user:password@host/name.",
        ),
        sqlx::Error::PoolTimedOut if !is_postgres => locked(),
        sqlx::Error::Tls(_) => Check::fault(WHAT, "tls", "PostgreSQL answers, but no secure connection came about."),
        _ if is_postgres => silent(),
        _ => not_allowed(),
    }
}

/// Whether the tables are those of this release.
async fn tables(db: &Db) -> Option<Check> {
    use migrations::MigratorTrait;
    let known: Vec<String> = migrations::Migrator::migrations().iter().map(|one| one.name().to_owned()).collect();
    let asked = timeout(PATIENCE, applied(&db.read)).await;
    let applied = match asked {
        Ok(Ok(applied)) => applied,
        Ok(Err(cause)) => return Some(of_error(&cause, db.is_postgres())),
        Err(_) => return Some(if db.is_postgres() { silent() } else { locked() }),
    };
    if applied.iter().any(|name| !known.contains(name)) {
        let words = "The database was written by a newer release than this. Run that release, or bring back a backup from before.";
        return Some(Check::fault(WHAT, "newer", words));
    }
    let pending = known.iter().filter(|name| !applied.contains(name)).count();
    (pending > 0).then(|| {
        let words = format!("The database lacks {pending} changes of this release. Run `plenary migrate`, after a backup.");
        Check::fault(WHAT, "not_migrated", words)
    })
}

/// The names of the migrations that were applied; none where there is not even their table.
async fn applied(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    #[derive(FromQueryResult)]
    struct Name {
        name: String,
    }
    let backend = db.get_database_backend();
    let exists = if backend == sea_orm::DatabaseBackend::Postgres {
        "SELECT tablename AS name FROM pg_tables WHERE tablename = 'seaql_migrations' AND schemaname = current_schema()"
    } else {
        "SELECT name FROM sqlite_master WHERE name = 'seaql_migrations'"
    };
    let names = |sql: &str| Name::find_by_statement(Statement::from_string(backend, sql.to_owned())).all(db);
    if names(exists).await?.is_empty() {
        return Ok(Vec::new());
    }
    let rows = names("SELECT version AS name FROM seaql_migrations").await?;
    Ok(rows.into_iter().map(|row| row.name).collect())
}

/// Whether a change could be made now. None is.
async fn written(db: &Db) -> Option<Check> {
    match timeout(PATIENCE, begin_write(db)).await {
        Ok(Ok(tx)) => {
            let _ = tx.rollback().await;
            None
        }
        Ok(Err(crate::Error::Database(cause))) => Some(of_error(&cause, db.is_postgres())),
        Ok(Err(_)) => Some(Check::fault(WHAT, "failed", "The database could not be written to.")),
        Err(_) => Some(if db.is_postgres() { silent() } else { locked() }),
    }
}

/// When the newest thing was written.
async fn newest(db: &DatabaseConnection) -> Option<DateTime<Utc>> {
    #[derive(FromQueryResult)]
    struct Newest {
        at: DateTime<Utc>,
    }
    let mut newest = None;
    for (table, column) in [("audit_record", "at"), ("message", "created_at"), ("job", "created_at")] {
        let sql = format!("SELECT {column} AS at FROM {table} ORDER BY id DESC LIMIT 1");
        let asked = timeout(
            PATIENCE,
            Newest::find_by_statement(Statement::from_string(db.get_database_backend(), sql)).one(db),
        )
        .await;
        if let Ok(Ok(Some(row))) = asked {
            newest = newest.max(Some(row.at));
        }
    }
    newest
}
