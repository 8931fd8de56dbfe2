//! Erasing the personal data of an event: nothing of anybody is left in any table, and every certificate can still be
//! checked.

use crate::ground::words;
use chrono::TimeDelta;
use domain::{
    access::Actor,
    attendance::{self, entity::attendance_record},
    bookings::{
        naming::{Naming, name_place},
        order::Who,
        service::Holder,
    },
    certificates::{
        entity::certificate,
        issue,
        verify::{self, Outcome},
    },
    events::erase::{self, EraseForm},
    feedback::{
        FormState,
        edit::set_state,
        give::{AnswersForm, Giver, give},
    },
    organisations::Role,
    platform::signing::DidDocument,
};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder, Statement};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use tests::{Browser, Event, TestApp};

/// Somewhere in everything anybody could be known by.
const MARK: &str = "quokka";

/// An event that is over, with traces of people in every table that takes any.
async fn past() -> (TestApp, Event, Browser) {
    let app = TestApp::builder().at("2026-03-12T17:00:00Z").start().await;
    let mut event = app
        .event()
        .slug("past-day")
        .when("Europe/London", "2026-03-12T09:00", "2026-03-12T16:00")
        .sessions(json!([
            {"code": "talk", "title": "The talk", "kind": "talk", "starts": "2026-03-12T09:30", "ends": "2026-03-12T11:00", "cpd": true},
        ]));
    for who in ["one", "two", "three"] {
        event = event
            .place(who, &format!("Quokka {who}"), &format!("quokka-{who}@example.org"))
            .seen(who, None, "arrive", "2026-03-12T09:00");
    }
    let event = event
        .place("away", "Quokka Away", "quokka-away@example.org")
        .with(|file| {
            for place in file["places"].as_array_mut().unwrap() {
                place["job_role"] = json!("Quokka nurse");
                place["organisation"] = json!("Quokka Trust");
            }
        })
        .create()
        .await;
    let owner = app.person_with_role(Role::Owner).await;
    issue::issue_now(&app.services, &Actor::System, &event.slug).await.unwrap();
    app.run_jobs().await;

    let one = app.sign_in("quokka-one@example.org").await;
    let code = one_code(&app, &event, "Quokka one").await;
    let asker = app.actor(&one).await;
    attendance::asked::ask(&app.services, &asker, &code, "", "Quokka was there all day")
        .await
        .unwrap();
    let scan = attendance_record::Entity::find()
        .order_by_desc(attendance_record::Column::Id)
        .one(&app.services.db.read)
        .await
        .unwrap()
        .unwrap();
    attendance::correct::withdraw(&app.services, &Actor::System, &event.slug, scan.id, "Quokka told us so")
        .await
        .unwrap();
    let away = one_code(&app, &event, "Quokka Away").await;
    issue::hold(&app.services, &Actor::System, &event.slug, &away, "Quokka did not come")
        .await
        .unwrap();
    set_state(&app.services, &Actor::System, &event.slug, FormState::Open, false)
        .await
        .unwrap();
    let answers = AnswersForm {
        answers: BTreeMap::from([("q1".to_owned(), "4".to_owned())]),
    };
    give(&app.services, &Giver::Actor(&asker, &event.slug), &answers, "").await.unwrap();
    // The place that had a certificate goes to somebody else.
    app.pass(TimeDelta::seconds(1));
    let two = place_of(&app, &event, "Quokka two").await;
    let who = Who {
        name: Some("Quokka Second".to_owned()),
        email: Some("quokka-second@example.org".to_owned()),
        ..Who::default()
    };
    name_place(&app.services, Holder::Actor(&Actor::System), two, who, Naming::Give)
        .await
        .unwrap();
    app.run_jobs().await;
    // What comes back by mail.
    let now = "'2026-03-12 17:00:00+00:00'";
    let away = "(SELECT participant_id FROM place WHERE name = 'Quokka Away')";
    let message = "(SELECT MIN(id) FROM message WHERE to_address = 'quokka-one@example.org')";
    for row in [
        format!(
            "inbox_item (why, from_name, from_address, subject, body, received_at, state, participant_id) \
             VALUES ('other', 'Quokka Away', 'quokka-away@example.org', 'Quokka', 'Quokka cannot come', {now}, 'open', {away})"
        ),
        format!("calendar_reply (uid, reply, said_at, received_at, participant_id) VALUES ('quokka', 'declined', {now}, {now}, {away})"),
        format!(
            "address_trouble (address, kind, status, at, message_id) VALUES ('quokka-one@example.org', 'hard', '5.1.1', {now}, {message})"
        ),
        format!("suspended_address (address, kind, status, since) VALUES ('quokka-away@example.org', 'hard', '5.1.1', {now})"),
    ] {
        app.execute(&format!("INSERT INTO {row}")).await;
    }
    (app, event, owner)
}

