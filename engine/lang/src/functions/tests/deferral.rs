//! Functions that depend on more than their arguments.

use super::{check, check_in};
use crate::expr::{FunctionSet, ImpureCalls};

#[test]
fn volatile_functions_wait_for_apply() {
    check_in(
        FunctionSet::Module,
        |context| context.with_impure_calls(ImpureCalls::Deferred),
        &[
            ("timestamp()", "sure(string)"),
            ("uuid()", "sure(string)"),
            ("bcrypt(\"a\")", "sure(string)"),
            ("plantimestamp()", "\"2024-02-03T04:05:06Z\""),
            ("uuidv5(\"dns\", \"a\")", "\"4f3f2898-69e3-5a0d-820a-c4e87987dbce\""),
        ],
    );
}

#[test]
fn the_world_answers() {
    check(&[
        ("timestamp()", "\"2024-02-03T04:05:06Z\""),
        ("uuid()", "\"00010203-0405-0607-0809-0a0b0c0d0e0f\""),
        ("substr(bcrypt(\"a\", 4), 0, 29)", "\"$2a$04$..CA.uOD/eaGAOmJB.yMBu\""),
        ("pathexpand(\"~/a\")", "\"/home/user/a\""),
    ]);
}

#[test]
fn some_functions_are_of_the_console_or_of_modules() {
    check_in(
        FunctionSet::Console,
        |context| context,
        &[
            ("type([1])", "tuple([number])"),
            ("(type(var.secret))", "sensitive string"),
            ("type([type(1)])", "tuple([type])"),
            ("coalesce(type(1))", "number"),
            ("can(type(1))", "true"),
            (
                "length(type(1))",
                "Error in function call at \"length(\": Call to function \"length\" failed: argument must be a string, a \
                 collection type, or a structural type.",
            ),
            (
                "[type(1), type(2)]",
                "Invalid use of type function at \"\": The console-only \"type\" function cannot be used as part of an \
                 expression.",
            ),
        ],
    );
    check(&[("type(1)", "Call to unknown function at \"type\": There is no function named \"type\".")]);
    check_in(
        FunctionSet::Console,
        |context| context,
        &[(
            "plantimestamp()",
            "Call to unknown function at \"plantimestamp\": There is no function named \"plantimestamp\".",
        )],
    );
}

#[test]
fn conversion_to_a_type_in_place() {
    check(&[
        ("convert({a = \"1\"}, object({a = number, b = optional(string, \"x\")}))", "{a=1, b=\"x\"}"),
        ("convert([1], list(string))", "list(string)[\"1\"]"),
        ("convert(var.unknown, list(string))", "unknown(list(string))"),
        (
            "convert(\"x\", number)",
            "Invalid function argument at \"x\": Invalid value for \"value\" parameter: a number is required.",
        ),
        (
            "convert(1)",
            "Not enough function arguments at \")\": Function \"convert\" expects 2 argument(s). Missing value for \
             \"type\".",
        ),
    ]);
}
