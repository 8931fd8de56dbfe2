//! Who is in an organisation's team, as its owners decide: asked by mail, given a role, limited to one event, removed.
//! The last owner stays one, or nobody could change anything here again.

use super::{
    Role,
    entity::{organisation, team_member},
    settings::{load_own, record},
};
use crate::{
    Services,
    access::{Actor, Permission},
    bookings::order::{read_email, read_name},
    error::{Error, FieldErrors, Result},
    events::{EventStatus, entity::event},
    ids::{EventId, OrganisationId, PersonId, TeamMemberId},
    messages::{
        Content, link_placeholder,
        outbox::{self, Addressed},
    },
    people::{self, entity::person},
    platform::{
        db::begin_write,
        letter::{Block, Letter},
        links::{self, Link},
    },
    related::related,
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, ModelTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use serde::{Deserialize, Serialize};

related!(team_member.PersonId => person);

/// What a person may do: roles that hold everywhere in an organisation, and events of which they are a steward alone.
pub type Roles = (Vec<(OrganisationId, Role)>, Vec<(OrganisationId, EventId)>);

/// The roles of a person.
pub async fn roles_of<C: ConnectionTrait>(db: &C, person: PersonId) -> Result<Roles> {
    let rows = team_member::Entity::find()
        .filter(team_member::Column::PersonId.eq(person))
        .all(db)
        .await?;
    let (mut roles, mut stewards) = (Vec::new(), Vec::new());
    for row in rows {
        match row.event_id {
            None => roles.push((row.organisation_id, row.role)),
            Some(event) if row.role == Role::Steward => stewards.push((row.organisation_id, event)),
            // Only stewards are ever limited. Whatever else it says, it gives no more than nothing.
            Some(_) => {}
        }
    }
    Ok((roles, stewards))
}

/// Whose part in a team this is, if they still have it.
pub async fn find_person<C: ConnectionTrait>(db: &C, member: TeamMemberId) -> Result<Option<PersonId>> {
    Ok(team_member::Entity::find_by_id(member).one(db).await?.map(|row| row.person_id))
}

/// Notes that this person has signed in: they are not just asked any more.
pub async fn join<C: ConnectionTrait>(tx: &C, person: PersonId, now: DateTime<Utc>) -> Result<()> {
    team_member::Entity::update_many()
        .col_expr(team_member::Column::JoinedAt, Expr::value(now))
        .filter(team_member::Column::PersonId.eq(person))
        .filter(team_member::Column::JoinedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Somebody in the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub person: PersonId,
    pub name: Option<String>,
    pub address: String,
    pub role: Role,
    /// The one event a steward is limited to.
    pub event: Option<EventId>,
    pub added_at: DateTime<Utc>,
    /// Whether they have signed in since they were asked.
    pub has_joined: bool,
}

/// The team, by address.
pub async fn list(services: &Services, actor: &Actor, organisation: OrganisationId) -> Result<Vec<Member>> {
    actor.require(Permission::Own, organisation)?;
    let rows = team_member::Entity::find()
        .filter(team_member::Column::OrganisationId.eq(organisation))
        .find_also_related(person::Entity)
        .order_by_asc(person::Column::Address)
        .all(&services.db.read)
        .await?;
    let member = |(row, person): (team_member::Model, Option<person::Model>)| {
        person.map(|person| Member {
            person: person.id,
            name: person.name,
            address: person.address,
            role: row.role,
            event: row.event_id,
            added_at: row.created_at,
            has_joined: row.joined_at.is_some(),
        })
    };
    Ok(rows.into_iter().filter_map(member).collect())
}

/// How many parts there are in the teams of these organisations.
pub async fn count<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId]) -> Result<u64> {
    let all = team_member::Entity::find().filter(team_member::Column::OrganisationId.is_in(organisations.iter().copied()));
    Ok(all.count(db).await?)
}

