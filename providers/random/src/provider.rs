//! The provider as the engine sees it.

use std::sync::Arc;

use async_trait::async_trait;
use landform_diagnostics::Diagnostics;
use landform_provider_api::framework::Registry;
use landform_provider_api::{
    ApplyRequest, ApplyResponse, ConfigureRequest, EphemeralResponse, ImportRequest, ImportedObject, PlanRequest,
    PlanResponse, Provider, ProviderInstance, ProviderSchemas, ReadDataRequest, ReadDataResponse, ReadRequest,
    ReadResponse, UpgradeRequest,
};
use landform_values::Value;

use crate::context::Context;
use crate::ephemeral;

/// The provider, which is its own only instance: there is nothing to configure. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Random {
    registry: Arc<Registry<Context>>,
    schemas: Arc<ProviderSchemas>,
}

impl Random {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::default();
        registry
            .resource::<crate::bytes::Bytes>()
            .resource::<crate::id::Id>()
            .resource::<crate::integer::Integer>()
            .resource::<crate::password::Password>()
            .resource::<crate::pet::Pet>()
            .resource::<crate::shuffle::Shuffle>()
            .resource::<crate::string::Text>()
            .resource::<crate::uuid::AnyUuid>()
            .resource::<crate::uuid::Uuid4>()
            .resource::<crate::uuid::Uuid7>();
        let schemas = ProviderSchemas {
            resources: registry.resource_schemas(),
            ephemeral: ephemeral::schemas(),
            ..ProviderSchemas::default()
        };
        Self { registry: Arc::new(registry), schemas: Arc::new(schemas) }
    }
}

#[async_trait]
impl Provider for Random {
    fn schemas(&self) -> Arc<ProviderSchemas> {
        Arc::clone(&self.schemas)
    }

    fn acts_outside(&self) -> bool {
        false
    }

    async fn validate_resource(&self, kind: &str, config: &Value) -> Diagnostics {
        self.registry.validate_resource(kind, config)
    }

    async fn validate_ephemeral(&self, kind: &str, config: &Value) -> Diagnostics {
        ephemeral::validate(kind, config)
    }

    async fn upgrade_state(&self, request: UpgradeRequest) -> Result<Value, Diagnostics> {
        self.registry.upgrade(&request)
    }

    async fn configure(
        &self,
        _request: ConfigureRequest,
    ) -> Result<(Arc<dyn ProviderInstance>, Diagnostics), Diagnostics> {
        Ok((Arc::new(self.clone()), Diagnostics::new()))
    }
}

#[async_trait]
impl ProviderInstance for Random {
    async fn read_resources(&self, requests: Vec<ReadRequest>) -> Vec<ReadResponse> {
        self.registry.read(&Context, requests).await
    }

    async fn plan_resource(&self, request: PlanRequest) -> PlanResponse {
        self.registry.plan(&Context, &request)
    }

    async fn apply_resource(&self, request: ApplyRequest) -> ApplyResponse {
        self.registry.apply(&Context, request).await
    }

    async fn import_resource(&self, request: ImportRequest) -> Result<Vec<ImportedObject>, Diagnostics> {
        self.registry.import(&request)
    }

    async fn read_data_source(&self, request: ReadDataRequest) -> ReadDataResponse {
        self.registry.read_data(&Context, request).await
    }

    async fn open_ephemeral(&self, kind: &str, config: Value) -> Result<EphemeralResponse, Diagnostics> {
        ephemeral::open(kind, &config)
    }
}
