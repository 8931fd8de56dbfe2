use chrono::NaiveDate;

use super::*;
use crate::agenda::{SessionKind, SessionStatus};
use crate::attendance::{Action, How};
use crate::bookings::Vat;
use crate::events::{AttendanceMode, CpdParticipatory, CpdRule, EventKind, EventStatus, Evidence, SupportLine};
use crate::people::address::EmailAddress;

/// Event on line 2, room, track and speaker on 3 to 5, sessions on 6 and 7, ticket on 8, places on 9 and 10, attendance on 11 and 12.
const SOUND: &str = r##"{"plenary":1,"kind":"event","organisation":{"slug":"example","name":"Example Ltd","email":"Hello@Example.org"},
"event":{"slug":"open-day","title":"Open day","timezone":"Europe/London","starts":"2027-10-30T22:00","ends":"2027-10-31T16:00","capacity":2,"hashtag":"#OpenDay","bookings_open":"2027-01-01T09:00","bookings_close":"2027-10-01T09:00","support":[{"name":"Line","contact":"116 123","checked_on":"2027-01-31"}],"evidence":[{"quote":"One.","source":"Two","published":"2025-06","url":"https://example.org/a"}],"cpd":{"rule":"per_session_threshold","threshold_percent":75}},
"rooms":[{"code":"hall","name":"Hall","places":30}],
"tracks":[{"code":"main","name":"Main"}],
"speakers":[{"code":"ama","name":"Dr Ama Owusu","bio":"Of **note**."}],
"sessions":[{"code":"one","title":"One","kind":"talk","starts":"2027-10-31T09:00","ends":"2027-10-31T10:00","room":"hall","track":"main","speakers":["ama"],"cpd":true},
 {"code":"two","title":"Two","kind":"break","starts":"2027-10-31T10:00","ends":"2027-10-31T10:30","room":"hall","status":"cancelled"}],
"tickets":[{"code":"nhs","name":"NHS","price_pence":19500,"vat":"standard","places":2}],
"places":[{"code":"p1","ticket":"nhs","name":"Siân  Llŷr","email":"Sian@Example.org"},
 {"code":"p2","ticket":"nhs","name":"","email":null}],
"attendance":[{"place":"p1","session":null,"action":"arrive","at":"2027-10-31T08:50"},
 {"place":"p1","session":"one","action":"arrive","at":"2027-10-31T08:55:30.250","how":"self"}]}"##;

fn said(old: &str, new: &str) -> Vec<Problem> {
    said_of(SOUND, old, new)
}

fn moment(day: u32, wall: (u32, u32, u32), utc_hour: u32) -> Moment {
    let at = |hour| {
        NaiveDate::from_ymd_opt(2027, 10, day)
            .unwrap()
            .and_hms_opt(hour, wall.1, wall.2)
            .unwrap()
    };
    Moment {
        wall: at(wall.0),
        utc: at(utc_hour).and_utc(),
    }
}

