//! Feedback: asked for, handed in, mixed, and read with small numbers hidden; nobody's certificate hangs on what they said,
//! and nobody can put a name to an answer.

use crate::ground::words;
use chrono::TimeDelta;
use domain::{
    access::Actor,
    feedback::{
        FormState,
        edit::set_state,
        entity::{feedback_answer, feedback_done, feedback_waiting},
        give::{AnswersForm, Giver, give},
        remind::{RuleForm, set_rule},
    },
    organisations::Role,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Statement};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use tests::{Browser, Event, TestApp};

/// A day that is over, to which so many people came.
async fn day(people: usize) -> (TestApp, Event, Browser) {
    let app = TestApp::builder().at("2027-03-12T17:00:00Z").start().await;
    let mut event = app.event().sessions(json!([
        {"code": "talk", "title": "The talk", "kind": "talk", "starts": "2027-03-12T09:30", "ends": "2027-03-12T11:00", "cpd": true},
        {"code": "tea", "title": "Tea", "kind": "break", "starts": "2027-03-12T11:00", "ends": "2027-03-12T11:15"},
        {"code": "work", "title": "The workshop", "kind": "workshop", "starts": "2027-03-12T11:15", "ends": "2027-03-12T12:15", "cpd": true},
    ]));
    for n in 0..people {
        let place = format!("p{n}");
        event = event
            .place(&place, &format!("Person {n}"), &format!("person{n}@example.org"))
            .seen(&place, None, "arrive", "2027-03-12T09:00")
            .seen(&place, None, "leave", "2027-03-12T16:00");
    }
    let event = event.create().await;
    let owner = app.person_with_role(Role::Owner).await;
    (app, event, owner)
}

async fn open(app: &TestApp, event: &Event, gates: bool) {
    set_state(&app.services, &Actor::System, &event.slug, FormState::Open, gates)
        .await
        .unwrap();
}

fn typed(fields: &[(&str, &str)]) -> AnswersForm {
    let answers = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    AnswersForm {
        answers: answers.collect(),
    }
}

async fn hand_in(app: &TestApp, event: &Event, n: usize, fields: &[(&str, &str)]) {
    let browser = app.sign_in(&format!("person{n}@example.org")).await;
    let actor = app.actor(&browser).await;
    give(&app.services, &Giver::Actor(&actor, &event.slug), &typed(fields), "")
        .await
        .unwrap();
}

