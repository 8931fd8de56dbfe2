//! What comes back by mail: answers from calendars, what a person has to look at, addresses mail does not reach; and the
//! mailbox it is read from, which is a real one.

mod mailbox;
mod reader;

use crate::{
    ground::{MORNING, app_at, book, import, mails_of, named, open_day, order, words},
    networks::{SLUG, file},
};
use chrono::TimeDelta;
use domain::{
    access::Actor,
    bookings::{
        entity::calendar_entry,
        naming::{Naming, name_place},
        order::Who,
        service::Holder,
    },
    messages::{
        State,
        inbox::{self, Inbox, Outcome, read::read},
    },
    networks::{self, Reply, Way, entity::invite},
    organisations::Role,
    platform::db::begin_write,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use tests::{Browser, SmtpServer, TestApp, letter};

/// Takes a mail in, as from the mailbox.
async fn receive(app: &TestApp, raw: &[u8]) -> Option<Outcome> {
    let tx = begin_write(&app.services.db).await.unwrap();
    let outcome = inbox::take(&tx, &app.services, &read(raw, true), raw).await.unwrap();
    tx.commit().await.unwrap();
    outcome
}

/// Whose answer a mail is, and when it was given.
struct From<'a> {
    uid: &'a str,
    name: &'a str,
    address: &'a str,
    stamp: &'a str,
}

impl From<'_> {
    fn mail(&self, shape: &str) -> Vec<u8> {
        let fields = [
            ("uid", self.uid),
            ("name", self.name),
            ("address", self.address),
            ("stamp", self.stamp),
        ];
        letter(shape, &fields)
    }
}

/// The same mail under a Message-ID of its own.
fn anew(raw: Vec<u8>, id: &str) -> Vec<u8> {
    String::from_utf8(raw)
        .unwrap()
        .replacen("Message-ID: <", &format!("Message-ID: <{id}-"), 1)
        .into_bytes()
}

const AMA: (&str, &str) = ("Ama Owusu", "ama@example.org");
const KOFI: (&str, &str) = ("Kofi Mensah", "kofi@example.org");

/// A network whose two members are invited to a meeting in the spring.
async fn invited(inbox: Inbox) -> TestApp {
    let app = TestApp::builder().inbox(inbox).start().await;
    app.import(&file(&[AMA, KOFI], &[("spring-2027", "2027-02-24")])).await;
    networks::invites::send(&app.services, &Actor::System, SLUG, "spring-2027", "2")
        .await
        .unwrap();
    app.run_jobs().await;
    app.pass(TimeDelta::hours(1));
    app
}

/// The UIDs of the entries there are, in the order they were made.
async fn uids(app: &TestApp) -> Vec<String> {
    let entries = calendar_entry::Entity::find().order_by_asc(calendar_entry::Column::Id);
    let entries = entries.all(&app.services.db.read).await.unwrap();
    entries.into_iter().map(|entry| entry.uid).collect()
}

/// What each member answered and how, in the order they were invited.
async fn replies(app: &TestApp) -> Vec<Option<(Reply, Way)>> {
    let invites = invite::Entity::find().order_by_asc(invite::Column::Id);
    let invites = invites.all(&app.services.db.read).await.unwrap();
    invites.into_iter().map(|row| row.reply.zip(row.reply_how)).collect()
}

fn ama<'a>(uid: &'a str, stamp: &'a str) -> From<'a> {
    From {
        uid,
        name: AMA.0,
        address: AMA.1,
        stamp,
    }
}

async fn owner(app: &TestApp) -> Browser {
    app.person_with_role(Role::Owner).await
}

