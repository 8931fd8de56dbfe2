//! How approval stands for one event, where that is not what the organisation says of all its events.

use super::{Accreditation, Approved, Template, form::accredited, service};
use crate::{
    Services,
    access::{Actor, Permission},
    certificates::entity::certificate_approval,
    error::{Error, FieldErrors, Result},
    events::{entity::event, service::load_for},
    ids::EventId,
    platform::{audit, db::begin_write},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};

/// How approval stands for an event, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApprovalForm {
    /// The word of an [`Approved`]; blank for what the organisation says of all its events.
    pub status: String,
    pub body: String,
    pub reference: String,
    pub credits: String,
}

impl ApprovalForm {
    /// As it stands.
    #[must_use]
    pub fn of(own: Option<&Accreditation>) -> Self {
        own.cloned().map_or_else(Self::default, |own| Self {
            status: own.status.word().to_owned(),
            body: own.body,
            reference: own.reference,
            credits: own.credits,
        })
    }

    fn parse(&self) -> Result<Option<Accreditation>> {
        if self.status.is_empty() {
            return Ok(None);
        }
        let mut errors = FieldErrors::default();
        let status = errors.take(
            "form[status]",
            self.status.parse::<Approved>().map_err(|_| "Choose how approval stands".to_owned()),
        );
        let typed = (self.body.as_str(), self.reference.as_str(), self.credits.as_str());
        let own = accredited(&mut errors, status.unwrap_or(Approved::None), typed);
        errors.finish(Some(own))
    }
}

/// What the certificates of an event look like and say now.
pub async fn of_event<C: ConnectionTrait>(db: &C, event: &event::Model) -> Result<Template> {
    let template = service::load(db, event.organisation_id).await?;
    Ok(match find(db, event.id).await? {
        Some(row) => Template {
            accreditation: row.accreditation,
            ..template
        },
        None => template,
    })
}

async fn find<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Option<certificate_approval::Model>> {
    let query = certificate_approval::Entity::find().filter(certificate_approval::Column::EventId.eq(event));
    Ok(query.one(db).await?)
}

/// How approval stands for the event at `slug`, if that was said, and what the organisation says of all its events.
pub async fn load(services: &Services, actor: &Actor, slug: &str) -> Result<(Option<Accreditation>, Accreditation)> {
    let (event, organisation) = load_for(services, actor, Permission::Edit, slug).await?;
    let db = &services.db.read;
    let own = find(db, event.id).await?.map(|row| row.accreditation);
    Ok((own, service::load(db, organisation.id).await?.accreditation))
}

/// Saves how approval stands for the event at `slug`. Certificates issued before stay as they are.
pub async fn save(services: &Services, actor: &Actor, slug: &str, typed: &ApprovalForm) -> Result<()> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let wanted = typed.parse()?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    // Held, so that two changes of one event's approval follow each other.
    event::Entity::find_by_id(event.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let row = find(&tx, event.id).await?;
    if row.as_ref().map(|row| &row.accreditation) == wanted.as_ref() {
        return Ok(());
    }
    let detail = wanted.as_ref().map_or("as the organisation", |own| own.status.word());
    match (row, wanted.clone()) {
        (Some(row), Some(own)) => {
            let mut row = row.into_active_model();
            row.accreditation = Set(own);
            row.update(&tx).await?;
        }
        (None, Some(own)) => {
            let row = certificate_approval::ActiveModel {
                event_id: Set(event.id),
                accreditation: Set(own),
                ..Default::default()
            };
            row.insert(&tx).await?;
        }
        (_, None) => {
            certificate_approval::Entity::delete_many()
                .filter(certificate_approval::Column::EventId.eq(event.id))
                .exec(&tx)
                .await?;
        }
    }
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action: "certificates.approval",
        object: "event",
        object_id: event.id.0,
        detail: Some(detail),
    };
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    Ok(())
}
