//! What commands share: configuration, providers, state.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use landform_addrs::ProviderAddr;
use landform_config::check::check_required_version;
use landform_config::early::{Early, Givens};
use landform_config::load::{DiskFiles, FileSource, TEST_DIRECTORY, load_module_with_tests};
use landform_config::manifest::{MANIFEST_FILE, Manifest};
use landform_config::version::Version;
use landform_config::{Module, ModuleTree, load_tree_below, load_tree_with};
use landform_core::{ProviderSet, ProvisionerSet, RunSettings, StopSignal};
use landform_diagnostics::{COMPATIBLE_VERSION, Diagnostic, Diagnostics};
use landform_install::modules::WorkingDirectory;
use landform_install::providers::NativeProvider;
use landform_lang::expr::EvalContext;
use landform_lang::functions::DiskWorld;
use landform_provider_api::Provider;
use landform_provision::Machine;
use landform_state::{DEFAULT_WORKSPACE, LockId, LockInfo, StateStore, Timer, lock_with_timeout};
use landform_views::Style;

use crate::interrupt::Interrupts;
use crate::variables::{self, Asking};
use crate::view::{Aside, View};
use crate::world::World;

/// A command's surroundings.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) world: World,
    pub(crate) view: View,
    /// The root module's folder, seen from the working directory.
    pub(crate) root: String,
    /// When the program began, in whole seconds: the time of plans.
    pub(crate) started: time::OffsetDateTime,
    /// What stands behind the command's name.
    pub(crate) arguments: Vec<String>,
    /// Who asks it to stop.
    pub(crate) interrupts: Interrupts,
}

/// A root module without errors.
pub(crate) struct LoadedRoot {
    pub(crate) module: Arc<Module>,
    warnings: Diagnostics,
}

impl LoadedRoot {
    /// From a module, as far as it could be loaded, and what was found.
    fn new(module: Option<Module>, found: Diagnostics) -> Result<Self, Diagnostics> {
        match module {
            Some(module) if !found.has_errors() => Ok(Self { module: Arc::new(module), warnings: found }),
            _ => Err(found),
        }
    }
}

impl Session {
    /// As this one, with the root module in another folder.
    pub(crate) fn configured_in(&self, folder: &str) -> Self {
        Self { root: folder.to_owned(), ..self.clone() }
    }

    /// As this one, with the whole path of the root module's folder before the names of its files, as Terraform has them
    /// where a command looks at the configuration beside its work.
    pub(crate) fn named_in_full(&self) -> Self {
        self.configured_in(&self.world.path(&self.root).components().collect::<PathBuf>().to_string_lossy())
    }

    /// As this one, at the time of a plan that was made earlier.
    pub(crate) fn planned_at(&self, time: time::OffsetDateTime) -> Self {
        Self { started: time, ..self.clone() }
    }

    /// As this one, with standard output kept free for a document.
    pub(crate) fn telling_aside(&self) -> Self {
        let style = Style { color: false, ..self.view.style };
        let view = View { aside: Aside::Yes, style, ..self.view.clone() };
        Self { view, ..self.clone() }
    }

    /// Loads the root module alone, for its backend.
    pub(crate) fn load_root(&self) -> Result<Arc<Module>, Diagnostics> {
        self.load_root_to_go_on().map(|root| root.module)
    }

    /// Loads the root module, for its backend and then for [`Session::load_tree_below`].
    pub(crate) fn load_root_to_go_on(&self) -> Result<LoadedRoot, Diagnostics> {
        let (root, found) = landform_config::load_module(&self.root, &self.view.sources, &self.files());
        LoadedRoot::new(root, found)
    }

    /// As [`Session::load_root_to_go_on`]. Of a module that does not allow this version of the language, nothing else is told.
    pub(crate) fn load_root_of_this_version(&self) -> Result<LoadedRoot, Diagnostics> {
        let (root, found) = landform_config::load_module(&self.root, &self.view.sources, &self.files());
        let refused = root.as_ref().map(|root| check_required_version(root, None)).unwrap_or_default();
        let found = if refused.has_errors() { refused } else { found };
        LoadedRoot::new(root, found)
    }

    pub(crate) fn files(&self) -> DiskFiles {
        DiskFiles::new(self.world.directory.clone())
    }

    /// Loads the root module with its test files, for what their runs call; with warnings.
    pub(crate) fn load_root_with_tests(
        &self,
        test_directory: Option<&str>,
    ) -> Result<(Module, Diagnostics), Diagnostics> {
        let tests = test_directory.unwrap_or(TEST_DIRECTORY);
        match load_module_with_tests(&self.root, tests, &self.view.sources, &self.files()) {
            (Some(root), diagnostics) if !diagnostics.has_errors() => Ok((root, diagnostics)),
            (_, diagnostics) => Err(diagnostics),
        }
    }

    /// Loads the root module and all that it calls.
    pub(crate) fn load_tree(&self) -> Result<(ModuleTree, Diagnostics), Diagnostics> {
        self.load_tree_from(&self.files())
    }

