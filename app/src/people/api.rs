//! The forms of signing in.

use crate::{
    error::AppError,
    forms::{self, Go},
    ssr,
};
use domain::people::service;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What somebody types to sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    pub email: String,
}

/// Asks for a link.
#[server(prefix = "/do", endpoint = "people/ask")]
pub async fn ask(
    #[server(default)] next: String,
    #[server(default)] draft: String,
    #[server(default)] form: SignInForm,
) -> Result<(), AppError> {
    let next = ssr::same_site(&next);
    forms::post(&forms::sign_in_path(&next), &draft, form, |request, form: SignInForm| async move {
        service::ask(
            &request.services,
            &form.email,
            &next,
            &request.asking.browser,
            &request.asking.address,
        )
        .await?;
        Ok(Go::To("/sign-in/check".to_owned()))
    })
    .await
}

/// Signs in with the link, which only a person pressing the button does.
#[server(prefix = "/do", endpoint = "people/confirm")]
pub async fn confirm(#[server(default)] token: String, #[server(default)] draft: String) -> Result<(), AppError> {
    forms::post(
        &format!("/sign-in/{}", ssr::encode(&token)),
        &draft,
        (),
        |request, (): ()| async move {
            let made = service::with_link(&request.services, &token).await?;
            Ok(Go::To(welcome(&made)))
        },
    )
    .await
}

/// What somebody types from the mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CodeForm {
    pub code: String,
}

/// Signs in with the code from the mail, in the browser that asked.
#[server(prefix = "/do", endpoint = "people/code")]
pub async fn code(#[server(default)] draft: String, #[server(default)] form: CodeForm) -> Result<(), AppError> {
    forms::post("/sign-in/check", &draft, form, |request, form: CodeForm| async move {
        if form.code.trim().is_empty() {
            return Err(domain::FieldErrors::one("form[code]", "missing", "Enter the code from the mail").into());
        }
        let made = service::with_code(&request.services, &request.asking.browser, &form.code).await;
        let made = made.map_err(|error| error.at("form[code]"))?;
        Ok(Go::To(welcome(&made)))
    })
    .await
}

/// Ends every sign-in of this person.
#[server(prefix = "/do", endpoint = "people/sign-out-everywhere")]
pub async fn sign_out_everywhere(#[server(default)] draft: String) -> Result<(), AppError> {
    forms::post("/my/account", &draft, (), |request, (): ()| async move {
        service::sign_out_everywhere(&request.services, &request.actor).await?;
        Ok(Go::To("/sign-in?signed_out=1".to_owned()))
    })
    .await
}

/// Sets the cookie of a new sign-in and says where its person was going.
fn welcome(made: &service::NewSignIn) -> String {
    let secure = ssr::services().is_https();
    ssr::header(
        axum::http::header::SET_COOKIE,
        &ssr::cookie("sign-in", &made.token, Some(service::SIGN_IN_LASTS.num_seconds()), secure),
    );
    made.next.clone()
}
