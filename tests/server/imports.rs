//! Files in and out: what cannot be right is refused whole and leaves not one row behind; what is right comes out again
//! as it went in.

use crate::ground::{CONTRACT, MORNING, app_at, at, book, changed, contract, import, mails_of, named, open_day, order, refused, unnamed};
use domain::{
    access::{Actor, SignedIn},
    attendance,
    events::exchange::{self, ImportError, Options, Report, store::Count},
    ids::PersonId,
    organisations::Role,
    platform::zones,
};
use serde_json::{Value, json};
use tests::TestApp;

/// Just after the contract's event.
const EVENING: &str = "2026-03-12T18:30:00Z";

async fn import_bytes(app: &TestApp, bytes: &[u8], options: Options) -> Result<Report, ImportError> {
    exchange::import(&app.services, &Actor::System, bytes, options).await
}

/// What a file that cannot be imported as it is leaves behind: nothing, in any table.
async fn refuses(app: &TestApp, name: &str, bytes: &[u8], options: Options, expected: &[(&str, &str)]) {
    let before = app.everything().await;
    let found = refused(import_bytes(app, bytes, options).await);
    let expected: Vec<_> = expected
        .iter()
        .map(|(pointer, code)| ((*pointer).to_owned(), (*code).to_owned()))
        .collect();
    assert_eq!(found, expected, "{name}");
    assert_eq!(app.everything().await, before, "{name} left something behind");
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[tokio::test]
async fn the_example_of_the_contract_gives_its_hours() {
    let app = app_at(EVENING).await;
    let report = import_bytes(&app, CONTRACT.as_bytes(), Options::default()).await.unwrap();
    let counts = &report.counts;
    assert_eq!(
        (report.slug.as_str(), report.created, report.stored, report.warnings.len()),
        ("self-harm-2026", true, true, 0)
    );
    let added = |count: Count| (count.added, count.changed);
    assert_eq!(
        [
            counts.rooms,
            counts.tracks,
            counts.speakers,
            counts.sessions,
            counts.tickets,
            counts.places,
            counts.attendance
        ]
        .map(added),
        [(1, 0), (1, 0), (1, 0), (5, 0), (1, 0), (1, 0), (2, 0)]
    );
    let hours = attendance::service::hours(&app.services, &Actor::System, "self-harm-2026")
        .await
        .unwrap();
    let [jane] = hours.as_slice() else { panic!("{hours:?}") };
    assert_eq!((jane.place_code(), jane.name.as_deref()), ("p1", Some("Jane Smith")));
    assert_eq!(
        (jane.working.minutes, jane.working.shown_minutes, jane.working.participatory_minutes),
        (255, 255, 75)
    );
    let shown = domain::events::service::show(&app.services, &Actor::Nobody, "self-harm-2026")
        .await
        .unwrap();
    assert_eq!((shown.offered.minutes, shown.offered.participatory_minutes), (300, 75));
    let lines: Vec<_> = jane
        .working
        .lines
        .iter()
        .map(|line| (line.session.as_str(), line.minutes))
        .collect();
    assert_eq!(lines, [("reg", 0), ("am1", 90), ("am2", 90), ("pm1", 75), ("pm2", 0)]);
    assert_eq!(app.run_jobs().await, (0, 0), "an import mails nobody");
}

#[tokio::test]
async fn an_export_imports_to_the_same_export() {
    let app = app_at(EVENING).await;
    import(&app, &contract()).await;
    let written = exchange::export(&app.services, &Actor::System, "self-harm-2026").await.unwrap();
    let written = serde_json::to_value(&written).unwrap();

    let other = app_at(EVENING).await;
    import(&other, &written).await;
    let again = exchange::export(&other.services, &Actor::System, "self-harm-2026").await.unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), written);
    let hours = attendance::service::hours(&other.services, &Actor::System, "self-harm-2026")
        .await
        .unwrap();
    assert_eq!((hours[0].working.minutes, hours[0].working.participatory_minutes), (255, 75));
}

