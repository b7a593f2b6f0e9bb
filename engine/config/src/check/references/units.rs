//! Units: what Terraform looks for references in at once, and what becomes of errors there.

use landform_lang::syntax::ast::{Block, Body, Expr, ExprKind, ObjectItem, ObjectKey};
use landform_lang::syntax::{Reached, Traversal, TraversalRef, visit_references_reached};
use landform_schema as schema;
use landform_values::Type;

use crate::model::CheckRule;
use crate::reference::Place;

/// A reference where it stands.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) traversal: Traversal,
    pub(super) reached: Reached,
    /// Whether the expression is evaluated even when its references are wrong, so that they are told of once more.
    pub(super) evaluated_anyway: bool,
}

/// References of an expression, or of expressions that are evaluated together.
#[derive(Clone, Debug, Default)]
pub(super) struct Unit {
    pub(super) place: Place,
    pub(super) found: Vec<Found>,
    /// References of the contents of dynamic blocks. They are checked as the blocks are expanded, if there are any.
    pub(super) later: Vec<Traversal>,
    pub(super) kind: UnitKind,
    /// The part of the object that it is.
    pub(super) part: Part,
}

/// A part of an object that is evaluated by itself, so that errors in others do not hide its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// All of an object that has no parts.
    #[default]
    Whole,
    /// `count`, `for_each` or `enabled`.
    Repetition,
    /// `prevent_destroy`.
    Protection,
    /// `depends_on`.
    DependsOn,
    /// The arguments by the schema.
    Body,
    /// What dynamic blocks of unknown types would be made from. The arguments are evaluated whatever is wrong with it.
    Unmade,
    /// A condition; those after an object are counted behind those before it. Where it is not an object's, its message
    /// is the same part.
    Condition(usize),
    /// The message of a condition of an object.
    Message(usize),
    /// What a provisioner does.
    Provisioner(usize),
    /// How a provisioner connects.
    Connection(usize),
    /// An output's value.
    Value,
    /// Import blocks for a resource.
    Imports,
    /// What a module call sets a variable to, by the variable's index in the called module.
    Argument(usize),
}

/// How errors of a unit are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum UnitKind {
    /// As [`Names::check`](crate::reference::Names::check) does.
    #[default]
    Plain,
    /// So, and they are the last that is said of the object.
    Decisive,
    /// As [`Names::check_validations`](crate::reference::Names::check_validations) does.
    Validations,
}

impl Unit {
    pub(super) fn at(place: &Place) -> Self {
        Self { place: place.clone(), ..Self::default() }
    }

    pub(super) fn of(expr: &Expr, place: &Place) -> Self {
        Self::at(place).with(expr)
    }

    pub(super) fn with(mut self, expr: &Expr) -> Self {
        self.add(expr, false);
        self
    }

    /// An expression that is evaluated even when its references are wrong.
    pub(super) fn with_evaluated_anyway(mut self, expr: &Expr) -> Self {
        self.add(expr, true);
        self
    }

    pub(super) fn part(self, part: Part) -> Self {
        Self { part, ..self }
    }

    pub(super) fn decisive(self) -> Self {
        Self { kind: UnitKind::Decisive, ..self }
    }

    /// All validations of a variable, which are looked at together.
    pub(super) fn of_validations(rules: &[CheckRule]) -> Self {
        let all = Self { kind: UnitKind::Validations, ..Self::default() };
        rules.iter().fold(all, |unit, rule| unit.with(&rule.condition).with(&rule.error_message))
    }

    /// A condition with its message.
    pub(super) fn of_rule(rule: &CheckRule, place: &Place) -> Self {
        Self::at(place).with_evaluated_anyway(&rule.condition).with_evaluated_anyway(&rule.error_message)
    }

    /// A body: what its dynamic blocks are made from, and the rest. What its schema does not know is not evaluated;
    /// without a schema all counts.
    pub(super) fn of_body(body: &Body, schema: Option<&schema::Block>, place: &Place, part: Part) -> [Self; 3] {
        let of_part = |part: Part| Self::at(place).part(part);
        let mut walk = Walk { unmade: of_part(Part::Unmade), dynamics: of_part(part), rest: of_part(part) };
        walk.body(body, schema);
        [walk.unmade, walk.dynamics, walk.rest]
    }

    fn add(&mut self, expr: &Expr, evaluated_anyway: bool) {
        self.add_free(expr, &[], evaluated_anyway);
    }

    fn add_free(&mut self, expr: &Expr, bound: &[String], evaluated_anyway: bool) {
        visit_free(expr, bound, &mut |reference, reached| {
            self.found.push(Found { traversal: reference.to_owned(), reached, evaluated_anyway });
        });
    }
}

