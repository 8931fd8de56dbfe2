//! Self-assessment: how well somebody says they can do what an event is to teach, before it and after. It is the
//! delegate's own, to see what the day gave them. Only this module reads it: organisers are given counts with small numbers
//! hidden (domain.md 5.2), and no way to what one person said.

use super::{
    Moment,
    entity::outcome_rating,
    questions::STEPS,
    small::{LEAST, Shown, mean},
};
use crate::{
    Services,
    access::{Actor, Permission},
    attendance::queries::find_own,
    error::{Error, FieldErrors, Result},
    events::{self, entity::event, service::load_for},
    ids::ParticipantId,
    organisations::entity::organisation,
    platform::db::begin_write,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What somebody typed: ratings by the place of the outcome, "1" for the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RatingsForm {
    pub before: BTreeMap<String, String>,
    pub after: BTreeMap<String, String>,
}

/// Somebody's own assessment.
#[derive(Clone, Debug, PartialEq)]
pub struct Own {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub form: RatingsForm,
    /// The event has begun: what comes after can be said.
    pub begun: bool,
}

async fn whose(services: &Services, actor: &Actor, slug: &str) -> Result<(event::Model, organisation::Model, ParticipantId)> {
    let db = &services.db.read;
    let who = find_own(db, actor.signed_in()?.id, slug).await?.ok_or(Error::NotFound)?;
    let (event, organisation) = events::queries::load(db, who.event_id).await?;
    if event.outcomes.0.is_empty() {
        return Err(Error::NotFound);
    }
    Ok((event, organisation, who.participant_id))
}

/// What whoever is signed in said of themselves at the event at `slug`.
pub async fn own(services: &Services, actor: &Actor, slug: &str) -> Result<Own> {
    let (event, organisation, participant) = whose(services, actor, slug).await?;
    let rows = outcome_rating::Entity::find()
        .filter(outcome_rating::Column::ParticipantId.eq(participant))
        .all(&services.db.read)
        .await?;
    let mut form = RatingsForm::default();
    for row in rows {
        let list = match row.moment {
            Moment::Before => &mut form.before,
            Moment::After => &mut form.after,
        };
        list.insert((row.outcome + 1).to_string(), row.rating.to_string());
    }
    Ok(Own {
        begun: services.clock.now() >= event.starts_at,
        event,
        organisation,
        form,
    })
}

/// Keeps what they say, in place of what they said. A blank takes one back; all blank leaves nothing.
pub async fn save(services: &Services, actor: &Actor, slug: &str, typed: &RatingsForm) -> Result<()> {
    let (event, _, participant) = whose(services, actor, slug).await?;
    let begun = services.clock.now() >= event.starts_at;
    let mut errors = FieldErrors::default();
    let mut rows = Vec::new();
    for (moment, list) in [(Moment::Before, &typed.before), (Moment::After, &typed.after)] {
        if moment == Moment::After && !begun {
            continue;
        }
        for at in 0..event.outcomes.0.len() {
            let key = (at + 1).to_string();
            let Some(text) = list.get(&key).map(|text| text.trim()).filter(|text| !text.is_empty()) else {
                continue;
            };
            match text.parse::<i32>() {
                Ok(rating) if (1..=i32::from(STEPS)).contains(&rating) => rows.push(outcome_rating::ActiveModel {
                    event_id: Set(event.id),
                    participant_id: Set(participant),
                    moment: Set(moment),
                    outcome: Set(i32::try_from(at).unwrap_or(i32::MAX)),
                    rating: Set(rating),
                    ..Default::default()
                }),
                _ => errors.add(
                    format!("form[{}][{key}]", moment.word()),
                    "not_a_choice",
                    format!("Choose from 1 to {STEPS}, or nothing"),
                ),
            }
        }
    }
    errors.finish(())?;
    let tx = begin_write(&services.db).await?;
    outcome_rating::Entity::delete_many()
        .filter(outcome_rating::Column::ParticipantId.eq(participant))
        .exec(&tx)
        .await?;
    if !rows.is_empty() {
        outcome_rating::Entity::insert_many(rows).exec_without_returning(&tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// How many people said they can do one thing how well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    pub outcome: String,
    /// From 1 to 5; none where too few said.
    pub before: Vec<Shown>,
    pub after: Vec<Shown>,
    pub mean_before: Option<String>,
    pub mean_after: Option<String>,
}

/// How people's own words on the event's outcomes are spread, for whoever may see the event; nothing of any outcome on which
/// fewer than [`LEAST`] people said something.
pub async fn spread(services: &Services, actor: &Actor, slug: &str) -> Result<Vec<Spread>> {
    let (event, _) = load_for(services, actor, Permission::See, slug).await?;
    let rows = outcome_rating::Entity::find()
        .filter(outcome_rating::Column::EventId.eq(event.id))
        .all(&services.db.read)
        .await?;
    let of = |at: usize, moment: Moment| -> Vec<u64> {
        rows.iter()
            .filter(|row| row.moment == moment && usize::try_from(row.outcome) == Ok(at))
            .filter_map(|row| u64::try_from(row.rating).ok())
            .collect()
    };
    let counted = |ratings: &[u64]| -> Vec<Shown> {
        if (ratings.len() as u64) < LEAST {
            return Vec::new();
        }
        let count = |step: u8| ratings.iter().filter(|rating| **rating == u64::from(step)).count() as u64;
        (1..=STEPS).map(|step| Shown::of(count(step))).collect()
    };
    let outcomes = event.outcomes.0.iter().enumerate();
    Ok(outcomes
        .map(|(at, outcome)| {
            let (before, after) = (of(at, Moment::Before), of(at, Moment::After));
            Spread {
                outcome: outcome.clone(),
                mean_before: mean(&before),
                mean_after: mean(&after),
                before: counted(&before),
                after: counted(&after),
            }
        })
        .filter(|spread| !spread.before.is_empty() || !spread.after.is_empty())
        .collect())
}