#[test]
fn a_sound_event_is_checked_whole() {
    let Ok(Checked::Event(event)) = import(SOUND, &Known::default()) else {
        panic!("refused")
    };
    let email = |text: &str| EmailAddress::parse(text).unwrap();
    let scan = chrono::TimeDelta::milliseconds(250);
    let expected = CheckedEvent {
        organisation: CheckedOrganisation {
            slug: "example".into(),
            name: "Example Ltd".into(),
            email: email("Hello@example.org"),
        },
        slug: "open-day".into(),
        kind: EventKind::Conference,
        status: None,
        title: "Open day".into(),
        neutral_title: None,
        summary: None,
        overview: None,
        outcomes: vec![],
        audience: None,
        hashtag: Some("OpenDay".into()),
        zone: chrono_tz::Europe::London,
        starts: moment(30, (22, 0, 0), 21),
        ends: moment(31, (16, 0, 0), 16),
        attendance_mode: AttendanceMode::Venue,
        venue: None,
        online_url: None,
        capacity: Some(2),
        bookings_open: event.bookings_open,
        bookings_close: event.bookings_close,
        sensitive: false,
        support: vec![SupportLine {
            name: "Line".into(),
            contact: "116 123".into(),
            note: None,
            checked_on: NaiveDate::from_ymd_opt(2027, 1, 31),
        }],
        evidence: vec![Evidence {
            quote: "One.".into(),
            source: "Two".into(),
            published: Some("2025-06".into()),
            url: Some("https://example.org/a".into()),
        }],
        cpd: CheckedCpd {
            statement: None,
            rule: CpdRule::PerSessionThreshold,
            threshold_percent: Some(75),
            grace_minutes: None,
            day_cap_minutes: None,
            round_down_to: 15,
            min_minutes: 15,
            participatory: CpdParticipatory::BySession,
            schemes: vec![],
            certificate_days: None,
        },
        rooms: vec![CheckedRoom {
            code: "hall".into(),
            name: "Hall".into(),
            places: Some(30),
        }],
        tracks: vec![CheckedTrack {
            code: "main".into(),
            name: "Main".into(),
        }],
        speakers: vec![CheckedSpeaker {
            code: "ama".into(),
            name: "Dr Ama Owusu".into(),
            role: None,
            organisation: None,
            bio: Some("Of **note**.".into()),
        }],
        sessions: vec![
            CheckedSession {
                code: "one".into(),
                title: "One".into(),
                kind: SessionKind::Talk,
                status: None,
                starts: moment(31, (9, 0, 0), 9),
                ends: moment(31, (10, 0, 0), 10),
                room: Some("hall".into()),
                track: Some("main".into()),
                cpd: true,
                participatory: false,
                discussion: false,
                domain: None,
                speakers: vec!["ama".into()],
                content_note: None,
                sign_up_places: None,
            },
            CheckedSession {
                code: "two".into(),
                title: "Two".into(),
                kind: SessionKind::Break,
                status: Some(SessionStatus::Cancelled),
                starts: moment(31, (10, 0, 0), 10),
                ends: moment(31, (10, 30, 0), 10),
                room: Some("hall".into()),
                track: None,
                cpd: false,
                participatory: false,
                discussion: false,
                domain: None,
                speakers: vec![],
                content_note: None,
                sign_up_places: None,
            },
        ],
        tickets: vec![CheckedTicket {
            code: "nhs".into(),
            name: "NHS".into(),
            price_pence: 19_500,
            vat: Vat::Standard,
            places: Some(2),
        }],
        places: vec![
            CheckedPlace {
                code: "p1".into(),
                ticket: "nhs".into(),
                name: Some("Siân Llŷr".into()),
                email: Some(email("Sian@example.org")),
                job_role: None,
                organisation: None,
            },
            CheckedPlace {
                code: "p2".into(),
                ticket: "nhs".into(),
                name: None,
                email: None,
                job_role: None,
                organisation: None,
            },
        ],
        attendance: vec![
            CheckedAttendance {
                place: "p1".into(),
                session: None,
                action: Action::Arrive,
                at: moment(31, (8, 50, 0), 8),
                how: How::Steward,
            },
            CheckedAttendance {
                place: "p1".into(),
                session: Some("one".into()),
                action: Action::Arrive,
                at: Moment {
                    wall: moment(31, (8, 55, 30), 8).wall + scan,
                    utc: moment(31, (8, 55, 30), 8).utc + scan,
                },
                how: How::SelfService,
            },
        ],
        warnings: vec![],
    };
    assert_eq!(*event, expected);
    assert_eq!(event.bookings_open.unwrap().utc.to_rfc3339(), "2027-01-01T09:00:00+00:00");
    assert_eq!(event.bookings_close.unwrap().utc.to_rfc3339(), "2027-10-01T08:00:00+00:00");
    assert_eq!(event.status, None::<EventStatus>);
}

#[test]
fn slugs_and_codes_have_a_shape() {
    let message =
        |slug: &str| format!("“{slug}” must be 3 to 80 of the characters a to z, 0 to 9 and hyphen: it becomes part of an address.");
    for slug in ["ab", "Open-day", "open.day", "dé-jà"] {
        assert_eq!(
            said("\"slug\":\"open-day\"", &format!("\"slug\":\"{slug}\"")),
            [error("/event/slug", 2, "slug", &message(slug))]
        );
    }
    let message = "The code “no dots.” must be 1 to 80 letters a to z, digits, hyphens or underscores.";
    assert_eq!(
        said("\"code\":\"two\"", "\"code\":\"no dots.\""),
        [error("/sessions/1/code", 7, "code", message)]
    );
}

