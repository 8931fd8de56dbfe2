#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::certificates::verify::tests::Office;
use proptest::prelude::*;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

#[test]
fn place_nought_is_the_left_most_bit() {
    let list = StatusList::with_revoked([0, 9, ENTRIES - 1]).unwrap();
    assert_eq!(list.bits[0], 0b1000_0000);
    assert_eq!(list.bits[1], 0b0100_0000);
    assert_eq!(*list.bits.last().unwrap(), 1);
    assert!(list.is_revoked(9).unwrap() && !list.is_revoked(8).unwrap());
    assert_eq!(list.is_revoked(ENTRIES), Err(StatusError::Index(ENTRIES)));
    assert_eq!(StatusList::with_revoked([ENTRIES]), Err(StatusError::Index(ENTRIES)));
}

#[test]
fn a_list_is_small_and_comes_back() {
    let list = StatusList::with_revoked([94_567]).unwrap();
    let text = list.encode();
    assert!(text.starts_with("uH4sI") && text.len() < 200, "{}", text.len());
    assert_eq!(StatusList::decode(&text).unwrap(), list);
    assert_eq!(text, list.encode());
}

fn packed(bytes: usize) -> String {
    StatusList { bits: vec![0; bytes] }.encode()
}

#[test]
fn lists_of_the_wrong_size_are_refused() {
    assert_eq!(StatusList::decode(&packed(ENTRIES as usize / 8 - 1)), Err(StatusError::Size));
    assert!(StatusList::decode(&packed(MAX_BYTES)).is_ok());
    // Also what a few kilobytes can unpack to.
    assert_eq!(StatusList::decode(&packed(MAX_BYTES + 1)), Err(StatusError::Size));
    assert_eq!(StatusList::decode(&packed(64 * MAX_BYTES)), Err(StatusError::Size));
    for text in ["", "u", "uAAAA", &packed(16_384)[1..], &format!("{}=", packed(16_384))] {
        assert!(matches!(StatusList::decode(text), Err(StatusError::Malformed(_))), "{text:?}");
    }
}

#[test]
fn a_published_list_is_read_back() {
    let office = Office::new("status");
    let list = StatusList::with_revoked([5]).unwrap();
    let token = sign(&list, 2, &office.keys, &office.site, office.now);
    let published = read(format!("{token}\r\n").as_bytes(), &office.documents()).unwrap();
    assert_eq!(published.address, "https://events.example.org/certificates/status/2");
    assert_eq!((published.did.as_str(), published.list), (office.site.did(), list));
}

#[test]
fn what_is_signed_but_no_revocation_list_is_refused() {
    let office = Office::new("status-other");
    let good = sign(&StatusList::default(), 1, &office.keys, &office.site, office.now);
    let payload = jws::open(&good, &office.documents(), MAX_TOKEN).unwrap().payload;
    let refused = |change: fn(&mut Value)| {
        let mut payload = payload.clone();
        change(&mut payload);
        read(office.keys.sign(&office.site, &payload).as_bytes(), &office.documents()).unwrap_err()
    };
    assert_eq!(
        refused(|p| p["credentialSubject"]["statusPurpose"] = json!("suspension")),
        StatusError::Purpose
    );
    assert!(matches!(
        refused(|p| p["type"] = json!(["VerifiableCredential"])),
        StatusError::Malformed(_)
    ));
    assert!(matches!(
        refused(|p| p["issuer"] = json!("did:web:x.example")),
        StatusError::Malformed(_)
    ));
    assert!(matches!(
        refused(|p| p["id"] = json!("https://x.example/1")),
        StatusError::Malformed(_)
    ));
    assert_eq!(
        refused(|p| p["credentialSubject"]["encodedList"] = json!(packed(16))),
        StatusError::Size
    );
    assert!(matches!(read(b"\xff", &office.documents()), Err(StatusError::Malformed(_))));
    assert!(matches!(
        read(good.as_bytes(), &[]),
        Err(StatusError::Signature(JwsError::UnknownKey(_)))
    ));
}

#[test]
fn places_are_chosen_among_the_free_until_there_are_none() {
    let mut random = StdRng::seed_from_u64(1);
    let mut taken: HashSet<u32> = (0..ENTRIES).filter(|place| *place != 77 && *place != 99_000).collect();
    let first = choose_place(&taken, &mut random).unwrap();
    taken.insert(first);
    let second = choose_place(&taken, &mut random).unwrap();
    taken.insert(second);
    assert_eq!([first.min(second), first.max(second)], [77, 99_000]);
    assert_eq!(choose_place(&taken, &mut random), None);

    let spread: HashSet<u32> = (0..200).filter_map(|_| choose_place(&HashSet::new(), &mut random)).collect();
    assert!(spread.len() > 190 && spread.iter().any(|p| *p > ENTRIES / 2) && spread.iter().any(|p| *p < ENTRIES / 2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn exactly_the_revoked_are_revoked(places in proptest::collection::hash_set(0..ENTRIES, 0..40)) {
        let list = StatusList::decode(&StatusList::with_revoked(places.iter().copied()).unwrap().encode()).unwrap();
        for place in 0..ENTRIES {
            prop_assert_eq!(list.is_revoked(place).unwrap(), places.contains(&place));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in "u?[A-Za-z0-9_-]{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = StatusList::decode(&text);
        let _ = read(&bytes, &[]);
    }
}
