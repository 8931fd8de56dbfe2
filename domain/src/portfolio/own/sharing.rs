//! Letting somebody else look: a link for an appraiser, of one period, that runs out and can be withdrawn.

use super::{Limits, Owner, Reader, begin, entity::appraiser_link as table, typed};
use crate::{
    Services,
    access::Actor,
    error::{Error, FieldErrors, Result},
    ids::RowId,
    platform::{
        audit,
        links::{self, Link},
    },
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use serde::{Deserialize, Serialize};

/// The longest a link may live, in days.
pub const MOST_DAYS: i64 = 90;

/// A link as it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LinkForm {
    pub label: String,
    pub from: String,
    pub until: String,
    pub days: String,
    pub reflections: String,
    pub files: String,
}

/// A link somebody gave out, as they see it themselves. Its secret is shown once and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedLink {
    pub id: RowId,
    pub label: String,
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub with_reflections: bool,
    pub with_files: bool,
    pub made_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

impl SharedLink {
    #[must_use]
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.withdrawn_at.is_none() && now < self.expires_at
    }
}

/// What a link opens.
#[derive(Clone, Debug)]
pub struct Shared {
    pub reader: Reader,
    pub first: NaiveDate,
    pub last: NaiveDate,
    pub with_reflections: bool,
    pub with_files: bool,
    pub expires_at: DateTime<Utc>,
}

async fn log(tx: &DatabaseTransaction, actor: &Actor, owner: Owner, action: &'static str, id: RowId, now: DateTime<Utc>) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("person:{}", owner.0),
        action,
        object: "appraiser_link",
        object_id: id.0,
        detail: None,
    };
    audit::record(tx, actor, now, entry).await
}

/// Makes a link to one period of the signed-in person's portfolio. Gives its path, which is stored nowhere.
pub async fn make_link(services: &Services, actor: &Actor, form: &LinkForm) -> Result<String> {
    let owner = Owner::of(actor)?;
    let now = services.clock.now();
    let mut errors = FieldErrors::default();
    let label = typed::line(&mut errors, "form[label]", &form.label, 120, "For whom it is");
    let first = typed::day(&mut errors, "form[from]", &form.from, "Enter the first day it shows");
    let last = typed::day(&mut errors, "form[until]", &form.until, "Enter the last day it shows");
    if let (Some(first), Some(last)) = (first, last)
        && last < first
    {
        errors.add("form[until]", "before_first", "The last day is before the first");
    }
    let days = form.days.trim().parse::<i64>().ok().filter(|days| (1..=MOST_DAYS).contains(days));
    if days.is_none() {
        errors.add(
            "form[days]",
            "not_a_number",
            format!("Choose for how long it works, up to {MOST_DAYS} days"),
        );
    }
    let (first, last, days) = errors.finish((first, last, days))?;
    let (Some(first), Some(last), Some(days)) = (first, last, days) else {
        return Err(anyhow::anyhow!("a link without its days was not refused").into());
    };
    let tx = begin(services, owner).await?;
    let row = table::ActiveModel {
        person_id: Set(owner.0),
        label: Set(label),
        first_day: Set(first),
        last_day: Set(last),
        with_reflections: Set(form.reflections == "true"),
        with_files: Set(form.files == "true"),
        made_at: Set(now),
        expires_at: Set(now + TimeDelta::days(days)),
        withdrawn_at: Set(None),
        ..Default::default()
    };
    let id = table::Entity::insert(row).exec(&tx).await?.last_insert_id;
    let link = Link::Appraiser(id.0);
    let token = links::mint(&tx, &services.random, now, link).await?;
    log(&tx, actor, owner, "portfolio.link_made", id, now).await?;
    tx.commit().await?;
    Ok(link.path(&token))
}

/// Ends a link of the signed-in person's at once. One that ended already is fine.
pub async fn withdraw_link(services: &Services, actor: &Actor, id: RowId) -> Result<()> {
    let owner = Owner::of(actor)?;
    let now = services.clock.now();
    let tx = begin(services, owner).await?;
    let row = table::Entity::find_by_id(id)
        .filter(table::Column::PersonId.eq(owner.0))
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    if row.withdrawn_at.is_none() {
        let mut row = row.into_active_model();
        row.withdrawn_at = Set(Some(now));
        row.update(&tx).await?;
        links::revoke(&tx, now, Link::Appraiser(id.0)).await?;
        log(&tx, actor, owner, "portfolio.link_withdrawn", id, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The links somebody gave out, the newest first.
pub async fn list_links(services: &Services, owner: &Owner) -> Result<Vec<SharedLink>> {
    let rows = table::Entity::find()
        .filter(table::Column::PersonId.eq(owner.0))
        .order_by_desc(table::Column::Id)
        .all(&services.db.read)
        .await?;
    let of = |row: table::Model| SharedLink {
        id: row.id,
        label: row.label,
        first: row.first_day,
        last: row.last_day,
        with_reflections: row.with_reflections,
        with_files: row.with_files,
        made_at: row.made_at,
        expires_at: row.expires_at,
        withdrawn_at: row.withdrawn_at,
    };
    Ok(rows.into_iter().map(of).collect())
}

/// What the secret opens, for whoever holds it: not found once it was withdrawn or has run out.
pub async fn open_link(services: &Services, token: &str) -> Result<Shared> {
    let (db, now) = (&services.db.read, services.clock.now());
    let Some((_, Link::Appraiser(id))) = links::find(db, now, token).await? else {
        return Err(Error::NotFound);
    };
    let row = table::Entity::find_by_id(RowId(id)).one(db).await?.ok_or(Error::NotFound)?;
    if row.withdrawn_at.is_some() || now >= row.expires_at {
        return Err(Error::NotFound);
    }
    let limits = Limits {
        first: row.first_day,
        last: row.last_day,
        reflections: row.with_reflections,
        files: row.with_files,
    };
    Ok(Shared {
        reader: Reader {
            person: row.person_id,
            limits: Some(limits),
        },
        first: row.first_day,
        last: row.last_day,
        with_reflections: row.with_reflections,
        with_files: row.with_files,
        expires_at: row.expires_at,
    })
}
