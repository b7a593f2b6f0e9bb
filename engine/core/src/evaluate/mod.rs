//! The evaluator: the values that names have, in every instance of every module.
//!
//! It is told the value of a resource by whoever plans or applies it, and works out the rest by the static graph's
//! order: the caller visits nodes, the evaluator evaluates them.
//!
//! **Invariant**: knows the language and nothing of state or providers.

mod expansion;
mod imports;
mod nodes;
mod provider_key;
mod rule;
mod scope;
mod validation;
mod whole;

pub(crate) use expansion::{Expansion, Unknowns, expand};
pub(crate) use imports::ImportTargets;
pub(crate) use nodes::place_of;
pub(crate) use rule::{RuleKind, RuleResult, evaluate as evaluate_rule, marked_message, unsuitable_message};
pub(crate) use scope::{DestroyScope, InstanceData};
pub(crate) use validation::any_instance;
pub(crate) use whole::{EachMode, whole_value, whole_value_of};

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use landform_addrs::{InstanceKey, ModuleInstance, ResourceMode};
use landform_lang::expr::EvalContext;
use landform_values::{Marks, Str, Value};

use crate::program::{CompiledResource, ModuleId, Program};
use crate::testing::overrides::{Overrides, output_of};
use crate::variables::Given;

/// Index of an instance of a module.
pub(crate) type ScopeId = usize;

/// What does not change during a run.
#[derive(Clone)]
pub(crate) struct Settings {
    /// What functions may use of the world.
    pub(crate) context: EvalContext,
    /// The root module's directory, as `path.root` says.
    pub(crate) root_dir: Str,
    /// The working directory, as `path.cwd` says.
    pub(crate) working_dir: Str,
    /// The selected workspace.
    pub(crate) workspace: Str,
    /// Whether this is apply.
    pub(crate) applying: bool,
}

/// The values of a run.
pub(crate) struct Evaluator {
    /// What is evaluated.
    pub(crate) program: Arc<Program>,
    /// What does not change.
    pub(crate) settings: Settings,
    /// What the root module's variables were given.
    given: BTreeMap<Str, Given>,
    scopes: RefCell<Vec<ModuleScope>>,
    /// Calls that stay without instances, whatever their arguments yield: by what stands for all their instances.
    put_off: HashSet<ModuleInstance>,
    /// Modules that are not reached: only their outputs have values.
    overrides: Arc<Overrides>,
    /// By address.
    by_address: RefCell<HashMap<ModuleInstance, ScopeId>>,
    /// The instances of each element of the tree.
    by_module: RefCell<Vec<Vec<ScopeId>>>,
}

/// The values in one instance of a module.
pub(crate) struct ModuleScope {
    /// Its address.
    pub(crate) address: ModuleInstance,
    /// Which module.
    pub(crate) module: ModuleId,
    /// The calling instance.
    pub(crate) parent: Option<ScopeId>,
    /// The call's `each` or `count` for this instance.
    data: InstanceData,
    variables: Vec<Value>,
    locals: Vec<Value>,
    outputs: Vec<Value>,
    resources: Vec<Value>,
    /// The instances of each call, once expanded.
    calls: Vec<Option<Expanded>>,
    /// Values of calls, of all outputs or of one, once asked for.
    call_values: HashMap<(usize, Option<usize>), Value>,
}

/// A call's instances.
#[derive(Clone)]
struct Expanded {
    mode: EachMode,
    instances: Vec<(InstanceKey, ScopeId)>,
    /// The instances are not known: the value is not either.
    unknown: bool,
}

impl Evaluator {
    /// With a root module whose variables were given these values.
    pub(crate) fn new(program: Arc<Program>, settings: Settings, given: BTreeMap<Str, Given>) -> Self {
        let by_module = RefCell::new(vec![Vec::new(); program.tree.len()]);
        let this = Self {
            program,
            settings,
            given,
            put_off: HashSet::new(),
            overrides: Arc::default(),
            scopes: RefCell::default(),
            by_address: RefCell::default(),
            by_module,
        };
        this.add_scope(0, ModuleInstance::root(), None, InstanceData::default());
        this
    }

    /// The same with calls that stay without instances, each by what stands for all of them.
    #[must_use]
    pub(crate) fn putting_off(self, put_off: HashSet<ModuleInstance>) -> Self {
        Self { put_off, ..self }
    }

