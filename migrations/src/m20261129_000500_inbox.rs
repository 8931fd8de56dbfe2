//! What comes back by mail: how far the mailbox was read, what calendars answered, what waits for a person, and which
//! addresses mail does not reach.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mailbox = Table::create()
            .table("mailbox")
            .col(id())
            .col(string_uniq("name"))
            .col(big_integer_null("uid_validity"))
            .col(big_integer("last_uid"))
            .col(timestamp_with_time_zone("next_at"))
            .col(timestamp_with_time_zone_null("lease_until"))
            .col(string_null("lease_owner"))
            .col(integer("failures"))
            .col(text_null("problem"))
            .col(timestamp_with_time_zone_null("read_at"))
            .col(big_integer_null("stuck_uid"))
            .col(integer("stuck_times"))
            .to_owned();
        manager.create_table(mailbox).await?;

        let mail = Table::create()
            .table("inbox_mail")
            .col(id())
            .col(string_uniq("digest"))
            .col(string("outcome"))
            .col(timestamp_with_time_zone("at"))
            .to_owned();
        manager.create_table(mail).await?;

        let mut item = Table::create()
            .table("inbox_item")
            .col(id())
            .col(string("why"))
            .col(string_null("uid"))
            .col(string_null("reply"))
            .col(timestamp_with_time_zone_null("said_at"))
            .col(string("from_name"))
            .col(string("from_address"))
            .col(string("subject"))
            .col(text("body"))
            .col(timestamp_with_time_zone("received_at"))
            .col(string("state"))
            .col(string_null("decision"))
            .col(timestamp_with_time_zone_null("decided_at"))
            .to_owned();
        reference(&mut item, "organisation_id", "organisation", false);
        reference(&mut item, "participant_id", "participant", false);
        reference(&mut item, "decided_by", "person", false);
        manager.create_table(item).await?;
        manager
            .create_index(index("inbox_item_open", "inbox_item", &["organisation_id", "state"], false))
            .await?;
        manager
            .create_index(index("inbox_item_participant", "inbox_item", &["participant_id"], false))
            .await?;

        let mut reply = Table::create()
            .table("calendar_reply")
            .col(id())
            .col(string_uniq("uid"))
            .col(string("reply"))
            .col(timestamp_with_time_zone("said_at"))
            .col(timestamp_with_time_zone("received_at"))
            .to_owned();
        reference(&mut reply, "participant_id", "participant", true);
        manager.create_table(reply).await?;
        manager
            .create_index(index("calendar_reply_participant", "calendar_reply", &["participant_id"], false))
            .await?;

        let mut trouble = Table::create()
            .table("address_trouble")
            .col(id())
            .col(string("address"))
            .col(string("kind"))
            .col(string("status"))
            .col(timestamp_with_time_zone("at"))
            .to_owned();
        reference(&mut trouble, "message_id", "message", true);
        manager.create_table(trouble).await?;
        manager
            .create_index(index("address_trouble_address", "address_trouble", &["address", "at"], false))
            .await?;
        manager
            .create_index(index("address_trouble_message", "address_trouble", &["message_id"], false))
            .await?;

        let suspended = Table::create()
            .table("suspended_address")
            .col(id())
            .col(string_uniq("address"))
            .col(string("kind"))
            .col(string("status"))
            .col(timestamp_with_time_zone("since"))
            .to_owned();
        manager.create_table(suspended).await?;

        manager
            .alter_table(Table::alter().table("message").add_column(string_null("bounce_hash")).to_owned())
            .await?;
        manager
            .create_index(index("message_bounce", "message", &["bounce_hash"], false))
            .await?;
        manager.create_index(index("message_to", "message", &["to_address"], false)).await
    }
}
