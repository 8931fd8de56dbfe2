//! Mail about places and the calendar entries in it, read by parsers that are not ours: what a mail program finds, what
//! a calendar makes of it, and that nobody learns of anybody else.

use crate::ground::{MORNING, app_at, at, book, changed, import, mails_of, meddle, named, open_day, order, unnamed};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};
use domain::{
    access::Actor,
    bookings::order::Who,
    bookings::{
        naming::{Naming, name_place},
        service::{Holder, cancel_place},
    },
    events::{
        EventStatus,
        edit::{self, EventForm, form_of},
        service::set_status,
    },
};
use icalendar::parser::{Component, Property, read_calendar, unfold};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use tests::{Event, Mail, TestApp};

/// One VEVENT, as a calendar reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Invite {
    method: String,
    uid: String,
    sequence: u32,
    status: String,
    summary: String,
    starts: DateTime<Utc>,
    ends: DateTime<Utc>,
    attendees: Vec<String>,
    organizer: String,
}

fn value<'a>(component: &'a Component<'a>, name: &str) -> &'a str {
    component.find_prop(name).unwrap_or_else(|| panic!("no {name}")).val.as_str()
}

fn parameter(property: &Property<'_>, name: &str) -> Option<String> {
    property
        .params
        .iter()
        .find(|param| param.key == name)
        .and_then(|param| param.val.as_ref().map(|val| val.as_str().to_owned()))
}

/// The instant a property names, by the VTIMEZONE of its own calendar and nothing else.
fn instant(property: &Property<'_>, zones: &[Component<'_>]) -> DateTime<Utc> {
    let wall = NaiveDateTime::parse_from_str(property.val.as_str().trim_end_matches('Z'), "%Y%m%dT%H%M%S").unwrap();
    let Some(tzid) = parameter(property, "TZID") else {
        assert!(property.val.as_str().ends_with('Z'), "a floating time");
        return wall.and_utc();
    };
    let zone = zones
        .iter()
        .find(|zone| zone.name == "VTIMEZONE" && value(zone, "TZID") == tzid)
        .unwrap_or_else(|| panic!("{tzid} is not defined"));
    // Of all changes to an offset, the last that comes before this wall time.
    let last = zone
        .components
        .iter()
        .filter_map(|change| last_onset(change, wall).map(|onset| (onset, value(change, "TZOFFSETTO"))))
        .max();
    (wall - offset(last.unwrap().1)).and_utc()
}

/// When, in the wall time before it, this change last happened before `wall`: `RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU`.
fn last_onset(change: &Component<'_>, wall: NaiveDateTime) -> Option<NaiveDateTime> {
    let first = NaiveDateTime::parse_from_str(value(change, "DTSTART"), "%Y%m%dT%H%M%S").unwrap();
    let Some(rule) = change.find_prop("RRULE") else {
        return Some(first).filter(|first| *first <= wall);
    };
    assert_eq!(
        rule.val.as_str(),
        format!("FREQ=YEARLY;BYMONTH={};BYDAY=-1SU", first.month()),
        "a rule this reader knows"
    );
    let in_year = |year: i32| {
        let end = NaiveDate::from_ymd_opt(year, first.month(), 31).unwrap();
        (0..7)
            .map(|days| end - TimeDelta::days(days))
            .find(|day| day.weekday() == Weekday::Sun)
            .unwrap()
            .and_time(first.time())
    };
    [wall.year(), wall.year() - 1]
        .into_iter()
        .map(in_year)
        .find(|onset| *onset <= wall && *onset >= first)
}

fn offset(text: &str) -> TimeDelta {
    let (sign, digits) = text.split_at(1);
    let minutes = digits[..2].parse::<i64>().unwrap() * 60 + digits[2..4].parse::<i64>().unwrap();
    TimeDelta::minutes(if sign == "-" { -minutes } else { minutes })
}

