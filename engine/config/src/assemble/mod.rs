//! One module from the declarations of its files.

mod overrides;

use std::collections::HashMap;

use landform_addrs::{ProviderAddr, ResourceInstance, Str};
use landform_diagnostics::{Diagnostics, SourceMap, Span};

use crate::decode::FileDeclarations;
use crate::model::{Backend, Check, Cloud, Import, Module, ProviderConfig, ProviderMeta, RequiredProviders, Resource};
use crate::place::describe;

/// Puts a module together: ordinary files add up, override files change what was declared.
pub(crate) fn assemble(
    primary: Vec<FileDeclarations>,
    overrides: Vec<FileDeclarations>,
    sources: &SourceMap,
) -> (Module, Diagnostics) {
    let mut assembler =
        Assembler { module: Module::default(), imported: HashMap::new(), sources, diagnostics: Diagnostics::new() };
    let files = primary.iter().chain(&overrides);
    assembler.module.files = files.filter_map(|file| file.file).collect();
    // What names of providers mean must be known before resources are looked at.
    let (mut primary, mut overrides) = (primary, overrides);
    for file in &mut primary {
        assembler.required_providers(std::mem::take(&mut file.required_providers));
    }
    for required in overrides.iter_mut().flat_map(|file| std::mem::take(&mut file.required_providers)) {
        assembler.module.required_providers.entries.extend(required.entries);
    }
    for file in primary {
        assembler.append(file);
    }
    for file in overrides {
        assembler.merge(file);
    }
    assembler.resolve_providers();
    (assembler.module, assembler.diagnostics)
}

/// A module in the making.
struct Assembler<'a> {
    module: Module,
    /// Where each address is imported.
    imported: HashMap<ResourceInstance, Span>,
    sources: &'a SourceMap,
    diagnostics: Diagnostics,
}

