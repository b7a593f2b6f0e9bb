//! What override files change. An argument that an override gives replaces the one that was declared; what it leaves
//! out stays.

use std::sync::Arc;

use landform_addrs::{Resource as ResourceAddr, ResourceMode};
use landform_diagnostics::Span;
use landform_lang::syntax::Traversal;
use landform_values::{Value, convert};

use super::Assembler;
use crate::decode::{FileDeclarations, OutputDraft, VariableDraft};
use crate::model::{Backend, Cloud, IgnoreChanges, Lifecycle, ModuleCall, ProviderConfig, Resource, Variable};

impl Assembler<'_> {
    /// Applies an override file.
    pub(super) fn merge(&mut self, file: FileDeclarations) {
        if !file.required_versions.is_empty() {
            self.module.required_versions = file.required_versions;
        }
        self.merge_backends(file.backends);
        self.merge_clouds(file.clouds);
        for config in file.provider_configs {
            self.merge_provider_config(config);
        }
        for draft in file.variables {
            self.merge_variable(draft);
        }
        for local in file.locals {
            match self.module.locals.get_mut(&local.name) {
                Some(existing) => *existing = local,
                None => self.nothing_to_override(
                    "base local value definition",
                    "local value",
                    &local.name,
                    "a local value that was already defined",
                    local.span,
                ),
            }
        }
        for draft in file.outputs {
            self.merge_output(draft);
        }
        for call in file.module_calls {
            self.merge_call(call);
        }
        // Overrides of ephemeral resources have no effect, as in Terraform.
        for resource in file.resources.into_iter().filter(|resource| resource.mode != ResourceMode::Ephemeral) {
            self.merge_resource(resource);
        }
        for moved in &file.moved {
            let detail = "Records of moved objects can appear only in normal files, not in override files.";
            self.error(moved.span, "Cannot override 'moved' blocks", detail);
        }
        for import in &file.imports {
            let detail = "Import blocks can appear only in normal files, not in override files.";
            self.error(import.span, "Cannot override 'import' blocks", detail);
        }
    }

    fn nothing_to_override(&mut self, missing: &str, what: &str, name: &str, only: &str, span: Span) {
        let detail = format!(
            "There is no {what} named {name:?}. An override file can only override {only} in a primary configuration \
             file."
        );
        self.error(span, format!("Missing {missing} to override"), detail);
    }

    fn merge_backends(&mut self, mut backends: Vec<Backend>) {
        if let [first, second, ..] = &backends[..] {
            let detail = format!(
                "Each override file may have only one backend configuration. A backend was previously configured at \
                 {}.",
                self.place(first.span)
            );
            return self.error(second.span, "Duplicate backend configuration", detail);
        }
        if let Some(backend) = backends.pop() {
            self.module.cloud = None;
            self.module.backend = Some(backend);
        }
    }

    fn merge_clouds(&mut self, mut clouds: Vec<Cloud>) {
        if let [first, second, ..] = &clouds[..] {
            let detail = format!(
                "A module may have only one 'cloud' block configuring HCP Terraform or Terraform Enterprise. The \
                 'cloud' block was previously configured at {}.",
                self.place(first.span)
            );
            return self.error(second.span, "Duplicate HCP Terraform configurations", detail);
        }
        if let Some(cloud) = clouds.pop() {
            self.module.backend = None;
            self.module.cloud = Some(cloud);
        }
    }

    /// The default configuration may be overridden where there is none, because it is implied.
    fn merge_provider_config(&mut self, config: ProviderConfig) {
        let existing = self.module.provider_configs.get_mut(&config.local());
        match (existing, &config.alias) {
            (Some(existing), _) => {
                existing.version = config.version.or(existing.version.take());
                existing.for_each = config.for_each.or(existing.for_each.take());
                existing.body = existing.body.overridden_by(&config.body);
            }
            (None, None) => {
                self.module.provider_configs.insert(config.local(), config);
            }
            (None, Some(alias)) => {
                let detail = format!(
                    "There is no {} provider configuration with the alias {:?}. An override file can only override an \
                     aliased provider configuration that was already defined in a primary configuration file.",
                    config.name, &**alias
                );
                self.error(config.span, "Missing base provider configuration for override", detail);
            }
        }
    }

    fn merge_variable(&mut self, draft: VariableDraft) {
        let Some(existing) = self.module.variables.get_mut(&draft.name) else {
            let only = "a variable that was already declared";
            let name = draft.name.clone();
            return self.nothing_to_override("base variable declaration", "variable", &name, only, draft.span);
        };
        let given = (draft.ty.is_some(), draft.default.is_some());
        let span = draft.span;
        override_variable(existing, draft);
        for problem in recheck_default(existing, given) {
            self.error(span, "Invalid default value for variable", problem);
        }
    }

    fn merge_output(&mut self, draft: OutputDraft) {
        let Some(existing) = self.module.outputs.get_mut(&draft.name) else {
            let only = "an output that was already defined";
            return self.nothing_to_override("base output definition", "output", &draft.name, only, draft.span);
        };
        existing.description = draft.description.or(existing.description.take());
        existing.value = draft.value.unwrap_or_else(|| existing.value.clone());
        existing.sensitive = draft.sensitive.unwrap_or(existing.sensitive);
        existing.ephemeral = draft.ephemeral.unwrap_or(existing.ephemeral);
        existing.deprecated = draft.deprecated.or(existing.deprecated.take());
        self.no_depends_on(&draft.depends_on);
    }

    fn merge_call(&mut self, call: ModuleCall) {
        let Some(existing) = self.module.module_calls.get_mut(&call.name) else {
            let only = "a module call that was defined";
            return self.nothing_to_override("module call", "module call", &call.name, only, call.span);
        };
        if call.source_span.is_some() {
            existing.source = call.source;
            existing.source_text = call.source_text;
            existing.source_expr = call.source_expr;
            existing.source_span = call.source_span;
        }
        existing.enabled = call.enabled.or(existing.enabled.take());
        existing.count = call.count.or(existing.count.take());
        existing.for_each = call.for_each.or(existing.for_each.take());
        if call.version.is_some() || call.version_expr.is_some() {
            existing.version = call.version;
            existing.version_expr = call.version_expr;
            existing.version_span = call.version_span;
        }
        if !call.providers.is_empty() {
            existing.providers = call.providers;
        }
        existing.body = existing.body.overridden_by(&call.body);
        self.no_depends_on(&call.depends_on);
    }

    fn merge_resource(&mut self, resource: Resource) {
        let Some(existing) = self.module.resources.get_mut(&resource.addr()) else {
            return self.no_resource_to_override(&resource.addr(), resource.span);
        };
        let depends_on = resource.depends_on.clone();
        override_resource(existing, resource);
        self.no_depends_on(&depends_on);
    }

    fn no_resource_to_override(&mut self, resource: &ResourceAddr, span: Span) {
        let data = resource.mode == ResourceMode::Data;
        let (what, block) = if data { ("data resource", "data") } else { ("resource", "resource") };
        let detail = format!(
            "There is no {} {what} named {:?}. An override file can only override a {block} block defined in a primary \
             configuration file.",
            resource.kind, &*resource.name
        );
        self.error(span, format!("Missing {what} to override"), detail);
    }

    fn no_depends_on(&mut self, given: &[Traversal]) {
        if let Some(first) = given.first() {
            self.error(first.span, "Unsupported override", "The depends_on argument may not be overridden.");
        }
    }
}

