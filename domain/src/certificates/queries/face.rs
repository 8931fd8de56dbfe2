//! A snapshot in the words it is shown in, on paper and on its page alike. Pure.

use crate::{
    certificates::{
        credential::{Snapshot, UNNAMED, address},
        hours::hours_in_words,
        paper::{Face, Row},
        template::Kept,
    },
    platform::{signing::Site, zones},
};
use chrono::{DateTime, NaiveDateTime, Utc};

/// "Thursday 12 March 2026, 6:30pm", on the wall clock of the event.
#[must_use]
pub fn moment(at: DateTime<Utc>, zone: &str) -> String {
    zones::moment(wall(at, zone))
}

/// "12 March 2026", on the wall clock of the event.
#[must_use]
pub fn day(at: DateTime<Utc>, zone: &str) -> String {
    wall(at, zone).format("%-d %B %Y").to_string()
}

fn wall(at: DateTime<Utc>, zone: &str) -> NaiveDateTime {
    zones::find_zone(zone).map_or_else(|| at.naive_utc(), |zone| zones::wall(at, zone))
}

/// Participatory minutes rounded as the minutes claimed are, so that the part is never more than the whole.
#[must_use]
pub fn shown_participatory(snapshot: &Snapshot) -> u32 {
    snapshot.participatory_minutes - snapshot.participatory_minutes % snapshot.rounding.max(1)
}

/// "did:web:plenary.example.org, key k2026-1", from the full address of a key.
#[must_use]
pub fn signed_with(kid: &str) -> String {
    kid.split_once('#')
        .map_or_else(|| kid.to_owned(), |(did, key)| format!("{did}, key {key}"))
}

/// Everything printed on a certificate. `signed_with` and `replaces` are words of their own; the files of its pictures are
/// still to be read.
#[must_use]
pub fn face(snapshot: &Snapshot, site: &Site, signed_with: String, replaces: String) -> Face {
    let (starts, ends) = (wall(snapshot.starts, &snapshot.zone), wall(snapshot.ends, &snapshot.zone));
    let date = if starts.date() == ends.date() {
        zones::date(starts.date())
    } else {
        zones::dates(starts.date(), ends.date())
    };
    let participatory = shown_participatory(snapshot);
    let mut sessions: Vec<Row> = snapshot
        .sessions
        .iter()
        .map(|line| Row {
            began: line.began.clone(),
            title: line.title.clone(),
            minutes: line.minutes,
            of_minutes: line.of_minutes,
            participatory: line.participatory,
        })
        .collect();
    let unnamed = snapshot.unnamed_minutes();
    if unnamed > 0 {
        sessions.push(Row {
            began: String::new(),
            title: UNNAMED.to_owned(),
            minutes: unnamed,
            of_minutes: unnamed,
            participatory: false,
        });
    }
    let statement = match snapshot.statement.trim().trim_end_matches('.') {
        "" => format!("Of {} offered.", hours_in_words(snapshot.offered_minutes)),
        words => format!("Of {} offered, {words}.", hours_in_words(snapshot.offered_minutes)),
    };
    let design = &snapshot.design;
    Face {
        heading: design.heading().to_owned(),
        introduction: design.introduction().to_owned(),
        closing: design.closing.clone(),
        accent: design.accent(),
        mark: design.mark.as_ref().map(Kept::shown),
        signature: design.signature.as_ref().map(Kept::shown),
        signatory: design.signatory.clone(),
        signatory_role: design.signatory_role.clone(),
        accreditation: snapshot.accreditation.line(),
        schemes: snapshot.schemes.clone(),
        objectives: snapshot.objectives.clone(),
        organiser: snapshot.organiser.name.clone(),
        contact: snapshot.organiser.email.clone(),
        name: snapshot.name.clone(),
        event: snapshot.event_title.clone(),
        place: if snapshot.place == "live online" {
            snapshot.place.clone()
        } else {
            format!("at {}", snapshot.place)
        },
        date: format!("on {date}"),
        hours: hours_in_words(snapshot.shown_minutes),
        participatory: if participatory > 0 {
            hours_in_words(participatory)
        } else {
            String::new()
        },
        minutes: snapshot.shown_minutes,
        of_minutes: snapshot.offered_minutes,
        sessions,
        total: format!("{} of {}", snapshot.minutes, snapshot.offered_minutes),
        statement,
        address: address(&snapshot.id, site),
        number: snapshot.id.clone(),
        issued: moment(snapshot.issued_at, &snapshot.zone),
        signed_with,
        replaces,
        is_specimen: false,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::certificates::credential::{Organiser, SessionLine};

    fn snapshot() -> Snapshot {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        Snapshot {
            id: "0123456789abcdefghjkmnpqrs".into(),
            event_slug: "summer".into(),
            event_title: "Summer day".into(),
            name: "Siân Llŷr".into(),
            starts: at("2026-06-12T08:00:00Z"),
            ends: at("2026-06-12T15:00:00Z"),
            when_words: "Friday 12 June 2026, 9am to 4pm".into(),
            zone: "Europe/London".into(),
            place: "Example Hall, Oxford".into(),
            organiser: Organiser {
                name: "Example Training Ltd".into(),
                email: "events@example.org".into(),
                url: None,
            },
            offered_minutes: 300,
            minutes: 248,
            shown_minutes: 240,
            participatory_minutes: 100,
            rounding: 15,
            sessions: vec![SessionLine {
                title: "Talk".into(),
                began: "9:30am".into(),
                minutes: 200,
                of_minutes: 220,
                participatory: false,
            }],
            objectives: vec![],
            statement: "subject to peer group approval.".into(),
            schemes: vec![],
            rule: String::new(),
            issued_at: at("2026-06-12T17:30:00Z"),
            status_list: 1,
            status_index: 4,
            replaces: None,
            design: Default::default(),
            accreditation: Default::default(),
        }
    }

    #[test]
    fn a_certificate_reads_in_the_events_own_time() {
        let site = Site::parse("https://plenary.example.org").unwrap();
        let face = face(
            &snapshot(),
            &site,
            signed_with("did:web:plenary.example.org#k2026-1"),
            String::new(),
        );
        assert_eq!(
            (face.place.as_str(), face.date.as_str()),
            ("at Example Hall, Oxford", "on Friday 12 June 2026")
        );
        assert_eq!(face.issued, "Friday 12 June 2026, 6:30pm");
        assert_eq!(face.signed_with, "did:web:plenary.example.org, key k2026-1");
        assert_eq!(face.statement, "Of 5 hours offered, subject to peer group approval.");
        assert_eq!(face.address, "https://plenary.example.org/certificates/0123456789abcdefghjkmnpqrs");
    }

    #[test]
    fn the_part_is_never_more_than_the_whole_and_lines_add_up() {
        let site = Site::parse("https://plenary.example.org").unwrap();
        let mut taken = snapshot();
        taken.participatory_minutes = taken.minutes;
        let face = face(&taken, &site, String::new(), String::new());
        assert_eq!(
            (face.hours.as_str(), face.participatory.as_str(), face.total.as_str()),
            ("4 hours", "4 hours", "248 of 300")
        );
        assert_eq!(face.sessions.iter().map(|row| row.minutes).sum::<u32>(), 248);
        assert_eq!(face.sessions[1].title, UNNAMED);
    }
}
