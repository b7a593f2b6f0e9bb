//! Which attributes of objects contribute to what a plan changes: drift of others is not worth mentioning.
//!
//! As Terraform works it out: from the configuration of every changed object and output, through locals, variables and
//! outputs, and through configured attributes of other objects, to all that is referred to on the way.

use std::collections::{BTreeMap, HashSet};

use landform_addrs::{InstanceKey, ModuleInstance, ResourceInstance};
use landform_lang::expr::{Expression, SlotReference};
use landform_lang::syntax::ast::StepKind;
use landform_plan::{Action, OutputChange, RelevantAttribute};
use landform_values::{Path, Step, Str, Value};

use super::{PlannedChange, Planner};
use crate::evaluate::ScopeId;
use crate::program::{ModuleId, Program, Repetition, Target};

/// A reference within an instance of a module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Found {
    module: ModuleId,
    instance: ModuleInstance,
    subject: Subject,
}

/// What is referred to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Subject {
    Variable(usize),
    Local(usize),
    Output(usize),
    /// A resource: an instance's key, and the path taken from it as text and as it is.
    Resource(usize, InstanceKey, Taken),
}

/// A path that can be compared.
#[derive(Clone, Debug)]
struct Taken {
    path: Path,
    text: String,
}

impl PartialEq for Taken {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Taken {}

impl std::hash::Hash for Taken {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

/// Follows references, each once.
struct Analysis<'a> {
    program: &'a Program,
    seen: HashSet<Found>,
    open: Vec<Found>,
    relevant: Vec<RelevantAttribute>,
}

impl Planner<'_> {
    /// What contributes to the changes and to outputs that change.
    pub(super) fn relevant_attributes(
        &self,
        changes: &[PlannedChange],
        outputs: &BTreeMap<Str, OutputChange>,
    ) -> Vec<RelevantAttribute> {
        let mut analysis =
            Analysis { program: &self.program, seen: HashSet::new(), open: Vec::new(), relevant: Vec::new() };
        let changed = changes.iter().filter(|planned| planned.change.action != Action::NoOp);
        let declared = changed.filter_map(|planned| Some((&planned.change.address.module, planned.config?)));
        let prior = self.prior.borrow();
        let ended: Vec<_> = self.ended_data(&prior).map(|object| object.address).collect();
        let data = ended.iter().filter_map(|data| Some((&data.module, self.declared(&data.resource())?)));
        let mut begun: HashSet<(&ModuleInstance, usize)> = HashSet::new();
        let mut last = None;
        // Changes are sorted: the instances of a resource stand together, and all but the first are told at a glance.
        for (instance, (module, index)) in declared.chain(data) {
            let resource = Some((instance, index));
            if last != resource && begun.insert((instance, index)) {
                analysis.resource(module, instance, index, None);
            }
            last = resource;
        }
        for (module, node) in self.program.tree.iter().enumerate() {
            for scope in self.evaluator.instances(module) {
                for output in 0..node.module.outputs.len() {
                    if self.output_matters(scope, module, output, outputs) {
                        let expression = &node.module.outputs[output].value;
                        analysis.expression(module, &self.evaluator.address(scope), expression, None);
                    }
                }
            }
        }
        analysis.run()
    }

    /// Outputs of called modules count as new each time: they are not stored.
    fn output_matters(
        &self,
        scope: ScopeId,
        module: ModuleId,
        output: usize,
        outputs: &BTreeMap<Str, OutputChange>,
    ) -> bool {
        if module != 0 {
            // Those that a plan that failed did not come to have no value yet.
            let is_planned = self.found.borrow().planned_outputs.contains(&(scope, output));
            return is_planned && !self.evaluator.output(scope, output).is_null();
        }
        let (name, _) = self.program.tree[0].module.config.outputs.get_index(output).expect("an output by its index");
        outputs.get(name).is_some_and(|change| change.action != Action::NoOp)
    }
}

