//! One thing somebody did: its facts, what they add to it, the evidence kept with it, and what they wrote about it.

use super::{
    api,
    parts::{account, minutes, second_look, size, texts},
    reflect_page,
};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Field, FileField, Form, Page, Select, TextArea, flash, page, time},
};
use chrono::NaiveDate;
use domain::{
    agenda::Domain,
    certificates::own::is_shown,
    platform::zones,
    portfolio::{
        Approval, Method,
        advice::NOBODY,
        own::{EntryForm, Follows, Item, Owner, find_item, follows},
    },
    schemes::{SCHEMES, find},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

/// The page of an item.
#[must_use]
pub fn path(of: &str) -> String {
    format!("/my/cpd/entries/{}", ssr::encode(of).replace('/', "%2F"))
}

/// Where a file to keep with it is posted.
#[must_use]
pub fn files_path(of: &str) -> String {
    format!("{}/files", path(of))
}

#[component]
pub fn EntryPage() -> impl IntoView {
    let of = use_params_map().read_untracked().get("of").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let reader = Owner::of(&asking.actor)?.reader();
        let item = find_item(&services, &reader, &of).await?;
        let follows = follows(&services, &reader).await?;
        let (kept, form) = forms::kept_or(|| EntryForm::of(&item)).await?;
        let on_site = match &item.certificate {
            Some(certificate) => is_shown(&services, &certificate.snapshot.id).await?,
            None => false,
        };
        let shown = Shown {
            today: services.clock.now().date_naive(),
            done: asking.query_value("done"),
            is_deleting: asking.query_value("do").as_deref() == Some("delete"),
            item,
            on_site,
            follows,
            kept,
            form,
        };
        Ok(shown)
    };
    page(load, |shown| {
        let title = format!("{} – My CPD", shown.item.title);
        let body = if shown.is_deleting && shown.item.entry.is_some() {
            deleting(&shown.item)
        } else {
            draw(shown)
        };
        Page::new(title, body).unlisted()
    })
}

struct Shown {
    item: Item,
    /// Whoever has the address of its certificate sees that.
    on_site: bool,
    follows: Vec<Follows>,
    kept: Kept,
    form: EntryForm,
    today: NaiveDate,
    done: Option<String>,
    is_deleting: bool,
}

fn said(done: Option<&str>) -> Option<AnyView> {
    Some(match done? {
        "saved" => flash("Saved.", ""),
        "file" => flash("Kept.", "The file is with this entry, for you and for whom you show it."),
        "removed" => flash("Removed.", "The file is gone."),
        "reflected" => flash("Saved.", "Nobody reads your reflection but you, and whom you give a link to it."),
        "shown" => flash("Saved.", "It holds from now on."),
        "forgotten" => flash("Deleted.", "The reflection is gone."),
        _ => return None,
    })
}

fn draw(shown: Shown) -> AnyView {
    let Shown {
        item,
        on_site,
        follows,
        kept,
        form,
        today,
        done,
        ..
    } = shown;
    let of = item.of.clone();
    let has_facts = item.certificate.is_none() && !item.is_withdrawn;
    let button = if has_facts { "Save" } else { "Save details" };
    view! {
        <div class="page__head">
            <p class="kicker"><a href="/my/cpd">"My CPD"</a></p>
            <h1>{item.title.clone()}</h1>
            <p class="lede">{zones::dates(item.first, item.last)}</p>
        </div>
        {said(done.as_deref())}
        {second_look(texts(&item))}
        {(!has_facts).then(|| facts(&item, &follows))}
        {reflections(&item, &follows, today)}
        {evidence(&item, &kept)}
        <section class="sec" aria-labelledby="details">
            <div class="sec__head">
                <h2 id="details">{if has_facts { "The entry" } else { "Your details" }}</h2>
                {(!has_facts).then(|| view! { <p class="meta">"What the certificate says stays as it is. These are yours to say."</p> })}
            </div>
            <Form to=api::SaveEntry::url() kept=kept.clone() class="stack-l">
                <input type="hidden" name="of" value=of/>
                {fields(&kept, &form, &follows, has_facts)}
                <p><button class="btn">{button}</button></p>
            </Form>
        </section>
        {on_this_site(&item, on_site)}
        {item.entry.is_some().then(|| view! { <p class="links"><a href=format!("{}?do=delete", path(&item.of))>{if item.certificate.is_some() { "Delete what I added to this certificate" } else { "Delete this entry" }}</a></p> })}
    }
    .into_any()
}

