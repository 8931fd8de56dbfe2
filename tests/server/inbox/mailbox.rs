//! The mailbox itself: a real Dovecot, read over a socket, with everything that happens to servers and workers.

use super::{AMA, KOFI, SLUG, ama, anew, file, replies, uids};
use crate::ground::meddle;
use chrono::TimeDelta;
use domain::{
    access::Actor,
    messages::{
        entity::mailbox,
        inbox::{
            Inbox,
            poll::{Polled, poll},
        },
    },
    networks::{self, Reply, Way},
    platform::mail::imap::Mailbox,
};
use sea_orm::EntityTrait;
use tests::{Dovecot, SmtpServer, TestApp, eventually, letter, program};

fn reading(dovecot: &Dovecot) -> Inbox {
    Inbox {
        mailbox: Some(Mailbox::parse(&dovecot.url()).unwrap()),
        ..Inbox::default()
    }
}

/// Looks into the mailbox a minute and more after the last time.
async fn look(app: &TestApp) -> Polled {
    app.pass(TimeDelta::seconds(61));
    poll(&app.services).await.unwrap()
}

async fn row(app: &TestApp) -> mailbox::Model {
    mailbox::Entity::find().one(&app.services.db.read).await.unwrap().unwrap()
}

#[tokio::test]
async fn answers_are_read_from_a_real_mailbox_once_whatever_happens_in_between() {
    let mut dovecot = Dovecot::start();
    let app = super::invited(reading(&dovecot)).await;
    let uids = uids(&app).await;
    assert_eq!(poll(&app.services).await.unwrap(), Polled::Taken(0));
    assert_eq!(poll(&app.services).await.unwrap(), Polled::NotNow, "not before a minute has passed");

    dovecot.deliver(&ama(&uids[0], "20261120T100100Z").mail("exchange-365"));
    dovecot.deliver(&letter("question", &[]));
    assert_eq!(look(&app).await, Polled::Taken(2));
    assert_eq!(replies(&app).await, [Some((Reply::Tentative, Way::Calendar)), None]);
    assert_eq!(dovecot.count(), (2, 2), "all there, and all marked as read");

    // The server is started anew, and then the worker.
    dovecot.stop();
    assert!(matches!(look(&app).await, Polled::Failed(words) if words.contains("the connection was refused")));
    dovecot.start_again();
    dovecot.deliver(&anew(ama(&uids[0], "20261120T100200Z").mail("gmail"), "second"));
    app.pass(TimeDelta::minutes(2));
    assert_eq!(look(&app).await, Polled::Taken(1));
    assert_eq!(replies(&app).await[0], Some((Reply::Accepted, Way::Calendar)));
    let before = app.everything().await;
    assert_eq!(look(&app).await, Polled::Taken(0));
    let changed: Vec<_> = app
        .everything()
        .await
        .into_iter()
        .filter(|(table, rows)| before[table] != *rows)
        .collect();
    assert_eq!(changed.iter().map(|(table, _)| table.as_str()).collect::<Vec<_>>(), ["mailbox"]);

    // A server set up afresh numbers all mails anew: what was read is not read again, what is new is.
    dovecot.number_anew();
    dovecot.deliver(&anew(ama(&uids[0], "20261120T100300Z").mail("outlook-mobile"), "third"));
    assert_eq!(look(&app).await, Polled::Taken(1));
    assert_eq!(replies(&app).await[0], Some((Reply::Declined, Way::Calendar)));
    assert_eq!(app.count("inbox_mail").await, 4);
    assert_eq!(dovecot.count(), (4, 4));
}

