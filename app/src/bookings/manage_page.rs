//! A booking, for whoever holds its link or has signed in: what stands, who sits where, cancel and name.
//!
//! With the link from a mail the pages are under `/bookings/{token}`; signed in, under `/my/bookings/{reference}`. Both
//! draw the same.

use super::api;
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Field, Form, Page, Qr, flash, page, unsent},
};
use domain::{
    Error,
    access::Actor,
    bookings::{
        PlaceState,
        invites::money_words,
        naming::Naming,
        order::PlaceForm,
        queries::Seat,
        service::{self, Held, Holder},
    },
    error::Result,
    events::{EventStatus, calendar::location},
    ids::PlaceId,
    platform::zones,
    portfolio,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

/// A booking's address: references open it for those signed in, tokens for those with the mail.
#[must_use]
pub fn path(token: &str) -> String {
    if token.starts_with("PL-") {
        format!("/my/bookings/{}", ssr::encode(token))
    } else {
        format!("/bookings/{}", ssr::encode(token))
    }
}

/// Who asks, by the token of the address.
#[must_use]
pub fn holder<'a>(token: &'a str, actor: &'a Actor) -> Holder<'a> {
    if token.starts_with("PL-") {
        Holder::Actor(actor)
    } else {
        Holder::Link(token)
    }
}

pub(super) fn token() -> String {
    let params = use_params_map().read_untracked().clone();
    params.get("token").or_else(|| params.get("reference")).unwrap_or_default()
}

async fn load(token: &str) -> Result<Held> {
    let (services, actor) = (ssr::services(), ssr::asking().actor);
    ssr::header(axum::http::header::CACHE_CONTROL, "no-store");
    match holder(token, &actor) {
        Holder::Link(token) => service::open(&services, token).await,
        Holder::Actor(actor) => service::load_by_reference(&services, actor, token).await,
    }
}

pub(super) fn framed(held: &Held, title: String, body: impl IntoView + 'static) -> Page {
    Page::new(title, body)
        .host(&held.organisation)
        .support(if held.event.sensitive {
            held.event.support.0.clone()
        } else {
            Vec::new()
        })
        .unlisted()
}

#[component]
pub fn ManagePage() -> impl IntoView {
    let token = token();
    let asking = ssr::asking();
    let (note, of) = ["booked", "cancelled", "named", "given"]
        .into_iter()
        .find_map(|note| asking.query_value(note).map(|of| (note, of)))
        .unwrap_or_default();
    let load = async move {
        let held = load(&token).await?;
        let certified = portfolio::own_of(&ssr::services(), &held).await?;
        Ok((held, token, certified))
    };
    page(load, move |(held, token, certified)| {
        let standing: Vec<&Seat> = held.seats.iter().filter(|seat| seat.place.state != PlaceState::Cancelled).collect();
        let now = ssr::services().clock.now();
        let is_over = now >= held.event.ends_at;
        let heading = match (note, standing.len()) {
            ("cancelled", _) => "The place is cancelled".to_owned(),
            (_, 0) => "This booking is cancelled".to_owned(),
            (_, 1) if is_over => "You had a place".to_owned(),
            (_, count) if is_over => format!("You had {count} places"),
            (_, 1) => "You have a place".to_owned(),
            (_, count) => format!("You have {count} places"),
        };
        let seat = held.seats.iter().find(|seat| seat.place.id.to_string() == of);
        let done = match note {
            "booked" => Some(flash(
                "Booked.",
                format!(
                    "We are writing to {}. Each person named gets their own mail with a calendar entry.",
                    held.booker_email
                ),
            )),
            "named" => Some(flash(
                "Saved.",
                "Whoever is named for the first time, or has a new address, gets a mail with their calendar entry.",
            )),
            "given" => Some(flash(
                "The place has gone to somebody else.",
                "They get a mail with their calendar entry; whoever had it before is told, and the entry leaves their calendar.",
            )),
            "cancelled" => Some(cancelled(seat, standing.len())),
            _ => None,
        };
        let changeable = held.event.status != EventStatus::Cancelled && now < held.event.starts_at;
        // What a steward's phone reads at the door: useless to anybody else.
        let door = (!is_over && held.event.status != EventStatus::Cancelled)
            .then(|| ssr::services().url(&format!("/check-in/{}", held.event.slug)));
        let seats = held
            .seats
            .iter()
            .enumerate()
            .map(|(i, seat)| {
                let snapshot = certified.get(&seat.participant.id);
                place(
                    &token,
                    i + 1,
                    seat,
                    changeable,
                    door.as_deref(),
                    snapshot.map(|snapshot| snapshot.id.as_str()),
                )
            })
            .collect_view();
        let event = held.event.clone();
        let event_path = format!("/events/{}", event.slug);
        let calendar = (!is_over).then(|| view! { <a href=format!("{event_path}.ics")>"Add to calendar"</a> });
        let next = if is_over {
            view! {
                <h2 id="next">"Your CPD"</h2>
                <p>"Hours are counted from attendance. Whoever came finds them, and the certificate once it is issued, under "<a href="/my/cpd">"My CPD"</a>"."</p>
            }
            .into_any()
        } else {
            view! {
                <h2 id="next">"What happens next"</h2>
                <p>"Bring the place code, on paper or a phone. Your CPD hours are counted from your attendance, and the certificate comes by mail afterwards."</p>
            }
            .into_any()
        };
        let join = held
            .join_url()
            .map(str::to_owned)
            .map(|url| view! { <div><dt>"Online"</dt><dd><a href=url rel="noreferrer">"Join online"</a></dd></div> });
        let sum = held.sum();
        let money = held.whole.then(|| view! { <div><dt>"To pay"</dt><dd>{money_words(sum)}{(sum.total_pence() > 0 && !is_over).then_some(". An invoice follows.")}</dd></div> });
        let order = held
            .booking
            .purchase_order
            .clone()
            .filter(|_| held.whole)
            .map(|order| view! { <div><dt>"Purchase order"</dt><dd>{order}</dd></div> });
        let body = view! {
            {done}
            {(note == "booked").then(unsent)}
            <div class="page__head">
                <h1>{heading.clone()}</h1>
                <p class="lede">{event.title.clone()}</p>
            </div>
            <div class="two">
                <div class="stack-l">
                    <dl class="answers">
                        <div><dt>"Booking reference"</dt><dd><strong class="code">{held.booking.reference.clone()}</strong></dd></div>
                        <div><dt>"When"</dt><dd>{zones::span(event.starts_wall, event.ends_wall)}</dd></div>
                        <div><dt>"Where"</dt><dd>{crate::ui::together(&location(&event))}</dd></div>
                        {join}
                        {money}
                        {order}
                    </dl>
                    {seats}
                </div>
                <aside class="slip stack" aria-labelledby="next">
                    {next}
                    <p>"Questions? Write to "<a href=format!("mailto:{}", held.organisation.email)>{held.organisation.email.clone()}</a>", and say which booking it is about."</p>
                    <p class="links"><a href=event_path>"See the event"</a>{calendar}</p>
                </aside>
            </div>
        };
        framed(&held, format!("{heading} – {}", held.event.shown_title()), body)
    })
}

/// Says whose place is gone, and what is left.
fn cancelled(seat: Option<&Seat>, left: usize) -> AnyView {
    let whose = match seat.and_then(|seat| seat.place.name.as_deref()) {
        Some(name) => format!("{name} no longer has a place."),
        None => "The place is free for somebody else.".to_owned(),
    };
    let told = match seat.and_then(|seat| seat.address.as_deref()) {
        Some(address) => format!("We are writing to {address}, and the entry leaves their calendar. "),
        None => String::new(),
    };
    let left = match left {
        0 => "No place is left in this booking.".to_owned(),
        1 => "You still have 1 place.".to_owned(),
        left => format!("You still have {left} places."),
    };
    flash(whose, format!("{told}{left}"))
}

fn place(token: &str, number: usize, seat: &Seat, changeable: bool, door: Option<&str>, certificate: Option<&str>) -> AnyView {
    let base = format!("{}/places/{}", path(token), seat.place.id);
    let cancelled = seat.place.state == PlaceState::Cancelled;
    let about = [seat.place.job_role.clone(), seat.place.organisation.clone()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ");
    let name_words = if seat.place.name.is_some() {
        "Correct the details"
    } else {
        "Name this place"
    };
    let of = format!(" for {}", seat.place.name.clone().unwrap_or_else(|| format!("place {number}")));
    let of_place = of.clone();
    let actions = (changeable && !cancelled).then(|| {
        view! {
            <p class="links">
                <a href=format!("{base}/name")>{name_words}<span class="hidden">{of.clone()}</span></a>
                {seat.place.name.is_some().then(|| view! { <a href=format!("{base}/give")>"Give it to somebody else"<span class="hidden">{of.clone()}</span></a> })}
                <a href=format!("{base}/cancel")>"Cancel this place"<span class="hidden">{of}</span></a>
            </p>
        }
    });
    let code = door.filter(|_| !cancelled).map(|door| {
        view! {
            <figure class="door-code">
                <Qr text=format!("{door}?code={}", seat.participant.code) label=format!("Code for the door, the same as {}", seat.participant.code)/>
                <figcaption class="meta">"Show this at the door, on a phone or on paper."</figcaption>
            </figure>
        }
    });
    let state = if cancelled {
        view! { <span class="tag tag--stop">"Cancelled"</span> }.into_any()
    } else {
        view! { <span class="tag">{seat.ticket.name.clone()}</span> }.into_any()
    };
    view! {
        <section class="todo">
            <h2>{format!("Place {number}: {}", seat.name())}</h2>
            <div class="stack">
                <p>{state}</p>
                {(!about.is_empty()).then(|| view! { <p class="meta">{about}</p> })}
                {seat.address.clone().map(|address| view! { <p class="meta">{address}</p> })}
                {(!cancelled).then(|| view! { <p>"Place code "<strong class="code">{seat.participant.code.clone()}</strong></p> })}
                {(!cancelled).then(|| view! { <p class="links"><a href=format!("{base}/sessions")>"Your sessions"<span class="hidden">{of_place}</span></a></p> })}
                {code}
                {certificate.map(|id| view! { <p class="links"><a href=format!("/certificates/{id}")>"See the certificate"</a><a href=format!("/certificates/{id}.pdf")>"Download certificate (PDF)"</a></p> })}
                {actions}
            </div>
        </section>
    }
    .into_any()
}

pub(super) fn place_id() -> Option<PlaceId> {
    use_params_map()
        .read_untracked()
        .get("place")
        .and_then(|id| id.parse().ok())
        .map(PlaceId)
}

async fn load_place(token: &str, id: Option<PlaceId>) -> Result<(Held, Seat)> {
    let held = load(token).await?;
    let seat = held
        .seats
        .iter()
        .find(|seat| Some(seat.place.id) == id)
        .cloned()
        .ok_or(Error::NotFound)?;
    Ok((held, seat))
}

#[component]
pub fn CancelPage() -> impl IntoView {
    let (token, id) = (token(), place_id());
    let load = async move {
        let (held, seat) = load_place(&token, id).await?;
        let (kept, ()) = forms::kept::<()>().await?;
        Ok((held, seat, kept, token))
    };
    page(load, |(held, seat, kept, token): (Held, Seat, Kept, String)| {
        let back = path(&token);
        let event = held.event.title.clone();
        let body = view! {
            <div class="stack">
                <h1>"Cancel this place?"</h1>
                <p class="lede">{format!("{}, {event}, {}", seat.name(), zones::span(held.event.starts_wall, held.event.ends_wall))}</p>
                <p>"The place is free for somebody else at once, and the entry is taken out of their calendar. This cannot be undone; you would have to book again."</p>
                <Form to=api::Cancel::url() kept=kept>
                    <input type="hidden" name="token" value=token.clone()/>
                    <input type="hidden" name="place" value=seat.place.id.to_string()/>
                    <p class="row"><button class="btn btn--danger">"Yes, cancel this place"</button><a href=back>"Keep the place"</a></p>
                </Form>
            </div>
        };
        framed(&held, format!("Cancel this place? – {}", held.event.shown_title()), body)
    })
}

/// Names a place, or corrects what it says of whoever sits in it.
#[component]
pub fn NamePage() -> impl IntoView {
    naming_page(Naming::Correct)
}

/// Gives a place to somebody else.
#[component]
pub fn GivePage() -> impl IntoView {
    naming_page(Naming::Give)
}

fn naming_page(naming: Naming) -> impl IntoView {
    let (token, id) = (token(), place_id());
    let load = async move {
        let (held, seat) = load_place(&token, id).await?;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let (kept, form) = forms::kept_or(|| match naming {
            Naming::Give => PlaceForm {
                organisation: text(&seat.place.organisation),
                ..PlaceForm::default()
            },
            Naming::Correct => PlaceForm {
                name: text(&seat.place.name),
                email: text(&seat.address),
                job_role: text(&seat.place.job_role),
                organisation: text(&seat.place.organisation),
            },
        })
        .await?;
        Ok((held, seat, kept, form, token))
    };
    page(
        load,
        move |(held, seat, kept, form, token): (Held, Seat, Kept, PlaceForm, String)| {
            let (heading, words, button) = match naming {
                Naming::Give => (
                    "Who is coming instead?",
                    Some(format!(
                        "{} has this place now. They are told that it has gone to somebody else, and the entry leaves their calendar.",
                        seat.name()
                    )),
                    "Give the place to them",
                ),
                Naming::Correct if seat.place.name.is_none() => ("Name this place", None, "Save"),
                Naming::Correct => ("Correct the details", None, "Save"),
            };
            let body = view! {
                <div class="stack">
                    <h1>{heading}</h1>
                    <p class="lede">{format!("{}, {}", seat.ticket.name, held.event.title)}</p>
                    {words.map(|words| view! { <p>{words}</p> })}
                    <Form to=api::Rename::url() kept=kept.clone()>
                        <input type="hidden" name="token" value=token.clone()/>
                        <input type="hidden" name="place" value=seat.place.id.to_string()/>
                        <input type="hidden" name="naming" value=naming.word()/>
                        <Field kept=kept.clone() name="form[name]" label="Full name" value=form.name hint="As it should read on the certificate."/>
                        <Field kept=kept.clone() name="form[email]" label="Email address" value=form.email kind="email" hint="For their calendar entry and their certificate."/>
                        <Field kept=kept.clone() name="form[job_role]" label="Job role" value=form.job_role hint="Optional."/>
                        <Field kept=kept.clone() name="form[organisation]" label="Organisation" value=form.organisation hint="Optional."/>
                        <p class="row"><button class="btn">{button}</button><a href=path(&token)>"Back to the booking"</a></p>
                    </Form>
                </div>
            };
            framed(&held, format!("{heading} – {}", held.event.shown_title()), body)
        },
    )
}
