//! Meetings: made one by one or a year's at once, changed, and kept in line with their network. Each is an event of type
//! meeting with one session, so that attendance, hours and certificates go the way of every event.

use super::{
    Refusal,
    edit::file,
    entity::{meeting, network},
    members::{Answers, count_answers},
    queries,
    service::load_for,
    terms::term,
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{SessionKind, SessionStatus, entity::session},
    bookings::invites::UpdateCalendars,
    error::{Error, FieldErrors, Result},
    events::{
        AttendanceMode, CpdParticipatory, CpdRule, EventKind, EventStatus, EvidenceList, Outcomes,
        edit::{self, slug_of},
        entity::event,
        exchange::{
            check::{self, CheckedMeeting},
            problem::Problem,
            schema::{self, wall_text},
        },
    },
    ids::OrganisationId,
    platform::{audit, db::begin_write, jobs},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A meeting as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MeetingForm {
    pub title: String,
    /// Wall time as a browser gives it, `2027-02-24T09:30`.
    pub starts: String,
    pub ends: String,
    pub place: String,
    pub online_url: String,
    /// "true", or anything else for no.
    pub cpd: String,
    pub participatory: String,
}

/// A year's meetings as typed: their days, and what they have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct YearForm {
    /// Keyed "1", "2" and so on; blank ones are left out.
    pub days: BTreeMap<String, String>,
    /// On the clock, `09:30`.
    pub from: String,
    pub to: String,
    pub place: String,
    pub online_url: String,
    pub cpd: String,
    pub participatory: String,
}

fn given(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

impl MeetingForm {
    /// The form of a new meeting: what most have in common.
    #[must_use]
    pub fn fresh() -> Self {
        Self {
            cpd: "true".to_owned(),
            participatory: "true".to_owned(),
            ..Self::default()
        }
    }

    /// The form of a meeting as it stands.
    #[must_use]
    pub fn of(event: &event::Model, session: Option<&session::Model>) -> Self {
        let flag = |is: bool| if is { "true".to_owned() } else { String::new() };
        Self {
            title: event.title.clone(),
            starts: wall_text(event.starts_wall),
            ends: wall_text(event.ends_wall),
            place: event.venue_name.clone().unwrap_or_default(),
            online_url: event.online_url.clone().unwrap_or_default(),
            cpd: flag(session.is_some_and(|session| session.cpd)),
            participatory: flag(session.is_some_and(|session| session.participatory)),
        }
    }

    fn meeting(&self, code: String, status: Option<EventStatus>) -> schema::Meeting {
        schema::Meeting {
            code,
            title: self.title.clone(),
            starts: self.starts.trim().to_owned(),
            ends: self.ends.trim().to_owned(),
            place: given(&self.place),
            online_url: given(&self.online_url),
            status,
            cpd: self.cpd == "true",
            participatory: self.participatory == "true" && self.cpd == "true",
        }
    }

    fn parse(&self, network: &network::Model, code: &str, now: DateTime<Utc>) -> Result<CheckedMeeting> {
        let mut errors = FieldErrors::default();
        for (field, typed, ask) in [
            ("title", &self.title, "Enter a title"),
            ("starts", &self.starts, "Enter the day and time it starts"),
            ("ends", &self.ends, "Enter the day and time it ends"),
        ] {
            if typed.trim().is_empty() {
                errors.add(format!("form[{field}]"), "missing", ask);
            }
        }
        let checked = read(network, vec![self.meeting(code.to_owned(), None)], now, &mut errors, |_, field| {
            (format!("form[{field}]"), label_of(field).to_owned())
        });
        let mut checked = errors.finish(checked)?;
        checked.pop().ok_or(Error::NotFound)
    }
}

fn label_of(field: &str) -> &'static str {
    match field {
        "title" => "Title",
        "starts" => "Start",
        "ends" => "End",
        "place" => "Place",
        "online_url" => "Link for taking part online",
        _ => "The meeting",
    }
}

impl YearForm {
    /// The form of a new year: three days, as most networks have terms.
    #[must_use]
    pub fn fresh() -> Self {
        Self {
            from: "09:30".to_owned(),
            to: "11:00".to_owned(),
            cpd: "true".to_owned(),
            participatory: "true".to_owned(),
            ..Self::default()
        }
    }

