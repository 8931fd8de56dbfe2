//! The proof that an event's attendance is as it was recorded: each record follows from the one before it, to the last.

use super::{
    entity::attendance_record as record,
    queries::{chain_of, first_break},
};
use crate::{
    Services,
    error::{Error, Result},
    events,
    platform::entity::chain,
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};

/// What following the chain of an event's attendance showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    pub event: String,
    /// How many records there are.
    pub records: u64,
    /// The hash of the last one, which stands for all of them; none where there are none. Written down elsewhere, it
    /// proves later that nothing was changed before it.
    pub head: Option<String>,
    /// The first record that is not as it was written, if one is not.
    pub first_bad: Option<Bad>,
}

/// The first record of a chain that does not follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// Its place in the chain, counted from 1.
    pub seq: i64,
    /// When it says it was recorded; none where it is not there any more.
    pub recorded_at: Option<DateTime<Utc>>,
}

impl Proof {
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.first_bad.is_none()
    }

    /// What was found, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let count = match self.records {
            1 => "1 attendance record".to_owned(),
            more => format!("{more} attendance records"),
        };
        match &self.first_bad {
            None => format!("{}: {count}, each following from the one before. The chain is whole.", self.event),
            Some(Bad { seq, recorded_at: None }) => {
                format!(
                    "{}: record {seq} is missing. Whatever was recorded from there on proves nothing.",
                    self.event
                )
            }
            Some(Bad {
                seq,
                recorded_at: Some(at),
            }) => format!(
                "{}: record {seq}, recorded {}, is not as it was written, or was put in later. {count} in all; those before it stand.",
                self.event,
                at.format("%Y-%m-%d %H:%M:%S UTC")
            ),
        }
    }
}

/// Follows the attendance of the event at `slug` from its first record to its last. For whoever has the machine.
pub async fn prove(services: &Services, slug: &str) -> Result<Proof> {
    let db = &services.db.read;
    let (event, _) = events::queries::find_by_slug(db, slug).await?.ok_or(Error::NotFound)?;
    let name = chain_of(event.id);
    let of_event = record::Entity::find().filter(record::Column::Chain.eq(&name));
    let first_bad = match first_break(db, event.id).await? {
        None => None,
        Some(seq) => {
            let row = of_event.clone().filter(record::Column::Seq.eq(seq)).one(db).await?;
            Some(Bad {
                seq,
                recorded_at: row.map(|row| row.recorded_at),
            })
        }
    };
    let head = chain::Entity::find_by_id(&name).one(db).await?.map(|head| head.hash);
    Ok(Proof {
        event: event.slug,
        records: of_event.count(db).await?,
        head,
        first_bad,
    })
}
