//! Places against capacity as a seating plan, drawn on the server. Up to about 200 places each has its own seat; above
//! that one seat stands for several, and the chart says how many.

use super::lists::{grouped, tally};
use domain::events::desk::Places;
use leptos::prelude::*;
use std::f64::consts::PI;

/// The most seats drawn.
const MOST_SEATS: u64 = 200;
const CENTRE: (f64, f64) = (220.0, 218.0);
const OUTER: f64 = 206.0;
/// Within it stand the figures.
const INNER: f64 = 92.0;

/// What one seat is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seat {
    Named,
    Later,
    Free,
}

/// Of at most `most` seats: how many of each kind are drawn, and how many places one stands for.
fn share(places: Places, capacity: u64, most: u64) -> (Vec<Seat>, u64) {
    let all = capacity.max(places.taken());
    let each = all.div_ceil(most).max(1);
    let seats = all.div_ceil(each);
    // Nothing that is there is drawn as nothing, and a hall with a free place is never drawn full.
    let taken = match places.taken() {
        0 => 0,
        taken if taken >= all => seats,
        taken => (taken / each).clamp(1, (seats - 1).max(1)),
    };
    let later = match places.unnamed {
        0 => 0,
        _ if places.named == 0 => taken,
        unnamed => (unnamed / each).max(1).min(taken.saturating_sub(1)),
    };
    let kinds = (0..seats).map(|i| {
        if i < taken - later {
            Seat::Named
        } else if i < taken {
            Seat::Later
        } else {
            Seat::Free
        }
    });
    (kinds.collect(), each)
}

/// Where `count` seats stand, from left to right, and how far apart their rows are.
fn layout(count: usize) -> (Vec<(f64, f64)>, f64) {
    let rows_at = |gap: f64| -> Vec<f64> {
        (0..)
            .map(|i| OUTER - f64::from(i) * gap)
            .take_while(|radius| *radius >= INNER)
            .collect()
    };
    let room = |radius: &f64, gap: f64| (PI * radius / gap).floor() as usize + 1;
    let mut gap = 44.0;
    while gap > 6.0 && rows_at(gap).iter().map(|radius| room(radius, gap)).sum::<usize>() < count {
        gap -= 0.5;
    }
    let radii = rows_at(gap);
    let total: f64 = radii.iter().sum();
    // Rows are filled by their length; what rounding leaves goes to the longest.
    let mut filled: Vec<usize> = radii
        .iter()
        .map(|radius| ((count as f64 * radius / total).floor() as usize).min(room(radius, gap)))
        .collect();
    let mut left = count.saturating_sub(filled.iter().sum());
    for turn in 0..count + radii.len() {
        let row = turn % radii.len().max(1);
        if left > 0 && filled[row] < room(&radii[row], gap) {
            filled[row] += 1;
            left -= 1;
        }
    }
    let mut seats: Vec<(f64, f64)> = radii
        .iter()
        .zip(filled)
        .flat_map(|(radius, seats)| (0..seats).map(move |i| (if seats == 1 { 0.5 } else { i as f64 / (seats - 1) as f64 }, *radius)))
        .collect();
    seats.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    let seats = seats
        .into_iter()
        .map(|(along, radius)| (CENTRE.0 - radius * (PI * along).cos(), CENTRE.1 - radius * (PI * along).sin()))
        .collect();
    (seats, gap)
}

/// The chart with its key. Without a capacity there is nothing to compare with, and only figures show.
#[component]
pub fn Seats(places: Places, capacity: Option<u64>) -> impl IntoView {
    let Some(capacity) = capacity.filter(|capacity| *capacity > 0) else {
        return view! {
            <dl class="figure-row">
                <div><dt>"Places taken"</dt><dd>{grouped(places.taken())}</dd><dd>"of no limit"</dd></div>
                <div><dt>"To be named"</dt><dd>{grouped(places.unnamed)}</dd></div>
            </dl>
        }
        .into_any();
    };
    let (kinds, each) = share(places, capacity, MOST_SEATS);
    let (spots, gap) = layout(kinds.len());
    let radius = (gap / 3.05).min(13.0);
    let circles = kinds
        .into_iter()
        .zip(spots)
        .map(|(kind, (x, y))| {
            let (class, radius) = match kind {
                Seat::Named => ("s-named", radius),
                Seat::Later => ("s-later", radius - 0.8),
                Seat::Free => ("s-free", radius - 0.8),
            };
            view! { <circle class=class cx=format!("{x:.1}") cy=format!("{y:.1}") r=format!("{radius:.1}")/> }
        })
        .collect_view();
    let free = capacity.saturating_sub(places.taken());
    let key = [("s-named", "7", places.named, "named"), ("s-later", "6.5", places.unnamed, "to be named"), ("s-free", "7", free, "free")]
        .map(|(class, r, count, words)| {
            view! { <span><svg class="seats" viewBox="0 0 16 16" aria-hidden="true"><circle class=class cx="8" cy="8" r=r/></svg>{format!("{} {words}", grouped(count))}</span> }
        })
        .collect_view();
    let label = format!(
        "{} of {} taken: {} named, {} to be named, {} free",
        grouped(places.taken()),
        tally(capacity, "place", "places"),
        grouped(places.named),
        grouped(places.unnamed),
        grouped(free)
    );
    view! {
        <figure>
            <svg class="seats" viewBox="0 0 440 232" role="img" aria-label=label>
                {circles}
                <text class="big" x="220" y="196">{grouped(places.taken())}</text>
                <text class="sub" x="220" y="219">{format!("of {}", tally(capacity, "place", "places"))}</text>
            </svg>
            <figcaption class="key">{key}{(each > 1).then(|| view! { <span>{format!("One seat stands for {each} places")}</span> })}</figcaption>
        </figure>
    }
    .into_any()
}

