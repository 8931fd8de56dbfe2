//! Time drawn as strokes: one for each quarter, half, hour or more, so that a bar is never longer than sixty.

use domain::certificates::hours::hours_in_words;
use leptos::prelude::*;

/// What one stroke may stand for, in minutes.
const STEPS: [u32; 8] = [15, 30, 60, 120, 300, 600, 1_200, 3_000];
const MOST: u32 = 60;

/// What one stroke stands for where the longest bar is of so many minutes.
#[must_use]
pub fn step(longest: u32) -> u32 {
    STEPS
        .into_iter()
        .find(|step| longest.div_ceil(*step) <= MOST)
        .unwrap_or(STEPS[STEPS.len() - 1])
}

/// How many strokes of `all` are strong (participatory), filled and empty: `[strong, filled, empty]`. What is there is never
/// drawn as nothing, and what is not all there never as full.
fn share(minutes: u32, part: u32, all: u32, each: u32) -> [u32; 3] {
    let total = all.max(minutes).div_ceil(each.max(1));
    let drawn = match minutes {
        0 => 0,
        minutes if minutes >= all => total,
        minutes => (minutes / each).clamp(1, total.saturating_sub(1).max(1)),
    };
    let strong = match part {
        0 => 0,
        part if part >= minutes => drawn,
        part => (part / each).clamp(1, drawn.saturating_sub(1).max(1)),
    };
    [strong, drawn - strong.min(drawn), total - drawn]
}

/// `minutes`, of which `part` are participatory, against `all`; every bar with the same `width` strokes is to one scale.
#[component]
pub fn Strokes(minutes: u32, part: u32, all: u32, each: u32, width: u32, #[prop(into)] label: String) -> impl IntoView {
    let [strong, filled, empty] = share(minutes, part, all, each);
    let kinds = std::iter::repeat_n("p-part", strong as usize)
        .chain(std::iter::repeat_n("p-on", filled as usize))
        .chain(std::iter::repeat_n("p-off", empty as usize));
    let strokes = kinds
        .enumerate()
        .map(|(i, class)| view! { <rect class=class x=(i * 8 + 1).to_string() y="0" width="5" height="24" rx="1"/> })
        .collect_view();
    let width = (width.max(8) * 8).to_string();
    view! { <svg class="strokes" viewBox=format!("0 0 {width} 24") preserveAspectRatio="xMinYMid meet" role="img" aria-label=label>{strokes}</svg> }
}

/// What the strokes mean.
#[component]
pub fn Key(each: u32, #[prop(optional)] target: bool) -> impl IntoView {
    let one = if each < 60 {
        format!("{each} minutes")
    } else {
        hours_in_words(each)
    };
    let sample = |class: &'static str, words: &'static str| {
        view! { <span><svg class="strokes" viewBox="0 0 16 24" aria-hidden="true"><rect class=class x="1" y="0" width="5" height="24" rx="1"/><rect class=class x="9" y="0" width="5" height="24" rx="1"/></svg>{words}</span> }
    };
    view! {
        <p class="key key--start">
            {sample("p-part", "Participatory")}
            {sample("p-on", "Other")}
            {target.then(|| sample("p-off", "Still to go"))}
            <span>{format!("One stroke is {one}")}</span>
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bar_is_longer_than_sixty_strokes() {
        for (longest, each) in [(0, 15), (900, 15), (901, 30), (35 * 60, 60), (250 * 60, 300), (9_999 * 60, 3_000)] {
            assert_eq!(step(longest), each, "{longest}");
        }
    }

    #[test]
    fn nothing_that_is_there_is_drawn_as_nothing_and_nothing_unfinished_as_full() {
        assert_eq!(share(255, 75, 35 * 60, 60), [1, 3, 31]);
        assert_eq!(share(5, 0, 35 * 60, 60), [0, 1, 34]);
        assert_eq!(share(35 * 60 - 1, 35 * 60 - 1, 35 * 60, 60), [34, 0, 1]);
        assert_eq!(share(36 * 60, 0, 35 * 60, 60), [0, 36, 0]);
        assert_eq!(share(0, 0, 60, 15), [0, 0, 4]);
        assert_eq!(share(120, 10, 120, 60), [1, 1, 0]);
    }
}
