//! Arriving and leaving, and everything a steward may be told instead.

use super::{
    super::{
        Refusal, correct,
        door::{Door, Found},
        roll,
        rules::{self, Presence},
    },
    *,
};
use crate::{
    Error,
    bookings::entity::place,
    bookings::service::{Holder, cancel_place},
    events,
};

fn refused(why: Refusal) -> Answer {
    Answer::Refused { why }
}

fn names(door: &Door) -> Vec<String> {
    match &door.found {
        Found::People { people, .. } => people.iter().map(|seen| seen.attendee.name().to_owned()).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn arriving_twice_leaving_and_coming_back() {
    let world = World::new().await;
    let (_, people) = world.book("study-day", &["Siân Llŷr"]).await;
    let (steward, other) = (world.steward().await, world.member("other@example.org", Role::Organiser).await);
    let them = || Target::Participant(people[0].id);

    let first = world.scan(&steward, "08:40", them(), None, Action::Arrive).await;
    assert!(matches!(first.answer, Answer::Arrived { at: then, .. } if then == at("08:40")));
    let who = first.who.unwrap();
    assert_eq!(
        (who.name.as_str(), who.job_role.as_deref(), who.organisation.as_deref()),
        ("Siân Llŷr", Some("Nurse"), Some("Example Trust"))
    );

    let code = Target::Code(format!("http://127.0.0.1:3000/check-in/study-day?code={}", people[0].code));
    let again = world.scan(&other, "08:41", code, None, Action::Arrive).await;
    assert_eq!(
        again.answer,
        Answer::AlreadyIn {
            since: at("08:40"),
            by_other: true
        }
    );
    assert_eq!(world.door(&steward, "sian").await.counts, roll::Counts { inside: 1, expected: 1 });

    assert!(matches!(
        world.scan(&steward, "12:00", them(), None, Action::Leave).await.answer,
        Answer::Left { .. }
    ));
    assert_eq!(
        world.scan(&steward, "12:01", them(), None, Action::Leave).await.answer,
        Answer::NotIn { left: Some(at("12:00")) }
    );
    assert_eq!(world.door(&steward, "").await.counts.inside, 0);
    assert!(matches!(
        world.scan(&steward, "12:30", them(), None, Action::Arrive).await.answer,
        Answer::Arrived { .. }
    ));
    assert_eq!(world.door(&steward, "").await.counts.inside, 1);

    let session = world.scan(&steward, "12:31", them(), Some("am2"), Action::Leave).await;
    assert_eq!(
        (session.answer, session.session.as_deref()),
        (Answer::NotIn { left: None }, Some("AM2"))
    );
    assert!(matches!(
        world.scan(&steward, "12:32", them(), Some("am2"), Action::Arrive).await.answer,
        Answer::Arrived { .. }
    ));
    assert_eq!(world.records().await.len(), 4);
}

#[tokio::test]
async fn two_stewards_in_one_second() {
    let world = World::new().await;
    let (_, people) = world.book("study-day", &["Ama Owusu"]).await;
    let (one, other) = (world.steward().await, world.member("other@example.org", Role::Steward).await);
    let them = || Target::Participant(people[0].id);

    let (a, b) = tokio::join!(
        world.scan(&one, "09:05", them(), None, Action::Arrive),
        world.scan(&other, "09:05", them(), None, Action::Arrive)
    );

    let arrived = [&a, &b]
        .into_iter()
        .filter(|told| matches!(told.answer, Answer::Arrived { .. }))
        .count();
    let already = [&a, &b]
        .into_iter()
        .filter(|told| {
            told.answer
                == Answer::AlreadyIn {
                    since: at("09:05"),
                    by_other: true,
                }
        })
        .count();
    assert_eq!((arrived, already, world.records().await.len()), (1, 1, 1));
}

#[tokio::test]
async fn what_is_refused_leaves_nothing_behind() {
    let world = World::new().await;
    world.add_event("another-day", "2026-03-12").await;
    let (_, people) = world.book("study-day", &["Ama Owusu", "Kofi Mensah"]).await;
    let (_, elsewhere) = world.book("another-day", &["Jane Smith"]).await;
    let (steward, owner) = (world.steward().await, world.member("owner@example.org", Role::Owner).await);
    let seat = place::Entity::find()
        .filter(place::Column::ParticipantId.eq(people[1].id))
        .one(&world.services.db.read)
        .await
        .unwrap()
        .unwrap();
    cancel_place(&world.services, Holder::Actor(&owner), seat.id).await.unwrap();
    let arrive = async |time: &str, target| world.scan(&steward, time, target, None, Action::Arrive).await;

    let other = arrive("09:00", Target::Code(elsewhere[0].code.clone())).await;
    assert_eq!(
        (other.answer, other.who),
        (refused(Refusal::OtherEvent), None),
        "nothing is told of other events' people"
    );
    assert_eq!(
        arrive("09:00", Target::Participant(elsewhere[0].id)).await.answer,
        refused(Refusal::OtherEvent)
    );
    assert_eq!(
        arrive("09:00", Target::Code("22222222".to_owned())).await.answer,
        refused(Refusal::NotFound)
    );
    assert_eq!(
        arrive("09:00", Target::Participant(people[1].id)).await.answer,
        refused(Refusal::CancelledPlace)
    );
    assert_eq!(
        arrive("05:59", Target::Participant(people[0].id)).await.answer,
        refused(Refusal::NotToday)
    );
    world.services.clock.move_to(wall("2026-03-13", "00:00").and_utc());
    let late = Scan {
        target: Target::Participant(people[0].id),
        session: None,
        action: Action::Arrive,
        how: How::Scan,
    };
    assert_eq!(
        service::record(&world.services, &steward, "study-day", late.clone())
            .await
            .unwrap()
            .answer,
        refused(Refusal::NotToday)
    );
    assert_eq!(
        world.scan(&steward, "09:00", late.target.clone(), None, Action::Leave).await.answer,
        Answer::NotIn { left: None }
    );

    let unknown = Scan {
        session: Some("nowhere".to_owned()),
        ..late.clone()
    };
    assert!(matches!(
        service::record(&world.services, &steward, "study-day", unknown).await,
        Err(Error::Invalid(_))
    ));
    let withdraw = Scan {
        action: Action::Withdraw,
        ..late.clone()
    };
    assert!(matches!(
        service::record(&world.services, &steward, "study-day", withdraw).await,
        Err(Error::Invalid(_))
    ));
    let viewer = world.member("viewer@example.org", Role::Viewer).await;
    assert!(matches!(
        service::record(&world.services, &viewer, "study-day", late.clone()).await,
        Err(Error::Forbidden)
    ));
    assert!(matches!(
        service::record(&world.services, &Actor::Nobody, "study-day", late.clone()).await,
        Err(Error::SignInNeeded)
    ));
    let delegate = world.delegate(people[0].id).await;
    assert!(matches!(
        service::record(&world.services, &delegate, "study-day", late.clone()).await,
        Err(Error::NotFound)
    ));

    events::service::set_status(&world.services, &owner, "study-day", EventStatus::Cancelled)
        .await
        .unwrap();
    assert_eq!(arrive("09:00", late.target).await.answer, refused(Refusal::CancelledEvent));
    assert!(world.records().await.is_empty());
}

#[tokio::test]
async fn people_are_found_however_they_are_typed() {
    let world = World::new().await;
    let (reference, people) = world
        .book(
            "study-day",
            &["Siân Llŷr", "Sian Pritchard", "Bridget O’Neill", "Łukasz Żak-Müller"],
        )
        .await;
    world.add_event("another-day", "2026-03-12").await;
    let (elsewhere, _) = world.book("another-day", &["Jane Smith"]).await;
    let steward = world.steward().await;
    world.services.clock.move_to(at("09:00"));

    for typed in ["sian", "SIÂN", " siân "] {
        assert_eq!(
            names(&world.door(&steward, typed).await),
            ["Siân Llŷr", "Sian Pritchard"],
            "{typed}"
        );
    }
    for (typed, name) in [
        ("llyr", "Siân Llŷr"),
        ("pritch sian", "Sian Pritchard"),
        ("o'neill", "Bridget O’Neill"),
        ("oneill", "Bridget O’Neill"),
        ("lukasz muller", "Łukasz Żak-Müller"),
        ("zak mul", "Łukasz Żak-Müller"),
    ] {
        assert_eq!(names(&world.door(&steward, typed).await), [name], "{typed}");
    }
    let code = &people[1].code;
    for typed in [
        code.clone(),
        format!("{} {}", &code[..4].to_lowercase(), &code[4..]),
        format!("https://x.example/check-in/study-day?to=am1&code={code}#x"),
    ] {
        assert_eq!(names(&world.door(&steward, &typed).await), ["Sian Pritchard"], "{typed}");
    }
    for typed in [reference.clone(), reference.to_lowercase(), reference.replace('-', "")] {
        assert_eq!(names(&world.door(&steward, &typed).await).len(), 4, "{typed}");
    }
    let nobody = async |typed: &str| match world.door(&steward, typed).await.found {
        Found::Nobody { answered, by_code } => (answered.answer, by_code),
        other => panic!("{other:?}"),
    };
    assert_eq!(nobody(&elsewhere).await, (refused(Refusal::OtherEvent), true));
    assert_eq!(nobody("Nobody of that name").await, (refused(Refusal::NotFound), false));
    assert_eq!(nobody("%_'--").await, (refused(Refusal::NotFound), false));
    assert_eq!(nobody("PL-222222").await, (refused(Refusal::NotFound), true));
    assert_eq!(world.door(&steward, "  ").await.found, Found::Nothing);
}

#[tokio::test]
async fn an_undone_arrival_stays_in_the_history() {
    let world = World::new().await;
    let (_, people) = world.book("study-day", &["Ama Owusu"]).await;
    let (steward, organiser) = (world.steward().await, world.member("organiser@example.org", Role::Organiser).await);
    let them = || Target::Participant(people[0].id);
    let Answer::Arrived { record, .. } = world.scan(&steward, "09:00", them(), None, Action::Arrive).await.answer else {
        panic!()
    };

    assert!(matches!(
        correct::withdraw(&world.services, &steward, "study-day", record, "  ").await,
        Err(Error::Invalid(_))
    ));
    correct::withdraw(&world.services, &steward, "study-day", record, "Undone at the door")
        .await
        .unwrap();
    let again = correct::withdraw(&world.services, &steward, "study-day", record, "Again").await;
    assert!(matches!(
        again,
        Err(Error::Refused(crate::Refusal::Attendance(Refusal::NothingToWithdraw)))
    ));

    let door = world.door(&steward, "ama").await;
    assert_eq!(door.counts.inside, 0);
    assert!(matches!(&door.found, Found::People { people, .. } if people[0].presence == Presence::Away));
    assert_eq!(
        door.last
            .iter()
            .map(|last| (last.name.as_str(), last.withdrawn))
            .collect::<Vec<_>>(),
        [("Ama Owusu", true)]
    );
    assert_eq!(
        world.records().await.iter().map(|row| row.action).collect::<Vec<_>>(),
        [Action::Arrive, Action::Withdraw]
    );

    let Answer::Arrived { record, .. } = world.scan(&steward, "09:01", them(), None, Action::Arrive).await.answer else {
        panic!()
    };
    world.services.clock.move_to(wall("2026-03-13", "09:00").and_utc());
    let late = correct::withdraw(&world.services, &steward, "study-day", record, "Late").await;
    assert!(
        matches!(late, Err(Error::Refused(crate::Refusal::Attendance(Refusal::NotToday)))),
        "a steward's day is over"
    );
    correct::withdraw(&world.services, &organiser, "study-day", record, "Was not there")
        .await
        .unwrap();
    assert_eq!(queries::first_break(&world.services.db.read, world.event).await.unwrap(), None);
}

#[test]
fn codes_and_references_are_read_as_typed() {
    assert_eq!(rules::read_reference(" pl 7kqm4r "), Some("PL-7KQM4R".to_owned()));
    assert_eq!(rules::read_reference("Plum"), None);
    assert_eq!(rules::read_code("/check-in/x?to=a"), None);
}
