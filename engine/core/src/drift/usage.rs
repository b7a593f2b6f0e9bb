//! Which attributes of resources anything in configuration refers to.

use std::collections::HashSet;
use std::sync::Arc;

use landform_addrs::{ModulePath, ResourceInstance, Str};
use landform_config::{CheckRule, Module, ModuleTree, Resource};
use landform_lang::syntax::ast::{
    Body, Call, Expr, ExprKind, For, ObjectKey, Splat, Step, StepKind, TemplateFor, TemplatePart,
};

/// A resource by type and name, within the module at hand.
type Named = (Str, Str);

/// What is referred to, in each module of the tree.
#[derive(Debug, Default)]
pub(super) struct Usage {
    /// Attributes: module, type, name, attribute; no attribute for an object as a whole.
    used: HashSet<(ModulePath, Str, Str, Option<Str>)>,
}

impl Usage {
    /// Of a whole configuration.
    pub(super) fn of(tree: &ModuleTree) -> Self {
        let mut usage = Self::default();
        for node in tree.nodes() {
            let mut found = HashSet::new();
            Visitor { found: &mut found, bound: Vec::new() }.module(&node.module);
            usage
                .used
                .extend(found.into_iter().map(|((kind, name), attribute)| (node.path.clone(), kind, name, attribute)));
        }
        usage
    }

    /// Whether anything refers to an attribute of a resource, or to the resource as a whole.
    pub(super) fn uses(&self, address: &ResourceInstance, attribute: &str) -> bool {
        let (kind, name) = (&address.resource.kind, &address.resource.name);
        let key = |attribute: Option<Str>| (address.module.path(), kind.clone(), name.clone(), attribute);
        self.used.contains(&key(Some(attribute.into()))) || self.used.contains(&key(None))
    }
}

struct Visitor<'v> {
    found: &'v mut HashSet<(Named, Option<Str>)>,
    /// Names that loops bind, with the resource whose instances they walk.
    bound: Vec<(Arc<str>, Option<Named>)>,
}

