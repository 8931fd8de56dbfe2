//! A real mail server in a process of its own (Debian's `python3-aiosmtpd`), which keeps what it takes and misbehaves
//! as told.

use crate::{Part, mail, read_mime};
use serde_json::json;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// How far a conversation has come when a rule takes hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Mail,
    Rcpt,
    /// The command, before anything of the message.
    Data,
    /// The whole message has gone over.
    Content,
}

impl Step {
    pub const ALL: [Self; 4] = [Self::Mail, Self::Rcpt, Self::Data, Self::Content];

    const fn word(self) -> &'static str {
        match self {
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Content => "CONTENT",
        }
    }
}

/// How a server is to behave.
#[derive(Clone, Debug)]
#[must_use = "start() starts it"]
pub struct Script {
    rules: Vec<serde_json::Value>,
    delay: Duration,
    port: u16,
    tls: bool,
    expired: bool,
    auth: Option<(String, String)>,
}

impl Script {
    fn rule(mut self, at: Step, does: &str, says: &str, times: i32) -> Self {
        self.rules
            .push(json!({"at": at.word(), "does": does, "says": says, "times": times}));
        self
    }

    /// Answers so at a step, so many times, then as usual.
    pub fn says(self, at: Step, reply: &str, times: i32) -> Self {
        self.rule(at, "says", reply, times)
    }

    /// Answers so at a step every time.
    pub fn always_says(self, at: Step, reply: &str) -> Self {
        self.rule(at, "says", reply, -1)
    }

    /// Falls silent at a step, once, and keeps nothing.
    pub fn hangs(self, at: Step) -> Self {
        self.rule(at, "hangs", "", 1)
    }

    /// Breaks the connection off at a step, once; at [`Step::Content`] it has kept the message by then.
    pub fn drops(self, at: Step) -> Self {
        self.rule(at, "drops", "", 1)
    }

