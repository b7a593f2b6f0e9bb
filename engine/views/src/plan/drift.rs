//! What changed outside since the last apply.

use std::collections::HashMap;
use std::io;

use landform_addrs::ResourceInstance;
use landform_plan::{Action, Mode, Plan, ResourceChange};
use landform_values::Path;

use super::{Cause, compare, is_shown, resource_with};
use crate::Style;
use crate::diff::Matcher;

/// Writes what changed outside, if it matters to the plan or is the plan; tells whether anything did.
pub(super) fn write(plan: &Plan, outputs_change: bool, style: &Style, sink: &mut dyn io::Write) -> io::Result<bool> {
    let all = plan.mode == Mode::RefreshOnly;
    let nothing_planned = !outputs_change && !plan.resource_changes.iter().any(changes_anything);
    let relevant = Relevant::of(plan);
    let mut shown = plan.drift.iter().filter_map(|change| {
        let diff = compare(change, relevant.of_object(change)?);
        (all || diff.action != Action::NoOp).then_some((change, diff))
    });
    let Some(first) = shown.next().filter(|_| all || !nothing_planned) else { return Ok(false) };
    let note = style.paint("\n[bold][cyan]Note:[reset][bold] Objects have changed outside of Landform\n");
    let intro = "Landform detected the following changes made outside of Landform since the last \"landform apply\" \
                 which may have affected this plan:\n";
    write!(sink, "{note}\n{}", style.wrap(intro))?;
    for (change, diff) in std::iter::once(first).chain(shown) {
        if change.action != Action::NoOp || change.moved() || change.importing.is_some() {
            write!(sink, "\n{}\n", resource_with(change, Cause::Drift, &diff, style))?;
        }
    }
    let end = if all {
        "\n\nThis is a refresh-only plan, so Landform will not take any actions to undo these. If you were expecting \
         these changes then you can apply this plan to record the updated values in the Landform state without changing \
         any remote objects."
    } else {
        "\n\nUnless you have made equivalent changes to your configuration, or ignored the relevant attributes using \
         ignore_changes, the following plan may include actions to undo or respond to these changes."
    };
    writeln!(sink, "{}", style.wrap(end))?;
    Ok(true)
}

/// Whether drift can matter to a planned change. An import alone is none.
fn changes_anything(change: &ResourceChange) -> bool {
    match change.action {
        Action::NoOp | Action::Forget => change.moved(),
        _ => is_shown(change),
    }
}

/// Which attributes matter to the plan.
enum Relevant<'a> {
    All,
    Paths(HashMap<&'a ResourceInstance, Vec<&'a Path>>),
}

impl<'a> Relevant<'a> {
    fn of(plan: &'a Plan) -> Self {
        if plan.mode == Mode::RefreshOnly {
            return Self::All;
        }
        let mut paths: HashMap<&ResourceInstance, Vec<&Path>> = HashMap::new();
        for relevant in &plan.relevant_attributes {
            paths.entry(&relevant.resource).or_default().push(&relevant.attribute);
        }
        Self::Paths(paths)
    }

    /// `None` for none.
    fn of_object(&self, change: &ResourceChange) -> Option<Matcher<'a>> {
        match self {
            Self::All => Some(Matcher::Always),
            Self::Paths(paths) => paths.get(&change.address).map(|paths| Matcher::paths(paths.iter().copied(), true)),
        }
    }
}

/// What is said when only drift was found.
pub(super) fn without_changes(plan: &Plan, automation: bool) -> String {
    if plan.applyable {
        return "Your configuration already matches the changes detected above, so applying this plan will only update \
                the Landform state to include the changes detected above and won't change any real infrastructure."
            .to_owned();
    }
    let suggestion = if automation { "." } else { ":\n  landform apply -refresh-only" };
    format!(
        "Your configuration already matches the changes detected above. If you'd like to update the Landform state to \
         match, create and apply a refresh-only plan{suggestion}"
    )
}
