//! A message somebody asked for again, drawn from today's data: what it said when it was written may be wrong by now.
//! Where its cause is gone (the event is cancelled, the place given up) it is out of date, and is not sent again.

use super::{Content, entity::message};
use crate::{
    Services,
    attendance::queries::{Attendee, find_attendee},
    bookings::{
        self,
        entity::{booking, calendar_entry},
    },
    error::Result,
    events::{EventStatus, entity::event},
    ids::BookingId,
    messages::about::About,
    networks,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

/// What a message is today.
#[derive(Debug)]
pub enum Fresh {
    /// It is about nothing that changes.
    AsItWas,
    Drawn {
        subject: String,
        content: Box<Content>,
    },
    /// Why it must not be sent any more, as a sentence.
    OutOfDate(&'static str),
}

const EVENT_CANCELLED: Fresh = Fresh::OutOfDate("The event has been cancelled since it was written.");
const GIVEN_UP: Fresh = Fresh::OutOfDate("The place it is about has been given up since.");
const GIVEN_ON: Fresh = Fresh::OutOfDate("The place it is about has gone to somebody else since.");
const OVERTAKEN: Fresh = Fresh::OutOfDate("A newer message about the same has been written since: send that one again.");
const STANDS_AGAIN: Fresh = Fresh::OutOfDate("What it calls off stands again.");

/// Draws a message again. A message without a booking, a place or an invite behind it is as it was.
pub async fn draw<C: ConnectionTrait>(db: &C, services: &Services, message: &message::Model) -> Result<Fresh> {
    let key = first_key(db, message).await?;
    match message.kind.as_str() {
        "booking_confirmed" => confirmation(db, &key).await,
        "invite" | "invite_update" => invite(db, services, message, &key).await,
        "invite_cancelled" => {
            let entry = match read_key(&key) {
                Some((uid, _)) => find_entry(db, uid).await?,
                None => None,
            };
            let stands = entry.is_some_and(|row| !row.cancelled);
            Ok(if stands { STANDS_AGAIN } else { Fresh::AsItWas })
        }
        _ => Ok(Fresh::AsItWas),
    }
}

/// The key of the message it is a copy of, or its own; without what says that it was asked for again.
async fn first_key<C: ConnectionTrait>(db: &C, message: &message::Model) -> Result<String> {
    let mut first = message.clone();
    while let Some(id) = first.copy_of {
        match message::Entity::find_by_id(id).one(db).await? {
            Some(earlier) => first = earlier,
            None => break,
        }
    }
    let key = first.dedupe_key;
    Ok(key.split_once(":again:").map_or_else(|| key.clone(), |(key, _)| key.to_owned()))
}

async fn confirmation<C: ConnectionTrait>(db: &C, key: &str) -> Result<Fresh> {
    let id = key.split(':').nth(1).and_then(|id| id.parse().ok());
    let found = match id {
        Some(id) => booking::Entity::find_by_id(BookingId(id)).one(db).await?,
        None => None,
    };
    let Some(booking) = found else { return Ok(GIVEN_UP) };
    if is_cancelled(db, booking.event_id).await? {
        return Ok(EVENT_CANCELLED);
    }
    Ok(match bookings::invites::confirmation_now(db, &booking).await? {
        Some((subject, content)) => Fresh::Drawn {
            subject,
            content: Box::new(content),
        },
        None => GIVEN_UP,
    })
}

async fn is_cancelled<C: ConnectionTrait>(db: &C, event: crate::ids::EventId) -> Result<bool> {
    let found = event::Entity::find_by_id(event).one(db).await?;
    Ok(found.is_none_or(|event| event.status == EventStatus::Cancelled))
}

/// The UID and the number in the key of a message about an entry.
fn read_key(key: &str) -> Option<(&str, i32)> {
    let (uid, sequence) = key.strip_prefix("invite:")?.rsplit_once(':')?;
    Some((uid, sequence.parse().ok()?))
}

async fn find_entry<C: ConnectionTrait>(db: &C, uid: &str) -> Result<Option<calendar_entry::Model>> {
    Ok(calendar_entry::Entity::find()
        .filter(calendar_entry::Column::Uid.eq(uid))
        .one(db)
        .await?)
}

async fn invite<C: ConnectionTrait>(db: &C, services: &Services, message: &message::Model, key: &str) -> Result<Fresh> {
    let Some((uid, sequence)) = read_key(key) else {
        return Ok(Fresh::AsItWas);
    };
    let Some(row) = find_entry(db, uid).await? else {
        return Ok(GIVEN_ON);
    };
    let Some(who) = find_attendee(db, row.participant_id).await? else {
        return Ok(GIVEN_UP);
    };
    if let Some(gone) = gone(db, message, &row, &who).await? {
        return Ok(gone);
    }
    if row.sequence > sequence {
        return Ok(OVERTAKEN);
    }
    let about = About::load(db, who.event_id).await?;
    let content: Content = serde_json::from_str(&message.content)?;
    let said = (message.kind == "invite", content.was.as_slice());
    let drawn = if who.booking_id.is_some() {
        bookings::invites::invite_now(db, services, &about, &who, &row, said).await?
    } else {
        networks::invites::invite_now(db, services, &about, &who, &row, said).await?
    };
    Ok(match drawn {
        Some((subject, content)) => Fresh::Drawn {
            subject,
            content: Box::new(content),
        },
        None => GIVEN_UP,
    })
}

async fn gone<C: ConnectionTrait>(db: &C, message: &message::Model, row: &calendar_entry::Model, who: &Attendee) -> Result<Option<Fresh>> {
    Ok(if is_cancelled(db, who.event_id).await? {
        Some(EVENT_CANCELLED)
    } else if who.address.as_deref() != Some(&message.to_address) {
        Some(GIVEN_ON)
    } else if row.cancelled || !who.stands() {
        Some(GIVEN_UP)
    } else {
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_an_invite_names_its_entry_and_number() {
        assert_eq!(read_key("invite:a-b_c@host-3000:12"), Some(("a-b_c@host-3000", 12)));
        assert_eq!([read_key("booking:1:confirmed"), read_key("invite:x")], [None, None]);
    }
}
