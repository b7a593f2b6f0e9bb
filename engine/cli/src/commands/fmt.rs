//! `landform fmt`: files in the one style.

mod files;
mod output;

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::syntax::{decode, format, parse_native};

use landform_views::diagnostics::STANDARD_INPUT;

use crate::args::{self, FlagKind, Flags, Parsed};
use crate::failure::{Help, Outcome};
use crate::session::Session;
use output::Output;

const FLAGS: Flags = &[
    ("list", FlagKind::Bool),
    ("write", FlagKind::Bool),
    ("diff", FlagKind::Bool),
    ("check", FlagKind::Bool),
    ("recursive", FlagKind::Bool),
];

pub(crate) const HELP: &str = "\
Usage: landform [global options] fmt [options] [FILE|DIR|-]...

  Brings files in native syntax (.tf, .tofu, .tfvars, .tftest.hcl) into the one
  style. Without arguments, those of this directory; '-' is standard input.

Options:

  -list=false     Do not list the files that change.
  -write=false    Leave the files as they are.
  -diff           Show what changes.
  -check          Change nothing; exit with 3 when something would change.
  -recursive      The files of directories below, too.
  -no-color       No colours.
";

/// What is done with each file, and what came of it.
struct Formatter<'a> {
    session: &'a Session,
    shows: Shows,
    writes: bool,
    recursive: bool,
    output: Output,
    diagnostics: Diagnostics,
}

/// What is printed of each file.
#[derive(Clone, Copy)]
struct Shows {
    /// The names of those that change.
    names: bool,
    /// What changes in them.
    differences: bool,
    /// Their text in the one style.
    text: bool,
}

/// Runs it.
pub(crate) fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS], arguments, Help::Before)?;
    let from_input = parsed.positional.first().is_some_and(|path| path == "-");
    let mut formatter = Formatter::new(session, &parsed, from_input);
    match parsed.positional.as_slice() {
        _ if from_input => formatter.standard_input(),
        [] => formatter.paths(&[".".to_owned()]),
        paths => formatter.paths(paths),
    }
    let Formatter { output, diagnostics, .. } = formatter;
    if session.view.diagnostics(diagnostics) {
        return Ok(2);
    }
    let lists = parsed.is("list", true) && !from_input;
    Ok(if output.finish(lists) { 3 } else { 0 })
}

impl<'a> Formatter<'a> {
    fn new(session: &'a Session, parsed: &Parsed, from_input: bool) -> Self {
        let check = parsed.is("check", false);
        let names = check || (parsed.is("list", true) && !from_input);
        let writes = parsed.is("write", true) && !check && !from_input;
        let differences = parsed.is("diff", false);
        let shows = Shows { names, differences, text: !names && !writes && !differences };
        let output = if check { Output::Kept(String::new()) } else { Output::Printed };
        let recursive = parsed.is("recursive", false);
        Self { session, shows, writes, recursive, output, diagnostics: Diagnostics::new() }
    }

    fn standard_input(&mut self) {
        let bytes = self.session.world.read_input_bytes();
        self.source(STANDARD_INPUT, bytes);
    }

    /// Formats a text with a name, which is that of its file unless nothing is written.
    fn source(&mut self, name: &str, bytes: Vec<u8>) {
        let text = decode(bytes);
        let sources = &self.session.view.sources;
        let (_, diagnostics) = parse_native(sources, sources.add(name, &text));
        if diagnostics.has_errors() {
            self.diagnostics.extend(diagnostics);
            return;
        }
        let formatted = format(&text);
        if formatted != text {
            self.changed(name, &text, &formatted);
        }
        if self.shows.text {
            self.output.put(&formatted);
        }
    }

    fn changed(&mut self, name: &str, text: &str, formatted: &str) {
        if self.shows.names {
            self.output.put(&format!("{name}\n"));
        }
        if self.writes && self.write(name, formatted).is_err() {
            self.error(format!("Failed to write {name}"));
        } else if self.shows.differences {
            self.output.put(&output::difference(name, text, formatted));
        }
    }

    fn error(&mut self, summary: String) {
        self.diagnostics.push(Diagnostic::error(summary, ""));
    }
}
