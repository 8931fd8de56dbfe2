//! The door on a real database: the event of domain.md 1.6, on 12 March 2026 in London.

mod door;
mod hours;

use super::{
    Action, How,
    door::{Door, open},
    entity::attendance_record,
    queries,
    service::{self, Answer, Answered, Scan, Target},
};
use crate::{
    Services,
    access::{Actor, SignedIn},
    agenda::{SessionKind, SessionStatus, entity::session},
    bookings::{
        Vat,
        entity::{participant, ticket},
        order::{Line, Order, Who},
        service::book,
    },
    events::{AttendanceMode, CpdParticipatory, CpdRule, EventKind, EventStatus, EvidenceList, Outcomes, SupportLines, entity::event},
    ids::{EventId, OrganisationId, ParticipantId, PersonId},
    organisations::{self, Role},
    people,
    platform::{
        clock::Clock,
        db::{Db, Sync},
        limits::Limits,
        mail::Mailer,
        random::Random,
        signing::{Keys, Site},
    },
};
use chrono::{DateTime, NaiveDateTime, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use std::{path::PathBuf, sync::Arc};

/// A database of its own with one event, gone when the test is. London is on UTC in March.
struct World {
    services: Arc<Services>,
    folder: PathBuf,
    organisation: OrganisationId,
    event: EventId,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn wall(day: &str, time: &str) -> NaiveDateTime {
    format!("{day}T{time}:00").parse().unwrap()
}

/// On the day of the event, at this time.
fn at(time: &str) -> DateTime<Utc> {
    wall("2026-03-12", time).and_utc()
}

impl World {
    async fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("plenary-door-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        let db = Db::open(&format!("sqlite:{}", folder.join("plenary.db").display()), Sync::Normal)
            .await
            .unwrap();
        db.migrate().await.unwrap();
        let (clock, random) = (Clock::set_to(wall("2026-01-05", "09:00").and_utc()), Random::seeded(7));
        let services = Arc::new(Services {
            keys: Keys::open(&folder.join("keys"), clock.now(), random.bytes()).unwrap(),
            db,
            clock,
            random,
            site: Site::parse("http://127.0.0.1:3000").unwrap(),
            mailer: Mailer::Folder(folder.join("mail")),
            files: crate::platform::files::Files::folder(&folder.join("files")).unwrap(),
            mail_from: "events@example.org".to_owned(),
            inbox: crate::messages::inbox::Inbox::default(),
            leave_url: String::new(),
            limits: Limits::default(),
            data_dir: folder.clone(),
            online_rows_days: 90,
            smtp_connections: 1,
            wake: Arc::default(),
        });
        let now = services.clock.now();
        let organisation = organisations::service::find_or_add(
            services.db.writer(),
            now,
            "example-training",
            "Example Training",
            "events@example.org",
        )
        .await
        .unwrap()
        .id;
        let mut world = Self {
            services,
            folder,
            organisation,
            event: EventId(0),
        };
        world.event = world.add_event("study-day", "2026-03-12").await;
        world
    }

    async fn add_event(&self, slug: &str, day: &str) -> EventId {
        let (db, now) = (self.services.db.writer(), self.services.clock.now());
        let row = event::ActiveModel {
            organisation_id: Set(self.organisation),
            slug: Set(slug.to_owned()),
            kind: Set(EventKind::Conference),
            status: Set(EventStatus::Published),
            title: Set("Study day".to_owned()),
            neutral_title: Set(None),
            summary: Set(String::new()),
            overview: Set(String::new()),
            outcomes: Set(Outcomes::default()),
            audience: Set(String::new()),
            hashtag: Set(None),
            timezone: Set("Europe/London".to_owned()),
            starts_wall: Set(wall(day, "09:00")),
            ends_wall: Set(wall(day, "16:00")),
            starts_at: Set(wall(day, "09:00").and_utc()),
            ends_at: Set(wall(day, "16:00").and_utc()),
            attendance_mode: Set(AttendanceMode::Venue),
            sensitive: Set(false),
            support: Set(SupportLines::default()),
            evidence: Set(EvidenceList::default()),
            cpd_rule: Set(CpdRule::Proportional),
            cpd_round_down_to: Set(15),
            cpd_day_cap_minutes: Set(None),
            cpd_min_minutes: Set(15),
            cpd_participatory: Set(CpdParticipatory::BySession),
            cpd_schemes: Set(crate::events::Schemes::default()),
            certificate_days: Set(None),
            erased_at: Set(None),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        let event = row.insert(db).await.unwrap().id;
        let sessions = [
            ("reg", "09:00", "09:30", SessionKind::Registration, false),
            ("am1", "09:30", "11:00", SessionKind::Talk, false),
            ("am2", "11:20", "12:50", SessionKind::Talk, false),
            ("pm1", "13:35", "14:50", SessionKind::Workshop, true),
            ("pm2", "15:05", "15:50", SessionKind::Panel, false),
        ];
        for (code, starts, ends, kind, participatory) in sessions {
            let row = session::ActiveModel {
                event_id: Set(event),
                code: Set(code.to_owned()),
                title: Set(code.to_uppercase()),
                kind: Set(kind),
                status: Set(SessionStatus::Planned),
                starts_wall: Set(wall(day, starts)),
                ends_wall: Set(wall(day, ends)),
                starts_at: Set(wall(day, starts).and_utc()),
                ends_at: Set(wall(day, ends).and_utc()),
                cpd: Set(kind != SessionKind::Registration),
                participatory: Set(participatory),
                discussion: Set(false),
                ..Default::default()
            };
            row.insert(db).await.unwrap();
        }
        let ticket = ticket::ActiveModel {
            event_id: Set(event),
            code: Set("nhs".to_owned()),
            name: Set("NHS".to_owned()),
            position: Set(1),
            price_pence: Set(0),
            vat: Set(Vat::Outside),
            hidden: Set(false),
            ..Default::default()
        };
        ticket.insert(db).await.unwrap();
        event
    }

    /// Books a place for each name; gives the booking's reference and the participants.
    async fn book(&self, slug: &str, names: &[&str]) -> (String, Vec<participant::Model>) {
        let lines = names.iter().map(|name| {
            let who = Who {
                name: Some((*name).to_owned()),
                email: Some(format!(
                    "{}@example.org",
                    name.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "-")
                )),
                job_role: Some("Nurse".to_owned()),
                organisation: Some("Example Trust".to_owned()),
            };
            Line {
                ticket: "nhs".to_owned(),
                who,
            }
        });
        let order = Order {
            event: slug.to_owned(),
            key: self.services.random.public_id(),
            booker_name: "A Booker".to_owned(),
            booker_email: "pa@example.org".to_owned(),
            purchase_order: None,
            lines: lines.collect(),
        };
        let booked = book(&self.services, &Actor::Nobody, order).await.unwrap();
        let all = queries::list_by_reference(&self.services.db.read, &booked.reference).await.unwrap();
        let ids = all.iter().map(|attendee| attendee.participant_id);
        let rows = participant::Entity::find()
            .filter(participant::Column::Id.is_in(ids))
            .order_by_asc(participant::Column::Id);
        (booked.reference, rows.all(&self.services.db.read).await.unwrap())
    }

    /// Somebody with a role in the organisation.
    async fn member(&self, address: &str, role: Role) -> Actor {
        let id = people::service::find_or_add_named(self.services.db.writer(), self.services.clock.now(), address, "")
            .await
            .unwrap();
        Actor::Person(SignedIn {
            id,
            address: address.to_owned(),
            name: None,
            roles: vec![(self.organisation, role)],
            stewards: Vec::new(),
        })
    }

    async fn steward(&self) -> Actor {
        self.member("steward@example.org", Role::Steward).await
    }

    /// Whoever holds a place themself.
    async fn delegate(&self, participant: ParticipantId) -> Actor {
        let attendee = queries::find_attendee(&self.services.db.read, participant).await.unwrap().unwrap();
        Actor::Person(SignedIn {
            id: attendee.person_id.unwrap_or(PersonId(0)),
            address: String::new(),
            name: None,
            roles: Vec::new(),
            stewards: Vec::new(),
        })
    }

    /// Records at this time of the day.
    async fn scan(&self, actor: &Actor, time: &str, target: Target, session: Option<&str>, action: Action) -> Answered {
        self.services.clock.move_to(at(time));
        let scan = Scan {
            target,
            session: session.map(str::to_owned),
            action,
            how: How::Steward,
        };
        service::record(&self.services, actor, "study-day", scan).await.unwrap()
    }

    async fn records(&self) -> Vec<attendance_record::Model> {
        queries::list_records(&self.services.db.read, self.event).await.unwrap()
    }

    async fn door(&self, actor: &Actor, asked: &str) -> Door {
        open(&self.services, actor, "study-day", "", asked).await.unwrap()
    }
}