    /// As [`Session::load_tree`], from files that may be others than those on disk.
    pub(crate) fn load_tree_from(&self, files: &dyn FileSource) -> Result<(ModuleTree, Diagnostics), Diagnostics> {
        let manifest = self.manifest()?;
        match load_tree_with(&self.root, &manifest, files, &self.early()) {
            (Some(tree), found) => installed(tree, found, &manifest),
            (None, found) => Err(found),
        }
    }

    /// As [`Session::load_tree`], where messages name the root module's files by their whole paths once it is known that it
    /// can be read.
    pub(crate) fn load_tree_by_whole_paths(&self) -> Result<ModuleTree, Diagnostics> {
        self.load_root()?;
        Ok(self.named_in_full().load_tree()?.0)
    }

    /// Loads all that a root module calls.
    pub(crate) fn load_tree_below(&self, root: LoadedRoot) -> Result<(ModuleTree, Diagnostics), Diagnostics> {
        let manifest = self.manifest()?;
        let (tree, found) = load_tree_below((root.module, root.warnings), &manifest, &self.files(), &self.early());
        installed(tree, found, &manifest)
    }

    /// What sources of modules and settings of backends may be made from: variables as far as they are given by
    /// files, the environment and the command's flags.
    pub(crate) fn early(&self) -> Early<'_> {
        self.early_with(Box::new(|root| {
            let flags = variables::flags_among(&self.arguments);
            let (given, _) = variables::collect(self, root, &flags, Asking::Needless)?;
            Ok(given.into_iter().map(|(name, given)| (name, given.value)).collect())
        }))
    }

    /// As [`Session::early`], with variables that come from elsewhere.
    pub(crate) fn early_with<'a>(&self, givens: Givens<'a>) -> Early<'a> {
        let working_dir = self.world.started_in.to_string_lossy().into_owned();
        let directories = (self.root.as_str().into(), working_dir.into());
        Early::new(self.context(), self.workspace().into(), directories, givens)
    }

    /// The text of the manifest; empty where there is none.
    pub(crate) fn manifest_text(&self) -> String {
        fs_err::read_to_string(self.world.data_dir().join(MANIFEST_FILE)).unwrap_or_default()
    }

    /// Installed modules, as `init` wrote them down.
    pub(crate) fn manifest(&self) -> Result<Manifest, Diagnostics> {
        let path = self.world.data_dir().join(MANIFEST_FILE);
        Manifest::parse(&self.manifest_text()).map_err(|error| {
            let detail = format!("The manifest {} can not be read: {error}. Run \"landform init\".", path.display());
            Diagnostic::error("Failed to read module manifest", detail).into()
        })
    }

    /// Whether all modules allow this version of the language. Places are named by their whole paths.
    pub(crate) fn check_required_versions(&self) -> Result<(), Diagnostics> {
        let (tree, _) = self.named_in_full().load_tree()?;
        let found = landform_config::check::check_required_versions(&tree, &self.view.sources);
        if found.has_errors() { Err(found) } else { Ok(()) }
    }

    /// The workspace that the environment selects, whatever is selected otherwise.
    pub(crate) fn overriding_workspace(&self) -> Option<&str> {
        self.world.variable("TF_WORKSPACE")
    }

    /// The selected workspace.
    ///
    /// # Errors
    /// When the environment selects one whose name is none.
    pub(crate) fn valid_workspace(&self) -> Result<String, Diagnostic> {
        match self.overriding_workspace() {
            Some(name) if !is_workspace_name(name) => {
                Err(Diagnostic::error("Invalid workspace name set using TF_WORKSPACE", ""))
            }
            _ => Ok(self.workspace()),
        }
    }

    /// The selected workspace.
    pub(crate) fn workspace(&self) -> String {
        if let Some(name) = self.overriding_workspace() {
            return name.to_owned();
        }
        let stored = fs_err::read_to_string(self.world.data_dir().join("environment")).unwrap_or_default();
        let stored = stored.trim();
        if stored.is_empty() { DEFAULT_WORKSPACE.into() } else { stored.to_owned() }
    }

    /// Where the root module is, and what is remembered of it.
    pub(crate) fn working_directory(&self) -> WorkingDirectory {
        let data_dir = self.world.variable("TF_DATA_DIR").unwrap_or(".terraform").into();
        WorkingDirectory { path: self.world.directory.clone(), data_dir }
    }

    /// The public versions that the engine's own providers stand for.
    #[allow(clippy::unused_self, reason = "it goes with the providers")]
    pub(crate) fn native_providers(&self) -> Vec<NativeProvider> {
        let native = |name: &str, version: Version| NativeProvider { addr: ProviderAddr::hashicorp(name), version };
        vec![
            #[cfg(feature = "aws")]
            native("aws", Version::new(6, 47, 0)),
            native("random", Version::new(3, 7, 2)),
        ]
    }

    /// The providers that the engine has.
    pub(crate) fn providers(&self) -> ProviderSet {
        let builtin = landform_provider_builtin::Builtin::new(Arc::new(crate::backend::RemoteStates::new(&self.world)));
        let all: Vec<(ProviderAddr, Arc<dyn Provider>)> = vec![
            (ProviderAddr::builtin(), Arc::new(builtin)),
            (ProviderAddr::hashicorp("random"), landform_provider_random::provider()),
            #[cfg(feature = "aws")]
            (ProviderAddr::hashicorp("aws"), Arc::new(landform_provider_aws::AwsProvider::new())),
        ];
        ProviderSet::new(all)
    }

    /// The provisioners that the engine has.
    fn provisioners(&self) -> ProvisionerSet {
        ProvisionerSet::new(landform_provision::all(&Machine {
            directory: self.world.directory.clone(),
            search_path: self.world.variable("PATH").unwrap_or_default().to_owned(),
            home: self.world.home(),
            ssh_agent: self.world.variable("SSH_AUTH_SOCK").filter(|socket| !socket.is_empty()).map(Into::into),
        }))
    }

    /// What functions may use of the world.
    pub(crate) fn context(&self) -> EvalContext {
        let world = DiskWorld {
            working_dir: self.world.directory.to_string_lossy().into_owned(),
            home_dir: self.world.home().map(|home| home.to_string_lossy().into_owned()),
            plan_time: Some(self.started),
            clock: time::OffsetDateTime::now_utc,
            random: |buffer: &mut [u8]| rand::fill(buffer),
        };
        EvalContext::new(Arc::new(world), self.view.sources.clone())
            .with_interrupt(self.interrupts.evaluation().clone())
    }

    /// What a run may use of the world.
    pub(crate) fn settings(&self) -> RunSettings {
        let format = time::format_description::well_known::Rfc3339;
        RunSettings {
            context: self.context(),
            provisioners: self.provisioners(),
            root_dir: self.root.as_str().into(),
            working_dir: self.world.started_in.to_string_lossy().into_owned().into(),
            workspace: self.workspace().into(),
            engine_version: COMPATIBLE_VERSION.into(),
            timestamp: self.started.format(&format).unwrap_or_default().into(),
            new_deposed_key: Arc::new(|| uuid::Uuid::new_v4().simple().to_string()[..8].to_owned()),
        }
    }

    /// Takes the lock of a state, waiting as long as the user said.
    pub(crate) async fn lock(
        &self,
        store: &dyn StateStore,
        operation: &str,
        timeout: Duration,
    ) -> Result<LockId, Diagnostics> {
        let info = LockInfo::new(operation, self.world.who(), COMPATIBLE_VERSION, self.world.now());
        let waiting = |holder: Option<&LockInfo>| self.view.waits_for_lock(holder);
        lock_with_timeout(store, &info, timeout, &Clock::new(), &waiting)
            .await
            .map_err(landform_state::LockError::into_diagnostics)
    }
}

