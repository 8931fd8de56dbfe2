//! What organisers do with bookings: one looked at with its history, places given on, moved, cancelled and written to
//! again, several at once.

use crate::ground::{MORNING, app_at, book, changed, import, named, open_day, order, unnamed, words};
use chrono::TimeDelta;
use domain::{
    access::Actor,
    bookings::{PlaceState, Vat},
    certificates::issue,
    organisations::Role,
};
use serde_json::json;
use tests::{Answer, Browser, Event, Mail, TestApp};

/// A day with one booking of these people, told, and an organiser at the desk.
async fn desk(people: &[(&str, &str)]) -> (TestApp, Event, Browser, String) {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let lines = people
        .iter()
        .map(|(name, email)| {
            if name.is_empty() {
                unnamed("nhs")
            } else {
                named("nhs", name, email)
            }
        })
        .collect();
    let booked = book(&app, order("open-day", "k", lines)).await.unwrap();
    app.run_jobs().await;
    let organiser = app.person_with_role(Role::Organiser).await;
    app.pass(TimeDelta::minutes(1));
    (app, event, organiser, booked.reference)
}

fn page(reference: &str) -> String {
    format!("/organise/events/open-day/bookings/{reference}")
}

async fn place(app: &TestApp, event: &Event, n: usize) -> i64 {
    app.all_places(event.id).await[n].id.0
}

/// The lines of a booking's history as a table of what and who.
fn history(answer: &Answer) -> Vec<String> {
    let text = words(answer);
    let (_, after) = text.split_once("History What Who When").unwrap_or_else(|| panic!("{text}"));
    let (own, _) = after.split_once("Mails").unwrap();
    own.split(", 9:0").map(|line| line.to_owned()).collect()
}

fn calendar(mail: &Mail) -> (String, String, String) {
    let (method, text) = mail.calendar.clone().unwrap();
    let of = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name))
            .map(|value| value.trim().to_owned())
            .unwrap_or_default()
    };
    (method, of("UID:"), of("SEQUENCE:"))
}

async fn calendars(app: &TestApp, address: &str) -> Vec<(String, String, String)> {
    app.mails_to(address)
        .await
        .iter()
        .filter(|mail| mail.calendar.is_some())
        .map(calendar)
        .collect()
}

#[tokio::test]
async fn a_place_given_to_somebody_else_keeps_its_history_and_moves_the_invite() {
    let (app, event, organiser, reference) = desk(&[("Jane Smith", "jane@example.org"), ("Kofi Mensah", "kofi@example.org")]).await;
    let before = app.all_places(event.id).await;
    let give = format!("{}/places/{}?do=give", page(&reference), before[0].id);
    let form = organiser.get(&give).await;
    assert_eq!(form.h1(), "Who is coming instead of Jane Smith?");
    let done = organiser
        .submit(
            form.page()
                .form("/do/organise/name-place")
                .set("form[name]", "Joan Jones")
                .set("form[email]", "joan@example.org"),
        )
        .await;
    assert_eq!((done.status, done.bare_path()), (200, page(&reference).as_str()));
    app.run_jobs().await;

    let after = app.all_places(event.id).await;
    assert_eq!(
        (
            after[0].participant_id,
            after[0].price_pence,
            after[0].name.as_deref(),
            after[0].given_at
        ),
        (before[0].participant_id, 19_500, Some("Joan Jones"), Some(app.now()))
    );
    assert_eq!(after[1], before[1], "the other place is as it was");
    let (jane, joan) = (calendars(&app, "jane@example.org").await, calendars(&app, "joan@example.org").await);
    assert_eq!(jane.iter().map(|entry| entry.0.as_str()).collect::<Vec<_>>(), ["REQUEST", "CANCEL"]);
    assert_eq!(joan.iter().map(|entry| entry.0.as_str()).collect::<Vec<_>>(), ["REQUEST"]);
    assert_ne!(jane[0].1, joan[0].1, "each has an entry of their own");

    let shown = organiser.get(&page(&reference)).await;
    let told = words(&shown);
    assert!(
        told.contains("Gave place 1 from Jane Smith to Joan Jones (joan@example.org) Robin Organiser Monday 2 February 2026, 9:01am"),
        "{told}"
    );
    assert!(told.contains("Booked 2 places Pat Booker"), "{told}");
    // The mails of whoever had it before too, and no secret in any.
    for subject in ["Your place: Spring study day jane@", "Cancelled: Spring study day"] {
        let subject = subject.trim_end_matches(" jane@");
        assert!(told.contains(subject), "{subject}: {told}");
    }
    assert!(
        told.contains("Jane Smith, jane@example.org") && told.contains("Joan Jones, joan@example.org"),
        "{told}"
    );
    let mail = shown
        .page()
        .all("a")
        .filter_map(|link| link.attr("href"))
        .find(|href| href.starts_with("/organise/messages/"))
        .unwrap()
        .to_owned();
    assert!(words(&organiser.get(&mail).await).contains("link hidden"));
}

