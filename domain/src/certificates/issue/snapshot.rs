//! What a certificate will say: event, place and working put into words once, on the day of issue. Pure.

use crate::{
    agenda::{Domain, entity::session},
    certificates::{
        credential::{Organiser, SessionLine, Snapshot},
        hours::{Line, Rule, Working},
        template::{Accreditation, Design},
    },
    events::{
        AttendanceMode, CpdRule, EventKind,
        entity::event,
        service::{hours_rule, offered},
    },
    organisations::entity::organisation,
    platform::zones,
    schemes::{SCHEMES, certificate::Attended},
};
use chrono::{DateTime, Utc};

/// What makes one certificate this one and no other.
#[derive(Clone, Debug)]
pub struct Stamp {
    pub id: String,
    pub issued_at: DateTime<Utc>,
    pub status_list: u32,
    pub status_index: u32,
    pub replaces: Option<String>,
}

/// Everything on one certificate, as things are now; its [template](crate::certificates::template) comes on top.
#[must_use]
pub fn snapshot(
    event: &event::Model,
    organisation: &organisation::Model,
    sessions: &[session::Model],
    name: &str,
    working: &Working,
    stamp: Stamp,
) -> Snapshot {
    let rule = hours_rule(event);
    let several_days = event.starts_wall.date() != event.ends_wall.date();
    let named = working.lines.iter().filter(|line| line.named);
    Snapshot {
        id: stamp.id,
        event_slug: event.slug.clone(),
        event_title: event.title.clone(),
        name: name.to_owned(),
        starts: event.starts_at,
        ends: event.ends_at,
        when_words: zones::span(event.starts_wall, event.ends_wall),
        zone: event.timezone.clone(),
        place: place(event),
        organiser: Organiser {
            name: organisation.name.clone(),
            email: organisation.email.clone(),
            url: None,
        },
        offered_minutes: offered(event, sessions).minutes,
        minutes: working.minutes,
        shown_minutes: working.shown_minutes,
        participatory_minutes: working.participatory_minutes,
        rounding: rule.round_down_to.max(1),
        sessions: named
            .map(|line| SessionLine {
                title: line.title.clone(),
                began: sessions
                    .iter()
                    .find(|session| session.code == line.session)
                    .map(|session| began(session, several_days))
                    .unwrap_or_default(),
                minutes: line.minutes,
                of_minutes: line.of_minutes,
                participatory: line.participatory_minutes > 0,
            })
            .collect(),
        objectives: event.outcomes.0.clone(),
        statement: event.cpd_statement.clone().unwrap_or_default(),
        schemes: scheme_lines(event, sessions, working),
        rule: rule_words(&rule),
        issued_at: stamp.issued_at,
        status_list: stamp.status_list,
        status_index: stamp.status_index,
        replaces: stamp.replaces,
        design: Design::default(),
        accreditation: Accreditation::default(),
    }
}

/// The line of each scheme the event names, in the order schemes are offered.
fn scheme_lines(event: &event::Model, sessions: &[session::Model], working: &Working) -> Vec<String> {
    let step = hours_rule(event).round_down_to.max(1);
    let earned = || working.lines.iter().filter(|line| line.minutes > 0);
    let of = |line: &Line| sessions.iter().find(|session| session.code == line.session);
    let in_domain = |domain: Domain| -> u32 {
        earned()
            .filter(|line| of(line).is_some_and(|session| session.domain == Some(domain)))
            .map(|line| line.minutes)
            .sum()
    };
    let (clinical, other) = (in_domain(Domain::Clinical), in_domain(Domain::NonClinical));
    let attended = Attended {
        day: event.starts_wall.date(),
        minutes: working.shown_minutes,
        participatory: working.shown_participatory_minutes,
        split: (clinical + other == working.minutes).then_some((clinical - clinical % step, other - other % step)),
        method: match event.kind {
            EventKind::Conference => "conference",
            EventKind::Course => "course",
            EventKind::Meeting => "network meeting",
        },
        discussions: earned()
            .filter(|line| line.named && of(line).is_some_and(|session| session.discussion))
            .map(|line| line.title.as_str())
            .collect(),
    };
    SCHEMES
        .iter()
        .filter(|scheme| event.cpd_schemes.0.iter().any(|code| code == scheme.code))
        .filter_map(|scheme| scheme.certificate_line(&attended))
        .collect()
}

