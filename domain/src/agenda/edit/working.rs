//! Where a changed agenda is kept. While nobody can see an event, a change is made to its agenda at once. Once the event
//! is out, it goes into a draft that its organisers see and nobody else, until they publish it; whatever changes the
//! agenda that is out meanwhile (an import, a moved day) shows through wherever the draft itself changed nothing.

use super::apply::apply;
use crate::{
    access::Actor,
    agenda::{
        board::{Board, Span},
        entity::{agenda_draft, agenda_step, speaker},
    },
    error::Result,
    events::entity::event,
    ids::{EventId, RowId, SessionId},
    platform::audit,
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::HashMap;

/// How many changes can be undone, one after the other.
const STEPS: u64 = 20;

/// An agenda as its organisers are changing it, beside the one that is out.
#[derive(Clone, Debug, PartialEq)]
pub struct Working {
    /// What the public sees, or would see.
    pub out: Board,
    /// Speakers the public does not see before they are published with the rest.
    unlisted: Vec<speaker::Model>,
    /// A draft is kept.
    is_drafted: bool,
    /// With everything changed since; the same where nothing was.
    pub board: Board,
    /// When it was last changed, if it waits to be published.
    pub waits_since: Option<DateTime<Utc>>,
    /// The last change, if it can be undone: its id, and what it was, in words.
    pub last: Option<(RowId, String)>,
}

impl Working {
    /// The agenda of `event`. Seven queries.
    pub async fn load<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Self> {
        let mut out = Board::load(db, event).await?;
        let unlisted = out.speakers.extract_if(.., |row| !row.listed).collect();
        let draft = find(db, event).await?;
        let board = match &draft {
            Some(row) => follow(serde_json::from_str(&row.content)?, &serde_json::from_str(&row.base)?, &out),
            None => out.clone(),
        };
        let step = agenda_step::Entity::find()
            .select_only()
            .column(agenda_step::Column::Id)
            .column(agenda_step::Column::Words)
            .column(agenda_step::Column::After)
            .filter(agenda_step::Column::EventId.eq(event))
            .order_by_desc(agenda_step::Column::Id)
            .into_tuple::<(RowId, String, String)>()
            .one(db)
            .await?;
        let version = board.version();
        Ok(Self {
            is_drafted: draft.is_some(),
            waits_since: draft.filter(|_| board != out).map(|row| row.changed_at),
            unlisted,
            last: step.filter(|(_, _, after)| *after == version).map(|(id, words, _)| (id, words)),
            out,
            board,
        })
    }

    /// Whether a change to the agenda of this event waits to be published.
    pub(super) fn drafts(&self, event: &event::Model) -> bool {
        event.is_public() || self.is_drafted
    }
}

async fn find<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Option<agenda_draft::Model>> {
    let query = agenda_draft::Entity::find().filter(agenda_draft::Column::EventId.eq(event));
    Ok(query.one(db).await?)
}

/// What was done to an agenda, for its trail and for whoever may want it undone.
pub(super) struct Change {
    pub action: &'static str,
    /// The kind of thing, as `session`.
    pub object: &'static str,
    /// Its id; below zero for what is not in the database yet.
    pub id: i64,
    /// Codes, numbers and names of columns only.
    pub detail: Option<String>,
    /// "Moved “The talk”".
    pub words: String,
}

/// Keeps `board`, which was `working.board` before, and writes down what was done.
pub(super) async fn keep(
    tx: &DatabaseTransaction,
    actor: &Actor,
    event: &event::Model,
    working: &Working,
    mut board: Board,
    change: Change,
    now: DateTime<Utc>,
) -> Result<()> {
    board.sort();
    let mut object_id = change.id;
    let mut before = working.board.clone();
    if working.drafts(event) {
        put(tx, actor, event.id, &working.out, &board, now).await?;
    } else {
        before.span = board.span.map(|_| Span::of(event));
        let ids = write(tx, event, working, &board, now).await?;
        object_id = ids.get(&object_id).copied().unwrap_or(object_id);
        board = Board::load(tx, event.id).await?;
    }
    let step = agenda_step::ActiveModel {
        event_id: Set(event.id),
        content: Set(serde_json::to_string(&before)?),
        after: Set(board.version()),
        words: Set(change.words),
        at: Set(now),
        ..Default::default()
    };
    agenda_step::Entity::insert(step).exec_without_returning(tx).await?;
    forget_old(tx, event.id).await?;
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action: change.action,
        object: change.object,
        object_id,
        detail: change.detail.as_deref(),
    };
    audit::record(tx, actor, now, entry).await
}

