//! A plan as people read it.

mod comment;
mod drift;
mod impact;
mod outputs;

use landform_addrs::ResourceMode;
use landform_plan::{Action, Mode, Plan, ResourceChange};

use crate::Style;
use crate::diff::{self, Change, Diff, Matcher, Options, symbol};

/// How a plan is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanOptions {
    /// Colours and width.
    pub style: Style,
    /// Whether another program runs this one: then no commands are suggested.
    pub automation: bool,
}

/// The whole text. It begins and ends with line breaks as Terraform's does; nothing is left to add but what comes
/// after a plan.
pub fn human(plan: &Plan, options: &PlanOptions) -> String {
    let style = &options.style;
    let shown: Vec<&ResourceChange> = plan.resource_changes.iter().filter(|change| is_shown(change)).collect();
    let outputs = outputs::render(plan, style);
    let drift = drift::render(plan, style);
    let mut text = drift.clone().unwrap_or_default();
    if shown.is_empty() && outputs.is_empty() {
        match no_changes(plan, options, drift.is_some()) {
            NoChanges::End(last) => return text + &last,
            NoChanges::GoOn(more) => text.push_str(&more),
        }
    }
    if drift.is_some() {
        text.push_str(&format!("{}\n", style.rule()));
    }
    text.push_str(&legend(&shown, style));
    if !shown.is_empty() {
        text.push_str(if plan.errored {
            "\nLandform planned the following actions, but then encountered a problem:\n"
        } else {
            "\nLandform will perform the following actions:\n"
        });
        for change in &shown {
            text.push_str(&format!("\n{}\n", resource(change, Cause::Planned, style)));
        }
        text.push_str(&impact::render(&shown, style));
        text.push_str(&counts(&shown, style));
    }
    if !outputs.is_empty() {
        text.push_str(&format!("\nChanges to Outputs:\n{outputs}\n"));
        if shown.iter().all(|change| change.action == Action::NoOp) {
            let note = "\nYou can apply this plan to save these new output values to the Landform state, without \
                        changing any real infrastructure.";
            text.push_str(&format!("{}\n", style.wrap(note)));
        }
    }
    text
}

/// What needs no words: objects that stay as they are, and data sources that go.
fn is_shown(change: &ResourceChange) -> bool {
    match change.action {
        Action::NoOp => change.moved() || change.importing.is_some(),
        Action::Delete => change.address.resource.mode == ResourceMode::Managed,
        _ => change.address.resource.mode != ResourceMode::Ephemeral,
    }
}

/// Why a difference is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// It is planned.
    Planned,
    /// It was found to have happened.
    Drift,
}

fn compare(change: &ResourceChange, relevant: Matcher<'_>) -> Diff {
    let replace: &[landform_values::Path] = if change.action.is_replace() { &change.requires_replace } else { &[] };
    // What is forgotten stays as it is.
    let after = if change.action == Action::Forget { &change.before } else { &change.after };
    let (before, after) = (hide(&change.before, change), hide(after, change));
    diff::block(&Change::new(&before, &after, replace, relevant), &change.schema.block)
}

/// Attributes that the schema calls sensitive are so, whether or not they are marked.
fn hide(value: &landform_values::Value, change: &ResourceChange) -> landform_values::Value {
    crate::sensitive::with_schema_marks(value, &change.schema.block)
}

/// One change: a comment, and the difference.
fn resource(change: &ResourceChange, cause: Cause, style: &Style) -> String {
    resource_with(change, cause, &compare(change, Matcher::Always), style)
}

fn resource_with(change: &ResourceChange, cause: Cause, diff: &Diff, style: &Style) -> String {
    let mut options = Options::new(*style);
    options.show_unchanged = change.importing.is_some();
    let kind = match change.address.resource.mode {
        ResourceMode::Managed => "resource",
        ResourceMode::Data | ResourceMode::Ephemeral => "data",
    };
    let resource = &change.address.resource;
    let comment = comment::render(change, cause, style);
    let symbol = symbol(change.action, style);
    let body = diff.render(0, &options);
    format!("{comment}{symbol} {kind} \"{}\" \"{}\" {body}", resource.kind, resource.name)
}

fn legend(shown: &[&ResourceChange], style: &Style) -> String {
    if shown.iter().all(|change| change.action == Action::NoOp) {
        return String::new();
    }
    let intro = "\nLandform used the selected providers to generate the following execution plan. Resource actions are \
                 indicated with the following symbols:";
    let mut text = format!("{}\n", style.wrap(intro));
    for (action, line) in [
        (Action::Create, "  [green]+[reset] create"),
        (Action::Update, "  [yellow]~[reset] update in-place"),
        (Action::Delete, "  [red]-[reset] destroy"),
        (Action::DeleteThenCreate, "[red]-[reset]/[green]+[reset] destroy and then create replacement"),
        (Action::CreateThenDelete, "[green]+[reset]/[red]-[reset] create replacement and then destroy"),
        (Action::Read, " [cyan]<=[reset] read (data resources)"),
    ] {
        if shown.iter().any(|change| change.action == action) {
            text.push_str(&format!("{}\n", style.paint(line)));
        }
    }
    text
}

fn counts(shown: &[&ResourceChange], style: &Style) -> String {
    let count = |wanted: &dyn Fn(Action) -> bool| shown.iter().filter(|change| wanted(change.action)).count();
    let add = count(&|action| action == Action::Create || action.is_replace());
    let change = count(&|action| action == Action::Update);
    let destroy = count(&Action::destroys);
    let import = shown.iter().filter(|change| change.importing.is_some()).count();
    let import = if import > 0 { format!("{import} to import, ") } else { String::new() };
    style.paint(&format!("\n[bold]Plan:[reset] {import}{add} to add, {change} to change, {destroy} to destroy.\n"))
}

/// What is said of a plan without changes.
enum NoChanges {
    /// And nothing more.
    End(String),
    /// And the rest.
    GoOn(String),
}

fn no_changes(plan: &Plan, options: &PlanOptions, drifted: bool) -> NoChanges {
    let style = &options.style;
    let rule = if drifted { format!("{}\n", style.rule()) } else { String::new() };
    if plan.errored {
        let failed = "\n[reset][bold][red]Planning failed.[reset][bold] Landform encountered an error while generating \
                      this plan.[reset]\n\n";
        return NoChanges::GoOn(rule + &style.paint(failed));
    }
    let headline =
        |rest: &str| style.paint(&format!("\n[reset][bold][green]No changes.[reset][bold] {rest}[reset]\n\n"));
    let (head, note) = match plan.mode {
        Mode::RefreshOnly if drifted => return NoChanges::End(String::new()),
        Mode::RefreshOnly => (
            headline("Your infrastructure still matches the configuration."),
            "Landform has checked that the real remote objects still match the result of your most recent changes, and \
             found no differences.",
        ),
        Mode::Destroy => (
            headline("No objects need to be destroyed."),
            "Either you have not created any objects yet or the existing objects were already deleted outside of \
             Landform.",
        ),
        Mode::Normal if drifted => {
            let head = headline("Your infrastructure matches the configuration.");
            let note = drift::without_changes(plan, options.automation);
            return NoChanges::End(format!("{rule}{head}{}\n", style.wrap(&note)));
        }
        Mode::Normal => (
            headline("Your infrastructure matches the configuration."),
            "Landform has compared your real infrastructure against your configuration and found no differences, so no \
             changes are needed.",
        ),
    };
    NoChanges::GoOn(format!("{rule}{head}{}\n", style.wrap(note)))
}
