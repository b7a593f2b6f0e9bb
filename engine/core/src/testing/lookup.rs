//! Expressions of test files that are evaluated before a run: its variables, those of the file, provider configurations.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use landform_config::reference::{TestSubject, parse_test_reference};
use landform_config::{Module, TestFile, Variable};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::expr::{EvalContext, Names, Scope, Slot, compile};
use landform_lang::syntax::ast::Expr;
use landform_lang::syntax::{TraversalRef, references};
use landform_values::{Str, Value};

use crate::variables::{Given, ValueSource};

/// Values from outside of test files: of the command line, the environment and files of variables.
pub trait GlobalVariables {
    /// A value as it was given, for a variable of the module under test, or for none. `None` if it was not given.
    fn get(&self, name: &str, variable: Option<&Variable>) -> Option<Result<Given, Diagnostics>>;
}

/// What the outputs of a run are: nothing until it has run.
pub(super) type RunOutputs = BTreeMap<Str, Option<Value>>;

/// What an expression is for, which decides to what it may refer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A variable of a run.
    RunVariable,
    /// A variable of the file.
    FileVariable,
    /// A provider configuration.
    Provider,
}

/// The variables of a file as one run sees them. Each is evaluated once.
pub(super) struct FileVariables<'a> {
    file: &'a TestFile,
    /// The module that the run is of.
    module: &'a Module,
    globals: &'a dyn GlobalVariables,
    context: &'a EvalContext,
    known: RefCell<BTreeMap<(bool, Str), Option<Given>>>,
}

impl<'a> FileVariables<'a> {
    pub(super) fn new(
        file: &'a TestFile,
        module: &'a Module,
        globals: &'a dyn GlobalVariables,
        context: &'a EvalContext,
    ) -> Self {
        Self { file, module, globals, context, known: RefCell::default() }
    }

    /// The value of a variable, of the file or from outside. What is wrong with it is told once.
    pub(super) fn get(&self, name: &Str, diagnostics: &mut Diagnostics) -> Option<Given> {
        self.of_file(name, diagnostics).or_else(|| self.global(name, diagnostics))
    }

    fn of_file(&self, name: &Str, diagnostics: &mut Diagnostics) -> Option<Given> {
        let key = (true, name.clone());
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let expr = self.file.variables.get(name);
        let given = expr.map(|expr| {
            let mut found = Diagnostics::new();
            let variables = self.values_in(expr, &mut found, &|name, found| self.global(name, found));
            let (value, more) = evaluate(expr, Purpose::FileVariable, (&variables, None), self.context);
            found.extend(more);
            let value = if found.has_errors() { Value::dynamic() } else { value };
            diagnostics.extend(found);
            Given { value, source: ValueSource::File(expr.span), ephemeral: self.is_ephemeral(name) }
        });
        self.known.borrow_mut().insert(key, given.clone());
        given
    }

    fn global(&self, name: &Str, diagnostics: &mut Diagnostics) -> Option<Given> {
        let key = (false, name.clone());
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        let given = self.globals.get(name, self.module.variables.get(name)).map(|given| {
            given.unwrap_or_else(|found| {
                diagnostics.extend(found);
                Given { value: Value::dynamic(), source: ValueSource::Caller, ephemeral: self.is_ephemeral(name) }
            })
        });
        self.known.borrow_mut().insert(key, given.clone());
        given
    }

    pub(super) fn is_ephemeral(&self, name: &str) -> bool {
        self.module.variables.get(name).is_some_and(|variable| variable.ephemeral)
    }

    /// The variables that an expression refers to, as far as there are any.
    fn values_in(
        &self,
        expr: &Expr,
        diagnostics: &mut Diagnostics,
        get: &dyn Fn(&Str, &mut Diagnostics) -> Option<Given>,
    ) -> BTreeMap<Str, Value> {
        let names = references(expr).into_iter().filter_map(|traversal| match parse_test_reference(traversal) {
            Ok(found) => found.subject.variable().cloned(),
            Err(_) => None,
        });
        names.filter_map(|name| Some((name.clone(), get(&name, diagnostics)?.value))).collect()
    }

