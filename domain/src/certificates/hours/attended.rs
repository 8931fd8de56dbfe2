//! Who was where, piece by piece of the day, and what the event's rule makes of it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::scans::{self, Presence, Slot};
use super::whole_minutes::{self, Earned, MINUTE, whole};
use super::{Offered, Rule, Scan, Session, Working};
use crate::events::{CpdParticipatory, CpdRule};

/// What the programme offers: the length of the union of its CPD sessions, and how much of that can be
/// participatory.
#[must_use]
pub fn offered(sessions: &[Session], rule: &Rule) -> Offered {
    let slots = scans::programme(sessions);
    let of_days = |count: fn(&Session) -> bool| whole(by_day(&slots, count).into_values().map(|time| rule.capped(time / MINUTE)).sum());
    let minutes = of_days(|session| session.cpd);
    let participatory_minutes = match rule.participatory {
        CpdParticipatory::BySession => of_days(|session| session.cpd && session.participatory),
        CpdParticipatory::WholeEvent => minutes,
    };
    Offered {
        minutes,
        participatory_minutes,
    }
}

/// The milliseconds of each day in which any of the CPD sessions that `count` runs.
fn by_day(slots: &[Slot], count: impl Fn(&Session) -> bool) -> BTreeMap<NaiveDate, u64> {
    let mut days = BTreeMap::new();
    for (from, until) in stretches(slots, []) {
        let running = slots.iter().filter(|slot| slot.session.cpd && slot.runs(from, until));
        let (mut day, mut counts) = (None, false);
        for slot in running {
            day = day.or(Some(slot.session.day));
            counts |= count(slot.session);
        }
        if let Some(day) = day.filter(|_| counts) {
            *days.entry(day).or_default() += length(from, until);
        }
    }
    days
}

/// The time of the programme, cut wherever a session begins or ends, and at `more` instants.
fn stretches(slots: &[Slot], more: impl IntoIterator<Item = DateTime<Utc>>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    let mut edges: Vec<DateTime<Utc>> = slots.iter().flat_map(|slot| [slot.starts, slot.ends]).collect();
    edges.extend(more);
    edges.sort_unstable();
    edges.dedup();
    edges.windows(2).map(|edge| (edge[0], edge[1])).collect()
}

fn length(from: DateTime<Utc>, until: DateTime<Utc>) -> u64 {
    u64::try_from((until - from).num_milliseconds()).unwrap_or(0)
}

/// What one participant earned by `rule`, from their `scans` of the `sessions` of one event.
///
/// Gives a line for every session. What counts, and how it is rounded, is told at the top of this module.
#[must_use]
pub fn work_out(sessions: &[Session], scans: &[Scan], rule: &Rule) -> Working {
    let slots = scans::programme(sessions);
    let presence = scans::read(&slots, scans);
    let by_door = by_door(&slots, &presence);
    let pieces = cut(&slots, &presence, &by_door);
    let day = Day {
        slots,
        presence,
        by_door,
        pieces,
    };
    let credit = day.credit(rule);
    let earned = day.earned(rule, &credit);
    let (total, each) = whole_minutes::share_out(&earned);

    let line = |i: usize| day.line(i, each[i], rule, &credit, earned[i].is_capped);
    let lines = (0..day.slots.len()).map(line).collect();
    Working {
        minutes: total.all,
        shown_minutes: rule.shown(total.all),
        participatory_minutes: total.participatory,
        shown_participatory_minutes: rule.shown(total.participatory),
        lines,
        flags: day.presence.flags,
    }
}

/// The slots in which time at the event counts: not scanned, nor any beside them, and CPD all of them.
fn by_door(slots: &[Slot], presence: &Presence) -> Vec<bool> {
    let open = |i: usize| slots[i].session.cpd && !presence.seen[i].scanned;
    (0..slots.len())
        .map(|i| open(i) && slots[i].beside.iter().all(|&j| open(j)))
        .collect()
}

/// A stretch of time in which nothing begins or ends.
pub(super) struct Piece {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// The slots running, in order.
    pub running: Vec<usize>,
    /// The slots the person may have been in: the one they scanned last, or all that count by the door.
    /// The first has the time on its line.
    pub held: Vec<usize>,
    /// Rests on an arrival without a leave.
    pub never_left: bool,
}

impl Piece {
    fn length(&self) -> u64 {
        length(self.from, self.until)
    }
}

