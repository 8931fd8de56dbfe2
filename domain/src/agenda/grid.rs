//! An agenda as a grid to edit: time down, rooms across, minutes on the clock of the event. Pure, and compiled for the
//! browser, so that what is dragged is measured by the very rules that count hours and find clashes.

use super::{
    SessionKind,
    clashes::{self, Slot as Taken},
};
use crate::certificates::hours::{self, Offered};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Sessions start and end on these minutes when they are dragged.
pub const STEP: i32 = 5;
/// The shortest a session can be dragged to, in minutes.
pub const SHORTEST: i32 = 5;

/// Everything the grid shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grid {
    pub days: Vec<Day>,
    /// Columns; the first is for what has no room.
    pub rooms: Vec<Room>,
    /// In order of time. Cancelled ones are not on it.
    pub sessions: Vec<Session>,
    /// What the agenda that is out offers, if it is out, in minutes.
    pub published_minutes: Option<u32>,
    /// Hours the event's own words promise, in minutes, each with the words.
    pub promised: Vec<(String, u32)>,
    /// The last change, if it can be undone: its id, and what it was.
    pub undo: Option<(i64, String)>,
    /// Something waits to be published.
    pub waits: bool,
}

/// A day of the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// As `2027-03-12`.
    pub date: String,
    /// Days after the first of 1970, so that the browser need not read dates.
    pub number: i32,
    /// "Friday 12 March 2027".
    pub words: String,
    /// The event's first and last minute on that day, after midnight.
    pub from: i32,
    pub until: i32,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Empty for the column of what has none.
    pub code: String,
    pub name: String,
}

/// A session on the grid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub code: String,
    pub title: String,
    pub kind: SessionKind,
    pub at: Place,
    pub speakers: Vec<String>,
    pub cpd: bool,
    pub participatory: bool,
    /// What tells this state of it from the next.
    pub seen: String,
}

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Index of the day it starts on.
    pub day: usize,
    /// Minutes after midnight of that day; `until` may be past the next.
    pub from: i32,
    pub until: i32,
    /// Index of its column.
    pub room: usize,
}

impl Place {
    #[must_use]
    pub fn minutes(self) -> i32 {
        self.until - self.from
    }

    /// Moved by some minutes and columns, within the day and the columns there are. Its length stays.
    #[must_use]
    pub fn moved(self, grid: &Grid, minutes: i32, columns: i32) -> Self {
        let Some(day) = grid.days.get(self.day) else { return self };
        let length = self.minutes();
        let from = (self.from + minutes).min(day.until - length).max(day.from);
        let last = i32::try_from(grid.rooms.len()).unwrap_or(1) - 1;
        let room = (i32::try_from(self.room).unwrap_or(0) + columns).clamp(0, last.max(0));
        Self {
            from,
            until: from + length,
            room: usize::try_from(room).unwrap_or(0),
            ..self
        }
    }

    /// Ending some minutes later or earlier, within the day, and never shorter than [`SHORTEST`].
    #[must_use]
    pub fn stretched(self, grid: &Grid, minutes: i32) -> Self {
        let Some(day) = grid.days.get(self.day) else { return self };
        let until = (self.until + minutes).min(day.until.max(self.until)).max(self.from + SHORTEST);
        Self { until, ..self }
    }

    /// "9:30am to 11am".
    #[must_use]
    pub fn words(self) -> String {
        format!("{} to {}", clock(self.from), clock(self.until))
    }
}

/// The nearest step to a minute.
#[must_use]
pub fn snap(minute: f64) -> i32 {
    let steps = (minute / f64::from(STEP)).round();
    #[expect(clippy::cast_possible_truncation, reason = "clamped to what a week holds")]
    let steps = steps.clamp(-2_100.0, 2_100.0) as i32;
    steps * STEP
}

/// A minute of the day as it is said: "9:30am", "12 noon" as "12pm".
#[must_use]
pub fn clock(minute: i32) -> String {
    let minute = minute.rem_euclid(1_440);
    let (hour, rest) = (minute / 60, minute % 60);
    let half = if hour < 12 { "am" } else { "pm" };
    let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
    if rest == 0 {
        format!("{hour}{half}")
    } else {
        format!("{hour}:{rest:02}{half}")
    }
}

