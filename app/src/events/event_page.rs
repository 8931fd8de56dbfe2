//! An event's own page: what, when, where, hours, for whom, price and one button that is right; then everything else.

use super::strip::Strip;
use crate::{
    agenda::list::AgendaList,
    bookings::price_words,
    ssr,
    ui::{Page, head::Head, page},
};
use domain::{
    agenda::{entity::speaker, photos},
    certificates::hours::hours_in_words,
    events::{
        AttendanceMode, EventKind, EventStatus, Evidence,
        rules::Booking,
        service::{self, Shown},
        structured,
    },
    networks::queries::find_meeting_of,
    platform::{markdown, zones},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

fn slug() -> String {
    use_params_map().read_untracked().get("slug").unwrap_or_default()
}

/// A page about an event: its host, its lines of help, and unlisted while it is not public.
pub fn framed(shown: &Shown, prefix: &str, body: impl IntoView + 'static) -> Page {
    let page = Page::new(format!("{prefix}{}", shown.event.shown_title()), body)
        .host(&shown.organisation)
        .support(if shown.event.sensitive {
            shown.event.support.0.clone()
        } else {
            Vec::new()
        });
    if shown.event.is_public() { page } else { page.unlisted() }
}

#[component]
pub fn EventPage() -> impl IntoView {
    let slug = slug();
    let load = async move {
        let services = ssr::services();
        let shown = service::show(&services, &ssr::asking().actor, &slug).await?;
        // A meeting's page is its network's.
        if let Some((meeting, network)) = find_meeting_of(&services.db.read, &shown.event).await? {
            ssr::redirect(&format!("/networks/{}/meetings/{}", network.slug, meeting.code));
        }
        Ok(shown)
    };
    page(load, |shown| {
        let head = head(&shown);
        let body = view! {
            <div class="wrap open"><div class="open__in">
                <Opening shown=shown.clone()/>
                <Slip shown=shown.clone()/>
            </div></div>
            <div class="wrap">
                <Overview shown=shown.clone()/>
                <Sections shown=shown.clone()/>
            </div>
        };
        framed(&shown, "", body).class("").head(head)
    })
}

/// What others are shown of the event: beside a link to it, and in a search.
fn head(shown: &Shown) -> Head {
    let services = ssr::services();
    Head {
        title: shown.event.shown_title().to_owned(),
        description: structured::description(shown),
        url: services.url(&format!("/events/{}", shown.event.slug)),
        site: shown.organisation.name.clone(),
        data: Some(structured::json_ld(&services, shown)),
    }
}

#[component]
fn Opening(shown: Shown) -> impl IntoView {
    let event = shown.event;
    let kind = match event.kind {
        EventKind::Conference => "Conference",
        EventKind::Course => "Course",
        EventKind::Meeting => "Meeting",
    };
    let days = (event.ends_wall.date() - event.starts_wall.date()).num_days() + 1;
    let length = match days {
        1 => "one day".to_owned(),
        days => format!("{days} days"),
    };
    let long = event.title.chars().count() > 45;
    // After a colon a title goes on in the accent colour.
    let (first, rest) = match event.title.split_once(": ") {
        Some((first, rest)) if !long => (format!("{first}: "), Some(rest.to_owned())),
        _ => (event.title.clone(), None),
    };
    view! {
        <div>
            <p class="kicker"><b>{kind}</b>{format!(" · {length}")}{(!event.is_public()).then_some(" · draft, seen by organisers only")}</p>
            <h1 class=if long { "title title--long" } else { "title" }>{first}{rest.map(|rest| view! { <em>{rest}</em> })}</h1>
            <p class="lede">{event.summary.clone()}</p>
            <Strip items=shown.agenda.items/>
        </div>
    }
}

#[component]
fn Slip(shown: Shown) -> impl IntoView {
    let event = shown.event.clone();
    let day = event.starts_wall.date();
    let one_day = day == event.ends_wall.date();
    let (when, times) = if one_day {
        (zones::date(day), zones::times(event.starts_wall.time(), event.ends_wall.time()))
    } else {
        (
            zones::dates(day, event.ends_wall.date()),
            format!("from {} on the first day", crate::ui::time::clock(event.starts_wall.time())),
        )
    };
    let zone = (event.timezone != "Europe/London").then(|| format!(". {}", zones::zone_name(event.zone())));
    let place = match event.attendance_mode {
        AttendanceMode::Online => view! { <b>"Online"</b>"The link comes with your place" }.into_any(),
        mode => {
            let rest = [event.venue_address.clone(), event.venue_postcode.clone()]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(", ");
            let online = if mode == AttendanceMode::Both { ". Also online" } else { "" };
            view! { <b>{event.venue_name.clone().unwrap_or_else(|| "To be announced".to_owned())}</b>{format!("{rest}{online}")} }
                .into_any()
        }
    };
    let offered = shown.offered;
    let statement = event.cpd_statement.clone().map(|statement| {
        let mut chars = statement.chars();
        chars
            .next()
            .map(|first| first.to_uppercase().chain(chars).collect::<String>())
            .unwrap_or_default()
    });
    let hours = (offered.minutes > 0).then(|| {
        let part = (offered.participatory_minutes > 0)
            .then(|| format!("{} of them participatory. ", hours_in_words(offered.participatory_minutes)));
        view! { <div><dt>"Hours"</dt><dd><b>{format!("{} of CPD", hours_in_words(offered.minutes))}</b>{part}{statement}</dd></div> }
    });
    let certificates = event.certificate_days.map(|days| {
        let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
        view! { <div><dt>"Certificate"</dt><dd>{format!("Within {days} of the end")}</dd></div> }
    });
    let audience = (!event.audience.is_empty()).then(|| view! { <div><dt>"For"</dt><dd>{event.audience.clone()}</dd></div> });
    let price = price_words(&shown.tickets).map(|(first, rest)| view! { <div><dt>"Price"</dt><dd><b>{first}</b>{rest}</dd></div> });
    let agenda = (!shown.agenda.items.is_empty()).then(|| view! { <a href=format!("/events/{}/agenda", event.slug)>"See the agenda"</a> });
    view! {
        <div class="slip">
            <dl class="facts">
                <div><dt>"When"</dt><dd><b><time datetime=day.to_string()>{when}</time></b>{times}{zone}</dd></div>
                <div><dt>"Where"</dt><dd>{place}</dd></div>
                {hours}
                {certificates}
                {audience}
                {price}
            </dl>
            <BookButton shown=shown/>
            <p class="links">{agenda}<a href=format!("/events/{}.ics", event.slug)>"Add to calendar"</a></p>
        </div>
    }
}

/// The one button, or the words that stand where it would.
#[component]
fn BookButton(shown: Shown) -> impl IntoView {
    let to = format!("/events/{}/book", shown.event.slug);
    match shown.booking {
        Booking::Open { .. } => {
            let left = shown.places_left().filter(|left| *left <= 10).map(|left| {
                if left == 1 {
                    "1 place left".to_owned()
                } else {
                    format!("{left} places left")
                }
            });
            view! { <a class="btn btn--big" href=to>"Book a place"</a>{left.map(|left| view! { <p class="meta">{left}</p> })} }.into_any()
        }
        Booking::NotYet(_) => {
            let opens = shown.event.bookings_open_wall.map(zones::moment).unwrap_or_default();
            view! { <p class="wait">{format!("Booking opens on {opens}")}</p> }.into_any()
        }
        Booking::Full => view! { <p class="wait">"This event is full"</p> }.into_any(),
        Booking::Closed if shown.event.status == EventStatus::Draft => {
            view! { <p class="wait">"Nobody can book while it is a draft"</p> }.into_any()
        }
        Booking::Closed => view! { <p class="wait">"Booking is closed"</p> }.into_any(),
        Booking::Over => view! { <p class="quiet">"This event is over"</p> }.into_any(),
        Booking::Cancelled => view! { <p class="wait">"This event is cancelled"</p> }.into_any(),
    }
}

#[component]
fn Overview(shown: Shown) -> impl IntoView {
    let text = shown.event.overview;
    (!text.trim().is_empty()).then(|| {
        let html = markdown::html(&text);
        view! { <section class="sec" aria-labelledby="about"><h2 id="about">"About the day"</h2><div class="prose" inner_html=html></div></section> }
    })
}

#[component]
fn Sections(shown: Shown) -> impl IntoView {
    let outcomes = shown.event.outcomes.0.clone();
    let outcomes = (!outcomes.is_empty()).then(|| {
        let items = outcomes.into_iter().map(|outcome| view! { <li>{outcome}</li> }).collect_view();
        view! { <section class="sec" aria-labelledby="outcomes"><h2 id="outcomes">"What you will take back"</h2><ul class="outcomes">{items}</ul></section> }
    });
    let agenda = (!shown.agenda.items.is_empty()).then(|| {
        view! {
            <section class="sec" aria-labelledby="agenda">
                <div class="sec__head">
                    <h2 id="agenda">"Agenda"</h2>
                    <p class="meta"><span class="ticks ticks--2" aria-hidden="true"></span>"Each stroke is 15 minutes of CPD. You are credited for the sessions you are in."</p>
                </div>
                <AgendaList agenda=shown.agenda.clone()/>
            </section>
        }
    });
    let speakers = shown.agenda.speakers.clone();
    let speakers = (!speakers.is_empty()).then(|| {
        let items = speakers
            .into_iter()
            .map(|speaker| {
                let bio = speaker.bio.as_deref().filter(|bio| !bio.trim().is_empty()).map(markdown::html);
                let face = face(&speaker);
                view! {
                    <li>
                        {face}
                        <h3>{speaker.name}</h3>
                        <p>{speaker.role}<br/><span class="quiet">{speaker.organisation}</span></p>
                        {bio.map(|bio| view! { <div class="prose" inner_html=bio></div> })}
                    </li>
                }
            })
            .collect_view();
        view! { <section class="sec" aria-labelledby="speakers"><h2 id="speakers">"Speakers"</h2><ul class="people">{items}</ul></section> }
    });
    let evidence = shown.event.evidence.0.clone();
    let evidence = (!evidence.is_empty()).then(|| {
        let items = evidence.into_iter().map(figure).collect_view();
        view! { <section class="sec" aria-labelledby="evidence"><h2 id="evidence">"Why it matters"</h2><div class="evidence">{items}</div></section> }
    });
    view! { {outcomes}{agenda}{speakers}{evidence} }
}

/// A speaker's photo, or their initials. The name stands beside it, so it is not read out twice.
fn face(speaker: &speaker::Model) -> AnyView {
    match &speaker.photo {
        Some(photo) => view! { <img class="face" src=photos::address(photo) alt="" width="400" height="400" loading="lazy"/> }.into_any(),
        None => view! { <span class="face" aria-hidden="true">{initials(&speaker.name)}</span> }.into_any(),
    }
}

/// "AO" for Dr Ama Owusu: of the first and last name, titles left out.
fn initials(name: &str) -> String {
    const TITLES: [&str; 9] = ["dr", "prof", "professor", "mr", "mrs", "ms", "miss", "sir", "dame"];
    let is_title = |word: &&str| TITLES.contains(&word.trim_end_matches('.').to_lowercase().as_str());
    let letter = |word: &&str| word.chars().find(|c| c.is_alphabetic());
    let words: Vec<&str> = name
        .split_whitespace()
        .filter(|word| !is_title(word) && letter(word).is_some())
        .collect();
    let ends = match words.as_slice() {
        [] => Vec::new(),
        [only] => vec![only],
        [first, .., last] => vec![first, last],
    };
    ends.into_iter().filter_map(letter).flat_map(char::to_uppercase).collect()
}

/// A figure with who says so; a number at its start is drawn large.
fn figure(evidence: Evidence) -> AnyView {
    let source = match evidence.published {
        Some(published) => format!("{}, {}", evidence.source, published_words(&published)),
        None => evidence.source,
    };
    let number = figure_in(&evidence.quote).map(|number| view! { <b aria-hidden="true">{number}</b> });
    let source = match evidence.url {
        Some(url) => view! { <a href=url rel="nofollow noreferrer">{source}</a> }.into_any(),
        None => source.into_any(),
    };
    view! { <figure>{number}<p>{evidence.quote}</p><figcaption>{source}</figcaption></figure> }.into_any()
}

/// The number a finding comes down to: its last percentage or count in thousands.
fn figure_in(quote: &str) -> Option<String> {
    let word = |word: &str| word.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '%').to_owned();
    let counts = |word: &String| {
        word.starts_with(|c: char| c.is_ascii_digit())
            && (word.ends_with('%') || word.contains(','))
            && word.chars().all(|c| c.is_ascii_digit() || matches!(c, '%' | ',' | '.'))
    };
    quote.split_whitespace().map(word).rfind(counts)
}

/// "June 2025" for `2025-06`; anything else as it is.
fn published_words(published: &str) -> String {
    chrono::NaiveDate::parse_from_str(&format!("{published}-01"), "%Y-%m-%d")
        .map_or_else(|_| published.to_owned(), |day| day.format("%B %Y").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_last_name() {
        let all = [
            "Dr Ama Owusu",
            "Siân Llŷr",
            "Prof. Iain van der Calder",
            "Cher",
            "dr",
            "Élodie (Ellie) Òran",
            "",
        ]
        .map(initials);
        assert_eq!(all, ["AO", "SL", "IC", "C", "", "ÉÒ", ""]);
    }
}
