//! The signing keys: each organisation's own, a new one, and one that was stolen. Nothing signed before is lost by either.

use crate::{
    certificates::{EVENING, SLUG, certificates, of},
    ground::{app_at, import, meddle, words},
};
use chrono::TimeDelta;
use domain::{
    Error,
    access::Actor,
    certificates::{
        CertificateState,
        entity::{certificate_record, status_list},
        issue, rekey,
        verify::{self, Outcome, Verdict},
    },
    organisations::Role,
    platform::{
        audit,
        entity::job,
        jobs::{self, State},
        signing::{DidDocument, KeyId, strict},
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use std::process::Command;
use tests::{Answer, TestApp};

const HOST: &str = "/.well-known/did.json";
const NORTH: &str = "/o/north-partnership/did.json";
const NORTH_DID: &str = "did:web:plenary.test:o:north-partnership";

/// An event of an organisation that came second, with so many people.
fn north_day(people: usize) -> Value {
    let mut file = of(people);
    file["organisation"] = json!({ "slug": "north-partnership", "name": "North Partnership", "email": "north@example.org" });
    file["event"]["slug"] = "north-day".into();
    file
}

async fn issued(app: &TestApp, slug: &str) -> Vec<String> {
    let issued = issue::issue_now(&app.services, &Actor::System, slug).await.unwrap();
    app.run_jobs().await;
    issued.into_iter().map(|one| one.certificate).collect()
}

async fn get(app: &TestApp, path: &str) -> Answer {
    let answer = app.browser().get(path).await;
    assert_eq!(answer.status, 200, "{path}");
    answer
}

async fn file(app: &TestApp, id: &str, ending: &str) -> Vec<u8> {
    get(app, &format!("/certificates/{id}.{ending}")).await.bytes
}

async fn documents(app: &TestApp, path: &str) -> Vec<DidDocument> {
    vec![DidDocument::parse(&get(app, path).await.bytes).unwrap()]
}

/// What checking a file says, by one document and, if named, one list, all as published.
async fn check(app: &TestApp, file: &[u8], document: &str, list: Option<u32>) -> Verdict {
    let list = match list {
        Some(number) => Some(get(app, &format!("/certificates/status/{number}")).await.bytes),
        None => None,
    };
    verify::verify(file, &documents(app, document).await, list.as_deref())
}

/// Header and payload of a token.
fn read(token: &[u8]) -> (Value, Value) {
    let token = std::str::from_utf8(token).unwrap();
    let part = |part: &str| serde_json::from_slice(&strict::decode(part).unwrap()).unwrap();
    let mut parts = token.split('.');
    (part(parts.next().unwrap()), part(parts.next().unwrap()))
}

fn told(command: &mut Command) -> (i32, Value) {
    let output = command.output().unwrap();
    let code = output.status.code().unwrap();
    let json = serde_json::from_slice(&output.stdout);
    (code, json.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr))))
}

