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
            domain::platform::zones::read_wall(&typed.at).ok_or_else(|| "Enter a date and time, as 2027-03-11 09:10.".to_owned()),
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

/// Minutes given or taken, as posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AdjustPost {
    pub adjust_session: String,
    pub minutes: String,
    pub adjust_reason: String,
}

/// Gives somebody minutes of a session, or takes them, with a reason.
#[server(prefix = "/do", endpoint = "attendance/adjust")]
pub async fn adjust(
    #[server(default)] slug: String,
    #[server(default)] person: String,
    #[server(default)] draft: String,
    #[server(default)] form: AdjustPost,
) -> Result<(), AppError> {
    use domain::attendance::{adjust, working};
    let back = super::person_page::path(&slug, &person);
    let next = format!("{back}?adjusted=1");
    crate::forms::post(&back, &draft, form, |request, typed: AdjustPost| async move {
        let worked = working::working_of_code(&request.services, &request.actor, &person).await?;
        let typed = adjust::Adjust {
            participant: worked.attendee.participant_id,
            session: typed.adjust_session,
            minutes: typed.minutes,
            reason: typed.adjust_reason,
        };
        adjust::adjust(&request.services, &request.actor, &slug, typed).await?;
        Ok(crate::forms::Go::To(next))
    })
    .await
}

/// What a delegate asks to be corrected, as posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AskPost {
    pub session: String,
    pub words: String,
}

/// Asks for a correction of one's own hours, at the place with the code `place`.
#[server(prefix = "/do", endpoint = "attendance/ask")]
pub async fn ask(
    #[server(default)] place: String,
    #[server(default)] draft: String,
    #[server(default)] form: AskPost,
) -> Result<(), AppError> {
    use domain::attendance::asked;
    let back = format!("/my/cpd?working={}", crate::ssr::encode(&place));
    let next = format!("{back}&asked=1");
    crate::forms::post(&back, &draft, form, |request, typed: AskPost| async move {
        asked::ask(&request.services, &request.actor, &place, &typed.session, &typed.words).await?;
        Ok(crate::forms::Go::To(next))
    })
    .await
}

/// An answer to it, as posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerPost {
    pub decision: String,
    pub answer: String,
}

/// Answers what a delegate asked to be corrected.
#[server(prefix = "/do", endpoint = "attendance/decide")]
pub async fn decide(
    #[server(default)] slug: String,
    #[server(default)] person: String,
    #[server(default)] correction: String,
    #[server(default)] draft: String,
    #[server(default)] form: AnswerPost,
) -> Result<(), AppError> {
    use domain::{Error, FieldErrors, attendance::asked, ids::CorrectionId};
    let back = super::person_page::path(&slug, &person);
    let next = format!("{back}?answered=1");
    crate::forms::post(&back, &draft, form, |request, typed: AnswerPost| async move {
        let id = CorrectionId(correction.parse().map_err(|_| Error::NotFound)?);
        let granted = match typed.decision.as_str() {
            "granted" => true,
            "declined" => false,
            _ => return Err(FieldErrors::one("form[decision]", "decision", "Choose what you decided.").into()),
        };
        asked::decide(&request.services, &request.actor, &slug, id, granted, &typed.answer).await?;
        Ok(crate::forms::Go::To(next))
    })
    .await
}

/// Gives somebody without a booking a place, and checks them in. `key` is the page's: pressed twice, it is one person.
#[server(prefix = "/do", endpoint = "attendance/walk-in")]
pub async fn walk_in(
    #[server(default)] slug: String,
    #[server(default)] key: String,
    #[server(default)] draft: String,
    #[server(default)] form: WalkInPost,
) -> Result<(), AppError> {
    use domain::bookings::walk_in::{self, WalkInForm};
    let door = format!("/check-in/{}/walk-in", crate::ssr::encode(&slug));
    let next = door.clone();
    crate::forms::post(&door, &draft, form, |request, typed: WalkInForm| async move {
        let code = walk_in::walk_in(&request.services, &request.actor, &slug, &key, &typed).await?;
        Ok(crate::forms::Go::To(format!("{next}/{code}?made=1")))
    })
    .await
}

