//! People who come without a booking, check themselves in at a kiosk, or by the code on a room's screen.

use crate::ground::{app_at, changed, import, open_day, words};
use chrono::TimeDelta;
use domain::{
    access::Actor,
    attendance::{How, entity::attendance_record, queries},
    organisations::Role,
};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;
use tests::{Answer, Browser, Event, TestApp};

/// The morning of the day: three places, two of them taken, and a steward at the door.
async fn morning() -> (TestApp, Event, Browser) {
    let app = app_at("2026-03-12T09:10:00Z").await;
    let file = changed(open_day("open-day"), |file| {
        let place = |code: &str, name: &str, email: &str| json!({ "code": code, "ticket": "nhs", "name": name, "email": email });
        file["event"]["capacity"] = 3.into();
        file["places"] = json!([
            place("p1", "Dr Siân Llŷr", "sian@example.org"),
            place("p2", "Kofi Mensah", "office@example.org")
        ]);
    });
    let event = import(&app, &file).await;
    let steward = app.person_with_role(Role::Steward).await;
    (app, event, steward)
}

async fn code_of(app: &TestApp, event: &Event, name: &str) -> String {
    let people = queries::list_attendees(&app.services.db.read, event.id).await.unwrap();
    people.into_iter().find(|person| person.name() == name).unwrap().code
}

async fn records(app: &TestApp) -> Vec<attendance_record::Model> {
    let all = attendance_record::Entity::find().order_by_asc(attendance_record::Column::Id);
    all.all(&app.services.db.read).await.unwrap()
}

async fn walk_in(steward: &Browser, fields: &[(&str, &str)]) -> Answer {
    let form = steward
        .get("/check-in/open-day/walk-in")
        .await
        .page()
        .form("/do/attendance/walk-in");
    let form = fields
        .iter()
        .fold(form, |form, (name, value)| form.set(&format!("form[{name}]"), value));
    steward.submit(form).await
}

#[tokio::test]
async fn whoever_comes_unbooked_has_a_place_is_in_and_claims_the_certificate_later() {
    let (app, event, steward) = morning().await;
    let answer = walk_in(&steward, &[("name", "Ama Owusu"), ("job_role", "School nurse"), ("ticket", "free")]).await;
    let slip = words(&answer);
    assert!(slip.contains("Checked in.") && slip.contains("Your code:"), "{slip}");
    let made = records(&app).await;
    assert_eq!((made.len(), made[0].how, made[0].session_id), (1, How::Steward, None));
    app.run_jobs().await;
    assert_eq!(
        app.mails().await.iter().filter(|mail| mail.row.to_address.contains("ama")).count(),
        0
    );
    let place = &app.places(&event).await[2];
    assert_eq!((place.name.as_deref(), place.person_id), (Some("Ama Owusu"), None));
    let code = place.claim_code.clone().unwrap();
    assert_ne!(code, code_of(&app, &event, "Ama Owusu").await);
    assert!(slip.contains(&format!("{} {}", &code[..4], &code[4..])), "{slip}");

    // Days later, at home.
    app.move_to("2026-03-12T18:00:00Z");
    domain::certificates::issue::issue_quietly(&app.services, &Actor::System, "open-day")
        .await
        .unwrap();
    let nobody = app.browser().get(&format!("/claim?code={code}")).await;
    assert!(nobody.location().unwrap().starts_with("/sign-in?next="), "{:?}", nobody.location());
    let ama = app.sign_in("ama@home.example").await;
    assert!(!words(&ama.get("/my/cpd").await).contains("Spring study day"));
    let page = ama.get(&format!("/claim?code={code}")).await;
    assert!(
        words(&page).contains("The place of Ama Owusu at Spring study day"),
        "{}",
        words(&page)
    );
    let form = page.page().form("/do/attendance/claim");
    assert_eq!(form.value("form[code]"), Some(code.as_str()));
    let typed = format!(" {}-{} ", &code[..4].to_lowercase(), &code[4..]);
    let answer = ama.submit(form.clone().set("form[code]", &typed)).await;
    assert!(words(&answer).contains("Spring study day"), "{}", words(&answer));
    assert!(
        words(&ama.get("/my/cpd").await).contains("5 hours"),
        "{}",
        words(&ama.get("/my/cpd").await)
    );

    // Once: neither by somebody else nor by trying.
    let other = app.sign_in("other@home.example").await;
    let form = other.get("/claim").await.page().form("/do/attendance/claim");
    for _ in 0..10 {
        let answer = other.submit(form.clone().set("form[code]", &code)).await;
        assert_eq!(
            answer.problems(),
            ["Nothing is to be claimed with that code. Check it, letter by letter"]
        );
    }
    let answer = other.submit(form.set("form[code]", &code)).await;
    assert!(
        answer.problems()[0].starts_with("That was tried too often."),
        "{:?}",
        answer.problems()
    );
}