impl Assembler<'_> {
    fn error(&mut self, span: Span, summary: impl Into<String>, detail: impl Into<String>) {
        self.diagnostics.error(span, summary, detail);
    }

    fn place(&self, span: Span) -> String {
        describe(self.sources, span)
    }

    fn required_providers(&mut self, blocks: Vec<RequiredProviders>) {
        for block in blocks {
            let known = &self.module.required_providers;
            if let (Some(first), Some(span)) = (known.span, block.span) {
                let detail = format!(
                    "A module may have only one required providers configuration. The required providers were \
                     previously configured at {}.",
                    self.place(first)
                );
                self.error(span, "Duplicate required providers configuration", detail);
                continue;
            }
            self.module.required_providers = block;
        }
    }

    /// Adds an ordinary file's declarations.
    fn append(&mut self, file: FileDeclarations) {
        self.module.required_versions.extend(file.required_versions);
        self.backends(file.backends, file.clouds);
        for config in file.provider_configs {
            self.provider_config(config);
        }
        for meta in file.provider_metas {
            self.provider_meta(meta);
        }
        for draft in file.variables {
            let variable = draft.finish();
            let (name, span) = (variable.name.clone(), variable.span);
            if let Some(first) = self.module.variables.insert(name.clone(), variable) {
                let how = "Variable names must be unique within a module";
                self.duplicate("variable declaration", "A variable", &name, "declared", (first.span, span), how);
            }
        }
        for local in file.locals {
            let (name, span) = (local.name.clone(), local.span);
            if let Some(first) = self.module.locals.insert(name.clone(), local) {
                let how = "Local value names must be unique within a module";
                self.duplicate("local value definition", "A local value", &name, "defined", (first.span, span), how);
            }
        }
        for draft in file.outputs {
            let output = draft.finish();
            let (name, span) = (output.name.clone(), output.span);
            if let Some(first) = self.module.outputs.insert(name.clone(), output) {
                let how = "Output names must be unique within a module";
                self.duplicate("output definition", "An output", &name, "defined", (first.span, span), how);
            }
        }
        for call in file.module_calls {
            let (name, span) = (call.name.clone(), call.span);
            if let Some(first) = self.module.module_calls.insert(name.clone(), call) {
                let how = "Module calls must have unique names within a module";
                self.duplicate("module call", "A module call", &name, "defined", (first.span, span), how);
            }
        }
        self.module.resources.reserve(file.resources.len());
        for resource in file.resources {
            self.resource(resource, "");
        }
        for (check, data) in file.checks {
            self.check(check, data);
        }
        self.module.moved.extend(file.moved);
        self.module.removed.extend(file.removed);
        for import in file.imports {
            self.import(import);
        }
    }

    fn duplicate(&mut self, what: &str, object: &str, name: &Str, verb: &str, spans: (Span, Span), how: &str) {
        let (first, second) = spans;
        let detail = format!("{object} named {:?} was already {verb} at {}. {how}.", &**name, self.place(first));
        self.error(second, format!("Duplicate {what}"), detail);
    }

    fn backends(&mut self, backends: Vec<Backend>, clouds: Vec<Cloud>) {
        for backend in backends {
            if let Some(first) = &self.module.backend {
                let detail = format!(
                    "A module may have only one backend configuration. The backend was previously configured at {}.",
                    self.place(first.span)
                );
                self.error(backend.span, "Duplicate backend configuration", detail);
            } else {
                self.module.backend = Some(backend);
            }
        }
        for cloud in clouds {
            if let Some(first) = &self.module.cloud {
                let detail = format!(
                    "A module may have only one 'cloud' block configuring HCP Terraform or Terraform Enterprise. The \
                     'cloud' block was previously configured at {}.",
                    self.place(first.span)
                );
                self.error(cloud.span, "Duplicate HCP Terraform configurations", detail);
            } else {
                self.module.cloud = Some(cloud);
            }
        }
        if let (Some(backend), Some(cloud)) = (&self.module.backend, &self.module.cloud) {
            let (at, cloud) = (backend.span, self.place(cloud.span));
            // The spelling is Terraform's.
            let detail = format!(
                "A module may declare either one 'cloud' block OR one 'backend' block configuring a state backend. The \
                 'cloud' block is configured at {cloud}; a backend is configured at {}. Remove the backend block to \
                 configure HCP Terraform or Terraform Enteprise.",
                self.place(at)
            );
            self.error(at, "Both a backend and cloud configuration are present", detail);
        }
    }

    fn provider_config(&mut self, config: ProviderConfig) {
        let Some(first) = self.module.provider_configs.get(&config.local()) else {
            self.module.provider_configs.insert(config.local(), config);
            return;
        };
        let (name, place) = (&*first.name, self.place(first.span));
        let detail = match &first.alias {
            None => format!(
                "A default (non-aliased) provider configuration for {name:?} was already given at {place}. If multiple \
                 configurations are required, set the \"alias\" argument for alternative configurations."
            ),
            Some(alias) => format!(
                "A provider configuration for {name:?} with alias {:?} was already given at {place}. Each \
                 configuration for the same provider must have a distinct alias.",
                &**alias
            ),
        };
        self.error(config.span, "Duplicate provider configuration", detail);
    }

    fn provider_meta(&mut self, meta: ProviderMeta) {
        let provider = self.module.provider_named(&meta.name);
        let span = meta.span;
        if let Some(first) = self.module.provider_metas.insert(provider, meta) {
            let detail = format!(
                "A provider_meta block for provider {:?} was already declared at {}. Providers may only have one \
                 provider_meta block per module.",
                &*first.name,
                self.place(first.span)
            );
            self.error(span, "Duplicate provider_meta block", detail);
        }
    }

    /// Adds a resource; `scope` is added to what is said of a second one. Whether it is the first.
    fn resource(&mut self, resource: Resource, scope: &str) -> bool {
        use landform_addrs::ResourceMode::{Data, Ephemeral, Managed};
        let Some(first) = self.module.resources.get(&resource.addr()) else {
            self.module.resources.insert(resource.addr(), resource);
            return true;
        };
        let (block, word) = match first.mode {
            Managed => ("resource", "resource"),
            Data => ("data", "data resource"),
            Ephemeral => ("ephemeral", "ephemeral resource"),
        };
        let detail = format!(
            "A {} {word} named {:?} was already declared at {}. Resource names must be unique per type in each \
             module{scope}.",
            first.kind,
            &*first.name,
            self.place(first.span)
        );
        let summary = format!("Duplicate {block} {:?} configuration", &*first.kind);
        self.error(resource.span, summary, detail);
        false
    }

    fn check(&mut self, check: Check, data: Option<Resource>) {
        let kept = data.is_none_or(|data| self.resource(data, ", including within check blocks"));
        if !kept {
            return;
        }
        if let Some(first) = self.module.checks.get(&check.name) {
            let name = first.name.clone();
            let detail = format!(
                "A check block named {:?} was already declared at {}. Check blocks must be unique within each module.",
                &*name,
                self.place(first.span)
            );
            self.error(check.span, format!("Duplicate check {:?} configuration", &*name), detail);
            return;
        }
        self.module.checks.insert(check.name.clone(), check);
    }

    fn import(&mut self, import: Import) {
        if let Some(target) = &import.static_to {
            let first = *self.imported.entry(target.clone()).or_insert(import.span);
            if first != import.span {
                let target = import.resource.to_string();
                let detail = format!(
                    "An import block for the resource {target:?} was already declared at {}. A resource can have only \
                     one import block.",
                    self.place(first)
                );
                self.error(import.to.span, format!("Duplicate import configuration for {target:?}"), detail);
            }
        }
        self.module.imports.push(import);
    }

    /// Says of each resource which provider manages it.
    fn resolve_providers(&mut self) {
        let Module { resources, imports, required_providers, .. } = &mut self.module;
        // Thousands of resources use few providers.
        let mut known: HashMap<Str, ProviderAddr> = HashMap::new();
        let mut named = |name: &str| match (known.get(name), required_providers.entries.get(name)) {
            (Some(known), _) => known.clone(),
            (None, required) => {
                let provider = required.map_or_else(|| ProviderAddr::implied(name), |found| found.provider.clone());
                known.entry(name.into()).or_insert(provider).clone()
            }
        };
        for resource in resources.values_mut() {
            resource.provider_addr = named(resource.provider_name());
        }
        for import in imports {
            import.provider_addr = match &import.provider {
                Some(provider) => named(&provider.name),
                None => named(import.resource.resource.implied_provider()),
            };
        }
    }
}
