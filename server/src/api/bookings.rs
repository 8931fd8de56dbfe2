//! Booking by JSON. The `Idempotency-Key` makes a repeated request one booking.

use super::{
    JSON_LIMIT, is_json,
    problem::{Field, Problem},
};
use app::ssr::Asking;
use axum::{
    Json,
    body::{Body, to_bytes},
    extract::{Extension, Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    FieldErrors, Services,
    access::Actor,
    bookings::{
        order::{self, Line, Order, PlaceForm},
        queries,
        rules::MOST_PLACES,
        service,
    },
    error::Result,
    platform::limits,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    /// The event's slug, where the address does not say it.
    #[serde(default)]
    event: Option<String>,
    /// Who books.
    #[serde(default)]
    booker: Booker,
    #[serde(default)]
    purchase_order: Option<String>,
    places: Vec<Place>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Booker {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Place {
    #[serde(default)]
    ticket: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    job_role: Option<String>,
    #[serde(default)]
    organisation: Option<String>,
}

/// `POST /api/v1/events/{slug}/bookings`
pub async fn book(
    State(services): State<Arc<Services>>,
    Extension(asking): Extension<Asking>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match try_book(&services, &asking, Some(slug), &headers, body).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

/// `POST /api/v1/bookings`, with the event named in the body.
pub async fn book_named(
    State(services): State<Arc<Services>>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match try_book(&services, &asking, None, &headers, body).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn try_book(
    services: &Services,
    asking: &Asking,
    slug: Option<String>,
    headers: &HeaderMap,
    body: Body,
) -> std::result::Result<Response, Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !is_json(headers) {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not-json",
            "Send application/json.",
        ));
    }
    let key = text("idempotency-key").trim();
    if key.is_empty() || key.len() > 255 {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "key-missing",
            "Send an Idempotency-Key header of 1 to 255 characters, new for each booking.",
        ));
    }
    let bytes = to_bytes(body, JSON_LIMIT)
        .await
        .map_err(|_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Send no more than 256 KB."))?;
    let request = read(&bytes)?;
    let named = request.event.clone();
    if let (Some(slug), Some(named)) = (&slug, &named)
        && slug != named
    {
        let field = Field {
            pointer: "/event".to_owned(),
            code: "differs".to_owned(),
            message: "This is not the event of the address.".to_owned(),
        };
        return Err(Problem::invalid(vec![field]));
    }
    let Some(slug) = slug.or(named) else {
        return Err(Problem::invalid(vec![Field {
            pointer: "/event".to_owned(),
            code: "missing".to_owned(),
            message: "Name the event.".to_owned(),
        }]));
    };
    let slug = slug.as_str();
    let order = order(request, slug, key).map_err(|error| Problem::from_error(error, str::to_owned))?;
    limits::count(
        &services.db,
        services.clock.now(),
        services.limits.booking_address,
        "booking-address",
        &asking.address,
    )
    .await
    .map_err(|error| Problem::from_error(error, str::to_owned))?;
    let booked = service::book(services, &Actor::Nobody, order)
        .await
        .map_err(|error| Problem::from_error(error, str::to_owned))?;
    let answer = answer(services, slug, &booked)
        .await
        .map_err(|error| Problem::from_error(error, str::to_owned))?;
    let mut response = (StatusCode::CREATED, Json(answer)).into_response();
    if booked.replayed {
        response
            .headers_mut()
            .insert("idempotency-replayed", HeaderValue::from_static("true"));
    }
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn read(bytes: &[u8]) -> std::result::Result<Request, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let request: Request = serde_path_to_error::deserialize(&mut json).map_err(|cause| {
        let inner = cause.inner();
        if inner.is_syntax() || inner.is_eof() {
            return Problem::new(StatusCode::BAD_REQUEST, "not-json", format!("This is not JSON: {inner}."));
        }
        let pointer = cause
            .path()
            .iter()
            .map(|segment| format!("/{segment}").replace(['[', ']'], ""))
            .collect::<String>();
        Problem::invalid(vec![Field {
            pointer,
            code: "wrong_shape".to_owned(),
            message: inner.to_string(),
        }])
    })?;
    json.end()
        .map_err(|cause| Problem::new(StatusCode::BAD_REQUEST, "not-json", format!("This is not JSON: {cause}.")))?;
    Ok(request)
}

fn order(request: Request, slug: &str, key: &str) -> Result<Order> {
    let mut errors = FieldErrors::default();
    let booker_name = order::read_name(&mut errors, "/booker/name", &request.booker.name, "Give the booker's name");
    let booker_email = order::read_email(
        &mut errors,
        "/booker/email",
        &request.booker.email,
        "Give the booker's email address",
        "the booker's email address",
    );
    let purchase_order = order::read_short(
        &mut errors,
        "/purchase_order",
        request.purchase_order.as_deref().unwrap_or_default(),
        "The purchase order",
    );
    if request.places.is_empty() {
        errors.add("/places", "none", "Give at least one place");
    }
    if request.places.len() as u64 > MOST_PLACES {
        errors.add("/places", "too_many", format!("One booking holds up to {MOST_PLACES} places"));
    }
    let mut lines = Vec::new();
    for (i, place) in request.places.into_iter().enumerate() {
        let mut inner = FieldErrors::default();
        let typed = PlaceForm {
            name: place.name.unwrap_or_default(),
            email: place.email.unwrap_or_default(),
            job_role: place.job_role.unwrap_or_default(),
            organisation: place.organisation.unwrap_or_default(),
        };
        let who = order::read_who(&mut inner, "", &typed, &format!("place {}", i + 1));
        for error in inner.0 {
            let field = error.field.trim_matches(['[', ']']).to_owned();
            errors.add(format!("/places/{i}/{field}"), &error.code, error.message);
        }
        lines.push(Line { ticket: place.ticket, who });
    }
    order::refuse_twins(&mut errors, &lines, |i| format!("/places/{i}/name"));
    errors.finish(Order {
        event: slug.to_owned(),
        key: key.to_owned(),
        booker_name: booker_name.unwrap_or_default(),
        booker_email: booker_email.unwrap_or_default(),
        purchase_order,
        lines,
    })
}

async fn answer(services: &Services, slug: &str, booked: &service::Booked) -> Result<Value> {
    let seats = queries::list_seats(&services.db.read, booked.id).await?;
    let sum = domain::bookings::rules::sum(seats.iter().map(|seat| (seat.place.price_pence, seat.place.vat, 1)));
    let places: Vec<Value> = seats
        .iter()
        .map(|seat| json!({ "code": seat.participant.code, "ticket": seat.ticket.code, "name": seat.place.name, "email": seat.address }))
        .collect();
    Ok(json!({
        "reference": booked.reference,
        "event": slug,
        "status": "confirmed",
        "places": places,
        "total_pence": sum.total_pence(),
        "manage_url": services.url(&format!("/bookings/{}", booked.manage)),
    }))
}
