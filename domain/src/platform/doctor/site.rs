//! Whether the address readers are told is right: it can be read, is private, has a name that leads somewhere, and what
//! answers there is this installation and no other.

use super::{
    Check, PATIENCE,
    http::{self, Place, Silence},
};
use crate::platform::signing::{DidDocument, Issuer, Keys, Site};
use chrono::{DateTime, Utc};
use std::path::Path;
use tokio::time::timeout;

/// What was found, and the time the site answered with.
pub async fn examine(base_url: &str, keys: &Path) -> (Vec<Check>, Option<DateTime<Utc>>) {
    let site = match Site::parse(base_url) {
        Ok(site) => site,
        Err(cause) => {
            let words = format!("PLENARY_BASE_URL cannot be used: {cause}.");
            return (vec![Check::fault("address", "unreadable", words)], None);
        }
    };
    let base = site.url("");
    let Some(place) = Place::of(&base) else {
        return (
            vec![Check::fault("address", "unreadable", "PLENARY_BASE_URL cannot be read.")],
            None,
        );
    };
    let mut checks = vec![private(&base, &place)];
    if place.host.parse::<std::net::IpAddr>().is_err() {
        let dns = name("dns", &place.host, "Look at PLENARY_BASE_URL, or have the name entered in DNS").await;
        let is_fault = dns.is_fault();
        checks.push(dns);
        if is_fault {
            return (checks, None);
        }
    }
    let (answers, date) = answers(&site, &base, &place, keys).await;
    checks.push(answers);
    (checks, date)
}

fn private(base: &str, place: &Place) -> Check {
    if place.https {
        Check::well("address", format!("Readers come to {base}."))
    } else if place.is_near() {
        Check::well("address", format!("Readers come to {base}, on this machine only."))
    } else {
        let words = format!(
            "Readers come to {base} without TLS: sign-in links and names cross the network in the clear. Put a proxy with TLS in front, and set PLENARY_BASE_URL to its https address."
        );
        Check::fault("address", "no_tls", words)
    }
}

/// Whether a name leads to an address.
pub async fn name(what: &str, host: &str, advice: &str) -> Check {
    let found = timeout(PATIENCE, tokio::net::lookup_host((host, 0))).await;
    match found.map(|found| found.map_or(0, Iterator::count)) {
        Ok(1..) => Check::well(what, format!("{host} leads to an address.")),
        Ok(0) => Check::fault(
            what,
            "no_such_name",
            format!("The name {host} leads nowhere: it is not in DNS. {advice}."),
        ),
        Err(_) => Check::fault(
            what,
            "dns_silent",
            format!("The name {host} could not be looked up in time. See which name servers this machine asks (/etc/resolv.conf)."),
        ),
    }
}

async fn answers(site: &Site, base: &str, place: &Place, keys: &Path) -> (Check, Option<DateTime<Utc>>) {
    const WHAT: &str = "site";
    let live = match http::get(place, "/health/live").await {
        Ok(live) => live,
        Err(silence) => return (silent(silence, base, place), None),
    };
    let date = live.date;
    let another = |code: &str, what: String| {
        let words =
            format!("{what} See that PLENARY_BASE_URL is the address of this installation, and that the proxy passes requests on to it.");
        (Check::fault(WHAT, code, words), date)
    };
    if live.status != 200 || live.body != b"live\n" {
        let status = live.status;
        return another(
            "another_answers",
            format!("Something answers at {base}, with {status}, and it is no Plenary."),
        );
    }
    let Ok(Some(own)) = Keys::at(keys).document(&Issuer::Host, site) else {
        return (Check::well(WHAT, format!("A Plenary answers at {base}.")), date);
    };
    let served = http::get(place, "/.well-known/did.json").await.ok();
    let served = served.and_then(|answer| DidDocument::parse(&answer.body).ok());
    if served.is_some_and(|served| served.to_json() == own.to_json()) {
        (Check::well(WHAT, format!("It answers at {base}, as itself.")), date)
    } else {
        another(
            "another_plenary",
            format!("A Plenary answers at {base}, but with other keys or another address than this one's."),
        )
    }
}

fn silent(silence: Silence, base: &str, place: &Place) -> Check {
    const WHAT: &str = "site";
    match silence {
        Silence::Tls(code, words) => Check::fault(WHAT, code, words),
        _ if place.is_near() => Check::note(
            WHAT,
            "not_serving",
            format!("Nothing answers at {base} now. `plenary serve` starts it."),
        ),
        Silence::Refused => Check::fault(
            WHAT,
            "not_answering",
            format!("Nothing answers at {base}: the connection was refused. See that `plenary serve` and the proxy in front of it run."),
        ),
        Silence::None => Check::fault(
            WHAT,
            "not_answering",
            format!(
                "Nothing answers at {base} in time. See that `plenary serve` and the proxy in front of it run, and that no firewall is in between."
            ),
        ),
    }
}
