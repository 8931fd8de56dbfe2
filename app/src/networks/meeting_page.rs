//! One meeting, for anybody: when and where. The link to join online is only in the invites of those on the list.

use super::network_page::framed;
use crate::{
    ssr,
    ui::{icons::Ticks, page, time},
};
use domain::{
    agenda::queries::list_sessions,
    certificates::hours::hours_in_words,
    events::{AttendanceMode, EventStatus, calendar::location, service::offered},
    networks::service,
    platform::zones,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn MeetingPage() -> impl IntoView {
    let params = use_params_map();
    let given = |name: &str| params.read_untracked().get(name).unwrap_or_default();
    let (slug, code) = (given("slug"), given("code"));
    let load = async move {
        let services = ssr::services();
        let (network, organisation, meeting, event) = service::load_meeting(&services, &ssr::asking().actor, &slug, &code).await?;
        let offered = offered(&event, &list_sessions(&services.db.read, event.id).await?);
        let is_over = services.clock.now() >= event.ends_at;
        Ok((network, organisation, meeting, event, offered, is_over))
    };
    page(load, |(network, organisation, meeting, event, offered, is_over)| {
        let back = format!("/networks/{}", network.slug);
        let day = event.starts_wall.date();
        let state = match event.status {
            EventStatus::Cancelled => Some(("tag tag--stop", "Cancelled")),
            EventStatus::Draft => Some(("tag tag--quiet", "Draft, seen by organisers only")),
            _ if is_over => Some(("tag tag--quiet", "Over")),
            _ => None,
        }
        .map(|(class, words)| view! { <p><span class=class>{words}</span></p> });
        let online = match event.attendance_mode {
            AttendanceMode::Venue => None,
            AttendanceMode::Online => Some("The link comes with the invite."),
            AttendanceMode::Both => Some("You can also join online. The link comes with the invite."),
        };
        let zone = (event.timezone != "Europe/London").then(|| view! { <br/><span class="meta">{zones::zone_name(event.zone())}</span> });
        let cpd = (offered.minutes > 0).then(|| {
            let part = (offered.participatory_minutes > 0)
                .then(|| format!(", of which participatory {}", hours_in_words(offered.participatory_minutes)));
            view! { <div><dt>"CPD"</dt><dd><Ticks minutes=offered.minutes/>" "{hours_in_words(offered.minutes)}{part}</dd></div> }
        });
        let open = !is_over && !matches!(event.status, EventStatus::Cancelled | EventStatus::Draft);
        let ways = open.then(|| {
            view! {
                <a class="btn btn--big" href=format!("{back}/join")>"Ask to join"</a>
                <p class="links"><a href=format!("{back}/meetings/{}.ics", meeting.code) rel="nofollow">"Add to calendar"</a></p>
                <p class="links"><small>"On the list already? Your own invite is in your mail, and under My bookings."</small></p>
            }
        });
        let body = view! {
            <div class="wrap open"><div class="open__in">
                <div>
                    <p class="kicker"><a href=back.clone()>{network.name.clone()}</a></p>
                    <h1 class="title title--long">{event.title.clone()}</h1>
                    {state}
                    <p class="lede">{network.summary.clone()}</p>
                </div>
                <div class="slip">
                    <dl class="facts">
                        <div><dt>"When"</dt><dd><b><time datetime=day.to_string()>{time::span(event.starts_wall, event.ends_wall)}</time></b>{zone}</dd></div>
                        <div><dt>"Where"</dt><dd>{crate::ui::together(&location(&event))}{online.map(|words| view! { <br/><span class="meta">{words}</span> })}</dd></div>
                        {cpd}
                    </dl>
                    {ways}
                </div>
            </div></div>
        };
        let title = format!("{} – {}", event.shown_title(), network.shown_name());
        let page = framed(&network, &organisation, title, body).class("");
        if event.is_public() { page } else { page.unlisted() }
    })
}