#[test]
fn texts_have_limits() {
    let long = "x".repeat(201);
    assert_eq!(
        said("\"title\":\"Open day\"", &format!("\"title\":\"{long}\"")),
        [error(
            "/event/title",
            2,
            "too_long",
            "This has 201 characters; at most 200 are allowed."
        )]
    );
    assert_eq!(said("\"title\":\"Open day\"", &format!("\"title\":\"{}\"", "ŷ".repeat(200))), []);
    assert_eq!(
        said("\"title\":\"Open day\"", "\"title\":\" \""),
        [error("/event/title", 2, "empty", "This must not be empty.")]
    );
    assert_eq!(
        said("Of **note**.", &"x".repeat(50_001)),
        [error(
            "/speakers/0/bio",
            5,
            "too_long",
            "This has 50001 characters; at most 50000 are allowed."
        )]
    );
    assert_eq!(said("Of **note**.", &"x".repeat(50_000)), []);
    assert_eq!(said("Of **note**.", "One\\n\\n* two\\r\\n"), []);
    let message = "This contains a line break or another control character that is not allowed here.";
    assert_eq!(
        said("\"Open day\"", "\"Open\\r\\nday\""),
        [error("/event/title", 2, "control_character", message)]
    );
    assert_eq!(
        said("Of **note**.", "\\u0007"),
        [error("/speakers/0/bio", 5, "control_character", message)]
    );
    let message = "This contains characters that change the direction of the text around them.";
    assert_eq!(
        said("\"Open day\"", "\"Open \\u202eday\""),
        [error("/event/title", 2, "direction_override", message)]
    );
}

#[test]
fn names_of_people_follow_their_rule() {
    let pointer = "/places/0/name";
    assert_eq!(
        said("Siân  Llŷr", &"ŷ".repeat(121)),
        [error(pointer, 9, "name", "A name can have at most 120 characters.")]
    );
    assert_eq!(said("Siân  Llŷr", &"ŷ".repeat(120)), []);
    let message = "A name cannot contain a web or e-mail address.";
    assert_eq!(said("Siân  Llŷr", "see https://example.org"), [error(pointer, 9, "name", message)]);
    let message = "A name cannot contain line breaks, tabs or other control characters.";
    assert_eq!(
        said("Dr Ama Owusu", "Ama\\r\\nOwusu"),
        [error("/speakers/0/name", 5, "name", message)]
    );
    for kept in ["O'Neill", "\\\"A; B\\\", C", "محمد علي", "👩‍⚕️ Ama"] {
        assert_eq!(said("Siân  Llŷr", kept), []);
    }
}

#[test]
fn addresses_need_their_shape() {
    let message =
        "“siân@example.org” The part before the @ can only have the letters a to z without accents, digits and . _ + - and the like.";
    assert_eq!(
        said("Sian@Example.org", "siân@example.org"),
        [error("/places/0/email", 9, "email", message)]
    );
    let message = "“hello@localhost” The part after the @ needs a dot, like example.org.";
    assert_eq!(
        said("Hello@Example.org", "hello@localhost"),
        [error("/organisation/email", 1, "email", message)]
    );
    let message = "“javascript:alert(1)” is not a web address beginning https:// or http://.";
    assert_eq!(
        said("https://example.org/a", "javascript:alert(1)"),
        [error("/event/evidence/0/url", 2, "url", message)]
    );
}

#[test]
fn an_unknown_zone_is_one_problem() {
    let message = "“Europe/Oxford” is not a time zone. Write one like Europe/London.";
    assert_eq!(
        said("Europe/London", "Europe/Oxford"),
        [error("/event/timezone", 2, "unknown_zone", message)]
    );
}

#[test]
fn a_time_the_clocks_jump_over_is_refused() {
    let message = "There is no 1:30am on Sunday 28 March 2027 in UK time: the clocks go forward from 1am to 2am.";
    assert_eq!(
        said("2027-10-30T22:00", "2027-03-28T01:30"),
        [error("/event/starts", 2, "no_such_time", message)]
    );
}

#[test]
fn a_time_that_happens_twice_is_its_first_and_says_so() {
    let message = "1:30am on Sunday 31 October 2027 happens twice in UK time, because the clocks go back. The first is taken.";
    assert_eq!(
        said("2027-10-30T22:00", "2027-10-31T01:30"),
        [warning("/event/starts", 2, "time_twice", message)]
    );
    let Ok(Checked::Event(event)) = import(&SOUND.replace("2027-10-30T22:00", "2027-10-31T01:30"), &Known::default()) else {
        panic!()
    };
    assert_eq!(event.starts, moment(31, (1, 30, 0), 0));
}

