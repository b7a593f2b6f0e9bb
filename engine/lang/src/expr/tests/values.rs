//! What expressions evaluate to.

use super::check;

#[test]
fn literals_and_operators() {
    check(&[
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 3 - 2", "5"),
        ("7 % 3", "1"),
        ("0.1 + 0.2", "0.3"),
        ("\"5\" + 1", "6"),
        ("-var.five", "-5"),
        ("!false", "true"),
        ("!\"true\"", "false"),
        ("1 < 2 && 2 <= 2 || false", "true"),
        ("1 == 1.0", "true"),
        ("1 == \"1\"", "false"),
        ("null == null", "true"),
        ("[1, 2] == [1, 2]", "true"),
        ("var.five != 5", "false"),
        ("1 / 0", "+Inf"),
        ("null", "null"),
    ]);
}

#[test]
fn references() {
    check(&[
        ("var.object", "{a=1, b=\"x\"}"),
        ("var.object.a", "1"),
        ("var.object[\"b\"]", "\"x\""),
        ("var.list[1]", "\"q\""),
        ("var.list.0", "\"p\""),
        ("var.list[\"1\"]", "\"q\""),
        ("var.list[var.five - 4]", "\"q\""),
        ("var.map.k", "1"),
        ("var.map[var.text == \"t\" ? \"l\" : \"k\"]", "2"),
        ("var.secrets[0]", "sensitive \"s\""),
        ("var.secret_item[0]", "sensitive \"s\""),
        ("var.secret_item[1]", "1"),
        ("(var.object).a", "1"),
        ("{x = [1, {y = 2}]}.x[1].y", "2"),
    ]);
}

#[test]
fn constructors() {
    check(&[
        ("[1, \"a\", true, null]", "[1, \"a\", true, null]"),
        ("{a = 1, \"b c\" = 2, (var.text) = 3, 4 = 5}", "{4=5, a=1, b c=2, t=3}"),
        ("{a = 1, a = 2}", "{a=2}"),
        ("{d = 1, b = {z = var.five, y = 2}, c = 3, a = var.text}", "{a=\"t\", b={y=2, z=5}, c=3, d=1}"),
        ("{b = 1, a = var.five, b = 2, a = 3}", "{a=3, b=2}"),
        ("{null = 1, true = 2}", "{null=1, true=2}"),
        ("{(var.secret) = 1}", "sensitive {s=1}"),
        ("{a = var.secret}", "{a=sensitive \"s\"}"),
    ]);
}

#[test]
fn conditionals() {
    check(&[
        ("true ? 1 : 2", "1"),
        ("false ? 1 : \"a\"", "\"a\""),
        ("true ? 1 : \"a\"", "\"1\""),
        ("\"true\" ? 1 : 2", "1"),
        ("true ? null : 1", "null(number)"),
        ("false ? null : 1", "1"),
        ("true ? [1] : [\"a\"]", "[\"1\"]"),
        ("true ? [1, 2] : []", "list(number)[1, 2]"),
        ("true ? {a = 1} : {b = 2}", "map(number){a=1}"),
        ("true ? {a = 1} : {a = \"x\"}", "{a=\"1\"}"),
        ("var.yes ? 1 : null.a", "1"),
        ("var.secret_yes ? 1 : 2", "sensitive 1"),
        ("true ? 1 : var.five", "1"),
        ("true ? var.secret : \"x\"", "sensitive \"s\""),
        ("false ? var.secret : \"x\"", "sensitive \"x\""),
        ("true ? var.list : []", "list(string)[\"p\", \"q\"]"),
        ("true ? 1 : nosuch()", "1"),
    ]);
}

#[test]
fn for_expressions() {
    check(&[
        ("[for x in [1, 2]: x + 1]", "[2, 3]"),
        ("[for i, x in var.list: \"${i}${x}\"]", "[\"0p\", \"1q\"]"),
        ("[for k, v in var.map: k]", "[\"k\", \"l\"]"),
        ("[for k, v in var.object: v]", "[1, \"x\"]"),
        ("[for k, v in var.set: k]", "[\"p\", \"q\"]"),
        ("[for x in [1, 2, 3]: x if x > 1]", "[2, 3]"),
        ("{for k, v in var.map: v => k}", "{1=\"k\", 2=\"l\"}"),
        ("{for x in [\"a\", \"b\", \"a\"]: x => 1...}", "{a=[1, 1], b=[1]}"),
        ("[for x in [[1, 2], [3]]: [for y in x: y * 10]]", "[[10, 20], [30]]"),
        ("[for x in [1]: [for x in [2]: x]]", "[[2]]"),
        ("[for x in var.secrets: x]", "sensitive [\"s\"]"),
        ("[for x in [1, 2]: x if var.secret == \"s\"]", "sensitive [1, 2]"),
        ("{for x in [var.secret]: x => 1}", "sensitive {s=1}"),
        ("[for x in var.empty: x.a]", "[]"),
        ("[for k, k in [7]: k]", "[7]"),
    ]);
}

#[test]
fn splats() {
    check(&[
        ("var.objects[*].a", "list(number)[1, 1]"),
        ("var.objects.*.b", "list(string)[\"x\", \"x\"]"),
        ("[{a = 1}, {a = \"x\"}][*].a", "[1, \"x\"]"),
        ("var.empty[*].a", "list(number)[]"),
        ("null[*]", "[]"),
        ("var.nothing[*]", "[]"),
        ("var.text[*]", "[\"t\"]"),
        ("var.object[*].a", "[1]"),
        ("var.set[*]", "list(string)[\"p\", \"q\"]"),
        ("var.secrets[*]", "sensitive list(string)[\"s\"]"),
        ("[[{a = 1}], [{a = 2}]][*][0].a", "[1, 2]"),
        ("[{l = [{a = 1}, {a = 2}]}][*].l[*].a", "[[1, 2]]"),
        ("var.objects.*.a[0]", "1"),
    ]);
}

#[test]
fn templates() {
    check(&[
        ("\"a${1}b${true}\"", "\"a1btrue\""),
        ("\"${1}\"", "1"),
        ("\"${var.list}\"", "list(string)[\"p\", \"q\"]"),
        ("\"x${var.secret}\"", "sensitive \"xs\""),
        ("\"%{if var.yes}y%{else}n%{endif}\"", "\"y\""),
        ("\"%{if var.no}y%{endif}\"", "\"\""),
        ("\"%{for x in var.list}${x},%{endfor}\"", "\"p,q,\""),
        ("\"%{for k, v in var.map}${k}=${v} %{endfor}\"", "\"k=1 l=2 \""),
        ("\"%{for x in []}x%{endfor}\"", "\"\""),
        ("\"%{for x in [1]}%{endfor}\"", "\"\""),
        ("\"$${a}\"", "\"${a}\""),
    ]);
}

#[test]
fn try_and_can() {
    check(&[
        ("try(var.object.nope, 2)", "2"),
        ("try(1, nosuch())", "1"),
        ("try(nosuch(1), 2)", "2"),
        ("try(null.a, [1, 2]...)", "1"),
        ("can(var.object.nope)", "false"),
        ("can(var.object.a)", "true"),
        ("core::can(1)", "true"),
        ("try(var.secret)", "sensitive \"s\""),
    ]);
}

#[test]
fn long_chains_do_not_recurse() {
    let source = std::iter::repeat_n("var.five", 200).collect::<Vec<_>>().join(" + ");
    let (value, diagnostics, _) = super::evaluate(&source);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    assert_eq!(super::show(&value), "1000");
}
