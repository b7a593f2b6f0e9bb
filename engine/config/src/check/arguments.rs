//! Arguments of module calls: those that the called module's variables want, and no others.

use landform_diagnostics::Diagnostics;
use landform_lang::syntax::{Attributes, BodySchema};

use crate::load::ModuleTree;
use crate::model::{Module, ModuleCall};

/// Checks all calls of a tree.
pub(super) fn check(tree: &ModuleTree) -> Diagnostics {
    let mut found = Diagnostics::new();
    for (index, node) in tree.nodes().iter().enumerate() {
        if let Some(call) = tree.call(index) {
            found.extend(call.body.content(&schema(&node.module)).1);
        }
    }
    found
}

/// The arguments that a call gives to the variables of a module.
pub(super) fn of(call: &ModuleCall, called: &Module) -> Attributes {
    call.body.content(&schema(called)).0.attributes
}

fn schema(called: &Module) -> BodySchema {
    called.variables.values().fold(BodySchema::new(), |schema, variable| {
        let name = variable.name.clone();
        if variable.is_required() { schema.required(name) } else { schema.optional(name) }
    })
}
