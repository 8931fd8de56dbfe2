//! One line of the working: its minutes, and the reason for them.

use super::attended::{Credit, Day, Piece};
use super::whole_minutes::{MINUTE, Minutes, whole};
use super::{Line, Rule, Ruling, Span, Why};

impl Day<'_> {
    pub fn line(&self, i: usize, minutes: Minutes, rule: &Rule, credit: &Credit, is_capped: bool) -> Line {
        let (slot, seen) = (&self.slots[i], &self.presence.seen[i]);
        let why = self.why(i);
        let assumed = matches!(why, Why::Scanned { never_left: true, .. } | Why::AtEvent { never_left: true, .. });
        Line {
            session: slot.session.code.clone(),
            title: self.title(i),
            minutes: minutes.all,
            of_minutes: whole(self.length(i) / MINUTE),
            participatory_minutes: minutes.participatory,
            ruling: match rule.day_cap_minutes.filter(|_| is_capped) {
                Some(cap_minutes) => Some(Ruling::DayIsFull { cap_minutes }),
                None => self.ruling(i, minutes.all, rule, credit),
            },
            adjusted: None,
            spans: self.spans(i),
            named: minutes.all > 0 && self.present(i) > 0 && (seen.scanned || slot.beside.is_empty()),
            flagged: seen.flagged || assumed,
            why,
        }
    }

    fn title(&self, i: usize) -> String {
        self.slots[i].session.title.clone()
    }

    fn spans(&self, i: usize) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for piece in self.pieces.iter().filter(|piece| piece.held.first() == Some(&i)) {
            match spans.last_mut() {
                Some(span) if span.until == piece.from => span.until = piece.until,
                _ => spans.push(Span {
                    from: piece.from,
                    until: piece.until,
                }),
            }
        }
        spans
    }

    fn why(&self, i: usize) -> Why {
        let (slot, seen) = (&self.slots[i], &self.presence.seen[i]);
        if !slot.session.cpd {
            return Why::NotCpd;
        }
        let own: Vec<&Piece> = self.pieces.iter().filter(|piece| piece.held.first() == Some(&i)).collect();
        let never_left = own.iter().any(|piece| piece.never_left);
        if seen.scanned {
            let taken = |piece: &&Piece| seen.visits.iter().any(|visit| visit.covers(piece.from, piece.until));
            let mut taken = self
                .pieces
                .iter()
                .filter(taken)
                .filter_map(|piece| piece.held.first())
                .filter(|&&j| j != i);
            let moved_to = taken.next().map(|&j| self.title(j));
            return match (own.is_empty(), moved_to) {
                (false, moved_to) => Why::Scanned { never_left, moved_to },
                (true, Some(session)) => Why::MovedTo { session },
                (true, None) if seen.arrived => Why::OutsideItsTime,
                (true, None) => Why::NeverArrived,
            };
        }
        if self.by_door[i] {
            let mut shared = self.pieces.iter().filter(|piece| piece.held.contains(&i));
            if !own.is_empty() {
                let with = slot.beside.iter().filter(|j| own.iter().any(|piece| piece.held.contains(j)));
                return Why::AtEvent {
                    never_left,
                    with: with.map(|&j| self.title(j)).collect(),
                };
            }
            return shared.next().map_or(Why::Absent, |piece| Why::CountedIn {
                session: self.title(piece.held[0]),
            });
        }
        if let Some(&j) = slot.beside.iter().find(|&&j| self.presence.seen[j].scanned) {
            return Why::ScannedBeside { session: self.title(j) };
        }
        let at_event = self
            .presence
            .door
            .iter()
            .any(|visit| visit.from < slot.ends && slot.starts < visit.until);
        match slot.beside.iter().find(|&&j| !self.is_cpd(j)) {
            Some(&j) if at_event => Why::Unclear { session: self.title(j) },
            _ => Why::Absent,
        }
    }

    fn ruling(&self, i: usize, minutes: u32, rule: &Rule, credit: &Credit) -> Option<Ruling> {
        let (present, all) = (self.present(i), self.length(i));
        let present_minutes = whole(present / MINUTE);
        match credit {
            _ if !self.is_cpd(i) => None,
            Credit::InFull(full) if full[i] => (minutes > 0 && present < all).then_some(Ruling::InFull { present_minutes }),
            Credit::InFull(_) if present > 0 => Some(Ruling::BelowThreshold {
                present_minutes,
                threshold_percent: rule.threshold_percent.min(100),
            }),
            Credit::Denied { missed_minutes } if present > 0 => Some(Ruling::MissedTooMuch {
                missed_minutes: *missed_minutes,
                grace_minutes: rule.grace_minutes,
            }),
            _ => None,
        }
    }
}
