//! A certificate's own page: the verdict first, then the sheet, then every field that was signed. For anybody with the
//! address; nothing finds one by name.

use super::{
    checked::{SIGNED_BY, SIGNED_WITH, fields},
    sheet::Sheet,
};
use crate::{
    ssr,
    ui::{
        Page,
        icons::{Cross, Tick},
        page,
    },
};
use domain::{
    Error,
    certificates::{
        Refusal::NotShown,
        queries::{
            self, Public, Standing, Version,
            face::{day, moment},
        },
    },
    error::Refusal as Refused,
    platform::limits,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn CertificatePage() -> impl IntoView {
    let id = use_params_map().read_untracked().get("id").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        limits::count(
            &services.db,
            services.clock.now(),
            services.limits.certificate_address,
            "certificate-address",
            &asking.address,
        )
        .await?;
        ssr::header(axum::http::header::CACHE_CONTROL, "no-store");
        match queries::load_public(&services, &id).await {
            Err(Error::NotFound) => Ok(Err(no_certificate())),
            Err(Error::Refused(Refused::Certificate(NotShown))) => Ok(Err(not_shown())),
            loaded => loaded.map(Ok),
        }
    };
    page(load, |certificate| {
        let certificate = match certificate {
            Ok(certificate) => certificate,
            Err(instead) => return instead,
        };
        let sensitive = certificate.event.sensitive;
        let support = if sensitive {
            certificate.event.support.0.clone()
        } else {
            Vec::new()
        };
        let organisation = certificate.organisation.clone();
        let path = format!("/certificates/{}", certificate.snapshot.id);
        let body = view! {
            {verdict(&certificate)}
            <div class="cert">
                <Sheet face=certificate.face.clone() code=certificate.code.clone()/>
                <aside class="cert__side no-print stack" aria-label="Keep or check this certificate">
                    <a class="btn" href=format!("{path}.pdf")>"Download certificate (PDF)"</a>
                    <a class="btn btn--line" href=format!("{path}.jwt")>"Signed file"</a>
                    <a class="btn btn--line" href=format!("{path}.json")>"Signed file, readable (JSON)"</a>
                    <p class="meta">"Keep a file and it can be checked for ever, with no connection, even after the organiser has gone."</p>
                    <p class="meta">"Not proven here: who is holding it. Whoever has the address sees this page, so compare the name with something official."</p>
                </aside>
            </div>
            <section class="sec checkfields" aria-labelledby="every">
                <h2 id="every">"Everything that was signed"</h2>
                <dl class="fields">{everything(&certificate)}</dl>
            </section>
        };
        Page::new("Certificate of attendance", body)
            .class("wrap page page--cert")
            .host(&organisation)
            .support(support)
            .unlisted()
    })
}

/// For whoever has the address of one whose holder does not have it shown. That there is one is all it says.
fn not_shown() -> Page {
    ssr::status(axum::http::StatusCode::NOT_FOUND);
    Page::new(
        "Certificate not shown",
        view! {
            <div class="stack">
                <h1>"Certificate not shown"</h1>
                <p class="lede">"A certificate was issued under this number. Its holder does not have it shown here."</p>
                <p>"That says nothing about whether it is valid. Ask whoever gave you the address for the file (PDF, JWT or JSON): it proves itself, and is checked here against what was revoked."</p>
                <p><a class="btn" href="/verify">"Check a certificate"</a></p>
            </div>
        },
    )
    .unlisted()
}

/// For somebody who typed the address from paper.
fn no_certificate() -> Page {
    ssr::status(axum::http::StatusCode::NOT_FOUND);
    Page::new(
        "Page not found",
        view! {
            <div class="stack">
                <h1>"Page not found"</h1>
                <p class="lede">"There is no certificate at this address."</p>
                <p>"If you typed the address from paper, check each letter and digit. A certificate of another site has to be checked at that site."</p>
                <p>"If you have the file, you can check it here without an address."</p>
                <p><a class="btn" href="/verify">"Check a certificate"</a></p>
            </div>
        },
    )
    .unlisted()
}

fn verdict(certificate: &Public) -> AnyView {
    let zone = &certificate.snapshot.zone;
    let checked = view! { <time datetime=certificate.checked_at.to_rfc3339()>{moment(certificate.checked_at, zone)}</time> };
    match &certificate.standing {
        Standing::Valid => view! {
            <div class="verdict" role="status">
                <Tick/>
                <strong>"This certificate is valid"</strong>
                <span>{format!("Signed by {} and unchanged since. Checked ", certificate.face.organiser)}{checked}"."</span>
            </div>
        }
        .into_any(),
        Standing::Revoked { at, reason } => {
            let newer = certificate.later.last().map(|newest| {
                view! { " "<a href=format!("/certificates/{}", newest.public_id)>{format!("Another took its place on {}", day(newest.issued_at, zone))}</a>"." }
            });
            let reason = reason.trim_end_matches('.').to_owned();
            view! {
                <div class="verdict verdict--no" role="status">
                    <Cross/>
                    <strong>{format!("This certificate was revoked on {}", day(*at, zone))}</strong>
                    <span>{format!("It does not count any more. Reason given: {reason}.")}{newer}" Checked "{checked}"."</span>
                </div>
            }
            .into_any()
        }
        Standing::Unproven(reason) => view! {
            <div class="verdict verdict--warn" role="status">
                <Cross/>
                <strong>"This certificate could not be checked"</strong>
                <span>{format!("Do not rely on this page: {reason}. Ask the organiser, {}. Tried ", certificate.face.contact)}{checked}"."</span>
            </div>
        }
        .into_any(),
    }
}

fn everything(certificate: &Public) -> AnyView {
    let signed = certificate.shown.as_ref().map(fields).unwrap_or_default();
    let rows = signed
        .into_iter()
        .filter(|(name, _)| name != SIGNED_BY && name != SIGNED_WITH)
        .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
        .collect_view();
    let signed_with = certificate.face.signed_with.clone();
    let zone = certificate.snapshot.zone.clone();
    view! {
        {rows}
        {(!signed_with.is_empty()).then(|| view! { <div><dt>"Signed with"</dt><dd>{signed_with}</dd></div> })}
        <div><dt>"Earlier versions"</dt><dd>{versions(&certificate.earlier, &zone, "None")}</dd></div>
        <div><dt>"Later versions"</dt><dd>{versions(&certificate.later, &zone, "None. Not re-issued")}</dd></div>
    }
    .into_any()
}

/// Other certificates of the same person for the same event, each with what became of it.
fn versions(versions: &[Version], zone: &str, none: &'static str) -> AnyView {
    if versions.is_empty() {
        return none.into_any();
    }
    versions
        .iter()
        .enumerate()
        .map(|(i, version)| {
            let ended = version.revoked_at.map(|at| {
                let reason = version.reason.clone().unwrap_or_default();
                format!(", revoked {}: {}", day(at, zone), reason.trim_end_matches('.'))
            });
            let parted = (i > 0).then_some("; ");
            view! { {parted}<a href=format!("/certificates/{}", version.public_id)>{format!("issued {}", day(version.issued_at, zone))}</a>{ended} }
        })
        .collect_view()
        .into_any()
}
