//! The door as a steward uses it, without scripts: somebody is found, pressed in or out, and the answer is read. And
//! behind it: one record for two stewards, corrections by new rows, a chain that shows meddling, and whose hours who sees.

use crate::ground::{app_at, book, changed, import, meddle, named, one_elsewhere_and_one_cancelled, open_day, order, words};
use domain::{
    access::Actor,
    attendance::{self, Action, How, entity::attendance_record, queries},
    organisations::Role,
};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;
use tests::{Answer, Browser, Event, Filled, TestApp};

/// Half an hour before the doors open; London is on UTC in March.
const DOORS: &str = "2026-03-12T08:30:00Z";

/// The event of these tests with its places, on its morning.
struct Day {
    app: TestApp,
    event: Event,
    reference: String,
}

impl Day {
    async fn with(names: &[&str]) -> Self {
        let app = app_at("2026-02-02T09:00:00Z").await;
        let event = import(&app, &open_day("open-day")).await;
        let address = |name: &str| {
            format!(
                "{}@example.org",
                name.to_lowercase().replace(|c: char| !c.is_ascii_alphabetic(), "-")
            )
        };
        let lines = names.iter().map(|name| named("nhs", name, &address(name))).collect();
        let reference = book(&app, order("open-day", "k", lines)).await.unwrap().reference;
        app.run_jobs().await;
        app.move_to(DOORS);
        Self { app, event, reference }
    }

    async fn code(&self, place: usize) -> String {
        let participant = self.app.all_places(self.event.id).await[place].participant_id;
        queries::find_attendee(&self.app.services.db.read, participant)
            .await
            .unwrap()
            .unwrap()
            .code
    }

    async fn records(&self) -> Vec<attendance_record::Model> {
        let query = attendance_record::Entity::find().order_by_asc(attendance_record::Column::Seq);
        query.all(&self.app.services.db.read).await.unwrap()
    }

    async fn steward(&self) -> Browser {
        self.app.person_with_role(Role::Steward).await
    }
}

fn asked(slug: &str, what: &str) -> String {
    format!("/check-in/{slug}?q={}", tests::encode(what))
}

/// What a page tells out loud.
fn status(answer: &Answer) -> String {
    let page = answer.page();
    page.all("*")
        .find(|element| element.attr("role") == Some("status"))
        .map(|element| element.text.clone())
        .unwrap_or_default()
}

/// The form behind a button of this name.
fn button(answer: &Answer, name: &str) -> Filled {
    let page = answer.page();
    let action = if name.starts_with("Leave: ") { "leave" } else { "arrive" };
    assert!(
        page.all("button").any(|button| button.attr("aria-label") == Some(name)),
        "no button {name} on {}",
        page.main()
    );
    let forms: Vec<_> = page
        .forms()
        .into_iter()
        .filter(|form| form.value("action") == Some(action))
        .collect();
    let at = page
        .all("button")
        .filter(|button| {
            button
                .attr("aria-label")
                .is_some_and(|label| label.to_lowercase().starts_with(action))
        })
        .position(|button| button.attr("aria-label") == Some(name));
    forms[at.unwrap()].clone()
}

async fn press(browser: &Browser, on: &Answer, name: &str) -> Answer {
    browser.submit(button(on, name)).await
}