#[tokio::test]
async fn the_booker_gives_a_place_on_with_the_link_from_the_mail() {
    let (app, event, _, reference) = desk(&[("Jane Smith", "jane@example.org")]).await;
    let manage = app.mails_to("pa-k@example.org").await[0].path("/bookings/").unwrap();
    let browser = app.browser();
    let give = browser
        .get(&manage)
        .await
        .page()
        .link("Give it to somebody else for Jane Smith")
        .unwrap();
    let form = browser.get(&give).await.page().form("/do/bookings/rename");
    assert_eq!(form.value("form[name]"), Some(""), "the fields do not hold who had it");

    // The same person is no other, and nothing typed is lost.
    let same = browser
        .submit(form.clone().set("form[name]", "jane smith").set("form[email]", "jane@example.org"))
        .await;
    assert_eq!(
        same.problems(),
        ["jane smith has this place already. Enter who comes instead, or correct the details"]
    );
    assert_eq!(
        same.page().form("/do/bookings/rename").value("form[email]"),
        Some("jane@example.org")
    );

    let done = browser
        .submit(form.set("form[name]", "Joan Jones").set("form[email]", "joan@example.org"))
        .await;
    assert!(words(&done).contains("The place has gone to somebody else."), "{}", words(&done));
    app.run_jobs().await;
    assert_eq!(app.places(&event).await[0].name.as_deref(), Some("Joan Jones"));
    assert_eq!(calendars(&app, "jane@example.org").await.len(), 2);
    let organiser = app.sign_in("organiser@example.org").await;
    let told = history(&organiser.get(&page(&reference)).await).join(" ");
    assert!(
        told.contains("Gave place 1 from Jane Smith to Joan Jones (joan@example.org) Whoever holds a link from a mail"),
        "{told}"
    );
}

#[tokio::test]
async fn a_correction_says_what_it_said_before() {
    let (app, event, organiser, reference) = desk(&[("Jane Smit", "jane@example.org")]).await;
    let id = place(&app, &event, 0).await;
    let at = format!("{}/places/{id}?do=correct", page(&reference));
    let form = organiser.get(&at).await.page().form("/do/organise/name-place");
    organiser
        .submit(form.clone().set("form[name]", "Jane Smith").set("form[job_role]", "Nurse"))
        .await;
    app.pass(TimeDelta::minutes(1));
    let form = organiser.get(&at).await.page().form("/do/organise/name-place");
    assert_eq!(form.value("form[name]"), Some("Jane Smith"));
    organiser.submit(form.clone().set("form[organisation]", "Example Trust")).await;
    // The same once more is no change.
    let form = organiser.get(&at).await.page().form("/do/organise/name-place");
    organiser.submit(form).await;
    app.run_jobs().await;

    let told = words(&organiser.get(&page(&reference)).await);
    assert!(
        told.contains("Corrected place 1: name from “Jane Smit” to “Jane Smith”, job role from nothing to “Nurse” Robin Organiser"),
        "{told}"
    );
    assert!(
        told.contains("Corrected place 1: organisation from nothing to “Example Trust” Robin Organiser"),
        "{told}"
    );
    assert_eq!(app.count("audit_record WHERE action = 'place.corrected'").await, 2);
    assert_eq!(app.places(&event).await[0].given_at, None);
    assert_eq!(calendars(&app, "jane@example.org").await.len(), 1, "no calendar hears of a name");
}

