//! Parts that do not depend on the instance.

use std::cell::Cell;

use landform_diagnostics::{Diagnostic, SourceMap};
use landform_values::Value;

use super::super::node::{Node, NodeKind};
use super::super::{Names, Scope, Slot, compile};
use super::show;
use crate::syntax::{TraversalRef, parse_expression};
use crate::testing::{Variables, context};

/// Of many instances, which differ in `var.five` alone.
struct Instances {
    variables: Variables,
    five: Option<Slot>,
    is_repeated: bool,
}

impl Names for Instances {
    fn resolve(&mut self, traversal: TraversalRef<'_>) -> Result<(Slot, usize), Diagnostic> {
        let found = self.variables.resolve(traversal)?;
        if traversal.steps.first().is_some_and(|step| step.to_string() == ".five") {
            self.five = Some(found.0);
        }
        Ok(found)
    }

    fn varies(&self, slot: Slot) -> bool {
        !self.is_repeated || Some(slot) == self.five
    }
}

/// What one of them sees; counts what is asked for.
struct Instance<'a> {
    all: &'a Instances,
    five: Value,
    changed: Option<(Slot, Value)>,
    asked: Cell<usize>,
}

impl Scope for Instance<'_> {
    fn get(&self, slot: Slot) -> Result<Value, Diagnostic> {
        self.asked.set(self.asked.get() + 1);
        match &self.changed {
            Some((changed, value)) if *changed == slot => Ok(value.clone()),
            _ if Some(slot) == self.all.five => Ok(self.five.clone()),
            _ => self.all.variables.get(slot),
        }
    }
}

fn names(is_repeated: bool) -> Instances {
    Instances { variables: Variables::new(), five: None, is_repeated }
}

fn parts<'s>(node: &Node, source: &'s str, found: &mut Vec<&'s str>) {
    if let NodeKind::Remembered(_) = &node.kind {
        found.push(&source[node.span.start as usize..node.span.end as usize]);
    } else {
        node.for_each_child(&mut |child| parts(child, source, found));
    }
}

#[test]
fn the_largest_parts_that_cost_something_are_remembered() {
    let cases: &[(&str, &[&str])] = &[
        ("var.objects[*].b", &["var.objects[*].b"]),
        ("element(var.objects[*].b, var.five)", &["var.objects[*].b"]),
        ("var.list[var.five - 5]", &[]),
        ("{ x = var.five, y = length(var.list) + var.list[0] }", &["length(var.list) + var.list[0]"]),
        ("[for o in var.objects : o.a + var.five]", &[]),
        ("[for o in var.objects : o.a + length(var.list[*])]", &["[for o in var.objects : o.a + length(var.list[*])]"]),
        ("[for o in var.objects : var.five + length(var.list)]", &["length(var.list)"]),
        ("[for o in var.objects : var.five + length([for p in var.list : o.a])]", &[]),
        ("[for o in var.objects : [for p in var.list : \"${p}${var.five}\"]]", &[]),
        ("\"${var.five} ${join(\",\", var.list)}\"", &["join(\",\", var.list)"]),
        ("[uuid(), file(\"a\"), timestamp()]", &[]),
        ("templatestring(var.template, { x = var.text })", &[]),
        ("[var.text, var.map.k, { a = var.five }]", &[]),
        ("try(var.objects[*].b[0], var.five)", &["var.objects[*].b[0]"]),
        ("[for i in range(3) : i]", &[]),
    ];
    for (source, expected) in cases {
        let sources = SourceMap::new();
        let (expr, _) = parse_expression(&sources, sources.add("test.tf", *source));
        let mut found = Vec::new();
        parts(&compile(&expr, &mut names(true)).0.root, source, &mut found);
        assert_eq!(&found, expected, "{source}");
        found.clear();
        parts(&compile(&expr, &mut names(false)).0.root, source, &mut found);
        assert!(found.is_empty(), "{source}: what is evaluated once remembers nothing");
    }
}

#[test]
fn what_is_remembered_is_what_would_be_found() {
    let sources = SourceMap::new();
    let cases = [
        "element(var.objects[*].b, var.five)",
        "[for o in var.objects : \"${o.b}${var.five}${join(\",\", var.list)}\"]",
        "{ secret = upper(var.secret), n = var.five, all = concat(var.secrets, var.list) }",
        "[length(var.unknown_list), var.five, length(var.unknown_objects)]",
        "[tonumber(var.text), var.five]",
        "[try(tonumber(var.text), 1), can(var.object.c), var.five]",
    ];
    for source in cases {
        let (expr, _) = parse_expression(&sources, sources.add("test.tf", source));
        let (mut with, mut without) = (names(true), names(false));
        let (remembering, _) = compile(&expr, &mut with);
        let (plain, _) = compile(&expr, &mut without);
        for five in [5, 6, 7, 6] {
            let of = |all| Instance { all, five: Value::number(five), changed: None, asked: Cell::new(0) };
            let (value, found) = remembering.evaluate(&of(&with), &context(&sources));
            let (expected, problems) = plain.evaluate(&of(&without), &context(&sources));
            assert_eq!(show(&value), show(&expected), "{source}");
            assert_eq!(found.iter().count(), problems.iter().count(), "{source}: errors come up each time");
        }
    }
}

#[test]
fn another_value_makes_another_result() {
    let source = "[var.five, length(var.list)]";
    let sources = SourceMap::new();
    let (expr, _) = parse_expression(&sources, sources.add("test.tf", source));
    let mut names = names(true);
    let (expression, _) = compile(&expr, &mut names);
    let list = expression.slots().iter().copied().find(|slot| Some(*slot) != names.five).expect("var.list");
    let shown = |changed: Option<Value>| {
        let changed = changed.map(|value| (list, value));
        let instance = Instance { all: &names, five: Value::number(1), changed, asked: Cell::new(0) };
        show(&expression.evaluate(&instance, &context(&sources)).0)
    };
    let before = shown(None);
    assert_eq!(shown(Some(Value::tuple([Value::TRUE]))), before.replace('2', "1"));
    assert_eq!(shown(None), before);
    assert!(!format!("{expression:?}").contains("Last"), "values are not shown");
}

#[test]
fn what_is_remembered_costs_nothing_for_each_element() {
    let source = "var.five + length([for o in var.objects : length(o.b) + length(var.list)])";
    let sources = SourceMap::new();
    let (expr, _) = parse_expression(&sources, sources.add("test.tf", source));
    let mut names = names(true);
    let (expression, _) = compile(&expr, &mut names);
    let asked = |five: i64| {
        let instance = Instance { all: &names, five: Value::number(five), changed: None, asked: Cell::new(0) };
        let _ = expression.evaluate(&instance, &context(&sources));
        instance.asked.get()
    };
    let first = asked(1);
    // The two names of the remembered part, and the one that varies.
    assert_eq!(asked(2), 3);
    assert!(first > 3);
}
