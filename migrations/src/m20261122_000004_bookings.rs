//! A booking is one order, a place one person at one event; whoever comes is one row of participant.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut participant = Table::create()
            .table("participant")
            .col(id())
            .col(string("code").unique_key())
            .col(string_null("import_code"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned();
        reference(&mut participant, "event_id", "event", true);
        manager.create_table(participant).await?;
        manager
            .create_index(index("participant_event", "participant", &["event_id"], false))
            .await?;

        let mut booking = Table::create()
            .table("booking")
            .col(id())
            .col(string("reference").unique_key())
            .col(string("booker_name"))
            .col(string("request_key"))
            .col(string("request_digest"))
            .col(string_null("purchase_order"))
            .col(timestamp_with_time_zone("created_at"))
            .to_owned();
        reference(&mut booking, "event_id", "event", true);
        reference(&mut booking, "booker_id", "person", true);
        manager.create_table(booking).await?;
        manager
            .create_index(index("booking_once", "booking", &["event_id", "request_key"], true))
            .await?;
        manager
            .create_index(index("booking_booker", "booking", &["booker_id"], false))
            .await?;

        let mut place = Table::create()
            .table("place")
            .col(id())
            .col(integer("position"))
            .col(string_null("name"))
            .col(string_null("job_role"))
            .col(string_null("organisation"))
            .col(string("state"))
            .col(big_integer("price_pence"))
            .col(string("vat"))
            .col(timestamp_with_time_zone_null("held_until"))
            .col(timestamp_with_time_zone_null("cancelled_at"))
            .to_owned();
        reference(&mut place, "booking_id", "booking", true);
        reference(&mut place, "event_id", "event", true);
        reference(&mut place, "ticket_id", "ticket", true);
        reference(&mut place, "participant_id", "participant", true);
        reference(&mut place, "person_id", "person", false);
        manager.create_table(place).await?;
        manager
            .create_index(index("place_participant", "place", &["participant_id"], true))
            .await?;
        manager
            .create_index(index("place_booking", "place", &["booking_id"], false))
            .await?;
        manager
            .create_index(index("place_taken", "place", &["event_id", "state", "ticket_id"], false))
            .await?;
        manager.create_index(index("place_person", "place", &["person_id"], false)).await?;

        // What a participant's own calendar has been told, one entry a day of the event.
        let mut entry = Table::create()
            .table("calendar_entry")
            .col(id())
            .col(date("day"))
            .col(string("uid").unique_key())
            .col(integer("sequence"))
            .col(string("digest"))
            .col(boolean("cancelled"))
            .to_owned();
        reference(&mut entry, "participant_id", "participant", true);
        manager.create_table(entry).await?;
        manager
            .create_index(index("calendar_entry_day", "calendar_entry", &["participant_id", "day"], true))
            .await
    }
}
