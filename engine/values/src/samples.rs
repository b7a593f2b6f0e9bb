//! Arbitrary types and values for property tests.

use proptest::prelude::*;

use crate::{Number, ObjectType, Type, Value};

fn name() -> impl Strategy<Value = String> {
    "[a-zé<]{1,3}"
}

/// Any type, `any` and optional attributes among it.
pub(crate) fn any_type() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![Just(Type::Dynamic), Just(Type::String), Just(Type::Number), Just(Type::Bool)];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let attributes = prop::collection::vec((name(), inner.clone(), any::<bool>()), 0..4);
        prop_oneof![
            inner.clone().prop_map(Type::list),
            inner.clone().prop_map(Type::set),
            inner.clone().prop_map(Type::map),
            prop::collection::vec(inner, 0..4).prop_map(Type::tuple),
            attributes.prop_map(|attributes| {
                let attributes = attributes.into_iter().map(|(name, ty, optional)| (name.into(), ty, optional));
                Type::Object(std::sync::Arc::new(ObjectType::new(attributes)))
            }),
        ]
    })
}

fn any_leaf(unknown: bool) -> impl Strategy<Value = Value> {
    let number = (any::<i128>(), -30..30_i32)
        .prop_map(|(digits, exponent)| Number::parse(&format!("{digits}e{exponent}")).expect("a number"));
    let known = prop_oneof![
        any::<String>().prop_map(Value::string),
        any::<i64>().prop_map(Value::number),
        number.prop_map(Value::number),
        any::<bool>().prop_map(Value::from),
        Just(Value::null(Type::String)),
    ];
    let unknowns = prop_oneof![
        Just(Value::unknown(Type::Bool)),
        "[a-z]{1,9}-".prop_map(|prefix| Value::unknown_not_null(Type::String).refine_prefix(&prefix)),
        (any::<i32>(), any::<bool>()).prop_map(|(min, allowed)| {
            Value::unknown_not_null(Type::Number).refine_range(Some((Number::from(min), allowed)), None)
        }),
        (0..9_u64, 10..99_u64).prop_map(|(min, max)| Value::unknown(Type::list(Type::String)).refine_length(min, max)),
    ];
    if unknown { prop_oneof![known, unknowns].boxed() } else { known.boxed() }
}

/// Any value without marks, unknown ones among it or not.
pub(crate) fn any_value(unknown: bool) -> impl Strategy<Value = Value> {
    any_leaf(unknown).prop_recursive(3, 24, 4, |inner| {
        let of_one = |value: Value, count: usize| std::iter::repeat_n(value, count);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::tuple),
            prop::collection::vec((name(), inner.clone()), 0..4).prop_map(Value::object),
            (inner.clone(), 0..4_usize).prop_map(move |(value, count)| Value::list(value.ty(), of_one(value, count))),
            (inner.clone(), 0..4_usize).prop_map(move |(value, count)| Value::set(value.ty(), of_one(value, count))),
            (inner, name()).prop_map(|(value, name)| Value::map(value.ty(), [(name, value)])),
        ]
    })
}
