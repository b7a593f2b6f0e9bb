//! What the program is given: arguments, environment, directories, terminal, clock. Nothing else in the workspace asks
//! for these.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use landform_config::source::clean;
use landform_lang::syntax::encode;

use crate::live;

/// The world as it was when the program began.
#[derive(Clone, Debug)]
pub(crate) struct World {
    /// Without the program's own name.
    pub(crate) arguments: Vec<String>,
    /// Variables that are Unicode.
    pub(crate) environment: BTreeMap<String, String>,
    /// Where commands work.
    pub(crate) directory: PathBuf,
    /// Where the program was started: another folder than the one above with `-chdir`.
    pub(crate) started_in: PathBuf,
    /// Whether people read the output as it comes.
    pub(crate) stdout_is_terminal: bool,
    /// Whether a person can answer.
    pub(crate) stdin_is_terminal: bool,
}

impl World {
    /// Asks the operating system.
    #[allow(clippy::disallowed_methods, reason = "the one place that asks the environment")]
    pub(crate) fn new() -> std::io::Result<Self> {
        let directory = std::env::current_dir()?;
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Ok(Self {
            arguments: std::env::args().skip(1).collect(),
            environment,
            started_in: directory.clone(),
            directory,
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stdin_is_terminal: std::io::stdin().is_terminal(),
        })
    }

    /// A variable that is set and not empty.
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.environment.get(name).map(|value| &**value).filter(|value| !value.is_empty())
    }

    /// A line that a person types; `None` at the end of the input. Nobody waits for it at the end of the program.
    #[allow(clippy::unused_self, reason = "the terminal is part of the world")]
    pub(crate) async fn await_answer(&self) -> Option<String> {
        let (tell, told) = tokio::sync::oneshot::channel();
        // Whoever asked may be gone.
        std::thread::spawn(move || drop(tell.send(read_line())));
        told.await.ok().flatten()
    }

    /// All of standard input.
    pub(crate) fn read_input(&self) -> String {
        String::from_utf8_lossy(&self.read_input_bytes()).into_owned()
    }

    /// All of standard input, whatever its encoding.
    #[allow(clippy::unused_self, reason = "the terminal is part of the world")]
    pub(crate) fn read_input_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let _ = std::io::stdin().lock().read_to_end(&mut bytes);
        bytes
    }

    /// A file; or why it can not be read, in the words of Go's programs.
    pub(crate) fn read_file(&self, given: &str) -> Result<Vec<u8>, String> {
        fs_err::read(self.path(given)).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => format!("open {given}: no such file or directory"),
            std::io::ErrorKind::PermissionDenied => format!("open {given}: permission denied"),
            std::io::ErrorKind::IsADirectory => format!("read {given}: is a directory"),
            _ => error.to_string(),
        })
    }

    /// The width and height of the terminal, in characters.
    pub(crate) fn terminal_size(&self) -> (usize, usize) {
        let said = |name: &str| self.variable(name).and_then(|text| text.parse().ok());
        let found = terminal_size::terminal_size();
        let (width, height) = found.map_or((100, 24), |(width, height)| (width.0.into(), height.0.into()));
        (said("COLUMNS").unwrap_or(width), said("LINES").unwrap_or(height))
    }

    /// The user's own folder.
    pub(crate) fn home(&self) -> Option<PathBuf> {
        self.variable("HOME").or_else(|| self.variable("USERPROFILE")).map(PathBuf::from)
    }

    /// Whether another program runs this one.
    pub(crate) fn in_automation(&self) -> bool {
        self.variable("TF_IN_AUTOMATION").is_some()
    }

    /// Where settings and caches of the root module are.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.directory.join(self.variable("TF_DATA_DIR").unwrap_or(".terraform"))
    }

    /// A path as given, seen from the working directory.
    pub(crate) fn path(&self, given: impl AsRef<Path>) -> PathBuf {
        self.directory.join(given)
    }

    /// A path as it is shown: seen from the working directory, without detours.
    pub(crate) fn seen_from_here(&self, given: &str) -> String {
        let here = self.directory.to_string_lossy();
        seen_from(&clean(&here), &clean(&self.path(given).to_string_lossy()))
    }

    /// Now.
    #[allow(clippy::unused_self, reason = "time is part of the world")]
    pub(crate) fn now(&self) -> time::OffsetDateTime {
        time::OffsetDateTime::now_utc()
    }

    /// `user@host`, as locks name their holder.
    pub(crate) fn who(&self) -> String {
        let user = self.variable("USER").or_else(|| self.variable("LOGNAME")).unwrap_or("unknown");
        let host = fs_err::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let host = host.trim();
        format!("{user}@{}", if host.is_empty() { "localhost" } else { host })
    }
}

/// Writes to standard output; a reader that has gone away is no error.
pub(crate) fn print(text: &str) {
    print_bytes(text.as_bytes());
}

/// As [`print`], in any encoding.
pub(crate) fn print_bytes(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    let _ = live::erase(&mut out).and_then(|()| out.write_all(bytes)).and_then(|()| out.flush());
}

/// Writes many parts to standard output, in few system calls.
pub(crate) fn print_parts(parts: impl Iterator<Item = String>) {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let _ = live::erase(&mut out);
    for part in parts {
        if out.write_all(part.as_bytes()).is_err() {
            return;
        }
    }
    let _ = out.flush();
}

/// Lets a function write to standard output; a reader that has gone away is no error.
pub(crate) fn print_with(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let _ = live::erase(&mut out).and_then(|()| write(&mut out)).and_then(|()| out.flush());
}

/// Writes to standard error.
pub(crate) fn print_error(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = live::erase(&mut out).and_then(|()| out.flush());
    let _ = std::io::stderr().lock().write_all(&encode(text));
}

/// A line of standard input; `None` where the input ends before the line does.
fn read_line() -> Option<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).ok()?;
    Some(line.strip_suffix('\n')?.trim_end_matches('\r').to_owned())
}

/// One clean absolute path as seen from another.
fn seen_from(here: &str, path: &str) -> String {
    let steps = |path: &str| path.split('/').filter(|step| !step.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (here, path) = (steps(here), steps(path));
    let shared = here.iter().zip(&path).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", here.len() - shared);
    let seen: Vec<&str> = up.chain(path[shared..].iter().map(String::as_str)).collect();
    if seen.is_empty() { ".".to_owned() } else { seen.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_as_seen_from_a_directory() {
        for (here, path, expected) in [
            ("/a/b", "/a/b", "."),
            ("/a/b", "/a/b/c.tf", "c.tf"),
            ("/a/b", "/a", ".."),
            ("/a/b", "/a/bc/d", "../bc/d"),
            ("/", "/a", "a"),
            ("/a", "/", ".."),
        ] {
            assert_eq!(seen_from(here, path), expected, "{path} from {here}");
        }
    }
}