#[tokio::test]
async fn several_places_are_cancelled_when_their_number_is_typed() {
    let (app, event, organiser, _) = desk(&[
        ("Jane Smith", "jane@example.org"),
        ("Kofi Mensah", "kofi@example.org"),
        ("Siân Llŷr", "sian@example.org"),
    ])
    .await;
    let list = organiser.get(&event.desk("/bookings")).await;
    let chooser = list
        .page()
        .forms()
        .into_iter()
        .find(|form| form.action.ends_with("/bookings/chosen"))
        .unwrap();
    assert_eq!(chooser.method, "get");
    let places = app.all_places(event.id).await;
    let ask = format!("{}?place={}&place={}&do=cancel", chooser.action, places[0].id, places[2].id);
    let asked = organiser.get(&ask).await;
    assert_eq!(asked.h1(), "Cancel 2 places?");
    assert!(words(&asked).contains("Jane Smith") && words(&asked).contains("Siân Llŷr") && !words(&asked).contains("Kofi"));

    let form = asked.page().form("/do/organise/chosen");
    let wrong = organiser.submit(form.clone().set("form[count]", "3")).await;
    assert_eq!(wrong.problems(), ["Type 2 to confirm how many places this is for"]);
    assert_eq!(wrong.page().form("/do/organise/chosen").value("form[count]"), Some("3"));
    assert_eq!(app.places(&event).await.len(), 3);

    // One of them went meanwhile: nothing is done until somebody has looked again.
    let one = organiser.get(&format!("{}?place={}&do=cancel", chooser.action, places[0].id)).await;
    organiser.submit(one.page().form("/do/organise/chosen")).await;
    let stale = organiser.submit(form.set("form[count]", "2")).await;
    assert_eq!(
        stale.problems(),
        ["Things have changed since you looked: it would be 1 place now. Look again, then confirm"]
    );
    let done = organiser.submit(stale.page().form("/do/organise/chosen")).await;
    assert!(words(&done).contains("Cancelled. 1 place."), "{}", words(&done));
    app.run_jobs().await;

    let states: Vec<_> = app.all_places(event.id).await.iter().map(|place| place.state).collect();
    assert_eq!(states, [PlaceState::Cancelled, PlaceState::Confirmed, PlaceState::Cancelled]);
    assert_eq!(calendars(&app, "sian@example.org").await.last().unwrap().0, "CANCEL");
    assert_eq!(calendars(&app, "kofi@example.org").await.len(), 1);
}

#[tokio::test]
async fn all_that_the_list_finds_can_be_chosen() {
    let (app, event, organiser, _) = desk(&[("Jane Smith", "jane@example.org"), ("Kofi Mensah", "kofi@example.org"), ("", "")]).await;
    let asked = organiser.get(&event.desk("/bookings/chosen?do=send&all=1&q=example.org")).await;
    assert_eq!(asked.h1(), "Send the mail again for 3 places?");
    let form = asked.page().form("/do/organise/chosen");
    let before = app.mails().await.len();
    organiser.submit(form.set("form[count]", "3")).await;
    app.run_jobs().await;
    let new: Vec<_> = app
        .mails()
        .await
        .split_off(before)
        .into_iter()
        .map(|mail| (mail.to, mail.kind))
        .collect();
    assert_eq!(
        new,
        [
            ("jane@example.org".to_owned(), "invite".to_owned()),
            ("kofi@example.org".to_owned(), "invite".to_owned()),
            ("pa-k@example.org".to_owned(), "booking_confirmed".to_owned()),
        ]
    );
}

