//! Assertions of a run, evaluated with what it led to.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_config::reference::{Names as DeclaredNames, Place, TestSubject, parse_test_reference};
use landform_config::{CheckRule, Output, TestRun};
use landform_diagnostics::{Diagnostic, Diagnostics, Span, suggestion};
use landform_lang::expr::{ExternalFunction, Names, Scope, Slot, compile};
use landform_lang::syntax::ast::StepKind;
use landform_lang::syntax::{TraversalRef, references};
use landform_plan::TestStatus;
use landform_values::{Marks, Str, Value};

use super::lookup::RunOutputs;
use crate::evaluate::{Evaluator, InstanceData, RuleKind, RuleResult, evaluate_rule};
use crate::program::{CompiledRule, NameTable, Target};
use crate::providers::ProviderSet;

/// What assertions may refer to.
pub(super) struct Results<'a> {
    /// What the run led to.
    pub(super) evaluator: &'a Evaluator,
    /// For schemas and functions.
    pub(super) providers: &'a ProviderSet,
    /// Variables of the test alone.
    pub(super) own: &'a BTreeMap<Str, Value>,
    /// What earlier runs have put out.
    pub(super) runs: &'a RunOutputs,
}

/// The variables that the assertions of a run refer to, and what is wrong with references by their form alone.
pub(super) fn referred_variables(run: &TestRun) -> (Vec<Str>, Diagnostics) {
    let mut names = Vec::new();
    let mut diagnostics = Diagnostics::new();
    let expressions = run.rules.iter().flat_map(|rule| [&rule.condition, &rule.error_message]);
    for traversal in expressions.flat_map(|expression| references(expression)) {
        match landform_config::reference::parse_reference(traversal) {
            Ok(found) => {
                if let landform_config::reference::Subject::Variable(name) = found.subject
                    && !names.contains(&name)
                {
                    names.push(name);
                }
            }
            Err(problem) => diagnostics.push(problem),
        }
    }
    (names, diagnostics)
}

impl Results<'_> {
    /// Evaluates the assertions of a run.
    pub(super) fn check(&self, run: &TestRun) -> (TestStatus, Diagnostics) {
        let mut status = TestStatus::Pass;
        let mut diagnostics = Diagnostics::new();
        let table = NameTable::of_root(&self.evaluator.program, self.providers);
        let mut names = TestNames { table, own: self.own, beyond: vec![self.outputs(), self.done()] };
        for rule in &run.rules {
            let result = self.check_rule(rule, &mut names, &mut diagnostics);
            status = status.max(match result {
                RuleResult::Pass => TestStatus::Pass,
                RuleResult::Fail(_) => TestStatus::Fail,
                RuleResult::Unknown | RuleResult::Error => TestStatus::Error,
            });
        }
        (status, diagnostics)
    }

    fn check_rule(&self, rule: &CheckRule, names: &mut TestNames<'_>, diagnostics: &mut Diagnostics) -> RuleResult {
        let found = self.check_references(rule);
        if found.has_errors() {
            diagnostics.extend(found);
            return RuleResult::Error;
        }
        let (condition, mut found) = compile(&rule.condition, names);
        let (message, more) = compile(&rule.error_message, names);
        found.extend(more);
        if found.has_errors() {
            diagnostics.extend(found);
            return RuleResult::Error;
        }
        let compiled = CompiledRule { condition, message, span: rule.span };
        let scope = TestScope { evaluator: self.evaluator, targets: &names.table.targets, beyond: &names.beyond };
        evaluate_rule(&compiled, RuleKind::Test, (&scope, &self.evaluator.settings), diagnostics)
    }

    /// All outputs of the module, as one object.
    pub(super) fn outputs(&self) -> Value {
        let declared = &self.evaluator.program.tree[0].module.config.outputs;
        let values =
            declared.values().enumerate().map(|(index, output)| (output.name.clone(), self.output(index, output)));
        Value::object(values.collect::<Vec<_>>())
    }

    /// As a state would have it: its marks are those that are declared, and of what is not known there is no type either.
    fn output(&self, index: usize, declared: &Output) -> Value {
        let value = self.evaluator.output(0, index).unmark_deep().0;
        let value = if value.is_known() { value } else { Value::dynamic() };
        if declared.sensitive { value.with_marks(&Marks::sensitive()) } else { value }
    }

    fn done(&self) -> Value {
        let done = self.runs.iter().filter_map(|(name, outputs)| Some((name.clone(), outputs.clone()?)));
        Value::object(done.collect::<Vec<_>>())
    }

    fn check_references(&self, rule: &CheckRule) -> Diagnostics {
        let program = &self.evaluator.program;
        let root = &program.tree[0];
        let declared = DeclaredNames::new(&root.module.config, &root.path).with_schemas(Some(self.providers));
        let mut diagnostics = Diagnostics::new();
        let mut of_module = Vec::new();
        for traversal in references(&rule.condition).into_iter().chain(references(&rule.error_message)) {
            match parse_test_reference(traversal) {
                Err(problem) => diagnostics.push(problem),
                Ok(found) => match &found.subject {
                    TestSubject::Run(name) => diagnostics.extend(self.check_run(name, found.span)),
                    TestSubject::Output(name) if root.module.config.outputs.contains_key(name) => {}
                    TestSubject::Output(name) => diagnostics.push(self.undeclared_output(name, found.span)),
                    TestSubject::Check(_) => diagnostics.push(check_in_expression(found.span)),
                    subject if subject.variable().is_some_and(|name| self.own.contains_key(name)) => {}
                    _ => of_module.push(traversal),
                },
            }
        }
        for traversal in &of_module {
            if &*traversal.root.name == "ephemeral" {
                let detail = "Ephemeral resources are closed when the test is finished, and are not available within the test context for assertions.";
                diagnostics.error(traversal.span, "Ephemeral resources cannot be asserted", detail);
            }
        }
        diagnostics.extend(declared.check(of_module, &Place::default()));
        diagnostics
    }

    fn check_run(&self, name: &Str, span: Span) -> Option<Diagnostic> {
        let found = match self.runs.get(name) {
            Some(Some(_)) => return None,
            Some(None) => {
                let detail = format!(
                    "The run {:?} block has not yet been evaluated, so its results are not available here.",
                    &**name
                );
                Diagnostic::error("Reference to unevaluated run block", detail)
            }
            None => {
                let near = hint(name, self.runs.keys());
                let detail = format!("There is no run {:?} declared in this test suite.{near}", &**name);
                Diagnostic::error("Reference to undeclared run block", detail)
            }
        };
        Some(found.at(span))
    }

    fn undeclared_output(&self, name: &Str, span: Span) -> Diagnostic {
        let outputs = &self.evaluator.program.tree[0].module.config.outputs;
        let near = hint(name, outputs.keys());
        let detail = format!("An output value with the name {:?} has not been declared.{near}", &**name);
        Diagnostic::error("Reference to undeclared output value", detail).at(span)
    }
}

