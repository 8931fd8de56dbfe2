//! An event whose own times change, and its sessions: they go along by the same shift, or stay where they are on the
//! clock. What waits in a draft goes along too, so that publishing it later does not bring old times back.

use super::{
    apply::apply,
    sessions::{instant, stretch},
    working::{self, Working},
};
use crate::{
    access::Actor,
    agenda::{
        board::{Board, Span},
        entity::session,
    },
    error::{FieldErrors, Result},
    events::entity::event,
    platform::zones,
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::DatabaseTransaction;

/// The agenda of an event with its times changed: `new` says when the event is, `by` how far the sessions go on the
/// clock. A planned session that would lie outside, have no length left or fall on a time that never comes is named.
pub(crate) fn moved(board: &Board, new: &event::Model, by: TimeDelta) -> std::result::Result<Board, FieldErrors> {
    let (mut board, mut errors) = (board.clone(), FieldErrors::default());
    for session in &mut board.sessions {
        let (starts_wall, ends_wall) = (session.starts_wall + by, session.ends_wall + by);
        match (instant(new, starts_wall), instant(new, ends_wall)) {
            (Ok(starts_at), Ok(ends_at)) if starts_at < ends_at => {
                *session = session::Model {
                    starts_wall,
                    ends_wall,
                    starts_at,
                    ends_at,
                    ..session.clone()
                }
            }
            (Ok(_), Ok(_)) => {
                let words = format!(
                    "The session “{}” would have no length left, because the clocks change meanwhile",
                    session.title
                );
                errors.add("form[starts]", "no_length", words);
            }
            (Err(never), _) | (_, Err(never)) => {
                let words = format!("The session “{}” would move to a time that never comes. {never}", session.title);
                errors.add("form[starts]", "no_such_time", words);
            }
        }
    }
    if board.span.is_some() {
        let mut stretched = new.clone();
        let planned: Vec<_> = board.planned().cloned().collect();
        stretch(&mut stretched, &planned);
        board.span = Some(Span::of(&stretched)).filter(|span| *span != Span::of(new));
    }
    let event = board.event(new);
    for session in board.planned() {
        let field = if session.starts_at < event.starts_at {
            "form[starts]"
        } else if session.ends_at > event.ends_at {
            "form[ends]"
        } else {
            continue;
        };
        if errors.of(field).is_none() {
            let when = zones::span(session.starts_wall, session.ends_wall);
            let words = format!(
                "The session “{}” ({when}) would lie outside the event. Change the session first, or let the sessions move along",
                session.title
            );
            errors.add(field, "session_outside", words);
        }
    }
    board.sort();
    if errors.0.is_empty() { Ok(board) } else { Err(errors) }
}

/// Takes the agenda of an event along: the one that is out, and the draft beside it if there is one. The event's row is
/// held by the caller, who also tells calendars. What could be undone before cannot be any more once a session moved.
pub(crate) async fn go_along(tx: &DatabaseTransaction, actor: &Actor, new: &event::Model, by: TimeDelta, now: DateTime<Utc>) -> Result<()> {
    let working = Working::load(tx, new.id).await?;
    let out = moved(&working.out, new, by)?;
    let board = moved(&working.board, new, by)?;
    if out == working.out && board == working.board {
        return Ok(());
    }
    apply(tx, new.id, &working.out, &out).await?;
    if working.waits_since.is_some() {
        working::put(tx, actor, new.id, &out, &board, now).await?;
    } else {
        working::forget_draft(tx, new.id).await?;
    }
    working::forget_steps(tx, new.id).await
}
