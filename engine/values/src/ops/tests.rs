//! Operators on known, unknown, null and marked values.

use super::*;
use crate::{Number, Type};

fn number(text: &str) -> Value {
    Value::number(Number::parse(text).expect("a number"))
}

fn at_least(min: i64) -> Value {
    Value::unknown_not_null(Type::Number).refine_range(Some((Number::from(min), true)), None)
}

fn unknown_truth() -> Value {
    Value::unknown_not_null(Type::Bool)
}

#[test]
fn operands_are_converted_and_marks_kept() {
    let secret = Value::from("5").with_marks(&Marks::sensitive());
    assert_eq!(add(&secret, &number("1")), Ok(number("6").with_marks(&Marks::sensitive())));
    assert_eq!(add(&Value::unknown(Type::Number), &number("1")), Ok(Value::unknown_not_null(Type::Number)));
    assert_eq!(add(&Value::dynamic(), &number("1")), Ok(Value::unknown_not_null(Type::Number)));
    assert_eq!(and(&Value::FALSE, &Value::unknown(Type::Bool)), Ok(unknown_truth()));
    assert_eq!(or(&Value::FALSE, &Value::from("true")), Ok(Value::TRUE));
    assert_eq!(not(&Value::from("false")), Ok(Value::TRUE));
}

#[test]
fn failures() {
    let null = OperationError::Failed("argument must not be null");
    assert_eq!(add(&Value::NULL, &Value::dynamic()), Err(null.clone()));
    assert_eq!(negate(&Value::NULL), Err(null));
    let zero = number("0");
    let text = "can't divide zero by zero or infinity by infinity";
    assert_eq!(divide(&zero, &zero), Err(OperationError::Failed(text)));
    let Err(OperationError::Operands { left, right }) = multiply(&Value::tuple([]), &Value::from("x")) else {
        panic!("two wrong operands");
    };
    assert_eq!(left.expect("wrong").message, "number required");
    assert_eq!(right.expect("wrong").message, "a number is required");
}

#[test]
fn equality() {
    let unknown = Value::unknown(Type::String);
    let prefix = unknown.clone().refine_prefix("ami-");
    let text = Value::from("vpc-1");
    let list = |items: &[Value]| Value::list(Type::String, items.iter().cloned());
    let cases = [
        (Value::NULL, Value::null(Type::String), Some(true)),
        (number("1"), Value::from("1"), Some(false)),
        (Value::NULL, unknown.clone(), None),
        (Value::NULL, unknown.clone().refine_not_null(), Some(false)),
        (text.clone(), unknown.clone(), None),
        (text.clone(), prefix.clone(), Some(false)),
        (text.clone(), Value::unknown(Type::Number), Some(false)),
        (text.clone(), Value::dynamic(), None),
        (number("1"), at_least(2), Some(false)),
        (list(std::slice::from_ref(&text)), Value::unknown(Type::list(Type::String)).refine_length(2, 9), Some(false)),
        (list(&[text.clone(), unknown.clone()]), list(&[text.clone(), text.clone()]), None),
        (list(&[text.clone(), unknown.clone()]), list(&[Value::from("x"), text.clone()]), Some(false)),
        (list(std::slice::from_ref(&unknown)), list(&[]), Some(false)),
        (Value::tuple([Value::dynamic()]), Value::tuple([text.clone()]), None),
        (Value::tuple([Value::dynamic()]), Value::tuple([]), Some(false)),
        (Value::set(Type::String, [unknown]), Value::set(Type::String, [text.clone()]), None),
    ];
    for (a, b, expected) in cases {
        assert_eq!(equal(&a, &b), truth(expected), "{a:?} == {b:?}");
        assert_eq!(equal(&b, &a), truth(expected), "{b:?} == {a:?}");
    }
    let marked = Value::tuple([text.with_marks(&Marks::sensitive())]);
    assert_eq!(not_equal(&marked, &Value::tuple([])), Value::TRUE.with_marks(&Marks::sensitive()));
}

#[test]
fn order_by_bounds() {
    assert_eq!(less(&number("1"), &at_least(2)), Ok(Value::TRUE));
    assert_eq!(less(&at_least(2), &number("1")), Ok(Value::FALSE));
    assert_eq!(less(&at_least(2), &number("2")), Ok(unknown_truth()));
    assert_eq!(greater_or_equal(&number("2"), &Value::from("2.0")), Ok(Value::TRUE));
    assert_eq!(less_or_equal(&number("3"), &number("2")), Ok(Value::FALSE));
    assert_eq!(greater(&length(&Value::unknown(Type::list(Type::Bool))), &number("-1")), Ok(Value::TRUE));
}

#[test]
fn taking_from_values() {
    let list = Value::list(Type::String, [Value::from("a"), Value::from("b")]);
    assert_eq!(index(&list, &Value::from("1")), Ok(Value::from("b")));
    assert_eq!(index(&list, &Value::unknown(Type::Number)), Ok(Value::unknown(Type::String)));
    let secret_key = number("0").with_marks(&Marks::sensitive());
    assert_eq!(index(&list, &secret_key), Ok(Value::from("a").with_marks(&Marks::sensitive())));
    let object = Value::object([("a", number("1"))]).with_marks(&Marks::sensitive());
    assert_eq!(get_attribute(&object, "a"), Ok(number("1").with_marks(&Marks::sensitive())));
    let unknown = Value::unknown(Type::object([("a", Type::Bool)]));
    assert_eq!(get_attribute(&unknown, "a"), Ok(Value::unknown(Type::Bool)));
    assert_eq!(get_attribute(&unknown, "b").map_err(|error| error.summary), Err("Unsupported attribute"));
    for (collection, key, expected) in [
        (
            &list,
            number("1.5"),
            ": indexing a sequence requires a whole number, but the given index has a fractional part.",
        ),
        (&list, number("-1"), ": a negative number is not a valid index for a sequence."),
        (&list, number("2"), ": the given index is greater than or equal to the length of the collection."),
        (&Value::tuple([]), number("0"), ": the collection has no elements."),
        (&object, number("0"), ". An object only supports looking up attributes by name, not by numeric index."),
        (&list, Value::from("x"), ": a number is required."),
    ] {
        let error = index(collection, &key).expect_err(expected);
        let detail = format!("The given key does not identify an element in this collection value{expected}");
        assert_eq!((error.summary, error.detail), ("Invalid index", detail));
    }
}

#[test]
fn templates() {
    let mut template = Template::default();
    template.push_text("ami-");
    template.push(&number("1").with_marks(&Marks::sensitive())).expect("text");
    template.push_text("/");
    template.push(&Value::unknown(Type::String)).expect("text");
    template.push_text("end");
    let value = template.finish();
    assert_eq!((value.known_prefix(), value.is_surely_not_null()), ("ami-1/", true));
    assert!(value.marks().is_sensitive());
    assert_eq!(Template::default().push(&Value::NULL), Err(TemplateError::Null));
}

#[test]
fn a_choice_not_yet_made() {
    let choice = unknown_choice(&number("1"), &number("5"), &Type::Number);
    assert_eq!(less(&choice, &number("6")), Ok(Value::TRUE));
    assert!(choice.is_surely_not_null());
    assert_eq!(unknown_choice(&Value::NULL, &Value::NULL, &Type::Dynamic), Value::NULL);
}
