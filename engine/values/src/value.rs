//! The value itself.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::{Marks, Number, Type, Unknown};

/// Shared text.
pub type Str = Arc<str>;

/// A value of the language. Cheap to clone: 32 bytes and a reference count.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    kind: Kind,
    marks: Marks,
}

/// The forms of a value, without its marks.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Null of a type.
    Null(Type),
    /// Not known yet.
    Unknown(Arc<Unknown>),
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text in normal form C.
    String(Str),
    /// A list: all items have the element type.
    List(Arc<Sequence>),
    /// A set: distinct unmarked items in cty's order. Marks of its items are the set's own.
    Set(Arc<Sequence>),
    /// A tuple.
    Tuple(Arc<Sequence>),
    /// A map: all items have the element type.
    Map(Arc<Mapping>),
    /// An object.
    Object(Arc<Mapping>),
    /// A type as a value.
    Type(Arc<Type>),
}

/// The items of a list, set or tuple.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    element: Type,
    items: Vec<Value>,
    within: Within,
    ty: KnownType,
}

/// The items of a map or object, sorted by key.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    element: Type,
    items: Vec<(Str, Value)>,
    within: Within,
    ty: KnownType,
}

/// The type of a tuple or object, once somebody has asked for it: it takes a walk.
#[derive(Clone, Default)]
struct KnownType(OnceLock<Type>);

impl fmt::Debug for KnownType {
    /// Whoever has asked: equal values look the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("_")
    }
}

impl KnownType {
    fn or(&self, find: impl FnOnce() -> Type) -> Type {
        self.0.get_or_init(find).clone()
    }
}

impl PartialEq for KnownType {
    /// It follows from the items.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// The types of items. Neighbours mostly have the same one, and share it.
fn types<'a>(items: impl Iterator<Item = &'a Value>) -> impl Iterator<Item = Type> {
    items.scan(Type::Dynamic, |before, item| {
        if !item.has_type(before) {
            *before = item.ty();
        }
        Some(before.clone())
    })
}

/// What is found anywhere within items, so that nobody needs to look again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Within {
    unknown: bool,
    marked: bool,
}

impl Within {
    fn of<'a>(items: impl Iterator<Item = &'a Value>) -> Self {
        items.fold(Self::default(), |within, item| Self {
            unknown: within.unknown || !item.is_wholly_known(),
            marked: within.marked || item.contains_marks(),
        })
    }
}

impl Sequence {
    /// The element type of a list or set; [`Type::Dynamic`] for a tuple.
    pub fn element(&self) -> &Type {
        &self.element
    }

    /// In order.
    pub fn items(&self) -> &[Value] {
        &self.items
    }
}

impl Mapping {
    /// Of so few items, the one whose key is the same text in memory is found sooner than by comparing texts.
    const SMALL: usize = 8;

    /// The element type of a map; [`Type::Dynamic`] for an object.
    pub fn element(&self) -> &Type {
        &self.element
    }

    /// By key.
    pub fn items(&self) -> &[(Str, Value)] {
        &self.items
    }

    /// The item of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        if self.items.len() <= Self::SMALL
            && let Some((_, value)) = self.items.iter().find(|(candidate, _)| std::ptr::eq(&**candidate, key))
        {
            return Some(value);
        }
        let index = self.items.binary_search_by(|(candidate, _)| (**candidate).cmp(key)).ok()?;
        Some(&self.items[index].1)
    }

    fn new(element: Type, items: Vec<(Str, Value)>) -> Arc<Self> {
        let within = Within::of(items.iter().map(|(_, value)| value));
        Arc::new(Self { element, items, within, ty: KnownType::default() })
    }
}

/// Sorts by key; of a repeated key the last item counts.
fn sorted(items: impl IntoIterator<Item = (Str, Value)>) -> Vec<(Str, Value)> {
    let mut items: Vec<(Str, Value)> = items.into_iter().collect();
    if items.is_sorted_by(|(a, _), (b, _)| a < b) {
        return items;
    }
    // Sorting compares all neighbours, and so finds out whether a key is repeated.
    let mut repeated = false;
    items.sort_by(|(a, _), (b, _)| {
        let order = a.cmp(b);
        repeated |= order.is_eq();
        order
    });
    if repeated {
        items.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                std::mem::swap(later, kept);
            }
            same
        });
    }
    items
}

impl From<Kind> for Value {
    fn from(kind: Kind) -> Self {
        Self { kind, marks: Marks::NONE }
    }
}

/// Making values.
impl Value {
    /// Null of a type.
    pub fn null(ty: Type) -> Self {
        Kind::Null(ty).into()
    }

