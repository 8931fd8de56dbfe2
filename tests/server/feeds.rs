//! Calendars to follow: everybody's, and one's own.

use crate::ground::words;
use axum::body::Body;
use chrono::TimeDelta;
use domain::organisations::Role;
use http::Method;
use serde_json::json;
use tests::{Answer, Browser, Event, TestApp};

async fn day(sensitive: bool) -> (TestApp, Event, Browser) {
    let app = TestApp::start().await;
    let mut event = app
        .event()
        .sessions(json!([
            {"code": "talk", "title": "Opening", "kind": "talk", "starts": "2027-03-12T09:30", "ends": "2027-03-12T10:30", "room": "hall", "cpd": true},
            {"code": "tea", "title": "Tea", "kind": "break", "starts": "2027-03-12T10:30", "ends": "2027-03-12T11:00"},
            {"code": "art", "title": "Art work", "kind": "workshop", "starts": "2027-03-12T11:00", "ends": "2027-03-12T12:00", "room": "hall", "cpd": true, "sign_up_places": 1},
            {"code": "walk", "title": "A walk", "kind": "workshop", "starts": "2027-03-12T11:00", "ends": "2027-03-12T12:00", "cpd": true, "sign_up_places": 9},
        ]))
        .place("p0", "Person 0", "person0@example.org");
    if sensitive {
        event = event.sensitive("Training day");
    }
    let event = event.create().await;
    let browser = app.sign_in("person0@example.org").await;
    (app, event, browser)
}

/// Presses the button, and gives the path of the feed it shows.
async fn make(browser: &Browser) -> String {
    let form = browser.get("/my/calendar").await.page().form("/do/my/make-feed");
    let shown = browser.submit(form).await;
    let at = shown.text.find("/feeds/").unwrap_or_else(|| panic!("{}", words(&shown)));
    shown.text[at..].split(['"', '<', ' ']).next().unwrap().to_owned()
}

async fn ask(app: &TestApp, path: &str, tag: Option<&str>) -> Answer {
    let headers: Vec<(&str, &str)> = tag.map(|tag| ("if-none-match", tag)).into_iter().collect();
    app.browser().request(Method::GET, path, &headers, Body::empty()).await
}

/// The titles in a calendar, in order.
fn titles(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("SUMMARY:"))
        .map(str::trim_end)
        .collect()
}

