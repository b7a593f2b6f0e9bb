//! Changes that are put off to a later plan.

use std::io;

use landform_plan::{Action, DeferredChange, DeferredReason, Plan};

use super::{Matcher, body, compare};
use crate::Style;

/// Writes what is put off, and why; tells whether there is anything.
pub(super) fn write(plan: &Plan, style: &Style, sink: &mut dyn io::Write) -> io::Result<bool> {
    if plan.deferred.is_empty() {
        return Ok(false);
    }
    let note = "\n[bold][cyan]Note:[reset][bold] This is a partial plan, parts can only be known in the next plan / \
                apply cycle.\n";
    writeln!(sink, "{}", style.paint(note))?;
    for DeferredChange { reason, change } in &plan.deferred {
        if change.action == Action::NoOp && !change.moved() && change.importing.is_none() {
            continue;
        }
        let comment = style.enclosed("[bold]", &format!("  # {}", change.address), "[reset] was deferred\n");
        let why = style.paint(&format!("  #[reset] (because {})\n", explanation(*reason)));
        let difference = body(change, &compare(change, Matcher::Always), style);
        write!(sink, "\n{comment}{why}{difference}\n")?;
    }
    Ok(true)
}

/// Why a change is put off.
pub fn explanation(reason: DeferredReason) -> &'static str {
    match reason {
        DeferredReason::InstanceCountUnknown => "the number of resource instances is unknown",
        DeferredReason::ResourceConfigUnknown => "the resource configuration is unknown",
        DeferredReason::ProviderConfigUnknown => "the provider configuration is unknown",
        DeferredReason::DeferredPrereq => "a prerequisite for this resource is deferred",
        DeferredReason::AbsentPrereq => "a prerequisite for this resource has not yet been created",
    }
}
