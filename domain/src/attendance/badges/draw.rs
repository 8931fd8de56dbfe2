//! A badge: the first name as large as it fits, the rest smaller, and the code the door reads.

use super::{Badge, Layout, fit::fit};
use crate::platform::pdf::{Colour, Line, MM, Page, Result, Style, Text};

pub(super) const INK: Colour = Colour(0x24, 0x1a, 0x24);
pub(super) const QUIET: Colour = Colour(0x5c, 0x4f, 0x5a);
pub(super) const RULE: Colour = Colour(0xb9, 0xad, 0xb5);
const DAMSON: Colour = Colour(0x57, 0x20, 0x59);

/// What people write before a name and are not called by.
const TITLES: [&str; 22] = [
    "dr",
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "prof",
    "professor",
    "sir",
    "dame",
    "lady",
    "lord",
    "rev",
    "revd",
    "reverend",
    "cllr",
    "councillor",
    "fr",
    "sr",
    "sister",
    "father",
    "judge",
];

/// The name somebody is called by: the first word that is not a title. Of a name that is one word, that word.
#[must_use]
pub fn first_name(name: &str) -> &str {
    let is_title = |word: &&str| TITLES.contains(&word.trim_end_matches('.').to_lowercase().as_str());
    let words: Vec<&str> = name.split_whitespace().collect();
    words
        .iter()
        .find(|word| !is_title(word))
        .or(words.first())
        .copied()
        .unwrap_or_default()
}

/// Draws a badge in its frame, `event` above it.
pub(super) fn badge(page: &mut Page, badge: &Badge, event: &str, layout: &Layout, at: usize) -> Result<()> {
    let ((x, y), (width, height)) = (layout.corner(at), layout.size());
    if layout.is_cut {
        page.frame((x, y), (width, height), 0.25, RULE);
    }
    // Printers shift a sheet by a millimetre or two; nothing stands nearer the edge than four.
    let edge = if layout.height < 45.0 { 4.0 } else { 6.0 } * MM;
    let side = (layout.height * 0.34).clamp(15.0, 34.0) * MM;
    let scale = (layout.width / 99.1).clamp(0.75, 1.3);
    let (left, right, bottom) = (x + edge, x + width - edge, y + height - edge);

    let small = 8.0 * scale;
    let mut top = y + edge + small;
    let above = Text::plain(event, Style::Semibold, DAMSON)?.lines(small, right - left)?;
    if let Some(line) = above.into_iter().next() {
        page.words(line, (left, top), small);
    }
    let room = layout.height >= 45.0;
    top += if room { 3.0 } else { 1.6 } * MM * scale;
    page.stroke((left, top), (right, top), 0.75, DAMSON);

    let code = (right - side, bottom - side);
    page.qr(&badge.address, code, side, INK)?;

    // The words under the first name stand on the badge's floor, left of the code. They give way to it: on a small badge
    // the name has one line, and role and organisation share theirs, or two.
    let beside = code.0 - 3.0 * MM - left;
    let most = if room { 2 } else { 1 };
    let (role, work) = (badge.job_role.as_str(), badge.organisation.as_str());
    let both = [role, work]
        .into_iter()
        .filter(|words| !words.is_empty())
        .collect::<Vec<_>>()
        .join(", ");
    let (role, work) = if room { (role, work) } else { (both.as_str(), "") };
    let mut lines: Vec<(Line, f32)> = Vec::new();
    for (words, voice, size, least, most) in [
        (badge.name.as_str(), (Style::Semibold, INK), 11.0, 8.0, most),
        (role, (Style::Regular, QUIET), 8.5, 7.0, 2),
        (work, (Style::Regular, QUIET), 8.5, 7.0, most),
        (badge.code.as_str(), (Style::Semibold, INK), 8.5, 8.5, 1),
    ] {
        lines.extend(fit(words, voice, (size * scale.max(0.9), least), beside, most)?);
    }
    let leading = 1.2;
    let tall: f32 = lines.iter().map(|(_, size)| size * leading).sum();
    let mut base = bottom - tall;
    let floor = base.min(if room { code.1 } else { f32::MAX });
    for (line, size) in lines {
        base += size * leading;
        page.words(line, (left, base - size * 0.2), size);
    }

    // The first name takes what is left, in one line as wide as the badge, or beside the code where it reaches down to it.
    let wide = if floor <= code.1 { right - left } else { beside };
    let space = floor - top - 1.5 * MM;
    let called = Text::plain(first_name(&badge.name), Style::Display, INK)?;
    let mut size = (space * 0.78).min(54.0 * scale);
    while size > 9.0 && called.lines(size, wide)?.len() > 1 {
        size -= 1.0;
    }
    if let Some(line) = called.lines(size, wide)?.into_iter().next() {
        page.words(line, (left, top + (space + size * 0.72) / 2.0 + 0.5 * MM), size);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::first_name;

    #[test]
    fn people_are_called_by_their_first_name() {
        for (name, called) in [
            ("Ama Owusu", "Ama"),
            ("Dr Siân Llŷr", "Siân"),
            ("Prof. Dame Mary O'Neill", "Mary"),
            ("Mr. Jones", "Jones"),
            ("Dr", "Dr"),
            ("李小龍", "李小龍"),
            ("محمد علي", "محمد"),
            ("Jean-Luc Picard", "Jean-Luc"),
            ("", ""),
        ] {
            assert_eq!(first_name(name), called, "{name}");
        }
    }
}