/// The most seats in a row of a list.
const MOST_IN_A_ROW: u64 = 40;

/// The same small, for a list: one row, whose figures stand in words beside it.
#[component]
pub fn SeatRow(taken: u64, capacity: u64) -> impl IntoView {
    let places = Places {
        named: taken,
        ..Places::default()
    };
    let (kinds, each) = share(places, capacity, MOST_IN_A_ROW);
    let width = kinds.len() * 10;
    let circles = kinds
        .into_iter()
        .enumerate()
        .map(|(i, kind)| {
            let class = if kind == Seat::Free { "s-free" } else { "s-named" };
            view! { <circle class=class cx=(i * 10 + 5).to_string() cy="5" r="3.75"/> }
        })
        .collect_view();
    let label = format!("{} of {} taken", grouped(taken), tally(capacity, "place", "places"));
    let each = (each > 1).then(|| format!(" · one dot stands for {each}"));
    view! {
        <p class="meta">
            <svg class="seats-row" width=width.to_string() height="10" viewBox=format!("0 0 {width} 10") role="img" aria-label=label.clone()>{circles}</svg>
            <span>{label}{each}</span>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(named: u64, unnamed: u64) -> Places {
        Places {
            named,
            unnamed,
            ..Places::default()
        }
    }

    fn counts(places: Places, capacity: u64) -> (usize, usize, usize, u64) {
        let (seats, each) = share(places, capacity, MOST_SEATS);
        let count = |kind| seats.iter().filter(|seat| **seat == kind).count();
        (count(Seat::Named), count(Seat::Later), count(Seat::Free), each)
    }

    #[test]
    fn a_seat_a_place_as_far_as_they_can_be_told_apart() {
        assert_eq!(counts(places(93, 11), 120), (93, 11, 16, 1));
        assert_eq!(counts(places(0, 0), 1), (0, 0, 1, 1));
        assert_eq!(counts(places(3, 0), 2), (3, 0, 0, 1));
        assert_eq!(counts(places(0, 2), 2), (0, 2, 0, 1));
    }

    #[test]
    fn a_large_hall_shares_seats_and_is_never_drawn_full_or_empty_when_it_is_not() {
        assert_eq!(counts(places(1, 0), 1_000), (1, 0, 199, 5));
        assert_eq!(counts(places(999, 0), 1_000), (199, 0, 1, 5));
        assert_eq!(counts(places(999, 1), 1_000), (199, 1, 0, 5));
    }

    #[test]
    fn a_row_in_a_list_is_short_whatever_the_hall() {
        for (taken, capacity, dots, each) in [(3, 8, 8, 1), (40, 40, 40, 1), (1, 41, 21, 2), (650, 700, 39, 18)] {
            let (seats, stands_for) = share(places(taken, 0), capacity, MOST_IN_A_ROW);
            assert_eq!((seats.len(), stands_for), (dots, each));
        }
    }

    #[test]
    fn every_seat_has_its_own_spot_inside_the_picture() {
        for count in 1..=200 {
            let (spots, gap) = layout(count);
            assert_eq!(spots.len(), count);
            for (i, one) in spots.iter().enumerate() {
                assert!((0.0..=440.0).contains(&one.0) && (0.0..=232.0).contains(&one.1), "{count}: {one:?}");
                for other in &spots[i + 1..] {
                    let apart = (one.0 - other.0).hypot(one.1 - other.1);
                    assert!(apart > gap * 0.7, "{count}: {apart} of {gap}");
                }
            }
        }
    }
}
