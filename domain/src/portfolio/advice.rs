//! A gentle look at what somebody wrote about their learning, for what might tell whom it is about. Advice, never refusal:
//! a number may be a phone's or a page's. Regulators ask that nobody can be identified from a reflective account
//! (nmc.org.uk/revalidation/requirements/written-reflective-accounts).

/// What stands beside every field of free text in a portfolio.
pub const NOBODY: &str =
    "Do not name or describe anybody who could be recognised: no patient, person who uses a service, pupil or colleague.";

/// One thing to look at again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// As it stands in the text.
    pub found: String,
    /// What it looks like, to follow "looks like".
    pub like: &'static str,
}

/// What to look at again in `text`, in the order it stands there, each once.
#[must_use]
pub fn advise(text: &str) -> Vec<Advice> {
    let mut found: Vec<(usize, Advice)> = Vec::new();
    numbers(text, &mut found);
    words(text, &mut found);
    found.sort_by_key(|(at, _)| *at);
    let mut advice: Vec<Advice> = Vec::new();
    for (_, one) in found {
        if !advice.contains(&one) {
            advice.push(one);
        }
    }
    advice
}

/// Numbers written with spaces, hyphens or slashes between their digits.
fn numbers(text: &str, found: &mut Vec<(usize, Advice)>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let starts = bytes[at].is_ascii_digit() || (bytes[at] == b'+' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit));
        let is_inside = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'.' || bytes[at - 1] == b',');
        if !starts || is_inside {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        let mut last = at;
        // As "(01632) 960 001": no more than two marks between digits.
        while end < bytes.len() && end - last <= 3 {
            match bytes[end] {
                byte if byte.is_ascii_digit() => last = end,
                b' ' | b'-' | b'/' | b'.' | b'(' | b')' => {}
                _ => break,
            }
            end += 1;
        }
        let mut shown = &text[at..=last];
        // A date ends where a space does, whatever number comes after it.
        if let Some((date, _)) = shown.split_once(' ').filter(|(date, _)| is_date(date)) {
            shown = date;
            last = at + date.len() - 1;
        }
        if let Some(like) = like(shown) {
            found.push((
                at,
                Advice {
                    found: shown.to_owned(),
                    like,
                },
            ));
        }
        at = last + 1;
    }
}

fn like(shown: &str) -> Option<&'static str> {
    let digits: Vec<u32> = shown.chars().filter_map(|c| c.to_digit(10)).collect();
    if is_date(shown) {
        return Some("a date, perhaps of birth");
    }
    if digits.len() == 10 && is_nhs_number(&digits) && !shown.starts_with('+') {
        return Some("an NHS number");
    }
    let is_phone = (shown.starts_with("+44") && (11..=13).contains(&digits.len()))
        || (shown.starts_with('0') && !shown.starts_with("00") && (10..=11).contains(&digits.len()) && !shown.contains('/'));
    is_phone.then_some("a phone number")
}

/// Ten digits, the last of which checks the others (NHS Data Dictionary, NHS NUMBER: modulus 11).
fn is_nhs_number(digits: &[u32]) -> bool {
    let sum: u32 = digits[..9].iter().zip((2..=10).rev()).map(|(digit, weight)| digit * weight).sum();
    let check = (11 - sum % 11) % 11;
    check < 10 && check == digits[9] && digits.iter().any(|digit| *digit != digits[0])
}

/// "03/04/1978", "3-4-78", "1978-04-03".
fn is_date(shown: &str) -> bool {
    let parts: Vec<&str> = shown.split(['/', '-', '.']).collect();
    let [first, second, third] = parts[..] else { return false };
    let number = |text: &str| text.parse::<u32>().ok();
    let (Some(first_number), Some(month), Some(third_number)) = (number(first), number(second), number(third)) else {
        return false;
    };
    let day_month = (1..=31).contains(&first_number) && (1..=12).contains(&month) && first.len() <= 2;
    (day_month && (third.len() == 2 || (third.len() == 4 && (1900..2100).contains(&third_number))))
        || (first.len() == 4 && (1900..2100).contains(&first_number) && (1..=12).contains(&month) && (1..=31).contains(&third_number))
}

/// Addresses of mail, and words that announce who somebody is.
fn words(text: &str, found: &mut Vec<(usize, Advice)>) {
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        let start = at;
        at += word.len();
        let bare = word
            .trim()
            .trim_matches(|c: char| !c.is_alphanumeric() && c != '@' && c != '.' && c != '_' && c != '-');
        let bare = bare.trim_matches('.');
        let is_mail = bare
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.contains('@'));
        if is_mail {
            found.push((
                start,
                Advice {
                    found: bare.to_owned(),
                    like: "an email address",
                },
            ));
        }
    }
    let lower = text.to_lowercase();
    for phrase in ["dob", "d.o.b", "date of birth", "nhs number", "nhs no", "hospital number"] {
        let mut from = 0;
        while let Some(found_at) = lower[from..].find(phrase) {
            let start = from + found_at;
            let end = start + phrase.len();
            let alone = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
            if alone(lower[..start].chars().next_back()) && alone(lower[end..].chars().next()) {
                found.push((
                    start,
                    Advice {
                        found: lower[start..end].to_owned(),
                        like: "something about one person",
                    },
                ));
            }
            from = end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn likes(text: &str) -> Vec<(String, &'static str)> {
        advise(text).into_iter().map(|advice| (advice.found, advice.like)).collect()
    }

    #[test]
    fn what_tells_whom_it_is_about_is_pointed_at() {
        // The example number of the NHS Data Dictionary's check, valid by its modulus and given to nobody.
        assert_eq!(likes("Seen as 943 476 5919 today"), [("943 476 5919".to_owned(), "an NHS number")]);
        assert_eq!(likes("9434765919"), [("9434765919".to_owned(), "an NHS number")]);
        assert_eq!(likes("born 03/04/1978."), [("03/04/1978".to_owned(), "a date, perhaps of birth")]);
        assert_eq!(likes("1978-04-03 12 saw"), [("1978-04-03".to_owned(), "a date, perhaps of birth")]);
        assert_eq!(likes("call (01632) 960 001!"), [("01632) 960 001".to_owned(), "a phone number")]);
        assert_eq!(likes("ring 07700 900123, or"), [("07700 900123".to_owned(), "a phone number")]);
        assert_eq!(likes("+44 1632 960001"), [("+44 1632 960001".to_owned(), "a phone number")]);
        assert_eq!(likes("(jo@example.org)"), [("jo@example.org".to_owned(), "an email address")]);
        assert_eq!(likes("Her DOB was noted"), [("dob".to_owned(), "something about one person")]);
    }

    #[test]
    fn what_does_not_is_left_alone() {
        for text in [
            "We meet at 9.30 on 3 wards, 24/7, with 100% of 1,250 notes read in 2026.",
            "9434765918",
            "See page 12-14 of NG225, grade 3/4.",
            "A pseudobulbar adobe @ noon",
            "ISBN 978 0 00 000000",
            "",
        ] {
            assert_eq!(likes(text), [], "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_can_be_looked_at(text in "\\PC{0,80}") {
            for advice in advise(&text) {
                prop_assert!(text.contains(&advice.found) || text.to_lowercase().contains(&advice.found));
            }
        }
    }
}
