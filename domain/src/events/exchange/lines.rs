//! On which line of a JSON text a value stands. `serde_json` forgets this once the text is a value, so
//! the text is walked again, but only when there is a problem to place.

use std::collections::{HashMap, HashSet};

use super::problem::{Problem, push_key};

/// A key that stands twice in one object: its pointer, and the line it stands on the second time.
pub(super) type Repeated = (String, usize);

/// Gives every problem the line of its value, or of the nearest group around a value that is missing.
pub(super) fn place(text: &str, problems: &mut [Problem]) {
    let mut wanted = HashSet::new();
    for problem in problems.iter().filter(|problem| problem.line.is_none()) {
        wanted.extend(with_ancestors(&problem.pointer).map(str::to_owned));
    }
    if wanted.is_empty() {
        return;
    }
    let found = walk(text, wanted).found;
    for problem in problems.iter_mut().filter(|problem| problem.line.is_none()) {
        problem.line = with_ancestors(&problem.pointer).find_map(|pointer| found.get(pointer).copied());
    }
}

/// The keys given more than once in one object, of which JSON readers would silently keep the last.
pub(super) fn repeated_keys(text: &str) -> Vec<Repeated> {
    walk(text, HashSet::new()).repeated
}

/// A pointer, then each shorter one. The file as a whole has no line worth telling.
fn with_ancestors(pointer: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(pointer), |pointer| pointer.rsplit_once('/').map(|(parent, _)| parent)).filter(|pointer| !pointer.is_empty())
}

fn walk(text: &str, wanted: HashSet<String>) -> Walk<'_> {
    let mut walk = Walk {
        text,
        position: 0,
        line: 1,
        path: String::new(),
        wanted,
        found: HashMap::new(),
        repeated: Vec::new(),
    };
    walk.value();
    walk
}

/// Walks a text that `serde_json` has already accepted, so its syntax and its depth (at most 128) are
/// known to be sound. A text that is not sound ends the walk early; it never panics.
struct Walk<'t> {
    text: &'t str,
    position: usize,
    line: usize,
    path: String,
    wanted: HashSet<String>,
    found: HashMap<String, usize>,
    repeated: Vec<Repeated>,
}

impl<'t> Walk<'t> {
    fn value(&mut self) {
        let Some(first) = self.peek() else { return };
        if self.wanted.contains(&self.path) {
            self.found.insert(self.path.clone(), self.line);
        }
        match first {
            b'{' => self.object(),
            b'[' => self.array(),
            b'"' => {
                self.string();
            }
            _ => self.skip_while(|byte| !matches!(byte, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n')),
        }
    }

    fn object(&mut self) {
        self.position += 1;
        let mut keys = HashSet::new();
        while self.peek() == Some(b'"') {
            let line = self.line;
            let key = self.string();
            let length = self.path.len();
            push_key(&mut self.path, &key);
            if !keys.insert(key) {
                self.repeated.push((self.path.clone(), line));
            }
            self.eat(b':');
            self.value();
            self.path.truncate(length);
            self.eat(b',');
        }
        self.eat(b'}');
    }

    fn array(&mut self) {
        self.position += 1;
        for index in 0_usize.. {
            match self.peek() {
                None => return,
                Some(b']') => break,
                Some(_) => {}
            }
            let (length, before) = (self.path.len(), self.position);
            push_key(&mut self.path, &index.to_string());
            self.value();
            self.path.truncate(length);
            self.eat(b',');
            if self.position == before {
                return;
            }
        }
        self.eat(b']');
    }

    /// Reads one string and gives its content, escapes resolved.
    fn string(&mut self) -> String {
        let start = self.position;
        self.position += 1;
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.position) {
            self.position += match byte {
                b'"' => break,
                b'\\' => 2,
                _ => 1,
            };
        }
        self.position = (self.position + 1).min(bytes.len());
        let raw = self.text.get(start..self.position).unwrap_or_default();
        serde_json::from_str(raw).unwrap_or_default()
    }

    /// The next byte that is not white space.
    fn peek(&mut self) -> Option<u8> {
        while let Some(byte) = self.text.as_bytes().get(self.position) {
            match byte {
                b'\n' => self.line += 1,
                b' ' | b'\t' | b'\r' => {}
                other => return Some(*other),
            }
            self.position += 1;
        }
        None
    }

    fn eat(&mut self, expected: u8) {
        if self.peek() == Some(expected) {
            self.position += 1;
        }
    }

    fn skip_while(&mut self, is_part: impl Fn(u8) -> bool) {
        while self.text.as_bytes().get(self.position).is_some_and(|byte| is_part(*byte)) {
            self.position += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line_of(text: &str, pointer: &str) -> Option<usize> {
        let mut problems = [Problem::error(pointer, "test", "")];
        place(text, &mut problems);
        problems[0].line
    }

    const TEXT: &str = "{\n \"a\": [1, {\"b\\\"/~\": true},\n  \"x}]\",\n  -2.5e3],\n \"c\":\n  null, \"d\": {}\n}";

    #[test]
    fn values_are_found_on_their_lines() {
        for (pointer, line) in [
            ("/a", 2),
            ("/a/0", 2),
            ("/a/1/b\"~1~0", 2),
            ("/a/2", 3),
            ("/a/3", 4),
            ("/c", 6),
            ("/d", 6),
        ] {
            assert_eq!(line_of(TEXT, pointer), Some(line), "{pointer}");
        }
    }

    #[test]
    fn what_is_missing_stands_where_its_group_does() {
        assert_eq!(line_of(TEXT, "/d/missing/deeper"), Some(6));
        assert_eq!(line_of(TEXT, "/nowhere"), None);
        assert_eq!(line_of(TEXT, ""), None);
    }

    #[test]
    fn a_key_given_twice_is_seen() {
        assert_eq!(repeated_keys("{\"a\":{\"b\":1,\n\"b\":2},\"b\":3}"), [("/a/b".to_owned(), 2)]);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[\\[\\]{}\",:\\\\a1 \n]{0,40}") {
            repeated_keys(&text);
        }
    }
}
