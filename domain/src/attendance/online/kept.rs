//! The lines of reports as they were handed in: kept so that a question about somebody's hours can be answered, and
//! removed by date, since they name people and machines that have nothing to do with the event.

use super::{Report, Vendor};
use crate::{
    Services,
    access::{Actor, Permission},
    attendance::{
        entity::{online_report as report, online_row as row},
        queries,
    },
    bookings::table::{Csv, line},
    error::Result,
    events::{entity::event, service::load_for},
    ids::{EventId, ParticipantId, PersonId, RowId},
    platform::db::{Db, begin_write},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    sea_query::Query,
};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// The most rows one statement writes: SQLite takes 32,766 values.
const AT_ONCE: usize = 500;

/// Keeps the lines of `handed_in`, and whose each was taken for. The same report again takes the place of the first.
/// They go `days` after the event, or after now where that is later.
pub(super) async fn keep<C: ConnectionTrait>(
    tx: &C,
    event: &event::Model,
    handed_in: &Report,
    whose: &HashMap<u64, ParticipantId>,
    by: Option<PersonId>,
    now: DateTime<Utc>,
    days: i64,
) -> Result<()> {
    let text = serde_json::to_vec(&handed_in.rows).map_err(anyhow::Error::from)?;
    let digest = hex::encode(Sha256::digest(text));
    let same = Query::select()
        .column(report::Column::Id)
        .from(report::Entity)
        .and_where(report::Column::EventId.eq(event.id))
        .and_where(report::Column::Digest.eq(digest.as_str()))
        .to_owned();
    row::Entity::delete_many()
        .filter(row::Column::ReportId.in_subquery(same))
        .exec(tx)
        .await?;
    report::Entity::delete_many()
        .filter(report::Column::EventId.eq(event.id))
        .filter(report::Column::Digest.eq(digest.as_str()))
        .exec(tx)
        .await?;
    let made = report::ActiveModel {
        id: NotSet,
        event_id: Set(event.id),
        vendor: Set(handed_in.vendor.unwrap_or(Vendor::Zoom)),
        title: Set(handed_in.title.clone()),
        digest: Set(digest),
        line_count: Set(i64::try_from(handed_in.rows.len()).unwrap_or(i64::MAX)),
        handed_in_by: Set(by),
        handed_in_at: Set(now),
        purge_at: Set(event.ends_at.max(now) + TimeDelta::days(days)),
    };
    let id: RowId = report::Entity::insert(made).exec(tx).await?.last_insert_id;
    for some in handed_in.rows.chunks(AT_ONCE) {
        let rows = some.iter().map(|line| row::ActiveModel {
            id: NotSet,
            report_id: Set(id),
            line: Set(i64::try_from(line.line).unwrap_or(i64::MAX)),
            tells: Set(line.tells),
            name: Set(line.name.clone()),
            email: Set(line.email.clone()),
            registered: Set(line.registered.clone()),
            joined: Set(line.joined.clone()),
            gone: Set(line.left.clone()),
            duration: Set(line.duration.clone()),
            participant_id: Set(whose.get(&line.line).copied()),
        });
        row::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// The reports of an event whose lines are still kept, newest first.
pub async fn list<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Vec<report::Model>> {
    Ok(report::Entity::find()
        .filter(report::Column::EventId.eq(event))
        .order_by_desc(report::Column::HandedInAt)
        .order_by_desc(report::Column::Id)
        .all(db)
        .await?)
}

/// The lines that are still kept of an event's reports, as a table for a spreadsheet; for its organisers. No cell can be
/// taken for a formula.
pub async fn csv(services: &Services, actor: &Actor, slug: &str) -> Result<Csv> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let db = &services.db.read;
    let reports = list(db, event.id).await?;
    let names: HashMap<_, _> = queries::list_attendees(db, event.id)
        .await?
        .into_iter()
        .map(|attendee| (attendee.participant_id, attendee.name().to_owned()))
        .collect();
    let name = event.name_in_files();
    let heads = [
        "Report",
        "Line",
        "Tells",
        "Name",
        "Email",
        "Registered",
        "Joined",
        "Left",
        "Duration",
        "Place",
    ];
    let mut text = "\u{feff}".to_owned();
    line(&mut text, heads.into_iter().map(str::to_owned));
    let rows = row::Entity::find()
        .filter(row::Column::ReportId.is_in(reports.iter().map(|report| report.id)))
        .order_by_asc(row::Column::ReportId)
        .order_by_asc(row::Column::Line)
        .all(db)
        .await?;
    let titles: HashMap<_, _> = reports.iter().map(|report| (report.id, report.called())).collect();
    for row in rows {
        let whose = row.participant_id.and_then(|id| names.get(&id).cloned());
        let cells = [
            titles.get(&row.report_id).cloned().unwrap_or_default(),
            row.line.to_string(),
            row.tells.word().to_owned(),
            row.name,
            row.email,
            row.registered,
            row.joined,
            row.gone,
            row.duration,
            whose.unwrap_or_default(),
        ];
        line(&mut text, cells);
    }
    Ok(Csv {
        file_name: format!("online-{name}.csv"),
        text,
    })
}

/// Removes the lines whose day has come, with what is known of their reports; gives how many reports.
pub async fn purge(db: &Db, now: DateTime<Utc>) -> Result<u64> {
    let tx = begin_write(db).await?;
    let due = Query::select()
        .column(report::Column::Id)
        .from(report::Entity)
        .and_where(report::Column::PurgeAt.lte(now))
        .to_owned();
    row::Entity::delete_many()
        .filter(row::Column::ReportId.in_subquery(due))
        .exec(&tx)
        .await?;
    let gone = report::Entity::delete_many()
        .filter(report::Column::PurgeAt.lte(now))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    Ok(gone.rows_affected)
}

/// Removes everything kept of an event, which is deleted.
pub(crate) async fn forget<C: ConnectionTrait>(tx: &C, event: EventId) -> Result<()> {
    let of_event = Query::select()
        .column(report::Column::Id)
        .from(report::Entity)
        .and_where(report::Column::EventId.eq(event))
        .to_owned();
    row::Entity::delete_many()
        .filter(row::Column::ReportId.in_subquery(of_event))
        .exec(tx)
        .await?;
    report::Entity::delete_many()
        .filter(report::Column::EventId.eq(event))
        .exec(tx)
        .await?;
    Ok(())
}
