//! The one type that several types convert to.

use std::collections::HashSet;

use super::{Conversion, Safety};
use crate::{PathError, Type, Value};

/// A type that several convert to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unified {
    /// The type.
    pub ty: Type,
    /// Collections or structures met types that are not known yet: nothing can be said before they are, and every
    /// value converts to "nothing known".
    pub deferred: bool,
}

impl Unified {
    fn to(ty: Type) -> Self {
        Self { ty, deferred: false }
    }

    /// Converts one of the values whose types were unified.
    pub fn convert(&self, value: &Value) -> Result<Value, PathError> {
        if self.deferred { Ok(Value::dynamic().with_marks(value.marks())) } else { super::convert(value, &self.ty) }
    }
}

/// The one type that all of these convert to, where there is one.
pub fn unify_with(types: &[Type], safety: Safety) -> Option<Unified> {
    unify_distinct(&distinct(types), safety)
}

fn unify_all<'a>(types: impl IntoIterator<Item = &'a Type>, safety: Safety) -> Option<Type> {
    unify_distinct(&distinct(types), safety).map(|unified| unified.ty)
}

/// Each type once. Neighbours are mostly the same.
fn distinct<'a>(types: impl IntoIterator<Item = &'a Type>) -> Vec<&'a Type> {
    let mut seen = HashSet::new();
    let mut before: Option<&Type> = None;
    let mut distinct = Vec::new();
    for ty in types {
        if before != Some(ty) && seen.insert(ty) {
            distinct.push(ty);
        }
        before = Some(ty);
    }
    distinct
}

/// How many of the types are of which form.
#[derive(Default)]
struct Census {
    maps: usize,
    lists: usize,
    sets: usize,
    objects: usize,
    tuples: usize,
    dynamic: usize,
}

impl Census {
    fn of(types: &[&Type]) -> Self {
        let mut census = Self::default();
        for ty in types {
            match ty {
                Type::Map(_) => census.maps += 1,
                Type::List(_) => census.lists += 1,
                Type::Set(_) => census.sets += 1,
                Type::Object(_) => census.objects += 1,
                Type::Tuple(_) => census.tuples += 1,
                Type::Dynamic => census.dynamic += 1,
                _ => {}
            }
        }
        census
    }
}

fn unify_distinct(types: &[&Type], safety: Safety) -> Option<Unified> {
    if types.is_empty() {
        return None;
    }
    let Census { maps, lists, sets, objects, tuples, dynamic } = Census::of(types);
    let only = |some: usize, others: usize| some > 0 && some + others + dynamic == types.len();
    let homogeneous = only(maps, 0) || only(lists, 0) || only(sets, 0) || only(objects, 0) || only(tuples, 0);
    if homogeneous && dynamic > 0 {
        return Some(Unified { ty: Type::Dynamic, deferred: true });
    }
    if homogeneous {
        let first_is = |some: usize| some > 0;
        let ty = match () {
            () if first_is(objects) => unify_objects(types, safety),
            () if first_is(tuples) => unify_tuples(types, safety),
            () => unify_collections(types, safety),
        };
        return ty.map(Unified::to);
    }
    if only(maps, objects) {
        if let Some(unified) = unify_as(types, is_object, objects_as_map, is_map, safety) {
            return Some(unified);
        }
    } else if only(lists, tuples) {
        if let Some(unified) = unify_as(types, is_tuple, tuples_as_list, is_list, safety) {
            return Some(unified);
        }
    } else if objects > 0 && tuples > 0 {
        return None;
    }
    most_general(types, safety).map(Unified::to)
}

fn is_object(ty: &Type) -> bool {
    matches!(ty, Type::Object(_))
}

fn is_tuple(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(_))
}

fn is_map(ty: &Type) -> bool {
    matches!(ty, Type::Map(_))
}

fn is_list(ty: &Type) -> bool {
    matches!(ty, Type::List(_))
}

/// Unifies the structures among the types first, to a collection, and that with the collections.
fn unify_as(
    types: &[&Type],
    is_structure: fn(&Type) -> bool,
    as_collection: fn(&[&Type], Safety) -> Option<Type>,
    is_wanted: fn(&Type) -> bool,
    safety: Safety,
) -> Option<Unified> {
    let structures: Vec<&Type> = types.iter().copied().filter(|ty| is_structure(ty)).collect();
    let collection = as_collection(&structures, safety)?;
    let replaced = types.iter().map(|ty| if is_structure(ty) { &collection } else { *ty });
    let mut seen = HashSet::new();
    let distinct: Vec<&Type> = replaced.filter(|ty| seen.insert(*ty)).collect();
    unify_distinct(&distinct, safety).filter(|unified| is_wanted(&unified.ty))
}

fn unify_collections(types: &[&Type], safety: Safety) -> Option<Type> {
    let element = unify_all(types.iter().filter_map(|ty| ty.element()), safety)?;
    let ty = match types[0] {
        Type::List(_) => Type::list(element),
        Type::Set(_) => Type::set(element),
        _ => Type::map(element),
    };
    all_convert(types, &ty, safety).then_some(ty)
}

