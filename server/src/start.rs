//! Making the services of one process from its configuration.

use crate::config::Config;
use anyhow::Context;
use domain::{
    Services,
    platform::{
        clock::Clock,
        db::Db,
        files::Files,
        lock::FolderLock,
        mail::Mailer,
        random::Random,
        signing::{Keys, Site},
    },
};
use std::sync::Arc;

/// Makes the data folder for its owner alone.
pub fn make_folder(config: &Config) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&config.data_dir)
        .with_context(|| format!("the data folder {} could not be made", config.data_dir.display()))
}

/// Opens database, keys and mail. Brings the tables up to this release first.
pub async fn services(config: &Config) -> anyhow::Result<Arc<Services>> {
    make_folder(config)?;
    let db = Db::open(&config.database_url, config.sqlite_sync).await?;
    db.migrate().await.context("the database could not be brought up to this release")?;
    let (clock, random) = (Clock::System, Random::system());
    let site = Site::parse(&config.base_url).context("BASE_URL")?;
    let keys = Keys::open(&config.data_dir.join("keys"), clock.now(), random.bytes()).context("the signing keys could not be opened")?;
    let mailer = match &config.smtp_url {
        Some(url) => Mailer::smtp(url, config.smtp_connections).context("SMTP_URL")?,
        None => Mailer::Folder(config.data_dir.join("mail")),
    };
    let files = Files::folder(&config.data_dir.join("files"))?;
    Ok(Arc::new(Services {
        db,
        files,
        clock,
        random,
        site,
        keys,
        mailer,
        mail_from: config.mail_from.clone(),
        inbox: config.inbox()?,
        leave_url: config.leave_url.clone(),
        limits: config.limits,
        data_dir: config.data_dir.clone(),
        online_rows_days: config.online_rows_days,
        smtp_connections: config.smtp_connections,
        wake: Arc::default(),
    }))
}

/// The lock of a served SQLite folder; none on PostgreSQL, where nodes share.
pub fn lock(config: &Config) -> anyhow::Result<Option<FolderLock>> {
    make_folder(config)?;
    if config.is_postgres() {
        Ok(None)
    } else {
        FolderLock::take(&config.data_dir).map(Some)
    }
}
