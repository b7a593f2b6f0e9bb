//! Type constraints: `list(object({ name = string, size = optional(number, 1) }))`.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_values::{ObjectType, Str, Type, Value, convert};

pub use landform_values::convert::Defaults;

use crate::constant;
use crate::syntax::ast::{Expr, ObjectItem};
use crate::syntax::{StaticCall, as_keyword, as_static_call, as_static_list, as_static_map};

/// The type that an expression describes, with the defaults of its optional attributes. With an error, what is known
/// of it.
pub fn type_constraint(expr: &Expr, sources: &SourceMap) -> (Type, Option<Defaults>, Diagnostics) {
    let mut reader = Reader { sources, diagnostics: Diagnostics::new() };
    let (ty, defaults) = reader.read(expr);
    (ty, Some(defaults).filter(|defaults| !defaults.is_empty()), reader.diagnostics)
}

const INVALID: &str = "Invalid type specification";

const OBJECT_NEEDS_ONE: &str =
    "The object type constructor requires one argument specifying the attribute types and values as a map.";

struct Reader<'a> {
    sources: &'a SourceMap,
    diagnostics: Diagnostics,
}

type Typed = (Type, Defaults);

/// A type of which nothing is known.
fn unknown() -> Typed {
    (Type::Dynamic, Defaults::none(Type::Dynamic))
}

fn plain(ty: Type) -> Typed {
    (ty.clone(), Defaults::none(ty))
}

/// What a constructor says when it does not have just one argument.
fn needs_one_argument(constructor: &str) -> Option<Cow<'static, str>> {
    Some(match constructor {
        "list" | "set" | "map" => {
            format!("The {constructor} type constructor requires one argument specifying the element type.").into()
        }
        "object" => OBJECT_NEEDS_ONE.into(),
        "tuple" => "The tuple type constructor requires one argument specifying the element types as a list.".into(),
        _ => return None,
    })
}

