//! What a certificate says, and the same as an Open Badges 3.0 credential.
//!
//! A [`Snapshot`] is taken when a certificate is issued and never changes; paper, page and credential are all
//! drawn from it. The credential uses only terms of the Open Badges context (validators refuse others) and
//! carries no e-mail address of the holder, no job role and no employer.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::certificates::hours::hours_in_words;
use crate::certificates::template::{Accreditation, Design};
use crate::platform::signing::Site;

/// Everything that stands on one certificate. Stored as JSON and read for as long as certificates are:
/// a field added later needs `#[serde(default)]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// See [`new_id`].
    pub id: String,
    /// Slug of the event, for its address.
    pub event_slug: String,
    /// Title of the event, as printed.
    pub event_title: String,
    /// Full name of the holder, as typed by them.
    pub name: String,
    /// Start of the event.
    pub starts: DateTime<Utc>,
    /// End of the event.
    pub ends: DateTime<Utc>,
    /// The same in words on the wall clock of the place, such as "12 March 2026, 09:00 to 16:00".
    pub when_words: String,
    /// IANA name of the zone those words are in.
    pub zone: String,
    /// Where it was held, or "live online".
    pub place: String,
    /// Who held it and answers for the certificate.
    pub organiser: Organiser,
    /// CPD minutes the event offered.
    pub offered_minutes: u32,
    /// CPD minutes attended, unrounded.
    pub minutes: u32,
    /// The same rounded down once, by `rounding`; this is what is claimed.
    pub shown_minutes: u32,
    /// How many of the attended minutes were participatory.
    pub participatory_minutes: u32,
    /// Minutes that `shown_minutes` is rounded down to a multiple of; 1 means not rounded.
    pub rounding: u32,
    /// The sessions it names.
    pub sessions: Vec<SessionLine>,
    /// Learning objectives of the event.
    pub objectives: Vec<String>,
    /// Accreditation line, such as "subject to peer group approval"; may be empty.
    pub statement: String,
    /// What it says for each scheme the organiser named, a sentence each.
    #[serde(default)]
    pub schemes: Vec<String>,
    /// How the minutes were counted, in words.
    pub rule: String,
    /// When this certificate was issued.
    pub issued_at: DateTime<Utc>,
    /// Number of the status list it is on.
    pub status_list: u32,
    /// Its place in that list, chosen at random.
    pub status_index: u32,
    /// Id of the certificate this one was issued instead of.
    pub replaces: Option<String>,
    /// What the organiser's certificates looked like then.
    #[serde(default)]
    pub design: Design,
    /// Who had approved it then.
    #[serde(default)]
    pub accreditation: Accreditation,
}

/// Who held the event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organiser {
    /// Legal name.
    pub name: String,
    /// Where questions about the certificate go. This one address is printed in clear.
    pub email: String,
    /// Its own web address, if it has one.
    pub url: Option<String>,
}

/// One session named on a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionLine {
    /// Title of the session.
    pub title: String,
    /// When it began, in words on the wall clock, such as "09:30".
    pub began: String,
    /// Minutes of it that counted.
    pub minutes: u32,
    /// Minutes it was long.
    pub of_minutes: u32,
    /// Whether those minutes are participatory.
    pub participatory: bool,
}

/// What stands for sessions a certificate may not name: they ran beside others, and nobody scanned which they were in.
pub const UNNAMED: &str = "Sessions held side by side, not scanned one by one";

impl Snapshot {
    /// Minutes attended in sessions it does not name.
    #[must_use]
    pub fn unnamed_minutes(&self) -> u32 {
        let named: u32 = self.sessions.iter().map(|line| line.minutes).sum();
        self.minutes.saturating_sub(named)
    }
}

/// The 32 characters of an id: digits and small letters without i, l, o and u, so that it can be typed from paper.
const ID_LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A certificate id from 128 random bits: 26 characters, safe in an address, without a dot.
#[must_use]
pub fn new_id(random: [u8; 16]) -> String {
    let mut rest = u128::from_be_bytes(random);
    let mut letters = [b'0'; 26];
    for letter in letters.iter_mut().rev() {
        *letter = ID_LETTERS[(rest & 31) as usize];
        rest >>= 5;
    }
    letters.iter().map(|letter| char::from(*letter)).collect()
}

