//! What a report comes to at one event: whose each stay is, what of it the register has already; and adding the rest.

use super::{
    Attended, By, Candidate, Import, Interval, Matched, Person, Problem, Settled, Wanted,
    intervals::{clip, minutes, union, without},
    kept, match_all, memory, settle,
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{self, entity::session},
    attendance::{
        Action, How,
        entity::attendance_record as record,
        queries::{self, Attendee},
        rules::{self, read_code},
        service::{New, append, lock_event, no_such_session},
    },
    error::{FieldErrors, Result},
    events::{calendar, entity::event, service::load_for},
    ids::{ParticipantId, SessionId},
    platform::{db::begin_write, search::fold, zones},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ConnectionTrait;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What becomes of one stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Add,
    /// The register has them in then.
    Known,
    /// The same was added before, and taken back.
    TakenBack,
}

/// A stretch somebody was in, within the day of the event or within the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    pub when: Interval,
    pub fate: Fate,
}

/// What all the lines about one place come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub stays: Vec<Stay>,
    /// Of the stays together, whatever becomes of them.
    pub minutes: u64,
    /// The sessions they were in, by title, with the minutes of each.
    pub sessions: Vec<(String, u64)>,
    /// Why nothing is added.
    pub problem: Option<String>,
}

/// Somebody in the report, and what they come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub person: Person,
    /// The first line about them, by which the form calls them.
    pub line: u64,
    pub matched: Matched,
    /// The name of the place.
    pub place: Option<String>,
    /// What stands in the field for whose place it is.
    pub typed: String,
    /// What is wrong with that.
    pub wrong: Option<String>,
    /// What the place comes to, beside whoever has it first.
    pub sum: Option<Sum>,
    /// The line of whoever has the place first, where that is somebody else.
    pub with: Option<u64>,
}

impl Planned {
    #[must_use]
    pub fn is_matched(&self) -> bool {
        matches!(self.matched, Matched::Found(..))
    }
}

/// A report as it would be added now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub order: Settled,
    pub people: Vec<Planned>,
    pub problems: Vec<Problem>,
    /// Those who registered and did not come.
    pub absent: usize,
    /// Stays that would be added, and of how many people.
    pub adds: usize,
    pub places: usize,
    /// Every place that can be named, as the form takes it.
    pub choices: Vec<String>,
}

/// What a report comes to, for organisers. Nothing is written. Five queries, and one for every five hundred people.
pub async fn preview(services: &Services, actor: &Actor, slug: &str, import: &Import) -> Result<Preview> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    Ok(plan(&services.db.read, &event, import, services.clock.now()).await?.0)
}

/// Whether what was said beside the report can be understood. Nothing is written.
pub async fn check(services: &Services, actor: &Actor, slug: &str, import: &Import) -> Result<()> {
    let preview = preview(services, actor, slug, import).await?;
    let mut errors = FieldErrors::default();
    for planned in preview.people {
        if let Some(wrong) = planned.wrong {
            errors.add(format!("form[hands][{}]", planned.line), "unknown", wrong);
        }
    }
    errors.finish(())
}

