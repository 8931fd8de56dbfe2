//! What goes with every answer: policies, caching, cookies, scripts; what is answered where nothing is; and the trail of
//! what was done.

use crate::permissions::{pages, world};
use axum::{body::Body, extract::ConnectInfo};
use domain::{organisations::Role, platform::audit};
use http::Method;
use sea_orm::{ConnectionTrait, Statement};
use std::net::SocketAddr;
use tests::{Answer, TestApp};

/// What is wrong with the headers of an answer.
fn faults(answer: &Answer) -> Vec<String> {
    let mut faults = Vec::new();
    let policy = answer.header("content-security-policy").to_owned();
    for part in [
        "default-src 'self'",
        "style-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "script-src 'self'",
    ] {
        if !policy
            .split("; ")
            .any(|one| one == part || (part.starts_with("script-src") && one.starts_with(part)))
        {
            faults.push(format!("the policy lacks {part}: {policy}"));
        }
    }
    if policy.contains("unsafe-inline") || policy.contains("'unsafe-eval'") {
        faults.push(format!("the policy allows too much: {policy}"));
    }
    let referrer = answer.header("referrer-policy");
    if !matches!(referrer, "same-origin" | "no-referrer") {
        faults.push(format!("referrer-policy is {referrer:?}"));
    }
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("cross-origin-opener-policy", "same-origin"),
    ] {
        if answer.header(name) != value {
            faults.push(format!("{name} is {:?}", answer.header(name)));
        }
    }
    if answer.header("content-type").starts_with("text/html") {
        faults.extend(page_faults(answer, &policy));
    }
    let camera = if is_door(answer) { "camera=(self)" } else { "camera=()" };
    let devices = answer.header("permissions-policy");
    if devices != format!("{camera}, microphone=(), geolocation=()") {
        faults.push(format!("permissions-policy is {devices:?}"));
    }
    faults
}

/// The page for checking in without signal, whose one script is no island's.
fn is_door(answer: &Answer) -> bool {
    if !answer.bare_path().ends_with("/offline") || answer.status != 200 {
        return false;
    }
    let page = answer.page();
    let scripts: Vec<_> = page.all("script").map(|script| (script.attr("type"), script.attr("src"))).collect();
    scripts == [(Some("module"), Some("/check-in/_/door.js"))]
}

/// What a page must not have in its source, and its scripts: exactly where an island is, each under the policy's nonce.
fn page_faults(answer: &Answer, policy: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let page = answer.page();
    for element in page.all("*") {
        for (name, _) in &element.attributes {
            if name == "style" || name.starts_with("on") {
                faults.push(format!("<{} {name}=…> is not allowed by the policy", element.name));
            }
        }
    }
    if page.all("style").next().is_some() {
        faults.push("a <style> is not allowed by the policy".to_owned());
    }
    let mut ids: Vec<_> = page.all("*").filter_map(|element| element.attr("id")).collect();
    ids.sort_unstable();
    if let Some(twice) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
        faults.push(format!("the id {} is there twice", twice[0]));
    }
    let has_island = page.all("leptos-island").next().is_some();
    let scripts: Vec<_> = page
        .all("script")
        .filter(|script| script.attr("type") != Some("application/ld+json"))
        .collect();
    if is_door(answer) {
        let is_its = |part: &str| policy.split("; ").any(|one| one == part);
        if !is_its("script-src 'self' 'wasm-unsafe-eval'") || !is_its("worker-src 'self'") || !is_its("manifest-src 'self'") {
            faults.push(format!("the door's policy is {policy}"));
        }
    } else if !has_island && (!scripts.is_empty() || policy.contains("nonce-") || policy.contains("wasm")) {
        faults.push(format!("no island, but {} scripts and the policy {policy}", scripts.len()));
    }
    for script in scripts.iter().filter(|script| script.attr("src").is_none()) {
        let nonce = script.attr("nonce").unwrap_or_default();
        if nonce.len() < 16 || !policy.contains(&format!("'nonce-{nonce}'")) {
            faults.push(format!("a script with the nonce {nonce:?} under the policy {policy}"));
        }
    }
    faults
}

