//! `landform workspace list`.

use super::{names, open};
use crate::args::{self, Flags};
use crate::failure::{Help, Outcome};
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[];

pub(crate) const HELP: &str = "\
Usage: landform [global options] workspace list

  Lists the workspaces; a star marks the selected one.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS], arguments, Help::Before)?;
    args::no_arguments(&parsed)?;
    let backend = open(session).await?.1;
    let selected = session.workspace();
    let mark = |name: &str| if name == selected { "*" } else { " " };
    let lines = names(backend.as_ref()).await?.into_iter().map(|name| format!("{} {name}\n", mark(&name)));
    print(&format!("{}\n", lines.collect::<String>()));
    if session.overriding_workspace().is_some() {
        print("\n\nThe active workspace is being overridden using the TF_WORKSPACE environment\nvariable.\n\n");
    }
    Ok(0)
}
