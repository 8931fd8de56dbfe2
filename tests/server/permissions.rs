//! Every address and every form, as everybody: one table, which fails when something new is not in it.

mod pages;
mod posts;
mod world;

pub use pages::pages;
use posts::posts;
pub use world::{World, fill_portfolio, world};

use domain::organisations::team;
use std::collections::{BTreeMap, BTreeSet};
use tests::{Answer, encode};

/// Whoever asks, in the order of the columns.
const WHO: [&str; 7] = [
    "nobody",
    "delegate",
    "viewer",
    "steward",
    "organiser",
    "owner",
    "another organisation's owner",
];

/// The kind of answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The page or file; for a form, whatever the verb itself says: it was allowed to try.
    Allowed,
    /// 303 to the sign-in page, which leads back.
    SignIn,
    /// 403.
    Forbidden,
    /// 404.
    NotFound,
    /// Leads somewhere else.
    Elsewhere,
}
use Kind::{Allowed, Elsewhere, Forbidden, NotFound, SignIn};

pub type Row = [Kind; 7];

const PUBLIC: Row = [Allowed; 7];
const SIGNED_IN: Row = [SignIn, Allowed, Allowed, Allowed, Allowed, Allowed, Allowed];
/// What viewers look at, of one organisation.
const SEE: Row = [SignIn, NotFound, Allowed, Forbidden, Allowed, Allowed, NotFound];
const EDIT: Row = [SignIn, NotFound, Forbidden, Forbidden, Allowed, Allowed, NotFound];
const CHECK_IN: Row = [SignIn, NotFound, Forbidden, Allowed, Allowed, Allowed, NotFound];
/// What is of no one organisation, for whoever looks after some.
const SEE_ANY: Row = [SignIn, Forbidden, Allowed, Forbidden, Allowed, Allowed, Allowed];
const EDIT_ANY: Row = [SignIn, Forbidden, Forbidden, Forbidden, Allowed, Allowed, Allowed];
const OWN: Row = [SignIn, NotFound, Forbidden, Forbidden, Forbidden, Allowed, NotFound];
const OWN_ANY: Row = [SignIn, Forbidden, Forbidden, Forbidden, Forbidden, Allowed, Allowed];
/// One organisation's, asked for by name by people who may run others.
const OWN_NAMED: Row = [SignIn, Forbidden, Forbidden, Forbidden, Forbidden, Allowed, NotFound];
/// Of those who may change things somewhere, what is about one organisation's own mail.
const EDIT_NAMED: Row = [SignIn, Forbidden, Forbidden, Forbidden, Allowed, Allowed, NotFound];
/// The delegate's portfolio: nobody else's role opens it.
const DELEGATE_ONLY: Row = [SignIn, Allowed, NotFound, NotFound, NotFound, NotFound, NotFound];
/// An event that is not public: whoever helps to run it may see it, others learn nothing.
const DRAFT: Row = [NotFound, NotFound, Allowed, Allowed, Allowed, Allowed, NotFound];
/// A booking by its reference: of the delegate, and of those who run the event.
const BOOKING: Row = [SignIn, Allowed, Allowed, NotFound, Allowed, Allowed, NotFound];
const BOOKING_CHANGE: Row = [SignIn, Allowed, Forbidden, NotFound, Allowed, Allowed, NotFound];

/// What kind of answer it is, for somebody who asked for `path`.
fn kind(answer: &Answer, path: &str, is_form: bool) -> Result<Kind, String> {
    let location = answer.location().unwrap_or_default();
    if location.contains("__err") || location.contains("__path") {
        return Err(format!("an error in an address: {location}"));
    }
    match answer.status {
        200 | 201 | 400 | 422 if !is_form || answer.status != 200 => Ok(Allowed),
        // What a script posts is answered where it is.
        200 if answer.header("content-type").starts_with("application/json") => Ok(Allowed),
        303 if location.starts_with("/sign-in?next=") && !location.contains("draft=") => {
            if is_form || location == format!("/sign-in?next={}", encode(path).replace("%2F", "/")) {
                Ok(SignIn)
            } else {
                Err(format!("leads back to the wrong page: {location}"))
            }
        }
        303 if is_form => Ok(Allowed),
        303 => Ok(Elsewhere),
        403 => Ok(Forbidden),
        404 => Ok(NotFound),
        other => Err(format!("status {other}, {location}")),
    }
}

