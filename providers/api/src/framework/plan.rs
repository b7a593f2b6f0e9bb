//! Planning: from configuration and prior object to the object as it will be.

use std::collections::BTreeMap;

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::{Path, Type, Value};

use super::equal::{is_zero, same_attribute, same_blocks, same_object};
use super::form::stored_form;
use super::{AfterUpdate, AttrType as _, AttributeShape, BlockShape, Context, Definition, Role, Shape, TagRules, Tags};
use crate::Nesting;

/// A plan in the making, for [`Resource::plan`](super::Resource::plan).
#[derive(Debug)]
pub struct Planning<'a> {
    definition: &'static Definition,
    prior: Option<&'a Value>,
    config: &'a Value,
    planned: Value,
    replace: Vec<Path>,
    create_first: bool,
    postponed: Vec<(String, String)>,
    found: Diagnostics,
}

/// What came of planning.
pub(crate) struct PlannedObject {
    /// The object as it will be.
    pub(crate) planned: Value,
    /// The paths that force a replacement.
    pub(crate) replace: Vec<Path>,
    /// Whether a replacement should come before the old object goes.
    pub(crate) create_first: bool,
    /// Attributes whose change is put off, and until when.
    pub(crate) postponed: Vec<(String, String)>,
    /// What is wrong.
    pub(crate) found: Diagnostics,
}

impl<'a> Planning<'a> {
    /// Plans by what the derive knows. `prior` is the object as it is, if any.
    pub(crate) fn new<C: Context>(
        definition: &'static Definition,
        cx: &C,
        prior: Option<&'a Value>,
        config: &'a Value,
    ) -> Self {
        let planned = plan_object(&definition.shape, definition.strict, prior, config);
        let mut planning = Self {
            definition,
            prior,
            config,
            planned,
            replace: Vec::new(),
            create_first: false,
            postponed: Vec::new(),
            found: Diagnostics::new(),
        };
        planning.plan_region(cx.default_region());
        planning.plan_tags(cx.tag_rules());
        planning.forget_what_may_change();
        planning
    }

    /// Whether there is no object yet.
    pub fn is_create(&self) -> bool {
        self.prior.is_none()
    }

    /// An attribute or block of the object as it is; null where there is none.
    pub fn prior(&self, name: &str) -> Value {
        self.prior.and_then(|prior| prior.get_attribute(name)).cloned().unwrap_or(Value::NULL)
    }

    /// An attribute or block as configured.
    pub fn config(&self, name: &str) -> Value {
        self.config.get_attribute(name).cloned().unwrap_or(Value::NULL)
    }

    /// An attribute or block as planned.
    pub fn planned(&self, name: &str) -> Value {
        self.planned.get_attribute(name).cloned().unwrap_or(Value::NULL)
    }

    /// Whether the plan changes an attribute or block of an existing object.
    pub fn changes(&self, name: &str) -> bool {
        let Some(prior) = self.prior else { return false };
        let shape = &self.definition.shape;
        let (Some(a), Some(b)) = (prior.get_attribute(name), self.planned.get_attribute(name)) else { return false };
        if let Some(attribute) = shape.attribute(name) {
            return !same_attribute(attribute, self.definition.strict, a, b);
        }
        shape.block(name).is_some_and(|block| !same_blocks(block, self.definition.strict, a, b))
    }

