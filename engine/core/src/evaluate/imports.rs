//! `import` blocks: which objects are to be adopted.

use landform_addrs::{InstanceKey, ResourceInstance};
use landform_diagnostics::{Diagnostic, Diagnostics, Span};
use landform_lang::expr::Expression;
use landform_lang::syntax::Traversal;
use landform_lang::syntax::ast::{Step, StepKind};
use landform_plan::PlannedImport;
use landform_values::{Kind, Type, Value, convert};

use super::expansion::converted;
use super::scope::ObjectScope;
use super::{Evaluator, InstanceData, ScopeId};
use crate::program::{CompiledImport, CompiledResource, ImportAddress, ImportStep, ModuleId, Repetition};

/// An object to adopt.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ImportTarget {
    /// The address that it gets.
    pub(crate) address: ResourceInstance,
    /// By what it is found; `None` while that is not known.
    pub(crate) by: Option<PlannedImport>,
}

/// The objects that a block is for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ImportTargets {
    /// Those that are known.
    pub(crate) targets: Vec<ImportTarget>,
    /// Whether there may be others.
    pub(crate) others: bool,
}

const INVALID_ID: &str = "Invalid import id argument";
const INVALID_IDENTITY: &str = "Invalid import identity argument";

impl Evaluator {
    /// The objects that a block is for, in all instances of its module; `None` after an error.
    pub(crate) fn import(
        &self,
        (module, import): (ModuleId, &CompiledImport),
        resource: &CompiledResource,
        diagnostics: &mut Diagnostics,
    ) -> Option<ImportTargets> {
        let mut found = ImportTargets::default();
        for scope in self.known_instances(module) {
            match self.import_in(scope, import, Some(resource), diagnostics)? {
                Some(targets) => found.targets.extend(targets),
                None => found.others = true,
            }
        }
        Some(found)
    }

    /// What is wrong with objects for which configuration may be written: no node evaluates their blocks. Where
    /// references are wrong, there is nothing to evaluate.
    pub(crate) fn check_imports_without_resource(&self, wrong: impl Fn(Span) -> bool) -> Diagnostics {
        let tree = &self.program.tree;
        let Some(&scope) = self.known_instances(0).first() else { return Diagnostics::new() };
        let is_sound = |import: &&CompiledImport| {
            !wrong(import.key.span()) && !import.for_each.as_ref().is_some_and(|for_each| wrong(for_each.span()))
        };
        let homeless = tree[0].module.imports.iter().filter(|import| {
            let target = import.resource_from(&tree[0].path);
            target.module.is_root() && !tree[0].module.resource_indexes.contains_key(&target.resource)
        });
        let mut found = Diagnostics::new();
        for import in homeless.filter(is_sound) {
            self.import_in(scope, import, None, &mut found);
        }
        found
    }