/// The only entry of a mail's calendar, after everything that makes a mail program believe it was checked.
fn invite(mail: &Mail) -> Invite {
    let parts = mail.parts();
    let kinds: Vec<&str> = parts.iter().map(|part| part.media_type.as_str()).collect();
    assert_eq!(
        kinds,
        ["text/plain", "text/html", "text/calendar", "application/ics"],
        "{}",
        mail.kind
    );
    let (beside, file) = (&parts[2], &parts[3]);
    assert_eq!(beside.bytes, file.bytes, "beside the text and as a file it is the same");
    assert!(
        file.header("content-disposition").starts_with("attachment"),
        "{}",
        file.header("content-disposition")
    );
    let text = String::from_utf8(beside.bytes.clone()).unwrap();
    assert!(
        text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']),
        "bare line breaks"
    );
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "a line over 75 octets");

    let unfolded = unfold(&text);
    let calendar = read_calendar(&unfolded).unwrap();
    let of_calendar = |name: &str| {
        calendar
            .properties
            .iter()
            .find(|property| property.name == name)
            .unwrap()
            .val
            .as_str()
            .to_owned()
    };
    let method = of_calendar("METHOD");
    assert!(
        beside
            .header("content-type")
            .to_lowercase()
            .contains(&format!("method={}", method.to_lowercase())),
        "{}",
        beside.header("content-type")
    );
    assert_eq!(of_calendar("VERSION"), "2.0");
    let events: Vec<_> = calendar.components.iter().filter(|component| component.name == "VEVENT").collect();
    let [event] = events.as_slice() else {
        panic!("{} entries", events.len())
    };
    let all = |name: &str| {
        event
            .properties
            .iter()
            .filter(|property| property.name == name)
            .map(|property| property.val.as_str().to_owned())
            .collect::<Vec<_>>()
    };
    let organizer = value(event, "ORGANIZER").to_owned();
    let from = mail.headers().into_iter().find(|(name, _)| name == "from").unwrap().1;
    assert!(
        from.contains(organizer.strip_prefix("mailto:").unwrap()),
        "the organizer is who the mail comes from: {from}"
    );
    Invite {
        method,
        uid: value(event, "UID").to_owned(),
        sequence: value(event, "SEQUENCE").parse().unwrap(),
        status: value(event, "STATUS").to_owned(),
        summary: value(event, "SUMMARY").to_owned(),
        starts: instant(event.find_prop("DTSTART").unwrap(), &calendar.components),
        ends: instant(event.find_prop("DTEND").unwrap(), &calendar.components),
        attendees: all("ATTENDEE"),
        organizer,
    }
}

/// The entries mailed to one address, in order.
async fn invites_to(app: &TestApp, address: &str) -> Vec<Invite> {
    app.mails_to(address)
        .await
        .iter()
        .filter(|mail| mail.calendar.is_some())
        .map(invite)
        .collect()
}

async fn system_cancels(app: &TestApp, event: &Event, place: usize) {
    let place = app.all_places(event.id).await[place].id;
    cancel_place(&app.services, Holder::Actor(&Actor::System), place).await.unwrap();
}

async fn edit(app: &TestApp, event: &Event, change: impl FnOnce(&mut EventForm)) -> edit::Saved {
    let mut form = form_of(&app.find_event(&event.slug).await.row);
    change(&mut form);
    let mut done = edit::update(&app.services, &Actor::System, &event.slug, &form).await.unwrap();
    if let edit::Updated::Look(look) = done {
        form.looked = look.version;
        form.move_sessions = look.outside.map(|_| "true".to_owned()).unwrap_or_default();
        done = edit::update(&app.services, &Actor::System, &event.slug, &form).await.unwrap();
    }
    match done {
        edit::Updated::Saved(saved) => *saved,
        edit::Updated::Look(look) => panic!("looked at, and not saved: {look:?}"),
    }
}

