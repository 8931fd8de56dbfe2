//! One booking on the organiser's desk: its places, its money, what became of it, and the mails about it.

use super::{
    bookings_api as api, chosen_page,
    frame::{self, Desk, flash, quiet},
    lists::address,
    place_page, words,
};
use crate::{
    forms::{self, Kept},
    messages::state_words,
    ssr,
    ui::{Form, breaking, page, time},
};
use chrono::{DateTime, Utc};
use domain::{
    access::Permission,
    bookings::{
        PlaceState,
        chosen::{Chosen, Task},
        history::{self, Whole},
        invites::money_words,
        queries::Seat,
        rules::pounds,
    },
    certificates::queries::face::day,
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

/// The page of the booking with this reference.
#[must_use]
pub fn path(slug: &str, reference: &str) -> String {
    format!("/organise/events/{}/bookings/{}", ssr::encode(slug), ssr::encode(reference))
}

#[component]
pub fn BookingPage() -> impl IntoView {
    let params = use_params_map().read_untracked().clone();
    let load = async move {
        let desk = frame::open(&params.get("slug").unwrap_or_default(), Permission::See).await?;
        let reference = params.get("reference").unwrap_or_default();
        let whole = history::load(&ssr::services(), &desk.actor, &desk.event.slug, &reference).await?;
        let (kept, ()) = forms::kept::<()>().await?;
        Ok((desk, whole, kept))
    };
    page(load, |(desk, whole, kept): (Desk, Whole, Kept)| {
        let heading = format!("Booking {}", whole.held.booking.reference);
        let body = view! {
            <div class="stack-l">
                {done(&whole)}
                {facts(&desk, &whole, &kept)}
                {places(&desk, &whole)}
                {past(&desk, &whole)}
                {mails(&desk, &whole)}
                <p class="links"><a href=desk.path("bookings")>"All bookings of this event"</a></p>
            </div>
        };
        desk.page(&heading, body)
    })
}

fn done(whole: &Whole) -> Option<AnyView> {
    let asking = ssr::asking();
    let has = |name: &str| asking.query_value(name).is_some();
    let certified = || whole.certificates.iter().any(|row| row.revoked_at.is_none());
    if has("give") {
        let more = if certified() {
            "Both are told by mail. A certificate issued before stays as it was: look at it under Places."
        } else {
            "Both are told by mail. Attendance and the certificate to come are in the new name."
        };
        return Some(flash("The place has gone to somebody else.", more));
    }
    if has("correct") {
        return Some(flash("Saved.", "What it said before is in the history."));
    }
    if has("moved") {
        return Some(flash("Moved.", "The sum below is what the booking costs now."));
    }
    if has("here") {
        return Some(flash(
            "Moved to this event.",
            "This is the new booking; the place it came from is cancelled. Everybody concerned is told.",
        ));
    }
    has("sent").then(|| flash("Sent again.", "The confirmation is on its way to whoever booked."))
}

fn facts(desk: &Desk, whole: &Whole, kept: &Kept) -> AnyView {
    let held = &whole.held;
    let again = desk.may_edit().then(|| {
        let (slug, reference) = (desk.event.slug.clone(), held.booking.reference.clone());
        view! {
            <Form to=api::ConfirmAgain::url() kept=quiet(kept)>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="reference" value=reference/>
                <button class="btn btn--line btn--small">"Send the confirmation again"</button>
            </Form>
        }
    });
    let order = held.booking.purchase_order.clone().unwrap_or_else(|| "None given".to_owned());
    view! {
        <dl class="answers">
            <div><dt>"Booked by"</dt><dd>{held.booking.booker_name.clone()}<br/><a href=format!("mailto:{}", held.booker_email)>{breaking(&held.booker_email)}</a></dd></div>
            <div><dt>"Booked"</dt><dd>{moment(held.booking.created_at, desk)}</dd></div>
            <div><dt>"To pay"</dt><dd>{money_words(held.sum())}</dd></div>
            <div><dt>"Purchase order"</dt><dd>{order}</dd></div>
        </dl>
        {again}
    }
    .into_any()
}

fn moment(at: DateTime<Utc>, desk: &Desk) -> String {
    zones::moment(time::wall(at, &desk.event.timezone))
}

fn places(desk: &Desk, whole: &Whole) -> AnyView {
    let rows = (1..)
        .zip(&whole.held.seats)
        .map(|(number, seat)| place(desk, whole, number, seat))
        .collect_view();
    view! {
        <section aria-labelledby="places" class="stack">
            <h2 id="places">"Places"</h2>
            <table class="list">
                <caption class="hidden">"Places"</caption>
                <thead><tr><th scope="col">"Name"</th><th scope="col">"Ticket"</th><th scope="col">"State"</th><th scope="col">"Certificate"</th><td><span class="hidden">"What you can do"</span></td></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn place(desk: &Desk, whole: &Whole, number: usize, seat: &Seat) -> AnyView {
    let (state, class) = words::place_state(seat.place.state);
    let stands = seat.place.state != PlaceState::Cancelled;
    let slug = &desk.event.slug;
    let of = format!(": place {number}, {}", seat.name());
    let about = [&seat.place.job_role, &seat.place.organisation]
        .into_iter()
        .flatten()
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let to = |task: &str| place_page::path(slug, &whole.held.booking.reference, &seat.place.id.to_string(), task);
    let only = Chosen::Places(vec![seat.place.id]);
    let named = seat.place.name.is_some();
    let mut ways = vec![(format!("{}/{}", desk.path("attendance"), seat.participant.code), "Attendance")];
    if desk.may_edit() && stands {
        ways.push((to("correct"), if named { "Correct the details" } else { "Name this place" }));
        if named {
            ways.push((to("give"), "Give it to somebody else"));
        }
        ways.push((to("move"), "Move"));
        ways.push((chosen_page::path(slug, Task::SendAgain, &only), "Send the mail again"));
        ways.push((chosen_page::path(slug, Task::Cancel, &only), "Cancel"));
    }
    let ways = ways
        .into_iter()
        .map(|(to, words)| view! { <a href=to>{words}<span class="hidden">{of.clone()}</span></a> })
        .collect_view();
    let certificate = match whole.live_certificate(seat.participant.id) {
        Some(row) => {
            let former = seat.place.given_at.is_some_and(|given| row.issued_at < given);
            let words = if former {
                "In the name of whoever had the place before. "
            } else {
                ""
            };
            view! { <a href=format!("{}/{}", desk.path("certificates"), row.public_id)>{format!("Issued {}", day(row.issued_at, &desk.event.timezone))}</a><br/><span class="meta">{words}</span> }.into_any()
        }
        None => "None".into_any(),
    };
    view! {
        <tr class=(!stands).then_some("gone")>
            <th scope="row">{format!("{number}. {}", seat.name())}
                {(!about.is_empty()).then(|| view! { <br/><span class="meta">{about}</span> })}
                {seat.address.clone().map(|address| view! { <br/><span class="meta">{breaking(&address)}</span> })}
            </th>
            <td data-label="Ticket">{seat.ticket.name.clone()}<br/><span class="meta">{pounds(seat.place.price_pence)}</span></td>
            <td data-label="State"><span class=class>{state}</span><br/><span class="meta code">{seat.participant.code.clone()}</span>{words::calendar_says(stands, whole.replies.get(&seat.participant.id))}</td>
            <td data-label="Certificate">{certificate}</td>
            <td><div class="links">{ways}</div></td>
        </tr>
    }
    .into_any()
}

fn past(desk: &Desk, whole: &Whole) -> AnyView {
    let rows = whole
        .history
        .iter()
        .map(|entry| {
            view! {
                <tr>
                    <th scope="row">{entry.what.clone()}</th>
                    <td data-label="Who">{entry.who.clone()}</td>
                    <td data-label="When"><time datetime=entry.at.to_rfc3339()>{moment(entry.at, desk)}</time></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="history" class="stack">
            <h2 id="history">"History"</h2>
            <table class="list">
                <caption class="hidden">"History"</caption>
                <thead><tr><th scope="col">"What"</th><th scope="col">"Who"</th><th scope="col">"When"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn mails(desk: &Desk, whole: &Whole) -> AnyView {
    let list = if whole.mails.is_empty() {
        view! { <p class="quiet">"No mail was written about this booking."</p> }.into_any()
    } else {
        let rows = whole
            .mails
            .iter()
            .map(|mail| {
                let (state, class) = state_words(mail.state);
                view! {
                    <tr>
                        <th scope="row"><a href=format!("/organise/messages/{}", mail.id)>{mail.subject.clone()}</a></th>
                        <td data-label="To">{format!("{}, ", mail.to_name)}{breaking(&mail.to_address)}</td>
                        <td data-label="State"><span class=class>{state}</span></td>
                        <td data-label="Written"><time datetime=mail.created_at.to_rfc3339()>{moment(mail.created_at, desk)}</time></td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <table class="list">
                <caption class="hidden">"Messages"</caption>
                <thead><tr><th scope="col">"Subject"</th><th scope="col">"To"</th><th scope="col">"State"</th><th scope="col">"Written"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    let all = address("/organise/messages", &[("q", whole.held.booker_email.clone())]);
    view! {
        <section aria-labelledby="mails" class="stack">
            <h2 id="mails">"Mails"</h2>
            {list}
            <p class="links"><a href=all>"All messages to whoever booked"</a></p>
        </section>
    }
    .into_any()
}
