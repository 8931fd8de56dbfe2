//! Changing an agenda by form: each change under the event's lock, by the rules of an import, recorded, and undone again
//! if need be. Of an event that is out, changes gather in a draft; publishing it shows them and tells calendars, once.
//! Certificates already issued stay as they are.

mod along;
mod apply;
mod arrange;
mod forms;
mod notes;
mod publish;
mod rooms;
mod sessions;
mod speakers;
mod working;

pub use super::board::Board;
pub(crate) use along::{go_along, moved};
pub use arrange::{Arrange, arrange, grid};
pub use forms::{RoomForm, SessionForm, ShiftForm, SpeakerForm, TrackForm};
pub use notes::notes;
pub(crate) use publish::count_calendars;
pub use publish::{Difference, Fate, MANY, Preview, PublishForm, discard, preview, publish, undo};
pub use rooms::{delete_room, delete_track, save_room, save_track};
pub use sessions::{Shifted, Which, delete_session, save_session, set_status, shift};
pub use speakers::{delete_speaker, move_speaker, save_speaker};
pub use working::Working;

use crate::{
    Services,
    access::Actor,
    error::{Error, FieldErrors, Result},
    events::{edit::form::slug_of, entity::event},
    ids::EventId,
};
use chrono::{DateTime, Utc};
use sea_orm::{DatabaseTransaction, EntityTrait, QuerySelect};
use working::Change;

/// An event held under its lock, with its agenda: as it was when the change began, and as the change makes it.
struct Held {
    /// As the agenda has it: begun earlier or ended later where it is stretched.
    event: event::Model,
    row: event::Model,
    working: Working,
    /// What is changed.
    board: Board,
    now: DateTime<Utc>,
}

async fn hold(tx: &DatabaseTransaction, services: &Services, event: EventId) -> Result<Held> {
    let row = event::Entity::find_by_id(event)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or(Error::NotFound)?;
    let working = Working::load(tx, row.id).await?;
    Ok(Held {
        event: working.board.event(&row),
        board: working.board.clone(),
        working,
        row,
        now: services.clock.now(),
    })
}

impl Held {
    /// Keeps what was changed, and writes down that it was.
    async fn keep(self, tx: &DatabaseTransaction, actor: &Actor, change: Change) -> Result<()> {
        working::keep(tx, actor, &self.row, &self.working, self.board, change, self.now).await
    }
}

/// A code nothing in `taken` has: made of `name`, with a number where it must be.
fn free_code<'a>(name: &str, taken: impl Iterator<Item = &'a str>) -> String {
    let taken: Vec<&str> = taken.collect();
    let base = slug_of(name);
    let mut code = base.clone();
    for n in 2.. {
        if !taken.contains(&code.as_str()) {
            break;
        }
        code = format!("{base}-{n}");
    }
    code
}

fn about_all(code: &str, message: impl Into<String>) -> Error {
    FieldErrors::one("", code, message).into()
}