/// One of the team.
pub async fn load(services: &Services, actor: &Actor, organisation: OrganisationId, person: PersonId) -> Result<Member> {
    let team = list(services, actor, organisation).await?;
    team.into_iter().find(|member| member.person == person).ok_or(Error::NotFound)
}

/// The events a steward may be limited to: not over, not cancelled, soonest first.
pub async fn list_events(services: &Services, actor: &Actor, organisation: OrganisationId) -> Result<Vec<event::Model>> {
    actor.require(Permission::Own, organisation)?;
    Ok(event::Entity::find()
        .filter(event::Column::OrganisationId.eq(organisation))
        .filter(event::Column::Status.ne(EventStatus::Cancelled))
        .filter(event::Column::EndsAt.gt(services.clock.now()))
        .order_by_asc(event::Column::StartsAt)
        .limit(200)
        .all(&services.db.read)
        .await?)
}

/// Stands for the event somebody is limited to already, where that is no choice any more. No slug holds a dot.
pub const SAME_EVENT: &str = ".";

/// A role as typed: its word, and the slug of the one event it is for ([`SAME_EVENT`] to leave it), empty for all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoleForm {
    pub role: String,
    pub event: String,
}

/// Somebody to be asked into the team, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MemberForm {
    pub name: String,
    pub email: String,
    pub role: String,
    pub event: String,
}

/// Asks somebody into the team: they have the role at once, and a mail with a link that signs them in. Until they have,
/// they show as asked.
pub async fn invite(services: &Services, actor: &Actor, slug: &str, typed: &MemberForm) -> Result<()> {
    let found = load_own(services, actor, slug).await?;
    let now = services.clock.now();
    let mut errors = FieldErrors::default();
    let name = read_name(&mut errors, "form[name]", &typed.name, "Enter their name");
    let email = read_email(
        &mut errors,
        "form[email]",
        &typed.email,
        "Enter their email address",
        "their email address",
    );
    let role = errors.take("form[role]", typed.role.parse::<Role>().map_err(|_| "Choose a role".to_owned()));
    let (name, email, role) = errors.finish((name.unwrap_or_default(), email.unwrap_or_default(), role.unwrap_or(Role::Viewer)))?;

    let tx = begin_write(&services.db).await?;
    lock(&tx, actor, found.id).await?;
    let event = read_event(&tx, found.id, role, &typed.event, "form[event]").await?;
    let person = people::service::find_or_add_named(&tx, now, &email, &name).await?;
    if in_team(found.id)
        .filter(team_member::Column::PersonId.eq(person))
        .count(&tx)
        .await?
        > 0
    {
        let words = "They are in the team already. Change their role in the list";
        return Err(FieldErrors::one("form[email]", "twice", words).into());
    }
    let member = team_member::ActiveModel {
        organisation_id: Set(found.id),
        person_id: Set(person),
        role: Set(role),
        event_id: Set(event.as_ref().map(|event| event.id)),
        joined_at: Set(None),
        created_at: Set(now),
        ..Default::default()
    };
    let member = member.insert(&tx).await?;
    record(
        &tx,
        services,
        actor,
        found.id,
        "team.invited",
        ("person", person.0),
        &detail(role, event.as_ref()),
    )
    .await?;
    write(&tx, services, &found, &member, &name, &email, event.as_ref()).await?;
    tx.commit().await?;
    services.wake();
    Ok(())
}

