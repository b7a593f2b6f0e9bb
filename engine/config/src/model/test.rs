//! Test files.

use std::collections::BTreeMap;
use std::sync::Arc;

use indexmap::IndexMap;
use landform_addrs::{ModulePath, Str, Target};
use landform_diagnostics::Span;
use landform_lang::syntax::ast::Expr;
use landform_values::Value;

use super::{CheckRule, ModuleCall, PassedProvider, ProviderConfig, Traversal};

/// A test file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TestFile {
    /// Its path, relative to the root module.
    pub name: String,
    /// Its `variables` block: for all of its runs.
    pub variables: IndexMap<Str, Arc<Expr>>,
    /// Its `provider` and `mock_provider` blocks.
    pub providers: Vec<ProviderConfig>,
    /// Objects that no run reaches, whatever their providers.
    pub overrides: Vec<Override>,
    /// What it runs, in order.
    pub runs: Vec<TestRun>,
}

/// A `run` block.
#[derive(Clone, Debug, PartialEq)]
pub struct TestRun {
    /// Its name.
    pub name: Str,
    /// How far it goes.
    pub command: TestCommand,
    /// How it plans.
    pub options: TestOptions,
    /// Its `variables` block.
    pub variables: IndexMap<Str, Arc<Expr>>,
    /// Which providers of the file it uses, under which names; all of them where it names none.
    pub providers: Vec<PassedProvider>,
    /// What must hold.
    pub rules: Vec<CheckRule>,
    /// The module that it runs instead of the one that is tested.
    pub module: Option<ModuleCall>,
    /// What it expects to fail.
    pub expect_failures: Vec<Traversal>,
    /// Objects that it does not reach.
    pub overrides: Vec<Override>,
    /// Which state it shares with others, where it says so.
    pub state_key: Option<Str>,
    /// The block's header.
    pub span: Span,
}

/// How far a run goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TestCommand {
    /// It plans and applies.
    #[default]
    Apply,
    /// It only plans.
    Plan,
}

/// A `plan_options` block.
#[derive(Clone, Debug, PartialEq)]
pub struct TestOptions {
    /// Whether nothing is planned but what has changed outside.
    pub refresh_only: bool,
    /// Whether objects are read afresh.
    pub refresh: bool,
    /// To be replaced, whatever providers say.
    pub replace: Vec<Traversal>,
    /// Only these and what they depend on; empty is everything.
    pub target: Vec<Traversal>,
}

/// An `override_resource`, `override_data` or `override_module` block.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// What is replaced.
    pub target: Target,
    /// The `target` argument.
    pub target_span: Span,
    /// What is known of it.
    pub answer: MockedObject,
    /// Whether it stands in a file of mocks, which may be for many configurations.
    pub shared: bool,
    /// The block's header.
    pub span: Span,
}

/// What stands in for what a provider would compute.
#[derive(Clone, Debug, PartialEq)]
pub struct MockedObject {
    /// An object with some of the values; `None` where all are made up.
    pub values: Option<Value>,
    /// Where messages say that they stand.
    pub span: Span,
    /// The header of their block.
    pub block: Span,
    /// Whether they are known while planning already.
    pub known_in_plan: bool,
}

/// What a `mock_provider` answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MockData {
    /// By resource type.
    pub resources: BTreeMap<Str, MockedObject>,
    /// By data source.
    pub data_sources: BTreeMap<Str, MockedObject>,
    /// Single objects.
    pub overrides: Vec<Override>,
    /// A directory with more of it.
    pub source: Option<Str>,
    /// Whether all of it is known while planning, where nothing else is said.
    pub known_in_plan: bool,
}

impl Default for TestOptions {
    fn default() -> Self {
        Self { refresh_only: false, refresh: true, replace: Vec::new(), target: Vec::new() }
    }
}

impl TestFile {
    /// The path by which the module of a run is known among installed modules, without the run's name.
    pub fn module_path(&self) -> ModulePath {
        let name = self.name.strip_suffix(".tftest.hcl").unwrap_or(&self.name);
        name.split('/').fold(ModulePath::root().child("test"), |path, part| path.child(part))
    }
}

impl MockData {
    /// Takes in what another one has of which this has nothing.
    pub(crate) fn add_missing(&mut self, other: &Self) {
        self.add(other, &mut |_| {});
    }

    /// As [`Self::add_missing`]; tells what both have.
    pub(crate) fn add(&mut self, other: &Self, both: &mut dyn FnMut(Collision<'_>)) {
        let kinds = [
            ("mock_resource", &mut self.resources, &other.resources),
            ("mock_data", &mut self.data_sources, &other.data_sources),
        ];
        for (block, own, others) in kinds {
            for (kind, found) in others {
                match own.get(kind) {
                    Some(first) => both(Collision::Type { block, kind, first: first.block, second: found.block }),
                    None => drop(own.insert(kind.clone(), found.clone())),
                }
            }
        }
        for found in &other.overrides {
            match self.overrides.iter().find(|own| own.target == found.target) {
                Some(first) => both(Collision::Target { first, second: found }),
                None => self.overrides.push(found.clone()),
            }
        }
    }
}

/// Something that is mocked twice.
pub(crate) enum Collision<'a> {
    /// A resource type or data source.
    Type {
        /// The type of both blocks.
        block: &'static str,
        /// The resource type.
        kind: &'a Str,
        /// The header of the one.
        first: Span,
        /// The header of the other.
        second: Span,
    },
    /// An object.
    Target {
        /// The one.
        first: &'a Override,
        /// The other.
        second: &'a Override,
    },
}
