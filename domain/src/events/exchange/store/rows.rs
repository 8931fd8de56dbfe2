//! What all lists of a file have in common when they are stored.

/// Writes a row: nothing if it is as it was, otherwise a change or a new row, counted. Gives its id.
macro_rules! keep {
    ($tx:expr, $count:expr, $old:expr, $new:expr) => {{
        let (old, new) = ($old, $new);
        match old {
            Some(old) if *old == new => old.id,
            Some(_) => {
                $count.changed += 1;
                new.into_active_model().reset_all().update($tx).await?.id
            }
            None => {
                $count.added += 1;
                let mut row = new.into_active_model().reset_all();
                row.id = sea_orm::ActiveValue::NotSet;
                row.insert($tx).await?.id
            }
        }
    }};
}
pub(super) use keep;

/// The positions of listed rows. A file that names every stored row gives the order; one that leaves some out leaves
/// those it names where they are and puts what is new at the end. Positions begin at 1.
pub(super) fn positions(stored: &[(&str, i32)], listed: &[&str]) -> Vec<i32> {
    if stored.iter().all(|(code, _)| listed.contains(code)) {
        return (1..).take(listed.len()).collect();
    }
    let mut last = stored.iter().map(|(_, position)| *position).max().unwrap_or(0);
    listed
        .iter()
        .map(|code| match stored.iter().find(|(known, _)| known == code) {
            Some((_, position)) => *position,
            None => {
                last += 1;
                last
            }
        })
        .collect()
}

/// A number of people as a column holds it.
pub(super) fn people(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_list_gives_the_order() {
        assert_eq!(positions(&[], &["a", "b"]), [1, 2]);
        assert_eq!(positions(&[("a", 1), ("b", 2)], &["b", "new", "a"]), [1, 2, 3]);
    }

    #[test]
    fn part_of_a_list_moves_nothing() {
        let stored = [("a", 1), ("b", 2), ("c", 7)];
        assert_eq!(positions(&stored, &["new", "b", "newer"]), [8, 2, 9]);
        assert_eq!(positions(&stored, &[]), [0_i32; 0]);
    }
}
