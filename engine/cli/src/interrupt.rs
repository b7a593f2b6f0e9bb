//! Ctrl-C: the first asks the run to stop, the second ends it.

use std::future::Future;

use landform_core::apply::StopSignal;

use crate::session::Session;

/// Runs to the end, or until the second interrupt: then `None`.
pub(crate) async fn stoppable<T>(session: &Session, work: impl Future<Output = T>, stop: &StopSignal) -> Option<T> {
    tokio::pin!(work);
    loop {
        tokio::select! {
            result = &mut work => return Some(result),
            signal = interrupted() => {
                // Without signals there is nothing to wait for.
                if signal.is_err() {
                    return Some(work.await);
                }
                if stop.is_stopped() {
                    session.view.notice("Two interrupts received. Exiting now; the state that is known is saved.");
                    return None;
                }
                stop.stop();
                session.view.notice(
                    "Interrupt received.\nPlease wait for Landform to exit or data loss may occur.\nGracefully shutting down...",
                );
            }
        }
    }
}

/// Runs to the end, or until an interrupt: then `None`, and the work is given up.
pub(crate) async fn unless_interrupted<T>(work: impl Future<Output = T>) -> Option<T> {
    tokio::pin!(work);
    tokio::select! {
        result = &mut work => Some(result),
        signal = interrupted() => match signal {
            Ok(()) => None,
            // Without signals there is nothing to wait for.
            Err(_) => Some(work.await),
        },
    }
}

async fn interrupted() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
