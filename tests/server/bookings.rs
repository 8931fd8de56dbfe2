//! Booking as people do it, page by page and without scripts: one person and several, names now or later, what is
//! refused and keeps what was typed, and what a second press does.

use crate::ground::{MORNING, app_at, book, changed, import, mails_of, meddle, named, open_day, order, unnamed, words};
use domain::bookings::PlaceState;
use serde_json::{Value, json};
use tests::{Answer, Browser, Event, Filled, TestApp};

/// Chooses so many places of a ticket; gives the page it leads to.
async fn choose(browser: &Browser, slug: &str, wanted: &[(&str, &str)]) -> Answer {
    let mut form = browser
        .get(&format!("/events/{slug}/book"))
        .await
        .page()
        .form("/do/bookings/choose");
    for (ticket, places) in wanted {
        form = form.set(&format!("form[wanted][{ticket}]"), places);
    }
    browser.submit(form).await
}

/// The second step with the booker and so many people, name and mailbox each; both empty for later.
fn fill(who: &Answer, booker: (&str, &str), people: &[(&str, &str)]) -> Filled {
    assert_eq!(who.h1(), "Who is coming?", "{:?}", who.problems());
    let mut form = who
        .page()
        .form("/do/bookings/name")
        .set("form[name]", booker.0)
        .set("form[email]", booker.1);
    for (i, (name, email)) in people.iter().enumerate() {
        form = form
            .set(&format!("form[places][{}][name]", i + 1), name)
            .set(&format!("form[places][{}][email]", i + 1), email);
    }
    form
}

/// All steps but the last press: the check page.
async fn to_check(browser: &Browser, slug: &str, booker: (&str, &str), people: &[(&str, &str)]) -> Answer {
    let who = choose(browser, slug, &[("nhs", &people.len().to_string())]).await;
    browser.submit(fill(&who, booker, people)).await
}

async fn press(browser: &Browser, check: &Answer) -> Answer {
    browser.submit(check.page().form("/do/bookings/book")).await
}

/// Name, mailbox and state of each place.
async fn sat(app: &TestApp, event: &Event) -> Vec<(Option<String>, PlaceState)> {
    app.all_places(event.id)
        .await
        .into_iter()
        .map(|place| (place.name, place.state))
        .collect()
}

#[tokio::test]
async fn one_person_books_in_four_steps() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let browser = app.browser();
    let front = browser.get("/events/open-day").await.page();
    let link = front.link("Book a place").unwrap();
    assert_eq!(link, "/events/open-day/book");
    let first = browser.get(&link).await;
    assert_eq!(first.h1(), "Choose your places");
    let labels: Vec<_> = first.page().all("label").map(|label| label.text.clone()).collect();
    assert_eq!(
        labels,
        ["Number of places: NHS and public sector", "Number of places: Lived experience"]
    );

    let who = choose(&browser, "open-day", &[("nhs", "1")]).await;
    let groups: Vec<_> = who.page().all("legend").map(|legend| legend.text.clone()).collect();
    assert_eq!(
        (who.h1().as_str(), groups),
        ("Who is coming?", vec!["Your details".to_owned(), "Place 1".to_owned()])
    );
    let form = fill(&who, ("Jane Smith", "Jane@Example.org"), &[("Jane Smith", "jane@example.org")]);
    let form = form
        .set("form[places][1][job_role]", "Nurse")
        .set("form[places][1][organisation]", "Example Trust")
        .set("form[purchase_order]", "PO-77");
    let check = browser.submit(form).await;
    assert_eq!(check.h1(), "Check your answers");
    let all = words(&check);
    for answer in [
        "Jane Smith",
        "jane@example.org",
        "PO-77",
        "1 place, NHS and public sector",
        "Jane Smith, jane@example.org, Nurse, Example Trust",
    ] {
        assert!(all.contains(answer), "{answer} is not among the answers: {all}");
    }
    assert_eq!(sat(&app, &event).await, [], "nothing is booked until the last press");
    assert!(check.page().all("button").any(|button| button.text == "Book 1 place"));

    let done = press(&browser, &check).await;
    assert_eq!(
        (done.status, done.h1().as_str(), done.header("cache-control")),
        (200, "You have a place", "no-store")
    );
    let reference = app.bookings(&event).await[0].reference.clone();
    assert!(words(&done).contains(&format!("Booking reference {reference}")), "{}", words(&done));
    assert!(
        words(&done).contains("To pay £234.00, of which VAT £39.00. An invoice follows."),
        "{}",
        words(&done)
    );
    let place = app.places(&event).await.remove(0);
    assert_eq!(
        (
            place.name.as_deref(),
            place.job_role.as_deref(),
            place.organisation.as_deref(),
            place.price_pence
        ),
        (Some("Jane Smith"), Some("Nurse"), Some("Example Trust"), 19_500)
    );
    app.run_jobs().await;
    let told: Vec<_> = app.mails_to("jane@example.org").await.into_iter().map(|mail| mail.kind).collect();
    assert_eq!(told, ["booking_confirmed", "invite"]);
}

