//! What has to be done about the backend, by what the configuration says and what was recorded.

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_schema::Block;
use landform_values::Value;

use super::{BackendConfig, BackendRecord};

/// How `init` treats a changed backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InitMode {
    /// It refuses.
    Normal,
    /// It forgets what was recorded: `-reconfigure`.
    Reconfigure,
    /// It moves the state: `-migrate-state` and `-force-copy`.
    Migrate,
}

/// What `init` has to do. The new record is written after the state is where it belongs.
#[derive(Clone, Debug, PartialEq)]
pub enum BackendStep {
    /// There is no backend, and there was none: state is local.
    Local,
    /// The backend is the recorded one. Where a new hash is given, the record is to be written with it.
    Keep {
        /// The recorded configuration.
        config: Value,
        /// The record to write.
        rewrite: Option<BackendRecord>,
    },
    /// A backend is set up where none was (or where the user wants it forgotten). There may be local state to move.
    Configure,
    /// There was a backend: its state becomes local.
    Unset {
        /// What was recorded.
        previous: BackendRecord,
    },
    /// There was a backend, and the user wants it forgotten without moving its state.
    Forget,
    /// Another backend, or another configuration: the state moves.
    Change {
        /// What was recorded.
        previous: BackendRecord,
    },
}

/// What `init` has to do. The schema is that of the configured backend.
///
/// # Errors
/// When the backend has changed and the mode is normal; when the record does not fit the schema.
pub fn plan_init(
    config: Option<(&BackendConfig, &Block)>,
    record: Option<&BackendRecord>,
    mode: InitMode,
) -> Result<BackendStep, Diagnostics> {
    match (config, record) {
        (None, None) => Ok(BackendStep::Local),
        (None, Some(_)) if mode == InitMode::Reconfigure => Ok(BackendStep::Forget),
        (None, Some(_)) if mode == InitMode::Normal => Err(changed().into()),
        (None, Some(previous)) => Ok(BackendStep::Unset { previous: previous.clone() }),
        (Some(_), None) => Ok(BackendStep::Configure),
        (Some(_), Some(_)) if mode == InitMode::Reconfigure => Ok(BackendStep::Configure),
        (Some((config, schema)), Some(record)) => {
            let unchanged = is_same_block(config, record) && !config.is_overridden;
            if unchanged {
                return Ok(BackendStep::Keep { config: record.config(schema)?, rewrite: None });
            }
            if let Some(value) = same_value(config, record, schema) {
                let rewrite =
                    (config.hash != record.hash).then(|| BackendRecord { hash: config.hash, ..record.clone() });
                return Ok(BackendStep::Keep { config: value, rewrite });
            }
            if mode == InitMode::Normal {
                return Err(changed().into());
            }
            Ok(BackendStep::Change { previous: record.clone() })
        }
    }
}

/// The recorded configuration, for commands other than `init`; `None` when there is no backend. The configured
/// backend is decoded without `-backend-config`, which only `init` has.
///
/// # Errors
/// When `init` has to be run first; when the record does not fit the schema.
pub fn check_initialized(
    config: Option<(&BackendConfig, &Block)>,
    record: Option<&BackendRecord>,
) -> Result<Option<Value>, Diagnostics> {
    match (config, record) {
        (None, None) => Ok(None),
        (None, Some(record)) => {
            let reason = format!("Unsetting the previously set backend {:?}", record.kind);
            Err(initialize(INITIAL, &reason).into())
        }
        (Some((config, _)), None) => Err(initialize(INITIAL, &initial(&config.kind)).into()),
        (Some((config, schema)), Some(record)) => {
            if is_same_block(config, record) {
                return record.config(schema).map(Some);
            }
            if let Some(value) = same_value(config, record, schema) {
                return Ok(Some(value));
            }
            Err(initialize(CHANGED, &has_changed(&config.kind, record)).into())
        }
    }
}

/// What `init` tells where the backend's block can not be decoded: a set up backend has changed in any case.
pub fn undecodable_init(found: Diagnostics, record: Option<&BackendRecord>, mode: InitMode) -> Diagnostics {
    if record.is_some() && mode == InitMode::Normal { changed().into() } else { found }
}

/// As [`undecodable_init`], of commands other than `init`.
pub fn undecodable(kind: &str, record: Option<&BackendRecord>) -> Diagnostic {
    match record {
        None => initialize(INITIAL, &initial(kind)),
        Some(record) => initialize(CHANGED, &has_changed(kind, record)),
    }
}

fn initial(kind: &str) -> String {
    format!("Initial configuration of the requested backend {kind:?}")
}

fn has_changed(kind: &str, record: &BackendRecord) -> String {
    match kind == &*record.kind {
        true => "Backend configuration block has changed".to_owned(),
        false => format!("Backend type changed from {:?} to {kind:?}", record.kind),
    }
}

fn is_same_kind(config: &BackendConfig, record: &BackendRecord) -> bool {
    *config.kind == *record.kind
}

fn is_same_block(config: &BackendConfig, record: &BackendRecord) -> bool {
    is_same_kind(config, record) && config.hash == record.hash
}

/// The recorded value, when it is the configured one.
fn same_value(config: &BackendConfig, record: &BackendRecord, schema: &Block) -> Option<Value> {
    if !is_same_kind(config, record) {
        return None;
    }
    record.config(schema).ok().filter(|recorded| *recorded == config.value)
}

fn changed() -> Diagnostic {
    let detail = "A change in the backend configuration has been detected, which may require migrating existing \
                  state.\n\nIf you wish to attempt automatic migration of the state, use \"landform init \
                  -migrate-state\".\nIf you wish to store the current configuration with no changes to the state, use \
                  \"landform init -reconfigure\".";
    Diagnostic::error("Backend configuration changed", detail)
}

const INITIAL: &str = "Backend initialization required, please run \"landform init\"";
const CHANGED: &str = "Backend initialization required: please run \"landform init\"";

fn initialize(summary: &str, reason: &str) -> Diagnostic {
    let detail = format!(
        "Reason: {reason}\n\nThe \"backend\" is the interface that Landform uses to store state,\nperform operations, etc. \
         If this message is showing up, it means that the\nTerraform configuration you're using is using a custom \
         configuration for\nthe Terraform backend.\n\nChanges to backend configurations require reinitialization. This \
         allows\nLandform to set up the new configuration, copy existing state, etc. Please run\n\"landform init\" with \
         either the \"-reconfigure\" or \"-migrate-state\" flags to\nuse the current configuration.\n\nIf the change reason \
         above is incorrect, please verify your configuration\nhasn't changed and try again. At this point, no changes to \
         your existing\nconfiguration or state have been made."
    );
    Diagnostic::error(summary, detail)
}
