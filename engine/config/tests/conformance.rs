//! The corpus: small modules with what Terraform 1.11.4 says of them, one file each in `tests/corpus`.
//!
//! A corpus file holds cases, each begun by a line `== name`. A case holds files (`-- path --`) and, behind
//! `-- expected --`, one line a diagnostic, sorted: severity, range, summary, `|` and detail.
//!
//! With `LANDFORM_RECORD=1` in the environment, the expectations are written anew by the `terraform` on the path.

use std::path::{Path, PathBuf};
use std::process::Command;

use landform_config::check::{check_references, check_required_versions};
use landform_config::load::{FileSource, MemoryFiles};
use landform_config::load_tree;
use landform_config::manifest::Manifest;
use landform_diagnostics::{Diagnostic, Diagnostics, Severity, SourceMap, Span};

const EXPECTED: &str = "-- expected --\n";

#[test]
fn terraform_says_the_same() {
    let recording = std::env::var_os("LANDFORM_RECORD").is_some();
    let mut differences = Vec::new();
    for path in corpus_files() {
        let text = fs_err::read_to_string(&path).expect("readable");
        if recording {
            fs_err::write(&path, record(&text)).expect("writable");
            continue;
        }
        for (name, case) in cases(&text) {
            let (files, expected) = case.split_once(EXPECTED).unwrap_or((case, ""));
            let mut found = landform_diagnostics(files);
            found.sort();
            let expected: Vec<String> = expected.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect();
            if found != expected {
                let both = [without(&expected, &found, "  - "), without(&found, &expected, "  + ")].concat();
                differences.push(format!("{}: {name}\n{both}", path.file_name().unwrap_or_default().display()));
            }
        }
    }
    assert!(differences.is_empty(), "{} differ\n{}", differences.len(), differences.join("\n"));
}

fn corpus_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
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

/// What we say, in the stages of `terraform validate`: a stage with errors is the last.
fn landform_diagnostics(archive: &str) -> Vec<String> {
    let sources = SourceMap::new();
    let files = MemoryFiles::from_archive(archive);
    let manifest = files.read(".terraform/modules/modules.json").ok();
    let manifest = manifest.map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
    let manifest = Manifest::parse(manifest.as_deref().unwrap_or_default()).expect("a manifest");
    let (tree, mut all) = load_tree(".", &manifest, &sources, &files);
    if let Some(tree) = tree.filter(|_| !all.has_errors()) {
        let stages: [fn(&_, &SourceMap) -> Diagnostics; 2] = [check_required_versions, check_references];
        for stage in stages {
            if all.has_errors() {
                break;
            }
            all.extend(stage(&tree, &sources));
        }
    }
    all.iter().map(|diagnostic| shown(diagnostic, &sources)).collect()
}

fn shown(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
    let range = diagnostic.subject.map(|span| range(span, sources)).unwrap_or_default();
    format!("{severity} {range} {} | {}", diagnostic.summary, diagnostic.detail.replace('\n', "\\n"))
}

/// As Terraform's JSON has it: an empty range is one character wide.
fn range(span: Span, sources: &SourceMap) -> String {
    let file = sources.file(span.file);
    let (start, mut end) = (file.position(span.start as usize), file.position(span.end as usize));
    if start == end {
        end.column += 1;
    }
    format!("{}:{},{}-{},{}", file.name, start.line, start.column, end.line, end.column)
}

/// A corpus file with its expectations written anew.
fn record(text: &str) -> String {
    let written = cases(text).into_iter().map(|(name, case)| {
        let (files, _) = case.split_once(EXPECTED).unwrap_or((case, ""));
        let expected = terraform_diagnostics(files);
        format!("== {name}\n{}\n{EXPECTED}{}\n", files.trim_end(), expected.join("\n"))
    });
    written.collect::<Vec<String>>().join("\n")
}

fn terraform_diagnostics(archive: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, bytes) in MemoryFiles::from_archive(archive).iter() {
        let path = folder.path().join(path);
        fs_err::create_dir_all(path.parent().expect("a folder above")).expect("creatable");
        fs_err::write(path, bytes).expect("writable");
    }
    if !folder.path().join(".terraform").exists() {
        terraform(folder.path(), &["init", "-backend=false", "-input=false"]);
    }
    let output = terraform(folder.path(), &["validate", "-json"]);
    let json: serde_json::Value = serde_json::from_str(&output).expect("JSON");
    let diagnostics = json["diagnostics"].as_array().cloned().unwrap_or_default();
    let mut lines: Vec<String> = diagnostics.iter().map(recorded).collect();
    lines.sort();
    lines
}

fn recorded(diagnostic: &serde_json::Value) -> String {
    let text = |name: &str| diagnostic[name].as_str().unwrap_or_default().to_owned();
    let position = |end: &str| {
        let place = &diagnostic["range"][end];
        format!("{},{}", place["line"], place["column"])
    };
    let range = diagnostic["range"]["filename"]
        .as_str()
        .map(|file| format!("{file}:{}-{}", position("start"), position("end")));
    let detail = text("detail").replace('\n', "\\n");
    format!("{} {} {} | {detail}", text("severity"), range.unwrap_or_default(), text("summary"))
}

fn terraform(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("terraform")
        .args(arguments)
        .current_dir(folder)
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_CLI_CONFIG_FILE", if cfg!(windows) { "NUL" } else { "/dev/null" })
        .output()
        .expect("terraform is on the path when recording");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
