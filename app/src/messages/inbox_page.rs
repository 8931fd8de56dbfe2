//! What came back by mail and waits for somebody: answers that are not plain, what people wrote, and the addresses mail does
//! not reach. Text is shown as text; nothing in it leads anywhere.

use super::{api, banner::mail_banner, moment};
use crate::{
    forms::{self, Kept},
    networks::invite_page::words as reply_words,
    organise::{
        frame::{flash, quiet},
        lists::{address, tally},
    },
    ssr,
    ui::{Form, Page, breaking, page},
};
use domain::messages::inbox::{
    Decision, Suspended, Trouble, Why,
    queue::{self, Item, Waiting},
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub fn InboxPage() -> impl IntoView {
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let waiting = queue::list(&services, &asking.actor).await?;
        let (kept, ()) = forms::kept::<()>().await?;
        let is = |name: &str| asking.query_value(name).is_some();
        let done = if is("counted") {
            Some(flash("Counted.", "It shows where the answers show."))
        } else if is("done") {
            Some(flash("Done.", "The mail is out of the way. It is deleted after three months."))
        } else if is("used") {
            Some(flash(
                "The address is used again.",
                "What was not sent meanwhile can be sent again from Messages.",
            ))
        } else {
            None
        };
        Ok((waiting, kept, done, mail_banner(&services).await?))
    };
    page(load, |(waiting, kept, done, banner): (Waiting, Kept, _, _)| {
        let body = view! {
            {done}
            <div class="page__head">
                <p class="kicker"><a href="/organise/messages">"Messages"</a></p>
                <h1>"Mail to you"</h1>
                <p class="lede">"Answers from calendars are counted by themselves. What somebody has to look at is here."</p>
            </div>
            {state(&waiting)}
            <section class="sec" aria-labelledby="waiting"><h2 id="waiting">"Waiting for you"</h2><div>{items(&waiting, &kept)}</div></section>
            {addresses(&waiting, &kept)}
        };
        Page::new("Mail to you", body).banner(banner).unlisted()
    })
}

/// Whether the mailbox is read.
fn state(waiting: &Waiting) -> Option<AnyView> {
    if !waiting.is_read {
        return Some(
            view! { <p class="wait"><b>"No mailbox is read."</b>" Answers from calendars and mail that comes back are not seen. Whoever runs this installation can set PLENARY_IMAP_URL."</p> }
                .into_any(),
        );
    }
    waiting.problem.as_ref().map(|(words, since)| {
        let since = since.map(|at| format!(" It was last read on {}.", moment(at))).unwrap_or_default();
        view! { <p class="wait"><b>"The mailbox cannot be read just now."</b>" "{words.clone()}{since}" It is tried again by itself."</p> }
            .into_any()
    })
}

fn items(waiting: &Waiting, kept: &Kept) -> AnyView {
    if waiting.items.is_empty() {
        return view! { <div class="empty"><h3>"No mail is waiting"</h3><p>"What people write to the address your mail comes from shows here."</p></div> }
            .into_any();
    }
    let shown = waiting.items.len() as u64;
    let of = if waiting.count > shown {
        format!(", the first {shown} shown")
    } else {
        String::new()
    };
    let rows = waiting.items.iter().map(|item| row(waiting, item, kept)).collect_view();
    view! { <p>{format!("{} to look at{of}.", tally(waiting.count, "mail", "mails"))}</p><ul class="asks">{rows}</ul> }.into_any()
}

/// Why it waits, in words.
fn why(item: &Item) -> String {
    let about = item.invitee.as_ref().map(|(who, event)| (who.name().to_owned(), event.clone()));
    let reply = item.row.reply.map(reply_words).unwrap_or_default();
    match (item.row.why, about) {
        (Why::Stranger, Some((name, event))) => {
            format!("Somebody else answers the entry of {name} for {event}: \u{201c}{reply}\u{201d}. It is not counted yet.")
        }
        (Why::Forged, Some((name, event))) => format!(
            "An answer in the name of {name} for {event}: \u{201c}{reply}\u{201d}. Your mail server says that it does not come from whom it says, so it was not counted."
        ),
        (Why::Unknown, _) => format!("An answer to an entry nobody has any more: \u{201c}{reply}\u{201d}."),
        (Why::Calendar, _) => "Something from a calendar that is no plain answer, such as another time proposed.".to_owned(),
        (Why::Report, _) => "A message could not be delivered, and it is not known which.".to_owned(),
        (Why::TooLarge, _) => "Too large to be read here. Look at it in the mailbox itself.".to_owned(),
        (Why::Broken, _) => "It could not be read here. Look at it in the mailbox itself.".to_owned(),
        _ => "Somebody wrote to you.".to_owned(),
    }
}

