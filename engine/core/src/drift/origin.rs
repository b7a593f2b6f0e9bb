//! Where the wanted value of an attribute is written: in the resource's block, or where that leads in one go, through
//! variables, arguments of module calls and local values.

use std::sync::Arc;

use landform_addrs::ResourceInstance;
use landform_config::{ModuleTree, Resource, Variable};
use landform_diagnostics::{SourceMap, Span};
use landform_lang::syntax::ast::{Block, Expr, ExprKind, ObjectItem, ObjectKey, StepKind};
use landform_lang::syntax::{BodySchema, parse_expression_at};
use landform_plan::{Wanted, WantedSource};
use landform_values::{Path, Step, Str, Value};

use super::{Texts, Variables, key_of};
use crate::variables::ValueSource;

/// How many names are followed: configuration without errors has no circles, but nobody shall wait for one.
const MAX_STEPS: usize = 64;

/// Finds where values come from.
pub(super) struct Origins<'a>(Texts<'a>);

/// Where a value comes from.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// What is there.
    pub(super) end: End,
    /// The names that led there.
    pub(super) through: Vec<Str>,
}

/// What is at the place that a value comes from.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// An expression for exactly this value.
    Written(Site),
    /// A map or an object that is written out and lacks the key.
    MissingKey(Arc<Expr>, Str),
    /// An expression that makes the value of others, or a larger value of which it is a part.
    Derived(Arc<Expr>),
    /// A block with this header is there, and the attribute is not set in it.
    Unset(Span),
    /// Blocks that a `dynamic` block makes.
    Dynamic(Span),
    /// Blocks, as a whole.
    Blocks(Span),
    /// A variable that is not set, with its default.
    Default(Span, Str, Option<Value>),
    /// A variable of the root module that no file sets.
    Outside(ValueSource, Str),
}

/// An expression and what it is in.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) expr: Arc<Expr>,
    /// How it could be taken away.
    pub(super) holder: Holder,
}

/// What an expression is a part of.
#[derive(Clone, Debug)]
pub(super) enum Holder {
    /// The argument of a block: the whole of it, name included.
    Argument(Span),
    /// An item of a map or object that is written out: all of them, and which.
    Item(Arc<Expr>, usize),
    /// Anything else.
    Other,
}

/// Where the search is.
#[derive(Clone)]
struct Cursor {
    module: usize,
    through: Vec<Str>,
    left: usize,
}

impl<'a> Origins<'a> {
    pub(super) fn new(tree: &'a ModuleTree, sources: &'a SourceMap, given: &'a Variables) -> Self {
        Self(Texts { tree, sources, given })
    }

    /// Where the wanted value of a part of an object comes from; `None` where configuration has no such resource.
    pub(super) fn of(&self, address: &ResourceInstance, path: &Path) -> Option<Origin> {
        let module = self.0.tree.find(&address.module.path())?;
        let resource = self.0.tree.node(module).module.resources.get(&address.resource)?;
        let mut cursor = Cursor { module, through: Vec::new(), left: MAX_STEPS };
        let end = self.in_block(resource, &path.0, &mut cursor);
        Some(Origin { end, through: cursor.through })
    }

    fn in_block(&self, resource: &Resource, path: &[Step], cursor: &mut Cursor) -> End {
        let (mut body, mut span) = (resource.body.clone(), resource.span);
        let mut rest = path;
        while let Some((Step::Attribute(name), after)) = rest.split_first() {
            let schema = BodySchema::new().optional(name.clone()).block(name.clone(), &[]).block("dynamic", &["type"]);
            // Labels that do not fit are of maps of blocks, which are not looked into.
            let (content, ..) = body.partial_content(&schema);
            if let Some(attribute) = content.attributes.get(name) {
                let holder = Holder::Argument(attribute.span);
                return self.in_value(Site { expr: attribute.value.clone(), holder }, after, cursor);
            }
            let makes = |block: &&Arc<Block>| {
                &*block.kind == "dynamic" && block.labels.first().is_some_and(|label| *label.name == **name)
            };
            if let Some(dynamic) = content.blocks.iter().find(makes) {
                return End::Dynamic(dynamic.header_span);
            }
            let blocks: Vec<_> = content.blocks.iter().filter(|block| *block.kind == **name).collect();
            let Some(first) = blocks.first() else { return End::Unset(span) };
            let (index, after) = match after.split_first() {
                Some((Step::Index(key), after)) => (key.as_number().and_then(|number| number.to_usize()), after),
                _ if blocks.len() == 1 && !after.is_empty() => (Some(0), after),
                _ => return End::Blocks(first.header_span),
            };
            let Some(block) = index.and_then(|index| blocks.get(index)).filter(|_| !after.is_empty()) else {
                return End::Blocks(first.header_span);
            };
            (body, span, rest) = (block.body.clone(), block.header_span, after);
        }
        End::Unset(span)
    }

