//! `landform init`: backend, modules, provider versions.

use std::collections::BTreeSet;
use std::sync::Arc;

use landform_addrs::ProviderAddr;
use landform_config::check::check_required_versions;
use landform_config::load::{DiskFiles, TEST_DIRECTORY, load_module_with_tests};
use landform_config::{Module, load_installed_tree};
use landform_diagnostics::{COMPATIBLE_VERSION, Diagnostic, Diagnostics, FileId, SourceMap};
use landform_install::backend::{
    BackendRecord, BackendStep, InitMode, decode_backend, parse_backend_overrides, plan_init, read_record,
    undecodable_init, without_backend_block, write_record,
};
use landform_install::modules::{Installation, ModuleInstaller, VersionPolicy, WriteManifest, copy_module};
use landform_install::providers::{LockFileMode, ProviderInstaller, Requirements};
use landform_install::{InstallEvent, InstallObserver};
use landform_lang::syntax::{ast::Body, parse_json, parse_native};
use landform_state::{Backend, LocalBackend, LocalConfig, State};

use crate::args::{self, FlagKind, Flags, Parsed};
use crate::backend::Kind;
use crate::failure::{Failure, Outcome, as_text};
use crate::installing::{Told, Tools, calls_modules, is_same, new_in_tree, told};
use crate::migration::{Consent, Named, copy_states};
use crate::operation::VARIABLE_FLAGS;
use crate::session::Session;
use crate::world::print;

const FLAGS: Flags = &[
    ("backend", FlagKind::Bool),
    ("cloud", FlagKind::Bool),
    ("backend-config", FlagKind::Value),
    ("force-copy", FlagKind::Bool),
    ("from-module", FlagKind::Value),
    ("get", FlagKind::Bool),
    ("input", FlagKind::Bool),
    ("lock", FlagKind::Bool),
    ("lock-timeout", FlagKind::Duration),
    ("json", FlagKind::Bool),
    ("plugin-dir", FlagKind::Value),
    ("reconfigure", FlagKind::Bool),
    ("migrate-state", FlagKind::Bool),
    ("upgrade", FlagKind::Bool),
    ("lockfile", FlagKind::Value),
    ("ignore-remote-version", FlagKind::Bool),
    ("test-directory", FlagKind::Value),
];

pub(crate) const HELP: &str = "\
Usage: landform [global options] init [options]

  Prepares a working directory: sets up the backend, installs the modules that
  the configuration calls, and selects provider versions. Safe to run again.

Options:

  -backend=false         Leave the backend as it was set up before.
  -backend-config=WHAT   A setting of the backend: name=value, or a file of
                         such. May be repeated.
  -force-copy            Copy state to a changed backend without asking.
  -from-module=SOURCE    First copy this module into the directory.
  -get=false             Do not install modules.
  -input=false           Ask nothing.
  -json                  One JSON object a line, for programs.
  -lockfile=readonly     Fail rather than change the dependency lock file.
  -migrate-state         Move state to a changed backend.
  -no-color              No colours.
  -reconfigure           Set up a changed backend and leave the state of the
                         old one where it is.
  -upgrade               Take the newest allowed versions.
  -var 'name=value', -var-file=FILE
                         Set variables that sources of modules and settings of
                         the backend are made from.
";

