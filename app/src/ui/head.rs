//! What a page says of itself in its document's head, for link previews and search engines.
//!
//! The framework writes the head before a page has been loaded, so the page leaves its part in a slot that came with the
//! request, and the server puts it in when the document is complete.

use super::escaped;
use std::{
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError},
};

/// Where a page leaves its part of the head; one for each request.
#[derive(Clone, Debug, Default)]
pub struct HeadSlot(Arc<Mutex<String>>);

impl HeadSlot {
    /// What the page left, if it did.
    #[must_use]
    pub fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self, html: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_str(html);
    }
}

/// Leaves `html` for this request's document.
fn leave(html: &str) {
    let slot = leptos::prelude::use_context::<axum::http::request::Parts>().and_then(|parts| parts.extensions.get::<HeadSlot>().cloned());
    if let Some(slot) = slot {
        slot.put(html);
    }
}

/// Says that the page can be put among a phone's programs as `manifest` describes it, which only its reader may see.
pub(super) fn leave_manifest(manifest: &str) {
    leave(&format!(
        "<link rel=\"manifest\" href=\"{}\" crossorigin=\"use-credentials\"/>",
        escaped(manifest).replace('"', "&quot;")
    ));
}

/// A page's part of the head.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// As a preview shows it; neutral where the subject is sensitive.
    pub title: String,
    pub description: String,
    /// The page's one address.
    pub url: String,
    /// Whose site it is.
    pub site: String,
    /// JSON-LD, where there is some.
    pub data: Option<serde_json::Value>,
}

impl Head {
    /// Leaves it for this request's document.
    pub(super) fn leave(&self) {
        leave(&self.html());
    }

    fn html(&self) -> String {
        let quoted = |text: &str| escaped(text).replace('"', "&quot;");
        let mut html = String::new();
        let _ = write!(html, "<meta name=\"description\" content=\"{}\"/>", quoted(&self.description));
        for (name, value) in [
            ("type", "website"),
            ("title", self.title.as_str()),
            ("description", self.description.as_str()),
            ("url", self.url.as_str()),
            ("site_name", self.site.as_str()),
            ("locale", "en_GB"),
        ] {
            let _ = write!(html, "<meta property=\"og:{name}\" content=\"{}\"/>", quoted(value));
        }
        let _ = write!(html, "<link rel=\"canonical\" href=\"{}\"/>", quoted(&self.url));
        if let Some(data) = &self.data {
            // Inside a script nothing is escaped but what could end it.
            let json = data
                .to_string()
                .replace('<', "\\u003c")
                .replace('>', "\\u003e")
                .replace('&', "\\u0026");
            let _ = write!(html, "<script type=\"application/ld+json\">{json}</script>");
        }
        html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_typed_ends_neither_an_attribute_nor_the_data() {
        let typed = "</script><b>\"&'";
        let head = Head {
            title: typed.to_owned(),
            description: typed.to_owned(),
            url: "https://example.org/events/x".to_owned(),
            site: typed.to_owned(),
            data: Some(serde_json::json!({ "name": typed })),
        };
        let html = head.html();
        assert_eq!(html.matches("</script>").count(), 1);
        assert!(
            html.contains("<meta property=\"og:title\" content=\"&lt;/script&gt;&lt;b&gt;&quot;&amp;'\"/>"),
            "{html}"
        );
        let data = html
            .split_once("ld+json\">")
            .and_then(|(_, rest)| rest.split_once("</script>"))
            .map(|(data, _)| data);
        let read: Option<serde_json::Value> = data.and_then(|data| serde_json::from_str(data).ok());
        assert_eq!(read, head.data);
    }
}
