//! What the table is asked of: events, people and things of every kind there is.

use super::WHO;
use domain::{
    access::Actor,
    messages::{mass, queries::Search},
    organisations::{self, Role},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use tests::{Browser, TestApp};

/// What there is to be asked for.
pub struct World {
    pub app: TestApp,
    /// A booking's link, for whoever holds it.
    pub manage: String,
    /// Of the delegate's booking of the study day.
    pub reference: String,
    /// The place in it, which everybody in the table may try to cancel; and the one of the link.
    pub place: i64,
    pub linked_place: i64,
    /// The delegate's place code at the past event, and a place code and a participant at today's.
    pub past_code: String,
    /// Of whoever has the second certificate.
    pub revoked_code: String,
    pub today: i64,
    pub today_code: String,
    /// Secrets of a kiosk and of a room's screen at today's event.
    pub kiosk: String,
    /// In the delegate's portfolio: an entry with a reflection, a file kept with it, and a link that shows all.
    pub portfolio: Kept,
    /// Of a speaker of the study day.
    pub speaking: String,
    /// The delegate's calendar feed.
    pub feed: String,
    /// For somebody at the past event to give feedback by.
    pub feedback: String,
    pub screen: String,
    /// Records at the past event.
    pub records: Vec<i64>,
    pub certificates: Vec<String>,
    /// Asked by whoever has the second certificate.
    pub correction: i64,
    pub message: i64,
    /// Of somebody in the team whose role is changed; and of somebody asked who has not signed in.
    pub helper: i64,
    pub asked: i64,
    /// Messages that were sent again together.
    pub batch: i64,
    /// A mail that waits for somebody, and an address that is suspended.
    pub item: i64,
    pub suspended: i64,
    /// Memberships of the network north: the delegate's, one to be decided, one not confirmed yet, and one to be removed.
    pub members: [i64; 4],
    /// Links: to confirm a request, to leave, to answer.
    pub join: String,
    pub unsubscribe: String,
    pub answer: String,
    /// The delegate's invite.
    pub invite: i64,
}

/// What is in a portfolio.
pub struct Kept {
    pub entry: String,
    pub file: String,
    pub link: String,
    pub token: String,
}

/// Puts something of each kind into the portfolio of whoever signed in here, with `words` in all that is typed.
pub async fn fill_portfolio(app: &TestApp, browser: &Browser, words: &str) -> Kept {
    use domain::portfolio::own;
    let actor = app.actor(browser).await;
    let owner = own::Owner::of(&actor).unwrap();
    let form = own::EntryForm {
        title: format!("Reading {words}"),
        on: "2026-11-02".to_owned(),
        method: "reading".to_owned(),
        provider: format!("Library {words}"),
        hours: "1".to_owned(),
        what: format!("What {words}"),
        ..own::EntryForm::default()
    };
    let entry = own::save(&app.services, &owner, "", "", &form).await.unwrap();
    let answers = [("happened".to_owned(), format!("It was {words}"))].into();
    own::save_account(&app.services, &owner, &entry, "none", &own::ReflectForm { answers })
        .await
        .unwrap();
    own::add_file(&app.services, &owner, &entry, &format!("notes-{words}.pdf"), b"%PDF-1.7\n".to_vec())
        .await
        .unwrap();
    let item = own::find_item(&app.services, &owner.reader(), &entry).await.unwrap();
    let link = own::LinkForm {
        label: format!("For {words}"),
        from: "2026-01-01".to_owned(),
        until: "2026-12-31".to_owned(),
        days: "30".to_owned(),
        reflections: "true".to_owned(),
        files: "true".to_owned(),
    };
    let path = own::make_link(&app.services, &actor, &link).await.unwrap();
    let links = own::list_links(&app.services, &owner).await.unwrap();
    Kept {
        entry,
        file: item.files[0].id.to_string(),
        link: links[0].id.to_string(),
        token: path.rsplit('/').next().unwrap().to_owned(),
    }
}

pub async fn world() -> World {
    let app = TestApp::builder().limits(|limits| {
        limits.sign_in_mailbox.tries = 1_000;
        limits.booking_mailbox.tries = 1_000;
    });
    let app = app.start().await;
    let study = app.event().ticket("standard-day", "Standard", 0, "outside", None);
    // A ticket for each in the table to delete.
    let study = (0..WHO.len()).fold(study, |study, who| {
        study.ticket(&format!("spare-{who}"), &format!("Spare {who}"), 0, "outside", None)
    });
    // And of everything an agenda is made of.
    let study = study.with(|file| {
        let sparing = |who: usize| (format!("spare-{who}"), format!("Spare {who}"));
        let things = (0..WHO.len()).map(|who| {
            let (code, name) = sparing(who);
            serde_json::json!({"code": code, "name": name})
        });
        let things: Vec<_> = things.collect();
        file["rooms"].as_array_mut().unwrap().extend(things.clone());
        file["sessions"][0]["sign_up_places"] = 300.into();
        file["tracks"] = things.clone().into();
        file["speakers"] = things.into();
        let sessions = (0..WHO.len()).map(|who| {
            let (code, title) = sparing(who);
            serde_json::json!({"code": code, "title": title, "kind": "break", "starts": "2027-03-12T14:00", "ends": "2027-03-12T14:30"})
        });
        file["sessions"].as_array_mut().unwrap().extend(sessions);
    });
    study
        .place("d1", "Dana Delegate", "delegate@example.org")
        .place("d2", "Ola Other", "ola@example.org")
        .create()
        .await;
    app.event().slug("quiet-draft").draft().create().await;
    app.event().slug("gone-day").create().await;
    app.event().slug("other-day").of("other-college").create().await;
    let past = app
        .event()
        .slug("past-day")
        .when("Europe/London", "2026-10-09T09:00", "2026-10-09T16:00");
    let past = past.with(|file| {
        file["sessions"][0]["ends"] = "2026-10-09T12:00".into();
        file["event"]["outcomes"] = serde_json::json!(["Listen well"]);
    });
    let past = past
        .place("d1", "Dana Delegate", "delegate@example.org")
        .place("p2", "Ola Other", "ola@example.org")
        .place("p3", "Pia Third", "pia@example.org");
    let past = past
        .seen("d1", None, "arrive", "2026-10-09T08:50")
        .seen("p2", None, "arrive", "2026-10-09T08:50")
        .seen("p3", None, "arrive", "2026-10-09T08:50")
        .create()
        .await;
    let today = app
        .event()
        .slug("today")
        .when("Europe/London", "2026-11-20T09:00", "2026-11-20T16:00");
    let today = today.with(|file| file["sessions"][0]["ends"] = "2026-11-20T16:00".into());
    let today = today.place("t1", "Dana Delegate", "delegate@example.org").create().await;

    for role in [Role::Owner, Role::Organiser, Role::Steward, Role::Viewer] {
        app.person_with_role(role).await;
    }
    app.person_with_role_in("other-college", Role::Owner, "stranger@example.org").await;
    let issued = domain::certificates::issue::issue_quietly(&app.services, &domain::access::Actor::System, "past-day")
        .await
        .unwrap();
    assert_eq!(issued.len(), 3);
    domain::certificates::rekey::rotate(&app.services, &domain::access::Actor::System, Some("other-college"))
        .await
        .unwrap();
    let ola = app.actor(&app.sign_in("ola@example.org").await).await;
    let second = &domain::attendance::queries::list_attendees(&app.services.db.read, past.id)
        .await
        .unwrap();
    let second = second.iter().find(|person| person.name() == "Ola Other").unwrap();
    let correction = domain::attendance::asked::ask(&app.services, &ola, &second.code, "", "I stayed until noon.")
        .await
        .unwrap();
    let study = app.find_event("study-day").await;
    let booked = app.browser().book(&study, ["Linda Link"]).await;
    app.run_jobs().await;

    let places = app.places(&study).await;
    let reference = app.bookings(&study).await[0].reference.clone();
    let participants = |event| {
        let query =
            domain::bookings::entity::participant::Entity::find().filter(domain::bookings::entity::participant::Column::EventId.eq(event));
        query
            .order_by_asc(domain::bookings::entity::participant::Column::Id)
            .all(&app.services.db.read)
    };
    let there = participants(past.id).await.unwrap();
    let (past_code, revoked_code) = (there[0].code.clone(), there[1].code.clone());
    let today = participants(today.id).await.unwrap()[0].clone();
    let (today, today_code) = (today.id.0, today.code);
    let (event, asked) = ("study-day", "spare-6");
    domain::agenda::speaking::invite(&app.services, &Actor::System, event, asked, "speaker@example.org")
        .await
        .unwrap();
    let speaker = domain::agenda::entity::speaker::Entity::find()
        .filter(domain::agenda::entity::speaker::Column::Code.eq(asked))
        .one(&app.services.db.read)
        .await
        .unwrap()
        .unwrap();
    let link = domain::platform::links::Link::Speaking(speaker.id.0);
    let speaking = domain::platform::links::mint(app.services.db.writer(), &app.services.random, app.now(), link)
        .await
        .unwrap();
    let delegate = app.actor(&app.sign_in("delegate@example.org").await).await;
    let feed = domain::portfolio::feed::make(&app.services, &delegate).await.unwrap();
    domain::feedback::edit::set_state(&app.services, &Actor::System, "past-day", domain::feedback::FormState::Open, false)
        .await
        .unwrap();
    let link = domain::platform::links::Link::Feedback(there[1].id.0);
    let feedback = domain::platform::links::mint(app.services.db.writer(), &app.services.random, app.now(), link)
        .await
        .unwrap();
    let feed = feed.trim_start_matches("/feeds/").trim_end_matches(".ics").to_owned();
    let secret = |path: String| path.rsplit('/').next().unwrap().to_owned();
    let kiosk = secret(
        domain::attendance::kiosk::make(&app.services, &Actor::System, "today")
            .await
            .unwrap(),
    );
    let screen = secret(
        domain::attendance::room_code::make(&app.services, &Actor::System, "today", "talk")
            .await
            .unwrap(),
    );
    let records = domain::attendance::entity::attendance_record::Entity::find()
        .all(&app.services.db.read)
        .await
        .unwrap();
    let message = app
        .mails()
        .await
        .into_iter()
        .find(|mail| mail.kind != "sign_in" && mail.row.organisation_id.is_some())
        .unwrap()
        .row
        .id
        .0;
    app.person_with_role_in("example-training", Role::Viewer, "helper@example.org")
        .await;
    let helper = app.person("helper@example.org").await.0;
    organisations::service::add_to_team(
        &app.services,
        &Actor::System,
        "example-training",
        "asked@example.org",
        "Ash Asked",
        Role::Viewer,
    )
    .await
    .unwrap();
    let asked = app.person("asked@example.org").await.0;
    let owner = app.actor(&app.sign_in("owner@example.org").await).await;
    let count = mass::preview_retry(&app.services, &owner, &Search::default()).await.unwrap().count;
    let typed = mass::CountForm { count: count.to_string() };
    let batch = mass::retry(&app.services, &owner, &Search::default(), &typed).await.unwrap();
    app.run_jobs().await;
    let north = north(&app).await;
    let (item, suspended) = came_back(&app).await;
    let portfolio = fill_portfolio(&app, &app.sign_in("delegate@example.org").await, "of the delegate").await;
    World {
        portfolio,
        members: north.members,
        join: north.links[0].clone(),
        unsubscribe: north.links[1].clone(),
        answer: north.links[2].clone(),
        invite: north.invite,
        manage: booked
            .location()
            .unwrap()
            .strip_prefix("/bookings/")
            .unwrap()
            .split('?')
            .next()
            .unwrap()
            .to_owned(),
        reference,
        place: places[0].id.0,
        linked_place: places[2].id.0,
        past_code,
        revoked_code,
        today,
        today_code,
        kiosk,
        speaking,
        feed,
        feedback,
        screen,
        records: records.iter().map(|record| record.id.0).collect(),
        certificates: issued.into_iter().map(|issued| issued.certificate).collect(),
        correction: correction.id.0,
        message,
        helper,
        asked,
        batch: batch.0,
        item,
        suspended,
        app,
    }
}

/// An answer of somebody else to the delegate's entry, and a hard bounce of a message to a member.
async fn came_back(app: &TestApp) -> (i64, i64) {
    use domain::{
        bookings::entity::calendar_entry,
        messages::{
            entity::{inbox_item, suspended_address},
            inbox,
        },
        platform::db::begin_write,
    };
    let entry = calendar_entry::Entity::find().one(&app.services.db.read).await.unwrap().unwrap();
    let bounced = app.mails_to("remy@example.org").await.remove(0).message_id;
    let fields = [("uid", entry.uid.as_str()), ("stamp", "20261120T095800Z"), ("message_id", &bounced)];
    let tx = begin_write(&app.services.db).await.unwrap();
    for shape in ["forwarded-invite", "dsn-postfix"] {
        let raw = tests::letter(shape, &fields);
        inbox::take(&tx, &app.services, &inbox::read::read(&raw, true), &raw).await.unwrap();
    }
    tx.commit().await.unwrap();
    app.run_jobs().await;
    let db = &app.services.db.read;
    let item = inbox_item::Entity::find().one(db).await.unwrap().unwrap();
    let suspended = suspended_address::Entity::find().one(db).await.unwrap().unwrap();
    (item.id.0, suspended.id.0)
}

/// What there is of the network north.
struct North {
    pub members: [i64; 4],
    links: [String; 3],
    invite: i64,
}

/// A network with a list, people who ask, and meetings in each state; the delegate is invited to one.
async fn north(app: &TestApp) -> North {
    use domain::{networks::entity, platform::links::Link};
    let member = |name: &str, email: &str, state: &str| serde_json::json!({"name": name, "email": email, "job_role": "DSL", "state": state, "consent": {"on": "2026-09-01", "version": "1"}});
    let meeting = |code: &str, day: &str, status: &str| serde_json::json!({"code": code, "title": format!("Meeting {code}"), "starts": format!("{day}T09:30"), "ends": format!("{day}T11:00"), "place": "County Hall", "status": status, "cpd": true});
    let file = serde_json::json!({
        "plenary": 1, "kind": "network",
        "organisation": {"slug": "example-training", "name": "Example Training Ltd", "email": "events@example.org"},
        "network": {"slug": "north", "name": "Network North", "timezone": "Europe/London", "consent": {"version": "1", "wording": "Send me invites."}},
        "members": [member("Dana Delegate", "delegate@example.org", "member"), member("Cai Confirmed", "cai@example.org", "confirmed"),
                    member("Rhys Requested", "rhys@example.org", "requested"), member("Remy Removed", "remy@example.org", "member")],
        "meetings": [meeting("sent", "2027-02-24", "published"), meeting("open", "2027-06-17", "published"), meeting("draft", "2027-10-13", "draft")],
    });
    app.import(&file).await;
    domain::networks::invites::send(&app.services, &domain::access::Actor::System, "north", "sent", "2")
        .await
        .unwrap();
    app.run_jobs().await;
    let rows = entity::membership::Entity::find()
        .order_by_asc(entity::membership::Column::Id)
        .all(&app.services.db.read)
        .await
        .unwrap();
    let members: Vec<i64> = rows.iter().map(|row| row.id.0).collect();
    let invites = entity::invite::Entity::find().all(&app.services.db.read).await.unwrap();
    let mint = async |to: Link| {
        domain::platform::links::mint(app.services.db.writer(), &app.services.random, app.now(), to)
            .await
            .unwrap()
    };
    // The link to leave by is another member's, so that the delegate stays on the list.
    let links = [
        mint(Link::Join(members[2])).await,
        mint(Link::Unsubscribe(members[3])).await,
        mint(Link::Invite(invites[0].id.0)).await,
    ];
    North {
        members: members.try_into().unwrap(),
        links,
        invite: invites[0].id.0,
    }
}

impl World {
    /// A fresh browser of whoever is in this column.
    pub(super) async fn browser(&self, who: usize) -> Browser {
        match WHO[who] {
            "nobody" => self.app.browser(),
            "another organisation's owner" => self.app.sign_in("stranger@example.org").await,
            role => self.app.sign_in(&format!("{role}@example.org")).await,
        }
    }
}

impl World {}
