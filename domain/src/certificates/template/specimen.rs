//! What certificates will look like, with names that are hard to set. A specimen is signed by nobody and names no number.

use super::{Template, service};
use crate::{
    Services,
    access::Actor,
    certificates::{
        credential::{Organiser, SessionLine, Snapshot},
        hours::hours_in_words,
        paper::{self, Face},
        queries::face::face,
    },
    error::Result,
    organisations::entity::organisation,
    platform::{pdf::qr_path, signing::Site, zones},
};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

/// A holder nobody is, and what they came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// What asks for it.
    pub word: &'static str,
    /// What it shows.
    pub label: &'static str,
    name: &'static str,
    sessions: u32,
}

const fn sample(word: &'static str, label: &'static str, name: &'static str, sessions: u32) -> Sample {
    Sample {
        word,
        label,
        name,
        sessions,
    }
}

/// All of them; the first is shown when nobody asks for another.
pub const SAMPLES: [Sample; 11] = [
    sample("usual", "A usual name", "Siân Llŷr", 4),
    sample(
        "longest",
        "The longest name",
        "Wilhelmina Oluwaseun Featherstonehaugh-Cholmondeley Papadopoulou-Venkatanarasimharajuvaripeta",
        6,
    ),
    sample("welsh", "Welsh", "Siân Llŷr Wyn Prŷs-Williams", 4),
    sample("arabic", "Arabic, from right to left", "محمد عبد الله الحسيني", 4),
    sample("hebrew", "Hebrew, from right to left", "שָׁלוֹם בֶּן־דָּוִד כֹּהֵן", 4),
    sample("chinese", "Chinese", "歐陽曉明", 4),
    sample("japanese", "Japanese", "田中 さくら", 4),
    sample("korean", "Korean", "김민준", 4),
    sample("vietnamese", "Vietnamese", "Nguyễn Thị Ánh Tuyết", 4),
    sample("one", "One session", "Ama Owusu", 1),
    sample("forty", "Forty sessions, on three pages", "Dr Ama Owusu-Mensah", 40),
];

/// The one `word` asks for, or the first.
#[must_use]
pub fn find(word: &str) -> Sample {
    SAMPLES.into_iter().find(|sample| sample.word == word).unwrap_or(SAMPLES[0])
}

/// Kinds of session, and whether they are participatory.
const TITLES: [(&str, bool); 4] = [
    ("Where the national work has got to", false),
    ("In the classroom: noticing early, and answering without alarm", false),
    ("Workshop: planning for the days after, with the person and the family", true),
    ("Feeds, harm and the law", false),
];

/// A specimen in an organisation's template, and its code.
pub fn show(
    site: &Site,
    organisation: &organisation::Model,
    template: &Template,
    sample: Sample,
    now: DateTime<Utc>,
) -> Result<(Face, (usize, String))> {
    let ends = now - TimeDelta::hours(1);
    let sessions: Vec<SessionLine> = (0..sample.sessions)
        .map(|number| {
            let (title, participatory) = TITLES[(number as usize) % TITLES.len()];
            let minutes = 30 + 15 * (number % 3);
            SessionLine {
                title: if sample.sessions > 4 {
                    format!("{}. {title}", number + 1)
                } else {
                    title.to_owned()
                },
                began: NaiveTime::from_hms_opt(9 + (number / 2) % 9, 30 * (number % 2), 0)
                    .map(zones::time)
                    .unwrap_or_default(),
                minutes: if number + 1 == sample.sessions && number > 0 { 0 } else { minutes },
                of_minutes: minutes,
                participatory,
            }
        })
        .collect();
    let minutes: u32 = sessions.iter().map(|line| line.minutes).sum();
    let snapshot = template.dress(Snapshot {
        id: "specimen".to_owned(),
        event_slug: "specimen".to_owned(),
        event_title: "Self-harm: compassion and practice".to_owned(),
        name: sample.name.to_owned(),
        starts: ends - TimeDelta::hours(7),
        ends,
        when_words: String::new(),
        zone: "Europe/London".to_owned(),
        place: "Example Hall, 1 High Street, Oxford, OX1 1AA".to_owned(),
        organiser: Organiser {
            name: organisation.name.clone(),
            email: organisation.email.clone(),
            url: None,
        },
        offered_minutes: sessions.iter().map(|line| line.of_minutes).sum(),
        minutes,
        shown_minutes: minutes - minutes % 15,
        participatory_minutes: sessions.iter().filter(|line| line.participatory).map(|line| line.minutes).sum(),
        rounding: 15,
        sessions,
        objectives: vec![
            "Recognise self-harm early and answer it with compassion".to_owned(),
            "Plan for safety together with the person and the family".to_owned(),
            "Know the law on harmful content, and whom to tell".to_owned(),
        ],
        statement: "subject to peer group approval".to_owned(),
        schemes: vec![format!(
            "RCPsych: {}, subject to peer group approval.",
            hours_in_words(minutes - minutes % 15)
        )],
        rule: String::new(),
        issued_at: now,
        status_list: 0,
        status_index: 0,
        replaces: None,
        design: super::Design::default(),
        accreditation: super::Accreditation::default(),
    });
    let mut face = face(&snapshot, site, String::new(), String::new());
    face.is_specimen = true;
    face.number = "(specimen)".to_owned();
    let code = qr_path(&face.address).map_err(anyhow::Error::from)?;
    Ok((face, code))
}

/// The same as a PDF, for owners.
pub async fn pdf(services: &Services, actor: &Actor, slug: &str, word: &str) -> Result<Vec<u8>> {
    let (organisation, template) = service::load_own(services, actor, slug).await?;
    let now = services.clock.now();
    let (face, _) = show(&services.site, &organisation, &template, find(word), now)?;
    let face = service::with_pictures(services, face).await?;
    let drawn = tokio::task::spawn_blocking(move || paper::draw(&face, "", now)).await;
    Ok(drawn.map_err(anyhow::Error::from)?.map_err(anyhow::Error::from)?)
}