impl Reader<'_> {
    fn invalid(&mut self, span: Span, detail: impl Into<String>) -> Typed {
        self.diagnostics.error(span, INVALID, detail);
        unknown()
    }

    fn read(&mut self, expr: &Expr) -> Typed {
        let Some(keyword) = as_keyword(expr) else { return self.constructed(expr) };
        let detail = match &*keyword {
            "bool" => return plain(Type::Bool),
            "string" => return plain(Type::String),
            "number" => return plain(Type::Number),
            "any" => return plain(Type::Dynamic),
            other => needs_one_argument(other)
                .unwrap_or_else(|| format!("The keyword {other:?} is not a valid type specification.").into()),
        };
        self.invalid(expr.span, detail)
    }

    fn constructed(&mut self, expr: &Expr) -> Typed {
        let Ok(call) = as_static_call(expr) else {
            let detail = "A type specification is either a primitive type keyword (bool, number, string) or a complex \
                          type constructor call, like list(string).";
            return self.invalid(expr.span, detail);
        };
        let name = &*call.name;
        match name {
            "bool" | "string" | "number" => {
                let detail = format!("Primitive type keyword {name:?} does not expect arguments.");
                return self.invalid(call.arguments_span, detail);
            }
            "any" => {
                let detail = "Type constraint keyword \"any\" does not expect arguments.";
                return self.invalid(call.arguments_span, detail);
            }
            "optional" => {
                let detail = "Keyword \"optional\" is valid only as a modifier for object type attributes.";
                return self.invalid(call.name_span, detail);
            }
            _ => {}
        }
        let Some(detail) = needs_one_argument(name) else {
            return self.invalid(expr.span, format!("Keyword {name:?} is not a valid type constructor."));
        };
        match &call.arguments[..] {
            [argument] => self.constructor(name, argument, expr.span),
            [_, extra, ..] => {
                let last = call.arguments.last().map_or(extra.span, |last| last.span);
                self.invalid(extra.span.to(last), detail)
            }
            [] => self.invalid(call.arguments_span, detail),
        }
    }

    fn constructor(&mut self, name: &str, argument: &Expr, whole: Span) -> Typed {
        match name {
            "object" => self.object(argument, whole),
            "tuple" => self.tuple(argument, whole),
            _ => {
                let (element, defaults) = self.read(argument);
                let ty = match name {
                    "list" => Type::list(element),
                    "set" => Type::set(element),
                    _ => Type::map(element),
                };
                (ty.clone(), with_children(ty, BTreeMap::from([("".into(), defaults)])))
            }
        }
    }

    fn tuple(&mut self, argument: &Expr, whole: Span) -> Typed {
        let Ok(items) = as_static_list(argument) else {
            let detail = "Tuple type constructor requires a list of element types.";
            self.diagnostics.push(Diagnostic::error(INVALID, detail).at(argument.span).within(whole));
            return unknown();
        };
        let (types, defaults): (Vec<Type>, Vec<Defaults>) = items.iter().map(|item| self.read(item)).unzip();
        let ty = Type::tuple(types);
        let children = defaults.into_iter().enumerate().map(|(index, child)| (index.to_string().into(), child));
        (ty.clone(), with_children(ty, children.collect()))
    }

    fn object(&mut self, argument: &Expr, whole: Span) -> Typed {
        let Ok(items) = as_static_map(argument) else {
            let detail = "Object type constructor requires a map whose keys are attribute names and whose values are \
                          the corresponding attribute types.";
            self.diagnostics.push(Diagnostic::error(INVALID, detail).at(argument.span).within(whole));
            return unknown();
        };
        let mut seen: HashSet<Str> = HashSet::new();
        let (mut attributes, mut values, mut children) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        for item in items {
            let Some(name) = self.attribute_name(item, whole, &mut seen) else { continue };
            let Some(attribute) = self.attribute(&item.value) else { continue };
            attributes.push((name.clone(), attribute.ty, attribute.optional));
            values.extend(attribute.default.map(|default| (name.clone(), default)));
            if !attribute.defaults.is_empty() {
                children.insert(name, attribute.defaults);
            }
        }
        let ty = Type::Object(ObjectType::new(attributes).into());
        (ty.clone(), Defaults { ty: ty.without_optional(), values, children })
    }

    fn attribute_name(&mut self, item: &ObjectItem, whole: Span, seen: &mut HashSet<Str>) -> Option<Str> {
        let found = item.key.as_keyword().map(|name| Str::from(&*name));
        let detail = match found {
            Some(name) if seen.insert(name.clone()) => return Some(name),
            Some(_) => "Object constructor map keys must be unique.",
            None => "Object constructor map keys must be attribute names.",
        };
        self.diagnostics.push(Diagnostic::error(INVALID, detail).at(item.key.span()).within(whole));
        None
    }

    fn attribute(&mut self, expr: &Expr) -> Option<AttributeType> {
        let call = as_static_call(expr).ok().filter(|call| &*call.name == "optional");
        let Some(call) = call else {
            let (ty, defaults) = self.read(expr);
            return Some(AttributeType { ty, defaults, optional: false, default: None });
        };
        let (ty, default) = self.optional_arguments(&call, expr.span)?;
        let (ty, defaults) = self.read(ty);
        let default = default.and_then(|default| self.default(default, &ty));
        Some(AttributeType { ty, defaults, optional: true, default })
    }

    fn optional_arguments<'c>(&mut self, call: &'c StaticCall, whole: Span) -> Option<(&'c Expr, Option<&'c Expr>)> {
        let detail = match &call.arguments[..] {
            [ty] => return Some((ty, None)),
            [ty, default] => return Some((ty, Some(default))),
            [] => "Optional attribute modifier requires the attribute type as its argument.",
            _ => "Optional attribute modifier expects at most two arguments: the attribute type, and a default value.",
        };
        self.diagnostics.push(Diagnostic::error(INVALID, detail).at(call.arguments_span).within(whole));
        None
    }

    fn default(&mut self, expr: &Expr, ty: &Type) -> Option<Value> {
        let (value, found) = constant(expr, self.sources);
        let failed = found.has_errors();
        self.diagnostics.extend(found);
        if failed {
            return None;
        }
        let converted = convert(&value, ty).map_err(|error| {
            let detail = format!("This default value is not compatible with the attribute's type constraint: {error}.");
            self.diagnostics.error(expr.span, "Invalid default value for optional attribute", detail);
        });
        converted.ok()
    }
}

