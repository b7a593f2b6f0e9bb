//! `landform validate`: the configuration alone, without state and without asking anybody.

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_views::json;

use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[("json", FlagKind::Bool), ("no-tests", FlagKind::Bool), ("test-directory", FlagKind::Value)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] validate [options]

  Checks whether the configuration is right in itself: syntax, names, types,
  what providers say of each block. Reads neither state nor real objects.

Options:

  -json        One JSON document, for programs.
  -no-color    No colours.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS], arguments).map_err(Failure::flags)?;
    if parsed.positional.len() > 1 {
        return Err(super::too_many("Expected at most one positional argument."));
    }
    let diagnostics = match parsed.positional.first() {
        None => check(session).await,
        Some(_) => Diagnostic::error(
            "Invalid command arguments",
            "To validate another directory, use the global -chdir option before the command.",
        )
        .into(),
    };
    let failed = diagnostics.has_errors();
    if parsed.is("json", false) {
        // As they were found, and each warning by itself: programs bring them into an order of their own.
        let text = session.view.with_sources(|sources| json::validation(diagnostics.iter(), sources));
        print(&text.unwrap_or_default());
    } else {
        say(session, diagnostics, failed);
    }
    Ok(u8::from(failed))
}

fn say(session: &Session, diagnostics: Diagnostics, failed: bool) {
    if !failed {
        let but =
            if diagnostics.is_empty() { "." } else { ", but there were some validation warnings as shown below." };
        print(&session.view.style.paint(&format!("[green][bold]Success![reset] The configuration is valid{but}\n\n")));
    }
    session.view.diagnostics(diagnostics);
}

async fn check(session: &Session) -> Diagnostics {
    let (tree, mut diagnostics) = match session.load_tree() {
        Ok(loaded) => loaded,
        Err(diagnostics) => return diagnostics,
    };
    diagnostics.extend(landform_core::validate(&tree, &session.providers(), &session.settings()).await);
    diagnostics
}