/// Adds what a report comes to, if that is as many stays as the page said; gives how many. Remembers whose place was said
/// by hand, and keeps the lines.
pub async fn import(services: &Services, actor: &Actor, slug: &str, import: &Import) -> Result<usize> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = lock_event(&tx, actor, Permission::Edit, slug).await?;
    let wrong = |code: &str, words: String| Err(FieldErrors::one("", code, words).into());
    let Some(vendor) = import.report.vendor.filter(|_| !import.report.rows.is_empty()) else {
        return wrong("missing", "The report is not here any more. Hand the file in again".to_owned());
    };
    let (preview, desk) = plan(&tx, &event, import, now).await?;
    if preview.order.ambiguous {
        return wrong(
            "order",
            "Say first whether the day or the month comes first in the report".to_owned(),
        );
    }
    if preview.adds == 0 {
        return wrong(
            "nothing",
            "There is nothing to add: what the report says is in the register already".to_owned(),
        );
    }
    if import.count != preview.adds.to_string() {
        let words = format!(
            "Things have changed since you looked: it would add {} stays now. Look again, then confirm",
            preview.adds
        );
        return wrong("changed", words);
    }
    let reason = format!("From a {} report", vendor.name());
    let mut whose = HashMap::new();
    for planned in &preview.people {
        let found = match planned.matched {
            Matched::Found(id, _) => Some(id),
            _ => None,
        };
        if let Some(id) = found {
            whose.extend(planned.person.lines.iter().map(|line| (*line, id)));
        }
        if desk.by_hand.contains(&planned.line) {
            let attendee = desk.attendees.iter().find(|attendee| Some(attendee.participant_id) == found);
            let key = memory::key(vendor, &planned.person);
            memory::remember(&tx, event.organisation_id, key, attendee, actor.person_id(), now).await?;
        }
        let (Some(id), Some(sum)) = (found, &planned.sum) else { continue };
        for stay in sum.stays.iter().filter(|stay| stay.fate == Fate::Add) {
            // Where the register has them arrive at that very moment, they did not leave.
            let leaves = !desk.held(id).iter().any(|held| held.from == stay.when.until);
            let records = [(Action::Arrive, stay.when.from)]
                .into_iter()
                .chain(leaves.then_some((Action::Leave, stay.when.until)));
            for (action, at) in records {
                let new = New {
                    event: event.id,
                    participant: id,
                    session: desk.session,
                    action,
                    at,
                    how: How::Online,
                    minutes: None,
                    withdraws: None,
                    reason: Some(reason.clone()),
                    recorded_by: actor.person_id(),
                    recorded_at: now,
                };
                append(&tx, new).await?;
            }
        }
    }
    kept::keep(
        &tx,
        &event,
        &import.report,
        &whose,
        actor.person_id(),
        now,
        services.online_rows_days,
    )
    .await?;
    tx.commit().await?;
    Ok(preview.adds)
}

/// The register as a report is held against it.
struct Desk {
    /// `None` is the door of the event.
    session: Option<SessionId>,
    /// The days of the event, or the session alone.
    windows: Vec<(NaiveDate, Interval)>,
    sessions: Vec<session::Model>,
    /// Those whose place was not cancelled.
    attendees: Vec<Attendee>,
    /// When the register has each in.
    held: HashMap<ParticipantId, Vec<Interval>>,
    /// Every arrival ever recorded there, also what was taken back.
    arrivals: HashSet<(ParticipantId, DateTime<Utc>)>,
    /// The first lines of those whose place was said by hand.
    by_hand: HashSet<u64>,
}

impl Desk {
    async fn load<C: ConnectionTrait>(db: &C, event: &event::Model, import: &Import) -> Result<Self> {
        let sessions = agenda::queries::list_sessions(db, event.id).await?;
        let session = match import.to.as_str() {
            "" => None,
            code => Some(sessions.iter().find(|session| session.code == code).ok_or_else(no_such_session)?),
        };
        let windows = match session {
            Some(session) => {
                let whole = Interval::new(session.starts_at, session.ends_at);
                whole.map(|whole| (session.starts_wall.date(), whole)).into_iter().collect()
            }
            None => calendar::days(event, &sessions)
                .into_iter()
                .filter_map(|day| {
                    let at = |wall| zones::wall_to_utc(wall, event.zone()).ok().map(|(at, _)| at);
                    Some((day.date, Interval::new(at(day.starts)?, at(day.ends)?)?))
                })
                .collect(),
        };
        let attendees = queries::list_attendees(db, event.id).await?;
        let records = queries::list_records(db, event.id).await?;
        let session = session.map(|session| session.id);
        let mut desk = Self {
            session,
            windows,
            sessions,
            attendees: attendees.into_iter().filter(|attendee| !attendee.is_cancelled()).collect(),
            held: HashMap::new(),
            arrivals: HashSet::new(),
            by_hand: HashSet::new(),
        };
        let mut standing: HashMap<_, Vec<&record::Model>> = HashMap::new();
        for row in rules::standing(&records).into_iter().filter(|row| row.session_id == session) {
            standing.entry(row.participant_id).or_default().push(row);
        }
        for (who, rows) in standing {
            let held = desk.read_held(event, &rows);
            desk.held.insert(who, held);
        }
        desk.arrivals = records
            .iter()
            .filter(|row| row.session_id == session && row.action == Action::Arrive)
            .map(|row| (row.participant_id, row.at))
            .collect();
        Ok(desk)
    }

