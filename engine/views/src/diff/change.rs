//! Two values to compare, side by side.

use landform_plan::Action;
use landform_schema::{Attribute, Block, Nested, Nesting};
use landform_values::{Kind, Path, Step, Str, Type, Value};

use super::json_text;

/// One side of a comparison.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Side<'a> {
    /// The value; `None` when it is missing, null or unknown.
    pub value: Option<&'a Value>,
    /// Whether it is there, be it null.
    pub explicit: bool,
    /// Whether it is unknown.
    pub unknown: bool,
    /// Whether it must not be shown.
    pub sensitive: bool,
    /// Whether marks within do not count, since the whole is hidden anyway.
    quiet: bool,
    /// Whether all attributes are to be taken as unknown.
    attributes_unknown: bool,
    /// Whether empty strings differ from null; see [`Change::of_schema`].
    has_null: bool,
}

impl<'a> Side<'a> {
    /// An unknown value is there in a list, but not in an object.
    fn of(value: &'a Value, in_object: bool, around: &Self) -> Self {
        let known = value.is_known();
        Self {
            value: (known && !value.is_null()).then_some(value),
            explicit: known || !in_object,
            unknown: !known,
            sensitive: !around.quiet && value.marks().is_sensitive(),
            quiet: around.quiet,
            attributes_unknown: false,
            has_null: around.has_null && in_object,
        }
    }

    /// An attribute or a map's element.
    fn attribute(&self, name: &str) -> Self {
        if self.attributes_unknown {
            return Self { unknown: true, has_null: self.has_null, ..Self::default() };
        }
        let missing = Self { has_null: self.has_null, ..Self::default() };
        let found = self.value.and_then(|value| value.get_attribute(name));
        found.map_or(missing, |value| Self::of(value, true, self))
    }

    /// The items of a list, set or tuple.
    pub(crate) fn items(&self) -> Option<&'a [Value]> {
        self.value.and_then(Value::as_sequence)
    }

    fn item(&self, index: Option<usize>) -> Self {
        let found = index.and_then(|index| self.items()?.get(index));
        found.map_or_else(Self::default, |value| Self::of(value, false, self))
    }

    /// The value of a primitive type, where an empty string may stand for null.
    fn or_null(self) -> Self {
        let value = self.value.filter(|value| self.has_null || value.as_str() != Some(""));
        Self { value, ..self }
    }

    /// Whether there is a map or an object.
    pub(crate) fn is_mapping(&self) -> bool {
        self.value.is_some_and(|value| value.as_mapping().is_some())
    }

    fn quiet(self) -> Self {
        Self { sensitive: false, quiet: true, has_null: false, ..self }
    }
}

/// Two values to compare, and what is known about their place in the object.
#[derive(Clone, Debug)]
pub(crate) struct Change<'a> {
    /// As it is.
    pub before: Side<'a>,
    /// As it will be.
    pub after: Side<'a>,
    /// Paths whose change makes the provider replace the object.
    pub replace: Matcher<'a>,
    /// Paths that are shown.
    pub relevant: Matcher<'a>,
}

impl<'a> Change<'a> {
    /// Of whole values; an unknown one is there.
    pub(crate) fn new(before: &'a Value, after: &'a Value, replace: &'a [Path], relevant: Matcher<'a>) -> Self {
        let side = |value| Side { explicit: false, ..Side::of(value, true, &Side::default()) };
        Self { before: side(before), after: side(after), replace: Matcher::paths(replace, false), relevant }
    }

    /// A value compared with itself.
    pub(crate) fn unchanged(value: &'a Value) -> Self {
        Self::new(value, value, &[], Matcher::Always)
    }

    /// For objects of a schema. Older providers can not tell an empty string from null, so Terraform shows it as
    /// null, unless the schema has something that only newer providers can have. Within lists and sets it does so
    /// always, and where values are hidden or become unknown.
    pub(crate) fn of_schema(mut self, block: &Block) -> Self {
        let has_null = is_of_new_provider(block);
        self.before.has_null = has_null;
        self.after.has_null = has_null;
        self
    }

    /// As values of a primitive type are compared.
    pub(crate) fn primitive(&self) -> Self {
        Self { before: self.before.or_null(), after: self.after.or_null(), ..self.clone() }
    }

