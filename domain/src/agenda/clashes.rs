//! What runs at once and perhaps should not: two sessions in one room, one speaker in two sessions. Advice, never a
//! refusal: a hall may be divided, and two people may have the same name.

use chrono::{DateTime, Utc};

/// A session as far as clashes go. Cancelled ones are not passed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub title: String,
    pub starts: DateTime<Utc>,
    pub ends: DateTime<Utc>,
    pub room: Option<String>,
    pub speakers: Vec<String>,
}

/// Two sessions that overlap, and what both of them need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub what: Shared,
    /// Titles, the one that starts first before the other.
    pub sessions: [String; 2],
}

/// What two sessions need at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shared {
    Room(String),
    Speaker(String),
}

impl std::fmt::Display for Clash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [first, second] = &self.sessions;
        match &self.what {
            Shared::Room(room) => write!(f, "{room} is used twice at once: by “{first}” and “{second}”."),
            Shared::Speaker(name) => write!(f, "{name} is in two sessions at once: “{first}” and “{second}”."),
        }
    }
}

/// Every clash, in order of the programme. Sessions that only touch, one beginning as the other ends, do not clash.
#[must_use]
pub fn clashes(slots: &[Slot]) -> Vec<Clash> {
    let mut order: Vec<&Slot> = slots.iter().collect();
    order.sort_by_key(|slot| (slot.starts, slot.ends));
    let mut found = Vec::new();
    for (i, first) in order.iter().enumerate() {
        for second in order[i + 1..].iter().take_while(|second| second.starts < first.ends) {
            let sessions = || [first.title.clone(), second.title.clone()];
            if let Some(room) = first.room.as_ref().filter(|room| second.room.as_ref() == Some(room)) {
                found.push(Clash {
                    what: Shared::Room(room.clone()),
                    sessions: sessions(),
                });
            }
            for speaker in first.speakers.iter().filter(|speaker| second.speakers.contains(speaker)) {
                found.push(Clash {
                    what: Shared::Speaker(speaker.clone()),
                    sessions: sessions(),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn slot(title: &str, from: i64, until: i64, room: &str, speakers: &[&str]) -> Slot {
        let at = |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        Slot {
            title: title.to_owned(),
            starts: at(from),
            ends: at(until),
            room: (!room.is_empty()).then(|| room.to_owned()),
            speakers: speakers.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    fn words(slots: &[Slot]) -> Vec<String> {
        clashes(slots).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn one_room_or_one_speaker_at_once_is_a_clash() {
        let slots = [
            slot("Late", 30, 90, "Hall", &["Ama", "Kofi"]),
            slot("Early", 0, 60, "Hall", &["Kofi"]),
            slot("Beside", 0, 60, "Studio", &["Siân"]),
        ];
        assert_eq!(
            words(&slots),
            [
                "Hall is used twice at once: by “Early” and “Late”.",
                "Kofi is in two sessions at once: “Early” and “Late”."
            ]
        );
    }

    #[test]
    fn sessions_that_touch_or_have_no_room_do_not_clash() {
        let slots = [
            slot("First", 0, 60, "Hall", &["Ama"]),
            slot("Second", 60, 90, "Hall", &["Ama"]),
            slot("Third", 0, 60, "", &[]),
            slot("Fourth", 0, 60, "", &[]),
        ];
        assert_eq!(words(&slots), [""; 0]);
    }

    #[test]
    fn a_long_session_clashes_with_each_that_runs_meanwhile() {
        let slots = [
            slot("Exhibition", 0, 300, "Hall", &[]),
            slot("One", 10, 20, "Hall", &[]),
            slot("Two", 200, 400, "Hall", &[]),
        ];
        assert_eq!(words(&slots).len(), 2);
    }
}
