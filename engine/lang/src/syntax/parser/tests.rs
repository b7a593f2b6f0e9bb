//! What is nested too deep is told once, and takes neither stack nor time.

use landform_diagnostics::SourceMap;

use super::{MAX_HEIGHT, MAX_NESTING};
use crate::syntax::{parse_json, parse_native};

/// Where this is nested so many times, there is one error that says so, however often it is nested.
#[track_caller]
fn check(open: &str, middle: &str, close: &str, most: u32) {
    for (times, expected) in [(most as usize, vec![]), (100_000, vec!["Too deeply nested"])] {
        let text = format!("a = {}{middle}{}\n", open.repeat(times), close.repeat(times));
        assert_eq!(summaries("main.tf", &text), expected, "{open} {times} times");
    }
}

fn summaries(name: &str, text: &str) -> Vec<String> {
    // As much stack as the program gives itself.
    let parse = || {
        let sources = SourceMap::new();
        let file = sources.add(name, text);
        let (_, diagnostics) =
            if name.ends_with(".json") { parse_json(&sources, file) } else { parse_native(&sources, file) };
        diagnostics.iter().map(|found| found.summary.clone()).collect()
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, parse);
        thread.expect("a thread starts").join().expect("it does not panic")
    })
}

#[test]
fn brackets_and_templates() {
    let most = MAX_NESTING / 4;
    check("(", "1", ")", most);
    check("[", "", "]", most);
    check("{ a = ", "1", "}", most);
    check("f(", "1", ")", most);
    check("\"${", "1", "}\"", most);
    check("[for x in y : ", "x", "]", most);
    check("x[", "0", "]", most);
}

#[test]
fn chains() {
    let most = MAX_NESTING / 4;
    check("-", "1", "", most);
    check("x ? 1 : ", "1", "", most);
    check("1 + ", "1", "", MAX_HEIGHT / 2);
    check("", "x", "[y]", MAX_HEIGHT / 2);
    check("", "x", "[*]", most);
}

#[test]
fn directives_of_one_template() {
    for (open, close) in [("%{ if x }", "%{ endif }"), ("%{ for x in y }", "%{ endfor }")] {
        let text = format!("a = \"{}{}\"\n", open.repeat(100_000), close.repeat(100_000));
        assert_eq!(summaries("main.tf", &text), ["Too deeply nested"], "{open}");
    }
}

#[test]
fn blocks_and_json() {
    assert_eq!(summaries("main.tf", &"a {\n".repeat(100_000)), ["Too deeply nested"]);
    assert_eq!(summaries("main.tf.json", &"[".repeat(100_000))[..1], ["Too deeply nested"]);
    assert_eq!(summaries("main.tf.json", &"{\"a\":".repeat(100_000))[..1], ["Too deeply nested"]);
}

#[test]
fn what_is_no_configuration() {
    assert_eq!(summaries("main.tf", &"a = ${(\n".repeat(10_000)).len() / 100, 1);
}