async fn place_of(app: &TestApp, event: &Event, name: &str) -> domain::ids::PlaceId {
    let places = app.places(event).await;
    places.iter().find(|place| place.name.as_deref() == Some(name)).unwrap().id
}

async fn one_code(app: &TestApp, event: &Event, name: &str) -> String {
    let id = place_of(app, event, name).await;
    let place = app.places(event).await.into_iter().find(|place| place.id == id).unwrap();
    let found = domain::bookings::queries::find_seat(&app.services.db.read, place.participant_id)
        .await
        .unwrap();
    found.unwrap().participant.code
}

async fn certificates(app: &TestApp) -> Vec<certificate::Model> {
    certificate::Entity::find()
        .order_by_asc(certificate::Column::Id)
        .all(&app.services.db.read)
        .await
        .unwrap()
}

/// The tables in which the mark is left, and the rows it is in.
async fn marked(app: &TestApp) -> BTreeMap<String, Vec<String>> {
    let mut all = app.everything().await;
    all.values_mut()
        .for_each(|rows| rows.retain(|row| row.to_lowercase().contains(MARK)));
    all.retain(|_, rows| !rows.is_empty());
    all
}

async fn press(owner: &Browser, event: &Event, typed: &str) -> tests::Answer {
    let form = owner.get(&event.desk("/erase")).await.page().form("/do/organise/erase");
    owner.submit(form.set("form[slug]", typed)).await
}

#[tokio::test]
async fn nothing_of_anybody_is_left_and_every_certificate_can_still_be_checked() {
    let (app, event, owner) = past().await;
    let tables: BTreeSet<String> = marked(&app).await.into_keys().collect();
    for table in [
        "attendance_record",
        "booking",
        "certificate",
        "certificate_hold",
        "correction",
        "message",
        "person",
        "place",
        "place_past",
        "inbox_item",
        "calendar_reply",
        "address_trouble",
        "suspended_address",
    ] {
        assert!(tables.contains(table), "{table} had nothing to erase: {tables:?}");
    }
    let issued = certificates(&app).await;
    assert_eq!(issued.len(), 3);
    let stranger = app.browser();
    let pdf = stranger.get(&format!("/certificates/{}.pdf", issued[0].public_id)).await.bytes;

    let wrong = press(&owner, &event, "another-day").await;
    assert_eq!(wrong.problems(), ["Type past-day to confirm"]);
    let said = words(&press(&owner, &event, "past-day").await);
    assert!(said.contains("Erased. The personal data of this event are gone."), "{said}");
    assert!(
        said.contains("Its personal data were erased on 12 March 2026") || said.contains("Thursday 12 March 2026"),
        "{said}"
    );

    let left = marked(&app).await;
    let tables: Vec<&str> = left.keys().map(String::as_str).collect();
    assert_eq!(tables, ["certificate", "person"], "{left:?}");
    // Only those who hold a certificate, by the place as it was when it was issued, are still known here.
    let known = left["person"].join("\n");
    for who in ["quokka-one@", "quokka-two@", "quokka-three@"] {
        assert!(known.contains(who), "{known}");
    }
    assert!(!known.contains("quokka-away@") && !known.contains("quokka-second@"), "{known}");
    app.prove_roll().await;
    assert_eq!(issue::first_break(&app.services.db.read, event.id).await.unwrap(), None);
    assert_eq!(
        attendance::queries::first_break(&app.services.db.read, event.id).await.unwrap(),
        None
    );

    // Online, and with the file alone.
    for row in &issued {
        let page = words(&stranger.get(&format!("/certificates/{}", row.public_id)).await);
        assert!(page.contains("This certificate is valid"), "{page}");
    }
    assert_eq!(stranger.get(&format!("/certificates/{}.pdf", issued[0].public_id)).await.bytes, pdf);
    let verdict = check(&app, &pdf).await;
    assert_eq!((verdict.result, verdict.revocation_checked), (Outcome::Valid, true), "{verdict:?}");
    // An organiser can still revoke one that was wrong.
    let one = &issued[2].public_id;
    issue::revoke(&app.services, &Actor::System, one, "Issued by mistake")
        .await
        .unwrap();
    assert!(words(&stranger.get(&format!("/certificates/{one}")).await).contains("This certificate was revoked on"));

    // The desk is there to look at, without names; nothing about it changes any more.
    for page in ["", "/bookings", "/attendance", "/certificates", "/feedback", "/tickets", "/agenda"] {
        let answer = owner.get(&event.desk(page)).await;
        assert_eq!(answer.status, 200, "{page}");
        assert!(
            !words(&answer).to_lowercase().contains(MARK) || page == "/certificates",
            "{page}: {}",
            words(&answer)
        );
    }
    let again = erase::erase(
        &app.services,
        &app.actor(&owner).await,
        "past-day",
        &EraseForm { slug: "past-day".into() },
    )
    .await;
    assert_eq!(
        again.unwrap_err().to_string(),
        "The personal data of this event were erased on 12 March 2026, so nothing about it changes any more."
    );
}

