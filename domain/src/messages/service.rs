//! What organisers do with messages: look at what was sent, and send again what was not. Account mail (sign-in links)
//! belongs to no organisation and is never shown to anybody.

use super::{
    Content, Outcome, State,
    anew::{self, Fresh},
    entity::{message, message_attempt},
    mass, outbox,
    queries::{self, Row, Search},
};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, FieldErrors, Result},
    ids::{MessageId, OrganisationId},
    platform::{audit, db::begin_write},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, PaginatorTrait,
    QueryFilter, QuerySelect,
};

/// The messages the actor may see, newest first, and how many there are.
pub async fn list(services: &Services, actor: &Actor, search: &Search) -> Result<(Vec<Row>, u64)> {
    actor.require_anywhere(Permission::See)?;
    queries::list(&services.db.read, &actor.organisations_with(Permission::See), search).await
}

/// The events a list of messages can be narrowed to: slug and title.
pub async fn list_events(services: &Services, actor: &Actor) -> Result<Vec<(String, String, NaiveDateTime)>> {
    actor.require_anywhere(Permission::See)?;
    queries::list_events(&services.db.read, &actor.organisations_with(Permission::See)).await
}

/// A message as organisers see it: without links and codes that only its addressee may use.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub message: message::Model,
    /// The letter as plain text, links hidden.
    pub text: String,
    pub has_calendar: bool,
    /// Whether this actor may have it tried again, since nobody got it.
    pub may_resend: bool,
    /// Whether this actor may have a copy sent, for somebody who has lost it.
    pub may_copy: bool,
    /// What was tried, first to last.
    pub history: Vec<message_attempt::Model>,
    pub copies: Vec<(MessageId, DateTime<Utc>)>,
    /// Why it is not to be sent again, where what it says is no longer so.
    pub out_of_date: Option<&'static str>,
}

/// One message with its text.
pub async fn show(services: &Services, actor: &Actor, id: MessageId) -> Result<Shown> {
    actor.require_anywhere(Permission::See)?;
    let message = queries::find(&services.db.read, &actor.organisations_with(Permission::See), id)
        .await?
        .ok_or(Error::NotFound)?;
    let content: Content = serde_json::from_str(&message.content)?;
    let may_edit = message
        .organisation_id
        .is_some_and(|organisation| actor.may(Permission::Edit, organisation));
    let db = &services.db.read;
    let may_resend = may_edit && can_be_resent(message.state);
    let may_copy = may_edit && message.state == State::Sent && is_latest(db, &message).await?;
    let out_of_date = if may_resend || may_copy {
        out_of_date(db, services, &message).await?
    } else {
        None
    };
    Ok(Shown {
        may_resend: may_resend && out_of_date.is_none(),
        may_copy: may_copy && out_of_date.is_none(),
        out_of_date,
        history: queries::list_attempts(db, id).await?,
        copies: queries::list_copies(db, id).await?,
        text: content.letter.masked().text(),
        has_calendar: content.calendar.is_some(),
        message,
    })
}

/// Why a message must not be sent again, if it must not.
async fn out_of_date<C: ConnectionTrait>(db: &C, services: &Services, message: &message::Model) -> Result<Option<&'static str>> {
    Ok(match anew::draw(db, services, message).await? {
        Fresh::OutOfDate(why) => Some(why),
        Fresh::AsItWas | Fresh::Drawn { .. } => None,
    })
}

/// Refuses what is out of date.
async fn check_still_so<C: ConnectionTrait>(db: &C, services: &Services, message: &message::Model) -> Result<()> {
    match out_of_date(db, services, message).await? {
        Some(why) => Err(FieldErrors::one(
            "",
            "out_of_date",
            format!("This message is out of date, and was not sent again. {why}"),
        )
        .into()),
        None => Ok(()),
    }
}

/// Only what nobody got is sent again.
#[must_use]
pub fn can_be_resent(state: State) -> bool {
    matches!(state, State::Unsent | State::Failed | State::Suspended)
}

/// Queues a message that did not leave, due now, under the Message-ID it always had. It says what is so when it leaves; one
/// whose cause is gone is refused.
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
    check_still_so(&tx, services, &message).await?;
    let chain = chain_of(&message, organisation);
    let mut row = message.into_active_model();
    row.anew = Set(true);
    row.state = Set(State::Queued);
    row.due_at = Set(now);
    row.attempts = Set(0);
    row.update(&tx).await?;
    mass::note(&tx, id, now, Outcome::Asked, None).await?;
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

/// Whether nothing newer was written to the same mailbox about the same event. What is overtaken is not sent again: its
/// times may be wrong by now, and calendars pass an older invite over.
async fn is_latest<C: ConnectionTrait>(db: &C, message: &message::Model) -> Result<bool> {
    let Some(event) = message.event_id else { return Ok(true) };
    let newer = message::Entity::find()
        .filter(message::Column::EventId.eq(event))
        .filter(message::Column::ToAddress.eq(&message.to_address))
        .filter(message::Column::ToName.eq(&message.to_name))
        .filter(message::Column::Kind.starts_with("invite"))
        .filter(message::Column::Id.gt(message.id))
        .filter(message::Column::CopyOf.is_null())
        .count(db)
        .await?;
    Ok(newer == 0 || !message.kind.starts_with("invite"))
}

/// Sends a copy of what was sent, for somebody who has lost it: a message of its own with a Message-ID of its own, since
/// mail servers throw away what they have seen before, and with new links. At most one a minute.
pub async fn copy(services: &Services, actor: &Actor, id: MessageId) -> Result<MessageId> {
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
    let refused = |code: &str, words: &str| Err(FieldErrors::one("", code, words).into());
    if message.state != State::Sent {
        return refused(
            "not_sent",
            "This message has not been sent yet, so there is nothing to send a copy of",
        );
    }
    if !is_latest(&tx, &message).await? {
        return refused(
            "overtaken",
            "A newer message about this event was sent to them since. Send that one again",
        );
    }
    check_still_so(&tx, services, &message).await?;
    let dedupe_key = format!("copy:{id}:{}", now.timestamp() / 60);
    if outbox::has(&tx, &dedupe_key).await? {
        return refused("too_soon", "A copy was sent a moment ago. Wait a minute before you send another");
    }
    let chain = chain_of(&message, organisation);
    let made = message::ActiveModel {
        organisation_id: Set(message.organisation_id),
        event_id: Set(message.event_id),
        dedupe_key: Set(dedupe_key),
        kind: Set(message.kind),
        content: Set(message.content),
        to_name: Set(message.to_name),
        to_address: Set(message.to_address),
        subject: Set(message.subject),
        state: Set(State::Queued),
        attempts: Set(0),
        due_at: Set(now),
        message_id: Set(format!("<{}@{}>", services.random.public_id(), services.host())),
        created_at: Set(now),
        copy_of: Set(Some(id)),
        anew: Set(true),
        ..Default::default()
    };
    let made = made.insert(&tx).await?;
    let entry = audit::Entry {
        chain,
        action: "message.copied",
        object: "message",
        object_id: id.0,
        detail: None,
    };
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    services.wake();
    Ok(made.id)
}

fn chain_of(message: &message::Model, organisation: OrganisationId) -> String {
    message
        .event_id
        .map_or_else(|| format!("organisation:{organisation}"), |event| format!("event:{event}"))
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
