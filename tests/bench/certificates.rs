//! Certificates, from the snapshot to the sealed file, on one thread.

use crate::report::{Bound, Report, Row};
use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    certificates::{
        credential::{Organiser, SessionLine, Snapshot, claims, credential, new_id},
        paper,
        queries::face::{face, signed_with},
        seal,
    },
    platform::{
        clock::Clock,
        pdf::{self, Meta, Page},
        random::Random,
        signing::{KeyRing, Site},
    },
};
use std::{path::Path, time::Instant};

const COUNT: usize = 200;
/// Names of several scripts: each brings glyphs of its own into the file.
const NAMES: [&str; 8] = [
    "Jane Smith",
    "Siân Llŷr",
    "O'Neill",
    "Dr Ama Owusu",
    "Nguyễn Thị Ánh Tuyết",
    "Ελένη Παπαδοπούλου",
    "محمد عبد الله الحسيني",
    "प्रिया शर्मा",
];
const SESSIONS: [&str; 6] = [
    "Where the national work has got to",
    "What help felt like",
    "In the classroom: noticing early, and answering without alarm",
    "The first hour in the emergency department",
    "Workshop: planning for the days after, with the person and the family",
    "Feeds, harm and the law",
];

pub fn measure(folder: &Path, report: &mut Report) -> Result<()> {
    let (random, now) = (Random::system(), Clock::System.now());
    let site = Site::parse("https://plenary.example.org")?;
    let keys = KeyRing::open(&folder.join("keys"), now, random.bytes())?;
    // The faces are read once in a process.
    certificate(&snapshot(0, &random, now), &keys, &site)?;

    let begun = Instant::now();
    for _ in 0..COUNT {
        let meta = Meta {
            title: "Blank",
            author: "Example Training Ltd",
            lang: "en-GB",
            at: now,
        };
        let blank = pdf::finish(&[Page::new()], &meta, &[])?;
        std::hint::black_box((keys.sign(&site, &serde_json::json!({ "id": 1 })), blank));
    }
    let blank = begun.elapsed();

    let snapshots: Vec<Snapshot> = (0..COUNT).map(|number| snapshot(number, &random, now)).collect();
    let (begun, mut largest) = (Instant::now(), 0);
    for snapshot in &snapshots {
        largest = largest.max(certificate(snapshot, &keys, &site)?.len());
    }
    let took = begun.elapsed();

    let each = |took: std::time::Duration| COUNT as f64 / took.as_secs_f64();
    report.add(
        Row::new("certificates drawn and signed, one thread", each(took), "/s")
            .beside(each(blank))
            .within(Bound::AtLeast, 100.0),
    );
    report.add(Row::new("the largest of 200 certificates", largest as f64 / 1000.0, "KB").within(Bound::AtMost, 60.0));
    Ok(())
}

/// Everything that is done for one: the signed credential, the drawing with it inside, the seal.
fn certificate(snapshot: &Snapshot, keys: &KeyRing, site: &Site) -> Result<Vec<u8>> {
    let jwt = keys.sign(site, &claims(&credential(snapshot, site)));
    let kid = format!("{}#{}", site.did(), keys.active());
    let drawn = paper::draw(&face(snapshot, site, signed_with(&kid), String::new()), &jwt, snapshot.issued_at)?;
    Ok(seal::seal(drawn, &snapshot.id, keys, site)?)
}

fn snapshot(number: usize, random: &Random, now: DateTime<Utc>) -> Snapshot {
    let starts = now - TimeDelta::days(2);
    let sessions = (9..).zip(SESSIONS).map(|(hour, title)| SessionLine {
        title: title.to_owned(),
        began: format!("{hour}:30"),
        minutes: 45,
        of_minutes: 50,
        participatory: title.starts_with("Workshop"),
    });
    Snapshot {
        id: new_id(random.bytes()),
        event_slug: "study-day".to_owned(),
        event_title: "Self-harm: compassion and practice".to_owned(),
        name: format!("{} {}", NAMES[number % NAMES.len()], number + 1),
        starts,
        ends: starts + TimeDelta::hours(7),
        when_words: "12 March 2026, 9am to 4pm".to_owned(),
        zone: "Europe/London".to_owned(),
        place: "Example Hall, Oxford".to_owned(),
        organiser: Organiser {
            name: "Example Training Ltd".to_owned(),
            email: "events@example.org".to_owned(),
            url: None,
        },
        offered_minutes: 300,
        minutes: 270,
        shown_minutes: 270,
        participatory_minutes: 45,
        rounding: 15,
        sessions: sessions.collect(),
        objectives: vec!["Plan for the days after with the person, so that the plan is theirs".to_owned()],
        statement: "subject to peer group approval for revalidation".to_owned(),
        schemes: vec![],
        rule: "Each minute of a CPD session attended counts once.".to_owned(),
        issued_at: now,
        status_list: 1,
        status_index: u32::try_from(number).unwrap_or_default(),
        replaces: None,
        design: Default::default(),
        accreditation: Default::default(),
    }
}
