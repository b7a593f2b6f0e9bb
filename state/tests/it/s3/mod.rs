//! The S3 backend against the simulator, a server that says what it is told, and Terraform.

mod faults;
mod identity;
mod interop;
mod network;
pub(crate) mod place;
mod server;
mod stored;
mod words;
