//! What was done, how long it took, and how many things passed and failed.

use crate::shell::say;
use anyhow::Result;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

/// Tests counted inside one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub passed: u64,
    pub failed: u64,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

struct Step {
    name: String,
    seconds: f64,
    tests: Tally,
    problem: Option<String>,
}

/// The steps of one run. Each counts as one, and so does each test inside it.
#[derive(Default)]
pub struct Report {
    steps: Vec<Step>,
    code: Option<ExitCode>,
}

impl Report {
    /// Does one piece of work and notes how it went. A failure or a panic is noted and the run goes on; the work's
    /// result is given only if it went well.
    pub fn step<T>(&mut self, name: &str, work: impl FnOnce(&mut Tally) -> Result<T>) -> Option<T> {
        eprintln!("\n━━ {name}");
        let started = Instant::now();
        let mut tests = Tally::default();
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut tests))).unwrap_or_else(|_| Err(anyhow::anyhow!("crashed")));
        let seconds = started.elapsed().as_secs_f64();
        let outcome = match outcome {
            Ok(_) if tests.failed > 0 => Err(anyhow::anyhow!("{} tests failed", tests.failed)),
            other => other,
        };
        let (made, problem) = match outcome {
            Ok(made) => (Some(made), None),
            Err(error) => {
                if let Some(missing) = error.downcast_ref::<crate::needs::Missing>() {
                    self.code = Some(missing.exit_code());
                }
                (None, Some(format!("{error:#}")))
            }
        };
        match &problem {
            None => say(format!("{name}: done in {}", minutes(seconds))),
            Some(problem) => say(format!("{name}: FAILED after {}: {problem}", minutes(seconds))),
        }
        self.steps.push(Step {
            name: name.to_owned(),
            seconds,
            tests,
            problem,
        });
        made
    }

    /// Notes work that could not be done because something before it failed. It counts as failed.
    pub fn not_run(&mut self, name: &str, why: &str) {
        eprintln!("\n━━ {name}: not run, {why}");
        self.steps.push(Step {
            name: name.to_owned(),
            seconds: 0.0,
            tests: Tally::default(),
            problem: Some(format!("not run: {why}")),
        });
    }

    fn total(&self) -> Tally {
        let mut total = Tally::default();
        for step in &self.steps {
            total.add(step.tests);
            match step.problem {
                None => total.passed += 1,
                Some(_) => total.failed += 1,
            }
        }
        total
    }

    /// Prints minutes a step, what went wrong, and the count alone on the last line.
    pub fn finish(self) -> ExitCode {
        let total = self.total();
        eprintln!();
        for step in &self.steps {
            let tests = match step.tests {
                Tally { passed: 0, failed: 0 } => String::new(),
                Tally { passed, failed } => format!("{passed} tests passed, {failed} failed"),
            };
            let mark = if step.problem.is_none() { "ok    " } else { "FAILED" };
            eprintln!("{mark} {:>9}  {:<40} {tests}", minutes(step.seconds), step.name);
        }
        eprintln!("       {:>9}  all of it", minutes(self.steps.iter().map(|step| step.seconds).sum()));
        for (step, problem) in self.steps.iter().filter_map(|step| Some((step, step.problem.as_ref()?))) {
            eprintln!("\n{}: {problem}", step.name);
        }
        eprintln!();
        println!("{} passed, {} failed", total.passed, total.failed);
        match (total.failed, self.code) {
            (0, _) => ExitCode::SUCCESS,
            (_, Some(code)) => code,
            (_, None) => ExitCode::FAILURE,
        }
    }
}

fn minutes(seconds: f64) -> String {
    format!("{:.1} min", seconds / 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_and_each_test_in_it_count_as_one() {
        let mut report = Report::default();

        report.step("tests", |tests| {
            tests.add(Tally { passed: 7, failed: 0 });
            Ok(())
        });

        assert_eq!(report.total(), Tally { passed: 8, failed: 0 });
    }

    #[test]
    fn a_failing_test_fails_its_step_even_if_the_work_says_nothing() {
        let mut report = Report::default();

        let made = report.step("tests", |tests| {
            tests.add(Tally { passed: 7, failed: 1 });
            Ok(())
        });

        assert_eq!(made, None);
        assert_eq!(report.total(), Tally { passed: 7, failed: 2 });
    }

    #[test]
    fn a_crash_is_counted_and_the_run_goes_on() {
        let mut report = Report::default();

        let made: Option<()> = report.step("crashing", |_| panic!("on purpose"));
        report.step("after", |_| Ok(()));
        report.not_run("waiting", "nothing to wait for");

        assert_eq!(made, None);
        assert_eq!(report.total(), Tally { passed: 1, failed: 2 });
    }
}
