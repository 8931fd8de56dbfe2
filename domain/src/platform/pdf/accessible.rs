//! From pages and their structure to a document that can be heard and kept: every piece of it tagged or named an
//! ornament, as PDF/UA-1 (ISO 14289-1) and PDF/A-3a (ISO 19005-3) ask. `krilla` refuses to write one that breaks those
//! of their rules a program can check; that what is said is true is for whoever lays it out.

use std::num::{NonZeroU16, NonZeroU32};

use chrono::{DateTime, Datelike, Timelike, Utc};
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::metadata::{DateTime as Date, Metadata, PageLayout};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, BBox, ContentTag, Identifier, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};
use krilla::text::{GlyphId, KrillaGlyph};
use krilla::{Document, SerializeSettings};
use lopdf::SaveOptions;

use super::faces;
use super::page::{Item, Page};
use super::structure::{Kind, PartId, Structure, Whose};
use super::text::Line;
use super::{A4, Attachment, Colour, Error, Meta, Result};

/// How many objects are packed together. Readers unpack all of them to see one.
const MOST_TOGETHER: usize = 1_000;

/// What was drawn of a part: its pieces, and the room the first of them takes.
#[derive(Default)]
struct Drawn {
    pieces: Vec<Identifier>,
    room: Option<(usize, Room)>,
}

#[derive(Clone, Copy)]
struct Room {
    left: f32,
    top: f32,
    right: f32,
    bottom: f32,
}

impl Room {
    fn of(item: &Item) -> Self {
        match item {
            Item::Stroke { points, width, .. } => Self::round(points.iter().copied(), width / 2.0),
            Item::Fill { rings, .. } => Self::round(rings.iter().flatten().copied(), 0.0),
            Item::Words { line, x, y, size } => Self {
                left: *x,
                top: y - size,
                right: x + line.width(*size),
                bottom: y + size * 0.3,
            },
            Item::Link { x, y, width, height, .. } | Item::Picture { x, y, width, height, .. } => Self {
                left: *x,
                top: *y,
                right: x + width,
                bottom: y + height,
            },
        }
    }

    fn round(points: impl Iterator<Item = (f32, f32)>, around: f32) -> Self {
        let none = Self {
            left: f32::MAX,
            top: f32::MAX,
            right: f32::MIN,
            bottom: f32::MIN,
        };
        points.fold(none, |room, (x, y)| {
            room.with(Self {
                left: x - around,
                top: y - around,
                right: x + around,
                bottom: y + around,
            })
        })
    }

    fn with(self, other: Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    fn rect(self) -> Option<Rect> {
        Rect::from_ltrb(self.left, self.top, self.right, self.bottom)
    }
}

/// Writes a tagged document. The same pages, structure, facts and files give the same bytes.
///
/// # Errors
/// Where a rule of PDF/A-3a or PDF/UA-1 would be broken, or a face or picture cannot be used.
pub fn accessible(pages: &[Page], structure: &Structure, meta: &Meta<'_>, files: &[Attachment<'_>]) -> Result<Vec<u8>> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(wrong)?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let mut drawn: Vec<Drawn> = structure.parts.iter().map(|_| Drawn::default()).collect();
    for (number, page) in pages.iter().enumerate() {
        let size = PageSettings::from_wh(A4.0, A4.1).ok_or_else(|| Error::Write("a page without size".to_owned()))?;
        let mut sheet = document.start_page_with(size);
        let mut surface = sheet.surface();
        draw(page, number, &mut surface, &mut drawn)?;
        surface.finish();
        for (item, whose) in &page.items {
            if let (Item::Link { to, .. }, Whose::Part(PartId(part))) = (item, whose) {
                let Some(rect) = Room::of(item).rect() else { continue };
                let told = match &structure.parts[*part].kind {
                    Kind::Link(told) => told.clone(),
                    _ => to.clone(),
                };
                let link = LinkAnnotation::new(rect, Target::Action(Action::Link(LinkAction::new(to.clone()))));
                let piece = sheet.add_tagged_annotation(Annotation::new_link(link, Some(told)));
                drawn[*part].pieces.push(piece);
            }
        }
        sheet.finish();
    }
    document.set_outline(outline(structure, &drawn));
    document.set_tag_tree(tree(structure, &drawn).with_lang(Some(meta.lang.to_owned())));
    document.set_metadata(facts(meta));
    for file in files {
        embed(&mut document, meta, file)?;
    }
    let bytes = document.finish().map_err(wrong)?;
    packed(&bytes)
}

/// The same document with its many small objects packed together: its parts would take as much room as all else.
fn packed(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut document = lopdf::Document::load_mem(bytes).map_err(wrong)?;
    let options = SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .max_objects_per_stream(MOST_TOGETHER)
        .compression_level(6)
        .build();
    let mut packed = Vec::with_capacity(bytes.len());
    document.save_with_options(&mut packed, options).map_err(wrong)?;
    Ok(packed)
}

fn wrong(cause: impl std::fmt::Debug) -> Error {
    Error::Write(format!("{cause:?}"))
}

