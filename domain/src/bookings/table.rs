//! The list of an event's places for its organisers: searched, filtered, sorted and paged by the database; and exactly
//! what is filtered as CSV, in which no cell can be taken for a formula.

use super::{PlaceState, Vat};
use crate::{
    Services,
    access::{Actor, Permission},
    attendance::roll::{self, Wanted},
    error::Result,
    events::{entity::event, service::load_for},
    ids::{EventId, ParticipantId, PlaceId},
    platform::zones,
};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

/// Which places to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// All but cancelled ones.
    #[default]
    Standing,
    All,
    Only(PlaceState),
}

impl Which {
    /// The word in an address; `Standing` has none.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Standing => "",
            Self::All => "all",
            Self::Only(state) => state.word(),
        }
    }
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By name; places still to be named last.
    #[default]
    Name,
    NameDown,
    /// When booked, oldest first.
    Booked,
    BookedDown,
    Ticket,
    TicketDown,
}

impl Sort {
    pub const ALL: [Self; 6] = [
        Self::Name,
        Self::NameDown,
        Self::Booked,
        Self::BookedDown,
        Self::Ticket,
        Self::TicketDown,
    ];

    /// The word in an address.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::NameDown => "-name",
            Self::Booked => "booked",
            Self::BookedDown => "-booked",
            Self::Ticket => "ticket",
            Self::TicketDown => "-ticket",
        }
    }

    fn sql(self) -> &'static str {
        match self {
            // As the roll has them.
            Self::Name => "found.sort, p.participant_id",
            Self::NameDown => "SUBSTR(found.sort, 1, 1), found.sort DESC, p.participant_id DESC",
            // Bookings are numbered as they are made.
            Self::Booked => "p.booking_id, p.id",
            Self::BookedDown => "p.booking_id DESC, p.id DESC",
            Self::Ticket => "t.position, t.id, LOWER(p.name), p.id",
            Self::TicketDown => "t.position DESC, t.id DESC, LOWER(p.name), p.id",
        }
    }
}

/// What an organiser looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Each must stand in the name, an address, the reference, the place code or the organisation.
    pub words: String,
    pub which: Which,
    /// A ticket's code; empty for all.
    pub ticket: String,
    pub sort: Sort,
    /// The first page is 0.
    pub page: u64,
}

/// Places on one page of the list.
pub const PER_PAGE: u64 = 50;

impl Search {
    /// Reads the query of an address: `q`, `state`, `ticket`, `sort`, `page` (1 first). What makes no sense is ignored.
    #[must_use]
    pub fn from_query(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| {
            pairs
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.trim().to_owned())
                .unwrap_or_default()
        };
        Self {
            words: value("q").chars().take(200).collect(),
            which: match value("state").as_str() {
                "all" => Which::All,
                word => word.parse().map(Which::Only).unwrap_or_default(),
            },
            ticket: value("ticket"),
            sort: Sort::ALL.into_iter().find(|sort| sort.word() == value("sort")).unwrap_or_default(),
            page: value("page").parse::<u64>().unwrap_or(1).clamp(1, 1_000_000) - 1,
        }
    }

    /// Whether anything is left out besides cancelled places.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !self.words.is_empty() || self.which != Which::Standing || !self.ticket.is_empty()
    }

    /// The query of an address for the same search, with another order or page.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        for (key, value) in [
            ("q", self.words.as_str()),
            ("state", self.which.word()),
            ("ticket", self.ticket.as_str()),
        ] {
            if !value.is_empty() {
                pairs.push((key, value.to_owned()));
            }
        }
        if self.sort != Sort::default() {
            pairs.push(("sort", self.sort.word().to_owned()));
        }
        if self.page > 0 {
            pairs.push(("page", (self.page + 1).to_string()));
        }
        pairs
    }
}

/// A place as the list shows it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct Row {
    pub id: PlaceId,
    pub participant_id: ParticipantId,
    pub code: String,
    pub name: Option<String>,
    pub address: Option<String>,
    pub job_role: Option<String>,
    pub organisation: Option<String>,
    pub ticket_name: String,
    pub state: PlaceState,
    /// Without VAT, as booked.
    pub price_pence: i64,
    pub vat: Vat,
    pub reference: String,
    pub booker_name: String,
    pub booker_address: String,
    pub purchase_order: Option<String>,
    pub booked_at: DateTime<Utc>,
    pub cancelled_at: Option<DateTime<Utc>>,
}

const TABLES: &str = "place p JOIN booking b ON b.id = p.booking_id JOIN ticket t ON t.id = p.ticket_id \
     JOIN participant a ON a.id = p.participant_id JOIN person r ON r.id = b.booker_id LEFT JOIN person m ON m.id = p.person_id";

/// SQL from `FROM` on, with the values it names.
struct Part {
    from: String,
    values: Vec<Value>,
}