#[tokio::test]
async fn a_worker_that_was_killed_leaves_the_rest_to_the_next() {
    let dovecot = Dovecot::start();
    let app = super::invited(reading(&dovecot)).await;
    let uids = uids(&app).await;
    dovecot.deliver(&ama(&uids[0], "20261120T100100Z").mail("thunderbird"));
    // It had taken the mailbox, and is gone: nobody else reads until its time has run out.
    let name = Mailbox::parse(&dovecot.url()).unwrap().name();
    let (now, until) = (app.now(), app.now() + TimeDelta::seconds(60));
    meddle(
        &app,
        "INSERT INTO mailbox (name, last_uid, next_at, failures, stuck_times, lease_until, lease_owner) VALUES ($1, 0, $2, 0, 0, $3, 'killed')",
        vec![name.into(), now.into(), until.into()],
    )
    .await;
    assert_eq!(poll(&app.services).await.unwrap(), Polled::NotNow);
    assert_eq!(look(&app).await, Polled::Taken(1));
    assert_eq!(row(&app).await.lease_owner, None);

    // Killed after it had taken a mail in and before it had marked it, it meets it again, and takes it in no second time.
    app.execute("UPDATE mailbox SET uid_validity = NULL, last_uid = 0").await;
    dovecot.deliver(&ama(&uids[0], "20261120T100100Z").mail("thunderbird"));
    dovecot.deliver(&anew(ama(&uids[0], "20261120T100200Z").mail("outlook-mobile"), "newer"));
    assert_eq!(look(&app).await, Polled::Taken(1));
    assert_eq!(app.count("inbox_mail").await, 2);
    assert_eq!(replies(&app).await[0], Some((Reply::Declined, Way::Calendar)));
    // Two workers at once: one reads.
    app.pass(TimeDelta::seconds(61));
    let (one, other) = tokio::join!(poll(&app.services), poll(&app.services));
    let mut both = [one.unwrap(), other.unwrap()];
    both.sort_by_key(|polled| *polled == Polled::NotNow);
    assert_eq!(both, [Polled::Taken(0), Polled::NotNow]);
}

#[tokio::test]
async fn only_what_nobody_has_read_is_taken_from_a_mailbox_that_was_in_use() {
    let dovecot = Dovecot::start();
    dovecot.deliver(&letter("question", &[]));
    let app = TestApp::builder().inbox(reading(&dovecot)).start().await;
    assert_eq!(poll(&app.services).await.unwrap(), Polled::Taken(1));
    // Read by this one, so nothing is left for another installation.
    let other = TestApp::builder().inbox(reading(&dovecot)).start().await;
    assert_eq!(poll(&other.services).await.unwrap(), Polled::Taken(0));
    let large = [letter("html-only", &[]), vec![b'x'; 2 << 20]].concat();
    dovecot.deliver(&large);
    assert_eq!(look(&other).await, Polled::Taken(1));
    assert_eq!(
        other.count("inbox_item WHERE why = 'too_large' AND subject = 'May I join?'").await,
        1
    );
}

#[tokio::test]
async fn a_mailbox_that_is_away_is_asked_ever_more_seldom_and_people_are_told() {
    let mut dovecot = Dovecot::start();
    let app = TestApp::builder().inbox(reading(&dovecot)).start().await;
    assert_eq!(poll(&app.services).await.unwrap(), Polled::Taken(0));
    dovecot.stop();
    let mut waits = Vec::new();
    for _ in 0..6 {
        app.pass(row(&app).await.next_at - app.now());
        assert!(matches!(poll(&app.services).await.unwrap(), Polled::Failed(_)));
        waits.push((row(&app).await.next_at - app.now()).num_minutes());
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 30]);
    let owner = super::owner(&app).await;
    let page = crate::ground::words(&owner.get("/organise/messages/inbox").await);
    assert!(page.contains("The mailbox cannot be read just now."), "{page}");
    dovecot.start_again();
    app.pass(TimeDelta::minutes(30));
    assert_eq!(poll(&app.services).await.unwrap(), Polled::Taken(0));
    let page = crate::ground::words(&owner.get("/organise/messages/inbox").await);
    assert!(!page.contains("cannot be read"), "{page}");
}