impl Analysis<'_> {
    fn run(mut self) -> Vec<RelevantAttribute> {
        while let Some(found) = self.open.pop() {
            self.follow(found);
        }
        let key = |found: &RelevantAttribute| (found.resource.to_string(), found.attribute.to_string());
        self.relevant.sort_by_cached_key(key);
        self.relevant
    }

    fn follow(&mut self, found: Found) {
        let Found { module, instance, subject } = found;
        let program = self.program;
        let node = &program.tree[module];
        match subject {
            Subject::Variable(index) => {
                let (Some((parent, call)), Some((caller, ..))) = (node.parent, instance.parent()) else { return };
                let call = &program.tree[parent].module.calls[call];
                if let Some(argument) = call.arguments.get(index).and_then(Option::as_ref) {
                    // What `each` and `count` of a call come from does not count.
                    self.expression(parent, &caller, argument, None);
                }
            }
            Subject::Local(index) => self.expression(module, &instance, &node.module.locals[index], None),
            Subject::Output(index) => self.expression(module, &instance, &node.module.outputs[index].value, None),
            Subject::Resource(index, key, taken) => {
                let address = ResourceInstance {
                    module: instance.clone(),
                    resource: node.module.resources[index].address.clone(),
                    key,
                };
                let attribute = taken.path.0.first().and_then(|step| match step {
                    Step::Attribute(name) => Some(name.to_string()),
                    Step::Index(_) => None,
                });
                self.relevant.push(RelevantAttribute { resource: address, attribute: taken.path });
                self.resource(module, &instance, index, attribute.as_deref());
            }
        }
    }

    /// All that a resource's configuration refers to, or that of one attribute.
    fn resource(&mut self, module: ModuleId, instance: &ModuleInstance, index: usize, attribute: Option<&str>) {
        let program = self.program;
        let resource = program.resource(module, index);
        let mut visit =
            |expression: &Expression| self.expression(module, instance, expression, Some(&resource.repetition));
        match attribute {
            Some(name) => resource.body.for_each_expression_of(name, &mut visit),
            None => resource.body.for_each_expression(&mut visit),
        }
    }

    /// All that an expression refers to. `repetition` is what `each` and `count` in it come from.
    fn expression(
        &mut self,
        module: ModuleId,
        instance: &ModuleInstance,
        expression: &Expression,
        repetition: Option<&Repetition>,
    ) {
        for reference in expression.references() {
            let target = self.program.tree[module].module.targets[reference.slot.0 as usize];
            self.reference(module, instance, target, &reference, repetition);
        }
    }

    fn reference(
        &mut self,
        module: ModuleId,
        instance: &ModuleInstance,
        target: Target,
        reference: &SlotReference<'_>,
        repetition: Option<&Repetition>,
    ) {
        match target {
            Target::Variable(index) => self.note(module, instance.clone(), Subject::Variable(index)),
            Target::Local(index) => self.note(module, instance.clone(), Subject::Local(index)),
            Target::Resource(index) => {
                let (key, path) = split(reference);
                let taken = Taken { text: path.to_string(), path };
                self.note(module, instance.clone(), Subject::Resource(index, key, taken));
            }
            Target::CallOutput(call, output) => self.output(module, instance, call, output, reference),
            Target::Call(call) => {
                let child = self.program.tree[module].children[call];
                let outputs = self.program.tree.get(child).map_or(0, |node| node.module.outputs.len());
                (0..outputs).for_each(|output| self.output(module, instance, call, output, reference));
            }
            Target::EachKey | Target::EachValue | Target::CountIndex => {
                if let Some(expression) = repetition.and_then(Repetition::expression) {
                    self.expression(module, instance, expression, None);
                }
            }
            Target::SelfObject
            | Target::PathModule
            | Target::PathRoot
            | Target::PathCwd
            | Target::Workspace
            | Target::Applying
            | Target::Undeclared => {}
        }
    }

    fn output(
        &mut self,
        module: ModuleId,
        instance: &ModuleInstance,
        call: usize,
        output: usize,
        reference: &SlotReference<'_>,
    ) {
        let node = &self.program.tree[module];
        let child = node.children[call];
        let Some((name, _)) = node.module.config.module_calls.get_index(call) else { return };
        if child < self.program.tree.len() {
            let (key, _) = split(reference);
            self.note(child, instance.child(name.clone(), key), Subject::Output(output));
        }
    }

    fn note(&mut self, module: ModuleId, instance: ModuleInstance, subject: Subject) {
        let found = Found { module, instance, subject };
        if self.seen.insert(found.clone()) {
            self.open.push(found);
        }
    }
}

/// The key that the first step may be, and the path behind it.
fn split(reference: &SlotReference<'_>) -> (InstanceKey, Path) {
    let steps: Vec<Step> = reference
        .steps
        .iter()
        .map(|step| match &step.kind {
            StepKind::Attribute(name) => Step::Attribute(name.clone()),
            StepKind::Key(key) => Step::Index(Value::from(key.clone())),
            StepKind::Index(index) | StepKind::LegacyIndex(index) => Step::Index(Value::number(index.clone())),
        })
        .collect();
    let key = match steps.first() {
        Some(Step::Index(key)) => match (key.as_str(), key.as_number().and_then(landform_values::Number::to_i64)) {
            (Some(key), _) => InstanceKey::String(key.into()),
            (None, Some(index)) => InstanceKey::Int(index),
            (None, None) => InstanceKey::None,
        },
        _ => InstanceKey::None,
    };
    let behind = usize::from(key != InstanceKey::None);
    (key, Path(steps[behind..].to_vec()))
}
