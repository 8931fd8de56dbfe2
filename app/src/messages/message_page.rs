//! One message: to whom, what it says (links hidden), what became of it, and the button to send it again.

use super::{api, banner::mail_banner, kind_words, moment, state_words};
use crate::{
    forms::{self, Kept},
    organise::frame::flash,
    ssr,
    ui::{Form, Page, page},
};
use chrono::{DateTime, Utc};
use domain::{
    Error,
    ids::MessageId,
    messages::{
        Outcome, State,
        entity::message_attempt,
        service::{self, Shown},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn MessagePage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let id = id.parse().map(MessageId).map_err(|_| Error::NotFound);
        // Whoever may see no message learns nothing of which there are.
        asking.actor.require_anywhere(domain::access::Permission::See)?;
        let shown = service::show(&services, &asking.actor, id?).await?;
        let (kept, ()) = forms::kept::<()>().await?;
        Ok((
            shown,
            kept,
            asking.query_value("queued").is_some(),
            services.mailer.delivers(),
            mail_banner(&services).await?,
        ))
    };
    page(load, |(shown, kept, queued, delivers, banner)| {
        let subject = shown.message.subject.clone();
        Page::new("Message", draw(shown, kept, queued, delivers, subject))
            .banner(banner)
            .unlisted()
    })
}

fn draw(shown: Shown, kept: Kept, queued: bool, delivers: bool, subject: String) -> AnyView {
    let Shown {
        message,
        text,
        has_calendar,
        may_resend,
        may_copy,
        history,
        copies,
        out_of_date,
    } = shown;
    let (words, class) = state_words(message.state);
    let fate = match message.state {
        State::Queued if message.attempts == 0 => "It leaves as soon as its turn comes.".to_owned(),
        State::Queued => format!("It could not be sent, and is tried again on {}.", moment(message.due_at)),
        State::Sending => "It is being handed to the mail server.".to_owned(),
        State::Sent => message
            .sent_at
            .map(|at| format!("The mail server took it on {}.", moment(at)))
            .unwrap_or_default(),
        State::Unsent => "Nobody got it: no mail server was set up when it was due. It is kept here and as a file.".to_owned(),
        State::Failed => "Nobody got it: it was refused or came back, and is not tried again by itself.".to_owned(),
        State::Suspended => {
            "Nobody got it: mail has come back from this address, so nothing is sent there until somebody says that it is right.".to_owned()
        }
    };
    let tries = if message.attempts == 1 {
        "Once".to_owned()
    } else {
        format!("{} times", message.attempts)
    };
    let to = if message.to_name.is_empty() {
        message.to_address.clone()
    } else {
        format!("{} <{}>", message.to_name, message.to_address)
    };
    let address =
        (message.state == State::Suspended).then(|| view! { <p><a href="/organise/messages/inbox">"Look at the address"</a></p> });
    let again = may_resend.then(|| {
        let hint = (!delivers).then(|| view! { <p class="meta">"There is still no mail server, so it would stay unsent."</p> });
        view! {
            <Form to=api::Resend::url() kept=Kept { id: kept.id.clone(), ..Kept::default() }>
                <input type="hidden" name="message" value=message.id.to_string()/>
                {hint}
                <p><button class="btn">"Send again"</button></p>
            </Form>
        }
    });
    let copy = may_copy.then(|| {
        view! {
            <Form to=api::Copy::url() kept=Kept { id: kept.id.clone(), ..Kept::default() }>
                <input type="hidden" name="message" value=message.id.to_string()/>
                <p class="meta">"They cannot find it? A copy goes to the same address, with new links; the old ones go on working."</p>
                <p><button class="btn btn--line">"Send a copy"</button></p>
            </Form>
        }
    });
    let kin = message
        .copy_of
        .map(|id| view! { <p><a href=format!("/organise/messages/{id}")>"This is a copy of an earlier message"</a></p> });
    view! {
        {queued.then(|| flash("Queued.", "It leaves as soon as its turn comes."))}
        <div class="page__head">
            <p class="kicker"><a href="/organise/messages">"Messages"</a></p>
            <h1>{subject}</h1>
        </div>
        <div class="two">
            <dl class="facts">
                <div><dt>"To"</dt><dd>{to}</dd></div>
                <div><dt>"Kind"</dt><dd>{kind_words(&message.kind)}{has_calendar.then_some(", with a calendar file")}</dd></div>
                <div><dt>"Written"</dt><dd>{moment(message.created_at)}</dd></div>
                <div><dt>"Tried"</dt><dd>{if message.attempts == 0 { "Not yet".to_owned() } else { tries }}</dd></div>
                {message.reply.clone().filter(|reply| !reply.is_empty() && message.state != State::Unsent).map(|reply| view! { <div><dt>"Answer"</dt><dd><code>{reply}</code></dd></div> })}
            </dl>
            <aside class="slip stack" aria-labelledby="fate">
                <h2 id="fate" class="hidden">"What became of it"</h2>
                <p><span class=class>{words}</span></p>
                <p>{fate}</p>
                {kin}
                {out_of_date.map(|why| view! { <p class="wait"><b>"This message is out of date."</b>" "{why}" It cannot be sent again."</p> })}
                {address}
                {again}
                {copy}
            </aside>
        </div>
        <div class="stack-l">
        {told(history, copies)}
        <section class="stack" aria-labelledby="text">
            <h2 id="text">"What it says"</h2>
            <p class="meta">"Links and codes are hidden: only the person it is for may use them."</p>
            <div class="scroll" role="region" tabindex="0" aria-label="The words of the mail"><pre>{text}</pre></div>
        </section>
        </div>
    }
    .into_any()
}

/// What was tried and what was said to it, first to last.
fn told(history: Vec<message_attempt::Model>, copies: Vec<(MessageId, DateTime<Utc>)>) -> Option<AnyView> {
    if history.is_empty() && copies.is_empty() {
        return None;
    }
    let tried = history.into_iter().map(|attempt| {
        let words = match attempt.outcome {
            Outcome::Sent => "The mail server took it",
            Outcome::Later => "Not taken, tried again later",
            Outcome::Failed => "Refused for good",
            Outcome::Unsent => "Kept: there was no mail server",
            Outcome::Asked => "Somebody asked for it to be sent again",
            Outcome::Delayed => "The mail system reports that it has not arrived yet",
            Outcome::Returned => "It came back: the mail system could not deliver it",
            Outcome::Suspended => "Not sent, since mail does not reach the address",
        };
        // What a folder answers is where the file lies: nobody's business here.
        let reply = attempt
            .reply
            .filter(|reply| !reply.is_empty() && attempt.outcome != Outcome::Unsent);
        (
            attempt.at,
            view! { <li><p><b>{words}</b><span class="meta">{moment(attempt.at)}</span>{reply.map(|reply| view! { <br/><code>{reply}</code> })}</p></li> }
                .into_any(),
        )
    });
    let copied = copies.into_iter().map(|(id, at)| {
        (
            at,
            view! { <li><p><b>"A copy was asked for"</b><span class="meta">{moment(at)}</span></p><a href=format!("/organise/messages/{id}")>"See the copy"</a></li> }
                .into_any(),
        )
    });
    let mut all: Vec<_> = tried.chain(copied).collect();
    all.sort_by_key(|(at, _)| *at);
    let items = all.into_iter().map(|(_, line)| line).collect_view();
    Some(view! { <section class="todo" aria-labelledby="history"><h2 id="history">"What was tried"</h2><ol class="asks">{items}</ol></section> }.into_any())
}
