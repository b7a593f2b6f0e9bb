//! What goes wrong, where and how often.

use std::fmt::Write as _;
use std::time::Duration;

/// A rule that makes calls go wrong. Operations are patterns such as `ec2.CreateVpc`, `ec2.*`, `*`.
#[derive(Clone, Debug)]
pub struct Fault {
    kind: &'static str,
    operation: String,
    rate: f64,
    skip: u32,
    times: Option<u32>,
    duration: Duration,
}

impl Fault {
    /// The service says that there are too many calls.
    pub fn throttle(operation: &str) -> Self {
        Self::new("throttle", operation)
    }

    /// The service answers 500.
    pub fn server_error(operation: &str) -> Self {
        Self::new("server-error", operation)
    }

    /// The service says that the credentials have expired.
    pub fn expired_credentials(operation: &str) -> Self {
        Self::new("expired-credentials", operation)
    }

    /// The service says that the caller may not do that.
    pub fn deny(operation: &str) -> Self {
        Self::new("deny", operation)
    }

    /// The connection is reset before the call happens.
    pub fn reset(operation: &str) -> Self {
        Self::new("reset", operation)
    }

    /// The connection is reset after the call has happened: nobody hears of it.
    pub fn reset_after(operation: &str) -> Self {
        Self::new("reset-after", operation)
    }

    /// The answer comes late.
    pub fn delay(operation: &str, duration: Duration) -> Self {
        Self { duration, ..Self::new("delay", operation) }
    }

    /// What is created is neither found nor listed for a while.
    pub fn inconsistent(operation: &str, duration: Duration) -> Self {
        Self { duration, ..Self::new("inconsistent", operation) }
    }

    /// Only this share of the calls, from 0 to 1, chosen by a repeatable draw.
    #[must_use]
    pub fn rate(self, rate: f64) -> Self {
        Self { rate, ..self }
    }

    /// Only after so many matching calls.
    #[must_use]
    pub fn skip(self, calls: u32) -> Self {
        Self { skip: calls, ..self }
    }

    /// At most so often.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    fn new(kind: &'static str, operation: &str) -> Self {
        Self { kind, operation: operation.to_owned(), rate: 1.0, skip: 0, times: None, duration: Duration::ZERO }
    }

    pub(crate) fn to_json(&self) -> String {
        let Self { kind, operation, rate, skip, .. } = self;
        let seconds = self.duration.as_secs_f64();
        let mut json =
            format!(r#"{{"kind":"{kind}","operation":"{operation}","rate":{rate},"skip":{skip},"seconds":{seconds}"#);
        if let Some(times) = self.times {
            write!(json, r#","times":{times}"#).expect("writing to a String does not fail");
        }
        json.push('}');
        json
    }
}
