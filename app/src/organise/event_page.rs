//! One event on the desk: how it stands, and the buttons that change that. Cancelling is a page of its own, which says
//! how many people are told.

use super::{
    api,
    frame::{self, Desk, flash, quiet},
    lists::{grouped, tally},
    seats::Seats,
};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Form, page, time},
};
use domain::{
    access::Permission,
    agenda::{self, edit::Board},
    bookings::rules::pounds,
    events::{
        EventStatus,
        desk::{self, Places},
        edit::{self, tickets},
        queries::TicketTaken,
    },
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn EventPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let desk = frame::open(&slug, Permission::See).await?;
        // A meeting is looked after on its network's desk.
        if let Some(meeting) = desk.meeting() {
            ssr::redirect(meeting);
        }
        let places = desk::overview(&services, &desk.event).await?;
        let tickets = tickets::list(&services, &desk.event).await?;
        let (kept, ()) = forms::kept::<()>().await?;
        let notes = if desk.may_edit() {
            let mut notes = edit::form_of(&desk.event).notes(services.clock.now());
            let board = Board::load(&services.db.read, desk.event.id).await?;
            notes.extend(tickets::notes(&desk.event, &tickets));
            notes.extend(agenda::edit::notes(&desk.event, &board));
            notes
        } else {
            Vec::new()
        };
        let done = done(&asking);
        Ok((desk, places, tickets, kept, notes, done))
    };
    page(load, |(desk, places, tickets, kept, notes, done)| {
        let body = draw(&desk, places, &tickets, &kept, notes, done);
        let heading = desk.event.title.clone();
        desk.page(&heading, body)
    })
}

/// What was just done, from the address.
fn done(asking: &ssr::Asking) -> Option<AnyView> {
    let is = |name: &str, value: &str| asking.query_value(name).is_some_and(|found| found == value);
    if is("made", "1") {
        Some(flash(
            "Saved as a draft.",
            "Only your team sees it. Next come the words for its page, its agenda and its tickets: it has one so far, free of charge. Publish it when it is ready.",
        ))
    } else if is("made", "copy") {
        Some(flash(
            "Copied, as a draft.",
            "Look at its details, its online link and its neutral name before you publish it.",
        ))
    } else if is("saved", "told") {
        Some(flash(
            "Saved.",
            "Everybody who holds a place is sent the change for their calendar.",
        ))
    } else if is("saved", "1") {
        Some(flash("Saved.", ""))
    } else if is("now", "published") {
        Some(flash("Published.", "Anybody can see it now."))
    } else if is("now", "closed") {
        Some(flash(
            "Booking is closed.",
            "The event still shows, and those booked keep their places.",
        ))
    } else if is("now", "erased") {
        Some(flash(
            "Erased.",
            "The personal data of this event are gone. Its certificates stay with the people they were issued to.",
        ))
    } else if is("now", "cancelled") {
        Some(flash(
            "Cancelled.",
            "Whoever holds a place or an invite is being told, and the entry leaves their calendars.",
        ))
    } else {
        None
    }
}

fn draw(desk: &Desk, places: Places, tickets: &[TicketTaken], kept: &Kept, notes: Vec<String>, done: Option<AnyView>) -> AnyView {
    let event = &desk.event;
    let capacity = event.capacity.map(|capacity| u64::try_from(capacity).unwrap_or(0));
    let window = match (event.bookings_open_wall, event.bookings_close_wall) {
        (None, None) => "From when it is published until it ends".to_owned(),
        (Some(open), None) => format!("From {}", zones::moment(open)),
        (None, Some(close)) => format!("Until {}", zones::moment(close)),
        (Some(open), Some(close)) => format!("From {} until {}", zones::moment(open), zones::moment(close)),
    };
    let sold = tickets
        .iter()
        .map(|ticket| format!("{}: {}", ticket.name, grouped(u64::try_from(ticket.taken).unwrap_or(0))))
        .collect::<Vec<_>>()
        .join("; ");
    let buttons = desk.may_edit().then(|| buttons(desk, kept));
    let advice = (!notes.is_empty()).then(|| {
        let items = notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view();
        view! { <section class="stack" aria-labelledby="advice"><h2 id="advice">"Worth a look"</h2><p class="quiet">"Nothing here stops you."</p><ul>{items}</ul></section> }
    });
    view! {
        {done}
        <div class="two">
            <div class="stack-l">
                <Seats places=places capacity=capacity/>
                <dl class="facts">
                    <div><dt>"When"</dt><dd>{time::span(event.starts_wall, event.ends_wall)}<br/><span class="meta">{zones::zone_name(event.zone())}</span></dd></div>
                    <div><dt>"Where"</dt><dd>{crate::ui::together(&domain::events::calendar::location(event))}</dd></div>
                    <div><dt>"Booking"</dt><dd>{window}</dd></div>
                    <div><dt>"Tickets"</dt><dd>{if sold.is_empty() { "None yet".to_owned() } else { sold }}</dd></div>
                    <div><dt>"Value"</dt><dd>{format!("{} without VAT", pounds(places.net_pence))}</dd></div>
                    <div><dt>"Given up"</dt><dd>{tally(places.cancelled, "cancelled place", "cancelled places")}</dd></div>
                </dl>
                {advice}
            </div>
            {buttons}
        </div>
    }
    .into_any()
}

