//! What these tests stand on besides [`TestApp`]: events as import files, orders, questions put to the router, and mail
//! read back from its bytes by a reader that is not ours.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use base64ct::{Base64, Encoding};
use chrono::{DateTime, Utc};
use domain::{
    Error, Services,
    access::Actor,
    bookings::{
        entity::place,
        order::{Line, Order, Who},
        service::{self, Booked},
    },
    events::{
        entity::event,
        exchange::{self, Options},
    },
    messages::entity::message,
    platform::mail::Mailer,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder, Statement};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::TestApp;

/// A weekday morning on which the events of these tests can be booked.
pub const MORNING: &str = "2026-02-02T09:00:00Z";

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A fresh installation at this moment.
pub async fn app_at(now: &str) -> TestApp {
    let app = TestApp::start().await;
    app.services.clock.move_to(at(now));
    app
}

/// The event of the contract, word for word.
pub fn contract() -> Value {
    serde_json::from_str(include_str!("../../domain/src/events/exchange/examples/event.json")).unwrap()
}

/// A plain event on 12 March 2026 with fifty places and two kinds of ticket, nobody in it yet.
pub fn open_day(slug: &str) -> Value {
    json!({
        "plenary": 1, "kind": "event",
        "organisation": { "slug": "example-training", "name": "Example Training Ltd", "email": "events@example.org" },
        "event": {
            "slug": slug, "status": "published", "title": "Spring study day", "summary": "A day.", "timezone": "Europe/London",
            "starts": "2026-03-12T09:00", "ends": "2026-03-12T16:00", "capacity": 50,
            "venue": { "name": "Example Hall", "address": "1 High Street, Oxford", "postcode": "OX1 1AA" },
        },
        "sessions": [
            { "code": "reg", "title": "Registration", "kind": "registration", "starts": "2026-03-12T09:00", "ends": "2026-03-12T09:30" },
            { "code": "am", "title": "Morning", "kind": "talk", "starts": "2026-03-12T09:30", "ends": "2026-03-12T12:30", "cpd": true },
            { "code": "pm", "title": "Afternoon", "kind": "workshop", "starts": "2026-03-12T13:30", "ends": "2026-03-12T15:30", "cpd": true, "participatory": true },
        ],
        "tickets": [
            { "code": "nhs", "name": "NHS and public sector", "price_pence": 19500, "vat": "standard" },
            { "code": "free", "name": "Lived experience", "price_pence": 0 },
        ],
    })
}

/// The same with what `change` makes of it.
pub fn changed(mut file: Value, change: impl FnOnce(&mut Value)) -> Value {
    change(&mut file);
    file
}

/// Imports a file as whoever runs the machine, mailing nobody.
pub async fn import(app: &TestApp, file: &Value) -> event::Model {
    exchange::import(&app.services, &Actor::System, file.to_string().as_bytes(), Options::default()).await.unwrap();
    load_event(app, file["event"]["slug"].as_str().unwrap()).await
}

pub async fn load_event(app: &TestApp, slug: &str) -> event::Model {
    event::Entity::find().filter(event::Column::Slug.eq(slug)).one(&app.services.db.read).await.unwrap().unwrap()
}

/// The places of an event in the order they were booked, cancelled ones too.
pub async fn places(app: &TestApp, event: &event::Model) -> Vec<place::Model> {
    let query = place::Entity::find().filter(place::Column::EventId.eq(event.id)).order_by_asc(place::Column::Id);
    query.all(&app.services.db.read).await.unwrap()
}

pub fn named(ticket: &str, name: &str, email: &str) -> Line {
    let who = Who { name: Some(name.to_owned()), email: Some(email.to_owned()), ..Who::default() };
    Line { ticket: ticket.to_owned(), who }
}

pub fn unnamed(ticket: &str) -> Line {
    Line { ticket: ticket.to_owned(), who: Who::default() }
}

