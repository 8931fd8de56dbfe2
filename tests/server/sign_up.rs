//! Signing up to sessions with places: taking one, waiting, changing, being told; and who sees it.

use crate::ground::words;
use chrono::TimeDelta;
use domain::{
    bookings::{
        entity::sign_up,
        service::Holder,
        sign_up::{Act, Done, SettleSignUps, choose},
    },
    organisations::Role,
    platform::jobs,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use std::sync::Arc;
use tests::{Answer, Browser, Event, TestApp};

/// Two workshops at one time with one place each, one later with two, and a talk everybody has.
fn sessions() -> Value {
    let session = |code: &str, title: &str, starts: &str, ends: &str, places: Option<u32>| {
        let mut session = json!({
            "code": code, "title": title, "kind": "workshop", "starts": format!("2027-03-12T{starts}"),
            "ends": format!("2027-03-12T{ends}"), "room": "hall", "cpd": true,
        });
        if let Some(places) = places {
            session["sign_up_places"] = places.into();
        }
        session
    };
    json!([
        session("talk", "The talk", "09:30", "10:30", None),
        session("art", "Art work", "11:00", "12:00", Some(1)),
        session("sleep", "Sleep well", "11:30", "12:30", Some(1)),
        session("walk", "A walk", "14:00", "15:00", Some(2)),
    ])
}

async fn day(people: usize) -> (TestApp, Event) {
    let app = TestApp::builder().at("2027-03-11T09:00:00Z").start().await;
    let mut event = app.event().sessions(sessions());
    for n in 0..people {
        event = event.place(&format!("p{n}"), &format!("Person {n}"), &format!("person{n}@example.org"));
    }
    let event = event.create().await;
    (app, event)
}

/// A delegate with the path of their sessions.
struct Delegate {
    browser: Browser,
    path: String,
}

async fn delegate(app: &TestApp, event: &Event, n: usize) -> Delegate {
    let browser = app.sign_in(&format!("person{n}@example.org")).await;
    let place = app
        .places(event)
        .await
        .into_iter()
        .find(|place| place.name.as_deref() == Some(&format!("Person {n}")))
        .unwrap();
    let bookings = app.bookings(event).await;
    let booking = bookings.iter().find(|booking| booking.id == place.booking_id).unwrap();
    Delegate {
        path: format!("/my/bookings/{}/places/{}/sessions", booking.reference, place.id),
        browser,
    }
}

impl Delegate {
    /// Presses the button with these words of the session called `title`.
    async fn press(&self, button: &str, title: &str) -> Answer {
        let page = self.browser.get(&self.path).await.page();
        let wanted = format!("{button}: {title}");
        let form = page
            .forms()
            .into_iter()
            .find(|form| form.action == "/do/bookings/choose-session" && form.text.contains(&wanted))
            .unwrap_or_else(|| panic!("no button {wanted} in {}", page.main()));
        self.browser.submit(form).await
    }

    async fn sees(&self) -> String {
        words(&self.browser.get(&self.path).await)
    }
}

#[tokio::test]
async fn a_place_is_taken_waited_for_given_up_and_given_on_with_a_mail() {
    let (app, event) = day(3).await;
    let (first, second, third) = (
        delegate(&app, &event, 0).await,
        delegate(&app, &event, 1).await,
        delegate(&app, &event, 2).await,
    );
    let page = first.sees().await;
    assert!(
        page.contains("1 place left") && page.contains("2 places left") && !page.contains("Put it in my agenda"),
        "{page}"
    );
    let said = words(&first.press("Sign up", "Art work").await);
    assert!(
        said.contains("You have a place in the session.") && said.contains("You have a place"),
        "{said}"
    );
    app.pass(TimeDelta::seconds(1));
    assert!(second.sees().await.contains("Full"));
    let said = words(&second.press("Wait for a place", "Art work").await);
    assert!(
        said.contains("You are on the waiting list.") && said.contains("Waiting: you are next"),
        "{said}"
    );
    app.pass(TimeDelta::seconds(1));
    third.press("Wait for a place", "Art work").await;
    let page = third.sees().await;
    assert!(page.contains("Waiting: number 2 on the list"), "{page}");
    app.run_jobs().await;
    assert_eq!(app.mails_to("person1@example.org").await.len(), 0);

    // Given up, it goes to whoever waits longest, who is told.
    first.press("Give up my place", "Art work").await;
    app.run_jobs().await;
    let mail = app.mails_to("person1@example.org").await.pop().unwrap();
    assert_eq!(mail.subject, "A place came free: Study day");
    assert!(mail.text.contains("Art work") && mail.text.contains("11am"), "{}", mail.text);
    assert_eq!(app.mails_to("person2@example.org").await.len(), 0);
    assert!(third.sees().await.contains("Waiting: you are next"));
    // The link in it leads to their place, and from there to their sessions, without signing in.
    let path = mail.path("/bookings/").unwrap();
    let anybody = app.browser();
    let sessions = anybody.get(&path).await.page().link("Your sessions for Person 1").unwrap();
    let page = anybody.get(&sessions).await;
    assert!(words(&page).contains("You have a place"), "{}", words(&page));

    // Their place at the event gone, so is the one in the session.
    app.pass(TimeDelta::seconds(1));
    let cancel = anybody.get(&sessions.replace("/sessions", "/cancel")).await.page();
    anybody.submit(cancel.form("/do/bookings/cancel")).await;
    app.run_jobs().await;
    assert_eq!(
        app.mails_to("person2@example.org").await.pop().unwrap().subject,
        "A place came free: Study day"
    );
    assert!(third.sees().await.contains("You have a place"));
}

#[tokio::test]
async fn nobody_is_in_two_sessions_at_once() {
    let (app, event) = day(3).await;
    let (first, second, third) = (
        delegate(&app, &event, 0).await,
        delegate(&app, &event, 1).await,
        delegate(&app, &event, 2).await,
    );
    first.press("Sign up", "Art work").await;
    let page = first.sees().await;
    assert!(
        page.contains("At the same time as “Art work”, where you have a place: changing gives that place up."),
        "{page}"
    );
    let said = words(&first.press("Change to this session", "Sleep well").await);
    assert!(
        said.contains("Your place in “Art work”, at the same time, is free for somebody else."),
        "{said}"
    );
    app.run_jobs().await;
    // Whoever waits for one keeps the other until their turn comes, and then gives it to the next.
    second.press("Sign up", "Art work").await;
    app.pass(TimeDelta::seconds(1));
    second.press("Wait for a place", "Sleep well").await;
    app.pass(TimeDelta::seconds(1));
    third.press("Wait for a place", "Art work").await;
    assert!(second.sees().await.contains("You keep it until one comes free here"));
    app.pass(TimeDelta::seconds(1));
    first.press("Give up my place", "Sleep well").await;
    app.run_jobs().await;
    let mail = app.mails_to("person1@example.org").await.pop().unwrap();
    assert!(
        mail.text.contains("Sleep well") && mail.text.contains("Your place in “Art work”"),
        "{}",
        mail.text
    );
    let mail = app.mails_to("person2@example.org").await.pop().unwrap();
    assert!(mail.text.contains("Art work"), "{}", mail.text);
    let rows = sign_up::Entity::find().all(&app.services.db.read).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| row.placed_at.is_some()));
}

