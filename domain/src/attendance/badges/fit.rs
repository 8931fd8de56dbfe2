//! Words where there is only so much room: smaller first, then cut with "…".

use crate::platform::pdf::{Colour, Line, Result, Style, Text};

/// Words in at most so many lines, as small as `least` if need be, then cut; with the size they got.
pub(super) fn fit(
    words: &str,
    (style, colour): (Style, Colour),
    (size, least): (f32, f32),
    width: f32,
    most: usize,
) -> Result<Vec<(Line, f32)>> {
    if words.is_empty() || most == 0 {
        return Ok(Vec::new());
    }
    let text = Text::plain(words, style, colour)?;
    let mut size = size;
    let mut lines = text.lines(size, width)?;
    while lines.len() > most && size > least {
        size = (size - 0.5).max(least);
        lines = text.lines(size, width)?;
    }
    if lines.len() > most {
        lines = cut(words, (style, colour), size, width, most)?;
    }
    Ok(lines.into_iter().map(|line| (line, size)).collect())
}

/// The longest beginning that fits with "…" behind it.
fn cut(words: &str, (style, colour): (Style, Colour), size: f32, width: f32, most: usize) -> Result<Vec<Line>> {
    let letters: Vec<char> = words.chars().collect();
    let (mut low, mut high) = (0, letters.len());
    let mut best = Vec::new();
    while low < high {
        let middle = usize::midpoint(low, high);
        let begun: String = letters[..middle].iter().collect();
        let lines = Text::plain(&format!("{}…", begun.trim_end()), style, colour)?.lines(size, width)?;
        if lines.len() <= most {
            best = lines;
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(best)
}
