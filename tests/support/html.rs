//! Reading pages: elements, their attributes and words, and forms as a browser would post them. For the well-formed
//! HTML this program writes; what is not well-formed fails the test.

/// A page, as a flat list of elements in the order they begin.
#[derive(Clone, Debug)]
pub struct Page {
    elements: Vec<Element>,
}

/// An element with all it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// All words inside, with single spaces between them.
    pub text: String,
    /// The words inside exactly as they stand.
    raw: String,
    /// Where the elements inside it end in the page's list; they begin right after it.
    end: usize,
}

impl Element {
    #[must_use]
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    #[must_use]
    pub fn has_class(&self, class: &str) -> bool {
        self.attr("class")
            .is_some_and(|classes| classes.split_whitespace().any(|one| one == class))
    }
}

/// A form with what it would post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    pub action: String,
    pub method: String,
    pub fields: Vec<(String, String)>,
    /// The words inside the form.
    pub text: String,
    /// Names of the fields somebody fills in.
    pub typed: Vec<String>,
    /// Those of them that take text.
    pub texts: Vec<String>,
    /// Names and values of its buttons that have some.
    pub buttons: Vec<(String, String)>,
}

impl Filled {
    /// Types into a field, or ticks a box, that the page has.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(key, _)| key == name) {
            Some((_, old)) => value.clone_into(old),
            None if self.typed.iter().any(|known| known == name) => self.fields.push((name.to_owned(), value.to_owned())),
            None => panic!("the form at {} has no field {name}; it has {:?}", self.action, self.typed),
        }
        self
    }

    /// Sends a field the page does not have, or another value than it offers.
    #[must_use]
    pub fn forge(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(key, _)| key != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Leaves a box without its tick.
    #[must_use]
    pub fn untick(mut self, name: &str) -> Self {
        self.fields.retain(|(key, _)| key != name);
        self
    }

    /// Presses the button with this name and value.
    #[must_use]
    pub fn press(mut self, name: &str, value: &str) -> Self {
        assert!(
            self.buttons.iter().any(|button| button.0 == name && button.1 == value),
            "no button {name}={value} in {:?}",
            self.buttons
        );
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// What a field holds now.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
];
/// Elements whose content is no markup.
const RAW: [&str; 4] = ["script", "style", "textarea", "title"];

impl Page {
    #[must_use]
    pub fn parse(html: &str) -> Self {
        let mut elements: Vec<Element> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        let mut rest = html;
        while !rest.is_empty() {
            let Some(at) = rest.find('<') else {
                add_text(&mut elements, &open, &decode(rest));
                break;
            };
            add_text(&mut elements, &open, &decode(&rest[..at]));
            rest = &rest[at..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                rest = comment.split_once("-->").map_or("", |(_, after)| after);
            } else if rest.starts_with("<!") {
                rest = rest.split_once('>').map_or("", |(_, after)| after);
            } else if let Some(closing) = rest.strip_prefix("</") {
                let (name, after) = closing.split_once('>').expect("a closing tag ends");
                let top = open.pop().unwrap_or_else(|| panic!("</{name}> closes nothing"));
                assert_eq!(elements[top].name, name.trim(), "tags are closed in order");
                elements[top].end = elements.len();
                rest = after;
            } else {
                let (element, after) = read_tag(&rest[1..]);
                rest = after;
                let name = element.name.clone();
                elements.push(element);
                let index = elements.len() - 1;
                elements[index].end = elements.len();
                if RAW.contains(&name.as_str()) {
                    let close = format!("</{name}>");
                    let (content, after) = rest.split_once(&close).expect("a raw element ends");
                    open.push(index);
                    let content = if matches!(name.as_str(), "textarea" | "title") {
                        decode(content)
                    } else {
                        content.to_owned()
                    };
                    add_text(&mut elements, &open, &content);
                    open.pop();
                    rest = after;
                } else if !VOID.contains(&name.as_str()) {
                    open.push(index);
                } else if name == "br" {
                    add_text(&mut elements, &open, "\n");
                }
            }
        }
        for element in &mut elements {
            element.text = element.raw.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        Self { elements }
    }

    /// All elements with this name, `*` for every one.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.elements.iter().filter(move |element| name == "*" || element.name == name)
    }

    /// The elements of this name inside `outer`.
    pub fn inside<'a>(&'a self, outer: &Element, name: &'a str) -> impl Iterator<Item = &'a Element> {
        let from = self
            .elements
            .iter()
            .position(|element| std::ptr::eq(element, outer))
            .or_else(|| self.elements.iter().position(|element| element == outer))
            .unwrap();
        self.elements[from + 1..outer.end]
            .iter()
            .filter(move |element| name == "*" || element.name == name)
    }

    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Element> {
        self.elements.iter().find(|element| element.attr("id") == Some(id))
    }

    /// The words of the only level-one heading.
    #[must_use]
    pub fn h1(&self) -> String {
        let headings: Vec<_> = self.all("h1").map(|element| element.text.clone()).collect();
        assert_eq!(headings.len(), 1, "a page has one h1: {headings:?}");
        headings[0].clone()
    }

    #[must_use]
    pub fn title(&self) -> String {
        self.all("title").next().map(|element| element.text.clone()).unwrap_or_default()
    }

    /// The words of `main`.
    #[must_use]
    pub fn main(&self) -> String {
        self.all("main").next().expect("a page has a main").text.clone()
    }

    /// Where the link with these words leads.
    #[must_use]
    pub fn link(&self, words: &str) -> Option<String> {
        self.all("a")
            .find(|link| link.text == words || link.attr("aria-label") == Some(words))
            .and_then(|link| link.attr("href"))
            .map(str::to_owned)
    }

    /// What the error summary says; empty when there is none.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let Some(summary) = self.all("div").find(|element| element.has_class("problem")) else {
            return Vec::new();
        };
        assert_eq!(self.inside(summary, "h2").next().unwrap().text, "There is a problem");
        self.inside(summary, "li").map(|item| item.text.clone()).collect()
    }

    /// Every form, as it would be posted untouched.
    #[must_use]
    pub fn forms(&self) -> Vec<Filled> {
        self.all("form").map(|form| self.filled(form)).collect()
    }

    /// The first form that goes to `action`, with or without a query.
    #[must_use]
    pub fn form(&self, action: &str) -> Filled {
        self.find_form(action).unwrap_or_else(|| {
            let actions: Vec<_> = self.forms().into_iter().map(|form| form.action).collect();
            panic!(
                "no form goes to {action}; there are {actions:?} on: {}",
                self.all("main").next().map(|main| main.text.clone()).unwrap_or_default()
            )
        })
    }

    #[must_use]
    pub fn find_form(&self, action: &str) -> Option<Filled> {
        self.forms()
            .into_iter()
            .find(|form| form.action == action || form.action.split('?').next() == Some(action))
    }

    fn filled(&self, form: &Element) -> Filled {
        let mut filled = Filled {
            action: form.attr("action").unwrap_or_default().to_owned(),
            method: form.attr("method").unwrap_or("get").to_ascii_lowercase(),
            fields: Vec::new(),
            text: form.text.clone(),
            typed: Vec::new(),
            texts: Vec::new(),
            buttons: Vec::new(),
        };
        for element in self.inside(form, "*") {
            let Some(name) = element.attr("name").map(str::to_owned) else {
                continue;
            };
            let value = element.attr("value").unwrap_or_default().to_owned();
            match (element.name.as_str(), element.attr("type").unwrap_or_default()) {
                ("input", "hidden") => filled.fields.push((name, value)),
                ("input", "submit" | "image") | ("button", _) => filled.buttons.push((name, value)),
                ("input", "file") => filled.typed.push(name),
                ("input", "checkbox" | "radio") => {
                    if element.attr("checked").is_some() {
                        filled.fields.push((name.clone(), value));
                    }
                    filled.typed.push(name);
                }
                ("input", _) => {
                    filled.fields.push((name.clone(), value));
                    filled.texts.push(name.clone());
                    filled.typed.push(name);
                }
                ("textarea", _) => {
                    // The first line break after the tag is not part of what it holds.
                    let value = element.raw.strip_prefix('\n').unwrap_or(&element.raw).to_owned();
                    filled.fields.push((name.clone(), value));
                    filled.texts.push(name.clone());
                    filled.typed.push(name);
                }
                ("select", _) => {
                    let options: Vec<_> = self.inside(element, "option").collect();
                    let chosen = options.iter().find(|option| option.attr("selected").is_some()).or(options.first());
                    if let Some(option) = chosen {
                        filled
                            .fields
                            .push((name.clone(), option.attr("value").unwrap_or(&option.text).to_owned()));
                    }
                    filled.typed.push(name);
                }
                _ => {}
            }
        }
        filled
    }
}

