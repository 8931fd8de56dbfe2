//! One certificate: numbered, written, signed, recorded and mailed in one transaction.

use super::{
    Issued, hold,
    snapshot::{Stamp, snapshot},
};
use crate::{
    Services,
    agenda::{SessionStatus, entity::session},
    attendance::queries::{Attendee, Programme, find_attendee, list_all_sessions},
    bookings::entity::{booking, participant, place},
    certificates::{
        CertificateState,
        credential::{Snapshot, claims, credential, new_id},
        entity::{certificate, certificate_record, status_list},
        hours::Working,
        hours::hours_in_words,
        queries::WITHDRAWN,
        signers::{self, Signer},
        status_list::ENTRIES,
        template::{self, Template},
    },
    error::{Error, Result},
    events::{self, entity::event},
    feedback,
    ids::{CertificateId, EventId, ParticipantId, PersonId},
    messages::{
        Content,
        outbox::{self, Addressed},
    },
    organisations::entity::organisation,
    people,
    platform::{
        chain,
        db::begin_write,
        letter::{self, Block, Letter},
        random::hash_of,
        signing::Issuer,
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, SqlErr,
};
use std::collections::{HashMap, HashSet};

/// How often a certificate is tried again when another took its number.
const TRIES: u32 = 5;

/// Who hears of a new certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tell {
    Them,
    Nobody,
}

/// The event as all its certificates see it.
pub(crate) struct Ground {
    pub event: event::Model,
    pub organisation: organisation::Model,
    /// Not the cancelled ones.
    pub sessions: Vec<session::Model>,
    pub programme: Programme,
    /// Certificates wait for feedback.
    pub gates: bool,
    pub template: Template,
    /// Who signs them.
    pub issuer: Issuer,
}

impl Ground {
    pub(crate) async fn load<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Self> {
        let gates = feedback::give::gates(db, event).await?;
        let (event, organisation) = events::queries::load(db, event).await?;
        let issuer = signers::issuer_of(db, &organisation).await?;
        let event = crate::networks::queries::in_full(db, event).await?;
        let template = template::approval::of_event(db, &event).await?;
        let mut sessions = list_all_sessions(db, event.id).await?;
        let programme = Programme::new(&event, &sessions);
        sessions.retain(|session| session.status == SessionStatus::Planned);
        Ok(Self {
            event,
            organisation,
            sessions,
            programme,
            gates,
            template,
            issuer,
        })
    }
}

/// Whether two were at the same number, or at the same person, at the same moment.
pub(super) fn is_clash(error: &Error) -> bool {
    matches!(error, Error::Database(cause) if matches!(cause.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))))
}

