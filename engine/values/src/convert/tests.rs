//! Conversions and unifications, as cty's documentation and `terraform console` have them.

use crate::convert::{Defaults, Safety, convert, mismatch_message, unify, unify_with};
use crate::{Marks, Number, Type, Value};

fn list(element: Type, items: &[Value]) -> Value {
    Value::list(element, items.iter().cloned())
}

fn tuple(items: &[Value]) -> Value {
    Value::tuple(items.iter().cloned())
}

fn object(items: &[(&str, Value)]) -> Value {
    Value::object(items.iter().map(|(name, value)| (*name, value.clone())))
}

fn object_type(attributes: &[(&str, Type, bool)]) -> Type {
    let attributes = attributes.iter().map(|(name, ty, optional)| ((*name).into(), ty.clone(), *optional));
    Type::Object(std::sync::Arc::new(crate::ObjectType::new(attributes)))
}

fn number(text: &str) -> Value {
    Value::number(Number::parse(text).expect("a number"))
}

fn string(text: &str) -> Value {
    Value::from(text)
}

#[test]
fn values_convert() {
    let ab = object_type(&[("a", Type::String, false), ("b", Type::Number, true)]);
    let cases = [
        (number("1.50"), Type::String, string("1.5")),
        (Value::TRUE, Type::String, string("true")),
        (string("0x"), Type::Dynamic, string("0x")),
        (string("1e3"), Type::Number, number("1000")),
        (string("1"), Type::Bool, Value::TRUE),
        (Value::NULL, Type::String, Value::null(Type::String)),
        (tuple(&[]), Type::list(Type::String), list(Type::String, &[])),
        (
            tuple(&[number("1"), Value::TRUE]),
            Type::list(Type::String),
            list(Type::String, &[string("1"), string("true")]),
        ),
        (
            tuple(&[number("1"), string("a")]),
            Type::list(Type::Dynamic),
            list(Type::String, &[string("1"), string("a")]),
        ),
        (
            tuple(&[string("b"), string("a"), string("b")]),
            Type::set(Type::String),
            Value::set(Type::String, [string("a"), string("b")]),
        ),
        (
            object(&[("x", number("1")), ("y", Value::NULL)]),
            Type::map(Type::Dynamic),
            Value::map(Type::Number, [("x", number("1")), ("y", Value::null(Type::Number))]),
        ),
        (
            object(&[("a", number("1")), ("c", Value::TRUE)]),
            ab.clone(),
            object(&[("a", string("1")), ("b", Value::null(Type::Number))]),
        ),
        (
            Value::map(Type::String, [("a", string("x"))]),
            ab.clone(),
            object(&[("a", string("x")), ("b", Value::null(Type::Number))]),
        ),
        (
            tuple(&[object(&[("a", string("x"))]), object(&[("a", string("y")), ("b", number("1"))])]),
            Type::list(ab.clone()),
            list(
                ab.without_optional(),
                &[
                    object(&[("a", string("x")), ("b", Value::null(Type::Number))]),
                    object(&[("a", string("y")), ("b", number("1"))]),
                ],
            ),
        ),
        (Value::null(Type::tuple([Type::Number])), Type::list(Type::Dynamic), Value::null(Type::list(Type::Number))),
        (tuple(&[Value::NULL, string("a")]), Type::list(Type::Dynamic), {
            list(Type::String, &[Value::null(Type::String), string("a")])
        }),
    ];
    for (value, ty, expected) in cases {
        let converted = convert(&value, &ty).unwrap_or_else(|error| panic!("{value:?} to {ty}: {error}"));
        assert_eq!(converted, expected, "{value:?} to {ty}");
        assert!(converted.has_type(&converted.ty()));
    }
}

#[test]
fn what_does_not_convert_is_said_as_terraform_says_it() {
    let a = object_type(&[("a", Type::String, false)]);
    let cases = [
        (string("x"), Type::Number, "a number is required"),
        (string("TRUE"), Type::Bool, "a bool is required; to convert from string, use lowercase \"true\""),
        (Value::TRUE, Type::Number, "number required"),
        (tuple(&[]), Type::String, "string required"),
        (string("x"), Type::list(Type::Dynamic), "list of any single type required"),
        (object(&[]), a.clone(), "attribute \"a\" is required"),
        (object(&[("a", tuple(&[]))]), a.clone(), "attribute \"a\": string required"),
        (tuple(&[tuple(&[])]), Type::list(Type::String), "element 0: string required"),
        (tuple(&[string("a"), tuple(&[])]), Type::list(Type::Dynamic), "all list elements must have the same type"),
        (object(&[("x", tuple(&[]))]), Type::map(Type::Number), "element \"x\": number required"),
        (list(Type::list(Type::String), &[]), Type::set(Type::String), "incorrect set element type: string required"),
        (tuple(&[string("x")]), Type::list(Type::Number), "[0]: a number is required"),
        (object(&[("a", string("x"))]), object_type(&[("a", Type::Number, false)]), ".a: a number is required"),
        (Value::map(Type::String, [("b", string(""))]), a, "map has no element for required attribute \"a\""),
    ];
    for (value, ty, expected) in cases {
        let error = convert(&value, &ty).expect_err(expected);
        assert_eq!(error.to_string(), expected, "{value:?} to {ty}");
    }
    let abc = object_type(&[("a", Type::Bool, false), ("b", Type::Bool, false), ("c", Type::Bool, false)]);
    let none = object_type(&[]);
    assert_eq!(mismatch_message(&none, &abc), "attributes \"a\", \"b\", and \"c\" are required");
}

