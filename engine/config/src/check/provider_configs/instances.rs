//! References to provider configurations with `for_each`: each chooses one instance.

use landform_addrs::ResourceMode;
use landform_diagnostics::{Diagnostic, Span};
use landform_lang::syntax::ast::Expr;
use landform_lang::syntax::references;

use super::Checker;
use crate::model::{ModuleCall, ProviderRef, Resource};

/// What refers to a provider configuration.
#[derive(Clone, Copy)]
enum Referrer<'a> {
    Resource(&'a Resource),
    Call(&'a ModuleCall),
}

impl Checker<'_> {
    pub(super) fn check_instances(&mut self) {
        let module = self.module;
        for resource in module.resources.values() {
            if let Some(provider) = &resource.provider {
                self.check_key(Referrer::Resource(resource), provider);
            }
        }
        for call in module.module_calls.values() {
            for passed in &call.providers {
                if let Some(key) = &passed.in_child.key {
                    let detail =
                        "Instance keys are not allowed on the left side of a provider configuration assignment.";
                    self.found.error(key.span, "Invalid module provider configuration", detail);
                }
                self.check_key(Referrer::Call(call), &passed.in_parent);
            }
        }
    }

    /// A key is there exactly where the configuration has instances.
    fn check_key(&mut self, referrer: Referrer<'_>, provider: &ProviderRef) {
        let config = self.module.provider_configs.get(&provider.local());
        let for_each = config.and_then(|config| config.for_each.as_deref());
        let problem = match (&provider.key, for_each) {
            (None, None) => return,
            (Some(_), Some(for_each)) => return self.check_superset(referrer, for_each),
            (None, Some(_)) => (
                provider.name_span,
                "A reference to a provider configuration which uses for_each requires an instance key. Passing a \
                 collection of provider instances into a child module is not allowed."
                    .to_owned(),
            ),
            (Some(key), None) => self.superfluous_key(provider, key.span),
        };
        self.found.error(problem.0, format!("Invalid {} provider configuration", referrer.kind()), problem.1);
    }

    fn superfluous_key(&self, provider: &ProviderRef, key: Span) -> (Span, String) {
        let Some(alias) = &provider.alias else {
            let detail = "An instance key can be specified only for a provider configuration which has an alias and uses for_each.";
            return (key, detail.to_owned());
        };
        if self.module.provider_configs.contains_key(&provider.local()) {
            let detail = "An instance key can be specified only for a provider configuration that uses for_each.";
            return (key, detail.to_owned());
        }
        let detail = format!(
            "This module doesn't declare a provider {:?} block with alias = {:?}, which is required for use with \
             for_each.",
            &*provider.name, &**alias
        );
        (provider.name_span, detail)
    }

    /// A provider instance must outlive what it manages, or nothing can destroy that.
    fn check_superset(&mut self, referrer: Referrer<'_>, of_provider: &Expr) {
        let Some(own) = referrer.for_each().filter(|own| self.is_same(own, of_provider)) else { return };
        let (kind, target) = (referrer.kind(), format!("{}{}", self.prefix(), referrer.target()));
        let detail = format!(
            "This {kind} has the same for_each expression as the provider configuration that it uses. As soon as an \
             element is taken away from it, the provider instance is gone that has to destroy the objects of that \
             element, and planning fails.\n\nLet the for_each of the provider have all elements as long as there are \
             objects, for instance by taking away from that of the {kind} first: setsubtract(var.all, var.disabled).\n\n\
             To destroy the objects before the provider instance goes, run:\n    landform apply -destroy \
             -target={target}"
        );
        let summary = format!("Provider configuration for_each matches {kind}");
        self.found.push(Diagnostic::warning(summary, detail).at(own.span));
    }

    /// Whether two expressions that refer to something are written alike.
    fn is_same(&self, one: &Expr, other: &Expr) -> bool {
        let text = |expr: &Expr| -> String { self.sources.snippet(expr.span).split_whitespace().collect() };
        !references(one).is_empty() && text(one) == text(other)
    }

    fn prefix(&self) -> String {
        if self.node.path.is_root() { String::new() } else { format!("{}.", self.node.path) }
    }
}

impl Referrer<'_> {
    fn kind(self) -> &'static str {
        match self {
            Self::Resource(_) => "resource",
            Self::Call(_) => "module",
        }
    }

    /// What may have objects for every element.
    fn for_each(&self) -> Option<&Expr> {
        match self {
            Self::Resource(resource) if resource.mode != ResourceMode::Managed => None,
            Self::Resource(resource) => resource.for_each.as_deref(),
            Self::Call(call) => call.for_each.as_deref(),
        }
    }

    fn target(self) -> String {
        match self {
            Self::Resource(resource) => resource.addr().to_string(),
            Self::Call(call) => format!("module.{}", call.name),
        }
    }
}
