//! A network's own page: what it is for, when it meets, whom it is open to, and the one button: ask to join.

use crate::{
    ssr,
    ui::{Page, icons::Ticks, page, time},
};
use domain::{
    events::{EventStatus, calendar::location, entity::event},
    networks::{
        entity::{meeting, network},
        service::{self, Shown},
    },
    organisations::entity::organisation,
    platform::{markdown, zones},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// A page about a network: whose it is, with lines of help where its subject is sensitive.
pub fn framed(network: &network::Model, organisation: &organisation::Model, title: String, body: impl IntoView + 'static) -> Page {
    Page::new(title, body)
        .host(organisation)
        .support(if network.sensitive { network.support.0.clone() } else { Vec::new() })
}

#[component]
pub fn NetworkPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move { service::show(&ssr::services(), &ssr::asking().actor, &slug).await };
    page(load, |shown| {
        let (network, organisation) = (shown.network.clone(), shown.organisation.clone());
        let body = view! {
            <div class="wrap open"><div class="open__in">
                {opening(&shown)}
                {slip(&shown)}
            </div></div>
            <div class="wrap">{sections(&shown)}</div>
        };
        framed(&network, &organisation, network.shown_name().to_owned(), body).class("")
    })
}

fn opening(shown: &Shown) -> AnyView {
    let network = &shown.network;
    // After a comma a name goes on in the accent colour.
    let (first, rest) = match network.name.split_once(", ") {
        Some((first, rest)) => (format!("{first}, "), Some(rest.to_owned())),
        None => (network.name.clone(), None),
    };
    let class = if network.name.chars().count() > 45 {
        "title title--long"
    } else {
        "title"
    };
    view! {
        <div>
            <p class="kicker"><b>"Network"</b></p>
            <h1 class=class>{first}{rest.map(|rest| view! { <em>{rest}</em> })}</h1>
            <p class="lede">{network.summary.clone()}</p>
            {year(shown)}
        </div>
    }
    .into_any()
}

/// The meetings to come as strokes, one for each fifteen minutes.
fn year(shown: &Shown) -> Option<AnyView> {
    let meetings: Vec<_> = shown
        .coming
        .iter()
        .filter(|(_, event)| event.status != EventStatus::Cancelled)
        .collect();
    if meetings.is_empty() {
        return None;
    }
    let items = meetings
        .iter()
        .map(|(_, event)| {
            let minutes = u32::try_from((event.ends_at - event.starts_at).num_minutes()).unwrap_or(0);
            view! { <li><Ticks minutes=minutes/><span>{zones::date(event.starts_wall.date())}</span></li> }
        })
        .collect_view();
    Some(view! { <ul class="year" aria-label="Meetings to come">{items}</ul> }.into_any())
}

fn slip(shown: &Shown) -> AnyView {
    let network = &shown.network;
    let next = shown.coming.iter().find(|(_, event)| event.status != EventStatus::Cancelled);
    let when = next.map_or_else(
        || view! { <b>"No date yet"</b>"Members hear as soon as there is one" }.into_any(),
        |(_, event)| {
            let day = event.starts_wall.date();
            view! { <b><time datetime=day.to_string()>{zones::date(day)}</time></b>{zones::times(event.starts_wall.time(), event.ends_wall.time())} }
                .into_any()
        },
    );
    let open_to = (!network.open_to.0.is_empty()).then(|| view! { <div><dt>"Open to"</dt><dd>{network.open_to.0.join(", ")}</dd></div> });
    let contact = network.contact_email.clone().unwrap_or_else(|| shown.organisation.email.clone());
    let contact_name = network.contact_name.clone().unwrap_or_else(|| shown.organisation.name.clone());
    let join = if shown.wording.is_some() {
        view! {
            <a class="btn btn--big" href=format!("/networks/{}/join", network.slug)>"Ask to join"</a>
            <p class="links"><small>"Name, job role and email. Nobody sees the list; leave in one click."</small></p>
            <p class="links"><a href=format!("/networks/{}/leave", network.slug)>"Leave the list"</a></p>
        }
        .into_any()
    } else {
        view! { <p>"This list takes no requests at the moment. Write to the contact above."</p> }.into_any()
    };
    view! {
        <div class="slip">
            <dl class="facts">
                <div><dt>"Next"</dt><dd>{when}</dd></div>
                {open_to}
                <div><dt>"Costs"</dt><dd>"Nothing"</dd></div>
                <div><dt>"Contact"</dt><dd>{contact_name}<br/><a href=format!("mailto:{contact}")>{contact.clone()}</a></dd></div>
            </dl>
            {join}
        </div>
    }
    .into_any()
}

fn sections(shown: &Shown) -> AnyView {
    let network = &shown.network;
    let about = (!network.about.is_empty()).then(|| {
        let html = markdown::html(&network.about);
        view! { <section class="sec" aria-labelledby="about"><h2 id="about">"About"</h2><div class="prose" inner_html=html></div></section> }
    });
    let objectives = (!network.objectives.0.is_empty()).then(|| {
        let items = network
            .objectives
            .0
            .iter()
            .map(|line| view! { <li>{line.clone()}</li> })
            .collect_view();
        view! { <section class="sec" aria-labelledby="what"><h2 id="what">"What it is for"</h2><ul class="outcomes">{items}</ul></section> }
    });
    let reports = network.reports_to.clone().map(|to| {
        view! {
            <section class="sec" aria-labelledby="reports">
                <h2 id="reports">"Who it reports to"</h2>
                <ol class="chain"><li><h3>{network.name.clone()}</h3></li><li><h3><span class="hidden">"reports to "</span>{to}</h3></li></ol>
            </section>
        }
    });
    view! {
        {meetings("meet", "Next meetings", network, &shown.coming)}
        {about}
        {objectives}
        {reports}
        {meetings("past", "Past meetings", network, &shown.past)}
    }
    .into_any()
}

fn meetings(
    id: &'static str,
    heading: &'static str,
    network: &network::Model,
    meetings: &[(meeting::Model, event::Model)],
) -> Option<AnyView> {
    if meetings.is_empty() {
        return None;
    }
    let items = meetings
        .iter()
        .map(|(meeting, event)| {
            let day = event.starts_wall.date();
            let cancelled = event.status == EventStatus::Cancelled;
            let tag = cancelled.then(|| view! { <span class="tag tag--stop">"Cancelled"</span> });
            view! {
                <li class=cancelled.then_some("gone")>
                    <p class="date" aria-hidden="true"><b class="day">{day.format("%-d").to_string()}</b>{day.format("%b %Y").to_string()}</p>
                    <div>
                        <h3><a href=format!("/networks/{}/meetings/{}", network.slug, meeting.code)>{event.title.clone()}</a></h3>
                        <p><time datetime=day.to_string()>{time::span(event.starts_wall, event.ends_wall)}</time></p>
                        <p class="meta">{crate::ui::together(&location(event))}</p>
                    </div>
                    <p class="side">{tag}</p>
                </li>
            }
        })
        .collect_view();
    Some(view! { <section class="sec" aria-labelledby=id><h2 id=id>{heading}</h2><ol class="cards">{items}</ol></section> }.into_any())
}
