//! Made cases, valid and not, judged by four verifiers that share no code but ours with ours: all have to agree on all they
//! can know. The certificates are real ones, issued by the program; what is wrong with the others is in their names.

mod forge;
mod table;

use crate::{
    certificates::{SLUG, certificates, of},
    ground::{app_at, import},
};
use chrono::TimeDelta;
use domain::{
    access::Actor,
    certificates::{
        issue, rekey,
        status_list::StatusList,
        verify::Outcome::{Altered, Revoked, UnknownKey, Valid},
    },
    platform::signing::KeyId,
};
use forge::{
    Key, drawing_of, flipped, headed, header, kid_of, payload_of, saying, seal_claims, seal_of, sealed, signature_of, signed_by,
    spelt_otherwise,
};
use serde_json::{Value, json};
use table::{Judges, Table};
use tests::TestApp;

const HOST: &str = "/.well-known/did.json";
const NORTH: &str = "/o/north-partnership/did.json";
/// Long ago, so that no judge's own clock thinks them not yet valid.
const EVENING: &str = "2024-03-12T18:30:00Z";

/// What somebody does to what a token or a file says.
type Change = fn(&mut Value);

/// The three files of a certificate.
struct Files {
    id: String,
    jwt: String,
    json: Value,
    pdf: Vec<u8>,
}

async fn fetched(app: &TestApp, path: &str) -> Vec<u8> {
    let answer = app.browser().get(path).await;
    assert_eq!(answer.status, 200, "{path}");
    answer.bytes
}

impl Files {
    async fn of(app: &TestApp, id: &str) -> Self {
        let file = async |ending: &str| fetched(app, &format!("/certificates/{id}.{ending}")).await;
        Self {
            id: id.to_owned(),
            jwt: String::from_utf8(file("jwt").await).unwrap(),
            json: serde_json::from_slice(&file("json").await).unwrap(),
            pdf: file("pdf").await,
        }
    }
}

/// The same event years earlier.
fn earlier(file: &Value) -> Value {
    let text = file.to_string().replace("2026-", "2024-").replace("2025-", "2023-");
    serde_json::from_str(&text).unwrap()
}

async fn issued(app: &TestApp, slug: &str) -> Vec<Files> {
    let mut files = Vec::new();
    for one in issue::issue_now(&app.services, &Actor::System, slug).await.unwrap() {
        files.push(Files::of(app, &one.certificate).await);
    }
    app.run_jobs().await;
    files
}

async fn further_event(app: &TestApp, organisation: &str, slug: &str, people: usize) -> Vec<Files> {
    let mut file = earlier(&of(people));
    file["organisation"] = json!({ "slug": organisation, "name": "Another Organiser", "email": "other@example.org" });
    file["event"]["slug"] = slug.into();
    import(app, &file).await;
    issued(app, slug).await
}