fn place(event: &event::Model) -> String {
    let venue = event.venue_line();
    match event.attendance_mode {
        AttendanceMode::Online => "live online".to_owned(),
        _ if venue.is_empty() => "live online".to_owned(),
        AttendanceMode::Venue => venue,
        AttendanceMode::Both => format!("{venue} and live online"),
    }
}

fn began(session: &session::Model, with_day: bool) -> String {
    let time = zones::time(session.starts_wall.time());
    if with_day {
        format!("{}, {time}", session.starts_wall.format("%-d %B"))
    } else {
        time
    }
}

/// How the minutes were counted, as the certificate says it.
#[must_use]
pub fn rule_words(rule: &Rule) -> String {
    let counted = match rule.rule {
        CpdRule::Proportional => "Minutes present in each CPD session".to_owned(),
        CpdRule::PerSessionThreshold => {
            format!(
                "Each CPD session in full where at least {}% of it was attended, otherwise not at all",
                rule.threshold_percent.min(100)
            )
        }
        CpdRule::AllOrNothing if rule.grace_minutes == 0 => "All CPD minutes of the event if none were missed, otherwise none".to_owned(),
        CpdRule::AllOrNothing => format!(
            "All CPD minutes of the event if at most {} of them were missed, otherwise none",
            rule.grace_minutes
        ),
    };
    let counted = match rule.day_cap_minutes {
        Some(cap) => format!("{counted}, at most {} a day", crate::certificates::hours::hours_in_words(cap)),
        None => counted,
    };
    match rule.round_down_to {
        0 | 1 => counted,
        step => format!("{counted}, rounded down to {step} minutes"),
    }
}

