//! The evidence pack: what somebody did in a period, with what backs it up and what they wrote about it, in the fields of
//! the NMC's log. One PDF to read, one archive with everything in it, and tables for programs.

mod paper;
mod tables;

use super::{
    Progress, Totals,
    own::{Follows, Item, Reader, follows, list, read_listed},
};
use crate::{
    Services,
    certificates::queries,
    error::{Error, FieldErrors, Result},
    platform::{
        archive::{self, Files, Pieces},
        limits,
    },
    words::words,
};
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;

words! {
    /// What a pack is made as.
    As { Pdf = "pdf", Zip = "zip", Csv = "csv", Json = "json" }
}

/// What a pack shall hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// Whether reflective accounts are in it.
    pub reflections: bool,
}

impl Wanted {
    /// Reads what a form asks for, as `from`, `until` and `reflections`.
    pub fn read(pairs: &[(String, String)]) -> Result<Self> {
        let of = |name: &str| pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        let mut errors = FieldErrors::default();
        let mut day = |name: &str, words: &str| {
            let read = of(name).parse::<NaiveDate>().ok();
            if read.is_none() {
                errors.add(name, "not_a_date", words);
            }
            read
        };
        let (first, last) = (day("from", "Enter the first day"), day("until", "Enter the last day"));
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            errors.add("until", "before_first", "The last day is before the first");
        }
        match errors.finish((first, last))? {
            (Some(first), Some(last)) => Ok(Self {
                first,
                last,
                reflections: of("reflections") == "true",
            }),
            _ => Err(Error::NotFound),
        }
    }
}

/// A file to download.
#[derive(Debug)]
pub struct Made {
    /// Tells nothing of whose it is.
    pub file_name: String,
    pub media_type: &'static str,
    pub body: Body,
}

/// What is in it.
#[derive(Debug)]
pub enum Body {
    Whole(Vec<u8>),
    /// Sent as it is made.
    Pieces(Pieces),
}

/// Everything a pack says.
#[derive(Clone, Debug)]
struct Content {
    name: String,
    wanted: Wanted,
    /// The oldest first; none that counts no more.
    items: Vec<Item>,
    totals: Totals,
    /// Of each scheme they follow, over the days of the pack.
    schemes: Vec<Progress>,
    at: DateTime<Utc>,
    /// What a certificate's id is put behind to have its address.
    certificates: String,
}

/// Makes a pack of what `reader` may see. Nobody's is made more often than uploads are limited to.
pub async fn make(services: &Arc<Services>, reader: &Reader, wanted: Wanted, form: As) -> Result<Made> {
    let now = services.clock.now();
    limits::count(&services.db, now, services.limits.upload_person, "pack-person", &reader.whom()).await?;
    let content = load(services, reader, wanted, now).await?;
    let name = format!("cpd-{}-to-{}", wanted.first, wanted.last);
    let (media_type, body) = match form {
        As::Pdf => ("application/pdf", Body::Whole(draw(content).await?)),
        As::Csv => ("text/csv; charset=utf-8", Body::Whole(tables::csv(&content).into_bytes())),
        As::Json => ("application/json", Body::Whole(serde_json::to_vec_pretty(&tables::json(&content))?)),
        As::Zip => {
            let (files, pieces) = archive::archive(now);
            let (services, reader) = (services.clone(), *reader);
            tokio::spawn(async move {
                if let Err(cause) = fill(&services, &reader, content, &files).await {
                    files.fail(cause).await;
                }
            });
            ("application/zip", Body::Pieces(pieces))
        }
    };
    Ok(Made {
        file_name: format!("{name}.{}", form.word()),
        media_type,
        body,
    })
}

async fn load(services: &Services, reader: &Reader, wanted: Wanted, at: DateTime<Utc>) -> Result<Content> {
    let mut items = list(services, reader).await?.items;
    items.retain(|item| !item.is_withdrawn && wanted.first <= item.first && item.first <= wanted.last);
    items.reverse();
    if !wanted.reflections {
        items.iter_mut().for_each(|item| item.accounts.clear());
    }
    let name = reader.name(services).await?.or_else(|| {
        let certificates = items.iter().rev().filter_map(|item| item.certificate.as_ref());
        certificates.map(|certificate| certificate.snapshot.name.clone()).next()
    });
    let period = (wanted.first, wanted.last);
    let schemes = follows(services, reader).await?.into_iter();
    let schemes = schemes
        .map(|Follows { scheme, .. }| Progress::over(scheme, scheme.on(wanted.last), period, &items))
        .collect();
    Ok(Content {
        name: name.unwrap_or_default(),
        wanted,
        totals: Totals::of(&items),
        schemes,
        items,
        at,
        certificates: services.url("/certificates/"),
    })
}

async fn draw(content: Content) -> Result<Vec<u8>> {
    let drawn = tokio::task::spawn_blocking(move || paper::draw(&content)).await;
    Ok(drawn.map_err(anyhow::Error::from)?.map_err(anyhow::Error::from)?)
}

/// Everything in one archive: the tables, the certificates as they were sealed, the files kept as evidence, and the PDF.
async fn fill(services: &Services, reader: &Reader, content: Content, files: &Files) -> anyhow::Result<()> {
    files.put("portfolio.csv", tables::csv(&content).into_bytes()).await;
    files
        .put("portfolio.json", serde_json::to_vec_pretty(&tables::json(&content))?)
        .await;
    for (number, item) in content.items.iter().enumerate() {
        if let Some(certificate) = &item.certificate {
            let (bytes, name) = queries::pdf_of(services, &certificate.snapshot.id).await?;
            files.put(format!("certificates/{name}"), bytes).await;
        }
        for (at, file) in item.files.iter().enumerate() {
            let served = read_listed(services, reader, file.id).await?;
            if !files.put(tables::evidence_name(number, at, &served.name), served.bytes).await {
                return Ok(());
            }
        }
    }
    files.put("portfolio.pdf", draw(content).await?).await;
    Ok(())
}
