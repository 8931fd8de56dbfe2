//! The details of an event, changed part by part: what a change does to others is looked at before it is saved, and the
//! sessions go along only if asked, those waiting in a draft too.

use crate::ground::{mails_of, words};
use chrono::TimeDelta;
use domain::{agenda::edit::Working, organisations::Role};
use tests::{Answer, Browser, Event, Filled, TestApp};

async fn with_people(people: usize, status: &str) -> (TestApp, Event, Browser) {
    let app = TestApp::start().await;
    let mut event = app.event().with(|file| {
        file["event"]["status"] = status.into();
        file["event"]["capacity"] = 40.into();
    });
    for n in 0..people {
        event = event.place(&format!("p{n}"), &format!("Person {n}"), &format!("person{n}@example.org"));
    }
    let event = event.create().await;
    let owner = app.person_with_role(Role::Owner).await;
    (app, event, owner)
}

async fn open(owner: &Browser, event: &Event, part: &str) -> Answer {
    owner.get(&event.desk(&format!("/edit{part}"))).await
}

fn form(answer: &Answer) -> Filled {
    answer.page().form("/do/organise/update")
}

/// When the event's sessions are, as the public and as its organisers have them.
async fn sessions(app: &TestApp, event: &Event) -> [Vec<String>; 2] {
    let working = Working::load(&app.services.db.read, event.id).await.unwrap();
    [&working.out, &working.board].map(|board| {
        let times = board.sessions.iter();
        times
            .map(|row| {
                format!(
                    "{} {} {}",
                    row.code,
                    row.starts_wall.format("%d %H:%M"),
                    row.starts_at.format("%H:%MZ")
                )
            })
            .collect()
    })
}

#[tokio::test]
async fn a_change_of_time_and_place_is_looked_at_before_it_is_saved() {
    let (app, event, owner) = with_people(3, "published").await;
    app.browser().book(&event, ["Ama Owusu"]).await;
    app.run_jobs().await;
    app.pass(TimeDelta::minutes(1));
    let before = app.everything().await;

    let typed = form(&open(&owner, &event, "").await)
        .set("form[starts]", "2027-03-13T10:00")
        .set("form[ends]", "2027-03-13T17:00")
        .set("form[venue_name]", "Other Hall")
        .set("form[title]", "Study day, moved");
    let looked = owner.submit(typed).await;

    let told = words(&looked);
    for said in [
        "Look at this before it is saved",
        "was Friday 12 March 2027, 9am to 4pm , now Saturday 13 March 2027, 10am to 5pm",
        "was Example Hall, 1 High Street, Oxford, OX1 1AA , now Other Hall, 1 High Street, Oxford, OX1 1AA",
        "4 people are mailed, each with the change for their calendar.",
        "Move the 1 session along: 1 day and 1 hour later",
        "Nothing is saved yet.",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
    let mut after = app.everything().await;
    for table in ["form_draft", "rate_limit"] {
        after.insert(table.to_owned(), before[table].clone());
    }
    assert_eq!(before, after, "looking saves nothing");
    assert_eq!(app.run_jobs().await, (0, 0));
    let again = form(&looked);
    assert_eq!(
        (
            again.value("form[title]"),
            again.value("form[starts]"),
            again.value("form[move_sessions]")
        ),
        (Some("Study day, moved"), Some("2027-03-13T10:00"), Some("true")),
        "what was typed is kept, and sessions that cannot stay go along unless unticked"
    );

    // Left where it is, the session would not lie in the event: refused, with the same to look at and to tick.
    let refused = owner.submit(again.untick("form[move_sessions]")).await;
    assert_eq!(
        refused.problems(),
        [
            "The session “The talk” (Friday 12 March 2027, 9:30am to 11am) would lie outside the event. Change the session first, or let the sessions move along"
        ]
    );
    let saved = owner.submit(form(&refused).set("form[move_sessions]", "true")).await;
    assert!(
        words(&saved).contains("Everybody who holds a place is sent the change"),
        "{}",
        words(&saved)
    );
    app.run_jobs().await;

    let row = app.find_event(&event.slug).await.row;
    assert_eq!(
        (row.title.as_str(), row.venue_name.as_deref()),
        ("Study day, moved", Some("Other Hall"))
    );
    assert_eq!(
        sessions(&app, &event).await,
        [["talk 13 10:30 10:30Z"], ["talk 13 10:30 10:30Z"]].map(|one| one.map(str::to_owned).to_vec())
    );
    // Whoever was told before hears what was and what is; whoever was not, hears of the day as it is.
    let updates = mails_of(&app, "invite_update").await;
    assert_eq!(updates.len(), 1);
    // Lines of a mail are folded.
    let text = updates[0].text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("When. Was: Friday 12 March 2027, 9am to 4pm. Now: Saturday 13 March 2027, 10am to 5pm.")
            && text.contains("Where. Was: Example Hall, 1 High Street, Oxford, OX1 1AA. Now: Other Hall, 1 High Street, Oxford, OX1 1AA."),
        "{text}"
    );
    assert_eq!(mails_of(&app, "invite").await.len(), 4);
}

