//! Booking as somebody does it in a browser, page by page.

use crate::{Answer, Browser, Event};

impl Browser {
    /// Books a place of the first ticket for each of these people, the first of whom books. Gives the answer to the last
    /// step, not followed: a redirect to the booking, or to a page that says what is wrong.
    pub async fn book<'n>(&self, event: &Event, names: impl IntoIterator<Item = &'n str>) -> Answer {
        let names: Vec<&str> = names.into_iter().collect();
        let who = self.choose(event, names.len()).await;
        let mut form = who.page().form("/do/bookings/name");
        form = form.set("form[name]", names[0]).set("form[email]", &address_of(names[0]));
        for (i, name) in names.iter().enumerate() {
            form = form
                .set(&format!("form[places][{}][name]", i + 1), name)
                .set(&format!("form[places][{}][email]", i + 1), &address_of(name));
        }
        let check = self.submit(form).await;
        assert_eq!(check.h1(), "Check your answers", "{:?}", check.problems());
        self.send(check.page().form("/do/bookings/book")).await
    }

    /// The first step: so many places of the first ticket. Gives the page it leads to.
    pub async fn choose(&self, event: &Event, places: usize) -> Answer {
        let page = self.get(&event.path("/book")).await.page();
        let form = page.form("/do/bookings/choose");
        let field = form.typed.iter().find(|name| name.starts_with("form[wanted]")).unwrap().clone();
        self.submit(form.set(&field, &places.to_string())).await
    }
}

/// `Ama Owusu` has the mailbox `ama@example.org`.
fn address_of(name: &str) -> String {
    let first: String = name
        .split(' ')
        .next()
        .unwrap()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    format!("{}@example.org", first.to_lowercase())
}
