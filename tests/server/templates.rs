//! What certificates look like: who says so, what is refused, and that one once issued stays as it was.

use crate::ground::{app_at, contract, import, words};
use chrono::TimeDelta;
use domain::{
    access::Actor,
    certificates::{entity::certificate, issue, verify},
    organisations::Role,
};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use sea_orm::{EntityTrait, QueryOrder};
use std::io::Cursor;
use tests::{Answer, Browser, TestApp};

const SLUG: &str = "self-harm-2026";
const DESK: &str = "/organise/events/self-harm-2026/certificates";
const PAGE: &str = "/organise/certificates/template";
/// Just after the event.
const EVENING: &str = "2026-03-12T18:30:00Z";

/// A bar of one colour on white, as somebody might draw a mark.
fn drawing(colour: [u8; 3], format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let drawn = RgbImage::from_fn(400, 200, |x, y| {
        let inside = (100..300).contains(&x) && (80..120).contains(&y);
        Rgb(if inside { colour } else { [255, 255, 255] })
    });
    DynamicImage::from(drawn).write_to(&mut out, format).unwrap();
    out.into_inner()
}

async fn hand_in(owner: &Browser, which: &str, bytes: &[u8]) -> Answer {
    let page = owner.get(PAGE).await.page();
    let ending = format!("/pictures/{which}?organisation=example-training");
    let form = page.forms().into_iter().find(|form| form.action.ends_with(&ending)).unwrap();
    let answer = owner.post_file(&form.action, which, "drawing.png", "image/png", bytes).await;
    owner.get(&answer.location().unwrap()).await
}

async fn save(owner: &Browser, fields: &[(&str, &str)]) -> Answer {
    let form = owner.get(PAGE).await.page().form("/do/certificates/template");
    let form = fields
        .iter()
        .fold(form, |form, (name, value)| form.set(&format!("form[{name}]"), value));
    owner.submit(form).await
}

/// The newest certificate's id.
async fn newest(app: &TestApp) -> String {
    let rows = certificate::Entity::find().order_by_desc(certificate::Column::Id);
    rows.one(&app.services.db.read).await.unwrap().unwrap().public_id
}

async fn issued(app: &TestApp) -> String {
    issue::issue_now(&app.services, &Actor::System, SLUG).await.unwrap();
    app.run_jobs().await;
    newest(app).await
}

/// The addresses of the pictures on a certificate's page.
fn pictures(page: &Answer) -> Vec<String> {
    page.page()
        .all("img")
        .filter_map(|element| element.attr("src").map(str::to_owned))
        .filter(|src| src.starts_with("/certificates/pictures/"))
        .collect()
}

