//! Converting values along a decided way.

use super::plan::{Item, ObjectItem, Route};
use super::{Conversion, Safety, mismatch_message, unify_with};
use crate::{Kind, Mapping, Number, ObjectType, PathError, Sequence, Step, Str, Type, Value, quote};

impl Conversion {
    /// Converts a value of the type that this conversion was made for.
    pub fn apply(&self, value: &Value) -> Result<Value, PathError> {
        if self.to == Type::Dynamic || matches!(*self.route, Route::Pass) {
            return Ok(value.clone());
        }
        let converted = match value.kind() {
            Kind::Unknown(_) => self.unknown(value),
            Kind::Null(ty) => Value::null(filled(Some(ty), &self.to.without_optional())),
            _ => self.known(value)?,
        };
        Ok(converted.with_marks(value.marks()))
    }

    fn unknown(&self, value: &Value) -> Value {
        let source = value.ty();
        let target = filled(Some(&source), &self.to.without_optional());
        let mut result = Value::unknown(target.clone());
        if value.is_surely_not_null() {
            result = result.refine_not_null();
        }
        match (&source, &target) {
            (Type::Object(object), Type::Map(_)) => result.refine_length(object.len() as u64, object.len() as u64),
            (Type::Tuple(items), Type::List(_)) => result.refine_length(items.len() as u64, items.len() as u64),
            (Type::Tuple(items), Type::Set(_)) => result.refine_length(items.len().min(1) as u64, items.len() as u64),
            (source, Type::Set(_)) if source.is_collection() => {
                let (min, max) = value.length_bounds();
                result.refine_length(min.min(1), max)
            }
            (source, target) if source.is_collection() && target.is_collection() => {
                let (min, max) = value.length_bounds();
                result.refine_length(min, max)
            }
            _ => result,
        }
    }

    fn known(&self, value: &Value) -> Result<Value, PathError> {
        match (&*self.route, value.kind(), &self.to) {
            (Route::Primitive, _, to) => primitive(value, to),
            (Route::Object(items), Kind::Object(object), Type::Object(to)) => to_object(object, items, to),
            (Route::Tuple(items), Kind::Tuple(tuple), _) => {
                converted(tuple.items(), |index| items.get(index).and_then(Option::as_ref)).map(Value::tuple)
            }
            (Route::List(item), Kind::List(_) | Kind::Set(_), Type::List(element)) => to_list(value, item, element),
            (Route::Set(item), Kind::List(items) | Kind::Set(items), Type::Set(element)) => {
                to_set(items, |_| item.as_ref(), element)
            }
            (Route::TupleToSet { items }, Kind::Tuple(tuple), Type::Set(element)) => {
                to_set(tuple, |index| items.get(index).and_then(Option::as_ref), element)
            }
            (Route::TupleToList { element, items, safety }, Kind::Tuple(tuple), Type::List(_)) => {
                tuple_to_list(tuple, items, element, *safety)
            }
            (Route::Map(item), Kind::Map(map), Type::Map(element)) => {
                to_map(map, |_| item.as_ref(), element, Safety::Safe, "element")
            }
            (Route::ObjectToMap { element, items, safety }, Kind::Object(object), Type::Map(_)) => {
                let item = |index: usize| items.get(index).and_then(Option::as_ref);
                to_map(object, item, element, *safety, "attribute")
            }
            (Route::MapToObject(items), Kind::Map(map), Type::Object(to)) => map_to_object(map, items, to),
            // The value is not of the type that this was decided for.
            _ => super::convert(&value.clone().with_only_marks(crate::Marks::NONE), &self.to),
        }
    }
}

/// Converts a known text, number or boolean to another of these types, which takes no deciding.
pub(super) fn between_primitives(value: &Value, to: &Type) -> Option<Result<Value, PathError>> {
    let converts = matches!(
        (value.kind(), to),
        (Kind::Number(_) | Kind::Bool(_), Type::String) | (Kind::String(_), Type::Number | Type::Bool)
    );
    converts.then(|| primitive(value, to).map(|converted| converted.with_marks(value.marks())))
}

/// The one primitive type that all items of a tuple have, and are known to have.
pub fn uniform(value: &Value) -> Option<Type> {
    let Kind::Tuple(tuple) = value.kind() else { return None };
    let has = |form: fn(&Kind) -> bool| tuple.items().iter().all(|item| form(item.kind()));
    match tuple.items().first()?.kind() {
        Kind::String(_) if has(|kind| matches!(kind, Kind::String(_))) => Some(Type::String),
        Kind::Number(_) if has(|kind| matches!(kind, Kind::Number(_))) => Some(Type::Number),
        Kind::Bool(_) if has(|kind| matches!(kind, Kind::Bool(_))) => Some(Type::Bool),
        _ => None,
    }
}

