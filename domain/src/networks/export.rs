//! Writing a network as a file that imports to the same: its list with everybody's mailbox, and its meetings. Requests
//! that were declined are left out, and so are answers to invites.

use super::{
    MembershipState, NetworkStatus,
    entity::membership,
    queries::{current_wording, list_meetings},
    service::load_for,
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::entity::session,
    error::Result,
    events::exchange::schema::{
        ConsentGiven, ConsentWording, Contact, Kind, Meeting, Member, MemberState, Network, NetworkDocument, Organisation, SCHEMA, Support,
        wall_text,
    },
    people::entity::person,
    platform::audit,
    related::related,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

related!(membership.PersonId => person);

fn state_of(state: MembershipState) -> Option<MemberState> {
    Some(match state {
        MembershipState::Requested => MemberState::Requested,
        MembershipState::Confirmed => MemberState::Confirmed,
        MembershipState::Member => MemberState::Member,
        MembershipState::Paused => MemberState::Paused,
        MembershipState::Left => MemberState::Left,
        MembershipState::Declined => return None,
    })
}

/// The network at `slug`, for those who may change it. Taking the list out is written down.
pub async fn export(services: &Services, actor: &Actor, slug: &str) -> Result<NetworkDocument> {
    let (network, organisation) = load_for(services, actor, Permission::Edit, slug).await?;
    let db = &services.db.read;
    let members = membership::Entity::find()
        .filter(membership::Column::NetworkId.eq(network.id))
        .find_also_related(person::Entity)
        .order_by_asc(membership::Column::Id)
        .all(db)
        .await?;
    let meetings = list_meetings(db, &[network.id]).await?;
    let sessions = session::Entity::find()
        .filter(session::Column::EventId.is_in(meetings.iter().map(|(_, event)| event.id)))
        .filter(session::Column::Code.eq("meeting"))
        .all(db)
        .await?;
    let wording = current_wording(db, network.id).await?;
    let tx = crate::platform::db::begin_write(&services.db).await?;
    let entry = audit::Entry {
        chain: format!("network:{}", network.id),
        action: "members.exported",
        object: "network",
        object_id: network.id.0,
        detail: None,
    };
    audit::record(&tx, actor, services.clock.now(), entry).await?;
    tx.commit().await?;
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Ok(NetworkDocument {
        plenary: SCHEMA,
        kind: Kind::Network,
        organisation: Organisation {
            slug: organisation.slug,
            name: organisation.name,
            email: organisation.email,
        },
        members: members
            .into_iter()
            .filter_map(|(row, person)| {
                Some(Member {
                    state: state_of(row.state)?,
                    name: row.name,
                    email: person?.address,
                    job_role: row.job_role,
                    agency: row.agency,
                    agency_type: row.agency_type,
                    consent: row.consent_on.map(|on| ConsentGiven {
                        on: on.to_string(),
                        source: row.source,
                        version: row.consent_version,
                    }),
                })
            })
            .collect(),
        meetings: meetings
            .into_iter()
            .map(|(meeting, event)| {
                let session = sessions.iter().find(|session| session.event_id == event.id);
                Meeting {
                    code: meeting.code,
                    title: event.title,
                    starts: wall_text(event.starts_wall),
                    ends: wall_text(event.ends_wall),
                    place: event.venue_name,
                    online_url: event.online_url,
                    status: Some(event.status),
                    cpd: session.is_some_and(|session| session.cpd),
                    participatory: session.is_some_and(|session| session.participatory),
                }
            })
            .collect(),
        network: Network {
            status: Some(network.status).filter(|status| *status != NetworkStatus::Published),
            name: network.name,
            neutral_name: network.neutral_name,
            summary: given(&network.summary),
            about: given(&network.about),
            objectives: network.objectives.0,
            open_to: network.open_to.0,
            reports_to: network.reports_to,
            timezone: network.timezone,
            sensitive: network.sensitive,
            contact: network.contact_email.map(|email| Contact {
                name: network.contact_name.unwrap_or_else(|| email.clone()),
                email,
            }),
            consent: wording.map(|wording| ConsentWording {
                version: wording.version,
                wording: wording.wording,
            }),
            support: network
                .support
                .0
                .into_iter()
                .map(|line| Support {
                    name: line.name,
                    contact: line.contact,
                    note: line.note,
                    checked_on: line.checked_on.map(|day| day.to_string()),
                })
                .collect(),
            slug: network.slug,
        },
    })
}
