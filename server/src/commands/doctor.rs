//! What is wrong with an installation, in words, and what to do about it. Changes nothing.

use crate::config::Config;
use domain::platform::{
    clock::Clock,
    doctor::{Check, Database, Installation, Verdict, examine},
    letter::{Block, Letter},
    mail::{self, Mailer, Outgoing, Server, compose, imap::Mailbox},
    random::Random,
};
use std::process::ExitCode;

pub async fn doctor(config: &Config, json: bool, test_mail: Option<&str>) -> ExitCode {
    let installation = Installation {
        database: Database::Url(config.database_url.clone()),
        data_dir: config.data_dir.clone(),
        base_url: config.base_url.clone(),
        mail: config.smtp_url.as_deref().map(Server::parse).transpose(),
        mail_from: config.mail_from.clone(),
        inbox: config.imap_url.as_deref().map(Mailbox::parse).transpose(),
        mail_to: test_mail.map(str::to_owned),
        now: Clock::System.now(),
    };
    let mut checks = Box::pin(examine(&installation)).await;
    if let Some(address) = test_mail {
        let ended_at = checks.iter().find(|check| check.what.starts_with("mail") && check.is_fault());
        checks.push(match ended_at {
            Some(fault) => Check::fault(
                "test-mail",
                "not_sent",
                format!("Not sent. It ended at this step: {}.", fault.name()),
            ),
            None => Box::pin(send(config, address)).await,
        });
    }
    tell(&checks, json);
    if checks.iter().any(Check::is_fault) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// The configuration itself cannot be read, so nothing else could be looked at.
pub fn cannot_read(cause: &anyhow::Error, json: bool) -> ExitCode {
    tell(&[Check::fault("configuration", "unreadable", format!("{cause:#}."))], json);
    ExitCode::from(3)
}

fn tell(checks: &[Check], json: bool) {
    if json {
        let list: Vec<_> = checks
            .iter()
            .map(|check| {
                let mut one = serde_json::json!(check);
                one["ok"] = (!check.is_fault()).into();
                one
            })
            .collect();
        let well = !checks.iter().any(Check::is_fault);
        println!("{}", serde_json::json!({ "ok": well, "checks": list }));
        return;
    }
    for check in checks {
        let mark = match check.verdict {
            Verdict::Well => "ok   ",
            Verdict::Note => "note ",
            Verdict::Fault => "FAULT",
        };
        let place = check.place.as_ref().map(|place| format!(" [{place}]")).unwrap_or_default();
        println!("{mark} {}: {}{place}", check.name(), check.words);
    }
}

async fn send(config: &Config, address: &str) -> Check {
    match try_sending(config, address).await {
        Ok(reply) => Check::well("test-mail", format!("The mail server took it: {reply}. See that it arrives.")),
        Err(words) => Check::fault(
            "test-mail",
            "content_refused",
            format!("The mail server took our names, but not the message: {words}"),
        ),
    }
}

async fn try_sending(config: &Config, address: &str) -> Result<String, String> {
    let words = |cause: &dyn std::fmt::Display| cause.to_string();
    let mailer = Mailer::smtp(config.smtp_url.as_deref().unwrap_or_default(), 1).map_err(|cause| words(&cause))?;
    let host = config.mail_from.split_once('@').map_or("plenary.invalid", |(_, host)| host);
    let outgoing = Outgoing {
        message_id: format!("<{}@{host}>", Random::system().public_id()),
        date: Clock::System.now(),
        from: mail::Mailbox::new(Some("Plenary".to_owned()), config.mail_from.parse().map_err(|cause| words(&cause))?),
        reply_to: None,
        to: mail::Mailbox::new(None, address.parse().map_err(|cause| words(&cause))?),
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
    let ended = mailer.send(&composed).await;
    mailer.close().await;
    ended.map(|accepted| accepted.reply).map_err(|refused| refused.reply)
}
