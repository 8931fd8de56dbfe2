//! Hours as a table for a spreadsheet: exactly those the register shows, with the minutes of each session.

use super::{
    register::{Filter, Register, load_all},
    rules::Presence,
};
use crate::{
    Services,
    access::Actor,
    bookings::table::{Csv, line},
    certificates::hours::hours_in_words,
    error::Result,
    platform::zones,
};

/// Everybody `filter` lets through, on all pages, for whoever may see the event's register. No cell can be taken for a
/// formula.
pub async fn csv(services: &Services, actor: &Actor, slug: &str, filter: &Filter) -> Result<Csv> {
    let register = load_all(services, actor, slug, filter).await?;
    let name = register.event.name_in_files();
    Ok(Csv {
        file_name: format!("hours-{name}.csv"),
        text: write(&register),
    })
}

fn write(register: &Register) -> String {
    let zone = register.event.zone();
    let clock = |at| zones::wall(at, zone).format("%Y-%m-%d %H:%M").to_string();
    let mut text = "\u{feff}".to_owned();
    // Each session that can count, in the order of the programme, as the working has them.
    let counted: Vec<_> = register.sessions.iter().filter(|session| session.cpd).collect();
    let heads = [
        "Name",
        "Job role",
        "Organisation",
        "Reference",
        "Place code",
        "State",
        "Arrived",
        "Left",
        "CPD minutes",
        "CPD minutes certified",
        "CPD in words",
        "Participatory minutes",
        "To look at",
    ];
    let titles = counted.iter().map(|session| format!("Minutes: {}", session.title));
    line(&mut text, heads.into_iter().map(str::to_owned).chain(titles));
    for row in &register.rows {
        let attendee = &row.attendee;
        let (state, left) = match row.presence {
            _ if attendee.is_cancelled() => ("place cancelled", String::new()),
            Presence::Away => ("not arrived", String::new()),
            Presence::In(_) => ("in", String::new()),
            Presence::Left(at) => ("left", clock(at)),
        };
        let given = |value: &Option<String>| value.clone().unwrap_or_default();
        let flags: Vec<String> = row.working.flags.iter().map(|flag| flag.words().to_string()).collect();
        let cells = [
            attendee.name().to_owned(),
            given(&attendee.job_role),
            given(&attendee.organisation),
            attendee.reference.clone(),
            attendee.code.clone(),
            state.to_owned(),
            row.arrived.map(clock).unwrap_or_default(),
            left,
            row.working.minutes.to_string(),
            row.working.shown_minutes.to_string(),
            hours_in_words(row.working.shown_minutes),
            row.working.participatory_minutes.to_string(),
            flags.join("; "),
        ];
        let minutes = counted.iter().map(|session| {
            let own = row.working.lines.iter().find(|line| line.session == session.code);
            own.map_or(0, |line| line.minutes).to_string()
        });
        line(&mut text, cells.into_iter().chain(minutes));
    }
    text
}
