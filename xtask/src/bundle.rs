//! The browser bundle: compiled for the browser, bound to JavaScript, weighed.

use crate::shell::{cargo, output, root, run, say};
use crate::wasm::{self, Part};
use anyhow::{Context, Result, bail};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// The most that the scripts of a page may weigh, in bytes as brotli packs them (ARCHITECTURE, "Budgets").
const BUDGET: u64 = 200_000;
/// The most that the reader of codes may weigh, which one page loads, once the camera is started.
const SCAN_BUDGET: u64 = 100_000;

/// Builds `app.js` and `app_bg.wasm` in `target/site/pkg`, the names `HydrationScripts` asks for, and beside them the
/// reader of codes, unless they are already made from what is there. Fails if they are heavier than the budget.
pub fn build() -> Result<()> {
    let stamp_file = output().join("site/bundle.stamp");
    let stamp = fingerprint()?;
    let made = ["app.js", "app_bg.wasm", "scan.js", "scan_bg.wasm"]
        .iter()
        .map(|name| pkg().join(name))
        .chain([weights()])
        .all(|file| file.is_file());
    if made && std::fs::read_to_string(&stamp_file).is_ok_and(|last| last == stamp) {
        say("nothing that the browser bundle is made of has changed");
    } else {
        say("building the browser bundle: a few minutes the first time");
        let _ = std::fs::remove_file(&stamp_file);
        let toolchain = wasm::find()?;
        let compiled = [wasm::compile(toolchain, Part::App)?, wasm::compile(toolchain, Part::Scan)?];
        run(cargo()
            .args(["run", "--quiet", "--package", "bundle", "--"])
            .args(&compiled)
            .arg(pkg())
            .arg(weights()))?;
        std::fs::write(&stamp_file, stamp).with_context(|| format!("writing {}", stamp_file.display()))?;
    }
    weigh()
}

fn pkg() -> PathBuf {
    output().join("site/pkg")
}

fn weights() -> PathBuf {
    output().join("site/bundle.json")
}

/// Says how heavy each file is, and fails over budget.
fn weigh() -> Result<()> {
    let text = std::fs::read_to_string(weights()).context("reading the bundle's weights")?;
    let files: serde_json::Value = serde_json::from_str(&text)?;
    let files = files.as_object().context("the bundle's weights are not an object")?;
    for (part, budget) in [(Part::App, BUDGET), (Part::Scan, SCAN_BUDGET)] {
        let mut total = 0;
        for (name, weight) in files.iter().filter(|(name, _)| name.starts_with(part.name())) {
            let [raw, brotli] = ["raw", "brotli"].map(|how| weight[how].as_u64().unwrap_or(u64::MAX / 4));
            say(format!("{name:<12} {:>7.1} KB, {:>6.1} KB brotli", kilo(raw), kilo(brotli)));
            total += brotli;
        }
        say(format!(
            "{:<12} {:>7} {:>10.1} KB brotli of {:.0} KB allowed",
            "together",
            "",
            kilo(total),
            kilo(budget)
        ));
        if total > budget {
            bail!(
                "the browser bundle `{}` weighs {:.1} KB brotli; {:.0} KB are allowed",
                part.name(),
                kilo(total),
                kilo(budget)
            );
        }
    }
    Ok(())
}

fn kilo(bytes: u64) -> f64 {
    bytes as f64 / 1000.0
}

/// A hash of everything the bundle is made of. `DefaultHasher` may differ from one Rust to the next: then it is built anew.
fn fingerprint() -> Result<String> {
    let mut hash = DefaultHasher::new();
    wasm::version().hash(&mut hash);
    std::env::var("RUSTFLAGS").unwrap_or_default().hash(&mut hash);
    for part in ["Cargo.toml", "Cargo.lock", ".cargo", "app", "domain", "xtask/bundle"] {
        add(&root().join(part), &mut hash)?;
    }
    Ok(format!("{:016x}", hash.finish()))
}

fn add(path: &Path, hash: &mut DefaultHasher) -> Result<()> {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(path)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_>>()
            .with_context(|| path.display().to_string())?;
        entries.sort();
        entries.iter().try_for_each(|entry| add(entry, hash))
    } else {
        path.hash(hash);
        std::fs::read(path).with_context(|| path.display().to_string())?.hash(hash);
        Ok(())
    }
}
