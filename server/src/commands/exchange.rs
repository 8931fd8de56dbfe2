//! Files in and out: import, export, and the demo, which is two files and a small team.

use anyhow::Context;
use domain::{
    Services,
    access::{Actor, Permission},
    agenda, attendance,
    certificates::issue,
    events::exchange::{self, FILE_LIMIT, ImportError, JSON_SCHEMA, Options, Problem, Report, store::Count},
    feedback::{
        self, FormState,
        give::{AnswersForm, Giver},
    },
    organisations::{self, Role},
};
use serde_json::json;
use std::{collections::BTreeMap, io::Read, path::Path, process::ExitCode};

/// Reads a file into the database, or says everything that is wrong with it and stores nothing.
pub async fn import(services: &Services, path: &Path, update: bool, send: bool, dry_run: bool, as_json: bool) -> anyhow::Result<ExitCode> {
    let bytes = read_file(path)?;
    let options = Options { update, send, dry_run };
    match exchange::import(services, &Actor::System, &bytes, options).await {
        Ok(report) => {
            tell(path, &report.warnings);
            if as_json {
                println!("{}", serde_json::to_string_pretty(&with_no_problems(&report)?)?);
            }
            eprintln!("{}", summary(&report));
            Ok(ExitCode::SUCCESS)
        }
        Err(ImportError::Problems(problems)) => {
            tell(path, &problems);
            if as_json {
                println!("{}", serde_json::to_string_pretty(&json!({ "problems": problems }))?);
            }
            let count = problems.iter().filter(|problem| !problem.warning).count();
            eprintln!(
                "Nothing was imported: {}.",
                if count == 1 {
                    "one problem".to_owned()
                } else {
                    format!("{count} problems")
                }
            );
            Ok(ExitCode::FAILURE)
        }
        Err(ImportError::Other(cause)) => Err(cause).context("nothing was imported"),
    }
}

/// Reads no more than is needed to see that a file is too large.
fn read_file(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).with_context(|| format!("{} could not be opened", path.display()))?;
    file.take(FILE_LIMIT as u64 + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("{} could not be read", path.display()))?;
    Ok(bytes)
}

fn tell(path: &Path, problems: &[Problem]) {
    for problem in problems {
        eprintln!("{}", line_of(path, problem));
    }
}

/// `FILE:LINE pointer: message`, without what is not known.
fn line_of(path: &Path, problem: &Problem) -> String {
    let mut line = path.display().to_string();
    if let Some(number) = problem.line {
        line.push_str(&format!(":{number}"));
    }
    if !problem.pointer.is_empty() {
        line.push_str(&format!(" {}", problem.pointer));
    }
    let doubt = if problem.warning { "warning: " } else { "" };
    format!("{line}: {doubt}{}", problem.message)
}

fn with_no_problems(report: &Report) -> anyhow::Result<serde_json::Value> {
    let mut value = serde_json::to_value(report)?;
    value["problems"] = json!([]);
    Ok(value)
}

/// "The event a-course is new: 3 sessions and 12 places were added."
fn summary(report: &Report) -> String {
    let counts = &report.counts;
    let lists: [(Count, &str, &str); 7] = [
        (counts.rooms, "room", "rooms"),
        (counts.tracks, "track", "tracks"),
        (counts.speakers, "speaker", "speakers"),
        (counts.sessions, "session", "sessions"),
        (counts.tickets, "ticket", "tickets"),
        (counts.places, "place", "places"),
        (counts.attendance, "attendance record", "attendance records"),
    ];
    let said = |number: usize, one: &str, many: &str| (number > 0).then(|| format!("{number} {}", if number == 1 { one } else { many }));
    let added: Vec<String> = lists.iter().filter_map(|(count, one, many)| said(count.added, one, many)).collect();
    let changed: Vec<String> = lists
        .iter()
        .filter_map(|(count, one, many)| said(count.changed, one, many))
        .collect();
    let mut words = format!(
        "The event {} {}.",
        report.slug,
        if report.created { "is new" } else { "was there and is updated" }
    );
    if !added.is_empty() {
        words.push_str(&format!(" Added: {}.", added.join(", ")));
    }
    if !changed.is_empty() {
        words.push_str(&format!(" Changed: {}.", changed.join(", ")));
    }
    if !report.stored {
        words.push_str(" This was a dry run: nothing was stored.");
    }
    words
}

/// Prints the JSON Schema of the file.
pub fn print_schema() {
    print!("{JSON_SCHEMA}");
}