    fn in_value(&self, site: Site, path: &[Step], cursor: &mut Cursor) -> End {
        if cursor.left == 0 {
            return End::Derived(site.expr);
        }
        cursor.left -= 1;
        match &site.expr.kind {
            ExprKind::Paren(inner) | ExprKind::TemplateWrap(inner) => {
                let inner = Site { expr: Arc::new((**inner).clone()), holder: site.holder };
                self.in_value(inner, path, cursor)
            }
            ExprKind::Traversal(root, steps) => {
                let followed = self.followed(&root.name, steps, cursor);
                match followed {
                    Some(Followed { to: Next::Site(next), behind }) => {
                        let whole: Vec<Step> = behind.into_iter().chain(path.iter().cloned()).collect();
                        self.in_value(next, &whole, cursor)
                    }
                    Some(Followed { to: Next::End(end), .. }) => end,
                    None => End::Derived(site.expr),
                }
            }
            _ if path.is_empty() => match written_out(&site.expr) {
                true => End::Written(site),
                false => End::Derived(site.expr),
            },
            ExprKind::Object(items) => self.in_object(&site.expr, items, path, cursor),
            ExprKind::Tuple(items) => {
                let index = key_of(&path[0]).as_number().and_then(|number| number.to_usize());
                let Some(item) = index.and_then(|index| items.get(index)) else { return End::Derived(site.expr) };
                let item = Site { expr: Arc::new(item.clone()), holder: Holder::Other };
                self.in_value(item, &path[1..], cursor)
            }
            ExprKind::Call(call) if call.name.trim_start_matches("core::") == "merge" && !call.expand_last => {
                self.in_merge(&site.expr, &call.arguments, path, cursor)
            }
            _ => End::Derived(site.expr),
        }
    }

    fn in_object(&self, whole: &Arc<Expr>, items: &[ObjectItem], path: &[Step], cursor: &mut Cursor) -> End {
        let Some((step, rest)) = path.split_first() else { return End::Derived(whole.clone()) };
        let Some(key) = key_of(step).as_shared_str().cloned() else { return End::Derived(whole.clone()) };
        if items.iter().any(|item| written_key(&item.key).is_none()) {
            return End::Derived(whole.clone());
        }
        match items.iter().rposition(|item| written_key(&item.key) == Some(&*key)) {
            Some(index) => {
                let holder = Holder::Item(whole.clone(), index);
                self.in_value(Site { expr: Arc::new(items[index].value.clone()), holder }, rest, cursor)
            }
            None if rest.is_empty() => End::MissingKey(whole.clone(), key),
            None => End::Derived(whole.clone()),
        }
    }

    /// The last argument with the key has its value; a new key goes into the last one that is written out.
    fn in_merge(&self, whole: &Arc<Expr>, arguments: &[Expr], path: &[Step], cursor: &mut Cursor) -> End {
        let mut missing = None;
        for argument in arguments.iter().rev() {
            let mut inner = cursor.clone();
            let site = Site { expr: Arc::new(argument.clone()), holder: Holder::Other };
            match self.in_value(site, path, &mut inner) {
                End::MissingKey(object, key) => {
                    missing.get_or_insert((End::MissingKey(object, key), inner));
                }
                End::Derived(_) => return End::Derived(whole.clone()),
                End::Default(_, _, Some(default)) if path.first().is_some_and(|step| lacks(&default, step)) => {}
                end => {
                    *cursor = inner;
                    return end;
                }
            }
        }
        match missing {
            Some((end, inner)) => {
                *cursor = inner;
                end
            }
            None => End::Derived(whole.clone()),
        }
    }

