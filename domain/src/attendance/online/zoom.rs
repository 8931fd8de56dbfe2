//! Zoom: the participants report of a meeting, with the lines about the meeting above it or without, once a line for each
//! time somebody joined or (as "unique users") once a person with the time in all; and the attendee report of a webinar.
//! Pure. Source: the vendor's pages on meeting and webinar reports.

use super::{
    Report, Row, Tells,
    rows::{Column, Headings, Record},
};
use crate::platform::search::fold;

pub(super) fn read(records: &[Record]) -> Report {
    let mut report = Report::default();
    let mut people: Option<Headings> = None;
    let mut meeting: Option<Headings> = None;
    for record in records {
        let headings = Headings::read(record);
        if headings.are_of_people() {
            (people, meeting) = (Some(headings), None);
        } else if headings.are_of_the_meeting() {
            (people, meeting) = (None, Some(headings));
        } else if let Some(headings) = meeting.take() {
            let topic = record.cell(headings.at(Column::Topic));
            if report.title.is_empty() {
                topic.clone_into(&mut report.title);
            }
        } else if record.title().is_some_and(|title| title.ends_with("details")) {
            people = None;
        } else if let Some(headings) = &people {
            if report.title.is_empty() {
                record.cell(headings.at(Column::Topic)).clone_into(&mut report.title);
            }
            report.rows.extend(row(record, headings));
        }
    }
    if report.rows.iter().any(|row| row.tells == Tells::Total) {
        report.notes.push(
            "The report says how long each was in, and not when. In Zoom, leave “Show unique users” without a tick and export it again"
                .to_owned(),
        );
    }
    report
}

fn row(record: &Record, headings: &Headings) -> Option<Row> {
    let cell = |column| match record.cell(headings.at(column)) {
        "--" | "-" => "",
        cell => cell,
    };
    let mut row = Row {
        line: record.line,
        tells: Tells::Stay,
        name: cell(Column::Name).to_owned(),
        email: cell(Column::Email).to_owned(),
        registered: cell(Column::RegistrationEmail).to_owned(),
        joined: cell(Column::Joined).to_owned(),
        left: cell(Column::Left).to_owned(),
        duration: cell(Column::Duration).to_owned(),
        utc: headings.utc,
    };
    if row.name.is_empty() {
        row.name = format!("{} {}", cell(Column::FirstName), cell(Column::LastName)).trim().to_owned();
    }
    if row.name.is_empty() && row.email.is_empty() {
        return None;
    }
    let says = |column, words: &[&str]| words.contains(&fold(cell(column)).as_str());
    row.tells = if says(Column::Waiting, &["yes", "ja", "oui", "si"]) {
        Tells::Waiting
    } else if says(Column::Attended, &["no"]) || (headings.has(Column::Attended) && row.joined.is_empty()) {
        Tells::Absent
    } else if headings.has(Column::Joined) {
        Tells::Stay
    } else {
        Tells::Total
    };
    Some(row)
}
