//! An agenda by form, without scripts: made from nothing, changed, moved, cancelled and deleted, what clashes told and
//! what would lie outside refused; and how the public sees it.

use crate::ground::{mails_of, words};
use domain::{agenda::edit::Working, organisations::Role, platform::audit};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tests::{Answer, Browser, Event, Page, TestApp};

const SESSION: &str = "/do/agenda/session";

/// The study day with an owner looking at it.
async fn with_owner() -> (TestApp, Event, Browser) {
    let app = TestApp::start().await;
    let event = app.event().create().await;
    let owner = app.person_with_role(Role::Owner).await;
    (app, event, owner)
}

fn session(code: &str, title: &str, kind: &str, from: &str, until: &str, more: Value) -> Value {
    let mut session =
        json!({"code": code, "title": title, "kind": kind, "starts": format!("2027-03-12T{from}"), "ends": format!("2027-03-12T{until}")});
    for (key, value) in more.as_object().unwrap() {
        session[key] = value.clone();
    }
    session
}

/// A day of three sessions in two rooms.
fn three() -> Value {
    json!([
        session("talk", "The talk", "talk", "09:30", "11:00", json!({"room": "hall", "cpd": true})),
        session(
            "work",
            "The workshop",
            "workshop",
            "11:15",
            "12:15",
            json!({"room": "studio", "cpd": true, "participatory": true})
        ),
        session(
            "panel",
            "The panel",
            "panel",
            "14:00",
            "15:30",
            json!({"room": "hall", "cpd": true})
        ),
    ])
}

async fn with_three() -> (TestApp, Event, Browser) {
    let app = TestApp::start().await;
    let event = app.event().sessions(three()).with(|file| {
        let rooms = file["rooms"].as_array_mut().unwrap();
        rooms.push(json!({"code": "studio", "name": "Studio"}));
        file["speakers"] = json!([{"code": "ama", "name": "Dr Ama Owusu", "role": "Consultant"}]);
    });
    let event = event.create().await;
    let owner = app.person_with_role(Role::Owner).await;
    (app, event, owner)
}

/// The agenda as its organisers see it.
async fn working(app: &TestApp, event: &Event) -> Working {
    Working::load(&app.services.db.read, event.id).await.unwrap()
}

/// Publishes what waits, after looking at it.
async fn publish(owner: &Browser, event: &Event) -> Answer {
    let form = form_at(owner, &event.desk("/agenda/publish"), "/do/agenda/publish").await;
    let done = owner.submit(form).await;
    assert_eq!(done.problems(), [""; 0]);
    done
}

/// Code, start and end of every session, in order of time, as times of day.
async fn times(app: &TestApp, event: &Event) -> Vec<(String, String, String)> {
    let board = working(app, event).await.board;
    let clock = |wall: chrono::NaiveDateTime| wall.format("%H:%M").to_string();
    board
        .planned()
        .map(|session| (session.code.clone(), clock(session.starts_wall), clock(session.ends_wall)))
        .collect()
}

fn as_text(times: &[(String, String, String)]) -> Vec<String> {
    times.iter().map(|(code, from, until)| format!("{code} {from}-{until}")).collect()
}

/// What an event's trail says was done, oldest first.
async fn trail(app: &TestApp, event: &Event) -> Vec<(String, String)> {
    let name = format!("event:{}", event.id);
    assert_eq!(audit::first_break(&app.services.db.read, &name).await.unwrap(), None);
    let sql = "SELECT action, detail FROM audit_record WHERE chain = $1 ORDER BY seq";
    let db = &app.services.db.read;
    let rows = db
        .query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, [name.into()]))
        .await
        .unwrap();
    rows.iter()
        .map(|row| {
            let detail: Option<String> = row.try_get("", "detail").unwrap();
            (row.try_get("", "action").unwrap(), detail.unwrap_or_default())
        })
        .collect()
}

async fn form_at(browser: &Browser, path: &str, action: &str) -> tests::Filled {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, 200, "{path}");
    answer.page().form(action)
}

fn public(answer: &Answer) -> Page {
    assert_eq!((answer.status, answer.h1().as_str()), (200, "Agenda"));
    answer.page()
}

