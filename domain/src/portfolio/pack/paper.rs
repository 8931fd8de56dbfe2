//! The pack on paper, in the fields of the NMC's log (nmc.org.uk/revalidation/requirements/cpd): method, topic and how it
//! relates to practice, dates, hours and participatory hours, the part of the Code, evidence.

use super::{Content, tables};
use crate::{
    certificates::{credential::UNNAMED, hours::hours_in_words},
    platform::{
        pdf::{
            self, Meta, Style,
            flow::{Flow, INK, QUIET},
        },
        zones,
    },
    portfolio::{
        Approval, Progress,
        own::{Account, Item},
    },
    schemes,
};

/// Lines of what somebody wrote, each as they broke it.
fn written(flow: &mut Flow, words: &str) -> pdf::Result<()> {
    for line in words.lines() {
        if line.trim().is_empty() {
            flow.gap(5.0);
        } else {
            flow.words(line, Style::Regular, INK, 10.5, 15.0)?;
        }
    }
    Ok(())
}

/// A name over what it is: for names too long to stand beside it.
fn under(flow: &mut Flow, name: &str, words: &str) -> pdf::Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    flow.keep(34.0);
    flow.gap(3.0);
    flow.words(name, Style::Semibold, INK, 10.0, 14.5)?;
    written(flow, words)
}

fn minutes(count: u32) -> String {
    if count == 0 {
        "None".to_owned()
    } else {
        format!("{} ({count} minutes)", hours_in_words(count))
    }
}

/// What a scheme asks for in the pack's days, and what there is of it.
fn progress(progress: &Progress) -> String {
    let version = progress.version;
    let lines: Vec<String> = progress
        .lines()
        .iter()
        .map(|line| {
            if line.is_minutes {
                let (have, want) = (version.in_units(line.have), version.in_units(line.want));
                format!("{}: {have} of {want}", line.words)
            } else {
                format!("{}: {} of {}", line.words, line.have, line.want)
            }
        })
        .collect();
    if lines.is_empty() {
        match version.in_units(progress.minutes) {
            units if units.is_empty() => format!("{} entries", progress.entries),
            units => units,
        }
    } else {
        lines.join(". ")
    }
}

pub fn draw(content: &Content) -> pdf::Result<Vec<u8>> {
    let mut flow = Flow::new();
    let days = zones::dates(content.wanted.first, content.wanted.last);
    flow.title("Continuing professional development", 24.0, 28.0)?;
    let whose = if content.name.is_empty() {
        days.clone()
    } else {
        format!("{}, {days}", content.name)
    };
    flow.words(&whose, Style::Regular, QUIET, 10.5, 15.0)?;
    flow.gap(10.0);
    let totals = &content.totals;
    flow.fact("Entries", &totals.entries.to_string())?;
    flow.fact("Hours", &minutes(totals.minutes))?;
    flow.fact("Participatory", &minutes(totals.participatory))?;
    if totals.clinical + totals.non_clinical > 0 {
        flow.fact("Clinical", &minutes(totals.clinical))?;
        flow.fact("Non-clinical", &minutes(totals.non_clinical))?;
    }
    for scheme in &content.schemes {
        flow.fact(scheme.scheme.name, &progress(scheme))?;
    }
    flow.gap(4.0);
    flow.words(
        "Certified hours were worked out by whoever held the event, from attendance; the certificate’s address shows it as signed. All else is the person’s own record.",
        Style::Regular,
        QUIET,
        9.5,
        13.5,
    )?;
    if content.items.is_empty() {
        flow.heading("Nothing is recorded in these days")?;
    }
    for (number, one) in content.items.iter().enumerate() {
        item(&mut flow, content, number, one)?;
    }
    let title = format!("CPD, {days}");
    let meta = Meta {
        title: &title,
        author: &content.name,
        lang: "en-GB",
        at: content.at,
    };
    flow.accessible(&meta, &[])
}

fn item(flow: &mut Flow, content: &Content, number: usize, item: &Item) -> pdf::Result<()> {
    flow.heading(&format!("{}. {}", number + 1, item.title))?;
    flow.fact("Dates", &zones::dates(item.first, item.last))?;
    flow.fact("CPD method", item.method.label())?;
    flow.fact("Held by", &item.provider)?;
    flow.fact("Hours", &minutes(item.minutes))?;
    flow.fact("Participatory", &minutes(item.participatory))?;
    flow.fact("Domain", tables::domain(item))?;
    if item.approval != Approval::None {
        flow.fact("Peer group", item.approval.label())?;
    }
    for scheme in &content.schemes {
        flow.fact(scheme.scheme.name, &item.line(scheme.scheme))?;
    }
    under(flow, "Topic and how it relates to your practice", &item.what)?;
    for scheme in schemes::SCHEMES {
        for field in scheme.on(item.first).fields {
            if let Some(said) = item.fields.get(&format!("{}-{}", scheme.code, field.code)) {
                let name = if scheme.code == "nmc" {
                    field.label.to_owned()
                } else {
                    format!("{}: {}", scheme.name, field.label)
                };
                under(flow, &name, said)?;
            }
        }
    }
    under(flow, "Evidence", &tables::evidence(content, number, item).join("\n"))?;
    if let Some(certificate) = &item.certificate {
        flow.gap(5.0);
        for line in &certificate.snapshot.sessions {
            let part = if line.participatory { ", participatory" } else { "" };
            let about = format!("{} of {} minutes{part}", line.minutes, line.of_minutes);
            flow.row(&line.began, &(line.title.clone(), about))?;
        }
        let unnamed = certificate.snapshot.unnamed_minutes();
        if unnamed > 0 {
            flow.row("", &(UNNAMED.to_owned(), format!("{unnamed} minutes")))?;
        }
    }
    for account in &item.accounts {
        reflection(flow, content, account)?;
    }
    Ok(())
}

fn reflection(flow: &mut Flow, content: &Content, account: &Account) -> pdf::Result<()> {
    let Some(scheme) = schemes::find(&account.scheme) else {
        return Ok(());
    };
    let version = scheme.version(&account.version, content.at.date_naive());
    flow.keep(60.0);
    flow.gap(8.0);
    flow.subheading(&format!("Reflective account ({})", scheme.name))?;
    for question in version.questions {
        let answer = account.answers.get(question.code).map_or("", String::as_str);
        under(flow, question.words, answer)?;
    }
    Ok(())
}
