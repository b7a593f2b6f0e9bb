//! Visiting the static graph.

use std::future::Future;
use std::pin::Pin;

use landform_addrs::ResourceMode;
use landform_config::{ModuleTree, check};
use landform_diagnostics::Diagnostics;
use landform_plan::Mode;
use landform_state::State;
use petgraph::graph::NodeIndex;

use super::{Planned, Planner};
use crate::evaluate::Evaluator;
use crate::program::Node;
use crate::schedule::{Outcome, Run, run_graph};

type Later<'p> = Pin<Box<dyn Future<Output = (NodeIndex, Outcome)> + 'p>>;

impl Planner<'_> {
    /// Plans everything. The last diagnostics are about moves that contradict what is declared.
    pub(super) async fn run(self, tree: &ModuleTree, state: &State) -> (Planned, Evaluator, Diagnostics, Diagnostics) {
        self.open_providers_of_state().await;
        let program = self.program.clone();
        run_graph(
            &program.graph.graph,
            self.options.parallelism.max(1) * 4,
            |node| self.visit(node),
            |node| self.checks.borrow_mut().skipped(&self.program, self.program.graph.graph[node]),
        )
        .await;
        self.plan_orphans().await;
        let found = self.open.close(self.observer).await;
        self.report(found);
        let contradictions = check::check_moves(tree, &self, &self.settings.context.sources);
        let (planned, found) = self.finish(state);
        (planned, self.evaluator, found, contradictions)
    }

    fn visit(&self, index: NodeIndex) -> Run<Later<'_>> {
        let node = self.program.graph.graph[index];
        if !self.selection.includes(index) {
            return Run::Now(Outcome::Done);
        }
        let destroying = self.options.mode == Mode::Destroy;
        let diagnostics = match node {
            Node::Variable(module, variable) => self.evaluator.variable(module, variable),
            Node::Validation(..) | Node::Check(..) if destroying => return Run::Now(Outcome::Done),
            Node::Validation(module, variable) => self.validate_variable(module, variable),
            Node::Local(module, local) => self.evaluator.local(module, local),
            Node::Output(module, output) => self.plan_output(module, output),
            Node::Call(module, call) => self.evaluator.call(module, call),
            Node::CallDependencies(..) | Node::Close(_) => return Run::Now(Outcome::Done),
            Node::Check(module, check) => self.run_check(module, check),
            Node::Provider(provider) => return self.later(index, async move { self.open_provider(provider).await }),
            Node::Resource(module, resource) => {
                return self.later(index, async move {
                    let mode = self.program.resource(module, resource).address.mode;
                    if destroying && mode != ResourceMode::Ephemeral {
                        return self.resource_from_state(module, resource);
                    }
                    match mode {
                        ResourceMode::Managed => self.plan_managed(module, resource).await,
                        ResourceMode::Data => self.plan_data(module, resource).await,
                        ResourceMode::Ephemeral => self.plan_ephemeral(module, resource).await,
                    }
                });
            }
        };
        Run::Now(self.settle(diagnostics))
    }

    fn later<'p>(&'p self, index: NodeIndex, work: impl Future<Output = Outcome> + 'p) -> Run<Later<'p>> {
        Run::Later(Box::pin(async move { (index, work.await) }))
    }

    /// Keeps diagnostics; an error fails the node.
    pub(super) fn settle(&self, diagnostics: Diagnostics) -> Outcome {
        let outcome = if diagnostics.has_errors() { Outcome::Failed } else { Outcome::Done };
        self.report(diagnostics);
        outcome
    }
}