    /// When somebody was in by the register. Whoever did not leave was in to the end of that day.
    fn read_held(&self, event: &event::Model, standing: &[&record::Model]) -> Vec<Interval> {
        let mut held = Vec::new();
        let mut open: Option<(NaiveDate, DateTime<Utc>)> = None;
        let to_the_end = |(day, from): (NaiveDate, DateTime<Utc>)| {
            let window = self.windows.iter().find(|(date, _)| *date == day);
            window.and_then(|(_, window)| Interval::new(from, window.until))
        };
        for row in standing {
            let day = zones::wall(row.at, event.zone()).date();
            if let Some(before) = open.filter(|(date, _)| *date != day) {
                held.extend(to_the_end(before));
                open = None;
            }
            match (row.action, open) {
                (Action::Arrive, None) => open = Some((day, row.at)),
                (Action::Leave, Some((_, from))) => {
                    held.extend(Interval::new(from, row.at));
                    open = None;
                }
                _ => {}
            }
        }
        held.extend(open.and_then(to_the_end));
        union(held)
    }

    fn held(&self, who: ParticipantId) -> &[Interval] {
        self.held.get(&who).map_or(&[], Vec::as_slice)
    }

    /// What a place comes to whose holder was in then.
    fn sum(&self, who: ParticipantId, was_in: Vec<Interval>, event: &event::Model, now: DateTime<Utc>) -> Sum {
        let windows: Vec<Interval> = self.windows.iter().map(|(_, window)| *window).collect();
        let counted = clip(&union(was_in), &windows);
        let mut sum = Sum {
            minutes: minutes(&counted),
            sessions: self
                .sessions
                .iter()
                .filter_map(|session| {
                    let of_it = clip(&counted, &[Interval::new(session.starts_at, session.ends_at)?]);
                    Some((session.title.clone(), minutes(&of_it))).filter(|(_, minutes)| *minutes > 0)
                })
                .collect(),
            ..Sum::default()
        };
        if let Some(ahead) = counted.iter().find(|one| one.until > now) {
            let wall = zones::wall(ahead.until, event.zone());
            sum.problem = Some(format!("{} has not been yet", zones::moment(wall)));
            return sum;
        }
        let held = self.held(who);
        let stay = |fate: Fate| move |when: Interval| Stay { when, fate };
        let known = clip(&counted, held).into_iter().map(stay(Fate::Known));
        let new = without(&counted, held).into_iter().map(|when| {
            let was_there = self.arrivals.contains(&(who, when.from));
            stay(if was_there { Fate::TakenBack } else { Fate::Add })(when)
        });
        sum.stays = known.chain(new).collect();
        sum.stays.sort_by_key(|stay| stay.when);
        sum
    }

    /// A place as the form takes it.
    fn choice(attendee: &Attendee) -> String {
        format!("{}, {}", attendee.name(), attendee.code)
    }

    /// The place somebody typed: by its code, alone or behind the name, or by a name nobody else here has.
    fn read_choice(&self, typed: &str) -> Result<ParticipantId, String> {
        let last = typed.rsplit([',', ' ']).next().unwrap_or(typed);
        if let Some(code) = read_code(last)
            && let Some(found) = self.attendees.iter().find(|attendee| attendee.code == code)
        {
            return Ok(found.participant_id);
        }
        let name = fold(typed);
        let mut fitting = self
            .attendees
            .iter()
            .filter(|attendee| attendee.is_named() && fold(attendee.name()) == name);
        match (fitting.next(), fitting.count()) {
            (Some(one), 0) => Ok(one.participant_id),
            (Some(_), more) => Err(format!("{} people here are called {typed}. Give the place code", more + 1)),
            (None, _) => Err(format!("Nobody at this event has the name or place code “{typed}”")),
        }
    }
}