fn buttons(desk: &Desk, kept: &Kept) -> AnyView {
    let event = &desk.event;
    let change = |to: EventStatus, words: &'static str, class: &'static str| {
        let slug = event.slug.clone();
        view! {
            <Form to=api::Status::url() kept=quiet(kept)>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="status" value=to.word()/>
                <p><button class=class>{words}</button></p>
            </Form>
        }
        .into_any()
    };
    let (words, main) = match event.status {
        EventStatus::Draft => ("Only your team sees it.", Some(change(EventStatus::Published, "Publish", "btn"))),
        EventStatus::Published => (
            "Anybody can see it, and book while booking is open.",
            Some(change(EventStatus::Closed, "Close booking", "btn btn--line")),
        ),
        EventStatus::Closed => (
            "Anybody can see it; nobody can book.",
            Some(change(EventStatus::Published, "Open booking again", "btn btn--line")),
        ),
        EventStatus::Cancelled => ("It is cancelled, and says so wherever it shows.", None),
    };
    let cancel = (event.status != EventStatus::Cancelled).then(|| {
        view! { <form method="get" action=desk.path("cancel")><p><button class="btn btn--danger btn--line">{if event.status == EventStatus::Draft { "Delete this draft" } else { "Cancel this event" }}</button></p></form> }
    });
    if let Some(at) = event.erased_at {
        let words = format!(
            "Its personal data were erased on {}, so nothing about it changes any more.",
            zones::date(at.date_naive())
        );
        return view! { <aside class="slip stack" aria-labelledby="stands"><h2 id="stands">"How it stands"</h2><p>{words}</p></aside> }
            .into_any();
    }
    let is_over = event.ends_at <= ssr::services().clock.now() || event.status == EventStatus::Cancelled;
    let erase = (is_over && desk.actor.may(Permission::Own, event.organisation_id))
        .then(|| view! { <a href=desk.path("erase")>"Erase personal data"</a> });
    view! {
        <aside class="slip stack" aria-labelledby="stands">
            <h2 id="stands">"How it stands"</h2>
            <p>{words}</p>
            {main}
            <p class="links"><a href=desk.path("edit")>"Change the details"</a><a href=desk.path("copy")>"Copy to another day"</a>{erase}</p>
            {super::edit_page::parts(desk, None)}
            {cancel}
        </aside>
    }
    .into_any()
}

#[component]
pub fn CancelPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let desk = frame::open(&slug, Permission::Edit).await?;
        let services = ssr::services();
        let places = desk::overview(&services, &desk.event).await?;
        let told = desk::count_told(&services.db.read, desk.event.id).await?;
        let (kept, ()) = forms::kept::<()>().await?;
        Ok((desk, places, told, kept))
    };
    page(load, |(desk, places, told, kept)| {
        let body = confirm(&desk, places, told, kept.clone());
        let heading = if desk.event.status == EventStatus::Draft {
            "Delete this draft?"
        } else {
            "Cancel this event?"
        };
        desk.page(heading, body)
    })
}

fn confirm(desk: &Desk, places: Places, told: u64, kept: Kept) -> AnyView {
    if desk.event.status == EventStatus::Cancelled {
        return view! { <p>"It is cancelled already. "<a href=desk.path("")>"Back to the event"</a></p> }.into_any();
    }
    if desk.event.status == EventStatus::Draft && told == 0 {
        let (slug, back) = (desk.event.slug.clone(), desk.path(""));
        return view! {
            <Form to=api::Cancel::url() kept=kept>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="people" value="0"/>
                <div class="stack">
                    <p>"It was never published, so nobody knows of it. It is deleted, with its tickets and its agenda, and cannot be brought back."</p>
                    <p class="row"><button class="btn btn--danger">"Delete this draft"</button><a href=back>"Keep the draft"</a></p>
                </div>
            </Form>
        }
        .into_any();
    }
    let people = tally(told, "person", "people");
    let (slug, back) = (desk.event.slug.clone(), desk.path(""));
    let (words, button) = if told == 0 {
        (
            "Nobody holds a place, so nobody is told.".to_owned(),
            "Cancel this event".to_owned(),
        )
    } else {
        let taken = match places.taken() {
            0 => String::new(),
            taken => format!("{} taken. ", tally(taken, "place is", "places are")),
        };
        (
            format!("{taken}{people} will be told by mail, and the entry leaves their calendars."),
            format!("Cancel this event and tell {people}"),
        )
    };
    view! {
        <Form to=api::Cancel::url() kept=kept>
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="people" value=told.to_string()/>
            <div class="stack">
                <p>{words}</p>
                <p>"This cannot be undone: a cancelled event stays where it is, marked cancelled. To hold it another day, change its times instead."</p>
                <p class="row"><button class="btn btn--danger">{button}</button><a href=back>"Keep the event"</a></p>
            </div>
        </Form>
    }
    .into_any()
}
