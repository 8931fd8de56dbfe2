//! Certificates from the organiser's button to the stranger who checks one: issued once each whatever happens, signed so
//! that one changed byte shows, revoked and replaced with their history, good for ever under whichever key.

use crate::ground::{app_at, changed, contract, import, mails_of, words};
use chrono::TimeDelta;
use domain::{
    Services,
    access::Actor,
    attendance,
    attendance::{Action, entity::attendance_record},
    bookings::{
        naming::{Naming, name_place},
        order::Who,
        service::{Holder, cancel_place},
    },
    certificates::{
        CertificateState,
        entity::certificate,
        issue,
        verify::{self, Outcome, Verdict},
    },
    events::{
        edit::{self, form_of},
        exchange::{ImportError, Options},
    },
    organisations::Role,
    platform::{
        entity::job,
        jobs::{self, State},
        mail::Mailer,
        random::Random,
        signing::{DidDocument, KeyRing, Keys, Site},
    },
};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::Arc};
use tests::{Answer, Browser, TestApp};

pub const SLUG: &str = "self-harm-2026";
const DESK: &str = "/organise/events/self-harm-2026/certificates";
/// Just after the event.
pub const EVENING: &str = "2026-03-12T18:30:00Z";

fn scan(code: &str, action: &str, time: &str) -> Value {
    json!({ "place": code, "session": null, "action": action, "at": format!("2026-03-12T{time}"), "how": "steward" })
}

/// The contract's event with so many people, who were all there until the end of the workshop.
pub fn of(count: usize) -> Value {
    changed(contract(), |file| {
        let codes: Vec<String> = (1..=count).map(|i| format!("p{i}")).collect();
        file["event"]["capacity"] = Value::Null;
        file["places"] = codes
            .iter()
            .map(|code| json!({ "code": code, "ticket": "nhs", "name": format!("Person {code}"), "email": format!("{code}@example.org") }))
            .collect();
        file["attendance"] = codes
            .iter()
            .flat_map(|code| [scan(code, "arrive", "09:10"), scan(code, "leave", "14:50")])
            .collect();
    })
}

pub async fn certificates(app: &TestApp) -> Vec<certificate::Model> {
    certificate::Entity::find()
        .order_by_asc(certificate::Column::Id)
        .all(&app.services.db.read)
        .await
        .unwrap()
}

/// The jobs that issue certificates: state, done, total.
async fn rounds(app: &TestApp) -> Vec<(State, i64, Option<i64>)> {
    let jobs = job::Entity::find()
        .order_by_asc(job::Column::Id)
        .all(&app.services.db.read)
        .await
        .unwrap();
    jobs.into_iter()
        .filter(|job| job.kind == "issue_certificates")
        .map(|job| (job.state, job.done_count, job.total_count))
        .collect()
}

/// Presses the organiser's one button.
async fn press(organiser: &Browser) -> Answer {
    let page = organiser.get(DESK).await;
    organiser.submit(page.page().form("/do/certificates/issue")).await
}

/// What anybody may download: the certificate's files by their ending, the keys and the status list.
struct Published {
    files: Vec<(&'static str, Vec<u8>)>,
    keys: Vec<DidDocument>,
    status: Vec<u8>,
}

impl Published {
    async fn of(app: &TestApp, id: &str) -> Self {
        let stranger = app.browser();
        let mut files = Vec::new();
        for (ending, kind) in [("pdf", "application/pdf"), ("jwt", "text/plain"), ("json", "application/json")] {
            let answer = stranger.get(&format!("/certificates/{id}.{ending}")).await;
            assert_eq!(answer.status, 200, "{ending}");
            assert!(answer.header("content-type").starts_with(kind), "{}", answer.header("content-type"));
            assert_eq!(
                answer.header("content-disposition"),
                format!("attachment; filename=\"certificate-{id}.{ending}\""),
                "the name tells nothing of the event"
            );
            files.push((ending, answer.bytes));
        }
        let did = stranger.get("/.well-known/did.json").await;
        let status = stranger.get("/certificates/status/1").await;
        assert_eq!((did.status, status.status), (200, 200));
        Self {
            files,
            keys: vec![DidDocument::parse(&did.bytes).unwrap()],
            status: status.bytes,
        }
    }

    fn file(&self, ending: &str) -> &[u8] {
        &self.files.iter().find(|(known, _)| *known == ending).unwrap().1
    }