#[tokio::test]
async fn the_program_reads_the_mailbox_by_itself_over_tls_and_the_doctor_says_how_it_stands() {
    let (dovecot, smtp) = (Dovecot::tls(), SmtpServer::start());
    let folder = std::env::temp_dir().join(format!("plenary_inbox_{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let command = |url: &str| {
        let mut command = program(&folder.join("data"));
        command
            .env("PLENARY_SMTP_URL", smtp.url())
            .env("PLENARY_IMAP_URL", url)
            .env("SSL_CERT_FILE", dovecot.certificate());
        command
    };
    let ask = |url: &str| -> Vec<(String, String)> {
        let output = command(url).args(["doctor", "--json"]).output().unwrap();
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let word = |check: &serde_json::Value, key: &str| check[key].as_str().unwrap().to_owned();
        let all = told["checks"].as_array().unwrap().clone();
        all.iter()
            .map(|check| (word(check, "what"), word(check, "code")))
            .filter(|(what, _)| what.starts_with("inbox"))
            .collect()
    };
    let url = dovecot.url();
    let said = |steps: &[(&str, &str)]| -> Vec<(String, String)> {
        steps.iter().map(|(what, code)| ((*what).to_owned(), (*code).to_owned())).collect()
    };
    let (there, secure, signed_in) = (("inbox-connection", "well"), ("inbox-tls", "well"), ("inbox-sign-in", "well"));
    assert_eq!(ask(&url), said(&[there, secure, signed_in, ("inbox-folder", "well")]));
    assert_eq!(
        ask(&format!("{url}/Nowhere")),
        said(&[there, secure, signed_in, ("inbox-folder", "no_folder")])
    );
    assert_eq!(
        ask(&url.replace("s3cret", "wrong")),
        said(&[there, secure, ("inbox-sign-in", "auth_refused")])
    );
    assert_eq!(
        ask(&url.replace("localhost", "127.0.0.1")),
        said(&[there, ("inbox-tls", "tls_name")])
    );
    assert_eq!(ask("imaps://u:p@127.0.0.1:1"), said(&[("inbox-connection", "refused")]));
    assert_eq!(ask("imap://u:p@mail.example.org"), said(&[("inbox", "wrong_url")]));
    assert_eq!(ask(""), said(&[]));

    dovecot.deliver(&letter("question", &[]));
    let mut worker = command(&url).arg("worker").stderr(std::process::Stdio::null()).spawn().unwrap();
    eventually("the mail is read", async || dovecot.count() == (1, 1)).await;
    worker.kill().unwrap();
    worker.wait().unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn a_bounce_is_read_from_the_same_mailbox() {
    let (dovecot, smtp) = (Dovecot::start(), SmtpServer::start());
    let inbox = Inbox {
        bounces_to: Some("replies@plenary.test".parse().unwrap()),
        ..reading(&dovecot)
    };
    let app = TestApp::builder().smtp(&smtp.url(), 1).inbox(inbox).start().await;
    app.import(&file(&[AMA, KOFI], &[("spring-2027", "2027-02-24")])).await;
    networks::invites::send(&app.services, &Actor::System, SLUG, "spring-2027", "2")
        .await
        .unwrap();
    app.run_jobs().await;
    let sent = smtp.arrivals();
    let kofi = sent.iter().find(|mail| mail.to == [KOFI.1]).unwrap();
    let token = kofi.from.split(['+', '@']).nth(1).unwrap();
    dovecot.deliver(&letter(
        "dsn-gmail",
        &[("token", token), ("address", KOFI.1), ("message_id", "<gone@example.org>")],
    ));
    assert_eq!(look(&app).await, Polled::Taken(1));
    app.run_jobs().await;
    assert_eq!(app.count("suspended_address WHERE address = 'kofi@example.org'").await, 1);
    let browser = super::owner(&app).await;
    let id = app.mails_to(KOFI.1).await[0].row.id;
    let page = crate::ground::words(&browser.get(&format!("/organise/messages/{id}")).await);
    assert!(page.contains("It came back: the mail system could not deliver it"), "{page}");
    assert!(
        page.contains("5.1.1 smtp; 550-5.1.1 The email account that you tried to reach does not exist."),
        "{page}"
    );
}