#[test]
fn times_are_written_one_way() {
    let message = "“31/10/2027 16:00” is not a day and time. Write it like 2027-03-11T09:30.";
    assert_eq!(
        said("2027-10-31T16:00", "31/10/2027 16:00"),
        [error("/event/ends", 2, "not_a_time", message)]
    );
    let message =
        "“2027-10-31T16:00+01:00” has an offset. Write the time on the clock there, without one: the zone is said once, in “timezone”.";
    assert_eq!(
        said("2027-10-31T16:00", "2027-10-31T16:00+01:00"),
        [error("/event/ends", 2, "offset", message)]
    );
    let message = "“31 January” is not a day. Write it like 2027-03-11.";
    assert_eq!(
        said("\"2027-01-31\"", "\"31 January\""),
        [error("/event/support/0/checked_on", 2, "not_a_day", message)]
    );
    let message = "Write when it was published like 2025, 2025-06 or 2025-06-30.";
    assert_eq!(
        said("\"2025-06\"", "\"June 2025\""),
        [error("/event/evidence/0/published", 2, "not_a_day", message)]
    );
}

#[test]
fn an_end_is_later_than_its_start() {
    let message = "This must end later than it starts, which is Sunday 31 October 2027, 9am.";
    assert_eq!(
        said("2027-10-31T10:00\",\"room\"", "2027-10-31T09:00\",\"room\""),
        [error("/sessions/0/ends", 6, "end_not_after_start", message)]
    );
}

#[test]
fn a_session_lies_within_its_event() {
    let message = "This session starts before the event, which starts Saturday 30 October 2027, 10pm.";
    assert_eq!(
        said("\"starts\":\"2027-10-31T09:00\"", "\"starts\":\"2027-10-30T21:59\""),
        [error("/sessions/0/starts", 6, "outside_event", message)]
    );
    let message = "This session ends after the event, which ends Sunday 31 October 2027, 4pm.";
    assert_eq!(
        said("2027-10-31T10:30", "2027-10-31T16:01"),
        [error("/sessions/1/ends", 7, "outside_event", message)]
    );
    assert_eq!(said("2027-10-31T10:30", "2027-10-31T16:00"), []);
}

#[test]
fn a_code_stands_once_in_its_list() {
    let message = "The code “one” is already used by /sessions/0.";
    assert_eq!(
        said("\"code\":\"two\"", "\"code\":\"one\""),
        [error("/sessions/1/code", 7, "duplicate_code", message)]
    );
    let message = "The code “p1” is already used by /places/0.";
    assert_eq!(
        said("\"code\":\"p2\"", "\"code\":\"p1\""),
        [error("/places/1/code", 10, "duplicate_code", message)]
    );
    for (list, line, entry) in [
        ("rooms", 3, "{\"code\":\"hall\",\"name\":\"Hall\",\"places\":30}"),
        ("tracks", 4, "{\"code\":\"main\",\"name\":\"Main\"}"),
        (
            "speakers",
            5,
            "{\"code\":\"ama\",\"name\":\"Dr Ama Owusu\",\"bio\":\"Of **note**.\"}",
        ),
        (
            "tickets",
            8,
            "{\"code\":\"nhs\",\"name\":\"NHS\",\"price_pence\":19500,\"vat\":\"standard\",\"places\":2}",
        ),
    ] {
        let said = said(entry, &format!("{entry},{entry}"));
        assert_eq!(
            (said[0].pointer.as_str(), said[0].line, said[0].code),
            (&*format!("/{list}/1/code"), Some(line), "duplicate_code")
        );
        assert_eq!(said.len(), 1);
    }
    let message = "The speaker “ama” is named twice in this session.";
    assert_eq!(
        said("[\"ama\"]", "[\"ama\",\"ama\"]"),
        [error("/sessions/0/speakers/1", 6, "duplicate_speaker", message)]
    );
}

