//! Ctrl-C: the first asks a command to stop, the second ends it.
//!
//! A thread of its own waits for them, because the first thread may be busy: whatever it evaluates then is given up.

use std::future::Future;
use std::io;
use std::process;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::time::Duration;

use landform_core::StopSignal;
use landform_lang::expr::Interrupt;

use crate::failure::Failure;
use crate::view::View;

const FIRST: &str =
    "Interrupt received.\nPlease wait for Landform to exit or data loss may occur.\nGracefully shutting down...";

/// How long a word to people may hold up what they asked for: a pipe may be full, and nobody reads.
const TIME_TO_TELL: Duration = Duration::from_millis(200);

/// The interrupts of a command, and what they stop. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Interrupts(Arc<Shared>);

#[derive(Default)]
struct Shared {
    watched: OnceLock<()>,
    count: AtomicUsize,
    evaluation: Interrupt,
    stop: StopSignal,
    end: StopSignal,
    /// Whether the second is left to whoever waits for [`Shared::end`].
    saves: AtomicBool,
}

/// What the first interrupt ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ends {
    /// The command.
    Command,
    /// What is being evaluated; see [`Interrupts::forget`].
    Evaluation,
}

impl Interrupts {
    /// From now on an interrupt does not kill the program. Where the system has no signals or no threads, nothing changes.
    pub(crate) fn watch(&self, view: &View, ends: Ends) {
        let (shared, view) = (self.0.clone(), view.clone());
        self.0.watched.get_or_init(|| drop(watch(move || shared.receive(&view, ends))));
    }

    /// The wish to stop, which the first interrupt is.
    pub(crate) fn stop(&self) -> &StopSignal {
        &self.0.stop
    }

    /// What ends long evaluations.
    pub(crate) fn evaluation(&self) -> &Interrupt {
        &self.0.evaluation
    }

    /// What came until now is done with.
    pub(crate) fn forget(&self) {
        self.0.count.store(0, Ordering::SeqCst);
        self.0.evaluation.clear();
    }

    /// Runs to the end, or until the second interrupt: then `None`. Whoever calls this saves what is known, for which a
    /// second interrupt leaves time from now on.
    pub(crate) async fn unless_two<T>(&self, view: &View, work: impl Future<Output = T>) -> Option<T> {
        self.watch(view, Ends::Command);
        self.0.saves.store(true, Ordering::SeqCst);
        let result = self.0.end.unless_stopped(work).await;
        if result.is_none() {
            view.notice("Two interrupts received. Exiting now; the state that is known is saved.");
        }
        result
    }
}

/// The error of a command that was interrupted before it began what it is for.
pub(crate) fn canceled() -> Failure {
    Failure::error("Operation canceled", "The command was interrupted before anything was begun.")
}

impl Shared {
    fn receive(&self, view: &View, ends: Ends) {
        match (self.count.fetch_add(1, Ordering::SeqCst), ends) {
            (0, Ends::Evaluation) => self.evaluation.interrupt(),
            (0, Ends::Command) => {
                tell(view, FIRST);
                // Nothing new begins when an evaluation ends.
                self.stop.stop();
                self.evaluation.interrupt();
            }
            (1, _) if self.saves.load(Ordering::SeqCst) => self.end.stop(),
            _ => {
                tell(view, "Two interrupts received. Exiting now.");
                exit();
            }
        }
    }
}

fn tell(view: &View, text: &'static str) {
    let (told, is_told) = mpsc::channel();
    let view = view.clone();
    std::thread::spawn(move || {
        view.notice(text);
        let _ = told.send(());
    });
    let _ = is_told.recv_timeout(TIME_TO_TELL);
}

#[allow(clippy::disallowed_methods, clippy::exit, reason = "somebody wants the program to end whatever it is doing")]
fn exit() -> ! {
    process::exit(1)
}

/// Calls a function at each interrupt, in a thread of its own.
///
/// # Errors
/// Where there are no signals, or no threads.
fn watch(receive: impl Fn() + Send + 'static) -> io::Result<()> {
    let (ready, is_ready) = mpsc::channel();
    let waiting = async move |ready: mpsc::Sender<io::Result<()>>| {
        let mut signals = match Signals::new() {
            Ok(signals) => signals,
            Err(error) => return drop(ready.send(Err(error))),
        };
        let _ = ready.send(Ok(()));
        while signals.next().await.is_some() {
            receive();
        }
    };
    std::thread::Builder::new().spawn(move || {
        match tokio::runtime::Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => runtime.block_on(waiting(ready)),
            Err(error) => drop(ready.send(Err(error))),
        }
    })?;
    is_ready.recv().map_err(io::Error::other)?
}

/// What asks a program to end.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> Option<()> {
        tokio::select! {
            received = self.interrupt.recv() => received,
            received = self.terminate.recv() => received,
        }
    }
}

/// What asks a program to end.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Option<()> {
        tokio::signal::ctrl_c().await.ok()
    }
}