    /// Plans a value.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.planned = self.planned.with_attribute(name, value.into());
    }

    /// Plans null.
    pub fn set_null(&mut self, name: &str) {
        if let Some(ty) = self.ty(name) {
            self.set(name, Value::null(ty));
        }
    }

    /// Plans that only apply can tell.
    pub fn set_unknown(&mut self, name: &str) {
        if let Some(ty) = self.ty(name) {
            self.set(name, Value::unknown(ty));
        }
    }

    /// Says that the change of an attribute can not be made in place.
    pub fn require_replace(&mut self, name: &str) {
        self.replace.push(Path::root().attribute(name));
    }

    /// Says that a replacement can stand beside the old object, which others may use until they are pointed to the new
    /// one. It comes first then, unless the configuration says otherwise.
    pub fn prefer_create_first(&mut self) {
        self.create_first = true;
    }

    /// Says that the service will make the change of an attribute later: in "the maintenance window (sun:04:00-05:00)".
    pub fn postpone(&mut self, name: &str, until: impl Into<String>) {
        self.postponed.push((name.to_owned(), until.into()));
    }

    /// What was never told yet will be, once the service has done what it is at.
    pub(crate) fn expect_more(&mut self) {
        let computed = self.definition.shape.attributes.iter().filter(|it| it.computed);
        let untold: Vec<&str> = computed.map(|it| it.name).filter(|name| self.planned(name).is_null()).collect();
        untold.into_iter().for_each(|name| self.set_unknown(name));
    }

    /// Says what is wrong with the plan.
    pub fn report(&mut self, problem: Diagnostic) {
        self.found.push(problem);
    }

    fn ty(&self, name: &str) -> Option<Type> {
        let shape = &self.definition.shape;
        shape.attribute(name).map(|it| it.ty.clone()).or_else(|| shape.block(name).map(BlockShape::ty))
    }

    fn plan_region(&mut self, default: Option<&str>) {
        let Some(region) = self.definition.shape.role(Role::Region) else { return };
        if self.config(region.name).is_null()
            && let Some(default) = default
            && self.prior.is_none_or(|prior| prior.get_attribute(region.name).is_some_and(|it| !it.is_null()))
        {
            self.set(region.name, default);
        }
    }

    fn plan_tags(&mut self, rules: &TagRules) {
        let shape = &self.definition.shape;
        let (Some(own), Some(all)) = (shape.role(Role::Tags), shape.role(Role::TagsAll)) else { return };
        let own = self.planned(own.name);
        if !own.is_wholly_known() {
            self.set_unknown(all.name);
            return;
        }
        let merged = rules.merged(&tags_of(&own));
        let prior = self.prior(all.name);
        if merged.is_empty() && self.prior.is_none() {
            self.set_unknown(all.name);
        } else if !(merged.is_empty() && (prior.is_null() || is_zero(&prior))) {
            self.set(all.name, merged.encode());
        }
    }

    /// Once there is a change, some computed attributes are no longer sure.
    fn forget_what_may_change(&mut self) {
        let Some(prior) = self.prior else { return };
        if same_object(&self.definition.shape, self.definition.strict, prior, &self.planned) {
            return;
        }
        for attribute in self.definition.shape.attributes.iter().filter(|it| it.computed) {
            let may_change = match &attribute.after_update {
                AfterUpdate::Kept => false,
                AfterUpdate::MayChange => true,
                AfterUpdate::MayChangeWith(names) => names.iter().any(|name| self.changes(name)),
            };
            if may_change && self.config(attribute.name).is_null() {
                self.set_unknown(attribute.name);
            }
        }
    }

    /// What came of it.
    pub(crate) fn finish(mut self) -> PlannedObject {
        if let Some(prior) = self.prior {
            let (shape, strict) = (&self.definition.shape, self.definition.strict);
            let mut found = Vec::new();
            find_replacing(shape, strict, prior, &self.planned, &Path::root(), &mut found);
            // What only the service decides is not what somebody wants otherwise.
            let decided_later = |it: &AttributeShape| {
                it.computed && !self.planned(it.name).is_known() && self.config(it.name).is_null()
            };
            let later =
                shape.attributes.iter().filter(|it| decided_later(it)).map(|it| Path::root().attribute(it.name));
            let later: Vec<Path> = later.collect();
            self.replace.extend(found.into_iter().filter(|path| !later.contains(path)));
        } else {
            self.replace.clear();
            self.postponed.clear();
        }
        let Self { planned, replace, create_first, postponed, found, .. } = self;
        PlannedObject { planned, replace, create_first, postponed, found }
    }
}

/// Known tags of a value; null ones are left out.
pub(crate) fn tags_of(value: &Value) -> Tags {
    if value.is_null() { BTreeMap::new() } else { Tags::decode(value).unwrap_or_default() }
}

fn plan_object(shape: &Shape, strict: bool, prior: Option<&Value>, config: &Value) -> Value {
    let of = |object: &Value, name: &str| object.get_attribute(name).cloned();
    let attributes = shape.attributes.iter().map(|attribute| {
        let prior = prior.and_then(|prior| of(prior, attribute.name));
        let config = of(config, attribute.name).unwrap_or_else(|| Value::null(attribute.ty.clone()));
        (attribute.name, plan_attribute(attribute, strict, prior.as_ref(), &config))
    });
    let blocks = shape.blocks.iter().map(|block| {
        let prior = prior.and_then(|prior| of(prior, block.name));
        let config = of(config, block.name).unwrap_or_else(|| block.none());
        (block.name, plan_blocks(block, strict, prior.as_ref(), &config))
    });
    Value::object(attributes.chain(blocks).collect::<Vec<_>>())
}

