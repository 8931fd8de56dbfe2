//! The forms about bookings and tickets on the organiser's desk. Each reads what was posted, calls the service and says
//! where to go.

use super::{booking_page, chosen_page, place_page};
use crate::{error::AppError, forms::Go, ssr};
use domain::{
    bookings::{
        chosen::{self, Chosen, Confirmed, Task},
        moving::{self, MoveForm, Moved},
        naming::{self, Naming},
        order::PlaceForm,
    },
    events::edit::tickets,
    ids::PlaceId,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A place that cannot be is nobody's.
fn place_id(text: &str) -> PlaceId {
    PlaceId(text.parse().unwrap_or(-1))
}

/// Names who sits in a place, corrects it, or gives the place to somebody else (`naming`).
#[server(prefix = "/do", endpoint = "organise/name-place")]
pub async fn name(
    #[server(default)] slug: String,
    #[server(default)] reference: String,
    #[server(default)] place: String,
    #[server(default)] naming: String,
    #[server(default)] draft: String,
    #[server(default)] form: PlaceForm,
) -> Result<(), AppError> {
    let naming = naming.parse().unwrap_or(Naming::Correct);
    let back = place_page::path(&slug, &reference, &place, naming.word());
    crate::forms::post(&back, &draft, form, |request, typed: PlaceForm| async move {
        let id = place_id(&place);
        naming::name_at_desk(&request.services, &request.actor, &slug, id, &typed, naming).await?;
        Ok(Go::To(format!("{}?{}=1", booking_page::path(&slug, &reference), naming.word())))
    })
    .await
}

/// Moves a place to another ticket, or to another event.
#[server(prefix = "/do", endpoint = "organise/move-place")]
pub async fn move_place(
    #[server(default)] slug: String,
    #[server(default)] reference: String,
    #[server(default)] place: String,
    #[server(default)] draft: String,
    #[server(default)] form: MoveForm,
) -> Result<(), AppError> {
    let back = place_page::path(&slug, &reference, &place, "move");
    let shown = back.clone();
    crate::forms::post(&back, &draft, form, |request, typed: MoveForm| async move {
        let id = place_id(&place);
        if typed.to.contains('/') {
            return Ok(
                match moving::to_event(&request.services, &request.actor, &slug, id, &typed).await? {
                    Moved::Look(_) => Go::On(shown),
                    Moved::Done((to, new)) => Go::To(format!("{}?here=1", booking_page::path(&to, &new))),
                },
            );
        }
        Ok(
            match moving::to_ticket(&request.services, &request.actor, &slug, id, &typed).await? {
                Moved::Look(_) => Go::On(shown),
                Moved::Done(()) => Go::To(format!("{}?moved=1", booking_page::path(&slug, &reference))),
            },
        )
    })
    .await
}

/// The number of places, as typed, and which they were.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CountPost {
    pub seen: String,
    pub count: String,
}

/// Does one thing with all the chosen places. `chosen` is the query that names them.
#[server(prefix = "/do", endpoint = "organise/chosen")]
pub async fn carry_out(
    #[server(default)] slug: String,
    #[server(default)] task: String,
    #[server(default)] chosen: String,
    #[server(default)] draft: String,
    #[server(default)] form: CountPost,
) -> Result<(), AppError> {
    let task = task.parse().unwrap_or(Task::SendAgain);
    let places = Chosen::from_query(&ssr::pairs(&chosen));
    let back = chosen_page::path(&slug, task, &places);
    crate::forms::post(&back, &draft, form, |request, typed: CountPost| async move {
        let confirmed = Confirmed {
            seen: typed.seen,
            typed: typed.count,
        };
        let count = chosen::carry_out(&request.services, &request.actor, &slug, task, &places, &confirmed).await?;
        let list = format!("/organise/events/{}/bookings", ssr::encode(&slug));
        let pairs = [("done", task.word().to_owned()), ("n", count.to_string())];
        Ok(Go::To(super::lists::address(&list, &pairs)))
    })
    .await
}

/// Sends the booker their confirmation again.
#[server(prefix = "/do", endpoint = "organise/confirm-again")]
pub async fn confirm_again(
    #[server(default)] slug: String,
    #[server(default)] reference: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = booking_page::path(&slug, &reference);
    let next = format!("{back}?sent=1");
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        chosen::confirm_again(&request.services, &request.actor, &slug, &reference).await?;
        Ok(Go::To(next))
    })
    .await
}

/// Moves a ticket one up or down (`way`).
#[server(prefix = "/do", endpoint = "organise/move-ticket")]
pub async fn move_ticket(
    #[server(default)] slug: String,
    #[server(default)] ticket: String,
    #[server(default)] way: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = format!("/organise/events/{}/tickets", ssr::encode(&slug));
    let next = format!("{back}?ordered=1");
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        tickets::reorder(&request.services, &request.actor, &slug, &ticket, way == "up").await?;
        Ok(Go::To(next))
    })
    .await
}

/// Hides a ticket (`hidden` is "true"), or puts it on sale again.
#[server(prefix = "/do", endpoint = "organise/show-ticket")]
pub async fn show_ticket(
    #[server(default)] slug: String,
    #[server(default)] ticket: String,
    #[server(default)] hidden: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = format!("/organise/events/{}/tickets", ssr::encode(&slug));
    let next = format!("{back}?{}=1", if hidden == "true" { "hidden" } else { "shown" });
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        tickets::set_hidden(&request.services, &request.actor, &slug, &ticket, hidden == "true").await?;
        Ok(Go::To(next))
    })
    .await
}
