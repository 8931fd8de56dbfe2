//! Addresses that mail does not reach. A hard failure, or a soft one three times in thirty days, suspends the address, not
//! the person: nothing but account mail is sent there until somebody says that it is right.

use super::{
    Outcome, Trouble, Why, letters, queue,
    read::Mail,
    report::{Failed, Report},
};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, Result},
    ids::{OrganisationId, RowId},
    messages::{
        self, State,
        about::About,
        entity::{address_trouble, message, suspended_address},
        mass,
        outbox::{self, Addressed},
    },
    networks,
    organisations::entity::organisation,
    platform::{audit, db::begin_write, random::hash_of},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait as _, Query, SimpleExpr},
};

/// How many soft failures suspend an address, and within which time.
const SOFT: u64 = 3;
const SOFT_WITHIN: TimeDelta = TimeDelta::days(30);

/// Takes a report in: finds the message it is about and writes down what became of it.
pub(super) async fn take(
    tx: &DatabaseTransaction,
    services: &Services,
    mail: &Mail,
    report: &Report,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let Some(failed) = &report.trouble else {
        return Ok(Outcome::Report);
    };
    let Some(message) = find_message(tx, report).await? else {
        return queue::put(tx, mail, Why::Report, None, now).await;
    };
    let words = in_words(failed);
    let outcome = if failed.is_delayed {
        messages::Outcome::Delayed
    } else {
        messages::Outcome::Returned
    };
    mass::note(tx, message.id, now, outcome, Some(&words)).await?;
    if !failed.is_delayed {
        message::Entity::update_many()
            .col_expr(message::Column::State, Expr::value(State::Failed.word()))
            .col_expr(message::Column::Reply, Expr::value(words.as_str()))
            .filter(message::Column::Id.eq(message.id))
            .filter(message::Column::State.eq(State::Sent))
            .exec(tx)
            .await?;
    }
    let trouble = address_trouble::ActiveModel {
        address: Set(message.to_address.clone()),
        kind: Set(failed.kind),
        status: Set(failed.status.clone()),
        at: Set(now),
        message_id: Set(message.id),
        ..Default::default()
    };
    trouble.insert(tx).await?;
    if failed.kind == Trouble::Hard || count_soft(tx, &message.to_address, now).await? >= SOFT {
        suspend(tx, services, &message, failed, now).await?;
    }
    Ok(Outcome::Bounced)
}

/// The message a report is about: by the secret in the address it came to, or by the Message-ID of what came back.
async fn find_message<C: ConnectionTrait>(db: &C, report: &Report) -> Result<Option<message::Model>> {
    if !report.tokens.is_empty() {
        let hashes = report.tokens.iter().map(|token| hash_of(token));
        let found = message::Entity::find()
            .filter(message::Column::BounceHash.is_in(hashes))
            .one(db)
            .await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let ids = report.returned.iter().map(|id| format!("<{id}>"));
    Ok(message::Entity::find()
        .filter(message::Column::MessageId.is_in(ids))
        .one(db)
        .await?)
}

/// "5.1.1 550 No such mailbox", as it is shown.
fn in_words(failed: &Failed) -> String {
    let words = [failed.status.as_str(), failed.said.as_str()]
        .into_iter()
        .filter(|words| !words.is_empty());
    let words = words.collect::<Vec<_>>().join(" ");
    if words.is_empty() { "No reason given".to_owned() } else { words }
}

async fn count_soft<C: ConnectionTrait>(db: &C, address: &str, now: DateTime<Utc>) -> Result<u64> {
    Ok(address_trouble::Entity::find()
        .filter(address_trouble::Column::Address.eq(address))
        .filter(address_trouble::Column::Kind.eq(Trouble::Soft))
        .filter(address_trouble::Column::At.gt(now - SOFT_WITHIN))
        .count(db)
        .await?)
}

/// Whether nothing but account mail is sent to this address.
pub async fn is_suspended<C: ConnectionTrait>(db: &C, address: &str) -> Result<bool> {
    Ok(suspended_address::Entity::find()
        .filter(suspended_address::Column::Address.eq(address))
        .count(db)
        .await?
        > 0)
}

/// Suspends the address of a message, if it is not suspended already, and tells whoever looks after what the message was about.
async fn suspend(
    tx: &DatabaseTransaction,
    services: &Services,
    message: &message::Model,
    failed: &Failed,
    now: DateTime<Utc>,
) -> Result<()> {
    if is_suspended(tx, &message.to_address).await? {
        return Ok(());
    }
    let row = suspended_address::ActiveModel {
        address: Set(message.to_address.clone()),
        kind: Set(failed.kind),
        status: Set(failed.status.clone()),
        since: Set(now),
        ..Default::default()
    };
    let row = row.insert(tx).await?;
    // Account mail is nobody's but its reader's.
    let Some(organisation) = message.organisation_id else {
        return Ok(());
    };
    let entry = audit::Entry {
        chain: format!("organisation:{organisation}"),
        action: "address.suspended",
        object: "message",
        object_id: message.id.0,
        detail: Some(failed.kind.word()),
    };
    audit::record(tx, &Actor::System, now, entry).await?;
    let organisation = organisation::Entity::find_by_id(organisation)
        .one(tx)
        .await?
        .ok_or(Error::NotFound)?;
    let network = match message.network_id {
        Some(id) => Some(networks::queries::load(tx, id).await?.0),
        None => None,
    };
    let (about, contact) = match (message.event_id, &network) {
        (Some(event), _) => {
            let about = About::load(tx, event).await?;
            (about.shown_title(), about.contact().to_owned())
        }
        (None, Some(network)) => (
            network.shown_name().to_owned(),
            network.contact_email.clone().unwrap_or_else(|| organisation.email.clone()),
        ),
        (None, None) => (message.subject.clone(), organisation.email.clone()),
    };
    let why = match failed.kind {
        Trouble::Hard => "The mail system says that this address does not take mail.".to_owned(),
        Trouble::Soft => format!("Mail did not reach this address {SOFT} times in {} days.", SOFT_WITHIN.num_days()),
    };
    let content = letters::suspended(
        &organisation.name,
        &about,
        &message.to_name,
        &message.to_address,
        &why,
        &services.url(&letters::message_path(message.id)),
        &services.url("/organise/messages/inbox"),
    );
    let to = Addressed {
        organisation: Some(organisation.id),
        event: message.event_id,
        network: message.network_id,
        name: &organisation.name,
        address: &contact,
    };
    let key = format!("suspended:{}:{}", row.id, now.timestamp_millis());
    outbox::add(
        tx,
        services,
        &key,
        "address_suspended",
        to,
        "Mail does not reach somebody",
        &content,
    )
    .await
}

/// An address nothing is sent to, and the last message that came back from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspended {
    pub row: suspended_address::Model,
    pub name: String,
    /// The newest message of the reader's organisations to it.
    pub message: message::Model,
}

