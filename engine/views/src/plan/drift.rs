//! What changed outside since the last apply.

use landform_plan::{Action, Mode, Plan, ResourceChange};

use super::{Cause, compare, is_shown, resource_with};
use crate::Style;
use crate::diff::{Diff, Matcher};

/// The note about drift; `None` when there is nothing to show.
pub(super) fn render(plan: &Plan, style: &Style) -> Option<String> {
    let all = plan.mode == Mode::RefreshOnly;
    let shown: Vec<(&ResourceChange, Diff)> = plan
        .drift
        .iter()
        .filter_map(|change| Some((change, compare(change, relevant(plan, change)?))))
        .filter(|(_, diff)| all || diff.action != Action::NoOp)
        .collect();
    let nothing_planned = !plan.resource_changes.iter().any(is_shown)
        && plan.output_changes.values().all(|change| change.action == Action::NoOp);
    if shown.is_empty() || (nothing_planned && !all) {
        return None;
    }
    let note = style.paint("\n[bold][cyan]Note:[reset][bold] Objects have changed outside of Landform\n");
    let intro = "Landform detected the following changes made outside of Landform since the last \"landform apply\" \
                 which may have affected this plan:\n";
    let mut text = format!("{note}\n{}", style.wrap(intro));
    for (change, diff) in &shown {
        if change.action != Action::NoOp || change.moved() || change.importing.is_some() {
            text.push_str(&format!("\n{}\n", resource_with(change, Cause::Drift, diff, style)));
        }
    }
    text.push_str(&style.wrap(if all {
        "\n\nThis is a refresh-only plan, so Landform will not take any actions to undo these. If you were expecting \
         these changes then you can apply this plan to record the updated values in the Landform state without changing \
         any remote objects."
    } else {
        "\n\nUnless you have made equivalent changes to your configuration, or ignored the relevant attributes using \
         ignore_changes, the following plan may include actions to undo or respond to these changes."
    }));
    text.push('\n');
    Some(text)
}

/// Which attributes of an object matter to the plan; `None` for none.
fn relevant<'a>(plan: &'a Plan, change: &ResourceChange) -> Option<Matcher<'a>> {
    if plan.mode == Mode::RefreshOnly {
        return Some(Matcher::Always);
    }
    let of_object = plan.relevant_attributes.iter().filter(|attribute| attribute.resource == change.address);
    let matcher = Matcher::paths(of_object.map(|attribute| &attribute.attribute), true);
    matcher.matches_partly().then_some(matcher)
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
