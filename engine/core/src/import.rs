//! Adopting objects that exist already.

use std::sync::Arc;

use landform_addrs::{ProviderAddr, ResourceInstance};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_plan::PlannedImport;
use landform_provider_api::{ImportBy, ImportRequest, ProviderInstance, ReadRequest, Schema};
use landform_values::Value;

use crate::events::{Event, Observer};
use crate::objects::{Identity, ToldIdentity, agrees, mark_sensitive};
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

/// Finds an object and reads it.
pub(crate) async fn import_object(
    address: &ResourceInstance,
    schema: &Arc<Schema>,
    (provider_name, provider): (&ProviderAddr, &dyn ProviderInstance),
    by: &PlannedImport,
    (observer, purpose): (&dyn Observer, Purpose),
) -> Result<PriorObject, Diagnostics> {
    observer.event(match purpose {
        Purpose::Plan => Event::Importing { address, by },
        Purpose::Adopt | Purpose::Refuse => Event::Seeking { address, by },
    });
    let about = |found: Diagnostics| -> Diagnostics {
        found.into_iter().map(|diagnostic| diagnostic.about(address.to_string())).collect()
    };
    let kind = address.resource.kind.clone();
    let request = ImportRequest { kind: kind.clone(), by: asked(by) };
    let imported = provider.import_resource(request).await.map_err(about)?;
    let Some(imported) = imported.into_iter().find(|object| object.kind == kind) else {
        return Err(nothing(by).into());
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
    let identity = response.identity.or(imported.identity);
    if let Some(identity) = &identity {
        let wrong = ToldIdentity { address, provider: provider_name, schema, identity }.check(None);
        if wrong.has_errors() {
            return Err(wrong);
        }
    }
    check_found(address, by, identity.as_ref())?;
    let value = mark_sensitive(&schema.block, response.object, &[]);
    Ok(PriorObject {
        stored: value.clone(),
        value,
        tainted: false,
        private: response.private.into(),
        dependencies: [].into(),
        create_before_destroy: false,
        schema: schema.clone(),
        identity: identity.and_then(|identity| Identity::new(&identity, schema)),
    })
}

fn asked(by: &PlannedImport) -> ImportBy {
    match by {
        // Nobody asks for what is put off.
        PlannedImport::Unknown => ImportBy::Id("".into()),
        PlannedImport::Id(id) => ImportBy::Id(id.clone()),
        PlannedImport::Identity(identity) => ImportBy::Identity(identity.clone()),
    }
}

/// What is found by an identity has to have this one.
fn check_found(address: &ResourceInstance, by: &PlannedImport, found: Option<&Value>) -> Result<(), Diagnostic> {
    let PlannedImport::Identity(wanted) = by else { return Ok(()) };
    let detail = match found {
        None => format!(
            "While attempting to import {address} by its identity, the provider returned an object without one. This is a bug in the provider, which should be reported in the provider's own issue tracker."
        ),
        Some(found) if !agrees(wanted, found) => format!(
            "The object that {address} would be has another identity than the one that the import block gives: {}. Check the account and the region that the provider is configured for.",
            PlannedImport::Identity(found.clone())
        ),
        Some(_) => return Ok(()),
    };
    Err(Diagnostic::error("Import found another object", detail).about(address.to_string()))
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

fn nothing(by: &PlannedImport) -> Diagnostic {
    let what = if matches!(by, PlannedImport::Identity(_)) { "Identity" } else { "ID" };
    let detail = format!("While attempting to import with {what} {by}, the provider returned no instance states.");
    Diagnostic::error("Import returned no resources", detail)
}