/// Converts a tuple of items of one primitive type to a list or set of these, which takes no deciding.
pub(super) fn from_uniform(value: &Value, to: &Type) -> Option<Value> {
    let (Type::List(element) | Type::Set(element)) = to else { return None };
    let own = uniform(value).filter(|own| **element == Type::Dynamic || **element == *own)?;
    let items = value.as_sequence()?.iter().cloned();
    let converted = match to {
        Type::List(_) => Value::list(own, items),
        _ => Value::set(own, items),
    };
    Some(converted.with_marks(value.marks()))
}

fn primitive(value: &Value, to: &Type) -> Result<Value, PathError> {
    match (value.kind(), to) {
        (Kind::Number(number), Type::String) => Ok(Value::string(number.to_string())),
        (Kind::Bool(truth), Type::String) => Ok(Value::string(if *truth { "true" } else { "false" })),
        (Kind::String(text), Type::Number) => {
            Number::parse(text).map(Value::number).ok_or_else(|| PathError::new("a number is required"))
        }
        (Kind::String(text), Type::Bool) => match &**text {
            "true" | "1" => Ok(Value::TRUE),
            "false" | "0" => Ok(Value::FALSE),
            other => Err(PathError::new(match other.to_lowercase().as_str() {
                "true" => "a bool is required; to convert from string, use lowercase \"true\"",
                "false" => "a bool is required; to convert from string, use lowercase \"false\"",
                _ => "a bool is required",
            })),
        },
        _ => super::convert(value, to),
    }
}

fn convert_item(item: Option<&Conversion>, value: &Value, step: impl FnOnce() -> Step) -> Result<Value, PathError> {
    match item {
        Some(conversion) => conversion.apply(value).map_err(|error| error.inside(step())),
        None => Ok(value.clone()),
    }
}

fn index_step(index: usize) -> Step {
    Step::Index(Value::number(index))
}

fn converted<'a>(items: &[Value], item: impl Fn(usize) -> Option<&'a Conversion>) -> Result<Vec<Value>, PathError> {
    items.iter().enumerate().map(|(index, value)| convert_item(item(index), value, || index_step(index))).collect()
}

fn to_object(object: &Mapping, items: &[(Str, ObjectItem)], to: &ObjectType) -> Result<Value, PathError> {
    let attribute = |(name, item): &(Str, ObjectItem)| {
        let value = match (item, object.get(name)) {
            (ObjectItem::Convert(item), Some(value)) => {
                convert_item(item.as_ref(), value, || Step::Attribute(name.clone()))?
            }
            _ => null_attribute(to, name),
        };
        Ok((name.clone(), value))
    };
    items.iter().map(attribute).collect::<Result<Vec<_>, PathError>>().map(Value::object)
}

fn null_attribute(to: &ObjectType, name: &str) -> Value {
    Value::null(to.get(name).map_or(Type::Dynamic, Type::without_optional))
}

fn map_to_object(map: &Mapping, items: &[(Str, ObjectItem)], to: &ObjectType) -> Result<Value, PathError> {
    let attribute = |(name, item): &(Str, ObjectItem)| {
        let value = match (map.get(name), item) {
            (Some(value), ObjectItem::Convert(item)) => {
                convert_item(item.as_ref(), value, || Step::Index(Value::from(name.clone())))?
            }
            (Some(value), ObjectItem::Absent) => {
                let reason = to.get(name).map(|ty| mismatch_message(&value.ty(), ty)).unwrap_or_default();
                let name = quote(name);
                return Err(PathError::new(format!(
                    "map element type is incompatible with attribute {name}: {reason}"
                )));
            }
            (None, _) if to.is_optional(name) => null_attribute(to, name),
            (None, _) => {
                return Err(PathError::new(format!("map has no element for required attribute {}", quote(name))));
            }
        };
        Ok((name.clone(), value))
    };
    items.iter().map(attribute).collect::<Result<Vec<_>, _>>().map(Value::object)
}

fn to_list(value: &Value, item: &Item, element: &Type) -> Result<Value, PathError> {
    let (Kind::List(items) | Kind::Set(items)) = value.kind() else { return Ok(value.clone()) };
    let is_set = matches!(value.kind(), Kind::Set(_));
    if is_set && items.items().len() > 1 && !value.is_wholly_known() {
        // Unknown items may turn out equal: nobody knows how many there will be.
        return Ok(Value::unknown(Type::list(items.element().clone())));
    }
    let values = converted(items.items(), |_| item.as_ref())?;
    let (element, values) = homogeneous(values, element, items.element())
        .ok_or_else(|| PathError::new("element types must all match for conversion to list"))?;
    Ok(Value::list(element, values))
}

fn to_set<'a>(
    items: &Sequence,
    item: impl Fn(usize) -> Option<&'a Conversion>,
    element: &Type,
) -> Result<Value, PathError> {
    let values = converted(items.items(), item)?;
    let (element, values) = homogeneous(values, element, items.element())
        .ok_or_else(|| PathError::new("element types must all match for conversion to set"))?;
    Ok(Value::set(element, values))
}

