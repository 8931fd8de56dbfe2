//! Pictures people hand in, made safe to show: read by a decoder that allows no bombs, turned the way the camera was
//! held, cropped square, and written anew, so that nothing else that was in the file (where and when it was taken, by
//! what) goes any further.

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage, codecs::jpeg::JpegEncoder, imageops::FilterType,
    metadata::Orientation,
};
use std::io::{Cursor, Write as _};

/// The most bytes a picture may have when it is handed in.
pub const MOST_BYTES: usize = 8 * 1024 * 1024;
/// The side of the square that is shown, in pixels.
pub const SIDE: u32 = 400;
/// The shortest side a picture may have: below this a face is a smudge.
const LEAST_SIDE: u32 = 120;
/// The same for a mark or a signature.
const LEAST_DRAWING: u32 = 40;
/// Twice what a large camera takes. Decoded they fill a quarter of a gigabyte, which is the most one may.
const MOST_PIXELS: u64 = 60_000_000;
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
const QUALITY: u8 = 82;

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    Missing,
    TooLarge,
    NotAPicture,
    TooManyPixels,
    /// The shortest side it may have, in pixels.
    TooSmall(u32),
}

impl Refusal {
    /// The same in words, of a photo or whatever else the picture is.
    #[must_use]
    pub fn words(self, what: &str) -> String {
        match self {
            Self::Missing => format!("Choose a {what}"),
            Self::TooLarge => format!("The {what} is larger than 8 MB. Choose a smaller one"),
            Self::NotAPicture => format!("That is not a {what} this can read. Choose a JPEG, PNG or WebP file"),
            Self::TooManyPixels => format!("The {what} has too many pixels. Choose one below 60 million"),
            Self::TooSmall(least) => format!("The {what} is too small. Choose one at least {least} pixels wide and high"),
        }
    }
}

/// The square JPEG to show, from whatever was handed in. Takes as long as the picture is large: run it beside the
/// others, not among them.
pub fn square(bytes: &[u8]) -> Result<Vec<u8>, Refusal> {
    let picture = open(bytes, LEAST_SIDE)?;
    let (width, height) = (picture.width(), picture.height());
    let side = width.min(height);
    // Faces are in the upper part of a tall picture, and in the middle of a wide one.
    let picture = picture.crop_imm((width - side) / 2, (height - side) / 4, side, side);
    let shown = side.min(SIDE);
    written(&on_white(&picture.resize_exact(shown, shown, FilterType::CatmullRom)), QUALITY)
}

/// How large a picture may be at the most, and how many bytes it may take.
#[derive(Clone, Copy, Debug)]
pub struct Within {
    pub width: u32,
    pub height: u32,
    pub bytes: usize,
}

/// The same for a drawing, such as a mark or a signature: whole, without the white around it, with its width and height.
/// What has few colours stays as sharp as it is, as a PNG; anything else is a JPEG. A small one is not blown up.
pub fn within(bytes: &[u8], most: Within) -> Result<(Vec<u8>, u32, u32), Refusal> {
    let picture = DynamicImage::from(on_white(&open(bytes, LEAST_DRAWING)?));
    let picture = without_margins(&picture);
    let mut shown = if picture.width() > most.width || picture.height() > most.height {
        picture.resize(most.width, most.height, FilterType::Lanczos3)
    } else {
        picture
    };
    loop {
        let pixels = shown.to_rgb8();
        let (width, height) = (pixels.width(), pixels.height());
        if packed_length(&pixels) <= most.bytes {
            let mut png = Cursor::new(Vec::new());
            shown.write_to(&mut png, ImageFormat::Png).map_err(|_| Refusal::NotAPicture)?;
            return Ok((png.into_inner(), width, height));
        }
        for quality in [90, 80, 70, 60] {
            let jpeg = written(&pixels, quality)?;
            if jpeg.len() <= most.bytes {
                return Ok((jpeg, width, height));
            }
        }
        // What is as busy as that is no drawing; smaller it fits.
        shown = shown.resize(width * 3 / 4, height * 3 / 4, FilterType::Lanczos3);
    }
}

/// How long the pixels are in a document, which packs them as they are.
fn packed_length(pixels: &RgbImage) -> usize {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    let packed = packer.write_all(pixels.as_raw()).and_then(|()| packer.finish());
    packed.map_or(usize::MAX, |packed| packed.len())
}

