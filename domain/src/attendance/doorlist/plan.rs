//! What the lines of a list come to: who is meant, which records they make, and what is wrong; and adding them.

use super::{Import, Line, when};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{self, entity::session},
    attendance::{
        Action, How,
        queries::{self, Attendee},
        rules::{self, read_code, read_reference},
        service::{New, append, lock_event},
    },
    error::{FieldErrors, Result},
    events::{entity::event, service::load_for},
    ids::{ParticipantId, PersonId, SessionId},
    people::{address::EmailAddress, entity::person},
    platform::{
        db::begin_write,
        search::{fold, has_name},
        zones,
    },
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::{BTreeSet, HashMap, HashSet};

/// The reason that stands beside a record from a list.
const REASON: &str = "From a door list";

/// What becomes of one record of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Add,
    /// The very same is in the register, or was and was taken back.
    Known,
    /// They were in already then, since this time.
    AlreadyIn(DateTime<Utc>),
}

/// An arrival or a leave that a line makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub session: Option<SessionId>,
    /// The session's title; none is the door of the event.
    pub title: Option<String>,
    pub action: Action,
    pub at: DateTime<Utc>,
    pub fate: Fate,
}

/// A line and what it comes to. With a problem it adds nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub line: Line,
    /// Who is meant, as the place says it.
    pub who: Option<(ParticipantId, String)>,
    pub records: Vec<Written>,
    pub problem: Option<String>,
    /// The list says that they did not come.
    pub absent: bool,
}

impl Planned {
    /// Whether it adds anything.
    #[must_use]
    pub fn adds(&self) -> bool {
        self.problem.is_none() && self.records.iter().any(|record| record.fate == Fate::Add)
    }
}

/// A list as it would be added now.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    pub lines: Vec<Planned>,
    /// Records that would be added.
    pub adds: usize,
    /// People they are about.
    pub people: usize,
}

/// What the lines of a list come to, for organisers. Nothing is written. Five queries, and one for every five hundred
/// mailboxes.
pub async fn preview(services: &Services, actor: &Actor, slug: &str, import: &Import) -> Result<Preview> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    plan(&services.db.read, &event, import, services.clock.now()).await
}

/// Adds what a list comes to, if that is as many records as the page said; gives how many. What is there already is not
/// added again.
pub async fn import(services: &Services, actor: &Actor, slug: &str, import: &Import) -> Result<usize> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = lock_event(&tx, actor, Permission::Edit, slug).await?;
    let wrong = |code: &str, words: String| Err(FieldErrors::one("", code, words).into());
    if import.list.lines.is_empty() {
        return wrong("missing", "The list is not here any more. Hand the file in again".to_owned());
    }
    let preview = plan(&tx, &event, import, now).await?;
    if preview.adds == 0 {
        return wrong(
            "nothing",
            "There is nothing to add: what the list says is in the register already".to_owned(),
        );
    }
    if import.count != preview.adds.to_string() {
        let words = format!(
            "Things have changed since you looked: it would add {} records now. Look again, then confirm",
            preview.adds
        );
        return wrong("changed", words);
    }
    for line in preview.lines.iter().filter(|line| line.problem.is_none()) {
        let Some((participant, _)) = &line.who else { continue };
        for record in line.records.iter().filter(|record| record.fate == Fate::Add) {
            let new = New {
                event: event.id,
                participant: *participant,
                session: record.session,
                action: record.action,
                at: record.at,
                how: How::Register,
                minutes: None,
                withdraws: None,
                reason: Some(REASON.to_owned()),
                recorded_by: actor.person_id(),
                recorded_at: now,
            };
            append(&tx, new).await?;
        }
    }
    tx.commit().await?;
    Ok(preview.adds)
}

/// Somebody at the door (no session) or in a session.
type Spot = (ParticipantId, Option<SessionId>);

/// The register as a list is held against it.
struct Register<'a> {
    event: &'a event::Model,
    now: DateTime<Utc>,
    sessions: Vec<session::Model>,
    attendees: Vec<Attendee>,
    folded: Vec<String>,
    addresses: HashMap<PersonId, String>,
    /// Everything ever recorded, also what was taken back.
    known: HashSet<(ParticipantId, Option<SessionId>, &'static str, DateTime<Utc>)>,
    /// What stands, and what the lines before this one add: when, and whether they arrived.
    standing: HashMap<Spot, BTreeSet<(DateTime<Utc>, bool)>>,
}

