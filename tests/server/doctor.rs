//! What `plenary doctor` and the settings page say of an installation, with each fault made for real.

use crate::mail::troubles::program;
use domain::{
    organisations::Role,
    platform::{db::begin_write, doctor},
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    net::TcpListener,
    os::unix::fs::PermissionsExt as _,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tests::{SmtpServer, Step, TestApp, eventually};

/// What the doctor said: its exit code, and the code and words of each thing it looked at.
struct Told {
    exit: i32,
    ok: bool,
    checks: BTreeMap<String, (String, String)>,
}

impl Told {
    fn code(&self, what: &str) -> &str {
        self.checks.get(what).map_or("not looked at", |(code, _)| code)
    }

    fn words(&self, what: &str) -> &str {
        &self.checks[what].1
    }

    /// The codes of everything that belongs to the mail server.
    fn mail(&self) -> Vec<(&str, &str)> {
        let steps = self.checks.iter().filter(|(what, _)| what.contains("mail"));
        steps.map(|(what, (code, _))| (what.as_str(), code.as_str())).collect()
    }
}

fn ask(mut command: Command, more: &[&str]) -> Told {
    let begun = Instant::now();
    let output = command.args(["doctor", "--json"]).args(more).output().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(20), "it took {:?}", begun.elapsed());
    let text = String::from_utf8(output.stdout).unwrap();
    let told: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text} {}", String::from_utf8_lossy(&output.stderr)));
    let word = |check: &Value, key: &str| check[key].as_str().unwrap().to_owned();
    let all = told["checks"].as_array().unwrap();
    Told {
        exit: output.status.code().unwrap(),
        ok: told["ok"].as_bool().unwrap(),
        checks: all
            .iter()
            .map(|check| (word(check, "what"), (word(check, "code"), word(check, "words"))))
            .collect(),
    }
}

