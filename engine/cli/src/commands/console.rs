//! `landform console`: expressions against the state or a plan.

mod completion;
mod interactive;

use landform_config::ModuleTree;
use landform_core::console::Console;
use landform_core::events::Silent;
use landform_core::plan::{Environment, PlanOptions};
use landform_diagnostics::{COMPATIBLE_VERSION, Diagnostic, Diagnostics};
use landform_state::State;

use crate::args::{self, FlagKind, Flags, Parsed};
use crate::backend;
use crate::failure::{Failure, Help, Outcome};
use crate::interrupt::Ends;
use crate::operation::{VARIABLE_FLAGS, local_config, variable_flags};
use crate::session::Session;
use crate::variables::{self, Asking};
use crate::world::print;

const FLAGS: Flags =
    &[("plan", FlagKind::Bool), ("state", FlagKind::Value), ("input", FlagKind::Bool), ("target", FlagKind::Value)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] console [options]

  Evaluates expressions in the root module, with what state knows of resources.
  On a terminal, brackets that are open let an expression go on in the next
  line. Otherwise each line of the input is an expression, and the value of the
  last one is printed.

Options:

  -plan                Make a plan first, and evaluate with what it leads to.
  -state=FILE          The state to read, with the local backend only.
  -var 'name=value'    Set a variable of the root module. May be repeated.
  -var-file=FILE       Set variables from a file. May be repeated.
";

const INTRODUCTION: &str = "\
The Landform console allows you to experiment with Landform interpolations.
You may access resources in the state (if you have one) just as you would
from a configuration. For example: \"aws_instance.foo.id\" would evaluate
to the ID of \"aws_instance.foo\" if it exists in your state.

Type in the interpolation to test and hit <enter> to see the result.

To exit the console, type \"exit\" and hit <enter>, or use Control-C or
Control-D.";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS, VARIABLE_FLAGS], arguments)
        .map_err(|error| Failure::misuse(format!("Error parsing command line flags: {error}\n"), Help::Before))?;
    args::no_arguments(&parsed)?;
    let ends = if session.world.stdin_is_terminal { Ends::Evaluation } else { Ends::Command };
    session.interrupts.watch(&session.view, ends);
    let root = session.load_root_to_go_on()?;
    let store = backend::store(session, &root.module, &local_config(&parsed)).await?;
    let (given, warnings) = variables::collect(session, &root.module, &variable_flags(&parsed), Asking::Needless)?;
    let (tree, found) = session.load_tree_below(root)?;
    let warnings = found.into_iter().chain(warnings).collect();
    let state = store.read().await?.unwrap_or_else(|| State::new(COMPATIBLE_VERSION));
    let options = PlanOptions { variables: given, ..PlanOptions::default() };
    let console = open(session, &parsed, (&tree, &state), options, warnings).await?;
    if session.world.stdin_is_terminal {
        return interactive::run(session, &console, tree.root());
    }
    piped(session, &console)
}

async fn open(
    session: &Session,
    parsed: &Parsed,
    (tree, state): (&ModuleTree, &State),
    options: PlanOptions,
    warnings: Diagnostics,
) -> Result<Console, Failure> {
    let providers = session.providers();
    let stop = session.interrupts.stop().clone();
    let environment =
        Environment { tree, providers: &providers, settings: session.settings(), observer: &Silent, stop };
    let (console, found) = if parsed.is("plan", false) {
        Console::of_plan(&environment, state, &options).await
    } else {
        Console::of_state(&environment, state, options.variables).await
    };
    let diagnostics: Diagnostics = warnings.into_iter().chain(found).collect();
    let Some(console) = console else { return Err(diagnostics.into()) };
    if session.view.diagnostics(diagnostics) {
        let warning = "Due to the problems above, some expressions may produce unexpected results.";
        session.view.diagnostics(Diagnostic::warning(warning, "").into());
    }
    Ok(console)
}

/// One line of input, or several that belong together.
enum Answer {
    /// What is printed.
    Text(String),
    /// Nothing more is asked.
    Exit,
}

fn answer(session: &Session, console: &Console, input: &str) -> Result<Answer, Diagnostics> {
    match input.trim() {
        "" => Ok(Answer::Text(String::new())),
        "exit" => Ok(Answer::Exit),
        "help" => Ok(Answer::Text(INTRODUCTION.to_owned())),
        _ => {
            let file = session.view.sources.add("<console-input>", input);
            console.evaluate(file).map(|value| Answer::Text(landform_values::render::literal(&value)))
        }
    }
}

fn piped(session: &Session, console: &Console) -> Outcome {
    let mut last = String::new();
    for line in session.world.read_input().lines() {
        match answer(session, console, line.trim())? {
            Answer::Text(text) => last = text,
            Answer::Exit => return Ok(0),
        }
    }
    print(&format!("{last}\n"));
    Ok(0)
}
