//! Changes to outputs.

use landform_plan::{Action, OutputChange, Plan};
use landform_values::{Marks, Value};

use crate::Style;
use crate::diff::{Change, Diff, Matcher, Options, symbol, undeclared, valid_name};

/// A line or more for each output that changes; empty when none does.
pub(crate) fn render(plan: &Plan, style: &Style) -> String {
    let width = plan.output_changes.keys().map(|name| valid_name(name).len()).max().unwrap_or_default();
    let diffs = plan.output_changes.iter().map(|(name, change)| (valid_name(name), compare(change)));
    let lines = diffs.filter(|(_, diff)| diff.action != Action::NoOp).map(|(name, diff)| {
        let value = diff.render(0, &Options::new(*style));
        format!("{} {name:width$} = {value}", symbol(diff.action, style))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// An output is shown by the form of its values, and hidden as a whole.
fn compare(change: &OutputChange) -> Diff {
    let sensitive = change.sensitive || change.before.contains_sensitive() || change.after.contains_sensitive();
    let marks = if sensitive { Marks::sensitive() } else { Marks::NONE };
    let hide = |value: &Value| value.clone().with_marks(&marks);
    let (before, after) = (hide(&change.before), hide(&change.after));
    undeclared(&Change::new(&before, &after, &[], Matcher::Always))
}