#[tokio::test]
async fn three_places_are_booked_with_one_of_them_to_be_named() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let browser = app.browser();
    let who = choose(&browser, "open-day", &[("nhs", "2"), ("free", "1")]).await;
    let groups: Vec<_> = who.page().all("legend").map(|legend| legend.text.clone()).collect();
    assert_eq!(groups, ["Your details", "Place 1", "Place 2", "Place 3"]);
    let check = browser
        .submit(fill(
            &who,
            ("Pat Booker", "pa@example.org"),
            &[("Jane Smith", "jane@example.org"), ("", ""), ("Ama Owusu", "ama@example.org")],
        ))
        .await;

    let all = words(&check);
    assert!(
        all.contains("2 places, NHS and public sector; 1 place, Lived experience") && all.contains("To be named later"),
        "{all}"
    );
    for line in [
        "2 places, NHS and public sector £390.00",
        "1 place, Lived experience £0.00",
        "VAT £78.00",
        "To pay £468.00",
        "An invoice follows",
    ] {
        assert!(all.contains(line), "{line} is not on the slip: {all}");
    }
    assert!(check.page().all("button").any(|button| button.text == "Book 3 places"));
    let done = press(&browser, &check).await;
    assert_eq!(done.h1(), "You have 3 places");
    let name = |name: &str| Some(name.to_owned());
    assert_eq!(
        sat(&app, &event).await,
        [
            (name("Jane Smith"), PlaceState::Confirmed),
            (None, PlaceState::Confirmed),
            (name("Ama Owusu"), PlaceState::Confirmed)
        ]
    );
    app.run_jobs().await;
    let told: Vec<_> = app.mails().await.into_iter().map(|mail| (mail.kind, mail.to)).collect();
    let told: Vec<_> = told.iter().map(|(kind, to)| (kind.as_str(), to.as_str())).collect();
    assert_eq!(
        told,
        [
            ("booking_confirmed", "pa@example.org"),
            ("invite", "jane@example.org"),
            ("invite", "ama@example.org")
        ]
    );

    // The second place is named later, with the link of the mail.
    let path = app.mails_to("pa@example.org").await[0].path("/bookings/").unwrap();
    let managed = browser.get(&path).await;
    let to_name = managed
        .page()
        .all("a")
        .find(|link| link.text.starts_with("Name this place"))
        .unwrap()
        .attr("href")
        .unwrap()
        .to_owned();
    let form = browser.get(&to_name).await.page().form("/do/bookings/rename");
    let saved = browser
        .submit(form.set("form[name]", "Kofi Mensah").set("form[email]", "kofi@example.org"))
        .await;
    assert!(words(&saved).contains("Place 2: Kofi Mensah"), "{}", words(&saved));
    app.run_jobs().await;
    assert_eq!(
        app.mails_to("kofi@example.org")
            .await
            .iter()
            .map(|mail| mail.kind.as_str())
            .collect::<Vec<_>>(),
        ["invite"]
    );
}

