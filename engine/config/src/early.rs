//! Values that are known before anything is read or planned.
//!
//! What says where modules come from and where state is kept is needed first of all. It may be made from variables,
//! local values, `path` and `terraform.workspace`, in any module, as long as what those are made from is known as
//! early.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use landform_addrs::{ModulePath, Str};
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_lang::expr::{EvalContext, Names, Scope, Slot, compile};
use landform_lang::functions::MemoryWorld;
use landform_lang::syntax::TraversalRef;
use landform_lang::syntax::ast::Expr;
use landform_values::{Type, Value, convert};

use crate::decode::parse_module_source;
use crate::model::{Module, ModuleCall};
use crate::reference::{Subject, parse_reference};

/// How many values may be made from each other in a row.
const MAX_DEPTH: usize = 200;

/// Values given for the root module's variables, before they are converted.
pub type Given = BTreeMap<Str, Value>;

/// Where the root module's variables come from. It is asked once, and only if there is need.
pub type Givens<'a> = Box<dyn Fn(&Module) -> Result<Given, Diagnostics> + 'a>;

/// What is around a configuration that is about to be loaded.
pub struct Early<'a> {
    /// For functions and messages.
    pub context: EvalContext,
    /// The selected workspace.
    pub workspace: Str,
    /// `path.root`.
    pub root_dir: Str,
    /// `path.cwd`.
    pub working_dir: Str,
    givens: Givens<'a>,
    given: OnceCell<Result<Given, Diagnostics>>,
    known: RefCell<HashMap<Key, Result<Value, Diagnostics>>>,
    /// What is being evaluated, outermost first.
    open: RefCell<Vec<Key>>,
}

/// A module in its place, as early evaluation needs it.
#[derive(Clone, Debug)]
pub struct EarlyScope {
    /// What it declares.
    pub module: Arc<Module>,
    /// The calls that lead to it.
    pub path: ModulePath,
    /// The caller; `None` for the root module.
    pub caller: Option<Arc<EarlyScope>>,
}

/// A named value of a module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    module: ModulePath,
    kind: Kind,
    name: Str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Variable,
    Local,
}

impl<'a> Early<'a> {
    /// With what a program knows of its surroundings.
    pub fn new(context: EvalContext, workspace: Str, (root_dir, working_dir): (Str, Str), givens: Givens<'a>) -> Self {
        Self {
            context,
            workspace,
            root_dir,
            working_dir,
            givens,
            given: OnceCell::new(),
            known: RefCell::default(),
            open: RefCell::default(),
        }
    }

    /// Where nothing is given for the root module's variables, and nothing is known of the world.
    pub fn with_defaults(root_dir: &str, sources: &SourceMap) -> Self {
        let world = MemoryWorld::at(time::OffsetDateTime::UNIX_EPOCH);
        let context = EvalContext::new(Arc::new(world), sources.clone());
        let directories = (root_dir.into(), root_dir.into());
        Self::new(context, "default".into(), directories, Box::new(|_| Ok(Given::new())))
    }

    /// The value of an expression in a module.
    ///
    /// # Errors
    /// When it has none, or none that is known this early.
    pub fn evaluate(&self, expr: &Expr, scope: &Arc<EarlyScope>) -> Result<Value, Diagnostics> {
        let mut names = EarlyNames::new(self, scope);
        let (compiled, mut found) = compile(expr, &mut names);
        found.extend(std::mem::take(&mut names.more));
        if found.has_errors() {
            return Err(found);
        }
        let (value, found) = compiled.evaluate(&names, &self.context);
        if found.has_errors() { Err(found) } else { Ok(value) }
    }

    /// The text that an expression yields; `None` for null.
    fn text(&self, expr: &Expr, scope: &Arc<EarlyScope>, what: &str) -> Result<Option<Str>, Diagnostics> {
        let value = self.evaluate(expr, scope)?;
        let invalid = |detail: String| Diagnostic::error(format!("Invalid {what}"), detail).at(expr.span);
        let marks = value.all_marks();
        if marks.is_sensitive() || marks.is_ephemeral() {
            let kind = if marks.is_sensitive() { "sensitive" } else { "ephemeral" };
            let detail =
                format!("The {what} is made from {kind} values. It is shown and written down, so it can not be.");
            return Err(invalid(detail).into());
        }
        let value = convert(&value, &Type::String)
            .map_err(|error| Diagnostics::from(invalid(format!("The {what} must be a string: {}.", error.message))))?;
        if !value.is_known() {
            return Err(invalid(format!("The {what} is not known before anything is planned.")).into());
        }
        Ok(value.as_shared_str().cloned())
    }

