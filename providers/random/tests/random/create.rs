//! What is made.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use crate::world::{apply, config, create, integer, plan, text, texts, told};

const SPECIAL: &str = "!@#$%&*()-_=+[]{}<>:?";

/// How many of the characters are in a text.
fn count(text: &str, of: impl Fn(char) -> bool) -> usize {
    text.chars().filter(|it| of(*it)).count()
}

#[test]
fn passwords_have_a_hash_and_no_id() {
    let object = create("random_password", &json!({ "length": 20 }));
    let password = text(&object, "result");
    assert_eq!(password.len(), 20);
    assert_eq!(text(&object, "id"), "none");
    assert!(bcrypt::verify(password, text(&object, "bcrypt_hash")).expect("a hash"));
    for name in ["special", "upper", "lower", "number", "numeric"] {
        assert_eq!(object.get_attribute(name).and_then(|it| it.as_bool()), Some(true), "{name}");
    }
    for name in ["min_special", "min_upper", "min_lower", "min_numeric"] {
        assert_eq!(integer(&object, name), 0, "{name}");
    }
}

#[test]
fn strings_are_of_the_wanted_characters() {
    let cases = [
        (
            json!({ "length": 200 }),
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!@#$%&*()-_=+[]{}<>:?",
        ),
        (json!({ "length": 80, "special": false, "upper": false, "numeric": false }), "abcdefghijklmnopqrstuvwxyz"),
        (json!({ "length": 80, "special": false, "upper": false, "lower": false }), "0123456789"),
        (json!({ "length": 80, "lower": false, "upper": false, "number": false }), SPECIAL),
        (json!({ "length": 80, "lower": false, "upper": false, "numeric": false, "override_special": "äé字" }), "äé字"),
        (
            json!({ "length": 3, "lower": false, "upper": false, "number": false, "special": true, "min_lower": 3 }),
            "abcdefghijklmnopqrstuvwxyz",
        ),
        (json!({ "length": 40, "lower": false, "upper": false, "numeric": false, "override_special": "" }), SPECIAL),
    ];
    for (json, alphabet) in cases {
        let object = create("random_string", &json);
        let string = text(&object, "result");
        assert_eq!(string.chars().count(), usize::try_from(integer(&object, "length")).expect("a length"));
        assert_eq!(count(string, |it| !alphabet.contains(it)), 0, "{json}: {string}");
        assert_eq!(text(&object, "id"), string);
    }
}

#[test]
fn every_character_occurs() {
    let object = create("random_string", &json!({ "length": 8300 }));
    let characters: BTreeSet<char> = text(&object, "result").chars().collect();
    assert_eq!(characters.len(), 26 + 26 + 10 + SPECIAL.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn minimums_are_kept_to(
        minimums in prop::array::uniform4(0_i64..6),
        more in 0_i64..10,
        flags in prop::array::uniform4(any::<bool>()),
    ) {
        prop_assume!(flags.contains(&true));
        let [upper, lower, numeric, special] = minimums;
        let length = (upper + lower + numeric + special + more).max(1);
        let object = create("random_string", &json!({
            "length": length, "min_upper": upper, "min_lower": lower, "min_numeric": numeric, "min_special": special,
            "upper": flags[0], "lower": flags[1], "numeric": flags[2], "special": flags[3],
        }));
        let string = text(&object, "result");
        let counts = [
            count(string, |it| it.is_ascii_uppercase()),
            count(string, |it| it.is_ascii_lowercase()),
            count(string, |it| it.is_ascii_digit()),
            count(string, |it| SPECIAL.contains(it)),
        ];
        prop_assert_eq!(counts.iter().sum::<usize>() as i64, length);
        for (at, counted) in counts.into_iter().enumerate() {
            prop_assert!(counted as i64 >= minimums[at], "{}", string);
            prop_assert!(flags[at] || counted as i64 == minimums[at], "{}", string);
        }
    }

    #[test]
    fn integers_are_within_their_range(a in any::<i64>(), b in any::<i64>(), seed in prop::option::of("[a-z]{1,4}")) {
        let (min, max) = (a.min(b), a.max(b));
        let object = create("random_integer", &json!({ "min": min, "max": max, "seed": seed }));
        let number = integer(&object, "result");
        prop_assert!((min..=max).contains(&number));
        prop_assert_eq!(text(&object, "id"), number.to_string());
    }

    #[test]
    fn shuffled_lists_have_the_same_items(
        input in prop::collection::vec("[a-z]{0,3}", 0..8),
        result_count in prop::option::of(0_usize..20),
        seed in prop::option::of("[a-z]{0,3}"),
    ) {
        let object = create("random_shuffle", &json!({ "input": input, "result_count": result_count, "seed": seed }));
        let result = texts(&object, "result");
        let wanted = if input.is_empty() { 0 } else { result_count.unwrap_or(input.len()) };
        prop_assert_eq!(result.len(), wanted);
        for round in result.chunks_exact(input.len().max(1)) {
            let (mut round, mut items) = (round.to_vec(), input.clone().into_iter().map(Some).collect::<Vec<_>>());
            round.sort();
            items.sort();
            prop_assert_eq!(round, items);
        }
    }
}

/// Values that the public provider makes of these seeds.
#[test]
fn seeds_give_the_public_values() {
    for (seed, number) in [("12345", 3), ("123456", 2)] {
        let object = create("random_integer", &json!({ "min": 1, "max": 3, "seed": seed }));
        assert_eq!(integer(&object, "result"), number, "{seed}");
    }
    let object = create("random_shuffle", &json!({ "input": ["a", "b", "c", "d", "e"], "seed": "-" }));
    let result: String = texts(&object, "result").into_iter().flatten().collect();
    assert_eq!(result, "acbed");
    assert_eq!(text(&object, "id"), "-");
}

#[test]
fn null_items_are_shuffled_too() {
    let mut result = texts(&create("random_shuffle", &json!({ "input": ["a", null] })), "result");
    result.sort();
    assert_eq!(result, [None, Some("a".to_owned())]);
}

#[test]
fn both_ends_of_a_range_occur() {
    let numbers: BTreeSet<i64> =
        (0..200).map(|_| integer(&create("random_integer", &json!({ "min": -1, "max": 1 })), "result")).collect();
    assert_eq!(numbers, BTreeSet::from([-1, 0, 1]));
}

#[test]
fn ids_are_the_same_bytes_in_all_notations() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    for length in [1, 8, 33] {
        let object = create("random_id", &json!({ "byte_length": length, "prefix": "p-" }));
        let notation = |name: &str| text(&object, name).strip_prefix("p-").expect("a prefix").to_owned();
        let bytes = URL_SAFE_NO_PAD.decode(text(&object, "id")).expect("base64");
        assert_eq!(bytes.len(), length);
        assert_eq!(notation("b64_url"), text(&object, "id"));
        assert_eq!(STANDARD.decode(notation("b64_std")).expect("base64"), bytes);
        assert_eq!(hex::decode(notation("hex")).expect("digits"), bytes);
        let number = dashu_int::UBig::from_str_radix(&notation("dec"), 10).expect("a number");
        assert_eq!(number, dashu_int::UBig::from_be_bytes(&bytes));
    }
}

