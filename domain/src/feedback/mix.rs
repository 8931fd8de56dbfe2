//! Taking what was handed in apart, and writing it down in an order nobody chose.

use super::{
    Answer, MIXED,
    entity::{feedback_answer, feedback_waiting},
};
use crate::{Services, agenda::entity::session, error::Result, ids::EventId};
use sea_orm::{ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

/// Mixes what was handed in for an event, where enough people's is there or the form is closed. Within the transaction that
/// handed it in, or closed it, under the event's lock.
pub(crate) async fn mix(tx: &DatabaseTransaction, services: &Services, event: EventId, is_closed: bool) -> Result<()> {
    let waiting = feedback_waiting::Entity::find()
        .filter(feedback_waiting::Column::EventId.eq(event))
        .all(tx)
        .await?;
    if waiting.is_empty() || (waiting.len() < MIXED && !is_closed) {
        return Ok(());
    }
    let sessions = session::Entity::find().filter(session::Column::EventId.eq(event)).all(tx).await?;
    let mut answers: Vec<Answer> = Vec::new();
    for row in &waiting {
        answers.extend(serde_json::from_str::<Vec<Answer>>(&row.content)?);
    }
    shuffle(&mut answers, |end| services.random.below(end));
    let day = services.clock.now().date_naive().to_string();
    let rows = answers.into_iter().map(|answer| feedback_answer::ActiveModel {
        id: Set(services.random.public_id()),
        event_id: Set(event),
        session_id: Set(answer
            .session
            .as_ref()
            .and_then(|code| sessions.iter().find(|session| session.code == *code))
            .map(|session| session.id)),
        question: Set(answer.question),
        answer: Set(answer.answer),
        day: Set(day.clone()),
    });
    let rows: Vec<_> = rows.collect();
    for some in rows.chunks(500) {
        feedback_answer::Entity::insert_many(some.iter().cloned())
            .exec_without_returning(tx)
            .await?;
    }
    feedback_waiting::Entity::delete_many()
        .filter(feedback_waiting::Column::Id.is_in(waiting.iter().map(|row| row.id.as_str())))
        .exec(tx)
        .await?;
    Ok(())
}

/// Every order alike (Fisher and Yates).
fn shuffle<T>(all: &mut [T], below: impl Fn(u32) -> u32) {
    for last in (1..all.len()).rev() {
        let end = u32::try_from(last + 1).unwrap_or(u32::MAX);
        all.swap(last, below(end) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::shuffle;
    use crate::platform::random::Random;

    #[test]
    fn every_place_is_as_likely_as_every_other() {
        let random = Random::seeded(7);
        let mut seen = [[0_u32; 4]; 4];
        for _ in 0..4_000 {
            let mut all = [0, 1, 2, 3];
            shuffle(&mut all, |end| random.below(end));
            for (at, what) in all.into_iter().enumerate() {
                seen[what][at] += 1;
            }
        }
        assert!(seen.iter().flatten().all(|count| (850..1_150).contains(count)), "{seen:?}");
    }
}
