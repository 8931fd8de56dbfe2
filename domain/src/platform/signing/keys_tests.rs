#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::platform::signing::jws;
use serde_json::json;

/// A folder of its own, gone when the test is.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("plenary-keys-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        Self(path)
    }

    fn keys(&self) -> PathBuf {
        self.0.join("data/keys")
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.keys())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn now() -> DateTime<Utc> {
    "2026-03-31T09:00:00Z".parse().unwrap()
}

fn site() -> Site {
    Site::parse("https://events.example.org").unwrap()
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
}

#[test]
fn a_folder_of_public_halves_is_given_a_new_key_under_a_name_of_its_own() {
    let scratch = Scratch::new("renewed");
    let old = KeyRing::open(&scratch.keys(), now(), [1; 32]).unwrap();
    let token = old.sign(&site(), &json!({ "a": 1 }));
    fs::remove_file(scratch.keys().join("k2026-1.pem")).unwrap();
    assert!(matches!(
        KeyRing::open(&scratch.keys(), now(), [2; 32]),
        Err(KeyError::NoPrivate(_))
    ));

    let renewed = KeyRing::renew(&scratch.keys(), now(), [2; 32]).unwrap();
    assert_eq!(renewed.active().to_string(), "k2026-2");
    assert!(jws::open(&token, &[renewed.did_document(&site())], 4096).is_ok());
    let again = KeyRing::renew(&scratch.keys(), now(), [3; 32]).unwrap();
    assert_eq!(again.active(), renewed.active(), "one that can sign is left as it is");
}

#[test]
fn the_first_start_makes_a_key_and_the_second_keeps_it() {
    let scratch = Scratch::new("first");
    let first = KeyRing::open(&scratch.keys(), now(), [1; 32]).unwrap();
    let again = KeyRing::open(&scratch.keys(), now(), [2; 32]).unwrap();
    assert_eq!(first.did_document(&site()), again.did_document(&site()));
    assert_eq!(scratch.names(), ["k2026-1.pem", "k2026-1.pub.pem"]);
    assert_eq!(mode(&scratch.keys()), 0o700);
    assert_eq!(mode(&scratch.keys().join("k2026-1.pem")), 0o600);
    let text = fs::read_to_string(scratch.keys().join("k2026-1.pem")).unwrap();
    assert!(text.starts_with("-----BEGIN PRIVATE KEY-----\n"));
    assert!(!format!("{first:?}").contains("secret"));
}

#[test]
fn after_rotation_both_keys_verify_and_the_new_one_signs() {
    let scratch = Scratch::new("rotate");
    let mut ring = KeyRing::open(&scratch.keys(), now(), [1; 32]).unwrap();
    let old = ring.sign(&site(), &json!({ "n": 1 }));
    assert_eq!(ring.rotate(now(), [2; 32]).unwrap().to_string(), "k2026-2");
    let new = ring.sign(&site(), &json!({ "n": 2 }));
    // The clock was set back a year: the newest key must still sort last.
    assert_eq!(
        ring.rotate("2025-01-01T00:00:00Z".parse().unwrap(), [3; 32]).unwrap().to_string(),
        "k2026-3"
    );
    assert_eq!(
        ring.rotate("2027-01-01T00:00:00Z".parse().unwrap(), [4; 32]).unwrap().to_string(),
        "k2027-1"
    );

    // Old private halves may go; the public ones stay.
    fs::remove_file(scratch.keys().join("k2026-1.pem")).unwrap();
    let ring = KeyRing::open(&scratch.keys(), now(), [9; 32]).unwrap();
    assert_eq!(ring.active().to_string(), "k2027-1");
    let documents = [ring.did_document(&site())];
    for (token, key) in [(old, "k2026-1"), (new, "k2026-2")] {
        let opened = jws::open(&token, &documents, 4096).unwrap();
        assert_eq!(opened.kid, format!("did:web:events.example.org#{key}"));
    }
}

#[test]
fn a_stolen_key_signs_no_more_and_is_published_as_a_mark() {
    let scratch = Scratch::new("stolen");
    let mut ring = KeyRing::open(&scratch.keys(), now(), [1; 32]).unwrap();
    let first = ring.active();
    let token = ring.sign(&site(), &json!({ "n": 1 }));
    ring.compromise(first, now(), [2; 32]).unwrap();
    assert_eq!(ring.active().to_string(), "k2026-2");
    assert_eq!(
        scratch.names(),
        [
            "k2026-1.compromised",
            "k2026-1.pem",
            "k2026-1.pub.pem",
            "k2026-2.pem",
            "k2026-2.pub.pem"
        ]
    );
    assert_eq!(mode(&scratch.keys().join("k2026-1.compromised")), 0o600);
    let document = ring.did_document(&site());
    assert_eq!(
        jws::open(&token, std::slice::from_ref(&document), 4096),
        Err(jws::JwsError::Withdrawn("did:web:events.example.org#k2026-1".to_owned(), now()))
    );
    let new = ring.sign(&site(), &json!({ "n": 2 }));
    assert!(jws::open(&new, &[document], 4096).is_ok());
    assert!(ring.public(first).is_some(), "what it signed can still be looked into");

    // Told again, nothing changes; a key that is not active leaves the active one alone.
    ring.compromise(first, "2027-01-01T00:00:00Z".parse().unwrap(), [3; 32]).unwrap();
    ring.rotate(now(), [4; 32]).unwrap();
    ring.compromise("k2026-2".parse().unwrap(), now(), [5; 32]).unwrap();
    let facts: Vec<_> = ring
        .list()
        .map(|key| (key.id.to_string(), key.is_active, key.compromised_at))
        .collect();
    assert_eq!(
        facts,
        [
            ("k2026-1".to_owned(), false, Some(now())),
            ("k2026-2".to_owned(), false, Some(now())),
            ("k2026-3".to_owned(), true, None)
        ]
    );
    assert!(matches!(
        ring.compromise("k2031-1".parse().unwrap(), now(), [6; 32]),
        Err(KeyError::NoKey(..))
    ));

    // The last private half gone, a stolen one never takes its place.
    fs::remove_file(scratch.keys().join("k2026-3.pem")).unwrap();
    assert!(matches!(KeyRing::load(&scratch.keys()), Err(KeyError::NoPrivate(_))));
    let renewed = KeyRing::renew(&scratch.keys(), now(), [7; 32]).unwrap();
    assert_eq!(renewed.active().to_string(), "k2026-4");
}

