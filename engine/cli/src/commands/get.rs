//! `landform get`: installs modules, as `init` does.

use std::sync::Arc;

use landform_config::load::{TEST_DIRECTORY, load_module_with_tests};
use landform_config::load_installed_tree;
use landform_diagnostics::Severity;
use landform_install::modules::{Installation, ModuleInstaller, VersionPolicy, WriteManifest};
use landform_install::{InstallEvent, InstallObserver};

use crate::args::{self, FlagKind, Flags};
use crate::failure::{Help, Outcome};
use crate::installing::{Tools, new_in_tree};
use crate::operation::VARIABLE_FLAGS;
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[("update", FlagKind::Bool), ("test-directory", FlagKind::Value)];

pub(crate) const HELP: &str = "\
Usage: landform [global options] get [options]

  Installs the modules that the configuration calls. 'landform init' does so
  too.

Options:

  -update      Take the newest allowed versions.
  -no-color    No colours.
  -var 'name=value', -var-file=FILE
               Set variables that sources of modules are made from.
";

/// Runs it.
pub(crate) fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse_classic(&[FLAGS, VARIABLE_FLAGS], arguments, Help::Before)?;
    args::no_arguments(&parsed)?;
    let tests = parsed.value("test-directory").unwrap_or(TEST_DIRECTORY);
    let (root, found) = load_module_with_tests(&session.root, tests, &session.view.sources, &session.files());
    let Some(root) = root else { return Err(found.into()) };
    let root = Arc::new(root);
    let tools = Tools::new(session)?;
    let (registry, fetcher) = tools.registry_and_fetcher();
    let installer = ModuleInstaller {
        directory: &session.working_directory(),
        fetcher: &fetcher,
        registry: &registry,
        observer: &ModulesOnly,
        sources: &session.view.sources,
        early: &session.early(),
        write_manifest: WriteManifest::Complete,
    };
    let policy = if parsed.is("update", false) { VersionPolicy::Upgrade } else { VersionPolicy::Keep };
    let Installation { manifest, mut diagnostics, incomplete } = installer.install(&root, found, policy);
    // What it has installed is read once more. What else is wrong with the tree is for others to refuse.
    let (_, found) = load_installed_tree(&session.root, &manifest, &session.files(), &session.early());
    diagnostics.extend(new_in_tree(&found, &diagnostics, incomplete, &session.view.sources).into_iter().map(
        |mut found| {
            found.severity = Severity::Warning;
            found
        },
    ));
    let failed = session.view.diagnostics(diagnostics);
    Ok(u8::from(failed))
}

/// Says what happens to modules, without the heading.
struct ModulesOnly;

impl InstallObserver for ModulesOnly {
    fn event(&self, event: &InstallEvent<'_>) {
        if !matches!(event, InstallEvent::InitializingModules | InstallEvent::UpgradingModules) {
            print(&format!("{}\n", event.human()));
        }
    }
}
