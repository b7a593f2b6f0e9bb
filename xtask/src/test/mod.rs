//! `cargo xtask test`: every check there is, one after the other, then what became of each.

mod edges;
mod tidy;

use std::process::Command;
use std::time::{Duration, Instant};

use crate::arguments::{Arguments, Word};
use crate::error::Result;
use crate::{python, workspace};

struct Step {
    name: &'static str,
    what: &'static str,
    run: fn() -> Result<()>,
}

/// In order of cost, so that what is quick to find is found first.
const STEPS: [Step; 6] = [
    Step { name: "fmt", what: "sources are formatted", run: check_format },
    Step { name: "edges", what: "crates depend on each other as ARCHITECTURE.md says", run: edges::check },
    Step { name: "tidy", what: "files have their header and stay small; the engine stays a library", run: tidy::check },
    Step { name: "simulator", what: "the AWS simulator does what it promises", run: test_simulator },
    Step { name: "clippy", what: "no lint complains", run: check_lints },
    Step { name: "rust", what: "tests of all crates", run: test_rust },
];

/// Runs the steps that are asked for; all unless told otherwise.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let arguments = Arguments::parse(arguments, Word::None, &["--only", "--skip"])?;
    let only = names(arguments.option("--only"))?;
    let skip = names(arguments.option("--skip"))?.unwrap_or_default();
    let is_wanted =
        |step: &&Step| only.as_ref().is_none_or(|only| only.contains(&step.name)) && !skip.contains(&step.name);
    let mut results = Vec::new();
    for step in STEPS.iter().filter(is_wanted) {
        println!("\n=== {}: {}", step.name, step.what);
        let started = Instant::now();
        let result = (step.run)();
        if let Err(error) = &result {
            println!("{error}");
        }
        results.push((step.name, result.is_ok(), started.elapsed()));
    }
    report(&results)
}

fn report(results: &[(&str, bool, Duration)]) -> Result<()> {
    println!();
    for (name, passed, took) in results {
        println!("{:<10} {} {:8.1} s", name, if *passed { "passed" } else { "FAILED" }, took.as_secs_f64());
    }
    let total: Duration = results.iter().map(|(_, _, took)| *took).sum();
    let failed = results.iter().filter(|(_, passed, _)| !passed).count();
    if failed > 0 {
        return Err(format!("{failed} of {} steps failed, after {:.1} s", results.len(), total.as_secs_f64()).into());
    }
    println!("tests passed: {} steps in {:.1} s", results.len(), total.as_secs_f64());
    Ok(())
}

fn names(given: Option<&str>) -> Result<Option<Vec<&'static str>>> {
    let Some(given) = given else { return Ok(None) };
    let find = |name: &str| match STEPS.iter().find(|step| step.name == name) {
        Some(step) => Ok(step.name),
        None => Err(format!("there is no step {name}; steps: {}", STEPS.map(|step| step.name).join(", ")).into()),
    };
    given.split(',').map(find).collect::<Result<Vec<_>>>().map(Some)
}

fn check_format() -> Result<()> {
    workspace::run(workspace::cargo().args(["fmt", "--all", "--check"]))
}

fn check_lints() -> Result<()> {
    let arguments = ["clippy", "--workspace", "--all-targets", "--locked", "--quiet", "--", "--deny", "warnings"];
    workspace::run(workspace::cargo().args(arguments))
}

fn test_simulator() -> Result<()> {
    let sources = python::simulator_sources();
    let mut pytest = Command::new(python::ensure()?);
    pytest.args(["-m", "pytest", "-p", "no:cacheprovider"]).env("PYTHONDONTWRITEBYTECODE", "1");
    workspace::run(pytest.env("PYTHONPATH", &sources).current_dir(&sources))
}

/// One simulator serves the tests of all crates: each test has an account of its own.
fn test_rust() -> Result<()> {
    let simulator = python::start_simulator()?;
    let mut cargo = workspace::cargo();
    cargo
        .args(["test", "--workspace", "--locked", "--quiet", "--no-fail-fast"])
        .env("LANDFORM_SIMULATOR", simulator.address());
    for (name, _) in std::env::vars_os() {
        // What a developer has configured for AWS or Terraform is none of the tests' business.
        if ["AWS_", "TF_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            cargo.env_remove(name);
        }
    }
    workspace::run(&mut cargo)
}
