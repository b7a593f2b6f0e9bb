//! Conditions, and what came of them.

use std::collections::{BTreeMap, BTreeSet};

use landform_addrs::{InstanceKey, ModuleInstance};
use landform_diagnostics::{Diagnostic, Diagnostics, Severity};
use landform_plan::{CheckInstance, CheckObject, CheckResult, CheckStatus, Mode};
use landform_values::Str;

use super::Planner;
use super::dependencies::address;
use crate::evaluate::{Evaluator, InstanceData, RuleKind, RuleResult, ScopeId};
use crate::program::{CompiledRule, ModuleId, Node, Program};

/// An object with conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checkable {
    /// A resource.
    Resource(ModuleId, usize),
    /// An output.
    Output(ModuleId, usize),
    /// A variable.
    Variable(ModuleId, usize),
    /// A check block.
    Check(ModuleId, usize),
}

/// Results by object and instance.
#[derive(Default)]
pub(crate) struct CheckLog {
    results: BTreeMap<CheckObject, BTreeMap<(ModuleInstance, InstanceKey), Finding>>,
    /// Objects all of whose instances are known.
    reached: BTreeSet<CheckObject>,
}

/// What is known of an instance: nothing before the first of its conditions was evaluated.
#[derive(Default)]
struct Finding {
    status: Option<CheckStatus>,
    /// The messages of what failed.
    problems: Vec<Str>,
}

impl Checkable {
    fn object(self, program: &Program) -> CheckObject {
        let path = |module: ModuleId| program.tree[module].path.clone();
        let config = |module: ModuleId| &program.tree[module].module.config;
        match self {
            Self::Resource(module, index) => CheckObject::Resource(address(program, module, index)),
            Self::Output(module, index) => {
                CheckObject::Output(path(module), config(module).outputs[index].name.clone())
            }
            Self::Variable(module, index) => {
                CheckObject::Variable(path(module), config(module).variables[index].name.clone())
            }
            Self::Check(module, index) => CheckObject::Check(path(module), config(module).checks[index].name.clone()),
        }
    }

    /// The address of one instance.
    fn address(self, program: &Program, module: &ModuleInstance, key: &InstanceKey) -> String {
        match self.object(program) {
            CheckObject::Resource(found) => found.resource.absolute(module.clone()).instance(key.clone()).to_string(),
            CheckObject::Output(_, name) => in_module(module, &format!("output.{name}")),
            CheckObject::Variable(_, name) => in_module(module, &format!("var.{name}")),
            CheckObject::Check(_, name) => in_module(module, &format!("check.{name}")),
        }
    }

    /// Whether anything at all has conditions here.
    fn has_rules(self, program: &Program) -> bool {
        let (Self::Resource(module, _) | Self::Output(module, _) | Self::Variable(module, _) | Self::Check(module, _)) =
            self;
        let compiled = &program.tree[module].module;
        match self {
            Self::Resource(_, index) => compiled.resources[index].has_conditions(),
            Self::Output(_, index) => !compiled.outputs[index].preconditions.is_empty(),
            Self::Variable(_, index) => !compiled.variables[index].is_empty(),
            Self::Check(..) => true,
        }
    }
}

impl CheckLog {
    /// Notes the result of one condition.
    pub(crate) fn note(&mut self, object: CheckObject, module: ModuleInstance, key: InstanceKey, result: &RuleResult) {
        let finding = self.results.entry(object).or_default().entry((module, key)).or_default();
        let (found, message) = match result {
            RuleResult::Pass => (CheckStatus::Pass, None),
            RuleResult::Fail(message) => (CheckStatus::Fail, Some(message)),
            RuleResult::Unknown => (CheckStatus::Unknown, None),
            RuleResult::Error => (CheckStatus::Error, None),
        };
        finding.status = Some(finding.status.map_or(found, |before| worse(before, found)));
        let message = message.filter(|message| !message.is_empty());
        finding.problems.extend(message.map(|message| Str::from(message.as_str())));
    }

    /// Whether an object is known to be wrong already.
    fn has_failed(&self, object: &CheckObject, module: &ModuleInstance) -> bool {
        let found = self.results.get(object).and_then(|found| found.get(&(module.clone(), InstanceKey::None)));
        found.is_some_and(|found| matches!(found.status, Some(CheckStatus::Fail | CheckStatus::Error)))
    }

