//! Where to find help: on every page whose subject may touch somebody.

use super::time;
use domain::events::SupportLine;
use leptos::prelude::*;

/// The support band, dated, so that nobody rings a number nobody has checked.
#[component]
pub fn Support(lines: Vec<SupportLine>) -> impl IntoView {
    let checked = lines.iter().filter_map(|line| line.checked_on).min();
    let items = lines.into_iter().map(|line| {
        let digits: String = line.contact.chars().filter(char::is_ascii_digit).collect();
        let is_number = line.contact.chars().all(|c| c.is_ascii_digit() || c == ' ');
        let contact = if is_number && !digits.is_empty() {
            view! { <a href=format!("tel:{digits}")>{line.contact}</a> }.into_any()
        } else {
            view! { <b>{line.contact}</b> }.into_any()
        };
        let words = match line.note {
            Some(note) => format!("{}, {note}", line.name),
            None => line.name,
        };
        view! { <li>{contact}{words}</li> }
    });
    view! {
        <aside class="support" aria-labelledby="support">
            <div class="wrap support__in">
                <div class="stack">
                    <h2 id="support">"If today is hard"</h2>
                    <p>"You do not have to be in crisis to ring. These lines are for you as much as for the people you work with. If a life is in danger, call 999."</p>
                    {checked.map(|day| view! { <p><small>"Numbers checked on "<time datetime=day.to_string()>{time::plain_date(day)}</time></small></p> })}
                </div>
                <ul class="lines">{items.collect_view()}</ul>
            </div>
        </aside>
    }
}