/// Whoever stands at the door, as posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WalkInPost {
    pub ticket: String,
    pub name: String,
    pub job_role: String,
    pub organisation: String,
    pub email: String,
    pub reason: String,
}

/// A code on a slip, as posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimPost {
    pub code: String,
}

/// Makes the place of a slip one's own.
#[server(prefix = "/do", endpoint = "attendance/claim")]
pub async fn claim(#[server(default)] draft: String, #[server(default)] form: ClaimPost) -> Result<(), AppError> {
    crate::forms::post("/claim", &draft, form, |request, typed: ClaimPost| async move {
        domain::bookings::claim::claim(&request.services, &request.actor, &typed.code).await?;
        Ok(crate::forms::Go::To("/my?claimed=1".to_owned()))
    })
    .await
}

/// Somebody checks themself in at a kiosk.
#[server(prefix = "/do", endpoint = "attendance/kiosk")]
pub async fn kiosk(
    #[server(default)] token: String,
    #[server(default)] draft: String,
    #[server(default)] form: ClaimPost,
) -> Result<(), AppError> {
    use domain::FieldErrors;
    let back = super::kiosk_page::path(&token);
    let next = back.clone();
    crate::forms::post(&back, &draft, form, |request, typed: ClaimPost| async move {
        if typed.code.trim().is_empty() {
            return Err(FieldErrors::one("form[code]", "missing", "Enter your code").into());
        }
        let said = domain::attendance::kiosk::arrive(&request.services, &token, &typed.code).await?;
        Ok(crate::forms::Go::Show(next, serde_json::json!({ "said": said })))
    })
    .await
}

/// For which session a screen is made, as posted; and what was made, as shown once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MakePost {
    pub session: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made: Option<String>,
}

/// Makes a kiosk for an event's door.
#[server(prefix = "/do", endpoint = "attendance/make-kiosk")]
pub async fn make_kiosk(#[server(default)] slug: String, #[server(default)] draft: String) -> Result<(), AppError> {
    let back = super::screens_page::path(&slug);
    let next = back.clone();
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let made = domain::attendance::kiosk::make(&request.services, &request.actor, &slug).await?;
        Ok(crate::forms::Go::Show(next, serde_json::json!({ "made": made })))
    })
    .await
}

/// Makes a screen for the room of a session.
#[server(prefix = "/do", endpoint = "attendance/make-screen")]
pub async fn make_screen(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: MakePost,
) -> Result<(), AppError> {
    let back = super::screens_page::path(&slug);
    let next = back.clone();
    crate::forms::post(&back, &draft, form, |request, typed: MakePost| async move {
        let made = domain::attendance::room_code::make(&request.services, &request.actor, &slug, &typed.session).await?;
        Ok(crate::forms::Go::Show(next, serde_json::json!({ "made": made })))
    })
    .await
}

/// A room's code, as posted; and what became of it, as shown once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HerePost {
    pub place: String,
    pub code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked: Option<domain::attendance::room_code::Checked>,
}

/// Checks oneself in to the session whose room shows the code.
#[server(prefix = "/do", endpoint = "attendance/here")]
pub async fn here(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: HerePost,
) -> Result<(), AppError> {
    let back = super::here_page::path(&slug);
    let next = back.clone();
    crate::forms::post(&back, &draft, form, |request, typed: HerePost| async move {
        let (services, actor) = (&request.services, &request.actor);
        let checked = domain::attendance::room_code::check_in(services, actor, &slug, &typed.place, &typed.code).await?;
        Ok(crate::forms::Go::Show(next, serde_json::json!({ "checked": checked })))
    })
    .await
}

/// Checks oneself out of the session one is in.
#[server(prefix = "/do", endpoint = "attendance/leave")]
pub async fn leave(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: HerePost,
) -> Result<(), AppError> {
    let back = super::here_page::path(&slug);
    let next = back.clone();
    crate::forms::post(&back, &draft, form, |request, typed: HerePost| async move {
        let (services, actor) = (&request.services, &request.actor);
        let checked = domain::attendance::room_code::check_out(services, actor, &slug, &typed.place).await?;
        Ok(crate::forms::Go::Show(next, serde_json::json!({ "checked": checked })))
    })
    .await
}
