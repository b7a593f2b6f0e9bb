//! Texts recorded from Terraform 1.11.4.

use landform_diagnostics::{Diagnostic, Diagnostics, FunctionCall, NamedValue, SourceMap, Span};

use super::{Sources, arrange, compact_warnings, human, json, report};
use crate::Style;

const SOURCE: &str = "resource \"terraform_data\" \"q\" {\n  input = upper(var.v, \n     1)\n\n  count = 2\n}\n";

fn files() -> (SourceMap, landform_diagnostics::FileId) {
    let files = SourceMap::new();
    let id = files.add("bad.tf", SOURCE);
    (files, id)
}

/// A diagnostic at the first occurrence of a text, within the line that holds another.
fn diagnostic(file: landform_diagnostics::FileId, at: &str, from: &str) -> Diagnostic {
    let start = SOURCE.find(at).expect("the text occurs");
    let context = SOURCE.find(from).expect("the text occurs");
    Diagnostic::error("Too many function arguments", "Function \"upper\" expects only 1 argument(s).")
        .at(Span::new(file, start, start + at.len()))
        .within(Span::new(file, context, start + at.len() + 1))
        .with_extra(|extra| {
            extra.function_call = Some(FunctionCall { name: "upper".into(), signature: Some("upper(str)".into()) });
        })
}

fn header(span: Span) -> Option<String> {
    (span.start > 0).then(|| "resource \"terraform_data\" \"q\"".to_owned())
}

#[test]
fn plain_text() {
    let (files, id) = files();
    let sources = Sources { context: &header, ..Sources::of(&files) };
    let expected = "
Error: Too many function arguments

  on bad.tf line 3, in resource \"terraform_data\" \"q\":
   2:   input = upper(var.v, 
   3:      1)
    ├────────────────
    │ while calling upper(str)

Function \"upper\" expects only 1 argument(s).
";
    assert_eq!(human(&diagnostic(id, "1", "upper("), &sources, &Style::default()), expected);
}

#[test]
fn coloured_text_has_a_rule_on_the_left() {
    let (files, id) = files();
    let sources = Sources { context: &header, ..Sources::of(&files) };
    let expected = "\x1b[31m╷\x1b[0m\x1b[0m
\x1b[31m│\x1b[0m \x1b[0m\x1b[1m\x1b[31mError: \x1b[0m\x1b[0m\x1b[1mToo many function arguments\x1b[0m
\x1b[31m│\x1b[0m \x1b[0m
\x1b[31m│\x1b[0m \x1b[0m\x1b[0m  on bad.tf line 3, in resource \"terraform_data\" \"q\":
\x1b[31m│\x1b[0m \x1b[0m   2:   input = upper(var.v, 
\x1b[31m│\x1b[0m \x1b[0m   3:      \x1b[4m1\x1b[0m)\x1b[0m
\x1b[31m│\x1b[0m \x1b[0m    \x1b[90m├────────────────\x1b[0m
\x1b[31m│\x1b[0m \x1b[0m\x1b[0m    \x1b[90m│\x1b[0m while calling \x1b[1mupper\x1b[0m(\x1b[0mstr)
\x1b[31m│\x1b[0m \x1b[0m
\x1b[31m│\x1b[0m \x1b[0mFunction \"upper\" expects only 1 argument(s).
\x1b[31m╵\x1b[0m\x1b[0m
";
    assert_eq!(human(&diagnostic(id, "1", "upper("), &sources, &Style { color: true, width: 60 }), expected);
}

#[test]
fn address_values_and_sources_that_are_no_files() {
    let (files, id) = files();
    let value =
        |traversal: &str, statement: &str| NamedValue { traversal: traversal.into(), statement: statement.into() };
    let found = diagnostic(id, "2\n}", "count").about("terraform_data.q[0]").with_extra(|extra| {
        extra.function_call = None;
        extra.values = vec![value("var.z", "is \"x\""), value("var.a", "is a string")];
    });
    let expected = "
Error: Too many function arguments

  with terraform_data.q[0],
  on bad.tf line 5:
   5:   count = 2
   6: }
    ├────────────────
    │ var.a is a string
    │ var.z is \"x\"

Function \"upper\" expects only 1 argument(s).
";
    assert_eq!(human(&found, &Sources::of(&files), &Style::default()), expected);
    let console = files.add("<console-input>", "1 +");
    let found = Diagnostic::error("Invalid expression", "").at(Span::new(console, 0, 1));
    let expected = "\nError: Invalid expression\n\n  on <console-input> line 1:\n  (source code not available)\n\n";
    assert_eq!(human(&found, &Sources::of(&files), &Style::default()), expected);
}

#[test]
fn a_line_break_as_subject_shows_its_line() {
    let files = SourceMap::new();
    let id = files.add("main.tf", "a = \n\nb = 1\n");
    let found = Diagnostic::error("Invalid expression", "").at(Span::new(id, 4, 5));
    let object = json(&found, &Sources::of(&files));
    let expected = serde_json::json!({
        "severity": "error", "summary": "Invalid expression", "detail": "",
        "range": {
            "filename": "main.tf",
            "start": {"line": 1, "column": 5, "byte": 4},
            "end": {"line": 2, "column": 1, "byte": 5},
        },
        "snippet": {
            "context": null, "code": "a = ", "start_line": 1,
            "highlight_start_offset": 4, "highlight_end_offset": 4, "values": [],
        },
    });
    assert_eq!(object, expected);
}

#[test]
fn similar_warnings_become_one_and_come_first() {
    let files = SourceMap::new();
    let (a, b) = (files.add("a.tf", "x\ny\n"), files.add("b/a.tf", "x\n"));
    let mut found = Diagnostics::new();
    found.error(Span::new(a, 0, 1), "Broken", "");
    found.warning(Span::new(b, 0, 1), "Old", "There.");
    found.warning(Span::new(a, 2, 3), "Old", "Here.");
    found.push(Diagnostic::warning("No place", ""));
    let arranged = arrange(found, &files);
    let shown: Vec<(&str, &str)> =
        arranged.iter().map(|item| (&*item.diagnostic.summary, &*item.diagnostic.detail)).collect();
    let similar = "Here.\n\n(and one more similar warning elsewhere)";
    assert_eq!(shown, [("No place", ""), ("Old", similar), ("Broken", "")]);
    let warnings = &arranged[..2];
    let compact = "Warnings:\n\n- No place\n- Old\n  on a.tf line 2 (and 1 more)\n";
    assert_eq!(compact_warnings(warnings, &files, &Style::default()), compact);
    let parts = report(warnings, &Sources::of(&files), &Style::default(), true);
    assert!(parts[0].1.ends_with("run Landform without -compact-warnings.\n"), "{parts:?}");
}
