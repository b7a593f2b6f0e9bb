//! The language: how fast files are parsed, and what modules, collections and references cost, beside what they may.

use std::path::Path;
use std::time::Duration;

use crate::bench::measure::{self, Measured};
use crate::bench::target::{Target, row, verdict};
use crate::bench::{Contest, corpus, roots};
use crate::error::Result;
use crate::workspace;

/// Megabytes a second that one core has to parse.
const PARSE_TARGET: f64 = 30.0;

/// Modules of the parsed corpus.
const CORPUS_MODULES: usize = 300;

/// What evaluating a root may take, in seconds, by the name of its folder.
const EVALUATION_TARGETS: [(&str, &str, f64); 2] = [
    ("lang-modules", "400 modules of 13: evaluate", 0.15),
    ("lang-collections", "100,000 elements in locals: evaluate", 0.2),
];

pub(crate) fn run(contest: &Contest) -> Result<()> {
    let modules = contest.folder.join("lang-modules");
    roots::write_modules(&modules, 400)?;
    let collections = contest.folder.join("lang-collections");
    roots::write(&collections, COLLECTIONS)?;
    in_process(contest, &[&modules, &collections])?;
    judge("400 modules of 13: plan", &one(contest, &modules)?, Target::memory(100));
    println!("{}", row("100,000 elements in locals: plan", "landform", &one(contest, &collections)?, None));
    references(contest)
}

fn judge(work: &str, measured: &Measured, target: Target) {
    println!("{}", row(work, "landform", measured, Some(&target)));
}

/// Parsing, and evaluating roots without reading files and showing plans, by a program of the engine. It tells the time of
/// the processor, which is the same on a busy machine.
fn in_process(contest: &Contest, roots: &[&Path]) -> Result<()> {
    let folder = contest.folder.join("lang-corpus");
    let bytes = corpus::write(&folder, CORPUS_MODULES)?;
    println!("corpus of {} files, {:.1} MB", CORPUS_MODULES * 3, bytes as f64 / 1e6);
    let mut bench = workspace::cargo();
    bench.args(["bench", "--quiet", "--package", "landform-cli", "--no-default-features", "--bench", "language", "--"]);
    let output = workspace::output(bench.arg(&folder).arg(contest.runs.to_string()).args(roots))?;
    for (name, number) in output.lines().filter_map(|line| line.split_once('\t')) {
        println!("{}", told(name, number));
    }
    Ok(())
}

/// A row of what the engine's program has measured.
fn told(name: &str, number: &str) -> String {
    let measured: f64 = number.parse().unwrap_or(f64::NAN);
    let folder = Path::new(name).file_name().unwrap_or_default();
    if let Some((_, work, target)) = EVALUATION_TARGETS.iter().find(|(root, ..)| *root == folder) {
        let verdict = verdict(measured <= *target);
        return format!(
            "{work:<44} {:<10} {measured:>8.3} s               target {target:.2} s   {verdict}",
            "landform"
        );
    }
    let target = match name {
        "parse, one core" => format!("target {PARSE_TARGET} MB/s   {}", verdict(measured >= PARSE_TARGET)),
        _ => String::new(),
    };
    format!("{name:<44} {:<10} {number:>6} MB/s            {target}", "landform").trim_end().to_owned()
}

/// The median plan of a folder by this engine.
fn one(contest: &Contest, folder: &Path) -> Result<Measured> {
    let tool = contest.tools.first().ok_or("there is no binary to measure")?;
    workspace::output(tool.command(folder).args(["init", "-input=false"]))?;
    let run = |_| measure::measure(tool.command(folder).args(["plan", "-input=false"]));
    Ok(measure::summary((0..contest.runs).map(run).collect::<Result<_>>()?))
}

/// Each of many instances refers to the resource of as many others, or does not: the difference is what references cost.
fn references(contest: &Contest) -> Result<()> {
    let mut times = Vec::new();
    for (name, input) in [("without", "count.index"), ("with", "length(terraform_data.a) + count.index")] {
        let folder = contest.folder.join(format!("lang-references-{name}"));
        roots::write(&folder, &two_resources(10_000, input))?;
        times.push(one(contest, &folder)?.time);
    }
    let more = times[1].saturating_sub(times[0]);
    let each = more / 10_000;
    // Ten microseconds an instance are a thousandth of what copying 10,000 elements for each would take.
    let is_met = each < Duration::from_micros(10);
    println!(
        "{:<44} {:>6} ms more        target < 0.01 ms each   {}",
        "10,000 references to 10,000 instances",
        more.as_millis(),
        verdict(is_met)
    );
    Ok(())
}

fn two_resources(count: usize, input: &str) -> String {
    format!(
        "resource \"terraform_data\" \"a\" {{\n  count = {count}\n  input = count.index\n}}\n\n\
         resource \"terraform_data\" \"b\" {{\n  count = {count}\n  input = {input}\n}}\n"
    )
}

const COLLECTIONS: &str = r#"locals {
  thousand = range(1000)
  all      = flatten([for i in range(100) : [for j in local.thousand : i * 1000 + j]])
  objects  = [for i in local.all : { id = i, name = "name-${i}", even = i % 2 == 0 }]
  by_name  = merge({ for object in local.objects : object.name => object if object.even }, { for object in local.objects : object.name => object if !object.even })
  names    = toset(keys(local.by_name))
}

output "count" {
  value = length(local.names) + length(local.all)
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_engines_program() {
        assert!(told("parse, one core", "31.5").ends_with("31.5 MB/s            target 30 MB/s   met"));
        assert!(told("parse, one core", "29.9").ends_with("MISSED"));
        assert!(told("parse, all cores", "50.0").ends_with("50.0 MB/s"));
        assert!(told("/x/lang-modules", "0.1512").ends_with("0.151 s               target 0.15 s   MISSED"));
        assert!(told("/x/lang-collections", "0.1512").ends_with("target 0.20 s   met"));
    }

    #[test]
    fn instances_refer_to_the_resource() {
        assert!(two_resources(5, "length(terraform_data.a)").contains("count = 5\n  input = length(terraform_data.a)"));
    }
}
