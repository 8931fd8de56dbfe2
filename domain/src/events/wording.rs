//! Advice on how self-harm and suicide are written about. It advises and never blocks: somebody telling their own story,
//! or quoting a report, may choose the very words listed here.
//!
//! The rules follow what people with lived experience, and guidance for the media, ask for: put the person before what
//! they did, blame nobody, do not speak of death as success, describe no method.

/// One wording found in a text, and what to consider writing in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// As it stands in the text.
    pub found: String,
    /// A wording to put in its place.
    pub instead: &'static str,
    /// The reason, to show beside it.
    pub why: &'static str,
}

struct Rule {
    /// Parted by bars; lower case, words parted by single spaces. A hyphen in the text counts as a space.
    phrases: &'static str,
    instead: &'static str,
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        phrases: "commit suicide|commits suicide|committed suicide|committing suicide",
        instead: "died by suicide",
        why: "“Commit” is a word for crimes. Suicide has not been one in England and Wales since 1961.",
    },
    Rule {
        phrases: "successful suicide|successful suicides|successful suicide attempt|successful suicide attempts|\
            successful attempt|successful attempts|completed suicide|completed suicides",
        instead: "died by suicide",
        why: "A death is not a success.",
    },
    Rule {
        phrases: "failed suicide|failed suicide attempt|failed suicide attempts|failed attempt|failed attempts|\
            unsuccessful suicide|unsuccessful suicide attempt|unsuccessful attempt|unsuccessful attempts|suicide bid|\
            suicide bids",
        instead: "attempted suicide",
        why: "To have lived is not to have failed.",
    },
    Rule {
        phrases: "self harmer|self harmers|selfharmer|selfharmers|self mutilator|self mutilators|self injurer|self injurers",
        instead: "people who self-harm",
        why: "Name the person first. Nobody is only what they have done.",
    },
    Rule {
        phrases: "cutter|cutters",
        instead: "people who self-harm",
        why: "It names a person by a method.",
    },
    Rule {
        phrases: "self mutilate|self mutilates|self mutilated|self mutilating|self mutilation",
        instead: "self-harm",
        why: "The word shocks, and says what was done to a body rather than what was felt.",
    },
    Rule {
        phrases: "deliberate self harm|intentional self harm|dsh",
        instead: "self-harm",
        why: "“Deliberate” sounds like blame, and many services have dropped it.",
    },
    Rule {
        phrases: "attention seeking|attention seeker|attention seekers|seeking attention|just for attention|\
            only for attention|cry for help|cries for help",
        instead: "in distress",
        why: "Self-harm is a sign of serious distress, and often hidden. These words make it easy to dismiss.",
    },
    Rule {
        phrases: "manipulative|manipulative behaviour|manipulation by self harm",
        instead: "in distress",
        why: "It guesses at a motive and blames. Say what happened and what the person asked for.",
    },
    Rule {
        phrases: "superficial cut|superficial cuts|superficial self harm|superficial wounds",
        instead: "self-harm",
        why: "The size of a wound does not measure distress, and it describes a method.",
    },
    Rule {
        phrases: "suicide epidemic|self harm epidemic|epidemic of suicide|epidemic of self harm|suicide craze|\
            self harm craze",
        instead: "a rise in …, with the figure and its source",
        why: "It alarms without informing, and can suggest that it spreads by itself.",
    },
    Rule {
        phrases: "suicide victim|suicide victims",
        instead: "a person who died by suicide",
        why: "Name the person first.",
    },
];

/// What to reconsider in `text`, in the order it stands there; each wording once. Empty when there is nothing to say.
///
/// Whole words only, in any case, with a hyphen or any white space between them. Where two wordings begin together
/// the longer one is told.
#[must_use]
pub fn advise(text: &str) -> Vec<Advice> {
    let words = words(text);
    let mut advice: Vec<Advice> = Vec::new();
    let mut told: Vec<&str> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let longest = RULES
            .iter()
            .flat_map(|rule| rule.phrases.split('|').map(move |phrase| (rule, phrase)))
            .filter_map(|(rule, phrase)| stands_at(text, &words[at..], phrase).map(|length| (length, phrase, rule)))
            .max_by_key(|(length, ..)| *length);
        let Some((length, phrase, rule)) = longest else {
            at += 1;
            continue;
        };
        let found = &text[words[at].start..words[at + length - 1].end];
        if !told.contains(&phrase) {
            told.push(phrase);
            advice.push(Advice {
                found: found.to_owned(),
                instead: rule.instead,
                why: rule.why,
            });
        }
        at += length;
    }
    advice
}

