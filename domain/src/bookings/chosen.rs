//! What organisers do with several places at once: those ticked in the list, or all the list finds. The number is shown
//! first and must be typed; should anything have changed since, nothing is done.

use super::{
    PlaceState,
    entity::{booking, place},
    invites::{ConfirmAgain, SendAgain},
    service::cancel,
    table::{self, Row, Search},
};
use crate::{
    Services,
    access::{Actor, Permission},
    attendance::roll,
    error::{Error, FieldErrors, Result},
    events::{entity::event, service::load_for},
    ids::{BookingId, EventId, PlaceId},
    platform::{audit, db::begin_write, jobs, random::hash_of},
    words::words,
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use std::collections::BTreeSet;

words! {
    /// What is to be done with them.
    Task { Cancel = "cancel", SendAgain = "send" }
}

/// Which places are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    Places(Vec<PlaceId>),
    /// All that the list finds, on every page.
    Found(Search),
}

/// The most places one press may be for.
pub const MOST: usize = 5_000;

impl Chosen {
    /// Reads the query of an address: `place` (many), or `all` with the pairs of a search.
    #[must_use]
    pub fn from_query(pairs: &[(String, String)]) -> Self {
        if pairs.iter().any(|(key, _)| key == "all") {
            return Self::Found(Search {
                page: 0,
                ..Search::from_query(pairs)
            });
        }
        let mut places: Vec<PlaceId> = pairs
            .iter()
            .filter(|(key, _)| key == "place")
            .filter_map(|(_, value)| value.parse().ok().map(PlaceId))
            .take(MOST)
            .collect();
        places.sort_unstable();
        places.dedup();
        Self::Places(places)
    }

    /// The query of an address for the same places.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Places(places) => places.iter().map(|id| ("place", id.to_string())).collect(),
            Self::Found(search) => std::iter::once(("all", "1".to_owned())).chain(search.to_pairs()).collect(),
        }
    }
}

/// The places a task is for; those already cancelled are left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Meant {
    pub rows: Vec<Row>,
    /// Changes when other places are meant.
    pub seen: String,
}

impl Meant {
    fn of(mut rows: Vec<Row>) -> Self {
        rows.retain(|row| row.state != PlaceState::Cancelled);
        let mut ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        let ids: Vec<_> = ids.iter().map(ToString::to_string).collect();
        Self {
            seen: hash_of(&ids.join(" "))[..16].to_owned(),
            rows,
        }
    }

    /// How many mails resending makes: one to each mailbox of its own, one for each booking with places without.
    #[must_use]
    pub fn mails(&self) -> usize {
        let own = self.rows.iter().filter(|row| row.address.is_some()).count();
        let bookings: BTreeSet<_> = self
            .rows
            .iter()
            .filter(|row| row.address.is_none())
            .map(|row| &row.reference)
            .collect();
        own + bookings.len()
    }
}

async fn find<C: ConnectionTrait>(db: &C, event: EventId, chosen: &Chosen) -> Result<Meant> {
    let rows = match chosen {
        Chosen::Places(places) => table::fetch_places(db, event, places).await?,
        Chosen::Found(search) => table::fetch_all(db, event, search).await?,
    };
    Ok(Meant::of(rows))
}

/// The places that are meant, for whoever may change them.
pub async fn meant(services: &Services, actor: &Actor, slug: &str, chosen: &Chosen) -> Result<Meant> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    roll::catch_up(&services.db, event.id).await?;
    find(&services.db.read, event.id, chosen).await
}

/// What was on the page when the button was pressed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirmed {
    pub seen: String,
    /// The number, as typed; asked for where there are several.
    pub typed: String,
}

