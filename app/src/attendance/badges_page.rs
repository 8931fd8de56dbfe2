//! Badges and lists on paper: which sheets, and the files to print.

use crate::{
    organise::{frame, lists::tally},
    ssr,
};
use domain::{
    access::Permission,
    attendance::badges::{self, Count, Sheet, Wanted},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::ui::page;

/// What is wanted of the badges, as the page's form asks for it; what is missing or unknown is as [`Wanted::of`] has it.
#[must_use]
pub fn wanted_of(event: &domain::events::entity::event::Model, query: &[(String, String)]) -> Wanted {
    let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let usual = Wanted::of(event);
    Wanted {
        sheet: value("sheet").and_then(|word| word.parse().ok()).unwrap_or(usual.sheet),
        // What is no number is no label.
        from: value("from").map_or(usual.from, |from| from.trim().parse().unwrap_or_default()),
        organisations: value("organisations").map_or(usual.organisations, |word| word != "no"),
        code: value("code").filter(|code| !code.is_empty()).map(str::to_owned),
    }
}

#[component]
pub fn BadgesPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let desk = frame::open(&slug, Permission::See).await?;
        let count = badges::count(&ssr::services(), &desk.event).await?;
        let query = ssr::asking().query_pairs();
        let typed = query.iter().find(|(key, _)| key == "from").map(|(_, value)| value.clone());
        let wanted = wanted_of(&desk.event, &query);
        Ok((desk, count, wanted, typed))
    };
    page(load, |(desk, count, wanted, typed)| {
        // Whoever is led back here typed no label of the sheet.
        let wrong = typed.as_ref().map(|_| wanted.sheet.which_label());
        let (class, invalid, by) = match wrong {
            Some(_) => ("field field--wrong", Some("true"), Some("from-wrong")),
            None => ("field", None, None),
        };
        let wrong = wrong
            .map(|words| view! { <span class="wrong" id="from-wrong" role="alert"><span class="hidden">"Error: "</span>{words}</span> });
        let from = typed.unwrap_or_else(|| "1".to_owned());
        let sheets = Sheet::ALL.iter().map(|sheet| {
            view! { <option value=sheet.word() selected=*sheet == wanted.sheet>{sheet.about()}</option> }
        });
        let organisations = [("yes", "Printed", wanted.organisations), ("no", "Left out", !wanted.organisations)]
            .into_iter()
            .map(|(value, words, selected)| view! { <option value=value selected=selected>{words}</option> });
        let careful = desk.event.sensitive.then(|| {
            view! { <p class="quiet">"The event is marked sensitive: its badges have its neutral name, and organisations are left out unless you choose otherwise."</p> }
        });
        let badges = if count.named == 0 {
            view! { <div class="empty"><h3>"No badges yet"</h3><p>"A place has a badge once it has a name."</p></div> }.into_any()
        } else {
            view! {
                {careful}
                <form class="filters" method="get" action=desk.path("badges.pdf")>
                    <div class="field"><label for="sheet">"Sheet"</label><select class="input" id="sheet" name="sheet">{sheets.collect_view()}</select></div>
                    <div class="field"><label for="organisations">"Organisations"</label><select class="input" id="organisations" name="organisations">{organisations.collect_view()}</select></div>
                    <div class=class><label for="from">"First unused label"</label>{wrong}<input class="input input--short" id="from" name="from" value=from inputmode="numeric" aria-invalid=invalid aria-describedby=by/></div>
                    <button class="btn">"Download badges"</button>
                </form>
                <p class="quiet">"Print at actual size, not “fit to page”. Try one sheet of plain paper first."</p>
            }
            .into_any()
        };
        let lists = view! {
            <ul class="stack">
                <li><a href=desk.path("signing.pdf")>"Sheet to sign in"</a><br/><span class="meta">"Codes alone, so that nobody who signs sees another’s name. The code is on the badge and in the mail with the place."</span></li>
                <li><a href=desk.path("names.pdf")>"Names and codes"</a><br/><span class="meta">"For stewards: who has which code, with a box to tick. Type it in afterwards, or import it as a door list."</span></li>
            </ul>
        };
        let body = view! {
            <p class="tally">{told(count)}</p>
            <section class="stack" aria-labelledby="badges"><h2 id="badges">"Badges"</h2>{badges}</section>
            <section class="stack" aria-labelledby="lists"><h2 id="lists">"Lists on paper"</h2>{lists}</section>
        };
        desk.page("Badges and lists", body)
    })
}

fn told(count: Count) -> String {
    let named = tally(count.named as u64, "badge", "badges");
    match count.unnamed {
        0 => format!("{named} to print."),
        more => format!(
            "{named} to print. {} without a name yet.",
            tally(more as u64, "place is", "places are")
        ),
    }
}
