//! What holds for every function: no argument makes it panic, what is said of an unknown result is true of what it may
//! become, and secrets stay secret.

use std::sync::Arc;

use landform_diagnostics::SourceMap;
use landform_values::{Kind, Marks, Refinement, Type, Value, convert, ops};
use proptest::prelude::*;
use proptest::sample::select;

use super::empty_world;
use crate::expr::EvalContext;
use crate::functions::{Form, Function, Purity, find, invoke, names};

/// Values that functions are likely to do something with.
fn argument() -> impl Strategy<Value = Value> {
    let texts = vec![
        "",
        "a",
        "b",
        "1",
        "10",
        "true",
        "a,b",
        "ab\ncd\n",
        "é",
        "%s-%d",
        "%v",
        "[a-z]+",
        "(a)|(b)",
        "10.0.0.0/16",
        "fd00::/48",
        "2018-01-02T23:12:01Z",
        "1h30m",
        "YYYY-MM-DD",
        "utf-16le",
        "aGVsbG8=",
        "{\"a\": [1]}",
        "k: [v]",
        "dns",
        "~/a",
        "a/../b",
        "${x}",
        "-----BEGIN X-----",
    ];
    let leaf = prop_oneof![
        4 => select(texts).prop_map(Value::from),
        2 => (-3..20_i64).prop_map(Value::number),
        1 => select(vec!["0.5", "1e30", "-1e-7"]).prop_map(|number| {
            Value::number(landform_values::Number::parse(number).expect("a number"))
        }),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::NULL),
        1 => any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        let items = || prop::collection::vec(inner.clone(), 0..4);
        let names = || prop::collection::vec(("[ab]", inner.clone()), 0..3);
        prop_oneof![
            2 => items().prop_map(Value::tuple),
            2 => items().prop_map(|items| to(Value::tuple(items), Type::list(Type::Dynamic))),
            1 => items().prop_map(|items| to(Value::tuple(items), Type::set(Type::Dynamic))),
            2 => names().prop_map(Value::object),
            2 => names().prop_map(|items| to(Value::object(items), Type::map(Type::Dynamic))),
        ]
    })
}

fn to(value: Value, ty: Type) -> Value {
    convert(&value, &ty).unwrap_or(value)
}

/// A function that is called with values and does not change its mind, and arguments for it.
fn call() -> impl Strategy<Value = (&'static Function, Vec<Value>)> {
    let functions: Vec<&'static Function> = names()
        .filter_map(find)
        .filter(|function| {
            let has_parameters = !function.parameters.is_empty() || function.variadic.is_some();
            has_parameters && matches!(function.form, Form::Plain(_)) && function.purity != Purity::Volatile
        })
        .collect();
    (select(functions), prop::collection::vec(argument(), 4), 0..3_usize).prop_map(|(function, values, further)| {
        let fixed = function.parameters.len();
        let count = if function.variadic.is_some() { fixed + further } else { fixed };
        let parameters = (0..count.min(4)).filter_map(|index| function.parameter(index));
        (function, parameters.zip(values).map(|(parameter, value)| fitting(value, &parameter.ty)).collect())
    })
}

/// A value of a parameter's type that is as near as can be.
fn fitting(value: Value, ty: &Type) -> Value {
    match (convert(&value, ty), ty) {
        (Ok(value), _) => value,
        (_, Type::String) => "a".into(),
        (_, Type::Number) => Value::number(2),
        (_, Type::Bool) => Value::TRUE,
        (_, Type::List(element)) => to(Value::tuple([fitting(value, element)]), ty.clone()),
        (_, Type::Set(element)) => to(Value::tuple([fitting(value, element)]), ty.clone()),
        (_, Type::Map(element)) => to(Value::object([("a", fitting(value, element))]), ty.clone()),
        _ => value,
    }
}