#[tokio::test]
async fn a_certificate_keeps_the_look_it_was_issued_with() {
    let app = app_at(EVENING).await;
    import(&app, &contract()).await;
    let owner = app.person_with_role(Role::Owner).await;
    let saved = save(
        &owner,
        &[
            ("heading", "Certificate of learning"),
            ("introduction", "We record with thanks that"),
            ("closing", "In recognition of practice that keeps people safe."),
            ("colour", "#1b6140"),
            ("signatory", "Dr Ama Owusu"),
            ("signatory_role", "Chair of the programme"),
            ("status", "applied_for"),
            ("body", "Example College"),
        ],
    )
    .await;
    assert!(words(&saved).contains("Saved."), "{}", words(&saved));
    app.pass(TimeDelta::seconds(1));
    let shown = hand_in(&owner, "mark", &drawing([20, 90, 60], ImageFormat::Png)).await;
    assert!(
        words(&shown).contains("The picture is on certificates issued from now on."),
        "{}",
        words(&shown)
    );
    hand_in(&owner, "signature", &drawing([10, 10, 80], ImageFormat::Jpeg)).await;

    let id = issued(&app).await;
    let stranger = app.browser();
    let page = stranger.get(&format!("/certificates/{id}")).await;
    assert_eq!(page.h1(), "Certificate of learning");
    let before = words(&page);
    for expected in [
        "We record with thanks that Jane Smith",
        "In recognition of practice that keeps people safe.",
        "Dr Ama Owusu",
        "Chair of the programme",
        "CPD approval applied for: Example College.",
        "Learning objectives:",
        "Signed with did:web:plenary.test",
    ] {
        assert!(before.contains(expected), "{expected} is not on the page: {before}");
    }
    let kept = pictures(&page);
    assert_eq!(kept.len(), 2);
    for picture in &kept {
        let answer = stranger.get(picture).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "image/png"));
        // The white around it is gone.
        assert_eq!(image::load_from_memory(&answer.bytes).unwrap().width(), 200);
    }
    let sheet = page
        .page()
        .all("link")
        .any(|link| link.attr("href") == Some("/certificates/colours/1b6140"));
    assert!(sheet, "its colour has a style sheet");
    let paper = stranger.get(&format!("/certificates/{id}.pdf")).await.bytes;
    assert!(paper.len() <= 60_000, "{} bytes", paper.len());
    assert_eq!(verified(&app, &paper).await, verify::Outcome::Valid);

    // Another look, another mark, no signature.
    app.pass(TimeDelta::seconds(1));
    hand_in(&owner, "mark", &drawing([120, 20, 20], ImageFormat::Png)).await;
    save(&owner, &[("heading", "Certificate"), ("colour", ""), ("status", "none")]).await;
    let remove = owner.get(PAGE).await.page().forms();
    let remove = remove.into_iter().find(|form| form.value("which") == Some("signature")).unwrap();
    let removed = owner.submit(remove).await;
    assert!(words(&removed).contains("Removed."), "{}", words(&removed));

    let again = stranger.get(&format!("/certificates/{id}")).await;
    assert_eq!((again.h1().as_str(), pictures(&again)), ("Certificate of learning", kept.clone()));
    assert_eq!(stranger.get(&format!("/certificates/{id}.pdf")).await.bytes, paper);
    for picture in &kept {
        assert_eq!(
            stranger.get(picture).await.status,
            200,
            "it is kept for as long as a certificate names it"
        );
    }
    let desk = words(&owner.get(DESK).await);
    assert!(
        desk.contains("Would read differently today: the accreditation, the look."),
        "{desk}"
    );
    let plan = issue::plan(&app.services, &Actor::System, SLUG, &issue::Filter::default())
        .await
        .unwrap();
    assert_eq!(plan.figures.differ, 1);
}

async fn verified(app: &TestApp, paper: &[u8]) -> verify::Outcome {
    domain::certificates::queries::verify_upload(&app.services, paper.to_vec())
        .await
        .unwrap()
        .result
}

#[tokio::test]
async fn what_approval_is_not_confirmed_gives_no_number() {
    let app = app_at(EVENING).await;
    import(&app, &contract()).await;
    let owner = app.person_with_role(Role::Owner).await;
    for (fields, problem) in [
        (
            vec![("status", "applied_for"), ("body", "Example College"), ("credits", "28")],
            "Leave this empty until approval is confirmed: a certificate may only say that it was applied for",
        ),
        (
            vec![("status", "applied_for"), ("body", "28 credits from Example College")],
            "Take the number out: until approval is confirmed a certificate may not give one",
        ),
        (
            vec![("status", "none"), ("closing", "28 credits applied for")],
            "Take the number out: until approval is confirmed a certificate may not say how many credits or points it is worth",
        ),
        (
            vec![("status", "approved"), ("body", "Example College")],
            "Enter the reference of the approval",
        ),
        (
            vec![("status", "none"), ("colour", "#ffcc00")],
            "This colour is too light to read on white: its contrast is 1.5 to 1, and 4.5 to 1 is the least. Choose a darker one",
        ),
    ] {
        let refused = save(&owner, &fields).await;
        assert_eq!(refused.problems(), [problem]);
        for (name, value) in fields {
            let form = refused.page().form("/do/certificates/template");
            assert_eq!(form.value(&format!("form[{name}]")), Some(value), "what was typed is still there");
        }
    }
    assert_eq!(app.count("certificate_template").await, 0);
    save(
        &owner,
        &[
            ("status", "approved"),
            ("body", "Example College"),
            ("reference", "EC/17"),
            ("credits", "4.5"),
        ],
    )
    .await;
    let id = issued(&app).await;
    let page = words(&app.browser().get(&format!("/certificates/{id}")).await);
    let line = "Approved for CPD by Example College, 4.5 credits. Reference EC/17.";
    assert!(page.contains(line), "{page}");
    let credential = app.browser().get(&format!("/certificates/{id}.json")).await;
    assert!(
        String::from_utf8_lossy(&credential.bytes).contains(line),
        "it is in what was signed"
    );
}

