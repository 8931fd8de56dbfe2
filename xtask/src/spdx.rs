//! SPDX licence expressions: enough of them to tell whether one of the offered licences is allowed.

use anyhow::{Result, bail};
use std::iter::Peekable;
use std::vec::IntoIter;

/// Whether an expression can be met with allowed licences only. A `/` between licences is read as `OR`, as cargo once wrote it.
pub fn is_met(expression: &str, allowed: &impl Fn(&str) -> bool) -> Result<bool> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<String> = spaced.split_whitespace().map(str::to_owned).collect();
    let mut words = words.into_iter().peekable();
    let met = either(&mut words, allowed)?;
    match words.next() {
        None => Ok(met),
        Some(word) => bail!("did not expect `{word}` in licence `{expression}`"),
    }
}

type Words = Peekable<IntoIter<String>>;

fn either(words: &mut Words, allowed: &impl Fn(&str) -> bool) -> Result<bool> {
    let mut met = both(words, allowed)?;
    while words.next_if(|word| word == "OR").is_some() {
        met |= both(words, allowed)?;
    }
    Ok(met)
}

fn both(words: &mut Words, allowed: &impl Fn(&str) -> bool) -> Result<bool> {
    let mut met = one(words, allowed)?;
    while words.next_if(|word| word == "AND").is_some() {
        met &= one(words, allowed)?;
    }
    Ok(met)
}

fn one(words: &mut Words, allowed: &impl Fn(&str) -> bool) -> Result<bool> {
    match words.next().as_deref() {
        None | Some(")" | "AND" | "OR" | "WITH") => bail!("a licence is missing"),
        Some("(") => {
            let met = either(words, allowed)?;
            match words.next().as_deref() {
                Some(")") => Ok(met),
                _ => bail!("a bracket is not closed"),
            }
        }
        Some(licence) => match words.next_if(|word| word == "WITH") {
            None => Ok(allowed(licence)),
            Some(_) => match words.next() {
                Some(exception) => Ok(allowed(&format!("{licence} WITH {exception}"))),
                None => bail!("`WITH` is followed by nothing"),
            },
        },
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn met(expression: &str) -> bool {
        is_met(expression, &|licence| {
            ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].contains(&licence)
        })
        .unwrap()
    }

    #[test]
    fn one_of_several_is_enough_and_all_of_several_are_needed() {
        assert!(met("MIT"));
        assert!(met("GPL-3.0 OR MIT"));
        assert!(met("GPL-3.0/MIT"));
        assert!(met("Apache-2.0 WITH LLVM-exception OR Apache-2.0"));
        assert!(met("(GPL-3.0 OR MIT) AND ISC"));
        assert!(!met("Apache-2.0 AND MIT"));
        assert!(!met("GPL-3.0 OR MIT AND BSD-3-Clause"));
        assert!(!met("Apache-2.0 WITH other-exception"));
    }

    #[test]
    fn what_is_not_an_expression_is_refused() {
        for broken in ["", "MIT OR", "(MIT", "MIT ISC", "MIT WITH", "OR MIT"] {
            assert!(is_met(broken, &|_| true).is_err(), "{broken}");
        }
    }
}
