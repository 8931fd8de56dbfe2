//! Never one place too many: under a crowd, for the event and for each ticket; and proof that the crowd would overbook
//! if the lock were not there.

use crate::ground::{MORNING, app_at, book, changed, import, named, open_day, order, unnamed};
use domain::{
    Error, Refusal, Services,
    access::Actor,
    bookings::{self, PlaceState, entity::place, service},
    events::queries::{count_taken, list_tickets},
    ids::BookingId,
    platform::db::begin_write,
};
use futures::future::join_all;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use std::sync::Arc;
use tests::{Event, TestApp};
use tokio::sync::Barrier;

const CLIENTS: usize = 200;

/// Books one place for each client at once; gives how many were taken and what the others were told.
async fn crowd(app: &TestApp, event: &str, ticket: &str, clients: usize) -> (usize, Vec<String>) {
    let start = Arc::new(Barrier::new(clients));
    let asked = (0..clients).map(|client| {
        let (services, start) = (app.services.clone(), start.clone());
        let order = order(
            event,
            &format!("c{client}"),
            vec![named(ticket, &format!("Person {client}"), &format!("person-{client}@example.org"))],
        );
        tokio::spawn(async move {
            start.wait().await;
            service::book(&services, &Actor::Nobody, order).await
        })
    });
    let answers = join_all(asked).await.into_iter().map(Result::unwrap);
    let (booked, refused): (Vec<_>, Vec<_>) = answers.partition(Result::is_ok);
    (
        booked.len(),
        refused.into_iter().map(|answer| answer.unwrap_err().to_string()).collect(),
    )
}

async fn confirmed(app: &TestApp, event: &Event) -> usize {
    app.places(event).await.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_clients_get_exactly_fifty_places() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;

    let (booked, refused) = crowd(&app, "open-day", "nhs", CLIENTS).await;

    assert_eq!((booked, refused), (50, vec![bookings::Refusal::Full.to_string(); CLIENTS - 50]));
    assert_eq!(confirmed(&app, &event).await, 50);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_ticket_sells_exactly_its_places_though_the_event_has_more() {
    let app = app_at(MORNING).await;
    let event = import(&app, &changed(open_day("open-day"), |file| file["tickets"][0]["places"] = 7.into())).await;

    let (booked, refused) = crowd(&app, "open-day", "nhs", 60).await;

    let told = bookings::Refusal::TicketFull("NHS and public sector".to_owned()).to_string();
    assert_eq!((booked, refused), (7, vec![told; 53]));
    assert_eq!(confirmed(&app, &event).await, 7);
    book(&app, order("open-day", "other", vec![unnamed("free")])).await.unwrap();
    app.run_jobs().await;
}

#[tokio::test]
async fn half_a_group_fits_so_none_of_it_is_booked() {
    let app = app_at(MORNING).await;
    let file = changed(open_day("open-day"), |file| {
        file["event"]["capacity"] = 5.into();
        file["tickets"][1]["places"] = 1.into();
    });
    let event = import(&app, &file).await;
    book(
        &app,
        order("open-day", "first", vec![unnamed("nhs"), unnamed("nhs"), unnamed("nhs")]),
    )
    .await
    .unwrap();

    let four = book(
        &app,
        order(
            "open-day",
            "four",
            vec![unnamed("nhs"), unnamed("nhs"), unnamed("nhs"), unnamed("nhs")],
        ),
    )
    .await;
    assert!(
        matches!(four, Err(Error::Refused(Refusal::Booking(bookings::Refusal::TooFew(2))))),
        "{four:?}"
    );
    let two_of_one = book(&app, order("open-day", "two", vec![unnamed("free"), unnamed("free")])).await;
    assert!(
        matches!(two_of_one, Err(Error::Refused(Refusal::Booking(bookings::Refusal::TicketFull(_))))),
        "{two_of_one:?}"
    );
    let mixed = book(
        &app,
        order("open-day", "mixed", vec![unnamed("nhs"), unnamed("free"), unnamed("free")]),
    )
    .await;
    assert!(matches!(mixed, Err(Error::Refused(Refusal::Booking(_)))), "{mixed:?}");

    assert_eq!(confirmed(&app, &event).await, 3);
    book(&app, order("open-day", "fits", vec![unnamed("nhs"), unnamed("free")]))
        .await
        .unwrap();
    assert_eq!(confirmed(&app, &event).await, 5);
    app.run_jobs().await;
}

/// Counts, waits until everybody else has counted, and inserts: what booking would be without the event's lock.
async fn book_without_the_lock(services: &Services, event: &Event, booking: BookingId, everybody_counted: &Barrier) -> bool {
    let now = services.clock.now();
    let taken = count_taken(&services.db.read, event.id, now).await.unwrap();
    let ticket = list_tickets(&services.db.read, event.id, now).await.unwrap().remove(0);
    everybody_counted.wait().await;
    if taken >= u64::try_from(event.row.capacity.unwrap()).unwrap() {
        return false;
    }
    let tx = begin_write(&services.db).await.unwrap();
    let participant = service::add_participant(&tx, services, event.id, None, now).await.unwrap();
    let row = place::ActiveModel {
        booking_id: Set(booking),
        event_id: Set(event.id),
        ticket_id: Set(ticket.id),
        participant_id: Set(participant),
        position: Set(1),
        state: Set(PlaceState::Confirmed),
        price_pence: Set(0),
        vat: Set(ticket.vat),
        ..Default::default()
    };
    row.insert(&tx).await.unwrap();
    tx.commit().await.unwrap();
    true
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_crowd_overbooks_when_places_are_counted_without_the_lock() {
    const CROWD: usize = 8;
    let app = app_at(MORNING).await;
    let event = import(&app, &changed(open_day("open-day"), |file| file["event"]["capacity"] = 2.into())).await;
    let first = book(&app, order("open-day", "first", vec![unnamed("nhs")])).await.unwrap();

    let everybody_counted = Arc::new(Barrier::new(CROWD));
    let asked = (0..CROWD).map(|_| {
        let (services, event, barrier) = (app.services.clone(), event.clone(), everybody_counted.clone());
        tokio::spawn(async move { book_without_the_lock(&services, &event, first.id, &barrier).await })
    });
    let taken = join_all(asked).await.into_iter().map(Result::unwrap).filter(|taken| *taken).count();

    // One place was left, and all eight took it: the race is real, so the tests above would show it.
    assert_eq!((taken, confirmed(&app, &event).await), (CROWD, CROWD + 1));
    app.run_jobs().await;
}
