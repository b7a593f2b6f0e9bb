//! `moved` blocks that contradict each other or what is declared.

mod cycles;
mod moveable;
mod order;
mod statement;

use std::collections::{HashMap, HashSet};

use landform_addrs::{ModuleInstance, ModulePath};
use landform_diagnostics::{Diagnostics, SourceMap, Span};

use crate::load::ModuleTree;
use crate::model::MoveSubject;
use crate::place::start;
pub use moveable::Moveable;
use statement::{Statement, statements};

/// What a plan has found to be declared.
pub trait DeclaredInstances {
    /// All instances of a module; of the root module, the one there is.
    fn instances_of_module(&self, module: &ModulePath) -> Vec<ModuleInstance>;

    /// Whether something is declared: an instance with just this key; a resource or a call even without instances, in
    /// an instance of its module.
    fn is_declared(&self, moveable: &Moveable) -> bool;
}

/// In which order moves are carried out, by their indexes; those that may come in any order as they stand. Each is given
/// as the module that it stands in and its two ends. `None` where some lead back to where they began: then nothing can be
/// moved.
pub fn order_of_moves<'a>(
    moves: impl IntoIterator<Item = (&'a ModulePath, &'a MoveSubject, &'a MoveSubject)>,
) -> Option<Vec<usize>> {
    let statements: Vec<Statement> =
        moves.into_iter().map(|(module, from, to)| Statement::new(module, from, to)).collect();
    order::sorted(&order::graph(&statements))
}

/// Whether all `moved` blocks make sense together. Terraform looks when it has planned, and forgets all other errors if
/// there are any here. Cycles are reported only when all else is well.
pub fn check_moves(tree: &ModuleTree, declared: &dyn DeclaredInstances, sources: &SourceMap) -> Diagnostics {
    let (statements, spans) = statements(tree);
    let within_lists = statements.iter().filter(|statement| statement.moves_within_list());
    let mut lists = Lists::default();
    within_lists.for_each(|statement| lists.add(statement));
    let ends = [HashMap::new(), HashMap::new()];
    let mut check = Check { tree, declared, sources, lists, ends, found: Diagnostics::new() };
    for (statement, span) in statements.iter().zip(&spans) {
        for instance in declared.instances_of_module(&statement.module) {
            check.check(statement, *span, &instance);
        }
    }
    if check.found.is_empty() { cycles::check(&statements, &spans, sources) } else { check.found }
}

/// Moves within lists that `count` numbers: what each item moves to, relative to the module with the block.
#[derive(Default)]
struct Lists<'a> {
    next: HashMap<(&'a ModulePath, &'a Moveable), &'a Moveable>,
    refilled: HashSet<(&'a ModulePath, &'a Moveable)>,
}

impl<'a> Lists<'a> {
    fn add(&mut self, statement: &'a Statement) {
        self.next.insert((&statement.module, &statement.from), &statement.to);
        self.refilled.insert((&statement.module, &statement.to));
    }

    /// Whether another item moves to where one comes from.
    fn is_refilled(&self, statement: &Statement) -> bool {
        statement.moves_within_list() && self.refilled.contains(&(&statement.module, &statement.from))
    }

    /// Of the first in a chain, where this ends if that is further down the list: there is room for a new item then.
    fn end_below(&self, statement: &'a Statement) -> Option<&'a Moveable> {
        if !statement.moves_within_list() || self.is_refilled(statement) {
            return None;
        }
        let next = |end: &&'a Moveable| self.next.get(&(&statement.module, *end)).copied();
        // No chain is longer, unless it is a circle.
        let end = std::iter::successors(Some(&statement.to), next).take(self.next.len()).last()?;
        (statement.from.index()? < end.index()?).then_some(end)
    }
}

struct Check<'a> {
    tree: &'a ModuleTree,
    declared: &'a dyn DeclaredInstances,
    sources: &'a SourceMap,
    lists: Lists<'a>,
    /// By what is moved and by where it is moved to, the other end and the statement that said so first.
    ends: [HashMap<Moveable, (Moveable, Span)>; 2],
    found: Diagnostics,
}

