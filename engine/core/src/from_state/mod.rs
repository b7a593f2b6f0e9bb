//! The values of a configuration with what a state has, where no plan says what becomes of it.

mod resources;

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_diagnostics::Diagnostics;
use landform_state::State;
use landform_values::Str;

use crate::evaluate::{Evaluator, Settings};
use crate::plan::Environment;
use crate::prior;
use crate::program::{Means, Node};
use crate::schedule::{Outcome, Run, run_graph};
use crate::testing::Overrides;
use crate::variables::Given;

/// What it means that state lacks a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    /// Nobody knows what will be there.
    Unknown,
    /// Everything is applied: there is none.
    Applied,
}

/// An evaluator with what state has. What could not be evaluated is told, and unknown.
pub(crate) async fn evaluator_of_state(
    environment: &Environment<'_>,
    state: &State,
    (variables, overrides): (BTreeMap<Str, Given>, Arc<Overrides>),
    absent: Absent,
) -> (Option<Evaluator>, Diagnostics) {
    let means = Means::of(environment.providers, &environment.settings);
    let (program, mut diagnostics) = crate::validate::compile(environment.tree, means);
    let Some(program) = program.map(Arc::new) else { return (None, diagnostics) };
    let (prior, found) = prior::decode(state, environment.providers).await;
    diagnostics.extend(found);
    if diagnostics.has_errors() {
        return (None, diagnostics);
    }
    let evaluator = Evaluator::new(program.clone(), settings(environment), variables).overriding(overrides);
    let found = std::cell::RefCell::new(Diagnostics::new());
    let visit = |index| {
        let diagnostics = match program.graph.graph[index] {
            Node::Variable(module, index) => evaluator.variable(module, index),
            Node::Local(module, index) => evaluator.local(module, index),
            Node::Call(module, index) => evaluator.call(module, index),
            Node::Output(module, index) => output(&evaluator, module, index),
            Node::Resource(module, index) => {
                resources::evaluate(&evaluator, &prior, (module, index), absent);
                Diagnostics::new()
            }
            _ => Diagnostics::new(),
        };
        let outcome = if diagnostics.has_errors() { Outcome::Failed } else { Outcome::Done };
        found.borrow_mut().extend(diagnostics);
        Run::<std::future::Ready<_>>::Now(outcome)
    };
    run_graph(&program.graph.graph, 1, visit, |_| {}).await;
    diagnostics.extend(found.into_inner());
    (Some(evaluator), diagnostics)
}

/// Functions such as `timestamp` are called.
fn settings(environment: &Environment<'_>) -> Settings {
    let settings = &environment.settings;
    Settings {
        context: settings.context.clone(),
        root_dir: settings.root_dir.clone(),
        working_dir: settings.working_dir.clone(),
        workspace: settings.workspace.clone(),
        applying: false,
    }
}

fn output(evaluator: &Evaluator, module: usize, index: usize) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for scope in evaluator.instances(module) {
        let (value, found) = evaluator.output_value(scope, module, index);
        diagnostics.extend(found);
        evaluator.set_output(scope, index, value);
    }
    diagnostics
}
