//! The walk from the root module through all calls.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use landform_addrs::{ModulePath, is_identifier};
use landform_config::check::check_required_version;
use landform_config::early::{Early, EarlyScope};
use landform_config::load::DiskFiles;
use landform_config::manifest::{MANIFEST_FILE, Manifest, ManifestEntry};
use landform_config::source::ModuleSource;
use landform_config::version::Version;
use landform_config::{LoadedModule, Module, ModuleCall};
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};

use super::call::Call;
use crate::fetch::PackageFetcher;
use crate::files;
use crate::registry::ModuleRegistry;
use crate::{InstallEvent, InstallObserver};

/// How deep calls may be nested: deeper trees are taken for modules that call themselves.
const MAX_DEPTH: usize = 256;

/// Where a root module is, and what is remembered of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingDirectory {
    /// The folder that the root module is in. Other paths are relative to it.
    pub path: PathBuf,
    /// The folder of what is remembered: `.terraform`, or `TF_DATA_DIR`.
    pub data_dir: PathBuf,
}

/// Which version of a registry's module is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VersionPolicy {
    /// The installed one as long as it is allowed.
    Keep,
    /// The newest that is allowed: `-upgrade`.
    Upgrade,
}

/// When it is written down what has been installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteManifest {
    /// Always.
    Always,
    /// When nothing went wrong.
    Complete,
}

/// Installs what a root module calls, and what that calls.
pub struct ModuleInstaller<'a> {
    /// Where.
    pub directory: &'a WorkingDirectory,
    /// Fetches packages.
    pub fetcher: &'a PackageFetcher<'a>,
    /// Knows registries' modules.
    pub registry: &'a ModuleRegistry<'a>,
    /// Hears what is done.
    pub observer: &'a dyn InstallObserver,
    /// Where texts of files are kept for messages.
    pub sources: &'a SourceMap,
    /// For sources and versions that are no constants.
    pub early: &'a Early<'a>,
    /// When the manifest is written.
    pub write_manifest: WriteManifest,
}

/// What came of installing.
#[derive(Debug, Default)]
pub struct Installation {
    /// What is installed by now.
    pub manifest: Manifest,
    /// What is told of it.
    pub diagnostics: Diagnostics,
    /// Whether there is a module that could not be installed, or that does not allow this version of the language.
    pub incomplete: bool,
}

impl WorkingDirectory {
    /// With what is remembered in `.terraform`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), data_dir: ".terraform".into() }
    }

    /// The folder of installed modules, relative to the working directory unless the data directory is absolute.
    pub fn modules_dir(&self) -> PathBuf {
        self.data_dir.join("modules")
    }

    /// The absolute path of one seen from here.
    pub fn absolute(&self, path: impl AsRef<Path>) -> PathBuf {
        self.path.join(path)
    }

    fn manifest_path(&self) -> PathBuf {
        self.absolute(&self.data_dir).join(MANIFEST_FILE)
    }

    /// The manifest of installed modules; empty when there is none.
    ///
    /// # Errors
    /// When it can not be read or understood.
    pub fn read_manifest(&self) -> Result<Manifest, Diagnostics> {
        let path = self.manifest_path();
        let text = match fs_err::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Manifest::default()),
            Err(error) => return Err(self.manifest_problem(&error)),
        };
        Manifest::parse(&text).map_err(|error| self.manifest_problem(&error))
    }

    fn manifest_problem(&self, error: &dyn std::error::Error) -> Diagnostics {
        let detail = format!("Error reading manifest for {}: {error}.", files::shown(&self.modules_dir()));
        Diagnostic::error("Failed to read modules manifest file", detail).into()
    }

    fn write_manifest(&self, manifest: &Manifest) -> Result<(), Diagnostics> {
        files::write_whole(&self.manifest_path(), &manifest.to_json()).map_err(|error| {
            let detail = format!("Unable to write the module manifest file: {error}");
            Diagnostic::error("Failed to update module manifest", detail).into()
        })
    }
}

