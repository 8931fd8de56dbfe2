//! Finding, ordering and counting by the roll. Whoever reads it calls [`super::catch_up`] first.

use crate::{
    bookings::PlaceState,
    certificates::issue::{Has, Verdict},
    error::Result,
    ids::{EventId, ParticipantId, SessionId},
    platform::search::{fold, holds},
};
use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DatabaseBackend, FromQueryResult, Statement, Value};

/// The door (no session) or a session, on one day by the event's own clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Spot {
    pub session: Option<SessionId>,
    pub day: NaiveDate,
}

impl Spot {
    /// As it stands in a row of the roll: ` 17@2027-03-11.` says that they came, ` 17@2027-03-11+` that they are in.
    pub(super) fn written(self, inside: bool) -> String {
        let came = self.mark('.');
        if inside { came + &self.mark('+') } else { came }
    }

    fn mark(self, end: char) -> String {
        format!(" {}@{}{end}", self.session.map_or(0, |session| session.0), self.day)
    }
}

/// Whom a list is of.
#[derive(Clone, Debug)]
pub struct Wanted {
    backend: DatabaseBackend,
    sql: String,
    values: Vec<Value>,
    order: Order,
}

/// What a list goes by; each can be read from either end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// By name; those without one last.
    Names,
    /// From the last name to the first; those without one last all the same.
    NamesDown,
}

impl Order {
    fn sql(self, from_end: bool) -> &'static str {
        match (self, from_end) {
            (Self::Names, false) => "sort, participant_id",
            (Self::Names, true) => "sort DESC, participant_id DESC",
            (Self::NamesDown, false) => "SUBSTR(sort, 1, 1), sort DESC, participant_id DESC",
            (Self::NamesDown, true) => "SUBSTR(sort, 1, 1) DESC, sort, participant_id",
        }
    }
}

impl Wanted {
    /// Everybody of an event, cancelled places too.
    #[must_use]
    pub fn at<C: ConnectionTrait>(db: &C, event: EventId) -> Self {
        Self {
            backend: db.get_database_backend(),
            sql: "event_id = $1".to_owned(),
            values: vec![event.into()],
            order: Order::Names,
        }
    }

    /// From the last name to the first; those without a name stay last.
    #[must_use]
    pub fn backwards(mut self) -> Self {
        self.order = Order::NamesDown;
        self
    }

    /// Those who come by a place.
    #[must_use]
    pub fn booked(self) -> Self {
        self.and("booked")
    }

    /// Those whose place is in this state, or is not.
    #[must_use]
    pub fn state(self, state: PlaceState, is: bool) -> Self {
        let not = if is { "" } else { "NOT " };
        self.and(&format!("{not}state = '{}'", state.word()))
    }

    /// Those with the ticket of this code.
    #[must_use]
    pub fn ticket(mut self, code: &str) -> Self {
        self.values.push(code.into());
        let own = format!(
            "participant_id IN (SELECT p.participant_id FROM place p JOIN ticket t ON t.id = p.ticket_id WHERE t.event_id = $1 AND t.code = ${})",
            self.values.len()
        );
        self.and(&own)
    }

    fn and(mut self, condition: &str) -> Self {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
        self
    }

    fn and_holds(mut self, column: &str, text: &str, is: bool) -> Self {
        let condition = holds(self.backend, column, text, &mut self.values);
        let not = if is { "" } else { "NOT " };
        self.and(&format!("{not}{condition}"))
    }

    /// Nobody, for a list that cannot have anybody on it yet.
    #[must_use]
    pub fn nobody(self) -> Self {
        self.and("1 = 0")
    }

    /// Not those whose place was cancelled before anything was recorded of them.
    #[must_use]
    pub fn on_register(self) -> Self {
        self.and("(state <> 'cancelled' OR recorded)")
    }

    /// Those who came there, or did not.
    #[must_use]
    pub fn came(self, spot: Spot, came: bool) -> Self {
        self.and_holds("stands", &spot.mark('.'), came)
    }

    /// Those of whom anything was recorded.
    #[must_use]
    pub fn recorded(self) -> Self {
        self.and("recorded")
    }

    /// Those who are in there.
    #[must_use]
    pub fn inside(self, spot: Spot) -> Self {
        self.and_holds("stands", &spot.mark('+'), true)
    }

    /// Those of these verdicts, or of all others.
    #[must_use]
    pub fn of(self, verdicts: &[Verdict], is: bool) -> Self {
        let words: Vec<_> = verdicts.iter().map(|verdict| format!("'{}'", verdict.word())).collect();
        let not = if is { "" } else { "NOT " };
        self.and(&format!("verdict {not}IN ({})", words.join(", ")))
    }

