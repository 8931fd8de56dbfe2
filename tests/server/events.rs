//! An event in public: what its page tells people, what it tells search engines, the one button that is right, photos of
//! speakers; and the link for taking part online, which only those who hold a place ever see.

use crate::{
    ground::{book, named, order, words},
    permissions::{pages, world},
};
use chrono::TimeDelta;
use domain::organisations::Role;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use server::middleware::Kept;
use std::io::Cursor;
use tests::{Answer, Browser, Event, TestApp};

const MARKER: &str = "https://meet.example.org/marker-5d1f0c";

/// What the page gives to programs that read JSON-LD.
fn data(answer: &Answer) -> Value {
    let (_, rest) = answer
        .text
        .split_once("<script type=\"application/ld+json\">")
        .expect("the page has JSON-LD");
    let (head, _) = answer.text.split_once("</head>").unwrap();
    assert!(head.contains("ld+json"), "it stands in the head");
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

fn meta(answer: &Answer, name: &str) -> Option<String> {
    let page = answer.page();
    let found = page
        .all("meta")
        .find(|meta| meta.attr("property") == Some(name) || meta.attr("name") == Some(name));
    found.and_then(|meta| meta.attr("content")).map(str::to_owned)
}

#[tokio::test]
async fn search_engines_and_previews_are_told_what_when_where_and_how_much() {
    let app = TestApp::start().await;
    let event = app
        .event()
        .title("Safer \"schools\" & <streets>")
        .ticket("nhs", "NHS", 19_500, "standard", None)
        .ticket("free", "Lived experience", 0, "outside", Some(0))
        .bookings("2026-11-01T09:00", "2027-03-11T17:00")
        .with(|file| {
            file["speakers"] = json!([{"code": "ama", "name": "Dr Ama Owusu"}]);
            file["event"]["attendance_mode"] = "both".into();
            file["event"]["online_url"] = MARKER.into();
        });
    let event = event.create().await;
    let answer = app.browser().get(&event.path("")).await;
    assert_eq!(
        data(&answer),
        json!({
            "@context": "https://schema.org", "@type": "Event",
            "name": "Safer \"schools\" & <streets>",
            "description": "One day for everybody.",
            "url": "http://plenary.test/events/study-day",
            "startDate": "2027-03-12T09:00:00+00:00", "endDate": "2027-03-12T16:00:00+00:00",
            "eventStatus": "https://schema.org/EventScheduled",
            "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode",
            "location": [
                {"@type": "Place", "name": "Example Hall", "address": {"@type": "PostalAddress", "streetAddress": "1 High Street, Oxford", "postalCode": "OX1 1AA"}},
                {"@type": "VirtualLocation", "url": "http://plenary.test/events/study-day"}
            ],
            "organizer": {"@type": "Organization", "name": "Example Training Ltd", "url": "http://plenary.test/"},
            "inLanguage": "en-GB",
            "isAccessibleForFree": false,
            "offers": [
                {"@type": "Offer", "name": "NHS", "price": "234.00", "priceCurrency": "GBP", "availability": "https://schema.org/InStock", "url": "http://plenary.test/events/study-day/book", "validFrom": "2026-11-01T09:00:00+00:00"},
                {"@type": "Offer", "name": "Lived experience", "price": "0.00", "priceCurrency": "GBP", "availability": "https://schema.org/SoldOut", "url": "http://plenary.test/events/study-day/book", "validFrom": "2026-11-01T09:00:00+00:00"}
            ],
            "performer": [{"@type": "Person", "name": "Dr Ama Owusu"}]
        })
    );
    assert_eq!(
        ["description", "og:type", "og:title", "og:description", "og:url", "og:site_name"]
            .map(|name| meta(&answer, name).unwrap_or_default()),
        [
            "One day for everybody.",
            "website",
            "Safer \"schools\" & <streets>",
            "One day for everybody.",
            "http://plenary.test/events/study-day",
            "Example Training Ltd"
        ]
    );
    // Other pages say nothing of the kind, and neither does a draft, even to those who may see it.
    let agenda = app.browser().get(&event.path("/agenda")).await;
    assert!(!agenda.text.contains("ld+json") && !agenda.text.contains("og:title"));
    app.event().slug("hidden").draft().create().await;
    let draft = app.person_with_role(Role::Owner).await.get("/events/hidden").await;
    assert!(draft.status == 200 && !draft.text.contains("ld+json") && !draft.text.contains("og:title"));
}

#[tokio::test]
async fn a_sensitive_event_goes_by_its_neutral_name_wherever_we_do_not_draw_the_page() {
    let app = TestApp::start().await;
    let event = app
        .event()
        .title("Self-harm: compassion and practice")
        .sensitive("Study day, 12 March")
        .with(|file| {
            file["event"]["summary"] = "A day on self-harm.".into();
            file["event"]["audience"] = "People who look after somebody who self-harms.".into();
            file["speakers"] = json!([{"code": "ama", "name": "Dr Ama Owusu", "role": "Self-harm lead"}]);
        });
    let event = event.create().await;
    let answer = app.browser().get(&event.path("")).await;
    let told = data(&answer);
    assert_eq!(
        (&told["name"], &told["description"]),
        (
            &json!("Study day, 12 March"),
            &json!("Friday 12 March 2027, 9am to 4pm. Example Hall, 1 High Street, Oxford, OX1 1AA. Example Training Ltd.")
        )
    );
    let (head, _) = answer.text.split_once("</head>").unwrap();
    for word in ["elf-harm", "Owusu", "self-harms"] {
        assert!(!head.contains(word), "{word} is in the head: {head}");
    }
    app.execute("UPDATE event SET status = 'cancelled'").await;
    let told = data(&app.browser().get(&event.path("")).await);
    assert_eq!(told["eventStatus"], json!("https://schema.org/EventCancelled"));
}

#[tokio::test]
async fn the_one_button_is_right_in_each_state() {
    let app = TestApp::start().await;
    let event = app
        .event()
        .capacity(3)
        .bookings("2026-12-01T09:00", "2027-03-11T17:00")
        .create()
        .await;
    let says = async || {
        let answer = app.browser().get(&event.path("")).await;
        let link = answer.page().link("Book a place");
        assert_eq!(link.is_some(), words(&answer).contains("Book a place"));
        (link, words(&answer))
    };
    let closed_with = async |expected: &str| {
        let (link, told) = says().await;
        assert!(link.is_none() && told.contains(expected), "{expected}: {told}");
    };
    closed_with("Booking opens on Tuesday 1 December 2026, 9am").await;
    app.move_to("2026-12-01T09:00:00Z");
    let (link, told) = says().await;
    assert!(
        link.as_deref() == Some("/events/study-day/book") && told.contains("3 places left"),
        "{told}"
    );
    app.browser().book(&event, ["Ama Owusu", "Kofi Mensah"]).await;
    assert!(says().await.1.contains("1 place left"));
    app.browser().book(&event, ["Siân Llŷr"]).await;
    closed_with("This event is full").await;
    app.run_jobs().await;
    app.execute("UPDATE event SET capacity = 300").await;
    let (link, told) = says().await;
    assert!(link.is_some() && !told.contains("left"), "{told}");
    app.execute("UPDATE event SET status = 'closed'").await;
    closed_with("Booking is closed").await;
    app.execute("UPDATE event SET status = 'published'").await;
    app.move_to("2027-03-11T17:00:00Z");
    closed_with("Booking is closed").await;
    app.move_to("2027-03-12T16:00:00Z");
    closed_with("This event is over").await;
    app.execute("UPDATE event SET status = 'cancelled'").await;
    closed_with("This event is cancelled").await;
    app.execute("UPDATE event SET status = 'draft'").await;
    let draft = app.person_with_role(Role::Viewer).await.get(&event.path("")).await;
    assert!(draft.page().link("Book a place").is_none() && words(&draft).contains("Nobody can book while it is a draft"));
}

#[tokio::test]
async fn the_link_for_taking_part_is_on_no_page_feed_or_answer_but_of_those_who_hold_a_place() {
    let world = world().await;
    world
        .app
        .execute(&format!("UPDATE event SET online_url = '{MARKER}', attendance_mode = 'both'"))
        .await;
    let mut seen_by_holders = 0;
    for who in ["nobody", "delegate@example.org", "steward@example.org", "stranger@example.org"] {
        let browser = if who == "nobody" {
            world.app.browser()
        } else {
            world.app.sign_in(who).await
        };
        for (route, path, _) in pages(&world) {
            // Leaving ends the sign-in; sign-in links are tried elsewhere. The stranger runs an event of their own.
            if path.is_empty() || route == "/leave" || path.contains("other-day") {
                continue;
            }
            let answer = browser.get(&path).await;
            if !answer.text.contains("marker-5d1f0c") {
                continue;
            }
            let by_link = matches!(route, "/bookings/{token}" | "/invites/{token}");
            let own = matches!(route, "/my/bookings/{reference}" | "/my") && who == "delegate@example.org";
            assert!(by_link || own, "{who} reads the joining link at {path}");
            seen_by_holders += 1;
        }
        let listed = browser.get("/api/v1/events?q=study").await;
        assert!(!listed.text.contains("marker-5d1f0c"));
    }
    assert!(seen_by_holders > 0, "those who hold a place find it on their booking's page");
}

#[tokio::test]
async fn the_link_for_taking_part_is_mailed_to_place_holders_and_to_nobody_else() {
    let app = TestApp::start().await;
    let event = app.event().with(|file| {
        file["event"]["attendance_mode"] = "online".into();
        file["event"]["online_url"] = MARKER.into();
    });
    let event = event.create().await;
    let lines = vec![
        named("standard", "Jane Smith", "jane@example.org"),
        named("standard", "Kofi Mensah", "kofi@example.org"),
    ];
    let booked = book(&app, order(&event.slug, "k", lines)).await.unwrap();
    app.run_jobs().await;
    let has = |mail: &tests::Mail| {
        let calendar = mail
            .calendar
            .as_ref()
            .map(|(_, text)| text.replace("\r\n ", ""))
            .unwrap_or_default();
        [&mail.text, &mail.html, &calendar]
            .iter()
            .any(|text| text.contains("marker-5d1f0c"))
    };
    let mut with: Vec<String> = app
        .mails()
        .await
        .iter()
        .filter(|mail| has(mail))
        .map(|mail| mail.to.clone())
        .collect();
    with.sort();
    with.dedup();
    assert_eq!(with, ["jane@example.org", "kofi@example.org"], "the booker holds no place");

    // Nor does the page of the booking show it to the booker; Jane finds it in hers.
    let page = app.browser().get(&format!("/bookings/{}", booked.manage)).await;
    assert!(page.status == 200 && !page.text.contains("marker-5d1f0c"), "{}", page.text);
    let jane = app.sign_in("jane@example.org").await;
    let own = jane.get(&format!("/my/bookings/{}", booked.reference)).await;
    assert_eq!(own.page().link("Join online").as_deref(), Some(MARKER));
    app.execute("UPDATE place SET state = 'cancelled'").await;
    assert!(
        !jane
            .get(&format!("/my/bookings/{}", booked.reference))
            .await
            .text
            .contains("marker-5d1f0c")
    );
}

/// A picture of one colour.
pub fn picture(red: u8, format: ImageFormat) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::from_pixel(600, 800, Rgb([red, 20, 20])))
        .write_to(&mut out, format)
        .unwrap();
    out.into_inner()
}

