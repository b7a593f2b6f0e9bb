//! Functions that providers offer: `provider::name::function`.

use std::sync::Arc;

use futures::FutureExt as _;
use landform_config::Module;
use landform_diagnostics::{Diagnostic, Span, suggestion};
use landform_lang::expr::{ExternalError, ExternalFunction};
use landform_provider_api::{FunctionSchema, Provider};
use landform_values::Value;

use crate::providers::ProviderSet;

struct ProviderFunction {
    provider: Arc<dyn Provider>,
    name: String,
    schema: FunctionSchema,
}

impl ExternalFunction for ProviderFunction {
    fn schema(&self) -> &FunctionSchema {
        &self.schema
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, ExternalError> {
        let call = self.provider.call_function(&self.name, arguments);
        // A function is a computation: it has nothing to wait for.
        let unfinished =
            || landform_provider_api::FunctionError { argument: None, message: "it did not finish".into() };
        let result = call.now_or_never().unwrap_or_else(|| Err(unfinished()));
        result.map_err(|error| ExternalError { argument: error.argument, message: error.message })
    }
}

/// The function with a name such as `provider::terraform::encode_expr`; `None` if the name is of another namespace.
pub(super) fn provider_function(
    name: &str,
    span: Span,
    config: &Module,
    providers: &ProviderSet,
) -> Result<Option<Arc<dyn ExternalFunction>>, Diagnostic> {
    let parts: Vec<&str> = name.split("::").collect();
    let ["provider", local, function] = parts[..] else { return Ok(None) };
    let address = config.provider_named(local);
    let declared = config.required_providers.entries.contains_key(local);
    let Some(provider) = providers.get(&address).filter(|_| declared) else {
        let detail = format!(
            "There is no function named \"{name}\". Ensure that provider name \"{local}\" is declared in this module's required_providers block, and that this provider offers a function named \"{function}\"."
        );
        return Err(Diagnostic::error("Unknown provider function", detail).at(span));
    };
    let schemas = provider.schemas();
    let Some(schema) = schemas.functions.get(function) else {
        let hint = suggestion(function, schemas.functions.keys().map(|name| &**name))
            .map(|name| format!(" Did you mean \"{name}\"?"))
            .unwrap_or_default();
        let detail = format!("The function \"{function}\" is not available from the provider \"{local}\".{hint}");
        return Err(Diagnostic::error("Unknown provider function", detail).at(span));
    };
    Ok(Some(Arc::new(ProviderFunction {
        provider: provider.clone(),
        name: function.to_owned(),
        schema: schema.clone(),
    })))
}
