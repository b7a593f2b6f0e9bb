//! How often a platform comes up in bad weather: a fifth of all calls throttled, and minutes until AWS knows what it made.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use landform_simulator::{Account, Fault};

use crate::error::Result;
use crate::{python, workspace};

/// Where the time passes that things take, and the time for which Landform waits.
const SPEED: u32 = 100;
const THROTTLED: f64 = 0.2;
const INCONSISTENT: Duration = Duration::from_secs(300);

/// A state of its own in the folder, in place of the example's bucket.
const LOCAL: &str = "terraform {\n  backend \"local\" {}\n}\n";

/// Brings the platform up so many times, each in an account of its own. An error where one attempt failed.
pub(crate) fn run(binary: &Path, runs: usize) -> Result<()> {
    let folder = workspace::target().join("bench/weather");
    if folder.exists() {
        fs_err::remove_dir_all(&folder)?;
    }
    for part in ["modules", "examples/events-registration"] {
        workspace::copy_folder(&workspace::root().join(part), &folder.join(part))?;
    }
    let root = folder.join("examples/events-registration");
    fs_err::write(root.join("backend_override.tf"), LOCAL)?;
    let simulator = python::start_simulator()?;
    workspace::output(landform(binary, &root, &simulator.account()).args(["init", "-input=false"]))?;
    let mut succeeded = 0;
    for number in 1..=runs {
        let begun = Instant::now();
        let result = attempt(binary, &root, &simulator.account());
        let verdict = result.as_ref().map_or_else(ToString::to_string, |()| "up and in sync".to_owned());
        println!("{number:>4} {:>6.1} s  {verdict}", begun.elapsed().as_secs_f64());
        succeeded += usize::from(result.is_ok());
        for state in ["terraform.tfstate", "terraform.tfstate.backup"] {
            let _ = fs_err::remove_file(root.join(state));
        }
    }
    println!("{succeeded} of {runs} applies succeeded");
    if succeeded < runs { Err("not all applies succeeded".into()) } else { Ok(()) }
}

fn attempt(binary: &Path, root: &Path, account: &Account) -> Result<()> {
    account.time_passes_faster(SPEED);
    account.fault(&Fault::throttle("*").rate(THROTTLED));
    account.fault(&Fault::inconsistent("*", INCONSISTENT));
    let flags = ["-input=false", "-var-file=dev.tfvars"];
    workspace::output(landform(binary, root, account).args(["apply", "-auto-approve"]).args(flags))?;
    workspace::output(landform(binary, root, account).args(["plan", "-detailed-exitcode"]).args(flags))?;
    Ok(())
}

fn landform(binary: &Path, root: &Path, account: &Account) -> Command {
    let mut command = Command::new(binary);
    command.current_dir(root).envs(account.environment());
    command.env("LANDFORM_CLOCK_SPEED", SPEED.to_string()).env("TF_VAR_db_password", "weather-proof-1");
    command
}