fn all_convert(types: &[&Type], wanted: &Type, safety: Safety) -> bool {
    types.iter().all(|ty| *ty == wanted || Conversion::between(ty, wanted, safety).is_some())
}

fn unify_objects(types: &[&Type], safety: Safety) -> Option<Type> {
    let objects: Vec<_> = types.iter().filter_map(|ty| ty.as_object()).collect();
    let names: Vec<_> = objects[0].iter().map(|(name, ..)| name).collect();
    if objects[1..].iter().any(|object| !object.iter().map(|(name, ..)| name).eq(names.iter().copied())) {
        return objects_as_map(types, safety);
    }
    let attributes = names.iter().map(|name| {
        let across = objects.iter().filter_map(|object| object.get(name));
        unify_all(across, safety).map(|ty| ((*name).clone(), ty))
    });
    let unified = Type::object(attributes.collect::<Option<Vec<_>>>()?);
    if all_convert(types, &unified, safety) { Some(unified) } else { objects_as_map(types, safety) }
}

fn objects_as_map(types: &[&Type], safety: Safety) -> Option<Type> {
    let attributes = types.iter().filter_map(|ty| ty.as_object()).flat_map(|object| object.iter().map(|(_, ty, _)| ty));
    let map = Type::map(unify_all(attributes, safety)?);
    all_convert(types, &map, safety).then_some(map)
}

fn unify_tuples(types: &[&Type], safety: Safety) -> Option<Type> {
    let tuples: Vec<&[Type]> = types.iter().filter_map(|ty| ty.as_tuple()).collect();
    let length = tuples[0].len();
    if tuples.iter().any(|tuple| tuple.len() != length) {
        return tuples_as_list(types, safety);
    }
    let elements = (0..length).map(|index| unify_all(tuples.iter().map(|tuple| &tuple[index]), safety));
    let unified = Type::tuple(elements.collect::<Option<Vec<_>>>()?);
    if all_convert(types, &unified, safety) { Some(unified) } else { tuples_as_list(types, safety) }
}

fn tuples_as_list(types: &[&Type], safety: Safety) -> Option<Type> {
    let elements = types.iter().filter_map(|ty| ty.as_tuple()).flatten();
    let list = Type::list(unify_all(elements, safety)?);
    all_convert(types, &list, safety).then_some(list)
}

/// The first type, most general ones first, that all others convert to.
fn most_general(types: &[&Type], safety: Safety) -> Option<Type> {
    by_generality(types)
        .into_iter()
        .find(|candidate| all_convert(types, types[*candidate], safety))
        .map(|index| types[index].clone())
}

/// Indexes of the types, those that others convert to first. A topological order that keeps the given order where
/// nothing is known.
fn by_generality(types: &[&Type]) -> Vec<usize> {
    let count = types.len();
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut above = vec![0_usize; count];
    for i in 0..count {
        for j in i + 1..count {
            match generality(types[i], types[j]) {
                order if order < 0 => {
                    below[i].push(j);
                    above[j] += 1;
                }
                order if order > 0 => {
                    below[j].push(i);
                    above[i] += 1;
                }
                _ => {}
            }
        }
    }
    let mut order: Vec<usize> = (0..count).filter(|index| above[*index] == 0).collect();
    let mut next = 0;
    while let Some(index) = order.get(next).copied() {
        next += 1;
        for lower in &below[index] {
            above[*lower] -= 1;
            if above[*lower] == 0 {
                order.push(*lower);
            }
        }
    }
    order
}

/// Below zero when the first type is preferred, above when the second is, zero when neither.
fn generality(a: &Type, b: &Type) -> i8 {
    match (a, b) {
        (Type::Dynamic, Type::Dynamic) => 0,
        (_, Type::Dynamic) => -1,
        (Type::Dynamic, _) => 1,
        (Type::String, Type::Number | Type::Bool) => -1,
        (Type::Number | Type::Bool, Type::String) => 1,
        (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Map(a), Type::Map(b)) => {
            generality(a, b)
        }
        (Type::List(_), Type::Tuple(_) | Type::Set(_)) => -1,
        (Type::Tuple(_), Type::Set(_)) => -1,
        (Type::Set(_), Type::Tuple(_) | Type::List(_)) | (Type::Tuple(_), Type::List(_)) => 1,
        (Type::Map(_), Type::Object(_)) => -1,
        (Type::Object(_), Type::Map(_)) => 1,
        (Type::Object(a), Type::Object(b)) => {
            let same_names = a.iter().map(|(name, ..)| name).eq(b.iter().map(|(name, ..)| name));
            if !same_names {
                return 0;
            }
            overall(a.iter().zip(b.iter()).map(|((_, a, _), (_, b, _))| generality(a, b)))
        }
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
            overall(a.iter().zip(b.iter()).map(|(a, b)| generality(a, b)))
        }
        _ => 0,
    }
}

/// One side is preferred when some places say so and none says the contrary.
fn overall(places: impl Iterator<Item = i8>) -> i8 {
    let (mut first, mut second) = (false, false);
    for place in places {
        first |= place < 0;
        second |= place > 0;
    }
    i8::from(second) - i8::from(first)
}
