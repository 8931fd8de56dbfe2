//! The circulation list for its organisers: searched, filtered, sorted and paged by the database, with exactly what is
//! filtered as CSV. And who was invited to a meeting, and what they answered.

use super::{
    InviteState, MembershipState, Refusal, Reply,
    entity::{membership, network},
    invites::UpdateMember,
    join::{lock, log},
    service::load_for,
};
use crate::{
    Services,
    access::{Actor, Permission},
    bookings::{
        order::{read_name, read_short},
        table::{Csv, line},
    },
    error::{Error, FieldErrors, Result},
    events::edit::slug_of,
    ids::{EventId, InviteId, MembershipId, ParticipantId},
    platform::{db::begin_write, jobs, search::has_word},
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseBackend, DatabaseTransaction, EntityTrait, FromQueryResult,
    IntoActiveModel, QueryFilter, Statement, Value,
};
use serde::{Deserialize, Serialize};

/// The name of somebody who stands with this network, however they stand.
pub async fn name_of(services: &Services, network: &network::Model, id: MembershipId) -> Result<Option<String>> {
    let found = membership::Entity::find_by_id(id).one(&services.db.read).await?;
    Ok(found.filter(|row| row.network_id == network.id).map(|row| row.name))
}

/// How many rows a page shows.
pub const PER_PAGE: u64 = 50;
/// The most rows one CSV holds.
const MOST: u64 = 100_000;

/// Whom to list, in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    pub words: String,
    /// Who stands so; members where it is nothing.
    pub state: Option<MembershipState>,
    pub sort: Sort,
    /// The first is 0.
    pub page: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Name,
    Agency,
    /// The newest first.
    Joined,
}

impl Sort {
    pub const ALL: [Self; 3] = [Self::Name, Self::Agency, Self::Joined];

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Agency => "agency",
            Self::Joined => "joined",
        }
    }

    fn sql(self) -> &'static str {
        match self {
            Self::Name => "LOWER(m.name), m.id",
            Self::Agency => "CASE WHEN m.agency IS NULL THEN 1 ELSE 0 END, LOWER(m.agency), LOWER(m.name), m.id",
            Self::Joined => "m.requested_at DESC, m.id DESC",
        }
    }
}

impl Search {
    /// From the pairs of an address; what cannot be read is left out.
    #[must_use]
    pub fn from_query(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        Self {
            words: value("q").trim().chars().take(100).collect(),
            state: value("state").parse().ok(),
            sort: Sort::ALL.into_iter().find(|sort| sort.word() == value("sort")).unwrap_or_default(),
            page: value("page").parse::<u64>().unwrap_or(1).clamp(1, 100_000) - 1,
        }
    }

    /// The same as the pairs of an address; what is as usual is left out.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if !self.words.is_empty() {
            pairs.push(("q", self.words.clone()));
        }
        if let Some(state) = self.state {
            pairs.push(("state", state.word().to_owned()));
        }
        if self.sort != Sort::default() {
            pairs.push(("sort", self.sort.word().to_owned()));
        }
        if self.page > 0 {
            pairs.push(("page", (self.page + 1).to_string()));
        }
        pairs
    }
}

/// Somebody on the list, or who was, or who asks.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Row {
    pub id: MembershipId,
    pub name: String,
    pub address: String,
    pub job_role: Option<String>,
    pub agency: Option<String>,
    pub state: MembershipState,
    pub source: Option<String>,
    pub source_on: Option<NaiveDate>,
    pub consent_version: Option<String>,
    pub consent_on: Option<NaiveDate>,
    pub requested_at: DateTime<Utc>,
    pub confirmed_at: Option<DateTime<Utc>>,
}

fn filter(backend: DatabaseBackend, network: &network::Model, search: &Search) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = vec![network.id.into(), search.state.unwrap_or(MembershipState::Member).word().into()];
    let mut sql = "FROM membership m JOIN person p ON p.id = m.person_id WHERE m.network_id = $1 AND m.state = $2".to_owned();
    for word in search.words.split_whitespace().take(5) {
        let condition = has_word(backend, &["m.name", "p.address", "m.job_role", "m.agency"], word, &mut values);
        sql.push_str(&format!(" AND {condition}"));
    }
    (sql, values)
}

