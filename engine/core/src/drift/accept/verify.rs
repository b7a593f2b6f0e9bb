//! Whether changed texts do what they are for, and nothing else: by a plan with them, from objects as they really are.

use std::collections::{BTreeSet, HashSet};

use landform_addrs::ResourceInstance;
use landform_plan::Action;

use super::super::compare::{planned_at, same};
use super::super::{Drifted, current_changes, surely_differ};
use super::Wish;
use crate::plan::{Environment, PlanOptions, Planned, plan};

/// What a plan with the changed texts says.
#[derive(Clone, Debug, Default)]
pub struct Verdict {
    /// Why the texts must not be kept, without a full stop; empty where they may.
    pub problems: Vec<String>,
    /// What a plan would still change.
    pub remaining: BTreeSet<ResourceInstance>,
}

/// Plans with the environment's texts, in which these wishes came true.
pub async fn verify(
    environment: &Environment<'_>,
    drifted: &Drifted,
    options: &PlanOptions,
    wishes: &[&Wish],
) -> Verdict {
    // All was read afresh a moment ago.
    let options = PlanOptions { refresh: false, ..options.clone() };
    let (planned, diagnostics) = plan(environment, &drifted.planned.state, &options).await;
    let error = diagnostics.iter().find(|found| found.is_error());
    let (Some(planned), None) = (planned, error) else {
        let why = error.map_or_else(String::new, |error| format!(": {}", error.summary));
        return Verdict { problems: vec![format!("with it, a plan fails{why}")], remaining: BTreeSet::new() };
    };
    let mut problems: Vec<String> = wishes.iter().filter_map(|wish| unfulfilled(wish, &planned)).collect();
    problems.extend(side_effect(drifted, &planned, wishes));
    let changed = planned.plan.resource_changes.iter().filter(|change| change.action != Action::NoOp);
    Verdict { problems, remaining: changed.map(|change| change.address.clone()).collect() }
}

/// Why a wish has not come true.
fn unfulfilled(wish: &Wish, planned: &Planned) -> Option<String> {
    let changes = current_changes(&planned.changes);
    let Some(found) = changes.get(&wish.address) else { return Some("the resource is not planned any more".into()) };
    let fulfilled = found.change.action == Action::NoOp || same(&planned_at(&found.change, &wish.path), &wish.real);
    (!fulfilled).then(|| "with the value written down, a plan would change the attribute all the same".into())
}

/// Another object that would change now, or otherwise than before.
fn side_effect(drifted: &Drifted, planned: &Planned, wishes: &[&Wish]) -> Option<String> {
    let wished: HashSet<&ResourceInstance> = wishes.iter().map(|wish| &wish.address).collect();
    let before = current_changes(&drifted.planned.changes);
    let found = planned.changes.iter().map(|planned| &planned.change).find(|change| {
        if change.action == Action::NoOp || change.action == Action::Read || wished.contains(&change.address) {
            return false;
        }
        match before.get(&change.address) {
            Some(before) => before.change.action == Action::NoOp || surely_differ(&before.change.after, &change.after),
            None => true,
        }
    })?;
    Some(format!("the same text says what {} is, which would change", found.address))
}