#[tokio::test]
async fn an_answer_in_every_programs_shape_counts_and_shows() {
    let app = invited(Inbox::default()).await;
    let uids = uids(&app).await;
    let shapes = [
        ("outlook-desktop", Reply::Accepted),
        ("outlook-mobile", Reply::Declined),
        ("exchange-365", Reply::Tentative),
        ("gmail", Reply::Accepted),
        ("google-decline-comment", Reply::Declined),
        ("apple-mail", Reply::Accepted),
        ("latin1", Reply::Tentative),
        ("thunderbird", Reply::Accepted),
        ("outlook-mobile", Reply::Declined),
        ("apple-calendar", Reply::Accepted),
        ("exchange-365", Reply::Tentative),
        ("folded", Reply::Accepted),
        ("google-decline-comment", Reply::Declined),
        ("delegate", Reply::Accepted),
    ];
    for (n, (shape, reply)) in shapes.into_iter().enumerate() {
        let stamp = format!("20261120T1001{n:02}Z");
        let raw = anew(ama(&uids[0], &stamp).mail(shape), &n.to_string());
        assert_eq!(receive(&app, &raw).await, Some(Outcome::Answered), "{shape}");
        assert_eq!(replies(&app).await, [Some((reply, Way::Calendar)), None], "{shape}");
    }
    // The programs write the address as they like.
    let raw = From {
        address: "Ama@Example.ORG",
        ..ama(&uids[0], "20261120T100200Z")
    }
    .mail("thunderbird");
    assert_eq!(receive(&app, &anew(raw, "capitals")).await, Some(Outcome::Answered));

    let page = owner(&app).await.get("/organise/networks/north/meetings/spring-2027").await;
    assert!(words(&page).contains("Will come 1"), "{}", words(&page));
    assert_eq!(app.count("inbox_item").await, 0);
}

#[tokio::test]
async fn the_newest_answer_wins_and_the_same_mail_twice_changes_nothing() {
    let app = invited(Inbox::default()).await;
    let uids = uids(&app).await;
    let declined = ama(&uids[0], "20261120T100500Z").mail("outlook-mobile");
    assert_eq!(receive(&app, &declined).await, Some(Outcome::Answered));
    let before = app.everything().await;
    assert_eq!(receive(&app, &declined).await, None, "the same mail");
    assert_eq!(app.everything().await, before);

    // Written before, and late on its way.
    let older = ama(&uids[0], "20261120T100400Z").mail("thunderbird");
    assert_eq!(receive(&app, &older).await, Some(Outcome::Older));
    assert_eq!(replies(&app).await[0], Some((Reply::Declined, Way::Calendar)));
    // Of two of the same second, the one that arrives later.
    let same = anew(ama(&uids[0], "20261120T100500Z").mail("exchange-365"), "same");
    assert_eq!(receive(&app, &same).await, Some(Outcome::Answered));
    assert_eq!(replies(&app).await[0], Some((Reply::Tentative, Way::Calendar)));

    // An answer by the link is newer than what was said before, and older than what is said after.
    let link = app.mails_to(AMA.1).await[0].path("/invites/").unwrap();
    let token = link.strip_prefix("/invites/").unwrap().split('?').next().unwrap().to_owned();
    app.pass(TimeDelta::minutes(10));
    networks::replies::answer(&app.services, &networks::replies::Holder::Link(&token), Reply::Accepted)
        .await
        .unwrap();
    let before_the_link = anew(ama(&uids[0], "20261120T100600Z").mail("outlook-mobile"), "before");
    assert_eq!(receive(&app, &before_the_link).await, Some(Outcome::Older));
    assert_eq!(replies(&app).await[0], Some((Reply::Accepted, Way::Link)));
    app.pass(TimeDelta::minutes(10));
    let after = anew(ama(&uids[0], "20261120T111500Z").mail("outlook-mobile"), "after");
    assert_eq!(receive(&app, &after).await, Some(Outcome::Answered));
    assert_eq!(replies(&app).await[0], Some((Reply::Declined, Way::Calendar)));

    // A clock that is ahead does not make all that is said later older.
    let ahead = anew(ama(&uids[0], "20301120T111500Z").mail("thunderbird"), "ahead");
    assert_eq!(receive(&app, &ahead).await, Some(Outcome::Answered));
    app.pass(TimeDelta::minutes(10));
    let later = anew(ama(&uids[0], "20261120T112500Z").mail("exchange-365"), "later");
    assert_eq!(receive(&app, &later).await, Some(Outcome::Answered));
    assert_eq!(replies(&app).await, [Some((Reply::Tentative, Way::Calendar)), None]);
}

#[tokio::test]
async fn an_answer_to_what_is_over_or_taken_back_counts_nothing() {
    let app = invited(Inbox::default()).await;
    let uids = uids(&app).await;
    app.execute("UPDATE invite SET state = 'withdrawn' WHERE id = (SELECT MIN(id) FROM invite)")
        .await;
    let raw = ama(&uids[0], "20261120T100500Z").mail("thunderbird");
    assert_eq!(receive(&app, &raw).await, Some(Outcome::Late));
    app.execute("UPDATE event SET status = 'cancelled'").await;
    let raw = From {
        uid: &uids[1],
        name: KOFI.0,
        address: KOFI.1,
        stamp: "20261120T100500Z",
    }
    .mail("gmail");
    assert_eq!(receive(&app, &raw).await, Some(Outcome::Late));
    assert_eq!(replies(&app).await, [None, None]);
    assert_eq!(app.count("calendar_reply").await, 0);
}

