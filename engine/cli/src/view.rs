//! Where texts go: diagnostics and messages, for people or as JSON.

use std::cell::RefCell;
use std::collections::HashMap;

use landform_diagnostics::{Diagnostics, FileId, Severity, SourceMap, Span};
use landform_lang::functions::schema_of;
use landform_lang::syntax::ast::Body;
use landform_lang::syntax::{parse_json, parse_native};
use landform_state::LockInfo;
use landform_views::Style;
use landform_views::diagnostics::{self, Arranged, Sources};
use landform_views::json::ui::Message;
use landform_views::json::{FunctionSignature, describe_function};

use crate::stream;
use crate::world::{World, print, print_error};

/// How far apart diagnostics are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// As Terraform's newer commands print them.
    Modern,
    /// With a further line break behind each, as its older commands do, and errors red throughout.
    Classic,
}

/// Where goes what people are told on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aside {
    /// To standard output.
    No,
    /// To standard error, because standard output is a document.
    Yes,
}

/// How a command talks.
#[derive(Clone)]
pub(crate) struct View {
    /// Colours and width.
    pub(crate) style: Style,
    /// Messages as JSON lines.
    pub(crate) json: bool,
    /// Whether standard output is kept free.
    pub(crate) aside: Aside,
    /// Files that diagnostics point into.
    pub(crate) sources: SourceMap,
    /// Warnings in one line each.
    pub(crate) compact_warnings: bool,
    /// How far apart diagnostics are.
    pub(crate) manner: Manner,
}

impl View {
    /// For a terminal or a pipe.
    pub(crate) fn new(world: &World, no_color: bool, manner: Manner) -> Self {
        let color = world.stdout_is_terminal && !no_color && world.variable("NO_COLOR").is_none();
        let width = if world.stdout_is_terminal { world.terminal_size().0 } else { 78 };
        let style = Style { color, width };
        Self { style, json: false, aside: Aside::No, sources: SourceMap::new(), compact_warnings: false, manner }
    }

    /// As messages in JSON; warnings in one line each.
    #[must_use]
    pub(crate) fn with_json(self, json: bool, compact_warnings: bool) -> Self {
        Self { json, compact_warnings, ..self }
    }

    /// Whether a person reads what is printed and may be asked.
    pub(crate) fn talks_with_people(&self) -> bool {
        !self.json && self.aside == Aside::No
    }

    /// Prints what people are told on the way.
    pub(crate) fn say(&self, text: &str) {
        match self.aside {
            Aside::No => print(text),
            Aside::Yes => print_error(text),
        }
    }

    /// That another has the lock and is waited for.
    pub(crate) fn waits_for_lock(&self, holder: Option<&LockInfo>) {
        if self.json {
            stream::message(&Message::state_lock_acquire());
            return;
        }
        let held =
            holder.map(|holder| format!(" (held by {} since {})", holder.who, holder.created)).unwrap_or_default();
        self.say(&format!("Acquiring state lock. This may take a few moments...{held}\n"));
    }

    /// A line for people.
    pub(crate) fn line(&self, text: &str) {
        print(&format!("{}\n", self.style.paint(text)));
    }

    /// A line on standard error.
    pub(crate) fn error(&self, text: &str) {
        print_error(&self.classic("[red]", text));
    }

    /// As `Ui` of Terraform's older commands prints.
    fn classic(&self, color: &str, text: &str) -> String {
        let text = if self.style.color { self.style.enclosed(color, text, "[reset]") } else { text.to_owned() };
        text + "\n"
    }

    /// Something that happens on the way.
    pub(crate) fn notice(&self, text: &str) {
        if self.json {
            stream::message(&Message::log(text));
        } else {
            self.say(&format!("\n{text}\n"));
        }
    }

    /// Diagnostics in the order in which they are shown.
    pub(crate) fn arranged(&self, diagnostics: Diagnostics) -> Vec<Arranged> {
        diagnostics::arrange(diagnostics, &self.sources)
    }

    /// Lets a function look up what diagnostics point at.
    pub(crate) fn with_sources<T>(&self, show: impl FnOnce(&Sources<'_>) -> T) -> T {
        let bodies: RefCell<HashMap<FileId, Body>> = RefCell::default();
        let context = |span: Span| {
            let mut bodies = bodies.borrow_mut();
            let body = bodies.entry(span.file).or_insert_with(|| self.parsed(span.file));
            body.context_at(span.start)
        };
        let signature =
            |name: &str| schema_of(name).map(|schema| describe_function(name, &FunctionSignature::from(&*schema)));
        show(&Sources { files: &self.sources, context: &context, signature: &signature })
    }

    /// Reports diagnostics; whether any is an error.
    pub(crate) fn diagnostics(&self, diagnostics: Diagnostics) -> bool {
        let failed = diagnostics.has_errors();
        if self.json {
            // Programs get each by itself.
            let all = diagnostics::in_order(diagnostics, &self.sources);
            self.with_sources(|sources| {
                all.iter().for_each(|found| stream::message(&Message::diagnostic(found, sources)));
            });
            return failed;
        }
        let arranged = self.arranged(diagnostics);
        let report =
            |sources: &Sources<'_>| diagnostics::report(&arranged, sources, &self.style, self.compact_warnings);
        for (severity, text) in self.with_sources(report) {
            match (severity, self.manner) {
                (Severity::Error, Manner::Modern) => print_error(&text),
                (Severity::Warning, Manner::Modern) => self.say(&text),
                (Severity::Error, Manner::Classic) => self.error(&text),
                (Severity::Warning, Manner::Classic) => self.say(&self.classic("[yellow]", &text)),
            }
        }
        failed
    }

    /// Reports diagnostics on standard error, warnings too, where standard output is for something else.
    pub(crate) fn diagnostics_aside(&self, diagnostics: Diagnostics) {
        let arranged = self.arranged(diagnostics);
        let report =
            |sources: &Sources<'_>| diagnostics::report(&arranged, sources, &self.style, self.compact_warnings);
        for (_, text) in self.with_sources(report) {
            print_error(&text);
        }
    }

    /// A file of configuration, whose problems are known already.
    fn parsed(&self, file: FileId) -> Body {
        let is_json = self.sources.file(file).name.ends_with(".json");
        let (body, _) = if is_json { parse_json(&self.sources, file) } else { parse_native(&self.sources, file) };
        body
    }
}
