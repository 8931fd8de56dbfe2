//! What mail servers do to mail, and that none of it loses a message, sends one twice without need, or goes unsaid.

use super::{
    Fate, addresses, app_sending_to, arrived_ids, assert_each_arrived_once, book_two, fates, owner, queue, states_shown, stored_ids,
    worker_beside,
};
use chrono::TimeDelta;
use domain::{
    messages::{State, service},
    organisations::Role,
    platform::{clock::Clock, mail::Mailer},
    work,
};
use std::{process::Command, sync::Arc, time::Duration};
use tests::{SmtpServer, Step, TestApp};

const LATER: &str = "451 4.7.1 Come back later";
const NEVER: &str = "550 5.1.1 No such mailbox";
const TAKEN: &str = "250 2.0.0 Ok: queued as 0001";
const BROKE: &str = "The mail server broke the connection off.";
const NOBODY_THERE: &str = "Nothing answers at the mail server's address: the connection was refused.";

/// A mailer that waits two seconds for an answer rather than a minute.
fn impatient(url: &str) -> Mailer {
    let Ok(Mailer::Smtp(smtp)) = Mailer::smtp(url, 1) else {
        panic!("{url} is a mail server's")
    };
    Mailer::Smtp(Box::new((*smtp).answering_within(Duration::from_secs(2))))
}

#[tokio::test]
async fn a_4xx_at_any_step_waits_longer_each_time_and_then_sends_once() {
    for step in Step::ALL {
        let server = SmtpServer::script().says(step, LATER, 2).start();
        let app = app_sending_to(&server.url()).await;
        queue(&app, &addresses(1)).await;

        app.run_jobs().await;
        assert_eq!(fates(&app).await, [Fate::waiting(1, 60, LATER)], "{step:?}");
        app.pass(TimeDelta::seconds(60));
        app.run_jobs().await;
        assert_eq!(fates(&app).await, [Fate::waiting(2, 300, LATER)], "{step:?}");
        app.pass(TimeDelta::seconds(299));
        assert_eq!(app.run_jobs().await, (0, 0), "{step:?}");
        app.pass(TimeDelta::seconds(1));
        assert_eq!(app.run_jobs().await, (0, 1), "{step:?}");

        assert_eq!(fates(&app).await, [Fate::ended(State::Sent, 3, TAKEN)], "{step:?}");
        assert_each_arrived_once(&app, &server).await;
    }
}

#[tokio::test]
async fn one_recipient_put_off_does_not_hold_up_the_others() {
    let server = SmtpServer::script().says(Step::Rcpt, LATER, 1).start();
    let app = app_sending_to(&server.url()).await;
    queue(&app, &addresses(5)).await;

    assert_eq!(app.run_jobs().await, (0, 5));
    assert_eq!(server.arrivals().len(), 4);
    app.pass(TimeDelta::minutes(1));
    assert_eq!(app.run_jobs().await, (0, 1));

    assert_each_arrived_once(&app, &server).await;
}

#[tokio::test]
async fn a_5xx_at_any_step_fails_for_good_and_is_shown_as_failed() {
    for step in Step::ALL {
        let server = SmtpServer::script().says(step, NEVER, 1).start();
        let app = app_sending_to(&server.url()).await;
        queue(&app, &addresses(1)).await;

        app.run_jobs().await;
        app.pass(TimeDelta::days(3));
        assert_eq!(app.run_jobs().await, (0, 0), "{step:?}");
        assert_eq!(fates(&app).await, [Fate::ended(State::Failed, 1, NEVER)], "{step:?}");
        assert_eq!(server.arrivals(), []);
        let browser = app.person_with_role(Role::Owner).await;
        assert_eq!(states_shown(&browser.get("/organise/messages").await.page()), ["Failed"]);
        let id = app.mails().await[0].row.id;
        let one = browser.get(&format!("/organise/messages/{id}")).await.page().main();
        assert!(one.contains("Nobody got it: it was refused") && one.contains(NEVER), "{one}");

        service::resend(&app.services, &owner(&app).await, id).await.unwrap();
        app.run_jobs().await;
        assert_eq!(fates(&app).await, [Fate::ended(State::Sent, 1, TAKEN)], "{step:?}");
        assert_each_arrived_once(&app, &server).await;
    }
}

