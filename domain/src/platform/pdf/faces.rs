//! The built-in faces: which of them has a letter, shaping words with them, cutting them to the glyphs used.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use allsorts::Font;
use allsorts::binary::read::ReadScope;
use allsorts::font::MatchingPresentation;
use allsorts::font_data::{DynamicFontTableProvider, FontData};
use allsorts::gpos::{Info, Placement};
use allsorts::gsub::{FeatureMask, FeatureMaskExt, RawGlyphFlag};
use allsorts::subset::{CmapTarget, SubsetProfile};
use allsorts::tag;

use super::finish::pack;
use super::{Error, Result, Style};

/// One face as it is built into the program.
struct Source {
    name: &'static str,
    bytes: &'static [u8],
    script: u32,
    /// First and last letters this face is asked for; empty where another rule picks it.
    blocks: &'static [(char, char)],
}

macro_rules! source {
    ($name:literal, $script:expr, $($from:literal ..= $to:literal),*) => {
        Source {
            name: $name,
            bytes: include_bytes!(concat!("../../../../style/fonts/print/", $name, ".ttf")),
            script: $script,
            blocks: &[$(($from, $to)),*],
        }
    };
}

/// Numbers of the faces that no block of letters picks.
const WIDER: usize = 19;
const EMOJI: usize = 20;
const IDEOGRAPHS: usize = 21;

static SOURCES: [Source; 23] = [
    source!("PlenarySerif-Regular", tag::LATN,),
    source!("PlenarySerif-Semibold", tag::LATN,),
    source!("PlenarySerif-Italic", tag::LATN,),
    source!("PlenarySerif-Display", tag::LATN,),
    source!(
        "NotoSerifHebrew",
        u32::from_be_bytes(*b"hebr"),
        '\u{590}'..='\u{5ff}',
        '\u{fb1d}'..='\u{fb4f}'
    ),
    source!(
        "NotoNaskhArabic",
        tag::ARAB,
        '\u{600}'..='\u{6ff}',
        '\u{750}'..='\u{77f}',
        '\u{8a0}'..='\u{8ff}',
        '\u{fb50}'..='\u{fdff}',
        '\u{fe70}'..='\u{fefc}'
    ),
    source!(
        "NotoSerifArmenian",
        u32::from_be_bytes(*b"armn"),
        '\u{530}'..='\u{58f}',
        '\u{fb13}'..='\u{fb17}'
    ),
    source!(
        "NotoSerifGeorgian",
        u32::from_be_bytes(*b"geor"),
        '\u{10a0}'..='\u{10ff}',
        '\u{1c90}'..='\u{1cbf}',
        '\u{2d00}'..='\u{2d2f}'
    ),
    source!("NotoSerifDevanagari", tag::DEVA, '\u{900}'..='\u{97f}', '\u{a8e0}'..='\u{a8ff}'),
    source!("NotoSerifBengali", tag::BENG, '\u{980}'..='\u{9ff}'),
    source!("NotoSerifGurmukhi", tag::GURU, '\u{a00}'..='\u{a7f}'),
    source!("NotoSerifGujarati", tag::GUJR, '\u{a80}'..='\u{aff}'),
    source!("NotoSerifTamil", tag::TAML, '\u{b80}'..='\u{bff}'),
    source!("NotoSerifTelugu", tag::TELU, '\u{c00}'..='\u{c7f}'),
    source!("NotoSerifKannada", tag::KNDA, '\u{c80}'..='\u{cff}'),
    source!("NotoSerifMalayalam", tag::MLYM, '\u{d00}'..='\u{d7f}'),
    source!("NotoSerifSinhala", tag::SINH, '\u{d80}'..='\u{dff}'),
    source!("NotoSerifThai", tag::THAI, '\u{e00}'..='\u{e7f}'),
    source!(
        "NotoSerifEthiopic",
        u32::from_be_bytes(*b"ethi"),
        '\u{1200}'..='\u{139f}',
        '\u{2d80}'..='\u{2ddf}'
    ),
    source!("NotoSerif", tag::LATN,),
    source!("NotoEmoji", tag::DFLT,),
    source!("DroidSansFallback", u32::from_be_bytes(*b"hani"),),
    source!(
        "PlenaryHangul",
        u32::from_be_bytes(*b"hang"),
        '\u{1100}'..='\u{11ff}',
        '\u{3130}'..='\u{318f}',
        '\u{ac00}'..='\u{d7a3}'
    ),
];