#[tokio::test]
async fn a_refused_step_keeps_everything_typed() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let browser = app.browser();
    let again = choose(&browser, "open-day", &[("nhs", "two"), ("free", "1")]).await;
    assert_eq!(
        (again.h1().as_str(), again.problems()),
        (
            "Choose your places",
            vec!["Enter the number of places for NHS and public sector in figures, like 2".to_owned()]
        )
    );
    assert!(again.page().title().starts_with("Error: "), "{}", again.page().title());
    let form = again.page().form("/do/bookings/choose");
    assert_eq!(
        (form.value("form[wanted][nhs]"), form.value("form[wanted][free]")),
        (Some("two"), Some("1"))
    );

    let who = browser.submit(form.set("form[wanted][nhs]", "1")).await;
    let form = fill(&who, ("", "pa@example"), &[("Jane Smith", ""), ("Ama Owusu", "siân@example.org")])
        .set("form[places][1][job_role]", "Nurse & <midwife>")
        .set("form[purchase_order]", "PO \"77\"");
    let again = browser.submit(form.clone()).await;
    assert_eq!(again.h1(), "Who is coming?");
    assert_eq!(again.problems().len(), 4, "{:?}", again.problems());
    assert_eq!(again.problems()[0], "Enter your name");
    let kept = again.page().form("/do/bookings/name");
    for name in &form.typed {
        assert_eq!(kept.value(name), form.value(name), "{name}");
    }
    // Each problem is a link to its field, and stands beside it in the same words.
    let page = again.page();
    let summary = page.all("div").find(|div| div.has_class("problem")).unwrap();
    for link in page.inside(summary, "a") {
        let field = page.by_id(link.attr("href").unwrap().trim_start_matches('#')).unwrap();
        assert_eq!(field.attr("aria-invalid"), Some("true"));
        assert!(
            page.all("span")
                .any(|span| span.has_class("wrong") && span.text.ends_with(&link.text)),
            "{}",
            link.text
        );
    }
    assert!(
        !again.path.contains("Nurse") && !again.path.contains("__err"),
        "nothing typed is in the address: {}",
        again.path
    );
    assert_eq!(sat(&app, &event).await, []);

    let other = app.browser();
    let stolen = other.get(&again.path).await;
    assert!(!stolen.text.contains("Nurse"), "another browser does not see what was typed");
}

#[tokio::test]
async fn changing_an_answer_on_the_way_keeps_the_others() {
    let app = app_at(MORNING).await;
    import(&app, &open_day("open-day")).await;
    let browser = app.browser();
    let check = to_check(
        &browser,
        "open-day",
        ("Pat Booker", "pa@example.org"),
        &[("Jane Smith", "jane@example.org")],
    )
    .await;
    let back = check
        .page()
        .all("a")
        .find(|link| link.text == "Change places")
        .unwrap()
        .attr("href")
        .unwrap()
        .to_owned();
    let form = browser.get(&back).await.page().form("/do/bookings/choose");
    assert_eq!(form.value("form[wanted][nhs]"), Some("1"));
    let who = browser.submit(form.set("form[wanted][nhs]", "2")).await;
    let form = who.page().form("/do/bookings/name");
    assert_eq!(
        (
            form.value("form[name]"),
            form.value("form[places][1][name]"),
            form.value("form[places][2][name]")
        ),
        (Some("Pat Booker"), Some("Jane Smith"), Some(""))
    );
    let done = browser.submit(form).await;
    assert_eq!(press(&browser, &done).await.h1(), "You have 2 places");
    app.run_jobs().await;
}

#[tokio::test]
async fn numbers_of_places_that_cannot_be_are_refused() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let browser = app.browser();
    for (wanted, problem) in [
        (vec![("nhs", "0")], "Enter how many places you want"),
        (vec![("nhs", "")], "Enter how many places you want"),
        (vec![("nhs", "21")], "Enter 20 or fewer places for NHS and public sector"),
        (
            vec![("nhs", "20"), ("free", "1")],
            "You can book up to 20 places at once. For more, make a second booking",
        ),
        (
            vec![("nhs", "-1")],
            "Enter the number of places for NHS and public sector in figures, like 2",
        ),
        (
            vec![("nhs", "1.5")],
            "Enter the number of places for NHS and public sector in figures, like 2",
        ),
        (
            vec![("nhs", "99999999999999999999")],
            "Enter the number of places for NHS and public sector in figures, like 2",
        ),
    ] {
        let again = choose(&browser, "open-day", &wanted).await;
        assert_eq!(
            (again.h1().as_str(), again.problems()),
            ("Choose your places", vec![problem.to_owned()]),
            "{wanted:?}"
        );
    }
    assert_eq!(choose(&browser, "open-day", &[("nhs", "20")]).await.h1(), "Who is coming?");
    assert_eq!(sat(&app, &event).await, []);
}