    fn parse(&self, network: &network::Model, taken: &[String], now: DateTime<Utc>) -> Result<Vec<CheckedMeeting>> {
        let mut errors = FieldErrors::default();
        for (field, typed, ask) in [
            ("from", &self.from, "Enter the time they start, like 09:30"),
            ("to", &self.to, "Enter the time they end, like 11:00"),
        ] {
            if typed.trim().parse::<chrono::NaiveTime>().is_err() {
                errors.add(format!("form[{field}]"), "not_a_time", ask);
            }
        }
        let (mut meetings, mut keys, mut codes) = (Vec::new(), Vec::new(), taken.to_vec());
        for (key, typed) in self.days.iter().filter(|(_, typed)| !typed.trim().is_empty()) {
            let Ok(day) = typed.trim().parse::<NaiveDate>() else {
                errors.add(format!("form[days][{key}]"), "not_a_day", "Enter a date, like 24/02/2027");
                continue;
            };
            let (title, code) = term(day);
            let code = free_code(&code, &codes);
            codes.push(code.clone());
            let form = MeetingForm {
                title: title.to_owned(),
                starts: format!("{day}T{}", self.from.trim()),
                ends: format!("{day}T{}", self.to.trim()),
                place: self.place.clone(),
                online_url: self.online_url.clone(),
                cpd: self.cpd.clone(),
                participatory: self.participatory.clone(),
            };
            meetings.push(form.meeting(code, None));
            keys.push(key.clone());
        }
        if meetings.is_empty() && errors.0.is_empty() {
            errors.add("form[days][1]", "missing", "Enter at least one date");
        }
        if !errors.0.is_empty() {
            return Err(errors.into());
        }
        let checked = read(network, meetings, now, &mut errors, |n, field| match field {
            "starts" => (
                format!("form[days][{}]", keys.get(n).map_or("1", String::as_str)),
                "Date".to_owned(),
            ),
            "ends" => ("form[to]".to_owned(), "To".to_owned()),
            other => (format!("form[{other}]"), label_of(other).to_owned()),
        });
        errors.finish(checked)
    }
}

/// Checks meetings by the rules of an import; what is wrong goes beside the field `place` finds for it.
fn read(
    network: &network::Model,
    meetings: Vec<schema::Meeting>,
    now: DateTime<Utc>,
    errors: &mut FieldErrors,
    place: impl Fn(usize, &str) -> (String, String),
) -> Vec<CheckedMeeting> {
    let mut document = schema::NetworkDocument { meetings, ..file() };
    document.network.timezone.clone_from(&network.timezone);
    let problems = match check::network(&document, now) {
        Ok(checked) => return checked.meetings,
        Err(problems) => problems,
    };
    for Problem {
        pointer, code, message, ..
    } in problems.iter().filter(|problem| !problem.warning)
    {
        let mut steps = pointer.trim_start_matches("/meetings/").split('/');
        let nth = steps.next().and_then(|n| n.parse().ok()).unwrap_or(0);
        let (field, label) = place(nth, steps.next().unwrap_or_default());
        if errors.of(&field).is_none() {
            let words = message
                .strip_prefix("This ")
                .map_or_else(|| message.clone(), |rest| format!("{label}: this {rest}"));
            errors.add(field, code, words);
        }
    }
    Vec::new()
}

fn free_code(code: &str, taken: &[String]) -> String {
    let is_free = |candidate: &String| !taken.contains(candidate);
    let first = code.to_owned();
    if is_free(&first) {
        return first;
    }
    (2..).map(|n| format!("{code}-{n}")).find(is_free).unwrap_or(first)
}

async fn codes(tx: &DatabaseTransaction, network: &network::Model) -> Result<Vec<String>> {
    Ok(meeting::Entity::find()
        .select_only()
        .column(meeting::Column::Code)
        .filter(meeting::Column::NetworkId.eq(network.id))
        .into_tuple()
        .all(tx)
        .await?)
}

async fn lock(tx: &DatabaseTransaction, found: &network::Model) -> Result<network::Model> {
    network::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or(Error::NotFound)
}

/// A meeting to come, and how its invites stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Coming {
    pub network: network::Model,
    pub meeting: meeting::Model,
    pub event: event::Model,
    pub answers: Answers,
}

/// How many meetings to come the organiser home shows.
const SHOWN: usize = 5;

/// The next meetings of these organisations' networks, drafts too. Three queries.
pub async fn list_coming<C: ConnectionTrait>(db: &C, of: &[OrganisationId], now: DateTime<Utc>) -> Result<Vec<Coming>> {
    let networks = queries::list(db, Some(of)).await?;
    let ids: Vec<_> = networks.iter().map(|(network, _)| network.id).collect();
    let mut meetings = queries::list_meetings(db, &ids).await?;
    meetings.retain(|(_, event)| now < event.ends_at && event.status != EventStatus::Cancelled);
    meetings.truncate(SHOWN);
    let answers = count_answers(db, &meetings.iter().map(|(_, event)| event.id).collect::<Vec<_>>()).await?;
    Ok(meetings
        .into_iter()
        .filter_map(|(meeting, event)| {
            let (network, _) = networks.iter().find(|(network, _)| network.id == meeting.network_id)?;
            Some(Coming {
                network: network.clone(),
                answers: answers.get(&event.id).copied().unwrap_or_default(),
                meeting,
                event,
            })
        })
        .collect())
}

