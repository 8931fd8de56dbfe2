//! The step before sending to many, for every page that does: what, to whom, how many; and the number typed before the
//! button does anything. [`domain::messages::mass::confirm`] reads it.

use crate::{
    forms::Kept,
    organise::lists::{grouped, tally},
    ui::Field,
};
use domain::messages::mass::{CountForm, Preview};
use leptos::prelude::*;

/// What is about to be sent, and the field for its number. Goes inside the page's [`crate::ui::Form`], before the button.
#[component]
pub fn Confirm(kept: Kept, form: CountForm, preview: Preview) -> impl IntoView {
    let Preview { count, first, text } = preview;
    let more = count.saturating_sub(first.len() as u64);
    let people = first
        .into_iter()
        .map(|row| {
            let name = if row.to_name.is_empty() {
                row.to_address.clone()
            } else {
                format!("{}, {}", row.to_name, row.to_address)
            };
            view! { <li>{name}" "<span class="meta">{row.subject}</span></li> }
        })
        .collect_view();
    let rest = (more > 0).then(|| view! { <li>{format!("and {} more", grouped(more))}</li> });
    let words = (!text.is_empty()).then(|| {
        view! {
            <details>
                <summary>"What the first of them says"</summary>
                <p class="meta">"Links and codes are hidden: only the person it is for may use them."</p>
                <div class="scroll" role="region" tabindex="0" aria-label="The words of the mail"><pre>{text}</pre></div>
            </details>
        }
    });
    view! {
        <div class="stack">
            <p><strong>{tally(count, "message", "messages")}</strong>", each to one person. Nobody sees anybody else's address."</p>
            <ul class="list">{people}{rest}</ul>
            {words}
            <Field kept=kept name="form[count]" label=format!("Type {count} to confirm") value=form.count hint="Nothing has been sent yet." inputmode="numeric" class="input--short"/>
        </div>
    }
}
