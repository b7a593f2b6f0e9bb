//! Every environment comes up, stays as it is, and goes without a trace.

use crate::roots::Root;

/// A plan without changes may cost this many calls, besides those for state and locks.
const MOST_CALLS: u64 = 15;

#[test]
fn development() {
    check("dev");
}

#[test]
fn staging() {
    check("staging");
}

#[test]
fn production() {
    check("production");
}

fn check(environment: &'static str) {
    let network = Root::network(environment);
    network.plans(2, &["plan", "-detailed-exitcode", "-out=saved.plan"]);
    network.ends(0, &["show", "saved.plan"]);
    network.ends(0, &["apply", "-input=false", "saved.plan"]);
    network.account.reset_calls();
    network.plans(0, &["plan", "-detailed-exitcode"]);
    let calls = network.account.calls();
    let of_network = calls.iter().filter(|(name, _)| !name.starts_with("s3.") && !name.starts_with("dynamodb."));
    assert!(of_network.map(|(_, count)| count).sum::<u64>() <= MOST_CALLS, "{calls}");
    network.ends(0, &["output", "-json"]);
    network.is_destroyed_without_a_trace();
}
