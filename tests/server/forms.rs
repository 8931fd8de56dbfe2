//! Every form, refused, with scripts off: it says so on its page and keeps every text typed. Built from the list of
//! server functions, so a new one without an entry fails.

use crate::permissions::{World, world};
use axum::body::Body;
use chrono::TimeDelta;
use http::Method;
use std::collections::BTreeSet;
use tests::{Browser, Filled, Page, TestApp};

/// What the texts of these tests begin with; it may never be in an address.
const TYPED: &str = "Typed";

/// A text that few fields take, with all that HTML and addresses treat in a way of their own.
fn junk(n: usize) -> String {
    format!("{TYPED} {n} Siân <b>&amp; \"O'Neill\" + 100% = ?&#39;")
}

fn fill_with_junk(form: Filled) -> Filled {
    let names = form.texts.clone();
    names.iter().enumerate().fold(form, |form, (n, name)| form.set(name, &junk(n)))
}

/// Who opens which page to see the form, and what makes it refused.
struct Refused {
    browser: Browser,
    page: String,
    spoil: Box<dyn Fn(Filled) -> Filled + Send>,
}

fn refused(browser: Browser, page: impl Into<String>, spoil: impl Fn(Filled) -> Filled + Send + 'static) -> Refused {
    Refused {
        browser,
        page: page.into(),
        spoil: Box::new(spoil),
    }
}

