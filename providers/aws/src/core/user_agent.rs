//! Products that the configuration names to AWS.

use std::sync::Arc;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

const HEADER: &str = "user-agent";

/// Adds products to the header that says who calls. It is not part of what is signed.
#[derive(Clone, Debug, Default)]
pub(crate) struct NamedProducts(pub(crate) Arc<[String]>);

impl Intercept for NamedProducts {
    fn name(&self) -> &'static str {
        "named products"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _settings: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if self.0.is_empty() {
            return Ok(());
        }
        let headers = context.request_mut().headers_mut();
        let known = headers.get(HEADER).unwrap_or_default();
        let all = format!("{known} {}", self.0.join(" "));
        headers.try_insert(HEADER, all.trim().to_owned())?;
        Ok(())
    }
}