/// Writes once more to somebody who has not signed in yet; at most once a minute. The links of earlier mails end.
pub async fn invite_again(services: &Services, actor: &Actor, slug: &str, person: PersonId) -> Result<()> {
    let found = load_own(services, actor, slug).await?;
    let tx = begin_write(&services.db).await?;
    lock(&tx, actor, found.id).await?;
    let member = find(&tx, found.id, person).await?;
    if member.joined_at.is_some() {
        return Err(FieldErrors::one("", "joined", "They have signed in already, so there is nothing to ask them").into());
    }
    let asked = person::Entity::find_by_id(person).one(&tx).await?.ok_or(Error::NotFound)?;
    if outbox::has(&tx, &invite_key(services, member.id)).await? {
        return Err(FieldErrors::one(
            "",
            "too_soon",
            "They were written to a moment ago. Wait a minute before you write again",
        )
        .into());
    }
    let event = match member.event_id {
        Some(event) => event::Entity::find_by_id(event).one(&tx).await?,
        None => None,
    };
    links::revoke(&tx, services.clock.now(), Link::Team(member.id.0)).await?;
    record(
        &tx,
        services,
        actor,
        found.id,
        "team.invited_again",
        ("person", person.0),
        member.role.word(),
    )
    .await?;
    let name = asked.name.unwrap_or_default();
    write(&tx, services, &found, &member, &name, &asked.address, event.as_ref()).await?;
    tx.commit().await?;
    services.wake();
    Ok(())
}

