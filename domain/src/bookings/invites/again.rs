//! Sending again what a mailbox was told, because somebody asked: the same entry under the same number, so that no
//! calendar shows it twice.

use super::{confirm, tell_seat};
use crate::{
    Services,
    bookings::{
        PlaceState,
        entity::{booking, calendar_entry, place},
        queries::{self, Seat},
    },
    error::{Error, Result},
    ids::{BookingId, PlaceId},
    messages::{about::About, calendars::key, entity::message, outbox},
    platform::{
        db::begin_write,
        jobs::{Job, Lease, Outcome},
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

/// Sends whoever has a place their mail and invite again.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendAgain {
    pub place: PlaceId,
    /// When it was asked for: once each time.
    pub at: DateTime<Utc>,
}

impl Job for SendAgain {
    const KIND: &'static str = "send_again";

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}:{}", self.place, self.at.timestamp_millis()))
    }

    async fn run(&self, services: &Services, _: &Lease) -> anyhow::Result<Outcome> {
        let tx = begin_write(&services.db).await?;
        let place = place::Entity::find_by_id(self.place).one(&tx).await?.ok_or(Error::NotFound)?;
        let seat = queries::find_seat(&tx, place.participant_id).await?.ok_or(Error::NotFound)?;
        if place.state == PlaceState::Confirmed {
            let said = said(&tx, &seat).await?;
            if said.is_empty() {
                let booking = booking::Entity::find_by_id(place.booking_id)
                    .one(&tx)
                    .await?
                    .ok_or(Error::NotFound)?;
                let about = About::load(&tx, place.event_id).await?;
                tell_seat(&tx, services, &about, &booking, &seat).await?;
            }
            for message in said {
                let key = format!("{}:again:{}", message.dedupe_key, self.at.timestamp_millis());
                outbox::again(&tx, services, &message, &key).await?;
            }
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

/// The messages that last told this place's own mailbox of the entries that stand in its calendar.
async fn said(tx: &DatabaseTransaction, seat: &Seat) -> Result<Vec<message::Model>> {
    let Some(address) = &seat.address else {
        return Ok(Vec::new());
    };
    let entries = calendar_entry::Entity::find()
        .filter(calendar_entry::Column::ParticipantId.eq(seat.participant.id))
        .filter(calendar_entry::Column::Cancelled.eq(false))
        .all(tx)
        .await?;
    let keys: Vec<String> = entries.iter().map(|row| key(&row.uid, row.sequence)).collect();
    Ok(message::Entity::find()
        .filter(message::Column::DedupeKey.is_in(keys))
        .filter(message::Column::ToAddress.eq(address))
        .order_by_asc(message::Column::Id)
        .all(tx)
        .await?)
}

/// Sends the booker their confirmation again, as the booking stands now.
#[derive(Debug, Serialize, Deserialize)]
pub struct ConfirmAgain {
    pub booking: BookingId,
    /// When it was asked for: once each time.
    pub at: DateTime<Utc>,
}

impl Job for ConfirmAgain {
    const KIND: &'static str = "confirm_again";

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}:{}", self.booking, self.at.timestamp_millis()))
    }

    async fn run(&self, services: &Services, _: &Lease) -> anyhow::Result<Outcome> {
        let tx = begin_write(&services.db).await?;
        let booking = booking::Entity::find_by_id(self.booking).one(&tx).await?.ok_or(Error::NotFound)?;
        let mut seats = queries::list_seats(&tx, booking.id).await?;
        seats.retain(|seat| seat.place.state != PlaceState::Cancelled);
        if !seats.is_empty() {
            let about = About::load(&tx, booking.event_id).await?;
            let key = format!("booking:{}:confirmed:again:{}", booking.id, self.at.timestamp_millis());
            confirm(&tx, services, &about, &booking, &seats, &key).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}
