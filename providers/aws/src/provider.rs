//! The provider as the engine sees it.

use std::sync::Arc;

use async_trait::async_trait;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::framework::{AttrType as _, HasShape as _, Registry};
use landform_provider_api::{
    ApplyRequest, ApplyResponse, ConfigureRequest, FindRequest, ImportRequest, ImportedObject, PlanRequest,
    PlanResponse, Provider, ProviderInstance, ProviderSchemas, ReadDataRequest, ReadDataResponse, ReadRequest,
    ReadResponse, Schema, Trace, UpgradeRequest,
};
use landform_values::{Path, Value};

use crate::config::{ProviderConfig, resolve};
use crate::core::Aws;

/// What changes how calls are made, and nothing about where they go and what they yield.
const SETTINGS_OF_CALLS: [&str; 4] = ["max_retries", "retry_mode", "token_bucket_rate_limiter_capacity", "user_agent"];

/// The native AWS provider.
pub struct AwsProvider {
    registry: Arc<Registry<Aws>>,
    schemas: Arc<ProviderSchemas>,
}

impl Default for AwsProvider {
    fn default() -> Self {
        Self::new()
    }
}

impl AwsProvider {
    /// The provider with all its types. Makes all schemas, so keep it.
    pub fn new() -> Self {
        let registry = crate::registry();
        let schemas = ProviderSchemas {
            provider: Schema { block: ProviderConfig::shape().block_schema(), ..Schema::default() },
            resources: registry.resource_schemas(),
            data_sources: registry.data_source_schemas(),
            parts: crate::parts::all(),
            ..ProviderSchemas::default()
        };
        Self { registry: Arc::new(registry), schemas: Arc::new(schemas) }
    }

    /// The configuration as far as it is known: a plan may go on while credentials come from something not yet made.
    fn decode(config: &Value) -> Result<ProviderConfig, Diagnostics> {
        ProviderConfig::decode(config).map_err(|error| {
            let detail = format!("The configuration does not fit the provider's schema: {error}.");
            Diagnostics::from(Diagnostic::error("Invalid provider configuration", detail))
        })
    }
}

#[async_trait]
impl Provider for AwsProvider {
    fn schemas(&self) -> Arc<ProviderSchemas> {
        Arc::clone(&self.schemas)
    }

    async fn validate_config(&self, config: &Value) -> Diagnostics {
        let mut found = Diagnostics::new();
        ProviderConfig::shape().validate(config, &Path::root(), &mut found);
        found
    }

    fn can_plan_with(&self, config: &Value) -> bool {
        let planned = |config: Value, name: &&str| config.with_attribute(name, Value::NULL);
        SETTINGS_OF_CALLS.iter().fold(config.clone(), planned).is_wholly_known()
    }

    async fn validate_resource(&self, kind: &str, config: &Value) -> Diagnostics {
        self.registry.validate_resource(kind, config)
    }

    async fn validate_data_source(&self, kind: &str, config: &Value) -> Diagnostics {
        self.registry.validate_data_source(kind, config)
    }

    async fn upgrade_state(&self, request: UpgradeRequest) -> Result<Value, Diagnostics> {
        self.registry.upgrade(&request)
    }

    async fn configure(
        &self,
        request: ConfigureRequest,
    ) -> Result<(Arc<dyn ProviderInstance>, Diagnostics), Diagnostics> {
        let config = Self::decode(&request.config)?;
        let account = resolve(&config, &request.engine_version).await;
        let account = account.map_err(|error| Diagnostics::from(Diagnostic::from(error)))?;
        let instance = Instance { registry: Arc::clone(&self.registry), cx: Aws::new(account) };
        Ok((Arc::new(instance), Diagnostics::new()))
    }
}

/// The provider in one configuration.
struct Instance {
    registry: Arc<Registry<Aws>>,
    cx: Aws,
}

#[async_trait]
impl ProviderInstance for Instance {
    async fn read_resources(&self, requests: Vec<ReadRequest>) -> Vec<ReadResponse> {
        self.registry.read(&self.cx, requests).await
    }

    async fn plan_resource(&self, request: PlanRequest) -> PlanResponse {
        self.registry.plan(&self.cx, &request)
    }

    async fn apply_resource(&self, request: ApplyRequest) -> ApplyResponse {
        self.registry.apply(&self.cx, request).await
    }

    async fn import_resource(&self, request: ImportRequest) -> Result<Vec<ImportedObject>, Diagnostics> {
        self.registry.import(&request)
    }

    async fn find_created(&self, requests: Vec<FindRequest>) -> Vec<Trace> {
        self.registry.find(&self.cx, requests).await
    }

    async fn read_data_source(&self, request: ReadDataRequest) -> ReadDataResponse {
        self.registry.read_data(&self.cx, request).await
    }
}
