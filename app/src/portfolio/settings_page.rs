//! Whom somebody keeps their CPD for, and since when.

use super::api;
use crate::{
    forms, ssr,
    ui::{Choice, Field, Form, Page, page},
};
use domain::{
    portfolio::own::{Owner, SettingsForm, follows},
    schemes::SCHEMES,
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub fn SettingsPage() -> impl IntoView {
    let load = async {
        let services = ssr::services();
        let reader = Owner::of(&ssr::asking().actor)?.reader();
        let follows = follows(&services, &reader).await?;
        let (kept, form) = forms::kept_or(|| SettingsForm::of(&follows)).await?;
        Ok((kept, form, services.clock.now().date_naive()))
    };
    page(load, |(kept, form, today)| {
        let schemes = SCHEMES
            .iter()
            .map(|scheme| {
                let (code, version) = (scheme.code, scheme.on(today));
                let checked = form.chosen.get(code).is_some_and(|said| said == "true");
                let starts = form.starts.get(code).cloned().unwrap_or_default();
                let long = if version.years == 1 {
                    "a year".to_owned()
                } else {
                    format!("{} years", version.years)
                };
                view! {
                    <fieldset class="group">
                        <legend>{scheme.name}</legend>
                        <Choice kept=kept.clone() name=format!("form[chosen][{code}]") label=format!("I keep my CPD for: {}", scheme.regulator) checked=checked hint=version.about/>
                        <Field kept=kept.clone() name=format!("form[starts][{code}]") label=format!("{}: first day of your period (optional)", scheme.name) value=starts kind="date" class="input--short" hint=format!("Of any of your periods; each is {long} long.")/>
                    </fieldset>
                }
            })
            .collect_view();
        let body = view! {
            <div class="page__head">
                <p class="kicker"><a href="/my/cpd">"My CPD"</a></p>
                <h1>"Your regulator and period"</h1>
                <p class="lede">"Choose one or more. Each counts in its own way; nothing you wrote is lost when you change this. No organiser sees it."</p>
            </div>
            <Form to=api::Settings::url() kept=kept.clone() class="stack-l">
                {schemes}
                <p><button class="btn">"Save"</button></p>
            </Form>
        };
        Page::new("Your regulator and period – My CPD", body).unlisted()
    })
}
