//! Reads QR codes in a camera's pictures, for browsers that cannot: a module of its own, loaded only once somebody starts
//! the camera.

use rqrr::PreparedImage;
use wasm_bindgen::prelude::wasm_bindgen;

/// What the codes in a picture say. `pixels` are red, green, blue and alpha in turn, row by row; where there are fewer than
/// `width` times `height` of them, nothing is read. Codes that are damaged beyond repair are left out.
#[wasm_bindgen]
#[must_use]
pub fn read(pixels: &[u8], width: usize, height: usize) -> Vec<String> {
    if width == 0 || height == 0 || pixels.len() / 4 < width.saturating_mul(height) {
        return Vec::new();
    }
    let mut picture = PreparedImage::prepare_from_greyscale(width, height, |x, y| {
        let at = (y * width + x) * 4;
        let [red, green, blue] = [pixels[at], pixels[at + 1], pixels[at + 2]].map(u32::from);
        // As bright as people see it (ITU-R BT.601), in 256ths; never above 255.
        u8::try_from((77 * red + 150 * green + 29 * blue) >> 8).unwrap_or(u8::MAX)
    });
    let codes = picture.detect_grids();
    codes.iter().filter_map(|code| code.decode().ok()).map(|(_, text)| text).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use qrcode::QrCode;

    const MODULE: usize = 4;
    const BORDER: usize = 20;

    /// A code drawn on a light ground, with its sides.
    fn drawn(text: &str) -> (Vec<u8>, usize) {
        let code = QrCode::new(text).unwrap();
        let (modules, colours) = (code.width(), code.to_colors());
        let side = modules * MODULE + 2 * BORDER;
        let mut pixels = vec![230; side * side * 4];
        for (i, _) in colours.iter().enumerate().filter(|(_, colour)| **colour == qrcode::Color::Dark) {
            for (dx, dy) in (0..MODULE * MODULE).map(|n| (n % MODULE, n / MODULE)) {
                let (x, y) = (BORDER + i % modules * MODULE + dx, BORDER + i / modules * MODULE + dy);
                pixels[(y * side + x) * 4..][..3].fill(40);
            }
        }
        (pixels, side)
    }

    #[test]
    fn a_code_on_a_badge_is_read() {
        let address = "https://events.example.org/check-in/open-day?code=ABCDEFGH";
        let (pixels, side) = drawn(address);
        assert_eq!(read(&pixels, side, side), [address]);
    }

    #[test]
    fn a_picture_without_a_code_or_cut_short_says_nothing() {
        assert_eq!(read(&[200; 40 * 40 * 4], 40, 40), Vec::<String>::new());
        let (pixels, side) = drawn("ABCDEFGH");
        assert_eq!(read(&pixels[..pixels.len() - 4], side, side), Vec::<String>::new());
        assert_eq!(read(&[], 0, 0), Vec::<String>::new());
        assert_eq!(read(&pixels, usize::MAX, 2), Vec::<String>::new());
    }
}
