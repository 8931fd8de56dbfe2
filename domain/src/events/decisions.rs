//! What waits for somebody to decide: one line each, with its number and the page where it is done. The organiser home
//! shows them in this order. An area that has something to decide about gives its lines in [`list`]; nothing else about
//! the home changes.

use super::entity::event;
use crate::{
    certificates::issue::promise_words,
    error::Result,
    ids::{EventId, OrganisationId},
    messages::inbox::queue::{self, Sees},
    networks::{self, entity::network},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Statement, Value};

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What it is about: an event's or a network's name.
    pub about: String,
    /// How many people, places or messages it is.
    pub count: u64,
    /// What is so with them: "people who came have no certificate yet".
    pub words: String,
    /// The page where something can be done, and the words that lead there.
    pub path: String,
    pub act: &'static str,
}

/// Everything that waits in these organisations, and the mail that waits for whoever sees it. A fixed number of queries.
pub async fn list<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId], sees: &Sees, now: DateTime<Utc>) -> Result<Vec<Decision>> {
    if organisations.is_empty() {
        return Ok(Vec::new());
    }
    Ok([
        requests(db, organisations).await?,
        corrections(db, organisations).await?,
        certificates(db, organisations, now).await?,
        places(db, organisations, now).await?,
        mail(db, sees).await?,
    ]
    .concat())
}

/// `$first, $second…` for the organisations, and their values after `values`.
fn bound(organisations: &[OrganisationId], mut values: Vec<Value>) -> (String, Vec<Value>) {
    let marks = organisations.iter().map(|id| {
        values.push(Value::from(*id));
        format!("${}", values.len())
    });
    let marks = marks.collect::<Vec<_>>().join(", ");
    (marks, values)
}

fn counted(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A line for each event that `sql` gives with how many `people` it is about, in the words for one and for several; with
/// the page of the event's desk where it is done, and the words that lead there.
async fn of_events<C: ConnectionTrait>(
    db: &C,
    sql: String,
    values: Vec<Value>,
    [one, several]: [&str; 2],
    (page, act): (&str, &'static str),
) -> Result<Vec<Decision>> {
    #[derive(FromQueryResult)]
    struct Row {
        slug: String,
        title: String,
        people: i64,
    }
    let rows = Row::find_by_statement(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .all(db)
        .await?;
    let line = |row: Row| Decision {
        about: row.title,
        count: counted(row.people),
        words: if row.people == 1 { one } else { several }.to_owned(),
        path: format!("/organise/events/{}/{page}", row.slug),
        act,
    };
    Ok(rows.into_iter().map(line).collect())
}

/// Events over in the last 90 days where people came and some have no certificate, with the day they were promised by.
async fn certificates<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId], now: DateTime<Utc>) -> Result<Vec<Decision>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: EventId,
        people: i64,
    }
    let (marks, values) = bound(organisations, vec![now.into(), (now - TimeDelta::days(90)).into()]);
    let sql = format!(
        "SELECT e.id, COUNT(*) AS people FROM event e JOIN attendee p ON p.event_id = e.id AND p.state = 'confirmed' \
         WHERE e.organisation_id IN ({marks}) AND e.ends_at <= $1 AND e.ends_at > $2 AND e.status IN ('published', 'closed') \
         AND EXISTS (SELECT 1 FROM attendance_record a WHERE a.participant_id = p.participant_id AND a.action = 'arrive' \
         AND NOT EXISTS (SELECT 1 FROM attendance_record w WHERE w.withdraws_id = a.id)) \
         AND NOT EXISTS (SELECT 1 FROM certificate c WHERE c.participant_id = p.participant_id AND c.state = 'valid') \
         GROUP BY e.id, e.ends_at ORDER BY e.ends_at DESC LIMIT 5"
    );
    let rows = Row::find_by_statement(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .all(db)
        .await?;
    let events = event::Entity::find()
        .filter(event::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .all(db)
        .await?;
    let line = |row: Row| {
        let event = events.iter().find(|event| event.id == row.id)?;
        let without = if row.people == 1 {
            "person who came has no certificate yet"
        } else {
            "people who came have no certificate yet"
        };
        let promised = promise_words(event, now).map(|words| format!(" ({words})")).unwrap_or_default();
        Some(Decision {
            about: event.title.clone(),
            count: counted(row.people),
            words: format!("{without}{promised}"),
            path: format!("/organise/events/{}/certificates", event.slug),
            act: "Look at the hours",
        })
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

/// Requests to join a network that an organiser has to decide.
async fn requests<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId]) -> Result<Vec<Decision>> {
    let waiting = networks::queries::count_waiting(db, organisations).await?;
    let line = |(network, count): (network::Model, u64)| Decision {
        path: format!("/organise/networks/{}/requests", network.slug),
        about: network.name,
        count,
        words: if count == 1 {
            "request to join is waiting".to_owned()
        } else {
            "requests to join are waiting".to_owned()
        },
        act: "Approve or decline",
    };
    Ok(waiting.into_iter().map(line).collect())
}

/// Mail somebody has to look at, and addresses mail does not reach.
async fn mail<C: ConnectionTrait>(db: &C, sees: &Sees) -> Result<Vec<Decision>> {
    let (items, addresses) = queue::count_waiting(db, sees).await?;
    let line = |count: u64, about: &str, [one, several]: [&str; 2], act: &'static str| {
        (count > 0).then(|| Decision {
            about: about.to_owned(),
            count,
            words: if count == 1 { one } else { several }.to_owned(),
            path: "/organise/messages/inbox".to_owned(),
            act,
        })
    };
    let lines = [
        line(
            items,
            "Mail to you",
            ["mail waits for somebody to look at it", "mails wait for somebody to look at them"],
            "Look at the mail",
        ),
        line(
            addresses,
            "Addresses",
            [
                "address gets no mail, since mail came back from it",
                "addresses get no mail, since mail came back from them",
            ],
            "Look at the addresses",
        ),
    ];
    Ok(lines.into_iter().flatten().collect())
}

