//! Which file a program's name means.

use std::path::{Path, PathBuf};

use super::failure::Cause;
use crate::Machine;

/// The file to run: a name without a folder is looked for in the search path, which `environment` of a command does not
/// change; another begins at the working directory of the command.
pub(super) fn find(name: &str, machine: &Machine, working_dir: &Path) -> Result<PathBuf, Cause> {
    if Path::new(name).components().count() > 1 || name.contains('/') {
        return Ok(working_dir.join(name));
    }
    for folder in machine.search_path.split(if cfg!(windows) { ';' } else { ':' }) {
        let file = Path::new(folder).join(name);
        if !is_program(&machine.directory.join(&file)) {
            continue;
        }
        return if file.is_absolute() { Ok(file) } else { Err(Cause::Relative(name.to_owned())) };
    }
    Err(Cause::NotFound(name.to_owned()))
}

#[cfg(unix)]
fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|metadata| !metadata.is_dir() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(file: &Path) -> bool {
    file.is_file() || file.with_extension("exe").is_file()
}
