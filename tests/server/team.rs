//! Who is in a team: asked, given a role, limited, removed; and that somebody can always decide.

use domain::{
    Error,
    access::Actor,
    ids::PersonId,
    organisations::{
        Role,
        team::{self, MemberForm, RoleForm},
    },
    platform::{audit, entity::audit_record},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use tests::{Browser, TestApp};

const ORGANISATION: &str = "example-training";

fn somebody(email: &str, role: &str, event: &str) -> MemberForm {
    MemberForm {
        name: "Ama Owusu".to_owned(),
        email: email.to_owned(),
        role: role.to_owned(),
        event: event.to_owned(),
    }
}

async fn owner_of(app: &TestApp) -> (Browser, Actor) {
    let browser = app.person_with_role(Role::Owner).await;
    let actor = app.actor(&browser).await;
    (browser, actor)
}

/// Addresses, roles and whether they have signed in, of the team.
async fn members(app: &TestApp) -> Vec<(String, Role, bool)> {
    let organisation = app.organisation().await.id;
    let team = team::list(&app.services, &Actor::System, organisation).await.unwrap();
    team.into_iter()
        .map(|member| (member.address, member.role, member.has_joined))
        .collect()
}

/// The actions in the organisation's audit chain, which has to be whole.
async fn audited(app: &TestApp) -> Vec<(String, String)> {
    let chain = format!("organisation:{}", app.organisation().await.id);
    let db = &app.services.db.read;
    assert_eq!(audit::first_break(db, &chain).await.unwrap(), None);
    let records = audit_record::Entity::find()
        .filter(audit_record::Column::Chain.eq(chain))
        .order_by_asc(audit_record::Column::Seq)
        .all(db)
        .await
        .unwrap();
    records
        .into_iter()
        .map(|record| (record.action, record.detail.unwrap_or_default()))
        .collect()
}

/// The link in the newest mail to this address.
async fn link_to(app: &TestApp, email: &str) -> String {
    app.run_jobs().await;
    let mails = app.mails().await;
    let mail = mails.iter().rev().find(|mail| mail.to == email).unwrap();
    let at = mail.text.find("/sign-in/").unwrap();
    mail.text[at..].split_whitespace().next().unwrap().to_owned()
}

#[tokio::test]
async fn whoever_is_asked_gets_a_link_that_signs_them_in_and_shows_as_asked_until_then() {
    let app = TestApp::start().await;
    let (owner, _) = owner_of(&app).await;
    let form = owner.get("/organise/team").await.page().form("/do/organise/add-member");
    let form = form
        .set("form[name]", "Ama Owusu")
        .set("form[email]", "Ama@Example.org")
        .set("form[role]", "organiser");
    let told = owner.submit(form).await.page().main();
    assert!(told.contains("Asked.") && told.contains("Asked, not signed in yet"), "{told}");
    assert_eq!(
        members(&app).await,
        [
            ("ama@example.org".to_owned(), Role::Organiser, false),
            ("owner@example.org".to_owned(), Role::Owner, true)
        ]
    );

    let link = link_to(&app, "ama@example.org").await;
    let ama = app.browser();
    let page = ama.get(&link).await;
    assert_eq!(page.h1(), "Confirm it's you");
    let home = ama.submit(page.page().form("/do/people/confirm")).await;
    assert_eq!((home.bare_path(), home.h1().as_str()), ("/organise", "Organiser home"));

    assert_eq!(members(&app).await[0], ("ama@example.org".to_owned(), Role::Organiser, true));
    let team = owner.get("/organise/team").await.page().main();
    assert!(!team.contains("Asked, not signed in yet"), "{team}");
    // The link is hidden from everybody else, and works once.
    let mails = app.mails().await;
    let mail = mails.iter().find(|mail| mail.kind == "team_invite").unwrap();
    let shown = owner.get(&format!("/organise/messages/{}", mail.row.id)).await;
    assert!(shown.text.contains("link hidden") && !shown.text.contains(&link), "{}", shown.text);
    assert!(!app.browser().get(&link).await.text.contains("/do/people/confirm"));
}

#[tokio::test]
async fn asking_again_ends_the_link_of_before_and_a_second_press_writes_nothing() {
    let app = TestApp::start().await;
    let (_, owner) = owner_of(&app).await;
    let slug = ORGANISATION;
    let form = somebody("ama@example.org", "viewer", "");
    team::invite(&app.services, &owner, slug, &form).await.unwrap();
    let first = link_to(&app, "ama@example.org").await;
    let ama = app.person("ama@example.org").await;
    assert!(
        team::invite_again(&app.services, &owner, slug, ama).await.is_err(),
        "within a minute"
    );

    app.pass(chrono::TimeDelta::minutes(2));
    team::invite_again(&app.services, &owner, slug, ama).await.unwrap();
    assert!(team::invite_again(&app.services, &owner, slug, ama).await.is_err());
    let second = link_to(&app, "ama@example.org").await;

    let signs_in = async |link: &str| app.browser().get(link).await.text.contains("/do/people/confirm");
    assert_eq!((signs_in(&first).await, signs_in(&second).await), (false, true));
    app.pass(chrono::TimeDelta::days(8));
    assert!(!signs_in(&second).await, "a link lasts seven days");
}

#[tokio::test]
async fn whoever_is_removed_may_do_nothing_from_the_same_moment_on() {
    let app = TestApp::start().await;
    let event = app.event().create().await;
    let (owner, _) = owner_of(&app).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    let page = format!("/organise/events/{}", event.slug);
    assert_eq!(organiser.get(&page).await.status, 200);

    let team = owner.get("/organise/team").await.page();
    let link = team
        .all("a")
        .filter_map(|link| link.attr("href"))
        .find(|href| href.contains("/remove"))
        .unwrap()
        .to_owned();
    let confirm = owner.get(&link).await;
    assert_eq!(confirm.h1(), "Remove Robin Organiser from the team?");
    let told = owner.submit(confirm.page().form("/do/organise/remove-member")).await.page().main();

    assert!(told.contains("Removed."), "{told}");
    assert_eq!(members(&app).await, [("owner@example.org".to_owned(), Role::Owner, true)]);
    assert_eq!(
        (organiser.get(&page).await.status, organiser.get("/organise").await.status),
        (404, 403)
    );
    assert_eq!(
        audited(&app).await.last(),
        Some(&("team.removed".to_owned(), "organiser".to_owned()))
    );
}

#[tokio::test]
async fn a_link_sent_to_somebody_removed_since_opens_nothing() {
    let app = TestApp::start().await;
    let (_, owner) = owner_of(&app).await;
    let form = somebody("ama@example.org", "owner", "");
    team::invite(&app.services, &owner, ORGANISATION, &form).await.unwrap();
    let link = link_to(&app, "ama@example.org").await;
    let ama = app.person("ama@example.org").await;
    team::remove(&app.services, &owner, ORGANISATION, ama).await.unwrap();
    assert!(!app.browser().get(&link).await.text.contains("/do/people/confirm"));
}

#[tokio::test]
async fn the_last_owner_can_neither_go_nor_be_made_less() {
    let app = TestApp::start().await;
    let (browser, owner) = owner_of(&app).await;
    let own = owner.person_id().unwrap();
    let less = RoleForm {
        role: "organiser".to_owned(),
        event: String::new(),
    };
    let refused = |ended: Result<(), Error>| matches!(ended, Err(Error::Invalid(errors)) if errors.0[0].code == "last_owner");
    assert!(refused(team::remove(&app.services, &owner, ORGANISATION, own).await));
    assert!(refused(team::set_role(&app.services, &owner, ORGANISATION, own, &less).await));
    let page = browser.get(&format!("/organise/team/{own}/remove")).await.page();
    let told = browser.submit(page.form("/do/organise/remove-member")).await;
    assert_eq!(
        told.problems(),
        ["This is the only owner. Make somebody else an owner first, or nobody could change the team again"]
    );
    assert_eq!(members(&app).await, [("owner@example.org".to_owned(), Role::Owner, true)]);

    // With another owner, they may.
    app.person_with_role_in(ORGANISATION, Role::Owner, "second@example.org").await;
    let page = browser.get(&format!("/organise/team/{own}/remove")).await.page();
    assert_eq!(browser.submit(page.form("/do/organise/remove-member")).await.bare_path(), "/my");
    assert_eq!(members(&app).await, [("second@example.org".to_owned(), Role::Owner, true)]);
}

#[tokio::test]
async fn two_owners_who_remove_each_other_at_once_leave_one() {
    for round in 0..5 {
        let app = TestApp::start().await;
        let (_, one) = owner_of(&app).await;
        let other = app.person_with_role_in(ORGANISATION, Role::Owner, "second@example.org").await;
        let other = app.actor(&other).await;
        let less = RoleForm {
            role: "viewer".to_owned(),
            event: String::new(),
        };
        let (first, second): (PersonId, PersonId) = (one.person_id().unwrap(), other.person_id().unwrap());
        let slug = ORGANISATION;
        let (a, b) = tokio::join!(team::remove(&app.services, &one, slug, second), async {
            if round % 2 == 0 {
                team::remove(&app.services, &other, slug, first).await
            } else {
                team::set_role(&app.services, &other, slug, first, &less).await
            }
        });
        assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1, "{a:?} {b:?}");
        let owners = members(&app).await.into_iter().filter(|(_, role, _)| *role == Role::Owner).count();
        assert_eq!(owners, 1);
    }
}

