//! Deciding by types alone how to convert.

use std::sync::Arc;

use super::{Safety, unify_with};
use crate::{ObjectType, Str, Type};

/// A way from one type to another. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Conversion {
    /// The wanted type: a constraint.
    pub(super) to: Type,
    pub(super) route: Arc<Route>,
}

/// How items of one structure become items of another; `None` where they are right already.
pub(super) type Item = Option<Conversion>;

/// What is to be done with a known value.
#[derive(Debug)]
pub(super) enum Route {
    /// Nothing.
    Pass,
    /// Nothing was known of the type when this was decided: look again at the value.
    Late,
    Primitive,
    /// Attributes by name; those of the value that are not here are dropped.
    Object(Vec<(Str, ObjectItem)>),
    Tuple(Vec<Item>),
    /// A list or set to a list.
    List(Item),
    /// A list or set to a set.
    Set(Item),
    Map(Item),
    TupleToList {
        element: Type,
        items: Vec<Item>,
        safety: Safety,
    },
    TupleToSet {
        items: Vec<Item>,
    },
    ObjectToMap {
        element: Type,
        items: Vec<Item>,
        safety: Safety,
    },
    MapToObject(Vec<(Str, ObjectItem)>),
}

/// How an attribute of an object is made.
#[derive(Debug)]
pub(super) enum ObjectItem {
    /// From the value's attribute or element of the name.
    Convert(Item),
    /// No value can become this attribute: fine as long as there is none. Null then.
    Absent,
}

impl Conversion {
    /// The conversion between two types, if there is one.
    pub fn between(from: &Type, to: &Type, safety: Safety) -> Option<Self> {
        let route = if from == to { Route::Pass } else { route(from, to, safety)? };
        Some(Self { to: to.clone(), route: Arc::new(route) })
    }

    /// [`Self::between`], or nothing to do; the outer `None` says that there is no way.
    fn item(from: &Type, to: &Type, safety: Safety) -> Option<Item> {
        if from == to { Some(None) } else { Self::between(from, to, safety).map(Some) }
    }
}

fn route(from: &Type, to: &Type, safety: Safety) -> Option<Route> {
    let risky = safety == Safety::Unsafe;
    Some(match (from, to) {
        (_, Type::Dynamic) => Route::Pass,
        (Type::Dynamic, _) if risky => Route::Late,
        (Type::Number | Type::Bool, Type::String) => Route::Primitive,
        (Type::String, Type::Number | Type::Bool) if risky => Route::Primitive,
        (Type::Object(from), Type::Object(to)) => Route::Object(object_items(from, to, safety)?),
        (Type::Tuple(from), Type::Tuple(to)) if from.len() == to.len() => Route::Tuple(
            from.iter().zip(to.iter()).map(|(from, to)| Conversion::item(from, to, safety)).collect::<Option<_>>()?,
        ),
        (Type::List(from) | Type::Set(from), Type::List(to)) => Route::List(Conversion::item(from, to, safety)?),
        (Type::List(_), Type::Set(_)) if !risky => return None,
        (Type::List(from) | Type::Set(from), Type::Set(to)) => Route::Set(Conversion::item(from, to, safety)?),
        (Type::Map(from), Type::Map(to)) => Route::Map(Conversion::item(from, to, safety)?),
        (Type::Tuple(from), Type::List(to)) => {
            let (element, items) = tuple_items(from, to, safety)?;
            Route::TupleToList { element, items, safety }
        }
        (Type::Tuple(from), Type::Set(to)) => Route::TupleToSet { items: tuple_items(from, to, safety)?.1 },
        (Type::Object(from), Type::Map(to)) => {
            let types: Vec<Type> = from.iter().map(|(_, ty, _)| ty.clone()).collect();
            let element = common_element(&types, to, safety)?;
            let items = items_to(&types, &element, safety)?;
            Route::ObjectToMap { element, items, safety }
        }
        (Type::Map(from), Type::Object(to)) if risky => Route::MapToObject(map_items(from, to)?),
        _ => return None,
    })
}

fn object_items(from: &ObjectType, to: &ObjectType, safety: Safety) -> Option<Vec<(Str, ObjectItem)>> {
    to.iter()
        .map(|(name, to, optional)| {
            let item = match from.get(name) {
                Some(from) => ObjectItem::Convert(Conversion::item(from, to, safety)?),
                None if optional => ObjectItem::Absent,
                None => return None,
            };
            Some((name.clone(), item))
        })
        .collect()
}

fn map_items(from: &Type, to: &ObjectType) -> Option<Vec<(Str, ObjectItem)>> {
    to.iter()
        .map(|(name, to, optional)| {
            let item = match Conversion::item(from, to, Safety::Unsafe) {
                Some(item) => ObjectItem::Convert(item),
                None if optional => ObjectItem::Absent,
                None => return None,
            };
            Some((name.clone(), item))
        })
        .collect()
}

fn tuple_items(from: &[Type], element: &Type, safety: Safety) -> Option<(Type, Vec<Item>)> {
    let common = common_element(from, element, safety)?;
    if *element == Type::Dynamic && common == Type::Dynamic && from.iter().any(|ty| *ty != Type::Dynamic) {
        return None;
    }
    let items = items_to(from, &common, safety)?;
    Some((common, items))
}

/// The element type of the collection that a structure becomes: found out where any will do.
fn common_element(types: &[Type], element: &Type, safety: Safety) -> Option<Type> {
    match element {
        Type::Dynamic if !types.is_empty() => unify_with(types, safety).map(|unified| unified.ty),
        _ => Some(element.clone()),
    }
}

/// One conversion an item; neighbours of one type share it.
fn items_to(types: &[Type], element: &Type, safety: Safety) -> Option<Vec<Item>> {
    let mut last: Option<(&Type, Item)> = None;
    types
        .iter()
        .map(|ty| {
            if let Some((_, item)) = last.as_ref().filter(|(previous, _)| *previous == ty) {
                return Some(item.clone());
            }
            let item = Conversion::item(ty, element, safety)?;
            last = Some((ty, item.clone()));
            Some(item)
        })
        .collect()
}
