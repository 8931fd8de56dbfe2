//! A person's own portfolio: what they enter and write, what it comes to, the pack, the links they give out; and that
//! nobody else reads a word of it.

use crate::{
    ground::words,
    permissions::{fill_portfolio, pages, world},
};
use chrono::TimeDelta;
use domain::{
    access::Actor,
    certificates::{entity::certificate, issue},
    platform::audit,
    portfolio::own::{self, Owner},
};
use sea_orm::EntityTrait;
use serde_json::json;
use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
    path::{Path, PathBuf},
};
use tests::{Answer, Browser, TestApp, ended};

const JANE: &str = "jane@example.org";

/// A past day of 5 hours with a workshop in it; Jane was there for the first part. Its certificate is issued.
async fn day() -> (TestApp, Browser, String) {
    let app = TestApp::start().await;
    let event = app
        .event()
        .slug("past-day")
        .when("Europe/London", "2026-03-12T09:00", "2026-03-12T16:00");
    let event = event.with(|file| {
        file["event"]["title"] = json!("Self-harm day");
        file["sessions"] = json!([
            {"code": "am", "title": "National picture", "kind": "talk", "starts": "2026-03-12T09:30", "ends": "2026-03-12T11:00", "cpd": true, "domain": "clinical"},
            {"code": "pm", "title": "Pathways workshop", "kind": "workshop", "starts": "2026-03-12T11:20", "ends": "2026-03-12T14:05", "cpd": true, "participatory": true, "domain": "clinical"},
        ]);
    });
    let event = event.place("p1", "Jane Smith", JANE);
    event.seen("p1", None, "arrive", "2026-03-12T09:10").create().await;
    let issued = issue::issue_quietly(&app.services, &Actor::System, "past-day").await.unwrap();
    let jane = app.sign_in(JANE).await;
    (app, jane, issued[0].certificate.clone())
}

async fn add(browser: &Browser, fields: &[(&str, &str)]) -> Answer {
    let form = browser.get("/my/cpd/new").await.page().form("/do/portfolio/save-entry");
    let usual = [("title", "Journal club"), ("on", "2026-10-01"), ("method", "discussion")];
    let form = usual
        .iter()
        .chain(fields)
        .fold(form, |form, (name, value)| form.set(&format!("form[{name}]"), value));
    browser.submit(form).await
}

/// The number of the entry whose page this is.
fn number(answer: &Answer) -> String {
    answer.bare_path().rsplit('/').next().unwrap().to_owned()
}

async fn follow(browser: &Browser, schemes: &[(&str, &str)]) -> Answer {
    let mut form = browser.get("/my/cpd/settings").await.page().form("/do/portfolio/settings");
    for (scheme, starts) in schemes {
        form = form.set(&format!("form[chosen][{scheme}]"), "true");
        form = form.set(&format!("form[starts][{scheme}]"), starts);
    }
    browser.submit(form).await
}

async fn reflect(browser: &Browser, of: &str, scheme: &str, answers: &[(&str, &str)]) -> Answer {
    let page = browser.get(&format!("/my/cpd/reflect?of={of}&scheme={scheme}")).await;
    let form = page.page().form("/do/portfolio/reflect");
    let form = answers.iter().fold(form, |form, (question, answer)| {
        form.set(&format!("form[answers][{question}]"), answer)
    });
    browser.submit(form).await
}

async fn link(browser: &Browser, fields: &[(&str, &str)]) -> (Answer, String) {
    let form = browser.get("/my/cpd/pack").await.page().form("/do/portfolio/make-link");
    let form = fields
        .iter()
        .fold(form, |form, (name, value)| form.set(&format!("form[{name}]"), value));
    let shown = browser.submit(form).await;
    let path = shown
        .page()
        .all("a")
        .filter_map(|link| link.attr("href"))
        .find_map(|href| Some(format!("/appraiser/{}", href.split_once("/appraiser/")?.1)));
    (shown, path.unwrap_or_default())
}