/// Does `task` with all the chosen places, or with none. Gives how many there were.
pub async fn carry_out(
    services: &Services,
    actor: &Actor,
    slug: &str,
    task: Task,
    chosen: &Chosen,
    confirmed: &Confirmed,
) -> Result<usize> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = event::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    roll::catch_up_within(&tx, event.id).await?;
    let meant = find(&tx, event.id, chosen).await?;
    check(&meant, confirmed)?;
    let ids: Vec<PlaceId> = meant.rows.iter().map(|row| row.id).collect();
    let mut places = Vec::new();
    // Databases bound how many values a statement may name.
    for some in ids.chunks(500) {
        places.extend(
            place::Entity::find()
                .filter(place::Column::Id.is_in(some.iter().copied()))
                .all(&tx)
                .await?,
        );
    }
    match task {
        Task::Cancel => {
            for row in places {
                cancel(&tx, actor, row, now, "place.cancelled", None).await?;
            }
        }
        Task::SendAgain => {
            let confirmed: BTreeSet<BookingId> = places
                .iter()
                .filter(|row| row.person_id.is_none())
                .map(|row| row.booking_id)
                .collect();
            for row in places.iter().filter(|row| row.person_id.is_some()) {
                log(&tx, actor, event.id, ("place", row.id.0), now).await?;
                jobs::enqueue(&tx, now, &SendAgain { place: row.id, at: now }).await?;
            }
            for booking in confirmed {
                again(&tx, actor, event.id, booking, now).await?;
            }
        }
    }
    tx.commit().await?;
    services.wake();
    Ok(meant.rows.len())
}

fn check(meant: &Meant, confirmed: &Confirmed) -> Result<()> {
    let count = meant.rows.len();
    let wrong = |code: &str, words: String| Err(FieldErrors::one("form[count]", code, words).into());
    if count == 0 {
        return Err(FieldErrors::one("", "nobody", "None of these places stands any more. Go back to the list").into());
    }
    if count > MOST {
        return Err(FieldErrors::one("", "too_many", format!("That is more than {MOST} places. Choose fewer at a time")).into());
    }
    if meant.seen != confirmed.seen {
        let places = if count == 1 {
            "1 place".to_owned()
        } else {
            format!("{count} places")
        };
        let words = format!("Things have changed since you looked: it would be {places} now. Look again, then confirm");
        return Err(FieldErrors::one("", "changed", words).into());
    }
    if count > 1 && confirmed.typed.trim().replace(',', "") != count.to_string() {
        return wrong("not_confirmed", format!("Type {count} to confirm how many places this is for"));
    }
    Ok(())
}

async fn log(tx: &DatabaseTransaction, actor: &Actor, event: EventId, object: (&'static str, i64), now: DateTime<Utc>) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("event:{event}"),
        action: if object.0 == "place" {
            "place.sent_again"
        } else {
            "booking.sent_again"
        },
        object: object.0,
        object_id: object.1,
        detail: None,
    };
    audit::record(tx, actor, now, entry).await
}

async fn again(tx: &DatabaseTransaction, actor: &Actor, event: EventId, booking: BookingId, now: DateTime<Utc>) -> Result<()> {
    log(tx, actor, event, ("booking", booking.0), now).await?;
    jobs::enqueue(tx, now, &ConfirmAgain { booking, at: now }).await
}

/// Sends the booker of one booking their confirmation again, as the booking stands.
pub async fn confirm_again(services: &Services, actor: &Actor, slug: &str, reference: &str) -> Result<()> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let booking = booking::Entity::find()
        .filter(booking::Column::Reference.eq(reference))
        .filter(booking::Column::EventId.eq(event.id))
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    again(&tx, actor, event.id, booking.id, now).await?;
    tx.commit().await?;
    services.wake();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chosen_survive_their_address() {
        let pairs = |pairs: Vec<(&str, &str)>| {
            pairs
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .collect::<Vec<_>>()
        };
        for chosen in [
            Chosen::Places(vec![PlaceId(3), PlaceId(12)]),
            Chosen::Found(Search {
                words: "jane".to_owned(),
                ..Search::default()
            }),
        ] {
            let owned: Vec<_> = chosen.to_pairs().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
            assert_eq!(Chosen::from_query(&owned), chosen);
        }
        assert_eq!(
            Chosen::from_query(&pairs(vec![("place", "12"), ("place", "x"), ("place", "3"), ("place", "3")])),
            Chosen::Places(vec![PlaceId(3), PlaceId(12)])
        );
    }
}
