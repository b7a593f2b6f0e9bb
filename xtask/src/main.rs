//! Developer commands: `cargo xtask test`, `demo`, `bench`, `compare`, `fuzz` and what they need.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the developer's terminal, environment and files are what this program is about"
)]

mod arguments;
mod bench;
mod compare;
mod demo;
mod error;
mod fuzz;
mod python;
mod test;
mod workspace;

use std::process::ExitCode;

use arguments::Arguments;
use error::Result;

const HELP: &str = "\
cargo xtask test   [--only STEP,STEP] [--skip STEP,STEP]   every check; steps: fmt, clippy, edges, tidy, simulator, rust
cargo xtask demo   [--bin PATH]                            the whole life of a network, on the simulator, explained
cargo xtask bench  [scale|start|lang|weather] [--runs N] [--bin PATH]
                                                           time and memory, next to Terraform when it is on PATH
cargo xtask compare [--seed N] [--cases N] [--bin PATH]    random roots, changes and commands, with Terraform side by side
cargo xtask docs                                           writes docs/functions.md again
cargo xtask fuzz   [TARGET] [--seconds N]                  feeds the readers of configuration, values, states and plans what
                                                           may break them; targets: see fuzz/README.md
cargo xtask python                                         makes the Python that runs the simulator, prints its path
cargo xtask simulator                                      runs the simulator until Ctrl-C, prints how to use it
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The test that holds a page to its data also writes it.
fn docs() -> Result<()> {
    let arguments = ["test", "--quiet", "--package", "landform-lang", "--lib", "the_page_on_functions"];
    workspace::run(workspace::cargo().args(arguments).env("UPDATE_DOCS", "1"))
}

fn run(arguments: &[String]) -> Result<()> {
    let (command, rest) = arguments.split_first().map_or(("help", &[][..]), |(first, rest)| (first.as_str(), rest));
    if rest.iter().any(|argument| asks_for_help(argument)) {
        return help();
    }
    match command {
        "test" => test::run(rest),
        "demo" => demo::run(rest),
        "docs" => Arguments::none(rest).and_then(|()| docs()),
        "bench" => bench::run(rest),
        "compare" => compare::run(rest),
        "fuzz" => fuzz::run(rest),
        "python" => {
            Arguments::none(rest)?;
            println!("{}", python::ensure()?.display());
            Ok(())
        }
        "simulator" => Arguments::none(rest).and_then(|()| python::run_simulator()),
        command if asks_for_help(command) => help(),
        other => Err(format!("there is no command {other}\n\n{HELP}").into()),
    }
}

fn asks_for_help(argument: &str) -> bool {
    ["help", "--help", "-help", "-h"].contains(&argument)
}

fn help() -> Result<()> {
    print!("{HELP}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(line: &str) -> std::result::Result<(), String> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        run(&arguments).map_err(|error| error.to_string())
    }

    #[test]
    fn help_begins_no_work() {
        for command in ["", "test", "demo", "bench", "bench scale", "compare", "fuzz", "docs", "python", "simulator"] {
            for help in ["--help", "-h", "help"] {
                assert_eq!(runs(&format!("{command} {help}")), Ok(()), "{command} {help}");
            }
        }
    }

    #[test]
    fn what_is_not_known_begins_no_work() {
        for command in ["test", "demo", "bench", "compare", "fuzz", "docs", "python", "simulator"] {
            assert_eq!(runs(&format!("{command} --nope")), Err("there is no option --nope".to_owned()), "{command}");
        }
        assert_eq!(runs("bench nope").map_err(|error| error.contains("nope")), Err(true));
        assert_eq!(runs("demo nope").map_err(|error| error.contains("nope")), Err(true));
    }
}
