//! The whole program, in process: services with a clock that stands still, the router, and a folder of its own.

use crate::{
    Browser, Event, EventBuilder, Mail,
    browser::Answer,
    database::{self, Gone, TestDatabase},
    mail, process,
};
use axum::{body::Body, extract::Request};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    Services,
    access::Actor,
    attendance::roll,
    bookings::{
        PlaceState,
        entity::{booking, place},
    },
    events::{
        entity::event,
        exchange::{self, ImportError, Options, Report},
    },
    ids::{EventId, PersonId},
    messages::inbox::Inbox,
    organisations::{self, Role, entity::organisation},
    people,
    platform::{
        clock::Clock,
        db::{Db, Sync},
        files::Files,
        limits::Limits,
        mail::Mailer,
        random::Random,
        signing::{Keys, Site},
    },
    work,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement};
use server::{
    middleware::Kept,
    router::{self, App_, RouterOptions},
};
use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

/// The organisation every test starts with.
pub const ORGANISATION: &str = "example-training";

/// The roll, by whom it is about and what it says.
const ROLL: [(&str, &str); 2] = [
    (
        "roll",
        "participant_id, event_id, sort, words, contact, booked, state, recorded, verdict, certificate, stands",
    ),
    ("roll_presence", "participant_id, event_id, session_id, day, inside"),
];

/// How a [`TestApp`] may differ from the usual one.
#[derive(Clone, Debug)]
pub struct Builder {
    now: DateTime<Utc>,
    limits: Limits,
    base_url: String,
    smtp: Option<(String, usize)>,
    inbox: Inbox,
    options: RouterOptions,
    without_organisation: bool,
}

impl Builder {
    /// When the test begins; the clock then stands until [`TestApp::pass`].
    #[must_use]
    pub fn at(mut self, now: &str) -> Self {
        self.now = now.parse().unwrap();
        self
    }

