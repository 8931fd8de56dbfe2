//! Answering an invite: the link in it shows the meeting, the buttons answer.

use super::{api, network_page::framed};
use crate::{
    forms::{self, Kept},
    organise::frame::{flash, quiet},
    ssr,
    ui::{Form, page, time},
};
use domain::{
    events::{EventStatus, calendar::location},
    networks::{
        InviteState, Reply,
        replies::{self, Holder},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

/// An answer in the words of its button.
#[must_use]
pub fn words(reply: Reply) -> &'static str {
    match reply {
        Reply::Accepted => "I will come",
        Reply::Tentative => "I may come",
        Reply::Declined => "I cannot come",
    }
}

/// The three answers as buttons; the one given stands out by a word, too. `invite` or `token` says whose they are.
pub fn answers(kept: &Kept, given: Option<Reply>, asked: Option<Reply>, token: &str, invite: &str, of: &str) -> AnyView {
    // The one asked for comes first: whoever goes by the keyboard or by ear meets it before the others.
    let mut replies = Reply::ALL.to_vec();
    replies.sort_by_key(|reply| asked != Some(*reply));
    let buttons = replies
        .into_iter()
        .map(|reply| {
            let class = if asked == Some(reply) { "btn" } else { "btn btn--line" };
            let given = (given == Some(reply)).then_some(" (your answer)");
            let (token, invite, of) = (token.to_owned(), invite.to_owned(), of.to_owned());
            view! {
                <Form to=api::Answer::url() kept=quiet(kept)>
                    <input type="hidden" name="token" value=token/>
                    <input type="hidden" name="invite" value=invite/>
                    <input type="hidden" name="reply" value=reply.word()/>
                    <button class=class>{words(reply)}{given}<span class="hidden">{of}</span></button>
                </Form>
            }
        })
        .collect_view();
    view! { <div class="row answers">{buttons}</div> }.into_any()
}

#[component]
pub fn InvitePage() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let load = async move {
        ssr::header(axum::http::header::CACHE_CONTROL, "no-store");
        let (services, asking) = (ssr::services(), ssr::asking());
        let opened = replies::open(&services, &Holder::Link(&token)).await?;
        let (kept, ()) = forms::kept::<()>().await?;
        let asked = asking.query_value("answer").and_then(|word| word.parse::<Reply>().ok());
        let answered = asking.query_value("answered").is_some();
        let is_over = services.clock.now() >= opened.event.ends_at;
        Ok((opened, kept, asked, answered, is_over, token))
    };
    page(load, |(opened, kept, asked, answered, is_over, token)| {
        let event = opened.event;
        let given = opened.invite.reply;
        let why_not = if event.status == EventStatus::Cancelled {
            Some("This meeting has been cancelled. It is taken out of your calendar.")
        } else if is_over {
            Some("This meeting is over.")
        } else if opened.invite.state == InviteState::Withdrawn {
            Some("This invite has been taken back, because this address left the list.")
        } else {
            None
        };
        let ways = match why_not {
            Some(words) => view! { <p class="lede">{words}</p> }.into_any(),
            None => {
                let online = event
                    .online_url
                    .clone()
                    .map(|url| view! { <p>"Join online: "<a href=url.clone()>{url.clone()}</a></p> });
                let chosen = asked
                    .filter(|reply| given != Some(*reply))
                    .map(|reply| view! { <p>"You chose in the mail: "<b>{words(reply)}</b>". Press the button to say so."</p> });
                view! {
                    <h2>"Will you come?"</h2>
                    {chosen}
                    {answers(&kept, given, asked.or(given), &token, "", "")}
                    <p class="quiet">"You can change your answer until the meeting is over."</p>
                    {online}
                }
                .into_any()
            }
        };
        let thanks = answered.then(|| {
            given.map(|reply| {
                flash(
                    "Thank you.",
                    format!("Your answer: {}.", words(reply).to_lowercase().replace("i ", "I ")),
                )
            })
        });
        let body = view! {
            <div class="stack">
                {thanks}
                <p class="kicker"><a href=format!("/networks/{}", opened.network.slug)>{opened.network.name.clone()}</a></p>
                <h1>{event.title.clone()}</h1>
                <dl class="facts">
                    <div><dt>"When"</dt><dd><b>{time::span(event.starts_wall, event.ends_wall)}</b></dd></div>
                    <div><dt>"Where"</dt><dd>{crate::ui::together(&location(&event))}</dd></div>
                    <div><dt>"Invited"</dt><dd>{opened.membership.name.clone()}</dd></div>
                </dl>
                {ways}
            </div>
        };
        let title = format!("{} – {}", event.shown_title(), opened.network.shown_name());
        framed(&opened.network, &opened.organisation, title, body).unlisted()
    })
}