    /// Null of no particular type.
    pub const NULL: Self = Self { kind: Kind::Null(Type::Dynamic), marks: Marks::NONE };
    /// `true`.
    pub const TRUE: Self = Self { kind: Kind::Bool(true), marks: Marks::NONE };
    /// `false`.
    pub const FALSE: Self = Self { kind: Kind::Bool(false), marks: Marks::NONE };

    /// Unknown of a type. Unknown [`Type::Dynamic`] is "nothing known at all".
    pub fn unknown(ty: Type) -> Self {
        Self::refined(Unknown::of(ty))
    }

    /// Unknown of no known type.
    pub fn dynamic() -> Self {
        Self::unknown(Type::Dynamic)
    }

    /// Unknown of a type, but known not to become null.
    pub fn unknown_not_null(ty: Type) -> Self {
        let not_null = ty != Type::Dynamic;
        Self::refined(Unknown { ty, not_null, refinement: None })
    }

    /// Unknown with all that is known.
    pub fn refined(unknown: Unknown) -> Self {
        Kind::Unknown(Arc::new(unknown)).into()
    }

    /// Text, brought to normal form C.
    pub fn string(text: impl AsRef<str> + Into<Str>) -> Self {
        use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
        if text.as_ref().is_ascii() || is_nfc_quick(text.as_ref().chars()) == IsNormalized::Yes {
            return Kind::String(text.into()).into();
        }
        let normal: String = text.as_ref().nfc().collect();
        Kind::String(normal.into()).into()
    }

    /// A number.
    pub fn number(number: impl Into<Number>) -> Self {
        Kind::Number(number.into()).into()
    }

    /// A list. Every item must have the element type (or be unknown or null of it).
    pub fn list(element: Type, items: impl IntoIterator<Item = Value>) -> Self {
        let items: Vec<Value> = items.into_iter().collect();
        let within = Within::of(items.iter());
        Kind::List(Arc::new(Sequence { element, items, within, ty: KnownType::default() })).into()
    }

    /// A set: equal items become one, the order becomes cty's, the items' marks become the set's.
    pub fn set(element: Type, items: impl IntoIterator<Item = Value>) -> Self {
        let mut marks = Marks::NONE;
        let mut plain: Vec<Value> = items
            .into_iter()
            .map(|item| {
                let (item, found) = item.unmark_deep();
                marks = marks.union(&found);
                item
            })
            .collect();
        crate::sets::sort_and_dedup(&element, &mut plain);
        let within = Within::of(plain.iter());
        Value::from(Kind::Set(Arc::new(Sequence { element, items: plain, within, ty: KnownType::default() })))
            .with_marks(&marks)
    }

    /// A tuple.
    pub fn tuple(items: impl IntoIterator<Item = Value>) -> Self {
        let items: Vec<Value> = items.into_iter().collect();
        let within = Within::of(items.iter());
        Kind::Tuple(Arc::new(Sequence { element: Type::Dynamic, items, within, ty: KnownType::default() })).into()
    }

    /// A map. Every item must have the element type.
    pub fn map<K: Into<Str>>(element: Type, items: impl IntoIterator<Item = (K, Value)>) -> Self {
        let items = sorted(items.into_iter().map(|(key, value)| (key.into(), value)));
        Kind::Map(Mapping::new(element, items)).into()
    }

    /// An object.
    pub fn object<K: Into<Str>>(items: impl IntoIterator<Item = (K, Value)>) -> Self {
        let items = sorted(items.into_iter().map(|(key, value)| (key.into(), value)));
        Kind::Object(Mapping::new(Type::Dynamic, items)).into()
    }

    /// An object whose attributes are in the order of their names, each there once.
    pub fn object_in_order(items: Vec<(Str, Value)>) -> Self {
        debug_assert!(items.is_sorted_by(|(a, _), (b, _)| a < b), "attributes are sorted by name");
        Kind::Object(Mapping::new(Type::Dynamic, items)).into()
    }

    /// A type as a value.
    pub fn ty_value(ty: Type) -> Self {
        Kind::Type(Arc::new(ty)).into()
    }
}

