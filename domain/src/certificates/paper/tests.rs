use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object};
use unicode_normalization::UnicodeNormalization;

use super::*;

const JWT: &str = "eyJhbGciOiJFUzI1NiJ9.eyJuYW1lIjoiSmFuZSBTbWl0aCJ9.c2lnbmF0dXJl";

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_773_340_200, 0).unwrap()
}

fn row(began: &str, title: &str, minutes: u32, of_minutes: u32, participatory: bool) -> Row {
    Row {
        began: began.into(),
        title: title.into(),
        minutes,
        of_minutes,
        participatory,
    }
}

/// The worked example of the domain facts, 1.6.
fn worked() -> Face {
    Face {
        organiser: "Example Training Ltd".into(),
        contact: "events@example.org".into(),
        name: "Jane Smith".into(),
        event: "Self-harm: compassion and practice".into(),
        place: "at Example Hall, Oxford".into(),
        date: "on Thursday 12 March 2026".into(),
        hours: "4.25 hours".into(),
        participatory: "1.25 hours".into(),
        minutes: 255,
        of_minutes: 300,
        sessions: vec![
            row("9:30am", "The national picture", 90, 90, false),
            row("11:20am", "Noticing early in school", 90, 90, false),
            row("1:35pm", "Planning for safety, with families in the room", 75, 75, true),
            row("3:05pm", "Feeds, harm and the law", 0, 45, false),
        ],
        total: "255 of 300".into(),
        statement: "Of 5 hours offered, subject to peer group approval for revalidation.".into(),
        address: "https://plenary.example.org/certificates/3f9c-71ab-52de".into(),
        number: "3f9c-71ab-52de".into(),
        issued: "Thursday 12 March 2026, 6:30pm".into(),
        signed_with: "did:web:plenary.example.org, key 2026-1".into(),
        replaces: String::new(),
    }
}

fn named(name: &str) -> Face {
    Face {
        name: name.into(),
        ..worked()
    }
}

fn forty() -> Face {
    let sessions = (0..40)
        .map(|i| {
            row(
                "10:00am",
                &format!("Session {i}, with a title that needs more than one line of the table to be said"),
                30,
                30,
                i % 3 == 0,
            )
        })
        .collect();
    Face { sessions, ..worked() }
}

/// Names of every kind people have, each drawn whole.
const NAMES: [&str; 24] = [
    "Jane Smith",
    "O'Neill",
    "Siân Llŷr",
    "\"A; B\", C",
    "Ελένη Παπαδοπούλου",
    "Наталья Їжакевич-Щербакова",
    "محمد عبد الله الحسيني",
    "علا الأحمد",
    "Dr محمد بن سلمان (Consultant)",
    "שָׁלוֹם כֹּהֵן",
    "王小明",
    "田中さくら",
    "김민준",
    "Sam 🦊 Fox ☺️",
    "👩‍⚕️",
    "Nguyễn Thị Ánh Tuyết",
    "Ɓọ́lá Ṣóyínká",
    "प्रिया शर्मा",
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "শ্রেয়া",
    "கார்த்திகேயன்",
    "ก้องเกียรติ",
    "ደስታ",
    "Հայկ ნინო",
];

/// Every stretch of text shown, read through each font's own `ToUnicode`, in the order it is shown; and whether a
/// missing-glyph box was among it.
fn read(bytes: &[u8]) -> (String, bool) {
    let document = Document::load_mem(bytes).unwrap();
    let (mut text, mut boxes) = (String::new(), false);
    for page in document.page_iter() {
        let fonts: BTreeMap<_, _> = document
            .get_page_fonts(page)
            .unwrap()
            .into_iter()
            .map(|(name, font)| (name, readings(&document, font)))
            .collect();
        let mut font = &BTreeMap::new();
        for step in Content::decode(&document.get_page_content(page)).unwrap().operations {
            match step.operator.as_str() {
                "Tf" => font = &fonts[step.operands[0].as_name().unwrap()],
                "ET" => text.push('\n'),
                "TJ" => {
                    for part in step.operands[0].as_array().unwrap() {
                        let Object::String(codes, _) = part else { continue };
                        for code in codes.chunks(2) {
                            let glyph = u16::from_be_bytes([code[0], code[1]]);
                            boxes |= glyph == 0;
                            text.push_str(font.get(&glyph).map_or("", String::as_str));
                        }
                    }
                }
                _ => {}
            }
        }
    }
    (text, boxes)
}