/// How each form is brought to be refused. `None` for the ones that never are.
async fn case(world: &World, form: &str) -> Option<Refused> {
    let app = &world.app;
    let owner = app.sign_in("owner@example.org").await;
    let too_long = |name: &'static str| move |form: Filled| form.set(name, &format!("{TYPED} {}", "x".repeat(200)));
    let as_it_is = |form: Filled| form;
    let certificate = |id: &str, what: &str| format!("/organise/events/past-day/certificates/{id}?do={what}");
    Some(match form {
        "/do/people/ask" => refused(app.browser(), "/sign-in?next=/my/cpd", fill_with_junk),
        "/do/people/code" => refused(app.browser(), "/sign-in/check", fill_with_junk),
        "/do/people/confirm" => {
            let url = domain::people::service::mint_link(&app.services, "viewer@example.org")
                .await
                .unwrap();
            refused(app.browser(), url.strip_prefix(&app.base_url).unwrap(), |form| {
                form.forge("token", "used-long-ago")
            })
        }
        // Whoever is not signed in is asked to sign in; nothing else can be wrong with it.
        "/do/people/sign-out-everywhere" => return None,
        "/do/bookings/choose" => refused(app.browser(), "/events/study-day/book", fill_with_junk),
        "/do/bookings/name" => {
            let browser = app.browser();
            let page = browser.choose(&app.find_event("study-day").await, 2).await.path;
            refused(browser, page, fill_with_junk)
        }
        "/do/bookings/book" => {
            let browser = app.browser();
            let who = browser
                .choose(&app.find_event("study-day").await, 1)
                .await
                .page()
                .form("/do/bookings/name");
            let who = who
                .set("form[name]", "Ama Owusu")
                .set("form[email]", "ama@example.org")
                .set("form[purchase_order]", &junk(1));
            let page = browser.submit(who).await.path;
            // A ticket that was on sale when the order was begun is no longer.
            refused(browser, page, |form| form.forge("key", ""))
        }
        "/do/bookings/cancel" => {
            let browser = app.browser();
            let booked = browser
                .book(&app.find_event("study-day").await, ["Gone Already"])
                .await
                .location()
                .unwrap();
            let base = booked.split('?').next().unwrap().to_owned();
            let page = browser.visit(&booked).await.page();
            let cancel = page
                .all("a")
                .filter_map(|link| link.attr("href"))
                .find(|href| href.ends_with("/cancel"))
                .unwrap()
                .to_owned();
            assert!(cancel.starts_with(&base));
            browser.submit(browser.get(&cancel).await.page().form("/do/bookings/cancel")).await;
            refused(browser, cancel, as_it_is)
        }
        "/do/bookings/rename" => refused(
            app.browser(),
            format!("/bookings/{}/places/{}/name", world.manage, world.linked_place),
            fill_with_junk,
        ),
        "/do/bookings/choose-session" => refused(
            app.browser(),
            format!("/bookings/{}/places/{}/sessions", world.manage, world.linked_place),
            |form| form.forge("act", "splendid"),
        ),
        "/do/certificates/approval" => refused(owner, "/organise/events/study-day/certificates/approval", |form| {
            fill_with_junk(form).forge("form[status]", "applied_for")
        }),
        "/do/certificates/release-at" => refused(owner, "/organise/events/study-day/certificates", fill_with_junk),
        "/do/feedback/give" => refused(app.browser(), format!("/feedback/{}", world.feedback), |form| {
            fill_with_junk(form).forge("form[answers][q1]", "9")
        }),
        "/do/feedback/assess" => refused(app.sign_in("delegate@example.org").await, "/my/outcomes/past-day", |form| {
            form.forge("form[before][1]", "9")
        }),
        "/do/feedback/question" => refused(owner, "/organise/events/study-day/feedback/question", |form| {
            fill_with_junk(form).forge("form[kind]", "choice")
        }),
        // Another question hangs on this one.
        "/do/feedback/delete-question" => refused(owner, "/organise/events/study-day/feedback/question?edit=q3", as_it_is),
        "/do/feedback/move-question" => refused(owner, "/organise/events/study-day/feedback", |form| form.forge("to", "sideways")),
        "/do/feedback/state" => refused(owner, "/organise/events/study-day/feedback", |form| {
            form.forge("form[state]", "splendid")
        }),
        "/do/feedback/rule" => refused(owner, "/organise/events/past-day/feedback", fill_with_junk),
        "/do/feedback/ask" => refused(owner, "/organise/events/past-day/feedback", fill_with_junk),
        // Whoever is signed in may do either as often as they like.
        "/do/my/make-feed" | "/do/my/stop-feed" => return None,
        "/do/networks/join" => refused(app.browser(), "/networks/north/join", fill_with_junk),
        "/do/networks/ask-to-leave" => refused(app.browser(), "/networks/north/leave", fill_with_junk),
        // Whoever holds the link, or is signed in: nothing else can be wrong with these.
        "/do/networks/confirm" | "/do/networks/leave" => return None,
        "/do/networks/answer" => refused(app.browser(), format!("/invites/{}", world.answer), |form| {
            form.forge("reply", "dance")
        }),
        "/do/networks/create" => refused(owner, "/organise/networks/new", fill_with_junk),
        "/do/networks/update" => refused(owner, "/organise/networks/north/edit", fill_with_junk),
        "/do/networks/add-request" => refused(owner, "/organise/networks/north/requests", fill_with_junk),
        "/do/networks/decide" => refused(owner, "/organise/networks/north/requests", |form| form.forge("decision", "dance")),
        "/do/networks/remind" => {
            app.execute("UPDATE membership SET state = 'requested' WHERE name LIKE 'Rhys%'")
                .await;
            refused(owner, "/organise/networks/north/requests", as_it_is)
        }
        "/do/networks/member" => refused(
            owner,
            format!("/organise/networks/north/members/{}", world.members[0]),
            too_long("form[name]"),
        ),
        "/do/networks/remove" => refused(owner, format!("/organise/networks/north/members/{}", world.members[0]), as_it_is),
        "/do/networks/status" => refused(owner, "/organise/networks/north", |form| form.forge("status", "splendid")),
        "/do/networks/pause" => refused(owner, format!("/organise/networks/north/members/{}", world.members[0]), |form| {
            form.forge("state", "splendid")
        }),
        "/do/networks/create-meeting" => refused(owner, "/organise/networks/north/meetings/new", fill_with_junk),
        "/do/networks/create-year" => refused(owner, "/organise/networks/north/meetings/year", fill_with_junk),
        "/do/networks/update-meeting" => refused(owner, "/organise/networks/north/meetings/draft/edit", fill_with_junk),
        "/do/networks/publish-meeting" => refused(owner, "/organise/networks/north/meetings/draft", as_it_is),
        "/do/networks/send" => refused(owner, "/organise/networks/north/meetings/open", |form| {
            form.forge("form[count]", "999")
        }),
        "/do/attendance/record" => refused(owner, "/check-in/today?q=Dana", |form| form.forge("action", "dance")),
        "/do/attendance/withdraw" => refused(owner, format!("/organise/events/past-day/attendance/{}", world.past_code), |form| {
            let name = form.texts[0].clone();
            form.set(&name, &format!("{TYPED} {}", "x".repeat(200)))
        }),
        "/do/attendance/add" => refused(
            owner,
            format!("/organise/events/past-day/attendance/{}", world.past_code),
            fill_with_junk,
        ),
        "/do/agenda/ask-speaker" => refused(owner, "/organise/events/study-day/agenda/speakers?ask=spare-6", fill_with_junk),
        "/do/agenda/answer" => refused(app.browser(), format!("/speaking/{}", world.speaking), fill_with_junk),
        // Having none to remove is fine.
        "/do/agenda/remove-own-photo" => return None,
        "/do/attendance/walk-in" => refused(owner, "/check-in/today/walk-in", fill_with_junk),
        // Whoever may make one can make as many as they want.
        "/do/attendance/make-kiosk" => return None,
        "/do/attendance/make-screen" => refused(owner, "/check-in/today/screens", as_it_is),
        // What was typed stands on no screen that others look at next.
        "/do/attendance/kiosk" => refused(app.browser(), format!("/kiosk/{}", world.kiosk), as_it_is),
        "/do/attendance/here" => refused(app.sign_in("delegate@example.org").await, "/here/today", fill_with_junk),
        "/do/attendance/leave" => {
            let seen = domain::attendance::service::Scan {
                target: domain::attendance::service::Target::Code(world.today_code.clone()),
                session: Some("talk".to_owned()),
                action: domain::attendance::Action::Arrive,
                how: domain::attendance::How::Steward,
            };
            domain::attendance::service::record(&app.services, &domain::access::Actor::System, "today", seen)
                .await
                .unwrap();
            refused(app.sign_in("delegate@example.org").await, "/here/today", |form| {
                form.forge("form[place]", "none")
            })
        }
        "/do/attendance/claim" => refused(app.sign_in("delegate@example.org").await, "/claim", fill_with_junk),
        "/do/attendance/adjust" => refused(
            owner,
            format!("/organise/events/past-day/attendance/{}", world.past_code),
            fill_with_junk,
        ),
        "/do/attendance/ask" => {
            let delegate = app.sign_in("delegate@example.org").await;
            refused(delegate, format!("/my/cpd?working={}", world.past_code), |form| {
                form.set("form[words]", &format!("{TYPED} {}", "x".repeat(1_000)))
            })
        }
        "/do/attendance/decide" => refused(
            owner,
            format!("/organise/events/past-day/attendance/{}", world.revoked_code),
            fill_with_junk,
        ),
        "/do/attendance/import" => {
            let upload = "/organise/events/past-day/attendance/upload";
            let list = owner
                .post_file(upload, "file", "list.csv", "text/csv", b"Name,Out\nDana Delegate,10:00\n")
                .await;
            let page = list.location().unwrap();
            refused(owner, page, |form| form.forge("form[count]", "999"))
        }
        "/do/attendance/settle-online" | "/do/attendance/import-online" => {
            let upload = "/organise/events/today/attendance/online/upload";
            let report = b"Name,Join Time,Leave Time\nDana Delegate,2026-11-20 09:00,2026-11-20 09:10\n";
            let report = owner.post_file(upload, "file", "report.csv", "text/csv", report).await;
            let page = report.location().unwrap();
            let count = form.ends_with("import-online");
            refused(owner, page, move |form| {
                if count {
                    form.forge("form[count]", "999")
                } else {
                    fill_with_junk(form)
                }
            })
        }
        "/do/certificates/correct-name" => refused(owner, certificate(&world.certificates[0], "name"), too_long("form[reason]")),
        "/do/certificates/hold" => refused(
            owner,
            format!("/organise/events/today/certificates/hold/{}", world.today_code),
            too_long("form[reason]"),
        ),
        // Pressing once more than is needed changes nothing.
        "/do/certificates/release" | "/do/organise/confirm-again" | "/do/organise/move-ticket" | "/do/organise/show-ticket" => return None,
        "/do/organise/name-place" => refused(
            owner,
            format!(
                "/organise/events/study-day/bookings/{}/places/{}?do=give",
                world.reference, world.place
            ),
            fill_with_junk,
        ),
        "/do/organise/move-place" => refused(
            owner,
            format!(
                "/organise/events/study-day/bookings/{}/places/{}?do=move",
                world.reference, world.place
            ),
            as_it_is,
        ),
        "/do/organise/chosen" => refused(
            owner,
            format!(
                "/organise/events/study-day/bookings/chosen?do=cancel&place={}&place={}",
                world.place, world.linked_place
            ),
            fill_with_junk,
        ),
        "/do/certificates/issue" => {
            app.execute("UPDATE certificate SET state = 'revoked', revoked_reason = 'x'").await;
            refused(owner, "/organise/events/past-day/certificates", |form| form.forge("count", "999"))
        }
        "/do/certificates/revoke" => {
            app.execute("UPDATE certificate SET state = 'valid'").await;
            refused(owner, certificate(&world.certificates[0], "revoke"), too_long("form[reason]"))
        }
        "/do/certificates/reissue" => refused(owner, certificate(&world.certificates[0], "reissue"), too_long("form[reason]")),
        "/do/messages/resend" => {
            let page = format!("/organise/messages/{}", world.message);
            let browser = owner;
            browser.send(browser.get(&page).await.page().form("/do/messages/resend")).await;
            app.execute("UPDATE message SET state = 'unsent'").await;
            refused(browser, page, |form| form)
        }
        "/do/messages/copy" => {
            app.execute("UPDATE message SET state = 'sent'").await;
            refused(owner, format!("/organise/messages/{}", world.message), as_it_is)
        }
        "/do/messages/retry" => {
            app.execute("UPDATE message SET state = 'failed'").await;
            refused(owner, "/organise/messages/retry", fill_with_junk)
        }
        "/do/messages/decide" => refused(owner, "/organise/messages/inbox", |form| form.forge("decision", "splendid")),
        // An address that is right already is right.
        "/do/messages/use-again" => return None,
        "/do/organise/create" => refused(owner, "/organise/events/new", fill_with_junk),
        "/do/organise/update" => refused(owner, "/organise/events/study-day/edit", fill_with_junk),
        "/do/organise/status" => refused(owner, "/organise/events/quiet-draft", |form| form.forge("status", "splendid")),
        "/do/organise/cancel" => refused(owner, "/organise/events/gone-day/cancel", |form| form.forge("people", "999")),
        "/do/organise/ticket" => refused(owner, "/organise/events/study-day/tickets", fill_with_junk),
        "/do/organise/delete-ticket" => refused(owner, "/organise/events/study-day/tickets?edit=standard-day", as_it_is),
        "/do/organise/erase" => refused(owner, "/organise/events/past-day/erase", fill_with_junk),
        "/do/organise/copy" => refused(owner, "/organise/events/study-day/copy", fill_with_junk),
        "/do/agenda/session" => refused(owner, "/organise/events/study-day/agenda/session", fill_with_junk),
        "/do/agenda/move" => refused(owner, "/organise/events/study-day/agenda/move?session=talk", fill_with_junk),
        "/do/agenda/publish" => {
            let room = owner
                .get("/organise/events/study-day/agenda/rooms")
                .await
                .page()
                .form("/do/agenda/room");
            owner.submit(room.set("form[name]", "Attic")).await;
            refused(owner, "/organise/events/study-day/agenda/publish", |form| {
                form.forge("form[seen]", "old")
            })
        }
        // No form posts these: the grid calls them, and shows a refusal beside what is on it.
        "/do/agenda/arrange" | "/do/agenda/take-back" => return None,
        // There is nothing to type, and what is gone already is said and no refusal.
        "/do/agenda/discard" | "/do/agenda/undo" => return None,
        "/do/agenda/session-status" => refused(owner, "/organise/events/study-day/agenda/session?edit=talk", |form| {
            form.forge("status", "splendid")
        }),
        "/do/agenda/delete-session" => refused(owner, "/organise/events/past-day/agenda/session?edit=talk", as_it_is),
        "/do/agenda/room" => refused(owner, "/organise/events/study-day/agenda/rooms", fill_with_junk),
        "/do/agenda/delete-room" => refused(owner, "/organise/events/study-day/agenda/rooms?edit=hall", |form| {
            form.forge("sessions", "99")
        }),
        "/do/agenda/track" => refused(owner, "/organise/events/study-day/agenda/tracks", too_long("form[name]")),
        "/do/agenda/delete-track" => refused(owner, "/organise/events/study-day/agenda/tracks?edit=spare-0", |form| {
            form.forge("sessions", "99")
        }),
        "/do/agenda/speaker" => refused(owner, "/organise/events/study-day/agenda/speakers", too_long("form[name]")),
        "/do/agenda/move-speaker" => refused(owner, "/organise/events/study-day/agenda/speakers", |form| {
            form.forge("to", "nowhere")
        }),
        // There is nothing to type, and taking away what is not there is fine.
        "/do/agenda/remove-photo" => return None,
        "/do/agenda/delete-speaker" => refused(owner, "/organise/events/study-day/agenda/speakers?edit=spare-0", |form| {
            form.forge("sessions", "99")
        }),
        "/do/organise/add-member" => refused(owner, "/organise/team", fill_with_junk),
        "/do/organise/invite-again" => {
            let page = "/organise/team";
            owner.send(owner.get(page).await.page().form("/do/organise/invite-again")).await;
            // Twice in a minute.
            refused(owner, page, as_it_is)
        }
        "/do/organise/remove-member" => {
            let own = app.person("owner@example.org").await;
            refused(owner, format!("/organise/team/{own}/remove"), as_it_is)
        }
        "/do/organise/role" => refused(owner, "/organise/team", |form| form.forge("role", "king")),
        // Nothing is typed in it; it only looks.
        "/do/organise/check-installation" => return None,
        "/do/organise/settings" => refused(owner, "/organise/settings", fill_with_junk),
        "/do/certificates/template" => refused(owner, "/organise/certificates/template", fill_with_junk),
        // There is nothing to type, and taking away what is not there is fine.
        "/do/certificates/remove-picture" => return None,
        "/do/portfolio/save-entry" => refused(app.sign_in("delegate@example.org").await, "/my/cpd/new", fill_with_junk),
        "/do/portfolio/reflect" => {
            let page = format!("/my/cpd/reflect?of={}&scheme=nmc", world.portfolio.entry);
            refused(app.sign_in("delegate@example.org").await, page, |form| {
                form.set("form[answers][learned]", &format!("{TYPED} {}", "x".repeat(5_001)))
            })
        }
        "/do/portfolio/settings" => refused(app.sign_in("delegate@example.org").await, "/my/cpd/settings", fill_with_junk),
        "/do/portfolio/make-link" => refused(app.sign_in("delegate@example.org").await, "/my/cpd/pack", fill_with_junk),
        // There is nothing to type, and what is gone already is not found.
        "/do/portfolio/show-certificate"
        | "/do/portfolio/delete-entry"
        | "/do/portfolio/remove-file"
        | "/do/portfolio/delete-reflection"
        | "/do/portfolio/withdraw-link" => {
            return None;
        }
        unknown => panic!("{unknown} is a form without an entry here: say how it is refused"),
    })
}