/// `bound` are names that are not references: iterators of dynamic blocks.
fn visit_free(expr: &Expr, bound: &[String], visit: &mut dyn FnMut(TraversalRef<'_>, Reached)) {
    visit_references_reached(expr, &mut |reference, reached| {
        if !bound.iter().any(|name| **name == *reference.root.name) {
            visit(reference, reached);
        }
    });
}

struct Walk {
    unmade: Unit,
    dynamics: Unit,
    rest: Unit,
}

impl Walk {
    fn body(&mut self, body: &Body, schema: Option<&schema::Block>) {
        let content = body.everything();
        for attribute in content.attributes.values() {
            match &attribute.value.kind {
                // In JSON, where blocks look like arguments.
                ExprKind::Object(items) if &*attribute.name == "dynamic" => self.json_dynamics(items),
                _ if is_known(schema, &attribute.name) => self.rest.add(&attribute.value, false),
                _ => {}
            }
        }
        for block in &content.blocks {
            match &*block.kind {
                "dynamic" if block.labels.first().is_none_or(|label| makes_blocks(schema, &label.name)) => {
                    self.dynamic(block, &[]);
                }
                "dynamic" => self.unmade(block),
                kind if makes_blocks(schema, kind) => {
                    let nested = schema.and_then(|schema| schema.blocks.get(kind));
                    self.body(&block.body, nested.map(|nested| &nested.block));
                }
                _ => {}
            }
        }
    }

    /// `dynamic "label" { for_each, iterator, labels, content { … } }`: the iterator is known within `content`.
    fn dynamic(&mut self, block: &Block, bound: &[String]) {
        let content = block.body.everything();
        let mut iterator = block.labels.first().map(|label| label.name.to_string());
        for attribute in content.attributes.values() {
            if &*attribute.name == "iterator" {
                iterator = name_of(&attribute.value).or(iterator);
            } else {
                self.dynamics.add_free(&attribute.value, bound, false);
            }
        }
        let bound: Vec<String> = bound.iter().cloned().chain(iterator).collect();
        content.blocks.iter().for_each(|inner| self.content(&inner.body, &bound));
    }

    /// Labels are not evaluated where there is nothing to give them to.
    fn unmade(&mut self, block: &Block) {
        for (name, attribute) in block.body.everything().attributes {
            match &*name {
                "for_each" => self.unmade.add(&attribute.value, false),
                "labels" => visit_free(&attribute.value, &[], &mut |reference, _| {
                    self.unmade.later.push(reference.to_owned());
                }),
                _ => {}
            }
        }
    }

    fn content(&mut self, body: &Body, bound: &[String]) {
        let content = body.everything();
        content.attributes.values().for_each(|attribute| self.later(&attribute.value, bound));
        for block in &content.blocks {
            if &*block.kind == "dynamic" {
                self.dynamic(block, bound);
            } else {
                self.content(&block.body, bound);
            }
        }
    }

    fn json_dynamics(&mut self, items: &[ObjectItem]) {
        for item in items {
            let ExprKind::Object(parts) = &item.value.kind else {
                self.later(&item.value, &[]);
                continue;
            };
            let named = |wanted: &str| parts.iter().find(|part| key_of(&part.key) == Some(wanted));
            let iterator = named("iterator").and_then(|part| name_of(&part.value));
            let iterator = iterator.or_else(|| key_of(&item.key).map(str::to_owned));
            for part in parts {
                match key_of(&part.key) {
                    Some("iterator") => {}
                    Some("content") => self.later(&part.value, iterator.as_slice()),
                    _ => self.dynamics.add(&part.value, false),
                }
            }
        }
    }

    fn later(&mut self, expr: &Expr, bound: &[String]) {
        visit_free(expr, bound, &mut |reference, _| self.rest.later.push(reference.to_owned()));
    }
}

fn is_known(schema: Option<&schema::Block>, name: &str) -> bool {
    schema.is_none_or(|schema| schema.attributes.contains_key(name) || schema.blocks.contains_key(name))
}

/// Whether there are blocks of this type: some attributes may be written as such.
fn makes_blocks(schema: Option<&schema::Block>, name: &str) -> bool {
    let is_object = |attribute: &schema::Attribute| matches!(&attribute.ty, Type::List(element) | Type::Set(element) if matches!(**element, Type::Object(_)));
    schema.is_none_or(|schema| schema.blocks.contains_key(name) || schema.attributes.get(name).is_some_and(is_object))
}

fn key_of(key: &ObjectKey) -> Option<&str> {
    match key {
        ObjectKey::Name(name) => Some(&name.name),
        ObjectKey::Expr(Expr { kind: ExprKind::JsonString(text, _), .. }) => Some(text),
        ObjectKey::Expr(_) => None,
    }
}

fn name_of(expr: &Expr) -> Option<String> {
    landform_lang::syntax::as_keyword(expr).map(|name| name.into_owned())
}
