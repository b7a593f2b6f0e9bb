//! One root module that the demo works in: runs the binary there and says so.

use std::path::{Path, PathBuf};
use std::process::Command;

use landform_simulator::Account;

use crate::error::Result;
use crate::{python, workspace};

/// Tells what comes next, and why.
pub(crate) fn say(text: &str) {
    println!("\n# {text}");
}

/// A root module, the binary to run in it, and the account that it works in.
pub(crate) struct Session<'a> {
    binary: &'a Path,
    account: &'a Account,
    folder: PathBuf,
}

impl<'a> Session<'a> {
    pub(crate) fn new(binary: &'a Path, account: &'a Account, folder: PathBuf) -> Self {
        Self { binary, account, folder }
    }

    /// Runs the binary; an error unless it ends with the expected exit code.
    pub(crate) fn landform(&self, arguments: &[&str], expected: i32) -> Result<()> {
        let name = self.folder.file_name().unwrap_or_default().to_string_lossy();
        println!("\n{name}$ landform {}", arguments.join(" "));
        let status = self.here(Command::new(self.binary)).args(arguments).status()?;
        if status.code() == Some(expected) {
            return Ok(());
        }
        Err(format!("landform {} ended with {status}; expected exit code {expected}", arguments.join(" ")).into())
    }

    /// Runs a Python script with boto3, as somebody who does not use Landform.
    pub(crate) fn python(&self, script: &Path) -> Result<()> {
        workspace::run(self.here(Command::new(python::ensure()?)).arg(script))
    }

    /// In the folder, with the account's environment and nothing else of the developer's but PATH and HOME.
    fn here(&self, mut command: Command) -> Command {
        command.current_dir(&self.folder).env_clear();
        for name in ["PATH", "HOME", "TERM", "LANG"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        command.envs(self.account.environment());
        command
    }
}
