//! A browser without scripts: cookies, forms, and the headers browsers send.

use crate::html::{Filled, Page};
use axum::{
    body::{Body, HttpBody, to_bytes},
    extract::{ConnectInfo, Request},
    response::Response,
};
use http::{HeaderMap, Method, header};
use server::router::{self, App_};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    net::{Ipv4Addr, SocketAddr},
    sync::Mutex,
};

/// What somebody uses to reach the program. Two may be used at the same time.
#[derive(Debug)]
pub struct Browser {
    router: App_,
    base_url: String,
    host: String,
    peer: Mutex<SocketAddr>,
    cookies: Mutex<BTreeMap<String, String>>,
    /// The page it is on.
    here: Mutex<String>,
}

impl Browser {
    pub(crate) fn new(router: App_, base_url: &str, number: u64) -> Self {
        let peer = Ipv4Addr::from(0x0A00_0000 + u32::try_from(number).unwrap());
        Self {
            router,
            base_url: base_url.to_owned(),
            host: base_url.split_once("://").unwrap().1.to_owned(),
            peer: Mutex::new(SocketAddr::from((peer, 40_000))),
            cookies: Mutex::default(),
            here: Mutex::new("/".to_owned()),
        }
    }

    /// Moves the browser to the machine at this address.
    #[must_use]
    pub fn on(self, address: &str) -> Self {
        *self.peer.lock().unwrap() = SocketAddr::new(address.parse().unwrap(), 40_000);
        self
    }

    /// The address of its machine.
    #[must_use]
    pub fn address(&self) -> String {
        self.peer.lock().unwrap().ip().to_string()
    }

    /// The value of a cookie, under its name with or without `__Host-`.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<String> {
        let cookies = self.cookies.lock().unwrap();
        cookies.get(name).or_else(|| cookies.get(&format!("__Host-{name}"))).cloned()
    }

    /// Every cookie it holds.
    #[must_use]
    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().unwrap().clone()
    }

    /// Puts a cookie there, as somebody with the browser's tools may.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
    }

    /// Opens an address. Does not follow where it leads.
    pub async fn get(&self, path: &str) -> Answer {
        self.request(
            Method::GET,
            path,
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate")],
            Body::empty(),
        )
        .await
    }

    /// Opens an address and goes wherever it leads on this site.
    pub async fn visit(&self, path: &str) -> Answer {
        let answer = self.get(path).await;
        self.follow(answer).await
    }

    /// Goes where a redirect leads, until it leads nowhere or off this site.
    pub async fn follow(&self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            let Some(to) = answer.location() else { return answer };
            let Some(path) = to
                .strip_prefix(&self.base_url)
                .or(Some(to.as_str()).filter(|to| to.starts_with('/')))
            else {
                return answer;
            };
            answer = self.get(path).await;
        }
        panic!("redirects go round: {}", answer.path);
    }

    /// Posts these fields as a form does.
    pub async fn post<N: AsRef<str>, V: AsRef<str>>(&self, path: &str, fields: &[(N, V)]) -> Answer {
        let body = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name.as_ref()), encode(value.as_ref())))
            .collect::<Vec<_>>()
            .join("&");
        let origin = self.base_url.clone();
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", origin.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-mode", "navigate"),
        ];
        self.request(Method::POST, path, &headers, Body::from(body)).await
    }

    /// Posts a form of a page, filled in.
    pub async fn send(&self, form: Filled) -> Answer {
        assert_eq!(form.method, "post", "the form at {} is not posted", form.action);
        self.post(&form.action, &form.fields).await
    }

    /// Posts a form of a page and goes where the answer leads.
    pub async fn submit(&self, form: Filled) -> Answer {
        let answer = self.send(form).await;
        self.follow(answer).await
    }

    /// Posts one file, as a form with a file field does.
    pub async fn post_file(&self, path: &str, field: &str, name: &str, media_type: &str, bytes: &[u8]) -> Answer {
        let boundary = "----plenary-test-boundary";
        let mut body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let content_type = format!("multipart/form-data; boundary={boundary}");
        let headers = [
            ("content-type", content_type.as_str()),
            ("origin", self.base_url.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        self.request(Method::POST, path, &headers, Body::from(body)).await
    }

    /// Sends a request with these headers besides Host, Accept and the cookies.
    pub async fn request(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Answer {
        let method_is_post = method == Method::POST;
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, &self.host);
        if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
            request = request.header(header::ACCEPT, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(length) = body.size_hint().exact().filter(|_| method_is_post) {
            request = request.header(header::CONTENT_LENGTH, length);
        }
        if method_is_post && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("referer")) {
            request = request.header(header::REFERER, format!("{}{}", self.base_url, self.here.lock().unwrap()));
        }
        let cookies = self
            .cookies()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        let peer = *self.peer.lock().unwrap();
        let request = request.extension(ConnectInfo(peer)).body(body).unwrap();
        let answer = Answer::read(path.to_owned(), router::call(self.router.clone(), request).await).await;
        if answer.location().is_none() && answer.header("content-type").starts_with("text/html") {
            path.clone_into(&mut self.here.lock().unwrap());
        }
        self.keep_cookies(&answer.headers);
        answer
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().unwrap();
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes
                .split(';')
                .any(|attribute| attribute.trim().eq_ignore_ascii_case("max-age=0"))
            {
                cookies.remove(name.trim());
            } else {
                cookies.insert(name.trim().to_owned(), value.to_owned());
            }
        }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The path and query that were asked for.
    pub path: String,
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The body as text; what is not UTF-8 is replaced.
    pub text: String,
}

impl Answer {
    pub(crate) async fn read(path: String, response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 * 1024 * 1024).await.unwrap().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Self {
            path,
            status: parts.status.as_u16(),
            headers: parts.headers,
            bytes,
            text,
        }
    }

    /// A header, empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where it leads, if it is a redirect.
    #[must_use]
    pub fn location(&self) -> Option<String> {
        (300..400).contains(&self.status).then(|| self.header("location").to_owned())
    }

    /// The path of [`Answer::path`], without its query.
    #[must_use]
    pub fn bare_path(&self) -> &str {
        self.path.split('?').next().unwrap()
    }

    /// The page it is.
    #[must_use]
    pub fn page(&self) -> Page {
        assert!(
            self.header("content-type").starts_with("text/html"),
            "{} is no page: {} {}",
            self.path,
            self.status,
            self.text
        );
        Page::parse(&self.text)
    }

    /// The words of the level-one heading.
    #[must_use]
    pub fn h1(&self) -> String {
        self.page().h1()
    }

    /// What the error summary of the page says; empty when there is none.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        self.page().problems()
    }

    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|cause| panic!("{} is no JSON ({cause}): {} {}", self.path, self.status, self.text))
    }
}

/// Encodes a name or value of a form.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else if byte == b' ' {
            out.push('+');
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
