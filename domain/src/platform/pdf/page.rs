//! What stands on a page, before it becomes operators.

use std::sync::Arc;

use printpdf::{
    Actions, BorderArray, Codepoint, Color, ColorArray, HighlightingMode, LineCapStyle, LinePoint, LinkAnnotation, Mm, Op, PaintMode,
    PdfFontHandle, PdfPage, Point, Polygon, PolygonRing, Pt, Rect, Rgb, TextItem, TextMatrix, WindingOrder,
};
use qrcode::{EcLevel, QrCode};

use super::faces::Glyph;
use super::finish::Fonts;
use super::structure::Whose;
use super::text::Line;
use super::{A4, Colour, Error, MM, Result};

/// One A4 page. Coordinates are points from its top left corner, y going down.
#[derive(Debug, Default)]
pub struct Page {
    pub(super) items: Vec<(Item, Whose)>,
    whose: Whose,
}

#[derive(Debug)]
pub(super) enum Item {
    Stroke {
        points: Vec<(f32, f32)>,
        closed: bool,
        width: f32,
        colour: Colour,
    },
    Fill {
        rings: Vec<[(f32, f32); 4]>,
        colour: Colour,
    },
    Words {
        line: Line,
        x: f32,
        y: f32,
        size: f32,
    },
    Link {
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        to: String,
    },
    Picture {
        picture: Arc<[u8]>,
        x: f32,
        y: f32,
        width: f32,
        height: f32,
    },
}

/// The modules of a QR code, row by row: error correction M, no quiet zone.
pub fn qr_modules(text: &str) -> Result<Vec<Vec<bool>>> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|cause| Error::Qr(cause.to_string()))?;
    Ok(code
        .to_colors()
        .chunks(code.width())
        .map(|row| row.iter().map(|colour| colour.select(true, false)).collect())
        .collect())
}

/// The same for a page on screen: its width in modules, and one path of squares of one unit each.
pub fn qr_path(text: &str) -> Result<(usize, String)> {
    use std::fmt::Write as _;
    let rows = qr_modules(text)?;
    let mut path = String::new();
    for (y, row) in rows.iter().enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, other| one == other) {
            if run[0] {
                let _ = write!(path, "M{x} {y}h{0}v1h-{0}z", run.len());
            }
            x += run.len();
        }
    }
    Ok((rows.len(), path))
}

impl Page {
    /// An empty page.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whose the things placed from here on are.
    pub fn belongs(&mut self, whose: Whose) {
        self.whose = whose;
    }

    fn place(&mut self, item: Item) {
        self.items.push((item, self.whose));
    }

    /// A straight stroke with square ends.
    pub fn stroke(&mut self, from: (f32, f32), to: (f32, f32), width: f32, colour: Colour) {
        self.place(Item::Stroke {
            points: vec![from, to],
            closed: false,
            width,
            colour,
        });
    }

    /// The outline of a rectangle.
    pub fn frame(&mut self, (x, y): (f32, f32), (w, h): (f32, f32), width: f32, colour: Colour) {
        self.place(Item::Stroke {
            points: vec![(x, y), (x + w, y), (x + w, y + h), (x, y + h)],
            closed: true,
            width,
            colour,
        });
    }

    /// A line of text, its baseline beginning at `(x, y)`.
    pub fn words(&mut self, line: Line, (x, y): (f32, f32), size: f32) {
        self.place(Item::Words { line, x, y, size });
    }

    /// A QR code as one filled shape, so no seams show between its modules. Leave four modules clear around it.
    pub fn qr(&mut self, text: &str, (x, y): (f32, f32), side: f32, colour: Colour) -> Result<()> {
        let rows = qr_modules(text)?;
        let module = side / rows.len() as f32;
        let mut rings = Vec::new();
        for (row, modules) in rows.iter().enumerate() {
            let (top, bottom) = (y + row as f32 * module, y + (row + 1) as f32 * module);
            let mut column = 0;
            for run in modules.chunk_by(|a, b| a == b) {
                let (left, right) = (x + column as f32 * module, x + (column + run.len()) as f32 * module);
                column += run.len();
                if run[0] {
                    rings.push([(left, top), (right, top), (right, bottom), (left, bottom)]);
                }
            }
        }
        self.place(Item::Fill { rings, colour });
        Ok(())
    }

