//! Teams: the attendance report in numbered parts ("1. Summary", "2. Participants", "3. In-Meeting Activities"), of
//! meetings and of webinars with registration; the one before it, with a summary above one table; and the oldest, a list
//! of who joined and left when. Pure. Source: the vendor's pages on attendance reports for meetings and webinars.

use super::{
    Report, Row, Tells,
    rows::{Column, Headings, Record},
};
use crate::platform::search::fold;
use std::collections::HashMap;

/// What the line with the meeting's title is called.
const TITLES: [&str; 7] = [
    "meeting title",
    "webinar title",
    "event title",
    "besprechungstitel",
    "titel der besprechung",
    "titre de la reunion",
    "titulo de la reunion",
];

/// Whether these are the lines of a Teams report.
pub(super) fn is_meant(records: &[Record]) -> bool {
    records.iter().take(60).any(|record| {
        let headings = Headings::read(record);
        part(record).is_some()
            || record.title().is_some_and(|title| title == "meeting summary")
            || headings.has(Column::Action)
            || headings.has(Column::FirstJoin)
    })
}

/// The number of the part that begins here.
fn part(record: &Record) -> Option<u32> {
    let title = record.title()?;
    let (number, rest) = title.split_once(' ')?;
    (record.cells[0].starts_with(&format!("{number}.")) && !rest.is_empty())
        .then(|| number.parse().ok())
        .flatten()
}

pub(super) fn read(records: &[Record]) -> Report {
    let mut report = Report::default();
    let mut people: Option<Headings> = None;
    for record in records {
        let headings = Headings::read(record);
        if part(record).is_some() {
            people = None;
        } else if headings.are_of_people() {
            people = Some(headings);
        } else if let Some(headings) = &people {
            report.rows.extend(row(record, headings));
        } else if TITLES.contains(&fold(record.cell(Some(0))).as_str()) {
            record.cell(Some(1)).clone_into(&mut report.title);
        }
    }
    keep_the_exact(&mut report);
    report
}

fn row(record: &Record, headings: &Headings) -> Option<Row> {
    let cell = |column| record.cell(headings.at(column)).to_owned();
    let either = |one, other| if headings.has(one) { cell(one) } else { cell(other) };
    let mut row = Row {
        line: record.line,
        tells: Tells::Stay,
        name: cell(Column::Name),
        email: cell(Column::Email),
        registered: cell(Column::RegistrationEmail),
        joined: either(Column::FirstJoin, Column::Joined),
        left: either(Column::LastLeave, Column::Left),
        duration: cell(Column::Duration),
        utc: headings.utc,
    };
    if row.name.is_empty() {
        row.name = format!("{} {}", cell(Column::FirstName), cell(Column::LastName)).trim().to_owned();
    }
    if row.name.is_empty() && row.email.is_empty() && row.registered.is_empty() {
        return None;
    }
    if headings.has(Column::Action) {
        row.joined = cell(Column::Timestamp);
        row.tells = if is_leave(&cell(Column::Action)) {
            Tells::Leave
        } else {
            Tells::Join
        };
    } else if headings.has(Column::FirstJoin) {
        row.tells = if row.joined.is_empty() { Tells::Absent } else { Tells::Span };
    }
    Some(row)
}

fn is_leave(action: &str) -> bool {
    let folded = fold(action);
    ["left", "verlassen", "quitte", "parti", "abandono", "salio"]
        .iter()
        .any(|word| folded.contains(word))
}

/// Where each time somebody joined has a line of its own, the lines that sum them up are only asked for addresses.
fn keep_the_exact(report: &mut Report) {
    let who = |row: &Row| (row.name.clone(), row.email.to_lowercase());
    let mut registered = HashMap::new();
    for row in report
        .rows
        .iter()
        .filter(|row| row.tells == Tells::Span && !row.registered.is_empty())
    {
        registered.insert(who(row), row.registered.clone());
    }
    let exact: std::collections::HashSet<_> = report.rows.iter().filter(|row| row.tells == Tells::Stay).map(who).collect();
    report.rows.retain(|row| row.tells != Tells::Span || !exact.contains(&who(row)));
    for row in report.rows.iter_mut().filter(|row| row.tells == Tells::Stay) {
        if let Some(address) = registered.get(&who(row)) {
            row.registered.clone_from(address);
        }
    }
}
