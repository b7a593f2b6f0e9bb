//! `-backend-config`: `key=value`, or a file.

use std::sync::Arc;

use landform_config::load::FileSource;
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_lang::constant;
use landform_lang::syntax::ast::{Attribute, Body, Expr, ExprKind, NativeBody, Taken};
use landform_lang::syntax::{BodySchema, parse_expression, parse_json, parse_native};
use landform_schema::{Block, Nesting};
use landform_values::{Type, Value, convert};

/// What `-backend-config` says, in the order given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BackendOverrides {
    bodies: Vec<Body>,
    given: bool,
}

impl BackendOverrides {
    /// Whether the option was given at all, even an empty one.
    pub fn are_given(&self) -> bool {
        self.given
    }

    /// A body with what they say instead; `None` when they say nothing.
    pub(super) fn apply(&self, body: &Body) -> Option<Body> {
        let all = self.bodies.iter().cloned().reduce(|all, body| all.overridden_by(&body))?;
        Some(body.overridden_by(&all))
    }
}

/// Reads the values of `-backend-config` options for a backend of a schema. Each is `name=value` or the path of a file
/// in native or JSON syntax. A single empty one means that there are none any more.
pub fn parse_backend_overrides(
    options: &[String],
    schema: &Block,
    files: &dyn FileSource,
    sources: &SourceMap,
) -> (BackendOverrides, Diagnostics) {
    let mut reader =
        Reader { schema, files, sources, bodies: Vec::new(), values: Vec::new(), diagnostics: Diagnostics::new() };
    let is_reset = matches!(options, [only] if only.is_empty());
    if !is_reset {
        options.iter().for_each(|option| reader.option(option));
    }
    reader.flush();
    (BackendOverrides { bodies: reader.bodies, given: !options.is_empty() }, reader.diagnostics)
}

/// What is said of `-backend-config` where the configuration has no `backend` block.
pub fn without_backend_block() -> Diagnostic {
    let detail = "-backend-config was used without a \"backend\" block in the configuration.\n\nIf you intended to override \
                  the default local backend configuration,\nno action is required, but you may add an explicit backend \
                  block to your\nconfiguration to clear this warning:\n\nterraform {\n  backend \"local\" \
                  {}\n}\n\nHowever, if you intended to override a defined backend, please verify that\nthe backend \
                  configuration is present and valid.\n";
    Diagnostic::warning("Missing backend configuration", detail)
}

struct Reader<'a> {
    schema: &'a Block,
    files: &'a dyn FileSource,
    sources: &'a SourceMap,
    bodies: Vec<Body>,
    /// Values that are not in a body yet; of one name the last counts.
    values: Vec<Attribute>,
    diagnostics: Diagnostics,
}

impl Reader<'_> {
    fn option(&mut self, option: &str) {
        match option.split_once('=') {
            Some((name, text)) => self.value(name, text),
            None => self.file(option),
        }
    }

    fn value(&mut self, name: &str, text: &str) {
        let Some(attribute) = self.schema.attributes.get(name) else {
            let detail = format!(
                "The backend configuration argument {name:?} given on the command line is not expected for the selected \
                 backend type."
            );
            return self.diagnostics.push(Diagnostic::error("Invalid backend configuration argument", detail));
        };
        let Some((value, span)) = self.converted(name, text, &attribute.ty.clone()) else { return };
        let value = Arc::new(Expr { kind: ExprKind::Literal(value), span });
        self.values.retain(|other| &*other.name != name);
        self.values.push(Attribute { name: name.into(), name_span: span, value, span });
    }

    /// Texts are converted; what is no primitive type is read as an expression.
    fn converted(&mut self, name: &str, text: &str, ty: &Type) -> Option<(Value, Span)> {
        let place = format!("-backend-config={name:?}");
        if !ty.is_primitive() {
            return self.expression(&place, text);
        }
        // Neither the message nor the place shows the value, which may be a secret.
        let span = Span::new(self.sources.add(place.as_str(), name), 0, name.len());
        match convert(&Value::from(text), ty) {
            Ok(value) => Some((value, span)),
            Err(error) => {
                let detail = format!("Invalid backend configuration argument {place}: {}", error.message);
                self.diagnostics.push(Diagnostic::error("Invalid backend configuration value", detail));
                None
            }
        }
    }

    fn expression(&mut self, place: &str, text: &str) -> Option<(Value, Span)> {
        let file = self.sources.add(place, text);
        let (expr, mut diagnostics) = parse_expression(self.sources, file);
        let (value, found) = constant(&expr, self.sources);
        diagnostics.extend(found);
        let failed = diagnostics.has_errors();
        self.diagnostics.extend(diagnostics);
        (!failed).then(|| (value, Span::new(file, 0, text.len())))
    }

    fn file(&mut self, path: &str) {
        let Ok(bytes) = self.files.read(path) else {
            let detail = format!("The file {path:?} could not be read.");
            return self.diagnostics.push(Diagnostic::error("Failed to read file", detail));
        };
        let file = self.sources.add(path, String::from_utf8_lossy(&bytes).into_owned());
        let parse = if path.ends_with(".json") { parse_json } else { parse_native };
        let (body, mut diagnostics) = parse(self.sources, file);
        if !diagnostics.has_errors() {
            diagnostics.extend(body.content(&self.body_schema()).1);
        }
        let failed = diagnostics.has_errors();
        self.diagnostics.extend(diagnostics);
        if !failed {
            self.flush();
            self.bodies.push(body);
        }
    }

    /// All that may be in a file.
    fn body_schema(&self) -> BodySchema {
        let attributes = self.schema.attributes.keys();
        let schema = attributes.fold(BodySchema::new(), |schema, name| schema.optional(name.clone()));
        self.schema.blocks.iter().fold(schema, |schema, (name, nested)| {
            let labels: &[&str] = if nested.nesting == Nesting::Map { &["key"] } else { &[] };
            schema.block(name.clone(), labels)
        })
    }

    /// Makes a body of the values so far.
    fn flush(&mut self) {
        let Some(first) = self.values.first() else { return };
        let span = first.span;
        let body = NativeBody { attributes: std::mem::take(&mut self.values), blocks: Vec::new() };
        self.bodies.push(Body::Native(Arc::new(body), span, Taken::default()));
    }
}
