//! What the database holds of an event, in the order it was added: to match a file against, and to write one from.

use crate::{
    agenda::entity::{room, session, session_speaker, speaker, track},
    bookings::{
        entity::ticket,
        queries::{Seat, list_event_seats},
    },
    error::Result,
    events::exchange::check::Known,
    ids::{EventId, SessionId, SpeakerId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Query};
use std::collections::{BTreeSet, HashMap};

/// Everything with a code that belongs to one event. Seven queries, whatever its size.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::events::exchange) struct Stored {
    pub rooms: Vec<room::Model>,
    pub tracks: Vec<track::Model>,
    /// As they are listed.
    pub speakers: Vec<speaker::Model>,
    /// Cancelled ones too.
    pub sessions: Vec<session::Model>,
    /// Who speaks in each session, in order.
    pub speaking: HashMap<SessionId, Vec<SpeakerId>>,
    /// As they are listed, hidden ones too.
    pub tickets: Vec<ticket::Model>,
    /// Cancelled ones too.
    pub seats: Vec<Seat>,
}

impl Stored {
    pub async fn load<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Self> {
        let rooms = room::Entity::find()
            .filter(room::Column::EventId.eq(event))
            .order_by_asc(room::Column::Id);
        let tracks = track::Entity::find()
            .filter(track::Column::EventId.eq(event))
            .order_by_asc(track::Column::Id);
        let speakers = speaker::Entity::find()
            .filter(speaker::Column::EventId.eq(event))
            .order_by_asc(speaker::Column::Position)
            .order_by_asc(speaker::Column::Id);
        let sessions = session::Entity::find()
            .filter(session::Column::EventId.eq(event))
            .order_by_asc(session::Column::Id);
        let tickets = ticket::Entity::find()
            .filter(ticket::Column::EventId.eq(event))
            .order_by_asc(ticket::Column::Position)
            .order_by_asc(ticket::Column::Id);
        // A list of ids could be longer than a statement may have values.
        let of_the_event = Query::select()
            .column(session::Column::Id)
            .from(session::Entity)
            .and_where(session::Column::EventId.eq(event))
            .to_owned();
        let speaks = session_speaker::Entity::find()
            .filter(session_speaker::Column::SessionId.in_subquery(of_the_event))
            .order_by_asc(session_speaker::Column::Position)
            .order_by_asc(session_speaker::Column::Id)
            .all(db)
            .await?;
        let mut speaking: HashMap<SessionId, Vec<SpeakerId>> = HashMap::new();
        for row in speaks {
            speaking.entry(row.session_id).or_default().push(row.speaker_id);
        }
        let mut seats = list_event_seats(db, event, true).await?;
        seats.sort_by_key(|seat| seat.place.id);
        Ok(Self {
            rooms: rooms.all(db).await?,
            tracks: tracks.all(db).await?,
            speakers: speakers.all(db).await?,
            sessions: sessions.all(db).await?,
            speaking,
            tickets: tickets.all(db).await?,
            seats,
        })
    }

    /// The codes a file may refer to without repeating them.
    pub fn known(&self) -> Known {
        let codes = |codes: &mut dyn Iterator<Item = &String>| codes.cloned().collect::<BTreeSet<_>>();
        Known {
            rooms: codes(&mut self.rooms.iter().map(|row| &row.code)),
            tracks: codes(&mut self.tracks.iter().map(|row| &row.code)),
            speakers: codes(&mut self.speakers.iter().map(|row| &row.code)),
            sessions: codes(&mut self.sessions.iter().map(|row| &row.code)),
            tickets: codes(&mut self.tickets.iter().map(|row| &row.code)),
            places: self.seats.iter().map(|seat| place_code(seat).to_owned()).collect(),
        }
    }
}

/// What files call a place: the code it was imported under, otherwise its own.
pub(in crate::events::exchange) fn place_code(seat: &Seat) -> &str {
    seat.participant.import_code.as_deref().unwrap_or(&seat.participant.code)
}