async fn with_speaker() -> (TestApp, Event, Browser) {
    let app = TestApp::start().await;
    let event = app
        .event()
        .with(|file| file["speakers"] = json!([{"code": "ama", "name": "Dr Ama Owusu"}]));
    let event = event.create().await;
    let owner = app.person_with_role(Role::Owner).await;
    (app, event, owner)
}

async fn hand_in(owner: &Browser, event: &Event, bytes: &[u8]) -> Answer {
    let page = owner.get(&event.desk("/agenda/speakers?photo=ama")).await.page();
    let form = page.forms().into_iter().find(|form| form.action.ends_with("/photo")).unwrap();
    let answer = owner.post_file(&form.action, "photo", "DSC_0012.jpg", "image/jpeg", bytes).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    owner.follow(answer).await
}

/// The address of the photo on the event's page, if there is one.
async fn photo(app: &TestApp, event: &Event) -> Option<String> {
    let page = app.browser().get(&event.path("")).await.page();
    let face = page.all("img").find(|image| image.has_class("face"));
    face.and_then(|image| image.attr("src")).map(str::to_owned)
}

#[tokio::test]
async fn a_photo_is_written_anew_shown_under_its_own_name_and_gone_when_it_is_removed() {
    let (app, event, owner) = with_speaker().await;
    let shown = app.browser().get(&event.path("")).await;
    assert!(
        words(&shown).contains("AO Dr Ama Owusu"),
        "initials stand where there is no photo: {}",
        words(&shown)
    );

    let saved = hand_in(&owner, &event, &picture(230, ImageFormat::Png)).await;
    assert!(words(&saved).contains("The photo shows on the event's page."), "{}", words(&saved));
    let address = photo(&app, &event).await.unwrap();
    let name = address.strip_prefix("/photos/").unwrap();
    assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{address}");
    let file = app.browser().get(&address).await;
    assert_eq!(
        (
            file.status,
            file.header("content-type"),
            file.header("cache-control"),
            file.header("x-content-type-options")
        ),
        (200, "image/jpeg", "public, max-age=31536000, immutable", "nosniff")
    );
    let square = image::load_from_memory(&file.bytes).unwrap();
    assert_eq!((square.width(), square.height()), (400, 400));

    // Another photo has another address, and the first is not there any more.
    hand_in(&owner, &event, &picture(120, ImageFormat::WebP)).await;
    let second = photo(&app, &event).await.unwrap();
    assert_ne!(second, address);
    assert_eq!(app.browser().get(&address).await.status, 404);
    let kept = || std::fs::read_dir(app.folder.join("files/photos")).unwrap().count();
    assert_eq!(kept(), 1);

    // Saving the words beside it leaves it alone, and so does bringing the event in again by file.
    let form = owner
        .get(&event.desk("/agenda/speakers?edit=ama"))
        .await
        .page()
        .form("/do/agenda/speaker");
    owner.submit(form.set("form[role]", "Consultant")).await;
    let file = domain::events::exchange::export(&app.services, &domain::access::Actor::System, &event.slug)
        .await
        .unwrap();
    let update = domain::events::exchange::Options {
        update: true,
        ..Default::default()
    };
    app.try_import(&serde_json::to_value(&file).unwrap(), update).await.unwrap();
    assert_eq!(photo(&app, &event).await, Some(second.clone()));

    // A copy of the event shares it: it goes when the last who has it goes.
    let copy = owner.get(&event.desk("/copy")).await.page().form("/do/organise/copy");
    owner.submit(copy.set("form[title]", "Again")).await;
    let remove = owner
        .get(&event.desk("/agenda/speakers?photo=ama"))
        .await
        .page()
        .form("/do/agenda/remove-photo");
    owner.submit(remove).await;
    assert_eq!(photo(&app, &event).await, None);
    assert_eq!((app.browser().get(&second).await.status, kept()), (200, 1));
    let delete = owner.get("/organise/events/again/agenda/speakers?edit=ama").await.page();
    owner.submit(delete.form("/do/agenda/delete-speaker")).await;
    assert_eq!((app.browser().get(&second).await.status, kept()), (404, 0));
}

