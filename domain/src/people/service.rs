//! Mailboxes, and signing in by mail: a link of 15 minutes, opened by hand so that scanners do not burn it, or a code of
//! an hour typed where it was asked for. The same answer for mailboxes known and unknown.

use super::{
    Refusal,
    address::EmailAddress,
    entity::{person, sign_in, sign_in_request},
};
use crate::{
    Services,
    access::{Actor, SignedIn},
    error::{Error, FieldErrors, Result},
    ids::PersonId,
    messages::{
        Content, link_placeholder,
        outbox::{self, Addressed},
    },
    organisations,
    platform::{
        db::begin_write,
        letter::{Block, Letter},
        limits,
        links::{self, Link},
        random::hash_of,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::OnConflict,
};
use std::collections::BTreeMap;

/// How long a browser stays signed in.
pub const SIGN_IN_LASTS: TimeDelta = TimeDelta::days(14);
/// How long a code may be typed.
const CODE_LASTS: TimeDelta = TimeDelta::minutes(60);
const CODE_TRIES: i32 = 5;

/// The people behind these addresses, added where they are new. Pass addresses in order: orders that cross would lock
/// each other out.
pub async fn find_or_add<C: ConnectionTrait>(tx: &C, now: DateTime<Utc>, addresses: &[&str]) -> Result<BTreeMap<String, PersonId>> {
    if addresses.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = addresses.iter().map(|address| person::ActiveModel {
        address: Set((*address).to_owned()),
        created_at: Set(now),
        ..Default::default()
    });
    person::Entity::insert_many(rows)
        .on_conflict(OnConflict::column(person::Column::Address).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    let found = person::Entity::find()
        .filter(person::Column::Address.is_in(addresses.iter().copied()))
        .all(tx)
        .await?;
    Ok(found.into_iter().map(|row| (row.address, row.id)).collect())
}

/// The person behind an address, with a name if they had none.
pub async fn find_or_add_named<C: ConnectionTrait>(tx: &C, now: DateTime<Utc>, address: &str, name: &str) -> Result<PersonId> {
    find_or_add(tx, now, &[address]).await?;
    let row = person::Entity::find()
        .filter(person::Column::Address.eq(address))
        .one(tx)
        .await?
        .ok_or(Error::NotFound)?;
    let id = row.id;
    if row.name.is_none() && !name.is_empty() {
        let mut row = row.into_active_model();
        row.name = Set(Some(name.to_owned()));
        row.update(tx).await?;
    }
    Ok(id)
}

/// The address of a person.
pub async fn address<C: ConnectionTrait>(db: &C, id: PersonId) -> Result<String> {
    Ok(person::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?.address)
}

/// Somebody wants to sign in. Whether we know the mailbox or not, the answer is the same; the truth goes by mail.
pub async fn ask(services: &Services, typed: &str, next: &str, browser: &str, client: &str) -> Result<()> {
    if typed.trim().is_empty() {
        return Err(FieldErrors::one("form[email]", "missing", "Enter your email address").into());
    }
    let address = EmailAddress::parse(typed)
        .map_err(|cause| FieldErrors::one("form[email]", "invalid", format!("Check your email address: {cause}")))?
        .key()
        .to_owned();
    let now = services.clock.now();
    limits::count(&services.db, now, services.limits.sign_in_address, "sign-in-address", client).await?;
    limits::count(&services.db, now, services.limits.sign_in_mailbox, "sign-in-mailbox", &address).await?;

    // Whom people know, where there is just one.
    let from = organisations::service::find_only(services).await?;
    let from = from.map_or_else(|| "Plenary".to_owned(), |organisation| organisation.name);
    let tx = begin_write(&services.db).await?;
    let known = person::Entity::find().filter(person::Column::Address.eq(&address)).one(&tx).await?;
    let code = services.random.sign_in_code();
    let request = sign_in_request::ActiveModel {
        person_id: Set(known.as_ref().map(|person| person.id)),
        browser: Set(hash_of(browser)),
        next: Set(next.to_owned()),
        code_hash: Set(known.is_some().then(|| hash_of(&code))),
        code_tries: Set(0),
        asked_at: Set(now),
        ..Default::default()
    }
    .insert(&tx)
    .await?;
    let host = services.url("");
    let (letter, links) = match &known {
        Some(_) => (
            Letter::new(&from, "Sign in")
                .with(Block::Para(format!("Somebody, most likely you, asked to sign in at {host} with this address.")))
                .with(Block::Action { label: "Sign in".to_owned(), url: link_placeholder(0) })
                .with(Block::Para("The link works once, for 15 minutes. Or type this code on the page where you asked, within an hour:".to_owned()))
                .with(Block::Code(code))
                .ending(Block::Para("If it was not you, do nothing. Nobody can sign in without this mail.".to_owned())),
            vec![Link::SignIn(request.id.0)],
        ),
        None => (
            Letter::new(&from, "There is nothing to sign in to yet")
                .with(Block::Para(format!("Somebody, most likely you, asked to sign in at {host} with this address. We hold no booking, certificate or role for it.")))
                .with(Block::Para("If you booked with another address, use that one. If it was not you, do nothing.".to_owned())),
            Vec::new(),
        ),
    };
    let to = Addressed {
        organisation: None,
        event: None,
        network: None,
        name: "",
        address: &address,
    };
    let content = Content {
        letter,
        links,
        calendar: None,
        from_name: from,
        reply_to: None,
        list: None,
        was: Vec::new(),
    };
    outbox::add(
        &tx,
        services,
        &format!("sign-in:{}", request.id),
        "sign_in",
        to,
        "Sign in",
        &content,
    )
    .await?;
    tx.commit().await?;
    services.wake();
    Ok(())
}

/// A new sign-in: its secret for the cookie, and where the person was going.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSignIn {
    pub token: String,
    pub next: String,
}

/// Whether this link would still sign somebody in. Looking does not use it up.
pub async fn is_fresh(services: &Services, token: &str) -> Result<bool> {
    Ok(matches!(
        links::find(&services.db.read, services.clock.now(), token).await?,
        Some((_, Link::SignIn(_) | Link::Team(_)))
    ))
}

/// Signs in with the link from a mail, which works once.
pub async fn with_link(services: &Services, token: &str) -> Result<NewSignIn> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let (link, person, next) = match links::find(&tx, now, token).await? {
        Some((link, Link::SignIn(request))) => {
            let request = sign_in_request::Entity::find_by_id(crate::ids::RowId(request))
                .one(&tx)
                .await?
                .ok_or(Refusal::StaleLink)?;
            (link, request.person_id, request.next)
        }
        Some((link, Link::Team(member))) => (
            link,
            organisations::team::find_person(&tx, crate::ids::TeamMemberId(member)).await?,
            "/organise".to_owned(),
        ),
        _ => return Err(Refusal::StaleLink.into()),
    };
    let person = person.ok_or(Refusal::StaleLink)?;
    if !links::use_up(&tx, now, link).await? {
        return Err(Refusal::StaleLink.into());
    }
    let made = begin(&tx, services, person, next, now).await?;
    tx.commit().await?;
    Ok(made)
}

