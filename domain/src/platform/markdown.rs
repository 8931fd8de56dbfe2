//! Markdown to safe HTML: what organisers write about an event, a speaker, a network.

use std::sync::LazyLock;

/// HTML of `text`, cleaned: no scripts, styles, images, forms or handlers; links open where they are and pass nothing on.
/// Headings start two levels down, so that a page keeps its one `h1`.
#[must_use]
pub fn html(text: &str) -> String {
    render(text, 2)
}

/// The same for a page that is nothing but this text: its headings keep their level, the page's own `h1` above them.
#[must_use]
pub fn page_html(text: &str) -> String {
    render(text, 0)
}

/// The words of `text` alone, a line for each paragraph: for paper.
#[must_use]
pub fn plain(text: &str) -> String {
    use pulldown_cmark::{Event, Parser, TagEnd};
    let mut words = String::new();
    for event in Parser::new(text) {
        match event {
            Event::Text(part) | Event::Code(part) => words.push_str(&part),
            Event::SoftBreak => words.push(' '),
            Event::HardBreak | Event::End(TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item) => words.push('\n'),
            _ => {}
        }
    }
    let lines = words.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = ammonia::Builder::default();
    cleaner
        .rm_tags(["img"])
        .link_rel(Some("nofollow noreferrer"))
        .url_schemes(["https", "http", "mailto", "tel"].into());
    cleaner
});

fn render(text: &str, down: usize) -> String {
    use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd, html::push_html};
    let lower = |level: HeadingLevel| HeadingLevel::try_from((level as usize + down).clamp(2, 6)).unwrap_or(level);
    let events = Parser::new(text).map(|event| match event {
        Event::Start(Tag::Heading { level, id, classes, attrs }) => Event::Start(Tag::Heading {
            level: lower(level),
            id,
            classes,
            attrs,
        }),
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
        other => other,
    });
    let mut raw = String::new();
    push_html(&mut raw, events);
    CLEANER.clean(&raw).to_string()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn on_paper_only_words_are_left() {
        let text = "Works in **Leeds**, with\n_young_ people.\n\n# Before\n- wards\n- [schools](https://example.org)\n";
        assert_eq!(plain(text), "Works in Leeds, with young people.\nBefore\nwards\nschools");
        assert_eq!(plain("  \n"), "");
    }
}
