//! Tests of stores against real files, services and processes; one binary, because linking takes long.

mod contract;
mod killed;
mod local;
mod s3;
mod support;
