//! Inviting the list: one message a member, with its own UID, so that nobody sees anybody. Members who join later get
//! what is to come; who leaves gets a CANCEL. All of it is jobs, which go on where a stop left them.

use super::{
    InviteState, MembershipState, NetworkStatus, Refusal,
    entity::{invite, meeting, membership},
    letters::InviteLetters,
    queries::{self, is_open, list_sent},
    service::load_for,
};
use crate::{
    Services,
    access::{Actor, Permission},
    attendance::queries::{Attendee, find_attendee},
    bookings::{entity::calendar_entry, service::add_participant},
    error::{Error, FieldErrors, Result},
    events::EventStatus,
    ids::{EventId, MembershipId, NetworkId},
    messages::{
        Content,
        about::About,
        calendars::{draw_again, tell},
    },
    platform::{
        audit,
        db::begin_write,
        entity::job,
        jobs::{self, Job, Lease, Outcome},
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Query,
};
use serde::{Deserialize, Serialize};

/// How many people one transaction invites: few enough that bookings and scans are not kept waiting.
const AT_ONCE: u64 = 50;

/// Invites everybody on the list who is not invited yet, and tells those who are what has changed.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendInvites {
    pub event: EventId,
    /// When it was asked for.
    pub at: DateTime<Utc>,
    /// Each press is one job, within one millisecond too.
    #[serde(default)]
    pub press: String,
}

impl Job for SendInvites {
    const KIND: &'static str = "send_invites";

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}:{}:{}", self.event, self.at.timestamp_millis(), self.press))
    }

    async fn run(&self, services: &Services, lease: &Lease) -> anyhow::Result<Outcome> {
        let Some(meeting) = meeting::Entity::find()
            .filter(meeting::Column::EventId.eq(self.event))
            .one(&services.db.read)
            .await?
        else {
            return Ok(Outcome::Done);
        };
        let left = uninvited(self.event, meeting.network_id).count(&services.db.read).await?;
        let mut done = 0;
        loop {
            let tx = begin_write(&services.db).await?;
            let about = About::load(&tx, self.event).await?;
            if !is_open(&about.event, services.clock.now()) {
                break;
            }
            let members = uninvited(self.event, meeting.network_id).limit(AT_ONCE).all(&tx).await?;
            if members.is_empty() {
                break;
            }
            for member in &members {
                invite(&tx, services, &about, member.id).await?;
            }
            tx.commit().await?;
            done += members.len() as u64;
            lease.progress(done, left.max(done)).await?;
            services.wake();
        }
        tell_all(services, self.event, lease).await?;
        Ok(Outcome::Done)
    }
}

/// Brings one member's invites in line with where they stand: a member gets what is to come, who left gets a CANCEL.
#[derive(Debug, Serialize, Deserialize)]
pub struct UpdateMember {
    pub membership: MembershipId,
    pub at: DateTime<Utc>,
}

impl Job for UpdateMember {
    const KIND: &'static str = "update_member";

