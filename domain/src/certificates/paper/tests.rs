use std::collections::BTreeMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId, decode_text_string};
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
        heading: "Certificate of attendance".into(),
        introduction: "This is to record that".into(),
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
        ..Face::default()
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

/// What is read out of a document.
#[derive(Default)]
struct Read {
    /// All text, a line for each piece that is marked as one.
    text: String,
    /// Whether a missing-glyph box is among it.
    has_box: bool,
    /// The text of each marked piece, by its page and number.
    pieces: BTreeMap<(ObjectId, i64), String>,
}

/// Every stretch of text shown, in the order it is shown: read through each font's own `ToUnicode`, or what the document
/// says is meant in its place.
fn reading(document: &Document) -> Read {
    let mut read = Read::default();
    for page in document.page_iter() {
        let fonts: BTreeMap<_, _> = document
            .get_page_fonts(page)
            .unwrap()
            .into_iter()
            .map(|(name, font)| (name, readings(document, font)))
            .collect();
        let mut font = &BTreeMap::new();
        // Each mark that is open: its number, and whether its glyphs have been said already.
        let mut open: Vec<(Option<i64>, bool)> = Vec::new();
        for step in Content::decode(&document.get_page_content(page)).unwrap().operations {
            let mut said = String::new();
            match step.operator.as_str() {
                "BMC" => open.push((None, false)),
                "BDC" => {
                    let facts = step.operands[1].as_dict().unwrap();
                    let actual = facts.get(b"ActualText").ok().map(|text| decode_text_string(text).unwrap());
                    open.push((facts.get(b"MCID").and_then(Object::as_i64).ok(), actual.is_some()));
                    said = actual.unwrap_or_default();
                }
                "EMC" => {
                    open.pop().unwrap();
                    if open.is_empty() {
                        read.text.push('\n');
                    }
                }
                "Tf" => font = &fonts[step.operands[0].as_name().unwrap()],
                "Tj" | "TJ" => {
                    let parts = match &step.operands[0] {
                        Object::Array(parts) => parts.clone(),
                        part => vec![part.clone()],
                    };
                    for part in parts {
                        let Object::String(codes, _) = part else { continue };
                        for code in codes.chunks(2) {
                            let glyph = u16::from_be_bytes([code[0], code[1]]);
                            read.has_box |= glyph == 0;
                            if !open.iter().any(|(_, is_said)| *is_said) {
                                said.push_str(font.get(&glyph).map_or("", String::as_str));
                            }
                        }
                    }
                }
                _ => {}
            }
            // What stands for a glyph whose letters a neighbour carries is not seen.
            let said = said.replace('\u{200b}', "");
            read.text.push_str(&said);
            if let Some(number) = open.iter().find_map(|(number, _)| *number) {
                read.pieces.entry((page, number)).or_default().push_str(&said);
            }
        }
    }
    read
}

fn read(bytes: &[u8]) -> (String, bool) {
    let read = reading(&Document::load_mem(bytes).unwrap());
    (read.text, read.has_box)
}

/// What somebody hears: every part of the document in the order of its structure, with what is read of it.
fn heard(document: &Document) -> Vec<String> {
    let read = reading(document);
    let root = document.catalog().unwrap().get(b"StructTreeRoot").unwrap();
    let root = document.dereference(root).unwrap().1.as_dict().unwrap();
    let mut lines = Vec::new();
    hear(document, &read, root.get(b"K").unwrap(), 0, &mut lines);
    lines
}

fn hear(document: &Document, read: &Read, part: &Object, depth: usize, lines: &mut Vec<String>) {
    let part = document.dereference(part).unwrap().1;
    if let Object::Array(parts) = part {
        return parts.iter().for_each(|part| hear(document, read, part, depth, lines));
    }
    let part = part.as_dict().unwrap();
    let kinds = match part.get(b"K").map(|kids| document.dereference(kids).unwrap().1) {
        Ok(Object::Array(kids)) => kids.clone(),
        Ok(kid) => vec![kid.clone()],
        Err(_) => Vec::new(),
    };
    let mut words = Vec::new();
    let mut inner = Vec::new();
    for kid in kinds {
        match document.dereference(&kid).unwrap().1 {
            Object::Integer(number) => {
                let page = part.get(b"Pg").and_then(Object::as_reference).unwrap();
                words.push(read.pieces[&(page, *number)].clone());
            }
            Object::Dictionary(facts) if facts.has_type(b"MCR") => {
                let page = facts.get(b"Pg").and_then(Object::as_reference).unwrap();
                let number = facts.get(b"MCID").and_then(Object::as_i64).unwrap();
                words.push(read.pieces[&(page, number)].clone());
            }
            Object::Dictionary(facts) if facts.has_type(b"OBJR") => {
                let link = document.dereference(facts.get(b"Obj").unwrap()).unwrap().1.as_dict().unwrap();
                let to = document.dereference(link.get(b"A").unwrap()).unwrap().1.as_dict().unwrap();
                words.push(format!(
                    "-> {}",
                    to.get(b"URI").and_then(Object::as_str).map(String::from_utf8_lossy).unwrap()
                ));
            }
            _ => inner.push(kid.clone()),
        }
    }
    let kind = String::from_utf8(part.get(b"S").and_then(Object::as_name).unwrap().to_vec()).unwrap();
    let mut line = format!("{}{kind}", "  ".repeat(depth));
    let told = |key: &[u8]| part.get(key).ok().map(|text| decode_text_string(text).unwrap());
    if let Some(alt) = told(b"Alt") {
        line.push_str(&format!(" ({alt})"));
    }
    let said = words.iter().map(|words| words.trim()).filter(|words| !words.is_empty());
    let said = said.collect::<Vec<_>>().join(" ");
    if !said.is_empty() {
        line.push_str(&format!(" {said}"));
    }
    if let Some(actual) = told(b"ActualText") {
        line.push_str(&format!(" = {actual}"));
    }
    lines.push(line);
    for kid in inner {
        hear(document, read, &kid, depth + 1, lines);
    }
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

/// A picture of a mark, as it is kept.
fn mark(width: u32, height: u32) -> Picture {
    let drawn = image::RgbImage::from_fn(width, height, |x, y| {
        let inside = (x * 2 / width + y * 2 / height).is_multiple_of(2);
        image::Rgb(if inside { [0x1b, 0x61, 0x40] } else { [0xff, 0xff, 0xff] })
    });
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 60)
        .encode_image(&drawn)
        .unwrap();
    Picture {
        name: "0".repeat(32),
        width,
        height,
        bytes: bytes.into(),
    }
}

