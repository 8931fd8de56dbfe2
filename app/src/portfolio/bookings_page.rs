//! My bookings: what is to come and what is over, with the certificate where there is one.

use crate::{
    forms::{self, Kept},
    networks::invite_page::answers,
    organise::frame::flash,
    ssr,
    ui::{Page, icons::Ticks, page},
};
use domain::{
    bookings::PlaceState,
    certificates::hours::hours_in_words,
    events::{EventStatus, calendar::location},
    networks::{MembershipState, replies::Mine},
    platform::zones,
    portfolio::{self, Booked, Bookings, MyPlace},
};
use leptos::prelude::*;

#[component]
pub fn BookingsPage() -> impl IntoView {
    let load = async {
        let bookings = portfolio::bookings(&ssr::services(), &ssr::asking().actor).await?;
        let (kept, ()) = forms::kept::<()>().await?;
        let answered = ssr::asking().query_value("answered").is_some();
        let claimed = ssr::asking().query_value("claimed").is_some();
        Ok((bookings, kept, answered, claimed))
    };
    page(load, |(bookings, kept, answered, claimed)| {
        let Bookings {
            coming,
            past,
            cpd_minutes,
            networks,
        } = bookings;
        // Where there is just one place, its links need not say whose they are.
        let several = coming.iter().chain(&past).map(|booked| booked.places.len()).sum::<usize>() > 1;
        let nothing = coming.is_empty() && past.is_empty() && networks.is_empty();
        let cpd = (cpd_minutes > 0).then(|| {
            view! { <p class="lede"><Ticks minutes=cpd_minutes/>" "<a href="/my/cpd">{format!("{} of CPD", hours_in_words(cpd_minutes))}</a>" certified so far"</p> }
        });
        let body = view! {
            <div class="page__head">
                <h1>"My bookings"</h1>
                {cpd}
                <p class="links"><a href="/my/calendar">"Your calendar feed"</a><a href="/my/account">"Where you are signed in"</a></p>
            </div>
            {nothing.then(|| view! {
                <div class="empty">
                    <h2>"No bookings yet"</h2>
                    <p>"What you book with this email address shows here, and what others book for you."</p>
                    <a class="btn btn--line" href="/events">"See all events"</a>
                </div>
            })}
            {claimed.then(|| flash("Claimed.", "The place is yours now, with its hours; its certificate is under My CPD once it is issued."))}
            {answered.then(|| flash("Your answer is recorded.", ""))}
            {part("coming", "To come", coming, several)}
            {lists(&networks, &kept)}
            {part("past", "Past", past, several)}
        };
        Page::new("My bookings", body).unlisted()
    })
}

/// The networks they are on: what they are invited to, and the way to leave.
fn lists(networks: &[Mine], kept: &Kept) -> Option<AnyView> {
    if networks.is_empty() {
        return None;
    }
    let items = networks
        .iter()
        .map(|mine| {
            let network = &mine.network;
            let state = match mine.membership.state {
                MembershipState::Confirmed => Some("Your request waits for an organiser."),
                MembershipState::Paused => Some("Paused: no invites for now."),
                _ if mine.invites.is_empty() => Some("No invite to a meeting to come yet."),
                _ => None,
            };
            let invites = mine
                .invites
                .iter()
                .map(|(invite, meeting, event)| {
                    let of = format!(" {}, {}", network.name, event.title);
                    view! {
                        <li>
                            <div>
                                <b><a href=format!("/networks/{}/meetings/{}", network.slug, meeting.code)>{event.title.clone()}</a></b>
                                {zones::span(event.starts_wall, event.ends_wall)}
                                {event.online_url.clone().map(|url| view! { <br/>"Join online: "<a href=url.clone()>{url.clone()}</a> })}
                            </div>
                            {answers(kept, invite.reply, invite.reply, "", &invite.id.to_string(), &of)}
                        </li>
                    }
                })
                .collect_view();
            view! {
                <div class="stack">
                    <h3><a href=format!("/networks/{}", network.slug)>{network.name.clone()}</a></h3>
                    {state.map(|words| view! { <p class="meta">{words}</p> })}
                    <ul class="asks">{invites}</ul>
                    <p class="links"><a href=format!("/networks/{}/leave", network.slug)>"Leave the list"<span class="hidden">{format!(" of {}", network.name)}</span></a></p>
                </div>
            }
        })
        .collect_view();
    Some(view! { <section class="sec" aria-labelledby="lists"><h2 id="lists">"My networks"</h2><div class="stack-l">{items}</div></section> }.into_any())
}