/// Writes an event to stdout as a file that import reads.
pub async fn export(services: &Services, is_network: bool, slug: &str) -> anyhow::Result<ExitCode> {
    if is_network {
        return match domain::networks::export::export(services, &Actor::System, slug).await {
            Ok(document) => {
                println!("{}", serde_json::to_string_pretty(&document)?);
                Ok(ExitCode::SUCCESS)
            }
            Err(domain::Error::NotFound) => {
                eprintln!("There is no network {slug}.");
                Ok(ExitCode::FAILURE)
            }
            Err(cause) => Err(cause).with_context(|| format!("the network {slug} could not be exported")),
        };
    }
    match exchange::export(services, &Actor::System, slug).await {
        Ok(document) => {
            println!("{}", serde_json::to_string_pretty(&document)?);
            Ok(ExitCode::SUCCESS)
        }
        Err(domain::Error::NotFound) => {
            eprintln!("There is no event {slug}.");
            Ok(ExitCode::FAILURE)
        }
        Err(cause) => Err(cause).with_context(|| format!("the event {slug} could not be exported")),
    }
}

/// Whose demo it is.
const ORGANISATION: &str = "example-training";
/// The demo's past event, whose certificates are issued.
const PAST: &str = "self-harm-conference-2025";
/// The demo's events: slug and file.
const EVENTS: [(&str, &str); 2] = [
    (PAST, include_str!("../../demo/self-harm-conference-2025.json")),
    ("self-harm-conference", include_str!("../../demo/self-harm-conference.json")),
];
/// The demo's networks: slug and file.
const NETWORKS: [(&str, &str); 2] = [
    ("self-harm-network-north", include_str!("../../demo/self-harm-network-north.json")),
    ("self-harm-network-south", include_str!("../../demo/self-harm-network-south.json")),
];
/// The demo's team. The delegate, delegate@example.org, has a place at both events.
const TEAM: [(&str, &str, Role); 4] = [
    ("owner@example.org", "Olwen Marsh", Role::Owner),
    ("organiser@example.org", "Oren Talbot", Role::Organiser),
    ("steward@example.org", "Stella Quill", Role::Steward),
    ("viewer@example.org", "Viv Larkin", Role::Viewer),
];

