//! What regulators and colleges ask of their members' CPD, as dated data: unit, rounding, the most a day counts, the
//! total asked for, the fields of an entry, the questions of a reflective account, and the scheme's own line.
//!
//! The rules move, so each scheme has versions with the day they began, and what was written keeps the version it was
//! written under. Nothing here awards anything: it says what somebody may enter in their own log. Pure.

pub mod certificate;
mod table;
#[cfg(test)]
mod tests;

pub use table::SCHEMES;

use chrono::{Datelike, Months, NaiveDate};

/// The code of the choice to follow none.
pub const NO_SCHEME: &str = "none";

/// A body that asks for CPD, or the person's own choice to follow none.
#[derive(Debug)]
pub struct Scheme {
    /// One word, in the database and in forms.
    pub code: &'static str,
    /// As people call it.
    pub name: &'static str,
    /// Who asks.
    pub regulator: &'static str,
    /// Oldest first; the first holds for any day before the second.
    pub versions: &'static [Version],
}

/// What a scheme asks for from one day on.
#[derive(Debug)]
pub struct Version {
    /// One word within its scheme; kept with everything written under it.
    pub code: &'static str,
    /// The day it began: year, month, day. `None` for the first, which holds for every day before the next.
    pub from: Option<(i32, u32, u32)>,
    pub unit: Unit,
    pub rounding: Rounding,
    /// The most credited minutes of one day, where there is such a rule.
    pub day_cap: Option<u32>,
    /// How long a period is.
    pub years: u32,
    /// The month and day a period begins on, unless the person says another.
    pub begins: (u32, u32),
    pub target: Target,
    /// What an entry must say beside title, date, method and minutes.
    pub fields: &'static [Field],
    /// Of a reflective account, in order.
    pub questions: &'static [Question],
    /// Whether the questions are the body's own words; otherwise they follow what it asks for.
    pub is_exact: bool,
    /// What one entry is called where only entries count: "piece of CPD".
    pub activity: &'static str,
    /// Whether discussing with peers is asked for, so that sessions with it are named.
    pub discussion: bool,
    /// Whether the person's peer group decides what counts, and they note where that stands.
    pub peer_group: bool,
    /// What one should know of it, in a sentence or two, for the settings page.
    pub about: &'static str,
}

/// What CPD is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Sixty minutes.
    Hour,
    /// Sixty minutes, under another name.
    Credit,
    /// No amount is asked for; what was done is listed.
    Activity,
}

/// How the minutes of one entry become units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Down to a multiple of so many minutes.
    Down(u32),
    /// To whole units; half of one or more counts as one.
    HalfUp,
}

/// What one period should come to; 0 where nothing is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Target {
    pub minutes: u32,
    /// Of them participatory.
    pub participatory: u32,
    /// Of them clinical.
    pub clinical: u32,
    /// Entries.
    pub entries: u32,
    /// Reflective accounts.
    pub accounts: u32,
}

impl Target {
    /// Nothing is asked for.
    pub const NONE: Self = Self {
        minutes: 0,
        participatory: 0,
        clinical: 0,
        entries: 0,
        accounts: 0,
    };
}

/// One thing more an entry says for a scheme.
#[derive(Debug)]
pub struct Field {
    pub code: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    /// What may be chosen; empty for a text.
    pub choices: &'static [&'static str],
}

/// One question of a reflective account.
#[derive(Debug)]
pub struct Question {
    pub code: &'static str,
    pub words: &'static str,
}

/// The scheme called `code`.
#[must_use]
pub fn find(code: &str) -> Option<&'static Scheme> {
    SCHEMES.iter().find(|scheme| scheme.code == code)
}

impl Scheme {
    /// What it asks for on `day`.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> &'static Version {
        let mut versions = self.versions.iter();
        let first = versions.next();
        let began = versions
            .take_while(|version| version.began().is_some_and(|from| from <= day))
            .last();
        began.or(first).unwrap_or(&table::NOTHING)
    }

    /// The version called `code`, or today's where there is none any more.
    #[must_use]
    pub fn version(&self, code: &str, today: NaiveDate) -> &'static Version {
        self.versions
            .iter()
            .find(|version| version.code == code)
            .unwrap_or_else(|| self.on(today))
    }
}