    /// The call with the source and the version that expressions in it yield; nothing where both are constants.
    ///
    /// # Errors
    /// When one of them has no value that is known this early, or none that is valid.
    pub fn call(&self, call: &ModuleCall, scope: &Arc<EarlyScope>) -> Result<Option<ModuleCall>, Diagnostics> {
        if call.source_expr.is_none() && call.version_expr.is_none() {
            return Ok(None);
        }
        let mut resolved = call.clone();
        if let Some(expr) = &call.version_expr {
            let text = self.text(expr, scope, "module version constraint")?;
            resolved.version = text.map(|text| text.parse()).transpose().map_err(|_| {
                let detail = "This string does not use correct version constraint syntax.";
                Diagnostics::from(Diagnostic::error("Invalid version constraint", detail).at(expr.span))
            })?;
        }
        let text = match (&call.source_expr, &call.source_text) {
            (Some(expr), _) => self.text(expr, scope, "module source address")?,
            (None, text) => text.clone(),
        };
        let span = call.source_span.unwrap_or(call.span);
        let Some(text) = text else {
            let detail = "The module source address is null. Each call needs to say where its module comes from.";
            return Err(Diagnostic::error("Invalid module source address", detail).at(span).into());
        };
        let source = parse_module_source(&text, resolved.version.is_some());
        let source =
            source.map_err(|(summary, detail)| Diagnostics::from(Diagnostic::error(summary, detail).at(span)))?;
        (resolved.source, resolved.source_text) = (Some(source), Some(text));
        Ok(Some(resolved))
    }

    /// The value of a variable that wants to be known.
    ///
    /// # Errors
    /// When it is not.
    pub(crate) fn constant(&self, name: &Str, scope: &Arc<EarlyScope>, span: Span) -> Result<Value, Diagnostics> {
        self.named(Kind::Variable, name, scope, span)
    }

    fn variable(&self, name: &Str, scope: &Arc<EarlyScope>, span: Span) -> Result<Value, Diagnostics> {
        let Some(declared) = scope.module.variables.get(name) else {
            return Err(undeclared("input variable", name, span));
        };
        let given = match &scope.caller {
            None => self.given(&scope.module)?.get(name).cloned(),
            Some(caller) => {
                let call = scope.path.parent().and_then(|(_, call)| caller.module.module_calls.get(call));
                let argument = call.and_then(|call| call.body.just_attributes().0.get(name).cloned());
                argument.map(|argument| self.evaluate(&argument.value, caller)).transpose()?
            }
        };
        if given.is_none() && declared.is_required() {
            let detail = format!(
                "The value of var.{name} is needed before anything is planned, and it has none. Set it with -var, \
                 -var-file, a .tfvars file or the environment variable TF_VAR_{name}, or give it a default."
            );
            return Err(Diagnostic::error("No value for required variable", detail).at(span).into());
        }
        declared.value_of(given).map_err(|problem| {
            let detail = format!("The given value is not suitable for var.{name}: {problem}.");
            Diagnostic::error("Invalid value for input variable", detail).at(span).into()
        })
    }

    fn given(&self, root: &Module) -> Result<&Given, Diagnostics> {
        self.given.get_or_init(|| (self.givens)(root)).as_ref().map_err(Clone::clone)
    }

    fn local(&self, name: &Str, scope: &Arc<EarlyScope>, span: Span) -> Result<Value, Diagnostics> {
        let Some(local) = scope.module.locals.get(name) else { return Err(undeclared("local value", name, span)) };
        self.evaluate(&local.value, scope)
    }

    /// A named value, evaluated once.
    fn named(&self, kind: Kind, name: &Str, scope: &Arc<EarlyScope>, span: Span) -> Result<Value, Diagnostics> {
        let key = Key { module: scope.path.clone(), kind, name: name.clone() };
        if let Some(known) = self.known.borrow().get(&key) {
            return known.clone();
        }
        if let Some(problem) = self.endless(&key, span) {
            return Err(problem.into());
        }
        self.open.borrow_mut().push(key.clone());
        let value = match kind {
            Kind::Variable => self.variable(name, scope, span),
            Kind::Local => self.local(name, scope, span),
        };
        self.open.borrow_mut().pop();
        self.known.borrow_mut().insert(key, value.clone());
        value
    }

