//! What providers say of objects that a plan leaves alone: changes that their services have accepted and make later.

use std::io;

use landform_plan::{Action, Plan};

use crate::Style;

/// Writes what is still to come; tells whether there is anything.
pub(super) fn write(plan: &Plan, style: &Style, sink: &mut dyn io::Write) -> io::Result<bool> {
    let waits = |change: &&landform_plan::ResourceChange| change.action == Action::NoOp && !change.notes.is_empty();
    let mut waiting = plan.resource_changes.iter().filter(waits).peekable();
    if waiting.peek().is_none() {
        return Ok(false);
    }
    let head = "\n[bold][cyan]Note:[reset][bold] Changes that were accepted earlier are still to come. There is nothing to do \
                about them.[reset]\n";
    writeln!(sink, "{}", style.wrap(&style.paint(head)))?;
    for change in waiting {
        writeln!(sink, "{}", style.enclosed("[bold]", &format!("  # {}", change.address), "[reset]"))?;
        for note in &change.notes {
            writeln!(sink, "  # ({note})")?;
        }
    }
    Ok(true)
}
