//! Whether somebody gets a certificate, with the reason in words, and what they were given.

use super::{
    hold,
    one::Ground,
    snapshot::{Stamp, differences, snapshot},
};
use crate::{
    attendance::{entity::attendance_record, queries::Attendee},
    certificates::{
        CertificateState,
        credential::Snapshot,
        entity::{certificate, certificate_hold},
        hours::{Standing, WhyNot, Working, qualifies},
        queries,
    },
    error::Result,
    events::{EventStatus, entity::event, service::hours_rule},
    feedback::give::list_given,
    ids::ParticipantId,
    words::words,
};
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use std::collections::HashMap;

/// Why somebody gets no certificate, or not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// By the rule of hours.
    Rule(WhyNot),
    /// There is no name to print.
    NoName,
    /// An organiser holds it back.
    Held,
    /// They have not given feedback, for which certificates of this event wait.
    NoFeedback,
}

impl Reason {
    /// The reason, for the organiser's list.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Rule(why) => why.words(),
            Self::NoName => "No name yet. Name the place first.".to_owned(),
            Self::Held => "Held back. It is not issued until somebody releases it.".to_owned(),
            Self::NoFeedback => "Waits for their feedback, whatever it says.".to_owned(),
        }
    }
}

words! {
    /// How somebody stands with their certificate, in one word for the roll.
    Verdict {
        Ready = "ready",
        Issued = "issued",
        Held = "held",
        Cancelled = "cancelled",
        NotEnded = "not_ended",
        TooFew = "too_few",
        Unnamed = "unnamed",
        Unanswered = "unanswered",
    }
}
words! {
    /// Whether somebody has a certificate that counts, and whether one issued now would read the same.
    Has { Nothing = "nothing", Same = "same", Differs = "differs" }
}

/// A certificate that was issued for the event.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    pub row: certificate::Model,
    pub snapshot: Snapshot,
    /// In what a certificate issued now would differ, as "the name"; empty where it would not.
    pub differs: Vec<&'static str>,
}

/// Somebody who comes, and whether they get a certificate.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub who: Attendee,
    pub working: Working,
    pub why_not: Option<Reason>,
    /// Newest first, those that do not count any more too.
    pub given: Vec<Given>,
    /// The hold that stands, with its reason.
    pub hold: Option<certificate_hold::Model>,
}

impl Candidate {
    /// The certificate that counts.
    #[must_use]
    pub fn live(&self) -> Option<&Given> {
        self.given.iter().find(|given| given.row.state == CertificateState::Valid)
    }

    /// The newest certificate they had that does not count any more.
    #[must_use]
    pub fn earlier(&self) -> Option<&certificate::Model> {
        let mut rows = self.given.iter().map(|given| &given.row);
        rows.find(|row| row.state != CertificateState::Valid)
    }

    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.why_not {
            None => Verdict::Ready,
            Some(Reason::Held) => Verdict::Held,
            Some(Reason::NoName) => Verdict::Unnamed,
            Some(Reason::NoFeedback) => Verdict::Unanswered,
            Some(Reason::Rule(WhyNot::Cancelled)) => Verdict::Cancelled,
            Some(Reason::Rule(WhyNot::NotEnded)) => Verdict::NotEnded,
            Some(Reason::Rule(WhyNot::HasCertificate)) => Verdict::Issued,
            Some(Reason::Rule(WhyNot::TooFewMinutes { .. })) => Verdict::TooFew,
        }
    }

    #[must_use]
    pub fn has(&self) -> Has {
        match self.live() {
            None => Has::Nothing,
            Some(given) if given.differs.is_empty() => Has::Same,
            Some(_) => Has::Differs,
        }
    }
}

/// Whether one person gets a certificate.
fn why_not(
    who: &Attendee,
    working: &Working,
    event: &event::Model,
    now: DateTime<Utc>,
    has_live_certificate: bool,
    is_held: bool,
    owes_feedback: bool,
) -> Option<Reason> {
    let standing = Standing {
        cancelled: !who.stands() || event.status == EventStatus::Cancelled,
        event_ends: event.ends_at,
        now,
        has_live_certificate,
    };
    match qualifies(working, &hours_rule(event), &standing) {
        Err(why @ (WhyNot::HasCertificate | WhyNot::Cancelled)) => Some(Reason::Rule(why)),
        _ if is_held => Some(Reason::Held),
        Err(why) => Some(Reason::Rule(why)),
        Ok(()) if !who.is_named() => Some(Reason::NoName),
        Ok(()) if owes_feedback => Some(Reason::NoFeedback),
        Ok(()) => None,
    }
}

/// How each of these people of one event stands at `now`, from all that was recorded of them; in the order given. Two
/// queries, and one more where certificates wait for feedback.
pub(crate) async fn candidates<C: ConnectionTrait>(
    db: &C,
    ground: &Ground,
    people: Vec<Attendee>,
    records: &HashMap<ParticipantId, Vec<attendance_record::Model>>,
    now: DateTime<Utc>,
) -> Result<Vec<Candidate>> {
    let ids: Vec<_> = people.iter().map(|who| who.participant_id).collect();
    let mut certificates: HashMap<ParticipantId, Vec<certificate::Model>> = HashMap::new();
    for row in queries::list_of_participants(db, &ids).await? {
        certificates.entry(row.participant_id).or_default().push(row);
    }
    let given_feedback = if ground.gates { list_given(db, &ids).await? } else { Vec::new() };
    let holds = hold::list(db, &ids).await?;
    let mut holds: HashMap<_, _> = holds.into_iter().map(|row| (row.participant_id, row)).collect();
    let candidates = people.into_iter().map(|who| {
        let own = records.get(&who.participant_id).map_or(&[][..], Vec::as_slice);
        let working = ground.programme.work_out(own);
        let rows = certificates.remove(&who.participant_id).unwrap_or_default();
        let has_live = rows.iter().any(|row| row.state == CertificateState::Valid);
        let hold = holds.remove(&who.participant_id);
        let owes_feedback = ground.gates && !given_feedback.contains(&who.participant_id);
        let given = rows.into_iter().filter_map(|row| given(ground, &who, &working, row)).collect();
        Candidate {
            why_not: why_not(&who, &working, &ground.event, now, has_live, hold.is_some(), owes_feedback),
            given,
            hold,
            working,
            who,
        }
    });
    Ok(candidates.collect())
}

/// One that cannot be read any more is left out: it must not keep others from being listed, or checked in. So is one that
/// is not kept.
fn given(ground: &Ground, who: &Attendee, working: &Working, row: certificate::Model) -> Option<Given> {
    if row.jwt.is_empty() {
        return None;
    }
    let old: Snapshot = match serde_json::from_str(&row.snapshot) {
        Ok(old) => old,
        Err(cause) => {
            tracing::error!(certificate = %row.public_id, cause = %cause, "a certificate cannot be read");
            return None;
        }
    };
    let mut differs = Vec::new();
    // Without the personal data of the event there is nothing to compare with.
    if row.state == CertificateState::Valid && ground.event.erased_at.is_none() {
        let stamp = Stamp {
            id: old.id.clone(),
            issued_at: old.issued_at,
            status_list: old.status_list,
            status_index: old.status_index,
            replaces: old.replaces.clone(),
        };
        let name = who.name.as_deref().unwrap_or(&old.name);
        let fresh = snapshot(&ground.event, &ground.organisation, &ground.sessions, name, working, stamp);
        differs = differences(&old, &ground.template.dress(fresh));
    }
    Some(Given {
        row,
        snapshot: old,
        differs,
    })
}
