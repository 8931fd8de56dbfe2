//! An agenda that is changed while another one is out: what waits, what is told, and what is undone.

use crate::ground::{mails_of, words};
use domain::{
    agenda::edit::Working,
    events::exchange::{Options, export},
    organisations::Role,
};
use serde_json::{Value, json};
use tests::{Answer, Browser, Event, TestApp};

fn sessions() -> Value {
    json!([
        {"code": "talk", "title": "The talk", "kind": "talk", "starts": "2027-03-12T09:30", "ends": "2027-03-12T11:00", "room": "hall", "cpd": true, "speakers": ["ama"]},
        {"code": "work", "title": "The workshop", "kind": "workshop", "starts": "2027-03-12T11:15", "ends": "2027-03-12T12:15", "room": "hall", "cpd": true},
        {"code": "panel", "title": "The panel", "kind": "panel", "starts": "2027-03-12T14:00", "ends": "2027-03-12T15:30", "room": "hall", "cpd": true}
    ])
}

async fn with_people(people: usize, status: &str) -> (TestApp, Event, Browser) {
    let app = TestApp::start().await;
    let mut event = app.event().sessions(sessions()).with(|file| {
        file["event"]["status"] = status.into();
        file["speakers"] = json!([{"code": "ama", "name": "Dr Ama Owusu"}, {"code": "kofi", "name": "Kofi Mensah"}]);
        file["tracks"] = json!([{"code": "schools", "name": "Schools"}]);
    });
    for n in 0..people {
        event = event.place(&format!("p{n}"), &format!("Person {n}"), &format!("person{n}@example.org"));
    }
    let event = event.create().await;
    let owner = app.person_with_role(Role::Owner).await;
    (app, event, owner)
}

async fn send(owner: &Browser, event: &Event, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let mut form = owner.get(&event.desk(page)).await.page().form(action);
    for (field, value) in fields {
        form = form.set(field, value);
    }
    let answer = owner.submit(form).await;
    assert_eq!(answer.problems(), [""; 0], "{page} {action}");
    answer
}

/// Everything anybody can read of an event's agenda without signing in.
async fn public(app: &TestApp, event: &Event) -> Vec<String> {
    let mut all = Vec::new();
    for path in [
        event.path(""),
        event.path("/agenda"),
        format!("/events/{}.ics", event.slug),
        format!("/api/v1/events/{}", event.slug),
    ] {
        let answer = app.browser().get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        let told = if path.contains('.') || path.starts_with("/api") {
            answer.text.clone()
        } else {
            words(&answer)
        };
        all.push(told);
    }
    let file = export(&app.services, &domain::access::Actor::System, &event.slug).await.unwrap();
    all.push(serde_json::to_string(&file).unwrap());
    all
}

/// Every way to change an agenda there is, once each.
async fn change_everything(owner: &Browser, event: &Event) {
    send(
        owner,
        event,
        "/agenda/rooms?edit=hall",
        "/do/agenda/room",
        &[("form[name]", "Great hall")],
    )
    .await;
    send(owner, event, "/agenda/rooms", "/do/agenda/room", &[("form[name]", "Attic")]).await;
    send(owner, event, "/agenda/tracks", "/do/agenda/track", &[("form[name]", "Health")]).await;
    send(owner, event, "/agenda/tracks?edit=schools", "/do/agenda/delete-track", &[]).await;
    send(
        owner,
        event,
        "/agenda/speakers",
        "/do/agenda/speaker",
        &[("form[name]", "Siân Llŷr")],
    )
    .await;
    let words = [("form[name]", "Dr Ama Mensah"), ("form[bio]", "Works with **schools**.")];
    send(owner, event, "/agenda/speakers?edit=ama", "/do/agenda/speaker", &words).await;
    send(owner, event, "/agenda/speakers?edit=kofi", "/do/agenda/delete-speaker", &[]).await;
    let new = [
        ("form[title]", "Something new"),
        ("form[room]", "attic"),
        ("form[track]", "health"),
        ("form[speakers][1]", "speaker-3"),
        ("form[starts]", "2027-03-12T12:30"),
        ("form[ends]", "2027-03-12T13:00"),
    ];
    send(owner, event, "/agenda/session", "/do/agenda/session", &new).await;
    let other = [("form[title]", "The other talk"), ("form[room]", "attic")];
    send(owner, event, "/agenda/session?edit=talk", "/do/agenda/session", &other).await;
    let later = [("form[minutes]", "30"), ("form[which]", "one"), ("form[stretch]", "true")];
    send(owner, event, "/agenda/move?session=panel", "/do/agenda/move", &later).await;
    send(owner, event, "/agenda/session?edit=work", "/do/agenda/delete-session", &[]).await;
}

