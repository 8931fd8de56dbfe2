#![expect(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

/// A letter with every kind of block.
pub(crate) fn sample() -> Letter {
    let line = |name: &str, contact: &str, note: &str| SupportLine {
        name: name.into(),
        contact: contact.into(),
        note: note.into(),
    };
    Letter::new("Example Training Ltd", "You have a place, Ama")
        .with(Block::Para(
            "Your place at the study day is confirmed. Your invite is attached to this mail and should already be in your calendar.".into(),
        ))
        .with(Block::Notice("The room has changed: it is now Room 2, on the first floor.".into()))
        .with(Block::Facts(vec![
            ("When".into(), "Thursday 11 March 2027, 9am to 4pm\nUK time".into()),
            ("Where".into(), "Example Hall, 1 High Street, Oxford OX1 1AA".into()),
            ("Booking reference".into(), "PL-7K2M9Q".into()),
        ]))
        .with(Block::Action {
            label: "See or change your booking".into(),
            url: "https://events.example.org/bookings/Jb2k0s9d8f7g6h5j4k3l2m1n0pqrstuvwxyzABCDEFGHIJKLMNOP?x=1&y=2".into(),
        })
        .with(Block::Heading("Before the day".into()))
        .with(Block::List(vec![
            "Bring the code below; a steward scans it at the door.".into(),
            "Lunch is included. Tell us by 4 March about anything you cannot eat.".into(),
        ]))
        .with(Block::Code("7K2M 9QXA".into()))
        .with(Block::Link {
            label: "Add the day to another calendar".into(),
            url: "https://events.example.org/events/self-harm-conference.ics".into(),
        })
        .with(Block::Support(vec![
            line("Emergency", "999", "if a life is in danger"),
            line("NHS mental health", "111, option 2", "day or night"),
            line("Samaritans", "116 123", "free, day or night"),
        ]))
        .ending(Block::Para(
            "Example Training Ltd sent this because you were booked onto this event. Reply to this mail to reach a person.".into(),
        ))
}

#[test]
fn text_is_the_whole_letter() {
    assert_eq!(
        sample().text(),
        "Example Training Ltd

You have a place, Ama
=====================

Your place at the study day is confirmed. Your invite is attached to
this mail and should already be in your calendar.

The room has changed: it is now Room 2, on the first floor.

When:              Thursday 11 March 2027, 9am to 4pm
                   UK time
Where:             Example Hall, 1 High Street, Oxford OX1 1AA
Booking reference: PL-7K2M9Q

See or change your booking:
https://events.example.org/bookings/Jb2k0s9d8f7g6h5j4k3l2m1n0pqrstuvwxyzABCDEFGHIJKLMNOP?x=1&y=2

Before the day
--------------

- Bring the code below; a steward scans it at the door.
- Lunch is included. Tell us by 4 March about anything you cannot eat.

    7K2M 9QXA

Add the day to another calendar:
https://events.example.org/events/self-harm-conference.ics

If you need support
-------------------
- Emergency: 999 (if a life is in danger)
- NHS mental health: 111, option 2 (day or night)
- Samaritans: 116 123 (free, day or night)

-- 
Example Training Ltd sent this because you were booked onto this event.
Reply to this mail to reach a person.
"
    );
}

/// The words of an HTML letter, without tags.
fn words(html: &str) -> String {
    let body = html.split_once("<body").unwrap().1;
    let mut out = String::new();
    for part in body.split('<').skip(1) {
        out.push(' ');
        out += part.split_once('>').map_or("", |(_, text)| text);
    }
    let out = out
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn html_says_the_same_and_loads_nothing() {
    let html = sample().html();
    assert!(html.contains("<html lang=\"en-GB\">") && html.matches("<h1").count() == 1);
    for forbidden in ["<img", "<script", "url(", "@import", "<link", "src="] {
        assert!(!html.contains(forbidden), "{forbidden}");
    }
    assert!(
        html.matches("<table").count() - html.matches("<table role=\"presentation\"").count() == 1,
        "one table of facts, the rest place things"
    );
    assert_eq!(html.matches("<table").count(), html.matches("</table>").count());
    let words = words(&html);
    for word in sample()
        .text()
        .split_whitespace()
        .filter(|word| !word.starts_with("https:") && word.chars().any(char::is_alphanumeric))
    {
        let word = word.trim_end_matches(':');
        assert!(words.contains(word), "{word} is missing from: {words}");
    }
    assert!(html.contains("?x=1&amp;y=2\""));
}

#[test]
fn masked_letters_keep_words_and_lose_links() {
    let masked = sample().masked();
    for shown in [masked.text(), masked.html()] {
        assert!(
            shown.contains("See or change your booking") && !shown.contains("https:") && !shown.contains("7K2M 9QXA"),
            "{shown}"
        );
    }
}

#[test]
fn a_link_that_is_not_one_is_only_words() {
    let html = Letter::new("A", "B")
        .with(Block::Action {
            label: "Press".into(),
            url: "javascript:alert(1)".into(),
        })
        .html();
    assert!(!html.contains("href"));
}

proptest! {
    #[test]
    fn nothing_typed_becomes_markup(typed in prop::collection::vec(prop_oneof![
        Just("<script>".to_owned()), Just("\"><img src=x>".to_owned()), Just("' onclick='".to_owned()), Just("&lt;".to_owned()), Just("\r\n-- \r\n".to_owned()), "\\PC{0,40}", any::<String>(),
    ], 0..5).prop_map(|parts| parts.concat())) {
        let empty = Letter::new("", "").with(Block::Para("x".into())).with(Block::Facts(vec![("x".into(), "x".into())]))
            .with(Block::Link { label: "x".into(), url: "https://example.org/".into() }).html();
        let full = Letter::new(&typed, &typed).with(Block::Para(one_paragraph(&typed))).with(Block::Facts(vec![(typed.clone(), one_paragraph(&typed))]))
            .with(Block::Link { label: typed.clone(), url: format!("https://example.org/{}", typed.replace(char::is_whitespace, "")) }).html();
        let tags = |html: &str| html.matches('<').count();
        // Lines add <br>, nothing else.
        prop_assert!(tags(&full) - full.matches("<br>").count() <= tags(&empty), "{full}");
        prop_assert!(!full.contains('\r') && !full.contains('\0'));
    }
}

/// Paragraph breaks make paragraphs; here only the markup is looked at.
fn one_paragraph(text: &str) -> String {
    format!("x{}", plain::one_line(text))
}