fn invoked(function: &Function, arguments: Vec<Value>) -> Result<Value, String> {
    let context = EvalContext::new(empty_world(), SourceMap::new());
    invoke(function, arguments, Some(&context)).map_err(|error| error.message)
}

/// Whether what is known of a value allows for it to become another one, which is known.
fn may_become(value: &Value, known: &Value) -> bool {
    let Some(unknown) = value.as_unknown() else { return parts_may_become(value, known) };
    let allowed = match &unknown.refinement {
        None => true,
        _ if known.is_null() => true,
        Some(Refinement::Prefix(prefix)) => known.known_prefix().starts_with(&**prefix),
        Some(Refinement::Range { .. }) => {
            ops::less(known, value).is_ok_and(|less| less.as_bool() != Some(true))
                || ops::greater(known, value).is_ok_and(|greater| greater.as_bool() != Some(true))
        }
        Some(Refinement::Length { min, max }) => {
            known.length().is_none_or(|length| (*min..=*max).contains(&(length as u64)))
        }
    };
    allowed && (!unknown.not_null || !known.is_null()) && (known.is_null() || known.ty().conforms_to(&unknown.ty))
}

fn parts_may_become(value: &Value, known: &Value) -> bool {
    match (value.kind(), known.kind()) {
        (Kind::Tuple(a), Kind::Tuple(b)) | (Kind::List(a), Kind::List(b)) => {
            a.items().len() == b.items().len() && a.items().iter().zip(b.items()).all(|(a, b)| may_become(a, b))
        }
        (Kind::Map(a), Kind::Map(b)) | (Kind::Object(a), Kind::Object(b)) => {
            let names = |items: &[(Arc<str>, Value)]| items.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
            names(a.items()) == names(b.items())
                && a.items().iter().zip(b.items()).all(|((_, a), (_, b))| may_become(a, b))
        }
        (Kind::Set(_), Kind::Set(_)) if !value.is_wholly_known() => true,
        _ => value == known,
    }
}

/// Functions whose result does not tell that of an argument.
fn may_drop_marks(function: &Function, index: usize, argument: &Value) -> bool {
    match function.name {
        "nonsensitive" | "issensitive" | "assumeequal" => true,
        // What is not looked at does not show.
        "lookup" => index == 2,
        "merge" => argument.is_null(),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_said_of_an_unknown_result_is_true((function, arguments) in call(), index in 0..4_usize) {
        prop_assume!(!arguments.is_empty());
        let index = index % arguments.len();
        let Ok(known) = invoked(function, arguments.clone()) else { return Ok(()) };
        let mut guess = arguments.clone();
        let ty = guess[index].ty();
        guess[index] = if guess[index].is_null() { Value::unknown(ty) } else { Value::unknown_not_null(ty) };
        let unknown = match invoked(function, guess) {
            Ok(unknown) => unknown,
            Err(error) => return Err(TestCaseError::fail(format!("{}({arguments:?}): {error}", function.name))),
        };
        prop_assert!(
            may_become(&unknown, &known),
            "{}({arguments:?}), {index}: {unknown:?} became {known:?}",
            function.name
        );
    }

    #[test]
    fn secrets_stay_secret((function, arguments) in call(), index in 0..4_usize) {
        prop_assume!(!arguments.is_empty());
        let index = index % arguments.len();
        prop_assume!(!may_drop_marks(function, index, &arguments[index]));
        let mut secret = arguments.clone();
        secret[index] = secret[index].clone().with_marks(&Marks::sensitive());
        let (plain, marked) = (invoked(function, arguments), invoked(function, secret));
        match (plain, marked) {
            (Ok(plain), Ok(marked)) => {
                prop_assert!(marked.contains_sensitive(), "{}: {marked:?}", function.name);
                prop_assert_eq!(marked.unmark_deep().0, plain.unmark_deep().0);
            }
            (plain, marked) => prop_assert_eq!(plain.is_err(), marked.is_err(), "{}", function.name),
        }
    }
}