/// The suspended addresses that the organisations in which `actor` may change things have written to; the newest first.
pub async fn list(services: &Services, actor: &Actor) -> Result<Vec<Suspended>> {
    actor.require_anywhere(Permission::Edit)?;
    let db = &services.db.read;
    let own = actor.organisations_with(Permission::Edit);
    let rows = suspended_address::Entity::find()
        .filter(written_to(&own))
        .order_by_desc(suspended_address::Column::Id)
        .limit(queue::MOST)
        .all(db)
        .await?;
    let messages = message::Entity::find()
        .filter(message::Column::ToAddress.is_in(rows.iter().map(|row| row.address.as_str())))
        .filter(message::Column::OrganisationId.is_in(own))
        .order_by_desc(message::Column::Id)
        .limit(1_000)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let message = messages.iter().find(|message| message.to_address == row.address)?.clone();
            Some(Suspended {
                name: message.to_name.clone(),
                row,
                message,
            })
        })
        .collect())
}

/// How many suspended addresses these organisations have written to.
pub(super) async fn count<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId]) -> Result<u64> {
    Ok(suspended_address::Entity::find()
        .filter(written_to(organisations))
        .count(db)
        .await?)
}

/// That one of these organisations has written to the address.
fn written_to(organisations: &[OrganisationId]) -> SimpleExpr {
    let messages = Query::select()
        .expr(Expr::val(1))
        .from(message::Entity)
        .and_where(
            Expr::col((message::Entity, message::Column::ToAddress))
                .equals((suspended_address::Entity, suspended_address::Column::Address)),
        )
        .and_where(message::Column::OrganisationId.is_in(organisations.iter().copied()))
        .to_owned();
    Expr::exists(messages)
}

/// Somebody has looked and the address is right: mail goes there again, and what failed before is forgotten. Nothing, if it
/// is not suspended any more.
pub async fn lift(services: &Services, actor: &Actor, id: RowId) -> Result<()> {
    actor.require_anywhere(Permission::Edit)?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let Some(row) = suspended_address::Entity::find_by_id(id).lock_exclusive().one(&tx).await? else {
        return Ok(());
    };
    let own = actor.organisations_with(Permission::Edit);
    let written = message::Entity::find()
        .filter(message::Column::ToAddress.eq(&row.address))
        .filter(message::Column::OrganisationId.is_in(own))
        .order_by_desc(message::Column::Id)
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    suspended_address::Entity::delete_by_id(id).exec(&tx).await?;
    address_trouble::Entity::delete_many()
        .filter(address_trouble::Column::Address.eq(&row.address))
        .exec(&tx)
        .await?;
    let organisation = written.organisation_id.ok_or(Error::NotFound)?;
    let entry = audit::Entry {
        chain: format!("organisation:{organisation}"),
        action: "address.used_again",
        object: "message",
        object_id: written.id.0,
        detail: None,
    };
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Forgets what failed long ago.
pub(super) async fn sweep<C: ConnectionTrait>(db: &C, now: DateTime<Utc>) -> Result<()> {
    address_trouble::Entity::delete_many()
        .filter(address_trouble::Column::At.lt(now - TimeDelta::days(90)))
        .exec(db)
        .await?;
    Ok(())
}
