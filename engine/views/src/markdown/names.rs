//! Many names in little room: `a.b[0..19999]`, `a.b["team-{1..9}-{blue,green}"]`, `{a.b,a.c}[0..3]`.
//!
//! Names are cut into cells, and names that differ in one cell only become one name with a set in that cell, cell by
//! cell. That finds all that `count`, `for_each` over products, and modules in many instances make, in time that grows
//! with the number of names. What has no regularity is, where need be, cut to what tells it from the others
//! ([`super::prefixes`]).

use std::collections::BTreeMap;
use std::rc::Rc;

use landform_addrs::{InstanceKey, ResourceInstance};

use super::prefixes;
use super::product::{Cell, merged};

/// How much of a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Precision {
    /// All of it, in a line of its own.
    Single,
    /// All of it, in patterns.
    Complete,
    /// As much as tells it from the others.
    Distinct,
    /// Resources, and how many instances.
    Counted,
}

/// Fewer texts than this are written out one by one.
const FEW: usize = 5;

/// Names in groups: a line each.
pub(super) fn grouped(names: &[String], precision: Precision) -> Vec<String> {
    if precision == Precision::Single {
        return names.to_vec();
    }
    let mut by_shape: BTreeMap<Vec<Kind>, Vec<Vec<String>>> = BTreeMap::new();
    for name in names {
        let (shape, row) = cut(name);
        by_shape.entry(shape).or_default().push(row);
    }
    let mut lines = Vec::new();
    for (shape, rows) in by_shape {
        lines.extend(merged(rows).iter().map(|row| written(&shape, row, precision)));
    }
    if precision == Precision::Distinct {
        let whole = prefixes::distinct(&names.iter().map(|name| &**name).collect::<Vec<_>>());
        if whole.len() < lines.iter().map(|line| line.len() + 1).sum() {
            return vec![whole];
        }
    }
    lines
}

/// What a cell of an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A module call, a resource, or a text that is no address.
    Name,
    /// No key.
    Single,
    /// An index.
    Index,
    /// A key.
    Key,
}

/// An address in cells: for each module and the resource, the name and the key.
fn cut(name: &str) -> (Vec<Kind>, Vec<String>) {
    let Ok(address) = name.parse::<ResourceInstance>() else { return (vec![Kind::Name], vec![name.to_owned()]) };
    let resource = address.resource.to_string();
    let steps = address.module.steps().iter().map(|(call, key)| (format!("module.{call}"), key));
    let mut shape = Vec::new();
    let mut row = Vec::new();
    for (text, key) in steps.chain([(resource, &address.key)]) {
        let (kind, key) = match key {
            InstanceKey::None => (Kind::Single, String::new()),
            InstanceKey::Int(index) => (Kind::Index, index.to_string()),
            key @ InstanceKey::String(_) => (Kind::Key, unquoted(&key.to_string())),
            InstanceKey::Wildcard => (Kind::Index, "*".to_owned()),
        };
        shape.extend([Kind::Name, kind]);
        row.extend([text, key]);
    }
    (shape, row)
}

/// `["k"]` without brackets and quotes; escapes stay.
fn unquoted(key: &str) -> String {
    key.trim_start_matches("[\"").strip_suffix("\"]").unwrap_or(key).to_owned()
}

/// One group as a text.
fn written(shape: &[Kind], row: &[Cell], precision: Precision) -> String {
    let mut text = String::new();
    for (kind, cell) in shape.iter().zip(row) {
        let count = cell.len();
        match (kind, precision) {
            (Kind::Name, _) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&in_braces(&patterns_or_prefixes(cell, precision)));
            }
            (Kind::Single, _) => {}
            (Kind::Index, _) => text.push_str(&format!("[{}]", indexes(cell, precision))),
            (Kind::Key, Precision::Counted) if count > 1 => text.push_str(&format!("[{count} keys]")),
            (Kind::Key, _) => {
                let keys = patterns_or_prefixes(cell, precision);
                let quoted: Vec<String> = keys.iter().map(|key| format!("\"{key}\"")).collect();
                text.push_str(&format!("[{}]", quoted.join(",")));
            }
        }
    }
    text
}

