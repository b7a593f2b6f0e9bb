//! Waiting for services to do what they promised.

use std::future::Future;
use std::time::Duration;

use landform_provider_api::clock;

use super::{Error, Result};

/// How long AWS may take until it knows everywhere what was just made or changed.
pub(crate) const CONSISTENCY: Duration = Duration::from_secs(600);

/// How far something is.
pub(crate) enum State<T> {
    /// There.
    Done(T),
    /// Not yet; how the service calls the present state.
    Pending(String),
}

/// Asks again and again, ever slower, until it is done, fails or takes longer than it may. `what` reads
/// "NAT gateway nat-1 to become available".
///
/// Nothing is kept between runs: what a killed run waited for, the next one sees in the state of the object and waits
/// for it again.
pub(crate) async fn wait_until<T, F>(what: &str, timeout: Duration, ask: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<State<T>>>,
{
    let mut waited = Duration::ZERO;
    let mut pause = Duration::from_millis(250);
    loop {
        let state = match ask().await? {
            State::Done(value) => return Ok(value),
            State::Pending(state) => state,
        };
        if waited >= timeout {
            let message = format!("Waited {} s for {what}; it is still {state}.", timeout.as_secs());
            let hint = "It goes on by itself; run again to go on waiting, or give it longer with a timeouts block.";
            return Err(Error::late(message).hint(hint));
        }
        let pause_now = pause.min(timeout.saturating_sub(waited)).max(Duration::from_millis(10));
        clock::sleep(pause_now).await;
        waited += pause_now;
        pause = (pause * 3 / 2).min(Duration::from_secs(10));
    }
}

/// Repeats an action for as long as it fails with an error that passes by itself.
pub(crate) async fn retry_while<T, F>(
    timeout: Duration,
    passing: impl Fn(&Error) -> bool,
    action: impl Fn() -> F,
) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let mut waited = Duration::ZERO;
    let mut pause = Duration::from_millis(500);
    loop {
        match action().await {
            Err(error) if passing(&error) && waited < timeout => {}
            result => return result,
        }
        clock::sleep(pause).await;
        waited += pause;
        pause = (pause * 3 / 2).min(Duration::from_secs(10));
    }
}
