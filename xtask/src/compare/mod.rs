//! `cargo xtask compare`: random root modules, changes and commands, with Landform and Terraform side by side.

mod case;
mod change;
mod contest;
mod dice;
mod generate;
mod model;
mod normal;
mod render;
mod steps;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use case::Case;
use contest::{Comparison, Contest};
use similar::TextDiff;

use crate::arguments::{Arguments, Word};
use crate::error::Result;
use crate::workspace::{self, Profile};

/// Compares so many cases and tells what differs. The folders of those that differ are kept.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let arguments = Arguments::parse(arguments, Word::None, &["--seed", "--cases", "--bin"])?;
    let (seed, cases) = (arguments.number("--seed", 1)?, arguments.number("--cases", 100)?);
    let terraform = workspace::terraform().ok_or("this compares with Terraform: it needs `terraform` on the path")?;
    let landform = workspace::landform(arguments.option("--bin"), Profile::Debug)?;
    let contest = Contest { terraform, landform };
    let (next, tally) = (AtomicU64::new(0), Mutex::new(Tally::default()));
    let work = || -> Result<()> {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= cases {
                return Ok(());
            }
            let compared = compare(&contest, seed, number)?;
            tally.lock().unwrap_or_else(PoisonError::into_inner).add(&compared);
        }
    };
    std::thread::scope(|scope| {
        let count = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().expect("a worker does not panic"))
    })?;
    print!("{}", tally.into_inner().unwrap_or_else(PoisonError::into_inner).report());
    Ok(())
}

/// Compares one case, prints what differs, and leaves its folder if anything does.
fn compare(contest: &Contest, seed: u64, number: u64) -> Result<Vec<Comparison>> {
    let case = Case::new(seed, number);
    let folder = workspace::target().join("compare").join(format!("{seed}-{number:03}"));
    if folder.exists() {
        fs_err::remove_dir_all(&folder)?;
    }
    case.write(&folder)?;
    let compared = contest.compare(&case, &folder)?;
    let differences: String = compared
        .iter()
        .filter(|comparison| !comparison.agrees())
        .map(|comparison| difference(&folder, &case, comparison))
        .collect();
    if differences.is_empty() {
        fs_err::remove_dir_all(&folder)?;
    }
    print!("{differences}");
    Ok(compared)
}

/// The folder, the step, and what differs.
fn difference(folder: &Path, case: &Case, comparison: &Comparison) -> String {
    let Comparison { step, facet, terraform, landform } = comparison;
    let command = case.steps[step - 1].line();
    let diff = TextDiff::from_lines(terraform, landform);
    let diff = diff.unified_diff().header("Terraform", "Landform").to_string();
    format!("{} step {step}, {command}: {facet}\n{diff}\n", folder.display())
}

/// How many comparisons of each facet agreed, and of how many; the last are whole cases.
#[derive(Default)]
struct Tally(BTreeMap<&'static str, (usize, usize)>);

impl Tally {
    fn add(&mut self, case: &[Comparison]) {
        case.iter().for_each(|comparison| self.count(comparison.facet, comparison.agrees()));
        self.count("whole cases", case.iter().all(Comparison::agrees));
    }

    fn count(&mut self, facet: &'static str, agrees: bool) {
        let (agreed, all) = self.0.entry(facet).or_default();
        *agreed += usize::from(agrees);
        *all += 1;
    }

    fn report(&self) -> String {
        let line = |(facet, (agreed, all)): (&&str, &(usize, usize))| {
            format!("{facet:<14} {agreed:>6} of {all:>6} {:>6.1} %\n", 100.0 * *agreed as f64 / *all as f64)
        };
        self.0.iter().map(line).collect()
    }
}
