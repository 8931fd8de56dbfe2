#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::certificates::verify::tests::Office;
use lopdf::{Stream, dictionary};
use proptest::prelude::*;

/// A small PDF with the given attachments, the names in a tree one level down if `nested`.
pub(crate) fn small_pdf(attachments: &[(&str, &[u8])], nested: bool) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let content = document.add_object(Stream::new(dictionary! {}, b"0 0 10 10 re f".to_vec()));
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 100.into(), 100.into()],
    });
    document.objects.insert(
        pages,
        dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into(),
    );
    let mut names: Vec<Object> = Vec::new();
    for (name, bytes) in attachments {
        let mut stream = Stream::new(dictionary! { "Type" => "EmbeddedFile" }, bytes.to_vec());
        stream.compress().unwrap();
        let stream = document.add_object(stream);
        let file = document.add_object(dictionary! {
            "Type" => "Filespec", "F" => Object::string_literal(*name), "UF" => Object::string_literal(*name),
            "EF" => dictionary! { "F" => stream },
        });
        names.extend([Object::string_literal(*name), file.into()]);
    }
    let mut tree = document.add_object(dictionary! { "Names" => names });
    if nested {
        tree = document.add_object(dictionary! { "Kids" => vec![tree.into()] });
    }
    let catalog = document.add_object(dictionary! {
        "Type" => "Catalog", "Pages" => pages, "Names" => dictionary! { "EmbeddedFiles" => tree },
    });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

const ID: &str = "0123456789abcdefghjkmnpqrs";

#[test]
fn a_sealed_pdf_is_unsealed_and_is_still_a_pdf() {
    let office = Office::new("seal");
    let drawing = small_pdf(&[(ATTACHMENT, b"a.b.c")], false);
    let sealed = seal(drawing, ID, &office.keys, &office.site).unwrap();
    let documents = office.documents();
    let unsealed = unseal(&sealed, &documents).unwrap();
    assert_eq!((unsealed.id.as_str(), unsealed.did.as_str()), (ID, office.site.did()));
    assert!(unsealed.drawing.ends_with(b"%%EOF\n"));
    assert_eq!(embedded_token(unsealed.drawing).unwrap(), "a.b.c");
    // Readers look for the end mark in the last 1,024 bytes.
    assert!(sealed.len() - unsealed.drawing.len() < 600);
    assert_eq!(Document::load_mem(&sealed).unwrap().get_pages().len(), 1);
}

#[test]
fn nothing_may_stand_after_or_between() {
    let office = Office::new("seal-after");
    let documents = office.documents();
    let drawing = small_pdf(&[(ATTACHMENT, b"a.b.c")], false);
    let sealed = seal(drawing.clone(), ID, &office.keys, &office.site).unwrap();
    let start = unseal(&sealed, &documents).unwrap().drawing.len();
    let appended = |tail: &[u8]| unseal(&[&sealed, tail].concat(), &documents).map(|_| ()).unwrap_err();
    assert_eq!(appended(b"\n"), SealError::Missing);
    assert_eq!(appended(b" "), SealError::Missing);
    assert_eq!(appended(b"1 0 obj\n%%EOF\n"), SealError::Missing);
    assert_eq!(appended(&sealed[start..]), SealError::Missing, "its own seal twice");
    assert_eq!(unseal(&sealed[..sealed.len() - 1], &documents).unwrap_err(), SealError::Missing);
    assert_eq!(unseal(&sealed[..start], &documents).unwrap_err(), SealError::Missing);
    let carriage = [&sealed[..sealed.len() - 1], b"\r\n"].concat();
    assert!(unseal(&carriage, &documents).is_err());
    let pushed = [&sealed[..start], b"\n", &sealed[start..]].concat();
    assert!(unseal(&pushed, &documents).is_err());
    assert_eq!(seal(b"%PDF-1.7\n".to_vec(), ID, &office.keys, &office.site), Err(SealError::NotPdf));
    assert_eq!(
        seal(sealed, ID, &office.keys, &office.site),
        Err(SealError::NotPdf),
        "sealed once only"
    );
}

#[test]
fn exactly_one_certificate_is_embedded() {
    let token = |attachments: &[(&str, &[u8])], nested| embedded_token(&small_pdf(attachments, nested));
    assert_eq!(token(&[("a.txt", b"x"), (ATTACHMENT, b"a.b.c")], true), Ok("a.b.c".to_owned()));
    assert_eq!(token(&[], false), Err(SealError::Attachment));
    assert_eq!(token(&[("certificate.json", b"{}")], false), Err(SealError::Attachment));
    assert_eq!(
        token(&[(ATTACHMENT, b"a.b.c"), (ATTACHMENT, b"d.e.f")], false),
        Err(SealError::Attachment)
    );
    assert_eq!(token(&[(ATTACHMENT, b"\xff")], false), Err(SealError::Attachment));
    assert_eq!(
        token(&[(ATTACHMENT, &vec![b'a'; MAX_ATTACHMENT + 1])], false),
        Err(SealError::Attachment)
    );
    assert_eq!(embedded_token(b"%PDF-1.7\n%%EOF\n"), Err(SealError::NotPdf));
}

#[test]
fn a_tree_of_names_that_holds_itself_ends() {
    let mut document = Document::load_mem(&small_pdf(&[(ATTACHMENT, b"a.b.c")], false)).unwrap();
    let own = document.new_object_id();
    document.objects.insert(own, dictionary! { "Kids" => vec![own.into()] }.into());
    document.catalog_mut().unwrap().set("Names", dictionary! { "EmbeddedFiles" => own });
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    assert_eq!(embedded_token(&bytes), Err(SealError::Attachment));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    /// The parser sees signed bytes only; it should not fall over on others either.
    #[test]
    fn no_drawing_makes_it_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let mut bytes = small_pdf(&[(ATTACHMENT, b"a.b.c")], true);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = embedded_token(&bytes);
    }
}