#[tokio::test]
async fn organisers_ask_people_answer_by_their_link_and_it_is_read_without_names() {
    let (app, event, owner) = day(9).await;
    let page = owner.get(&event.desk("/feedback")).await;
    assert!(
        words(&page).contains("Nobody has answered yet") && words(&page).contains("How useful was the day"),
        "{}",
        words(&page)
    );
    let opened = owner
        .submit(page.page().form("/do/feedback/state").set("form[state]", "open"))
        .await;
    let said = words(&opened);
    assert!(said.contains("9 people came, can be written to, and have not answered."), "{said}");
    let wrong = owner.submit(opened.page().form("/do/feedback/ask").set("form[count]", "8")).await;
    assert!(wrong.problems()[0].starts_with("It is 9 now"), "{:?}", wrong.problems());
    let asked = owner.submit(opened.page().form("/do/feedback/ask").set("form[count]", "9")).await;
    assert!(words(&asked).contains("9 mails are on their way."), "{}", words(&asked));
    app.run_jobs().await;
    let mail = app.mails_to("person3@example.org").await.pop().unwrap();
    assert_eq!(mail.subject, "Your feedback: Study day");
    assert!(mail.text.contains("Nobody can put the two together."), "{}", mail.text);
    let path = mail.path("/feedback/").unwrap();

    // Without signing in; refused, it keeps what was typed; blank is fine.
    let somebody = app.browser();
    let form = somebody.get(&path).await.page().form("/do/feedback/give");
    let wrong = somebody
        .submit(
            form.clone()
                .set("form[answers][q5]", "Listen longer")
                .forge("form[answers][q1]", "9"),
        )
        .await;
    assert_eq!(wrong.problems(), ["Choose one of the answers, or none"]);
    let again = wrong.page().form("/do/feedback/give");
    assert_eq!(again.value("form[answers][q5]"), Some("Listen longer"));
    let thanks = somebody
        .submit(again.forge("form[answers][q1]", "5").forge("form[answers][talk~q2]", "4"))
        .await;
    assert!(words(&thanks).contains("Thank you. Your feedback is in."), "{}", words(&thanks));
    assert!(words(&somebody.get(&path).await).contains("It cannot be changed"));
    let twice = somebody.submit(form).await;
    assert_eq!(
        twice.problems(),
        ["Your feedback is in already. It cannot be changed, because nobody can tell which is yours."]
    );

    for n in (0..9).filter(|n| *n != 3) {
        let scale = if n % 2 == 0 { "5" } else { "4" };
        hand_in(
            &app,
            &event,
            n,
            &[("q1", scale), ("q3", "No"), ("q4", "More time"), ("work~q2", "2")],
        )
        .await;
    }
    app.run_jobs().await;
    let closed = owner
        .get(&event.desk("/feedback"))
        .await
        .page()
        .form("/do/feedback/state")
        .set("form[state]", "closed");
    owner.submit(closed).await;
    app.run_jobs().await;
    assert_eq!(app.count("feedback_waiting").await, 0);
    let page = words(&owner.get(&event.desk("/feedback")).await);
    assert!(page.contains("9 people handed feedback in."), "{page}");
    assert!(page.contains("Mean 4.7 of 5"), "{page}");
    assert!(page.contains("No 10") && page.contains("More time"), "{page}");
    assert!(!page.contains("Listen longer"), "one person's words show alone: {page}");
    assert!(page.contains("Too few answers to show."), "{page}");
    let table = owner.get(&event.desk("/feedback.csv")).await.text;
    assert!(
        table.contains("What was missing?,,More time,") && !table.contains("Listen longer"),
        "{table}"
    );
    assert!(!table.contains("Person"), "{table}");
}

/// Somebody with the whole database, before and after every step, tries to find out who said what.
#[tokio::test]
async fn nothing_kept_tells_who_said_what() {
    const PEOPLE: usize = 40;
    let (app, event, _) = day(PEOPLE).await;
    open(&app, &event, true).await;
    for n in 0..PEOPLE {
        let own = format!("Marker {n}");
        hand_in(&app, &event, n, &[("q1", "5"), ("q5", own.as_str()), ("talk~q2", "3")]).await;
        app.pass(TimeDelta::minutes(7));
        app.run_jobs().await;
    }
    let db = &app.services.db.read;
    let answers = feedback_answer::Entity::find().all(db).await.unwrap();
    let texts: Vec<usize> = answers
        .iter()
        .filter_map(|row| row.answer.strip_prefix("Marker ")?.parse().ok())
        .collect();
    assert_eq!(texts.len(), PEOPLE);
    assert_eq!(feedback_done::Entity::find().count(db).await.unwrap(), PEOPLE as u64);
    assert_eq!(feedback_waiting::Entity::find().count(db).await.unwrap(), 0);

    // A value that an answer's row shares with the rows of people, other than the event's, would join them.
    let people: BTreeSet<String> = app
        .everything()
        .await
        .into_iter()
        .filter(|(table, _)| !table.starts_with("feedback_"))
        .flat_map(|(_, rows)| rows)
        .collect();
    let people = people.into_iter().collect::<Vec<_>>().join("\n");
    for row in &answers {
        assert!(!people.contains(&row.id), "an id of an answer is known elsewhere");
        assert_eq!(row.day.len(), "2027-03-12".len(), "no finer than a day");
        if let Some(own) = row.answer.strip_prefix("Marker ") {
            assert!(!people.contains(&format!("Marker {own}")), "an answer is kept elsewhere");
        }
    }
    // Neither the order of the ids nor that of writing follows the order of handing in.
    let by_id = {
        let mut rows = answers.clone();
        rows.sort_by(|one, other| one.id.cmp(&other.id));
        order(rows.iter().map(|row| row.answer.as_str()))
    };
    let as_written = {
        let sql = "SELECT answer FROM feedback_answer";
        let rows = db
            .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
            .await
            .unwrap();
        let all: Vec<String> = rows.iter().map(|row| row.try_get("", "answer").unwrap()).collect();
        order(all.iter().map(String::as_str))
    };
    for (what, order) in [("ids", by_id), ("writing", as_written)] {
        // Within each batch of mixing (five people or more) nothing is left of the order. Over all batches a day tells
        // nothing finer; so neighbours may not be neighbours.
        let followed = order.windows(2).filter(|pair| pair[1] == pair[0] + 1).count();
        assert!(
            followed < PEOPLE / 3,
            "the order of {what} follows the order of handing in: {order:?}"
        );
    }
    // Two answers of one person have nothing in common either.
    let of_one: BTreeMap<&str, usize> = answers.iter().fold(BTreeMap::new(), |mut ids, row| {
        *ids.entry(&row.id[..8]).or_default() += 1;
        ids
    });
    assert!(of_one.values().all(|count| *count == 1), "{of_one:?}");
}