/// Makes one meeting, a draft that only its organisers see.
pub async fn create(services: &Services, actor: &Actor, slug: &str, typed: &MeetingForm) -> Result<meeting::Model> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let network = lock(&tx, &found).await?;
    let year = typed.starts.trim().get(..4).unwrap_or_default();
    let code = slug_of(&format!("{} {year}", typed.title));
    let code = free_code(&code, &codes(&tx, &network).await?);
    let checked = typed.parse(&network, &code, now)?;
    let meeting = add(&tx, actor, &network, &checked, EventStatus::Draft, now).await?;
    tx.commit().await?;
    Ok(meeting)
}

/// Makes a year's meetings in one step, drafts all of them; gives how many.
pub async fn create_year(services: &Services, actor: &Actor, slug: &str, typed: &YearForm) -> Result<usize> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let network = lock(&tx, &found).await?;
    let checked = typed.parse(&network, &codes(&tx, &network).await?, now)?;
    for meeting in &checked {
        add(&tx, actor, &network, meeting, EventStatus::Draft, now).await?;
    }
    tx.commit().await?;
    Ok(checked.len())
}

/// Changes a meeting. Whoever was invited is told once, if time, place or link are others now.
pub async fn update(services: &Services, actor: &Actor, slug: &str, code: &str, typed: &MeetingForm) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let network = lock(&tx, &found).await?;
    let (_, old) = queries::find_meeting(&tx, network.id, code).await?.ok_or(Error::NotFound)?;
    if old.status == EventStatus::Cancelled {
        return Err(Refusal::MeetingCancelled.into());
    }
    let checked = typed.parse(&network, code, now)?;
    change(&tx, actor, &network, &old, &checked, now).await?;
    tx.commit().await?;
    services.wake();
    Ok(())
}