#[tokio::test]
async fn an_owner_who_was_made_less_meanwhile_changes_nothing_more() {
    let app = TestApp::start().await;
    let (_, owner) = owner_of(&app).await;
    let second = app.person_with_role_in(ORGANISATION, Role::Owner, "second@example.org").await;
    let stale = app.actor(&second).await;
    let third = app.person_with_role_in(ORGANISATION, Role::Viewer, "third@example.org").await;
    let third = app.actor(&third).await.person_id().unwrap();
    team::remove(&app.services, &owner, ORGANISATION, stale.person_id().unwrap())
        .await
        .unwrap();
    let ended = team::remove(&app.services, &stale, ORGANISATION, third).await;
    assert!(matches!(ended, Err(Error::NotFound)), "{ended:?}");
    assert_eq!(members(&app).await.len(), 2);
}

#[tokio::test]
async fn a_steward_is_limited_to_one_event_and_let_go_again_and_each_is_written_down() {
    let app = TestApp::start().await;
    let near = app
        .event()
        .slug("near-day")
        .when("Europe/London", "2026-11-20T09:00", "2026-11-20T16:00")
        .create()
        .await;
    let far = app.event().slug("far-day").create().await;
    let (browser, owner) = owner_of(&app).await;
    let steward = app.person_with_role(Role::Steward).await;
    let person = app.person("steward@example.org").await;
    let set = async |role: &str, event: &str| {
        let form = RoleForm {
            role: role.to_owned(),
            event: event.to_owned(),
        };
        team::set_role(&app.services, &owner, ORGANISATION, person, &form).await
    };
    let doors = async || {
        let home = steward.get("/organise").await.page().main();
        let door = async |slug: &str| steward.get(&format!("/check-in/{slug}")).await.status;
        (home.matches("Check-in: ").count(), door(&near.slug).await, door(&far.slug).await)
    };
    assert_eq!(doors().await, (2, 200, 200));

    let page = browser.get("/organise/team").await.page();
    assert!(page.main().contains("Only Study day"), "{}", page.main());
    set("steward", "near-day").await.unwrap();
    assert_eq!(doors().await, (1, 200, 403));
    assert!(set("viewer", "near-day").await.is_err(), "only stewards are limited");
    assert!(set("steward", "no-such-day").await.is_err());
    // Once the event is over it is no choice; saving the form as it is leaves the limit.
    app.move_to("2026-12-01T10:00:00Z");
    let page = browser.get("/organise/team").await.page();
    assert!(page.main().contains("Only one that is over or cancelled"), "{}", page.main());
    set("steward", team::SAME_EVENT).await.unwrap();
    assert_eq!(doors().await, (0, 200, 403));
    set("steward", "").await.unwrap();
    assert_eq!(doors().await.2, 200);

    let near = near.id;
    let last: Vec<_> = audited(&app).await.into_iter().rev().take(2).collect();
    assert_eq!(
        last,
        [
            ("team.role".to_owned(), "steward".to_owned()),
            ("team.role".to_owned(), format!("steward,event:{near}"))
        ]
    );
}

#[tokio::test]
async fn the_team_page_asks_as_often_for_three_as_for_one() {
    let app = TestApp::start().await;
    let (owner, _) = owner_of(&app).await;
    let one = app.count_queries(owner.get("/organise/team")).await;
    for name in ["a", "b"] {
        app.person_with_role_in(ORGANISATION, Role::Viewer, &format!("{name}@example.org"))
            .await;
        app.event().slug(&format!("day-{name}")).create().await;
    }
    assert!(one > 0);
    assert_eq!(app.count_queries(owner.get("/organise/team")).await, one);
}