async fn rows<C: ConnectionTrait>(db: &C, network: &network::Model, search: &Search, offset: u64, limit: u64) -> Result<Vec<Row>> {
    let (sql, mut values) = filter(db.get_database_backend(), network, search);
    values.push(i64::try_from(limit).unwrap_or(i64::MAX).into());
    values.push(i64::try_from(offset).unwrap_or(i64::MAX).into());
    let sql = format!(
        "SELECT m.id, m.name, p.address, m.job_role, m.agency, m.state, m.source, m.source_on, m.consent_version, m.consent_on, m.requested_at, m.confirmed_at \
         {sql} ORDER BY {} LIMIT ${} OFFSET ${}",
        search.sort.sql(),
        values.len() - 1,
        values.len()
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(Row::find_by_statement(statement).all(db).await?)
}

#[derive(FromQueryResult)]
struct Number {
    number: i64,
}

/// A page of the list, and how many there are in all. Two queries.
pub async fn list(services: &Services, network: &network::Model, search: &Search) -> Result<(Vec<Row>, u64)> {
    let db = &services.db.read;
    let (sql, values) = filter(db.get_database_backend(), network, search);
    let statement = Statement::from_sql_and_values(db.get_database_backend(), format!("SELECT COUNT(*) AS number {sql}"), values);
    let total = Number::find_by_statement(statement)
        .one(db)
        .await?
        .map_or(0, |row| u64::try_from(row.number).unwrap_or(0));
    Ok((rows(db, network, search, search.page * PER_PAGE, PER_PAGE).await?, total))
}

/// Exactly what is filtered, as CSV. Taking it is written down.
pub async fn csv(services: &Services, actor: &Actor, slug: &str, search: &Search) -> Result<Csv> {
    let (network, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let found = rows(&services.db.read, &network, search, 0, MOST).await?;
    let mut text = "\u{feff}".to_owned();
    line(
        &mut text,
        [
            "Name",
            "Email address",
            "Job role",
            "Where they work",
            "State",
            "Consent version",
            "Consent given on",
            "How they asked",
        ]
        .map(str::to_owned),
    );
    for row in found {
        let given = |value: Option<String>| value.unwrap_or_default();
        line(
            &mut text,
            [
                row.name,
                row.address,
                given(row.job_role),
                given(row.agency),
                row.state.word().to_owned(),
                given(row.consent_version),
                row.consent_on.map(|day| day.to_string()).unwrap_or_default(),
                given(row.source),
            ],
        );
    }
    let tx = begin_write(&services.db).await?;
    super::edit::log(&tx, actor, &network, "members.exported", None, services.clock.now()).await?;
    tx.commit().await?;
    Ok(Csv {
        file_name: format!("members-{}.csv", slug_of(network.shown_name())),
        text,
    })
}

/// What an organiser may change about a member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MemberForm {
    pub name: String,
    pub job_role: String,
    pub agency: String,
}

/// One membership of a network, for its organisers, with its mailbox.
pub async fn load(services: &Services, actor: &Actor, slug: &str, id: MembershipId) -> Result<(membership::Model, String)> {
    let (network, _) = load_for(services, actor, Permission::See, slug).await?;
    let membership = super::queries::load_membership(&services.db.read, id).await?;
    if membership.network_id != network.id {
        return Err(Error::NotFound);
    }
    let address = crate::people::service::address(&services.db.read, membership.person_id).await?;
    Ok((membership, address))
}

/// Corrects what is known of a member. Their mailbox is theirs to change.
pub async fn update(services: &Services, actor: &Actor, slug: &str, id: MembershipId, typed: &MemberForm) -> Result<()> {
    let (network, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let mut errors = FieldErrors::default();
    let name = read_name(&mut errors, "form[name]", &typed.name, "Enter a full name");
    let job_role = read_short(&mut errors, "form[job_role]", &typed.job_role, "The job role");
    let agency = read_short(&mut errors, "form[agency]", &typed.agency, "Where they work");
    let name = errors.finish(name)?.unwrap_or_default();
    let tx = begin_write(&services.db).await?;
    let membership = lock(&tx, id).await?;
    if membership.network_id != network.id {
        return Err(Error::NotFound);
    }
    if matches!(membership.state, MembershipState::Left | MembershipState::Declined) {
        return Err(Refusal::NotOnList.into());
    }
    let mut row = membership.into_active_model();
    row.name = Set(name);
    row.job_role = Set(job_role);
    row.agency = Set(agency);
    row.update(&tx).await?;
    log(&tx, actor, network.id, "membership.changed", id, services.clock.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Pauses a member, or lets them get invites again. Paused they get none; entries they have already stay in their calendar
/// and are kept right. Once they are not paused any more, they are invited to what is to come.
pub async fn set_paused(services: &Services, actor: &Actor, slug: &str, id: MembershipId, paused: bool) -> Result<()> {
    let (network, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let membership = lock(&tx, id).await?;
    if membership.network_id != network.id {
        return Err(Error::NotFound);
    }
    let (from, to, action) = if paused {
        (MembershipState::Member, MembershipState::Paused, "membership.paused")
    } else {
        (MembershipState::Paused, MembershipState::Member, "membership.resumed")
    };
    if membership.state == to {
        return Ok(());
    }
    if membership.state != from {
        return Err(Refusal::NotOnList.into());
    }
    let mut row = membership.into_active_model();
    row.state = Set(to);
    row.update(&tx).await?;
    log(&tx, actor, network.id, action, id, now).await?;
    jobs::enqueue(&tx, now, &UpdateMember { membership: id, at: now }).await?;
    tx.commit().await?;
    services.wake();
    Ok(())
}

/// The right name of whoever was invited as this participant, within the transaction that corrects their certificate.
pub(crate) async fn rename(
    tx: &DatabaseTransaction,
    actor: &Actor,
    participant: ParticipantId,
    name: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    use super::entity::invite;
    let invite = invite::Entity::find()
        .filter(invite::Column::ParticipantId.eq(participant))
        .one(tx)
        .await?
        .ok_or(Error::NotFound)?;
    let membership = lock(tx, invite.membership_id).await?;
    let network = membership.network_id;
    let mut row = membership.into_active_model();
    row.name = Set(name.to_owned());
    row.update(tx).await?;
    log(tx, actor, network, "membership.changed", invite.membership_id, now).await
}

/// Somebody invited to a meeting, and what they answered.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Invitee {
    pub id: InviteId,
    pub name: String,
    pub address: String,
    pub job_role: Option<String>,
    pub agency: Option<String>,
    pub reply: Option<Reply>,
    pub replied_at: Option<DateTime<Utc>>,
}

/// How a meeting's invites stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    pub invited: u64,
    pub accepted: u64,
    pub tentative: u64,
    pub declined: u64,
}

impl Answers {
    #[must_use]
    pub fn silent(&self) -> u64 {
        self.invited - self.accepted - self.tentative - self.declined
    }
}

/// How the invites of these events stand, by event. One query.
pub async fn count_answers<C: ConnectionTrait>(db: &C, events: &[EventId]) -> Result<std::collections::HashMap<EventId, Answers>> {
    use super::entity::invite;
    use sea_orm::QuerySelect;
    let rows: Vec<(EventId, Option<Reply>, i64)> = invite::Entity::find()
        .select_only()
        .column(invite::Column::EventId)
        .column(invite::Column::Reply)
        .column_as(invite::Column::Id.count(), "number")
        .filter(invite::Column::EventId.is_in(events.iter().copied()))
        .filter(invite::Column::State.eq(InviteState::Invited))
        .group_by(invite::Column::EventId)
        .group_by(invite::Column::Reply)
        .into_tuple()
        .all(db)
        .await?;
    let mut all: std::collections::HashMap<EventId, Answers> = std::collections::HashMap::new();
    for (event, reply, number) in rows {
        let number = u64::try_from(number).unwrap_or(0);
        let answers = all.entry(event).or_default();
        answers.invited += number;
        match reply {
            Some(Reply::Accepted) => answers.accepted += number,
            Some(Reply::Tentative) => answers.tentative += number,
            Some(Reply::Declined) => answers.declined += number,
            None => {}
        }
    }
    Ok(all)
}

/// Who was invited to a meeting: who comes first, then who may, who has not answered, and who cannot; by name. `words`
/// narrows it, `page` is from 0. The rows, and how many there are in all.
pub async fn list_invitees(services: &Services, event: EventId, words: &str, page: u64) -> Result<(Vec<Invitee>, u64)> {
    let db = &services.db.read;
    let mut values: Vec<Value> = vec![event.into()];
    let mut from = "FROM invite i JOIN membership m ON m.id = i.membership_id JOIN person p ON p.id = m.person_id \
                    WHERE i.event_id = $1 AND i.state = 'invited'"
        .to_owned();
    for word in words.split_whitespace().take(5) {
        let condition = has_word(db.get_database_backend(), &["m.name", "p.address", "m.agency"], word, &mut values);
        from.push_str(&format!(" AND {condition}"));
    }
    let count = Statement::from_sql_and_values(
        db.get_database_backend(),
        format!("SELECT COUNT(*) AS number {from}"),
        values.clone(),
    );
    let total = Number::find_by_statement(count)
        .one(db)
        .await?
        .map_or(0, |row| u64::try_from(row.number).unwrap_or(0));
    let sql = format!(
        "SELECT i.id, m.name, p.address, m.job_role, m.agency, i.reply, i.replied_at {from} \
         ORDER BY CASE i.reply WHEN 'accepted' THEN 0 WHEN 'tentative' THEN 1 WHEN 'declined' THEN 3 ELSE 2 END, LOWER(m.name), i.id \
         LIMIT {PER_PAGE} OFFSET {}",
        page.min(100_000) * PER_PAGE
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok((Invitee::find_by_statement(statement).all(db).await?, total))
}