async fn plan<C: ConnectionTrait>(db: &C, event: &event::Model, import: &Import, now: DateTime<Utc>) -> Result<(Preview, Desk)> {
    let mut desk = Desk::load(db, event, import).await?;
    let (first, last) = (event.starts_wall.date(), event.ends_wall.date());
    let attended = settle(&import.report, import.order.parse().ok(), event.zone(), first, last);
    let automatic = match_people(db, event, import, &desk, &attended).await?;
    let Attended {
        order,
        people,
        problems,
        absent,
    } = attended;
    let mut preview = Preview {
        order,
        people: Vec::new(),
        problems,
        absent,
        adds: 0,
        places: 0,
        choices: desk.attendees.iter().map(Desk::choice).collect(),
    };
    for (person, automatic) in people.into_iter().zip(automatic) {
        let planned = match_by_hand(&mut desk, import, person, automatic);
        preview.people.push(planned);
    }
    let mut of_place: BTreeMap<ParticipantId, Vec<usize>> = BTreeMap::new();
    for (at, planned) in preview.people.iter().enumerate() {
        if let Matched::Found(id, _) = planned.matched {
            of_place.entry(id).or_default().push(at);
        }
    }
    for (id, all) in of_place {
        let was_in = all.iter().flat_map(|at| preview.people[*at].person.was_in.clone()).collect();
        let sum = desk.sum(id, was_in, event, now);
        let adds = sum.stays.iter().filter(|stay| stay.fate == Fate::Add).count();
        preview.adds += adds;
        preview.places += usize::from(adds > 0);
        let line = preview.people[all[0]].line;
        for at in &all[1..] {
            preview.people[*at].with = Some(line);
        }
        preview.people[all[0]].sum = Some(sum);
    }
    Ok((preview, desk))
}

/// Whose place each has, without what was said for this report.
async fn match_people<C: ConnectionTrait>(
    db: &C,
    event: &event::Model,
    import: &Import,
    desk: &Desk,
    attended: &Attended,
) -> Result<Vec<Matched>> {
    let Some(vendor) = import.report.vendor else {
        return Ok(vec![Matched::Nobody; attended.people.len()]);
    };
    let keys: Vec<String> = attended.people.iter().map(|person| memory::key(vendor, person)).collect();
    let known = memory::recall(db, event.organisation_id, &keys).await?;
    let candidates: Vec<Candidate> = desk
        .attendees
        .iter()
        .map(|attendee| Candidate {
            id: attendee.participant_id,
            name: attendee.name.clone().unwrap_or_default(),
            address: attendee.address.clone(),
        })
        .collect();
    let wanted: Vec<Wanted> = attended
        .people
        .iter()
        .zip(&keys)
        .map(|(person, key)| Wanted {
            addresses: person.addresses.clone(),
            names: person.names.clone(),
            remembered: known.get(key).and_then(|known| memory::place(known, &desk.attendees)),
        })
        .collect();
    Ok(match_all(&wanted, &candidates))
}

fn match_by_hand(desk: &mut Desk, import: &Import, person: Person, automatic: Matched) -> Planned {
    let line = person.lines.first().copied().unwrap_or_default();
    let said = import.hands.get(&line.to_string()).map(|typed| typed.trim());
    let (mut matched, mut wrong) = (automatic, None);
    match said {
        None => {}
        Some("") => {
            if matches!(automatic, Matched::Found(..)) {
                matched = Matched::Nobody;
                desk.by_hand.insert(line);
            }
        }
        Some(typed) => match desk.read_choice(typed) {
            Ok(id) if matches!(automatic, Matched::Found(found, _) if found == id) => {}
            Ok(id) => {
                matched = Matched::Found(id, By::Hand);
                desk.by_hand.insert(line);
            }
            Err(words) => wrong = Some(words),
        },
    }
    let attendee = match matched {
        Matched::Found(id, _) => desk.attendees.iter().find(|attendee| attendee.participant_id == id),
        _ => None,
    };
    let typed = match (&wrong, attendee) {
        (Some(_), _) => said.unwrap_or_default().to_owned(),
        (None, Some(attendee)) => Desk::choice(attendee),
        (None, None) => String::new(),
    };
    Planned {
        line,
        matched,
        place: attendee.map(|attendee| attendee.name().to_owned()),
        typed,
        wrong,
        sum: None,
        with: None,
        person,
    }
}