fn pdf_text(bytes: &[u8]) -> String {
    let document = lopdf::Document::load_mem(bytes).unwrap();
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    let text = document.extract_text(&pages).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Everything in an archive, by name.
fn unzip(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut file = archive.by_index(at).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect()
}

/// Every file of somebody's evidence on disk.
fn kept(app: &TestApp) -> Vec<PathBuf> {
    fn all(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                all(&path, found);
            } else {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    all(&app.folder.join("files"), &mut found);
    found
}

#[tokio::test]
async fn an_entry_is_added_counted_changed_and_deleted() {
    let (app, jane, _) = day().await;
    let wrong = add(&jane, &[("title", ""), ("on", "2027-01-01"), ("hours", "1"), ("part_hours", "2")]).await;
    assert_eq!(
        wrong.problems(),
        [
            "Enter what it was called",
            "It has not happened yet: enter it once it has",
            "The participatory part cannot be longer than the whole"
        ]
    );
    assert_eq!(app.count("portfolio_entry").await, 0);
    let saved = add(
        &jane,
        &[
            ("hours", "1"),
            ("minutes", "30"),
            ("part_hours", "1"),
            ("domain", "non_clinical"),
            ("what", "Suicide prevention <b>in schools</b>"),
        ],
    )
    .await;
    assert!(words(&saved).contains("Saved."), "{}", words(&saved));
    let of = number(&saved);
    let page = words(&jane.get("/my/cpd").await);
    for part in [
        // 255 minutes certified and 90 entered.
        "In 2026 5.75 hours 345 minutes",
        "Journal club Your own entry",
        "1.5 hours (90 minutes)",
        "Clinical in 2026 4.25 hours",
        "Non-clinical in 2026 1.5 hours",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Pressed twice: one entry.
    let form = jane.get("/my/cpd/new").await.page().form("/do/portfolio/save-entry");
    let form = form
        .set("form[title]", "Twice")
        .set("form[on]", "2026-10-02")
        .set("form[method]", "reading");
    let (first, second) = tokio::join!(jane.send(form.clone()), jane.send(form));
    assert_eq!(first.location(), second.location());
    assert_eq!(app.count("portfolio_entry").await, 2);
    let path = format!("/my/cpd/entries/{of}");
    app.pass(TimeDelta::seconds(1));
    let form = jane.get(&path).await.page().form("/do/portfolio/save-entry");
    assert_eq!(form.value("form[what]"), Some("Suicide prevention <b>in schools</b>"));
    jane.submit(form.set("form[hours]", "2").set("form[minutes]", "")).await;
    assert!(words(&jane.get("/my/cpd").await).contains("2 hours (120 minutes)"));
    // Nobody else's.
    let other = app.sign_in("other@example.org").await;
    assert_eq!(other.get(&path).await.status, 404);
    assert_eq!(other.post("/do/portfolio/delete-entry", &[("of", of.as_str())]).await.status, 404);
    let form = jane
        .get(&format!("{path}?do=delete"))
        .await
        .page()
        .form("/do/portfolio/delete-entry");
    assert!(words(&jane.submit(form).await).contains("Deleted."));
    assert_eq!((app.count("portfolio_entry").await, jane.get(&path).await.status), (1, 404));
}

#[tokio::test]
async fn what_is_added_to_a_certificate_stays_with_it_when_it_is_issued_again() {
    let (app, jane, id) = day().await;
    follow(&jane, &[("nmc", ""), ("rcpsych", "")]).await;
    let path = format!("/my/cpd/entries/{id}");
    let page = jane.get(&path).await;
    let form = page.page().form("/do/portfolio/save-entry");
    // The programme says what it was; the facts are the certificate's.
    assert_eq!(form.value("form[domain]"), Some("clinical"));
    assert!(!form.typed.iter().any(|name| name == "form[title]" || name == "form[hours]"));
    let form = form
        .set("form[what]", "Safer plans")
        .set("form[fields][nmc-code]", "Preserve safety")
        .set("form[approval]", "waiting");
    let saved = words(&jane.submit(form.forge("form[hours]", "900")).await);
    assert!(saved.contains("Saved.") && saved.contains("4.25 hours (255 minutes)"), "{saved}");
    reflect(&jane, &id, "nmc", &[("learned", "Plans save lives")]).await;
    let list = words(&jane.get("/my/cpd").await);
    assert!(list.contains("Subject to peer group approval Reflected"), "{list}");
    // Issued again under another number: what was added hangs on.
    app.pass(TimeDelta::seconds(1));
    issue::reissue(&app.services, &Actor::System, &id, "Wrong place").await.unwrap();
    app.run_jobs().await;
    let rows = certificate::Entity::find().all(&app.services.db.read).await.unwrap();
    let newer = &rows.iter().find(|row| row.public_id != id).unwrap().public_id;
    let page = words(&jane.get(&format!("/my/cpd/entries/{newer}")).await);
    assert!(page.contains("Plans save lives") && page.contains("Safer plans"), "{page}");
    assert_eq!(jane.get(&path).await.status, 404);
    // Revoked, it counts nothing, and what was written is kept.
    app.pass(TimeDelta::seconds(1));
    issue::revoke(&app.services, &Actor::System, newer, "By mistake").await.unwrap();
    app.run_jobs().await;
    let owner = Owner::of(&app.actor(&jane).await).unwrap();
    let items = own::list(&app.services, &owner.reader()).await.unwrap().items;
    assert_eq!((items.len(), items[0].is_withdrawn, items[0].accounts.len()), (1, true, 1));
    let list = words(&jane.get("/my/cpd").await);
    assert!(
        list.contains("Its certificate does not count any more") && list.contains("CPD so far 0 hours"),
        "{list}"
    );
    assert!(!pdf_text(&jane.get("/my/cpd/pack.pdf?from=2026-01-01&until=2026-12-31").await.bytes).contains("Self-harm day"));
}

#[tokio::test]
async fn a_period_is_counted_as_the_scheme_says() {
    let (_app, jane, id) = day().await;
    assert!(words(&jane.get("/my/cpd").await).contains("Choose your regulator"));
    let wrong = follow(&jane, &[("nmc", "the first of May")]).await;
    assert_eq!(wrong.problems(), ["Enter a date, such as 2026-03-12"]);
    // Unticked after a refusal, it is not chosen.
    let form = wrong.page().form("/do/portfolio/settings");
    let mut form = form.set("form[starts][nmc]", "");
    form.fields.retain(|(name, _)| name != "form[chosen][nmc]");
    jane.submit(form).await;
    assert!(words(&jane.get("/my/cpd").await).contains("Choose your regulator"));
    follow(&jane, &[("nmc", "2024-05-01"), ("federation", ""), ("swe", "")]).await;
    add(&jane, &[("hours", "0"), ("minutes", "35")]).await;
    reflect(&jane, &id, "nmc", &[]).await;
    let page = words(&jane.get("/my/cpd").await);
    for part in [
        // 255 minutes and 35, each rounded down to a quarter.
        "NMC 1 May 2024 to 30 April 2027 In all 4.75 hours of 35 hours Participatory 2.75 hours of 20 hours Reflective accounts 1 of 5",
        // Whole credits: four, and one for more than half an hour.
        "In all 5 credits of 250 credits",
        "Entries 2 of 2 Enough",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn evidence_is_a_file_that_nothing_can_run_in_and_only_its_owner_has() {
    let (app, jane, id) = day().await;
    let upload = format!("/my/cpd/entries/{id}/files");
    let hand_in = async |name: &str, bytes: &[u8]| {
        let answer = jane.post_file(&upload, "file", name, "application/pdf", bytes).await;
        jane.follow(answer).await
    };
    for (bytes, problem) in [
        (&b""[..], "Choose a file"),
        (b"<html><script>alert(1)</script>", "The file is not a PDF, a JPEG or a PNG"),
        (
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            "The file is not a PDF, a JPEG or a PNG",
        ),
    ] {
        assert_eq!(hand_in("notes.pdf", bytes).await.problems(), [problem]);
    }
    let mut large = b"%PDF-1.7\n".to_vec();
    large.resize(own::FILE_LIMIT + 1, b' ');
    assert_eq!(hand_in("large.pdf", &large).await.problems(), ["The file is larger than 10 MB"]);
    large.resize(own::FILE_LIMIT + 200_000, b' ');
    assert_eq!(hand_in("larger.pdf", &large).await.problems(), ["The file is larger than 10 MB"]);
    assert_eq!((app.count("portfolio_file").await, kept(&app).len()), (0, 0));

    let png = b"\x89PNG\r\n\x1a\nrest";
    let page = hand_in("../My notes\".html", png).await;
    assert!(words(&page).contains("My-notes.png 1 KB"), "{}", words(&page));
    let href = page
        .page()
        .all("a")
        .filter_map(|link| link.attr("href"))
        .find(|href| href.starts_with("/my/cpd/files/"))
        .unwrap()
        .to_owned();
    let file = jane.get(&href).await;
    assert_eq!(file.bytes, png);
    assert_eq!(
        ["content-type", "content-disposition", "cache-control", "x-content-type-options"].map(|name| file.header(name)),
        ["image/png", "attachment; filename=\"My-notes.png\"", "no-store", "nosniff"]
    );
    let other = app.sign_in("other@example.org").await;
    assert_eq!(other.get(&href).await.status, 404);
    assert_eq!(app.browser().get(&href).await.status, 303);
    assert_eq!(
        other
            .post_file(&upload, "file", "x.pdf", "application/pdf", b"%PDF-1.7")
            .await
            .status,
        404
    );
    // No more than 100 MB in all.
    let most = i64::try_from(own::PERSON_LIMIT).unwrap();
    app.execute(&format!("UPDATE portfolio_file SET size = {}", most - 5)).await;
    assert_eq!(
        hand_in("one-more.pdf", b"%PDF-1.7\n").await.problems(),
        ["Your files come to more than 100 MB. Remove one you no longer need, or make this one smaller"]
    );
    assert_eq!(kept(&app).len(), 1);
    let form = jane
        .get(&format!("/my/cpd/entries/{id}"))
        .await
        .page()
        .form("/do/portfolio/remove-file");
    assert!(words(&jane.submit(form).await).contains("Removed."));
    assert_eq!((jane.get(&href).await.status, kept(&app).len()), (404, 0));
    // With what it was kept with.
    hand_in("again.pdf", b"%PDF-1.7\n").await;
    assert_eq!(kept(&app).len(), 1);
    let form = jane
        .get(&format!("/my/cpd/entries/{id}?do=delete"))
        .await
        .page()
        .form("/do/portfolio/delete-entry");
    jane.submit(form).await;
    assert_eq!((app.count("portfolio_file").await, kept(&app).len()), (0, 0));
    assert_eq!(jane.get(&format!("/certificates/{id}")).await.status, 200);
}

#[tokio::test]
async fn a_reflection_asks_what_the_regulator_asks_with_the_facts_at_hand() {
    let (app, jane, id) = day().await;
    let page = jane.get(&format!("/my/cpd/reflect?of={id}&scheme=nmc")).await;
    let text = words(&page);
    for asked in [
        "1. What was the nature of the CPD activity and/or practice-related feedback and/or event or experience in your practice?",
        "2. What did you learn from the CPD activity and/or feedback and/or event or experience in your practice?",
        "3. How did you change or improve your practice as a result?",
        "4. How is this relevant to the Code?",
        "Promote professionalism and trust",
        "Nobody may be recognisable.",
    ] {
        assert!(text.contains(asked), "{asked}: {text}");
    }
    let form = page.page().form("/do/portfolio/reflect");
    assert_eq!(
        form.value("form[answers][nature]"),
        Some("Conference: Self-harm day, held by Example Training Ltd, 12 March 2026, 4.25 hours, of which 2.75 hours participatory.")
    );
    assert_eq!(form.texts.len(), 4);
    // The warning stands at every one of them.
    assert_eq!(text.matches("Do not name or describe anybody who could be recognised").count(), 5);
    let form = form.set(
        "form[answers][learned]",
        "I saw 943 476 5919, born 03/04/1978.\n\nA second paragraph.",
    );
    let saved = jane.submit(form).await;
    // Advice, and no refusal.
    let text = words(&saved);
    assert!(
        text.contains("“943 476 5919” looks like an NHS number") && text.contains("looks like a date, perhaps of birth"),
        "{text}"
    );
    assert_eq!(app.count("reflection").await, 1);
    let none = reflect(&jane, &id, "hcpc", &[]).await;
    assert_eq!(none.problems(), ["Answer at least one of the questions"]);
    app.pass(TimeDelta::seconds(1));
    let changed = words(&reflect(&jane, &id, "nmc", &[("learned", "To plan.")]).await);
    assert!(changed.contains("To plan.") && !changed.contains("943 476"), "{changed}");
    assert_eq!(app.count("reflection").await, 1);
    let other = app.sign_in("other@example.org").await;
    assert_eq!(other.get(&format!("/my/cpd/reflect?of={id}&scheme=nmc")).await.status, 404);
    assert_eq!(jane.get(&format!("/my/cpd/reflect?of={id}&scheme=nonsense")).await.status, 404);
    let form = jane
        .get(&format!("/my/cpd/reflect?of={id}&scheme=nmc"))
        .await
        .page()
        .form("/do/portfolio/delete-reflection");
    jane.submit(form).await;
    assert_eq!(app.count("reflection").await, 0);
}

#[tokio::test]
async fn the_pack_holds_it_all_in_the_fields_of_the_log() {
    let (_app, jane, id) = day().await;
    follow(&jane, &[("nmc", "2024-05-01"), ("rcpsych", "")]).await;
    let form = jane
        .get(&format!("/my/cpd/entries/{id}"))
        .await
        .page()
        .form("/do/portfolio/save-entry");
    jane.submit(
        form.set("form[what]", "Safer plans")
            .set("form[fields][nmc-code]", "Preserve safety")
            .set("form[approval]", "waiting"),
    )
    .await;
    jane.post_file(
        &format!("/my/cpd/entries/{id}/files"),
        "file",
        "slides.pdf",
        "application/pdf",
        b"%PDF-1.7\n",
    )
    .await;
    reflect(&jane, &id, "nmc", &[("learned", "Plans save lives")]).await;
    add(&jane, &[("title", "=1+1"), ("hours", "1")]).await;
    add(&jane, &[("title", "Long ago"), ("on", "2020-01-01"), ("hours", "9")]).await;

    let days = "from=2026-01-01&until=2026-12-31";
    let with = format!("{days}&reflections=true");
    let pdf = jane.get(&format!("/my/cpd/pack.pdf?{with}")).await;
    assert_eq!(
        ["content-type", "content-disposition", "cache-control"].map(|name| pdf.header(name)),
        [
            "application/pdf",
            "attachment; filename=\"cpd-2026-01-01-to-2026-12-31.pdf\"",
            "no-store"
        ]
    );
    let text = pdf_text(&pdf.bytes);
    for part in [
        "Jane Smith, 1 January to 31 December 2026",
        "1. Self-harm day",
        "CPD method Conference",
        "Hours 4.25 hours (255 minutes)",
        "Participatory 2.75 hours (165 minutes)",
        "NMC 4.25 hours, of which 2.75 participatory",
        "RCPsych 4.25 hours, subject to peer group approval",
        "Topic and how it relates to your practice Safer plans",
        "Link to the Code Preserve safety",
        "evidence/001-1-slides.pdf",
        "National picture",
        "Pathways workshop",
        "Reflective account (NMC)",
        "Plans save lives",
        "2. =1+1",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(text.contains(&format!("http://plenary.test/certificates/{id}")), "{text}");
    assert!(!text.contains("Long ago"));
    let without = pdf_text(&jane.get(&format!("/my/cpd/pack.pdf?{days}")).await.bytes);
    assert!(!without.contains("Plans save lives") && without.contains("Safer plans"));

    let csv = jane.get(&format!("/my/cpd/pack.csv?{with}")).await;
    let body = csv.text.trim_start_matches('\u{feff}').to_owned();
    let mut table = body.split("\r\n");
    assert_eq!(
        table.next().unwrap(),
        "Date,Last day,Title,CPD method,Held by,Topic and how it relates to your practice,Minutes,Hours,Participatory minutes,\
         Participatory hours,Clinical or non-clinical,Peer group,Evidence,NMC: Link to the Code,\
         NMC: What was the nature of the CPD activity and/or practice-related feedback and/or event or experience in your practice?,\
         NMC: What did you learn from the CPD activity and/or feedback and/or event or experience in your practice?,\
         NMC: How did you change or improve your practice as a result?,NMC: How is this relevant to the Code?"
    );
    let first = table.next().unwrap();
    assert!(
        first.starts_with("2026-03-12,2026-03-12,Self-harm day,Conference,Example Training Ltd,Safer plans,255,4.25,165,2.75,Clinical,Subject to peer group approval,"),
        "{first}"
    );
    assert!(first.ends_with(",Plans save lives,,"), "{first}");
    assert!(table.next().unwrap().starts_with("2026-10-01,2026-10-01,'=1+1,"), "{body}");

    let data = jane.get(&format!("/my/cpd/pack.json?{with}")).await.json();
    assert_eq!(
        (&data["name"], &data["totals"]["minutes"], &data["entries"][0]["certificate"]["id"]),
        (&json!("Jane Smith"), &json!(315), &json!(id))
    );
    assert_eq!(
        data["entries"][0]["reflections"][0]["answers"][1],
        json!({"question": "What did you learn from the CPD activity and/or feedback and/or event or experience in your practice?", "answer": "Plans save lives"})
    );

    let zip = jane.get(&format!("/my/cpd/pack.zip?{with}")).await;
    assert_eq!(zip.header("content-type"), "application/zip");
    let files = unzip(&zip.bytes);
    let certificate = format!("certificates/certificate-{id}.pdf");
    assert_eq!(
        files.keys().map(String::as_str).collect::<Vec<_>>(),
        [
            certificate.as_str(),
            "evidence/001-1-slides.pdf",
            "portfolio.csv",
            "portfolio.json",
            "portfolio.pdf"
        ]
    );
    assert_eq!(files["portfolio.pdf"], pdf.bytes);
    // The certificate as it is anywhere, with its seal.
    assert_eq!(files[&certificate], jane.get(&format!("/certificates/{id}.pdf")).await.bytes);
    assert_eq!(files["evidence/001-1-slides.pdf"], b"%PDF-1.7\n");

    let wrong = jane
        .visit("/my/cpd/pack.pdf?from=2026-05-01&until=2026-04-01&reflections=true")
        .await;
    assert_eq!(wrong.problems(), ["The last day is before the first"]);
    let form = jane.visit("/my/cpd/pack.zip?from=May&until=").await;
    assert_eq!(form.problems(), ["Enter the first day", "Enter the last day"]);
}

#[tokio::test]
async fn an_appraiser_reads_what_the_link_shows_until_it_ends() {
    let (app, jane, id) = day().await;
    reflect(&jane, &id, "nmc", &[("learned", "Plans save lives")]).await;
    jane.post_file(
        &format!("/my/cpd/entries/{id}/files"),
        "file",
        "slides.pdf",
        "application/pdf",
        b"%PDF-1.7\n",
    )
    .await;
    add(&jane, &[("title", "Long ago"), ("on", "2020-01-01"), ("hours", "9")]).await;
    let old = add(&jane, &[("title", "Before that"), ("on", "2019-01-01"), ("hours", "9")]).await;
    jane.post_file(
        &format!("/my/cpd/entries/{}/files", number(&old)),
        "file",
        "old.pdf",
        "application/pdf",
        b"%PDF-1.4\n",
    )
    .await;
    let (shown, path) = link(
        &jane,
        &[
            ("from", "2026-01-01"),
            ("until", "2026-12-31"),
            ("days", "14"),
            ("label", "Dr Mensah"),
        ],
    )
    .await;
    assert!(
        words(&shown).contains("Made.") && words(&shown).contains("Dr Mensah"),
        "{}",
        words(&shown)
    );
    // Shown once: the page itself keeps no secret, and the database holds none.
    assert!(!jane.get("/my/cpd/pack").await.text.contains(&path));
    let token = path.rsplit('/').next().unwrap();
    let stored = app.everything().await;
    for (table, rows) in stored.iter().filter(|(table, _)| table.as_str() != "form_draft") {
        assert!(rows.iter().all(|row| !row.contains(token)), "{table} holds the secret of a link");
    }
    let appraiser = app.browser();
    let page = appraiser.get(&path).await;
    assert_eq!(
        (page.status, page.header("cache-control"), page.header("x-robots-tag")),
        (200, "no-store", "noindex")
    );
    let text = words(&page);
    for part in [
        "CPD record of Jane Smith",
        "Self-harm day",
        "4.25 hours (255 minutes)",
        "Check the certificate",
        "until Friday 4 December 2026",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for hidden in ["Plans save lives", "slides.pdf", "Long ago", "Dr Mensah", JANE] {
        assert!(!page.text.contains(hidden), "{hidden}");
    }
    assert!(
        page.page()
            .all("form")
            .all(|form| !form.attr("action").unwrap_or_default().starts_with("/do/portfolio"))
    );
    let pdf = pdf_text(&appraiser.get(&format!("{path}/pack.pdf")).await.bytes);
    assert!(
        pdf.contains("Self-harm day") && !pdf.contains("Plans save lives") && !pdf.contains("Long ago"),
        "{pdf}"
    );

    app.pass(TimeDelta::seconds(1));
    let more = [
        ("from", "2026-01-01"),
        ("until", "2026-12-31"),
        ("days", "30"),
        ("reflections", "true"),
        ("files", "true"),
    ];
    let (_, all) = link(&jane, &more).await;
    let page = appraiser.get(&all).await;
    assert!(words(&page).contains("Plans save lives"));
    let file = page
        .page()
        .all("a")
        .filter_map(|link| link.attr("href"))
        .find(|href| href.contains("/files/"))
        .unwrap()
        .to_owned();
    assert_eq!(appraiser.get(&file).await.bytes, b"%PDF-1.7\n");
    assert!(pdf_text(&appraiser.get(&format!("{all}/pack.pdf")).await.bytes).contains("Plans save lives"));
    // Not by a link that does not show files, nor one of an entry it does not show.
    let id_of_file = file.rsplit('/').next().unwrap();
    assert_eq!(appraiser.get(&format!("{path}/files/{id_of_file}")).await.status, 404);
    let hidden = id_of_file.parse::<i64>().unwrap() + 1;
    assert_eq!(jane.get(&format!("/my/cpd/files/{hidden}")).await.status, 200);
    assert_eq!(appraiser.get(&format!("{all}/files/{hidden}")).await.status, 404);

    // The first runs out by itself, to the millisecond; the other when it is withdrawn.
    app.pass(TimeDelta::days(14) - TimeDelta::seconds(1) - TimeDelta::milliseconds(1));
    assert_eq!(appraiser.get(&path).await.status, 200);
    app.pass(TimeDelta::milliseconds(1));
    for gone in [path.clone(), format!("{path}/pack.pdf")] {
        assert_eq!(appraiser.get(&gone).await.status, 404, "{gone}");
    }
    assert_eq!(appraiser.get(&all).await.status, 200);
    let jane = app.sign_in(JANE).await;
    let list = words(&jane.get("/my/cpd/pack").await);
    assert!(
        list.contains("Dr Mensah") && list.contains("Run out") && list.contains("Open"),
        "{list}"
    );
    let form = jane.get("/my/cpd/pack").await.page().form("/do/portfolio/withdraw-link");
    assert!(words(&jane.submit(form).await).contains("Withdrawn."));
    for gone in [all.clone(), format!("{all}/pack.pdf"), file] {
        assert_eq!(appraiser.get(&gone).await.status, 404, "{gone}");
    }
    // The trail says that links were made and ended, and nothing of what is in them.
    let chain = format!("person:{}", app.person(JANE).await);
    assert_eq!(audit::first_break(&app.services.db.read, &chain).await.unwrap(), None);
    assert_eq!(
        app.count(&format!("audit_record WHERE chain = '{chain}' AND detail IS NULL")).await,
        3
    );
    let wrong = link(&jane, &[("from", "2026-12-31"), ("until", "2026-01-01")]).await.0;
    assert_eq!(wrong.problems(), ["The last day is before the first"]);
}

#[tokio::test]
async fn a_portfolio_opens_for_its_own_person_and_for_no_role() {
    let (app, jane, _) = day().await;
    for actor in [Actor::Nobody, Actor::System] {
        assert!(matches!(Owner::of(&actor), Err(domain::Error::SignInNeeded)), "{actor:?}");
    }
    let kept = fill_portfolio(&app, &jane, "of Jane").await;
    let owner = app.person_with_role(domain::organisations::Role::Owner).await;
    let reader = Owner::of(&app.actor(&owner).await).unwrap().reader();
    assert_eq!(own::list(&app.services, &reader).await.unwrap().items, []);
    for path in [
        format!("/my/cpd/entries/{}", kept.entry),
        format!("/my/cpd/files/{}", kept.file),
        format!("/my/cpd/reflect?of={}", kept.entry),
    ] {
        assert_eq!(owner.get(&path).await.status, 404, "{path}");
    }
}

/// A word that is nowhere but in a portfolio.
const MARK: &str = "Zwetschgenkuchen";

#[tokio::test]
async fn no_page_file_export_message_or_audit_of_an_organiser_holds_a_word_of_a_portfolio() {
    let world = world().await;
    let app = &world.app;
    // In the portfolio of somebody who came to the events of this organisation, on an entry and on a certificate.
    let delegate = app.sign_in("delegate@example.org").await;
    fill_portfolio(app, &delegate, MARK).await;
    let certificate = &world.certificates[0];
    let own_page = delegate.get(&format!("/my/cpd/entries/{certificate}")).await;
    assert_eq!(own_page.status, 200, "the delegate's certificate is not the first");
    reflect(&delegate, certificate, "nmc", &[("learned", MARK), ("changed", MARK)]).await;
    let form = delegate
        .get(&format!("/my/cpd/entries/{certificate}"))
        .await
        .page()
        .form("/do/portfolio/save-entry");
    delegate.submit(form.set("form[what]", MARK)).await;
    assert!(
        delegate
            .get("/my/cpd/pack.json?from=2026-01-01&until=2026-12-31&reflections=true")
            .await
            .text
            .contains(MARK)
    );

    let owner = app.sign_in("owner@example.org").await;
    let mut held = Vec::new();
    let mut read = 0;
    let more = [
        format!("/organise/messages?q={MARK}"),
        format!("/organise/events/past-day/bookings?q={MARK}"),
        format!("/organise/events/past-day/attendance?q={MARK}"),
        format!("/organise/events/past-day/certificates?q={MARK}"),
        format!("/events?q={MARK}"),
        format!("/check-in/past-day?q={MARK}"),
        "/organise/events/past-day/bookings.csv".to_owned(),
        "/organise/events/past-day/attendance.csv".to_owned(),
        format!("/organise/events/past-day/attendance/{}", world.past_code),
        format!("/certificates/{certificate}.json"),
    ];
    let listed = pages(&world).into_iter().map(|(_, path, _)| path);
    // The link was given out by the delegate; whoever has it may read.
    let listed = listed.filter(|path| !path.is_empty() && path != "/leave" && !path.starts_with("/appraiser/"));
    for path in listed.chain(more) {
        let answer = owner.get(&path).await;
        read += usize::from(answer.status == 200);
        // What was asked for is said again; nothing may be found by it.
        let text = answer
            .text
            .replace(&format!("q={MARK}"), "")
            .replace(&format!("value=\"{MARK}\""), "");
        let said_again = path.contains(MARK) && text.matches(MARK).count() <= 2 && !text.contains("Reading") && !text.contains("Library");
        let pdf = if answer.header("content-type") == "application/pdf" {
            pdf_text(&answer.bytes)
        } else {
            String::new()
        };
        if (text.contains(MARK) && !said_again) || pdf.contains(MARK) {
            held.push(path);
        }
    }
    assert!(held.is_empty(), "{held:?}");
    assert!(read > 60, "only {read} pages could be read");

    // What leaves the program: the export of each event and network, and what a backup says of itself.
    for slug in ["past-day", "study-day", "today", "north"] {
        let (code, said) = ended(
            app.program()
                .args(["export", if slug == "north" { "network" } else { "event" }, slug]),
        );
        assert_eq!(code, 0, "{said}");
        assert!(!said.contains(MARK), "{slug}");
    }
    // Messages, the trail, jobs and everything else that is not a portfolio's.
    let own = [
        "portfolio_entry",
        "portfolio_file",
        "portfolio_setting",
        "reflection",
        "appraiser_link",
    ];
    for (table, rows) in app.everything().await {
        let holds = rows.iter().any(|row| row.contains(MARK));
        assert_eq!(holds, own.contains(&table.as_str()) && table != "portfolio_setting", "{table}");
    }
    app.run_jobs().await;
    for mail in app.mails().await {
        assert!(!mail.text.contains(MARK), "{}", mail.to);
    }
}

#[tokio::test]
async fn a_backup_says_nothing_of_what_is_in_it() {
    let (app, jane, id) = day().await;
    fill_portfolio(&app, &jane, MARK).await;
    reflect(&jane, &id, "nmc", &[("learned", MARK)]).await;
    let file = app.folder.join("all.tar.gz");
    let (code, said) = ended(app.program().arg("backup").arg(&file));
    // PostgreSQL is backed up by its own tools.
    let is_made = !app.services.db.is_postgres();
    assert_eq!((code, file.exists()), (i32::from(!is_made), is_made), "{said}");
    assert!(!said.contains(MARK) && !said.contains("portfolio-"), "{said}");
}

/// Every source file under a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn the_tables_of_portfolios_are_named_in_one_module_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let own = root.join("domain/src/portfolio/own");
    let mut files = Vec::new();
    for part in ["domain/src", "app/src", "server/src", "xtask/src"] {
        sources(&root.join(part), &mut files);
    }
    let tables = [
        "portfolio_entry",
        "portfolio_file",
        "portfolio_setting",
        "appraiser_link",
        "\"reflection\"",
        " reflection ",
    ];
    let mut named = Vec::new();
    let mut inside = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let names = code.filter(|line| {
            let asks = line.contains("FROM") || line.contains("INTO") || line.contains("UPDATE") || line.contains("table_name");
            tables
                .iter()
                .any(|table| line.contains(table) && (asks || table.starts_with("portfolio_") || *table == "appraiser_link"))
        });
        let count = names.count();
        if file.starts_with(&own) {
            inside += count;
        } else if count > 0 {
            named.push(file);
        }
    }
    assert!(inside >= 5, "the tables were not found where they are");
    assert!(named.is_empty(), "{named:?}");
    // And their rows cannot be named from outside: the compiler sees to it.
    let module = std::fs::read_to_string(own.join("mod.rs")).unwrap();
    assert!(module.contains("\nmod entity;\n") && !module.contains("pub use entity"));
}

#[tokio::test]
async fn one_entry_or_three_are_read_with_the_same_queries() {
    let (app, jane, id) = day().await;
    reflect(&jane, &id, "nmc", &[("learned", "One")]).await;
    let one = app.count_queries(jane.get("/my/cpd")).await;
    for title in ["Second", "Third"] {
        let saved = add(&jane, &[("title", title)]).await;
        reflect(&jane, &number(&saved), "nmc", &[("learned", title)]).await;
    }
    assert_eq!(app.count_queries(jane.get("/my/cpd")).await, one);
}