    /// Notes instances of a resource, whether or not their conditions are going to be evaluated.
    pub(crate) fn expect<'k>(
        &mut self,
        program: &Program,
        resource: (ModuleId, usize),
        module: &ModuleInstance,
        keys: impl IntoIterator<Item = &'k InstanceKey>,
    ) {
        if let Some(object) = checked_object(program, Node::Resource(resource.0, resource.1)) {
            let instances = self.results.entry(object).or_default();
            for key in keys {
                instances.entry((module.clone(), key.clone())).or_default();
            }
        }
    }

    /// Notes that a node with conditions was not reached.
    pub(crate) fn skipped(&mut self, program: &Program, node: Node) {
        if let Some(object) = checked_object(program, node) {
            self.results.entry(object).or_default();
        }
    }

    /// Notes that all instances of a node with conditions are known, even if there are none.
    pub(crate) fn reached(&mut self, program: &Program, node: Node) {
        if let Some(object) = checked_object(program, node) {
            self.results.entry(object.clone()).or_default();
            self.reached.insert(object);
        }
    }

    /// With all objects that have conditions, those that a restricted plan leaves out included.
    pub(crate) fn complete(mut self, program: &Program) -> Self {
        program.graph.graph.node_weights().for_each(|node| self.skipped(program, *node));
        self
    }

    /// What is known of conditions once everything is destroyed, or a part: that there are some. Outputs of the root module
    /// are instances still, where all of it was.
    pub(crate) fn of_nothing(program: &Program, is_part: bool) -> Self {
        let mut this = Self::default().complete(program);
        if is_part {
            return this;
        }
        let outputs = this
            .results
            .iter_mut()
            .filter(|(object, _)| matches!(object, CheckObject::Output(module, _) if module.is_root()));
        for (_, instances) in outputs {
            instances.insert((ModuleInstance::root(), InstanceKey::None), Finding::default());
        }
        this
    }

    /// All results.
    pub(crate) fn into_results(self) -> Vec<CheckResult> {
        let reached = self.reached;
        let result = |(object, instances): (CheckObject, BTreeMap<_, Finding>)| {
            let instances: Vec<CheckInstance> = instances
                .into_iter()
                .map(|((module, key), Finding { status, mut problems })| {
                    problems.sort();
                    let status = status.unwrap_or(CheckStatus::Unknown);
                    CheckInstance { module, key, status, problems }
                })
                .collect();
            let of_none = if reached.contains(&object) { CheckStatus::Pass } else { CheckStatus::Unknown };
            let status = instances.iter().map(|instance| instance.status).reduce(worse).unwrap_or(of_none);
            CheckResult { object, status, instances }
        };
        self.results.into_iter().map(result).collect()
    }
}

/// What a node is, where it has conditions.
fn checked_object(program: &Program, node: Node) -> Option<CheckObject> {
    let checkable = match node {
        Node::Resource(module, index) => Checkable::Resource(module, index),
        Node::Output(module, index) => Checkable::Output(module, index),
        Node::Validation(module, index) => Checkable::Variable(module, index),
        Node::Check(module, index) => Checkable::Check(module, index),
        _ => return None,
    };
    checkable.has_rules(program).then(|| checkable.object(program))
}

/// Of two results, the one that counts for both.
fn worse(a: CheckStatus, b: CheckStatus) -> CheckStatus {
    let rank = |status: CheckStatus| match status {
        CheckStatus::Pass => 0,
        CheckStatus::Unknown => 1,
        CheckStatus::Fail => 2,
        CheckStatus::Error => 3,
    };
    if rank(b) > rank(a) { b } else { a }
}

/// Notes that the data source of a check block could not be read.
pub(crate) fn note_unread(
    evaluator: &Evaluator,
    log: &std::cell::RefCell<CheckLog>,
    (module, resource): (ModuleId, usize),
    scope: ScopeId,
    diagnostics: &Diagnostics,
) {
    let config = &evaluator.program.tree[module].module.config;
    let check = config.resources[resource].check.as_ref();
    let Some(index) = check.and_then(|name| config.checks.get_index_of(name)) else { return };
    let Some(error) = diagnostics.iter().find(|found| found.is_error()) else { return };
    let object = Checkable::Check(module, index).object(&evaluator.program);
    let message =
        if error.detail.is_empty() { error.summary.clone() } else { format!("{}: {}", error.summary, error.detail) };
    log.borrow_mut().note(object, evaluator.address(scope), InstanceKey::None, &RuleResult::Fail(message));
}

/// Whether what is told is that a condition does not hold; in check blocks, whatever is told of one.
fn is_of_condition(found: &Diagnostic, kind: RuleKind) -> bool {
    found.summary == kind.failed_summary() || found.is_from_check()
}

/// What is told of the data source of a check block: never an error.
pub(crate) fn soften(found: Diagnostic, check: &Str, module: &ModuleInstance) -> Diagnostic {
    let was_error = found.is_error();
    let mut found = found;
    found.severity = Severity::Warning;
    found.with_extra(|extra| {
        extra.from_check = true;
        extra.softened = was_error;
        extra.condition_of = Some(in_module(module, &format!("check.{check}")));
    })
}

/// A condition that does not hold, as a warning.
fn lenient(mut found: Diagnostic, kind: RuleKind) -> Diagnostic {
    if found.summary == kind.failed_summary() {
        found.severity = Severity::Warning;
    }
    found
}