/// Looking at values. None of these looks at the marks of the value itself.
impl Value {
    /// The form.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The type. Costs a walk for tuples and objects, once.
    pub fn ty(&self) -> Type {
        match &self.kind {
            Kind::Null(ty) => ty.clone(),
            Kind::Unknown(unknown) => unknown.ty.clone(),
            Kind::Bool(_) => Type::Bool,
            Kind::Number(_) => Type::Number,
            Kind::String(_) => Type::String,
            Kind::List(list) => Type::list(list.element.clone()),
            Kind::Set(set) => Type::set(set.element.clone()),
            Kind::Map(map) => Type::map(map.element.clone()),
            Kind::Tuple(tuple) => tuple.ty.or(|| Type::tuple(types(tuple.items.iter()))),
            Kind::Object(object) => object.ty.or(|| {
                let types = types(object.items.iter().map(|(_, value)| value));
                Type::object(object.items.iter().map(|(name, _)| name.clone()).zip(types))
            }),
            Kind::Type(_) => Type::TypeOfType,
        }
    }

    /// Whether it is one and the same as another value, told without a look at items: "no" does not say that they differ.
    pub fn is_identical(&self, other: &Value) -> bool {
        let same = match (&self.kind, &other.kind) {
            (Kind::Null(a), Kind::Null(b)) => a == b,
            (Kind::Unknown(a), Kind::Unknown(b)) => Arc::ptr_eq(a, b),
            (Kind::Bool(a), Kind::Bool(b)) => a == b,
            (Kind::Number(a), Kind::Number(b)) => a == b,
            (Kind::String(a), Kind::String(b)) => Arc::ptr_eq(a, b),
            (Kind::List(a), Kind::List(b)) | (Kind::Set(a), Kind::Set(b)) | (Kind::Tuple(a), Kind::Tuple(b)) => {
                Arc::ptr_eq(a, b)
            }
            (Kind::Map(a), Kind::Map(b)) | (Kind::Object(a), Kind::Object(b)) => Arc::ptr_eq(a, b),
            (Kind::Type(a), Kind::Type(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        same && self.marks == other.marks
    }

    /// Whether it has this type, attributes optional or not. `any` is only the type of null and unknown values of
    /// which nothing else is known.
    pub fn has_type(&self, ty: &Type) -> bool {
        match (&self.kind, ty) {
            (Kind::Null(own), _) => own.is_exactly(ty),
            (Kind::Unknown(unknown), _) => unknown.ty.is_exactly(ty),
            (Kind::Bool(_), Type::Bool)
            | (Kind::Number(_), Type::Number)
            | (Kind::String(_), Type::String)
            | (Kind::Type(_), Type::TypeOfType) => true,
            (Kind::List(items), Type::List(element)) | (Kind::Set(items), Type::Set(element)) => {
                items.element.is_exactly(element)
            }
            (Kind::Map(items), Type::Map(element)) => items.element.is_exactly(element),
            (Kind::Tuple(items), Type::Tuple(types)) => {
                items.items.len() == types.len()
                    && items.items.iter().zip(types.iter()).all(|(item, ty)| item.has_type(ty))
            }
            (Kind::Object(items), Type::Object(object)) => {
                items.items.len() == object.len()
                    && items.items.iter().zip(object.iter()).all(|((a, item), (b, ty, _))| a == b && item.has_type(ty))
            }
            _ => false,
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null(_))
    }

    /// Whether it is known itself, though something within may not be.
    pub fn is_known(&self) -> bool {
        !matches!(self.kind, Kind::Unknown(_))
    }

    /// Whether it and all within are known.
    pub fn is_wholly_known(&self) -> bool {
        match &self.kind {
            Kind::Unknown(_) => false,
            Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => !items.within.unknown,
            Kind::Map(items) | Kind::Object(items) => !items.within.unknown,
            _ => true,
        }
    }

    /// What is known of an unknown value.
    pub fn as_unknown(&self) -> Option<&Unknown> {
        if let Kind::Unknown(unknown) = &self.kind { Some(unknown) } else { None }
    }

    /// Whether it is known not to be, nor to become, null.
    pub fn is_surely_not_null(&self) -> bool {
        match &self.kind {
            Kind::Null(_) => false,
            Kind::Unknown(unknown) => unknown.not_null,
            _ => true,
        }
    }

    /// The text of a known string.
    pub fn as_str(&self) -> Option<&str> {
        if let Kind::String(text) = &self.kind { Some(text) } else { None }
    }

    /// The text of a known string, shared.
    pub fn as_shared_str(&self) -> Option<&Str> {
        if let Kind::String(text) = &self.kind { Some(text) } else { None }
    }

    /// A known number.
    pub fn as_number(&self) -> Option<&Number> {
        if let Kind::Number(number) = &self.kind { Some(number) } else { None }
    }

    /// A known boolean.
    pub fn as_bool(&self) -> Option<bool> {
        if let Kind::Bool(truth) = &self.kind { Some(*truth) } else { None }
    }

    /// The items of a known list, set or tuple.
    pub fn as_sequence(&self) -> Option<&[Value]> {
        match &self.kind {
            Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => Some(&items.items),
            _ => None,
        }
    }

    /// The items of a known map or object.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        match &self.kind {
            Kind::Map(items) | Kind::Object(items) => Some(items),
            _ => None,
        }
    }

    /// An object's attribute or a map's element by name.
    pub fn get_attribute(&self, name: &str) -> Option<&Value> {
        self.as_mapping()?.get(name)
    }

    /// An element by its key: a number for lists and tuples, a string for maps and objects, itself for sets.
    pub fn get_element(&self, key: &Value) -> Option<&Value> {
        match &self.kind {
            Kind::List(items) | Kind::Tuple(items) => items.items.get(key.as_number()?.to_usize()?),
            Kind::Set(items) => items.items.iter().find(|item| *item == key),
            Kind::Map(items) | Kind::Object(items) => items.get(key.as_str()?),
            _ => None,
        }
    }

    /// The number of items of a known collection, tuple or object.
    pub fn length(&self) -> Option<usize> {
        self.as_sequence().map(<[Value]>::len).or_else(|| self.as_mapping().map(|items| items.items.len()))
    }

    /// Keys and items of a known collection, tuple or object: indexes, names, or a set's items themselves.
    pub fn elements(&self) -> Box<dyn Iterator<Item = (Value, &Value)> + '_> {
        match &self.kind {
            Kind::List(items) | Kind::Tuple(items) => {
                Box::new(items.items.iter().enumerate().map(|(index, item)| (Value::number(index as u64), item)))
            }
            Kind::Set(items) => Box::new(items.items.iter().map(|item| (item.clone(), item))),
            Kind::Map(items) | Kind::Object(items) => {
                Box::new(items.items.iter().map(|(key, item)| (Kind::String(key.clone()).into(), item)))
            }
            _ => Box::new(std::iter::empty()),
        }
    }
}

