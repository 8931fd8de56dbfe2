//! The organiser home: what is next, what needs a decision, and before the first event what to do.

use crate::ground::words;
use domain::{events::decisions, organisations::Role};
use tests::TestApp;

#[tokio::test]
async fn a_fresh_desk_says_what_to_do_next_and_where() {
    let app = TestApp::start().await;
    let owner = app.person_with_role(Role::Owner).await;
    let page = owner.get("/organise").await.page();
    let main = page.main();
    assert!(main.contains("Before your first event can be booked"), "{main}");
    let links: Vec<_> = page.all("a").filter_map(|link| link.attr("href")).collect();
    for path in ["/organise/events/new", "/organise/settings", "/organise/team"] {
        assert!(links.contains(&path), "{path}: {links:?}");
    }
    assert_eq!(main.matches("To do").count(), 3, "{main}");

    // Each step that is done says so; the steps go with the first event that is published.
    app.person_with_role(Role::Steward).await;
    let event = app.event().draft().create().await;
    let main = owner.get("/organise").await.page().main();
    assert_eq!((main.matches("To do").count(), main.matches("Done").count()), (1, 2), "{main}");
    app.execute(&format!("UPDATE event SET status = 'published' WHERE id = {}", event.id))
        .await;
    let main = owner.get("/organise").await.page().main();
    assert!(!main.contains("Before your first event"), "{main}");
    // Others on the desk are not asked to do what only owners can.
    let viewer = app.person_with_role(Role::Viewer).await;
    assert_eq!(viewer.get("/organise").await.status, 200);
}

#[tokio::test]
async fn what_needs_a_decision_is_listed_with_its_number_and_where_it_is_done() {
    let app = TestApp::start().await;
    let past = app
        .event()
        .slug("past-day")
        .when("Europe/London", "2026-10-09T09:00", "2026-10-09T16:00");
    let past = past
        .place("d1", "Dana Delegate", "dana@example.org")
        .place("p2", "Ola Other", "ola@example.org");
    past.seen("d1", None, "arrive", "2026-10-09T08:50")
        .seen("p2", None, "arrive", "2026-10-09T08:50")
        .create()
        .await;
    let event = app.event().slug("next-day").create().await;
    app.browser().book(&event, ["Ama Owusu", "Kofi Mensah", "Siân Llŷr"]).await;
    app.run_jobs().await;
    let places = app.places(&event).await;
    app.execute(&format!("UPDATE place SET name = NULL WHERE id = {}", places[0].id))
        .await;
    app.execute(&format!(
        "UPDATE place SET state = 'held', held_until = '2026-11-21 10:00:00+00:00' WHERE id = {}",
        places[1].id
    ))
    .await;

    let organisation = app.organisation().await.id;
    let lines = decisions::list(
        &app.services.db.read,
        &[organisation],
        &domain::messages::inbox::queue::Sees::default(),
        app.now(),
    )
    .await
    .unwrap();
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line.count, line.words.as_str(), line.path.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (
                2,
                "people who came have no certificate yet",
                "/organise/events/past-day/certificates"
            ),
            (1, "place has no name yet", "/organise/events/next-day/bookings"),
            (
                1,
                "place is held and not confirmed",
                "/organise/events/next-day/bookings?state=held"
            ),
        ]
    );
    let owner = app.person_with_role(Role::Owner).await;
    let page = owner.get("/organise").await.page();
    assert!(page.main().contains("What needs a decision"), "{}", page.main());
    for (.., path) in told {
        assert_eq!(owner.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn the_home_asks_as_often_for_three_events_as_for_one_and_draws_each() {
    let app = TestApp::start().await;
    let owner = app.person_with_role(Role::Owner).await;
    app.event().slug("day-0").capacity(700).create().await;
    app.event().slug("day-1").capacity(8).create().await;
    let one = app.count_queries(owner.get("/organise")).await;
    for slug in ["day-2", "day-3"] {
        app.event().slug(slug).capacity(700).create().await;
    }
    assert!(one > 0);
    assert_eq!(app.count_queries(owner.get("/organise")).await, one);
    let main = owner.get("/organise").await.page().main();
    assert!(main.contains("one dot stands for 18"), "{main}");
}

#[tokio::test]
async fn whoever_helps_lands_where_the_work_is_and_others_at_their_bookings() {
    let app = TestApp::start().await;
    let event = app.event().create().await;
    app.browser().book(&event, ["Jane Smith"]).await;
    app.person_with_role(Role::Viewer).await;
    let booker = app.bookings(&event).await.remove(0).booker_id;
    let address = domain::people::service::address(&app.services.db.read, booker).await.unwrap();
    for (email, at) in [("viewer@example.org", "/organise"), (address.as_str(), "/my")] {
        let browser = app.browser();
        browser
            .submit(
                browser
                    .get("/sign-in")
                    .await
                    .page()
                    .form("/do/people/ask")
                    .set("form[email]", email),
            )
            .await;
        app.run_jobs().await;
        let link = app.mails_to(email).await.last().unwrap().path("/sign-in/").unwrap();
        let landed = browser.submit(browser.get(&link).await.page().form("/do/people/confirm")).await;
        assert_eq!((landed.status, landed.path.as_str()), (200, at));
    }
}

#[tokio::test]
async fn a_draft_called_off_is_gone_and_one_that_was_public_stays_and_says_so() {
    let app = TestApp::start().await;
    let draft = app.event().slug("quiet-day").draft().create().await;
    let public = app.event().slug("study-day").create().await;
    let organiser = app.person_with_role(Role::Organiser).await;
    for (event, heading, lands) in [
        (&draft, "Delete this draft?", "/organise?now=deleted"),
        (&public, "Cancel this event?", "/organise/events/study-day?now=cancelled"),
    ] {
        let asked = organiser.get(&format!("/organise/events/{}/cancel", event.slug)).await;
        assert_eq!(asked.h1(), heading);
        let done = organiser.submit(asked.page().form("/do/organise/cancel")).await;
        assert_eq!((done.status, done.path.as_str()), (200, lands));
    }
    app.run_jobs().await;
    assert_eq!(app.count("event").await, 1);
    assert_eq!(app.count("session").await, 1);
    assert_eq!(organiser.get("/organise/events/quiet-day").await.status, 404);
    let list = words(&app.browser().get("/events").await);
    assert!(list.contains("Cancelled"), "{list}");
    assert_eq!(app.count("audit_record WHERE action = 'event.deleted'").await, 1);
}
