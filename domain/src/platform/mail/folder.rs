//! Mail kept as files while no server is set.

use std::io::{Error, Write};
use std::path::{Path, PathBuf};

use super::Composed;
use super::mailer::{Accepted, Refused};

/// Writes the message as `NAME.eml`, the name made from its Message-ID, so that writing it again leaves one file. Only
/// this user may read it: mail holds sign-in links. The file appears whole or not at all.
pub(super) async fn keep(folder: &Path, message: &Composed) -> Result<Accepted, Refused> {
    let (folder, bytes) = (folder.to_owned(), message.bytes.clone());
    let name = format!("{}.eml", file_stem(&message.message_id));
    let written = tokio::task::spawn_blocking({
        let name = name.clone();
        move || write(&folder, &name, &bytes)
    });
    match written.await.map_err(Error::other).flatten() {
        Ok(()) => Ok(Accepted {
            reply: format!("Kept as {name}. No mail is being sent."),
        }),
        Err(error) => Err(Refused {
            temporary: true,
            reply: format!("The message could not be kept: {}", error.kind()),
            unknown: false,
        }),
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Error> {
    make_folder(folder)?;
    let half: PathBuf = folder.join(format!(".{name}.part"));
    // Left by a crash, and never more than half a message.
    let _ = std::fs::remove_file(&half);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&half).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    let placed = written.and_then(|()| std::fs::rename(&half, folder.join(name)));
    if placed.is_err() {
        let _ = std::fs::remove_file(&half);
    }
    placed
}

fn make_folder(folder: &Path) -> Result<(), Error> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// "<m42.1@events.example.org>" is "m42.1@events.example.org"; nothing that could leave the folder.
fn file_stem(message_id: &str) -> String {
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+' | '=') {
            c
        } else {
            '-'
        }
    };
    message_id
        .trim_matches(['<', '>'])
        .trim_start_matches('.')
        .chars()
        .take(200)
        .map(safe)
        .collect()
}