/// The same, as large as one may be.
fn padded(picture: Picture, length: usize) -> Picture {
    let mut bytes = picture.bytes.to_vec();
    // Bytes that no compression makes fewer, after the end of the picture.
    bytes.extend((bytes.len()..length).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8));
    assert_eq!(bytes.len(), length);
    Picture {
        bytes: bytes.into(),
        ..picture
    }
}

/// All a certificate may carry.
fn dressed() -> Face {
    Face {
        heading: "Certificate of learning".into(),
        introduction: "We record with thanks that".into(),
        closing: "In recognition of practice that keeps people safe.".into(),
        accent: Some(Colour(0x1b, 0x61, 0x40)),
        mark: Some(mark(488, 130)),
        signature: Some(mark(390, 94)),
        signatory: "Dr Ama Owusu".into(),
        signatory_role: "Chair of the programme".into(),
        accreditation: "CPD approval applied for: Example College.".into(),
        schemes: vec!["RCPsych: 4.25 hours, clinical, subject to peer group approval.".into()],
        objectives: vec!["Notice early.".into(), "Plan for safety with families".into()],
        replaces: "certificate 17aa-90be-11cd of 12 March 2026".into(),
        ..worked()
    }
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
    let whole = Face {
        sessions: forty().sessions,
        mark: Some(padded(mark(488, 130), 7_000)),
        signature: Some(padded(mark(390, 94), 4_000)),
        ..dressed()
    };
    let full = Face {
        mark: Some(Picture {
            bytes: vec![0xff; 7_000].into(),
            ..mark(488, 130)
        }),
        ..forty()
    };
    assert!(draw(&full, &jwt, at()).is_err(), "what is no picture is not drawn");
    for face in NAMES
        .iter()
        .map(|name| named(name))
        .chain([worked(), forty(), long, dressed(), whole])
    {
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
        assert!(info.get(date).unwrap().as_str().unwrap().starts_with(b"D:20260312183000"));
    }
    assert_eq!(document.trailer.get(b"ID").unwrap().as_array().unwrap().len(), 2);
}

/// ISO 14289-1 5 and ISO 19005-3 6.6.4: what it says it keeps to. `krilla` checked that it does, or it were not written.
#[test]
fn it_says_which_standards_it_keeps_to() {
    let document = Document::load_mem(&draw(&worked(), JWT, at()).unwrap()).unwrap();
    let catalog = document.catalog().unwrap();
    let follow = |key: &[u8]| document.dereference(catalog.get(key).unwrap()).unwrap().1.clone();
    let facts = follow(b"Metadata");
    let facts = String::from_utf8(facts.as_stream().unwrap().content.clone()).unwrap();
    for fact in [
        "<pdfaid:part>3</pdfaid:part>",
        "<pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "Certificate of attendance: Jane Smith",
        "Example Training Ltd",
    ] {
        assert!(facts.contains(fact), "{fact} is not in {facts}");
    }
    assert_eq!(
        follow(b"MarkInfo").as_dict().unwrap().get(b"Marked").unwrap(),
        &Object::Boolean(true)
    );
    assert_eq!(
        follow(b"ViewerPreferences").as_dict().unwrap().get(b"DisplayDocTitle").unwrap(),
        &Object::Boolean(true)
    );
    assert_eq!(follow(b"OutputIntents").as_array().unwrap().len(), 1);
    let page = document.get_dictionary(document.page_iter().next().unwrap()).unwrap();
    let bounds: Vec<f32> = page
        .get(b"MediaBox")
        .unwrap()
        .as_array()
        .unwrap()
        .iter()
        .map(|bound| bound.as_float().unwrap())
        .collect();
    assert!(
        (bounds[2] - 595.276).abs() < 0.01 && (bounds[3] - 841.89).abs() < 0.01,
        "A4: {bounds:?}"
    );
}

