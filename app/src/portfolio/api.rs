//! The forms of a portfolio. Each is the signed-in person's own; a role in an organisation opens nobody's.

use super::{entry_page, pack_page, reflect_page};
use crate::{
    error::AppError,
    forms::{self, Go},
};
use domain::{
    FieldErrors,
    certificates::own::{Kept, set_shown},
    ids::RowId,
    portfolio::own::{self, EntryForm, LinkForm, Owner, ReflectForm, SettingsForm},
    schemes::SCHEMES,
};
use leptos::prelude::*;

/// Saves a new entry (`of` empty), an entry, or what is added to a certificate.
#[server(prefix = "/do", endpoint = "portfolio/save-entry")]
pub async fn save_entry(
    #[server(default)] of: String,
    #[server(default)] key: String,
    #[server(default)] draft: String,
    #[server(default)] form: EntryForm,
) -> Result<(), AppError> {
    let back = if of.is_empty() {
        "/my/cpd/new".to_owned()
    } else {
        entry_page::path(&of)
    };
    forms::post(&back, &draft, form, |request, form: EntryForm| async move {
        let owner = Owner::of(&request.actor)?;
        let saved = own::save(&request.services, &owner, &of, &key, &form).await?;
        Ok(Go::To(format!("{}?done=saved", entry_page::path(&saved))))
    })
    .await
}

/// Has one's own certificate shown on this site, or not.
#[server(prefix = "/do", endpoint = "portfolio/show-certificate")]
pub async fn show_certificate(
    #[server(default)] of: String,
    #[server(default)] shown: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    forms::post(&entry_page::path(&of), &draft, (), |request, (): ()| async move {
        let shown = match shown.as_str() {
            "yes" => true,
            "no" => false,
            _ => return Err(FieldErrors::one("", "not_a_choice", "Choose whether the certificate is shown").into()),
        };
        let kept = set_shown(&request.services, &request.actor, &of, shown).await?;
        Ok(Go::To(match kept {
            Kept::Here => format!("{}?done=shown", entry_page::path(&of)),
            Kept::Nowhere => "/my/cpd?done=withdrawn".to_owned(),
        }))
    })
    .await
}

/// Deletes an entry, with its reflections and files; of a certificate what was added to it.
#[server(prefix = "/do", endpoint = "portfolio/delete-entry")]
pub async fn delete_entry(#[server(default)] of: String, #[server(default)] draft: String) -> Result<(), AppError> {
    forms::post(&entry_page::path(&of), &draft, (), |request, (): ()| async move {
        own::delete(&request.services, &Owner::of(&request.actor)?, &of).await?;
        Ok(Go::To("/my/cpd?done=deleted".to_owned()))
    })
    .await
}

/// Removes a file kept as evidence.
#[server(prefix = "/do", endpoint = "portfolio/remove-file")]
pub async fn remove_file(#[server(default)] file: String, #[server(default)] draft: String) -> Result<(), AppError> {
    forms::post("/my/cpd", &draft, (), |request, (): ()| async move {
        let owner = Owner::of(&request.actor)?;
        let of = own::remove_file(&request.services, &owner, row(&file)?).await?;
        Ok(Go::To(format!("{}?done=removed", entry_page::path(&of))))
    })
    .await
}

/// Saves a reflective account.
#[server(prefix = "/do", endpoint = "portfolio/reflect")]
pub async fn reflect(
    #[server(default)] of: String,
    #[server(default)] scheme: String,
    #[server(default)] draft: String,
    #[server(default)] form: ReflectForm,
) -> Result<(), AppError> {
    let back = reflect_page::path(&of, &scheme);
    forms::post(&back, &draft, form, |request, form: ReflectForm| async move {
        let owner = Owner::of(&request.actor)?;
        let of = own::save_account(&request.services, &owner, &of, &scheme, &form).await?;
        Ok(Go::To(format!("{}?done=reflected", entry_page::path(&of))))
    })
    .await
}

/// Deletes a reflective account.
#[server(prefix = "/do", endpoint = "portfolio/delete-reflection")]
pub async fn delete_reflection(
    #[server(default)] of: String,
    #[server(default)] scheme: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    forms::post(&reflect_page::path(&of, &scheme), &draft, (), |request, (): ()| async move {
        let owner = Owner::of(&request.actor)?;
        let of = own::delete_account(&request.services, &owner, &of, &scheme).await?;
        Ok(Go::To(format!("{}?done=forgotten", entry_page::path(&of))))
    })
    .await
}

/// Saves which schemes somebody follows.
#[server(prefix = "/do", endpoint = "portfolio/settings")]
pub async fn settings(#[server(default)] draft: String, #[server(default)] form: SettingsForm) -> Result<(), AppError> {
    // A box that is not ticked sends nothing, and what a draft held would stand.
    let mut form = form;
    for scheme in SCHEMES {
        form.chosen.entry(scheme.code.to_owned()).or_default();
    }
    forms::post("/my/cpd/settings", &draft, form, |request, form: SettingsForm| async move {
        own::save_settings(&request.services, &Owner::of(&request.actor)?, &form).await?;
        Ok(Go::To("/my/cpd?done=schemes".to_owned()))
    })
    .await
}

/// Makes a link for an appraiser, shown once.
#[server(prefix = "/do", endpoint = "portfolio/make-link")]
pub async fn make_link(#[server(default)] draft: String, #[server(default)] form: LinkForm) -> Result<(), AppError> {
    forms::post(pack_page::PATH, &draft, form, |request, form: LinkForm| async move {
        let made = own::make_link(&request.services, &request.actor, &form).await?;
        Ok(Go::Show(pack_page::PATH.to_owned(), serde_json::json!({ "made": made })))
    })
    .await
}

/// Ends a link at once.
#[server(prefix = "/do", endpoint = "portfolio/withdraw-link")]
pub async fn withdraw_link(#[server(default)] link: String, #[server(default)] draft: String) -> Result<(), AppError> {
    forms::post(pack_page::PATH, &draft, (), |request, (): ()| async move {
        // Whoever is not signed in is asked to, whatever was sent.
        request.actor.signed_in()?;
        own::withdraw_link(&request.services, &request.actor, row(&link)?).await?;
        Ok(Go::To(format!("{}?done=withdrawn", pack_page::PATH)))
    })
    .await
}

/// The number of a row, as a form sends it.
fn row(typed: &str) -> domain::Result<RowId> {
    typed.trim().parse().map(RowId).map_err(|_| domain::Error::NotFound)
}
