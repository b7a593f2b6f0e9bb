//! What is known of expressions with unknown parts.

use super::check;

#[test]
fn unknown_operands() {
    check(&[
        ("var.unknown + 1", "sure(number)"),
        ("var.unknown_number < 1", "sure(bool)"),
        ("var.unknown_text == \"a\"", "sure(bool)"),
        ("!var.unknown_bool", "sure(bool)"),
        ("false && var.unknown_bool", "sure(bool)"),
        ("var.unknown_secret == \"a\"", "sensitive sure(bool)"),
    ]);
}

#[test]
fn unknown_collections() {
    check(&[
        ("var.unknown.a.b", "unknown(any)"),
        ("var.unknown_list[0]", "unknown(string)"),
        ("var.unknown_map.x", "unknown(string)"),
        ("var.unknown_object.a", "unknown(number)"),
        ("var.list[var.unknown]", "unknown(any)"),
        ("var.list[var.unknown_number]", "unknown(string)"),
        ("var.objects[var.unknown_number].a", "unknown(number)"),
        ("[1, 2][var.unknown_number]", "unknown(any)"),
        ("var.object[var.unknown_text]", "unknown(any)"),
    ]);
}

#[test]
fn unknown_loops() {
    check(&[
        ("[for x in var.unknown_list: x]", "unknown(any)"),
        ("[for x in var.unknown: x]", "unknown(any)"),
        ("[for x in [1]: x if var.unknown_bool]", "unknown(any)"),
        ("{for x in [var.unknown_text]: x => 1}", "unknown(any)"),
        ("[for x in [var.unknown_text]: x]", "[unknown(string)]"),
        ("{(var.unknown_text) = 1}", "unknown(any)"),
    ]);
}

#[test]
fn unknown_splats() {
    check(&[
        ("var.unknown_objects[*].a", "sure(list(number) 1..3)"),
        ("var.unknown_object[*].a", "unknown(any)"),
        ("var.sure_object[*].a", "[unknown(number)]"),
        ("var.unknown[*]", "unknown(any)"),
        ("[var.unknown_object][*].a", "[unknown(number)]"),
    ]);
}

#[test]
fn unknown_templates() {
    check(&[
        ("\"ami-${var.unknown_text}\"", "sure(string \"ami-\")"),
        ("\"${var.unknown_text}x\"", "sure(string)"),
        ("\"${var.unknown_text}\"", "unknown(string)"),
        ("\"a${var.secret}${var.unknown_text}\"", "sensitive sure(string \"a\")"),
        ("\"%{for x in var.unknown_list}${x}%{endfor}\"", "sure(string)"),
        ("\"%{if var.unknown_bool}a%{else}b%{endif}\"", "sure(string)"),
    ]);
}

#[test]
fn unknown_conditions() {
    check(&[
        ("var.unknown_bool ? 1 : 2", "sure(number range)"),
        ("var.unknown_bool ? null : null", "null"),
        ("var.unknown_bool ? \"a\" : null", "unknown(string)"),
        ("var.unknown_bool ? \"a\" : \"b\"", "sure(string)"),
        ("var.unknown_bool ? var.list : var.secrets", "sensitive sure(list(string) 1..2)"),
        ("var.unknown_bool ? var.unknown : 1", "unknown(any)"),
        ("true ? var.unknown : 1", "unknown(any)"),
        ("false ? var.unknown : 1", "1"),
    ]);
}

#[test]
fn unknown_attempts() {
    check(&[
        ("try(var.unknown.a, 1)", "unknown(any)"),
        ("try([var.unknown_text], 1)", "unknown(any)"),
        ("can(var.unknown)", "unknown(bool)"),
    ]);
}