#[tokio::test]
async fn names_of_all_kinds_are_kept_as_they_are_typed() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let browser = app.browser();
    let long = "ŷ".repeat(120);
    let names = [
        "Bridget O'Neill",
        "Siân Llŷr",
        long.as_str(),
        "محمد علي",
        "👩‍⚕️ Ama Owusu",
        "\"A; B\", C",
        "<b>Bold</b> & Co",
        "李小龍",
    ];
    let addresses: Vec<_> = (0..names.len()).map(|i| format!("person-{i}@example.org")).collect();
    let people: Vec<_> = names.iter().zip(&addresses).map(|(name, email)| (*name, email.as_str())).collect();
    let check = to_check(&browser, "open-day", ("\"A; B\", C", "pa@example.org"), &people).await;
    assert_eq!(check.h1(), "Check your answers", "{:?}", check.problems());
    for name in names {
        assert!(words(&check).contains(name), "{name}");
    }
    press(&browser, &check).await;
    assert_eq!(
        app.places(&event)
            .await
            .into_iter()
            .map(|place| place.name.unwrap())
            .collect::<Vec<_>>(),
        names
    );

    app.run_jobs().await;
    let invites = mails_of(&app, "invite").await;
    assert_eq!(invites.len(), names.len());
    for (mail, name) in invites.iter().zip(names) {
        let flat: String = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(name), "{name} is not in {}", mail.text);
        let calendar = String::from_utf8(mail.parts()[2].bytes.clone()).unwrap();
        let unfolded = icalendar::parser::unfold(&calendar);
        let read = icalendar::parser::read_calendar(&unfolded).unwrap_or_else(|cause| panic!("{name}: {cause}"));
        let event = read.components.iter().find(|component| component.name == "VEVENT").unwrap();
        assert_eq!(
            event.properties.iter().filter(|property| property.name == "ATTENDEE").count(),
            1,
            "{name}"
        );
        assert_eq!(
            event.find_prop("ATTENDEE").unwrap().val.as_str(),
            format!("mailto:{}", mail.to),
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_a_name_or_a_mailbox_is_refused_in_words() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let browser = app.browser();
    let long = "x".repeat(121);
    let good = "jane@example.org";
    for (name, email, field, said) in [
        ("Jane \u{202e}htimS", good, "name", "change the direction"),
        ("Jane \u{2066}Smith", good, "name", "change the direction"),
        ("Jane\r\nBcc: all@example.org", good, "name", "line breaks"),
        ("Jane\u{2028}Smith", good, "name", "line breaks"),
        ("see https://example.org", good, "name", "web or e-mail address"),
        ("www.example.org", good, "name", "web or e-mail address"),
        (long.as_str(), good, "name", "at most 120 characters"),
        ("\u{200b}", good, "name", ""),
        ("Jane Smith", "siân@example.org", "email", "Check the email address for place 1"),
        ("Jane Smith", "jane@example", "email", "Check the email address for place 1"),
        (
            "Jane Smith",
            "jane@example.org\r\nBcc: all@example.org",
            "email",
            "Check the email address for place 1",
        ),
        (
            "Jane Smith",
            "jane@example.org, joan@example.org",
            "email",
            "Check the email address for place 1",
        ),
    ] {
        let again = to_check(&browser, "open-day", ("Pat Booker", "pa@example.org"), &[(name, email)]).await;
        let problems = again.problems();
        assert!(
            again.h1() == "Who is coming?" && problems.len() == 1 && problems[0].contains(said),
            "{name:?} {email:?}: {problems:?}"
        );
        let page = again.page();
        let wrong: Vec<_> = page
            .all("input")
            .filter(|input| input.attr("aria-invalid") == Some("true"))
            .filter_map(|input| input.attr("name").map(str::to_owned))
            .collect();
        assert_eq!(wrong, [format!("form[places][1][{field}]")], "{name:?} {email:?}");
    }
    let twins = to_check(
        &browser,
        "open-day",
        ("Pat Booker", "pa@example.org"),
        &[("Jane Smith", good), ("jane  SMITH", "Jane@Example.org")],
    )
    .await;
    assert_eq!(
        twins.problems(),
        ["Place 1 and place 2 are for the same person. Change one, or book one place fewer"]
    );
    let shared = to_check(
        &browser,
        "open-day",
        ("Pat Booker", "pa@example.org"),
        &[("Jane Smith", "office@example.org"), ("Joan Jones", "office@example.org")],
    )
    .await;
    assert_eq!(shared.h1(), "Check your answers", "a shared mailbox is no slip");
    assert_eq!(sat(&app, &event).await, []);
}

