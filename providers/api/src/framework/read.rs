//! Reading many objects of one type, and bringing what is read into agreement with what was known.

use std::collections::BTreeMap;

use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::{PathError, Value};

use super::equal::{same_attribute, same_blocks};
use super::form::stored_form;
use super::plan::tags_of;
use super::private::Private;
use super::{AttrType as _, Batch, BlockShape, Context, Definition, Resource, Role, Shape};
use crate::{Nesting, ReadRequest, ReadResponse};

/// What `import` hands to the first read: nothing is known of the object but its id.
pub(crate) const IMPORTED: &[u8] = b"landform:imported";

/// How what was read becomes an object to store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settle {
    /// The prior form holds where both mean the same.
    WithPrior,
    /// As it was read.
    AsRead,
}

/// Reads objects of one type, one batch a region. Answers in order.
pub(crate) async fn read_all<C: Context, R: Resource<C>>(cx: &C, requests: Vec<ReadRequest>) -> Vec<ReadResponse> {
    let mut answers: Vec<Option<ReadResponse>> = requests.iter().map(|_| None).collect();
    let mut regions: BTreeMap<Option<String>, Vec<(usize, R)>> = BTreeMap::new();
    for (index, request) in requests.iter().enumerate() {
        match R::decode(&request.prior) {
            Ok(model) => regions.entry(region_of(R::definition(), &request.prior)).or_default().push((index, model)),
            Err(error) => answers[index] = Some(failed(request, undecodable(R::definition(), &error))),
        }
    }
    let batches = regions.into_iter().map(|(region, items)| async move {
        let cx = cx.in_region(region.as_deref());
        let (indexes, models): (Vec<usize>, Vec<R>) = items.into_iter().unzip();
        let results = read_batch(&cx, models).await;
        (cx, indexes.into_iter().zip(results).collect::<Vec<_>>())
    });
    for (cx, results) in futures::future::join_all(batches).await {
        for (index, result) in results {
            answers[index] = Some(answer::<C, R>(&cx, &requests[index], result));
        }
    }
    let unanswered = || Diagnostic::error("Object not read", "The provider did not answer for this object.");
    answers
        .into_iter()
        .zip(&requests)
        .map(|(it, request)| it.unwrap_or_else(|| failed(request, unanswered())))
        .collect()
}

pub(crate) async fn read_batch<C: Context, R: Resource<C>>(cx: &C, models: Vec<R>) -> Vec<Result<Option<R>, C::Error>> {
    let count = models.len();
    match R::read(Batch::of(models), cx).await {
        Ok(found) => found.into_results().into_iter().map(none_if_missing::<C, R>).collect(),
        Err(error) if C::is_missing(&error) => (0..count).map(|_| Ok(None)).collect(),
        Err(error) => (0..count).map(|_| Err(error.clone())).collect(),
    }
}

fn none_if_missing<C: Context, R: Resource<C>>(read: Result<Option<R>, C::Error>) -> Result<Option<R>, C::Error> {
    match read {
        Err(error) if C::is_missing(&error) => Ok(None),
        read => read,
    }
}

/// Reads one object again.
pub(crate) async fn read_one<C: Context, R: Resource<C>>(cx: &C, model: R) -> Result<Option<R>, C::Error> {
    let mut results = read_batch(cx, vec![model]).await;
    results.pop().unwrap_or(Ok(None))
}

fn answer<C: Context, R: Resource<C>>(
    cx: &C,
    request: &ReadRequest,
    result: Result<Option<R>, C::Error>,
) -> ReadResponse {
    let definition = R::definition();
    let imported = request.private == IMPORTED;
    let private = if imported { Vec::new() } else { request.private.clone() };
    match result {
        Ok(Some(model)) => {
            let settle = if imported { Settle::AsRead } else { Settle::WithPrior };
            let object = complete(definition, cx, &request.prior, model.encode(), settle);
            let beside = Private { pending: model.pending().clone(), ..Private::of(&private) };
            let private = beside.stored_in(&private);
            let identity = R::identity().and_then(|form| form.of(definition, &object));
            ReadResponse { object, identity, private, diagnostics: Diagnostics::new() }
        }
        Ok(None) => {
            let object = Value::null(definition.shape.object_type());
            ReadResponse { object, identity: None, private, diagnostics: Diagnostics::new() }
        }
        Err(error) => failed(request, error.into()),
    }
}

fn failed(request: &ReadRequest, diagnostic: Diagnostic) -> ReadResponse {
    let (object, private) = (request.prior.clone(), request.private.clone());
    ReadResponse { object, identity: None, private, diagnostics: diagnostic.into() }
}