#[tokio::test]
async fn an_agenda_is_made_from_nothing_by_form() {
    let app = TestApp::start().await;
    let event = app
        .event()
        .sessions(json!([]))
        .with(|file| file["rooms"] = json!([]))
        .create()
        .await;
    let owner = app.person_with_role(Role::Owner).await;
    let desk = owner.get(&event.desk("/agenda")).await;
    assert!(words(&desk).contains("No sessions yet"));

    for (name, places) in [("Main hall", "300"), ("Studio", "")] {
        let form = form_at(&owner, &event.desk("/agenda/rooms"), "/do/agenda/room").await;
        owner.submit(form.set("form[name]", name).set("form[places]", places)).await;
    }
    let form = form_at(&owner, &event.desk("/agenda/tracks"), "/do/agenda/track").await;
    owner.submit(form.set("form[name]", "Schools")).await;
    let form = form_at(&owner, &event.desk("/agenda/speakers"), "/do/agenda/speaker").await;
    owner
        .submit(form.set("form[name]", "Dr Ama Owusu").set("form[role]", "Consultant"))
        .await;

    let add = form_at(&owner, &event.desk("/agenda/session"), SESSION).await;
    // The first begins with the event, and counts.
    assert_eq!(
        [add.value("form[starts]"), add.value("form[ends]"), add.value("form[cpd]")],
        [Some("2027-03-12T09:00"), Some("2027-03-12T10:00"), Some("true")]
    );
    let add = add.set("form[title]", "The national picture").set("form[room]", "main-hall");
    let add = add.set("form[track]", "schools").set("form[speakers][1]", "speaker-1");
    let saved = owner.submit(add).await;
    assert_eq!((saved.h1().as_str(), saved.problems()), ("Agenda", vec![]));
    let next = form_at(&owner, &event.desk("/agenda/session"), SESSION).await;
    assert_eq!(next.value("form[starts]"), Some("2027-03-12T10:00"));
    let next = next
        .set("form[title]", "Pathways")
        .set("form[kind]", "workshop")
        .set("form[room]", "studio");
    let saved = owner
        .submit(next.set("form[participatory]", "true").set("form[ends]", "2027-03-12T10:45"))
        .await;
    let told = words(&saved);
    assert!(
        told.contains("1.75 hours of CPD offered") && told.contains("0.75 hours of it participatory"),
        "{told}"
    );
    assert!(words(&app.browser().get(&event.path("/agenda")).await).contains("The agenda is not out yet"));
    publish(&owner, &event).await;

    let file = domain::events::exchange::export(&app.services, &domain::access::Actor::System, &event.slug)
        .await
        .unwrap();
    assert_eq!(
        serde_json::to_value(&file.sessions).unwrap(),
        json!([
            {"code": "the-national-picture", "title": "The national picture", "kind": "talk", "starts": "2027-03-12T09:00", "ends": "2027-03-12T10:00", "room": "main-hall", "track": "schools", "cpd": true, "speakers": ["speaker-1"]},
            {"code": "pathways", "title": "Pathways", "kind": "workshop", "starts": "2027-03-12T10:00", "ends": "2027-03-12T10:45", "room": "studio", "cpd": true, "participatory": true}
        ])
    );
    let shown = words(&app.browser().get(&event.path("/agenda")).await);
    assert!(
        shown.contains("The national picture") && shown.contains("Dr Ama Owusu") && shown.contains("Main hall"),
        "{shown}"
    );
    let done: Vec<_> = trail(&app, &event).await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(
        done,
        [
            "event.imported",
            "room.added",
            "room.added",
            "track.added",
            "speaker.added",
            "session.added",
            "session.added",
            "agenda.published"
        ]
    );
}

#[tokio::test]
async fn a_session_is_changed_and_the_trail_says_which_columns_and_nobodys_name() {
    let (app, event, owner) = with_three().await;
    let form = form_at(&owner, &event.desk("/agenda/session?edit=panel"), SESSION).await;
    let form = form
        .set("form[title]", "The last panel")
        .set("form[room]", "studio")
        .set("form[speakers][1]", "ama");
    let saved = owner.submit(form).await;
    assert!(words(&saved).contains("The last panel"), "{}", saved.text);
    assert_eq!(
        trail(&app, &event).await.pop().unwrap(),
        ("session.changed".to_owned(), "title,room_id,speakers".to_owned())
    );
    // Saving what is there already is no change.
    let form = form_at(&owner, &event.desk("/agenda/session?edit=panel"), SESSION).await;
    let before = app.everything().await;
    owner.submit(form).await;
    assert_eq!(app.everything().await, before);
    // Taken out again: a row for a speaker that is blank is nobody.
    let form = form_at(&owner, &event.desk("/agenda/session?edit=panel"), SESSION).await;
    owner.submit(form.set("form[speakers][1]", "")).await;
    publish(&owner, &event).await;
    assert_eq!(app.count("session_speaker").await, 0);
    for (action, detail) in trail(&app, &event).await {
        assert!(!detail.contains("wusu"), "{action} {detail}");
    }
}

