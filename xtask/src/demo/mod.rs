//! `cargo xtask demo`: the whole life of a network on the simulator, told as it happens. Every step is a check as well.

mod session;

use std::path::Path;

use landform_simulator::Account;

use crate::arguments::{Arguments, Word};
use crate::demo::session::{Session, say};
use crate::error::Result;
use crate::python;
use crate::workspace::{self, Profile};

/// A no-change plan of the network may cost this many API calls, besides those for its state and locks.
const MOST_CALLS_OF_A_PLAN: u64 = 15;

/// What state and locks are kept in; the network itself has nothing there.
const STATE_SERVICES: [&str; 2] = ["s3.", "dynamodb."];

/// Runs the demo; an error at the first step that does not do what it should.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let arguments = Arguments::parse(arguments, Word::None, &["--bin"])?;
    let binary = workspace::landform(arguments.option("--bin"), Profile::Debug)?;
    let account = python::start_simulator()?.account();
    let folder = workspace::target().join("demo").join(account.number());
    if folder.exists() {
        // What a demo that failed left behind, for looking at.
        fs_err::remove_dir_all(&folder)?;
    }
    for part in ["modules", "examples"] {
        workspace::copy_folder(&workspace::root().join(part), &folder.join(part))?;
    }
    println!(
        "An AWS account of its own on the simulator: {}. Everything happens in {}.",
        account.number(),
        folder.display()
    );
    let result = tell(&binary, &account, &folder.join("examples"));
    if result.is_ok() {
        fs_err::remove_dir_all(&folder)?;
    }
    result
}

fn tell(binary: &Path, account: &Account, examples: &Path) -> Result<()> {
    let bucket = format!("landform-demo-{}", account.number());
    let backend = Session::new(binary, account, examples.join("state-backend"));
    let network = Session::new(binary, account, examples.join("network"));

    say("First, a bucket and a table to keep state and locks in. Their own state is a local file.");
    let variables = [format!("-var=bucket={bucket}"), "-var=force_destroy=true".to_owned()];
    backend.landform(&["init", "-input=false"], 0)?;
    backend.landform(&["apply", "-input=false", "-auto-approve", &variables[0], &variables[1]], 0)?;

    build(&network, &bucket)?;
    say("A second plan finds nothing to do, and asks AWS little: objects are read in bulk.");
    account.reset_calls();
    network.landform(&IS_IN_SYNC, 0)?;
    let calls = account.calls();
    println!("{calls}");
    let is_for_state = |operation: &str| STATE_SERVICES.iter().any(|service| operation.starts_with(service));
    let spent: u64 = calls.iter().filter(|(operation, _)| !is_for_state(operation)).map(|(_, count)| count).sum();
    if spent > MOST_CALLS_OF_A_PLAN {
        return Err(format!("a plan without changes made {spent} calls, more than {MOST_CALLS_OF_A_PLAN}").into());
    }

    repair(&network)?;
    tear_down(&network, &backend, &variables)?;
    say("Nothing is left in the account.");
    match account.objects().as_slice() {
        [] => Ok(()),
        left => Err(format!("left behind: {left:?}").into()),
    }
}

const DEV: &str = "-var-file=dev.tfvars";
const IS_IN_SYNC: [&str; 4] = ["plan", "-input=false", "-detailed-exitcode", DEV];

fn build(network: &Session<'_>, bucket: &str) -> Result<()> {
    say("The development network: its state goes to that bucket, encrypted and locked.");
    let bucket = format!("-backend-config=bucket={bucket}");
    network.landform(&["init", "-input=false", "-backend-config=dev.s3.tfbackend", &bucket], 0)?;
    say("The plan: exit code 2 says that there are changes.");
    network.landform(&["plan", "-input=false", "-detailed-exitcode", "-out=dev.plan", DEV], 2)?;
    say("That very plan is applied.");
    network.landform(&["apply", "-input=false", "dev.plan"], 0)
}

fn repair(network: &Session<'_>) -> Result<()> {
    say("Now somebody changes things behind our back: a tag, a route, a rule of a security group.");
    network.python(&workspace::root().join("xtask/src/demo/tamper.py"))?;
    say("The plan sees each of them.");
    network.landform(&IS_IN_SYNC, 2)?;
    say("Apply repairs them, and then all is well again.");
    network.landform(&["apply", "-input=false", "-auto-approve", DEV], 0)?;
    network.landform(&IS_IN_SYNC, 0)
}

fn tear_down(network: &Session<'_>, backend: &Session<'_>, variables: &[String; 2]) -> Result<()> {
    say("At the end, the network goes, and then the bucket and the table.");
    network.landform(&["destroy", "-input=false", "-auto-approve", DEV], 0)?;
    backend.landform(&["destroy", "-input=false", "-auto-approve", &variables[0], &variables[1]], 0)
}
