//! The commands: which there are, and how one is picked.

mod apply;
mod fmt;
mod init;
mod metadata;
mod output;
mod plan;
mod providers;
mod show;
mod state;
mod validate;
mod version;

use landform_diagnostics::Diagnostic;

use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::view::View;
use crate::world::{World, print, print_error};

/// The version of Landform.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The version of Terraform whose formats and behaviour these are: what states, plans and lock files say, and what
/// `required_version` is compared with.
pub(crate) const COMPATIBLE_VERSION: &str = "1.11.4";

/// A command: its words, what it does in a line, its help.
struct Command {
    name: &'static str,
    about: &'static str,
    help: &'static str,
}

const MAIN: [Command; 5] = [
    Command { name: "init", about: "Prepare a working directory", help: init::HELP },
    Command { name: "validate", about: "Check the configuration", help: validate::HELP },
    Command { name: "plan", about: "Show what would be done", help: plan::HELP },
    Command { name: "apply", about: "Bring real objects in line with configuration", help: apply::HELP },
    Command { name: "destroy", about: "Destroy all that the configuration manages", help: apply::DESTROY_HELP },
];

const OTHERS: [Command; 10] = [
    Command { name: "fmt", about: "Bring files into the one style", help: fmt::HELP },
    Command { name: "metadata functions", about: "Describe all functions", help: metadata::HELP },
    Command { name: "output", about: "Show the outputs in state", help: output::HELP },
    Command { name: "providers schema", about: "Show the schemas of providers", help: providers::SCHEMA_HELP },
    Command { name: "refresh", about: "Bring state in line with real objects", help: apply::REFRESH_HELP },
    Command { name: "show", about: "Show a state or a saved plan", help: show::HELP },
    Command { name: "state", about: "Look at state and mend it", help: state::HELP },
    Command { name: "state list", about: "List the resource instances in state", help: state::list::HELP },
    Command { name: "state show", about: "Show one resource instance", help: state::show::HELP },
    Command { name: "version", about: "Show the version", help: version::HELP },
];

/// Commands that tell of their progress as JSON messages with `-json`.
const STREAMING: [&str; 5] = ["init", "plan", "apply", "destroy", "refresh"];

/// Runs the program.
pub(crate) fn run(world: World) -> u8 {
    let (world, words) = match global_options(world) {
        Ok(found) => found,
        Err(code) => return code,
    };
    let Some((name, rest)) = pick(&words) else {
        let Some(unknown) = words.first() else {
            print(&overview());
            return 127;
        };
        print_error(&format!(
            "Landform has no command named {unknown:?}.{}\n\nTo see all of Landform's top-level commands, run:\n  landform -help\n\n",
            did_you_mean(unknown)
        ));
        return 1;
    };
    let arguments = with_environment(&world, name.name, rest);
    if arguments.iter().any(|argument| ["-h", "-help", "--help"].contains(&argument.as_str())) {
        print(name.help);
        return 0;
    }
    let has = |flag: &str| arguments.iter().any(|argument| argument.trim_start_matches('-') == flag && argument.starts_with('-'));
    let streams = STREAMING.contains(&name.name) && has("json");
    let plain = has("no-color") || has("json");
    let view = View::new(&world, plain).with_json(streams, has("compact-warnings"));
    if streams {
        crate::stream::version();
    }
    let started = world.now().replace_nanosecond(0).unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    let session = Session { world, view, started };
    match block_on(dispatch(&session, name.name, &arguments)) {
        Ok(code) => code,
        Err(failure) => {
            failure.tell(&session.view, name.name);
            1
        }
    }
}