fn forms() -> BTreeSet<String> {
    server::router::list_routes()
        .into_iter()
        .map(|(path, _)| path)
        .filter(|path| path.starts_with("/do/"))
        .collect()
}

/// What is wrong with how this form was refused.
async fn faults(form: &str, case: Refused, before_posting: impl AsyncFnOnce()) -> Vec<String> {
    let mut faults = Vec::new();
    let page = case.browser.get(&case.page).await;
    assert_eq!(page.status, 200, "{form}: {} {}", case.page, page.text);
    let sent = (case.spoil)(page.page().form(form));
    before_posting().await;
    let answer = case.browser.send(sent.clone()).await;
    let location = answer.location().unwrap_or_default();
    if location.contains(TYPED) || location.contains("Si%C3%A2n") || !(location.contains("?draft=") || location.contains("&draft=")) {
        faults.push(format!("leads to {location:?} with {}", answer.status));
        return faults;
    }
    let back = case.browser.follow(answer).await;
    if back.status != 200 {
        faults.push(format!("leads to {} with {}", back.path, back.status));
        return faults;
    }
    let page: Page = back.page();
    if page.problems().is_empty() {
        faults.push(format!("{} does not say what the problem is", back.path));
    }
    // Heard before anything else of the page: it comes first in `main`, is an alert, and the title says so.
    let main = page.all("main").next().expect("a page has a main");
    let first = page
        .inside(main, "*")
        .find(|element| element.attr("class") != Some("wrap page"))
        .expect("main holds something");
    if !first.has_class("problem") || first.attr("role") != Some("alert") {
        faults.push(format!("{} begins with {} {:?}", back.path, first.name, first.text));
    }
    if page.all("div").filter(|element| element.has_class("problem")).count() != 1 {
        faults.push(format!("{} says more than once what is wrong", back.path));
    }
    if !page.title().starts_with("Error: ") || page.title().starts_with("Error: Error") {
        faults.push(format!("{} is titled {:?}", back.path, page.title()));
    }
    if !sent.texts.is_empty() {
        match page.find_form(form) {
            None => faults.push(format!("{} has no form any more", back.path)),
            Some(shown) => {
                for name in &sent.texts {
                    if shown.value(name) != sent.value(name) {
                        faults.push(format!("{name} was {:?} and is {:?}", sent.value(name), shown.value(name)));
                    }
                }
            }
        }
    }
    // The summary leads to fields that are there.
    let summary = page.all("div").find(|element| element.has_class("problem"));
    for link in summary.iter().flat_map(|summary| page.inside(summary, "a")) {
        let target = link.attr("href").unwrap_or_default();
        if page.by_id(target.trim_start_matches('#')).is_none() {
            faults.push(format!("the summary leads to {target}, which is not on the page"));
        }
    }
    faults
}