async fn check(app: &TestApp, file: &[u8]) -> verify::Verdict {
    let stranger = app.browser();
    let keys = DidDocument::parse(&stranger.get("/.well-known/did.json").await.bytes).unwrap();
    let status = stranger.get("/certificates/status/1").await.bytes;
    verify::verify(file, &[keys], Some(&status))
}

#[tokio::test]
async fn its_holder_keeps_it_has_it_hidden_or_has_it_gone() {
    let (app, event, owner) = past().await;
    // By name: one, three, two.
    let issued = certificates(&app).await;
    let id = issued[0].public_id.clone();
    let holder = app.sign_in("quokka-one@example.org").await;
    let stranger = app.browser();
    let pdf = stranger.get(&format!("/certificates/{id}.pdf")).await.bytes;
    let own = format!("/my/cpd/entries/{id}");
    let set = async |shown: &str| {
        let form = holder.get(&own).await.page().form("/do/portfolio/show-certificate");
        assert_eq!(form.value("shown"), Some(shown));
        holder.submit(form).await
    };
    // Before: not shown, and shown again. Nobody else may say so.
    set("no").await;
    let hidden = stranger.get(&format!("/certificates/{id}")).await;
    assert_eq!(hidden.status, 404);
    assert!(
        words(&hidden).contains("Its holder does not have it shown here."),
        "{}",
        words(&hidden)
    );
    assert!(!words(&hidden).to_lowercase().contains(MARK));
    for ending in ["pdf", "jwt", "json"] {
        let answer = stranger.get(&format!("/certificates/{id}.{ending}")).await;
        assert!(answer.status != 200 && !answer.text.to_lowercase().contains(MARK), "{ending}");
    }
    assert_eq!(check(&app, &pdf).await.result, Outcome::Valid);
    set("yes").await;
    assert_eq!(stranger.get(&format!("/certificates/{id}")).await.status, 200);
    let other = app.sign_in("quokka-three@example.org").await;
    let form = holder.get(&own).await.page().form("/do/portfolio/show-certificate");
    assert_eq!(other.send(form.clone()).await.status, 404);

    // Hidden when the event is erased, it is not kept.
    let three = app.sign_in("quokka-three@example.org").await;
    let hide = three
        .get(&format!("/my/cpd/entries/{}", issued[1].public_id))
        .await
        .page()
        .form("/do/portfolio/show-certificate");
    three.submit(hide).await;
    press(&owner, &event, "past-day").await;
    let rows = certificates(&app).await;
    assert_eq!((rows[1].snapshot.as_str(), rows[1].jwt.as_str()), ("", ""));
    assert_eq!(issue::first_break(&app.services.db.read, event.id).await.unwrap(), None);

    // Its holder still has the other in their portfolio, until they have it gone.
    let page = words(&holder.get("/my/cpd").await);
    assert!(page.contains("Study day") && page.contains("1.5 hours"), "{page}");
    assert!(words(&holder.get(&own).await).contains("The organiser has erased the personal data of this event"));
    let said = words(&set("no").await);
    assert!(
        said.contains("This site keeps nothing of the certificate but its number."),
        "{said}"
    );
    assert_eq!(check(&app, &pdf).await.result, Outcome::Valid);
    assert_eq!(stranger.get(&format!("/certificates/{id}")).await.status, 404);
    assert_eq!(issue::first_break(&app.services.db.read, event.id).await.unwrap(), None);
    assert!(!words(&holder.get("/my/cpd").await).contains("Study day"));
    // And a certificate that is emptied without its holder saying so is noticed.
    let other = &rows[2];
    app.execute(&format!("UPDATE certificate SET jwt = '', snapshot = '' WHERE id = {}", other.id))
        .await;
    assert!(issue::first_break(&app.services.db.read, event.id).await.unwrap().is_some());
}

