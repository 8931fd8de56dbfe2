//! Taking a mail in, once.

use super::{
    Outcome, answers, bounces, queue,
    read::{Kind, Mail},
};
use crate::{Services, error::Result, messages::entity::inbox_mail};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
};
use sha2::{Digest, Sha256};

/// Does what a mail asks for and writes down that it was taken in; nothing of one that was before. `raw` is its bytes: a mail
/// without a Message-ID is known by them.
pub async fn take(tx: &DatabaseTransaction, services: &Services, mail: &Mail, raw: &[u8]) -> Result<Option<Outcome>> {
    let now = services.clock.now();
    let digest = if mail.message_id.is_empty() {
        hex::encode(Sha256::digest(raw))
    } else {
        hex::encode(Sha256::digest(format!("<{}>", mail.message_id)))
    };
    let known = inbox_mail::Entity::find()
        .filter(inbox_mail::Column::Digest.eq(&digest))
        .count(tx)
        .await?;
    if known > 0 {
        return Ok(None);
    }
    let outcome = match &mail.kind {
        Kind::Ignored => Outcome::Ignored,
        Kind::Answer(answer) => answers::take(tx, services, mail, answer, now).await?,
        Kind::Report(report) => bounces::take(tx, services, mail, report, now).await?,
        Kind::Other(why) => queue::put(tx, mail, *why, None, now).await?,
    };
    note(tx, &digest, outcome, now).await?;
    Ok(Some(outcome))
}

pub(super) async fn note(tx: &DatabaseTransaction, digest: &str, outcome: Outcome, now: DateTime<Utc>) -> Result<()> {
    let row = inbox_mail::ActiveModel {
        digest: Set(digest.to_owned()),
        outcome: Set(outcome),
        at: Set(now),
        ..Default::default()
    };
    row.insert(tx).await?;
    Ok(())
}

/// Forgets mails taken in more than a year ago: none comes again after so long.
pub(super) async fn sweep<C: ConnectionTrait>(db: &C, now: DateTime<Utc>) -> Result<()> {
    inbox_mail::Entity::delete_many()
        .filter(inbox_mail::Column::At.lt(now - TimeDelta::days(400)))
        .exec(db)
        .await?;
    Ok(())
}
