//! Events, their agenda and their tickets. Times are UTC beside the wall time an organiser typed.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut event = Table::create()
            .table("event")
            .col(id())
            .col(string("slug").unique_key())
            .col(string("kind"))
            .col(string("status"))
            .col(string("title"))
            .col(string_null("neutral_title"))
            .col(text("summary"))
            .col(text("overview"))
            .col(json_binary("outcomes"))
            .col(text("audience"))
            .col(string_null("hashtag"))
            .col(string("timezone"))
            .col(date_time("starts_wall"))
            .col(date_time("ends_wall"))
            .col(timestamp_with_time_zone("starts_at"))
            .col(timestamp_with_time_zone("ends_at"))
            .col(string("attendance_mode"))
            .col(string_null("venue_name"))
            .col(string_null("venue_address"))
            .col(string_null("venue_postcode"))
            .col(string_null("online_url"))
            .col(integer_null("capacity"))
            .col(date_time_null("bookings_open_wall"))
            .col(timestamp_with_time_zone_null("bookings_open_at"))
            .col(date_time_null("bookings_close_wall"))
            .col(timestamp_with_time_zone_null("bookings_close_at"))
            .col(boolean("sensitive"))
            .col(json_binary("support"))
            .col(json_binary("evidence"))
            .col(string_null("cpd_statement"))
            .col(string("cpd_rule"))
            .col(integer_null("cpd_threshold_percent"))
            .col(integer_null("cpd_grace_minutes"))
            .col(integer("cpd_round_down_to"))
            .col(integer("cpd_min_minutes"))
            .col(string("cpd_participatory"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone("updated_at"))
            .to_owned();
        reference(&mut event, "organisation_id", "organisation", true);
        manager.create_table(event).await?;
        manager
            .create_index(index("event_public", "event", &["status", "starts_at"], false))
            .await?;
        manager
            .create_index(index("event_organisation", "event", &["organisation_id", "starts_at"], false))
            .await?;

        let mut room = Table::create()
            .table("room")
            .col(id())
            .col(string("code"))
            .col(string("name"))
            .col(integer_null("places"))
            .to_owned();
        reference(&mut room, "event_id", "event", true);
        manager.create_table(room).await?;
        manager
            .create_index(index("room_code", "room", &["event_id", "code"], true))
            .await?;

        let mut track = Table::create()
            .table("track")
            .col(id())
            .col(string("code"))
            .col(string("name"))
            .to_owned();
        reference(&mut track, "event_id", "event", true);
        manager.create_table(track).await?;
        manager
            .create_index(index("track_code", "track", &["event_id", "code"], true))
            .await?;

        let mut speaker = Table::create()
            .table("speaker")
            .col(id())
            .col(string("code"))
            .col(integer("position"))
            .col(string("name"))
            .col(string_null("role"))
            .col(string_null("organisation"))
            .col(text_null("bio"))
            .to_owned();
        reference(&mut speaker, "event_id", "event", true);
        manager.create_table(speaker).await?;
        manager
            .create_index(index("speaker_code", "speaker", &["event_id", "code"], true))
            .await?;

        let mut session = Table::create()
            .table("session")
            .col(id())
            .col(string("code"))
            .col(string("title"))
            .col(string("kind"))
            .col(string("status"))
            .col(date_time("starts_wall"))
            .col(date_time("ends_wall"))
            .col(timestamp_with_time_zone("starts_at"))
            .col(timestamp_with_time_zone("ends_at"))
            .col(boolean("cpd"))
            .col(boolean("participatory"))
            .col(boolean("discussion"))
            .col(string_null("domain"))
            .col(text_null("content_note"))
            .to_owned();
        reference(&mut session, "event_id", "event", true);
        reference(&mut session, "room_id", "room", false);
        reference(&mut session, "track_id", "track", false);
        manager.create_table(session).await?;
        manager
            .create_index(index("session_code", "session", &["event_id", "code"], true))
            .await?;

        let mut speaks = Table::create()
            .table("session_speaker")
            .col(id())
            .col(integer("position"))
            .to_owned();
        reference(&mut speaks, "session_id", "session", true);
        reference(&mut speaks, "speaker_id", "speaker", true);
        manager.create_table(speaks).await?;
        manager
            .create_index(index(
                "session_speaker_once",
                "session_speaker",
                &["session_id", "speaker_id"],
                true,
            ))
            .await?;

        let mut ticket = Table::create()
            .table("ticket")
            .col(id())
            .col(string("code"))
            .col(string("name"))
            .col(integer("position"))
            .col(big_integer("price_pence"))
            .col(string("vat"))
            .col(integer_null("places"))
            .col(boolean("hidden"))
            .to_owned();
        reference(&mut ticket, "event_id", "event", true);
        manager.create_table(ticket).await?;
        manager
            .create_index(index("ticket_code", "ticket", &["event_id", "code"], true))
            .await
    }
}
