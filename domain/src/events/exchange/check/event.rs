//! The rules for an event as a whole; its agenda and its places have files of their own.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::events::exchange::problem::{At, Problem, Problems};
use crate::events::exchange::schema::{Cpd, Event, EventDocument, Evidence, Venue};
use crate::events::{CpdParticipatory, CpdRule};
use crate::schemes::{NO_SCHEME, SCHEMES};

use super::checked::{CheckedCpd, CheckedEvent, CheckedVenue, Known, Moment};
use super::fields::{LINE, MARKDOWN, PARAGRAPH, TITLE, each, optional};
use super::times::is_day_or_part;
use super::{agenda, bookings};

/// The share of a session that makes it count, unless said (domain.md 1.4).
const THRESHOLD_PERCENT: u8 = 80;
/// Quarter hours, as organisers show them (domain.md 1.3), and the least that makes a certificate.
const QUARTER_HOUR: u16 = 15;

/// What the rest of the file is compared with. A time is `None` where it is broken and already reported.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub zone: Option<Tz>,
    pub starts: Option<Moment>,
    pub ends: Option<Moment>,
    pub capacity: Option<u32>,
}

/// Checks an event file against every rule. `known` is what is already stored of an event being updated;
/// `now` decides what is in the future. Either the whole event, its warnings in it, or all problems,
/// warnings among them, in the order of the document and without lines.
pub fn event(document: &EventDocument, known: &Known, now: DateTime<Utc>) -> Result<CheckedEvent, Vec<Problem>> {
    event_after(Problems::default(), document, known, now)
}

/// The same of a file in which problems have been found before.
pub(in crate::events::exchange) fn event_after(
    mut problems: Problems,
    document: &EventDocument,
    known: &Known,
    now: DateTime<Utc>,
) -> Result<CheckedEvent, Vec<Problem>> {
    let checked = whole(&mut problems, document, known, now);
    let is_sound = !problems.has_errors();
    let list = problems.into_list();
    match checked {
        Some(event) if is_sound => Ok(CheckedEvent { warnings: list, ..event }),
        _ => Err(list),
    }
}

fn whole(problems: &mut Problems, document: &EventDocument, known: &Known, now: DateTime<Utc>) -> Option<CheckedEvent> {
    let organisation = problems.organisation(&document.organisation);
    let at = At::default().key("event");
    let event = &document.event;

    let slug = problems.slug(&at.key("slug"), &event.slug);
    let title = problems.line(&at.key("title"), &event.title, TITLE);
    let neutral_title = neutral_title(problems, &at, event);
    let summary = problems.optional_text(&at.key("summary"), event.summary.as_ref(), PARAGRAPH);
    let overview = problems.optional_text(&at.key("overview"), event.overview.as_ref(), MARKDOWN);
    let outcomes = each(&at.key("outcomes"), &event.outcomes, |at, outcome| {
        problems.text(at, outcome, PARAGRAPH)
    });
    let audience = problems.optional_text(&at.key("audience"), event.audience.as_ref(), PARAGRAPH);
    let hashtag = optional(event.hashtag.as_ref(), |tag| hashtag(problems, &at.key("hashtag"), tag));

    let zone = problems.zone(&at.key("timezone"), &event.timezone);
    let starts = problems.moment(&at.key("starts"), &event.starts, zone);
    let ends = problems.moment(&at.key("ends"), &event.ends, zone);
    problems.in_order(&at.key("ends"), starts, ends);
    let venue = optional(event.venue.as_ref(), |place| venue(problems, &at.key("venue"), place));
    let online_url = problems.optional_url(&at.key("online_url"), event.online_url.as_ref());
    let capacity = optional(event.capacity.as_ref(), |people| problems.people(&at.key("capacity"), *people));
    let frame = Frame {
        zone,
        starts,
        ends,
        capacity: capacity.flatten(),
    };
    let window = booking_window(problems, &at, event, frame);

    let support = each(&at.key("support"), &event.support, |at, line| problems.support(at, line));
    let evidence = each(&at.key("evidence"), &event.evidence, |at, item| evidence(problems, at, item));
    let cpd = cpd(problems, &at.key("cpd"), event.cpd.as_ref());

    let agenda = agenda::check(problems, document, known, frame);
    let people = bookings::check(problems, document, known, frame, now);

    let (agenda, people, (bookings_open, bookings_close)) = (agenda?, people?, window?);
    Some(CheckedEvent {
        organisation: organisation?,
        slug: slug?,
        kind: event.event_kind,
        status: event.status,
        title: title?,
        neutral_title: neutral_title?,
        summary: summary?,
        overview: overview?,
        outcomes: outcomes?,
        audience: audience?,
        hashtag: hashtag?.filter(|tag| !tag.is_empty()),
        zone: zone?,
        starts: starts?,
        ends: ends?,
        attendance_mode: event.attendance_mode,
        venue: venue?,
        online_url: online_url?,
        capacity: capacity?,
        bookings_open,
        bookings_close,
        sensitive: event.sensitive,
        support: support?,
        evidence: evidence?,
        cpd: cpd?,
        rooms: agenda.rooms,
        tracks: agenda.tracks,
        speakers: agenda.speakers,
        sessions: agenda.sessions,
        tickets: people.tickets,
        places: people.places,
        attendance: people.attendance,
        warnings: Vec::new(),
    })
}

