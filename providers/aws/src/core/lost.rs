//! Creates whose answer got lost: the SDK repeats them, and then hears that what they made exists already.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::FinalizerInterceptorContextRef;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use super::{Error, Result, causes};

/// Watches the attempts of one create. Goes into the call: `request.customize().interceptor(lost.clone())`.
#[derive(Clone, Debug, Default)]
pub(crate) struct LostAnswer(Arc<AtomicBool>);

impl LostAnswer {
    /// The answer; `None` where the object exists because an attempt without an answer has made it. `exists` is the error
    /// code that says so; without such an attempt, it remains an error: then the object is somebody else's.
    pub(crate) fn forgives<T, E: Into<Error>>(
        &self,
        exists: &str,
        answer: std::result::Result<T, E>,
    ) -> Result<Option<T>> {
        match answer.map_err(E::into) {
            Err(error) if error.is(&[exists]) && self.0.load(Ordering::Relaxed) => Ok(None),
            answer => answer.map(Some),
        }
    }
}

impl Intercept for LostAnswer {
    fn name(&self) -> &'static str {
        "lost answer"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _settings: &mut ConfigBag,
    ) -> std::result::Result<(), BoxError> {
        let unanswered = context.response().is_none();
        if let Some(Err(error)) = context.output_or_error()
            && unanswered
            && error.as_connector_error().is_none_or(|error| !never_connected(error))
        {
            self.0.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Where there was no connection, nothing can have happened at its other end.
fn never_connected(error: &(dyn std::error::Error + 'static)) -> bool {
    causes(error).contains("(Connect)")
}
