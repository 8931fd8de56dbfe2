//! The working of somebody's hours, line by line: for the register, and for the delegate's own record.

use crate::ui::{icons::Ticks, time};
use chrono::{DateTime, Utc};
use domain::{
    certificates::hours::{Line, Offered, Working, hours_in_words},
    platform::zones,
};
use leptos::prelude::*;

/// Every session with its minutes and the reason for them, the totals, and what somebody should look at. `timezone` is
/// the event's; times are told by its clock.
#[component]
pub fn WorkingTable(
    working: Working,
    /// What the event offers to whoever attends all of it.
    offered: Offered,
    #[prop(into)] timezone: String,
    /// Read out before the table, as "How Jane Smith's hours were counted".
    #[prop(into)]
    caption: String,
) -> impl IntoView {
    let clock = move |at: DateTime<Utc>, timezone: &str| zones::time(time::wall(at, timezone).time());
    let total = total(&working, offered);
    let flags = working
        .flags
        .iter()
        .map(|flag| {
            let title = flag
                .session
                .as_ref()
                .and_then(|code| working.lines.iter().find(|line| &line.session == code))
                .map(|line| format!(" ({})", line.title));
            format!("{}{}: {}", clock(flag.at, &timezone), title.unwrap_or_default(), flag.words())
        })
        .collect::<Vec<_>>();
    let rows = working
        .lines
        .iter()
        .map(|line| {
            let why = line.words_with_times(|at| clock(at, &timezone));
            let class = (line.minutes == 0).then_some("gone");
            view! {
                <tr class=class>
                    <th scope="row">{line.title.clone()}</th>
                    <td class="num" data-label="Minutes">{minutes(line)}</td>
                    <td data-label="Why">{why}{participatory(line)}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list">
            <caption class="hidden">{caption}</caption>
            <thead><tr><th scope="col">"Session"</th><th scope="col" class="num">"Minutes"</th><th scope="col">"Why"</th></tr></thead>
            <tbody>
                {rows}
                <tr><th scope="row">"Together"</th><td class="num" data-label="Minutes">{working.minutes}</td><td data-label="Hours">{total}</td></tr>
            </tbody>
        </table>
        {(!flags.is_empty()).then(|| view! {
            <div class="note">
                <p><strong>"To look at"</strong></p>
                <ul>{flags.into_iter().map(|words| view! { <li>{words}</li> }).collect_view()}</ul>
            </div>
        })}
    }
}

/// "4.25 hours of CPD (255 minutes), of which 75 minutes participatory. The event offers 5 hours."
fn total(working: &Working, offered: Offered) -> String {
    let mut words = format!("{} of CPD", hours_in_words(working.shown_minutes));
    if working.shown_minutes != working.minutes {
        words.push_str(&format!(" ({} minutes, rounded down)", working.minutes));
    }
    if working.participatory_minutes > 0 {
        words.push_str(&format!(", of which {} minutes participatory", working.participatory_minutes));
    }
    format!("{words}. The event offers {}.", hours_in_words(offered.minutes))
}

fn minutes(line: &Line) -> AnyView {
    if line.minutes == 0 {
        return view! { "0" }.into_any();
    }
    view! { {line.minutes}" of "{line.of_minutes}<br/><Ticks minutes=line.minutes/> }.into_any()
}

fn participatory(line: &Line) -> Option<String> {
    match line.participatory_minutes {
        0 => None,
        all if all == line.minutes => Some(" Participatory.".to_owned()),
        some => Some(format!(" {some} minutes participatory.")),
    }
}
