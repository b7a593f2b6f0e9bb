//! Expressions that a person types, evaluated in the root module against a state or a plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_config::reference::{Names, Place};
use landform_diagnostics::{Diagnostic, Diagnostics, FileId};
use landform_lang::expr::{FunctionSet, Scope, Slot};
use landform_lang::syntax::{parse_expression, references};
use landform_state::State;
use landform_values::{Str, Value};

use crate::evaluate::{Evaluator, InstanceData};
use crate::from_state::{Absent, evaluator_of_state};
use crate::plan::{Environment, PlanOptions, Planner};
use crate::program::{NameTable, Target};
use crate::providers::ProviderSet;
use crate::variables::Given;

/// A session.
pub struct Console {
    evaluator: Evaluator,
    providers: ProviderSet,
}

impl Console {
    /// With what state has. What could not be evaluated is told, and unknown in the session.
    pub async fn of_state(
        environment: &Environment<'_>,
        state: &State,
        variables: BTreeMap<Str, Given>,
    ) -> (Option<Self>, Diagnostics) {
        let (evaluator, diagnostics) =
            evaluator_of_state(environment, state, (variables, Arc::default()), Absent::Unknown).await;
        let console = evaluator.map(|evaluator| Self { evaluator, providers: environment.providers.clone() });
        (console, diagnostics)
    }

    /// With what a plan leads to; where it fails, with what state has.
    pub async fn of_plan(
        environment: &Environment<'_>,
        state: &State,
        options: &PlanOptions,
    ) -> (Option<Self>, Diagnostics) {
        let (planned, diagnostics) = Planner::plan(environment, state, options).await;
        match planned {
            Some((_, evaluator)) => (Some(Self { evaluator, providers: environment.providers.clone() }), diagnostics),
            None => (Self::of_state(environment, state, options.variables.clone()).await.0, diagnostics),
        }
    }

    /// Evaluates the expression that a source file holds.
    ///
    /// # Errors
    /// When it is none, or has no value.
    pub fn evaluate(&self, file: FileId) -> Result<Value, Diagnostics> {
        let context = &self.evaluator.settings.context;
        let (expr, mut diagnostics) = parse_expression(&context.sources, file);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let program = &self.evaluator.program;
        let root = &program.tree[0];
        let declared = Names::new(&root.module.config, &root.path).with_schemas(Some(&self.providers));
        diagnostics.extend(declared.check(references(&expr), &Place::default()));
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let mut names = NameTable::of_root(program, &self.providers);
        names.functions = FunctionSet::Console;
        let (expression, found) = landform_lang::expr::compile(&expr, &mut names);
        diagnostics.extend(found);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let scope = ConsoleScope { evaluator: &self.evaluator, targets: &names.targets };
        let (value, mut found) = expression.evaluate(&scope, context);
        if !found.has_errors() {
            found.extend(expression.misused_type(&value));
        }
        if found.has_errors() { Err(found) } else { Ok(value) }
    }
}

/// The root module, for an expression that was compiled after it.
struct ConsoleScope<'a> {
    evaluator: &'a Evaluator,
    targets: &'a [Target],
}

impl Scope for ConsoleScope<'_> {
    fn get(&self, slot: Slot) -> Result<Value, Diagnostic> {
        self.evaluator.target(0, &InstanceData::default(), self.targets[slot.0 as usize])
    }
}