    /// The value of an expression that may refer to variables of the file and to earlier runs.
    pub(super) fn evaluate(&self, expr: &Expr, purpose: Purpose, runs: &RunOutputs) -> (Value, Diagnostics) {
        let mut diagnostics = Diagnostics::new();
        let variables = self.values_in(expr, &mut diagnostics, &|name, found| self.get(name, found));
        let (value, found) = evaluate(expr, purpose, (&variables, Some(runs)), self.context);
        diagnostics.extend(found);
        (value, diagnostics)
    }
}

fn evaluate(
    expr: &Expr,
    purpose: Purpose,
    (variables, runs): (&BTreeMap<Str, Value>, Option<&RunOutputs>),
    context: &EvalContext,
) -> (Value, Diagnostics) {
    let found: Diagnostics = references(expr)
        .into_iter()
        .filter_map(|traversal| check_reference(traversal, purpose, variables, runs).err())
        .collect();
    if found.has_errors() {
        return (Value::dynamic(), found);
    }
    let (expression, mut diagnostics) = compile(expr, &mut RootNames);
    let done = runs.into_iter().flatten().filter_map(|(name, outputs)| Some((name.clone(), outputs.clone()?)));
    let scope = [
        Value::object(variables.iter().map(|(name, value)| (name.clone(), value.clone()))),
        Value::object(done.collect::<Vec<_>>()),
    ];
    let (value, found) = expression.evaluate(&RootScope(&scope), context);
    diagnostics.extend(found);
    (value, diagnostics)
}

/// `var` and `run`, each as one object.
struct RootNames;

impl Names for RootNames {
    fn resolve(&mut self, traversal: TraversalRef<'_>) -> Result<(Slot, usize), Diagnostic> {
        Ok((Slot(u32::from(&*traversal.root.name == "run")), 0))
    }
}

struct RootScope<'a>(&'a [Value; 2]);

impl Scope for RootScope<'_> {
    fn get(&self, slot: Slot) -> Result<Value, Diagnostic> {
        Ok(self.0[slot.0 as usize].clone())
    }
}

impl Purpose {
    /// Where a variable is not available, and which are.
    fn no_variable(self) -> &'static str {
        match self {
            Self::RunVariable => {
                "the current run block. You can only reference variables defined at the file or global levels."
            }
            Self::Provider => {
                "the current provider configuration. You can only reference variables defined at the file or global levels."
            }
            Self::FileVariable => "the current context. You can only reference global variables.",
        }
    }

    /// What may be referred to at all.
    fn only(self) -> &'static str {
        match self {
            Self::RunVariable => {
                "You can only reference earlier run blocks, file level, and global variables while defining variables from inside a run block."
            }
            Self::Provider => {
                "You can only reference run blocks, file level, and global variables while defining variables from inside provider configurations."
            }
            Self::FileVariable => "You can only reference global variables within the test file variables block.",
        }
    }

    /// Which runs may be referred to; none from variables of a file.
    fn only_runs(self) -> Option<&'static str> {
        match self {
            Self::RunVariable => Some(
                "You can only reference run blocks that are in the same test file and will execute before the current run block.",
            ),
            Self::Provider => Some(
                "You can only reference run blocks that are in the same test file and will execute before the provider is required.",
            ),
            Self::FileVariable => None,
        }
    }
}