#[tokio::test]
async fn each_named_place_gets_its_own_mail_and_its_own_invite() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let lines = vec![
        named("nhs", "Jane Smith", "jane@example.org"),
        named("nhs", "Siân Llŷr", "sian@example.net"),
        unnamed("free"),
    ];
    let booked = book(&app, order("open-day", "k", lines)).await.unwrap();
    app.run_jobs().await;

    let mails = app.mails().await;
    let kinds: Vec<_> = mails
        .iter()
        .map(|mail| (mail.kind.as_str(), mail.to.as_str(), mail.calendar.is_some()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("booking_confirmed", "pa-k@example.org", false),
            ("invite", "jane@example.org", true),
            ("invite", "sian@example.net", true)
        ],
        "the booker one confirmation, the unnamed place nothing"
    );
    let people = ["pa-k@example.org", "jane@example.org", "sian@example.net"];
    for mail in &mails {
        let all = String::from_utf8(mail.raw.clone().unwrap()).unwrap() + &mail.parts().iter().map(|part| part.text()).collect::<String>();
        for other in people.iter().filter(|other| **other != mail.to) {
            assert!(!all.contains(other), "{other} is in the mail to {}", mail.to);
        }
        let addressed: Vec<_> = mail
            .headers()
            .into_iter()
            .filter(|(name, _)| matches!(name.as_str(), "to" | "cc" | "bcc"))
            .collect();
        assert_eq!(addressed.len(), 1);
        assert!(addressed[0].0 == "to" && addressed[0].1.contains(&mail.to), "{addressed:?}");
        assert!(mail.headers().contains(&("auto-submitted".to_owned(), "auto-generated".to_owned())));
        assert!(mail.text.contains(&booked.reference) && mail.html.contains(&booked.reference));
    }

    let (jane, sian) = (invite(&mails[1]), invite(&mails[2]));
    let expected = Invite {
        method: "REQUEST".to_owned(),
        uid: jane.uid.clone(),
        sequence: 0,
        status: "CONFIRMED".to_owned(),
        summary: "Spring study day".to_owned(),
        starts: at("2026-03-12T09:00:00Z"),
        ends: at("2026-03-12T16:00:00Z"),
        attendees: vec!["mailto:jane@example.org".to_owned()],
        organizer: "mailto:noreply@plenary.test".to_owned(),
    };
    assert_eq!(jane, expected);
    assert_eq!(
        sian,
        Invite {
            uid: sian.uid.clone(),
            attendees: vec!["mailto:sian@example.net".to_owned()],
            ..expected
        }
    );
    assert!(jane.uid != sian.uid && jane.uid.ends_with("@plenary.test"));
    let codes: Vec<_> = mails[1..]
        .iter()
        .map(|mail| domain::platform::random::read_place_code(&fact(mail, "Place code")).unwrap())
        .collect();
    assert_ne!(codes[0], codes[1]);
    assert_eq!(app.places(&event).await.len(), 3);
}

/// A fact of the letter as plain text.
fn fact(mail: &Mail, label: &str) -> String {
    let line = mail
        .text
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{label}:")))
        .unwrap_or_else(|| panic!("no {label} in {}", mail.text));
    line.trim().to_owned()
}

#[tokio::test]
async fn a_place_named_later_is_invited_then() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let booked = book(&app, order("open-day", "k", vec![unnamed("nhs")])).await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.mails().await.len(), 1);

    let who = Who {
        name: Some("Jane Smith".to_owned()),
        email: Some("jane@example.org".to_owned()),
        ..Who::default()
    };
    let place = app.places(&event).await[0].id;
    name_place(&app.services, Holder::Link(&booked.manage), place, who, Naming::Give)
        .await
        .unwrap();
    app.run_jobs().await;

    let invites = invites_to(&app, "jane@example.org").await;
    assert_eq!(
        invites
            .iter()
            .map(|invite| (invite.method.as_str(), invite.sequence))
            .collect::<Vec<_>>(),
        [("REQUEST", 0)]
    );
}

#[tokio::test]
async fn a_place_given_to_somebody_else_leaves_the_first_calendar() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let booked = book(&app, order("open-day", "k", vec![named("nhs", "Jane Smith", "jane@example.org")]))
        .await
        .unwrap();
    app.run_jobs().await;

    let who = Who {
        name: Some("Joan Jones".to_owned()),
        email: Some("joan@example.org".to_owned()),
        ..Who::default()
    };
    let place = app.places(&event).await[0].id;
    app.pass(TimeDelta::minutes(1));
    name_place(&app.services, Holder::Link(&booked.manage), place, who, Naming::Give)
        .await
        .unwrap();
    app.run_jobs().await;

    let (jane, joan) = (
        invites_to(&app, "jane@example.org").await,
        invites_to(&app, "joan@example.org").await,
    );
    let told = |invites: &[Invite]| invites.iter().map(|invite| invite.method.clone()).collect::<Vec<_>>();
    assert_eq!(told(&jane), ["REQUEST", "CANCEL"], "whoever gave the place up");
    assert_eq!((jane[0].uid == jane[1].uid, jane[1].sequence > jane[0].sequence), (true, true));
    assert_eq!(told(&joan), ["REQUEST"], "whoever has it now");
}

