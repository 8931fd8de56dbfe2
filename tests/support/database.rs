//! A database for one test: a file in its folder, or one of its own on the PostgreSQL server. The tables are made once
//! for all tests and copied.

use domain::platform::db::{Db, Sync};
use sea_orm::{ConnectionTrait, Database as Connect, DatabaseConnection, Statement};
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::sync::OnceCell;

/// An empty, migrated SQLite file.
static SQLITE: OnceCell<Vec<u8>> = OnceCell::const_new();
/// The name of an empty, migrated PostgreSQL database.
static POSTGRES: OnceCell<String> = OnceCell::const_new();

/// Where one test's tables are, and how to be rid of them.
#[derive(Clone, Debug)]
pub struct TestDatabase {
    pub url: String,
    /// On PostgreSQL: the superuser's URL and the name to drop.
    server: Option<(String, String)>,
}

fn is_postgres() -> bool {
    match std::env::var("PLENARY_TEST_DATABASE").as_deref() {
        Err(_) | Ok("" | "sqlite") => false,
        Ok("postgres") => true,
        Ok(other) => panic!("PLENARY_TEST_DATABASE must be sqlite or postgres; it is {other}"),
    }
}

/// Makes a database named by `name`, with its file (if it has one) in `folder`.
pub async fn make(folder: &Path, name: &str) -> TestDatabase {
    if !is_postgres() {
        let bytes = SQLITE.get_or_init(|| sqlite_template(folder)).await;
        let file = folder.join("plenary.db");
        std::fs::write(&file, bytes).unwrap();
        return TestDatabase {
            url: format!("sqlite:{}", file.display()),
            server: None,
        };
    }
    let server = std::env::var("PLENARY_TEST_POSTGRES").expect("PLENARY_TEST_POSTGRES is the URL of a PostgreSQL superuser");
    let template = POSTGRES.get_or_init(|| postgres_template(&server)).await;
    run_on(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
    TestDatabase {
        url: with_name(&server, name),
        server: Some((server, name.to_owned())),
    }
}

/// A database that is away until [`Gone::comes_back`].
#[must_use = "it comes back when told to"]
#[derive(Debug)]
pub enum Gone {
    /// Whoever has locked the file, and lets go of it when its input ends.
    Locked(Child),
    /// The server and the name of what nobody may connect to.
    Closed(String, String),
}

impl Gone {
    pub async fn comes_back(self) {
        match self {
            Self::Locked(mut holder) => {
                drop(holder.stdin.take());
                assert!(holder.wait().unwrap().success());
            }
            Self::Closed(server, name) => run_on(&server, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await,
        }
    }
}

/// Locks an SQLite file as a program that writes does, says so, and lets go when its input ends.
const LOCK: &str = "import sqlite3, sys\n\
    db = sqlite3.connect(sys.argv[1], isolation_level=None)\n\
    db.execute('BEGIN IMMEDIATE')\n\
    print('locked', flush=True)\n\
    sys.stdin.read()\n\
    db.execute('ROLLBACK')\n";

impl TestDatabase {
    pub async fn take_away(&self, folder: &Path) -> Gone {
        if let Some((server, name)) = &self.server {
            run_on(server, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
            run_on(
                server,
                &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"),
            )
            .await;
            return Gone::Closed(server.clone(), name.clone());
        }
        let mut holder = Command::new("/usr/bin/python3")
            .args(["-I", "-c", LOCK])
            .arg(folder.join("plenary.db"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("/usr/bin/python3 starts");
        let mut said = String::new();
        BufReader::new(holder.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert_eq!(said.trim(), "locked");
        Gone::Locked(holder)
    }

    /// Drops what a folder does not hold. The connections of the test may still be open.
    pub async fn remove(&self) {
        if let Some((server, name)) = &self.server {
            run_on(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
}

async fn sqlite_template(folder: &Path) -> Vec<u8> {
    let file = folder.join("template.db");
    let db = Db::open(&format!("sqlite:{}", file.display()), Sync::Normal).await.unwrap();
    db.migrate().await.unwrap();
    db.read.clone().close().await.unwrap();
    db.writer().execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    db.writer().clone().close().await.unwrap();
    let bytes = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    bytes
}

async fn postgres_template(server: &str) -> String {
    let name = format!("plenary_template_{}", std::process::id());
    run_on(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    run_on(server, &format!("CREATE DATABASE {name}")).await;
    let db = Db::open(&with_name(server, &name), Sync::Normal).await.unwrap();
    db.migrate().await.unwrap();
    db.writer().clone().close().await.unwrap();
    name
}

async fn run_on(server: &str, sql: &str) {
    let connection = connect(server).await;
    // Another test may be copying the template this very moment; PostgreSQL asks to be tried again.
    for tries in 0.. {
        match connection.execute_unprepared(sql).await {
            Ok(_) => break,
            Err(_) if tries < 50 => tokio::time::sleep(Duration::from_millis(100)).await,
            Err(cause) => panic!("{sql}: {cause}"),
        }
    }
    connection.close().await.unwrap();
}

async fn connect(server: &str) -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new(server);
    options.max_connections(1).sqlx_logging(false);
    Connect::connect(options)
        .await
        .expect("the PostgreSQL server of PLENARY_TEST_POSTGRES answers")
}

/// The same server, another database.
fn with_name(server: &str, name: &str) -> String {
    let (address, query) = server
        .split_once('?')
        .map_or((server, String::new()), |(address, query)| (address, format!("?{query}")));
    let after_scheme = address.find("://").map_or(0, |at| at + 3);
    let host_end = address[after_scheme..].find('/').map_or(address.len(), |at| after_scheme + at);
    format!("{}/{name}{query}", &address[..host_end])
}

/// The jobs and messages nobody ran, in words.
pub async fn unrun(url: &str) -> Vec<String> {
    let db = Db::open(url, Sync::Normal).await.unwrap();
    let sql = "SELECT 'job ' || kind || ' is ' || state || COALESCE(': ' || problem, '') AS words FROM job WHERE state <> 'done' \
               UNION ALL SELECT 'message ' || kind || ' to ' || to_address || ' is ' || state AS words FROM message WHERE state IN ('queued', 'sending')";
    let rows = db
        .read
        .query_all_raw(Statement::from_string(db.read.get_database_backend(), sql))
        .await
        .unwrap();
    let words = rows.iter().map(|row| row.try_get("", "words").unwrap()).collect();
    db.read.clone().close().await.unwrap();
    if !db.is_postgres() {
        db.writer().clone().close().await.unwrap();
    }
    words
}

async fn texts(db: &Db, sql: String) -> Vec<String> {
    let rows = db
        .read
        .query_all_raw(Statement::from_string(db.read.get_database_backend(), sql))
        .await
        .unwrap();
    rows.iter().map(|row| row.try_get("", "words").unwrap()).collect()
}

/// What these columns of these tables hold, as text and in order.
pub async fn rows_of(db: &Db, tables: impl IntoIterator<Item = (&str, &str)>) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for (table, columns) in tables {
        let each: Vec<_> = columns.split(", ").map(|column| format!("CAST({column} AS TEXT)")).collect();
        let row = each.join(" || '|' || ");
        all.push(texts(db, format!("SELECT {row} AS words FROM {table} ORDER BY 1")).await);
    }
    all
}

/// Every row of every table, as text and in order; but not of the roll, which is worked out from the others as it is read.
pub async fn everything(db: &Db) -> BTreeMap<String, Vec<String>> {
    let texts = async |sql: String| texts(db, sql).await;
    let tables = if db.is_postgres() {
        "SELECT table_name::text AS words FROM information_schema.tables \
         WHERE table_schema = 'public' AND table_name NOT LIKE 'roll%' ORDER BY 1"
    } else {
        "SELECT name AS words FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'roll%' ORDER BY 1"
    };
    let mut all = BTreeMap::new();
    for table in texts(tables.to_owned()).await {
        let row = if db.is_postgres() {
            "whole::text".to_owned()
        } else {
            let columns = texts(format!("SELECT name AS words FROM pragma_table_info('{table}')")).await;
            columns
                .iter()
                .map(|column| format!("quote(\"{column}\")"))
                .collect::<Vec<_>>()
                .join(" || '|' || ")
        };
        let rows = texts(format!("SELECT {row} AS words FROM \"{table}\" AS whole ORDER BY 1")).await;
        all.insert(table, rows);
    }
    all
}