struct Word {
    start: usize,
    end: usize,
    lower: String,
}

/// Runs of letters and digits. An apostrophe inside a word belongs to it, so "cutter's" is not "cutter".
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut start = None;
    let mut end = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let inside = matches!(c, '\'' | '’') && start.is_some() && chars.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        if c.is_alphanumeric() || inside {
            start.get_or_insert(i);
            end = i + c.len_utf8();
        } else if let Some(start) = start.take() {
            words.push(Word {
                start,
                end,
                lower: text[start..end].to_lowercase(),
            });
        }
    }
    if let Some(start) = start {
        words.push(Word {
            start,
            end,
            lower: text[start..end].to_lowercase(),
        });
    }
    words
}

/// How many words `phrase` takes up, if it stands at the first of `words`.
fn stands_at(text: &str, words: &[Word], phrase: &str) -> Option<usize> {
    let mut length = 0;
    for wanted in phrase.split(' ') {
        let word = words.get(length).filter(|word| word.lower == wanted)?;
        if length > 0 && !joins(&text[words[length - 1].end..word.start]) {
            return None;
        }
        length += 1;
    }
    Some(length)
}

/// What may stand between two words of one phrase: white space and hyphens, but no full stop and no empty line.
fn joins(gap: &str) -> bool {
    gap.matches('\n').count() < 2
        && gap
            .chars()
            .all(|c| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2013}' | '\u{ad}'))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        advise(text).into_iter().map(|one| one.found).collect()
    }

    #[test]
    fn a_kind_text_gets_no_advice() {
        let text = "She died by suicide. People who self-harm were heard; he attempted suicide and lived. A compassionate first hour.";
        assert_eq!(advise(text), []);
        assert_eq!(advise(""), []);
    }

    #[test]
    fn advice_says_what_was_found_what_to_write_and_why() {
        let advice = advise("A friend who committed suicide.");
        assert_eq!(advice.len(), 1);
        let one = advice.first().unwrap();
        assert_eq!((one.found.as_str(), one.instead), ("committed suicide", "died by suicide"));
        assert!(one.why.contains("crimes"));
    }

    #[test]
    fn each_wording_of_the_list_is_found_and_none_is_listed_twice() {
        let mut all: Vec<&str> = Vec::new();
        for rule in RULES {
            for phrase in rule.phrases.split('|') {
                assert_eq!(phrase, phrase.to_lowercase());
                assert_eq!(
                    found(&format!("Before, {} and after.", phrase.to_uppercase())),
                    [phrase.to_uppercase()]
                );
                assert!(!all.contains(&phrase), "{phrase} twice");
                all.push(phrase);
            }
            assert!(advise(rule.instead).is_empty(), "{} draws advice itself", rule.instead);
        }
    }

    #[test]
    fn hyphens_line_ends_and_case_make_no_difference() {
        for text in [
            "self-harmers",
            "Self harmers",
            "SELF\u{2011}HARMERS",
            "self\nharmers",
            "“self-harmers”",
            "*self-harmers*",
        ] {
            assert_eq!(advise(text).len(), 1, "{text}");
        }
        assert_eq!(found("Attention-Seeking behaviour"), ["Attention-Seeking"]);
    }

    #[test]
    fn only_whole_words_in_one_sentence() {
        for text in [
            "the shortcutters club",
            "a cutter's yard",
            "uncommitted suicide research",
            "It failed. Attempt two worked.",
            "attention\n\nSeeking views",
            "commit, suicide",
            "manipulatively",
            "selfharmerish",
            "",
        ] {
            assert_eq!(advise(text), [], "{text}");
        }
    }

    #[test]
    fn the_longest_wording_wins_and_each_is_told_once() {
        assert_eq!(
            found("A failed suicide attempt, another failed suicide attempt."),
            ["failed suicide attempt"]
        );
        assert_eq!(found("deliberate self-harm, then a cutter"), ["deliberate self-harm", "cutter"]);
    }

    #[test]
    fn any_text_at_all_is_safe_to_give() {
        for text in [
            "’",
            "’’cutter’",
            "İcutter",
            "cutter’",
            "ẞ committed suicide ŵ",
            "🙂committed suicide🙂",
            "\u{202e}cutter",
        ] {
            let _ = advise(text);
        }
        assert_eq!(found("🙂committed  suicide🙂"), ["committed  suicide"]);
        assert_eq!(found("cutter’ cutters"), ["cutter", "cutters"]);
    }
}