/// Writes the difference between two agendas into the tables the public reads, with the times of the event where it is
/// stretched. Gives the ids that what was new has now.
pub(super) async fn write(
    tx: &DatabaseTransaction,
    event: &event::Model,
    working: &Working,
    to: &Board,
    now: DateTime<Utc>,
) -> Result<HashMap<i64, i64>> {
    let mut from = working.out.clone();
    from.speakers.extend(working.unlisted.iter().cloned());
    let ids = apply(tx, event.id, &from, to).await?;
    if let Some(span) = to.span.filter(|span| *span != Span::of(event)) {
        let mut row = event.clone().into_active_model();
        row.starts_wall = Set(span.starts_wall);
        row.starts_at = Set(span.starts_at);
        row.ends_wall = Set(span.ends_wall);
        row.ends_at = Set(span.ends_at);
        row.updated_at = Set(now);
        row.update(tx).await?;
    }
    Ok(ids)
}

/// Keeps a draft, or forgets it when it is no different from what is out.
pub(super) async fn put(
    tx: &DatabaseTransaction,
    actor: &Actor,
    event: EventId,
    out: &Board,
    board: &Board,
    now: DateTime<Utc>,
) -> Result<()> {
    if board == out {
        return forget_draft(tx, event).await;
    }
    let (base, content) = (serde_json::to_string(out)?, serde_json::to_string(board)?);
    let row = match find(tx, event).await? {
        Some(row) => {
            let mut row = row.into_active_model();
            row.base = Set(base);
            row.content = Set(content);
            row.changed_by = Set(actor.person_id());
            row.changed_at = Set(now);
            row.update(tx).await?;
            return Ok(());
        }
        None => agenda_draft::ActiveModel {
            event_id: Set(event),
            base: Set(base),
            content: Set(content),
            changed_by: Set(actor.person_id()),
            changed_at: Set(now),
            ..Default::default()
        },
    };
    agenda_draft::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Forgets the draft of an event.
pub(super) async fn forget_draft(tx: &DatabaseTransaction, event: EventId) -> Result<()> {
    let query = agenda_draft::Entity::delete_many().filter(agenda_draft::Column::EventId.eq(event));
    query.exec(tx).await?;
    Ok(())
}

/// Forgets every step that could be undone.
pub(super) async fn forget_steps(tx: &DatabaseTransaction, event: EventId) -> Result<()> {
    let query = agenda_step::Entity::delete_many().filter(agenda_step::Column::EventId.eq(event));
    query.exec(tx).await?;
    Ok(())
}

/// Forgets the steps before the last [`STEPS`].
async fn forget_old(tx: &DatabaseTransaction, event: EventId) -> Result<()> {
    let steps = agenda_step::Entity::find().filter(agenda_step::Column::EventId.eq(event));
    let oldest_kept: Option<RowId> = steps
        .select_only()
        .column(agenda_step::Column::Id)
        .order_by_desc(agenda_step::Column::Id)
        .offset(STEPS - 1)
        .limit(1)
        .into_tuple()
        .one(tx)
        .await?;
    if let Some(oldest) = oldest_kept {
        agenda_step::Entity::delete_many()
            .filter(agenda_step::Column::EventId.eq(event))
            .filter(agenda_step::Column::Id.lt(oldest))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Takes back the last change, if it is still `step`. Gives whether it was; a step undone already is no error.
pub(super) async fn undo(
    tx: &DatabaseTransaction,
    actor: &Actor,
    event: &event::Model,
    working: &Working,
    step: RowId,
    now: DateTime<Utc>,
) -> Result<bool> {
    if working.last.as_ref().is_none_or(|(last, _)| *last != step) {
        return Ok(false);
    }
    let Some(row) = agenda_step::Entity::find_by_id(step).one(tx).await? else {
        return Ok(false);
    };
    let mut before: Board = serde_json::from_str(&row.content)?;
    take_photos(&mut before.speakers, &working.out.speakers);
    if working.drafts(event) {
        put(tx, actor, event.id, &working.out, &before, now).await?;
    } else {
        write(tx, event, working, &before, now).await?;
    }
    agenda_step::Entity::delete_by_id(step).exec(tx).await?;
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action: "agenda.undone",
        object: "event",
        object_id: event.id.0,
        detail: None,
    };
    audit::record(tx, actor, now, entry).await?;
    Ok(true)
}

/// A row that has an id, whatever it is of.
trait Row: Clone + PartialEq {
    fn key(&self) -> i64;
}

macro_rules! rows {
    ($($name:ident),+) => {$(
        impl Row for crate::agenda::entity::$name::Model {
            fn key(&self) -> i64 { self.id.0 }
        }
    )+};
}
rows!(room, track, speaker, session);

fn merge<R: Row>(draft: Vec<R>, base: &[R], out: &[R]) -> Vec<R> {
    let by_key = |rows: &[R]| rows.iter().map(|row| (row.key(), row.clone())).collect::<HashMap<_, _>>();
    let (was, is) = (by_key(base), by_key(out));
    let drafted: std::collections::HashSet<i64> = draft.iter().map(Row::key).collect();
    let mut merged: Vec<R> = draft
        .into_iter()
        .filter_map(|row| match was.get(&row.key()) {
            Some(was) if *was == row => is.get(&row.key()).cloned(),
            _ => Some(row),
        })
        .collect();
    let came = out
        .iter()
        .filter(|row| !was.contains_key(&row.key()) && !drafted.contains(&row.key()));
    merged.extend(came.cloned());
    merged
}

/// A draft made when `base` was out, now that `out` is.
pub(super) fn follow(mut draft: Board, base: &Board, out: &Board) -> Board {
    if base == out {
        take_photos(&mut draft.speakers, &out.speakers);
        return draft;
    }
    let mut was = base.speakers.clone();
    take_photos(&mut was, &out.speakers);
    take_photos(&mut draft.speakers, &out.speakers);
    let mut board = Board {
        rooms: merge(draft.rooms, &base.rooms, &out.rooms),
        tracks: merge(draft.tracks, &base.tracks, &out.tracks),
        speakers: merge(draft.speakers, &was, &out.speakers),
        sessions: merge(draft.sessions, &base.sessions, &out.sessions),
        speaking: draft.speaking,
        span: draft.span,
    };
    let ids: Vec<SessionId> = board.sessions.iter().map(|row| row.id).collect();
    for id in &ids {
        if board.speaking.get(id) == base.speaking.get(id) {
            match out.speaking.get(id) {
                Some(speakers) => board.speaking.insert(*id, speakers.clone()),
                None => board.speaking.remove(id),
            };
        }
    }
    let (rooms, tracks, speakers) = (&board.rooms, &board.tracks, &board.speakers);
    board.speaking.retain(|id, _| ids.contains(id));
    for speaking in board.speaking.values_mut() {
        speaking.retain(|id| speakers.iter().any(|row| row.id == *id));
    }
    for session in &mut board.sessions {
        session.room_id = session.room_id.filter(|id| rooms.iter().any(|row| row.id == *id));
        session.track_id = session.track_id.filter(|id| tracks.iter().any(|row| row.id == *id));
    }
    board.sort();
    board
}

/// Photos are shown as soon as they are given, and no draft brings an old one back.
fn take_photos(speakers: &mut [speaker::Model], from: &[speaker::Model]) {
    for row in speakers {
        if let Some(now) = from.iter().find(|now| now.id == row.id) {
            row.photo.clone_from(&now.photo);
        }
    }
}