/// Marks.
impl Value {
    /// The marks of the value itself.
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Whether it or anything within is marked.
    pub fn contains_marks(&self) -> bool {
        !self.marks.is_empty()
            || match &self.kind {
                Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => items.within.marked,
                Kind::Map(items) | Kind::Object(items) => items.within.marked,
                _ => false,
            }
    }

    /// Whether it or anything within is sensitive.
    pub fn contains_sensitive(&self) -> bool {
        self.contains_marks() && self.all_marks().is_sensitive()
    }

    /// Whether it or anything within is ephemeral.
    pub fn contains_ephemeral(&self) -> bool {
        self.contains_marks() && self.all_marks().is_ephemeral()
    }

    /// With more marks.
    #[must_use]
    pub fn with_marks(mut self, marks: &Marks) -> Self {
        if !marks.is_empty() {
            self.marks = self.marks.union(marks);
        }
        self
    }

    /// With exactly these marks on itself; what is within is untouched.
    #[must_use]
    pub fn with_only_marks(mut self, marks: Marks) -> Self {
        self.marks = marks;
        self
    }

    /// Without the marks of the value itself, and those marks.
    pub fn unmark(mut self) -> (Self, Marks) {
        let marks = std::mem::take(&mut self.marks);
        (self, marks)
    }

    /// The marks of it and of all within, in one.
    pub fn all_marks(&self) -> Marks {
        if !self.contains_marks() {
            return Marks::NONE;
        }
        let mut marks = self.marks.clone();
        match &self.kind {
            Kind::List(items) | Kind::Tuple(items) if items.within.marked => {
                for item in &items.items {
                    marks = marks.union(&item.all_marks());
                }
            }
            Kind::Map(items) | Kind::Object(items) if items.within.marked => {
                for (_, item) in &items.items {
                    marks = marks.union(&item.all_marks());
                }
            }
            _ => {}
        }
        marks
    }

    /// Without any mark, and all the marks there were.
    pub fn unmark_deep(self) -> (Self, Marks) {
        if !self.contains_marks() {
            return (self, Marks::NONE);
        }
        let marks = self.all_marks();
        (self.map_marks(&|_| Marks::NONE), marks)
    }

    /// The marks of it and of all within, each run through a function.
    #[must_use]
    pub fn map_marks(self, change: &dyn Fn(&Marks) -> Marks) -> Self {
        if !self.contains_marks() {
            return self;
        }
        let marks = if self.marks.is_empty() { Marks::NONE } else { change(&self.marks) };
        let mut value = self.map_items(&|item| item.clone().map_marks(change));
        value.marks = marks;
        value
    }

