//! One meeting on the desk: how it stands, sending its invites, and who is coming.

use super::{
    api::{self, CountForm},
    desk::{self, Desk},
    invite_page,
};
use crate::{
    forms::{self, Kept},
    organise::{
        frame::{flash, quiet},
        lists::{address, grouped, page_number, pager, tally},
        words,
    },
    ssr,
    ui::{Field, Form, breaking, page, time},
};
use domain::{
    Error,
    access::Permission,
    events::{EventStatus, calendar::location, entity::event},
    networks::{
        entity::meeting,
        invites::{self, FEW},
        members::{self, Answers, Invitee, PER_PAGE, count_answers},
        queries,
    },
    platform::{entity::job, jobs::State, zones},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

struct Loaded {
    desk: Desk,
    meeting: meeting::Model,
    event: event::Model,
    answers: Answers,
    /// Members who have no invite yet.
    uninvited: u64,
    job: Option<job::Model>,
    people: Vec<Invitee>,
    total: u64,
    words: String,
    page: u64,
    is_over: bool,
    kept: Kept,
    form: CountForm,
    done: Option<AnyView>,
}

#[component]
pub fn MeetingDeskPage() -> impl IntoView {
    let params = use_params_map();
    let given = |name: &str| params.read_untracked().get(name).unwrap_or_default();
    let (slug, code) = (given("slug"), given("code"));
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let db = &services.db.read;
        let desk = desk::open(&slug, Permission::See).await?;
        let (meeting, event) = queries::find_meeting(db, desk.network.id, &code).await?.ok_or(Error::NotFound)?;
        let words: String = asking.query_value("q").unwrap_or_default().chars().take(100).collect();
        let page = page_number(&asking);
        let (people, total) = members::list_invitees(&services, event.id, &words, page).await?;
        let (kept, form) = forms::kept::<CountForm>().await?;
        let is = |name: &str| asking.query_value(name).is_some();
        let done = if is("sent") {
            Some(flash(
                "The invites are on their way.",
                "Each member gets their own, in their own calendar.",
            ))
        } else if is("published") {
            Some(flash("Published.", "Its page is there for anybody. Nobody is invited yet."))
        } else if is("saved") {
            Some(flash("Saved.", ""))
        } else {
            None
        };
        Ok(Loaded {
            answers: count_answers(db, &[event.id]).await?.remove(&event.id).unwrap_or_default(),
            uninvited: invites::count_uninvited(db, event.id, desk.network.id).await?,
            job: invites::newest_job(db, event.id).await?,
            is_over: services.clock.now() >= event.ends_at,
            desk,
            meeting,
            event,
            people,
            total,
            words,
            page,
            kept,
            form,
            done,
        })
    };
    page(load, |loaded: Loaded| {
        let event = &loaded.event;
        let (state, class) = words::status(event.status);
        let organise = format!("/organise/events/{}", event.slug);
        let mut loaded = loaded;
        let done = loaded.done.take();
        let ways = view! {
            <p class="links">
                <a href=format!("{organise}/attendance")>"Attendance"</a>
                <a href=format!("{organise}/certificates")>"Certificates"</a>
                <a href=format!("/check-in/{}", loaded.event.slug)>"Check-in"</a>
                <a href=format!("/networks/{}/meetings/{}", loaded.desk.network.slug, loaded.meeting.code)>"Public page"</a>
            </p>
        };
        let body = view! {
            {done}
            <div class="two">
                <div class="stack-l">
                    <dl class="facts">
                        <div><dt>"State"</dt><dd><span class=class>{state}</span></dd></div>
                        <div><dt>"When"</dt><dd>{time::span(loaded.event.starts_wall, loaded.event.ends_wall)}</dd></div>
                        <div><dt>"Where"</dt><dd>{crate::ui::together(&location(&loaded.event))}</dd></div>
                    </dl>
                    {ways}
                    {figures(loaded.answers)}
                </div>
                {slip(&loaded)}
            </div>
            {coming(&loaded)}
        };
        let heading = loaded.event.title.clone();
        loaded.desk.page(&heading, body)
    })
}

