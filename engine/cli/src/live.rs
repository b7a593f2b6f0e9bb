//! The live region: lines at the bottom of a terminal that say what is running and since when. Whatever else is printed
//! takes its place and scrolls above it; it is drawn anew behind that.

use std::io::Write;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use landform_views::progress;

use crate::view::View;
use crate::world::World;

/// The lines at the bottom of the terminal that are the region. There is one terminal.
static DRAWN: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn drawn() -> MutexGuard<'static, Vec<String>> {
    DRAWN.lock().expect("no holder of this lock panics")
}

/// More lines than this would take the place of what scrolls.
const MOST: usize = 12;

/// Something that is running.
pub(crate) struct Running {
    /// Its line as it was when it began.
    pub(crate) text: String,
    /// How long it has been running.
    pub(crate) elapsed: Duration,
}

/// Whether a run is told live: on a terminal that moves its cursor and that a person reads.
pub(crate) fn is_wanted(world: &World, view: &View) -> bool {
    let is_plain = ["CI", "TF_IN_AUTOMATION"].iter().any(|name| world.variable(name).is_some())
        || world.variable("TERM").is_none_or(|term| term == "dumb");
    world.stdout_is_terminal && view.style.color && !view.json && !is_plain
}

/// Takes the region away, for something else to be printed in its place.
pub(crate) fn erase(out: &mut dyn Write) -> std::io::Result<()> {
    match std::mem::take(&mut *drawn()).len() {
        0 => Ok(()),
        height => write!(out, "\r\x1b[{height}A\x1b[J"),
    }
}

/// Puts the region in the place of the one that is there.
pub(crate) fn draw(running: &[Running], (width, height): (usize, usize)) {
    let mut out = std::io::stdout().lock();
    let lines = lines(running, width, height.saturating_sub(2).min(MOST));
    if *drawn() == lines {
        return;
    }
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    // A terminal that has gone away is no error.
    if erase(&mut out).and_then(|()| out.write_all(text.as_bytes())).and_then(|()| out.flush()).is_ok() {
        *drawn() = lines;
    }
}

/// The lines of the region, the longest running first; each fits the width.
fn lines(running: &[Running], width: usize, most: usize) -> Vec<String> {
    let mut running: Vec<&Running> = running.iter().collect();
    running.sort_by_key(|found| std::cmp::Reverse(found.elapsed));
    let shown = if running.len() > most { most.saturating_sub(1) } else { running.len() };
    let mut lines: Vec<String> = running[..shown].iter().map(|found| line(found, width)).collect();
    if shown < running.len() {
        lines.push(format!("... and {} more", running.len() - shown));
    }
    lines
}

fn line(running: &Running, width: usize) -> String {
    let since = format!(" [{}]", progress::duration(running.elapsed));
    let room = width.saturating_sub(since.len() + 1);
    let length = running.text.chars().count();
    let text: String = match length > room {
        true => running.text.chars().take(room.saturating_sub(1)).chain(['…']).collect(),
        false => running.text.clone(),
    };
    text + &since
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(running: &[(&str, u64)], width: usize, most: usize, expected: &[&str]) {
        let running: Vec<Running> = running
            .iter()
            .map(|(text, seconds)| Running { text: (*text).to_owned(), elapsed: Duration::from_secs(*seconds) })
            .collect();
        assert_eq!(lines(&running, width, most), expected);
    }

    #[test]
    fn what_is_running_and_since_when() {
        let both = [("a.b: Creating...", 3), ("c.d: Destroying...", 72)];
        check(&both, 80, 5, &["c.d: Destroying... [1m12s]", "a.b: Creating... [3s]"]);
        check(&both, 80, 1, &["... and 2 more"]);
        check(&[("a.b: Creating...", 3)], 15, 5, &["a.b: Cre… [3s]"]);
        check(&[], 80, 5, &[]);
        let many: Vec<(&str, u64)> = (0..9).map(|seconds| ("x", seconds)).collect();
        check(&many, 80, 3, &["x [8s]", "x [7s]", "... and 7 more"]);
    }
}
