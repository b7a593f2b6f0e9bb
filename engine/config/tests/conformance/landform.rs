//! What Landform says, in the stages of Terraform's commands: a stage with errors is the last.

use landform_addrs::InstanceKey;
use landform_config::check::{
    check_moves, check_provisioners, check_references, check_removed, check_required_versions,
};
use landform_config::load::{FileSource, MemoryFiles};
use landform_config::manifest::Manifest;
use landform_config::reference::{self_references, self_references_of_repetition};
use landform_config::{ModuleTree, Resource, load_tree};
use landform_diagnostics::{Diagnostic, Diagnostics, Severity, SourceMap, Span};
use landform_lang::syntax::{Traversal, references, visit_references};

use crate::literal::{Literal, keys};

type Stage = fn(&ModuleTree, &SourceMap) -> Diagnostics;

pub(crate) fn validate(archive: &str) -> Vec<String> {
    in_stages(archive, &[dependencies, check_references])
}

/// Of what a plan says, this crate only has what needs no values.
pub(crate) fn plan(archive: &str) -> Vec<String> {
    let removed: Stage = |tree, _| check_removed(tree);
    let walk: Stage = |tree, sources| {
        let moves = check_moves(tree, &Literal(tree), sources);
        if moves.has_errors() { moves } else { self_references_of_tree(tree) }
    };
    in_stages(archive, &[dependencies, check_references, removed, walk])
}

fn dependencies(tree: &ModuleTree, sources: &SourceMap) -> Diagnostics {
    let mut found = check_provisioners(tree);
    found.extend(check_required_versions(tree, sources));
    found
}

fn in_stages(archive: &str, stages: &[Stage]) -> Vec<String> {
    let sources = SourceMap::new();
    let files = MemoryFiles::from_archive(archive);
    let manifest = files.read(".terraform/modules/modules.json").ok();
    let manifest = manifest.map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
    let manifest = Manifest::parse(manifest.as_deref().unwrap_or_default()).expect("a manifest");
    let (tree, mut all) = load_tree(".", &manifest, &sources, &files);
    if let Some(tree) = tree {
        for stage in stages {
            if all.has_errors() {
                break;
            }
            all.extend(stage(&tree, &sources));
        }
    }
    let mut lines: Vec<String> = all.iter().map(|diagnostic| line(diagnostic, &sources)).collect();
    lines.sort();
    lines
}

fn self_references_of_tree(tree: &ModuleTree) -> Diagnostics {
    let mut found = Diagnostics::new();
    for node in tree.nodes() {
        for resource in node.module.resources.values() {
            let repetition = resource.count.iter().chain(&resource.for_each);
            let references = repetition.flat_map(|expr| references(expr));
            let of_repetition = self_references_of_repetition(&resource.addr(), references);
            if of_repetition.has_errors() {
                found.extend(of_repetition);
                continue;
            }
            let all_keys = keys(resource.count.as_deref(), resource.for_each.as_deref());
            for _ in Literal(tree).instances(&node.path) {
                found.extend(all_keys.iter().flat_map(|key| of_instance(resource, key)));
            }
        }
    }
    found
}

fn of_instance(resource: &Resource, key: &InstanceKey) -> Diagnostics {
    let mut traversals: Vec<Traversal> = Vec::new();
    for attribute in resource.body.everything().attributes.values() {
        visit_references(&attribute.value, &mut |reference| traversals.push(reference.to_owned()));
    }
    self_references(&resource.addr(), key, traversals.iter().map(Traversal::as_ref))
}

fn line(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
    let range = diagnostic.subject.map(|span| range(span, sources)).unwrap_or_default();
    format!("{severity} {range} {} | {}", diagnostic.summary, diagnostic.detail.replace('\n', "\\n"))
}

/// As Terraform's JSON has it: an empty range is one character wide.
fn range(span: Span, sources: &SourceMap) -> String {
    let file = sources.file(span.file);
    let (start, mut end) = (file.position(span.start as usize), file.position(span.end as usize));
    if start == end {
        end.column += 1;
    }
    format!("{}:{},{}-{},{}", file.name, start.line, start.column, end.line, end.column)
}
