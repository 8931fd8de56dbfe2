//! What is wrong with an installation, in words, and what to do about it.

use crate::{config::Config, start};
use domain::platform::{
    letter::{Block, Letter},
    mail::{Mailbox, Outgoing, compose},
};
use serde::Serialize;
use std::process::ExitCode;

#[derive(Debug, Serialize)]
struct Check {
    what: &'static str,
    ok: bool,
    words: String,
}

pub async fn doctor(config: &Config, json: bool, test_mail: Option<&str>) -> ExitCode {
    let checks = examine(config, test_mail).await;
    let well = checks.iter().all(|check| check.ok);
    if json {
        println!("{}", serde_json::json!({ "ok": well, "checks": checks }));
    } else {
        for check in &checks {
            println!("{} {}: {}", if check.ok { "ok  " } else { "BAD " }, check.what, check.words);
        }
    }
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn examine(config: &Config, test_mail: Option<&str>) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut add = |what, outcome: Result<String, String>| {
        let (ok, words) = outcome.map_or_else(|words| (false, words), |words| (true, words));
        checks.push(Check { what, ok, words });
    };
    add(
        "folder",
        start::make_folder(config)
            .and_then(|()| {
                let probe = config.data_dir.join(".probe");
                std::fs::write(&probe, b"")?;
                Ok(std::fs::remove_file(&probe)?)
            })
            .map(|()| format!("{} can be written to", config.data_dir.display()))
            .map_err(|cause| format!("{cause:#}. Give the user that runs plenary the right to write there")),
    );
    add(
        "address",
        if config.base_url.starts_with("https://") {
            Ok(format!("readers come to {}", config.base_url))
        } else if config.listen.ip().is_loopback() {
            Ok(format!("readers come to {}, on this machine only", config.base_url))
        } else {
            Err(format!(
                "readers come to {} without TLS. Put a proxy with TLS in front, and set PLENARY_BASE_URL to its https address",
                config.base_url
            ))
        },
    );
    let services = start::services(config).await;
    add(
        "database and keys",
        services
            .as_ref()
            .map(|_| "they open, and are of this release".to_owned())
            .map_err(|cause| format!("{cause:#}")),
    );
    let Ok(services) = services else { return checks };
    add(
        "mail",
        if services.mailer.delivers() {
            Ok("a mail server is set".to_owned())
        } else {
            Err("no mail is being sent. Set PLENARY_SMTP_URL, like smtps://user:password@mail.example.org".to_owned())
        },
    );
    if let Some(address) = test_mail {
        add("test mail", send(&services, address).await);
    }
    checks
}

async fn send(services: &domain::Services, address: &str) -> Result<String, String> {
    let words = |cause: &dyn std::fmt::Display| cause.to_string();
    let outgoing = Outgoing {
        message_id: format!("<{}@{}>", services.random.public_id(), services.host()),
        date: services.clock.now(),
        from: Mailbox::new(
            Some("Plenary".to_owned()),
            services.mail_from.parse().map_err(|cause| words(&cause))?,
        ),
        reply_to: None,
        to: Mailbox::new(None, address.parse().map_err(|cause| words(&cause))?),
        bounces_to: None,
        subject: "A test from Plenary".to_owned(),
        letter: Letter::new("Plenary", "Mail works").with(Block::Para(
            "Whoever runs this installation asked for a test mail. It has arrived.".to_owned(),
        )),
        calendar: None,
        attachments: Vec::new(),
        headers: Vec::new(),
    };
    let composed = compose(&outgoing).map_err(|cause| words(&cause))?;
    services
        .mailer
        .send(&composed)
        .await
        .map(|accepted| accepted.reply)
        .map_err(|refused| refused.reply)
}
