//! A credential read back: its form checked, and what it says taken out for showing.
//!
//! Only ever read from a token whose signature was good. A certificate is read this way for as long as
//! certificates are, so every field is found by the standard term it is kept under, never by its wording.

use serde::Serialize;
use serde_json::Value;

use crate::certificates::credential::{CLAIMS, is_id};
use crate::platform::signing::Opened;

/// What a certificate says, as found in the credential itself and not in any database.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// Id of the certificate.
    pub id: String,
    /// Address it is checked at.
    pub address: String,
    /// Full name of the holder.
    pub name: String,
    /// Title of the event.
    pub event: String,
    /// Address of the event.
    pub event_address: Option<String>,
    /// Start of the event, RFC 3339.
    pub starts: Option<String>,
    /// End of the event, RFC 3339.
    pub ends: Option<String>,
    /// The same on the wall clock, in words.
    pub when: Option<String>,
    /// Where it was held, or "live online".
    pub place: Option<String>,
    /// Legal name of the organiser.
    pub organiser: String,
    /// E-mail address of the organiser.
    pub organiser_email: Option<String>,
    /// Web address of the organiser.
    pub organiser_url: Option<String>,
    /// Who signed, as a did:web name.
    pub issuer: String,
    /// Full address of the key it is signed with, such as `did:web:events.example.org#k2026-1`.
    pub key: String,
    /// CPD minutes the event offered.
    pub offered_minutes: Option<u32>,
    /// CPD minutes attended, unrounded.
    pub minutes: Option<u32>,
    /// CPD minutes counted, rounded.
    pub shown_minutes: Option<u32>,
    /// Participatory minutes.
    pub participatory_minutes: Option<u32>,
    /// Hours counted.
    pub hours: f64,
    /// Sessions it names.
    pub sessions: Vec<ShownSession>,
    /// What it says for each scheme, a sentence each.
    pub schemes: Vec<String>,
    /// The event in words, with its learning objectives.
    pub description: String,
    /// How minutes were counted, and the accreditation line.
    pub criteria: Option<String>,
    /// When it was issued, RFC 3339.
    pub issued_at: String,
    /// When it was signed: later than it was issued if another key had to sign it anew. RFC 3339.
    pub signed_at: String,
    /// Address of the certificate this one was issued instead of.
    pub replaces: Option<String>,
}

/// One session a certificate names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ShownSession {
    /// Title of the session.
    pub title: String,
    /// When it began and how many minutes counted, in words.
    pub attended: String,
}

/// Where the certificate's status is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusEntry {
    /// Address of the list.
    pub list: String,
    /// Place in it.
    pub place: u32,
}

/// A credential whose form was good.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// What it says.
    pub shown: Shown,
    /// Where its status is kept.
    pub status: StatusEntry,
    /// The credential itself, without the registered claims.
    pub credential: Value,
}

/// Reads a certificate's token whose signature was good. The error says what is wrong with its form.
pub fn parse(opened: Opened) -> Result<Parsed, &'static str> {
    let Opened { did, kid, payload } = opened;
    let types = |value: &Value, name: &str| value.as_array().is_some_and(|types| types.iter().any(|entry| entry == name));
    if !types(&payload["type"], "OpenBadgeCredential") || !types(&payload["type"], "VerifiableCredential") {
        return Err("what is signed is not a certificate");
    }
    let subject = &payload["credentialSubject"];
    if payload["issuer"]["id"] != did.as_str() || payload["iss"] != did.as_str() {
        return Err("it was signed by somebody other than its issuer");
    }
    let from = payload["validFrom"]
        .as_str()
        .and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok());
    if payload["jti"] != payload["id"] || payload["sub"] != subject["id"] || payload["nbf"].as_i64() != from.map(|at| at.timestamp()) {
        return Err("its claims and its content do not agree");
    }
    let status = status_entry(&payload["credentialStatus"]).ok_or("it does not say where its status is kept")?;
    let shown = shown(&payload, kid).ok_or("a field every certificate has is missing")?;
    let mut credential = payload;
    if let Some(members) = credential.as_object_mut() {
        members.retain(|name, _| !CLAIMS.contains(&name.as_str()));
    }
    Ok(Parsed { shown, status, credential })
}

fn status_entry(status: &Value) -> Option<StatusEntry> {
    if status["type"] != "BitstringStatusListEntry" || status["statusPurpose"] != "revocation" {
        return None;
    }
    let place = status["statusListIndex"].as_str()?;
    let number: u32 = place.parse().ok()?;
    // A string by the standard, and one spelling of it.
    (number.to_string() == place).then_some(())?;
    Some(StatusEntry {
        list: text(&status["statusListCredential"])?,
        place: number,
    })
}

fn shown(payload: &Value, key: String) -> Option<Shown> {
    let subject = &payload["credentialSubject"];
    let achievement = &subject["achievement"];
    let issuer = &payload["issuer"];
    let evidence = || payload["evidence"].as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let of_genre = |genre: &'static str| evidence().filter(move |item| item["genre"] == genre);
    let event = of_genre("Event").next();
    let minutes = |key: &str| {
        let wanted = subject["result"].as_array()?.iter().find(|result| {
            result["resultDescription"]
                .as_str()
                .and_then(|id| id.rsplit_once("#minutes-"))
                .is_some_and(|(_, found)| found == key)
        })?;
        wanted["value"].as_str()?.parse().ok()
    };
    let named = subject["identifier"]
        .as_array()?
        .iter()
        .find(|item| item["identityType"] == "ext:name" && item["hashed"] == false)?;
    let address = text(&payload["id"])?;
    let id = address
        .rsplit_once("/certificates/")
        .map(|(_, id)| id.to_owned())
        .filter(|id| is_id(id))?;

    Some(Shown {
        id,
        address,
        name: text(&named["identityHash"])?,
        event: text(&achievement["name"])?,
        event_address: text(&achievement["criteria"]["id"]),
        starts: text(&subject["activityStartDate"]),
        ends: text(&subject["activityEndDate"]),
        when: event.and_then(|item| text(&item["narrative"])),
        place: event.and_then(|item| text(&item["description"])),
        organiser: text(&issuer["name"])?,
        organiser_email: text(&issuer["email"]),
        organiser_url: text(&issuer["url"]),
        issuer: text(&issuer["id"])?,
        key,
        offered_minutes: minutes("offered"),
        minutes: minutes("attended"),
        shown_minutes: minutes("counted"),
        participatory_minutes: minutes("participatory"),
        hours: subject["creditsEarned"].as_f64()?,
        sessions: of_genre("Session")
            .map(|item| {
                Some(ShownSession {
                    title: text(&item["name"])?,
                    attended: text(&item["narrative"])?,
                })
            })
            .collect::<Option<_>>()?,
        schemes: of_genre("Scheme")
            .map(|item| Some(format!("{}: {}", text(&item["name"])?, text(&item["narrative"])?)))
            .collect::<Option<_>>()?,
        description: text(&achievement["description"])?,
        criteria: text(&achievement["criteria"]["narrative"]),
        issued_at: text(&payload["awardedDate"]).or_else(|| text(&payload["validFrom"]))?,
        signed_at: text(&payload["validFrom"])?,
        replaces: of_genre("Replacement").next().and_then(|item| text(&item["id"])),
    })
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