#[tokio::test]
async fn each_organisation_signs_under_a_name_of_its_own() {
    let app = app_at(EVENING).await;
    import(&app, &of(2)).await;
    import(&app, &north_day(2)).await;
    let (first, north) = (issued(&app, SLUG).await, issued(&app, "north-day").await);
    let more = issued_later(&app).await;

    // Whoever was first is the host, as ever; whoever came after is below it. Everything that names the signer agrees.
    for (id, did, document, list) in [
        (&first[0], "did:web:plenary.test", HOST, 1),
        (&north[0], NORTH_DID, NORTH, 2),
        (&more, "did:web:plenary.test", HOST, 1),
    ] {
        let (header, said) = read(&file(&app, id, "jwt").await);
        assert_eq!(header["kid"], format!("{did}#k2026-1"));
        for named in [
            &said["iss"],
            &said["issuer"]["id"],
            &said["credentialSubject"]["achievement"]["creator"]["id"],
        ] {
            assert_eq!(named, did);
        }
        let published = get(&app, document).await.json();
        assert_eq!(published["id"], did);
        let method = &published["verificationMethod"][0];
        assert_eq!((&method["id"], &method["controller"]), (&header["kid"], &said["issuer"]["id"]));
        assert_eq!(
            published["assertionMethod"],
            json!([header["kid"]]),
            "nobody else asserts anything in its name"
        );
        let address = app.services.url(&format!("/certificates/status/{list}"));
        assert_eq!(said["credentialStatus"]["statusListCredential"], address);
        let (list_header, list_said) = read(&get(&app, &format!("/certificates/status/{list}")).await.bytes);
        assert_eq!(
            (&list_header["kid"], &list_said["issuer"]),
            (&header["kid"], &said["iss"]),
            "a list is of whoever signs it"
        );
        for ending in ["jwt", "json", "pdf"] {
            let bytes = file(&app, id, ending).await;
            let verdict = check(&app, &bytes, document, Some(list)).await;
            assert_eq!((verdict.result, verdict.reason), (Outcome::Valid, None), "{ending} of {did}");
            // Who keeps only the host's document can check what anybody on it signed.
            assert_eq!(check(&app, &bytes, HOST, Some(list)).await.result, Outcome::Valid);
            assert_eq!(
                check(&app, &bytes, document, Some(3 - list)).await.result,
                Outcome::Altered.or_unknown(document == NORTH)
            );
        }
        let page = get(&app, &format!("/certificates/{id}")).await;
        assert!(words(&page).contains("This certificate is valid") && words(&page).contains(&format!("{did}, key k2026-1")));
    }
    assert_eq!(
        check(&app, &file(&app, &first[0], "pdf").await, NORTH, None).await.result,
        Outcome::UnknownKey
    );
    let lists = status_list::Entity::find()
        .order_by_asc(status_list::Column::Number)
        .all(&app.services.db.read)
        .await
        .unwrap();
    let lists: Vec<_> = lists.into_iter().map(|list| (list.number, list.issuer)).collect();
    assert_eq!(lists, [(1, String::new()), (2, "north-partnership".to_owned())]);
    for nobody in [
        "/o/example-training/did.json",
        "/o/nobody-at-all/did.json",
        "/o/x/did.json",
        "/certificates/status/3",
    ] {
        assert_eq!(app.browser().get(nobody).await.status, 404, "{nobody}");
    }

    // Revoked there, it is revoked in that list alone.
    issue::revoke(&app.services, &Actor::System, &north[1], "A mistake").await.unwrap();
    assert_eq!(
        check(&app, &file(&app, &north[1], "pdf").await, NORTH, Some(2)).await.result,
        Outcome::Revoked
    );
    assert_eq!(
        check(&app, &file(&app, &first[1], "pdf").await, HOST, Some(1)).await.result,
        Outcome::Valid
    );

    // The command takes one document, several, or one file with several in it.
    let kept = |name: &str, bytes: &[u8]| {
        let path = app.folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let (host, own) = (get(&app, HOST).await, get(&app, NORTH).await);
    let both = json!([host.json(), own.json()]).to_string();
    let (host, own) = (kept("host.json", &host.bytes), kept("own.json", &own.bytes));
    let both = kept("both.json", both.as_bytes());
    let pdf = kept("north.pdf", &file(&app, &north[0], "pdf").await);
    let list = kept("north.list", &get(&app, "/certificates/status/2").await.bytes);
    for keys in [vec![&host], vec![&own], vec![&host, &own], vec![&both]] {
        let mut command = app.program();
        command.arg("verify").arg(&pdf).arg("--status").arg(&list).arg("--json");
        for key in keys {
            command.arg("--keys").arg(key);
        }
        let (code, verdict) = told(&mut command);
        assert_eq!((code, &verdict["certificate"]["issuer"]), (0, &json!(NORTH_DID)), "{verdict}");
    }
}

/// The host goes on with its own list after another organisation has begun the next.
async fn issued_later(app: &TestApp) -> String {
    let mut file = of(1);
    file["event"]["slug"] = "second-day".into();
    import(app, &file).await;
    issued(app, "second-day").await.remove(0)
}

/// What a list of somebody else is to whoever does or does not know their keys.
trait OrUnknown {
    fn or_unknown(self, is_unknown: bool) -> Self;
}

impl OrUnknown for Outcome {
    fn or_unknown(self, is_unknown: bool) -> Self {
        if is_unknown { Self::UnknownKey } else { self }
    }
}

#[tokio::test]
async fn a_new_key_signs_at_once_and_what_the_old_one_signed_stays_good() {
    let app = app_at(EVENING).await;
    import(&app, &of(1)).await;
    import(&app, &north_day(1)).await;
    let (first, north) = (issued(&app, SLUG).await.remove(0), issued(&app, "north-day").await.remove(0));
    let old = file(&app, &north, "pdf").await;
    let before = documents(&app, NORTH).await;

    // By the command, in another process, while this one goes on.
    let (code, made) = told(
        app.program()
            .args(["keys", "rotate", "--organisation", "north-partnership", "--json"]),
    );
    assert_eq!((code, &made["issuer"]), (0, &json!(NORTH_DID)));
    let key = made["key"].as_str().unwrap();
    let published = get(&app, NORTH).await.json();
    let ids: Vec<_> = published["verificationMethod"]
        .as_array()
        .unwrap()
        .iter()
        .map(|method| &method["id"])
        .collect();
    assert_eq!(ids, [&json!(format!("{NORTH_DID}#{key}")), &json!(format!("{NORTH_DID}#k2026-1"))]);
    assert!(!published.to_string().contains("revoked") && !published.to_string().contains("expires"));

    let mut file_again = north_day(1);
    file_again["event"]["slug"] = "north-day-two".into();
    import(&app, &file_again).await;
    let newer = issued(&app, "north-day-two").await.remove(0);
    let (header, _) = read(&file(&app, &newer, "jwt").await);
    assert_eq!(header["kid"], format!("{NORTH_DID}#{key}"));
    for bytes in [&old, &file(&app, &north, "jwt").await, &file(&app, &newer, "pdf").await] {
        assert_eq!(check(&app, bytes, NORTH, Some(2)).await.result, Outcome::Valid);
    }
    assert_eq!(
        verify::verify(&old, &before, None).result,
        Outcome::Valid,
        "the document of before is enough for what was before"
    );
    assert_eq!(
        verify::verify(&file(&app, &newer, "jwt").await, &before, None).result,
        Outcome::UnknownKey
    );
    let (header, _) = read(&file(&app, &first, "jwt").await);
    assert_eq!(header["kid"], "did:web:plenary.test#k2026-1", "the host's key is as it was");
    assert_eq!(
        get(&app, HOST).await.json()["assertionMethod"],
        json!(["did:web:plenary.test#k2026-1"])
    );

    let (code, list) = told(app.program().args(["keys", "list", "--json"]));
    let lines: Vec<_> = list["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| {
            (
                line["organisation"].as_str().unwrap(),
                line["key"].as_str().unwrap(),
                line["signs"].as_bool().unwrap(),
                line["certificates"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(code, 0);
    assert_eq!(
        lines,
        [
            ("example-training", "k2026-1", true, 1),
            ("north-partnership", "k2026-1", false, 1),
            ("north-partnership", key, true, 1)
        ]
    );
    let (code, words) = tests::ended(app.program().args(["keys", "rotate", "--organisation", "nobody-at-all"]));
    assert_eq!(code, 1, "{words}");
    let (code, words) = tests::ended(app.program().args(["keys", "compromised", "the-old-one"]));
    assert_eq!(code, 1, "{words}");
    assert!(words.contains("is not the name of a key"), "{words}");
    let chain = format!("organisation:{}", app.find_event("north-day").await.organisation);
    assert_eq!(audit::first_break(&app.services.db.read, &chain).await.unwrap(), None);
    assert_eq!(
        app.count(&format!("audit_record WHERE chain = '{chain}' AND action = 'key.made'"))
            .await,
        1
    );
}

#[tokio::test]
async fn what_a_stolen_key_signed_is_signed_anew_and_nothing_else_changes() {
    const PEOPLE: usize = 30;
    let app = app_at(EVENING).await;
    let event = import(&app, &of(PEOPLE)).await;
    import(&app, &north_day(1)).await;
    let ids = issued(&app, SLUG).await;
    let north = issued(&app, "north-day").await.remove(0);
    issue::revoke(&app.services, &Actor::System, &ids[1], "A mistake").await.unwrap();
    issue::reissue(&app.services, &Actor::System, &ids[2], "Hours put right")
        .await
        .unwrap();
    app.run_jobs().await;
    let before = certificates(&app).await;
    let old = (file(&app, &ids[0], "pdf").await, read(&file(&app, &ids[0], "jwt").await).1);
    app.pass(TimeDelta::days(2));

    let (code, marked) = told(
        app.program()
            .args(["keys", "compromised", "did:web:plenary.test#k2026-1", "--json"]),
    );
    assert_eq!(
        (code, &marked["compromised"], &marked["certificates"]),
        (0, &json!("k2026-1"), &json!(PEOPLE + 1))
    );
    let refused = check(&app, &old.0, HOST, None).await;
    assert_eq!(
        (refused.result, refused.exit_code(), refused.certificate),
        (Outcome::UnknownKey, 5, None)
    );
    assert!(
        refused.reason.unwrap().contains("was withdrawn"),
        "at once, before anything is signed anew"
    );
    assert!(words(&get(&app, &format!("/certificates/{}", ids[0])).await).contains("could not be checked"));

    // A worker is killed half way, and the next goes on.
    let lease = jobs::take(&app.services, "the worker that is killed").await.unwrap().unwrap();
    let enough = async {
        while certificates(&app)
            .await
            .iter()
            .zip(&before)
            .filter(|(now, then)| now.jwt != then.jwt)
            .count()
            < 7
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        ended = jobs::carry_out(&app.services, &lease) => panic!("it was done before it could be killed: {ended:?}"),
        () = enough => {}
    }
    app.pass(jobs::LEASE + TimeDelta::seconds(1));
    app.run_jobs().await;
    let job = job::Entity::find()
        .filter(job::Column::Kind.eq("sign_anew"))
        .one(&app.services.db.read)
        .await
        .unwrap()
        .unwrap();
    let total = i64::try_from(PEOPLE + 1).unwrap();
    assert_eq!((job.state, job.done_count, job.total_count), (State::Done, total, Some(total)));

    // The same certificates, signed by another key on a later day, and nothing else about them.
    let after = certificates(&app).await;
    assert_eq!(after.len(), before.len());
    let new_key = format!("did:web:plenary.test#{}", marked["key"].as_str().unwrap());
    for (then, now) in before.iter().zip(&after) {
        if now.public_id == north {
            assert_eq!(then, now, "another organisation's key was not stolen");
            continue;
        }
        let (header, mut said) = read(now.jwt.as_bytes());
        let (_, was) = read(then.jwt.as_bytes());
        assert_eq!(header["kid"], new_key);
        assert!(said["validFrom"].as_str() > was["validFrom"].as_str() && said["nbf"].as_i64() > was["nbf"].as_i64());
        for member in ["validFrom", "nbf"] {
            said[member] = was[member].clone();
        }
        assert_eq!(
            said, was,
            "the same facts, the same day it was awarded, the same place in the same list"
        );
        let mut row = now.clone();
        row.jwt.clone_from(&then.jwt);
        assert_eq!(row, *then);
    }
    let good = check(&app, &file(&app, &ids[0], "pdf").await, HOST, Some(1)).await;
    let shown = good.certificate.unwrap();
    assert_eq!(
        (good.result, shown.key.as_str(), shown.issued_at.as_str()),
        (Outcome::Valid, new_key.as_str(), old.1["awardedDate"].as_str().unwrap())
    );
    assert!(shown.signed_at > shown.issued_at);
    for ended in [&ids[1], &ids[2]] {
        assert_eq!(
            check(&app, &file(&app, ended, "pdf").await, HOST, Some(1)).await.result,
            Outcome::Revoked
        );
        assert!(words(&get(&app, &format!("/certificates/{ended}")).await).contains("This certificate was revoked on"));
    }
    assert_eq!(check(&app, &old.0, HOST, Some(1)).await.result, Outcome::UnknownKey);
    assert_eq!(
        check(&app, &file(&app, &north, "pdf").await, NORTH, Some(2)).await.result,
        Outcome::Valid
    );
    let published = get(&app, HOST).await.json();
    let mark = published["verificationMethod"]
        .as_array()
        .unwrap()
        .iter()
        .find(|method| method["id"] == "did:web:plenary.test#k2026-1")
        .unwrap();
    assert!(mark["revoked"].is_string() && mark["publicKeyJwk"].is_null(), "{mark}");

    // It is on record, and the record is whole.
    let db = &app.services.db.read;
    assert_eq!(issue::first_break(db, event.id).await.unwrap(), None);
    assert_eq!(audit::first_break(db, &format!("event:{}", event.id)).await.unwrap(), None);
    let anew = certificate_record::Entity::find()
        .filter(certificate_record::Column::Action.eq("signed_anew"))
        .all(db)
        .await
        .unwrap();
    assert_eq!(anew.len(), PEOPLE + 1);
    assert_eq!(app.count("audit_record WHERE action = 'certificate.signed_anew'").await, total);
    let (_, list) = told(app.program().args(["keys", "list", "--organisation", "example-training", "--json"]));
    assert_eq!(list["keys"][0]["certificates"], 0, "none is left: {list}");

    // Told again, there is nothing left to do; and what is signed from now on goes on as ever.
    let again = rekey::compromised(&app.services, &Actor::System, None, "k2026-1".parse().unwrap())
        .await
        .unwrap();
    assert_eq!((again.certificates, format!("did:web:plenary.test#{}", again.key)), (0, new_key));
    app.run_jobs().await;
    assert_eq!(certificates(&app).await, after);
    meddle(
        &app,
        "UPDATE certificate SET jwt = $1 WHERE public_id = $2",
        vec![before[0].jwt.clone().into(), before[0].public_id.clone().into()],
    )
    .await;
    assert!(
        issue::first_break(db, event.id).await.unwrap().is_some(),
        "the old token put back is noticed"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_key_found_to_be_stolen_while_certificates_are_issued_leaves_none_behind() {
    const PEOPLE: usize = 40;
    let app = app_at(EVENING).await;
    import(&app, &of(PEOPLE)).await;
    let issuing = {
        let services = app.services.clone();
        tokio::spawn(async move { issue::issue_quietly(&services, &Actor::System, SLUG).await.unwrap().len() })
    };
    while certificates(&app).await.len() < 5 {
        tokio::task::yield_now().await;
    }
    let marked = rekey::compromised(&app.services, &Actor::System, None, "k2026-1".parse().unwrap())
        .await
        .unwrap();
    let so_far = certificates(&app).await.len();
    // The job looks once, while the others are still being issued.
    while domain::work::until_idle(&app.services).await.unwrap().0 == 0 {}
    assert_eq!(issuing.await.unwrap(), PEOPLE);
    let rows = certificates(&app).await;
    assert!((5..PEOPLE).contains(&so_far) && rows.len() == PEOPLE, "{so_far} of {}", rows.len());
    for row in rows {
        assert_eq!(read(row.jwt.as_bytes()).0["kid"], format!("did:web:plenary.test#{}", marked.key));
    }
}

#[tokio::test]
async fn a_certificate_somebody_meddled_with_is_not_signed_anew() {
    let app = app_at(EVENING).await;
    import(&app, &of(3)).await;
    issued(&app, SLUG).await;
    let rows = certificates(&app).await;
    assert!(rows.iter().all(|row| row.state == CertificateState::Valid));
    // The thief, who had the machine, gave the first the minutes of a longer day.
    let snapshot = rows[0].snapshot.replace("\"minutes\":255", "\"minutes\":299");
    assert_ne!(snapshot, rows[0].snapshot);
    meddle(
        &app,
        "UPDATE certificate SET snapshot = $1 WHERE public_id = $2",
        vec![snapshot.into(), rows[0].public_id.clone().into()],
    )
    .await;
    rekey::compromised(&app.services, &Actor::System, None, "k2026-1".parse().unwrap())
        .await
        .unwrap();
    app.run_jobs().await;
    let anew: Vec<bool> = certificates(&app)
        .await
        .iter()
        .zip(&rows)
        .map(|(now, then)| now.jwt != then.jwt)
        .collect();
    assert_eq!(anew, [false, true, true], "the others are");
    let left = rekey::list(&app.services, &Actor::System, Some("example-training")).await.unwrap();
    assert_eq!(left[0].certificates, 1, "and it is told how many are left");
    app.leave_unrun("the job is tried again, and whoever runs the site has to look");
}

#[tokio::test]
async fn only_owners_look_after_keys_and_only_their_own() {
    let app = app_at(EVENING).await;
    import(&app, &of(1)).await;
    import(&app, &north_day(1)).await;
    issued(&app, "north-day").await;
    let owner = app.person_with_role_in("north-partnership", Role::Owner, "north@example.org").await;
    let owner = app.actor(&owner).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    let organiser = app.actor(&organiser).await;
    let key: KeyId = "k2026-1".parse().unwrap();
    for slug in [None, Some("example-training")] {
        for actor in [&owner, &organiser, &Actor::Nobody] {
            let refused = rekey::rotate(&app.services, actor, slug).await.unwrap_err();
            assert!(
                matches!(refused, Error::Forbidden | Error::NotFound | Error::SignInNeeded),
                "{refused:?}"
            );
            assert!(rekey::compromised(&app.services, actor, slug, key).await.is_err());
            assert!(rekey::list(&app.services, actor, slug).await.is_err());
        }
    }
    assert_eq!(
        rekey::rotate(&app.services, &owner, Some("north-partnership"))
            .await
            .unwrap()
            .issuer,
        NORTH_DID
    );
    assert_eq!(
        rekey::list(&app.services, &owner, Some("north-partnership")).await.unwrap().len(),
        2
    );
}
