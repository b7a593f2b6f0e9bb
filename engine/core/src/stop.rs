//! A wish to stop that somebody outside has.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// A wish to stop. A plan is given up; of an apply, what runs goes on to its end, and nothing new begins. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct StopSignal(Arc<Wish>);

#[derive(Debug, Default)]
struct Wish {
    stopped: AtomicBool,
    told: Notify,
}

impl StopSignal {
    /// Asks to stop.
    pub fn stop(&self) {
        self.0.stopped.store(true, Ordering::SeqCst);
        self.0.told.notify_waiters();
    }

    /// Whether that was asked.
    pub fn is_stopped(&self) -> bool {
        self.0.stopped.load(Ordering::SeqCst)
    }

    /// Waits until that is asked.
    pub async fn stopped(&self) {
        // What waits before it looks can not miss the word.
        let told = self.0.told.notified();
        if !self.is_stopped() {
            told.await;
        }
    }

    /// Runs to the end, or until somebody asks to stop: then `None`, and the work is given up.
    pub async fn unless_stopped<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            () = self.stopped() => None,
            result = work => Some(result),
        }
    }
}