/// Signs in with the code from a mail, typed in the browser that asked for it.
pub async fn with_code(services: &Services, browser: &str, typed: &str) -> Result<NewSignIn> {
    let now = services.clock.now();
    let code: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let tx = begin_write(&services.db).await?;
    let request = sign_in_request::Entity::find()
        .filter(sign_in_request::Column::Browser.eq(hash_of(browser)))
        .filter(sign_in_request::Column::AskedAt.gt(now - CODE_LASTS))
        .filter(sign_in_request::Column::UsedAt.is_null())
        .order_by_desc(sign_in_request::Column::Id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .filter(|request| request.code_tries < CODE_TRIES)
        .ok_or(Refusal::WrongCode)?;
    let right = request.code_hash.as_deref().is_some_and(|hash| hash == hash_of(&code));
    let (person, next) = (request.person_id, request.next.clone());
    let mut row = request.into_active_model();
    if !right {
        // A wrong code is counted even though it is refused.
        row.code_tries = Set(row.code_tries.take().unwrap_or(0) + 1);
        row.update(&tx).await?;
        tx.commit().await?;
        return Err(Refusal::WrongCode.into());
    }
    row.used_at = Set(Some(now));
    row.update(&tx).await?;
    let made = begin(&tx, services, person.ok_or(Refusal::WrongCode)?, next, now).await?;
    tx.commit().await?;
    Ok(made)
}

/// Signs `person` in. Whoever was going nowhere in particular goes to what they came for: their team's work, or their own
/// bookings.
async fn begin<C: ConnectionTrait>(tx: &C, services: &Services, person: PersonId, next: String, now: DateTime<Utc>) -> Result<NewSignIn> {
    let token = services.random.token();
    let row = sign_in::ActiveModel {
        person_id: Set(person),
        token_hash: Set(hash_of(&token)),
        created_at: Set(now),
        expires_at: Set(now + SIGN_IN_LASTS),
        ..Default::default()
    };
    row.insert(tx).await?;
    organisations::team::join(tx, person, now).await?;
    let (roles, stewards) = organisations::team::roles_of(tx, person).await?;
    let helps = !roles.is_empty() || !stewards.is_empty();
    let next = match next.as_str() {
        "/" if helps => "/organise".to_owned(),
        "/" => "/my".to_owned(),
        _ => next,
    };
    Ok(NewSignIn { token, next })
}

/// Who holds this sign-in, with their roles; nobody, if it is over.
pub async fn recognise(services: &Services, token: &str) -> Result<Actor> {
    let db = &services.db.read;
    let found = sign_in::Entity::find()
        .filter(sign_in::Column::TokenHash.eq(hash_of(token)))
        .filter(sign_in::Column::ExpiresAt.gt(services.clock.now()))
        .one(db)
        .await?;
    let Some(found) = found else { return Ok(Actor::Nobody) };
    let Some(person) = person::Entity::find_by_id(found.person_id).one(db).await? else {
        return Ok(Actor::Nobody);
    };
    let (roles, stewards) = organisations::team::roles_of(db, person.id).await?;
    Ok(Actor::Person(SignedIn {
        id: person.id,
        address: person.address,
        name: person.name,
        roles,
        stewards,
    }))
}

/// Ends one sign-in.
pub async fn sign_out(services: &Services, token: &str) -> Result<()> {
    sign_in::Entity::delete_many()
        .filter(sign_in::Column::TokenHash.eq(hash_of(token)))
        .exec(services.db.writer())
        .await?;
    Ok(())
}

/// Ends every sign-in of this person, here and elsewhere.
pub async fn sign_out_everywhere(services: &Services, actor: &Actor) -> Result<()> {
    let person = actor.signed_in()?;
    sign_in::Entity::delete_many()
        .filter(sign_in::Column::PersonId.eq(person.id))
        .exec(services.db.writer())
        .await?;
    Ok(())
}

/// A sign-in link for whoever runs the machine: as if asked for and mailed.
pub async fn mint_link(services: &Services, address: &str) -> Result<String> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let person = person::Entity::find()
        .filter(person::Column::Address.eq(address.to_lowercase()))
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let request = sign_in_request::ActiveModel {
        person_id: Set(Some(person.id)),
        browser: Set(String::new()),
        next: Set("/".to_owned()),
        code_hash: Set(None),
        code_tries: Set(CODE_TRIES),
        asked_at: Set(now),
        ..Default::default()
    }
    .insert(&tx)
    .await?;
    let link = Link::SignIn(request.id.0);
    let token = links::mint(&tx, &services.random, now, link).await?;
    tx.commit().await?;
    Ok(services.url(&link.path(&token)))
}
