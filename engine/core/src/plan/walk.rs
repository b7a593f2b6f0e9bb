//! Visiting the static graph.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;

use landform_addrs::ResourceMode;
use landform_config::{ModuleTree, check};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::Mode;
use landform_state::State;
use petgraph::Direction;
use petgraph::graph::NodeIndex;

use super::{Planned, Planner, resource_address};
use crate::evaluate::Evaluator;
use crate::program::Node;
use crate::schedule::{Outcome, Run, run_graph};

type Later<'p> = Pin<Box<dyn Future<Output = (NodeIndex, Outcome)> + 'p>>;

impl Planner<'_> {
    /// Plans everything. The last diagnostics are about moves that contradict what is declared.
    ///
    /// # Errors
    /// What was found until somebody asked to stop.
    pub(super) async fn run(
        self,
        tree: &ModuleTree,
        state: &State,
    ) -> Result<(Planned, Evaluator, Diagnostics, Diagnostics), Diagnostics> {
        self.find_blocked();
        let missing = self.stop.unless_stopped(self.walk()).await;
        if self.stop.is_stopped() {
            return Err(self.canceled().await);
        }
        if let Some(missing) = missing.filter(Diagnostics::has_errors) {
            let (planned, _) = self.finish(state);
            return Ok((planned, self.evaluator, Diagnostics::new(), missing));
        }
        self.put_off_ends();
        self.check_connections_at_ends();
        self.report_unsought();
        let found = self.open.close_all(self.observer).await;
        self.report(found);
        let contradictions = check::check_moves(tree, &self, &self.settings.context.sources);
        let (planned, found) = self.finish(state);
        Ok((planned, self.evaluator, found, contradictions))
    }

    /// Plans what is declared, and then what state alone has. Nothing is planned where providers are missing: these are told.
    async fn walk(&self) -> Diagnostics {
        let missing = self.open_providers_of_state().await;
        if !missing.has_errors() {
            tokio::select! {
                () = self.visit_all() => {}
                never = self.open.keep(self.observer) => match never {},
            }
        }
        missing
    }

    async fn visit_all(&self) {
        let graph = &self.program.graph.graph;
        let skipped = |node| self.checks.borrow_mut().skipped(&self.program, graph[node]);
        run_graph(graph, self.options.parallelism.max(1) * 4, |node| self.visit(node), skipped).await;
        self.report_missing_providers();
        self.plan_orphans().await;
        self.tell_rest();
    }

    /// Ends a plan that is not complete. Reads that were going on are given up by now.
    async fn canceled(self) -> Diagnostics {
        let found = self.open.close_all(self.observer).await;
        self.report(found);
        let detail = "It was still being planned what is to be done: nothing of that was begun.";
        self.report([Diagnostic::error("Operation canceled", detail)]);
        self.found.into_inner().diagnostics
    }

    /// Notes what depends on variables that are known to be wrong: it is not read afresh, because it is not planned.
    fn find_blocked(&self) {
        let graph = &self.program.graph;
        let node = |node| graph.index(&self.program.tree, node);
        let mut wrong = Vec::new();
        for variable in 0..self.program.tree[0].module.variables.len() {
            if self.evaluator.variable(0, variable).has_errors() {
                wrong.push(node(Node::Variable(0, variable)));
            } else if self.options.mode != Mode::Destroy {
                let unkept = RefCell::default();
                if super::checks::validate_variable(&self.evaluator, &unkept, 0, variable).has_errors() {
                    wrong.push(node(Node::Validation(0, variable)));
                }
            }
        }
        let blocked = super::selection::closure(&self.program, wrong, Direction::Outgoing);
        let resources = blocked.into_iter().filter_map(|node| resource_address(&self.program, node));
        *self.blocked.borrow_mut() = resources.collect();
    }

    fn visit(&self, index: NodeIndex) -> Run<Later<'_>> {
        let run = self.visit_node(index);
        if !self.needed.is_user(index) {
            return run;
        }
        self.later(index, async move {
            let outcome = match run {
                Run::Now(outcome) => outcome,
                Run::Later(work) => work.await.1,
            };
            self.close_unneeded(index).await;
            outcome
        })
    }

    fn visit_node(&self, index: NodeIndex) -> Run<Later<'_>> {
        let node = self.program.graph.graph[index];
        if self.stop.is_stopped() {
            return Run::Now(Outcome::Failed);
        }
        if !self.selection.includes(index) {
            return Run::Now(Outcome::Done);
        }
        self.look_behind(index);
        let destroying = self.options.mode == Mode::Destroy;
        if !destroying && matches!(node, Node::Validation(..) | Node::Output(..) | Node::Check(..)) {
            self.note_checks(node);
        }
        let diagnostics = match node {
            Node::Variable(module, variable) => self.evaluator.variable(module, variable),
            Node::Validation(..) | Node::Check(..) if destroying => return Run::Now(Outcome::Done),
            Node::Check(module, _) if self.evaluator.has_unknown_instances(module) => return Run::Now(Outcome::Done),
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
                    if destroying && self.is_as_stored(module, resource) {
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

    /// Notes that a node with conditions is reached, in all instances of its module if these are known.
    fn note_checks(&self, node: Node) {
        let unknown = match node {
            Node::Validation(module, _) | Node::Output(module, _) | Node::Check(module, _) => {
                self.evaluator.has_unknown_instances(module)
            }
            _ => false,
        };
        let mut checks = self.checks.borrow_mut();
        if unknown { checks.skipped(&self.program, node) } else { checks.reached(&self.program, node) }
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
