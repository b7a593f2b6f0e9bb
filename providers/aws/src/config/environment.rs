//! Settings of the AWS environment that the SDK itself does not read.

use aws_types::os_shim_internal::Env;

/// A variable of the process's environment, read the way the SDK reads its own; empty ones count as unset.
pub(super) fn variable(name: &str) -> Option<String> {
    Env::real().get(name).ok().filter(|value| !value.is_empty())
}
