//! Making and changing networks by form. Rules are those of an import; a new wording of consent is a new version, and
//! every consent names the one it was given to.

use super::{
    NetworkStatus, Refusal,
    entity::{consent_wording, network},
    meetings, queries,
    service::{load_for, today},
};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, FieldErrors, Result},
    events::{
        Outcomes, SupportLines,
        edit::{SupportForm, form::support_rows, slug_of},
        exchange::{
            check::{self, CheckedNetwork},
            schema::{self, Kind, SCHEMA},
        },
    },
    ids::OrganisationId,
    organisations::entity::organisation,
    platform::{audit, db::begin_write},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ActiveValue::Set, DatabaseTransaction, EntityTrait, IntoActiveModel, QuerySelect, SqlErr,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything typed about a network. All text: what cannot be read is told beside its field, never lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NetworkForm {
    /// The slug of the organisation a new network is for.
    pub organisation: String,
    /// Of a new network; blank to make one from its name.
    pub slug: String,
    pub name: String,
    pub neutral_name: String,
    pub summary: String,
    pub about: String,
    /// One a line.
    pub objectives: String,
    /// One a line.
    pub open_to: String,
    pub reports_to: String,
    pub timezone: String,
    /// "true", or anything else for no.
    pub sensitive: String,
    pub contact_name: String,
    pub contact_email: String,
    /// What somebody asking to join agrees to; blank while nobody may ask.
    pub wording: String,
    /// Keyed "1", "2" and so on; a row with nothing in it is left out.
    pub support: BTreeMap<String, SupportForm>,
}

fn given(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.to_owned())
}

fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect()
}

impl NetworkForm {
    /// The form of a new network.
    #[must_use]
    pub fn fresh() -> Self {
        Self {
            timezone: "Europe/London".to_owned(),
            wording: "Send me invites to this network's meetings.".to_owned(),
            ..Self::default()
        }
    }

    /// The form of a network as it stands.
    #[must_use]
    pub fn of(network: &network::Model, wording: Option<&consent_wording::Model>) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let support = (1..).zip(&network.support.0).map(|(n, line)| {
            let row = SupportForm {
                name: line.name.clone(),
                contact: line.contact.clone(),
                note: text(&line.note),
                checked_on: line.checked_on.map(|day| day.to_string()).unwrap_or_default(),
            };
            (n.to_string(), row)
        });
        Self {
            organisation: String::new(),
            slug: network.slug.clone(),
            name: network.name.clone(),
            neutral_name: text(&network.neutral_name),
            summary: network.summary.clone(),
            about: network.about.clone(),
            objectives: network.objectives.0.join("\n"),
            open_to: network.open_to.0.join("\n"),
            reports_to: text(&network.reports_to),
            timezone: network.timezone.clone(),
            sensitive: if network.sensitive { "true".to_owned() } else { String::new() },
            contact_name: text(&network.contact_name),
            contact_email: text(&network.contact_email),
            wording: wording.map(|wording| wording.wording.clone()).unwrap_or_default(),
            support: support.collect(),
        }
    }

    fn document(&self) -> schema::NetworkDocument {
        let has_contact = !self.contact_name.trim().is_empty() || !self.contact_email.trim().is_empty();
        schema::NetworkDocument {
            network: schema::Network {
                status: None,
                slug: if self.slug.trim().is_empty() {
                    slug_of(&self.name)
                } else {
                    self.slug.trim().to_owned()
                },
                name: self.name.clone(),
                neutral_name: given(&self.neutral_name),
                summary: given(&self.summary),
                about: given(&self.about),
                objectives: lines(&self.objectives),
                open_to: lines(&self.open_to),
                reports_to: given(&self.reports_to),
                timezone: self.timezone.trim().to_owned(),
                sensitive: self.sensitive == "true",
                contact: has_contact.then(|| schema::Contact {
                    name: self.contact_name.clone(),
                    email: self.contact_email.clone(),
                }),
                consent: given(&self.wording).map(|wording| schema::ConsentWording {
                    version: "1".to_owned(),
                    wording,
                }),
                support: support_rows(&self.support)
                    .into_iter()
                    .map(|(_, row)| schema::Support {
                        name: row.name.clone(),
                        contact: row.contact.clone(),
                        note: given(&row.note),
                        checked_on: given(&row.checked_on),
                    })
                    .collect(),
            },
            ..file()
        }
    }

    fn parse(&self, now: DateTime<Utc>) -> Result<CheckedNetwork> {
        let mut errors = FieldErrors::default();
        for (field, typed, ask) in [
            ("name", &self.name, "Enter the network's name"),
            ("timezone", &self.timezone, "Enter a time zone, like Europe/London"),
        ] {
            if typed.trim().is_empty() {
                errors.add(format!("form[{field}]"), "missing", ask);
            }
        }
        match check::network(&self.document(), now) {
            Ok(checked) => errors.finish(checked),
            Err(problems) => {
                for problem in problems.iter().filter(|problem| !problem.warning) {
                    let (field, label) = self.place_of(&problem.pointer);
                    if errors.of(&field).is_none() {
                        errors.add(field, problem.code, format!("{label}: {}", problem.message));
                    }
                }
                Err(errors.into())
            }
        }
    }

    fn place_of(&self, pointer: &str) -> (String, String) {
        let steps: Vec<&str> = pointer.trim_start_matches("/network/").split('/').collect();
        let field = |name: &str, label: &str| (format!("form[{name}]"), label.to_owned());
        match steps[..] {
            ["name"] => field("name", "Name"),
            ["slug"] => field("slug", "Address of its page"),
            ["neutral_name"] => field("neutral_name", "Neutral name"),
            ["summary"] => field("summary", "Summary"),
            ["about"] => field("about", "About"),
            ["objectives", _] => field("objectives", "Objectives"),
            ["open_to", _] => field("open_to", "Open to"),
            ["reports_to"] => field("reports_to", "Reports to"),
            ["timezone"] => field("timezone", "Time zone"),
            ["contact", "name"] => field("contact_name", "Contact"),
            ["contact", "email"] => field("contact_email", "Contact's email address"),
            ["consent", ..] => field("wording", "Wording of consent"),
            ["support", n, part] => {
                let rows = support_rows(&self.support);
                let key = n.parse::<usize>().ok().and_then(|n| rows.get(n)).map_or(n, |(key, _)| key.as_str());
                (format!("form[support][{key}][{part}]"), format!("Line of help {key}"))
            }
            _ => (String::new(), "The network".to_owned()),
        }
    }
}