    /// An area that opens an address.
    pub fn link(&mut self, (x, y): (f32, f32), (width, height): (f32, f32), to: &str) {
        self.place(Item::Link {
            x,
            y,
            width,
            height,
            to: to.to_owned(),
        });
    }

    /// A PNG or JPEG, as wide and high as given. Only [`accessible`] documents show it.
    ///
    /// [`accessible`]: super::accessible
    pub fn picture(&mut self, picture: Arc<[u8]>, (x, y): (f32, f32), (width, height): (f32, f32)) {
        self.place(Item::Picture {
            picture,
            x,
            y,
            width,
            height,
        });
    }

    /// How many things stand on the page: a mark for [`Page::shift`].
    pub fn mark(&self) -> usize {
        self.items.len()
    }

    /// Moves what was placed since a mark down by so much.
    pub fn shift(&mut self, since: usize, down: f32) {
        for (item, _) in self.items.iter_mut().skip(since) {
            match item {
                Item::Stroke { points, .. } => points.iter_mut().for_each(|point| point.1 += down),
                Item::Fill { rings, .. } => rings.iter_mut().flatten().for_each(|point| point.1 += down),
                Item::Words { y, .. } | Item::Link { y, .. } | Item::Picture { y, .. } => *y += down,
            }
        }
    }

    /// The glyphs on the page, for cutting the faces.
    pub(super) fn glyphs(&self) -> impl Iterator<Item = &Glyph> {
        self.items
            .iter()
            .filter_map(|(item, _)| match item {
                Item::Words { line, .. } => Some(line),
                _ => None,
            })
            .flat_map(|line| line.glyphs.iter().map(|(glyph, _)| glyph))
    }

    /// The page as `printpdf` takes it.
    pub(super) fn draw(&self, fonts: &Fonts) -> PdfPage {
        let mut pen = Pen {
            fonts,
            ops: vec![Op::SetLineCapStyle { cap: LineCapStyle::Butt }],
            outline: None,
            fill: None,
            width: None,
        };
        for (item, _) in &self.items {
            pen.draw(item);
        }
        PdfPage::new(Mm(A4.0 / MM), Mm(A4.1 / MM), pen.ops)
    }
}

/// Writes operators, saying each colour and width only when it changes.
struct Pen<'a> {
    fonts: &'a Fonts,
    ops: Vec<Op>,
    outline: Option<Colour>,
    fill: Option<Colour>,
    width: Option<f32>,
}

