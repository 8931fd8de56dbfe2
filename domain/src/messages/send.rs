//! Sending what is due, over several connections at once. A message is marked `sending` and committed before its first
//! byte leaves, so that a killed process can lose none, and at most one a connection may arrive twice, under one
//! Message-ID.

use super::{
    Content, Outcome, State,
    anew::{self, Fresh},
    entity::message,
    inbox, link_placeholder, mass,
};
use crate::{
    Services,
    error::Result,
    ids::MessageId,
    platform::{
        clock::SKEW,
        db::begin_write,
        ics::Method,
        jobs::{LEASE, RENEWAL, renewing},
        links,
        mail::{Address, Mailbox, Outgoing, compose, wait_before},
        random::hash_of,
    },
};
use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, QueryFilter, Statement, sea_query::Expr};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

/// Sends everything that is due, or until it is `stopping`; gives how many messages were tried.
pub async fn due(services: &Services, stopping: &AtomicBool) -> Result<usize> {
    let connections = services.smtp_connections.max(1);
    let senders = (0..connections).map(|_| async {
        let mut tried = 0;
        while !stopping.load(Ordering::Relaxed) && one(services).await? {
            tried += 1;
        }
        Ok::<usize, crate::Error>(tried)
    });
    let mut tried = 0;
    for result in join_all(senders).await {
        tried += result?;
    }
    Ok(tried)
}

/// Due by now, $1, or since it was written; or left by a sender gone silent, or held until later than anybody holds one,
/// $2: a clock that was set back holds nothing up.
const FREE: &str =
    "((state = 'queued' AND (due_at <= $1 OR due_at <= created_at)) OR (state = 'sending' AND (lease_until <= $1 OR lease_until > $2)))";

/// Takes one message and sends it. False when none was due.
async fn one(services: &Services) -> Result<bool> {
    let (db, now) = (&services.db, services.clock.now());
    let waiting = Statement::from_sql_and_values(
        db.read.get_database_backend(),
        format!("SELECT id FROM message WHERE {FREE} LIMIT 1"),
        [now.into(), (now + LEASE + SKEW).into()],
    );
    if db.read.query_one_raw(waiting).await?.is_none() {
        return Ok(false);
    }
    let owner = services.random.public_id();
    let tx = begin_write(db).await?;
    let Some(message) = take(&tx, db.is_postgres(), now, &owner).await? else {
        return Ok(false);
    };
    // Sign-in links go out whatever became of other mail: nobody else sees that they do.
    if message.organisation_id.is_some() && inbox::is_suspended(&tx, &message.to_address).await? {
        hold_back(&tx, &message, now).await?;
        tx.commit().await?;
        return Ok(true);
    }
    let outgoing = write(&tx, services, &message, now).await;
    tx.commit().await?;

    // Boxed: a whole mail in the making is a large future to carry about.
    let attempt = Box::pin(async {
        let composed = match outgoing.and_then(|outgoing| Ok(compose(&outgoing)?)) {
            Ok(composed) => composed,
            Err(cause) => return Err((false, format!("{cause:#}"))),
        };
        match services.mailer.send(&composed).await {
            Ok(accepted) => Ok(accepted.reply),
            Err(refused) => Err((refused.temporary, refused.reply)),
        }
    });
    let outcome = renewing(RENEWAL, attempt, || renew(services, message.id, &owner)).await;
    for pause in SETTLE_AGAIN {
        match settle(services, &message, &owner, &outcome).await {
            Ok(()) => return Ok(true),
            Err(cause) => tracing::warn!(message = %message.id, cause = %cause, "what became of a message could not be written down yet"),
        }
        tokio::time::sleep(pause).await;
    }
    settle(services, &message, &owner, &outcome).await?;
    Ok(true)
}

/// How long to wait before writing down once more what became of a message: as long as the lease lasts nobody else
/// sends it, and a fate forgotten is a message sent twice.
const SETTLE_AGAIN: [Duration; 3] = [Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(3)];

