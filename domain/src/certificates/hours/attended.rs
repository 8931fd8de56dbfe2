//! Who was where, piece by piece of the day, and what the event's rule makes of it.

use chrono::{DateTime, Utc};

use super::scans::{self, Presence, Slot};
use super::whole_minutes::{self, Earned, MINUTE, whole};
use super::{Offered, Rule, Scan, Session, Working};
use crate::events::{CpdParticipatory, CpdRule};

/// What the programme offers: the length of the union of its CPD sessions, and how much of that can be
/// participatory.
#[must_use]
pub fn offered(sessions: &[Session], rule: &Rule) -> Offered {
    let slots = scans::programme(sessions);
    let minutes = whole(union(&slots, |session| session.cpd) / MINUTE);
    let participatory_minutes = match rule.participatory {
        CpdParticipatory::BySession => whole(union(&slots, |session| session.cpd && session.participatory) / MINUTE),
        CpdParticipatory::WholeEvent => minutes,
    };
    Offered {
        minutes,
        participatory_minutes,
    }
}

/// The milliseconds in which any of the sessions that `count` runs. `slots` are in order of their start.
fn union(slots: &[Slot], count: impl Fn(&Session) -> bool) -> u64 {
    let mut done: Option<DateTime<Utc>> = None;
    let mut sum = 0;
    for slot in slots.iter().filter(|slot| count(slot.session)) {
        let from = done.map_or(slot.starts, |done| done.max(slot.starts));
        sum += length(from, slot.ends);
        done = Some(done.map_or(slot.ends, |done| done.max(slot.ends)));
    }
    sum
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
    let (total, each) = whole_minutes::share_out(&day.earned(rule, &credit));

    let lines = (0..day.slots.len()).map(|i| day.line(i, each[i], rule, &credit)).collect();
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
    let mut edges: Vec<DateTime<Utc>> = slots.iter().flat_map(|slot| [slot.starts, slot.ends]).collect();
    edges.extend(visits().flat_map(|visit| [visit.from, visit.until]));
    edges.sort_unstable();
    edges.dedup();

    let piece = |edge: &[DateTime<Utc>]| {
        let (from, until) = (edge[0], edge[1]);
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
    edges.windows(2).map(piece).filter(|piece| !piece.running.is_empty()).collect()
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
                let missed = union(&self.slots, |session| session.cpd).saturating_sub(attended);
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
        let marked = |&i: &usize| self.slots[i].session.participatory;
        for piece in &self.pieces {
            let Some(i) = self.counted_in(piece, credit) else { continue };
            let participatory = match rule.participatory {
                CpdParticipatory::WholeEvent => true,
                CpdParticipatory::BySession => marked(&i) && (self.presence.seen[i].scanned || piece.running.iter().all(marked)),
            };
            let time = if participatory {
                &mut earned[i].participatory
            } else {
                &mut earned[i].other
            };
            *time += piece.length();
        }
        earned
    }
}