/// In what a certificate issued today would differ from this one; empty where it would not.
#[must_use]
pub fn differences(old: &Snapshot, new: &Snapshot) -> Vec<&'static str> {
    let hours = |snapshot: &Snapshot| {
        (
            snapshot.minutes,
            snapshot.shown_minutes,
            snapshot.participatory_minutes,
            snapshot.offered_minutes,
            snapshot.rounding,
        )
    };
    let times = |snapshot: &Snapshot| (snapshot.starts, snapshot.ends, snapshot.when_words.clone());
    [
        ("the name", old.name != new.name),
        ("the hours", hours(old) != hours(new)),
        ("the title", old.event_title != new.event_title),
        ("the date or time", times(old) != times(new)),
        ("the place", old.place != new.place),
        ("the sessions", old.sessions != new.sessions),
        ("the organiser", old.organiser != new.organiser),
        (
            "the statement",
            old.statement != new.statement || old.rule != new.rule || old.objectives != new.objectives || old.schemes != new.schemes,
        ),
        ("the accreditation", old.accreditation != new.accreditation),
        ("the look", old.design != new.design),
    ]
    .into_iter()
    .filter_map(|(what, differs)| differs.then_some(what))
    .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::{
        agenda::{SessionKind, SessionStatus},
        certificates::hours::{self, Action, Scan},
        events::{self, CpdParticipatory, EventStatus},
        ids::{EventId, OrganisationId, SessionId},
    };
    use chrono::NaiveDateTime;

    fn wall(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
    }

    fn event() -> event::Model {
        event::Model {
            id: EventId(1),
            organisation_id: OrganisationId(1),
            slug: "self-harm-2026".into(),
            kind: EventKind::Conference,
            status: EventStatus::Published,
            title: "Self-harm: compassion and practice".into(),
            neutral_title: Some("Study day, 12 March".into()),
            summary: String::new(),
            overview: String::new(),
            outcomes: events::Outcomes(vec!["Reflect on lived experience".into()]),
            audience: String::new(),
            hashtag: None,
            timezone: "Europe/London".into(),
            starts_wall: wall("2026-03-12T09:00"),
            ends_wall: wall("2026-03-12T16:00"),
            starts_at: wall("2026-03-12T09:00").and_utc(),
            ends_at: wall("2026-03-12T16:00").and_utc(),
            attendance_mode: AttendanceMode::Venue,
            venue_name: Some("Example Hall".into()),
            venue_address: Some("1 High Street, Oxford".into()),
            venue_postcode: Some("OX1 1AA".into()),
            online_url: None,
            capacity: None,
            bookings_open_wall: None,
            bookings_open_at: None,
            bookings_close_wall: None,
            bookings_close_at: None,
            sensitive: true,
            support: events::SupportLines::default(),
            evidence: events::EvidenceList::default(),
            cpd_statement: Some("subject to peer group approval".into()),
            cpd_rule: CpdRule::Proportional,
            cpd_threshold_percent: None,
            cpd_grace_minutes: None,
            cpd_round_down_to: 15,
            cpd_day_cap_minutes: None,
            cpd_min_minutes: 15,
            cpd_participatory: CpdParticipatory::BySession,
            cpd_schemes: events::Schemes::default(),
            certificate_days: None,
            erased_at: None,
            created_at: wall("2026-01-01T09:00").and_utc(),
            updated_at: wall("2026-01-01T09:00").and_utc(),
        }
    }

    fn organisation() -> organisation::Model {
        organisation::Model {
            id: OrganisationId(1),
            slug: "example-training".into(),
            name: "Example Training Ltd".into(),
            email: "events@example.org".into(),
            leave_link: true,
            created_at: wall("2026-01-01T09:00").and_utc(),
        }
    }

    fn session(code: &str, kind: SessionKind, from: &str, until: &str, participatory: bool) -> session::Model {
        session::Model {
            id: SessionId(1),
            event_id: EventId(1),
            code: code.into(),
            title: code.to_uppercase(),
            kind,
            status: SessionStatus::Planned,
            starts_wall: wall(from),
            ends_wall: wall(until),
            starts_at: wall(from).and_utc(),
            ends_at: wall(until).and_utc(),
            room_id: None,
            track_id: None,
            cpd: kind.may_count(),
            participatory,
            discussion: false,
            domain: None,
            content_note: None,
            sign_up_places: None,
        }
    }

    /// domain.md 1.6: offered 300, attended 255, participatory 75.
    fn worked_example() -> (event::Model, Vec<session::Model>, Working) {
        let event = event();
        let at = |time: &str| format!("2026-03-12T{time}");
        let sessions = vec![
            session("reg", SessionKind::Registration, &at("09:00"), &at("09:30"), false),
            session("am1", SessionKind::Talk, &at("09:30"), &at("11:00"), false),
            session("am2", SessionKind::Talk, &at("11:20"), &at("12:50"), false),
            session("pm1", SessionKind::Workshop, &at("13:35"), &at("14:50"), true),
            session("pm2", SessionKind::Panel, &at("15:05"), &at("15:50"), false),
        ];
        let scan = |id, action, time: &str| Scan {
            id,
            session: None,
            action,
            day: event.starts_wall.date(),
            at: wall(&at(time)).and_utc(),
        };
        let known: Vec<hours::Session> = sessions
            .iter()
            .map(|session| events::service::hours_session(&event, session))
            .collect();
        let working = hours::work_out(
            &known,
            &[scan(1, Action::Arrive, "09:10"), scan(2, Action::Leave, "14:50")],
            &hours_rule(&event),
        );
        (event, sessions, working)
    }

    fn stamp() -> Stamp {
        Stamp {
            id: "0".repeat(26),
            issued_at: wall("2026-03-12T18:30").and_utc(),
            status_list: 1,
            status_index: 7,
            replaces: None,
        }
    }

    #[test]
    fn the_worked_example_is_certified_as_it_was_attended() {
        let (event, sessions, working) = worked_example();
        let made = snapshot(&event, &organisation(), &sessions, "Jane Smith", &working, stamp());
        assert_eq!(
            (made.offered_minutes, made.minutes, made.shown_minutes, made.participatory_minutes),
            (300, 255, 255, 75)
        );
        assert_eq!(made.when_words, "Thursday 12 March 2026, 9am to 4pm");
        assert_eq!(made.place, "Example Hall, 1 High Street, Oxford, OX1 1AA");
        assert_eq!(made.rule, "Minutes present in each CPD session, rounded down to 15 minutes");
        let lines: Vec<_> = made
            .sessions
            .iter()
            .map(|line| (line.title.as_str(), line.began.as_str(), line.minutes, line.participatory))
            .collect();
        assert_eq!(
            lines,
            [
                ("AM1", "9:30am", 90, false),
                ("AM2", "11:20am", 90, false),
                ("PM1", "1:35pm", 75, true)
            ]
        );
        assert_eq!(
            serde_json::from_str::<Snapshot>(&serde_json::to_string(&made).unwrap()).unwrap(),
            made
        );
    }

    /// domain.md 1.6, its lines for the schemes.
    #[test]
    fn each_scheme_the_organiser_named_has_its_line() {
        let (mut event, mut sessions, working) = worked_example();
        let lines = |event: &event::Model, sessions: &[session::Model]| {
            snapshot(event, &organisation(), sessions, "Jane Smith", &working, stamp()).schemes
        };
        assert_eq!(lines(&event, &sessions), [""; 0]);
        let all = ["dsl", "none", "gphc", "swe", "hcpc", "federation", "rcpsych", "nmc", "unheard-of"];
        event.cpd_schemes = events::Schemes(all.map(str::to_owned).to_vec());
        for session in &mut sessions {
            session.domain = Some(Domain::Clinical);
            session.discussion = session.code == "pm1" || session.code == "pm2";
        }
        assert_eq!(
            lines(&event, &sessions),
            [
                "NMC: 4.25 hours, of which 1.25 hours participatory.",
                "RCPsych: 4.25 hours, clinical, subject to peer group approval.",
                "Federation: 4 hours by its rule of whole hours; credits only where it approved the event beforehand.",
                "HCPC: one activity, formal education (conference).",
                "Social Work England: one piece of CPD (conference), with discussion among peers in “PM1”.",
                "GPhC: one record (conference).",
                "Safeguarding lead: 4.25 hours.",
            ]
        );
        event.cpd_schemes = events::Schemes(vec!["rcpsych".into()]);
        sessions[1].domain = Some(Domain::NonClinical);
        assert_eq!(
            lines(&event, &sessions),
            ["RCPsych: 4.25 hours, 2.75 hours clinical and 1.5 hours not, subject to peer group approval."]
        );
        sessions[1].domain = None;
        assert_eq!(lines(&event, &sessions), ["RCPsych: 4.25 hours, subject to peer group approval."]);
    }

    #[test]
    fn what_would_differ_is_named() {
        let (mut event, sessions, working) = worked_example();
        let old = snapshot(&event, &organisation(), &sessions, "Jane Smith", &working, stamp());
        let again = Stamp {
            id: "1".repeat(26),
            status_index: 9,
            ..stamp()
        };
        assert_eq!(
            differences(
                &old,
                &snapshot(&event, &organisation(), &sessions, "Jane Smith", &working, again.clone())
            ),
            [""; 0]
        );
        event.title = "Another".into();
        event.attendance_mode = AttendanceMode::Online;
        let new = snapshot(&event, &organisation(), &sessions, "Jane Smyth", &working, again);
        assert_eq!(differences(&old, &new), ["the name", "the title", "the place"]);
        assert_eq!(new.place, "live online");
    }

    #[test]
    fn each_rule_is_said_in_words() {
        let rule = |rule, threshold_percent, grace_minutes, round_down_to| {
            rule_words(&Rule {
                rule,
                threshold_percent,
                grace_minutes,
                round_down_to,
                ..Rule::default()
            })
        };
        assert_eq!(
            rule(CpdRule::PerSessionThreshold, 80, 0, 1),
            "Each CPD session in full where at least 80% of it was attended, otherwise not at all"
        );
        assert_eq!(
            rule(CpdRule::AllOrNothing, 80, 10, 60),
            "All CPD minutes of the event if at most 10 of them were missed, otherwise none, rounded down to 60 minutes"
        );
    }
}
