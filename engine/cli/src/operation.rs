//! What the commands that plan and apply share: their flags.

use std::path::PathBuf;
use std::time::Duration;

use landform_addrs::{ResourceInstance, ResourceMode, Selector};
use landform_config::address;
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
use landform_plan::Mode;
use landform_state::LocalConfig;
use landform_state::local::Backup;

use crate::args::{FlagKind, Flags, Parsed};
use crate::failure::Failure;
use crate::selection;
use crate::session::Session;
use crate::variables::VariableFlag;

/// Values of variables.
pub(crate) const VARIABLE_FLAGS: Flags = &[("var", FlagKind::Value), ("var-file", FlagKind::Value)];

/// State and its lock.
pub(crate) const STATE_FLAGS: Flags = &[
    ("lock", FlagKind::Bool),
    ("lock-timeout", FlagKind::Duration),
    ("state", FlagKind::Value),
    ("state-out", FlagKind::Value),
    ("backup", FlagKind::Value),
];

/// What is planned.
pub(crate) const PLAN_FLAGS: Flags = &[
    ("destroy", FlagKind::Bool),
    ("refresh-only", FlagKind::Bool),
    ("refresh", FlagKind::Bool),
    ("replace", FlagKind::Value),
    ("target", FlagKind::Value),
    ("target-file", FlagKind::Value),
    ("exclude", FlagKind::Value),
    ("exclude-file", FlagKind::Value),
];

/// How it is done and told.
pub(crate) const RUN_FLAGS: Flags =
    &[("parallelism", FlagKind::Number), ("input", FlagKind::Bool), ("json", FlagKind::Bool)];

/// A parsed operation.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    /// What the plan is for.
    pub(crate) mode: Mode,
    /// `-refresh`.
    pub(crate) refresh: bool,
    /// `-target` and `-target-file`.
    pub(crate) targets: Vec<Selector>,
    /// `-exclude` and `-exclude-file`.
    pub(crate) excludes: Vec<Selector>,
    /// `-replace`.
    pub(crate) replace: Vec<ResourceInstance>,
    /// `-var` and `-var-file`, in order.
    pub(crate) variables: Vec<VariableFlag>,
    /// `-parallelism`.
    pub(crate) parallelism: usize,
    /// `-input`.
    pub(crate) input: bool,
    /// How the state is locked.
    pub(crate) locking: Locking,
    /// `-state`, `-state-out`, `-backup`.
    pub(crate) local: LocalConfig,
}

/// How the state is locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Locking {
    /// Not at all.
    Off,
    /// Waiting as long as this for another holder.
    Wait(Duration),
}

/// What a command that is an alias of another does to the mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DefaultMode {
    /// As flags say.
    AsFlags,
    /// `destroy`.
    Destroy,
}

impl Operation {
    /// From flags.
    pub(crate) fn from_flags(session: &Session, parsed: &Parsed, default: DefaultMode) -> Result<Self, Failure> {
        let refresh = parsed.is("refresh", true);
        let mut problems = Diagnostics::new();
        let mut noted = |problem| problems.push(problem);
        let targets = selection::of_flags(parsed, "target", &mut noted);
        let excludes = selection::of_flags(parsed, "exclude", &mut noted);
        let replace: Vec<_> =
            parsed.values("replace").filter_map(|text| replaced(text).map_err(&mut noted).ok()).collect();
        let mode = mode(parsed, default, refresh).unwrap_or_else(|problem| {
            noted(problem);
            Mode::Normal
        });
        if problems.has_errors() {
            return Err(Failure::Usage(problems));
        }
        let targets = selection::with_files(session, parsed, targets, "target")?;
        let excludes = selection::with_files(session, parsed, excludes, "exclude")?;
        if !replace.is_empty() && mode != Mode::Normal {
            let detail =
                "Forcing resource instance replacement (with -replace=...) is allowed only in normal planning mode.";
            return Err(Failure::error("Unsupported plan mode", detail));
        }
        Ok(Self {
            mode,
            refresh,
            targets,
            excludes,
            replace,
            variables: variable_flags(parsed),
            parallelism: parallelism(parsed)?,
            input: parsed.is("input", true),
            locking: locking(parsed),
            local: local_config(parsed),
        })
    }
}

