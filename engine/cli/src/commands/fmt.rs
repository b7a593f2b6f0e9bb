//! `landform fmt`: files in the one style.

use std::path::{Path, PathBuf};

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::syntax::{format, parse_native};

use crate::args::{self, FlagKind, Flags, Parsed};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[
    ("list", FlagKind::Bool),
    ("write", FlagKind::Bool),
    ("diff", FlagKind::Bool),
    ("check", FlagKind::Bool),
    ("recursive", FlagKind::Bool),
];

pub(crate) const HELP: &str = "\
Usage: landform [global options] fmt [options] [FILE|DIR|-]...

  Brings files in native syntax (.tf, .tfvars, .tftest.hcl) into the one style.
  Without arguments, those of this directory; '-' is standard input.

Options:

  -list=false     Do not list the files that change.
  -write=false    Leave the files as they are.
  -diff           Show what changes.
  -check          Change nothing; exit with 3 when something would change.
  -recursive      The files of directories below, too.
  -no-color       No colours.
";

const SUFFIXES: [&str; 4] = [".tf", ".tfvars", ".tftest.hcl", ".tfmock.hcl"];

/// What is done with each file.
struct Formatter<'a> {
    session: &'a Session,
    list: bool,
    write: bool,
    diff: bool,
    recursive: bool,
    changed: bool,
    diagnostics: Diagnostics,
}

/// Runs it.
pub(crate) fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS], arguments).map_err(Failure::flags)?;
    let check = parsed.is("check", false);
    let from_stdin = parsed.positional == ["-"];
    let mut formatter = Formatter {
        session,
        list: parsed.is("list", true) && !from_stdin,
        write: parsed.is("write", true) && !check && !from_stdin,
        diff: parsed.is("diff", false),
        recursive: parsed.is("recursive", false),
        changed: false,
        diagnostics: Diagnostics::new(),
    };
    if from_stdin {
        formatter.standard_input(&parsed, check);
    } else if parsed.positional.is_empty() {
        formatter.directory(Path::new("."));
    }
    for path in parsed.positional.iter().filter(|_| !from_stdin) {
        formatter.argument(path);
    }
    let (changed, diagnostics) = (formatter.changed, formatter.diagnostics);
    if session.view.diagnostics(diagnostics) {
        return Ok(2);
    }
    Ok(if check && changed { 3 } else { 0 })
}

impl Formatter<'_> {
    fn standard_input(&mut self, _: &Parsed, check: bool) {
        let text = self.session.world.read_input();
        let Some(formatted) = self.formatted("<stdin>", &text) else { return };
        self.changed |= formatted != text;
        if self.diff && formatted != text {
            print(&difference("<stdin>", &text, &formatted));
        } else if !check && !self.diff {
            print(&formatted);
        }
    }

    fn argument(&mut self, path: &str) {
        match fs_err::metadata(self.session.world.path(path)) {
            Err(_) => {
                self.diagnostics.push(Diagnostic::error(format!("No file or directory at {path}"), ""));
            }
            Ok(metadata) if metadata.is_dir() => self.directory(Path::new(path)),
            Ok(_) if SUFFIXES.iter().any(|suffix| path.ends_with(suffix)) => self.file(Path::new(path)),
            Ok(_) => {
                let detail = "Only .tf, .tfvars, and .tftest.hcl files can be processed with landform fmt";
                self.diagnostics.push(Diagnostic::error(detail, ""));
            }
        }
    }

    fn directory(&mut self, directory: &Path) {
        let mut entries: Vec<PathBuf> = match fs_err::read_dir(self.session.world.path(directory)) {
            Ok(entries) => entries.flatten().map(|entry| directory.join(entry.file_name())).collect(),
            Err(error) => {
                let detail = format!("There is no configuration directory at {}: {error}.", directory.display());
                self.diagnostics.push(Diagnostic::error("Cannot read directory", detail));
                return;
            }
        };
        entries.sort();
        for path in entries {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#')) {
                continue;
            }
            if self.session.world.path(&path).is_dir() {
                if self.recursive {
                    self.directory(&path);
                }
            } else if SUFFIXES.iter().any(|suffix| name.ends_with(suffix)) {
                self.file(&path);
            }
        }
    }

    fn file(&mut self, path: &Path) {
        let shown = shown(path);
        let full = self.session.world.path(path);
        let text = match fs_err::read_to_string(&full) {
            Ok(text) => text,
            Err(error) => {
                self.diagnostics.push(Diagnostic::error(format!("Failed to read file {shown}"), format!("{error}.")));
                return;
            }
        };
        let Some(formatted) = self.formatted(&shown, &text).filter(|formatted| *formatted != text) else { return };
        self.changed = true;
        if self.list {
            print(&format!("{shown}\n"));
        }
        if self.write
            && let Err(error) = fs_err::write(&full, &formatted)
        {
            self.diagnostics.push(Diagnostic::error(format!("Failed to write {shown}"), format!("{error}.")));
        }
        if self.diff {
            print(&difference(&shown, &text, &formatted));
        }
    }

    /// The text in the one style; `None` when it is not well formed.
    fn formatted(&mut self, name: &str, text: &str) -> Option<String> {
        let file = self.session.view.sources.add(name, text);
        let (_, diagnostics) = parse_native(&self.session.view.sources, file);
        let failed = diagnostics.has_errors();
        self.diagnostics.extend(diagnostics);
        (!failed).then(|| format(text))
    }
}

/// A path without a leading `./`.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    text.strip_prefix("./").unwrap_or(&text).to_owned()
}

fn difference(name: &str, old: &str, new: &str) -> String {
    let diff = similar::TextDiff::from_lines(old, new);
    diff.unified_diff().header(&format!("old/{name}"), &format!("new/{name}")).to_string()
}
