//! Signatures of functions: `metadata functions -json`, format 1.0, and what schemas and diagnostics say of functions.

use std::collections::BTreeMap;
use std::io;

use landform_schema::FunctionSchema;
use landform_values::Type;
use landform_values::json::encode_type;
use serde_json::{Value as Json, json as object};

use super::writer::JsonWriter;

/// What there is to know of a function but its name.
#[derive(Clone, Debug)]
pub struct FunctionSignature<'a> {
    /// Markdown; empty for none.
    pub description: &'a str,
    /// One line; empty for none.
    pub summary: &'a str,
    /// Of the result.
    pub return_type: &'a Type,
    /// By position.
    pub parameters: Vec<FunctionParameter<'a>>,
    /// For all further arguments, where they are allowed.
    pub variadic: Option<FunctionParameter<'a>>,
}

/// A parameter of a function.
#[derive(Clone, Copy, Debug)]
pub struct FunctionParameter<'a> {
    /// For people: arguments go by position.
    pub name: &'a str,
    /// Markdown; empty for none.
    pub description: &'a str,
    /// Whether an argument may be null.
    pub is_nullable: bool,
    /// What an argument is converted to.
    pub ty: &'a Type,
}

impl<'a> From<&'a FunctionSchema> for FunctionSignature<'a> {
    fn from(schema: &'a FunctionSchema) -> Self {
        let parameter = |(name, ty, is_nullable): &'a (landform_values::Str, Type, bool)| FunctionParameter {
            name,
            description: "",
            is_nullable: *is_nullable,
            ty,
        };
        Self {
            description: schema.description.as_deref().unwrap_or_default(),
            summary: schema.summary.as_deref().unwrap_or_default(),
            return_type: &schema.return_type,
            parameters: schema.parameters.iter().map(parameter).collect(),
            variadic: schema.variadic.as_ref().map(parameter),
        }
    }
}

/// Writes the signatures of the language's functions, each also by its name in the namespace `core`. The document ends
/// without a line break.
pub fn write_functions<'a>(
    functions: impl IntoIterator<Item = (&'a str, FunctionSignature<'a>)>,
    sink: &mut dyn io::Write,
) -> io::Result<()> {
    let mut sorted: BTreeMap<String, FunctionSignature<'a>> = BTreeMap::new();
    for (name, function) in functions {
        sorted.insert(format!("core::{name}"), function.clone());
        sorted.insert(name.to_owned(), function);
    }
    let mut writer = JsonWriter::new(sink);
    writer.object(|object| {
        object.key("format_version").string("1.0");
        object.key("function_signatures").object(|object| {
            sorted.iter().for_each(|(name, function)| signature(object.key(name), function));
        });
    });
    writer.finish()
}

pub(super) fn signature(writer: &mut JsonWriter<'_>, function: &FunctionSignature<'_>) {
    writer.object(|object| {
        object.text("description", function.description);
        object.text("summary", function.summary);
        object.key("return_type").raw(&encode_type(function.return_type));
        if !function.parameters.is_empty() {
            object.key("parameters").array(&function.parameters, parameter);
        }
        if let Some(variadic) = &function.variadic {
            parameter(object.key("variadic_parameter"), variadic);
        }
    });
}

fn parameter(writer: &mut JsonWriter<'_>, parameter: &FunctionParameter<'_>) {
    writer.object(|object| {
        object.text("name", parameter.name);
        object.text("description", parameter.description);
        object.flag("is_nullable", parameter.is_nullable);
        object.key("type").raw(&encode_type(parameter.ty));
    });
}

/// A function as a diagnostic about its call has it: names and types alone. For
/// [`Sources::signature`](crate::diagnostics::Sources).
pub fn describe_function(name: &str, function: &FunctionSignature<'_>) -> Json {
    let parameter =
        |parameter: &FunctionParameter<'_>| object!({"name": parameter.name, "type": type_json(parameter.ty)});
    let parameters: Vec<Json> = function.parameters.iter().map(parameter).collect();
    let mut described = object!({"name": name.rsplit("::").next().unwrap_or(name), "params": parameters});
    if let Some(variadic) = &function.variadic {
        described["variadic_param"] = parameter(variadic);
    }
    described["return_type"] = type_json(function.return_type);
    described
}

fn type_json(ty: &Type) -> Json {
    serde_json::from_str(&encode_type(ty)).unwrap_or(Json::Null)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(name: &'static str, ty: &'static Type) -> FunctionParameter<'static> {
        FunctionParameter { name, description: "", is_nullable: false, ty }
    }

    /// Shortened from what Terraform says of `max`, `jsonencode` and `cidrsubnets`.
    #[test]
    fn signatures() {
        let max = FunctionSignature {
            description: "`max` takes <numbers>.",
            summary: "",
            return_type: &Type::Number,
            parameters: vec![],
            variadic: Some(parameter("numbers", &Type::Number)),
        };
        let nullable = FunctionParameter { is_nullable: true, ..parameter("val", &Type::Dynamic) };
        let jsonencode = FunctionSignature {
            description: "",
            return_type: &Type::String,
            parameters: vec![nullable],
            variadic: None,
            ..max.clone()
        };
        let mut text = Vec::new();
        assert!(write_functions([("max", max), ("jsonencode", jsonencode)], &mut text).is_ok());
        let json = r#""jsonencode":{"return_type":"string","parameters":[{"name":"val","is_nullable":true,"type":"dynamic"}]}"#;
        let max = r#""max":{"description":"`max` takes \u003cnumbers\u003e.","return_type":"number","variadic_parameter":{"name":"numbers","type":"number"}}"#;
        let core = |member: &str| member.replacen('"', "\"core::", 1);
        let expected = format!(
            "{{\"format_version\":\"1.0\",\"function_signatures\":{{{},{},{json},{max}}}}}",
            core(json),
            core(max)
        );
        assert_eq!(String::from_utf8(text), Ok(expected));
    }

    #[test]
    fn functions_in_diagnostics() {
        let strings = Type::list(Type::String);
        let cidrsubnets = FunctionSignature {
            description: "not shown",
            summary: "",
            return_type: &strings,
            parameters: vec![parameter("prefix", &Type::String)],
            variadic: Some(parameter("newbits", &Type::Number)),
        };
        let expected = r#"{"name":"cidrsubnets","params":[{"name":"prefix","type":"string"}],"variadic_param":{"name":"newbits","type":"number"},"return_type":["list","string"]}"#;
        assert_eq!(describe_function("core::cidrsubnets", &cidrsubnets).to_string(), expected);
    }
}