#[tokio::test]
async fn what_is_no_photo_is_refused_on_the_page_it_came_from() {
    let (app, event, owner) = with_speaker().await;
    let large = vec![0xFF; domain::platform::pictures::MOST_BYTES + 1];
    for (bytes, words) in [
        (&b""[..], "Choose a photo"),
        (
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
            "That is not a photo this can read. Choose a JPEG, PNG or WebP file",
        ),
        (&large, "The photo is larger than 8 MB. Choose a smaller one"),
    ] {
        let refused = hand_in(&owner, &event, bytes).await;
        assert_eq!(refused.problems(), [words]);
        let page = refused.page();
        let field = page.by_id("f-photo").unwrap();
        assert_eq!(field.attr("aria-invalid"), Some("true"));
        assert!(page.main().contains("Photo of Dr Ama Owusu"));
    }
    assert_eq!(photo(&app, &event).await, None);
    for strange in [
        "/photos/..%2Fplenary.db",
        "/photos/%2Fetc%2Fpasswd",
        "/photos/00000000000000000000000000000000",
    ] {
        assert_eq!(app.browser().get(strange).await.status, 404, "{strange}");
    }
}

#[tokio::test]
async fn a_page_is_drawn_once_for_all_whom_nobody_knows_until_something_it_shows_changes() {
    let app = TestApp::builder().router(|options| options.kept = Kept::default()).start().await;
    let event = app.event().capacity(3).create().await;
    let owner = app.person_with_role(Role::Owner).await;
    let look = async |browser: &Browser| {
        let mut answer = None;
        let queries = app.count_queries(async { answer = Some(browser.get(&event.path("")).await) }).await;
        (queries, answer.unwrap())
    };
    let (drawn, first) = look(&app.browser()).await;
    assert!(drawn > 1 && first.text.contains("3 places left"));
    let (asked, again) = look(&app.browser()).await;
    assert_eq!((asked, &again.text), (1, &first.text));
    assert_eq!(again.headers, first.headers);

    assert!(look(&owner).await.1.text.contains("Sign out"));
    let contrast = app.browser();
    contrast.post("/preferences", &[("contrast", "more"), ("back", "/")]).await;
    assert_eq!(
        look(&contrast).await.1.page().all("html").next().unwrap().attr("data-contrast"),
        Some("more")
    );
    assert_eq!(look(&app.browser()).await.0, 1);

    app.browser().book(&event, ["Ama Owusu"]).await;
    app.run_jobs().await;
    let (drawn, answer) = look(&app.browser()).await;
    assert!(drawn > 1 && answer.text.contains("2 places left"));
    // What is said of booking changes with the time.
    app.pass(TimeDelta::minutes(1));
    assert!(look(&app.browser()).await.0 > 1);
    assert_eq!(look(&app.browser()).await.0, 1);
}