fn figures(answers: Answers) -> Option<AnyView> {
    if answers.invited == 0 {
        return None;
    }
    Some(
        view! {
            <dl class="figure-row">
                <div><dt>"Invited"</dt><dd>{grouped(answers.invited)}</dd></div>
                <div><dt>"Will come"</dt><dd>{grouped(answers.accepted)}</dd></div>
                <div><dt>"May come"</dt><dd>{grouped(answers.tentative)}</dd></div>
                <div><dt>"Cannot come"</dt><dd>{grouped(answers.declined)}</dd></div>
                <div><dt>"No answer yet"</dt><dd>{grouped(answers.silent())}</dd></div>
            </dl>
        }
        .into_any(),
    )
}

/// How a sending stands, from its job: it is the same after a reload and after a restart.
fn progress(job: &job::Model) -> AnyView {
    let done = u64::try_from(job.done_count).unwrap_or(0);
    match (job.state, job.total_count) {
        (State::Done, _) => view! { <p class="meta">"The last sending is finished."</p> }.into_any(),
        (State::Dead, _) => view! { <p class="wrong">"The last sending stopped with an error. Send again: nobody gets a second invite."</p> }.into_any(),
        (_, Some(total)) => view! {
            <p role="status"><progress max=total.to_string() value=done.to_string()>{done.to_string()}</progress>" "{format!("{} of {} invites written. Reload to see how far it has come.", grouped(done), grouped(u64::try_from(total).unwrap_or(0)))}</p>
        }
        .into_any(),
        (_, None) => view! { <p role="status">"The invites are about to be written."</p> }.into_any(),
    }
}

fn slip(loaded: &Loaded) -> Option<AnyView> {
    if !loaded.desk.may_edit() {
        return None;
    }
    let (slug, code) = (loaded.desk.network.slug.clone(), loaded.meeting.code.clone());
    let edit = loaded.desk.path(&format!("meetings/{code}/edit"));
    let change = (loaded.event.status != EventStatus::Cancelled).then(|| {
        view! {
            <p class="links"><a href=edit>"Change the meeting"</a></p>
            <form method="get" action=format!("/organise/events/{}/cancel", loaded.event.slug)><p><button class="btn btn--danger btn--line">{if loaded.event.status == EventStatus::Draft { "Delete this draft" } else { "Cancel this meeting" }}</button></p></form>
        }
    });
    let main = match loaded.event.status {
        EventStatus::Cancelled => view! { <p>"It is cancelled, and says so wherever it shows."</p> }.into_any(),
        _ if loaded.is_over => view! { <p>"It is over."</p> }.into_any(),
        EventStatus::Draft => view! {
            <p>"Only your team sees it."</p>
            <Form to=api::PublishMeeting::url() kept=quiet(&loaded.kept)>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="code" value=code/>
                <p><button class="btn">"Publish"</button></p>
            </Form>
        }
        .into_any(),
        _ if loaded.uninvited == 0 => {
            view! { <p>"Everybody on the list is invited. Whoever joins later is invited at once."</p> }.into_any()
        }
        // While a sending is at work, what is left to send is its own.
        _ if loaded
            .job
            .as_ref()
            .is_some_and(|job| !matches!(job.state, State::Done | State::Dead)) =>
        {
            ().into_any()
        }
        _ => send(loaded),
    };
    Some(
        view! {
            <aside class="slip stack" aria-labelledby="stands">
                <h2 id="stands">"Invites"</h2>
                {main}
                {loaded.job.as_ref().map(progress)}
                {change}
            </aside>
        }
        .into_any(),
    )
}

