//! What a check found, in words: the fields that were signed, and the answer about a file that somebody handed in.

use domain::{
    Services,
    certificates::{
        credential::UNNAMED,
        hours::hours_in_words,
        queries::face,
        verify::{Outcome, Verdict, shown::Shown},
    },
    error::FieldErrors,
    platform::{drafts, signing::Site},
};
use serde::{Deserialize, Serialize};

/// Names of two fields a certificate's own page shows as one.
pub const SIGNED_BY: &str = "Signed by";
pub const SIGNED_WITH: &str = "Signed with key";

/// The answer to a check as the page shows it once, from a draft: words only, never the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Checked {
    /// The address as typed.
    pub address: String,
    /// "Valid", "Altered", "Revoked" or "Not recognised"; empty before anything was checked.
    pub heading: String,
    /// What that means, and what to do.
    pub words: String,
    /// Id of the certificate, where it is genuine.
    pub id: Option<String>,
    /// What was signed: names and values.
    pub fields: Vec<(String, String)>,
    /// What a good answer still says nothing about.
    pub not_proven: Vec<String>,
}

/// What no check of a certificate can show.
const NEVER_PROVEN: [&str; 4] = [
    "That whoever shows it is the person named on it. Compare the name with something official.",
    "That the person learnt something. It records that they were there, and for how long.",
    "That a regulator or an employer accepts it. Ask them.",
    "That the organiser is who they say they are, beyond the web address they signed with.",
];

impl Checked {
    /// The answer in words, on `site`.
    #[must_use]
    pub fn of(verdict: &Verdict, site: &Site) -> Self {
        let reason = verdict.reason.as_deref().map(sentence).unwrap_or_default();
        let (heading, words) = match verdict.result {
            Outcome::Valid if verdict.revocation_checked => {
                ("Valid", "It is just as it was signed, and it has not been revoked.".to_owned())
            }
            Outcome::Valid => ("Valid", format!("It is just as it was signed. {reason}")),
            Outcome::Altered => (
                "Altered",
                format!("Do not rely on this file. {reason} Ask for it again, or check the address printed on the certificate."),
            ),
            Outcome::Revoked => (
                "Revoked",
                format!("It is genuine, but it does not count any more. {reason} The reason is on the certificate’s page."),
            ),
            Outcome::UnknownKey => ("Not recognised", not_recognised(verdict, site, &reason)),
        };
        let certificate = verdict.certificate.as_ref();
        let mut not_proven: Vec<String> = Vec::new();
        if certificate.is_some() {
            not_proven.extend(NEVER_PROVEN.map(str::to_owned));
            if !verdict.revocation_checked {
                not_proven.push("That it still counts: whether it was revoked could not be asked.".to_owned());
            }
        }
        Self {
            address: String::new(),
            heading: heading.to_owned(),
            words,
            id: certificate.map(|shown| shown.id.clone()),
            fields: certificate.map(fields).unwrap_or_default(),
            not_proven,
        }
    }

    /// The answer to an address that is none of ours.
    #[must_use]
    pub fn unknown_address(typed: &str) -> Self {
        Self {
            address: typed.to_owned(),
            heading: "Not recognised".to_owned(),
            words: "There is no certificate of this site to be seen at that address. Check each letter, or check the file instead. A certificate of another site has to be checked there.".to_owned(),
            ..Self::default()
        }
    }
}

/// Keeps an answer for the browser that asked, and gives the page that shows it.
pub async fn keep(services: &Services, browser: &str, checked: &Checked, problems: &FieldErrors) -> domain::Result<String> {
    let id = drafts::keep(services, browser, None, &serde_json::to_value(checked)?, problems).await?;
    Ok(format!("/verify?draft={id}"))
}

/// What checking the certificate at this address finds; nothing, if it is none of ours.
pub async fn by_address(services: &Services, typed: &str) -> domain::Result<Option<Verdict>> {
    let Some(id) = domain::certificates::queries::read_address(services, typed) else {
        return Ok(None);
    };
    let row = match domain::certificates::queries::find_shown(&services.db.read, &id).await {
        Err(domain::Error::NotFound | domain::Error::Refused(_)) => return Ok(None),
        found => found?,
    };
    domain::certificates::queries::verify_upload(services, row.jwt.into_bytes())
        .await
        .map(Some)
}

/// Of a file signed with a key that is not one of this site's, or not any more. What a file says of its signer anybody could
/// have written, so it is said and not followed: nothing is fetched.
fn not_recognised(verdict: &Verdict, site: &Site, reason: &str) -> String {
    let signer = verdict.unknown_key.as_deref().and_then(|key| key.split_once('#'));
    match signer {
        None => format!(
            "{reason} What was signed with it cannot be told from what somebody else signed. If the certificate is genuine, it has been signed anew: check the address printed on it, and download it there again."
        ),
        Some((did, key)) if did == site.did() || did.starts_with(&format!("{}:", site.did())) => {
            format!("It says it was signed by this site, with {key}, and this site never had such a key. Do not rely on this file.")
        }
        Some((did, _)) => format!(
            "It says it was signed by {did}, which is not this site, so this site cannot vouch for it. Ask there: the address is printed on it."
        ),
    }
}

