//! Minutes given and taken by hand, what delegates ask to be corrected, and a day's cap: from form to certificate.

use crate::ground::{app_at, changed, import, mails_of, open_day, words};
use domain::access::Actor;
use domain::attendance::{Action, entity::attendance_record, proof, queries, service::hours};
use domain::organisations::Role;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use tests::{Browser, Event, TestApp};

struct Evening {
    app: TestApp,
    event: Event,
    organiser: Browser,
    jane: Browser,
    code: String,
}

/// The evening of the day. Jane left before the workshop; Kofi stayed.
async fn evening() -> Evening {
    let app = app_at("2026-03-12T18:30:00Z").await;
    let file = changed(open_day("open-day"), |file| {
        let place = |code: &str, name: &str, email: &str| json!({ "code": code, "ticket": "nhs", "name": name, "email": email });
        let seen =
            |place: &str, action: &str, at: &str| json!({ "place": place, "session": null, "action": action, "at": at, "how": "steward" });
        file["places"] = json!([
            place("p1", "Jane Smith", "jane@example.org"),
            place("p2", "Kofi Mensah", "kofi@example.org")
        ]);
        file["attendance"] = json!([
            seen("p1", "arrive", "2026-03-12T09:05"),
            seen("p1", "leave", "2026-03-12T12:40"),
            seen("p2", "arrive", "2026-03-12T09:05"),
            seen("p2", "leave", "2026-03-12T15:45"),
        ]);
    });
    let event = import(&app, &file).await;
    let people = queries::list_attendees(&app.services.db.read, event.id).await.unwrap();
    let code = people.iter().find(|person| person.name() == "Jane Smith").unwrap().code.clone();
    let organiser = app.person_with_role(Role::Organiser).await;
    let jane = app.sign_in("jane@example.org").await;
    Evening {
        app,
        event,
        organiser,
        jane,
        code,
    }
}

impl Evening {
    fn desk(&self) -> String {
        format!("/organise/events/open-day/attendance/{}", self.code)
    }

    fn own(&self) -> String {
        format!("/my/cpd?working={}", self.code)
    }

    async fn minutes(&self, name: &str) -> (u32, u32) {
        let all = hours(&self.app.services, &Actor::System, "open-day").await.unwrap();
        let person = all.iter().find(|person| person.name.as_deref() == Some(name)).unwrap();
        (person.working.minutes, person.working.participatory_minutes)
    }

    async fn adjust(&self, session: &str, minutes: &str, reason: &str) -> tests::Answer {
        let form = self.organiser.get(&self.desk()).await.page().form("/do/attendance/adjust");
        let form = form
            .set("form[adjust_session]", session)
            .set("form[minutes]", minutes)
            .set("form[adjust_reason]", reason);
        self.organiser.submit(form).await
    }

    async fn ask(&self, session: &str, text: &str) -> tests::Answer {
        let form = self.jane.get(&self.own()).await.page().form("/do/attendance/ask");
        self.jane.submit(form.set("form[session]", session).set("form[words]", text)).await
    }
}