#[tokio::test]
async fn a_session_outside_its_event_is_refused_saying_which_end() {
    let (app, event, owner) = with_owner().await;
    let add = form_at(&owner, &event.desk("/agenda/session"), SESSION).await;
    let add = add
        .set("form[title]", "Too early and too late")
        .set("form[starts]", "2027-03-12T08:00");
    let refused = owner.submit(add.set("form[ends]", "2027-03-12T17:00")).await;
    assert_eq!(
        refused.problems(),
        [
            "Start: the session starts before the event, which starts Friday 12 March 2027, 9am",
            "End: the session ends after the event, which ends Friday 12 March 2027, 4pm"
        ]
    );
    let add = refused.page().form(SESSION);
    assert_eq!(add.value("form[title]"), Some("Too early and too late"));
    let refused = owner
        .submit(add.set("form[starts]", "2027-03-12T10:00").set("form[ends]", "2027-03-12T10:00"))
        .await;
    assert_eq!(
        refused.problems(),
        ["End: this must end later than it starts, which is Friday 12 March 2027, 10am."]
    );
    let empty = refused.page().form(SESSION).set("form[title]", "").set("form[starts]", "soon");
    let refused = owner.submit(empty.set("form[ends]", "")).await;
    let told = refused.problems();
    assert!(
        told[0].starts_with("Enter a title") && told.iter().any(|words| words.starts_with("Start: enter a day and a time")),
        "{told:?}"
    );
    assert_eq!(app.count("session").await, 1);
}

#[tokio::test]
async fn a_time_the_clocks_jump_over_is_refused_and_one_that_happens_twice_is_said() {
    let app = TestApp::start().await;
    let night = |slug: &str, day: &str, next: &str| {
        app.event()
            .slug(slug)
            .when("Europe/London", &format!("{day}T20:00"), &format!("{next}T06:00"))
    };
    let (spring, autumn) = (
        night("spring", "2027-03-27", "2027-03-28").create().await,
        night("autumn", "2027-10-30", "2027-10-31").create().await,
    );
    let owner = app.person_with_role(Role::Owner).await;
    let add = form_at(&owner, &spring.desk("/agenda/session"), SESSION).await;
    let add = add.set("form[title]", "Night shift").set("form[starts]", "2027-03-28T01:30");
    let refused = owner.submit(add.set("form[ends]", "2027-03-28T03:00")).await;
    assert_eq!(
        refused.problems(),
        ["There is no 1:30am on Sunday 28 March 2027 in UK time: the clocks go forward from 1am to 2am."]
    );
    // Moved there by minutes: the same.
    let shift = form_at(&owner, &spring.desk("/agenda/move?session=talk"), "/do/agenda/move").await;
    let refused = owner.submit(shift.set("form[minutes]", "330").set("form[which]", "one")).await;
    assert!(
        refused.problems()[0].starts_with("“The talk” would move to a time that never comes."),
        "{:?}",
        refused.problems()
    );

    let add = form_at(&owner, &autumn.desk("/agenda/session"), SESSION).await;
    let add = add.set("form[title]", "Night shift").set("form[starts]", "2027-10-31T01:30");
    let saved = owner.submit(add.set("form[ends]", "2027-10-31T03:00")).await;
    app.run_jobs().await;
    assert!(
        words(&saved).contains("“Night shift” starts at Sunday 31 October 2027, 1:30am, which happens twice in UK time"),
        "{}",
        words(&saved)
    );
}

#[tokio::test]
async fn what_clashes_is_advice_and_forbids_nothing() {
    let (_app, event, owner) = with_three().await;
    let form = form_at(&owner, &event.desk("/agenda/session?edit=work"), SESSION).await;
    let form = form
        .set("form[starts]", "2027-03-12T10:30")
        .set("form[room]", "hall")
        .set("form[speakers][1]", "ama");
    owner.submit(form).await;
    let form = form_at(&owner, &event.desk("/agenda/session?edit=talk"), SESSION).await;
    let saved = owner.submit(form.set("form[speakers][1]", "ama")).await;
    let told = words(&saved);
    assert!(
        told.contains("Main hall is used twice at once: by “The talk” and “The workshop”."),
        "{told}"
    );
    assert!(
        told.contains("Dr Ama Owusu is in two sessions at once: “The talk” and “The workshop”."),
        "{told}"
    );
    // A minute counts once, however many rooms run.
    assert!(told.contains("4.25 hours of CPD offered"), "{told}");
}

