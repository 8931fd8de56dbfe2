//! The roll: whoever comes to an event, in the order of their names, with what lists find and count them by. It is what
//! lets an organiser open any page of a list of 100,000 people at once.
//!
//! It is worked out from the records and is never the truth: emptied, it is made again. Triggers of the database note
//! whom a change touches (the list of tables is in the migration), and [`catch_up`] makes those rows anew before they are
//! read. What the records mean is said elsewhere: presence in [`super::rules`], hours and certificates in
//! [`crate::certificates`].

mod list;
mod make;

pub use list::{
    Alike, Counts, Expected, Presences, Spot, Wanted, count_at, count_day, count_expected, count_verdicts, find_page, list_all, sum,
};
pub use make::refresh;

use crate::{
    error::Result,
    ids::EventId,
    platform::db::{Db, begin_write},
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, FromQueryResult, Statement};

/// Brings the roll of an event up to what is recorded. One query where it is; else a transaction for each thousand people
/// that changed, so that nobody else waits long.
pub async fn catch_up(db: &Db, event: EventId) -> Result<()> {
    let noted = "SELECT event_id FROM roll_stale WHERE event_id = $1 LIMIT 1";
    let noted = Statement::from_sql_and_values(db.read.get_database_backend(), noted, [event.into()]);
    let mut is_stale = db.read.query_one_raw(noted).await?.is_some();
    while is_stale {
        let tx = begin_write(db).await?;
        is_stale = make::some(&tx, event).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The same within a transaction, which sees what it wrote itself.
pub async fn catch_up_within(tx: &DatabaseTransaction, event: EventId) -> Result<()> {
    while make::some(tx, event).await? {}
    Ok(())
}

/// The same for every event: what a worker does while nobody waits, so that readers find little to do.
pub async fn catch_up_all(db: &Db) -> Result<()> {
    #[derive(FromQueryResult)]
    struct Noted {
        event_id: EventId,
    }
    let noted = Statement::from_string(db.read.get_database_backend(), "SELECT DISTINCT event_id FROM roll_stale");
    for event in Noted::find_by_statement(noted).all(&db.read).await? {
        catch_up(db, event.event_id).await?;
    }
    Ok(())
}

/// Makes the roll of an event anew from what is recorded, whatever it says.
pub async fn rebuild(db: &Db, event: EventId) -> Result<()> {
    let tx = begin_write(db).await?;
    make::empty(&tx, event).await?;
    tx.commit().await?;
    catch_up(db, event).await
}