fn plan_attribute(attribute: &AttributeShape, strict: bool, prior: Option<&Value>, config: &Value) -> Value {
    if attribute.write_only {
        return Value::null(attribute.ty.clone());
    }
    let wanted =
        if config.is_null() { attribute.default.clone() } else { Some(stored_form(attribute, strict, config)) };
    match (wanted, prior) {
        (Some(wanted), Some(prior)) if same_attribute(attribute, strict, prior, &wanted) => prior.clone(),
        (Some(wanted), _) => wanted,
        (None, Some(prior)) if attribute.computed || !strict && is_zero(prior) => prior.clone(),
        (None, None) if attribute.computed => Value::unknown(attribute.ty.clone()),
        (None, _) => Value::null(attribute.ty.clone()),
    }
}

fn plan_blocks(block: &BlockShape, strict: bool, prior: Option<&Value>, config: &Value) -> Value {
    if block.timeouts || !config.is_known() {
        return config.clone();
    }
    let absent = config.is_null() || config.as_sequence().is_some_and(<[Value]>::is_empty);
    if let Some(prior) = prior.filter(|_| absent && block.kept) {
        return prior.clone();
    }
    if absent && block.computed {
        return prior.cloned().unwrap_or_else(|| Value::unknown(block.ty()));
    }
    match block.nesting {
        Nesting::Single | Nesting::Group if config.is_null() => config.clone(),
        Nesting::Single | Nesting::Group => {
            plan_object(&block.shape, strict, prior.filter(|prior| !prior.is_null()), config)
        }
        Nesting::Set => plan_set(block, strict, prior, config),
        Nesting::List | Nesting::Map => {
            let prior = prior.and_then(Value::as_sequence).unwrap_or_default();
            let items = config.as_sequence().unwrap_or_default().iter().enumerate();
            block
                .collect(items.map(|(index, item)| plan_object(&block.shape, strict, prior.get(index), item)).collect())
        }
    }
}

/// Items of a set have no keys: each takes what it does not say itself from the prior one that agrees with it.
fn plan_set(block: &BlockShape, strict: bool, prior: Option<&Value>, config: &Value) -> Value {
    let prior = prior.and_then(Value::as_sequence).unwrap_or_default();
    let items = config.as_sequence().unwrap_or_default().iter().map(|item| {
        let matching = prior.iter().find(|prior| {
            let planned = plan_object(&block.shape, strict, Some(prior), item);
            same_object(&block.shape, strict, prior, &planned)
        });
        plan_object(&block.shape, strict, matching, item)
    });
    block.collect(items.collect())
}

/// The paths at which prior and planned object differ in what can not be changed in place.
fn find_replacing(shape: &Shape, strict: bool, prior: &Value, planned: &Value, path: &Path, found: &mut Vec<Path>) {
    for attribute in &shape.attributes {
        let (Some(a), Some(b)) = (prior.get_attribute(attribute.name), planned.get_attribute(attribute.name)) else {
            continue;
        };
        let forces = attribute.replace || attribute.replace_if.is_some_and(|replace| replace(a, b));
        if forces && !same_attribute(attribute, strict, a, b) {
            found.push(path.attribute(attribute.name));
        }
    }
    for block in shape.blocks.iter().filter(|block| !block.timeouts) {
        let (Some(a), Some(b)) = (prior.get_attribute(block.name), planned.get_attribute(block.name)) else { continue };
        if !same_blocks(block, strict, a, b) {
            find_replacing_blocks(block, strict, a, b, &path.attribute(block.name), found);
        }
    }
}

fn find_replacing_blocks(block: &BlockShape, strict: bool, a: &Value, b: &Value, path: &Path, found: &mut Vec<Path>) {
    let lists = a.as_sequence().zip(b.as_sequence()).filter(|(a, b)| a.len() == b.len());
    match lists {
        _ if block.replace => found.push(path.clone()),
        Some((a, b)) if block.nesting == Nesting::List => {
            for (index, (a, b)) in a.iter().zip(b).enumerate() {
                let path = path.index(i64::try_from(index).unwrap_or(i64::MAX));
                find_replacing(&block.shape, strict, a, b, &path, found);
            }
        }
        None if block.nesting == Nesting::Single && !a.is_null() && !b.is_null() => {
            find_replacing(&block.shape, strict, a, b, path, found);
        }
        _ if has_replacing(&block.shape) => found.push(path.clone()),
        _ => {}
    }
}

fn has_replacing(shape: &Shape) -> bool {
    shape.attributes.iter().any(|it| it.replace) || shape.blocks.iter().any(|it| it.replace || has_replacing(&it.shape))
}
