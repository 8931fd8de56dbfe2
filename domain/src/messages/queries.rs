//! Reading the outbox. Account mail (sign-in links) belongs to no organisation and is never shown.

use super::{State, entity::message};
use crate::{
    error::Result,
    ids::{MessageId, OrganisationId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

/// What an organiser looks for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    pub state: Option<State>,
    pub words: String,
    pub page: u64,
    pub per_page: u64,
}

/// Messages of these organisations, newest first, and how many there are in all.
pub async fn list<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId], search: &Search) -> Result<(Vec<message::Model>, u64)> {
    let mut query = message::Entity::find().filter(message::Column::OrganisationId.is_in(organisations.iter().copied()));
    if let Some(state) = search.state {
        query = query.filter(message::Column::State.eq(state));
    }
    for word in search.words.split_whitespace().take(5) {
        query = query.filter(
            sea_orm::Condition::any()
                .add(message::Column::ToAddress.contains(word.to_lowercase()))
                .add(message::Column::ToName.contains(word))
                .add(message::Column::Subject.contains(word)),
        );
    }
    let total = query.clone().count(db).await?;
    let per_page = search.per_page.clamp(1, 200);
    let rows = query
        .order_by_desc(message::Column::CreatedAt)
        .order_by_desc(message::Column::Id)
        .offset(search.page.min(100_000) * per_page)
        .limit(per_page)
        .all(db)
        .await?;
    Ok((rows, total))
}

/// One message, if it is one of these organisations'.
pub async fn find<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId], id: MessageId) -> Result<Option<message::Model>> {
    Ok(message::Entity::find_by_id(id)
        .filter(message::Column::OrganisationId.is_in(organisations.iter().copied()))
        .one(db)
        .await?)
}

/// How many messages of these organisations have this state.
pub async fn count<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId], state: State) -> Result<u64> {
    Ok(message::Entity::find()
        .filter(message::Column::OrganisationId.is_in(organisations.iter().copied()))
        .filter(message::Column::State.eq(state))
        .count(db)
        .await?)
}
