//! What a measurement may be, and the rows of a table.

use crate::bench::measure::Measured;

/// What a run may take at most; 0 stands for no limit.
#[derive(Clone, Copy)]
pub(super) struct Target {
    milliseconds: u64,
    megabytes: u64,
}

impl Target {
    /// Of time and memory.
    pub(super) const fn new(milliseconds: u64, megabytes: u64) -> Self {
        Self { milliseconds, megabytes }
    }

    /// Of time alone.
    pub(super) const fn time(milliseconds: u64) -> Self {
        Self::new(milliseconds, 0)
    }

    /// Of memory alone.
    pub(super) const fn memory(megabytes: u64) -> Self {
        Self::new(0, megabytes)
    }

    fn is_met(self, measured: &Measured) -> bool {
        let within = |found: u128, limit: u64| limit == 0 || found <= u128::from(limit);
        within(measured.time.as_millis(), self.milliseconds)
            && within(u128::from(measured.peak_kilobytes / 1024), self.megabytes)
    }
}

/// A row: what was done, by what, what it took, and whether that was little enough.
pub(super) fn row(work: &str, tool: &str, measured: &Measured, target: Option<&Target>) -> String {
    let (seconds, megabytes) = (measured.time.as_secs_f64(), measured.peak_kilobytes / 1024);
    let verdict = target.map_or_else(String::new, |target| {
        let part = |limit: u64, shown: String| if limit == 0 { "-".to_owned() } else { shown };
        let time = part(target.milliseconds, format!("{:.2} s", target.milliseconds as f64 / 1000.0));
        let memory = part(target.megabytes, format!("{} MB", target.megabytes));
        format!("   target {time}, {memory}   {}", verdict(target.is_met(measured)))
    });
    format!("{work:<44} {tool:<10} {seconds:>8.3} s {megabytes:>5} MB{verdict}")
}

pub(super) fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn rows_say_whether_a_target_is_met() {
        let measured = Measured { time: Duration::from_millis(450), peak_kilobytes: 90 << 10 };
        let row = |target| row("plan", "landform", &measured, Some(&target));
        assert!(row(Target::new(500, 100)).ends_with("target 0.50 s, 100 MB   met"));
        assert!(row(Target::new(500, 80)).ends_with("MISSED"));
        assert!(row(Target::time(400)).ends_with("target 0.40 s, -   MISSED"));
    }
}