#[test]
fn a_code_refers_to_something() {
    for (old, new, pointer, line, code, message) in [
        (
            "\"room\":\"hall\",\"track\"",
            "\"room\":\"x\",\"track\"",
            "/sessions/0/room",
            6,
            "unknown_room",
            "There is no room with the code “x”.",
        ),
        (
            "\"track\":\"main\"",
            "\"track\":\"x\"",
            "/sessions/0/track",
            6,
            "unknown_track",
            "There is no track with the code “x”.",
        ),
        (
            "[\"ama\"]",
            "[\"x\"]",
            "/sessions/0/speakers/0",
            6,
            "unknown_speaker",
            "There is no speaker with the code “x”.",
        ),
        (
            "\"ticket\":\"nhs\",\"name\":\"\"",
            "\"ticket\":\"x\"",
            "/places/1/ticket",
            10,
            "unknown_ticket",
            "There is no ticket with the code “x”.",
        ),
        (
            "\"place\":\"p1\",\"session\":null",
            "\"place\":\"x\"",
            "/attendance/0/place",
            11,
            "unknown_place",
            "There is no place with the code “x”.",
        ),
        (
            "\"session\":\"one\"",
            "\"session\":\"x\"",
            "/attendance/1/session",
            12,
            "unknown_session",
            "There is no session with the code “x”.",
        ),
    ] {
        assert_eq!(said(old, new), [error(pointer, line, code, message)]);
    }
}

#[test]
fn an_update_may_refer_to_what_is_stored() {
    let text = SOUND.replace(
        "\"room\":\"hall\",\"track\":\"main\",\"speakers\":[\"ama\"]",
        "\"room\":\"r\",\"track\":\"t\",\"speakers\":[\"s\"]",
    );
    let text = text
        .replace("\"ticket\":\"nhs\",\"name\":\"\"", "\"ticket\":\"k\"")
        .replace("\"session\":\"one\"", "\"session\":\"n\"");
    let text = text.replace("\"place\":\"p1\",\"session\":null", "\"place\":\"p\"");
    let one = |code: &str| std::iter::once(code.to_owned()).collect();
    let known = Known {
        rooms: one("r"),
        tracks: one("t"),
        speakers: one("s"),
        sessions: one("n"),
        tickets: one("k"),
        places: one("p"),
    };
    assert_eq!(import(&text, &known).unwrap().warnings(), []);
    assert_eq!(import(&text, &Known::default()).unwrap_err().len(), 6);
}

#[test]
fn a_code_broken_elsewhere_is_not_also_missed_here() {
    let message = "This must be text in quotation marks, not the number 5.";
    assert_eq!(
        said("{\"code\":\"nhs\"", "{\"code\":5"),
        [error("/tickets/0/code", 8, "wrong_type", message)]
    );
}

#[test]
fn prices_and_numbers_have_bounds() {
    let message = "A price cannot be negative, as -1 is.";
    assert_eq!(said("19500", "-1"), [error("/tickets/0/price_pence", 8, "negative_price", message)]);
    assert_eq!(
        said("19500", "10000001"),
        [error(
            "/tickets/0/price_pence",
            8,
            "out_of_range",
            "This must be from 0 to 10000000, not 10000001."
        )]
    );
    assert_eq!(
        said("\"capacity\":2", "\"capacity\":-2"),
        [error(
            "/event/capacity",
            2,
            "out_of_range",
            "This must be from 0 to 1000000, not -2."
        )]
    );
    assert_eq!(
        said("\"places\":30", "\"places\":-1"),
        [error(
            "/rooms/0/places",
            3,
            "out_of_range",
            "This must be from 0 to 1000000, not -1."
        )]
    );
}

#[test]
fn places_fit_their_event_and_ticket() {
    let said_of_one = said("\"capacity\":2", "\"capacity\":1");
    assert_eq!(
        said_of_one,
        [
            error(
                "/event/capacity",
                2,
                "over_capacity",
                "The event is for 1, but 2 places are listed."
            ),
            warning(
                "/tickets/0/places",
                8,
                "ticket_above_capacity",
                "There are 2 places with this ticket, but the event is for 1."
            ),
        ]
    );
    assert_eq!(
        said("\"places\":2", "\"places\":1"),
        [
            warning(
                "/event/capacity",
                2,
                "tickets_below_capacity",
                "The event is for 2, but its tickets have only 1 places between them."
            ),
            error(
                "/tickets/0/places",
                8,
                "over_ticket_places",
                "There are 1 places with this ticket, but 2 are listed."
            ),
        ]
    );
    let message = "“Siân Llŷr” with this e-mail address already has the place “p1”.";
    assert_eq!(
        said(
            "\"name\":\"\",\"email\":null",
            "\"name\":\"Siân Llŷr\",\"email\":\"SIAN@example.org\""
        ),
        [warning("/places/1", 10, "same_person", message)]
    );
}

