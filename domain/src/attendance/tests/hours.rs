//! Hours from what was recorded, corrections, imports, and the chain underneath.

use super::{
    super::{
        Refusal,
        correct::{self, Addition},
        register::{self, Filter, Show},
        service::{Imported, import_records},
        working,
    },
    *,
};
use crate::{Error, platform::db::begin_write};

async fn import(world: &World, rows: &[Imported]) -> usize {
    let tx = begin_write(&world.services.db).await.unwrap();
    let added = import_records(&tx, world.event, rows, world.services.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    added
}

fn row(participant: ParticipantId, action: Action, time: &str) -> Imported {
    Imported {
        participant,
        session: None,
        action,
        at: at(time),
        how: How::Steward,
    }
}

#[tokio::test]
async fn the_worked_example_is_exact() {
    let world = World::new().await;
    let (_, people) = world.book("study-day", &["Jane Smith", "Kofi Mensah"]).await;
    world.services.clock.move_to(wall("2026-03-20", "09:00").and_utc());
    let rows = [
        row(people[0].id, Action::Arrive, "09:10"),
        row(people[0].id, Action::Leave, "14:50"),
    ];
    assert_eq!(
        (import(&world, &rows).await, import(&world, &rows).await),
        (2, 0),
        "a second import adds nothing"
    );

    let hours = working::hours(&world.services, &Actor::System, "study-day").await.unwrap();
    let counted: Vec<_> = hours
        .iter()
        .map(|person| {
            (
                person.name.as_deref(),
                person.working.minutes,
                person.working.shown_minutes,
                person.working.participatory_minutes,
            )
        })
        .collect();
    assert_eq!(counted, [(Some("Jane Smith"), 255, 255, 75), (Some("Kofi Mensah"), 0, 0, 0)]);
    assert_eq!(hours[0].place_code(), people[0].code);

    let own = world.delegate(people[0].id).await;
    let worked = working::working(&world.services, &own, world.event, people[0].id).await.unwrap();
    assert_eq!((worked.working.clone(), worked.offered.minutes), (hours[0].working.clone(), 300));
    assert_eq!(
        working::working_of_code(&world.services, &own, &people[0].code).await.unwrap(),
        worked
    );
    for (actor, participant) in [(&own, people[1].id), (&world.delegate(people[1].id).await, people[0].id)] {
        assert!(matches!(
            working::working(&world.services, actor, world.event, participant).await,
            Err(Error::NotFound)
        ));
    }
    let steward = world.steward().await;
    assert!(matches!(
        working::working(&world.services, &steward, world.event, people[0].id).await,
        Err(Error::Forbidden)
    ));
    assert!(matches!(
        working::working(&world.services, &Actor::Nobody, world.event, people[0].id).await,
        Err(Error::SignInNeeded)
    ));
}

#[tokio::test]
async fn a_missed_leave_is_added_with_its_reason() {
    let world = World::new().await;
    let (_, people) = world.book("study-day", &["Jane Smith"]).await;
    let (organiser, steward) = (world.member("organiser@example.org", Role::Organiser).await, world.steward().await);
    world
        .scan(&steward, "09:10", Target::Participant(people[0].id), None, Action::Arrive)
        .await;
    world.services.clock.move_to(at("18:00"));
    let addition = |action, time: &str| Addition {
        participant: people[0].id,
        session: None,
        action,
        at: wall("2026-03-12", time),
        reason: "Paper register".to_owned(),
    };
    let add = async |actor: &Actor, addition| correct::add(&world.services, actor, "study-day", addition).await;
    let field = |result: crate::Result<attendance_record::Model>| match result {
        Err(Error::Invalid(errors)) => errors.0.into_iter().map(|error| error.field).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };

    assert!(matches!(
        add(&steward, addition(Action::Leave, "14:50")).await,
        Err(Error::Forbidden)
    ));
    assert_eq!(field(add(&organiser, addition(Action::Leave, "18:01")).await), ["form[at]"]);
    let other_day = Addition {
        at: wall("2026-03-11", "10:00"),
        reason: String::new(),
        ..addition(Action::Leave, "10:00")
    };
    assert_eq!(field(add(&organiser, other_day).await), ["form[at]", "form[reason]"]);
    let early = add(&organiser, addition(Action::Leave, "09:00")).await;
    assert!(matches!(
        early,
        Err(Error::Refused(crate::Refusal::Attendance(Refusal::NotArrived)))
    ));
    let twice = add(&organiser, addition(Action::Arrive, "10:00")).await;
    assert!(matches!(twice, Err(Error::Refused(crate::Refusal::Attendance(Refusal::AlreadyIn)))));
    add(&organiser, addition(Action::Leave, "14:50")).await.unwrap();

    let worked = working::working_of_code(&world.services, &organiser, &people[0].code)
        .await
        .unwrap();
    assert_eq!(
        (worked.working.minutes, worked.working.flags.len(), worked.records.len()),
        (255, 0, 2)
    );
    let by = working::recorders(&world.services, &worked, &[]).await.unwrap();
    let mut by: Vec<_> = by.into_values().collect();
    by.sort();
    assert_eq!(by, ["organiser@example.org", "steward@example.org"]);
}

#[tokio::test]
async fn the_register_counts_and_filters() {
    let world = World::new().await;
    let (_, people) = world.book("study-day", &["Ama Owusu", "Kofi Mensah", "Siân Llŷr"]).await;
    let (steward, viewer) = (world.steward().await, world.member("viewer@example.org", Role::Viewer).await);
    world
        .scan(&steward, "09:00", Target::Participant(people[0].id), None, Action::Arrive)
        .await;
    world
        .scan(&steward, "09:05", Target::Participant(people[1].id), None, Action::Arrive)
        .await;
    world
        .scan(&steward, "10:00", Target::Participant(people[1].id), None, Action::Leave)
        .await;
    world
        .scan(&steward, "09:40", Target::Participant(people[0].id), Some("am1"), Action::Arrive)
        .await;
    let load = async |filter: Filter| register::load(&world.services, &viewer, "study-day", &filter).await.unwrap();
    let names = |register: &register::Register| register.rows.iter().map(|row| row.attendee.name().to_owned()).collect::<Vec<_>>();

    let all = load(Filter::default()).await;
    assert_eq!((all.here.came, all.here.inside, all.expected, all.matching), (2, 1, 3, 3));
    assert_eq!(names(&all), ["Ama Owusu", "Kofi Mensah", "Siân Llŷr"]);
    assert_eq!(
        names(
            &load(Filter {
                show: Show::In,
                ..Filter::default()
            })
            .await
        ),
        ["Ama Owusu"]
    );
    assert_eq!(
        names(
            &load(Filter {
                show: Show::Away,
                ..Filter::default()
            })
            .await
        ),
        ["Siân Llŷr"]
    );
    assert_eq!(
        names(
            &load(Filter {
                words: "sian trust".to_owned(),
                page: 7,
                ..Filter::default()
            })
            .await
        ),
        ["Siân Llŷr"]
    );
    let session = load(Filter {
        to: "am1".to_owned(),
        show: Show::Came,
        ..Filter::default()
    })
    .await;
    assert_eq!(
        (names(&session), session.rows[0].arrived),
        (vec!["Ama Owusu".to_owned()], Some(at("09:40")))
    );
    assert!(matches!(
        register::load(&world.services, &steward, "study-day", &Filter::default()).await,
        Err(Error::Forbidden)
    ));
}

#[tokio::test]
async fn a_changed_or_missing_record_shows() {
    let world = World::new().await;
    let (_, people) = world.book("study-day", &["Ama Owusu", "Kofi Mensah"]).await;
    let steward = world.steward().await;
    for person in &people {
        world
            .scan(&steward, "09:00", Target::Participant(person.id), None, Action::Arrive)
            .await;
    }
    world
        .scan(&steward, "11:00", Target::Participant(people[0].id), None, Action::Leave)
        .await;
    let (db, writer) = (&world.services.db.read, world.services.db.writer());
    assert_eq!(queries::first_break(db, world.event).await.unwrap(), None);

    let records = world.records().await;
    let mut moved: attendance_record::ActiveModel = records[1].clone().into();
    moved.at = Set(at("08:00"));
    moved.update(writer).await.unwrap();
    assert_eq!(queries::first_break(db, world.event).await.unwrap(), Some(2));
    let mut back: attendance_record::ActiveModel = records[1].clone().into();
    back.at = Set(records[1].at);
    back.update(writer).await.unwrap();
    assert_eq!(queries::first_break(db, world.event).await.unwrap(), None);
    attendance_record::Entity::delete_by_id(records[2].id).exec(writer).await.unwrap();
    assert_eq!(
        queries::first_break(db, world.event).await.unwrap(),
        Some(3),
        "the last one gone shows too"
    );
}
