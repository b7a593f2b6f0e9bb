//! Carrying out a planned change of one object.

use std::time::Duration;

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::Value;

use super::equal::same_attribute;
use super::plan::tags_of;
use super::private::Private;
use super::read::{Settle, complete, read_one, region_of, undecodable};
use super::{AttrType as _, AttributeShape, Context, Definition, Pending, Resource, Role};
use crate::{ApplyRequest, ApplyResponse, clock};

/// How long a new object may take to become visible.
const APPEARANCE: Duration = Duration::from_secs(600);
/// How often an object is read again that does not show a change yet.
const AGREEMENT_ATTEMPTS: u32 = 5;

/// What a change led to.
struct Changed {
    object: Value,
    /// What is stored beside it.
    beside: Private,
    diagnostics: Diagnostics,
}

impl Changed {
    fn failed(object: Value, diagnostic: impl Into<Diagnostic>) -> Self {
        Self { object, beside: Private::default(), diagnostics: diagnostic.into().into() }
    }

    fn with_pending(object: Value, pending: &Pending) -> Self {
        let beside = Private { pending: pending.clone(), unsettled: false };
        Self { object, beside, diagnostics: Diagnostics::new() }
    }

    fn saying(self, diagnostic: impl Into<Diagnostic>) -> Self {
        Self { diagnostics: diagnostic.into().into(), ..self }
    }

    /// A wait for it took longer than it may: the next run goes on with it.
    fn unsettled(mut self) -> Self {
        self.beside.unsettled = true;
        self
    }
}

/// Creates, updates or deletes.
pub(crate) async fn apply<C: Context, R: Resource<C>>(cx: &C, request: ApplyRequest) -> ApplyResponse {
    let definition = R::definition();
    let place = if request.planned.is_null() { &request.prior } else { &request.planned };
    let cx = cx.in_region(region_of(definition, place).as_deref());
    let beside = Private::of(&request.private);
    let changed = if request.planned.is_null() {
        let (object, diagnostics) = delete::<C, R>(&cx, &request.prior).await;
        Changed { object, beside, diagnostics }
    } else {
        let planned = with_inputs(definition, &cx, &request.planned, &request.config);
        if request.prior.is_null() {
            create::<C, R>(&cx, &planned).await
        } else {
            update::<C, R>(&cx, &request.prior, beside, &planned).await
        }
    };
    ApplyResponse {
        identity: R::identity().and_then(|form| form.of(definition, &changed.object)),
        object: changed.object,
        unfinished: changed.beside.unsettled && changed.diagnostics.has_errors(),
        private: changed.beside.stored_in(&request.private),
        legacy: !definition.strict,
        diagnostics: changed.diagnostics,
    }
}

/// The planned object with what only the configuration holds: write-only values; and with all tags.
fn with_inputs<C: Context>(definition: &Definition, cx: &C, planned: &Value, config: &Value) -> Value {
    let mut planned = planned.clone();
    for attribute in definition.shape.attributes.iter().filter(|attribute| attribute.write_only) {
        if let Some(value) = config.get_attribute(attribute.name) {
            planned = planned.with_attribute(attribute.name, value.clone());
        }
    }
    with_all_tags(definition, cx, planned)
}

/// The planned object with its own tags and the provider's default ones.
pub(crate) fn with_all_tags<C: Context>(definition: &Definition, cx: &C, planned: Value) -> Value {
    let (Some(own), Some(all)) = (definition.shape.role(Role::Tags), definition.shape.role(Role::TagsAll)) else {
        return planned;
    };
    let own = planned.get_attribute(own.name).map(tags_of).unwrap_or_default();
    planned.with_attribute(all.name, cx.tag_rules().merged(&own).encode())
}