#[tokio::test]
async fn declining_the_entry_of_a_place_sends_the_link_to_cancel_once_and_cancels_nothing() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("study-day")).await;
    book(&app, order("study-day", "one", vec![named("nhs", AMA.0, AMA.1)]))
        .await
        .unwrap();
    app.run_jobs().await;
    app.pass(TimeDelta::hours(1));
    let uid = uids(&app).await.remove(0);
    for (n, stamp) in ["20260202T091000Z", "20260202T091500Z"].into_iter().enumerate() {
        let raw = anew(ama(&uid, stamp).mail("outlook-mobile"), &n.to_string());
        assert_eq!(receive(&app, &raw).await, Some(Outcome::Answered));
    }
    app.run_jobs().await;

    let places = app.places(&event).await;
    assert_eq!((places.len(), places[0].state), (1, domain::bookings::PlaceState::Confirmed));
    let mails = mails_of(&app, "place_declined").await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [AMA.1]);
    assert!(mails[0].text.contains("does not cancel your place"), "{}", mails[0].text);
    // The link leads to the question, which the reader answers.
    let link = mails[0].path("/bookings/").unwrap();
    let answer = app.browser().get(&link).await;
    assert_eq!(answer.h1(), "Cancel this place?", "{link}");

    let desk = owner(&app).await;
    let reference = app.bookings(&event).await[0].reference.clone();
    for page in [
        "/organise/events/study-day/bookings".to_owned(),
        format!("/organise/events/study-day/bookings/{reference}"),
    ] {
        let page = words(&desk.get(&page).await);
        assert!(page.contains("Says they are not coming"), "{page}");
    }

    // Whoever gets the place instead has said nothing yet, and is asked in their turn.
    let kofi = Who {
        name: Some(KOFI.0.to_owned()),
        email: Some(KOFI.1.to_owned()),
        ..Who::default()
    };
    name_place(&app.services, Holder::Actor(&Actor::System), places[0].id, kofi, Naming::Give)
        .await
        .unwrap();
    app.run_jobs().await;
    app.pass(TimeDelta::hours(1));
    let page = words(&desk.get("/organise/events/study-day/bookings").await);
    assert!(!page.contains("Says they are not coming"), "{page}");
    let uid = uids(&app).await.pop().unwrap();
    let raw = From {
        uid: &uid,
        name: KOFI.0,
        address: KOFI.1,
        stamp: "20260202T101500Z",
    }
    .mail("google-decline-comment");
    assert_eq!(receive(&app, &raw).await, Some(Outcome::Answered));
    app.run_jobs().await;
    let mails = mails_of(&app, "place_declined").await;
    assert_eq!(mails.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(), [AMA.1, KOFI.1]);
    // They are coming after all.
    let raw = anew(
        From {
            uid: &uid,
            name: KOFI.0,
            address: KOFI.1,
            stamp: "20260202T101600Z",
        }
        .mail("gmail"),
        "after all",
    );
    assert_eq!(receive(&app, &raw).await, Some(Outcome::Answered));
    let page = words(&desk.get("/organise/events/study-day/bookings").await);
    assert!(!page.contains("Says they are not coming"), "{page}");
    assert_eq!(app.places(&event).await.len(), 1);
}

