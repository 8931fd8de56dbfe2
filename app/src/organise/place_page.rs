//! One place on the organiser's desk, about to be changed: who sits in it corrected, somebody else in their stead, or the
//! place moved to another ticket or event.

use super::{
    booking_page, bookings_api as api,
    frame::{self, Desk, quiet},
    lists::address,
};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Choice, Field, Form, Select, page},
};
use domain::{
    Error,
    access::Permission,
    bookings::{
        history::{self, Whole},
        moving::{self, Dearer, MoveForm},
        naming::Naming,
        order::PlaceForm,
        queries::Seat,
        rules::pounds,
    },
    certificates::queries::face::day,
    events::{edit::tickets, entity::event, queries::TicketTaken},
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;
use serde::Deserialize;

/// The page of a place; `task` is `correct`, `give` or `move`.
#[must_use]
pub fn path(slug: &str, reference: &str, place: &str, task: &str) -> String {
    let page = format!("{}/places/{}", booking_page::path(slug, reference), ssr::encode(place));
    address(&page, &[("do", task.to_owned())])
}

/// What is about to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Do {
    Name(Naming),
    Move,
}

impl Do {
    fn read() -> Self {
        match ssr::asking().query_value("do").as_deref() {
            Some("move") => Self::Move,
            Some("give") => Self::Name(Naming::Give),
            _ => Self::Name(Naming::Correct),
        }
    }
}

/// Both forms of the page, as kept.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    #[serde(flatten)]
    who: PlaceForm,
    #[serde(flatten)]
    moving: MoveForm,
}

struct Loaded {
    whole: Whole,
    seat: Seat,
    kept: Kept,
    typed: Typed,
    tickets: Vec<TicketTaken>,
    targets: Vec<(event::Model, Vec<TicketTaken>)>,
}

#[component]
pub fn PlacePage() -> impl IntoView {
    let params = use_params_map().read_untracked().clone();
    let task = Do::read();
    let load = async move {
        let services = ssr::services();
        let desk = frame::open(&params.get("slug").unwrap_or_default(), Permission::Edit).await?;
        let reference = params.get("reference").unwrap_or_default();
        let whole = history::load(&services, &desk.actor, &desk.event.slug, &reference).await?;
        let id = params.get("place").unwrap_or_default();
        let seat = whole
            .held
            .seats
            .iter()
            .find(|seat| seat.place.id.to_string() == id)
            .cloned()
            .ok_or(Error::NotFound)?;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let (kept, typed) = forms::kept_or(|| Typed {
            who: match task {
                Do::Name(Naming::Give) => PlaceForm {
                    organisation: text(&seat.place.organisation),
                    ..PlaceForm::default()
                },
                _ => PlaceForm {
                    name: text(&seat.place.name),
                    email: text(&seat.address),
                    job_role: text(&seat.place.job_role),
                    organisation: text(&seat.place.organisation),
                },
            },
            moving: MoveForm::default(),
        })
        .await?;
        let (tickets, targets) = if task == Do::Move {
            (
                tickets::list(&services, &desk.event).await?,
                moving::targets(&services, desk.event.organisation_id, &desk.event).await?,
            )
        } else {
            (Vec::new(), Vec::new())
        };
        Ok((
            desk,
            Loaded {
                whole,
                seat,
                kept,
                typed,
                tickets,
                targets,
            },
        ))
    };
    page(load, move |(desk, loaded): (Desk, Loaded)| {
        let name = loaded.seat.name().to_owned();
        let heading = match task {
            Do::Move => format!("Move the place of {name}"),
            Do::Name(Naming::Give) => format!("Who is coming instead of {name}?"),
            Do::Name(Naming::Correct) if loaded.seat.place.name.is_none() => "Who is coming?".to_owned(),
            Do::Name(Naming::Correct) => format!("Correct the details of {name}"),
        };
        let form = match task {
            Do::Name(naming) => who(&desk, &loaded, naming),
            Do::Move => match chosen(&loaded) {
                Some(dearer) => look(&desk, &loaded, &dearer),
                None => view! { {to_ticket(&desk, &loaded)}{to_event(&desk, &loaded)} }.into_any(),
            },
        };
        let back = booking_page::path(&desk.event.slug, &loaded.whole.held.booking.reference);
        let body = view! { <div class="stack-l">{form}<p class="links"><a href=back>"Back to the booking"</a></p></div> };
        desk.page(&heading, body)
    })
}