fn override_variable(existing: &mut Variable, draft: VariableDraft) {
    existing.description = draft.description.or(existing.description.take());
    existing.sensitive = draft.sensitive.unwrap_or(existing.sensitive);
    existing.ephemeral = draft.ephemeral.unwrap_or(existing.ephemeral);
    existing.is_const = draft.is_const.unwrap_or(existing.is_const);
    existing.deprecated = draft.deprecated.or(existing.deprecated.take());
    existing.default = draft.default.or(existing.default.take());
    if let Some((ty, defaults)) = draft.ty {
        existing.ty = ty;
        existing.typed = true;
        existing.defaults = defaults;
    }
    existing.nullable = draft.nullable.unwrap_or(existing.nullable);
}

/// The default must fit a type that stands in another file. `given` says whether the override has a type and a
/// default.
fn recheck_default(variable: &mut Variable, given: (bool, bool)) -> Vec<String> {
    let Some(default) = &variable.default else { return Vec::new() };
    let mut problems = Vec::new();
    match convert(default, &variable.ty) {
        Ok(converted) => variable.default = Some(converted),
        Err(error) => problems.push(match given {
            (true, false) => {
                format!("Overriding this variable's type constraint has made its default value invalid: {error}.")
            }
            (false, true) => format!(
                "The overridden default value for this variable is not compatible with the variable's type constraint: \
                 {error}."
            ),
            _ => format!("This variable's default value is not compatible with its type constraint: {error}."),
        }),
    }
    if !variable.nullable && variable.default.as_ref().is_some_and(Value::is_null) {
        problems.push("A null default value is not valid when nullable=false.".to_owned());
    }
    problems
}

fn override_resource(existing: &mut Resource, resource: Resource) {
    existing.count = resource.count.or(existing.count.take());
    existing.for_each = resource.for_each.or(existing.for_each.take());
    existing.provider = resource.provider.or(existing.provider.take());
    existing.connection = resource.connection.or(existing.connection.take());
    if !resource.provisioners.is_empty() {
        existing.provisioners = resource.provisioners;
    }
    override_lifecycle(Arc::make_mut(&mut existing.lifecycle), Arc::unwrap_or_clone(resource.lifecycle));
    existing.body = existing.body.overridden_by(&resource.body);
}

fn override_lifecycle(lifecycle: &mut Lifecycle, given: Lifecycle) {
    lifecycle.create_before_destroy = given.create_before_destroy.or(lifecycle.create_before_destroy);
    lifecycle.prevent_destroy = given.prevent_destroy.or(lifecycle.prevent_destroy.take());
    lifecycle.destroy = given.destroy.or(lifecycle.destroy);
    lifecycle.enabled = given.enabled.or(lifecycle.enabled.take());
    if !given.replace_triggered_by.is_empty() {
        lifecycle.replace_triggered_by = given.replace_triggered_by;
    }
    match given.ignore_changes {
        IgnoreChanges::Paths(paths) if paths.is_empty() => {}
        changes => lifecycle.ignore_changes = changes,
    }
}