#[tokio::test]
async fn several_days_are_several_mails_with_an_entry_each() {
    let app = app_at(MORNING).await;
    let session = |code: &str, day: &str, from: &str, to: &str| json!({ "code": code, "title": code, "kind": "talk", "starts": format!("2026-03-{day}T{from}"), "ends": format!("2026-03-{day}T{to}"), "cpd": true });
    // The clocks go forward between the second and the third day.
    let file = changed(open_day("course"), |file| {
        file["event"]["starts"] = "2026-03-27T09:00".into();
        file["event"]["ends"] = "2026-03-29T13:00".into();
        file["sessions"] = json!([
            session("a", "27", "09:00", "16:30"),
            session("b", "28", "10:00", "15:00"),
            session("c", "29", "09:30", "13:00")
        ]);
    });
    import(&app, &file).await;
    book(&app, order("course", "k", vec![named("nhs", "Jane Smith", "jane@example.org")]))
        .await
        .unwrap();
    app.run_jobs().await;

    let invites = invites_to(&app, "jane@example.org").await;
    let times: Vec<_> = invites.iter().map(|invite| (invite.starts, invite.ends)).collect();
    assert_eq!(
        times,
        [
            (at("2026-03-27T09:00:00Z"), at("2026-03-27T16:30:00Z")),
            (at("2026-03-28T10:00:00Z"), at("2026-03-28T15:00:00Z")),
            (at("2026-03-29T08:30:00Z"), at("2026-03-29T12:00:00Z")),
        ]
    );
    assert_eq!(
        invites.iter().map(|invite| &invite.uid).collect::<BTreeSet<_>>().len(),
        3,
        "each day is an entry of its own"
    );
    let subjects: BTreeSet<_> = app
        .mails_to("jane@example.org")
        .await
        .into_iter()
        .map(|mail| mail.subject)
        .collect();
    assert_eq!(subjects.len(), 3, "{subjects:?}");
}

#[tokio::test]
async fn wall_times_hold_on_both_sides_of_both_clock_changes() {
    let app = app_at("2026-01-05T10:00:00Z").await;
    let days = [
        ("2026-03-28", "2026-03-28T09:30:00Z"),
        ("2026-03-29", "2026-03-29T08:30:00Z"),
        ("2026-03-30", "2026-03-30T08:30:00Z"),
        ("2026-10-24", "2026-10-24T08:30:00Z"),
        ("2026-10-25", "2026-10-25T09:30:00Z"),
        ("2026-10-26", "2026-10-26T09:30:00Z"),
        ("2027-03-27", "2027-03-27T09:30:00Z"),
        ("2027-03-28", "2027-03-28T08:30:00Z"),
        ("2027-10-30", "2027-10-30T08:30:00Z"),
        ("2027-10-31", "2027-10-31T09:30:00Z"),
    ];
    for (day, starts) in days {
        let slug = format!("day-{day}");
        app.event()
            .slug(&slug)
            .when("Europe/London", &format!("{day}T09:30"), &format!("{day}T16:00"))
            .create()
            .await;
        book(
            &app,
            order(
                &slug,
                day,
                vec![named("standard", "Jane Smith", &format!("jane-{day}@example.org"))],
            ),
        )
        .await
        .unwrap();
        app.run_jobs().await;
        let mails = app.mails_to(&format!("jane-{day}@example.org")).await;
        let [mail] = mails.as_slice() else { panic!("{mails:?}") };
        let entry = invite(mail);
        assert_eq!(
            (entry.starts, entry.ends - entry.starts),
            (at(starts), TimeDelta::minutes(390)),
            "{day}"
        );
        assert!(fact(mail, "When").ends_with("9:30am to 4pm"), "{}", fact(mail, "When"));
    }
}

