//! The program as people and scripts run it: one binary, because linking takes long. No network, no Terraform.
#![allow(clippy::disallowed_methods, reason = "tests look for the program that was built")]

mod apply;
mod bad_input;
mod drift;
mod environment;
mod import;
mod interrupted;
mod journaled;
mod secrets;
mod shown;
mod storage;
