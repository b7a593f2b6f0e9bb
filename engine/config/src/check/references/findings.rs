//! What is wrong with the references of one object.

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::syntax::Reached;

use super::anyway;
use super::objects::{Contents, Object};
use super::outputs;
use super::units::{Part, Unit, UnitKind};
use crate::load::ModuleTree;
use crate::reference::{Names, Place, Schemas, Subject, parse_reference};

/// Checks objects of one module.
pub(super) struct Checker<'a> {
    tree: &'a ModuleTree,
    /// The module in whose names references are looked up.
    scope: usize,
    names: Names<'a>,
    /// Whether expressions without errors are evaluated later, so that outputs that are missing show there.
    evaluation_follows: bool,
}

/// What is wrong with an object, by its parts.
pub(super) type Findings = Vec<(Part, Diagnostics)>;

impl<'a> Checker<'a> {
    pub(super) fn new(tree: &'a ModuleTree, scope: usize, schemas: Option<&'a dyn Schemas>) -> Self {
        let node = tree.node(scope);
        let names = Names::new(&node.module, &node.path).with_schemas(schemas);
        Self { tree, scope, names, evaluation_follows: schemas.is_some() }
    }

    /// What is wrong with an object that has these contents.
    pub(super) fn check(&self, object: Object, contents: &Contents) -> Findings {
        if let Some(found) = self.refused(object, contents) {
            return vec![(Part::Whole, found)];
        }
        let mut found = Findings::new();
        for (index, unit) in contents.units.iter().enumerate() {
            self.depends_on(index, contents, &mut found);
            self.unit(unit, &mut found);
            if unit.kind == UnitKind::Decisive && has_errors(&found) {
                return found;
            }
        }
        self.depends_on(contents.units.len(), contents, &mut found);
        for units in &contents.last {
            units.iter().for_each(|unit| self.unit(unit, &mut found));
            if has_errors(&found) {
                break;
            }
        }
        found
    }

    /// Objects that nothing else is said of.
    fn refused(&self, object: Object, contents: &Contents) -> Option<Diagnostics> {
        let node = self.tree.node(self.scope);
        match object {
            Object::Output(index) if node.path.is_root() && node.module.outputs[index].ephemeral => {
                let detail = "Ephemeral outputs are not allowed in context of a root module";
                let span = node.module.outputs[index].span;
                Some(Diagnostic::error("Ephemeral output not allowed", detail).at(span).into())
            }
            Object::Local(index) => {
                let (name, local) = node.module.locals.get_index(index)?;
                let itself = contents.units.iter().flat_map(|unit| &unit.found).filter_map(|found| {
                    let reference = parse_reference(found.traversal.as_ref()).ok()?;
                    (reference.subject == Subject::Local(name.clone())).then_some(reference.span)
                });
                let dot = if node.path.is_root() { "" } else { "." };
                let detail = format!(
                    "Local value {}{dot}local.{name} cannot use its own result as part of its expression.",
                    node.path
                );
                let report = |span| {
                    Diagnostic::error("Self-referencing local value", &*detail).at(span).within(local.value.span)
                };
                let found: Diagnostics = itself.map(report).collect();
                (!found.is_empty()).then_some(found)
            }
            _ => None,
        }
    }

    fn unit(&self, unit: &Unit, found: &mut Findings) {
        let traversals = unit.found.iter().map(|found| found.traversal.as_ref());
        let problems = match unit.kind {
            UnitKind::Validations => self.names.check_validations(traversals),
            UnitKind::Plain | UnitKind::Decisive => self.names.check(traversals, &unit.place),
        };
        let all: Diagnostics = if !problems.is_empty() {
            problems.into_iter().chain(anyway::check(&self.names, unit)).collect()
        } else if self.evaluation_follows {
            Diagnostics::new()
        } else {
            self.missing_outputs(unit)
        };
        if !all.is_empty() {
            found.push((unit.part, all));
        }
    }

    /// Outputs that the called module does not have, where evaluation comes to them.
    fn missing_outputs(&self, unit: &Unit) -> Diagnostics {
        let sure = unit.found.iter().filter(|found| found.reached == Reached::Surely);
        sure.filter_map(|found| outputs::missing(self.tree, self.scope, &found.traversal)).collect()
    }

    /// References to whole objects. They are looked up as long as there are no errors in them.
    fn depends_on(&self, index: usize, contents: &Contents, found: &mut Findings) {
        let Some((at, traversals)) = &contents.depends_on else { return };
        if *at != index {
            return;
        }
        let mut problems = Diagnostics::new();
        for traversal in traversals {
            let reference = match parse_reference(traversal.as_ref()) {
                Ok(reference) => reference,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            if let (Some(first), Some(last)) = (reference.remaining.first(), reference.remaining.last()) {
                let detail = "References in depends_on must be to a whole object (resource, etc), not to an attribute \
                              of an object.";
                problems.error(first.span.to(last.span), "Invalid depends_on reference", detail);
            }
            if !problems.has_errors()
                && let Err(problem) = self.names.look_up(&reference, &Place::default())
            {
                problems.extend(problem.diagnostics);
            }
        }
        if !problems.is_empty() {
            found.push((Part::DependsOn, problems));
        }
    }
}

fn has_errors(found: &Findings) -> bool {
    found.iter().any(|(_, found)| found.has_errors())
}
