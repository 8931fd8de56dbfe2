//! Mails that wait for a person: what came, from whom, and what was decided. They are shown as text and nothing else.

use super::{
    Decision, ItemState, Outcome, Why,
    answers::{self, Said},
    bounces::{self, Suspended},
    read::{Kind, Mail},
};
use crate::{
    Services,
    access::{Actor, Permission},
    attendance::queries::{Attendee, find_attendee, list_attendees_of},
    error::{Error, FieldErrors, Result},
    events::entity::event,
    ids::{ItemId, OrganisationId},
    messages::entity::{inbox_item, mailbox, message},
    networks::{self, entity::network},
    organisations::{self, entity::organisation},
    platform::{audit, db::begin_write},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

/// How many are shown at once.
pub const MOST: u64 = 50;

/// Leaves a mail to a person. Of an answer, `about` is whose entry it is about and what was said.
pub(super) async fn put(
    tx: &DatabaseTransaction,
    mail: &Mail,
    why: Why,
    about: Option<(&Attendee, Said<'_>)>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let organisation = match about {
        Some((who, _)) => {
            let event = event::Entity::find_by_id(who.event_id).one(tx).await?.ok_or(Error::NotFound)?;
            Some(event.organisation_id)
        }
        None => find_organisation(tx, mail).await?,
    };
    let reply = match &mail.kind {
        Kind::Answer(answer) => Some(answer.reply),
        _ => None,
    };
    let row = inbox_item::ActiveModel {
        organisation_id: Set(organisation),
        why: Set(why),
        participant_id: Set(about.map(|(who, _)| who.participant_id)),
        uid: Set(about.map(|(_, said)| said.uid.to_owned())),
        reply: Set(reply),
        said_at: Set(about.map(|(_, said)| said.at)),
        from_name: Set(mail.from_name.clone()),
        from_address: Set(mail.from_address.clone()),
        subject: Set(mail.subject.clone()),
        body: Set(mail.text.clone()),
        received_at: Set(now),
        state: Set(ItemState::Open),
        ..Default::default()
    };
    row.insert(tx).await?;
    Ok(Outcome::Queued)
}

/// Whose mail it is: of the organisation whose message it answers, or that wrote to its sender last, or whose address it
/// was sent to.
async fn find_organisation<C: ConnectionTrait>(db: &C, mail: &Mail) -> Result<Option<OrganisationId>> {
    let newest = |which: Condition| {
        message::Entity::find()
            .select_only()
            .column(message::Column::OrganisationId)
            .filter(message::Column::OrganisationId.is_not_null())
            .filter(which)
            .order_by_desc(message::Column::Id)
            .into_tuple::<OrganisationId>()
            .one(db)
    };
    let answered = mail.answers.iter().map(|id| format!("<{id}>"));
    let by_answer = Condition::all().add(message::Column::MessageId.is_in(answered));
    if let Some(found) = newest(by_answer).await? {
        return Ok(Some(found));
    }
    let by_sender = Condition::all().add(message::Column::ToAddress.eq(&mail.from_address));
    if let Some(found) = newest(by_sender).await? {
        return Ok(Some(found));
    }
    let network = network::Entity::find()
        .filter(network::Column::ContactEmail.is_in(&mail.to))
        .one(db)
        .await?;
    if let Some(network) = network {
        return Ok(Some(network.organisation_id));
    }
    let found = organisation::Entity::find()
        .filter(organisation::Column::Email.is_in(&mail.to))
        .one(db)
        .await?;
    Ok(found.map(|organisation| organisation.id))
}

/// A mail that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub row: inbox_item::Model,
    /// Of an answer: whose entry it is about, and what the entry is.
    pub invitee: Option<(Attendee, String)>,
}

/// All that waits for somebody to look at.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The oldest first.
    pub items: Vec<Item>,
    pub count: u64,
    pub suspended: Vec<Suspended>,
    /// The networks a request can be started for: slug and name.
    pub networks: Vec<(String, String)>,
    /// Whether a mailbox is read at all.
    pub is_read: bool,
    /// Why it could not be read, and since when it was not.
    pub problem: Option<(String, Option<DateTime<Utc>>)>,
}

/// Whose mail somebody sees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sees {
    organisations: Vec<OrganisationId>,
    /// And what is nobody's, where there is one organisation and it is theirs.
    nobodys: bool,
}

impl Sees {
    pub async fn of(services: &Services, actor: &Actor) -> Result<Self> {
        let only = organisations::service::find_only(services).await?;
        Ok(Self {
            organisations: actor.organisations_with(Permission::Edit),
            nobodys: only.is_some_and(|only| actor.may(Permission::Own, only.id)),
        })
    }

    /// Of the mails that wait, those they see.
    fn open(&self) -> Select<inbox_item::Entity> {
        let mut theirs = Condition::any().add(inbox_item::Column::OrganisationId.is_in(self.organisations.iter().copied()));
        if self.nobodys {
            theirs = theirs.add(inbox_item::Column::OrganisationId.is_null());
        }
        inbox_item::Entity::find()
            .filter(theirs)
            .filter(inbox_item::Column::State.eq(ItemState::Open))
    }
}