#[tokio::test]
async fn with_an_address_they_get_what_everybody_gets() {
    let (app, event, steward) = morning().await;
    let answer = walk_in(&steward, &[("name", "Ama Owusu"), ("email", "ama@example.org"), ("ticket", "nhs")]).await;
    assert!(words(&answer).contains("There is nothing to hand out."), "{}", words(&answer));
    app.run_jobs().await;
    assert!(!app.mails_to("ama@example.org").await.is_empty());
    let place = &app.places(&event).await[2];
    assert_eq!((place.claim_code.as_deref(), place.price_pence), (None, 19_500));
    assert!(place.person_id.is_some());
}

#[tokio::test]
async fn a_full_event_takes_nobody_without_a_reason_which_is_logged() {
    let (app, event, steward) = morning().await;
    walk_in(&steward, &[("name", "Ama Owusu"), ("ticket", "free")]).await;
    let full = steward.get("/check-in/open-day/walk-in").await;
    assert!(
        words(&full).contains("The event is full. 3 of 3 places are taken."),
        "{}",
        words(&full)
    );
    let answer = walk_in(&steward, &[("name", "Gwen Rhys"), ("ticket", "free")]).await;
    assert_eq!(
        answer.problems(),
        ["The event is full: 3 of 3 places are taken. To let them in all the same, say why"]
    );
    assert_eq!(answer.page().form("/do/attendance/walk-in").value("form[name]"), Some("Gwen Rhys"));
    assert_eq!(app.places(&event).await.len(), 3);
    walk_in(
        &steward,
        &[("name", "Gwen Rhys"), ("ticket", "free"), ("reason", "Speaker’s guest")],
    )
    .await;
    assert_eq!(app.places(&event).await.len(), 4);
    assert!(app.everything().await["audit_record"].join("\n").contains("place.walk_in"));
}

#[tokio::test]
async fn a_walk_in_pressed_twice_is_one_and_only_on_the_day() {
    let (app, event, steward) = morning().await;
    for (fields, problem) in [
        (vec![("name", ""), ("ticket", "free")], "Enter their full name"),
        (vec![("name", "Ama"), ("ticket", "")], "Choose a ticket"),
        (
            vec![("name", "Ama"), ("ticket", "free"), ("email", "ama@")],
            "Check the email address",
        ),
    ] {
        let answer = walk_in(&steward, &fields).await;
        assert_eq!(answer.problems().len(), 1, "{:?}", answer.problems());
        assert!(answer.problems()[0].starts_with(problem), "{:?}", answer.problems());
    }
    let form = steward
        .get("/check-in/open-day/walk-in")
        .await
        .page()
        .form("/do/attendance/walk-in");
    let form = form.set("form[name]", "Ama Owusu").set("form[ticket]", "free");
    let (one, two) = (steward.send(form.clone()).await, steward.send(form).await);
    assert_eq!(one.location(), two.location());
    assert_eq!((app.places(&event).await.len(), records(&app).await.len()), (3, 1));
    app.move_to("2026-03-14T09:10:00Z");
    let late = [("name", "Late Comer"), ("ticket", "free"), ("reason", "Came late")];
    let answer = walk_in(&steward, &late).await;
    assert_eq!(answer.problems(), ["This event is not on today."]);
}

/// The path of what was just made, from the page that shows it once.
fn made(answer: &Answer) -> String {
    let page = answer.page();
    let shown = page
        .all("p")
        .find(|p| p.has_class("said"))
        .unwrap_or_else(|| panic!("{}", page.main()))
        .text
        .clone();
    shown.split_once("plenary.test").unwrap().1.to_owned()
}

