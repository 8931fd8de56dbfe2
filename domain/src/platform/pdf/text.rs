//! From what people typed to placed glyphs: cleaning, choosing faces, direction, breaking into lines.

use std::ops::Range;
use std::sync::Arc;

use unicode_bidi::{BidiInfo, Level};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::faces::{self, Glyph};
use super::{Colour, Result, Style};

/// A stretch of text in one voice.
#[derive(Clone, Copy, Debug)]
pub struct Span<'a> {
    /// What to draw. Line breaks and tabs become spaces; controls and direction overrides are left out.
    pub text: &'a str,
    /// Its voice.
    pub style: Style,
    /// Its colour.
    pub colour: Colour,
}

/// A paragraph, shaped once and broken into lines as often as wanted.
#[derive(Debug)]
pub struct Text {
    letters: String,
    clusters: Vec<Cluster>,
    words: Vec<Word>,
    /// How many letters no face has; each is drawn as `?`.
    pub missing: usize,
}

/// One line, its glyphs from left to right. Lengths are thousandths of the type size.
#[derive(Clone, Debug, Default)]
pub struct Line {
    pub(super) glyphs: Vec<(Glyph, Colour)>,
    width: f32,
}

/// What a reader takes as one letter, with its marks and joiners.
#[derive(Debug)]
struct Cluster {
    range: Range<usize>,
    face: usize,
    colour: Colour,
    level: Level,
    /// Whether the next line may begin after it.
    breaks: bool,
    blank: bool,
}

/// What stays together on a line if it can, with the spaces after it.
#[derive(Debug)]
struct Word {
    clusters: Range<usize>,
    pieces: Vec<Piece>,
    width: f32,
    blank: f32,
}

/// Part of a word in one face, colour and direction.
#[derive(Clone, Debug)]
struct Piece {
    level: Level,
    colour: Colour,
    glyphs: Arc<[Glyph]>,
    width: f32,
}

impl Line {
    /// Width at a type size, in the unit of the size.
    pub fn width(&self, size: f32) -> f32 {
        self.width * size / 1000.0
    }
}

