//! An agenda as time by room: one list a day in reading order, which a wide screen and paper lay out as a grid.
//!
//! The style sheet has classes for eight columns and forty moments; a day beyond that, or with one room only, stays a
//! plain list. What has nothing beside it runs across all rooms, and names its own.

use super::list::{self, Beside};
use crate::ui::time::clock;
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    agenda::queries::{Agenda, Item},
    platform::zones,
};
use leptos::prelude::*;

/// The most columns and moments the style sheet has classes for.
const COLUMNS: usize = 8;
const MOMENTS: usize = 40;
/// What heads the column of sessions without a room that run beside others.
const ELSEWHERE: &str = "Elsewhere";

/// Where one item stands, columns and rows counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    /// `None`: across all rooms.
    column: Option<usize>,
    at: usize,
    to: usize,
}

/// One day laid out: what heads each column, and a cell for each item.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Laid {
    columns: Vec<String>,
    cells: Vec<Cell>,
}

/// The columns of one room (one, or more where sessions in it overlap): when each is free again.
struct Room {
    name: String,
    lanes: Vec<DateTime<Utc>>,
}

/// Lays out the items of one day, in order of time. Nothing where a list says it better.
fn lay_out(items: &[&Item]) -> Option<Laid> {
    let mut moments: Vec<DateTime<Utc>> = items
        .iter()
        .flat_map(|item| [item.session.starts_at, item.session.ends_at])
        .collect();
    moments.sort_unstable();
    moments.dedup();
    let row = |at: DateTime<Utc>| moments.binary_search(&at).map_or(1, |row| row + 1);

    let is_alone = |item: &Item| {
        let (session, overlaps) = (&item.session, |other: &&Item| {
            other.session.id != item.session.id
                && other.session.starts_at < item.session.ends_at
                && item.session.starts_at < other.session.ends_at
        });
        !items.iter().any(overlaps) && session.starts_at < session.ends_at
    };
    let mut rooms: Vec<Room> = Vec::new();
    // Which room and which lane of it; a column's number is known when all lanes are.
    let placed: Vec<Option<(usize, usize)>> = items
        .iter()
        .map(|item| {
            if is_alone(item) {
                return None;
            }
            let name = item.room.as_deref().unwrap_or(ELSEWHERE);
            let room = rooms.iter().position(|room| room.name == name).unwrap_or_else(|| {
                rooms.push(Room {
                    name: name.to_owned(),
                    lanes: Vec::new(),
                });
                rooms.len() - 1
            });
            let lanes = &mut rooms[room].lanes;
            let lane = lanes.iter().position(|free| *free <= item.session.starts_at).unwrap_or_else(|| {
                lanes.push(item.session.starts_at);
                lanes.len() - 1
            });
            lanes[lane] = item.session.ends_at;
            Some((room, lane))
        })
        .collect();
    let mut order: Vec<usize> = (0..rooms.len()).collect();
    order.sort_by(|a, b| {
        let key = |room: usize| (rooms[room].name == ELSEWHERE, rooms[room].name.to_lowercase());
        key(*a).cmp(&key(*b))
    });
    let columns: Vec<(usize, usize)> = order
        .iter()
        .flat_map(|room| (0..rooms[*room].lanes.len()).map(|lane| (*room, lane)))
        .collect();
    if !(2..=COLUMNS).contains(&columns.len()) || moments.len() > MOMENTS {
        return None;
    }
    let cells = items
        .iter()
        .zip(placed)
        .map(|(item, placed)| Cell {
            column: placed
                .and_then(|placed| columns.iter().position(|column| *column == placed))
                .map(|column| column + 1),
            at: row(item.session.starts_at),
            to: row(item.session.ends_at),
        })
        .collect();
    Some(Laid {
        columns: columns.iter().map(|(room, _)| rooms[*room].name.clone()).collect(),
        cells,
    })
}

/// The agenda, a heading and a grid a day. What runs at `now` says so, and what comes next.
#[component]
pub fn AgendaGrid(agenda: Agenda, now: DateTime<Utc>) -> impl IntoView {
    let mut days: Vec<(NaiveDate, Vec<&Item>)> = Vec::new();
    for item in &agenda.items {
        let day = item.session.starts_wall.date();
        match days.iter_mut().find(|(date, _)| *date == day) {
            Some((_, items)) => items.push(item),
            None => days.push((day, vec![item])),
        }
    }
    let next = next(&agenda, now);
    let lists = days
        .into_iter()
        .map(|(date, items)| {
            let laid = lay_out(&items);
            let heads = laid.iter().flat_map(|laid| laid.columns.iter().zip(1..)).map(|(name, column)| {
                view! { <li class=format!("rooms__name room--{column}") aria-hidden="true">{name.clone()}</li> }
            });
            let heads = heads.collect_view();
            let rows = items
                .iter()
                .enumerate()
                .map(|(i, item)| row(&agenda, item, laid.as_ref().map(|laid| laid.cells[i]), state(item, now, next)))
                .collect_view();
            let class = laid.as_ref().map_or_else(
                || "agenda".to_owned(),
                |laid| format!("agenda agenda--rooms rooms--{}", laid.columns.len()),
            );
            view! {
                <section class="agenda__day stack">
                    <h2>{zones::date(date)}</h2>
                    <ol class=class>{heads}{rows}</ol>
                </section>
            }
        })
        .collect_view();
    view! { <div class="stack-l">{lists}</div> }
}

