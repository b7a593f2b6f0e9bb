//! Machines that are reached over SSH: the connection of `file` and `remote-exec`.
//!
//! Facts of Terraform that decide here: known hosts of the user are not looked at, only `host_key` is; files travel by the
//! protocol of `scp`, whose other end the machine has to have; scripts get a terminal, so that what they start ends
//! when the connection does.

mod agent;
mod algorithms;
mod announcement;
mod authentication;
mod communicator;
mod credentials;
mod dial;
mod failure;
mod folder;
mod host_key;
mod process;
mod proxy;
mod quoting;
mod retry;
mod scp;
mod settings;

use std::future::Future;
use std::path::Path;
use std::pin::Pin;

pub(crate) use communicator::Communicator;
pub(crate) use failure::Failure;
pub(crate) use settings::validate as validate_connection;

/// Is done when the work shall end soon.
pub(crate) type Stop<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Whether people are told of attempts to connect.
#[derive(Clone, Copy)]
pub(crate) enum Progress<'a> {
    /// They are not.
    Quiet,
    /// They are, in this way.
    Told(&'a (dyn Fn(&str) + Send + Sync)),
}

/// A file or folder of this machine.
pub(crate) struct Local<'a> {
    /// Where it is.
    pub(crate) path: &'a Path,
    /// What the configuration calls it, with the slash at its end that has a meaning.
    pub(crate) name: &'a str,
}

#[cfg(test)]
mod tests;