#[tokio::test]
async fn tickets_that_are_not_on_sale_here_are_refused_however_they_are_asked_for() {
    let app = app_at(MORNING).await;
    let file = changed(open_day("open-day"), |file| {
        file["tickets"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "code": "secret", "name": "Secret", "price_pence": 0 }))
    });
    let event = import(&app, &file).await;
    meddle(
        &app,
        "UPDATE ticket SET hidden = $1 WHERE event_id = $2 AND code = 'secret'",
        vec![true.into(), event.id.0.into()],
    )
    .await;
    import(
        &app,
        &changed(open_day("other-day"), |file| file["tickets"][0]["code"] = "elsewhere".into()),
    )
    .await;
    let browser = app.browser();
    let page = browser.get("/events/open-day/book").await;
    assert!(!page.text.contains("Secret"), "a hidden ticket does not show");
    for ticket in ["secret", "elsewhere", "unknown", "'; DROP TABLE ticket; --"] {
        let form = page
            .page()
            .form("/do/bookings/choose")
            .forge(&format!("form[wanted][{ticket}]"), "1");
        let again = browser.submit(form).await;
        assert_eq!(
            again.problems(),
            ["One of the tickets you chose is not on sale for this event. Choose again"],
            "{ticket}"
        );
    }
    assert_eq!(sat(&app, &event).await, []);
}

#[tokio::test]
async fn an_event_that_takes_no_bookings_says_why_on_its_page_and_to_who_is_half_way() {
    let app = app_at(MORNING).await;
    let event_change = |key: &'static str, value: Value| changed(open_day("the-day"), |file| file["event"][key] = value);
    for (file, sql, heading, told) in [
        (
            event_change("bookings_close", json!("2026-02-01T17:00")),
            "",
            "Booking is closed",
            "",
        ),
        (
            event_change("bookings_open", json!("2026-02-03T09:00")),
            "",
            "Booking has not opened yet",
            "",
        ),
        (
            open_day("the-day"),
            "UPDATE event SET status = 'closed'",
            "Booking is closed",
            "Booking for this event is closed.",
        ),
        (
            open_day("the-day"),
            "UPDATE event SET status = 'cancelled'",
            "This event is cancelled",
            "This event has been cancelled.",
        ),
    ] {
        let app = app_at(MORNING).await;
        let browser = app.browser();
        let event = import(&app, &file).await;
        if !sql.is_empty() {
            let check = to_check(
                &browser,
                "the-day",
                ("Pat Booker", "pa@example.org"),
                &[("Jane Smith", "jane@example.org")],
            )
            .await;
            app.execute(sql).await;
            let refused = press(&browser, &check).await;
            assert_eq!(refused.problems(), [told], "{heading}");
        }
        let page = browser.get("/events/the-day/book").await;
        assert_eq!((page.h1().as_str(), page.page().find_form("/do/bookings/choose")), (heading, None));
        assert_eq!(sat(&app, &event).await, [], "{heading}");
        // Whoever posts without having seen the page is told the same.
        let forged = browser
            .post(
                "/do/bookings/choose",
                &[("slug", "the-day"), ("draft", ""), ("form[wanted][nhs]", "1")],
            )
            .await;
        let who = browser.follow(forged).await;
        if who.h1() == "Who is coming?" {
            let check = browser
                .submit(fill(&who, ("Pat Booker", "pa@example.org"), &[("Jane Smith", "jane@example.org")]))
                .await;
            let refused = press(&browser, &check).await;
            assert_eq!(refused.problems().len(), 1, "{heading}");
        }
        assert_eq!(sat(&app, &event).await, [], "{heading}");
    }
    let browser = app.browser();
    let event = import(&app, &open_day("the-day")).await;
    let check = to_check(
        &browser,
        "the-day",
        ("Pat Booker", "pa@example.org"),
        &[("Jane Smith", "jane@example.org")],
    )
    .await;
    app.move_to("2026-03-12T16:00:00Z");
    // The draft has run out by then, so the way leads back to the beginning.
    let late = browser.send(check.page().form("/do/bookings/book")).await;
    assert_eq!(browser.follow(late).await.h1(), "This event is over");
    assert_eq!(sat(&app, &event).await, []);
    import(
        &app,
        &changed(open_day("draft-day"), |file| file["event"]["status"] = "draft".into()),
    )
    .await;
    assert_eq!(browser.get("/events/draft-day/book").await.status, 404);
    assert_eq!(browser.get("/events/no-such-day/book").await.status, 404);
}