#[tokio::test]
async fn a_hundred_at_once_share_two_places_and_the_rest_wait() {
    const PEOPLE: usize = 100;
    let (app, event) = day(PEOPLE).await;
    let app = Arc::new(app);
    let mut tasks = tokio::task::JoinSet::new();
    for place in app.places(&event).await {
        let app = app.clone();
        tasks.spawn(async move {
            let holder = Holder::Actor(&domain::access::Actor::System);
            choose(&app.services, holder, place.id, "walk", Act::Join).await.unwrap()
        });
    }
    let done = tasks.join_all().await;
    let placed = done
        .iter()
        .filter(|done| matches!(done, Done::Placed(given_up) if given_up.is_empty()))
        .count();
    let waiting = done.iter().filter(|done| **done == Done::Waiting).count();
    assert_eq!((placed, waiting), (2, PEOPLE - 2));
    // Once more is as once.
    let place = app.places(&event).await[0].id;
    let holder = Holder::Actor(&domain::access::Actor::System);
    choose(&app.services, holder, place, "walk", Act::Join).await.unwrap();
    assert_eq!(app.count("sign_up").await, PEOPLE as i64);
    app.run_jobs().await;
    assert_eq!(app.count("sign_up WHERE placed_at IS NOT NULL").await, 2);
}