/// The dearer ticket that was chosen and is to be looked at before the place moves to it.
fn chosen(loaded: &Loaded) -> Option<Dearer> {
    let typed = &loaded.typed.moving;
    if !loaded.kept.problems.0.is_empty() {
        return None;
    }
    let ticket = match typed.to.split_once('/') {
        Some((slug, code)) => {
            let (_, tickets) = loaded.targets.iter().find(|(event, _)| event.slug == slug)?;
            tickets.iter().find(|ticket| ticket.code == code)?
        }
        None => loaded.tickets.iter().find(|ticket| ticket.code == typed.to)?,
    };
    moving::dearer(&loaded.seat.place, ticket, typed)
}

/// What a dearer ticket comes to, said before the place moves to it.
fn look(desk: &Desk, loaded: &Loaded, dearer: &Dearer) -> AnyView {
    let (hidden, kept) = (which(desk, loaded), quiet(&loaded.kept));
    let to = loaded.typed.moving.to.clone();
    let back = path(
        &desk.event.slug,
        &loaded.whole.held.booking.reference,
        &loaded.seat.place.id.to_string(),
        "move",
    );
    let (was, now) = (loaded.seat.ticket.name.clone(), dearer.ticket.clone());
    let (cost, costs) = (pounds(dearer.was_pence), pounds(dearer.is_pence));
    let heading = format!("This makes the place {} dearer", pounds(dearer.by_pence()));
    let told = format!(
        "{}, who booked, is told by mail. Nothing has moved yet.",
        loaded.whole.held.booking.booker_name
    );
    let (price, looked) = (keep_price(loaded, kept.clone()), dearer.version());
    view! {
        <section class="waits stack" aria-labelledby="look" tabindex="-1" autofocus>
            <h2 id="look">{heading}</h2>
            <dl class="facts">
                <div><dt>"Ticket"</dt><dd>"was "<del>{was}</del>", now "<ins>{now}</ins></dd></div>
                <div><dt>"Price with VAT"</dt><dd>"was "<del>{cost}</del>", now "<ins>{costs}</ins></dd></div>
            </dl>
            <p>{told}</p>
            <Form to=api::MovePlace::url() kept=kept>
                {hidden}
                <input type="hidden" name="form[to]" value=to/>
                <input type="hidden" name="form[looked]" value=looked/>
                {price}
                <p class="row"><button class="btn">"Move the place"</button><a href=back>"Choose again"</a></p>
            </Form>
        </section>
    }
    .into_any()
}

/// The hidden fields that say which place.
fn which(desk: &Desk, loaded: &Loaded) -> AnyView {
    let (slug, reference, place) = (
        desk.event.slug.clone(),
        loaded.whole.held.booking.reference.clone(),
        loaded.seat.place.id.to_string(),
    );
    view! {
        <input type="hidden" name="slug" value=slug/>
        <input type="hidden" name="reference" value=reference/>
        <input type="hidden" name="place" value=place/>
    }
    .into_any()
}

fn who(desk: &Desk, loaded: &Loaded, naming: Naming) -> AnyView {
    let typed = loaded.typed.who.clone();
    let (kept, hidden) = (loaded.kept.clone(), which(desk, loaded));
    let (advice, button) = match naming {
        Naming::Give => (Some(consequences(desk, loaded)), "Give the place to them"),
        Naming::Correct => (
            loaded.seat.place.name.is_some().then(|| {
                view! { <p>"For the same person, written right. For another person, give the place to somebody else instead, so that the history tells the two apart."</p> }.into_any()
            }),
            "Save",
        ),
    };
    view! {
        <div class="stack">
            {advice}
            <Form to=api::Name::url() kept=kept.clone()>
                {hidden}
                <input type="hidden" name="naming" value=naming.word()/>
                <Field kept=kept.clone() name="form[name]" label="Full name" value=typed.name hint="As it should read on the certificate." autocomplete="off"/>
                <Field kept=kept.clone() name="form[email]" label="Email address" value=typed.email kind="email" hint="For their calendar entry and their certificate. Without one, whoever booked gets the mails." autocomplete="off"/>
                <Field kept=kept.clone() name="form[job_role]" label="Job role" value=typed.job_role autocomplete="off"/>
                <Field kept=kept name="form[organisation]" label="Organisation" value=typed.organisation autocomplete="off"/>
                <p><button class="btn">{button}</button></p>
            </Form>
        </div>
    }
    .into_any()
}

/// What giving the place away does and does not do.
fn consequences(desk: &Desk, loaded: &Loaded) -> AnyView {
    let name = loaded.seat.name().to_owned();
    let certificate = loaded.whole.live_certificate(loaded.seat.participant.id).map(|row| {
        let words = format!(
            "A certificate was issued to {name} on {}. It stays in that name and counts until you revoke it; whoever comes instead can have one only after that.",
            day(row.issued_at, &desk.event.timezone)
        );
        let to = format!("{}/{}", desk.path("certificates"), row.public_id);
        view! { <li>{words}" "<a href=to>"Look at the certificate"</a></li> }
    });
    view! {
        <ul>
            <li>{format!("{name} is told that the place has gone to somebody else, and the entry leaves their calendar. Their link stops working.")}</li>
            <li>"Whoever comes instead gets a mail with an entry of their own. The place code stays the same, and so does what is paid."</li>
            <li>"Attendance recorded for the place counts for whoever has it now."</li>
            {certificate}
        </ul>
    }
    .into_any()
}

