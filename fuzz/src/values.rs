//! Values on the wire.

use landform_values::{Type, json, msgpack as wire};

/// The types as which values are read, in the notation of JSON.
const TYPES: [&str; 12] = [
    r#""dynamic""#,
    r#""string""#,
    r#""number""#,
    r#""bool""#,
    r#"["list","string"]"#,
    r#"["set","dynamic"]"#,
    r#"["set",["list","number"]]"#,
    r#"["map","bool"]"#,
    r#"["tuple",["string","number",["list","dynamic"]]]"#,
    r#"["object",{"a":"string","b":["map","number"]},["b"]]"#,
    r#"["list",["object",{"a":"dynamic"}]]"#,
    r#"["map",["set","string"]]"#,
];

/// A value in MessagePack; the first byte picks its type.
pub fn msgpack(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let text = TYPES[usize::from(*first) % TYPES.len()];
    let ty: Type = json::decode_type(text).expect("the types are well formed");
    let Ok(value) = wire::decode(rest, &ty) else { return };
    // A number that has the precision of a double is written with as many digits as tell it from other doubles, and has
    // more precision when it is read again, as in Terraform. So texts are compared, not values.
    if let Ok(written) = wire::encode(&value, &ty) {
        let again = wire::decode(&written, &ty).expect("what was written can be read");
        assert_eq!(wire::encode(&again, &ty).as_ref(), Ok(&written), "{value:?}");
    }
    if let Ok(written) = json::encode(&value, &ty) {
        let again = json::decode(&written, &ty).expect("what was written can be read");
        assert_eq!(json::encode(&again, &ty).as_ref(), Ok(&written), "{value:?}");
    }
}
