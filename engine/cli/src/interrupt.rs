//! Ctrl-C: the first asks the run to stop, the second ends it.
//!
//! A thread of its own waits for it, because the first may be busy: whatever it evaluates then is given up.

use std::future::Future;
use std::io;

use landform_core::apply::StopSignal;
use landform_lang::expr::Interrupt;
use tokio::sync::{mpsc, oneshot};

use crate::session::Session;

/// Runs to the end, or until the second interrupt: then `None`.
pub(crate) async fn stoppable<T>(session: &Session, work: impl Future<Output = T>, stop: &StopSignal) -> Option<T> {
    tokio::pin!(work);
    let Ok(mut interrupts) = Interrupts::watch(session, Some(stop.clone())) else { return Some(work.await) };
    let tell_of_the_first = || {
        session.view.notice(
            "Interrupt received.\nPlease wait for Landform to exit or data loss may occur.\nGracefully shutting down...",
        );
    };
    tokio::select! {
        result = &mut work => {
            // It may have ended because of that.
            if interrupts.has_come() {
                tell_of_the_first();
            }
            return Some(result);
        }
        () = interrupts.next() => tell_of_the_first(),
    }
    tokio::select! {
        result = &mut work => Some(result),
        () = interrupts.next() => {
            session.view.notice("Two interrupts received. Exiting now; the state that is known is saved.");
            None
        }
    }
}

/// Runs to the end, or until an interrupt: then `None`, and the work is given up.
pub(crate) async fn unless_interrupted<T>(session: &Session, work: impl Future<Output = T>) -> Option<T> {
    let Ok(mut interrupts) = Interrupts::watch(session, None) else { return Some(work.await) };
    tokio::select! {
        () = interrupts.next() => None,
        // It may have ended because of that.
        result = work => (!interrupts.has_come()).then_some(result),
    }
}

/// Interrupts from now on, until it is dropped.
struct Interrupts {
    received: mpsc::UnboundedReceiver<()>,
    /// Ends the thread when it is dropped.
    _end: oneshot::Sender<()>,
}

impl Interrupts {
    /// Waits in a thread of its own. Each ends long evaluations, and asks the run to stop.
    ///
    /// # Errors
    /// Where there are no signals, or no threads.
    fn watch(session: &Session, stop: Option<StopSignal>) -> io::Result<Self> {
        let (tell, received) = mpsc::unbounded_channel();
        let (end, ended) = oneshot::channel();
        let (ready, is_ready) = std::sync::mpsc::channel();
        let interrupt = session.interrupt.clone();
        std::thread::Builder::new().spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let waiting = async {
                let mut signals = match Signals::new() {
                    Ok(signals) => signals,
                    Err(error) => return drop(ready.send(Err(error))),
                };
                let _ = ready.send(Ok(()));
                while signals.next().await.is_some() {
                    Self::pass_on(&interrupt, stop.as_ref());
                    let _ = tell.send(());
                }
            };
            match runtime {
                Ok(runtime) => runtime.block_on(async {
                    tokio::select! {
                        () = waiting => {}
                        _ = ended => {}
                    }
                }),
                Err(error) => drop(ready.send(Err(error))),
            }
        })?;
        is_ready.recv().map_err(io::Error::other)??;
        Ok(Self { received, _end: end })
    }

    fn pass_on(interrupt: &Interrupt, stop: Option<&StopSignal>) {
        // Nothing new begins when an evaluation ends.
        if let Some(stop) = stop {
            stop.stop();
        }
        interrupt.interrupt();
    }

    /// Whether one came that nobody waited for.
    fn has_come(&mut self) -> bool {
        self.received.try_recv().is_ok()
    }

    async fn next(&mut self) {
        if self.received.recv().await.is_none() {
            std::future::pending().await
        }
    }
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
