//! A root module and all that it calls.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use landform_addrs::{ModulePath, ProviderConfigAddr, Str};
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};

use super::files::{FileSource, join};
use super::module::{LoadedModule, load_module, side_by_side};
use crate::early::{Early, EarlyScope};
use crate::manifest::{Manifest, ManifestEntry};
use crate::model::{LocalProvider, Module, ModuleCall, Resource};
use crate::provider_instances::{ProviderInstances, provider_instances};
use crate::source::ModuleSource;
use crate::version::Version;

/// How to mend what is told of modules that are not as the manifest has them.
pub(super) const RUN_INIT: &str = "Run \"terraform init\" to install all modules required by this configuration.";

/// How deep calls may be nested: deeper trees are taken for modules that call themselves.
const MAX_DEPTH: usize = 256;

/// One element of a [`ModuleTree`]: a module in its place. Modules of one directory share their declarations.
#[derive(Clone, Debug)]
pub struct ModuleNode {
    /// The names of the calls that lead here.
    pub path: ModulePath,
    /// The declarations.
    pub module: Arc<Module>,
    /// The calling element, and the index of the call there. `None` for the root module.
    pub parent: Option<(usize, usize)>,
    /// The called modules, by the index of the call. `None` where a called module could not be loaded.
    pub children: Vec<Option<usize>>,
    /// The version of a registry's module.
    pub version: Option<Version>,
    /// The instances of its provider configurations that have `for_each`, with the value of each.
    pub provider_instances: HashMap<LocalProvider, Arc<ProviderInstances>>,
    /// The call, where the source or the version in it had to be evaluated.
    pub resolved_call: Option<Arc<ModuleCall>>,
}

/// What manages a resource: a provider configuration, or one of its instances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderChoice {
    /// The configuration, as a whole.
    pub address: ProviderConfigAddr,
    /// Where stands what chooses among its instances, if it has any number of them.
    pub key: Option<ProviderKey>,
}

/// Where the key of a provider instance stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderKey {
    /// In the `provider` argument of the resource itself.
    Resource,
    /// In the `providers` argument of a call.
    Passed {
        /// The called element of the tree.
        callee: usize,
        /// Which entry of the argument.
        entry: usize,
    },
}

/// A root module and all that it calls. The root module is the first element, and callers stand before what they call.
#[derive(Clone, Debug)]
pub struct ModuleTree {
    nodes: Vec<ModuleNode>,
}

impl ModuleTree {
    /// All elements.
    pub fn nodes(&self) -> &[ModuleNode] {
        &self.nodes
    }

    /// One element.
    ///
    /// # Panics
    /// If the index comes from another tree.
    pub fn node(&self, index: usize) -> &ModuleNode {
        &self.nodes[index]
    }

    /// The root module.
    pub fn root(&self) -> &Arc<Module> {
        &self.nodes[0].module
    }

    /// The same with another root module, which makes the same calls.
    #[must_use]
    pub fn with_root(&self, root: Module) -> Self {
        let mut nodes = self.nodes.clone();
        nodes[0].module = Arc::new(root);
        Self { nodes }
    }

    /// The element that a path of calls leads to.
    pub fn find(&self, path: &ModulePath) -> Option<usize> {
        path.calls().iter().try_fold(0, |node, call| {
            let call = self.nodes[node].module.module_calls.get_index_of(call)?;
            self.nodes[node].children[call]
        })
    }

    /// The call that leads to an element; `None` for the root module.
    pub fn call(&self, index: usize) -> Option<&ModuleCall> {
        let (parent, call) = self.nodes[index].parent?;
        if let Some(resolved) = &self.nodes[index].resolved_call {
            return Some(resolved);
        }
        self.nodes[parent].module.module_calls.get_index(call).map(|(_, call)| call)
    }

    /// The provider configuration that a resource of an element uses.
    pub fn provider_config(&self, index: usize, resource: &Resource) -> ProviderConfigAddr {
        self.resolve_provider(index, &resource.local_provider())
    }