/// What is sent, to how many, and the button. More than a few need their number typed.
fn send(loaded: &Loaded) -> AnyView {
    let count = loaded.uninvited;
    let people = tally(count, "person", "people");
    let number = if count > FEW {
        view! { <Field kept=loaded.kept.clone() name="form[count]" label=format!("Type {count} to confirm") value=loaded.form.count.clone() inputmode="numeric" class="input--tiny"/> }.into_any()
    } else {
        view! { <input type="hidden" name="form[count]" value=count.to_string()/> }.into_any()
    };
    let event = &loaded.event;
    let (slug, code) = (loaded.desk.network.slug.clone(), loaded.meeting.code.clone());
    let has = if count == 1 { "has" } else { "have" };
    let button = if count == 1 {
        "Send 1 invite".to_owned()
    } else {
        format!("Send {count} invites")
    };
    view! {
        <p>{format!("{people} on the list {has} not been invited.")}</p>
        <details>
            <summary>"What each of them gets"</summary>
            <div class="stack">
                <p><b>{format!("Invite: {}", event.shown_title())}</b></p>
                <p>{format!("{}, {}. {}. With their own code, three links to answer by, and an entry for their own calendar. Nobody sees who else is invited.", event.title, time::span(event.starts_wall, event.ends_wall), location(event))}</p>
                {event.online_url.clone().map(|url| view! { <p>{format!("Join online: {url}")}</p> })}
            </div>
        </details>
        <Form to=api::SendInvites::url() kept=quiet(&loaded.kept)>
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="code" value=code/>
            {number}
            <p><button class="btn">{button}</button></p>
        </Form>
    }
    .into_any()
}

fn coming(loaded: &Loaded) -> Option<AnyView> {
    if loaded.answers.invited == 0 {
        return None;
    }
    let path = loaded.desk.path(&format!("meetings/{}", loaded.meeting.code));
    let zone = loaded.event.zone();
    let rows = loaded
        .people
        .iter()
        .map(|person| {
            let work = [&person.job_role, &person.agency]
                .into_iter()
                .flatten()
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            let (answer, class) = match person.reply {
                Some(reply) => (invite_page::words(reply), "tag"),
                None => ("No answer yet", "tag tag--quiet"),
            };
            let when = person.replied_at.map(|at| {
                let wall = zones::wall(at, zone);
                view! { <br/><span class="meta">{format!("{}, {}", time::plain_date(wall.date()), time::clock(wall.time()))}</span> }
            });
            view! {
                <tr>
                    <th scope="row">{person.name.clone()}<br/><span class="meta">{breaking(&person.address)}</span></th>
                    <td data-label="Work">{work}</td>
                    <td data-label="Answer"><span class=class>{answer}</span>{when}</td>
                </tr>
            }
        })
        .collect_view();
    let pages = pager(loaded.page, loaded.total, PER_PAGE, |page| {
        let mut pairs = Vec::new();
        if !loaded.words.is_empty() {
            pairs.push(("q", loaded.words.clone()));
        }
        if page > 0 {
            pairs.push(("page", (page + 1).to_string()));
        }
        address(&path, &pairs)
    });
    let list = if loaded.people.is_empty() {
        view! { <p>"Nobody fits. "<a href=path.clone()>"Show all"</a></p> }.into_any()
    } else {
        view! {
            <table class="list">
                <caption class="hidden">"Who is invited, and what they answered"</caption>
                <thead><tr><th scope="col">"Name"</th><th scope="col">"Job role, where they work"</th><th scope="col">"Answer"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    Some(
        view! {
            <section class="sec" aria-labelledby="coming">
                <h2 id="coming">"Who is coming"</h2>
                <div>
                    <form class="filters" method="get" action=path.clone() role="search">
                        <div class="field"><label for="q">"Name, address or workplace"</label><input class="input" type="search" id="q" name="q" value=loaded.words.clone()/></div>
                        <button class="btn btn--line">"Search"</button>
                    </form>
                    {list}
                    {pages}
                </div>
            </section>
        }
        .into_any(),
    )
}