#[tokio::test]
async fn somebody_is_found_by_name_reference_code_and_scanned_address() {
    let day = Day::with(&["Jane Smith", "Siân Llŷr"]).await;
    let steward = day.steward().await;
    let front = steward.get("/check-in/open-day").await;
    assert_eq!((front.status, front.h1().as_str()), (200, "Check-in: Spring study day"));
    let form = front
        .page()
        .forms()
        .into_iter()
        .find(|form| form.method == "get" && form.value("q").is_some())
        .unwrap();
    assert_eq!((form.value("to"), form.value("q")), (Some(""), Some("")));
    let labels: Vec<_> = front.page().all("label").map(|label| label.text.clone()).collect();
    assert!(
        labels.contains(&"Checking in to".to_owned()) && labels.contains(&"Name, reference or code".to_owned()),
        "{labels:?}"
    );

    let code = day.code(1).await;
    let scanned = format!("/check-in/open-day?code={code}");
    for path in [
        asked("open-day", "sian"),
        asked("open-day", "llyr"),
        asked("open-day", &code),
        asked("open-day", &code.to_lowercase()),
        scanned.clone(),
        asked("open-day", &format!("http://plenary.test{scanned}")),
    ] {
        let found = steward.get(&path).await;
        let names: Vec<_> = found
            .page()
            .all("button")
            .filter_map(|button| button.attr("aria-label").map(str::to_owned))
            .filter(|label| label.starts_with("Arrive"))
            .collect();
        assert_eq!(names, ["Arrive: Siân Llŷr"], "{path}");
    }
    let by_reference = steward.get(&asked("open-day", &day.reference)).await;
    let names: Vec<_> = by_reference
        .page()
        .all("button")
        .filter_map(|button| button.attr("aria-label").map(str::to_owned))
        .collect();
    assert_eq!(names, ["Arrive: Jane Smith", "Arrive: Siân Llŷr"]);
    assert_eq!(day.records().await.len(), 0, "finding records nothing");
}

#[tokio::test]
async fn arriving_and_leaving_answer_in_the_words_of_the_contract() {
    let day = Day::with(&["Jane Smith"]).await;
    let steward = day.steward().await;

    let found = steward.get(&asked("open-day", "jane")).await;
    let arrived = press(&steward, &found, "Arrive: Jane Smith").await;
    assert!(status(&arrived).starts_with("Arrived: Jane Smith"), "{}", status(&arrived));
    assert!(arrived.page().all("section").any(|section| section.has_class("answer--yes")));

    day.app.pass(chrono::TimeDelta::minutes(1));
    let again = press(&steward, &found, "Arrive: Jane Smith").await;
    assert!(
        status(&again).starts_with("Already in: Jane Smith Here since 8:30am."),
        "{}",
        status(&again)
    );
    assert!(again.page().all("section").any(|section| section.has_class("answer--again")));

    let found = steward.get(&asked("open-day", "jane")).await;
    let left = press(&steward, &found, "Leave: Jane Smith").await;
    assert!(status(&left).starts_with("Left: Jane Smith"), "{}", status(&left));

    let session = steward.get("/check-in/open-day?to=am&q=jane").await;
    let arrived = press(&steward, &session, "Arrive: Jane Smith").await;
    assert!(
        status(&arrived).starts_with("Arrived: Jane Smith 8:31am, to “Morning”."),
        "{}",
        status(&arrived)
    );

    let nobody = steward.get(&asked("open-day", "Nobody of that name")).await;
    assert!(status(&nobody).starts_with("Not found:"), "{}", status(&nobody));
    let nobody = steward.get(&asked("open-day", "22222222")).await;
    assert!(status(&nobody).starts_with("Not found:"), "{}", status(&nobody));

    let rows: Vec<_> = day
        .records()
        .await
        .into_iter()
        .map(|row| (row.action, row.session_id.is_some(), row.how))
        .collect();
    assert_eq!(
        rows,
        [
            (Action::Arrive, false, How::Steward),
            (Action::Leave, false, How::Steward),
            (Action::Arrive, true, How::Steward)
        ]
    );
}

#[tokio::test]
async fn a_scanned_code_is_recorded_as_a_scan() {
    let day = Day::with(&["Jane Smith"]).await;
    let steward = day.steward().await;
    let code = day.code(0).await;
    let fields = [
        ("slug", "open-day"),
        ("to", ""),
        ("code", code.as_str()),
        ("action", "arrive"),
        ("draft", ""),
    ];
    let answer = steward.post("/do/attendance/record", &fields).await;
    assert!(status(&steward.follow(answer).await).starts_with("Arrived: Jane Smith"));
    assert_eq!(day.records().await.iter().map(|row| row.how).collect::<Vec<_>>(), [How::Scan]);
}

