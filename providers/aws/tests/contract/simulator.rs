//! The simulator of AWS, shared by all tests of this process; each has an account of its own.

use landform_simulator::{Account, Simulator};

/// Where all services are.
pub(crate) fn endpoint() -> String {
    Simulator::start().endpoint()
}

/// An account that no other test uses.
pub(crate) fn new_account() -> Account {
    Simulator::start().account()
}
