//! Adopting objects that exist already.

use std::sync::Arc;

use landform_addrs::ResourceInstance;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::{ImportRequest, ProviderInstance, ReadRequest, Schema};
use landform_values::Str;

use crate::events::{Event, Observer};
use crate::objects::mark_sensitive;
use crate::prior::PriorObject;

/// What an object is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To plan its adoption.
    Plan,
    /// To adopt it at once.
    Adopt,
    /// As to adopt it, though there is an object at its address already, which is an error.
    Refuse,
}

/// Finds an object by its id and reads it.
pub(crate) async fn import_object(
    address: &ResourceInstance,
    schema: &Arc<Schema>,
    provider: &dyn ProviderInstance,
    id: &Str,
    (observer, purpose): (&dyn Observer, Purpose),
) -> Result<PriorObject, Diagnostics> {
    observer.event(match purpose {
        Purpose::Plan => Event::Importing { address, id },
        Purpose::Adopt | Purpose::Refuse => Event::Seeking { address, id },
    });
    let about = |found: Diagnostics| -> Diagnostics {
        found.into_iter().map(|diagnostic| diagnostic.about(address.to_string())).collect()
    };
    let kind = address.resource.kind.clone();
    let request = ImportRequest { kind: kind.clone(), id: id.clone() };
    let imported = provider.import_resource(request).await.map_err(about)?;
    let Some(imported) = imported.into_iter().find(|object| object.kind == kind) else {
        return Err(nothing(id).into());
    };
    if purpose != Purpose::Plan {
        observer.event(Event::Found { address });
    }
    if purpose == Purpose::Refuse {
        return Err(already_managed(address).into());
    }
    observer.event(Event::Refreshing { address, deposed: None, object: &imported.object });
    let request = ReadRequest { kind, prior: imported.object, private: imported.private };
    let Some(response) = provider.read_resources(vec![request]).await.into_iter().next() else {
        return Err(missing(address).into());
    };
    observer.event(Event::Refreshed { address, deposed: None, object: &response.object });
    if response.diagnostics.has_errors() {
        return Err(about(response.diagnostics));
    }
    if response.object.is_null() {
        return Err(missing(address).into());
    }
    let value = mark_sensitive(&schema.block, response.object, &[]);
    Ok(PriorObject {
        stored: value.clone(),
        value,
        tainted: false,
        private: response.private.into(),
        dependencies: [].into(),
        create_before_destroy: false,
        schema: schema.clone(),
        identity: None,
    })
}

fn already_managed(address: &ResourceInstance) -> Diagnostic {
    let detail = format!(
        "Landform is already managing a remote object for {address}. To import to this address you must first remove the existing object from the state."
    );
    Diagnostic::error("Resource already managed by Landform", detail)
}

fn missing(address: &ResourceInstance) -> Diagnostic {
    let detail = format!(
        "While attempting to import an existing object to \"{address}\", the provider detected that no object exists with the given id. Only pre-existing objects can be imported; check that the id is correct and that it is associated with the provider's configured region or endpoint, or use \"landform apply\" to create a new remote object for this resource."
    );
    Diagnostic::error("Cannot import non-existent remote object", detail)
}

fn nothing(id: &Str) -> Diagnostic {
    let detail = format!("While attempting to import with ID {id}, the provider returned no instance states.");
    Diagnostic::error("Import returned no resources", detail)
}
