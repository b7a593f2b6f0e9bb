//! What the names in a module's expressions stand for.

use std::collections::HashMap;
use std::sync::Arc;

use landform_addrs::{Resource, ResourceMode};
use landform_config::Module;
use landform_diagnostics::{Diagnostic, Span};
use landform_lang::expr::{ExternalFunction, FunctionSet, Names, Slot};
use landform_lang::syntax::TraversalRef;
use landform_lang::syntax::ast::{Ident, Step, StepKind};
use landform_values::Str;

use super::Program;
use crate::providers::ProviderSet;

/// What a slot yields, by indexes into the compiled module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Target {
    /// `var.x`.
    Variable(usize),
    /// `local.x`.
    Local(usize),
    /// `type.name`, all instances.
    Resource(usize),
    /// `module.x`, all instances with all outputs.
    Call(usize),
    /// `module.x`, all instances, of which only one output is wanted.
    CallOutput(usize, usize),
    /// `each.key`.
    EachKey,
    /// `each.value`.
    EachValue,
    /// `count.index`.
    CountIndex,
    /// `self`.
    SelfObject,
    /// `path.module`.
    PathModule,
    /// `path.root`.
    PathRoot,
    /// `path.cwd`.
    PathCwd,
    /// `terraform.workspace`.
    Workspace,
    /// `terraform.applying`.
    Applying,
    /// A name that means nothing here. The configuration's own checks say so, and nothing is evaluated then.
    Undeclared,
}

/// The names that a module declares, and the slots that its expressions have asked for.
#[derive(Default)]
pub(crate) struct NameTable {
    pub(crate) variables: HashMap<Str, usize>,
    pub(crate) locals: HashMap<Str, usize>,
    pub(crate) resources: HashMap<Resource, usize>,
    /// Index of a call, and the indexes of the called module's outputs.
    pub(crate) calls: HashMap<Str, (usize, HashMap<Str, usize>)>,
    /// By slot.
    pub(crate) targets: Vec<Target>,
    /// For functions of providers.
    pub(crate) providers: ProviderSet,
    /// For the names of providers.
    pub(crate) config: Option<Arc<Module>>,
    pub(crate) slots: HashMap<Target, Slot>,
    /// Which functions there are.
    pub(crate) functions: FunctionSet,
    /// Whether what is compiled is evaluated for many instances.
    pub(crate) repeated: bool,
}

impl NameTable {
    /// The names of a module that calls these modules.
    pub(crate) fn of(config: &Arc<Module>, callees: &[Option<Arc<Module>>], providers: &ProviderSet) -> Self {
        let calls = config.module_calls.keys().zip(callees).enumerate().map(|(index, (name, callee))| {
            let outputs = callee.as_ref().map(|module| indexes(module.outputs.keys())).unwrap_or_default();
            (name.clone(), (index, outputs))
        });
        Self {
            variables: indexes(config.variables.keys()),
            locals: indexes(config.locals.keys()),
            resources: config.resources.keys().enumerate().map(|(index, key)| (key.clone(), index)).collect(),
            calls: calls.collect(),
            providers: providers.clone(),
            config: Some(config.clone()),
            ..Self::default()
        }
    }

    /// The names of a program's root module, for expressions that are compiled after it.
    pub(crate) fn of_root(program: &Program, providers: &ProviderSet) -> Self {
        let callee = |child: &usize| program.tree.get(*child).map(|node| node.module.config.clone());
        let callees: Vec<_> = program.tree[0].children.iter().map(callee).collect();
        Self::of(&program.tree[0].module.config, &callees, providers)
    }

    fn slot(&mut self, target: Target) -> Slot {
        *self.slots.entry(target).or_insert_with(|| {
            self.targets.push(target);
            Slot(self.targets.len() as u32 - 1)
        })
    }