fn indexes(cell: &Cell, precision: Precision) -> String {
    let complete = ranges(cell);
    if precision <= Precision::Complete || cell.len() == 1 {
        return complete;
    }
    let distinct = prefixes::distinct(&cell.iter().map(|text| &**text).collect::<Vec<_>>());
    let counted = format!("{} indexes", cell.len());
    let shorter = if precision == Precision::Counted { counted } else { distinct };
    if shorter.len() < complete.len() { shorter } else { complete }
}

fn in_braces(patterns: &[String]) -> String {
    match patterns {
        [only] => only.clone(),
        several => format!("{{{}}}", several.join(",")),
    }
}

fn patterns_or_prefixes(texts: &[Rc<str>], precision: Precision) -> Vec<String> {
    let complete = patterns(texts);
    if precision <= Precision::Complete || texts.len() == 1 {
        return complete;
    }
    let distinct = prefixes::distinct(&texts.iter().map(|text| &**text).collect::<Vec<_>>());
    let length: usize = complete.iter().map(|pattern| pattern.len() + 3).sum();
    if distinct.len() < length { vec![distinct] } else { complete }
}

/// A set of texts as few texts with sets in braces.
fn patterns(texts: &[Rc<str>]) -> Vec<String> {
    if texts.len() < FEW {
        return texts.iter().map(|text| escaped(text)).collect();
    }
    let mut by_shape: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for text in texts {
        let words = words(text);
        by_shape.entry(shape(&words)).or_default().push(words.into_iter().map(str::to_owned).collect());
    }
    by_shape.into_values().flat_map(merged).map(|row| row.iter().map(set).collect()).collect()
}

/// Runs of digits, runs of letters, and what stands between.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let class = class(first);
        let end = rest.find(|next| self::class(next) != class).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        words.push(word);
        rest = behind;
    }
    words
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Digit,
    Letter,
    Other,
}

fn class(character: char) -> Class {
    match character {
        digit if digit.is_ascii_digit() => Class::Digit,
        letter if letter.is_alphanumeric() => Class::Letter,
        _ => Class::Other,
    }
}

/// What texts have in common that may become one: all but the digits and letters themselves.
fn shape(words: &[&str]) -> String {
    let one = |word: &&str| match word.chars().next().map(class) {
        Some(Class::Digit) => "0".to_owned(),
        Some(Class::Letter) => "a".to_owned(),
        _ => (*word).to_owned(),
    };
    words.iter().map(one).collect()
}

fn set(cell: &Cell) -> String {
    match &cell[..] {
        [only] => escaped(only),
        several if several[0].starts_with(|first: char| first.is_ascii_digit()) => format!("{{{}}}", ranges(several)),
        several => format!("{{{}}}", several.join(",")),
    }
}

/// Braces of a text itself are none of ours.
fn escaped(text: &str) -> String {
    text.replace('{', "\\{").replace('}', "\\}")
}

/// `0..3,7`, with steps `0..95..5`; numbers keep their leading zeros.
fn ranges(numbers: &[Rc<str>]) -> String {
    let mut sorted: Vec<&str> = numbers.iter().map(|number| &**number).collect();
    sorted.sort_by_key(|number| (number.len(), *number));
    let mut parts = Vec::new();
    let mut rest = &sorted[..];
    while let [first, ..] = rest {
        let step = rest.get(1).and_then(|next| step(first, next));
        let steps = step.map_or(0, |wanted| {
            rest.windows(2).take_while(|pair| self::step(pair[0], pair[1]) == Some(wanted)).count()
        });
        match step {
            Some(1) if steps > 0 => parts.push(format!("{first}..{}", rest[steps])),
            Some(step) if steps > 1 => parts.push(format!("{first}..{}..{step}", rest[steps])),
            _ => {
                parts.push((*first).to_owned());
                rest = &rest[1..];
                continue;
            }
        }
        rest = &rest[steps + 1..];
    }
    parts.join(",")
}

