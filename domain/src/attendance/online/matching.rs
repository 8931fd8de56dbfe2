//! Whose place somebody in a report has. Pure.

use crate::{ids::ParticipantId, platform::search::fold};
use std::collections::HashMap;

/// A place somebody may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub id: ParticipantId,
    pub name: String,
    pub address: Option<String>,
}

/// Somebody to be found: the addresses and the names they go by in the report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub addresses: Vec<String>,
    pub names: Vec<String>,
    /// Said by somebody, for an earlier one.
    pub remembered: Option<ParticipantId>,
}

/// How it is known whose place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Somebody said so, for this report.
    Hand,
    /// Somebody said so, for an earlier one.
    Memory,
    Address,
    Name,
}

/// Whose place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matched {
    Found(ParticipantId, By),
    /// So many places fit.
    Several(usize),
    /// Nobody yet.
    Nobody,
}

/// Whose place each has: what somebody said for an earlier report comes first; then the address, if
/// one place alone has it, or one alone of those has the name; then the name, if one place alone has it, however it is
/// accented.
#[must_use]
pub fn match_all(wanted: &[Wanted], candidates: &[Candidate]) -> Vec<Matched> {
    let folded: Vec<String> = candidates.iter().map(|place| fold(&place.name)).collect();
    let mut by_address: HashMap<String, Vec<usize>> = HashMap::new();
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, place) in candidates.iter().enumerate() {
        if let Some(address) = &place.address {
            by_address.entry(address.to_lowercase()).or_default().push(at);
        }
        if !folded[at].is_empty() {
            by_name.entry(&folded[at]).or_default().push(at);
        }
    }
    let one = |wanted: &Wanted| -> Matched {
        if let Some(place) = candidates.iter().find(|place| Some(place.id) == wanted.remembered) {
            return Matched::Found(place.id, By::Memory);
        }
        let names: Vec<String> = wanted.names.iter().map(|name| fold(name)).collect();
        let named = |at: &usize| names.contains(&folded[*at]);
        let fitting = |keys: Vec<&Vec<usize>>| {
            let mut all: Vec<usize> = keys.into_iter().flatten().copied().collect();
            all.sort_unstable();
            all.dedup();
            all
        };
        let at_address = fitting(
            wanted
                .addresses
                .iter()
                .filter_map(|address| by_address.get(&address.to_lowercase()))
                .collect(),
        );
        match at_address.as_slice() {
            [] => {}
            [one] => return Matched::Found(candidates[*one].id, By::Address),
            several => {
                let own: Vec<_> = several.iter().filter(|at| named(at)).collect();
                return match own.as_slice() {
                    [one] => Matched::Found(candidates[**one].id, By::Address),
                    _ => Matched::Several(several.len()),
                };
            }
        }
        match fitting(names.iter().filter_map(|name| by_name.get(name.as_str())).collect()).as_slice() {
            [] => Matched::Nobody,
            [one] => Matched::Found(candidates[*one].id, By::Name),
            several => Matched::Several(several.len()),
        }
    };
    wanted.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(addresses: &[&str], names: &[&str]) -> Matched {
        let place = |id, name: &str, address: Option<&str>| Candidate {
            id: ParticipantId(id),
            name: name.to_owned(),
            address: address.map(str::to_owned),
        };
        let places = [
            place(1, "Siân Llŷr", Some("sian@example.org")),
            place(2, "Ama Owusu", Some("office@example.org")),
            place(3, "Kofi Mensah", Some("office@example.org")),
            place(4, "Jane Smith", Some("jane@example.org")),
            place(5, "Jane Smith", None),
        ];
        let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
        let wanted = Wanted {
            addresses: texts(addresses),
            names: texts(names),
            ..Wanted::default()
        };
        match_all(&[wanted], &places)[0]
    }

    #[test]
    fn the_address_tells_then_the_name_and_never_a_guess() {
        let found = |id, by| Matched::Found(ParticipantId(id), by);
        assert_eq!(matched(&["SIAN@example.org"], &["iPhone"]), found(1, By::Address));
        assert_eq!(matched(&["home@example.net"], &["sian  LLYR"]), found(1, By::Name));
        assert_eq!(matched(&[], &["SL (Sian Llyr)", "SL", "Sian Llyr"]), found(1, By::Name));
        assert_eq!(
            matched(&["office@example.org"], &["Kofi Mensah"]),
            found(3, By::Address),
            "a shared mailbox"
        );
        assert_eq!(matched(&["office@example.org"], &["Somebody"]), Matched::Several(2));
        assert_eq!(matched(&[], &["Jane Smith"]), Matched::Several(2), "two of one name");
        assert_eq!(matched(&["jane@example.org"], &["Jane Smith"]), found(4, By::Address));
        assert_eq!(matched(&[], &["iPhone"]), Matched::Nobody);
        assert_eq!(matched(&[], &[""]), Matched::Nobody);
    }

    #[test]
    fn what_somebody_said_comes_first() {
        let places = [1, 2].map(|id| Candidate {
            id: ParticipantId(id),
            name: format!("Person {id}"),
            address: None,
        });
        let mut wanted = Wanted {
            names: vec!["Person 1".to_owned()],
            remembered: Some(ParticipantId(2)),
            ..Wanted::default()
        };
        let one = |wanted: &Wanted| match_all(std::slice::from_ref(wanted), &places)[0];
        assert_eq!(one(&wanted), Matched::Found(ParticipantId(2), By::Memory));
        // Whoever has no place here is not found by what was said.
        wanted.remembered = Some(ParticipantId(9));
        assert_eq!(one(&wanted), Matched::Found(ParticipantId(1), By::Name));
    }
}