#[tokio::test]
async fn what_was_booked_here_is_exported_too() {
    let app = app_at(MORNING).await;
    import(&app, &open_day("open-day")).await;
    book(
        &app,
        order(
            "open-day",
            "k",
            vec![named("nhs", "Bridget O'Neill", "bridget@example.org"), unnamed("free")],
        ),
    )
    .await
    .unwrap();
    app.run_jobs().await;
    let written = serde_json::to_value(exchange::export(&app.services, &Actor::System, "open-day").await.unwrap()).unwrap();
    assert_eq!(written["places"].as_array().unwrap().len(), 2, "{written}");

    let other = app_at(MORNING).await;
    let event = import(&other, &written).await;
    let names: Vec<_> = other.places(&event).await.into_iter().map(|place| place.name).collect();
    assert_eq!(names, [Some("Bridget O'Neill".to_owned()), None]);
    assert_eq!(
        serde_json::to_value(exchange::export(&other.services, &Actor::System, "open-day").await.unwrap()).unwrap(),
        written
    );
    // Back into where it came from, it is all there already.
    let update = Options {
        update: true,
        ..Options::default()
    };
    let report = app.try_import(&written, update).await.unwrap();
    assert_eq!(
        (report.counts.places, app.places(&event).await.len()),
        (Count { added: 0, changed: 0 }, 2)
    );
}

