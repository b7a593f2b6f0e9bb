//! Condition blocks and `check` blocks.

use std::sync::{Arc, LazyLock};

use landform_addrs::Resource as ResourceAddr;
use landform_lang::syntax::BodySchema;
use landform_lang::syntax::ast::{Block, Expr, ExprKind};

use super::{Decoder, traversal};
use crate::model::{Check, CheckRule, Resource};

static RULE_SCHEMA: LazyLock<BodySchema> =
    LazyLock::new(|| BodySchema::new().required("condition").required("error_message"));

static CHECK_SCHEMA: LazyLock<BodySchema> =
    LazyLock::new(|| BodySchema::new().block("data", &["type", "name"]).block("assert", &[]));

impl Decoder<'_> {
    /// A condition and its message. What is missing is an invalid expression, of which a diagnostic tells.
    pub(super) fn check_rule(&mut self, block: &Block) -> Option<CheckRule> {
        if self.is_override() {
            let kind = &block.kind;
            let detail = format!("Override files cannot override {:?} blocks.", &**kind);
            self.error(block.header_span, format!("Can't override {kind} blocks"), detail);
            return None;
        }
        let content = self.content(&block.body, &RULE_SCHEMA);
        if let Some(condition) = content.attributes.get("condition")
            && !traversal::refers_to_anything(&condition.value)
        {
            let detail = "The condition expression must refer to at least one object from elsewhere in the \
                          configuration, or else its result would not be checking anything.";
            self.error(condition.value.span, format!("Invalid {} expression", block.kind), detail);
        }
        let expression = |name: &str| match content.attributes.get(name) {
            Some(attribute) => attribute.value.clone(),
            None => Arc::new(Expr { kind: ExprKind::Invalid, span: block.header_span }),
        };
        let (condition, error_message) = (expression("condition"), expression("error_message"));
        Some(CheckRule { condition, error_message, span: block.header_span })
    }

    /// Reports a rule that refers to the resource it belongs to.
    pub(super) fn check_self_references(&mut self, rule: &CheckRule, kind: &str, resource: &ResourceAddr) {
        for expr in [&rule.condition, &rule.error_message] {
            if traversal::refers_to_resource(expr, resource) {
                let detail = format!("Configuration for {resource} may not refer to itself.");
                self.error(expr.span, format!("Invalid reference in {kind}"), detail);
            }
        }
    }

    /// A `check` block and the data source within.
    pub(super) fn check(&mut self, block: &Block) -> (Check, Option<Resource>) {
        let label = &block.labels[0];
        let mut check = Check { name: label.name.clone(), data: None, asserts: Vec::new(), span: block.header_span };
        if self.is_override() {
            let detail = "Override files cannot override check blocks.";
            self.error(block.header_span, "Can't override check blocks", detail);
            return (check, None);
        }
        let content = self.content(&block.body, &CHECK_SCHEMA);
        self.check_name(label, "Invalid check block name");
        let mut data = None;
        for inner in &content.blocks {
            let mark = self.mark();
            if &*inner.kind == "assert" {
                let rule = self.check_rule(inner);
                check.asserts.extend(rule.filter(|_| !self.failed_since(mark)));
            } else {
                data = self.check_data(&check, data, inner);
            }
        }
        if check.asserts.is_empty() {
            let detail = "Check blocks must have at least one assert block.";
            self.error(block.header_span, "Zero assert blocks", detail);
        }
        check.data = data.as_ref().map(Resource::addr);
        (check, data)
    }

    /// One of the `data` blocks in a check, of which there may be one only.
    fn check_data(&mut self, check: &Check, seen: Option<Resource>, block: &Block) -> Option<Resource> {
        if let Some(seen) = seen {
            let detail = format!("This check block already has a data resource defined at {}.", self.place(seen.span));
            self.error(block.header_span, "Multiple data resource blocks", detail);
            return Some(seen);
        }
        let mark = self.mark();
        let mut data = self.data(block, true);
        data.check = Some(check.name.clone());
        (!self.failed_since(mark)).then_some(data)
    }
}
