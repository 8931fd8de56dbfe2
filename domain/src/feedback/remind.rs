//! Asking by rule: on so many days after the event, whoever came and has not given feedback by then.

use super::{FormState, ask::AskFeedback, ask::to_ask, edit, entity::feedback_form};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{FieldErrors, Result},
    events::{self, EventStatus, entity::event, service::load_for},
    ids::EventId,
    platform::{
        db::begin_write,
        jobs::{self, Job, Lease, Outcome},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, IntoActiveModel};
use serde::{Deserialize, Serialize};

/// How often one rule asks at the most.
const MOST: usize = 4;
/// The last day it may ask on.
const LAST_DAY: u32 = 60;

/// The days as typed: "0, 3, 7"; blank to ask by hand only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleForm {
    pub days: String,
}

impl RuleForm {
    /// The form of the rule that holds.
    #[must_use]
    pub fn of(days: &[u32]) -> Self {
        Self {
            days: days.iter().map(u32::to_string).collect::<Vec<_>>().join(", "),
        }
    }

    /// The days, each once, the first first.
    fn parse(&self) -> Result<Vec<u32>> {
        const FIELD: &str = "form[days]";
        let mut days = Vec::new();
        for typed in self.days.split([',', ' ', ';']).filter(|typed| !typed.is_empty()) {
            match typed.parse::<u32>() {
                Ok(day) if day <= LAST_DAY => days.push(day),
                _ => {
                    let words = format!("Enter days after the event in figures, from 0 to {LAST_DAY}, like 0, 3, 7");
                    return Err(FieldErrors::one(FIELD, "not_days", words).into());
                }
            }
        }
        days.sort_unstable();
        days.dedup();
        if days.len() > MOST {
            let words = format!("Ask on {MOST} days at the most, so that nobody is pestered");
            return Err(FieldErrors::one(FIELD, "too_many", words).into());
        }
        Ok(days)
    }
}

/// Days as a row keeps them.
pub(super) fn read_days(kept: &str) -> Vec<u32> {
    kept.split(',').filter_map(|day| day.parse().ok()).collect()
}

fn kept(days: &[u32]) -> String {
    days.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

fn due(event: &event::Model, day: u32) -> DateTime<Utc> {
    event.ends_at + TimeDelta::days(day.into())
}

/// Sets the rule of the event at `slug`. Days that are past are not made up for.
pub async fn set_rule(services: &Services, actor: &Actor, slug: &str, typed: &RuleForm) -> Result<()> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let days = typed.parse()?;
    let tx = begin_write(&services.db).await?;
    let mut row = edit::hold(&tx, event.id).await?.into_active_model();
    row.remind_days = Set(kept(&days));
    row.update(&tx).await?;
    for day in days.iter().copied().filter(|day| due(&event, *day) > now) {
        put_down(&tx, &event, day, now).await?;
    }
    edit::log(&tx, actor, event.id, "feedback.rule", Some(&kept(&days)), now).await?;
    tx.commit().await?;
    services.wake();
    Ok(())
}

async fn put_down<C: ConnectionTrait>(tx: &C, event: &event::Model, day: u32, now: DateTime<Utc>) -> Result<()> {
    let at = due(event, day);
    jobs::enqueue_for(tx, now, at, &AskByRule { event: event.id, day, at }).await
}

/// Asks on one day of the rule, if it still says so.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskByRule {
    pub event: EventId,
    /// After the event.
    pub day: u32,
    /// When that was to be.
    pub at: DateTime<Utc>,
}

impl Job for AskByRule {
    const KIND: &'static str = "ask_feedback_by_rule";

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}:{}:{}", self.event, self.day, self.at.timestamp_millis()))
    }

    async fn run(&self, services: &Services, _: &Lease) -> anyhow::Result<Outcome> {
        let now = services.clock.now();
        let (event, _) = events::queries::load(&services.db.read, self.event).await?;
        let is_anybody_left = !to_ask(services, self.event).await?.is_empty();
        let tx = begin_write(&services.db).await?;
        let row = edit::hold(&tx, self.event).await?;
        if !asks(&row, self.day) || event.status == EventStatus::Cancelled {
            return Ok(Outcome::Done);
        }
        if now < due(&event, self.day) {
            // The event was moved since.
            put_down(&tx, &event, self.day, now).await?;
            tx.commit().await?;
            return Ok(Outcome::Done);
        }
        let mut reminded = read_days(&row.reminded_days);
        reminded.push(self.day);
        let round = row.asked + i32::from(is_anybody_left);
        let mut row = row.into_active_model();
        row.reminded_days = Set(kept(&reminded));
        row.asked = Set(round);
        row.update(&tx).await?;
        if is_anybody_left {
            jobs::enqueue(&tx, now, &AskFeedback { event: self.event, round }).await?;
            edit::log(&tx, &Actor::System, self.event, "feedback.asked", Some("by rule"), now).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

/// Whether the rule still asks on that day, and has not yet.
fn asks(row: &feedback_form::Model, day: u32) -> bool {
    row.state == FormState::Open && read_days(&row.remind_days).contains(&day) && !read_days(&row.reminded_days).contains(&day)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn days_are_read_as_people_type_them() {
        let read = |days: &str| RuleForm { days: days.to_owned() }.parse();
        assert_eq!(read("7, 0,3 3").unwrap(), [0, 3, 7]);
        assert_eq!(read(" ").unwrap(), [0; 0]);
        for (typed, code) in [
            ("soon", "not_days"),
            ("61", "not_days"),
            ("-1", "not_days"),
            ("1 2 3 4 5", "too_many"),
        ] {
            let Error::Invalid(errors) = read(typed).unwrap_err() else {
                panic!("{typed}")
            };
            assert_eq!(errors.0[0].code, code, "{typed}");
        }
        assert_eq!(read_days(&kept(&[0, 3])), [0, 3]);
        assert_eq!(read_days(""), [0; 0]);
    }
}
