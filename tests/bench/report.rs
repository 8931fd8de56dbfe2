//! The rows of the result, for people and for programs.

use serde::Serialize;
use std::path::Path;

/// Which side of its budget a value has to be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    AtMost,
    AtLeast,
    Exactly,
}

/// One figure.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    what: String,
    value: f64,
    unit: &'static str,
    /// What the same machine needs, or does, for the bare minimum; in the same unit, measured in the same run.
    baseline: Option<f64>,
    /// The value divided by the baseline.
    ratio: Option<f64>,
    /// In the same unit as the value.
    budget: Option<f64>,
    bound: Option<Bound>,
    /// Within its budget, or without one.
    ok: bool,
}

impl Row {
    pub fn new(what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        let what = what.into();
        Self {
            what,
            value: rounded(value),
            unit,
            baseline: None,
            ratio: None,
            budget: None,
            bound: None,
            ok: true,
        }
    }

    #[must_use]
    pub fn beside(mut self, baseline: f64) -> Self {
        self.baseline = Some(rounded(baseline));
        self.ratio = (baseline > 0.0).then(|| rounded(self.value / baseline));
        self
    }

    #[must_use]
    pub fn within(mut self, bound: Bound, budget: f64) -> Self {
        self.ok = match bound {
            Bound::AtMost => self.value <= budget,
            Bound::AtLeast => self.value >= budget,
            Bound::Exactly => (self.value - budget).abs() < f64::EPSILON,
        };
        (self.bound, self.budget) = (Some(bound), Some(rounded(budget)));
        self
    }
}

/// Everything measured in one run.
#[derive(Debug, Serialize)]
pub struct Report {
    machine: String,
    /// The load average of one minute when the run began: figures of a busy machine are worth less.
    load_before: f64,
    rows: Vec<Row>,
}

impl Report {
    pub fn begin() -> Self {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let load_before = load.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or_default();
        Self {
            machine: machine(),
            load_before,
            rows: Vec::new(),
        }
    }

    /// Adds a row, and says it at once: a run takes minutes.
    pub fn add(&mut self, row: Row) {
        eprintln!("· {}: {} {}", row.what, row.value, row.unit);
        self.rows.push(row);
    }

    pub fn print(&self) {
        let width = self.rows.iter().map(|row| row.what.chars().count()).max().unwrap_or_default();
        let shown = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
        eprintln!("\n{}; load {} before\n", self.machine, self.load_before);
        eprintln!(
            "  {:width$}  {:>10} {:10} {:>10} {:>8}  {:>10}",
            "", "value", "", "baseline", "ratio", "budget"
        );
        for row in &self.rows {
            let budget = row.budget.map_or_else(String::new, |budget| match row.bound {
                Some(Bound::AtMost) => format!("≤ {budget}"),
                Some(Bound::AtLeast) => format!("≥ {budget}"),
                _ => format!("= {budget}"),
            });
            let mark = if row.ok { " " } else { "✗" };
            eprintln!(
                "{mark} {:width$}  {:>10} {:10} {:>10} {:>8}  {budget:>10}",
                row.what,
                row.value,
                row.unit,
                shown(row.baseline),
                shown(row.ratio)
            );
        }
    }

    pub fn write(&self, file: &Path) -> anyhow::Result<()> {
        let mut json = serde_json::to_string_pretty(self)?;
        json.push('\n');
        Ok(std::fs::write(file, json)?)
    }
}

/// Three places are more than any of these figures is good for.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Processor, cores, memory and kernel.
fn machine() -> String {
    let line = |file: &str, name: &str| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim().to_owned())
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let processor = line("/proc/cpuinfo", "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let memory: u64 = line("/proc/meminfo", "MemTotal")
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .unwrap_or_default();
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cores} cores of {processor}, {} MiB, Linux {}", memory / 1024, kernel.trim())
}
