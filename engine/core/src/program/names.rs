//! What the names in a module's expressions stand for.

use std::collections::HashMap;

use landform_addrs::Resource;
use landform_diagnostics::{Diagnostic, Span};
use landform_lang::expr::{Names, Slot};
use landform_lang::reference::{self, EachName, PathName, Subject};
use landform_lang::syntax::Traversal;
use landform_values::Str;

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
    slots: HashMap<Target, Slot>,
}

impl NameTable {
    fn slot(&mut self, target: Target) -> Slot {
        *self.slots.entry(target).or_insert_with(|| {
            self.targets.push(target);
            Slot(self.targets.len() as u32 - 1)
        })
    }

    /// What a reference stands for, and how many of its steps that takes.
    pub(crate) fn target(&self, traversal: &Traversal) -> Result<(Target, usize), Diagnostic> {
        let reference = reference::parse(traversal)?;
        let consumed = reference.consumed;
        let undeclared = |what: &str| {
            let summary = format!("Reference to undeclared {what}");
            Diagnostic::error(summary, format!("{traversal} is not declared in this module.")).at(traversal.span)
        };
        let found = |target: Option<Target>, what: &str| target.map(|target| (target, consumed)).ok_or_else(|| undeclared(what));
        match &reference.subject {
            Subject::Variable(name) => found(self.variables.get(name).map(|index| Target::Variable(*index)), "input variable"),
            Subject::Local(name) => found(self.locals.get(name).map(|index| Target::Local(*index)), "local value"),
            Subject::Resource { mode, kind, name } => {
                let resource = Resource { mode: *mode, kind: kind.clone(), name: name.clone() };
                found(self.resources.get(&resource).map(|index| Target::Resource(*index)), "resource")
            }
            Subject::Module { name, output } => {
                let Some((call, outputs)) = self.calls.get(name) else { return Err(undeclared("module")) };
                match output.as_ref().and_then(|output| outputs.get(output)) {
                    Some(output) => Ok((Target::CallOutput(*call, *output), consumed)),
                    None => Ok((Target::Call(*call), consumed)),
                }
            }
            Subject::Each(EachName::Key) => Ok((Target::EachKey, consumed)),
            Subject::Each(EachName::Value) => Ok((Target::EachValue, consumed)),
            Subject::CountIndex => Ok((Target::CountIndex, consumed)),
            Subject::SelfObject => Ok((Target::SelfObject, consumed)),
            Subject::Path(PathName::Module) => Ok((Target::PathModule, consumed)),
            Subject::Path(PathName::Root) => Ok((Target::PathRoot, consumed)),
            Subject::Path(PathName::Cwd) => Ok((Target::PathCwd, consumed)),
            Subject::Workspace => Ok((Target::Workspace, consumed)),
            Subject::Applying => Ok((Target::Applying, consumed)),
        }
    }
}

impl Names for NameTable {
    fn resolve(&mut self, traversal: &Traversal) -> Result<(Slot, usize), Diagnostic> {
        let (target, consumed) = self.target(traversal)?;
        Ok((self.slot(target), consumed))
    }
}