/// Draws a page, each stretch of things of one part marked as its.
fn draw(page: &Page, number: usize, surface: &mut Surface<'_>, drawn: &mut [Drawn]) -> Result<()> {
    // Lines of words are marked one by one, so that one ends where the next begins.
    let together = |(a, whose): &(Item, Whose), (b, next): &(Item, Whose)| {
        whose == next && !matches!((a, b), (Item::Words { .. }, _) | (_, Item::Words { .. }))
    };
    for stretch in page.items.chunk_by(together) {
        let is_seen = stretch.iter().any(|(item, _)| match item {
            Item::Link { .. } => false,
            Item::Words { line, .. } => !line.glyphs.is_empty(),
            _ => true,
        });
        if !is_seen {
            continue;
        }
        let whose = stretch[0].1;
        let artifact = |kind| ContentTag::Artifact(Artifact::with_kind(kind));
        let piece = surface.start_tagged(match whose {
            Whose::Ornament => artifact(ArtifactType::Layout),
            Whose::Margin => artifact(ArtifactType::PaginationOther),
            Whose::Part(_) => ContentTag::Other,
        });
        let done = stretch.iter().try_for_each(|(item, _)| put(item, surface));
        // First, since a surface may not be left with a tag open.
        surface.end_tagged();
        done?;
        if let Whose::Part(PartId(part)) = whose {
            let part = &mut drawn[part];
            part.pieces.push(piece);
            let room = stretch.iter().map(|(item, _)| Room::of(item)).reduce(Room::with);
            part.room = match (part.room, room) {
                (Some((page, known)), Some(room)) if page == number => Some((page, known.with(room))),
                (None, Some(room)) => Some((number, room)),
                (known, _) => known,
            };
        }
    }
    Ok(())
}

fn put(item: &Item, surface: &mut Surface<'_>) -> Result<()> {
    match item {
        Item::Stroke {
            points,
            closed,
            width,
            colour,
        } => {
            let mut path = PathBuilder::new();
            corners(&mut path, points, *closed);
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                paint: paint(*colour).into(),
                width: *width,
                ..Stroke::default()
            }));
            path.finish().iter().for_each(|path| surface.draw_path(path));
        }
        Item::Fill { rings, colour } => {
            let mut path = PathBuilder::new();
            rings.iter().for_each(|ring| corners(&mut path, ring, true));
            filled(surface, *colour);
            path.finish().iter().for_each(|path| surface.draw_path(path));
        }
        Item::Words { line, x, y, size } => words(surface, line, (*x, *y), *size)?,
        Item::Link { .. } => {}
        Item::Picture {
            picture,
            x,
            y,
            width,
            height,
        } => {
            let bytes = picture.to_vec().into();
            let image = if picture.starts_with(b"\x89PNG") {
                Image::from_png(bytes, false)
            } else {
                Image::from_jpeg(bytes, false)
            };
            let image = image.map_err(Error::Write)?;
            let size = Size::from_wh(*width, *height).ok_or_else(|| Error::Write("a picture without size".to_owned()))?;
            surface.push_transform(&Transform::from_translate(*x, *y));
            surface.draw_image(image, size);
            surface.pop();
        }
    }
    Ok(())
}

/// Corners to a hundredth of a point.
fn corners(path: &mut PathBuilder, points: &[(f32, f32)], closed: bool) {
    let round = |value: f32| (value * 100.0).round() / 100.0;
    for (at, (x, y)) in points.iter().enumerate() {
        if at == 0 {
            path.move_to(round(*x), round(*y));
        } else {
            path.line_to(round(*x), round(*y));
        }
    }
    if closed {
        path.close();
    }
}

fn paint(Colour(red, green, blue): Colour) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}

fn filled(surface: &mut Surface<'_>, colour: Colour) {
    surface.set_stroke(None);
    surface.set_fill(Some(Fill {
        paint: paint(colour).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }));
}

/// What a glyph is read as whose letters a neighbour carries, since every glyph has to be read as something: a space without
/// width. What the whole paragraph says stands in the structure.
const UNSEEN: &str = "\u{200b}";

/// Shows a line, each stretch of one face and colour by itself.
fn words(surface: &mut Surface<'_>, line: &Line, (x, y): (f32, f32), size: f32) -> Result<()> {
    for run in line.glyphs.chunk_by(|(a, colour), (b, next)| a.face == b.face && colour == next) {
        let (first, colour) = &run[0];
        let mut text = String::new();
        let placed: Vec<KrillaGlyph> = run
            .iter()
            .enumerate()
            .map(|(at, (glyph, _))| {
                let from = text.len();
                text.push_str(if glyph.letters.is_empty() { UNSEEN } else { &glyph.letters });
                // In whole thousandths from the start of the run, so that rounding never adds up.
                let x_advance = run.get(at + 1).map_or(glyph.advance, |(next, _)| next.x.round() - glyph.x.round());
                KrillaGlyph {
                    glyph_id: GlyphId::new(u32::from(glyph.id)),
                    text_range: from..text.len(),
                    x_advance: x_advance / 1000.0,
                    x_offset: 0.0,
                    y_offset: glyph.y / 1000.0,
                    y_advance: 0.0,
                    location: None,
                }
            })
            .collect();
        filled(surface, *colour);
        let at = Point::from_xy(x + first.x.round() * size / 1000.0, y);
        surface.draw_glyphs(at, &placed, faces::whole(first.face)?, &text, size, false);
    }
    Ok(())
}

