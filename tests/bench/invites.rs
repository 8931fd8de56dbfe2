//! One meeting's invites to a circulation list of 10,000, to a mail server on this machine.

use crate::{
    process::{Program, Setting},
    report::{Bound, Report, Row},
    sink::Sink,
};
use anyhow::Result;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{MultiPart, SinglePart},
};
use serde_json::json;
use std::time::Instant;

const MEMBERS: usize = 10_000;
const CONNECTIONS: usize = 4;

pub async fn measure(program: &Program, report: &mut Report) -> Result<()> {
    let sink = Sink::start().await?;
    let bare = bare_loop(&sink).await?;

    let sink = Sink::start().await?;
    let data = "invites";
    program.import(data, &network()).await?;
    let setting = Setting {
        data,
        mail: Some(sink.address),
        ..Setting::default()
    };
    let begun = Instant::now();
    let (server, _) = program.serve(setting, "/events").await?;
    sink.wait_for(MEMBERS).await?;
    let took = begun.elapsed().as_secs_f64();
    let resident = server.resident()?;
    server.stop().await?;
    report.add(
        Row::new("10,000 invites, four connections; baseline: bare loop", took, "s")
            .beside(bare)
            .within(Bound::AtMost, 60.0),
    );
    report.add(Row::new("mails that came", sink.taken() as f64, "mails").within(Bound::Exactly, MEMBERS as f64));
    report.add(Row::new("memory after 10,000 invites", resident, "MB"));
    Ok(())
}

/// lettre alone: as many mails of like size, four at a time. Seconds.
async fn bare_loop(sink: &Sink) -> Result<f64> {
    let begun = Instant::now();
    crate::load::all(CONNECTIONS, |lane| {
        let address = sink.address;
        async move {
            let transport = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(address.ip().to_string())
                .port(address.port())
                .build();
            for number in (lane..MEMBERS).step_by(CONNECTIONS) {
                let (text, html) = ("A line of some length. ".repeat(60), "<p>A line of some length.</p>".repeat(120));
                let message = Message::builder()
                    .from("events@example.org".parse()?)
                    .to(format!("member-{number}@example.org").parse()?)
                    .subject("Invite")
                    .multipart(
                        MultiPart::alternative()
                            .singlepart(SinglePart::plain(text))
                            .singlepart(SinglePart::html(html)),
                    )?;
                transport.send(message).await?;
            }
            Ok(())
        }
    })
    .await?;
    Ok(begun.elapsed().as_secs_f64())
}

fn network() -> serde_json::Value {
    let members: Vec<_> = (0..MEMBERS)
        .map(|number| {
            json!({
                "name": format!("Member {number}"), "email": format!("member-{number}@example.org"), "job_role": "Nurse", "agency": "Example Trust",
                "state": "member", "consent": {"on": "2026-09-01", "source": "asked by e-mail", "version": "1"}
            })
        })
        .collect();
    json!({
        "plenary": 1, "kind": "network",
        "organisation": {"slug": "example-training", "name": "Example Training Ltd", "email": "events@example.org"},
        "network": {
            "slug": "north", "name": "Network, North", "timezone": "Europe/London", "contact": {"name": "Training team", "email": "training@example.org"},
            "consent": {"version": "1", "wording": "Send me invites to this network's meetings."}
        },
        "members": members,
        "meetings": [{
            "code": "spring", "title": "Spring term meeting", "starts": "2099-03-12T09:30", "ends": "2099-03-12T11:00", "place": "County Hall, room 2",
            "status": "published", "cpd": true, "participatory": true
        }]
    })
}
