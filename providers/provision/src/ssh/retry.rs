//! Tries again until it works, time is up or the run stops: a new machine takes a while until its server answers.

use std::time::Duration;

use super::Stop;
use super::failure::Failure;

const FIRST_DELAY: Duration = Duration::from_secs(1);
const LONGEST_DELAY: Duration = Duration::from_secs(20);

/// What may work another time.
pub(super) trait Attempt {
    /// Tries once.
    fn attempt(&mut self) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Tries until it works. The error says what was wrong the last time.
pub(super) async fn retry(
    timeout: Duration,
    stop: &mut Stop<'_>,
    attempt: &mut (impl Attempt + Send),
) -> Result<(), Failure> {
    let mut last = None;
    let tries = async {
        let mut delay = Duration::ZERO;
        loop {
            tokio::time::sleep(delay).await;
            match attempt.attempt().await {
                Ok(()) => return,
                Err(failure) => last = Some(failure),
            }
            delay = after(delay);
        }
    };
    let ended = tokio::select! {
        () = tries => return Ok(()),
        () = tokio::time::sleep(timeout) => "timeout",
        () = stop => "interrupted",
    };
    // Nothing has failed yet where the first attempt took all the time; Terraform says so in the words of Go.
    let last = last.unwrap_or_else(|| Failure::plain("<nil>"));
    Err(last.within(format!("{ended} - last error")))
}

/// The delay after one.
fn after(delay: Duration) -> Duration {
    (delay * 2).clamp(FIRST_DELAY, LONGEST_DELAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_a_limit() {
        let delays = std::iter::successors(Some(Duration::ZERO), |delay| Some(after(*delay)));
        let seconds: Vec<u64> = delays.take(8).map(|delay| delay.as_secs()).collect();
        assert_eq!(seconds, [0, 1, 2, 4, 8, 16, 20, 20]);
    }

    struct Counting {
        tries: u32,
        works_at: u32,
    }

    impl Attempt for Counting {
        async fn attempt(&mut self) -> Result<(), Failure> {
            self.tries += 1;
            match self.tries {
                tries if tries == self.works_at => Ok(()),
                // Never done.
                99 => std::future::pending().await,
                tries => Err(Failure::plain(format!("attempt {tries}"))),
            }
        }
    }

    async fn check(counting: [u32; 2], timeout: u64, stop_after: u64, expected: Result<(), &str>) {
        let mut stop: Stop<'_> = Box::pin(tokio::time::sleep(Duration::from_millis(stop_after)));
        let [tries, works_at] = counting;
        let found = retry(Duration::from_millis(timeout), &mut stop, &mut Counting { tries, works_at }).await;
        assert_eq!(found.map_err(|failure| failure.text(None)), expected.map_err(str::to_owned));
    }

    #[tokio::test]
    async fn it_is_tried_until_it_works_or_time_is_up() {
        check([0, 1], 60_000, 60_000, Ok(())).await;
        check([0, 2], 60_000, 60_000, Ok(())).await;
        check([0, 9], 500, 60_000, Err("timeout - last error: attempt 1")).await;
        check([0, 9], 60_000, 500, Err("interrupted - last error: attempt 1")).await;
        check([98, 0], 10, 60_000, Err("timeout - last error: <nil>")).await;
    }
}
