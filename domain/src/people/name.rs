//! The name of a person, as printed on a badge and a certificate.

/// The most characters a person's name may have, counted as Unicode characters.
pub const NAME_LIMIT: usize = 120;

/// Why a name was refused, in words for the person who typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("Enter a name.")]
    Empty,
    #[error("A name can have at most {NAME_LIMIT} characters.")]
    TooLong,
    #[error("A name cannot contain line breaks, tabs or other control characters.")]
    Control,
    #[error("A name cannot contain characters that change the direction of the text around it.")]
    Direction,
    #[error("A name cannot contain a web or e-mail address.")]
    Address,
}

/// Checks a person's name and gives it back trimmed, with single spaces between its words.
///
/// Any script and any punctuation is welcome (`O'Neill`, `Siân Llŷr`, `"A; B", C`, emoji). Refused are
/// what could break a header, a calendar field or the line it is printed on, and web addresses, because
/// the name is repeated in mail that others receive.
pub fn person_name(typed: &str) -> Result<String, NameError> {
    let trimmed = typed.trim();
    if trimmed.chars().any(is_control) {
        return Err(NameError::Control);
    }
    if trimmed.chars().any(is_direction_override) {
        return Err(NameError::Direction);
    }
    let words: Vec<&str> = trimmed.split_whitespace().collect();
    let name = words.join(" ");
    if !name.chars().any(is_visible) {
        return Err(NameError::Empty);
    }
    if name.chars().count() > NAME_LIMIT {
        return Err(NameError::TooLong);
    }
    if words.iter().any(|word| looks_like_address(word)) {
        return Err(NameError::Address);
    }
    Ok(name)
}

/// Control characters, and the two Unicode separators that break a line like one.
pub fn is_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// Embeddings, overrides and isolates: what turns the text after it round. The plain marks that
/// right-to-left names use (U+200E, U+200F) are not among them.
pub fn is_direction_override(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether the character leaves anything to see.
fn is_visible(character: char) -> bool {
    !character.is_whitespace()
        && !matches!(character, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// Endings that mail programs turn into links even without `http://`.
const LINKED_ENDINGS: [&str; 20] = [
    "app", "biz", "click", "co", "com", "dev", "eu", "info", "io", "link", "ly", "me", "net", "online", "org", "ru", "site", "top", "uk",
    "xyz",
];

fn looks_like_address(word: &str) -> bool {
    let word = word.to_lowercase();
    if word.contains("://") || word.contains("www.") || word.starts_with("mailto:") {
        return true;
    }
    let path_at = word.find('/');
    let host = &word[..path_at.unwrap_or(word.len())];
    let host = host.rsplit('@').next().unwrap_or(host);
    let host = host.trim_matches(|character: char| !character.is_alphanumeric());
    let Some((before, ending)) = host.rsplit_once('.') else {
        return false;
    };
    let is_host = before.chars().any(char::is_alphanumeric)
        && host
            .chars()
            .all(|character| character.is_alphanumeric() || matches!(character, '.' | '-'));
    let is_ending = ending.chars().count() >= 2 && ending.chars().all(char::is_alphabetic);
    is_host && is_ending && (path_at.is_some() || word.contains('@') || LINKED_ENDINGS.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_real_people_are_kept() {
        let names = [
            "O'Neill",
            "Siân Llŷr",
            "\"A; B\", C",
            "J.R.R. Tolkien",
            "Dr.Smith",
            "St.John Rivers",
            "Mr./Mrs. Jones",
            "Smith/Jones",
            "محمد علي",
            "李小龍",
            "👩‍⚕️ Ama",
            "Martin Luther King, Jr.",
            "X Æ A-12",
            "Me. Dupont",
        ];
        for name in names {
            assert_eq!(person_name(name), Ok(name.to_owned()));
        }
    }

    #[test]
    fn spaces_are_tidied() {
        assert_eq!(person_name("  Ama \u{a0} Owusu\n"), Ok("Ama Owusu".to_owned()));
    }

    #[test]
    fn a_name_has_at_most_120_characters_not_bytes() {
        assert_eq!(person_name(&"ŷ".repeat(120)), Ok("ŷ".repeat(120)));
        assert_eq!(person_name(&"ŷ".repeat(121)), Err(NameError::TooLong));
    }

    #[test]
    fn what_could_break_a_line_or_turn_it_round_is_refused() {
        assert_eq!(person_name("Ama\r\nBcc: all@example.org"), Err(NameError::Control));
        assert_eq!(person_name("Ama\tOwusu"), Err(NameError::Control));
        assert_eq!(person_name("Ama\0Owusu"), Err(NameError::Control));
        assert_eq!(person_name("Ama\u{2028}Owusu"), Err(NameError::Control));
        assert_eq!(person_name("Ama \u{202e}uswO"), Err(NameError::Direction));
        assert_eq!(person_name("Ama \u{2066}Owusu"), Err(NameError::Direction));
    }

    #[test]
    fn nothing_to_see_is_no_name() {
        assert_eq!(person_name(""), Err(NameError::Empty));
        assert_eq!(person_name(" \u{a0} "), Err(NameError::Empty));
        assert_eq!(person_name("\u{200b}\u{200d}"), Err(NameError::Empty));
    }

    #[test]
    fn addresses_are_not_names() {
        let addresses = [
            "https://example.org",
            "Win HTTP://x",
            "www.example.org",
            "See example.com now",
            "(example.co.uk)",
            "go.to/this",
            "jane@example.nhs",
            "mailto:x",
        ];
        for address in addresses {
            assert_eq!(person_name(address), Err(NameError::Address), "{address}");
        }
    }
}
