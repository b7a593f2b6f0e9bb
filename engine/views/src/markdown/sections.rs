//! Sections beside changes: moves, drift, checks, outputs.

use landform_plan::{Action, CheckResult, Plan, ResourceChange, SuggestedMove};

use super::changes::signed;
use super::destroys::name;
use super::escape::{code, fence, shortened};
use super::head::is_failed;
use super::room::{Section, digits};
use crate::Style;
use crate::plan::outputs;

/// What only changes its place: moved, imported, no longer managed.
pub(super) fn places<'a>(shown: &'a [&'a ResourceChange]) -> Section<'a> {
    let lines = move || -> Vec<String> { shown.iter().flat_map(|change| place(change)).collect() };
    listed("Moved, imported, forgotten", lines)
}

fn place(change: &ResourceChange) -> Vec<String> {
    let mut lines = Vec::new();
    let address = code(&name(change));
    if change.moved() {
        lines.push(format!("- {} moves to {address}\n", code(&change.previous_address.to_string())));
    }
    if let Some(id) = &change.importing {
        lines.push(format!("- {address} is imported from {}\n", code(&shortened(&id.to_string(), 300))));
    }
    if change.action == Action::Forget {
        lines.push(format!("- {address} is no longer managed, and not destroyed\n"));
    }
    if change.action == Action::CreateThenForget {
        lines.push(format!("- {address} is replaced; the old object is no longer managed, and not destroyed\n"));
    }
    lines
}

/// A heading and lines; their number where they do not fit.
fn listed<'a>(title: &'a str, lines: impl Fn() -> Vec<String> + Copy + 'a) -> Section<'a> {
    let heading = move |lines: &[String]| format!("\n#### {title} ({})\n\n", digits(lines.len()));
    let all = move || {
        let lines = lines();
        if lines.is_empty() { String::new() } else { heading(&lines) + &lines.concat() }
    };
    let some = move |most: usize| {
        let lines = lines();
        let shown = lines.iter().take(most);
        let behind = format!("- {} left out\n", digits(lines.len().saturating_sub(most)));
        heading(&lines) + &shown.cloned().collect::<String>() + &behind
    };
    Section::new(all).or(move || some(100)).or(move || some(20)).or(move || some(0))
}

/// Checks that do not hold or are not known yet, and how many hold.
pub(super) fn checks(plan: &Plan) -> Section<'_> {
    let lines = move || -> Vec<String> { plan.checks.iter().flat_map(check).collect() };
    listed("Checks that do not hold", lines)
}

fn check(result: &CheckResult) -> Vec<String> {
    if !is_failed(result.status) {
        return Vec::new();
    }
    let failed = result.instances.iter().filter(|instance| is_failed(instance.status));
    let lines: Vec<String> = failed
        .map(|instance| {
            let problems = instance.problems.iter().map(|problem| code(&shortened(problem.trim(), 1_000)));
            let problems: String = problems.map(|problem| format!(": {problem}")).collect();
            format!("- {}{problems}\n", code(&result.object.instance_address(instance)))
        })
        .collect();
    if lines.is_empty() { vec![format!("- {}\n", code(&result.object.to_string()))] } else { lines }
}

/// Outputs that change: their differences, else their names, else their number.
pub(super) fn changed_outputs(plan: &Plan) -> Section<'_> {
    let changed = || plan.output_changes.iter().filter(|(_, change)| change.action != Action::NoOp);
    let heading = move || format!("\n#### Outputs ({})\n\n", digits(changed().count()));
    let full = move || {
        let text = outputs(plan, &Style::default());
        let lines: Vec<String> = text.lines().map(signed).collect();
        if lines.is_empty() { String::new() } else { heading() + &fence("diff", &lines.join("\n")) }
    };
    let names = move || heading() + &changed().map(|(name, _)| format!("- {}\n", code(name))).collect::<String>();
    Section::new(full).or(names).or(move || heading() + "Left out for want of room.\n")
}

/// Blocks that would keep what is destroyed: all of them, some, or their number.
pub(super) fn suggested_moves(plan: &Plan) -> Section<'_> {
    let moves = &plan.suggested_moves;
    let some = move |most: usize| {
        if moves.is_empty() {
            return String::new();
        }
        let behind = match moves.len().saturating_sub(most) {
            0 => String::new(),
            more => format!("and {} more.\n", digits(more)),
        };
        let intro = "Some of what is destroyed is wanted under another address. These blocks keep it, and `landform plan -write-moved` adds them:";
        let blocks = blocks(&moves[..most.min(moves.len())]);
        format!("\n#### Suggested moves ({})\n\n{intro}\n{blocks}{behind}", digits(moves.len()))
    };
    Section::new(move || some(usize::MAX)).or(move || some(50)).or(move || some(5)).or(move || some(0))
}

fn blocks(moves: &[SuggestedMove]) -> String {
    let mut directory = ".";
    let mut text = String::new();
    for one in moves {
        if *one.directory != *directory {
            directory = &one.directory;
            text.push_str(&format!("# in {directory}\n"));
        }
        text.push_str(&one.block());
    }
    if text.is_empty() { text } else { fence("hcl", text.trim_end()) }
}

/// Changes that are put off.
pub(super) fn deferred(plan: &Plan) -> Section<'_> {
    let lines = move || -> Vec<String> {
        let line = |deferred: &landform_plan::DeferredChange| {
            format!("- {}: {}\n", code(&name(&deferred.change)), crate::plan::why_deferred(deferred.reason))
        };
        plan.deferred.iter().map(line).collect()
    };
    listed("Put off to a later plan", lines)
}