#[tokio::test]
async fn an_event_across_the_night_the_clocks_change_is_as_long_as_it_is() {
    let app = app_at("2026-01-05T10:00:00Z").await;
    // Elsewhere the clocks change on other days: New York on 8 March 2026.
    app.event()
        .slug("new-york")
        .when("America/New_York", "2026-03-08T09:30", "2026-03-08T11:00")
        .create()
        .await;
    book(
        &app,
        order("new-york", "k", vec![named("standard", "Jane Smith", "jane@example.org")]),
    )
    .await
    .unwrap();
    app.run_jobs().await;
    let mails = mails_of(&app, "invite").await;
    let text = String::from_utf8(mails[0].parts()[2].bytes.clone()).unwrap();
    assert!(
        text.contains("TZID:America/New_York\r\n") && text.contains("DTSTART;TZID=America/New_York:20260308T093000"),
        "{text}"
    );
    assert!(fact(&mails[0], "When").contains("9:30am to 11am"), "{}", mails[0].text);
    assert!(
        mails[0].text.contains("New York time"),
        "a reader elsewhere is told whose clock it is: {}",
        mails[0].text
    );
}

#[tokio::test]
async fn a_changed_time_or_place_is_the_same_entry_with_a_higher_number() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    book(
        &app,
        order(
            "open-day",
            "k",
            vec![named("nhs", "Jane Smith", "jane@example.org"), unnamed("free")],
        ),
    )
    .await
    .unwrap();
    app.run_jobs().await;

    app.pass(TimeDelta::days(1));
    let saved = edit(&app, &event, |form| {
        form.starts = "2026-03-12T10:00".to_owned();
        form.ends = "2026-03-12T17:00".to_owned();
    })
    .await;
    assert!(saved.told);
    app.run_jobs().await;
    app.pass(TimeDelta::days(1));
    edit(&app, &event, |form| form.venue_name = "Other Hall".to_owned()).await;
    app.run_jobs().await;
    // What is no news to a calendar is not told.
    app.pass(TimeDelta::days(1));
    let saved = edit(&app, &event, |form| {
        form.part = "page".to_owned();
        form.summary = "Another summary.".to_owned();
    })
    .await;
    assert_eq!((saved.changed, saved.told), (vec!["summary"], false));
    app.run_jobs().await;

    let invites = invites_to(&app, "jane@example.org").await;
    assert_eq!(
        invites
            .iter()
            .map(|invite| (invite.method.as_str(), invite.sequence))
            .collect::<Vec<_>>(),
        [("REQUEST", 0), ("REQUEST", 1), ("REQUEST", 2)]
    );
    assert_eq!(invites.iter().map(|invite| &invite.uid).collect::<BTreeSet<_>>().len(), 1);
    assert_eq!(
        (invites[1].starts, invites[1].ends),
        (at("2026-03-12T10:00:00Z"), at("2026-03-12T17:00:00Z"))
    );
    let last = app.mails_to("jane@example.org").await.pop().unwrap();
    assert_eq!(
        (last.kind.as_str(), last.subject.as_str()),
        ("invite_update", "Changed: Spring study day")
    );
    assert!(fact(&last, "Where").starts_with("Other Hall"));
    assert_eq!(
        mails_of(&app, "booking_confirmed").await.len(),
        1,
        "the booker is told of each person by nobody"
    );
}

#[tokio::test]
async fn a_cancelled_place_leaves_its_calendar_and_no_other() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    book(
        &app,
        order(
            "open-day",
            "k",
            vec![
                named("nhs", "Jane Smith", "jane@example.org"),
                named("nhs", "Joan Jones", "joan@example.org"),
            ],
        ),
    )
    .await
    .unwrap();
    app.run_jobs().await;
    app.pass(TimeDelta::minutes(1));
    system_cancels(&app, &event, 0).await;
    app.run_jobs().await;

    let jane = invites_to(&app, "jane@example.org").await;
    assert_eq!(jane.len(), 2);
    assert_eq!(
        jane[1],
        Invite {
            method: "CANCEL".to_owned(),
            sequence: 1,
            status: "CANCELLED".to_owned(),
            ..jane[0].clone()
        }
    );
    assert_eq!(invites_to(&app, "joan@example.org").await.len(), 1);
    let told: Vec<_> = app.mails_to("pa-k@example.org").await.into_iter().map(|mail| mail.kind).collect();
    assert_eq!(told, ["booking_confirmed", "place_cancelled"]);
}

