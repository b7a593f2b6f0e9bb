//! Providers: which ones a configuration needs, which versions are used, and the lock file that remembers them.
//!
//! # What a native provider records in the lock file
//!
//! A native provider stands for one public version of the provider whose address it has: it has that version's schemas.
//!
//! - **No entry yet**: one is made with the public version, the constraints, and no hashes, because Landform has no
//!   package to hash and must not guess. Terraform 1.11 accepts such an entry: `terraform init` installs exactly that
//!   version and adds the hashes that it learns; with `-lockfile=readonly` it does so with a warning and leaves the file
//!   alone. Without an entry Terraform would pick the newest version, which may write state that the native provider
//!   can not read.
//! - **An entry is there**, and its version is allowed by the constraints: it is kept as it is, hashes and all, whatever
//!   version the native provider stands for. The file stays byte for byte the same when no entry is added or removed.
//! - **`-upgrade`**: an entry with an older version is replaced by one with the native provider's version and without
//!   hashes. One with the same or a newer version is kept.
//! - Entries of providers that nothing needs are removed, as Terraform does.

mod installer;
mod lock_file;
mod locks;
mod messages;
mod requirements;

pub use installer::{LockFileMode, NativeProvider, ProviderInstaller};
pub use lock_file::{read_lock_file, write_lock_file};
pub use locks::{Locks, ProviderLock};
pub use requirements::{Requirement, Requirements};

#[cfg(test)]
mod tests;
