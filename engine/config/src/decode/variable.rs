//! `variable` blocks.

use std::sync::LazyLock;

use landform_addrs::Str;
use landform_diagnostics::Span;
use landform_lang::syntax::ast::{Block, Expr, ExprKind};
use landform_lang::syntax::{BodySchema, Content, as_keyword};
use landform_lang::typeexpr::{self, Defaults};
use landform_values::{Type, Value, convert};

use super::{Decoder, traversal};
use crate::model::{CheckRule, Variable};

static SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new()
        .optional("description")
        .optional("default")
        .optional("type")
        .optional("sensitive")
        .optional("ephemeral")
        .optional("nullable")
        .optional("const")
        .optional("deprecated")
        .block("validation", &[])
});

/// Names that mean something else in a `module` block, where variables are set.
const RESERVED_NAMES: [&str; 10] =
    ["source", "version", "count", "for_each", "depends_on", "providers", "_", "lifecycle", "locals", "provider"];

/// A `variable` block as written: what an override leaves out stays as it was.
#[derive(Debug)]
pub(crate) struct VariableDraft {
    pub(crate) name: Str,
    pub(crate) description: Option<Str>,
    pub(crate) ty: Option<(Type, Option<Defaults>)>,
    pub(crate) default: Option<Value>,
    pub(crate) nullable: Option<bool>,
    pub(crate) sensitive: Option<bool>,
    pub(crate) ephemeral: Option<bool>,
    pub(crate) is_const: Option<bool>,
    pub(crate) deprecated: Option<Str>,
    pub(crate) validations: Vec<CheckRule>,
    pub(crate) span: Span,
}

impl VariableDraft {
    /// With Terraform's defaults for what is not written.
    pub(crate) fn finish(self) -> Variable {
        let typed = self.ty.is_some();
        let (ty, defaults) = self.ty.unwrap_or((Type::Dynamic, None));
        Variable {
            name: self.name,
            description: self.description,
            ty,
            typed,
            defaults,
            default: self.default,
            nullable: self.nullable.unwrap_or(true),
            sensitive: self.sensitive.unwrap_or_default(),
            ephemeral: self.ephemeral.unwrap_or_default(),
            is_const: self.is_const.unwrap_or_default(),
            deprecated: self.deprecated,
            validations: self.validations,
            span: self.span,
        }
    }
}

