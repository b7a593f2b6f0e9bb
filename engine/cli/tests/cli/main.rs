//! The program as people and scripts run it: one binary, because linking takes long. No network, no Terraform.
#![allow(clippy::disallowed_methods, reason = "tests look for the program that was built")]

mod actions;
mod apply;
mod bad_input;
mod console;
mod drift;
mod environment;
mod ephemeral;
mod fmt;
mod github;
mod import;
mod installed;
mod interrupted;
mod journaled;
mod language;
mod markdown;
mod moves;
mod planned;
mod promised;
mod pull_requests;
mod recorded;
mod rehearsed;
mod remote;
mod saved;
mod secrets;
mod selection;
mod shown;
#[path = "../../../../providers/provision/src/test_server.rs"]
mod ssh_server;
mod stopped;
mod storage;
mod targeted;
mod tested;
mod validate;
mod waves;
mod workflows;