fn readings(document: &Document, font: &Dictionary) -> BTreeMap<u16, String> {
    let stream = document
        .get_object(font.get(b"ToUnicode").unwrap().as_reference().unwrap())
        .unwrap()
        .as_stream()
        .unwrap();
    let table = String::from_utf8(stream.get_plain_content().unwrap()).unwrap();
    table
        .lines()
        .filter_map(|line| {
            let (code, text) = line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <")?;
            let units: Vec<u16> = text
                .as_bytes()
                .chunks(4)
                .map(|hex| u16::from_str_radix(std::str::from_utf8(hex).unwrap(), 16).unwrap())
                .collect();
            Some((u16::from_str_radix(code, 16).ok()?, String::from_utf16(&units).unwrap()))
        })
        .collect()
}

#[test]
fn the_same_certificate_gives_the_same_bytes() {
    assert_eq!(draw(&worked(), JWT, at()).unwrap(), draw(&worked(), JWT, at()).unwrap());
    assert_eq!(
        draw(&forty(), JWT, at()).unwrap(),
        std::thread::spawn(|| draw(&forty(), JWT, at()).unwrap()).join().unwrap()
    );
    assert_ne!(draw(&worked(), JWT, at()).unwrap(), draw(&named("Jane Smyth"), JWT, at()).unwrap());
}

#[test]
fn every_certificate_stays_under_sixty_kilobytes() {
    let jwt = "x".repeat(4_000);
    let long = Face {
        name: "Wilhelmina Featherstonehaugh-Cholmondeley ".repeat(3).chars().take(120).collect(),
        ..forty()
    };
    for face in NAMES.iter().map(|name| named(name)).chain([worked(), forty(), long]) {
        let length = draw(&face, &jwt, at()).unwrap().len();
        assert!(length <= 60_000, "{} took {length} bytes", face.name);
    }
}

