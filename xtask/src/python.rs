//! The Python that runs the simulator: an environment of its own in the target folder, made when it is first needed.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::Command;

use landform_simulator::Simulator;

use crate::error::Result;
use crate::workspace;

/// The sources of the simulator.
pub(crate) fn simulator_sources() -> PathBuf {
    workspace::root().join("xtask/simulator")
}

/// The Python that has all the simulator needs; `LANDFORM_PYTHON` when somebody chose one.
pub(crate) fn ensure() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("LANDFORM_PYTHON") {
        return Ok(chosen.into());
    }
    let folder = workspace::target().join("simulator-python");
    let python = folder.join("bin/python");
    let requirements = simulator_sources().join("requirements.txt");
    let wanted = fs_err::read_to_string(&requirements)?;
    let stamp = folder.join("requirements.txt");
    if fs_err::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    eprintln!("making the simulator's Python in {}", folder.display());
    workspace::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    workspace::run(Command::new(&python).args(install).arg(&requirements))?;
    fs_err::write(&stamp, wanted)?;
    Ok(python)
}

/// Starts the simulator for this process and all it starts.
pub(crate) fn start_simulator() -> Result<Simulator> {
    ensure()?;
    Ok(Simulator::start())
}

/// Runs the simulator until stdin closes or Ctrl-C.
pub(crate) fn run_simulator() -> Result<()> {
    let simulator = start_simulator()?;
    println!("# The simulator runs until Ctrl-C. In another shell:");
    for (name, value) in simulator.account().environment() {
        println!("export {name}={value}");
    }
    std::io::stdin().read_to_end(&mut Vec::new())?;
    loop {
        std::thread::park();
    }
}