/// Why a reference is to nothing that is there before a run.
fn check_reference(
    traversal: TraversalRef<'_>,
    purpose: Purpose,
    variables: &BTreeMap<Str, Value>,
    runs: Option<&RunOutputs>,
) -> Result<(), Diagnostic> {
    let reference = parse_test_reference(traversal)?;
    let error = |summary: &str, detail: String| Err(Diagnostic::error(summary, detail).at(reference.span));
    if let Some(name) = reference.subject.variable() {
        if variables.contains_key(name) {
            return Ok(());
        }
        let detail = format!("The input variable {:?} is not available to {}", &**name, purpose.no_variable());
        return error("Reference to unavailable variable", detail);
    }
    let TestSubject::Run(name) = &reference.subject else {
        return error("Invalid reference", purpose.only().to_owned());
    };
    let Some(only) = purpose.only_runs() else {
        let detail = "You can not reference run blocks from within the file variables block.";
        return error("Invalid reference", detail.to_owned());
    };
    match runs.and_then(|runs| runs.get(name)) {
        None => {
            let detail = format!("The run block {:?} does not exist within this test file. {only}", &**name);
            error("Reference to unknown run block", detail)
        }
        Some(None) => {
            let detail = format!("The run block {:?} has not executed yet. {only}", &**name);
            error("Reference to unavailable run block", detail)
        }
        // What does not lead anywhere is told when it is evaluated.
        Some(Some(outputs)) if reference.value_in(outputs).is_none_or(Value::is_wholly_known) => Ok(()),
        Some(Some(_)) => {
            let detail = format!(
                "The value for {traversal} is unknown. Run block {:?} is executing a \"plan\" operation, and the specified output value is only known after apply.",
                &**name
            );
            error("Reference to unknown value", detail)
        }
    }
}

/// What a run is given: variables of its module, and others that only its assertions refer to.
#[derive(Default)]
pub(super) struct RunVariables {
    /// Of the module.
    pub(super) of_module: BTreeMap<Str, Given>,
    /// Of nobody but the test.
    pub(super) own: BTreeMap<Str, Value>,
}

/// Works out what a run is given. `referred` are the variables that its assertions refer to.
pub(super) fn run_variables(
    run: &landform_config::TestRun,
    referred: &[Str],
    variables: &FileVariables<'_>,
    runs: &RunOutputs,
) -> (RunVariables, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let mut given: BTreeMap<Str, Given> = BTreeMap::new();
    let declared = &variables.module.variables;
    for (name, expr) in &run.variables {
        let (value, found) = variables.evaluate(expr, Purpose::RunVariable, runs);
        let value = if found.has_errors() { Value::dynamic() } else { value };
        diagnostics.extend(found);
        if !declared.contains_key(name) && !referred.contains(name) {
            diagnostics.push(undeclared(name, run, expr));
            continue;
        }
        let ephemeral = variables.is_ephemeral(name);
        given.insert(name.clone(), Given { value, source: ValueSource::File(expr.span), ephemeral });
    }
    for name in declared.keys().chain(referred) {
        if !given.contains_key(name)
            && let Some(found) = variables.get(name, &mut diagnostics)
        {
            given.insert(name.clone(), found);
        }
    }
    for variable in declared.values().filter(|variable| variable.is_required() && !given.contains_key(&variable.name)) {
        let detail = format!(
            "The module under test for run block {:?} has a required variable {:?} with no set value. Use a -var or -var-file command line argument or add this variable into a \"variables\" block within the test file or run block.",
            &*run.name, &*variable.name
        );
        diagnostics.error(variable.span, "No value for required variable", detail);
    }
    let (of_module, own): (BTreeMap<_, _>, BTreeMap<_, _>) =
        given.into_iter().partition(|(name, _)| declared.contains_key(name));
    let own = own.into_iter().map(|(name, given)| (name, given.value)).collect();
    (RunVariables { of_module, own }, diagnostics)
}

fn undeclared(name: &Str, run: &landform_config::TestRun, expr: &Arc<Expr>) -> Diagnostic {
    let detail = format!(
        "The module under test does not declare a variable named {:?}, but it is declared in run block {:?}.",
        &**name, &*run.name
    );
    Diagnostic::warning("Value for undeclared variable", detail).at(expr.span)
}