/// Runs it.
pub(crate) async fn run(session: &Session, arguments: &[String]) -> Outcome {
    let parsed = args::parse(&[FLAGS, VARIABLE_FLAGS], arguments)
        .map_err(|error| Failure::error("Failed to parse command-line flags", error))?;
    if !parsed.positional.is_empty() {
        return Err(Failure::error("Too many command line arguments. Did you mean to use -chdir?", ""));
    }
    if parsed.is("migrate-state", false) && parsed.is("reconfigure", false) {
        let detail = "The -migrate-state and -reconfigure options are mutually-exclusive.";
        return Err(Failure::error("Invalid init options", detail));
    }
    let observer = Told { session };
    let tools = Tools::new(session)?;
    if let Some(source) = parsed.value("from-module").filter(|source| !source.is_empty()) {
        let (_, fetcher) = tools.registry_and_fetcher();
        told(session, copy_module(source, &session.working_directory(), &fetcher, &observer))?;
    }
    let files = DiskFiles::new(session.world.directory.clone());
    let tests = parsed.value("test-directory").unwrap_or(TEST_DIRECTORY);
    let (root, early) = load_module_with_tests(".", tests, &session.view.sources, &files);
    let Some(root) = root else { return Err(with_preamble(early).into()) };
    if root.files.is_empty() {
        observer.event(&InstallEvent::EmptyDirectory);
        return Ok(0);
    }
    let root = Arc::new(root);
    let with_backend = parsed.is("backend", true) && parsed.is("cloud", true);
    let mut early = Early::of(session, early);
    if with_backend && root.backend.is_none() && parsed.value("backend-config").is_some() {
        early.all.push(without_backend_block());
    }
    // What is wrong with the backend is told behind what is wrong with the configuration.
    let backend = match with_backend {
        true => init_backend(session, (&root, &early), &parsed, &observer).await,
        false => Ok(None),
    };
    let installation = install_modules(session, (&root, &early), &parsed, &tools, &observer)?;
    let (tree, found) = load_installed_tree(".", &installation.manifest, &files, &session.early());
    if parsed.is("get", true) && calls_modules(&root) {
        early.told_by_modules(installation, &found, &session.view.sources)?;
    }
    if let Some(tree) = &tree {
        told(session, check_required_versions(tree, &session.view.sources))?;
    }
    if early.all.has_errors() {
        return Err(early.told_at_last(backend).into());
    }
    let state = backend?;
    let tree = match tree {
        Some(tree) if !found.has_errors() => tree,
        _ => return Err(with_preamble(found).into()),
    };
    let mut requirements = Requirements::of_tree(&tree);
    requirements.add_state(state.iter().flat_map(providers_of));
    let installer = ProviderInstaller {
        native: &session.native_providers(),
        observer: &observer,
        mode: lock_file_mode(&parsed),
        policy: policy(&parsed),
    };
    let installed = installer.install(&requirements, &session.working_directory(), &session.view.sources);
    let succeeds = !installed.has_errors();
    let warnings: Diagnostics = early.told_again(&root, found).into_iter().chain(installed).collect();
    // The gap before the last words stands before what there is to warn of.
    let gap = if session.view.json || !succeeds { "" } else { "\n" };
    print(gap);
    told(session, warnings)?;
    observer.event(&InstallEvent::Success);
    if !session.world.in_automation() {
        observer.event(&InstallEvent::NextSteps);
    }
    Ok(0)
}

/// Errors of a configuration, with what Terraform says before them.
fn with_preamble(found: Diagnostics) -> Diagnostics {
    let preamble = Diagnostic::error(InstallEvent::ConfigurationProblems.human(), "");
    found.into_iter().chain([preamble]).collect()
}

/// What is wrong with the root module by itself.
struct Early {
    all: Diagnostics,
    /// Without errors of syntax: these are told once, the others by each step that looks at the module again.
    again: Diagnostics,
}

impl Early {
    fn of(session: &Session, all: Diagnostics) -> Self {
        let sources = &session.view.sources;
        let files: BTreeSet<FileId> = all.iter().filter_map(|found| Some(found.subject?.file)).collect();
        let syntax: Diagnostics = files.into_iter().flat_map(|file| parse(sources, file).1).collect();
        let again =
            all.iter().filter(|found| !syntax.iter().any(|other| is_same(found, other, sources))).cloned().collect();
        Self { all, again }
    }

    /// Who installs modules reads the root module once more and builds the tree: where anything is wrong by then, that
    /// is all that is told.
    fn told_by_modules(
        &self,
        Installation { diagnostics, incomplete, .. }: Installation,
        of_tree: &Diagnostics,
        sources: &SourceMap,
    ) -> Result<(), Failure> {
        let known = self.all.iter().chain(&diagnostics).cloned().collect();
        let of_tree = new_in_tree(of_tree, &known, incomplete, sources);
        let all: Diagnostics = diagnostics.into_iter().chain(of_tree).collect();
        if all.has_errors() { Err(all.into()) } else { Ok(()) }
    }

