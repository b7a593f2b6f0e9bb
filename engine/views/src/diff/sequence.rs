//! Which items of two lists correspond.

use std::collections::{HashMap, HashSet};

use landform_plan::Action;
use landform_values::Value;

use super::change::equal;
use super::{Change, Diff, combine};

/// Above so many pairs of items, a faster algorithm looks for what the lists have in common.
const MAX_CELLS: usize = 4_000_000;

/// Compares the items of two lists; `compare` gets the positions of items that correspond, or of one alone.
/// `alike` says whether two different items are shown as one that changed.
pub(super) fn transform(
    change: &Change<'_>,
    compare: impl Fn(Change<'_>) -> Diff,
    alike: impl Fn(&Value, &Value) -> bool,
) -> (Vec<Diff>, Action) {
    let mut action = match (change.before.items(), change.after.items()) {
        (Some(_), None) => Action::Delete,
        (None, Some(_)) => Action::Create,
        _ => Action::NoOp,
    };
    let before = change.before.items().unwrap_or_default();
    let after = change.after.items().unwrap_or_default();
    let pairs = pairs(before, after, alike);
    let mut elements = Vec::with_capacity(pairs.len());
    for (before, after) in pairs {
        let element = compare(change.items(before, after));
        action = combine(action, element.action);
        elements.push(element);
    }
    (elements, action)
}

/// Positions in the one list and in the other.
type Pair = (Option<usize>, Option<usize>);

/// What can be aligned.
pub(super) trait Item {
    /// Whether two items are the same.
    fn is_same(&self, other: &Self) -> bool;

    /// A text that is the same for the same items.
    fn key(&self) -> String;
}

impl Item for Value {
    fn is_same(&self, other: &Self) -> bool {
        equal(Some(self), Some(other))
    }

    fn key(&self) -> String {
        crate::json::known_text(self)
    }
}

impl Item for String {
    fn is_same(&self, other: &Self) -> bool {
        self == other
    }

    fn key(&self) -> String {
        self.clone()
    }
}

/// Positions of items that correspond, and of items that are on one side only, in the order in which to show them.
pub(super) fn pairs<T: Item>(before: &[T], after: &[T], alike: impl Fn(&T, &T) -> bool) -> Vec<Pair> {
    if goes_by_place(before, after) {
        return (0..before.len()).map(|index| (Some(index), Some(index))).collect();
    }
    align(before, after, alike)
}

/// Lists of one length are compared place by place, unless all old items are there still: then they only moved.
fn goes_by_place<T: Item>(before: &[T], after: &[T]) -> bool {
    if before.len() != after.len() {
        return false;
    }
    let moved = before.iter().zip(after).filter(|(before, after)| !before.is_same(after)).map(|(before, _)| before);
    if are_many(before, after) {
        let kept: HashSet<String> = after.iter().map(Item::key).collect();
        return moved.map(Item::key).any(|key| !kept.contains(&key));
    }
    moved.into_iter().any(|item| !after.iter().any(|candidate| item.is_same(candidate)))
}

/// Whether not each item of one list can be compared with each of another.
fn are_many<T>(before: &[T], after: &[T]) -> bool {
    before.len().saturating_mul(after.len()) > MAX_CELLS
}

/// Positions of items that are equal or alike, and of items that are on one side only, in the order in which to show
/// them.
fn align<T: Item>(before: &[T], after: &[T], alike: impl Fn(&T, &T) -> bool) -> Vec<Pair> {
    let common = common_subsequence(before, after);
    let mut pairs = Vec::with_capacity(before.len().max(after.len()));
    let (mut b, mut a) = (0, 0);
    let mut rest = common.iter().map(|index| &before[*index]).peekable();
    loop {
        let next = rest.peek().copied();
        let is_next = |item: &T| next.is_some_and(|next| item.is_same(next));
        while b < before.len() && !is_next(&before[b]) {
            if a < after.len() && alike(&before[b], &after[a]) && !is_next(&after[a]) {
                pairs.push((Some(b), Some(a)));
                a += 1;
            } else {
                pairs.push((Some(b), None));
            }
            b += 1;
        }
        while a < after.len() && !is_next(&after[a]) {
            pairs.push((None, Some(a)));
            a += 1;
        }
        if rest.next().is_none() {
            return pairs;
        }
        pairs.push((Some(b), Some(a)));
        b += 1;
        a += 1;
    }
}

/// Positions in `before` of a longest sequence of items that both lists have in this order.
fn common_subsequence<T: Item>(before: &[T], after: &[T]) -> Vec<usize> {
    let suffix = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a.is_same(b)).count();
    let (head, other) = (&before[..before.len() - suffix], &after[..after.len() - suffix]);
    let mut found = if are_many(head, other) { by_myers(head, other) } else { by_table(head, other) };
    found.extend(head.len()..before.len());
    found
}