#[tokio::test]
async fn a_server_that_never_relents_is_given_up_on_after_two_days() {
    let server = SmtpServer::script().always_says(Step::Rcpt, LATER).start();
    let app = app_sending_to(&server.url()).await;
    queue(&app, &addresses(1)).await;
    let begun = app.now();

    let mut waits = Vec::new();
    loop {
        app.run_jobs().await;
        let Some(seconds) = fates(&app).await[0].due_in else { break };
        waits.push(seconds);
        app.pass(TimeDelta::seconds(seconds));
    }

    assert_eq!(
        waits,
        [60, 300, 1_800, 7_200, 21_600, 21_600, 21_600, 21_600, 21_600, 21_600, 21_600]
    );
    assert!(app.now() - begun < TimeDelta::days(2));
    assert_eq!(fates(&app).await, [Fate::ended(State::Failed, 12, LATER)]);
}

#[tokio::test]
async fn a_server_that_falls_silent_is_tried_again_later() {
    for step in [Step::Mail, Step::Content] {
        let server = SmtpServer::script().hangs(step).start();
        let app = app_sending_to(&server.url()).await;
        queue(&app, &addresses(1)).await;
        let beside = worker_beside(&app, impatient(&server.url())).await;

        assert_eq!(work::until_idle(&beside).await.unwrap(), (0, 1));
        assert_eq!(
            fates(&app).await,
            [Fate::waiting(1, 60, "The mail server did not answer within 2 seconds.")],
            "{step:?}"
        );
        app.pass(TimeDelta::minutes(1));
        app.run_jobs().await;

        assert_eq!(fates(&app).await, [Fate::ended(State::Sent, 2, TAKEN)], "{step:?}");
        assert_each_arrived_once(&app, &server).await;
    }
}

#[tokio::test]
async fn a_connection_broken_before_the_message_went_over_sends_it_once() {
    for step in [Step::Mail, Step::Rcpt, Step::Data] {
        let server = SmtpServer::script().drops(step).start();
        let app = app_sending_to(&server.url()).await;
        queue(&app, &addresses(1)).await;

        app.run_jobs().await;
        assert_eq!(fates(&app).await, [Fate::waiting(1, 60, BROKE)], "{step:?}");
        app.pass(TimeDelta::minutes(1));
        app.run_jobs().await;

        assert_eq!(fates(&app).await, [Fate::ended(State::Sent, 2, TAKEN)], "{step:?}");
        assert_each_arrived_once(&app, &server).await;
    }
}

#[tokio::test]
async fn an_answer_lost_after_the_message_went_over_sends_it_again_under_the_same_message_id() {
    let server = SmtpServer::script().drops(Step::Content).start();
    let app = app_sending_to(&server.url()).await;
    queue(&app, &addresses(1)).await;

    app.run_jobs().await;
    assert_eq!(fates(&app).await, [Fate::waiting(1, 60, BROKE)]);
    app.pass(TimeDelta::minutes(1));
    app.run_jobs().await;

    assert_eq!(fates(&app).await, [Fate::ended(State::Sent, 2, "250 2.0.0 Ok: queued as 0002")]);
    let twice: Vec<_> = stored_ids(&app)
        .await
        .into_iter()
        .map(|(to, id)| (to, vec![id.clone(), id]))
        .collect();
    assert_eq!(Vec::from_iter(arrived_ids(&server.arrivals())), twice);
    let [first, second] = &server.arrivals()[..] else {
        panic!("two arrived")
    };
    assert_eq!(first.raw, second.raw);
}

#[tokio::test]
async fn a_kept_connection_that_has_died_costs_no_attempt() {
    let server = SmtpServer::start();
    let app = app_sending_to(&server.url()).await;
    queue(&app, &addresses(1)).await;
    app.run_jobs().await;
    let port = server.port;
    drop(server);
    let server = SmtpServer::script().port(port).start();

    queue(&app, &["late@example.org".to_owned()]).await;
    app.run_jobs().await;

    assert_eq!(fates(&app).await, vec![Fate::ended(State::Sent, 1, TAKEN); 2]);
    assert_eq!(
        arrived_ids(&server.arrivals()).into_keys().collect::<Vec<_>>(),
        ["late@example.org"]
    );
}

