//! What the engine tells of its progress.

use landform_addrs::ResourceInstance;
use landform_plan::{Action, PlannedImport};
use landform_values::{Str, Value};

/// Something happened to an object.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// An object is read afresh.
    Refreshing {
        /// Of which instance.
        address: &'a ResourceInstance,
        /// The key of a deposed object.
        deposed: Option<&'a Str>,
        /// As last known.
        object: &'a Value,
    },
    /// An object was read afresh.
    Refreshed {
        /// Of which instance.
        address: &'a ResourceInstance,
        /// The key of a deposed object.
        deposed: Option<&'a Str>,
        /// As it is now; null when it is gone.
        object: &'a Value,
    },
    /// A data source is read.
    Reading {
        /// Which one.
        address: &'a ResourceInstance,
    },
    /// A data source was read.
    Read {
        /// Which one.
        address: &'a ResourceInstance,
        /// What it yields.
        object: &'a Value,
    },
    /// An object is looked for, to plan its import.
    Importing {
        /// Which one.
        address: &'a ResourceInstance,
        /// By this.
        by: &'a PlannedImport,
    },
    /// An object is looked for, to adopt it at once.
    Seeking {
        /// Which one.
        address: &'a ResourceInstance,
        /// By this.
        by: &'a PlannedImport,
    },
    /// An object that was looked for is there.
    Found {
        /// Which one.
        address: &'a ResourceInstance,
    },
    /// An object is adopted.
    Adopting {
        /// Which one.
        address: &'a ResourceInstance,
        /// By this.
        by: &'a PlannedImport,
    },
    /// An object was adopted.
    Adopted {
        /// Which one.
        address: &'a ResourceInstance,
        /// By this.
        by: &'a PlannedImport,
    },
    /// A change begins.
    Applying {
        /// Of which object.
        address: &'a ResourceInstance,
        /// The key of a deposed object.
        deposed: Option<&'a Str>,
        /// Create, update or delete.
        action: Action,
        /// The object before.
        object: &'a Value,
    },
    /// A change is complete.
    Applied {
        /// Of which object.
        address: &'a ResourceInstance,
        /// The key of a deposed object.
        deposed: Option<&'a Str>,
        /// Create, update or delete.
        action: Action,
        /// The object after.
        object: &'a Value,
    },
    /// A change failed.
    Failed {
        /// Of which object.
        address: &'a ResourceInstance,
        /// The key of a deposed object.
        deposed: Option<&'a Str>,
        /// Create, update or delete.
        action: Action,
    },
    /// An ephemeral resource is opened, renewed or closed.
    Ephemeral {
        /// Which one.
        address: &'a ResourceInstance,
        /// What is done, and how far that is.
        phase: EphemeralPhase,
    },
    /// A provisioner begins.
    Provisioning {
        /// For which object.
        address: &'a ResourceInstance,
        /// Its type.
        provisioner: &'a str,
    },
    /// A provisioner says something.
    ProvisionerOutput {
        /// For which object.
        address: &'a ResourceInstance,
        /// Its type.
        provisioner: &'a str,
        /// Lines, perhaps none, without the last line break.
        text: &'a str,
    },
    /// A provisioner ended.
    Provisioned {
        /// For which object.
        address: &'a ResourceInstance,
        /// Its type.
        provisioner: &'a str,
        /// Whether it failed.
        failed: bool,
    },
}

/// How far an operation on an ephemeral resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EphemeralPhase {
    /// It begins.
    Begun(EphemeralOperation),
    /// It is done.
    Done(EphemeralOperation),
    /// It failed.
    Failed(EphemeralOperation),
}

/// What is done with an ephemeral resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EphemeralOperation {
    /// It is opened.
    Open,
    /// Its life is extended.
    Renew,
    /// It is closed.
    Close,
}

/// Is told of events, from the thread that plans or applies.
pub trait Observer: Send + Sync {
    /// Something happened.
    fn event(&self, event: Event<'_>);

    /// Many things happened at once, in this order.
    fn events(&self, events: &mut dyn Iterator<Item = Event<'_>>) {
        events.for_each(|event| self.event(event));
    }
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn event(&self, _: Event<'_>) {}
}
