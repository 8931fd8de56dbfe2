//! What an organiser gives or takes besides what was scanned.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Rule, Session, Working, offered};
use crate::events::CpdParticipatory;

/// Minutes given to somebody in a session, or taken, with the reason. One that was taken back is not passed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjustment {
    /// The session's code.
    pub session: String,
    /// Below nought where minutes are taken.
    pub minutes: i32,
    pub reason: String,
}

impl Working {
    /// The working after `adjustments`, in their order. Each moves the line of its session, between nothing and the
    /// length of the session, as far as the event and the day offer that much. A session that is not CPD, or is not in
    /// the programme, takes none.
    #[must_use]
    pub fn adjusted(mut self, sessions: &[Session], rule: &Rule, adjustments: &[Adjustment]) -> Self {
        let all = offered(sessions, rule);
        let mut of_day: BTreeMap<NaiveDate, u32> = BTreeMap::new();
        let find = |code: &str| sessions.iter().find(|session| session.code == code);
        for line in &self.lines {
            if let Some(session) = find(&line.session) {
                *of_day.entry(session.day).or_default() += line.minutes;
            }
        }
        for adjustment in adjustments {
            let Some(session) = find(&adjustment.session).filter(|session| session.cpd) else {
                continue;
            };
            let Some(line) = self.lines.iter_mut().find(|line| line.session == session.code) else {
                continue;
            };
            let done = of_day.entry(session.day).or_default();
            let room = [
                line.of_minutes.saturating_sub(line.minutes),
                all.minutes.saturating_sub(self.minutes),
                rule.day_cap_minutes.map_or(u32::MAX, |cap| cap.saturating_sub(*done)),
            ];
            let room = room.into_iter().min().unwrap_or_default();
            let by = adjustment.minutes.unsigned_abs();
            let adjusted = line.adjusted.get_or_insert_default();
            adjusted.reasons.push(adjustment.reason.clone());
            let (before, participatory) = (
                line.participatory_minutes,
                matches!(rule.participatory, CpdParticipatory::WholeEvent) || session.participatory,
            );
            if adjustment.minutes >= 0 {
                let by = by.min(room);
                line.minutes += by;
                self.minutes += by;
                *done += by;
                adjusted.minutes += by.cast_signed();
                line.named |= by > 0;
                if participatory {
                    line.participatory_minutes += by.min(all.participatory_minutes.saturating_sub(self.participatory_minutes));
                }
            } else {
                let by = by.min(line.minutes);
                line.minutes -= by;
                self.minutes -= by;
                *done -= by;
                adjusted.minutes -= by.cast_signed();
                line.named &= line.minutes > 0;
                // Of a line that is participatory in part, the rest goes first.
                line.participatory_minutes = line.participatory_minutes.min(line.minutes);
            }
            self.participatory_minutes = self.participatory_minutes + line.participatory_minutes - before;
        }
        self.shown_minutes = rule.shown(self.minutes);
        self.shown_participatory_minutes = rule.shown(self.participatory_minutes);
        self
    }
}