impl Visitor<'_> {
    fn module(&mut self, module: &Module) {
        module.locals.values().for_each(|local| self.expr(&local.value));
        for output in module.outputs.values() {
            self.expr(&output.value);
            self.rules(&output.preconditions);
        }
        for call in module.module_calls.values() {
            call.count.iter().chain(&call.for_each).for_each(|expr| self.expr(expr));
            self.body(&call.body);
        }
        module.provider_configs.values().for_each(|config| self.body(&config.body));
        module.checks.values().for_each(|check| self.rules(&check.asserts));
        module.variables.values().for_each(|variable| self.rules(&variable.validations));
        module.resources.values().for_each(|resource| self.resource(resource));
    }

    fn resource(&mut self, resource: &Resource) {
        resource.count.iter().chain(&resource.for_each).for_each(|expr| self.expr(expr));
        self.body(&resource.body);
        self.bound.push((Arc::from("self"), Some((resource.kind.clone(), resource.name.clone()))));
        let lifecycle = &resource.lifecycle;
        self.rules(&lifecycle.preconditions);
        self.rules(&lifecycle.postconditions);
        lifecycle.replace_triggered_by.iter().for_each(|trigger| self.expr(&trigger.expr));
        for provisioner in &resource.provisioners {
            self.body(&provisioner.body);
            provisioner.connection.iter().for_each(|connection| self.body(&connection.body));
        }
        resource.connection.iter().for_each(|connection| self.body(&connection.body));
        self.bound.pop();
    }

    fn rules(&mut self, rules: &[CheckRule]) {
        for rule in rules {
            self.expr(&rule.condition);
            self.expr(&rule.error_message);
        }
    }

    fn body(&mut self, body: &Body) {
        let content = body.everything();
        content.attributes.values().for_each(|attribute| self.expr(&attribute.value));
        content.blocks.iter().for_each(|block| self.body(&block.body));
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Literal(_) | ExprKind::SplatItem | ExprKind::Invalid | ExprKind::Failed(_) => {}
            ExprKind::Traversal(..) => {
                if let Some((named, steps)) = self.resource_in(expr) {
                    self.note(named, first_attribute(steps));
                }
            }
            ExprKind::RelativeTraversal(inner, steps) => match self.objects_in(inner) {
                Some(named) => {
                    self.note(named, first_attribute(steps));
                    self.keys(inner);
                }
                None => self.expr(inner),
            },
            ExprKind::Splat(splat) => self.splat(splat),
            ExprKind::For(parts) => self.for_expression(parts),
            ExprKind::Template(parts) => self.parts(parts),
            ExprKind::TemplateWrap(inner) | ExprKind::Unary(_, inner) | ExprKind::Paren(inner) => self.expr(inner),
            ExprKind::JsonString(_, template) => self.expr(template),
            ExprKind::Index(first, second) | ExprKind::Binary(_, first, second) => {
                self.expr(first);
                self.expr(second);
            }
            ExprKind::Call(call) => call.arguments.iter().for_each(|argument| self.expr(argument)),
            ExprKind::Conditional(parts) => {
                [&parts.condition, &parts.yes, &parts.no].into_iter().for_each(|part| self.expr(part));
            }
            ExprKind::Tuple(items) => items.iter().for_each(|item| self.expr(item)),
            ExprKind::Object(items) => {
                for item in items {
                    if let ObjectKey::Expr(key) = &item.key {
                        self.expr(key);
                    }
                    self.expr(&item.value);
                }
            }
        }
    }

    fn note(&mut self, named: Named, attribute: Option<Str>) {
        self.found.insert((named, attribute));
    }

    /// The resource that a traversal begins with, and what is taken from its instances.
    fn resource_in<'e>(&self, expr: &'e Expr) -> Option<(Named, &'e [Step])> {
        let ExprKind::Traversal(root, steps) = &expr.kind else { return None };
        if let Some((_, named)) = self.bound.iter().rev().find(|(name, _)| *name == root.name) {
            return named.clone().map(|named| (named, steps.as_slice()));
        }
        let (kind, steps) = match (&*root.name, steps.split_first()) {
            ("resource", Some((Step { kind: StepKind::Attribute(kind), .. }, rest))) => (kind, rest),
            _ => (&root.name, steps.as_slice()),
        };
        let (Step { kind: StepKind::Attribute(name), .. }, rest) = steps.split_first()? else { return None };
        let is_instance = |step: &Step| !matches!(step.kind, StepKind::Attribute(_));
        let rest = if rest.first().is_some_and(is_instance) { &rest[1..] } else { rest };
        Some(((kind.clone(), name.clone()), rest))
    }

    /// The resource whose objects as a whole an expression yields, all or one of them.
    fn objects_in(&self, expr: &Expr) -> Option<Named> {
        match &expr.kind {
            ExprKind::Traversal(..) => {
                self.resource_in(expr).filter(|(_, rest)| rest.is_empty()).map(|(named, _)| named)
            }
            ExprKind::Paren(inner) | ExprKind::TemplateWrap(inner) | ExprKind::Index(inner, _) => {
                self.objects_in(inner)
            }
            ExprKind::Call(call) if passes_on(call) => self.objects_in(&call.arguments[0]),
            _ => None,
        }
    }

    /// What stands in the brackets of an expression that yields objects.
    fn keys(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Paren(inner) | ExprKind::TemplateWrap(inner) => self.keys(inner),
            ExprKind::Index(inner, key) => {
                self.keys(inner);
                self.expr(key);
            }
            ExprKind::Call(call) => call.arguments.iter().skip(1).for_each(|argument| self.expr(argument)),
            _ => {}
        }
    }

    fn splat(&mut self, splat: &Splat) {
        let Some(named) = self.objects_in(&splat.source) else {
            self.expr(&splat.source);
            return self.expr(&splat.each);
        };
        self.keys(&splat.source);
        match &splat.each.kind {
            ExprKind::RelativeTraversal(_, steps) => self.note(named, first_attribute(steps)),
            _ => self.note(named, None),
        }
    }

    fn for_expression(&mut self, parts: &For) {
        let walked = self.walk(&parts.collection);
        let outer = self.bound.len();
        self.bound.extend(parts.key.iter().map(|key| (key.name.clone(), None)));
        self.bound.push((parts.value.name.clone(), walked));
        parts.key_result.iter().for_each(|key| self.expr(key));
        self.expr(&parts.value_result);
        parts.condition.iter().for_each(|condition| self.expr(condition));
        self.bound.truncate(outer);
    }

    /// The resource that a loop walks; anything else is looked through.
    fn walk(&mut self, collection: &Expr) -> Option<Named> {
        let named = self.objects_in(collection);
        match named {
            Some(_) => self.keys(collection),
            None => self.expr(collection),
        }
        named
    }

    fn parts(&mut self, parts: &[TemplatePart]) {
        for part in parts {
            match part {
                TemplatePart::Literal(..) => {}
                TemplatePart::Interpolation(inner) => self.expr(inner),
                TemplatePart::If(parts) => {
                    self.expr(&parts.condition);
                    self.parts(&parts.yes);
                    self.parts(&parts.no);
                }
                TemplatePart::For(parts) => self.template_for(parts),
            }
        }
    }

    fn template_for(&mut self, parts: &TemplateFor) {
        let walked = self.walk(&parts.collection);
        let outer = self.bound.len();
        self.bound.extend(parts.key.iter().map(|key| (key.name.clone(), None)));
        self.bound.push((parts.value.name.clone(), walked));
        self.parts(&parts.body);
        self.bound.truncate(outer);
    }
}

/// Functions that yield the elements of their first argument.
fn passes_on(call: &Call) -> bool {
    matches!(call.name.trim_start_matches("core::"), "values" | "one" | "element") && !call.arguments.is_empty()
}

/// The attribute of an object that steps lead to; none where they take the whole.
fn first_attribute(steps: &[Step]) -> Option<Str> {
    steps.iter().find_map(|step| match &step.kind {
        StepKind::Attribute(name) | StepKind::Key(name) => Some(name.clone()),
        StepKind::Index(_) | StepKind::LegacyIndex(_) => None,
    })
}