    /// The same with modules that are not reached.
    #[must_use]
    pub(crate) fn overriding(self, overrides: Arc<Overrides>) -> Self {
        Self { overrides, ..self }
    }

    fn add_scope(
        &self,
        module: ModuleId,
        address: ModuleInstance,
        parent: Option<ScopeId>,
        data: InstanceData,
    ) -> ScopeId {
        let compiled = &self.program.tree[module].module;
        let unset = |count: usize| vec![Value::dynamic(); count];
        let overridden = self.overrides.of_module(&address);
        let scope = ModuleScope {
            address,
            module,
            parent,
            data,
            variables: unset(compiled.variables.len()),
            locals: unset(compiled.locals.len()),
            outputs: match overridden {
                Some(found) => compiled.config.outputs.values().map(|output| output_of(found, output)).collect(),
                None => unset(compiled.outputs.len()),
            },
            resources: compiled.resources.iter().map(unset_resource).collect(),
            calls: vec![None; compiled.calls.len()],
            call_values: HashMap::new(),
        };
        let mut scopes = self.scopes.borrow_mut();
        self.by_address.borrow_mut().insert(scope.address.clone(), scopes.len());
        scopes.push(scope);
        // Nothing within it is evaluated.
        if overridden.is_none() {
            self.by_module.borrow_mut()[module].push(scopes.len() - 1);
        }
        scopes.len() - 1
    }

    /// The instances of an element of the tree that are there by now.
    pub(crate) fn instances(&self, module: ModuleId) -> Vec<ScopeId> {
        self.by_module.borrow()[module].clone()
    }

    /// Those of them that are known, without what stands for any number of others.
    pub(crate) fn known_instances(&self, module: ModuleId) -> Vec<ScopeId> {
        let scopes = self.scopes.borrow();
        self.by_module.borrow()[module].iter().copied().filter(|scope| !scopes[*scope].address.is_unknown()).collect()
    }

    /// Whether nobody knows yet what instances an element of the tree has.
    pub(crate) fn has_unknown_instances(&self, module: ModuleId) -> bool {
        let scopes = self.scopes.borrow();
        self.by_module.borrow()[module].iter().any(|scope| scopes[*scope].address.is_unknown())
    }

    /// The instance of a module with an address, if it is there by now.
    pub(crate) fn scope_at(&self, address: &ModuleInstance) -> Option<ScopeId> {
        self.by_address.borrow().get(address).copied()
    }

    /// The address of an instance.
    pub(crate) fn address(&self, scope: ScopeId) -> ModuleInstance {
        self.scopes.borrow()[scope].address.clone()
    }

    /// Tells the value of a resource, with all its instances (see [`whole_value`]).
    pub(crate) fn set_resource(&self, scope: ScopeId, resource: usize, value: Value) {
        self.scopes.borrow_mut()[scope].resources[resource] = value;
    }

    /// A local value in one instance of its module.
    pub(crate) fn local_value(&self, scope: ScopeId, local: usize) -> Value {
        self.scopes.borrow()[scope].locals[local].clone()
    }

    /// An output's value in one instance of its module.
    pub(crate) fn output(&self, scope: ScopeId, output: usize) -> Value {
        self.scopes.borrow()[scope].outputs[output].clone()
    }

    /// Whether there is an instance of a module at an address.
    pub(crate) fn module_exists(&self, address: &ModuleInstance) -> bool {
        self.by_address.borrow().contains_key(address)
    }

    /// Whether there is one, or may be: which instances a call around it has is not known yet.
    pub(crate) fn module_may_exist(&self, address: &ModuleInstance) -> bool {
        if self.module_exists(address) {
            return true;
        }
        let mut around = Some(address.clone());
        std::iter::from_fn(|| {
            let (parent, call, _) = around.as_ref()?.parent()?;
            let unknown = parent.child(call.clone(), InstanceKey::Wildcard);
            around = Some(parent);
            Some(unknown)
        })
        .any(|unknown| self.module_exists(&unknown))
    }
}

/// A resource of which nothing is known yet, but that what it yields must not be stored if it is ephemeral.
fn unset_resource(resource: &CompiledResource) -> Value {
    match resource.address.mode {
        ResourceMode::Ephemeral => Value::dynamic().with_marks(&Marks::ephemeral()),
        ResourceMode::Managed | ResourceMode::Data => Value::dynamic(),
    }
}
