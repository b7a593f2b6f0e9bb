//! `import` blocks, which belong to the resources that they are for.

use std::collections::HashMap;

use landform_addrs::{ConfigResource, InstanceKey, Resource as ResourceAddr};
use landform_diagnostics::{Diagnostic, Diagnostics, Span};
use landform_lang::syntax::{references, visit_references};

use crate::load::ModuleTree;
use crate::model::{Import, ImportKey, Module, Resource};
use crate::reference::{Names, Place, Repetition, Schemas, parse_reference};

/// The import blocks of a tree by what they are for.
pub(super) struct Imports<'a> {
    tree: &'a ModuleTree,
    schemas: Option<&'a dyn Schemas>,
    /// By module and resource: the blocks, each with its own module.
    of_resources: HashMap<(usize, usize), Vec<(usize, &'a Import)>>,
    /// Each with its own module and what it is for.
    others: Vec<(usize, ConfigResource, &'a Import)>,
}

/// A resource says itself which provider it has, so an import for it must not.
pub(in crate::check) fn providers(root: &Module) -> Diagnostics {
    let declared =
        |import: &&Import| import.resource.module.is_root() && root.resources.contains_key(&import.resource.resource);
    let spans = root.imports.iter().filter(declared).filter_map(|import| import.provider_span);
    let detail = "The provider argument can only be specified in import blocks that will generate \
                  configuration.\n\nUse the provider argument in the target resource block to configure the provider \
                  for a resource with explicit provider configuration.";
    spans.map(|span| Diagnostic::error("Invalid import provider argument", detail).at(span)).collect()
}

/// Imports into modules that there are not.
pub(in crate::check) fn modules(tree: &ModuleTree) -> Diagnostics {
    let report = |(target, import): (ConfigResource, &Import)| {
        let detail = format!(
            "The configuration for the given import target {target} does not exist. All target instances must have an \
             associated configuration to be imported."
        );
        Diagnostic::error(NO_CONFIGURATION, detail).at(import.to.span)
    };
    blocks(tree)
        .filter(|(_, target, _)| tree.find(&target.module).is_none())
        .map(|(_, target, import)| report((target, import)))
        .collect()
}

/// All blocks, each with its module and with the resource that it is for, seen from the root module.
fn blocks(tree: &ModuleTree) -> impl Iterator<Item = (usize, ConfigResource, &Import)> {
    tree.nodes().iter().enumerate().flat_map(|(index, node)| {
        node.module.imports.iter().map(move |import| {
            let within = import.resource.module.calls().iter();
            let module = within.fold(node.path.clone(), |path, call| path.child(call.clone()));
            (index, ConfigResource { module, resource: import.resource.resource.clone() }, import)
        })
    })
}

const NO_CONFIGURATION: &str = "Configuration for import target does not exist";
const WRONG_TARGET: &str = "Invalid import 'to' expression";

impl<'a> Imports<'a> {
    pub(super) fn of(tree: &'a ModuleTree, schemas: Option<&'a dyn Schemas>) -> Self {
        let mut imports = Self { tree, schemas, of_resources: HashMap::new(), others: Vec::new() };
        for (own, target, import) in blocks(tree) {
            let module = tree.find(&target.module);
            let found = module.and_then(|module| {
                let index = tree.node(module).module.resources.get_index_of(&target.resource)?;
                Some((module, index))
            });
            match found {
                Some(resource) => imports.of_resources.entry(resource).or_default().push((own, import)),
                None => imports.others.push((own, target, import)),
            }
        }
        imports
    }

    /// What is said of imports for which there is no resource: configuration can be written for some.
    pub(super) fn without_configuration(&self) -> Diagnostics {
        let others = self.others.iter();
        others
            .flat_map(|(own, target, import)| match never_written(target, import) {
                Some(problem) => problem.into(),
                None => self.check_one(*own, import, &target.resource, None),
            })
            .collect()
    }

    /// What is wrong with the imports for a resource: the first problem.
    pub(super) fn check(&self, module: usize, index: usize) -> Diagnostics {
        let imports = self.of_resources.get(&(module, index)).into_iter().flatten();
        let resource = &self.tree.node(module).module.resources[index];
        let mut found = imports.map(|(own, import)| self.check_one(*own, import, &resource.addr(), Some(resource)));
        found.find(Diagnostics::has_errors).unwrap_or_default()
    }

    fn check_one(
        &self,
        own: usize,
        import: &Import,
        address: &ResourceAddr,
        declared: Option<&Resource>,
    ) -> Diagnostics {
        let itself = refers_to_itself(import, address);
        if !itself.is_empty() {
            return itself;
        }
        let own = self.tree.node(own);
        let names = Names::new(&own.module, &own.path).with_schemas(self.schemas);
        let Some(for_each) = &import.for_each else {
            let wrong = declared.map(|resource| wrong_key(import, resource)).unwrap_or_default();
            return if wrong.is_empty() {
                names.check(references(import.key.expression()), &Place::default())
            } else {
                wrong
            };
        };
        let found = names.check(references(for_each), &Place::default());
        // Whether there is any instance to evaluate the id for, is known of constants only.
        if found.is_empty() && references(for_each).is_empty() {
            return names.check(references(import.key.expression()), &Place::repeated(Repetition::ForEach));
        }
        found
    }
}

/// Why nobody writes the configuration of what is imported.
fn never_written(target: &ConfigResource, import: &Import) -> Option<Diagnostic> {
    let has_key = import.static_to.as_ref().is_some_and(|to| to.key != InstanceKey::None);
    let detail = if !target.module.is_root() {
        format!(
            "Resource {target} not found. Only resources within the root module are eligible for config generation."
        )
    } else if import.static_to.is_some() && (has_key || import.for_each.is_some()) {
        "The given import block is not compatible with config generation. The -generate-config-out option cannot be used \
         with import blocks which use for_each, or resources which use for_each or count."
            .to_owned()
    } else {
        return None;
    };
    Some(Diagnostic::error(NO_CONFIGURATION, detail).at(import.to.span))
}

fn refers_to_itself(import: &Import, resource: &ResourceAddr) -> Diagnostics {
    let mut spans: Vec<Span> = Vec::new();
    visit_references(import.key.expression(), &mut |traversal| {
        if let Ok(reference) = parse_reference(traversal)
            && reference.subject.resource() == Some(resource)
        {
            spans.push(reference.span);
        }
    });
    let (summary, what) = match import.key {
        ImportKey::Id(_) => ("Invalid import id argument", "ID"),
        ImportKey::Identity(_) => ("Invalid import identity argument", "identity"),
    };
    let detail = format!("The import {what} cannot reference the resource being imported.");
    spans.into_iter().map(|span| Diagnostic::error(summary, &*detail).at(span)).collect()
}

/// The key of the target must be one that the resource's instances have.
fn wrong_key(import: &Import, resource: &Resource) -> Diagnostics {
    let Some(to) = &import.static_to else { return Diagnostics::new() };
    let repetition = Repetition::of(resource.count.is_some(), resource.for_each.is_some());
    let detail = match (&to.key, repetition) {
        (InstanceKey::String(_), Repetition::ForEach)
        | (InstanceKey::Int(_), Repetition::Count)
        | (InstanceKey::None, Repetition::None)
        // Nobody can write it.
        | (InstanceKey::Wildcard, _) => return Diagnostics::new(),
        (InstanceKey::String(_), _) => "The target resource does not use for_each.",
        (InstanceKey::Int(_), _) => "The target resource does not use count.",
        (InstanceKey::None, Repetition::ForEach) => "The target resource is using for_each.",
        (InstanceKey::None, _) => "The target resource is using count.",
    };
    Diagnostic::error(WRONG_TARGET, detail).at(import.to.span).into()
}
