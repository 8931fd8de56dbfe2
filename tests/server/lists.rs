//! The long lists of an event: each finds, orders and counts by the roll. The roll follows whatever it is made of, a list
//! asks as many questions of one person as of many, and shows on its pages what was recorded.

use crate::ground::{app_at, changed, contract, import, words};
use domain::{access::Actor, attendance::roll, certificates::issue, events::exchange::Options, organisations::Role};
use serde_json::{Value, json};
use tests::{Browser, Event, TestApp};

/// Just after the event.
const EVENING: &str = "2026-03-12T18:30:00Z";
const NETWORK: &str = include_str!("../../domain/src/events/exchange/examples/network.json");

fn scan(code: &str, session: Option<&str>, action: &str, time: &str) -> Value {
    json!({ "place": code, "session": session, "action": action, "at": format!("2026-03-12T{time}"), "how": "steward" })
}

/// The contract's event with so many people: of four, the first stayed to the end of the workshop, the second was only at
/// the door, for a minute, the third is in still, the fourth never came.
fn of(count: usize) -> Value {
    changed(contract(), |file| {
        let codes: Vec<String> = (1..=count).map(|i| format!("p{i:03}")).collect();
        file["event"]["capacity"] = Value::Null;
        file["places"] = codes
            .iter()
            .map(|code| json!({ "code": code, "ticket": "nhs", "name": format!("Pérson {code}"), "email": format!("{code}@example.org") }))
            .collect();
        let mut seen = Vec::new();
        for (i, code) in codes.iter().enumerate() {
            match i % 4 {
                0 => seen.extend([scan(code, None, "arrive", "09:10"), scan(code, None, "leave", "14:50")]),
                1 => seen.extend([scan(code, None, "arrive", "09:10"), scan(code, None, "leave", "09:11")]),
                2 => seen.extend([scan(code, None, "arrive", "09:10"), scan(code, Some("am1"), "arrive", "09:30")]),
                _ => {}
            }
        }
        file["attendance"] = seen.into();
    })
}

/// The contract's network, whose member agreed a year earlier.
fn network() -> Value {
    changed(serde_json::from_str(NETWORK).unwrap(), |file| {
        file["members"][0]["consent"]["on"] = "2025-09-01".into();
    })
}

async fn at_the_desk(count: usize) -> (TestApp, Event, Browser) {
    let app = app_at(EVENING).await;
    let event = import(&app, &of(count)).await;
    let owner = app.person_with_role(Role::Owner).await;
    (app, event, owner)
}

