//! One run of a process: its time, and the peak of its memory.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::error::Result;

/// What one run took.
#[derive(Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) time: Duration,
    pub(crate) peak_kilobytes: u64,
}

const LOOK_EVERY: Duration = Duration::from_millis(1);

/// Runs a command to its end. The kernel's own high-water mark of memory is read until the process is gone, so a peak is
/// missed only if it is reached in the last millisecond.
pub(crate) fn measure(command: &mut Command) -> Result<Measured> {
    measure_within(command, Duration::MAX)?.ok_or_else(|| "it was waited for without an end".into())
}

/// The same, or nothing if it has not ended in time.
pub(crate) fn measure_within(command: &mut Command, patience: Duration) -> Result<Option<Measured>> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn()?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak_kilobytes = 0;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if started.elapsed() > patience {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        peak_kilobytes = peak_kilobytes.max(peak_in(&fs_err::read_to_string(&status_file).unwrap_or_default()));
        std::thread::sleep(LOOK_EVERY);
    };
    let time = started.elapsed();
    if !status.success() {
        return Err(format!("{command:?} ended with {status}").into());
    }
    Ok(Some(Measured { time, peak_kilobytes }))
}

/// Median time and highest peak.
///
/// # Panics
///
/// When nothing was measured.
pub(crate) fn summary(mut measured: Vec<Measured>) -> Measured {
    measured.sort_by_key(|one| one.time);
    let median = measured[measured.len() / 2];
    let peak_kilobytes = measured.iter().map(|one| one.peak_kilobytes).max().unwrap_or(0);
    Measured { peak_kilobytes, ..median }
}

fn peak_in(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_the_high_water_mark() {
        assert_eq!(peak_in("Name:\tx\nVmPeak:\t  900 kB\nVmHWM:\t    4321 kB\n"), 4321);
        assert_eq!(peak_in("Name:\tgone\n"), 0);
    }

    #[test]
    fn a_summary_is_the_median_and_the_highest_peak() {
        let runs = [(3, 10), (1, 30), (2, 20)];
        let runs =
            runs.map(|(seconds, peak_kilobytes)| Measured { time: Duration::from_secs(seconds), peak_kilobytes });
        let result = summary(runs.to_vec());
        assert_eq!((result.time.as_secs(), result.peak_kilobytes), (2, 30));
    }

    #[test]
    fn a_process_is_measured() {
        let measured = measure(Command::new("sleep").arg("0.05")).expect("sleep succeeds");
        assert!(measured.time >= Duration::from_millis(50));
        assert!(measured.peak_kilobytes > 0);
    }

    #[test]
    fn a_failure_is_no_measurement() {
        assert!(measure(&mut Command::new("false")).is_err());
    }
}