#[tokio::test]
async fn every_form_that_is_refused_says_so_and_keeps_what_was_typed() {
    let world = world().await;
    let mut all = Vec::new();
    for form in forms() {
        let Some(case) = case(&world, &form).await else { continue };
        let before_posting = async || {
            match form.as_str() {
                // Somebody else was quicker.
                "/do/messages/resend" => drop(world.app.execute("UPDATE message SET state = 'sent'").await),
                "/do/messages/copy" => drop(world.app.execute("UPDATE message SET state = 'failed'").await),
                // Decided by somebody else, taken off by somebody else, cancelled by somebody else.
                "/do/networks/remind" => drop(
                    world
                        .app
                        .execute("UPDATE membership SET state = 'left' WHERE name LIKE 'Rhys%'")
                        .await,
                ),
                "/do/networks/remove" => drop(
                    world
                        .app
                        .execute("UPDATE membership SET state = 'left' WHERE name LIKE 'Dana%'")
                        .await,
                ),
                "/do/networks/publish-meeting" => {
                    world
                        .app
                        .execute("UPDATE event SET status = 'cancelled' WHERE title = 'Meeting draft'")
                        .await;
                }
                "/do/bookings/book" => drop(
                    world
                        .app
                        .execute("UPDATE event SET status = 'closed' WHERE slug = 'study-day'")
                        .await,
                ),
                _ => {}
            }
        };
        all.extend(
            faults(&form, case, before_posting)
                .await
                .into_iter()
                .map(|fault| format!("{form}: {fault}")),
        );
        world
            .app
            .execute("UPDATE event SET status = 'published' WHERE slug = 'study-day'")
            .await;
    }
    world.app.run_jobs().await;
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

#[tokio::test]
async fn every_form_with_nothing_in_it_is_refused_without_harm() {
    let world = world().await;
    let owner = world.app.sign_in("owner@example.org").await;
    let mut faults = Vec::new();
    for form in forms() {
        // Those of which nothing is needed.
        if matches!(
            form.as_str(),
            "/do/people/sign-out-everywhere" | "/do/my/make-feed" | "/do/my/stop-feed"
        ) {
            continue;
        }
        let before = world.app.everything().await;
        let answer = owner.post::<&str, &str>(&form, &[]).await;
        let after = world.app.everything().await;
        let changed: Vec<_> = before
            .keys()
            .filter(|table| before[*table] != after[*table] && !matches!(table.as_str(), "form_draft" | "rate_limit"))
            .collect();
        if !changed.is_empty() {
            faults.push(format!("{form} changed {changed:?}"));
        }
        let location = answer.location().unwrap_or_default();
        if !matches!(answer.status, 303 | 403 | 404) || location.contains("__err") {
            faults.push(format!("{form} answers {} {location}", answer.status));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[tokio::test]
async fn what_a_form_cannot_be_read_from_is_refused_with_a_page() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", "http://plenary.test"),
    ];
    for body in [
        "form=text",
        "form[email][deeper]=x",
        "form[email]=a&form[email]=b",
        "%ff%fe=%ff",
        "form[email]=%ff",
    ] {
        let answer = browser.request(Method::POST, "/do/people/ask", &headers, Body::from(body)).await;
        let location = answer.location().unwrap_or_default();
        assert!(
            matches!(answer.status, 303 | 400) && !location.contains("__err"),
            "{body}: {} {location}",
            answer.status
        );
        if answer.status == 400 {
            assert_eq!(answer.h1(), "That could not be read");
        }
    }
    assert_eq!(app.count("message").await, 0);
}

#[tokio::test]
async fn a_form_larger_than_64_kb_is_refused_and_one_just_below_is_read() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let post = async |bytes: usize| {
        let field = "form%5Bemail%5D=";
        browser
            .request(
                Method::POST,
                "/do/people/ask",
                &[("content-type", "application/x-www-form-urlencoded")],
                Body::from(format!("{field}{}", "x".repeat(bytes - field.len()))),
            )
            .await
    };
    assert_eq!(post(64 * 1024 + 1).await.status, 413);
    assert_eq!(app.count("form_draft").await, 0);
    // In pieces, nobody says beforehand how large it is.
    let pieces = (0..70).map(|_| Ok::<_, std::convert::Infallible>("x".repeat(1024)));
    let in_pieces = browser
        .request(
            Method::POST,
            "/do/people/ask",
            &[("content-type", "application/x-www-form-urlencoded")],
            Body::from_stream(futures::stream::iter(pieces)),
        )
        .await;
    assert_eq!((in_pieces.status, in_pieces.h1().as_str()), (413, "That is too much at once"));
    assert_eq!(app.count("form_draft").await, 0);
    let kept = browser.follow(post(64 * 1024).await).await;
    assert_eq!(
        kept.page().form("/do/people/ask").value("form[email]").map(str::len),
        Some(64 * 1024 - "form%5Bemail%5D=".len())
    );
}

#[tokio::test]
async fn a_form_sent_from_another_site_is_refused() {
    let app = TestApp::start().await;
    let form = "application/x-www-form-urlencoded";
    let post = async |headers: &[(&str, &str)]| {
        let all = [&[("content-type", form)], headers].concat();
        app.browser()
            .request(
                Method::POST,
                "/do/people/ask",
                &all,
                Body::from("form%5Bemail%5D=ama%40example.org"),
            )
            .await
            .status
    };
    for refused in [
        &[("sec-fetch-site", "cross-site")][..],
        &[("sec-fetch-site", "cross-site"), ("origin", "http://plenary.test")],
        &[("origin", "https://evil.example.org")],
        &[("origin", "http://plenary.test.evil.example.org")],
        &[("origin", "http://plenary.test:8080")],
        &[("origin", "null")],
        &[("origin", "")],
    ] {
        assert_eq!(post(refused).await, 403, "{refused:?}");
    }
    assert_eq!(app.count("message").await, 0);
    // From our own pages; and by what is no browser, which sends neither.
    for taken in [
        &[("sec-fetch-site", "same-origin"), ("origin", "http://plenary.test")][..],
        &[("origin", "http://PLENARY.test")],
        &[],
    ] {
        assert_eq!(post(taken).await, 303, "{taken:?}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn behind_a_proxy_that_changes_the_host_our_own_origin_is_known_by_the_base_url() {
    let app = TestApp::builder().base_url("https://events.example.org").start().await;
    let post = async |host: &str, origin: &str| {
        let request = http::Request::post("/do/people/ask")
            .header("host", host)
            .header("origin", origin)
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded");
        app.call(request.body(Body::from("form%5Bemail%5D=nobody")).unwrap()).await.status
    };
    assert_eq!(post("127.0.0.1:3000", "https://events.example.org").await, 303);
    assert_eq!(post("127.0.0.1:3000", "https://evil.example.org").await, 403);
}

#[tokio::test]
async fn a_draft_opens_in_the_browser_it_came_from_for_a_day() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let form = browser.get("/sign-in").await.page().form("/do/people/ask");
    let kept = browser.submit(form.set("form[email]", "not an address")).await;
    let shown = async |browser: &Browser| {
        browser
            .get(&kept.path)
            .await
            .page()
            .form("/do/people/ask")
            .value("form[email]")
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(shown(&browser).await, "not an address");

    assert_eq!(shown(&app.browser()).await, "");
    let other = app.browser();
    other
        .submit(other.get("/sign-in").await.page().form("/do/people/ask").set("form[email]", "else"))
        .await;
    assert_eq!(shown(&other).await, "");

    app.pass(TimeDelta::hours(24) - TimeDelta::milliseconds(1));
    assert_eq!(shown(&browser).await, "not an address");
    app.pass(TimeDelta::milliseconds(1));
    assert_eq!(shown(&browser).await, "");
}

#[tokio::test]
async fn a_draft_of_another_browser_cannot_be_written_over() {
    let app = TestApp::start().await;
    let (browser, other) = (app.browser(), app.browser());
    let kept = browser
        .submit(
            browser
                .get("/sign-in")
                .await
                .page()
                .form("/do/people/ask")
                .set("form[email]", "mine"),
        )
        .await;
    let draft = kept.path.split("draft=").nth(1).unwrap();
    other
        .submit(
            other
                .get("/sign-in")
                .await
                .page()
                .form("/do/people/ask")
                .forge("draft", draft)
                .set("form[email]", "theirs"),
        )
        .await;
    assert_eq!(
        browser.get(&kept.path).await.page().form("/do/people/ask").value("form[email]"),
        Some("mine")
    );
}