/// Issues a certificate to one participant; `None` where somebody was faster, or the place was cancelled meanwhile.
pub(super) async fn issue(
    services: &Services,
    ground: &Ground,
    participant: ParticipantId,
    working: &Working,
    by: Option<PersonId>,
    tell: Tell,
) -> Result<Option<Issued>> {
    let mut tries = 0;
    loop {
        let tx = begin_write(&services.db).await?;
        match first(&tx, services, ground, participant, working, by, tell).await {
            Ok(made) => {
                tx.commit().await?;
                return Ok(made);
            }
            Err(error) if is_clash(&error) && tries < TRIES => {
                tx.rollback().await?;
                tries += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

async fn first(
    tx: &DatabaseTransaction,
    services: &Services,
    ground: &Ground,
    participant: ParticipantId,
    working: &Working,
    by: Option<PersonId>,
    tell: Tell,
) -> Result<Option<Issued>> {
    let Some(who) = lock_attendee(tx, participant).await? else {
        return Ok(None);
    };
    let before = certificate::Entity::find()
        .filter(certificate::Column::ParticipantId.eq(participant))
        .order_by_desc(certificate::Column::Id)
        .all(tx)
        .await?;
    if !who.stands() || before.iter().any(|row| row.state == CertificateState::Valid) {
        return Ok(None);
    }
    if hold::find(tx, participant).await?.is_some() {
        return Ok(None);
    }
    let replaces = before.first().filter(|row| is_same_holder(&who, row));
    let made = write(tx, services, ground, &who, working, by, replaces, tell).await?;
    Ok(Some(made))
}

/// Whether a certificate was issued to whoever comes now, and not to somebody who had the place before.
pub(super) fn is_same_holder(who: &Attendee, row: &certificate::Model) -> bool {
    who.given_at.is_none_or(|given| row.issued_at >= given)
}

/// Whoever comes, held until the transaction ends: nobody else gives them a certificate, or takes their place, meanwhile.
pub(super) async fn lock_attendee(tx: &DatabaseTransaction, participant: ParticipantId) -> Result<Option<Attendee>> {
    participant::Entity::find_by_id(participant).lock_exclusive().one(tx).await?;
    place::Entity::find()
        .filter(place::Column::ParticipantId.eq(participant))
        .lock_exclusive()
        .one(tx)
        .await?;
    find_attendee(tx, participant).await
}

/// Writes, signs, records and mails one certificate.
#[expect(clippy::too_many_arguments, reason = "one row from everything it is made of")]
pub(super) async fn write(
    tx: &DatabaseTransaction,
    services: &Services,
    ground: &Ground,
    who: &Attendee,
    working: &Working,
    by: Option<PersonId>,
    replaces: Option<&certificate::Model>,
    tell: Tell,
) -> Result<Issued> {
    let now = services.clock.now();
    let name = who.name.as_deref().ok_or_else(|| anyhow::anyhow!("the place has no name"))?;
    let (list, index) = free_place(tx, services, &ground.issuer).await?;
    // Once the list is held: a key found to be stolen is marked before its lists are.
    let signer = Signer::of(services, &ground.issuer)?;
    let stamp = Stamp {
        id: new_id(services.random.bytes()),
        issued_at: now,
        status_list: list,
        status_index: index,
        replaces: replaces.map(|old| old.public_id.clone()),
    };
    let shot = snapshot(&ground.event, &ground.organisation, &ground.sessions, name, working, stamp);
    let shot = ground.template.dress(shot);
    let jwt = signer.sign(&claims(&credential(&shot, &signer.site)));
    let row = certificate::ActiveModel {
        event_id: Set(ground.event.id),
        participant_id: Set(who.participant_id),
        public_id: Set(shot.id.clone()),
        snapshot: Set(serde_json::to_string(&shot)?),
        jwt: Set(jwt),
        minutes: Set(i32::try_from(shot.minutes).unwrap_or(i32::MAX)),
        state: Set(CertificateState::Valid),
        status_list: Set(i32::try_from(list).unwrap_or(i32::MAX)),
        status_index: Set(i32::try_from(index).unwrap_or(i32::MAX)),
        issued_at: Set(now),
        replaces_id: Set(replaces.map(|old| old.id)),
        ..Default::default()
    }
    .insert(tx)
    .await?;
    record(tx, &row, "issued", by, now).await?;
    if tell == Tell::Them {
        write_to(tx, services, ground, who, &row, &shot).await?;
    }
    Ok(Issued {
        place: who.import_code.clone().unwrap_or_else(|| who.code.clone()),
        certificate: shot.id,
        minutes: shot.minutes,
        shown_minutes: shot.shown_minutes,
    })
}

/// A place in the issuer's newest status list that nobody has, at random. A list is left half empty, so that one is soon
/// found and the places say nothing of the order of issue.
async fn free_place(tx: &DatabaseTransaction, services: &Services, issuer: &Issuer) -> Result<(u32, u32)> {
    let newest = status_list::Entity::find()
        .filter(status_list::Column::Issuer.eq(issuer.word()))
        .order_by_desc(status_list::Column::Number)
        .limit(1)
        .lock_shared()
        .one(tx)
        .await?;
    let list = match newest {
        Some(newest) if !is_half_full(tx, newest.number).await? => newest.number,
        _ => new_list(tx, issuer).await?,
    };
    for _ in 0..64 {
        let index = services.random.below(ENTRIES);
        let at = i32::try_from(index).unwrap_or(i32::MAX);
        let others = certificate::Entity::find()
            .filter(certificate::Column::StatusList.eq(list))
            .filter(certificate::Column::StatusIndex.eq(at))
            .count(tx)
            .await?;
        if others == 0 {
            return Ok((list.unsigned_abs(), index));
        }
    }
    Err(anyhow::anyhow!("no free place was found in status list {list}").into())
}

async fn is_half_full(tx: &DatabaseTransaction, list: i32) -> Result<bool> {
    let taken = certificate::Entity::find()
        .filter(certificate::Column::StatusList.eq(list))
        .count(tx)
        .await?;
    Ok(taken >= u64::from(ENTRIES / 2))
}

/// Begins the issuer's next list, under a number no list ever had.
async fn new_list(tx: &DatabaseTransaction, issuer: &Issuer) -> Result<i32> {
    let newest = status_list::Entity::find()
        .order_by_desc(status_list::Column::Number)
        .limit(1)
        .one(tx)
        .await?;
    let number = newest.map_or(1, |newest| newest.number + 1);
    let row = status_list::ActiveModel {
        number: Set(number),
        issuer: Set(issuer.word().to_owned()),
    };
    status_list::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(number)
}

fn chain_of(event: EventId) -> String {
    format!("certificates/event:{event}")
}

fn fields_of(at: DateTime<Utc>, certificate: i64, action: &str, by: Option<PersonId>, digest: &str) -> Vec<String> {
    vec![
        chain::time(at),
        certificate.to_string(),
        action.to_owned(),
        by.map(|id| id.to_string()).unwrap_or_default(),
        digest.to_owned(),
    ]
}

/// What the record says where the same certificate was signed with another key.
pub(crate) const SIGNED_ANEW: &str = "signed_anew";

/// Adds what was done to the event's chain: ids, kinds and the digest of what was signed.
pub(crate) async fn record(
    tx: &DatabaseTransaction,
    row: &certificate::Model,
    action: &str,
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let (name, digest) = (chain_of(row.event_id), hash_of(&row.jwt));
    let fields = fields_of(now, row.id.0, action, by, &digest);
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let link = chain::extend(tx, &name, &fields).await?;
    let entry = certificate_record::ActiveModel {
        certificate_id: Set(row.id),
        chain: Set(name),
        seq: Set(link.seq),
        action: Set(action.to_owned()),
        at: Set(now),
        person_id: Set(by),
        digest: Set(digest),
        prev_hash: Set(link.prev_hash),
        hash: Set(link.hash),
        ..Default::default()
    };
    certificate_record::Entity::insert(entry).exec_without_returning(tx).await?;
    Ok(())
}

/// The first record of an event's certificates that does not follow from the one before, no longer fits what was signed,
/// or is not there any more; `None` when all is whole.
pub async fn first_break<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Option<i64>> {
    let name = chain_of(event);
    let records = certificate_record::Entity::find()
        .filter(certificate_record::Column::Chain.eq(&name))
        .order_by_asc(certificate_record::Column::Seq)
        .all(db)
        .await?;
    let signed = certificate::Entity::find()
        .filter(certificate::Column::EventId.eq(event))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, hash_of(&row.jwt)))
        .collect();
    let changed = first_changed(&records, &signed);
    let broken = chain::first_break(
        db,
        &name,
        records.iter().map(|row| {
            (
                row.seq,
                row.prev_hash.as_str(),
                row.hash.as_str(),
                fields_of(row.at, row.certificate_id.0, &row.action, row.person_id, &row.digest),
            )
        }),
    )
    .await?;
    Ok(broken.into_iter().chain(changed).min())
}

/// The first record of a certificate whose signed text is not what was recorded. The text of one changes only where it was
/// signed anew, and what is there now is what was recorded last; or nothing, where the record says that it was withdrawn.
fn first_changed(records: &[certificate_record::Model], signed: &HashMap<CertificateId, String>) -> Option<i64> {
    let mut last: HashMap<CertificateId, &certificate_record::Model> = HashMap::new();
    let (mut withdrawn, nothing) = (HashSet::new(), hash_of(""));
    for record in records {
        if withdrawn.contains(&record.certificate_id) && record.digest == nothing {
            continue;
        }
        match last.get(&record.certificate_id) {
            Some(before) if before.digest != record.digest && record.action != SIGNED_ANEW => return Some(record.seq),
            Some(before) if before.digest == record.digest => {}
            _ => {
                last.insert(record.certificate_id, record);
            }
        }
        if record.action == WITHDRAWN {
            withdrawn.insert(record.certificate_id);
        }
    }
    let other = |record: &&&certificate_record::Model| {
        let (id, now) = (&record.certificate_id, signed.get(&record.certificate_id));
        now != Some(&record.digest) && !(withdrawn.contains(id) && now == Some(&nothing))
    };
    last.values().filter(other).map(|record| record.seq).min()
}

/// The mail with the link. A place without a mailbox of its own: whoever booked it gets the link to pass on.
async fn write_to(
    tx: &DatabaseTransaction,
    services: &Services,
    ground: &Ground,
    who: &Attendee,
    row: &certificate::Model,
    shot: &Snapshot,
) -> Result<()> {
    let (own, to_name, address) = match &who.address {
        Some(address) => (true, shot.name.clone(), address.clone()),
        None => {
            let booking = who.booking_id.ok_or(Error::NotFound)?;
            let booking = booking::Entity::find_by_id(booking).one(tx).await?.ok_or(Error::NotFound)?;
            (false, booking.booker_name, people::service::address(tx, booking.booker_id).await?)
        }
    };
    let content = Content {
        letter: letter(services, ground, shot, own),
        links: Vec::new(),
        calendar: None,
        from_name: ground.organisation.name.clone(),
        reply_to: Some(ground.organisation.email.clone()),
        list: None,
        was: Vec::new(),
    };
    let subject = format!(
        "{}: {}",
        if own { "Your certificate" } else { "A certificate to pass on" },
        ground.event.shown_title()
    );
    let to = Addressed {
        organisation: Some(ground.organisation.id),
        event: Some(ground.event.id),
        network: None,
        name: &to_name,
        address: &address,
    };
    outbox::add(
        tx,
        services,
        &format!("certificate:{}", row.id),
        "certificate",
        to,
        &subject,
        &content,
    )
    .await
}

fn letter(services: &Services, ground: &Ground, shot: &Snapshot, own: bool) -> Letter {
    let address = services.url(&format!("/certificates/{}", shot.id));
    let title = if own {
        "Your certificate of attendance".to_owned()
    } else {
        format!("A certificate for {}", shot.name)
    };
    let mut letter = Letter::new(&ground.organisation.name, title).with(Block::Facts(vec![
        ("Event".to_owned(), shot.event_title.clone()),
        ("When".to_owned(), shot.when_words.clone()),
        ("Name".to_owned(), shot.name.clone()),
        (
            "CPD".to_owned(),
            format!("{} ({} minutes)", hours_in_words(shot.shown_minutes), shot.shown_minutes),
        ),
    ]));
    if shot.replaces.is_some() {
        letter = letter.with(Block::Notice(
            "This certificate takes the place of an earlier one, which does not count any more.".to_owned(),
        ));
    }
    if !own {
        letter = letter.with(Block::Para(format!(
            "You booked this place without a mail address for {}. Please pass this mail on.",
            shot.name
        )));
    }
    letter = letter
        .with(Block::Action { label: "See the certificate".to_owned(), url: address.clone() })
        .with(Block::Link { label: "Download certificate (PDF)".to_owned(), url: format!("{address}.pdf") })
        .with(Block::Para("Whoever you give the link to can check the certificate there, without signing in. Keep the PDF: it can be checked even when this site has gone.".to_owned()))
        .ending(Block::Para(format!("Is the name or anything else wrong? Answer this mail, or write to {}.", ground.organisation.email)));
    if ground.event.sensitive && !ground.event.support.0.is_empty() {
        let lines = ground.event.support.0.iter().map(|line| letter::SupportLine {
            name: line.name.clone(),
            contact: line.contact.clone(),
            note: line.note.clone().unwrap_or_default(),
        });
        letter = letter.ending(Block::Support(lines.collect()));
    }
    letter
}
