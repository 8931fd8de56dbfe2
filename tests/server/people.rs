//! Signing in by mail: links, codes, limits, and what nobody learns on the way.

use chrono::TimeDelta;
use domain::organisations::Role;
use tests::{Answer, Browser, Mail, TestApp};

/// Asks for a link as somebody does, and gives the page that comes of it.
async fn ask(browser: &Browser, email: &str) -> Answer {
    ask_from(browser, "/sign-in", email).await
}

async fn ask_from(browser: &Browser, page: &str, email: &str) -> Answer {
    let form = browser.get(page).await.page().form("/do/people/ask");
    browser.submit(form.set("form[email]", email)).await
}

/// Asks, lets the mail leave, and gives it.
async fn asked(app: &TestApp, browser: &Browser, email: &str) -> Mail {
    assert_eq!(ask(browser, email).await.h1(), "Check your email");
    app.run_jobs().await;
    app.mails_to(email).await.pop().expect("a mail has left")
}

/// The code in a sign-in mail: eight letters and digits on a line of their own.
fn code(mail: &Mail) -> String {
    let alone = |line: &&str| line.len() == 8 && line.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    mail.text
        .lines()
        .map(str::trim)
        .find(alone)
        .unwrap_or_else(|| panic!("no code in: {}", mail.text))
        .to_owned()
}

async fn type_code(browser: &Browser, typed: &str) -> Answer {
    let form = browser.get("/sign-in/check").await.page().form("/do/people/code");
    browser.send(form.set("form[code]", typed)).await
}

async fn is_signed_in(browser: &Browser) -> bool {
    browser.get("/my").await.status == 200
}

#[tokio::test]
async fn a_link_signs_in_once_and_looking_at_it_does_not_use_it_up() {
    let app = TestApp::start().await;
    app.person("ama@example.org").await;
    let mail = asked(&app, &app.browser(), "ama@example.org").await;
    let link = mail.path("/sign-in/").expect("the mail holds a link");

    // A scanner opens every link of a mail, perhaps twice, and signs nobody in.
    for _ in 0..2 {
        let scanner = app.browser();
        assert_eq!(scanner.get(&link).await.h1(), "Confirm it's you");
        assert!(scanner.cookies().is_empty());
    }
    // The link may be opened in another browser than the one that asked.
    let phone = app.browser();
    let page = phone.get(&link).await.page();
    let answer = phone.send(page.form("/do/people/confirm")).await;
    assert_eq!((answer.status, answer.location().as_deref()), (303, Some("/my")));
    assert!(is_signed_in(&phone).await);

    let again = app.browser();
    let used = again.submit(page.form("/do/people/confirm")).await;
    assert_eq!(used.problems(), ["This link has been used or is too old. Ask for a new one."]);
    assert!(!is_signed_in(&again).await);
    let gone = again.get(&link).await;
    assert_eq!((gone.status, gone.h1().as_str()), (410, "This link has been used or is too old"));
}