/// Of several longest ones, the one that Terraform's table leads to.
fn by_table<T: Item>(before: &[T], after: &[T]) -> Vec<usize> {
    if before.is_empty() || after.is_empty() {
        return Vec::new();
    }
    let width = before.len() + 1;
    let mut lengths = vec![0_u32; width * (after.len() + 1)];
    for y in 1..=after.len() {
        for x in 1..=before.len() {
            lengths[y * width + x] = if before[x - 1].is_same(&after[y - 1]) {
                lengths[(y - 1) * width + x - 1] + 1
            } else {
                lengths[y * width + x - 1].max(lengths[(y - 1) * width + x])
            };
        }
    }
    let (mut x, mut y) = (before.len(), after.len());
    let mut found = Vec::new();
    while x > 0 && y > 0 {
        if before[x - 1].is_same(&after[y - 1]) {
            found.push(x - 1);
            x -= 1;
            y -= 1;
        } else if lengths[y * width + x - 1] > lengths[(y - 1) * width + x] {
            x -= 1;
        } else {
            y -= 1;
        }
    }
    found.reverse();
    found
}

/// Equal items get equal numbers, which a general algorithm can compare.
fn by_myers<T: Item>(before: &[T], after: &[T]) -> Vec<usize> {
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut number = |item: &T| {
        let next = numbers.len();
        *numbers.entry(item.key()).or_insert(next)
    };
    let before: Vec<usize> = before.iter().map(&mut number).collect();
    let after: Vec<usize> = after.iter().map(&mut number).collect();
    let operations = similar::capture_diff_slices(similar::Algorithm::Myers, &before, &after);
    let equal_ranges = operations.iter().filter(|operation| operation.tag() == similar::DiffTag::Equal);
    equal_ranges.flat_map(|operation| operation.old_range()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Item for char {
        fn is_same(&self, other: &Self) -> bool {
            self == other
        }

        fn key(&self) -> String {
            self.to_string()
        }
    }

    fn check(before: &str, after: &str, expected: &str) {
        let (before, after): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
        let pairs = align(&before, &after, |a, b| a.is_uppercase() && b.is_uppercase());
        let shown: Vec<String> = pairs
            .into_iter()
            .map(|(b, a)| match (b.map(|b| before[b]), a.map(|a| after[a])) {
                (Some(b), Some(a)) if a == b => format!(" {a}"),
                (Some(b), Some(a)) => format!("~{b}{a}"),
                (Some(b), None) => format!("-{b}"),
                (None, Some(a)) => format!("+{a}"),
                (None, None) => "?".into(),
            })
            .collect();
        assert_eq!(shown.join(""), expected);
    }

    #[test]
    fn equal_items_stay_and_alike_ones_change() {
        check("abc", "abc", " a b c");
        check("abc", "axc", " a-b+x c");
        check("ABC", "AXC", " A~BX C");
        check("abcd", "bcde", "-a b c d+e");
        check("", "ab", "+a+b");
        check("abcabba", "cbabac", "-a-b c-a b+a b a+c");
        check("AB", "B", "-A B");
    }

    #[test]
    fn an_item_that_is_still_there_has_moved() {
        let texts = |texts: [&str; 2]| texts.map(Value::from);
        assert!(!goes_by_place(&texts(["a", "a"]), &texts(["a", "b"])));
        assert!(goes_by_place(&texts(["a", "a"]), &texts(["b", "b"])));
    }

    /// Items that only move are found again however many there are.
    #[test]
    fn long_lists() {
        let items = |range: std::ops::Range<i64>| -> Vec<Value> { range.map(Value::number).collect() };
        let (before, after) = (items(0..3_000), items(1..3_001));
        assert!(are_many(&before, &after));
        assert!(goes_by_place(&before, &after));
        let rotated: Vec<Value> = after[..2_999].iter().cloned().chain([Value::number(0)]).collect();
        assert!(!goes_by_place(&before, &rotated));
        let pairs = align(&before, &rotated, |_, _| false);
        assert_eq!((pairs[0], pairs[1], pairs[3_000]), ((Some(0), None), (Some(1), Some(0)), (None, Some(2_999))));
    }
}