/// What waits for this actor.
pub async fn list(services: &Services, actor: &Actor) -> Result<Waiting> {
    actor.require_anywhere(Permission::Edit)?;
    let db = &services.db.read;
    let open = Sees::of(services, actor).await?.open();
    let count = open.clone().count(db).await?;
    let rows = open.order_by_asc(inbox_item::Column::Id).limit(MOST).all(db).await?;
    let participants: Vec<_> = rows.iter().filter_map(|row| row.participant_id).collect();
    let attendees = list_attendees_of(db, &participants).await?;
    let events = event::Entity::find()
        .filter(event::Column::Id.is_in(attendees.iter().map(|who| who.event_id)))
        .all(db)
        .await?;
    let invitee = |row: &inbox_item::Model| {
        let who = attendees.iter().find(|who| Some(who.participant_id) == row.participant_id)?;
        let event = events.iter().find(|event| event.id == who.event_id)?;
        Some((who.clone(), event.title.clone()))
    };
    let own = actor.organisations_with(Permission::Edit);
    let networks = networks::queries::list(db, Some(&own)).await?;
    let mailbox = match &services.inbox.mailbox {
        Some(read) => {
            mailbox::Entity::find()
                .filter(mailbox::Column::Name.eq(read.name()))
                .one(db)
                .await?
        }
        None => None,
    };
    Ok(Waiting {
        items: rows
            .into_iter()
            .map(|row| Item {
                invitee: invitee(&row),
                row,
            })
            .collect(),
        count,
        suspended: bounces::list(services, actor).await?,
        networks: networks.into_iter().map(|(network, _)| (network.slug, network.name)).collect(),
        is_read: services.inbox.mailbox.is_some(),
        problem: mailbox.and_then(|row| Some((row.problem?, row.read_at))),
    })
}

/// One mail, for whoever may decide about it.
pub async fn load(services: &Services, actor: &Actor, id: ItemId) -> Result<inbox_item::Model> {
    if actor == &Actor::Nobody {
        return Err(Error::SignInNeeded);
    }
    let row = inbox_item::Entity::find_by_id(id)
        .one(&services.db.read)
        .await?
        .ok_or(Error::NotFound)?;
    match row.organisation_id {
        Some(organisation) => actor.require(Permission::Edit, organisation)?,
        None => {
            let only = organisations::service::find_only(services).await?.ok_or(Error::NotFound)?;
            actor.require(Permission::Own, only.id)?;
        }
    }
    Ok(row)
}

/// Decides about a mail. An answer is counted only where it is somebody else who gave it, and by the rules for answers.
pub async fn decide(services: &Services, actor: &Actor, id: ItemId, decision: Decision) -> Result<()> {
    let seen = load(services, actor, id).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let row = inbox_item::Entity::find_by_id(id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    if row.state == ItemState::Done {
        return Err(FieldErrors::one("", "decided", "This mail has been dealt with already").into());
    }
    if decision == Decision::Counted {
        count(&tx, services, &row, now).await?;
    }
    let mut row = row.into_active_model();
    row.state = Set(ItemState::Done);
    row.decision = Set(Some(decision));
    row.decided_by = Set(actor.person_id());
    row.decided_at = Set(Some(now));
    row.update(&tx).await?;
    if let Some(organisation) = seen.organisation_id {
        let entry = audit::Entry {
            chain: format!("organisation:{organisation}"),
            action: "mail.decided",
            object: "inbox_item",
            object_id: id.0,
            detail: Some(decision.word()),
        };
        audit::record(&tx, actor, now, entry).await?;
    }
    tx.commit().await?;
    services.wake();
    Ok(())
}

async fn count(tx: &DatabaseTransaction, services: &Services, row: &inbox_item::Model, now: DateTime<Utc>) -> Result<()> {
    let refused = |code: &str, words: &str| Err(FieldErrors::one("", code, words).into());
    let (Why::Stranger, Some(participant), Some(uid), Some(reply), Some(at)) =
        (row.why, row.participant_id, row.uid.as_deref(), row.reply, row.said_at)
    else {
        return refused("no_answer", "This mail is no answer that can be counted");
    };
    let who = find_attendee(tx, participant).await?.ok_or(Error::NotFound)?;
    match answers::apply(tx, services, &who, Said { uid, reply, at }, now).await? {
        Outcome::Late => refused(
            "late",
            "It cannot be counted any more: what it answers is over or cancelled, or the invite was taken back",
        ),
        Outcome::Older => refused("older", "They have given another answer since, and that one counts"),
        _ => Ok(()),
    }
}

/// Forgets what was decided about three months ago.
pub(super) async fn sweep<C: ConnectionTrait>(db: &C, now: DateTime<Utc>) -> Result<()> {
    inbox_item::Entity::delete_many()
        .filter(inbox_item::Column::State.eq(ItemState::Done))
        .filter(inbox_item::Column::DecidedAt.lt(now - TimeDelta::days(90)))
        .exec(db)
        .await?;
    Ok(())
}

/// How many mails wait for whoever sees these, and how many addresses their organisations have written to are suspended.
pub async fn count_waiting<C: ConnectionTrait>(db: &C, sees: &Sees) -> Result<(u64, u64)> {
    Ok((sees.open().count(db).await?, bounces::count(db, &sees.organisations).await?))
}
