//! Every address and every form, as everybody: one table, which fails when something new is not in it.

use domain::{
    access::Actor,
    messages::{mass, queries::Search},
    organisations::{self, Role, team},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeMap, BTreeSet};
use tests::{Answer, Browser, TestApp, encode};

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
const OWN_ANY: Row = [SignIn, Forbidden, Forbidden, Forbidden, Forbidden, Allowed, Allowed];
/// One organisation's, asked for by name by people who may run others.
const OWN_NAMED: Row = [SignIn, Forbidden, Forbidden, Forbidden, Forbidden, Allowed, NotFound];
/// The delegate's portfolio: nobody else's role opens it.
const DELEGATE_ONLY: Row = [SignIn, Allowed, NotFound, NotFound, NotFound, NotFound, NotFound];
/// An event that is not public: whoever helps to run it may see it, others learn nothing.
const DRAFT: Row = [NotFound, NotFound, Allowed, Allowed, Allowed, Allowed, NotFound];
/// A booking by its reference: of the delegate, and of those who run the event.
const BOOKING: Row = [SignIn, Allowed, Allowed, NotFound, Allowed, Allowed, NotFound];
const BOOKING_CHANGE: Row = [SignIn, Allowed, Forbidden, NotFound, Allowed, Allowed, NotFound];

/// What there is to be asked for.
pub struct World {
    pub app: TestApp,
    /// A booking's link, for whoever holds it.
    pub manage: String,
    /// Of the delegate's booking of the study day.
    pub reference: String,
    /// The place in it, which everybody in the table may try to cancel; and the one of the link.
    pub place: i64,
    pub linked_place: i64,
    /// The delegate's place code at the past event, and a place code and a participant at today's.
    pub past_code: String,
    /// Of whoever has the second certificate.
    pub revoked_code: String,
    pub today: i64,
    pub today_code: String,
    /// Secrets of a kiosk and of a room's screen at today's event.
    pub kiosk: String,
    /// In the delegate's portfolio: an entry with a reflection, a file kept with it, and a link that shows all.
    pub portfolio: Kept,
    /// Of a speaker of the study day.
    pub speaking: String,
    /// The delegate's calendar feed.
    feed: String,
    /// For somebody at the past event to give feedback by.
    pub feedback: String,
    pub screen: String,
    /// Records at the past event.
    pub records: Vec<i64>,
    pub certificates: Vec<String>,
    /// Asked by whoever has the second certificate.
    pub correction: i64,
    pub message: i64,
    /// Of somebody in the team whose role is changed; and of somebody asked who has not signed in.
    helper: i64,
    asked: i64,
    /// Messages that were sent again together.
    batch: i64,
    /// Memberships of the network north: the delegate's, one to be decided, one not confirmed yet, and one to be removed.
    pub members: [i64; 4],
    /// Links: to confirm a request, to leave, to answer.
    pub join: String,
    pub unsubscribe: String,
    pub answer: String,
    /// The delegate's invite.
    pub invite: i64,
}

/// What is in a portfolio.
pub struct Kept {
    pub entry: String,
    pub file: String,
    pub link: String,
    pub token: String,
}

/// Puts something of each kind into the portfolio of whoever signed in here, with `words` in all that is typed.
pub async fn fill_portfolio(app: &TestApp, browser: &Browser, words: &str) -> Kept {
    use domain::portfolio::own;
    let actor = app.actor(browser).await;
    let owner = own::Owner::of(&actor).unwrap();
    let form = own::EntryForm {
        title: format!("Reading {words}"),
        on: "2026-11-02".to_owned(),
        method: "reading".to_owned(),
        provider: format!("Library {words}"),
        hours: "1".to_owned(),
        what: format!("What {words}"),
        ..own::EntryForm::default()
    };
    let entry = own::save(&app.services, &owner, "", "", &form).await.unwrap();
    let answers = [("happened".to_owned(), format!("It was {words}"))].into();
    own::save_account(&app.services, &owner, &entry, "none", &own::ReflectForm { answers })
        .await
        .unwrap();
    own::add_file(&app.services, &owner, &entry, &format!("notes-{words}.pdf"), b"%PDF-1.7\n".to_vec())
        .await
        .unwrap();
    let item = own::find_item(&app.services, &owner.reader(), &entry).await.unwrap();
    let link = own::LinkForm {
        label: format!("For {words}"),
        from: "2026-01-01".to_owned(),
        until: "2026-12-31".to_owned(),
        days: "30".to_owned(),
        reflections: "true".to_owned(),
        files: "true".to_owned(),
    };
    let path = own::make_link(&app.services, &actor, &link).await.unwrap();
    let links = own::list_links(&app.services, &owner).await.unwrap();
    Kept {
        entry,
        file: item.files[0].id.to_string(),
        link: links[0].id.to_string(),
        token: path.rsplit('/').next().unwrap().to_owned(),
    }
}

