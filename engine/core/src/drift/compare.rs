//! Where two objects differ, down to the smallest part that has a name, with what is planned and configured there.

use std::collections::BTreeSet;

use landform_plan::ResourceChange;
use landform_schema::{Attribute, Block, Nested, NestedAttributes, Nesting};
use landform_values::{Kind, Path, Step, Str, Value};

use super::key_of;

/// One value as everybody has it.
#[derive(Clone, Debug)]
pub(super) struct Sides {
    /// As state has it.
    pub(super) stored: Value,
    /// As it is.
    pub(super) real: Value,
    /// As apply would make it; `None` where nothing is planned.
    pub(super) planned: Option<Value>,
    /// As configuration has it; `None` where that is not known or there is none.
    pub(super) config: Option<Value>,
    /// Whether what is around must not be shown.
    pub(super) sensitive: bool,
}

/// A difference.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    pub(super) path: Path,
    /// Unmarked.
    pub(super) stored: Value,
    /// Unmarked.
    pub(super) real: Value,
    planned: Option<Value>,
    /// Whether configuration sets the attribute.
    pub(super) configured: bool,
    /// Whether the provider chooses a value where none is set.
    pub(super) computed: bool,
    /// Whether it must not be shown.
    pub(super) sensitive: bool,
}

/// What holds for all that is within an attribute.
#[derive(Clone, Copy)]
struct Standing {
    configured: bool,
    computed: bool,
}

/// All differences of an object.
#[derive(Default)]
pub(super) struct Leaves(Vec<Leaf>);

impl Leaves {
    /// The differences of an object of a schema.
    pub(super) fn of(block: &Block, sides: &Sides) -> Vec<Leaf> {
        let mut leaves = Self::default();
        leaves.block(block, sides, &Path::root());
        leaves.0
    }

    fn block(&mut self, block: &Block, sides: &Sides, path: &Path) {
        for (name, attribute) in block.attributes.iter().filter(|(_, attribute)| !attribute.write_only) {
            let step = Step::Attribute(name.clone());
            self.attribute(attribute, &sides.child(&step), &path.with(step));
        }
        for (name, nested) in &block.blocks {
            let step = Step::Attribute(name.clone());
            self.nested(nested, &sides.child(&step), &path.with(step));
        }
    }

    fn attribute(&mut self, attribute: &Attribute, sides: &Sides, path: &Path) {
        let configured = sides.config.as_ref().map_or(!attribute.computed, |config| !config.is_null());
        let standing = Standing { configured, computed: attribute.computed };
        let sides = &sides.but_sensitive(attribute.sensitive);
        match &attribute.nested {
            Some(nested) => self.objects(nested, sides, path, standing),
            None => self.value(sides, path, standing),
        }
    }

    /// Nested attributes.
    fn objects(&mut self, nested: &NestedAttributes, sides: &Sides, path: &Path, standing: Standing) {
        let Some(steps) = sides.parts(nested.nesting) else { return self.leaf(sides, path, standing) };
        for step in steps {
            let (sides, path) = (sides.maybe_child(step.as_ref()), step.map_or(path.clone(), |step| path.with(step)));
            for (name, attribute) in &nested.attributes {
                let step = Step::Attribute(name.clone());
                self.attribute(attribute, &sides.child(&step), &path.with(step));
            }
        }
    }

    fn nested(&mut self, nested: &Nested, sides: &Sides, path: &Path) {
        let Some(steps) = sides.parts(nested.nesting) else {
            let configured = sides.config.as_ref().is_none_or(|config| config.length() != Some(0) && !config.is_null());
            return self.leaf(sides, path, Standing { configured, computed: false });
        };
        for step in steps {
            let (sides, path) = (sides.maybe_child(step.as_ref()), step.map_or(path.clone(), |step| path.with(step)));
            self.block(&nested.block, &sides, &path);
        }
    }

    fn value(&mut self, sides: &Sides, path: &Path, standing: Standing) {
        if same(&sides.stored, &sides.real) {
            return;
        }
        let Some(steps) = sides.elements() else { return self.leaf(sides, path, standing) };
        for step in steps {
            self.value(&sides.child(&step), &path.with(step), standing);
        }
    }

    fn leaf(&mut self, sides: &Sides, path: &Path, Standing { configured, computed }: Standing) {
        if same(&sides.stored, &sides.real) {
            return;
        }
        let plain = |value: &Value| value.clone().unmark_deep().0;
        self.0.push(Leaf {
            path: path.clone(),
            stored: plain(&sides.stored),
            real: plain(&sides.real),
            planned: sides.planned.as_ref().map(plain),
            configured,
            computed,
            sensitive: sides.is_sensitive(),
        });
    }
}

impl Leaf {
    /// Whether apply would leave it as it is.
    pub(super) fn stays(&self) -> bool {
        self.planned.as_ref().is_some_and(|planned| same(planned, &self.real))
    }

    /// Whether apply would make it what it was.
    pub(super) fn is_reverted(&self) -> bool {
        self.planned.as_ref().is_some_and(|planned| same(planned, &self.stored))
    }

