//! The signing keys from the command line. A server that runs meanwhile notices at once; nothing has to be started anew.

use anyhow::Context;
use domain::{Services, access::Actor, certificates::rekey, platform::signing::KeyId};
use serde_json::json;
use std::process::ExitCode;

pub async fn list(services: &Services, organisation: Option<&str>, as_json: bool) -> anyhow::Result<ExitCode> {
    let keys = rekey::list(services, &Actor::System, organisation)
        .await
        .with_context(|| whose(organisation))?;
    if as_json {
        println!("{}", serde_json::to_string_pretty(&json!({ "keys": keys }))?);
        return Ok(ExitCode::SUCCESS);
    }
    for key in &keys {
        let state = match key.compromised_at {
            Some(at) => format!("compromised {}", at.format("%-d %B %Y")),
            None if key.signs => "signs now".to_owned(),
            None => "kept for what it signed".to_owned(),
        };
        println!(
            "{}\t{}#{}\t{state}\t{} certificates",
            key.organisation.as_deref().unwrap_or("-"),
            key.issuer,
            key.key,
            key.certificates
        );
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn rotate(services: &Services, organisation: Option<&str>, as_json: bool) -> anyhow::Result<ExitCode> {
    let made = rekey::rotate(services, &Actor::System, organisation)
        .await
        .with_context(|| whose(organisation))?;
    if as_json {
        println!("{}", serde_json::to_string_pretty(&made)?);
    } else {
        println!("{}#{}", made.issuer, made.key);
    }
    eprintln!(
        "{} signs from now on. What older keys signed stays good. Back up the key folder.",
        made.key
    );
    Ok(ExitCode::SUCCESS)
}

pub async fn compromised(services: &Services, key: &str, organisation: Option<&str>, as_json: bool) -> anyhow::Result<ExitCode> {
    let own = key.rsplit('#').next().unwrap_or(key);
    let id: KeyId = own
        .parse()
        .map_err(|()| anyhow::anyhow!("{key} is not the name of a key, as k2026-1. See plenary keys list."))?;
    let told = rekey::compromised(services, &Actor::System, organisation, id)
        .await
        .with_context(|| whose(organisation))?;
    if as_json {
        println!("{}", serde_json::to_string_pretty(&told)?);
    } else {
        println!("{}#{}", told.issuer, told.key);
    }
    eprintln!(
        "{} is marked as compromised, and {} signs from now on. The worker signs {} certificates anew: plenary keys list says how many are left.",
        told.compromised, told.key, told.certificates
    );
    Ok(ExitCode::SUCCESS)
}

fn whose(organisation: Option<&str>) -> String {
    organisation.map_or_else(|| "the keys".to_owned(), |slug| format!("the keys of {slug}"))
}
