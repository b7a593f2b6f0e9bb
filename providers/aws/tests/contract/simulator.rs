//! The simulator, started once a test process; each test has an account of its own.

pub(crate) use landform_simulator::{Account, Fault, Simulator};
