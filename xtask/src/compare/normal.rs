//! What a tool printed, without what differs from run to run: ids, times, places, orders that nothing fixes.

use std::collections::HashMap;
use std::path::Path;
use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::Value;

/// What is replaced, in this order.
static RULES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let rules = [
        ("Landform", "Terraform"),
        ("landform", "terraform"),
        // A block that Landform's plans have on purpose.
        (r"(?m)^Destroys and replacements:\n(?:[ \t].*\n)*\n", ""),
        (r#"(?m)^.*"type":"suggested_move".*\n"#, ""),
        (r#"(deposed object |"deposed(?:_key)?": ?")[0-9a-f]{8}\b"#, "$1<key>"),
        (r"(complete after|errored after) [\dms]+", "$1 <time>"),
        (r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)", "<time>"),
    ];
    rules.map(|(pattern, instead)| (regex(pattern), instead)).into()
});
static ID: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"));
/// Lines of operations that run beside each other.
static PROGRESS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^\S.*: (?:Creating\.\.\.|Creation |Modifying\.\.\.|Modifications |Destroying\.\.\.|Destruction |Refreshing state|Reading\.\.\.|Read complete|Provisioning with|Preparing import|Import)|^\S.* \(local-exec\):",
    )
});
/// A list of what is forgotten.
static ITEMS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)(?:^ - \S+\n)+"));
static DIAGNOSTIC: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^(?:Error|Warning): "));
static BLANK_LINES: LazyLock<Regex> = LazyLock::new(|| regex(r"\n{3,}"));

/// What is another for each run or tool.
const DROPPED: [&str; 6] = ["timestamp", "@timestamp", "terraform_version", "lineage", "serial", "elapsed_seconds"];
/// Lists in no fixed order.
const SETS: [&str; 8] = [
    "diagnostics",
    "checks",
    "check_results",
    "objects",
    "instances",
    "relevant_attributes",
    "child_modules",
    "sensitive_attributes",
];

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of this file")
}

/// Text for people, of a run in a folder.
pub(super) fn text(output: &str, folder: &Path) -> String {
    let output = cleaned(output, folder);
    let output = ID.replace_all(&output, "<id>");
    let output = ITEMS.replace_all(&output, |items: &Captures<'_>| sorted(items[0].split_inclusive('\n')).concat());
    let (progress, rest): (Vec<&str>, Vec<&str>) = output.lines().partition(|line| PROGRESS.is_match(line));
    let text = format!("{}\n{}\n", sorted(progress.into_iter()).join("\n"), rest.join("\n"));
    BLANK_LINES.replace_all(&text, "\n\n").into_owned()
}

/// The same, of text whose diagnostics are in no fixed order.
pub(super) fn diagnostics(output: &str, folder: &Path) -> String {
    let text = text(output, folder);
    let starts = DIAGNOSTIC.find_iter(&text).map(|found| found.start());
    let bounds: Vec<usize> = [0].into_iter().chain(starts).chain([text.len()]).collect();
    let parts: Vec<&str> = bounds.windows(2).map(|bounds| text[bounds[0]..bounds[1]].trim()).collect();
    format!("{}\n\n{}\n", parts[0], sorted(parts[1..].iter().copied()).join("\n\n"))
}

/// JSON: one value, or values in no fixed order.
pub(super) fn json(output: &str, folder: &Path) -> String {
    let output = cleaned(output, folder);
    let values: serde_json::Result<Vec<Value>> = serde_json::Deserializer::from_str(&output).into_iter().collect();
    let Ok(mut values) = values else { return format!("not JSON: {output}") };
    values.iter_mut().for_each(|value| settle(value, ""));
    values.sort_by_cached_key(without_ids);
    numbered_ids(&values.iter().map(|value| format!("{value:#}\n")).collect::<String>())
}

fn cleaned(output: &str, folder: &Path) -> String {
    let output = output.replace(&folder.display().to_string(), "<folder>");
    RULES.iter().fold(output, |text, (pattern, instead)| pattern.replace_all(&text, *instead).into_owned())
}

/// Gives what was found under a key one order, and takes away what is dropped.
fn settle(value: &mut Value, key: &str) {
    match value {
        Value::Object(members) => {
            members.retain(|key, _| !DROPPED.contains(&key.as_str()));
            members.sort_keys();
            members.iter_mut().for_each(|(key, value)| settle(value, key));
        }
        Value::Array(items) => {
            items.iter_mut().for_each(|item| settle(item, ""));
            if SETS.contains(&key) {
                items.sort_by_cached_key(without_ids);
            }
        }
        _ => {}
    }
}

fn without_ids(value: &Value) -> String {
    ID.replace_all(&value.to_string(), "").into_owned()
}

/// Ids as numbers in the order in which they come, so that equal ones stay equal.
fn numbered_ids(text: &str) -> String {
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let number = |id: &Captures<'_>| {
        let next = numbers.len() + 1;
        format!("<id {}>", numbers.entry(id[0].to_owned()).or_insert(next))
    };
    ID.replace_all(text, number).into_owned()
}

