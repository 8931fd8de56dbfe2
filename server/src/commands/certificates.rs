//! Hours and certificates from the command line, and the check that needs no connection.

use anyhow::Context;
use domain::{
    Services,
    access::Actor,
    attendance,
    certificates::{issue, verify},
    platform::signing::DidDocument,
};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

pub async fn hours(services: &Services, event: &str, as_json: bool) -> anyhow::Result<ExitCode> {
    let people = attendance::service::hours(services, &Actor::System, event)
        .await
        .with_context(|| format!("the hours of {event}"))?;
    if as_json {
        let list: Vec<Value> = people
            .iter()
            .map(|person| {
                let lines: Vec<Value> = person
                    .working
                    .lines
                    .iter()
                    .map(|line| json!({ "session": line.session, "minutes": line.minutes, "why": line.words() }))
                    .collect();
                json!({
                    "place": person.place_code(),
                    "name": person.name,
                    "minutes": person.working.minutes,
                    "shown_minutes": person.working.shown_minutes,
                    "participatory_minutes": person.working.participatory_minutes,
                    "lines": lines,
                })
            })
            .collect();
        println!("{}", serde_json::to_string_pretty(&list)?);
    } else {
        for person in &people {
            println!(
                "{}\t{}\t{} minutes",
                person.place_code(),
                person.name.as_deref().unwrap_or("to be named"),
                person.working.minutes
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn prove(services: &Services, event: &str, as_json: bool) -> anyhow::Result<ExitCode> {
    let proof = attendance::proof::prove(services, event)
        .await
        .with_context(|| format!("the attendance of {event}"))?;
    if as_json {
        let first_bad = proof
            .first_bad
            .as_ref()
            .map(|bad| json!({ "record": bad.seq, "recorded_at": bad.recorded_at }));
        let told = json!({ "event": proof.event, "whole": proof.is_whole(), "records": proof.records, "head": proof.head, "first_bad": first_bad });
        println!("{}", serde_json::to_string_pretty(&told)?);
    } else {
        println!("{}", proof.words());
    }
    Ok(if proof.is_whole() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub async fn issue(services: &Services, event: &str, as_json: bool) -> anyhow::Result<ExitCode> {
    let issued = issue::issue_now(services, &Actor::System, event).await?;
    if as_json {
        println!("{}", serde_json::to_string_pretty(&issued)?);
    } else {
        for one in &issued {
            println!("{}\t{}\t{} minutes", one.place, one.certificate, one.minutes);
        }
    }
    eprintln!("{} certificates were issued.", issued.len());
    Ok(ExitCode::SUCCESS)
}

pub async fn revoke(services: &Services, id: &str, reason: &str) -> anyhow::Result<ExitCode> {
    issue::revoke(services, &Actor::System, id, reason).await?;
    eprintln!("Certificate {id} is revoked.");
    Ok(ExitCode::SUCCESS)
}

/// Checks a file against keys on disk. Opens no socket, needs no database and no configuration.
pub fn verify(file: &Path, keys: &[PathBuf], status: Option<&Path>, as_json: bool) -> ExitCode {
    let read = |path: &Path| std::fs::read(path).with_context(|| format!("{} could not be read", path.display()));
    let gathered = || -> anyhow::Result<_> {
        anyhow::ensure!(!keys.is_empty(), "name the signer's did.json with --keys");
        let documents = keys
            .iter()
            .map(|path| DidDocument::parse_all(&read(path)?).with_context(|| format!("{} is not a did.json", path.display())))
            .collect::<anyhow::Result<Vec<_>>>()?;
        Ok((read(file)?, documents.concat(), status.map(read).transpose()?))
    };
    let (bytes, documents, status) = match gathered() {
        Ok(gathered) => gathered,
        Err(cause) => {
            eprintln!("{cause:#}");
            return ExitCode::from(2);
        }
    };
    let verdict = verify::verify(&bytes, &documents, status.as_deref());
    match serde_json::to_string_pretty(&verdict) {
        Ok(text) if as_json => println!("{text}"),
        _ => {
            println!(
                "{}",
                serde_json::to_value(verdict.result)
                    .ok()
                    .and_then(|word| word.as_str().map(str::to_owned))
                    .unwrap_or_default()
            );
            if let Some(reason) = &verdict.reason {
                eprintln!("{reason}");
            }
        }
    }
    ExitCode::from(verdict.exit_code())
}