    /// What checking all three files says, which must be the same.
    fn verdict(&self) -> Verdict {
        let mut verdicts: Vec<_> = self
            .files
            .iter()
            .map(|(_, bytes)| verify::verify(bytes, &self.keys, Some(&self.status)))
            .collect();
        let last = verdicts.pop().unwrap();
        assert!(verdicts.iter().all(|verdict| *verdict == last), "{verdicts:?} {last:?}");
        last
    }
}

#[tokio::test]
async fn the_organisers_button_gives_everybody_their_certificate_and_a_mail() {
    let app = app_at(EVENING).await;
    import(&app, &of(12)).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    let page = organiser.get(DESK).await;
    assert!(
        page.page().all("button").any(|button| button.text == "Issue 12 certificates"),
        "{}",
        words(&page)
    );

    let asked = press(&organiser).await;
    assert_eq!(asked.status, 200);
    assert_eq!(rounds(&app).await, [(State::Ready, 0, None)]);
    assert!(
        asked.page().all("progress").next().is_some() && !words(&asked).contains("Issue 12"),
        "{}",
        words(&asked)
    );
    // Pressed again meanwhile, in another window: still one job.
    organiser.send(page.page().form("/do/certificates/issue")).await;
    assert_eq!(rounds(&app).await.len(), 1);

    app.run_jobs().await;
    assert_eq!(rounds(&app).await, [(State::Done, 12, Some(12))]);
    let done = organiser.get(&asked.path).await;
    assert!(words(&done).contains("Issued."), "{}", words(&done));
    assert!(
        done.page().find_form("/do/certificates/issue").is_none(),
        "there is nobody left to press for"
    );

    let rows = certificates(&app).await;
    assert_eq!(rows.len(), 12);
    let mails = mails_of(&app, "certificate").await;
    let addressed: BTreeSet<_> = mails.iter().map(|mail| mail.to.clone()).collect();
    assert_eq!((mails.len(), addressed.len()), (12, 12));
    for mail in &mails {
        assert_eq!(
            mail.subject, "Your certificate: Study day, 12 March",
            "neutral, for the event is sensitive"
        );
        let row = rows
            .iter()
            .find(|row| mail.text.contains(&app.services.url(&format!("/certificates/{}", row.public_id))))
            .unwrap();
        assert!(
            row.snapshot.contains(&format!("\"Person {}\"", mail.to.split('@').next().unwrap())),
            "each has their own"
        );
        assert!(
            mail.text.contains(&format!("/certificates/{}.pdf", row.public_id)) && mail.text.contains("4.25 hours (255 minutes)"),
            "{}",
            mail.text
        );
        assert!(mail.html.contains(&row.public_id));
    }
    assert_eq!(
        issue::first_break(&app.services.db.read, app.find_event(SLUG).await.id)
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn the_worked_example_verifies_from_what_is_published() {
    let app = app_at(EVENING).await;
    import(&app, &contract()).await;
    press(&app.person_with_role(Role::Organiser).await).await;
    app.run_jobs().await;
    let id = certificates(&app).await[0].public_id.clone();

    let published = Published::of(&app, &id).await;
    let verdict = published.verdict();
    assert_eq!(
        (
            verdict.result,
            verdict.reason.as_deref(),
            verdict.revocation_checked,
            verdict.exit_code()
        ),
        (Outcome::Valid, None, true, 0)
    );
    let shown = verdict.certificate.unwrap();
    assert_eq!(
        (
            shown.name.as_str(),
            shown.event.as_str(),
            shown.organiser.as_str(),
            shown.issuer.as_str(),
            shown.address
        ),
        (
            "Jane Smith",
            "Self-harm: compassion and practice",
            "Example Training Ltd",
            "did:web:plenary.test",
            app.services.url(&format!("/certificates/{id}"))
        )
    );
    assert_eq!(
        (
            shown.offered_minutes,
            shown.minutes,
            shown.shown_minutes,
            shown.participatory_minutes,
            shown.hours
        ),
        (Some(300), Some(255), Some(255), Some(75), 4.25)
    );
    assert_eq!(
        shown.sessions.iter().map(|session| session.title.as_str()).collect::<Vec<_>>(),
        ["National picture", "Schools", "Pathways workshop"]
    );
    let readable: Value = serde_json::from_slice(published.file("json")).unwrap();
    assert_eq!(readable["jwt"].as_str().unwrap().as_bytes(), published.file("jwt"));
    assert!(published.file("pdf").len() <= 60 * 1024, "{} bytes", published.file("pdf").len());
    assert_eq!(
        app.browser().get(&format!("/certificates/{id}.pdf")).await.bytes,
        published.file("pdf"),
        "the same bytes each time"
    );

    // Without the list it is valid, and says that nobody asked about revocation.
    let offline = verify::verify(published.file("pdf"), &published.keys, None);
    assert_eq!((offline.result, offline.revocation_checked), (Outcome::Valid, false));
}

#[tokio::test]
async fn the_page_shows_every_field_that_was_signed() {
    let app = app_at(EVENING).await;
    import(&app, &contract()).await;
    press(&app.person_with_role(Role::Organiser).await).await;
    app.run_jobs().await;
    let id = certificates(&app).await[0].public_id.clone();

    let page = app.browser().get(&format!("/certificates/{id}")).await;
    assert_eq!((page.status, page.h1().as_str()), (200, "Certificate of attendance"));
    let status = page
        .page()
        .all("*")
        .find(|element| element.attr("role") == Some("status"))
        .unwrap()
        .text
        .clone();
    assert!(status.starts_with("This certificate is valid"), "{status}");
    let main = words(&page);
    for field in [
        "Jane Smith",
        "Self-harm: compassion and practice",
        "Example Hall",
        "Example Training Ltd",
        "4.25 hours",
        "1.25 hours",
        "300",
        "255",
        "National picture",
        "Schools",
        "Pathways workshop",
        "subject to peer group approval",
        id.as_str(),
        "did:web:plenary.test",
    ] {
        assert!(main.contains(field), "{field} is not on the page: {main}");
    }
    assert!(!main.contains("jane@example.org"), "an address is nobody else's business");
    assert!(!page.page().title().to_lowercase().contains("harm"), "{}", page.page().title());
    assert_eq!(app.browser().get("/certificates/0123456789abcdefghjkmnpqrs").await.status, 404);
}

#[tokio::test]
async fn whoever_gets_none_is_listed_with_the_reason() {
    let app = app_at(EVENING).await;
    let file = changed(contract(), |file| {
        let place = |code: &str, name: &str| json!({ "code": code, "ticket": "nhs", "name": name, "email": format!("{code}@example.org") });
        file["places"] = json!([place("p1", "Jane Smith"), place("p2", "Left Early"), place("p3", "Never Came"), { "code": "p4", "ticket": "nhs" }, place("p5", "Gave Up")]);
        file["attendance"] = ["p1", "p4", "p5"]
            .iter()
            .flat_map(|code| [scan(code, "arrive", "09:10"), scan(code, "leave", "14:50")])
            .chain([scan("p2", "arrive", "09:10"), scan("p2", "leave", "09:40")])
            .collect();
    });
    let event = import(&app, &file).await;
    let last = app.all_places(event.id).await[4].id;
    cancel_place(&app.services, Holder::Actor(&Actor::System), last).await.unwrap();
    app.run_jobs().await;
    let organiser = app.person_with_role(Role::Organiser).await;

    let rows = async || {
        let page = organiser.get(DESK).await.page();
        let table = page.all("table").next().unwrap();
        let body = page.inside(table, "tbody").next().unwrap().clone();
        page.inside(&body, "tr").map(|row| row.text.clone()).collect::<Vec<_>>()
    };
    let reason = |rows: &[String], name: &str| {
        rows.iter()
            .find(|row| row.starts_with(name))
            .unwrap_or_else(|| panic!("no {name} in {rows:?}"))
            .clone()
    };
    let before = rows().await;
    assert_eq!(before.len(), 5);
    assert!(reason(&before, "Jane Smith").contains("Qualifies"));
    for (name, why) in [
        ("Left Early", "No CPD minutes to certify."),
        ("Never Came", "No CPD minutes to certify."),
        ("To be named", "No name yet. Name the place first."),
        ("Gave Up", "Cancelled."),
    ] {
        assert!(reason(&before, name).contains(why), "{}", reason(&before, name));
    }
    // One waits, and the button is known by the name the contract gives it.
    let page = organiser.get(DESK).await;
    assert!(
        page.page()
            .all("button")
            .any(|button| button.text == "Issue 1 certificate" && button.attr("aria-label") == Some("Issue 1 certificates"))
    );
    press(&organiser).await;
    app.run_jobs().await;
    assert!(reason(&rows().await, "Jane Smith").contains("Issued 12 March 2026, 4.25 hours"));
    assert_eq!(certificates(&app).await.len(), 1);
}

#[tokio::test]
async fn issued_again_nobody_gets_a_second_and_newcomers_get_their_first() {
    let app = app_at(EVENING).await;
    let event = import(
        &app,
        &changed(of(3), |file| file["places"][2] = json!({ "code": "p3", "ticket": "nhs" })),
    )
    .await;
    let issued = issue::issue_now(&app.services, &Actor::System, SLUG).await.unwrap();
    assert_eq!(
        issued.iter().map(|one| (one.place.as_str(), one.minutes)).collect::<Vec<_>>(),
        [("p1", 255), ("p2", 255)]
    );
    assert_eq!(issue::issue_now(&app.services, &Actor::System, SLUG).await.unwrap(), []);
    app.run_jobs().await;
    let organiser = app.person_with_role(Role::Organiser).await;
    let third = app.all_places(event.id).await[2].id;
    let who = Who {
        name: Some("Person p3".to_owned()),
        email: Some("p3@example.org".to_owned()),
        ..Who::default()
    };
    name_place(&app.services, Holder::Actor(&Actor::System), third, who, Naming::Correct)
        .await
        .unwrap();
    press(&organiser).await;
    app.run_jobs().await;
    assert_eq!(certificates(&app).await.len(), 3);
    let addressed: Vec<_> = mails_of(&app, "certificate").await.into_iter().map(|mail| mail.to).collect();
    assert_eq!(addressed, ["p1@example.org", "p2@example.org", "p3@example.org"]);
}

#[tokio::test]
async fn a_round_killed_half_way_is_finished_by_the_next_worker_and_issues_none_twice() {
    const PEOPLE: usize = 30;
    let app = app_at(EVENING).await;
    import(&app, &of(PEOPLE)).await;
    press(&app.person_with_role(Role::Organiser).await).await;

    let lease = jobs::take(&app.services, "the worker that is killed").await.unwrap().unwrap();
    let enough = async {
        while certificates(&app).await.len() < 7 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        ended = jobs::carry_out(&app.services, &lease) => panic!("it was done before it could be killed: {ended:?}"),
        () = enough => {}
    }
    let before = certificates(&app).await;
    assert!((7..PEOPLE).contains(&before.len()), "{}", before.len());
    assert_eq!(
        rounds(&app).await[0].0,
        State::Leased,
        "nobody else may take it while it may be alive"
    );
    assert_eq!(jobs::take(&app.services, "another").await.unwrap().map(|lease| lease.job.id), None);

    app.pass(jobs::LEASE + TimeDelta::seconds(1));
    app.run_jobs().await;
    let after = certificates(&app).await;
    assert_eq!(
        (after.len(), &after[..before.len()]),
        (PEOPLE, before.as_slice()),
        "what was made before stands"
    );
    assert_eq!(after.iter().map(|row| row.participant_id).collect::<BTreeSet<_>>().len(), PEOPLE);
    let mails = mails_of(&app, "certificate").await;
    assert_eq!(
        (mails.len(), mails.iter().map(|mail| mail.to.clone()).collect::<BTreeSet<_>>().len()),
        (PEOPLE, PEOPLE)
    );
    let total = i64::try_from(PEOPLE).unwrap();
    assert_eq!(
        rounds(&app).await,
        [(State::Done, total, Some(total))],
        "the bar goes on from where it was"
    );
    assert_eq!(
        issue::first_break(&app.services.db.read, app.find_event(SLUG).await.id)
            .await
            .unwrap(),
        None
    );
}

#[tokio::test]
async fn a_revoked_certificate_says_so_everywhere() {
    let app = app_at(EVENING).await;
    import(&app, &of(2)).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    press(&organiser).await;
    app.run_jobs().await;
    let ids: Vec<_> = certificates(&app).await.into_iter().map(|row| row.public_id).collect();
    app.pass(TimeDelta::days(1));

    let form = organiser
        .get(&format!("{DESK}/{}?do=revoke", ids[0]))
        .await
        .page()
        .form("/do/certificates/revoke");
    let refused = organiser.submit(form.clone()).await;
    assert_eq!(refused.problems(), ["Enter a reason"]);
    let done = organiser.submit(form.set("form[reason]", "Issued to the wrong person")).await;
    assert!(words(&done).contains("Revoked."), "{}", words(&done));

    let published = Published::of(&app, &ids[0]).await;
    let verdict = published.verdict();
    assert_eq!(
        (verdict.result, verdict.exit_code(), verdict.certificate.map(|shown| shown.name)),
        (Outcome::Revoked, 4, Some("Person p1".to_owned()))
    );
    assert_eq!(
        Published::of(&app, &ids[1]).await.verdict().result,
        Outcome::Valid,
        "the other one stands"
    );
    let page = app.browser().get(&format!("/certificates/{}", ids[0])).await;
    let status = page
        .page()
        .all("*")
        .find(|element| element.attr("role") == Some("status"))
        .unwrap()
        .text
        .clone();
    assert!(status.starts_with("This certificate was revoked on 13 March 2026"), "{status}");
    assert!(status.contains("Issued to the wrong person"), "{status}");
    let twice = issue::revoke(&app.services, &Actor::System, &ids[0], "Again").await;
    assert_eq!(twice.unwrap_err().to_string(), "This certificate was already revoked.");
}

#[tokio::test]
async fn issued_anew_each_shows_the_other() {
    let app = app_at(EVENING).await;
    let event = import(&app, &contract()).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    press(&organiser).await;
    app.run_jobs().await;
    let old = certificates(&app).await[0].public_id.clone();
    let who = Who {
        name: Some("Jane Smith-Jones".to_owned()),
        email: Some("jane@example.org".to_owned()),
        ..Who::default()
    };
    let place = app.places(&event).await[0].id;
    name_place(&app.services, Holder::Actor(&Actor::System), place, who, Naming::Correct)
        .await
        .unwrap();
    app.run_jobs().await;
    assert!(
        words(&organiser.get(DESK).await).contains("Would read differently today: the name."),
        "the organiser is told"
    );
    app.pass(TimeDelta::days(2));

    let form = organiser
        .get(&format!("{DESK}/{old}?do=reissue"))
        .await
        .page()
        .form("/do/certificates/reissue");
    organiser.submit(form.set("form[reason]", "Name corrected")).await;
    app.run_jobs().await;

    let rows = certificates(&app).await;
    assert_eq!(
        rows.iter().map(|row| row.state).collect::<Vec<_>>(),
        [CertificateState::Superseded, CertificateState::Valid]
    );
    let new = rows[1].public_id.clone();
    let (before, after) = (Published::of(&app, &old).await.verdict(), Published::of(&app, &new).await.verdict());
    assert_eq!(
        (before.result, before.certificate.map(|shown| shown.name)),
        (Outcome::Revoked, Some("Jane Smith".to_owned()))
    );
    let shown = after.certificate.unwrap();
    assert_eq!(
        (after.result, shown.name.as_str(), shown.replaces),
        (
            Outcome::Valid,
            "Jane Smith-Jones",
            Some(app.services.url(&format!("/certificates/{old}")))
        )
    );
    let page = |id: &str| format!("/certificates/{id}");
    let (first, second) = (
        app.browser().get(&page(&old)).await.page(),
        app.browser().get(&page(&new)).await.page(),
    );
    let links = |page: &tests::Page, to: &str| page.all("a").any(|link| link.attr("href") == Some(to));
    assert!(links(&first, &page(&new)) && links(&second, &page(&old)));
    assert!(
        second.main().contains("Name corrected"),
        "the reason stands in the history: {}",
        second.main()
    );
    assert_eq!(mails_of(&app, "certificate").await.len(), 2);
}

#[tokio::test]
async fn later_changes_of_the_event_change_nothing_on_it() {
    let app = app_at(EVENING).await;
    let event = import(&app, &contract()).await;
    issue::issue_now(&app.services, &Actor::System, SLUG).await.unwrap();
    app.run_jobs().await;
    let id = certificates(&app).await[0].public_id.clone();
    let before = Published::of(&app, &id).await;

    let mut form = form_of(&app.find_event(SLUG).await.row);
    form.title = "Another title".to_owned();
    form.venue_name = "Other Hall".to_owned();
    edit::update(&app.services, &Actor::System, SLUG, &form).await.unwrap();
    let mut form = form_of(&app.find_event(SLUG).await.row);
    form.part = "cpd".to_owned();
    form.cpd_round_down_to = "60".to_owned();
    edit::update(&app.services, &Actor::System, SLUG, &form).await.unwrap();
    let changed = app.find_event(SLUG).await.row;
    assert_eq!(
        (changed.title.as_str(), changed.venue_name.as_deref(), changed.cpd_round_down_to),
        ("Another title", Some("Other Hall"), 60)
    );
    let leave = attendance_record::Entity::find()
        .all(&app.services.db.read)
        .await
        .unwrap()
        .into_iter()
        .find(|row| row.action == Action::Leave)
        .unwrap();
    attendance::correct::withdraw(&app.services, &Actor::System, SLUG, leave.id, "Scanned by mistake")
        .await
        .unwrap();
    app.execute("UPDATE organisation SET name = 'Another Name Ltd'").await;
    app.run_jobs().await;
    app.pass(TimeDelta::days(400));

    let after = Published::of(&app, &id).await;
    assert_eq!(after.files, before.files);
    let shown = after.verdict().certificate.unwrap();
    assert_eq!(
        (shown.event.as_str(), shown.minutes, shown.organiser.as_str()),
        ("Self-harm: compassion and practice", Some(255), "Example Training Ltd")
    );
    let filter = issue::Filter::default();
    let plan = issue::plan(&app.services, &Actor::System, SLUG, &filter).await.unwrap();
    assert!(
        plan.people[0].given[0].differs.len() >= 3,
        "the organiser sees what would differ: {:?}",
        plan.people[0].given[0].differs
    );
    assert_eq!(event.slug, SLUG);
}

#[tokio::test]
async fn a_changed_byte_never_verifies() {
    let app = app_at(EVENING).await;
    import(&app, &contract()).await;
    issue::issue_now(&app.services, &Actor::System, SLUG).await.unwrap();
    app.run_jobs().await;
    let id = certificates(&app).await[0].public_id.clone();
    let published = Published::of(&app, &id).await;
    assert_eq!(published.verdict().result, Outcome::Valid);

    let pdf = published.file("pdf");
    let tail = pdf.len() - 2 * 1024;
    let places: BTreeSet<usize> = (0..1024).chain(tail..pdf.len()).chain((0..pdf.len()).step_by(97)).collect();
    let mut file = pdf.to_vec();
    for at in places {
        // A bit, and the one that turns capitals into small letters.
        for change in [0x01, 0x20] {
            file[at] ^= change;
            let verdict = verify::verify(&file, &published.keys, Some(&published.status));
            assert_ne!(verdict.result, Outcome::Valid, "byte {at} of {} changed by {change:#x}", pdf.len());
            assert_eq!(verdict.certificate, None, "what is not genuine shows nothing");
            file[at] ^= change;
        }
    }
    for shorter in [pdf.len() - 1, pdf.len() - 2, pdf.len() / 2] {
        assert_ne!(
            verify::verify(&pdf[..shorter], &published.keys, None).result,
            Outcome::Valid,
            "cut at {shorter}"
        );
    }
    for more in [&b"\n"[..], b" ", b"\0", b"%%EOF"] {
        assert_ne!(
            verify::verify(&[pdf, more].concat(), &published.keys, None).result,
            Outcome::Valid,
            "with {more:?} after it"
        );
    }

    let token = published.file("jwt");
    let mut file = token.to_vec();
    for at in 0..token.len() {
        for change in [0x01, 0x20] {
            file[at] ^= change;
            assert_ne!(
                verify::verify(&file, &published.keys, None).result,
                Outcome::Valid,
                "byte {at} of the token changed by {change:#x}"
            );
            file[at] ^= change;
        }
    }
    let mut readable: Value = serde_json::from_slice(published.file("json")).unwrap();
    readable["credential"]["credentialSubject"]["creditsEarned"] = json!(5.25);
    assert_eq!(
        verify::verify(readable.to_string().as_bytes(), &published.keys, None).result,
        Outcome::Altered
    );
    let mut list = published.status.clone();
    let middle = list.len() / 2;
    list[middle] ^= 0x01;
    assert_ne!(
        verify::verify(pdf, &published.keys, Some(&list)).result,
        Outcome::Valid,
        "a meddled list lets nothing pass"
    );
}

#[tokio::test]
async fn somebody_handed_a_file_checks_it_on_the_page() {
    let app = app_at(EVENING).await;
    import(&app, &contract()).await;
    issue::issue_now(&app.services, &Actor::System, SLUG).await.unwrap();
    app.run_jobs().await;
    let id = certificates(&app).await[0].public_id.clone();
    let published = Published::of(&app, &id).await;
    let stranger = app.browser();
    let mut bent = published.file("pdf").to_vec();
    bent[5_000] ^= 0x01;
    let check = async |name: &str, bytes: &[u8]| {
        let answer = stranger
            .post_file("/verify/check", "file", name, "application/octet-stream", bytes)
            .await;
        let page = stranger.follow(answer).await.page();
        let headings: Vec<_> = page.all("h2").map(|heading| heading.text.clone()).collect();
        ["Valid", "Altered", "Revoked", "Not recognised"]
            .into_iter()
            .find(|word| headings.iter().any(|heading| heading == word))
            .unwrap_or_else(|| panic!("{headings:?}"))
    };
    assert_eq!(stranger.get("/verify").await.h1(), "Check a certificate");
    for (ending, bytes) in &published.files {
        assert_eq!(check(&format!("a.{ending}"), bytes).await, "Valid", "{ending}");
    }
    assert_eq!(check("a.pdf", &bent).await, "Altered");
    issue::revoke(&app.services, &Actor::System, &id, "A mistake").await.unwrap();
    assert_eq!(check("a.pdf", published.file("pdf")).await, "Revoked");
    let by_address = stranger
        .post_file("/verify/check", "address", "", "text/plain", id.as_bytes())
        .await;
    assert!(by_address.status == 303, "{}", by_address.status);
}

/// The same installation after its key was changed and it was started again.
fn restarted(app: &TestApp) -> Services {
    let old = &app.services;
    Services {
        db: old.db.clone(),
        clock: old.clock.clone(),
        random: Random::seeded(99),
        site: Site::parse(&app.base_url).unwrap(),
        keys: Keys::at(&app.folder.join("keys")),
        mailer: Mailer::Folder(app.folder.join("mail")),
        files: old.files.clone(),
        mail_from: old.mail_from.clone(),
        inbox: old.inbox.clone(),
        leave_url: old.leave_url.clone(),
        limits: old.limits,
        data_dir: old.data_dir.clone(),
        online_rows_days: 90,
        smtp_connections: 1,
        wake: Arc::default(),
    }
}

#[tokio::test]
async fn old_certificates_verify_after_the_key_has_changed() {
    let app = app_at(EVENING).await;
    let event = import(
        &app,
        &changed(of(2), |file| file["places"][1] = json!({ "code": "p2", "ticket": "nhs" })),
    )
    .await;
    issue::issue_now(&app.services, &Actor::System, SLUG).await.unwrap();
    app.run_jobs().await;
    let old = Published::of(&app, &certificates(&app).await[0].public_id).await;

    let mut ring = KeyRing::load(&app.folder.join("keys")).unwrap();
    let first = ring.active();
    let second = ring.rotate(app.now(), [42; 32]).unwrap();
    assert_ne!(first, second);
    let services = restarted(&app);
    let who = Who {
        name: Some("Person p2".to_owned()),
        email: Some("p2@example.org".to_owned()),
        ..Who::default()
    };
    name_place(
        &services,
        Holder::Actor(&Actor::System),
        app.places(&event).await[1].id,
        who,
        Naming::Correct,
    )
    .await
    .unwrap();
    let issued = issue::issue_now(&services, &Actor::System, SLUG).await.unwrap();
    assert_eq!(issued.len(), 1);
    app.run_jobs().await;

    use domain::certificates::queries;
    let keys = [DidDocument::parse(queries::did_document(&services).unwrap().to_json().to_string().as_bytes()).unwrap()];
    let status = queries::status_list(&services, 1).await.unwrap();
    let (pdf, _) = queries::pdf(&services, &issued[0].certificate).await.unwrap();
    for file in [old.file("pdf"), old.file("jwt"), old.file("json"), &pdf] {
        let verdict = verify::verify(file, &keys, Some(status.as_bytes()));
        assert_eq!(
            (verdict.result, verdict.revocation_checked),
            (Outcome::Valid, true),
            "{:?}",
            verdict.reason
        );
    }
    let with_old_keys = verify::verify(&pdf, &old.keys, None);
    assert_eq!(
        (with_old_keys.result, with_old_keys.exit_code()),
        (Outcome::UnknownKey, 5),
        "keys kept from before do not know the new one"
    );

    // The old private half may be taken away; what it signed stays good.
    std::fs::remove_file(app.folder.join(format!("keys/{first}.pem"))).unwrap();
    let keys = [DidDocument::parse(queries::did_document(&restarted(&app)).unwrap().to_json().to_string().as_bytes()).unwrap()];
    assert_eq!(verify::verify(old.file("pdf"), &keys, None).result, Outcome::Valid);
}

#[tokio::test]
async fn nothing_is_issued_before_the_event_has_ended() {
    let app = app_at("2026-03-12T15:55:00Z").await;
    import(&app, &contract()).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    let page = organiser.get(DESK).await;
    assert!(page.page().find_form("/do/certificates/issue").is_none(), "{}", words(&page));
    assert!(words(&page).contains("when the event has ended"), "{}", words(&page));
    let forged = organiser
        .post("/do/certificates/issue", &[("slug", SLUG), ("count", "1"), ("draft", "")])
        .await;
    assert!(!organiser.follow(forged).await.problems().is_empty());
    assert_eq!((certificates(&app).await.len(), rounds(&app).await.len()), (0, 0));
}

#[tokio::test]
async fn a_certificate_held_back_is_not_issued_until_it_is_released() {
    let app = app_at(EVENING).await;
    import(&app, &of(2)).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    let list = organiser.get(DESK).await;
    let hold = list.page().link("Hold back Person p1").unwrap();
    let form = organiser.get(&hold).await.page().form("/do/certificates/hold");
    let refused = organiser.submit(form.clone()).await;
    assert_eq!(refused.problems(), ["Enter a reason"]);
    let held = organiser.submit(form.set("form[reason]", "Scans are being checked")).await;
    assert!(words(&held).contains("Held back Scans are being checked"), "{}", words(&held));
    press(&organiser).await;
    app.run_jobs().await;
    assert_eq!(names(&app).await, ["Person p2"]);
    assert!(words(&organiser.get(&format!("{DESK}?show=held")).await).contains("1 person"));

    // Held twice, or held once it is issued, it is refused.
    let code = hold.rsplit('/').next().unwrap();
    let again = issue::hold(&app.services, &Actor::System, SLUG, code, "x").await.unwrap_err();
    assert_eq!(again.to_string(), "This certificate is held back already.");
    let release = organiser.get(&hold).await;
    assert!(
        words(&release).contains("Scans are being checked Since Thursday 12 March 2026, 6:30pm."),
        "{}",
        words(&release)
    );
    organiser.submit(release.page().form("/do/certificates/release")).await;
    app.pass(TimeDelta::minutes(1));
    press(&organiser).await;
    app.run_jobs().await;
    assert_eq!(names(&app).await, ["Person p2", "Person p1"]);
    let late = issue::hold(&app.services, &Actor::System, SLUG, code, "x").await.unwrap_err();
    assert_eq!(
        late.to_string(),
        "The certificate was issued already, so it cannot be held back. Revoke it instead."
    );
}

async fn names(app: &TestApp) -> Vec<String> {
    let name = |row: &certificate::Model| {
        serde_json::from_str::<Value>(&row.snapshot).unwrap()["name"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    certificates(app).await.iter().map(name).collect()
}

#[tokio::test]
async fn a_name_is_corrected_on_a_new_certificate_and_the_old_one_says_so() {
    let app = app_at(EVENING).await;
    let event = import(&app, &of(1)).await;
    let first = issue::issue_quietly(&app.services, &Actor::System, SLUG).await.unwrap()[0]
        .certificate
        .clone();
    let organiser = app.person_with_role(Role::Organiser).await;
    app.pass(TimeDelta::minutes(1));
    let form = organiser
        .get(&format!("{DESK}/{first}?do=name"))
        .await
        .page()
        .form("/do/certificates/correct-name");
    assert_eq!(form.value("form[name]"), Some("Person p1"));
    let refused = organiser.submit(form.clone().set("form[name]", "").set("form[reason]", "")).await;
    assert_eq!(
        refused.problems(),
        ["Enter the name as it should read on the certificate", "Enter a reason"]
    );
    let done = organiser
        .submit(form.set("form[name]", "Siân Llŷr").set("form[reason]", "Name corrected"))
        .await;
    app.run_jobs().await;

    let rows = certificates(&app).await;
    assert_eq!(
        rows.iter().map(|row| row.state).collect::<Vec<_>>(),
        [CertificateState::Superseded, CertificateState::Valid]
    );
    assert_eq!(rows[1].replaces_id, Some(rows[0].id));
    assert_eq!(names(&app).await, ["Person p1", "Siân Llŷr"]);
    assert_eq!(app.places(&event).await[0].name.as_deref(), Some("Siân Llŷr"));
    assert!(done.bare_path().ends_with(&rows[1].public_id));
    let old = app.browser().get(&format!("/certificates/{first}")).await;
    assert!(
        words(&old).contains("This certificate was revoked on 12 March 2026")
            && words(&old).contains("Name corrected")
            && old.text.contains(&rows[1].public_id),
        "{}",
        words(&old)
    );
    assert_eq!(app.count("place_past WHERE name = 'Person p1'").await, 1);
    assert_eq!(issue::first_break(&app.services.db.read, event.id).await.unwrap(), None);
}

#[tokio::test]
async fn certificates_are_issued_by_themselves_at_the_time_an_organiser_set() {
    let app = app_at(EVENING).await;
    import(&app, &of(3)).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    let set = async |at: &str| {
        let form = organiser.get(DESK).await.page().form("/do/certificates/release-at");
        organiser.submit(form.set("form[at]", at)).await
    };
    assert_eq!(set("soon").await.problems(), ["Enter a day and a time, like 15/03/2027, 09:00"]);
    assert_eq!(set("2026-03-12T17:00").await.problems(), ["Enter a time to come"]);
    assert_eq!(set("2026-03-29T01:30").await.problems().len(), 1, "a time the clocks jump over");
    let said = words(&set("2026-03-16T09:00").await);
    assert!(
        said.contains("To be issued Monday 16 March 2026, 9am , to whoever qualifies then."),
        "{said}"
    );
    app.run_jobs().await;
    assert!(certificates(&app).await.is_empty());
    // Another time takes its place, and blank calls it off.
    app.pass(TimeDelta::seconds(1));
    set("2026-03-17T09:00").await;
    app.move_to("2026-03-16T10:00:00Z");
    app.run_jobs().await;
    assert!(certificates(&app).await.is_empty());
    app.move_to("2026-03-17T09:00:01Z");
    app.run_jobs().await;
    assert_eq!(certificates(&app).await.len(), 3);
    app.pass(TimeDelta::seconds(1));
    let said = words(&set("2026-04-01T09:00").await);
    assert!(said.contains("To be issued Wednesday 1 April 2026"), "{said}");
    let said = words(&set("").await);
    assert!(!said.contains("To be issued"), "{said}");
    app.run_jobs().await;
    assert_eq!(rounds(&app).await.iter().filter(|(state, ..)| *state != State::Done).count(), 0);
}

#[tokio::test]
async fn whoever_presses_the_button_does_not_wait_for_the_time_that_was_set() {
    let app = app_at(EVENING).await;
    import(&app, &of(2)).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    let form = organiser.get(DESK).await.page().form("/do/certificates/release-at");
    organiser.submit(form.set("form[at]", "2026-03-16T09:00")).await;
    app.pass(TimeDelta::seconds(1));
    press(&organiser).await;
    app.run_jobs().await;
    assert_eq!(certificates(&app).await.len(), 2);
    assert!(!words(&organiser.get(DESK).await).contains("To be issued"));
}

#[tokio::test]
async fn all_certificates_come_as_one_archive_that_is_whole_or_not_there() {
    let app = app_at(EVENING).await;
    let file = changed(of(3), |file| {
        file["places"][1]["name"] = json!("Siân Llŷr / ../O'Neill");
        // Two of one name are two files.
        file["places"][2]["name"] = json!("Person p1");
    });
    let event = import(&app, &file).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    let page = organiser.get(DESK).await;
    assert!(!words(&page).contains("ZIP"), "there is nothing to download yet");
    issue::issue_quietly(&app.services, &Actor::System, SLUG).await.unwrap();
    let issued = certificates(&app).await;
    issue::revoke(&app.services, &Actor::System, &issued[0].public_id, "Was not there")
        .await
        .unwrap();
    let page = organiser.get(DESK).await;
    assert!(words(&page).contains("Download all 2 certificates (ZIP)"), "{}", words(&page));

    let archive = organiser.get(&format!("{DESK}.zip")).await;
    assert_eq!((archive.status, archive.header("content-type")), (200, "application/zip"));
    assert_eq!(archive.header("cache-control"), "no-store");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(archive.bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let begins = |id: &str| id[..8].to_owned();
    assert_eq!(
        names,
        [
            format!("Person p1 {}.pdf", begins(&issued[1].public_id)),
            format!("Siân Llŷr O'Neill {}.pdf", begins(&issued[2].public_id)),
            "certificates.csv".to_owned(),
        ]
    );
    let mut read = |name: &str| {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut zip.by_name(name).unwrap(), &mut bytes).unwrap();
        bytes
    };
    for (name, row) in names.iter().zip(&issued[1..]) {
        let own = app.browser().get(&format!("/certificates/{}.pdf", row.public_id)).await;
        assert_eq!(read(name), own.bytes, "{name} is the certificate itself");
    }
    let table = String::from_utf8(read("certificates.csv")).unwrap();
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(table.contains("4.25 hours") && table.contains(&issued[2].public_id), "{table}");
    assert_eq!(
        app.count(&format!(
            "audit_record WHERE action = 'certificates.downloaded' AND object_id = '{}'",
            event.id
        ))
        .await,
        1
    );

    // Something that cannot be drawn ends it early: a part never passes for the whole.
    app.execute(&format!("UPDATE certificate SET snapshot = '{{}}' WHERE id = {}", issued[2].id))
        .await;
    let broken = issue::archive(&app.services, &app.actor(&organiser).await, SLUG).await.unwrap();
    let mut pieces = broken.pieces;
    let mut last = None;
    while let Some(piece) = pieces.recv().await {
        last = Some(piece);
    }
    assert!(matches!(last, Some(Err(_))), "it ended as if it were whole");
}

#[tokio::test]
async fn certificates_are_promised_and_the_promise_is_kept_in_sight() {
    let app = app_at(EVENING).await;
    import(&app, &changed(of(2), |file| file["event"]["cpd"]["certificate_days"] = json!(5))).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    let shown = words(&app.browser().get("/events/self-harm-2026").await);
    assert!(shown.contains("Certificate Within 5 days of the end"), "{shown}");
    let page = words(&organiser.get(DESK).await);
    assert!(page.contains("promised by Tuesday 17 March 2026"), "{page}");
    let form = organiser.get(DESK).await.page().form("/do/certificates/release-at");
    let late = organiser.submit(form.clone().set("form[at]", "2026-03-18T09:00")).await;
    assert_eq!(
        late.problems(),
        ["You promised certificates by Tuesday 17 March 2026. Enter a time up to then, or change the promise on the event’s CPD page"]
    );
    assert_eq!(organiser.submit(form.set("form[at]", "2026-03-17T23:00")).await.problems(), [""; 0]);
    let home = words(&organiser.get("/organise").await);
    assert!(
        home.contains("2 people who came have no certificate yet (promised by Tuesday 17 March 2026)"),
        "{home}"
    );
    app.execute("UPDATE job SET state = 'done' WHERE kind = 'issue_certificates'").await;
    app.move_to("2026-03-18T09:00:00Z");
    let organiser = app.sign_in("organiser@example.org").await;
    let home = words(&organiser.get("/organise").await);
    assert!(home.contains("(late: promised by Tuesday 17 March 2026)"), "{home}");
    press(&organiser).await;
    app.run_jobs().await;
    assert_eq!(mails_of(&app, "certificate").await.len(), 2);
    assert!(!words(&organiser.get(DESK).await).contains("promised by"));
}

#[tokio::test]
async fn a_schemes_line_stands_on_the_certificate_and_in_what_was_signed() {
    let app = app_at(EVENING).await;
    let file = changed(of(1), |file| {
        file["event"]["cpd"]["schemes"] = json!(["rcpsych", "nmc"]);
        for session in file["sessions"].as_array_mut().unwrap() {
            session["domain"] = json!("clinical");
        }
    });
    let event = import(&app, &file).await;
    issue::issue_quietly(&app.services, &Actor::System, SLUG).await.unwrap();
    let id = certificates(&app).await[0].public_id.clone();
    let shown = Published::of(&app, &id).await.verdict().certificate.unwrap();
    let lines = [
        "NMC: 4.25 hours, of which 1.25 hours participatory.",
        "RCPsych: 4.25 hours, clinical, subject to peer group approval.",
    ];
    assert_eq!(shown.schemes, lines);
    // Chosen on a form, in the order schemes are offered; a part of the form that does not hold them leaves them.
    let organiser = app.person_with_role(Role::Organiser).await;
    let page = organiser.get(&event.desk("/edit?part=cpd")).await;
    let form = page.page().form("/do/organise/update");
    assert_eq!(form.value("form[cpd_schemes][nmc]"), Some("true"));
    organiser
        .submit(form.set("form[cpd_schemes][dsl]", "true").set("form[cpd_day_cap_minutes]", "300"))
        .await;
    let basics = organiser.get(&event.desk("/edit")).await.page().form("/do/organise/update");
    organiser.submit(basics.set("form[title]", "Another title")).await;
    let row = app.find_event(SLUG).await.row;
    assert_eq!((row.title.as_str(), row.cpd_day_cap_minutes), ("Another title", Some(300)));
    assert_eq!(row.cpd_schemes.0, ["nmc", "rcpsych", "dsl"]);
    let wrong = changed(of(1), |file| file["event"]["cpd"]["schemes"] = json!(["nmc", "gmc"]));
    let refused = app.try_import(&wrong, Options::default()).await.unwrap_err();
    let ImportError::Problems(problems) = refused else {
        panic!("{refused}")
    };
    // The address is taken too; that is told beside it.
    let of_cpd: Vec<_> = problems
        .iter()
        .filter(|problem| problem.pointer.starts_with("/event/cpd"))
        .collect();
    assert_eq!(of_cpd.len(), 1, "{problems:?}");
    assert_eq!(
        (of_cpd[0].pointer.as_str(), of_cpd[0].code),
        ("/event/cpd/schemes/1", "not_a_choice")
    );
}
