//! Which failures the SDK must not repeat although it would.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};

/// No connection so often in a row means that there is nobody.
const CONNECTIONS_TO_TRY: u32 = 3;

/// Forbids repeats that can not help: pages in HTML are not from AWS, and an endpoint that nobody listens at stays so.
#[derive(Clone, Debug, Default)]
pub(crate) struct NoPointlessRetry {
    failed_connections: Arc<AtomicU32>,
}

impl ClassifyRetry for NoPointlessRetry {
    fn classify_retry(&self, attempt: &InterceptorContext) -> RetryAction {
        if let Some(response) = attempt.response() {
            self.failed_connections.store(0, Ordering::Relaxed);
            let html = response.headers().get("content-type").is_some_and(|kind| kind.contains("text/html"));
            return if html { RetryAction::RetryForbidden } else { RetryAction::NoActionIndicated };
        }
        let connector_failed = matches!(attempt.output_or_error(), Some(Err(error)) if error.is_connector_error());
        if connector_failed && self.failed_connections.fetch_add(1, Ordering::Relaxed) + 1 >= CONNECTIONS_TO_TRY {
            return RetryAction::RetryForbidden;
        }
        RetryAction::NoActionIndicated
    }

    fn name(&self) -> &'static str {
        "no pointless retry"
    }
}
