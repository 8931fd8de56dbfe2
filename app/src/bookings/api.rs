//! The forms of booking. Each reads what was posted, calls the service and says where to go.

use crate::error::AppError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the steps of a booking post: text, read by the domain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderPost {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub wanted: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchase_order: Option<String>,
    /// Whether the first place is the booker's own. The step that asks always says one or the other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub places: BTreeMap<String, PlacePost>,
}

/// One place, as posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlacePost {
    pub name: String,
    pub email: String,
    pub job_role: String,
    pub organisation: String,
}

/// First step: how many places of each ticket.
#[server(prefix = "/do", endpoint = "bookings/choose")]
pub async fn choose(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: OrderPost,
) -> Result<(), AppError> {
    use domain::bookings::order::OrderForm;
    let back = format!("/events/{slug}/book");
    crate::forms::post(&back, &draft, form, |request, order: OrderForm| async move {
        let offer = super::offer::load(&request.services, &request.actor, &slug).await?;
        offer.has_room(&order.chosen(&offer.names())?)?;
        Ok(crate::forms::Go::On(format!("/events/{slug}/book/who")))
    })
    .await
}

/// Second step: who books, and who is coming.
#[server(prefix = "/do", endpoint = "bookings/name")]
pub async fn name(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: OrderPost,
) -> Result<(), AppError> {
    use domain::bookings::order::OrderForm;
    // A box that is not ticked is not posted.
    let form = OrderPost {
        own: Some(form.own.unwrap_or_default()),
        ..form
    };
    let back = format!("/events/{slug}/book/who");
    crate::forms::post(&back, &draft, form, |request, order: OrderForm| async move {
        let offer = super::offer::load(&request.services, &request.actor, &slug).await?;
        order.parse(&slug, "", &offer.names())?;
        Ok(crate::forms::Go::On(format!("/events/{slug}/book/check")))
    })
    .await
}

/// The last of three steps; the others only add to the draft.
#[server(prefix = "/do", endpoint = "bookings/book")]
pub async fn book(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] key: String,
) -> Result<(), AppError> {
    use domain::bookings::{order::OrderForm, service};
    let back = format!("/events/{slug}/book/check");
    crate::forms::post(&back, &draft, OrderPost::default(), |request, order: OrderForm| async move {
        let offer = super::offer::load(&request.services, &request.actor, &slug).await?;
        let limits = request.services.limits.booking_address;
        domain::platform::limits::count(
            &request.services.db,
            request.services.clock.now(),
            limits,
            "booking-address",
            &request.asking.address,
        )
        .await?;
        let booked = service::book(&request.services, &request.actor, order.parse(&slug, &key, &offer.names())?).await?;
        Ok(crate::forms::Go::To(format!("/bookings/{}?booked=1", booked.manage)))
    })
    .await
}

/// Cancels one place, with the link from a mail or signed in.
#[server(prefix = "/do", endpoint = "bookings/cancel")]
pub async fn cancel(
    #[server(default)] token: String,
    #[server(default)] place: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    use domain::{Error, bookings::service, ids::PlaceId};
    let back = format!("{}/places/{}/cancel", super::manage_page::path(&token), crate::ssr::encode(&place));
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let id = PlaceId(place.parse().map_err(|_| Error::NotFound)?);
        service::cancel_place(&request.services, super::manage_page::holder(&token, &request.actor), id).await?;
        Ok(crate::forms::Go::To(format!("{}?cancelled={id}", super::manage_page::path(&token))))
    })
    .await
}

/// Names who sits in a place, corrects it, or gives the place to somebody else (`naming`).
#[server(prefix = "/do", endpoint = "bookings/rename")]
pub async fn rename(
    #[server(default)] token: String,
    #[server(default)] place: String,
    #[server(default)] naming: String,
    #[server(default)] draft: String,
    #[server(default)] form: PlacePost,
) -> Result<(), AppError> {
    use domain::{
        Error, FieldErrors,
        bookings::{
            naming::{Naming, name_place},
            order,
        },
        ids::PlaceId,
    };
    let naming = naming.parse().unwrap_or(Naming::Correct);
    let page = if naming == Naming::Give { "give" } else { "name" };
    let back = format!("{}/places/{}/{page}", super::manage_page::path(&token), crate::ssr::encode(&place));
    crate::forms::post(&back, &draft, form, |request, typed: order::PlaceForm| async move {
        let id = PlaceId(place.parse().map_err(|_| Error::NotFound)?);
        let mut errors = FieldErrors::default();
        if typed.name.trim().is_empty() && typed.email.trim().is_empty() {
            errors.add("form[name]", "missing", "Enter the full name of whoever comes");
        }
        let who = order::read_who(&mut errors, "form", &typed, "this place");
        let who = errors.finish(who)?;
        let given_on = name_place(
            &request.services,
            super::manage_page::holder(&token, &request.actor),
            id,
            who,
            naming,
        )
        .await?;
        // Whoever gave their own place away has no link to it any more.
        Ok(crate::forms::Go::To(given_on.map_or_else(
            || {
                let done = if naming == Naming::Give { "given" } else { "named" };
                format!("{}?{done}=1", super::manage_page::path(&token))
            },
            |slug| format!("/events/{slug}"),
        )))
    })
    .await
}

/// Signs whoever sits in a place up to a session, or takes them off it (`act`).
#[server(prefix = "/do", endpoint = "bookings/choose-session")]
pub async fn choose_session(
    #[server(default)] token: String,
    #[server(default)] place: String,
    #[server(default)] session: String,
    #[server(default)] act: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    use domain::{
        Error, FieldErrors,
        bookings::sign_up::{Act, Done, choose},
        ids::PlaceId,
    };
    let back = format!(
        "{}/places/{}/sessions",
        super::manage_page::path(&token),
        crate::ssr::encode(&place)
    );
    let next = back.clone();
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let id = PlaceId(place.parse().map_err(|_| Error::NotFound)?);
        let act: Act = act
            .parse()
            .map_err(|_| FieldErrors::one("", "not_a_choice", "Sign up to the session, or give it up"))?;
        let holder = super::manage_page::holder(&token, &request.actor);
        let done = match Box::pin(choose(&request.services, holder, id, &session, act)).await? {
            Done::Placed(given_up) if given_up.is_empty() => "placed".to_owned(),
            Done::Placed(given_up) => {
                let titles = given_up.join("\u{201d} and \u{201c}");
                format!("placed&instead={}", crate::ssr::encode(&titles))
            }
            Done::Waiting => "waiting".to_owned(),
            Done::Kept => "kept".to_owned(),
            Done::Left => "left".to_owned(),
        };
        Ok(crate::forms::Go::To(format!("{next}?done={done}")))
    })
    .await
}