fn neutral_title(problems: &mut Problems, at: &At, event: &Event) -> Option<Option<String>> {
    let title = problems.optional_line(&at.key("neutral_title"), event.neutral_title.as_ref(), TITLE)?;
    if event.sensitive && title.is_none() {
        let message = "This event is sensitive but has no neutral title. Mail subjects and calendars will only say “Event”.";
        problems.warn(at.key("neutral_title"), "no_neutral_title", message);
    }
    Some(title)
}

fn hashtag(problems: &mut Problems, at: &At, typed: &str) -> Option<String> {
    let tag = typed.trim();
    let tag = tag.strip_prefix('#').unwrap_or(tag);
    let is_tag = tag.chars().count() <= 100 && tag.chars().all(|character| character.is_alphanumeric() || character == '_');
    if !is_tag {
        problems.error(
            at,
            "hashtag",
            "A hashtag is one word of letters, digits and underscores, at most 100 of them.",
        );
    }
    is_tag.then(|| tag.to_owned())
}

fn venue(problems: &mut Problems, at: &At, venue: &Venue) -> Option<CheckedVenue> {
    let name = problems.line(&at.key("name"), &venue.name, TITLE);
    let address = problems.optional_text(&at.key("address"), venue.address.as_ref(), PARAGRAPH);
    let postcode = problems.optional_line(&at.key("postcode"), venue.postcode.as_ref(), 20);
    Some(CheckedVenue {
        name: name?,
        address: address?,
        postcode: postcode?,
    })
}

/// When booking opens and closes.
fn booking_window(problems: &mut Problems, at: &At, event: &Event, frame: Frame) -> Option<(Option<Moment>, Option<Moment>)> {
    let close_at = at.key("bookings_close");
    let open = optional(event.bookings_open.as_ref(), |typed| {
        problems.moment(&at.key("bookings_open"), typed, frame.zone)
    });
    let close = optional(event.bookings_close.as_ref(), |typed| problems.moment(&close_at, typed, frame.zone));
    if let (Some(Some(open)), Some(Some(close))) = (open, close)
        && close.utc <= open.utc
    {
        problems.error(&close_at, "bookings_close_before_open", "Booking must close later than it opens.");
    }
    if let (Some(Some(close)), Some(starts), Some(ends)) = (close, frame.starts, frame.ends)
        && close.utc > starts.utc
        && close.utc <= ends.utc
    {
        problems.warn(
            &close_at,
            "bookings_close_after_start",
            "Booking closes only after the event has started, so people can still book while it runs.",
        );
    }
    if let (Some(Some(open)), Some(starts), Some(ends)) = (open, frame.starts, frame.ends)
        && open.utc >= starts.utc
        && open.utc < ends.utc
    {
        problems.warn(
            at.key("bookings_open"),
            "bookings_open_after_start",
            "Booking opens only once the event has started.",
        );
    }
    if let (Some(Some(close)), Some(ends)) = (close, frame.ends)
        && close.utc > ends.utc
    {
        problems.warn(
            &close_at,
            "bookings_close_after_end",
            "Booking closes only after the event has ended. It will end with the event.",
        );
    }
    if let (Some(Some(open)), Some(ends)) = (open, frame.ends)
        && open.utc >= ends.utc
    {
        problems.error(
            at.key("bookings_open"),
            "bookings_open_after_end",
            "Booking must open before the event has ended.",
        );
    }
    Some((open?, close?))
}