#[test]
fn marks_and_what_is_known_stay() {
    let secret = Marks::sensitive();
    let value = tuple(&[string("1").with_marks(&secret), string("2")]);
    let converted = convert(&value, &Type::list(Type::Number)).expect("converts");
    assert_eq!(converted, list(Type::Number, &[number("1").with_marks(&secret), number("2")]));
    let converted = convert(&value.with_marks(&Marks::ephemeral()), &Type::set(Type::Number)).expect("converts");
    assert_eq!(converted.marks(), &secret.union(&Marks::ephemeral()));

    let unknown = Value::unknown_not_null(Type::tuple([Type::Number, Type::Bool]));
    let set = convert(&unknown, &Type::set(Type::String)).expect("converts");
    assert_eq!((set.length_bounds(), set.is_surely_not_null()), ((1, 2), true));
    let list_of_two = convert(&unknown, &Type::list(Type::Dynamic)).err();
    assert_eq!(list_of_two.expect("no common type").message, "all list elements must have the same type");
    let map = convert(&Value::unknown(Type::map(Type::Number)).refine_length(1, 3), &Type::map(Type::String));
    assert_eq!(map.expect("converts").length_bounds(), (1, 3));
    let late = convert(&Value::dynamic(), &Type::list(Type::Dynamic)).expect("converts");
    assert_eq!(late, Value::unknown(Type::list(Type::Dynamic)));
}

#[test]
fn types_unify() {
    let string_list = Type::list(Type::String);
    let a = |ty: Type| Type::object([("a", ty)]);
    let b = |ty: Type| Type::object([("b", ty)]);
    let cases = [
        (vec![Type::Number, Type::String, Type::Bool], Some(Type::String)),
        (vec![Type::Number, Type::Bool], None),
        (vec![Type::list(Type::Number), string_list.clone()], Some(string_list.clone())),
        (vec![Type::tuple([Type::Number]), string_list.clone()], Some(string_list.clone())),
        (vec![Type::tuple([Type::Number]), Type::tuple([Type::String])], Some(Type::tuple([Type::String]))),
        (vec![Type::tuple([]), Type::tuple([Type::String, Type::Number])], Some(string_list.clone())),
        (vec![a(Type::Number), a(Type::String)], Some(a(Type::String))),
        (vec![a(Type::Number), b(Type::String)], Some(Type::map(Type::String))),
        (vec![a(Type::Number), b(Type::tuple([]))], None),
        (vec![a(Type::Number), Type::map(Type::String)], Some(Type::map(Type::String))),
        (vec![a(Type::Number), Type::tuple([])], None),
        (vec![Type::String, Type::Dynamic], Some(Type::Dynamic)),
        (vec![string_list.clone(), Type::Dynamic], Some(Type::Dynamic)),
        (vec![Type::set(Type::Number), string_list], Some(Type::list(Type::String))),
        (vec![], None),
    ];
    for (types, expected) in cases {
        assert_eq!(unify(&types), expected, "{types:?}");
    }
    let unsafe_unify = |types: &[Type]| unify_with(types, Safety::Unsafe);
    assert_eq!(unsafe_unify(&[Type::String, Type::Dynamic]).expect("unifies").ty, Type::String);
    let deferred = unsafe_unify(&[Type::list(Type::String), Type::Dynamic]).expect("unifies");
    assert_eq!(deferred.convert(&list(Type::String, &[])), Ok(Value::dynamic()));
}

#[test]
fn defaults_fill_gaps() {
    let ty = object_type(&[("name", Type::String, false), ("port", Type::Number, true)]);
    let mut defaults = Defaults::none(ty.clone());
    defaults.values.insert("port".into(), Value::number(80));
    let mut of_list = Defaults::none(Type::list(ty.clone()));
    of_list.children.insert("".into(), defaults.clone());

    let given = tuple(&[
        object(&[("name", string("a"))]),
        object(&[("name", string("b")), ("port", Value::NULL)]),
        object(&[("name", string("c")), ("port", number("8080"))]),
    ]);
    let filled = convert(&of_list.apply(&given), &Type::list(ty)).expect("converts");
    let ports: Vec<_> = filled.as_sequence().expect("a list").iter().map(|item| item.get_attribute("port")).collect();
    assert_eq!(ports, [Some(&number("80")), Some(&number("80")), Some(&number("8080"))]);
    assert_eq!(defaults.apply(&Value::NULL), Value::NULL);
}

#[test]
fn many_elements_take_linear_time() {
    let items: Vec<Value> =
        (0..100_000_i64).map(|index| object(&[("id", Value::number(index)), ("name", string("x"))])).collect();
    let converted = convert(&Value::tuple(items), &Type::set(Type::Dynamic)).expect("converts");
    assert_eq!(converted.length(), Some(100_000));
}

/// Tuples of one primitive type take a short way to collections.
#[test]
fn uniform_tuples_convert_as_others() {
    let secret = || string("a").with_marks(&Marks::sensitive());
    let cases = [
        (tuple(&[string("b"), string("a"), string("b")]), Type::set(Type::Dynamic)),
        (tuple(&[number("2"), number("1.0"), number("1")]), Type::set(Type::Dynamic)),
        (tuple(&[string("b"), secret()]), Type::set(Type::Dynamic)),
        (tuple(&[string("b"), secret()]), Type::list(Type::Dynamic)),
        (tuple(&[Value::TRUE]).with_marks(&Marks::sensitive()), Type::list(Type::Bool)),
    ];
    for (value, to) in cases {
        let decided = crate::convert::Conversion::between(&value.ty(), &to, Safety::Unsafe).expect("there is a way");
        assert_eq!(convert(&value, &to), decided.apply(&value), "{value:?}");
    }
    assert_eq!(crate::convert::uniform(&tuple(&[string("a"), Value::NULL])), None);
    assert_eq!(crate::convert::uniform(&tuple(&[])), None);
}
