#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use proptest::prelude::*;

pub(crate) fn site() -> Site {
    Site::parse("https://events.example.org").unwrap()
}

/// The worked example: offered 300, attended 255, participatory 75.
pub(crate) fn snapshot() -> Snapshot {
    let session = |title: &str, began: &str, minutes, of_minutes, participatory| SessionLine {
        title: title.to_owned(),
        began: began.to_owned(),
        minutes,
        of_minutes,
        participatory,
    };
    Snapshot {
        id: new_id(*b"sixteen-bytes-ab"),
        event_slug: "self-harm-2026".to_owned(),
        event_title: "Self-harm: compassion and practice".to_owned(),
        name: "Siân O'Neill".to_owned(),
        starts: "2026-03-12T09:00:00Z".parse().unwrap(),
        ends: "2026-03-12T16:00:00Z".parse().unwrap(),
        when_words: "12 March 2026, 09:00 to 16:00".to_owned(),
        zone: "Europe/London".to_owned(),
        place: "Example Hall, Oxford".to_owned(),
        organiser: Organiser {
            name: "Example Training Ltd".to_owned(),
            email: "events@example.org".to_owned(),
            url: None,
        },
        offered_minutes: 300,
        minutes: 255,
        shown_minutes: 255,
        participatory_minutes: 75,
        rounding: 15,
        sessions: vec![
            session("National picture", "09:30", 90, 90, false),
            session("Schools", "11:20", 90, 90, false),
            session("Pathways workshop", "13:35", 75, 75, true),
        ],
        objectives: vec!["Reflect on lived experience".to_owned(), "Know the pathways".to_owned()],
        statement: "subject to peer group approval".to_owned(),
        schemes: vec![],
        rule: "Minutes present in CPD sessions; breaks do not count".to_owned(),
        issued_at: "2026-03-31T09:00:00Z".parse().unwrap(),
        status_list: 1,
        status_index: 94_567,
        replaces: None,
        design: Default::default(),
        accreditation: Default::default(),
    }
}

#[test]
fn a_credential_has_what_open_badges_asks_for() {
    let credential = credential(&snapshot(), &site());
    let id = snapshot().id;
    assert_eq!(credential["id"], format!("https://events.example.org/certificates/{id}"));
    assert_eq!(credential["type"], json!(["VerifiableCredential", "OpenBadgeCredential"]));
    assert_eq!(credential["issuer"]["id"], "did:web:events.example.org");
    assert_eq!(credential["awardedDate"], "2026-03-31T09:00:00Z");
    let subject = &credential["credentialSubject"];
    assert_eq!(subject["creditsEarned"], json!(4.25));
    assert_eq!(subject["achievement"]["creditsAvailable"], json!(5.0));
    assert_eq!(subject["identifier"][0]["identityHash"], "Siân O'Neill");
    assert_eq!(
        subject["achievement"]["criteria"]["id"],
        "https://events.example.org/events/self-harm-2026"
    );
    assert_eq!(
        subject["achievement"]["criteria"]["narrative"],
        "Minutes present in CPD sessions; breaks do not count. Subject to peer group approval."
    );
    assert_eq!(
        credential["evidence"][0]["narrative"],
        "Attended 255 of 300 CPD minutes. Counted: 255 minutes (4.25 hours), rounded down to 15 minutes. Participatory: 75 minutes."
    );
    assert_eq!(
        credential["credentialStatus"],
        json!({
            "id": "https://events.example.org/certificates/status/1#94567", "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation", "statusListIndex": "94567",
            "statusListCredential": "https://events.example.org/certificates/status/1",
        })
    );
    // Attendance does not expire.
    assert!(credential.get("validUntil").is_none());
}

#[test]
fn every_result_points_at_a_description() {
    let credential = credential(&snapshot(), &site());
    let subject = &credential["credentialSubject"];
    let described = subject["achievement"]["resultDescription"].as_array().unwrap();
    let results = subject["result"].as_array().unwrap();
    assert_eq!(results.len(), described.len());
    for (result, description) in results.iter().zip(described) {
        assert_eq!(result["resultDescription"], description["id"]);
    }
    let values: Vec<&str> = results.iter().map(|result| result["value"].as_str().unwrap()).collect();
    assert_eq!(values, ["300", "255", "255", "75"]);
}

#[test]
fn the_only_address_in_clear_is_the_organisers() {
    let text = credential(&snapshot(), &site()).to_string();
    assert_eq!(
        text.matches('@').count(),
        text.matches("events@example.org").count() + 1,
        "@context is the other"
    );
}

#[test]
fn claims_add_the_four_registered_ones_and_nothing_else() {
    let credential = credential(&snapshot(), &site());
    let mut payload = claims(&credential);
    assert_eq!(payload["iss"], "did:web:events.example.org");
    assert_eq!(payload["jti"], credential["id"]);
    assert_eq!(payload["sub"], credential["credentialSubject"]["id"]);
    assert_eq!(payload["nbf"], json!(1_774_947_600));
    for name in CLAIMS {
        payload.as_object_mut().unwrap().remove(name);
    }
    assert_eq!(payload, credential);
}

#[test]
fn the_subject_is_a_uuid_that_differs_on_each_certificate() {
    let urn = subject_urn(&snapshot().id);
    assert_eq!(urn.len(), "urn:uuid:".len() + 36);
    assert_eq!(&urn[23..24], "8", "version");
    assert_eq!(urn, subject_urn(&snapshot().id));
    assert_ne!(urn, subject_urn(&new_id([0; 16])));
}

#[test]
fn ids_are_twenty_six_letters() {
    assert_eq!(new_id([0; 16]), "0".repeat(26));
    assert_eq!(new_id([0xff; 16]), format!("7{}", "z".repeat(25)));
}

#[test]
fn a_snapshot_survives_storage() {
    let text = serde_json::to_string(&snapshot()).unwrap();
    assert_eq!(serde_json::from_str::<Snapshot>(&text).unwrap(), snapshot());
}

proptest! {
    #[test]
    fn ids_differ_when_their_bits_do(a: [u8; 16], b: [u8; 16]) {
        prop_assert!(is_id(&new_id(a)));
        prop_assert_eq!(a == b, new_id(a) == new_id(b));
    }
}
