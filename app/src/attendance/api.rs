//! The forms of the door and of the register. Each reads what was posted, calls the service and says where to go.

use crate::error::AppError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Somebody arrives or leaves, at the door or in a session (`to`, its code). The answer fills the next page.
#[server(prefix = "/do", endpoint = "attendance/record")]
pub async fn record(
    #[server(default)] slug: String,
    #[server(default)] to: String,
    #[server(default)] participant: String,
    #[server(default)] code: String,
    #[server(default)] action: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    use domain::{
        Error, FieldErrors,
        attendance::{
            How,
            service::{self, Scan, Target},
        },
        ids::ParticipantId,
    };
    let back = super::door_page::path(&slug, &to);
    let next = back.clone();
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let target = if code.is_empty() {
            Target::Participant(ParticipantId(participant.parse().map_err(|_| Error::NotFound)?))
        } else {
            Target::Code(code)
        };
        let how = if matches!(target, Target::Code(_)) {
            How::Scan
        } else {
            How::Steward
        };
        let action = action.parse().map_err(|words| FieldErrors::one("", "action", words))?;
        let scan = Scan {
            target,
            session: Some(to).filter(|to| !to.is_empty()),
            action,
            how,
        };
        let answered = service::record(&request.services, &request.actor, &slug, scan).await?;
        Ok(crate::forms::Go::Show(next, serde_json::json!({ "answered": answered })))
    })
    .await
}

/// Reasons as posted, by the id of the record each takes back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReasonsPost {
    pub reasons: BTreeMap<String, String>,
}

/// Takes a record back: at the door with one press, on the register (`person`, a place code) with a reason.
#[server(prefix = "/do", endpoint = "attendance/withdraw")]
pub async fn withdraw(
    #[server(default)] slug: String,
    #[server(default)] to: String,
    #[server(default)] record: String,
    #[server(default)] person: String,
    #[server(default)] draft: String,
    #[server(default)] form: ReasonsPost,
) -> Result<(), AppError> {
    use domain::{Error, attendance::correct, ids::AttendanceId};
    let at_door = person.is_empty();
    let back = if at_door {
        super::door_page::path(&slug, &to)
    } else {
        super::person_page::path(&slug, &person)
    };
    let next = format!(
        "{back}{}undone={}",
        if back.contains('?') { '&' } else { '?' },
        crate::ssr::encode(&record)
    );
    crate::forms::post(&back, &draft, form, |request, typed: ReasonsPost| async move {
        let id = AttendanceId(record.parse().map_err(|_| Error::NotFound)?);
        let reason = if at_door {
            "Undone at the door"
        } else {
            typed.reasons.get(&record).map_or("", String::as_str)
        };
        correct::withdraw(&request.services, &request.actor, &slug, id, reason).await?;
        Ok(crate::forms::Go::To(next))
    })
    .await
}

/// A missed record, as posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AdditionPost {
    pub session: String,
    pub action: String,
    pub at: String,
    pub reason: String,
}

/// Adds a record that was missed, with a reason.
#[server(prefix = "/do", endpoint = "attendance/add")]
pub async fn add(
    #[server(default)] slug: String,
    #[server(default)] person: String,
    #[server(default)] draft: String,
    #[server(default)] form: AdditionPost,
) -> Result<(), AppError> {
    use domain::{
        FieldErrors,
        attendance::{
            correct::{self, Addition},
            working,
        },
    };
    let back = super::person_page::path(&slug, &person);
    let next = format!("{back}?added=1");
    crate::forms::post(&back, &draft, form, |request, typed: AdditionPost| async move {
        let worked = working::working_of_code(&request.services, &request.actor, &person).await?;
        let mut errors = FieldErrors::default();
        let action = errors.take(
            "form[action]",
            typed
                .action
                .parse()
                .map_err(|_: String| "Choose whether they arrived or left.".to_owned()),
        );
        let at = errors.take(
            "form[at]",
            super::person_page::read_time(&typed.at).ok_or_else(|| "Enter a date and time, as 2027-03-11 09:10.".to_owned()),
        );
        let (Some(action), Some(at)) = (action, at) else {
            return Err(errors.into());
        };
        let session = Some(typed.session).filter(|code| !code.is_empty());
        let addition = Addition {
            participant: worked.attendee.participant_id,
            session,
            action,
            at,
            reason: typed.reason,
        };
        correct::add(&request.services, &request.actor, &slug, addition).await?;
        Ok(crate::forms::Go::To(next))
    })
    .await
}

/// Adds the list kept in the draft to the register, if it comes to as many records (`form[count]`) as the page said.
#[server(prefix = "/do", endpoint = "attendance/import")]
pub async fn import(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: CountPost,
) -> Result<(), AppError> {
    use domain::attendance::doorlist::{self, Import};
    let back = super::import_page::path(&slug);
    crate::forms::post(&back, &draft, form, |request, typed: Import| async move {
        let added = doorlist::import(&request.services, &request.actor, &slug, &typed).await?;
        let to = format!("/organise/events/{}/attendance?added={added}", crate::ssr::encode(&slug));
        Ok(crate::forms::Go::To(to))
    })
    .await
}

/// How many records a list comes to, as the page said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CountPost {
    pub count: String,
}

/// What is said beside an online report: only what was posted goes over what the draft holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SettlePost {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub hands: BTreeMap<String, String>,
}

/// Takes the order of dates or the places said by hand, and shows what the report comes to with them.
#[server(prefix = "/do", endpoint = "attendance/settle-online")]
pub async fn settle_online(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: SettlePost,
) -> Result<(), AppError> {
    use domain::attendance::online::{self, Import};
    let back = super::online_page::path(&slug);
    let next = back.clone();
    crate::forms::post(&back, &draft, form, |request, typed: Import| async move {
        online::check(&request.services, &request.actor, &slug, &typed).await?;
        Ok(crate::forms::Go::On(next))
    })
    .await
}

/// Adds the online report kept in the draft to the register, if it comes to as many stays (`form[count]`) as the page said.
#[server(prefix = "/do", endpoint = "attendance/import-online")]
pub async fn import_online(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: CountPost,
) -> Result<(), AppError> {
    use domain::attendance::online::{self, Import};
    let back = super::online_page::path(&slug);
    crate::forms::post(&back, &draft, form, |request, typed: Import| async move {
        let added = online::import(&request.services, &request.actor, &slug, &typed).await?;
        let to = format!("/organise/events/{}/attendance?stays={added}", crate::ssr::encode(&slug));
        Ok(crate::forms::Go::To(to))
    })
    .await
}
