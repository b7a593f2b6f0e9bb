//! Resources that refer to themselves.

use landform_addrs::InstanceKey;
use landform_config::reference::{self_references, self_references_of_repetition};
use landform_diagnostics::Diagnostics;
use landform_lang::syntax::ast::Body;
use landform_lang::syntax::{Traversal, references, visit_references};

use super::Planner;
use crate::program::{ModuleId, Target};

impl Planner<'_> {
    /// Errors where `count` or `for_each` of a resource refers to the resource.
    pub(super) fn self_references_of_repetition(&self, module: ModuleId, index: usize) -> Diagnostics {
        let compiled = &self.program.tree[module].module;
        let repetition = compiled.resources[index].repetition.expression();
        if !compiled.targets_of(repetition).contains(&Target::Resource(index)) {
            return Diagnostics::new();
        }
        let declared = &compiled.config.resources[index];
        let written = declared.count.iter().chain(&declared.for_each).flat_map(|expr| references(expr));
        self_references_of_repetition(&declared.addr(), written)
    }

    /// Errors where the arguments of instances refer to the instance itself.
    pub(super) fn self_references<'k>(
        &self,
        module: ModuleId,
        index: usize,
        keys: impl Iterator<Item = &'k InstanceKey>,
    ) -> Diagnostics {
        let compiled = &self.program.tree[module].module;
        let slots = compiled.resources[index].body.slots();
        if !slots.iter().any(|slot| compiled.targets[slot.0 as usize] == Target::Resource(index)) {
            return Diagnostics::new();
        }
        let declared = &compiled.config.resources[index];
        let mut written = Vec::new();
        collect(&declared.body, &mut written);
        keys.flat_map(|key| self_references(&declared.addr(), key, written.iter().map(Traversal::as_ref))).collect()
    }
}

fn collect(body: &Body, found: &mut Vec<Traversal>) {
    let content = body.everything();
    for attribute in content.attributes.values() {
        visit_references(&attribute.value, &mut |reference| found.push(reference.to_owned()));
    }
    content.blocks.iter().for_each(|block| collect(&block.body, found));
}
