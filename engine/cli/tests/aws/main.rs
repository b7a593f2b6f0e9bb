//! The examples on a simulator of AWS, run by the binary as a user runs them: what the README promises of them.
#![allow(clippy::disallowed_methods, reason = "tests start processes, as users do")]

mod drift;
mod environments;
mod killed;
mod outside;
mod parts;
mod platform_drift;
mod platforms;
mod replacing;
mod roots;
mod tested;
mod waves;