fn order<'a>(answers: impl Iterator<Item = &'a str>) -> Vec<usize> {
    answers.filter_map(|answer| answer.strip_prefix("Marker ")?.parse().ok()).collect()
}

#[tokio::test]
async fn a_refused_try_leaves_no_copy_once_feedback_is_in() {
    let (app, event, _) = day(1).await;
    open(&app, &event, false).await;
    let browser = app.sign_in("person0@example.org").await;
    let form = browser
        .get(&format!("/my/feedback/{}", event.slug))
        .await
        .page()
        .form("/do/feedback/give");
    let wrong = browser
        .submit(form.set("form[answers][q5]", "Marker 0").forge("form[answers][q1]", "9"))
        .await;
    assert!(format!("{:?}", app.everything().await["form_draft"]).contains("Marker 0"));
    browser
        .submit(wrong.page().form("/do/feedback/give").forge("form[answers][q1]", "1"))
        .await;
    let everything = app.everything().await;
    let kept: Vec<&String> = everything
        .iter()
        .filter(|(_, rows)| rows.iter().any(|row| row.contains("Marker 0")))
        .map(|(table, _)| table)
        .collect();
    assert_eq!(kept, ["feedback_waiting"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn certificates_wait_for_feedback_and_for_nothing_in_it() {
    let (app, event, owner) = day(2).await;
    open(&app, &event, true).await;
    domain::certificates::issue::issue(&app.services, &Actor::System, &event.slug)
        .await
        .unwrap();
    app.run_jobs().await;
    let certificates = async || app.count("certificate").await;
    assert_eq!(certificates().await, 0);
    let page = words(&owner.get(&event.desk("/certificates")).await);
    assert!(page.contains("Waits for their feedback, whatever it says."), "{page}");
    // Nothing at all is enough, and the certificate comes without another press.
    app.pass(TimeDelta::seconds(1));
    hand_in(&app, &event, 0, &[]).await;
    app.run_jobs().await;
    assert_eq!(certificates().await, 1);
    assert_eq!(app.count("feedback_answer").await, 0);
    // Without the gate, everybody gets theirs.
    set_state(&app.services, &Actor::System, &event.slug, FormState::Open, false)
        .await
        .unwrap();
    app.pass(TimeDelta::seconds(1));
    domain::certificates::issue::issue(&app.services, &Actor::System, &event.slug)
        .await
        .unwrap();
    app.run_jobs().await;
    assert_eq!(certificates().await, 2);
}

#[tokio::test]
async fn questions_are_built_and_stay_once_there_are_answers() {
    let (app, event, owner) = day(1).await;
    let add = async |fields: &[(&str, &str)]| {
        let page = owner.get(&event.desk("/feedback/question")).await.page();
        let form = fields.iter().fold(page.form("/do/feedback/question"), |form, (name, value)| {
            form.set(&format!("form[{name}]"), value)
        });
        owner.submit(form).await
    };
    assert_eq!(
        add(&[("kind", "choice"), ("options", "Only one")]).await.problems(),
        ["Enter the question", "Enter from 2 to 20 answers to choose from, one a line"]
    );
    let made = add(&[
        ("words", "How did you come?"),
        ("kind", "choices"),
        ("options", "By train\nOn foot\n"),
    ])
    .await;
    assert!(words(&made).contains("How did you come?"), "{}", words(&made));
    let made = add(&[("words", "Which line?"), ("kind", "text"), ("only_if", "q7:By train")]).await;
    assert!(words(&made).contains("only after “By train”"), "{}", words(&made));
    // What another question hangs on stays before it.
    let up = made
        .page()
        .forms()
        .into_iter()
        .find(|form| form.action == "/do/feedback/move-question" && form.text.contains("Up Which line?"))
        .unwrap();
    let refused = owner.submit(up).await;
    assert!(refused.problems()[0].contains("hangs on an answer"), "{:?}", refused.problems());
    let delete = owner
        .get(&event.desk("/feedback/question?edit=q7"))
        .await
        .page()
        .form("/do/feedback/delete-question");
    assert!(owner.submit(delete).await.problems()[0].contains("hangs on an answer"));

    open(&app, &event, false).await;
    hand_in(&app, &event, 0, &[("q7~1", "true")]).await;
    let page = owner.get(&event.desk("/feedback")).await;
    assert!(
        words(&page).contains("Answers are in, so the questions stay as they are."),
        "{}",
        words(&page)
    );
    assert_eq!(
        add(&[("words", "One more?")]).await.problems(),
        ["Answers are in, so the questions stay as they are."]
    );
    app.run_jobs().await;
    let answers = feedback_waiting::Entity::find()
        .filter(feedback_waiting::Column::EventId.eq(event.id))
        .all(&app.services.db.read)
        .await
        .unwrap();
    assert!(answers[0].content.contains("On foot"), "{}", answers[0].content);
}

#[tokio::test]
async fn nobody_answers_before_it_is_open_or_for_a_place_they_do_not_have() {
    let (app, event, _) = day(1).await;
    let own = format!("/my/feedback/{}", event.slug);
    let person = app.sign_in("person0@example.org").await;
    assert_eq!(person.get(&own).await.status, 404);
    open(&app, &event, false).await;
    assert_eq!(person.get(&own).await.status, 200);
    assert_eq!(app.sign_in("stranger@example.org").await.get(&own).await.status, 404);
    assert!(app.browser().get(&own).await.location().unwrap().starts_with("/sign-in?next="));
    set_state(&app.services, &Actor::System, &event.slug, FormState::Closed, false)
        .await
        .unwrap();
    assert!(words(&person.get(&own).await).contains("Feedback is closed"));
    app.run_jobs().await;
}

#[tokio::test]
async fn what_people_say_of_themselves_is_theirs_and_organisers_see_only_how_it_is_spread() {
    let app = TestApp::builder().at("2027-03-12T08:00:00Z").start().await;
    let mut event = app
        .event()
        .with(|file| file["event"]["outcomes"] = json!(["Listen well", "Plan for safety"]));
    for n in 0..9 {
        event = event.place(&format!("p{n}"), &format!("Person {n}"), &format!("person{n}@example.org"));
    }
    let event = event.create().await;
    let owner = app.person_with_role(Role::Owner).await;
    let own = format!("/my/outcomes/{}", event.slug);
    let rate = async |n: usize, fields: &[(&str, &str)]| {
        let person = app.sign_in(&format!("person{n}@example.org")).await;
        let page = person.get(&own).await.page();
        let form = fields
            .iter()
            .fold(page.form("/do/feedback/assess"), |form, (name, value)| form.forge(name, value));
        person.submit(form).await
    };
    let said = words(&rate(0, &[("form[before][1]", "2"), ("form[after][1]", "5")]).await);
    assert!(said.contains("Saved.") && said.contains("Once the event has begun"), "{said}");
    assert_eq!(app.count("outcome_rating").await, 1, "nothing after what has not begun");
    let wrong = rate(1, &[("form[before][2]", "6")]).await;
    assert_eq!(wrong.problems(), ["Choose from 1 to 5, or nothing"]);
    app.move_to("2027-03-12T12:00:00Z");
    for n in 0..9 {
        rate(
            n,
            &[
                ("form[before][1]", "2"),
                ("form[after][1]", "4"),
                ("form[before][2]", if n < 7 { "3" } else { "" }),
            ],
        )
        .await;
    }
    let page = words(&owner.get(&event.desk("/feedback")).await);
    assert!(
        page.contains("Listen well 0 · 10 · 0 · 0 · 0, mean 2.0 0 · 0 · 0 · 10 · 0, mean 4.0"),
        "{page}"
    );
    assert!(!page.contains("Plan for safety"), "seven are too few: {page}");
    // Nobody else opens it, and saved blank nothing is kept.
    assert_eq!(owner.get(&own).await.status, 404);
    rate(0, &[("form[before][1]", ""), ("form[after][1]", ""), ("form[before][2]", "")]).await;
    assert_eq!(app.count("outcome_rating").await, 8 * 2 + 6);
}

#[tokio::test]
async fn people_are_asked_by_a_rule_until_they_have_answered() {
    let (app, event, owner) = day(3).await;
    let set = async |browser: &Browser, days: &str| {
        let form = browser.get(&event.desk("/feedback")).await.page().form("/do/feedback/rule");
        browser.submit(form.set("form[days]", days)).await
    };
    let wrong = set(&owner, "soon").await;
    assert_eq!(
        wrong.problems(),
        ["Enter days after the event in figures, from 0 to 60, like 0, 3, 7"]
    );
    assert_eq!(wrong.page().form("/do/feedback/rule").value("form[days]"), Some("soon"));
    // The event ended an hour ago: its day 0 is past and not made up for.
    set(&owner, "3, 7, 0").await;
    let page = owner.get(&event.desk("/feedback")).await;
    assert_eq!(page.page().form("/do/feedback/rule").value("form[days]"), Some("0, 3, 7"));
    let asked = async || {
        app.mails()
            .await
            .iter()
            .filter(|mail| mail.subject.starts_with("Your feedback"))
            .count()
    };
    app.run_jobs().await;
    assert_eq!(asked().await, 0);
    open(&app, &event, false).await;
    app.move_to("2027-03-15T16:00:01Z");
    app.run_jobs().await;
    assert_eq!(asked().await, 3);
    hand_in(&app, &event, 1, &[("q1", "5")]).await;
    // Once a day of the rule, whoever runs it twice.
    app.execute("UPDATE job SET state = 'ready', attempts = 0 WHERE kind = 'ask_feedback_by_rule' AND state = 'done'")
        .await;
    app.run_jobs().await;
    assert_eq!(asked().await, 3);
    app.move_to("2027-03-19T16:00:01Z");
    app.run_jobs().await;
    assert_eq!(asked().await, 5);
    let reminder = app.mails_to("person2@example.org").await.pop().unwrap();
    assert!(reminder.text.contains("A reminder: how was it?"), "{}", reminder.text);
    assert_eq!(
        app.mails_to("person1@example.org")
            .await
            .iter()
            .filter(|mail| mail.subject.starts_with("Your feedback"))
            .count(),
        1
    );
}

#[tokio::test]
async fn a_rule_goes_along_with_the_event_and_stops_when_it_is_called_off() {
    let (app, event, _) = day(2).await;
    open(&app, &event, false).await;
    let rule = async |days: &str| {
        let form = RuleForm { days: days.to_owned() };
        set_rule(&app.services, &Actor::System, &event.slug, &form).await.unwrap();
    };
    let asked = async || {
        app.mails()
            .await
            .iter()
            .filter(|mail| mail.subject.starts_with("Your feedback"))
            .count()
    };
    rule("2, 4").await;
    // A day later than planned.
    app.execute("UPDATE event SET ends_at = '2027-03-13 16:00:00+00:00'").await;
    app.move_to("2027-03-14T16:00:01Z");
    app.run_jobs().await;
    assert_eq!(asked().await, 0);
    app.move_to("2027-03-15T16:00:01Z");
    app.run_jobs().await;
    assert_eq!(asked().await, 2);
    rule("").await;
    app.move_to("2027-03-20T16:00:01Z");
    app.run_jobs().await;
    assert_eq!(asked().await, 2);
}