#[tokio::test]
async fn only_owners_erase_and_only_what_is_over() {
    let (app, event, _) = past().await;
    let organiser = app.person_with_role(Role::Organiser).await;
    assert_eq!(organiser.get(&event.desk("/erase")).await.status, 403);
    let coming = app.event().slug("to-come").open().create().await;
    let owner = app.sign_in("owner@example.org").await;
    let page = owner.get(&coming.desk("/erase")).await;
    assert!(words(&page).contains("The event is not over yet"), "{}", words(&page));
    let typed = EraseForm { slug: "to-come".into() };
    let early = erase::erase(&app.services, &Actor::System, "to-come", &typed).await.unwrap_err();
    assert_eq!(
        early.to_string(),
        "The event is not over yet, so its personal data are still needed."
    );
}

/// The columns that refer to a table, as `table.column`.
async fn referring(app: &TestApp, to: &str) -> BTreeSet<String> {
    let db = &app.services.db.read;
    let sql = if app.services.db.is_postgres() {
        format!(
            "SELECT c.relname || '.' || a.attname AS words FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid \
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) \
             WHERE k.contype = 'f' AND k.confrelid = '{to}'::regclass"
        )
    } else {
        format!(
            "SELECT m.name || '.' || f.\"from\" AS words FROM sqlite_master m, pragma_foreign_key_list(m.name) f \
             WHERE m.type = 'table' AND f.\"table\" = '{to}'"
        )
    };
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap();
    rows.iter().map(|row| row.try_get("", "words").unwrap()).collect()
}

/// A new table that names people has to say what becomes of them.
#[tokio::test]
async fn every_column_that_names_a_person_keeps_them_or_goes_with_them() {
    let app = TestApp::start().await;
    let found = referring(&app, "person").await;
    let known: BTreeSet<String> = erase::ties()
        .chain(erase::LOOSE)
        .map(|(table, column)| format!("{table}.{column}"))
        .collect();
    assert!(found.len() > 15, "{found:?}");
    assert_eq!(found.difference(&known).collect::<Vec<_>>(), [""; 0], "neither a tie nor loose");
}

/// A new table that hangs on an event, or on whoever comes to one, has to say what becomes of it.
#[tokio::test]
async fn every_table_that_hangs_on_an_event_is_erased_or_kept_with_a_reason() {
    let app = TestApp::start().await;
    let known: BTreeSet<&str> = erase::tables().collect();
    let mut found = BTreeSet::new();
    for to in [
        "event",
        "participant",
        "place",
        "booking",
        "invite",
        "message",
        "online_report",
        "certificate",
        "session",
        "speaker",
    ] {
        let columns = referring(&app, to).await;
        assert!(!columns.is_empty() || to == "invite", "nothing refers to {to}");
        found.extend(columns.into_iter().map(|column| column.split('.').next().unwrap().to_owned()));
    }
    assert!(found.len() > 30, "{found:?}");
    let forgotten: Vec<&String> = found.iter().filter(|table| !known.contains(table.as_str())).collect();
    assert!(forgotten.is_empty(), "nobody says what becomes of {forgotten:?}");
}
