//! The configuration that a run is of, with the providers of the test file in it.

use std::collections::HashSet;
use std::sync::Arc;

use landform_addrs::ResourceMode;
use landform_config::{LocalProvider, Module, ModuleTree, ProviderConfig, TestFile, TestRun};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::syntax::ast::{Expr, ExprKind};

use super::lookup::{FileVariables, Purpose, RunOutputs};

/// The tree of a run's module: as it is, but for the provider configurations that the file has for it. Their arguments are
/// evaluated, because they refer to variables of the file and to earlier runs.
pub(super) fn with_providers_of(
    (run, file): (&TestRun, &TestFile),
    tree: &ModuleTree,
    variables: &FileVariables<'_>,
    runs: &RunOutputs,
) -> (ModuleTree, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let chosen = chosen(run, file, tree.root(), &mut diagnostics);
    if chosen.is_empty() {
        return (tree.clone(), diagnostics);
    }
    let mut root = Module::clone(tree.root());
    for (local, mut config) in chosen {
        config.body = config.body.map_expressions(&mut |expr| {
            let (value, found) = variables.evaluate(expr, Purpose::Provider, runs);
            // What is wrong with it is told where it is wanted: of what no schema names, something else is wrong.
            let kind = if found.has_errors() { ExprKind::Failed(Arc::new(found)) } else { ExprKind::Literal(value) };
            Expr { kind, span: expr.span }
        });
        (config.name, config.alias) = (local.name.clone(), local.alias.clone());
        root.provider_configs.insert(local, config);
    }
    (tree.with_root(root), diagnostics)
}

/// The provider configurations of a file that a run uses, by the names that its module has for them.
fn chosen(
    run: &TestRun,
    file: &TestFile,
    root: &Module,
    diagnostics: &mut Diagnostics,
) -> Vec<(LocalProvider, ProviderConfig)> {
    if run.providers.is_empty() {
        let needed = needed(root);
        let of_file = file.providers.iter().map(|config| (config.local(), config.clone()));
        return of_file.filter(|(local, _)| needed.contains(&local.to_string())).collect();
    }
    let mut chosen = Vec::new();
    for passed in &run.providers {
        let wanted = passed.in_parent.local();
        match file.providers.iter().find(|config| config.local() == wanted) {
            Some(config) => chosen.push((passed.in_child.local(), config.clone())),
            None => {
                let detail = "This provider block references a provider definition that does not exist.";
                let missing = Diagnostic::error(format!("Missing provider definition for {wanted}"), detail);
                diagnostics.push(missing.at(passed.in_parent.name_span));
            }
        }
    }
    chosen
}

/// The names of provider configurations that a root module has a use for.
fn needed(root: &Module) -> HashSet<String> {
    let mut names: HashSet<String> = HashSet::new();
    for entry in root.required_providers.entries.values() {
        names.insert(entry.name.to_string());
        names.extend(entry.aliases.iter().map(ToString::to_string));
    }
    names.extend(root.provider_configs.keys().map(ToString::to_string));
    for resource in root.resources.values().filter(|resource| resource.mode != ResourceMode::Ephemeral) {
        names.insert(match &resource.provider {
            Some(provider) => provider.local().to_string(),
            None => resource.provider_addr.name.to_string(),
        });
    }
    let passed = root.module_calls.values().flat_map(|call| &call.providers);
    names.extend(passed.map(|passed| passed.in_parent.local().to_string()));
    names
}