/// Whether a text could be a certificate id at all: 16 to 64 letters, digits, hyphens and underscores.
#[must_use]
pub fn is_id(text: &str) -> bool {
    (16..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// The address a certificate is checked at.
#[must_use]
pub fn address(id: &str, site: &Site) -> String {
    site.url(&format!("/certificates/{id}"))
}

/// The certificate as an Open Badges 3.0 credential (data model and context 3.0.3).
///
/// Sign [`claims`] of it to have the certificate proper.
#[must_use]
pub fn credential(snapshot: &Snapshot, site: &Site) -> Value {
    let own = address(&snapshot.id, site);
    let event = site.url(&format!("/events/{}", snapshot.event_slug));
    let list = site.url(&format!("/certificates/status/{}", snapshot.status_list));
    let issued = stamp(snapshot.issued_at);
    let organiser = &snapshot.organiser;
    let url = organiser.url.clone().unwrap_or_else(|| site.url("/"));
    let profile = json!({ "id": site.did(), "type": ["Profile"], "name": organiser.name, "url": url, "email": organiser.email });

    let figures = [
        ("offered", "CPD minutes offered", snapshot.offered_minutes),
        ("attended", "CPD minutes attended", snapshot.minutes),
        ("counted", "CPD minutes counted", snapshot.shown_minutes),
        ("participatory", "Participatory minutes", snapshot.participatory_minutes),
    ];
    let described: Vec<Value> = figures
        .iter()
        .map(|(key, name, _)| {
            json!({ "id": format!("{event}#minutes-{key}"), "type": ["ResultDescription"], "name": name, "resultType": "RawScore", "valueMin": "0" })
        })
        .collect();
    let results: Vec<Value> = figures
        .iter()
        .map(|(key, _, minutes)| {
            json!({ "type": ["Result"], "resultDescription": format!("{event}#minutes-{key}"), "value": minutes.to_string() })
        })
        .collect();

    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
        "id": own,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": format!("{}: certificate of attendance", snapshot.event_title),
        "awardedDate": issued,
        "validFrom": issued,
        "issuer": profile.clone(),
        "credentialSubject": {
            "id": subject_urn(&snapshot.id),
            "type": ["AchievementSubject"],
            "identifier": [{ "type": "IdentityObject", "hashed": false, "identityHash": snapshot.name, "identityType": "ext:name" }],
            "activityStartDate": stamp(snapshot.starts),
            "activityEndDate": stamp(snapshot.ends),
            "creditsEarned": hours(snapshot.shown_minutes),
            "result": results,
            "achievement": {
                "id": format!("{event}#achievement"),
                "type": ["Achievement"],
                "achievementType": "CertificateOfCompletion",
                "name": snapshot.event_title,
                "description": description(snapshot),
                "creditsAvailable": hours(snapshot.offered_minutes),
                "criteria": { "id": event, "narrative": sentences(&[&snapshot.rule, &snapshot.statement, &snapshot.accreditation.line()]) },
                "creator": profile,
                "resultDescription": described,
            },
        },
        "evidence": evidence(snapshot, site, &own),
        "credentialStatus": {
            "id": format!("{list}#{}", snapshot.status_index),
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": snapshot.status_index.to_string(),
            "statusListCredential": list,
        },
    })
}

/// Dates a credential anew, for being signed with another key: the same certificate of a later day. `awardedDate` keeps the
/// day it was issued (Open Badges 3.0, on changing a credential).
pub fn date_anew(credential: &mut Value, at: DateTime<Utc>) {
    credential["validFrom"] = stamp(at).into();
}

/// The registered claims a credential gains when it is signed (Open Badges 3.0 section 8.2.4).
pub(crate) const CLAIMS: [&str; 4] = ["iss", "jti", "nbf", "sub"];

