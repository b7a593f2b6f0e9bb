//! How fast time passes for what waits on a service: as everywhere, unless the service is a simulator whose minutes take
//! seconds.
//!
//! This is of the process and not of a provider, because waits are many and deep, and time is the same for all of them. Only
//! the binary sets it, before anything runs.

use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::time::Instant;

static SPEED: AtomicU32 = AtomicU32::new(1);

/// Lets time pass so many times as fast from now on.
pub fn run_at(speed: NonZeroU32) {
    SPEED.store(speed.get(), Ordering::Relaxed);
}

/// How long a machine waits that is to wait for `duration`.
pub fn shortened(duration: Duration) -> Duration {
    duration / SPEED.load(Ordering::Relaxed).max(1)
}

/// How long ago something was.
pub fn since(moment: Instant) -> Duration {
    moment.elapsed() * SPEED.load(Ordering::Relaxed)
}

/// Returns after a while.
pub async fn sleep(duration: Duration) {
    tokio::time::sleep(shortened(duration)).await;
}
