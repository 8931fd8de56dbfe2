//! From milliseconds to whole minutes, rounded down once, with parts that add up.

pub(super) const MINUTE: u64 = 60_000;

/// The time one line earned, in milliseconds.
#[derive(Clone, Copy, Default)]
pub(super) struct Earned {
    pub participatory: u64,
    pub other: u64,
    /// Some of its time counts no more: the day had given all it can.
    pub is_capped: bool,
}

/// The same in whole minutes: all of them, and how many are participatory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Minutes {
    pub all: u32,
    pub participatory: u32,
}

/// Rounds the two totals down, and gives each line its part of them.
///
/// Participatory time is shared out first and the rest of the total after it. Both always fit: what is left
/// for the rest is its own total rounded down or up, and no line gets a minute more than its time rounded up.
pub(super) fn share_out(lines: &[Earned]) -> (Minutes, Vec<Minutes>) {
    let participatory: Vec<u64> = lines.iter().map(|line| line.participatory).collect();
    let other: Vec<u64> = lines.iter().map(|line| line.other).collect();
    let (of_participatory, of_other): (u64, u64) = (participatory.iter().sum(), other.iter().sum());
    let all = (of_participatory + of_other) / MINUTE;
    let whole_participatory = of_participatory / MINUTE;

    let parts = largest_remainder(&participatory, whole_participatory)
        .into_iter()
        .zip(largest_remainder(&other, all - whole_participatory))
        .map(|(participatory, other)| Minutes {
            all: whole(participatory + other),
            participatory: whole(participatory),
        })
        .collect();
    (
        Minutes {
            all: whole(all),
            participatory: whole(whole_participatory),
        },
        parts,
    )
}

/// Whole minutes for each part, `total` in all: every part rounded down, and the minutes left over one each
/// to the parts that lost most, the earlier of two alike.
fn largest_remainder(parts: &[u64], total: u64) -> Vec<u64> {
    let mut minutes: Vec<u64> = parts.iter().map(|part| part / MINUTE).collect();
    let left_over = total.saturating_sub(minutes.iter().sum());
    let mut by_loss: Vec<usize> = (0..parts.len()).filter(|&i| !parts[i].is_multiple_of(MINUTE)).collect();
    by_loss.sort_by_key(|&i| std::cmp::Reverse(parts[i] % MINUTE));
    for i in by_loss.into_iter().take(usize::try_from(left_over).unwrap_or(usize::MAX)) {
        minutes[i] += 1;
    }
    minutes
}

/// Minutes in eight thousand years fit.
pub(super) fn whole(minutes: u64) -> u32 {
    u32::try_from(minutes).unwrap_or(u32::MAX)
}
