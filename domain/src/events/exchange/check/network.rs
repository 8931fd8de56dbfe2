//! The rules for a network, its circulation list and its meetings.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::events::exchange::problem::{At, Problem, Problems, quoted};
use crate::events::exchange::schema::{ConsentGiven, Contact, Meeting, Member, MemberState, NetworkDocument};

use super::checked::{CheckedConsent, CheckedContact, CheckedMeeting, CheckedMember, CheckedNetwork, CheckedWording};
use super::fields::{LINE, MARKDOWN, NAME, PARAGRAPH, TITLE, each, optional};

/// Checks a network file against every rule; `now` decides what is in the future. Either the whole
/// network, its warnings in it, or all problems, warnings among them, without lines.
pub fn network(document: &NetworkDocument, now: DateTime<Utc>) -> Result<CheckedNetwork, Vec<Problem>> {
    network_after(Problems::default(), document, now)
}

/// The same of a file in which problems have been found before.
pub(in crate::events::exchange) fn network_after(
    mut problems: Problems,
    document: &NetworkDocument,
    now: DateTime<Utc>,
) -> Result<CheckedNetwork, Vec<Problem>> {
    let checked = whole(&mut problems, document, now);
    let is_sound = !problems.has_errors();
    let list = problems.into_list();
    match checked {
        Some(network) if is_sound => Ok(CheckedNetwork { warnings: list, ..network }),
        _ => Err(list),
    }
}

fn whole(problems: &mut Problems, document: &NetworkDocument, now: DateTime<Utc>) -> Option<CheckedNetwork> {
    let organisation = problems.organisation(&document.organisation);
    let (top, at) = (At::default(), At::default().key("network"));
    let network = &document.network;

    let slug = problems.slug(&at.key("slug"), &network.slug);
    let name = problems.line(&at.key("name"), &network.name, NAME);
    let neutral_name = problems.optional_line(&at.key("neutral_name"), network.neutral_name.as_ref(), NAME);
    if network.sensitive && neutral_name == Some(None) {
        let message = "This network is sensitive but has no neutral name. Mail subjects and calendars will only say “Meeting”.";
        problems.warn(at.key("neutral_name"), "no_neutral_name", message);
    }
    let summary = problems.optional_text(&at.key("summary"), network.summary.as_ref(), PARAGRAPH);
    let about = problems.optional_text(&at.key("about"), network.about.as_ref(), MARKDOWN);
    let objectives = each(&at.key("objectives"), &network.objectives, |at, objective| {
        problems.text(at, objective, PARAGRAPH)
    });
    let open_to = each(&at.key("open_to"), &network.open_to, |at, group| problems.line(at, group, LINE));
    let reports_to = problems.optional_line(&at.key("reports_to"), network.reports_to.as_ref(), LINE);
    let zone = problems.zone(&at.key("timezone"), &network.timezone);
    let contact = optional(network.contact.as_ref(), |person| contact(problems, &at.key("contact"), person));
    let consent = optional(network.consent.as_ref(), |consent| {
        let at = at.key("consent");
        let version = problems.line(&at.key("version"), &consent.version, 80);
        let wording = problems.text(&at.key("wording"), &consent.wording, PARAGRAPH);
        Some(CheckedWording {
            version: version?,
            wording: wording?,
        })
    });
    let support = each(&at.key("support"), &network.support, |at, line| problems.support(at, line));

    let members = each(&top.key("members"), &document.members, |at, item| {
        member(problems, at, item, zone, now)
    });
    one_mailbox_each(problems, &document.members);
    let meetings_at = top.key("meetings");
    problems.unique(&meetings_at, document.meetings.iter().map(|meeting| meeting.code.as_str()));
    let meetings = each(&meetings_at, &document.meetings, |at, item| meeting(problems, at, item, zone));

    Some(CheckedNetwork {
        organisation: organisation?,
        slug: slug?,
        status: network.status,
        name: name?,
        neutral_name: neutral_name?,
        summary: summary?,
        about: about?,
        objectives: objectives?,
        open_to: open_to?,
        reports_to: reports_to?,
        zone: zone?,
        sensitive: network.sensitive,
        contact: contact?,
        consent: consent?,
        support: support?,
        members: members?,
        meetings: meetings?,
        warnings: Vec::new(),
    })
}

