//! Sheets to sign on paper. A signer sees nobody else's details: the sheet at the door has codes, which stand on badges
//! and on tickets; names with their codes are on the steward's own list.

use super::{
    Badge,
    draw::{INK, QUIET, RULE},
    fit::fit,
};
use crate::platform::pdf::{A4, Line, MM, Page, Result, Style};

const LEFT: f32 = 18.0 * MM;
const RIGHT: f32 = A4.0 - 18.0 * MM;
const TOP: f32 = 18.0 * MM;
const BOTTOM: f32 = A4.1 - 16.0 * MM;

/// A table on as many pages as it needs, its heads on each.
struct Table<'a> {
    title: &'a str,
    about: &'a str,
    note: &'a str,
    /// Words of each head and where its column begins, in points from the left edge of the table.
    heads: &'a [(&'a str, f32)],
    row: f32,
    /// Lines between columns, to write in.
    boxed: bool,
}

/// For signing: a row for each code, in the order of the codes, with room for two signatures and times.
pub(super) fn sign(badges: &[Badge], title: &str, about: &str) -> Result<Vec<Page>> {
    let mut codes: Vec<&str> = badges.iter().map(|badge| badge.code.as_str()).collect();
    codes.sort_unstable();
    let heads = [
        ("Code", 0.0),
        ("Came at", 28.0 * MM),
        ("Signature", 48.0 * MM),
        ("Left at", 101.0 * MM),
        ("Signature", 121.0 * MM),
    ];
    Table {
        title,
        about,
        note: "Find the code on your badge or in your mail, and sign beside it.",
        heads: &heads,
        row: 10.0 * MM,
        boxed: true,
    }
    .draw(&codes.iter().map(|code| vec![*code]).collect::<Vec<_>>())
}

/// For the steward: names with their codes, in the order of the last names.
pub(super) fn names(badges: &[Badge], title: &str, about: &str) -> Result<Vec<Page>> {
    let heads = [
        ("Name", 0.0),
        ("Job role and organisation", 74.0 * MM),
        ("Code", 140.0 * MM),
        ("Here", 164.0 * MM),
    ];
    let rows: Vec<Vec<String>> = badges
        .iter()
        .map(|badge| {
            let role = [badge.job_role.as_str(), badge.organisation.as_str()];
            let role = role.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
            vec![badge.name.clone(), role, badge.code.clone()]
        })
        .collect();
    let cells: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    Table {
        title,
        about,
        note: "For stewards alone: keep it from view, and shred it when the register is complete.",
        heads: &heads,
        row: 7.5 * MM,
        boxed: false,
    }
    .draw(&cells)
}

impl Table<'_> {
    fn draw(&self, rows: &[Vec<&str>]) -> Result<Vec<Page>> {
        let mut pages = vec![Page::new()];
        let mut y = self.head(&mut pages[0])?;
        for row in rows {
            if y + self.row > BOTTOM {
                pages.push(Page::new());
                let last = pages.len() - 1;
                y = self.head(&mut pages[last])?;
            }
            let last = pages.len() - 1;
            self.row(&mut pages[last], row, y)?;
            y += self.row;
        }
        let count = pages.len();
        for (at, page) in pages.iter_mut().enumerate() {
            let words = format!("Page {} of {count}", at + 1);
            if let Some(line) = one_line(&words, Style::Regular, 8.0, RIGHT - LEFT)? {
                page.words(line, (LEFT, A4.1 - 9.0 * MM), 8.0);
            }
        }
        Ok(pages)
    }

    /// The title, and the heads of the columns; where the first row begins.
    fn head(&self, page: &mut Page) -> Result<f32> {
        let mut y = TOP;
        for (words, style, size, leading) in [
            (self.title, Style::Display, 18.0, 20.0),
            (self.about, Style::Regular, 10.0, 15.0),
            (self.note, Style::Italic, 10.0, 15.0),
        ] {
            if let Some(line) = one_line(words, style, size, RIGHT - LEFT)? {
                page.words(line, (LEFT, y + size * 0.75), size);
                y += leading;
            }
        }
        y += 5.0 * MM;
        for (words, x) in self.heads {
            if let Some(line) = one_line(words, Style::Semibold, 9.0, RIGHT - LEFT)? {
                page.words(line, (LEFT + x + self.inset(), y), 9.0);
            }
        }
        y += 2.0 * MM;
        page.stroke((LEFT, y), (RIGHT, y), 1.0, INK);
        Ok(y)
    }

    const fn inset(&self) -> f32 {
        if self.boxed { 1.5 * MM } else { 0.0 }
    }

    fn row(&self, page: &mut Page, cells: &[&str], y: f32) -> Result<()> {
        let base = y + self.row / 2.0 + 3.5;
        for (at, words) in cells.iter().enumerate() {
            let x = self.heads[at].1;
            let until = self.heads.get(at + 1).map_or(RIGHT - LEFT, |(_, next)| *next);
            let size = if self.boxed { 12.0 } else { 10.0 };
            if let Some(line) = one_line(words, Style::Regular, size, until - x - 2.0 * MM)? {
                page.words(line, (LEFT + x + self.inset(), base), size);
            }
        }
        if self.boxed {
            for (_, x) in self.heads.iter().skip(1) {
                page.stroke((LEFT + x, y), (LEFT + x, y + self.row), 0.4, RULE);
            }
        } else {
            let side = 4.0 * MM;
            let x = LEFT + self.heads[self.heads.len() - 1].1;
            page.frame((x, y + (self.row - side) / 2.0), (side, side), 0.6, QUIET);
        }
        page.stroke((LEFT, y + self.row), (RIGHT, y + self.row), 0.4, RULE);
        Ok(())
    }
}

/// Words in one line, smaller letters never: what does not fit is left out behind "…".
fn one_line(words: &str, style: Style, size: f32, width: f32) -> Result<Option<Line>> {
    let lines = fit(words, (style, INK), (size, size), width, 1)?;
    Ok(lines.into_iter().next().map(|(line, _)| line))
}