#[tokio::test]
async fn sessions_move_alone_with_their_room_or_with_the_day() {
    let (app, event, owner) = with_three().await;
    let shift = async |session: &str, minutes: &str, which: &str| {
        let form = form_at(&owner, &event.desk(&format!("/agenda/move?session={session}")), "/do/agenda/move").await;
        owner.submit(form.set("form[minutes]", minutes).set("form[which]", which)).await
    };
    let moved = shift("work", "15", "one").await;
    assert!(words(&moved).contains("1 session moved."), "{}", words(&moved));
    assert_eq!(
        as_text(&times(&app, &event).await),
        ["talk 09:30-11:00", "work 11:30-12:30", "panel 14:00-15:30"]
    );
    shift("talk", "-30", "room").await;
    assert_eq!(
        as_text(&times(&app, &event).await),
        ["talk 09:00-10:30", "work 11:30-12:30", "panel 13:30-15:00"]
    );
    let moved = shift("work", "20", "day").await;
    assert!(words(&moved).contains("2 sessions moved."), "{}", words(&moved));
    assert_eq!(
        as_text(&times(&app, &event).await),
        ["talk 09:00-10:30", "work 11:50-12:50", "panel 13:50-15:20"]
    );
    assert_eq!(
        trail(&app, &event).await.pop().unwrap(),
        ("session.moved".to_owned(), "minutes=20,sessions=2".to_owned())
    );
    for nonsense in ["", "0", "soon", "1441", "1.5"] {
        assert_eq!(shift("work", nonsense, "day").await.problems().len(), 1, "{nonsense}");
    }
    assert_eq!(app.run_jobs().await, (0, 0));
}

#[tokio::test]
async fn moving_past_the_end_is_refused_naming_the_session_or_stretches_the_event_and_tells_calendars() {
    let app = TestApp::start().await;
    let event = app.event().sessions(three()).with(|file| {
        file["rooms"]
            .as_array_mut()
            .unwrap()
            .push(json!({"code": "studio", "name": "Studio"}));
    });
    let event = event.place("p1", "Jane Smith", "jane@example.org").create().await;
    let owner = app.person_with_role(Role::Owner).await;
    let form = form_at(&owner, &event.desk("/agenda/move?session=talk"), "/do/agenda/move").await;
    let refused = owner.submit(form.set("form[minutes]", "45")).await;
    assert_eq!(
        refused.problems(),
        [
            "“The panel” would end after the event, which ends Friday 12 March 2027, 4pm. Move by less, or let the event begin earlier or end later"
        ]
    );
    let form = refused.page().form("/do/agenda/move");
    assert_eq!((form.value("form[minutes]"), form.value("form[which]")), (Some("45"), Some("day")));
    let before = mails_of(&app, "invite").await.len();
    let moved = owner.submit(form.set("form[stretch]", "true")).await;
    assert!(
        words(&moved).contains("3 sessions moved, and the event lasts longer for it."),
        "{}",
        words(&moved)
    );
    assert_eq!(app.run_jobs().await, (0, 0));
    let row = app.find_event(&event.slug).await.row;
    assert_eq!(row.ends_wall.format("%H:%M").to_string(), "16:00");
    let done = words(&publish(&owner, &event).await);
    assert!(done.contains("1 person is sent the new times for their calendar"), "{done}");
    let row = app.find_event(&event.slug).await.row;
    assert_eq!(row.ends_wall.format("%H:%M").to_string(), "16:15");
    assert_eq!(
        as_text(&times(&app, &event).await),
        ["talk 10:15-11:45", "work 12:00-13:00", "panel 14:45-16:15"]
    );
    let actions: Vec<_> = trail(&app, &event).await.into_iter().map(|(action, _)| action).collect();
    assert_eq!(actions[1..], ["session.moved", "agenda.published"]);
    app.run_jobs().await;
    let sent: Vec<_> = app.mails().await;
    assert!(sent.len() > before, "nobody was told");
}

