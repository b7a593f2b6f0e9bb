//! How real objects differ from what state remembers of them.

use landform_addrs::{ProviderConfigAddr, ResourceInstance};
use landform_diagnostics::Span;
use landform_values::{Path, Str, Value};

/// All differences that were found.
#[derive(Clone, Debug, Default)]
pub struct Drift {
    /// Objects that differ, or of which the provider says that something is still to come. By module, then resource,
    /// then key.
    pub objects: Vec<DriftedObject>,
    /// How many objects were read.
    pub read: usize,
    /// Differences that are not worth a line.
    pub folded: Folded,
}

/// An object that is not as state has it.
#[derive(Clone, Debug)]
pub struct DriftedObject {
    /// The instance.
    pub address: ResourceInstance,
    /// The key of a deposed object; `None` for the current one.
    pub deposed: Option<Str>,
    /// The provider configuration that read it.
    pub provider: ProviderConfigAddr,
    /// What became of it.
    pub fate: Fate,
    /// The header of its block in configuration, where there is one.
    pub declared: Option<Span>,
    /// The differences; none for an object that vanished.
    pub attributes: Vec<DriftedAttribute>,
    /// Its differences that are not worth a line.
    pub folded: Folded,
    /// What is still to come, in the provider's words.
    pub pending: Vec<Str>,
}

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is as it was: it is mentioned for what is still to come.
    Unchanged,
    /// It differs.
    Changed,
    /// It is gone.
    Vanished,
}

/// A difference within an object.
#[derive(Clone, Debug)]
pub struct DriftedAttribute {
    /// Where in the object.
    pub path: Path,
    /// As state has it, null where it has none; marked as a whole where any of it must not be shown.
    pub before: Value,
    /// As it really is, in the same manner.
    pub after: Value,
    /// Where the wanted value comes from; `None` where configuration has no say.
    pub wanted: Option<Wanted>,
}

/// Where a wanted value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// How it is wanted there.
    pub source: WantedSource,
    /// The expression; the block's header where nothing is written. `None` where no file has it.
    pub span: Option<Span>,
    /// What leads there from the resource's block: `var.tags`, `local.tags`.
    pub through: Vec<Str>,
}

/// Who says what is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WantedSource {
    /// An expression in a file.
    Expression,
    /// The lack of an expression: the attribute is not set.
    Absence,
    /// The default of a variable.
    Default,
    /// The environment.
    Environment,
    /// The command line.
    CommandLine,
    /// Whoever was asked for a variable's value, or handed it in.
    Caller,
    /// The provider, by its own configuration: a tag of all objects.
    Provider,
}

/// How many differences are not worth a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// Of computed attributes that nothing in configuration sets or refers to.
    pub computed: usize,
    /// Under `ignore_changes`.
    pub ignored: usize,
    /// Of attributes that configuration wants as they really are: only state is behind.
    pub settled: usize,
}

impl Drift {
    /// Whether anything drifted.
    pub fn is_drifted(&self) -> bool {
        self.objects.iter().any(DriftedObject::is_drifted)
    }

    /// How many attributes differ.
    pub fn attributes(&self) -> usize {
        self.objects.iter().map(|object| object.attributes.len()).sum()
    }

    /// How many objects have a fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.objects.iter().filter(|object| object.fate == fate).count()
    }
}

impl DriftedObject {
    /// Whether it is not as it was.
    pub fn is_drifted(&self) -> bool {
        self.fate != Fate::Unchanged
    }
}

impl Wanted {
    /// By the configuration of the provider.
    pub fn by_provider() -> Self {
        Self { source: WantedSource::Provider, span: None, through: Vec::new() }
    }
}

impl WantedSource {
    /// As JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expression => "expression",
            Self::Absence => "absence",
            Self::Default => "default",
            Self::Environment => "environment",
            Self::CommandLine => "command_line",
            Self::Caller => "caller",
            Self::Provider => "provider",
        }
    }
}

impl Fate {
    /// As JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Changed => "changed",
            Self::Vanished => "vanished",
        }
    }
}

impl Folded {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl std::ops::AddAssign for Folded {
    fn add_assign(&mut self, other: Self) {
        self.computed += other.computed;
        self.ignored += other.ignored;
        self.settled += other.settled;
    }
}

/// What came of the wish to write a real value into configuration.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// The object.
    pub address: ResourceInstance,
    /// The attribute; `None` for the object as a whole.
    pub path: Option<Path>,
    /// What came of it.
    pub outcome: AcceptOutcome,
}

/// What became of a real value that was to be written into configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcceptOutcome {
    /// It is in this file now, on the line where it was wanted otherwise.
    Written(Span),
    /// It is not, for a reason: one or more sentences, without a full stop at the end.
    Refused(String),
}

impl Acceptance {
    /// Whether it was written.
    pub fn is_written(&self) -> bool {
        matches!(self.outcome, AcceptOutcome::Written(_))
    }
}
