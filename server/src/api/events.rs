//! Events as JSON: what the public pages show.

use super::problem::Problem;
use axum::{
    Json,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use domain::{
    Services,
    access::Actor,
    certificates::hours::Offered,
    events::{entity::event, queries::Search, service},
    platform::zones::rfc3339,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

const PER_PAGE: u64 = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Filter {
    q: String,
    /// `past` for events that are over.
    when: String,
    page: Option<u64>,
}

fn event(services: &Services, event: &event::Model, places_left: Option<u64>, offered: Offered) -> Value {
    let zone = event.zone();
    json!({
        "slug": event.slug,
        "title": event.title,
        "summary": event.summary,
        "type": event.kind,
        "status": event.status,
        "timezone": event.timezone,
        "starts": rfc3339(event.starts_at, zone),
        "ends": rfc3339(event.ends_at, zone),
        "attendance_mode": event.attendance_mode,
        "capacity": event.capacity,
        "places_left": places_left,
        "cpd_minutes": offered.minutes,
        "url": services.url(&format!("/events/{}", event.slug)),
    })
}

/// `GET /api/v1/events`
pub async fn list(State(services): State<Arc<Services>>, Query(filter): Query<Filter>) -> Response {
    let page = filter.page.unwrap_or(1).max(1);
    let search = Search {
        words: filter.q,
        past: filter.when == "past",
        page: page - 1,
        per_page: PER_PAGE,
    };
    match service::list(&services, &search).await {
        Ok((listed, total)) => {
            let events: Vec<Value> = listed
                .iter()
                .map(|listed| event(&services, &listed.event, listed.places_left, listed.offered))
                .collect();
            let next = (page * PER_PAGE < total).then(|| format!("/api/v1/events?page={}", page + 1));
            Json(json!({ "events": events, "next": next })).into_response()
        }
        Err(error) => Problem::from_error(error, str::to_owned).into_response(),
    }
}

/// `GET /api/v1/events/{slug}`
pub async fn show(State(services): State<Arc<Services>>, Path(slug): Path<String>) -> Response {
    let shown = match service::show(&services, &Actor::Nobody, &slug).await {
        Ok(shown) => shown,
        Err(error) => return Problem::from_error(error, str::to_owned).into_response(),
    };
    let zone = shown.event.zone();
    let open = matches!(shown.booking, domain::events::rules::Booking::Open { .. });
    let mut value = event(&services, &shown.event, shown.places_left(), shown.offered);
    let venue = (!shown.event.venue_line().is_empty())
        .then(|| json!({ "name": shown.event.venue_name, "address": shown.event.venue_address, "postcode": shown.event.venue_postcode }));
    let tickets: Vec<Value> = shown
        .tickets
        .iter()
        .map(|ticket| {
            json!({
                "code": ticket.code, "name": ticket.name, "price_pence": ticket.price_pence, "vat": ticket.vat,
                "places_left": ticket.left(), "on_sale": open && ticket.left() != Some(0),
            })
        })
        .collect();
    let sessions: Vec<Value> = shown
        .agenda
        .items
        .iter()
        .map(|item| {
            let session = &item.session;
            json!({
                "code": session.code, "title": session.title, "kind": session.kind,
                "starts": rfc3339(session.starts_at, zone), "ends": rfc3339(session.ends_at, zone),
                "room": item.room, "track": item.track, "cpd": session.cpd && session.kind.may_count(), "participatory": session.participatory,
            })
        })
        .collect();
    let cpd = json!({
        "offered_minutes": shown.offered.minutes,
        "participatory_minutes": shown.offered.participatory_minutes,
        "statement": shown.event.cpd_statement,
    });
    if let Value::Object(fields) = &mut value {
        fields.insert("venue".to_owned(), venue.unwrap_or(Value::Null));
        fields.insert("cpd".to_owned(), cpd);
        fields.insert("tickets".to_owned(), tickets.into());
        fields.insert("sessions".to_owned(), sessions.into());
    }
    Json(value).into_response()
}