impl Version {
    fn began(&self) -> Option<NaiveDate> {
        let (year, month, day) = self.from?;
        NaiveDate::from_ymd_opt(year, month, day)
    }

    /// The period `today` is in: its first and its last day. `starts` is the first day of any of the person's own
    /// periods; without one, the scheme's usual day counts, in the years up to this one.
    #[must_use]
    pub fn period(&self, starts: Option<NaiveDate>, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let length = Months::new(12 * self.years.max(1));
        let usual = || {
            let (month, day) = self.begins;
            let this = NaiveDate::from_ymd_opt(today.year(), month, day).unwrap_or(today);
            let latest = if this <= today { this } else { this - Months::new(12) };
            latest - Months::new(12 * (self.years.max(1) - 1))
        };
        let anchor = starts.unwrap_or_else(usual);
        // Always counted from the anchor, so that 29 February stays one where it can.
        let years = i64::from(self.years.max(1));
        let apart = i64::from(today.year() - anchor.year());
        let mut turn = apart.div_euclid(years);
        let at = |turn: i64| {
            let months = Months::new(u32::try_from(turn.unsigned_abs() * 12 * years.unsigned_abs()).unwrap_or(0));
            if turn < 0 { anchor - months } else { anchor + months }
        };
        while at(turn) > today {
            turn -= 1;
        }
        while at(turn + 1) <= today {
            turn += 1;
        }
        let first = at(turn);
        let next = at(turn + 1);
        (first, next.pred_opt().unwrap_or(first + length))
    }

    /// What one entry of `minutes` counts as, in minutes.
    #[must_use]
    pub fn credited(&self, minutes: u32) -> u32 {
        match self.rounding {
            Rounding::Down(step) => minutes - minutes % step.max(1),
            Rounding::HalfUp => (minutes + 30) / 60 * 60,
        }
    }

    /// What each of these entries counts as, in minutes, in their order: rounded one by one, and no day over its cap. The
    /// sum of it is the total.
    #[must_use]
    pub fn counted(&self, entries: &[(NaiveDate, u32)]) -> Vec<u32> {
        let mut days: std::collections::HashMap<NaiveDate, u32> = std::collections::HashMap::new();
        entries
            .iter()
            .map(|(day, minutes)| {
                let so_far = days.entry(*day).or_default();
                let room = self.day_cap.map_or(u32::MAX, |cap| cap.saturating_sub(*so_far));
                let counts = self.credited(*minutes).min(room);
                *so_far += counts;
                counts
            })
            .collect()
    }

    /// Credited minutes in the scheme's unit: "4.25 hours", "4 credits", "1 credit". Nothing where none is counted.
    #[must_use]
    pub fn in_units(&self, credited: u32) -> String {
        let noun = match self.unit {
            Unit::Hour => "hour",
            Unit::Credit => "credit",
            Unit::Activity => return String::new(),
        };
        let hundredths = u64::from(credited) * 100 / 60;
        let (whole, rest) = (hundredths / 100, hundredths % 100);
        match rest {
            0 if whole == 1 => format!("1 {noun}"),
            0 => format!("{whole} {noun}s"),
            _ if rest % 10 == 0 => format!("{whole}.{} {noun}s", rest / 10),
            _ => format!("{whole}.{rest:02} {noun}s"),
        }
    }
}

impl Scheme {
    /// The scheme's own line about something of so many minutes on `day`, as "4.25 hours, of which 1.25 participatory"; empty
    /// where the scheme counts none. `standing` is where it stands with the person's peer group, in their own words or none:
    /// it is said where the scheme leaves approval to peers, and nothing else is claimed.
    #[must_use]
    pub fn line(&self, day: NaiveDate, minutes: u32, participatory: u32, standing: &str) -> String {
        let version = self.on(day);
        if version.unit == Unit::Activity || minutes == 0 {
            return String::new();
        }
        let credited: u32 = version.counted(&[(day, minutes)]).iter().sum();
        let mut line = version.in_units(credited);
        if version.target.participatory > 0 {
            let part = version.in_units(version.credited(participatory).min(credited));
            let part = part.split(' ').next().unwrap_or_default();
            line.push_str(&format!(", of which {part} participatory"));
        }
        if version.peer_group && !standing.is_empty() {
            line.push_str(", ");
            line.push_str(standing);
        }
        line
    }
}
