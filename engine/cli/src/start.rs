//! From a command line to a command: global options, the environment's arguments, help.

use crate::commands::{self, Command};
use crate::format::Format;
use crate::interrupt::Interrupts;
use crate::session::Session;
use crate::view::View;
use crate::world::{World, print, print_error};

/// Commands that tell of their progress as JSON messages with `-json`.
const STREAMING: [&str; 6] = ["init", "plan", "apply", "destroy", "refresh", "test"];

/// Flags that may stand behind arguments, too, as all commands have them.
const ANYWHERE: [&str; 4] = ["-no-color", "--no-color", "-compact-warnings", "--compact-warnings"];

/// How many times as fast time passes in the simulator that stands in for a cloud.
const CLOCK_SPEED: &str = "LANDFORM_CLOCK_SPEED";

/// Runs the program.
pub(crate) fn run(world: World) -> u8 {
    if let Some(speed) = world.variable(CLOCK_SPEED).and_then(|text| text.parse().ok()) {
        landform_provider_api::clock::run_at(speed);
    }
    let (world, words) = match global_options(world) {
        Ok(found) => found,
        Err(code) => return code,
    };
    let Some((name, rest)) = pick(&words) else {
        let Some(unknown) = words.first() else {
            print(&overview());
            return 127;
        };
        return no_such_command(unknown);
    };
    let mut arguments = match with_environment(&world, name.name, rest) {
        Ok(arguments) => arguments,
        Err(variable) => {
            print_error(&format!("Error parsing extra CLI args from {variable}: invalid command line string\n"));
            return 1;
        }
    };
    if arguments.iter().any(|argument| ["-h", "-help", "--help"].contains(&argument.as_str())) {
        print(name.help);
        return 0;
    }
    let has = |flag: &str| {
        arguments.iter().any(|argument| argument.trim_start_matches('-') == flag && argument.starts_with('-'))
    };
    let as_json = Format::is_json(&arguments);
    let streams = STREAMING.contains(&name.name) && as_json;
    let plain = has("no-color") || as_json;
    let view = View::new(&world, plain, name.manner).with_json(streams, has("compact-warnings"));
    // These may stand anywhere.
    arguments.retain(|argument| !ANYWHERE.contains(&argument.as_str()));
    if streams {
        crate::stream::version();
    }
    let started = world.now().replace_nanosecond(0).unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    let session = Session {
        world,
        view,
        root: ".".to_owned(),
        started,
        arguments: arguments.clone(),
        interrupts: Interrupts::default(),
    };
    match block_on(commands::dispatch(&session, name.name, &arguments)) {
        Ok(code) => code,
        Err(failure) => {
            failure.tell(&session.view, name.name, name.help);
            1
        }
    }
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("the operating system gives a timer and an event queue").block_on(work)
}

/// What stands before the command: `-chdir`, `-help`, `-version`.
fn global_options(mut world: World) -> Result<(World, Vec<String>), u8> {
    let mut words = std::mem::take(&mut world.arguments).into_iter().peekable();
    let mut entered = false;
    while let Some(option) = words.peek().filter(|word| word.starts_with('-')).cloned() {
        words.next();
        let name = option.trim_start_matches('-');
        match name.split_once('=') {
            Some(("chdir", directory)) if !directory.is_empty() && !entered => {
                world = enter(world, directory)?;
                entered = true;
            }
            _ if name == "chdir" || name == "chdir=" => {
                print_error(
                    "Invalid -chdir option: must include an equals sign followed by a directory path, like -chdir=example\n",
                );
                return Err(1);
            }
            None if ["help", "h"].contains(&name) => {
                let rest: Vec<String> = words.filter(|word| !word.starts_with('-')).collect();
                return Err(match (pick(&rest), rest.first()) {
                    (Some((command, _)), _) => told(command.help),
                    (None, Some(unknown)) => no_such_command(unknown),
                    (None, None) => told(&overview()),
                });
            }
            None if ["version", "v"].contains(&name) => return Ok((world, vec!["version".into()])),
            _ => {
                print(&format!(
                    "Invalid flags before the subcommand. If these flags are for\nthe subcommand, please put them after the subcommand.\n\n{}",
                    overview()
                ));
                return Err(1);
            }
        }
    }
    let words: Vec<String> = words.collect();
    let version = words.iter().any(|word| ["-v", "-version", "--version"].contains(&word.as_str()));
    Ok((world, if version { vec!["version".into()] } else { words }))
}

fn told(help: &str) -> u8 {
    print(help);
    0
}

fn no_such_command(unknown: &str) -> u8 {
    print_error(&format!(
        "Landform has no command named {unknown:?}.{}\n\nTo see all of Landform's top-level commands, run:\n  landform -help\n\n",
        did_you_mean(unknown)
    ));
    1
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
    let named = |name: &str| commands::all().find(|command| command.name == name);
    let (first, rest) = words.split_first()?;
    if let Some((second, rest)) = rest.split_first()
        && let Some(command) = named(&format!("{first} {second}"))
    {
        return Some((command, rest));
    }
    named(first).map(|command| (command, rest))
}

fn did_you_mean(unknown: &str) -> String {
    landform_diagnostics::suggestion(unknown, commands::all().map(|command| command.name))
        .map(|name| format!(" Did you mean {name:?}?"))
        .unwrap_or_default()
}

/// `TF_CLI_ARGS` and `TF_CLI_ARGS_command` stand before what was typed. Fails with the name of the variable whose text
/// does not end as it should, such as one with a quote too few.
fn with_environment(world: &World, name: &str, typed: &[String]) -> Result<Vec<String>, String> {
    let variable = format!("TF_CLI_ARGS_{}", name.replace([' ', '-'], "_"));
    let given = |name: &str| match world.variable(name) {
        Some(text) => shlex::split(text).ok_or_else(|| name.to_owned()),
        None => Ok(Vec::new()),
    };
    let for_all = given("TF_CLI_ARGS")?;
    Ok(given(&variable)?.into_iter().chain(for_all).chain(typed.iter().cloned()).collect())
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
        list(&mut commands::MAIN.iter()),
        list(&mut commands::OTHERS.iter())
    )
}