#[tokio::test]
async fn a_draft_of_the_agenda_moves_along_and_is_not_trampled() {
    let (app, event, owner) = with_people(0, "published").await;
    let new = owner
        .get(&event.desk("/agenda/session"))
        .await
        .page()
        .form("/do/agenda/session")
        .set("form[title]", "The panel")
        .set("form[starts]", "2027-03-12T14:00")
        .set("form[ends]", "2027-03-12T15:00");
    assert_eq!(owner.submit(new).await.problems(), [""; 0]);
    let changed = owner.get(&event.desk("/agenda/session?edit=talk")).await.page();
    let changed = changed.form("/do/agenda/session").set("form[starts]", "2027-03-12T10:00");
    assert_eq!(owner.submit(changed).await.problems(), [""; 0]);

    let typed = form(&open(&owner, &event, "").await)
        .set("form[starts]", "2027-06-11T09:00")
        .set("form[ends]", "2027-06-11T16:00");
    let looked = owner.submit(typed).await;
    let told = words(&looked);
    assert!(told.contains("Changes to the agenda are waiting to be published."), "{told}");
    assert!(
        told.contains("Nobody is mailed.") && told.contains("Move the 2 sessions along: 91 days later"),
        "{told}"
    );
    owner.submit(form(&looked).set("form[move_sessions]", "true")).await;
    app.run_jobs().await;

    // Summer time: the clock says the same, and the instant is an hour earlier. What was changed in the draft stays changed.
    let [out, board] = sessions(&app, &event).await;
    assert_eq!(out, ["talk 11 09:30 08:30Z"]);
    assert_eq!(board, ["talk 11 10:00 09:00Z", "the-panel 11 14:00 13:00Z"]);
    let waits = words(&owner.get(&event.desk("/agenda")).await);
    assert!(waits.contains("There are changes the public does not see yet."), "{waits}");
    assert!(!waits.contains("Undo"), "a step back would bring back a day that is no more");
}

