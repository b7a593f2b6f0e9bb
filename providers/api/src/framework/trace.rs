//! Finding what a run has made without having lived to hear of it.

use std::collections::BTreeSet;
use std::time::Duration;

use landform_diagnostics::Diagnostic;
use landform_values::{Str, Value};

use super::apply::with_all_tags;
use super::equal::same_attribute;
use super::plan::tags_of;
use super::private::Private;
use super::read::{Settle, complete, read_batch, region_of, undecodable};
use super::{AttributeShape, Context, Definition, Resource, Role, Tags};
use crate::{FindRequest, Trace};

/// How long a plan looks whether the service is still at work on what was found.
const GLANCE: Duration = Duration::from_secs(2);

/// Where an object may be. The models are good enough to be read.
#[derive(Debug)]
pub enum Traces<M> {
    /// The service has room for one such object, because of its name or its place: if something is there that is like
    /// it, it is the one.
    Only(Vec<M>),
    /// Any number may be alike: it is the one with all of its tags.
    Tagged(Vec<M>),
    /// Making it once more leads to the same object.
    Repeatable,
    /// Nothing tells it from others.
    Lost,
}

/// What was read of one candidate.
struct Candidate<M> {
    model: M,
    object: Value,
}

/// Looks for the object. `taken` holds types and ids of those found already.
pub(crate) async fn find<C: Context, R: Resource<C>>(
    cx: &C,
    request: &FindRequest,
    taken: &mut BTreeSet<(Str, String)>,
) -> Trace {
    let definition = R::definition();
    let cx = cx.in_region(region_of(definition, &request.planned).as_deref());
    let planned = with_all_tags(definition, &cx, request.planned.clone());
    let model = match R::decode(&planned) {
        Ok(model) => model,
        Err(error) => return Trace::Failed(undecodable(definition, &error).into()),
    };
    let (candidates, needs_tags) = match model.traces(&cx).await {
        Ok(Traces::Only(candidates)) => (candidates, false),
        Ok(Traces::Tagged(candidates)) => (candidates, true),
        Ok(Traces::Repeatable) => return Trace::Nothing,
        Ok(Traces::Lost) => return Trace::Unclear { why: "Nothing tells it from others of its type.".into() },
        Err(error) if C::is_missing(&error) => return Trace::Nothing,
        Err(error) => return Trace::Failed(looking_failed(error.into()).into()),
    };
    let known: BTreeSet<String> = request.known.iter().filter_map(|object| id_of(definition, object)).collect();
    let alike = match read_candidates(&cx, &planned, candidates).await {
        Ok(read) => read.into_iter().filter(|candidate| {
            let id = candidate.model.id().as_str();
            !known.contains(id)
                && !taken.contains(&(request.kind.clone(), id.to_owned()))
                && is_like(definition, &planned, &candidate.object)
                && (!needs_tags || tags(definition, &planned) == tags(definition, &candidate.object))
        }),
        Err(error) => return Trace::Failed(looking_failed(error.into()).into()),
    };
    let mut alike: Vec<Candidate<R>> = alike.collect();
    if alike.len() > 1 || (needs_tags && !alike.is_empty() && tags(definition, &planned).is_empty()) {
        return Trace::Unclear { why: alternatives(&alike) };
    }
    let Some(found) = alike.pop() else { return Trace::Nothing };
    taken.insert((request.kind.clone(), found.model.id().as_str().to_owned()));
    let private = beside(&cx, &found.model).await.stored_in(&[]);
    Trace::Object { half_made: found.model.is_half_made(&model), object: found.object, private }
}

/// What is stored with an object that was found. Nobody waited until it was ready: where it is not, the next apply does.
/// An object that will never be ready counts as one to wait for, because the wait says what is wrong with it.
async fn beside<C: Context, R: Resource<C>>(cx: &C, found: &R) -> Private {
    let settled = tokio::time::timeout(crate::clock::shortened(GLANCE), found.settle(cx)).await;
    Private { pending: found.pending().clone(), unsettled: !matches!(settled, Ok(Ok(()))) }
}

async fn read_candidates<C: Context, R: Resource<C>>(
    cx: &C,
    planned: &Value,
    models: Vec<R>,
) -> Result<Vec<Candidate<R>>, C::Error> {
    if models.is_empty() {
        return Ok(Vec::new());
    }
    let results: Result<Vec<Option<R>>, C::Error> = read_batch(cx, models).await.into_iter().collect();
    let completed = results?.into_iter().flatten().map(|model| {
        let object = complete(R::definition(), cx, planned, model.encode(), Settle::WithPrior);
        Candidate { model, object }
    });
    Ok(completed.collect())
}

/// Whether an object has what the planned one was made with: all that had to be given, and what no update could change.
/// What is set by later calls may be missing still.
fn is_like(definition: &Definition, planned: &Value, object: &Value) -> bool {
    let lasting = |it: &&AttributeShape| (it.required || it.replace) && !it.write_only && it.role != Role::Region;
    definition.shape.attributes.iter().filter(lasting).all(|attribute| {
        let (planned, found) = (planned.get_attribute(attribute.name), object.get_attribute(attribute.name));
        planned.zip(found).is_none_or(|(planned, found)| {
            planned.is_null() || same_attribute(attribute, definition.strict, planned, found)
        })
    })
}

fn tags(definition: &Definition, object: &Value) -> Tags {
    let all = definition.shape.role(Role::TagsAll).and_then(|all| object.get_attribute(all.name));
    all.map(tags_of).unwrap_or_default()
}

fn id_of(definition: &Definition, object: &Value) -> Option<String> {
    let id = definition.shape.role(Role::Id)?;
    object.get_attribute(id.name)?.as_str().map(str::to_owned)
}

fn alternatives<M: super::Model>(alike: &[Candidate<M>]) -> String {
    let ids: Vec<&str> = alike.iter().map(|candidate| candidate.model.id().as_str()).collect();
    format!("It may be one of these, which are like it: {}.", ids.join(", "))
}

/// The plan ends here: without looking, the object might be made twice.
fn looking_failed(mut error: Diagnostic) -> Diagnostic {
    error.summary = format!("Looking for an object of an interrupted run: {}", error.summary);
    error
}
