//! Which version of each provider is used.

use landform_addrs::ProviderAddr;
use landform_config::version::Version;
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};

use super::{Locks, ProviderLock, Requirement, Requirements, messages, read_lock_file, write_lock_file};
use crate::modules::{VersionPolicy, WorkingDirectory};
use crate::{InstallEvent, InstallObserver};

/// A provider that is part of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NativeProvider {
    /// The public provider's address.
    pub addr: ProviderAddr,
    /// The public version whose schemas it has.
    pub version: Version,
}

/// Whether the lock file may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LockFileMode {
    /// It is written when a selection changes.
    Update,
    /// It stays as it is: `-lockfile=readonly`.
    ReadOnly,
}

/// Selects providers.
pub struct ProviderInstaller<'a> {
    /// What is part of the program, beside the provider `terraform.io/builtin/terraform`.
    pub native: &'a [NativeProvider],
    /// Hears what is done.
    pub observer: &'a dyn InstallObserver,
    /// Whether the lock file may change.
    pub mode: LockFileMode,
    /// Whether locked versions count.
    pub policy: VersionPolicy,
}

/// The only provider that is part of the language.
const BUILTIN: &str = "terraform";

impl ProviderInstaller<'_> {
    /// Checks that all providers that are required are there in versions that are allowed, and keeps the lock file of
    /// the working directory up to date. See the module for what it records.
    pub fn install(
        &self,
        requirements: &Requirements,
        directory: &WorkingDirectory,
        sources: &SourceMap,
    ) -> Diagnostics {
        let (previous, mut diagnostics) = read_lock_file(directory, sources);
        let legacy = requirements.iter().filter(|(provider, _)| &*provider.namespace == "-");
        diagnostics.extend(legacy.map(|(provider, _)| messages::legacy(provider)));
        if self.mode == LockFileMode::ReadOnly && self.policy == VersionPolicy::Upgrade {
            let summary = "The -upgrade flag conflicts with -lockfile=readonly.";
            diagnostics.push(Diagnostic::error(summary, ""));
        }
        if diagnostics.has_errors() {
            return diagnostics;
        }
        let (locks, found) = self.select(requirements, &previous);
        diagnostics.extend(found);
        if !diagnostics.has_errors() && !locks.selects_as(&previous) {
            diagnostics.extend(self.save(&locks, &previous, directory).err().unwrap_or_default());
        }
        diagnostics
    }

    /// The locks that fit the requirements, starting from what was locked before.
    pub fn select(&self, requirements: &Requirements, previous: &Locks) -> (Locks, Diagnostics) {
        self.observer.event(&InstallEvent::InitializingProviders);
        let mut locks = previous.clone();
        let mut diagnostics = Diagnostics::new();
        let mut found = Vec::new();
        for (provider, requirement) in requirements.iter() {
            match self.find(provider, requirement, previous) {
                Ok(native) => found.extend(native.map(|native| (native, requirement))),
                Err(problem) => diagnostics.push(problem),
            }
        }
        for (native, requirement) in found {
            if !requirement.constraints.allow(&native.version) {
                // What is locked, or not, is Terraform's choice: it has releases that the constraints allow.
                self.tell_native(native, None);
                diagnostics.push(messages::not_allowed(native, requirement));
                continue;
            }
            let lock = self.lock(native, requirement, previous.get(&native.addr));
            let differs = (lock.version != native.version).then_some(&lock.version);
            self.tell_native(native, differs);
            diagnostics.extend(differs.and_then(|locked| messages::differs(native, locked)));
            locks.insert(native.addr.clone(), lock);
        }
        locks.retain(|provider| requirements.get(provider).is_some());
        (locks, diagnostics)
    }

    fn tell_native(&self, native: &NativeProvider, locked: Option<&Version>) {
        let (provider, version) = (&native.addr.for_display(), &native.version);
        self.observer.event(&InstallEvent::NativeProvider { provider, version, locked });
    }

    /// The native provider; `None` for one that is part of the language.
    fn find(
        &self,
        provider: &ProviderAddr,
        requirement: &Requirement,
        previous: &Locks,
    ) -> Result<Option<&NativeProvider>, Diagnostic> {
        let name = provider.for_display();
        if provider.is_builtin() {
            self.check_builtin(provider, requirement)?;
            self.observer.event(&InstallEvent::BuiltinProvider { provider: &name });
            return Ok(None);
        }
        let locked = previous.get(provider).filter(|_| self.policy == VersionPolicy::Keep);
        if let Some(lock) = locked {
            self.observer.event(&InstallEvent::ReusingProvider { provider: &name });
            if !requirement.constraints.allow(&lock.version) {
                return Err(messages::locked_out(provider, &lock.version, requirement));
            }
        } else {
            let constraints = requirement.constraints.normalized();
            self.observer.event(&InstallEvent::FindingProvider { provider: &name, constraints: &constraints });
        }
        let native = self.native.iter().find(|native| native.addr == *provider);
        Ok(Some(native.ok_or_else(|| messages::unknown(provider, requirement, self.native))?))
    }

    fn check_builtin(&self, provider: &ProviderAddr, requirement: &Requirement) -> Result<(), Diagnostic> {
        if &*provider.name != BUILTIN {
            let why = format!("this Landform release has no built-in provider named {:?}", &*provider.name);
            return Err(messages::invalid_builtin(provider, &why));
        }
        if !requirement.constraints.is_empty() {
            let why = "built-in providers do not support explicit version constraints";
            return Err(messages::invalid_builtin(provider, why));
        }
        Ok(())
    }

    /// What is to be locked: what was, unless an upgrade has something newer.
    fn lock(
        &self,
        native: &NativeProvider,
        requirement: &Requirement,
        previous: Option<&ProviderLock>,
    ) -> ProviderLock {
        let is_newer = |lock: &&ProviderLock| native.version > lock.version;
        let outdated = previous.filter(|_| self.policy == VersionPolicy::Upgrade).is_some_and(|lock| is_newer(&lock));
        match previous {
            Some(lock) if !outdated => lock.clone(),
            _ => ProviderLock::new(native.version.clone(), requirement.constraints.normalized(), Vec::new()),
        }
    }

    fn save(&self, locks: &Locks, previous: &Locks, directory: &WorkingDirectory) -> Result<(), Diagnostics> {
        if self.mode == LockFileMode::ReadOnly {
            let detail = "Changes to the required provider dependencies were detected, but the lock file is read-only. To \
                          use and record these requirements, run \"landform init\" without the \"-lockfile=readonly\" \
                          flag.";
            return Err(Diagnostic::error("Provider dependency changes detected", detail).into());
        }
        self.observer.event(match previous.is_empty() {
            true => &InstallEvent::LockFileCreated,
            false => &InstallEvent::LockFileChanged,
        });
        write_lock_file(locks, directory)
    }
}
