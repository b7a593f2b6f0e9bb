//! Running a command: its output is passed on as it comes, and it is asked to end when the run is.

use std::io::{PipeReader, Read as _};
use std::path::Path;
use std::pin::Pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::Child;
use tokio::sync::mpsc;

use super::failure::{Cause, Failure};
use super::program;
use crate::Machine;
use crate::lines::Lines;

/// What to run.
pub(super) struct Command {
    /// The program and its arguments.
    pub(super) words: Vec<String>,
    /// Relative to the machine's directory.
    pub(super) working_dir: Option<String>,
    /// Variables that it gets besides those of Landform itself.
    pub(super) environment: Vec<(String, String)>,
}

/// How long a command that was asked to end may take before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// Runs a command to its end, or for a while beyond the wish to stop.
pub(super) async fn run(
    machine: &Machine,
    command: &Command,
    tell: &(dyn Fn(&str) + Send + Sync),
    stop: Pin<Box<dyn Future<Output = ()> + Send + '_>>,
) -> Result<(), Failure> {
    let (child, output) = start(machine, command).map_err(|cause| Failure { cause, output: Vec::new() })?;
    let mut running = Running { child, output, lines: Lines::default(), tell };
    let ended = running.finish(stop).await;
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure { cause: Cause::Ended(status), output: running.lines.into_end() }),
        Err(error) => Err(Failure { cause: Cause::Lost(error), output: running.lines.into_end() }),
    }
}

fn start(machine: &Machine, command: &Command) -> Result<(Child, mpsc::Receiver<Vec<u8>>), Cause> {
    let name = &command.words[0];
    let directory = match &command.working_dir {
        Some(working_dir) => machine.directory.join(working_dir),
        None => machine.directory.clone(),
    };
    let file = program::find(name, machine, &directory)?;
    check_directory(command, &directory)?;
    let (reader, writer) = std::io::pipe().map_err(Cause::Output)?;
    // One pipe for both, so that lines stay in order.
    let also_writer = writer.try_clone().map_err(Cause::Output)?;
    let mut process = tokio::process::Command::new(&file);
    #[cfg(unix)]
    process.arg0(name);
    process
        .args(&command.words[1..])
        .envs(command.environment.iter().map(|(name, value)| (name, value)))
        .current_dir(&directory)
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(also_writer)
        .kill_on_drop(true);
    let shown = if name.contains('/') { name.clone() } else { file.to_string_lossy().into_owned() };
    let child = process.spawn().map_err(|error| Cause::Start(shown, error))?;
    Ok((child, pieces_of(reader)))
}

/// Only a directory that is not there at all is told apart from other failures to start.
fn check_directory(command: &Command, directory: &Path) -> Result<(), Cause> {
    let Some(working_dir) = &command.working_dir else { return Ok(()) };
    directory.metadata().map(drop).map_err(|error| Cause::Directory(working_dir.clone(), error))
}

/// Reads in a thread of its own. It may outlive the command: a program that was left behind may hold the pipe.
fn pieces_of(mut reader: PipeReader) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel(16);
    std::thread::spawn(move || {
        let mut buffer = vec![0; 8 * 1024];
        while let Ok(length) = reader.read(&mut buffer) {
            if length == 0 || sender.blocking_send(buffer[..length].to_vec()).is_err() {
                return;
            }
        }
    });
    receiver
}

struct Running<'a> {
    child: Child,
    output: mpsc::Receiver<Vec<u8>>,
    lines: Lines,
    tell: &'a (dyn Fn(&str) + Send + Sync),
}

impl Running<'_> {
    /// Until the command has ended and said all. What is said by programs that it leaves behind is waited for as well,
    /// but not after the wish to stop.
    async fn finish(&mut self, mut stop: Pin<Box<dyn Future<Output = ()> + Send + '_>>) -> std::io::Result<ExitStatus> {
        loop {
            tokio::select! {
                piece = self.output.recv() => match piece {
                    Some(piece) => self.lines.take(&piece, self.tell),
                    None => break,
                },
                () = tokio::time::sleep(Lines::PATIENCE), if self.lines.is_in_line() => self.lines.flush(self.tell),
                () = &mut stop => return self.end_soon().await,
            }
        }
        self.lines.flush(self.tell);
        tokio::select! {
            status = self.child.wait() => status,
            () = &mut stop => self.end_soon().await,
        }
    }

    /// Asks the command to end, and kills it if it does not.
    async fn end_soon(&mut self) -> std::io::Result<ExitStatus> {
        ask_to_end(&mut self.child);
        let killed = tokio::time::sleep(GRACE);
        tokio::pin!(killed);
        let mut is_open = true;
        let status = loop {
            tokio::select! {
                status = self.child.wait() => break status,
                piece = self.output.recv(), if is_open => match piece {
                    Some(piece) => self.lines.take(&piece, self.tell),
                    None => is_open = false,
                },
                () = &mut killed => {
                    self.child.start_kill()?;
                    break self.child.wait().await;
                }
            }
        };
        // What it said last has arrived, or will in a moment.
        while let Ok(Some(piece)) = tokio::time::timeout(Lines::PATIENCE, self.output.recv()).await {
            self.lines.take(&piece, self.tell);
        }
        self.lines.flush(self.tell);
        status
    }
}

#[cfg(unix)]
fn ask_to_end(child: &mut Child) {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    let process = child.id().and_then(|id| i32::try_from(id).ok());
    if let Some(process) = process {
        // An error means that it is gone already.
        let _ = kill(Pid::from_raw(process), Signal::SIGTERM);
    }
}

#[cfg(not(unix))]
fn ask_to_end(child: &mut Child) {
    let _ = child.start_kill();
}
