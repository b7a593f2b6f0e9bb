//! Messages as JSON lines, in the form of Terraform's machine-readable UI.

use landform_plan::{Action, Plan};
use landform_views::json::ui::{Message, plan_messages};

use crate::world::{print, print_parts};

/// Writes one message.
pub(crate) fn message(message: &Message) {
    print(&message.line(&now()));
}

/// The first message of every stream.
pub(crate) fn version() {
    message(&Message::version(landform_diagnostics::COMPATIBLE_VERSION));
}

/// All messages of a plan.
pub(crate) fn plan(plan: &Plan) {
    print_parts(plan_messages(plan).map(|message| message.line(&now())));
}

/// The changes of a plan that was made before.
pub(crate) fn planned_changes(plan: &Plan) {
    let changes = plan.resource_changes.iter().filter(|change| change.action != Action::NoOp);
    print_parts(changes.map(|change| Message::planned_change(change).line(&now())));
}

fn now() -> String {
    let format =
        time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
    time::OffsetDateTime::now_utc().format(&format).unwrap_or_default()
}