fn hint<'a>(name: &str, known: impl Iterator<Item = &'a Str>) -> String {
    let near = suggestion(name, known.map(|name| &**name));
    near.map(|near| format!(" Did you mean {near:?}?")).unwrap_or_default()
}

fn check_in_expression(span: Span) -> Diagnostic {
    let detail = "The \"check\" object can only be referenced from an \"expect_failures\" attribute within a Landform testing \"run\" block.";
    Diagnostic::error("Reference to \"check\" in invalid context", detail).at(span)
}

/// The names of the module, and those that only tests have.
struct TestNames<'a> {
    table: NameTable,
    own: &'a BTreeMap<Str, Value>,
    /// The values of slots that are not the module's: outputs, runs, and variables of the test.
    beyond: Vec<Value>,
}

/// The first slot that is not the module's.
const BEYOND: u32 = 1 << 31;

impl Names for TestNames<'_> {
    fn resolve(&mut self, traversal: TraversalRef<'_>) -> Result<(Slot, usize), Diagnostic> {
        let first = match traversal.steps.first().map(|step| &step.kind) {
            Some(StepKind::Attribute(name)) => Some(name),
            _ => None,
        };
        match (&*traversal.root.name, first) {
            ("output", _) => Ok((Slot(BEYOND), 0)),
            ("run", _) => Ok((Slot(BEYOND + 1), 0)),
            ("var", Some(name)) if self.own.contains_key(name) => {
                self.beyond.push(self.own[name].clone());
                Ok((Slot(BEYOND + self.beyond.len() as u32 - 1), 1))
            }
            _ => self.table.resolve(traversal),
        }
    }

    fn function(&mut self, name: &str, span: Span) -> Result<Option<Arc<dyn ExternalFunction>>, Diagnostic> {
        self.table.function(name, span)
    }
}

struct TestScope<'a> {
    evaluator: &'a Evaluator,
    targets: &'a [Target],
    beyond: &'a [Value],
}

impl Scope for TestScope<'_> {
    fn get(&self, slot: Slot) -> Result<Value, Diagnostic> {
        match slot.0.checked_sub(BEYOND) {
            Some(index) => Ok(self.beyond[index as usize].clone()),
            None => self.evaluator.target(0, &InstanceData::default(), self.targets[slot.0 as usize]),
        }
    }
}
