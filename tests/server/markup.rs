//! Markup that matters to who hears a page or holds it in one hand: no cell is blank, postcodes keep together, long
//! addresses break.

use crate::permissions::{pages, world};
use domain::organisations::Role;
use tests::TestApp;

#[tokio::test]
async fn no_cell_of_any_table_is_blank() {
    let world = world().await;
    let owner = world.app.sign_in("owner@example.org").await;
    let (mut blank, mut cells) = (Vec::new(), 0);
    for (_, path, _) in pages(&world) {
        if path.is_empty() || path == "/leave" {
            continue;
        }
        let answer = owner.get(&path).await;
        if answer.status != 200 || !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        let page = answer.page();
        for cell in page.all("td").chain(page.all("th")) {
            cells += 1;
            let holds_more = page
                .inside(cell, "*")
                .any(|inner| matches!(inner.name.as_str(), "input" | "select" | "button" | "svg" | "img"));
            if cell.text.is_empty() && !holds_more {
                blank.push(format!("{path}: {:?}", cell.attributes));
            }
        }
    }
    assert!(cells > 100, "{cells} cells prove little");
    assert!(blank.is_empty(), "\n{}", blank.join("\n"));
}

#[tokio::test]
async fn postcodes_keep_together_and_long_addresses_break() {
    let app = TestApp::start().await;
    let event = app
        .event()
        .place("p1", "Jane Smith", "jane.with-a-very-long-name@department.of.something.example.org")
        .create()
        .await;
    let owner = app.person_with_role(Role::Owner).await;
    for path in [event.desk(""), event.path("/book")] {
        let text = owner.get(&path).await.text;
        assert!(text.contains("OX1\u{a0}1AA") || text.contains("OX1&nbsp;1AA"), "{path}");
    }
    let list = owner.get(&event.desk("/bookings")).await;
    let bare = list.text.replace("<!>", "");
    assert!(
        bare.contains("jane.<wbr>with-<wbr>a-<wbr>very-<wbr>long-<wbr>name@<wbr>department.<wbr>of.<wbr>something.<wbr>example.<wbr>org"),
        "{bare}"
    );
    assert!(
        list.page()
            .main()
            .contains("jane.with-a-very-long-name@department.of.something.example.org")
    );
}