    /// Each path to a marked value with the marks found there, outermost first. Sets have marks only as a whole.
    pub fn marked_paths(&self) -> Vec<(crate::Path, Marks)> {
        let mut found = Vec::new();
        self.collect_marks(&crate::Path::root(), &mut found);
        found
    }

    fn collect_marks(&self, path: &crate::Path, found: &mut Vec<(crate::Path, Marks)>) {
        if !self.contains_marks() {
            return;
        }
        if !self.marks.is_empty() {
            found.push((path.clone(), self.marks.clone()));
        }
        match &self.kind {
            Kind::Object(items) => {
                for (name, item) in &items.items {
                    if item.contains_marks() {
                        item.collect_marks(&path.attribute(name.clone()), found);
                    }
                }
            }
            Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) => {
                for (key, item) in self.elements() {
                    if item.contains_marks() {
                        item.collect_marks(&path.index(key), found);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Infinite numbers.
impl Value {
    /// Where the first infinite number is, if there is any: JSON has no such numbers.
    pub fn infinite_path(&self) -> Option<crate::Path> {
        let mut steps = self.steps_to_infinite()?;
        steps.reverse();
        Some(crate::Path(steps))
    }

    /// The steps to it, the last one first. Where there is none, as nearly always, nothing is allocated.
    fn steps_to_infinite(&self) -> Option<Vec<crate::Step>> {
        let (step, mut steps) = match &self.kind {
            Kind::Number(number) => return number.is_infinite().then(Vec::new),
            Kind::Object(items) => items
                .items
                .iter()
                .find_map(|(name, item)| Some((crate::Step::Attribute(name.clone()), item.steps_to_infinite()?)))?,
            Kind::Map(items) => items.items.iter().find_map(|(key, item)| {
                Some((crate::Step::Index(Value::from(key.clone())), item.steps_to_infinite()?))
            })?,
            Kind::List(_) | Kind::Set(_) | Kind::Tuple(_) => {
                self.elements().find_map(|(key, item)| Some((crate::Step::Index(key), item.steps_to_infinite()?)))?
            }
            _ => return None,
        };
        steps.push(step);
        Some(steps)
    }
}

/// Changing values.
impl Value {
    /// The same form with each direct item replaced. The function must keep the items' types for lists, sets and
    /// maps. Marks of the value itself stay.
    #[must_use]
    pub fn map_items(&self, change: &dyn Fn(&Value) -> Value) -> Self {
        let value = match &self.kind {
            Kind::List(items) => Self::list(items.element.clone(), items.items.iter().map(change)),
            Kind::Set(items) => Self::set(items.element.clone(), items.items.iter().map(change)),
            Kind::Tuple(items) => Self::tuple(items.items.iter().map(change)),
            Kind::Map(items) => {
                Self::map(items.element.clone(), items.items.iter().map(|(key, item)| (key.clone(), change(item))))
            }
            Kind::Object(items) => Self::object(items.items.iter().map(|(key, item)| (key.clone(), change(item)))),
            _ => return self.clone(),
        };
        value.with_marks(&self.marks)
    }

    /// The same with null in place of everything that is not known.
    #[must_use]
    pub fn unknown_as_null(&self) -> Self {
        match self.as_unknown() {
            _ if self.is_wholly_known() => self.clone(),
            Some(unknown) => Self::null(unknown.ty.clone()),
            None => self.map_items(&Self::unknown_as_null),
        }
    }

    /// The same object with one attribute replaced or added; marks of the object stay. Anything but an object is
    /// returned as it is.
    #[must_use]
    pub fn with_attribute(&self, name: &str, attribute: Value) -> Self {
        let Kind::Object(items) = &self.kind else { return self.clone() };
        let mut items = items.items.clone();
        match items.binary_search_by(|(candidate, _)| (**candidate).cmp(name)) {
            Ok(index) => items[index].1 = attribute,
            Err(index) => items.insert(index, (name.into(), attribute)),
        }
        Value::from(Kind::Object(Mapping::new(Type::Dynamic, items))).with_marks(&self.marks)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::string(text)
    }
}

impl From<Str> for Value {
    fn from(text: Str) -> Self {
        Self::string(text)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Kind::Bool(truth).into()
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::number(number)
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Self::number(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_repeated_key_the_last_item_counts() {
        let of = |items: &[(&str, i64)]| Value::object(items.iter().map(|(key, item)| (*key, Value::number(*item))));
        let repeated = of(&[("b", 1), ("a", 2), ("b", 3), ("c", 4), ("a", 5), ("b", 6)]);
        assert_eq!(repeated, of(&[("a", 5), ("b", 6), ("c", 4)]));
        assert_eq!(repeated.length(), Some(3));
    }
}