fn evidence(problems: &mut Problems, at: &At, evidence: &Evidence) -> Option<crate::events::Evidence> {
    let quote = problems.text(&at.key("quote"), &evidence.quote, PARAGRAPH);
    let source = problems.line(&at.key("source"), &evidence.source, LINE);
    let published = optional(evidence.published.as_ref(), |typed| {
        let is_day = is_day_or_part(typed);
        if !is_day {
            problems.error(
                at.key("published"),
                "not_a_day",
                "Write when it was published like 2025, 2025-06 or 2025-06-30.",
            );
        }
        is_day.then(|| typed.clone())
    });
    let url = problems.optional_url(&at.key("url"), evidence.url.as_ref());
    Some(crate::events::Evidence {
        quote: quote?,
        source: source?,
        published: published?,
        url: url?,
    })
}

fn cpd(problems: &mut Problems, at: &At, cpd: Option<&Cpd>) -> Option<CheckedCpd> {
    let Some(cpd) = cpd else {
        return Some(CheckedCpd {
            statement: None,
            rule: CpdRule::Proportional,
            threshold_percent: None,
            grace_minutes: None,
            day_cap_minutes: None,
            round_down_to: QUARTER_HOUR,
            min_minutes: QUARTER_HOUR,
            participatory: CpdParticipatory::BySession,
            schemes: Vec::new(),
            certificate_days: None,
        });
    };
    let statement = problems.optional_line(&at.key("statement"), cpd.statement.as_ref(), LINE);
    let threshold = optional(cpd.threshold_percent.as_ref(), |percent| {
        problems.number(&at.key("threshold_percent"), *percent, 1, 100)
    });
    let grace = optional(cpd.grace_minutes.as_ref(), |minutes| {
        problems.number(&at.key("grace_minutes"), *minutes, 0, 240)
    });
    let day_cap = optional(cpd.day_cap_minutes.as_ref(), |minutes| {
        problems.number(&at.key("day_cap_minutes"), *minutes, 15, 1_440)
    });
    let round_down_to = optional(cpd.round_down_to.as_ref(), |minutes| {
        problems.number(&at.key("round_down_to"), *minutes, 1, 60)
    });
    let min_minutes = optional(cpd.min_minutes.as_ref(), |minutes| {
        problems.number(&at.key("min_minutes"), *minutes, 1, 1_440)
    });
    let certificate_days = optional(cpd.certificate_days.as_ref(), |days| {
        problems.number(&at.key("certificate_days"), *days, 1, 90)
    });
    let offered = || SCHEMES.iter().map(|scheme| scheme.code).filter(|code| *code != NO_SCHEME);
    for (n, code) in cpd.schemes.iter().enumerate() {
        if !offered().any(|known| known == code) {
            let known = offered().collect::<Vec<_>>().join(", ");
            problems.error(
                at.key("schemes").item(n),
                "not_a_choice",
                format!("There is no scheme “{code}”. Use {known}."),
            );
        }
    }
    for (key, needed, is_given) in [
        ("threshold_percent", CpdRule::PerSessionThreshold, cpd.threshold_percent.is_some()),
        ("grace_minutes", CpdRule::AllOrNothing, cpd.grace_minutes.is_some()),
    ] {
        if is_given && cpd.rule != needed {
            let message = format!(
                "This has no effect: the rule is “{}”, and only “{}” uses it.",
                cpd.rule.word(),
                needed.word()
            );
            problems.warn(at.key(key), "no_effect", message);
        }
    }
    let (threshold, grace) = (threshold?, grace?);
    Some(CheckedCpd {
        statement: statement?,
        rule: cpd.rule,
        threshold_percent: (cpd.rule == CpdRule::PerSessionThreshold).then(|| threshold.unwrap_or(THRESHOLD_PERCENT)),
        grace_minutes: (cpd.rule == CpdRule::AllOrNothing).then(|| grace.unwrap_or(0)),
        day_cap_minutes: day_cap?,
        round_down_to: round_down_to?.unwrap_or(QUARTER_HOUR),
        min_minutes: min_minutes?.unwrap_or(QUARTER_HOUR),
        participatory: cpd.participatory,
        schemes: offered()
            .filter(|known| cpd.schemes.iter().any(|code| code == known))
            .map(str::to_owned)
            .collect(),
        certificate_days: certificate_days?,
    })
}
