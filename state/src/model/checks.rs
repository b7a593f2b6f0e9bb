//! Results of checks, as the last run left them.

use landform_addrs::Str;

/// How a check, or all checks of an object, went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckStatus {
    /// All conditions hold.
    Pass,
    /// Some condition does not hold.
    Fail,
    /// Some condition could not be evaluated.
    Error,
    /// Not known yet.
    Unknown,
}

/// What can have checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CheckableKind {
    /// A resource or data source with conditions.
    Resource,
    /// An output value with preconditions.
    Output,
    /// A check block.
    Check,
    /// An input variable with validations.
    Variable,
}

/// The checks of one object in configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CheckResult {
    /// What kind of object.
    pub kind: CheckableKind,
    /// Its address in configuration: `module.a.output.b`, `check.c`.
    pub config_address: Str,
    /// All its instances together.
    pub status: CheckStatus,
    /// Each instance.
    pub objects: Vec<CheckedObject>,
}

/// The checks of one instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CheckedObject {
    /// Its address: `module.a[0].output.b`.
    pub address: Str,
    /// All its conditions together.
    pub status: CheckStatus,
    /// What the conditions that do not hold say.
    pub failure_messages: Vec<Str>,
}

impl CheckStatus {
    /// As the file has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Error => "error",
            Self::Unknown => "unknown",
        }
    }

    /// From the file; what newer versions may write counts as unknown.
    pub fn parse(text: &str) -> Self {
        match text {
            "pass" => Self::Pass,
            "fail" => Self::Fail,
            "error" => Self::Error,
            _ => Self::Unknown,
        }
    }
}

impl CheckableKind {
    /// As the file has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Output => "output",
            Self::Check => "check",
            Self::Variable => "var",
        }
    }

    /// From the file; `None` for what newer versions may write.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "resource" => Some(Self::Resource),
            "output" => Some(Self::Output),
            "check" => Some(Self::Check),
            "var" => Some(Self::Variable),
            _ => None,
        }
    }
}

/// Whether two lists hold the same results. Terraform writes them in no particular order.
pub(crate) fn same_results(a: &[CheckResult], b: &[CheckResult]) -> bool {
    a == b || (a.len() == b.len() && sorted(a) == sorted(b))
}

fn sorted(results: &[CheckResult]) -> Vec<CheckResult> {
    let mut results = results.to_vec();
    for result in &mut results {
        result.objects.sort();
    }
    results.sort();
    results
}