fn tuple_to_list(tuple: &Sequence, items: &[Item], element: &Type, safety: Safety) -> Result<Value, PathError> {
    let mut values = converted(tuple.items(), |index| items.get(index).and_then(Option::as_ref))?;
    if element.has_dynamic() && !values.is_empty() {
        values = unified(values, safety)?;
    }
    let (element, values) = homogeneous(values, element, &Type::Dynamic)
        .ok_or_else(|| PathError::new("element types must all match for conversion to list"))?;
    Ok(Value::list(element, values))
}

fn to_map<'a>(
    items: &Mapping,
    item: impl Fn(usize) -> Option<&'a Conversion>,
    element: &Type,
    safety: Safety,
    what: &str,
) -> Result<Value, PathError> {
    let (names, values): (Vec<&Str>, Vec<&Value>) = items.items().iter().map(|(name, value)| (name, value)).unzip();
    let convert = |(index, value): (usize, &&Value)| {
        convert_item(item(index), value, || Step::Index(Value::from(names[index].clone())))
    };
    let mut values = values.iter().enumerate().map(convert).collect::<Result<Vec<Value>, _>>()?;
    let compound = element.is_collection() || element.as_object().is_some();
    if compound && element.has_dynamic() && !values.is_empty() {
        values = unified(values, safety)?;
    }
    let (element, values) = homogeneous(values, element, items.element())
        .ok_or_else(|| PathError::new(format!("{what} types must all match for conversion to map")))?;
    Ok(Value::map(element, names.into_iter().cloned().zip(values)))
}

/// Brings values whose types still differ to one type.
fn unified(values: Vec<Value>, safety: Safety) -> Result<Vec<Value>, PathError> {
    let types: Vec<Type> = values.iter().map(Value::ty).collect();
    let common =
        unify_with(&types, safety).ok_or_else(|| PathError::new("cannot find a common base type for all elements"))?;
    let convert = |(index, value): (usize, &Value)| {
        super::convert(value, &common.ty).map_err(|error| error.inside(index_step(index)))
    };
    values.iter().enumerate().map(convert).collect()
}

/// The element type of a collection of converted values, and the values with it: the wanted one where it is
/// definite; `None` when the values do not agree. `source` is the element type that they come from, for a collection
/// without any.
pub fn homogeneous(values: Vec<Value>, wanted: &Type, source: &Type) -> Option<(Type, Vec<Value>)> {
    if !wanted.has_dynamic() {
        return Some((wanted.without_optional(), values));
    }
    if values.is_empty() {
        return Some((if *wanted == Type::Dynamic { source.clone() } else { wanted.without_optional() }, values));
    }
    let first = values.iter().find(|value| !value.has_type(&Type::Dynamic));
    let Some(element) = first.map(Value::ty) else { return Some((Type::Dynamic, values)) };
    let typed = |value: Value| match value.kind() {
        Kind::Null(Type::Dynamic) => Some(Value::null(element.clone()).with_marks(value.marks())),
        Kind::Unknown(unknown) if unknown.ty == Type::Dynamic => {
            Some(Value::unknown(element.clone()).with_marks(value.marks()))
        }
        _ => value.has_type(&element).then_some(value),
    };
    let values = values.into_iter().map(typed).collect::<Option<_>>()?;
    Some((element, values))
}

/// The wanted type, with what is `any` in it filled in from the type that a value has. They must be convertible.
fn filled(from: Option<&Type>, to: &Type) -> Type {
    let Some(from) = from.filter(|from| **from != Type::Dynamic) else { return to.clone() };
    let common = |types: Vec<Type>| unify_with(&types, Safety::Unsafe).map(|unified| unified.ty);
    match (from, to) {
        (from, Type::Dynamic) => from.clone(),
        (Type::Map(from), Type::Map(to)) => Type::map(filled(Some(from), to)),
        (Type::Object(from), Type::Map(to)) => {
            let common = common(from.iter().map(|(_, ty, _)| ty.clone()).collect());
            Type::map(filled(common.as_ref(), to))
        }
        (Type::Map(from), Type::Object(to)) => {
            Type::object(to.iter().map(|(name, to, _)| (name.clone(), filled(Some(from), to))))
        }
        (Type::Object(from), Type::Object(to)) => {
            Type::object(to.iter().map(|(name, to, _)| (name.clone(), filled(from.get(name), to))))
        }
        (Type::List(from) | Type::Set(from), Type::Set(to)) => Type::set(filled(Some(from), to)),
        (Type::List(from) | Type::Set(from), Type::List(to)) => Type::list(filled(Some(from), to)),
        (Type::Tuple(from), Type::Set(to)) => Type::set(filled(common(from.to_vec()).as_ref(), to)),
        (Type::Tuple(from), Type::List(to)) => Type::list(filled(common(from.to_vec()).as_ref(), to)),
        (Type::Tuple(from), Type::Tuple(to)) => {
            Type::tuple(to.iter().enumerate().map(|(index, to)| filled(from.get(index), to)))
        }
        _ => to.clone(),
    }
}