    /// Waits between keeping a message and saying so.
    pub fn slow(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Listens where another did before.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Offers STARTTLS, with a certificate for `localhost` that nobody trusts unless told of [`SmtpServer::certificate`].
    pub fn tls(mut self) -> Self {
        self.tls = true;
        self
    }

    /// The same with a certificate that has run out.
    pub fn expired_tls(mut self) -> Self {
        self.expired = true;
        self.tls()
    }

    /// Takes mail only from whoever signs in so.
    pub fn signing_in(mut self, user: &str, password: &str) -> Self {
        self.auth = Some((user.to_owned(), password.to_owned()));
        self
    }

    pub fn start(self) -> SmtpServer {
        static STARTED: AtomicU64 = AtomicU64::new(0);
        let folder = std::env::temp_dir().join(format!(
            "plenary_smtp_{}_{}",
            std::process::id(),
            STARTED.fetch_add(1, Ordering::Relaxed)
        ));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let tls = self.tls.then(|| make_certificate(&folder));
        if self.expired {
            let_it_run_out(&folder);
        }
        let auth = self.auth.map(|(user, password)| json!({"user": user, "password": password}));
        let told = json!({
            "folder": folder, "port": self.port, "delay": self.delay.as_secs_f64(), "rules": self.rules, "tls": tls, "auth": auth,
        });
        let mut process = Command::new("/usr/bin/python3")
            .args([
                "-I",
                concat!(env!("CARGO_MANIFEST_DIR"), "/support/smtp_server.py"),
                &told.to_string(),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("/usr/bin/python3 starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line
            .trim()
            .parse()
            .expect("the mail server prints its port; it needs the Debian package python3-aiosmtpd");
        SmtpServer { process, port, folder }
    }
}

/// A self-signed certificate for `localhost`, and its key.
pub(crate) fn make_certificate(folder: &Path) -> serde_json::Value {
    let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
        ])
        .args([
            "-addext",
            "subjectAltName=DNS:localhost",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output()
        .expect("openssl makes a certificate; Debian's ca-certificates brings it");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    json!({"certificate": certificate, "key": key})
}

/// Signs the key of [`make_certificate`] again, for two days long past; only `openssl ca` lets the days be named.
fn let_it_run_out(folder: &Path) {
    let config = folder.join("ca.cnf");
    std::fs::write(
        &config,
        "[ca]\ndefault_ca=own\n[own]\ndatabase=index\nserial=serial\nnew_certs_dir=.\npolicy=any\ndefault_md=sha256\nx509_extensions=ext\n\
         [any]\ncommonName=supplied\n[ext]\nsubjectAltName=DNS:localhost\nbasicConstraints=critical,CA:FALSE\n[req]\ndistinguished_name=dn\n[dn]\n",
    )
    .unwrap();
    std::fs::write(folder.join("index"), "").unwrap();
    std::fs::write(folder.join("serial"), "01\n").unwrap();
    let run = |arguments: &[&str]| {
        let done = Command::new("openssl").current_dir(folder).args(arguments).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    run(&[
        "req",
        "-new",
        "-config",
        "ca.cnf",
        "-key",
        "key.pem",
        "-subj",
        "/CN=localhost",
        "-out",
        "request.pem",
    ]);
    run(&[
        "ca",
        "-batch",
        "-notext",
        "-config",
        "ca.cnf",
        "-selfsign",
        "-keyfile",
        "key.pem",
        "-in",
        "request.pem",
        "-startdate",
        "20200101000000Z",
        "-enddate",
        "20200103000000Z",
        "-out",
        "certificate.pem",
    ]);
}

/// The running server. It ends when dropped.
#[derive(Debug)]
pub struct SmtpServer {
    process: Child,
    pub port: u16,
    folder: PathBuf,
}

impl SmtpServer {
    /// One that takes everything.
    #[must_use]
    pub fn start() -> Self {
        Self::script().start()
    }

    pub fn script() -> Script {
        Script {
            rules: Vec::new(),
            delay: Duration::ZERO,
            port: 0,
            tls: false,
            expired: false,
            auth: None,
        }
    }

    /// For `PLENARY_SMTP_URL`: in the clear, to this machine.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The certificate it shows, as a file.
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        self.folder.join("certificate.pem")
    }

    /// What it has taken, first come first.
    #[must_use]
    pub fn arrivals(&self) -> Vec<Arrival> {
        (1..)
            .map_while(|number| Arrival::read(&self.folder.join(format!("{number:04}"))))
            .collect()
    }

    /// The commands it heard, and CONTENT where a message ended.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        let said = std::fs::read_to_string(self.folder.join("said.log")).unwrap();
        said.lines().map(str::to_owned).collect()
    }

    /// Returns once so many have arrived.
    pub async fn wait_for(&self, messages: usize) {
        let file = self.folder.join(format!("{messages:04}.eml"));
        eventually(&format!("{messages} messages arrive"), async || file.exists()).await;
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Returns once `is_so`; fails after two minutes, saying what did not come to pass.
pub async fn eventually(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < Duration::from_secs(120), "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A message that arrived, in its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The envelope's sender and its recipients.
    pub from: String,
    pub to: Vec<String>,
    /// Which connection brought it.
    pub connection: u64,
    /// Whether that was protected.
    pub tls: bool,
    pub raw: Vec<u8>,
}

impl Arrival {
    fn read(name: &Path) -> Option<Self> {
        let raw = std::fs::read(name.with_extension("eml")).ok()?;
        let envelope: serde_json::Value = serde_json::from_slice(&std::fs::read(name.with_extension("json")).unwrap()).unwrap();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        Some(Self {
            from: text(&envelope["from"]),
            to: envelope["to"].as_array().unwrap().iter().map(text).collect(),
            connection: envelope["connection"].as_u64().unwrap(),
            tls: envelope["tls"].as_bool().unwrap(),
            raw,
        })
    }

    /// Its headers, unfolded, with names in lower case.
    #[must_use]
    pub fn headers(&self) -> Vec<(String, String)> {
        mail::split(&String::from_utf8_lossy(&self.raw)).0
    }

    /// Its one Message-ID.
    #[must_use]
    pub fn message_id(&self) -> String {
        let ids: Vec<String> = self
            .headers()
            .into_iter()
            .filter(|(name, _)| name == "message-id")
            .map(|(_, value)| value)
            .collect();
        assert_eq!(ids.len(), 1, "{ids:?}");
        ids.into_iter().next().unwrap()
    }

    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        read_mime(&self.raw)
    }
}
