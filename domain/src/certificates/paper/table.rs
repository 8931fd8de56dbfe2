//! The sessions, line by line, over as many pages as they need.

use crate::platform::pdf::{self, Kind, Result, Span, Style, Text, Whose};

use super::sheet::{Set, Sheet};
use super::{Face, INK, LAST_LINE, LEFT, QUIET, RIGHT, RULE, Row, WIDTH};

/// Type size, line height and heading height of the table.
const ROW: f32 = 10.5;
const LEADING: f32 = 13.5;
const HEAD: f32 = 19.0;

/// What people were to learn, under the table: type size and line height.
const OBJECTIVES: (f32, f32) = (9.0, 12.0);

impl Sheet {
    /// The table of sessions, down to the foot on the first page and as far as needed after it; then what was to be learnt.
    pub(super) fn sessions(&mut self, face: &Face, foot: f32) -> Result<()> {
        let objectives = objectives(face)?;
        if face.sessions.is_empty() {
            self.y += 6.0;
            return self.objectives(face, objectives, foot);
        }
        let rows = face.sessions.iter().map(Laid::new).collect::<Result<Vec<_>>>()?;
        let began = rows
            .iter()
            .map(|row| row.began.line.as_ref().map_or(0.0, |line| line.width(ROW)))
            .fold(44.0, f32::max)
            .min(130.0)
            + 18.0;
        let rows = rows
            .into_iter()
            .map(|row| row.titled(WIDTH - began - 64.0))
            .collect::<Result<Vec<_>>>()?;
        let total = |gap: f32| rows.iter().map(|row| row.height(gap)).sum::<f32>() + LEADING + 9.0;
        let after = objectives.as_ref().map_or(0.0, |(_, height)| 10.0 + height);

        self.y += 20.0;
        let (first, here) = (self.pages.len(), foot - 14.0 - self.y - HEAD);
        let with_all = [7.0, 5.0, 3.5].into_iter().find(|gap| total(*gap) + after <= here);
        let roomy = with_all.or_else(|| [7.0, 5.0, 3.5].into_iter().find(|gap| total(*gap) <= here));
        let gap = roomy.unwrap_or(3.5);
        self.parts.open(Kind::Table("Sessions attended, with minutes".to_owned()));
        self.header(began)?;
        self.parts.open(Kind::Body);
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
                self.header_again(began)?;
            }
            self.row(row, began, gap);
        }
        self.parts.close();
        self.total(face)?;
        self.parts.close();
        self.y += 10.0;
        let floor = if self.pages.len() > first { LAST_LINE } else { foot - 14.0 };
        self.objectives(face, objectives, floor)
    }

    fn header(&mut self, began: f32) -> Result<()> {
        self.y += HEAD;
        let y = self.y - 6.0;
        self.parts.open(Kind::Head);
        self.parts.open(Kind::Row);
        let heading = Kind::ColumnHeading;
        self.cell(heading.clone(), "Began", Style::Semibold, (LEFT, y))?;
        self.cell(heading.clone(), "Session", Style::Semibold, (LEFT + began, y))?;
        self.cell_right(heading, "Minutes", Style::Semibold, y)?;
        self.parts.close();
        self.parts.close();
        self.rule(self.y, 0.5, QUIET);
        Ok(())
    }

    /// On a further page the headings of the columns are there for the eye.
    fn header_again(&mut self, began: f32) -> Result<()> {
        self.y += HEAD;
        let y = self.y - 6.0;
        self.page().belongs(Whose::Margin);
        for (words, x) in [("Began", LEFT), ("Session", LEFT + began)] {
            for line in Text::plain(words, Style::Semibold, INK)?.lines(ROW, WIDTH)? {
                self.page().words(line, (x, y), ROW);
            }
        }
        for line in Text::plain("Minutes", Style::Semibold, INK)?.lines(ROW, WIDTH)? {
            let x = RIGHT - line.width(ROW);
            self.page().words(line, (x, y), ROW);
        }
        self.rule(self.y, 0.5, QUIET);
        Ok(())
    }

    fn row(&mut self, row: &Laid, began: f32, gap: f32) {
        let top = self.y + gap / 2.0 - 2.5;
        self.parts.open(Kind::Row);
        let part = self.parts.words(Kind::Cell, &row.began.words);
        if let Some(line) = &row.began.line {
            self.of(part).words(line.clone(), (LEFT, top + LEADING), ROW);
        }
        let part = self.parts.words(Kind::Cell, &row.words);
        for (line, below) in row.title.iter().zip(1u8..) {
            self.of(part)
                .words(line.clone(), (LEFT + began, top + LEADING * f32::from(below)), ROW);
        }
        let part = self.parts.words(Kind::Cell, &row.minutes.words);
        if let Some(line) = &row.minutes.line {
            self.of(part).words(line.clone(), (RIGHT - line.width(ROW), top + LEADING), ROW);
        }
        self.parts.close();
        self.y += row.height(gap);
        self.rule(self.y, 0.4, RULE);
    }

    fn total(&mut self, face: &Face) -> Result<()> {
        let y = self.y + LEADING + 2.0;
        self.rule(self.y, 1.1, INK);
        self.parts.open(Kind::Foot);
        self.parts.open(Kind::Row);
        self.cell(Kind::RowHeading(2), "Total", Style::Semibold, (LEFT, y))?;
        self.cell_right(Kind::Cell, &face.total, Style::Semibold, y)?;
        self.parts.close();
        self.parts.close();
        self.y = y;
        Ok(())
    }

    fn cell(&mut self, kind: Kind, words: &str, style: Style, at: (f32, f32)) -> Result<()> {
        let text = Text::plain(words, style, INK)?;
        let part = self.parts.words(kind, &text);
        for line in text.lines(ROW, WIDTH)? {
            self.of(part).words(line, at, ROW);
        }
        Ok(())
    }

    fn cell_right(&mut self, kind: Kind, words: &str, style: Style, y: f32) -> Result<()> {
        let text = Text::plain(words, style, INK)?;
        let part = self.parts.words(kind, &text);
        for line in text.lines(ROW, WIDTH)? {
            let x = RIGHT - line.width(ROW);
            self.of(part).words(line, (x, y), ROW);
        }
        Ok(())
    }

    /// What people were to learn, on the next page where it does not fit on this.
    fn objectives(&mut self, face: &Face, objectives: Option<(Text, f32)>, floor: f32) -> Result<()> {
        let Some((text, height)) = objectives else { return Ok(()) };
        if self.y + height > floor {
            self.carry_on(face)?;
        }
        let (size, leading) = OBJECTIVES;
        self.paragraph(
            Kind::Paragraph,
            &text,
            Set {
                size,
                leading,
                width: WIDTH,
            },
        )
    }

    /// Says that it goes on, and begins the page it goes on to.
    fn carry_on(&mut self, face: &Face) -> Result<()> {
        let (y, next) = (self.y + LEADING, self.pages.len() + 1);
        let text = format!("Continued on page {next}");
        self.page().belongs(Whose::Margin);
        for line in Text::plain(&text, Style::Italic, QUIET)?.lines(9.5, WIDTH)? {
            let x = RIGHT - line.width(9.5);
            self.page().words(line, (x, y), 9.5);
        }
        self.turn()?;
        self.y -= 5.0;
        self.again(
            &Text::plain(&face.heading, Style::Display, INK)?,
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
        self.again(
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

/// What people were to learn, in one paragraph, and its height.
fn objectives(face: &Face) -> Result<Option<(Text, f32)>> {
    if face.objectives.is_empty() {
        return Ok(None);
    }
    let words: Vec<&str> = face
        .objectives
        .iter()
        .map(|words| words.trim().trim_end_matches(['.', ';']))
        .collect();
    let (size, leading) = OBJECTIVES;
    let text = Text::new(&[
        Span {
            text: "Learning objectives: ",
            style: Style::Semibold,
            colour: QUIET,
        },
        Span {
            text: &format!("{}.", words.join("; ")),
            style: Style::Regular,
            colour: QUIET,
        },
    ])?;
    let height = text.lines(size, WIDTH)?.len() as f32 * leading;
    Ok(Some((text, height)))
}

/// Words of one line.
struct OneLine {
    words: Text,
    line: Option<pdf::Line>,
}

impl OneLine {
    fn new(words: &str) -> Result<Self> {
        let words = Text::plain(words, Style::Regular, INK)?;
        let line = words.lines(ROW, WIDTH)?.into_iter().next();
        Ok(Self { words, line })
    }
}

/// A session's words, measured.
struct Laid {
    began: OneLine,
    minutes: OneLine,
    words: Text,
    title: Vec<pdf::Line>,
}

impl Laid {
    fn new(row: &Row) -> Result<Self> {
        let aside = if row.participatory { " (participatory)" } else { "" };
        Ok(Self {
            began: OneLine::new(&row.began)?,
            minutes: OneLine::new(&format!("{} of {}", row.minutes, row.of_minutes))?,
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