fn part(id: &'static str, heading: &'static str, bookings: Vec<Booked>, several: bool) -> Option<AnyView> {
    if bookings.is_empty() {
        return None;
    }
    let items = bookings.into_iter().map(|booked| item(&booked, several)).collect_view();
    Some(view! { <section class="sec" aria-labelledby=id><h2 id=id>{heading}</h2><ol class="cards">{items}</ol></section> }.into_any())
}

fn item(booked: &Booked, several: bool) -> AnyView {
    let event = &booked.event;
    let day = event.starts_wall.date();
    let booking = format!("/my/bookings/{}", ssr::encode(&booked.booking.reference));
    let cancelled = event.status == EventStatus::Cancelled;
    let gone = cancelled || booked.places.iter().all(|place| place.seat.place.state == PlaceState::Cancelled);
    let by = (!booked.made).then(|| format!(" · booked by {}", booked.booking.booker_name));
    let zone = (event.timezone != "Europe/London").then(|| format!(" ({})", zones::zone_name(event.zone())));
    let places = booked.places.iter().map(|place| one(booked, place, several)).collect_view();
    view! {
        <li class=gone.then_some("gone")>
            <p class="date" aria-hidden="true"><b class="day">{day.format("%-d").to_string()}</b>{day.format("%b %Y").to_string()}</p>
            <div class="stack">
                <h3><a href=booking.clone()>{event.title.clone()}</a></h3>
                <p><time datetime=day.to_string()>{zones::span(event.starts_wall, event.ends_wall)}</time>{zone}</p>
                <p class="meta">{crate::ui::together(&location(event))}{by}</p>
                <p class="meta">"Booking reference "<a href=booking><strong class="code">{booked.booking.reference.clone()}</strong></a></p>
                <ul class="asks">{places}</ul>
            </div>
            <p class="side">{cancelled.then(|| view! { <span class="tag tag--stop">"Event cancelled"</span> })}</p>
        </li>
    }
    .into_any()
}

fn one(booked: &Booked, place: &MyPlace, several: bool) -> AnyView {
    let seat = &place.seat;
    let name = seat.name().to_owned();
    let of = several.then(|| {
        let words = format!(" {name}, {}", booked.event.title);
        view! { <span class="hidden">{words}</span> }
    });
    let state = match (seat.place.state, &place.certificate) {
        (PlaceState::Cancelled, _) => view! { <span class="tag tag--stop">"Place cancelled"</span> }.into_any(),
        (_, Some(snapshot)) => {
            view! { <span class="tag tag--go">{format!("{} of CPD", hours_in_words(snapshot.shown_minutes))}</span> }.into_any()
        }
        _ => view! { <span class="tag">{seat.ticket.name.clone()}</span> }.into_any(),
    };
    let cancel = place.can_cancel.then(|| {
        let to = format!(
            "/my/bookings/{}/places/{}/cancel",
            ssr::encode(&booked.booking.reference),
            seat.place.id
        );
        view! { <a href=to>"Cancel this place"{of.clone()}</a> }
    });
    let feedback = place.owes_feedback.then(|| {
        let to = format!("/my/feedback/{}", booked.event.slug);
        view! { <a href=to>"Give feedback"{of.clone()}</a> }
    });
    let certificate = place.certificate.as_ref().map(|snapshot| {
        let path = format!("/certificates/{}", snapshot.id);
        view! {
            <a href=format!("{path}.pdf")>"Download certificate (PDF)"{of.clone()}</a>
            <a href=path>"See the certificate"{of}</a>
        }
    });
    view! {
        <li>
            <div><b>{name}</b>{state}</div>
            <p class="links">{cancel}{feedback}{certificate}</p>
        </li>
    }
    .into_any()
}
