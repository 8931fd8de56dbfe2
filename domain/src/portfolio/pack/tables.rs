//! The same for programs: a table, and JSON.

use super::Content;
use crate::{
    bookings::table::line,
    certificates::hours::hours_in_words,
    portfolio::{
        Approval,
        own::{Account, Item},
    },
    schemes::{self, SCHEMES, Scheme},
};
use serde_json::{Value, json};

/// What a file kept as evidence is called in the archive.
pub fn evidence_name(item: usize, file: usize, name: &str) -> String {
    format!("evidence/{:03}-{}-{name}", item + 1, file + 1)
}

/// What backs an item up, in words.
pub fn evidence(content: &Content, number: usize, item: &Item) -> Vec<String> {
    let certificate = item
        .certificate
        .iter()
        .map(|certificate| format!("Certificate {}{}", content.certificates, certificate.snapshot.id));
    let files = item.files.iter().enumerate();
    let files = files.map(|(at, file)| evidence_name(number, at, &file.name));
    certificate.chain(files).collect()
}

/// Clinical or not, as people say it.
pub fn domain(item: &Item) -> &'static str {
    match item.domain {
        Some(crate::agenda::Domain::Clinical) => "Clinical",
        Some(crate::agenda::Domain::NonClinical) => "Non-clinical",
        None => "",
    }
}

/// What the schemes ask for more, of those with a word in any item: the scheme, its field and the key it is kept under.
fn fields(content: &Content) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for scheme in SCHEMES {
        for field in scheme.versions.iter().flat_map(|version| version.fields) {
            let key = format!("{}-{}", scheme.code, field.code);
            let heading = format!("{}: {}", scheme.name, field.label);
            let is_said = content.items.iter().any(|item| item.fields.contains_key(&key));
            if is_said && !all.iter().any(|(known, _)| *known == key) {
                all.push((key, heading));
            }
        }
    }
    all
}

/// Each question anything in the pack answers: its scheme, the version and the words.
fn questions(content: &Content) -> Vec<(&'static Scheme, String, &'static schemes::Question)> {
    let today = content.at.date_naive();
    let mut all = Vec::new();
    for account in content.items.iter().flat_map(|item| &item.accounts) {
        let Some(scheme) = schemes::find(&account.scheme) else { continue };
        for question in scheme.version(&account.version, today).questions {
            let known = all.iter().any(|(of, version, asked): &(&Scheme, String, &schemes::Question)| {
                of.code == scheme.code && *version == account.version && asked.code == question.code
            });
            if !known {
                all.push((scheme, account.version.clone(), question));
            }
        }
    }
    all
}

/// UTF-8 with a byte order mark and CRLF, as the other tables; no cell is a formula.
pub fn csv(content: &Content) -> String {
    let (fields, questions) = (fields(content), questions(content));
    let mut text = "\u{feff}".to_owned();
    let headings = [
        "Date",
        "Last day",
        "Title",
        "CPD method",
        "Held by",
        "Topic and how it relates to your practice",
        "Minutes",
        "Hours",
        "Participatory minutes",
        "Participatory hours",
        "Clinical or non-clinical",
        "Peer group",
        "Evidence",
    ];
    let headings = headings.map(str::to_owned).into_iter();
    let more = fields.iter().map(|(_, heading)| heading.clone());
    let asked = questions
        .iter()
        .map(|(scheme, _, question)| format!("{}: {}", scheme.name, question.words));
    line(&mut text, headings.chain(more).chain(asked));
    for (number, item) in content.items.iter().enumerate() {
        let decimal = |minutes: u32| hours_in_words(minutes).split(' ').next().unwrap_or_default().to_owned();
        let approval = match item.approval {
            Approval::None => String::new(),
            other => other.label().to_owned(),
        };
        let cells = [
            item.first.to_string(),
            item.last.to_string(),
            item.title.clone(),
            item.method.label().to_owned(),
            item.provider.clone(),
            item.what.clone(),
            item.minutes.to_string(),
            decimal(item.minutes),
            item.participatory.to_string(),
            decimal(item.participatory),
            domain(item).to_owned(),
            approval,
            evidence(content, number, item).join("\n"),
        ];
        let more = fields.iter().map(|(key, _)| item.fields.get(key).cloned().unwrap_or_default());
        let answered = questions.iter().map(|(scheme, version, question)| {
            let of = |account: &&Account| account.scheme == scheme.code && account.version == *version;
            let account = item.accounts.iter().find(of);
            account
                .and_then(|account| account.answers.get(question.code))
                .cloned()
                .unwrap_or_default()
        });
        line(&mut text, cells.into_iter().chain(more).chain(answered));
    }
    text
}

/// The same as JSON, with minutes as numbers and every session a certificate names.
pub fn json(content: &Content) -> Value {
    let today = content.at.date_naive();
    let entries: Vec<Value> = content
        .items
        .iter()
        .enumerate()
        .map(|(number, item)| {
            let certificate = item.certificate.as_ref().map(|certificate| {
                let snapshot = &certificate.snapshot;
                let sessions: Vec<Value> = snapshot
                    .sessions
                    .iter()
                    .map(|line| json!({"title": line.title, "began": line.began, "minutes": line.minutes, "participatory": line.participatory}))
                    .collect();
                json!({
                    "id": snapshot.id,
                    "address": format!("{}{}", content.certificates, snapshot.id),
                    "issued": snapshot.issued_at,
                    "sessions": sessions,
                })
            });
            let reflections: Vec<Value> = item.accounts.iter().filter_map(|account| account_json(account, today)).collect();
            json!({
                "title": item.title,
                "from": item.first,
                "until": item.last,
                "method": item.method.word(),
                "held_by": item.provider,
                "topic": item.what,
                "minutes": item.minutes,
                "participatory_minutes": item.participatory,
                "domain": item.domain.map(crate::agenda::Domain::word),
                "peer_group": item.approval.word(),
                "fields": item.fields,
                "evidence": evidence(content, number, item),
                "certificate": certificate,
                "reflections": reflections,
            })
        })
        .collect();
    let schemes: Vec<Value> = content
        .schemes
        .iter()
        .map(|progress| {
            json!({
                "scheme": progress.scheme.code,
                "version": progress.version.code,
                "credited_minutes": progress.minutes,
                "participatory_minutes": progress.participatory,
                "clinical_minutes": progress.clinical,
                "entries": progress.entries,
                "accounts": progress.accounts,
            })
        })
        .collect();
    json!({
        "plenary": 1,
        "kind": "cpd",
        "name": content.name,
        "from": content.wanted.first,
        "until": content.wanted.last,
        "made": content.at,
        "totals": {
            "entries": content.totals.entries,
            "minutes": content.totals.minutes,
            "participatory_minutes": content.totals.participatory,
            "clinical_minutes": content.totals.clinical,
            "non_clinical_minutes": content.totals.non_clinical,
        },
        "schemes": schemes,
        "entries": entries,
    })
}

fn account_json(account: &Account, today: chrono::NaiveDate) -> Option<Value> {
    let version = schemes::find(&account.scheme)?.version(&account.version, today);
    let answers: Vec<Value> = version
        .questions
        .iter()
        .filter_map(|question| Some(json!({"question": question.words, "answer": account.answers.get(question.code)?})))
        .collect();
    Some(json!({"scheme": account.scheme, "version": account.version, "answers": answers}))
}
