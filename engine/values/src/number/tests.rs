//! What `terraform console` 1.11.4 prints for the same numbers, and laws that hold for all.

use std::hash::{DefaultHasher, Hash, Hasher};

use proptest::prelude::*;

use super::{Notation, Number, NumberError};

fn number(text: &str) -> Number {
    Number::parse(text).expect("a number")
}

/// `a op b`, where operands beginning with `f` are doubles and with `i` counted integers.
fn operand(text: &str) -> Number {
    match text.split_at(1) {
        ("f", float) => Number::from_f64(float.parse().expect("a double")).expect("not NaN"),
        ("i", int) => Number::from(int.parse::<i64>().expect("an integer")),
        _ => number(text),
    }
}

fn evaluate(expression: &str) -> Result<Number, NumberError> {
    let words: Vec<&str> = expression.split(' ').collect();
    let [a, operator, b] = words[..] else { return Ok(operand(expression)) };
    let (a, b) = (operand(a), operand(b));
    match operator {
        "+" => a.add(&b),
        "-" => a.sub(&b),
        "*" => a.mul(&b),
        "/" => a.div(&b),
        _ => a.rem(&b),
    }
}

#[test]
fn arithmetic_prints_as_terraforms() {
    let third = format!("0.{}5", "3".repeat(154));
    let cases = [
        ("0.1 + 0.2", "0.3"),
        ("1 / 3", third.as_str()),
        ("i1 / i3", "0.33333333333333333334"),
        ("i1 / 3", third.as_str()),
        ("9007199254740993", "9007199254740993"),
        ("9223372036854775807 + 1", "9223372036854775808"),
        ("-9223372036854775808 - 1", "-9223372036854775809"),
        ("9223372036854775808 - 1", "9223372036854775807"),
        ("-0", "-0"),
        ("0 * -1", "-0"),
        ("0 - 0", "0"),
        ("1 / 0", "+Inf"),
        ("-1 / 0", "-Inf"),
        ("1 % 0", "1"),
        ("1.5 % 0", "1.5"),
        ("10 % 3", "1"),
        ("-10 % 3", "-1"),
        ("10 % -3", "1"),
        ("5.5 % 2", "1.5"),
        ("-5.5 % 2", "-1.5"),
        ("f1.4142135623730951", "1.4142135623730951"),
        ("f1.4142135623730951 + 0", "1.4142135623730951454746218587388284504413604736328125"),
        ("f18446744073709551616", "18446744073709550000"),
        ("1e-20", "0.00000000000000000001"),
        ("1E5", "100000"),
        ("1e+5", "100000"),
        ("1p4", "16"),
        ("1.5p-1", "0.75"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+5", "5"),
        ("Inf", "+Inf"),
        ("-inf", "-Inf"),
        ("123456789012345678901234567890.123", "123456789012345678901234567890.123"),
        ("1000000 * 0.000001", "1"),
        ("4503599627370496.5 + 0.5", "4503599627370497"),
    ];
    for (expression, expected) in cases {
        assert_eq!(evaluate(expression).expect(expression).to_string(), expected, "{expression}");
    }
    assert_eq!(number("1e400").to_string(), format!("1{}", "0".repeat(400)));
    assert_eq!(number("1e-400").to_string(), format!("0.{}1", "0".repeat(399)));
}

#[test]
fn meaningless_and_absurd_numbers_are_refused() {
    for text in ["", ".", "1_000", "0x10", " 5", "5 ", "1e", "1e4p", "1p4.5", "nan", "infinity", "--1", "1e99999999999"]
    {
        assert_eq!(Number::parse(text), None, "{text}");
    }
    for text in ["1e1000000000", "1e-1000000000", "1p4000000"] {
        assert_eq!(Number::parse(text), None, "{text}");
    }
    for expression in ["0 / 0", "Inf - Inf", "0 * Inf", "Inf / Inf"] {
        assert_eq!(evaluate(expression), Err(NumberError::Undefined), "{expression}");
    }
    let large = number("1e300000");
    assert_eq!(large.mul(&large), Err(NumberError::OutOfRange));
}

#[test]
fn formats_as_go() {
    let cases = [
        ("123.456", Notation::Fixed, Some(1), "123.5"),
        ("0.125", Notation::Fixed, Some(2), "0.12"),
        ("0.5", Notation::Fixed, Some(0), "0"),
        ("1.5", Notation::Fixed, Some(0), "2"),
        ("0.0001", Notation::Fixed, Some(2), "0.00"),
        ("-2", Notation::Fixed, Some(3), "-2.000"),
        ("123456", Notation::Scientific('e'), Some(6), "1.234560e+05"),
        ("0", Notation::Scientific('e'), Some(2), "0.00e+00"),
        ("1000000", Notation::General('e'), None, "1e+06"),
        ("100000", Notation::General('e'), None, "100000"),
        ("0.0001", Notation::General('e'), None, "0.0001"),
        ("0.00001", Notation::General('E'), None, "1e-05"),
        ("1.5", Notation::General('e'), Some(10), "1.5"),
        ("100", Notation::General('e'), Some(10), "100"),
        ("1e10", Notation::General('e'), Some(10), "1e+10"),
        ("12345678901", Notation::General('e'), Some(10), "1.23456789e+10"),
        ("0", Notation::General('e'), Some(10), "0"),
    ];
    for (text, notation, digits, expected) in cases {
        let expected = if notation == Notation::General('E') { expected.replace('e', "E") } else { expected.into() };
        assert_eq!(number(text).format(notation, digits), expected, "{text} {notation:?} {digits:?}");
    }
    assert_eq!(number("-255.9").to_radix(16).as_deref(), Some("-ff"));
}

#[test]
fn equality_is_by_text_where_precisions_differ() {
    let root = Number::from_f64(2f64.sqrt()).expect("not NaN");
    assert_eq!(root, number("1.4142135623730951"));
    assert_ne!(root.compare(&number("1.4142135623730951")), std::cmp::Ordering::Equal);
    assert_eq!(number("-0"), number("0"));
    assert_ne!(number("0.1"), number("0.10000000000000000555"));
    assert_eq!(
        number("1e30"),
        Number::from_f64(1e30).expect("not NaN").add(&number("-19884624838656")).expect("finite")
    );
}

#[test]
fn whole_numbers() {
    assert_eq!(number("18446744073709551615").to_u64(), Some(u64::MAX));
    assert_eq!(number("18446744073709551616").to_u64(), None);
    assert_eq!(number("-9223372036854775808").to_i64(), Some(i64::MIN));
    assert_eq!(number("-1").to_usize(), None);
    assert_eq!(number("1.5").to_i64(), None);
    assert_eq!(Number::from(u64::MAX).to_string(), "18446744073709551615");
    for (text, floor, ceil) in [("1.5", "1", "2"), ("-1.5", "-2", "-1"), ("-0.5", "-1", "0"), ("3", "3", "3")] {
        assert_eq!(number(text).floor().to_string(), floor);
        assert_eq!(number(text).ceil().to_string(), ceil);
    }
    assert_eq!(Number::parse_integer("-fF", 16), Some(Number::from(-255)));
    assert_eq!(Number::parse_integer("12", 2), None);
    assert_eq!(Number::parse_integer("Z", 62), Some(Number::from(61)));
}

fn hash(number: &Number) -> u64 {
    let mut hasher = DefaultHasher::new();
    number.hash(&mut hasher);
    hasher.finish()
}

proptest! {
    #[test]
    fn doubles_print_as_rusts_and_come_back(float in any::<f64>()) {
        // Subnormal doubles have fewer bits; here they print as if they had all.
        prop_assume!(float.is_normal());
        let ours = Number::from_f64(float).expect("not NaN");
        prop_assert_eq!(ours.to_string(), format!("{float}"));
        prop_assert_eq!(ours.to_f64().to_bits(), float.to_bits());
        let read = number(&format!("{float}"));
        // Whole numbers are compared by value, and large doubles print fewer digits than they have.
        if float.fract() != 0.0 || float.abs() < 9e15 {
            prop_assert_eq!(&read, &ours);
            prop_assert_eq!(hash(&read), hash(&ours));
        }
        prop_assert_eq!(read.to_f64().to_bits(), float.to_bits());
    }

    #[test]
    fn decimals_come_back(whole in any::<i128>(), exponent in -60i32..60) {
        let text = format!("{whole}e{exponent}");
        let parsed = number(&text);
        prop_assert_eq!(number(&parsed.to_string()).compare(&parsed), std::cmp::Ordering::Equal);
    }

    #[test]
    fn what_is_far_from_one_prints_as_written(whole in 1..u64::MAX, exponent in 3_000..60_000_usize) {
        let zeros = "0".repeat(exponent);
        prop_assert_eq!(number(&format!("{whole}e{exponent}")).to_string(), format!("{whole}{zeros}"));
        let digits = whole.to_string();
        let expected = format!("0.{}{}", &zeros[digits.len()..], digits.trim_end_matches('0'));
        prop_assert_eq!(number(&format!("{whole}e-{exponent}")).to_string(), expected);
    }

    #[test]
    fn small_integers_agree_with_the_machine(a in any::<i32>(), b in any::<i32>()) {
        let (x, y) = (Number::from(a), Number::from(b));
        let (a, b) = (i64::from(a), i64::from(b));
        prop_assert_eq!(x.add(&y).expect("finite"), Number::from(a + b));
        prop_assert_eq!(x.sub(&y).expect("finite"), Number::from(a - b));
        prop_assert_eq!(x.mul(&y).expect("finite"), Number::from(a * b));
        prop_assert_eq!(x.cmp(&y), a.cmp(&b));
    }
}

#[test]
fn appended_as_printed() {
    for text in ["0", "-0", "7", "-120", "9223372036854775807", "-9223372036854775808", "1e30", "0.5"] {
        let mut appended = String::from("a");
        number(text).push_to(&mut appended);
        assert_eq!(appended, format!("a{}", number(text)), "{text}");
    }
}