/// The time of the programme in pieces. A slot that was scanned and one that counts by the door never run
/// in the same piece, since they would be beside each other.
fn cut(slots: &[Slot], presence: &Presence, by_door: &[bool]) -> Vec<Piece> {
    let visits = || presence.seen.iter().flat_map(|seen| &seen.visits).chain(&presence.door);
    let piece = |(from, until)| {
        let running: Vec<usize> = (0..slots.len()).filter(|&i| slots[i].runs(from, until)).collect();
        let last_scanned = running
            .iter()
            .flat_map(|&i| presence.seen[i].visits.iter().map(move |visit| (visit, i)))
            .filter(|(visit, _)| visit.covers(from, until))
            .max_by_key(|(visit, i)| (visit.arrived, *i));
        let at_event = presence.door.iter().find(|visit| visit.covers(from, until));
        let (held, never_left) = match (last_scanned, at_event) {
            (Some((visit, i)), _) => (vec![i], visit.never_left),
            (None, Some(visit)) => (running.iter().copied().filter(|&i| by_door[i]).collect(), visit.never_left),
            (None, None) => (Vec::new(), false),
        };
        Piece {
            from,
            until,
            running,
            held,
            never_left,
        }
    };
    let all = stretches(slots, visits().flat_map(|visit| [visit.from, visit.until]));
    all.into_iter().map(piece).filter(|piece| !piece.running.is_empty()).collect()
}

/// What the rule grants.
pub(super) enum Credit {
    /// The time present.
    AsPresent,
    /// The whole of these slots.
    InFull(Vec<bool>),
    /// Nothing: too much was missed.
    Denied { missed_minutes: u32 },
}

/// Everything known about one participant's event.
pub(super) struct Day<'a> {
    pub slots: Vec<Slot<'a>>,
    pub presence: Presence,
    pub by_door: Vec<bool>,
    pub pieces: Vec<Piece>,
}

impl Day<'_> {
    pub fn length(&self, i: usize) -> u64 {
        length(self.slots[i].starts, self.slots[i].ends)
    }

    pub fn is_cpd(&self, i: usize) -> bool {
        self.slots[i].session.cpd
    }

    /// Milliseconds the person may have been in this slot. By the door, parallel slots share them.
    pub fn present(&self, i: usize) -> u64 {
        self.pieces.iter().filter(|piece| piece.held.contains(&i)).map(Piece::length).sum()
    }

    fn credit(&self, rule: &Rule) -> Credit {
        match rule.rule {
            CpdRule::Proportional => Credit::AsPresent,
            CpdRule::PerSessionThreshold => {
                let percent = u64::from(rule.threshold_percent.min(100));
                let enough = |i| {
                    let present = self.present(i);
                    self.is_cpd(i) && present > 0 && present * 100 >= self.length(i) * percent
                };
                Credit::InFull((0..self.slots.len()).map(enough).collect())
            }
            CpdRule::AllOrNothing => {
                let counts = |piece: &&Piece| piece.held.first().is_some_and(|&i| self.is_cpd(i));
                let attended: u64 = self.pieces.iter().filter(counts).map(Piece::length).sum();
                let offered: u64 = by_day(&self.slots, |session| session.cpd).into_values().sum();
                let missed = offered.saturating_sub(attended);
                let missed_minutes = whole(missed / MINUTE);
                if attended > 0 && missed_minutes <= rule.grace_minutes {
                    Credit::InFull((0..self.slots.len()).map(|i| self.is_cpd(i)).collect())
                } else {
                    Credit::Denied { missed_minutes }
                }
            }
        }
    }

    /// The slot on whose line a piece is counted.
    fn counted_in(&self, piece: &Piece, credit: &Credit) -> Option<usize> {
        match credit {
            Credit::AsPresent => piece.held.first().copied().filter(|&i| self.is_cpd(i)),
            Credit::InFull(full) => piece.held.iter().chain(&piece.running).copied().find(|&i| full[i]),
            Credit::Denied { .. } => None,
        }
    }

    fn earned(&self, rule: &Rule, credit: &Credit) -> Vec<Earned> {
        let mut earned = vec![Earned::default(); self.slots.len()];
        let mut days: BTreeMap<NaiveDate, u64> = BTreeMap::new();
        let marked = |&i: &usize| self.slots[i].session.participatory;
        let mut counted: Vec<(&Piece, usize, bool)> = Vec::new();
        for piece in &self.pieces {
            let Some(i) = self.counted_in(piece, credit) else { continue };
            let participatory = match rule.participatory {
                CpdParticipatory::WholeEvent => true,
                CpdParticipatory::BySession => marked(&i) && (self.presence.seen[i].scanned || piece.running.iter().all(marked)),
            };
            counted.push((piece, i, participatory));
        }
        // A day that is full is full of its participatory time first: being there longer then never lowers either.
        counted.sort_by_key(|(_, _, participatory)| !participatory);
        for (piece, i, participatory) in counted {
            let time = if participatory {
                &mut earned[i].participatory
            } else {
                &mut earned[i].other
            };
            let day = piece.running.iter().find(|&&i| self.is_cpd(i)).map_or(i, |&first| first);
            let done = days.entry(self.slots[day].session.day).or_default();
            let room = rule.day_cap_minutes.map_or(u64::MAX, |cap| u64::from(cap) * MINUTE) - *done;
            let counts = piece.length().min(room);
            *done += counts;
            *time += counts;
            earned[i].is_capped |= counts < piece.length();
        }
        earned
    }
}
