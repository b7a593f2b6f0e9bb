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
            delay = (delay * 2).clamp(FIRST_DELAY, LONGEST_DELAY);
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

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting {
        tries: u32,
        works_at: u32,
    }

    impl Attempt for Counting {
        async fn attempt(&mut self) -> Result<(), Failure> {
            self.tries += 1;
            if self.tries == self.works_at { Ok(()) } else { Err(Failure::plain(format!("attempt {}", self.tries))) }
        }
    }

    struct Hanging;

    impl Attempt for Hanging {
        async fn attempt(&mut self) -> Result<(), Failure> {
            std::future::pending().await
        }
    }

    async fn check(works_at: u32, timeout: u64, stop_after: u64, expected: Result<(), &str>) {
        let mut stop: Stop<'_> = Box::pin(tokio::time::sleep(Duration::from_secs(stop_after)));
        let mut counting = Counting { tries: 0, works_at };
        let found = retry(Duration::from_secs(timeout), &mut stop, &mut counting).await;
        assert_eq!(found.map_err(|failure| failure.text(None)), expected.map_err(str::to_owned));
    }

    #[tokio::test(start_paused = true)]
    async fn delays_grow_to_a_limit() {
        check(1, 1, 1, Ok(())).await;
        check(4, 8, 100, Ok(())).await;
        // At 0, 1, 3, 7, 15, 31, 51 and 71 seconds.
        check(9, 90, 100, Err("timeout - last error: attempt 8")).await;
        check(9, 100, 10, Err("interrupted - last error: attempt 4")).await;
    }

    #[tokio::test(start_paused = true)]
    async fn an_attempt_that_hangs_is_given_up() {
        let mut stop: Stop<'_> = Box::pin(std::future::pending());
        let found = retry(Duration::from_secs(5), &mut stop, &mut Hanging).await;
        let failure = found.expect_err("it takes for ever").text(None);
        assert_eq!(failure, "timeout - last error: <nil>");
    }
}