#[tokio::test]
async fn minutes_are_given_with_a_reason_the_delegate_reads() {
    let evening = evening().await;
    assert_eq!(evening.minutes("Jane Smith").await, (180, 0));
    let answer = evening.adjust("pm", "45", "Helped in the workshop").await;
    assert!(words(&answer).contains("45 minutes given"), "{}", words(&answer));
    assert_eq!(evening.minutes("Jane Smith").await, (225, 45));
    let own = words(&evening.jane.get(&evening.own()).await);
    assert!(own.contains("45 minutes added by the organiser: Helped in the workshop."), "{own}");
    // Kofi's are his own.
    assert_eq!(evening.minutes("Kofi Mensah").await, (300, 120));

    let row = attendance_record::Entity::find()
        .filter(attendance_record::Column::Action.eq(Action::Adjust))
        .one(&evening.app.services.db.read)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((row.minutes, row.reason.as_deref()), (Some(45), Some("Helped in the workshop")));
    assert!(row.recorded_by.is_some());

    // It is a record as any other: whole with the chain, and taken back with a reason.
    assert!(proof::prove(&evening.app.services, "open-day").await.unwrap().is_whole());
    evening
        .app
        .execute("UPDATE attendance_record SET minutes = 400 WHERE minutes = 45")
        .await;
    let broken = proof::prove(&evening.app.services, "open-day").await.unwrap();
    assert_eq!(broken.first_bad.map(|bad| bad.seq), Some(row.seq));
    evening
        .app
        .execute("UPDATE attendance_record SET minutes = 45 WHERE minutes = 400")
        .await;
    let page = evening.organiser.get(&evening.desk()).await.page();
    let back = page
        .forms()
        .into_iter()
        .find(|form| form.action == "/do/attendance/withdraw" && form.value("record") == Some(&row.id.to_string()))
        .unwrap();
    let answer = evening
        .organiser
        .submit(back.set(&format!("form[reasons][{}]", row.id), "Wrong person"))
        .await;
    assert!(words(&answer).contains("Taken back"), "{}", words(&answer));
    assert_eq!(evening.minutes("Jane Smith").await, (180, 0));
}

#[tokio::test]
async fn what_is_given_is_checked_and_nothing_typed_is_lost() {
    let evening = evening().await;
    for (session, minutes, reason, problem) in [
        (
            "am",
            "5",
            "Helped",
            "All 180 minutes of that session count already. There is nothing to give.",
        ),
        ("pm", "-5", "Left", "No minutes of that session count. There is nothing to take."),
        ("", "15", "Helped", "Choose a session."),
        (
            "reg",
            "15",
            "Helped",
            "That session is not CPD, so it has no minutes to give or take.",
        ),
        ("pm", "121", "Helped", "That session lasts 120 minutes. Enter no more than that."),
        ("pm", "0", "Helped", "Enter at least one minute, or -1 to take one."),
        (
            "pm",
            "a while",
            "Helped",
            "Enter whole minutes in figures, like 15, or -15 to take them.",
        ),
        ("pm", "15", " ", "Enter a reason: it stays beside the record."),
    ] {
        let form = evening.organiser.get(&evening.desk()).await.page().form("/do/attendance/adjust");
        let form = form
            .forge("form[adjust_session]", session)
            .set("form[minutes]", minutes)
            .set("form[adjust_reason]", reason);
        let answer = evening.organiser.submit(form).await;
        assert_eq!(answer.problems(), [problem]);
        let kept = answer.page().form("/do/attendance/adjust");
        assert_eq!(kept.value("form[minutes]"), Some(minutes));
        assert_eq!(kept.value("form[adjust_reason]"), Some(reason));
    }
    assert_eq!(evening.minutes("Jane Smith").await, (180, 0));
}

#[tokio::test]
async fn minutes_wait_until_the_session_is_over() {
    let evening = evening().await;
    evening.app.move_to("2026-03-12T14:00:00Z");
    let answer = evening.adjust("pm", "15", "Helped").await;
    assert_eq!(
        answer.problems(),
        ["That session is not over yet. Its minutes can be changed once it is."]
    );
}

