//! What references mean by what a module declares.

use landform_addrs::{InstanceKey, ModulePath, Resource, ResourceMode, Str};
use landform_diagnostics::{Diagnostic, Diagnostics, Span, suggestion};
use landform_lang::syntax::TraversalRef;
use landform_lang::syntax::ast::StepKind;

use super::schemas::check_steps;
use super::{Place, Reference, Repetition, Schemas, Subject, parse_reference, schema_of};
use crate::model::{Module, Resource as DeclaredResource};

/// The names that a module declares.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    module: &'a Module,
    path: &'a ModulePath,
    schemas: Option<&'a dyn Schemas>,
}

/// A reference that means nothing, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// When it is found.
    pub stage: Stage,
    /// At least one error.
    pub diagnostics: Vec<Diagnostic>,
}

/// When a problem with a reference is found. Terraform looks for those of [`Stage::Value`] only in an expression (or
/// block) without those of [`Stage::Declaration`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// By its form.
    Form,
    /// By the declaration of a resource or module call.
    Declaration,
    /// As its value is looked up.
    Value,
}

type Resolved = Result<(), Problem>;

fn problem<T>(stage: Stage, span: Span, summary: &str, detail: impl Into<String>) -> Result<T, Problem> {
    Err(Problem { stage, diagnostics: vec![Diagnostic::error(summary, detail).at(span)] })
}

impl<'a> Names<'a> {
    /// Of a module; the path is for messages.
    pub fn new(module: &'a Module, path: &'a ModulePath) -> Self {
        Self { module, path, schemas: None }
    }

    /// With the schemas of providers, so that attributes of resources are checked too.
    #[must_use]
    pub fn with_schemas(self, schemas: Option<&'a dyn Schemas>) -> Self {
        Self { schemas, ..self }
    }

    /// What a reference means, or why it means nothing.
    pub fn resolve(&self, traversal: TraversalRef<'_>, place: &Place) -> Result<Reference, Problem> {
        let reference = parse_reference(traversal)
            .map_err(|diagnostic| Problem { stage: Stage::Form, diagnostics: vec![diagnostic] })?;
        self.look_up(&reference, place)?;
        Ok(reference)
    }

