//! Speakers by their private link: asked, they answer, tell about themselves, and choose how they are shown.

use crate::ground::words;
use chrono::TimeDelta;
use domain::organisations::Role;
use lopdf::Document;
use serde_json::json;
use tests::{Answer, Browser, Event, TestApp};

async fn day() -> (TestApp, Event, Browser) {
    let app = TestApp::start().await;
    let event = app
        .event()
        .with(|file| {
            file["speakers"] = json!([
                { "code": "ama", "name": "Dr Ama Owusu", "role": "Consultant", "organisation": "Example Trust" },
                { "code": "sian", "name": "Siân Llŷr", "organisation": "A charity" },
            ]);
            file["sessions"][0]["speakers"] = json!(["ama", "sian"]);
            file["event"]["outcomes"] = json!(["Reflect on lived experience"]);
        })
        .create()
        .await;
    let organiser = app.person_with_role(Role::Organiser).await;
    (app, event, organiser)
}

async fn ask(organiser: &Browser, event: &Event, code: &str, address: &str) -> Answer {
    let page = organiser.get(&event.desk(&format!("/agenda/speakers?ask={code}"))).await;
    let form = page.page().form("/do/agenda/ask-speaker");
    organiser.submit(form.set("form[address]", address)).await
}

/// The path of the link in the last mail to an address.
async fn link(app: &TestApp, address: &str) -> String {
    app.run_jobs().await;
    let mail = app.mails_to(address).await.pop().unwrap();
    let text = mail.text;
    let at = text.find("/speaking/").unwrap_or_else(|| panic!("{text}"));
    text[at..].split_whitespace().next().unwrap().to_owned()
}

async fn say(path: &str, app: &TestApp, fields: &[(&str, &str)]) -> Answer {
    let speaker = app.browser();
    let form = speaker.get(path).await.page().form("/do/agenda/answer");
    let form = fields
        .iter()
        .fold(form, |form, (name, value)| form.set(&format!("form[{name}]"), value));
    speaker.submit(form).await
}

#[tokio::test]
async fn a_speaker_answers_by_their_own_link_and_the_organiser_sees_it() {
    let (app, event, organiser) = day().await;
    let told = words(&ask(&organiser, &event, "ama", "ama@example.org").await);
    assert!(told.contains("Asked.") && told.contains("Not asked"), "{told}");
    let path = link(&app, "ama@example.org").await;
    let page = words(&app.browser().get(&path).await);
    assert!(page.contains("The talk") && page.contains("Friday 12 March 2027, 9:30am"), "{page}");

    let nothing = say(&path, &app, &[("bio", "Twenty years on wards.")]).await;
    assert_eq!(nothing.problems(), ["Say whether you come"]);
    assert_eq!(
        nothing.page().form("/do/agenda/answer").value("form[bio]"),
        Some("Twenty years on wards.")
    );
    app.pass(TimeDelta::seconds(1));
    let fields = [
        ("state", "confirmed"),
        ("role", "Consultant psychiatrist"),
        ("bio", "Twenty years on wards."),
        ("declaration", "Advises a charity."),
    ];
    let saved = words(&say(&path, &app, &fields).await);
    assert!(saved.contains("Your answer is saved."), "{saved}");
    let table = words(&organiser.get(&event.desk("/agenda/speakers")).await);
    assert!(
        table.contains("Consultant psychiatrist, Example Trust") && table.contains("Speaks"),
        "{table}"
    );
    let asked = words(&organiser.get(&event.desk("/agenda/speakers?ask=ama")).await);
    assert!(asked.contains("They declare: Advises a charity."), "{asked}");
    // Asked again, the first link ends.
    app.pass(TimeDelta::seconds(1));
    ask(&organiser, &event, "ama", "ama@home.example").await;
    assert_eq!(app.browser().get(&path).await.status, 404);
    assert_eq!(app.browser().get(&link(&app, "ama@home.example").await).await.status, 200);
}

#[tokio::test]
async fn whoever_speaks_of_their_own_life_is_shown_as_they_choose_at_once() {
    let (app, event, organiser) = day().await;
    ask(&organiser, &event, "sian", "sian@example.org").await;
    let path = link(&app, "sian@example.org").await;
    let public = async || {
        let browser = app.browser();
        let pages = [
            browser.get(&event.path("")).await,
            browser.get(&event.path("/agenda")).await,
            browser.get(&event.path("/now")).await,
        ];
        pages.map(|page| page.text).join("\n")
    };
    assert!(public().await.contains("Siân Llŷr"));
    app.pass(TimeDelta::seconds(1));
    let missing = say(&path, &app, &[("state", "confirmed"), ("shown", "other")]).await;
    assert_eq!(missing.problems(), ["Enter the name to show in place of yours"]);
    say(&path, &app, &[("state", "confirmed"), ("shown", "other"), ("shown_name", "Robin")]).await;
    let shown = public().await;
    assert!(shown.contains("Robin") && !shown.contains("Llŷr") && !shown.contains("A charity"));
    app.pass(TimeDelta::seconds(1));
    say(&path, &app, &[("state", "confirmed"), ("shown", "hidden")]).await;
    let hidden = public().await;
    assert!(!hidden.contains("Robin") && !hidden.contains("Llŷr") && hidden.contains("Ama Owusu"));
    // The organiser knows who speaks.
    let table = words(&organiser.get(&event.desk("/agenda/speakers")).await);
    assert!(table.contains("Siân Llŷr") && table.contains("Not shown to the public"), "{table}");
}

