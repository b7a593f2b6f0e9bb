//! `lifecycle` blocks of resources.

use std::sync::{Arc, LazyLock};

use crate::reference::Subject;
use landform_addrs::{Resource as ResourceAddr, ResourceMode};
use landform_diagnostics::{Diagnostic, Span};
use landform_lang::syntax::ast::{Attribute, Block, Expr};
use landform_lang::syntax::{BodySchema, Content, as_keyword, references};

use super::{Decoder, traversal};
use crate::model::{IgnoreChanges, Lifecycle, ReplaceTrigger};

static SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new()
        .optional("create_before_destroy")
        .optional("prevent_destroy")
        .optional("destroy")
        .optional("enabled")
        .optional("ignore_changes")
        .optional("replace_triggered_by")
        .block("precondition", &[])
        .block("postcondition", &[])
});

impl Decoder<'_> {
    pub(super) fn is_repeated_lifecycle(&mut self, seen: &mut Option<Span>, block: &Block) -> bool {
        self.is_repeated(seen, block, |first| {
            let detail = format!("This resource already has a lifecycle block at {first}.");
            ("Duplicate lifecycle block".to_owned(), detail)
        })
    }

    /// The `lifecycle` block of a managed resource.
    pub(super) fn lifecycle(&mut self, block: &Block, resource: &ResourceAddr) -> Lifecycle {
        let content = self.content(&block.body, &SCHEMA);
        let mut lifecycle = Lifecycle {
            create_before_destroy: self.optional_bool(&content, "create_before_destroy"),
            prevent_destroy: self.bool_expression(&content, "prevent_destroy"),
            destroy: self.optional_bool(&content, "destroy"),
            enabled: content.attributes.get("enabled").map(|attribute| attribute.value.clone()),
            ..Lifecycle::default()
        };
        if let Some(attribute) = content.attributes.get("replace_triggered_by") {
            lifecycle.replace_triggered_by = self.replace_triggers(attribute);
        }
        if let Some(attribute) = content.attributes.get("ignore_changes") {
            lifecycle.ignore_changes = self.ignore_changes(attribute);
        }
        self.conditions(&mut lifecycle, &content, resource);
        lifecycle
    }

    /// A truth value that may depend on what is declared. Where it does not, it is looked at at once.
    fn bool_expression(&mut self, content: &Content, name: &str) -> Option<Arc<Expr>> {
        let attribute = content.attributes.get(name)?;
        if references(&attribute.value).is_empty() {
            self.constant_bool(&attribute.value)?;
        }
        Some(attribute.value.clone())
    }

    /// `enabled` decides alone whether there is an instance.
    pub(super) fn check_enabled(&mut self, enabled: Option<&Arc<Expr>>, content: &Content) {
        let Some(enabled) = enabled else { return };
        for name in ["count", "for_each"].into_iter().filter(|name| content.attributes.contains_key(*name)) {
            let detail = format!(
                "The \"enabled\" argument is for what has one instance or none, and can not stand beside {name:?}. To have \
                 no instances, let {name:?} yield none."
            );
            self.error(enabled.span, format!("Invalid combination of \"enabled\" and {name:?}"), detail);
        }
    }

    /// The `lifecycle` block of a data source or ephemeral resource.
    pub(super) fn conditions_only(&mut self, block: &Block, resource: &ResourceAddr, what: &str) -> Lifecycle {
        let content = self.content(&block.body, &SCHEMA);
        let plural = if resource.mode == ResourceMode::Data { "data resources" } else { "ephemeral resources" };
        for attribute in content.attributes.values().filter(|attribute| &*attribute.name != "enabled") {
            let detail = format!(
                "The lifecycle argument {:?} is defined only for managed resources (\"resource\" blocks), and is not \
                 valid for {plural}.",
                &*attribute.name
            );
            self.error(attribute.name_span, format!("Invalid {what} resource lifecycle argument"), detail);
        }
        let enabled = content.attributes.get("enabled").map(|attribute| attribute.value.clone());
        let mut lifecycle = Lifecycle { enabled, ..Lifecycle::default() };
        self.conditions(&mut lifecycle, &content, resource);
        lifecycle
    }

    fn conditions(&mut self, lifecycle: &mut Lifecycle, content: &Content, resource: &ResourceAddr) {
        for inner in &content.blocks {
            let Some(rule) = self.check_rule(inner) else { continue };
            self.check_self_references(&rule, &inner.kind, resource);
            let rules = match &*inner.kind {
                "precondition" => &mut lifecycle.preconditions,
                _ => &mut lifecycle.postconditions,
            };
            rules.push(rule);
        }
    }

    /// `all`, or a list of paths relative to the resource.
    fn ignore_changes(&mut self, attribute: &Attribute) -> IgnoreChanges {
        if as_keyword(&attribute.value).as_deref() == Some("all") {
            return IgnoreChanges::All;
        }
        let mut paths = Vec::new();
        let mut wildcard = None;
        for expr in self.expression_list(&attribute.value) {
            if traversal::text_of(expr).is_some_and(|text| text == "*") {
                let detail = "The [\"*\"] form of ignore_changes wildcard is was deprecated and is now invalid. Use \
                              \"ignore_changes = all\" to ignore changes to all attributes.";
                self.error(attribute.value.span, "Invalid ignore_changes wildcard", detail);
                wildcard = Some(expr.span);
                continue;
            }
            paths.extend(self.reference_in_quotes_or_not(expr));
        }
        if let Some(span) = wildcard.filter(|_| !paths.is_empty()) {
            let detail = "Cannot mix wildcard string \"*\" with non-wildcard references.";
            let summary = "Invalid ignore_changes ruleset";
            self.push(Diagnostic::error(summary, detail).at(span).within(attribute.value.span));
        }
        if wildcard.is_some() { IgnoreChanges::All } else { IgnoreChanges::Paths(paths) }
    }

    /// References to one resource each. The first wrong one ends it, as in Terraform.
    fn replace_triggers(&mut self, attribute: &Attribute) -> Vec<ReplaceTrigger> {
        let mut triggers = Vec::new();
        for expr in self.expression_list(&attribute.value) {
            let mark = self.mark();
            let Some(expr) = self.reparsed(expr) else { break };
            self.replace_trigger(&expr);
            if self.failed_since(mark) {
                break;
            }
            triggers.push(ReplaceTrigger { expr: Arc::new(expr) });
        }
        triggers
    }

    fn replace_trigger(&mut self, expr: &Expr) {
        let mut resources = 0;
        for reference in traversal::parsed_references(expr) {
            let problem = match reference {
                Err(diagnostic) => return self.push(diagnostic.at(expr.span)),
                Ok(reference) => match reference.subject {
                    Subject::Resource { .. } => {
                        resources += 1;
                        continue;
                    }
                    Subject::Each(name) if &*name == "key" => continue,
                    Subject::Each(_) => ("each reference", "Only each.key may be used in replace_triggered_by."),
                    Subject::Count(name) if &*name == "index" => continue,
                    Subject::Count(_) => ("count reference", "Only count.index may be used in replace_triggered_by."),
                    _ => {
                        let rule = "Only resources, count.index, and each.key may be used in replace_triggered_by.";
                        ("reference", rule)
                    }
                },
            };
            let (what, rule) = problem;
            self.error(expr.span, format!("Invalid {what} in replace_triggered_by expression"), rule);
        }
        if resources != 1 {
            let which = if resources == 0 { "Missing resource reference" } else { "Multiple resource references" };
            let detail = format!("{which} in replace_triggered_by expression.");
            self.error(expr.span, "Invalid replace_triggered_by expression", detail);
        }
    }
}
