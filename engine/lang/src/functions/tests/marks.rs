//! Marks of arguments and results; secrets in messages.

use super::check;

#[test]
fn marks_of_arguments_are_the_results() {
    check(&[
        ("upper(var.secret)", "sensitive \"S\""),
        ("length(var.secrets)", "sensitive 1"),
        ("length([var.secret])", "1"),
        ("join(\",\", [var.secret])", "sensitive \"s\""),
        ("merge({a = var.secret}, {b = 1})", "{a=sensitive \"s\", b=1}"),
        ("values({a = var.secret})", "[sensitive \"s\"]"),
        ("concat([var.secret], [1])", "[sensitive \"s\", 1]"),
        ("flatten([[var.secret]])", "[sensitive \"s\"]"),
        ("flatten([var.secrets])", "sensitive [\"s\"]"),
        ("element([var.secret, 1], 1)", "1"),
        ("zipmap([var.secret], [1])", "sensitive {s=1}"),
        ("toset([var.secret])", "sensitive set(string)[\"s\"]"),
        ("tolist([var.secret])", "list(string)[sensitive \"s\"]"),
        ("nonsensitive(var.secret)", "\"s\""),
        ("nonsensitive([var.secret])", "[sensitive \"s\"]"),
        ("sensitive(1)", "sensitive 1"),
        ("issensitive(var.secret)", "true"),
        ("issensitive([var.secret])", "false"),
        ("jsonencode({a = var.secret})", "sensitive \"{\\\"a\\\":\\\"s\\\"}\""),
        ("lookup({a = 1}, var.secret, 2)", "sensitive 2"),
        ("try(var.secret, 1)", "sensitive \"s\""),
        ("templatestring(var.text, {a = var.secret})", "sensitive \"t\""),
        ("templatestring(var.secret, {})", "sensitive \"s\""),
        ("convert([var.secret], set(string))", "sensitive set(string)[\"s\"]"),
        ("upper(var.unknown_secret)", "sensitive sure(string)"),
        ("chunklist([var.secret, \"a\"], 1)", "list(list(string))[list(string)[sensitive \"s\"], list(string)[\"a\"]]"),
    ]);
}

#[test]
fn messages_keep_secrets() {
    let hidden = "(sensitive value)";
    check(&[
        (
            "parseint(var.secret, 10)",
            &format!(
                "Invalid function argument at \"var.secret\": Invalid value for \"number\" parameter: cannot parse \
                 {hidden} as a base 10 integer."
            ),
        ),
        (
            "tonumber(var.secret)",
            "Invalid function argument at \"var.secret\": Invalid value for \"v\" parameter: cannot convert this \
             sensitive string to number.",
        ),
        (
            "templatestring(var.template, {x = var.secret})",
            &format!(
                "Error in function call at \"templatestring(\": Call to function \"templatestring\" failed: \
                 <templatestring argument>:1,12-13: Invalid function argument; Invalid value for \"number\" parameter: \
                 cannot parse {hidden} as a base 10 integer.. | var.template is \"${{parseint(x, 10)}}\""
            ),
        ),
        (
            "filemd5(var.secret)",
            &format!(
                "Error in function call at \"filemd5(\": Call to function \"filemd5\" failed: open {hidden}: no such file \
                 or directory."
            ),
        ),
        (
            "base64decode(\"!${var.secret}\")",
            &format!(
                "Error in function call at \"base64decode(\": Call to function \"base64decode\" failed: failed to decode \
                 base64 data {hidden}."
            ),
        ),
    ]);
}