/// An order by a mailbox of its own for each key, so that no limit but the one under test is met.
pub fn order(event: &str, key: &str, lines: Vec<Line>) -> Order {
    Order {
        event: event.to_owned(),
        key: key.to_owned(),
        booker_name: "Pat Booker".to_owned(),
        booker_email: format!("pa-{}@example.org", key.to_lowercase()),
        purchase_order: None,
        lines,
    }
}

pub async fn book(app: &TestApp, order: Order) -> Result<Booked, Error> {
    service::book(&app.services, &Actor::Nobody, order).await
}

/// How many rows each table has: what must be the same after a refusal.
pub async fn row_counts(services: &Services) -> BTreeMap<String, i64> {
    let db = &services.db.read;
    let backend = db.get_database_backend();
    let names = match backend {
        DatabaseBackend::Postgres => "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
        _ => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    };
    let mut counts = BTreeMap::new();
    for row in db.query_all_raw(Statement::from_string(backend, names)).await.unwrap() {
        let name: String = row.try_get("", "name").unwrap();
        let count = Statement::from_string(backend, format!("SELECT COUNT(*) AS count FROM \"{name}\""));
        let count: i64 = db.query_one_raw(count).await.unwrap().unwrap().try_get("", "count").unwrap();
        counts.insert(name, count);
    }
    assert!(counts.len() > 20, "{counts:?}");
    counts
}

/// One statement on the writing connection: how a test meddles with what is stored.
pub async fn meddle(app: &TestApp, sql: &str, values: Vec<sea_orm::Value>) {
    let db = app.services.db.writer();
    let done = db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await.unwrap();
    assert!(done.rows_affected() > 0, "{sql} met no row");
}

/// What the router answered, whole.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{} {}", self.status, String::from_utf8_lossy(&self.body)))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

pub async fn ask(app: &TestApp, request: Request<Body>) -> Reply {
    let response = app.call(request).await;
    let (parts, body) = response.into_parts();
    Reply { status: parts.status, headers: parts.headers, body: to_bytes(body, usize::MAX).await.unwrap().to_vec() }
}

pub async fn get(app: &TestApp, path: &str) -> Reply {
    ask(app, Request::get(path).body(Body::empty()).unwrap()).await
}

/// A message as its addressee's program would find it.
#[derive(Clone, Debug)]
pub struct Mail {
    pub kind: String,
    pub to: String,
    pub subject: String,
    /// Everything, as it was written.
    pub raw: String,
    /// Names of the headers of the whole message, in order.
    pub headers: Vec<(String, String)>,
    pub plain: String,
    pub html: String,
    /// The calendar beside the text, with the method its Content-Type names.
    pub calendar: Option<(String, String)>,
    /// The calendar again, as a file.
    pub attached: Option<String>,
}

/// Every message that left so far, in the order they were written, read from the files that stand for sending.
pub async fn mails(app: &TestApp) -> Vec<Mail> {
    let Mailer::Folder(folder) = &app.services.mailer else { panic!("mail goes to a folder in these tests") };
    let rows = message::Entity::find().order_by_asc(message::Column::Id).all(&app.services.db.read).await.unwrap();
    let left = rows.into_iter().filter(|row| row.attempts > 0);
    left.map(|row| {
        let name = format!("{}.eml", row.message_id.trim_matches(['<', '>']));
        let raw = std::fs::read_to_string(folder.join(&name)).unwrap_or_else(|_| panic!("{name} is not there: {row:?}"));
        read_mail(row.kind, row.to_address, raw)
    })
    .collect()
}

/// The messages of one kind.
pub async fn mails_of(app: &TestApp, kind: &str) -> Vec<Mail> {
    mails(app).await.into_iter().filter(|mail| mail.kind == kind).collect()
}