/// An installation on this machine whose folder is its own, with the mail server at `smtp_url`.
async fn installation() -> TestApp {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let app = TestApp::builder().base_url(&format!("http://127.0.0.1:{port}")).start().await;
    std::fs::set_permissions(&app.folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    app
}

/// A server of its own, ended when dropped.
struct Serving(Child);

impl Serving {
    fn start(app: &TestApp) -> Self {
        let listen = app.base_url.strip_prefix("http://").unwrap();
        let mut command = program(app, "");
        command
            .env_remove("PLENARY_SMTP_URL")
            .env("PLENARY_LISTEN", listen)
            .args(["serve", "--no-worker"]);
        Self(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn a_sound_installation_is_said_to_be_sound_and_nothing_is_changed() {
    let server = SmtpServer::start();
    let app = installation().await;
    let serving = Serving::start(&app);
    let address = app.base_url.strip_prefix("http://").unwrap().to_owned();
    eventually("the site answers", async || std::net::TcpStream::connect(&address).is_ok()).await;
    let before = app.everything().await;

    let told = ask(program(&app, &server.url()), &[]);

    let faults: Vec<_> = told.checks.iter().filter(|(_, (code, _))| code != "well").collect();
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!((told.exit, told.ok), (0, true));
    assert!(told.words("site").ends_with("as itself."), "{}", told.words("site"));
    assert_eq!(app.everything().await, before);
    assert_eq!(server.heard(), ["EHLO", "MAIL"]);
    drop(serving);
}

#[tokio::test]
async fn a_test_mail_arrives_or_is_said_at_which_step_it_ended() {
    let app = installation().await;
    let to = ["--send-test-mail", "ama@example.org"];
    let server = SmtpServer::start();
    let told = ask(program(&app, &server.url()), &to);
    assert_eq!((told.exit, told.code("test-mail")), (0, "well"));
    assert_eq!(server.arrivals()[0].to, ["ama@example.org"]);

    let cases = [
        (
            SmtpServer::script().always_says(Step::Mail, "550 5.7.60 Sender not yours"),
            "mail-sender",
            "sender_refused",
        ),
        (
            SmtpServer::script().always_says(Step::Mail, "530 5.7.0 Sign in first"),
            "mail-sender",
            "auth_needed",
        ),
        (
            SmtpServer::script().always_says(Step::Rcpt, "550 5.7.1 Relaying denied"),
            "mail-recipient",
            "relay_refused",
        ),
        (
            SmtpServer::script().always_says(Step::Rcpt, "550 5.1.1 No such mailbox"),
            "mail-recipient",
            "recipient_refused",
        ),
        (
            SmtpServer::script().always_says(Step::Rcpt, "451 4.7.1 Greylisted"),
            "mail-recipient",
            "later",
        ),
        (
            SmtpServer::script().always_says(Step::Content, "554 5.6.0 Too plain"),
            "test-mail",
            "content_refused",
        ),
        (SmtpServer::script().hangs(Step::Rcpt), "mail-recipient", "silent"),
        (SmtpServer::script().drops(Step::Mail), "mail-sender", "broke_off"),
    ];
    for (script, step, code) in cases {
        let server = script.start();
        let told = ask(program(&app, &server.url()), &to);
        assert_eq!((told.exit, told.ok, told.code(step)), (1, false, code), "{:?}", told.mail());
        assert_eq!(server.arrivals(), []);
        if step != "test-mail" {
            assert_eq!(told.code("test-mail"), "not_sent");
        }
    }
}

#[tokio::test]
async fn each_way_of_not_getting_through_to_the_mail_server_is_told_from_the_others() {
    let app = installation().await;
    let mail = |url: &str| ask(program(&app, url), &[]);

    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(mail(&format!("smtp://127.0.0.1:{closed}")).code("mail-connection"), "refused");
    assert_eq!(mail("smtp://mail.no-such-name.invalid").code("mail-dns"), "no_such_name");
    assert_eq!(mail("http://mail.example.org").code("mail"), "wrong_url");
    let mut none = program(&app, "");
    none.env_remove("PLENARY_SMTP_URL");
    assert_eq!(ask(none, &[]).code("mail"), "not_set");

    let plain = SmtpServer::start();
    assert_eq!(mail(&format!("{}?tls=required", plain.url())).code("mail-tls"), "no_starttls");
    let told = mail(&format!("smtp://user:password@127.0.0.1:{}", plain.port));
    assert_eq!(told.code("mail-sign-in"), "auth_not_offered", "{:?}", told.mail());

    let signing_in = SmtpServer::script().signing_in("post", "right-word").start();
    let with = |password: &str| mail(&format!("smtp://post:{password}@127.0.0.1:{}", signing_in.port));
    let told = with("wrong-word");
    assert_eq!((told.code("mail-sign-in"), told.exit), ("auth_refused", 1), "{:?}", told.mail());
    assert!(told.words("mail-sign-in").contains("535") && !told.words("mail-sign-in").contains("wrong-word"));
    assert_eq!(with("right-word").code("mail-sender"), "well");
    assert_eq!(mail(&signing_in.url()).code("mail-sender"), "auth_needed");
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_not_for_the_name_or_run_out_is_told_apart() {
    let app = installation().await;
    let ask_at = |server: &SmtpServer, host: &str, trusted: bool| {
        let mut command = program(&app, &format!("smtp://{host}:{}?tls=required", server.port));
        if trusted {
            command.env("SSL_CERT_FILE", server.certificate());
        }
        ask(command, &[])
    };
    let server = SmtpServer::script().tls().start();
    assert_eq!(ask_at(&server, "localhost", false).code("mail-tls"), "tls_untrusted");
    assert_eq!(ask_at(&server, "127.0.0.1", true).code("mail-tls"), "tls_name");
    let told = ask_at(&server, "localhost", true);
    assert_eq!(told.code("mail-tls"), "well", "{:?}", told.mail());
    let expired = SmtpServer::script().expired_tls().start();
    assert_eq!(ask_at(&expired, "localhost", true).code("mail-tls"), "tls_expired");
}

#[tokio::test]
async fn what_is_wrong_with_the_folder_and_the_keys_is_said() {
    let app = installation().await;
    let told = || ask(program(&app, ""), &[]);
    let mode = |path: &std::path::Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    assert_eq!((told().code("folder"), told().code("keys")), ("well", "well"));

    mode(&app.folder, 0o755);
    assert_eq!(told().code("folder"), "open_to_read");
    mode(&app.folder, 0o777);
    assert_eq!(told().code("folder"), "open_to_change");
    mode(&app.folder, 0o700);

    let keys = app.folder.join("keys");
    let private = std::fs::read_dir(&keys).unwrap().map(|entry| entry.unwrap().path());
    let private = private
        .into_iter()
        .find(|path| !path.to_string_lossy().ends_with(".pub.pem"))
        .unwrap();
    mode(&private, 0o644);
    assert_eq!(told().code("keys"), "open_to_read");
    mode(&private, 0o600);
    std::fs::write(keys.join("notes.pem"), "x").unwrap();
    assert_eq!(told().code("keys"), "stray_file");
    std::fs::remove_file(keys.join("notes.pem")).unwrap();

    let mut elsewhere = program(&app, "");
    elsewhere.env("PLENARY_DATA_DIR", app.folder.join("nowhere"));
    let told = ask(elsewhere, &[]);
    assert_eq!((told.code("folder"), told.code("keys")), ("missing", "none_yet"));
    assert!(!app.folder.join("nowhere").exists(), "looking makes nothing");
}

#[tokio::test]
async fn what_is_wrong_with_the_database_is_said() {
    let app = installation().await;
    let told = |url: &str| {
        let mut command = program(&app, "");
        command.env("PLENARY_DATABASE_URL", url);
        ask(command, &[])
    };
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_eq!(told("mysql://localhost/x").code("database"), "wrong_url");
    let silent = told(&format!("postgres://someone:s3cret@127.0.0.1:{closed}/plenary"));
    assert_eq!(silent.code("database"), "not_answering");
    assert!(!silent.words("database").contains("s3cret"));
    let missing = app.folder.join("other.db");
    assert_eq!(told(&format!("sqlite:{}", missing.display())).code("database"), "missing");
    assert!(!missing.exists(), "looking makes nothing");
    std::fs::write(&missing, "this is no database, only words about one").unwrap();
    assert_eq!(told(&format!("sqlite:{}", missing.display())).code("database"), "damaged");

    app.execute("DELETE FROM seaql_migrations WHERE version LIKE '%000007%'").await;
    let url = app.database_url().to_owned();
    assert_eq!(told(&url).code("database"), "not_migrated");
    app.execute("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000001_far_off', 0)")
        .await;
    assert_eq!(told(&url).code("database"), "newer");
    app.execute("DELETE FROM seaql_migrations WHERE version LIKE 'm2099%'").await;
    if !app.services.db.is_postgres() {
        app.execute("INSERT INTO seaql_migrations (version, applied_at) SELECT replace(version, '000006_certificates', '000007_messages'), 0 FROM seaql_migrations WHERE version LIKE '%000006%'").await;
        assert_eq!(told(&url).code("database"), "well");
        let tx = begin_write(&app.services.db).await.unwrap();
        assert_eq!(told(&url).code("database"), "locked");
        tx.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn an_address_is_wrong_in_several_ways_and_each_is_said() {
    let app = installation().await;
    let told = |base: &str| {
        let mut command = program(&app, "");
        command.env("PLENARY_BASE_URL", base);
        ask(command, &[])
    };
    assert_eq!(told("events.example.org").code("address"), "unreadable");
    let open = told("http://events.no-such-name.invalid");
    assert_eq!((open.code("address"), open.code("dns")), ("no_tls", "no_such_name"));
    assert_eq!(told(&app.base_url).code("site"), "not_serving");
    // Something else answers there.
    let other = SmtpServer::start();
    let told = told(&format!("http://127.0.0.1:{}", other.port));
    assert!(
        matches!(told.code("site"), "another_answers" | "not_serving"),
        "{}",
        told.code("site")
    );
    // Another installation.
    let theirs = installation().await;
    // Every test's keys are the same; a program that finds none makes its own.
    std::fs::remove_dir_all(theirs.folder.join("keys")).unwrap();
    let serving = Serving::start(&theirs);
    let address = theirs.base_url.strip_prefix("http://").unwrap().to_owned();
    eventually("the other site answers", async || std::net::TcpStream::connect(&address).is_ok()).await;
    let mut command = program(&app, "");
    command.env("PLENARY_BASE_URL", &theirs.base_url);
    assert_eq!(ask(command, &[]).code("site"), "another_plenary");
    drop(serving);
}

#[tokio::test]
async fn a_clock_behind_the_newest_entry_is_said_to_be_behind() {
    let app = installation().await;
    app.move_to("2099-01-01T00:00:00Z");
    app.person_with_role(Role::Owner).await;
    let told = ask(program(&app, ""), &[]);
    assert_eq!(told.code("clock"), "behind");
    assert!(told.words("clock").contains("1 January 2099"), "{}", told.words("clock"));
}

#[tokio::test]
async fn a_configuration_that_cannot_be_read_is_told_in_words_and_ends_with_3() {
    let app = installation().await;
    let mut command = program(&app, "");
    command.env("PLENARY_LISTEN", "here");
    let told = ask(command, &[]);
    assert_eq!((told.exit, told.ok, told.code("configuration")), (3, false, "unreadable"));
    assert!(told.words("configuration").contains("LISTEN must be an address and a port"));
}

#[tokio::test]
async fn an_owner_sees_the_same_on_the_settings_page_without_paths_and_secrets() {
    let server = SmtpServer::script().always_says(Step::Rcpt, "550 5.7.1 Relaying denied").start();
    let url = format!("smtp://127.0.0.1:{}", server.port);
    let app = TestApp::builder().base_url("http://127.0.0.1:9").smtp(&url, 1).start().await;
    let owner = app.person_with_role(Role::Owner).await;

    let page = owner.get("/organise/settings").await.page();
    let shown = owner.submit(page.form("/do/organise/check-installation")).await;

    let main = shown.page().main();
    assert!(
        main.contains("This installation was checked") && main.contains("does not pass our mail on"),
        "{main}"
    );
    assert!(!main.contains(&*app.folder.to_string_lossy()), "{main}");
    assert_eq!(server.heard(), ["EHLO", "MAIL", "RCPT"], "nothing was sent");
    assert_eq!(
        shown.page().form("/do/organise/settings").value("form[name]"),
        Some("Example Training Ltd")
    );
    let running = doctor::Installation::running(&app.services, None);
    let checks = Box::pin(doctor::examine(&running)).await;
    assert!(
        checks.iter().any(|check| check.what == "mail-sender" && !check.is_fault()),
        "{checks:?}"
    );
}