    /// What is made from itself has no value.
    fn endless(&self, key: &Key, span: Span) -> Option<Diagnostic> {
        let open = self.open.borrow();
        if let Some(first) = open.iter().position(|found| found == key) {
            let names: Vec<String> = open[first..].iter().map(ToString::to_string).collect();
            return Some(Diagnostic::error(format!("Cycle: {}", names.join(", ")), "").at(span));
        }
        (open.len() >= MAX_DEPTH).then(|| {
            let detail = format!("More than {MAX_DEPTH} values are made from each other here. Name fewer on the way.");
            Diagnostic::error("Values depend on each other too deeply", detail).at(span)
        })
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.module.is_root() {
            write!(f, "{}.", self.module)?;
        }
        let kind = match self.kind {
            Kind::Variable => "var",
            Kind::Local => "local",
        };
        write!(f, "{kind}.{}", self.name)
    }
}

impl EarlyScope {
    /// The root module.
    pub fn root(module: Arc<Module>) -> Arc<Self> {
        Arc::new(Self { module, path: ModulePath::root(), caller: None })
    }

    /// A module that this one calls.
    pub fn child(self: &Arc<Self>, path: ModulePath, module: Arc<Module>) -> Arc<Self> {
        Arc::new(Self { module, path, caller: Some(self.clone()) })
    }
}

/// Names that are resolved to values at once.
pub struct EarlyNames<'e, 'a> {
    early: &'e Early<'a>,
    scope: &'e Arc<EarlyScope>,
    values: Vec<Value>,
    /// What was found on the way to names that have no value, beside the first error.
    more: Diagnostics,
}

impl<'e, 'a> EarlyNames<'e, 'a> {
    /// Those of a module.
    pub fn new(early: &'e Early<'a>, scope: &'e Arc<EarlyScope>) -> Self {
        Self { early, scope, values: Vec::new(), more: Diagnostics::new() }
    }

    /// What was found beside the errors that [`Names::resolve`] returned.
    pub fn take_diagnostics(&mut self) -> Diagnostics {
        std::mem::take(&mut self.more)
    }

    fn value(&self, traversal: TraversalRef<'_>) -> Result<Value, Diagnostics> {
        let reference = parse_reference(traversal)?;
        let (early, span) = (self.early, reference.span);
        match &reference.subject {
            Subject::Variable(name) => early.named(Kind::Variable, name, self.scope, span),
            Subject::Local(name) => early.named(Kind::Local, name, self.scope, span),
            Subject::Path(name) if &**name == "module" => Ok(Value::string(self.scope.module.source_dir.clone())),
            Subject::Path(name) if &**name == "root" => Ok(Value::from(early.root_dir.clone())),
            Subject::Path(name) if &**name == "cwd" => Ok(Value::from(early.working_dir.clone())),
            Subject::Terraform(name) if &**name == "workspace" => Ok(Value::from(early.workspace.clone())),
            _ => Err(too_early(&traversal, span)),
        }
    }
}

impl Names for EarlyNames<'_, '_> {
    fn resolve(&mut self, traversal: TraversalRef<'_>) -> Result<(Slot, usize), Diagnostic> {
        match self.value(traversal) {
            Ok(value) => {
                self.values.push(value);
                Ok((Slot(self.values.len() as u32 - 1), 1))
            }
            Err(found) => {
                let mut found = found.into_iter();
                let first = found.next();
                self.more.extend(found);
                Err(first.unwrap_or_else(|| Diagnostic::error("Value not known early", "")))
            }
        }
    }
}

impl Scope for EarlyNames<'_, '_> {
    fn get(&self, slot: Slot) -> Result<Value, Diagnostic> {
        Ok(self.values.get(slot.0 as usize).cloned().unwrap_or_else(Value::dynamic))
    }
}

fn too_early(traversal: &TraversalRef<'_>, span: Span) -> Diagnostics {
    let detail = format!(
        "This is evaluated before anything is read or planned: where modules come from, where state is kept and which \
         instances providers have must be known first. It can be made from variables, local values, path.module, path.root, path.cwd and \
         terraform.workspace, and {traversal} is none of these."
    );
    Diagnostic::error("Value not known early", detail).at(span).into()
}

fn undeclared(what: &str, name: &str, span: Span) -> Diagnostics {
    let detail = format!("There is no {what} named {name:?} in this module.");
    Diagnostic::error(format!("Reference to undeclared {what}"), detail).at(span).into()
}