impl Operation {
    /// Says which flags are for old scripts only.
    pub(crate) fn warn_of_flags(&self, session: &Session) {
        if self.local.state.is_some() {
            let detail = "Use `path` attribute within the `local` backend instead:\nhttps://developer.hashicorp.com/terraform/language/v1.10.x/settings/backends/local#path";
            session.view.diagnostics(Diagnostic::warning("Deprecated flag: -state", detail).into());
        }
    }
}

/// `-parallelism`; none and zero are as good as ten.
fn parallelism(parsed: &Parsed) -> Result<usize, Failure> {
    match parsed.number("parallelism", 0) {
        0 => Ok(10),
        given => usize::try_from(given).map_err(|_| {
            let detail = format!("The parallelism must be a positive value. Not {given}.");
            Failure::error("Invalid parallelism value", detail)
        }),
    }
}

/// `-lock` and `-lock-timeout`.
pub(crate) fn locking(parsed: &Parsed) -> Locking {
    if parsed.is("lock", true) { Locking::Wait(parsed.duration("lock-timeout")) } else { Locking::Off }
}

/// `-var` and `-var-file`, in order.
pub(crate) fn variable_flags(parsed: &Parsed) -> Vec<VariableFlag> {
    let flag = |(name, value): &(&'static str, String)| match *name {
        "var" => Some(VariableFlag::Value(value.clone())),
        "var-file" => Some(VariableFlag::File(value.clone())),
        _ => None,
    };
    parsed.flags.iter().filter_map(flag).collect()
}

/// `-state`, `-state-out` and `-backup`.
pub(crate) fn local_config(parsed: &Parsed) -> LocalConfig {
    let path = |flag: &str| parsed.value(flag).filter(|path| !path.is_empty()).map(PathBuf::from);
    LocalConfig {
        state: path("state"),
        state_out: path("state-out"),
        backup: match parsed.value("backup") {
            None | Some("") => Backup::Beside,
            Some("-") => Backup::Off,
            Some(path) => Backup::At(path.into()),
        },
        ..LocalConfig::default()
    }
}

fn mode(parsed: &Parsed, default: DefaultMode, refresh: bool) -> Result<Mode, Diagnostic> {
    let destroy = parsed.is("destroy", false) || default == DefaultMode::Destroy;
    let refresh_only = parsed.is("refresh-only", false);
    let incompatible = |summary: &str, detail: &str| Err(Diagnostic::error(summary, detail));
    match (destroy, refresh_only) {
        (true, true) => incompatible(
            "Incompatible plan mode options",
            "The -destroy and -refresh-only options are mutually-exclusive.",
        ),
        (false, true) if !refresh => incompatible(
            "Incompatible refresh options",
            "It doesn't make sense to use -refresh-only at the same time as -refresh=false, because Landform would have nothing to do.",
        ),
        (true, false) => Ok(Mode::Destroy),
        (false, true) => Ok(Mode::RefreshOnly),
        (false, false) => Ok(Mode::Normal),
    }
}

fn replaced(text: &str) -> Result<ResourceInstance, Diagnostic> {
    let summary = format!("Invalid force-replace address {text:?}");
    let parsed = address::parse_resource_instance(text, &SourceMap::new());
    let parsed = parsed.map_err(|found| no_address(&summary, &found))?;
    if parsed.resource.mode == ResourceMode::Managed {
        return Ok(parsed);
    }
    let detail = "Only managed resources can be used with the -replace=... option.";
    Err(Diagnostic::error(summary, detail))
}

/// What is wrong with the text of an address.
pub(crate) fn no_address(summary: &str, found: &Diagnostics) -> Diagnostic {
    Diagnostic::error(summary, found.iter().next().map(|found| found.detail.as_str()).unwrap_or_default())
}
