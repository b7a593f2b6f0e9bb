//! `landform providers`: who requires which provider, and what providers declare.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::args::{self, FlagKind, Flags};
use crate::backend;
use crate::failure::{Failure, Help, Outcome, as_text};
use crate::outline::Outline;
use crate::session::Session;
use crate::test_files::TestFiles;
use crate::world::{print, print_with};
use landform_addrs::ProviderAddr;
use landform_config::load::{RunTree, TEST_DIRECTORY};
use landform_config::{ModuleTree, TestFile};
use landform_install::providers::Requirements;
use landform_provider_api::ProviderSchemas;
use landform_state::LocalConfig;
use landform_views::json;

const FLAGS: Flags = &[("test-directory", FlagKind::Value)];

const SCHEMA_FLAGS: Flags = &[("json", FlagKind::Bool)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] providers

  Shows which module requires which provider in which versions, those that
  test files run included, and the providers of objects in state.

Options:

  -test-directory=PATH   Where test files are, beside the root module's own
                         directory: tests if nothing is said.

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
    let loaded = TestFiles::load(session, parsed.value("test-directory").unwrap_or(TEST_DIRECTORY))?;
    let (runs, found) = loaded.run_trees(session)?;
    let (tree, diagnostics) = (&loaded.tree, loaded.warnings.iter().cloned().chain(found).collect());
    if tree.root().files.is_empty() {
        let detail =
            format!("The directory {} contains no Landform configuration files.", session.world.directory.display());
        return Err(Failure::error("No configuration files", detail));
    }
    let store = backend::store(session, tree.root(), &LocalConfig::default()).await?;
    let state = store.read().await;
    let state = state.map_err(|found| Failure::text(format!("Failed to load state: {}", as_text(&found))))?;
    let mut outline = Outline::default();
    of_module(tree, 0, &mut outline);
    loaded.root.tests.iter().for_each(|file| outline.push(of_test_file(file, &runs)));
    of_calls(tree, 0, &mut outline);
    print(&format!("\nProviders required by configuration:\n{outline}\n"));
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
fn required(tree: &ModuleTree, index: usize, name: String) -> Outline {
    let mut outline = Outline::new(name);
    of_module(tree, index, &mut outline);
    of_calls(tree, index, &mut outline);
    outline
}

/// What the modules require that runs of a test file are of.
fn of_test_file(file: &TestFile, runs: &[RunTree<'_>]) -> Outline {
    let name = file.name.strip_suffix(".tftest.hcl").unwrap_or(&file.name).replace('/', ".");
    let mut outline = Outline::new(format!("test.{name}"));
    for own in runs.iter().filter(|own| std::ptr::eq(own.file, file)) {
        outline.push(required(&own.tree, 0, format!("run.{}", own.run.name)));
    }
    outline
}

fn of_module(tree: &ModuleTree, index: usize, outline: &mut Outline) {
    let node = tree.node(index);
    for (provider, requirement) in Requirements::of_module(&node.module).iter() {
        let constraints = requirement.constraints.normalized();
        let space = if constraints.is_empty() { "" } else { " " };
        outline.push(Outline::new(format!("provider[{provider}]{space}{constraints}")));
    }
}

fn of_calls(tree: &ModuleTree, index: usize, outline: &mut Outline) {
    let node = tree.node(index);
    for (name, child) in node.module.module_calls.keys().zip(&node.children) {
        let Some(child) = child else { continue };
        outline.push(required(tree, *child, format!("module.{name}")));
    }
}

/// Runs `providers schema`.
pub(crate) async fn schema(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[SCHEMA_FLAGS], arguments, Help::Before)?;
    if !parsed.is("json", false) {
        let message = "The `landform providers schema` command requires the `-json` flag.\n\n";
        return Err(Failure::misuse(message, Help::After));
    }
    let tree = session.load_tree_by_whole_paths()?;
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
