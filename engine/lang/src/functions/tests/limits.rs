//! Calls that would take all memory or forever end with an error that says why.

use landform_diagnostics::Diagnostic;

use super::{check, empty_world, evaluate};
use crate::expr::FunctionSet;

/// Checks that each expression fails, and what the error says.
fn refused(cases: &[(&str, &str)]) {
    for (source, expected) in cases {
        let (_, diagnostics, _) = evaluate(source, FunctionSet::Module, empty_world(), |context| context);
        let details: Vec<String> = diagnostics.iter().map(|found: &Diagnostic| found.detail.clone()).collect();
        assert!(details.len() == 1 && details[0].contains(expected), "{source}: {details:?}");
    }
}

const TOO_LONG: &str = "the result would be longer than 268435456 bytes";

/// Ten megabytes, made once where the expression is a constant.
const LONG: &str = "format(\"%9999999s\", \"x\")";

#[test]
fn texts() {
    let many = format!("[for i in range(100): {LONG}]");
    let thousand = "join(\"\", [for i in range(1000): \"a\"])";
    for (source, expected) in [
        (format!("join(\"\", {many})"), TOO_LONG),
        (format!("join({LONG}, range(1000))"), TOO_LONG),
        (format!("jsonencode({many})"), TOO_LONG),
        (format!("yamlencode({many})"), TOO_LONG),
        ("formatlist(\"%9999999s\", range(100))".into(), TOO_LONG),
        ("format(\"%999999999s\", \"x\")".into(), TOO_LONG),
        ("format(\"%.999999999f\", 1)".into(), TOO_LONG),
        ("format(\"%0999999999d\", 1)".into(), TOO_LONG),
        ("indent(99999999, \"a\\nb\\nc\\nd\")".into(), TOO_LONG),
        (format!("replace(replace({thousand}, \"a\", {thousand}), \"a\", {thousand})"), TOO_LONG),
        (format!("replace({thousand}, \"/a/\", {LONG})"), TOO_LONG),
        (format!("\"%{{for i in range(100)}}${{{LONG}}}%{{endfor}}\""), TOO_LONG),
        (format!("\"%{{for i in range(9)}}%{{for j in range(9)}}${{{LONG}}}%{{endfor}}%{{endfor}}\""), TOO_LONG),
        (format!("\"{}\"", format!("${{{LONG}}}").repeat(30)), TOO_LONG),
    ] {
        refused(&[(&source, expected)]);
    }
}

#[test]
fn elements() {
    check(&[("length(range(1024))", "1024"), ("length(setproduct(range(100), range(100)))", "10000")]);
    refused(&[
        ("range(1025)", "more than 1024 values were generated"),
        ("range(0, 1e300, 1e290)", "more than 1024 values were generated"),
        ("setproduct(range(1000), range(1000), range(100))", "the result would have too many elements"),
        ("setproduct([for i in range(1000): range(10)]...)", "the result would have too many elements"),
        ("cidrsubnets(\"10.0.0.0/8\", 25)", "would extend prefix to 33 bits"),
        ("cidrsubnet(\"10.0.0.0/8\", 1e9, 1)", "insufficient address space"),
    ]);
}

#[test]
fn aliases_of_documents() {
    let bomb = |levels: u8| {
        let mut text = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\\n".to_owned();
        for level in 1..levels {
            let (name, before) = (char::from(b'a' + level), char::from(b'a' + level - 1));
            text.push_str(&format!("{name}: &{name} [{}]\\n", vec![format!("*{before}"); 9].join(", ")));
        }
        format!("length(yamldecode(\"{text}\"))")
    };
    check(&[(&bomb(4), "4")]);
    refused(&[(&bomb(9), "aliases stand for more than 10000000 elements")]);
}

#[test]
fn numbers() {
    check(&[("pow(10, 1e9) == pow(2, 1e9)", "true"), ("pow(0.5, 100000)", "0")]);
    refused(&[("cidrhost(\"10.0.0.0/8\", 1e300)", "does not accommodate a host numbered")]);
}

#[test]
fn passwords() {
    check(&[("length(bcrypt(\"x\", 4))", "60")]);
    refused(&[
        ("bcrypt(\"x\", 19)", "cost 19 would take hours: each step doubles the time, and 18"),
        ("bcrypt(\"x\", 31)", "cost 31 would take hours"),
        ("bcrypt(\"x\", 32)", "cost 32 is outside allowed range (4,31)"),
    ]);
}

#[test]
fn patterns() {
    check(&[("length(regexall(\"(x+x+)+y\", join(\"\", [for i in range(1000): \"x\"])))", "0")]);
    refused(&[("regex(\"((((a{1000}){1000}){1000}){1000})\", \"a\")", "invalid repeat count in")]);
}