    /// As [`Self::provider_config`], with what chooses among the instances of that configuration.
    pub fn provider_choice(&self, index: usize, resource: &Resource) -> ProviderChoice {
        let own = resource.provider.as_ref().and_then(|provider| provider.key.as_ref());
        let mut key = own.map(|_| ProviderKey::Resource);
        let address = self.resolve(index, &resource.local_provider(), &mut key);
        ProviderChoice { address, key }
    }

    /// The provider configuration that a name in an element means: a block there, or one that the caller passes under
    /// this name, or (without an alias) the default configuration of the same provider in the nearest caller that has
    /// one.
    pub fn resolve_provider(&self, index: usize, local: &LocalProvider) -> ProviderConfigAddr {
        self.resolve(index, local, &mut None)
    }

    /// Notes on the way where an instance is chosen.
    fn resolve(&self, index: usize, local: &LocalProvider, key: &mut Option<ProviderKey>) -> ProviderConfigAddr {
        let node = &self.nodes[index];
        let provider = node.module.provider_named(&local.name);
        let passed = self.call(index).and_then(|call| {
            let entries = call.providers.iter().enumerate();
            let mut entries = entries.map(|(entry, passed)| (entry, &passed.in_child, &passed.in_parent));
            entries.find(|(_, in_child, _)| in_child.local() == *local)
        });
        if let (Some((entry, _, in_parent)), Some((parent, _))) = (passed, node.parent) {
            if in_parent.key.is_some() {
                *key = Some(ProviderKey::Passed { callee: index, entry });
            }
            return self.resolve(parent, &in_parent.local(), key);
        }
        if node.module.provider_configs.contains_key(local) {
            return ProviderConfigAddr::new(node.path.clone(), provider, local.alias.clone());
        }
        match node.parent {
            // The caller may know the provider under another name.
            Some((parent, _)) if local.alias.is_none() => {
                let name = self.nodes[parent].module.name_of_provider(&provider);
                let inherited = self.resolve(parent, &LocalProvider::default_of(name), key);
                if inherited.provider == provider { inherited } else { ProviderConfigAddr::root(provider) }
            }
            _ => ProviderConfigAddr::new(ModulePath::root(), provider, local.alias.clone()),
        }
    }
}

/// As [`load_tree_with`], where nothing is given for the root module's variables.
pub fn load_tree(
    directory: &str,
    manifest: &Manifest,
    sources: &SourceMap,
    files: &dyn FileSource,
) -> (Option<ModuleTree>, Diagnostics) {
    load_tree_with(directory, manifest, files, &Early::with_defaults(directory, sources))
}

/// Loads a root module and all that it calls. Modules of the same package are found by their paths, others by the
/// manifest of installed modules. The tree is `None` when the root module's directory can not be read.
pub fn load_tree_with(
    directory: &str,
    manifest: &Manifest,
    files: &dyn FileSource,
    early: &Early<'_>,
) -> (Option<ModuleTree>, Diagnostics) {
    load_all(directory, manifest, files, early, Broken::Ends)
}

/// As [`load_tree_with`], of what is installed: what a root module with errors calls is looked at, too.
pub fn load_installed_tree(
    directory: &str,
    manifest: &Manifest,
    files: &dyn FileSource,
    early: &Early<'_>,
) -> (Option<ModuleTree>, Diagnostics) {
    load_all(directory, manifest, files, early, Broken::GoesOn)
}

fn load_all(
    directory: &str,
    manifest: &Manifest,
    files: &dyn FileSource,
    early: &Early<'_>,
    broken: Broken,
) -> (Option<ModuleTree>, Diagnostics) {
    match load_module(directory, &early.context.sources, files) {
        (Some(root), found) => {
            let (tree, found) = load_below((Arc::new(root), found), manifest, files, early, broken);
            (Some(tree), found)
        }
        (None, found) => (None, found),
    }
}

