//! Sending again what nobody got: the step before it, and how far it has come.

use super::{api, banner::mail_banner, mass::Confirm};
use crate::{
    forms::{self, Kept},
    organise::lists::{address, grouped, tally},
    ssr,
    ui::{Form, Page, page, time},
};
use domain::{
    Error,
    ids::BatchId,
    messages::{
        mass::{self, CountForm, Preview, Progress},
        queries::Search,
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn RetryPage() -> impl IntoView {
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let search = Search::from_query(&asking.query_pairs());
        let preview = mass::preview_retry(&services, &asking.actor, &search).await?;
        let (kept, form) = forms::kept::<CountForm>().await?;
        Ok((
            search,
            preview,
            kept,
            form,
            services.mailer.delivers(),
            mail_banner(&services).await?,
        ))
    };
    page(load, |(search, preview, kept, form, delivers, banner)| {
        let body = view! {
            <div class="page__head">
                <p class="kicker"><a href="/organise/messages">"Messages"</a></p>
                <h1>"Send again what nobody got"</h1>
            </div>
            {retry(search, preview, kept, form, delivers)}
        };
        Page::new("Send again", body).banner(banner).unlisted()
    })
}

fn retry(search: Search, preview: Preview, kept: Kept, form: CountForm, delivers: bool) -> AnyView {
    let back = address("/organise/messages", &search.to_pairs());
    if preview.count == 0 {
        return view! {
            <div class="empty"><h2>"Nothing to send again"</h2><p>"Every message of this list has left, is about to, or is about an event that is cancelled by now."</p><a class="btn btn--line" href=back>"Back to the messages"</a></div>
        }
        .into_any();
    }
    let none = (!delivers).then(|| {
        view! { <p class="meta">"There is still no mail server, so they would stay unsent."</p> }
    });
    let query = address("", &search.to_pairs());
    let button = format!("Send {}", tally(preview.count, "message", "messages"));
    let fields = kept.clone();
    view! {
        <Form to=api::Retry::url() kept=kept>
            <input type="hidden" name="search" value=query.trim_start_matches('?').to_owned()/>
            <div class="stack">
            {none}
            <p class="meta">"Each is drawn anew from today's data. Those about an event that is cancelled by now are left out; one that is out of date in another way is not sent, and says why."</p>
            <Confirm kept=fields form=form preview=preview/>
            <p class="row"><button class="btn">{button}</button><a href=back>"Back to the messages"</a></p>
            </div>
        </Form>
    }
    .into_any()
}

#[component]
pub fn BatchPage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let id = id.parse().map(BatchId).map_err(|_| Error::NotFound);
        // Whoever may see no message learns nothing of which there are.
        asking.actor.require_anywhere(domain::access::Permission::See)?;
        let progress = mass::progress(&services, &asking.actor, id?).await?;
        Ok((progress, mail_banner(&services).await?))
    };
    page(load, |(progress, banner)| {
        let (title, heading) = if progress.is_done() {
            ("Sent together", "Sending has ended")
        } else {
            // The page of a browser without scripts renews itself too.
            ssr::header(axum::http::HeaderName::from_static("refresh"), "5");
            ("Sending", "Sending")
        };
        let begun = time::wall(progress.begun_at, "Europe/London");
        let when = format!("Begun on {}, {} UK time", time::plain_date(begun.date()), time::clock(begun.time()));
        let body = view! {
            <div class="page__head">
                <p class="kicker"><a href="/organise/messages">"Messages"</a></p>
                <h1>{heading}</h1>
                <p class="lede">{when}</p>
            </div>
            {draw(progress)}
        };
        Page::new(title, body).banner(banner).unlisted()
    })
}

fn draw(progress: Progress) -> AnyView {
    let left = progress.total - progress.waiting;
    let counted = format!("{} of {}", grouped(left), grouped(progress.total));
    let here = ssr::asking().path;
    let state = if progress.is_done() {
        view! { <p class="meta">"Nothing is waiting any more."</p> }.into_any()
    } else {
        view! { <p class="meta">"This page renews itself every five seconds. You may leave it; sending goes on. "<a href=here>"Look now"</a></p> }.into_any()
    };
    let failed = (progress.failed_count > 0).then(|| {
        let items = progress
            .failed
            .iter()
            .map(|(id, to, reply)| {
                let reply = reply.clone().unwrap_or_else(|| "There was no mail server".to_owned());
                view! { <li><p><b>{to.clone()}</b><span class="meta">{reply}</span></p><a href=format!("/organise/messages/{id}")>"Look"<span class="hidden">{format!(" at the message to {to}")}</span></a></li> }
            })
            .collect_view();
        let more = progress.failed_count.saturating_sub(progress.failed.len() as u64);
        let rest = (more > 0).then(|| view! { <p class="meta">{format!("and {} more", grouped(more))}</p> });
        let again = (progress.may_retry && progress.is_done()).then(|| view! { <p><a class="btn btn--line" href="/organise/messages/retry">"Send them again"</a></p> });
        view! {
            <section class="todo stack" aria-labelledby="failed">
                <h2 id="failed">"Nobody got these "<span class="num">{grouped(progress.failed_count)}</span></h2>
                <ul class="asks">{items}</ul>
                {rest}
                {again}
            </section>
        }
    });
    let class = if progress.is_done() && progress.failed_count > 0 {
        "job job--failed"
    } else {
        "job"
    };
    view! {
        <div class="stack-l">
            <div class=class role="status">
                <p><b id="sending">{tally(progress.sent, "message sent", "messages sent")}</b><span class="num">{counted}</span></p>
                <progress max=progress.total.max(1).to_string() value=left.to_string() aria-labelledby="sending"></progress>
                {state}
            </div>
            {failed}
        </div>
    }
    .into_any()
}