#[test]
fn attendance_is_past_and_begins_with_an_arrival() {
    assert_eq!(
        said("2027-10-31T08:50", "2028-01-10T12:01"),
        [error(
            "/attendance/0/at",
            11,
            "in_the_future",
            "Attendance cannot be in the future."
        )]
    );
    let message = "The place “p1” leaves here without having arrived before. This counts nothing.";
    assert_eq!(
        said(
            "\"action\":\"arrive\",\"at\":\"2027-10-31T08:50\"",
            "\"action\":\"leave\",\"at\":\"2027-10-31T08:50\""
        ),
        [warning("/attendance/0", 11, "leave_before_arrive", message)]
    );
}

#[test]
fn booking_opens_before_it_closes() {
    let message = "Booking must close later than it opens.";
    assert_eq!(
        said("2027-10-01T09:00", "2027-01-01T09:00"),
        [error("/event/bookings_close", 2, "bookings_close_before_open", message)]
    );
    let message = "Booking closes only after the event has ended. It will end with the event.";
    assert_eq!(
        said("2027-10-01T09:00", "2027-11-01T09:00"),
        [warning("/event/bookings_close", 2, "bookings_close_after_end", message)]
    );
    let message = "Booking must open before the event has ended.";
    assert_eq!(
        said(
            "\"2027-01-01T09:00\",\"bookings_close\":\"2027-10-01T09:00\"",
            "\"2027-11-01T09:00\""
        ),
        [error("/event/bookings_open", 2, "bookings_open_after_end", message)]
    );
}

#[test]
fn the_cpd_rule_has_bounds() {
    for (given, range) in [("0", "from 1 to 100, not 0"), ("101", "from 1 to 100, not 101")] {
        assert_eq!(
            said("\"threshold_percent\":75", &format!("\"threshold_percent\":{given}")),
            [error(
                "/event/cpd/threshold_percent",
                2,
                "out_of_range",
                &format!("This must be {range}.")
            )]
        );
    }
    for (key, given, range) in [
        ("grace_minutes", -1, "from 0 to 240"),
        ("round_down_to", 0, "from 1 to 60"),
        ("min_minutes", 0, "from 1 to 1440"),
    ] {
        let said = said(
            "\"rule\":\"per_session_threshold\",\"threshold_percent\":75",
            &format!("\"rule\":\"all_or_nothing\",\"{key}\":{given}"),
        );
        assert_eq!(
            said,
            [error(
                &format!("/event/cpd/{key}"),
                2,
                "out_of_range",
                &format!("This must be {range}, not {given}.")
            )]
        );
    }
    let message = "This has no effect: the rule is “proportional”, and only “per_session_threshold” uses it.";
    assert_eq!(
        said("\"rule\":\"per_session_threshold\"", "\"rule\":\"proportional\""),
        [warning("/event/cpd/threshold_percent", 2, "no_effect", message)]
    );
    let Ok(Checked::Event(event)) = import(&SOUND.replace(",\"threshold_percent\":75", ""), &Known::default()) else {
        panic!()
    };
    assert_eq!(event.cpd.threshold_percent, Some(80));
}

#[test]
fn slips_of_an_agenda_are_warned_of() {
    let message = "This is marked as CPD, but a session of the kind “break” never counts.";
    assert_eq!(
        said("\"status\":\"cancelled\"", "\"cpd\":true"),
        [warning("/sessions/1/cpd", 7, "cpd_never_counts", message)]
    );
    let message = "The room “hall” is still taken by the session “one” when this one starts.";
    assert_eq!(
        said(
            "\"2027-10-31T10:00\",\"ends\":\"2027-10-31T10:30\",\"room\":\"hall\",\"status\":\"cancelled\"",
            "\"2027-10-31T09:30\",\"ends\":\"2027-10-31T10:30\",\"room\":\"hall\""
        ),
        [warning("/sessions/1/room", 7, "room_clash", message)]
    );
    let message = "This event is sensitive but has no neutral title. Mail subjects and calendars will only say “Event”.";
    assert_eq!(
        said("\"capacity\":2", "\"capacity\":2,\"sensitive\":true"),
        [warning("/event/neutral_title", 2, "no_neutral_title", message)]
    );
    let message = "A hashtag is one word of letters, digits and underscores, at most 100 of them.";
    assert_eq!(said("#OpenDay", "#Open day"), [error("/event/hashtag", 2, "hashtag", message)]);
}
