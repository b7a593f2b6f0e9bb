//! What `terraform console` prints, recorded: values, and summaries and details of errors.

use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::render;

use super::evaluate;
use crate::expr::FunctionSet;
use crate::functions::MemoryWorld;

/// Cases recorded from Terraform 1.11.4 in a directory with some files. A line `@ name contents` is a file, with its
/// contents in JSON or, after `0x`, in hexadecimal digits; `> expression` begins a case; `= line` is a line that it
/// prints; `! summary: detail` is an error, with all white space as one space.
const CASES: &str = include_str!("console.txt");

struct Case {
    source: &'static str,
    expected: String,
}

fn read() -> (MemoryWorld, Vec<Case>) {
    let mut world = MemoryWorld::at(time::OffsetDateTime::UNIX_EPOCH);
    let mut cases: Vec<Case> = Vec::new();
    for line in CASES.lines() {
        let (kind, text) = line.split_at(line.len().min(2));
        match (kind, cases.last_mut()) {
            ("@ ", _) => {
                let (name, contents) = text.split_once(' ').expect("a name and contents");
                let contents = match contents.strip_prefix("0x") {
                    Some(digits) => hex::decode(digits).expect("hexadecimal digits"),
                    None => serde_json::from_str::<String>(contents).expect("a JSON string").into_bytes(),
                };
                world = world.with_file(name, contents);
            }
            ("> ", _) => cases.push(Case { source: text, expected: String::new() }),
            ("= ", Some(case)) => case.expected += &format!("{text}\n"),
            ("! ", Some(case)) => case.expected += &format!("{line}\n"),
            _ => assert!(line.starts_with('#') || line.is_empty(), "{line}"),
        }
    }
    (world, cases)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn errors(diagnostics: &Diagnostics) -> String {
    let mut found: Vec<&Diagnostic> = diagnostics.iter().filter(|found| found.is_error()).collect();
    found.sort_by_key(|found| found.subject.map(|span| span.start));
    let line = |found: &&Diagnostic| format!("! {}: {}\n", found.summary, one_line(&found.detail));
    found.iter().map(line).collect()
}

#[test]
fn expressions_print_as_in_terraforms_console() {
    let (world, cases) = read();
    let world = Arc::new(world);
    let mut wrong = String::new();
    for Case { source, expected } in &cases {
        let (value, diagnostics, _) = evaluate(source, FunctionSet::Console, world.clone(), |context| context);
        let found = errors(&diagnostics);
        let printed = if found.is_empty() { format!("{}\n", render::literal(&value)) } else { found };
        if printed != *expected {
            wrong += &format!("> {source}\nexpected:\n{expected}found:\n{printed}\n");
        }
    }
    assert!(cases.len() > 1000, "the table is read");
    assert!(wrong.is_empty(), "{wrong}");
}
