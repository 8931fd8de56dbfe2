//! From scans to visits: when somebody was in each session and at the event.

use chrono::{DateTime, NaiveDate, Timelike, Utc};

use super::{Action, Flag, FlagKind, Scan, Session};

/// A session with its whole-minute times and what runs beside it.
pub(super) struct Slot<'a> {
    pub session: &'a Session,
    pub starts: DateTime<Utc>,
    pub ends: DateTime<Utc>,
    /// Indexes of the slots that share some of its time.
    pub beside: Vec<usize>,
}

impl Slot<'_> {
    pub fn runs(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> bool {
        self.starts <= from && until <= self.ends
    }
}

/// The sessions in the order of the programme: by start, end, code.
pub(super) fn programme(sessions: &[Session]) -> Vec<Slot<'_>> {
    let mut slots: Vec<Slot> = sessions
        .iter()
        .map(|session| {
            let starts = whole_minute(session.starts);
            Slot {
                session,
                starts,
                ends: whole_minute(session.ends).max(starts),
                beside: Vec::new(),
            }
        })
        .collect();
    slots.sort_by(|a, b| (a.starts, a.ends, &a.session.code).cmp(&(b.starts, b.ends, &b.session.code)));
    for i in 0..slots.len() {
        // A session without length is beside nothing.
        let beside = |j: &usize| *j != i && slots[i].starts.max(slots[*j].starts) < slots[i].ends.min(slots[*j].ends);
        slots[i].beside = (0..slots.len()).filter(beside).collect();
    }
    slots
}

fn whole_minute(at: DateTime<Utc>) -> DateTime<Utc> {
    at.with_second(0).and_then(|at| at.with_nanosecond(0)).unwrap_or(at)
}

/// One stay between an arrival and a leave, or the end assumed for it.
#[derive(Clone, Copy)]
pub(super) struct Visit {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
    /// When the arrival was scanned and its order: the later of two takes a shared minute.
    pub arrived: (DateTime<Utc>, i64),
    pub never_left: bool,
}

impl Visit {
    pub fn covers(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> bool {
        self.from <= from && until <= self.until
    }

    fn clipped_to(mut self, slot: &Slot) -> Option<Self> {
        self.from = self.from.max(slot.starts);
        self.until = self.until.min(slot.ends);
        (self.from < self.until).then_some(self)
    }
}

/// What the scans of one session say.
#[derive(Default)]
pub(super) struct Seen {
    /// There is a scan of it, whatever it says.
    pub scanned: bool,
    pub arrived: bool,
    /// Clipped to the session, apart from each other.
    pub visits: Vec<Visit>,
    pub flagged: bool,
}

/// All that one participant's scans say.
pub(super) struct Presence {
    /// By slot.
    pub seen: Vec<Seen>,
    pub door: Vec<Visit>,
    pub flags: Vec<Flag>,
}

pub(super) fn read(slots: &[Slot], scans: &[Scan]) -> Presence {
    let mut in_order: Vec<&Scan> = scans.iter().collect();
    in_order.sort_by_key(|scan| (scan.at, scan.id, scan.action));

    let mut flags = Vec::new();
    let door = pair(of(&in_order, None), |scan| end_of_day(slots, scan.day), &mut flags);
    let seen = slots
        .iter()
        .map(|slot| {
            let own = || of(&in_order, Some(&slot.session.code));
            let before = flags.len();
            let visits = pair(own(), |_| Some(slot.ends), &mut flags);
            Seen {
                scanned: own().next().is_some(),
                arrived: own().any(|scan| scan.action == Action::Arrive),
                visits: visits.into_iter().filter_map(|visit| visit.clipped_to(slot)).collect(),
                flagged: flags.len() > before,
            }
        })
        .collect();
    let known = |code: &str| slots.iter().any(|slot| slot.session.code == code);
    flags.extend(
        in_order
            .iter()
            .filter(|scan| scan.session.as_deref().is_some_and(|code| !known(code)))
            .map(|scan| flag(scan, FlagKind::NoSuchSession)),
    );
    flags.sort_by_key(|flag| (flag.at, flag.scan));
    Presence { seen, door, flags }
}

/// The scans of one session, or of the door.
fn of<'a>(scans: &'a [&'a Scan], code: Option<&'a str>) -> impl Iterator<Item = &'a Scan> {
    scans.iter().copied().filter(move |scan| scan.session.as_deref() == code)
}

/// When an arrival at the door on `day` closes if nobody left: the end of that day's last session, but before
/// any later day's programme, since an exhibition may run through the night. `None`: nothing is on that day.
fn end_of_day(slots: &[Slot], day: NaiveDate) -> Option<DateTime<Utc>> {
    let last = slots.iter().filter(|slot| slot.session.day == day).map(|slot| slot.ends).max()?;
    let next = slots.iter().filter(|slot| slot.session.day > day).map(|slot| slot.starts).min();
    Some(next.map_or(last, |next| last.min(next)))
}

/// Pairs arrivals with leaves. `scans` are in order and of one session, or of the door; `closes` gives the
/// end of an arrival that nobody left.
fn pair<'a>(scans: impl Iterator<Item = &'a Scan>, closes: impl Fn(&Scan) -> Option<DateTime<Utc>>, flags: &mut Vec<Flag>) -> Vec<Visit> {
    let mut visits = Vec::new();
    let mut open: Option<&Scan> = None;
    let mut close = |arrival: &Scan, left: Option<DateTime<Utc>>, flags: &mut Vec<Flag>| {
        if left.is_none() {
            flags.push(flag(arrival, FlagKind::NeverLeft));
        }
        if let Some(until) = left.or_else(|| closes(arrival)) {
            let arrived = (arrival.at, arrival.id);
            visits.push(Visit {
                from: arrival.at,
                until,
                arrived,
                never_left: left.is_none(),
            });
        }
    };
    for scan in scans {
        // The next day's first scan does not end yesterday's stay; one just after midnight may.
        let over = |arrival: &Scan| scan.day != arrival.day && closes(arrival).is_none_or(|end| scan.at > end);
        if let Some(arrival) = open.take_if(|arrival| over(arrival)) {
            close(arrival, None, flags);
        }
        match (scan.action, open) {
            (Action::Arrive, None) => open = Some(scan),
            (Action::Arrive, Some(_)) => {}
            (Action::Leave, Some(arrival)) => {
                close(arrival, Some(scan.at), flags);
                open = None;
            }
            (Action::Leave, None) => flags.push(flag(scan, FlagKind::NeverArrived)),
        }
    }
    if let Some(arrival) = open {
        close(arrival, None, flags);
    }
    visits
}

fn flag(scan: &Scan, kind: FlagKind) -> Flag {
    Flag {
        scan: scan.id,
        session: scan.session.clone(),
        at: scan.at,
        kind,
    }
}