    /// As [`Evaluator::import`], in one instance of the module and perhaps without a resource; `Some(None)` where it is
    /// not known for which objects.
    fn import_in(
        &self,
        scope: ScopeId,
        import: &CompiledImport,
        resource: Option<&CompiledResource>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Option<Vec<ImportTarget>>> {
        let instances = match &import.for_each {
            None => Some(vec![InstanceData::default()]),
            Some(for_each) => self.import_instances(scope, for_each, diagnostics)?,
        };
        let Some(instances) = instances else { return Some(None) };
        let mut targets = Vec::with_capacity(instances.len());
        for data in instances {
            let scope = self.scope(scope, &data);
            let found = self.import_address(&import.to, &scope).and_then(|address| {
                let repetition = resource.map_or(&Repetition::Single, |resource| &resource.repetition);
                let address = checked_key(address, repetition, &import.to)?;
                let by = match (self.import_by(import, &scope)?, resource) {
                    (Some(by), Some(resource)) => Some(conforming(by, import, resource, diagnostics)?),
                    (by, _) => by,
                };
                Ok((address, by))
            });
            match found {
                Ok((address, by)) => targets.push(ImportTarget { address, by }),
                Err(found) => {
                    diagnostics.extend(found);
                    return None;
                }
            }
        }
        Some(Some(targets))
    }

    fn import_instances(
        &self,
        scope: ScopeId,
        for_each: &Expression,
        diagnostics: &mut Diagnostics,
    ) -> Option<Option<Vec<InstanceData>>> {
        let none = InstanceData::default();
        let scope = self.scope(scope, &none);
        let (value, found) = for_each.evaluate(&scope, &self.settings.context);
        let failed = found.has_errors();
        diagnostics.extend(found);
        if failed {
            return None;
        }
        match elements(&value) {
            Ok(instances) => Some(instances),
            Err(error) => {
                let error = error.at(for_each.span());
                diagnostics.push(for_each.describe(error, &scope, &self.settings.context));
                None
            }
        }
    }

    fn import_address(&self, to: &ImportAddress, scope: &ObjectScope<'_>) -> Result<ResourceInstance, Diagnostics> {
        let mut steps = Vec::with_capacity(to.steps.len());
        for step in &to.steps {
            steps.push(match step {
                ImportStep::Static(step) => step.clone(),
                ImportStep::Key(key) => self.import_key(key, scope)?,
            });
        }
        let written = Traversal { root: to.root.clone(), steps, span: to.span };
        let found = landform_config::address::resource_instance(&written)?;
        let steps = found.module.steps().iter();
        let around = self.address(scope.scope);
        let module = steps.fold(around, |module, (call, key)| module.child(call.clone(), key.clone()));
        Ok(ResourceInstance { module, ..found })
    }

    fn import_key(&self, key: &Expression, scope: &ObjectScope<'_>) -> Result<Step, Diagnostics> {
        let (value, found) = key.evaluate(scope, &self.settings.context);
        if found.has_errors() {
            return Err(found);
        }
        let (value, marks) = value.unmark();
        let invalid = |detail: &str| Diagnostic::error("Invalid index expression", detail).at(key.span());
        if marks.is_sensitive() {
            return Err(invalid("Import address index expression cannot be sensitive.").into());
        }
        let kind = match value.kind() {
            Kind::String(name) => StepKind::Key(name.clone()),
            Kind::Number(number) => StepKind::Index(number.clone()),
            _ => {
                let detail = "Invalid resource instance key: either a string or an integer is required.";
                return Err(Diagnostic::error("Invalid address", detail).at(key.span()).into());
            }
        };
        Ok(Step { kind, span: key.span() })
    }

    /// By what the object is found; `None` where that is not known. An identity is as it was written.
    fn import_by(
        &self,
        import: &CompiledImport,
        scope: &ObjectScope<'_>,
    ) -> Result<Option<PlannedImport>, Diagnostics> {
        let (value, found) = import.key.evaluate(scope, &self.settings.context);
        if found.has_errors() {
            return Err(found);
        }
        let at = import.key.span();
        if import.by_identity {
            return identity(value).map_err(|error| error.at(at).into());
        }
        let value = converted(&value, &Type::String)
            .map_err(|error| import.key.describe(error.at(at), scope, &self.settings.context))?;
        id(value).map_err(|error| error.at(at).into())
    }
}

fn id(value: Value) -> Result<Option<PlannedImport>, Diagnostic> {
    let invalid = |detail: &str| Diagnostic::error(INVALID_ID, detail);
    let (value, _) = value.unmark();
    match value.as_shared_str() {
        _ if value.is_null() => Err(invalid("The import ID cannot be null.")),
        _ if !value.is_known() => Ok(None),
        Some(id) if id.is_empty() => {
            Err(invalid("The import ID value evaluates to an empty string, please provide a non-empty value."))
        }
        Some(id) => Ok(Some(PlannedImport::Id(id.clone()))),
        None => Err(invalid("The import ID value is unsuitable: not a string.")),
    }
}

fn identity(value: Value) -> Result<Option<PlannedImport>, Diagnostic> {
    let invalid = |detail: &str| Diagnostic::error(INVALID_IDENTITY, detail);
    let marks = value.all_marks();
    let (value, _) = value.unmark_deep();
    if marks.is_sensitive() {
        return Err(invalid("The import identity can not hold sensitive values, because plans and states show it."));
    }
    if marks.is_ephemeral() {
        return Err(invalid(
            "The import identity can not hold ephemeral values, because it is kept in plans and states.",
        ));
    }
    if !value.is_known() {
        return Ok(None);
    }
    match value.kind() {
        _ if value.is_null() => Err(invalid("The import identity cannot be null.")),
        Kind::Map(_) | Kind::Object(_) => Ok(value.is_wholly_known().then_some(PlannedImport::Identity(value))),
        _ => Err(invalid("The import identity value is unsuitable: an object is required.")),
    }
}

/// An identity in the form of the schema of the resource type. What the schema does not have is left out, as in Terraform,
/// and warned of.
fn conforming(
    by: PlannedImport,
    import: &CompiledImport,
    resource: &CompiledResource,
    diagnostics: &mut Diagnostics,
) -> Result<PlannedImport, Diagnostics> {
    let PlannedImport::Identity(given) = by else { return Ok(by) };
    let kind = &resource.address.kind;
    let at = import.key.span();
    let invalid = |detail: String| Diagnostics::from(Diagnostic::error(INVALID_IDENTITY, detail).at(at));
    let Some(schema) = &resource.schema.identity else {
        // Of a type that there is not, that is said.
        if !resource.has_type {
            return Ok(PlannedImport::Identity(given));
        }
        let detail = format!("The provider knows no identities of {kind}: use \"id\" to import such an object.");
        return Err(invalid(detail));
    };
    for (name, _) in given.elements() {
        let name = name.as_str().unwrap_or_default();
        if !schema.attributes.contains_key(name) {
            let names: Vec<&str> = schema.attributes.keys().map(|name| &**name).collect();
            let names = names.join(", ");
            let detail = format!("The identity of {kind} has no attribute {name:?}. It consists of {names}.");
            diagnostics.warning(at, "Unknown import identity attribute", detail);
        }
    }
    let mut identity = Vec::with_capacity(schema.attributes.len());
    for (name, attribute) in &schema.attributes {
        let value = given.elements().find(|(key, _)| key.as_str() == Some(name)).map(|(_, value)| value.clone());
        if value.is_none() && attribute.required_for_import {
            return Err(invalid(format!("The identity of {kind} needs the attribute {:?}.", &**name)));
        }
        let value = convert(&value.unwrap_or(Value::NULL), &attribute.ty)
            .map_err(|error| invalid(format!("Inappropriate value for attribute {:?}: {}.", &**name, error.message)))?;
        identity.push((name.clone(), value));
    }
    Ok(PlannedImport::Identity(Value::object(identity)))
}

/// What `each` is in turn; `None` where that is not known.
fn elements(value: &Value) -> Result<Option<Vec<InstanceData>>, Diagnostic> {
    let invalid = |detail: &str| Diagnostic::error("Invalid for_each argument", detail);
    let (value, marks) = value.clone().unmark();
    // Keys are to be known. What stands behind them may become known later.
    if !value.is_known() || (matches!(value.kind(), Kind::Set(_)) && !value.is_wholly_known()) {
        return Ok(None);
    }
    if marks.is_ephemeral() {
        return Err(invalid(
            "The given \"for_each\" value is derived from an ephemeral value, which means that Landform cannot persist it between plan/apply rounds. Use only non-ephemeral values to specify a resource's instance keys.",
        ));
    }
    if value.is_null() {
        return Ok(Some(Vec::new()));
    }
    if value.length().is_none() {
        return Err(invalid("The \"for_each\" expression must be a collection."));
    }
    let instance = |(key, element): (Value, &Value)| {
        let element = if matches!(value.kind(), Kind::Set(_)) { key.clone() } else { element.clone() };
        InstanceData { each: Some((key, element.with_marks(&marks))), ..InstanceData::default() }
    };
    Ok(Some(value.elements().map(instance).collect()))
}

/// The key must be one that the resource's instances have.
fn checked_key(
    address: ResourceInstance,
    repetition: &Repetition,
    to: &ImportAddress,
) -> Result<ResourceInstance, Diagnostics> {
    let detail = match (&address.key, repetition) {
        (InstanceKey::String(_), Repetition::ForEach(_))
        | (InstanceKey::Int(_), Repetition::Count(_))
        | (InstanceKey::None, Repetition::Single | Repetition::Enabled(_))
        // Nobody can write it.
        | (InstanceKey::Wildcard, _) => return Ok(address),
        (InstanceKey::String(_), _) => "The target resource does not use for_each.",
        (InstanceKey::Int(_), _) => "The target resource does not use count.",
        (InstanceKey::None, Repetition::ForEach(_)) => "The target resource is using for_each.",
        (InstanceKey::None, Repetition::Count(_)) => "The target resource is using count.",
    };
    Err(Diagnostic::error("Invalid import 'to' expression", detail).at(to.span).into())
}