#[tokio::test]
async fn four_verifiers_agree_on_every_made_case() {
    let app = app_at(EVENING).await;
    import(&app, &earlier(&of(4))).await;
    let [a, b, revoked, old] = issued(&app, SLUG).await.try_into().map_err(|_| "four").unwrap();
    let [n] = further_event(&app, "north-partnership", "north-day", 1)
        .await
        .try_into()
        .map_err(|_| "one")
        .unwrap();
    let mut table = Table::new(&app.folder.join("cases"));
    let before = fetched(&app, "/certificates/status/1").await;
    issue::revoke(&app.services, &Actor::System, &revoked.id, "A mistake")
        .await
        .unwrap();
    app.pass(TimeDelta::minutes(1));
    issue::reissue(&app.services, &Actor::System, &old.id, "Hours put right")
        .await
        .unwrap();
    app.run_jobs().await;

    let first = table.world(&app, "first", &[HOST, NORTH]).await;
    let list = table.list("first", &fetched(&app, "/certificates/status/1").await);
    let north_list = table.list("north", &fetched(&app, "/certificates/status/2").await);
    let (kid, north_kid) = (kid_of(&a.jwt), kid_of(&n.jwt));
    let keys = app.folder.join("keys");
    let ours = Key::of_file(&keys.join("k2024-1.pem"));
    let norths = Key::of_file(&keys.join("north-partnership/k2024-1.pem"));
    let stranger = Key::strange();
    let said = payload_of(&a.jwt);

    // As they were issued.
    let pdfs = Judges::PAGE | Judges::JOSE;
    let jsons = Judges::PAGE | Judges::JOSE;
    let mut case = |name: &str, kind, bytes: &[u8], expected, judges| table.add(&first, &list, name, kind, bytes, expected, judges);
    case("as issued", "jwt", a.jwt.as_bytes(), Valid, Judges::ALL);
    case("as issued", "json", a.json.to_string().as_bytes(), Valid, Judges::ALL);
    case("as issued", "pdf", &a.pdf, Valid, pdfs);
    case(
        "pasted with a line end",
        "jwt",
        format!("{}\n", a.jwt).as_bytes(),
        Valid,
        Judges::ALL,
    );
    case(
        "indented anew",
        "json",
        serde_json::to_string_pretty(&a.json).unwrap().as_bytes(),
        Valid,
        Judges::ALL,
    );
    case("revoked", "jwt", revoked.jwt.as_bytes(), Revoked, Judges::ALL);
    case("revoked", "json", revoked.json.to_string().as_bytes(), Revoked, Judges::ALL);
    case("revoked", "pdf", &revoked.pdf, Revoked, Judges::PAGE);
    case("superseded", "jwt", old.jwt.as_bytes(), Revoked, Judges::ALL);
    case("superseded", "pdf", &old.pdf, Revoked, Judges::PAGE);

    // What the token says.
    let said_otherwise: [(&str, Change); 7] = [
        ("another name", |said| {
            said["credentialSubject"]["identifier"][0]["identityHash"] = json!("A. Nother")
        }),
        ("more hours", |said| said["credentialSubject"]["creditsEarned"] = json!(40)),
        ("more minutes", |said| {
            said["credentialSubject"]["result"][1]["value"] = json!("2400")
        }),
        ("another event", |said| {
            said["credentialSubject"]["achievement"]["name"] = json!("Surgery")
        }),
        ("another id", |said| {
            said["jti"] = json!("https://plenary.test/certificates/0123456789abcdefghjkmnpqrs")
        }),
        ("a later day", |said| said["validFrom"] = json!("2025-01-01T00:00:00Z")),
        ("another organiser", |said| said["issuer"]["name"] = json!("A Royal College")),
    ];
    for (name, change) in said_otherwise {
        case(name, "jwt", saying(&a.jwt, change).as_bytes(), Altered, Judges::ALL);
    }
    let other_place = |said: &mut Value| said["credentialStatus"]["statusListIndex"] = json!("7");
    case(
        "revoked, with another place in the list",
        "jwt",
        saying(&revoked.jwt, other_place).as_bytes(),
        Altered,
        Judges::ALL,
    );

    // Signature and header.
    let mut bent = signature_of(&a.jwt);
    bent[0] ^= 0x01;
    for (name, bytes) in [
        ("one bit of the signature", bent.as_slice()),
        ("half a signature", &bent[..32]),
        ("a signature of noughts", &[0; 64]),
        ("no signature", &[]),
        ("the signature of another", &signature_of(&b.jwt)),
    ] {
        case(name, "jwt", signed_by(&a.jwt, bytes).as_bytes(), Altered, Judges::ALL);
    }
    let headers: [(&str, Change); 6] = [
        ("alg none", |header| header["alg"] = json!("none")),
        ("alg HS256", |header| header["alg"] = json!("HS256")),
        ("alg RS256", |header| header["alg"] = json!("RS256")),
        ("alg in small letters", |header| header["alg"] = json!("es256")),
        ("another type", |header| header["typ"] = json!("JWS")),
        ("no key named", |header| {
            header.as_object_mut().unwrap().remove("kid");
        }),
    ];
    for (name, change) in headers {
        case(name, "jwt", headed(&a.jwt, change).as_bytes(), Altered, Judges::ALL);
    }
    let unsigned = signed_by(&headed(&a.jwt, |header| header["alg"] = json!("none")), &[]);
    case("alg none and no signature", "jwt", unsigned.as_bytes(), Altered, Judges::ALL);
    case(
        "the public key as a shared secret",
        "jwt",
        ours.sign_with_public_half(&kid, &said).as_bytes(),
        Altered,
        Judges::ALL,
    );
    case(
        "one byte of the header",
        "jwt",
        &flipped(a.jwt.as_bytes(), 12),
        Altered,
        Judges::PAGE | Judges::JOSE,
    );
    case(
        "another key of ours named",
        "jwt",
        headed(&a.jwt, |header| header["kid"] = json!(format!("{kid}1"))).as_bytes(),
        UnknownKey,
        Judges::ALL,
    );

    // Whose key.
    let by = |key: &Key, kid: &str, said: &Value| key.sign(&header(kid), said);
    case(
        "a stranger's key under our name",
        "jwt",
        by(&stranger, &kid, &said).as_bytes(),
        Altered,
        Judges::ALL,
    );
    let brought = json!({ "alg": "ES256", "kid": kid, "typ": "JWT", "jwk": stranger.jwk() });
    case(
        "a stranger's key brought along",
        "jwt",
        stranger.sign(&brought, &said).as_bytes(),
        Altered,
        Judges::ALL,
    );
    case(
        "a stranger's key under a name of its own",
        "jwt",
        by(&stranger, "did:web:plenary.test#k2031-1", &said).as_bytes(),
        UnknownKey,
        Judges::ALL,
    );
    let elsewhere: Value = serde_json::from_str(&said.to_string().replace("did:web:plenary.test", "did:web:other.example")).unwrap();
    case(
        "of another installation",
        "jwt",
        by(&stranger, "did:web:other.example#k2024-1", &elsewhere).as_bytes(),
        UnknownKey,
        Judges::ALL,
    );
    case(
        "of an organisation nobody knows",
        "jwt",
        by(&stranger, "did:web:plenary.test:o:nobody#k2024-1", &said).as_bytes(),
        UnknownKey,
        Judges::ALL,
    );
    case(
        "another organisation's key under ours",
        "jwt",
        by(&norths, &kid, &said).as_bytes(),
        Altered,
        Judges::ALL,
    );
    case(
        "signed by another organisation than it says",
        "jwt",
        by(&norths, &north_kid, &said).as_bytes(),
        Altered,
        Judges::ALL,
    );
    case(
        "signed by the host for another organisation",
        "jwt",
        by(&ours, &kid, &payload_of(&n.jwt)).as_bytes(),
        Altered,
        Judges::ALL,
    );

    // Spelling, which the others read more leniently.
    case(
        "other bits at the end",
        "jwt",
        spelt_otherwise(&a.jwt).as_bytes(),
        Altered,
        Judges::PAGE,
    );
    case("padded", "jwt", format!("{}==", a.jwt).as_bytes(), Altered, Judges::PAGE);
    case("a space before it", "jwt", format!(" {}", a.jwt).as_bytes(), Altered, Judges::PAGE);
    case("a fourth part", "jwt", format!("{}.e30", a.jwt).as_bytes(), Altered, Judges::ALL);
    case(
        "two parts",
        "jwt",
        a.jwt.rsplit_once('.').unwrap().0.as_bytes(),
        Altered,
        Judges::ALL,
    );
    case("nothing at all", "jwt", b"", Altered, Judges::JOSE | Judges::BADGES);
    let twice = said.to_string().replacen('{', r#"{"name":"A doctorate","#, 1);
    case(
        "a member twice, properly signed",
        "jwt",
        ours.sign_text(&header(&kid).to_string(), &twice).as_bytes(),
        Altered,
        Judges::PAGE,
    );

    // Properly signed, and wrong in itself.
    let mistakes: [(&str, Change, Judges); 6] = [
        ("nbf of another day", |said| said["nbf"] = json!(0), Judges::PAGE | Judges::JOSE),
        ("no jti", |said| said["jti"] = Value::Null, Judges::ALL),
        (
            "the subject of another",
            |said| said["sub"] = json!("urn:uuid:00000000-0000-4000-8000-000000000000"),
            Judges::ALL,
        ),
        ("iss of another", |said| said["iss"] = json!("did:web:other.example"), Judges::ALL),
        (
            "no certificate by its type",
            |said| said["type"] = json!(["VerifiableCredential"]),
            Judges::ALL,
        ),
        ("no status", |said| said["credentialStatus"] = Value::Null, Judges::PAGE),
    ];
    for (name, change, judges) in mistakes {
        let mut said = said.clone();
        change(&mut said);
        case(name, "jwt", by(&ours, &kid, &said).as_bytes(), Altered, judges);
    }

    // The two halves of a .json file.
    let readable = |change: fn(&mut Value)| {
        let mut json = a.json.clone();
        change(&mut json);
        json.to_string().into_bytes()
    };
    case(
        "another name to read",
        "json",
        &readable(|json| json["credential"]["credentialSubject"]["identifier"][0]["identityHash"] = json!("A. Nother")),
        Altered,
        jsons,
    );
    case(
        "more hours to read",
        "json",
        &readable(|json| json["credential"]["credentialSubject"]["creditsEarned"] = json!(40)),
        Altered,
        jsons,
    );
    let mixed = json!({ "jwt": b.jwt, "credential": a.json["credential"] }).to_string();
    case("another's token", "json", mixed.as_bytes(), Altered, jsons);
    let inside = json!({ "jwt": saying(&a.jwt, |said| said["name"] = json!("x")), "credential": a.json["credential"] }).to_string();
    case("its token altered", "json", inside.as_bytes(), Altered, Judges::ALL);
    case(
        "a third member",
        "json",
        &readable(|json| json["note"] = json!("x")),
        Altered,
        Judges::PAGE,
    );
    let twice = a
        .json
        .to_string()
        .replacen(r#""credential":{"#, r#""credential":{"name":"A doctorate","#, 1);
    case("a member twice to read", "json", twice.as_bytes(), Altered, Judges::PAGE);
    case("cut short", "json", &a.json.to_string().as_bytes()[..900], Altered, Judges::PAGE);

    // The drawing, what is attached to it, and the seal.
    let drawing = drawing_of(&a.pdf);
    case("a byte of the drawing", "pdf", &flipped(&a.pdf, drawing.len() / 2), Altered, pdfs);
    case("a byte near the start", "pdf", &flipped(&a.pdf, 40), Altered, pdfs);
    let attached = a.pdf.windows(40).position(|window| window == &a.jwt.as_bytes()[..40]).unwrap();
    case("a byte of the attachment", "pdf", &flipped(&a.pdf, attached), Altered, pdfs);
    case("a byte of the seal", "pdf", &flipped(&a.pdf, a.pdf.len() - 20), Altered, pdfs);
    case("a line after it", "pdf", &[&a.pdf[..], b"\n"].concat(), Altered, pdfs);
    case(
        "an update after it",
        "pdf",
        &[&a.pdf[..], b"1 0 obj\n<<>>\nendobj\n%%EOF\n"].concat(),
        Altered,
        pdfs,
    );
    case("without its seal", "pdf", drawing, Altered, pdfs);
    case("without its last byte", "pdf", &a.pdf[..a.pdf.len() - 1], Altered, pdfs);
    case("under another's seal", "pdf", &sealed(drawing, &seal_of(&b.pdf)), Altered, pdfs);
    let redrawn = flipped(drawing, drawing.len() / 2);
    let claims = seal_claims(&redrawn, &a.id);
    case(
        "redrawn, sealed by a stranger in our name",
        "pdf",
        &sealed(&redrawn, &by(&stranger, &kid, &claims)),
        Altered,
        pdfs,
    );
    case(
        "redrawn, sealed by a stranger",
        "pdf",
        &sealed(&redrawn, &by(&stranger, "did:web:other.example#k1", &claims)),
        UnknownKey,
        pdfs,
    );
    let norths_seal = by(&norths, &north_kid, &seal_claims(drawing, &a.id));
    case(
        "sealed by another organisation",
        "pdf",
        &sealed(drawing, &norths_seal),
        Altered,
        Judges::PAGE,
    );
    let for_another = by(&ours, &kid, &seal_claims(drawing, &b.id));
    case(
        "sealed for another certificate",
        "pdf",
        &sealed(drawing, &for_another),
        Altered,
        Judges::PAGE,
    );

    // Another organisation's, with keys and a list of its own.
    let mut case = |name: &str, kind, bytes: &[u8], expected, judges| table.add(&first, &north_list, name, kind, bytes, expected, judges);
    case("of the other organisation", "jwt", n.jwt.as_bytes(), Valid, Judges::ALL);
    case(
        "of the other organisation",
        "json",
        n.json.to_string().as_bytes(),
        Valid,
        Judges::ALL,
    );
    case("of the other organisation", "pdf", &n.pdf, Valid, pdfs);

    // Status lists. The page makes its own.
    let lists = Judges::JOSE | Judges::BADGES;
    let text = String::from_utf8(fetched(&app, "/certificates/status/1").await).unwrap();
    let list_says = payload_of(&text);
    let mut with_list = |name: &str, list: &[u8], file: &Files, expected, judges| {
        let list = table.list(&name.replace(' ', "-"), list);
        table.add(&first, &list, name, "jwt", &file.jwt, expected, judges);
    };
    let norths_list = fetched(&app, "/certificates/status/2").await;
    with_list("with the list of another organisation", &norths_list, &a, Altered, lists);
    with_list("revoked, with the list of the day before", &before, &revoked, Valid, lists);
    let cleared = saying(&text, |said| {
        said["credentialSubject"]["encodedList"] = StatusList::default().encode().into();
    });
    with_list("revoked, with a list cleared by hand", cleared.as_bytes(), &revoked, Altered, lists);
    let mut clear = list_says.clone();
    clear["credentialSubject"]["encodedList"] = StatusList::default().encode().into();
    with_list(
        "revoked, with a stranger's list in our name",
        by(&stranger, &kid, &clear).as_bytes(),
        &revoked,
        Altered,
        lists,
    );
    let mut short = list_says.clone();
    short["credentialSubject"]["encodedList"] = SHORT.into();
    with_list(
        "with a list too short",
        by(&ours, &kid, &short).as_bytes(),
        &a,
        Altered,
        Judges::JOSE,
    );
    let mut suspended = list_says.clone();
    suspended["credentialSubject"]["statusPurpose"] = json!("suspension");
    with_list(
        "with a list of something else",
        by(&ours, &kid, &suspended).as_bytes(),
        &a,
        Altered,
        lists,
    );
    with_list("with a certificate for a list", b.jwt.as_bytes(), &a, Altered, lists);
    table.add(&first, &None, "revoked, and nobody asked", "jwt", &revoked.jwt, Valid, lists);
    let mut wrong = table.ask_page(&app).await;

    // A new key.
    rekey::rotate(&app.services, &Actor::System, None).await.unwrap();
    let second = table.world(&app, "second", &[HOST, NORTH]).await;
    let newer_list = fetched(&app, "/certificates/status/1").await;
    let list = table.list("second", &newer_list);
    let [c, d] = further_event(&app, "example-training", "second-day", 2)
        .await
        .try_into()
        .map_err(|_| "two")
        .unwrap();
    issue::revoke(&app.services, &Actor::System, &d.id, "A mistake").await.unwrap();
    let fresh = Files::of(&app, &a.id).await;
    assert_eq!((kid_of(&c.jwt).as_str(), &fresh.jwt), ("did:web:plenary.test#k2024-2", &a.jwt));
    let mut case = |name: &str, kind, bytes: &[u8], expected, judges| table.add(&second, &list, name, kind, bytes, expected, judges);
    case("of the old key, after a new one", "jwt", a.jwt.as_bytes(), Valid, Judges::ALL);
    case("of the old key, after a new one", "pdf", &a.pdf, Valid, pdfs);
    case("of the old key, sealed with the new one", "pdf", &fresh.pdf, Valid, pdfs);
    case("of the new key", "jwt", c.jwt.as_bytes(), Valid, Judges::ALL);
    case("of the new key", "pdf", &c.pdf, Valid, pdfs);
    case(
        "of the new key, in the name of the old one",
        "jwt",
        headed(&c.jwt, |header| header["kid"] = json!(kid)).as_bytes(),
        Altered,
        Judges::ALL,
    );
    table.add(
        &first,
        &None,
        "of the new key, by the document of before",
        "jwt",
        &c.jwt,
        UnknownKey,
        lists,
    );
    table.add(
        &first,
        &None,
        "of the new key, by the document of before",
        "pdf",
        &c.pdf,
        UnknownKey,
        Judges::JOSE,
    );
    table.add(
        &first,
        &list,
        "of the old key, with a list of the new one, by the document of before",
        "jwt",
        &a.jwt,
        UnknownKey,
        Judges::JOSE,
    );
    wrong.extend(table.ask_page(&app).await);

    // The new key is stolen, and what it signed is signed anew.
    let thief = Key::of_file(&keys.join("k2024-2.pem"));
    app.pass(TimeDelta::days(1));
    let stolen: KeyId = "k2024-2".parse().unwrap();
    let told = rekey::compromised(&app.services, &Actor::System, None, stolen).await.unwrap();
    assert_eq!((told.key.as_str(), told.certificates), ("k2024-3", 2));
    app.run_jobs().await;
    let third = table.world(&app, "third", &[HOST, NORTH]).await;
    let list = table.list("third", &fetched(&app, "/certificates/status/1").await);
    let (anew, gone) = (Files::of(&app, &c.id).await, Files::of(&app, &d.id).await);
    let stolen_kid = kid_of(&c.jwt);
    let mut forged = payload_of(&c.jwt);
    forged["credentialSubject"]["creditsEarned"] = json!(40);
    let mut case = |name: &str, kind, bytes: &[u8], expected, judges| table.add(&third, &list, name, kind, bytes, expected, judges);
    case("of the stolen key", "jwt", c.jwt.as_bytes(), UnknownKey, Judges::ALL);
    case("of the stolen key", "json", c.json.to_string().as_bytes(), UnknownKey, Judges::ALL);
    case("of the stolen key", "pdf", &c.pdf, UnknownKey, pdfs);
    case("sealed with the stolen key", "pdf", &fresh.pdf, UnknownKey, pdfs);
    case(
        "made by the thief",
        "jwt",
        thief.sign(&header(&stolen_kid), &forged).as_bytes(),
        UnknownKey,
        Judges::ALL,
    );
    case("signed anew", "jwt", anew.jwt.as_bytes(), Valid, Judges::ALL);
    case("signed anew", "json", anew.json.to_string().as_bytes(), Valid, Judges::ALL);
    case("signed anew", "pdf", &anew.pdf, Valid, pdfs);
    case("revoked, and signed anew", "jwt", gone.jwt.as_bytes(), Revoked, Judges::ALL);
    case("of the first key, after all that", "jwt", a.jwt.as_bytes(), Valid, Judges::ALL);
    case("of the first key, after all that", "pdf", &a.pdf, Valid, pdfs);
    let thiefs_list = table.list("thief", thief.sign(&header(&stolen_kid), &clear).as_bytes());
    table.add(
        &third,
        &thiefs_list,
        "revoked, with the thief's list",
        "jwt",
        &revoked.jwt,
        UnknownKey,
        Judges::JOSE,
    );
    table.add(
        &second,
        &None,
        "of the stolen key, by the document of before",
        "jwt",
        &c.jwt,
        Valid,
        lists,
    );
    wrong.extend(table.ask_page(&app).await);

    wrong.extend(table.ask_verify(&app));
    wrong.extend(table.ask(Judges::JOSE));
    wrong.extend(table.ask(Judges::BADGES));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let asked = [Judges::PAGE, Judges::JOSE, Judges::BADGES].map(|judge| table.count(judge));
    eprintln!(
        "{} cases; the page judged {}, jose {}, openbadgeslib {}",
        table.len(),
        asked[0],
        asked[1],
        asked[2]
    );
    assert!(
        table.len() >= 50 && asked.iter().all(|asked| *asked >= 50),
        "{} cases, {asked:?}",
        table.len()
    );
    assert_eq!(certificates(&app).await.len(), 8);
}

/// A list of 128 places, as it would stand in a token: 16 bytes of noughts, compressed.
const SHORT: &str = "uH4sIAAAAAAACA2NgQAUAVUu77BAAAAA";
