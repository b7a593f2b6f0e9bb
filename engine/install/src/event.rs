//! What `init` tells people as it goes, in Terraform's words.

use landform_config::version::Version;

/// Hears what is being done. Called from one thread at a time.
pub trait InstallObserver: Sync {
    /// Something begins or is done.
    fn event(&self, event: &InstallEvent<'_>);
}

/// Hears nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoObserver;

impl InstallObserver for NoObserver {
    fn event(&self, _: &InstallEvent<'_>) {}
}

/// All that `init` says beside diagnostics. Texts contain no secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstallEvent<'a> {
    /// `-from-module`: a package is about to be fetched into the working directory.
    CopyingConfiguration {
        /// The source as given.
        source: &'a str,
    },
    /// The backend comes next.
    InitializingBackend,
    /// The backend is used from now on.
    BackendConfigured {
        /// Its type.
        kind: &'a str,
    },
    /// The backend has another type than at the last `init`.
    BackendTypeChanged {
        /// The type then.
        from: &'a str,
        /// The type now.
        to: &'a str,
    },
    /// The backend has other settings than at the last `init`.
    BackendReconfigured,
    /// There was a backend at the last `init`, and there is none any more.
    BackendUnconfiguring {
        /// The type then.
        kind: &'a str,
    },
    /// State is local from now on.
    BackendUnset {
        /// The type then.
        kind: &'a str,
    },
    /// Modules come next.
    InitializingModules,
    /// Modules come next, in their newest allowed versions.
    UpgradingModules,
    /// A package is about to be fetched.
    DownloadingModule {
        /// The calls that lead to the module, joined by dots.
        module: &'a str,
        /// The package's address without secrets.
        package: &'a str,
        /// The version, of a registry's module.
        version: Option<&'a Version>,
    },
    /// A module is where it can be loaded from.
    InstalledModule {
        /// The calls that lead to the module, joined by dots.
        module: &'a str,
        /// Its directory relative to the working directory.
        directory: &'a str,
    },
    /// Providers come next.
    InitializingProviders,
    /// The lock file selects the provider's version.
    ReusingProvider {
        /// Its address as shown.
        provider: &'a str,
    },
    /// The provider's version is selected by constraints.
    FindingProvider {
        /// Its address as shown.
        provider: &'a str,
        /// Normalized constraints; empty for none.
        constraints: &'a str,
    },
    /// The provider is a part of the language.
    BuiltinProvider {
        /// Its address as shown.
        provider: &'a str,
    },
    /// The provider is part of the program.
    NativeProvider {
        /// Its address as shown.
        provider: &'a str,
        /// Which public version it stands for.
        version: &'a Version,
        /// The version that the lock file selects, where it is another one.
        locked: Option<&'a Version>,
    },
    /// There is a lock file now.
    LockFileCreated,
    /// The lock file has changed.
    LockFileChanged,
    /// There is no configuration at all.
    EmptyDirectory,
    /// Printed before the configuration's errors.
    ConfigurationProblems,
    /// All is done.
    Success,
    /// What a person may do next; not said in automation.
    NextSteps,
}

impl InstallEvent<'_> {
    /// For people, with markup such as `[bold]` and `[reset]`, without a line end.
    pub fn human(&self) -> String {
        match self {
            Self::CopyingConfiguration { source } => {
                format!("[reset][bold]Copying configuration[reset] from {source:?}...")
            }
            Self::InitializingBackend
            | Self::UpgradingModules
            | Self::InitializingModules
            | Self::InitializingProviders => format!("[reset][bold]{}", self.plain()),
            Self::BackendConfigured { .. } | Self::BackendUnset { .. } => {
                format!("[reset][green]\n{}[reset]", self.plain())
            }
            Self::BackendTypeChanged { .. } => format!("[reset]{}\n", self.plain()),
            Self::BackendReconfigured => {
                let text = self.plain();
                let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
                format!("[reset][bold]{first}[reset]\n{rest}\n")
            }
            Self::LockFileCreated => self.plain().replace(LOCK_FILE, &format!("[bold]{LOCK_FILE}[reset]")),
            Self::EmptyDirectory => {
                let text = self.plain();
                let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
                format!("[reset][bold]{first}[reset]\n{rest}")
            }
            Self::Success => format!("[reset][bold][green]{}[reset][green][reset]", self.plain()),
            Self::NextSteps => format!("[reset][green]\n{}[reset]", self.plain()),
            _ => self.plain(),
        }
    }

