//! What is known of results when arguments are not.

use super::check;

#[test]
fn an_unknown_argument_makes_the_result_unknown() {
    check(&[
        ("upper(var.unknown_text)", "sure(string)"),
        ("upper(var.unknown)", "sure(string)"),
        ("abs(var.unknown_number)", "sure(number)"),
        ("strcontains(var.unknown_text, \"a\")", "unknown(bool)"),
        ("concat(var.unknown_list, [\"a\"])", "unknown(any)"),
        ("concat(var.unknown_list, var.list)", "sure(list(string))"),
        ("contains(var.unknown, \"a\")", "unknown(any)"),
        ("contains([var.unknown_text], \"a\")", "sure(bool)"),
        ("contains([var.unknown_text, \"a\"], \"a\")", "true"),
        ("flatten([var.unknown_list])", "unknown(any)"),
        ("flatten([var.unknown_text, [\"a\"]])", "[unknown(string), \"a\"]"),
        ("distinct([var.unknown_text])", "sure(list(string))"),
        ("zipmap([\"a\"], [var.unknown_text])", "{a=unknown(string)}"),
        ("zipmap([var.unknown_text], [1])", "unknown(any)"),
        ("merge({a = 1}, var.unknown_map)", "unknown(any)"),
        ("merge({a = var.unknown_text}, {b = 1})", "{a=unknown(string), b=1}"),
        ("merge({}, var.unknown)", "unknown(any)"),
        ("yamldecode(var.unknown_text)", "unknown(any)"),
        ("regex(\"a\", var.unknown_text)", "sure(string)"),
        ("regex(\"(a)(b)\", var.unknown_text)", "sure(tuple([string,string]))"),
        ("regexall(\"(?P<x>a)\", var.unknown_text)", "sure(list(object({x=string})))"),
        ("csvdecode(var.unknown_text)", "unknown(any)"),
        ("tolist(var.unknown)", "unknown(list(any))"),
        ("tonumber(var.unknown_text)", "unknown(number)"),
        ("lookup(var.unknown_map, \"a\", \"b\")", "unknown(string)"),
        ("lookup({a = var.unknown_text}, \"a\", \"b\")", "unknown(string)"),
        ("element(var.unknown_list, 0)", "unknown(string)"),
        ("try(var.unknown_text, 1)", "unknown(any)"),
        ("can(var.unknown.x)", "unknown(bool)"),
        ("issensitive(var.unknown_text)", "unknown(bool)"),
        ("fileexists(var.unknown_text)", "sure(bool)"),
        ("templatefile(var.unknown_text, {})", "unknown(any)"),
        ("templatestring(var.unknown_text, {})", "sure(string)"),
        ("templatestring(var.text, {a = var.unknown})", "\"t\""),
        ("coalesce(var.unknown_text, \"a\")", "sure(string)"),
        ("coalesce(\"a\", var.unknown_text)", "\"a\""),
        ("coalescelist([\"a\"], var.unknown_list)", "[\"a\"]"),
        ("coalescelist(var.unknown_list, [\"a\"])", "unknown(any)"),
        ("one(var.unknown_list)", "unknown(string)"),
        ("setunion([var.unknown_text], [\"a\"])", "set(string)[\"a\", unknown(string)]"),
        ("setintersection([var.unknown_text], [\"a\"])", "sure(set(string))"),
        ("formatlist(\"%s\", [var.unknown_text, \"a\"])", "list(string)[sure(string), \"a\"]"),
        ("formatlist(\"%s\", var.unknown_list)", "sure(list(string))"),
        ("values({a = var.unknown_text})", "[unknown(string)]"),
        ("keys(var.unknown_object)", "[\"a\", \"b\"]"),
        ("slice(var.unknown_list, 0, 1)", "sure(list(string))"),
        ("slice([var.unknown_text, 1], 0, 1)", "[unknown(string)]"),
    ]);
}

#[test]
fn something_is_known_all_the_same() {
    check(&[
        ("format(\"ami-%s\", var.unknown_text)", "sure(string \"ami-\")"),
        ("startswith(\"ami-${var.unknown_text}\", \"ami-\")", "true"),
        ("startswith(\"ami-${var.unknown_text}\", \"b\")", "false"),
        ("startswith(\"ami-${var.unknown_text}\", \"ami-1\")", "sure(bool)"),
        ("startswith(var.unknown_text, \"\")", "true"),
        ("length(var.unknown_list)", "sure(number range)"),
        ("length(var.unknown_object)", "2"),
        ("length([var.unknown])", "1"),
        ("length(\"abc${var.unknown_text}\")", "sure(number range)"),
        ("length(var.unknown)", "sure(number)"),
        ("sort(var.unknown_objects[*].b)", "sure(list(string) 1..3)"),
        ("jsonencode({a = var.unknown_text})", "sure(string \"{\")"),
        ("jsonencode([var.unknown_text])", "sure(string \"[\")"),
        ("jsonencode(var.unknown_text)", "sure(string)"),
        ("jsondecode(\"{${var.unknown_text}\")", "unknown(any)"),
        ("jsondecode(jsonencode([var.unknown_text]))", "unknown(any)"),
        ("setproduct(var.unknown_objects, [1, 2])", "sure(list(tuple([object({a=number,b=string}),number])) 1..6)"),
        ("chunklist(var.unknown_list, 2)", "sure(list(list(string)))"),
        ("range(var.unknown_number)", "sure(list(number))"),
    ]);
}

#[test]
fn what_types_rule_out_is_an_error_already() {
    let unknown_text = "var.unknown_text is a string";
    check(&[
        (
            "keys(var.unknown_text)",
            &format!(
                "Invalid function argument at \"var.unknown_text\": Invalid value for \"inputMap\" parameter: must have \
                 map or object type. | {unknown_text}"
            ),
        ),
        (
            "concat(var.unknown_text)",
            &format!(
                "Invalid function argument at \"var.unknown_text\": Invalid value for \"seqs\" parameter: all arguments \
                 must be lists or tuples; got string. | {unknown_text}"
            ),
        ),
        (
            "regex(\"(\", var.unknown_text)",
            "Invalid function argument at \"(\": Invalid value for \"pattern\" parameter: invalid regexp \
             pattern: missing closing ) in (.",
        ),
        (
            "jsondecode(\"xyz${var.unknown_text}\")",
            &format!(
                "Invalid function argument at \"xyz\": Invalid value for \"str\" parameter: a JSON document cannot begin \
                 with the character 'x'. | {unknown_text}"
            ),
        ),
    ]);
}

#[test]
fn predictions() {
    check(&[
        ("assumenotnull(var.unknown_text)", "sure(string)"),
        ("assumestringprefix(var.unknown_text, \"arn:\")", "sure(string \"arn:\")"),
        ("assumestringprefix(\"arn:x\", \"arn:\")", "\"arn:x\""),
        ("assumelistlength(var.unknown_list, 2, 2)", "list(string)[unknown(string), unknown(string)]"),
        ("assumelistlengthmin(var.unknown_list, 1)", "sure(list(string) 1..18446744073709551615)"),
        ("assumemaplengthmax(var.unknown_map, 3)", "sure(map(string) 0..3)"),
        ("assumeequal(var.unknown_text, \"a\")", "\"a\""),
        (
            "assumeequal(\"b\", \"a\")",
            "Invalid function argument at \"b\": Invalid value for \"actual_value\" parameter: the actual value \
             does not match the assumed value.",
        ),
        (
            "assumelistlengthmax([1, 2], 1)",
            "Invalid function argument at \"[\": Invalid value for \"value\" parameter: assumption was not upheld.",
        ),
    ]);
}