#[tokio::test]
async fn every_answer_carries_the_headers_and_scripts_are_exactly_where_an_island_is() {
    let world = world().await;
    let mut wrong = Vec::new();
    let mut with_island = Vec::new();
    let owner = world.app.sign_in("owner@example.org").await;
    let nobody = world.app.browser();
    for (route, path, _) in pages(&world)
        .into_iter()
        .filter(|(route, path, _)| !path.is_empty() && *route != "/leave")
    {
        for (who, browser) in [("nobody", &nobody), ("the owner", &owner)] {
            let answer = browser.get(&path).await;
            wrong.extend(faults(&answer).into_iter().map(|fault| format!("{path} as {who}: {fault}")));
            let is_page = answer.header("content-type").starts_with("text/html");
            if is_page && answer.status == 200 && answer.page().all("leptos-island").next().is_some() {
                with_island.push(route);
            }
            let must_not_be_kept = (who == "the owner" && is_page)
                || ["/bookings/{token}", "/appraiser/{token}"]
                    .iter()
                    .any(|secret| route.starts_with(secret));
            if must_not_be_kept && answer.location().is_none() && !answer.header("cache-control").contains("no-store") {
                wrong.push(format!("{path} as {who}: cache-control is {:?}", answer.header("cache-control")));
            }
        }
    }
    with_island.dedup();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let door = owner.get("/check-in/today/offline").await;
    assert!(is_door(&door), "the door has its script: {}", door.text);
    assert!(
        with_island.contains(&"/events/{slug}/book"),
        "the choice of tickets is an island: {with_island:?}"
    );
}