#[tokio::test]
async fn nothing_the_public_reads_changes_before_it_is_published_and_then_everything_does_at_once() {
    let (app, event, owner) = with_people(1, "published").await;
    app.run_jobs().await;
    let before = public(&app, &event).await;
    let mails = app.mails().await.len();

    change_everything(&owner, &event).await;
    assert_eq!(public(&app, &event).await, before);
    assert_eq!(app.run_jobs().await, (0, 0));
    let desk = words(&owner.get(&event.desk("/agenda")).await);
    assert!(
        desk.contains("There are changes the public does not see yet") && desk.contains("Something new"),
        "{desk}"
    );

    let look = owner.get(&event.desk("/agenda/publish")).await;
    let told = words(&look);
    for expected in [
        "The talk session Changed Title The talk is now The other talk Room Main hall is now Attic",
        "Something new session Added",
        "The panel session Changed When",
        "The workshop session Deleted",
        "Main hall room Changed Name Main hall is now Great hall",
        "Attic room Added",
        "Health track Added",
        "Schools track Deleted",
        "Siân Llŷr speaker Added",
        "Dr Ama Owusu speaker Changed Name Dr Ama Owusu is now Dr Ama Mensah",
        "Kofi Mensah speaker Deleted",
    ] {
        assert!(told.contains(expected), "{expected}\n{told}");
    }
    let done = owner.submit(look.page().form("/do/agenda/publish")).await;
    assert_eq!((done.h1().as_str(), done.problems()), ("Agenda", vec![]));
    let after = public(&app, &event).await;
    assert!(
        after[1].contains("Something new") && after[1].contains("Great hall") && !after[1].contains("The workshop"),
        "{}",
        after[1]
    );
    assert!(
        after[0].contains("Siân Llŷr") && after[0].contains("Dr Ama Mensah") && !after[0].contains("Kofi Mensah"),
        "{}",
        after[0]
    );
    assert_eq!((app.count("agenda_draft").await, app.count("agenda_step").await), (0, 0));
    assert!(!words(&owner.get(&event.desk("/agenda")).await).contains("does not see yet"));
    app.run_jobs().await;
    assert_eq!(app.mails().await.len(), mails, "the day is as long as it was, so nobody is mailed");
}

#[tokio::test]
async fn a_day_that_ends_later_is_told_once_after_its_number_was_typed() {
    let (app, event, owner) = with_people(12, "published").await;
    app.run_jobs().await;
    let before = mails_of(&app, "invite").await.len() + mails_of(&app, "invite_update").await.len();
    let later = [("form[minutes]", "45"), ("form[which]", "one"), ("form[stretch]", "true")];
    send(&owner, &event, "/agenda/move?session=panel", "/do/agenda/move", &later).await;

    let look = owner.get(&event.desk("/agenda/publish")).await;
    let told = words(&look);
    assert!(told.contains("Friday 12 March 2027: 9am to 4:15pm instead of 9am to 4pm"), "{told}");
    let form = look.page().form("/do/agenda/publish");
    assert!(form.text.contains("Publish 2 changes and tell 12 people"), "{}", form.text);
    let refused = owner.submit(form.set("form[count]", "11")).await;
    assert_eq!(refused.problems().len(), 1);
    assert_eq!(app.run_jobs().await, (0, 0));
    let form = refused.page().form("/do/agenda/publish").set("form[count]", "12");
    let (one, two) = tokio::join!(owner.submit(form.clone()), owner.submit(form));
    for answer in [one, two] {
        assert_eq!((answer.h1().as_str(), answer.problems()), ("Agenda", vec![]));
    }
    app.run_jobs().await;
    let after = mails_of(&app, "invite").await.len() + mails_of(&app, "invite_update").await.len();
    assert_eq!(after - before, 12, "each is told once");
    assert_eq!(app.find_event(&event.slug).await.row.ends_wall.format("%H:%M").to_string(), "16:15");
}

#[tokio::test]
async fn changes_are_undone_one_by_one_until_nothing_waits() {
    for status in ["published", "draft"] {
        let (app, event, owner) = with_people(0, status).await;
        let begun = Working::load(&app.services.db.read, event.id).await.unwrap().board;
        change_everything(&owner, &event).await;
        for last in ["Deleted “The workshop”.", "Moved “The panel”.", "Changed “The other talk”."] {
            let page = owner.get(&event.desk("/agenda")).await;
            assert!(words(&page).contains(last), "{status} {last}: {}", words(&page));
            let undo = page.page().form("/do/agenda/undo");
            let (one, two) = tokio::join!(owner.submit(undo.clone()), owner.submit(undo));
            let done = [words(&one), words(&two)];
            assert_eq!(
                done.iter().filter(|told| told.contains("Undone.")).count(),
                1,
                "pressed twice, undone once"
            );
        }
        for _ in 0..8 {
            send(&owner, &event, "/agenda", "/do/agenda/undo", &[]).await;
        }
        let page = owner.get(&event.desk("/agenda")).await;
        assert!(!words(&page).contains("does not see yet"), "{}", words(&page));
        assert!(page.page().forms().iter().all(|form| form.action != "/do/agenda/undo"));
        let now = Working::load(&app.services.db.read, event.id).await.unwrap();
        assert_eq!((&now.board, now.waits_since), (&begun, None), "{status}");
        assert_eq!(app.find_event(&event.slug).await.row.ends_wall.format("%H:%M").to_string(), "16:00");
    }
}

