//! A plan as people read it.

mod comment;
mod deferred;
mod drift;
mod impact;
mod next;
mod outputs;
mod pending;

use std::io;

use landform_addrs::ResourceMode;
use landform_plan::{Action, Mode, Plan, ResourceChange};

pub use deferred::explanation as why_deferred;
pub(crate) use impact::cause;
pub use next::next_steps;
pub(crate) use outputs::render as outputs;

use crate::Style;
use crate::diff::{self, Change, Diff, Matcher, Options, symbol};
use crate::json::ui::{ChangeCounts, Summary};

/// How a plan is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanOptions {
    /// Colours and width.
    pub style: Style,
    /// Whether another program runs this one: then no commands are suggested.
    pub automation: bool,
}

/// Writes a plan. The text begins and ends with line breaks as Terraform's does; nothing is left to add but what comes
/// after a plan. Memory: the differences of one object at a time.
pub fn write(plan: &Plan, options: &PlanOptions, sink: &mut dyn io::Write) -> io::Result<()> {
    let style = &options.style;
    let shown: Vec<&ResourceChange> = plan.resource_changes.iter().filter(|change| is_shown(change)).collect();
    let outputs = outputs(plan, style);
    let drifted = drift::write(plan, !outputs.is_empty(), style, sink)?;
    pending::write(plan, style, sink)?;
    if shown.is_empty() && outputs.is_empty() {
        let NoChanges { text, goes_on } = no_changes(plan, options, drifted);
        sink.write_all(text.as_bytes())?;
        if !goes_on {
            return Ok(());
        }
    }
    let rule = format!("{}\n", style.rule());
    if drifted {
        sink.write_all(rule.as_bytes())?;
    }
    if deferred::write(plan, style, sink)? {
        sink.write_all(rule.as_bytes())?;
    }
    sink.write_all(legend(&shown, style).as_bytes())?;
    if !shown.is_empty() {
        changes(plan, &shown, style, sink)?;
    }
    if !outputs.is_empty() {
        write!(sink, "\nChanges to Outputs:\n{outputs}\n")?;
        if shown.iter().all(|change| change.action == Action::NoOp) {
            let note = "\nYou can apply this plan to save these new output values to the Landform state, without \
                        changing any real infrastructure.";
            writeln!(sink, "{}", style.wrap(note))?;
        }
    }
    Ok(())
}

/// What [`write()`] writes, as one text.
pub fn human(plan: &Plan, options: &PlanOptions) -> String {
    let mut text = Vec::new();
    // Memory takes everything.
    let _ = write(plan, options, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Each change, what is destroyed, and how many of each kind.
fn changes(plan: &Plan, shown: &[&ResourceChange], style: &Style, sink: &mut dyn io::Write) -> io::Result<()> {
    sink.write_all(if plan.errored {
        b"\nLandform planned the following actions, but then encountered a problem:\n"
    } else {
        b"\nLandform will perform the following actions:\n"
    })?;
    for change in shown {
        write!(sink, "\n{}\n", resource(change, Cause::Planned, style))?;
    }
    impact::write(shown, &plan.suggested_moves, style, sink)?;
    let text = ChangeCounts::planned(plan).text(Summary::Plan);
    let counts = text.strip_prefix("Plan:").unwrap_or(&text);
    sink.write_all(style.paint(&format!("\n[bold]Plan:[reset]{counts}\n")).as_bytes())
}

/// What needs no words: objects that stay as they are, and data sources that go.
pub(crate) fn is_shown(change: &ResourceChange) -> bool {
    match change.action {
        Action::NoOp => change.moved() || change.importing.is_some(),
        Action::Delete => change.address.resource.mode == ResourceMode::Managed,
        _ => change.address.resource.mode != ResourceMode::Ephemeral,
    }
}

/// Why a difference is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
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
    let block = &change.schema.block;
    diff::block(&Change::new(&before, &after, replace, relevant).of_schema(block), block)
}

/// Attributes that the schema calls sensitive are so, whether or not they are marked.
fn hide(value: &landform_values::Value, change: &ResourceChange) -> landform_values::Value {
    crate::sensitive::with_schema_marks(value, &change.schema.block)
}

/// One change: a comment, and the difference.
pub(crate) fn resource(change: &ResourceChange, cause: Cause, style: &Style) -> String {
    resource_with(change, cause, &compare(change, Matcher::Always), style)
}

fn resource_with(change: &ResourceChange, cause: Cause, diff: &Diff, style: &Style) -> String {
    comment::render(change, cause, style) + &body(change, diff, style)
}

/// The difference of an object behind its symbol and its header.
fn body(change: &ResourceChange, diff: &Diff, style: &Style) -> String {
    let options = Options { show_unchanged: change.importing.is_some(), ..Options::new(*style) };
    let kind = match change.address.resource.mode {
        ResourceMode::Managed => "resource",
        ResourceMode::Data | ResourceMode::Ephemeral => "data",
    };
    let resource = &change.address.resource;
    let symbol = symbol(change.action, style);
    format!("{symbol} {kind} \"{}\" \"{}\" {}", resource.kind, resource.name, diff.render(0, &options))
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

/// What is said of a plan without changes.
struct NoChanges {
    text: String,
    /// Whether the rest of the plan follows.
    goes_on: bool,
}

fn no_changes(plan: &Plan, options: &PlanOptions, drifted: bool) -> NoChanges {
    let style = &options.style;
    let rule = if drifted { format!("{}\n", style.rule()) } else { String::new() };
    let headline = |color: &str, word: &str, rest: &str| {
        rule.clone() + &style.paint(&format!("\n[reset][bold][{color}]{word}[reset][bold] {rest}[reset]\n\n"))
    };
    let and_all = |text: String| NoChanges { text, goes_on: true };
    if plan.errored {
        let rest = "Landform encountered an error while generating this plan.";
        return and_all(headline("red", "Planning failed.", rest));
    }
    if !plan.deferred.is_empty() {
        let rest = "This plan requires another plan to be applied first.";
        return and_all(headline("green", "No current changes.", rest));
    }
    let no_changes = |rest: &str| headline("green", "No changes.", rest);
    let (head, note) = match plan.mode {
        Mode::RefreshOnly if drifted => return NoChanges { text: String::new(), goes_on: false },
        Mode::RefreshOnly => (
            no_changes("Your infrastructure still matches the configuration."),
            "Landform has checked that the real remote objects still match the result of your most recent changes, and \
             found no differences.",
        ),
        Mode::Destroy => (
            no_changes("No objects need to be destroyed."),
            "Either you have not created any objects yet or the existing objects were already deleted outside of \
             Landform.",
        ),
        Mode::Normal if drifted => {
            let head = no_changes("Your infrastructure matches the configuration.");
            let note = drift::without_changes(plan, options.automation);
            return NoChanges { text: format!("{head}{}\n", style.wrap(&note)), goes_on: false };
        }
        Mode::Normal => (
            no_changes("Your infrastructure matches the configuration."),
            "Landform has compared your real infrastructure against your configuration and found no differences, so no \
             changes are needed.",
        ),
    };
    and_all(format!("{head}{}\n", style.wrap(note)))
}
