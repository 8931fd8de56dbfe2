//! Binds what was compiled for the browser to JavaScript and weighs what comes out.
//!
//! `bundle APP.wasm SCAN.wasm FOLDER WEIGHTS.json` writes `FOLDER/app.js`, `FOLDER/app_bg.wasm`, the same of `scan`, and
//! their sizes in bytes, raw and as brotli packs them at its best. A crate of its own, so that `xtask` need not wait for
//! wasm-bindgen to compile.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [app, scan, folder, weights] = arguments.as_slice() else {
        bail!("usage: bundle APP.wasm SCAN.wasm FOLDER WEIGHTS.json");
    };

    // Bound beside the folder and moved into place: whoever reads the folder never sees half of it.
    let fresh = folder.with_extension("new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    bind(app, "app", &fresh)?;
    bind(scan, "scan", &fresh)?;
    let weighed = weigh(&fresh)?;
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::rename(&fresh, folder)?;
    fs::write(weights, weighed).with_context(|| weights.display().to_string())
}

fn bind(compiled: &Path, name: &str, folder: &Path) -> Result<()> {
    Bindgen::new()
        .input_path(compiled)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("binding {}", compiled.display()))
}

/// The sizes of the files as JSON. Any other file is refused: the server would not know to give it out.
fn weigh(folder: &Path) -> Result<String> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !["app.js", "app_bg.wasm", "scan.js", "scan_bg.wasm"].contains(&name.as_str()) {
            bail!("binding made `{name}`, which nothing serves: a dependency brings JavaScript of its own");
        }
        let raw = fs::read(&file)?;
        lines.push(format!("  \"{name}\": {{\"raw\": {}, \"brotli\": {}}}", raw.len(), packed(&raw)?));
    }
    lines.sort();
    Ok(format!("{{\n{}\n}}\n", lines.join(",\n")))
}

fn packed(raw: &[u8]) -> Result<usize> {
    let mut packed = Vec::new();
    let best = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 24,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &raw[..], &mut packed, &best)?;
    Ok(packed.len())
}
