//! The certificate as a sheet one frames, in the words of its snapshot.

use crate::ui::icons::Fan;
use domain::certificates::{hours::hours_in_words, paper::Face, queries::Public};
use leptos::prelude::*;

/// The sheet, with the page's one level-one heading.
#[component]
pub fn Sheet(certificate: Public) -> impl IntoView {
    let (side, path) = certificate.code.clone();
    let face = certificate.face;
    let part = (!face.participatory.is_empty()).then(|| format!(", of which {} participatory", face.participatory));
    let shown = face.address.trim_start_matches("https://").trim_start_matches("http://").to_owned();
    view! {
        <article class="sheet">
            <div class="sheet__top">
                <div><h1>"Certificate of attendance"</h1><p>{face.organiser.clone()}<br/><small>{face.contact.clone()}</small></p></div>
                {fan(&face)}
            </div>
            <p class="quiet">"This is to record that"</p>
            <p class="name">{face.name.clone()}</p>
            <p>"was present at "<b>{face.event.clone()}</b>{format!(", {}, {}, for", face.place, face.date)}</p>
            <p class="hours"><b>{face.hours.clone()}</b>" of continuing professional development"{part}</p>
            {sessions(&face)}
            <div class="sheet__end">
                <div class="stack">
                    <p>{face.statement.clone()}</p>
                    <p><small>"Check this certificate at"<br/>{shown}</small></p>
                    <p><small>{format!("Issued {}. Certificate {}.", face.issued, face.number)}</small></p>
                </div>
                <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label="QR code with the address of this page" shape-rendering="crispEdges">
                    <path fill="currentColor" d=path/>
                </svg>
            </div>
        </article>
    }
}

/// A stroke for each quarter of an hour offered, or for more where there are above sixty.
fn fan(face: &Face) -> AnyView {
    let quarters = face.of_minutes.div_ceil(15).max(1);
    let each = 15 * quarters.div_ceil(60);
    let (total, filled) = (face.of_minutes.div_ceil(each).max(1), face.minutes / each);
    let label = format!("{} of {} attended", face.hours, hours_in_words(face.of_minutes));
    view! { <Fan filled=filled total=total label=label/> }.into_any()
}

fn sessions(face: &Face) -> Option<AnyView> {
    if face.sessions.is_empty() {
        return None;
    }
    let rows = face
        .sessions
        .iter()
        .map(|row| {
            let participatory = row.participatory.then(|| view! { " "<i>"(participatory)"</i> });
            view! { <tr><td class="num">{row.began.clone()}</td><td>{row.title.clone()}{participatory}</td><td>{format!("{} of {}", row.minutes, row.of_minutes)}</td></tr> }
        })
        .collect_view();
    let total = face.total.clone();
    Some(
        view! {
            <table>
                <caption class="hidden">"Sessions attended"</caption>
                <thead><tr><th scope="col">"Began"</th><th scope="col">"Session"</th><th scope="col">"Minutes"</th></tr></thead>
                <tbody>{rows}</tbody>
                <tfoot><tr><th scope="row" colspan="2">"Total"</th><td>{total}</td></tr></tfoot>
            </table>
        }
        .into_any(),
    )
}