async fn create<C: Context, R: Resource<C>>(cx: &C, planned: &Value) -> Changed {
    let definition = R::definition();
    let nothing = Value::null(definition.shape.object_type());
    let mut model = match R::decode(planned) {
        Ok(model) => model,
        Err(error) => return Changed::failed(nothing, undecodable(definition, &error)),
    };
    let mut result = model.create(cx).await;
    if model.id().text().is_none() {
        return Changed::failed(nothing, result.err().map_or_else(|| no_id(definition), Into::into));
    }
    if result.is_ok() {
        result = model.settle(cx).await;
    }
    let made = complete(definition, cx, planned, model.encode(), Settle::WithPrior);
    match result {
        Err(error) if C::is_timeout(&error) => as_it_is(cx, planned, (made, model)).await.unsettled().saying(error),
        Err(error) => Changed::failed(made, error),
        Ok(()) => read_back::<C, R>(cx, planned, made).await,
    }
}

/// The object as the service tells it now; where it does not, as it is known.
async fn as_it_is<C: Context, R: Resource<C>>(cx: &C, planned: &Value, known: (Value, R)) -> Changed {
    match read_one(cx, known.1).await {
        Ok(Some(now)) => {
            let object = complete(R::definition(), cx, planned, now.encode(), Settle::WithPrior);
            Changed::with_pending(object, now.pending())
        }
        _ => Changed::with_pending(known.0, &Pending::default()),
    }
}

fn no_id(definition: &Definition) -> Diagnostic {
    let detail =
        format!("A {} was made but the service did not say its id. Look for it and import it.", definition.name);
    Diagnostic::error("Object without an id", detail)
}

async fn update<C: Context, R: Resource<C>>(cx: &C, prior: &Value, beside: Private, planned: &Value) -> Changed {
    let definition = R::definition();
    let (mut before, mut model) = match (R::decode(prior), R::decode(planned)) {
        (Ok(before), Ok(model)) => (before, model),
        (Err(error), _) | (_, Err(error)) => return Changed::failed(prior.clone(), undecodable(definition, &error)),
    };
    before.set_pending(beside.pending.clone());
    if let Err(error) = carry_out(cx, (&before, beside.unsettled), &mut model).await {
        let late = C::is_timeout(&error);
        // Which part of a failed update took effect, only the service can tell.
        let changed = as_it_is(cx, prior, (prior.clone(), before)).await.saying(error);
        return if late || beside.unsettled { changed.unsettled() } else { changed };
    }
    let made = complete(definition, cx, planned, model.encode(), Settle::WithPrior);
    read_back::<C, R>(cx, planned, made).await
}

/// Changes an object, after what an earlier run began has come to its end.
async fn carry_out<C: Context, R: Resource<C>>(cx: &C, before: (&R, bool), model: &mut R) -> Result<(), C::Error> {
    let (before, unsettled) = before;
    // With the timeouts that hold now.
    if unsettled {
        model.settle(cx).await?;
    }
    model.update(before, cx).await?;
    model.settle(cx).await
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
async fn read_back<C: Context, R: Resource<C>>(cx: &C, planned: &Value, made: Value) -> Changed {
    let definition = R::definition();
    let known = match R::decode(&made) {
        Ok(model) => model,
        Err(error) => return Changed::failed(made, undecodable(definition, &error)),
    };
    let mut waited = Duration::ZERO;
    let mut pause = Duration::from_millis(200);
    let mut disagreements = 0;
    loop {
        match read_one(cx, known.clone()).await {
            Err(error) => return Changed::failed(made, error),
            Ok(None) if waited >= APPEARANCE => {
                return Changed::failed(made, C::never_appeared(definition.name, known.id().as_str()));
            }
            Ok(None) => {}
            Ok(Some(now)) => {
                let object = complete(definition, cx, planned, now.encode(), Settle::WithPrior);
                let differing = disagreement(definition, planned, &object);
                let changed = Changed::with_pending(object, now.pending());
                disagreements += 1;
                if differing.is_empty() {
                    return changed;
                }
                if disagreements >= AGREEMENT_ATTEMPTS {
                    return changed.saying(not_taken(definition, &differing));
                }
            }
        }
        clock::sleep(pause).await;
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