fn sorted<'a>(items: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut items: Vec<&str> = items.collect();
    items.sort_unstable();
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "11111111-1111-4111-8111-111111111111";
    const TWO: &str = "22222222-2222-4222-8222-222222222222";

    /// Whether two outputs are the same, as text, as diagnostics and as JSON.
    fn same(one: &str, other: &str) -> [bool; 3] {
        let folder = Path::new("/tmp/x");
        let texts =
            [one, other].map(|output| [text(output, folder), diagnostics(output, folder), json(output, folder)]);
        std::array::from_fn(|kind| texts[0][kind] == texts[1][kind])
    }

    #[test]
    fn text_without_times_and_ids() {
        let one = format!("a: Creating...\nb: Creating...\na: Creation complete after 0s [id={ONE}]\nDone\n");
        let other = format!("b: Creating...\na: Creating...\na: Creation complete after 1m2s [id={TWO}]\nDone\n");
        assert!(same(&one, &other)[0]);
        assert!(!same(&one, &one.replace("a: Creation", "b: Creation"))[0]);
        assert!(!same("Plan: 1\nDone\n", "Done\nPlan: 1\n")[0]);
        assert!(same("Terraform in /tmp/x/a\n", "Landform in /tmp/x/a\n")[0]);
        assert!(!same("in /tmp/x/a\n", "in /tmp/x/b\n")[0]);
        assert!(same("Plan: 1\n", "Destroys and replacements:\n  - terraform_data.a: gone\n\nPlan: 1\n")[0]);
    }

    #[test]
    fn diagnostics_have_no_order() {
        let (one, other) = ("Error: A\n\n  on main.tf\n\n", "Error: B\n\n");
        let (both, turned) = (format!("{one}{other}"), format!("{other}{one}"));
        assert_eq!(same(&both, &turned)[..2], [false, true]);
        assert_eq!(same(&both, one)[..2], [false, false]);
    }

    #[test]
    fn json_with_what_matters() {
        let ids = |one, other| format!(r#"["{one}", "{other}"]"#);
        for (one, other, is_same) in [
            (ids(ONE, ONE).as_str(), ids(TWO, TWO).as_str(), true),
            (&ids(ONE, ONE), &ids(ONE, TWO), false),
            (r#"{"a": 1, "serial": 1, "b": 2}"#, r#"{"b": 2, "a": 1, "serial": 7}"#, true),
            (r#"{"checks": [1, 2]}"#, r#"{"checks": [2, 1]}"#, true),
            (r#"{"values": [1, 2]}"#, r#"{"values": [2, 1]}"#, false),
            ("{\"a\": 1}\n{\"a\": 2}\n", "{\"a\": 2}\n{\"a\": 1}\n", true),
            ("{\"a\": 1}\n{\"a\": 2}\n", "{\"a\": 1}\n{\"a\": 1}\n", false),
            ("nothing", "", false),
        ] {
            assert_eq!(same(one, other)[2], is_same, "{one} {other}");
        }
    }
}
