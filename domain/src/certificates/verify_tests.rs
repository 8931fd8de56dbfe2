#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::certificates::credential::{self, Snapshot, tests::snapshot};
use crate::certificates::seal::tests::small_pdf;
use crate::certificates::status_list::StatusList;
use crate::platform::signing::{Issuer, KeyRing, Site, strict};
use chrono::{DateTime, Utc};
use proptest::prelude::*;
use serde_json::json;
use std::path::PathBuf;

/// An installation with a key folder of its own, gone when the test is.
pub(crate) struct Office {
    folder: PathBuf,
    pub(crate) keys: KeyRing,
    pub(crate) site: Site,
    pub(crate) now: DateTime<Utc>,
}

impl Office {
    pub(crate) fn new(name: &str) -> Self {
        Self::at(name, "https://events.example.org", 7)
    }

    fn at(name: &str, base: &str, seed: u8) -> Self {
        let folder = std::env::temp_dir().join(format!("plenary-office-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        let now = "2026-03-31T09:00:00Z".parse().unwrap();
        let keys = KeyRing::open(&folder, now, [seed; 32]).unwrap();
        Self {
            folder,
            keys,
            site: Site::parse(base).unwrap(),
            now,
        }
    }

    pub(crate) fn documents(&self) -> Vec<DidDocument> {
        // Through its published form, as a reader has it.
        let published = self.keys.did_document(&self.site).to_json().to_string();
        vec![DidDocument::parse(published.as_bytes()).unwrap()]
    }

    fn credential(&self, snapshot: &Snapshot) -> Value {
        credential::credential(snapshot, &self.site)
    }

    fn jwt(&self, snapshot: &Snapshot) -> String {
        self.keys.sign(&self.site, &credential::claims(&self.credential(snapshot)))
    }

    fn json(&self, snapshot: &Snapshot) -> Value {
        credential::download(&self.jwt(snapshot), &self.credential(snapshot))
    }

    fn pdf(&self, snapshot: &Snapshot) -> Vec<u8> {
        let drawing = small_pdf(&[(seal::ATTACHMENT, self.jwt(snapshot).as_bytes())], false);
        seal::seal(drawing, &snapshot.id, &self.keys, &self.site).unwrap()
    }

    fn status(&self, revoked: &[u32]) -> String {
        let list = StatusList::with_revoked(revoked.iter().copied()).unwrap();
        status_list::sign(&list, 1, &self.keys, &self.site, self.now)
    }

    fn verify(&self, file: impl AsRef<[u8]>) -> Verdict {
        verify(file.as_ref(), &self.documents(), None)
    }

    fn three(&self) -> [Vec<u8>; 3] {
        let snapshot = snapshot();
        let json = serde_json::to_string_pretty(&self.json(&snapshot)).unwrap();
        [self.pdf(&snapshot), self.jwt(&snapshot).into_bytes(), json.into_bytes()]
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn all_three_files_are_valid_and_show_every_field() {
    let office = Office::new("valid");
    for file in office.three() {
        let verdict = verify(&file, &office.documents(), Some(office.status(&[1]).as_bytes()));
        assert_eq!((verdict.result, verdict.exit_code()), (Outcome::Valid, 0), "{:?}", verdict.reason);
        let json = serde_json::to_value(&verdict).unwrap();
        assert_eq!(json["result"], "valid");
        let id = snapshot().id;
        assert_eq!(
            json["certificate"],
            json!({
                "id": id, "address": format!("https://events.example.org/certificates/{id}"), "name": "Siân O'Neill",
                "event": "Self-harm: compassion and practice", "event_address": "https://events.example.org/events/self-harm-2026",
                "starts": "2026-03-12T09:00:00Z", "ends": "2026-03-12T16:00:00Z",
                "when": "12 March 2026, 09:00 to 16:00 (Europe/London)", "place": "Example Hall, Oxford",
                "organiser": "Example Training Ltd", "organiser_email": "events@example.org", "organiser_url": "https://events.example.org/",
                "issuer": "did:web:events.example.org", "key": "did:web:events.example.org#k2026-1",
                "offered_minutes": 300, "minutes": 255, "shown_minutes": 255, "participatory_minutes": 75, "hours": 4.25,
                "sessions": [
                    { "title": "National picture", "attended": "From 09:30: 90 of 90 minutes" },
                    { "title": "Schools", "attended": "From 11:20: 90 of 90 minutes" },
                    { "title": "Pathways workshop", "attended": "From 13:35: 75 of 75 minutes, participatory" },
                ],
                "description": "Self-harm: compassion and practice. 12 March 2026, 09:00 to 16:00 (Europe/London). Example Hall, Oxford. \
                    Learning objectives: Reflect on lived experience; Know the pathways.",
                "criteria": "Minutes present in CPD sessions; breaks do not count. Subject to peer group approval.",
                "issued_at": "2026-03-31T09:00:00Z", "signed_at": "2026-03-31T09:00:00Z", "replaces": null, "schemes": [],
            })
        );
    }
}

#[test]
fn each_byte_of_a_pdf_changed_in_turn_is_never_valid() {
    let office = Office::new("flip");
    let documents = office.documents();
    let pdf = office.pdf(&snapshot());
    assert_eq!(verify(&pdf, &documents, None).result, Outcome::Valid);
    let start = seal::unseal(&pdf, &documents).unwrap().drawing.len();
    for at in 0..pdf.len() {
        for mask in [0x01, 0x20, 0x80] {
            let mut changed = pdf.clone();
            changed[at] ^= mask;
            let verdict = verify(&changed, &documents, None);
            assert_ne!(verdict.result, Outcome::Valid, "byte {at} xor {mask:#x}");
            assert_eq!(verdict.certificate, None);
            if at < start {
                assert_eq!(verdict.result, Outcome::Altered, "byte {at} xor {mask:#x}");
                assert_eq!(verify(&changed, &[], None).result, Outcome::Altered, "also without keys");
            }
        }
    }
}

#[test]
fn each_byte_of_a_pdf_taken_out_or_doubled_is_never_valid() {
    let office = Office::new("drop");
    let documents = office.documents();
    let pdf = office.pdf(&snapshot());
    for at in 0..pdf.len() {
        let out = [&pdf[..at], &pdf[at + 1..]].concat();
        let doubled = [&pdf[..=at], &pdf[at..]].concat();
        assert_ne!(verify(&out, &documents, None).result, Outcome::Valid, "without byte {at}");
        assert_ne!(verify(&doubled, &documents, None).result, Outcome::Valid, "byte {at} twice");
    }
}

#[test]
fn bytes_of_a_token_changed_in_turn_are_never_valid() {
    let office = Office::new("flip-jwt");
    let documents = office.documents();
    let jwt = office.jwt(&snapshot()).into_bytes();
    // Each of header and signature, each seventh between: checking thousands of signatures takes a while unoptimised.
    let (content, tail) = (
        jwt.iter().position(|b| *b == b'.').unwrap(),
        jwt.iter().rposition(|b| *b == b'.').unwrap(),
    );
    for at in (0..=content).chain((content..tail).step_by(7)).chain(tail..jwt.len()) {
        for mask in [0x01, 0x20] {
            let mut changed = jwt.clone();
            changed[at] ^= mask;
            assert_ne!(verify(&changed, &documents, None).result, Outcome::Valid, "byte {at} xor {mask:#x}");
        }
    }
}

#[test]
fn certificates_outlive_the_key_that_signed_them() {
    let mut office = Office::new("rotation");
    let old_documents = office.documents();
    let old = office.three();
    office.keys.rotate(office.now, [8; 32]).unwrap();
    let new = office.three();
    for file in old.iter().chain(&new) {
        // The list is signed by the new key by now.
        let verdict = verify(file, &office.documents(), Some(office.status(&[]).as_bytes()));
        assert_eq!(verdict.result, Outcome::Valid, "{:?}", verdict.reason);
    }
    for file in &old {
        assert_eq!(verify(file, &old_documents, None).result, Outcome::Valid);
    }
    for file in &new {
        assert_eq!(verify(file, &old_documents, None).result, Outcome::UnknownKey);
    }
}

#[test]
fn keys_of_somebody_else_do_not_know_it() {
    let office = Office::new("mine");
    let other = Office::at("theirs", "https://other.example.org", 9);
    let impostor = Office::at("impostor", "https://events.example.org", 9);
    for file in office.three() {
        let verdict = verify(&file, &other.documents(), None);
        assert_eq!(
            (verdict.result, verdict.exit_code(), verdict.certificate),
            (Outcome::UnknownKey, 5, None)
        );
        // The same name and key name with another key: its signature does not match.
        assert_eq!(verify(&file, &impostor.documents(), None).result, Outcome::Altered);
        assert_eq!(verify(&file, &[], None).result, Outcome::UnknownKey);
        let both = [other.documents(), office.documents()].concat();
        assert_eq!(verify(&file, &both, None).result, Outcome::Valid);
    }
}

#[test]
fn what_a_stolen_key_signed_is_refused_and_signed_anew_it_is_good() {
    let mut office = Office::new("stolen");
    let old = office.three();
    let old_list = office.status(&[]);
    let stolen = office.keys.active();
    office.keys.compromise(stolen, office.now, [8; 32]).unwrap();
    for file in &old {
        let verdict = office.verify(file);
        assert_eq!(
            (verdict.result, verdict.exit_code(), verdict.certificate, verdict.unknown_key),
            (Outcome::UnknownKey, 5, None, None)
        );
        assert!(verdict.reason.unwrap().contains("#k2026-1 was withdrawn on 31 March 2026"));
    }
    let mut anew = office.credential(&snapshot());
    credential::date_anew(&mut anew, "2026-04-02T12:00:00Z".parse().unwrap());
    let token = office.keys.sign(&office.site, &credential::claims(&anew));
    let verdict = verify(token.as_bytes(), &office.documents(), Some(office.status(&[]).as_bytes()));
    assert_eq!((verdict.result, verdict.reason), (Outcome::Valid, None));
    let shown = verdict.certificate.unwrap();
    assert_eq!(
        (shown.id, shown.issued_at.as_str(), shown.signed_at.as_str(), shown.key.as_str()),
        (
            snapshot().id,
            "2026-03-31T09:00:00Z",
            "2026-04-02T12:00:00Z",
            "did:web:events.example.org#k2026-2"
        )
    );
    // A list the thief may have signed tells nothing.
    assert_eq!(
        verify(token.as_bytes(), &office.documents(), Some(old_list.as_bytes())).result,
        Outcome::UnknownKey
    );
}

#[test]
fn one_organisation_never_vouches_for_another() {
    let office = Office::new("below");
    let site = office.site.signing_as(&Issuer::of_slug("north").unwrap());
    let north = credential::claims(&credential::credential(&snapshot(), &site));
    let ours = credential::claims(&office.credential(&snapshot()));
    let theirs = Office::at("below-theirs", "https://events.example.org", 9);
    let mut host = office.keys.did_document(&office.site);
    host.add_below(theirs.keys.did_document(&site));
    let documents = [DidDocument::parse(host.to_json().to_string().as_bytes()).unwrap()];
    let result = |token: String, status: Option<&str>| verify(token.as_bytes(), &documents, status.map(str::as_bytes)).result;

    assert_eq!(result(theirs.keys.sign(&site, &north), None), Outcome::Valid);
    assert_eq!(
        result(theirs.keys.sign(&site, &ours), None),
        Outcome::Altered,
        "signed by another than its issuer"
    );
    assert_eq!(result(office.keys.sign(&office.site, &north), None), Outcome::Altered);
    assert_eq!(
        result(office.keys.sign(&site, &north), None),
        Outcome::Altered,
        "another's key under this name"
    );
    // Each has lists of its own, also where their numbers are alike.
    let own = status_list::sign(&StatusList::default(), 1, &theirs.keys, &site, office.now);
    assert_eq!(result(theirs.keys.sign(&site, &north), Some(&own)), Outcome::Valid);
    assert_eq!(result(theirs.keys.sign(&site, &north), Some(&office.status(&[]))), Outcome::Altered);
}

#[test]
fn a_revoked_certificate_says_so_and_still_shows_itself() {
    let office = Office::new("revoked");
    for file in office.three() {
        let verdict = verify(&file, &office.documents(), Some(office.status(&[94_567]).as_bytes()));
        assert_eq!(
            (verdict.result, verdict.exit_code(), verdict.revocation_checked),
            (Outcome::Revoked, 4, true)
        );
        assert_eq!(verdict.certificate.unwrap().name, "Siân O'Neill");
        // Its neighbours' bits are not its own.
        let near = office.status(&[94_566, 94_568]);
        assert_eq!(verify(&file, &office.documents(), Some(near.as_bytes())).result, Outcome::Valid);
    }
}

#[test]
fn a_status_list_that_is_not_the_right_one_lets_nothing_pass() {
    let office = Office::new("status-wrong");
    let other = Office::at("status-theirs", "https://other.example.org", 9);
    let jwt = office.jwt(&snapshot());
    let both = [office.documents(), other.documents()].concat();
    let result = |status: &[u8]| verify(jwt.as_bytes(), &both, Some(status));
    let second = status_list::sign(&StatusList::default(), 2, &office.keys, &office.site, office.now);
    assert_eq!(
        result(second.as_bytes()).reason.unwrap(),
        "the status list given is not the one this certificate names"
    );
    assert_eq!(result(other.status(&[]).as_bytes()).result, Outcome::Altered);
    assert_eq!(result(b"").result, Outcome::Altered);
    assert_eq!(result(jwt.as_bytes()).result, Outcome::Altered, "a certificate is no list");
    assert_eq!(
        verify(jwt.as_bytes(), &office.documents(), Some(other.status(&[]).as_bytes())).result,
        Outcome::UnknownKey
    );
    let mut beyond = snapshot();
    beyond.status_index = status_list::ENTRIES;
    assert_eq!(
        verify(
            office.jwt(&beyond).as_bytes(),
            &office.documents(),
            Some(office.status(&[]).as_bytes())
        )
        .result,
        Outcome::Altered
    );
}

#[test]
fn a_json_file_whose_halves_differ_is_altered() {
    let office = Office::new("halves");
    let good = office.json(&snapshot());
    assert_eq!(office.verify(good.to_string()).result, Outcome::Valid);
    let altered = |change: fn(&mut Value)| {
        let mut json = good.clone();
        change(&mut json);
        office.verify(json.to_string()).result
    };
    assert_eq!(
        altered(|j| j["credential"]["credentialSubject"]["creditsEarned"] = json!(5.0)),
        Outcome::Altered
    );
    assert_eq!(
        altered(|j| j["credential"]["credentialSubject"]["identifier"][0]["identityHash"] = json!("A. Nother")),
        Outcome::Altered
    );
    assert_eq!(altered(|j| j["credential"]["extra"] = json!(1)), Outcome::Altered);
    assert_eq!(
        altered(|j| j["credential"]["iss"] = j["credential"]["issuer"]["id"].clone()),
        Outcome::Altered
    );
    assert_eq!(altered(|j| j["note"] = json!("x")), Outcome::Altered);
    assert_eq!(altered(|j| j["credential"] = json!(null)), Outcome::Altered);
    // Two good halves of different certificates.
    let mut another = snapshot();
    another.name = "Kofi Mensah".to_owned();
    let mixed = credential::download(&office.jwt(&another), &office.credential(&snapshot()));
    assert_eq!(office.verify(mixed.to_string()).result, Outcome::Altered);
    // A name given twice: other readers might take the first.
    let twice = good
        .to_string()
        .replacen("\"credential\":{", "\"credential\":{\"name\":\"Somebody's doctorate\",", 1);
    assert_eq!(office.verify(twice).result, Outcome::Altered);
}

#[test]
fn a_pdf_holding_another_certificate_is_altered() {
    let office = Office::new("swap");
    let mut another = snapshot();
    another.id = credential::new_id([1; 16]);
    let drawing = small_pdf(&[(seal::ATTACHMENT, office.jwt(&another).as_bytes())], false);
    let pdf = seal::seal(drawing, &snapshot().id, &office.keys, &office.site).unwrap();
    assert_eq!(office.verify(pdf).reason.unwrap(), "the seal was set for another certificate");
}

#[test]
fn other_things_signed_by_the_same_key_are_no_certificates() {
    let office = Office::new("other");
    assert_eq!(office.verify(office.status(&[])).result, Outcome::Altered);
    let payload = credential::claims(&office.credential(&snapshot()));
    let altered = |change: fn(&mut Value)| {
        let mut payload = payload.clone();
        change(&mut payload);
        office.verify(office.keys.sign(&office.site, &payload)).result
    };
    assert_eq!(altered(|_| ()), Outcome::Valid);
    assert_eq!(altered(|p| p["issuer"]["id"] = json!("did:web:x.example")), Outcome::Altered);
    assert_eq!(altered(|p| p["jti"] = json!("https://x.example/certificates/1")), Outcome::Altered);
    assert_eq!(altered(|p| p["sub"] = json!("urn:uuid:0")), Outcome::Altered);
    assert_eq!(altered(|p| p["nbf"] = json!(0)), Outcome::Altered);
    assert_eq!(altered(|p| p["credentialStatus"] = json!(null)), Outcome::Altered);
    assert_eq!(
        altered(|p| p["credentialStatus"]["statusListIndex"] = json!("094567")),
        Outcome::Altered
    );
    assert_eq!(altered(|p| p["credentialSubject"]["identifier"] = json!([])), Outcome::Altered);
}

#[test]
fn a_token_without_a_real_signature_is_refused() {
    let office = Office::new("alg");
    let jwt = office.jwt(&snapshot());
    let (_, rest) = jwt.split_once('.').unwrap();
    for alg in ["none", "HS256"] {
        let header = json!({ "alg": alg, "kid": "did:web:events.example.org#k2026-1", "typ": "JWT" });
        let header = strict::encode(header.to_string().as_bytes());
        assert_eq!(office.verify(format!("{header}.{rest}")).result, Outcome::Altered, "{alg}");
        let (payload, _) = rest.split_once('.').unwrap();
        assert_eq!(office.verify(format!("{header}.{payload}.")).result, Outcome::Altered, "{alg}");
    }
}

#[test]
fn names_from_everywhere_survive() {
    let office = Office::new("names");
    for name in [
        "O'Neill",
        "Siân Llŷr",
        "\"A; B\", C",
        "نور الهدى",
        "👩🏽‍⚕️ Ama",
        &"x".repeat(120),
        "a\\u0041",
        "<b>&amp;",
    ] {
        let mut snapshot = snapshot();
        snapshot.name = name.to_owned();
        for file in [
            office.pdf(&snapshot),
            office.jwt(&snapshot).into_bytes(),
            office.json(&snapshot).to_string().into_bytes(),
        ] {
            assert_eq!(office.verify(file).certificate.unwrap().name, name);
        }
    }
}

#[test]
fn what_is_no_certificate_is_altered() {
    let office = Office::new("none");
    let deep = "[".repeat(100_000);
    let deep_json = format!("{{\"jwt\":{deep}");
    let large = vec![b'a'; MAX_FILE + 1];
    let files: [&[u8]; 9] = [
        b"",
        b"\n",
        b"{}",
        b"%PDF-",
        b"%PDF-1.7\n%%EOF\n",
        b"\xff\xfe",
        b"a.b.c",
        deep_json.as_bytes(),
        &large,
    ];
    for file in files {
        let verdict = office.verify(file);
        assert_eq!((verdict.result, verdict.exit_code()), (Outcome::Altered, 1));
        assert!(verdict.reason.is_some());
    }
}

#[test]
fn a_token_pasted_with_a_line_end_is_valid() {
    let office = Office::new("line");
    let jwt = office.jwt(&snapshot());
    for tail in ["\n", "\r\n"] {
        assert_eq!(office.verify(format!("{jwt}{tail}")).result, Outcome::Valid);
    }
    assert_eq!(office.verify(format!("{jwt}\n\n")).result, Outcome::Altered);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn random_bytes_are_altered(bytes in proptest::collection::vec(any::<u8>(), 0..600), start in 0usize..4) {
        let start: &[u8] = [&b""[..], b"%PDF-1.7\n", b"{\"jwt\":", b"eyJ"][start];
        let file = [start, &bytes].concat();
        prop_assert_eq!(verify(&file, &[], Some(&bytes)).result, Outcome::Altered);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn changed_files_are_never_valid(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let office = Office::new(&format!("changed-{:?}", std::thread::current().id()));
        let documents = office.documents();
        for (which, file) in office.three().into_iter().enumerate() {
            let mut changed = file.clone();
            for (at, byte) in &changes {
                let at = at.index(changed.len());
                changed[at] = *byte;
            }
            let verdict = verify(&changed, &documents, None);
            // White space between the members of the .json may change; what it says may not.
            let harmless = which == 2 && verdict.certificate == verify(&file, &documents, None).certificate;
            prop_assert!(changed == file || harmless || verdict.result != Outcome::Valid);
        }
    }
}