#[tokio::test]
async fn somebody_faster_took_the_last_places() {
    let app = app_at(MORNING).await;
    let event = import(&app, &changed(open_day("open-day"), |file| file["event"]["capacity"] = 2.into())).await;
    let (slow, slower) = (app.browser(), app.browser());
    let check = to_check(
        &slow,
        "open-day",
        ("Pat Booker", "pa@example.org"),
        &[("Jane Smith", "jane@example.org"), ("Joan Jones", "joan@example.org")],
    )
    .await;
    let single = to_check(
        &slower,
        "open-day",
        ("Ama Owusu", "ama@example.org"),
        &[("Ama Owusu", "ama@example.org")],
    )
    .await;
    book(&app, order("open-day", "faster", vec![unnamed("nhs")])).await.unwrap();

    let refused = press(&slow, &check).await;
    assert_eq!(
        (refused.h1().as_str(), refused.problems()),
        (
            "Check your answers",
            vec!["There is only 1 place left, and your booking needs more. Nothing was booked.".to_owned()]
        )
    );
    assert!(
        words(&refused).contains("Joan Jones, joan@example.org"),
        "and everything is still there"
    );
    assert_eq!(press(&slower, &single).await.h1(), "You have a place");
    let refused = press(&slow, &refused).await;
    assert_eq!(refused.problems(), ["This event is full."]);
    assert_eq!(slow.get("/events/open-day/book").await.h1(), "This event is full");
    assert_eq!(app.places(&event).await.len(), 2);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_ticket_is_sold_out_though_the_event_is_not() {
    let app = app_at(MORNING).await;
    let event = import(&app, &changed(open_day("open-day"), |file| file["tickets"][0]["places"] = 1.into())).await;
    let browser = app.browser();
    let check = to_check(
        &browser,
        "open-day",
        ("Pat Booker", "pa@example.org"),
        &[("Jane Smith", "jane@example.org")],
    )
    .await;
    book(&app, order("open-day", "faster", vec![unnamed("nhs")])).await.unwrap();
    let refused = press(&browser, &check).await;
    assert_eq!(
        refused.problems(),
        ["There are not enough places left for “NHS and public sector”. Choose fewer, or another ticket. Nothing was booked."]
    );
    let page = browser.get("/events/open-day/book").await.page();
    let field = page
        .all("input")
        .find(|input| input.attr("name") == Some("form[wanted][nhs]"))
        .unwrap();
    assert!(
        field.attr("disabled").is_some() && page.main().contains("Sold out"),
        "{}",
        page.main()
    );
    assert_eq!(
        choose(&browser, "open-day", &[("free", "1")]).await.h1(),
        "Who is coming?",
        "the other ticket is still to be had"
    );
    assert_eq!(app.places(&event).await.len(), 1);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pressing_twice_books_once() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let browser = app.browser();
    let check = to_check(
        &browser,
        "open-day",
        ("Pat Booker", "pa@example.org"),
        &[("Jane Smith", "jane@example.org"), ("", "")],
    )
    .await;
    let form = check.page().form("/do/bookings/book");

    let (first, second) = tokio::join!(browser.send(form.clone()), browser.send(form.clone()));
    let third = browser.send(form).await;

    assert_eq!((app.bookings(&event).await.len(), app.places(&event).await.len()), (1, 2));
    for answer in [first, second, third] {
        let done = browser.follow(answer).await;
        assert_eq!(done.h1(), "You have 2 places");
        assert!(words(&done).contains(&app.bookings(&event).await[0].reference));
    }
    app.run_jobs().await;
    let told: Vec<_> = app.mails().await.into_iter().map(|mail| (mail.kind, mail.to)).collect();
    let told: Vec<_> = told.iter().map(|(kind, to)| (kind.as_str(), to.as_str())).collect();
    assert_eq!(told, [("booking_confirmed", "pa@example.org"), ("invite", "jane@example.org")]);
}

#[tokio::test]
async fn the_check_page_drawn_again_is_a_new_booking_if_it_is_meant() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let browser = app.browser();
    for bookings in 1..=2 {
        let check = to_check(
            &browser,
            "open-day",
            ("Pat Booker", "pa@example.org"),
            &[("Jane Smith", "jane@example.org")],
        )
        .await;
        press(&browser, &check).await;
        assert_eq!(
            app.bookings(&event).await.len(),
            bookings,
            "the same person in another booking is booked"
        );
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn cancelling_frees_the_place_and_takes_it_out_of_the_calendar() {
    let app = app_at(MORNING).await;
    let event = import(&app, &changed(open_day("open-day"), |file| file["event"]["capacity"] = 2.into())).await;
    let browser = app.browser();
    let check = to_check(
        &browser,
        "open-day",
        ("Pat Booker", "pa@example.org"),
        &[("Jane Smith", "jane@example.org"), ("Joan Jones", "joan@example.org")],
    )
    .await;
    let done = press(&browser, &check).await;
    app.run_jobs().await;
    assert_eq!(app.browser().get("/events/open-day/book").await.h1(), "This event is full");

    let link = done
        .page()
        .all("a")
        .find(|link| link.text.starts_with("Cancel this place"))
        .unwrap()
        .attr("href")
        .unwrap()
        .to_owned();
    let sure = browser.get(&link).await;
    assert_eq!(sure.h1(), "Cancel this place?");
    assert!(sure.page().all("button").any(|button| button.text == "Yes, cancel this place"));
    let form = sure.page().form("/do/bookings/cancel");
    app.pass(chrono::TimeDelta::minutes(1));
    let cancelled = browser.submit(form.clone()).await;
    assert_eq!(cancelled.h1(), "The place is cancelled");
    assert_eq!(browser.submit(form).await.problems(), ["This place is already cancelled."]);

    app.run_jobs().await;
    let methods: Vec<_> = app
        .mails_to("jane@example.org")
        .await
        .into_iter()
        .map(|mail| mail.calendar.unwrap().0)
        .collect();
    assert_eq!(methods, ["REQUEST", "CANCEL"]);
    assert_eq!(app.mails_to("joan@example.org").await.len(), 1);
    assert_eq!(
        sat(&app, &event).await.into_iter().map(|(_, state)| state).collect::<Vec<_>>(),
        [PlaceState::Cancelled, PlaceState::Confirmed]
    );
    book(&app, order("open-day", "next", vec![named("nhs", "Ama Owusu", "ama@example.org")]))
        .await
        .unwrap();
    app.run_jobs().await;
}

#[tokio::test]
async fn a_place_holder_may_cancel_their_own_place_and_no_other() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let booked = book(
        &app,
        order(
            "open-day",
            "k",
            vec![
                named("nhs", "Jane Smith", "jane@example.org"),
                named("nhs", "Joan Jones", "joan@example.org"),
            ],
        ),
    )
    .await
    .unwrap();
    app.run_jobs().await;
    let places = app.places(&event).await;
    let path = app.mails_to("jane@example.org").await[0].path("/bookings/").unwrap();
    let browser = app.browser();
    let page = browser.get(&path).await;
    assert!(
        !page.text.contains("joan@example.org") && !page.text.contains("Joan Jones"),
        "the link of one place shows that place"
    );
    assert_eq!(browser.get(&format!("{path}/places/{}/cancel", places[1].id)).await.status, 404);
    let forged = browser
        .post(
            "/do/bookings/cancel",
            &[
                ("token", path.trim_start_matches("/bookings/")),
                ("place", &places[1].id.to_string()),
                ("draft", ""),
            ],
        )
        .await;
    assert_eq!(forged.status, 404);
    let jane = app.sign_in("jane@example.org").await;
    let own = format!("/my/bookings/{}/places/{}/cancel", booked.reference, places[0].id);
    assert_eq!(
        jane.get(&format!("/my/bookings/{}/places/{}/cancel", booked.reference, places[1].id))
            .await
            .status,
        404
    );
    jane.submit(jane.get(&own).await.page().form("/do/bookings/cancel")).await;
    app.run_jobs().await;
    assert_eq!(
        app.places(&event).await.iter().map(|place| place.id).collect::<Vec<_>>(),
        [places[1].id]
    );
    let stranger = app.sign_in("stranger@example.org").await;
    assert_eq!(
        stranger.get(&format!("/my/bookings/{}", booked.reference)).await.status,
        404,
        "a reference opens nothing"
    );
    let nobody = app.browser().get(&format!("/my/bookings/{}", booked.reference)).await;
    assert_eq!(nobody.status, 303);
}

#[tokio::test]
async fn a_form_of_more_than_64_kb_is_refused() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let browser = app.browser();
    let before = app.everything().await;
    let long = "x".repeat(64 * 1024);
    // With its length said first, as browsers send it: refused before it is read.
    let answer = browser
        .post("/do/bookings/name", &[("slug", "open-day"), ("form[name]", long.as_str())])
        .await;
    assert_eq!(answer.status, 413);
    assert_eq!((app.everything().await, sat(&app, &event).await.len()), (before, 0));
}

