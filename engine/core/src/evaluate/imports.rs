//! `import` blocks: which objects are to be adopted.

use landform_addrs::{InstanceKey, ResourceInstance};
use landform_diagnostics::{Diagnostic, Diagnostics, Span};
use landform_lang::expr::Expression;
use landform_lang::syntax::Traversal;
use landform_lang::syntax::ast::{Step, StepKind};
use landform_values::{Kind, Str, Type, Value, convert};

use super::scope::ObjectScope;
use super::{Evaluator, InstanceData, ScopeId};
use crate::program::{CompiledImport, ImportAddress, ImportStep, ModuleId, Repetition};

/// An object to adopt.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ImportTarget {
    /// The address that it gets.
    pub(crate) address: ResourceInstance,
    /// Its id; `None` while it is not known.
    pub(crate) id: Option<Str>,
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

impl Evaluator {
    /// The objects that a block is for, in all instances of its module; `None` after an error.
    pub(crate) fn import(
        &self,
        (module, import): (ModuleId, &CompiledImport),
        repetition: &Repetition,
        diagnostics: &mut Diagnostics,
    ) -> Option<ImportTargets> {
        let mut found = ImportTargets::default();
        for scope in self.known_instances(module) {
            match self.import_in(scope, import, repetition, diagnostics)? {
                Some(targets) => found.targets.extend(targets),
                None => found.others = true,
            }
        }
        Some(found)
    }

    /// What is wrong with the ids of objects for which configuration may be written: no node evaluates them. Where
    /// references are wrong, there is nothing to evaluate.
    pub(crate) fn check_ids_without_resource(&self, wrong: impl Fn(Span) -> bool) -> Diagnostics {
        let tree = &self.program.tree;
        let Some(&scope) = self.known_instances(0).first() else { return Diagnostics::new() };
        let of_root =
            tree[0].module.imports.iter().filter(|import| import.for_each.is_none() && !wrong(import.id.span()));
        let homeless = of_root.filter(|import| {
            let target = import.resource_from(&tree[0].path);
            target.module.is_root() && !tree[0].module.resource_indexes.contains_key(&target.resource)
        });
        homeless
            .filter_map(|import| self.import_id(import, &self.scope(scope, &InstanceData::default())).err())
            .flatten()
            .collect()
    }

    /// As [`Evaluator::import`], in one instance of the module; `Some(None)` where it is not known for which objects.
    fn import_in(
        &self,
        scope: ScopeId,
        import: &CompiledImport,
        repetition: &Repetition,
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
                Ok((checked_key(address, repetition, &import.to)?, self.import_id(import, &scope)?))
            });
            match found {
                Ok((address, id)) => targets.push(ImportTarget { address, id }),
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

    fn import_id(&self, import: &CompiledImport, scope: &ObjectScope<'_>) -> Result<Option<Str>, Diagnostics> {
        let (value, found) = import.id.evaluate(scope, &self.settings.context);
        if found.has_errors() {
            return Err(found);
        }
        let invalid = |detail: &str| Diagnostic::error(INVALID_ID, detail).at(import.id.span());
        let value = convert(&value, &Type::String).map_err(|error| {
            Diagnostic::error("Incorrect value type", format!("Invalid expression value: {}.", error.message))
                .at(import.id.span())
        })?;
        let (value, _) = value.unmark();
        match value.as_shared_str() {
            _ if value.is_null() => Err(invalid("The import ID cannot be null.").into()),
            _ if !value.is_known() => Ok(None),
            Some(id) if id.is_empty() => {
                Err(invalid("The import ID value evaluates to an empty string, please provide a non-empty value.")
                    .into())
            }
            Some(id) => Ok(Some(id.clone())),
            None => Err(invalid("The import ID value is unsuitable: not a string.").into()),
        }
    }
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
