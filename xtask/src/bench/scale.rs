//! Large roots: what plan, apply, a plan without changes and `state list` cost, next to what they may cost.

use std::path::Path;
use std::time::Duration;

use crate::bench::measure::{self, Measured};
use crate::bench::target::Target;
use crate::bench::{Contest, Tool, roots};
use crate::error::Result;
use crate::workspace;

/// Where another tool is not waited for any longer.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// From 1,000 to 100,000 instances, time and memory may grow by so much more than a hundred times.
const GROWTH: f64 = 1.3;

struct Root {
    name: &'static str,
    write: fn(&Path) -> Result<()>,
    work: &'static [(Work, Target)],
    /// Whether other tools are measured too.
    rivals: Rivals,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rivals {
    Measured,
    /// They do not come to an end.
    LeftOut,
}

/// In the order in which it is done: each finds what the one before it has left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    Plan,
    Apply,
    PlanWithoutChanges,
    StateList,
}

const ROOTS: &[Root] = &[
    Root {
        name: "400 modules of 13",
        write: |folder| roots::write_modules(folder, 400),
        work: &[(Work::Plan, Target::new(500, 100))],
        rivals: Rivals::Measured,
    },
    Root {
        name: "count = 10000, 10 refer to all",
        write: |folder| roots::write(folder, &roots::instances(10_000, 10)),
        work: &[(Work::Plan, Target::new(500, 100))],
        rivals: Rivals::Measured,
    },
    Root {
        name: "2,000 modules, data that waits",
        write: |folder| roots::write_modules_with_data(folder, 2_000),
        work: &[(Work::Plan, Target::new(500, 100))],
        rivals: Rivals::Measured,
    },
    Root {
        name: "1,000 blocks",
        write: |folder| roots::write(folder, &roots::blocks(1_000)),
        work: &[(Work::Plan, Target::time(100)), (Work::Apply, Target::time(500))],
        rivals: Rivals::Measured,
    },
    Root {
        name: "5,000 blocks",
        write: |folder| roots::write(folder, &roots::blocks(5_000)),
        work: &[
            (Work::Plan, Target::time(400)),
            (Work::Apply, Target::time(3_000)),
            (Work::PlanWithoutChanges, Target::new(400, 120)),
            (Work::StateList, Target::new(50, 40)),
        ],
        rivals: Rivals::Measured,
    },
    Root {
        name: "100,000 instances",
        write: |folder| roots::write(folder, &roots::instances(100_000, 0)),
        work: &[(Work::Plan, Target::new(6_000, 1_200))],
        rivals: Rivals::LeftOut,
    },
];

pub(crate) fn run(contest: &Contest) -> Result<()> {
    for (index, root) in ROOTS.iter().enumerate() {
        let folder = contest.folder.join(format!("scale-{index}"));
        (root.write)(&folder)?;
        measure_root(contest, root, &folder)?;
    }
    growth(contest)
}

fn measure_root(contest: &Contest, root: &Root, folder: &Path) -> Result<()> {
    for (place, tool) in contest.tools.iter().enumerate() {
        let is_rival = place > 0;
        if is_rival && root.rivals == Rivals::LeftOut {
            continue;
        }
        anew(tool, folder)?;
        for (work, target) in root.work {
            let name = format!("{}: {}", root.name, work.name());
            // A rival takes minutes, so it is run once.
            let runs = if is_rival { 1 } else { contest.runs };
            let mut measured = Vec::new();
            for _ in 0..runs {
                if *work == Work::Apply {
                    anew(tool, folder)?;
                }
                match measure::measure_within(tool.command(folder).args(work.arguments()), PATIENCE)? {
                    Some(one) => measured.push(one),
                    None => {
                        println!("{name:<44} {:<10} not finished in {} s", tool.name, PATIENCE.as_secs());
                        return Ok(());
                    }
                }
            }
            let result = measure::summary(measured);
            let against = if is_rival { None } else { Some(target) };
            println!("{}", crate::bench::target::row(&name, tool.name, &result, against));
        }
    }
    Ok(())
}

/// How much more a hundred times as many instances cost.
fn growth(contest: &Contest) -> Result<()> {
    let tool = contest.tools.first().ok_or("there is no binary to measure")?;
    let mut found: Vec<Measured> = Vec::new();
    for count in [1_000, 100_000] {
        let folder = contest.folder.join(format!("scale-of-{count}"));
        roots::write(&folder, &roots::instances(count, 0))?;
        anew(tool, &folder)?;
        let run = |_| measure::measure(tool.command(&folder).args(Work::Plan.arguments()));
        found.push(measure::summary((0..contest.runs).map(run).collect::<Result<_>>()?));
    }
    let (few, many) = (found[0], found[1]);
    let time = many.time.as_secs_f64() / few.time.as_secs_f64() / 100.0;
    let memory = many.peak_kilobytes as f64 / few.peak_kilobytes as f64 / 100.0;
    let verdict = if time <= GROWTH && memory <= GROWTH { "met" } else { "MISSED" };
    println!(
        "{:<44} time {time:.2} and memory {memory:.2} times linear   target {GROWTH}   {verdict}",
        "1,000 to 100,000 instances: plan"
    );
    Ok(())
}

/// A folder as if nothing had been done in it, ready for a tool.
fn anew(tool: &Tool, folder: &Path) -> Result<()> {
    for file in [".terraform", "terraform.tfstate", "terraform.tfstate.backup"] {
        remove(&folder.join(file))?;
    }
    workspace::output(tool.command(folder).args(["init", "-input=false"])).map(drop)
}

impl Work {
    fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Apply => "apply",
            Self::PlanWithoutChanges => "plan without changes",
            Self::StateList => "state list",
        }
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Plan | Self::PlanWithoutChanges => &["plan", "-input=false"],
            Self::Apply => &["apply", "-input=false", "-auto-approve"],
            Self::StateList => &["state", "list"],
        }
    }
}

fn remove(path: &Path) -> Result<()> {
    if path.is_dir() {
        fs_err::remove_dir_all(path)?;
    } else if path.exists() {
        fs_err::remove_file(path)?;
    }
    Ok(())
}