#[tokio::test]
async fn an_update_goes_by_code_and_deletes_nothing() {
    let app = app_at(EVENING).await;
    let event = import(&app, &contract()).await;
    let update = Options {
        update: true,
        ..Options::default()
    };

    let again = app.try_import(&contract(), update).await.unwrap();
    assert_eq!(
        (again.created, again.counts.places, again.counts.attendance),
        (false, Count::default(), Count::default())
    );
    assert_eq!(
        (app.places(&event).await.len(), app.count("attendance_record").await),
        (1, 2),
        "nothing is doubled"
    );

    let less = changed(contract(), |file| {
        file["event"]["title"] = "Another title".into();
        file["sessions"] = json!([{ "code": "pm2", "title": "A longer panel", "kind": "panel", "starts": "2026-03-12T15:05", "ends": "2026-03-12T15:55", "room": "hall", "cpd": true }]);
        file["tickets"] = json!([{ "code": "school", "name": "Schools", "price_pence": 14500 }]);
        file["places"] = json!([{ "code": "p1", "ticket": "nhs", "name": "Jane Smith-Jones", "email": "jane@example.org" }, { "code": "p2", "ticket": "school" }]);
        for list in ["rooms", "tracks", "speakers", "attendance"] {
            file.as_object_mut().unwrap().remove(list);
        }
    });
    app.try_import(&less, update).await.unwrap();
    let now = serde_json::to_value(exchange::export(&app.services, &Actor::System, "self-harm-2026").await.unwrap()).unwrap();
    let codes = |list: &str| {
        now[list]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(codes("sessions"), ["reg", "am1", "am2", "pm1", "pm2"]);
    assert_eq!(
        (codes("rooms"), codes("tracks"), codes("speakers")),
        (vec!["hall".into()], vec!["schools".into()], vec!["ama".into()])
    );
    assert_eq!(
        (codes("tickets"), codes("places")),
        (vec!["nhs".to_owned(), "school".into()], vec!["p1".to_owned(), "p2".into()])
    );
    assert_eq!(
        (&now["event"]["title"], &now["sessions"][4]["title"], &now["places"][0]["name"]),
        (&json!("Another title"), &json!("A longer panel"), &json!("Jane Smith-Jones"))
    );
    assert_eq!(now["places"][0]["job_role"], "Nurse", "what a file does not say of a place stays");
    assert_eq!(now["attendance"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn only_asked_for_are_invites_sent() {
    let app = app_at(MORNING).await;
    let file =
        changed(
            open_day("open-day"),
            |file| file["places"] = json!([{ "code": "p1", "ticket": "nhs", "name": "Jane Smith", "email": "jane@example.org" }]),
        );
    app.try_import(&file, Options::default()).await.unwrap();
    assert_eq!(app.run_jobs().await, (0, 0));
    let sending = Options {
        update: true,
        send: true,
        dry_run: false,
    };
    app.try_import(&file, sending).await.unwrap();
    app.run_jobs().await;
    assert_eq!(mails_of(&app, "invite").await.len(), 1, "what was never told is told");
    app.pass(chrono::TimeDelta::minutes(1));
    app.try_import(&file, sending).await.unwrap();
    app.run_jobs().await;
    assert_eq!(mails_of(&app, "invite").await.len(), 1, "and not again");
}

#[tokio::test]
async fn a_dry_run_says_everything_and_stores_nothing() {
    let app = app_at(EVENING).await;
    let before = app.everything().await;
    let report = app
        .try_import(
            &contract(),
            Options {
                dry_run: true,
                ..Options::default()
            },
        )
        .await
        .unwrap();
    assert_eq!((report.stored, report.counts.sessions.added), (false, 5));
    assert_eq!(app.everything().await, before);
}

#[tokio::test]
async fn files_in_other_encodings_are_read_or_refused_with_the_remedy() {
    for (name, bytes) in [
        ("a byte order mark", format!("\u{feff}{CONTRACT}").into_bytes()),
        (
            "UTF-16, little end first, marked",
            utf16(&format!("\u{feff}{CONTRACT}"), u16::to_le_bytes),
        ),
        (
            "UTF-16, big end first, marked",
            utf16(&format!("\u{feff}{CONTRACT}"), u16::to_be_bytes),
        ),
    ] {
        let app = app_at(EVENING).await;
        let report = import_bytes(&app, &bytes, Options::default()).await;
        assert_eq!(
            report.unwrap_or_else(|cause| panic!("{name}: {cause:?}")).counts.sessions.added,
            5,
            "{name}"
        );
    }
    let app = app_at(EVENING).await;
    let mut broken = CONTRACT.as_bytes().to_vec();
    broken.extend(b"\xE2\x28");
    for (name, bytes) in [
        ("UTF-16, unmarked", utf16(CONTRACT, u16::to_le_bytes)),
        ("UTF-16, unmarked, big end first", utf16(CONTRACT, u16::to_be_bytes)),
        ("a broken character", broken),
    ] {
        refuses(&app, name, &bytes, Options::default(), &[("", "not_utf8")]).await;
    }
    refuses(&app, "nothing", b"", Options::default(), &[("", "empty")]).await;
    refuses(
        &app,
        "half a file",
        &CONTRACT.as_bytes()[..900],
        Options::default(),
        &[("", "not_json")],
    )
    .await;
    refuses(
        &app,
        "not JSON",
        b"slug,title\nopen-day,Open day\n",
        Options::default(),
        &[("", "not_json")],
    )
    .await;
    let large = format!("{CONTRACT}{}", " ".repeat(exchange::FILE_LIMIT + 1 - CONTRACT.len()));
    refuses(&app, "more than 5 MB", large.as_bytes(), Options::default(), &[("", "too_large")]).await;
}

#[tokio::test]
async fn each_mistake_is_named_where_it_stands_and_nothing_is_stored() {
    let app = app_at(EVENING).await;
    type Change = fn(&mut Value);
    #[expect(clippy::type_complexity, reason = "a table: what, how, and the problems it gives")]
    let cases: [(&str, Change, &[(&str, &str)]); 24] = [
        (
            "an unknown key",
            |file| file["event"]["titel"] = "x".into(),
            &[("/event/titel", "unknown_key")],
        ),
        (
            "a wrong type",
            |file| file["event"]["capacity"] = "fifty".into(),
            &[("/event/capacity", "wrong_type")],
        ),
        (
            "a word that is no choice",
            |file| file["sessions"][1]["kind"] = "keynote".into(),
            &[("/sessions/1/kind", "not_a_choice")],
        ),
        (
            "a missing field",
            |file| drop(file["tickets"][0].as_object_mut().unwrap().remove("name")),
            &[("/tickets/0/name", "missing")],
        ),
        (
            "a session's code twice",
            |file| file["sessions"][4]["code"] = "am1".into(),
            &[("/sessions/4/code", "duplicate_code")],
        ),
        (
            "a place's code twice",
            |file| file["places"] = json!([file["places"][0], file["places"][0]]),
            &[("/places/1/code", "duplicate_code")],
        ),
        (
            "an unknown room",
            |file| file["sessions"][1]["room"] = "attic".into(),
            &[("/sessions/1/room", "unknown_room")],
        ),
        (
            "an unknown track",
            |file| file["sessions"][1]["track"] = "x".into(),
            &[("/sessions/1/track", "unknown_track")],
        ),
        (
            "an unknown speaker",
            |file| file["sessions"][1]["speakers"] = json!(["nobody"]),
            &[("/sessions/1/speakers/0", "unknown_speaker")],
        ),
        (
            "an unknown ticket",
            |file| file["places"][0]["ticket"] = "vip".into(),
            &[("/places/0/ticket", "unknown_ticket")],
        ),
        (
            "an unknown place",
            |file| file["attendance"][0]["place"] = "p9".into(),
            &[("/attendance/0/place", "unknown_place")],
        ),
        (
            "an unknown session",
            |file| file["attendance"][0]["session"] = "s9".into(),
            &[("/attendance/0/session", "unknown_session")],
        ),
        (
            "a session before the event",
            |file| file["sessions"][0]["starts"] = "2026-03-12T08:59".into(),
            &[("/sessions/0/starts", "outside_event")],
        ),
        (
            "a session after the event",
            |file| file["sessions"][4]["ends"] = "2026-03-12T16:01".into(),
            &[("/sessions/4/ends", "outside_event")],
        ),
        (
            "an end at its start",
            |file| file["sessions"][1]["ends"] = "2026-03-12T09:30".into(),
            &[("/sessions/1/ends", "end_not_after_start")],
        ),
        (
            "an event that ends before it starts",
            |file| {
                file["event"]["ends"] = "2026-03-12T08:00".into();
                file["sessions"] = json!([]);
            },
            &[("/event/ends", "end_not_after_start")],
        ),
        (
            "an unknown zone",
            |file| file["event"]["timezone"] = "Europe/Oxford".into(),
            &[("/event/timezone", "unknown_zone")],
        ),
        (
            "an offset",
            |file| file["event"]["starts"] = "2026-03-12T09:00+00:00".into(),
            &[("/event/starts", "offset")],
        ),
        (
            "a negative price",
            |file| file["tickets"][0]["price_pence"] = (-1).into(),
            &[("/tickets/0/price_pence", "negative_price")],
        ),
        (
            "more places listed than there are",
            |file| file["event"]["capacity"] = 0.into(),
            &[("/event/capacity", "over_capacity")],
        ),
        (
            "attendance in the future",
            |file| file["attendance"][1]["at"] = "2026-03-12T18:31".into(),
            &[("/attendance/1/at", "in_the_future")],
        ),
        (
            "a name with a line break",
            |file| file["places"][0]["name"] = "Jane\r\nBcc: x".into(),
            &[("/places/0/name", "name")],
        ),
        (
            "a title that turns the text round",
            |file| file["event"]["title"] = "A \u{202e}day".into(),
            &[("/event/title", "direction_override")],
        ),
        (
            "an address that is none",
            |file| file["places"][0]["email"] = "siân@example.org".into(),
            &[("/places/0/email", "email")],
        ),
    ];
    for (name, change, expected) in cases {
        refuses(
            &app,
            name,
            changed(contract(), change).to_string().as_bytes(),
            Options::default(),
            expected,
        )
        .await;
    }
    let several = changed(contract(), |file| {
        file["event"]["timezone"] = "Europe/Oxford".into();
        file["sessions"][2]["room"] = "attic".into();
        file["tickets"][0]["price_pence"] = (-1).into();
    });
    let found = refused(app.try_import(&several, Options::default()).await);
    assert_eq!(found.len(), 3, "every problem at once: {found:?}");
    let repeated = CONTRACT.replacen("\"capacity\":50", "\"capacity\":50,\"capacity\":60", 1);
    refuses(
        &app,
        "a key twice",
        repeated.as_bytes(),
        Options::default(),
        &[("/event/capacity", "repeated_key")],
    )
    .await;
}

#[tokio::test]
async fn a_time_that_never_comes_is_refused_and_one_that_comes_twice_is_the_first() {
    let app = app_at("2026-11-20T10:00:00Z").await;
    let night = |day: &str| {
        changed(open_day("night"), |file| {
            file["event"]["starts"] = format!("{day}T01:30").into();
            file["event"]["ends"] = format!("{day}T12:00").into();
            file["sessions"] = json!([]);
        })
    };
    refuses(
        &app,
        "01:30 on 28 March 2027",
        night("2027-03-28").to_string().as_bytes(),
        Options::default(),
        &[("/event/starts", "no_such_time")],
    )
    .await;

    let report = app.try_import(&night("2027-10-31"), Options::default()).await.unwrap();
    let warnings: Vec<_> = report
        .warnings
        .iter()
        .map(|warning| (warning.pointer.as_str(), warning.code))
        .collect();
    assert_eq!(warnings, [("/event/starts", "time_twice")]);
    assert!(
        report.warnings[0].message.contains("The first is taken"),
        "{}",
        report.warnings[0].message
    );
    let event = app.find_event("night").await.row;
    assert_eq!(event.starts_at, at("2027-10-31T00:30:00Z"));
    assert_eq!(zones::wall(event.starts_at, event.zone()), event.starts_wall);
}

#[tokio::test]
async fn a_slug_that_is_taken_is_refused_without_update() {
    let app = app_at(EVENING).await;
    import(&app, &contract()).await;
    refuses(
        &app,
        "the slug is taken",
        CONTRACT.as_bytes(),
        Options::default(),
        &[("/event/slug", "slug_taken")],
    )
    .await;
}

#[tokio::test]
async fn a_capacity_below_what_is_booked_is_refused() {
    let app = app_at(MORNING).await;
    import(&app, &open_day("open-day")).await;
    book(&app, order("open-day", "k", vec![unnamed("nhs"), unnamed("nhs"), unnamed("free")]))
        .await
        .unwrap();
    app.run_jobs().await;
    let update = Options {
        update: true,
        ..Options::default()
    };
    let fewer = changed(open_day("open-day"), |file| file["event"]["capacity"] = 2.into());
    refuses(
        &app,
        "capacity below booked",
        fewer.to_string().as_bytes(),
        update,
        &[("/event/capacity", "below_booked")],
    )
    .await;
    let fewer = changed(open_day("open-day"), |file| file["tickets"][0]["places"] = 1.into());
    refuses(
        &app,
        "ticket below booked",
        fewer.to_string().as_bytes(),
        update,
        &[("/tickets/0/places", "below_booked")],
    )
    .await;
}

#[tokio::test]
async fn the_last_of_a_thousand_records_being_broken_undoes_the_rest() {
    let app = app_at(EVENING).await;
    let file = changed(contract(), |file| {
        file["event"]["capacity"] = Value::Null;
        let places = (1..=1000).map(|i| json!({ "code": format!("p{i}"), "ticket": "nhs", "name": format!("Person {i}"), "email": format!("person-{i}@example.org") }));
        file["places"] = places.collect();
        file["places"][999]["email"] = "not an address".into();
    });
    refuses(
        &app,
        "the last of 1,000",
        file.to_string().as_bytes(),
        Options::default(),
        &[("/places/999/email", "email")],
    )
    .await;
    let whole = changed(file, |file| file["places"][999]["email"] = "last@example.org".into());
    let report = app.try_import(&whole, Options::default()).await.unwrap();
    assert_eq!(report.counts.places.added, 1000);
}

#[tokio::test]
async fn whoever_may_not_change_the_organisations_events_imports_nothing() {
    let app = app_at(MORNING).await;
    let organisation = app.organisation().await.id;
    let person = |roles| {
        Actor::Person(SignedIn {
            id: PersonId(1),
            address: "x@example.org".to_owned(),
            name: None,
            roles,
            stewards: Vec::new(),
        })
    };
    let file = open_day("open-day").to_string();
    let before = app.everything().await;
    for (actor, said) in [
        (Actor::Nobody, "sign in first"),
        (person(vec![(organisation, Role::Viewer)]), "not allowed"),
        (person(vec![(organisation, Role::Steward)]), "not allowed"),
    ] {
        match exchange::import(&app.services, &actor, file.as_bytes(), Options::default()).await {
            Err(ImportError::Other(error)) => assert_eq!(error.to_string(), said),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(app.everything().await, before);
}

#[tokio::test]
async fn the_demo_loads_twice_and_sends_nothing() {
    let app = app_at("2026-11-22T09:00:00Z").await;
    app.load_demo().await;
    let events = app.count("event WHERE kind <> 'meeting'").await;
    let (past, next) = (
        app.find_event("self-harm-conference-2025").await,
        app.find_event("self-harm-conference").await,
    );
    assert_eq!(
        (
            events,
            app.places(&past).await.len(),
            app.places(&next).await.len(),
            next.row.capacity
        ),
        (2, 40, 12, Some(60))
    );
    assert!(app.count("certificate").await > 0);
    let before = app.everything().await;
    assert_eq!(
        (
            app.run_jobs().await,
            app.mails().await.len(),
            app.count("message").await,
            app.count("job").await
        ),
        ((0, 0), 0, 0, 0)
    );
    app.load_demo().await;
    assert_eq!(app.everything().await, before, "loaded again, it changes nothing");
}