pub async fn world() -> World {
    let app = TestApp::builder().limits(|limits| {
        limits.sign_in_mailbox.tries = 1_000;
        limits.booking_mailbox.tries = 1_000;
    });
    let app = app.start().await;
    let study = app.event().ticket("standard-day", "Standard", 0, "outside", None);
    // A ticket for each in the table to delete.
    let study = (0..WHO.len()).fold(study, |study, who| {
        study.ticket(&format!("spare-{who}"), &format!("Spare {who}"), 0, "outside", None)
    });
    // And of everything an agenda is made of.
    let study = study.with(|file| {
        let sparing = |who: usize| (format!("spare-{who}"), format!("Spare {who}"));
        let things = (0..WHO.len()).map(|who| {
            let (code, name) = sparing(who);
            serde_json::json!({"code": code, "name": name})
        });
        let things: Vec<_> = things.collect();
        file["rooms"].as_array_mut().unwrap().extend(things.clone());
        file["sessions"][0]["sign_up_places"] = 300.into();
        file["tracks"] = things.clone().into();
        file["speakers"] = things.into();
        let sessions = (0..WHO.len()).map(|who| {
            let (code, title) = sparing(who);
            serde_json::json!({"code": code, "title": title, "kind": "break", "starts": "2027-03-12T14:00", "ends": "2027-03-12T14:30"})
        });
        file["sessions"].as_array_mut().unwrap().extend(sessions);
    });
    study
        .place("d1", "Dana Delegate", "delegate@example.org")
        .place("d2", "Ola Other", "ola@example.org")
        .create()
        .await;
    app.event().slug("quiet-draft").draft().create().await;
    app.event().slug("gone-day").create().await;
    app.event().slug("other-day").of("other-college").create().await;
    let past = app
        .event()
        .slug("past-day")
        .when("Europe/London", "2026-10-09T09:00", "2026-10-09T16:00");
    let past = past.with(|file| {
        file["sessions"][0]["ends"] = "2026-10-09T12:00".into();
        file["event"]["outcomes"] = serde_json::json!(["Listen well"]);
    });
    let past = past
        .place("d1", "Dana Delegate", "delegate@example.org")
        .place("p2", "Ola Other", "ola@example.org")
        .place("p3", "Pia Third", "pia@example.org");
    let past = past
        .seen("d1", None, "arrive", "2026-10-09T08:50")
        .seen("p2", None, "arrive", "2026-10-09T08:50")
        .seen("p3", None, "arrive", "2026-10-09T08:50")
        .create()
        .await;
    let today = app
        .event()
        .slug("today")
        .when("Europe/London", "2026-11-20T09:00", "2026-11-20T16:00");
    let today = today.with(|file| file["sessions"][0]["ends"] = "2026-11-20T16:00".into());
    let today = today.place("t1", "Dana Delegate", "delegate@example.org").create().await;

    for role in [Role::Owner, Role::Organiser, Role::Steward, Role::Viewer] {
        app.person_with_role(role).await;
    }
    app.person_with_role_in("other-college", Role::Owner, "stranger@example.org").await;
    let issued = domain::certificates::issue::issue_quietly(&app.services, &domain::access::Actor::System, "past-day")
        .await
        .unwrap();
    assert_eq!(issued.len(), 3);
    let ola = app.actor(&app.sign_in("ola@example.org").await).await;
    let second = &domain::attendance::queries::list_attendees(&app.services.db.read, past.id)
        .await
        .unwrap();
    let second = second.iter().find(|person| person.name() == "Ola Other").unwrap();
    let correction = domain::attendance::asked::ask(&app.services, &ola, &second.code, "", "I stayed until noon.")
        .await
        .unwrap();
    let study = app.find_event("study-day").await;
    let booked = app.browser().book(&study, ["Linda Link"]).await;
    app.run_jobs().await;

    let places = app.places(&study).await;
    let reference = app.bookings(&study).await[0].reference.clone();
    let participants = |event| {
        let query =
            domain::bookings::entity::participant::Entity::find().filter(domain::bookings::entity::participant::Column::EventId.eq(event));
        query
            .order_by_asc(domain::bookings::entity::participant::Column::Id)
            .all(&app.services.db.read)
    };
    let there = participants(past.id).await.unwrap();
    let (past_code, revoked_code) = (there[0].code.clone(), there[1].code.clone());
    let today = participants(today.id).await.unwrap()[0].clone();
    let (today, today_code) = (today.id.0, today.code);
    let (event, asked) = ("study-day", "spare-6");
    domain::agenda::speaking::invite(&app.services, &Actor::System, event, asked, "speaker@example.org")
        .await
        .unwrap();
    let speaker = domain::agenda::entity::speaker::Entity::find()
        .filter(domain::agenda::entity::speaker::Column::Code.eq(asked))
        .one(&app.services.db.read)
        .await
        .unwrap()
        .unwrap();
    let link = domain::platform::links::Link::Speaking(speaker.id.0);
    let speaking = domain::platform::links::mint(app.services.db.writer(), &app.services.random, app.now(), link)
        .await
        .unwrap();
    let delegate = app.actor(&app.sign_in("delegate@example.org").await).await;
    let feed = domain::portfolio::feed::make(&app.services, &delegate).await.unwrap();
    domain::feedback::edit::set_state(&app.services, &Actor::System, "past-day", domain::feedback::FormState::Open, false)
        .await
        .unwrap();
    let link = domain::platform::links::Link::Feedback(there[1].id.0);
    let feedback = domain::platform::links::mint(app.services.db.writer(), &app.services.random, app.now(), link)
        .await
        .unwrap();
    let feed = feed.trim_start_matches("/feeds/").trim_end_matches(".ics").to_owned();
    let secret = |path: String| path.rsplit('/').next().unwrap().to_owned();
    let kiosk = secret(
        domain::attendance::kiosk::make(&app.services, &Actor::System, "today")
            .await
            .unwrap(),
    );
    let screen = secret(
        domain::attendance::room_code::make(&app.services, &Actor::System, "today", "talk")
            .await
            .unwrap(),
    );
    let records = domain::attendance::entity::attendance_record::Entity::find()
        .all(&app.services.db.read)
        .await
        .unwrap();
    let message = app
        .mails()
        .await
        .into_iter()
        .find(|mail| mail.kind != "sign_in" && mail.row.organisation_id.is_some())
        .unwrap()
        .row
        .id
        .0;
    app.person_with_role_in("example-training", Role::Viewer, "helper@example.org")
        .await;
    let helper = app.person("helper@example.org").await.0;
    organisations::service::add_to_team(
        &app.services,
        &Actor::System,
        "example-training",
        "asked@example.org",
        "Ash Asked",
        Role::Viewer,
    )
    .await
    .unwrap();
    let asked = app.person("asked@example.org").await.0;
    let owner = app.actor(&app.sign_in("owner@example.org").await).await;
    let count = mass::preview_retry(&app.services, &owner, &Search::default()).await.unwrap().count;
    let typed = mass::CountForm { count: count.to_string() };
    let batch = mass::retry(&app.services, &owner, &Search::default(), &typed).await.unwrap();
    app.run_jobs().await;
    let north = north(&app).await;
    let portfolio = fill_portfolio(&app, &app.sign_in("delegate@example.org").await, "of the delegate").await;
    World {
        portfolio,
        members: north.members,
        join: north.links[0].clone(),
        unsubscribe: north.links[1].clone(),
        answer: north.links[2].clone(),
        invite: north.invite,
        manage: booked
            .location()
            .unwrap()
            .strip_prefix("/bookings/")
            .unwrap()
            .split('?')
            .next()
            .unwrap()
            .to_owned(),
        reference,
        place: places[0].id.0,
        linked_place: places[2].id.0,
        past_code,
        revoked_code,
        today,
        today_code,
        kiosk,
        speaking,
        feed,
        feedback,
        screen,
        records: records.iter().map(|record| record.id.0).collect(),
        certificates: issued.into_iter().map(|issued| issued.certificate).collect(),
        correction: correction.id.0,
        message,
        helper,
        asked,
        batch: batch.0,
        app,
    }
}

/// What there is of the network north.
struct North {
    members: [i64; 4],
    links: [String; 3],
    invite: i64,
}

/// A network with a list, people who ask, and meetings in each state; the delegate is invited to one.
async fn north(app: &TestApp) -> North {
    use domain::{networks::entity, platform::links::Link};
    let member = |name: &str, email: &str, state: &str| serde_json::json!({"name": name, "email": email, "job_role": "DSL", "state": state, "consent": {"on": "2026-09-01", "version": "1"}});
    let meeting = |code: &str, day: &str, status: &str| serde_json::json!({"code": code, "title": format!("Meeting {code}"), "starts": format!("{day}T09:30"), "ends": format!("{day}T11:00"), "place": "County Hall", "status": status, "cpd": true});
    let file = serde_json::json!({
        "plenary": 1, "kind": "network",
        "organisation": {"slug": "example-training", "name": "Example Training Ltd", "email": "events@example.org"},
        "network": {"slug": "north", "name": "Network North", "timezone": "Europe/London", "consent": {"version": "1", "wording": "Send me invites."}},
        "members": [member("Dana Delegate", "delegate@example.org", "member"), member("Cai Confirmed", "cai@example.org", "confirmed"),
                    member("Rhys Requested", "rhys@example.org", "requested"), member("Remy Removed", "remy@example.org", "member")],
        "meetings": [meeting("sent", "2027-02-24", "published"), meeting("open", "2027-06-17", "published"), meeting("draft", "2027-10-13", "draft")],
    });
    app.import(&file).await;
    domain::networks::invites::send(&app.services, &domain::access::Actor::System, "north", "sent", "2")
        .await
        .unwrap();
    app.run_jobs().await;
    let rows = entity::membership::Entity::find()
        .order_by_asc(entity::membership::Column::Id)
        .all(&app.services.db.read)
        .await
        .unwrap();
    let members: Vec<i64> = rows.iter().map(|row| row.id.0).collect();
    let invites = entity::invite::Entity::find().all(&app.services.db.read).await.unwrap();
    let mint = async |to: Link| {
        domain::platform::links::mint(app.services.db.writer(), &app.services.random, app.now(), to)
            .await
            .unwrap()
    };
    // The link to leave by is another member's, so that the delegate stays on the list.
    let links = [
        mint(Link::Join(members[2])).await,
        mint(Link::Unsubscribe(members[3])).await,
        mint(Link::Invite(invites[0].id.0)).await,
    ];
    North {
        members: members.try_into().unwrap(),
        links,
        invite: invites[0].id.0,
    }
}

impl World {
    /// A fresh browser of whoever is in this column.
    async fn browser(&self, who: usize) -> Browser {
        match WHO[who] {
            "nobody" => self.app.browser(),
            "another organisation's owner" => self.app.sign_in("stranger@example.org").await,
            role => self.app.sign_in(&format!("{role}@example.org")).await,
        }
    }
}

