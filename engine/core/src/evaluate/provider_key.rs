//! Which instance of its provider configuration an instance of a resource uses.

use landform_addrs::InstanceKey;
use landform_config::ProviderKey;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::expr::Expression;
use landform_values::{Str, Type, Value, convert};

use super::{Evaluator, InstanceData, ScopeId};
use crate::program::{ModuleId, ProviderOf, ProviderUse};

const INVALID_KEY: &str = "Invalid provider instance key";

impl InstanceData {
    /// For the body of a provider configuration.
    pub(crate) fn of_provider(found: &ProviderUse) -> Self {
        let key = found.address.key.clone().map_or(InstanceKey::None, InstanceKey::String);
        Self::of(&key, found.value.clone())
    }
}

impl Evaluator {
    /// The provider configuration of an instance of a resource, as an index among those of the program; `None` where
    /// that is not known yet.
    ///
    /// # Errors
    /// Where the key has no value, or chooses nothing that is there.
    pub(crate) fn provider_index(
        &self,
        (module, resource): (ModuleId, usize),
        scope: ScopeId,
        data: &InstanceData,
    ) -> Result<Option<usize>, Diagnostics> {
        let (address, place, instances) = match &self.program.tree[module].resource_providers[resource] {
            ProviderOf::One(index) => return Ok(Some(*index)),
            ProviderOf::Keyed { address, key, instances } => (address, *key, instances),
        };
        let (scope, data) = self.scope_of_key(place, scope, data);
        let Some(expression) = self.provider_key((module, resource), place) else { return Ok(None) };
        let (value, found) = expression.evaluate(&self.scope(scope, &data), &self.settings.context);
        if found.has_errors() {
            return Err(found);
        }
        let Some(key) = key_of(&value).map_err(|error| error.at(expression.span()))? else { return Ok(None) };
        instances.get(&key).copied().map(Some).ok_or_else(|| {
            let mut keys: Vec<String> = instances.keys().map(|key| format!("{:?}", &**key)).collect();
            keys.sort_unstable();
            let keys = if keys.is_empty() { "none".to_owned() } else { keys.join(", ") };
            let chosen = address.clone().with_key(Some(key.clone()));
            let detail = format!(
                "There is no provider instance {chosen}. The for_each of that provider configuration has these keys: \
                 {keys}."
            );
            Diagnostic::error("Provider instance not present", detail).at(expression.span()).into()
        })
    }

    /// The error where a plan can not go on without the key of a provider instance.
    pub(crate) fn unknown_provider_key(&self, (module, resource): (ModuleId, usize)) -> Diagnostic {
        let span = match &self.program.tree[module].resource_providers[resource] {
            ProviderOf::One(_) => None,
            ProviderOf::Keyed { key, .. } => self.provider_key((module, resource), *key).map(Expression::span),
        };
        let detail = "The key depends on values that cannot be determined until apply, and so Landform cannot tell \
                      which provider instance to plan this resource instance with. Choose it by values that are known, \
                      such as each.key, variables and local values.";
        let error = Diagnostic::error(INVALID_KEY, detail).with_extra(|extra| extra.caused_by_unknown = true);
        match span {
            Some(span) => error.at(span),
            None => error,
        }
    }

    fn provider_key(&self, (module, resource): (ModuleId, usize), place: ProviderKey) -> Option<&Expression> {
        match place {
            ProviderKey::Resource => self.program.resource(module, resource).provider_key.as_ref(),
            ProviderKey::Passed { callee, entry } => {
                let (caller, call) = self.program.tree[callee].parent?;
                self.program.tree[caller].module.calls[call].provider_keys.get(entry)?.as_ref()
            }
        }
    }

    /// Where a key is evaluated: that of a call in the caller, with the `each` of the called instance around the resource.
    fn scope_of_key(&self, place: ProviderKey, scope: ScopeId, data: &InstanceData) -> (ScopeId, InstanceData) {
        let ProviderKey::Passed { callee, .. } = place else { return (scope, data.clone()) };
        let scopes = self.scopes.borrow();
        let mut at = scope;
        while scopes[at].module != callee {
            at = scopes[at].parent.expect("the called module is around the resource");
        }
        (scopes[at].parent.expect("a called module has a caller"), scopes[at].data.clone())
    }
}

/// The key that a value is; `None` where it is not known.
fn key_of(value: &Value) -> Result<Option<Str>, Diagnostic> {
    let invalid = |detail: &str| Diagnostic::error(INVALID_KEY, detail);
    let marks = value.all_marks();
    if marks.is_sensitive() {
        return Err(invalid("A provider instance key must not be derived from a sensitive value: it is shown."));
    }
    if marks.is_ephemeral() {
        return Err(invalid("A provider instance key must not be derived from an ephemeral value: it is stored."));
    }
    let key = convert(value, &Type::String)
        .map_err(|error| invalid(&format!("The given provider instance key is unsuitable: {}.", error.message)))?;
    if key.is_null() {
        return Err(invalid("A provider instance key must not be null."));
    }
    Ok(key.as_shared_str().cloned())
}
