//! `landform import`: adopts an object that exists already into state.

use landform_addrs::{ResourceInstance, ResourceMode};
use landform_config::ModuleTree;
use landform_core::plan::PlanOptions;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::syntax::parse_traversal;
use landform_views::diagnostics::IMPORT_ADDRESS;
use landform_views::quote;

use crate::args::{self, FlagKind, Flags};
use crate::failure::{Failure, Help, Outcome};
use crate::guard::Purpose;
use crate::operation::{DefaultMode, Operation, STATE_FLAGS, VARIABLE_FLAGS};
use crate::planning::Run;
use crate::recorder::{End, StateKeeper};
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[
    ("config", FlagKind::Value),
    ("input", FlagKind::Bool),
    ("parallelism", FlagKind::Number),
    ("ignore-remote-version", FlagKind::Bool),
];

pub(crate) const HELP: &str = "\
Usage: landform [global options] import [options] ADDRESS ID

  Adopts an object that exists already: it is looked up by its ID, in the form
  that its type has, and put into state at the address. A resource block has to
  be there for it, which may still be empty. Real objects stay as they are. An
  'import' block does the same as part of a plan.

Options:

  -backup=FILE         Where the replaced local state is kept; '-' for nowhere.
  -config=DIR          Where the configuration is; the working directory unless
                       said.
  -input=false         Do not ask for missing variables.
  -lock=false          Do not lock the state.
  -lock-timeout=TIME   How long to wait for another's lock, such as 5m.
  -no-color            No colours.
  -parallelism=N       How many operations run at a time; 10 unless said.
  -state=FILE          The state to use, with the local backend only.
  -state-out=FILE      Where to write it, with the local backend only.
  -var 'name=value'    Set a variable of the root module. May be repeated.
  -var-file=FILE       Set variables from a file. May be repeated.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS, STATE_FLAGS, VARIABLE_FLAGS], arguments)
        .map_err(|_| Failure::misuse(HELP.trim_end(), Help::Unsaid))?;
    let [address, id] = &parsed.positional[..] else {
        return Err(Failure::misuse("The import command expects two arguments.", Help::After));
    };
    let address = parse_address(session, address)?;
    let elsewhere = parsed.value("config").map(|folder| session.configured_in(folder));
    let session = elsewhere.as_ref().unwrap_or(session);
    let (tree, warnings) = load(session)?;
    check_configured(session, &tree, &address)?;
    session.view.diagnostics(warnings.clone());
    let operation = Operation::from_flags(session, &parsed, DefaultMode::AsFlags)?;
    let mut run = Run::begin_with(session, &operation, Purpose::Apply, Some(tree)).await?;
    // Once more at the end, and once for the reading that Terraform does twice.
    run.diagnostics.extend(warnings.clone().into_iter().chain(warnings));
    let outcome = adopt(session, &mut run, &operation, (&address, id)).await;
    run.end(session).await;
    outcome
}

fn parse_address(session: &Session, text: &str) -> Result<ResourceInstance, Failure> {
    let sources = &session.view.sources;
    let parsed = parse_traversal(sources, sources.add(IMPORT_ADDRESS, text))
        .and_then(|written| Ok(landform_config::address::resource_instance(&written)?));
    let address = match parsed {
        Ok(address) => address,
        Err(found) => {
            session.view.diagnostics(found);
            print(
                "For information on valid syntax, see:\nhttps://developer.hashicorp.com/terraform/cli/state/resource-addressing\n",
            );
            return Err(Failure::Told);
        }
    };
    if address.resource.mode != ResourceMode::Managed {
        let summary = "A managed resource address is required. Importing into a data resource is not allowed.";
        return Err(Failure::error(summary, ""));
    }
    Ok(address)
}

fn load(session: &Session) -> Result<(ModuleTree, Diagnostics), Failure> {
    let folder = session.world.path(&session.root);
    if !folder.is_dir() || session.load_root()?.files.is_empty() {
        let detail = format!(
            "The directory {} does not contain any Landform configuration files (.tf or .tf.json). To specify a different configuration directory, use the -config=\"...\" command line option.",
            if session.root == "." { session.world.directory.display().to_string() } else { session.root.clone() }
        );
        return Err(Failure::error("No Landform configuration files", detail));
    }
    Ok(session.load_tree()?)
}

/// A mistyped address would become an object that the next plan destroys: there must be a block for it.
fn check_configured(session: &Session, tree: &ModuleTree, address: &ResourceInstance) -> Result<(), Failure> {
    let path = address.module.path();
    let Some(node) = tree.nodes().iter().find(|node| node.path == path) else {
        let module = &address.module;
        let detail = format!(
            "{module} is not defined in the configuration. Please add configuration for this module before importing into it."
        );
        return Err(Failure::error("Import to non-existent module", detail));
    };
    let resource = &address.resource;
    if node.module.resources.values().any(|declared| declared.addr() == *resource) {
        return Ok(());
    }
    let module = if address.module.is_root() { "the root module".to_owned() } else { address.module.to_string() };
    Err(Failure::text(session.view.style.paint(&format!(
        "[reset][bold][red]Error:[reset][bold] resource address {} does not exist in the configuration.[reset]\n\nBefore importing this resource, please create its configuration in {module}. For example:\n\nresource {} {} {{\n  # (resource arguments)\n}}\n",
        quote(&address.to_string()),
        quote(&resource.kind),
        quote(&resource.name),
    ))))
}

async fn adopt(
    session: &Session,
    run: &mut Run,
    operation: &Operation,
    (address, id): (&ResourceInstance, &str),
) -> Outcome {
    let options = PlanOptions {
        variables: run.variables(session, operation)?,
        parallelism: operation.parallelism,
        imports: [(address.clone(), id.into())].into(),
        ..PlanOptions::default()
    };
    let importing = landform_core::plan::import(&run.environment(), &run.state, options).await;
    let (state, found) = importing;
    let mut diagnostics: Diagnostics = std::mem::take(&mut run.diagnostics).into_iter().chain(found).collect();
    let Some(state) = state else { return Err(diagnostics.into()) };
    let keeper = StateKeeper::begin(run, &state, &[]).await?;
    if let Err(found) = keeper.finish(session, &state, End::Whole).await {
        let found: Vec<Diagnostic> = diagnostics.into_iter().chain(found).collect();
        return Err(found.into_iter().collect::<Diagnostics>().into());
    }
    session.view.line("[reset][green]\nImport successful!\n\nThe resources that were imported are shown above. These resources are now in\nyour Landform state and will henceforth be managed by Landform.\n");
    session.view.diagnostics(std::mem::take(&mut diagnostics));
    Ok(0)
}
