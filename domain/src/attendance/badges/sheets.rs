//! The sheets badges are printed on: how many, how large, and where on the paper.

use crate::{platform::pdf::MM, words::words};

words! {
    /// A sheet by the name it is sold under, or by the size of its badges. Sizes are the makers', in `sheets.rs`.
    Sheet { L7165 = "l7165", L7163 = "l7163", L7160 = "l7160", A6 = "a6", Card = "card" }
}

/// Where the badges of a sheet are, in millimetres of A4 portrait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    pub columns: usize,
    pub rows: usize,
    pub width: f32,
    pub height: f32,
    /// From the left edge of the paper to the first column.
    pub left: f32,
    /// From the top edge to the first row.
    pub top: f32,
    /// From one column's left edge to the next one's.
    pub pitch: f32,
    /// Plain paper, cut by hand: cutting lines are drawn.
    pub is_cut: bool,
}

impl Sheet {
    /// Its name for whoever chooses.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::L7165 => "8 labels a sheet, 99.1 × 67.7 mm (L7165)",
            Self::L7163 => "14 labels a sheet, 99.1 × 38.1 mm (L7163)",
            Self::L7160 => "21 labels a sheet, 63.5 × 38.1 mm (L7160)",
            Self::A6 => "4 cards a sheet, A6, to cut by hand",
            Self::Card => "10 cards a sheet, 86 × 55 mm, to cut by hand",
        }
    }

    /// What is asked for where a label is none of the sheet.
    #[must_use]
    pub fn which_label(self) -> String {
        format!("Enter the first unused label as a number from 1 to {}.", self.layout().count())
    }

    #[must_use]
    pub const fn layout(self) -> Layout {
        let (columns, rows, width, height, left, top, pitch, is_cut) = match self {
            Self::L7165 => (2, 4, 99.1, 67.7, 4.65, 13.1, 101.6, false),
            Self::L7163 => (2, 7, 99.1, 38.1, 4.65, 15.15, 101.6, false),
            Self::L7160 => (3, 7, 63.5, 38.1, 7.25, 15.15, 66.04, false),
            Self::A6 => (2, 2, 105.0, 148.5, 0.0, 0.0, 105.0, true),
            Self::Card => (2, 5, 86.0, 55.0, 19.0, 11.0, 86.0, true),
        };
        Layout {
            columns,
            rows,
            width,
            height,
            left,
            top,
            pitch,
            is_cut,
        }
    }
}

impl Layout {
    /// How many badges a sheet has.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.columns * self.rows
    }

    /// The top left corner of a badge on its sheet, counted from 0 along the rows, in points.
    #[must_use]
    pub fn corner(&self, at: usize) -> (f32, f32) {
        let (column, row) = (at % self.columns, at / self.columns);
        (
            (self.left + column as f32 * self.pitch) * MM,
            (self.top + row as f32 * self.height) * MM,
        )
    }

    /// The size of a badge in points.
    #[must_use]
    pub fn size(&self) -> (f32, f32) {
        (self.width * MM, self.height * MM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::pdf::A4;

    #[test]
    fn every_badge_lies_on_the_paper_and_none_on_another() {
        for sheet in Sheet::ALL.iter().copied() {
            let layout = sheet.layout();
            let (width, height) = layout.size();
            let corners: Vec<_> = (0..layout.count()).map(|at| layout.corner(at)).collect();
            for (at, (x, y)) in corners.iter().enumerate() {
                assert!(x + width <= A4.0 + 0.1 && y + height <= A4.1 + 0.1, "{sheet:?} {at}");
                for (other_x, other_y) in &corners[..at] {
                    let apart = (x - other_x).abs() >= width - 0.01 || (y - other_y).abs() >= height - 0.01;
                    assert!(apart, "{sheet:?} {at}");
                }
            }
            // As much paper is left on the right as on the left, and below as above.
            let last = corners[layout.count() - 1];
            assert!((A4.0 - last.0 - width - corners[0].0).abs() < 0.5, "{sheet:?}");
            assert!((A4.1 - last.1 - height - corners[0].1).abs() < 0.6, "{sheet:?}");
        }
    }
}
