//! Links with secrets: sign in, manage a booking. A link is made when the message or answer that carries it leaves;
//! only its hash is stored, so nobody can read one from the database or from Messages.

use super::{
    entity::link,
    random::{Random, hash_of},
};
use crate::{error::Result, ids::LinkId};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// What a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Link {
    /// A sign-in request: used once, within 15 minutes of its making.
    SignIn(i64),
    /// A booking, for whoever holds its mail.
    Manage(i64),
    /// One place, for whoever holds its mail.
    Place(i64),
    /// Somebody's part in a team: signs them in, once, within a week of its making.
    Team(i64),
    /// A request to join a network, to be confirmed within a week of its mail.
    Join(i64),
    /// A membership, to leave by: in every mail to a circulation list, for as long as that mail is kept.
    Unsubscribe(i64),
    /// One invite, to answer by.
    Invite(i64),
    /// A kiosk at an event's door, for a day.
    Kiosk(i64),
    /// A speaker, to answer and to tell about themself by.
    Speaking(i64),
    /// Whoever came to an event, to give feedback by.
    Feedback(i64),
    /// Somebody's private calendar feed.
    Feed(i64),
    /// The screen of a session's room, for a month.
    Screen(i64),
    /// A period of a portfolio, for an appraiser, until the day its row says.
    Appraiser(i64),
}

impl Link {
    fn parts(self) -> (&'static str, i64) {
        match self {
            Self::SignIn(id) => ("sign_in", id),
            Self::Manage(id) => ("manage", id),
            Self::Place(id) => ("place", id),
            Self::Team(id) => ("team", id),
            Self::Join(id) => ("join", id),
            Self::Unsubscribe(id) => ("unsubscribe", id),
            Self::Invite(id) => ("invite", id),
            Self::Kiosk(id) => ("kiosk", id),
            Self::Screen(id) => ("screen", id),
            Self::Speaking(id) => ("speaking", id),
            Self::Feed(id) => ("feed", id),
            Self::Feedback(id) => ("feedback", id),
            Self::Appraiser(id) => ("appraiser", id),
        }
    }

    fn lives(self) -> Option<TimeDelta> {
        match self {
            Self::SignIn(_) => Some(TimeDelta::minutes(15)),
            Self::Kiosk(_) => Some(TimeDelta::hours(24)),
            Self::Screen(_) => Some(TimeDelta::days(30)),
            Self::Join(_) | Self::Team(_) => Some(TimeDelta::days(7)),
            Self::Manage(_)
            | Self::Place(_)
            | Self::Unsubscribe(_)
            | Self::Invite(_)
            | Self::Speaking(_)
            | Self::Feed(_)
            | Self::Feedback(_)
            | Self::Appraiser(_) => None,
        }
    }

    /// The path it opens, with its secret.
    #[must_use]
    pub fn path(self, token: &str) -> String {
        match self {
            Self::SignIn(_) | Self::Team(_) => format!("/sign-in/{token}"),
            Self::Manage(_) | Self::Place(_) => format!("/bookings/{token}"),
            Self::Join(_) => format!("/join/{token}"),
            Self::Unsubscribe(_) => format!("/unsubscribe/{token}"),
            Self::Invite(_) => format!("/invites/{token}"),
            Self::Kiosk(_) => format!("/kiosk/{token}"),
            Self::Screen(_) => format!("/screen/{token}"),
            Self::Speaking(_) => format!("/speaking/{token}"),
            Self::Feed(_) => format!("/feeds/{token}.ics"),
            Self::Feedback(_) => format!("/feedback/{token}"),
            Self::Appraiser(_) => format!("/appraiser/{token}"),
        }
    }

    /// The path as organisers see it in Messages.
    #[must_use]
    pub fn masked_path(self) -> String {
        self.path("••••••••")
    }
}

/// Makes a link and gives its secret, which is stored nowhere.
pub async fn mint<C: ConnectionTrait>(tx: &C, random: &Random, now: DateTime<Utc>, to: Link) -> Result<String> {
    let token = random.token();
    let (kind, object_id) = to.parts();
    let row = link::ActiveModel {
        token_hash: Set(hash_of(&token)),
        kind: Set(kind.to_owned()),
        object_id: Set(object_id),
        created_at: Set(now),
        expires_at: Set(to.lives().map(|time| now + time)),
        ..Default::default()
    };
    link::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(token)
}

/// What the secret opens, if it is one of ours, unused and not too old.
pub async fn find<C: ConnectionTrait>(db: &C, now: DateTime<Utc>, token: &str) -> Result<Option<(LinkId, Link)>> {
    let Some(row) = link::Entity::find()
        .filter(link::Column::TokenHash.eq(hash_of(token)))
        .one(db)
        .await?
    else {
        return Ok(None);
    };
    if row.used_at.is_some() || row.expires_at.is_some_and(|end| now >= end) {
        return Ok(None);
    }
    let link = match row.kind.as_str() {
        "sign_in" => Link::SignIn(row.object_id),
        "manage" => Link::Manage(row.object_id),
        "place" => Link::Place(row.object_id),
        "team" => Link::Team(row.object_id),
        "join" => Link::Join(row.object_id),
        "unsubscribe" => Link::Unsubscribe(row.object_id),
        "invite" => Link::Invite(row.object_id),
        "kiosk" => Link::Kiosk(row.object_id),
        "screen" => Link::Screen(row.object_id),
        "speaking" => Link::Speaking(row.object_id),
        "feed" => Link::Feed(row.object_id),
        "feedback" => Link::Feedback(row.object_id),
        "appraiser" => Link::Appraiser(row.object_id),
        _ => return Ok(None),
    };
    Ok(Some((row.id, link)))
}

/// When the newest link to a thing that still works was made.
pub async fn since<C: ConnectionTrait>(db: &C, to: Link) -> Result<Option<DateTime<Utc>>> {
    let (kind, object_id) = to.parts();
    let row = link::Entity::find()
        .filter(link::Column::Kind.eq(kind))
        .filter(link::Column::ObjectId.eq(object_id))
        .filter(link::Column::UsedAt.is_null())
        .order_by_desc(link::Column::CreatedAt)
        .one(db)
        .await?;
    Ok(row.map(|row| row.created_at))
}

/// Ends every link to the same thing: whoever holds one of them should hold it no more.
pub async fn revoke<C: ConnectionTrait>(tx: &C, now: DateTime<Utc>, to: Link) -> Result<()> {
    let (kind, object_id) = to.parts();
    link::Entity::update_many()
        .col_expr(link::Column::UsedAt, sea_orm::sea_query::Expr::value(now))
        .filter(link::Column::Kind.eq(kind))
        .filter(link::Column::ObjectId.eq(object_id))
        .filter(link::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Uses a link up; false when somebody else just did.
pub async fn use_up<C: ConnectionTrait>(tx: &C, now: DateTime<Utc>, id: LinkId) -> Result<bool> {
    let used = link::Entity::update_many()
        .col_expr(link::Column::UsedAt, sea_orm::sea_query::Expr::value(now))
        .filter(link::Column::Id.eq(id))
        .filter(link::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(used.rows_affected == 1)
}
