//! Functions on a real disk.

use std::sync::Arc;

use tempfile::TempDir;
use time::OffsetDateTime;

use super::evaluate;
use crate::expr::FunctionSet;
use crate::functions::DiskWorld;
use crate::testing::{show, show_errors};

fn check(directory: &TempDir, cases: &[(&str, &str)]) {
    let working_dir = directory.path().to_str().expect("a path in Unicode");
    let world = Arc::new(DiskWorld {
        working_dir: working_dir.to_owned(),
        home_dir: None,
        plan_time: None,
        clock: || OffsetDateTime::UNIX_EPOCH,
        random: |buffer: &mut [u8]| buffer.fill(7),
    });
    for (source, expected) in cases {
        let (value, diagnostics, sources) = evaluate(source, FunctionSet::Module, world.clone(), |context| context);
        let shown = if diagnostics.is_empty() { show(&value) } else { show_errors(&diagnostics, &sources) };
        let shown = shown.replace(working_dir, "DIR");
        assert!(shown.ends_with(expected), "{source}: {shown}");
    }
}

#[test]
fn files_and_directories() {
    let directory = TempDir::new().expect("a directory");
    fs_err::create_dir_all(directory.path().join("sub/deep")).expect("directories");
    fs_err::write(directory.path().join("a.txt"), "text").expect("a file");
    fs_err::write(directory.path().join("sub/deep/b.txt"), [0xFF]).expect("a file");
    check(
        &directory,
        &[
            ("file(\"a.txt\")", "\"text\""),
            ("file(abspath(\"a.txt\"))", "\"text\""),
            ("abspath(\"x\")", "\"DIR/x\""),
            ("filebase64(\"sub/deep/b.txt\")", "\"/w==\""),
            ("fileset(\".\", \"**/*.txt\")", "set(string)[\"a.txt\", \"sub/deep/b.txt\"]"),
            ("fileset(abspath(\"sub\"), \"**\")", "set(string)[\"deep/b.txt\"]"),
            ("[fileexists(\"a.txt\"), fileexists(\"b.txt\")]", "[true, false]"),
            ("fileexists(\"sub\")", "failed: \"sub\" is a directory, not a file."),
            ("file(\"sub\")", "failed to read file: read sub: is a directory."),
            ("file(\"a.txt/b\")", "open a.txt/b: not a directory."),
            ("filemd5(\"missing\")", "open missing: no such file or directory."),
            ("pathexpand(\"~\")", "failed: there is no home directory."),
            ("plantimestamp()", "unknown(string)"),
        ],
    );
}

#[test]
#[cfg(unix)]
fn links_are_followed() {
    let directory = TempDir::new().expect("a directory");
    fs_err::create_dir(directory.path().join("real")).expect("a directory");
    fs_err::write(directory.path().join("real/a.txt"), "text").expect("a file");
    fs_err::os::unix::fs::symlink("real", directory.path().join("link")).expect("a link");
    fs_err::os::unix::fs::symlink("nowhere", directory.path().join("broken")).expect("a link");
    check(
        &directory,
        &[
            ("file(\"link/a.txt\")", "\"text\""),
            ("fileset(\".\", \"**/a.txt\")", "set(string)[\"link/a.txt\", \"real/a.txt\"]"),
            ("fileexists(\"/dev/null\")", "failed: \"/dev/null\" is a device node, not a regular file."),
            ("fileset(\".\", \"broken\")", "failed to stat \"broken\": stat broken: no such file or directory."),
            ("fileset(\".\", \"bro*\")", "failed to stat \"broken\": stat broken: no such file or directory."),
        ],
    );
}