#[tokio::test]
async fn only_a_change_that_moves_a_day_of_the_event_reaches_calendars() {
    let app = TestApp::start().await;
    let course = app
        .event()
        .slug("course")
        .with(|file| {
            file["event"]["starts"] = "2027-03-12T09:00".into();
            file["event"]["ends"] = "2027-03-13T16:00".into();
            file["sessions"] = json!([
                {"code": "one", "title": "First day", "kind": "talk", "starts": "2027-03-12T09:30", "ends": "2027-03-12T12:00", "cpd": true},
                {"code": "two", "title": "Second day", "kind": "talk", "starts": "2027-03-13T10:00", "ends": "2027-03-13T15:00", "cpd": true}
            ]);
        })
        .place("p1", "Jane Smith", "jane@example.org")
        .create()
        .await;
    let owner = app.person_with_role(Role::Owner).await;
    let save = async |session: &str, field: &str, value: &str| {
        let form = form_at(&owner, &course.desk(&format!("/agenda/session?edit={session}")), SESSION).await;
        assert_eq!(owner.submit(form.set(field, value)).await.problems(), [""; 0]);
        assert_eq!(app.run_jobs().await.0, 0);
        publish(&owner, &course).await;
        app.run_jobs().await.0
    };
    assert_eq!(save("two", "form[title]", "The second day").await, 0);
    // Within the first day nothing moves: the event's own start and the session's end are what a calendar shows.
    assert_eq!(save("one", "form[starts]", "2027-03-12T10:00").await, 0);
    assert!(save("one", "form[ends]", "2027-03-12T13:00").await > 0);
}

#[tokio::test]
async fn a_session_like_another_comes_right_after_it() {
    let (app, event, owner) = with_three().await;
    let form = form_at(&owner, &event.desk("/agenda/session?copy=work"), SESSION).await;
    assert_eq!(
        ["title", "kind", "starts", "ends", "room", "participatory"]
            .map(|field| form.value(&format!("form[{field}]")).unwrap_or_default().to_owned()),
        ["The workshop", "workshop", "2027-03-12T12:15", "2027-03-12T13:15", "studio", "true"]
    );
    owner.submit(form).await;
    assert_eq!(
        as_text(&times(&app, &event).await),
        [
            "talk 09:30-11:00",
            "work 11:15-12:15",
            "the-workshop 12:15-13:15",
            "panel 14:00-15:30"
        ]
    );
    // After the last one there is no time left, so it is offered when the first one is.
    let form = form_at(&owner, &event.desk("/agenda/session?copy=panel"), SESSION).await;
    assert_eq!(form.value("form[starts]"), Some("2027-03-12T14:00"));
}