#[tokio::test]
async fn a_mail_sent_again_is_the_same_entry_under_the_same_number_with_a_link_of_its_own() {
    let (app, event, organiser, reference) = desk(&[("Jane Smith", "jane@example.org")]).await;
    let id = place(&app, &event, 0).await;
    for _ in 0..2 {
        let asked = organiser.get(&event.desk(&format!("/bookings/chosen?do=send&place={id}"))).await;
        organiser.submit(asked.page().form("/do/organise/chosen")).await;
        app.run_jobs().await;
        app.pass(TimeDelta::minutes(1));
    }
    let mails = app.mails_to("jane@example.org").await;
    assert_eq!(mails.len(), 3);
    let entries: Vec<_> = mails.iter().map(calendar).collect();
    assert!(entries.iter().all(|entry| *entry == entries[0]), "{entries:?}");
    let links: std::collections::BTreeSet<_> = mails.iter().map(|mail| mail.path("/bookings/").unwrap()).collect();
    assert_eq!(links.len(), 3);
    let ids: std::collections::BTreeSet<_> = mails.iter().map(|mail| mail.message_id.clone()).collect();
    assert_eq!(ids.len(), 3);
    assert!(words(&organiser.get(&page(&reference)).await).contains("Had the invite of place 1 sent again"));
    // The entry still moves on from the number it has.
    domain::bookings::service::cancel_place(
        &app.services,
        domain::bookings::service::Holder::Actor(&Actor::System),
        app.places(&event).await[0].id,
    )
    .await
    .unwrap();
    app.run_jobs().await;
    let last = calendars(&app, "jane@example.org").await.pop().unwrap();
    assert_eq!((last.0.as_str(), &last.1, last.2.as_str()), ("CANCEL", &entries[0].1, "1"));
}

#[tokio::test]
async fn whoever_came_in_a_file_and_was_never_written_to_gets_their_first_mail() {
    let app = app_at(MORNING).await;
    let file = changed(open_day("open-day"), |file| {
        file["places"] = json!([{ "code": "p1", "ticket": "nhs", "name": "Jane Smith", "email": "jane@example.org" }]);
    });
    let event = import(&app, &file).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    let id = place(&app, &event, 0).await;
    let asked = organiser.get(&event.desk(&format!("/bookings/chosen?do=send&place={id}"))).await;
    organiser.submit(asked.page().form("/do/organise/chosen")).await;
    app.run_jobs().await;
    assert_eq!(
        calendars(&app, "jane@example.org")
            .await
            .iter()
            .map(|entry| (entry.0.as_str(), entry.2.as_str()))
            .collect::<Vec<_>>(),
        [("REQUEST", "0")]
    );
    let reference = app.bookings(&event).await[0].reference.clone();
    assert!(words(&organiser.get(&page(&reference)).await).contains("Brought the booking in from a file An import"));
}

#[tokio::test]
async fn a_place_moves_to_another_ticket_with_its_price_or_without() {
    let (app, event, organiser, reference) = desk(&[("Jane Smith", "jane@example.org"), ("Kofi Mensah", "kofi@example.org")]).await;
    for (n, keep) in [(0, false), (1, true)] {
        let id = place(&app, &event, n).await;
        let form = organiser
            .get(&format!("{}/places/{id}?do=move", page(&reference)))
            .await
            .page()
            .form("/do/organise/move-place");
        let form = form.set("form[to]", "free");
        let form = if keep { form.set("form[keep_price]", "true") } else { form };
        organiser.submit(form).await;
    }
    app.run_jobs().await;
    let places = app.places(&event).await;
    assert_eq!(
        places.iter().map(|place| (place.price_pence, place.vat)).collect::<Vec<_>>(),
        [(0, Vat::Outside), (19_500, Vat::Standard)]
    );
    assert_eq!(places[0].ticket_id, places[1].ticket_id);
    let told = words(&organiser.get(&page(&reference)).await);
    assert!(
        told.contains("Moved place 1 from “NHS and public sector” (£195.00) to “Lived experience” (£0.00) Robin Organiser"),
        "{told}"
    );
    assert!(told.contains("To pay £234.00, of which VAT £39.00"), "{told}");
    assert_eq!(
        calendars(&app, "jane@example.org").await.len(),
        1,
        "a ticket is no news for a calendar"
    );
}