#[tokio::test]
async fn a_delegate_asks_the_organiser_answers_and_both_are_logged() {
    let evening = evening().await;
    let answer = evening
        .ask("pm", "I was in the workshop until 3pm.\nNobody scanned the side door.")
        .await;
    assert!(words(&answer).contains("Not answered yet"), "{}", words(&answer));
    // Once at a time: there is no form, and a forged one is refused.
    assert!(answer.page().forms().iter().all(|form| form.action != "/do/attendance/ask"));
    let again = evening
        .jane
        .post("/do/attendance/ask", &[("place", evening.code.as_str()), ("form[words]", "Again")])
        .await;
    let again = evening.jane.follow(again).await;
    assert_eq!(
        again.problems(),
        ["You asked for a correction already. The organiser has not answered yet."]
    );

    let home = words(&evening.organiser.get("/organise").await);
    assert!(home.contains("person asks for their hours to be corrected"), "{home}");
    let register = words(&evening.organiser.get("/organise/events/open-day/attendance").await);
    assert!(register.contains("Somebody asks for their hours to be corrected"), "{register}");

    evening.adjust("pm", "90", "Was in the workshop").await;
    let page = evening.organiser.get(&evening.desk()).await;
    assert!(words(&page).contains("Nobody scanned the side door."), "{}", words(&page));
    let form = page.page().form("/do/attendance/decide");
    let nothing = evening.organiser.submit(form.clone().set("form[answer]", "Done")).await;
    assert_eq!(nothing.problems(), ["Choose what you decided."]);
    let form = form
        .set("form[decision]", "granted")
        .set("form[answer]", "You are right; 90 minutes added.");
    let answer = evening.organiser.submit(form.clone()).await;
    assert!(words(&answer).contains("Answered"), "{}", words(&answer));

    evening.app.run_jobs().await;
    let mails = mails_of(&evening.app, "correction").await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].row.to_address, "jane@example.org");
    assert!(
        mails[0].row.subject.starts_with("Your hours were corrected"),
        "{}",
        mails[0].row.subject
    );
    let own = words(&evening.jane.get(&evening.own()).await);
    assert!(
        own.contains("You are right; 90 minutes added.") && own.contains("Corrected"),
        "{own}"
    );
    assert_eq!(evening.minutes("Jane Smith").await, (270, 90));
    // Answered once.
    let twice = evening.organiser.send(form).await;
    let twice = evening.organiser.follow(twice).await;
    assert_eq!(twice.problems(), ["This was answered already."]);
    let logged = evening.app.everything().await["audit_record"].join("\n");
    assert!(
        logged.contains("correction.asked") && logged.contains("correction.granted"),
        "{logged}"
    );
}

#[tokio::test]
async fn only_whoever_it_is_about_asks_and_not_before_it_begins() {
    let evening = evening().await;
    let kofi = evening.app.sign_in("kofi@example.org").await;
    let forged = kofi
        .post("/do/attendance/ask", &[("place", evening.code.as_str()), ("form[words]", "Hers")])
        .await;
    assert_eq!(forged.status, 404);
    evening.ask("", "Mine").await;
    // An organiser sees it, nobody else does: not even whoever has the place next.
    let own = evening.app.person("kofi@example.org").await;
    evening
        .app
        .execute(&format!(
            "UPDATE place SET person_id = {own} WHERE participant_id = (SELECT id FROM participant WHERE code = '{}')",
            evening.code
        ))
        .await;
    let theirs = words(&kofi.get(&evening.own()).await);
    assert!(!theirs.contains("Mine"), "{theirs}");
    evening.app.move_to("2026-03-11T12:00:00Z");
    let early = kofi
        .post("/do/attendance/ask", &[("place", evening.code.as_str()), ("form[words]", "Early")])
        .await;
    assert_eq!(kofi.follow(early).await.problems(), ["The event has not begun yet."]);
}

#[tokio::test]
async fn a_days_cap_is_set_by_form_counted_and_carried_in_the_file() {
    let evening = evening().await;
    let edit = evening.event.desk("/edit?part=cpd");
    let wrong = evening.organiser.get(&edit).await.page().form("/do/organise/update");
    let answer = evening.organiser.submit(wrong.set("form[cpd_day_cap_minutes]", "14")).await;
    assert_eq!(answer.problems().len(), 1, "{:?}", answer.problems());
    let form = evening.organiser.get(&edit).await.page().form("/do/organise/update");
    evening.organiser.submit(form.set("form[cpd_day_cap_minutes]", "240")).await;
    assert_eq!(evening.minutes("Kofi Mensah").await, (240, 120));
    let page = words(&evening.organiser.get("/organise/events/open-day/attendance").await);
    assert!(page.contains("Counted until the day had given 4 hours, the most it can."), "{page}");
    let file = domain::events::exchange::export(&evening.app.services, &Actor::System, "open-day")
        .await
        .unwrap();
    assert_eq!(file.event.cpd.and_then(|cpd| cpd.day_cap_minutes), Some(240));
}