#[tokio::test]
async fn what_attendance_or_certificates_rest_on_is_cancelled_and_not_deleted() {
    let app = TestApp::builder().at("2026-11-20T10:00:00Z").start().await;
    let event = app
        .event()
        .slug("past")
        .when("Europe/London", "2026-10-09T09:00", "2026-10-09T16:00")
        .with(|file| {
            file["sessions"] = json!([
                {"code": "am", "title": "Morning", "kind": "talk", "starts": "2026-10-09T09:00", "ends": "2026-10-09T11:00", "cpd": true},
                {"code": "tea", "title": "Tea", "kind": "break", "starts": "2026-10-09T11:00", "ends": "2026-10-09T11:30"},
                {"code": "pm", "title": "Afternoon", "kind": "talk", "starts": "2026-10-09T13:00", "ends": "2026-10-09T15:00", "cpd": true}
            ]);
        });
    let event = event
        .place("p1", "Jane Smith", "jane@example.org")
        .seen("p1", None, "arrive", "2026-10-09T08:50")
        .seen("p1", Some("pm"), "arrive", "2026-10-09T13:00")
        .create()
        .await;
    let owner = app.person_with_role(Role::Owner).await;
    let delete = async |code: &str| {
        let form = form_at(
            &owner,
            &event.desk(&format!("/agenda/session?edit={code}")),
            "/do/agenda/delete-session",
        )
        .await;
        owner.submit(form).await
    };
    let refused = delete("pm").await;
    assert!(
        refused.problems()[0].starts_with("People were checked in to this session, so it cannot be deleted. Cancel it instead"),
        "{:?}",
        refused.problems()
    );
    // The form beside it still shows the session.
    assert_eq!(refused.page().form(SESSION).value("form[title]"), Some("Afternoon"));
    assert!(delete("am").await.problems()[0].starts_with("People were checked in at the door, and their hours count this session"));
    domain::certificates::issue::issue_quietly(&app.services, &domain::access::Actor::System, &event.slug)
        .await
        .unwrap();
    assert!(delete("am").await.problems()[0].starts_with("Certificates were issued from this agenda"));
    assert!(words(&owner.get(&event.desk("/agenda")).await).contains("A change here changes none of them"));
    // A break holds up nothing.
    assert_eq!(delete("tea").await.problems(), [""; 0]);
    publish(&owner, &event).await;
    assert_eq!(app.count("session").await, 2);

    let cancel = form_at(&owner, &event.desk("/agenda/session?edit=pm"), "/do/agenda/session-status").await;
    let told = words(&owner.submit(cancel).await);
    assert!(
        told.contains("2 hours of CPD offered") && told.contains("Afternoon Cancelled"),
        "{told}"
    );
    publish(&owner, &event).await;
    assert!(!words(&app.browser().get(&event.path("/agenda")).await).contains("Afternoon"));
    let back = form_at(&owner, &event.desk("/agenda/session?edit=pm"), "/do/agenda/session-status").await;
    let told = words(&owner.submit(back).await);
    assert!(told.contains("4 hours of CPD offered"), "{told}");
    let actions: Vec<_> = trail(&app, &event).await.into_iter().map(|(action, _)| action).collect();
    for action in ["session.deleted", "session.cancelled", "session.restored"] {
        assert!(actions.iter().any(|done| done == action), "{actions:?}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn a_cancelled_session_outside_the_event_is_not_held_after_all() {
    let (app, event, owner) = with_three().await;
    let cancel = form_at(&owner, &event.desk("/agenda/session?edit=panel"), "/do/agenda/session-status").await;
    owner.submit(cancel).await;
    app.execute("UPDATE event SET ends_wall = '2027-03-12 15:00:00', ends_at = '2027-03-12 15:00:00+00:00'")
        .await;
    let back = form_at(&owner, &event.desk("/agenda/session?edit=panel"), "/do/agenda/session-status").await;
    assert_eq!(
        owner.submit(back).await.problems(),
        ["“The panel” would end after the event, which ends Friday 12 March 2027, 3pm. Change its times first"]
    );
}

#[tokio::test]
async fn a_room_is_deleted_from_as_many_sessions_as_were_shown() {
    let (app, event, owner) = with_three().await;
    let form = form_at(&owner, &event.desk("/agenda/rooms?edit=hall"), "/do/agenda/delete-room").await;
    assert!(form.text.contains("2 sessions will have no room then."), "{}", form.text);
    assert_eq!(
        owner.submit(form.clone().forge("sessions", "1")).await.problems(),
        ["This would change 2 sessions now. Look again, and delete it if that is right"]
    );
    owner.submit(form).await;
    publish(&owner, &event).await;
    assert_eq!(app.count("room").await, 1);
    assert_eq!(as_text(&times(&app, &event).await).len(), 3);

    let form = form_at(&owner, &event.desk("/agenda/session?edit=talk"), SESSION).await;
    owner.submit(form.set("form[speakers][1]", "ama")).await;
    let form = form_at(&owner, &event.desk("/agenda/speakers?edit=ama"), "/do/agenda/delete-speaker").await;
    assert!(form.text.contains("They are taken out of 1 session."), "{}", form.text);
    owner.submit(form).await;
    publish(&owner, &event).await;
    assert_eq!((app.count("speaker").await, app.count("session_speaker").await), (0, 0));
}

#[tokio::test]
async fn two_organisers_do_not_write_over_each_other_unseen() {
    let (app, event, owner) = with_three().await;
    let page = event.desk("/agenda/session?edit=talk");
    let (mine, theirs) = (form_at(&owner, &page, SESSION).await, form_at(&owner, &page, SESSION).await);
    owner.submit(theirs.set("form[title]", "Theirs")).await;
    let refused = owner.submit(mine.set("form[title]", "Mine")).await;
    assert!(
        refused.problems()[0].starts_with("Somebody changed this session while you had it open"),
        "{:?}",
        refused.problems()
    );
    let again = refused.page().form(SESSION);
    assert_eq!(again.value("form[title]"), Some("Mine"));
    assert_eq!(owner.submit(again).await.problems(), [""; 0]);
    let board = working(&app, &event).await.board;
    assert_eq!(board.session("talk").unwrap().title, "Mine");
}

#[tokio::test]
async fn speakers_stand_in_the_order_they_were_put() {
    let (app, event, owner) = with_owner().await;
    for name in ["Ama", "Kofi", "Siân"] {
        let form = form_at(&owner, &event.desk("/agenda/speakers"), "/do/agenda/speaker").await;
        owner.submit(form.set("form[name]", name)).await;
    }
    let page = owner.get(&event.desk("/agenda/speakers")).await.page();
    let up = page
        .forms()
        .into_iter()
        .find(|form| {
            form.action == "/do/agenda/move-speaker" && form.value("speaker") == Some("speaker-3") && form.value("to") == Some("up")
        })
        .unwrap();
    owner.submit(up).await;
    publish(&owner, &event).await;
    let shown = words(&app.browser().get(&event.path("")).await);
    let at = |name: &str| shown.find(name).unwrap();
    assert!(at("Ama") < at("Siân") && at("Siân") < at("Kofi"), "{shown}");
}

#[tokio::test]
async fn a_refused_deletion_leaves_the_form_beside_it_filled() {
    let app = TestApp::start().await;
    let event = app.event().place("p1", "Jane Smith", "jane@example.org").create().await;
    let owner = app.person_with_role(Role::Owner).await;
    let form = form_at(&owner, &event.desk("/tickets?edit=standard"), "/do/organise/delete-ticket").await;
    let refused = owner.submit(form).await;
    assert_eq!(refused.problems().len(), 1);
    assert_eq!(refused.page().form("/do/organise/ticket").value("form[name]"), Some("Standard"));
}

#[tokio::test]
async fn rooms_side_by_side_are_a_grid_and_still_a_list() {
    let app = TestApp::start().await;
    let event = app.event().sessions(json!([
        session("reg", "Registration", "registration", "09:00", "09:30", json!({})),
        session("a", "In the hall", "talk", "09:30", "10:30", json!({"room": "hall", "cpd": true})),
        session(
            "b",
            "In the studio",
            "workshop",
            "09:30",
            "10:00",
            json!({"room": "studio", "cpd": true, "participatory": true})
        ),
        session("tea", "Tea", "break", "10:30", "11:00", json!({})),
    ]));
    let event = event
        .with(|file| {
            file["rooms"]
                .as_array_mut()
                .unwrap()
                .push(json!({"code": "studio", "name": "Studio"}))
        })
        .create()
        .await;
    let page = public(&app.browser().get(&event.path("/agenda")).await);
    let list = page.all("ol").find(|list| list.has_class("agenda--rooms")).unwrap();
    assert!(list.has_class("rooms--2"));
    let classes: Vec<_> = page
        .inside(list, "li")
        .map(|item| item.attr("class").unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        classes,
        [
            "rooms__name room--1",
            "rooms__name room--2",
            "at--1 to--2 pause",
            "room--1 at--2 to--4",
            "room--2 at--2 to--3",
            "at--4 to--5 pause"
        ]
    );
    // Read aloud it is a list in order of time, each with its room in words.
    let read: Vec<_> = page
        .inside(list, "li")
        .filter(|item| item.attr("aria-hidden").is_none())
        .map(|item| item.text.clone())
        .collect();
    assert!(read[1].contains("In the hall") && read[1].contains("Main hall"), "{read:?}");
    assert!(read[2].contains("In the studio") && read[2].contains("Studio"), "{read:?}");
    let headings: Vec<_> = page.all("h2").map(|heading| heading.text.clone()).collect();
    assert!(headings.contains(&"Friday 12 March 2027".to_owned()), "{headings:?}");
}

#[tokio::test]
async fn on_the_day_the_agenda_says_what_is_on_and_what_comes_next() {
    let (app, event, _) = with_three().await;
    let shown = async || words(&app.browser().get(&event.path("/agenda")).await);
    assert!(!shown().await.contains("On now") && !shown().await.contains("Next"));
    app.move_to("2027-03-12T10:00:00Z");
    let told = shown().await;
    assert!(told.contains("On now The talk") && told.contains("Next The workshop"), "{told}");
}

#[tokio::test]
async fn a_whole_event_is_copied_to_another_day_as_a_draft_without_its_places() {
    let app = TestApp::start().await;
    let event = app
        .event()
        .sessions(three())
        .bookings("2027-01-04T09:00", "2027-03-11T17:00")
        .with(|file| {
            file["rooms"]
                .as_array_mut()
                .unwrap()
                .push(json!({"code": "studio", "name": "Studio"}));
            file["tracks"] = json!([{"code": "schools", "name": "Schools"}]);
            file["speakers"] = json!([{"code": "ama", "name": "Dr Ama Owusu", "bio": "Works with **schools**."}]);
            file["event"]["outcomes"] = json!(["Reflect on practice"]);
            file["event"]["cpd"] = json!({"statement": "approved", "min_minutes": 30});
            file["sessions"][0]["speakers"] = json!(["ama"]);
            file["sessions"][1]["track"] = "schools".into();
            let gone = session("gone", "Called off", "talk", "15:30", "16:00", json!({"status": "cancelled"}));
            file["sessions"].as_array_mut().unwrap().push(gone);
        });
    let event = event
        .ticket("late", "Late", 12_000, "standard", Some(5))
        .place("p1", "Jane Smith", "jane@example.org")
        .seen("p1", None, "arrive", "2026-11-01T08:50")
        .create()
        .await;
    app.execute("UPDATE ticket SET hidden = TRUE").await;
    let owner = app.person_with_role(Role::Owner).await;
    let form = form_at(&owner, &event.desk("/copy"), "/do/organise/copy").await;
    // The same weekday, a year of weeks later.
    assert_eq!(form.value("form[on]"), Some("2028-03-10"));
    let form = form.set("form[title]", "Study day, the second").set("form[on]", "2028-06-14");
    let made = owner.submit(form).await;
    assert!(made.path.starts_with("/organise/events/study-day-the-second?"), "{}", made.path);
    let told = words(&made);
    assert!(
        told.contains("Draft") && told.contains("Wednesday 14 June 2028, 9am to 4pm"),
        "{told}"
    );

    let export = async |slug: &str| {
        let file = domain::events::exchange::export(&app.services, &domain::access::Actor::System, slug)
            .await
            .unwrap();
        serde_json::to_value(&file).unwrap()
    };
    let (mut expected, copied) = (export(&event.slug).await, export("study-day-the-second").await);
    let first = &mut expected["event"];
    first["slug"] = "study-day-the-second".into();
    first["title"] = "Study day, the second".into();
    first["status"] = "draft".into();
    for field in ["starts", "ends", "bookings_open", "bookings_close"] {
        let was = first[field].as_str().unwrap().to_owned();
        first[field] = was
            .replace("2027-03-12", "2028-06-14")
            .replace("2027-03-11", "2028-06-13")
            .replace("2027-01-04", "2028-04-08")
            .into();
    }
    let sessions = expected["sessions"].as_array_mut().unwrap();
    sessions.retain(|session| session["status"] != "cancelled");
    for session in sessions {
        for field in ["starts", "ends"] {
            session[field] = session[field].as_str().unwrap().replace("2027-03-12", "2028-06-14").into();
        }
    }
    expected.as_object_mut().unwrap().remove("places");
    expected.as_object_mut().unwrap().remove("attendance");
    assert_eq!(copied, expected);
    assert_eq!(app.count("ticket WHERE hidden = TRUE").await, 2);
    // Summer time: nine in the morning is eight in UTC.
    assert_eq!(
        app.find_event("study-day-the-second").await.row.starts_at.to_rfc3339(),
        "2028-06-14T08:00:00+00:00"
    );
    let copy = app.find_event("study-day-the-second").await;
    assert_eq!(
        trail(&app, &copy).await,
        [("event.copied".to_owned(), format!("from={}", event.id))]
    );
    assert_eq!(app.run_jobs().await, (0, 0));
}

#[tokio::test]
async fn a_copy_that_would_fall_on_a_time_that_never_comes_is_refused_naming_the_session() {
    let app = TestApp::start().await;
    let night = app
        .event()
        .slug("night")
        .when("Europe/London", "2027-01-30T20:00", "2027-01-31T06:00")
        .with(|file| {
            file["sessions"] =
                json!([{"code": "vigil", "title": "Vigil", "kind": "talk", "starts": "2027-01-31T01:30", "ends": "2027-01-31T03:00"}]);
        });
    let night = night.create().await;
    let owner = app.person_with_role(Role::Owner).await;
    let form = form_at(&owner, &night.desk("/copy"), "/do/organise/copy").await;
    let refused = owner.submit(form.set("form[on]", "2028-03-25")).await;
    assert_eq!(
        refused.problems(),
        [
            "“Vigil” would fall on a time that never comes. There is no 1:30am on Sunday 26 March 2028 in UK time: the clocks go forward from 1am to 2am"
        ]
    );
    let form = refused.page().form("/do/organise/copy").set("form[slug]", "night");
    let refused = owner.submit(form.set("form[on]", "2028-04-01")).await;
    assert_eq!(refused.problems(), ["Another event already has this address. Choose another"]);
    let refused = owner
        .submit(
            refused
                .page()
                .form("/do/organise/copy")
                .set("form[on]", "some day")
                .set("form[title]", ""),
        )
        .await;
    assert_eq!(refused.problems(), ["Enter a title", "Enter the day it starts, like 2028-03-09"]);
    assert_eq!(app.count("event").await, 1);
}
