//! The sessions, line by line, over as many pages as they need.

use crate::platform::pdf::{self, Result, Span, Style, Text};

use super::sheet::{Set, Sheet};
use super::{Face, INK, LAST_LINE, LEFT, QUIET, RIGHT, RULE, Row, WIDTH};

/// Type size, line height and heading height of the table.
const ROW: f32 = 10.5;
const LEADING: f32 = 13.5;
const HEAD: f32 = 19.0;

impl Sheet {
    /// The table of sessions, down to the foot on the first page and as far as needed after it.
    pub(super) fn sessions(&mut self, face: &Face, foot: f32) -> Result<()> {
        if face.sessions.is_empty() {
            return Ok(());
        }
        let rows = face.sessions.iter().map(Laid::new).collect::<Result<Vec<_>>>()?;
        let began = rows
            .iter()
            .map(|row| row.began.as_ref().map_or(0.0, |line| line.width(ROW)))
            .fold(44.0, f32::max)
            .min(130.0)
            + 18.0;
        let rows = rows
            .into_iter()
            .map(|row| row.titled(WIDTH - began - 64.0))
            .collect::<Result<Vec<_>>>()?;
        let total = |gap: f32| rows.iter().map(|row| row.height(gap)).sum::<f32>();

        self.y += 20.0;
        let (first, here) = (self.pages.len(), foot - 14.0 - self.y - HEAD);
        let roomy = [7.0, 5.0, 3.5].into_iter().find(|gap| total(*gap) + LEADING + 9.0 <= here);
        let gap = roomy.unwrap_or(3.5);
        self.header(began)?;
        for (number, row) in rows.iter().enumerate() {
            // The last session keeps the total with it.
            let with_total = if number + 1 == rows.len() { LEADING + 9.0 } else { 0.0 };
            let floor = if self.pages.len() > first {
                LAST_LINE
            } else {
                foot - 14.0 - if roomy.is_none() { LEADING } else { 0.0 }
            };
            if self.y + row.height(gap) + with_total > floor {
                self.carry_on(face)?;
                self.header(began)?;
            }
            self.row(row, began, gap);
        }
        let y = self.y + LEADING + 2.0;
        self.page().stroke((LEFT, y - LEADING - 2.0), (RIGHT, y - LEADING - 2.0), 1.1, INK);
        self.cell("Total", Style::Semibold, (LEFT, y))?;
        self.cell_right(&face.total, Style::Semibold, y)?;
        self.y = y;
        Ok(())
    }

    fn header(&mut self, began: f32) -> Result<()> {
        self.y += HEAD;
        let y = self.y - 6.0;
        self.cell("Began", Style::Semibold, (LEFT, y))?;
        self.cell("Session", Style::Semibold, (LEFT + began, y))?;
        self.cell_right("Minutes", Style::Semibold, y)?;
        let y = self.y;
        self.page().stroke((LEFT, y), (RIGHT, y), 0.5, QUIET);
        Ok(())
    }

    fn row(&mut self, row: &Laid, began: f32, gap: f32) {
        let top = self.y + gap / 2.0 - 2.5;
        if let Some(line) = &row.began {
            self.page().words(line.clone(), (LEFT, top + LEADING), ROW);
        }
        for (line, below) in row.title.iter().zip(1u8..) {
            self.page()
                .words(line.clone(), (LEFT + began, top + LEADING * f32::from(below)), ROW);
        }
        if let Some(line) = &row.minutes {
            self.page().words(line.clone(), (RIGHT - line.width(ROW), top + LEADING), ROW);
        }
        self.y += row.height(gap);
        let y = self.y;
        self.page().stroke((LEFT, y), (RIGHT, y), 0.4, RULE);
    }

    fn cell(&mut self, text: &str, style: Style, at: (f32, f32)) -> Result<()> {
        for line in Text::plain(text, style, INK)?.lines(ROW, WIDTH)? {
            self.page().words(line, at, ROW);
        }
        Ok(())
    }

    fn cell_right(&mut self, text: &str, style: Style, y: f32) -> Result<()> {
        for line in Text::plain(text, style, INK)?.lines(ROW, WIDTH)? {
            let x = RIGHT - line.width(ROW);
            self.page().words(line, (x, y), ROW);
        }
        Ok(())
    }

    /// Says that the table goes on, and begins the page it goes on to.
    fn carry_on(&mut self, face: &Face) -> Result<()> {
        let (y, next) = (self.y + LEADING, self.pages.len() + 1);
        let text = format!("Continued on page {next}");
        for line in Text::plain(&text, Style::Italic, QUIET)?.lines(9.5, WIDTH)? {
            let x = RIGHT - line.width(9.5);
            self.page().words(line, (x, y), 9.5);
        }
        self.turn();
        self.y -= 5.0;
        self.paragraph(
            &Text::plain("Certificate of attendance", Style::Display, INK)?,
            Set {
                size: 15.0,
                leading: 15.0,
                width: WIDTH,
            },
        )?;
        self.y += 3.0;
        let who = Text::new(&[
            Span {
                text: &face.name,
                style: Style::Semibold,
                colour: INK,
            },
            Span {
                text: " at ",
                style: Style::Regular,
                colour: INK,
            },
            Span {
                text: &face.event,
                style: Style::Regular,
                colour: INK,
            },
        ])?;
        self.paragraph(
            &who,
            Set {
                size: 10.5,
                leading: 15.0,
                width: WIDTH,
            },
        )?;
        self.y += 16.0;
        Ok(())
    }
}

/// A session's words, measured.
struct Laid {
    began: Option<pdf::Line>,
    minutes: Option<pdf::Line>,
    words: Text,
    title: Vec<pdf::Line>,
}

impl Laid {
    fn new(row: &Row) -> Result<Self> {
        let line = |words: &str| Ok(Text::plain(words, Style::Regular, INK)?.lines(ROW, WIDTH)?.into_iter().next());
        let aside = if row.participatory { " (participatory)" } else { "" };
        Ok(Self {
            began: line(&row.began)?,
            minutes: line(&format!("{} of {}", row.minutes, row.of_minutes))?,
            words: Text::new(&[
                Span {
                    text: &row.title,
                    style: Style::Regular,
                    colour: INK,
                },
                Span {
                    text: aside,
                    style: Style::Italic,
                    colour: INK,
                },
            ])?,
            title: Vec::new(),
        })
    }

    fn titled(mut self, width: f32) -> Result<Self> {
        self.title = self.words.lines(ROW, width)?;
        Ok(self)
    }

    fn height(&self, gap: f32) -> f32 {
        LEADING * self.title.len().max(1) as f32 + gap
    }
}