#[tokio::test]
async fn a_ticket_or_an_event_without_room_takes_nobody_in() {
    let (app, event, organiser, reference) = desk(&[("Jane Smith", "jane@example.org")]).await;
    let other = changed(open_day("next-day"), |file| {
        file["event"]["capacity"] = 1.into();
        file["places"] = json!([{ "code": "p1", "ticket": "nhs", "name": "Ola Other", "email": "ola@example.org" }]);
    });
    import(&app, &other).await;
    app.execute("UPDATE ticket SET places = 0 WHERE code = 'free'").await;
    let id = place(&app, &event, 0).await;
    let form = organiser
        .get(&format!("{}/places/{id}?do=move", page(&reference)))
        .await
        .page()
        .form("/do/organise/move-place");
    for (to, problem) in [
        (
            "free",
            "“Lived experience” is sold out. Choose another, or give that ticket more places",
        ),
        ("next-day/nhs", "This event is full."),
        ("nhs", "The place has this ticket already"),
        ("nowhere", "Choose where the place goes"),
    ] {
        let answer = organiser.submit(form.clone().forge("form[to]", to)).await;
        assert_eq!(answer.problems(), [problem], "{to}");
    }
    assert_eq!(app.count("place_past").await, 0);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_place_moves_to_another_event_and_both_calendars_hear_of_it() {
    let (app, event, organiser, reference) = desk(&[("Jane Smith", "jane@example.org"), ("Kofi Mensah", "kofi@example.org")]).await;
    let other = changed(open_day("next-day"), |file| {
        file["event"]["title"] = "Summer study day".into();
        file["event"]["status"] = "closed".into();
    });
    let other = import(&app, &other).await;
    let id = place(&app, &event, 0).await;
    let at = format!("{}/places/{id}?do=move", page(&reference));
    let moved = organiser.get(&at).await;
    assert!(
        words(&moved).contains("Summer study day, 12 March 2026: NHS and public sector"),
        "{}",
        words(&moved)
    );
    let form = moved.page().form("/do/organise/move-place").forge("form[to]", "next-day/nhs");
    let done = organiser.submit(form).await;
    app.run_jobs().await;

    let new = &app.bookings(&other).await[0];
    assert_eq!(done.bare_path(), format!("/organise/events/next-day/bookings/{}", new.reference));
    let seated = app.places(&other).await;
    assert_eq!(
        (seated.len(), seated[0].name.as_deref(), new.booker_name.as_str()),
        (1, Some("Jane Smith"), "Pat Booker")
    );
    let states: Vec<_> = app.all_places(event.id).await.iter().map(|place| place.state).collect();
    assert_eq!(states, [PlaceState::Cancelled, PlaceState::Confirmed]);
    let methods: Vec<_> = calendars(&app, "jane@example.org").await.into_iter().map(|entry| entry.0).collect();
    assert_eq!(methods.iter().filter(|method| *method == "REQUEST").count(), 2);
    assert_eq!(methods.iter().filter(|method| *method == "CANCEL").count(), 1);
    let (old, fresh) = (words(&organiser.get(&page(&reference)).await), words(&done));
    assert!(
        old.contains(&format!("Moved place 1, Jane Smith, to another event: booking {}", new.reference)),
        "{old}"
    );
    assert!(
        fresh.contains(&format!("Moved here from booking {reference} of another event")),
        "{fresh}"
    );

    // The same press again finds the place gone and makes no second booking.
    let again = organiser
        .get(&at)
        .await
        .page()
        .form("/do/organise/move-place")
        .forge("form[to]", "next-day/nhs");
    assert_eq!(organiser.submit(again).await.problems(), ["This place is already cancelled."]);
    assert_eq!(app.bookings(&other).await.len(), 1);
}

#[tokio::test]
async fn attendance_goes_with_the_place_and_a_certificate_stays_with_whoever_it_names() {
    let app = app_at("2026-03-13T09:00:00Z").await;
    let file = changed(open_day("open-day"), |file| {
        file["places"] = json!([{ "code": "p1", "ticket": "nhs", "name": "Jane Smith", "email": "jane@example.org" }]);
        file["attendance"] = json!([{ "place": "p1", "session": null, "action": "arrive", "at": "2026-03-12T09:10", "how": "steward" }]);
    });
    let event = import(&app, &file).await;
    let issued = issue::issue_quietly(&app.services, &Actor::System, "open-day").await.unwrap();
    let first = issued[0].certificate.clone();
    let organiser = app.person_with_role(Role::Organiser).await;
    app.pass(TimeDelta::minutes(1));
    let reference = app.bookings(&event).await[0].reference.clone();
    let id = place(&app, &event, 0).await;
    let give = organiser.get(&format!("{}/places/{id}?do=give", page(&reference))).await;
    assert!(
        words(&give).contains("A certificate was issued to Jane Smith on 13 March 2026. It stays in that name"),
        "{}",
        words(&give)
    );
    organiser
        .submit(
            give.page()
                .form("/do/organise/name-place")
                .set("form[name]", "Joan Jones")
                .set("form[email]", "joan@example.org"),
        )
        .await;
    app.run_jobs().await;

    // It is as it was, it is not the other person's, and a correction of its name is refused.
    assert!(words(&app.browser().get(&format!("/certificates/{first}")).await).contains("This certificate is valid"));
    let joan = app.sign_in("joan@example.org").await;
    assert!(!joan.get("/my/cpd").await.text.contains(&first));
    let correct = organiser
        .get(&event.desk(&format!("/certificates/{first}?do=name")))
        .await
        .page()
        .form("/do/certificates/correct-name");
    let refused = organiser
        .submit(correct.set("form[name]", "Joan Jones").set("form[reason]", "x"))
        .await;
    assert_eq!(
        refused.problems(),
        ["The place has gone to somebody else since this certificate was issued. Revoke it, or issue it anew in the new name."]
    );

    // Issued anew, neither page leads to the other person's.
    let anew = organiser
        .get(&event.desk(&format!("/certificates/{first}?do=reissue")))
        .await
        .page()
        .form("/do/certificates/reissue");
    let done = organiser.submit(anew.set("form[reason]", "Somebody else came")).await;
    app.run_jobs().await;
    let second = done.bare_path().rsplit('/').next().unwrap().to_owned();
    assert_ne!(second, first);
    let (old, new) = (
        app.browser().get(&format!("/certificates/{first}")).await,
        app.browser().get(&format!("/certificates/{second}")).await,
    );
    assert!(words(&old).contains("revoked") && !old.text.contains(&second));
    assert!(words(&new).contains("Joan Jones") && !new.text.contains(&first));
    assert!(joan.get("/my/cpd").await.text.contains(&second));
    let told = words(&organiser.get(&page(&reference)).await);
    for line in [
        "Issued the certificate of Jane Smith",
        "Put a new certificate in place of the one of Jane Smith: Somebody else came Robin Organiser",
        "Issued the certificate of Joan Jones Robin Organiser",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
}

#[tokio::test]
async fn the_list_and_a_booking_ask_as_many_questions_for_one_place_as_for_three() {
    let (app, event, organiser, reference) = desk(&[("Jane Smith", "jane@example.org")]).await;
    let booked = book(
        &app,
        order(
            "open-day",
            "three",
            vec![
                named("nhs", "Ama Owusu", "ama@example.org"),
                named("nhs", "Kofi Mensah", "kofi@example.org"),
                unnamed("free"),
            ],
        ),
    )
    .await
    .unwrap();
    app.run_jobs().await;
    let cost = async |path: &str| {
        let before = app.queries();
        assert_eq!(organiser.get(path).await.status, 200, "{path}");
        app.queries() - before
    };
    let (one, three) = (cost(&page(&reference)).await, cost(&page(&booked.reference)).await);
    assert_eq!(one, three, "a booking");
    let (one, three) = (
        cost(&event.desk("/bookings?q=jane")).await,
        cost(&event.desk("/bookings?q=pa-three")).await,
    );
    assert_eq!(one, three, "the list");
    let ask = |places: &[i64]| {
        let ids: Vec<_> = places.iter().map(|id| format!("place={id}")).collect();
        event.desk(&format!("/bookings/chosen?do=cancel&{}", ids.join("&")))
    };
    let ids: Vec<i64> = app.places(&event).await.iter().map(|place| place.id.0).collect();
    assert_eq!(cost(&ask(&ids[..1])).await, cost(&ask(&ids[..3])).await, "the chosen");
}

#[tokio::test]
async fn a_table_of_bookings_holds_no_formula() {
    let (app, event, organiser, _) = desk(&[("Jane Smith", "jane@example.org")]).await;
    app.execute("UPDATE place SET organisation = '=HYPERLINK(\"http://evil.example.org\")', job_role = '+1'")
        .await;
    app.execute("UPDATE booking SET booker_name = '@SUM(A1)', purchase_order = '-5'")
        .await;
    let csv = organiser.get(&event.desk("/bookings.csv?q=jane")).await;
    let row = csv.text.lines().nth(1).unwrap();
    for cell in ["\"'=HYPERLINK(\"\"http://evil.example.org\"\")\"", ",'+1,", ",'@SUM(A1),", ",'-5,"] {
        assert!(row.contains(cell), "{cell}: {row}");
    }
    assert!(csv.text.starts_with('\u{feff}'));
}

#[tokio::test]
async fn tickets_move_up_and_down_and_are_hidden_and_shown() {
    let (app, event, organiser, _) = desk(&[("Jane Smith", "jane@example.org")]).await;
    let page = event.desk("/tickets");
    let order = async || -> Vec<String> {
        let text = words(&app.browser().get(&event.path("/book")).await);
        let mut names: Vec<_> = ["NHS and public sector", "Lived experience"]
            .into_iter()
            .filter_map(|name| text.find(name).map(|at| (at, name.to_owned())))
            .collect();
        names.sort();
        names.into_iter().map(|(_, name)| name).collect()
    };
    assert_eq!(order().await, ["NHS and public sector", "Lived experience"]);
    let forms = organiser.get(&page).await.page().forms();
    let down = forms
        .iter()
        .find(|form| form.action == "/do/organise/move-ticket" && form.value("way") == Some("down"))
        .unwrap();
    organiser.submit(down.clone()).await;
    assert_eq!(order().await, ["Lived experience", "NHS and public sector"]);
    // Beyond the end nothing happens.
    organiser.submit(down.clone()).await;
    assert_eq!(order().await, ["Lived experience", "NHS and public sector"]);

    let hide = |ticket: &str, forms: Vec<tests::Filled>| {
        forms
            .into_iter()
            .find(|form| form.action == "/do/organise/show-ticket" && form.value("ticket") == Some(ticket))
            .unwrap()
    };
    let hidden = organiser.submit(hide("nhs", organiser.get(&page).await.page().forms())).await;
    assert!(
        words(&hidden).contains("Hidden. Nobody can book it") && words(&hidden).contains("1, no limit of its own Hidden"),
        "{}",
        words(&hidden)
    );
    assert_eq!(order().await, ["Lived experience"]);
    organiser.submit(hide("nhs", hidden.page().forms())).await;
    assert_eq!(order().await.len(), 2);
    let below = organiser
        .get(&format!("{page}?edit=nhs"))
        .await
        .page()
        .form("/do/organise/ticket")
        .set("form[places]", "0");
    assert_eq!(
        organiser.submit(below).await.problems(),
        ["Places: this cannot be below the 1 already booked with this ticket"]
    );
}

#[tokio::test]
async fn a_dearer_ticket_is_looked_at_first_and_whoever_booked_is_told() {
    let (app, event, organiser, reference) = desk(&[("Jane Smith", "jane@example.org")]).await;
    app.execute("UPDATE place SET price_pence = 5000, vat = 'outside', ticket_id = (SELECT id FROM ticket WHERE code = 'free')")
        .await;
    let other = changed(open_day("next-day"), |file| file["event"]["title"] = "Summer study day".into());
    import(&app, &other).await;
    let id = place(&app, &event, 0).await;
    let at = format!("{}/places/{id}?do=move", page(&reference));
    let form = organiser.get(&at).await.page().form("/do/organise/move-place");

    let looked = organiser.submit(form.clone().set("form[to]", "nhs")).await;
    let told = words(&looked);
    assert!(told.contains("This makes the place £184.00 dearer"), "{told}");
    assert!(told.contains("was £50.00 , now £234.00"), "{told}");
    assert!(
        told.contains("Pat Booker, who booked, is told by mail. Nothing has moved yet."),
        "{told}"
    );
    assert_eq!(app.count("place_past").await, 0);
    assert_eq!(app.run_jobs().await, (0, 0));

    organiser.submit(looked.page().form("/do/organise/move-place")).await;
    app.run_jobs().await;
    assert_eq!(app.places(&event).await[0].price_pence, 19_500);
    let told = crate::ground::mails_of(&app, "price_changed").await;
    assert_eq!((told.len(), told[0].to.as_str()), (1, "pa-k@example.org"));
    // Lines of a mail are folded.
    let text = told[0].text.split_whitespace().collect::<Vec<_>>().join(" ");
    for line in [
        "NHS and public sector. It costs £184.00 more.",
        "£50.00",
        "£234.00, of which VAT £39.00",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }

    // To another event it is the same; and where the price is kept, there is nothing to look at.
    app.execute("UPDATE place SET price_pence = 5000, vat = 'outside'").await;
    app.pass(TimeDelta::minutes(1));
    let looked = organiser.submit(form.clone().forge("form[to]", "next-day/nhs")).await;
    assert!(words(&looked).contains("This makes the place £184.00 dearer"), "{}", words(&looked));
    organiser
        .submit(looked.page().form("/do/organise/move-place").set("form[keep_price]", "true"))
        .await;
    app.run_jobs().await;
    assert_eq!(crate::ground::mails_of(&app, "price_changed").await.len(), 1);
}

#[tokio::test]
async fn the_history_tells_arrivals_corrections_and_what_a_file_changed() {
    let app = app_at("2026-03-12T09:00:00Z").await;
    let file = changed(open_day("open-day"), |file| {
        file["places"] = json!([{ "code": "p1", "ticket": "nhs", "name": "Jane Smith", "email": "jane@example.org" }]);
    });
    let event = import(&app, &file).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    let reference = app.bookings(&event).await[0].reference.clone();
    let door = organiser.get("/check-in/open-day?q=jane").await;
    organiser.submit(door.page().form("/do/attendance/record")).await;
    app.pass(TimeDelta::minutes(5));
    let code = domain::attendance::queries::list_attendees(&app.services.db.read, event.id)
        .await
        .unwrap()[0]
        .code
        .clone();
    let register = organiser.get(&format!("/organise/events/open-day/attendance/{code}")).await.page();
    let withdraw = register.form("/do/attendance/withdraw");
    let reason = withdraw.texts[0].clone();
    organiser.submit(withdraw.set(&reason, "The wrong Jane")).await;
    app.pass(TimeDelta::minutes(5));
    let again = changed(file, |file| {
        file["places"][0]["name"] = "Jane Smyth".into();
        file["places"][0]["ticket"] = "free".into();
        file["attendance"] = json!([{ "place": "p1", "session": "am", "action": "arrive", "at": "2026-03-12T08:40", "how": "scan" }]);
    });
    let update = domain::events::exchange::Options {
        update: true,
        ..Default::default()
    };
    app.try_import(&again, update).await.unwrap();

    let told = words(&organiser.get(&page(&reference)).await);
    for line in [
        "Brought the booking in from a file An import",
        "Jane Smyth arrived at the event Robin Organiser",
        "Took back the arrival of Jane Smyth, the event, Thursday 12 March 2026, 9am: The wrong Jane Robin Organiser",
        "Changed place 1 by a file: name from “Jane Smith” to “Jane Smyth”, ticket from “NHS and public sector” (£195.00) to “Lived experience” (£0.00) The program itself",
        "Jane Smyth arrived at “Morning” at Thursday 12 March 2026, 8:40am An import",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    app.run_jobs().await;
}
