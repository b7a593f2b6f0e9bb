//! Carrying out a planned change of one object.

use std::time::Duration;

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::Value;

use super::equal::same_attribute;
use super::plan::tags_of;
use super::read::{Settle, complete, read_one, region_of, undecodable};
use super::{AttrType as _, AttributeShape, Context, Definition, Resource, Role};
use crate::{ApplyRequest, ApplyResponse};

/// How long a new object may take to become visible.
const APPEARANCE: Duration = Duration::from_secs(300);
/// How often an object is read again that does not show a change yet.
const AGREEMENT_ATTEMPTS: u32 = 5;

/// Creates, updates or deletes.
pub(crate) async fn apply<C: Context, R: Resource<C>>(cx: &C, request: ApplyRequest) -> ApplyResponse {
    let definition = R::definition();
    let place = if request.planned.is_null() { &request.prior } else { &request.planned };
    let cx = cx.in_region(region_of(definition, place).as_deref());
    let (object, diagnostics) = if request.planned.is_null() {
        delete::<C, R>(&cx, &request.prior).await
    } else {
        let planned = with_inputs(definition, &cx, &request.planned, &request.config);
        if request.prior.is_null() {
            create::<C, R>(&cx, &planned).await
        } else {
            update::<C, R>(&cx, &request.prior, &planned).await
        }
    };
    ApplyResponse { object, private: request.private, legacy: !definition.strict, diagnostics }
}

/// The planned object with what only the configuration holds: write-only values; and with all tags.
fn with_inputs<C: Context>(definition: &Definition, cx: &C, planned: &Value, config: &Value) -> Value {
    let mut planned = planned.clone();
    for attribute in definition.shape.attributes.iter().filter(|attribute| attribute.write_only) {
        if let Some(value) = config.get_attribute(attribute.name) {
            planned = planned.with_attribute(attribute.name, value.clone());
        }
    }
    if let (Some(own), Some(all)) = (definition.shape.role(Role::Tags), definition.shape.role(Role::TagsAll)) {
        let own = planned.get_attribute(own.name).map(tags_of).unwrap_or_default();
        planned = planned.with_attribute(all.name, cx.tag_rules().merged(&own).encode());
    }
    planned
}

async fn create<C: Context, R: Resource<C>>(cx: &C, planned: &Value) -> (Value, Diagnostics) {
    let definition = R::definition();
    let nothing = Value::null(definition.shape.object_type());
    let mut model = match R::decode(planned) {
        Ok(model) => model,
        Err(error) => return (nothing, undecodable(definition, &error).into()),
    };
    let result = model.create(cx).await;
    if model.id().text().is_none() {
        let diagnostic = result.err().map_or_else(|| no_id(definition), Into::into);
        return (nothing, diagnostic.into());
    }
    let made = complete(definition, cx, planned, model.encode(), Settle::WithPrior);
    match result {
        Err(error) => (made, error.into().into()),
        Ok(()) => read_back::<C, R>(cx, planned, made).await,
    }
}

fn no_id(definition: &Definition) -> Diagnostic {
    let detail =
        format!("A {} was made but the service did not say its id. Look for it and import it.", definition.name);
    Diagnostic::error("Object without an id", detail)
}

async fn update<C: Context, R: Resource<C>>(cx: &C, prior: &Value, planned: &Value) -> (Value, Diagnostics) {
    let (before, mut model) = match (R::decode(prior), R::decode(planned)) {
        (Ok(before), Ok(model)) => (before, model),
        (Err(error), _) | (_, Err(error)) => return (prior.clone(), undecodable(R::definition(), &error).into()),
    };
    if let Err(error) = model.update(&before, cx).await {
        return (after_failed_update(cx, prior, before).await, error.into().into());
    }
    let made = complete(R::definition(), cx, planned, model.encode(), Settle::WithPrior);
    read_back::<C, R>(cx, planned, made).await
}

/// Which part of a failed update took effect, only the service can tell.
async fn after_failed_update<C: Context, R: Resource<C>>(cx: &C, prior: &Value, before: R) -> Value {
    match read_one(cx, before).await {
        Ok(Some(now)) => complete(R::definition(), cx, prior, now.encode(), Settle::WithPrior),
        _ => prior.clone(),
    }
}

async fn delete<C: Context, R: Resource<C>>(cx: &C, prior: &Value) -> (Value, Diagnostics) {
    let model = match R::decode(prior) {
        Ok(model) => model,
        Err(error) => return (prior.clone(), undecodable(R::definition(), &error).into()),
    };
    match model.delete(cx).await {
        Err(error) if !C::is_missing(&error) => (prior.clone(), error.into().into()),
        _ => (Value::null(R::definition().shape.object_type()), Diagnostics::new()),
    }
}

/// Reads an object that was just made or changed until it is there and shows what was planned: services tell of
/// changes only after a while.
async fn read_back<C: Context, R: Resource<C>>(cx: &C, planned: &Value, made: Value) -> (Value, Diagnostics) {
    let definition = R::definition();
    let known = match R::decode(&made) {
        Ok(model) => model,
        Err(error) => return (made, undecodable(definition, &error).into()),
    };
    let mut waited = Duration::ZERO;
    let mut pause = Duration::from_millis(200);
    let mut disagreements = 0;
    loop {
        match read_one(cx, known.clone()).await {
            Err(error) => return (made, error.into().into()),
            Ok(None) if waited >= APPEARANCE => {
                let error = C::never_appeared(definition.name, known.id().as_str());
                return (made, error.into().into());
            }
            Ok(None) => {}
            Ok(Some(now)) => {
                let object = complete(definition, cx, planned, now.encode(), Settle::WithPrior);
                let differing = disagreement(definition, planned, &object);
                disagreements += 1;
                if differing.is_empty() {
                    return (object, Diagnostics::new());
                }
                if disagreements >= AGREEMENT_ATTEMPTS {
                    return (object, not_taken(definition, &differing).into());
                }
            }
        }
        tokio::time::sleep(pause).await;
        waited += pause;
        pause = (pause * 2).min(Duration::from_secs(5));
    }
}

/// Attributes that were planned otherwise than they are. What only the service decides was not planned, only expected to
/// stay as it was: a change is none of ours.
fn disagreement(definition: &Definition, planned: &Value, object: &Value) -> Vec<&'static str> {
    let is_planned = |it: &&AttributeShape| !it.write_only && (it.optional || it.required);
    let attributes = definition.shape.attributes.iter().filter(is_planned);
    let differing = attributes.filter(|attribute| {
        let (a, b) = (planned.get_attribute(attribute.name), object.get_attribute(attribute.name));
        a.zip(b).is_some_and(|(a, b)| a.is_wholly_known() && !same_attribute(attribute, definition.strict, a, b))
    });
    differing.map(|attribute| attribute.name).collect()
}

fn not_taken(definition: &Definition, names: &[&str]) -> Diagnostic {
    let detail = format!(
        "The service accepted the change of this {} but does not show it: {} differ from what was planned. The next plan \
         shows what is left to do.",
        definition.name,
        names.join(", ")
    );
    Diagnostic::warning("Change not taken over", detail)
}