/// Where a session is drawn: beside others of its room that run meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    pub at: Place,
    /// Counted from 0, of `of`.
    pub lane: usize,
    pub of: usize,
}

impl Grid {
    /// The grid with one session elsewhere.
    #[must_use]
    pub fn with(&self, code: &str, at: Place) -> Self {
        let mut grid = self.clone();
        grid.sessions
            .iter_mut()
            .filter(|session| session.code == code)
            .for_each(|session| session.at = at);
        grid
    }

    #[must_use]
    pub fn find(&self, code: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.code == code)
    }

    /// Times as instants of a clock that never changes: good for comparing, and for nothing else.
    fn instants(&self, at: Place) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let midnight = i64::from(self.days.get(at.day)?.number) * 1_440;
        let after = |minutes: i32| DateTime::from_timestamp((midnight + i64::from(minutes)) * 60, 0);
        after(at.from).zip(after(at.until))
    }

    /// Rooms and speakers needed twice at once, in words.
    #[must_use]
    pub fn clashes(&self) -> Vec<String> {
        let taken = self.sessions.iter().filter_map(|session| {
            let (starts, ends) = self.instants(session.at)?;
            let room = self.rooms.get(session.at.room).filter(|room| !room.code.is_empty());
            Some(Taken {
                title: session.title.clone(),
                starts,
                ends,
                room: room.map(|room| room.name.clone()),
                speakers: session.speakers.clone(),
            })
        });
        clashes::clashes(&taken.collect::<Vec<_>>())
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    /// What it offers under `rule`. (The hour the clocks change in is not known here; the server counts again.)
    #[must_use]
    pub fn offered(&self, rule: &hours::Rule) -> Offered {
        let sessions = self.sessions.iter().filter_map(|session| {
            let (starts, ends) = self.instants(session.at)?;
            Some(hours::Session {
                code: session.code.clone(),
                title: session.title.clone(),
                day: starts.date_naive(),
                starts,
                ends,
                cpd: session.cpd && session.kind.may_count(),
                participatory: session.participatory,
            })
        });
        hours::offered(&sessions.collect::<Vec<_>>(), rule)
    }

    /// What no longer holds when it offers so many minutes: what is published, and what the event's words promise.
    #[must_use]
    pub fn broken_promises(&self, minutes: u32) -> Vec<String> {
        let offers = hours::hours_in_words(minutes);
        let published = self.published_minutes.filter(|published| *published != minutes).map(|published| {
            format!(
                "The agenda that is out offers {}, and this one {offers}.",
                hours::hours_in_words(published)
            )
        });
        let promised = self
            .promised
            .iter()
            .filter(|(_, promised)| *promised != minutes)
            .map(|(words, _)| format!("The event says “{words}”, and the agenda offers {offers}."));
        published.into_iter().chain(promised).collect()
    }

    /// Where each session is drawn, in the order of [`Self::sessions`].
    #[must_use]
    pub fn lanes(&self) -> Vec<Lane> {
        let mut order: Vec<usize> = (0..self.sessions.len()).collect();
        let key = |i: &usize| {
            let at = self.sessions[*i].at;
            (at.day, at.room, at.from, -at.until, *i)
        };
        order.sort_by_key(key);
        let mut lanes: Vec<Lane> = self
            .sessions
            .iter()
            .map(|session| Lane {
                at: session.at,
                lane: 0,
                of: 1,
            })
            .collect();
        let mut begin = 0;
        while begin < order.len() {
            // A cluster: sessions of one room that overlap, each with some other of it.
            let first = self.sessions[order[begin]].at;
            let (mut end, mut latest) = (begin, first.from);
            let mut free: Vec<i32> = Vec::new();
            while let Some(at) = order.get(end).map(|i| self.sessions[*i].at) {
                let is_apart = (at.day, at.room) != (first.day, first.room) || (end > begin && at.from >= latest);
                if is_apart {
                    break;
                }
                let lane = free.iter().position(|until| *until <= at.from).unwrap_or(free.len());
                if lane == free.len() {
                    free.push(at.until);
                } else {
                    free[lane] = at.until;
                }
                lanes[order[end]].lane = lane;
                latest = latest.max(at.until);
                end += 1;
            }
            for i in &order[begin..end] {
                lanes[*i].of = free.len().max(1);
            }
            begin = end;
        }
        lanes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(sessions: &[(&str, usize, i32, i32, bool)]) -> Grid {
        Grid {
            days: vec![Day {
                date: "2027-03-12".to_owned(),
                number: 20_889,
                words: "Friday 12 March 2027".to_owned(),
                from: 540,
                until: 960,
            }],
            rooms: ["", "hall", "studio"]
                .map(|code| Room {
                    code: code.to_owned(),
                    name: code.to_owned(),
                })
                .into(),
            sessions: sessions
                .iter()
                .map(|(code, room, from, until, cpd)| Session {
                    code: (*code).to_owned(),
                    title: (*code).to_owned(),
                    kind: SessionKind::Talk,
                    at: Place {
                        day: 0,
                        from: *from,
                        until: *until,
                        room: *room,
                    },
                    speakers: Vec::new(),
                    cpd: *cpd,
                    participatory: false,
                    seen: String::new(),
                })
                .collect(),
            ..Grid::default()
        }
    }

    #[test]
    fn a_session_moves_within_its_day_and_keeps_its_length() {
        let grid = grid(&[("a", 1, 570, 660, true)]);
        let at = grid.sessions[0].at;
        let is = |at: Place| (at.from, at.until, at.room);
        assert_eq!(is(at.moved(&grid, 30, 1)), (600, 690, 2));
        assert_eq!(is(at.moved(&grid, -300, -5)), (540, 630, 0));
        assert_eq!(is(at.moved(&grid, 600, 9)), (870, 960, 2));
        assert_eq!(is(at.stretched(&grid, 400)), (570, 960, 1));
        assert_eq!(is(at.stretched(&grid, -400)), (570, 575, 1));
    }

    #[test]
    fn one_longer_than_its_day_begins_with_it() {
        let grid = grid(&[("a", 1, 540, 1_200, true)]);
        let at = grid.sessions[0].at;
        assert_eq!(at.moved(&grid, 60, 0), at);
        assert_eq!(at.stretched(&grid, 60), at, "it gets no longer, and no shorter by asking for more");
    }

    #[test]
    fn minutes_snap_and_are_said() {
        assert_eq!([snap(12.4), snap(12.6), snap(-2.6), snap(f64::INFINITY)], [10, 15, -5, 10_500]);
        assert_eq!([clock(570), clock(720), clock(0), clock(1_500)], ["9:30am", "12pm", "12am", "1am"]);
    }

    #[test]
    fn what_overlaps_in_a_room_stands_side_by_side() {
        let grid = grid(&[
            ("long", 1, 540, 660, true),
            ("short", 1, 550, 580, true),
            ("after-short", 1, 580, 600, true),
            ("apart", 1, 660, 700, true),
            ("elsewhere", 2, 540, 660, true),
        ]);
        let lanes: Vec<_> = grid.lanes().into_iter().map(|lane| (lane.lane, lane.of)).collect();
        assert_eq!(lanes, [(0, 2), (1, 2), (1, 2), (0, 1), (0, 1)]);
    }

    #[test]
    fn dragging_tells_clashes_hours_and_promises_as_it_goes() {
        let mut grid = grid(&[("a", 1, 540, 600, true), ("b", 1, 600, 660, true)]);
        grid.published_minutes = Some(120);
        grid.promised = vec![("2 hours of CPD".to_owned(), 120)];
        let rule = hours::Rule::default();
        assert_eq!((grid.clashes(), grid.offered(&rule).minutes), (vec![], 120));
        assert_eq!(grid.broken_promises(120), Vec::<String>::new());
        let over = grid.with("b", grid.sessions[1].at.moved(&grid, -30, 0));
        assert_eq!(over.clashes(), ["hall is used twice at once: by “a” and “b”."]);
        assert_eq!(over.offered(&rule).minutes, 90);
        assert_eq!(
            over.broken_promises(90),
            [
                "The agenda that is out offers 2 hours, and this one 1.5 hours.",
                "The event says “2 hours of CPD”, and the agenda offers 1.5 hours."
            ]
        );
        // Beside each other, a minute counts once, and what has no room clashes with nothing.
        let beside = grid.with(
            "b",
            Place {
                room: 0,
                ..grid.sessions[0].at
            },
        );
        assert_eq!((beside.clashes(), beside.offered(&rule).minutes), (vec![], 60));
    }
}
