//! Embeds style sheets, fonts and, when it was built, the browser bundle: hashed names, compressed once.

use sha2::{Digest, Sha256};
use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

struct File {
    name: String,
    media_type: &'static str,
    bytes: Vec<u8>,
}

fn main() {
    let root = PathBuf::from(env("CARGO_MANIFEST_DIR")).join("..");
    let (style, pkg) = (root.join("style"), root.join("target/site/pkg"));
    println!("cargo::rerun-if-changed={}", style.display());
    println!("cargo::rerun-if-changed={}", pkg.display());
    println!("cargo::rerun-if-changed=build.rs");

    let mut files = Vec::new();
    let mut css: String = read(&style.join("order.txt"))
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| read(&style.join(line)) + "\n")
        .collect();
    for entry in fs::read_dir(style.join("fonts")).expect("style/fonts") {
        let path = entry.expect("style/fonts").path();
        if path.extension().is_some_and(|end| end == "woff2") {
            let file = hashed(&path, "font/woff2");
            css = css.replace(&format!("/assets/fonts/{}", file_name(&path)), &format!("/assets/{}", file.name));
            files.push(file);
        }
    }
    let css = named("plenary", "css", css.into_bytes(), "text/css; charset=utf-8");
    let icon = hashed(&style.join("plenary.svg"), "image/svg+xml");
    let (css_name, icon_name) = (css.name.clone(), icon.name.clone());
    files.extend([css, icon]);

    let bundle = halves(&mut files, &pkg, "app");
    let scan = halves(&mut files, &pkg, "scan");

    let out = PathBuf::from(env("OUT_DIR"));
    let mut code = String::new();
    writeln!(
        code,
        "pub const CSS: &str = {css_name:?};\npub const ICON: &str = {icon_name:?};\npub const BUNDLE: Option<&str> = {bundle:?};\npub const SCAN: Option<&str> = {scan:?};"
    )
    .expect("code");
    writeln!(code, "pub static FILES: &[Embedded] = &[").expect("code");
    for file in &files {
        let plain = write(&out, &file.name, "", &file.bytes);
        let (brotli, gzip) = if file.media_type == "font/woff2" {
            ("None".to_owned(), "None".to_owned())
        } else {
            (
                some(write(&out, &file.name, ".br", &brotli(&file.bytes))),
                some(write(&out, &file.name, ".gz", &gzip(&file.bytes))),
            )
        };
        writeln!(
            code,
            "    Embedded {{ name: {:?}, media_type: {:?}, plain: {plain}, brotli: {brotli}, gzip: {gzip} }},",
            file.name, file.media_type
        )
        .expect("code");
    }
    code.push_str("];\n");
    fs::write(out.join("assets.rs"), code).expect("assets.rs");
}

/// Adds the script and the module made of the crate `name`, if they were built; gives what both are called. They share one
/// hash: the script asks for the module beside it.
fn halves(files: &mut Vec<File>, pkg: &Path, name: &str) -> Option<String> {
    let script = fs::read(pkg.join(format!("{name}.js"))).ok()?;
    let module = fs::read(pkg.join(format!("{name}_bg.wasm"))).ok()?;
    let mut digest = Sha256::new();
    digest.update(&script);
    digest.update(&module);
    let stem = format!("{name}-{}", &hex::encode(digest.finalize())[..12]);
    files.push(File {
        name: format!("{stem}.js"),
        media_type: "text/javascript; charset=utf-8",
        bytes: script,
    });
    files.push(File {
        name: format!("{stem}_bg.wasm"),
        media_type: "application/wasm",
        bytes: module,
    });
    Some(stem)
}

fn env(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()))
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn hashed(path: &Path, media_type: &'static str) -> File {
    let bytes = fs::read(path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
    let name = file_name(path);
    let (stem, end) = name.rsplit_once('.').expect("a file with an ending");
    named(stem, end, bytes, media_type)
}

fn named(stem: &str, end: &str, bytes: Vec<u8>, media_type: &'static str) -> File {
    let hash = hex::encode(Sha256::digest(&bytes));
    File {
        name: format!("{stem}-{}.{end}", &hash[..12]),
        media_type,
        bytes,
    }
}

fn write(out: &Path, name: &str, end: &str, bytes: &[u8]) -> String {
    let path = out.join(format!("{name}{end}"));
    fs::write(&path, bytes).expect("an asset");
    format!("include_bytes!({:?})", path.display().to_string())
}

fn some(text: String) -> String {
    format!("Some({text})")
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params).expect("brotli");
    out
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("gzip");
    encoder.finish().expect("gzip")
}