#[tokio::test]
async fn somebody_elses_answer_waits_until_a_person_counts_it() {
    let app = invited(Inbox::default()).await;
    let uids = uids(&app).await;
    for shape in ["forwarded-invite", "two-senders"] {
        let raw = ama(&uids[0], "20261120T100500Z").mail(shape);
        assert_eq!(receive(&app, &raw).await, Some(Outcome::Queued), "{shape}");
    }
    assert_eq!(replies(&app).await, [None, None]);

    let desk = owner(&app).await;
    let home = words(&desk.get("/organise").await);
    assert!(home.contains("2 mails wait for somebody to look at them"), "{home}");
    let page = desk.get("/organise/messages/inbox").await;
    let text = words(&page);
    assert!(text.contains("Somebody else answers the entry of Ama Owusu"), "{text}");
    assert!(text.contains("Count it as Ama Owusu\u{2019}s answer"), "{text}");
    let done = desk
        .submit(page.page().form("/do/messages/decide").forge("decision", "counted"))
        .await;
    assert!(words(&done).contains("Counted."), "{}", words(&done));
    assert_eq!(replies(&app).await, [Some((Reply::Accepted, Way::Calendar)), None]);

    // The other one is left alone; pressed from a page that is old, it says so.
    let form = done.page().form("/do/messages/decide").forge("decision", "nothing");
    desk.submit(form.clone()).await;
    let again = desk.submit(form).await;
    assert_eq!(again.problems(), ["This mail has been dealt with already"]);
    assert_eq!(app.count("inbox_item WHERE state = 'open'").await, 0);
    assert_eq!(app.count("inbox_item WHERE decided_by IS NOT NULL").await, 2);

    // Decided about three months ago, they are gone.
    app.pass(TimeDelta::days(89));
    domain::work::sweep(&app.services).await.unwrap();
    assert_eq!(app.count("inbox_item").await, 2);
    app.pass(TimeDelta::days(2));
    domain::work::sweep(&app.services).await.unwrap();
    assert_eq!(app.count("inbox_item").await, 0);
}

#[tokio::test]
async fn an_answer_our_own_mail_server_calls_forged_is_not_counted() {
    let app = invited(Inbox {
        authserv: Some("mx.example.org".to_owned()),
        ..Inbox::default()
    })
    .await;
    let uids = uids(&app).await;
    let with = |header: &str, id: &str| {
        let raw = anew(ama(&uids[0], "20261120T100500Z").mail("thunderbird"), id);
        [format!("Authentication-Results: {header}\r\n").as_bytes(), &raw].concat()
    };
    let forged = with("mx.example.org; spf=pass; dmarc=fail header.from=example.org", "forged");
    assert_eq!(receive(&app, &forged).await, Some(Outcome::Queued));
    assert_eq!(replies(&app).await, [None, None]);
    let desk = owner(&app).await;
    let page = desk.get("/organise/messages/inbox").await;
    assert!(words(&page).contains("so it was not counted"), "{}", words(&page));
    assert!(!words(&page).contains("Count it as"), "nobody counts it by mistake");
    let form = page.page().form("/do/messages/decide").forge("decision", "counted");
    assert_eq!(desk.submit(form).await.problems(), ["This mail is no answer that can be counted"]);
    assert_eq!(replies(&app).await, [None, None]);

    // What others write into the head says nothing.
    let by_others = with("evil.example; dmarc=fail", "others");
    assert_eq!(receive(&app, &by_others).await, Some(Outcome::Answered));
}