fn deleting(item: &Item) -> AnyView {
    let of = item.of.clone();
    let count = |count: usize, one: &str, more: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        many => Some(format!("{many} {more}")),
    };
    let with: Vec<String> = [
        count(item.accounts.len(), "reflection", "reflections"),
        count(item.files.len(), "file", "files"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let with = if with.is_empty() {
        String::new()
    } else {
        format!(" With it go {}.", with.join(" and "))
    };
    let (heading, words) = if item.certificate.is_some() {
        (
            "Delete what you added?",
            format!("The certificate itself stays. What you added to it is deleted for good.{with}"),
        )
    } else {
        ("Delete this entry?", format!("It is deleted for good.{with}"))
    };
    view! {
        <div class="page__head">
            <p class="kicker"><a href=path(&of)>{item.title.clone()}</a></p>
            <h1>{heading}</h1>
            <p class="lede">{words}</p>
        </div>
        <Form to=api::DeleteEntry::url() kept=Kept::default()>
            <input type="hidden" name="of" value=of.clone()/>
            <p class="row"><button class="btn btn--danger">"Delete"</button><a href=path(&of)>"Keep it"</a></p>
        </Form>
    }
    .into_any()
}

/// Whether the certificate is shown to whoever has its address, and the button that changes that.
fn on_this_site(item: &Item, on_site: bool) -> Option<AnyView> {
    let certificate = item.certificate.as_ref()?;
    let of = certificate.snapshot.id.clone();
    // Of an event whose personal data were erased nothing is kept but what its holder has shown.
    let is_last = certificate.code.is_empty();
    let (words, label, next) = match (on_site, is_last) {
        (true, true) => (
            "Whoever has its address sees it. The organiser has erased the personal data of this event; if you remove the certificate too, this site keeps nothing of it but its number. Download the file first: it can be checked for ever.",
            "Remove it from this site",
            "no",
        ),
        (true, false) => (
            "Whoever has its address sees it, with your name. If you do not want that, they see only that its holder does not have it shown; the file can be checked all the same.",
            "Do not show it",
            "no",
        ),
        (false, _) => (
            "Whoever has its address sees only that you do not have it shown. Its file can be checked all the same.",
            "Show it again",
            "yes",
        ),
    };
    let class = if on_site && is_last { "btn btn--danger" } else { "btn btn--line" };
    Some(
        view! {
            <section class="sec" aria-labelledby="on-site">
                <h2 id="on-site">"The certificate on this site"</h2>
                <div class="stack">
                    <p class="hold">{words}</p>
                    <Form to=api::ShowCertificate::url() kept=Kept::default()>
                        <input type="hidden" name="of" value=of/>
                        <input type="hidden" name="shown" value=next/>
                        <p><button class=class>{label}</button></p>
                    </Form>
                </div>
            </section>
        }
        .into_any(),
    )
}

/// What a certificate says.
fn facts(item: &Item, follows: &[Follows]) -> AnyView {
    let certificate = item.certificate.as_ref().map(|certificate| {
        let path = format!("/certificates/{}", certificate.snapshot.id);
        view! {
            <p class="links">
                <a href=path.clone()>"See the certificate"</a>
                <a href=format!("{path}.pdf")>"Download certificate (PDF)"</a>
                {(!certificate.code.is_empty()).then(|| view! { <a href=format!("/my/cpd?working={}", certificate.code)>"How it was counted"</a> })}
            </p>
        }
    });
    let lines = follows
        .iter()
        .map(|one| (one.scheme.name, item.line(one.scheme)))
        .filter(|(_, line)| !line.is_empty())
        .map(|(name, line)| view! { <div><dt>{name}</dt><dd>{line}</dd></div> })
        .collect_view();
    let withdrawn = item.is_withdrawn.then(|| {
        view! { <p class="wait">"The certificate this is about does not count any more. What you added is kept; its minutes are in no total."</p> }
    });
    view! {
        <section class="sec" aria-labelledby="facts">
            <h2 id="facts">"What the certificate says"</h2>
            <div class="stack">
                {withdrawn}
                <dl class="facts">
                    <div><dt>"CPD"</dt><dd>{minutes(item.minutes)}</dd></div>
                    <div><dt>"Participatory"</dt><dd>{minutes(item.participatory)}</dd></div>
                    <div><dt>"Method"</dt><dd>{item.method.label()}</dd></div>
                    <div><dt>"Held by"</dt><dd>{item.provider.clone()}</dd></div>
                    {lines}
                </dl>
                {certificate}
            </div>
        </section>
    }
    .into_any()
}

fn reflections(item: &Item, follows: &[Follows], today: NaiveDate) -> AnyView {
    let written = item
        .accounts
        .iter()
        .map(|one| {
            let name = find(&one.scheme).map_or("", |scheme| scheme.name);
            let changed = time::wall(one.changed_at, "Europe/London");
            view! {
                <div class="stack">
                    <h3>{name}</h3>
                    {account(one, today)}
                    <p class="meta">{format!("Last changed {}", zones::date(changed.date()))}</p>
                    <p class="links"><a href=reflect_page::path(&item.of, &one.scheme)>"Change this reflection"<span class="hidden">{format!(" ({name})")}</span></a></p>
                </div>
            }
        })
        .collect_view();
    let offered: Vec<_> = follows
        .iter()
        .map(|one| one.scheme)
        .chain(follows.is_empty().then(|| find("none")).flatten())
        .filter(|scheme| !item.accounts.iter().any(|account| account.scheme == scheme.code))
        .collect();
    let offers = offered
        .into_iter()
        .map(|scheme| {
            let words = if scheme.code == "none" {
                "Write a reflection".to_owned()
            } else {
                format!("Write a reflection for {}", scheme.name)
            };
            view! { <a class="btn btn--line" href=reflect_page::path(&item.of, scheme.code)>{words}</a> }
        })
        .collect_view();
    view! {
        <section class="sec" aria-labelledby="reflections">
            <div class="sec__head"><h2 id="reflections">"Reflection"</h2><p class="meta">"Yours alone: no organiser can read it."</p></div>
            <div class="stack-l">{written}<p class="row">{offers}</p></div>
        </section>
    }
    .into_any()
}

fn evidence(item: &Item, kept: &Kept) -> AnyView {
    let files = item
        .files
        .iter()
        .map(|file| {
            let (name, id) = (file.name.clone(), file.id.to_string());
            view! {
                <li>
                    <div><b><a href=format!("/my/cpd/files/{id}")>{name.clone()}</a></b><span class="meta">{size(file.size)}</span></div>
                    <Form to=api::RemoveFile::url() kept=Kept::default()>
                        <input type="hidden" name="file" value=id/>
                        <button class="btn btn--line btn--small">"Remove"<span class="hidden">{format!(" {name}")}</span></button>
                    </Form>
                </li>
            }
        })
        .collect_view();
    let (kept, to) = (kept.clone(), files_path(&item.of));
    view! {
        <section class="sec" aria-labelledby="evidence">
            <div class="sec__head"><h2 id="evidence">"Evidence"</h2><p class="meta">{if item.certificate.is_some() { "The certificate is evidence already. Notes, slides or a letter can go with it." } else { "A certificate, a letter, your notes." }}</p></div>
            <div class="stack">
                {(!item.files.is_empty()).then(|| view! { <ul class="asks">{files}</ul> })}
                <Form to=to kept=Kept::default() files=true>
                    <FileField kept=kept name="file" label="Add a file" hint="PDF, JPEG or PNG, up to 10 MB. Nothing that could identify a patient, person who uses a service, pupil or colleague." accept=".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"/>
                    <p><button class="btn btn--line">"Keep this file"</button></p>
                </Form>
            </div>
        </section>
    }
    .into_any()
}

/// The fields of an entry; of a certificate only those its holder has a say in.
pub fn fields(kept: &Kept, form: &EntryForm, follows: &[Follows], has_facts: bool) -> AnyView {
    let form = form.clone();
    let options = |first: &str, all: Vec<(String, String)>| -> Vec<(String, String)> {
        [(String::new(), first.to_owned())].into_iter().chain(all).collect()
    };
    let methods = options(
        "Choose",
        Method::ALL
            .iter()
            .map(|method| (method.word().to_owned(), method.label().to_owned()))
            .collect(),
    );
    let facts = has_facts.then(|| {
        let kept = kept.clone();
        view! {
            <fieldset class="group">
                <legend>"What you did"</legend>
                <Field kept=kept.clone() name="form[title]" label="Title" value=form.title.clone() hint=NOBODY/>
                <Field kept=kept.clone() name="form[on]" label="Date" value=form.on.clone() kind="date" class="input--short"/>
                <Select kept=kept.clone() name="form[method]" label="How you learnt" value=form.method.clone() options=methods/>
                <Field kept=kept.clone() name="form[provider]" label="Held by (optional)" value=form.provider.clone() hint="An organisation. Nobody who could be recognised."/>
            </fieldset>
            <fieldset class="group">
                <legend>"Time"</legend>
                <p class="hint">"Learning only: no breaks, meals, registration or exhibition."</p>
                <div class="pair">
                    <Field kept=kept.clone() name="form[hours]" label="Hours" value=form.hours.clone() inputmode="numeric" class="input--tiny"/>
                    <Field kept=kept.clone() name="form[minutes]" label="Minutes" value=form.minutes.clone() inputmode="numeric" class="input--tiny"/>
                </div>
                <p class="hint">"Of that, participatory: together with at least one other professional, in person or online."</p>
                <div class="pair">
                    <Field kept=kept.clone() name="form[part_hours]" label="Participatory hours" value=form.part_hours.clone() inputmode="numeric" class="input--tiny"/>
                    <Field kept=kept name="form[part_minutes]" label="Participatory minutes" value=form.part_minutes.clone() inputmode="numeric" class="input--tiny"/>
                </div>
            </fieldset>
        }
    });
    let domains = options(
        "Not said",
        [(Domain::Clinical, "Clinical"), (Domain::NonClinical, "Non-clinical")]
            .map(|(domain, words)| (domain.word().to_owned(), words.to_owned()))
            .to_vec(),
    );
    let asks_peers = follows
        .iter()
        .any(|one| one.scheme.versions.iter().any(|version| version.peer_group))
        || !matches!(form.approval.as_str(), "" | "none");
    let approvals: Vec<_> = Approval::ALL
        .iter()
        .map(|approval| (approval.word().to_owned(), approval.label().to_owned()))
        .collect();
    let (for_peers, for_schemes) = (kept.clone(), kept.clone());
    let approval = asks_peers.then(|| {
        view! { <Select kept=for_peers name="form[approval]" label="Peer group" value=form.approval.clone() options=approvals hint="Only your peer group decides. Say where it stands."/> }
    });
    let of_schemes = SCHEMES
        .iter()
        .flat_map(|scheme| {
            scheme
                .versions
                .iter()
                .flat_map(|version| version.fields)
                .map(move |field| (scheme, field))
        })
        .filter_map(|(scheme, field)| {
            let key = format!("{}-{}", scheme.code, field.code);
            let value = form.fields.get(&key).cloned().unwrap_or_default();
            let follows = follows.iter().any(|one| one.scheme.code == scheme.code);
            if !follows && value.is_empty() {
                return None;
            }
            let (kept, name) = (for_schemes.clone(), format!("form[fields][{key}]"));
            let label = format!("{}: {}", scheme.name, lower(field.label));
            Some(if field.choices.is_empty() {
                view! { <Field kept=kept name=name label=label value=value hint=format!("{} {NOBODY}", field.hint)/> }.into_any()
            } else {
                let options = options(
                    "Not said",
                    field
                        .choices
                        .iter()
                        .map(|words| ((*words).to_owned(), (*words).to_owned()))
                        .collect(),
                );
                view! { <Select kept=kept name=name label=label value=value options=options hint=field.hint/> }.into_any()
            })
        })
        .collect_view();
    view! {
        {facts}
        <fieldset class="group">
            <legend>"For your log"</legend>
            <TextArea kept=kept.clone() name="form[what]" label="Topic, and how it relates to your practice" value=form.what.clone() rows=5 hint=NOBODY/>
            <Select kept=kept.clone() name="form[domain]" label="Clinical or not" value=form.domain.clone() options=domains/>
            {approval}
            {of_schemes}
        </fieldset>
    }
    .into_any()
}

/// A label as it stands after a name and a colon: its first letter small, unless the word is all capitals.
fn lower(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => label.to_owned(),
    }
}