fn contact(problems: &mut Problems, at: &At, contact: &Contact) -> Option<CheckedContact> {
    let name = problems.line(&at.key("name"), &contact.name, NAME);
    let email = problems.email(&at.key("email"), &contact.email);
    Some(CheckedContact {
        name: name?,
        email: email?,
    })
}

fn member(problems: &mut Problems, at: &At, member: &Member, zone: Option<Tz>, now: DateTime<Utc>) -> Option<CheckedMember> {
    let name = problems.person(&at.key("name"), &member.name);
    let email = problems.email(&at.key("email"), &member.email);
    let job_role = problems.optional_line(&at.key("job_role"), member.job_role.as_ref(), LINE);
    let agency = problems.optional_line(&at.key("agency"), member.agency.as_ref(), LINE);
    let agency_type = problems.optional_line(&at.key("agency_type"), member.agency_type.as_ref(), LINE);
    let consent = optional(member.consent.as_ref(), |given| {
        consent(problems, &at.key("consent"), given, zone, now)
    });
    if member.consent.is_none() && matches!(member.state, MemberState::Confirmed | MemberState::Member | MemberState::Paused) {
        let message = "There is no record of this member's consent. Invites will be sent to them without one.";
        problems.warn(at.key("consent"), "no_consent", message);
    }
    Some(CheckedMember {
        name: name?,
        email: email?,
        job_role: job_role?,
        agency: agency?,
        agency_type: agency_type?,
        state: member.state,
        consent: consent?,
    })
}

fn consent(problems: &mut Problems, at: &At, consent: &ConsentGiven, zone: Option<Tz>, now: DateTime<Utc>) -> Option<CheckedConsent> {
    let on = problems.day(&at.key("on"), &consent.on);
    if let (Some(on), Some(zone)) = (on, zone)
        && on > now.with_timezone(&zone).date_naive()
    {
        problems.error(at.key("on"), "in_the_future", "Consent cannot have been given in the future.");
    }
    let source = problems.optional_line(&at.key("source"), consent.source.as_ref(), LINE);
    let version = problems.optional_line(&at.key("version"), consent.version.as_ref(), 80);
    Some(CheckedConsent {
        on: on?,
        source: source?,
        version: version?,
    })
}

/// A person is a mailbox: on one list it stands once, or one mailbox would have each invite twice.
fn one_mailbox_each(problems: &mut Problems, members: &[Member]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (index, member) in members.iter().enumerate() {
        let Ok(address) = crate::people::address::EmailAddress::parse(&member.email) else {
            continue;
        };
        if let Some(first) = seen.get(address.key()) {
            let message = format!(
                "The address {} is already that of /members/{first}. One mailbox is one member.",
                quoted(address.as_str())
            );
            problems.error(At::default().key("members").item(index).key("email"), "duplicate_member", message);
        } else {
            seen.insert(address.key().to_owned(), index);
        }
    }
}

fn meeting(problems: &mut Problems, at: &At, meeting: &Meeting, zone: Option<Tz>) -> Option<CheckedMeeting> {
    let code = problems.address_code(&at.key("code"), &meeting.code);
    let title = problems.line(&at.key("title"), &meeting.title, TITLE);
    let starts = problems.moment(&at.key("starts"), &meeting.starts, zone);
    let ends = problems.moment(&at.key("ends"), &meeting.ends, zone);
    problems.in_order(&at.key("ends"), starts, ends);
    let place = problems.optional_line(&at.key("place"), meeting.place.as_ref(), LINE);
    let online_url = problems.optional_url(&at.key("online_url"), meeting.online_url.as_ref());
    Some(CheckedMeeting {
        code: code?,
        title: title?,
        starts: starts?,
        ends: ends?,
        place: place?,
        online_url: online_url?,
        status: meeting.status,
        cpd: meeting.cpd,
        participatory: meeting.participatory,
    })
}