#[tokio::test]
async fn what_people_typed_is_never_markup_on_any_page() {
    let world = world().await;
    let typed = "</title></textarea></script></option><i class=\"planted\">";
    for (table, columns) in [
        (
            "event",
            &[
                "title",
                "summary",
                "overview",
                "audience",
                "hashtag",
                "venue_name",
                "venue_address",
                "online_url",
                "cpd_statement",
            ][..],
        ),
        ("organisation", &["name", "email"]),
        ("person", &["name"]),
        ("session", &["title"]),
        ("room", &["name"]),
        ("ticket", &["name"]),
        ("place", &["name", "job_role", "organisation"]),
        ("booking", &["booker_name", "purchase_order"]),
        ("message", &["subject", "to_name"]),
        ("portfolio_entry", &["title", "provider", "what"]),
        ("portfolio_file", &["name"]),
    ] {
        for column in columns {
            assert!(
                world.app.execute(&format!("UPDATE {table} SET {column} = '{typed}'")).await > 0,
                "{table} has no rows"
            );
        }
    }
    let owner = world.app.sign_in("owner@example.org").await;
    for (_, path, _) in pages(&world)
        .into_iter()
        .filter(|(route, path, _)| !path.is_empty() && *route != "/leave")
    {
        let edited = if path.ends_with("/tickets") {
            format!("{path}?edit=standard-day")
        } else {
            path
        };
        let answer = owner.get(&edited).await;
        if answer.header("content-type").starts_with("text/html") {
            assert!(
                !answer.page().all("*").any(|element| element.has_class("planted")),
                "{edited} has markup that somebody typed: {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn pages_of_links_with_secrets_are_never_kept() {
    let app = TestApp::start().await;
    app.person("ama@example.org").await;
    let url = domain::people::service::mint_link(&app.services, "ama@example.org").await.unwrap();
    for path in [
        url.strip_prefix(&app.base_url).unwrap(),
        "/sign-in/used-long-ago",
        "/bookings/unknown",
    ] {
        let answer = app.browser().get(path).await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
    }
}

#[tokio::test]
async fn a_nonce_is_used_for_one_answer() {
    let app = TestApp::start().await;
    let event = app.event().create().await;
    let browser = app.browser();
    let (one, other) = (browser.get(&event.path("/book")).await, browser.get(&event.path("/book")).await);
    assert_ne!(one.header("content-security-policy"), other.header("content-security-policy"));
}

fn cookie_lines(answer: &Answer) -> Vec<String> {
    answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|value| value.to_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn cookies_are_for_this_site_alone_and_no_script_reads_them() {
    for (base, prefix, secure) in [("http://plenary.test", "", false), ("https://events.example.org", "__Host-", true)] {
        let app = TestApp::builder().base_url(base).start().await;
        app.person("ama@example.org").await;
        let url = domain::people::service::mint_link(&app.services, "ama@example.org").await.unwrap();
        let browser = app.browser();
        let confirm = browser.get(url.strip_prefix(base).unwrap()).await;
        assert_eq!(cookie_lines(&confirm), Vec::<String>::new(), "looking at a page sets no cookie");
        let signed_in = browser.send(confirm.page().form("/do/people/confirm")).await;
        let contrast = browser.post("/preferences", &[("contrast", "more"), ("back", "/events")]).await;
        let out = browser.post::<&str, &str>("/sign-out", &[]).await;
        let lines = [cookie_lines(&signed_in), cookie_lines(&contrast), cookie_lines(&out)].concat();
        let names: Vec<&str> = lines.iter().map(|line| line.split('=').next().unwrap()).collect();
        for name in [format!("{prefix}sign-in"), format!("{prefix}browser"), "contrast".to_owned()] {
            assert!(names.contains(&name.as_str()), "{name} in {names:?}");
        }
        for line in &lines {
            let attributes: Vec<&str> = line.split("; ").skip(1).collect();
            for wanted in ["Path=/", "HttpOnly", "SameSite=Lax"] {
                assert!(attributes.contains(&wanted), "{wanted} in {line}");
            }
            assert_eq!(attributes.contains(&"Secure"), secure, "{line}");
            assert!(!line.to_lowercase().contains("domain="), "{line}");
        }
    }
}

#[tokio::test]
async fn on_https_a_cookie_another_site_could_have_planted_signs_nobody_in() {
    let app = TestApp::builder().base_url("https://events.example.org").start().await;
    let browser = app.sign_in("ama@example.org").await;
    let thief = app.browser();
    thief.set_cookie("sign-in", &browser.cookie("sign-in").unwrap());
    assert_eq!((browser.get("/my").await.status, thief.get("/my").await.status), (200, 303));
}

#[tokio::test]
async fn the_contrast_chosen_stays_and_leads_back_to_the_same_page() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let back = browser.submit(browser.get("/events?q=day").await.page().form("/preferences")).await;
    assert_eq!(back.path, "/events?q=day");
    let html = back.page().all("html").next().unwrap().clone();
    assert_eq!(html.attr("data-contrast"), Some("more"));
    let answer = browser
        .post("/preferences", &[("contrast", "normal"), ("back", "//evil.example.org")])
        .await;
    assert_eq!(answer.location().as_deref(), Some("/"));
}

#[tokio::test]
async fn health_is_told_to_everybody_and_figures_to_this_machine_or_whoever_has_the_token() {
    let app = TestApp::builder()
        .router(|options| options.metrics_token = Some("let-me-see".to_owned()))
        .start()
        .await;
    let browser = app.browser();
    assert_eq!(
        (
            browser.get("/health/live").await.text.as_str(),
            browser.get("/health/ready").await.text.as_str()
        ),
        ("live\n", "ready\n")
    );

    let metrics = async |peer: &str, headers: &[(&str, &str)]| {
        let mut request = http::Request::get("/metrics").extension(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        app.call(request.body(Body::empty()).unwrap()).await.status
    };
    assert_eq!(metrics("192.0.2.9", &[]).await, 403);
    assert_eq!(metrics("192.0.2.9", &[("authorization", "Bearer wrong")]).await, 403);
    assert_eq!(metrics("192.0.2.9", &[("authorization", "Bearer let-me-see")]).await, 200);
    assert_eq!(metrics("127.0.0.1", &[]).await, 200);
    assert_eq!(
        metrics("127.0.0.1", &[("x-forwarded-for", "198.51.100.7")]).await,
        403,
        "a proxy on this machine asks for somebody else"
    );
    assert_eq!(
        app.call(http::Request::get("/metrics").body(Body::empty()).unwrap()).await.status,
        403
    );
}

#[tokio::test]
async fn figures_count_jobs_and_messages_and_name_nobody() {
    let app = TestApp::start().await;
    let event = app.event().create().await;
    app.browser().book(&event, ["Ama Owusu"]).await;
    app.run_jobs().await;
    let text = app.browser().on("127.0.0.1").get("/metrics").await.text;
    assert!(text.contains("plenary_messages{state=\"unsent\"} 2\n"), "{text}");
    assert!(
        text.contains("plenary_jobs{state=\"done\"} 1\n") && text.contains("plenary_jobs_open 0\n"),
        "{text}"
    );
    assert!(!text.contains("ama") && !text.contains('@'), "{text}");
}

#[tokio::test]
async fn where_nothing_is_a_page_says_so() {
    let app = TestApp::start().await;
    let event = app.event().create().await;
    let browser = app.browser();
    for path in [
        "/nothing",
        "/events/nothing",
        "/events/nothing/agenda",
        "/events/a.b",
        "/a.b.c",
        "/events/study-day.ICS",
        "/events/study-day.xyz",
        "/.git/config",
        "/wp-login.php",
        "/%ff",
        "/events/study%00day",
        "/events//study-day",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text);
        assert_eq!(answer.h1(), "Page not found", "{path}");
        assert_eq!(faults(&answer), Vec::<String>::new(), "{path}");
    }
    // What is asked for as a file, or by a program, is told in a line.
    for path in [
        "/events/a.b.ics",
        "/events/nothing.ics",
        "/certificates/nothing.pdf",
        "/certificates/..%2f..%2fplenary.db.pdf",
        "/assets/none.css",
        "/_file/ics/events/study-day",
        "/_file",
        "/.well-known/nothing.json",
        "/api/v1/nothing",
        "/organise/nothing.csv",
    ] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.location()), (404, None), "{path}");
    }
    assert_eq!(browser.get("/api/v1/events/study%00day").await.status, 404);
    assert_eq!(browser.get("/events?q=study%00").await.status, 200);
    assert_eq!(browser.get(&event.path(".ics")).await.status, 200);
}