    /// Each word of `typed` (folded) stands in their name, organisation, reference or place code.
    #[must_use]
    pub fn words(self, typed: &str) -> Self {
        rarest_first(typed)
            .into_iter()
            .fold(self, |wanted, word| wanted.and_holds("words", word, true))
    }

    /// Each word of `typed` (as typed) stands in what [`Self::words`] looks at, in their address, or in the name or address of
    /// who booked.
    #[must_use]
    pub fn booked_as(mut self, typed: &str) -> Self {
        for word in typed.split_whitespace().take(6).map(fold).filter(|word| !word.is_empty()) {
            let own = holds(self.backend, "words", &word, &mut self.values);
            let contact = holds(self.backend, "contact", &word, &mut self.values);
            self = self.and(&format!("({own} OR {contact})"));
        }
        self
    }

    /// Them, with how they sort, as a part of another statement in which the event is `$1`; with all its values so far.
    #[must_use]
    pub fn into_part(self) -> (String, Vec<Value>) {
        (format!("SELECT participant_id, sort FROM roll WHERE {}", self.sql), self.values)
    }

    /// They have a name, and each word of `typed` (folded) stands in it.
    #[must_use]
    pub fn named(self, typed: &str) -> Self {
        let named = self.and("sort LIKE '!%'");
        rarest_first(typed)
            .into_iter()
            .fold(named, |wanted, word| wanted.and_holds("sort", word, true))
    }

    /// Each word of `typed` (folded) stands in their name, or is their place code.
    #[must_use]
    pub fn name_or_code(mut self, typed: &str) -> Self {
        for word in rarest_first(typed) {
            let name = holds(self.backend, "sort", word, &mut self.values);
            self.values.push(format!("% {word}").into());
            let either = format!("({name} OR words LIKE ${})", self.values.len());
            self = self.and(&either);
        }
        self
    }
}

/// A long word fits fewer people, so the others are looked for in fewer.
fn rarest_first(typed: &str) -> Vec<&str> {
    let mut words: Vec<_> = typed.split(' ').filter(|word| !word.is_empty()).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

#[derive(FromQueryResult)]
struct Found {
    participant_id: ParticipantId,
}

async fn find<C: ConnectionTrait>(db: &C, wanted: &Wanted, from_end: bool, pages: &str) -> Result<Vec<ParticipantId>> {
    let sql = format!(
        "SELECT participant_id FROM roll WHERE {} ORDER BY {}{pages}",
        wanted.sql,
        wanted.order.sql(from_end)
    );
    let statement = Statement::from_sql_and_values(wanted.backend, sql, wanted.values.clone());
    let found = Found::find_by_statement(statement).all(db).await?;
    Ok(found.into_iter().map(|found| found.participant_id).collect())
}

/// Everybody wanted, by name.
pub async fn list_all<C: ConnectionTrait>(db: &C, wanted: &Wanted) -> Result<Vec<ParticipantId>> {
    find(db, wanted, false, "").await
}

/// One page of those wanted, by name, and how many there are. The first page is 0. `total` where that is known already.
pub async fn find_page<C: ConnectionTrait>(
    db: &C,
    wanted: &Wanted,
    page: u64,
    per_page: u64,
    total: Option<u64>,
) -> Result<(Vec<ParticipantId>, u64)> {
    // Databases count rows with a sign.
    let skip = page.saturating_mul(per_page).min(i64::MAX.unsigned_abs());
    let on = |limit: u64, skip: u64| format!(" LIMIT {limit} OFFSET {skip}");
    if page > 0 {
        // What is skipped is read all the same, so a page is looked for from the end that is nearer.
        let total = match total {
            Some(total) => total,
            None => count_wanted(db, wanted).await?,
        };
        let shown = total.saturating_sub(skip).min(per_page);
        let from_end = skip > total / 2;
        let skip = if from_end { total.saturating_sub(skip + shown) } else { skip };
        let mut found = find(db, wanted, from_end, &on(shown, skip)).await?;
        if from_end {
            found.reverse();
        }
        return Ok((found, total));
    }
    let found = find(db, wanted, false, &on(per_page, skip)).await?;
    let shown = found.len() as u64;
    let total = match total {
        Some(total) => total,
        // The only page says itself how many there are.
        None if shown < per_page => shown,
        None => count_wanted(db, wanted).await?,
    };
    Ok((found, total))
}

#[derive(FromQueryResult)]
struct Total {
    total: i64,
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

async fn count_wanted<C: ConnectionTrait>(db: &C, wanted: &Wanted) -> Result<u64> {
    let sql = format!("SELECT COUNT(*) AS total FROM roll WHERE {}", wanted.sql);
    let statement = Statement::from_sql_and_values(wanted.backend, sql, wanted.values.clone());
    Ok(Total::find_by_statement(statement)
        .one(db)
        .await?
        .map_or(0, |row| unsigned(row.total)))
}

/// How many places of an event stand, and how many people are on its register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Not cancelled.
    pub expected: u64,
    /// With those cancelled of whom something was recorded.
    pub listed: u64,
}

#[derive(FromQueryResult)]
struct OfState {
    state: PlaceState,
    recorded: bool,
    total: i64,
}

/// How many people of an event are expected.
pub async fn count_expected<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Expected> {
    let sql = "SELECT state, recorded, COUNT(*) AS total FROM roll WHERE event_id = $1 GROUP BY booked, state, recorded";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [event.into()]);
    let mut all = Expected::default();
    for some in OfState::find_by_statement(statement).all(db).await? {
        let is_cancelled = some.state == PlaceState::Cancelled;
        all.expected += if is_cancelled { 0 } else { unsigned(some.total) };
        all.listed += if is_cancelled && !some.recorded { 0 } else { unsigned(some.total) };
    }
    Ok(all)
}