    /// What is wrong with the references of one expression, or of one block whose expressions are evaluated together:
    /// values are looked up only if all is declared.
    pub fn check<'t>(&self, traversals: impl IntoIterator<Item = TraversalRef<'t>>, place: &Place) -> Diagnostics {
        self.check_in_stages(traversals, place, &[Stage::Declaration])
    }

    /// As [`check`](Self::check) for all validations of a variable together, of which nothing else is said if there are
    /// errors in the form of references.
    pub fn check_validations<'t>(&self, traversals: impl IntoIterator<Item = TraversalRef<'t>>) -> Diagnostics {
        self.check_in_stages(traversals, &Place::default(), &[Stage::Form, Stage::Declaration])
    }

    /// What is wrong with references, but for what comes behind one of the decisive stages with errors.
    fn check_in_stages<'t>(
        &self,
        traversals: impl IntoIterator<Item = TraversalRef<'t>>,
        place: &Place,
        decisive: &[Stage],
    ) -> Diagnostics {
        let problems = traversals.into_iter().filter_map(|traversal| self.resolve(traversal, place).err());
        let problems: Vec<Problem> = problems.collect();
        let there = |stage: &&Stage| problems.iter().any(|problem| problem.stage == **stage);
        let last = decisive.iter().find(there).copied().unwrap_or(Stage::Value);
        let said = problems.into_iter().filter(|problem| problem.stage <= last);
        said.flat_map(|problem| problem.diagnostics).collect()
    }

    /// Whether what a well-formed reference names is declared and to be had in a place.
    pub fn look_up(&self, reference: &Reference, place: &Place) -> Resolved {
        let span = reference.span;
        match &reference.subject {
            Subject::Resource { resource, key } => self.resource(resource, key, reference, place),
            Subject::SelfObject => self.self_object(reference, place),
            Subject::Module { call, .. } => self.module_call(call, span),
            Subject::Variable(name) => self.variable(name, span),
            Subject::Local(name) => self.local(name, span),
            Subject::Path(name) => path(name, span),
            Subject::Terraform(name) => terraform(name, span),
            Subject::Count(name) => count(name, span, place.repetition),
            Subject::Each(name) => each(name, span, place.repetition),
        }
    }

    fn variable(&self, name: &str, span: Span) -> Resolved {
        let variables = &self.module.variables;
        if variables.contains_key(name) {
            return Ok(());
        }
        let hint = did_you_mean(name, variables.keys())
            .unwrap_or_else(|| format!(" This variable can be declared with a variable {name:?} {{}} block."));
        let detail = format!("An input variable with the name {name:?} has not been declared.{hint}");
        problem(Stage::Value, span, "Reference to undeclared input variable", detail)
    }

    fn local(&self, name: &str, span: Span) -> Resolved {
        let locals = &self.module.locals;
        if locals.contains_key(name) {
            return Ok(());
        }
        let hint = did_you_mean(name, locals.keys()).unwrap_or_default();
        let detail = format!("A local value with the name {name:?} has not been declared.{hint}");
        problem(Stage::Value, span, "Reference to undeclared local value", detail)
    }

    fn module_call(&self, call: &str, span: Span) -> Resolved {
        let calls = &self.module.module_calls;
        if calls.contains_key(call) {
            return Ok(());
        }
        // The first that is near enough, not the nearest: Terraform's messages are the same in every run only here.
        let mut names: Vec<&Str> = calls.keys().collect();
        names.sort_unstable();
        let hint = names.into_iter().find_map(|name| did_you_mean(call, [name])).unwrap_or_default();
        let detail = format!("No module call named {call:?} is declared in {}.{hint}", self.place());
        problem(Stage::Declaration, span, "Reference to undeclared module", detail)
    }

    fn self_object(&self, reference: &Reference, place: &Place) -> Resolved {
        let Some(resource) = &place.self_resource else {
            let detail = "The \"self\" object is not available in this context. This object can be used only in \
                          resource provisioner, connection, and postcondition blocks.";
            return problem(Stage::Declaration, reference.span, "Invalid \"self\" reference", detail);
        };
        let declared = self.module.resources.get(resource);
        let found = no_count_attribute(resource, reference).or_else(|| self.wrong_attribute(declared?, reference));
        found.map_or(Ok(()), |found| Err(Problem { stage: Stage::Declaration, diagnostics: vec![found] }))
    }

    /// What a resource's schema says of the attributes that are taken from it.
    fn wrong_attribute(&self, declared: &DeclaredResource, reference: &Reference) -> Option<Diagnostic> {
        let schema = schema_of(self.schemas?, declared)?;
        check_steps(&schema.block, &reference.remaining)
    }

    fn resource(&self, address: &Resource, key: &InstanceKey, reference: &Reference, place: &Place) -> Resolved {
        let Some(declared) = self.module.resources.get(address) else {
            return self.undeclared_resource(address, reference.span);
        };
        let mut diagnostics = Vec::new();
        diagnostics.extend(self.wrong_key(address, key, reference));
        if declared.check.is_some() && declared.check != place.check {
            let detail = format!(
                "The referenced {} resource {:?} {:?} is not available from this context.",
                adjective(address.mode),
                &*address.kind,
                &*address.name
            );
            diagnostics.push(Diagnostic::error("Reference to scoped resource", detail).at(reference.span));
        }
        let wrong_attribute = || self.wrong_attribute(declared, reference);
        diagnostics.extend(no_count_attribute(address, reference).or_else(wrong_attribute));
        if diagnostics.is_empty() { Ok(()) } else { Err(Problem { stage: Stage::Declaration, diagnostics }) }
    }

    fn undeclared_resource(&self, address: &Resource, span: Span) -> Resolved {
        let article = if address.mode == ResourceMode::Ephemeral { "An" } else { "A" };
        let data = Resource { mode: ResourceMode::Data, ..address.clone() };
        let is_data = address.mode == ResourceMode::Managed && self.module.resources.contains_key(&data);
        let hint = if is_data { format!("\n\nDid you mean the data resource {data}?") } else { String::new() };
        let detail = format!(
            "{article} {} resource {:?} {:?} has not been declared in {}.{hint}",
            adjective(address.mode),
            &*address.kind,
            &*address.name,
            self.place()
        );
        problem(Stage::Declaration, span, "Reference to undeclared resource", detail)
    }

    /// An attribute is of an instance, and only a resource with instances has keys.
    fn wrong_key(&self, address: &Resource, key: &InstanceKey, reference: &Reference) -> Option<Diagnostic> {
        let declared = self.module.resources.get(address)?;
        let repetition = Repetition::of(declared.count.is_some(), declared.for_each.is_some());
        let (argument, index) = match repetition {
            Repetition::Count => ("count", "count.index"),
            _ => ("for_each", "each.key"),
        };
        if *key != InstanceKey::None && repetition == Repetition::None {
            let detail = format!(
                "Because {address} does not have \"count\" or \"for_each\" set, references to it must not include an \
                 index key. Remove the bracketed index to refer to the single instance of this resource."
            );
            return Some(Diagnostic::error("Unexpected resource instance key", detail).at(reference.span));
        }
        let needs_key = *key == InstanceKey::None && repetition != Repetition::None && !reference.remaining.is_empty();
        needs_key.then(|| {
            let detail = format!(
                "Because {address} has {argument:?} set, its attributes must be accessed on specific \
                 instances.\n\nFor example, to correlate with indices of a referring resource, use:\n    \
                 {address}[{index}]"
            );
            Diagnostic::error("Missing resource instance key", detail).at(reference.span)
        })
    }

    /// The module, as messages name it.
    fn place(&self) -> String {
        if self.path.is_root() { "the root module".to_owned() } else { self.path.to_string() }
    }
}

