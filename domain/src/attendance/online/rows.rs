//! The cells of a report and what its headings call them, in the languages the vendors write. Pure.

use crate::platform::search::fold;

/// The most characters of a cell that are kept.
const LONGEST_CELL: usize = 200;

/// One line of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    /// Where in the file it begins; the first line is 1.
    pub line: u64,
    pub cells: Vec<String>,
}

impl Record {
    /// The words of a line that has one cell and nothing beside it, folded: the title of a part of the report.
    pub fn title(&self) -> Option<String> {
        let (first, rest) = self.cells.split_first()?;
        rest.iter().all(String::is_empty).then(|| fold(first))
    }

    pub fn cell(&self, at: Option<usize>) -> &str {
        at.and_then(|at| self.cells.get(at)).map_or("", String::as_str)
    }
}

/// The lines of a report that have anything in them. `None` where it cannot be read as CSV.
pub(super) fn records(text: &str) -> Option<Vec<Record>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut records = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).ok()? {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        // Counted back from where it ends: the reader begins a record before the blank lines above it.
        let inside = record.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        records.push(Record {
            line: reader.position().line().saturating_sub(1 + inside),
            cells: record.iter().map(clean).collect(),
        });
    }
    Some(records)
}

/// A cell with plain single spaces: Teams puts a narrow unbreakable one before AM and PM.
fn clean(cell: &str) -> String {
    let words: Vec<&str> = cell.split_whitespace().collect();
    let text = words.join(" ");
    let shown = text.chars().filter(|c| !matches!(c, '\u{200e}' | '\u{200f}' | '\u{feff}'));
    shown.take(LONGEST_CELL).collect()
}

/// What parts the cells: a tab if there is any, else what stands most often at the beginning, outside quotation marks.
fn separator(text: &str) -> u8 {
    let (mut comma, mut semicolon, mut quoted) = (0, 0, false);
    for line in text.lines().take(40) {
        for byte in line.bytes() {
            match byte {
                b'"' => quoted = !quoted,
                b'\t' if !quoted => return b'\t',
                b',' if !quoted => comma += 1,
                b';' if !quoted => semicolon += 1,
                _ => {}
            }
        }
    }
    if semicolon > comma { b';' } else { b',' }
}

/// What a column is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Topic,
    Meeting,
    Name,
    FirstName,
    LastName,
    Email,
    /// Of a webinar: the address they registered with.
    RegistrationEmail,
    Joined,
    Left,
    FirstJoin,
    LastLeave,
    Duration,
    Waiting,
    Attended,
    Action,
    Timestamp,
}

/// The headings each column is known by, folded as names are.
const HEADINGS: [(Column, &[&str]); 16] = [
    (Column::Topic, &["topic", "thema", "sujet", "tema"]),
    (Column::Meeting, &["meeting id", "webinar id", "id"]),
    (
        Column::Name,
        &[
            "name original name",
            "user name original name",
            "name",
            "user name",
            "full name",
            "name ursprunglicher name",
            "vollstandiger name",
            "nom nom d origine",
            "nom",
            "nom complet",
            "nombre nombre original",
            "nombre",
            "nombre completo",
        ],
    ),
    (Column::FirstName, &["first name", "registration first name"]),
    (Column::LastName, &["last name", "registration last name"]),
    (
        Column::Email,
        &[
            "user email",
            "email",
            "e mail",
            "email address",
            "e mail adresse",
            "benutzer e mail",
            "adresse e mail",
            "courriel",
            "correo electronico",
        ],
    ),
    (Column::RegistrationEmail, &["registration email", "registration e mail"]),
    (
        Column::Joined,
        &[
            "join time",
            "beitrittszeit",
            "beitrittszeitpunkt",
            "heure d arrivee",
            "hora de entrada",
            "hora de ingreso",
        ],
    ),
    (
        Column::Left,
        &["leave time", "austrittszeit", "verlassenszeit", "heure de depart", "hora de salida"],
    ),
    (
        Column::FirstJoin,
        &[
            "first join",
            "first join time",
            "erster beitritt",
            "premiere participation",
            "primera union",
        ],
    ),
    (
        Column::LastLeave,
        &[
            "last leave",
            "last leave time",
            "letztes verlassen",
            "dernier depart",
            "ultima salida",
        ],
    ),
    (
        Column::Duration,
        &[
            "duration minutes",
            "duration",
            "total duration minutes",
            "total duration",
            "in meeting duration",
            "time in session minutes",
            "dauer minuten",
            "dauer",
            "besprechungsdauer",
            "dauer der besprechungsteilnahme",
            "duree minutes",
            "duree",
            "duracion minutos",
            "duracion",
        ],
    ),
    (Column::Waiting, &["in waiting room", "im warteraum"]),
    (Column::Attended, &["attended"]),
    (
        Column::Action,
        &["user action", "benutzeraktion", "action de l utilisateur", "accion del usuario"],
    ),
    (Column::Timestamp, &["timestamp", "zeitstempel", "horodateur", "marca de tiempo"]),
];

/// Which column of a table is which.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Headings {
    found: Vec<Option<Column>>,
    /// The headings say that times are in UTC.
    pub utc: bool,
}

impl Headings {
    pub fn read(record: &Record) -> Self {
        let mut headings = Self::default();
        for cell in &record.cells {
            let folded = fold(cell);
            let bare = folded.strip_suffix(" utc");
            headings.utc |= bare.is_some();
            let known = HEADINGS.iter().find(|(_, names)| names.contains(&bare.unwrap_or(&folded)));
            let column = known.map(|(column, _)| *column);
            headings
                .found
                .push(column.filter(|column| !headings.found.contains(&Some(*column))));
        }
        headings
    }

    pub fn has(&self, column: Column) -> bool {
        self.at(column).is_some()
    }

    pub fn at(&self, column: Column) -> Option<usize> {
        self.found.iter().position(|found| *found == Some(column))
    }

    /// They are of a table of people: they say who, and when or how long.
    pub fn are_of_people(&self) -> bool {
        let who = self.has(Column::Name) || self.has(Column::Email) || self.has(Column::LastName);
        let when = [Column::Joined, Column::FirstJoin, Column::Action, Column::Duration];
        who && when.iter().any(|column| self.has(*column)) && !self.are_of_the_meeting()
    }

    /// They are of the table with one line about the meeting.
    pub fn are_of_the_meeting(&self) -> bool {
        (self.has(Column::Topic) || self.has(Column::Meeting)) && !self.has(Column::Joined) && !self.has(Column::Name)
    }
}
