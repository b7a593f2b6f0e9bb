//! Providers that reach nothing: what they would compute is given by a test file, or made up.

mod fill;
mod generate;
mod populate;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;
use landform_config::{MockData, MockedObject, Override};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::expr::EvalContext;
use landform_provider_api::{
    ApplyRequest, ApplyResponse, EphemeralResponse, ImportRequest, ImportedObject, PlanRequest, PlanResponse, Provider,
    ProviderInstance, ReadDataRequest, ReadDataResponse, ReadRequest, ReadResponse,
};
use landform_schema::{Block, ProviderSchemas};
use landform_values::Value;

use populate::{Filler, Known};

/// Where answers come from.
#[derive(Clone, Debug)]
pub(crate) enum Answers {
    /// A mocked provider.
    Provider(Arc<MockData>),
    /// An override of the one object that is asked for.
    Override(Arc<Override>),
}

/// A provider that reaches nothing.
pub(crate) struct Mock {
    schemas: Arc<ProviderSchemas>,
    answers: Answers,
    context: EvalContext,
}

impl Mock {
    /// In the place of a provider, as a mocked configuration of it says.
    pub(crate) fn of_provider(provider: &dyn Provider, data: &Arc<MockData>, context: &EvalContext) -> Arc<Self> {
        Arc::new(Self::new(provider.schemas(), Answers::Provider(data.clone()), context.clone()))
    }

    /// With the schemas of the provider that it stands in for.
    pub(crate) fn new(schemas: Arc<ProviderSchemas>, answers: Answers, context: EvalContext) -> Self {
        Self { schemas, answers, context }
    }

    fn resource(&self, kind: &str) -> Option<&MockedObject> {
        match &self.answers {
            Answers::Provider(data) => data.resources.get(kind),
            Answers::Override(found) => Some(&found.answer),
        }
    }

    fn data_source(&self, kind: &str) -> Option<&MockedObject> {
        match &self.answers {
            Answers::Provider(data) => data.data_sources.get(kind),
            Answers::Override(found) => Some(&found.answer),
        }
    }

    /// With values for what is computed and is wanted.
    fn populated(
        &self,
        object: &Value,
        schema: Option<&Block>,
        answer: Option<&MockedObject>,
        (known, wanted): (Known, fn(&Value) -> bool),
    ) -> (Value, Diagnostics) {
        let Some(schema) = schema else { return (object.clone(), Diagnostics::new()) };
        Filler::new(answer, known, wanted, &self.context).populate(object, schema)
    }

    fn of_resource(&self, kind: &str) -> Option<&Block> {
        self.schemas.resources.get(kind).map(|schema| &schema.block)
    }
}

#[async_trait]
impl ProviderInstance for Mock {
    async fn read_resources(&self, requests: Vec<ReadRequest>) -> Vec<ReadResponse> {
        let as_known = |request: ReadRequest| ReadResponse {
            object: request.prior,
            identity: None,
            private: request.private,
            diagnostics: Diagnostics::new(),
        };
        requests.into_iter().map(as_known).collect()
    }

    async fn plan_resource(&self, request: PlanRequest) -> PlanResponse {
        let creates = request.prior.is_null() && !request.proposed.is_null();
        let (planned, diagnostics) = if creates {
            let answer = self.resource(&request.kind);
            let known = if answer.is_some_and(|answer| answer.known_in_plan) { Known::Now } else { Known::Later };
            let schema = self.of_resource(&request.kind);
            self.populated(&request.proposed, schema, answer, (known, Value::is_null))
        } else {
            (request.proposed, Diagnostics::new())
        };
        let planned = match self.of_resource(&request.kind) {
            Some(schema) => without_write_only(&planned, schema),
            None => planned,
        };
        PlanResponse {
            planned,
            identity: None,
            requires_replace: Vec::new(),
            private: request.private,
            create_first: false,
            legacy: false,
            notes: Vec::new(),
            unfinished: false,
            diagnostics,
        }
    }

    async fn apply_resource(&self, request: ApplyRequest) -> ApplyResponse {
        let creates = request.prior.is_null();
        let (object, diagnostics) = if creates {
            let (schema, answer) = (self.of_resource(&request.kind), self.resource(&request.kind));
            self.populated(&request.planned, schema, answer, (Known::Now, |value| !value.is_known()))
        } else {
            (request.planned, Diagnostics::new())
        };
        ApplyResponse { diagnostics, ..ApplyResponse::new(object, request.private) }
    }

    async fn import_resource(&self, _: ImportRequest) -> Result<Vec<ImportedObject>, Diagnostics> {
        let detail = "Cannot import resources from mock providers. Use an `override_resource` block to targeting the specific resource being imported instead.";
        Err(Diagnostic::error("Invalid import request", detail).into())
    }

    async fn read_data_source(&self, request: ReadDataRequest) -> ReadDataResponse {
        let schema = self.schemas.data_sources.get(&request.kind).map(|schema| &schema.block);
        let answer = self.data_source(&request.kind);
        let (object, diagnostics) = self.populated(&request.config, schema, answer, (Known::Now, Value::is_null));
        ReadDataResponse { object, diagnostics }
    }

    async fn open_ephemeral(&self, _: &str, _: Value) -> Result<EphemeralResponse, Diagnostics> {
        let detail = "The provider mocking mechanism does not yet support ephemeral resource types.";
        Err(Diagnostic::error("No ephemeral resource types in mock providers", detail).into())
    }
}

/// With nothing where only configuration has something.
fn without_write_only(object: &Value, schema: &Block) -> Value {
    if object.is_null() || !object.is_known() {
        return object.clone();
    }
    let written = schema.attributes.iter().filter(|(_, attribute)| attribute.write_only);
    let object = written.fold(object.clone(), |object, (name, attribute)| {
        object.with_attribute(name, Value::null(attribute.ty.clone()))
    });
    schema.blocks.iter().fold(object, |object, (name, nested)| {
        let Some(blocks) = object.get_attribute(name) else { return object };
        let blocks = populate::each(nested.nesting, blocks, &|block| without_write_only(block, &nested.block));
        object.with_attribute(name, blocks)
    })
}
