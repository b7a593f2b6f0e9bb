//! What many instances have in common is evaluated once.
//!
//! In a resource with `count` or `for_each`, each instance evaluates the same expressions. Their parts that do not depend
//! on the instance (`aws_subnet.a[*].id` in `element(aws_subnet.a[*].id, count.index)`) take work for each element of what
//! they refer to: without remembering, n instances that refer to m take n · m. Such a part remembers its last result with
//! the values that it was made from, and is evaluated again only if one of these is another.

use std::sync::{Mutex, MutexGuard};

use landform_values::Value;

use super::Slot;
use super::evaluate::Evaluator;
use super::node::{Node, NodeKind};

/// A part that does not depend on the instance, and its last result.
pub(super) struct Remembered {
    pub(super) node: Node,
    /// All that it refers to.
    slots: Box<[Slot]>,
    last: Mutex<Option<Last>>,
}

struct Last {
    inputs: Vec<Value>,
    result: Value,
}

impl std::fmt::Debug for Remembered {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not the values, which may be secret.
        f.debug_tuple("Remembered").field(&self.node).finish()
    }
}

impl Remembered {
    fn last(&self) -> MutexGuard<'_, Option<Last>> {
        self.last.lock().expect("nobody panics while comparing values")
    }

    fn recall(&self, inputs: &[Value]) -> Option<Value> {
        let last = self.last();
        let last = last.as_ref()?;
        let same = last.inputs.iter().zip(inputs).all(|(before, now)| before.is_identical(now));
        same.then(|| last.result.clone())
    }
}

impl Evaluator<'_> {
    /// A result is remembered only if nothing is to be said of it, because that is said each time.
    pub(super) fn remembered(&mut self, part: &Remembered) -> Value {
        let scope = self.scope();
        let inputs: Option<Vec<Value>> = part.slots.iter().map(|slot| scope.get(*slot).ok()).collect();
        let Some(inputs) = inputs else { return self.evaluate(&part.node) };
        if let Some(result) = part.recall(&inputs) {
            return result;
        }
        let before = self.mark();
        let result = self.evaluate(&part.node);
        if self.mark() == before {
            *part.last() = Some(Last { inputs, result: result.clone() });
        }
        result
    }
}

/// Makes each largest part remember that costs something and does not vary. The frame has so many places already.
pub(super) fn remember(root: &mut Node, varies: &dyn Fn(Slot) -> bool, places: usize) {
    let found = look(root, varies, places);
    if found.is_worth_it(places) {
        wrap(root, found);
    }
}

/// What there is in a part.
struct Found {
    /// Whether it depends on the instance, or on more than values.
    varies: bool,
    /// Whether it goes through elements or calls functions.
    costs: bool,
    /// The lowest place in the frame that it refers to.
    lowest: usize,
    slots: Vec<Slot>,
}

impl Found {
    fn is_worth_it(&self, places: usize) -> bool {
        !self.varies && self.costs && self.lowest >= places && !self.slots.is_empty()
    }
}

/// Looks at a part from within, and lets its own parts remember if it does not itself.
fn look(node: &mut Node, varies: &dyn Fn(Slot) -> bool, places: usize) -> Found {
    let mut all = own(node, varies);
    let mut parts = Vec::new();
    node.for_each_child_mut(places, &mut |child, places| {
        let found = look(child, varies, places);
        all.varies |= found.varies;
        all.costs |= found.costs;
        all.lowest = all.lowest.min(found.lowest);
        all.slots.extend_from_slice(&found.slots);
        parts.push(found);
    });
    all.slots.sort_unstable();
    all.slots.dedup();
    if !all.is_worth_it(places) {
        let mut parts = parts.into_iter();
        node.for_each_child_mut(places, &mut |child, places| {
            let found = parts.next().expect("the children are the same");
            if found.is_worth_it(places) {
                wrap(child, found);
            }
        });
    }
    all
}

/// What a node is without its children.
fn own(node: &Node, varies: &dyn Fn(Slot) -> bool) -> Found {
    let mut found = Found { varies: false, costs: false, lowest: usize::MAX, slots: Vec::new() };
    match &node.kind {
        NodeKind::Reference(reference) => {
            found.varies = varies(reference.slot);
            found.slots.push(reference.slot);
        }
        NodeKind::Local(local) => found.lowest = local.place,
        NodeKind::Item(place) => found.lowest = *place,
        NodeKind::Splat(_) | NodeKind::For(_) | NodeKind::Join(_) => found.costs = true,
        NodeKind::Call(call) => {
            found.costs = true;
            found.varies = !call.callee.depends_on_arguments_alone();
        }
        NodeKind::Invalid | NodeKind::Failed(_) => found.varies = true,
        _ => {}
    }
    found
}

fn wrap(node: &mut Node, found: Found) {
    let (span, start) = (node.span, node.start);
    let inner = std::mem::replace(node, Node::new(NodeKind::Invalid, span));
    let part = Remembered { node: inner, slots: found.slots.into(), last: Mutex::default() };
    *node = Node { kind: NodeKind::Remembered(Box::new(part)), span, start };
}
