//! The `backend` block's value.

use std::fmt;
use std::sync::Arc;

use landform_addrs::Str;
use landform_config::early::{Early, EarlyNames, EarlyScope};
use landform_config::{Backend, Module};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::body::compile_body;
use landform_lang::syntax::ast::Body;
use landform_schema::{Attribute, Block, Nested};
use landform_values::{Value, hash_text};

use super::BackendOverrides;

/// A backend as it is to be used.
#[derive(Clone, PartialEq)]
pub struct BackendConfig {
    /// Its type.
    pub kind: Str,
    /// An object of the schema's type. What is required may be missing, and is null then: the backend says so.
    pub value: Value,
    /// Of the block alone.
    pub hash: u64,
    /// Whether `-backend-config` was given.
    pub is_overridden: bool,
}

impl fmt::Debug for BackendConfig {
    /// Without the value, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackendConfig").field("kind", &self.kind).field("hash", &self.hash).finish_non_exhaustive()
    }
}

/// The value of a root module's `backend` block with what `-backend-config` says instead. `None` with an error.
pub fn decode_backend(
    (root, backend): (&Arc<Module>, &Backend),
    overrides: &BackendOverrides,
    schema: &Block,
    early: &Early<'_>,
) -> (Option<BackendConfig>, Diagnostics) {
    let schema = none_required(schema);
    let scope = EarlyScope::root(root.clone());
    let decode = |body: &Body| decode(body, &schema, early, &scope);
    let (own, diagnostics) = decode(&backend.body);
    let hash = hash(&backend.kind, &own);
    let (value, diagnostics) = match overrides.apply(&backend.body) {
        Some(body) => decode(&body),
        None => (own, diagnostics),
    };
    let config = BackendConfig { kind: backend.kind.clone(), value, hash, is_overridden: overrides.are_given() };
    (Some(config).filter(|_| !diagnostics.has_errors()), diagnostics)
}

fn decode(body: &Body, schema: &Block, early: &Early<'_>, scope: &Arc<EarlyScope>) -> (Value, Diagnostics) {
    let mut names = EarlyNames::new(early, scope);
    let (compiled, mut diagnostics) = compile_body(body, schema, &mut names, &early.context.sources);
    diagnostics.extend(names.take_diagnostics());
    let (value, found) = compiled.evaluate(&names, &early.context);
    diagnostics.extend(found);
    let (value, marks) = value.unmark_deep();
    if marks.is_ephemeral() {
        let detail = "The backend's settings are written down in the working directory, and can not be made from \
                      ephemeral values.";
        diagnostics.push(Diagnostic::error("Invalid backend configuration", detail));
    }
    (value, diagnostics)
}

/// Terraform's hash of a type and a block's value.
fn hash(kind: &Str, value: &Value) -> u64 {
    let (value, _) = value.clone().unmark_deep();
    let text = hash_text(&Value::tuple([Value::from(kind.clone()), value]));
    u64::from(crc32fast::hash(text.as_bytes()))
}

/// The schema with nothing required: a block may be completed later.
pub(super) fn none_required(schema: &Block) -> Block {
    let attributes = schema.attributes.iter().map(|(name, attribute)| (name.clone(), optional(attribute)));
    let blocks = schema.blocks.iter().map(|(name, nested)| {
        let nested = Nested { block: none_required(&nested.block), min_items: 0, ..nested.clone() };
        (name.clone(), nested)
    });
    Block { attributes: attributes.collect(), blocks: blocks.collect(), ..schema.clone() }
}

fn optional(attribute: &Attribute) -> Attribute {
    if attribute.required {
        Attribute { required: false, optional: true, ..attribute.clone() }
    } else {
        attribute.clone()
    }
}