/// Events where somebody waits for their hours to be corrected.
async fn corrections<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId]) -> Result<Vec<Decision>> {
    let (marks, values) = bound(organisations, Vec::new());
    let sql = format!(
        "SELECT e.slug, e.title, COUNT(*) AS people FROM event e JOIN correction c ON c.event_id = e.id AND c.state = 'open' \
         WHERE e.organisation_id IN ({marks}) GROUP BY e.id, e.slug, e.title ORDER BY MIN(c.asked_at) LIMIT 5"
    );
    of_events(
        db,
        sql,
        values,
        [
            "person asks for their hours to be corrected",
            "people ask for their hours to be corrected",
        ],
        ("attendance", "Look and answer"),
    )
    .await
}

/// Events to come with places that are only held, or in nobody's name yet.
async fn places<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId], now: DateTime<Utc>) -> Result<Vec<Decision>> {
    #[derive(FromQueryResult)]
    struct Row {
        slug: String,
        title: String,
        held: i64,
        unnamed: i64,
    }
    let (marks, values) = bound(organisations, vec![now.into()]);
    let sql = format!(
        "SELECT e.slug, e.title, COUNT(CASE WHEN p.state = 'held' THEN 1 END) AS held, \
         COUNT(CASE WHEN p.state = 'confirmed' THEN 1 END) AS unnamed \
         FROM event e JOIN place p ON p.event_id = e.id \
         WHERE e.organisation_id IN ({marks}) AND e.ends_at > $1 AND e.status IN ('published', 'closed') \
         AND ((p.state = 'confirmed' AND p.name IS NULL) OR (p.state = 'held' AND p.held_until > $1)) \
         GROUP BY e.id, e.slug, e.title, e.starts_at ORDER BY e.starts_at, e.id LIMIT 5"
    );
    let rows = Row::find_by_statement(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .all(db)
        .await?;
    let mut lines = Vec::new();
    for row in rows {
        let path = format!("/organise/events/{}/bookings", row.slug);
        let said = |count: i64, one: &str, many: &str| if count == 1 { one.to_owned() } else { many.to_owned() };
        if row.unnamed > 0 {
            lines.push(Decision {
                about: row.title.clone(),
                count: counted(row.unnamed),
                words: said(row.unnamed, "place has no name yet", "places have no name yet"),
                path: path.clone(),
                act: "See the bookings",
            });
        }
        if row.held > 0 {
            lines.push(Decision {
                about: row.title,
                count: counted(row.held),
                words: said(row.held, "place is held and not confirmed", "places are held and not confirmed"),
                path: format!("{path}?state=held"),
                act: "See the bookings",
            });
        }
    }
    Ok(lines)
}