    /// Warnings, as often as Terraform reads what they are about: the root module by itself, all modules when it installs
    /// them, and all once more.
    fn told_again(self, root: &Module, of_tree: Diagnostics) -> Diagnostics {
        let installing = if root.module_calls.is_empty() { Diagnostics::new() } else { of_tree.clone() };
        self.all.into_iter().chain(installing).chain(of_tree).collect()
    }

    /// What is told by who looks for a backend that is not there, in the configuration alone and not in its tests.
    fn told_by_backend(&self, root: &Module) -> Result<(), Failure> {
        let of_module = |found: &&Diagnostic| found.subject.is_none_or(|subject| root.files.contains(&subject.file));
        let found: Diagnostics = self.again.iter().filter(of_module).cloned().collect();
        if root.backend.is_none() && found.has_errors() { Err(found.into()) } else { Ok(()) }
    }

    /// All went as far as it could.
    fn told_at_last(self, backend: Result<Option<State>, Failure>) -> Diagnostics {
        let backend = backend.err().map(|failure| failure.diagnostics()).unwrap_or_default();
        with_preamble(self.all.into_iter().chain(backend).collect())
    }
}

fn parse(sources: &SourceMap, file: FileId) -> (Body, Diagnostics) {
    let is_json = sources.file(file).name.ends_with(".json");
    if is_json { parse_json(sources, file) } else { parse_native(sources, file) }
}

fn policy(parsed: &Parsed) -> VersionPolicy {
    if parsed.is("upgrade", false) { VersionPolicy::Upgrade } else { VersionPolicy::Keep }
}

/// Terraform takes any other word for none.
fn lock_file_mode(parsed: &Parsed) -> LockFileMode {
    if parsed.value("lockfile") == Some("readonly") { LockFileMode::ReadOnly } else { LockFileMode::Update }
}

fn install_modules(
    session: &Session,
    (root, early): (&Arc<Module>, &Early),
    parsed: &Parsed,
    tools: &Tools,
    observer: &Told<'_>,
) -> Result<Installation, Failure> {
    let directory = session.working_directory();
    if !parsed.is("get", true) {
        return Ok(Installation { manifest: directory.read_manifest()?, ..Installation::default() });
    }
    let (registry, fetcher) = tools.registry_and_fetcher();
    let installer = ModuleInstaller {
        directory: &directory,
        fetcher: &fetcher,
        registry: &registry,
        observer,
        sources: &session.view.sources,
        early: &session.early(),
        write_manifest: WriteManifest::Always,
    };
    Ok(installer.install(root, early.again.clone(), policy(parsed)))
}

fn providers_of(state: &State) -> impl Iterator<Item = ProviderAddr> {
    state.resources.values().map(|resource| resource.provider.provider.clone())
}

