//! Tests of stores against real files, services and processes; one binary, because linking takes long.
#![allow(clippy::disallowed_methods, reason = "tests start processes and look for them in the environment")]

mod contract;
mod journal;
mod killed;
mod local;
mod s3;
mod support;
