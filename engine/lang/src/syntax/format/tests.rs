//! What `terraform fmt` of 1.11.4 makes of a text.

use super::format;

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (written, expected) in cases {
        assert_eq!(format(written), *expected, "of {written:?}");
        assert_eq!(format(expected), *expected, "a second time, of {written:?}");
    }
}

/// Stays as it is.
#[track_caller]
fn kept(texts: &[&str]) {
    for text in texts {
        assert_eq!(format(text), *text);
    }
}

#[test]
fn spaces_between_tokens() {
    check(&[
        ("a=1\n", "a = 1\n"),
        ("a  =  b . c [ 0 ] . d\n", "a = b.c[0].d\n"),
        ("a = f ( 1,2 , 3... )\n", "a = f(1, 2, 3...)\n"),
        ("a = provider :: x :: f (1)\n", "a = provider::x::f(1)\n"),
        ("a = ! b&&- 1<-2\n", "a = !b && -1 < -2\n"),
        ("a = 1-1\n", "a = 1 - 1\n"),
        ("a = x ?-1:- 2\n", "a = x ? -1 : -2\n"),
        ("a = {}\nb = { }\nc = {x=1}\nd = []\ne = [ 1,2 ]\n", "a = {}\nb = {}\nc = { x = 1 }\nd = []\ne = [1, 2]\n"),
        ("a = [for x in[1]:x]\n", "a = [for x in [1] : x]\n"),
        ("a = {for k,v in m:k=>v...if v}\n", "a = { for k, v in m : k => v... if v }\n"),
        ("a = \"${ x }${ y }\"\n", "a = \"${x}${y}\"\n"),
        ("a = \"${ {x=1} }b\"\n", "a = \"${ { x = 1 } }b\"\n"),
    ]);
}

#[test]
fn lines_are_indented_and_aligned() {
    check(&[
        ("a {\nb {\nc=1\n}\n}\n", "a {\n  b {\n    c = 1\n  }\n}\n"),
        ("a = [{\nb = 1\n}, {\nc = 1\n}]\n", "a = [{\n  b = 1\n  }, {\n  c = 1\n}]\n"),
        ("a = 1 # x\nbbb = 22 # y\n", "a   = 1  # x\nbbb = 22 # y\n"),
        ("a = 1\n\nbbb = 2\n", "a = 1\n\nbbb = 2\n"),
        ("a = [\n1]\nbbb = 2\n", "a = [\n1]\nbbb = 2\n"),
        ("é = 1\nab = 2\n", "é  = 1\nab = 2\n"),
        ("\ta = 1\n\t\tb = 2\n", "a = 1\nb = 2\n"),
    ]);
}

#[test]
fn heredocs_stay() {
    kept(&["a = <<EOT\n  x\n${y}\n  EOT\nb = 1\n"]);
    check(&[
        ("a {\nb=<<-EOT\n x\n EOT\n}\n", "a {\n  b = <<-EOT\n x\n EOT\n}\n"),
        ("a = f(<<EOT\nx\nEOT\n,1)\n", "a = f(<<EOT\nx\nEOT\n, 1)\n"),
    ]);
}

#[test]
fn old_styles_become_new() {
    check(&[
        ("a = \"${b}\"\n", "a = b\n"),
        ("a = \"${\nb\n}\"\n", "a = b\n"),
        ("a = \"${b +\nc}\"\n", "a = (b +\nc)\n"),
        ("a b \"c\" {\n}\n", "a \"b\" \"c\" {\n}\n"),
        ("a \"e\u{301}\" {\n}\n", "a \"é\" {\n}\n"),
        ("a /* x */ \"b\" /* y */ {\n}\n", "a \"b\" /* y */ {\n}\n"),
        ("variable \"v\" {\ntype=list\n}\n", "variable \"v\" {\n  type = list(any)\n}\n"),
        ("variable \"v\" {\ntype=\"map\"\n}\n", "variable \"v\" {\n  type = map(string)\n}\n"),
    ]);
}

#[test]
fn what_surrounds_the_text_stays() {
    check(&[("\u{feff}a=1\n", "a = 1\n"), ("a=1\r\n", "a = 1\r\n")]);
    kept(&["", "\n", "a = 1", "a = 1\n\n\n", "   ", "# c", "a = 1\r\nb = 2\r\n"]);
}

#[test]
fn broken_files_stay() {
    kept(&["a  = \n", "a  = }\n", "}\nb   = 2\n", "a  = \"x\n", "a   {\n", "a  = <<EOT\nx\n"]);
}