#[tokio::test]
async fn what_is_no_picture_is_refused_on_the_page_it_came_from() {
    let app = app_at(EVENING).await;
    let owner = app.person_with_role(Role::Owner).await;
    let large = vec![0xFF; 8 * 1024 * 1024 + 1];
    for (bytes, problem) in [
        (&b""[..], "Choose a picture"),
        (
            &b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..],
            "That is not a picture this can read. Choose a JPEG, PNG or WebP file",
        ),
        (&large, "The picture is larger than 8 MB. Choose a smaller one"),
    ] {
        let refused = hand_in(&owner, "mark", bytes).await;
        assert_eq!(refused.problems(), [problem]);
        assert!(refused.page().by_id("f-mark").is_some());
    }
    assert_eq!(app.count("certificate_template").await, 0);
    for nothing in ["/certificates/pictures/..%2Fplenary.db", "/certificates/colours/red"] {
        assert_eq!(app.browser().get(nothing).await.status, 404, "{nothing}");
    }
}

#[tokio::test]
async fn only_owners_decide_and_specimens_are_no_certificates() {
    let app = app_at(EVENING).await;
    import(&app, &contract()).await;
    let owner = app.person_with_role(Role::Owner).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    assert_eq!(organiser.get(PAGE).await.status, 403);
    assert!(!words(&organiser.get(DESK).await).contains("What your certificates look like"));
    assert!(words(&owner.get(DESK).await).contains("What your certificates look like"));
    hand_in(&owner, "mark", &drawing([20, 90, 60], ImageFormat::Png)).await;

    for sample in domain::certificates::template::specimen::SAMPLES {
        let asked = format!("organisation=example-training&sample={}", sample.word);
        let page = owner.get(&format!("{PAGE}?{asked}")).await;
        assert!(
            words(&page).contains("Specimen: nobody attended, nothing was signed."),
            "{}",
            sample.word
        );
        let paper = owner.get(&format!("/organise/certificates/specimen.pdf?{asked}")).await;
        assert_eq!((paper.status, paper.header("content-type")), (200, "application/pdf"));
        let document = lopdf::Document::load_mem(&paper.bytes).unwrap();
        let expected = if sample.word == "forty" { 3 } else { 1 };
        assert_eq!(document.get_pages().len(), expected, "{}", sample.word);
        assert!(!document.catalog().unwrap().has(b"AF"), "it carries no credential");
        assert_ne!(verified(&app, &paper.bytes).await, verify::Outcome::Valid);
    }
    let refused = organiser
        .get("/organise/certificates/specimen.pdf?organisation=example-training")
        .await;
    assert_eq!(refused.status, 403);
    assert_eq!(app.count("certificate").await, 0);
}

#[tokio::test]
async fn an_approval_of_one_event_is_on_its_certificates_alone() {
    let app = app_at(EVENING).await;
    import(&app, &contract()).await;
    let owner = app.person_with_role(Role::Owner).await;
    save(&owner, &[("status", "applied_for"), ("body", "Example College")]).await;
    let page = format!("{DESK}/approval");
    let form = owner.get(&page).await;
    assert!(
        words(&form).contains("For all your events certificates say “CPD approval applied for: Example College.”."),
        "{}",
        words(&form)
    );
    let form = form.page().form("/do/certificates/approval");
    let refused = owner
        .submit(
            form.clone()
                .set("form[status]", "approved")
                .set("form[body]", "Example Royal College"),
        )
        .await;
    assert_eq!(refused.problems(), ["Enter the reference of the approval"]);
    let form = form
        .set("form[status]", "approved")
        .set("form[body]", "Example Royal College")
        .set("form[reference]", "ERC/3")
        .set("form[credits]", "5");
    assert!(words(&owner.submit(form).await).contains("Saved."));
    let template = domain::certificates::template::service::load(&app.services.db.read, app.organisation().await.id).await;
    assert_eq!(template.unwrap().accreditation.body, "Example College", "others say what they said");

    let id = issued(&app).await;
    let shown = words(&app.browser().get(&format!("/certificates/{id}")).await);
    assert!(
        shown.contains("Approved for CPD by Example Royal College, 5 credits. Reference ERC/3."),
        "{shown}"
    );

    // As for all events again: the certificate stays as it is, and the organiser sees that it differs.
    let form = owner
        .get(&page)
        .await
        .page()
        .form("/do/certificates/approval")
        .set("form[status]", "");
    owner.submit(form).await;
    assert_eq!(app.count("certificate_approval").await, 0);
    let again = words(&app.browser().get(&format!("/certificates/{id}")).await);
    assert!(again.contains("Approved for CPD by Example Royal College"));
    assert!(words(&owner.get(DESK).await).contains("Would read differently today: the accreditation."));
}