    /// The attribute or block of the object that it is in.
    pub(super) fn attribute(&self) -> &str {
        match self.path.0.first() {
            Some(Step::Attribute(name)) => name,
            _ => "",
        }
    }

    /// Whether it says no more than another: the same change under the same key, as `tags_all` repeats `tags`.
    pub(super) fn follows(&self, other: &Self) -> bool {
        let is = |stored: &Value, real: &Value| same(&self.stored, stored) && same(&self.real, real);
        match (self.key(), other.key()) {
            (Some(key), None) => is(&element(&other.stored, key), &element(&other.real, key)),
            (mine, others) => mine.map(key_of) == others.map(key_of) && is(&other.stored, &other.real),
        }
    }

    /// The last step within the attribute.
    fn key(&self) -> Option<&Step> {
        self.path.0.get(1..).and_then(<[Step]>::last)
    }
}

impl Sides {
    fn child(&self, step: &Step) -> Self {
        let optional = |value: &Option<Value>| value.as_ref().map(|value| element(value, step));
        Self {
            stored: element(&self.stored, step),
            real: element(&self.real, step),
            planned: optional(&self.planned),
            config: optional(&self.config),
            sensitive: self.all().any(|value| value.marks().is_sensitive()) || self.sensitive,
        }
    }

    fn maybe_child(&self, step: Option<&Step>) -> Self {
        step.map_or_else(|| self.clone(), |step| self.child(step))
    }

    fn but_sensitive(&self, sensitive: bool) -> Self {
        Self { sensitive: self.sensitive || sensitive, ..self.clone() }
    }

    fn all(&self) -> impl Iterator<Item = &Value> {
        [&self.stored, &self.real].into_iter().chain(&self.planned).chain(&self.config)
    }

    fn is_sensitive(&self) -> bool {
        self.sensitive || self.all().any(Value::contains_sensitive)
    }

    /// The steps to the objects within, where both sides have the same; `None` in place of a step for the one object that
    /// the value itself is.
    fn parts(&self, nesting: Nesting) -> Option<Vec<Option<Step>>> {
        match nesting {
            Nesting::Single | Nesting::Group => {
                let there = |value: &Value| value.is_known() && !value.is_null();
                (there(&self.stored) && there(&self.real)).then(|| vec![None])
            }
            Nesting::Set => None,
            Nesting::List | Nesting::Map => {
                let (stored, real) = (steps(&self.stored)?, steps(&self.real)?);
                (stored == real).then(|| stored.into_iter().map(Some).collect())
            }
        }
    }

    /// The steps to the elements of values without a schema of their own: all keys of maps and objects, all indexes of
    /// lists of one length.
    fn elements(&self) -> Option<Vec<Step>> {
        match (self.stored.kind(), self.real.kind()) {
            (Kind::Map(one), Kind::Map(other)) => {
                Some(keys(one, other).map(|key| Step::Index(Value::from(key))).collect())
            }
            (Kind::Object(one), Kind::Object(other)) => Some(keys(one, other).map(Step::Attribute).collect()),
            (Kind::List(one), Kind::List(other)) | (Kind::Tuple(one), Kind::Tuple(other)) => {
                (one.items().len() == other.items().len()).then(|| steps(&self.stored)).flatten()
            }
            _ => None,
        }
    }
}

fn keys(one: &landform_values::Mapping, other: &landform_values::Mapping) -> impl Iterator<Item = Str> {
    let all: BTreeSet<Str> = one.items().iter().chain(other.items()).map(|(key, _)| key.clone()).collect();
    all.into_iter()
}

/// The steps to the items of a list or the elements of a map.
fn steps(value: &Value) -> Option<Vec<Step>> {
    match value.kind() {
        Kind::Null(_) | Kind::Unknown(_) => None,
        Kind::Object(items) => Some(items.items().iter().map(|(key, _)| Step::Attribute(key.clone())).collect()),
        _ => Some(value.elements().map(|(key, _)| Step::Index(key)).collect()),
    }
}

/// What a step leads to: null where there is nothing, unknown within what is unknown.
fn element(value: &Value, step: &Step) -> Value {
    match value.get_element(&key_of(step)) {
        Some(found) => found.clone(),
        None if !value.is_known() => Value::dynamic(),
        None => Value::NULL,
    }
}

/// Whether two values are the same, whatever their marks and the types of their nulls.
pub(super) fn same(one: &Value, other: &Value) -> bool {
    if one.is_null() || other.is_null() {
        return one.is_null() && other.is_null();
    }
    if !one.contains_marks() && !other.contains_marks() {
        return one == other;
    }
    one.clone().unmark_deep().0 == other.clone().unmark_deep().0
}

/// What a planned change makes of a part of an object.
pub(super) fn planned_at(change: &ResourceChange, path: &Path) -> Value {
    real_at(&change.after, path)
}

/// A part of an object.
pub(super) fn real_at(object: &Value, path: &Path) -> Value {
    path.0.iter().fold(object.clone(), |value, step| element(&value, step))
}
