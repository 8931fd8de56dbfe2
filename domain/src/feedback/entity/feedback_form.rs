//! What an event asks afterwards.

use crate::{
    feedback::FormState,
    ids::{EventId, RowId},
};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feedback_form")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub event_id: EventId,
    /// JSON; see [`crate::feedback::Question`].
    pub questions: String,
    pub state: FormState,
    /// A certificate waits until its holder has handed feedback in, whatever it says.
    pub gates: bool,
    /// How often people were asked by mail.
    pub asked: i32,
    /// Days after the event on which people are asked by themselves: "0,3,7".
    pub remind_days: String,
    /// Those of them on which they were.
    pub reminded_days: String,
}

impl ActiveModelBehavior for ActiveModel {}
