//! `cargo xtask fuzz`: feeds a part of the program whatever may break it.

use std::process::Command;

use crate::arguments::{Arguments, Word};
use crate::error::Result;
use crate::workspace;

/// A fuzz target, and the features of `landform-fuzz` that it needs.
type Target = (&'static str, &'static str);

const TARGETS: [Target; 7] = [
    ("hcl", ""),
    ("json", ""),
    ("template", ""),
    ("expression", ""),
    ("msgpack", ""),
    ("state", "state"),
    ("plan", "state"),
];

/// What makes the compiler count which paths are taken. All of it is stable, unlike the sanitizers.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
                        -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

/// What a single input may take.
const LIMITS: [&str; 3] = ["-timeout=10", "-rss_limit_mb=1024", "-max_len=4096"];

/// Builds a target and runs it for some seconds, or all, one behind the other.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let arguments = Arguments::parse(arguments, Word::Optional, &["--seconds"])?;
    let seconds: u64 = arguments.number("--seconds", 60)?;
    let name = arguments.word();
    let wanted: Vec<&Target> = TARGETS.iter().filter(|(target, _)| name.is_none_or(|name| name == *target)).collect();
    if wanted.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|(name, _)| *name).collect();
        return Err(format!("there is no such target; there are: {}", names.join(", ")).into());
    }
    let triple = host_triple()?;
    wanted.into_iter().try_for_each(|target| fuzz(target, &triple, seconds))
}

/// What was found in earlier runs is in `corpus`, what broke the target in `artifacts`; neither is in the repository.
fn fuzz((name, features): &Target, triple: &str, seconds: u64) -> Result<()> {
    let folder = workspace::root().join("fuzz");
    // A target triple keeps the flags away from build scripts.
    let mut build = workspace::cargo();
    build.current_dir(&folder).env("RUSTFLAGS", COVERAGE).env_remove("CARGO_TARGET_DIR");
    build.args(["build", "--release", "--target", triple, "--bin", name, "--features", features]);
    workspace::run(&mut build)?;
    let (corpus, artifacts) = (folder.join("corpus").join(name), folder.join("artifacts").join(name));
    fs_err::create_dir_all(&corpus)?;
    fs_err::create_dir_all(&artifacts)?;
    let mut target = Command::new(folder.join("target").join(triple).join("release").join(name));
    target.args(LIMITS).arg(format!("-max_total_time={seconds}")).arg("-print_final_stats=1");
    target.arg(format!("-artifact_prefix={}/", artifacts.display()));
    workspace::run(target.arg(corpus).arg(folder.join("seeds").join(name)))
}

fn host_triple() -> Result<String> {
    let version = workspace::output(Command::new("rustc").arg("-vV"))?;
    let triple = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(triple.ok_or("rustc does not say for which host it is")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_has_a_program_and_seeds() {
        let folder = workspace::root().join("fuzz");
        for (name, _) in TARGETS {
            assert!(folder.join("targets").join(format!("{name}.rs")).exists(), "{name} has no program");
            let seeds = fs_err::read_dir(folder.join("seeds").join(name)).expect("a folder of seeds");
            assert!(seeds.count() > 0, "{name} has no seeds");
        }
    }

    #[test]
    fn a_target_that_is_not_there() {
        let error = run(&["nope".to_owned()]).expect_err("there is none");
        assert!(error.to_string().contains("hcl, json, template"), "{error}");
    }
}