impl World {
    /// Where a form is posted to.
    fn path_of(&self, post: &Post) -> String {
        let token = if post.path.starts_with("/speaking/") {
            &self.speaking
        } else {
            &self.unsubscribe
        };
        post.path
            .replace("{slug}", "study-day")
            .replace("{code}", "spare-0")
            .replace("{of}", &self.portfolio.entry)
            .replace("{token}", token)
    }

    /// Posts a form as its page or a program would. `who` tells apart what may be made only once.
    async fn send(&self, browser: &Browser, post: &Post, who: usize) -> Answer {
        let path = self.path_of(post);
        if post.path == "/verify/check" {
            return browser.post_file(&path, "file", "empty.pdf", "application/pdf", b"").await;
        }
        if post.path.ends_with("/attendance/upload") {
            return browser
                .post_file(&path, "file", "list.csv", "text/csv", b"Name,In\nDana,9:10\n")
                .await;
        }
        if post.path.ends_with("/online/upload") {
            return browser
                .post_file(&path, "file", "report.csv", "text/csv", b"Name,Join Time\nDana,2026-10-09 9:10\n")
                .await;
        }
        if post.path.ends_with("/sync") {
            let scan = serde_json::json!({"id": format!("a-scan-of-column-{who}"), "code": self.today_code, "action": "arrive", "at": 0});
            let body = serde_json::json!({ "scans": [scan] }).to_string();
            let headers = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
            return browser
                .request(http::Method::POST, &path, &headers, axum::body::Body::from(body))
                .await;
        }
        if post.path.starts_with("/api/") {
            let headers = [("content-type", "application/json"), ("accept", "application/json")];
            return browser
                .request(http::Method::POST, &path, &headers, axum::body::Body::from("{}"))
                .await;
        }
        let fields: Vec<_> = post
            .fields
            .iter()
            .map(|(name, value)| (*name, value.replace("{who}", &who.to_string())))
            .collect();
        browser.post(&path, &fields).await
    }
}

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