    /// Of values without a place, such as JSON within strings.
    pub(crate) fn explicit(before: Option<&'a Value>, after: Option<&'a Value>) -> Self {
        let side = |value: Option<&'a Value>| {
            value.map_or_else(Side::default, |value| Side::of(value, false, &Side::default()))
        };
        Self { before: side(before), after: side(after), replace: Matcher::none(), relevant: Matcher::Always }
    }

    /// Of an attribute or a map's element.
    pub(crate) fn attribute(&self, name: &str) -> Self {
        Self {
            before: self.before.attribute(name),
            after: self.after.attribute(name),
            replace: self.replace.key(name),
            relevant: self.relevant.key(name),
        }
    }

    /// Of a nested block or a map's element, which never become unknown with the attributes around.
    pub(crate) fn element(&self, name: &str) -> Self {
        let after = Side { attributes_unknown: false, ..self.after };
        Self { after, ..self.clone() }.attribute(name)
    }

    /// Of an item before and one after, either of which may be missing.
    pub(crate) fn items(&self, before: Option<usize>, after: Option<usize>) -> Self {
        let place = before.or(after).unwrap_or_default();
        Self {
            before: self.before.item(before),
            after: self.after.item(after),
            replace: self.replace.index(place),
            relevant: self.relevant.index(place),
        }
    }

    /// The keys of maps or objects on both sides.
    pub(crate) fn keys(&self) -> std::collections::BTreeSet<Str> {
        [self.before, self.after]
            .iter()
            .filter_map(|side| side.value.and_then(Value::as_mapping))
            .flat_map(|mapping| mapping.items().iter().map(|(key, _)| key.clone()))
            .collect()
    }

    /// The same, as if nothing changed, unless it is relevant.
    pub(crate) fn if_relevant(mut self) -> Self {
        if !self.relevant.matches_partly() {
            self.before.has_null = false;
            self.after = Side { unknown: false, ..self.before };
        }
        self
    }

    /// As if neither side were stated.
    pub(crate) fn implicit(mut self) -> Self {
        self.before.explicit = false;
        self.after.explicit = false;
        self
    }

    /// As if it were deleted; with `attributes_unknown`, its attributes become unknown instead.
    pub(crate) fn deleted(&self, attributes_unknown: bool) -> Self {
        let after = Side { attributes_unknown, ..Side::default() };
        Self { before: Side { has_null: false, ..self.before }, after, ..self.clone() }
    }

    /// As if it were new.
    pub(crate) fn created(&self) -> Self {
        Self { before: Side::default(), ..self.clone() }
    }

    /// As if neither it nor anything within were sensitive.
    pub(crate) fn quiet(&self) -> Self {
        Self { before: self.before.quiet(), after: self.after.quiet(), ..self.clone() }
    }

    /// Whether neither side has a value.
    pub(crate) fn is_nothing(&self) -> bool {
        self.before.value.is_none() && self.after.value.is_none()
    }

    /// The action, from looking at the two values as a whole.
    pub(crate) fn action(&self) -> Action {
        let (before, after) = (self.before, self.after);
        let missing = |side: Side<'_>| side.value.is_none() && !side.explicit;
        match (missing(before), missing(after)) {
            (true, false) => Action::Create,
            (false, true) => Action::Delete,
            _ if equal(before.value, after.value)
                && before.explicit == after.explicit
                && before.sensitive == after.sensitive =>
            {
                Action::NoOp
            }
            _ => Action::Update,
        }
    }

    /// The action of a value with parts, before its parts are looked at.
    pub(crate) fn outer_action(&self) -> Action {
        match (self.before.value, self.after.value) {
            (None, Some(_)) => Action::Create,
            (Some(_), None) => Action::Delete,
            _ => Action::NoOp,
        }
    }
}

/// Whether a schema has at its top what the older protocol's framework can not express.
fn is_of_new_provider(block: &Block) -> bool {
    let new_attribute = |attribute: &Attribute| {
        attribute.nested.is_some() || matches!(attribute.ty, Type::Object(_) | Type::Tuple(_) | Type::Dynamic)
    };
    let new_block = |(name, nested): (&Str, &Nested)| {
        &**name != "timeouts" && matches!(nested.nesting, Nesting::Single | Nesting::Group | Nesting::Map)
    };
    block.attributes.values().any(new_attribute) || block.blocks.iter().any(new_block)
}

