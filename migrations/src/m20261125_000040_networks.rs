//! Networks: their wording of consent, who is on their circulation list, their meetings and who was invited. And the one
//! view by which attendance, hours, certificates and calendars know whoever comes, by a place or by an invite.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        networks(manager).await?;
        memberships(manager).await?;
        meetings(manager).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("message")
                    .add_column(big_integer_null("network_id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("message_network", "message", &["network_id", "created_at"], false))
            .await?;
        manager.get_connection().execute_unprepared(ATTENDEE).await?;
        Ok(())
    }
}

/// One row for whoever comes. A place is as it was booked; an invite has the name and work its member has now.
const ATTENDEE: &str = "CREATE VIEW attendee AS \
    SELECT pa.id AS participant_id, pa.event_id, pa.code, pa.import_code, pl.person_id, pl.name, pl.job_role, pl.organisation, pl.state, pl.booking_id, pl.given_at \
    FROM participant pa JOIN place pl ON pl.participant_id = pa.id \
    UNION ALL \
    SELECT pa.id, pa.event_id, pa.code, pa.import_code, m.person_id, m.name, m.job_role, m.agency, \
        CASE i.state WHEN 'invited' THEN 'confirmed' ELSE 'cancelled' END, NULL, NULL \
    FROM participant pa JOIN invite i ON i.participant_id = pa.id JOIN membership m ON m.id = i.membership_id";

async fn networks(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut network = Table::create()
        .table("network")
        .col(id())
        .col(string("slug").unique_key())
        .col(string("name"))
        .col(string_null("neutral_name"))
        .col(text("summary"))
        .col(text("about"))
        .col(json_binary("objectives"))
        .col(json_binary("open_to"))
        .col(string_null("reports_to"))
        .col(string("timezone"))
        .col(boolean("sensitive"))
        .col(string_null("contact_name"))
        .col(string_null("contact_email"))
        .col(json_binary("support"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .to_owned();
    reference(&mut network, "organisation_id", "organisation", true);
    manager.create_table(network).await?;
    manager
        .create_index(index("network_organisation", "network", &["organisation_id"], false))
        .await?;

    // A wording is never changed: a new one is a new version, and each consent names the one it was given to.
    let mut wording = Table::create()
        .table("consent_wording")
        .col(id())
        .col(string("version"))
        .col(text("wording"))
        .col(timestamp_with_time_zone("created_at"))
        .to_owned();
    reference(&mut wording, "network_id", "network", true);
    manager.create_table(wording).await?;
    manager
        .create_index(index(
            "consent_wording_version",
            "consent_wording",
            &["network_id", "version"],
            true,
        ))
        .await
}

async fn memberships(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut membership = Table::create()
        .table("membership")
        .col(id())
        .col(string("name"))
        .col(string_null("job_role"))
        .col(string_null("agency"))
        .col(string_null("agency_type"))
        .col(string("state"))
        .col(string_null("source"))
        .col(date_null("source_on"))
        .col(string_null("consent_version"))
        .col(date_null("consent_on"))
        .col(timestamp_with_time_zone("requested_at"))
        .col(timestamp_with_time_zone_null("confirmed_at"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .col(timestamp_with_time_zone_null("left_at"))
        .to_owned();
    reference(&mut membership, "network_id", "network", true);
    reference(&mut membership, "person_id", "person", true);
    reference(&mut membership, "added_by", "person", false);
    manager.create_table(membership).await?;
    manager
        .create_index(index("membership_once", "membership", &["network_id", "person_id"], true))
        .await?;
    manager
        .create_index(index("membership_state", "membership", &["network_id", "state"], false))
        .await?;
    manager
        .create_index(index("membership_person", "membership", &["person_id"], false))
        .await?;

    // Append-only and chained: ids, times and kinds. Names live in the membership, where they can be erased.
    let mut consent = Table::create()
        .table("consent_record")
        .col(id())
        .col(string("chain"))
        .col(big_integer("seq"))
        .col(string("action"))
        .col(string("how"))
        .col(string_null("version"))
        .col(date("given_on"))
        .col(timestamp_with_time_zone("at"))
        .col(string("prev_hash"))
        .col(string("hash"))
        .to_owned();
    reference(&mut consent, "membership_id", "membership", true);
    reference(&mut consent, "recorded_by", "person", false);
    manager.create_table(consent).await?;
    manager
        .create_index(index("consent_order", "consent_record", &["chain", "seq"], true))
        .await?;
    manager
        .create_index(index("consent_membership", "consent_record", &["membership_id"], false))
        .await
}

async fn meetings(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // A meeting is an event of type meeting; this is what ties it to its network.
    let mut meeting = Table::create()
        .table("meeting")
        .col(id())
        .col(string("code"))
        .col(timestamp_with_time_zone_null("invites_sent_at"))
        .to_owned();
    reference(&mut meeting, "network_id", "network", true);
    reference(&mut meeting, "event_id", "event", true);
    manager.create_table(meeting).await?;
    manager
        .create_index(index("meeting_code", "meeting", &["network_id", "code"], true))
        .await?;
    manager.create_index(index("meeting_event", "meeting", &["event_id"], true)).await?;

    let mut invite = Table::create()
        .table("invite")
        .col(id())
        .col(string("state"))
        .col(string_null("reply"))
        .col(string_null("reply_how"))
        .col(timestamp_with_time_zone_null("replied_at"))
        .col(timestamp_with_time_zone("created_at"))
        .to_owned();
    reference(&mut invite, "event_id", "event", true);
    reference(&mut invite, "membership_id", "membership", true);
    reference(&mut invite, "participant_id", "participant", true);
    manager.create_table(invite).await?;
    manager
        .create_index(index("invite_participant", "invite", &["participant_id"], true))
        .await?;
    manager
        .create_index(index("invite_once", "invite", &["event_id", "membership_id"], true))
        .await?;
    manager
        .create_index(index("invite_membership", "invite", &["membership_id"], false))
        .await
}