#[test]
fn every_part_is_heard_in_the_order_it_is_read() {
    let document = Document::load_mem(&draw(&worked(), JWT, at()).unwrap()).unwrap();
    let address = "https://plenary.example.org/certificates/3f9c-71ab-52de";
    let expected = format!(
        "\
Document
  H1 Certificate of attendance
  P Example Training Ltd
  P events@example.org
  Figure (4.25 hours attended, a stroke for each quarter of an hour offered)
  P This is to record that
  P Jane Smith
  P was present at Self-harm: compassion and practice, at Example Hall, Oxford, on Thursday 12 March 2026, for
  P 4.25 hours of continuing professional development, of which 1.25 hours participatory
  Table
    THead
      TR
        TH Began
        TH Session
        TH Minutes
    TBody
      TR
        TD 9:30am
        TD The national picture
        TD 90 of 90
      TR
        TD 11:20am
        TD Noticing early in school
        TD 90 of 90
      TR
        TD 1:35pm
        TD Planning for safety, with families in the room (participatory)
        TD 75 of 75
      TR
        TD 3:05pm
        TD Feeds, harm and the law
        TD 0 of 45
    TFoot
      TR
        TH Total
        TD 255 of 300
  P Of 5 hours offered, subject to peer group approval for revalidation.
  P Check this certificate at
  P
    Link plenary.example.org/certificates/3f9c-71ab-52de -> {address}
  P Certificate 3f9c-71ab-52de. Issued Thursday 12 March 2026, 6:30pm. Signed with did:web:plenary.example.org, key 2026-1.
  Link -> {address}
    Figure (QR code with the address that checks this certificate)"
    );
    assert_eq!(heard(&document).join("\n"), expected);
}

#[test]
fn what_the_organiser_added_is_heard_in_its_place() {
    let document = Document::load_mem(&draw(&dressed(), JWT, at()).unwrap()).unwrap();
    let heard = heard(&document);
    assert_eq!(
        heard[..4],
        [
            "Document",
            "  Figure (The mark of Example Training Ltd)",
            "  H1 Certificate of learning",
            "  P Example Training Ltd"
        ]
    );
    let from = heard.iter().position(|line| line.starts_with("  P Learning")).unwrap();
    assert_eq!(
        heard[from..from + 8],
        [
            "  P Learning objectives: Notice early; Plan for safety with families.",
            "  P In recognition of practice that keeps people safe.",
            "  Figure (Signature of Dr Ama Owusu)",
            "  P Dr Ama Owusu, Chair of the programme",
            "  P Of 5 hours offered, subject to peer group approval for revalidation.",
            "  P CPD approval applied for: Example College.",
            "  P RCPsych: 4.25 hours, clinical, subject to peer group approval.",
            "  P Check this certificate at",
        ]
    );
    assert_eq!(document.page_iter().count(), 1);
}

#[test]
fn a_name_is_said_as_it_is_spoken_however_it_is_set() {
    for name in ["محمد عبد الله علا", "שָׁלוֹם כֹּהֵן", "प्रिया शर्मा", "ก้องเกียรติ"]
    {
        let document = Document::load_mem(&draw(&named(name), JWT, at()).unwrap()).unwrap();
        let said = heard(&document).into_iter().find(|line| line.contains(" = ")).unwrap();
        let said = said.split_once(" = ").unwrap().1;
        assert!(said.nfc().eq(name.nfc()), "{said:?} is not {name:?}");
    }
}

#[test]
fn a_further_page_repeats_its_headings_for_the_eye_alone() {
    let document = Document::load_mem(&draw(&forty(), JWT, at()).unwrap()).unwrap();
    let heard = heard(&document);
    let count = |kind: &str| {
        heard
            .iter()
            .filter(|line| line.trim_start() == kind || line.trim_start().starts_with(&format!("{kind} ")))
            .count()
    };
    assert_eq!((count("H1"), count("Table"), count("THead"), count("TH")), (1, 1, 1, 4));
    // Heading and total, and the forty.
    assert_eq!(count("TR"), 42);
    assert!(!heard.iter().any(|line| line.contains("Continued") || line.contains("Page ")));
}

#[test]
fn a_specimen_says_so_and_carries_nothing() {
    let specimen = Face {
        is_specimen: true,
        ..worked()
    };
    let bytes = draw(&specimen, "", at()).unwrap();
    let document = Document::load_mem(&bytes).unwrap();
    assert!(!document.catalog().unwrap().has(b"AF"));
    let (text, _) = read(&bytes);
    assert!(text.contains("Specimen\n") && text.contains("Specimen: nobody attended, nothing was signed."));
    assert!(!text.contains("Certificate 3f9c"));
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
