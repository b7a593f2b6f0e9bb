//! Modules: their resources, outputs, variables and calls.

use std::sync::Arc;

use landform_addrs::ResourceMode;
use landform_config::{ModuleNode, Output, Provisioner, Resource, Variable};
use landform_plan::{
    ConfiguredCall, ConfiguredModule, ConfiguredOutput, ConfiguredProvisioner, ConfiguredResource, ConfiguredVariable,
};
use landform_schema::{Attribute, Block, Schema};
use landform_values::{Str, Type};

use super::Describer;
use super::expression::dependencies;
use super::providers::Providers;

impl Describer<'_> {
    pub(super) fn module(&self, index: usize, providers: &Providers) -> ConfiguredModule {
        let ModuleNode { module, children, .. } = self.tree.node(index);
        let resource = |found| self.resource(index, found, providers);
        let mut resources: Vec<ConfiguredResource> = module.managed_resources().map(resource).collect();
        resources.sort_by(|a, b| a.address.cmp(&b.address));
        let mut data_sources: Vec<ConfiguredResource> = module.data_sources().map(resource).collect();
        data_sources.sort_by(|a, b| a.address.cmp(&b.address));
        resources.extend(data_sources);
        let calls = children.iter().enumerate().filter_map(|(call, child)| self.call(index, call, *child, providers));
        ConfiguredModule {
            outputs: module.outputs.iter().map(|(name, found)| (name.clone(), self.output(found))).collect(),
            resources,
            module_calls: calls.collect(),
            variables: module.variables.iter().map(|(name, found)| (name.clone(), variable(found))).collect(),
        }
    }

    fn output(&self, output: &Output) -> ConfiguredOutput {
        ConfiguredOutput {
            sensitive: output.sensitive,
            expression: self.expression(&output.value),
            depends_on: dependencies(&output.depends_on),
            description: non_empty(output.description.as_ref()),
        }
    }

    fn call(
        &self,
        caller: usize,
        call: usize,
        callee: Option<usize>,
        providers: &Providers,
    ) -> Option<(Str, ConfiguredCall)> {
        let (name, call) = self.tree.node(caller).module.module_calls.get_index(call)?;
        let Some(callee) = callee else { return Some((name.clone(), ConfiguredCall::default())) };
        let call = self.tree.call(callee).unwrap_or(call);
        let variables = self.tree.node(callee).module.variables.keys();
        let attributes = variables.map(|name| (name.clone(), Attribute::of(Type::Dynamic).optional()));
        let schema = Block { attributes: attributes.collect(), ..Block::default() };
        let count = self.repetition(call.count.as_deref());
        let for_each = if count.is_none() { self.repetition(call.for_each.as_deref()) } else { None };
        let described = ConfiguredCall {
            source: call.source_text.clone(),
            expressions: self.body(&call.body, &schema),
            count_expression: count,
            for_each_expression: for_each,
            module: self.module(callee, providers),
            version_constraint: call.version.as_ref().map(ToString::to_string).unwrap_or_default(),
            depends_on: dependencies(&call.depends_on),
        };
        Some((name.clone(), described))
    }

    fn resource(&self, module: usize, resource: &Resource, providers: &Providers) -> ConfiguredResource {
        let schema = self.schema(resource);
        let is_managed = resource.mode == ResourceMode::Managed;
        let count = self.repetition(resource.count.as_deref());
        let for_each = if count.is_none() { self.repetition(resource.for_each.as_deref()) } else { None };
        ConfiguredResource {
            address: resource.addr().to_string(),
            mode: if is_managed { "managed" } else { "data" },
            kind: resource.kind.clone(),
            name: resource.name.clone(),
            provider_config_key: providers.key(&self.tree.node(module).path, &resource.local_provider()),
            provisioners: resource.provisioners.iter().map(|found| self.provisioner(found)).collect(),
            expressions: self.body(&resource.body, &schema.block),
            schema_version: if is_managed { schema.version } else { 0 },
            count_expression: count,
            for_each_expression: for_each,
            depends_on: dependencies(&resource.depends_on),
        }
    }

    fn schema(&self, resource: &Resource) -> Arc<Schema> {
        let Some(schemas) = (self.schemas)(&resource.provider_addr) else { return Arc::default() };
        let types = match resource.mode {
            ResourceMode::Managed => &schemas.resources,
            ResourceMode::Data => &schemas.data_sources,
            ResourceMode::Ephemeral => &schemas.ephemeral,
        };
        types.get(&resource.kind).cloned().unwrap_or_default()
    }

    fn provisioner(&self, provisioner: &Provisioner) -> ConfiguredProvisioner {
        let attributes = arguments_of(&provisioner.kind).iter();
        let attributes = attributes.map(|name| (Str::from(*name), Attribute::of(Type::Dynamic).optional()));
        let schema = Block { attributes: attributes.collect(), ..Block::default() };
        ConfiguredProvisioner { kind: provisioner.kind.clone(), expressions: self.body(&provisioner.body, &schema) }
    }
}

/// The arguments of the provisioners that there are.
fn arguments_of(provisioner: &str) -> &'static [&'static str] {
    match provisioner {
        "file" => &["source", "content", "destination"],
        "local-exec" => &["command", "interpreter", "working_dir", "environment", "quiet"],
        "remote-exec" => &["inline", "script", "scripts"],
        _ => &[],
    }
}

fn variable(variable: &Variable) -> ConfiguredVariable {
    ConfiguredVariable {
        default: variable.default.clone(),
        description: non_empty(variable.description.as_ref()),
        sensitive: variable.sensitive,
    }
}

fn non_empty(text: Option<&Str>) -> Option<Str> {
    text.filter(|text| !text.is_empty()).cloned()
}
