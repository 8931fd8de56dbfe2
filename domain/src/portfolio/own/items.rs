//! Everything in a portfolio, certificates and own entries together, as one list.

use super::{
    Reader,
    entity::{entry, file, reflection},
};
use crate::{
    Services,
    agenda::{Domain, SessionStatus, entity::session},
    certificates::{credential::Snapshot, queries::face::shown_participatory},
    error::{Error, Result},
    events::EventKind,
    ids::{EntryId, EventId, ParticipantId, RowId},
    portfolio::{
        Approval, Method,
        queries::{Certified, Waiting, certified},
    },
    schemes::Scheme,
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeMap, HashMap};

/// One thing somebody did for their CPD.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// How addresses name it: the number of an entry, or the id of a certificate.
    pub of: String,
    /// Its row, once there is one.
    pub entry: Option<EntryId>,
    pub title: String,
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub method: Method,
    /// Who held it; may be empty.
    pub provider: String,
    pub minutes: u32,
    pub participatory: u32,
    pub domain: Option<Domain>,
    /// The topic, and how it relates to their practice; may be empty.
    pub what: String,
    /// What schemes ask for more, by `scheme-field`.
    pub fields: BTreeMap<String, String>,
    pub approval: Approval,
    /// The certificate it is about, if it is about one and that counts.
    pub certificate: Option<Certificate>,
    /// It was about a certificate that does not count any more.
    pub is_withdrawn: bool,
    pub files: Vec<Attached>,
    /// In the order of their schemes.
    pub accounts: Vec<Account>,
}

/// What a certificate says, and the code its working is found by; none where that is not kept any more.
#[derive(Clone, Debug, PartialEq)]
pub struct Certificate {
    pub code: String,
    pub snapshot: Box<Snapshot>,
}

/// A file kept with an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    pub id: RowId,
    pub name: String,
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    pub added_at: DateTime<Utc>,
}

/// A reflective account of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub scheme: String,
    /// Of the scheme's questions it answers.
    pub version: String,
    /// Question to answer.
    pub answers: BTreeMap<String, String>,
    pub changed_at: DateTime<Utc>,
}

/// Everything a reader may see, the newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Portfolio {
    pub items: Vec<Item>,
    /// What is over and has no certificate, or none yet. Only its owner is told.
    pub waiting: Vec<Waiting>,
}

/// What `reader` may see. The same number of queries however much there is.
pub async fn list(services: &Services, reader: &Reader) -> Result<Portfolio> {
    let db = &services.db.read;
    let (certified, waiting) = certified(services, reader.person).await?;
    let entries = entry::Entity::find()
        .filter(entry::Column::PersonId.eq(reader.person))
        .all(db)
        .await?;
    let files = file::Entity::find()
        .filter(file::Column::PersonId.eq(reader.person))
        .order_by_asc(file::Column::Id)
        .all(db)
        .await?;
    let accounts = reflection::Entity::find()
        .filter(reflection::Column::PersonId.eq(reader.person))
        .order_by_asc(reflection::Column::Scheme)
        .all(db)
        .await?;
    let domains = domains(services, &certified).await?;

    let (about, own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|row| row.participant_id.is_some());
    let mut about: HashMap<ParticipantId, entry::Model> = about
        .into_iter()
        .filter_map(|row| row.participant_id.map(|participant| (participant, row)))
        .collect();
    let mut items = Vec::new();
    for certified in certified {
        let row = about.remove(&certified.participant);
        items.push(of_certificate(certified, row, &domains)?);
    }
    for row in own {
        items.push(of_entry(row, false)?);
    }
    for row in about.into_values() {
        items.push(of_entry(row, true)?);
    }
    attach(&mut items, files, accounts)?;
    if let Some(limits) = reader.limits {
        items.retain(|item| limits.first <= item.first && item.first <= limits.last);
        for item in &mut items {
            if !limits.reflections {
                item.accounts.clear();
            }
            if !limits.files {
                item.files.clear();
            }
        }
    }
    items.sort_by(|one, other| (other.first, &one.title, &one.of).cmp(&(one.first, &other.title, &other.of)));
    let waiting = if reader.limits.is_some() { Vec::new() } else { waiting };
    Ok(Portfolio { items, waiting })
}

