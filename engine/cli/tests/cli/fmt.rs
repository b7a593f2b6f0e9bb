//! `fmt`: which files, what is printed, how it ends. How a text is formatted is tested in `landform-lang`.

use std::io::Write as _;
use std::process::Stdio;

use crate::environment::{Ran, TestEnvironment};

const BAD: &str = "a = 1\nbb   =   2\n";
const GOOD: &str = "a  = 1\nbb = 2\n";
const DIFFERENCE: &str = "@@ -1,2 +1,2 @@\n-a = 1\n-bb   =   2\n+a  = 1\n+bb = 2\n";

/// Files that would change, and some that are none of its business.
fn environment() -> TestEnvironment {
    let files = ["bad.tf", "x.tfvars", "t.tftest.hcl", "l.hcl", "sub/bad.tf", "sub/.hidden/bad.tf", ".x.tf", "a.tf~"];
    let environment = TestEnvironment::new(&files.map(|name| (name, BAD)));
    environment.write("good.tf", GOOD);
    environment
}

fn fmt(environment: &TestEnvironment, arguments: &[&str]) -> Ran {
    environment.run(&[&["fmt"], arguments].concat())
}

fn piped(arguments: &[&str], input: &[u8]) -> Ran {
    let environment = environment();
    let mut command = environment.command(&[&["fmt"], arguments].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    child.stdin.take().expect("a pipe").write_all(input).expect("it reads");
    let ran = environment.ended(child);
    assert_eq!(environment.read("bad.tf"), BAD);
    ran
}

#[test]
fn files_of_a_directory_are_written_and_listed() {
    let environment = environment();
    assert_eq!(fmt(&environment, &[]).succeeds().stdout, "bad.tf\nt.tftest.hcl\nx.tfvars\n");
    for name in ["bad.tf", "t.tftest.hcl", "x.tfvars"] {
        assert_eq!(environment.read(name), GOOD, "{name}");
    }
    for name in ["sub/bad.tf", "l.hcl", ".x.tf", "a.tf~"] {
        assert_eq!(environment.read(name), BAD, "{name}");
    }
    assert_eq!(fmt(&environment, &[]).succeeds().stdout, "");
    assert_eq!(fmt(&environment, &["-recursive", "-list=false"]).succeeds().stdout, "");
    assert_eq!(environment.read("sub/bad.tf"), GOOD);
    assert_eq!(environment.read("sub/.hidden/bad.tf"), BAD);
}

#[test]
fn a_check_changes_nothing() {
    for (arguments, expected) in [
        (&["-check"][..], "bad.tf\nt.tftest.hcl\nx.tfvars\n".to_owned()),
        (&["-check", "-list=false", "-diff"], String::new()),
        (&["-check", "bad.tf"], "bad.tf\n".to_owned()),
        (&["-check", "-diff", "bad.tf"], format!("bad.tf\n--- old/bad.tf\n+++ new/bad.tf\n{DIFFERENCE}")),
    ] {
        let environment = environment();
        assert_eq!(fmt(&environment, arguments).ends_with(3).stdout, expected, "{arguments:?}");
        assert_eq!(environment.read("bad.tf"), BAD);
    }
    fmt(&environment(), &["-check", "good.tf"]).succeeds();
}

#[test]
fn nothing_is_written_where_that_is_not_wanted() {
    for (arguments, expected) in [
        (&["-write=false", "bad.tf"][..], "bad.tf\n".to_owned()),
        (&["-write=false", "-list=false", "bad.tf", "good.tf"], [GOOD, GOOD].concat()),
        (&["-write=false", "-list=false", "-diff", "bad.tf"], format!("--- old/bad.tf\n+++ new/bad.tf\n{DIFFERENCE}")),
    ] {
        let environment = environment();
        assert_eq!(fmt(&environment, arguments).succeeds().stdout, expected, "{arguments:?}");
        assert_eq!(environment.read("bad.tf"), BAD);
    }
}

#[test]
fn paths_are_shown_without_detours() {
    for argument in ["bad.tf", "./sub/../bad.tf", "$ROOT/bad.tf"] {
        let environment = environment();
        let path = argument.replace("$ROOT", &environment.root().to_string_lossy());
        assert_eq!(fmt(&environment, &[&path]).succeeds().stdout, "bad.tf\n", "{argument}");
    }
}

#[test]
fn links_to_directories_are_not_followed() {
    let environment = environment();
    std::os::unix::fs::symlink("..", environment.root().join("sub/up")).expect("a link");
    std::os::unix::fs::symlink("../bad.tf", environment.root().join("sub/link.tf")).expect("a link");
    assert_eq!(fmt(&environment, &["-recursive", "sub"]).succeeds().stdout, "sub/bad.tf\nsub/link.tf\n");
    assert_eq!(environment.read("bad.tf"), GOOD);
}

#[test]
fn standard_input_goes_to_standard_output() {
    for (arguments, code, expected) in [
        (&["-"][..], 0, GOOD.to_owned()),
        (&["-", "-check"], 0, GOOD.to_owned()),
        (&["-check", "-"], 3, String::new()),
        (&["-diff", "-"], 0, format!("--- old/<stdin>\n+++ new/<stdin>\n{DIFFERENCE}")),
        (&["-list", "-write", "-"], 0, GOOD.to_owned()),
    ] {
        assert_eq!(piped(arguments, BAD.as_bytes()).ends_with(code).stdout, expected, "{arguments:?}");
    }
    // What is printed ends a line, even where the text does not.
    for (input, expected) in [("a=1", "a = 1\n"), ("", "\n"), ("a = 1\n\n\n", "a = 1\n\n\n"), ("a=1\r\n", "a = 1\r\n")]
    {
        assert_eq!(piped(&["-"], input.as_bytes()).succeeds().stdout, expected, "{input:?}");
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    let ran = piped(&["-"], b"a = \n").ends_with(2);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("Error: Invalid expression\n\n  on <stdin> line 1:\n   1: a = \n"), "{}", ran.stderr);
    let environment = environment();
    environment.write("broken.tf", "a = \n");
    let ran = fmt(&environment, &["-check"]).ends_with(2);
    assert_eq!(ran.stdout, "");
    let ran = fmt(&environment, &[]).ends_with(2);
    assert_eq!((ran.stdout.lines().next(), environment.read("broken.tf")), (Some("bad.tf"), "a = \n".to_owned()));
    let ran = fmt(&environment, &["nope.tf", "x.tfvars"]).ends_with(2);
    assert!(ran.stderr.contains("No file or directory at nope.tf"), "{}", ran.stderr);
    assert!(fmt(&environment, &["l.hcl"]).ends_with(2).stderr.contains("Only .tf, .tfvars, and .tftest.hcl files"));
    assert!(fmt(&environment, &["-nope"]).ends_with(1).stderr.contains("flag provided but not defined: -nope"));
}

#[test]
fn comments_may_be_in_another_encoding() {
    let environment = environment();
    let path = environment.root().join("latin.tf");
    fs_err::write(&path, b"# Gr\xf6\xdfe\na=1\n").expect("a file");
    fmt(&environment, &["latin.tf"]).succeeds();
    assert_eq!(fs_err::read(&path).expect("the file"), b"# Gr\xf6\xdfe\na = 1\n");
    fs_err::write(&path, b"a = \"Gr\xf6\xdfe\"\n").expect("a file");
    let output = environment.command(&["fmt", "latin.tf"]).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Invalid character encoding"), "{output:?}");
}
