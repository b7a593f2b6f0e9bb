//! MessagePack as plugins speak it.

use proptest::prelude::*;

use super::*;
use crate::samples::any_value;
use crate::{Marks, Number, Type, Value};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn bytes_are_ctys() {
    let number = |text: &str| Value::number(Number::parse(text).expect("a number"));
    let min = Some((Number::ZERO, true));
    let any_object = Type::object([("a", Type::Dynamic)]);
    let cases = [
        (Value::NULL, Type::String, "c0"),
        (Value::TRUE, Type::Bool, "c3"),
        (number("5"), Type::Number, "05"),
        (number("-1"), Type::Number, "ff"),
        (number("300"), Type::Number, "cd012c"),
        (number("1.5"), Type::Number, "cb3ff8000000000000"),
        (number("0.1"), Type::Number, "a3302e31"),
        (number("18446744073709551615"), Type::Number, "b43138343436373434303733373039353531363135"),
        (Value::tuple([Value::from("a")]), Type::list(Type::String), "91a161"),
        (Value::object([("a", Value::TRUE)]), any_object, "81a16192c40622626f6f6c22c3"),
        (Value::unknown(Type::String), Type::String, "d40000"),
        (Value::unknown_not_null(Type::String), Type::String, "c7030c8101c2"),
        (Value::unknown_not_null(Type::Number).refine_range(min, None), Type::Number, "c7070c8201c2039200c3"),
        (Value::unknown_not_null(Type::String).refine_prefix("a-"), Type::String, "c7070c8201c202a2612d"),
        (Value::dynamic(), Type::Dynamic, "d40000"),
        (Value::unknown(Type::Bool), Type::Dynamic, "92c40622626f6f6c22d40000"),
    ];
    for (value, ty, expected) in cases {
        let bytes = encode(&value, &ty).expect("encodes");
        assert_eq!(hex(&bytes), expected, "{value:?}");
        let back = decode(&bytes, &ty).expect("decodes");
        assert_eq!(back, crate::convert(&value, &ty).expect("converts"));
    }
    assert!(encode(&Value::TRUE.with_marks(&Marks::sensitive()), &Type::Bool).is_err());
}

#[test]
fn a_long_prefix_is_cut() {
    let value = Value::unknown(Type::String).refine_prefix(&"é-".repeat(300));
    let back = decode(&encode(&value, &Type::String).expect("encodes"), &Type::String).expect("decodes");
    assert!((200..256).contains(&back.known_prefix().len()));
}

#[test]
fn wrong_bytes_are_errors() {
    let object = Type::object([("a", Type::Bool)]);
    let cases: &[(&[u8], Type, &str)] = &[
        (&[], Type::String, "EOF"),
        (&[0xc3], Type::String, "string is required"),
        (&[0xa2, b'a'], Type::String, "string is required"),
        (&[0xdd, 0xff, 0xff, 0xff, 0xff], Type::list(Type::String), "a list is required"),
        (&[0x80], object.clone(), "an object with 1 attributes is required (0 given)"),
        (&[0x81, 0xa1, b'b', 0xc3], object.clone(), "unsupported attribute \"b\""),
        (&[0x81, 0xa1, b'a', 0x01], object, ".a: bool is required"),
        (&[0xc7, 0x03, 0x0b, 0, 0, 0], Type::String, "unsupported extension type 0x0b with len 3"),
        (&[0xc8, 0xff, 0xff, 0x0c], Type::String, "oversize unknown value refinement"),
    ];
    for (bytes, ty, expected) in cases {
        assert_eq!(decode(bytes, ty).expect_err(expected).to_string(), *expected);
    }
}

proptest! {
    #[test]
    fn values_come_back(value in any_value(true)) {
        let ty = value.ty();
        prop_assert_eq!(&decode(&encode(&value, &ty).expect("encodes"), &ty), &Ok(value.clone()));
        prop_assert_eq!(decode(&encode(&value, &Type::Dynamic).expect("encodes"), &Type::Dynamic), Ok(value));
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = decode(&bytes, &Type::Dynamic);
        let _ = decode(&bytes, &Type::list(Type::object([("a", Type::Number)])));
    }
}
