//! One file with everything in it, and the way back: the same rows, the same certificates, nothing half done.

use crate::ground::{MORNING, app_at, book, import, named, open_day, order};
use domain::{
    access::Actor,
    certificates::{
        entity::certificate,
        issue, rekey,
        verify::{self, Outcome},
    },
    platform::{
        audit,
        db::{Db, Sync},
        signing::{Issuer, KeyRing, Keys, Site},
    },
};
use sea_orm::{EntityTrait, QueryOrder};
use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};
use tests::{Served, TestApp, ended, everything, program};

/// A folder beside the test's own, gone with it.
fn beside(app: &TestApp, name: &str) -> PathBuf {
    app.folder.join("beside").join(name)
}

fn backup(app: &TestApp, file: &Path, with_keys: bool) -> (i32, String) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let mut command = app.program();
    command.arg("backup").arg(file).args(with_keys.then_some("--with-keys"));
    ended(&mut command)
}

fn restore(file: &Path, data: &Path) -> (i32, String) {
    fs::create_dir_all(data.parent().unwrap()).unwrap();
    ended(program(data).arg("restore").arg(file))
}

async fn open(data: &Path) -> Db {
    Db::open(&format!("sqlite:{}", data.join("plenary.db").display()), Sync::Normal)
        .await
        .unwrap()
}

/// Every file and folder under a folder, with its mode.
fn modes(folder: &Path) -> Vec<(String, u32)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(&at).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            found.push((name, fs::metadata(&path).unwrap().permissions().mode() & 0o777));
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    found.sort();
    found
}

/// On PostgreSQL the database has tools of its own, and the program says so. True where that is all there is to test.
fn is_left_to_postgres(app: &TestApp) -> bool {
    if !app.services.db.is_postgres() {
        return false;
    }
    let file = beside(app, "all.backup");
    let (code, words) = backup(app, &file, false);
    assert_eq!((code, file.exists()), (1, false));
    assert!(words.contains("pg_dump"), "{words}");
    let (code, words) = ended(app.program().arg("restore").arg(&file));
    assert_eq!(code, 1);
    assert!(words.contains("pg_restore"), "{words}");
    true
}

/// The first certificate of the demo's past event: its id and its PDF.
async fn certificate(app: &TestApp) -> (String, Vec<u8>) {
    let row = certificate::Entity::find()
        .order_by_asc(certificate::Column::Id)
        .one(&app.services.db.read)
        .await
        .unwrap()
        .unwrap();
    let pdf = app.browser().get(&format!("/certificates/{}.pdf", row.public_id)).await;
    assert_eq!(pdf.status, 200);
    (row.public_id, pdf.bytes)
}

/// A certificate of a further organisation, whose first key was stolen: its PDF, by the second.
async fn further(app: &TestApp) -> Vec<u8> {
    let event = app.event().slug("north-day").of("north-partnership");
    let event = event.when("Europe/London", "2026-10-09T09:00", "2026-10-09T16:00").with(|file| {
        file["sessions"][0]["ends"] = "2026-10-09T12:00".into();
    });
    let event = event.place("p1", "Ola Other", "ola@example.org");
    event.seen("p1", None, "arrive", "2026-10-09T08:50").create().await;
    let issued = issue::issue_quietly(&app.services, &Actor::System, "north-day").await.unwrap();
    let first = "k2026-1".parse().unwrap();
    rekey::compromised(&app.services, &Actor::System, Some("north-partnership"), first)
        .await
        .unwrap();
    app.run_jobs().await;
    let pdf = app.browser().get(&format!("/certificates/{}.pdf", issued[0].certificate)).await;
    assert_eq!(pdf.status, 200);
    pdf.bytes
}