thread_local! {
    /// Each thread reads a face once, when a letter first needs it.
    static FACES: RefCell<[Option<Face>; SOURCES.len()]> = const { RefCell::new([const { None }; SOURCES.len()]) };
}

/// One face, read.
struct Face {
    font: Font<DynamicFontTableProvider<'static>>,
    per_em: f32,
    /// Glyphs of single letters, words shaped in either direction, and cuts: the certificates of one event share most
    /// of theirs. Each is emptied when it has grown past its bound.
    glyphs: HashMap<char, u16>,
    words: [HashMap<String, Shaped>; 2],
    cuts: HashMap<Vec<u16>, Arc<Cut>>,
    /// The whole face as `krilla` takes it, once it was asked for.
    whole: Option<krilla::text::Font>,
}

/// Glyphs from left to right, and the width of all.
pub(super) type Shaped = (Arc<[Glyph]>, f32);

const MOST_WORDS: usize = 2_000;
const MOST_CUTS: usize = 32;

/// One shaped glyph. Lengths are thousandths of the type size.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    /// Number of the face in [`SOURCES`].
    pub face: usize,
    /// Glyph number in the whole face.
    pub id: u16,
    /// Where its origin stands, from the start of its run.
    pub x: f32,
    /// How far above the baseline its origin stands.
    pub y: f32,
    /// How far the pen moves after it, as the PDF will state it.
    pub advance: f32,
    /// The letters it stands for; empty when a neighbour carries them.
    pub letters: Arc<str>,
}

/// What the PDF's font dictionary tells about a cut face.
pub(super) struct Cut {
    pub name: String,
    pub bytes: Vec<u8>,
    /// The same bytes in zlib's form.
    pub packed: Vec<u8>,
    pub per_em: u16,
    pub bounds: [i16; 4],
    pub ascent: i16,
    pub descent: i16,
    pub slope: (i16, i16),
    pub weight: u16,
    /// Advance of each glyph in the cut, by its new number.
    pub widths: BTreeMap<u16, u16>,
    /// New number of each glyph, by its number in the whole face.
    pub renumbered: BTreeMap<u16, u16>,
}

