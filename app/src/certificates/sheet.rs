//! The certificate as a sheet one frames, in the words of its snapshot: all that is on paper is on it.

use crate::ui::icons::Fan;
use domain::certificates::{
    hours::hours_in_words,
    paper::{Face, Picture},
    template::address,
};
use leptos::prelude::*;

/// The sheet, with the page's one level-one heading; that of a specimen is of level two.
#[component]
pub fn Sheet(face: Face, code: (usize, String)) -> impl IntoView {
    let (side, path) = code;
    let part = (!face.participatory.is_empty()).then(|| format!(", of which {} participatory", face.participatory));
    let heading = face.heading.clone();
    let heading = if face.is_specimen {
        view! { <h2>{heading}</h2> }.into_any()
    } else {
        view! { <h1>{heading}</h1> }.into_any()
    };
    let mark = face.mark.as_ref().map(|mark| picture(mark, "sheet__mark", face.organiser.clone()));
    let class = if face.is_specimen { "sheet sheet--specimen" } else { "sheet" };
    view! {
        {colour(&face)}
        <article class=class>
            <div class="sheet__top">
                <div>{mark}{heading}<p>{face.organiser.clone()}<br/><small>{face.contact.clone()}</small></p></div>
                {fan(&face)}
            </div>
            <p class="quiet">{face.introduction.clone()}</p>
            <p class="name"><bdi>{face.name.clone()}</bdi></p>
            <p>"was present at "<b>{face.event.clone()}</b>{format!(", {}, {}, for", face.place, face.date)}</p>
            <p class="hours"><b>{face.hours.clone()}</b>" of continuing professional development"{part}</p>
            {sessions(&face)}
            {objectives(&face)}
            <div class="sheet__end">
                <div class="stack">
                    {closing(&face)}
                    {statement(&face)}
                    <p><small>"Check this certificate at"<br/>{shown_address(&face)}</small></p>
                    <p><small>{facts(&face)}</small></p>
                </div>
                <svg class="qr" viewBox=format!("0 0 {side} {side}") role="img" aria-label="QR code with the address of this page" shape-rendering="crispEdges">
                    <path fill="currentColor" d=path/>
                </svg>
            </div>
        </article>
    }
}

/// The organiser's own colour, as a style sheet of its own: none may stand in a page.
fn colour(face: &Face) -> Option<AnyView> {
    let accent = face.accent?;
    let name = format!("{:02x}{:02x}{:02x}", accent.0, accent.1, accent.2);
    Some(view! { <link rel="stylesheet" href=format!("/certificates/colours/{name}")/> }.into_any())
}

fn picture(picture: &Picture, class: &'static str, told: String) -> AnyView {
    let (width, height) = (picture.width.to_string(), picture.height.to_string());
    view! { <img class=class src=address(&picture.name) alt=told width=width height=height/> }.into_any()
}

/// The organiser's own words, and the signature of whoever answers for them.
fn closing(face: &Face) -> AnyView {
    let words = (!face.closing.is_empty()).then(|| view! { <p>{face.closing.clone()}</p> });
    let told = match face.signatory.as_str() {
        "" => format!("Signature for {}", face.organiser),
        name => format!("Signature of {name}"),
    };
    let signature = face
        .signature
        .as_ref()
        .map(|signature| picture(signature, "sheet__signature", told));
    let who = (!face.signatory.is_empty()).then(|| {
        let role = (!face.signatory_role.is_empty()).then(|| view! { <br/><small>{face.signatory_role.clone()}</small> });
        view! { <b>{face.signatory.clone()}</b>{role} }
    });
    let signed = (signature.is_some() || who.is_some()).then(|| view! { <p class="sheet__signed">{signature}{who}</p> });
    view! { {words}{signed} }.into_any()
}

/// What the hours are worth to whom.
fn statement(face: &Face) -> AnyView {
    let accreditation = (!face.accreditation.is_empty()).then(|| view! { <br/>{face.accreditation.clone()} });
    let schemes = face
        .schemes
        .iter()
        .map(|scheme| view! { <br/><small>{scheme.clone()}</small> })
        .collect_view();
    view! { <p>{face.statement.clone()}{accreditation}{schemes}</p> }.into_any()
}

fn shown_address(face: &Face) -> String {
    face.address.trim_start_matches("https://").trim_start_matches("http://").to_owned()
}

fn facts(face: &Face) -> String {
    let mut facts = vec![if face.is_specimen {
        "Specimen: nobody attended, nothing was signed.".to_owned()
    } else {
        format!("Certificate {}.", face.number)
    }];
    for (before, words) in [
        ("Issued", &face.issued),
        ("Signed with", &face.signed_with),
        ("Replaces", &face.replaces),
    ] {
        if !words.is_empty() {
            facts.push(format!("{before} {words}."));
        }
    }
    facts.join(" ")
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

fn objectives(face: &Face) -> Option<AnyView> {
    (!face.objectives.is_empty()).then(|| {
        let words: Vec<&str> = face
            .objectives
            .iter()
            .map(|words| words.trim().trim_end_matches(['.', ';']))
            .collect();
        view! { <p class="sheet__objectives"><small><b>"Learning objectives: "</b>{format!("{}.", words.join("; "))}</small></p> }
            .into_any()
    })
}