#[tokio::test]
async fn what_changes_nothing_for_others_is_saved_at_once_and_sessions_stay_where_they_are() {
    let (app, event, owner) = with_people(2, "published").await;
    let saved = owner
        .submit(form(&open(&owner, &event, "").await).set("form[title]", "Another name"))
        .await;
    assert!(words(&saved).contains("Saved."), "{}", words(&saved));
    app.pass(TimeDelta::seconds(1));

    // Later, but the session still lies within: it stays.
    let looked = owner
        .submit(form(&open(&owner, &event, "").await).set("form[ends]", "2027-03-12T17:00"))
        .await;
    assert!(
        !words(&looked).contains("Move the 1 session along"),
        "it begins when it began: {}",
        words(&looked)
    );
    let typed = form(&looked).set("form[starts]", "2027-03-12T09:15");
    let looked = owner.submit(typed).await;
    assert!(
        words(&looked).contains("Move the 1 session along: 15 minutes later"),
        "what changed since is looked at again"
    );
    owner.submit(form(&looked)).await;
    assert_eq!(sessions(&app, &event).await[0], ["talk 12 09:30 09:30Z"]);
    app.run_jobs().await;

    // An event nobody can see yet: its sessions are asked about all the same, and nobody is mailed.
    let draft = app.event().slug("quiet").draft().create().await;
    let typed = form(&open(&owner, &draft, "").await)
        .set("form[starts]", "2027-03-13T09:00")
        .set("form[ends]", "2027-03-13T16:00");
    let looked = owner.submit(typed).await;
    assert!(words(&looked).contains("Nobody is mailed."), "{}", words(&looked));
    owner.submit(form(&looked).set("form[move_sessions]", "true")).await;
    assert_eq!(sessions(&app, &draft).await[0], ["talk 13 09:30 09:30Z"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_new_event_asks_little_and_each_part_is_saved_by_itself() {
    let app = TestApp::start().await;
    let owner = app.person_with_role(Role::Owner).await;
    let new = owner.get("/organise/events/new").await.page().form("/do/organise/create");
    assert_eq!(
        new.texts,
        [
            "form[title]",
            "form[neutral_title]",
            "form[slug]",
            "form[starts]",
            "form[ends]",
            "form[timezone]",
            "form[venue_name]",
            "form[venue_address]",
            "form[venue_postcode]",
            "form[online_url]",
            "form[capacity]"
        ]
    );
    let new = new
        .set("form[title]", "Safer schools")
        .set("form[starts]", "2027-03-11T09:00")
        .set("form[ends]", "2027-03-11T16:00");
    let made = owner.submit(new).await;
    assert!(words(&made).contains("Saved as a draft."), "{}", words(&made));
    assert_eq!(
        made.page().link("Words for its page").as_deref(),
        Some("/organise/events/safer-schools/edit?part=page")
    );
    assert_eq!(app.count("ticket WHERE name = 'Delegate' AND price_pence = 0").await, 1);

    let event = app.find_event("safer-schools").await;
    for (part, fields) in [
        ("?part=page", &[("form[summary]", "A day."), ("form[outcomes]", "Listen\nAct")][..]),
        (
            "?part=help",
            &[("form[support][1][name]", "Samaritans"), ("form[support][1][contact]", "116 123")][..],
        ),
        (
            "?part=evidence",
            &[("form[evidence][1][quote]", "One in ten"), ("form[evidence][1][source]", "A study")][..],
        ),
        ("?part=cpd", &[("form[cpd_min_minutes]", "30")][..]),
        ("", &[("form[capacity]", "25")][..]),
    ] {
        app.pass(TimeDelta::seconds(1));
        let page = open(&owner, &event, part).await;
        assert_eq!(
            page.page().all("button").filter(|button| button.text == "Save").count(),
            1,
            "{part}"
        );
        let typed = fields.iter().fold(form(&page), |form, (name, value)| form.set(name, value));
        let saved = owner.submit(typed).await;
        assert!(words(&saved).contains("Saved."), "{part}: {}", words(&saved));
    }
    let row = app.find_event("safer-schools").await.row;
    assert_eq!(
        (
            row.summary.as_str(),
            row.outcomes.0.len(),
            row.support.0.len(),
            row.evidence.0.len(),
            row.cpd_min_minutes,
            row.capacity
        ),
        ("A day.", 2, 1, 1, 30, Some(25)),
        "each part leaves the others as they were"
    );
    // A part that is refused keeps what was typed, and comes back to itself.
    let refused = owner
        .submit(form(&open(&owner, &event, "?part=cpd").await).set("form[cpd_min_minutes]", "many"))
        .await;
    assert!(refused.path.contains("part=cpd"), "{}", refused.path);
    assert_eq!(form(&refused).value("form[cpd_min_minutes]"), Some("many"));
    app.run_jobs().await;
}

#[tokio::test]
async fn limits_that_do_not_fit_one_another_are_said_or_refused() {
    let (app, event, owner) = with_people(0, "published").await;
    let ticket = owner
        .get(&event.desk("/tickets?edit=standard"))
        .await
        .page()
        .form("/do/organise/ticket");
    let told = words(&owner.submit(ticket.set("form[places]", "100")).await);
    let says = "“Standard” has 100 places, but the event holds 40: no more than 40 can be booked.";
    assert!(told.contains(says), "{told}");
    assert!(words(&owner.get(&event.desk("")).await).contains(says));
    let ticket = owner
        .get(&event.desk("/tickets?edit=standard"))
        .await
        .page()
        .form("/do/organise/ticket");
    let told = words(&owner.submit(ticket.set("form[places]", "10")).await);
    assert!(
        told.contains("The event holds 40, but its tickets on sale have only 10 places between them"),
        "{told}"
    );

    let typed = form(&open(&owner, &event, "").await)
        .set("form[bookings_open]", "2027-03-02T09:00")
        .set("form[bookings_close]", "2027-03-01T09:00");
    let refused = owner.submit(typed).await;
    assert_eq!(refused.problems(), ["Booking must close later than it opens."]);
    let typed = form(&refused).set("form[bookings_close]", "2027-03-12T12:00");
    let told = words(&owner.submit(typed).await);
    assert!(
        told.contains("Booking closes only after the event has started, so people can still book while it runs."),
        "{told}"
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn a_copy_for_another_year_has_that_year_in_its_address() {
    let app = TestApp::start().await;
    let event = app.event().slug("study-day-2027").create().await;
    let owner = app.person_with_role(Role::Owner).await;
    let copy = async |on: &str| {
        let form = owner.get(&event.desk("/copy")).await.page().form("/do/organise/copy");
        owner.submit(form.set("form[on]", on)).await.bare_path().to_owned()
    };
    assert_eq!(copy("2028-03-10").await, "/organise/events/study-day-2028");
    assert_eq!(copy("2028-06-09").await, "/organise/events/study-day-2028-2");
    assert_eq!(copy("2027-06-11").await, "/organise/events/study-day-2027-2");
}