/// As [`load_tree_with`], below a root module that was loaded already, with what was found in it.
pub fn load_tree_below(
    (root, diagnostics): (Arc<Module>, Diagnostics),
    manifest: &Manifest,
    files: &dyn FileSource,
    early: &Early<'_>,
) -> (ModuleTree, Diagnostics) {
    load_below((root, diagnostics), manifest, files, early, Broken::Ends)
}

/// Whether what a root module with errors calls is looked at. It is where modules are installed, as in Terraform.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Broken {
    Ends,
    GoesOn,
}

fn load_below(
    (root, diagnostics): (Arc<Module>, Diagnostics),
    manifest: &Manifest,
    files: &dyn FileSource,
    early: &Early<'_>,
    broken: Broken,
) -> (ModuleTree, Diagnostics) {
    let sources = &early.context.sources;
    let failed = diagnostics.has_errors();
    let mut loader = Loader {
        manifest,
        sources,
        files,
        early,
        loaded: HashMap::new(),
        nodes: Vec::new(),
        scopes: Vec::new(),
        diagnostics,
    };
    let root = loader.add(ModulePath::root(), root, None, Located::default());
    if !failed || broken == Broken::GoesOn {
        loader.load_calls(root);
    }
    let Loader { nodes, mut diagnostics, .. } = loader;
    let tree = ModuleTree { nodes };
    if !failed {
        diagnostics.extend(crate::check::check_tree(&tree, sources));
    }
    (tree, diagnostics)
}

struct Loader<'a> {
    manifest: &'a Manifest,
    sources: &'a SourceMap,
    files: &'a dyn FileSource,
    early: &'a Early<'a>,
    /// By directory.
    loaded: HashMap<String, LoadedModule>,
    nodes: Vec<ModuleNode>,
    /// By the index of the node.
    scopes: Vec<Arc<EarlyScope>>,
    diagnostics: Diagnostics,
}

/// What a call leads to.
#[derive(Default)]
struct Located {
    version: Option<Version>,
    resolved_call: Option<Arc<ModuleCall>>,
}

