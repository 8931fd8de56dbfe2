//! Drafts: what somebody typed into a form, kept for a day so that nobody is hurried and a refused form loses nothing.
//! Bound to the browser it came from; holds text only, never files.

use super::{db::Db, entity::form_draft, random::hash_of};
use crate::{
    Services,
    error::{FieldErrors, Result},
};
use chrono::TimeDelta;
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, sea_query::OnConflict};
use serde_json::Value;

/// How long a draft is kept after it was last written: longer than the twenty hours from which on a limit is none (WCAG
/// 2.2, success criterion 2.2.1).
const KEPT: TimeDelta = TimeDelta::hours(24);
/// How long once its form has gone through: a second press still finds it.
const KEPT_WHEN_DONE: TimeDelta = TimeDelta::minutes(30);

/// What was typed, and what was wrong with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    pub id: String,
    pub form: Value,
    pub problems: FieldErrors,
}

/// The draft `id` of this browser, if it is there and young enough.
pub async fn find(services: &Services, browser: &str, id: &str) -> Result<Option<Draft>> {
    if id.is_empty() || browser.is_empty() {
        return Ok(None);
    }
    let now = services.clock.now();
    let row = form_draft::Entity::find_by_id(hash_of(id)).one(&services.db.read).await?;
    Ok(row
        .filter(|row| row.browser == hash_of(browser) && row.expires_at > now)
        .map(|row| Draft {
            id: id.to_owned(),
            form: serde_json::from_str(&row.form).unwrap_or_default(),
            problems: serde_json::from_str(&row.problems).unwrap_or_default(),
        }))
}

/// Writes a draft, new or again, and gives its id.
pub async fn keep(services: &Services, browser: &str, id: Option<&str>, form: &Value, problems: &FieldErrors) -> Result<String> {
    let id = id.map_or_else(|| services.random.public_id(), str::to_owned);
    let row = form_draft::ActiveModel {
        id: Set(hash_of(&id)),
        browser: Set(hash_of(browser)),
        form: Set(form.to_string()),
        problems: Set(serde_json::to_string(problems).map_err(anyhow::Error::from)?),
        expires_at: Set(services.clock.now() + KEPT),
    };
    let again = OnConflict::column(form_draft::Column::Id)
        .update_columns([
            form_draft::Column::Form,
            form_draft::Column::Problems,
            form_draft::Column::ExpiresAt,
        ])
        .to_owned();
    form_draft::Entity::insert(row)
        .on_conflict(again)
        .exec_without_returning(services.db.writer())
        .await?;
    Ok(id)
}

/// The form of this draft has gone through.
pub async fn done(services: &Services, id: &str) -> Result<()> {
    use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};
    form_draft::Entity::update_many()
        .col_expr(form_draft::Column::ExpiresAt, Expr::value(services.clock.now() + KEPT_WHEN_DONE))
        .filter(form_draft::Column::Id.eq(hash_of(id)))
        .exec(services.db.writer())
        .await?;
    Ok(())
}

/// Removes a draft that nobody is to find again.
pub async fn forget<C: ConnectionTrait>(tx: &C, id: &str) -> Result<()> {
    form_draft::Entity::delete_by_id(hash_of(id)).exec(tx).await?;
    Ok(())
}

/// Removes drafts that ran out.
pub async fn sweep(db: &Db, now: chrono::DateTime<chrono::Utc>) -> Result<u64> {
    use sea_orm::{ColumnTrait, QueryFilter};
    Ok(form_draft::Entity::delete_many()
        .filter(form_draft::Column::ExpiresAt.lte(now))
        .exec(db.writer())
        .await?
        .rows_affected)
}
