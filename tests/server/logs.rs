//! What the log tells: what happened and what failed, never of whom, and never a secret.

use domain::organisations::Role;
use http::Method;
use std::{
    io::Write,
    sync::{Arc, Mutex},
};
use tests::{TestApp, encode};
use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

/// Everything that was logged.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    /// Listens to this thread, to everything of ours and to what others think worth telling.
    fn listen(&self) -> tracing::subscriber::DefaultGuard {
        let filter = EnvFilter::new("info,plenary=trace,server=trace,app=trace,domain=trace");
        tracing::subscriber::set_default(
            tracing_subscriber::fmt()
                .with_env_filter(filter)
                .with_ansi(false)
                .with_writer(self.clone())
                .finish(),
        )
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

#[tokio::test]
async fn the_log_of_a_day_names_nobody_and_holds_no_secret() {
    let log = Log::default();
    let _listening = log.listen();
    let app = TestApp::start().await;
    let event = app.event().place("p1", "Zebedee Quill", "zebedee@example.org").create().await;
    let browser = app.browser();

    // Signing in: asked for, mistyped, done.
    browser
        .submit(
            browser
                .get("/sign-in")
                .await
                .page()
                .form("/do/people/ask")
                .set("form[email]", "zebedee@example.org"),
        )
        .await;
    browser
        .submit(
            browser
                .get("/sign-in")
                .await
                .page()
                .form("/do/people/ask")
                .set("form[email]", "zebedee at example"),
        )
        .await;
    app.run_jobs().await;
    let mail = app.mails_to("zebedee@example.org").await.remove(0);
    let link = mail.path("/sign-in/").unwrap();
    browser
        .submit(
            browser
                .get("/sign-in/check")
                .await
                .page()
                .form("/do/people/code")
                .set("form[code]", "WXYZWXYZ"),
        )
        .await;
    browser.submit(browser.get(&link).await.page().form("/do/people/confirm")).await;
    let sign_in = browser.cookie("sign-in").unwrap();

    // Booking, by page and by program, and one that is refused.
    let booked = app.browser().book(&event, ["Xanthe Vole"]).await.location().unwrap();
    let json = r#"{"booker":{"name":"Xanthe Vole","email":"xanthe@example.org"},"places":[{"ticket":"nothing","name":"Xanthe Vole","email":"xanthe"}]}"#;
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", "one"),
        ("accept", "application/json"),
    ];
    browser
        .request(
            Method::POST,
            &format!("/api/v1/events/{}/bookings", event.slug),
            &headers,
            json.to_owned().into(),
        )
        .await;
    let owner = app.person_with_role(Role::Owner).await;
    owner.get(&event.desk("/bookings?q=Zebedee")).await;
    app.run_jobs().await;

    // And with the database failing under it.
    app.execute("ALTER TABLE link RENAME TO link_gone").await;
    let failed = browser.get(&booked).await;
    assert_eq!(failed.status, 500);
    let failed_form = app
        .browser()
        .post("/do/people/confirm", &[("token", "Qsecret-token-of-nobody")])
        .await;
    assert!(!failed_form.location().unwrap_or_default().contains("__err"));
    app.execute("ALTER TABLE link_gone RENAME TO link").await;

    let text = log.text();
    assert!(text.contains("a request failed"), "the log says what failed:\n{text}");
    let manage = booked.split('?').next().unwrap().strip_prefix("/bookings/").unwrap();
    let secrets = [
        link.strip_prefix("/sign-in/").unwrap(),
        manage,
        sign_in.as_str(),
        "WXYZWXYZ",
        "Qsecret-token-of-nobody",
    ];
    for kept_out in ["ebedee", "Quill", "Xanthe", "xanthe", "Vole", "example.org", &encode("@"), "owner@"]
        .into_iter()
        .chain(secrets)
    {
        assert!(!text.contains(kept_out), "the log holds {kept_out}:\n{text}");
    }
    // What a reader is shown of a failure leads to its line.
    let reference = failed.page().main().split("Reference ").nth(1).unwrap()[..8].to_owned();
    assert!(text.contains(&reference), "{reference} is not in the log");
}