impl Loader<'_> {
    fn add(
        &mut self,
        path: ModulePath,
        module: Arc<Module>,
        parent: Option<(usize, usize)>,
        located: Located,
    ) -> usize {
        let children = vec![None; module.module_calls.len()];
        let scope = match parent {
            Some((parent, _)) => self.scopes[parent].child(path.clone(), module.clone()),
            None => EarlyScope::root(module.clone()),
        };
        let provider_instances = self.provider_instances(&module, &scope);
        self.scopes.push(scope);
        let Located { version, resolved_call, .. } = located;
        self.nodes.push(ModuleNode { path, module, parent, children, version, provider_instances, resolved_call });
        self.nodes.len() - 1
    }

    /// How many instances provider configurations have is known before all else, so that it is known what is read and
    /// planned with them.
    fn provider_instances(
        &mut self,
        module: &Module,
        scope: &Arc<EarlyScope>,
    ) -> HashMap<LocalProvider, Arc<ProviderInstances>> {
        let mut all = HashMap::new();
        for (local, config) in &module.provider_configs {
            let Some(for_each) = config.for_each.as_ref().filter(|_| config.alias.is_some()) else { continue };
            let instances = provider_instances(self.early, for_each, scope).unwrap_or_else(|found| {
                self.diagnostics.extend(found);
                ProviderInstances::new()
            });
            all.insert(local.clone(), Arc::new(instances));
        }
        all
    }

    /// Loads what an element calls, and what that calls, without recursion.
    fn load_calls(&mut self, first: usize) {
        let mut next = first;
        while next < self.nodes.len() {
            let module = self.nodes[next].module.clone();
            let mut names: Vec<(usize, &Str)> = module.module_calls.keys().enumerate().collect();
            names.sort_by_key(|(_, name)| *name);
            self.load_ahead(next, &module);
            for (call_index, name) in names {
                let call = &module.module_calls[name];
                self.load_call(next, call_index, call);
            }
            next += 1;
        }
    }

    /// Loads the modules of this package that an element calls side by side, where they are many.
    fn load_ahead(&mut self, caller: usize, module: &Module) {
        let around = &self.nodes[caller].module.source_dir;
        let local = module.module_calls.values().filter_map(|call| match &call.source {
            Some(ModuleSource::Local(relative)) => Some(join(around, relative)),
            _ => None,
        });
        let directories: BTreeSet<String> = local.filter(|directory| !self.loaded.contains_key(directory)).collect();
        // What can not be read is told of where it is called.
        let readable = directories.into_iter().filter(|directory| self.files.list(directory).is_ok());
        let directories: Vec<String> = readable.collect();
        let (sources, files) = (self.sources, self.files);
        let loaded = side_by_side(&directories, 2, &|directory| LoadedModule::load(directory, sources, files));
        self.loaded.extend(directories.into_iter().zip(loaded));
    }

    fn load_call(&mut self, caller: usize, call_index: usize, call: &ModuleCall) {
        let path = self.nodes[caller].path.child(call.name.clone());
        let resolved = match self.early.call(call, &self.scopes[caller]) {
            Ok(resolved) => resolved.map(Arc::new),
            Err(found) => return self.diagnostics.extend(found),
        };
        let call = resolved.as_deref().unwrap_or(call);
        let Some(source) = &call.source else { return };
        if path.calls().len() > MAX_DEPTH {
            let detail = format!(
                "Modules are called within each other more than {MAX_DEPTH} times here. A module must not call itself, \
                 neither directly nor through others."
            );
            self.diagnostics.error(call.span, "Module calls nested too deeply", detail);
            return;
        }
        // A folder whose name is made from values may be another one each time.
        let may_vary = resolved.is_some() && matches!(source, ModuleSource::Local(_));
        let installed = self.manifest.get(&path).filter(|_| !may_vary);
        let Some((directory, version)) = self.locate(caller, installed, source, call) else { return };
        let Some(module) = self.module((&path, &directory), call) else { return };
        self.check_called(&module);
        let located = Located { version, resolved_call: resolved };
        let node = self.add(path, module, Some((caller, call_index)), located);
        self.nodes[caller].children[call_index] = Some(node);
        self.check_constants(node);
    }

    /// What a call sets a constant variable to must be known by now.
    fn check_constants(&mut self, node: usize) {
        let constants = self.nodes[node].module.variables.values().filter(|variable| variable.is_const);
        for variable in constants {
            if let Err(found) = self.early.constant(&variable.name, &self.scopes[node], variable.span) {
                self.diagnostics.extend(found);
            }
        }
    }

    /// The directory of a called module.
    fn locate(
        &mut self,
        caller: usize,
        installed: Option<&ManifestEntry>,
        source: &ModuleSource,
        call: &ModuleCall,
    ) -> Option<(String, Option<Version>)> {
        let is_same = installed.is_none_or(|entry| entry.source == source.to_string());
        if let ModuleSource::Local(relative) = source
            && is_same
        {
            let directory = match installed {
                // That there is no such directory was found when it was to be installed.
                Some(entry) if entry.dir.is_empty() => {
                    self.diagnostics.push(not_installed(Some(entry), call));
                    return None;
                }
                Some(entry) => entry.dir.clone(),
                None => join(&self.nodes[caller].module.source_dir, relative),
            };
            return Some((directory, None));
        }
        let problem = match installed {
            None => {
                self.diagnostics.push(not_installed(None, call));
                return None;
            }
            Some(_) if !is_same => {
                let detail = format!("The source address was changed since this module was installed. {RUN_INIT}");
                ("Module source has changed", detail, call.source_span.unwrap_or(call.span))
            }
            Some(entry) => match version_problem(entry.version.as_ref(), call) {
                None => return Some((entry.dir.clone(), entry.version.clone())),
                Some(detail) => {
                    let at = call.version_span.unwrap_or(call.span);
                    ("Module version requirements have changed", format!("{detail} {RUN_INIT}"), at)
                }
            },
        };
        let (summary, detail, at) = problem;
        self.diagnostics.push(Diagnostic::error(summary, detail).at(at));
        None
    }

    /// The module of a directory, loaded once.
    fn module(&mut self, (path, directory): (&ModulePath, &str), call: &ModuleCall) -> Option<Arc<Module>> {
        if !self.loaded.contains_key(directory) {
            if self.files.list(directory).is_err() {
                self.diagnostics.push(not_installed(self.manifest.get(path), call));
                return None;
            }
            self.loaded.insert(directory.to_owned(), LoadedModule::load(directory, self.sources, self.files));
        }
        let loaded = self.loaded.get_mut(directory)?;
        self.diagnostics.extend(loaded.told());
        loaded.module.clone()
    }

    /// What only the root module may hold.
    fn check_called(&mut self, module: &Module) {
        if let Some(backend) = &module.backend {
            let detail = "Any selected backend applies to the entire configuration, so Terraform expects provider \
                          configurations only in the root module.\n\nThis is a warning rather than an error because \
                          it's sometimes convenient to temporarily call a root module as a child module for testing \
                          purposes, but this backend configuration block will have no effect.";
            self.diagnostics.warning(backend.span, "Backend configuration ignored", detail);
        }
    }
}

