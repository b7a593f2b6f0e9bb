//! What no lint checks: every file says what it is for, none grows past holding in mind, and the engine stays a library.

use crate::error::Result;
use crate::workspace;

const MOST_LINES: usize = 800;

/// Files that may be longer, each with the reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// What only the command line and developer commands may touch: environment, files without their names in errors, terminal.
const FOR_THE_CLI_ONLY: [&str; 6] =
    ["std::env::", "std::fs", "println!", "eprintln!", "process::exit", "SystemTime::now"];

const CLI_FOLDERS: [&str; 2] = ["engine/cli/", "xtask/"];

/// Tests start programs and look at files as their users would.
const TEST_FOLDER: &str = "/tests/";

/// Checks all Rust files that git knows or would add.
pub(crate) fn check() -> Result<()> {
    let mut git = std::process::Command::new("git");
    git.current_dir(workspace::root()).args(["ls-files", "--cached", "--others", "--exclude-standard", "*.rs"]);
    let listed = workspace::output(&mut git)?;
    let files: Vec<&str> = listed.lines().filter(|file| workspace::root().join(file).exists()).collect();
    let mut problems = Vec::new();
    for file in &files {
        let text = fs_err::read_to_string(workspace::root().join(file))?;
        problems.extend(problems_of(file, &text));
    }
    if problems.is_empty() {
        println!("{} files", files.len());
        return Ok(());
    }
    Err(problems.join("\n").into())
}

fn problems_of(file: &str, text: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if !text.starts_with("//!") {
        problems.push(format!("{file}:1: begins without a //! that says what the file is for"));
    }
    let lines = text.lines().count();
    if lines > MOST_LINES && !LONG_FILES.iter().any(|(long, _)| *long == file) {
        problems.push(format!("{file}:{lines}: more than {MOST_LINES} lines; split it by what changes together"));
    }
    if !CLI_FOLDERS.iter().any(|folder| file.starts_with(folder)) && !file.contains(TEST_FOLDER) {
        problems.extend(reaches_of(file, text));
    }
    problems
}

fn reaches_of(file: &str, text: &str) -> Vec<String> {
    let code = text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    let found = code.filter_map(|(index, line)| {
        let word = FOR_THE_CLI_ONLY.iter().find(|word| line.contains(*word) && !reaches_nothing(line, word))?;
        Some(format!("{file}:{}: {word} is for the command line only; let it be handed in", index + 1))
    });
    found.collect()
}

/// `std::env!` style macros are resolved by the compiler, and the types of `std::fs` are those of `fs-err` as well.
fn reaches_nothing(line: &str, word: &str) -> bool {
    match word {
        "std::env::" => line.contains("env!("),
        "std::fs" => line.split(word).skip(1).all(is_type),
        _ => false,
    }
}

/// `::Metadata`, not `::read` or `::File::open`.
fn is_type(rest: &str) -> bool {
    let Some(path) = rest.strip_prefix("::").filter(|path| path.starts_with(char::is_uppercase)) else { return false };
    !path.trim_start_matches(char::is_alphanumeric).starts_with("::") || path.starts_with("TryLockError::")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_says_what_it_is_for() {
        assert_eq!(problems_of("engine/a.rs", "//! A.\n"), [""; 0]);
        assert_eq!(problems_of("engine/a.rs", "fn a() {}\n").len(), 1);
    }

    #[test]
    fn files_stay_small() {
        let long = format!("//! A.\n{}", "\n".repeat(MOST_LINES));
        assert_eq!(problems_of("xtask/a.rs", &long).len(), 1);
    }

    #[test]
    fn the_engine_is_a_library() {
        let reaching = "//! A.\n// std::fs in a comment\nfn a() { std::fs::read(\"b\"); }\n";
        assert_eq!(
            problems_of("engine/core/a.rs", reaching),
            ["engine/core/a.rs:3: std::fs is for the command line only; let it be handed in"]
        );
        assert_eq!(problems_of("engine/cli/src/a.rs", reaching), [""; 0]);
        assert_eq!(problems_of("engine/core/tests/a.rs", reaching), [""; 0]);
        assert_eq!(problems_of("engine/core/a.rs", "//! A.\nfn a(b: &std::fs::Metadata) {}\n"), [""; 0]);
        assert_eq!(problems_of("engine/core/a.rs", "//! A.\nfn a() { std::fs::File::open(\"b\"); }\n").len(), 1);
    }
}
