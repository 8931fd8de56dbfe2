//! Certificates on a real database: the event of domain.md 1.6, imported as CONTRACT has it.

use super::{
    Filter, IssueCertificates, Issued, Plan, first_break, is_open, issue, issue_now, issue_quietly, newest_job, one, plan, reissue, revoke,
};
use crate::{
    Error, Refusal, Services,
    access::{Actor, SignedIn},
    bookings::entity::place,
    certificates::{
        self, CertificateState,
        entity::certificate,
        queries::{self, Standing},
        verify::{self, Outcome},
    },
    events::{
        entity::event,
        exchange::{Options, import},
    },
    ids::{OrganisationId, PersonId},
    messages::entity::message,
    organisations::Role,
    platform::{
        clock::Clock,
        db::{Db, Sync},
        jobs::{self, Job, State},
        limits::Limits,
        mail::Mailer,
        random::Random,
        signing::{Keys, Site},
    },
    portfolio::{self, own},
    work,
};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
};
use serde_json::{Value, json};
use std::{path::PathBuf, sync::Arc};

const SLUG: &str = "self-harm-2026";

/// A database of its own, on the evening of the event; gone when the test is.
struct World {
    services: Arc<Services>,
    folder: PathBuf,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl World {
    /// CONTRACT's event, with what `change` makes of it.
    async fn with(change: impl FnOnce(&mut Value)) -> Self {
        let folder = std::env::temp_dir().join(format!("plenary-certificates-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        let db = Db::open(&format!("sqlite:{}", folder.join("plenary.db").display()), Sync::Normal)
            .await
            .unwrap();
        db.migrate().await.unwrap();
        let (clock, random) = (Clock::set_to(at("2026-03-12T18:30:00Z")), Random::seeded(11));
        let services = Services {
            keys: Keys::open(&folder.join("keys"), clock.now(), random.bytes()).unwrap(),
            db,
            clock,
            random,
            site: Site::parse("http://127.0.0.1:3000").unwrap(),
            mailer: Mailer::Folder(folder.join("mail")),
            files: crate::platform::files::Files::folder(&folder.join("files")).unwrap(),
            mail_from: "events@example.org".to_owned(),
            inbox: crate::messages::inbox::Inbox::default(),
            leave_url: String::new(),
            limits: Limits::default(),
            data_dir: folder.clone(),
            online_rows_days: 90,
            smtp_connections: 1,
            wake: Arc::default(),
        };
        let mut file: Value = serde_json::from_str(include_str!("../../events/exchange/examples/event.json")).unwrap();
        change(&mut file);
        import(&services, &Actor::System, file.to_string().as_bytes(), Options::default())
            .await
            .unwrap();
        Self {
            services: Arc::new(services),
            folder,
        }
    }

    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same with `count` people who were all there until the end of the workshop.
    async fn of(count: usize) -> Self {
        Self::with(|file| {
            let scan = |code: &str, action: &str, time: &str| json!({ "place": code, "session": null, "action": action, "at": format!("2026-03-12T{time}"), "how": "steward" });
            file["event"]["capacity"] = Value::Null;
            let codes: Vec<String> = (1..=count).map(|i| format!("p{i}")).collect();
            file["places"] = codes.iter().map(|code| json!({ "code": code, "ticket": "nhs", "name": format!("Person {code}"), "email": format!("{code}@example.org") })).collect();
            file["attendance"] = codes.iter().flat_map(|code| [scan(code, "arrive", "09:10"), scan(code, "leave", "14:50")]).collect();
        })
        .await
    }

    async fn event(&self) -> event::Model {
        event::Entity::find().one(&self.services.db.read).await.unwrap().unwrap()
    }

    async fn certificates(&self) -> Vec<certificate::Model> {
        certificate::Entity::find()
            .order_by_asc(certificate::Column::Id)
            .all(&self.services.db.read)
            .await
            .unwrap()
    }

    async fn mails(&self) -> Vec<message::Model> {
        message::Entity::find()
            .filter(message::Column::Kind.eq("certificate"))
            .order_by_asc(message::Column::Id)
            .all(&self.services.db.read)
            .await
            .unwrap()
    }

    async fn issue(&self) -> Vec<Issued> {
        issue_now(&self.services, &Actor::System, SLUG).await.unwrap()
    }

    async fn plan(&self) -> Plan {
        plan(&self.services, &Actor::System, SLUG, &Filter::default()).await.unwrap()
    }

    /// What checking the PDF says, with the keys and the list as they are published.
    async fn check(&self, id: &str) -> Outcome {
        let (pdf, _) = queries::pdf(&self.services, id).await.unwrap();
        let keys = [queries::did_document(&self.services).unwrap()];
        let list = queries::status_list(&self.services, 1).await.unwrap();
        let verdict = verify::verify(&pdf, &keys, Some(list.as_bytes()));
        assert_eq!(verdict, queries::verify_upload(&self.services, pdf).await.unwrap());
        verdict.result
    }

    async fn rename(&self, name: &str) {
        let row = place::Entity::find().one(&self.services.db.read).await.unwrap().unwrap();
        let mut row = row.into_active_model();
        row.name = Set(Some(name.to_owned()));
        row.update(self.services.db.writer()).await.unwrap();
    }
}

#[tokio::test]
async fn the_worked_example_is_issued_once_and_verifies() {
    let world = World::new().await;
    let issued = world.issue().await;
    let [one] = issued.as_slice() else { panic!("{issued:?}") };
    assert_eq!((one.place.as_str(), one.minutes, one.shown_minutes), ("p1", 255, 255));
    assert_eq!(world.issue().await, []);
    assert_eq!(world.certificates().await.len(), 1);
    assert_eq!(world.check(&one.certificate).await, Outcome::Valid);

    let jwt = queries::jwt(&world.services, &one.certificate).await.unwrap();
    let json = queries::json(&world.services, &one.certificate).await.unwrap();
    for file in [jwt.into_bytes(), json.to_string().into_bytes()] {
        let verdict = queries::verify_upload(&world.services, file).await.unwrap();
        assert_eq!((verdict.result, verdict.revocation_checked), (Outcome::Valid, true));
        assert_eq!(verdict.certificate.unwrap().name, "Jane Smith");
    }
    assert_eq!(first_break(&world.services.db.read, world.event().await.id).await.unwrap(), None);

    let mails = world.mails().await;
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(
        (mail.to_address.as_str(), mail.subject.as_str()),
        ("jane@example.org", "Your certificate: Study day, 12 March")
    );
    assert!(
        mail.content
            .contains(&format!("http://127.0.0.1:3000/certificates/{}", one.certificate))
    );
    assert!(mail.content.contains("4.25 hours"));
}

#[tokio::test]
async fn the_page_shows_what_was_signed() {
    let world = World::new().await;
    let id = world.issue().await[0].certificate.clone();
    let page = queries::load_public(&world.services, &id).await.unwrap();
    assert_eq!(page.standing, Standing::Valid);
    assert_eq!(
        (page.face.hours.as_str(), page.face.participatory.as_str(), page.face.total.as_str()),
        ("4.25 hours", "1.25 hours", "255 of 300")
    );
    assert_eq!(page.face.signed_with, "did:web:127.0.0.1%3A3000, key k2026-1");
    let shown = page.shown.unwrap();
    assert_eq!(
        (shown.offered_minutes, shown.minutes, shown.participatory_minutes),
        (Some(300), Some(255), Some(75))
    );
    assert!(matches!(
        queries::load_public(&world.services, "0123456789abcdefghjkmnpqrs").await,
        Err(Error::NotFound)
    ));
    assert!(matches!(
        queries::load_public(&world.services, "' OR 1=1 --").await,
        Err(Error::NotFound)
    ));
    assert!(matches!(queries::status_list(&world.services, 2).await, Err(Error::NotFound)));
    for typed in [
        id.clone(),
        format!(" http://127.0.0.1:3000/certificates/{id}.pdf "),
        format!("127.0.0.1:3000/certificates/{id}?x=1"),
        format!("/certificates/{id}"),
    ] {
        assert_eq!(queries::read_address(&world.services, &typed), Some(id.clone()), "{typed}");
    }
    assert_eq!(
        queries::read_address(&world.services, &format!("https://elsewhere.example/certificates/{id}")),
        None
    );
}

#[tokio::test]
async fn a_stored_certificate_that_was_meddled_with_does_not_pass() {
    let world = World::new().await;
    let id = world.issue().await[0].certificate.clone();
    let mut row = world.certificates().await.remove(0).into_active_model();
    let changed = row.snapshot.take().unwrap().replace("Jane Smith", "Joan Smith");
    row.snapshot = Set(changed);
    row.update(world.services.db.writer()).await.unwrap();
    let page = queries::load_public(&world.services, &id).await.unwrap();
    assert!(matches!(page.standing, Standing::Unproven(_)), "{:?}", page.standing);
    assert_eq!(page.shown, None);
}

#[tokio::test]
async fn later_edits_change_nothing_and_are_pointed_out() {
    let world = World::new().await;
    let id = world.issue().await[0].certificate.clone();
    let before = queries::pdf(&world.services, &id).await.unwrap();
    let mut event = world.event().await.into_active_model();
    event.title = Set("Another title".to_owned());
    event.update(world.services.db.writer()).await.unwrap();
    world.services.clock.pass(TimeDelta::days(400));
    assert_eq!(queries::pdf(&world.services, &id).await.unwrap(), before);
    assert_eq!(world.plan().await.people[0].given[0].differs, ["the title"]);
}

#[tokio::test]
async fn a_press_is_one_job_and_a_killed_one_is_taken_up() {
    let world = World::of(12).await;
    let event = world.event().await;
    // As a killed round leaves it: some have theirs, and the job is still there.
    let ground = one::Ground::load(&world.services.db.read, event.id).await.unwrap();
    let ready = world.plan().await;
    for person in ready.people.iter().take(5) {
        one::issue(
            &world.services,
            &ground,
            person.who.participant_id,
            &person.working,
            None,
            one::Tell::Them,
        )
        .await
        .unwrap()
        .unwrap();
    }
    issue(&world.services, &Actor::System, SLUG).await.unwrap();
    world.services.clock.pass(TimeDelta::seconds(1));
    issue(&world.services, &Actor::System, SLUG).await.unwrap();
    assert!(world.plan().await.is_running());
    let (ran, _) = work::until_idle(&world.services).await.unwrap();
    assert_eq!(ran, 1);
    let job = newest_job(&world.services.db.read, event.id).await.unwrap().unwrap();
    assert_eq!((job.state, job.done_count, job.total_count), (State::Done, 7, Some(7)));
    assert!(!is_open(&job));
    assert_eq!((world.certificates().await.len(), world.mails().await.len()), (12, 12));
    assert_eq!(world.plan().await.figures.ready, 0);
    assert_eq!(first_break(&world.services.db.read, event.id).await.unwrap(), None);
    assert_eq!(jobs::count_open(&world.services.db).await.unwrap(), 0);
}

#[tokio::test]
async fn a_record_taken_out_shows_the_last_one_too() {
    let world = World::of(2).await;
    let issued = world.issue().await;
    revoke(
        &world.services,
        &Actor::System,
        &issued[0].certificate,
        "Issued to the wrong person",
    )
    .await
    .unwrap();
    let (db, event) = (&world.services.db, world.event().await.id);
    assert_eq!(first_break(&db.read, event).await.unwrap(), None);

    let last = "DELETE FROM certificate_record WHERE seq = 3";
    assert_eq!(db.writer().execute_unprepared(last).await.unwrap().rows_affected(), 1);
    assert_eq!(
        first_break(&db.read, event).await.unwrap(),
        Some(3),
        "that one was revoked is not to be hidden"
    );
    db.writer()
        .execute_unprepared("DELETE FROM certificate_record WHERE seq = 1")
        .await
        .unwrap();
    assert_eq!(first_break(&db.read, event).await.unwrap(), Some(1));
}

#[tokio::test]
async fn two_rounds_at_once_issue_none_twice() {
    let world = World::of(20).await;
    let (one, other) = tokio::join!(
        issue_now(&world.services, &Actor::System, SLUG),
        issue_quietly(&world.services, &Actor::System, SLUG)
    );
    assert_eq!(one.unwrap().len() + other.unwrap().len(), 20);
    let rows = world.certificates().await;
    let places: std::collections::HashSet<_> = rows.iter().map(|row| (row.status_list, row.status_index)).collect();
    assert_eq!((rows.len(), places.len()), (20, 20));
}

#[tokio::test]
async fn the_database_itself_refuses_a_second_live_one() {
    let world = World::new().await;
    world.issue().await;
    let mut row = world.certificates().await.remove(0).into_active_model().reset_all();
    row.id = sea_orm::ActiveValue::NotSet;
    row.public_id = Set("another".to_owned());
    row.status_index = Set(-1);
    let refused = Error::from(row.insert(world.services.db.writer()).await.unwrap_err());
    assert!(one::is_clash(&refused), "{refused:?}");
}

#[tokio::test]
async fn a_revoked_one_says_so_and_a_new_one_replaces_it() {
    let world = World::new().await;
    let old = world.issue().await[0].certificate.clone();
    world.services.clock.pass(TimeDelta::hours(1));
    revoke(&world.services, &Actor::System, &old, "Issued by mistake").await.unwrap();
    assert_eq!(world.check(&old).await, Outcome::Revoked);
    let page = queries::load_public(&world.services, &old).await.unwrap();
    assert_eq!(
        page.standing,
        Standing::Revoked {
            at: at("2026-03-12T19:30:00Z"),
            reason: "Issued by mistake".into()
        }
    );
    let again = revoke(&world.services, &Actor::System, &old, "Twice").await.unwrap_err();
    assert!(matches!(
        again,
        Error::Refused(Refusal::Certificate(certificates::Refusal::AlreadyRevoked))
    ));
    assert_eq!(
        world.plan().await.people[0].earlier().map(|row| row.public_id.clone()),
        Some(old.clone())
    );

    assert!(
        world.issue().await.is_empty(),
        "revoked for a reason, it is not given again with the next"
    );
    let new = reissue(&world.services, &Actor::System, &old, "She was there after all")
        .await
        .unwrap();
    let new = new.certificate;
    assert!(world.plan().await.people[0].hold.is_none());
    assert_eq!(
        (world.check(&old).await, world.check(&new).await),
        (Outcome::Revoked, Outcome::Valid)
    );
    let (before, after) = (
        queries::load_public(&world.services, &old).await.unwrap(),
        queries::load_public(&world.services, &new).await.unwrap(),
    );
    assert_eq!(before.later[0].public_id, new);
    assert_eq!(
        (after.earlier[0].public_id.clone(), after.snapshot.replaces),
        (old.clone(), Some(old))
    );
    assert_eq!(first_break(&world.services.db.read, world.event().await.id).await.unwrap(), None);
}

#[tokio::test]
async fn issued_anew_it_carries_the_name_as_it_is_now() {
    let world = World::new().await;
    let old = world.issue().await[0].certificate.clone();
    world.rename("Jane Smith-Jones").await;
    assert_eq!(world.plan().await.people[0].given[0].differs, ["the name"]);
    let new = reissue(&world.services, &Actor::System, &old, "Name corrected").await.unwrap();
    let states: Vec<_> = world.certificates().await.iter().map(|row| row.state).collect();
    assert_eq!(states, [CertificateState::Superseded, CertificateState::Valid]);
    assert_eq!(
        (world.check(&old).await, world.check(&new.certificate).await),
        (Outcome::Revoked, Outcome::Valid)
    );
    assert_eq!(
        queries::load_public(&world.services, &new.certificate).await.unwrap().face.name,
        "Jane Smith-Jones"
    );
    assert_eq!(world.mails().await.len(), 2);
    let again = reissue(&world.services, &Actor::System, &old, "Again").await.unwrap_err();
    assert!(matches!(
        again,
        Error::Refused(Refusal::Certificate(certificates::Refusal::AlreadyRevoked))
    ));
}

#[tokio::test]
async fn whoever_gets_none_is_told_why() {
    let world = World::with(|file| {
        let scan = |code: &str, action: &str, time: &str| json!({ "place": code, "session": null, "action": action, "at": format!("2026-03-12T{time}"), "how": "steward" });
        file["places"] = json!([
            { "code": "p1", "ticket": "nhs", "name": "Jane Smith", "email": "jane@example.org" },
            { "code": "p2", "ticket": "nhs", "name": "Left Early", "email": "early@example.org" },
            { "code": "p3", "ticket": "nhs", "name": "Never Came", "email": "never@example.org" },
            { "code": "p4", "ticket": "nhs", "email": "unnamed@example.org" },
        ]);
        file["attendance"] = json!([
            scan("p1", "arrive", "09:10"), scan("p1", "leave", "14:50"),
            scan("p2", "arrive", "09:10"), scan("p2", "leave", "09:40"),
            scan("p4", "arrive", "09:10"), scan("p4", "leave", "14:50"),
        ]);
    })
    .await;
    let reasons = |plan: &Plan| -> Vec<(String, Option<String>)> {
        let mut reasons: Vec<_> = plan
            .people
            .iter()
            .map(|person| (person.who.import_code.clone().unwrap(), person.why_not.map(|why| why.words())))
            .collect();
        reasons.sort();
        reasons
    };
    let words = |words: &str| Some(words.to_owned());
    assert_eq!(
        reasons(&world.plan().await),
        [
            ("p1".into(), None),
            ("p2".into(), words("No CPD minutes to certify.")),
            ("p3".into(), words("No CPD minutes to certify.")),
            ("p4".into(), words("No name yet. Name the place first.")),
        ]
    );
    assert_eq!(world.issue().await.len(), 1);
    assert_eq!(reasons(&world.plan().await)[0].1, words("Has a certificate already."));
}

#[tokio::test]
async fn nothing_is_issued_before_the_end() {
    let world = World::new().await;
    world.services.clock.move_to(at("2026-03-12T15:59:59Z"));
    for refused in [
        issue(&world.services, &Actor::System, SLUG).await.unwrap_err(),
        issue_now(&world.services, &Actor::System, SLUG).await.unwrap_err(),
    ] {
        assert!(matches!(
            refused,
            Error::Refused(Refusal::Certificate(certificates::Refusal::NotEnded))
        ));
    }
    assert!(world.certificates().await.is_empty());
    assert_eq!(world.plan().await.people[0].why_not.unwrap().words(), "The event has not ended.");
}

#[tokio::test]
async fn only_organisers_issue_and_revoke() {
    let world = World::new().await;
    let id = world.issue().await[0].certificate.clone();
    let organisation = world.event().await.organisation_id;
    let person = |roles: Vec<(OrganisationId, Role)>| {
        Actor::Person(SignedIn {
            id: PersonId(99),
            address: "x@example.org".into(),
            name: None,
            roles,
            stewards: Vec::new(),
        })
    };
    let stranger = person(vec![(OrganisationId(77), Role::Owner)]);
    let viewer = person(vec![(organisation, Role::Viewer)]);
    for (actor, expected) in [
        (Actor::Nobody, "sign in first"),
        (stranger, "not found"),
        (viewer.clone(), "not allowed"),
    ] {
        let said = [
            issue(&world.services, &actor, SLUG).await.unwrap_err().to_string(),
            revoke(&world.services, &actor, &id, "Because").await.unwrap_err().to_string(),
            reissue(&world.services, &actor, &id, "Because").await.unwrap_err().to_string(),
        ];
        assert_eq!(said, [expected; 3]);
    }
    assert!(plan(&world.services, &viewer, SLUG, &Filter::default()).await.is_ok());
    assert_eq!(world.check(&id).await, Outcome::Valid);
}

#[tokio::test]
async fn the_portfolio_counts_what_is_ones_own() {
    let world = World::new().await;
    let row = place::Entity::find().one(&world.services.db.read).await.unwrap().unwrap();
    let jane = Actor::Person(SignedIn {
        id: row.person_id.unwrap(),
        address: "jane@example.org".into(),
        name: None,
        roles: vec![],
        stewards: Vec::new(),
    });
    let reader = own::Owner::of(&jane).unwrap().reader();
    let before = own::list(&world.services, &reader).await.unwrap();
    assert_eq!((before.items.len(), before.waiting.len()), (0, 1));
    let id = world.issue().await[0].certificate.clone();
    let cpd = own::list(&world.services, &reader).await.unwrap();
    let totals = portfolio::Totals::of(&cpd.items);
    assert_eq!((totals.minutes, totals.participatory, cpd.waiting.len()), (255, 75, 0));
    assert_eq!((cpd.items[0].first.year(), cpd.items[0].of.as_str()), (2026, id.as_str()));
    let bookings = portfolio::bookings(&world.services, &jane).await.unwrap();
    assert_eq!((bookings.coming.len(), bookings.past.len(), bookings.cpd_minutes), (0, 1, 255));
    assert_eq!(bookings.past[0].places[0].certificate.as_ref().unwrap().id, id);
    revoke(&world.services, &Actor::System, &id, "Because").await.unwrap();
    assert_eq!(own::list(&world.services, &reader).await.unwrap().items, []);
    assert!(matches!(
        portfolio::bookings(&world.services, &Actor::Nobody).await,
        Err(Error::SignInNeeded)
    ));
    let other = Actor::Person(SignedIn {
        id: PersonId(9_999),
        address: "x@example.org".into(),
        name: None,
        roles: vec![],
        stewards: Vec::new(),
    });
    assert_eq!(
        portfolio::bookings(&world.services, &other).await.unwrap(),
        portfolio::Bookings::default()
    );
}

#[test]
fn each_press_is_a_job_of_its_own() {
    let job = |millis| IssueCertificates {
        event: crate::ids::EventId(3),
        at: DateTime::from_timestamp_millis(millis).unwrap(),
        by: None,
    };
    assert_eq!(job(5).dedupe_key().unwrap(), "3:5");
    assert_eq!(
        serde_json::from_str::<IssueCertificates>(r#"{"event":3,"at":"2026-03-12T18:30:00Z"}"#)
            .unwrap()
            .by,
        None
    );
}

/// Not a test of speed, but of the shape: a fixed number of queries a certificate, whatever their number.
#[tokio::test]
async fn many_are_issued_and_listed() {
    let world = World::of(120).await;
    assert_eq!(world.issue().await.len(), 120);
    let count = certificate::Entity::find()
        .filter(certificate::Column::State.eq(CertificateState::Valid))
        .count(&world.services.db.read)
        .await
        .unwrap();
    assert_eq!((count, world.plan().await.figures.live), (120, 120));
}
