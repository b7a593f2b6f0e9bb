//! Running other programs.

use std::process::{Command, Stdio};

use super::FetchError;
use crate::network::Url;

/// Runs a program to its end. What it says is part of the error, without the address's secrets.
pub(super) fn run(command: &mut Command, url: &Url) -> Result<String, FetchError> {
    let name = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null());
    let output = match command.output() {
        Ok(output) => output,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(FetchError::Program(name)),
        Err(error) => return Err(error.into()),
    };
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let line = command.get_args().map(|argument| argument.to_string_lossy()).collect::<Vec<_>>().join(" ");
    let said =
        [&output.stdout[..], &output.stderr[..]].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat();
    let code = output.status.code().map_or_else(|| "a signal".to_owned(), |code| code.to_string());
    let hide = |text: &str| without_secrets(text, url);
    Err(FetchError::Failed { command: hide(&format!("{name} {line}")), code, output: hide(said.trim()) })
}

/// A text in which the address's password does not occur.
fn without_secrets(text: &str, url: &Url) -> String {
    match url.password() {
        Some(password) if !password.is_empty() => text.replace(password, "redacted"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_tell_what_was_said() {
        let url = Url::parse("https://u:pass%21@host/x").expect("a URL");
        let error = run(Command::new("sh").args(["-c", "echo \"no $0\" >&2; exit 3", "pass%21"]), &url);
        let error = error.expect_err("exit 3").to_string();
        assert!(error.ends_with("exited with 3: no redacted") && !error.contains("pass%21"), "{error}");
        let error = run(&mut Command::new("landform-no-such-program"), &url).expect_err("not there");
        assert_eq!(error.to_string(), "landform-no-such-program must be available and on the PATH");
    }
}
