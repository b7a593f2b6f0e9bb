//! `landform providers`: who requires which provider, and what providers declare.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::args::{self, FlagKind, Flags};
use crate::backend;
use crate::failure::{Failure, Help, Outcome, as_text};
use crate::outline::Outline;
use crate::session::Session;
use crate::world::{print, print_with};
use landform_addrs::ProviderAddr;
use landform_config::ModuleTree;
use landform_install::providers::Requirements;
use landform_provider_api::ProviderSchemas;
use landform_state::LocalConfig;
use landform_views::json;

const FLAGS: Flags = &[("test-directory", FlagKind::Value)];

const SCHEMA_FLAGS: Flags = &[("json", FlagKind::Bool)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] providers

  Shows which module requires which provider in which versions, and the
  providers of objects in state.

Subcommands:
    schema    Show the schemas of providers
";

pub(crate) const SCHEMA_HELP: &str = "\
Usage: landform [global options] providers schema -json

  Prints the schemas of all providers that the configuration and the state use,
  as JSON in format 1.0.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS], arguments, Help::Before)?;
    args::no_arguments(&parsed)?;
    let (tree, diagnostics) = session.load_tree()?;
    if tree.root().files.is_empty() {
        let detail =
            format!("The directory {} contains no Landform configuration files.", session.world.directory.display());
        return Err(Failure::error("No configuration files", detail));
    }
    let store = backend::store(session, tree.root(), &LocalConfig::default()).await?;
    let state = store.read().await;
    let state = state.map_err(|found| Failure::text(format!("Failed to load state: {}", as_text(&found))))?;
    print(&format!("\nProviders required by configuration:\n{}\n", required(&tree, 0, Outline::default())));
    let used: BTreeSet<ProviderAddr> =
        state.iter().flat_map(|state| state.resources.values()).map(|found| found.provider.provider.clone()).collect();
    if !used.is_empty() {
        print("Providers required by state:\n\n");
        used.iter().for_each(|provider| print(&format!("    provider[{provider}]\n\n")));
    }
    session.view.diagnostics(diagnostics);
    Ok(0)
}

/// What an element of the tree requires, and all that it calls.
fn required(tree: &ModuleTree, index: usize, mut outline: Outline) -> Outline {
    let node = tree.node(index);
    for (provider, requirement) in Requirements::of_module(&node.module).iter() {
        let constraints = requirement.constraints.normalized();
        let space = if constraints.is_empty() { "" } else { " " };
        outline.push(Outline::new(format!("provider[{provider}]{space}{constraints}")));
    }
    for (name, child) in node.module.module_calls.keys().zip(&node.children) {
        let Some(child) = child else { continue };
        outline.push(required(tree, *child, Outline::new(format!("module.{name}"))));
    }
    outline
}

/// Runs `providers schema`.
pub(crate) async fn schema(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[SCHEMA_FLAGS], arguments, Help::Before)?;
    if !parsed.is("json", false) {
        let message = "The `landform providers schema` command requires the `-json` flag.\n\n";
        return Err(Failure::misuse(message, Help::After));
    }
    let (tree, _) = session.load_tree()?;
    let mut requirements = Requirements::of_tree(&tree);
    let store = backend::store(session, tree.root(), &LocalConfig::default()).await?;
    if let Some(state) = store.read().await? {
        requirements.add_state(state.resources.values().map(|resource| resource.provider.provider.clone()));
    }
    let providers = session.providers();
    let schemas: BTreeMap<ProviderAddr, Arc<ProviderSchemas>> = requirements
        .iter()
        .filter_map(|(address, _)| Some((address.clone(), providers.get(address)?.schemas())))
        .collect();
    let listed = schemas.iter().map(|(address, schemas)| (address, &**schemas));
    print_with(|out| json::write_provider_schemas(listed, out));
    print("\n");
    Ok(0)
}
