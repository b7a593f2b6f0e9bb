//! Instances of configurations whose `count` and `for_each` are literals.

use landform_addrs::{InstanceKey, ModuleInstance, ModulePath, Str};
use landform_config::ModuleTree;
use landform_config::check::{DeclaredInstances, Moveable};
use landform_lang::syntax::ast::{Expr, ExprKind, ObjectKey};

pub(crate) struct Literal<'a>(pub(crate) &'a ModuleTree);

/// The keys of what is declared with these arguments.
pub(crate) fn keys(count: Option<&Expr>, for_each: Option<&Expr>) -> Vec<InstanceKey> {
    match (count.map(|expr| &expr.kind), for_each.map(|expr| &expr.kind)) {
        (Some(ExprKind::Literal(count)), _) => {
            let count = count.as_number().expect("a number").to_string();
            let count: i64 = count.parse().expect("a small number");
            (0..count).map(InstanceKey::Int).collect()
        }
        (_, Some(ExprKind::Object(items))) => {
            let name = |key: &ObjectKey| match key {
                ObjectKey::Name(name) => name.name.clone(),
                ObjectKey::Expr(_) => panic!("a key that is no name"),
            };
            items.iter().map(|item| InstanceKey::String(name(&item.key))).collect()
        }
        (None, None) => vec![InstanceKey::None],
        _ => panic!("neither count nor for_each is a literal"),
    }
}

impl Literal<'_> {
    pub(crate) fn instances(&self, path: &ModulePath) -> Vec<ModuleInstance> {
        let mut instances = vec![ModuleInstance::root()];
        let mut here = ModulePath::root();
        for call in path.calls() {
            let keys = self.keys_of_call(&here, call).unwrap_or_default();
            let of = |module: ModuleInstance| keys.iter().map(move |key| module.child(call.clone(), key.clone()));
            instances = instances.into_iter().flat_map(of).collect();
            here = here.child(call.clone());
        }
        instances
    }

    fn keys_of_call(&self, module: &ModulePath, call: &Str) -> Option<Vec<InstanceKey>> {
        let call = self.0.node(self.0.find(module)?).module.module_calls.get(call)?;
        Some(keys(call.count.as_deref(), call.for_each.as_deref()))
    }

    fn is_module(&self, module: &ModuleInstance) -> bool {
        self.instances(&module.path()).contains(module)
    }
}

impl DeclaredInstances for Literal<'_> {
    fn instances_of_module(&self, module: &ModulePath) -> Vec<ModuleInstance> {
        self.instances(module)
    }

    fn is_declared(&self, moveable: &Moveable) -> bool {
        match moveable {
            Moveable::Module(module) => self.is_module(module),
            Moveable::Call { module, call } => {
                self.is_module(module) && self.keys_of_call(&module.path(), call).is_some()
            }
            Moveable::Resource(address) => {
                let node = self.0.find(&address.module.path()).map(|index| self.0.node(index));
                let declared = node.is_some_and(|node| node.module.resources.contains_key(&address.resource));
                declared && self.is_module(&address.module)
            }
            Moveable::Instance(address) => {
                let node = self.0.find(&address.module.path()).map(|index| self.0.node(index));
                let resource = node.and_then(|node| node.module.resources.get(&address.resource));
                let keys = resource.map(|it| keys(it.count.as_deref(), it.for_each.as_deref()));
                self.is_module(&address.module) && keys.is_some_and(|keys| keys.contains(&address.key))
            }
        }
    }
}