#[tokio::test]
async fn the_approval_pack_has_all_a_college_asks_for() {
    let (app, event, organiser) = day().await;
    ask(&organiser, &event, "ama", "ama@example.org").await;
    let path = link(&app, "ama@example.org").await;
    app.pass(TimeDelta::seconds(1));
    say(&path, &app, &[("state", "confirmed"), ("declaration", "Advises a charity.")]).await;
    let answer = organiser.get(&event.desk("/approval.pdf")).await;
    assert_eq!(answer.header("content-type"), "application/pdf");
    let document = Document::load_mem(&answer.bytes).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    let read = document.extract_text(&pages).unwrap();
    let read = read.split_whitespace().collect::<Vec<_>>().join(" ");
    for expected in [
        "9:30am to 11am",
        "The talk",
        "Talk, 90 minutes, CPD",
        "Reflect on lived experience",
        "Dr Ama Owusu, Consultant, Example Trust",
        "Declares: Advises a charity.",
        "Not asked for a declaration yet.",
        "1.5 hours (90 minutes)",
    ] {
        assert!(read.contains(expected), "{expected}: {read}");
    }
}

#[tokio::test]
async fn a_speaker_hands_in_their_own_photo_and_it_goes_when_they_hide() {
    let (app, event, organiser) = day().await;
    ask(&organiser, &event, "ama", "ama@example.org").await;
    let path = link(&app, "ama@example.org").await;
    let speaker = app.browser();
    let picture = crate::events::picture(200, image::ImageFormat::Png);
    let empty = speaker.post_file(&format!("{path}/photo"), "photo", "", "image/png", b"").await;
    let page = speaker.get(&empty.location().unwrap()).await;
    assert_eq!(page.problems(), ["Choose a photo"]);
    let sent = speaker
        .post_file(&format!("{path}/photo"), "photo", "ama.png", "image/png", &picture)
        .await;
    assert!(sent.location().unwrap().ends_with("?saved=1"), "{:?}", sent.location());
    let public = app.browser().get(&event.path("")).await;
    let photo = public
        .page()
        .all("img")
        .find_map(|img| img.attr("src").filter(|src| src.starts_with("/photos/")).map(str::to_owned));
    let photo = photo.unwrap_or_else(|| panic!("no photo in {}", public.text));
    assert_eq!(app.browser().get(&photo).await.status, 200);
    app.pass(TimeDelta::seconds(1));
    say(&path, &app, &[("state", "confirmed"), ("shown", "other"), ("shown_name", "Robin")]).await;
    assert!(!app.browser().get(&event.path("")).await.text.contains("/photos/"));
    let remove = speaker.get(&path).await.page().form("/do/agenda/remove-own-photo");
    speaker.submit(remove).await;
    assert_eq!(app.browser().get(&photo).await.status, 404);
    let stranger = app
        .browser()
        .post_file("/speaking/nonsense/photo", "photo", "a.png", "image/png", &picture)
        .await;
    assert_eq!(stranger.status, 404);
}

#[tokio::test]
async fn the_programme_to_print_has_every_session_and_nobody_who_is_not_shown() {
    let (app, event, organiser) = day().await;
    ask(&organiser, &event, "sian", "sian@example.org").await;
    let path = link(&app, "sian@example.org").await;
    app.pass(TimeDelta::seconds(1));
    say(&path, &app, &[("state", "confirmed"), ("shown", "hidden")]).await;
    let answer = app.browser().get(&event.path("/programme.pdf")).await;
    assert_eq!(answer.header("content-type"), "application/pdf");
    let document = Document::load_mem(&answer.bytes).unwrap();
    let pages: Vec<u32> = document.get_pages().into_keys().collect();
    let text = document.extract_text(&pages).unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Study day",
        "The talk",
        "9:30am to 11am",
        "Dr Ama Owusu",
        "Main hall",
        "90 minutes of CPD",
    ] {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert!(!text.contains("Siân"), "{text}");
}