/// The payload to sign: the credential's own members and `iss`, `jti`, `nbf`, `sub` beside them.
#[must_use]
pub fn claims(credential: &Value) -> Value {
    let mut payload = credential.clone();
    payload["iss"] = credential["issuer"]["id"].clone();
    payload["jti"] = credential["id"].clone();
    payload["sub"] = credential["credentialSubject"]["id"].clone();
    let from = credential["validFrom"]
        .as_str()
        .and_then(|text| DateTime::parse_from_rfc3339(text).ok());
    payload["nbf"] = from.map_or(Value::Null, |at| Value::from(at.timestamp()));
    payload
}

/// The `.json` download: the signed token and, beside it for people to read, what it says.
#[must_use]
pub fn download(jwt: &str, credential: &Value) -> Value {
    json!({ "jwt": jwt, "credential": credential })
}

/// A name for the holder that means nothing elsewhere: it is made from the id and differs on each certificate.
fn subject_urn(id: &str) -> String {
    let digest = Sha256::new()
        .chain_update(b"plenary certificate subject\n")
        .chain_update(id)
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    // RFC 9562: version 8 (made by a rule of one's own), variant 10.
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "urn:uuid:{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

fn description(snapshot: &Snapshot) -> String {
    let event = format!(
        "{}. {} ({}). {}.",
        snapshot.event_title, snapshot.when_words, snapshot.zone, snapshot.place
    );
    if snapshot.objectives.is_empty() {
        return event;
    }
    format!("{event} Learning objectives: {}.", snapshot.objectives.join("; "))
}

fn evidence(snapshot: &Snapshot, site: &Site, own: &str) -> Vec<Value> {
    let rounded = match snapshot.rounding {
        0 | 1 => String::new(),
        step => format!(", rounded down to {step} minutes"),
    };
    let mut items = vec![
        json!({
            "id": own, "type": ["Evidence"], "name": "Attendance record", "genre": "Attendance",
            "narrative": format!(
                "Attended {} of {} CPD minutes. Counted: {} minutes ({}){rounded}. Participatory: {} minutes.",
                snapshot.minutes, snapshot.offered_minutes, snapshot.shown_minutes, hours_in_words(snapshot.shown_minutes),
                snapshot.participatory_minutes,
            ),
        }),
        json!({
            "type": ["Evidence"], "name": "When and where", "genre": "Event",
            "narrative": format!("{} ({})", snapshot.when_words, snapshot.zone), "description": snapshot.place,
        }),
    ];
    items.extend(snapshot.sessions.iter().map(|session| {
        let kind = if session.participatory { ", participatory" } else { "" };
        json!({
            "type": ["Evidence"], "name": session.title, "genre": "Session",
            "narrative": format!("From {}: {} of {} minutes{kind}", session.began, session.minutes, session.of_minutes),
        })
    }));
    let unnamed = snapshot.unnamed_minutes();
    if unnamed > 0 {
        items.push(json!({
            "type": ["Evidence"], "name": UNNAMED, "genre": "Session", "narrative": format!("{unnamed} of {unnamed} minutes"),
        }));
    }
    items.extend(snapshot.schemes.iter().map(|line| {
        let (name, says) = line.split_once(": ").unwrap_or(("", line));
        json!({ "type": ["Evidence"], "name": name, "genre": "Scheme", "narrative": says })
    }));
    items.extend(snapshot.replaces.iter().map(
        |old| json!({ "id": address(old, site), "type": ["Evidence"], "name": "Replaces an earlier certificate", "genre": "Replacement" }),
    ));
    items
}

/// Joins what is not empty into sentences, each with one full stop.
fn sentences(parts: &[&str]) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|part| part.trim().trim_end_matches('.'))
        .filter(|part| !part.is_empty())
        .map(|part| {
            let mut letters = part.chars();
            letters
                .next()
                .map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
        })
        .collect();
    parts.join(" ")
}

/// Hours in hundredths, rounded down, so that every reader parses the same number.
fn hours(minutes: u32) -> f64 {
    f64::from(u32::try_from(u64::from(minutes) * 100 / 60).unwrap_or(u32::MAX)) / 100.0
}

fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
#[path = "credential_tests.rs"]
pub(crate) mod tests;