#[tokio::test]
async fn every_address_is_in_the_table_and_the_table_has_no_other() {
    let world = world().await;
    let of = |wanted: &str| -> BTreeSet<String> {
        let routes = server::router::list_routes().into_iter();
        routes
            .filter(|(_, methods)| methods.iter().any(|method| method == wanted))
            .map(|(path, _)| path)
            .collect()
    };
    let listed: BTreeSet<String> = pages(&world).into_iter().map(|(route, ..)| route.to_owned()).collect();
    assert_eq!(of("GET"), listed, "left: what the router has; right: the table of pages");
    let listed: BTreeSet<String> = posts(&world).into_iter().map(|post| post.path.to_owned()).collect();
    assert_eq!(of("POST"), listed, "left: what the router has; right: the table of forms");
}

#[tokio::test]
async fn every_page_answers_everybody_as_the_table_says() {
    let world = world().await;
    let mut wrong = Vec::new();
    for who in 0..WHO.len() {
        let browser = world.browser(who).await;
        for (_, path, row) in pages(&world) {
            if path.is_empty() {
                continue;
            }
            // Leaving ends the sign-in, so it happens in a browser of its own.
            let answer = if path == "/leave" {
                world.browser(who).await.get(&path).await
            } else {
                browser.get(&path).await
            };
            match kind(&answer, &path, false) {
                Ok(got) if got == row[who] => {}
                got => wrong.push(format!("{} as {}: {got:?} instead of {:?}", path, WHO[who], row[who])),
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// The tables in which a refusal leaves no trace.
fn differing(before: &BTreeMap<String, Vec<String>>, after: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    before
        .keys()
        .filter(|table| before[*table] != after[*table] && table.as_str() != "rate_limit")
        .cloned()
        .collect()
}

#[tokio::test]
async fn every_form_answers_everybody_as_the_table_says_and_a_refusal_changes_nothing() {
    let world = world().await;
    let mut wrong = Vec::new();
    for post in posts(&world) {
        let mut has_changed = false;
        // Those who may not, first: after that something may be gone.
        let (may, may_not): (Vec<_>, Vec<_>) = (0..WHO.len()).partition(|who| post.row[*who] == Allowed);
        for who in may_not.into_iter().chain(may) {
            let browser = world.browser(who).await;
            let path = world.path_of(&post);
            let before = world.app.everything().await;
            let answer = world.send(&browser, &post, who).await;
            let changed = differing(&before, &world.app.everything().await);
            let name = format!("{} {:?} as {}", post.path, post.fields.first().map(|field| &field.1), WHO[who]);
            match kind(&answer, &path, !path.starts_with("/unsubscribe/")) {
                Ok(got) if got == post.row[who] => {}
                got => wrong.push(format!(
                    "{name}: {got:?} ({} {:?}) instead of {:?}",
                    answer.status,
                    answer.location(),
                    post.row[who]
                )),
            }
            if post.row[who] == Allowed {
                has_changed |= changed.iter().any(|table| table != "form_draft");
            } else if !changed.is_empty() {
                wrong.push(format!("{name}: refused, but changed {changed:?}"));
            }
        }
        if post.changes && !has_changed {
            wrong.push(format!("{}: nobody's post changed anything, so the row proves nothing", post.path));
        }
    }
    world.app.run_jobs().await;
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What somebody gets who is steward of the event at `theirs` and of nothing else, where a steward gets `row`'s answer.
fn limited(row: &Row, is_theirs: bool) -> Kind {
    let (nobody, delegate, steward) = (row[0], row[1], row[3]);
    match steward {
        // What is for stewards is for them at their event. Elsewhere a draft is not there, and a door is not theirs.
        Allowed if delegate != Allowed && !is_theirs => {
            if nobody == NotFound {
                NotFound
            } else {
                Forbidden
            }
        }
        other => other,
    }
}

#[tokio::test]
async fn a_steward_of_one_event_is_a_steward_there_and_nowhere_else() {
    let world = world().await;
    let app = &world.app;
    let owner = app.actor(&app.sign_in("owner@example.org").await).await;
    let mut wrong = Vec::new();
    let mut doors = 0;
    for theirs in ["study-day", "today", "quiet-draft"] {
        let email = format!("only-{theirs}@example.org");
        let form = team::MemberForm {
            name: "Only One".to_owned(),
            email: email.clone(),
            role: "steward".to_owned(),
            event: theirs.to_owned(),
        };
        team::invite(&app.services, &owner, "example-training", &form).await.unwrap();
        let browser = app.sign_in(&email).await;
        for (_, path, row) in pages(&world) {
            if path.is_empty() || path == "/leave" {
                continue;
            }
            let is_theirs = path == "/organise" || path.split(['/', '?', '.']).any(|part| part == theirs);
            let expected = limited(&row, is_theirs);
            doors += usize::from(is_theirs && row[3] == Allowed && row[1] != Allowed && path != "/organise");
            match kind(&browser.get(&path).await, &path, false) {
                Ok(got) if got == expected => {}
                got => wrong.push(format!("{path} as steward of {theirs} alone: {got:?} instead of {expected:?}")),
            }
        }
        for post in posts(&world) {
            let path = world.path_of(&post);
            let is_about =
                post.fields.iter().any(|(name, value)| *name == "slug" && value == theirs) || path.split('/').any(|part| part == theirs);
            let expected = limited(&post.row, is_about);
            if post.row[1] == Allowed || post.path.starts_with("/api/") || post.path == "/verify/check" {
                continue;
            }
            let before = app.everything().await;
            let answer = world.send(&browser, &post, WHO.len()).await;
            match kind(&answer, &path, !path.starts_with("/unsubscribe/")) {
                Ok(got) if got == expected => {}
                got => wrong.push(format!(
                    "{} as steward of {theirs} alone: {got:?} instead of {expected:?}",
                    post.path
                )),
            }
            let changed = differing(&before, &app.everything().await);
            if expected != Allowed && !changed.is_empty() {
                wrong.push(format!(
                    "{} as steward of {theirs} alone: refused, but changed {changed:?}",
                    post.path
                ));
            }
        }
    }
    app.run_jobs().await;
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(
        doors > 0,
        "no page of the table is a steward's at their own event, so nothing was proven"
    );
}

#[tokio::test]
async fn a_refused_form_is_told_in_a_page_without_an_address_that_carries_the_error() {
    let world = world().await;
    for (who, status, heading) in [(2, 403, "You cannot do this"), (6, 404, "Page not found")] {
        let browser = world.browser(who).await;
        browser.get("/events").await;
        let answer = browser
            .post("/do/organise/status", &[("slug", "quiet-draft"), ("status", "published")])
            .await;
        assert_eq!((answer.status, answer.header("location")), (status, ""));
        assert_eq!(answer.h1(), heading);
    }
}

#[tokio::test]
async fn a_viewer_cannot_rename_anybody() {
    let world = world().await;
    let viewer = world.app.sign_in("viewer@example.org").await;
    let place = world.place.to_string();
    let answer = viewer
        .post(
            "/do/bookings/rename",
            &[
                ("token", world.reference.as_str()),
                ("place", &place),
                ("form[name]", "Mallory"),
                ("form[email]", "mallory@example.org"),
            ],
        )
        .await;
    assert_eq!(answer.status, 403);
    let study = world.app.find_event("study-day").await;
    assert_eq!(world.app.places(&study).await[0].name.as_deref(), Some("Dana Delegate"));
}
