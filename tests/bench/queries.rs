//! Counting queries.

use anyhow::Result;
use axum::{body::Body, extract::Request};
use domain::{
    Services,
    platform::{
        clock::Clock,
        db::{Db, Sync},
        limits::Limits,
        mail::Mailer,
        random::Random,
        signing::{Keys, Site},
    },
};
use server::router::{self, RouterOptions};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// How many queries one request for `path` asks, counted on the connections that read, with the same router in this
/// process. The second request: what is read once and kept is not the page's.
pub async fn count(data: &Path, path: &str, cookie: &str) -> Result<u64> {
    let mut db = Db::open(&format!("sqlite:{}", data.join("plenary.db").display()), Sync::Full).await?;
    let asked = Arc::new(AtomicU64::new(0));
    let counted = asked.clone();
    db.read.set_metric_callback(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    let (clock, random) = (Clock::System, Random::system());
    let services = Services {
        db,
        site: Site::parse("http://127.0.0.1:3000")?,
        keys: Keys::open(&data.join("keys"), clock.now(), random.bytes())?,
        clock,
        random,
        mailer: Mailer::Folder(data.join("mail")),
        files: domain::platform::files::Files::folder(&data.join("files"))?,
        mail_from: "noreply@plenary.invalid".to_owned(),
        inbox: domain::messages::inbox::Inbox::default(),
        leave_url: "https://weather.example.org/".to_owned(),
        limits: Limits::default(),
        data_dir: data.to_owned(),
        online_rows_days: 90,
        smtp_connections: 1,
        wake: Arc::default(),
    };
    let app = router::build(Arc::new(services), &RouterOptions::default());
    let mut before = 0;
    for _ in 0..2 {
        before = asked.load(Ordering::Relaxed);
        let request = Request::get(path).header("cookie", cookie).body(Body::empty())?;
        let response = router::call(app.clone(), request).await;
        anyhow::ensure!(response.status() == 200, "the page answered {}", response.status());
        axum::body::to_bytes(response.into_body(), usize::MAX).await?;
    }
    Ok(asked.load(Ordering::Relaxed) - before)
}