#[tokio::test]
async fn an_address_used_the_wrong_way_says_so() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for (method, path) in [
        (Method::POST, "/events"),
        (Method::GET, "/sign-out"),
        (Method::GET, "/preferences"),
        (Method::DELETE, "/api/v1/events"),
        (Method::GET, "/do/people/ask"),
        (Method::PUT, "/do/people/ask"),
    ] {
        let answer = browser.request(method.clone(), path, &[], Body::empty()).await;
        assert!(matches!(answer.status, 404 | 405), "{method} {path}: {}", answer.status);
    }
}

#[tokio::test]
async fn pages_are_served_without_their_body_for_head() {
    let app = TestApp::start().await;
    let answer = app.browser().request(Method::HEAD, "/events", &[], Body::empty()).await;
    assert_eq!((answer.status, answer.bytes.len()), (200, 0));
}

/// The chains of the audit trail and the first record of each that does not follow.
pub async fn breaks(app: &TestApp) -> Vec<(String, Option<i64>)> {
    let db = &app.services.db.read;
    let rows = db
        .query_all_raw(Statement::from_string(
            db.get_database_backend(),
            "SELECT DISTINCT chain FROM audit_record ORDER BY chain",
        ))
        .await
        .unwrap();
    let mut found = Vec::new();
    for row in rows {
        let chain: String = row.try_get("", "chain").unwrap();
        found.push((chain.clone(), audit::first_break(db, &chain).await.unwrap()));
    }
    found
}

#[tokio::test]
async fn the_trail_of_a_journey_is_whole_and_any_change_to_it_shows() {
    let app = TestApp::start().await;
    let event = app.event().draft().create().await;
    let owner = app.person_with_role(Role::Owner).await;
    owner
        .submit(owner.get(&event.desk("")).await.page().form("/do/organise/status"))
        .await;
    for (name, place) in [("Ama Owusu", 0), ("Kofi Mensah", 1)] {
        let browser = app.browser();
        let booked = browser.book(&event, [name]).await.location().unwrap();
        let base = booked.split('?').next().unwrap().to_owned();
        let place = app.all_places(event.id).await[place].id;
        browser
            .submit(
                browser
                    .get(&format!("{base}/places/{place}/cancel"))
                    .await
                    .page()
                    .form("/do/bookings/cancel"),
            )
            .await;
    }
    let settings = owner.get("/organise/settings").await.page().form("/do/organise/settings");
    owner.submit(settings.set("form[name]", "Example Learning")).await;
    app.run_jobs().await;

    let whole = breaks(&app).await;
    assert!(whole.len() >= 2, "{whole:?}");
    assert!(whole.iter().all(|(_, broken)| broken.is_none()), "{whole:?}");
    let chain = format!("event:{}", event.id);
    let records = app.count(&format!("audit_record WHERE chain = '{chain}'")).await;
    assert!(records >= 6, "imported, published, two booked and two cancelled: {records}");
    // Ids, times and kinds only.
    let trail = app.everything().await["audit_record"].join("\n");
    for personal in ["Ama", "Kofi", "example.org", "@"] {
        assert!(!trail.contains(personal), "the trail holds {personal}: {trail}");
    }

    let third = format!("chain = '{chain}' AND seq = 3");
    for (change, undo) in [
        ("action = 'x' || action", "action = substr(action, 2)"),
        ("object_id = 'x' || object_id", "object_id = substr(object_id, 2)"),
        ("object = 'x' || object", "object = substr(object, 2)"),
        ("actor = 'x' || actor", "actor = substr(actor, 2)"),
        ("hash = 'x' || hash", "hash = substr(hash, 2)"),
        ("prev_hash = 'x' || prev_hash", "prev_hash = substr(prev_hash, 2)"),
    ] {
        assert_eq!(app.execute(&format!("UPDATE audit_record SET {change} WHERE {third}")).await, 1);
        assert!(breaks(&app).await.contains(&(chain.clone(), Some(3))), "{change} does not show");
        app.execute(&format!("UPDATE audit_record SET {undo} WHERE {third}")).await;
        assert!(breaks(&app).await.contains(&(chain.clone(), None)), "{undo} puts it right");
    }
    // The end gone, then one in the middle.
    app.execute(&format!("DELETE FROM audit_record WHERE chain = '{chain}' AND seq = {records}"))
        .await;
    assert!(
        breaks(&app).await.contains(&(chain.clone(), Some(records))),
        "the last record taken out does not show"
    );
    app.execute(&format!("DELETE FROM audit_record WHERE {third}")).await;
    assert!(breaks(&app).await.contains(&(chain, Some(3))), "a record taken out does not show");
}
