//! The layer rule of STYLE.md, proven from the dependency tree: who may know whom.

use crate::shell::{cargo, read, say};
use anyhow::{Context, Result, bail};
use serde_json::Value;

/// What must never be compiled for the browser.
const SERVER_ONLY: [&str; 13] = [
    "ammonia",
    "chrono-tz",
    "icalendar",
    "krilla",
    "lettre",
    "migrations",
    "printpdf",
    "pulldown-cmark",
    "sea-orm",
    "sea-orm-migration",
    "server",
    "sqlx",
    "tokio",
];

/// Who may name whom among the workspace's crates, and which crates must not name which others at all.
const NEVER: [(&str, &[&str]); 4] = [
    (
        "domain",
        &["app", "server", "leptos", "leptos_axum", "leptos_meta", "leptos_router", "axum"],
    ),
    (
        "app",
        &[
            "server",
            "migrations",
            "sea-orm",
            "sea-orm-migration",
            "sqlx",
            "lettre",
            "krilla",
            "printpdf",
            "icalendar",
        ],
    ),
    ("migrations", &["app", "domain", "server"]),
    ("server", &["tests"]),
];

/// Proves the layers, or names what breaks them.
pub fn check() -> Result<()> {
    say("reading the browser's dependency tree");
    let tree = read(browser_tree().args(["--prefix", "none"]))?;
    let mut problems = server_crates_in(&tree);
    if has(&tree, "regex") {
        let users = read(browser_tree().args(["--invert", "regex", "--prefix", "depth", "--depth", "1"]))?;
        problems.extend(other_users_of_regex(&users));
    }
    say("reading who names whom");
    let metadata = read(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    problems.extend(wrong_names(&serde_json::from_str(&metadata)?)?);
    if !problems.is_empty() {
        bail!("the layers are broken:\n  {}", problems.join("\n  "));
    }
    say(format!(
        "the browser's tree has {} crates, none of them the server's",
        crates(&tree)
    ));
    Ok(())
}

fn browser_tree() -> std::process::Command {
    let mut command = cargo();
    command.args(["tree", "--package", "app", "--no-default-features", "--features", "hydrate"]);
    command.args(["--target", "wasm32-unknown-unknown", "--edges", "normal"]);
    command
}

fn names(tree: &str) -> impl Iterator<Item = &str> {
    tree.lines().filter_map(|line| line.split_whitespace().next())
}

fn has(tree: &str, name: &str) -> bool {
    names(tree).any(|found| found == name)
}

fn crates(tree: &str) -> usize {
    names(tree).collect::<std::collections::BTreeSet<_>>().len()
}

fn server_crates_in(tree: &str) -> Vec<String> {
    let found = SERVER_ONLY.iter().filter(|name| has(tree, name));
    found
        .map(|name| format!("`{name}` is compiled for the browser (see `cargo tree -p app … -i {name}`)"))
        .collect()
}

/// `regex` is heavy; it comes with `leptos_config` and with nothing else. Lines are `0regex v1`, `1leptos_config v0.8`.
fn other_users_of_regex(tree: &str) -> Vec<String> {
    let users = tree.lines().filter_map(|line| line.strip_prefix('1')?.split_whitespace().next());
    users
        .filter(|name| *name != "leptos_config")
        .map(|name| format!("`{name}` brings `regex` to the browser"))
        .collect()
}

fn wrong_names(metadata: &Value) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for package in metadata["packages"].as_array().context("cargo metadata lists no packages")? {
        let name = package["name"].as_str().unwrap_or_default();
        let never = NEVER.iter().find(|(who, _)| *who == name).map_or(&[][..], |(_, never)| never);
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let needs = dependency["name"].as_str().unwrap_or_default();
            if never.contains(&needs) || (needs == "server" && name != "tests") {
                problems.push(format!("`{name}` must not depend on `{needs}`"));
            }
        }
    }
    problems.sort();
    problems.dedup();
    Ok(problems)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_server_crate_in_the_browsers_tree_is_named() {
        let tree = "app v0.1.0 (/plenary/app)\nleptos v0.8.23\ntokio v1.0.0\ntokio-stream v0.1.0 (*)\n";

        let problems = server_crates_in(tree);

        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with("`tokio` is compiled"));
    }

    #[test]
    fn regex_may_come_with_leptos_config_only() {
        assert_eq!(
            other_users_of_regex("0regex v1.13.1\n1leptos_config v0.8.10\n"),
            Vec::<String>::new()
        );
        assert_eq!(
            other_users_of_regex("0regex v1.13.1\n1leptos_config v0.8.10\n1domain v0.1.0\n"),
            ["`domain` brings `regex` to the browser"]
        );
    }

    #[test]
    fn only_the_tests_may_depend_on_the_server() {
        let metadata = serde_json::json!({"packages": [
            {"name": "tests", "dependencies": [{"name": "server"}]},
            {"name": "xtask", "dependencies": [{"name": "server"}]},
            {"name": "domain", "dependencies": [{"name": "axum"}, {"name": "serde"}]},
        ]});

        assert_eq!(
            wrong_names(&metadata).unwrap(),
            ["`domain` must not depend on `axum`", "`xtask` must not depend on `server`"]
        );
    }
}
