//! The page on functions in the documentation: written from the same data as `metadata functions -json`, and held to
//! it.
#![allow(clippy::disallowed_methods, reason = "the page is written again where the environment asks for it")]

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use landform_values::{Type, render};

use super::evaluate;
use crate::expr::FunctionSet;
use crate::functions::descriptions::describe;
use crate::functions::entry::{Function, Parameter};
use crate::functions::{
    MemoryWorld, cidr, collections, conversion, crypto, csv, datetime, encoding, filesystem, format, json, marking,
    numeric, paths, predictions, regex, registry, strings, template, yaml,
};

/// A line for each function: `name TAB expression`, and `TAB result` where that is not what evaluation yields here.
const EXAMPLES: &str = include_str!("../examples.txt");

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/functions.md");

/// What Terraform 1.11 does not have, and what had it first.
const ADDITIONS: &[(&str, &str)] = &[
    ("assume", "OpenTofu 1.13"),
    ("base64gunzip", "OpenTofu 1.7"),
    ("cidrcontains", "OpenTofu 1.7"),
    ("convert", "Terraform 1.15"),
    ("urldecode", "OpenTofu 1.7"),
];

/// What functions of one file have in common.
struct Family {
    /// For people.
    title: &'static str,
    /// The file among the functions' sources.
    file: &'static str,
    functions: fn() -> Vec<Function>,
}

#[rustfmt::skip]
const FAMILIES: &[Family] = &[
    Family { title: "Numbers", file: "numeric.rs", functions: numeric::functions },
    Family { title: "Text", file: "strings.rs", functions: strings::functions },
    Family { title: "Formatted text", file: "format.rs", functions: format::functions },
    Family { title: "Regular expressions", file: "regex/mod.rs", functions: regex::functions },
    Family { title: "Collections", file: "collections/mod.rs", functions: collections::functions },
    Family { title: "Encodings", file: "encoding/mod.rs", functions: encoding::functions },
    Family { title: "CSV", file: "csv.rs", functions: csv::functions },
    Family { title: "JSON", file: "json.rs", functions: json::functions },
    Family { title: "YAML", file: "yaml/mod.rs", functions: yaml::functions },
    Family { title: "Files", file: "filesystem.rs", functions: filesystem::functions },
    Family { title: "Paths", file: "paths.rs", functions: paths::functions },
    Family { title: "Templates", file: "template.rs", functions: template::functions },
    Family { title: "Dates and times", file: "datetime.rs", functions: datetime::functions },
    Family { title: "Hashes, ciphers and identifiers", file: "crypto.rs", functions: crypto::functions },
    Family { title: "IP networks", file: "cidr.rs", functions: cidr::functions },
    Family { title: "Types and errors", file: "conversion.rs", functions: conversion::functions },
    Family { title: "Sensitive and ephemeral values", file: "marking.rs", functions: marking::functions },
    Family { title: "Predictions", file: "predictions.rs", functions: predictions::functions },
];

impl Family {
    /// The functions that are documented, by name.
    fn documented(&self) -> Vec<&'static Function> {
        let mut names: Vec<_> = (self.functions)().iter().map(|function| function.name).collect();
        names.sort_unstable();
        let functions = names.into_iter().map(|name| registry::find(name).expect("every name is a function's"));
        functions.filter(|function| !function.hidden).collect()
    }
}

const INTRODUCTION: &str = "\
# Functions

Every function of the language, with what it takes, what it yields and an example as `landform console` shows it. Each can be called as
`core::NAME`, too. `landform metadata functions -json` prints the same for programs. Functions of providers are called
`provider::PROVIDER::NAME`, and described where the provider is.

This page is written by `cargo xtask docs`; a test fails while it is not up to date.
";

/// What examples read.
fn world() -> Arc<MemoryWorld> {
    let now = time::macros::datetime!(2018-05-13 07:44:12 UTC);
    let world = MemoryWorld::at(now).with_file("hello.txt", "Hello").with_file("notes.txt", "");
    Arc::new(world.with_file("greeting.tftpl", "Hello, ${name}!"))
}

