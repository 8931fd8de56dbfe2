//! Licences of everything Plenary is made with, and crates that come in two versions.
//!
//! Licences are read from `cargo metadata`, which lists more than is compiled (other platforms, features that are off), so
//! nothing slips in later unseen. Doubled crates are read from `cargo tree`, which lists exactly what is compiled.

use crate::shell::{cargo, read, say};
use crate::spdx;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Licences that ask no more of whoever passes Plenary on than to keep the notices.
const ALLOWED: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates with another licence: the crate, its licence, why that is all right.
const EXCEPTIONS: [(&str, &str, &str); 3] = [
    (
        "cssparser",
        "MPL-2.0",
        "under ammonia; used unchanged from the registry, and its terms reach only its own files",
    ),
    (
        "dtoa-short",
        "MPL-2.0",
        "under cssparser; used unchanged from the registry, and its terms reach only its own files",
    ),
    (
        "webpki-roots",
        "CDLA-Permissive-2.0",
        "a list of certificates, data rather than code, under a permissive data licence",
    ),
];

/// There must never be two of these: each brings a C library, a pool or a store of sessions of its own.
const ONE: [&str; 7] = ["leptos", "libsqlite3-sys", "ring", "rustls", "sea-orm", "sqlx", "sqlx-core"];

/// There must be none of these: TLS is rustls with ring, which needs no system library and no CMake.
const NONE: [&str; 6] = ["aws-lc-fips-sys", "aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys"];

/// Crates that may come in several versions, by what holds the older one back.
const DOUBLED: [(&str, &[&str]); 13] = [
    (
        "sqlx and axum's websockets are on RustCrypto's generation before p256's",
        &["block-buffer", "cpufeatures", "crypto-common", "digest", "sha1", "sha2"],
    ),
    (
        "leptos and sqlx are on the rand before ours, ring and ahash on older getrandoms",
        &["getrandom", "rand", "rand_chacha", "rand_core"],
    ),
    (
        "most macros have moved to syn 3, sea-orm's and pin-project's have not; only the compiler sees them",
        &["syn"],
    ),
    (
        "ouroboros, under sea-orm, is on older macro helpers; only the compiler sees them",
        &["heck", "proc-macro2-diagnostics"],
    ),
    (
        "leptos_config reads settings with an older `config`",
        &["convert_case", "toml", "toml_datetime", "winnow"],
    ),
    ("lettre and async-imap are a version ahead of everybody else", &["base64"]),
    (
        "stop-token, under async-imap, is on what came before async-imap's own channels",
        &["async-channel", "event-listener"],
    ),
    ("chrono-tz is on an older phf than ammonia's tables", &["phf", "phf_shared"]),
    ("gloo-net, under server_fn, is on thiserror 1", &["thiserror", "thiserror-impl"]),
    ("sqlx's statement cache is on an older hashbrown", &["hashbrown"]),
    ("gif, under krilla, is on the weezl before lopdf's", &["weezl"]),
    ("image's PNG reader is on the miniz_oxide before flate2's", &["miniz_oxide"]),
    (
        "image's WebP reader is on the quick-error after the one of proptest, which only the tests see",
        &["quick-error"],
    ),
];

/// Checks licences and doubled crates, or names every problem.
pub fn check() -> Result<()> {
    say("reading licences");
    let metadata = read(cargo().args(["metadata", "--format-version", "1", "--all-features"]))?;
    let mut problems = wrong_licences(&serde_json::from_str(&metadata)?)?;

    say("reading what is compiled");
    let compiled = read(cargo().args(["tree", "--workspace", "--edges", "normal,build,dev", "--prefix", "none"]))?;
    let browser = [
        "--package",
        "app",
        "--no-default-features",
        "--features",
        "hydrate",
        "--target",
        "wasm32-unknown-unknown",
    ];
    let in_browser = read(
        cargo()
            .arg("tree")
            .args(browser)
            .args(["--edges", "normal,build", "--prefix", "none"]),
    )?;
    let versions = versions(&[compiled, in_browser].concat());
    problems.extend(forbidden(&versions));

    let doubled: BTreeSet<&str> = versions
        .iter()
        .filter(|(_, versions)| versions.len() > 1)
        .map(|(name, _)| name.as_str())
        .collect();
    let excused: BTreeSet<&str> = DOUBLED.iter().flat_map(|(_, names)| *names).copied().collect();
    for name in doubled.difference(&excused) {
        let listed = versions[*name].iter().map(String::as_str).collect::<Vec<_>>().join(" and ");
        problems.push(format!(
            "`{name}` comes as {listed}: make it one, or say in xtask/src/licences.rs why not"
        ));
    }
    if !problems.is_empty() {
        bail!("licences and doubled crates:\n  {}", problems.join("\n  "));
    }
    say(format!(
        "{} crates compiled, {} of them in more than one version, each with its reason",
        versions.len(),
        doubled.len()
    ));
    let over: Vec<&str> = excused.difference(&doubled).copied().collect();
    if !over.is_empty() {
        say(format!("no longer doubled on this machine: {}", over.join(", ")));
    }
    Ok(())
}

fn wrong_licences(metadata: &Value) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for package in metadata["packages"].as_array().context("cargo metadata lists no packages")? {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(expression) = package["license"].as_str() else {
            problems.push(format!("`{name}` names no licence"));
            continue;
        };
        let allowed = |licence: &str| {
            let excepted = EXCEPTIONS.iter().any(|(who, which, _)| *who == name && *which == licence);
            ALLOWED.contains(&licence) || excepted
        };
        match spdx::is_met(expression, &allowed) {
            Ok(true) => {}
            Ok(false) => problems.push(format!("`{name}` is under {expression}, which is not allowed")),
            Err(error) => problems.push(format!("`{name}`: {error}")),
        }
    }
    problems.sort();
    Ok(problems)
}

fn forbidden(versions: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let several = ONE
        .iter()
        .filter(|name| versions.get(**name).is_some_and(|versions| versions.len() > 1));
    let any = NONE.iter().filter(|name| versions.contains_key(**name));
    several
        .map(|name| format!("there is more than one `{name}`"))
        .chain(any.map(|name| format!("`{name}` must not be here")))
        .collect()
}

/// The versions of each crate in what `cargo tree --prefix none` prints: `name v1.2.3 (…)`.
fn versions(tree: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in tree.lines() {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            versions.entry(name.to_owned()).or_default().insert(version.to_owned());
        }
    }
    versions
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_licence_nobody_allowed_is_named_and_an_exception_holds_for_its_crate_only() {
        let metadata = serde_json::json!({"packages": [
            {"name": "good", "license": "GPL-3.0 OR MIT"},
            {"name": "cssparser", "license": "MPL-2.0"},
            {"name": "other", "license": "MPL-2.0"},
            {"name": "silent", "license": null},
        ]});

        assert_eq!(
            wrong_licences(&metadata).unwrap(),
            ["`other` is under MPL-2.0, which is not allowed", "`silent` names no licence"]
        );
    }

    #[test]
    fn a_second_sqlx_and_any_openssl_are_refused() {
        let tree = "sqlx v0.9.0\nsqlx v0.8.6 (*)\nrustls v0.23.0\nrustls v0.23.0 (*)\nopenssl-sys v0.9.0\n";

        assert_eq!(
            forbidden(&versions(tree)),
            ["there is more than one `sqlx`", "`openssl-sys` must not be here"]
        );
    }
}