#[tokio::test]
async fn a_kiosk_checks_in_by_code_and_shows_nothing_of_anybody() {
    let (app, event, steward) = morning().await;
    let form = steward
        .get("/check-in/open-day/screens")
        .await
        .page()
        .form("/do/attendance/make-kiosk");
    let kiosk = made(&steward.submit(form).await);
    let tablet = app.browser();
    let say = async |typed: &str| {
        let form = tablet.get(&kiosk).await.page().form("/do/attendance/kiosk");
        tablet.submit(form.set("form[code]", typed)).await
    };
    let code = code_of(&app, &event, "Dr Siân Llŷr").await;
    let welcome = say(&code).await;
    assert!(words(&welcome).contains("Welcome, Siân"), "{}", words(&welcome));
    assert!(!welcome.text.contains("Llŷr"), "{}", words(&welcome));
    assert!(
        welcome.header("refresh").starts_with("8; url=/kiosk/"),
        "{}",
        welcome.header("refresh")
    );
    app.pass(TimeDelta::seconds(5));
    let again = say(&format!("https://x.example/check-in/open-day?code={code}")).await;
    assert!(words(&again).contains("You are checked in already"), "{}", words(&again));
    let kofi = app
        .bookings(&event)
        .await
        .into_iter()
        .find(|booking| booking.booker_name.contains("Kofi"))
        .unwrap();
    assert!(words(&say(&kofi.reference).await).contains("Welcome, Kofi"));
    for unknown in ["AAAAAAAA", "Kofi Mensah", "PL-222222"] {
        assert!(words(&say(unknown).await).contains("Please ask at the desk"), "{unknown}");
    }
    assert_eq!(say(" ").await.problems(), ["Enter your code"]);
    let all = records(&app).await;
    assert_eq!(all.len(), 2);
    assert!(all.iter().all(|row| row.how == How::SelfService && row.recorded_by.is_none()));
    app.pass(TimeDelta::hours(24));
    assert_eq!(tablet.get(&kiosk).await.status, 404);
}

#[tokio::test]
async fn a_kiosk_is_not_a_way_to_try_codes() {
    let app = TestApp::builder()
        .at("2026-03-12T09:10:00Z")
        .limits(|limits| limits.kiosk.tries = 3)
        .start()
        .await;
    import(&app, &open_day("open-day")).await;
    let steward = app.person_with_role(Role::Steward).await;
    let form = steward
        .get("/check-in/open-day/screens")
        .await
        .page()
        .form("/do/attendance/make-kiosk");
    let kiosk = made(&steward.submit(form).await);
    let tablet = app.browser();
    for _ in 0..3 {
        let form = tablet.get(&kiosk).await.page().form("/do/attendance/kiosk");
        tablet.submit(form.set("form[code]", "AAAAAAAA")).await;
    }
    let form = tablet.get(&kiosk).await.page().form("/do/attendance/kiosk");
    let answer = tablet.submit(form.set("form[code]", "AAAAAAAA")).await;
    assert!(
        answer.problems()[0].starts_with("That was tried too often."),
        "{:?}",
        answer.problems()
    );
}

/// Makes the screen of a session; gives its path.
async fn screen(steward: &Browser, session: &str) -> String {
    let form = steward
        .get("/check-in/open-day/screens")
        .await
        .page()
        .form("/do/attendance/make-screen");
    made(&steward.submit(form.set("form[session]", session)).await)
}

/// The six figures on a screen.
async fn shown(app: &TestApp, screen: &str) -> String {
    let page = app.browser().get(screen).await.page();
    let code = page
        .all("p")
        .find(|p| p.has_class("screen__code"))
        .unwrap_or_else(|| panic!("{}", page.main()));
    code.text.chars().filter(char::is_ascii_digit).collect()
}

async fn here(browser: &Browser, code: &str) -> Answer {
    let form = browser.get("/here/open-day").await.page().form("/do/attendance/here");
    browser.submit(form.set("form[code]", code)).await
}

#[tokio::test]
async fn the_code_on_the_screen_checks_in_for_half_a_minute_and_the_next() {
    let (app, _, steward) = morning().await;
    let early = screen(&steward, "pm").await;
    assert!(words(&app.browser().get(&early).await).contains("opens half an hour before this session, at 1pm"));
    let path = screen(&steward, "am").await;
    let code = shown(&app, &path).await;
    assert_eq!(app.browser().get(&path).await.header("refresh"), "30");
    let sian = app.sign_in("sian@example.org").await;
    let wrong = here(&sian, if code == "000000" { "000001" } else { "000000" }).await;
    assert!(
        wrong.problems()[0].starts_with("That is not the code on the screen now."),
        "{:?}",
        wrong.problems()
    );
    app.pass(TimeDelta::seconds(59));
    let answer = here(&sian, &format!("{} {}", &code[..3], &code[3..])).await;
    assert!(words(&answer).contains("You are checked in to “Morning”."), "{}", words(&answer));
    let row = &records(&app).await[0];
    assert_eq!(
        (row.how, row.recorded_by),
        (How::SelfService, Some(app.person("sian@example.org").await))
    );
    app.pass(TimeDelta::seconds(1));
    let old = here(&sian, &code).await;
    assert!(
        old.problems()[0].starts_with("That is not the code on the screen now."),
        "{:?}",
        old.problems()
    );
    assert!(words(&old).contains("Dr Siân Llŷr is in “Morning” since"), "{}", words(&old));
    let form = sian.get("/here/open-day").await.page().form("/do/attendance/leave");
    let answer = sian.submit(form).await;
    assert!(words(&answer).contains("You are checked out of “Morning”."), "{}", words(&answer));
    // Nobody else: neither without a place nor without a sign-in.
    assert_eq!(app.sign_in("nobody@example.org").await.get("/here/open-day").await.status, 404);
    assert!(
        app.browser()
            .get("/here/open-day")
            .await
            .location()
            .unwrap()
            .starts_with("/sign-in")
    );
}

