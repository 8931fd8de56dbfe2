//! What is worth a second look in an agenda. Advice: nothing here stops anybody.

use super::Board;
use crate::{
    agenda::clashes::{Slot, clashes},
    events::{entity::event, wording},
    platform::zones::{self, Ambiguity},
};

/// Clashes of rooms and speakers, times that happen twice, marks without effect, wording to reconsider.
#[must_use]
pub fn notes(event: &event::Model, board: &Board) -> Vec<String> {
    let slots: Vec<Slot> = board
        .planned()
        .map(|session| Slot {
            title: session.title.clone(),
            starts: session.starts_at,
            ends: session.ends_at,
            room: session.room_id.and_then(|id| board.room(id)).map(|room| room.name.clone()),
            speakers: board.speakers_of(session.id).map(|speaker| speaker.name.clone()).collect(),
        })
        .collect();
    let mut notes: Vec<String> = clashes(&slots).iter().map(ToString::to_string).collect();
    for session in board.planned() {
        let title = &session.title;
        let outside = [
            (session.starts_at < event.starts_at, "starts before"),
            (session.ends_at > event.ends_at, "ends after"),
        ];
        for (_, what) in outside.into_iter().filter(|(is, _)| *is) {
            notes.push(format!("“{title}” {what} the event."));
        }
        for (what, wall) in [("starts", session.starts_wall), ("ends", session.ends_wall)] {
            if let Ok((_, Ambiguity::Repeated { .. })) = zones::wall_to_utc(wall, event.zone()) {
                notes.push(format!(
                    "“{title}” {what} at {}, which happens twice in {} because the clocks go back. The first is taken.",
                    zones::moment(wall),
                    zones::zone_name(event.zone())
                ));
            }
        }
        if session.cpd && !session.kind.may_count() {
            let kind = session.kind.label().to_lowercase();
            notes.push(format!("“{title}” is marked as CPD, but a {kind} never counts."));
        }
        if session.participatory && !session.cpd {
            notes.push(format!("“{title}” is marked participatory, but not as CPD, so it counts nothing."));
        }
        let texts = [Some(title), session.content_note.as_ref()];
        for advice in texts.into_iter().flatten().flat_map(|text| wording::advise(text)) {
            notes.push(format!(
                "“{title}”: instead of “{}”, consider “{}”. {}",
                advice.found, advice.instead, advice.why
            ));
        }
    }
    notes.extend(super::arrange::broken(event, board));
    notes
}