/// The name with its type; the ending is that of what may be repeated.
fn parameter(parameter: &Parameter, ending: &str) -> String {
    let optional = if parameter.takes.null { " or null" } else { "" };
    format!("{}{ending}: {}{optional}", parameter.name, type_name(&parameter.ty))
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::Dynamic => "any".into(),
        Type::String => "string".into(),
        Type::Number => "number".into(),
        Type::Bool => "bool".into(),
        Type::List(element) => format!("list({})", type_name(element)),
        Type::Set(element) => format!("set({})", type_name(element)),
        Type::Map(element) => format!("map({})", type_name(element)),
        other => render::type_text(other),
    }
}

fn signature(function: &Function) -> String {
    let fixed = function.parameters.iter().map(|found| parameter(found, ""));
    let variadic = function.variadic.iter().map(|found| parameter(found, "..."));
    let parameters: Vec<String> = fixed.chain(variadic).collect();
    let returns = crate::functions::call::type_in_general(function);
    format!("{}({}) -> {}", function.name, parameters.join(", "), type_name(&returns))
}

fn example(expression: &str, result: Option<&str>) -> String {
    let result = result.map_or_else(|| evaluated(expression), str::to_owned);
    format!("```text\n> {expression}\n{result}\n```\n")
}

fn evaluated(expression: &str) -> String {
    let (value, diagnostics, _) = evaluate(expression, FunctionSet::Module, world(), |context| context);
    assert!(diagnostics.is_empty(), "{expression}: {diagnostics:?}");
    render::literal(&value)
}

fn section(function: &Function, file: &str, (expression, result): (&str, Option<&str>)) -> String {
    let name = function.name;
    let mut text = format!("\n### {name}\n\n`{}`\n\n", signature(function));
    let _ = writeln!(text, "{}\n", describe(name).unwrap_or_default());
    for parameter in function.parameters.iter().chain(&function.variadic) {
        if let Some(more) = describe(&format!("{name}.{}", parameter.name)) {
            let _ = writeln!(text, "- `{}`: {more}", parameter.name);
        }
    }
    let text = text.trim_end();
    let addition = ADDITIONS.iter().find(|(prefix, _)| name.starts_with(prefix));
    let since = addition.map(|(_, since)| format!("Not in Terraform 1.11; first in {since}. ")).unwrap_or_default();
    let source = format!("{since}Source: [{file}](../engine/lang/src/functions/{file})");
    format!("{text}\n\n{}\n{source}\n", example(expression, result))
}

/// The whole page.
fn page() -> String {
    let examples: HashMap<&str, (&str, Option<&str>)> = EXAMPLES
        .lines()
        .filter_map(|line| {
            let mut fields = line.split('\t');
            Some((fields.next()?, (fields.next()?, fields.next())))
        })
        .collect();
    let mut text = INTRODUCTION.to_owned();
    for family in FAMILIES {
        let names = family.documented().into_iter().map(|function| function.name);
        let links: Vec<String> = names.map(|name| format!("[{name}](#{name})")).collect();
        let _ = writeln!(text, "\n**{}**: {}", family.title, links.join(", "));
    }
    for family in FAMILIES {
        let _ = writeln!(text, "\n## {}", family.title);
        for function in family.documented() {
            let example = *examples.get(function.name).unwrap_or_else(|| panic!("{function:?} has no example"));
            text += &section(function, family.file, example);
        }
    }
    text
}

#[test]
fn the_page_on_functions_is_up_to_date() {
    let fresh = page();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs_err::write(PAGE, &fresh).expect("the page can be written");
    }
    let found = fs_err::read_to_string(PAGE).unwrap_or_default();
    assert!(found == fresh, "docs/functions.md is not up to date: run `cargo xtask docs`");
}

#[test]
fn every_function_has_one_example() {
    let mut names: Vec<&str> = EXAMPLES.lines().filter_map(|line| line.split('\t').next()).collect();
    let count = names.len();
    names.dedup();
    let documented = registry::documented().count();
    assert_eq!((count, names.len()), (documented, documented));
    assert_eq!(FAMILIES.iter().map(|family| family.documented().len()).sum::<usize>(), documented);
    for line in EXAMPLES.lines() {
        let (name, rest) = line.split_once('\t').expect("a name and an expression");
        assert!(rest.contains(&format!("{name}(")), "{line}");
    }
}
