//! The language: how fast files are parsed, and what modules, collections and references cost, beside what they may.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use crate::bench::measure::{self, Measured};
use crate::bench::{Contest, corpus};
use crate::error::Result;
use crate::workspace;

/// Megabytes a second that one core has to parse.
const PARSE_TARGET: f64 = 30.0;

/// Modules of the parsed corpus.
const CORPUS_MODULES: usize = 300;

pub(crate) fn run(contest: &Contest) -> Result<()> {
    throughput(contest)?;
    let modules = contest.folder.join("lang-modules");
    write_modules(&modules, 400)?;
    judge("400 modules of 13 resources: plan", &one(contest, &modules)?, Target { milliseconds: 150, megabytes: 100 });
    let collections = contest.folder.join("lang-collections");
    write_root(&collections, COLLECTIONS)?;
    judge("100,000 elements in locals: plan", &one(contest, &collections)?, Target { milliseconds: 200, megabytes: 0 });
    references(contest)
}

/// What a measurement may be at most; 0 stands for no limit.
struct Target {
    milliseconds: u128,
    megabytes: u64,
}

fn judge(work: &str, measured: &Measured, target: Target) {
    let (time, memory) = (measured.time.as_millis(), measured.peak_kilobytes / 1024);
    let limit = |limit: String, is_one: bool| if is_one { limit } else { "-".to_owned() };
    let time_limit = limit(format!("{} ms", target.milliseconds), target.milliseconds > 0);
    let memory_limit = limit(format!("{} MB", target.megabytes), target.megabytes > 0);
    let missed = |found: u128, limit: u128| limit > 0 && found > limit;
    let is_missed = missed(time, target.milliseconds) || missed(u128::from(memory), u128::from(target.megabytes));
    println!("{work:<44} {time:>6} ms {memory:>5} MB   target {time_limit}, {memory_limit}   {}", verdict(!is_missed));
}

fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}

/// Parsing alone, by a program of the engine.
fn throughput(contest: &Contest) -> Result<()> {
    let folder = contest.folder.join("lang-corpus");
    let bytes = corpus::write(&folder, CORPUS_MODULES)?;
    println!("corpus of {} files, {:.1} MB", CORPUS_MODULES * 3, bytes as f64 / 1e6);
    let mut bench = workspace::cargo();
    bench.args(["bench", "--quiet", "--package", "landform-cli", "--no-default-features", "--bench", "language", "--"]);
    let output = workspace::output(bench.arg(&folder).arg(contest.runs.to_string()))?;
    for (name, rate) in output.lines().filter_map(|line| line.split_once('\t')) {
        let target = match name {
            "parse, one core" => {
                format!(
                    "target {PARSE_TARGET} MB/s   {}",
                    verdict(rate.parse().is_ok_and(|rate: f64| rate >= PARSE_TARGET))
                )
            }
            _ => String::new(),
        };
        println!("{name:<44} {rate:>6} MB/s            {target}");
    }
    Ok(())
}

/// The median plan of a folder by this engine.
fn one(contest: &Contest, folder: &Path) -> Result<Measured> {
    let tool = contest.tools.first().ok_or("there is no binary to measure")?;
    workspace::output(tool.command(folder).args(["init", "-input=false"]))?;
    let run = |_| measure::measure(tool.command(folder).args(["plan", "-input=false", "-out=plan"]));
    Ok(measure::summary((0..contest.runs).map(run).collect::<Result<_>>()?))
}

/// Each of many instances refers to the resource of as many others, or does not: the difference is what references cost.
fn references(contest: &Contest) -> Result<()> {
    let mut times = Vec::new();
    for (name, input) in [("without", "count.index"), ("with", "length(terraform_data.a) + count.index")] {
        let folder = contest.folder.join(format!("lang-references-{name}"));
        write_root(&folder, &two_resources(10_000, input))?;
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

/// A root that calls a module of 13 resources so many times.
fn write_modules(folder: &Path, calls: usize) -> Result<()> {
    let root = format!(
        "module \"service\" {{\n  source = \"./service\"\n  count  = {calls}\n  name   = \"service-${{count.index}}\"\n}}\n\n\
         output \"names\" {{\n  value = length(module.service[*].name)\n}}\n"
    );
    write_root(folder, &root)?;
    write_root(&folder.join("service"), &service(13))
}

fn service(resources: usize) -> String {
    let mut text =
        "variable \"name\" {\n  type = string\n}\n\nlocals {\n  tags = { Name = var.name, Kind = \"service\" }\n}\n"
            .to_owned();
    for index in 0..resources {
        let input = match index {
            0 => "merge(local.tags, { Index = 0 })".to_owned(),
            _ => format!("merge(local.tags, {{ Index = {index}, Before = terraform_data.r{}.input.Name }})", index - 1),
        };
        write!(text, "\nresource \"terraform_data\" \"r{index}\" {{\n  input = {input}\n}}\n")
            .expect("writing to a String does not fail");
    }
    text + "\noutput \"name\" {\n  value = var.name\n}\n"
}

fn write_root(folder: &Path, text: &str) -> Result<()> {
    fs_err::create_dir_all(folder)?;
    Ok(fs_err::write(folder.join("main.tf"), text)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_has_its_resources() {
        let text = service(13);
        assert_eq!(text.matches("resource \"terraform_data\"").count(), 13);
        assert!(text.contains("Index = 12, Before = terraform_data.r11.input.Name"));
    }

    #[test]
    fn instances_refer_to_the_resource() {
        assert!(two_resources(5, "length(terraform_data.a)").contains("count = 5\n  input = length(terraform_data.a)"));
    }
}
