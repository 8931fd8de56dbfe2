//! Tickets by form: added, changed, removed while nobody has booked one.

use super::form::{file, number, slug_of};
use crate::{
    Services,
    access::{Actor, Permission},
    bookings::{
        Vat,
        entity::{place, ticket},
    },
    error::{Error, FieldErrors, Result},
    events::{
        EventStatus,
        entity::event,
        exchange::{
            check::{self, CheckedTicket, Known},
            schema,
        },
        queries::{TicketTaken, list_tickets},
        service::load_for,
    },
    ids::{EventId, TicketId},
    platform::{audit, db::begin_write},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QuerySelect,
};
use serde::{Deserialize, Serialize};

/// A ticket as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TicketForm {
    /// Blank for a new ticket to have one made from its name. It never changes afterwards.
    pub code: String,
    pub name: String,
    /// Pounds, without VAT: `195`, `195.00`, `£1,195`. Blank is free.
    pub price: String,
    /// To be chosen where there is a price: left alone, VAT would be forgotten.
    pub vat: String,
    /// Blank for no limit of its own.
    pub places: String,
    /// "true", or anything else for no.
    pub hidden: String,
}

/// A ticket that can be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub ticket: CheckedTicket,
    pub hidden: bool,
}

impl TicketForm {
    /// The form of a ticket as it stands.
    #[must_use]
    pub fn of(ticket: &TicketTaken) -> Self {
        Self {
            code: ticket.code.clone(),
            name: ticket.name.clone(),
            price: format!("{}.{:02}", ticket.price_pence / 100, ticket.price_pence % 100),
            vat: ticket.vat.word().to_owned(),
            places: ticket.places.map(|places| places.to_string()).unwrap_or_default(),
            hidden: if ticket.hidden { "true".to_owned() } else { String::new() },
        }
    }

    /// The ticket, by the rules of an import, or all that is wrong with it.
    pub fn parse(&self) -> Result<Parsed> {
        let mut errors = FieldErrors::default();
        if self.name.trim().is_empty() {
            errors.add("form[name]", "missing", "Enter a name for the ticket, like Standard");
        }
        let price_pence = errors.take("form[price]", pence(&self.price)).unwrap_or(0);
        let vat = match self.vat.trim() {
            "" if price_pence > 0 => {
                errors.add("form[vat]", "missing", "Choose whether VAT is added to the price");
                Vat::Outside
            }
            "" => Vat::Outside,
            word => word.parse().unwrap_or_else(|_| {
                errors.add("form[vat]", "not_a_choice", "VAT: choose one from the list");
                Vat::Outside
            }),
        };
        let places = number(
            &mut errors,
            "form[places]",
            &self.places,
            "Enter the number of places in figures, like 20, or leave it blank for no limit",
        );
        let code = if self.code.trim().is_empty() {
            slug_of(&self.name)
        } else {
            self.code.trim().to_owned()
        };
        let document = schema::EventDocument {
            tickets: vec![schema::Ticket {
                code,
                name: self.name.clone(),
                price_pence,
                vat,
                places,
            }],
            ..file()
        };
        match check::event(&document, &Known::default(), chrono::DateTime::UNIX_EPOCH) {
            Ok(checked) => {
                let ticket = checked
                    .tickets
                    .into_iter()
                    .next()
                    .ok_or_else(|| anyhow::anyhow!("a ticket was lost while it was checked"))?;
                errors.finish(Parsed {
                    ticket,
                    hidden: self.hidden == "true",
                })
            }
            Err(problems) => {
                for problem in problems.iter().filter(|problem| !problem.warning) {
                    let (field, label) = match problem.pointer.rsplit('/').next().unwrap_or_default() {
                        "code" => ("form[code]", "Code"),
                        "price_pence" => ("form[price]", "Price"),
                        "places" => ("form[places]", "Places"),
                        _ => ("form[name]", "Name"),
                    };
                    if errors.of(field).is_none() {
                        let message = match (problem.code, problem.message.strip_prefix("This ")) {
                            ("out_of_range", _) if field == "form[price]" => "Price: this must be from £0 to £100,000".to_owned(),
                            (_, Some(rest)) => format!("{label}: this {rest}"),
                            (_, None) => problem.message.clone(),
                        };
                        errors.add(field, problem.code, message);
                    }
                }
                Err(errors.into())
            }
        }
    }
}