async fn take(tx: &DatabaseTransaction, is_postgres: bool, now: DateTime<Utc>, owner: &str) -> Result<Option<message::Model>> {
    let skip = if is_postgres { "FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "UPDATE message SET state = 'sending', lease_until = $3, lease_owner = $4, attempts = attempts + 1 \
         WHERE id = (SELECT id FROM message WHERE {FREE} ORDER BY due_at, id LIMIT 1 {skip}) AND {FREE} RETURNING *"
    );
    let values = [now.into(), (now + LEASE + SKEW).into(), (now + LEASE).into(), owner.into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    Ok(tx
        .query_one_raw(statement)
        .await?
        .map(|row| message::Model::from_query_result(&row, ""))
        .transpose()?)
}

/// Ends a message to an address that mail does not reach.
async fn hold_back(tx: &DatabaseTransaction, message: &message::Model, now: DateTime<Utc>) -> Result<()> {
    const WHY: &str = "Not sent: mail does not reach this address, so nothing is sent to it until somebody says that it is right.";
    message::Entity::update_many()
        .col_expr(message::Column::State, Expr::value(State::Suspended.word()))
        .col_expr(message::Column::Reply, Expr::value(WHY))
        .col_expr(message::Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(message::Column::LeaseOwner, Expr::value(None::<String>))
        .filter(message::Column::Id.eq(message.id))
        .exec(tx)
        .await?;
    mass::note(tx, message.id, now, Outcome::Suspended, None).await
}

/// The address of its own that word comes to if this message cannot be delivered, where there is one; the secret in it is
/// stored only hashed.
async fn bounce_address(tx: &DatabaseTransaction, services: &Services, message: &message::Model) -> Result<Option<Address>> {
    if services.inbox.bounces_to.is_none() {
        return Ok(None);
    }
    // In small letters: mail systems do not keep the two apart.
    let token = hex::encode(services.random.bytes::<16>());
    message::Entity::update_many()
        .col_expr(message::Column::BounceHash, Expr::value(hash_of(&token)))
        .filter(message::Column::Id.eq(message.id))
        .exec(tx)
        .await?;
    Ok(services.inbox.bounce_address(&token))
}

async fn renew(services: &Services, id: MessageId, owner: &str) -> Result<()> {
    message::Entity::update_many()
        .col_expr(message::Column::LeaseUntil, Expr::value(services.clock.now() + LEASE))
        .filter(message::Column::Id.eq(id))
        .filter(message::Column::LeaseOwner.eq(owner))
        .exec(services.db.writer())
        .await?;
    Ok(())
}

/// The message as it leaves: its links are made here and stored only as hashes.
async fn write(tx: &DatabaseTransaction, services: &Services, message: &message::Model, now: DateTime<Utc>) -> anyhow::Result<Outgoing> {
    let redrawn;
    let message = if message.anew {
        redrawn = redraw(tx, services, message).await?;
        &redrawn
    } else {
        message
    };
    let mut content = message.content.clone();
    let links = serde_json::from_str::<Content>(&content)?.links;
    let mut leave_by = None;
    for (n, link) in links.iter().enumerate() {
        let token = links::mint(tx, &services.random, now, *link).await?;
        let url = services.url(&link.path(&token));
        content = content.replace(&link_placeholder(n), &url);
        if matches!(link, links::Link::Unsubscribe(_)) {
            leave_by = Some(url);
        }
    }
    let content: Content = serde_json::from_str(&content)?;
    let mut headers = vec![("Auto-Submitted".to_owned(), "auto-generated".to_owned())];
    if let Some(list) = &content.list {
        let name = list.name.replace(['<', '>', '"'], "");
        headers.push(("List-Id".to_owned(), format!("{name} <{}.{}>", list.slug, services.host())));
        headers.extend(leave_by.into_iter().flat_map(|url| {
            [
                ("List-Unsubscribe".to_owned(), format!("<{url}>")),
                ("List-Unsubscribe-Post".to_owned(), "List-Unsubscribe=One-Click".to_owned()),
            ]
        }));
    }
    let mailbox = |name: &str, address: &str| -> anyhow::Result<Mailbox> {
        Ok(Mailbox::new(
            (!name.is_empty()).then(|| name.to_owned()),
            address.parse().with_context(|| "the address cannot be written to")?,
        ))
    };
    let calendar = content.calendar.map(|(method, text)| {
        let method = match method.as_str() {
            "CANCEL" => Method::Cancel,
            "PUBLISH" => Method::Publish,
            _ => Method::Request,
        };
        (method, text)
    });
    Ok(Outgoing {
        message_id: message.message_id.clone(),
        date: message.created_at,
        from: mailbox(&content.from_name, &services.mail_from)?,
        reply_to: content.reply_to.as_deref().map(|address| mailbox("", address)).transpose()?,
        to: mailbox(&message.to_name, &message.to_address)?,
        bounces_to: bounce_address(tx, services, message).await?,
        subject: message.subject.clone(),
        letter: content.letter,
        calendar,
        attachments: Vec::new(),
        headers,
    })
}

/// The message as it reads today, kept so that organisers see what was sent. One that is out of date is an error.
async fn redraw(tx: &DatabaseTransaction, services: &Services, message: &message::Model) -> anyhow::Result<message::Model> {
    let (subject, content) = match anew::draw(tx, services, message).await? {
        Fresh::AsItWas => return Ok(message.clone()),
        Fresh::OutOfDate(why) => anyhow::bail!("Out of date, so it was not sent. {why}"),
        Fresh::Drawn { subject, content } => (subject, serde_json::to_string(&content)?),
    };
    message::Entity::update_many()
        .col_expr(message::Column::Subject, Expr::value(subject.as_str()))
        .col_expr(message::Column::Content, Expr::value(content.as_str()))
        .filter(message::Column::Id.eq(message.id))
        .exec(tx)
        .await?;
    Ok(message::Model {
        subject,
        content,
        ..message.clone()
    })
}

async fn settle(
    services: &Services,
    message: &message::Model,
    owner: &str,
    outcome: &std::result::Result<String, (bool, String)>,
) -> Result<()> {
    let now = services.clock.now();
    let attempts = u32::try_from(message.attempts).unwrap_or(0);
    let (state, outcome, due_at, reply, sent_at) = match outcome {
        Ok(reply) if services.mailer.delivers() => (State::Sent, Outcome::Sent, message.due_at, reply, Some(now)),
        Ok(reply) => (State::Unsent, Outcome::Unsent, message.due_at, reply, None),
        Err((true, reply)) => match wait_before(attempts + 1) {
            Some(wait) => (
                State::Queued,
                Outcome::Later,
                now + TimeDelta::from_std(wait).unwrap_or(TimeDelta::hours(1)),
                reply,
                None,
            ),
            None => (State::Failed, Outcome::Failed, message.due_at, reply, None),
        },
        Err((false, reply)) => (State::Failed, Outcome::Failed, message.due_at, reply, None),
    };
    let tx = begin_write(&services.db).await?;
    let settled = message::Entity::update_many()
        .col_expr(message::Column::State, Expr::value(state.word()))
        .col_expr(message::Column::DueAt, Expr::value(due_at))
        .col_expr(message::Column::Reply, Expr::value(reply.as_str()))
        .col_expr(message::Column::SentAt, Expr::value(sent_at))
        .col_expr(message::Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
        .col_expr(message::Column::LeaseOwner, Expr::value(None::<String>))
        .filter(message::Column::Id.eq(message.id))
        .filter(message::Column::LeaseOwner.eq(owner))
        .exec(&tx)
        .await?;
    // Whoever took it over meanwhile writes down what came of it.
    if settled.rows_affected == 1 {
        mass::note(&tx, message.id, now, outcome, Some(reply)).await?;
    }
    tx.commit().await?;
    Ok(())
}
