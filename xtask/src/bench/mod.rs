//! `cargo xtask bench`: how long and how large, next to Terraform when it is on PATH.

mod corpus;
mod lang;
mod measure;
mod roots;
mod scale;
mod start;
mod target;
mod weather;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::arguments::{Arguments, Word};
use crate::error::Result;
use crate::workspace::{self, Profile};

const BENCHMARKS: [&str; 4] = ["scale", "start", "lang", "weather"];

/// The tools that are compared, and how often each is run.
pub(crate) struct Contest {
    tools: Vec<Tool>,
    runs: usize,
    folder: PathBuf,
}

pub(crate) struct Tool {
    name: &'static str,
    path: PathBuf,
}

/// Runs one benchmark, or all.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let arguments = Arguments::parse(arguments, Word::Optional, &["--runs", "--bin"])?;
    let name = arguments.word();
    if let Some(other) = name.filter(|name| !BENCHMARKS.contains(name)) {
        return Err(format!("there is no benchmark {other}").into());
    }
    let runs = arguments.number("--runs", 5)?;
    let binary = workspace::landform(arguments.option("--bin"), Profile::Release)?;
    if name == Some("weather") {
        return weather::run(&binary, runs);
    }
    let mut tools = vec![Tool { name: "landform", path: binary }];
    tools.extend(workspace::terraform().map(|path| Tool { name: "terraform", path }));
    let contest = Contest { tools, runs, folder: workspace::target().join("bench") };
    println!("median of {runs} runs, highest peak of memory of one process\n");
    println!("{:<44} {:<10} {:>10} {:>8}", "work", "tool", "time", "memory");
    match name {
        Some("scale") => scale::run(&contest),
        Some("lang") => lang::run(&contest),
        Some("start") => start::run(&contest),
        _ => start::run(&contest).and_then(|()| scale::run(&contest)),
    }
}

impl Contest {
    /// Measures `arguments` in `folder` for each tool. `prepare` is run before each measured run.
    fn compare(
        &self,
        work: &str,
        folder: &Path,
        arguments: &[&str],
        prepare: impl Fn(&Tool) -> Result<()>,
    ) -> Result<()> {
        for tool in &self.tools {
            let mut measured = Vec::new();
            for _ in 0..self.runs {
                prepare(tool)?;
                measured.push(measure::measure(tool.command(folder).args(arguments))?);
            }
            let result = measure::summary(measured);
            println!("{}", target::row(work, tool.name, &result, None));
        }
        Ok(())
    }
}

impl Tool {
    fn command(&self, folder: &Path) -> Command {
        workspace::tool(&self.path, folder)
    }
}
