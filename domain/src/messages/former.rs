//! A place that was given to somebody else: its entry leaves the calendar of whoever was told of it before.

use super::{
    about::About,
    calendars::{day_of, wanted},
    entity::message,
    outbox,
};
use crate::{
    Services,
    attendance::queries::Attendee,
    bookings::entity::calendar_entry,
    error::Result,
    platform::{
        ics::{Method, Status, calendar},
        letter::Block,
        mail::Mailbox,
        zones,
    },
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter};

/// The key of the message that told a calendar so.
#[must_use]
pub fn key(uid: &str, sequence: i32) -> String {
    format!("invite:{uid}:{sequence}")
}

/// Takes out of `told` what another mailbox than the place's present one was told, and cancels it there. Whoever has the
/// place now gets entries of their own. The last message about an entry knows whose calendar it is in.
pub(super) async fn take_back(
    tx: &DatabaseTransaction,
    services: &Services,
    about: &About,
    who: &Attendee,
    told: Vec<calendar_entry::Model>,
) -> Result<Vec<calendar_entry::Model>> {
    if told.is_empty() {
        return Ok(told);
    }
    let keys: Vec<String> = told.iter().map(|row| key(&row.uid, row.sequence)).collect();
    let messages = message::Entity::find()
        .filter(message::Column::DedupeKey.is_in(keys))
        .all(tx)
        .await?;
    let mut kept = Vec::new();
    for row in told {
        let last = messages.iter().find(|message| message.dedupe_key == key(&row.uid, row.sequence));
        match last.filter(|message| who.address.as_deref() != Some(&message.to_address)) {
            None => kept.push(row),
            Some(former) => {
                if !row.cancelled {
                    cancel(tx, services, about, who, &row, former).await?;
                }
                calendar_entry::Entity::delete_by_id(row.id).exec(tx).await?;
            }
        }
    }
    Ok(kept)
}

async fn cancel(
    tx: &DatabaseTransaction,
    services: &Services,
    about: &About,
    who: &Attendee,
    row: &calendar_entry::Model,
    former: &message::Model,
) -> Result<()> {
    let day = day_of(about, row);
    let mut entry = wanted(services, about, who, day)?;
    entry.uid.clone_from(&row.uid);
    entry.sequence = u32::try_from(row.sequence + 1).unwrap_or(0);
    entry.status = Status::Cancelled;
    entry.description.clear();
    entry.attendee = Some(Mailbox::new(
        Some(former.to_name.clone()),
        former.to_address.parse().map_err(anyhow::Error::from)?,
    ));
    // Who has the place now is nobody's business here.
    let letter = about
        .letter("Your place has gone to somebody else")
        .with(Block::Notice(format!(
            "Your place at {} was given to another person. If that is a surprise, ask whoever booked it, or answer this mail.",
            about.event.title
        )))
        .with(Block::Facts(vec![
            ("Was".to_owned(), zones::span(day.starts, day.ends)),
            ("Name".to_owned(), former.to_name.clone()),
        ]))
        .with(Block::Para("The entry is taken out of your calendar.".to_owned()));
    let content = about.content(letter, Vec::new(), Some((Method::Cancel, calendar(Method::Cancel, None, &[entry]))));
    let subject = format!("Cancelled: {}", about.shown_title());
    let to = about.addressed(&former.to_name, &former.to_address);
    outbox::add(
        tx,
        services,
        &key(&row.uid, row.sequence + 1),
        "invite_cancelled",
        to,
        &subject,
        &content,
    )
    .await
}