#[tokio::test]
async fn a_private_feed_holds_ones_own_agenda_and_answers_by_its_tag() {
    let (app, event, browser) = day(false).await;
    let path = make(&browser).await;
    let answer = ask(&app, &path, None).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8; method=PUBLISH");
    assert_eq!(answer.header("cache-control"), "private, max-age=900");
    assert!(answer.text.contains("REFRESH-INTERVAL;VALUE=DURATION:PT1H"), "{}", answer.text);
    assert!(answer.text.contains("LOCATION:Main hall\\, Example Hall"), "{}", answer.text);
    assert_eq!(titles(&answer.text), ["Opening"]);
    let tag = answer.header("etag").to_owned();
    assert!(tag.starts_with('"'), "a strong tag: {tag}");
    let same = ask(&app, &path, Some(&tag)).await;
    assert_eq!((same.status, same.text.as_str()), (304, ""));
    assert_eq!(same.header("etag"), tag);

    let place = &app.places(&event).await[0];
    let choose = async |code: &str, act| {
        let holder = domain::bookings::service::Holder::Actor(&domain::access::Actor::System);
        domain::bookings::sign_up::choose(&app.services, holder, place.id, code, act)
            .await
            .unwrap();
    };
    app.pass(TimeDelta::seconds(1));
    choose("art", domain::bookings::sign_up::Act::Join).await;
    let changed = ask(&app, &path, Some(&tag)).await;
    assert_eq!(changed.status, 200);
    assert_eq!(titles(&changed.text), ["Opening", "Art work"]);
    assert_ne!(changed.header("etag"), tag);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_feed_is_its_owners_to_end_and_its_address_is_shown_once() {
    let (app, _, browser) = day(false).await;
    let first = make(&browser).await;
    let page = browser.get("/my/calendar").await;
    assert!(
        !page.text.contains("/feeds/") && words(&page).contains("You have one"),
        "{}",
        words(&page)
    );
    app.pass(TimeDelta::seconds(1));
    let second = make(&browser).await;
    assert_eq!(ask(&app, &first, None).await.status, 404);
    assert_eq!(ask(&app, &second, None).await.status, 200);
    let stop = browser.get("/my/calendar").await.page().form("/do/my/stop-feed");
    let said = words(&browser.submit(stop).await);
    assert!(said.contains("Stopped."), "{said}");
    assert_eq!(ask(&app, &second, None).await.status, 404);
    assert_eq!(ask(&app, "/feeds/nonsense.ics", None).await.status, 404);
    // Neither secret is in the database, but for half an hour with the page that shows it.
    app.pass(TimeDelta::minutes(31));
    domain::work::sweep(&app.services).await.unwrap();
    let everything = format!("{:?}", app.everything().await);
    for path in [first, second] {
        let secret = path.trim_start_matches("/feeds/").trim_end_matches(".ics").to_owned();
        assert!(!everything.contains(&secret));
    }
}

#[tokio::test]
async fn of_a_sensitive_event_no_title_of_a_session_is_in_a_calendar() {
    let (app, _, browser) = day(true).await;
    let answer = ask(&app, &make(&browser).await, None).await;
    assert_eq!(titles(&answer.text), ["Training day\\, talk"]);
    assert!(
        !answer.text.contains("Opening") && !answer.text.contains("Study day"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn what_is_cancelled_stays_for_sixty_days_marked_as_cancelled() {
    let (app, event, browser) = day(false).await;
    let owner = app.person_with_role(Role::Owner).await;
    let path = make(&browser).await;
    let uid = |text: &str| text.lines().find(|line| line.starts_with("UID:")).unwrap().to_owned();
    let before = uid(&ask(&app, &path, None).await.text);
    app.pass(TimeDelta::seconds(1));
    let form = owner.get(&event.desk("/cancel")).await.page().form("/do/organise/cancel");
    let asked = form.typed.iter().find(|name| name.as_str() == "people").cloned();
    let form = asked.map_or(form.clone(), |name| form.set(&name, "1"));
    owner.submit(form).await;
    app.run_jobs().await;
    let answer = ask(&app, &path, None).await;
    assert!(
        answer.text.contains("STATUS:CANCELLED") && !answer.text.contains("STATUS:CONFIRMED"),
        "{}",
        answer.text
    );
    assert_eq!(uid(&answer.text), before);
    let public = ask(&app, "/events.ics", None).await;
    assert!(public.text.contains("STATUS:CANCELLED"), "{}", public.text);
    app.move_to("2027-05-10T12:00:00Z");
    assert_eq!(titles(&ask(&app, &path, None).await.text), ["Opening"]);
    app.move_to("2027-05-12T12:00:00Z");
    assert_eq!(titles(&ask(&app, &path, None).await.text), [""; 0]);
    assert_eq!(titles(&ask(&app, "/events.ics", None).await.text), [""; 0]);
}

#[tokio::test]
async fn anybody_may_follow_all_events_and_learns_nothing_of_drafts() {
    let (app, _, _) = day(true).await;
    app.event().slug("quiet").title("Not yet").draft().create().await;
    let answer = ask(&app, "/events.ics", None).await;
    assert_eq!(titles(&answer.text), ["Training day"]);
    let tag = answer.header("etag").to_owned();
    assert_eq!(ask(&app, "/events.ics", Some(&tag)).await.status, 304);
    assert_eq!(app.count_queries(ask(&app, "/events.ics", None)).await, 2);
}
