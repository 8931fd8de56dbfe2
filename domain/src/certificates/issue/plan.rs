//! The certificates of one event: how many are given and to be given, and who gets one, page by page.

use super::{
    candidate::{Candidate, Has, Verdict, candidates},
    is_open, is_put_off, newest_job,
    one::Ground,
};
use crate::{
    Services,
    access::{Actor, Permission},
    attendance::{
        queries::{find_by_code, list_attendees_in_order, list_records_of_all},
        roll::{self, Wanted, sum},
        working::by_participant,
    },
    certificates::queries,
    error::{Error, Result},
    events::{
        entity::event,
        service::{load_for, offered},
    },
    ids::ParticipantId,
    organisations::entity::organisation,
    platform::{entity::job, random::read_place_code, search::fold, zones},
};
use chrono::NaiveDateTime;

/// People on one page.
pub const PER_PAGE: u64 = 100;

/// Whom the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    #[default]
    Everybody,
    Ready,
    Issued,
    Held,
    /// Whoever gets none, or not yet.
    Without,
}

/// What an organiser looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub show: Show,
    /// Each is part of a name, or a place code.
    pub words: String,
    /// The first page is 0.
    pub page: u64,
}

/// How many people of an event stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub everybody: u64,
    /// Would get a certificate now.
    pub ready: u64,
    pub held: u64,
    /// Certificates that count.
    pub live: u64,
    /// Of those, how many would read differently if they were issued now.
    pub differ: u64,
    /// Certificates that do not count any more.
    pub ended: u64,
}

/// The certificates of one event, and a page of its people.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub event: event::Model,
    pub organisation: organisation::Model,
    /// CPD minutes the event offers.
    pub offered_minutes: u32,
    pub has_ended: bool,
    pub figures: Figures,
    /// By name; cancelled places too.
    pub people: Vec<Candidate>,
    /// How many the filter lets through, on all pages.
    pub total: u64,
    /// The newest job that issues certificates, whatever became of it.
    pub job: Option<job::Model>,
    /// When certificates are to be issued by themselves, by the wall clock of the event.
    pub put_off: Option<NaiveDateTime>,
}

impl Plan {
    /// Whether certificates are being issued at this moment.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.put_off.is_none() && self.job.as_ref().is_some_and(is_open)
    }
}

/// Who gets a certificate of the event at `slug`, who does not and why, and how many were issued. A fixed number of
/// queries; hours are worked out for the people of the page alone.
pub async fn plan(services: &Services, actor: &Actor, slug: &str, filter: &Filter) -> Result<Plan> {
    let (event, organisation) = load_for(services, actor, Permission::See, slug).await?;
    let (db, now) = (&services.db.read, services.clock.now());
    roll::catch_up(&services.db, event.id).await?;
    let has_ended = now >= event.ends_at;
    let alike = roll::count_verdicts(db, event.id).await?;
    let verdicts = |verdict| sum(&alike, |some| some.verdict == verdict);
    let figures = Figures {
        everybody: sum(&alike, |_| true),
        ready: if has_ended { verdicts(Verdict::Ready) } else { 0 },
        held: verdicts(Verdict::Held),
        live: sum(&alike, |some| some.certificate != Has::Nothing),
        differ: sum(&alike, |some| some.certificate == Has::Differs),
        ended: queries::count_ended(db, event.id).await?,
    };

    let everybody = Wanted::at(db, event.id);
    let given = [Verdict::Ready, Verdict::Issued];
    let shown = match filter.show {
        Show::Everybody => everybody,
        Show::Held => everybody.of(&[Verdict::Held], true),
        // The roll says how people stand once the event has ended; until then nobody gets one.
        Show::Ready | Show::Issued if !has_ended => everybody.nobody(),
        Show::Without if !has_ended => everybody,
        Show::Ready => everybody.of(&given[..1], true),
        Show::Issued => everybody.of(&given[1..], true),
        Show::Without => everybody.of(&given, false),
    };
    let words = fold(&filter.words);
    let known = words.is_empty().then_some(match filter.show {
        Show::Everybody => figures.everybody,
        Show::Held => figures.held,
        Show::Ready => figures.ready,
        Show::Issued if has_ended => verdicts(Verdict::Issued),
        Show::Issued => 0,
        Show::Without if has_ended => figures.everybody - figures.ready - verdicts(Verdict::Issued),
        Show::Without => figures.everybody,
    });
    let (ids, total) = roll::find_page(db, &shown.name_or_code(&words), filter.page, PER_PAGE, known).await?;
    let ground = Ground::load(db, event.id).await?;
    let job = newest_job(db, event.id).await?;
    let put_off = job.as_ref().filter(|job| is_put_off(job, now));
    Ok(Plan {
        put_off: put_off.map(|job| zones::wall(job.run_at, event.zone())),
        has_ended,
        offered_minutes: offered(&event, &ground.sessions).minutes,
        figures,
        people: people(services, &ground, &ids).await?,
        total,
        job,
        event,
        organisation,
    })
}

/// These people as they stand now, in this order; not those who are gone.
pub(super) async fn people(services: &Services, ground: &Ground, ids: &[ParticipantId]) -> Result<Vec<Candidate>> {
    let db = &services.db.read;
    let attendees = list_attendees_in_order(db, ids).await?;
    let records = by_participant(list_records_of_all(db, ids).await?);
    candidates(db, ground, attendees, &records, services.clock.now()).await
}

/// Everybody who would get a certificate of this event now, by name.
pub(super) async fn list_ready(services: &Services, event: &event::Model) -> Result<Vec<ParticipantId>> {
    if services.clock.now() < event.ends_at {
        return Ok(Vec::new());
    }
    roll::catch_up(&services.db, event.id).await?;
    let db = &services.db.read;
    roll::list_all(db, &Wanted::at(db, event.id).of(&[Verdict::Ready], true)).await
}

/// How somebody stands, from what is recorded of them.
pub(super) async fn one_of(services: &Services, ground: &Ground, participant: ParticipantId) -> Result<Candidate> {
    let found = people(services, ground, &[participant]).await?.pop();
    found.ok_or(Error::NotFound)
}

/// How whoever has this place code at the event at `slug` stands.
pub async fn person(services: &Services, actor: &Actor, slug: &str, code: &str) -> Result<Candidate> {
    let (event, _) = load_for(services, actor, Permission::See, slug).await?;
    let db = &services.db.read;
    let code = read_place_code(code).ok_or(Error::NotFound)?;
    let who = find_by_code(db, &code).await?.filter(|who| who.event_id == event.id);
    let ground = Ground::load(db, event.id).await?;
    one_of(services, &ground, who.ok_or(Error::NotFound)?.participant_id).await
}

/// How whoever was given the certificate with this public id, of the event at `slug`, stands.
pub async fn holder(services: &Services, actor: &Actor, slug: &str, public_id: &str) -> Result<Candidate> {
    let (event, _) = load_for(services, actor, Permission::See, slug).await?;
    let db = &services.db.read;
    let row = queries::find(db, public_id).await?.filter(|row| row.event_id == event.id);
    let ground = Ground::load(db, event.id).await?;
    one_of(services, &ground, row.ok_or(Error::NotFound)?.participant_id).await
}