impl Check<'_> {
    fn check(&mut self, statement: &Statement, span: Span, instance: &ModuleInstance) {
        let [from, to] = [&statement.from, &statement.to].map(|end| end.in_module(instance));
        if from == to {
            let detail = format!(
                "This statement declares a move from {from} to the same address, which is the same as not declaring \
                 this move at all."
            );
            self.found.error(span, "Redundant move statement", detail);
            return;
        }
        // In a list, the next item takes the place, or a new one does.
        let made_room =
            || self.lists.end_below(statement).map(|end| self.declared.is_declared(&end.in_module(instance)));
        if !self.lists.is_refilled(statement) && self.declared.is_declared(&from) && made_room() != Some(true) {
            self.still_declared(&from, &to, span);
        }
        self.ambiguous_from(&from, &to, span);
        self.ambiguous_to(&from, &to, span);
    }

    fn still_declared(&mut self, from: &Moveable, to: &Moveable, span: Span) {
        let place = self.declared_at(from).map(|span| format!(" at {}", start(self.sources, span)));
        let detail = format!(
            "This statement declares a move from {from}, but that {} is still declared{}.\n\nChange your configuration \
             so that this {} will be declared as {to} instead.",
            from.noun(),
            place.unwrap_or_default(),
            from.short_noun()
        );
        self.found.error(span, "Moved object still exists", detail);
    }

    /// The expression that decides on instances, or else the block.
    fn declared_at(&self, moveable: &Moveable) -> Option<Span> {
        let module = |instance: &ModuleInstance| Some(&self.tree.node(self.tree.find(&instance.path())?).module);
        match moveable {
            Moveable::Call { module: parent, call } => Some(module(parent)?.module_calls.get(call)?.span),
            Moveable::Module(instance) => {
                let (parent, call, _) = instance.parent()?;
                let call = module(&parent)?.module_calls.get(call)?;
                let repetition = call.for_each.as_ref().or(call.count.as_ref());
                Some(repetition.map_or(call.span, |expr| expr.span))
            }
            Moveable::Resource(address) => Some(module(&address.module)?.resources.get(&address.resource)?.span),
            Moveable::Instance(address) => {
                let resource = module(&address.module)?.resources.get(&address.resource)?;
                let repetition = resource.for_each.as_ref().or(resource.count.as_ref());
                Some(repetition.map_or(resource.span, |expr| expr.span))
            }
        }
    }

    fn ambiguous_from(&mut self, from: &Moveable, to: &Moveable, span: Span) {
        let Some((other, place)) = self.other_end(0, from, to, span) else { return };
        let detail = format!(
            "A statement at {place} declared that {from} moved to {other}, but this statement instead declares that it \
             moved to {to}.\n\nEach {} can move to only one destination {}.",
            from.noun(),
            from.short_noun()
        );
        self.found.error(span, AMBIGUOUS, detail);
    }

    fn ambiguous_to(&mut self, from: &Moveable, to: &Moveable, span: Span) {
        let Some((other, place)) = self.other_end(1, to, from, span) else { return };
        let detail = format!(
            "A statement at {place} declared that {other} moved to {to}, but this statement instead declares that \
             {from} moved there.\n\nEach {} can have moved from only one source {}.",
            from.noun(),
            from.short_noun()
        );
        self.found.error(span, AMBIGUOUS, detail);
    }

    /// The other end that an earlier statement gave to the same end, if it differs, and that statement's place.
    fn other_end(&mut self, end: usize, this: &Moveable, other: &Moveable, span: Span) -> Option<(Moveable, String)> {
        let Some((earlier, place)) = self.ends[end].get(this) else {
            self.ends[end].insert(this.clone(), (other.clone(), span));
            return None;
        };
        (earlier != other).then(|| (earlier.clone(), start(self.sources, *place)))
    }
}

const AMBIGUOUS: &str = "Ambiguous move statements";