    /// Changes the limits of how often.
    #[must_use]
    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.limits);
        self
    }

    /// Another address than `http://plenary.test`.
    #[must_use]
    pub fn base_url(mut self, url: &str) -> Self {
        url.clone_into(&mut self.base_url);
        self
    }

    /// Sends mail to this server, over so many connections, instead of keeping it.
    #[must_use]
    pub fn smtp(mut self, url: &str, connections: usize) -> Self {
        self.smtp = Some((url.to_owned(), connections));
        self
    }

    /// Where answers and bounces come to.
    #[must_use]
    pub fn inbox(mut self, inbox: Inbox) -> Self {
        self.inbox = inbox;
        self
    }

    /// Changes what the router is made with.
    #[must_use]
    pub fn router(mut self, change: impl FnOnce(&mut RouterOptions)) -> Self {
        change(&mut self.options);
        self
    }

    /// An installation nobody has set up.
    #[must_use]
    pub fn without_organisation(mut self) -> Self {
        self.without_organisation = true;
        self
    }

    pub async fn start(self) -> TestApp {
        static STARTED: AtomicU64 = AtomicU64::new(0);
        let name = format!("plenary_test_{}_{}", std::process::id(), STARTED.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(&name);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let database = database::make(&folder, &name).await;
        let (clock, random) = (Clock::set_to(self.now), Random::seeded(1));
        let (mailer, smtp_connections) = match &self.smtp {
            Some((url, connections)) => (Mailer::smtp(url, *connections).unwrap(), *connections),
            None => (Mailer::Folder(folder.join("mail")), 1),
        };
        let mut db = Db::open(&database.url, Sync::Normal).await.unwrap();
        let queries = Arc::new(AtomicU64::new(0));
        let counted = queries.clone();
        db.read.set_metric_callback(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        let services = Arc::new(Services {
            db,
            site: Site::parse(&self.base_url).unwrap(),
            keys: Keys::open(&folder.join("keys"), clock.now(), random.bytes()).unwrap(),
            clock,
            random,
            mailer,
            files: Files::folder(&folder.join("files")).unwrap(),
            mail_from: "noreply@plenary.test".to_owned(),
            inbox: self.inbox,
            leave_url: "https://weather.example.org/".to_owned(),
            limits: self.limits,
            data_dir: folder.clone(),
            online_rows_days: 90,
            smtp_connections,
            wake: Arc::default(),
        });
        if !self.without_organisation {
            let now = services.clock.now();
            organisations::service::find_or_add(
                services.db.writer(),
                now,
                ORGANISATION,
                "Example Training Ltd",
                "events@example.org",
            )
            .await
            .unwrap();
        }
        let router = router::build(services.clone(), &self.options);
        TestApp {
            services,
            router,
            kept: self.options.kept,
            base_url: self.base_url,
            folder,
            database,
            browsers: AtomicU64::new(1),
            left: Mutex::new(None),
            queries,
        }
    }
}

/// The program under test. Dropping it fails the test if a job or a message was left unrun.
#[derive(Debug)]
pub struct TestApp {
    pub services: Arc<Services>,
    pub base_url: String,
    pub folder: PathBuf,
    router: App_,
    kept: Kept,
    database: TestDatabase,
    browsers: AtomicU64,
    left: Mutex<Option<&'static str>>,
    queries: Arc<AtomicU64>,
}

impl TestApp {
    /// The usual one: 20 November 2026, ten in the morning; one organisation, nobody in its team; mail kept in a folder.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            now: "2026-11-20T10:00:00Z".parse().unwrap(),
            limits: Limits::default(),
            base_url: "http://plenary.test".to_owned(),
            smtp: None,
            inbox: Inbox::default(),
            options: RouterOptions {
                kept: Kept::proven(),
                ..RouterOptions::default()
            },
            without_organisation: false,
        }
    }

    /// Says that this test means to leave work behind, and why.
    pub fn leave_unrun(&self, reason: &'static str) {
        *self.left.lock().unwrap() = Some(reason);
    }

    /// The address of this test's database, for commands run as processes.
    #[must_use]
    pub fn database_url(&self) -> &str {
        &self.database.url
    }

    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.services.clock.now()
    }

    /// Lets time pass.
    pub fn pass(&self, time: TimeDelta) {
        self.services.clock.pass(time);
    }

    /// Goes to a moment, as `2027-03-11T09:10:00Z`.
    pub fn move_to(&self, moment: &str) {
        self.services.clock.move_to(moment.parse().unwrap());
    }

    /// A new browser, on a machine of its own, in which nobody has signed in.
    #[must_use]
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone(), &self.base_url, self.browsers.fetch_add(1, Ordering::Relaxed))
    }

    /// One request as it is, without a browser's headers and cookies.
    pub async fn call(&self, request: Request<Body>) -> Answer {
        let path = request.uri().to_string();
        Answer::read(path, router::call(self.router.clone(), request).await).await
    }

    /// How often the database was asked while `work` was done, outside transactions.
    pub async fn count_queries<T>(&self, work: impl Future<Output = T>) -> u64 {
        let before = self.queries.load(Ordering::Relaxed);
        work.await;
        self.queries.load(Ordering::Relaxed) - before
    }

    /// Does all that is due, jobs before messages; gives how many of each there were. Proves the roll beside it.
    pub async fn run_jobs(&self) -> (usize, usize) {
        let done = work::until_idle(&self.services).await.unwrap();
        self.prove_roll().await;
        done
    }

    /// Every row of the roll.
    pub async fn roll(&self) -> Vec<Vec<String>> {
        database::rows_of(&self.services.db, ROLL).await
    }

    /// Brings the roll of every event up to date as lists do, then makes it anew from the records: it must say the same.
    /// Whatever changes what a list shows without the roll being told shows here, in whichever test first does it.
    pub async fn prove_roll(&self) {
        let db = &self.services.db;
        roll::catch_up_all(db).await.unwrap();
        let kept = self.roll().await;
        for id in event::Entity::find().all(&db.read).await.unwrap().into_iter().map(|event| event.id) {
            roll::rebuild(db, id).await.unwrap();
        }
        assert_eq!(kept, self.roll().await, "the roll differs from what is recorded");
    }

    /// How many queries the readers were asked so far.
    #[must_use]
    pub fn queries(&self) -> u64 {
        self.queries.load(Ordering::Relaxed)
    }

    /// Imports a file of schema 1 as the machine's operator, mailing nobody.
    pub async fn import(&self, file: &serde_json::Value) -> Report {
        match self.try_import(file, Options::default()).await {
            Ok(report) => report,
            Err(cause) => panic!("the import was refused: {cause:?}"),
        }
    }

    pub async fn try_import(&self, file: &serde_json::Value, options: Options) -> Result<Report, ImportError> {
        exchange::import(&self.services, &Actor::System, file.to_string().as_bytes(), options).await
    }

    /// The two events of the demo, its team and the certificates of the past one.
    pub async fn load_demo(&self) {
        server::commands::load_demo(&self.services).await.unwrap();
    }

    /// An event to be: published, open for booking, free of charge, without limit, with one session of CPD.
    pub fn event(&self) -> EventBuilder<'_> {
        EventBuilder::new(self)
    }

    /// The event at `slug`.
    pub async fn find_event(&self, slug: &str) -> Event {
        let row = event::Entity::find()
            .filter(event::Column::Slug.eq(slug))
            .one(&self.services.db.read)
            .await
            .unwrap()
            .unwrap();
        Event {
            id: row.id,
            organisation: row.organisation_id,
            slug: row.slug.clone(),
            row,
        }
    }

    /// The organisation every test starts with.
    pub async fn organisation(&self) -> organisation::Model {
        organisations::service::find_by_slug(&self.services.db.read, ORGANISATION)
            .await
            .unwrap()
            .unwrap()
    }

    /// The person with this address, made if new.
    pub async fn person(&self, email: &str) -> PersonId {
        people::service::find_or_add_named(self.services.db.writer(), self.now(), email, "")
            .await
            .unwrap()
    }

    /// A browser in which the person with this address has signed in by a link.
    pub async fn sign_in(&self, email: &str) -> Browser {
        self.person(email).await;
        let browser = self.browser();
        self.sign_in_with(&browser, email).await;
        browser
    }

    /// Signs in by a link in this browser.
    pub async fn sign_in_with(&self, browser: &Browser, email: &str) {
        let url = people::service::mint_link(&self.services, email).await.unwrap();
        let page = browser.get(url.strip_prefix(&self.base_url).unwrap()).await;
        let answer = browser.send(page.page().form("/do/people/confirm")).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        assert!(browser.cookie("sign-in").is_some());
    }

    /// A browser of somebody with this role in the organisation every test starts with: `owner@example.org` and so on.
    pub async fn person_with_role(&self, role: Role) -> Browser {
        self.person_with_role_in(ORGANISATION, role, &format!("{}@example.org", role.word()))
            .await
    }

    /// The same in another organisation, which is made if it is new.
    pub async fn person_with_role_in(&self, organisation: &str, role: Role, email: &str) -> Browser {
        let name = format!("Robin {}{}", role.word()[..1].to_uppercase(), &role.word()[1..]);
        organisations::service::add_to_team(&self.services, &Actor::System, organisation, email, &name, role)
            .await
            .unwrap();
        self.sign_in(email).await
    }

    /// The actor behind a browser's sign-in, for calling services directly.
    pub async fn actor(&self, browser: &Browser) -> Actor {
        match browser.cookie("sign-in") {
            Some(token) => people::service::recognise(&self.services, &token).await.unwrap(),
            None => Actor::Nobody,
        }
    }

    /// The places of an event that are taken, in the order they were made.
    pub async fn places(&self, event: &Event) -> Vec<place::Model> {
        self.all_places(event.id)
            .await
            .into_iter()
            .filter(|place| place.state == PlaceState::Confirmed || place.state == PlaceState::Held)
            .collect()
    }

    /// All places of an event, cancelled ones too.
    pub async fn all_places(&self, event: EventId) -> Vec<place::Model> {
        place::Entity::find()
            .filter(place::Column::EventId.eq(event))
            .order_by_asc(place::Column::Id)
            .all(&self.services.db.read)
            .await
            .unwrap()
    }

    /// The bookings of an event, in the order they were made.
    pub async fn bookings(&self, event: &Event) -> Vec<booking::Model> {
        booking::Entity::find()
            .filter(booking::Column::EventId.eq(event.id))
            .order_by_asc(booking::Column::Id)
            .all(&self.services.db.read)
            .await
            .unwrap()
    }

    /// Every message so far, oldest first, as written and (once it left) as sent.
    pub async fn mails(&self) -> Vec<Mail> {
        mail::all(&self.services, &self.folder.join("mail")).await
    }

    /// The messages to one address, oldest first.
    pub async fn mails_to(&self, address: &str) -> Vec<Mail> {
        self.mails().await.into_iter().filter(|mail| mail.to == address).collect()
    }

    /// One number of the database.
    pub async fn count(&self, sql: &str) -> i64 {
        let db = &self.services.db.read;
        let sql = format!("SELECT COUNT(*) AS number FROM {sql}");
        db.query_one_raw(Statement::from_string(db.get_database_backend(), sql))
            .await
            .unwrap()
            .unwrap()
            .try_get("", "number")
            .unwrap()
    }

    /// Changes the database behind the program's back.
    pub async fn execute(&self, sql: &str) -> u64 {
        self.kept.forget();
        self.services.db.writer().execute_unprepared(sql).await.unwrap().rows_affected()
    }

    /// Every row of every table, for comparing before and after. Not the roll: it is worked out from them as it is read.
    pub async fn everything(&self) -> BTreeMap<String, Vec<String>> {
        database::everything(&self.services.db).await
    }

    /// The program itself, on this test's database and folder and by the machine's clock.
    #[must_use]
    pub fn program(&self) -> Command {
        let mut command = process::program(&self.folder);
        command
            .env("PLENARY_DATABASE_URL", self.database_url())
            .env("PLENARY_BASE_URL", &self.base_url);
        command
    }

    /// Takes the database away until told to give it back: on SQLite another process locks the file, on PostgreSQL every
    /// session is ended and none let in.
    pub async fn take_database_away(&self) -> Gone {
        self.database.take_away(&self.folder).await
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let (database, folder) = (self.database.clone(), self.folder.clone());
        let check = !std::thread::panicking() && self.left.lock().is_ok_and(|left| left.is_none());
        // The test's own runtime cannot wait inside a drop.
        let unrun = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let unrun = if check { database::unrun(&database.url).await } else { Vec::new() };
                database.remove().await;
                unrun
            })
        })
        .join();
        let _ = std::fs::remove_dir_all(&folder);
        if !std::thread::panicking() {
            let unrun = unrun.expect("the test's database could be asked at its end");
            assert!(
                unrun.is_empty(),
                "the test leaves work unrun; call run_jobs(), or leave_unrun(reason):\n{}",
                unrun.join("\n")
            );
        }
    }
}
