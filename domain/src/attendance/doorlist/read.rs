//! From the bytes of a file to its lines: encoding, separator, headings.

use super::{Line, List};
use crate::{
    attendance::bytes::decode,
    error::{FieldErrors, Result},
    platform::search::fold,
};

/// The most bytes a list may have: 1 MB.
pub const FILE_LIMIT: usize = 1024 * 1024;
/// The most lines a list may have.
pub const MOST_LINES: usize = 5_000;
/// The most characters of a cell that are kept.
const LONGEST_CELL: usize = 200;

/// What a column is for, with the headings it is known by, folded as names are.
const COLUMNS: [(Column, &str, &[&str]); 9] = [
    (
        Column::Name,
        "Name",
        &[
            "name",
            "full name",
            "delegate",
            "delegate name",
            "attendee",
            "attendee name",
            "participant",
            "person",
        ],
    ),
    (Column::First, "First name", &["first name", "firstname", "forename", "given name"]),
    (Column::Last, "Last name", &["last name", "lastname", "surname", "family name"]),
    (
        Column::Email,
        "Email address",
        &["email", "e mail", "email address", "e mail address", "mail", "mailbox"],
    ),
    (
        Column::Code,
        "Place code",
        &["code", "place code", "badge", "badge code", "ticket code"],
    ),
    (
        Column::Reference,
        "Booking reference",
        &["reference", "ref", "booking reference", "booking ref", "booking"],
    ),
    (
        Column::Session,
        "Session",
        &["session", "session code", "session title", "workshop", "where"],
    ),
    (
        Column::Arrived,
        "Arrived",
        &[
            "in",
            "time in",
            "arrived",
            "arrival",
            "arrival time",
            "arrive",
            "checked in",
            "check in",
            "signed in",
            "sign in",
            "time",
            "here",
            "present",
            "attended",
        ],
    ),
    (
        Column::Left,
        "Left",
        &[
            "out",
            "time out",
            "left",
            "leave",
            "leaving",
            "departure",
            "departed",
            "checked out",
            "check out",
            "signed out",
            "sign out",
        ],
    ),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Name,
    First,
    Last,
    Email,
    Code,
    Reference,
    Session,
    Arrived,
    Left,
}

fn refused<T>(code: &str, words: impl Into<String>) -> Result<T> {
    Err(FieldErrors::one("file", code, words).into())
}

/// Reads a list: UTF-8 with or without a byte order mark, UTF-16 as Excel writes it, or the old Western encoding; cells
/// parted by commas, semicolons or tabs. The first line that is not empty holds the headings.
pub fn read(bytes: &[u8]) -> Result<List> {
    if bytes.is_empty() {
        return refused("missing", "Choose the file with the list");
    }
    if bytes.len() > FILE_LIMIT {
        return refused("too_large", "The file is larger than 1 MB. Is it the list, saved as CSV?");
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return refused(
            "not_csv",
            "This is a spreadsheet as it is. Open it, choose “Save as”, take CSV, and hand that in",
        );
    }
    let mut list = List::default();
    let Some(text) = decode(bytes, &mut list.notes) else {
        return refused(
            "encoding",
            "The file cannot be read as text. Save the list as “CSV UTF-8” and hand that in",
        );
    };
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    if text.trim().is_empty() {
        return refused("empty", "The file is empty");
    }
    if text.contains('\0') {
        return refused("not_csv", "The file is not a list as text. Save it as CSV and hand that in");
    }
    parse(&format!("{}\n", text.trim_end()), list)
}

/// What parts the cells: whatever stands most often in the headings outside quotation marks.
fn separator(text: &str) -> u8 {
    let heading = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in heading.bytes() {
        quoted ^= byte == b'"';
        for (separator, count) in &mut counts {
            *count += usize::from(!quoted && byte == *separator);
        }
    }
    counts
        .into_iter()
        .max_by_key(|(separator, count)| (*count, *separator == b','))
        .map_or(b',', |(separator, _)| separator)
}

fn parse(text: &str, mut list: List) -> Result<List> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let mut columns: Option<Vec<Option<Column>>> = None;
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => {
                return refused(
                    "not_csv",
                    "The file cannot be read as CSV. Save the list as CSV anew and hand that in",
                );
            }
        }
        if record.iter().all(str::is_empty) {
            continue;
        }
        // Counted back from where it ends: the reader begins a record before the blank lines above it.
        let inside = record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        let line = reader.position().line().saturating_sub(1 + inside);
        let Some(columns) = &columns else {
            columns = Some(headings(&record, &mut list)?);
            continue;
        };
        if list.lines.len() == MOST_LINES {
            return refused(
                "too_long",
                format!("The list has more than {MOST_LINES} lines. Hand it in in parts"),
            );
        }
        list.lines.push(line_of(line, &record, columns));
    }
    if list.lines.is_empty() {
        return refused("empty", "The list has headings and nothing under them");
    }
    Ok(list)
}

