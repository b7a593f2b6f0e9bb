//! The AWS simulator, for tests: starts it once a process, and gives each test an account of its own.
//!
//! ```no_run
//! use landform_simulator::{Fault, Simulator};
//!
//! let account = Simulator::start().account();
//! account.fault(&Fault::throttle("ec2.*").rate(0.2));
//! // ... run something with account.environment() ...
//! assert!(account.calls().total() <= 15);
//! assert!(account.objects().is_empty());
//! ```
//!
//! This is test code: whatever goes wrong here panics, with what went wrong.
#![allow(clippy::disallowed_methods, reason = "tests start processes and look for them in the environment")]

mod account;
mod fault;
mod http;
mod process;

use std::sync::OnceLock;

pub use account::{Account, Calls};
pub use fault::Fault;
pub use process::python;

/// A simulator that answers at [`Simulator::endpoint`].
#[derive(Clone, Debug)]
pub struct Simulator {
    address: String,
}

impl Simulator {
    /// The simulator of this process, started by the first call; it ends with the process.
    ///
    /// With `LANDFORM_SIMULATOR=HOST:PORT` in the environment it is that one, started by somebody else: so that many test
    /// processes share one.
    ///
    /// # Panics
    ///
    /// When it cannot be started; the message says how to get what it needs.
    pub fn start() -> Self {
        static ADDRESS: OnceLock<String> = OnceLock::new();
        let address = ADDRESS.get_or_init(|| std::env::var("LANDFORM_SIMULATOR").unwrap_or_else(|_| process::start()));
        Self { address: address.clone() }
    }

    /// Where it answers: `http://127.0.0.1:PORT`, what `AWS_ENDPOINT_URL` wants.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// `HOST:PORT`, what `LANDFORM_SIMULATOR` wants.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// An account that nobody had before: empty but for what AWS itself puts there.
    pub fn account(&self) -> Account {
        let answer = http::request(&self.address, "POST", "accounts", "");
        let number = answer.split_whitespace().nth(1).expect("the answer is one line: account NUMBER");
        Account::new(self.address.clone(), number.to_owned())
    }
}
