//! The day as it runs, and what is told of it afterwards: rooms now, who is in the building, figures.

use crate::ground::{app_at, changed, import, open_day, words};
use domain::organisations::Role;
use serde_json::{Value, json};
use tests::{Browser, Event, TestApp};

fn seen(place: &str, session: Option<&str>, action: &str, at: &str) -> Value {
    json!({ "place": place, "session": session, "action": action, "at": format!("2026-03-12T{at}"), "how": "steward" })
}

/// The day at 2pm. Ama is in the workshop; Kofi came and left; Siân came in the morning by session alone; Gwen stayed
/// away; Eve came yesterday by mistake of the clock.
async fn afternoon() -> (TestApp, Event, Browser) {
    let app = app_at("2026-03-12T14:00:00Z").await;
    let file = changed(open_day("open-day"), |file| {
        let place = |code: &str, name: &str, work: &str| json!({ "code": code, "ticket": "nhs", "name": name, "email": format!("{code}@example.org"), "organisation": work });
        file["rooms"] = json!([{ "code": "lab", "name": "Lab", "places": 1 }]);
        file["sessions"][2]["room"] = "lab".into();
        file["places"] = json!([
            place("ama", "Ama Owusu", "Oxford Health"),
            place("kofi", "Kofi Mensah", "OXFORD  HEALTH"),
            place("sian", "Siân Llŷr", "=1+1"),
            place("gwen", "Gwen Rhys", ""),
        ]);
        file["attendance"] = json!([
            seen("ama", None, "arrive", "09:05"),
            seen("ama", Some("pm"), "arrive", "13:25"),
            seen("kofi", None, "arrive", "09:10"),
            seen("kofi", Some("pm"), "arrive", "13:30"),
            seen("kofi", None, "leave", "13:40"),
            seen("sian", Some("am"), "arrive", "09:40"),
        ]);
    });
    let event = import(&app, &file).await;
    let steward = app.person_with_role(Role::Steward).await;
    (app, event, steward)
}

#[tokio::test]
async fn rooms_show_who_is_in_and_when_they_are_over_full() {
    let (app, _, steward) = afternoon().await;
    let page = steward.get("/check-in/open-day/rooms").await;
    let told = words(&page);
    assert!(told.contains("In the building 2 of 4 expected"), "{told}");
    assert!(told.contains("Lab Afternoon 1:30pm to 3:30pm 2 of 1 Over full 2"), "{told}");
    assert_eq!(page.header("refresh"), "");
    assert_eq!(steward.get("/check-in/open-day/rooms?again=1").await.header("refresh"), "15");
    app.move_to("2026-03-12T10:00:00Z");
    let told = words(&steward.get("/check-in/open-day/rooms").await);
    assert!(
        told.contains("No room Morning") && told.contains("Next") && told.contains("Afternoon"),
        "{told}"
    );
    app.move_to("2026-03-14T10:00:00Z");
    let told = words(&steward.get("/check-in/open-day/rooms").await);
    assert!(
        told.contains("This event is not on today. Here is Thursday 12 March 2026."),
        "{told}"
    );
}

#[tokio::test]
async fn the_list_for_a_fire_errs_on_the_side_of_in() {
    let (app, _, steward) = afternoon().await;
    let told = words(&steward.get("/check-in/open-day/fire").await);
    // Kofi left by the door, though no session says so; Siân never passed the door, and nobody saw her leave.
    assert!(told.contains("2 people at"), "{told}");
    assert!(
        told.contains("Ama Owusu 9:05am Afternoon, 1:25pm") && told.contains("Siân Llŷr 9:40am Morning, 9:40am"),
        "{told}"
    );
    assert!(!told.contains("Kofi") && !told.contains("Gwen"), "{told}");
    assert!(told.contains("1 came today and left; 1 person was not seen today."), "{told}");
    app.move_to("2026-03-13T10:00:00Z");
    let told = words(&steward.get("/check-in/open-day/fire").await);
    assert!(told.contains("Nobody is in"), "{told}");
}

#[tokio::test]
async fn figures_are_by_session_and_by_where_people_work() {
    let (app, event, _) = afternoon().await;
    app.move_to("2026-03-12T18:00:00Z");
    let organiser = app.person_with_role(Role::Organiser).await;
    let told = words(&organiser.get(&event.desk("/attendance/summary")).await);
    assert!(told.contains("Came 3 of 4 places, 75%"), "{told}");
    // Ama 180 and 120; Kofi 180 in the morning and 10 in the workshop; Siân 170.
    assert!(told.contains("9:30am Morning 3 176 8.83 hours"), "{told}");
    assert!(told.contains("1:30pm Afternoon 2 120 4 hours"), "{told}");
    assert!(told.contains("9am Registration 0 Not CPD Not CPD"), "{told}");
    assert!(told.contains("Oxford Health 2 2"), "{told}");
    let csv = organiser.get(&event.desk("/attendance/summary.csv")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.text.contains("Oxford Health,2,2,"), "{}", csv.text);
    // No cell can be taken for a formula.
    assert!(
        !csv.text.lines().any(|line| line.starts_with('=')) && csv.text.contains("'=1+1"),
        "{}",
        csv.text
    );
    assert!(csv.text.contains("Not given,1,0,0,0 hours"), "{}", csv.text);
}

#[tokio::test]
async fn a_screen_in_the_hall_shows_now_and_next() {
    let (app, event, _) = afternoon().await;
    let told = words(&app.browser().get(&event.path("/now")).await);
    assert!(told.contains("Now 1:30pm to 3:30pm Afternoon Lab"), "{told}");
    assert!(!told.contains("Next"), "{told}");
    app.move_to("2026-03-12T13:00:00Z");
    let page = app.browser().get(&event.path("/now?again=1")).await;
    assert_eq!(page.header("refresh"), "30");
    let told = words(&page);
    assert!(
        told.contains("Nothing runs at the moment. Next 1:30pm to 3:30pm Afternoon Lab"),
        "{told}"
    );
    app.move_to("2026-03-11T13:00:00Z");
    let told = words(&app.browser().get(&event.path("/now")).await);
    assert!(
        told.contains("Next, on Thursday 12 March 2026 9am to 9:30am Registration"),
        "{told}"
    );
    app.move_to("2026-03-13T13:00:00Z");
    let told = words(&app.browser().get(&event.path("/now")).await);
    assert!(told.contains("The programme is over."), "{told}");
}