impl Pen<'_> {
    fn draw(&mut self, item: &Item) {
        match item {
            Item::Stroke {
                points,
                closed,
                width,
                colour,
            } => {
                if self.outline.replace(*colour) != Some(*colour) {
                    self.ops.push(Op::SetOutlineColor { col: paint(*colour) });
                }
                if self.width.replace(*width) != Some(*width) {
                    self.ops.push(Op::SetOutlineThickness { pt: Pt(*width) });
                }
                let line = printpdf::Line {
                    points: points.iter().map(|at| corner(*at)).collect(),
                    is_closed: *closed,
                };
                self.ops.push(Op::DrawLine { line });
            }
            Item::Fill { rings, colour } => {
                self.fill(*colour);
                let rings = rings
                    .iter()
                    .map(|ring| PolygonRing {
                        points: ring.iter().map(|at| corner(*at)).collect(),
                    })
                    .collect();
                self.ops.push(Op::DrawPolygon {
                    polygon: Polygon {
                        rings,
                        mode: PaintMode::Fill,
                        winding_order: WindingOrder::NonZero,
                    },
                });
            }
            Item::Words { line, x, y, size } => self.words(line, *x, *y, *size),
            Item::Link { x, y, width, height, to } => {
                let rect = Rect {
                    x: Pt(*x),
                    y: Pt(A4.1 - y - height),
                    width: Pt(*width),
                    height: Pt(*height),
                    mode: None,
                    winding_order: None,
                };
                let link = LinkAnnotation::new(
                    rect,
                    Actions::Uri(to.clone()),
                    Some(BorderArray::Solid([0.0, 0.0, 0.0])),
                    Some(ColorArray::Transparent),
                    Some(HighlightingMode::Invert),
                );
                self.ops.push(Op::LinkAnnotation { link });
            }
            Item::Picture { .. } => {}
        }
    }

    fn fill(&mut self, colour: Colour) {
        if self.fill.replace(colour) != Some(colour) {
            self.ops.push(Op::SetFillColor { col: paint(colour) });
        }
    }

    /// Shows a line: one operator for each stretch in one face, colour and height.
    fn words(&mut self, line: &Line, x: f32, y: f32, size: f32) {
        if line.glyphs.is_empty() {
            return;
        }
        self.ops.push(Op::StartTextSection);
        // A glyph is only missing here if its page was not among those the faces were cut for.
        let placed: Vec<_> = line
            .glyphs
            .iter()
            .filter_map(|(glyph, colour)| Some((self.fonts.find(glyph)?, glyph, colour)))
            .collect();
        let same = |font: (usize, u16), other: (usize, u16)| font.0 == other.0;
        for run in placed.chunk_by(|a, b| same(a.0, b.0) && (a.1.y, a.2) == (b.1.y, b.2)) {
            let (((font, _), first, colour), start) = (&run[0], run[0].1.x);
            self.fill(**colour);
            self.ops.push(Op::SetFont {
                font: PdfFontHandle::External(self.fonts.id(*font)),
                size: Pt(size),
            });
            let (left, up) = (x + start * size / 1000.0, A4.1 - y + first.y * size / 1000.0);
            self.ops.push(Op::SetTextMatrix {
                matrix: TextMatrix::Translate(Pt(left), Pt(up)),
            });
            let mut shown: Vec<Codepoint> = Vec::with_capacity(run.len());
            // Where the reader's pen stands, in whole thousandths of the size, so that rounding never adds up.
            let mut pen = 0.0;
            for ((_, id), glyph, _) in run {
                let off = (pen - (glyph.x - start)).round();
                if let Some(last) = shown.last_mut() {
                    last.offset = off;
                    pen -= off;
                }
                shown.push(Codepoint::with_cid(*id, 0.0, glyph.letters.to_string()));
                pen += glyph.advance;
            }
            self.ops.push(Op::ShowText {
                items: vec![TextItem::GlyphIds(shown)],
            });
        }
        self.ops.push(Op::EndTextSection);
    }
}

fn paint(Colour(r, g, b): Colour) -> Color {
    let part = |value: u8| (f32::from(value) / 255.0 * 1000.0).round() / 1000.0;
    Color::Rgb(Rgb::new(part(r), part(g), part(b), None))
}

/// A corner in the PDF's own space, to a hundredth of a point.
fn corner((x, y): (f32, f32)) -> LinePoint {
    let round = |value: f32| (value * 100.0).round() / 100.0;
    LinePoint {
        p: Point {
            x: Pt(round(x)),
            y: Pt(round(A4.1 - y)),
        },
        bezier: false,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_module_for_module() {
        let address = "https://plenary.example.org/certificates/0123456789abcdefghjkmnpqrs";
        let (side, path) = qr_path(address).unwrap();
        let rows = qr_modules(address).unwrap();
        assert_eq!(side, rows.len());
        // A finder pattern: seven dark modules in the first corner.
        assert!(path.starts_with("M0 0h7v1h-7z"), "{path}");
        let drawn: usize = path
            .split('M')
            .skip(1)
            .map(|run| run.split(['h', 'v']).nth(1).unwrap().parse::<usize>().unwrap())
            .sum();
        assert_eq!(drawn, rows.iter().flatten().filter(|dark| **dark).count());
    }
}
