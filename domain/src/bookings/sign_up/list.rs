//! Reading sign-ups: somebody's own agenda, and what organisers see of everybody's.

use super::{overlap, own};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{
        self, SessionKind,
        entity::session,
        queries::{Agenda, Item},
    },
    attendance::queries::{Attendee, list_attendees},
    bookings::{
        entity::sign_up,
        queries::Seat,
        service::{Held, Holder, held_at_any_time},
        table::{Csv, line},
    },
    error::{Error, Result},
    events::{entity::event, service::load_for},
    ids::{EventId, ParticipantId, PlaceId, SessionId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, Statement};
use std::collections::HashMap;

/// How many have a place in a session, and how many wait. In one without places everybody waits, for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub placed: u64,
    pub waiting: u64,
}

/// Sign-ups of an event by session, in one query.
pub async fn counts<C: ConnectionTrait>(db: &C, event: EventId) -> Result<HashMap<SessionId, Counted>> {
    #[derive(FromQueryResult)]
    struct Row {
        session_id: SessionId,
        placed: i64,
        signed: i64,
    }
    let sql = "SELECT session_id, COUNT(placed_at) AS placed, COUNT(*) AS signed FROM sign_up WHERE event_id = $1 GROUP BY session_id";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [event.into()]);
    let rows = Row::find_by_statement(statement).all(db).await?;
    let number = |n: i64| u64::try_from(n).unwrap_or(0);
    Ok(rows
        .into_iter()
        .map(|row| {
            let counted = Counted {
                placed: number(row.placed),
                waiting: number(row.signed - row.placed),
            };
            (row.session_id, counted)
        })
        .collect())
}

/// How a session stands in somebody's own agenda.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Everybody's: nothing runs beside it, and it has no places to give.
    Everybodys,
    /// They have one of its places.
    Placed,
    /// They wait for a place, as the so-many-th.
    Waiting(u64),
    /// They chose it, where others run at the same time.
    Chosen,
    /// It could be theirs: so many places are left; `None` where it has no places to give.
    Open(Option<u64>),
    /// Every place is taken, and so many wait.
    Full(u64),
}

/// Whether a session is in somebody's own agenda, where they have this sign-up to it or none.
#[must_use]
pub fn is_kept(session: &session::Model, all: &[session::Model], row: Option<&sign_up::Model>) -> bool {
    match (session.sign_up_places, row) {
        (Some(_), row) => row.is_some_and(|row| row.placed_at.is_some()),
        (None, Some(_)) => true,
        (None, None) => is_everybodys(session, all),
    }
}

/// Pauses are everybody's, and so is what nothing one could choose runs beside.
fn is_everybodys(session: &session::Model, all: &[session::Model]) -> bool {
    let is_choice = |other: &session::Model| other.kind.may_count() || other.sign_up_places.is_some();
    session.sign_up_places.is_none() && (!session.kind.may_count() || !all.iter().any(|other| is_choice(other) && overlap(session, other)))
}

/// A session as it stands for one person.
#[derive(Clone, Debug, PartialEq)]
pub struct Signed {
    pub item: Item,
    pub stand: Stand,
    /// Other sessions at the same time in which they have a place, with marks of quotation between them: taking one here
    /// gives those up.
    pub gives_up: Option<String>,
    /// It has begun, so nothing can be changed.
    pub begun: bool,
}

/// The agenda of whoever sits in `place`, for those who may change the place.
pub async fn agenda(services: &Services, holder: Holder<'_>, place: PlaceId) -> Result<(Held, Seat, Agenda, Vec<Signed>)> {
    let (held, _) = held_at_any_time(services, holder, place).await?;
    let db = &services.db.read;
    let now = services.clock.now();
    let seat = held.seats.iter().find(|seat| seat.place.id == place).cloned();
    let seat = seat.ok_or(Error::NotFound)?;
    let agenda = agenda::queries::load(db, held.event.id).await?;
    let own = own(db, seat.participant.id).await?;
    let counts = counts(db, held.event.id).await?;
    let all: Vec<session::Model> = agenda.items.iter().map(|item| item.session.clone()).collect();
    let mut signed = Vec::new();
    for item in &agenda.items {
        let session = &item.session;
        let row = own.iter().find(|row| row.session_id == session.id);
        let counted = counts.get(&session.id).copied().unwrap_or_default();
        let places = session.sign_up_places.map(|places| u64::try_from(places).unwrap_or(0));
        let stand = match (places, row) {
            (None, Some(_)) => Stand::Chosen,
            (None, None) if is_everybodys(session, &all) => Stand::Everybodys,
            (None, None) => Stand::Open(None),
            (Some(_), Some(row)) if row.placed_at.is_some() => Stand::Placed,
            (Some(_), Some(row)) => Stand::Waiting(turn(db, row).await?),
            (Some(places), None) => match places.saturating_sub(counted.placed) {
                left if left > 0 && counted.waiting == 0 => Stand::Open(Some(left)),
                _ => Stand::Full(counted.waiting),
            },
        };
        let others = all.iter().filter(|other| {
            let has_place = own.iter().any(|row| row.session_id == other.id && row.placed_at.is_some());
            has_place && other.sign_up_places.is_some() && overlap(session, other)
        });
        signed.push(Signed {
            stand,
            gives_up: Some(
                others
                    .map(|other| other.title.clone())
                    .collect::<Vec<_>>()
                    .join("\u{201d} and \u{201c}"),
            )
            .filter(|titles| !titles.is_empty()),
            begun: now >= session.starts_at,
            item: item.clone(),
        });
    }
    Ok((held, seat, agenda, signed))
}

