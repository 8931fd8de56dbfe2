//! The forms of the organiser's desk. Each reads what was posted, calls the service and says where to go.

use crate::{error::AppError, forms::Go};
use domain::{
    Error, FieldErrors,
    access::Permission,
    events::{
        EventStatus,
        desk::{self, CalledOff},
        edit::{self, CopyForm, EventForm, tickets, tickets::TicketForm},
        erase::{self, EraseForm},
        service,
    },
    ids::PersonId,
    organisations::{
        service::list_with,
        settings::{self, SettingsForm},
        team::{self, MemberForm, RoleForm},
    },
};
use leptos::prelude::*;

fn event_path(slug: &str, page: &str) -> String {
    format!("/organise/events/{}{page}", crate::ssr::encode(slug).replace('/', "%2F"))
}

/// Makes an event, a draft.
#[server(prefix = "/do", endpoint = "organise/create")]
pub async fn create(#[server(default)] draft: String, #[server(default)] form: EventForm) -> Result<(), AppError> {
    crate::forms::post("/organise/events/new", &draft, form, |request, typed: EventForm| async move {
        if request.actor.person().is_none() {
            return Err(Error::SignInNeeded);
        }
        request.actor.require_anywhere(Permission::Edit)?;
        let own = list_with(&request.services, &request.actor, Permission::Edit).await?;
        let organisation = own
            .iter()
            .find(|row| row.slug == typed.organisation || (typed.organisation.is_empty() && own.len() == 1))
            .ok_or_else(|| FieldErrors::one("form[organisation]", "missing", "Choose the organisation the event is for"))?;
        let event = edit::create(&request.services, &request.actor, organisation.id, &typed).await?;
        Ok(Go::To(event_path(&event.slug, "?made=1")))
    })
    .await
}

/// Changes an event.
#[server(prefix = "/do", endpoint = "organise/update")]
pub async fn update(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: EventForm,
) -> Result<(), AppError> {
    let part = form.part();
    let back = event_path(&slug, &format!("/edit?part={}", part.word()));
    let shown = back.clone();
    crate::forms::post(&back, &draft, form, |request, typed: EventForm| async move {
        Ok(match edit::update(&request.services, &request.actor, &slug, &typed).await? {
            edit::Updated::Look(_) => Go::On(format!("{shown}&look=1")),
            edit::Updated::Saved(saved) if saved.told => Go::To(event_path(&slug, "?saved=told")),
            edit::Updated::Saved(_) => Go::To(event_path(&slug, "?saved=1")),
        })
    })
    .await
}

/// Publishes an event, closes its booking or opens it again. Cancelling has a form of its own, with a number to confirm.
#[server(prefix = "/do", endpoint = "organise/status")]
pub async fn status(
    #[server(default)] slug: String,
    #[server(default)] status: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = event_path(&slug, "");
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let to = match status.as_str() {
            "published" => EventStatus::Published,
            "closed" => EventStatus::Closed,
            _ => return Err(FieldErrors::one("", "not_a_choice", "An event can be published, or its booking closed").into()),
        };
        service::set_status(&request.services, &request.actor, &slug, to).await?;
        Ok(Go::To(event_path(&slug, &format!("?now={}", to.word()))))
    })
    .await
}

/// Cancels an event, if `people` are as many as are told now.
#[server(prefix = "/do", endpoint = "organise/cancel")]
pub async fn cancel(
    #[server(default)] slug: String,
    #[server(default)] people: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = event_path(&slug, "/cancel");
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let done = desk::cancel(&request.services, &request.actor, &slug, people.parse().unwrap_or(u64::MAX)).await?;
        Ok(Go::To(match done {
            CalledOff::Cancelled => event_path(&slug, "?now=cancelled"),
            CalledOff::Deleted => "/organise?now=deleted".to_owned(),
        }))
    })
    .await
}

/// Copies a whole event to another day, as a draft.
#[server(prefix = "/do", endpoint = "organise/copy")]
pub async fn copy_event(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: CopyForm,
) -> Result<(), AppError> {
    let back = event_path(&slug, "/copy");
    crate::forms::post(&back, &draft, form, |request, typed: CopyForm| async move {
        let event = edit::copy(&request.services, &request.actor, &slug, &typed).await?;
        Ok(Go::To(event_path(&event.slug, "?made=copy")))
    })
    .await
}

/// Erases the personal data of an event that is over.
#[server(prefix = "/do", endpoint = "organise/erase")]
pub async fn erase_event(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: EraseForm,
) -> Result<(), AppError> {
    let back = event_path(&slug, "/erase");
    crate::forms::post(&back, &draft, form, |request, typed: EraseForm| async move {
        erase::erase(&request.services, &request.actor, &slug, &typed).await?;
        Ok(Go::To(event_path(&slug, "?now=erased")))
    })
    .await
}