/// An attribute of an object type.
struct AttributeType {
    ty: Type,
    defaults: Defaults,
    optional: bool,
    default: Option<Value>,
}

fn with_children(ty: Type, children: BTreeMap<Str, Defaults>) -> Defaults {
    let children = children.into_iter().filter(|(_, child)| !child.is_empty()).collect();
    Defaults { children, ..Defaults::none(ty.without_optional()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_expression;

    fn read(text: &str) -> (String, Vec<String>) {
        let sources = SourceMap::new();
        let (expr, found) = parse_expression(&sources, sources.add("t.tf", text));
        assert!(!found.has_errors(), "{text}: {found:?}");
        let (ty, _, diagnostics) = type_constraint(&expr, &sources);
        let problems = diagnostics.iter().map(|found| {
            let at = found.subject.map(|span| sources.snippet(span)).unwrap_or_default();
            format!("{at}: {}", found.detail)
        });
        (ty.to_string(), problems.collect())
    }

    #[test]
    fn types() {
        for (text, printed) in [
            ("string", "string"),
            ("any", "any"),
            ("map(list(any))", "map(list(any))"),
            ("tuple([string, set(number)])", "tuple([string,set(number)])"),
            ("object({b = optional(bool, true), a = string})", "object({a=string,b=optional(bool)})"),
        ] {
            assert_eq!(read(text), (printed.to_owned(), vec![]));
        }
    }

    #[test]
    fn what_is_no_type() {
        for (text, problem) in [
            ("any()", "(): Type constraint keyword \"any\" does not expect arguments."),
            ("string(1)", "(1): Primitive type keyword \"string\" does not expect arguments."),
            ("list()", "(): The list type constructor requires one argument specifying the element type."),
            (
                "list(string, number)",
                "number: The list type constructor requires one argument specifying the element type.",
            ),
            ("set", "set: The set type constructor requires one argument specifying the element type."),
            ("tuple(string)", "string: Tuple type constructor requires a list of element types."),
            (
                "object({a = optional()})",
                "(): Optional attribute modifier requires the attribute type as its argument.",
            ),
            (
                "object({a = optional(string, 1, 2)})",
                "(string, 1, 2): Optional attribute modifier expects at most two arguments: the attribute type, and a default value.",
            ),
            (
                "object({a = optional(string, [])})",
                "[]: This default value is not compatible with the attribute's type constraint: string required.",
            ),
            ("object({a = optional(string, var.x)})", "var: Variables may not be used here."),
            ("object({a = optional(string, file(\"x\"))})", "file(\"x\"): Functions may not be called here."),
            ("object({\"b\" = number})", "\"b\": Object constructor map keys must be attribute names."),
            ("object({a = string, a = number})", "a: Object constructor map keys must be unique."),
            (
                "optional(string)",
                "optional: Keyword \"optional\" is valid only as a modifier for object type attributes.",
            ),
            ("foo(string)", "foo(string): Keyword \"foo\" is not a valid type constructor."),
            ("tuple([foo])", "foo: The keyword \"foo\" is not a valid type specification."),
        ] {
            assert_eq!(read(text).1, [problem], "{text}");
        }
    }

    #[test]
    fn defaults_of_nested_attributes() {
        let sources = SourceMap::new();
        let text = "list(object({a = optional(number, 1), b = optional(object({c = optional(string, \"x\")}), {})}))";
        let (expr, _) = parse_expression(&sources, sources.add("t.tf", text));
        let (ty, defaults, _) = type_constraint(&expr, &sources);
        let given = Value::tuple([Value::object([("a", Value::from(2_i64))])]);
        let filled = convert(&defaults.expect("defaults").apply(&given), &ty).expect("fits");
        let object = filled.as_sequence().and_then(|items| items.first()).expect("one item");
        assert_eq!(object.get_attribute("a"), Some(&Value::from(2_i64)));
        let inner = object.get_attribute("b").and_then(|inner| inner.get_attribute("c"));
        assert_eq!(inner, Some(&Value::from("x")));
    }
}
