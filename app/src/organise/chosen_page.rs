//! Several places at once, about to be cancelled or written to: who they are, how many, and the number to be typed.

use super::{
    bookings_api::{self as api, CountPost},
    frame::{self, Desk},
    lists::{address, tally},
};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Field, Form, page},
};
use domain::{
    access::Permission,
    bookings::chosen::{self, Chosen, Meant, Task},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

/// The page that asks whether to do `task` with the places chosen.
#[must_use]
pub fn path(slug: &str, task: Task, chosen: &Chosen) -> String {
    let pairs: Vec<_> = std::iter::once(("do", task.word().to_owned())).chain(chosen.to_pairs()).collect();
    address(&format!("/organise/events/{}/bookings/chosen", ssr::encode(slug)), &pairs)
}

/// How many are named on the page; of the others there is the number.
const NAMED: usize = 20;

#[component]
pub fn ChosenPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let asking = ssr::asking();
        let desk = frame::open(&slug, Permission::Edit).await?;
        let task = asking
            .query_value("do")
            .and_then(|word| word.parse().ok())
            .unwrap_or(Task::SendAgain);
        let chosen = Chosen::from_query(&asking.query_pairs());
        let meant = chosen::meant(&ssr::services(), &desk.actor, &slug, &chosen).await?;
        let (kept, form) = forms::kept::<CountPost>().await?;
        Ok((desk, task, chosen, meant, kept, form))
    };
    page(
        load,
        |(desk, task, chosen, meant, kept, form): (Desk, Task, Chosen, Meant, Kept, CountPost)| {
            let places = tally(meant.rows.len() as u64, "place", "places");
            let heading = match task {
                _ if meant.rows.is_empty() => "No place is chosen".to_owned(),
                Task::Cancel => format!("Cancel {places}?"),
                Task::SendAgain => format!("Send the mail again for {places}?"),
            };
            let body = if meant.rows.is_empty() {
                view! {
                <div class="empty"><p>"Tick some in the list first. A place that is cancelled already cannot be chosen."</p><a class="btn btn--line" href=desk.path("bookings")>"Back to the list"</a></div>
            }
            .into_any()
            } else {
                ask(&desk, task, &chosen, &meant, &kept, form)
            };
            desk.page(&heading, body)
        },
    )
}

fn ask(desk: &Desk, task: Task, chosen: &Chosen, meant: &Meant, kept: &Kept, form: CountPost) -> AnyView {
    let count = meant.rows.len();
    let places = tally(count as u64, "place", "places");
    let mails = tally(meant.mails() as u64, "mail", "mails");
    let (words, button, class) = match task {
        Task::Cancel => (
            "The places are free for others at once. Whoever sits in them and whoever booked them is told by mail, and the entries leave their calendars. This cannot be undone.".to_owned(),
            format!("Cancel {places}"),
            "btn btn--danger",
        ),
        Task::SendAgain => (
            format!("{mails} will leave: to each person their own, with the same calendar entry as before; for places without a mailbox of their own, the confirmation to whoever booked."),
            format!("Send {mails}"),
            "btn",
        ),
    };
    let more = count.saturating_sub(NAMED);
    let names = meant
        .rows
        .iter()
        .take(NAMED)
        .map(|row| view! { <li>{format!("{}, {}, {}", row.name.clone().unwrap_or_else(|| "To be named".to_owned()), row.ticket_name, row.reference)}</li> })
        .collect_view();
    let (slug, fields) = (desk.event.slug.clone(), kept.clone());
    let query = address("", &chosen.to_pairs()).trim_start_matches('?').to_owned();
    let seen = meant.seen.clone();
    let number = (count > 1).then(|| {
        let label = format!("Type {count} to confirm");
        view! { <Field kept=fields name="form[count]" label=label value=form.count inputmode="numeric" class="input--tiny" autocomplete="off"/> }
    });
    let back = desk.path("bookings");
    view! {
        <div class="stack">
            <ul>{names}{(more > 0).then(|| view! { <li>{format!("and {more} more")}</li> })}</ul>
            <p>{words}</p>
            <Form to=api::CarryOut::url() kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="task" value=task.word()/>
                <input type="hidden" name="chosen" value=query/>
                <input type="hidden" name="form[seen]" value=seen/>
                {number}
                <p class="row"><button class=class>{button}</button><a href=back>"Back to the list"</a></p>
            </Form>
        </div>
    }
    .into_any()
}