#[tokio::test]
async fn a_cancelled_event_leaves_every_calendar_and_its_bookers_know() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    book(
        &app,
        order(
            "open-day",
            "k",
            vec![
                named("nhs", "Jane Smith", "jane@example.org"),
                named("nhs", "Joan Jones", "joan@example.org"),
            ],
        ),
    )
    .await
    .unwrap();
    app.run_jobs().await;
    app.pass(TimeDelta::days(1));
    edit(&app, &event, |form| form.venue_name = "Other Hall".to_owned()).await;
    app.run_jobs().await;
    app.pass(TimeDelta::days(1));
    set_status(&app.services, &Actor::System, "open-day", EventStatus::Cancelled)
        .await
        .unwrap();
    app.run_jobs().await;

    for address in ["jane@example.org", "joan@example.org"] {
        let invites = invites_to(&app, address).await;
        let told: Vec<_> = invites
            .iter()
            .map(|invite| (invite.method.as_str(), invite.sequence, invite.status.as_str()))
            .collect();
        assert_eq!(
            told,
            [("REQUEST", 0, "CONFIRMED"), ("REQUEST", 1, "CONFIRMED"), ("CANCEL", 2, "CANCELLED")]
        );
        assert_eq!(invites.iter().map(|invite| &invite.uid).collect::<BTreeSet<_>>().len(), 1);
    }
    let told: Vec<_> = app.mails_to("pa-k@example.org").await.into_iter().map(|mail| mail.kind).collect();
    assert_eq!(told, ["booking_confirmed", "event_cancelled"]);
}

#[tokio::test]
async fn a_job_that_runs_twice_tells_nobody_twice() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    book(
        &app,
        order(
            "open-day",
            "k",
            vec![named("nhs", "Jane Smith", "jane@example.org"), unnamed("nhs")],
        ),
    )
    .await
    .unwrap();
    app.run_jobs().await;
    app.pass(TimeDelta::minutes(1));
    edit(&app, &event, |form| form.venue_name = "Other Hall".to_owned()).await;
    system_cancels(&app, &event, 0).await;
    app.run_jobs().await;
    let before: Vec<_> = app.mails().await.into_iter().map(|mail| (mail.message_id, mail.raw)).collect();

    let jobs = app.execute("UPDATE job SET state = 'ready'").await;
    assert_eq!(jobs, 3);
    assert_eq!(app.run_jobs().await, (3, 0));

    let after: Vec<_> = app.mails().await.into_iter().map(|mail| (mail.message_id, mail.raw)).collect();
    assert_eq!(after, before);
}

const EVIL: &str = "x\r\nBcc: evil@example.net\r\nATTENDEE:mailto:evil@example.net\nMETHOD:CANCEL\r\n\r\nEND:VEVENT";

