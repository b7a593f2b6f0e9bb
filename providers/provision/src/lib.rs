//! The provisioners that Terraform comes with: `local-exec`, `file` and `remote-exec`.
//!
//! They run programs and talk to machines, which the engine itself never does: whoever starts it hands them in.
//!
//! **Invariant**: knows nothing of resources, plans and state. Where commands run, where programs are looked for and
//! where the SSH agent is, is handed in.

mod file;
mod lines;
mod local_exec;
mod remote_exec;
mod ssh;
mod system_error;
#[cfg(test)]
mod test_run;
#[cfg(test)]
mod test_server;

use std::path::PathBuf;
use std::sync::Arc;

use landform_provider_api::{Attribute, Block, Provisioner};
use landform_values::{Str, Type};

use file::File;
use local_exec::LocalExec;
use remote_exec::RemoteExec;

/// What provisioners use of this machine.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    /// Where commands run and relative paths begin.
    pub directory: PathBuf,
    /// Folders with programs, as `PATH` lists them.
    pub search_path: String,
    /// What `~` means.
    pub home: Option<PathBuf>,
    /// The socket of the SSH agent, if there is one: `SSH_AUTH_SOCK`.
    pub ssh_agent: Option<PathBuf>,
}

/// All provisioners, by kind.
pub fn all(machine: &Machine) -> Vec<(Str, Arc<dyn Provisioner>)> {
    vec![
        ("file".into(), Arc::new(File::new(machine.clone()))),
        ("local-exec".into(), Arc::new(LocalExec::new(machine.clone()))),
        ("remote-exec".into(), Arc::new(RemoteExec::new(machine.clone()))),
    ]
}

/// The schema of a provisioner whose arguments are all optional.
fn optional_arguments<const N: usize>(arguments: [(&str, Type); N]) -> Block {
    let attributes = arguments.into_iter().map(|(name, ty)| (name.into(), Attribute::of(ty).optional())).collect();
    Block { attributes, ..Block::default() }
}