fn row(waiting: &Waiting, item: &Item, kept: &Kept) -> AnyView {
    let row = &item.row;
    let subject = if row.subject.is_empty() {
        "No subject".to_owned()
    } else {
        row.subject.clone()
    };
    let from = match (row.from_name.as_str(), row.from_address.as_str()) {
        ("", "") => view! { "From an unknown sender" }.into_any(),
        ("", only) => breaking(only).into_any(),
        (name, mailbox) => view! { {name.to_owned()}", "{breaking(mailbox)} }.into_any(),
    };
    let text = (!row.body.is_empty()).then(|| {
        let parts = row.body.split("\n\n").map(|part| view! { <p>{part.to_owned()}</p> }).collect_view();
        view! { <details><summary>"What it says"<span class="hidden">{format!(": {subject}")}</span></summary><div class="stack">{parts}</div></details> }
    });
    let of = format!(": {subject}, {}", row.from_address);
    let count = match (row.why, &item.invitee) {
        (Why::Stranger, Some((who, _))) => Some(decision(
            item,
            kept,
            Decision::Counted,
            format!("Count it as {}\u{2019}s answer", who.name()),
            "btn",
            &of,
        )),
        _ => None,
    };
    let start = (row.why == Why::Mail && !row.from_address.is_empty()).then(|| {
        waiting
            .networks
            .iter()
            .map(|network| start(waiting, network, item, &of))
            .collect_view()
    });
    view! {
        <li>
            <div>
                <b>{subject}</b>
                <span class="meta">{from}", "{moment(row.received_at)}</span>
                <p>{why(item)}</p>
                {text}
            </div>
            <div class="row">{count}{start}{decision(item, kept, Decision::Nothing, "Nothing to do".to_owned(), "btn btn--line", &of)}</div>
        </li>
    }
    .into_any()
}

/// To the form for a request that came by mail, with what is known of this one.
fn start(waiting: &Waiting, (slug, name): &(String, String), item: &Item, of: &str) -> AnyView {
    let to = address(&format!("/organise/networks/{slug}/requests"), &[("mail", item.row.id.to_string())]);
    let words = if waiting.networks.len() == 1 {
        "Start a request".to_owned()
    } else {
        format!("Start a request: {name}")
    };
    view! { <a class="btn btn--line" href=format!("{to}#add")>{words}<span class="hidden">{of.to_owned()}</span></a> }.into_any()
}

fn decision(item: &Item, kept: &Kept, decision: Decision, words: String, class: &'static str, of: &str) -> AnyView {
    let (id, of) = (item.row.id.to_string(), of.to_owned());
    view! {
        <Form to=api::DecideMail::url() kept=quiet(kept)>
            <input type="hidden" name="item" value=id/>
            <input type="hidden" name="decision" value=decision.word()/>
            <button class=class>{words}<span class="hidden">{of}</span></button>
        </Form>
    }
    .into_any()
}

fn addresses(waiting: &Waiting, kept: &Kept) -> Option<AnyView> {
    if waiting.suspended.is_empty() {
        return None;
    }
    let rows = waiting.suspended.iter().map(|one| suspended(one, kept)).collect_view();
    Some(
        view! {
            <section class="sec" aria-labelledby="addresses">
                <div class="sec__head"><h2 id="addresses">"Addresses mail does not reach"</h2><p class="meta">"Nothing is sent there but what people need to sign in. They stay on every list and keep their places."</p></div>
                <ul class="asks">{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

fn suspended(one: &Suspended, kept: &Kept) -> AnyView {
    let (id, mailbox) = (one.row.id.0.to_string(), one.row.address.clone());
    let of = format!(": {mailbox}");
    let name = (!one.name.is_empty()).then(|| view! { <b>{one.name.clone()}</b> });
    view! {
        <li>
            <div>
                {name}
                {breaking(&mailbox)}<br/>
                <span class="meta">{format!("{} Since {}.", because(one), moment(one.row.since))}</span>
                <p class="links"><a href=format!("/organise/messages/{}", one.message.id)>"The last message to them"<span class="hidden">{of.clone()}</span></a></p>
            </div>
            <Form to=api::UseAgain::url() kept=quiet(kept)>
                <input type="hidden" name="address" value=id/>
                <button class="btn btn--line">"Use it again"<span class="hidden">{of}</span></button>
            </Form>
        </li>
    }
    .into_any()
}

fn because(one: &Suspended) -> String {
    let status = if one.row.status.is_empty() {
        String::new()
    } else {
        format!(" ({})", one.row.status)
    };
    match one.row.kind {
        Trouble::Hard => format!("The mail system says that it does not take mail{status}."),
        Trouble::Soft => format!("Mail did not reach it three times in a month{status}."),
    }
}