#[tokio::test]
async fn whoever_books_for_themselves_types_their_name_once() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let browser = app.browser();
    let who = choose(&browser, "open-day", &[("nhs", "2")]).await;
    let form = who.page().form("/do/bookings/name");
    let form = form
        .set("form[name]", "Jane Smith")
        .set("form[email]", "jane@example.org")
        .forge("form[own]", "true");
    let check = browser.submit(form).await;
    assert!(words(&check).contains("Place 1 Jane Smith, jane@example.org"), "{}", words(&check));
    assert!(words(&check).contains("To pay £468.00, of which VAT £78.00"), "{}", words(&check));
    // Not ticked the second time, it is a place to be named again.
    let back = browser.get(&check.page().link("Change your name").unwrap()).await;
    let check = browser.submit(back.page().form("/do/bookings/name").untick("form[own]")).await;
    assert!(words(&check).contains("Place 1 To be named later"), "{}", words(&check));
    let back = browser.get(&check.page().link("Change your name").unwrap()).await;
    let check = browser
        .submit(back.page().form("/do/bookings/name").forge("form[own]", "true"))
        .await;
    let done = press(&browser, &check).await;
    assert_eq!(done.h1(), "You have 2 places");
    assert_eq!(
        sat(&app, &event).await,
        [
            (Some("Jane Smith".to_owned()), PlaceState::Confirmed),
            (None, PlaceState::Confirmed)
        ]
    );
    assert!(
        done.page().all("svg").any(|drawn| drawn.attr("role") == Some("img")
            && drawn.attr("aria-label").is_some_and(|label| label.starts_with("Code for the door")))
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn more_places_than_are_left_are_refused_where_their_number_is_typed() {
    let app = app_at(MORNING).await;
    import(&app, &changed(open_day("open-day"), |file| file["tickets"][1]["places"] = json!(5))).await;
    let browser = app.browser();
    let first = browser.get("/events/open-day/book").await.page().form("/do/bookings/choose");
    let refused = browser
        .submit(first.set("form[wanted][nhs]", "2").set("form[wanted][free]", "6"))
        .await;
    assert_eq!(refused.h1(), "Choose your places");
    let words = "Only 5 places are left for Lived experience. Enter a smaller number";
    assert_eq!(refused.problems(), [words]);
    assert_eq!(refused.page().link(words).as_deref(), Some("#f-form-wanted-free"));
}

#[tokio::test]
async fn a_place_code_that_is_taken_is_drawn_again() {
    let app = TestApp::start().await;
    let event = app.event().create().await;
    let add = async || {
        // The same values come once more, so the same code is drawn first each time.
        app.services.random.begin_again(7);
        let tx = domain::platform::db::begin_write(&app.services.db).await.unwrap();
        let id = domain::bookings::service::add_participant(&tx, &app.services, event.id, None, app.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id
    };
    let (first, second) = (add().await, add().await);
    assert_ne!(first, second);
    assert_eq!(app.count("participant").await, 2);
    assert_eq!(app.count("(SELECT DISTINCT code FROM participant) AS codes").await, 2);
    let drawn = domain::platform::random::Random::seeded(7).place_code();
    assert_eq!(app.count(&format!("participant WHERE code = '{drawn}' AND id = {first}")).await, 1);
}
