//! Randomness, injected so that tests can repeat themselves: tokens, references, codes.

use base64ct::{Base64UrlUnpadded, Encoding};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use sha2::{Digest, Sha256};
use std::sync::Mutex;

/// Letters and digits that cannot be mistaken for one another: no 0 O 1 I.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// A source of random values; the system's, or a seeded one in tests.
#[derive(Debug)]
pub struct Random(Mutex<StdRng>);

impl Random {
    /// Seeded by the operating system.
    #[must_use]
    pub fn system() -> Self {
        Self(Mutex::new(rand::make_rng()))
    }

    /// The same values every time; for tests only.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// Begins the same values once more, as from [`Self::seeded`]; for tests of what happens when two are alike.
    pub fn begin_again(&self, seed: u64) {
        self.with(|rng| *rng = StdRng::seed_from_u64(seed));
    }

    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.with(|rng| rng.fill(&mut bytes[..]));
        bytes
    }

    /// A secret of 256 bits, safe in an address.
    #[must_use]
    pub fn token(&self) -> String {
        Base64UrlUnpadded::encode_string(&self.bytes::<32>())
    }

    /// A name of 128 bits that nobody can guess, safe in an address.
    #[must_use]
    pub fn public_id(&self) -> String {
        Base64UrlUnpadded::encode_string(&self.bytes::<16>())
    }

    /// A number below `end`, all alike.
    #[must_use]
    pub fn below(&self, end: u32) -> u32 {
        self.with(|rng| rng.random_range(0..end.max(1)))
    }

    fn letters(&self, count: usize) -> String {
        self.with(|rng| {
            (0..count)
                .map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]))
                .collect()
        })
    }

    /// `PL-XXXXXX`: names a booking to people, opens nothing.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("PL-{}", self.letters(6))
    }

    /// Eight characters, the last a check digit over the seven before it.
    #[must_use]
    pub fn place_code(&self) -> String {
        let body = self.letters(7);
        let check = check_digit(&body);
        format!("{body}{check}")
    }

    /// Eight characters to be typed where they were asked for.
    #[must_use]
    pub fn sign_in_code(&self) -> String {
        self.letters(8)
    }

    fn with<T>(&self, draw: impl FnOnce(&mut StdRng) -> T) -> T {
        draw(&mut self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}

/// The weighted sum of the characters, so that one wrong character and most swaps show.
fn check_digit(body: &str) -> char {
    let sum: usize = body
        .bytes()
        .enumerate()
        .map(|(i, byte)| (2 * i + 3) * ALPHABET.iter().position(|letter| *letter == byte).unwrap_or(0))
        .sum();
    char::from(ALPHABET[sum % ALPHABET.len()])
}

/// A place code as typed, in capitals without spaces or dashes, if its check digit is right.
#[must_use]
pub fn read_place_code(typed: &str) -> Option<String> {
    let code: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let body = code.get(..7)?;
    let right = code.len() == 8 && code.bytes().all(|byte| ALPHABET.contains(&byte)) && code.ends_with(check_digit(body));
    right.then_some(code)
}

/// What is stored of a secret: its SHA-256, in hexadecimal.
#[must_use]
pub fn hash_of(secret: &str) -> String {
    hex::encode(Sha256::digest(secret.as_bytes()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_character_in_a_place_code_shows() {
        let random = Random::seeded(7);
        for _ in 0..200 {
            let code = random.place_code();
            assert_eq!(
                read_place_code(&format!(" {}-{} ", &code[..4].to_lowercase(), &code[4..])).unwrap(),
                code
            );
            for i in 0..8 {
                for letter in ALPHABET {
                    let mut other = code.clone().into_bytes();
                    if other[i] != *letter {
                        other[i] = *letter;
                        assert_eq!(read_place_code(std::str::from_utf8(&other).unwrap()), None);
                    }
                }
            }
        }
        assert_eq!(read_place_code(""), None);
        assert_eq!(read_place_code("ŵŵŵŵŵŵŵŵ"), None);
    }
}