impl Decoder<'_> {
    pub(super) fn variable(&mut self, block: &Block) -> VariableDraft {
        let content = self.content(&block.body, &SCHEMA);
        let label = &block.labels[0];
        self.check_name(label, "Invalid variable name");
        if let Some(reserved) = RESERVED_NAMES.iter().find(|reserved| ***reserved == *label.name) {
            let detail =
                format!("The variable name {reserved:?} is reserved due to its special meaning inside module blocks.");
            self.error(label.span, "Invalid variable name", detail);
        }
        let description = self.optional_string(&content, "description");
        let ty = content.attributes.get("type").map(|attribute| self.variable_type(&attribute.value));
        let mut draft = VariableDraft {
            name: label.name.clone(),
            description,
            ty,
            default: None,
            nullable: None,
            sensitive: self.optional_bool(&content, "sensitive"),
            ephemeral: self.optional_bool(&content, "ephemeral"),
            is_const: self.optional_bool(&content, "const"),
            deprecated: self.optional_string(&content, "deprecated"),
            validations: Vec::new(),
            span: block.header_span,
        };
        // What is no truth value counts as false.
        let nullable = content.attributes.get("nullable");
        draft.nullable = nullable.map(|attribute| self.constant_bool(&attribute.value).unwrap_or_default());
        draft.default =
            content.attributes.get("default").map(|attribute| self.variable_default(&draft, &attribute.value));
        self.check_const(&draft, &content);
        for inner in &content.blocks {
            draft.validations.extend(self.validation(&draft.name, inner));
        }
        draft
    }

    /// What is known before everything else ends up in addresses of modules and in messages.
    fn check_const(&mut self, draft: &VariableDraft, content: &Content) {
        let Some(attribute) = content.attributes.get("const").filter(|_| draft.is_const == Some(true)) else { return };
        for (name, is_set) in [("sensitive", draft.sensitive), ("ephemeral", draft.ephemeral)] {
            if is_set == Some(true) {
                let detail = format!(
                    "The value of a constant variable is shown and written down, such as in addresses of modules, so \
                     that var.{} can not be {name} as well.",
                    draft.name
                );
                self.error(attribute.span, format!("Invalid combination of \"const\" and {name:?}"), detail);
            }
        }
    }

    pub(super) fn optional_string(&mut self, content: &Content, name: &str) -> Option<Str> {
        content.attributes.get(name).and_then(|attribute| self.constant_string(&attribute.value))
    }

    pub(super) fn optional_bool(&mut self, content: &Content, name: &str) -> Option<bool> {
        content.attributes.get(name).and_then(|attribute| self.constant_bool(&attribute.value))
    }

    fn variable_type(&mut self, expr: &Expr) -> (Type, Option<Defaults>) {
        if let Some(text) = traversal::native_string(expr) {
            self.quoted_type(expr.span, text);
            return (Type::Dynamic, None);
        }
        // Shorthands from before element types could be given.
        match as_keyword(expr).as_deref() {
            Some("list") => return (Type::list(Type::Dynamic), None),
            Some("map") => return (Type::map(Type::Dynamic), None),
            _ => {}
        }
        let (ty, defaults, diagnostics) = typeexpr::type_constraint(expr, self.sources);
        let failed = diagnostics.has_errors();
        self.diagnostics.extend(diagnostics);
        if failed { (Type::Dynamic, None) } else { (ty, defaults) }
    }

    /// Type constraints were quoted once.
    fn quoted_type(&mut self, span: Span, text: &str) {
        let instead = match text {
            "string" => "Remove the quotes around \"string\".",
            "list" => {
                "Remove the quotes around \"list\" and write list(string) instead to explicitly indicate that the list \
                 elements are strings."
            }
            "map" => {
                "Remove the quotes around \"map\" and write map(string) instead to explicitly indicate that the map \
                 elements are strings."
            }
            _ => {
                let detail = "To provide a full type expression, remove the surrounding quotes and give the type \
                              expression directly.";
                return self.error(span, "Invalid legacy variable type hint", detail);
            }
        };
        let detail = format!(
            "Terraform 0.11 and earlier required type constraints to be given in quotes, but that form is now \
             deprecated and will be removed in a future version of Terraform. {instead}"
        );
        self.error(span, "Invalid quoted type constraints", detail);
    }

    /// The default, converted to the type; as it is in an override file, where the type may stand elsewhere.
    fn variable_default(&mut self, draft: &VariableDraft, expr: &Expr) -> Value {
        let mut value = self.constant(expr);
        let (ty, defaults) = match &draft.ty {
            Some((ty, defaults)) => (ty.clone(), defaults.as_ref()),
            None => (Type::Dynamic, None),
        };
        if let Some(defaults) = defaults.filter(|_| !value.is_null()) {
            value = defaults.apply(&value);
        }
        match convert(&value, &ty) {
            Ok(converted) => value = converted,
            Err(error) => {
                let detail =
                    format!("This default value is not compatible with the variable's type constraint: {error}.");
                self.error(expr.span, "Invalid default value for variable", detail);
                return Value::dynamic();
            }
        }
        if draft.nullable == Some(false) && value.is_null() {
            let detail = "A null default value is not valid when nullable=false.";
            self.error(expr.span, "Invalid default value for variable", detail);
        }
        value
    }

    /// A rule that must refer to the variable itself.
    fn validation(&mut self, variable: &str, block: &Block) -> Option<CheckRule> {
        let rule = self.check_rule(block)?;
        let is_missing = matches!(rule.condition.kind, ExprKind::Invalid);
        if !is_missing && !traversal::refers_to_variable(&rule.condition, variable) {
            let detail = format!(
                "The condition for variable {variable:?} must refer to var.{variable} in order to test incoming values."
            );
            self.error(rule.condition.span, "Invalid variable validation condition", detail);
        }
        Some(rule)
    }
}