/// Adds a ticket, or changes the one with the code in `ticket`.
#[server(prefix = "/do", endpoint = "organise/ticket")]
pub async fn ticket(
    #[server(default)] slug: String,
    #[server(default)] ticket: String,
    #[server(default)] draft: String,
    #[server(default)] form: TicketForm,
) -> Result<(), AppError> {
    let page = event_path(&slug, "/tickets");
    let back = if ticket.is_empty() {
        page.clone()
    } else {
        format!("{page}?edit={}", crate::ssr::encode(&ticket))
    };
    crate::forms::post(&back, &draft, form, |request, typed: TicketForm| async move {
        let code = (!ticket.is_empty()).then_some(ticket.as_str());
        tickets::save(&request.services, &request.actor, &slug, code, &typed).await?;
        Ok(Go::To(format!("{page}?saved=1")))
    })
    .await
}

/// Deletes a ticket nobody booked.
#[server(prefix = "/do", endpoint = "organise/delete-ticket")]
pub async fn delete_ticket(
    #[server(default)] slug: String,
    #[server(default)] ticket: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let page = event_path(&slug, "/tickets");
    let back = format!("{page}?edit={}", crate::ssr::encode(&ticket));
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        tickets::delete(&request.services, &request.actor, &slug, &ticket).await?;
        Ok(Go::To(format!("{page}?deleted=1")))
    })
    .await
}

fn of_organisation(page: &str, organisation: &str, more: &str) -> String {
    format!("{page}?organisation={}{more}", crate::ssr::encode(organisation))
}

/// Asks somebody into the team.
#[server(prefix = "/do", endpoint = "organise/add-member")]
pub async fn add_member(
    #[server(default)] organisation: String,
    #[server(default)] draft: String,
    #[server(default)] form: MemberForm,
) -> Result<(), AppError> {
    let back = of_organisation("/organise/team", &organisation, "");
    crate::forms::post(&back, &draft, form, |request, typed: MemberForm| async move {
        team::invite(&request.services, &request.actor, &organisation, &typed).await?;
        Ok(Go::To(of_organisation("/organise/team", &organisation, "&now=invited")))
    })
    .await
}

/// Writes to somebody once more who was asked and has not signed in.
#[server(prefix = "/do", endpoint = "organise/invite-again")]
pub async fn invite_again(
    #[server(default)] organisation: String,
    #[server(default)] person: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = of_organisation("/organise/team", &organisation, "");
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        team::invite_again(&request.services, &request.actor, &organisation, person_id(&person)?).await?;
        Ok(Go::To(of_organisation("/organise/team", &organisation, "&now=again")))
    })
    .await
}

/// Gives somebody in the team another role, or another event to be steward of.
#[server(prefix = "/do", endpoint = "organise/role")]
pub async fn role(
    #[server(default)] organisation: String,
    #[server(default)] person: String,
    #[server(default)] role: String,
    #[server(default)] event: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = of_organisation("/organise/team", &organisation, "");
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let form = RoleForm { role, event };
        team::set_role(&request.services, &request.actor, &organisation, person_id(&person)?, &form).await?;
        Ok(Go::To(of_organisation("/organise/team", &organisation, "&now=changed")))
    })
    .await
}

/// Takes somebody out of the team.
#[server(prefix = "/do", endpoint = "organise/remove-member")]
pub async fn remove_member(
    #[server(default)] organisation: String,
    #[server(default)] person: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let page = format!("/organise/team/{}/remove", crate::ssr::encode(&person).replace('/', "%2F"));
    let back = of_organisation(&page, &organisation, "");
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let person = person_id(&person)?;
        team::remove(&request.services, &request.actor, &organisation, person).await?;
        // Whoever took themselves out may not see the team any more.
        let is_own = request.actor.person_id() == Some(person);
        Ok(Go::To(if is_own {
            "/my".to_owned()
        } else {
            of_organisation("/organise/team", &organisation, "&now=removed")
        }))
    })
    .await
}

fn person_id(text: &str) -> domain::Result<PersonId> {
    text.parse().map(PersonId).map_err(|_| Error::NotFound)
}

/// Saves an organisation's settings.
#[server(prefix = "/do", endpoint = "organise/settings")]
pub async fn save_settings(
    #[server(default)] organisation: String,
    #[server(default)] draft: String,
    #[server(default)] form: SettingsForm,
) -> Result<(), AppError> {
    let back = of_organisation("/organise/settings", &organisation, "");
    crate::forms::post(&back, &draft, form, |request, typed: SettingsForm| async move {
        settings::save(&request.services, &request.actor, &organisation, &typed).await?;
        Ok(Go::To(of_organisation("/organise/settings", &organisation, "&saved=1")))
    })
    .await
}

/// Looks for what is wrong with this installation, and shows it on the settings page.
#[server(prefix = "/do", endpoint = "organise/check-installation")]
pub async fn check_installation(#[server(default)] organisation: String) -> Result<(), AppError> {
    let back = of_organisation("/organise/settings", &organisation, "");
    let shown = back.clone();
    crate::forms::post(&back, "", (), |request, (): ()| async move {
        settings::load_own(&request.services, &request.actor, &organisation).await?;
        let checks = settings::examine(&request.services, &request.actor).await?;
        Ok(Go::Show(shown, serde_json::json!({ "checks": checks })))
    })
    .await
}
