//! The mark of the certificate: time, drawn.

use crate::platform::pdf::{Colour, Page};

/// The mark: a stroke for every quarter of an hour offered, those attended first and dark, those missed short and light.
/// Above sixty strokes each stands for more.
pub(super) fn fan(page: &mut Page, minutes: u32, of_minutes: u32, (x, y): (f32, f32), radius: f32, accent: Colour) {
    let quarters = of_minutes.div_ceil(15).max(1);
    let each = 15 * quarters.div_ceil(60);
    let (strokes, dark) = (of_minutes.div_ceil(each).max(1), minutes / each);
    let width = (radius * 1.05 / strokes as f32).min(radius * 0.13);
    for stroke in 0..strokes {
        let (sin, cos) = (std::f32::consts::PI * (stroke as f32 + 0.5) / strokes as f32).sin_cos();
        let (inner, colour) = if stroke < dark { (0.54, accent) } else { (0.79, missed(accent)) };
        let at = |part: f32| (x - cos * radius * part, y - sin * radius * part);
        page.stroke(at(inner), at(1.0), width, colour);
    }
}

/// The accent, three fifths of the way to the paper.
fn missed(Colour(red, green, blue): Colour) -> Colour {
    let lighter = |part: u8| part + u8::try_from(u16::from(255 - part) * 3 / 5).unwrap_or(0);
    Colour(lighter(red), lighter(green), lighter(blue))
}