#[tokio::test]
async fn line_breaks_in_stored_fields_add_no_header_and_no_property() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    book(&app, order("open-day", "k", vec![named("nhs", "Jane Smith", "jane@example.org")]))
        .await
        .unwrap();
    // The front door refuses all of these; this is what would happen if one came in by another way.
    for (table, columns) in [
        (
            "event",
            &["title", "neutral_title", "summary", "venue_name", "venue_address", "venue_postcode"][..],
        ),
        ("organisation", &["name"]),
        ("place", &["name", "job_role", "organisation"]),
        ("booking", &["booker_name", "purchase_order"]),
        ("ticket", &["name"]),
        ("session", &["title"]),
    ] {
        for column in columns {
            meddle(&app, &format!("UPDATE {table} SET {column} = $1"), vec![EVIL.into()]).await;
        }
    }
    meddle(
        &app,
        "UPDATE event SET online_url = $1",
        vec![format!("https://example.org/{EVIL}").into()],
    )
    .await;
    app.run_jobs().await;
    app.pass(TimeDelta::minutes(1));
    system_cancels(&app, &event, 0).await;
    app.run_jobs().await;

    let mails = app.mails().await;
    assert_eq!(
        mails.iter().map(|mail| mail.kind.as_str()).collect::<Vec<_>>(),
        ["booking_confirmed", "invite", "invite_cancelled", "place_cancelled"]
    );
    for mail in mails {
        let mut names: Vec<_> = mail.headers().into_iter().map(|(name, _)| name).collect();
        names.sort();
        assert_eq!(
            names,
            [
                "auto-submitted",
                "content-type",
                "date",
                "from",
                "message-id",
                "mime-version",
                "reply-to",
                "subject",
                "to"
            ]
        );
        for part in mail.parts() {
            assert!(
                part.headers.iter().all(|(name, _)| name.starts_with("content-")),
                "{:?}",
                part.headers
            );
        }
        if mail.calendar.is_some() {
            let entry = invite(&mail);
            let method = if mail.kind == "invite" { "REQUEST" } else { "CANCEL" };
            assert_eq!(
                (entry.method.as_str(), entry.attendees.as_slice()),
                (method, &["mailto:jane@example.org".to_owned()][..])
            );
        }
        // In the letter itself it is only words; in a calendar each line would be a property.
        if let Some(calendar) = mail.parts().iter().find(|part| part.media_type == "text/calendar") {
            let text = calendar.text().replace("\n ", "");
            let known = [
                "BEGIN",
                "END",
                "VERSION",
                "PRODID",
                "CALSCALE",
                "METHOD",
                "TZID",
                "TZOFFSETFROM",
                "TZOFFSETTO",
                "TZNAME",
                "DTSTART",
                "RRULE",
            ];
            let of_event = [
                "ATTENDEE",
                "DESCRIPTION",
                "DTEND",
                "DTSTAMP",
                "LOCATION",
                "ORGANIZER",
                "SEQUENCE",
                "STATUS",
                "SUMMARY",
                "TRANSP",
                "UID",
                "URL",
            ];
            for line in text.lines() {
                let name = line.split([':', ';']).next().unwrap();
                assert!(known.contains(&name) || of_event.contains(&name), "{line}");
            }
            assert_eq!(text.lines().filter(|line| line.starts_with("METHOD:")).count(), 1);
        }
    }
}

/// What a browser shows of a letter: its words, without tags, one space between them.
fn words_of(html: &str) -> String {
    tests::Page::parse(html).all("body").next().unwrap().text.clone()
}

#[tokio::test]
async fn text_and_html_say_the_same() {
    let app = app_at(MORNING).await;
    let file = changed(open_day("open-day"), |file| {
        file["event"]["title"] = "Rights & <wrongs>: a \"study\" day".into();
        file["event"]["sensitive"] = true.into();
        file["event"]["neutral_title"] = "Study day".into();
        file["event"]["support"] = json!([{ "name": "Samaritans", "contact": "116 123", "note": "free, day or night" }]);
    });
    let event = import(&app, &file).await;
    let mut asked = order(
        "open-day",
        "k",
        vec![named("nhs", "Bridget O'Neill", "bridget@example.org"), unnamed("free")],
    );
    asked.purchase_order = Some("PO-77".to_owned());
    book(&app, asked).await.unwrap();
    app.run_jobs().await;
    app.pass(TimeDelta::minutes(1));
    edit(&app, &event, |form| form.venue_name = "Other Hall".to_owned()).await;
    app.run_jobs().await;
    app.pass(TimeDelta::minutes(1));
    set_status(&app.services, &Actor::System, "open-day", EventStatus::Cancelled)
        .await
        .unwrap();
    app.run_jobs().await;

    let mails = app.mails().await;
    let kinds: BTreeSet<_> = mails.iter().map(|mail| mail.kind.clone()).collect();
    assert_eq!(kinds.len(), 5, "{kinds:?}");
    for mail in mails {
        let html = words_of(&mail.html);
        let text = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
        // Every word of the text stands in the HTML, in the same order: marks and links aside, nothing is left out.
        let mut rest = html.as_str();
        for word in text
            .split(' ')
            .filter(|word| !word.chars().all(|c| "=-".contains(c)) && !word.contains("://"))
        {
            let word = word.trim_end_matches(':');
            let found = rest.find(word).unwrap_or_else(|| {
                panic!(
                    "{word} of the text is not in its place in the HTML of {}:\n{text}\n{html}",
                    mail.kind
                )
            });
            rest = &rest[found + word.len()..];
        }
        let links = |text: &str| -> BTreeSet<String> {
            text.split(|c: char| c.is_whitespace() || "\"<>()".contains(c))
                .filter(|word| word.starts_with("http"))
                .map(|word| word.trim_end_matches('.').to_owned())
                .collect()
        };
        assert_eq!(
            links(&mail.text),
            links(&mail.html.replace("&amp;", "&"))
                .into_iter()
                .filter(|link| !link.contains("w3.org"))
                .collect(),
            "{}",
            mail.kind
        );
        assert!(
            html.contains("116 123") && mail.text.contains("116 123"),
            "support lines are in both"
        );
    }
}