    /// What a name leads to in one go.
    fn followed(
        &self,
        root: &str,
        steps: &[landform_lang::syntax::ast::Step],
        cursor: &mut Cursor,
    ) -> Option<Followed> {
        let (first, behind) = steps.split_first()?;
        let StepKind::Attribute(name) = &first.kind else { return None };
        let module = self.0.tree.node(cursor.module).module.clone();
        let behind = behind.iter().map(step_of).collect();
        let to = match root {
            "local" => Next::Site(Site { expr: module.locals.get(name)?.value.clone(), holder: Holder::Other }),
            "var" => self.variable(module.variables.get(name)?, cursor),
            _ => return None,
        };
        cursor.through.push(format!("{root}.{name}").into());
        Some(Followed { to, behind })
    }

    fn variable(&self, variable: &Variable, cursor: &mut Cursor) -> Next {
        let name = variable.name.clone();
        if let Some((parent, _)) = self.0.tree.node(cursor.module).parent {
            let call = self.0.tree.call(cursor.module);
            let argument = call.and_then(|call| {
                let (content, ..) = call.body.partial_content(&BodySchema::new().optional(name.clone()));
                content.attributes.get(&name).cloned()
            });
            return match argument {
                Some(argument) => {
                    cursor.module = parent;
                    Next::Site(Site { expr: argument.value.clone(), holder: Holder::Other })
                }
                None => Next::End(End::Default(variable.span, name, variable.default.clone())),
            };
        }
        match self.0.given.get(&name).map(|given| given.source) {
            None => Next::End(End::Default(variable.span, name, variable.default.clone())),
            Some(ValueSource::File(span)) => {
                let text = self.0.sources.snippet(span);
                let (expr, found) = parse_expression_at(self.0.sources, span.file, span.start, &text);
                let expr = if found.has_errors() { Expr { kind: ExprKind::Invalid, span } } else { expr };
                Next::Site(Site { expr: Arc::new(expr), holder: Holder::Other })
            }
            Some(source) => Next::End(End::Outside(source, name)),
        }
    }
}

/// What a name leads to, and what is taken from it.
struct Followed {
    to: Next,
    behind: Vec<Step>,
}

enum Next {
    Site(Site),
    End(End),
}

impl Origin {
    /// For people.
    pub(super) fn wanted(&self) -> Wanted {
        let (source, span) = match &self.end {
            End::Written(Site { expr, .. }) | End::MissingKey(expr, _) | End::Derived(expr) => {
                (WantedSource::Expression, Some(expr.span))
            }
            End::Dynamic(span) | End::Blocks(span) => (WantedSource::Expression, Some(*span)),
            End::Unset(span) => (WantedSource::Absence, Some(*span)),
            End::Default(span, ..) => (WantedSource::Default, Some(*span)),
            End::Outside(ValueSource::Environment, _) => (WantedSource::Environment, None),
            End::Outside(ValueSource::CommandLine, _) => (WantedSource::CommandLine, None),
            End::Outside(..) => (WantedSource::Caller, None),
        };
        Wanted { source, span, through: self.through.clone() }
    }
}

fn lacks(value: &Value, step: &Step) -> bool {
    value.get_element(&key_of(step)).is_none()
}

fn step_of(step: &landform_lang::syntax::ast::Step) -> Step {
    match &step.kind {
        StepKind::Attribute(name) => Step::Attribute(name.clone()),
        StepKind::Key(key) => Step::Index(Value::from(key.clone())),
        StepKind::Index(index) | StepKind::LegacyIndex(index) => Step::Index(Value::number(index.clone())),
    }
}

/// A key that is written out.
pub(super) fn written_key(key: &ObjectKey) -> Option<&str> {
    match key {
        ObjectKey::Name(name) => Some(&name.name),
        ObjectKey::Expr(expr) => match &expr.kind {
            ExprKind::Literal(value) => value.as_str(),
            _ => None,
        },
    }
}

/// Whether an expression is a value, rather than something to be worked out.
pub(super) fn written_out(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Literal(_) => true,
        ExprKind::Unary(_, inner) => matches!(inner.kind, ExprKind::Literal(_)),
        ExprKind::Paren(inner) => written_out(inner),
        ExprKind::Tuple(items) => items.iter().all(written_out),
        ExprKind::Object(items) => {
            items.iter().all(|item| written_key(&item.key).is_some() && written_out(&item.value))
        }
        _ => false,
    }
}