/// The item addresses call `of`, for whoever may read it.
pub async fn find_item(services: &Services, reader: &Reader, of: &str) -> Result<Item> {
    let found = list(services, reader).await?.items.into_iter().find(|item| item.is(of));
    found.ok_or(Error::NotFound)
}

impl Item {
    /// A scheme's own line about it; empty where that counts nothing.
    #[must_use]
    pub fn line(&self, scheme: &Scheme) -> String {
        scheme.line(self.first, self.minutes, self.participatory, self.approval.standing())
    }

    /// Whether an address means this one: it may name the row, or the certificate the row is about.
    #[must_use]
    pub fn is(&self, of: &str) -> bool {
        self.of == of || self.entry.is_some_and(|entry| entry.to_string() == of)
    }
}

/// The domain of events whose CPD sessions all say the same one: what a certificate's is until its holder says another.
async fn domains(services: &Services, certified: &[Certified]) -> Result<HashMap<EventId, Domain>> {
    let sessions = session::Entity::find()
        .filter(session::Column::EventId.is_in(certified.iter().map(|certified| certified.event.id)))
        .filter(session::Column::Cpd.eq(true))
        .filter(session::Column::Status.eq(SessionStatus::Planned))
        .all(&services.db.read)
        .await?;
    let mut said: HashMap<EventId, Option<Domain>> = HashMap::new();
    for session in sessions.into_iter().filter(|session| session.kind.may_count()) {
        said.entry(session.event_id)
            .and_modify(|domain| {
                if *domain != session.domain {
                    *domain = None;
                }
            })
            .or_insert(session.domain);
    }
    Ok(said.into_iter().filter_map(|(event, domain)| Some((event, domain?))).collect())
}

fn of_certificate(certified: Certified, row: Option<entry::Model>, domains: &HashMap<EventId, Domain>) -> Result<Item> {
    let Certified { event, code, snapshot, .. } = certified;
    let mut item = Item {
        of: snapshot.id.clone(),
        title: snapshot.event_title.clone(),
        first: event.starts_wall.date(),
        last: event.ends_wall.date(),
        method: match event.kind {
            EventKind::Conference => Method::Conference,
            EventKind::Course => Method::Course,
            EventKind::Meeting => Method::Meeting,
        },
        provider: snapshot.organiser.name.clone(),
        minutes: snapshot.shown_minutes,
        participatory: shown_participatory(&snapshot),
        domain: domains.get(&event.id).copied(),
        ..Item::default()
    };
    if let Some(row) = row {
        let added = of_entry(row, false)?;
        item.entry = added.entry;
        // Written once, the row says which; until then the programme does.
        item.domain = added.domain;
        item.what = added.what;
        item.fields = added.fields;
        item.approval = added.approval;
    }
    item.certificate = Some(Certificate {
        code,
        snapshot: Box::new(snapshot),
    });
    Ok(item)
}

fn of_entry(row: entry::Model, is_withdrawn: bool) -> Result<Item> {
    Ok(Item {
        of: row.id.to_string(),
        entry: Some(row.id),
        title: row.title,
        first: row.happened_on,
        last: row.happened_on,
        method: row.method,
        provider: row.provider,
        minutes: u32::try_from(row.minutes).unwrap_or(0),
        participatory: u32::try_from(row.participatory_minutes).unwrap_or(0),
        domain: row.domain,
        what: row.what,
        fields: serde_json::from_str(&row.fields)?,
        approval: row.approval,
        is_withdrawn,
        ..Item::default()
    })
}

fn attach(items: &mut [Item], files: Vec<file::Model>, accounts: Vec<reflection::Model>) -> Result<()> {
    let at: HashMap<EntryId, usize> = items.iter().enumerate().filter_map(|(at, item)| Some((item.entry?, at))).collect();
    for row in files {
        if let Some(at) = at.get(&row.entry_id) {
            items[*at].files.push(Attached {
                id: row.id,
                name: row.name,
                media_type: row.media_type,
                size: u64::try_from(row.size).unwrap_or(0),
                added_at: row.added_at,
            });
        }
    }
    for row in accounts {
        if let Some(at) = at.get(&row.entry_id) {
            items[*at].accounts.push(Account {
                scheme: row.scheme,
                version: row.version,
                answers: serde_json::from_str(&row.answers)?,
                changed_at: row.changed_at,
            });
        }
    }
    Ok(())
}
