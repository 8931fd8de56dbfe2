//! A network from the first request to the meeting's certificate: asking, confirming, approving, inviting, answering,
//! leaving; and its file, in and out.

use chrono::TimeDelta;
use domain::{
    access::Actor,
    events::exchange::Options,
    networks::{self, MembershipState, Reply, consent, entity},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tests::{Browser, Mail, TestApp};

pub const SLUG: &str = "north";

pub fn file(members: &[(&str, &str)], meetings: &[(&str, &str)]) -> Value {
    let members: Vec<_> = members
        .iter()
        .map(|(name, email)| json!({"name": name, "email": email, "job_role": "DSL", "agency": "Example School", "state": "member", "consent": {"on": "2026-09-01", "source": "asked by e-mail", "version": "1"}}))
        .collect();
    let meetings: Vec<_> = meetings
        .iter()
        .map(|(code, day)| json!({"code": code, "title": "Spring term meeting", "starts": format!("{day}T09:30"), "ends": format!("{day}T11:00"), "place": "County Hall, room 2", "online_url": "https://meet.example.org/secret", "status": "published", "cpd": true, "participatory": true}))
        .collect();
    json!({
        "plenary": 1, "kind": "network",
        "organisation": {"slug": "example-training", "name": "Example Training Ltd", "email": "events@example.org"},
        "network": {"slug": SLUG, "name": "Self-Harm Network, North", "neutral_name": "North network", "timezone": "Europe/London", "sensitive": true,
            "contact": {"name": "Training team", "email": "training@example.org"}, "consent": {"version": "1", "wording": "Send me invites to this network's meetings."},
            "support": [{"name": "Samaritans", "contact": "116 123", "note": "free, day or night", "checked_on": "2026-11-02"}]},
        "members": members, "meetings": meetings,
    })
}

async fn with(members: &[(&str, &str)], meetings: &[(&str, &str)]) -> TestApp {
    let app = TestApp::start().await;
    app.import(&file(members, meetings)).await;
    app
}

/// The link of this path in the newest mail to an address that has one.
async fn link(app: &TestApp, address: &str, path: &str) -> String {
    app.mails_to(address).await.iter().rev().find_map(|mail| mail.path(path)).unwrap()
}

async fn membership(app: &TestApp, name: &str) -> entity::membership::Model {
    entity::membership::Entity::find()
        .filter(entity::membership::Column::Name.eq(name))
        .one(&app.services.db.read)
        .await
        .unwrap()
        .unwrap()
}

async fn invites(app: &TestApp) -> Vec<entity::invite::Model> {
    entity::invite::Entity::find()
        .order_by_asc(entity::invite::Column::Id)
        .all(&app.services.db.read)
        .await
        .unwrap()
}

async fn ask(browser: &Browser, email: &str) -> String {
    let form = browser.get("/networks/north/join").await.page().form("/do/networks/join");
    let form = form
        .set("form[name]", "Siân Llŷr")
        .set("form[job_role]", "DSL")
        .set("form[email]", email)
        .forge("form[consent]", "true");
    browser.submit(form).await.h1()
}

/// The calendar of a mail as one text, lines unfolded.
fn calendar(mail: &Mail) -> String {
    mail.calendar
        .as_ref()
        .map(|(_, text)| text.replace("\r\n ", ""))
        .unwrap_or_default()
}

fn method(mail: &Mail) -> String {
    mail.calendar.as_ref().map(|(method, _)| method.clone()).unwrap_or_default()
}

fn raw(mail: &Mail) -> String {
    String::from_utf8_lossy(mail.raw.as_deref().unwrap()).into_owned()
}

#[tokio::test]
async fn somebody_asks_confirms_is_approved_and_gets_a_real_invite_to_what_is_to_come() {
    let app = with(&[("Ama Owusu", "ama@example.org")], &[("spring-2027", "2027-02-24")]).await;
    let owner = app.person_with_role(domain::organisations::Role::Owner).await;
    networks::invites::send(&app.services, &Actor::System, SLUG, "spring-2027", "1")
        .await
        .unwrap();
    app.run_jobs().await;
    assert_eq!(app.mails_to("ama@example.org").await.len(), 1);

    let browser = app.browser();
    assert_eq!(ask(&browser, "sian@example.org").await, "Check your email");
    app.run_jobs().await;
    let join = link(&app, "sian@example.org", "/join/").await;
    let page = browser.get(&join).await;
    assert_eq!(page.h1(), "Confirm your request");
    assert_eq!(
        membership(&app, "Siân Llŷr").await.state,
        MembershipState::Requested,
        "looking confirms nothing"
    );
    assert_eq!(
        browser.submit(page.page().form("/do/networks/confirm")).await.h1(),
        "Your request has been sent"
    );
    app.run_jobs().await;
    assert_eq!(
        app.mails_to("training@example.org").await.len(),
        1,
        "the contact hears that somebody waits"
    );

    let requests = owner.get("/organise/networks/north/requests").await;
    assert!(requests.text.contains("Approve Siân Llŷr") && requests.text.contains("Decline Siân Llŷr"));
    let forms = requests.page();
    owner.submit(forms.form("/do/networks/decide")).await;
    app.run_jobs().await;

    let mails = app.mails_to("sian@example.org").await;
    let invite = mails.iter().find(|mail| mail.kind == "invite").unwrap();
    assert_eq!(method(invite), "REQUEST");
    assert_eq!(invite.row.subject, "Invite: North network: meeting");
    assert!(!raw(invite).contains("ama@example.org"), "nobody sees anybody");
    let records = consent::list_of(&app.services.db.read, membership(&app, "Siân Llŷr").await.id)
        .await
        .unwrap();
    let done: Vec<_> = records
        .iter()
        .map(|row| (row.action.word(), row.how.word(), row.version.as_deref()))
        .collect();
    assert_eq!(
        done,
        [
            ("asked", "page", Some("1")),
            ("given", "link", Some("1")),
            ("approved", "organiser", Some("1"))
        ]
    );
    let network = networks::service::load_shown(&app.services, &Actor::System, SLUG).await.unwrap().0;
    assert_eq!(consent::first_break(&app.services.db.read, network.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_member_and_a_stranger_get_the_same_page_and_the_truth_by_mail() {
    let app = with(&[("Ama Owusu", "ama@example.org")], &[]).await;
    let before = membership(&app, "Ama Owusu").await;
    assert_eq!(ask(&app.browser(), "ama@example.org").await, "Check your email");
    app.run_jobs().await;
    assert_eq!(app.mails_to("ama@example.org").await[0].kind, "join_already");
    assert_eq!(
        membership(&app, "Ama Owusu").await,
        before,
        "whoever typed an address has not proved it"
    );
}

#[tokio::test]
async fn a_request_by_phone_needs_its_source_and_day_and_the_person_still_confirms() {
    let app = with(&[], &[]).await;
    let owner = app.person_with_role(domain::organisations::Role::Owner).await;
    let form = || async {
        owner
            .get("/organise/networks/north/requests")
            .await
            .page()
            .form("/do/networks/add-request")
    };
    let typed = form()
        .await
        .set("form[name]", "Rhys Rees")
        .set("form[job_role]", "Nurse")
        .set("form[email]", "rhys@example.org");
    let refused = owner.submit(typed).await;
    assert!(refused.text.contains("Enter how they asked") && refused.text.contains("Enter the day they asked"));
    assert_eq!(app.count("membership").await, 0);
    let typed = form()
        .await
        .set("form[name]", "Rhys Rees")
        .set("form[job_role]", "Nurse")
        .set("form[email]", "rhys@example.org");
    owner
        .submit(typed.set("form[source]", "by phone").set("form[source_on]", "2026-11-19"))
        .await;
    app.run_jobs().await;
    let rhys = membership(&app, "Rhys Rees").await;
    assert_eq!((rhys.state, rhys.source.as_deref()), (MembershipState::Requested, Some("by phone")));
    let actor = app.actor(&owner).await;
    let too_early = networks::join::decide(&app.services, &actor, SLUG, rhys.id, networks::join::Decision::Approve).await;
    assert!(matches!(
        too_early,
        Err(domain::Error::Refused(domain::Refusal::Network(networks::Refusal::Unconfirmed)))
    ));
    link(&app, "rhys@example.org", "/join/").await;
}

#[tokio::test]
async fn each_member_gets_one_message_with_a_uid_of_their_own_and_changes_are_told_once() {
    let app = with(
        &[("Ama Owusu", "ama@example.org"), ("Kofi Mensah", "kofi@example.org")],
        &[("spring-2027", "2027-02-24")],
    )
    .await;
    let services = &app.services;
    networks::invites::send(services, &Actor::System, SLUG, "spring-2027", "2")
        .await
        .unwrap();
    app.run_jobs().await;
    let again = networks::invites::send(services, &Actor::System, SLUG, "spring-2027", "0").await;
    assert!(matches!(
        again,
        Err(domain::Error::Refused(domain::Refusal::Network(networks::Refusal::NobodyToInvite)))
    ));
    let uid = |mail: &Mail| calendar(mail).lines().find(|line| line.starts_with("UID:")).unwrap().to_owned();
    let (ama, kofi) = (app.mails_to("ama@example.org").await, app.mails_to("kofi@example.org").await);
    assert_eq!((ama.len(), kofi.len()), (1, 1));
    assert_ne!(uid(&ama[0]), uid(&kofi[0]));
    let raw = raw(&ama[0]);
    assert!(
        raw.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click") && raw.contains("List-Id: North network <north.plenary.test>"),
        "{raw}"
    );

    let typed = networks::meetings::MeetingForm {
        title: "Spring term meeting".into(),
        // Another day: the entry moves there.
        starts: "2027-03-03T10:00".into(),
        ends: "2027-03-03T11:30".into(),
        place: "County Hall, room 2".into(),
        online_url: "https://meet.example.org/secret".into(),
        cpd: "true".into(),
        participatory: "true".into(),
    };
    for _ in 0..2 {
        networks::meetings::update(services, &Actor::System, SLUG, "spring-2027", &typed)
            .await
            .unwrap();
        app.run_jobs().await;
        app.pass(TimeDelta::seconds(1));
    }
    let ama = app.mails_to("ama@example.org").await;
    assert_eq!(
        ama.iter().map(|mail| mail.kind.as_str()).collect::<Vec<_>>(),
        ["invite", "invite_update"]
    );
    assert_eq!(uid(&ama[0]), uid(&ama[1]));
    assert!(calendar(&ama[1]).contains("SEQUENCE:1"));

    let event = networks::queries::find_meeting(
        &services.db.read,
        networks::service::load_shown(services, &Actor::System, SLUG).await.unwrap().0.id,
        "spring-2027",
    )
    .await
    .unwrap()
    .unwrap()
    .1;
    domain::events::desk::cancel(services, &Actor::System, &event.slug, 2)
        .await
        .unwrap();
    app.run_jobs().await;
    let ama = app.mails_to("ama@example.org").await;
    assert_eq!((ama.len(), method(&ama[2])), (3, "CANCEL".to_owned()));
    assert_eq!(uid(&ama[2]), uid(&ama[0]));
}

#[tokio::test]
async fn leaving_by_one_click_answers_200_and_takes_the_meeting_out_of_the_calendar() {
    let app = with(
        &[("Ama Owusu", "ama@example.org"), ("Kofi Mensah", "kofi@example.org")],
        &[("spring-2027", "2027-02-24")],
    )
    .await;
    networks::invites::send(&app.services, &Actor::System, SLUG, "spring-2027", "2")
        .await
        .unwrap();
    app.run_jobs().await;
    let leave = link(&app, "ama@example.org", "/unsubscribe/").await;
    let page = app.browser().get(&leave).await;
    assert_eq!(page.h1(), "Leave this list?");
    assert_eq!(
        membership(&app, "Ama Owusu").await.state,
        MembershipState::Member,
        "looking leaves nothing"
    );
    // As a mail program does it: no cookie, no page before.
    let request = axum::extract::Request::post(format!("{}{leave}", app.base_url))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from("List-Unsubscribe=One-Click"))
        .unwrap();
    let answer = app.call(request).await;
    assert_eq!((answer.status, answer.h1()), (200, "You have left the list".to_owned()));
    app.run_jobs().await;
    let ama = membership(&app, "Ama Owusu").await;
    assert_eq!(ama.state, MembershipState::Left);
    let last = consent::list_of(&app.services.db.read, ama.id).await.unwrap().pop().unwrap();
    assert_eq!((last.action.word(), last.how.word()), ("withdrawn", "one_click"));
    assert_eq!(method(app.mails_to("ama@example.org").await.last().unwrap()), "CANCEL");
    assert_eq!(app.mails_to("kofi@example.org").await.len(), 1);
    assert_eq!(app.browser().get(&leave).await.h1(), "You have left the list");
}

#[tokio::test]
async fn an_answer_is_recorded_by_pressing_and_never_by_looking_and_the_newest_counts() {
    let app = with(&[("Ama Owusu", "ama@example.org")], &[("spring-2027", "2027-02-24")]).await;
    networks::invites::send(&app.services, &Actor::System, SLUG, "spring-2027", "1")
        .await
        .unwrap();
    app.run_jobs().await;
    let url = link(&app, "ama@example.org", "/invites/").await;
    let browser = app.browser();
    let page = browser.get(&url).await;
    assert_eq!(invites(&app).await[0].reply, None);
    for (reply, word) in [(Reply::Accepted, "accepted"), (Reply::Declined, "declined")] {
        browser.submit(page.page().form("/do/networks/answer").forge("reply", word)).await;
        assert_eq!(invites(&app).await[0].reply, Some(reply));
    }
    let owner = app.person_with_role(domain::organisations::Role::Owner).await;
    let desk = owner.get("/organise/networks/north/meetings/spring-2027").await;
    assert!(desk.text.contains("I cannot come") && desk.text.contains("Ama Owusu"));
}

#[tokio::test]
async fn a_meeting_is_attended_and_certified_by_the_path_of_every_event() {
    let app = with(
        &[("Ama Owusu", "ama@example.org"), ("Kofi Mensah", "kofi@example.org")],
        &[("spring-2027", "2027-02-24")],
    )
    .await;
    networks::invites::send(&app.services, &Actor::System, SLUG, "spring-2027", "2")
        .await
        .unwrap();
    app.run_jobs().await;
    app.move_to("2027-02-24T09:28:00Z");
    let steward = app.person_with_role(domain::organisations::Role::Steward).await;
    let found = steward.get("/check-in/north-spring-2027?q=Ama").await;
    let arrived = steward.submit(found.page().form("/do/attendance/record")).await;
    assert!(arrived.text.contains("Arrived"), "{}", arrived.text);
    app.move_to("2027-02-24T12:00:00Z");
    let issued = domain::certificates::issue::issue_quietly(&app.services, &Actor::System, "north-spring-2027")
        .await
        .unwrap();
    assert_eq!(issued.iter().map(|one| one.shown_minutes).collect::<Vec<_>>(), [90]);
    let page = app.browser().get(&format!("/certificates/{}", issued[0].certificate)).await;
    assert!(page.text.contains("Self-Harm Network, North: Spring term meeting"));
    let ama = app.sign_in("ama@example.org").await;
    assert!(ama.get("/my/cpd").await.text.contains("Spring term meeting"));
    app.run_jobs().await;
}

#[tokio::test]
async fn the_link_to_join_online_is_on_no_public_page() {
    let app = with(&[("Ama Owusu", "ama@example.org")], &[("spring-2027", "2027-02-24")]).await;
    for path in [
        "/networks",
        "/networks/north",
        "/networks/north/meetings/spring-2027",
        "/networks/north/meetings/spring-2027.ics",
        "/events",
        "/events/north-spring-2027",
        "/api/v1/events",
        "/api/v1/events/north-spring-2027",
    ] {
        let answer = app.browser().get(path).await;
        assert!(!answer.text.contains("meet.example.org"), "{path}");
    }
    networks::invites::send(&app.services, &Actor::System, SLUG, "spring-2027", "1")
        .await
        .unwrap();
    app.run_jobs().await;
    assert!(
        app.mails_to("ama@example.org").await[0]
            .text
            .contains("https://meet.example.org/secret")
    );
}

#[tokio::test]
async fn a_year_of_meetings_is_made_in_one_step() {
    let app = with(&[], &[]).await;
    let owner = app.person_with_role(domain::organisations::Role::Owner).await;
    let form = owner
        .get("/organise/networks/north/meetings/year")
        .await
        .page()
        .form("/do/networks/create-year");
    owner
        .submit(
            form.set("form[days][1]", "2026-12-02")
                .set("form[days][2]", "2027-02-24")
                .set("form[days][3]", "2027-06-13"),
        )
        .await;
    let network = networks::service::load_shown(&app.services, &Actor::System, SLUG).await.unwrap().0;
    let made = networks::queries::list_meetings(&app.services.db.read, &[network.id])
        .await
        .unwrap();
    let made: Vec<_> = made
        .iter()
        .map(|(meeting, event)| (meeting.code.as_str(), event.starts_at.to_rfc3339()))
        .collect();
    assert_eq!(
        made,
        [
            ("autumn-2026", "2026-12-02T09:30:00+00:00".to_owned()),
            ("spring-2027", "2027-02-24T09:30:00+00:00".to_owned()),
            ("summer-2027", "2027-06-13T08:30:00+00:00".to_owned())
        ]
    );
}

#[tokio::test]
async fn a_network_imports_to_what_it_exports() {
    let app = with(
        &[("Ama Owusu", "ama@example.org"), ("\"A; B\", C", "abc@example.org")],
        &[("spring-2027", "2027-02-24"), ("summer-2027", "2027-06-17")],
    )
    .await;
    let first = serde_json::to_value(networks::export::export(&app.services, &Actor::System, SLUG).await.unwrap()).unwrap();
    let other = TestApp::start().await;
    other.import(&first).await;
    let second = serde_json::to_value(networks::export::export(&other.services, &Actor::System, SLUG).await.unwrap()).unwrap();
    assert_eq!(first, second);
    assert_eq!(
        app.count("message").await + other.count("message").await,
        0,
        "an import mails nobody"
    );
    let taken = app.try_import(&first, Options::default()).await;
    assert!(taken.is_err());
    let report = app
        .try_import(
            &first,
            Options {
                update: true,
                ..Options::default()
            },
        )
        .await
        .unwrap();
    assert_eq!((report.counts.members.changed, report.counts.meetings.changed), (0, 0));
}

#[tokio::test]
async fn an_import_that_sends_invites_once_updates_what_changed_and_cancels() {
    let app = with(&[("Ama Owusu", "ama@example.org")], &[("spring-2027", "2027-02-24")]).await;
    let send = Options {
        update: true,
        send: true,
        ..Options::default()
    };
    let mut now = file(&[("Ama Owusu", "ama@example.org")], &[("spring-2027", "2027-02-24")]);
    for _ in 0..2 {
        app.try_import(&now, send).await.unwrap();
        app.run_jobs().await;
        app.pass(TimeDelta::seconds(1));
    }
    now["meetings"][0]["starts"] = "2027-02-24T10:00".into();
    app.try_import(&now, send).await.unwrap();
    app.run_jobs().await;
    app.pass(TimeDelta::seconds(1));
    now["meetings"][0]["status"] = "cancelled".into();
    app.try_import(&now, send).await.unwrap();
    app.run_jobs().await;
    let kinds: Vec<_> = app.mails_to("ama@example.org").await.into_iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, ["invite", "invite_update", "invite_cancelled"]);
}

#[tokio::test]
async fn a_new_network_is_a_draft_until_it_is_published_and_again_when_it_is_taken_back() {
    let app = TestApp::start().await;
    let owner = app.person_with_role(domain::organisations::Role::Owner).await;
    let viewer = app.person_with_role(domain::organisations::Role::Viewer).await;
    let new = owner.get("/organise/networks/new").await.page().form("/do/networks/create");
    let made = owner.submit(new.set("form[name]", "North")).await;
    assert!(made.page().main().contains("Only your team sees it."), "{}", made.page().main());
    let at = "/networks/north";
    let seen = async || {
        let mut seen = Vec::new();
        for path in [at, "/networks/north/join", "/networks/north/leave"] {
            seen.push(app.browser().get(path).await.status);
        }
        (seen, app.browser().get("/networks").await.text.contains(at))
    };
    assert_eq!(seen().await, (vec![404, 404, 404], false));
    assert_eq!(viewer.get(at).await.status, 200, "its team sees how it will look");
    let nobodys = app
        .browser()
        .post("/do/networks/join", &[("slug", "north"), ("form[name]", "Ama Owusu")])
        .await;
    assert_eq!(nobodys.status, 404);
    let export = async || {
        let file = networks::export::export(&app.services, &Actor::System, "north").await.unwrap();
        serde_json::to_value(&file).unwrap()["network"]["status"].clone()
    };
    assert_eq!(export().await, json!("draft"));

    let button = async |words: &str| {
        let page = owner.get("/organise/networks/north").await.page();
        assert!(page.all("button").any(|button| button.text == words), "{words}");
        owner.submit(page.form("/do/networks/status")).await
    };
    assert!(button("Publish").await.page().main().contains("Published."));
    assert_eq!(seen().await, (vec![200, 200, 200], true));
    assert_eq!(export().await, Value::Null, "what is published says nothing: absent is published");
    assert!(button("Unpublish").await.page().main().contains("Unpublished."));
    assert_eq!(seen().await, (vec![404, 404, 404], false));

    // A file without a word of it makes a network that is out; one that says draft, a draft; and neither changes by a file
    // that says nothing.
    let mut file = file(&[], &[]);
    file["network"]["slug"] = "south".into();
    app.import(&file).await;
    assert_eq!(app.browser().get("/networks/south").await.status, 200);
    file["network"]["status"] = "draft".into();
    let update = Options {
        update: true,
        ..Options::default()
    };
    app.try_import(&file, update).await.unwrap();
    assert_eq!(app.browser().get("/networks/south").await.status, 404);
    file["network"].as_object_mut().unwrap().remove("status");
    app.try_import(&file, update).await.unwrap();
    assert_eq!(app.browser().get("/networks/south").await.status, 404);
    app.run_jobs().await;
}

#[tokio::test]
async fn whoever_is_on_the_list_of_a_network_that_is_taken_back_can_still_leave_it() {
    let app = with(&[("Ama Owusu", "ama@example.org")], &[]).await;
    app.execute("UPDATE network SET status = 'draft'").await;
    let browser = app.browser();
    assert_eq!(browser.get("/networks/north").await.status, 404);
    let form = browser.get("/networks/north/leave").await.page().form("/do/networks/ask-to-leave");
    browser.submit(form.set("form[email]", "ama@example.org")).await;
    app.run_jobs().await;
    let leave = link(&app, "ama@example.org", "/unsubscribe/").await;
    let page = browser.get(&leave).await.page();
    let form = page
        .forms()
        .into_iter()
        .find(|form| form.action.starts_with("/unsubscribe/"))
        .unwrap();
    browser.submit(form).await;
    assert_eq!(membership(&app, "Ama Owusu").await.state, MembershipState::Left);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_paused_member_gets_no_invites_until_they_do_again() {
    let app = with(
        &[("Ama Owusu", "ama@example.org"), ("Kofi Mensah", "kofi@example.org")],
        &[("spring-2027", "2027-02-24")],
    )
    .await;
    let owner = app.person_with_role(domain::organisations::Role::Owner).await;
    let page = format!("/organise/networks/north/members/{}", membership(&app, "Ama Owusu").await.id);
    let press = async |button: &str| {
        let shown = owner.get(&page).await.page();
        assert!(shown.all("button").any(|one| one.text == button), "{button}");
        owner.submit(shown.form("/do/networks/pause")).await
    };
    assert!(press("Pause Ama Owusu").await.page().main().contains("Paused."));
    assert_eq!(membership(&app, "Ama Owusu").await.state, MembershipState::Paused);
    networks::invites::send(&app.services, &Actor::System, SLUG, "spring-2027", "1")
        .await
        .unwrap();
    app.run_jobs().await;
    assert_eq!(
        [
            app.mails_to("ama@example.org").await.len(),
            app.mails_to("kofi@example.org").await.len()
        ],
        [0, 1]
    );
    assert!(
        press("Send invites to Ama Owusu again")
            .await
            .page()
            .main()
            .contains("They get invites again.")
    );
    app.run_jobs().await;
    let mails = app.mails_to("ama@example.org").await;
    assert_eq!((mails.len(), method(&mails[0])), (1, "REQUEST".to_owned()));
}

#[tokio::test]
async fn a_bulk_send_goes_by_the_number_there_is_when_it_is_pressed() {
    let names: Vec<(String, String)> = (0..12).map(|n| (format!("Member {n}"), format!("member{n}@example.org"))).collect();
    let members: Vec<(&str, &str)> = names.iter().map(|(name, email)| (name.as_str(), email.as_str())).collect();
    let app = with(&members, &[("spring-2027", "2027-02-24")]).await;
    let owner = app.person_with_role(domain::organisations::Role::Owner).await;
    let page = "/organise/networks/north/meetings/spring-2027";
    let shown = owner.get(page).await.page();
    assert!(
        shown.all("label").any(|label| label.text.starts_with("Type 12 to confirm")),
        "{}",
        shown.main()
    );
    // One leaves while the page is open: the number typed is not the number there is.
    app.execute("UPDATE membership SET state = 'left' WHERE name = 'Member 0'").await;
    let refused = owner.submit(shown.form("/do/networks/send").set("form[count]", "12")).await;
    assert_eq!(
        refused.problems(),
        ["Type 11, the number of people who will be invited, to show that you mean it"]
    );
    assert_eq!(app.run_jobs().await, (0, 0));
    owner
        .submit(refused.page().form("/do/networks/send").set("form[count]", "11"))
        .await;
    app.run_jobs().await;
    assert_eq!(app.count("message WHERE kind = 'invite'").await, 11);
}

#[tokio::test]
async fn two_changes_of_a_meeting_within_one_millisecond_are_both_told() {
    let app = with(&[("Ama Owusu", "ama@example.org")], &[("spring-2027", "2027-02-24")]).await;
    networks::invites::send(&app.services, &Actor::System, SLUG, "spring-2027", "1")
        .await
        .unwrap();
    app.run_jobs().await;
    // The clock stands still, and the first change is told before the second is made.
    for place in ["Room 1", "Room 2"] {
        let typed = networks::meetings::MeetingForm {
            title: "Spring term meeting".into(),
            starts: "2027-02-24T09:30".into(),
            ends: "2027-02-24T11:00".into(),
            place: place.into(),
            ..networks::meetings::MeetingForm::fresh()
        };
        networks::meetings::update(&app.services, &Actor::System, SLUG, "spring-2027", &typed)
            .await
            .unwrap();
        app.run_jobs().await;
    }
    let mails = app.mails_to("ama@example.org").await;
    assert_eq!(mails.len(), 3);
    assert!(mails[2].text.contains("Where. Was: Room 1. Now: Room 2."), "{}", mails[2].text);
}