#[tokio::test]
async fn a_link_works_for_fifteen_minutes() {
    let app = TestApp::start().await;
    app.person("ama@example.org").await;
    let mail = asked(&app, &app.browser(), "ama@example.org").await;
    let link = mail.path("/sign-in/").unwrap();
    let browser = app.browser();
    app.pass(TimeDelta::minutes(15) - TimeDelta::milliseconds(1));
    let page = browser.get(&link).await.page();
    assert_eq!(page.h1(), "Confirm it's you");

    app.pass(TimeDelta::milliseconds(1));
    assert_eq!(browser.get(&link).await.status, 410);
    let late = browser.submit(page.form("/do/people/confirm")).await;
    assert_eq!(late.problems().len(), 1);
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn two_presses_at_once_sign_in_once() {
    let app = TestApp::start().await;
    app.person("ama@example.org").await;
    let link = asked(&app, &app.browser(), "ama@example.org").await.path("/sign-in/").unwrap();
    let (one, other) = (app.browser(), app.browser());
    let page = one.get(&link).await.page();
    let _ = tokio::join!(
        one.send(page.form("/do/people/confirm")),
        other.send(page.form("/do/people/confirm"))
    );
    assert_eq!(app.count("sign_in").await, 1);
}

#[tokio::test]
async fn a_code_signs_in_where_it_was_asked_for_and_nowhere_else() {
    let app = TestApp::start().await;
    app.person("ama@example.org").await;
    let browser = app.browser();
    let code = code(&asked(&app, &browser, "ama@example.org").await);

    let elsewhere = app.browser();
    let refused = elsewhere.follow(type_code(&elsewhere, &code).await).await;
    assert_eq!(
        refused.problems(),
        ["That code is not right, or it is too old. Check the newest mail, or ask for a new one."]
    );
    assert!(!is_signed_in(&elsewhere).await);

    // As people type it.
    let typed = format!(" {}-{} ", code[..4].to_lowercase(), &code[4..]);
    let answer = type_code(&browser, &typed).await;
    assert_eq!((answer.status, answer.location().as_deref()), (303, Some("/my")));
    assert!(is_signed_in(&browser).await);

    // It was used up.
    browser.submit(browser.get("/my").await.page().form("/sign-out")).await;
    assert_eq!(browser.follow(type_code(&browser, &code).await).await.problems().len(), 1);
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn a_code_may_be_typed_wrong_four_times_but_not_five() {
    for (wrong, signs_in) in [(4, true), (5, false)] {
        let app = TestApp::start().await;
        app.person("ama@example.org").await;
        let browser = app.browser();
        let code = code(&asked(&app, &browser, "ama@example.org").await);
        for _ in 0..wrong {
            type_code(&browser, "22222222").await;
        }
        type_code(&browser, &code).await;
        assert_eq!(is_signed_in(&browser).await, signs_in, "after {wrong} wrong codes");
    }
}

#[tokio::test]
async fn a_code_works_for_an_hour() {
    for (minutes, signs_in) in [(59, true), (60, false)] {
        let app = TestApp::start().await;
        app.person("ama@example.org").await;
        let browser = app.browser();
        let code = code(&asked(&app, &browser, "ama@example.org").await);
        app.pass(TimeDelta::minutes(minutes));
        type_code(&browser, &code).await;
        assert_eq!(is_signed_in(&browser).await, signs_in, "after {minutes} minutes");
    }
}

#[tokio::test]
async fn nobody_learns_from_the_answer_whether_a_mailbox_is_known() {
    let app = TestApp::start().await;
    app.person("known@example.org").await;
    let (one, other) = (app.browser(), app.browser());
    let told = async |browser: &Browser, email: &str| {
        let form = browser.get("/sign-in").await.page().form("/do/people/ask");
        let first = browser.send(form.set("form[email]", email)).await;
        let page = browser.follow(first.clone()).await;
        let names: Vec<String> = browser.cookies().into_keys().collect();
        (first.status, first.location(), names, page.status, page.text)
    };
    assert_eq!(told(&one, "known@example.org").await, told(&other, "unknown@example.org").await);

    // Neither does a wrong code tell.
    let wrong = async |browser: &Browser| browser.follow(type_code(browser, "ABCDEFGH").await).await.problems();
    assert_eq!(wrong(&one).await, wrong(&other).await);

    // The truth goes by mail, to the mailbox alone.
    app.run_jobs().await;
    let (known, unknown) = (app.mails_to("known@example.org").await, app.mails_to("unknown@example.org").await);
    assert_eq!((known.len(), unknown.len()), (1, 1));
    assert!(known[0].path("/sign-in/").is_some());
    assert_eq!(unknown[0].path("/sign-in/"), None);
    assert_eq!(app.count("person WHERE address = 'unknown@example.org'").await, 0);
}

#[tokio::test]
async fn capitals_and_spaces_reach_the_same_mailbox() {
    let app = TestApp::start().await;
    app.person("ama@example.org").await;
    assert_eq!(ask(&app.browser(), " Ama@Example.ORG ").await.h1(), "Check your email");
    app.run_jobs().await;
    assert!(app.mails_to("ama@example.org").await[0].path("/sign-in/").is_some());
}

#[tokio::test]
async fn signing_in_leads_back_to_the_page_that_asked_for_it() {
    let app = TestApp::start().await;
    app.person("ama@example.org").await;
    let browser = app.browser();
    let refused = browser.get("/my/cpd?year=2026").await;
    assert_eq!(refused.location().as_deref(), Some("/sign-in?next=/my/cpd%3Fyear%3D2026"));
    ask_from(&browser, &refused.location().unwrap(), "ama@example.org").await;
    app.run_jobs().await;
    let code = code(&app.mails_to("ama@example.org").await[0]);
    assert_eq!(type_code(&browser, &code).await.location().as_deref(), Some("/my/cpd?year=2026"));
}

#[tokio::test]
async fn signing_in_never_leads_to_another_site() {
    let app = TestApp::builder().limits(|limits| limits.sign_in_mailbox.tries = 100).start().await;
    app.person("ama@example.org").await;
    for next in [
        "https://evil.example.org",
        "//evil.example.org",
        "/\\evil.example.org",
        "\\\\evil.example.org",
        "javascript:alert(1)",
        "/\t/evil.example.org",
        "evil",
        "",
    ] {
        let browser = app.browser();
        let page = browser.get(&format!("/sign-in?next={}", tests::encode(next))).await.page();
        let form = page.form("/do/people/ask");
        assert_eq!(form.value("next"), Some("/"), "{next:?} on the page");
        // And if somebody puts it there by hand.
        browser.send(form.set("form[email]", "ama@example.org").forge("next", next)).await;
        app.run_jobs().await;
        let code = code(app.mails_to("ama@example.org").await.last().unwrap());
        assert_eq!(
            type_code(&browser, &code).await.location().as_deref(),
            Some("/my"),
            "{next:?} posted"
        );
    }
}

#[tokio::test]
async fn signing_out_ends_this_sign_in_and_no_other() {
    let app = TestApp::start().await;
    let (one, other) = (app.sign_in("ama@example.org").await, app.sign_in("ama@example.org").await);
    let token = one.cookie("sign-in").unwrap();
    let answer = one.send(one.get("/my").await.page().form("/sign-out")).await;
    assert_eq!((answer.status, answer.location().as_deref()), (303, Some("/")));
    assert_eq!(one.cookie("sign-in"), None);
    assert!(!is_signed_in(&one).await);
    assert!(is_signed_in(&other).await);

    // Whoever kept the cookie has nothing.
    let thief = app.browser();
    thief.set_cookie("sign-in", &token);
    assert!(!is_signed_in(&thief).await);
}

#[tokio::test]
async fn signing_out_everywhere_ends_every_sign_in_of_this_person_alone() {
    let app = TestApp::start().await;
    let (one, other, kofi) = (
        app.sign_in("ama@example.org").await,
        app.sign_in("ama@example.org").await,
        app.sign_in("kofi@example.org").await,
    );
    let form = one.get("/my/account").await.page().form("/do/people/sign-out-everywhere");
    assert_eq!(one.submit(form).await.h1(), "Sign in");
    assert_eq!(
        [is_signed_in(&one).await, is_signed_in(&other).await, is_signed_in(&kofi).await],
        [false, false, true]
    );
}

#[tokio::test]
async fn a_sign_in_lasts_fourteen_days() {
    let app = TestApp::start().await;
    let browser = app.sign_in("ama@example.org").await;
    app.pass(TimeDelta::days(14) - TimeDelta::seconds(1));
    assert!(is_signed_in(&browser).await);
    app.pass(TimeDelta::seconds(1));
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn the_sixth_link_for_one_mailbox_is_refused_on_the_form_whoever_asks() {
    let app = TestApp::start().await;
    app.person("ama@example.org").await;
    for _ in 0..5 {
        assert_eq!(ask(&app.browser(), "ama@example.org").await.h1(), "Check your email");
    }
    let refused = ask(&app.browser(), "AMA@example.org").await;
    assert_eq!(refused.h1(), "Sign in");
    assert_eq!(refused.problems(), ["That was tried too often. Wait 15 minutes and try again."]);
    assert_eq!(refused.page().form("/do/people/ask").value("form[email]"), Some("AMA@example.org"));
    app.run_jobs().await;
    assert_eq!(app.mails_to("ama@example.org").await.len(), 5);

    app.pass(TimeDelta::minutes(15));
    assert_eq!(ask(&app.browser(), "ama@example.org").await.h1(), "Check your email");
    app.run_jobs().await;
}

#[tokio::test]
async fn one_machine_may_ask_for_thirty_links_whatever_it_says_of_itself() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let body = |n: u32| axum::body::Body::from(format!("form%5Bemail%5D=person{n}%40example.org"));
    let post = async |n: u32| {
        let forwarded = format!("198.51.100.{n}");
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-forwarded-for", forwarded.as_str()),
            ("origin", "http://plenary.test"),
        ];
        browser
            .request(http::Method::POST, "/do/people/ask", &headers, body(n))
            .await
            .location()
            .unwrap()
    };
    for n in 1..=30 {
        assert_eq!(post(n).await, "/sign-in/check");
    }
    let refused = post(31).await;
    assert!(refused.starts_with("/sign-in?next="), "{refused}");
    assert_eq!(
        browser.get(&refused).await.problems(),
        ["That was tried too often. Wait 15 minutes and try again."]
    );
    assert_eq!(ask(&app.browser(), "somebody@example.org").await.h1(), "Check your email");
    app.run_jobs().await;
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_a_limit_of_its_own() {
    let app = TestApp::builder()
        .limits(|limits| limits.sign_in_address.tries = 1)
        .router(|options| options.trusted_proxies = vec!["192.0.2.1".parse().unwrap()]);
    let app = app.start().await;
    let browser = app.browser().on("192.0.2.1");
    let post = async |email: &str, forwarded: &str| {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-forwarded-for", forwarded),
        ];
        browser
            .request(
                http::Method::POST,
                "/do/people/ask",
                &headers,
                axum::body::Body::from(format!("form%5Bemail%5D={email}%40example.org")),
            )
            .await
            .location()
            .unwrap()
    };
    assert_eq!(post("a", "198.51.100.1").await, "/sign-in/check");
    assert_eq!(post("b", "198.51.100.2").await, "/sign-in/check");
    // What a client claims stands before what the proxy saw.
    assert!(post("c", "203.0.113.9, 198.51.100.1").await.starts_with("/sign-in?next="));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_page_asked_for_too_often_says_when_to_come_back() {
    let app = TestApp::builder()
        .limits(|limits| limits.certificate_address.tries = 2)
        .start()
        .await;
    let browser = app.browser();
    for _ in 0..2 {
        assert_eq!(browser.get("/verify?address=nothing").await.status, 200);
    }
    app.pass(TimeDelta::seconds(15));
    let refused = browser.get("/verify?address=nothing").await;
    assert_eq!(
        (refused.status, refused.header("retry-after"), refused.h1().as_str()),
        (429, "45", "Too many tries")
    );
    app.pass(TimeDelta::seconds(45));
    assert_eq!(browser.get("/verify?address=nothing").await.status, 200);
}

#[tokio::test]
async fn a_viewer_cannot_find_an_owners_sign_in_link_anywhere() {
    let app = TestApp::start().await;
    let event = app.event().place("p1", "Ama Owusu", "ama@example.org").create().await;
    let viewer = app.person_with_role(Role::Viewer).await;
    app.person_with_role(Role::Owner).await;
    app.browser().book(&event, ["Kofi Mensah"]).await;
    let mail = asked(&app, &app.browser(), "owner@example.org").await;
    let link = mail.path("/sign-in/").unwrap();
    let token = link.strip_prefix("/sign-in/").unwrap();
    let code = code(&mail);

    let messages = app.mails().await;
    assert!(
        messages.iter().any(|other| other.row.organisation_id.is_some()),
        "there are messages to see"
    );
    let mut paths = vec![
        "/organise".to_owned(),
        "/organise/messages".to_owned(),
        "/organise/messages?q=owner@example.org".to_owned(),
        "/organise/messages?q=Sign".to_owned(),
        "/organise/messages?state=unsent".to_owned(),
        "/organise/messages?page=2".to_owned(),
        event.desk("/bookings?q=owner"),
        event.desk("/bookings.csv"),
        event.desk("/attendance"),
        "/api/v1/events".to_owned(),
        event.path(""),
        "/my".to_owned(),
    ];
    paths.extend(messages.iter().map(|message| format!("/organise/messages/{}", message.row.id)));
    for path in paths {
        let answer = viewer.get(&path).await;
        for secret in [token, code.as_str(), "owner@example.org"] {
            assert!(
                !answer.text.contains(secret) || (secret == "owner@example.org" && path.contains("q=owner")),
                "{path} shows {secret}"
            );
        }
        assert!(!answer.text.contains("Sign in</td>"), "{path} lists a sign-in mail");
    }
    let own = format!("/organise/messages/{}", mail.row.id);
    assert_eq!(viewer.get(&own).await.status, 404);
    let owner = app.sign_in("owner@example.org").await;
    assert_eq!(owner.get(&own).await.status, 404, "nobody sees account mail");
    assert_eq!(
        owner
            .post("/do/messages/resend", &[("message", mail.row.id.to_string())])
            .await
            .status,
        404
    );

    // The link is in the mail alone: the database holds its hash.
    let stored = app.everything().await;
    assert!(!stored.values().flatten().any(|row| row.contains(token)), "a link is stored");
}

#[tokio::test]
async fn links_in_other_mail_are_hidden_from_organisers() {
    let app = TestApp::start().await;
    let event = app.event().create().await;
    app.browser().book(&event, ["Kofi Mensah"]).await;
    app.run_jobs().await;
    let owner = app.person_with_role(Role::Owner).await;
    for mail in app.mails().await {
        let shown = owner.get(&format!("/organise/messages/{}", mail.row.id)).await;
        assert_eq!(shown.status, 200);
        let manage = mail.path("/bookings/").expect("mail of a booking holds a link");
        assert!(
            !shown.text.contains(manage.strip_prefix("/bookings/").unwrap()),
            "{} shows its link",
            mail.kind
        );
    }
}

#[tokio::test]
async fn leaving_ends_the_sign_in_and_tells_the_next_site_nothing() {
    let app = TestApp::start().await;
    let browser = app.sign_in("ama@example.org").await;
    let token = browser.cookie("sign-in").unwrap();
    let answer = browser.get("/leave").await;
    assert_eq!(answer.location().as_deref(), Some("https://weather.example.org/"));
    assert_eq!(
        (
            answer.header("referrer-policy"),
            answer.header("cache-control"),
            answer.header("clear-site-data")
        ),
        ("no-referrer", "no-store", "\"cache\", \"storage\"")
    );
    assert_eq!(browser.cookie("sign-in"), None);
    browser.set_cookie("sign-in", &token);
    assert!(!is_signed_in(&browser).await);
}

#[tokio::test]
async fn an_installation_nobody_has_set_up_says_how_on_its_front_page() {
    let app = TestApp::builder().without_organisation().start().await;
    let front = app.browser().get("/").await;
    assert_eq!(front.status, 200);
    assert!(front.page().main().contains("plenary organiser add"), "{}", front.page().main());
}