/// Every field that was signed, by name, read from what was signed.
#[must_use]
pub fn fields(shown: &Shown) -> Vec<(String, String)> {
    let zone = zone_of(shown);
    let minutes = |minutes: Option<u32>| minutes.map(|minutes| format!("{minutes} minutes ({})", hours_in_words(minutes)));
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut add =
        |name: &str, value: Option<String>| fields.extend(value.filter(|value| !value.is_empty()).map(|value| (name.to_owned(), value)));
    add("Name", Some(shown.name.clone()));
    add("Event", Some(shown.event.clone()));
    add("Date", shown.when.clone());
    add("Attended", shown.place.clone());
    add("Organiser", Some(shown.organiser.clone()));
    add("Organiser’s email", shown.organiser_email.clone());
    add("Organiser’s website", shown.organiser_url.clone());
    add("CPD offered", minutes(shown.offered_minutes));
    add("CPD attended", minutes(shown.minutes));
    add("CPD counted", minutes(shown.shown_minutes));
    add("Of which participatory", minutes(shown.participatory_minutes));
    for session in &shown.sessions {
        let title = if session.title == UNNAMED {
            UNNAMED.to_owned()
        } else {
            format!("Session: {}", session.title)
        };
        add(&title, Some(session.attended.clone()));
    }
    for line in &shown.schemes {
        let (scheme, says) = line.split_once(": ").unwrap_or(("Scheme", line));
        add(&format!("For {scheme}"), Some(says.to_owned()));
    }
    add("How hours are counted", shown.criteria.clone());
    add("About the event", Some(shown.description.clone()));
    add("Event’s address", shown.event_address.clone());
    add("Issued", Some(instant(&shown.issued_at, &zone)));
    add("Certificate", Some(shown.id.clone()));
    add("Address", Some(shown.address.clone()));
    add("Issued instead of", shown.replaces.clone());
    add(SIGNED_BY, Some(shown.issuer.clone()));
    add(SIGNED_WITH, shown.key.split_once('#').map(|(_, key)| key.to_owned()));
    add("Signed on", Some(instant(&shown.signed_at, &zone)));
    fields
}

/// The zone that stands after the date, or UTC.
fn zone_of(shown: &Shown) -> String {
    let zone = shown
        .when
        .as_deref()
        .and_then(|when| when.rsplit_once(" ("))
        .and_then(|(_, zone)| zone.strip_suffix(')'));
    zone.unwrap_or("UTC").to_owned()
}

fn instant(rfc3339: &str, zone: &str) -> String {
    rfc3339.parse().map_or_else(|_| rfc3339.to_owned(), |at| face::moment(at, zone))
}

/// With a capital and a full stop.
fn sentence(words: &str) -> String {
    let mut chars = words.trim_end_matches('.').chars();
    let first = chars
        .next()
        .map(|first| first.to_uppercase().collect::<String>())
        .unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn verdict(result: Outcome, reason: Option<&str>) -> Verdict {
        Verdict {
            result,
            certificate: None,
            reason: reason.map(str::to_owned),
            revocation_checked: false,
            unknown_key: None,
        }
    }

    fn site() -> Site {
        Site::parse("https://events.example.org").unwrap()
    }

    #[test]
    fn each_answer_has_its_heading_and_says_why() {
        let heading = |result| Checked::of(&verdict(result, Some("the seal is broken")), &site()).heading;
        assert_eq!(
            [Outcome::Valid, Outcome::Altered, Outcome::Revoked, Outcome::UnknownKey].map(heading),
            ["Valid", "Altered", "Revoked", "Not recognised"]
        );
        assert!(
            Checked::of(&verdict(Outcome::Altered, Some("the seal is broken")), &site())
                .words
                .contains("The seal is broken.")
        );
    }

    #[test]
    fn who_is_not_recognised_is_named_as_what_the_file_says() {
        let words = |key: Option<&str>| {
            let verdict = Verdict {
                unknown_key: key.map(str::to_owned),
                ..verdict(Outcome::UnknownKey, Some("the key is not there"))
            };
            let checked = Checked::of(&verdict, &site());
            assert_eq!(
                (checked.heading.as_str(), checked.fields.len(), checked.not_proven.len()),
                ("Not recognised", 0, 0)
            );
            checked.words
        };
        assert!(words(Some("did:web:other.example#k2026-1")).contains("signed by did:web:other.example, which is not this site"));
        assert!(words(Some("did:web:events.example.org.evil#k2026-1")).contains("which is not this site"));
        for own in ["did:web:events.example.org#k2031-1", "did:web:events.example.org:o:north#k2031-1"] {
            assert!(
                words(Some(own)).contains("with k2031-1, and this site never had such a key"),
                "{own}"
            );
        }
        assert!(words(None).contains("signed anew"));
    }

    #[test]
    fn an_answer_survives_the_draft() {
        let checked = Checked {
            fields: vec![("Name".into(), "Siân Llŷr".into())],
            ..Checked::of(&verdict(Outcome::Valid, None), &site())
        };
        assert_eq!(
            serde_json::from_value::<Checked>(serde_json::to_value(&checked).unwrap()).unwrap(),
            checked
        );
    }
}
