//! The day drawn: one stroke is fifteen minutes of CPD, the tall ones are participatory, dots are pauses.

use crate::ui::time::clock;
use chrono::{NaiveDateTime, TimeDelta};
use domain::agenda::queries::Item;
use leptos::prelude::*;

const WIDTH: f64 = 600.0;

/// The strip of one day; nothing where there is no CPD.
#[component]
pub fn Strip(items: Vec<Item>) -> impl IntoView {
    let first = items.iter().map(|item| item.session.starts_wall).min()?;
    let last = items.iter().map(|item| item.session.ends_wall).max()?;
    let length = (last - first).num_minutes();
    let counts = |item: &Item| item.session.cpd && item.session.kind.may_count();
    if first.date() != last.date() || length <= 0 || !items.iter().any(counts) {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "minutes of a day")]
    let x = |at: NaiveDateTime| 6.0 + WIDTH * (at - first).num_seconds() as f64 / (length * 60) as f64;
    let mut marks = Vec::new();
    let mut quarter = first;
    let mut strokes = 0_u32;
    while quarter < last {
        let middle = quarter + TimeDelta::seconds(450);
        let on = |item: &&Item| item.session.starts_wall <= middle && middle < item.session.ends_wall;
        let running: Vec<&Item> = items.iter().filter(on).filter(|item| counts(item)).collect();
        let at = format!("{:.1}", x(middle));
        marks.push(if running.is_empty() {
            view! { <circle cx=at cy="94" r="1.7"/> }.into_any()
        } else {
            strokes += 1;
            let part = running.iter().any(|item| item.session.participatory);
            view! { <line class=part.then_some("part") x1=at.clone() x2=at y1=if part { "8" } else { "30" } y2="96"/> }.into_any()
        });
        quarter += TimeDelta::minutes(15);
    }
    let label = format!(
        "The day: {strokes} quarter hours of CPD between {} and {}",
        clock(first.time()),
        clock(last.time())
    );
    let middle = first + TimeDelta::minutes(length / 2);
    Some(view! {
        <figure class="strip">
            <svg viewBox="0 0 612 128" role="img" aria-label=label>
                {marks}
                <text x="6" y="122">{clock(first.time())}</text>
                <text x="306" y="122" text-anchor="middle">{clock(middle.time())}</text>
                <text x="606" y="122" text-anchor="end">{clock(last.time())}</text>
            </svg>
            <figcaption class="meta">"One stroke, fifteen minutes of CPD. The tall ones are yours to take part in."</figcaption>
        </figure>
    })
}
