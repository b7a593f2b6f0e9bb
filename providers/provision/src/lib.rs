//! The provisioners that Terraform comes with: `local-exec`, `file` and `remote-exec`.
//!
//! They run programs and talk to machines, which the engine itself never does: whoever starts it hands them in.
//!
//! **Invariant**: knows nothing of resources, plans and state. Where commands run and where programs are looked for is
//! handed in.

mod local_exec;

use std::path::PathBuf;
use std::sync::Arc;

use landform_provider_api::Provisioner;
use landform_values::Str;

use local_exec::LocalExec;

/// What provisioners use of this machine.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Where commands run and relative paths begin.
    pub directory: PathBuf,
    /// Folders with programs, as `PATH` lists them.
    pub search_path: String,
}

/// All provisioners, by kind.
pub fn all(machine: &Machine) -> Vec<(Str, Arc<dyn Provisioner>)> {
    vec![("local-exec".into(), Arc::new(LocalExec::new(machine.clone())))]
}
