//! How the hours at one event were counted, and the form to ask for a correction.

use crate::{
    attendance::{
        api::{self, AskPost},
        working::WorkingTable,
    },
    forms::{self, Kept},
    ssr,
    ui::{Form, Select, TextArea, flash, time},
};
use domain::{
    agenda::SessionStatus,
    attendance::{
        CorrectionState, asked,
        entity::correction,
        working::{Worked, working_of_code},
    },
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};

/// The working of one event, with what its delegate asked about it.
pub struct Own {
    worked: Worked,
    /// They look at their own hours, not as an organiser at another's.
    is_own: bool,
    has_begun: bool,
    /// The newest first.
    asked: Vec<correction::Model>,
    just_asked: bool,
    kept: Kept,
    typed: AskPost,
}

impl Own {
    /// The working the query asks for, if it asks for one.
    pub async fn asked_for() -> domain::Result<Option<Self>> {
        let (services, asking) = (ssr::services(), ssr::asking());
        let Some(code) = asking.query_value("working") else {
            return Ok(None);
        };
        let worked = working_of_code(&services, &asking.actor, &code).await?;
        let asked = asked::list_own(&services.db.read, worked.attendee.participant_id, &asking.actor).await?;
        let (kept, typed) = forms::kept::<AskPost>().await?;
        Ok(Some(Self {
            is_own: worked.attendee.person_id.is_some() && worked.attendee.person_id == asking.actor.person_id(),
            has_begun: services.clock.now() >= worked.event.starts_at,
            asked,
            just_asked: asking.query_value("asked").is_some(),
            worked,
            kept,
            typed,
        }))
    }
}

pub fn working(own: Own) -> AnyView {
    let asks = asks(&own);
    let worked = own.worked;
    let event = worked.event;
    view! {
        <section class="sec" aria-labelledby="working">
            <div class="sec__head">
                <h2 id="working">"How your hours are counted"</h2>
                <p><b>{event.title.clone()}</b></p>
                <p class="meta">{zones::span(event.starts_wall, event.ends_wall)}</p>
                <p class="meta">"From what was scanned, as it stands today."</p>
                <p class="links"><a href="/my/cpd">"Close"</a></p>
            </div>
            <div class="stack"><WorkingTable working=worked.working offered=worked.offered timezone=event.timezone.clone() caption=format!("How your hours at {} were counted", event.title)/>{asks}</div>
        </section>
    }
    .into_any()
}

/// What they asked to be corrected, and the form to ask, where nothing is unanswered.
fn asks(own: &Own) -> AnyView {
    let worked = &own.worked;
    if !own.is_own || !own.has_begun || worked.attendee.is_cancelled() {
        let email = worked.organisation.email.clone();
        return view! { <p class="meta">"Is something wrong? Write to "<a href=format!("mailto:{email}")>{email.clone()}</a>"."</p> }
            .into_any();
    }
    let moment = |at| zones::moment(time::wall(at, &worked.event.timezone));
    let before = own
        .asked
        .iter()
        .map(|row| {
            let (words, class) = match row.state {
                CorrectionState::Open => ("Not answered yet", "tag tag--wait"),
                CorrectionState::Granted => ("Corrected", "tag tag--go"),
                CorrectionState::Declined => ("Not changed", "tag tag--quiet"),
            };
            let answer = row.decided_at.zip(row.answer.clone()).map(|(at, answer)| {
                view! { <p class="meta">{format!("{} answered {}:", worked.organisation.name, moment(at))}</p><p class="said">{answer}</p> }
            });
            view! {
                <li class="stack">
                    <p class="row"><span class=class>{words}</span><span class="meta">{format!("You asked {}:", moment(row.asked_at))}</span></p>
                    <blockquote class="said">{row.words.clone()}</blockquote>
                    {answer}
                </li>
            }
        })
        .collect_view();
    let waits = own.asked.iter().any(|row| row.state == CorrectionState::Open);
    let done = own
        .just_asked
        .then(|| flash("Asked.", format!("{} looks at it, and answers by mail.", worked.organisation.name)));
    let form = (!waits).then(|| {
        let sessions = worked
            .sessions
            .iter()
            .filter(|session| session.status == SessionStatus::Planned && session.cpd)
            .map(|session| (session.code.clone(), session.title.clone()));
        let sessions = [(String::new(), "The whole event".to_owned())].into_iter().chain(sessions).collect();
        let (kept, typed) = (own.kept.clone(), own.typed.clone());
        let (open, place) = (!kept.problems.0.is_empty(), worked.attendee.code.clone());
        view! {
            <details open=open>
                <summary>"Ask for a correction"</summary>
                <Form to=api::Ask::url() kept=kept.clone()>
                    <input type="hidden" name="place" value=place/>
                    <Select kept=kept.clone() name="form[session]" label="What it is about" value=typed.session options=sessions/>
                    <TextArea kept=kept name="form[words]" label="What is wrong" value=typed.words rows=4 hint="When you came and went, as you remember it. The organiser reads this; do not name patients or pupils."/>
                    <button class="btn">"Send to the organiser"</button>
                </Form>
            </details>
        }
    });
    view! {
        {done}
        <ul class="stack">{before}</ul>
        {form}
    }
    .into_any()
}