/// Whether two values have the same JSON form. Marks do not count.
pub(crate) fn equal(a: Option<&Value>, b: Option<&Value>) -> bool {
    let present = |value: Option<&Value>| value.is_some_and(|value| value.is_known() && !value.is_null());
    let (Some(a), Some(b)) = (a, b) else { return !present(a) && !present(b) };
    match (a.kind(), b.kind()) {
        (Kind::Null(_) | Kind::Unknown(_), Kind::Null(_) | Kind::Unknown(_)) => true,
        (Kind::Map(a) | Kind::Object(a), Kind::Map(b) | Kind::Object(b)) => {
            let (mut a, mut b) = (known(a.items()), known(b.items()));
            loop {
                match (a.next(), b.next()) {
                    (None, None) => return true,
                    (Some(a), Some(b)) if a.0 == b.0 && equal(Some(&a.1), Some(&b.1)) => {}
                    _ => return false,
                }
            }
        }
        _ => match (a.as_sequence(), b.as_sequence()) {
            (Some(a), Some(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(Some(a), Some(b))),
            _ => a.kind() == b.kind() && json_text::as_numeral(a).is_some() == json_text::as_numeral(b).is_some(),
        },
    }
}

fn known<K>(items: &[(K, Value)]) -> impl Iterator<Item = &(K, Value)> {
    items.iter().filter(|(_, value)| value.is_known())
}

/// Paths that lead to, or through, a place.
#[derive(Clone, Debug)]
pub(crate) enum Matcher<'a> {
    /// Everything matches.
    Always,
    /// What is left of paths; with the flag, what lies below the end of a path matches too.
    Paths(Vec<&'a [Step]>, bool),
}

impl<'a> Matcher<'a> {
    /// Nothing matches.
    pub(crate) fn none() -> Self {
        Self::Paths(Vec::new(), false)
    }

    /// With `below`, what lies below the end of a path matches too.
    pub(crate) fn paths(paths: impl IntoIterator<Item = &'a Path>, below: bool) -> Self {
        Self::Paths(paths.into_iter().map(|path| path.0.as_slice()).collect(), below)
    }

    /// Whether a path ends here.
    pub(crate) fn matches(&self) -> bool {
        match self {
            Self::Always => true,
            Self::Paths(paths, _) => paths.iter().any(|path| path.is_empty()),
        }
    }

    /// Whether a path ends here or leads through here.
    pub(crate) fn matches_partly(&self) -> bool {
        match self {
            Self::Always => true,
            Self::Paths(paths, _) => !paths.is_empty(),
        }
    }

    fn step(&self, matches: impl Fn(&Step) -> bool) -> Self {
        let Self::Paths(paths, below) = self else { return Self::Always };
        let next = |path: &&'a [Step]| match path.split_first() {
            None => below.then_some(*path),
            Some((first, rest)) => matches(first).then_some(rest),
        };
        Self::Paths(paths.iter().filter_map(next).collect(), *below)
    }

    fn key(&self, wanted: &str) -> Self {
        self.step(|step| match step {
            Step::Attribute(name) => **name == *wanted,
            Step::Index(key) => key.as_str() == Some(wanted),
        })
    }

    fn index(&self, wanted: usize) -> Self {
        self.step(|step| match step {
            Step::Attribute(name) => name.parse() == Ok(wanted),
            Step::Index(key) => {
                key.as_number().and_then(landform_values::Number::to_usize) == Some(wanted)
                    || key.as_str().is_some_and(|text| text.parse() == Ok(wanted))
            }
        })
    }
}

/// The type by which a value of no declared type is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Null,
    Bool,
    String,
    Number,
    Object,
    Array,
}

impl Form {
    /// Of a side's value.
    pub(super) fn of(value: Option<&Value>) -> Self {
        if value.is_some_and(|value| json_text::as_numeral(value).is_some()) {
            return Self::Number;
        }
        match value.map(Value::kind) {
            None | Some(Kind::Null(_) | Kind::Unknown(_) | Kind::Type(_)) => Self::Null,
            Some(Kind::Bool(_)) => Self::Bool,
            Some(Kind::String(_)) => Self::String,
            Some(Kind::Number(_)) => Self::Number,
            Some(Kind::Map(_) | Kind::Object(_)) => Self::Object,
            Some(Kind::List(_) | Kind::Set(_) | Kind::Tuple(_)) => Self::Array,
        }
    }

    /// The type of a primitive value.
    pub(super) fn primitive(self) -> Type {
        match self {
            Self::Bool => Type::Bool,
            Self::String => Type::String,
            Self::Number => Type::Number,
            Self::Null | Self::Object | Self::Array => Type::Dynamic,
        }
    }
}