/// How far it is to the next number, if it is written as counting goes on.
fn step(last: &str, next: &str) -> Option<u64> {
    let same_manner = last.len() == next.len() || last == "0" || !last.starts_with('0');
    let (last, next) = (last.parse::<u64>().ok()?, next.parse::<u64>().ok()?);
    next.checked_sub(last).filter(|_| same_manner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: impl IntoIterator<Item = String>, expected: &[&str]) {
        let names: Vec<String> = names.into_iter().collect();
        assert_eq!(grouped(&names, Precision::Complete), expected);
    }

    #[test]
    fn indexes() {
        check((0..20_000).map(|index| format!("a_b.c[{index}]")), &["a_b.c[0..19999]"]);
        check(["a.b[2]", "a.b[0]", "a.b[1]", "a.b[10]"].map(str::to_owned), &["a.b[0..2,10]"]);
        check((0..50).map(|index| format!("a.b[{}]", index * 5)), &["a.b[0..245..5]"]);
        check(["a.b[0]", "a.b[2]", "a.b[7]"].map(str::to_owned), &["a.b[0,2,7]"]);
    }

    #[test]
    fn keys_with_numbers_and_words() {
        let teams = ["blue", "green", "red"];
        let keys = (1..=20).flat_map(|index| teams.map(|team| format!("a.b[\"{team}-{index:02}\"]")));
        check(keys, &["a.b[\"{blue,green,red}-{01..20}\"]"]);
        check(["a.b[\"x\"]", "a.b[\"y{\"]"].map(str::to_owned), &["a.b[\"x\",\"y\\{\"]"]);
    }

    #[test]
    fn modules_in_many_instances() {
        let resources = ["a.b", "a.c[0]", "a.c[1]"];
        let names = (0..100).flat_map(|index| resources.map(|resource| format!("module.m[\"k{index}\"].{resource}")));
        check(names, &["module.m[\"k{0..99}\"].a.b", "module.m[\"k{0..99}\"].a.c[0..1]"]);
        let names = (0..9).flat_map(|index| ["a.x", "a.y"].map(|resource| format!("module.m[{index}].{resource}")));
        check(names, &["module.m[0..8].{a.x,a.y}"]);
    }

    #[test]
    fn resources_with_numbers() {
        check((0..5000).map(|index| format!("a.r{index}")), &["a.r{0..4999}"]);
    }

    #[test]
    fn what_is_no_address_is_a_text() {
        check(["main.tf:1", "main.tf:2"].map(str::to_owned), &["{main.tf:1,main.tf:2}"]);
    }

    #[test]
    fn every_name_is_in_its_pattern() {
        let names: Vec<String> = (0..300).map(|index| format!("a.b[\"k-{}-{}\"]", index * 7 % 31, index % 5)).collect();
        let all = grouped(&names, Precision::Complete).join("\n");
        let found: std::collections::BTreeSet<String> = all.lines().flat_map(expanded).collect();
        assert_eq!(found, names.iter().cloned().collect());
    }

    /// The texts of a pattern with sets of numbers or words in braces.
    fn expanded(pattern: &str) -> Vec<String> {
        let Some((before, rest)) = pattern.split_once('{') else { return vec![pattern.to_owned()] };
        let (inside, behind) = rest.split_once('}').expect("closed");
        let items = inside.split(',').flat_map(|item| match item.split_once("..") {
            Some((first, last)) => {
                let number = |text: &str| text.parse::<u32>().expect("a number");
                (number(first)..=number(last)).map(|number| number.to_string()).collect()
            }
            None => vec![item.to_owned()],
        });
        items.flat_map(|item| expanded(&format!("{before}{item}{behind}"))).collect()
    }
}
