//! Giving free places in sessions to those who wait, longest first.

use super::{overlap, sessions, tell};
use crate::{
    Services,
    agenda::entity::session,
    bookings::entity::sign_up,
    error::{Error, Result},
    events::{EventStatus, entity::event},
    ids::{EventId, RowId, SessionId},
    platform::{
        db::begin_write,
        jobs::{Job, Lease, Outcome},
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use serde::{Deserialize, Serialize};

/// Gives every place that is free in a session of the event to whoever waits for it longest, and tells them.
#[derive(Debug, Serialize, Deserialize)]
pub struct SettleSignUps {
    pub event: EventId,
}

impl Job for SettleSignUps {
    const KIND: &'static str = "settle_sign_ups";

    async fn run(&self, services: &Services, _: &Lease) -> anyhow::Result<Outcome> {
        let now = services.clock.now();
        let tx = begin_write(&services.db).await?;
        let event = event::Entity::find_by_id(self.event)
            .lock_exclusive()
            .one(&tx)
            .await?
            .ok_or(Error::NotFound)?;
        if event.status != EventStatus::Cancelled {
            settle(&tx, services, &event, now).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

async fn settle(tx: &DatabaseTransaction, services: &Services, event: &event::Model, now: DateTime<Utc>) -> Result<()> {
    let mut sessions = sessions(tx, event.id).await?;
    sessions.retain(|session| session.starts_at > now);
    let rows = sign_up::Entity::find()
        .filter(sign_up::Column::EventId.eq(event.id))
        .all(tx)
        .await?;
    let given = given(&sessions, &rows);
    for turn in &given {
        for row in &turn.instead_of {
            sign_up::Entity::delete_by_id(*row).exec(tx).await?;
        }
        let row = rows.iter().find(|row| row.id == turn.row).ok_or(Error::NotFound)?;
        let mut row = row.clone().into_active_model();
        row.placed_at = Set(Some(now));
        row.update(tx).await?;
    }
    tell::placed(tx, services, event, &sessions, &rows, &given).await
}

/// A place given to somebody who waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub row: RowId,
    pub session: SessionId,
    /// Their places in sessions at the same time, which they give up for it.
    pub instead_of: Vec<RowId>,
}

/// Who gets a place: in each session as many as are free, longest waiting first. A place given up for another is given on
/// in turn. Whoever has a place keeps it, also where there are fewer than there were.
pub(super) fn given(sessions: &[session::Model], rows: &[sign_up::Model]) -> Vec<Turn> {
    let with_places: Vec<&session::Model> = sessions.iter().filter(|session| session.sign_up_places.is_some()).collect();
    let of = |id: SessionId| with_places.iter().find(|session| session.id == id).copied();
    let mut rows: Vec<sign_up::Model> = rows.to_vec();
    rows.sort_by_key(|row| (row.since, row.id));
    let mut given: Vec<Turn> = Vec::new();
    // Each round gives one place to one who waits, and nobody who has one waits again: it comes to an end.
    loop {
        let next = with_places.iter().find_map(|session| {
            let mine = || rows.iter().filter(|row| row.session_id == session.id);
            let taken = mine().filter(|row| row.placed_at.is_some()).count();
            let is_free = session
                .sign_up_places
                .is_some_and(|places| taken < usize::try_from(places).unwrap_or(0));
            let first = mine().find(|row| row.placed_at.is_none()).filter(|_| is_free)?;
            Some((*session, first.clone()))
        });
        let Some((session, first)) = next else { return given };
        let others: Vec<RowId> = rows
            .iter()
            .filter(|row| {
                row.participant_id == first.participant_id
                    && row.placed_at.is_some()
                    && of(row.session_id).is_some_and(|other| overlap(session, other))
            })
            .map(|row| row.id)
            .collect();
        rows.retain(|row| !others.contains(&row.id));
        for row in rows.iter_mut().filter(|row| row.id == first.id) {
            row.placed_at = Some(first.since);
        }
        // What was itself given a moment ago is given up before anybody hears of it, and what went for it stays gone.
        let mut instead_of = Vec::new();
        for other in others {
            match given.iter().position(|turn| turn.row == other) {
                Some(at) => instead_of.extend(given.remove(at).instead_of.into_iter().chain([other])),
                None => instead_of.push(other),
            }
        }
        given.push(Turn {
            row: first.id,
            session: session.id,
            instead_of,
        });
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::{
        agenda::{SessionKind, SessionStatus},
        ids::ParticipantId,
    };
    use chrono::{TimeDelta, TimeZone};

    fn at(minutes: i64) -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2027, 3, 11, 9, 0, 0).unwrap() + TimeDelta::minutes(minutes)
    }

    fn session(id: i64, starts: i64, ends: i64, places: Option<i32>) -> session::Model {
        session::Model {
            id: SessionId(id),
            event_id: EventId(1),
            code: format!("s{id}"),
            title: format!("Session {id}"),
            kind: SessionKind::Workshop,
            status: SessionStatus::Planned,
            starts_wall: at(starts).naive_utc(),
            ends_wall: at(ends).naive_utc(),
            starts_at: at(starts),
            ends_at: at(ends),
            room_id: None,
            track_id: None,
            cpd: true,
            participatory: true,
            discussion: false,
            domain: None,
            content_note: None,
            sign_up_places: places,
        }
    }

    fn row(id: i64, session: i64, who: i64, placed: bool) -> sign_up::Model {
        sign_up::Model {
            id: RowId(id),
            event_id: EventId(1),
            session_id: SessionId(session),
            participant_id: ParticipantId(who),
            since: at(id),
            placed_at: placed.then(|| at(id)),
        }
    }

    #[test]
    fn whoever_waits_longest_is_first_and_only_free_places_are_given() {
        let sessions = [session(1, 0, 60, Some(2))];
        let rows = [row(3, 1, 30, false), row(1, 1, 10, true), row(2, 1, 20, false)];
        let given = given(&sessions, &rows);
        assert_eq!(given.iter().map(|turn| turn.row).collect::<Vec<_>>(), [RowId(2)]);
    }

    #[test]
    fn a_place_given_up_for_another_goes_on_to_the_next() {
        let sessions = [session(1, 0, 60, Some(1)), session(2, 30, 90, Some(1))];
        // Ten has a place in 2 and waits for 1, which is free; twenty waits for 2.
        let rows = [row(1, 2, 10, true), row(2, 1, 10, false), row(3, 2, 20, false)];
        let given = given(&sessions, &rows);
        assert_eq!(
            given,
            [
                Turn {
                    row: RowId(2),
                    session: SessionId(1),
                    instead_of: vec![RowId(1)]
                },
                Turn {
                    row: RowId(3),
                    session: SessionId(2),
                    instead_of: Vec::new()
                },
            ]
        );
    }

    #[test]
    fn one_session_across_two_others_takes_both_places() {
        let sessions = [
            session(1, 0, 45, Some(1)),
            session(2, 60, 105, Some(1)),
            session(3, 30, 75, Some(1)),
        ];
        let rows = [row(1, 1, 10, true), row(2, 2, 10, true), row(3, 3, 10, false)];
        let given = given(&sessions, &rows);
        assert_eq!(given.len(), 1);
        assert_eq!(
            (given[0].row, given[0].instead_of.as_slice()),
            (RowId(3), &[RowId(1), RowId(2)][..])
        );
    }

    #[test]
    fn whoever_has_a_place_keeps_it_where_there_are_fewer() {
        let sessions = [session(1, 0, 60, Some(1)), session(2, 60, 90, None)];
        let rows = [row(1, 1, 10, true), row(2, 1, 20, true), row(3, 1, 30, false), row(4, 2, 40, false)];
        assert_eq!(given(&sessions, &rows), []);
    }

    /// Whatever was asked for: no session is over-filled by giving, nobody ends in two places at once, and nobody waits
    /// where a place is free.
    #[test]
    fn giving_fills_what_is_free_and_seats_nobody_twice() {
        let mut seed = 7_u64;
        let mut dice = move |sides: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % sides
        };
        for _ in 0..300 {
            let sessions: Vec<session::Model> = (1..=4)
                .map(|id| {
                    let starts = i64::try_from(dice(4) * 30).unwrap();
                    session(id, starts, starts + 45, Some(i32::try_from(dice(4)).unwrap()))
                })
                .collect();
            let mut rows: Vec<sign_up::Model> = Vec::new();
            for id in 1..=12 {
                let (on, who) = (i64::try_from(dice(4)).unwrap() + 1, i64::try_from(dice(6)).unwrap() + 1);
                if rows.iter().all(|row| (row.session_id.0, row.participant_id.0) != (on, who)) {
                    rows.push(row(id, on, who, false));
                }
            }
            let given = given(&sessions, &rows);
            let seated = |on: SessionId| given.iter().filter(|turn| turn.session == on).count();
            for session in &sessions {
                let places = usize::try_from(session.sign_up_places.unwrap()).unwrap();
                assert!(seated(session.id) <= places);
            }
            let who = |turn: &Turn| rows.iter().find(|row| row.id == turn.row).unwrap().participant_id;
            let find = |id: SessionId| sessions.iter().find(|session| session.id == id).unwrap();
            for one in &given {
                for other in given.iter().filter(|other| who(other) == who(one)) {
                    assert!(!overlap(find(one.session), find(other.session)), "{given:?}");
                }
            }
        }
    }
}