/// Whom the search finds, in the roll.
fn wanted<C: ConnectionTrait>(db: &C, event: EventId, search: &Search) -> Wanted {
    let booked = Wanted::at(db, event).booked().booked_as(&search.words);
    let of_state = match search.which {
        Which::All => booked,
        Which::Standing => booked.state(PlaceState::Cancelled, false),
        Which::Only(state) => booked.state(state, true),
    };
    let of_ticket = if search.ticket.is_empty() {
        of_state
    } else {
        of_state.ticket(&search.ticket)
    };
    if search.sort == Sort::NameDown {
        of_ticket.backwards()
    } else {
        of_ticket
    }
}

/// The same with these tables, of which `place p` is the first. SQLite keeps the order of a cross join, so the roll is
/// looked at before anything else is read.
fn found_with<C: ConnectionTrait>(db: &C, event: EventId, search: &Search, tables: &str) -> Part {
    let (found, values) = wanted(db, event, search).into_part();
    Part {
        from: format!("FROM ({found}) found CROSS JOIN {tables} WHERE p.participant_id = found.participant_id"),
        values,
    }
}

/// Whom a search without words finds, from the places alone.
fn places_with(event: EventId, search: &Search, tables: &str) -> Part {
    let (mut from, mut values) = (format!("FROM {tables} WHERE p.event_id = $1"), vec![Value::from(event)]);
    let add = |values: &mut Vec<Value>, value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    match search.which {
        Which::All => {}
        Which::Standing => from.push_str(" AND p.state <> 'cancelled'"),
        Which::Only(state) => from.push_str(&format!(" AND p.state = {}", add(&mut values, state.word().into()))),
    }
    if !search.ticket.is_empty() {
        let code = add(&mut values, search.ticket.clone().into());
        from.push_str(&format!(
            " AND p.ticket_id IN (SELECT id FROM ticket WHERE event_id = $1 AND code = {code})"
        ));
    }
    Part { from, values }
}

/// Everything `search` finds, all pages of it. The roll must have been caught up with.
pub(super) async fn fetch_all<C: ConnectionTrait>(db: &C, event: EventId, search: &Search) -> Result<Vec<Row>> {
    fetch(db, found_with(db, event, search, TABLES), search.sort.sql()).await
}

/// These places of an event, by name, cancelled ones too. Others' are not found.
pub(super) async fn fetch_places<C: ConnectionTrait>(db: &C, event: EventId, places: &[PlaceId]) -> Result<Vec<Row>> {
    let ids = places.iter().map(|id| (*id).into()).collect();
    fetch_of(db, event, "p.id", ids).await
}

/// The places of an event of which this column is one of these.
async fn fetch_of<C: ConnectionTrait>(db: &C, event: EventId, column: &str, ids: Vec<Value>) -> Result<Vec<Row>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<String> = (2..=ids.len() + 1).map(|i| format!("${i}")).collect();
    let part = Part {
        from: format!("FROM {TABLES} WHERE p.event_id = $1 AND {column} IN ({})", marks.join(", ")),
        values: std::iter::once(event.into()).chain(ids).collect(),
    };
    fetch(db, part, "CASE WHEN p.name IS NULL THEN 1 ELSE 0 END, LOWER(p.name), p.id").await
}

async fn fetch<C: ConnectionTrait>(db: &C, part: Part, order: &str) -> Result<Vec<Row>> {
    let sql = format!(
        "SELECT p.id, p.participant_id, a.code, p.name, m.address, p.job_role, p.organisation, t.name AS ticket_name, p.state, p.price_pence, \
         p.vat, b.reference, b.booker_name, r.address AS booker_address, b.purchase_order, b.created_at AS booked_at, p.cancelled_at \
         {} ORDER BY {order}",
        part.from
    );
    Ok(
        Row::find_by_statement(Statement::from_sql_and_values(db.get_database_backend(), sql, part.values))
            .all(db)
            .await?,
    )
}

/// One page of the list, and how many rows there are in all. A fixed number of queries, whatever the number of rows.
///
/// Which rows is settled before anything else is read of them, from an index of the roll or of places alone, so that the
/// last page of a large event comes as soon as the first.
pub async fn list(services: &Services, event: &event::Model, search: &Search) -> Result<(Vec<Row>, u64)> {
    let db = &services.db.read;
    roll::catch_up(&services.db, event.id).await?;
    if matches!(search.sort, Sort::Name | Sort::NameDown) {
        let (ids, total) = roll::find_page(db, &wanted(db, event.id, search), search.page, PER_PAGE, None).await?;
        let mut rows = fetch_of(db, event.id, "p.participant_id", ids.iter().map(|id| (*id).into()).collect()).await?;
        rows.sort_by_key(|row| ids.iter().position(|id| *id == row.participant_id));
        return Ok((rows, total));
    }
    let tables = match search.sort {
        Sort::Ticket | Sort::TicketDown => "place p JOIN ticket t ON t.id = p.ticket_id",
        _ => "place p",
    };
    let part = if search.words.is_empty() {
        places_with(event.id, search, tables)
    } else {
        found_with(db, event.id, search, tables)
    };
    let backend = db.get_database_backend();
    let count = format!("SELECT COUNT(*) AS total {}", part.from);
    let total = Total::find_by_statement(Statement::from_sql_and_values(backend, count, part.values.clone()))
        .one(db)
        .await?;
    let page = format!(
        "SELECT p.id {} ORDER BY {} LIMIT {PER_PAGE} OFFSET {}",
        part.from,
        search.sort.sql(),
        search.page.saturating_mul(PER_PAGE)
    );
    let page = Found::find_by_statement(Statement::from_sql_and_values(backend, page, part.values));
    let ids: Vec<PlaceId> = page.all(db).await?.into_iter().map(|found| found.id).collect();
    let mut rows = fetch_places(db, event.id, &ids).await?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    Ok((rows, total.map_or(0, |row| u64::try_from(row.total).unwrap_or(0))))
}

