//! Organisations and their teams.

use super::{
    Role,
    entity::{organisation, team_member},
};
use crate::{
    Services,
    access::{Actor, Permission},
    error::Result,
    people,
    platform::{audit, db::begin_write},
};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// The organisation, where there is just one; an installation for several names none of them on its own pages.
pub async fn find_only(services: &Services) -> Result<Option<organisation::Model>> {
    let mut first_two = organisation::Entity::find()
        .order_by_asc(organisation::Column::Id)
        .limit(2)
        .all(&services.db.read)
        .await?;
    Ok(if first_two.len() == 1 { first_two.pop() } else { None })
}

/// The organisation with this slug.
pub async fn find_by_slug<C: ConnectionTrait>(db: &C, slug: &str) -> Result<Option<organisation::Model>> {
    Ok(organisation::Entity::find()
        .filter(organisation::Column::Slug.eq(slug))
        .one(db)
        .await?)
}

/// The organisations in which this person may `permission`, by name; all of them for the system.
pub async fn list_with(services: &Services, actor: &Actor, permission: Permission) -> Result<Vec<organisation::Model>> {
    let mut query = organisation::Entity::find().order_by_asc(organisation::Column::Name);
    if actor != &Actor::System {
        query = query.filter(organisation::Column::Id.is_in(actor.organisations_with(permission)));
    }
    Ok(query.all(&services.db.read).await?)
}

/// The organisation with this slug, made if it is new.
pub async fn find_or_add<C: ConnectionTrait>(
    tx: &C,
    now: DateTime<Utc>,
    slug: &str,
    name: &str,
    email: &str,
) -> Result<organisation::Model> {
    if let Some(found) = find_by_slug(tx, slug).await? {
        return Ok(found);
    }
    let row = organisation::ActiveModel {
        slug: Set(slug.to_owned()),
        name: Set(name.to_owned()),
        email: Set(email.to_owned()),
        leave_link: Set(true),
        created_at: Set(now),
        ..Default::default()
    };
    Ok(row.insert(tx).await?)
}

/// Gives somebody a role in an organisation, new or again; makes the organisation if it is new. For whoever runs the
/// machine, and for the owners of an organisation that exists.
pub async fn add_to_team(services: &Services, actor: &Actor, slug: &str, address: &str, name: &str, role: Role) -> Result<()> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let organisation = match (find_by_slug(&tx, slug).await?, actor) {
        (Some(found), _) => found,
        (None, Actor::System) => find_or_add(&tx, now, slug, &title_of(slug), address).await?,
        (None, _) => return Err(crate::Error::NotFound),
    };
    actor.require(Permission::Own, organisation.id)?;
    let person = people::service::find_or_add_named(&tx, now, address, name).await?;
    let existing = team_member::Entity::find()
        .filter(team_member::Column::OrganisationId.eq(organisation.id))
        .filter(team_member::Column::PersonId.eq(person))
        .one(&tx)
        .await?;
    let row = team_member::ActiveModel {
        id: existing
            .as_ref()
            .map_or(sea_orm::ActiveValue::NotSet, |row| sea_orm::ActiveValue::Unchanged(row.id)),
        organisation_id: Set(organisation.id),
        person_id: Set(person),
        role: Set(role),
        event_id: Set(None),
        joined_at: existing
            .as_ref()
            .map_or(Set(None), |row| sea_orm::ActiveValue::Unchanged(row.joined_at)),
        created_at: existing
            .as_ref()
            .map_or(Set(now), |row| sea_orm::ActiveValue::Unchanged(row.created_at)),
    };
    if existing.is_some() {
        row.update(&tx).await?
    } else {
        row.insert(&tx).await?
    };
    let entry = audit::Entry {
        chain: format!("organisation:{}", organisation.id),
        action: "team.role",
        object: "person",
        object_id: person.0,
        detail: Some(role.word()),
    };
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// "Example training" for `example-training`: a name until somebody gives a better one.
fn title_of(slug: &str) -> String {
    let words = slug.replace('-', " ");
    let mut chars = words.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// Whether nobody has been set up yet.
pub async fn is_none(services: &Services) -> Result<bool> {
    use sea_orm::PaginatorTrait;
    Ok(organisation::Entity::find().count(&services.db.read).await? == 0)
}