#[tokio::test]
async fn a_photo_is_saved_on_a_page_where_nothing_else_is_typed() {
    let (_app, event, owner) = with_speaker().await;
    let edit = owner.get(&event.desk("/agenda/speakers?edit=ama")).await.page();
    assert!(edit.find_form("/do/agenda/speaker").is_some());
    assert!(
        !edit.all("input").any(|input| input.attr("type") == Some("file")),
        "saving a photo would lose what is typed"
    );
    let page = owner.get(&event.desk("/agenda/speakers?photo=ama")).await.page();
    let typed: Vec<_> = page
        .forms()
        .into_iter()
        .filter(|form| form.action != "/preferences")
        .flat_map(|form| form.texts)
        .collect();
    assert_eq!(typed, [""; 0], "{typed:?}");
    let list = owner.get(&event.desk("/agenda/speakers")).await.page();
    assert_eq!(
        list.link("Photo of Dr Ama Owusu").as_deref(),
        Some("/organise/events/study-day/agenda/speakers?photo=ama")
    );
}

#[tokio::test]
async fn photos_are_handed_in_only_so_often() {
    let app = TestApp::builder().limits(|limits| limits.upload_person.tries = 2).start().await;
    let event = app
        .event()
        .with(|file| file["speakers"] = json!([{"code": "ama", "name": "Dr Ama Owusu"}]));
    let event = event.create().await;
    let owner = app.person_with_role(Role::Owner).await;
    let path = event.desk("/agenda/speakers/ama/photo");
    let picture = picture(60, ImageFormat::Png);
    let hand_in = async |browser: &Browser| {
        let answer = browser.post_file(&path, "photo", "a.png", "image/png", &picture).await;
        (answer.status, answer.header("retry-after").to_owned())
    };
    assert_eq!(hand_in(&owner).await.0, 303);
    assert_eq!(hand_in(&owner).await.0, 303);
    assert_eq!(hand_in(&owner).await, (429, "3600".to_owned()));
    let other = app.person_with_role(Role::Organiser).await;
    assert_eq!(hand_in(&other).await.0, 303, "it is counted by person");
    app.pass(TimeDelta::hours(1));
    assert_eq!(hand_in(&owner).await.0, 303);
}