#[test]
fn bytes_are_as_many_as_wanted() {
    let object = create("random_bytes", &json!({ "length": 16 }));
    assert_eq!(text(&object, "hex").len(), 32);
    assert_eq!(text(&object, "base64").len(), 24);
    assert!(object.get_attribute("id").is_none());
}

#[test]
fn pets_have_as_many_words_as_wanted() {
    let cases = [
        (json!({}), 2, "-", ""),
        (json!({ "length": 1 }), 1, "-", ""),
        (json!({ "length": 4, "separator": "_" }), 4, "_", ""),
        (json!({ "length": 2, "prefix": "my" }), 3, "-", "my-"),
        (json!({ "length": 0 }), 2, "-", ""),
    ];
    for (json, words, separator, prefix) in cases {
        let object = create("random_pet", &json);
        let name = text(&object, "id");
        assert_eq!(name.split(separator).count(), words, "{name}");
        assert!(name.starts_with(prefix), "{name}");
        assert_eq!(name, name.to_lowercase());
    }
}

#[test]
fn uuids_have_their_version() {
    for (kind, version) in [("random_uuid4", 4), ("random_uuid7", 7)] {
        let object = create(kind, &json!({}));
        let uuid = uuid::Uuid::parse_str(text(&object, "result")).expect("a UUID");
        assert_eq!(uuid.get_version_num(), version, "{kind}");
        assert_eq!(text(&object, "id"), text(&object, "result"));
    }
    let versions: BTreeSet<usize> = (0..100)
        .map(|_| {
            uuid::Uuid::parse_str(text(&create("random_uuid", &json!({})), "id")).expect("a UUID").get_version_num()
        })
        .collect();
    assert!(versions.len() > 4, "all bits of a random_uuid are random: {versions:?}");
}

#[test]
fn nothing_is_made_twice() {
    let cases = [
        ("random_bytes", json!({ "length": 16 }), "hex"),
        ("random_id", json!({ "byte_length": 16 }), "id"),
        ("random_string", json!({ "length": 24 }), "id"),
        ("random_uuid", json!({}), "id"),
        ("random_uuid4", json!({}), "id"),
        ("random_uuid7", json!({}), "id"),
        ("random_pet", json!({ "length": 12 }), "id"),
    ];
    for (kind, json, attribute) in cases {
        let made: BTreeSet<String> = (0..20).map(|_| text(&create(kind, &json), attribute).to_owned()).collect();
        assert_eq!(made.len(), 20, "{kind}");
    }
}

/// Values that are known at last may be wrong.
#[test]
fn wrong_values_are_refused_when_applied() {
    let cases = [
        (
            "random_integer",
            json!({ "min": 2, "max": 1 }),
            ": Create Random Integer Error: The minimum (min) value needs to be smaller than or equal to maximum (max) value.",
        ),
        (
            "random_bytes",
            json!({ "length": 0 }),
            "length: Invalid Attribute Value: Attribute length value must be at least 1, got: 0",
        ),
        (
            "random_string",
            json!({ "length": 1, "min_upper": 2 }),
            "length: Invalid Attribute Value: Attribute length value must be at least sum of min_upper + min_lower + min_numeric + min_special, got: 1",
        ),
        (
            "random_id",
            json!({ "byte_length": -1 }),
            "byte_length: Invalid Attribute Value: Attribute byte_length value must be at least 1, got: -1",
        ),
        (
            "random_shuffle",
            json!({ "input": ["a"], "result_count": 1_i64 << 40 }),
            "result_count: Invalid Attribute Value: Attribute result_count value must be at most 16777216, got: 1099511627776",
        ),
    ];
    for (kind, json, expected) in cases {
        let planned = plan(kind, None, &config(kind, &json)).planned;
        let found = apply(kind, None, &planned).expect_err("it can not be made");
        assert_eq!(told(&found), [expected]);
    }
}
