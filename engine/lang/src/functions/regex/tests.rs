//! Patterns and what is said of wrong ones.

use super::syntax::{Pattern, SyntaxError};

#[test]
fn translations() {
    for (pattern, expected) in [
        ("a.b", r"a[^\n]b"),
        ("(?s)a.b", r"a(?s:.)b"),
        (r"^\d+$", r"(?:\A)[0-9]+(?:\z)"),
        (r"(?m)^\W*?$", r"(?m:^)[[^0-9A-Za-z_]]*?(?m:$)"),
        (r"(?U)a+b+?", "a+?b+"),
        (r"\Qa.b\E*", r"a\x{2E}b*"),
        (r"[[:alpha:]_-]", r"[A-Za-z\x{5F}\x{2D}]"),
        (r"[^\s&&a-c]", r"[^\t\n\x0C\r \x{26}\x{26}a-c]"),
        (r"a{,2}", r"a\x{7B}\x{2C}2\x{7D}"),
        (r"(?i)ab(?-i:c)", r"(?i:a)(?i:b)(?:c)"),
        (r"\101\x41\x{263a}", r"AA\x{263A}"),
        (r"\pL\p{^Greek}", r"[\p{L}][[^\p{Script=Greek}]]"),
        (r"[]a]", r"[\x{5D}a]"),
        ("(?:ab)+(?i)?c", r"(?:(?:ab)+)?(?i:c)"),
        (r"\bx\B", r"(?-u:\b)x(?-u:\B)"),
    ] {
        let parsed = Pattern::parse(pattern).expect(pattern);
        assert_eq!(parsed.translated, expected, "{pattern}");
        assert!(::regex::Regex::new(expected).is_ok(), "{expected}");
    }
}

#[test]
fn groups_and_their_names() {
    let parsed = Pattern::parse("(a)(?P<b>c)(?<d>e)(?:f)").expect("a pattern");
    assert_eq!(parsed.groups, [None, Some("b".into()), Some("d".into())]);
}

#[test]
fn errors_as_go_words_them() {
    for (pattern, code, expression) in [
        ("[a", "missing closing ]", "[a"),
        ("(a", "missing closing )", "(a"),
        ("a)b", "unexpected )", "a)b"),
        ("*a", "missing argument to repetition operator", "*"),
        ("a|*?", "missing argument to repetition operator", "*?"),
        ("a**", "invalid nested repetition operator", "**"),
        ("a{2}{3}", "invalid nested repetition operator", "{2}{3}"),
        ("a{1001}", "invalid repeat count", "{1001}"),
        ("a{3,2}", "invalid repeat count", "{3,2}"),
        ("(a{100}){100}", "invalid repeat count", "{100}"),
        ("(?=a)", "invalid or unsupported Perl syntax", "(?="),
        ("(?i", "invalid or unsupported Perl syntax", "(?i"),
        ("(?P<n", "invalid named capture", "(?P<n"),
        ("(?P<n-m>a)", "invalid named capture", "(?P<n-m>"),
        (r"\", "trailing backslash at end of expression", ""),
        (r"\q", "invalid escape sequence", r"\q"),
        (r"\8", "invalid escape sequence", r"\8"),
        (r"\1", "invalid escape sequence", r"\1"),
        (r"\pX", "invalid character class range", r"\pX"),
        ("[b-a]", "invalid character class range", "b-a"),
        ("[[:foo:]]", "invalid character class range", "[:foo:]"),
    ] {
        let expected = SyntaxError { code, expression: expression.into() };
        assert_eq!(Pattern::parse(pattern), Err(expected), "{pattern}");
    }
}
