//! What configuration says, for the document of a plan: [`Configuration`] from a tree of modules.
//!
//! Nothing is evaluated but constants, so this needs neither state nor values, only the tree and schemas.

mod body;
mod expression;
mod module;
mod providers;

use std::sync::Arc;

use landform_addrs::ProviderAddr;
use landform_config::ModuleTree;
use landform_lang::expr::EvalContext;
use landform_plan::Configuration;
use landform_schema::ProviderSchemas;

/// The schemas of a provider, if there is such a provider.
pub type Schemas<'a> = dyn Fn(&ProviderAddr) -> Option<Arc<ProviderSchemas>> + 'a;

/// Describes a configuration without errors. What has no schema is described as far as that goes.
pub fn describe(tree: &ModuleTree, schemas: &Schemas<'_>, context: &EvalContext) -> Configuration {
    let describer = Describer { tree, schemas, context };
    let providers = providers::describe(&describer);
    let root_module = describer.module(0, &providers);
    Configuration { root_module, provider_config: providers.into_declared() }
}

/// What it takes to describe anything.
#[derive(Clone, Copy)]
struct Describer<'a> {
    tree: &'a ModuleTree,
    schemas: &'a Schemas<'a>,
    context: &'a EvalContext,
}
