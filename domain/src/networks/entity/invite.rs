//! One member and one meeting: the other way, beside a place, of being a participant.

use crate::ids::{EventId, InviteId, MembershipId, ParticipantId};
use crate::networks::{InviteState, Reply, Way};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invite")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: InviteId,
    pub event_id: EventId,
    pub membership_id: MembershipId,
    pub participant_id: ParticipantId,
    pub state: InviteState,
    pub reply: Option<Reply>,
    pub reply_how: Option<Way>,
    pub replied_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