#[tokio::test]
async fn what_cannot_be_checked_in_is_refused_with_the_reason() {
    let day = Day::with(&["Jane Smith", "Joan Jones"]).await;
    let (app, steward) = (&day.app, day.steward().await);
    let elsewhere = one_elsewhere_and_one_cancelled(app, &day.event).await;
    let seats = app.all_places(day.event.id).await;
    app.move_to(DOORS);

    let post = async |participant: String, code: &str, action: &str| {
        let fields = [
            ("slug", "open-day"),
            ("to", ""),
            ("participant", participant.as_str()),
            ("code", code),
            ("action", action),
            ("draft", ""),
        ];
        let answer = steward.post("/do/attendance/record", &fields).await;
        status(&steward.follow(answer).await)
    };
    let jane = seats[0].participant_id.to_string();
    let told = post(String::new(), &elsewhere.code, "arrive").await;
    assert!(
        told.starts_with("Not found:") && told.contains("another event") && !told.contains("Ama"),
        "{told}"
    );
    let told = post(elsewhere.participant_id.to_string(), "", "arrive").await;
    assert!(told.starts_with("Not found:") && !told.contains("Ama"), "{told}");
    let told = post(seats[1].participant_id.to_string(), "", "arrive").await;
    assert!(told.starts_with("Not found: Joan Jones This place was cancelled"), "{told}");
    let told = post(jane.clone(), "", "leave").await;
    assert!(told.starts_with("Not found: Jane Smith They have not arrived"), "{told}");
    app.move_to("2026-03-11T12:00:00Z");
    let told = post(jane.clone(), "", "arrive").await;
    assert!(told.starts_with("Not found: Jane Smith This event is not on today"), "{told}");
    app.move_to("2026-03-13T00:00:01Z");
    let told = post(jane, "", "arrive").await;
    assert!(told.contains("not on today"), "{told}");
    assert!(day.records().await.is_empty(), "and nothing was recorded");
    assert_eq!(queries::first_break(&app.services.db.read, day.event.id).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_stewards_in_one_second_are_told_arrived_and_already_in() {
    let day = Day::with(&["Jane Smith"]).await;
    let one = day.steward().await;
    let other = day
        .app
        .person_with_role_in("example-training", Role::Steward, "second-steward@example.org")
        .await;
    let (here, there) = (
        one.get(&asked("open-day", "jane")).await,
        other.get(&asked("open-day", "jane")).await,
    );

    let (a, b) = tokio::join!(
        press(&one, &here, "Arrive: Jane Smith"),
        press(&other, &there, "Arrive: Jane Smith")
    );

    let mut told = [status(&a), status(&b)].map(|words| words.split(':').next().unwrap().to_owned());
    told.sort();
    assert_eq!(told, ["Already in", "Arrived"]);
    let late = [&a, &b]
        .into_iter()
        .map(status)
        .find(|words| words.starts_with("Already in"))
        .unwrap();
    assert!(late.contains("by another steward"), "{late}");
    assert_eq!(day.records().await.len(), 1);
}

#[tokio::test]
async fn an_arrival_undone_at_the_door_stays_in_the_history() {
    let day = Day::with(&["Jane Smith"]).await;
    let steward = day.steward().await;
    let found = steward.get(&asked("open-day", "jane")).await;
    let arrived = press(&steward, &found, "Arrive: Jane Smith").await;
    let undone = steward.submit(arrived.page().form("/do/attendance/withdraw")).await;
    assert!(status(&undone).starts_with("Undone."), "{}", status(&undone));

    let rows = day.records().await;
    assert_eq!(
        rows.iter()
            .map(|row| (row.action, row.withdraws_id, row.reason.as_deref()))
            .collect::<Vec<_>>(),
        [
            (Action::Arrive, None, None),
            (Action::Withdraw, Some(rows[0].id), Some("Undone at the door")),
        ]
    );
    let twice = steward.submit(arrived.page().form("/do/attendance/withdraw")).await;
    assert!(
        twice.problems().iter().any(|problem| problem.contains("not there any more")),
        "{:?}",
        twice.problems()
    );
    assert_eq!(day.records().await.len(), 2);
    let found = steward.get(&asked("open-day", "jane")).await;
    assert!(
        status(&press(&steward, &found, "Arrive: Jane Smith").await).starts_with("Arrived:"),
        "and they can arrive again"
    );
}

#[tokio::test]
async fn an_organiser_corrects_the_register_with_a_reason() {
    let day = Day::with(&["Jane Smith"]).await;
    let organiser = day.app.person_with_role(Role::Organiser).await;
    day.app.move_to("2026-03-12T18:00:00Z");
    let path = format!("/organise/events/open-day/attendance/{}", day.code(0).await);
    let page = organiser.get(&path).await;
    let form = page.page().form("/do/attendance/add");
    let refused = organiser
        .submit(form.clone().set("form[action]", "arrive").set("form[at]", "2026-03-12T09:10"))
        .await;
    assert!(
        refused.problems().iter().any(|problem| problem.contains("reason")),
        "{:?}",
        refused.problems()
    );
    assert_eq!(
        refused.page().form("/do/attendance/add").value("form[at]"),
        Some("2026-03-12T09:10"),
        "what was typed is kept"
    );
    let future = organiser
        .submit(
            form.clone()
                .set("form[action]", "arrive")
                .set("form[at]", "2026-03-12T18:01")
                .set("form[reason]", "Paper list"),
        )
        .await;
    assert_eq!(future.problems().len(), 1, "{:?}", future.problems());
    let leave_first = organiser
        .submit(
            form.clone()
                .set("form[action]", "leave")
                .set("form[at]", "2026-03-12T09:10")
                .set("form[reason]", "Paper list"),
        )
        .await;
    assert!(
        leave_first.problems().iter().any(|problem| problem.contains("have not arrived")),
        "{:?}",
        leave_first.problems()
    );
    assert_eq!(day.records().await.len(), 0);

    let added = organiser
        .submit(
            form.set("form[action]", "arrive")
                .set("form[at]", "2026-03-12T09:10")
                .set("form[reason]", "Paper list"),
        )
        .await;
    assert!(status(&added).starts_with("Added."), "{} {:?}", status(&added), added.problems());
    let rows = day.records().await;
    assert_eq!(
        (rows.len(), rows[0].how, rows[0].reason.as_deref(), rows[0].at),
        (1, How::Register, Some("Paper list"), crate::ground::at("2026-03-12T09:10:00Z"))
    );
}

#[tokio::test]
async fn a_meddled_record_breaks_the_chain_where_it_stands() {
    let day = Day::with(&["Jane Smith", "Joan Jones", "Ama Owusu"]).await;
    let steward = day.steward().await;
    for name in ["Jane Smith", "Joan Jones", "Ama Owusu"] {
        let found = steward.get(&asked("open-day", name)).await;
        press(&steward, &found, &format!("Arrive: {name}")).await;
    }
    let first_break = async || queries::first_break(&day.app.services.db.read, day.event.id).await.unwrap();
    let rows = day.records().await;
    assert_eq!((rows.len(), first_break().await), (3, None));
    let prove = || {
        let told = day
            .app
            .program()
            .args(["attendance", "prove", "--event", "open-day", "--json"])
            .output()
            .unwrap();
        let json: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
        (told.status.code(), json)
    };
    let (code, told) = prove();
    let head = &rows[2].hash;
    assert_eq!(
        (code, &told["whole"], &told["records"], &told["head"]),
        (Some(0), &true.into(), &3.into(), &head.as_str().into())
    );
    assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [1, 2, 3]);

    let (second, at) = (rows[1].id, rows[1].at);
    let earlier = at - chrono::TimeDelta::hours(1);
    meddle(
        &day.app,
        "UPDATE attendance_record SET at = $1 WHERE id = $2",
        vec![earlier.into(), second.0.into()],
    )
    .await;
    assert_eq!(first_break().await, Some(2), "a changed time");
    let (code, told) = prove();
    assert_eq!(
        (code, &told["whole"], &told["first_bad"]["record"]),
        (Some(1), &false.into(), &2.into())
    );
    meddle(
        &day.app,
        "UPDATE attendance_record SET at = $1 WHERE id = $2",
        vec![at.into(), second.0.into()],
    )
    .await;
    assert_eq!(first_break().await, None, "put back, it is whole again");
    meddle(
        &day.app,
        "UPDATE attendance_record SET participant_id = $1 WHERE id = $2",
        vec![rows[0].participant_id.0.into(), second.0.into()],
    )
    .await;
    assert_eq!(first_break().await, Some(2), "another person");
    meddle(
        &day.app,
        "UPDATE attendance_record SET participant_id = $1 WHERE id = $2",
        vec![rows[1].participant_id.0.into(), second.0.into()],
    )
    .await;
    meddle(&day.app, "DELETE FROM attendance_record WHERE id = $1", vec![rows[2].id.0.into()]).await;
    assert_eq!(first_break().await, Some(3), "the last one gone");
    let (code, told) = prove();
    assert_eq!(
        (code, &told["first_bad"]["record"], &told["first_bad"]["recorded_at"]),
        (Some(1), &3.into(), &serde_json::Value::Null)
    );
    meddle(&day.app, "DELETE FROM attendance_record WHERE id = $1", vec![rows[0].id.0.into()]).await;
    assert_eq!(first_break().await, Some(1), "the first one gone");
}

#[tokio::test]
async fn the_delegate_sees_the_working_of_their_hours_and_nobody_elses() {
    let day = Day::with(&["Jane Smith", "Joan Jones"]).await;
    let app = &day.app;
    let steward = day.steward().await;
    for (time, name) in [("09:10", "Arrive: Jane Smith"), ("11:00", "Leave: Jane Smith")] {
        app.move_to(&format!("2026-03-12T{time}:00Z"));
        let found = steward.get(&asked("open-day", "jane smith")).await;
        press(&steward, &found, name).await;
    }
    app.move_to("2026-03-12T18:00:00Z");
    let path = format!("/my/cpd?working={}", day.code(0).await);

    let jane = app.sign_in("jane-smith@example.org").await;
    let page = jane.get(&path).await;
    assert_eq!((page.status, page.h1().as_str()), (200, "My CPD"));
    let table = words(&page);
    assert!(table.contains("Morning 90 of 180") && table.contains("Registration 0"), "{table}");
    assert!(table.contains("1.5 hours of CPD"), "{table}");

    let joan = app.sign_in("joan-jones@example.org").await;
    assert_eq!(joan.get(&path).await.status, 404, "not another delegate of the same booking");
    assert_eq!(steward.get(&path).await.status, 403, "nor a steward");
    let nobody = app.browser().get(&path).await;
    assert!(
        nobody.status == 303 && nobody.location().unwrap().starts_with("/sign-in?next="),
        "{nobody:?}"
    );
    let viewer = app.person_with_role(Role::Viewer).await;
    assert_eq!(
        viewer
            .get(&format!("/organise/events/open-day/attendance/{}", day.code(0).await))
            .await
            .status,
        200
    );
    let stranger = app.person_with_role_in("another-trust", Role::Owner, "stranger@example.org").await;
    assert_eq!(stranger.get(&path).await.status, 404);
    assert_eq!(
        stranger
            .get(&format!("/organise/events/open-day/attendance/{}", day.code(0).await))
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn the_register_shows_who_is_in_and_their_hours() {
    let day = Day::with(&["Jane Smith", "Joan Jones"]).await;
    let steward = day.steward().await;
    let found = steward.get(&asked("open-day", "jane")).await;
    press(&steward, &found, "Arrive: Jane Smith").await;
    day.app.move_to("2026-03-12T11:00:00Z");
    let viewer = day.app.person_with_role(Role::Viewer).await;
    let page = viewer.get("/organise/events/open-day/attendance").await;
    assert!(words(&page).contains("1 of 2 came, 1 in now."), "{}", words(&page));
    let only = viewer.get("/organise/events/open-day/attendance?show=away").await;
    assert!(
        only.page().main().contains("Joan Jones") && !only.page().main().contains("Jane Smith"),
        "{}",
        only.page().main()
    );
}

#[tokio::test]
async fn hours_follow_what_was_scanned_and_what_was_taken_back() {
    let app = app_at("2026-03-12T18:30:00Z").await;
    let file = changed(crate::ground::contract(), |file| {
        file["places"] = json!([{ "code": "p1", "ticket": "nhs", "name": "Jane Smith", "email": "jane@example.org" }, { "code": "p2", "ticket": "nhs", "name": "Joan Jones", "email": "joan@example.org" }]);
    });
    import(&app, &file).await;
    let minutes = async || {
        let hours = attendance::service::hours(&app.services, &Actor::System, "self-harm-2026")
            .await
            .unwrap();
        hours
            .into_iter()
            .map(|person| (person.place_code().to_owned(), person.working.minutes))
            .collect::<Vec<_>>()
    };
    assert_eq!(minutes().await, [("p1".to_owned(), 255), ("p2".to_owned(), 0)]);
    let leave = attendance_record::Entity::find()
        .all(&app.services.db.read)
        .await
        .unwrap()
        .into_iter()
        .find(|row| row.action == Action::Leave)
        .unwrap();
    attendance::correct::withdraw(&app.services, &Actor::System, "self-harm-2026", leave.id, "Scanned by mistake")
        .await
        .unwrap();
    assert_eq!(
        minutes().await,
        [("p1".to_owned(), 300), ("p2".to_owned(), 0)],
        "without the leave, until the last session ends"
    );
}

#[tokio::test]
async fn part_of_a_name_gives_a_list_of_names_to_press_and_a_way_back_to_the_start() {
    let day = Day::with(&["Jane Smith", "Joan Smithson", "Kofi Mensah"]).await;
    let steward = day.steward().await;
    let found = steward.get("/check-in/open-day?to=am&q=smi").await;
    let names: Vec<_> = found
        .page()
        .all("a")
        .filter(|link| link.has_class("found__name"))
        .map(|link| link.text.clone())
        .collect();
    assert_eq!(names, ["Jane Smith", "Joan Smithson"]);
    let own = found.page().link("Joan Smithson").unwrap();
    let one = steward.get(&own).await;
    assert!(words(&one).contains("1 person found Joan Smithson"), "{}", words(&one));
    assert!(button(&one, "Arrive: Joan Smithson").action.starts_with("/do/attendance/record"));
    let back = one.page().link("Back to the start of check-in").unwrap();
    assert_eq!(back, "/check-in/open-day?to=am");
    assert!(steward.get(&back).await.page().link("Back to the start of check-in").is_none());
}

#[tokio::test]
async fn on_another_day_words_say_so_and_nobody_can_be_pressed_in() {
    let day = Day::with(&["Jane Smith"]).await;
    let steward = day.steward().await;
    for (moment, told) in [
        (
            "2026-03-11T12:00:00Z",
            "This event is not on today: it is on Thursday 12 March 2026, 9am to 4pm. Check-in opens",
        ),
        (
            "2026-03-13T09:00:00Z",
            "This event is over: it was on Thursday 12 March 2026, 9am to 4pm. Nobody can be checked in any more.",
        ),
    ] {
        day.app.move_to(moment);
        let found = steward.get(&asked("open-day", "jane")).await;
        assert!(words(&found).contains(told), "{}", words(&found));
        assert!(words(&found).contains("Jane Smith"));
        assert!(found.page().find_form("/do/attendance/record").is_none(), "{moment}");
    }
}