/// Whose turn it is: one for whoever is next.
async fn turn<C: ConnectionTrait>(db: &C, row: &sign_up::Model) -> Result<u64> {
    use sea_orm::{Condition, PaginatorTrait};
    let before = Condition::any().add(sign_up::Column::Since.lt(row.since)).add(
        Condition::all()
            .add(sign_up::Column::Since.eq(row.since))
            .add(sign_up::Column::Id.lt(row.id)),
    );
    let ahead = sign_up::Entity::find()
        .filter(sign_up::Column::SessionId.eq(row.session_id))
        .filter(sign_up::Column::PlacedAt.is_null())
        .filter(before)
        .count(db)
        .await?;
    Ok(ahead + 1)
}

/// A session with places, and who has them.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskSession {
    pub session: session::Model,
    pub room: Option<String>,
    /// How many the room holds.
    pub room_places: Option<i32>,
    /// In the order they got their places.
    pub placed: Vec<Attendee>,
    /// In the order of the list.
    pub waiting: Vec<Attendee>,
}

/// The sessions of an event one signs up to, with everybody who did, in order of time. For whoever may see bookings.
pub async fn desk(services: &Services, actor: &Actor, slug: &str) -> Result<(event::Model, Vec<DeskSession>)> {
    let (event, _) = load_for(services, actor, Permission::See, slug).await?;
    let db = &services.db.read;
    let board = agenda::board::Board::load(db, event.id).await?;
    let people: HashMap<ParticipantId, Attendee> = list_attendees(db, event.id)
        .await?
        .into_iter()
        .map(|attendee| (attendee.participant_id, attendee))
        .collect();
    let rows = sign_up::Entity::find()
        .filter(sign_up::Column::EventId.eq(event.id))
        .order_by_asc(sign_up::Column::Since)
        .order_by_asc(sign_up::Column::Id)
        .all(db)
        .await?;
    let with_places = board
        .planned()
        .filter(|session| session.sign_up_places.is_some() && session.kind != SessionKind::Break);
    let sessions = with_places
        .map(|session| {
            let who = |placed: bool| {
                rows.iter()
                    .filter(move |row| row.session_id == session.id && row.placed_at.is_some() == placed)
                    .filter_map(|row| people.get(&row.participant_id).cloned())
                    .collect::<Vec<_>>()
            };
            let room = session.room_id.and_then(|id| board.room(id));
            DeskSession {
                room: room.map(|room| room.name.clone()),
                room_places: room.and_then(|room| room.places),
                placed: who(true),
                waiting: who(false),
                session: session.clone(),
            }
        })
        .collect();
    Ok((event, sessions))
}

/// The same as a table for a spreadsheet.
pub async fn desk_csv(services: &Services, actor: &Actor, slug: &str) -> Result<Csv> {
    let (event, sessions) = desk(services, actor, slug).await?;
    let mut text = "\u{feff}".to_owned();
    let heads = [
        "Session",
        "Starts",
        "Room",
        "State",
        "Name",
        "Job role",
        "Organisation",
        "Email",
        "Place code",
    ];
    line(&mut text, heads.map(str::to_owned));
    for of in &sessions {
        for (state, people) in [("Place", &of.placed), ("Waiting", &of.waiting)] {
            for who in people {
                let text_of = |text: &Option<String>| text.clone().unwrap_or_default();
                let cells = [
                    of.session.title.clone(),
                    of.session.starts_wall.format("%Y-%m-%d %H:%M").to_string(),
                    text_of(&of.room),
                    state.to_owned(),
                    who.name().to_owned(),
                    text_of(&who.job_role),
                    text_of(&who.organisation),
                    text_of(&who.address),
                    who.code.clone(),
                ];
                line(&mut text, cells);
            }
        }
    }
    Ok(Csv {
        file_name: format!("sign-ups-{}.csv", event.name_in_files()),
        text,
    })
}