    /// For people, without markup.
    pub fn plain(&self) -> String {
        match self {
            Self::CopyingConfiguration { source } => format!("Copying configuration from {source:?}..."),
            Self::InitializingBackend => "Initializing the backend...".to_owned(),
            Self::BackendConfigured { kind } => format!(
                "Successfully configured the backend {kind:?}! Landform will automatically\nuse this backend unless the \
                 backend configuration changes."
            ),
            Self::BackendTypeChanged { from, to } => {
                format!("Landform detected that the backend type changed from {from:?} to {to:?}.")
            }
            Self::BackendReconfigured => BACKEND_RECONFIGURED.to_owned(),
            Self::BackendUnconfiguring { kind } => {
                format!("Landform has detected you're unconfiguring your previously set {kind:?} backend.")
            }
            Self::BackendUnset { kind } => {
                format!("Successfully unset the backend {kind:?}. Landform will now operate locally.")
            }
            Self::InitializingModules => "Initializing modules...".to_owned(),
            Self::UpgradingModules => "Upgrading modules...".to_owned(),
            Self::DownloadingModule { module, package, version: Some(version) } => {
                format!("Downloading {package} {version} for {module}...")
            }
            Self::DownloadingModule { module, package, version: None } => {
                format!("Downloading {package} for {module}...")
            }
            Self::InstalledModule { module, directory } => format!("- {module} in {directory}"),
            Self::InitializingProviders => "Initializing provider plugins...".to_owned(),
            Self::ReusingProvider { provider } => {
                format!("- Reusing previous version of {provider} from the dependency lock file")
            }
            Self::FindingProvider { provider, constraints: "" } => format!("- Finding latest version of {provider}..."),
            Self::FindingProvider { provider, constraints } => {
                format!("- Finding {provider} versions matching {constraints:?}...")
            }
            Self::BuiltinProvider { provider } => format!("- {provider} is built in to Landform"),
            Self::NativeProvider { provider, version, locked: None } => {
                format!("- {provider} v{version} is built in to Landform")
            }
            Self::NativeProvider { provider, version, locked: Some(locked) } => format!(
                "- {provider} v{version} is built in to Landform and used in place of v{locked}, which the dependency \
                 lock file selects"
            ),
            Self::LockFileCreated => LOCK_FILE_CREATED.to_owned(),
            Self::LockFileChanged => LOCK_FILE_CHANGED.to_owned(),
            Self::EmptyDirectory => EMPTY_DIRECTORY.to_owned(),
            Self::ConfigurationProblems => CONFIGURATION_PROBLEMS.to_owned(),
            Self::Success => "Landform has been successfully initialized!".to_owned(),
            Self::NextSteps => NEXT_STEPS.to_owned(),
        }
    }

    /// For machines: the text of a JSON message.
    pub fn json(&self) -> String {
        match self {
            Self::ReusingProvider { provider } => {
                format!("{provider}: Reusing previous version from the dependency lock file")
            }
            Self::FindingProvider { provider, constraints: "" } => format!("{provider}: Finding latest version..."),
            Self::FindingProvider { provider, constraints } => {
                format!("Finding matching versions for provider: {provider}, version_constraint: {constraints:?}")
            }
            Self::BuiltinProvider { .. } | Self::NativeProvider { .. } => {
                let text = self.plain();
                text.strip_prefix("- ").unwrap_or(&text).to_owned()
            }
            _ => self.plain(),
        }
    }