#[tokio::test]
async fn publishing_tells_those_who_chose_a_session_and_gives_out_what_more_places_there_are() {
    let (app, event) = day(3).await;
    let owner = app.person_with_role(Role::Owner).await;
    let (first, second) = (delegate(&app, &event, 0).await, delegate(&app, &event, 1).await);
    first.press("Sign up", "Art work").await;
    app.pass(TimeDelta::seconds(1));
    second.press("Wait for a place", "Art work").await;
    app.run_jobs().await;

    let change = async |code: &str, fields: &[(&str, &str)]| {
        let page = owner.get(&event.desk(&format!("/agenda/session?edit={code}"))).await.page();
        let form = fields.iter().fold(page.form("/do/agenda/session"), |form, (name, value)| {
            form.set(&format!("form[{name}]"), value)
        });
        let answer = owner.submit(form).await;
        assert_eq!(answer.problems(), [""; 0]);
    };
    let wrong = owner
        .get(&event.desk("/agenda/session?edit=art"))
        .await
        .page()
        .form("/do/agenda/session");
    let wrong = owner.submit(wrong.set("form[sign_up_places]", "a few")).await;
    assert_eq!(
        wrong.problems(),
        ["Enter how many may sign up in figures, like 24, or leave it blank"]
    );
    change(
        "art",
        &[
            ("starts", "2027-03-12T11:05"),
            ("ends", "2027-03-12T12:05"),
            ("sign_up_places", "2"),
        ],
    )
    .await;
    app.run_jobs().await;
    assert!(second.sees().await.contains("Waiting"), "a draft changes nothing for anybody");
    let preview = owner.get(&event.desk("/agenda/publish")).await;
    let told = words(&preview);
    assert!(
        told.contains("2 people who chose a session that moves or is off will be written to about it."),
        "{told}"
    );
    assert!(told.contains("Places to sign up for"), "{told}");
    owner.submit(preview.page().form("/do/agenda/publish")).await;
    app.run_jobs().await;
    let mails = app.mails_to("person0@example.org").await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Sessions changed: Study day");
    assert!(
        mails[0].text.contains("“Art work” is now") && mails[0].text.contains("11:05am"),
        "{}",
        mails[0].text
    );
    let subjects: Vec<String> = app
        .mails_to("person1@example.org")
        .await
        .into_iter()
        .map(|mail| mail.subject)
        .collect();
    assert!(subjects.contains(&"A place came free: Study day".to_owned()), "{subjects:?}");
    assert!(second.sees().await.contains("You have a place"));
    assert_eq!(app.mails_to("person2@example.org").await.len(), 0);

    // What somebody chose is cancelled, not deleted.
    let delete = owner
        .get(&event.desk("/agenda/session?edit=art"))
        .await
        .page()
        .form("/do/agenda/delete-session");
    let refused = owner.submit(delete).await;
    assert!(
        refused.problems()[0].contains("People have chosen this session"),
        "{:?}",
        refused.problems()
    );
    app.pass(TimeDelta::seconds(1));
    let cancel = owner
        .get(&event.desk("/agenda/session?edit=art"))
        .await
        .page()
        .form("/do/agenda/session-status");
    owner.submit(cancel).await;
    let publish = owner.get(&event.desk("/agenda/publish")).await.page().form("/do/agenda/publish");
    owner.submit(publish).await;
    app.run_jobs().await;
    let mail = app.mails_to("person0@example.org").await.pop().unwrap();
    assert!(mail.text.contains("“Art work” is cancelled."), "{}", mail.text);
}