#[tokio::test]
async fn changes_thrown_away_leave_what_was_out() {
    let (app, event, owner) = with_people(0, "published").await;
    let begun = Working::load(&app.services.db.read, event.id).await.unwrap().board;
    change_everything(&owner, &event).await;
    let done = send(&owner, &event, "/agenda/publish", "/do/agenda/discard", &[]).await;
    assert!(words(&done).contains("Thrown away."), "{}", words(&done));
    assert_eq!(Working::load(&app.services.db.read, event.id).await.unwrap().board, begun);
    assert_eq!((app.count("speaker").await, app.count("agenda_step").await), (2, 0));
    assert!(words(&owner.get(&event.desk("/agenda/publish")).await).contains("Nothing to publish"));
}

#[tokio::test]
async fn what_a_file_changes_meanwhile_shows_through_where_the_draft_changed_nothing() {
    let (app, event, owner) = with_people(0, "published").await;
    send(
        &owner,
        &event,
        "/agenda/session?edit=talk",
        "/do/agenda/session",
        &[("form[title]", "Mine")],
    )
    .await;
    let file = export(&app.services, &domain::access::Actor::System, &event.slug).await.unwrap();
    let mut file = serde_json::to_value(&file).unwrap();
    file["sessions"][0]["title"] = "By file".into();
    file["sessions"][1]["title"] = "By file too".into();
    let more = json!({"code": "more", "title": "More by file", "kind": "talk", "starts": "2027-03-12T12:20", "ends": "2027-03-12T12:40"});
    file["sessions"].as_array_mut().unwrap().push(more);
    app.pass(chrono::TimeDelta::seconds(1));
    app.try_import(
        &file,
        Options {
            update: true,
            ..Options::default()
        },
    )
    .await
    .unwrap();

    let board = Working::load(&app.services.db.read, event.id).await.unwrap().board;
    let titles: Vec<_> = board.sessions.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(titles, ["Mine", "By file too", "More by file", "The panel"]);
    let look = words(&owner.get(&event.desk("/agenda/publish")).await);
    assert!(look.contains("What will be different: 1 change"), "{look}");
    send(&owner, &event, "/agenda/publish", "/do/agenda/publish", &[]).await;
    assert_eq!(Working::load(&app.services.db.read, event.id).await.unwrap().out, board);
}

#[tokio::test]
async fn a_session_somebody_came_to_meanwhile_is_not_deleted_by_publishing() {
    let app = TestApp::builder().at("2027-03-12T09:20:00Z").start().await;
    let event = app.event().sessions(sessions()).with(|file| {
        file["speakers"] = json!([{"code": "ama", "name": "Dr Ama Owusu"}]);
    });
    let event = event.place("p1", "Jane Smith", "jane@example.org").create().await;
    let owner = app.person_with_role(Role::Owner).await;
    send(&owner, &event, "/agenda/session?edit=talk", "/do/agenda/delete-session", &[]).await;
    let form = owner.get(&event.desk("/agenda/publish")).await.page().form("/do/agenda/publish");
    let door = owner.get(&format!("/check-in/{}?to=talk&q=jane", event.slug)).await.page();
    owner.submit(door.form("/do/attendance/record")).await;
    let refused = owner.submit(form).await;
    assert!(
        refused.problems()[0].starts_with("“The talk”: People were checked in to this session"),
        "{:?}",
        refused.problems()
    );
    assert_eq!(app.count("session").await, 3);
    app.run_jobs().await;
}

#[tokio::test]
async fn an_agenda_changed_while_somebody_looks_is_looked_at_again() {
    let (_app, event, owner) = with_people(0, "published").await;
    send(&owner, &event, "/agenda/rooms", "/do/agenda/room", &[("form[name]", "Attic")]).await;
    let seen = owner.get(&event.desk("/agenda/publish")).await.page().form("/do/agenda/publish");
    send(&owner, &event, "/agenda/rooms", "/do/agenda/room", &[("form[name]", "Cellar")]).await;
    let refused = owner.submit(seen).await;
    assert!(
        refused.problems()[0].starts_with("The agenda was changed since this page was drawn"),
        "{:?}",
        refused.problems()
    );
    assert_eq!(owner.submit(refused.page().form("/do/agenda/publish")).await.problems(), [""; 0]);
}

#[tokio::test]
async fn the_agenda_of_an_event_nobody_sees_is_changed_at_once() {
    let (app, event, owner) = with_people(0, "draft").await;
    change_everything(&owner, &event).await;
    assert_eq!(app.count("agenda_draft").await, 0);
    let board = Working::load(&app.services.db.read, event.id).await.unwrap();
    assert_eq!(board.out, board.board);
    let titles: Vec<_> = board.out.sessions.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(titles, ["The other talk", "Something new", "The panel"]);
}