/// Whether a workspace may be named so: as a segment of a URL without escapes.
pub(crate) fn is_workspace_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~$&+:=@".contains(&byte);
    !name.is_empty() && name.bytes().all(allowed)
}

/// A tree without errors, all of whose modules are installed.
fn installed(
    tree: ModuleTree,
    found: Diagnostics,
    manifest: &Manifest,
) -> Result<(ModuleTree, Diagnostics), Diagnostics> {
    let missing = not_installed(&tree, manifest);
    if missing.has_errors() {
        let warnings = found.into_iter().filter(|found| !found.is_error());
        return Err(missing.into_iter().chain(warnings).collect());
    }
    if found.has_errors() { Err(found) } else { Ok((tree, found)) }
}

/// Modules that `init` has not seen, without those that such modules call.
fn not_installed(tree: &ModuleTree, manifest: &Manifest) -> Diagnostics {
    let called = tree.nodes().iter().enumerate().filter_map(|(index, node)| Some((node, tree.call(index)?)));
    called
        .filter(|(node, _)| manifest.get(&node.path).is_none())
        .filter(|(node, _)| {
            node.path.parent().is_none_or(|(caller, _)| caller.is_root() || manifest.get(&caller).is_some())
        })
        .map(|(_, call)| {
            let detail = "This module is not yet installed. Run \"landform init\" to install all modules required by this configuration.";
            Diagnostic::error("Module not installed", detail).at(call.span)
        })
        .collect()
}

/// The real clock.
pub(crate) struct Clock(Instant);

impl Clock {
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }
}

#[async_trait]
impl Timer for Clock {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// The real clock, for who waits only as long as nobody asks to stop: after that, no time is left.
pub(crate) struct StoppableClock {
    clock: Clock,
    stop: StopSignal,
}

impl StoppableClock {
    pub(crate) fn new(stop: StopSignal) -> Self {
        Self { clock: Clock::new(), stop }
    }
}

#[async_trait]
impl Timer for StoppableClock {
    fn elapsed(&self) -> Duration {
        if self.stop.is_stopped() { Duration::MAX } else { self.clock.elapsed() }
    }

    async fn sleep(&self, duration: Duration) {
        self.stop.unless_stopped(self.clock.sleep(duration)).await;
    }
}
