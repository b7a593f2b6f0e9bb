//! The change of one object or output.

use std::sync::Arc;

use landform_addrs::{InstanceKey, ModuleInstance, ProviderConfigAddr, Resource, ResourceInstance};
use landform_schema::Schema;
use landform_values::{Path, Str, Value};

use crate::{IdentityChange, PlannedImport};

/// What is done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Nothing.
    NoOp,
    /// It is made.
    Create,
    /// A data source is read during apply.
    Read,
    /// It is changed in place.
    Update,
    /// It is destroyed, then made anew.
    DeleteThenCreate,
    /// It is made anew, then the old one is destroyed.
    CreateThenDelete,
    /// It is made anew, then the old one is left alone and dropped from state.
    CreateThenForget,
    /// It is destroyed.
    Delete,
    /// It is left alone and dropped from state.
    Forget,
}

impl Action {
    /// All there are.
    pub const ALL: [Self; 9] = [
        Self::NoOp,
        Self::Create,
        Self::Read,
        Self::Update,
        Self::DeleteThenCreate,
        Self::CreateThenDelete,
        Self::CreateThenForget,
        Self::Delete,
        Self::Forget,
    ];

    /// As JSON has it.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::NoOp => &["no-op"],
            Self::Create => &["create"],
            Self::Read => &["read"],
            Self::Update => &["update"],
            Self::DeleteThenCreate => &["delete", "create"],
            Self::CreateThenDelete => &["create", "delete"],
            Self::CreateThenForget => &["create", "forget"],
            Self::Delete => &["delete"],
            Self::Forget => &["forget"],
        }
    }

    /// Whether it is a replacement, whatever becomes of the old object.
    pub fn is_replace(self) -> bool {
        matches!(self, Self::DeleteThenCreate | Self::CreateThenDelete | Self::CreateThenForget)
    }

    /// Whether an object stays that nobody manages any more.
    pub fn forgets(self) -> bool {
        matches!(self, Self::Forget | Self::CreateThenForget)
    }

    /// Whether an object is destroyed.
    pub fn destroys(self) -> bool {
        matches!(self, Self::Delete | Self::DeleteThenCreate | Self::CreateThenDelete)
    }
}

/// Why this action, where that is not obvious.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ActionReason {
    /// The object is tainted.
    ReplaceBecauseTainted,
    /// `-replace` names it.
    ReplaceByRequest,
    /// A change of something that `replace_triggered_by` names.
    ReplaceByTriggers,
    /// The provider can not make the change in place; see [`ResourceChange::requires_replace`].
    ReplaceBecauseCannotUpdate,
    /// There is no such resource block.
    DeleteBecauseNoResourceConfig,
    /// The resource uses another kind of repetition than the instance's key is of.
    DeleteBecauseWrongRepetition,
    /// The index is not below `count`.
    DeleteBecauseCountIndex,
    /// The key is not in `for_each`.
    DeleteBecauseEachKey,
    /// There is no such module instance.
    DeleteBecauseNoModule,
    /// It was moved to an address that is not in configuration.
    DeleteBecauseNoMoveTarget,
    /// The configuration of a data source is not wholly known.
    ReadBecauseConfigUnknown,
    /// A data source depends on something that changes.
    ReadBecauseDependencyPending,
    /// A data source is in a check block.
    ReadBecauseCheckNested,
}

impl ActionReason {
    /// All there are.
    pub const ALL: [Self; 13] = [
        Self::ReplaceBecauseTainted,
        Self::ReplaceByRequest,
        Self::ReplaceByTriggers,
        Self::ReplaceBecauseCannotUpdate,
        Self::DeleteBecauseNoResourceConfig,
        Self::DeleteBecauseWrongRepetition,
        Self::DeleteBecauseCountIndex,
        Self::DeleteBecauseEachKey,
        Self::DeleteBecauseNoModule,
        Self::DeleteBecauseNoMoveTarget,
        Self::ReadBecauseConfigUnknown,
        Self::ReadBecauseDependencyPending,
        Self::ReadBecauseCheckNested,
    ];