    async fn run(&self, services: &Services, _: &Lease) -> anyhow::Result<Outcome> {
        let now = services.clock.now();
        let tx = begin_write(&services.db).await?;
        let membership = queries::load_membership(&tx, self.membership).await?;
        let invites = invite::Entity::find()
            .filter(invite::Column::MembershipId.eq(membership.id))
            .all(&tx)
            .await?;
        let events = match membership.state {
            MembershipState::Member => list_sent(&tx, membership.network_id, now).await?,
            MembershipState::Left => invites.iter().map(|invite| invite.event_id).collect(),
            _ => Vec::new(),
        };
        for event in events {
            let about = About::load(&tx, event).await?;
            if now >= about.event.ends_at {
                continue;
            }
            if membership.state == MembershipState::Member {
                invite(&tx, services, &about, membership.id).await?;
            } else if let Some(row) = invites.iter().find(|invite| invite.event_id == event) {
                let mut changed = row.clone().into_active_model();
                changed.state = Set(InviteState::Withdrawn);
                let row = changed.update(&tx).await?;
                tell_one(&tx, services, &about, &row).await?;
            }
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

/// Members without an invite that stands, in the order they asked.
fn uninvited(event: EventId, network: NetworkId) -> Select<membership::Entity> {
    let invited = Query::select()
        .column(invite::Column::MembershipId)
        .from(invite::Entity)
        .and_where(invite::Column::EventId.eq(event))
        .and_where(invite::Column::State.eq(InviteState::Invited))
        .to_owned();
    membership::Entity::find()
        .filter(membership::Column::NetworkId.eq(network))
        .filter(membership::Column::State.eq(MembershipState::Member))
        .filter(membership::Column::Id.not_in_subquery(invited))
        .order_by_asc(membership::Column::Id)
}

/// How many on the list would be invited now.
pub async fn count_uninvited<C: ConnectionTrait>(db: &C, event: EventId, network: NetworkId) -> Result<u64> {
    Ok(uninvited(event, network).count(db).await?)
}

/// Invites one member, or again after they had left; tells their calendar if that is news.
async fn invite(tx: &DatabaseTransaction, services: &Services, about: &About, membership: MembershipId) -> Result<()> {
    let now = services.clock.now();
    let found = invite::Entity::find()
        .filter(invite::Column::EventId.eq(about.event.id))
        .filter(invite::Column::MembershipId.eq(membership))
        .one(tx)
        .await?;
    let row = match found {
        Some(row) if row.state == InviteState::Invited => row,
        Some(row) => {
            let mut row = row.into_active_model();
            row.state = Set(InviteState::Invited);
            row.reply = Set(None);
            row.reply_how = Set(None);
            row.replied_at = Set(None);
            row.update(tx).await?
        }
        None => {
            let participant = add_participant(tx, services, about.event.id, None, now).await?;
            let row = invite::ActiveModel {
                event_id: Set(about.event.id),
                membership_id: Set(membership),
                participant_id: Set(participant),
                state: Set(InviteState::Invited),
                created_at: Set(now),
                ..Default::default()
            };
            row.insert(tx).await?
        }
    };
    tell_one(tx, services, about, &row).await
}

async fn tell_one(tx: &DatabaseTransaction, services: &Services, about: &About, row: &invite::Model) -> Result<()> {
    let who = find_attendee(tx, row.participant_id).await?.ok_or(Error::NotFound)?;
    let letters = InviteLetters {
        invite: row.id,
        membership: row.membership_id,
    };
    tell(tx, services, about, &who, &letters).await
}

/// The invite a member was last sent, as it reads now; nothing where it was taken back.
pub(crate) async fn invite_now<C: ConnectionTrait>(
    db: &C,
    services: &Services,
    about: &About,
    who: &Attendee,
    row: &calendar_entry::Model,
    said: (bool, &[(String, String)]),
) -> Result<Option<(String, Content)>> {
    let invite = invite::Entity::find()
        .filter(invite::Column::ParticipantId.eq(who.participant_id))
        .filter(invite::Column::State.eq(InviteState::Invited))
        .one(db)
        .await?;
    let Some(invite) = invite else { return Ok(None) };
    let letters = InviteLetters {
        invite: invite.id,
        membership: invite.membership_id,
    };
    draw_again(services, about, who, row, said, &letters).map(Some)
}

/// Tells everybody invited to an event what is new to their calendar. Nothing for an event to which nobody is invited.
pub async fn tell_all(services: &Services, event: EventId, lease: &Lease) -> Result<()> {
    let total = invite::Entity::find()
        .filter(invite::Column::EventId.eq(event))
        .count(&services.db.read)
        .await?;
    let (mut after, mut done) = (crate::ids::InviteId(0), 0);
    while done < total {
        let tx = begin_write(&services.db).await?;
        let rows = invite::Entity::find()
            .filter(invite::Column::EventId.eq(event))
            .filter(invite::Column::Id.gt(after))
            .order_by_asc(invite::Column::Id)
            .limit(AT_ONCE)
            .all(&tx)
            .await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        let about = About::load(&tx, event).await?;
        for row in &rows {
            tell_one(&tx, services, &about, row).await?;
        }
        tx.commit().await?;
        done += rows.len() as u64;
        lease.progress(done, total).await?;
    }
    Ok(())
}

/// How many people a sending may reach before its number has to be typed.
pub const FEW: u64 = 10;

/// Sends the invites of a meeting to everybody on the list who has none. `count` is the number the organiser was shown
/// (and typed, where it is more than [`FEW`]): if it is another by now, nothing is sent.
pub async fn send(services: &Services, actor: &Actor, slug: &str, code: &str, count: &str) -> Result<u64> {
    let (network, _) = load_for(services, actor, Permission::Edit, slug).await?;
    if network.status == NetworkStatus::Draft {
        return Err(Refusal::NetworkNotPublished.into());
    }
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let (meeting, event) = queries::find_meeting(&tx, network.id, code).await?.ok_or(Error::NotFound)?;
    match event.status {
        EventStatus::Draft => return Err(Refusal::NotPublished.into()),
        EventStatus::Cancelled => return Err(Refusal::MeetingCancelled.into()),
        _ if now >= event.ends_at => return Err(Refusal::Over.into()),
        _ => {}
    }
    let wanted = count_uninvited(&tx, event.id, network.id).await?;
    if wanted == 0 {
        return Err(Refusal::NobodyToInvite.into());
    }
    if count.trim().parse() != Ok(wanted) {
        let words = if wanted > FEW {
            format!("Type {wanted}, the number of people who will be invited, to show that you mean it")
        } else {
            format!("The list has changed meanwhile: {wanted} would be invited now. Nothing was sent. Look again, and send")
        };
        // Only a number that has to be typed has a field.
        let field = if wanted > FEW { "form[count]" } else { "" };
        return Err(FieldErrors::one(field, "not_confirmed", words).into());
    }
    mark_sent(&tx, services, actor, &meeting, now).await?;
    tx.commit().await?;
    services.wake();
    Ok(wanted)
}

/// Says that the list is invited, and asks for it to be done.
pub(crate) async fn mark_sent(
    tx: &DatabaseTransaction,
    services: &Services,
    actor: &Actor,
    meeting: &meeting::Model,
    now: DateTime<Utc>,
) -> Result<()> {
    if meeting.invites_sent_at.is_none() {
        let mut row = meeting.clone().into_active_model();
        row.invites_sent_at = Set(Some(now));
        row.update(tx).await?;
    }
    let entry = audit::Entry {
        chain: format!("event:{}", meeting.event_id),
        action: "invites.sent",
        object: "meeting",
        object_id: meeting.id.0,
        detail: None,
    };
    audit::record(tx, actor, now, entry).await?;
    jobs::enqueue(
        tx,
        now,
        &SendInvites {
            event: meeting.event_id,
            at: now,
            press: services.random.public_id(),
        },
    )
    .await
}

/// The newest job that sends the invites of an event, whatever became of it.
pub async fn newest_job<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Option<job::Model>> {
    Ok(job::Entity::find()
        .filter(job::Column::Kind.eq(SendInvites::KIND))
        .filter(job::Column::DedupeKey.starts_with(format!("{}:{event}:", SendInvites::KIND)))
        .order_by_desc(job::Column::Id)
        .one(db)
        .await?)
}
