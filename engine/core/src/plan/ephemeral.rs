//! Ephemeral resources while planning: opened where that is possible, unknown where it is not.

use std::cell::RefCell;
use std::collections::HashMap;

use landform_addrs::ResourceInstance;
use landform_diagnostics::Diagnostic;
use landform_values::Value;
use petgraph::graph::NodeIndex;

use super::Planner;
use super::managed::Expanded;
use crate::ephemeral::unopened;
use crate::evaluate::{InstanceData, RuleKind, ScopeId, whole_value};
use crate::program::{CompiledResource, ModuleId, Node, Program};
use crate::schedule::Outcome;

/// What still needs ephemeral resources to be open.
#[derive(Default)]
pub(crate) struct Needed {
    /// The ephemeral resources that a node may use.
    by_user: HashMap<NodeIndex, Vec<NodeIndex>>,
    /// Those that an ephemeral resource may use: it is closed before them.
    by_closing: HashMap<NodeIndex, Vec<NodeIndex>>,
    /// How many nodes have not ended yet, or not been closed yet.
    left: RefCell<HashMap<NodeIndex, usize>>,
}

impl Needed {
    pub(crate) fn of(program: &Program) -> Self {
        let graph = &program.graph.graph;
        let mut this = Self::default();
        for (ephemeral, users) in program.ephemeral_users() {
            let mut left = 1;
            this.by_user.entry(ephemeral).or_default().push(ephemeral);
            for user in users {
                this.by_user.entry(user).or_default().push(ephemeral);
                left += 1;
                if program.is_ephemeral(graph[user]) {
                    this.by_closing.entry(user).or_default().push(ephemeral);
                    left += 1;
                } else if matches!(graph[user], Node::Provider(_)) {
                    // It is in use until everything is planned.
                    left += 1;
                }
            }
            this.left.borrow_mut().insert(ephemeral, left);
        }
        this
    }

    /// Whether a node may use any.
    pub(super) fn is_user(&self, node: NodeIndex) -> bool {
        self.by_user.contains_key(&node)
    }

    /// A node has ended: what nothing needs any more.
    fn ended(&self, node: NodeIndex) -> Vec<NodeIndex> {
        self.count_down(self.by_user.get(&node))
    }

    /// One was closed: what nothing needs any more.
    fn closed(&self, ephemeral: NodeIndex) -> Vec<NodeIndex> {
        self.count_down(self.by_closing.get(&ephemeral))
    }

    fn count_down(&self, used: Option<&Vec<NodeIndex>>) -> Vec<NodeIndex> {
        let mut all = self.left.borrow_mut();
        let last = |ephemeral: &&NodeIndex| {
            all.get_mut(*ephemeral).is_some_and(|left| {
                *left -= 1;
                *left == 0
            })
        };
        used.into_iter().flatten().filter(last).copied().collect()
    }
}

impl Planner<'_> {
    /// Closes what was open for a node that has ended, and is open for nothing else.
    pub(super) async fn close_unneeded(&self, ended: NodeIndex) {
        let mut unneeded = self.needed.ended(ended);
        while let Some(ephemeral) = unneeded.pop() {
            let found = self.open.close(ephemeral, self.observer).await;
            self.report(found);
            unneeded.extend(self.needed.closed(ephemeral));
        }
    }

    /// Opens all instances of an ephemeral resource.
    pub(super) async fn plan_ephemeral(&self, module: ModuleId, index: usize) -> Outcome {
        let mut outcome = Outcome::Done;
        for expanded in self.expansions(module, index) {
            let Some(Expanded { scope, resource, mode, instances }) = expanded else {
                outcome = Outcome::Failed;
                continue;
            };
            let Some(instances) = instances else {
                outcome = outcome.and(self.put_off_resource((module, index), scope, &resource).await);
                continue;
            };
            let mut values = Vec::with_capacity(instances.len());
            for (key, data) in instances {
                let address = resource.instance(key.clone());
                match self.open_instance((module, index), scope, &address, &data).await {
                    Some(value) => values.push((key, value)),
                    None => outcome = Outcome::Failed,
                }
            }
            self.evaluator.set_resource(scope, index, whole_value(mode, values));
        }
        outcome
    }

    async fn open_instance(
        &self,
        (module, index): (ModuleId, usize),
        scope: ScopeId,
        address: &ResourceInstance,
        data: &InstanceData,
    ) -> Option<Value> {
        let compiled = self.program.resource(module, index);
        let place = (scope, &address.key);
        if !self.run_rules((module, index), place, data, &compiled.preconditions, RuleKind::Precondition) {
            return None;
        }
        let (config, found) =
            compiled.body.evaluate(&self.evaluator.scope(scope, data), &self.evaluator.settings.context);
        if self.report_ephemeral(address, compiled, found) {
            return None;
        }
        let chosen = self.choose_provider((module, index), (scope, address), data)?;
        let Some(provider) = chosen.opened.ok().filter(|_| !self.is_behind(module, index)) else {
            self.put_off_opening(module, index);
            return Some(unopened(&compiled.schema, &config));
        };
        if !config.is_wholly_known() || self.put_off((module, index), scope, &config).is_some() {
            return Some(unopened(&compiled.schema, &config));
        }
        let node = self.program.graph.index(&self.program.tree, Node::Resource(module, index));
        let value = match self.open.open((node, address), &compiled.schema, provider, &config, self.observer).await {
            Ok(value) => value,
            Err(found) => {
                self.report_ephemeral(address, compiled, found);
                return None;
            }
        };
        let with_self = data.with_self(value.clone());
        self.run_rules((module, index), place, &with_self, &compiled.postconditions, RuleKind::Postcondition)
            .then_some(value)
    }

    /// Reports; whether any is an error.
    fn report_ephemeral(
        &self,
        address: &ResourceInstance,
        compiled: &CompiledResource,
        found: impl IntoIterator<Item = Diagnostic>,
    ) -> bool {
        let mut failed = false;
        self.report(found.into_iter().map(|mut found| {
            failed |= found.is_error();
            found.subject = found.subject.or_else(|| Some(compiled.body.place_of_problem(&found)));
            found.address = found.address.or_else(|| Some(address.to_string()));
            found
        }));
        failed
    }
}