/// Sets up the backend and moves states; the state of the selected workspace.
async fn init_backend(
    session: &Session,
    (root, early): (&Arc<Module>, &Early),
    parsed: &Parsed,
    observer: &Told<'_>,
) -> Result<Option<State>, Failure> {
    observer.event(&InstallEvent::InitializingBackend);
    early.told_by_backend(root)?;
    let directory = session.working_directory();
    let record = read_record(&directory)?;
    let mode =
        match (parsed.is("reconfigure", false), parsed.is("migrate-state", false) || parsed.is("force-copy", false)) {
            (true, _) => InitMode::Reconfigure,
            (false, true) => InitMode::Migrate,
            (false, false) => InitMode::Normal,
        };
    let options: Vec<String> = parsed.values("backend-config").map(str::to_owned).collect();
    let Some(declared) = &root.backend else {
        let step = plan_init(None, record.as_ref(), mode)?;
        return no_backend(session, step, parsed, observer).await;
    };
    let kind = Kind::of(declared).map_err(|mut error| {
        "Unsupported backend type".clone_into(&mut error.summary);
        error
    })?;
    let schema = kind.schema();
    let sources = &session.view.sources;
    let files = DiskFiles::new(session.world.directory.clone());
    let (overrides, found) = parse_backend_overrides(&options, &schema, &files, sources);
    told(session, found)?;
    let (config, found) = decode_backend((root, declared), &overrides, &schema, &session.early());
    let Some(config) = config else {
        if record.is_some() && mode == InitMode::Migrate {
            observer.event(&InstallEvent::BackendReconfigured);
        }
        return Err(undecodable_init(found, record.as_ref(), mode).into());
    };
    let step = plan_init(Some((&config, &schema)), record.as_ref(), mode)?;
    let local = LocalConfig::default();
    let value = match &step {
        BackendStep::Keep { config, .. } => config.clone(),
        _ => config.value.clone(),
    };
    let backend = kind.make(&value, &session.world, &local).await?;
    let to = Named { kind: config.kind.to_string(), backend: backend.clone() };
    match &step {
        BackendStep::Keep { rewrite, .. } => {
            if let Some(record) = rewrite {
                write_record(Some(record), &directory, COMPATIBLE_VERSION)?;
            }
            return read_selected(session, &backend).await;
        }
        BackendStep::Change { previous } if *previous.kind == *config.kind => {
            observer.event(&InstallEvent::BackendReconfigured);
            let from = previous_backend(session, previous).await?;
            copy_states(session, &from, &to, consent(parsed)).await?;
        }
        BackendStep::Change { previous } => {
            observer.event(&InstallEvent::BackendTypeChanged { from: &previous.kind, to: &config.kind });
            let from = previous_backend(session, previous).await?;
            copy_states(session, &from, &to, consent(parsed)).await?;
        }
        _ if mode != InitMode::Reconfigure => {
            copy_states(session, &local_backend(session), &to, consent(parsed)).await?;
        }
        _ => {}
    }
    let record = BackendRecord::new(&config, &schema).map_err(|error| {
        Failure::error("Failed to record the backend", format!("Its configuration can not be stored: {error}."))
    })?;
    let state = read_selected(session, &backend).await?;
    write_record(Some(&record), &directory, COMPATIBLE_VERSION)?;
    observer.event(&InstallEvent::BackendConfigured { kind: &config.kind });
    Ok(state)
}

async fn no_backend(
    session: &Session,
    step: BackendStep,
    parsed: &Parsed,
    observer: &Told<'_>,
) -> Result<Option<State>, Failure> {
    let local = local_backend(session);
    match &step {
        BackendStep::Unset { previous } => {
            observer.event(&InstallEvent::BackendUnconfiguring { kind: &previous.kind });
            let from = previous_backend(session, previous).await?;
            copy_states(session, &from, &local, consent(parsed)).await?;
            write_record(None, &session.working_directory(), COMPATIBLE_VERSION)?;
            observer.event(&InstallEvent::BackendUnset { kind: &previous.kind });
        }
        BackendStep::Forget => write_record(None, &session.working_directory(), COMPATIBLE_VERSION)?,
        _ => {}
    }
    read_selected(session, &local.backend).await
}

async fn read_selected(session: &Session, backend: &Arc<dyn Backend>) -> Result<Option<State>, Failure> {
    let workspace = session.workspace();
    if !backend.workspaces().await?.contains(&workspace) {
        return Ok(None);
    }
    let read = backend.open(&workspace).await?.read().await;
    read.map_err(|found| Failure::error(format!("Error refreshing state: {}", as_text(&found)), ""))
}

fn local_backend(session: &Session) -> Named {
    let backend = LocalBackend::new(&session.world.directory, LocalConfig::default());
    Named { kind: "local".to_owned(), backend: Arc::new(backend) }
}

async fn previous_backend(session: &Session, record: &BackendRecord) -> Result<Named, Failure> {
    let kind = Kind::named(&record.kind).ok_or_else(|| {
        Failure::error(
            "Unsupported backend type",
            format!("The previous backend has the type {:?}, which there is not. Use -reconfigure to leave its state where it is.", record.kind),
        )
    })?;
    let value = record.config(&kind.schema())?;
    let backend = kind.make(&value, &session.world, &LocalConfig::default()).await?;
    Ok(Named { kind: record.kind.to_string(), backend })
}

fn consent(parsed: &Parsed) -> Consent {
    match (parsed.is("force-copy", false), parsed.is("input", true)) {
        (true, _) => Consent::Given,
        (false, true) => Consent::Ask,
        (false, false) => Consent::Unavailable,
    }
}