#[tokio::test]
async fn one_sign_in_has_one_open_check_in() {
    let app = app_at("2026-03-12T12:45:00Z").await;
    let file = changed(open_day("open-day"), |file| {
        let place = |code: &str, name: &str| json!({ "code": code, "ticket": "nhs", "name": name, "email": "office@example.org" });
        file["places"] = json!([place("p1", "Siân Llŷr"), place("p2", "Kofi Mensah")]);
        file["sessions"][1]["ends"] = "2026-03-12T13:30".into();
    });
    let event = import(&app, &file).await;
    let steward = app.person_with_role(Role::Steward).await;
    let (am, pm) = (screen(&steward, "am").await, screen(&steward, "pm").await);
    let office = app.sign_in("office@example.org").await;
    let check = async |name: &str, code: &str| {
        let form = office.get("/here/open-day").await.page().form("/do/attendance/here");
        let place = code_of(&app, &event, name).await;
        office.submit(form.set("form[place]", &place).set("form[code]", code)).await
    };
    let form = office.get("/here/open-day").await.page().form("/do/attendance/here");
    let nobody = office.submit(form.set("form[code]", "123456")).await;
    assert_eq!(nobody.problems(), ["Choose who you are"]);
    check("Siân Llŷr", &shown(&app, &am).await).await;
    let other = check("Kofi Mensah", &shown(&app, &am).await).await;
    assert_eq!(
        other.problems(),
        ["Somebody is checked in with this sign-in already. Check them out first, or ask a steward."]
    );
    app.move_to("2026-03-12T13:05:00Z");
    let moved = check("Siân Llŷr", &shown(&app, &pm).await).await;
    let told = words(&moved);
    assert!(
        told.contains("You are checked in to “Afternoon”.") && told.contains("You are checked out of “Morning”."),
        "{told}"
    );
    assert_eq!(records(&app).await.len(), 3);
}

#[tokio::test]
async fn whoever_has_a_place_is_not_given_another_by_mistake() {
    let (app, event, steward) = morning().await;
    let code = code_of(&app, &event, "Kofi Mensah").await;
    for fields in [
        &[("name", "kofi  MENSAH"), ("ticket", "free")][..],
        &[("name", "Another Name"), ("email", "office@example.org"), ("ticket", "free")][..],
    ] {
        let answer = walk_in(&steward, fields).await;
        assert_eq!(
            answer.problems(),
            [format!(
                "Kofi Mensah has a place already, with the code {code}. Check them in with it; or, if this is somebody else, say so as the reason"
            )]
        );
    }
    assert_eq!(app.places(&event).await.len(), 2);
    // Two people may share a name: another mailbox, or a word of the steward's.
    walk_in(
        &steward,
        &[("name", "Kofi Mensah"), ("email", "kofi.other@example.org"), ("ticket", "free")],
    )
    .await;
    app.run_jobs().await;
    assert_eq!(app.places(&event).await.len(), 3);
}

#[tokio::test]
async fn details_can_be_changed_while_more_are_in_than_there_are_places() {
    let (app, event, steward) = morning().await;
    walk_in(&steward, &[("name", "Ama Owusu"), ("ticket", "free")]).await;
    walk_in(&steward, &[("name", "Gwen Rhys"), ("ticket", "free"), ("reason", "A guest")]).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    let form = organiser
        .get(&event.desk("/edit?part=page"))
        .await
        .page()
        .form("/do/organise/update");
    let answer = organiser.submit(form.set("form[summary]", "A day for all.")).await;
    assert_eq!(answer.problems(), Vec::<String>::new());
    let form = organiser.get(&event.desk("/edit")).await.page().form("/do/organise/update");
    let answer = organiser.submit(form.set("form[capacity]", "2")).await;
    assert_eq!(answer.problems(), ["The capacity cannot be below the 4 places already booked."]);
}
