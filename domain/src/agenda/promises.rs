//! Hours that an event's own words promise: "5 hours of training for CPD". What they say is told to whoever changes the
//! agenda, when the agenda no longer offers it.

/// The hours promised in `text`, in minutes, each with the words that promise them. Only in a sentence that is about
/// CPD, training or learning: "open 24 hours" promises none.
#[must_use]
pub fn promises(text: &str) -> Vec<(String, u32)> {
    text.split(['.', '\n', ';', '!', '?'])
        .scan(String::new(), |half, part| {
            // "4.5 hours" was cut in two.
            let whole = format!("{half}{part}");
            let is_cut = whole.ends_with(|c: char| c.is_ascii_digit());
            *half = if is_cut { format!("{whole}.") } else { String::new() };
            Some(if is_cut { String::new() } else { whole })
        })
        .filter(|sentence| {
            let lower = sentence.to_lowercase();
            ["cpd", "training", "learning", "certificate", "revalidation"]
                .iter()
                .any(|word| lower.contains(word))
        })
        .flat_map(|sentence| of_sentence(&sentence))
        .collect()
}

fn of_sentence(sentence: &str) -> Vec<(String, u32)> {
    let words: Vec<&str> = sentence
        .split(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '(' | ')' | '"' | '“' | '”' | '*' | '-' | '–'))
        .filter(|word| !word.is_empty())
        .collect();
    words
        .windows(2)
        .filter(|pair| {
            let unit = pair[1].to_lowercase();
            matches!(unit.as_str(), "hour" | "hours" | "hours’" | "hours'" | "hrs")
        })
        .filter_map(|pair| Some((format!("{} {}", pair[0], pair[1]), minutes(pair[0])?)))
        .collect()
}

const NAMES: [&str; 12] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
];

fn minutes(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    if let Some(at) = NAMES.iter().position(|name| *name == word) {
        return u32::try_from(at + 1).ok().map(|hours| hours * 60);
    }
    let (whole, part) = word.split_once('.').unwrap_or((&word, "0"));
    let whole: u32 = whole.parse().ok().filter(|hours| *hours <= 100)?;
    let hundredths: u32 = format!("{part:0<2}").get(..2)?.parse().ok()?;
    Some(whole * 60 + hundredths * 60 / 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_of_learning_are_promised_in_figures_and_in_words() {
        let of = |text: &str| promises(text).into_iter().map(|(_, minutes)| minutes).collect::<Vec<_>>();
        assert_eq!(
            of("Delegates receive 5 hours training for CPD, subject to peer group approval."),
            [300]
        );
        assert_eq!(of("Five hours of CPD. Samaritans are there 24 hours a day."), [300]);
        assert_eq!(of("A certificate for 4.25 hours is issued. Lunch lasts 1 hour."), [255]);
        assert_eq!(of("We are open 24 hours."), [0_u32; 0]);
        assert_eq!(of("CPD for hours. Training, some hours."), [0_u32; 0]);
        assert_eq!(promises("Counts as 1 hour of learning"), [("1 hour".to_owned(), 60)]);
    }
}