    /// As JSON has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReplaceBecauseTainted => "replace_because_tainted",
            Self::ReplaceByRequest => "replace_by_request",
            Self::ReplaceByTriggers => "replace_by_triggers",
            Self::ReplaceBecauseCannotUpdate => "replace_because_cannot_update",
            Self::DeleteBecauseNoResourceConfig => "delete_because_no_resource_config",
            Self::DeleteBecauseWrongRepetition => "delete_because_wrong_repetition",
            Self::DeleteBecauseCountIndex => "delete_because_count_index",
            Self::DeleteBecauseEachKey => "delete_because_each_key",
            Self::DeleteBecauseNoModule => "delete_because_no_module",
            Self::DeleteBecauseNoMoveTarget => "delete_because_no_move_target",
            Self::ReadBecauseConfigUnknown => "read_because_config_unknown",
            Self::ReadBecauseDependencyPending => "read_because_dependency_pending",
            Self::ReadBecauseCheckNested => "read_because_check_nested",
        }
    }
}

/// The change of one object.
#[derive(Clone, Debug)]
pub struct ResourceChange {
    /// The instance.
    pub address: ResourceInstance,
    /// Where it was in the prior state; the same as `address` unless it moved.
    pub previous_address: ResourceInstance,
    /// The key of a deposed object; `None` for the current one.
    pub deposed: Option<Str>,
    /// The provider configuration that carries it out.
    pub provider: ProviderConfigAddr,
    /// What is done.
    pub action: Action,
    /// Why.
    pub reason: Option<ActionReason>,
    /// With [`ActionReason::ReplaceByTriggers`]: the references that changed, as configuration writes them.
    pub triggered_by: Vec<Str>,
    /// The object as it is: of the schema's type, marked; null where there is none.
    pub before: Value,
    /// The object as it will be: of the schema's type, marked, with unknown values; null where there is none.
    pub after: Value,
    /// Where `after` differs so that the provider must replace the object.
    pub requires_replace: Vec<Path>,
    /// By what the object is told from all others.
    pub identity: IdentityChange,
    /// By what the object is found, if it is imported first.
    pub importing: Option<PlannedImport>,
    /// Configuration generated for an imported object; empty for none.
    pub generated_config: Str,
    /// What the provider says beside the change.
    pub notes: Vec<Str>,
    /// The shape of the object.
    pub schema: Arc<Schema>,
}

impl ResourceChange {
    /// That one object stays as it is: null until something else is said.
    pub fn none(address: ResourceInstance, provider: ProviderConfigAddr, schema: Arc<Schema>) -> Self {
        let null = Value::null(schema.block.implied_type());
        Self {
            previous_address: address.clone(),
            address,
            deposed: None,
            provider,
            action: Action::NoOp,
            reason: None,
            triggered_by: Vec::new(),
            before: null.clone(),
            after: null,
            requires_replace: Vec::new(),
            identity: IdentityChange::default(),
            importing: None,
            generated_config: "".into(),
            notes: Vec::new(),
            schema,
        }
    }

    /// Whether the instance had another address before.
    pub fn moved(&self) -> bool {
        self.previous_address != self.address
    }

    /// Terraform's order of changes: by depth and address of the module instance, data sources before managed
    /// resources, then by type, name and key, deposed objects behind the current one.
    pub fn sort_key(&self) -> (usize, &ModuleInstance, &Resource, &InstanceKey, &Option<Str>) {
        let address = &self.address;
        (address.module.steps().len(), &address.module, &address.resource, &address.key, &self.deposed)
    }
}

/// The change of a root module output.
#[derive(Clone, Debug, PartialEq)]
pub struct OutputChange {
    /// [`Action::NoOp`], `Create`, `Update` or `Delete`.
    pub action: Action,
    /// The stored value; null where there is none.
    pub before: Value,
    /// The value as it will be, with unknown values; null where there is none.
    pub after: Value,
    /// Whether the old or the new declaration says "sensitive".
    pub sensitive: bool,
}
