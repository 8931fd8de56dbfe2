//! From the bytes of a file to its text, whatever program saved it. Pure.

/// The text of a file that a spreadsheet or another program saved: UTF-8 or UTF-16 with a mark or without, else
/// Windows-1252, of which a note is left. `None` where it is none of these.
pub(super) fn decode(bytes: &[u8], notes: &mut Vec<String>) -> Option<String> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, rest) = bytes.as_chunks::<2>();
        let units = pairs.iter().map(|pair| unit(*pair));
        rest.is_empty()
            .then(|| char::decode_utf16(units).collect::<std::result::Result<String, _>>().ok())
            .flatten()
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [_, 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, ..] => utf16(bytes, u16::from_be_bytes),
        _ => Some(std::str::from_utf8(bytes).map_or_else(
            |_| {
                notes.push(
                    "The file is not saved as UTF-8. It was read as the old Western encoding; look whether names with accents are right"
                        .to_owned(),
                );
                bytes.iter().map(|byte| western(*byte)).collect()
            },
            str::to_owned,
        )),
    }
}

/// A byte of Windows-1252, which Excel writes as plain "CSV".
fn western(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
