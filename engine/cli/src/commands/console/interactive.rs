//! The console on a terminal: history, completion, expressions of several lines.

use landform_config::Module;
use landform_core::console::Console;
use landform_lang::syntax::is_unfinished;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Editor};
use rustyline::{Helper, Highlighter, Hinter};

use super::completion::Candidates;
use super::{Answer, answer};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::world::print;

/// Asks until the person has enough.
pub(super) fn run(session: &Session, console: &Console, root: &Module) -> Outcome {
    let failed = |error: ReadlineError| Failure::text(format!("Error initializing console: {error}"));
    let config = Config::builder().auto_add_history(true).completion_type(CompletionType::List).build();
    let mut editor: Editor<Assistant, DefaultHistory> = Editor::with_config(config).map_err(failed)?;
    editor.set_helper(Some(Assistant { candidates: Candidates::of(root) }));
    loop {
        let input = match editor.readline("> ") {
            Ok(input) => input,
            Err(ReadlineError::Interrupted | ReadlineError::Eof) => return Ok(0),
            Err(error) => return Err(failed(error)),
        };
        session.interrupts.forget();
        match answer(session, console, &input) {
            Ok(Answer::Text(text)) => print(&format!("{text}\n")),
            Ok(Answer::Exit) => return Ok(0),
            Err(diagnostics) => drop(session.view.diagnostics(diagnostics)),
        }
    }
}

/// What the line editor asks while a person types.
#[derive(Helper, Highlighter, Hinter)]
struct Assistant {
    candidates: Candidates,
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let more = is_unfinished(context.input());
        Ok(if more { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

impl rustyline::completion::Completer for Assistant {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.candidates.complete(&line[..position]))
    }
}