/// Pence of an amount in pounds.
fn pence(typed: &str) -> std::result::Result<i64, String> {
    let wrong = || "Enter the price in pounds, like 195 or 195.00".to_owned();
    let amount = typed.trim().trim_start_matches('£').replace([',', ' '], "");
    if amount.is_empty() {
        return Ok(0);
    }
    let (negative, amount) = amount.strip_prefix('-').map_or((false, amount.as_str()), |rest| (true, rest));
    let (pounds, part) = amount.split_once('.').unwrap_or((amount, "00"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(pounds) || !is_number(part) || part.len() > 2 || pounds.len() > 12 {
        return Err(wrong());
    }
    if negative {
        return Err("A price cannot be negative".to_owned());
    }
    let part: i64 = format!("{part:0<2}").parse().map_err(|_| wrong())?;
    Ok(pounds.parse::<i64>().map_err(|_| wrong())? * 100 + part)
}

/// The event's tickets with what is taken of each, for its organisers.
pub async fn list(services: &Services, event: &event::Model) -> Result<Vec<TicketTaken>> {
    list_tickets(&services.db.read, event.id, services.clock.now()).await
}

/// What is worth knowing of the limits of an event and its tickets beside one another, and refuses nothing.
#[must_use]
pub fn notes(event: &event::Model, tickets: &[TicketTaken]) -> Vec<String> {
    let Some(capacity) = event.capacity else { return Vec::new() };
    let mut notes: Vec<String> = tickets
        .iter()
        .filter_map(|ticket| {
            let places = ticket.places.filter(|places| *places > capacity)?;
            Some(format!(
                "“{}” has {places} places, but the event holds {capacity}: no more than {capacity} can be booked.",
                ticket.name
            ))
        })
        .collect();
    let on_sale = || tickets.iter().filter(|ticket| !ticket.hidden);
    let total = on_sale().map(|ticket| ticket.places.map(i64::from)).sum::<Option<i64>>();
    if let Some(total) = total.filter(|total| on_sale().count() > 0 && *total < i64::from(capacity)) {
        notes.push(format!(
            "The event holds {capacity}, but its tickets on sale have only {total} places between them: no more than {total} can be booked."
        ));
    }
    notes
}

/// Adds a ticket, or with `code` changes the one that has it. What was booked keeps the price it was booked at.
pub async fn save(services: &Services, actor: &Actor, slug: &str, code: Option<&str>, typed: &TicketForm) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let typed = TicketForm {
        code: code.map_or_else(|| typed.code.clone(), str::to_owned),
        ..typed.clone()
    };
    let parsed = typed.parse()?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = event::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let tickets = list_tickets(&tx, event.id, now).await?;
    let before = tickets.iter().find(|ticket| ticket.code == parsed.ticket.code);
    let id = match (code, before) {
        (None, Some(_)) => {
            return Err(FieldErrors::one(
                "form[code]",
                "duplicate_code",
                "Another ticket of this event has this code. Choose another",
            )
            .into());
        }
        (Some(_), None) => return Err(Error::NotFound),
        (Some(_), Some(before)) => {
            let taken = before.taken;
            if parsed.ticket.places.is_some_and(|places| i64::from(places) < taken) {
                let words = format!("Places: this cannot be below the {taken} already booked with this ticket");
                return Err(FieldErrors::one("form[places]", "below_booked", words).into());
            }
            change(&tx, before.id, &parsed).await?
        }
        (None, None) => {
            insert(
                &tx,
                event.id,
                tickets.iter().map(|ticket| ticket.position).max().unwrap_or(0) + 1,
                &parsed,
            )
            .await?
        }
    };
    let action = if code.is_some() { "ticket.changed" } else { "ticket.added" };
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action,
        object: "ticket",
        object_id: id.0,
        detail: Some(&parsed.ticket.code),
    };
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes a ticket with which no place was ever booked. One that was can be hidden.
pub async fn delete(services: &Services, actor: &Actor, slug: &str, code: &str) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = event::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let tickets = list_tickets(&tx, event.id, now).await?;
    let ticket = tickets.iter().find(|ticket| ticket.code == code).ok_or(Error::NotFound)?;
    if place::Entity::find()
        .filter(place::Column::TicketId.eq(ticket.id))
        .count(&tx)
        .await?
        > 0
    {
        let words = "Places were booked with this ticket, so it cannot be deleted. Hide it instead: nobody can book it then";
        return Err(FieldErrors::one("", "booked", words).into());
    }
    if tickets.len() == 1 && event.status == EventStatus::Published {
        return Err(FieldErrors::one(
            "",
            "last_ticket",
            "A published event needs a ticket. Add another before you delete this one",
        )
        .into());
    }
    ticket::Entity::delete_by_id(ticket.id).exec(&tx).await?;
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action: "ticket.deleted",
        object: "ticket",
        object_id: ticket.id.0,
        detail: Some(code),
    };
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Moves a ticket one up or down in the order people see; at the end of the list nothing changes.
pub async fn reorder(services: &Services, actor: &Actor, slug: &str, code: &str, up: bool) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = event::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let mut tickets = list_tickets(&tx, event.id, now).await?;
    let at = tickets.iter().position(|ticket| ticket.code == code).ok_or(Error::NotFound)?;
    let to = if up {
        at.checked_sub(1)
    } else {
        Some(at + 1).filter(|to| *to < tickets.len())
    };
    let Some(to) = to else { return Ok(()) };
    tickets.swap(at, to);
    // Numbered anew, so that two that shared a number part.
    for (position, ticket) in (1..).zip(&tickets).filter(|(position, ticket)| ticket.position != *position) {
        let row = ticket::ActiveModel {
            id: Set(ticket.id),
            position: Set(position),
            ..Default::default()
        };
        row.update(&tx).await?;
    }
    log(&tx, actor, now, &event, "ticket.reordered", &tickets[to]).await?;
    tx.commit().await?;
    Ok(())
}