fn headings(record: &csv::StringRecord, list: &mut List) -> Result<Vec<Option<Column>>> {
    let mut found: Vec<Option<Column>> = Vec::new();
    for heading in record {
        let folded = fold(heading);
        let known = COLUMNS.iter().find(|(_, _, names)| names.contains(&folded.as_str()));
        let known = known.filter(|(column, ..)| !found.contains(&Some(*column)));
        match known {
            Some((_, what, _)) => list.columns.push((heading.to_owned(), (*what).to_owned())),
            None if heading.is_empty() => {}
            None => list.ignored.push(heading.chars().take(LONGEST_CELL).collect()),
        }
        found.push(known.map(|(column, ..)| *column));
    }
    let has = |columns: &[Column]| columns.iter().any(|column| found.contains(&Some(*column)));
    if !has(&[Column::Name, Column::Last, Column::Email, Column::Code, Column::Reference]) {
        return refused(
            "no_headings",
            "The first line has no heading that says who somebody is. Name one column Name, Email, Code or Reference",
        );
    }
    Ok(found)
}

fn line_of(line: u64, record: &csv::StringRecord, columns: &[Option<Column>]) -> Line {
    let cell = |wanted: Column| -> String {
        let at = columns.iter().position(|column| *column == Some(wanted));
        at.and_then(|at| record.get(at))
            .unwrap_or_default()
            .chars()
            .take(LONGEST_CELL)
            .collect()
    };
    let name = match cell(Column::Name) {
        name if name.is_empty() => format!("{} {}", cell(Column::First), cell(Column::Last)).trim().to_owned(),
        name => name,
    };
    Line {
        line,
        name,
        email: cell(Column::Email),
        code: cell(Column::Code),
        reference: cell(Column::Reference),
        session: cell(Column::Session),
        arrived: cell(Column::Arrived),
        left: cell(Column::Left),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::error::Error;

    fn names(bytes: &[u8]) -> Vec<(u64, String, String)> {
        read(bytes)
            .unwrap()
            .lines
            .into_iter()
            .map(|line| (line.line, line.name, line.arrived))
            .collect()
    }

    fn wrong(bytes: &[u8]) -> String {
        match read(bytes) {
            Err(Error::Invalid(errors)) => errors.0[0].code.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_list_is_read_however_a_spreadsheet_saves_it() {
        let expected = vec![
            (2, "Siân Llŷr".to_owned(), "9:10".to_owned()),
            (3, "\"A; B\", C".to_owned(), "09:12".to_owned()),
        ];
        let comma = "Name,Time in\r\nSiân Llŷr,9:10\r\n\"\"\"A; B\"\", C\",09:12\r\n";
        let semicolon = comma
            .replace("Name,Time", "Name;Time")
            .replace("r,9:10", "r;9:10")
            .replace("\",09", "\";09");
        let tab = comma
            .replace("Name,Time", "Name\tTime")
            .replace("r,9:10", "r\t9:10")
            .replace("\",09", "\"\t09");
        for text in [comma.to_owned(), semicolon, tab] {
            assert_eq!(names(text.as_bytes()), expected);
            assert_eq!(names(format!("\u{feff}{text}").as_bytes()), expected);
            let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            assert_eq!(names(&[&[0xFF, 0xFE], little.as_slice()].concat()), expected);
            assert_eq!(names(&[&[0xFE, 0xFF], big.as_slice()].concat()), expected);
            assert_eq!(names(&little), expected, "unmarked");
        }
    }

    #[test]
    fn the_old_western_encoding_is_guessed_and_said() {
        let list = read(b"Name;In\nSi\xe2n O\x92Neill;9:10\n").unwrap();
        assert_eq!(list.lines[0].name, "Siân O’Neill");
        assert_eq!(list.notes.len(), 1);
    }

    #[test]
    fn columns_are_found_by_their_headings() {
        let list = read(b"Notes,E-mail Address,FIRST NAME,Surname,Signed-in,Time Out,Name badge\n\nx,jane@example.org,Jane,Smith,9,10,y\n")
            .unwrap();
        assert_eq!(
            list.columns
                .iter()
                .map(|(heading, what)| (heading.as_str(), what.as_str()))
                .collect::<Vec<_>>(),
            [
                ("E-mail Address", "Email address"),
                ("FIRST NAME", "First name"),
                ("Surname", "Last name"),
                ("Signed-in", "Arrived"),
                ("Time Out", "Left"),
            ]
        );
        assert_eq!(list.ignored, ["Notes", "Name badge"]);
        assert_eq!(
            list.lines,
            [Line {
                line: 3,
                name: "Jane Smith".to_owned(),
                email: "jane@example.org".to_owned(),
                arrived: "9".to_owned(),
                left: "10".to_owned(),
                ..Line::default()
            }]
        );
    }

    #[test]
    fn what_is_no_list_is_refused_in_words() {
        assert_eq!(wrong(b""), "missing");
        assert_eq!(wrong(b"PK\x03\x04rest"), "not_csv");
        assert_eq!(wrong(b"\n \n"), "empty");
        assert_eq!(wrong(b"Name,In\n"), "empty");
        assert_eq!(wrong(b"Jane Smith,9:10\nJoan Jones,9:12\n"), "no_headings");
        assert_eq!(wrong(&[0xFF, 0xFE, 0x00]), "encoding");
        assert_eq!(wrong(&vec![b'x'; FILE_LIMIT + 1]), "too_large");
        let long = format!("Name\n{}", "Jane\n".repeat(MOST_LINES + 1));
        assert_eq!(wrong(long.as_bytes()), "too_long");
    }
}