/// A file around what a form is about. The organisation in it is never read: it exists already.
pub(super) fn file() -> schema::NetworkDocument {
    schema::NetworkDocument {
        plenary: SCHEMA,
        kind: Kind::Network,
        organisation: schema::Organisation {
            slug: "organisation".to_owned(),
            name: "Organisation".to_owned(),
            email: "office@example.org".to_owned(),
        },
        network: schema::Network {
            slug: "network".to_owned(),
            status: None,
            name: "Network".to_owned(),
            neutral_name: None,
            summary: None,
            about: None,
            objectives: Vec::new(),
            open_to: Vec::new(),
            reports_to: None,
            timezone: "Europe/London".to_owned(),
            sensitive: false,
            contact: None,
            consent: None,
            support: Vec::new(),
        },
        members: Vec::new(),
        meetings: Vec::new(),
    }
}

/// Makes a network, a draft that only its organisers see. Once it is published nobody can ask to join without a wording
/// of consent.
pub async fn create(services: &Services, actor: &Actor, organisation: &organisation::Model, typed: &NetworkForm) -> Result<network::Model> {
    actor.require(Permission::Edit, organisation.id)?;
    let now = services.clock.now();
    let checked = typed.parse(now)?;
    let tx = begin_write(&services.db).await?;
    if queries::find_by_slug(&tx, &checked.slug).await?.is_some() {
        return Err(slug_taken());
    }
    let network = match insert(&tx, organisation.id, &checked, NetworkStatus::Draft, now).await {
        Err(Error::Database(cause)) if matches!(cause.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
            return Err(slug_taken());
        }
        made => made?,
    };
    if let Some(wording) = &checked.consent {
        word(&tx, &network, &version(today(services, &network), 0), &wording.wording, now).await?;
    }
    log(&tx, actor, &network, "network.created", None, now).await?;
    tx.commit().await?;
    Ok(network)
}

/// Changes a network. Its meetings to come take over its neutral name and its lines of help.
pub async fn update(services: &Services, actor: &Actor, slug: &str, typed: &NetworkForm) -> Result<network::Model> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let checked = NetworkForm {
        slug: found.slug.clone(),
        ..typed.clone()
    }
    .parse(now)?;
    let tx = begin_write(&services.db).await?;
    let old = network::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let network = change(&tx, &old, &checked, now).await?;
    let current = queries::current_wording(&tx, network.id).await?;
    let wording = checked.consent.as_ref().map(|wording| wording.wording.as_str());
    if let Some(wording) = wording.filter(|wording| current.as_ref().is_none_or(|current| current.wording != *wording)) {
        let version = free_version(&tx, services, &network).await?;
        word(&tx, &network, &version, wording, now).await?;
    }
    if network != old {
        meetings::follow(&tx, &network, now).await?;
    }
    log(&tx, actor, &network, "network.changed", None, now).await?;
    tx.commit().await?;
    services.wake();
    Ok(network)
}