fn in_module(module: &ModuleInstance, name: &str) -> String {
    if module.is_root() { name.to_owned() } else { format!("{module}.{name}") }
}

/// Evaluates conditions and notes their results; whether whatever depends on them may go on.
pub(crate) fn run(
    evaluator: &Evaluator,
    log: &std::cell::RefCell<CheckLog>,
    checkable: Checkable,
    (scope, key): (ScopeId, &InstanceKey),
    data: &InstanceData,
    rules: &[CompiledRule],
    kind: RuleKind,
) -> (bool, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let mut passed = true;
    for rule in rules {
        let begun = diagnostics.len();
        let result = evaluator.rule(scope, data, rule, kind, &mut diagnostics);
        for found in diagnostics.iter_mut().skip(begun).filter(|found| is_of_condition(found, kind)) {
            let object = checkable.address(&evaluator.program, &evaluator.address(scope), key);
            *found = found.clone().with_extra(|extra| {
                extra.condition_of = Some(object);
                extra.softened = kind == RuleKind::Assertion;
            });
        }
        passed &= matches!(result, RuleResult::Pass | RuleResult::Unknown) || kind == RuleKind::Assertion;
        let module = evaluator.address(scope);
        // Results are those of real instances.
        if !module.is_unknown() {
            log.borrow_mut().note(checkable.object(&evaluator.program), module, key.clone(), &result);
        }
    }
    (passed, diagnostics)
}

impl Planner<'_> {
    /// Conditions of a resource.
    pub(super) fn run_rules(
        &self,
        (module, index): (ModuleId, usize),
        place: (ScopeId, &InstanceKey),
        data: &InstanceData,
        rules: &[CompiledRule],
        kind: RuleKind,
    ) -> bool {
        let checkable = Checkable::Resource(module, index);
        let (passed, diagnostics) = self.run_checkable(checkable, place, data, rules, kind);
        self.report(diagnostics);
        passed
    }

    /// Conditions of any object; whether whatever depends on them may go on.
    pub(super) fn run_checkable(
        &self,
        checkable: Checkable,
        place: (ScopeId, &InstanceKey),
        data: &InstanceData,
        rules: &[CompiledRule],
        kind: RuleKind,
    ) -> (bool, Diagnostics) {
        let (passed, diagnostics) = run(&self.evaluator, &self.checks, checkable, place, data, rules, kind);
        // Where nothing is to be changed, nothing needs to be stopped; but what adopts objects, outputs stop in Terraform.
        let is_strict = self.options.only_imports() && kind == RuleKind::OutputPrecondition;
        if self.options.mode == Mode::RefreshOnly && !is_strict {
            let diagnostics: Diagnostics = diagnostics.into_iter().map(|found| lenient(found, kind)).collect();
            return (!diagnostics.has_errors(), diagnostics);
        }
        (passed, diagnostics)
    }

    /// Validations of a variable.
    pub(super) fn validate_variable(&self, module: ModuleId, index: usize) -> Diagnostics {
        validate_variable(&self.evaluator, &self.checks, module, index)
    }

    /// Assertions of a check block.
    pub(super) fn run_check(&self, module: ModuleId, index: usize) -> Diagnostics {
        run_check(&self.evaluator, &self.checks, module, index)
    }
}

/// Validations of a variable, in all instances of its module.
pub(crate) fn validate_variable(
    evaluator: &Evaluator,
    log: &std::cell::RefCell<CheckLog>,
    module: ModuleId,
    index: usize,
) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let compiled = &evaluator.program.tree[module].module;
    let rules = &compiled.variables[index];
    for scope in evaluator.instances(module) {
        let checkable = Checkable::Variable(module, index);
        let place = (scope, &InstanceKey::None);
        let (_, found) = run(evaluator, log, checkable, place, &InstanceData::default(), rules, RuleKind::Validation);
        diagnostics.extend(found.into_iter().map(|found| {
            if found.summary == RuleKind::Validation.failed_summary() {
                evaluator.place_validation(found, module, index)
            } else {
                found
            }
        }));
    }
    diagnostics
}

/// Assertions of a check block, in all instances of its module.
pub(crate) fn run_check(
    evaluator: &Evaluator,
    log: &std::cell::RefCell<CheckLog>,
    module: ModuleId,
    index: usize,
) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let rules = &evaluator.program.tree[module].module.checks[index].asserts;
    for scope in evaluator.instances(module) {
        let place = (scope, &InstanceKey::None);
        let checkable = Checkable::Check(module, index);
        // Its data source could not be read: what that has to do with assertions nobody knows.
        if log.borrow().has_failed(&checkable.object(&evaluator.program), &evaluator.address(scope)) {
            continue;
        }
        let (_, found) = run(evaluator, log, checkable, place, &InstanceData::default(), rules, RuleKind::Assertion);
        diagnostics.extend(found);
    }
    diagnostics
}