#[tokio::test]
async fn while_the_server_is_down_mail_waits_and_is_said_to_and_nothing_is_lost() {
    let server = SmtpServer::start();
    let (url, port) = (server.url(), server.port);
    drop(server);
    let app = app_sending_to(&url).await;
    book_two(&app).await;

    assert_eq!(app.run_jobs().await, (1, 3));
    assert_eq!(fates(&app).await, vec![Fate::waiting(1, 60, NOBODY_THERE); 3]);
    let browser = app.person_with_role(Role::Owner).await;
    let list = browser.get("/organise/messages").await;
    assert!(
        list.text.contains("No mail is being sent") && list.text.contains("3 messages are safe and waiting"),
        "{}",
        list.page().main()
    );
    assert_eq!(states_shown(&list.page()), ["Waiting"; 3]);

    let server = SmtpServer::script().port(port).start();
    app.pass(TimeDelta::minutes(1));
    assert_eq!(app.run_jobs().await, (0, 3));
    assert_each_arrived_once(&app, &server).await;
    let list = browser.get("/organise/messages").await;
    assert!(!list.text.contains("No mail is being sent"));
    assert_eq!(states_shown(&list.page()), ["Sent"; 3]);
}

#[tokio::test]
async fn a_server_without_the_tls_asked_for_is_told_nothing_and_mail_waits() {
    let server = SmtpServer::start();
    let app = app_sending_to(&format!("{}?tls=required", server.url())).await;
    queue(&app, &addresses(1)).await;

    app.run_jobs().await;

    assert_eq!(
        fates(&app).await,
        [Fate::waiting(
            1,
            60,
            "The mail server does not offer STARTTLS, and mail is not sent in the clear."
        )]
    );
    assert_eq!(server.heard(), ["EHLO"]);
    app.pass(TimeDelta::minutes(1));
    let beside = worker_beside(&app, Mailer::smtp(&server.url(), 1).unwrap()).await;
    work::until_idle(&beside).await.unwrap();
    assert_each_arrived_once(&app, &server).await;
}

#[tokio::test]
async fn a_certificate_nobody_vouches_for_is_told_nothing_and_one_that_is_trusted_takes_the_mail() {
    let server = SmtpServer::script().tls().start();
    let url = format!("smtp://localhost:{}?tls=required", server.port);
    let app = app_sending_to(&url).await;
    // The program run below goes by the machine's clock, and has to find the message due.
    app.services.clock.move_to(Clock::System.now() - TimeDelta::minutes(10));
    queue(&app, &addresses(1)).await;

    app.run_jobs().await;

    let fate = fates(&app).await.remove(0);
    let reply = fate.reply.clone().unwrap();
    assert!(reply.starts_with("No secure connection to the mail server: "), "{reply}");
    assert_eq!(fate, Fate::waiting(1, 60, &reply));
    assert_eq!(server.heard(), ["EHLO"]);

    let sent = program(&app, &url)
        .args(["messages", "run", "--until-idle"])
        .env("SSL_CERT_FILE", server.certificate())
        .output()
        .unwrap();
    assert!(sent.status.success(), "{}", String::from_utf8_lossy(&sent.stderr));
    assert_eq!(server.arrivals().iter().map(|arrival| arrival.tls).collect::<Vec<_>>(), [true]);
    assert_each_arrived_once(&app, &server).await;
}

#[tokio::test]
async fn a_worker_told_to_stop_finishes_what_is_in_hand_and_leaves_the_rest() {
    let server = SmtpServer::script().slow(Duration::from_millis(20)).start();
    let app = app_sending_to(&server.url()).await;
    queue(&app, &addresses(200)).await;

    work::forever(Arc::clone(&app.services), server.wait_for(10)).await;

    let fates = fates(&app).await;
    let how_many = |state| fates.iter().filter(|fate| fate.state == state).count();
    let sent = how_many(State::Sent);
    assert!((10..200).contains(&sent), "{sent}");
    assert_eq!(
        (how_many(State::Sending), how_many(State::Queued), server.arrivals().len()),
        (0, 200 - sent, sent)
    );
    app.run_jobs().await;
    assert_each_arrived_once(&app, &server).await;
}

/// The program itself, sending to this server over four connections.
pub fn program(app: &TestApp, smtp_url: &str) -> Command {
    let mut command = app.program();
    command.env("PLENARY_SMTP_URL", smtp_url).env("PLENARY_SMTP_CONNECTIONS", "4");
    command
}