impl<'a> Register<'a> {
    async fn load<C: ConnectionTrait>(db: &C, event: &'a event::Model, now: DateTime<Utc>) -> Result<Self> {
        let sessions = agenda::queries::list_sessions(db, event.id).await?;
        let attendees = queries::list_attendees(db, event.id).await?;
        let records = queries::list_records(db, event.id).await?;
        let mut addresses = HashMap::new();
        let people: Vec<PersonId> = attendees.iter().filter_map(|attendee| attendee.person_id).collect();
        for some in people.chunks(500) {
            let rows = person::Entity::find()
                .filter(person::Column::Id.is_in(some.iter().copied()))
                .all(db)
                .await?;
            addresses.extend(rows.into_iter().map(|row| (row.id, row.address)));
        }
        let known = records
            .iter()
            .map(|row| (row.participant_id, row.session_id, row.action.word(), row.at))
            .collect();
        let mut standing: HashMap<_, BTreeSet<_>> = HashMap::new();
        for row in rules::standing(&records) {
            let of = standing.entry((row.participant_id, row.session_id)).or_default();
            of.insert((row.at, row.action == Action::Arrive));
        }
        Ok(Self {
            event,
            now,
            folded: attendees.iter().map(|attendee| fold(attendee.name())).collect(),
            sessions,
            attendees,
            addresses,
            known,
            standing,
        })
    }

    /// Whoever a line means, or what is wrong with how it says so.
    fn find(&self, line: &Line) -> Result<&Attendee, String> {
        let all = || (0..self.attendees.len()).collect::<Vec<_>>();
        let name = fold(&line.name);
        if !line.code.is_empty() {
            let code = read_code(&line.code);
            let found = self.attendees.iter().find(|attendee| Some(&attendee.code) == code.as_ref());
            return found.ok_or_else(|| format!("Nobody at this event has the place code “{}”", line.code));
        }
        let mut fitting = all();
        let mut said = Vec::new();
        if !line.reference.is_empty() {
            let reference = read_reference(&line.reference).unwrap_or_else(|| line.reference.to_uppercase());
            fitting.retain(|at| self.attendees[*at].reference == reference);
            said.push("reference");
        }
        if !line.email.is_empty() {
            let typed = EmailAddress::parse(&line.email).map_or_else(|_| line.email.to_lowercase(), |address| address.key().to_owned());
            let has = |at: &usize| self.attendees[*at].person_id.and_then(|id| self.addresses.get(&id)) == Some(&typed);
            fitting.retain(has);
            said.push("email address");
        }
        let by_other = !said.is_empty() && !fitting.is_empty();
        if !by_other {
            // A mailbox nobody has here: the name may still tell.
            fitting = if line.reference.is_empty() { all() } else { Vec::new() };
        }
        if !name.is_empty() && (!by_other || fitting.len() > 1) {
            fitting.retain(|at| self.folded[*at] == name);
            said.push("name");
        }
        if name.is_empty() && said.is_empty() {
            return Err("It does not say who this is".to_owned());
        }
        if name.is_empty() && !by_other {
            fitting.clear();
        }
        let standing: Vec<usize> = fitting.iter().copied().filter(|at| !self.attendees[*at].is_cancelled()).collect();
        let fitting = if standing.is_empty() { fitting } else { standing };
        match fitting.as_slice() {
            [] => Err(format!("Nobody at this event has this {}", said.join(" or this "))),
            [one] => {
                let own = &self.folded[*one];
                if by_other && !name.is_empty() && !has_name(own, &name) && !has_name(&name, own) {
                    return Err(format!(
                        "The list says {}, and that place is {}’s. Give the place code, if they are the same",
                        line.name,
                        self.attendees[*one].name()
                    ));
                }
                Ok(&self.attendees[*one])
            }
            several => Err(format!("{} people here fit. Give the place code", several.len())),
        }
    }

    fn session(&self, typed: &str) -> Result<Option<&session::Model>, String> {
        let folded = fold(typed);
        if folded.is_empty() || matches!(folded.as_str(), "event" | "the event" | "door") {
            return Ok(None);
        }
        let found = self
            .sessions
            .iter()
            .find(|session| session.code == typed.trim() || fold(&session.title) == folded);
        found
            .map(Some)
            .ok_or_else(|| format!("There is no session “{typed}” on the agenda"))
    }

    /// A wall time of the event as an instant, if somebody can have been there then.
    fn instant(&self, wall: NaiveDateTime, session: Option<&session::Model>) -> Result<DateTime<Utc>, String> {
        let (at, _) = zones::wall_to_utc(wall, self.event.zone()).map_err(|none| none.to_string())?;
        let day = wall.date();
        if at > self.now {
            return Err(format!("{} has not been yet", zones::moment(wall)));
        }
        if day < self.event.starts_wall.date() || day > self.event.ends_wall.date() {
            return Err(format!("The event was not on {}", zones::date(day)));
        }
        if let Some(session) = session.filter(|session| session.starts_wall.date() != day) {
            return Err(format!("“{}” was not on {}", session.title, zones::date(day)));
        }
        Ok(at)
    }