/// Publishes a meeting: from now on its page is there for anybody, and its list can be invited.
pub async fn publish(services: &Services, actor: &Actor, slug: &str, code: &str) -> Result<()> {
    let (network, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let (_, event) = queries::find_meeting(&services.db.read, network.id, code)
        .await?
        .ok_or(Error::NotFound)?;
    crate::events::service::set_status(services, actor, &event.slug, EventStatus::Published).await?;
    Ok(())
}

/// What the calendar of somebody else may call a meeting of this network.
fn neutral_title(network: &network::Model) -> Option<String> {
    let name = network.neutral_name.as_deref();
    network
        .sensitive
        .then(|| name.map_or_else(|| "Meeting".to_owned(), |name| format!("{name}: meeting")))
}

fn mode(checked: &CheckedMeeting) -> AttendanceMode {
    match (&checked.place, &checked.online_url) {
        (Some(_), Some(_)) => AttendanceMode::Both,
        (None, Some(_)) => AttendanceMode::Online,
        _ => AttendanceMode::Venue,
    }
}

/// The row of a new meeting, its event and its one session.
pub(super) async fn add(
    tx: &DatabaseTransaction,
    actor: &Actor,
    network: &network::Model,
    checked: &CheckedMeeting,
    status: EventStatus,
    now: DateTime<Utc>,
) -> Result<meeting::Model> {
    let slug: String = format!("{}-{}", network.slug, checked.code).chars().take(76).collect();
    let row = event::ActiveModel {
        organisation_id: Set(network.organisation_id),
        slug: Set(edit::free_slug(tx, slug.trim_matches('-')).await?),
        kind: Set(EventKind::Meeting),
        status: Set(status),
        title: Set(checked.title.clone()),
        neutral_title: Set(neutral_title(network)),
        summary: Set(String::new()),
        overview: Set(String::new()),
        outcomes: Set(Outcomes::default()),
        audience: Set(String::new()),
        hashtag: Set(None),
        timezone: Set(network.timezone.clone()),
        starts_wall: Set(checked.starts.wall),
        ends_wall: Set(checked.ends.wall),
        starts_at: Set(checked.starts.utc),
        ends_at: Set(checked.ends.utc),
        attendance_mode: Set(mode(checked)),
        venue_name: Set(checked.place.clone()),
        online_url: Set(checked.online_url.clone()),
        sensitive: Set(network.sensitive),
        support: Set(network.support.clone()),
        evidence: Set(EvidenceList::default()),
        cpd_rule: Set(CpdRule::Proportional),
        cpd_round_down_to: Set(15),
        cpd_day_cap_minutes: Set(None),
        cpd_min_minutes: Set(15),
        cpd_participatory: Set(CpdParticipatory::BySession),
        cpd_schemes: Set(crate::events::Schemes::default()),
        certificate_days: Set(None),
        erased_at: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    let event = row.insert(tx).await?;
    let meeting = meeting::ActiveModel {
        network_id: Set(network.id),
        event_id: Set(event.id),
        code: Set(checked.code.clone()),
        ..Default::default()
    }
    .insert(tx)
    .await?;
    session::ActiveModel {
        event_id: Set(event.id),
        code: Set("meeting".to_owned()),
        title: Set(checked.title.clone()),
        kind: Set(kind(checked)),
        status: Set(SessionStatus::Planned),
        starts_wall: Set(checked.starts.wall),
        ends_wall: Set(checked.ends.wall),
        starts_at: Set(checked.starts.utc),
        ends_at: Set(checked.ends.utc),
        cpd: Set(checked.cpd),
        participatory: Set(checked.participatory),
        discussion: Set(checked.participatory),
        ..Default::default()
    }
    .insert(tx)
    .await?;
    log(tx, actor, &event, "event.created", now).await?;
    Ok(meeting)
}

/// What sort of session a meeting is: business counts no CPD (domain.md 1.3).
fn kind(checked: &CheckedMeeting) -> SessionKind {
    if checked.cpd {
        SessionKind::Workshop
    } else {
        SessionKind::Business
    }
}

/// The same, and calendars are told if it is news.
async fn change(
    tx: &DatabaseTransaction,
    actor: &Actor,
    network: &network::Model,
    old: &event::Model,
    checked: &CheckedMeeting,
    now: DateTime<Utc>,
) -> Result<()> {
    if change_row(tx, actor, network, old, checked, now).await? {
        jobs::enqueue(tx, now, &UpdateCalendars { event: old.id, at: now }).await?;
    }
    Ok(())
}

/// The event and session of a meeting as `checked` has them. Gives whether that is news.
pub(super) async fn change_row(
    tx: &DatabaseTransaction,
    actor: &Actor,
    network: &network::Model,
    old: &event::Model,
    checked: &CheckedMeeting,
    now: DateTime<Utc>,
) -> Result<bool> {
    let new = event::Model {
        title: checked.title.clone(),
        neutral_title: neutral_title(network),
        timezone: network.timezone.clone(),
        starts_wall: checked.starts.wall,
        ends_wall: checked.ends.wall,
        starts_at: checked.starts.utc,
        ends_at: checked.ends.utc,
        attendance_mode: mode(checked),
        venue_name: checked.place.clone(),
        online_url: checked.online_url.clone(),
        sensitive: network.sensitive,
        support: network.support.clone(),
        ..old.clone()
    };
    let session = session::Entity::find()
        .filter(session::Column::EventId.eq(old.id))
        .filter(session::Column::Code.eq("meeting"))
        .one(tx)
        .await?;
    let mut is_news = false;
    if let Some(session) = session {
        let fresh = session::Model {
            title: checked.title.clone(),
            kind: kind(checked),
            starts_wall: checked.starts.wall,
            ends_wall: checked.ends.wall,
            starts_at: checked.starts.utc,
            ends_at: checked.ends.utc,
            cpd: checked.cpd,
            participatory: checked.participatory,
            discussion: checked.participatory,
            ..session.clone()
        };
        if fresh != session {
            is_news = true;
            fresh.into_active_model().reset_all().update(tx).await?;
        }
    }
    if new != *old {
        is_news = true;
        let new = event::Model { updated_at: now, ..new };
        new.into_active_model().reset_all().update(tx).await?;
    }
    if is_news {
        log(tx, actor, old, "event.changed", now).await?;
    }
    Ok(is_news)
}

/// Brings what is to come in line with its network: the neutral name, and the lines of help.
pub(super) async fn follow(tx: &DatabaseTransaction, network: &network::Model, now: DateTime<Utc>) -> Result<()> {
    for (_, old) in queries::list_meetings(tx, &[network.id]).await? {
        if old.ends_at <= now || old.status == EventStatus::Cancelled {
            continue;
        }
        let new = event::Model {
            neutral_title: neutral_title(network),
            sensitive: network.sensitive,
            support: network.support.clone(),
            ..old.clone()
        };
        if new != old {
            let (event, at) = (old.id, now);
            event::Model { updated_at: now, ..new }
                .into_active_model()
                .reset_all()
                .update(tx)
                .await?;
            jobs::enqueue(tx, now, &UpdateCalendars { event, at }).await?;
        }
    }
    Ok(())
}

async fn log(tx: &DatabaseTransaction, actor: &Actor, event: &event::Model, action: &'static str, now: DateTime<Utc>) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action,
        object: "event",
        object_id: event.id.0,
        detail: None,
    };
    audit::record(tx, actor, now, entry).await
}