#[tokio::test]
async fn everything_comes_back_as_it_was() {
    let app = TestApp::start().await;
    if is_left_to_postgres(&app) {
        return;
    }
    app.load_demo().await;
    fs::create_dir_all(app.folder.join("files/slides")).unwrap();
    fs::write(app.folder.join("files/slides/one.txt"), "Slides of the first talk").unwrap();
    let (id, pdf) = certificate(&app).await;
    let north = further(&app).await;
    let before = app.everything().await;
    let site = Site::parse(&app.base_url).unwrap();

    for with_keys in [false, true] {
        let file = beside(&app, &format!("keys-{with_keys}.backup"));
        assert_eq!(backup(&app, &file, with_keys).0, 0);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let bytes = fs::read(&file).unwrap();
        let (code, words) = backup(&app, &file, with_keys);
        assert_eq!(
            (code, fs::read(&file).unwrap() == bytes),
            (1, true),
            "nothing is overwritten: {words}"
        );

        let data = beside(&app, &format!("restored-{with_keys}"));
        let (code, words) = restore(&file, &data);
        assert_eq!(code, 0, "{words}");
        let db = open(&data).await;
        let after = everything(&db).await;
        for (table, rows) in &before {
            assert_eq!(after.get(table), Some(rows), "{table}, with keys {with_keys}");
        }
        assert_eq!(after.len(), before.len());
        assert_eq!(
            fs::read_to_string(data.join("files/slides/one.txt")).unwrap(),
            "Slides of the first talk"
        );
        for (name, mode) in modes(&data) {
            let path = data.join(&name);
            let is_sqlites_own = name.starts_with("plenary.db-") || name == "plenary.lock";
            let expected = if path.is_dir() { 0o700 } else { 0o600 };
            assert!(is_sqlites_own || mode == expected, "{name} is {mode:o}, with keys {with_keys}");
        }

        // The private key came along only if asked for; either way what it signed can be checked, and more be signed.
        let old = app.folder.join("keys/k2026-1.pem");
        let kept = fs::read(data.join("keys/k2026-1.pem")).ok();
        assert_eq!(kept, with_keys.then(|| fs::read(&old).unwrap()));
        let ring = KeyRing::load(&data.join("keys")).unwrap();
        assert_eq!(ring.active().to_string() == "k2026-1", with_keys);
        let keys = [Keys::at(&data.join("keys")).document(&Issuer::Host, &site).unwrap().unwrap()];
        for file in [&pdf, &north] {
            let verdict = verify::verify(file, &keys, None);
            assert_eq!((verdict.result, verdict.reason), (Outcome::Valid, None), "with keys {with_keys}");
        }
        // The same for an organisation's own keys, and the mark on the one that was stolen.
        let own = KeyRing::load(&data.join("keys/north-partnership")).unwrap();
        let facts: Vec<_> = own
            .list()
            .map(|key| (key.id.to_string(), key.is_private_here, key.compromised_at.is_some()))
            .collect();
        let mut expected = vec![("k2026-1".to_owned(), with_keys, true), ("k2026-2".to_owned(), with_keys, false)];
        if !with_keys {
            expected.push((own.active().to_string(), true, false));
        }
        assert_eq!(facts, expected);

        let served = Served::start(program(&data).arg("serve").env("PLENARY_BASE_URL", &app.base_url)).await;
        let (status, page) = served.get(&format!("/certificates/{id}")).await;
        assert_eq!(status, 200);
        assert!(page.contains("This certificate is valid"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_made_while_people_book_is_of_one_moment() {
    let app = app_at(MORNING).await;
    if is_left_to_postgres(&app) {
        return;
    }
    app.load_demo().await;
    let mut file = open_day("open-day");
    file["event"]["capacity"] = serde_json::Value::Null;
    let event = import(&app, &file).await;
    let bookings = async |first: usize, until: &dyn Fn(usize) -> bool| {
        let mut n = first;
        while !until(n) {
            let line = |who: &str| named("nhs", &format!("{who} {n}"), &format!("{who}-{n}@example.org"));
            book(&app, order("open-day", &format!("k{n}"), vec![line("jane"), line("joan")]))
                .await
                .unwrap();
            n += 1;
        }
        n
    };
    let before = bookings(0, &|n| n == 20).await;
    let before_rows = app.everything().await;

    let done = AtomicBool::new(false);
    let to = beside(&app, "all.backup");
    let made = async {
        let mut command = app.program();
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        command.arg("backup").arg(&to);
        let made = tokio::task::spawn_blocking(move || ended(&mut command)).await.unwrap();
        done.store(true, Ordering::Relaxed);
        made
    };
    let is_made = |_| done.load(Ordering::Relaxed);
    let ((code, words), after) = tokio::join!(made, bookings(before, &is_made));
    assert_eq!(code, 0, "{words}");
    assert!(after > before, "nobody booked meanwhile");

    let data = beside(&app, "restored");
    assert_eq!(restore(&to, &data).0, 0);
    let db = open(&data).await;
    let (restored, now) = (everything(&db).await, app.everything().await);
    let count = |rows: &std::collections::BTreeMap<String, Vec<String>>, table: &str| rows[table].len();
    let added = count(&restored, "booking") - count(&before_rows, "booking");
    assert!(added <= after - before, "{added} of {}", after - before);
    for (table, each) in [("booking", 1), ("place", 2), ("participant", 2), ("job", 1)] {
        assert_eq!(
            count(&restored, table),
            count(&before_rows, table) + added * each,
            "{table}: whole bookings and no half ones"
        );
        let (then, now): (BTreeSet<_>, BTreeSet<_>) = (restored[table].iter().collect(), now[table].iter().collect());
        assert!(then.is_subset(&now), "{table} has rows that never were");
    }
    let chain = format!("event:{}", event.id);
    assert_eq!(audit::first_break(&db.read, &chain).await.unwrap(), None);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_folder_in_use_or_with_something_in_it_is_left_alone() {
    let app = TestApp::start().await;
    if is_left_to_postgres(&app) {
        return;
    }
    let file = beside(&app, "all.backup");
    assert_eq!(backup(&app, &file, true).0, 0);

    let data = beside(&app, "restored");
    assert_eq!(restore(&file, &data).0, 0);
    let (code, words) = restore(&file, &data);
    assert_eq!(code, 1);
    assert!(words.contains("Restore into an empty folder"), "{words}");

    let leftover = beside(&app, "leftover");
    fs::create_dir_all(&leftover).unwrap();
    fs::write(leftover.join("plenary.db-wal"), "of a database that is not there any more").unwrap();
    assert_eq!(restore(&file, &leftover).0, 1);

    let served = Served::start(program(&data).arg("serve")).await;
    let (code, words) = restore(&file, &data);
    assert_eq!(code, 1);
    assert!(words.contains("already using"), "{words}");
    assert_eq!(served.get("/health/ready").await.0, 200);
}

#[tokio::test]
async fn a_damaged_file_is_refused_and_leaves_nothing_behind() {
    let app = TestApp::start().await;
    if is_left_to_postgres(&app) {
        return;
    }
    app.event().create().await;
    let good = beside(&app, "good.backup");
    assert_eq!(backup(&app, &good, true).0, 0);
    let bytes = fs::read(&good).unwrap();
    let mut damaged: Vec<(String, Vec<u8>)> = vec![
        ("nothing".to_owned(), Vec::new()),
        ("words".to_owned(), b"This is not a backup.".to_vec()),
    ];
    for part in [1, 3, 5, 7, 8] {
        let cut = bytes.len() * part / 8 - usize::from(part == 8);
        damaged.push((format!("cut at {cut}"), bytes[..cut].to_vec()));
    }
    // Before them stands when and where it was packed, which nothing depends on.
    for at in (10..bytes.len()).step_by(bytes.len() / 12).chain([bytes.len() - 1]) {
        let mut bent = bytes.clone();
        bent[at] ^= 0x10;
        damaged.push((format!("byte {at}"), bent));
    }

    let data = beside(&app, "restored");
    let bad = beside(&app, "bad.backup");
    for (what, bytes) in damaged {
        fs::write(&bad, bytes).unwrap();
        let (code, words) = restore(&bad, &data);
        assert_eq!(code, 1, "{what}: {words}");
        assert!(words.contains("nothing was restored"), "{what}: {words}");
        let left: Vec<_> = modes(&data).into_iter().filter(|(name, _)| name != "plenary.lock").collect();
        assert_eq!(left, [], "{what}");
    }
    assert_eq!(restore(&good, &data).0, 0, "the whole one goes into the same folder");
}