#[test]
fn every_word_can_be_copied_out() {
    let (text, _) = read(&draw(&worked(), JWT, at()).unwrap());
    let flat = text.replace('\n', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    for words in [
        "Certificate of attendance Example Training Ltd events@example.org This is to record that Jane Smith was present at Self-harm: compassion and practice, at Example Hall, Oxford, on Thursday 12 March 2026, for 4.25 hours of continuing professional development, of which 1.25 hours participatory",
        "Began Session Minutes 9:30am The national picture 90 of 90",
        "1:35pm Planning for safety, with families in the room (participatory) 75 of 75 3:05pm Feeds, harm and the law 0 of 45 Total 255 of 300",
        "Of 5 hours offered, subject to peer group approval for revalidation. Check this certificate at plenary.example.org/certificates/3f9c-71ab-52de Certificate 3f9c-71ab-52de. Issued Thursday 12 March 2026, 6:30pm.",
    ] {
        assert!(flat.contains(words), "{words:?} is not in {flat:?}");
    }
}

#[test]
fn no_name_is_drawn_with_a_box_or_a_question_mark() {
    for name in NAMES {
        let (text, boxes) = read(&draw(&named(name), JWT, at()).unwrap());
        assert!(!boxes, "{name} has a box");
        assert!(!text.contains('?'), "{name} is not drawn whole: {text}");
    }
}

#[test]
fn names_read_as_they_were_typed() {
    for name in [
        "Siân Llŷr",
        "\"A; B\", C",
        "Ελένη Παπαδοπούλου",
        "Наталья Їжакевич-Щербакова",
        "王小明",
        "김민준",
        "Ɓọ́lá Ṣóyínká",
        "प्रिया शर्मा",
        "Office of Ty",
        "Անի",
    ] {
        let (text, _) = read(&draw(&named(name), JWT, at()).unwrap());
        assert!(text.lines().any(|line| line == name), "{name:?} is not a line of {text}");
    }
    // From right to left the page holds what the eye meets from the left; a reader turns it round.
    for name in ["محمد عبد الله علا", "שָׁלוֹם כֹּהֵן"] {
        let (text, _) = read(&draw(&named(name), JWT, at()).unwrap());
        let turned = |line: &str| line.chars().rev().collect::<String>();
        assert!(
            text.lines().any(|line| turned(line).nfc().eq(name.nfc())),
            "{name:?} is not a line of {text}"
        );
    }
}

#[test]
fn a_letter_no_face_has_is_a_question_mark_and_said_so() {
    let (text, boxes) = read(&draw(&named("Amazigh ⵣⴰⴷ"), JWT, at()).unwrap());
    assert!(!boxes && text.contains("Amazigh ???"));
    assert!(text.replace('\n', " ").contains("could not print"));
}

#[test]
fn controls_and_direction_overrides_are_left_out() {
    let (text, _) = read(&draw(&named("Jane\u{202e}\u{0}\r\nSmith\u{2066}"), JWT, at()).unwrap());
    assert!(text.lines().any(|line| line == "Jane  Smith"), "{text}");
}

#[test]
fn the_credential_is_attached_as_it_is() {
    let bytes = draw(&worked(), JWT, at()).unwrap();
    assert!(bytes.windows(JWT.len()).any(|window| window == JWT.as_bytes()));
    let document = Document::load_mem(&bytes).unwrap();
    let follow = |object: &Object| document.dereference(object).unwrap().1.clone();
    let catalog = document.catalog().unwrap();
    let names = follow(catalog.get(b"Names").unwrap())
        .as_dict()
        .unwrap()
        .get(b"EmbeddedFiles")
        .unwrap()
        .as_dict()
        .unwrap()
        .get(b"Names")
        .unwrap()
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(names[0].as_str().unwrap(), CREDENTIAL.as_bytes());
    let specification = follow(&names[1]);
    let file = follow(
        specification
            .as_dict()
            .unwrap()
            .get(b"EF")
            .unwrap()
            .as_dict()
            .unwrap()
            .get(b"F")
            .unwrap(),
    );
    let file = file.as_stream().unwrap();
    assert_eq!(file.content, JWT.as_bytes());
    assert_eq!(file.dict.get(b"Subtype").unwrap().as_name().unwrap(), b"application/jwt");
    assert_eq!(catalog.get(b"AF").unwrap().as_array().unwrap()[0], names[1]);
}

#[test]
fn the_document_says_what_it_is() {
    let document = Document::load_mem(&draw(&worked(), JWT, at()).unwrap()).unwrap();
    assert_eq!(document.version, "1.7");
    assert_eq!(document.catalog().unwrap().get(b"Lang").unwrap().as_str().unwrap(), b"en-GB");
    let info = document
        .get_dictionary(document.trailer.get(b"Info").unwrap().as_reference().unwrap())
        .unwrap();
    assert_eq!(
        info.get(b"Title").unwrap().as_str().unwrap(),
        b"Certificate of attendance: Jane Smith"
    );
    for date in [b"CreationDate".as_slice(), b"ModDate"] {
        assert_eq!(info.get(date).unwrap().as_str().unwrap(), b"D:20260312183000Z");
    }
    assert_eq!(document.trailer.get(b"ID").unwrap().as_array().unwrap().len(), 2);
}

#[test]
fn many_sessions_flow_on_with_the_heading_repeated() {
    let bytes = draw(&forty(), JWT, at()).unwrap();
    let document = Document::load_mem(&bytes).unwrap();
    let pages = document.page_iter().count();
    let (text, _) = read(&bytes);
    assert_eq!(pages, 3);
    assert_eq!(text.matches("Minutes\n").count(), pages);
    assert_eq!(text.matches("Total\n").count(), 1);
    assert!(text.contains("Page 1 of 3") && text.contains("Page 3 of 3") && text.contains("Continued on page 2"));
    assert!((0..40).all(|i| text.contains(&format!("Session {i}, "))));
    assert_eq!(
        Document::load_mem(&draw(&worked(), JWT, at()).unwrap())
            .unwrap()
            .page_iter()
            .count(),
        1
    );
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 64, failure_persistence: None, ..Default::default() })]

    /// Whatever is typed is drawn, without a panic and without a box.
    #[test]
    fn any_name_is_drawn(name in "\\PC{0,60}|[ा-्क-हਕ-ੰ\u{600}-\u{6ff}\u{590}-\u{5ff}\u{d80}-\u{dff}\u{e00}-\u{e4f}\u{200c}\u{200d} ]{0,40}") {
        let (_, boxes) = read(&draw(&named(&name), JWT, at()).unwrap());
        assert!(!boxes);
    }
}
