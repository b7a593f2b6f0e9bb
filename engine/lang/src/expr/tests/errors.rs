//! What is said when evaluation fails, in Terraform's words.

use super::check_errors;

#[test]
fn access() {
    check_errors(&[
        (
            "var.object.nope",
            "Unsupported attribute at \".nope\": This object does not have an attribute named \"nope\". | var.object is \
             object with 2 attributes",
        ),
        (
            "var.list[2]",
            "Invalid index at \"[2]\": The given key does not identify an element in this collection value: the given \
             index is greater than or equal to the length of the collection. | var.list is list of string with 2 \
             elements",
        ),
        (
            "var.list[var.five]",
            "Invalid index at \"[var.five]\": The given key does not identify an element in this collection value. | \
             var.five is 5 | var.list is list of string with 2 elements",
        ),
        (
            "var.map.nope",
            "Missing map element at \".nope\": This map does not have an element with the key \"nope\". | var.map is map \
             of number with 2 elements",
        ),
        (
            "var.nothing.a",
            "Attempt to get attribute from null value at \".a\": This value is null, so it does not have any \
             attributes. | var.nothing is null",
        ),
        ("var.nope", "Undeclared at \"var.nope\": var.nope is not declared."),
    ]);
}

#[test]
fn operators() {
    check_errors(&[
        (
            "var.five + var.text",
            "Invalid operand at \"var.text\": Unsuitable value for right operand: a number is required. | var.text is \
             \"t\"",
        ),
        ("1 + null", "Operation failed at \"1 + null\": Error during operation: argument must not be null."),
        ("-var.secret", "Invalid operand at \"var.secret\": Unsuitable value for unary operand: a number is required."),
        ("!null", "Operation failed at \"!null\": Error during operation: argument must not be null."),
    ]);
}

#[test]
fn conditionals() {
    check_errors(&[
        (
            "null ? 1 : 2",
            "Null condition at \"null\": The condition value is null. Conditions must either be true or false.",
        ),
        (
            "var.text ? 1 : 2",
            "Incorrect condition type at \"var.text\": The condition expression must be of type bool. | var.text is \
             \"t\"",
        ),
        (
            "var.yes ? {a = 1} : [2]",
            "Inconsistent conditional result types at \"{a = 1} : [2]\": The true and false result expressions must have \
             consistent types. The 'true' value is object, but the 'false' value is tuple. | var.yes is true",
        ),
        (
            "true ? {a = 1} : {b = []}",
            "Inconsistent conditional result types at \"{a = 1} : {b = []}\": The true and false result expressions \
             must have consistent types. The 'true' value includes object attribute \"a\", which is absent in the \
             'false' value.",
        ),
    ]);
}

#[test]
fn loops_and_splats() {
    check_errors(&[
        (
            "[for x in null: x]",
            "Iteration over null value at \"null\": A null value cannot be used as the collection in a 'for' \
             expression.",
        ),
        (
            "[for x in var.five: x]",
            "Iteration over non-iterable value at \"var.five\": A value of type number cannot be used as the collection \
             in a 'for' expression. | var.five is 5",
        ),
        (
            "{for x in [\"a\", \"a\"]: x => x}",
            "Duplicate object key at \"x\": Two different items produced the key \"a\" in this 'for' expression. If \
             duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key.",
        ),
        (
            "{for x in [null, \"b\", \"a\", \"a\"]: x => x}",
            "Invalid object key at \"x\": Key expression in 'for' expression must not produce a null value.\n\
             Duplicate object key at \"x\": Two different items produced the key \"a\" in this 'for' expression. If \
             duplicates are expected, use the ellipsis (...) after the value expression to enable grouping by key.",
        ),
        ("[for x in [1]: x if null]", "Condition is null at \"null\": The value of the 'if' clause must not be null."),
        (
            "[for x in [{a = 1}]: x.a.b]",
            "Unsupported attribute at \".b\": Can't access attributes on a primitive-typed value (number). | x.a is 1",
        ),
        (
            "var.no_list[*]",
            "Splat of null value at \"var.no_list\": Splat expressions (with the * symbol) cannot be applied to null \
             sequences. | var.no_list is null",
        ),
        (
            "var.objects[*].c",
            "Unsupported attribute at \".c\": This object does not have an attribute named \"c\".\nUnsupported attribute \
             at \".c\": This object does not have an attribute named \"c\".",
        ),
    ]);
}

#[test]
fn templates_and_keys() {
    check_errors(&[
        (
            "\"a${null}\"",
            "Invalid template interpolation value at \"null\": The expression result is null. Cannot include a null \
             value in a string template.",
        ),
        (
            "\"a${var.list}\"",
            "Invalid template interpolation value at \"var.list\": Cannot include the given value in a string template: \
             string required. | var.list is list of string with 2 elements",
        ),
        ("{(null) = 1}", "Null value as key at \"1\": Can't use a null value as a key."),
        ("{([]) = 1}", "Incorrect key type at \"([])\": Can't use this value as a key: string required."),
        (
            "{var.five = 1}",
            "Ambiguous attribute key at \"var.five\": If this expression is intended to be a reference, wrap it in \
             parentheses. If it's instead intended as a literal name containing periods, wrap it in quotes to create a \
             string literal.",
        ),
    ]);
}

#[test]
fn calls() {
    check_errors(&[
        ("nosuch(1)", "Call to unknown function at \"nosuch\": There is no function named \"nosuch\"."),
        (
            "a::b(1)",
            "Unknown provider function at \"a::b\": The function namespace \"a\" is not valid. Provider function calls \
             must use the \"provider::\" namespace prefix.",
        ),
        (
            "provider::x::y(1)",
            "Unknown provider function at \"provider::x::y\": There is no function named \"provider::x::y\". Ensure \
             that provider name \"x\" is declared in this module's required_providers block, and that this provider \
             offers a function named \"y\".",
        ),
        (
            "try()",
            "Error in function call at \"try(\": Call to function \"try\" failed: at least one argument is required.",
        ),
        (
            "can()",
            "Not enough function arguments at \")\": Function \"can\" expects 1 argument(s). Missing value for \
             \"expression\".",
        ),
        ("can(1, 2)", "Too many function arguments at \"2\": Function \"can\" expects only 1 argument(s)."),
        (
            "try(1...)",
            "Invalid expanding argument value at \"1\": The expanding argument (indicated by ...) must be of a tuple, \
             list, or set type.",
        ),
        (
            "try(var.object.x)",
            "Error in function call at \"try(\": Call to function \"try\" failed: no expression succeeded:\n- Unsupported \
             attribute (at test.tf:1,15-17)\n  This object does not have an attribute named \"x\".\n\nAt least one \
             expression must produce a successful result. | var.object is object with 2 attributes",
        ),
    ]);
}
