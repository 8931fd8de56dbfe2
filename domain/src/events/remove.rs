//! A draft nobody ever saw goes without a trace on the site; what was public is cancelled instead, and stays where it is.

use super::{EventStatus, entity::event};
use crate::{
    Services,
    access::Actor,
    agenda::{
        entity::{agenda_draft, agenda_step, room, session, session_speaker, speaker, speaking, track},
        photos,
    },
    attendance::{
        entity::{correction, door_scan, room_code},
        online,
    },
    bookings::entity::{participant, ticket},
    certificates::entity::certificate_approval,
    error::{Error, Result},
    feedback::entity::feedback_form,
    ids::EventId,
    messages::entity::message,
    networks::entity::meeting,
    organisations::entity::team_member,
    platform::{audit, db::begin_write},
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, sea_query::Query};

/// Deletes the event, if it is a draft that nobody has a place at or was written to about; gives whether it was.
pub(super) async fn draft(services: &Services, actor: &Actor, id: EventId) -> Result<bool> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = event::Entity::find_by_id(id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    if event.status != EventStatus::Draft || is_known(&tx, id).await? {
        return Ok(false);
    }
    let sessions = Query::select()
        .column(session::Column::Id)
        .from(session::Entity)
        .and_where(session::Column::EventId.eq(id))
        .to_owned();
    let faces: Vec<Option<String>> = speaker::Entity::find()
        .select_only()
        .column(speaker::Column::Photo)
        .filter(speaker::Column::EventId.eq(id))
        .into_tuple()
        .all(&tx)
        .await?;
    session_speaker::Entity::delete_many()
        .filter(session_speaker::Column::SessionId.in_subquery(sessions))
        .exec(&tx)
        .await?;
    room_code::Entity::delete_many()
        .filter(room_code::Column::EventId.eq(id))
        .exec(&tx)
        .await?;
    correction::Entity::delete_many()
        .filter(correction::Column::EventId.eq(id))
        .exec(&tx)
        .await?;
    door_scan::Entity::delete_many()
        .filter(door_scan::Column::EventId.eq(id))
        .exec(&tx)
        .await?;
    speaking::Entity::delete_many()
        .filter(speaking::Column::EventId.eq(id))
        .exec(&tx)
        .await?;
    session::Entity::delete_many()
        .filter(session::Column::EventId.eq(id))
        .exec(&tx)
        .await?;
    speaker::Entity::delete_many()
        .filter(speaker::Column::EventId.eq(id))
        .exec(&tx)
        .await?;
    room::Entity::delete_many().filter(room::Column::EventId.eq(id)).exec(&tx).await?;
    track::Entity::delete_many().filter(track::Column::EventId.eq(id)).exec(&tx).await?;
    ticket::Entity::delete_many()
        .filter(ticket::Column::EventId.eq(id))
        .exec(&tx)
        .await?;
    meeting::Entity::delete_many()
        .filter(meeting::Column::EventId.eq(id))
        .exec(&tx)
        .await?;
    // Whoever was to help at this event alone helps nowhere.
    team_member::Entity::delete_many()
        .filter(team_member::Column::EventId.eq(id))
        .exec(&tx)
        .await?;
    agenda_draft::Entity::delete_many()
        .filter(agenda_draft::Column::EventId.eq(id))
        .exec(&tx)
        .await?;
    agenda_step::Entity::delete_many()
        .filter(agenda_step::Column::EventId.eq(id))
        .exec(&tx)
        .await?;
    feedback_form::Entity::delete_many()
        .filter(feedback_form::Column::EventId.eq(id))
        .exec(&tx)
        .await?;
    certificate_approval::Entity::delete_many()
        .filter(certificate_approval::Column::EventId.eq(id))
        .exec(&tx)
        .await?;
    online::kept::forget(&tx, id).await?;
    event::Entity::delete_by_id(id).exec(&tx).await?;
    let entry = audit::Entry {
        chain: format!("organisation:{}", event.organisation_id),
        action: "event.deleted",
        object: "event",
        object_id: id.0,
        detail: None,
    };
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    for face in faces {
        photos::forget_unused(services, face).await;
    }
    Ok(true)
}

/// Whether anybody has, or had, to do with it.
async fn is_known(tx: &DatabaseTransaction, id: EventId) -> Result<bool> {
    let people = participant::Entity::find()
        .filter(participant::Column::EventId.eq(id))
        .count(tx)
        .await?;
    let mails = message::Entity::find().filter(message::Column::EventId.eq(id)).count(tx).await?;
    Ok(people + mails > 0)
}
