//! Tickets, and whether there is room for everybody.

use super::{
    Work,
    rows::{keep, people, positions},
};
use crate::{
    bookings::entity::ticket,
    error::Result,
    events::{
        exchange::problem::quoted,
        queries::{count_taken, list_tickets},
    },
    ids::{EventId, TicketId},
};
use sea_orm::{ActiveModelTrait, DatabaseTransaction, IntoActiveModel};
use std::collections::{HashMap, HashSet};

impl Work<'_> {
    /// Gives the event's tickets by code. A hidden ticket stays hidden: files do not say.
    pub(super) async fn tickets(&mut self, tx: &DatabaseTransaction, event: EventId) -> Result<HashMap<String, ticket::Model>> {
        let (checked, stored) = (self.checked, self.stored);
        let mut tickets: HashMap<String, ticket::Model> = stored.tickets.iter().map(|row| (row.code.clone(), row.clone())).collect();
        let placed: Vec<(&str, i32)> = stored.tickets.iter().map(|row| (row.code.as_str(), row.position)).collect();
        let listed: Vec<&str> = checked.tickets.iter().map(|item| item.code.as_str()).collect();
        for (item, position) in checked.tickets.iter().zip(positions(&placed, &listed)) {
            let before = tickets.get(&item.code);
            let mut row = ticket::Model {
                id: before.map_or(TicketId(0), |row| row.id),
                event_id: event,
                code: item.code.clone(),
                name: item.name.clone(),
                position,
                price_pence: i64::from(item.price_pence),
                vat: item.vat,
                places: item.places.map(people),
                hidden: before.is_some_and(|row| row.hidden),
            };
            row.id = keep!(tx, self.counts.tickets, before, row.clone());
            tickets.insert(item.code.clone(), row);
        }
        Ok(tickets)
    }

    /// Refuses a file that leaves more booked than there is room for. Counted once all is written, under the event's
    /// lock, so that what others booked counts too.
    pub(super) async fn room_for_all(&mut self, tx: &DatabaseTransaction, event: EventId) -> Result<()> {
        let checked = self.checked;
        let taken = count_taken(tx, event, self.now).await?;
        if let Some(capacity) = checked.capacity.filter(|capacity| u64::from(*capacity) < taken) {
            let message = format!("The event is for {capacity}, but {taken} places are booked, counting those of this file.");
            self.refuse("/event/capacity", "below_booked", message);
        }
        let listed: HashMap<&str, usize> = checked
            .tickets
            .iter()
            .enumerate()
            .map(|(index, item)| (item.code.as_str(), index))
            .collect();
        let used: HashSet<&str> = checked.places.iter().map(|item| item.ticket.as_str()).collect();
        for ticket in list_tickets(tx, event, self.now).await? {
            let Some(places) = ticket.places.filter(|places| i64::from(*places) < ticket.taken) else {
                continue;
            };
            let message = format!(
                "There are {places} places with the ticket {}, but {} are booked, counting those of this file.",
                quoted(&ticket.code),
                ticket.taken
            );
            match listed.get(ticket.code.as_str()) {
                Some(index) => self.refuse(format!("/tickets/{index}/places"), "below_booked", message),
                None if used.contains(ticket.code.as_str()) => self.refuse("/places", "below_booked", message),
                None => {}
            }
        }
        Ok(())
    }
}