fn left(ticket: &TicketTaken) -> String {
    let left = match ticket.left() {
        None => String::new(),
        Some(0) => ", none left".to_owned(),
        Some(left) => format!(", {left} left"),
    };
    let hidden = if ticket.hidden { ", hidden" } else { "" };
    format!("{} ({}{left}{hidden})", ticket.name, pounds(ticket.price_pence))
}

fn keep_price(loaded: &Loaded, kept: Kept) -> AnyView {
    let label = format!(
        "Keep the price it was booked at, {} without VAT",
        pounds(loaded.seat.place.price_pence)
    );
    view! { <Choice kept=kept name="form[keep_price]" label=label checked={loaded.typed.moving.keep_price == "true"} hint="Otherwise the place takes the price of the new ticket."/> }.into_any()
}

fn to_ticket(desk: &Desk, loaded: &Loaded) -> AnyView {
    let options: Vec<_> = loaded
        .tickets
        .iter()
        .filter(|ticket| ticket.id != loaded.seat.ticket.id)
        .map(|ticket| (ticket.code.clone(), left(ticket)))
        .collect();
    if options.is_empty() {
        return view! { <p class="quiet">"This event has no other ticket to move to."</p> }.into_any();
    }
    let options = [(String::new(), "Choose a ticket".to_owned())].into_iter().chain(options).collect();
    let (kept, hidden, to) = (loaded.kept.clone(), which(desk, loaded), loaded.typed.moving.to.clone());
    let price = keep_price(loaded, kept.clone());
    view! {
        <section class="stack" aria-labelledby="ticket">
            <h2 id="ticket">"To another ticket"</h2>
            <p>{format!("The place has \u{201c}{}\u{201d} now.", loaded.seat.ticket.name)}</p>
            <Form to=api::MovePlace::url() kept=kept.clone()>
                {hidden}
                <Select kept=kept name="form[to]" label="Ticket" value=to options=options/>
                {price}
                <p><button class="btn">"Move to this ticket"</button></p>
            </Form>
        </section>
    }
    .into_any()
}

fn to_event(desk: &Desk, loaded: &Loaded) -> AnyView {
    let options: Vec<_> = loaded
        .targets
        .iter()
        .flat_map(|(event, tickets)| {
            let when = zones::dates(event.starts_wall.date(), event.ends_wall.date());
            tickets.iter().map(move |ticket| {
                (
                    format!("{}/{}", event.slug, ticket.code),
                    format!("{}, {when}: {}", event.title, left(ticket)),
                )
            })
        })
        .collect();
    if options.is_empty() {
        return view! { <p class="quiet">"No other event of yours takes bookings, so the place cannot move to one."</p> }.into_any();
    }
    let options = [(String::new(), "Choose an event".to_owned())]
        .into_iter()
        .chain(options)
        .collect::<Vec<_>>();
    let label = format!(
        "Keep the price it was booked at, {} without VAT",
        pounds(loaded.seat.place.price_pence)
    );
    let (slug, reference, place) = (
        desk.event.slug.clone(),
        loaded.whole.held.booking.reference.clone(),
        loaded.seat.place.id.to_string(),
    );
    let value = loaded.typed.moving.to.clone();
    let chosen = options
        .into_iter()
        .map(|(key, words)| {
            let selected = key == value;
            view! { <option value=key selected=selected>{words}</option> }
        })
        .collect_view();
    view! {
        <section class="stack" aria-labelledby="event">
            <h2 id="event">"To another event"</h2>
            <p>"The place here is cancelled and a booking is made there, for the same person, booker and purchase order. Both calendars are told."</p>
            <Form to=api::MovePlace::url() kept=quiet(&loaded.kept)>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="reference" value=reference/>
                <input type="hidden" name="place" value=place/>
                <div class="field">
                    <label for="to-event">"Event and ticket"</label>
                    <select class="input" id="to-event" name="form[to]">{chosen}</select>
                </div>
                <div class="field"><div class="check">
                    <input type="checkbox" id="keep-price" name="form[keep_price]" value="true"/>
                    <label for="keep-price">{label}</label>
                </div></div>
                <p><button class="btn btn--line">"Move to this event"</button></p>
            </Form>
        </section>
    }
    .into_any()
}