#[tokio::test]
async fn once_a_session_has_begun_nothing_changes_and_places_are_given_no_more() {
    let (app, event) = day(2).await;
    let (first, second) = (delegate(&app, &event, 0).await, delegate(&app, &event, 1).await);
    first.press("Sign up", "Art work").await;
    app.pass(TimeDelta::seconds(1));
    second.press("Wait for a place", "Art work").await;
    let form = first
        .browser
        .get(&first.path)
        .await
        .page()
        .forms()
        .into_iter()
        .find(|form| form.text.contains("Give up my place"))
        .unwrap();
    app.move_to("2027-03-12T11:10:00Z");
    let late = first.browser.submit(form).await;
    assert_eq!(
        late.problems(),
        ["This session has begun, so nothing can be changed about it here."]
    );
    assert!(!first.sees().await.contains("Give up my place"));
    // The one in the afternoon can still be chosen, though the event has begun.
    first.press("Sign up", "A walk").await;
    jobs::enqueue(app.services.db.writer(), app.now(), &SettleSignUps { event: event.id })
        .await
        .unwrap();
    app.run_jobs().await;
    assert!(app.mails_to("person1@example.org").await.is_empty());
}

#[tokio::test]
async fn organisers_see_who_signed_up_and_take_it_away_as_a_table() {
    let (app, event) = day(2).await;
    let viewer = app.person_with_role(Role::Viewer).await;
    let (first, second) = (delegate(&app, &event, 0).await, delegate(&app, &event, 1).await);
    first.press("Sign up", "Art work").await;
    app.pass(TimeDelta::seconds(1));
    second.press("Wait for a place", "Art work").await;
    let page = words(&viewer.get(&event.desk("/agenda/sign-ups")).await);
    assert!(
        page.contains("1 of 1 place Full") && page.contains("Have a place: 1 Person 0"),
        "{page}"
    );
    assert!(
        page.contains("Waiting, in their order: 1 Person 1") && page.contains("0 of 2 places 2 left"),
        "{page}"
    );
    let table = viewer.get(&event.desk("/agenda/sign-ups.csv")).await;
    assert!(table.header("content-disposition").contains("sign-ups-study-day.csv"));
    let lines: Vec<&str> = table.text.lines().collect();
    assert!(
        lines[1].starts_with("Art work,2027-03-12 11:00,Main hall,Place,Person 0"),
        "{lines:?}"
    );
    assert!(
        lines[2].starts_with("Art work,2027-03-12 11:00,Main hall,Waiting,Person 1"),
        "{lines:?}"
    );
    // A viewer may look at the list; what somebody chose is theirs, and an organiser's, to change.
    assert_eq!(viewer.get(&first.path).await.status, 403);
    assert_eq!(second.browser.get(&first.path).await.status, 404);
}

#[tokio::test]
async fn side_by_side_without_places_one_only_keeps_in_mind_what_one_goes_to() {
    let app = TestApp::start().await;
    let event = app
        .event()
        .sessions(json!([
            {"code": "a", "title": "Left", "kind": "talk", "starts": "2027-03-12T09:30", "ends": "2027-03-12T10:30", "cpd": true},
            {"code": "b", "title": "Right", "kind": "talk", "starts": "2027-03-12T10:00", "ends": "2027-03-12T11:00", "cpd": true},
            {"code": "c", "title": "Tea", "kind": "break", "starts": "2027-03-12T11:00", "ends": "2027-03-12T11:15"},
        ]))
        .place("p0", "Person 0", "person0@example.org")
        .create()
        .await;
    let first = delegate(&app, &event, 0).await;
    let said = words(&first.press("Put it in my agenda", "Left").await);
    assert!(
        said.contains("It is in your agenda.") && said.contains("Take it out of my agenda"),
        "{said}"
    );
    first.press("Take it out of my agenda", "Left").await;
    assert_eq!(app.count("sign_up").await, 0);
    app.run_jobs().await;
}