impl ModuleInstaller<'_> {
    /// Installs all modules that `root`, the loaded root module, leads to, and writes the manifest.
    /// Says first that it begins, unless there is nothing to install.
    ///
    /// The diagnostics are what was found in the root module, what went wrong with installing, and errors (not warnings)
    /// in the files of called modules, so that nothing is said twice when the tree is loaded afterwards by the manifest.
    /// Of a module that does not allow this version of the language, nothing else is said.
    pub fn install(&self, root: &Arc<Module>, found: Diagnostics, policy: VersionPolicy) -> Installation {
        let refused = check_required_version(root, None);
        let mut incomplete = refused.has_errors();
        let mut diagnostics = told_of(refused, found);
        let manifest = match self.directory.read_manifest() {
            Ok(manifest) => manifest,
            Err(problems) => {
                diagnostics.extend(problems);
                return Installation { manifest: Manifest::default(), diagnostics, incomplete: true };
            }
        };
        let of_tests = root.tests.iter().flat_map(|file| &file.runs).any(|run| run.module.is_some());
        if root.module_calls.is_empty() && !of_tests {
            return Installation { manifest, diagnostics, incomplete };
        }
        self.observer.event(match policy {
            VersionPolicy::Keep => &InstallEvent::InitializingModules,
            VersionPolicy::Upgrade => &InstallEvent::UpgradingModules,
        });
        files::remove_unfinished(&self.directory.absolute(self.directory.modules_dir()));
        let mut walk = Walk::new(self, manifest, policy);
        walk.run(root);
        let Walk { manifest, diagnostics: mut installing, .. } = walk;
        if (self.write_manifest == WriteManifest::Always || !installing.has_errors())
            && let Err(problems) = self.directory.write_manifest(&manifest)
        {
            installing.extend(problems);
        }
        incomplete |= installing.has_errors();
        diagnostics.extend(installing);
        Installation { manifest, diagnostics, incomplete }
    }
}

/// One run of the installer.
pub(super) struct Walk<'a> {
    pub(super) installer: &'a ModuleInstaller<'a>,
    pub(super) manifest: Manifest,
    pub(super) diagnostics: Diagnostics,
    /// What registries said of versions, by package.
    pub(super) versions: HashMap<String, Vec<Result<Version, String>>>,
    policy: VersionPolicy,
    /// By directory.
    loaded: HashMap<String, LoadedModule>,
    reported: BTreeSet<String>,
}

/// A module that was reached, with the calls that led to it.
#[derive(Debug)]
pub(super) struct Reached {
    pub(super) path: ModulePath,
    pub(super) directory: String,
    /// The source of the call; `None` for the root module.
    pub(super) source: Option<ModuleSource>,
    pub(super) parent: Option<Arc<Reached>>,
    module: Arc<Module>,
    scope: Arc<EarlyScope>,
}

/// What a called module is recorded as.
pub(super) struct Installed {
    pub(super) directory: String,
    pub(super) version: Option<Version>,
}

impl<'a> Walk<'a> {
    fn new(installer: &'a ModuleInstaller<'a>, manifest: Manifest, policy: VersionPolicy) -> Self {
        Self {
            installer,
            manifest,
            diagnostics: Diagnostics::new(),
            versions: HashMap::new(),
            policy,
            loaded: HashMap::new(),
            reported: BTreeSet::new(),
        }
    }

    fn run(&mut self, root: &Arc<Module>) {
        let entry = ManifestEntry { source: String::new(), version: None, dir: root.source_dir.clone() };
        self.manifest.insert(&ModulePath::root(), entry);
        let reached = |path: ModulePath, module: Arc<Module>| {
            let directory = root.source_dir.clone();
            let scope = EarlyScope::root(module.clone());
            Arc::new(Reached { path, directory, source: None, parent: None, module, scope })
        };
        // Depth first and in alphabetical order, as Terraform does; runs in the order of their file.
        let mut open = Vec::new();
        for file in &root.tests {
            // What runs are of counts as called by their file.
            let calls = file.runs.iter().filter_map(|run| Some((run.name.clone(), run.module.clone()?)));
            let calls = Module { module_calls: calls.collect(), ..Module::default() };
            let reached = reached(file.module_path(), Arc::new(calls));
            let names: Vec<Arc<str>> = reached.module.module_calls.keys().cloned().collect();
            open.extend(names.into_iter().rev().map(|name| (reached.clone(), name)));
        }
        push_calls(&mut open, &reached(ModulePath::root(), root.clone()));
        while let Some((caller, name)) = open.pop() {
            let module = caller.module.clone();
            if let Some(reached) = self.call(&caller, &module.module_calls[&*name]) {
                push_calls(&mut open, &Arc::new(reached));
            }
        }
    }

