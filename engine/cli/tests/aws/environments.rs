//! Every environment comes up, stays as it is, and goes without a trace.

use std::process::Command;

use crate::roots::{Network, expect};

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
    let network = Network::new(environment);
    network.ends(2, &["plan", "-detailed-exitcode", "-out=saved.plan"]);
    network.ends(0, &["show", "-no-color", "saved.plan"]);
    let saved = network.command(&["show", "saved.plan"]).output().expect("the binary runs");
    expect(&saved, 0, "show");
    let mut apply = network.command(&["version"]);
    apply = {
        let mut it = Command::new(apply.get_program());
        it.current_dir(network.folder()).env_clear().envs(network.account.environment());
        it
    };
    expect(
        &apply.args(["apply", "-input=false", "saved.plan"]).output().expect("the binary runs"),
        0,
        "apply saved.plan",
    );
    network.account.reset_calls();
    network.ends(0, &["plan", "-detailed-exitcode"]);
    let calls = network.account.calls();
    let of_network = calls.iter().filter(|(name, _)| !name.starts_with("s3.") && !name.starts_with("dynamodb."));
    let most = if environment == "dev" { 15 } else { 20 };
    assert!(of_network.map(|(_, count)| count).sum::<u64>() <= most, "{calls}");
    network.ends(0, &["output", "-json"]);
    network.is_destroyed_without_a_trace();
}