/// Every GET address: as the router lists it, as it is asked for, and what each in turn gets.
pub fn pages(world: &World) -> Vec<(&'static str, String, Row)> {
    let certificate = &world.certificates[0];
    let own = &world.reference;
    let place = world.place;
    vec![
        ("/", "/".into(), PUBLIC),
        ("/events", "/events".into(), PUBLIC),
        ("/networks", "/networks".into(), PUBLIC),
        ("/networks/{slug}", "/networks/north".into(), PUBLIC),
        ("/networks/{slug}/join", "/networks/north/join".into(), PUBLIC),
        ("/networks/{slug}/leave", "/networks/north/leave".into(), PUBLIC),
        ("/networks/{slug}/meetings/{code}", "/networks/north/meetings/open".into(), PUBLIC),
        ("/networks/{slug}/meetings/{code}", "/networks/north/meetings/draft".into(), DRAFT),
        (
            "/networks/{slug}/meetings/{code}.ics",
            "/networks/north/meetings/open.ics".into(),
            PUBLIC,
        ),
        (
            "/networks/{slug}/meetings/{code}.ics",
            "/networks/north/meetings/draft.ics".into(),
            DRAFT,
        ),
        ("/join/{token}", format!("/join/{}", world.join), PUBLIC),
        ("/join/{token}", "/join/nonsense".into(), [NotFound; 7]),
        ("/unsubscribe/{token}", format!("/unsubscribe/{}", world.unsubscribe), PUBLIC),
        ("/unsubscribe/{token}", "/unsubscribe/nonsense".into(), [NotFound; 7]),
        ("/invites/{token}", format!("/invites/{}", world.answer), PUBLIC),
        ("/invites/{token}", "/invites/nonsense".into(), [NotFound; 7]),
        ("/organise/networks", "/organise/networks".into(), SEE_ANY),
        ("/organise/networks/new", "/organise/networks/new".into(), EDIT_ANY),
        ("/organise/networks/{slug}", "/organise/networks/north".into(), SEE),
        ("/organise/networks/{slug}/edit", "/organise/networks/north/edit".into(), EDIT),
        (
            "/organise/networks/{slug}/requests",
            "/organise/networks/north/requests".into(),
            SEE,
        ),
        ("/organise/networks/{slug}/members", "/organise/networks/north/members".into(), SEE),
        (
            "/organise/networks/{slug}/members.csv",
            "/organise/networks/north/members.csv".into(),
            EDIT,
        ),
        (
            "/organise/networks/{slug}/members/{member}",
            format!("/organise/networks/north/members/{}", world.members[0]),
            SEE,
        ),
        (
            "/organise/networks/{slug}/meetings",
            "/organise/networks/north/meetings".into(),
            SEE,
        ),
        (
            "/organise/networks/{slug}/meetings/new",
            "/organise/networks/north/meetings/new".into(),
            EDIT,
        ),
        (
            "/organise/networks/{slug}/meetings/year",
            "/organise/networks/north/meetings/year".into(),
            EDIT,
        ),
        (
            "/organise/networks/{slug}/meetings/{code}",
            "/organise/networks/north/meetings/draft".into(),
            SEE,
        ),
        (
            "/organise/networks/{slug}/meetings/{code}/edit",
            "/organise/networks/north/meetings/draft/edit".into(),
            EDIT,
        ),
        ("/accessibility", "/accessibility".into(), PUBLIC),
        ("/privacy", "/privacy".into(), PUBLIC),
        ("/verify", "/verify".into(), PUBLIC),
        ("/leave", "/leave".into(), [Elsewhere; 7]),
        ("/health/live", "/health/live".into(), PUBLIC),
        ("/health/ready", "/health/ready".into(), PUBLIC),
        ("/metrics", "/metrics".into(), [Forbidden; 7]),
        ("/.well-known/did.json", "/.well-known/did.json".into(), PUBLIC),
        ("/events/{slug}", "/events/study-day".into(), PUBLIC),
        ("/events/{slug}", "/events/quiet-draft".into(), DRAFT),
        ("/events/{slug}/agenda", "/events/study-day/agenda".into(), PUBLIC),
        ("/events/{slug}/agenda", "/events/quiet-draft/agenda".into(), DRAFT),
        ("/speaking/{token}", format!("/speaking/{}", world.speaking), PUBLIC),
        ("/speaking/{token}", "/speaking/nonsense".into(), [NotFound; 7]),
        (
            "/organise/events/{slug}/approval.pdf",
            "/organise/events/study-day/approval.pdf".into(),
            EDIT,
        ),
        ("/events/{slug}/programme.pdf", "/events/study-day/programme.pdf".into(), PUBLIC),
        ("/events/{slug}/programme.pdf", "/events/quiet-draft/programme.pdf".into(), DRAFT),
        ("/events/{slug}/now", "/events/study-day/now".into(), PUBLIC),
        ("/events/{slug}/now", "/events/quiet-draft/now".into(), DRAFT),
        ("/events/{slug}.ics", "/events/study-day.ics".into(), PUBLIC),
        ("/events/{slug}.ics", "/events/quiet-draft.ics".into(), DRAFT),
        ("/events/{slug}/book", "/events/study-day/book".into(), PUBLIC),
        ("/events/{slug}/book", "/events/quiet-draft/book".into(), DRAFT),
        ("/events/{slug}/book/who", "/events/study-day/book/who".into(), [Elsewhere; 7]),
        ("/events/{slug}/book/check", "/events/study-day/book/check".into(), [Elsewhere; 7]),
        ("/bookings/{token}", format!("/bookings/{}", world.manage), PUBLIC),
        ("/bookings/{token}", "/bookings/nonsense".into(), [NotFound; 7]),
        (
            "/bookings/{token}/places/{place}/cancel",
            format!("/bookings/{}/places/{}/cancel", world.manage, world.linked_place),
            PUBLIC,
        ),
        (
            "/bookings/{token}/places/{place}/cancel",
            format!("/bookings/{}/places/{place}/cancel", world.manage),
            [NotFound; 7],
        ),
        (
            "/bookings/{token}/places/{place}/name",
            format!("/bookings/{}/places/{}/name", world.manage, world.linked_place),
            PUBLIC,
        ),
        (
            "/bookings/{token}/places/{place}/name",
            format!("/bookings/{}/places/{place}/name", world.manage),
            [NotFound; 7],
        ),
        (
            "/bookings/{token}/places/{place}/give",
            format!("/bookings/{}/places/{}/give", world.manage, world.linked_place),
            PUBLIC,
        ),
        (
            "/my/bookings/{reference}/places/{place}/give",
            format!("/my/bookings/{own}/places/{place}/give"),
            BOOKING,
        ),
        (
            "/bookings/{token}/places/{place}/sessions",
            format!("/bookings/{}/places/{}/sessions", world.manage, world.linked_place),
            PUBLIC,
        ),
        (
            "/bookings/{token}/places/{place}/sessions",
            format!("/bookings/{}/places/{place}/sessions", world.manage),
            [NotFound; 7],
        ),
        (
            "/my/bookings/{reference}/places/{place}/sessions",
            format!("/my/bookings/{own}/places/{place}/sessions"),
            BOOKING_CHANGE,
        ),
        ("/sign-in", "/sign-in".into(), PUBLIC),
        ("/sign-in/check", "/sign-in/check".into(), PUBLIC),
        ("/my", "/my".into(), SIGNED_IN),
        ("/my/account", "/my/account".into(), SIGNED_IN),
        ("/my/cpd", "/my/cpd".into(), SIGNED_IN),
        ("/my/calendar", "/my/calendar".into(), SIGNED_IN),
        ("/feedback/{token}", format!("/feedback/{}", world.feedback), PUBLIC),
        ("/feedback/{token}", "/feedback/nonsense".into(), [NotFound; 7]),
        ("/my/feedback/{slug}", "/my/feedback/past-day".into(), DELEGATE_ONLY),
        (
            "/my/feedback/{slug}",
            "/my/feedback/study-day".into(),
            [SignIn, NotFound, NotFound, NotFound, NotFound, NotFound, NotFound],
        ),
        ("/my/outcomes/{slug}", "/my/outcomes/past-day".into(), DELEGATE_ONLY),
        (
            "/organise/events/{slug}/feedback",
            "/organise/events/study-day/feedback".into(),
            SEE,
        ),
        (
            "/organise/events/{slug}/feedback/question",
            "/organise/events/study-day/feedback/question".into(),
            EDIT,
        ),
        (
            "/organise/events/{slug}/feedback.csv",
            "/organise/events/past-day/feedback.csv".into(),
            SEE,
        ),
        ("/feeds/{token}.ics", format!("/feeds/{}.ics", world.feed), PUBLIC),
        ("/feeds/{token}.ics", "/feeds/nonsense.ics".into(), [NotFound; 7]),
        ("/events.ics", "/events.ics".into(), PUBLIC),
        ("/my/cpd/new", "/my/cpd/new".into(), SIGNED_IN),
        ("/my/cpd/settings", "/my/cpd/settings".into(), SIGNED_IN),
        ("/my/cpd/pack", "/my/cpd/pack".into(), SIGNED_IN),
        (
            "/my/cpd/entries/{of}",
            format!("/my/cpd/entries/{}", world.portfolio.entry),
            DELEGATE_ONLY,
        ),
        (
            "/my/cpd/reflect",
            format!("/my/cpd/reflect?of={}", world.portfolio.entry),
            DELEGATE_ONLY,
        ),
        (
            "/my/cpd/files/{id}",
            format!("/my/cpd/files/{}", world.portfolio.file),
            DELEGATE_ONLY,
        ),
        (
            "/my/cpd/pack.pdf",
            "/my/cpd/pack.pdf?from=2026-01-01&until=2026-12-31".into(),
            SIGNED_IN,
        ),
        (
            "/my/cpd/pack.zip",
            "/my/cpd/pack.zip?from=2026-01-01&until=2026-12-31".into(),
            SIGNED_IN,
        ),
        (
            "/my/cpd/pack.csv",
            "/my/cpd/pack.csv?from=2026-01-01&until=2026-12-31".into(),
            SIGNED_IN,
        ),
        (
            "/my/cpd/pack.json",
            "/my/cpd/pack.json?from=2026-01-01&until=2026-12-31".into(),
            SIGNED_IN,
        ),
        ("/appraiser/{token}", format!("/appraiser/{}", world.portfolio.token), PUBLIC),
        ("/appraiser/{token}", "/appraiser/nonsense".into(), [NotFound; 7]),
        (
            "/appraiser/{token}/files/{id}",
            format!("/appraiser/{}/files/{}", world.portfolio.token, world.portfolio.file),
            PUBLIC,
        ),
        (
            "/appraiser/{token}/files/{id}",
            format!("/appraiser/nonsense/files/{}", world.portfolio.file),
            [NotFound; 7],
        ),
        (
            "/appraiser/{token}/pack.pdf",
            format!("/appraiser/{}/pack.pdf", world.portfolio.token),
            PUBLIC,
        ),
        ("/my/bookings/{reference}", format!("/my/bookings/{own}"), BOOKING),
        (
            "/my/bookings/{reference}/places/{place}/cancel",
            format!("/my/bookings/{own}/places/{place}/cancel"),
            BOOKING,
        ),
        (
            "/my/bookings/{reference}/places/{place}/name",
            format!("/my/bookings/{own}/places/{place}/name"),
            BOOKING,
        ),
        ("/certificates/{id}", format!("/certificates/{certificate}"), PUBLIC),
        ("/certificates/{id}.pdf", format!("/certificates/{certificate}.pdf"), PUBLIC),
        ("/certificates/{id}.jwt", format!("/certificates/{certificate}.jwt"), PUBLIC),
        ("/certificates/{id}.json", format!("/certificates/{certificate}.json"), PUBLIC),
        ("/certificates/status/{n}", "/certificates/status/1".into(), PUBLIC),
        ("/check-in/{slug}", "/check-in/study-day".into(), CHECK_IN),
        (
            "/organise",
            "/organise".into(),
            [SignIn, Forbidden, Allowed, Allowed, Allowed, Allowed, Allowed],
        ),
        ("/organise/messages", "/organise/messages".into(), SEE_ANY),
        (
            "/organise/messages/{id}",
            format!("/organise/messages/{}", world.message),
            [SignIn, Forbidden, Allowed, Forbidden, Allowed, Allowed, NotFound],
        ),
        ("/organise/messages/retry", "/organise/messages/retry".into(), EDIT_ANY),
        (
            "/organise/messages/batches/{id}",
            format!("/organise/messages/batches/{}", world.batch),
            [SignIn, Forbidden, Allowed, Forbidden, Allowed, Allowed, NotFound],
        ),
        ("/organise/team", "/organise/team".into(), OWN_ANY),
        ("/organise/team", "/organise/team?organisation=example-training".into(), OWN_NAMED),
        (
            "/organise/team/{person}/remove",
            format!("/organise/team/{}/remove?organisation=example-training", world.helper),
            OWN_NAMED,
        ),
        ("/organise/settings", "/organise/settings".into(), OWN_ANY),
        (
            "/organise/settings",
            "/organise/settings?organisation=example-training".into(),
            OWN_NAMED,
        ),
        ("/organise/events/new", "/organise/events/new".into(), EDIT_ANY),
        ("/organise/events/{slug}", "/organise/events/study-day".into(), SEE),
        ("/organise/events/{slug}", "/organise/events/quiet-draft".into(), SEE),
        (
            "/organise/events/{slug}",
            "/organise/events/other-day".into(),
            [SignIn, NotFound, NotFound, NotFound, NotFound, NotFound, Allowed],
        ),
        ("/organise/events/{slug}/edit", "/organise/events/study-day/edit".into(), EDIT),
        ("/organise/events/{slug}/cancel", "/organise/events/study-day/cancel".into(), EDIT),
        ("/organise/events/{slug}/copy", "/organise/events/study-day/copy".into(), EDIT),
        ("/organise/events/{slug}/tickets", "/organise/events/study-day/tickets".into(), SEE),
        ("/organise/events/{slug}/agenda", "/organise/events/study-day/agenda".into(), SEE),
        (
            "/organise/events/{slug}/agenda/grid",
            "/organise/events/study-day/agenda/grid".into(),
            EDIT,
        ),
        (
            "/organise/events/{slug}/agenda/session",
            "/organise/events/study-day/agenda/session".into(),
            EDIT,
        ),
        (
            "/organise/events/{slug}/agenda/session",
            "/organise/events/study-day/agenda/session?edit=talk".into(),
            EDIT,
        ),
        (
            "/organise/events/{slug}/agenda/move",
            "/organise/events/study-day/agenda/move?session=talk".into(),
            EDIT,
        ),
        (
            "/organise/events/{slug}/agenda/publish",
            "/organise/events/study-day/agenda/publish".into(),
            EDIT,
        ),
        (
            "/organise/events/{slug}/agenda/rooms",
            "/organise/events/study-day/agenda/rooms".into(),
            SEE,
        ),
        (
            "/organise/events/{slug}/agenda/sign-ups",
            "/organise/events/study-day/agenda/sign-ups".into(),
            SEE,
        ),
        (
            "/organise/events/{slug}/agenda/sign-ups.csv",
            "/organise/events/study-day/agenda/sign-ups.csv".into(),
            SEE,
        ),
        (
            "/organise/events/{slug}/agenda/tracks",
            "/organise/events/study-day/agenda/tracks".into(),
            SEE,
        ),
        (
            "/organise/events/{slug}/agenda/speakers",
            "/organise/events/study-day/agenda/speakers".into(),
            SEE,
        ),
        ("/photos/{name}", "/photos/nobodys".into(), [NotFound; 7]),
        (
            "/organise/events/{slug}/bookings",
            "/organise/events/study-day/bookings".into(),
            SEE,
        ),
        (
            "/organise/events/{slug}/bookings/chosen",
            format!("/organise/events/study-day/bookings/chosen?do=cancel&place={place}"),
            EDIT,
        ),
        (
            "/organise/events/{slug}/bookings/{reference}",
            format!("/organise/events/study-day/bookings/{own}"),
            SEE,
        ),
        (
            "/organise/events/{slug}/bookings/{reference}",
            format!("/organise/events/past-day/bookings/{own}"),
            [SignIn, NotFound, NotFound, Forbidden, NotFound, NotFound, NotFound],
        ),
        (
            "/organise/events/{slug}/bookings/{reference}/places/{place}",
            format!("/organise/events/study-day/bookings/{own}/places/{place}?do=move"),
            EDIT,
        ),
        (
            "/organise/events/{slug}/bookings.csv",
            "/organise/events/study-day/bookings.csv".into(),
            SEE,
        ),
        (
            "/organise/events/{slug}/attendance",
            "/organise/events/past-day/attendance".into(),
            SEE,
        ),
        (
            "/organise/events/{slug}/attendance.csv",
            "/organise/events/past-day/attendance.csv".into(),
            SEE,
        ),
        ("/check-in/{slug}/rooms", "/check-in/today/rooms".into(), CHECK_IN),
        ("/check-in/{slug}/offline", "/check-in/today/offline".into(), CHECK_IN),
        ("/check-in/{slug}/list.json", "/check-in/today/list.json".into(), CHECK_IN),
        (
            "/check-in/{slug}/offline.webmanifest",
            "/check-in/today/offline.webmanifest".into(),
            CHECK_IN,
        ),
        ("/check-in/_/{name}", "/check-in/_/door.js".into(), PUBLIC),
        ("/check-in/_/{name}", "/check-in/_/nothing.js".into(), [NotFound; 7]),
        ("/check-in/{slug}/screens", "/check-in/today/screens".into(), CHECK_IN),
        ("/check-in/{slug}/walk-in", "/check-in/today/walk-in".into(), CHECK_IN),
        (
            "/check-in/{slug}/walk-in/{code}",
            format!("/check-in/today/walk-in/{}", world.today_code),
            CHECK_IN,
        ),
        ("/kiosk/{token}", format!("/kiosk/{}", world.kiosk), PUBLIC),
        ("/kiosk/{token}", "/kiosk/nonsense".into(), [NotFound; 7]),
        ("/screen/{token}", format!("/screen/{}", world.screen), PUBLIC),
        ("/screen/{token}", "/screen/nonsense".into(), [NotFound; 7]),
        (
            "/here/{slug}",
            "/here/today".into(),
            [SignIn, Allowed, NotFound, NotFound, NotFound, NotFound, NotFound],
        ),
        ("/claim", "/claim".into(), SIGNED_IN),
        ("/check-in/{slug}/fire", "/check-in/today/fire".into(), CHECK_IN),
        (
            "/organise/events/{slug}/attendance/summary",
            "/organise/events/past-day/attendance/summary".into(),
            SEE,
        ),
        (
            "/organise/events/{slug}/attendance/summary.csv",
            "/organise/events/past-day/attendance/summary.csv".into(),
            SEE,
        ),
        ("/organise/events/{slug}/badges", "/organise/events/past-day/badges".into(), SEE),
        (
            "/organise/events/{slug}/badges.pdf",
            "/organise/events/past-day/badges.pdf".into(),
            SEE,
        ),
        (
            "/organise/events/{slug}/signing.pdf",
            "/organise/events/past-day/signing.pdf".into(),
            SEE,
        ),
        (
            "/organise/events/{slug}/names.pdf",
            "/organise/events/past-day/names.pdf".into(),
            SEE,
        ),
        (
            "/organise/events/{slug}/attendance/import",
            "/organise/events/past-day/attendance/import".into(),
            EDIT,
        ),
        (
            "/organise/events/{slug}/attendance/online",
            "/organise/events/past-day/attendance/online".into(),
            EDIT,
        ),
        (
            "/organise/events/{slug}/attendance/online.csv",
            "/organise/events/past-day/attendance/online.csv".into(),
            EDIT,
        ),
        (
            "/organise/events/{slug}/attendance/{code}",
            format!("/organise/events/past-day/attendance/{}", world.past_code),
            SEE,
        ),
        (
            "/organise/events/{slug}/certificates",
            "/organise/events/past-day/certificates".into(),
            SEE,
        ),
        (
            "/organise/events/{slug}/certificates/hold/{code}",
            format!("/organise/events/today/certificates/hold/{}", world.today_code),
            EDIT,
        ),
        (
            "/organise/events/{slug}/certificates/{id}",
            format!("/organise/events/past-day/certificates/{certificate}"),
            SEE,
        ),
        ("/api/v1/events", "/api/v1/events".into(), PUBLIC),
        ("/api/v1/events/{slug}", "/api/v1/events/study-day".into(), PUBLIC),
        ("/api/v1/events/{slug}", "/api/v1/events/quiet-draft".into(), [NotFound; 7]),
        ("/api/v1/openapi.json", "/api/v1/openapi.json".into(), PUBLIC),
        // A link of its own each time: see `people.rs`.
        ("/sign-in/{token}", String::new(), PUBLIC),
    ]
}