/// What is said of an object that does not fit its type.
pub(crate) fn undecodable(definition: &Definition, error: &PathError) -> Diagnostic {
    let detail = format!("The stored or planned {} does not fit its schema: {error}.", definition.name);
    super::validate::about(&error.path, Diagnostic::error("Invalid object", detail))
}

/// The region that an object names.
pub(crate) fn region_of(definition: &Definition, object: &Value) -> Option<String> {
    let region = definition.shape.role(Role::Region)?;
    object.get_attribute(region.name)?.as_str().filter(|it| !it.is_empty()).map(str::to_owned)
}

/// Makes the object to store of what was read: region, tags, and agreement with the prior (or planned) object.
pub(crate) fn complete<C: Context>(
    definition: &Definition,
    cx: &C,
    prior: &Value,
    read: Value,
    settle: Settle,
) -> Value {
    let mut read = read;
    let shape = &definition.shape;
    if let (Some(region), Some(here)) = (shape.role(Role::Region), cx.default_region()) {
        read = read.with_attribute(region.name, here.into());
    }
    if let Some(all) = shape.role(Role::TagsAll)
        && let Some(found) = read.get_attribute(all.name).filter(|found| found.is_wholly_known())
    {
        let rules = cx.tag_rules();
        let all_tags = rules.without_ignored(tags_of(found));
        if let Some(own) = shape.role(Role::Tags) {
            let prior_own = prior.get_attribute(own.name).filter(|it| it.is_wholly_known() && !it.is_null());
            let own_tags = rules.own(&all_tags, prior_own.map(tags_of).as_ref());
            let none = own_tags.is_empty() && prior_own.is_none();
            let value = if none { Value::null(own.ty.clone()) } else { own_tags.encode() };
            read = read.with_attribute(own.name, value);
        }
        read = read.with_attribute(all.name, all_tags.encode());
    }
    let prior = Some(prior).filter(|prior| !prior.is_null());
    settled(shape, definition.strict, prior, &read, settle)
}

fn settled(shape: &Shape, strict: bool, prior: Option<&Value>, read: &Value, settle: Settle) -> Value {
    let attributes = shape.attributes.iter().map(|attribute| {
        let null = || Value::null(attribute.ty.clone());
        let prior = prior.and_then(|prior| prior.get_attribute(attribute.name));
        let read = read.get_attribute(attribute.name);
        let value = match (prior, read) {
            _ if attribute.write_only => null(),
            (Some(prior), Some(read)) if !read.is_wholly_known() => known_or(prior, null()),
            (_, Some(read)) if !read.is_wholly_known() => null(),
            (Some(prior), Some(read))
                if settle == Settle::WithPrior && same_attribute(attribute, strict, prior, read) =>
            {
                prior.clone()
            }
            (_, Some(read)) => stored_form(attribute, strict, read),
            (prior, None) => prior.map_or_else(null, |prior| known_or(prior, null())),
        };
        (attribute.name, value)
    });
    let blocks = shape.blocks.iter().map(|block| {
        let prior = prior.and_then(|prior| prior.get_attribute(block.name));
        let read = read.get_attribute(block.name).cloned().unwrap_or_else(|| block.none());
        (block.name, settled_blocks(block, strict, prior, &read, settle))
    });
    Value::object(attributes.chain(blocks).collect::<Vec<_>>())
}

fn known_or(value: &Value, other: Value) -> Value {
    if value.is_wholly_known() { value.clone() } else { other }
}

fn settled_blocks(block: &BlockShape, strict: bool, prior: Option<&Value>, read: &Value, settle: Settle) -> Value {
    let prior = prior.filter(|prior| prior.is_known());
    if block.timeouts {
        return prior.cloned().unwrap_or_else(|| read.clone());
    }
    if let Some(prior) = prior.filter(|prior| prior.is_wholly_known())
        && settle == Settle::WithPrior
        && same_blocks(block, strict, prior, read)
    {
        return prior.clone();
    }
    match block.nesting {
        Nesting::Single | Nesting::Group if read.is_null() => read.clone(),
        Nesting::Single | Nesting::Group => {
            settled(&block.shape, strict, prior.filter(|it| !it.is_null()), read, settle)
        }
        Nesting::Set => {
            let items = read.as_sequence().unwrap_or_default().iter();
            block.collect(items.map(|item| settled(&block.shape, strict, None, item, settle)).collect())
        }
        Nesting::List | Nesting::Map => {
            let prior = prior.and_then(Value::as_sequence).unwrap_or_default();
            let items = read.as_sequence().unwrap_or_default().iter().enumerate();
            block.collect(items.map(|(at, item)| settled(&block.shape, strict, prior.get(at), item, settle)).collect())
        }
    }
}