fn version_problem(installed: Option<&Version>, call: &ModuleCall) -> Option<String> {
    let wanted = call.version.as_ref().filter(|wanted| !wanted.is_empty());
    match (wanted, installed) {
        (None, None) => None,
        (Some(_), None) => Some(
            "The version requirements have changed since this module was installed and the installed version is no \
             longer acceptable."
                .to_owned(),
        ),
        (Some(wanted), Some(installed)) if !wanted.allow(installed) => Some(format!(
            "The version requirements have changed since this module was installed and the installed version \
             ({installed}) is no longer acceptable."
        )),
        _ => None,
    }
}

/// Of a module whose directory can not be read, or was never recorded.
pub(super) fn not_installed(installed: Option<&ManifestEntry>, call: &ModuleCall) -> Diagnostic {
    let detail = match installed {
        None => format!("This module is not yet installed. {RUN_INIT}"),
        Some(entry) => format!("This module's local cache directory {} could not be read. {RUN_INIT}", entry.dir),
    };
    Diagnostic::error("Module not installed", detail).at(call.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::MemoryFiles;

    #[test]
    fn modules_are_loaded_side_by_side_and_told_of_in_order() {
        let calls = (0..9).map(|index| format!("module \"m{index}\" {{\n  source = \"./m{index}\"\n}}\n"));
        let modules = (0..8).filter(|index| *index != 5).map(|index| match index {
            2 | 7 => format!("-- m{index}/a.tf --\nvariable {{}}\n"),
            _ => format!("-- m{index}/a.tf --\nlocals {{\n  a = {index}\n}}\n"),
        });
        let again = "module \"again\" {\n  source = \"./m0\"\n}\n".to_owned();
        let archive = ["-- main.tf --\n".to_owned(), again].into_iter().chain(calls).chain(modules).collect::<String>();
        let sources = SourceMap::new();
        let (tree, found) = load_tree(".", &Manifest::default(), &sources, &MemoryFiles::from_archive(&archive));
        let tree = tree.expect("there is a root module");
        let paths: Vec<String> = tree.nodes().iter().map(|node| node.path.to_string()).collect();
        let called = [0, 1, 2, 3, 4, 6, 7].map(|index| format!("module.m{index}"));
        assert_eq!(paths[1], "module.again");
        assert_eq!(paths[2..], called);
        assert!(Arc::ptr_eq(&tree.node(1).module, &tree.node(2).module), "a directory is read once");
        let said: Vec<&str> = found.iter().filter(|found| found.is_error()).map(|found| &*found.summary).collect();
        let wrong = "Missing name for variable";
        let missing = "Module not installed";
        assert_eq!(said, [wrong, missing, wrong, missing]);
    }
}
