//! Why one type does not convert to another, in words.

use super::{Conversion, Safety};
use crate::{ObjectType, Type, quote};

/// Why values of the first type do not convert to the second: a phrase like `string required` or
/// `attribute "name" is required`. Of no use where the conversion exists.
pub fn mismatch_message(got: &Type, want: &Type) -> String {
    match (got, want) {
        (Type::Object(got), Type::Object(want)) => objects(got, want),
        (Type::Tuple(_), Type::List(element)) if **element == Type::Dynamic => {
            "all list elements must have the same type".into()
        }
        (Type::Tuple(_), Type::Set(element)) if **element == Type::Dynamic => {
            "all set elements must have the same type".into()
        }
        (Type::Object(_), Type::Map(element)) if **element == Type::Dynamic => {
            "all map elements must have the same type".into()
        }
        (Type::Tuple(items), Type::List(element) | Type::Set(element)) => {
            let items = items.iter().enumerate().map(|(index, ty)| (index.to_string(), ty));
            structure(items, element)
        }
        (Type::Object(attributes), Type::Map(element)) => {
            structure(attributes.iter().map(|(name, ty, _)| (quote(name), ty)), element)
        }
        (Type::List(got) | Type::Set(got), Type::List(element)) => collections("list", got, element),
        (Type::List(got) | Type::Set(got), Type::Set(element)) => collections("set", got, element),
        (Type::Map(got), Type::Map(element)) => collections("map", got, element),
        _ => format!("{} required", want.friendly_name_in_constraint()),
    }
}

fn collections(kind: &str, got: &Type, want: &Type) -> String {
    format!("incorrect {kind} element type: {}", mismatch_message(got, want))
}

fn structure<'a>(items: impl Iterator<Item = (String, &'a Type)>, element: &Type) -> String {
    let mut wrong =
        items.filter(|(_, ty)| *ty != element && Conversion::between(ty, element, Safety::Unsafe).is_none());
    match wrong.next() {
        Some((name, ty)) => format!("element {name}: {}", mismatch_message(ty, element)),
        None => format!("all elements must be {}", element.friendly_name_in_constraint()),
    }
}

fn objects(got: &ObjectType, want: &ObjectType) -> String {
    let missing: Vec<String> = want
        .iter()
        .filter(|(name, _, optional)| !optional && got.get(name).is_none())
        .map(|(name, ..)| quote(name))
        .collect();
    match &missing[..] {
        [] => {}
        [only] => return format!("attribute {only} is required"),
        [first, second] => return format!("attributes {first} and {second} are required"),
        [others @ .., last] => return format!("attributes {}, and {last} are required", others.join(", ")),
    }
    wrong_attribute(got, want, Safety::Unsafe)
        .or_else(|| wrong_attribute(got, want, Safety::Safe))
        .unwrap_or_else(|| "incorrect object attributes".into())
}

fn wrong_attribute(got: &ObjectType, want: &ObjectType, safety: Safety) -> Option<String> {
    want.iter().find_map(|(name, want, _)| {
        let got = got.get(name).filter(|got| *got != want)?;
        Conversion::between(got, want, safety)
            .is_none()
            .then(|| format!("attribute {}: {}", quote(name), mismatch_message(got, want)))
    })
}