    /// What a reference stands for, and how many of its steps that takes.
    pub(crate) fn target(&self, root: &Ident, steps: &[Step]) -> (Target, usize) {
        let name = |index: usize| match steps.get(index).map(|step| &step.kind) {
            Some(StepKind::Attribute(name)) => Some(name),
            _ => None,
        };
        let first = name(0);
        let found = match (&*root.name, first) {
            ("var", Some(name)) => self.variables.get(name).map(|index| (Target::Variable(*index), 1)),
            ("local", Some(name)) => self.locals.get(name).map(|index| (Target::Local(*index), 1)),
            ("module", Some(name)) => self.call(name, &steps[1..]),
            ("each", Some(name)) if &**name == "key" => Some((Target::EachKey, 1)),
            ("each", Some(name)) if &**name == "value" => Some((Target::EachValue, 1)),
            ("count", Some(name)) if &**name == "index" => Some((Target::CountIndex, 1)),
            ("self", _) => Some((Target::SelfObject, 0)),
            ("path", Some(name)) => match &**name {
                "module" => Some((Target::PathModule, 1)),
                "root" => Some((Target::PathRoot, 1)),
                "cwd" => Some((Target::PathCwd, 1)),
                _ => None,
            },
            ("terraform" | "tofu", Some(name)) => match &**name {
                "workspace" => Some((Target::Workspace, 1)),
                "applying" => Some((Target::Applying, 1)),
                _ => None,
            },
            ("data", Some(kind)) => self.resource(ResourceMode::Data, kind, name(1)).map(|target| (target, 2)),
            ("ephemeral", Some(kind)) => {
                self.resource(ResourceMode::Ephemeral, kind, name(1)).map(|target| (target, 2))
            }
            ("resource", Some(kind)) => self.resource(ResourceMode::Managed, kind, name(1)).map(|target| (target, 2)),
            (_, name) => self.resource(ResourceMode::Managed, &root.name, name).map(|target| (target, 1)),
        };
        found.unwrap_or((Target::Undeclared, steps.len()))
    }

    fn resource(&self, mode: ResourceMode, kind: &Str, name: Option<&Str>) -> Option<Target> {
        let resource = Resource { mode, kind: kind.clone(), name: name?.clone() };
        self.resources.get(&resource).map(|index| Target::Resource(*index))
    }

    /// One output where the steps name one: directly, or behind a key.
    fn call(&self, name: &str, rest: &[Step]) -> Option<(Target, usize)> {
        let (call, outputs) = self.calls.get(name)?;
        let output = |index: usize| match rest.get(index).map(|step| &step.kind) {
            Some(StepKind::Attribute(name)) => outputs.get(name).copied(),
            _ => None,
        };
        let keyed = rest.first().is_some_and(|step| !matches!(step.kind, StepKind::Attribute(_)));
        let target = match output(usize::from(keyed)) {
            Some(output) => Target::CallOutput(*call, output),
            None => Target::Call(*call),
        };
        Some((target, 1))
    }
}

fn indexes<'a>(names: impl Iterator<Item = &'a Str>) -> HashMap<Str, usize> {
    names.enumerate().map(|(index, name)| (name.clone(), index)).collect()
}

impl Names for NameTable {
    fn resolve(&mut self, traversal: TraversalRef<'_>) -> Result<(Slot, usize), Diagnostic> {
        let (target, consumed) = self.target(traversal.root, traversal.steps);
        Ok((self.slot(target), consumed))
    }

    fn function(&mut self, name: &str, span: Span) -> Result<Option<Arc<dyn ExternalFunction>>, Diagnostic> {
        let Some(config) = &self.config else { return Ok(None) };
        super::functions::provider_function(name, span, config, &self.providers)
    }

    fn varies(&self, slot: Slot) -> bool {
        let of_instance = |target: &Target| {
            matches!(
                target,
                Target::EachKey | Target::EachValue | Target::CountIndex | Target::SelfObject | Target::Undeclared
            )
        };
        !self.repeated || self.targets.get(slot.0 as usize).is_none_or(of_instance)
    }

    fn functions(&self) -> FunctionSet {
        self.functions
    }
}