/// When what comes next begins: on the day of the event only, when something has begun or begins within an hour.
fn next(agenda: &Agenda, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let starts = agenda.items.iter().map(|item| item.session.starts_at);
    let next = starts.clone().filter(|starts| *starts > now).min()?;
    let has_begun = starts
        .clone()
        .any(|starts| starts <= now && now - starts < chrono::TimeDelta::hours(12));
    (has_begun || next - now <= chrono::TimeDelta::hours(1)).then_some(next)
}

/// "On now" or "Next", for what is.
fn state(item: &Item, now: DateTime<Utc>, next: Option<DateTime<Utc>>) -> Option<&'static str> {
    if item.session.starts_at <= now && now < item.session.ends_at {
        Some("On now")
    } else {
        next.filter(|next| *next == item.session.starts_at).map(|_| "Next")
    }
}

fn row(agenda: &Agenda, item: &Item, cell: Option<Cell>, state: Option<&'static str>) -> AnyView {
    let starts = item.session.starts_wall;
    let mut classes = Vec::new();
    if let Some(cell) = cell {
        classes.extend(cell.column.map(|column| format!("room--{column}")));
        classes.extend([format!("at--{}", cell.at), format!("to--{}", cell.to)]);
    }
    let is_pause = list::is_pause(item) && cell.is_none_or(|cell| cell.column.is_none());
    if is_pause {
        classes.push("pause".to_owned());
    }
    if state == Some("On now") {
        classes.push("now".to_owned());
    }
    let class = (!classes.is_empty()).then(|| classes.join(" "));
    let tag = state.map(|state| view! { <span class="tag tag--go">{state}</span>" " });
    let inner = if is_pause {
        view! { <p>{tag}{list::pause_words(item)}</p> }.into_any()
    } else {
        view! { <div class="solo">{tag.map(|tag| view! { <p>{tag}</p> })}{list::session(agenda, item, Beside::Nothing)}</div> }.into_any()
    };
    view! {
        <li class=class>
            <time datetime=starts.format("%Y-%m-%dT%H:%M").to_string()>{clock(starts.time())}</time>
            {inner}
        </li>
    }
    .into_any()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use chrono::TimeDelta;
    use domain::{
        agenda::{SessionKind, SessionStatus, entity::session},
        ids::{EventId, SessionId},
    };

    fn item(id: i64, kind: SessionKind, from: i64, until: i64, room: &str) -> Item {
        let at = |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        Item {
            session: session::Model {
                id: SessionId(id),
                event_id: EventId(1),
                code: format!("s{id}"),
                title: format!("Session {id}"),
                kind,
                status: SessionStatus::Planned,
                starts_wall: at(from).naive_utc(),
                ends_wall: at(until).naive_utc(),
                starts_at: at(from),
                ends_at: at(until),
                room_id: None,
                track_id: None,
                cpd: true,
                participatory: false,
                discussion: false,
                domain: None,
                content_note: None,
                sign_up_places: None,
            },
            room: (!room.is_empty()).then(|| room.to_owned()),
            track: None,
            speakers: Vec::new(),
        }
    }

    fn laid(items: &[Item]) -> Option<Laid> {
        lay_out(&items.iter().collect::<Vec<_>>())
    }

    fn cells(laid: &Laid) -> Vec<(Option<usize>, usize, usize)> {
        laid.cells.iter().map(|cell| (cell.column, cell.at, cell.to)).collect()
    }

    #[test]
    fn rooms_stand_side_by_side_and_what_is_alone_runs_across() {
        use SessionKind::{Break, Talk, Workshop};
        let laid = laid(&[
            item(1, Talk, 0, 60, "Main hall"),
            item(2, Break, 60, 75, "Main hall"),
            item(3, Workshop, 75, 135, "Studio"),
            item(4, Workshop, 75, 120, "Main hall"),
            item(5, Talk, 135, 150, ""),
        ])
        .unwrap();
        assert_eq!(laid.columns, ["Main hall", "Studio"]);
        assert_eq!(
            cells(&laid),
            [(None, 1, 2), (None, 2, 3), (Some(2), 3, 5), (Some(1), 3, 4), (None, 5, 6)]
        );
    }

    #[test]
    fn nothing_lies_on_top_of_anything() {
        use SessionKind::{Exhibition, Talk};
        // An exhibition all day without a room, and two talks in one room at once.
        let laid = laid(&[
            item(1, Exhibition, 0, 300, ""),
            item(2, Talk, 0, 60, "Hall"),
            item(3, Talk, 30, 90, "Hall"),
            item(4, Talk, 60, 90, "Hall"),
        ])
        .unwrap();
        assert_eq!(laid.columns, ["Hall", "Hall", ELSEWHERE]);
        assert_eq!(
            laid.cells.iter().map(|cell| cell.column).collect::<Vec<_>>(),
            [Some(3), Some(1), Some(2), Some(1)]
        );
    }

    #[test]
    fn one_room_alone_and_more_than_the_sheet_has_classes_for_stay_a_list() {
        let talk = |id: i64, from: i64, room: &str| item(id, SessionKind::Talk, from, from + 10, room);
        assert_eq!(laid(&[talk(1, 0, "Hall"), talk(2, 10, "Hall")]), None);
        let nine: Vec<Item> = (1..=9).map(|n| talk(n, 0, &format!("Room {n}"))).collect();
        assert_eq!(laid(&nine), None);
        let many: Vec<Item> = (0..41)
            .map(|n| talk(n, n * 10, if n % 2 == 0 { "Hall" } else { "Studio" }))
            .collect();
        assert_eq!(laid(&many), None);
    }
}