#[test]
fn the_key_that_signs_comes_first_in_what_is_published() {
    let scratch = Scratch::new("order");
    let mut ring = KeyRing::open(&scratch.keys(), now(), [1; 32]).unwrap();
    ring.rotate(now(), [2; 32]).unwrap();
    ring.rotate(now(), [3; 32]).unwrap();
    let published = |ring: &KeyRing| -> Vec<String> {
        let json = ring.did_document(&site()).to_json();
        let methods = json["verificationMethod"].as_array().unwrap().clone();
        methods
            .iter()
            .map(|method| method["id"].as_str().unwrap().rsplit('#').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(published(&ring), ["k2026-3", "k2026-2", "k2026-1"]);
    fs::remove_file(scratch.keys().join("k2026-3.pem")).unwrap();
    let ring = KeyRing::load(&scratch.keys()).unwrap();
    assert_eq!(published(&ring), ["k2026-2", "k2026-3", "k2026-1"]);
}

#[test]
fn many_starts_at_once_end_with_one_key() {
    let scratch = Scratch::new("race");
    let rings: Vec<KeyRing> = std::thread::scope(|scope| {
        let starts: Vec<_> = (1..=8)
            .map(|seed| {
                let folder = scratch.keys();
                scope.spawn(move || KeyRing::open(&folder, now(), [seed; 32]).unwrap())
            })
            .collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert!(
        rings
            .windows(2)
            .all(|two| two[0].did_document(&site()) == two[1].did_document(&site()))
    );
    assert_eq!(scratch.names(), ["k2026-1.pem", "k2026-1.pub.pem"]);
}

#[test]
fn a_start_cut_short_is_made_good() {
    let scratch = Scratch::new("cut");
    KeyRing::open(&scratch.keys(), now(), [1; 32]).unwrap();
    fs::remove_file(scratch.keys().join("k2026-1.pub.pem")).unwrap();
    fs::write(scratch.keys().join(".k2026-2.pem.00.new"), "half").unwrap();
    KeyRing::open(&scratch.keys(), now(), [2; 32]).unwrap();
    assert!(scratch.keys().join("k2026-1.pub.pem").exists());
}

#[test]
fn what_is_wrong_with_a_folder_is_said_in_words() {
    let scratch = Scratch::new("wrong");
    let open = || {
        KeyRing::open(&scratch.keys(), now(), [1; 32])
            .map(|ring| ring.active().to_string())
            .map_err(|e| e.to_string())
    };
    assert_eq!(open(), Ok("k2026-1".to_owned()));
    let private = scratch.keys().join("k2026-1.pem");

    chmod(&private, 0o640);
    assert!(open().unwrap_err().ends_with("k2026-1.pem"), "chmod hint");
    chmod(&private, 0o600);
    chmod(&scratch.keys(), 0o770);
    assert!(open().unwrap_err().starts_with("others may write to the key folder"));
    chmod(&scratch.keys(), 0o700);

    let stray = scratch.keys().join("k02026-1.pem");
    fs::write(&stray, "x").unwrap();
    assert!(open().unwrap_err().contains("is not named like a key"));
    fs::remove_file(&stray).unwrap();

    let mark = scratch.keys().join("k2026-1.compromised");
    fs::write(&mark, "last week").unwrap();
    assert!(open().unwrap_err().contains("does not say when"));
    fs::rename(&mark, scratch.keys().join("k2026-9.compromised")).unwrap();
    assert!(open().unwrap_err().contains("k2026-9.compromised"));
    fs::remove_file(scratch.keys().join("k2026-9.compromised")).unwrap();

    let other = Scratch::new("wrong-other");
    KeyRing::open(&other.keys(), now(), [5; 32]).unwrap();
    fs::copy(other.keys().join("k2026-1.pub.pem"), scratch.keys().join("k2026-1.pub.pem")).unwrap();
    assert!(open().unwrap_err().contains("do not belong together"));

    fs::remove_file(&private).unwrap();
    assert!(open().unwrap_err().contains("public keys only"));
    fs::write(&private, "not a key").unwrap();
    chmod(&private, 0o600);
    assert!(open().unwrap_err().contains("does not hold a P-256 key"));
}

#[test]
fn bytes_outside_the_curve_still_give_a_key() {
    // All ones is above the order of P-256, all zeros is no key.
    assert_ne!(key_from([0xff; 32]).to_bytes(), key_from([0; 32]).to_bytes());
}