fn read_mail(kind: String, to: String, raw: String) -> Mail {
    let (headers, _) = read_part(&raw);
    let subject = headers.iter().find(|(name, _)| name == "Subject").map(|(_, value)| words(value)).unwrap();
    let mut mail = Mail { kind, to, subject, headers, plain: String::new(), html: String::new(), calendar: None, attached: None, raw: raw.clone() };
    gather(&raw, &mut mail);
    mail
}

fn gather(part: &str, mail: &mut Mail) {
    let (headers, body) = read_part(part);
    let header = |wanted: &str| headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.clone()).unwrap_or_default();
    let kind = header("Content-Type");
    if let Some(boundary) = parameter(&kind, "boundary").filter(|_| kind.starts_with("multipart/")) {
        let inner = body.split(&format!("--{boundary}")).skip(1).take_while(|part| !part.starts_with("--"));
        return inner.for_each(|part| gather(part.trim_start_matches("\r\n"), mail));
    }
    let bytes = match header("Content-Transfer-Encoding").as_str() {
        "quoted-printable" => unquote(body),
        "base64" => Base64::decode_vec(&body.split_whitespace().collect::<String>()).unwrap(),
        _ => body.as_bytes().to_vec(),
    };
    let text = String::from_utf8(bytes).unwrap();
    if kind.starts_with("text/plain") {
        mail.plain = text;
    } else if kind.starts_with("text/html") {
        mail.html = text;
    } else if kind.starts_with("text/calendar") {
        mail.calendar = Some((parameter(&kind, "method").unwrap(), text));
    } else if kind.starts_with("application/ics") {
        mail.attached = Some(text);
    } else {
        panic!("a part of the kind {kind}");
    }
}

/// Headers, unfolded, and what follows the empty line.
fn read_part(part: &str) -> (Vec<(String, String)>, &str) {
    let (head, body) = part.split_once("\r\n\r\n").unwrap();
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let headers = unfolded.split("\r\n").map(|line| {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no header: {line}"));
        (name.to_owned(), value.trim().to_owned())
    });
    (headers.collect(), body)
}

fn parameter(header: &str, name: &str) -> Option<String> {
    let found = header.split(';').skip(1).find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))?;
    Some(found.trim_matches('"').to_owned())
}

/// RFC 2045 6.7.
fn unquote(text: &str) -> Vec<u8> {
    let joined = text.replace("=\r\n", "");
    let (mut bytes, mut rest) = (Vec::new(), joined.as_bytes());
    while let [first, tail @ ..] = rest {
        if *first == b'=' {
            bytes.extend(hex::decode(&tail[..2]).unwrap());
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    bytes
}

/// A header's words, decoded as RFC 2047 has them.
fn words(value: &str) -> String {
    let mut out = String::new();
    let mut before_was_encoded = false;
    for word in value.split(' ') {
        let encoded = word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?="));
        if !out.is_empty() && !(before_was_encoded && encoded.is_some()) {
            out.push(' ');
        }
        match encoded {
            Some(word) => out.push_str(&String::from_utf8(Base64::decode_vec(word).unwrap()).unwrap()),
            None => out.push_str(word),
        }
        before_was_encoded = encoded.is_some();
    }
    out
}

/// What a browser shows of some HTML: its text with one space between words, without styles.
pub fn shown(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        let (name, after) = tag.split_once('>').unwrap_or((tag, ""));
        let skipped = ["style", "script", "title"].into_iter().find(|skipped| name.split([' ', '/']).next() == Some(skipped));
        rest = match skipped {
            Some(skipped) => after.split_once(&format!("</{skipped}>")).map_or("", |(_, after)| after),
            None => after,
        };
        // Inline elements do not part words; the framework's comments do not either.
        if !name.starts_with("!--") && !["b", "a", "strong", "span", "/b", "/a", "/strong", "/span"].contains(&name.split(' ').next().unwrap()) {
            out.push(' ');
        }
    }
    out.push_str(rest);
    for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&nbsp;", " "), ("&amp;", "&")] {
        out = out.replace(entity, character);
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}
