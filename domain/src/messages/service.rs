//! What organisers do with messages: look at what was sent, and send again what was not. Account mail (sign-in links)
//! belongs to no organisation and is never shown to anybody.

use super::{
    Content, State,
    entity::message,
    queries::{self, Search},
};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, FieldErrors, Result},
    ids::MessageId,
    platform::{audit, db::begin_write},
};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QuerySelect};

/// The messages the actor may see, newest first, and how many there are.
pub async fn list(services: &Services, actor: &Actor, search: &Search) -> Result<(Vec<message::Model>, u64)> {
    actor.require_anywhere(Permission::See)?;
    queries::list(&services.db.read, &actor.organisations_with(Permission::See), search).await
}

/// A message as organisers see it: without links and codes that only its addressee may use.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub message: message::Model,
    /// The letter as plain text, links hidden.
    pub text: String,
    pub has_calendar: bool,
    /// Whether this actor may have it sent again.
    pub may_resend: bool,
}

/// One message with its text.
pub async fn show(services: &Services, actor: &Actor, id: MessageId) -> Result<Shown> {
    actor.require_anywhere(Permission::See)?;
    let message = queries::find(&services.db.read, &actor.organisations_with(Permission::See), id)
        .await?
        .ok_or(Error::NotFound)?;
    let content: Content = serde_json::from_str(&message.content)?;
    let may_resend = can_be_resent(message.state)
        && message
            .organisation_id
            .is_some_and(|organisation| actor.may(Permission::Edit, organisation));
    Ok(Shown {
        text: content.letter.masked().text(),
        has_calendar: content.calendar.is_some(),
        may_resend,
        message,
    })
}

/// Only what nobody got is sent again.
#[must_use]
pub fn can_be_resent(state: State) -> bool {
    matches!(state, State::Unsent | State::Failed)
}

/// Queues a message that did not leave, due now, under the Message-ID it always had.
pub async fn resend(services: &Services, actor: &Actor, id: MessageId) -> Result<()> {
    if actor == &Actor::Nobody {
        return Err(Error::SignInNeeded);
    }
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let message = message::Entity::find_by_id(id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let organisation = message.organisation_id.ok_or(Error::NotFound)?;
    actor.require(Permission::Edit, organisation)?;
    if !can_be_resent(message.state) {
        let words = if message.state == State::Sent {
            "This message was sent already"
        } else {
            "This message is already on its way"
        };
        return Err(FieldErrors::one("", "not_unsent", words).into());
    }
    let chain = message
        .event_id
        .map_or_else(|| format!("organisation:{organisation}"), |event| format!("event:{event}"));
    let mut row = message.into_active_model();
    row.state = Set(State::Queued);
    row.due_at = Set(now);
    row.attempts = Set(0);
    row.update(&tx).await?;
    audit::record(
        &tx,
        actor,
        now,
        audit::Entry {
            chain,
            action: "message.resent",
            object: "message",
            object_id: id.0,
            detail: None,
        },
    )
    .await?;
    tx.commit().await?;
    services.wake();
    Ok(())
}

/// Whether mail leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    Sending,
    /// No mail server is set up.
    NoServer,
    /// The server has taken nothing since this many messages began to wait, the first at this time.
    Refused {
        waiting: u64,
        since: DateTime<Utc>,
    },
}

/// How sending stands: refused, when messages were tried in vain and nothing has been sent since they were written.
pub async fn health(services: &Services) -> Result<Health> {
    #[derive(FromQueryResult)]
    struct Waiting {
        waiting: i64,
        since: Option<DateTime<Utc>>,
    }
    if !services.mailer.delivers() {
        return Ok(Health::NoServer);
    }
    let db = &services.db.read;
    let tried = message::Entity::find()
        .select_only()
        .column_as(message::Column::Id.count(), "waiting")
        .column_as(message::Column::CreatedAt.min(), "since")
        .filter(message::Column::State.eq(State::Queued))
        .filter(message::Column::Attempts.gt(0))
        .into_model::<Waiting>()
        .one(db)
        .await?;
    let Some(Waiting {
        waiting,
        since: Some(since),
    }) = tried
    else {
        return Ok(Health::Sending);
    };
    let sent_since = message::Entity::find()
        .select_only()
        .column(message::Column::Id)
        .filter(message::Column::State.eq(State::Sent))
        .filter(message::Column::SentAt.gt(since))
        .limit(1)
        .into_tuple::<MessageId>()
        .one(db)
        .await?;
    Ok(if sent_since.is_some() {
        Health::Sending
    } else {
        Health::Refused {
            waiting: u64::try_from(waiting).unwrap_or(0),
            since,
        }
    })
}