async fn dispatch(session: &Session, name: &str, arguments: &[String]) -> Outcome {
    match name {
        "init" => init::run(session, arguments).await,
        "fmt" => fmt::run(session, arguments),
        "validate" => validate::run(session, arguments).await,
        "show" => show::run(session, arguments).await,
        "output" => output::run(session, arguments).await,
        "refresh" => apply::run(session, arguments, apply::Purpose::Refresh).await,
        "providers schema" => providers::schema(session, arguments).await,
        "metadata functions" => metadata::functions(arguments),
        "state show" => state::show::run(session, arguments).await,
        "state list" => state::list::run(session, arguments).await,
        "state" => {
            print(state::HELP);
            Ok(1)
        }
        "plan" => plan::run(session, arguments).await,
        "apply" => apply::run(session, arguments, apply::Purpose::Apply).await,
        "destroy" => apply::run(session, arguments, apply::Purpose::Destroy).await,
        "version" => version::run(session, arguments),
        _ => unreachable!("only commands of the tables are picked"),
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("the operating system gives a timer and an event queue").block_on(work)
}

/// What stands before the command: `-chdir`, `-help`, `-version`.
fn global_options(mut world: World) -> Result<(World, Vec<String>), u8> {
    let mut words = std::mem::take(&mut world.arguments).into_iter().peekable();
    while let Some(option) = words.peek().filter(|word| word.starts_with('-')).cloned() {
        words.next();
        let name = option.trim_start_matches('-');
        match name.split_once('=') {
            Some(("chdir", directory)) => world = enter(world, directory)?,
            None if name == "chdir" => {
                print_error("Invalid -chdir option: must include an equals sign followed by a directory path, like -chdir=example\n");
                return Err(1);
            }
            None if ["help", "h"].contains(&name) => {
                let rest: Vec<String> = words.collect();
                print(pick(&rest).map_or_else(overview, |(command, _)| command.help.to_owned()).as_str());
                return Err(0);
            }
            None if ["version", "v"].contains(&name) => return Ok((world, vec!["version".into()])),
            _ => {
                print_error(&format!(
                    "There is no global option {option}. Options of a command stand behind the command: see 'landform -help'.\n"
                ));
                return Err(1);
            }
        }
    }
    Ok((world, words.collect()))
}

fn enter(mut world: World, directory: &str) -> Result<World, u8> {
    let path = world.path(directory);
    match fs_err::metadata(&path) {
        Ok(metadata) if metadata.is_dir() => {
            world.directory = path;
            Ok(world)
        }
        Ok(_) => {
            print_error(&format!("Error handling -chdir option: chdir {directory}: not a directory\n"));
            Err(1)
        }
        Err(_) => {
            print_error(&format!("Error handling -chdir option: chdir {directory}: no such file or directory\n"));
            Err(1)
        }
    }
}

/// The command that the words begin with, and the rest.
fn pick(words: &[String]) -> Option<(&'static Command, &[String])> {
    let named = |name: &str| all().find(|command| command.name == name);
    let (first, rest) = words.split_first()?;
    if let Some((second, rest)) = rest.split_first() {
        if let Some(command) = named(&format!("{first} {second}")) {
            return Some((command, rest));
        }
    }
    named(first).map(|command| (command, rest))
}

fn all() -> impl Iterator<Item = &'static Command> {
    MAIN.iter().chain(&OTHERS)
}

fn did_you_mean(unknown: &str) -> String {
    landform_diagnostics::suggestion(unknown, all().map(|command| command.name))
        .map(|name| format!(" Did you mean {name:?}?"))
        .unwrap_or_default()
}

/// `TF_CLI_ARGS` and `TF_CLI_ARGS_command` stand before what was typed.
fn with_environment(world: &World, name: &str, typed: &[String]) -> Vec<String> {
    let variable = format!("TF_CLI_ARGS_{}", name.replace([' ', '-'], "_"));
    let given = |name: &str| world.variable(name).and_then(shlex::split).unwrap_or_default();
    given(&variable).into_iter().chain(given("TF_CLI_ARGS")).chain(typed.iter().cloned()).collect()
}

fn overview() -> String {
    let list = |commands: &mut dyn Iterator<Item = &Command>| -> String {
        commands
            .filter(|command| !command.name.contains(' '))
            .map(|command| format!("  {:<13} {}\n", command.name, command.about))
            .collect()
    };
    format!(
        "Usage: landform [global options] <command> [options]\n\nMain commands:\n{}\nOther commands:\n{}\nGlobal options, before the command:\n  -chdir=DIR    Work in this directory.\n  -help         Show this, or the help of the command that follows.\n  -version      The same as the command \"version\".\n",
        list(&mut MAIN.iter()),
        list(&mut OTHERS.iter())
    )
}

/// More arguments than a command takes.
pub(crate) fn too_many(detail: &str) -> Failure {
    Failure::Usage(Diagnostic::error("Too many command line arguments", detail))
}