/// The face to draw a cluster of letters with: the style's own, else the first that has it. `None`: no face has.
pub(super) fn face_for(cluster: &str, style: Style) -> Result<Option<usize>> {
    // A letter of private use says nothing to whoever reads the document elsewhere, whatever a face draws for it.
    if cluster.chars().any(is_private) {
        return Ok(None);
    }
    let own = style as usize;
    let lead = cluster.chars().next().unwrap_or(' ');
    let by_block = SOURCES
        .iter()
        .position(|source| source.blocks.iter().any(|(from, to)| (*from..=*to).contains(&lead)));
    for number in [Some(own), by_block, Some(WIDER), Some(EMOJI), Some(IDEOGRAPHS)]
        .into_iter()
        .flatten()
    {
        let has_all = with(number, |face| {
            cluster
                .chars()
                .filter(|letter| !is_invisible(*letter))
                .all(|letter| face.glyph(letter) != 0)
        })?;
        if has_all {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// Whether lines may break on both sides of what this face draws.
pub(super) fn is_ideographic(face: usize) -> bool {
    face == IDEOGRAPHS
}

/// Scripts whose letters are not drawn in the order they are read.
fn reorders(script: u32) -> bool {
    matches!(
        script,
        tag::DEVA | tag::BENG | tag::GURU | tag::GUJR | tag::TAML | tag::TELU | tag::KNDA | tag::MLYM | tag::SINH | tag::THAI
    )
}

/// Letters that shape their neighbours and are not seen themselves.
pub(super) fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{feff}' | '\u{ad}' | '\u{34f}')
}

fn is_private(letter: char) -> bool {
    matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

/// Shapes letters of one face, direction and script, giving glyphs from left to right and the width of all.
pub(super) fn shape(letters: &str, number: usize, right_to_left: bool) -> Result<Shaped> {
    with(number, |face| {
        if let Some(shaped) = face.words[usize::from(right_to_left)].get(letters) {
            return shaped.clone();
        }
        let (glyphs, width) = face.shape(letters, number, right_to_left);
        let shaped: Shaped = (glyphs.into(), width);
        let known = &mut face.words[usize::from(right_to_left)];
        if known.len() >= MOST_WORDS {
            known.clear();
        }
        known.insert(letters.to_owned(), shaped.clone());
        shaped
    })
}

/// Cuts a face to the glyphs used. The same glyphs give the same bytes and name.
pub(super) fn cut(number: usize, used: &[u16]) -> Result<Arc<Cut>> {
    with(number, |face| {
        if let Some(cut) = face.cuts.get(used) {
            return Ok(cut.clone());
        }
        let cut = Arc::new(face.cut(&SOURCES[number], used)?);
        if face.cuts.len() >= MOST_CUTS {
            face.cuts.clear();
        }
        face.cuts.insert(used.to_owned(), cut.clone());
        Ok(cut)
    })?
}

/// The whole face, for documents whose writer cuts it.
pub(super) fn whole(number: usize) -> Result<krilla::text::Font> {
    with(number, |face| {
        if let Some(whole) = &face.whole {
            return Ok(whole.clone());
        }
        let source = &SOURCES[number];
        let whole = krilla::text::Font::new(source.bytes.into(), 0).ok_or_else(|| Error::Face {
            face: source.name,
            cause: "it could not be read to be embedded".to_owned(),
        })?;
        face.whole = Some(whole.clone());
        Ok(whole)
    })?
}

fn with<R>(number: usize, work: impl FnOnce(&mut Face) -> R) -> Result<R> {
    FACES.with_borrow_mut(|faces| {
        let slot = &mut faces[number];
        let face = match slot {
            Some(face) => face,
            None => slot.insert(Face::read(&SOURCES[number])?),
        };
        Ok(work(face))
    })
}

/// The script a run is shaped as. The serif covers three.
fn script(letters: &str, number: usize) -> u32 {
    if number > Style::Display as usize && number != WIDER {
        return SOURCES[number].script;
    }
    match letters.chars().find(|letter| letter.is_alphabetic()) {
        Some('\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}') => tag::GREK,
        Some('\u{400}'..='\u{52f}') => tag::CYRL,
        _ => tag::LATN,
    }
}

impl Face {
    fn read(source: &'static Source) -> Result<Self> {
        let wrong = |cause: &dyn std::fmt::Display| Error::Face {
            face: source.name,
            cause: cause.to_string(),
        };
        let data = ReadScope::new(source.bytes)
            .read::<FontData<'static>>()
            .map_err(|cause| wrong(&cause))?;
        let font = Font::new(data.table_provider(0).map_err(|cause| wrong(&cause))?).map_err(|cause| wrong(&cause))?;
        let per_em = f32::from(font.head_table.units_per_em);
        Ok(Self {
            font,
            per_em,
            glyphs: HashMap::new(),
            words: Default::default(),
            cuts: HashMap::new(),
            whole: None,
        })
    }

    fn glyph(&mut self, letter: char) -> u16 {
        if let Some(glyph) = self.glyphs.get(&letter) {
            return *glyph;
        }
        let glyph = self.font.lookup_glyph_index(letter, MatchingPresentation::NotRequired, None).0;
        if self.glyphs.len() >= MOST_WORDS {
            self.glyphs.clear();
        }
        self.glyphs.insert(letter, glyph);
        glyph
    }

    fn shape(&mut self, letters: &str, number: usize, right_to_left: bool) -> (Vec<Glyph>, f32) {
        let script = script(letters, number);
        let raw = self.font.map_glyphs(letters, script, MatchingPresentation::NotRequired);
        // A shaping error still gives glyphs, drawn as far as shaping came.
        let shaped = match self.font.shape(raw, script, None, FeatureMask::default_mask(), &[], None, true) {
            Ok(shaped) | Err((_, shaped)) => shaped,
        };
        let scale = 1000.0 / self.per_em;

        let mut pen = 0.0;
        let mut glyphs: Vec<Glyph> = Vec::with_capacity(shaped.len());
        for info in &shaped {
            let glyph = &info.glyph;
            let advance = f32::from(self.font.horizontal_advance(glyph.glyph_index).unwrap_or(0)) * scale;
            let moves = match info.placement {
                Placement::MarkAnchor(..) | Placement::MarkOverprint(_) => 0.0,
                _ => advance + f32::from(info.kerning) * scale,
            };
            let letters = match glyph.flags.contains(RawGlyphFlag::MULTI_SUBST_DUP) {
                true => "".into(),
                false => glyph
                    .unicodes
                    .iter()
                    .filter(|letter| !is_invisible(**letter))
                    .map(|letter| if *letter == '\u{a0}' { ' ' } else { *letter })
                    .collect::<String>()
                    .into(),
            };
            let x = if right_to_left { -pen - moves } else { pen };
            pen += moves;
            // The PDF states whole thousandths, so the pen a reader moves is this one.
            glyphs.push(Glyph {
                face: number,
                id: glyph.glyph_index,
                x,
                y: 0.0,
                advance: advance.trunc(),
                letters,
            });
        }
        for (i, info) in shaped.iter().enumerate() {
            let (x, y) = match info.placement {
                Placement::Distance(x, y) => (glyphs[i].x + x as f32 * scale, y as f32 * scale),
                Placement::MarkAnchor(base, on_base, on_mark) if base < glyphs.len() => (
                    glyphs[base].x + (f32::from(on_base.x) - f32::from(on_mark.x)) * scale,
                    glyphs[base].y + (f32::from(on_base.y) - f32::from(on_mark.y)) * scale,
                ),
                Placement::MarkOverprint(base) if base < glyphs.len() => (glyphs[base].x, glyphs[base].y),
                _ => continue,
            };
            (glyphs[i].x, glyphs[i].y) = (x, y);
        }
        say_what_was_meant(&mut glyphs, &shaped, letters, reorders(script));
        if right_to_left {
            for glyph in &mut glyphs {
                glyph.x += pen;
                // Readers turn a line of such letters round letter by letter, those of one glyph too.
                glyph.letters = glyph.letters.chars().rev().collect::<String>().into();
            }
            glyphs.reverse();
        }
        // What is left unmapped here is a joiner whose work is done.
        glyphs.retain(|glyph| glyph.id != 0);
        (glyphs, pen)
    }

    fn cut(&mut self, source: &Source, used: &[u16]) -> Result<Cut> {
        let ids: Vec<u16> = std::iter::once(0).chain(used.iter().copied().filter(|id| *id != 0)).collect();
        let bytes =
            allsorts::subset::subset(&self.font.font_table_provider, &ids, &SubsetProfile::Pdf, CmapTarget::Unicode).map_err(|cause| {
                Error::Face {
                    face: source.name,
                    cause: cause.to_string(),
                }
            })?;
        let renumbered: BTreeMap<u16, u16> = ids.iter().zip(0..).map(|(old, new)| (*old, new)).collect();
        let widths = ids
            .iter()
            .zip(0..)
            .map(|(old, new)| (new, self.font.horizontal_advance(*old).unwrap_or(0)))
            .collect();
        let (head, hhea) = (&self.font.head_table, &self.font.hhea_table);
        Ok(Cut {
            name: format!("{}+{}", tag_of(used), source.name),
            packed: pack(&bytes)?,
            bytes,
            per_em: head.units_per_em,
            bounds: [head.x_min, head.y_min, head.x_max, head.y_max],
            ascent: hhea.ascender,
            descent: hhea.descender,
            slope: (hhea.caret_slope_rise, hhea.caret_slope_run),
            weight: self.font.os2_table().ok().flatten().map_or(400, |os2| os2.us_weight_class),
            widths,
            renumbered,
        })
    }
}

/// Gives a letter's marks to the glyph they stand on, so that copied text keeps them together; where glyphs stand in
/// another order than letters, the first carries the whole run.
fn say_what_was_meant(glyphs: &mut [Glyph], shaped: &[Info], letters: &str, reorders: bool) {
    if reorders {
        for glyph in glyphs.iter_mut() {
            glyph.letters = "".into();
        }
        if let Some(first) = glyphs.first_mut() {
            first.letters = letters.chars().filter(|letter| !is_invisible(*letter)).collect::<String>().into();
        }
        return;
    }
    let mut stands_on: Vec<usize> = (0..glyphs.len()).collect();
    for (at, info) in shaped.iter().enumerate() {
        if let Placement::MarkAnchor(base, ..) | Placement::MarkOverprint(base) = info.placement
            && base < at
        {
            stands_on[at] = stands_on[base];
            let moved = std::mem::replace(&mut glyphs[at].letters, "".into());
            let base = &mut glyphs[stands_on[at]];
            base.letters = format!("{}{moved}", base.letters).into();
        }
    }
}

/// Six capitals naming a cut, as ISO 32000-1 9.6.4 asks: another set of glyphs, another name.
fn tag_of(used: &[u16]) -> String {
    let mut sum = used.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, id| {
        (sum ^ u64::from(*id)).wrapping_mul(0x100_0000_01b3)
    });
    (0..6)
        .map(|_| {
            let letter = (sum % 26) as u8;
            sum /= 26;
            char::from(b'A' + letter)
        })
        .collect()
}
