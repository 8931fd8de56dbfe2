//! Mail through a real server: what arrives and for whom, and what is said when nothing leaves. What goes wrong on the
//! way is in `troubles`, killed processes in `killed`.

mod killed;
pub mod troubles;

use crate::ground::{book, named, order};
use chrono::TimeDelta;
use domain::{
    Services,
    access::Actor,
    messages::{
        Content, State,
        outbox::{self, Addressed},
    },
    organisations::Role,
    platform::{
        db::{Db, Sync, begin_write},
        letter::{Block, Letter},
        mail::Mailer,
        random::Random,
        signing::{Keys, Site},
    },
    work,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    os::unix::fs::PermissionsExt,
    sync::Arc,
    time::Duration,
};
use tests::{Arrival, Page, SmtpServer, TestApp};

/// An installation that sends to this server over four connections.
pub async fn app_sending_to(url: &str) -> TestApp {
    TestApp::builder().smtp(url, 4).start().await
}

/// Puts a letter to each of these addresses into the outbox, in one transaction.
pub async fn queue(app: &TestApp, addresses: &[String]) {
    let organisation = app.organisation().await.id;
    let tx = begin_write(&app.services.db).await.unwrap();
    for address in addresses {
        add(&tx, app, &format!("test:{address}"), organisation, address).await;
    }
    tx.commit().await.unwrap();
}

async fn add(tx: &sea_orm::DatabaseTransaction, app: &TestApp, key: &str, organisation: domain::ids::OrganisationId, address: &str) {
    let content = Content {
        was: Vec::new(),
        letter: Letter::new("Example Training Ltd", "How to find us").with(Block::Para("Turn left at the clock.".to_owned())),
        links: Vec::new(),
        calendar: None,
        from_name: "Example Training Ltd".to_owned(),
        reply_to: None,
        list: None,
    };
    let to = Addressed {
        organisation: Some(organisation),
        event: None,
        name: "",
        address,
        network: None,
    };
    outbox::add(tx, &app.services, key, "joining", to, "How to find us", &content)
        .await
        .unwrap();
}

pub fn addresses(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("person-{number}@example.org")).collect()
}

/// Another worker on the same database and clock, with connections and a way out for mail of its own.
async fn worker_beside(app: &TestApp, mailer: Mailer) -> Services {
    let (random, ours) = (Random::system(), &app.services);
    Services {
        db: Db::open(app.database_url(), Sync::Normal).await.unwrap(),
        site: Site::parse(&app.base_url).unwrap(),
        keys: Keys::open(&app.folder.join("keys"), app.now(), random.bytes()).unwrap(),
        clock: ours.clock.clone(),
        random,
        mailer,
        files: ours.files.clone(),
        mail_from: ours.mail_from.clone(),
        inbox: ours.inbox.clone(),
        leave_url: ours.leave_url.clone(),
        limits: ours.limits,
        data_dir: app.folder.clone(),
        online_rows_days: 90,
        smtp_connections: 4,
        wake: Arc::default(),
    }
}

/// What became of a message so far.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fate {
    state: State,
    attempts: i32,
    /// Seconds from now until it is due; only while it waits.
    due_in: Option<i64>,
    reply: Option<String>,
}

impl Fate {
    fn waiting(attempts: i32, due_in: i64, reply: &str) -> Self {
        Self {
            state: State::Queued,
            attempts,
            due_in: Some(due_in),
            reply: Some(reply.to_owned()),
        }
    }

    fn ended(state: State, attempts: i32, reply: &str) -> Self {
        Self {
            state,
            attempts,
            due_in: None,
            reply: Some(reply.to_owned()),
        }
    }
}

/// What became of every message, oldest first.
async fn fates(app: &TestApp) -> Vec<Fate> {
    let fate = |row: domain::messages::entity::message::Model| Fate {
        state: row.state,
        attempts: row.attempts,
        due_in: (row.state == State::Queued).then(|| (row.due_at - app.now()).num_seconds()),
        reply: row.reply,
    };
    app.mails().await.into_iter().map(|mail| fate(mail.row)).collect()
}

/// The Message-ID of each recipient's one message, as stored.
async fn stored_ids(app: &TestApp) -> BTreeMap<String, String> {
    app.mails().await.into_iter().map(|mail| (mail.to, mail.message_id)).collect()
}

/// The Message-IDs that arrived for each recipient, in the order they came.
fn arrived_ids(arrivals: &[Arrival]) -> BTreeMap<String, Vec<String>> {
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for arrival in arrivals {
        ids.entry(arrival.to.join(" ")).or_default().push(arrival.message_id());
    }
    ids
}