    /// The `message_code` of a JSON message of type `init_output`; `None` for those of type `log`.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::CopyingConfiguration { .. } => Some("copying_configuration_message"),
            Self::InitializingBackend => Some("initializing_backend_message"),
            Self::InitializingModules => Some("initializing_modules_message"),
            Self::UpgradingModules => Some("upgrading_modules_message"),
            Self::InitializingProviders => Some("initializing_provider_plugin_message"),
            Self::LockFileCreated => Some("lock_info"),
            Self::LockFileChanged => Some("dependencies_lock_changes_info"),
            Self::EmptyDirectory => Some("output_init_empty_message"),
            Self::ConfigurationProblems => Some("init_config_error"),
            Self::Success => Some("output_init_success_message"),
            Self::NextSteps => Some("output_init_success_cli_message"),
            _ => None,
        }
    }
}

/// The name of the dependency lock file.
pub(crate) const LOCK_FILE: &str = ".terraform.lock.hcl";

const BACKEND_RECONFIGURED: &str = "Backend configuration changed!

Landform has detected that the configuration specified for the backend
has changed. Landform will now check for existing state in the backends.";

const LOCK_FILE_CREATED: &str = "Landform has created a lock file .terraform.lock.hcl to record the provider
selections it made above. Include this file in your version control repository
so that Landform can guarantee to make the same selections by default when
you run \"landform init\" in the future.";

const LOCK_FILE_CHANGED: &str = "Landform has made some changes to the provider dependency selections recorded
in the .terraform.lock.hcl file. Review those changes and commit them to your
version control system if they represent changes you intended to make.";

const EMPTY_DIRECTORY: &str = "Landform initialized in an empty directory!

The directory has no Terraform configuration files. You may begin working
with Landform immediately by creating Terraform configuration files.";

const CONFIGURATION_PROBLEMS: &str = "Landform encountered problems during initialisation, including problems
with the configuration, described below.

The Terraform configuration must be valid before initialization so that
Landform can determine which modules and providers need to be installed.";

const NEXT_STEPS: &str = "You may now begin working with Landform. Try running \"landform plan\" to see
any changes that are required for your infrastructure. All Landform commands
should now work.

If you ever set or change modules or backend configuration for Landform,
rerun this command to reinitialize your working directory. If you forget, other
commands will detect it and remind you to do so if necessary.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let version = Version::new(6, 47, 0);
        let locked = Version::new(6, 10, 0);
        for (event, human, json) in [
            (InstallEvent::InitializingModules, "[reset][bold]Initializing modules...", "Initializing modules..."),
            (
                InstallEvent::DownloadingModule { module: "a.b", package: "x/y/z", version: Some(&version) },
                "Downloading x/y/z 6.47.0 for a.b...",
                "Downloading x/y/z 6.47.0 for a.b...",
            ),
            (
                InstallEvent::InstalledModule { module: "vpc", directory: "../../modules/vpc" },
                "- vpc in ../../modules/vpc",
                "- vpc in ../../modules/vpc",
            ),
            (
                InstallEvent::FindingProvider { provider: "hashicorp/aws", constraints: "~> 6.0" },
                "- Finding hashicorp/aws versions matching \"~> 6.0\"...",
                "Finding matching versions for provider: hashicorp/aws, version_constraint: \"~> 6.0\"",
            ),
            (
                InstallEvent::NativeProvider { provider: "hashicorp/aws", version: &version, locked: Some(&locked) },
                "- hashicorp/aws v6.47.0 is built in to Landform and used in place of v6.10.0, which the dependency \
                 lock file selects",
                "hashicorp/aws v6.47.0 is built in to Landform and used in place of v6.10.0, which the dependency lock \
                 file selects",
            ),
            (
                InstallEvent::Success,
                "[reset][bold][green]Landform has been successfully initialized![reset][green][reset]",
                "Landform has been successfully initialized!",
            ),
        ] {
            assert_eq!((event.human().as_str(), event.json().as_str()), (human, json));
        }
        let bold = InstallEvent::LockFileCreated.human();
        assert!(bold.contains("a lock file [bold].terraform.lock.hcl[reset] to record"), "{bold}");
    }
}