#[tokio::test]
async fn a_sensitive_event_is_neutral_wherever_others_read() {
    let app = app_at(MORNING).await;
    let file = changed(open_day("open-day"), |file| {
        file["event"]["title"] = "Self-harm: compassion and practice".into();
        file["event"]["sensitive"] = true.into();
        file["event"]["neutral_title"] = "Study day, 12 March".into();
    });
    let event = import(&app, &file).await;
    book(&app, order("open-day", "k", vec![named("nhs", "Jane Smith", "jane@example.org")]))
        .await
        .unwrap();
    app.run_jobs().await;
    app.pass(TimeDelta::minutes(1));
    edit(&app, &event, |form| form.venue_name = "Other Hall".to_owned()).await;
    app.run_jobs().await;
    app.pass(TimeDelta::minutes(1));
    system_cancels(&app, &event, 0).await;
    app.run_jobs().await;

    let mails = app.mails().await;
    let mut subjects = BTreeMap::new();
    for mail in &mails {
        subjects.insert(mail.kind.as_str(), mail.subject.replace(['(', ')'], ""));
        for (name, value) in mail.headers() {
            assert!(!value.to_lowercase().contains("self-harm"), "{name}: {value}");
        }
        assert!(!mail.subject.to_lowercase().contains("harm"), "{}", mail.subject);
        if mail.calendar.is_some() {
            assert_eq!(invite(mail).summary, "Study day, 12 March");
            assert!(
                !mail.parts()[2].text().to_lowercase().contains("harm"),
                "a shared calendar shows it"
            );
        }
        assert!(
            mail.text.contains("Self-harm: compassion and practice"),
            "inside, the reader sees what it is: {}",
            mail.text
        );
    }
    assert_eq!(subjects["invite"], "Your place: Study day, 12 March");
    assert_eq!(subjects["invite_update"], "Changed: Study day, 12 March");
    assert_eq!(subjects["invite_cancelled"], "Cancelled: Study day, 12 March");
    assert!(
        subjects["booking_confirmed"].starts_with("You have a place: Study day, 12 March PL-"),
        "{subjects:?}"
    );
}

#[tokio::test]
async fn a_place_given_to_somebody_else_closes_the_link_of_whoever_had_it() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    book(&app, order("open-day", "k", vec![named("nhs", "Jane Smith", "jane@example.org")]))
        .await
        .unwrap();
    app.run_jobs().await;
    let link = app.mails_to("jane@example.org").await[0].path("/bookings/").unwrap();
    let token = link.trim_start_matches("/bookings/").to_owned();
    let browser = app.browser();
    assert_eq!(browser.get(&link).await.status, 200);

    let who = Who {
        name: Some("Joan Jones".to_owned()),
        email: Some("joan@example.org".to_owned()),
        ..Who::default()
    };
    let place = app.places(&event).await[0].id;
    app.pass(TimeDelta::minutes(1));
    let told = name_place(&app.services, Holder::Link(&token), place, who, Naming::Give)
        .await
        .unwrap();
    app.run_jobs().await;

    assert_eq!(told.as_deref(), Some("open-day"), "whoever gave it away is sent to the event");
    assert_eq!(browser.get(&link).await.status, 404);
    let new = app.mails_to("joan@example.org").await[0].path("/bookings/").unwrap();
    assert_eq!(browser.get(&new).await.status, 200);
}
