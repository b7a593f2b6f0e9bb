//! `landform show`: a state or a saved plan, for people or as JSON.

use landform_config::ModuleTree;
use landform_core::describe::describe;
use landform_core::plan::Planned;
use landform_diagnostics::{COMPATIBLE_VERSION, Diagnostic, Diagnostics};
use landform_state::State;
use landform_views::json::{self, PlanContext};
use landform_views::{plan, state as view_state};

use super::plan::print_comment;
use crate::args::{self, FlagKind, Flags, Parsed};
use crate::failure::{Failure, Outcome, as_text};
use crate::format::{FORMAT_FLAGS, Format, marker};
use crate::operation::local_config;
use crate::session::Session;
use crate::world::{print, print_with};
use crate::{backend, plan_file};

const FLAGS: Flags = &[("json", FlagKind::Bool)];

/// That only plans have comments.
const NO_PLAN: &str = "Only saved plans are shown as Markdown: landform show -format=markdown PLAN";

pub(crate) const HELP: &str = "\
Usage: landform [global options] show [options] [FILE]

  Shows a saved plan or a state file; without a file, the present state.

Options:

  -format=FORMAT   text, json or markdown. The last makes a comment for a pull
                   request of a saved plan, of 60,000 bytes at most.
  -marker=NAME     What the comment is about; it begins with a hidden line that
                   names it. ROOT/WORKSPACE unless said.
  -json            As JSON: plan format 1.2, state format 1.0.
  -no-color        No colours.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS, FORMAT_FLAGS], arguments).map_err(Failure::flags)?;
    if parsed.positional.len() > 1 {
        return Err(super::too_many("Expected at most one positional argument."));
    }
    let format = Format::of(&parsed)?;
    match parsed.positional.first() {
        None => {
            let (root, state) = backend::read_with_root(session, &local_config(&parsed), Failure::from).await?;
            show_state(session, state, || session.load_tree_below(root), format).await
        }
        Some(path) => {
            let bytes = session
                .world
                .read_file(path)
                .map_err(|why| not_read(&format!("Error loading statefile: {why}"), &(why.clone(), why)))?;
            if plan_file::is_plan_file(&bytes) {
                return show_plan(session, path, &parsed).await;
            }
            let state = landform_state::file::read(&bytes).map_err(|found| {
                if landform_state::file::has_version(&bytes) {
                    let detail = format!("Plan read error: {}", as_text(&found));
                    return Failure::error("Couldn't show state file", detail);
                }
                let why = format!("Error reading {path} as a statefile: {}", as_text(&found));
                not_read(&why, &plan_file::why_no_archive(&bytes))
            })?;
            show_state(session, state, || session.load_tree(), format).await
        }
    }
}

/// A file that is neither a state nor a plan; why it is not each.
fn not_read(no_state: &str, no_plan: &(String, String)) -> Failure {
    let detail = format!("State read error: {no_state}\n\nPlan read error: {}", plan_file::no_plan(no_plan));
    Failure::error("Failed to read the given file as a state or plan file", detail)
}

async fn show_plan(session: &Session, path: &str, parsed: &Parsed) -> Outcome {
    let saved = plan_file::read(session, path, plan_file::Generated::LeftOut)?;
    let name = marker(session, parsed, saved.workspace());
    let (tree, planned): (_, Planned) = saved.planned(session).await?;
    match Format::of(parsed)? {
        Format::Text => {
            let options = plan::PlanOptions { style: session.view.style, automation: session.world.in_automation() };
            print_with(|out| plan::write(&planned.plan, &options, out));
        }
        Format::Markdown => print_comment(session, &name, Some(&planned.plan), Diagnostics::new()),
        Format::Json => show_document(session, &tree, &planned),
    }
    Ok(0)
}

fn show_document(session: &Session, tree: &ModuleTree, planned: &Planned) {
    let providers = session.providers();
    let schemas = |address: &landform_addrs::ProviderAddr| providers.get(address).map(|provider| provider.schemas());
    let configuration = describe(tree, &schemas, &session.context());
    let context = PlanContext {
        engine_version: COMPATIBLE_VERSION,
        state_version: COMPATIBLE_VERSION,
        configuration: &configuration,
    };
    print_with(|out| json::write_plan(&planned.plan, &context, out));
    print("\n");
}

async fn show_state(
    session: &Session,
    state: Option<State>,
    load_tree: impl FnOnce() -> Result<(ModuleTree, Diagnostics), Diagnostics>,
    format: Format,
) -> Outcome {
    if format == Format::Markdown {
        return Err(Failure::usage(Diagnostic::error("Nothing to show as Markdown", NO_PLAN)));
    }
    let as_json = format == Format::Json;
    let Some(state) = state else {
        print(if as_json { "{\"format_version\":\"1.0\"}\n" } else { "No state.\n" });
        return Ok(0);
    };
    // As in Terraform, what configuration has is needed for what its objects look like.
    load_tree()?;
    let decoded = landform_core::decode_state(&state, &session.providers()).await?;
    if as_json {
        print_with(|out| json::write_state(&decoded, COMPATIBLE_VERSION, out));
        print("\n");
    } else {
        print_with(|out| view_state::write(&decoded, &session.view.style, out));
    }
    Ok(0)
}
