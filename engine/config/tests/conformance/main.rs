//! The corpus: small configurations with what Terraform 1.11.4 says of them. In `validated` by `terraform validate`, in
//! `planned` by `terraform plan`.
//!
//! A corpus file holds cases, each begun by a line `== name`. A case holds files (`-- path --`) and, behind
//! `-- expected --`, one line a diagnostic, sorted: severity, range, summary, `|` and detail.
//!
//! With `LANDFORM_RECORD=1` in the environment, the expectations are written anew by the `terraform` on the path.

mod landform;
mod literal;
mod terraform;

use std::path::{Path, PathBuf};

const EXPECTED: &str = "-- expected --\n";

#[test]
fn validate_says_the_same() {
    check("validated", landform::validate, terraform::validate);
}

#[test]
fn plan_says_the_same() {
    check("planned", landform::plan, terraform::plan);
}

/// What is said of an archive of files, as sorted lines.
type Says = fn(&str) -> Vec<String>;

#[allow(clippy::disallowed_methods, reason = "a test that a variable turns into a recorder")]
fn check(folder: &str, ours: Says, terraforms: Says) {
    let recording = std::env::var_os("LANDFORM_RECORD").is_some();
    let mut differences = Vec::new();
    for path in corpus_files(folder) {
        let text = fs_err::read_to_string(&path).expect("readable");
        if recording {
            fs_err::write(&path, record(&text, terraforms)).expect("writable");
            continue;
        }
        for (name, case) in cases(&text) {
            let (files, expected) = case.split_once(EXPECTED).unwrap_or((case, ""));
            let found = ours(files);
            let expected: Vec<String> = expected.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
            if found != expected {
                let both = [without(&expected, &found, "  - "), without(&found, &expected, "  + ")].concat();
                differences.push(format!("{}: {name}\n{both}", path.file_name().unwrap_or_default().display()));
            }
        }
    }
    assert!(differences.is_empty(), "{} differ\n{}", differences.len(), differences.join("\n"));
}

fn corpus_files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(folder);
    let entries = fs_err::read_dir(folder).expect("the corpus is there");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.sort();
    paths
}

/// Names and texts of the cases in a corpus file.
fn cases(text: &str) -> Vec<(&str, &str)> {
    text.split("\n== ").map(|case| case.trim_start_matches("== ")).filter_map(|case| case.split_once('\n')).collect()
}

/// The lines of one list that another lacks, each as often as it is missing.
fn without(lines: &[String], others: &[String], prefix: &str) -> String {
    let mut others = others.to_vec();
    let mut missing = String::new();
    for line in lines {
        match others.iter().position(|other| other == line) {
            Some(at) => drop(others.remove(at)),
            None => missing.push_str(&format!("{prefix}{line}\n")),
        }
    }
    missing
}

/// A corpus file with its expectations written anew.
fn record(text: &str, terraforms: Says) -> String {
    let written = cases(text).into_iter().map(|(name, case)| {
        let (files, _) = case.split_once(EXPECTED).unwrap_or((case, ""));
        format!("== {name}\n{}\n{EXPECTED}{}\n", files.trim_end(), terraforms(files).join("\n"))
    });
    written.collect::<Vec<String>>().join("\n")
}