    /// Installs what one call leads to.
    fn call(&mut self, caller: &Arc<Reached>, call: &ModuleCall) -> Option<Reached> {
        if !is_identifier(&call.name) {
            // The name is a folder's name, too. That it is wrong is said where the tree is loaded.
            return None;
        }
        let resolved = self.installer.early.call(call, &caller.scope);
        let resolved = resolved.map_err(|found| self.diagnostics.extend(found)).ok()?;
        let call = resolved.as_ref().unwrap_or(call);
        let source = call.source.as_ref()?;
        let call = Call { caller, call, source, path: caller.path.child(call.name.clone()) };
        if call.path.calls().len() > MAX_DEPTH {
            let detail = format!(
                "Modules are called within each other more than {MAX_DEPTH} times here. A module must not call itself, \
                 neither directly nor through others."
            );
            self.diagnostics.error(call.call.span, "Module calls nested too deeply", detail);
            return None;
        }
        let directory = match self.still_installed(&call) {
            Some(directory) => directory,
            None => self.install(&call)?,
        };
        let module = self.module(&directory, &call)?;
        let Call { path, .. } = call;
        let scope = caller.scope.child(path.clone(), module.clone());
        Some(Reached { path, directory, source: Some(source.clone()), parent: Some(caller.clone()), module, scope })
    }

    /// The directory of a module that is as the call wants it.
    fn still_installed(&self, call: &Call) -> Option<String> {
        let entry = self.manifest.get(&call.path)?;
        let allowed = |version: &Version| call.call.version.as_ref().is_none_or(|wanted| wanted.allow(version));
        let fits = self.policy == VersionPolicy::Keep
            && entry.source == call.source.to_string()
            && entry.version.as_ref().is_none_or(allowed);
        let directory = self.installer.directory.absolute(&entry.dir);
        (fits && !entry.dir.is_empty() && directory.is_dir()).then(|| entry.dir.clone())
    }

    fn install(&mut self, call: &Call) -> Option<String> {
        self.manifest.remove(&call.path);
        let installed = match call.source {
            ModuleSource::Local(path) => self.install_local(call, path),
            ModuleSource::Registry(module) => self.install_from_registry(call, module),
            ModuleSource::Remote(address) => self.install_package(call, address),
        };
        let Installed { directory, version } = installed.map_err(|problem| self.diagnostics.push(problem)).ok()?;
        self.installer.observer.event(&InstallEvent::InstalledModule { module: &call.key(), directory: &directory });
        let entry = ManifestEntry { source: call.source.to_string(), version, dir: directory.clone() };
        self.manifest.insert(&call.path, entry);
        Some(directory)
    }

    /// The module of a directory, loaded once.
    fn module(&mut self, directory: &str, call: &Call) -> Option<Arc<Module>> {
        let load = || {
            let files = DiskFiles::new(&self.installer.directory.path);
            LoadedModule::load(directory, self.installer.sources, &files)
        };
        let loaded = self.loaded.entry(directory.to_owned()).or_insert_with(load);
        let errors = loaded.told().into_iter().filter(Diagnostic::is_error).collect();
        let module = loaded.module.clone();
        let called = Some((&call.path, call.source));
        let refused = module.as_ref().map(|module| check_required_version(module, called)).unwrap_or_default();
        self.diagnostics.extend(told_of(refused, errors));
        if module.is_none() && self.reported.insert(directory.to_owned()) {
            self.diagnostics.push(call.unreadable(directory, self.installer.sources));
        }
        module
    }
}

/// What is told of a module: where it does not allow this version of the language, that alone. What else was found may
/// be of a later version.
fn told_of(refused: Diagnostics, found: Diagnostics) -> Diagnostics {
    if refused.has_errors() { refused } else { found }
}

/// Puts calls on a stack, the last one in alphabetical order first.
fn push_calls(open: &mut Vec<(Arc<Reached>, Arc<str>)>, caller: &Arc<Reached>) {
    let mut names: Vec<Arc<str>> = caller.module.module_calls.keys().cloned().collect();
    names.sort_unstable_by(|a, b| b.cmp(a));
    open.extend(names.into_iter().map(|name| (caller.clone(), name)));
}
