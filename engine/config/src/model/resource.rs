//! Resources, data sources and ephemeral resources.

use std::sync::{Arc, LazyLock};

use landform_addrs::{ProviderAddr, Resource as ResourceAddr, ResourceMode, Str, implied_provider};
use landform_diagnostics::Span;
use landform_lang::syntax::ast::{Body, Expr};

use super::{CheckRule, LocalProvider, ProviderRef, Traversal};

/// A `resource`, `data` or `ephemeral` block. What few of them have stands elsewhere: roots have thousands.
#[derive(Clone, Debug, PartialEq)]
pub struct Resource {
    /// Which of the three.
    pub mode: ResourceMode,
    /// Its type.
    pub kind: Str,
    /// Its name.
    pub name: Str,
    /// How many instances.
    pub count: Option<Arc<Expr>>,
    /// One instance for each.
    pub for_each: Option<Arc<Expr>>,
    /// The `provider` argument.
    pub provider: Option<Box<ProviderRef>>,
    /// The provider that manages it, by the module's `required_providers`.
    pub provider_addr: ProviderAddr,
    /// What must be complete before it.
    pub depends_on: Vec<Traversal>,
    /// How its instances come and go, and conditions on them.
    pub lifecycle: Arc<Lifecycle>,
    /// What runs on creation and destruction, in order.
    pub provisioners: Vec<Provisioner>,
    /// How provisioners connect to it.
    pub connection: Option<Box<Connection>>,
    /// All that is for the provider.
    pub body: Body,
    /// The check block around it, for a data source within one.
    pub check: Option<Str>,
    /// The type in the header.
    pub kind_span: Span,
    /// The block's header.
    pub span: Span,
}

/// A `lifecycle` block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lifecycle {
    /// Whether a replacement is created before the old one is destroyed; `None` when not said.
    pub create_before_destroy: Option<bool>,
    /// Whether destroying is refused; `None` when not said.
    pub prevent_destroy: Option<Arc<Expr>>,
    /// Whether objects are destroyed that are not wanted any more, rather than only forgotten; `None` when not said.
    pub destroy: Option<bool>,
    /// Whether there is an instance at all; `None` when not said.
    pub enabled: Option<Arc<Expr>>,
    /// Differences that do not matter.
    pub ignore_changes: IgnoreChanges,
    /// What makes it be replaced.
    pub replace_triggered_by: Vec<ReplaceTrigger>,
    /// Checked before planning it.
    pub preconditions: Vec<CheckRule>,
    /// Checked after reading or applying it.
    pub postconditions: Vec<CheckRule>,
}

/// Differences between configuration and object that do not matter.
#[derive(Clone, Debug, PartialEq)]
pub enum IgnoreChanges {
    /// All of them.
    All,
    /// Those of these attributes, relative to the resource; the root is the first attribute.
    Paths(Vec<Traversal>),
}

/// An item of `replace_triggered_by`.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplaceTrigger {
    /// A reference to a resource, an instance or an attribute; keys may use `count.index` and `each.key`.
    pub expr: Arc<Expr>,
}

/// A `provisioner` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Provisioner {
    /// Its type.
    pub kind: Str,
    /// When it runs.
    pub when: ProvisionerWhen,
    /// What its failure means.
    pub on_failure: OnFailure,
    /// How it connects, if not as the resource says.
    pub connection: Option<Connection>,
    /// Its settings.
    pub body: Body,
    /// The type in the header.
    pub kind_span: Span,
    /// The block's header.
    pub span: Span,
}

/// When a provisioner runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProvisionerWhen {
    /// After creation.
    Create,
    /// Before destruction.
    Destroy,
}

/// What a provisioner's failure means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFailure {
    /// The operation fails; a created object is tainted.
    Fail,
    /// Nothing but a warning.
    Continue,
}

/// A `connection` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Connection {
    /// Its settings.
    pub body: Body,
    /// The block's header.
    pub span: Span,
}

impl Default for IgnoreChanges {
    fn default() -> Self {
        Self::Paths(Vec::new())
    }
}

impl Lifecycle {
    /// That of the many resources that say nothing of it, which share it.
    pub(crate) fn unsaid() -> Arc<Self> {
        static UNSAID: LazyLock<Arc<Lifecycle>> = LazyLock::new(Arc::default);
        UNSAID.clone()
    }
}

impl Resource {
    /// Its address within the module.
    pub fn addr(&self) -> ResourceAddr {
        ResourceAddr { mode: self.mode, kind: self.kind.clone(), name: self.name.clone() }
    }

    /// The provider configuration it uses, as the module names it: what `provider` says, or the default
    /// configuration of the provider that its type begins with.
    pub fn local_provider(&self) -> LocalProvider {
        match &self.provider {
            Some(provider) => provider.local(),
            None => LocalProvider::default_of(self.provider_name()),
        }
    }

    /// The module's name for its provider.
    pub(crate) fn provider_name(&self) -> &str {
        self.provider.as_ref().map_or_else(|| implied_provider(&self.kind), |provider| &provider.name)
    }

    /// Whether it may have any number of instances.
    pub fn is_multi_instance(&self) -> bool {
        self.count.is_some() || self.for_each.is_some()
    }
}
