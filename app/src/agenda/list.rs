//! The agenda as a list: sessions loud, breaks quiet, what runs side by side shown side by side.

use crate::ui::{icons::Ticks, time::clock};
use chrono::NaiveDateTime;
use domain::{
    agenda::{
        SessionKind,
        queries::{Agenda, Item},
    },
    platform::zones,
};
use leptos::prelude::*;

/// The agenda, a list a day.
#[component]
pub fn AgendaList(agenda: Agenda) -> impl IntoView {
    let mut days: Vec<(chrono::NaiveDate, Vec<Item>)> = Vec::new();
    for item in &agenda.items {
        let day = item.session.starts_wall.date();
        match days.last_mut() {
            Some((date, items)) if *date == day => items.push(item.clone()),
            _ => days.push((day, vec![item.clone()])),
        }
    }
    let several = days.len() > 1;
    let lists = days
        .into_iter()
        .map(|(date, items)| {
            let mut rows: Vec<(NaiveDateTime, Vec<Item>)> = Vec::new();
            for item in items {
                match rows.last_mut() {
                    Some((starts, beside)) if *starts == item.session.starts_wall && !is_pause(&item) && !is_pause(&beside[0]) => {
                        beside.push(item)
                    }
                    _ => rows.push((item.session.starts_wall, vec![item])),
                }
            }
            let rows = rows.into_iter().map(|(starts, items)| row(&agenda, starts, items)).collect_view();
            view! {
                {several.then(|| view! { <h3>{zones::date(date)}</h3> })}
                <ol class="agenda">{rows}</ol>
            }
        })
        .collect_view();
    view! { <div class="stack-l">{lists}</div> }
}

/// What is quiet on an agenda.
pub(crate) fn is_pause(item: &Item) -> bool {
    matches!(
        item.session.kind,
        SessionKind::Break | SessionKind::Registration | SessionKind::Exhibition | SessionKind::Business
    )
}

fn row(agenda: &Agenda, starts: NaiveDateTime, items: Vec<Item>) -> AnyView {
    let time = view! { <time datetime=starts.format("%Y-%m-%dT%H:%M").to_string()>{clock(starts.time())}</time> };
    match items.as_slice() {
        [only] if is_pause(only) => view! { <li class="pause">{time}<p>{pause_words(only)}</p></li> }.into_any(),
        [only] => {
            let inner = session(agenda, only, Beside::Nothing);
            view! { <li>{time}<div class="solo">{inner}</div></li> }.into_any()
        }
        several => {
            let inner = several
                .iter()
                .map(|item| view! { <div>{session(agenda, item, Beside::Others(several.len()))}</div> })
                .collect_view();
            view! { <li>{time}<div class="both">{inner}</div></li> }.into_any()
        }
    }
}

/// "Lunch, 45 minutes".
pub(crate) fn pause_words(item: &Item) -> String {
    let minutes = (item.session.ends_at - item.session.starts_at).num_minutes();
    format!("{}, {minutes} minutes", item.session.title)
}

/// That one signs up, and for how many places.
fn sign_up_words(places: i32) -> String {
    if places == 1 {
        "1 place: sign up once you have booked".to_owned()
    } else {
        format!("{places} places: sign up once you have booked")
    }
}

/// What is drawn beside a session in its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    Nothing,
    /// Others that begin with it, so many in all: people choose.
    Others(usize),
    /// What one has chosen, or may: it says itself how many places there are.
    Choosing,
}

/// A session loud: what, where, by whom, until when, and what it is worth.
pub(crate) fn session(agenda: &Agenda, item: &Item, beside: Beside) -> AnyView {
    let names = agenda.names(item).join(", ");
    let kind = match beside {
        Beside::Nothing | Beside::Choosing => item.session.kind.label().to_owned(),
        Beside::Others(2) => format!("{}, choose one of the two on the day", item.session.kind.label()),
        Beside::Others(count) => format!("{}, choose one of {count} on the day", item.session.kind.label()),
    };
    let about = [
        kind,
        item.track.clone().unwrap_or_default(),
        item.room.clone().unwrap_or_default(),
        names,
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect::<Vec<_>>()
    .join(" · ");
    let minutes = u32::try_from((item.session.ends_at - item.session.starts_at).num_minutes()).unwrap_or(0);
    let counts = item.session.cpd && item.session.kind.may_count();
    let ends = format!("until {}", clock(item.session.ends_wall.time()));
    view! {
        <h3>{item.session.title.clone()}</h3>
        <p class="meta">{format!("{about} · {ends}")}</p>
        {item.session.sign_up_places.filter(|_| beside != Beside::Choosing).map(|places| view! { <p class="meta">{sign_up_words(places)}</p> })}
        {item.session.content_note.clone().map(|note| view! { <p class="note">{format!("Content note: {note}")}</p> })}
        {counts.then(|| view! {
            <p class="cpd">
                <Ticks minutes=minutes/>
                <b>{format!("{minutes} min CPD")}</b>
                {item.session.participatory.then(|| view! { " "<span class="tag">"Participatory"</span> })}
            </p>
        })}
    }
    .into_any()
}