/// Loads the demo: what is not there yet, and nothing else. Sends nothing, and leaves nothing to be sent.
pub async fn demo(services: &Services) -> anyhow::Result<ExitCode> {
    let mut loaded = Vec::new();
    let files = EVENTS
        .map(|file| ("event", file))
        .into_iter()
        .chain(NETWORKS.map(|file| ("network", file)));
    for (kind, (slug, text)) in files {
        match exchange::import(services, &Actor::System, text.as_bytes(), Options::default()).await {
            Ok(_) => loaded.push(format!("the {kind} {slug}")),
            Err(ImportError::Problems(problems)) if is_there(&problems) => {}
            Err(ImportError::Problems(problems)) => {
                tell(Path::new(&format!("{slug}.json")), &problems);
                anyhow::bail!("the demo does not fit this installation");
            }
            Err(ImportError::Other(cause)) => return Err(cause).context("the demo could not be loaded"),
        }
    }
    let team = add_team(services).await?;
    if team > 0 {
        loaded.push(if team == 1 {
            "one person in the team".to_owned()
        } else {
            format!("{team} people in the team")
        });
    }
    let issued = issue_certificates(services).await?;
    if issued > 0 {
        loaded.push(format!("{issued} certificates of {PAST}"));
    }
    let given = give_feedback(services).await?;
    if given > 0 {
        loaded.push(format!("feedback of {given} people on {PAST}"));
    }
    if loaded.is_empty() {
        eprintln!("The demo is here already. Nothing was changed.");
    } else {
        eprintln!("The demo is loaded: {}. Nothing was sent.", loaded.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens feedback on the past event, with what some of its people say of it, unless it was opened before.
async fn give_feedback(services: &Services) -> anyhow::Result<usize> {
    let (event, form) = feedback::edit::load(services, &Actor::System, PAST).await?;
    if form.state != FormState::Draft || form.has_answers {
        return Ok(0);
    }
    feedback::edit::set_state(services, &Actor::System, PAST, FormState::Open, false).await?;
    let people = attendance::queries::list_attendees(&services.db.read, event.id).await?;
    let said = [
        "Ask what somebody needs before I ask what happened.",
        "Ring the school the same day.",
        "Sit down first.",
        "Share the safety plan with the family.",
    ];
    let sessions = agenda::queries::list_sessions(&services.db.read, event.id).await?;
    let mut given = 0;
    // Not the first, and not whoever tries the demo: they may give theirs.
    let others = people
        .iter()
        .filter(|who| who.stands() && who.address.as_deref() != Some("delegate@example.org"));
    for (n, who) in others.skip(12).enumerate() {
        let answers = [
            ("q1", ["5", "4", "5", "3"][n % 4]),
            ("q3", ["Yes, all of it", "In part"][usize::from(n % 3 == 0)]),
            ("q5", said[n % said.len()]),
        ];
        let mut answers: BTreeMap<String, String> = answers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        for (at, session) in sessions.iter().enumerate().filter(|(at, _)| (n + at) % 5 > 0) {
            let scale = ["4", "5", "5", "3", "4"][(n * 3 + at) % 5];
            answers.insert(format!("{}~q2", session.code), scale.to_owned());
        }
        let typed = AnswersForm { answers };
        feedback::give::give(services, &Giver::Known(who.participant_id), &typed, "").await?;
        given += 1;
    }
    Ok(given)
}

/// Whether a file was refused for nothing but that its event exists.
fn is_there(problems: &[Problem]) -> bool {
    problems.iter().all(|problem| problem.warning || problem.code == "slug_taken")
}

/// Adds those of the demo's team who are not in it, and says how many. Whoever was given another role keeps it.
async fn add_team(services: &Services) -> anyhow::Result<usize> {
    let organisations = organisations::service::list_with(services, &Actor::System, Permission::Own).await?;
    let members = match organisations.iter().find(|organisation| organisation.slug == ORGANISATION) {
        Some(organisation) => organisations::team::list(services, &Actor::System, organisation.id).await?,
        None => Vec::new(),
    };
    let mut added = 0;
    for (address, name, role) in TEAM {
        if !members.iter().any(|member| member.address == address) {
            organisations::service::add_to_team(services, &Actor::System, ORGANISATION, address, name, role).await?;
            added += 1;
        }
    }
    Ok(added)
}

/// Issues the past event's certificates, unless some were issued before: one revoked since must stay so.
async fn issue_certificates(services: &Services) -> anyhow::Result<usize> {
    let figures = issue::plan(services, &Actor::System, PAST, &issue::Filter::default())
        .await?
        .figures;
    if figures.live + figures.ended > 0 || figures.ready == 0 {
        return Ok(0);
    }
    Ok(issue::issue_quietly(services, &Actor::System, PAST).await?.len())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use domain::{
        bookings::Vat,
        events::exchange::{Checked, CheckedEvent, Known},
    };

    fn checked(text: &str) -> Box<CheckedEvent> {
        let now = "2026-11-22T09:00:00Z".parse().unwrap();
        let Checked::Event(event) = exchange::read(text.as_bytes()).unwrap().check(&Known::default(), now).unwrap() else {
            panic!("no event")
        };
        event
    }

    #[test]
    fn the_demo_is_what_the_contract_says() {
        let [past, next] = EVENTS.map(|(slug, text)| {
            let event = checked(text);
            assert_eq!((event.slug.as_str(), event.organisation.slug.as_str()), (slug, ORGANISATION));
            // As at any real door, some who left had not been seen to arrive.
            assert!(
                event.warnings.iter().all(|doubt| doubt.code == "leave_before_arrive"),
                "{:?}",
                event.warnings
            );
            assert!(
                event
                    .places
                    .iter()
                    .any(|place| place.email.as_ref().is_some_and(|email| email.key() == "delegate@example.org"))
            );
            assert!(event.sensitive && event.neutral_title.is_some() && !event.support.is_empty() && !event.evidence.is_empty());
            event
        });
        assert_eq!((past.places.len(), past.capacity), (40, Some(40)));
        assert!(!past.attendance.is_empty());
        assert_eq!((next.places.len(), next.capacity, next.attendance.len()), (12, Some(60), 0));
        let nhs = &next.tickets[0];
        assert_eq!((nhs.price_pence, nhs.vat), (19_500, Vat::Standard));
    }

    #[test]
    fn nobody_of_the_demo_could_be_written_to() {
        for (slug, text) in EVENTS {
            for place in checked(text).places {
                let Some(email) = place.email else { continue };
                let domain = email.key().rsplit('@').next().unwrap_or_default();
                let is_reserved = ["example.org", "example.com", "example.net"]
                    .iter()
                    .any(|name| domain == *name || domain.ends_with(&format!(".{name}")));
                assert!(is_reserved, "{slug}: {domain}");
            }
        }
    }

    #[test]
    fn a_problem_is_told_with_its_file_line_and_pointer() {
        let path = Path::new("day.json");
        let problem = Problem::error("/event/slug", "slug_taken", "There is one.");
        assert_eq!(line_of(path, &problem.clone().on_line(7)), "day.json:7 /event/slug: There is one.");
        assert_eq!(
            line_of(path, &Problem { warning: true, ..problem }),
            "day.json /event/slug: warning: There is one."
        );
        assert_eq!(
            line_of(path, &Problem::error("", "empty", "The file is empty.")),
            "day.json: The file is empty."
        );
    }
}
