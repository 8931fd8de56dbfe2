//! A real mailbox: Dovecot (Debian's `dovecot-imapd`) as a process of its own that may do nothing else, over one folder.
//! Mail is delivered by writing into the folder, as a mail system does.

use crate::{process::free_address, smtp::make_certificate};
use std::{
    net::TcpStream,
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// The running server and its one mailbox. It ends when dropped.
#[derive(Debug)]
pub struct Dovecot {
    process: Child,
    folder: PathBuf,
    port: u16,
    is_tls: bool,
    owner: (u32, u32),
    delivered: AtomicU64,
}

const USER: &str = "replies";
const PASSWORD: &str = "s3cret word";

impl Dovecot {
    /// One that is read in the clear.
    #[must_use]
    pub fn start() -> Self {
        Self::begin(false)
    }

    /// One that is read over TLS, with a certificate for `localhost` that nobody trusts unless told of
    /// [`Self::certificate`].
    #[must_use]
    pub fn tls() -> Self {
        Self::begin(true)
    }

    fn begin(is_tls: bool) -> Self {
        static STARTED: AtomicU64 = AtomicU64::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        // Sockets lie in it, whose paths hold about a hundred bytes.
        let folder = std::env::temp_dir().join(format!("plenary_imap_{}_{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        for part in ["run", "state", "Maildir/new", "Maildir/cur", "Maildir/tmp"] {
            std::fs::create_dir_all(folder.join(part)).unwrap();
        }
        if is_tls {
            make_certificate(&folder);
        }
        let port = free_address().port();
        let owner = owner(&folder);
        std::fs::write(folder.join("dovecot.conf"), config(&folder, port, is_tls, owner)).unwrap();
        std::fs::write(folder.join("users"), format!("{USER}:{{PLAIN}}{PASSWORD}::::::\n")).unwrap();
        give(&folder, owner);
        let mut dovecot = Self {
            process: run(&folder, owner),
            folder,
            port,
            is_tls,
            owner,
            delivered: AtomicU64::new(0),
        };
        dovecot.wait();
        dovecot
    }

    fn wait(&mut self) {
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.process.try_wait().unwrap();
            if ended.is_some() || begun.elapsed() > Duration::from_secs(60) {
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                panic!("Dovecot did not start; it needs the Debian package dovecot-imapd: {log}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// For `PLENARY_IMAP_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        let (scheme, host) = if self.is_tls {
            ("imaps", "localhost")
        } else {
            ("imap", "127.0.0.1")
        };
        format!("{scheme}://{USER}:{}@{host}:{}", PASSWORD.replace(' ', "%20"), self.port)
    }

    /// The certificate it shows, as a file.
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        self.folder.join("certificate.pem")
    }

    /// Puts a mail into the mailbox.
    pub fn deliver(&self, raw: &[u8]) {
        let number = self.delivered.fetch_add(1, Ordering::Relaxed);
        let name = format!("{number:06}.plenary.test");
        let (made, new) = (
            self.folder.join("Maildir/tmp").join(&name),
            self.folder.join("Maildir/new").join(&name),
        );
        std::fs::write(&made, raw).unwrap();
        chown(&made, Some(self.owner.0), Some(self.owner.1)).unwrap();
        std::fs::rename(&made, &new).unwrap();
    }

    /// How many mails lie in it, and how many of them were marked as read.
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        let names = |part: &str| -> Vec<String> {
            let files = std::fs::read_dir(self.folder.join("Maildir").join(part)).unwrap();
            files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
        };
        let (new, cur) = (names("new"), names("cur"));
        let seen = cur
            .iter()
            .filter(|name| name.split(":2,").nth(1).is_some_and(|flags| flags.contains('S')));
        (new.len() + cur.len(), seen.count())
    }

    /// Numbers all mails anew, as a server does that was set up afresh.
    pub fn number_anew(&self) {
        for file in std::fs::read_dir(self.folder.join("Maildir")).unwrap() {
            let path = file.unwrap().path();
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("dovecot")) {
                std::fs::remove_file(path).unwrap();
            }
        }
    }

    /// Ends the server. The mailbox stays as it is.
    pub fn stop(&mut self) {
        let id = self.process.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &id]).status();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            if matches!(self.process.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Starts it again where it was.
    pub fn start_again(&mut self) {
        self.process = run(&self.folder, self.owner);
        self.wait();
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Whom the server runs as: whoever runs the tests; as root, `nobody`, since Dovecot opens no mailbox as root.
fn owner(folder: &Path) -> (u32, u32) {
    let about = std::fs::metadata(folder).unwrap();
    match about.uid() {
        0 => (65_534, 65_534),
        uid => (uid, about.gid()),
    }
}

fn give(folder: &Path, owner: (u32, u32)) {
    chown(folder, Some(owner.0), Some(owner.1)).unwrap();
    if folder.is_dir() {
        for file in std::fs::read_dir(folder).unwrap() {
            give(&file.unwrap().path(), owner);
        }
    }
}

fn run(folder: &Path, owner: (u32, u32)) -> Child {
    let (uid, gid) = owner;
    // It ends with whoever started it, however that ends.
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "TERM"]);
    if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
        command.args(["--clear-groups", "--regid", &gid.to_string(), "--reuid", &uid.to_string()]);
    }
    command
        .args(["/usr/sbin/dovecot", "-F", "-c"])
        .arg(folder.join("dovecot.conf"))
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("setpriv starts; it is part of Debian's util-linux")
}

/// A name for a user's or group's number.
fn name(database: &str, number: u32) -> String {
    let text = std::fs::read_to_string(database).unwrap();
    let line = text
        .lines()
        .find(|line| line.split(':').nth(2) == Some(number.to_string().as_str()));
    line.unwrap_or_else(|| panic!("{number} has no name in {database}"))
        .split(':')
        .next()
        .unwrap()
        .to_owned()
}

fn config(folder: &Path, port: u16, is_tls: bool, (uid, gid): (u32, u32)) -> String {
    let (user, group) = (name("/etc/passwd", uid), name("/etc/group", gid));
    let folder = folder.display();
    let (plain, secure) = if is_tls { (0, port) } else { (port, 0) };
    let tls = if is_tls {
        format!("ssl = yes\nssl_cert = <{folder}/certificate.pem\nssl_key = <{folder}/key.pem\n")
    } else {
        "ssl = no\n".to_owned()
    };
    format!(
        "protocols = imap\nlisten = 127.0.0.1\nbase_dir = {folder}/run\nstate_dir = {folder}/state\nlog_path = {folder}/log\n\
         disable_plaintext_auth = no\nauth_failure_delay = 0\ndefault_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
         first_valid_uid = 1\nmail_location = maildir:{folder}/Maildir\n{tls}\
         service anvil {{\n  chroot =\n}}\n\
         service imap-login {{\n  chroot =\n  inet_listener imap {{\n    port = {plain}\n  }}\n  inet_listener imaps {{\n    port = {secure}\n  }}\n}}\n\
         passdb {{\n  driver = passwd-file\n  args = {folder}/users\n}}\n\
         userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={folder}\n}}\n"
    )
}