/// The part of a picture on white that is not white.
fn without_margins(picture: &DynamicImage) -> DynamicImage {
    /// Scans have paper that is nearly white.
    const NEARLY: u8 = 240;
    let pixels = picture.to_rgb8();
    let (mut left, mut top, mut right, mut bottom) = (u32::MAX, u32::MAX, 0, 0);
    for (x, y, Rgb(colour)) in pixels.enumerate_pixels() {
        if colour.iter().any(|part| *part < NEARLY) {
            (left, top) = (left.min(x), top.min(y));
            (right, bottom) = (right.max(x), bottom.max(y));
        }
    }
    if left > right {
        return picture.clone();
    }
    let part = picture.crop_imm(left, top, right - left + 1, bottom - top + 1).to_rgb8();
    // What is nearly white is paper, and becomes white.
    let whiter = |part: u8| u8::try_from(u16::from(part) * 255 / u16::from(NEARLY)).unwrap_or(255);
    let white = RgbImage::from_fn(part.width(), part.height(), |x, y| Rgb(part.get_pixel(x, y).0.map(whiter)));
    DynamicImage::from(white)
}

fn written(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, Refusal> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, quality)
        .encode_image(picture)
        .map_err(|_| Refusal::NotAPicture)?;
    Ok(out)
}

