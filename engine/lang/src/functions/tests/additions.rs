//! Functions that Terraform 1.11 does not have.

use super::check;

#[test]
fn encodings_back_to_texts() {
    check(&[
        ("base64gunzip(base64gzip(\"hello\"))", "\"hello\""),
        ("base64gunzip(base64gzip(join(\"\", [for i in range(1000): \"line ${i}\"]))) == \"\"", "false"),
        ("base64gunzip(base64gzip(var.secret))", "sensitive \"s\""),
        (
            "base64gunzip(\"!\")",
            "Error in function call at \"base64gunzip(\": Call to function \"base64gunzip\" failed: failed to decode \
             base64 data \"!\".",
        ),
        (
            "base64gunzip(base64encode(\"this is not compressed at all\"))",
            "Error in function call at \"base64gunzip(\": Call to function \"base64gunzip\" failed: failed to gunzip \
             bytestream: invalid gzip header.",
        ),
        ("urldecode(\"a+b%26c%C3%A9\")", "\"a b&cé\""),
        ("urldecode(urlencode(\"a/b?c=d e&é~\"))", "\"a/b?c=d e&é~\""),
        (
            "urldecode(\"100%zz\")",
            "Error in function call at \"urldecode(\": Call to function \"urldecode\" failed: failed to decode URL '': \
             invalid URL escape \"%zz\".",
        ),
        (
            "urldecode(\"%FF\")",
            "Error in function call at \"urldecode(\": Call to function \"urldecode\" failed: the result of decoding \
             the provided string is not valid UTF-8.",
        ),
    ]);
}

#[test]
fn prefixes_within_prefixes() {
    check(&[
        ("cidrcontains(\"192.168.2.0/20\", \"192.168.2.1\")", "true"),
        ("cidrcontains(\"192.168.2.0/20\", \"192.168.2.0/22\")", "true"),
        ("cidrcontains(\"192.168.2.0/20\", \"192.126.2.1\")", "false"),
        ("cidrcontains(\"192.168.2.0/20\", \"192.168.2.0/18\")", "false"),
        ("cidrcontains(\"fe80::/48\", \"fe80::1\")", "true"),
        ("cidrcontains(\"0.0.0.0/0\", \"255.255.255.255\")", "true"),
        (
            "cidrcontains(\"fe80::/48\", \"10.0.0.1\")",
            "Error in function call at \"cidrcontains(\": Call to function \"cidrcontains\" failed: address family \
             mismatch: fe80::/48 vs. 10.0.0.1.",
        ),
        (
            "cidrcontains(\"10.0.0.0/8\", \"x\")",
            "Error in function call at \"cidrcontains(\": Call to function \"cidrcontains\" failed: invalid IP address \
             or prefix: x.",
        ),
        (
            "cidrcontains(\"10.0.0.0\", \"10.0.0.1\")",
            "Error in function call at \"cidrcontains(\": Call to function \"cidrcontains\" failed: invalid CIDR \
             address: 10.0.0.0.",
        ),
    ]);
}

/// Where Terraform 1.11 stops with a stack trace, or yields what can not be meant.
#[test]
fn answers_where_terraform_has_none() {
    check(&[
        ("element([\"a\", \"b\", \"c\"], -1)", "\"c\""),
        ("cidrsubnets(\"0.0.0.0/0\", 1, 1)", "list(string)[\"0.0.0.0/1\", \"128.0.0.0/1\"]"),
        ("yamldecode(\"a: &a {k: 1}\\nb: {<<: [*a], l: 2}\").b", "{k=1, l=2}"),
        (
            "cidrsubnet(\"10.0.0.0/24\", 4, -1)",
            "Error in function call at \"cidrsubnet(\": Call to function \"cidrsubnet\" failed: prefix extension of 4 \
             does not accommodate a subnet numbered -1.",
        ),
        (
            "log(-1, 10)",
            "Error in function call at \"log(\": Call to function \"log\" failed: the result is not a number.",
        ),
        (
            "indent(-1, \"a\")",
            "Invalid function argument at \"-\": Invalid value for \"spaces\" parameter: must not be negative.",
        ),
        (
            "indent(1000000000, \"\\n\")",
            "Error in function call at \"indent(\": Call to function \"indent\" failed: the result would be longer than \
             268435456 bytes.",
        ),
        (
            "format(\"%999999999d\", 1)",
            "Error in function call at \"format(\": Call to function \"format\" failed: the result would be longer than \
             268435456 bytes.",
        ),
        (
            "join(join(\"\", range(1000)), [for pair in setproduct(range(500), range(500)): \"a\"])",
            "Error in function call at \"join(\": Call to function \"join\" failed: the result would be longer than \
             268435456 bytes.",
        ),
        (
            "setproduct(range(1000), range(1000), range(1000))",
            "Error in function call at \"setproduct(\": Call to function \"setproduct\" failed: the result would have \
             too many elements.",
        ),
        (
            "timeadd(\"9999-12-31T00:00:00Z\", \"48h\")",
            "Error in function call at \"timeadd(\": Call to function \"timeadd\" failed: the result is not within the \
             years 0 to 9999.",
        ),
        (
            "regex(\"(\\\\w{1000}){1000}\", \"a\")",
            "Invalid function argument at \"(\\\\\\\\w{1000}){1000}\": Invalid value for \"pattern\" parameter: \
             invalid regexp pattern: invalid repeat count in {1000}.",
        ),
    ]);
}
