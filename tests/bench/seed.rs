//! Many places of one event, put into the tables as booking leaves them but without its mails; and somebody signed in.

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    bookings::{
        PlaceState, Vat,
        entity::{booking, participant, place, ticket},
    },
    events::entity::event,
    ids::{BookingId, ParticipantId, PersonId},
    organisations::{Role, entity::team_member},
    people::entity::{person, sign_in},
    platform::{
        db::{Db, Sync},
        random::{Random, hash_of},
    },
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use std::{collections::BTreeSet, path::Path};

/// How many rows one statement inserts: SQLite takes some thirty thousand values in one.
const AT_ONCE: usize = 1_000;

/// The database in a data folder nothing else has open.
pub async fn open(data: &Path) -> Result<Db> {
    Db::open(&format!("sqlite:{}", data.join("plenary.db").display()), Sync::Normal).await
}

async fn find(db: &Db, slug: &str) -> Result<event::Model> {
    let found = event::Entity::find().filter(event::Column::Slug.eq(slug)).one(&db.read).await?;
    found.with_context(|| format!("{slug} was not imported"))
}

/// Books so many places of the event at `slug`, each by its own delegate, and gives their codes. The rows have ids from
/// `first`, which must be clear of others'.
pub async fn places(db: &Db, slug: &str, first: i64, count: usize, now: DateTime<Utc>) -> Result<Vec<String>> {
    let event = find(db, slug).await?;
    let ticket = ticket::Entity::find()
        .filter(ticket::Column::EventId.eq(event.id))
        .one(&db.read)
        .await?
        .context("no ticket")?;
    let random = Random::system();
    // Of a hundred thousand, two may well be the same.
    let mut codes = BTreeSet::new();
    while codes.len() < count {
        codes.insert(random.place_code());
    }
    let codes: Vec<String> = codes.into_iter().collect();
    let numbered: Vec<(i64, &String)> = (first..).zip(&codes).collect();
    for some in numbered.chunks(AT_ONCE) {
        let people = some.iter().map(|(i, _)| person::ActiveModel {
            id: Set(PersonId(*i)),
            address: Set(format!("delegate-{i}@example.org")),
            name: Set(None),
            created_at: Set(now),
        });
        person::Entity::insert_many(people).exec_without_returning(db.writer()).await?;
        let bookings = some.iter().map(|(i, code)| booking::ActiveModel {
            id: Set(BookingId(*i)),
            event_id: Set(event.id),
            booker_id: Set(PersonId(*i)),
            booker_name: Set(name(*i)),
            reference: Set(format!("BN-{code}")),
            request_key: Set(format!("seeded-{i}")),
            request_digest: Set(String::new()),
            purchase_order: Set(None),
            created_at: Set(now - TimeDelta::seconds(*i - first)),
        });
        booking::Entity::insert_many(bookings).exec_without_returning(db.writer()).await?;
        let participants = some.iter().map(|(i, code)| participant::ActiveModel {
            id: Set(ParticipantId(*i)),
            event_id: Set(event.id),
            code: Set((*code).clone()),
            import_code: Set(None),
            created_at: Set(now),
        });
        participant::Entity::insert_many(participants)
            .exec_without_returning(db.writer())
            .await?;
        let places = some.iter().map(|(i, _)| place::ActiveModel {
            booking_id: Set(BookingId(*i)),
            event_id: Set(event.id),
            ticket_id: Set(ticket.id),
            participant_id: Set(ParticipantId(*i)),
            person_id: Set(Some(PersonId(*i))),
            position: Set(1),
            name: Set(Some(name(*i))),
            job_role: Set(Some("Nurse".to_owned())),
            organisation: Set(Some("Example Trust".to_owned())),
            state: Set(PlaceState::Confirmed),
            price_pence: Set(0),
            vat: Set(Vat::Exempt),
            ..Default::default()
        });
        place::Entity::insert_many(places).exec_without_returning(db.writer()).await?;
    }
    Ok(codes)
}

/// Names that sort in another order than they were booked in.
fn name(id: i64) -> String {
    format!("Delegate {:05}", id * 7_919 % 100_003)
}

/// Signs in a new member of the team of the event at `slug`, and gives their cookie.
pub async fn sign_in(db: &Db, slug: &str, role: Role, now: DateTime<Utc>) -> Result<String> {
    let event = find(db, slug).await?;
    let somebody = person::ActiveModel {
        address: Set(format!("{}@example.org", role.word())),
        name: Set(Some("Robin Marsh".to_owned())),
        created_at: Set(now),
        ..Default::default()
    };
    let person_id = person::Entity::insert(somebody).exec(db.writer()).await?.last_insert_id;
    let member = team_member::ActiveModel {
        organisation_id: Set(event.organisation_id),
        person_id: Set(person_id),
        role: Set(role),
        event_id: Set(None),
        joined_at: Set(Some(now)),
        created_at: Set(now),
        ..Default::default()
    };
    team_member::Entity::insert(member).exec_without_returning(db.writer()).await?;
    let token = Random::system().token();
    let row = sign_in::ActiveModel {
        person_id: Set(person_id),
        token_hash: Set(hash_of(&token)),
        created_at: Set(now),
        expires_at: Set(now + TimeDelta::days(1)),
        ..Default::default()
    };
    sign_in::Entity::insert(row).exec_without_returning(db.writer()).await?;
    Ok(format!("sign-in={token}; browser=benchbenchbenchbenchbe"))
}