/// Hides a ticket, so that nobody can book it, or puts it on sale again. What was booked with it stands.
pub async fn set_hidden(services: &Services, actor: &Actor, slug: &str, code: &str, hidden: bool) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = event::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let tickets = list_tickets(&tx, event.id, now).await?;
    let ticket = tickets.iter().find(|ticket| ticket.code == code).ok_or(Error::NotFound)?;
    if ticket.hidden == hidden {
        return Ok(());
    }
    let row = ticket::ActiveModel {
        id: Set(ticket.id),
        hidden: Set(hidden),
        ..Default::default()
    };
    row.update(&tx).await?;
    log(
        &tx,
        actor,
        now,
        &event,
        if hidden { "ticket.hidden" } else { "ticket.shown" },
        ticket,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

async fn log(
    tx: &DatabaseTransaction,
    actor: &Actor,
    now: chrono::DateTime<chrono::Utc>,
    event: &event::Model,
    action: &'static str,
    ticket: &TicketTaken,
) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action,
        object: "ticket",
        object_id: ticket.id.0,
        detail: Some(&ticket.code),
    };
    audit::record(tx, actor, now, entry).await
}

/// A new row, last in the event's list.
pub(super) async fn insert(tx: &DatabaseTransaction, event: EventId, position: i32, parsed: &Parsed) -> Result<TicketId> {
    let mut row = ticket::ActiveModel {
        event_id: Set(event),
        code: Set(parsed.ticket.code.clone()),
        position: Set(position),
        ..Default::default()
    };
    fill(&mut row, parsed);
    Ok(row.insert(tx).await?.id)
}

async fn change(tx: &DatabaseTransaction, id: TicketId, parsed: &Parsed) -> Result<TicketId> {
    let mut row = ticket::Entity::find_by_id(id)
        .one(tx)
        .await?
        .ok_or(Error::NotFound)?
        .into_active_model();
    fill(&mut row, parsed);
    row.update(tx).await?;
    Ok(id)
}

fn fill(row: &mut ticket::ActiveModel, parsed: &Parsed) {
    row.name = Set(parsed.ticket.name.clone());
    row.price_pence = Set(i64::from(parsed.ticket.price_pence));
    row.vat = Set(parsed.ticket.vat);
    row.places = Set(parsed.ticket.places.map(|places| i32::try_from(places).unwrap_or(i32::MAX)));
    row.hidden = Set(parsed.hidden);
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn form() -> TicketForm {
        TicketForm {
            name: "NHS and public sector".to_owned(),
            price: "195.00".to_owned(),
            vat: "standard".to_owned(),
            ..TicketForm::default()
        }
    }

    #[test]
    fn pounds_become_pence_exactly() {
        let read = |typed: &str| pence(typed).ok();
        assert_eq!(
            [read("195"), read("£1,195.50"), read("0.5"), read(""), read("19.99")],
            [Some(19_500), Some(119_550), Some(50), Some(0), Some(1_999)]
        );
        assert_eq!(
            [
                read("195.005"),
                read("-1"),
                read("ten"),
                read("1.2.3"),
                read(".50"),
                read("9999999999999")
            ],
            [None; 6]
        );
    }

    #[test]
    fn a_ticket_is_read_and_shown_again_alike() {
        let parsed = form().parse().unwrap();
        assert_eq!(
            (parsed.ticket.code.as_str(), parsed.ticket.price_pence, parsed.ticket.places),
            ("nhs-and-public-sector", 19_500, None)
        );
    }

    #[test]
    fn what_is_wrong_stands_beside_its_field() {
        let typed = TicketForm {
            name: String::new(),
            price: "200000".to_owned(),
            places: "-1".to_owned(),
            code: "a b".to_owned(),
            ..form()
        };
        let Err(Error::Invalid(errors)) = typed.parse() else {
            panic!("taken")
        };
        for field in ["form[name]", "form[price]", "form[places]", "form[code]"] {
            assert!(errors.of(field).is_some(), "{field}: {errors}");
        }
    }
}
