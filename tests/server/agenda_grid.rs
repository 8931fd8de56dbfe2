//! What the grid editor calls: a session moved, stretched and added, by the rules of the forms.

use domain::{
    access::Actor,
    agenda::{
        edit::{self, Arrange, Working},
        grid::Grid,
    },
    organisations::Role,
};
use serde_json::json;
use tests::{Event, TestApp};

async fn with_two() -> (TestApp, Event, Actor) {
    let app = TestApp::start().await;
    let event = app.event().sessions(json!([
        {"code": "talk", "title": "The talk", "kind": "talk", "starts": "2027-03-12T09:30", "ends": "2027-03-12T11:00", "room": "hall", "cpd": true, "content_note": "About loss"},
        {"code": "tea", "title": "Tea", "kind": "break", "starts": "2027-03-12T11:00", "ends": "2027-03-12T11:20"}
    ]));
    let event = event
        .with(|file| {
            file["rooms"]
                .as_array_mut()
                .unwrap()
                .push(json!({"code": "studio", "name": "Studio"}));
            file["event"]["summary"] = "1.5 hours of CPD for everybody.".into();
        })
        .create()
        .await;
    let owner = app.person_with_role(Role::Owner).await;
    let owner = app.actor(&owner).await;
    (app, event, owner)
}

fn at(grid: &Grid, code: &str) -> (i32, i32, String) {
    let session = grid.find(code).unwrap();
    (session.at.from, session.at.until, grid.rooms[session.at.room].code.clone())
}

fn moved(grid: &Grid, code: &str, from: i32, until: i32, room: &str) -> Arrange {
    Arrange {
        session: code.to_owned(),
        day: "2027-03-12".to_owned(),
        from: from.to_string(),
        until: until.to_string(),
        room: room.to_owned(),
        seen: grid.find(code).map(|session| session.seen.clone()).unwrap_or_default(),
        ..Arrange::default()
    }
}

#[tokio::test]
async fn a_session_dragged_keeps_everything_but_its_place() {
    let (app, event, owner) = with_two().await;
    let (grid, rule) = edit::grid(&app.services, &owner, &event.slug).await.unwrap();
    assert_eq!(
        (at(&grid, "talk"), at(&grid, "tea")),
        ((570, 660, "hall".to_owned()), (660, 680, String::new()))
    );
    assert_eq!(
        (grid.days[0].from, grid.days[0].until, grid.published_minutes),
        (540, 960, Some(90))
    );
    assert_eq!(grid.offered(&rule).minutes, 90);

    let (after, rule) = edit::arrange(&app.services, &owner, &event.slug, &moved(&grid, "talk", 600, 720, "studio"))
        .await
        .unwrap();
    assert_eq!(at(&after, "talk"), (600, 720, "studio".to_owned()));
    assert!(
        after.waits && after.undo.as_ref().is_some_and(|(_, words)| words == "Moved “The talk”"),
        "{:?}",
        after.undo
    );
    assert_eq!(
        after.broken_promises(after.offered(&rule).minutes),
        [
            "The agenda that is out offers 1.5 hours, and this one 2 hours.",
            "The event says “1.5 hours”, and the agenda offers 2 hours."
        ]
    );
    let board = Working::load(&app.services.db.read, event.id).await.unwrap().board;
    assert_eq!(board.session("talk").unwrap().content_note.as_deref(), Some("About loss"));
}

#[tokio::test]
async fn what_the_forms_refuse_the_grid_refuses_and_what_somebody_else_moved_is_not_moved_unseen() {
    let (app, event, owner) = with_two().await;
    let (grid, _) = edit::grid(&app.services, &owner, &event.slug).await.unwrap();
    let outside = edit::arrange(&app.services, &owner, &event.slug, &moved(&grid, "talk", 500, 560, "hall")).await;
    assert!(outside.unwrap_err().to_string().contains("the session starts before the event"));
    edit::arrange(&app.services, &owner, &event.slug, &moved(&grid, "talk", 600, 690, "hall"))
        .await
        .unwrap();
    let late = edit::arrange(&app.services, &owner, &event.slug, &moved(&grid, "talk", 660, 750, "hall")).await;
    assert!(late.unwrap_err().to_string().contains("Somebody changed this session"));
    for nonsense in [("", "600"), ("600", "soon"), ("-5", "600"), ("600", "99999999999")] {
        let typed = Arrange {
            from: nonsense.0.to_owned(),
            until: nonsense.1.to_owned(),
            ..moved(&grid, "tea", 0, 0, "")
        };
        assert!(
            edit::arrange(&app.services, &owner, &event.slug, &typed).await.is_err(),
            "{nonsense:?}"
        );
    }
}

#[tokio::test]
async fn a_session_drawn_counts_if_its_kind_may_and_is_undone() {
    let (app, event, owner) = with_two().await;
    for (kind, counts) in [("workshop", true), ("break", false)] {
        let typed = Arrange {
            title: format!("A {kind}"),
            kind: kind.to_owned(),
            day: "2027-03-12".to_owned(),
            from: "780".to_owned(),
            until: "840".to_owned(),
            room: "studio".to_owned(),
            ..Arrange::default()
        };
        let (grid, _) = edit::arrange(&app.services, &owner, &event.slug, &typed).await.unwrap();
        let session = grid.find(&format!("a-{kind}")).unwrap();
        assert_eq!((session.cpd, session.at.from, session.at.until), (counts, 780, 840));
        let (step, _) = grid.undo.unwrap();
        assert!(edit::undo(&app.services, &owner, &event.slug, step).await.unwrap());
    }
    let (grid, _) = edit::grid(&app.services, &owner, &event.slug).await.unwrap();
    assert!(!grid.waits && grid.sessions.len() == 2);
}
