//! Booking one place at a time through the JSON API: 64 clients, one event, more orders than places.

use crate::{
    disk::{flushes_per_second, inserts_per_second},
    http::Connection,
    load::all,
    process::{Program, Setting},
    report::{Bound, Report, Row},
};
use anyhow::{Context, Result, bail};
use domain::platform::db::{Db, Sync};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

const CLIENTS: usize = 64;
const CAPACITY: usize = 3_000;
const ORDERS: usize = CAPACITY + 200;
/// The address of the event, under which its page and the API's answers are.
const SLUG: &str = "bench";

pub async fn measure(program: &Program, report: &mut Report) -> Result<()> {
    let normal = inserts_per_second(&program.folder.join("normal.db"), Sync::Normal, CLIENTS, CAPACITY).await?;
    let ends = book_all(program, "normal", &["serve"]).await?;
    let row = Row::new("booking a place, 64 clients, sync normal", ends.per_second, "/s").beside(normal);
    report.add(row.within(Bound::AtLeast, 300.0));
    add_places(report, &ends, "normal");

    let ends = book_all(program, "normal", &["serve", "--no-worker"]).await?;
    report.add(Row::new("the same, mail left to another process", ends.per_second, "/s").beside(normal));

    // Disks are moody: asked before and after.
    let before = flushes_per_second(&program.folder)?;
    let full = inserts_per_second(&program.folder.join("full.db"), Sync::Full, CLIENTS, CAPACITY).await?;
    let ends = book_all(program, "full", &["serve"]).await?;
    let flushes = f64::midpoint(before, flushes_per_second(&program.folder)?);
    let row = Row::new("booking a place, sync full; baseline: 4 KB flushed", ends.per_second, "/s").beside(flushes);
    report.add(row.within(Bound::AtLeast, 0.5 * flushes));
    add_places(report, &ends, "full");
    report.add(Row::new("the same; baseline: three rows", ends.per_second, "/s").beside(full));
    Ok(())
}

fn add_places(report: &mut Report, ends: &Ends, sync: &str) {
    let capacity = CAPACITY as f64;
    let what = format!("places booked of {CAPACITY} by {ORDERS} orders, sync {sync}");
    report.add(Row::new(what, ends.stored as f64, "places").within(Bound::Exactly, capacity));
    // The answers say the same as the tables.
    let what = format!("orders told they have a place, sync {sync}");
    report.add(Row::new(what, ends.told as f64, "orders").within(Bound::Exactly, capacity));
}

/// How a run ended.
struct Ends {
    /// Bookings a second, until the last that was made.
    per_second: f64,
    /// Answers that said a place was booked.
    told: usize,
    /// Places in the tables once the server was gone.
    stored: usize,
}

/// A fresh folder with one event, and everybody at once.
async fn book_all(program: &Program, sync: &str, arguments: &[&str]) -> Result<Ends> {
    let name = format!("booking-{sync}-{}", arguments.len());
    program.import(&name, &event()).await?;
    let (server, _) = program
        .serve(
            Setting {
                data: &name,
                sync,
                arguments,
                ..Setting::default()
            },
            "/events/bench",
        )
        .await?;

    let (next, begun) = (Arc::new(AtomicUsize::new(0)), Instant::now());
    let clients = all(CLIENTS, |_| book(server.address, next.clone())).await?;
    let told = clients.iter().map(|(made, _)| made).sum();
    let last = clients
        .into_iter()
        .filter_map(|(_, last)| last)
        .max()
        .context("nothing could be booked")?;
    // Killed, not stopped: what was answered must be there all the same, and its mails would take their time.
    server.kill().await?;
    Ok(Ends {
        per_second: told as f64 / (last - begun).as_secs_f64(),
        told,
        stored: count_places(&program.data(&name)).await?,
    })
}

/// One client: orders until there are none left to send. Gives how many got a place, and when the last did.
async fn book(address: SocketAddr, next: Arc<AtomicUsize>) -> Result<(usize, Option<Instant>)> {
    let mut connection = Connection::open(address).await?;
    let path = format!("/api/v1/events/{SLUG}/bookings");
    let (mut made, mut last) = (0, None);
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= ORDERS {
            return Ok((made, last));
        }
        let order = json!({
            "booker": {"name": "Robin Marsh", "email": format!("booker-{number}@example.org")},
            "places": [{"ticket": "standard", "name": "Siân Llŷr", "email": format!("delegate-{number}@example.org"), "job_role": "Nurse", "organisation": "Example Trust"}]
        });
        let answer = connection.post(&path, &format!("order-{number}"), &order.to_string()).await?;
        match answer.status {
            201 => (made, last) = (made + 1, Some(Instant::now())),
            409 if answer.start().contains("/problems/full") => {}
            status => bail!("an order was answered with {status}: {}", answer.start()),
        }
    }
}

async fn count_places(data: &Path) -> Result<usize> {
    let db = Db::open(&format!("sqlite:{}", data.join("plenary.db").display()), Sync::Full).await?;
    let sql = "SELECT COUNT(*) AS places FROM place WHERE state = 'confirmed'";
    let row = db
        .read
        .query_one_raw(Statement::from_string(db.read.get_database_backend(), sql))
        .await?;
    let places: i64 = row.context("nothing was counted")?.try_get("", "places")?;
    Ok(usize::try_from(places)?)
}

/// Far enough off to be open whenever this runs.
fn event() -> serde_json::Value {
    json!({
        "plenary": 1,
        "kind": "event",
        "organisation": {"slug": "example-training", "name": "Example Training Ltd", "email": "events@example.org"},
        "event": {
            "slug": SLUG, "status": "published", "title": "Study day", "summary": "One day for everybody.",
            "timezone": "Europe/London", "starts": "2099-03-12T09:00", "ends": "2099-03-12T16:00", "capacity": CAPACITY,
            "venue": {"name": "Example Hall", "address": "1 High Street, Oxford", "postcode": "OX1 1AA"}
        },
        "sessions": [{"code": "talk", "title": "The talk", "kind": "talk", "starts": "2099-03-12T09:30", "ends": "2099-03-12T11:00", "cpd": true}],
        "tickets": [{"code": "standard", "name": "Standard", "price_pence": 0}]
    })
}