#[derive(FromQueryResult)]
struct Total {
    total: i64,
}

#[derive(FromQueryResult)]
struct Found {
    id: PlaceId,
}

/// A CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Csv {
    /// Neutral where the event is sensitive.
    pub file_name: String,
    /// UTF-8 with a byte order mark, so that Excel reads names right; lines end in CRLF (RFC 4180).
    pub text: String,
}

/// Exactly what `search` finds, all pages of it, for whoever may see the event's bookings.
pub async fn csv(services: &Services, actor: &Actor, slug: &str, search: &Search) -> Result<Csv> {
    let (event, _) = load_for(services, actor, Permission::See, slug).await?;
    roll::catch_up(&services.db, event.id).await?;
    let rows = fetch_all(&services.db.read, event.id, search).await?;
    let name = event.name_in_files();
    Ok(Csv {
        file_name: format!("bookings-{name}.csv"),
        text: write(&event, &rows),
    })
}

fn write(event: &event::Model, rows: &[Row]) -> String {
    let zone = event.zone();
    let at = |time: DateTime<Utc>| zones::wall(time, zone).format("%Y-%m-%d %H:%M").to_string();
    let mut text = "\u{feff}".to_owned();
    line(
        &mut text,
        [
            "Name",
            "Email address",
            "Job role",
            "Organisation",
            "Ticket",
            "State",
            "Price without VAT",
            "VAT",
            "Place code",
            "Reference",
            "Booked by",
            "Booker's email address",
            "Purchase order",
            "Booked",
            "Cancelled",
        ]
        .map(str::to_owned),
    );
    for row in rows {
        let given = |value: &Option<String>| value.clone().unwrap_or_default();
        line(
            &mut text,
            [
                given(&row.name),
                given(&row.address),
                given(&row.job_role),
                given(&row.organisation),
                row.ticket_name.clone(),
                row.state.word().to_owned(),
                format!("{}.{:02}", row.price_pence / 100, row.price_pence % 100),
                row.vat.word().to_owned(),
                row.code.clone(),
                row.reference.clone(),
                row.booker_name.clone(),
                row.booker_address.clone(),
                given(&row.purchase_order),
                at(row.booked_at),
                row.cancelled_at.map(at).unwrap_or_default(),
            ],
        );
    }
    text
}

/// Adds a line of these cells.
pub(crate) fn line(text: &mut String, cells: impl IntoIterator<Item = String>) {
    let cells: Vec<String> = cells.into_iter().map(|value| cell(&value)).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

/// One cell. What a spreadsheet would take for a formula gets an apostrophe before it; what holds a comma, a quotation
/// mark or a line break is quoted.
#[must_use]
pub fn cell(value: &str) -> String {
    let is_formula = value.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) || value.starts_with(['\t', '\r', '\n']);
    let value = if is_formula { format!("'{value}") } else { value.to_owned() };
    if value.contains([',', ';', '"', '\n', '\r', '\t']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(
            cell("=HYPERLINK(\"http://x\",\"y\")"),
            "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""
        );
        assert_eq!(
            [cell("+44 1865"), cell("-1"), cell("@home"), cell(" =1")],
            ["'+44 1865", "'-1", "'@home", "' =1"]
        );
        assert_eq!(
            [cell("O'Neill"), cell("\"A; B\", C"), cell("Siân Llŷr")],
            ["O'Neill", "\"\"\"A; B\"\", C\"", "Siân Llŷr"]
        );
        assert_eq!(cell("two\nlines"), "\"two\nlines\"");
    }

    #[test]
    fn a_search_survives_its_address() {
        let pairs = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect::<Vec<_>>()
        };
        let search = Search::from_query(&pairs(&[
            ("q", " jane smith "),
            ("state", "cancelled"),
            ("ticket", "nhs"),
            ("sort", "-booked"),
            ("page", "3"),
        ]));
        assert_eq!(
            search,
            Search {
                words: "jane smith".to_owned(),
                which: Which::Only(PlaceState::Cancelled),
                ticket: "nhs".to_owned(),
                sort: Sort::BookedDown,
                page: 2
            }
        );
        let again: Vec<_> = search.to_pairs().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        assert_eq!(Search::from_query(&again), search);
        assert_eq!(
            Search::from_query(&pairs(&[("state", "x"), ("sort", "x"), ("page", "-1")])),
            Search::default()
        );
    }
}