    /// Since when they are in at this moment, if they are.
    fn since(&self, who: ParticipantId, session: Option<SessionId>, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let day = zones::wall(at, self.event.zone()).date();
        let mut since = None;
        for (moment, arrived) in self.standing.get(&(who, session)).into_iter().flatten() {
            if *moment > at || zones::wall(*moment, self.event.zone()).date() != day {
                continue;
            }
            since = match (arrived, since) {
                (true, None) => Some(*moment),
                (true, since) => since,
                (false, _) => None,
            };
        }
        since
    }

    /// What a record comes to, after the lines before it.
    fn fate(&self, who: ParticipantId, session: Option<SessionId>, action: Action, at: DateTime<Utc>) -> Result<Fate, String> {
        if self.known.contains(&(who, session, action.word(), at)) {
            return Ok(Fate::Known);
        }
        match (action, self.since(who, session, at)) {
            (Action::Arrive, Some(since)) => Ok(Fate::AlreadyIn(since)),
            (Action::Leave, None) => Err("They left without having arrived. Give the time they arrived".to_owned()),
            _ => Ok(Fate::Add),
        }
    }

    fn add(&mut self, who: ParticipantId, session: Option<SessionId>, action: Action, at: DateTime<Utc>) {
        self.known.insert((who, session, action.word(), at));
        self.standing
            .entry((who, session))
            .or_default()
            .insert((at, action == Action::Arrive));
    }
}

/// What was asked beside the list.
struct Asked {
    day: NaiveDate,
    at: Option<chrono::NaiveTime>,
}

async fn plan<C: ConnectionTrait>(db: &C, event: &event::Model, import: &Import, now: DateTime<Utc>) -> Result<Preview> {
    let mut register = Register::load(db, event, now).await?;
    let asked = Asked {
        day: import.day.parse().unwrap_or(event.starts_wall.date()),
        at: when::time(&import.at),
    };
    let mut lines = Vec::new();
    for line in &import.list.lines {
        let mut planned = Planned {
            line: line.clone(),
            who: None,
            records: Vec::new(),
            problem: None,
            absent: false,
        };
        match work_out(&register, import, &asked, &mut planned) {
            Ok(()) => {
                if let Some((who, _)) = planned.who {
                    for record in planned.records.iter().filter(|record| record.fate == Fate::Add) {
                        register.add(who, record.session, record.action, record.at);
                    }
                }
            }
            Err(problem) => planned.problem = Some(problem),
        }
        lines.push(planned);
    }
    let added = || lines.iter().filter(|line| line.adds());
    Ok(Preview {
        adds: added()
            .flat_map(|line| &line.records)
            .filter(|record| record.fate == Fate::Add)
            .count(),
        people: added()
            .filter_map(|line| line.who.as_ref().map(|(id, _)| *id))
            .collect::<BTreeSet<_>>()
            .len(),
        lines,
    })
}

fn work_out(register: &Register<'_>, import: &Import, asked: &Asked, planned: &mut Planned) -> Result<(), String> {
    let line = planned.line.clone();
    let attendee = register.find(&line)?;
    planned.who = Some((attendee.participant_id, attendee.name().to_owned()));
    if attendee.is_cancelled() {
        return Err("Their place was cancelled".to_owned());
    }
    let session = register.session(if line.session.is_empty() { &import.to } else { &line.session })?;
    if when::is_absent(&line.arrived) && line.left.is_empty() {
        planned.absent = true;
        return Ok(());
    }
    let day = session.map_or(asked.day, |session| session.starts_wall.date());
    let read = |typed: &str| when::moment(typed, day).ok_or_else(|| format!("“{typed}” is no time that can be read"));
    let without_time = line.arrived.is_empty() && line.left.is_empty();
    let arrived = if without_time || when::is_tick(&line.arrived) {
        let at = asked
            .at
            .ok_or("The list gives no time. Say above when those arrived, and hand the list in again")?;
        Some(day.and_time(at))
    } else if line.arrived.is_empty() {
        None
    } else {
        Some(read(&line.arrived)?)
    };
    let left = if line.left.is_empty() { None } else { Some(read(&line.left)?) };
    if let (Some(arrived), Some(left)) = (arrived, left)
        && left <= arrived
    {
        return Err("They left before they arrived, or in the same minute".to_owned());
    }
    let (who, id) = (attendee.participant_id, session.map(|session| session.id));
    let mut arrives = false;
    for (action, wall) in [(Action::Arrive, arrived), (Action::Leave, left)] {
        let Some(wall) = wall else { continue };
        let at = register.instant(wall, session)?;
        let fate = match register.fate(who, id, action, at) {
            // The arrival of this very line comes before it.
            Err(_) if action == Action::Leave && arrives => Fate::Add,
            fate => fate?,
        };
        arrives |= action == Action::Arrive && fate == Fate::Add;
        planned.records.push(Written {
            session: id,
            title: session.map(|session| session.title.clone()),
            action,
            at,
            fate,
        });
    }
    Ok(())
}
