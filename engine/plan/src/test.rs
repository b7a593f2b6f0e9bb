//! How tests turn out.

/// How a run, a file or a suite turned out, the better ones first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TestStatus {
    /// Nobody has come to it yet.
    #[default]
    Pending,
    /// It was left out.
    Skip,
    /// All is well.
    Pass,
    /// An assertion does not hold.
    Fail,
    /// It could not be carried out.
    Error,
}

/// How many runs of a suite turned out in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TestCounts {
    /// All was well.
    pub passed: usize,
    /// An assertion did not hold.
    pub failed: usize,
    /// They could not be carried out.
    pub errored: usize,
    /// They were left out.
    pub skipped: usize,
}

impl TestCounts {
    /// Counts one more.
    pub fn add(&mut self, status: TestStatus) {
        match status {
            TestStatus::Pending => {}
            TestStatus::Skip => self.skipped += 1,
            TestStatus::Pass => self.passed += 1,
            TestStatus::Fail => self.failed += 1,
            TestStatus::Error => self.errored += 1,
        }
    }
}
