//! The organiser's forms. Each reads what was posted, calls the service and says where to go.

use crate::{
    error::AppError,
    forms::{self, Go},
    ssr,
};
use domain::{
    Error, FieldErrors,
    certificates::{
        issue as service,
        template::{self, ApprovalForm, TemplateForm},
    },
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Why a certificate is revoked or replaced, as posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReasonForm {
    pub reason: String,
}

/// The name as it should read, and why it is corrected, as posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NameForm {
    pub name: String,
    pub reason: String,
}

/// The organiser's page about the certificates of an event.
#[must_use]
pub fn list_path(slug: &str) -> String {
    format!("/organise/events/{}/certificates", ssr::encode(slug))
}

/// Issues certificates to all who qualify: as many as the page said, or nobody gets one.
#[server(prefix = "/do", endpoint = "certificates/issue")]
pub async fn issue(
    #[server(default)] slug: String,
    #[server(default)] count: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = list_path(&slug);
    forms::post(&back, &draft, (), |request, (): ()| async move {
        let plan = service::plan(&request.services, &request.actor, &slug, &service::Filter::default()).await?;
        let ready = plan.figures.ready;
        if !plan.is_running() {
            if ready == 0 {
                return Err(FieldErrors::one("", "nobody", "Nobody qualifies for a certificate who has none.").into());
            }
            if count.parse() != Ok(ready) {
                let words = format!("Things have changed since you looked: {ready} qualify now. Look again, then press the button.");
                return Err(FieldErrors::one("", "changed", words).into());
            }
        }
        service::issue(&request.services, &request.actor, &slug).await?;
        Ok(Go::To(format!("{}?asked=1", list_path(&slug))))
    })
    .await
}

/// Has certificates issued at a time to come, or not by themselves after all.
#[server(prefix = "/do", endpoint = "certificates/release-at")]
pub async fn release_at(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: service::ReleaseForm,
) -> Result<(), AppError> {
    let back = list_path(&slug);
    forms::post(&back, &draft, form, |request, typed: service::ReleaseForm| async move {
        service::release_at(&request.services, &request.actor, &slug, &typed).await?;
        Ok(Go::To(format!("{}?release=1", list_path(&slug))))
    })
    .await
}

/// Revokes one certificate for ever.
#[server(prefix = "/do", endpoint = "certificates/revoke")]
pub async fn revoke(
    #[server(default)] slug: String,
    #[server(default)] id: String,
    #[server(default)] draft: String,
    #[server(default)] form: ReasonForm,
) -> Result<(), AppError> {
    let here = format!("{}/{}", list_path(&slug), ssr::encode(&id));
    forms::post(&format!("{here}?do=revoke"), &draft, form, |request, form: ReasonForm| async move {
        service::revoke(&request.services, &request.actor, &id, &form.reason).await?;
        Ok(Go::To(format!("{}/{}?revoked=1", list_path(&slug), ssr::encode(&id))))
    })
    .await
}

/// Issues a new certificate in place of one.
#[server(prefix = "/do", endpoint = "certificates/reissue")]
pub async fn reissue(
    #[server(default)] slug: String,
    #[server(default)] id: String,
    #[server(default)] draft: String,
    #[server(default)] form: ReasonForm,
) -> Result<(), AppError> {
    let here = format!("{}/{}", list_path(&slug), ssr::encode(&id));
    forms::post(
        &format!("{here}?do=reissue"),
        &draft,
        form,
        |request, form: ReasonForm| async move {
            let issued = service::reissue(&request.services, &request.actor, &id, &form.reason).await?;
            Ok(Go::To(format!("{}/{}?reissued=1", list_path(&slug), issued.certificate)))
        },
    )
    .await
}

/// Corrects the name of whoever has a certificate, and issues a new one in place of it.
#[server(prefix = "/do", endpoint = "certificates/correct-name")]
pub async fn correct_name(
    #[server(default)] slug: String,
    #[server(default)] id: String,
    #[server(default)] draft: String,
    #[server(default)] form: NameForm,
) -> Result<(), AppError> {
    let here = format!("{}/{}", list_path(&slug), ssr::encode(&id));
    forms::post(&format!("{here}?do=name"), &draft, form, |request, form: NameForm| async move {
        let issued = service::correct_name(&request.services, &request.actor, &id, &form.name, &form.reason).await?;
        Ok(Go::To(format!("{}/{}?reissued=1", list_path(&slug), issued.certificate)))
    })
    .await
}

/// Holds back the certificate of whoever has this place code.
#[server(prefix = "/do", endpoint = "certificates/hold")]
pub async fn hold(
    #[server(default)] slug: String,
    #[server(default)] code: String,
    #[server(default)] draft: String,
    #[server(default)] form: ReasonForm,
) -> Result<(), AppError> {
    let back = super::hold_page::path(&slug, &code);
    forms::post(&back, &draft, form, |request, form: ReasonForm| async move {
        service::hold(&request.services, &request.actor, &slug, &code, &form.reason).await?;
        Ok(Go::To(format!("{}?held=1", list_path(&slug))))
    })
    .await
}

/// Releases a certificate that was held back.
#[server(prefix = "/do", endpoint = "certificates/release")]
pub async fn release(
    #[server(default)] slug: String,
    #[server(default)] code: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = super::hold_page::path(&slug, &code);
    forms::post(&back, &draft, (), |request, (): ()| async move {
        service::release(&request.services, &request.actor, &slug, &code).await?;
        Ok(Go::To(format!("{}?released=1", list_path(&slug))))
    })
    .await
}

/// Saves what an organisation's certificates look like.
#[server(prefix = "/do", endpoint = "certificates/template")]
pub async fn save_template(
    #[server(default)] organisation: String,
    #[server(default)] draft: String,
    #[server(default)] form: TemplateForm,
) -> Result<(), AppError> {
    let back = template_path(&organisation, "");
    forms::post(&back, &draft, form, |request, typed: TemplateForm| async move {
        template::service::save(&request.services, &request.actor, &organisation, &typed).await?;
        Ok(Go::To(template_path(&organisation, "&now=saved")))
    })
    .await
}

/// Leaves the mark or the signature off certificates to come.
#[server(prefix = "/do", endpoint = "certificates/remove-picture")]
pub async fn remove_picture(
    #[server(default)] organisation: String,
    #[server(default)] which: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = template_path(&organisation, "");
    forms::post(&back, &draft, (), |request, (): ()| async move {
        let which = which.parse().map_err(|_| Error::NotFound)?;
        template::service::remove_picture(&request.services, &request.actor, &organisation, which).await?;
        Ok(Go::To(template_path(&organisation, "&now=removed")))
    })
    .await
}

/// Saves how approval stands for one event.
#[server(prefix = "/do", endpoint = "certificates/approval")]
pub async fn save_approval(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: ApprovalForm,
) -> Result<(), AppError> {
    let back = format!("{}/approval", list_path(&slug));
    forms::post(&back, &draft, form, |request, typed: ApprovalForm| async move {
        template::approval::save(&request.services, &request.actor, &slug, &typed).await?;
        Ok(Go::To(format!("{}?approval=1", list_path(&slug))))
    })
    .await
}

/// The page about the look of an organisation's certificates.
#[must_use]
pub fn template_path(organisation: &str, more: &str) -> String {
    format!("/organise/certificates/template?organisation={}{more}", ssr::encode(organisation))
}
