//! The program itself killed in the middle of its work (SIGKILL, so that it can put nothing in order), and started again.

use super::{addresses, arrived_ids, queue, stored_ids, troubles::program};
use domain::platform::{clock::Clock, db::begin_write, entity::job, jobs};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::json;
use std::{
    collections::BTreeMap,
    process::{Child, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};
use tests::{SmtpServer, TestApp, eventually};

/// How many connections the program has to the mail server, and so how many messages may arrive twice.
const CONNECTIONS: usize = 4;

/// `plenary worker` as a process. It is killed when dropped.
struct Worker(Child);

impl Worker {
    fn start(app: &TestApp, server: &SmtpServer) -> Self {
        Self(
            program(app, &server.url())
                .arg("worker")
                .stdin(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap(),
        )
    }

    fn kill(mut self) {
        assert_eq!(self.0.try_wait().unwrap(), None, "the worker was still working");
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program on a database of its own, by the machine's clock, as the worker is.
async fn app_by_the_machines_clock() -> TestApp {
    let app = TestApp::start().await;
    app.services.clock.move_to(Clock::System.now());
    app
}

async fn all_are_sent(app: &TestApp) {
    eventually("every message is sent", async || {
        app.count("message WHERE state <> 'sent'").await == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_killed_while_five_hundred_are_leaving_loses_none_and_repeats_only_those_in_flight() {
    let server = SmtpServer::script().slow(Duration::from_millis(20)).start();
    let app = app_by_the_machines_clock().await;
    queue(&app, &addresses(500)).await;

    let worker = Worker::start(&app, &server);
    server.wait_for(120).await;
    worker.kill();
    let in_flight: Vec<String> = app
        .mails()
        .await
        .into_iter()
        .filter(|mail| mail.state == domain::messages::State::Sending)
        .map(|mail| mail.to)
        .collect();
    let before = server.arrivals().len();
    assert!(
        before < 500 && in_flight.len() <= CONNECTIONS,
        "{before} had arrived, {in_flight:?} were leaving"
    );

    let worker = Worker::start(&app, &server);
    all_are_sent(&app).await;
    worker.kill();

    let arrived = arrived_ids(&server.arrivals());
    let once: BTreeMap<_, _> = stored_ids(&app).await.into_iter().map(|(to, id)| (to, vec![id])).collect();
    let first_of_each: BTreeMap<_, _> = arrived.iter().map(|(to, ids)| (to.clone(), vec![ids[0].clone()])).collect();
    assert_eq!(first_of_each, once);
    for (to, ids) in arrived.iter().filter(|(_, ids)| ids.len() > 1) {
        assert!(in_flight.contains(to), "{to} was not in flight when the worker was killed");
        assert_eq!(
            ids[..],
            [ids[0].clone(), ids[0].clone()],
            "a repeat is recognisable by its Message-ID"
        );
    }
    assert_eq!(
        app.count("message WHERE attempts > 1").await,
        i64::try_from(in_flight.len()).unwrap()
    );
}

#[tokio::test]
async fn work_that_is_writing_when_its_lease_is_renewed_does_not_wait_for_itself() {
    const EVERY: Duration = Duration::from_millis(20);
    let app = TestApp::start().await;
    let db = &app.services.db;
    let renewals = AtomicU32::new(0);
    let renewed = || renewals.load(Ordering::Relaxed);

    let work = async {
        let tx = begin_write(db).await.unwrap();
        tx.execute_unprepared("UPDATE organisation SET name = 'Written'").await.unwrap();
        tokio::time::sleep(EVERY * 5).await; // a renewal falls due, and on SQLite has to wait for this transaction
        tx.commit().await.unwrap();
        eventually("the lease is renewed again and again", async || renewed() >= 2).await;
        "done"
    };
    let renew = async || {
        db.writer()
            .execute_unprepared("UPDATE organisation SET email = 'renewed@example.org'")
            .await?;
        renewals.fetch_add(1, Ordering::Relaxed);
        Ok::<(), domain::Error>(())
    };

    assert_eq!(jobs::renewing(EVERY, work, renew).await, "done");
    let organisation = app.organisation().await;
    assert_eq!(
        (organisation.name.as_str(), organisation.email.as_str()),
        ("Written", "renewed@example.org")
    );
}

async fn the_job(app: &TestApp) -> job::Model {
    let jobs = job::Entity::find().all(&app.services.db.read).await.unwrap();
    let [job] = &jobs[..] else { panic!("one job: {jobs:?}") };
    job.clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_killed_half_way_is_taken_up_again_and_tells_nobody_twice() {
    const PLACES: usize = 400;
    let server = SmtpServer::start();
    let app = app_by_the_machines_clock().await;
    let wall = |hour: u32| {
        (app.now() + chrono::TimeDelta::days(60))
            .format(&format!("%Y-%m-%dT{hour:02}:00"))
            .to_string()
    };
    let mut event = app.event().when("Europe/London", &wall(9), &wall(16));
    for (number, address) in addresses(PLACES).iter().enumerate() {
        event = event.place(&format!("p{number}"), &format!("Person {number}"), address);
    }
    let mut file = event.file().clone();
    event.create().await;
    assert_eq!(app.count("job").await + app.count("message").await, 0);

    file["event"]["venue"]["name"] = json!("Another Hall");
    let options = domain::events::exchange::Options {
        update: true,
        send: true,
        dry_run: false,
    };
    app.try_import(&file, options).await.unwrap();
    let worker = Worker::start(&app, &server);
    eventually("the job is on its way", async || the_job(&app).await.done_count >= 40).await;
    worker.kill();
    let job = the_job(&app).await;
    assert_eq!(
        (job.kind.as_str(), job.state, job.attempts),
        ("update_calendars", jobs::State::Leased, 1)
    );
    assert!(job.done_count < i64::try_from(PLACES).unwrap(), "{} were told", job.done_count);

    let worker = Worker::start(&app, &server);
    eventually("the job is done", async || the_job(&app).await.state == jobs::State::Done).await;
    all_are_sent(&app).await;
    worker.kill();

    let job = the_job(&app).await;
    let places = i64::try_from(PLACES).unwrap();
    assert_eq!(
        (job.attempts, job.done_count, job.total_count, job.problem),
        (2, places, Some(places), None)
    );
    super::assert_each_arrived_once(&app, &server).await;
    assert_eq!(server.arrivals().len(), PLACES);
    assert_eq!(app.count("message WHERE kind = 'invite'").await, places);
    assert_eq!(app.count("calendar_entry WHERE sequence = 0").await, places);
    assert_eq!(app.count("calendar_entry").await, places);
}
