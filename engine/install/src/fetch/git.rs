//! Repositories of git.

use std::io::Write;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::source::Source;
use super::{FetchError, FetchSettings, program};
use crate::files::UNFINISHED;
use crate::network::Url;

/// What of a repository is wanted.
struct Wanted {
    url: Url,
    reference: Option<String>,
    depth: u32,
}

/// Clones a repository with its submodules into a folder that does not exist yet. Parameters of the address:
/// `ref` (a branch, tag or commit), `depth` (of the history; then `ref` is no commit), `sshkey` (a private key in
/// base64).
pub(super) fn clone(source: &Source, to: &Path, settings: &FetchSettings) -> Result<(), FetchError> {
    let mut source = source.clone();
    let reference = source.take("ref").filter(|reference| !reference.is_empty());
    if let Some(reference) = reference.as_ref().filter(|reference| reference.starts_with('-')) {
        return Err(FetchError::Invalid(format!("{reference:?} is no reference of a git repository")));
    }
    let depth = source.take("depth").and_then(|depth| depth.parse().ok()).unwrap_or(0);
    let key = source.take("sshkey").map(|key| key_file(&key, to)).transpose()?;
    let git = Git { settings, ssh_command: key.as_ref().map(|key| ssh_command(key.path(), settings)) };
    git.fetch(&Wanted { url: source.url, reference, depth }, to)
}

struct Git<'a> {
    settings: &'a FetchSettings,
    ssh_command: Option<String>,
}

impl Git<'_> {
    fn fetch(&self, wanted: &Wanted, to: &Path) -> Result<(), FetchError> {
        let depth = if wanted.depth > 0 { vec!["--depth".to_owned(), wanted.depth.to_string()] } else { Vec::new() };
        let mut clone = self.command();
        clone.arg("clone").args(&depth);
        if let Some(reference) = wanted.reference.as_ref().filter(|_| wanted.depth > 0) {
            clone.arg("--branch").arg(reference);
        }
        clone.arg("--").arg(wanted.url.as_str()).arg(to);
        program::run(&mut clone, &wanted.url).map_err(|error| shallow_hint(error, wanted))?;
        if let Some(reference) = wanted.reference.as_ref().filter(|_| wanted.depth == 0) {
            program::run(self.command().current_dir(to).arg("checkout").arg(reference), &wanted.url)?;
        }
        let submodules = ["submodule", "update", "--init", "--recursive"];
        program::run(self.command().current_dir(to).args(submodules).args(&depth), &wanted.url)?;
        Ok(())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.settings.git);
        if let Some(ssh) = &self.ssh_command {
            command.env("GIT_SSH_COMMAND", ssh);
        }
        command
    }
}

/// The command by which git uses ssh with a key.
fn ssh_command(key: &Path, settings: &FetchSettings) -> String {
    let ssh = settings.git_ssh_command.as_deref().filter(|command| !command.is_empty()).unwrap_or("ssh");
    format!("{ssh} -i {}", key.display())
}

/// The key in a file that only its owner can read, until it is dropped.
fn key_file(key: &str, to: &Path) -> Result<tempfile::NamedTempFile, FetchError> {
    let key = STANDARD.decode(key).map_err(|_| FetchError::Invalid("the \"sshkey\" is not base64".to_owned()))?;
    let folder = to.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(fs_err::canonicalize(folder)?)?;
    file.write_all(&key)?;
    file.flush()?;
    Ok(file)
}

/// A commit can not be cloned with little history.
fn shallow_hint(error: FetchError, wanted: &Wanted) -> FetchError {
    let looks_like_commit = |reference: &String| {
        (7..=40).contains(&reference.len()) && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    match error {
        FetchError::Failed { command, code, output }
            if wanted.depth > 0 && wanted.reference.as_ref().is_some_and(looks_like_commit) =>
        {
            let output = format!("{output} (note that setting 'depth' requires 'ref' to be a branch or tag name)");
            FetchError::Failed { command, code, output }
        }
        other => other,
    }
}