/// One form as somebody would post it.
struct Post {
    path: &'static str,
    fields: Vec<(&'static str, String)>,
    row: Row,
    /// What it does, the first of those who may has done; otherwise it only looks, or is refused by a rule.
    changes: bool,
}

/// Every form. What ends something comes after what needs it.
fn posts(world: &World) -> Vec<Post> {
    let post = |path, fields: &[(&'static str, &str)], row, changes| Post {
        path,
        fields: fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        row,
        changes,
    };
    let (asked, correction) = (world.asked.to_string(), world.correction.to_string());
    let (place, linked, today, message, helper) = (
        world.place.to_string(),
        world.linked_place.to_string(),
        world.today.to_string(),
        world.message.to_string(),
        world.helper.to_string(),
    );
    let record = world.records[0].to_string();
    let chosen = format!("place={place}");
    let seen = domain::platform::random::hash_of(&place)[..16].to_owned();
    let event = [
        ("form[title]", "Another day"),
        ("form[kind]", "conference"),
        ("form[timezone]", "Europe/London"),
        ("form[starts]", "2027-03-12T09:00"),
        ("form[ends]", "2027-03-12T16:00"),
        ("form[attendance_mode]", "venue"),
        // Where it is already: a change of place is looked at first, and changes nothing yet.
        ("form[venue_name]", "Example Hall"),
        ("form[venue_address]", "1 High Street, Oxford"),
        ("form[venue_postcode]", "OX1 1AA"),
    ];
    let with = |more: &[(&'static str, &'static str)]| [more, &event].concat();
    let [delegate, confirmed, requested, removed] = world.members.map(|id| id.to_string());
    let invite = world.invite.to_string();
    let person = [
        ("form[name]", "Nia New"),
        ("form[job_role]", "Teacher"),
        ("form[email]", "nia{who}@example.org"),
    ];
    let phoned = [
        ("form[name]", "Phil Phoned"),
        ("form[job_role]", "Teacher"),
        ("form[email]", "phil{who}@example.org"),
    ];
    let meeting = [
        ("form[title]", "Extra meeting"),
        ("form[starts]", "2027-03-10T09:30"),
        ("form[ends]", "2027-03-10T11:00"),
    ];
    let network = [
        ("form[name]", "Network"),
        ("form[timezone]", "Europe/London"),
        ("form[wording]", "Send me invites."),
    ];
    let networks = vec![
        post(
            "/do/networks/join",
            &[&[("slug", "north"), ("form[consent]", "true")][..], &person].concat(),
            PUBLIC,
            true,
        ),
        post("/do/networks/join", &[("slug", "nowhere")], [NotFound; 7], false),
        post("/do/networks/confirm", &[("token", "nonsense")], [NotFound; 7], false),
        post(
            "/do/networks/ask-to-leave",
            &[("slug", "north"), ("form[email]", "remy@example.org")],
            PUBLIC,
            true,
        ),
        post(
            "/do/networks/answer",
            &[("token", &world.answer), ("reply", "accepted")],
            PUBLIC,
            true,
        ),
        post(
            "/do/networks/answer",
            &[("invite", &invite), ("reply", "tentative")],
            DELEGATE_ONLY,
            true,
        ),
        post(
            "/do/networks/create",
            &[&[("form[slug]", "made-{who}")][..], &network].concat(),
            EDIT_ANY,
            true,
        ),
        post(
            "/do/networks/update",
            &[&[("slug", "north"), ("form[summary]", "Changed")][..], &network].concat(),
            EDIT,
            true,
        ),
        post(
            "/do/networks/add-request",
            &[
                &[("slug", "north"), ("form[source]", "by phone"), ("form[source_on]", "2026-11-19")][..],
                &phoned,
            ]
            .concat(),
            EDIT,
            true,
        ),
        post("/do/networks/remind", &[("slug", "north"), ("member", &requested)], EDIT, true),
        post(
            "/do/networks/decide",
            &[("slug", "north"), ("member", &confirmed), ("decision", "approve")],
            EDIT,
            true,
        ),
        post(
            "/do/networks/member",
            &[("slug", "north"), ("member", &delegate), ("form[name]", "Dana Changed")],
            EDIT,
            true,
        ),
        post("/do/networks/remove", &[("slug", "north"), ("member", &removed)], EDIT, true),
        post(
            "/do/networks/create-meeting",
            &[&[("slug", "north")][..], &meeting].concat(),
            EDIT,
            true,
        ),
        post(
            "/do/networks/create-year",
            &[
                ("slug", "north"),
                ("form[days][1]", "2027-10-06"),
                ("form[from]", "09:30"),
                ("form[to]", "11:00"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/networks/update-meeting",
            &[&[("slug", "north"), ("code", "draft")][..], &meeting].concat(),
            EDIT,
            true,
        ),
        post("/do/networks/publish-meeting", &[("slug", "north"), ("code", "draft")], EDIT, true),
        post(
            "/do/networks/send",
            &[("slug", "north"), ("code", "open"), ("form[count]", "2")],
            EDIT,
            true,
        ),
        post(
            "/do/networks/pause",
            &[("slug", "north"), ("member", &delegate), ("state", "paused")],
            EDIT,
            true,
        ),
        post("/do/networks/leave", &[("slug", "north")], DELEGATE_ONLY, true),
        post("/do/networks/status", &[("slug", "north"), ("status", "draft")], EDIT, true),
        post("/unsubscribe/{token}", &[], PUBLIC, false),
    ];
    let mut all = vec![
        post("/do/people/ask", &[("form[email]", "delegate@example.org")], PUBLIC, true),
        post("/do/people/code", &[("form[code]", "ABCDEFGH")], PUBLIC, false),
        post("/do/people/confirm", &[("token", "nonsense")], PUBLIC, false),
        post("/preferences", &[("contrast", "more"), ("back", "/events")], PUBLIC, false),
        post("/verify/check", &[], PUBLIC, false),
        post("/check-in/{slug}/sync", &[], CHECK_IN, true),
        post("/api/v1/bookings", &[], PUBLIC, false),
        post("/api/v1/events/{slug}/bookings", &[], PUBLIC, false),
        post(
            "/do/bookings/choose",
            &[("slug", "study-day"), ("form[wanted][standard-day]", "1")],
            PUBLIC,
            false,
        ),
        post(
            "/do/bookings/choose",
            &[("slug", "quiet-draft"), ("form[wanted][standard]", "1")],
            DRAFT,
            false,
        ),
        post(
            "/do/bookings/name",
            &[("slug", "study-day"), ("form[name]", "Ama Owusu")],
            PUBLIC,
            false,
        ),
        post(
            "/do/bookings/name",
            &[("slug", "quiet-draft"), ("form[name]", "Ama Owusu")],
            DRAFT,
            false,
        ),
        post("/do/bookings/book", &[("slug", "study-day"), ("key", "k")], PUBLIC, false),
        post("/do/bookings/book", &[("slug", "quiet-draft"), ("key", "k")], DRAFT, false),
        post(
            "/do/bookings/choose-session",
            &[("token", &world.reference), ("place", &place), ("session", "talk"), ("act", "join")],
            BOOKING_CHANGE,
            true,
        ),
        post(
            "/do/bookings/choose-session",
            &[("token", &world.manage), ("place", &linked), ("session", "talk"), ("act", "join")],
            PUBLIC,
            true,
        ),
        post(
            "/do/bookings/choose-session",
            &[("token", &world.manage), ("place", &place), ("session", "talk"), ("act", "join")],
            [NotFound; 7],
            false,
        ),
        post("/do/my/make-feed", &[], SIGNED_IN, true),
        post(
            "/do/certificates/release-at",
            &[("slug", "study-day"), ("form[at]", "2030-01-01T09:00")],
            EDIT,
            true,
        ),
        // And not after all: nothing may be left to be done.
        post(
            "/do/certificates/release-at",
            &[("slug", "study-day"), ("form[at]", "")],
            EDIT,
            true,
        ),
        post(
            "/do/feedback/give",
            &[("slug", "past-day"), ("form[answers][q1]", "4")],
            DELEGATE_ONLY,
            true,
        ),
        post(
            "/do/feedback/give",
            &[("token", &world.feedback), ("form[answers][q1]", "4")],
            PUBLIC,
            true,
        ),
        post("/do/feedback/give", &[("token", "nonsense")], [NotFound; 7], false),
        post(
            "/do/feedback/assess",
            &[("slug", "past-day"), ("form[after][1]", "4")],
            DELEGATE_ONLY,
            true,
        ),
        post(
            "/do/feedback/question",
            &[("slug", "study-day"), ("form[words]", "What else?"), ("form[kind]", "text")],
            EDIT,
            true,
        ),
        post(
            "/do/feedback/delete-question",
            &[("slug", "study-day"), ("key", "q{who}")],
            EDIT,
            true,
        ),
        post(
            "/do/feedback/move-question",
            &[("slug", "study-day"), ("key", "q1"), ("to", "down")],
            EDIT,
            true,
        ),
        post("/do/feedback/state", &[("slug", "study-day"), ("form[state]", "open")], EDIT, true),
        post("/do/feedback/ask", &[("slug", "past-day"), ("form[count]", "99")], EDIT, false),
        post("/do/my/stop-feed", &[], SIGNED_IN, true),
        post(
            "/do/bookings/rename",
            &[
                ("token", &world.reference),
                ("place", &place),
                ("form[name]", "Dana Renamed"),
                ("form[email]", "delegate@example.org"),
            ],
            BOOKING_CHANGE,
            true,
        ),
        post(
            "/do/bookings/rename",
            &[
                ("token", &world.manage),
                ("place", &place),
                ("form[name]", "Mallory"),
                ("form[email]", "mallory@example.org"),
            ],
            [NotFound; 7],
            false,
        ),
        post(
            "/do/bookings/rename",
            &[
                ("token", &world.manage),
                ("place", &linked),
                ("form[name]", "Linda Renamed"),
                ("form[email]", "linda@example.org"),
            ],
            PUBLIC,
            true,
        ),
        post(
            "/do/organise/name-place",
            &[
                ("slug", "study-day"),
                ("reference", &world.reference),
                ("place", &place),
                ("naming", "correct"),
                ("form[name]", "Dana D. Delegate"),
                ("form[email]", "delegate@example.org"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/organise/chosen",
            &[("slug", "study-day"), ("task", "send"), ("chosen", &chosen), ("form[seen]", &seen)],
            EDIT,
            true,
        ),
        post(
            "/do/organise/confirm-again",
            &[("slug", "study-day"), ("reference", &world.reference)],
            EDIT,
            true,
        ),
        post(
            "/do/organise/move-ticket",
            &[("slug", "study-day"), ("ticket", "standard-day"), ("way", "down")],
            EDIT,
            true,
        ),
        post(
            "/do/certificates/correct-name",
            &[
                ("slug", "past-day"),
                ("id", &world.certificates[2]),
                ("form[name]", "Pia Thirde"),
                ("form[reason]", "Her name was wrong"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/certificates/hold",
            &[("slug", "today"), ("code", &world.today_code), ("form[reason]", "Being looked at")],
            EDIT,
            true,
        ),
        post(
            "/do/certificates/release",
            &[("slug", "today"), ("code", &world.today_code)],
            EDIT,
            true,
        ),
        post(
            "/do/certificates/reissue",
            &[
                ("slug", "past-day"),
                ("id", &world.certificates[0]),
                ("form[reason]", "Her name was wrong"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/certificates/revoke",
            &[
                ("slug", "past-day"),
                ("id", &world.certificates[1]),
                ("form[reason]", "Was not there"),
            ],
            EDIT,
            true,
        ),
        // Whoever had it is held back by that.
        post(
            "/do/certificates/release",
            &[("slug", "past-day"), ("code", &world.revoked_code)],
            EDIT,
            true,
        ),
        post("/do/certificates/issue", &[("slug", "past-day"), ("count", "1")], EDIT, true),
        post(
            "/do/attendance/record",
            &[("slug", "today"), ("participant", &today), ("action", "arrive")],
            CHECK_IN,
            true,
        ),
        post(
            "/do/attendance/add",
            &[
                ("slug", "past-day"),
                ("person", &world.past_code),
                ("form[action]", "leave"),
                ("form[at]", "2026-10-09T11:00"),
                ("form[reason]", "paper register"),
            ],
            EDIT,
            true,
        ),
        post("/organise/events/{slug}/attendance/upload", &[], EDIT, false),
        post("/do/attendance/import", &[("slug", "past-day"), ("form[count]", "1")], EDIT, false),
        post("/organise/events/{slug}/attendance/online/upload", &[], EDIT, false),
        post("/do/attendance/settle-online", &[("slug", "past-day")], EDIT, false),
        post(
            "/do/attendance/import-online",
            &[("slug", "past-day"), ("form[count]", "1")],
            EDIT,
            false,
        ),
        post(
            "/do/agenda/ask-speaker",
            &[
                ("slug", "study-day"),
                ("speaker", "spare-0"),
                ("form[address]", "speaker@example.org"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/answer",
            &[("token", "nonsense"), ("form[state]", "confirmed")],
            [NotFound; 7],
            false,
        ),
        post(
            "/do/agenda/answer",
            &[("token", &world.speaking), ("form[state]", "")],
            PUBLIC,
            false,
        ),
        post(
            "/do/attendance/walk-in",
            &[("slug", "today"), ("key", "walk-{who}"), ("form[name]", "Wyn Walker")],
            CHECK_IN,
            true,
        ),
        post("/do/attendance/make-kiosk", &[("slug", "today")], CHECK_IN, true),
        post(
            "/do/attendance/make-screen",
            &[("slug", "today"), ("form[session]", "talk")],
            CHECK_IN,
            true,
        ),
        post(
            "/do/attendance/kiosk",
            &[("token", "nonsense"), ("form[code]", "x")],
            [NotFound; 7],
            false,
        ),
        post(
            "/do/attendance/kiosk",
            &[("token", &world.kiosk), ("form[code]", "x")],
            PUBLIC,
            false,
        ),
        post(
            "/do/attendance/here",
            &[("slug", "today"), ("form[code]", "none")],
            [SignIn, Allowed, NotFound, NotFound, NotFound, NotFound, NotFound],
            false,
        ),
        post(
            "/do/attendance/leave",
            &[("slug", "today")],
            [SignIn, Allowed, NotFound, NotFound, NotFound, NotFound, NotFound],
            false,
        ),
        post("/do/attendance/claim", &[("form[code]", "none")], SIGNED_IN, false),
        post(
            "/do/attendance/adjust",
            &[
                ("slug", "past-day"),
                ("person", &world.past_code),
                ("form[adjust_session]", "talk"),
                ("form[minutes]", "-1"),
                ("form[adjust_reason]", "came late"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/attendance/ask",
            &[("place", &world.past_code), ("form[words]", "I stayed until noon.")],
            [SignIn, Allowed, NotFound, NotFound, NotFound, NotFound, NotFound],
            true,
        ),
        post(
            "/do/attendance/decide",
            &[
                ("slug", "past-day"),
                ("person", &world.revoked_code),
                ("correction", &correction),
                ("form[decision]", "declined"),
                ("form[answer]", "You left at eleven."),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/attendance/withdraw",
            &[
                ("slug", "past-day"),
                ("record", &record),
                ("person", &world.past_code),
                ("form[reasons][1]", "a slip"),
                ("form[reasons][2]", "a slip"),
            ],
            CHECK_IN,
            false,
        ),
        post("/do/messages/resend", &[("message", &message)], EDIT, true),
        // It was not sent yet, so there is nothing to copy: see `mail.rs`.
        post("/do/messages/copy", &[("message", &message)], EDIT, false),
        // Everybody sees another number, and this is nobody's.
        post("/do/messages/retry", &[("form[count]", "987654")], EDIT_ANY, false),
        post(
            "/do/organise/create",
            &with(&[("form[organisation]", "example-training"), ("form[slug]", "made-here")]),
            [SignIn, Forbidden, Forbidden, Forbidden, Allowed, Allowed, Allowed],
            true,
        ),
        post("/do/organise/update", &with(&[("slug", "study-day")]), EDIT, true),
        post(
            "/do/organise/status",
            &[("slug", "quiet-draft"), ("status", "published")],
            EDIT,
            true,
        ),
        post(
            "/do/organise/ticket",
            &[
                ("slug", "study-day"),
                ("form[name]", "Late"),
                ("form[price]", "10"),
                ("form[vat]", "standard"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/organise/show-ticket",
            &[("slug", "study-day"), ("ticket", "late"), ("hidden", "true")],
            EDIT,
            true,
        ),
        post(
            "/do/organise/move-place",
            &[
                ("slug", "study-day"),
                ("reference", &world.reference),
                ("place", &place),
                ("form[to]", "late"),
                // Dearer, it would be looked at first.
                ("form[keep_price]", "true"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/organise/delete-ticket",
            &[("slug", "study-day"), ("ticket", "spare-{who}")],
            EDIT,
            true,
        ),
        post(
            "/do/organise/copy",
            &[
                ("slug", "study-day"),
                ("form[title]", "Study day again"),
                ("form[on]", "2028-03-10"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/session",
            &[
                ("slug", "study-day"),
                ("form[title]", "One more"),
                ("form[kind]", "talk"),
                ("form[starts]", "2027-03-12T12:00"),
                ("form[ends]", "2027-03-12T13:00"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/move",
            &[
                ("slug", "study-day"),
                ("session", "talk"),
                ("form[minutes]", "5"),
                ("form[which]", "one"),
            ],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/arrange",
            &[
                ("slug", "study-day"),
                ("title", "Drawn"),
                ("kind", "talk"),
                ("day", "2027-03-12"),
                ("from", "720"),
                ("until", "750"),
            ],
            EDIT,
            true,
        ),
        post("/do/agenda/take-back", &[("slug", "study-day"), ("step", "0")], EDIT, false),
        post("/do/agenda/publish", &[("slug", "study-day"), ("form[seen]", "old")], EDIT, false),
        post("/do/agenda/discard", &[("slug", "study-day")], EDIT, false),
        post("/do/agenda/undo", &[("slug", "study-day"), ("step", "0")], EDIT, false),
        post(
            "/do/agenda/session-status",
            &[("slug", "study-day"), ("session", "talk"), ("status", "cancelled")],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/delete-session",
            &[("slug", "study-day"), ("session", "spare-{who}")],
            EDIT,
            true,
        ),
        post("/do/agenda/room", &[("slug", "study-day"), ("form[name]", "Attic")], EDIT, true),
        post(
            "/do/agenda/delete-room",
            &[("slug", "study-day"), ("room", "spare-{who}"), ("sessions", "0")],
            EDIT,
            true,
        ),
        post("/do/agenda/track", &[("slug", "study-day"), ("form[name]", "Schools")], EDIT, true),
        post(
            "/do/agenda/delete-track",
            &[("slug", "study-day"), ("track", "spare-{who}"), ("sessions", "0")],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/speaker",
            &[("slug", "study-day"), ("form[name]", "Dr Ama Owusu")],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/move-speaker",
            &[("slug", "study-day"), ("speaker", "spare-0"), ("to", "down")],
            EDIT,
            true,
        ),
        post(
            "/do/agenda/remove-photo",
            &[("slug", "study-day"), ("speaker", "spare-0")],
            EDIT,
            false,
        ),
        post("/organise/events/{slug}/agenda/speakers/{code}/photo", &[], EDIT, false),
        post("/speaking/{token}/photo", &[("token", &world.speaking)], PUBLIC, false),
        post("/do/agenda/remove-own-photo", &[("token", "nonsense")], [NotFound; 7], false),
        post("/do/agenda/remove-own-photo", &[("token", &world.speaking)], PUBLIC, false),
        post(
            "/do/agenda/delete-speaker",
            &[("slug", "study-day"), ("speaker", "spare-{who}"), ("sessions", "0")],
            EDIT,
            true,
        ),
        post("/do/organise/cancel", &[("slug", "gone-day"), ("people", "0")], EDIT, true),
        post(
            "/do/organise/add-member",
            &[
                ("organisation", "example-training"),
                ("form[name]", "New Person"),
                ("form[email]", "new@example.org"),
                ("form[role]", "viewer"),
            ],
            OWN_NAMED,
            true,
        ),
        post(
            "/do/organise/role",
            &[("organisation", "example-training"), ("person", &helper), ("role", "steward")],
            OWN_NAMED,
            true,
        ),
        post(
            "/do/organise/invite-again",
            &[("organisation", "example-training"), ("person", &asked)],
            OWN_NAMED,
            true,
        ),
        post(
            "/do/organise/remove-member",
            &[("organisation", "example-training"), ("person", &helper)],
            OWN_NAMED,
            true,
        ),
        post(
            "/do/organise/settings",
            &[
                ("organisation", "example-training"),
                ("form[name]", "Renamed Ltd"),
                ("form[email]", "new@example.org"),
            ],
            [SignIn, NotFound, Forbidden, Forbidden, Forbidden, Allowed, NotFound],
            true,
        ),
        post(
            "/do/organise/check-installation",
            &[("organisation", "example-training")],
            OWN_NAMED,
            false,
        ),
        post(
            "/do/bookings/cancel",
            &[("token", &world.reference), ("place", &place)],
            BOOKING_CHANGE,
            true,
        ),
        post(
            "/do/bookings/cancel",
            &[("token", &world.manage), ("place", &place)],
            [NotFound; 7],
            false,
        ),
        post("/do/bookings/cancel", &[("token", &world.manage), ("place", &linked)], PUBLIC, true),
        post("/do/people/sign-out-everywhere", &[], SIGNED_IN, true),
        post("/sign-out", &[], PUBLIC, false),
    ];
    all.extend(networks);
    let Kept { entry, file, link, .. } = &world.portfolio;
    let typed = [("form[title]", "A course"), ("form[on]", "2026-11-03"), ("form[method]", "course")];
    let portfolio = vec![
        post(
            "/do/portfolio/save-entry",
            &[&[("key", "made{who}")][..], &typed].concat(),
            SIGNED_IN,
            true,
        ),
        post(
            "/do/portfolio/save-entry",
            &[&[("of", entry.as_str())][..], &typed].concat(),
            DELEGATE_ONLY,
            true,
        ),
        post(
            "/do/portfolio/reflect",
            &[("of", entry), ("scheme", "nmc"), ("form[answers][learned]", "Much")],
            DELEGATE_ONLY,
            true,
        ),
        post(
            "/do/portfolio/delete-reflection",
            &[("of", entry), ("scheme", "none")],
            DELEGATE_ONLY,
            true,
        ),
        post("/do/portfolio/settings", &[("form[chosen][nmc]", "true")], SIGNED_IN, true),
        post(
            "/do/portfolio/make-link",
            &[("form[from]", "2026-01-01"), ("form[until]", "2026-12-31"), ("form[days]", "7")],
            SIGNED_IN,
            true,
        ),
        post("/do/portfolio/withdraw-link", &[("link", link)], DELEGATE_ONLY, true),
        post("/my/cpd/entries/{of}/files", &[], DELEGATE_ONLY, false),
        post("/do/portfolio/remove-file", &[("file", file)], DELEGATE_ONLY, true),
        post("/do/portfolio/delete-entry", &[("of", entry)], DELEGATE_ONLY, true),
    ];
    // Before everybody signs out.
    portfolio.into_iter().chain(all).collect()
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