/// Whatever was handed in, decoded and turned the way the camera was held.
fn open(bytes: &[u8], least: u32) -> Result<DynamicImage, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Missing);
    }
    if bytes.len() > MOST_BYTES {
        return Err(Refusal::TooLarge);
    }
    let unreadable = |_| Refusal::NotAPicture;
    let mut reader = ImageReader::new(Cursor::new(bytes));
    let format = image::guess_format(bytes).map_err(unreadable)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP) {
        return Err(Refusal::NotAPicture);
    }
    reader.set_format(format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    // Looked at before a single pixel is unpacked.
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Refusal::TooManyPixels);
    }
    if width.min(height) < least {
        return Err(Refusal::TooSmall(least));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// What is see-through becomes white, as paper is.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let from = picture.to_rgba8();
    RgbImage::from_fn(from.width(), from.height(), |x, y| {
        let [red, green, blue, alpha] = from.get_pixel(x, y).0;
        let over = |colour: u8| {
            let (colour, alpha) = (u16::from(colour), u16::from(alpha));
            u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(255)
        };
        Rgb([over(red), over(green), over(blue)])
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use image::{Rgba, RgbaImage};

    fn encoded(picture: &RgbaImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        let picture = DynamicImage::from(picture.clone());
        match format {
            ImageFormat::Jpeg => picture.to_rgb8().write_to(&mut out, format).unwrap(),
            _ => picture.write_to(&mut out, format).unwrap(),
        }
        out.into_inner()
    }

    fn colour(picture: &RgbImage, x: u32, y: u32) -> &'static str {
        match picture.get_pixel(x, y).0 {
            [red, green, blue] if red > 200 && green > 200 && blue > 200 => "white",
            [red, green, _] if red > 150 && green < 100 => "red",
            [_, _, blue] if blue > 150 => "blue",
            _ => "other",
        }
    }

    /// Red above, blue below.
    fn flag(width: u32, height: u32) -> RgbaImage {
        RgbaImage::from_fn(width, height, |_, y| {
            if y < height / 2 {
                Rgba([230, 20, 20, 255])
            } else {
                Rgba([20, 20, 230, 255])
            }
        })
    }

    #[test]
    fn every_kind_becomes_a_square_jpeg_of_four_hundred_pixels() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let out = square(&encoded(&flag(900, 600), format)).unwrap();
            assert_eq!(image::guess_format(&out).unwrap(), ImageFormat::Jpeg);
            let shown = image::load_from_memory(&out).unwrap().to_rgb8();
            assert_eq!((shown.width(), shown.height()), (SIDE, SIDE));
            assert_eq!((colour(&shown, 200, 20), colour(&shown, 200, 380)), ("red", "blue"));
            assert!(out.len() < 60_000, "{} bytes", out.len());
        }
        // A small one is not blown up.
        let out = square(&encoded(&flag(150, 200), ImageFormat::Png)).unwrap();
        assert_eq!(image::load_from_memory(&out).unwrap().width(), 150);
    }

    #[test]
    fn a_drawing_loses_the_white_around_it_and_nothing_else() {
        let mut scan = RgbaImage::from_pixel(1_000, 600, Rgba([250, 249, 246, 255]));
        for (x, y) in (100..900).flat_map(|x| (250..350).map(move |y| (x, y))) {
            scan.put_pixel(x, y, Rgba([20, 20, 90, 255]));
        }
        let most = Within {
            width: 400,
            height: 100,
            bytes: 9_000,
        };
        let (png, width, height) = within(&encoded(&scan, ImageFormat::Png), most).unwrap();
        assert_eq!((width, height), (400, 50));
        assert_eq!(image::guess_format(&png).unwrap(), ImageFormat::Png, "a line is not blurred");
        let shown = image::load_from_memory(&png).unwrap().to_rgb8();
        assert_eq!((shown.width(), shown.height()), (400, 50));
        // Noise takes many bytes: it is made smaller until it fits.
        let noise = RgbaImage::from_fn(800, 200, |x, y| {
            let part = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).to_le_bytes();
            Rgba([part[1], part[2], part[3], 255])
        });
        let (jpeg, ..) = within(&encoded(&noise, ImageFormat::Png), most).unwrap();
        assert!(jpeg.len() <= 9_000, "{} bytes", jpeg.len());
        assert_eq!(image::guess_format(&jpeg).unwrap(), ImageFormat::Jpeg);
        assert_eq!(within(b"", most), Err(Refusal::Missing));
        assert_eq!(within(&encoded(&flag(30, 300), ImageFormat::Png), most), Err(Refusal::TooSmall(40)));
        // An empty sheet has nothing to cut to.
        let empty = RgbaImage::from_pixel(100, 100, Rgba([255, 255, 255, 255]));
        assert_eq!(within(&encoded(&empty, ImageFormat::Png), most).unwrap().1, 100);
    }

    #[test]
    fn what_is_see_through_is_white() {
        let clear = RgbaImage::from_pixel(200, 200, Rgba([0, 0, 0, 0]));
        let shown = image::load_from_memory(&square(&encoded(&clear, ImageFormat::Png)).unwrap())
            .unwrap()
            .to_rgb8();
        assert_eq!(colour(&shown, 100, 100), "white");
    }

    /// A JPEG with a note of where it was taken, turned a quarter by the camera.
    fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let mut tiff = b"MM\0*\0\0\0\x08\0\x02".to_vec();
        tiff.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
        tiff.extend_from_slice(&[0x01, 0x0E, 0, 2, 0, 0, 0, 20, 0, 0, 0, 38, 0, 0, 0, 0]);
        tiff.extend_from_slice(b"at 51.7520N 1.2577W\0");
        let mut exif = b"Exif\0\0".to_vec();
        exif.extend_from_slice(&tiff);
        let length = u16::try_from(exif.len() + 2).unwrap();
        let mut out = jpeg[..2].to_vec();
        out.extend_from_slice(&[0xFF, 0xE1]);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&exif);
        out.extend_from_slice(&jpeg[2..]);
        out
    }

    #[test]
    fn where_it_was_taken_is_gone_and_it_stands_as_the_camera_was_held() {
        let taken = with_exif(&encoded(&flag(400, 400), ImageFormat::Jpeg), 3);
        assert!(taken.windows(8).any(|piece| piece == b"51.7520N"));
        let out = square(&taken).unwrap();
        for trace in [&b"Exif"[..], b"51.7520N"] {
            assert!(!out.windows(trace.len()).any(|piece| piece == trace));
        }
        let shown = image::load_from_memory(&out).unwrap().to_rgb8();
        assert_eq!(
            (colour(&shown, 200, 20), colour(&shown, 200, 380)),
            ("blue", "red"),
            "turned by half"
        );
    }

    #[test]
    fn what_is_no_picture_too_small_or_a_bomb_is_refused() {
        for bytes in [
            &b"<svg onload=alert(1)>"[..],
            b"GIF89a\x01\0\x01\0\0\0\0;",
            b"\xFF\xD8\xFF\xE0 and no more",
            b"%PDF-1.7",
        ] {
            assert_eq!(square(bytes), Err(Refusal::NotAPicture));
        }
        assert_eq!(square(b""), Err(Refusal::Missing));
        assert_eq!(square(&vec![0; MOST_BYTES + 1]), Err(Refusal::TooLarge));
        assert_eq!(square(&encoded(&flag(100, 900), ImageFormat::Png)), Err(Refusal::TooSmall(120)));
        // A PNG that says it is enormous, in a few bytes.
        let mut bomb = encoded(&flag(200, 200), ImageFormat::Png);
        for (place, side) in [(16, 30_000_u32), (20, 30_000)] {
            bomb[place..place + 4].copy_from_slice(&side.to_be_bytes());
        }
        let mut sum = flate2::Crc::new();
        sum.update(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.sum().to_be_bytes());
        assert_eq!(square(&bomb), Err(Refusal::TooManyPixels));
    }
}
