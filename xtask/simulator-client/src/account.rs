//! An account of the simulator: its credentials, what was called in it, what exists in it, what goes wrong in it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::{Fault, http};

/// An account; see [`crate::Simulator::account`].
#[derive(Clone, Debug)]
pub struct Account {
    address: String,
    number: String,
}

impl Account {
    pub(crate) fn new(address: String, number: String) -> Self {
        Self { address, number }
    }

    /// Its twelve digits.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// The access key id that selects this account.
    pub fn access_key_id(&self) -> String {
        format!("LANDFORM{}", self.number)
    }

    /// A secret; any would do.
    pub fn secret_access_key(&self) -> &'static str {
        "simulated"
    }

    /// The environment of a process that works in this account, in `us-east-1`. Meant for an otherwise empty one: a profile
    /// or a session token of the developer would take precedence.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AWS_ENDPOINT_URL", format!("http://{}", self.address)),
            ("AWS_ACCESS_KEY_ID", self.access_key_id()),
            ("AWS_SECRET_ACCESS_KEY", self.secret_access_key().to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            // What boto3 reads.
            ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ]
    }

    /// What was called so far, faulted calls included.
    pub fn calls(&self) -> Calls {
        let mut counts = BTreeMap::new();
        for (operation, count) in self.lines("GET", "calls") {
            counts.insert(operation, count.parse().expect("a count is a number"));
        }
        Calls { counts }
    }

    /// Starts counting anew.
    pub fn reset_calls(&self) {
        self.lines("DELETE", "calls");
    }

    /// What exists, as (kind, id), for instance `("ec2.vpc", "vpc-0abc")`; without what AWS itself puts into an account.
    pub fn objects(&self) -> Vec<(String, String)> {
        self.lines("GET", "objects")
    }

    /// Makes calls of this account go wrong from now on. The first of several faults that match a call decides.
    pub fn fault(&self, fault: &Fault) {
        http::request(&self.address, "POST", &self.path("faults"), &fault.to_json());
    }

    /// Ends all faults of this account.
    pub fn clear_faults(&self) {
        self.lines("DELETE", "faults");
    }

    /// How long things take from, say, `pending` to `available`; nothing unless set.
    pub fn transitions_take(&self, duration: Duration) {
        let body = format!(r#"{{"seconds": {}}}"#, duration.as_secs_f64());
        http::request(&self.address, "PUT", &self.path("transitions"), &body);
    }

    /// Lets time pass so many times as fast, for states and for what is not found yet.
    pub fn time_passes_faster(&self, speed: u32) {
        http::request(&self.address, "PUT", &self.path("clock"), &format!(r#"{{"speed": {speed}}}"#));
    }

    fn lines(&self, method: &str, name: &str) -> Vec<(String, String)> {
        let answer = http::request(&self.address, method, &self.path(name), "");
        let pairs = answer.lines().map(|line| line.split_once(' ').expect("a line is: key value"));
        pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    }

    fn path(&self, name: &str) -> String {
        format!("{name}?account={}", self.number)
    }
}

/// How often each operation was called, by `service.Operation`. Prints as a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    counts: BTreeMap<String, u64>,
}

impl Calls {
    /// All calls together.
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// How often one operation was called, for instance `ec2.CreateVpc`.
    pub fn of(&self, operation: &str) -> u64 {
        self.counts.get(operation).copied().unwrap_or(0)
    }

    /// Every operation that was called, in alphabetical order, with how often.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.counts.iter().map(|(operation, count)| (operation.as_str(), *count))
    }
}

impl std::fmt::Display for Calls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (operation, count) in self.iter() {
            writeln!(f, "{count:6}  {operation}")?;
        }
        write!(f, "{:6}  in total", self.total())
    }
}