/// Gives somebody in the team another role, or another event to be steward of.
pub async fn set_role(services: &Services, actor: &Actor, slug: &str, person: PersonId, typed: &RoleForm) -> Result<()> {
    let role: Role = typed
        .role
        .parse()
        .map_err(|_| FieldErrors::one("", "not_a_choice", "Choose a role from the list"))?;
    let found = load_own(services, actor, slug).await?;
    let tx = begin_write(&services.db).await?;
    lock(&tx, actor, found.id).await?;
    let member = find(&tx, found.id, person).await?;
    let event = match member.event_id {
        Some(event) if typed.event == SAME_EVENT && role == Role::Steward => event::Entity::find_by_id(event).one(&tx).await?,
        _ => read_event(&tx, found.id, role, &typed.event, "").await?,
    };
    let event_id = event.as_ref().map(|event| event.id);
    if member.role == role && member.event_id == event_id {
        return Ok(());
    }
    if role != Role::Owner {
        keep_an_owner(&tx, &member).await?;
    }
    let mut row = member.into_active_model();
    row.role = Set(role);
    row.event_id = Set(event_id);
    row.update(&tx).await?;
    record(
        &tx,
        services,
        actor,
        found.id,
        "team.role",
        ("person", person.0),
        &detail(role, event.as_ref()),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Takes somebody out of the team. What they did stays; what they may do ends with this, signed in or not.
pub async fn remove(services: &Services, actor: &Actor, slug: &str, person: PersonId) -> Result<()> {
    let found = load_own(services, actor, slug).await?;
    let tx = begin_write(&services.db).await?;
    lock(&tx, actor, found.id).await?;
    let member = find(&tx, found.id, person).await?;
    keep_an_owner(&tx, &member).await?;
    links::revoke(&tx, services.clock.now(), Link::Team(member.id.0)).await?;
    record(
        &tx,
        services,
        actor,
        found.id,
        "team.removed",
        ("person", person.0),
        member.role.word(),
    )
    .await?;
    member.delete(&tx).await?;
    tx.commit().await?;
    Ok(())
}

fn in_team(organisation: OrganisationId) -> sea_orm::Select<team_member::Entity> {
    team_member::Entity::find().filter(team_member::Column::OrganisationId.eq(organisation))
}

/// Holds the team still, and asks again whether the actor is an owner: somebody may have taken that from them since
/// they were recognised.
async fn lock(tx: &DatabaseTransaction, actor: &Actor, organisation: OrganisationId) -> Result<()> {
    organisation::Entity::find_by_id(organisation)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or(Error::NotFound)?;
    let Some(person) = actor.person_id() else { return Ok(()) };
    let own = in_team(organisation)
        .filter(team_member::Column::PersonId.eq(person))
        .one(tx)
        .await?;
    match own {
        Some(own) if own.role == Role::Owner => Ok(()),
        Some(_) => Err(Error::Forbidden),
        None => Err(Error::NotFound),
    }
}

async fn find(tx: &DatabaseTransaction, organisation: OrganisationId, person: PersonId) -> Result<team_member::Model> {
    in_team(organisation)
        .filter(team_member::Column::PersonId.eq(person))
        .one(tx)
        .await?
        .ok_or(Error::NotFound)
}

async fn keep_an_owner(tx: &DatabaseTransaction, member: &team_member::Model) -> Result<()> {
    let owners = in_team(member.organisation_id).filter(team_member::Column::Role.eq(Role::Owner));
    if member.role == Role::Owner && owners.count(tx).await? == 1 {
        let words = "This is the only owner. Make somebody else an owner first, or nobody could change the team again";
        return Err(FieldErrors::one("", "last_owner", words).into());
    }
    Ok(())
}

/// The event a role is limited to, if any was chosen.
async fn read_event(
    tx: &DatabaseTransaction,
    organisation: OrganisationId,
    role: Role,
    slug: &str,
    field: &str,
) -> Result<Option<event::Model>> {
    if slug.is_empty() {
        return Ok(None);
    }
    if role != Role::Steward {
        let words = "Only a steward can be limited to one event. Choose \u{201c}Every event\u{201d}, or make them a steward";
        return Err(FieldErrors::one(field, "not_a_steward", words).into());
    }
    let event = event::Entity::find()
        .filter(event::Column::OrganisationId.eq(organisation))
        .filter(event::Column::Slug.eq(slug))
        .one(tx)
        .await?;
    event
        .map(Some)
        .ok_or_else(|| FieldErrors::one(field, "not_a_choice", "Choose an event from the list").into())
}

fn detail(role: Role, event: Option<&event::Model>) -> String {
    event.map_or_else(|| role.word().to_owned(), |event| format!("{},event:{}", role.word(), event.id))
}

/// One mail a minute.
fn invite_key(services: &Services, member: TeamMemberId) -> String {
    format!("team:{member}:{}", services.clock.now().timestamp() / 60)
}

/// The mail that asks somebody in.
async fn write(
    tx: &DatabaseTransaction,
    services: &Services,
    organisation: &organisation::Model,
    member: &team_member::Model,
    name: &str,
    address: &str,
    event: Option<&event::Model>,
) -> Result<()> {
    let task = match (member.role, event) {
        (Role::Owner, _) => "as an owner: you can change everything, and decide who else is in the team",
        (Role::Organiser, _) => "as an organiser: you can change events, bookings and certificates",
        (Role::Viewer, _) => "as a viewer: you can see everything, and change nothing",
        (Role::Steward, None) => "as a steward: you check people in at the door",
        (Role::Steward, Some(_)) => "as a steward at one event: you check people in at its door",
    };
    let mut letter = Letter::new(organisation.name.clone(), "You are asked to help")
        .with(Block::Para(format!("{} asks you into its team, {task}.", organisation.name)));
    if let Some(event) = event {
        letter = letter.with(Block::Facts(vec![("Event".to_owned(), event.shown_title().to_owned())]));
    }
    let letter = letter
        .with(Block::Action {
            label: "Sign in and begin".to_owned(),
            url: link_placeholder(0),
        })
        .with(Block::Para(format!(
            "The link works once, for seven days. After that, sign in at {} with this address.",
            services.url("/sign-in")
        )))
        .ending(Block::Para(
            "If you do not want to, do nothing, or answer this mail and say so.".to_owned(),
        ));
    let content = Content {
        letter,
        links: vec![Link::Team(member.id.0)],
        calendar: None,
        from_name: organisation.name.clone(),
        reply_to: Some(organisation.email.clone()),
        list: None,
        was: Vec::new(),
    };
    let to = Addressed {
        organisation: Some(organisation.id),
        event: None,
        name,
        address,
        network: None,
    };
    outbox::add(
        tx,
        services,
        &invite_key(services, member.id),
        "team_invite",
        to,
        &format!("You are asked to help: {}", organisation.name),
        &content,
    )
    .await
}
