//! Claiming a place by the code on a walk-in's slip: it, its hours and its certificate are under My CPD from then on.

use super::{PlaceState, entity::place, walk_in::log};
use crate::{
    Services,
    access::Actor,
    attendance::{self, queries::Attendee},
    error::{Error, FieldErrors, Result},
    events::{self, entity::event},
    ids::PlaceId,
    platform::{db::begin_write, limits, random::read_place_code},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};

/// Whose place a claim code is of, and at which event, for whoever has signed in with the code in hand.
pub async fn to_claim(services: &Services, actor: &Actor, typed: &str) -> Result<Option<(Attendee, event::Model)>> {
    let person = actor.person_id().ok_or(Error::SignInNeeded)?;
    let Some(code) = read_place_code(typed) else { return Ok(None) };
    limits::count(
        &services.db,
        services.clock.now(),
        services.limits.claim,
        "claim_look",
        &person.to_string(),
    )
    .await?;
    let db = &services.db.read;
    let row = place::Entity::find()
        .filter(place::Column::ClaimCode.eq(&code))
        .filter(place::Column::PersonId.is_null())
        .one(db)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let attendee = attendance::queries::find_attendee(db, row.participant_id).await?;
    let (event, _) = events::queries::load(db, row.event_id).await?;
    Ok(attendee.map(|attendee| (attendee, event)))
}

/// Makes the place with this claim code the actor's own: their hours and certificate are under My CPD from then on. Used
/// once. Wrong codes are counted, so that none is found by trying.
pub async fn claim(services: &Services, actor: &Actor, typed: &str) -> Result<PlaceId> {
    let person = actor.person_id().ok_or(Error::SignInNeeded)?;
    if typed.trim().is_empty() {
        return Err(FieldErrors::one("form[code]", "missing", "Enter the code on your slip").into());
    }
    let now = services.clock.now();
    limits::count(&services.db, now, services.limits.claim, "claim", &person.to_string()).await?;
    let wrong = || {
        FieldErrors::one(
            "form[code]",
            "code",
            "Nothing is to be claimed with that code. Check it, letter by letter",
        )
    };
    let code = read_place_code(typed).ok_or_else(wrong)?;
    let tx = begin_write(&services.db).await?;
    let row = place::Entity::find()
        .filter(place::Column::ClaimCode.eq(&code))
        .filter(place::Column::PersonId.is_null())
        .filter(place::Column::State.eq(PlaceState::Confirmed))
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or_else(wrong)?;
    let id = row.id;
    log(&tx, actor, &row, "place.claimed", None, now).await?;
    let mut row = row.into_active_model();
    row.person_id = Set(Some(person));
    row.claim_code = Set(None);
    row.update(&tx).await?;
    tx.commit().await?;
    Ok(id)
}
