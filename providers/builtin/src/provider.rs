//! The provider: hands each request to the type it is about.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::{
    ApplyRequest, ApplyResponse, ConfigureRequest, FunctionError, ImportBy, ImportRequest, ImportedObject, PlanRequest,
    PlanResponse, Provider, ProviderInstance, ProviderSchemas, ReadDataRequest, ReadDataResponse, ReadRequest,
    ReadResponse, Schema, UpgradeRequest,
};
use landform_values::Value;

use crate::host::Host;
use crate::{data, functions, remote_state};

/// The provider `terraform.io/builtin/terraform`. Cheap to clone; it needs no configuration.
#[derive(Clone)]
pub struct Builtin {
    host: Arc<dyn Host>,
    schemas: Arc<ProviderSchemas>,
}

impl Builtin {
    /// With what it needs of the program around it.
    pub fn new(host: Arc<dyn Host>) -> Self {
        let schemas = ProviderSchemas {
            provider: Schema::default(),
            resources: BTreeMap::from([(data::KIND.into(), Arc::new(data::schema()))]),
            data_sources: BTreeMap::from([(remote_state::KIND.into(), Arc::new(remote_state::schema()))]),
            ephemeral: BTreeMap::new(),
            functions: functions::schemas(),
            parts: Vec::new(),
        };
        Self { host, schemas: Arc::new(schemas) }
    }
}

fn unsupported(kind: &str) -> Diagnostics {
    Diagnostic::error(format!("unsupported resource type {kind:?}"), "").into()
}

#[async_trait]
impl Provider for Builtin {
    fn schemas(&self) -> Arc<ProviderSchemas> {
        self.schemas.clone()
    }

    fn acts_outside(&self) -> bool {
        false
    }

    async fn validate_resource(&self, kind: &str, config: &Value) -> Diagnostics {
        if kind == data::KIND { data::validate(config) } else { unsupported(kind) }
    }

    async fn validate_data_source(&self, kind: &str, config: &Value) -> Diagnostics {
        if kind == remote_state::KIND { remote_state::validate(config, &*self.host) } else { unsupported(kind) }
    }

    async fn upgrade_state(&self, request: UpgradeRequest) -> Result<Value, Diagnostics> {
        if &*request.kind == data::KIND { data::upgrade(&request) } else { Err(unsupported(&request.kind)) }
    }

    async fn move_state(&self, request: UpgradeRequest, from_kind: &str) -> Result<Value, Diagnostics> {
        if &*request.kind == data::KIND {
            data::take_over(&request, from_kind)
        } else {
            Err(unsupported(&request.kind))
        }
    }

    async fn call_function(&self, name: &str, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        functions::call(name, &arguments, &*self.host)
    }

    async fn configure(
        &self,
        _request: ConfigureRequest,
    ) -> Result<(Arc<dyn ProviderInstance>, Diagnostics), Diagnostics> {
        Ok((Arc::new(self.clone()), Diagnostics::new()))
    }
}

#[async_trait]
impl ProviderInstance for Builtin {
    async fn read_resources(&self, requests: Vec<ReadRequest>) -> Vec<ReadResponse> {
        let as_it_is = |request: ReadRequest| ReadResponse {
            object: request.prior,
            identity: None,
            private: request.private,
            diagnostics: Diagnostics::new(),
        };
        requests.into_iter().map(as_it_is).collect()
    }

    async fn plan_resource(&self, request: PlanRequest) -> PlanResponse {
        data::plan(request)
    }

    async fn apply_resource(&self, request: ApplyRequest) -> ApplyResponse {
        let object =
            if request.planned.is_null() { request.planned } else { data::apply(&request.planned, &*self.host) };
        ApplyResponse::new(object, request.private)
    }

    async fn import_resource(&self, request: ImportRequest) -> Result<Vec<ImportedObject>, Diagnostics> {
        if &*request.kind != data::KIND {
            return Err(unsupported(&request.kind));
        }
        // Without an identity schema, nobody gives an identity.
        let ImportBy::Id(id) = request.by else { return Err(unsupported(&request.kind)) };
        let object = data::imported(&id);
        Ok(vec![ImportedObject { object, identity: None, kind: request.kind, private: Vec::new() }])
    }

    async fn read_data_source(&self, request: ReadDataRequest) -> ReadDataResponse {
        if &*request.kind == remote_state::KIND {
            remote_state::read(request.config, &*self.host).await
        } else {
            ReadDataResponse { object: request.config, diagnostics: unsupported(&request.kind) }
        }
    }
}