/// How many people of an event stand alike with their certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Alike {
    pub verdict: Verdict,
    pub certificate: Has,
    total: i64,
}

/// How many of them are as `is` says.
#[must_use]
pub fn sum(alike: &[Alike], is: impl Fn(&Alike) -> bool) -> u64 {
    unsigned(alike.iter().filter(|some| is(some)).map(|some| some.total).sum())
}

/// Everybody of an event, counted by how they stand with their certificate.
pub async fn count_verdicts<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Vec<Alike>> {
    let sql = "SELECT verdict, certificate, COUNT(*) AS total FROM roll WHERE event_id = $1 GROUP BY verdict, certificate";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [event.into()]);
    Ok(Alike::find_by_statement(statement).all(db).await?)
}

/// How many came to a spot, and how many are in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presences {
    pub came: u64,
    pub inside: u64,
}

#[derive(FromQueryResult)]
struct Counted {
    session_id: i64,
    inside: bool,
    total: i64,
}

/// How many came to the door and each session on one day.
pub async fn count_day<C: ConnectionTrait>(db: &C, event: EventId, day: NaiveDate) -> Result<impl Fn(Option<SessionId>) -> Presences> {
    let sql =
        "SELECT session_id, inside, COUNT(*) AS total FROM roll_presence WHERE event_id = $1 AND day = $2 GROUP BY session_id, inside";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [event.into(), day.to_string().into()]);
    let counted = Counted::find_by_statement(statement).all(db).await?;
    Ok(move |session: Option<SessionId>| {
        let here = session.map_or(0, |session| session.0);
        let of = |inside: &[bool]| {
            let fitting = counted.iter().filter(|row| row.session_id == here && inside.contains(&row.inside));
            unsigned(fitting.map(|row| row.total).sum())
        };
        Presences {
            came: of(&[true, false]),
            inside: of(&[true]),
        }
    })
}

/// How many are in, and how many are expected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Arrived and not left, at this door or session on this day.
    pub inside: u64,
    /// Places that stand.
    pub expected: u64,
}

/// Counts for the door or a session on one day.
pub async fn count_at<C: ConnectionTrait>(db: &C, event: EventId, spot: Spot) -> Result<Counts> {
    let sql = "SELECT COUNT(*) AS total FROM roll_presence WHERE event_id = $1 AND day = $2 AND session_id = $3 AND inside";
    let session = spot.session.map_or(0, |session| session.0);
    let values = [event.into(), spot.day.to_string().into(), session.into()];
    let inside = Total::find_by_statement(Statement::from_sql_and_values(db.get_database_backend(), sql, values));
    let sql = "SELECT COUNT(*) AS total FROM roll WHERE event_id = $1 AND state = 'confirmed'";
    let expected = Total::find_by_statement(Statement::from_sql_and_values(db.get_database_backend(), sql, [event.into()]));
    Ok(Counts {
        inside: inside.one(db).await?.map_or(0, |row| unsigned(row.total)),
        expected: expected.one(db).await?.map_or(0, |row| unsigned(row.total)),
    })
}
