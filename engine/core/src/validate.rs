//! Checks that need no state and no configured provider.
//!
//! As in Terraform, all that can be said is said at once: an error in one object hides only what depends on it, and an
//! error in one part of an object hides no other part.

mod problems;
mod walk;

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_addrs::ProviderAddr;
use landform_config::{ModuleTree, check};
use landform_diagnostics::{Diagnostics, Span};

use crate::evaluate::place_of;
use crate::parts;
use crate::program::{Means, Program, missing_provider};
use crate::providers::ProviderSet;
use problems::Problems;

/// Checks all that needs no values, and compiles. Without errors there is a program.
pub(crate) fn compile(tree: &ModuleTree, means: Means<'_>) -> (Option<Program>, Diagnostics) {
    match look(tree, means) {
        Err(found) => (None, found),
        Ok((program, problems, mut found)) => {
            found.extend(problems.reported(&program));
            let sound = !found.has_errors();
            (sound.then_some(program), found)
        }
    }
}

/// Compiles what has a graph, whatever else is wrong with it.
pub(crate) fn compile_graph(tree: &ModuleTree, means: Means<'_>) -> Result<Program, Diagnostics> {
    let mut found = missing_providers(tree, means);
    found.extend(check::check_graph(tree));
    stop_at_errors(&mut found)?;
    let program = Program::compile(tree, means);
    let mut cycles = program.graph.cycles(&program.tree, |node| program.expanded_name(node));
    stop_at_errors(&mut cycles)?;
    Ok(program)
}

/// Checks a configuration: names, schemas, cycles, constant expressions, and what providers say of each block with
/// everything unknown that only a plan can know.
pub async fn validate(tree: &ModuleTree, providers: &ProviderSet, settings: &crate::RunSettings) -> Diagnostics {
    match check(tree, Means::of(providers, settings), settings).await {
        Ok(Checked { warnings, warnings_of_validation, warnings_of_values, .. }) => {
            warnings.into_iter().chain(warnings_of_validation).chain(warnings_of_values).collect()
        }
        Err(found) => found,
    }
}

/// A configuration without errors.
pub(crate) struct Checked {
    /// As compiled.
    pub(crate) program: Program,
    /// Warnings of what is written.
    pub(crate) warnings: Diagnostics,
    /// Those that only a validation has: whoever plans a configuration that was validated tells them no more.
    pub(crate) warnings_of_validation: Diagnostics,
    /// Warnings of what it yields, which come up again whenever it is evaluated.
    pub(crate) warnings_of_values: Diagnostics,
}

/// As [`validate`].
///
/// # Errors
/// All that is wrong with the configuration, and warnings.
pub(crate) async fn check(
    tree: &ModuleTree,
    means: Means<'_>,
    settings: &crate::RunSettings,
) -> Result<Checked, Diagnostics> {
    let (program, problems, mut warnings) = look(tree, means)?;
    let program = Arc::new(program);
    let walked = walk::walk(&program, &problems, &warnings, means.providers, settings).await;
    let found: Diagnostics = walked.of_values.into_iter().filter(|found| means.is_written(found)).collect();
    if found.has_errors() || warnings.has_errors() {
        return Err(warnings.into_iter().chain(walked.of_what_is_written).chain(found).collect());
    }
    let mut program = Arc::into_inner(program).expect("the walk is over, and nobody else has the program");
    program.constants = walked.constants;
    warnings.extend(problems.reported(&program));
    Ok(Checked { program, warnings, warnings_of_validation: walked.of_what_is_written, warnings_of_values: found })
}

type Looked = (Program, Problems, Diagnostics);

/// What is wrong as a whole, or the program with what is wrong with its objects.
fn look(tree: &ModuleTree, means: Means<'_>) -> Result<Looked, Diagnostics> {
    let mut found = missing_providers(tree, means);
    found.extend(check::check_provisioners(tree));
    found.extend(check::check_required_versions(tree, means.sources));
    stop_at_errors(&mut found)?;
    found.extend(check::check_graph(tree));
    stop_at_errors(&mut found)?;
    let program = Program::compile(tree, means);
    found.extend(program.graph.cycles(&program.tree, |node| program.name(node)));
    stop_at_errors(&mut found)?;
    let problems = Problems::of(&program, check::reference_problems(tree, &means));
    if problems.is_empty() {
        found.extend(check::check_deprecated(tree));
        found.extend(parts::check(&program, means.providers));
        stop_at_errors(&mut found)?;
    }
    found.extend(check::check_imports(tree));
    Ok((program, problems, found))
}

fn stop_at_errors(found: &mut Diagnostics) -> Result<(), Diagnostics> {
    if found.has_errors() { Err(std::mem::take(found)) } else { Ok(()) }
}

/// Providers that a configuration needs, whether or not anything is made with them, each told of once.
fn missing_providers(tree: &ModuleTree, means: Means<'_>) -> Diagnostics {
    let mut missing: BTreeMap<String, (ProviderAddr, Span)> = BTreeMap::new();
    for (address, _, span) in tree.nodes().iter().flat_map(|node| node.module.needed_providers()) {
        if means.providers.get(&address).is_none() {
            missing.entry(address.to_string()).or_insert((address, span));
        }
    }
    let report = |(address, first): &(ProviderAddr, Span)| {
        let mut found = missing_provider(address);
        found.detail.push_str(&format!(" It is needed for what is declared at {}.", place_of(*first, means.sources)));
        found
    };
    missing.values().map(report).collect()
}