fn adjective(mode: ResourceMode) -> &'static str {
    match mode {
        ResourceMode::Managed => "managed",
        ResourceMode::Data => "data",
        ResourceMode::Ephemeral => "ephemeral",
    }
}

fn did_you_mean<'n>(name: &str, candidates: impl IntoIterator<Item = &'n Str>) -> Option<String> {
    let found = suggestion(name, candidates.into_iter().map(|candidate| &**candidate))?;
    Some(format!(" Did you mean {found:?}?"))
}

/// There was such an attribute before Terraform 0.12.
fn no_count_attribute(address: &Resource, reference: &Reference) -> Option<Diagnostic> {
    let first = reference.remaining.first()?;
    if !matches!(&first.kind, StepKind::Attribute(name) if &**name == "count") {
        return None;
    }
    let detail = format!(
        "The special \"count\" attribute is no longer supported after Terraform v0.12. Instead, use length({address}) \
         to count resource instances."
    );
    Some(Diagnostic::error("Invalid resource count attribute", detail).at(reference.span))
}

fn path(name: &str, span: Span) -> Resolved {
    let known = ["cwd", "module", "root"].map(Str::from);
    if known.iter().any(|known| **known == *name) {
        return Ok(());
    }
    let hint = known.iter().find_map(|known| did_you_mean(name, [known])).unwrap_or_default();
    let detail = format!("The \"path\" object does not have an attribute named {name:?}.{hint}");
    problem(Stage::Value, span, "Invalid \"path\" attribute", detail)
}

fn terraform(name: &str, span: Span) -> Resolved {
    let detail = match name {
        "workspace" | "applying" => return Ok(()),
        "env" => "The terraform.env attribute was deprecated in v0.10 and removed in v0.12. The \"state environment\" \
                  concept was renamed to \"workspace\" in v0.12, and so the workspace name can now be accessed using \
                  the terraform.workspace attribute."
            .to_owned(),
        _ => format!(
            "The \"terraform\" object does not have an attribute named {name:?}. The only supported attributes are \
             terraform.workspace, the name of the currently-selected workspace, and terraform.applying, a boolean \
             which is true only during apply."
        ),
    };
    problem(Stage::Value, span, "Invalid \"terraform\" attribute", detail)
}

fn count(name: &str, span: Span, repetition: Repetition) -> Resolved {
    if name != "index" {
        let detail = format!(
            "The \"count\" object does not have an attribute named {name:?}. The only supported attribute is \
             count.index, which is the index of each instance of a resource block that has the \"count\" argument set."
        );
        return problem(Stage::Value, span, "Invalid \"count\" attribute", detail);
    }
    if repetition.has_count() {
        return Ok(());
    }
    let detail = "The \"count\" object can only be used in \"module\", \"resource\", and \"data\" blocks, and only \
                  when the \"count\" argument is set.";
    problem(Stage::Value, span, "Reference to \"count\" in non-counted context", detail)
}

fn each(name: &str, span: Span, repetition: Repetition) -> Resolved {
    match name {
        "key" | "value" if repetition.has_each() => Ok(()),
        "key" => {
            let detail = "The \"each\" object can be used only in \"module\" or \"resource\" blocks, and only when \
                          the \"for_each\" argument is set.";
            problem(Stage::Value, span, "Reference to \"each\" in context without for_each", detail)
        }
        "value" => {
            let detail = "A reference to \"each.value\" has been used in a context in which it is unavailable, such \
                          as when the configuration no longer contains the value in its \"for_each\" expression. \
                          Remove this reference to each.value in your configuration to work around this error.";
            problem(Stage::Value, span, "each.value cannot be used in this context", detail)
        }
        _ => {
            let detail = format!(
                "The \"each\" object does not have an attribute named {name:?}. The supported attributes are each.key \
                 and each.value, the current key and value pair of the \"for_each\" attribute set."
            );
            problem(Stage::Value, span, "Invalid \"each\" attribute", detail)
        }
    }
}