fn add_text(elements: &mut [Element], open: &[usize], text: &str) {
    for index in open {
        elements[*index].raw.push_str(text);
    }
}

/// Reads a tag after its `<`.
fn read_tag(text: &str) -> (Element, &str) {
    let end = text.find(|c: char| c.is_whitespace() || c == '>' || c == '/').expect("a tag ends");
    let mut element = Element {
        name: text[..end].to_ascii_lowercase(),
        attributes: Vec::new(),
        text: String::new(),
        raw: String::new(),
        end: 0,
    };
    let mut rest = &text[end..];
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            return (element, after);
        }
        if let Some(after) = rest.strip_prefix('/') {
            rest = after;
            continue;
        }
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'))
            .expect("an attribute ends");
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let value = match rest.strip_prefix('=') {
            None => String::new(),
            Some(after) => match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let (value, after) = after[1..].split_once(quote).expect("a quoted value ends");
                    rest = after;
                    decode(value)
                }
                _ => {
                    let end = after.find(|c: char| c.is_whitespace() || c == '>').expect("a value ends");
                    rest = &after[end..];
                    decode(&after[..end])
                }
            },
        };
        element.attributes.push((name, value));
    }
}

/// The characters behind the entities HTML writers use.
fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = rest
            .find(';')
            .filter(|end| *end <= 10)
            .and_then(|end| entity(&rest[1..end]).map(|c| (c, end)));
        match known {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out + rest
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}
