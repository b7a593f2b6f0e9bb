//! Ephemeral resources: opened when what they are configured with is known, closed at the end of the run, never stored.

use std::cell::RefCell;
use std::sync::Arc;

use landform_addrs::ResourceInstance;
use landform_diagnostics::Diagnostics;
use landform_provider_api::{ProviderInstance, Schema};
use landform_values::{Marks, Value};

use crate::events::{EphemeralPhase, Event, Observer};
use crate::objects::{mark_sensitive, sensitive_paths};

/// The ephemeral resources that are open.
#[derive(Default)]
pub(crate) struct OpenResources(RefCell<Vec<Open>>);

struct Open {
    address: ResourceInstance,
    provider: Arc<dyn ProviderInstance>,
    private: Vec<u8>,
}

impl OpenResources {
    /// Opens one with a wholly known configuration; what it yields, marked.
    pub(crate) async fn open(
        &self,
        address: &ResourceInstance,
        schema: &Schema,
        provider: Arc<dyn ProviderInstance>,
        config: &Value,
        observer: &dyn Observer,
    ) -> Result<Value, Diagnostics> {
        observer.event(Event::Ephemeral { address, phase: EphemeralPhase::Opening });
        let plain = config.clone().unmark_deep().0;
        let response = provider.open_ephemeral(&address.resource.kind, plain).await?;
        observer.event(Event::Ephemeral { address, phase: EphemeralPhase::Opened });
        self.0.borrow_mut().push(Open { address: address.clone(), provider, private: response.private });
        Ok(yielded(schema, response.result, config))
    }

    /// Closes all of them, the last opened first.
    pub(crate) async fn close(&self, observer: &dyn Observer) -> Diagnostics {
        let mut diagnostics = Diagnostics::new();
        loop {
            let Some(open) = self.0.borrow_mut().pop() else { return diagnostics };
            let address = &open.address;
            observer.event(Event::Ephemeral { address, phase: EphemeralPhase::Closing });
            let found = open.provider.close_ephemeral(&address.resource.kind, open.private).await;
            observer.event(Event::Ephemeral { address, phase: EphemeralPhase::Closed });
            diagnostics.extend(found.into_iter().map(|found| found.about(address.to_string())));
        }
    }
}

/// The value of one that can not be opened yet.
pub(crate) fn unopened(schema: &Schema, config: &Value) -> Value {
    yielded(schema, Value::unknown(schema.block.implied_type()), config)
}

fn yielded(schema: &Schema, value: Value, config: &Value) -> Value {
    mark_sensitive(&schema.block, value, &sensitive_paths(config)).with_marks(&Marks::ephemeral())
}
