//! Configuration, templates and expressions.

use std::sync::Arc;

use landform_config::check;
use landform_config::load::{MemoryFiles, load_module_with_tests};
use landform_config::load_tree;
use landform_config::manifest::Manifest;
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap};
use landform_lang::expr::{EvalContext, Names, Scope, Slot, compile};
use landform_lang::functions::MemoryWorld;
use landform_lang::syntax::ast::Expr;
use landform_lang::syntax::{TraversalRef, decode, encode, format, parse_expression, parse_native, parse_template};
use landform_lang::typeexpr::type_constraint;
use landform_values::{Marks, Number, Type, Value, json as json_values, render};

/// A configuration file in native syntax.
pub fn hcl(bytes: &[u8]) {
    let text = decode(bytes.to_vec());
    assert_eq!(&encode(&text)[..], bytes);
    let sources = SourceMap::new();
    let (_, diagnostics) = parse_native(&sources, sources.add("main.tf", &text));
    in_bounds(&diagnostics, &sources);
    let formatted = format(&text);
    if !diagnostics.has_errors() {
        let (_, diagnostics) = parse_native(&sources, sources.add("formatted.tf", &formatted));
        assert!(!diagnostics.has_errors(), "formatting breaks it: {diagnostics:?}\n{formatted}");
    }
    load("main.tf", &text);
    load_tests("a.tftest.hcl", &text);
}

/// A configuration file in JSON syntax.
pub fn json(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    load("main.tf.json", &text);
    load_tests("a.tftest.json", &text);
    let _ = json_values::decode_type(&text);
    if let Ok(value) = json_values::decode_implied(&text)
        && let Ok(written) = json_values::encode(&value, &value.ty())
    {
        assert_eq!(json_values::decode(&written, &value.ty()).as_ref(), Ok(&value), "{written}");
    }
}

/// A template file.
pub fn template(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let sources = SourceMap::new();
    let (parsed, diagnostics) = parse_template(&sources, sources.add("template", text));
    evaluate(&parsed, diagnostics, &sources);
}

/// An expression, as in the console.
pub fn expression(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let sources = SourceMap::new();
    let (parsed, diagnostics) = parse_expression(&sources, sources.add("expression", text));
    let (_, _, found) = type_constraint(&parsed, &sources);
    in_bounds(&found, &sources);
    evaluate(&parsed, diagnostics, &sources);
}

/// Reads a module of one file, and checks what can be checked without values.
fn load(name: &str, text: &str) {
    let sources = SourceMap::new();
    let files = MemoryFiles::new([(name, text)]);
    let (tree, diagnostics) = load_tree(".", &Manifest::default(), &sources, &files);
    in_bounds(&diagnostics, &sources);
    let Some(tree) = tree.filter(|_| !diagnostics.has_errors()) else { return };
    in_bounds(&check::check_provisioners(&tree), &sources);
    let diagnostics = check::check_references(&tree, &sources);
    in_bounds(&diagnostics, &sources);
}

/// Reads a test file of an empty module, and what it says of that.
fn load_tests(name: &str, text: &str) {
    let sources = SourceMap::new();
    let files = MemoryFiles::new([("main.tf", ""), (name, text)]);
    let (root, diagnostics) = load_module_with_tests(".", "tests", &sources, &files);
    in_bounds(&diagnostics, &sources);
    let (tree, _) = load_tree(".", &Manifest::default(), &sources, &files);
    let (Some(root), Some(tree)) = (root, tree) else { return };
    for file in &root.tests {
        in_bounds(&check::check_test_file(file, &tree, &[]), &sources);
        file.runs.iter().for_each(|run| in_bounds(&check::check_run(run, &tree), &sources));
    }
}

fn evaluate(parsed: &Expr, diagnostics: Diagnostics, sources: &SourceMap) {
    in_bounds(&diagnostics, sources);
    if diagnostics.has_errors() {
        return;
    }
    let mut variables = Variables::new();
    let (expression, diagnostics) = compile(parsed, &mut variables);
    in_bounds(&diagnostics, sources);
    if diagnostics.has_errors() {
        return;
    }
    let world = MemoryWorld::at(time::macros::datetime!(2024-02-03 04:05:06 UTC)).with_file("a.txt", "${x} %{ if y }");
    let (value, diagnostics) = expression.evaluate(&variables, &EvalContext::new(Arc::new(world), sources.clone()));
    in_bounds(&diagnostics, sources);
    let _ = render::literal(&value);
}

/// What diagnostics point at is in their files.
fn in_bounds(diagnostics: &Diagnostics, sources: &SourceMap) {
    for span in diagnostics.iter().flat_map(|found| [found.subject, found.context]).flatten() {
        let length = sources.file(span.file).text.len();
        assert!(span.start <= span.end && span.end as usize <= length + 1, "{span:?} of {length}: {diagnostics:?}");
        let _ = sources.snippet(span);
    }
}

/// Variables of all kinds, with short names that a mutation finds.
struct Variables(Vec<(&'static str, Value)>);

impl Variables {
    fn new() -> Self {
        let number = |number: i64| Value::number(Number::from(number));
        let texts = || ["a", "b", "ab"].map(Value::from);
        let object = Value::object([("a", number(1)), ("b", Value::from("x"))]);
        Self(vec![
            ("a", Value::from("text")),
            ("b", Value::TRUE),
            ("n", number(7)),
            ("l", Value::list(Type::String, texts())),
            ("s", Value::set(Type::String, texts())),
            ("m", Value::map(Type::Number, [("k", number(1)), ("l", number(2))])),
            ("o", object.clone()),
            ("t", Value::tuple([object, number(3), Value::NULL])),
            ("z", Value::null(Type::String)),
            ("u", Value::dynamic()),
            ("v", Value::unknown(Type::list(Type::String)).refine_length(1, 3)),
            ("w", Value::unknown(Type::Number)),
            ("x", Value::from("secret").with_marks(&Marks::sensitive())),
            ("y", Value::list(Type::Bool, [Value::TRUE.with_marks(&Marks::sensitive())])),
        ])
    }
}

impl Names for Variables {
    fn resolve(&mut self, traversal: TraversalRef<'_>) -> Result<(Slot, usize), Diagnostic> {
        let position = self.0.iter().position(|(name, _)| *name == &*traversal.root.name);
        let slot = position.map(|index| (Slot(index as u32), 0));
        slot.ok_or_else(|| Diagnostic::error("Undeclared", "").at(traversal.root.span))
    }
}

impl Scope for Variables {
    fn get(&self, slot: Slot) -> Result<Value, Diagnostic> {
        self.0.get(slot.0 as usize).map(|(_, value)| value.clone()).ok_or_else(|| Diagnostic::error("No slot", ""))
    }
}
