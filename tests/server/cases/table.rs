//! The table of cases and those who judge them: `plenary verify`, the check page, npm's `jose` and Python's `openbadgeslib`.
//!
//! Each judge is asked only what it can know, and then all have to say the same:
//! - `plenary verify` is asked everything.
//! - The page (`Judges::PAGE`) knows only the keys and lists of this moment, so it is not asked about older or other ones.
//! - `jose` (`Judges::JOSE`) knows signatures; what belongs to a credential, a seal and a list around them is done in
//!   tests/browser/support/judge.mjs. It reads no PDF, so of one it judges the seal and no revocation, and it reads base64url
//!   and JSON more leniently than a verifier should, so it is not asked about other spellings.
//! - `openbadgeslib` (`Judges::BADGES`) knows tokens and status lists, not the readable half of a .json file and no PDF; it
//!   spells as leniently, and does not compare `nbf` with `validFrom`.

use domain::certificates::verify::Outcome;
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    rc::Rc,
};
use tests::TestApp;

/// Who is asked besides `plenary verify`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Judges(u8);

impl Judges {
    pub const PAGE: Self = Self(1);
    pub const JOSE: Self = Self(2);
    pub const BADGES: Self = Self(4);
    pub const ALL: Self = Self(7);

    fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl std::ops::BitOr for Judges {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What anybody may fetch at one moment: the documents by the name they are of, the host's first for `--keys`.
pub struct World {
    host: PathBuf,
    documents: BTreeMap<String, PathBuf>,
}

struct Case {
    name: String,
    kind: &'static str,
    file: PathBuf,
    world: Rc<World>,
    status: Option<PathBuf>,
    expected: Outcome,
    judges: Judges,
}

pub struct Table {
    folder: PathBuf,
    cases: Vec<Case>,
    /// How many the page has been asked about.
    seen: usize,
}

impl Table {
    pub fn new(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        Self {
            folder: folder.to_owned(),
            cases: Vec::new(),
            seen: 0,
        }
    }

    fn keep(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let file = self.folder.join(name);
        assert!(!file.exists(), "{name} is there twice");
        std::fs::write(&file, bytes).unwrap();
        file
    }

    /// The documents as they are published now.
    pub async fn world(&self, app: &TestApp, when: &str, paths: &[&str]) -> Rc<World> {
        let mut documents = BTreeMap::new();
        let mut host = PathBuf::new();
        for (i, path) in paths.iter().enumerate() {
            let answer = app.browser().get(path).await;
            assert_eq!(answer.status, 200, "{path}");
            let file = self.keep(&format!("{when}-{i}.did.json"), &answer.bytes);
            if i == 0 {
                host.clone_from(&file);
            }
            documents.insert(answer.json()["id"].as_str().unwrap().to_owned(), file);
        }
        Rc::new(World { host, documents })
    }

    /// Keeps a status list for the cases that name it.
    pub fn list(&self, name: &str, bytes: &[u8]) -> Option<PathBuf> {
        Some(self.keep(&format!("{name}.list"), bytes))
    }

    #[expect(clippy::too_many_arguments, reason = "a row of the table")]
    pub fn add(
        &mut self,
        world: &Rc<World>,
        status: &Option<PathBuf>,
        name: &str,
        kind: &'static str,
        bytes: impl AsRef<[u8]>,
        expected: Outcome,
        judges: Judges,
    ) {
        let name = format!("{kind}: {name}");
        let file = self.keep(&format!("{}.{kind}", name.replace([' ', ':', '/'], "-")), bytes.as_ref());
        self.cases.push(Case {
            name,
            kind,
            file,
            world: world.clone(),
            status: status.clone(),
            expected,
            judges,
        });
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.cases.len()
    }

    /// Hands every case since the last time to the page, as a stranger would.
    pub async fn ask_page(&mut self, app: &TestApp) -> Vec<String> {
        let stranger = app.browser();
        let mut wrong = Vec::new();
        for case in &self.cases[self.seen..] {
            if !case.judges.has(Judges::PAGE) {
                continue;
            }
            let name = format!("certificate.{}", case.kind);
            let bytes = std::fs::read(&case.file).unwrap();
            let answer = stranger
                .post_file("/verify/check", "file", &name, "application/octet-stream", &bytes)
                .await;
            let page = stranger.follow(answer).await.page();
            let heading = page
                .all("h2")
                .find_map(|heading| match heading.text.as_str() {
                    "Valid" => Some("valid"),
                    "Altered" => Some("altered"),
                    "Revoked" => Some("revoked"),
                    "Not recognised" => Some("unknown_key"),
                    _ => None,
                })
                .unwrap_or_else(|| panic!("{}: {}", case.name, page.main()));
            compare(&mut wrong, "the page", case, heading);
        }
        self.seen = self.cases.len();
        wrong
    }

    /// Has `plenary verify` judge every case.
    pub fn ask_verify(&self, app: &TestApp) -> Vec<String> {
        let mut wrong = Vec::new();
        for case in &self.cases {
            let mut command = app.program();
            command
                .arg("verify")
                .arg(&case.file)
                .arg("--keys")
                .arg(&case.world.host)
                .arg("--json");
            if let Some(status) = &case.status {
                command.arg("--status").arg(status);
            }
            let output = command.output().unwrap();
            let told: Value = serde_json::from_slice(&output.stdout).unwrap();
            let result = told["result"].as_str().unwrap();
            compare(&mut wrong, "plenary verify", case, result);
            let code = match result {
                "valid" => 0,
                "altered" => 1,
                "revoked" => 4,
                _ => 5,
            };
            assert_eq!(output.status.code(), Some(code), "{}", case.name);
            assert_eq!(told["certificate"].is_null(), code == 1 || code == 5, "{}: {told}", case.name);
        }
        wrong
    }

    /// Has a program of somebody else's judge the cases it can.
    pub fn ask(&self, judge: Judges) -> Vec<String> {
        let here = env!("CARGO_MANIFEST_DIR");
        let name = if judge == Judges::JOSE { "jose" } else { "openbadgeslib" };
        let asked: Vec<&Case> = self.cases.iter().filter(|case| case.judges.has(judge)).collect();
        let told: Vec<Value> = asked
            .iter()
            .map(|case| {
                json!({
                    "name": case.name, "kind": case.kind, "file": case.file, "status": case.status,
                    "documents": case.world.documents, "judges": [name],
                })
            })
            .collect();
        let list = self.keep(&format!("{name}.json"), Value::from(told).to_string().as_bytes());
        let mut command = if judge == Judges::JOSE {
            let mut command = Command::new("node");
            command.arg(format!("{here}/browser/support/judge.mjs"));
            command
        } else {
            let python = format!("{here}/../target/python/bin/python");
            assert!(Path::new(&python).exists(), "cargo xtask test installs {python}");
            let mut command = Command::new(python);
            command.arg("-I").arg(format!("{here}/server/judges/openbadges.py"));
            command
        };
        let output = command
            .arg(&list)
            .output()
            .unwrap_or_else(|cause| panic!("{name} does not start: {cause}"));
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        let found: BTreeMap<String, String> = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found.len(), asked.len(), "{name} judged all it was asked");
        let mut wrong = Vec::new();
        for case in asked {
            compare(&mut wrong, name, case, &found[&case.name]);
        }
        wrong
    }

    /// How many cases a judge is asked about.
    #[must_use]
    pub fn count(&self, judge: Judges) -> usize {
        self.cases.iter().filter(|case| case.judges.has(judge)).count()
    }
}

fn compare(wrong: &mut Vec<String>, judge: &str, case: &Case, found: &str) {
    let expected = serde_json::to_value(case.expected).unwrap();
    if expected != found {
        wrong.push(format!("{}: {judge} says {found}, not {expected}", case.name));
    }
}