/// Asserts that every message stored arrived once, for its own recipient, and nothing else did.
async fn assert_each_arrived_once(app: &TestApp, server: &SmtpServer) {
    let once: BTreeMap<_, _> = stored_ids(app).await.into_iter().map(|(to, id)| (to, vec![id])).collect();
    assert_eq!(arrived_ids(&server.arrivals()), once);
}

/// A booking by Pat for Ama and Kofi.
async fn book_two(app: &TestApp) {
    app.event().create().await;
    let people = vec![
        named("standard", "Ama Owusu", "ama@example.org"),
        named("standard", "Kofi Mensah", "kofi@example.org"),
    ];
    book(app, order("study-day", "k1", people)).await.unwrap();
}

#[tokio::test]
async fn a_bookings_mails_arrive_each_in_an_envelope_of_its_own() {
    let server = SmtpServer::start();
    let app = app_sending_to(&server.url()).await;
    book_two(&app).await;

    assert_eq!(app.run_jobs().await, (1, 3));

    let mut arrivals = server.arrivals();
    arrivals.sort_by(|one, other| one.to.cmp(&other.to));
    let envelopes: Vec<_> = arrivals.iter().map(|mail| (mail.from.as_str(), mail.to.join(" "))).collect();
    let from = "noreply@plenary.test";
    assert_eq!(
        envelopes,
        [
            (from, "ama@example.org".to_owned()),
            (from, "kofi@example.org".to_owned()),
            (from, "pa-k1@example.org".to_owned())
        ]
    );

    let ids = stored_ids(&app).await;
    let to = [
        r#""Ama Owusu" <ama@example.org>"#,
        r#""Kofi Mensah" <kofi@example.org>"#,
        r#""Pat Booker" <pa-k1@example.org>"#,
    ];
    let subjects: BTreeMap<_, _> = app.mails().await.into_iter().map(|mail| (mail.to, mail.subject)).collect();
    for (arrival, to) in arrivals.iter().zip(to) {
        let mut headers = arrival.headers();
        headers.retain(|(name, _)| name != "content-type");
        headers.sort();
        let expected = [
            ("auto-submitted", "auto-generated"),
            ("date", "Fri, 20 Nov 2026 10:00:00 +0000"),
            ("from", r#""Example Training Ltd" <noreply@plenary.test>"#),
            ("message-id", &ids[&arrival.to[0]]),
            ("mime-version", "1.0"),
            ("reply-to", "events@example.org"),
            ("subject", &subjects[&arrival.to[0]]),
            ("to", to),
        ];
        assert_eq!(headers, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }
    assert_eq!(ids.values().collect::<BTreeSet<_>>().len(), 3);

    let kinds = |arrival: &Arrival| arrival.parts().into_iter().map(|part| part.media_type).collect::<Vec<_>>();
    let invite = ["text/plain", "text/html", "text/calendar", "application/ics"];
    assert_eq!(
        arrivals.iter().map(kinds).collect::<Vec<_>>(),
        [&invite[..], &invite[..], &invite[..2]]
    );
    for arrival in &arrivals[..2] {
        assert!(
            arrival.parts()[2]
                .header("content-type")
                .to_ascii_lowercase()
                .contains("method=request")
        );
        assert!(unfolded(arrival, 2).contains(&format!("mailto:{}", arrival.to[0])));
        assert_eq!(arrival.parts()[2].bytes, arrival.parts()[3].bytes);
    }
    assert_eq!(
        fates(&app).await.iter().map(|fate| (fate.state, fate.attempts)).collect::<Vec<_>>(),
        [(State::Sent, 1); 3]
    );
}

fn unfolded(arrival: &Arrival, part: usize) -> String {
    arrival.parts()[part].text().replace("\n ", "")
}

#[tokio::test]
async fn nobody_finds_anybody_elses_address_in_their_mail() {
    let server = SmtpServer::start();
    let app = app_sending_to(&server.url()).await;
    book_two(&app).await;
    app.run_jobs().await;

    let everybody = ["pa-k1@example.org", "ama@example.org", "kofi@example.org"];
    let arrivals = server.arrivals();
    assert_eq!(arrivals.len(), everybody.len());
    for arrival in arrivals {
        let decoded = (0..arrival.parts().len()).map(|part| unfolded(&arrival, part));
        let words: String = decoded
            .chain([String::from_utf8(arrival.raw.clone()).unwrap()])
            .collect::<String>()
            .to_lowercase();
        let found: Vec<_> = everybody.iter().filter(|address| words.contains(*address)).collect();
        assert_eq!(found, [&arrival.to[0]]);
    }
}

#[tokio::test]
async fn one_key_sends_once_whoever_adds_it_and_whenever() {
    let server = SmtpServer::start();
    let app = app_sending_to(&server.url()).await;
    let organisation = app.organisation().await.id;
    let add_once = async |address: &str| {
        let tx = begin_write(&app.services.db).await.unwrap();
        add(&tx, &app, "event:1:person:1:0", organisation, address).await;
        tx.commit().await.unwrap();
    };

    tokio::join!(add_once("ama@example.org"), add_once("ama@example.org"));
    assert_eq!(app.run_jobs().await, (0, 1));
    add_once("ama@example.org").await;
    assert_eq!(app.run_jobs().await, (0, 0));

    assert_each_arrived_once(&app, &server).await;
}

#[tokio::test]
async fn a_change_undone_sends_nothing() {
    let server = SmtpServer::start();
    let app = app_sending_to(&server.url()).await;
    let organisation = app.organisation().await.id;

    let tx = begin_write(&app.services.db).await.unwrap();
    add(&tx, &app, "never", organisation, "ama@example.org").await;
    tx.rollback().await.unwrap();

    assert_eq!(app.run_jobs().await, (0, 0));
    assert_eq!(server.arrivals(), []);
}

#[tokio::test]
async fn without_a_mail_server_mail_is_kept_for_its_owner_alone_and_never_called_sent() {
    let app = TestApp::start().await;
    book_two(&app).await;

    assert_eq!(app.run_jobs().await, (1, 3));
    app.pass(TimeDelta::days(3));
    assert_eq!(app.run_jobs().await, (0, 0));

    let mails = app.mails().await;
    for mail in &mails {
        let name = format!("{}.eml", mail.message_id.trim_matches(['<', '>']));
        let file = app.folder.join("mail").join(&name);
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!((mail.state, mail.row.sent_at), (State::Unsent, None));
        assert_eq!(mail.row.reply, Some(format!("Kept as {name}. No mail is being sent.")));
    }
    assert_eq!(std::fs::read_dir(app.folder.join("mail")).unwrap().count(), 3);
    assert_eq!(app.folder.join("mail").metadata().unwrap().permissions().mode() & 0o777, 0o700);

    let owner = app.person_with_role(Role::Owner).await;
    let list = owner.get("/organise/messages").await;
    assert!(list.text.contains("No mail is being sent"));
    assert_eq!(states_shown(&list.page()), ["Unsent"; 3]);
    let one = owner.get(&format!("/organise/messages/{}", mails[0].row.id)).await.page().main();
    assert!(one.contains("Nobody got it: no mail server was set up when it was due."), "{one}");
}

/// What the list of messages says became of each, in its order.
fn states_shown(page: &Page) -> Vec<String> {
    let table = page.all("table").next().expect("the list of messages");
    page.inside(table, "span")
        .filter(|span| span.has_class("tag"))
        .map(|span| span.text.clone())
        .collect()
}

#[tokio::test]
async fn what_could_not_be_sent_is_sent_once_a_server_is_set_up_and_somebody_asks() {
    let app = TestApp::start().await;
    queue(&app, &addresses(1)).await;
    app.run_jobs().await;
    let server = SmtpServer::start();
    let beside = worker_beside(&app, Mailer::smtp(&server.url(), 1).unwrap()).await;

    assert_eq!(work::until_idle(&beside).await.unwrap(), (0, 0));
    let id = app.mails().await[0].row.id;
    domain::messages::service::resend(&app.services, &owner(&app).await, id)
        .await
        .unwrap();
    assert_eq!(work::until_idle(&beside).await.unwrap(), (0, 1));

    assert_each_arrived_once(&app, &server).await;
    assert_eq!(fates(&app).await, [Fate::ended(State::Sent, 1, "250 2.0.0 Ok: queued as 0001")]);
}

async fn owner(app: &TestApp) -> Actor {
    let browser = app.person_with_role(Role::Owner).await;
    app.actor(&browser).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_workers_send_each_of_two_hundred_messages_once() {
    let server = SmtpServer::script().slow(Duration::from_millis(5)).start();
    let app = app_sending_to(&server.url()).await;
    queue(&app, &addresses(200)).await;
    let beside = Arc::new(worker_beside(&app, Mailer::smtp(&server.url(), 4).unwrap()).await);

    let ours = app.services.clone();
    let (one, other) = tokio::join!(
        tokio::spawn(async move { work::until_idle(&ours).await.unwrap() }),
        tokio::spawn(async move { work::until_idle(&beside).await.unwrap() }),
    );

    assert_eq!(one.unwrap().1 + other.unwrap().1, 200);
    assert_each_arrived_once(&app, &server).await;
    let connections: BTreeSet<_> = server.arrivals().iter().map(|arrival| arrival.connection).collect();
    assert!(connections.len() <= 8, "each connection is used again: {connections:?}");
}