impl Text {
    /// Shapes a paragraph. Its direction is that of its first letter that has one.
    pub fn new(spans: &[Span<'_>]) -> Result<Self> {
        let mut text = Self {
            letters: String::new(),
            clusters: Vec::new(),
            words: Vec::new(),
            missing: 0,
        };
        for span in spans {
            text.take(span)?;
        }
        let bidi = BidiInfo::new(&text.letters, None);
        for cluster in &mut text.clusters {
            cluster.level = bidi.levels[cluster.range.start];
        }
        text.mark_breaks();
        let mut from = 0;
        for at in 0..text.clusters.len() {
            if text.clusters[at].breaks || at + 1 == text.clusters.len() {
                let word = text.word(from..at + 1)?;
                text.words.push(word);
                from = at + 1;
            }
        }
        Ok(text)
    }

    /// Its letters in the order they are spoken, as drawn.
    pub(super) fn letters(&self) -> &str {
        &self.letters
    }

    /// Whether its glyphs from left to right are not its letters in the order they are spoken, one by one: it runs from the
    /// right, or a glyph carries its neighbours' letters.
    pub(super) fn is_turned(&self) -> bool {
        let pieces = || self.words.iter().flat_map(|word| &word.pieces);
        pieces().any(|piece| piece.level.is_rtl() || piece.glyphs.iter().any(|glyph| glyph.letters.is_empty()))
    }

    /// One voice, one colour.
    pub fn plain(text: &str, style: Style, colour: Colour) -> Result<Self> {
        Self::new(&[Span { text, style, colour }])
    }

    /// Breaks into lines no wider than `width` at a type size. A word wider than the line is broken within.
    pub fn lines(&self, size: f32, width: f32) -> Result<Vec<Line>> {
        let limit = width * 1000.0 / size;
        let mut lines = Vec::new();
        let mut line: Vec<&Piece> = Vec::new();
        let (mut used, mut blank) = (0.0, 0.0);
        let broken = self.break_long(limit)?;
        let mut long = broken.iter();
        for word in self.words.iter().flat_map(|word| match word.width - word.blank > limit {
            true => long.next().map_or(std::slice::from_ref(word), Vec::as_slice),
            false => std::slice::from_ref(word),
        }) {
            if !line.is_empty() && used + word.width - word.blank > limit {
                lines.push(join(&line, used - blank));
                line.clear();
                used = 0.0;
            }
            line.extend(&word.pieces);
            used += word.width;
            blank = word.blank;
        }
        if !line.is_empty() {
            lines.push(join(&line, used - blank));
        }
        Ok(lines)
    }

    /// Lines of about equal length, as many as [`Text::lines`] would give.
    pub fn balanced(&self, size: f32, width: f32) -> Result<Vec<Line>> {
        let mut best = self.lines(size, width)?;
        let (count, mut low, mut high) = (best.len(), width / best.len().max(1) as f32, width);
        while count > 1 && high - low > 2.0 {
            let middle = f32::midpoint(low, high);
            let lines = self.lines(size, middle)?;
            if lines.len() == count {
                (best, high) = (lines, middle);
            } else {
                low = middle;
            }
        }
        Ok(best)
    }

    /// The words wider than the line, each as parts that fit.
    fn break_long(&self, limit: f32) -> Result<Vec<Vec<Word>>> {
        let mut broken = Vec::new();
        for word in self.words.iter().filter(|word| word.width - word.blank > limit) {
            let mut parts = Vec::new();
            let mut from = word.clusters.start;
            while from < word.clusters.end {
                let (mut to, mut above) = (from + 1, word.clusters.end + 1);
                while above - to > 1 {
                    let middle = usize::midpoint(to, above);
                    let part = self.word(from..middle)?;
                    if part.width - part.blank > limit {
                        above = middle
                    } else {
                        to = middle
                    }
                }
                parts.push(self.word(from..to)?);
                from = to;
            }
            broken.push(parts);
        }
        Ok(broken)
    }

    /// Adds a span: composed, cleaned, each cluster with the face that draws it.
    fn take(&mut self, span: &Span<'_>) -> Result<()> {
        let clean: String = span.text.nfc().filter_map(clean).collect();
        for cluster in clean.graphemes(true) {
            let face = faces::face_for(cluster, span.style)?;
            // A mark or joiner no face has is dropped from its letter before the letter is given up.
            let lead = cluster.get(..cluster.chars().next().map_or(0, char::len_utf8)).unwrap_or("");
            let (cluster, face) = match face {
                Some(face) => (cluster, face),
                None => {
                    self.missing += 1;
                    match faces::face_for(lead, span.style)? {
                        Some(face) => (lead, face),
                        None => ("?", span.style as usize),
                    }
                }
            };
            let start = self.letters.len();
            self.letters.push_str(cluster);
            self.clusters.push(Cluster {
                range: start..self.letters.len(),
                face,
                colour: span.colour,
                level: Level::ltr(),
                breaks: false,
                blank: cluster == " ",
            });
        }
        Ok(())
    }

    fn mark_breaks(&mut self) {
        for at in 1..self.clusters.len() {
            let (this, next) = (&self.clusters[at - 1], &self.clusters[at]);
            let (ends, begins) = (&self.letters[this.range.clone()], &self.letters[next.range.clone()]);
            let hyphenates = || {
                matches!(ends, "-" | "/" | "\u{2013}" | "\u{2014}")
                    && begins.chars().all(char::is_alphanumeric)
                    && at > 1
                    && self.letters[self.clusters[at - 2].range.clone()].chars().all(char::is_alphanumeric)
            };
            let between_ideographs = || {
                (faces::is_ideographic(this.face) || faces::is_ideographic(next.face))
                    && !"（「『【〈《".contains(ends)
                    && !"、。，．）」』】〉》：；！？ー".contains(begins)
            };
            let breaks = !next.blank && (this.blank || hyphenates() || between_ideographs());
            self.clusters[at - 1].breaks = breaks;
        }
    }

    fn word(&self, clusters: Range<usize>) -> Result<Word> {
        let mut pieces: Vec<Piece> = Vec::new();
        let (mut width, mut blank) = (0.0, 0.0);
        let same = |a: &Cluster, b: &Cluster| (a.face, a.colour, a.level, a.blank) == (b.face, b.colour, b.level, b.blank);
        for run in self.clusters[clusters.clone()].chunk_by(same) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else {
                continue;
            };
            let letters = &self.letters[first.range.start..last.range.end];
            let (glyphs, length) = faces::shape(letters, first.face, first.level.is_rtl())?;
            width += length;
            blank = if first.blank { length } else { 0.0 };
            pieces.push(Piece {
                level: first.level,
                colour: first.colour,
                glyphs,
                width: length,
            });
        }
        Ok(Word {
            clusters,
            pieces,
            width,
            blank,
        })
    }
}

/// Puts the pieces of a line into the order the eye meets them.
fn join(pieces: &[&Piece], width: f32) -> Line {
    let levels: Vec<Level> = pieces.iter().map(|piece| piece.level).collect();
    let mut line = Line { glyphs: Vec::new(), width };
    let mut pen = 0.0;
    for at in BidiInfo::reorder_visual(&levels) {
        let piece = pieces[at];
        line.glyphs.extend(piece.glyphs.iter().cloned().map(|mut glyph| {
            glyph.x += pen;
            (glyph, piece.colour)
        }));
        pen += piece.width;
    }
    line
}

/// What a letter is drawn as: spaces of every kind as a space, controls and direction marks not at all.
fn clean(letter: char) -> Option<char> {
    match letter {
        '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => Some('\u{a0}'),
        '\u{2010}' | '\u{2011}' => Some('-'),
        // Joiners shape their neighbours; the rest that is not seen is not drawn.
        '\u{200c}' | '\u{200d}' => Some(letter),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        _ if letter.is_control() || faces::is_invisible(letter) => None,
        _ => Some(letter),
    }
}