/// The list of headings.
fn outline(structure: &Structure, drawn: &[Drawn]) -> Outline {
    let mut outline = Outline::new();
    for (part, drawn) in structure.parts.iter().zip(drawn) {
        if let (Kind::Heading { words, .. }, Some((page, room))) = (&part.kind, drawn.room) {
            let at = XyzDestination::new(page, Point::from_xy(room.left, room.top));
            outline.push_child(OutlineNode::new(plain(words), at));
        }
    }
    outline
}

fn tree(structure: &Structure, drawn: &[Drawn]) -> TagTree {
    let mut within: Vec<Vec<usize>> = structure.parts.iter().map(|_| Vec::new()).collect();
    let mut tree = TagTree::new();
    let mut tops = Vec::new();
    for (at, part) in structure.parts.iter().enumerate() {
        match part.within {
            Some(outer) => within[outer].push(at),
            None => tops.push(at),
        }
    }
    for at in tops {
        if let Some(group) = group(structure, drawn, &within, at) {
            tree.push(group);
        }
    }
    tree
}

/// A part with all that is in it; nothing, if nothing was drawn of it.
fn group(structure: &Structure, drawn: &[Drawn], within: &[Vec<usize>], at: usize) -> Option<TagGroup> {
    let inner = within[at]
        .iter()
        .filter_map(|inner| group(structure, drawn, within, *inner))
        .map(Node::from);
    let children: Vec<Node> = drawn[at].pieces.iter().copied().map(Node::from).chain(inner).collect();
    let is_cell = matches!(structure.parts[at].kind, Kind::Cell | Kind::ColumnHeading | Kind::RowHeading(_));
    if children.is_empty() && !is_cell {
        return None;
    }
    let mut tag = tag(&structure.parts[at].kind, drawn[at].room);
    tag.set_actual_text(structure.parts[at].said.clone());
    Some(TagGroup::with_children(tag, children))
}

fn tag(kind: &Kind, room: Option<(usize, Room)>) -> TagKind {
    let bounds = room.and_then(|(page, room)| Some(BBox::new(page, room.rect()?)));
    match kind {
        Kind::Heading { level, words } => Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(plain(words))).into(),
        Kind::Paragraph => Tag::P.into(),
        Kind::Figure(told) => Tag::Figure(Some(plain(told))).with_bbox(bounds).into(),
        Kind::Link(_) => Tag::Link.into(),
        Kind::Table(told) => Tag::Table.with_summary(Some(plain(told))).into(),
        Kind::Head => Tag::THead.into(),
        Kind::Body => Tag::TBody.into(),
        Kind::Foot => Tag::TFoot.into(),
        Kind::Row => Tag::TR.into(),
        Kind::ColumnHeading => Tag::TH(TableHeaderScope::Column).into(),
        Kind::RowHeading(columns) => Tag::TH(TableHeaderScope::Row)
            .with_col_span(NonZeroU32::new(*columns).filter(|columns| columns.get() > 1))
            .into(),
        Kind::Cell => Tag::TD.into(),
    }
}

fn facts(meta: &Meta<'_>) -> Metadata {
    let facts = Metadata::new()
        .title(plain(meta.title))
        .language(meta.lang.to_owned())
        .creator("Plenary".to_owned())
        .creation_date(date(meta.at))
        .document_id(format!("{} {}", meta.title, meta.at.timestamp_millis()))
        .page_layout(PageLayout::SinglePage);
    match plain(meta.author) {
        author if author.is_empty() => facts,
        author => facts.authors(vec![author]),
    }
}

fn date(at: DateTime<Utc>) -> Date {
    let small = |value: u32| u8::try_from(value).unwrap_or(0);
    Date::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(0)
        .utc_offset_minute(0)
}

/// Words without controls, which no XML may hold.
fn plain(words: &str) -> String {
    words.chars().filter(|letter| !letter.is_control()).collect()
}

/// A file kept as it is: not compressed, so that even a reader of plain bytes finds it.
fn embed(document: &mut Document, meta: &Meta<'_>, file: &Attachment<'_>) -> Result<()> {
    let embedded = EmbeddedFile {
        path: file.name.to_owned(),
        mime_type: MimeType::new(file.media_type),
        description: Some(file.about.to_owned()),
        association_kind: AssociationKind::Data,
        data: file.bytes.to_vec().into(),
        modification_date: Some(date(meta.at)),
        compress: Some(false),
        location: None,
    };
    document
        .embed_file(embedded)
        .ok_or_else(|| Error::Write(format!("two files are called {}", file.name)))
}