#[tokio::test]
async fn machines_are_passed_over_and_what_is_no_plain_answer_waits() {
    let app = invited(Inbox::default()).await;
    let uids = uids(&app).await;
    for shape in ["out-of-office", "out-of-office-with-calendar", "newsletter"] {
        let raw = ama(&uids[0], "20261120T100500Z").mail(shape);
        assert_eq!(receive(&app, &raw).await, Some(Outcome::Ignored), "{shape}");
    }
    assert_eq!(app.count("inbox_item").await, 0);
    for shape in [
        "counter",
        "refresh",
        "two-attendees",
        "two-answers",
        "delegated",
        "forwarded-reply",
        "cut-short",
        "dsn-of-others",
    ] {
        let raw = ama(&uids[0], "20261120T100500Z").mail(shape);
        assert_eq!(receive(&app, &raw).await, Some(Outcome::Queued), "{shape}");
    }
    let nobodys = ama("nobody-has-this@plenary.test", "20261120T100500Z").mail("gmail");
    assert_eq!(receive(&app, &nobodys).await, Some(Outcome::Queued));
    assert_eq!(replies(&app).await, [None, None]);
    let page = words(&owner(&app).await.get("/organise/messages/inbox").await);
    for said in [
        "another time proposed",
        "An answer to an entry nobody has any more",
        "it is not known which",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

#[tokio::test]
async fn a_question_becomes_a_request_with_what_is_known_of_it() {
    let app = invited(Inbox::default()).await;
    assert_eq!(receive(&app, &letter("question", &[])).await, Some(Outcome::Queued));
    assert!(words(&owner(&app).await.get("/organise").await).contains("1 mail waits for somebody to look at it"));
    let viewer = app.person_with_role(Role::Viewer).await;
    assert!(
        !words(&viewer.get("/organise").await).contains("waits for somebody"),
        "a viewer can do nothing about it"
    );
    // Whose it is nobody knows; there is one organisation, so its owner sees it, and nobody else.
    let organiser = app.person_with_role(Role::Organiser).await;
    assert!(words(&organiser.get("/organise/messages/inbox").await).contains("No mail is waiting"));
    let desk = owner(&app).await;
    let page = desk.get("/organise/messages/inbox").await;
    assert!(words(&page).contains("I am a school nurse."), "{}", words(&page));
    assert!(
        !page.text.contains("href=\"https://example.org/me\""),
        "no link of theirs leads anywhere"
    );
    let to = page
        .page()
        .all("a")
        .find(|link| link.text.starts_with("Start a request"))
        .unwrap()
        .attr("href")
        .unwrap()
        .to_owned();

    let page = desk.get(to.split('#').next().unwrap()).await.page();
    let form = page.form("/do/networks/add-request");
    let value = |name: &str| form.value(name).unwrap_or_default().to_owned();
    assert_eq!(
        ["form[name]", "form[email]", "form[source]", "form[source_on]"].map(value),
        ["Nia New", "nia@example.org", "by e-mail", "2026-11-20"]
    );
    let done = desk.submit(form.set("form[job_role]", "School nurse")).await;
    assert!(words(&done).contains("Written down."), "{:?}", done.problems());
    app.run_jobs().await;
    assert_eq!(app.count("membership WHERE name = 'Nia New' AND state = 'requested'").await, 1);
    assert_eq!(app.count("inbox_item WHERE decision = 'request' AND state = 'done'").await, 1);

    // What somebody writes to whom we wrote is theirs who wrote.
    let theirs = String::from_utf8(letter("question", &[]))
        .unwrap()
        .replace("nia@example.org", AMA.1)
        .replace("question1", "question9");
    assert_eq!(receive(&app, theirs.as_bytes()).await, Some(Outcome::Queued));
    assert!(words(&organiser.get("/organise/messages/inbox").await).contains("1 mail to look at"));
}

/// The report of this shape about a message, come back to its own address.
fn report(shape: &str, message_id: &str, address: &str, token: &str, id: &str) -> Vec<u8> {
    anew(
        letter(shape, &[("message_id", message_id), ("address", address), ("token", token)]),
        id,
    )
}

#[tokio::test]
async fn a_hard_bounce_suspends_the_address_until_somebody_says_that_it_is_right() {
    let server = SmtpServer::start();
    let app = TestApp::builder()
        .smtp(&server.url(), 1)
        .inbox(Inbox {
            bounces_to: Some("bounces@plenary.test".parse().unwrap()),
            ..Inbox::default()
        })
        .start()
        .await;
    app.import(&file(&[AMA, KOFI], &[("spring-2027", "2027-02-24")])).await;
    networks::invites::send(&app.services, &Actor::System, SLUG, "spring-2027", "2")
        .await
        .unwrap();
    app.run_jobs().await;
    // Each message has an address of its own for what comes back.
    let sent = server.arrivals();
    let to_ama = sent.iter().find(|mail| mail.to == [AMA.1]).unwrap();
    let token = to_ama
        .from
        .strip_prefix("bounces+")
        .unwrap()
        .strip_suffix("@plenary.test")
        .unwrap()
        .to_owned();
    assert_eq!(
        sent.iter().map(|mail| &mail.from).collect::<std::collections::BTreeSet<_>>().len(),
        sent.len()
    );
    assert_eq!(
        app.count(&format!("message WHERE bounce_hash = '{token}'")).await,
        0,
        "it is kept only hashed"
    );

    // The secret alone tells which it is, whatever was returned.
    let raw = report("dsn-postfix", "<of-somebody@example.org>", AMA.1, &token, "1");
    assert_eq!(receive(&app, &raw).await, Some(Outcome::Bounced));
    app.run_jobs().await;
    assert_eq!(app.count("suspended_address WHERE address = 'ama@example.org'").await, 1);
    let mails = app.mails_to(AMA.1).await;
    assert_eq!(mails[0].state, State::Failed);
    // Whoever looks after the list is told once; a second report tells nothing new.
    assert_eq!(
        receive(&app, &report("dsn-exim", "<x@example.org>", AMA.1, &token, "2")).await,
        Some(Outcome::Bounced)
    );
    app.run_jobs().await;
    let told = mails_of(&app, "address_suspended").await;
    assert_eq!(
        told.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(),
        ["training@example.org"]
    );

    // The person stays on the list and stays invited; what is written to them does not leave.
    assert_eq!(app.count("membership WHERE state = 'member'").await, 2);
    assert_eq!(app.count("invite WHERE state = 'invited'").await, 2);
    app.execute("UPDATE event SET venue_name = 'Town Library'").await;
    let event = app.find_event(&app_meeting(&app).await).await;
    let tx = begin_write(&app.services.db).await.unwrap();
    let job = domain::bookings::invites::UpdateCalendars {
        event: event.id,
        at: app.now(),
    };
    domain::platform::jobs::enqueue(&tx, app.now(), &job).await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
    let mails = app.mails_to(AMA.1).await;
    assert_eq!(
        mails.iter().map(|mail| mail.state).collect::<Vec<_>>(),
        [State::Failed, State::Suspended]
    );
    assert_eq!(
        app.mails_to(KOFI.1).await.iter().map(|mail| mail.state).collect::<Vec<_>>(),
        [State::Sent, State::Sent]
    );
    // But they can sign in.
    domain::people::service::ask(&app.services, AMA.1, "/my", "browser", "10.0.0.9")
        .await
        .unwrap();
    app.run_jobs().await;
    assert_eq!(app.mails_to(AMA.1).await.last().unwrap().state, State::Sent);

    let desk = owner(&app).await;
    assert!(words(&desk.get("/organise").await).contains("1 address gets no mail"));
    let page = desk.get("/organise/messages/inbox").await;
    assert!(words(&page).contains("ama@example.org"), "{}", words(&page));
    let message = desk.get(&format!("/organise/messages/{}", mails[1].row.id)).await;
    assert!(words(&message).contains("Not sent: address suspended"), "{}", words(&message));
    let done = desk.submit(page.page().form("/do/messages/use-again")).await;
    assert!(words(&done).contains("The address is used again."), "{:?}", done.problems());
    assert_eq!(app.count("suspended_address").await + app.count("address_trouble").await, 0);
    desk.submit(message.page().form("/do/messages/resend")).await;
    app.run_jobs().await;
    assert_eq!(app.mails_to(AMA.1).await[1].state, State::Sent);
}

async fn app_meeting(app: &TestApp) -> String {
    use domain::events::entity::event;
    event::Entity::find()
        .filter(event::Column::Kind.eq(domain::events::EventKind::Meeting))
        .one(&app.services.db.read)
        .await
        .unwrap()
        .unwrap()
        .slug
}

#[tokio::test]
async fn soft_bounces_suspend_an_address_at_the_third_in_thirty_days() {
    let server = SmtpServer::start();
    let app = TestApp::builder().smtp(&server.url(), 1).start().await;
    app.import(&file(&[AMA], &[("spring-2027", "2027-02-24")])).await;
    networks::invites::send(&app.services, &Actor::System, SLUG, "spring-2027", "1")
        .await
        .unwrap();
    app.run_jobs().await;
    let id = app.mails_to(AMA.1).await[0].message_id.clone();
    let soft = async |shape: &str, n: &str| {
        // Without an address of its own, a message is known by what came back of it.
        assert_eq!(
            receive(&app, &report(shape, &id, AMA.1, "", n)).await,
            Some(Outcome::Bounced),
            "{shape}"
        );
        app.run_jobs().await;
        app.count("suspended_address").await
    };
    assert_eq!(soft("dsn-full", "1").await, 0);
    assert_eq!(app.mails_to(AMA.1).await[0].state, State::Failed);
    app.pass(TimeDelta::days(31));
    assert_eq!(soft("dsn-postfix-delayed", "2").await, 0, "the first was too long ago");
    assert_eq!(soft("dsn-given-up", "3").await, 0);
    // What arrived is no trouble.
    assert_eq!(
        receive(&app, &report("dsn-delivered", &id, AMA.1, "", "4")).await,
        Some(Outcome::Report)
    );
    assert_eq!(soft("dsn-full", "5").await, 1);
    let told = mails_of(&app, "address_suspended").await;
    assert_eq!(told.len(), 1);
    assert!(told[0].row.content.contains("3 times in 30 days"));
}