/// Publishes a network, or takes it back among the drafts: its pages are then its organisers' alone, and its list stays as
/// it is, with the links to leave it.
pub async fn set_status(services: &Services, actor: &Actor, slug: &str, to: NetworkStatus) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let old = network::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    if old.status == to {
        return Ok(());
    }
    let mut row = old.into_active_model();
    row.status = Set(to);
    row.updated_at = Set(now);
    let network = row.update(&tx).await?;
    log(&tx, actor, &network, "network.status", Some(to.word()), now).await?;
    tx.commit().await?;
    Ok(())
}

fn slug_taken() -> Error {
    FieldErrors::one("form[slug]", "slug_taken", Refusal::SlugTaken.to_string()).into()
}

/// A version is the day it was made; the second of a day has a 2 after it.
fn version(day: NaiveDate, before: usize) -> String {
    if before == 0 {
        day.to_string()
    } else {
        format!("{day}-{}", before + 1)
    }
}

async fn free_version(tx: &DatabaseTransaction, services: &Services, network: &network::Model) -> Result<String> {
    let day = today(services, network);
    for before in 0.. {
        let candidate = version(day, before);
        if queries::find_wording(tx, network.id, &candidate).await?.is_none() {
            return Ok(candidate);
        }
    }
    Err(Error::NotFound)
}

/// A new version of the wording.
pub(super) async fn word(
    tx: &DatabaseTransaction,
    network: &network::Model,
    version: &str,
    wording: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = consent_wording::ActiveModel {
        network_id: Set(network.id),
        version: Set(version.to_owned()),
        wording: Set(wording.to_owned()),
        created_at: Set(now),
        ..Default::default()
    };
    row.insert(tx).await?;
    Ok(())
}

/// The row of a new network.
pub(super) async fn insert(
    tx: &DatabaseTransaction,
    organisation: OrganisationId,
    checked: &CheckedNetwork,
    status: NetworkStatus,
    now: DateTime<Utc>,
) -> Result<network::Model> {
    let mut row = fill(
        checked,
        network::Model {
            id: crate::ids::NetworkId(0),
            organisation_id: organisation,
            slug: checked.slug.clone(),
            status,
            name: String::new(),
            neutral_name: None,
            summary: String::new(),
            about: String::new(),
            objectives: Outcomes::default(),
            open_to: Outcomes::default(),
            reports_to: None,
            timezone: String::new(),
            sensitive: false,
            contact_name: None,
            contact_email: None,
            support: SupportLines::default(),
            created_at: now,
            updated_at: now,
        },
    )
    .into_active_model()
    .reset_all();
    row.id = NotSet;
    Ok(row.insert(tx).await?)
}

/// The row as `checked` has it, written if that is news.
pub(super) async fn change(
    tx: &DatabaseTransaction,
    old: &network::Model,
    checked: &CheckedNetwork,
    now: DateTime<Utc>,
) -> Result<network::Model> {
    let new = fill(checked, old.clone());
    if new == *old {
        return Ok(new);
    }
    let new = network::Model { updated_at: now, ..new };
    Ok(new.into_active_model().reset_all().update(tx).await?)
}

fn fill(checked: &CheckedNetwork, row: network::Model) -> network::Model {
    network::Model {
        status: checked.status.unwrap_or(row.status),
        name: checked.name.clone(),
        neutral_name: checked.neutral_name.clone(),
        summary: checked.summary.clone().unwrap_or_default(),
        about: checked.about.clone().unwrap_or_default(),
        objectives: Outcomes(checked.objectives.clone()),
        open_to: Outcomes(checked.open_to.clone()),
        reports_to: checked.reports_to.clone(),
        timezone: checked.zone.name().to_owned(),
        sensitive: checked.sensitive,
        contact_name: checked.contact.as_ref().map(|contact| contact.name.clone()),
        contact_email: checked.contact.as_ref().map(|contact| contact.email.key().to_owned()),
        support: SupportLines(checked.support.clone()),
        ..row
    }
}

pub(super) async fn log(
    tx: &DatabaseTransaction,
    actor: &Actor,
    network: &network::Model,
    action: &'static str,
    detail: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("network:{}", network.id),
        action,
        object: "network",
        object_id: network.id.0,
        detail,
    };
    audit::record(tx, actor, now, entry).await
}
