//! What the steps of a booking know of the event.

use domain::{
    Services,
    access::Actor,
    bookings::rules::pounds,
    error::{FieldErrors, Result},
    events::{
        queries::TicketTaken,
        service::{self, Shown},
    },
};

/// The event and its tickets as the steps of a booking show them.
#[derive(Clone, Debug)]
pub struct Offer {
    pub shown: Shown,
}

impl Offer {
    /// Code and name of each ticket that can be chosen.
    pub fn names(&self) -> Vec<(String, String)> {
        self.shown
            .tickets
            .iter()
            .map(|ticket| (ticket.code.clone(), ticket.name.clone()))
            .collect()
    }

    pub fn ticket(&self, code: &str) -> Option<&TicketTaken> {
        self.shown.tickets.iter().find(|ticket| ticket.code == code)
    }

    /// Refuses more places than are left, beside the ticket they were asked of. It is only early: booking itself counts
    /// again, under the event's lock.
    pub fn has_room(&self, chosen: &[String]) -> Result<()> {
        let mut errors = FieldErrors::default();
        let only = |left: u64| {
            if left == 1 {
                "Only 1 place is".to_owned()
            } else {
                format!("Only {left} places are")
            }
        };
        for ticket in &self.shown.tickets {
            let wanted = chosen.iter().filter(|code| **code == ticket.code).count() as u64;
            if let Some(left) = ticket.left().filter(|left| wanted > *left) {
                let words = format!("{} left for {}. Enter a smaller number", only(left), ticket.name);
                errors.add(format!("form[wanted][{}]", ticket.code), "too_many", words);
            }
        }
        if errors.0.is_empty()
            && let Some(left) = self.shown.places_left().filter(|left| chosen.len() as u64 > *left)
            && let Some(first) = chosen.first()
        {
            let words = format!("{} left in all. Enter smaller numbers", only(left));
            errors.add(format!("form[wanted][{first}]"), "too_many", words);
        }
        errors.finish(())
    }

    /// What the chosen tickets, one code a place, come to.
    pub fn sum(&self, chosen: &[String]) -> domain::bookings::rules::Sum {
        domain::bookings::rules::sum(
            chosen
                .iter()
                .filter_map(|code| self.ticket(code))
                .map(|ticket| (ticket.price_pence, ticket.vat, 1)),
        )
    }

    /// Each ticket chosen, with its number of places and price, for the summary beside the steps.
    pub fn lines(&self, chosen: &[String]) -> Vec<(String, String)> {
        self.shown
            .tickets
            .iter()
            .filter_map(|ticket| {
                let places = chosen.iter().filter(|code| **code == ticket.code).count();
                let words = if places == 1 {
                    format!("1 place, {}", ticket.name)
                } else {
                    format!("{places} places, {}", ticket.name)
                };
                (places > 0).then(|| (words, pounds(ticket.price_pence * i64::try_from(places).unwrap_or(0))))
            })
            .collect()
    }
}

pub async fn load(services: &Services, actor: &Actor, slug: &str) -> Result<Offer> {
    Ok(Offer {
        shown: service::show(services, actor, slug).await?,
    })
}

/// "£195.00 + VAT", "£145.00", "Free".
pub fn price(ticket: &TicketTaken) -> String {
    match (ticket.price_pence, ticket.vat.percent()) {
        (0, _) => "Free".to_owned(),
        (pence, 0) => pounds(pence),
        (pence, rate) => {
            let with = domain::bookings::rules::sum([(pence, ticket.vat, 1)]).total_pence();
            format!("{} + VAT at {rate}% ({} with VAT)", pounds(pence), pounds(with))
        }
    }
}

/// The price of the first ticket, and the others in one sentence.
pub fn price_words(tickets: &[TicketTaken]) -> Option<(String, String)> {
    let short = |ticket: &TicketTaken| match (ticket.price_pence, ticket.vat.percent()) {
        (0, _) => "free".to_owned(),
        (pence, rate) => {
            let pounds = pounds(pence);
            format!(
                "{}{}",
                pounds.strip_suffix(".00").unwrap_or(&pounds),
                if rate > 0 { " + VAT" } else { "" }
            )
        }
    };
    let (first, rest) = tickets.split_first()?;
    if rest.is_empty() {
        let words = short(first);
        return Some((if words == "free" { "Free".to_owned() } else { words }, first.name.clone()));
    }
    let others = rest
        .iter()
        .map(|ticket| format!("{}, {}", ticket.name, short(ticket)))
        .collect::<Vec<_>>()
        .join("; ");
    let words = short(first);
    Some((
        if words == "free" { "Free".to_owned() } else { words },
        format!("{}. {others}", first.name),
    ))
}