/// The names a list shows, by the number in each.
async fn shown(browser: &Browser, path: &str) -> Vec<String> {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, 200, "{path}");
    let text = words(&answer);
    let mut found: Vec<String> = Vec::new();
    for (at, _) in text.match_indices("Pérson p") {
        let name = text[at + "Pérson ".len()..].chars().take(4).collect();
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

fn numbered(numbers: impl Iterator<Item = usize>) -> Vec<String> {
    numbers.map(|i| format!("p{i:03}")).collect()
}

#[tokio::test]
async fn the_roll_follows_every_table_it_is_made_of() {
    let (app, _, _) = at_the_desk(8).await;
    issue::issue_quietly(&app.services, &Actor::System, "self-harm-2026").await.unwrap();
    let invited = Options {
        send: true,
        ..Options::default()
    };
    app.try_import(&network(), invited).await.unwrap();
    app.run_jobs().await;
    let db = &app.services.db;
    for change in [
        "UPDATE place SET name = 'Zoë Ávila' WHERE id = (SELECT MIN(id) FROM place)",
        "UPDATE place SET organisation = 'Another Trust' WHERE id = (SELECT MIN(id) FROM place)",
        "UPDATE place SET state = 'cancelled' WHERE id = (SELECT MAX(id) FROM place)",
        "UPDATE booking SET reference = 'PL-ZZZZZ9' WHERE id = (SELECT MIN(id) FROM booking)",
        "UPDATE booking SET booker_name = 'A. Secretary' WHERE id = (SELECT MIN(id) FROM booking)",
        "UPDATE person SET address = 'elsewhere@example.org' WHERE id = (SELECT MIN(person_id) FROM place)",
        "UPDATE participant SET code = 'ZZZZZZZZ' WHERE id = (SELECT MIN(participant_id) FROM place)",
        "UPDATE event SET cpd_round_down_to = 60 WHERE slug = 'self-harm-2026'",
        "UPDATE event SET cpd_round_down_to = 15 WHERE slug = 'self-harm-2026'",
        "UPDATE organisation SET name = 'Another Trainer'",
        "UPDATE organisation SET name = 'Example Training Ltd'",
        "UPDATE session SET cpd = false WHERE event_id = (SELECT id FROM event WHERE slug = 'self-harm-2026')",
        "UPDATE event SET timezone = 'Pacific/Kiritimati' WHERE slug = 'self-harm-2026'",
        "UPDATE event SET timezone = 'Europe/London' WHERE slug = 'self-harm-2026'",
        "UPDATE event SET status = 'cancelled' WHERE slug = 'self-harm-2026'",
        "UPDATE event SET status = 'published' WHERE slug = 'self-harm-2026'",
        "DELETE FROM attendance_record WHERE id = (SELECT MAX(id) FROM attendance_record)",
        "INSERT INTO certificate_hold (event_id, participant_id, reason, held_at) \
         SELECT event_id, id, 'Checked', created_at FROM participant WHERE id = (SELECT participant_id FROM place WHERE name = 'Pérson p006')",
        "DELETE FROM certificate_hold",
        "UPDATE certificate SET state = 'revoked'",
        "UPDATE membership SET name = 'Zoë Ávila' WHERE id IN (SELECT membership_id FROM invite)",
        "UPDATE invite SET state = 'removed' WHERE id = (SELECT MIN(id) FROM invite)",
        "DELETE FROM place WHERE id = (SELECT MAX(id) FROM place)",
    ] {
        roll::catch_up_all(db).await.unwrap();
        let before = app.roll().await;
        let touched = app.execute(change).await;
        assert!(touched > 0, "{change} found nothing");
        roll::catch_up_all(db).await.unwrap();
        assert_ne!(app.roll().await, before, "{change} left the roll as it was");
        app.prove_roll().await;
    }
}

/// A certificate of a meeting names the network, so it would read differently under another name.
#[tokio::test]
async fn a_network_renamed_shows_in_what_would_differ() {
    let app = app_at("2026-02-02T09:00:00Z").await;
    app.import(&network()).await;
    app.run_jobs().await;
    let stale = "roll_stale";
    for change in ["UPDATE network SET name = 'Another network'", "DELETE FROM meeting"] {
        assert_eq!(app.count(stale).await, 0);
        let meetings = app.count("meeting").await;
        assert!(meetings > 0);
        app.execute(change).await;
        assert_eq!(
            app.count(&format!("{stale} WHERE participant_id IS NULL")).await,
            meetings,
            "{change}"
        );
        app.prove_roll().await;
    }
}

#[tokio::test]
async fn lists_ask_as_many_questions_of_one_person_as_of_many() {
    let mut costs = Vec::new();
    for count in [1, 12] {
        let (app, event, owner) = at_the_desk(count).await;
        let lists = [
            event.desk("/attendance"),
            event.desk("/attendance?show=came"),
            event.desk("/attendance?q=person"),
            event.desk("/attendance?to=am1"),
            event.desk("/certificates"),
            event.desk("/certificates?show=ready"),
            event.desk("/certificates?q=person"),
            event.desk("/bookings"),
            event.desk("/bookings?q=person"),
            "/check-in/self-harm-2026?q=person".to_owned(),
        ];
        let mut own = Vec::new();
        for list in lists {
            // Once with everybody's row to be made, and once with none.
            roll::rebuild(&app.services.db, event.id).await.unwrap();
            app.execute("INSERT INTO roll_stale (event_id) SELECT id FROM event").await;
            let stale = app.count_queries(owner.get(&list)).await;
            let fresh = app.count_queries(owner.get(&list)).await;
            own.push((list, stale, fresh));
        }
        app.run_jobs().await;
        costs.push(own);
    }
    assert_eq!(costs[0], costs[1]);
}

#[tokio::test]
async fn the_register_is_paged_filtered_and_searched_by_the_roll() {
    let (app, event, owner) = at_the_desk(120).await;
    let list = |query: &str| event.desk(&format!("/attendance{query}"));
    assert_eq!(shown(&owner, &list("")).await, numbered(1..=50));
    assert_eq!(shown(&owner, &list("?page=3")).await, numbered(101..=120));
    assert_eq!(
        shown(&owner, &list("?page=9")).await,
        numbered(101..=120),
        "no page beyond the last"
    );
    assert_eq!(shown(&owner, &list("?page=18446744073709551615")).await, numbered(101..=120));
    assert_eq!(shown(&owner, &list("?show=away")).await, numbered((1..=120).filter(|i| i % 4 == 0)));
    assert_eq!(shown(&owner, &list("?show=in")).await, numbered((1..=120).filter(|i| i % 4 == 3)));
    assert_eq!(
        shown(&owner, &list("?show=came&page=2")).await,
        numbered((1..=120).filter(|i| i % 4 != 0).skip(50))
    );
    assert_eq!(
        shown(&owner, &list("?to=am1&show=in")).await,
        numbered((1..=120).filter(|i| i % 4 == 3))
    );
    assert_eq!(shown(&owner, &list("?q=PERSON+p007")).await, ["p007"]);
    let text = words(&owner.get(&list("?show=came&q=person")).await);
    assert!(text.contains("90 of 120 came, 30 in now. 90 shown."), "{text}");
    let csv = owner.get(&event.desk("/attendance.csv?show=in")).await;
    assert_eq!(csv.text.lines().count(), 31);
    app.run_jobs().await;
}

#[tokio::test]
async fn the_certificates_are_paged_filtered_and_searched_by_the_roll() {
    let (app, event, owner) = at_the_desk(120).await;
    let list = |query: &str| event.desk(&format!("/certificates{query}"));
    let (ready, without) = (|i: &usize| i % 4 == 1 || i % 4 == 3, |i: &usize| i % 4 == 2 || i.is_multiple_of(4));
    assert_eq!(shown(&owner, &list("")).await, numbered(1..=100));
    assert_eq!(shown(&owner, &list("?page=2")).await, numbered(101..=120));
    assert_eq!(shown(&owner, &list("?show=ready")).await, numbered((1..=120).filter(ready)));
    assert_eq!(shown(&owner, &list("?show=without")).await, numbered((1..=120).filter(without)));
    assert_eq!(shown(&owner, &list("?q=person+p007")).await, ["p007"]);
    assert_eq!(shown(&owner, &list("?show=without&q=p007")).await, [""; 0]);
    assert!(words(&owner.get(&list("")).await).contains("Qualify now 60"));

    app.move_to("2026-03-12T15:00:00Z");
    assert_eq!(shown(&owner, &list("?show=ready")).await, [""; 0], "nobody before the end");
    assert_eq!(shown(&owner, &list("?show=without&page=2")).await, numbered(101..=120));
    app.move_to(EVENING);

    issue::issue_quietly(&app.services, &Actor::System, &event.slug).await.unwrap();
    assert_eq!(shown(&owner, &list("?show=issued")).await, numbered((1..=120).filter(ready)));
    let text = words(&owner.get(&list("?show=ready")).await);
    assert!(
        text.contains("Qualify now 0 Have a certificate 60") && text.contains("0 people"),
        "{text}"
    );
    app.execute("UPDATE event SET title = 'Another title'").await;
    let text = words(&owner.get(&list("?show=issued")).await);
    assert!(text.contains("60 would read differently today"), "{text}");
    app.run_jobs().await;
}

#[tokio::test]
async fn names_are_found_without_their_accents_in_every_list() {
    let (app, event, owner) = at_the_desk(4).await;
    app.move_to("2026-03-12T09:15:00Z");
    for list in [
        event.desk("/bookings?q=person+p002"),
        event.desk("/bookings?q=P002@EXAMPLE.org"),
        event.desk("/attendance?q=person+p002"),
        event.desk("/certificates?q=person+p002"),
        "/check-in/self-harm-2026?q=person+p002".to_owned(),
    ] {
        assert_eq!(shown(&owner, &list).await, ["p002"], "{list}");
    }
    // A name changed since is found by the new one, and not by the old.
    app.execute("UPDATE place SET name = 'Łukasz Ødegård' WHERE name = 'Pérson p002'")
        .await;
    app.execute("UPDATE booking SET booker_name = 'Łukasz Ødegård' WHERE booker_name = 'Pérson p002'")
        .await;
    for list in ["/bookings?q=", "/attendance?q=", "/certificates?q="] {
        let found = async |name: &str| words(&owner.get(&event.desk(&format!("{list}{name}"))).await).contains("Łukasz Ødegård");
        assert!(found("lukasz+odegard").await, "{list}");
        assert!(!found("person").await, "{list}");
    }
    app.run_jobs().await;
}
