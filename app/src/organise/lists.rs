//! Parts of lists: their state is in the address, so that a page can be sent to a colleague.

use crate::{
    forms::Kept,
    ssr::{self, Asking},
    ui::Form,
};
use leptos::prelude::*;

/// `path` with a query of these pairs.
#[must_use]
pub fn address(path: &str, pairs: &[(&str, String)]) -> String {
    let query = pairs
        .iter()
        .map(|(key, value)| format!("{key}={}", ssr::encode(value)))
        .collect::<Vec<_>>()
        .join("&");
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// The page asked for: 0 is the first, which an address calls 1.
#[must_use]
pub fn page_number(asking: &Asking) -> u64 {
    asking
        .query_value("page")
        .and_then(|text| text.parse::<u64>().ok())
        .unwrap_or(1)
        .clamp(1, 100_000)
        - 1
}

/// "1 place", "1,204 places".
#[must_use]
pub fn tally(count: u64, one: &str, many: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{} {many}", grouped(count))
    }
}

/// "1,204".
#[must_use]
pub fn grouped(number: u64) -> String {
    let figures = number.to_string();
    let mut out = String::new();
    for (i, figure) in figures.chars().enumerate() {
        if i > 0 && (figures.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(figure);
    }
    out
}

/// The way to the other pages, where there are any.
pub fn pager(page: u64, total: u64, per_page: u64, link: impl Fn(u64) -> String) -> Option<AnyView> {
    let pages = total.div_ceil(per_page.max(1)).max(1);
    if pages == 1 && page == 0 {
        return None;
    }
    let here = page.min(pages - 1);
    let previous = (page > 0).then(|| view! { <a rel="prev" href=link(if page > here { here } else { page - 1 })>"Previous"</a> });
    let next = (page + 1 < pages).then(|| view! { <a rel="next" href=link(page + 1)>"Next"</a> });
    Some(view! { <nav class="pager" aria-label="Pages">{previous}<span>{format!("Page {} of {}", grouped(here + 1), grouped(pages))}</span>{next}</nav> }.into_any())
}

/// The ways to narrow a list, each a word of the address and what it is called; the one that is open stands out.
pub fn narrowings(open: &str, all: &[(&'static str, &'static str)], to: impl Fn(&str) -> String) -> AnyView {
    all.iter()
        .map(|(word, words)| {
            let current = (*word == open).then_some("true");
            let words = if current.is_some() {
                view! { <b>{*words}</b> }.into_any()
            } else {
                words.into_any()
            };
            view! { <a href=to(word) aria-current=current>{words}</a> }
        })
        .collect_view()
        .into_any()
}

/// A small button in a row that does one thing at once: the form it posts, what that says, its words, and for whom.
pub fn row_button(to: &str, fields: &[(&'static str, &str)], words: &'static str, of: &str) -> AnyView {
    let fields = fields
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=*name value=(*value).to_owned()/> })
        .collect_view();
    let of = format!(" {of}");
    view! {
        <Form to=to kept=Kept::default()>
            {fields}
            <button class="btn btn--line btn--small">{words}<span class="hidden">{of}</span></button>
        </Form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_addresses_are_written_for_people() {
        assert_eq!(
            [tally(1, "place", "places"), tally(1_204, "place", "places")],
            ["1 place", "1,204 places"]
        );
        assert_eq!(address("/x", &[("q", "a b&c".to_owned())]), "/x?q=a%20b%26c");
    }
}
