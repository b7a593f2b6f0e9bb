//! The types of a provider, ready to answer the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use async_trait::async_trait;
use futures::FutureExt as _;
use futures::future::{BoxFuture, MaybeDone, maybe_done, poll_fn};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::{Path, Str, Value};

use super::plan::PlannedObject;
use super::private::Private;
use super::read::{IMPORTED, undecodable};
use super::{Context, DataSource, Definition, Planning, Resource, Role, apply, read, stored, trace};
use crate::{
    ApplyRequest, ApplyResponse, FindRequest, ImportBy, ImportRequest, ImportedObject, PlanRequest, PlanResponse,
    ReadDataRequest, ReadDataResponse, ReadRequest, ReadResponse, Schema, Trace, UpgradeRequest,
};

/// The resource and data source types of a provider.
pub struct Registry<C> {
    resources: BTreeMap<&'static str, Box<dyn ResourceKind<C>>>,
    data_sources: BTreeMap<&'static str, Box<dyn DataSourceKind<C>>>,
}

impl<C: Context> Default for Registry<C> {
    fn default() -> Self {
        Self { resources: BTreeMap::new(), data_sources: BTreeMap::new() }
    }
}

impl<C: Context> Registry<C> {
    /// Adds a resource type.
    pub fn resource<R: Resource<C>>(&mut self) -> &mut Self {
        self.resources.insert(R::definition().name, Box::new(Typed::<R>(PhantomData)));
        self
    }

    /// Adds a data source type.
    pub fn data_source<D: DataSource<C>>(&mut self) -> &mut Self {
        self.data_sources.insert(D::definition().name, Box::new(Typed::<D>(PhantomData)));
        self
    }

    /// The definitions of all resource types.
    pub fn resources(&self) -> impl Iterator<Item = &'static Definition> {
        self.resources.values().map(|kind| kind.definition())
    }

    /// The definitions of all data source types.
    pub fn data_sources(&self) -> impl Iterator<Item = &'static Definition> {
        self.data_sources.values().map(|kind| kind.definition())
    }

    /// The schemas of all resource types.
    pub fn resource_schemas(&self) -> BTreeMap<Str, Arc<Schema>> {
        self.resources.iter().map(|(name, kind)| (Str::from(*name), Arc::new(kind.schema()))).collect()
    }

    /// The schemas of all data source types.
    pub fn data_source_schemas(&self) -> BTreeMap<Str, Arc<Schema>> {
        self.data_sources().map(|it| (Str::from(it.name), Arc::new(it.schema()))).collect()
    }

    /// Checks the configuration of a resource.
    pub fn validate_resource(&self, kind: &str, config: &Value) -> Diagnostics {
        self.resources.get(kind).map_or_else(|| unknown_kind(kind).into(), |it| it.validate(config))
    }

    /// Checks the configuration of a data source.
    pub fn validate_data_source(&self, kind: &str, config: &Value) -> Diagnostics {
        self.data_sources.get(kind).map_or_else(|| unknown_kind(kind).into(), |it| it.validate(config))
    }

    /// Brings a stored object to the present schema.
    pub fn upgrade(&self, request: &UpgradeRequest) -> Result<Value, Diagnostics> {
        self.resources.get(&*request.kind).ok_or_else(|| unknown_kind(&request.kind))?.upgrade(request)
    }

    /// Reads objects, all types at once. Answers in order.
    pub async fn read(&self, cx: &C, requests: Vec<ReadRequest>) -> Vec<ReadResponse> {
        let cx = cx.for_bulk_read();
        let mut kinds: BTreeMap<Str, Vec<(usize, ReadRequest)>> = BTreeMap::new();
        let mut answers: Vec<Option<ReadResponse>> = requests.iter().map(|_| None).collect();
        for (index, request) in requests.into_iter().enumerate() {
            kinds.entry(request.kind.clone()).or_default().push((index, request));
        }
        let reads: Vec<BoxFuture<'_, (Vec<usize>, Vec<ReadResponse>)>> = kinds
            .into_iter()
            .map(|(kind, requests)| {
                let (indexes, requests) = requests.into_iter().unzip();
                let future: BoxFuture<'_, _> = match self.resources.get(&*kind) {
                    Some(it) => {
                        let cx = &cx;
                        Box::pin(async move { (indexes, it.read(cx, requests).await) })
                    }
                    None => Box::pin(async move { (indexes, unreadable(&kind, requests)) }),
                };
                future
            })
            .collect();
        for (indexes, responses) in in_rounds(&cx, reads).await {
            for (index, response) in indexes.into_iter().zip(responses) {
                answers[index] = Some(response);
            }
        }
        answers.into_iter().flatten().collect()
    }

    /// Plans one object.
    pub fn plan(&self, cx: &C, request: &PlanRequest) -> PlanResponse {
        match self.resources.get(&*request.kind) {
            Some(kind) => kind.plan(cx, request),
            None => PlanResponse {
                planned: request.proposed.clone(),
                identity: None,
                requires_replace: Vec::new(),
                create_first: false,
                private: request.private.clone(),
                legacy: false,
                notes: Vec::new(),
                unfinished: false,
                diagnostics: unknown_kind(&request.kind).into(),
            },
        }
    }

    /// Carries out a planned change.
    pub async fn apply(&self, cx: &C, request: ApplyRequest) -> ApplyResponse {
        match self.resources.get(&*request.kind) {
            Some(kind) => kind.apply(cx, request).await,
            None => ApplyResponse {
                diagnostics: unknown_kind(&request.kind).into(),
                ..ApplyResponse::new(request.prior, request.private)
            },
        }
    }

    /// Makes an object to be read of what the user gave. As an id, `id@region` names an object in another region.
    pub fn import(&self, request: &ImportRequest) -> Result<Vec<ImportedObject>, Diagnostics> {
        self.resources.get(&*request.kind).ok_or_else(|| unknown_kind(&request.kind))?.import(request)
    }

    /// Looks for objects that a run may have made. Answers in order, and none twice.
    pub async fn find(&self, cx: &C, requests: Vec<FindRequest>) -> Vec<Trace> {
        let mut found = Vec::with_capacity(requests.len());
        let mut taken = BTreeSet::new();
        for request in requests {
            let trace = match self.resources.get(&*request.kind) {
                Some(kind) => kind.find(cx, &request, &mut taken).await,
                None => Trace::Failed(unknown_kind(&request.kind).into()),
            };
            found.push(trace);
        }
        found
    }

    /// Reads a data source.
    pub async fn read_data(&self, cx: &C, request: ReadDataRequest) -> ReadDataResponse {
        match self.data_sources.get(&*request.kind) {
            Some(kind) => kind.read(cx, request).await,
            None => ReadDataResponse { object: request.config, diagnostics: unknown_kind(&request.kind).into() },
        }
    }
}

/// Runs all at once, and all in each round.
async fn in_rounds<C: Context, T>(cx: &C, reads: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    let mut reads: Vec<MaybeDone<_>> = reads.into_iter().map(maybe_done).collect();
    poll_fn(|task| {
        cx.next_round();
        let mut all = Poll::Ready(());
        for read in &mut reads {
            if read.poll_unpin(task).is_pending() {
                all = Poll::Pending;
            }
        }
        all
    })
    .await;
    reads.into_iter().filter_map(|mut read| Pin::new(&mut read).take_output()).collect()
}

fn unknown_kind(kind: &str) -> Diagnostic {
    Diagnostic::error("Unsupported type", format!("This provider has no {kind}."))
}

fn unreadable(kind: &str, requests: Vec<ReadRequest>) -> Vec<ReadResponse> {
    let answer = |request: ReadRequest| ReadResponse {
        object: request.prior,
        identity: None,
        private: request.private,
        diagnostics: unknown_kind(kind).into(),
    };
    requests.into_iter().map(answer).collect()
}

#[async_trait]
trait ResourceKind<C>: Send + Sync {
    fn definition(&self) -> &'static Definition;
    fn schema(&self) -> Schema;
    fn validate(&self, config: &Value) -> Diagnostics;
    fn upgrade(&self, request: &UpgradeRequest) -> Result<Value, Diagnostics>;
    async fn read(&self, cx: &C, requests: Vec<ReadRequest>) -> Vec<ReadResponse>;
    fn plan(&self, cx: &C, request: &PlanRequest) -> PlanResponse;
    async fn apply(&self, cx: &C, request: ApplyRequest) -> ApplyResponse;
    fn import(&self, request: &ImportRequest) -> Result<Vec<ImportedObject>, Diagnostics>;
    async fn find(&self, cx: &C, request: &FindRequest, taken: &mut BTreeSet<(Str, String)>) -> Trace;
}

#[async_trait]
trait DataSourceKind<C>: Send + Sync {
    fn definition(&self) -> &'static Definition;
    fn validate(&self, config: &Value) -> Diagnostics;
    async fn read(&self, cx: &C, request: ReadDataRequest) -> ReadDataResponse;
}

struct Typed<M>(PhantomData<fn() -> M>);

#[async_trait]
impl<C: Context, R: Resource<C>> ResourceKind<C> for Typed<R> {
    fn definition(&self) -> &'static Definition {
        R::definition()
    }

    fn schema(&self) -> Schema {
        let definition = R::definition();
        Schema { identity: R::identity().map(|form| form.schema(definition)), ..definition.schema() }
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut found = Diagnostics::new();
        R::definition().shape.validate(config, &Path::root(), &mut found);
        if !found.has_errors() {
            match R::decode(config) {
                Ok(model) => found.extend(model.validate()),
                Err(error) => found.push(undecodable(R::definition(), &error)),
            }
        }
        found
    }

    fn upgrade(&self, request: &UpgradeRequest) -> Result<Value, Diagnostics> {
        let definition = R::definition();
        let invalid = |problem: String| {
            let detail = format!("The stored {} can not be decoded: {problem}.", definition.name);
            Diagnostics::from(Diagnostic::error("Invalid stored object", detail))
        };
        let json = serde_json::from_str(&request.json).map_err(|error| invalid(error.to_string()))?;
        let serde_json::Value::Object(stored) = json else { return Err(invalid("an object is required".into())) };
        let stored = if request.version < definition.version { R::upgrade(request.version, stored) } else { stored };
        stored::decode_stored(&definition.shape, &serde_json::Value::Object(stored)).map_err(invalid)
    }

    async fn read(&self, cx: &C, requests: Vec<ReadRequest>) -> Vec<ReadResponse> {
        read::read_all::<C, R>(cx, requests).await
    }

    fn plan(&self, cx: &C, request: &PlanRequest) -> PlanResponse {
        let definition = R::definition();
        let Private { pending, unsettled } = Private::of(&request.private);
        let planned = if request.config.is_null() {
            let planned = Value::null(definition.shape.object_type());
            let (replace, postponed, found) = (Vec::new(), Vec::new(), Diagnostics::new());
            PlannedObject { planned, replace, create_first: false, postponed, found }
        } else {
            let prior = Some(&request.prior).filter(|prior| !prior.is_null());
            let mut planning = Planning::new(definition, cx, prior, &request.config);
            R::plan(&mut planning);
            if unsettled {
                planning.expect_more();
            }
            planning.finish()
        };
        let postponed = planned.postponed.iter().map(|(name, until)| Str::from(format!("{name} waits for {until}")));
        let unfinished = unsettled.then(|| Str::from("an earlier run stopped waiting until it is ready"));
        PlanResponse {
            planned: planned.planned,
            identity: None,
            requires_replace: planned.replace,
            create_first: planned.create_first,
            private: request.private.clone(),
            legacy: !definition.strict,
            notes: pending.notes().chain(postponed).chain(unfinished).collect(),
            unfinished: unsettled,
            diagnostics: planned.found,
        }
    }

    async fn apply(&self, cx: &C, request: ApplyRequest) -> ApplyResponse {
        apply::apply::<C, R>(cx, request).await
    }

    fn import(&self, request: &ImportRequest) -> Result<Vec<ImportedObject>, Diagnostics> {
        let definition = R::definition();
        let region = definition.shape.role(Role::Region);
        let (id, place) = match (&request.by, R::identity()) {
            (ImportBy::Identity(identity), Some(form)) => form.id(identity)?,
            (ImportBy::Identity(_), None) => return Err(unknown_kind(&request.kind).into()),
            (ImportBy::Id(id), _) => match (id.rsplit_once('@'), region) {
                (Some((id, place)), Some(_)) if is_region(place) => (id, Some(place)),
                _ => (&**id, None),
            },
        };
        let model = R::import(id).map_err(|wanted| R::import_error(given(&request.by, id), &wanted))?;
        let mut object = model.encode();
        if let (Some(region), Some(place)) = (region, place) {
            object = object.with_attribute(region.name, place.into());
        }
        let kind = request.kind.clone();
        Ok(vec![ImportedObject { kind, object, identity: None, private: IMPORTED.to_vec() }])
    }

    async fn find(&self, cx: &C, request: &FindRequest, taken: &mut BTreeSet<(Str, String)>) -> Trace {
        trace::find::<C, R>(cx, request, taken).await
    }
}

/// What the user gave as the id.
fn given<'a>(by: &'a ImportBy, id: &'a str) -> &'a str {
    match by {
        ImportBy::Id(given) => given,
        ImportBy::Identity(_) => id,
    }
}

/// Whether a text looks like the name of a region: `eu-west-1`, `us-gov-east-1`.
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() >= 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit()))
        && parts.last().is_some_and(|last| last.chars().all(|it| it.is_ascii_digit()))
}

#[async_trait]
impl<C: Context, D: DataSource<C>> DataSourceKind<C> for Typed<D> {
    fn definition(&self) -> &'static Definition {
        D::definition()
    }

    fn validate(&self, config: &Value) -> Diagnostics {
        let mut found = Diagnostics::new();
        D::definition().shape.validate(config, &Path::root(), &mut found);
        found
    }

    async fn read(&self, cx: &C, request: ReadDataRequest) -> ReadDataResponse {
        let definition = D::definition();
        let model = match D::decode(&request.config) {
            Ok(model) => model,
            Err(error) => {
                return ReadDataResponse {
                    object: request.config,
                    diagnostics: undecodable(definition, &error).into(),
                };
            }
        };
        let cx = cx.in_region(read::region_of(definition, &request.config).as_deref());
        match model.read(&cx).await {
            Ok(model) => {
                let mut object = model.encode();
                if let (Some(region), Some(here)) = (definition.shape.role(Role::Region), cx.default_region()) {
                    object = object.with_attribute(region.name, here.into());
                }
                ReadDataResponse { object, diagnostics: Diagnostics::new() }
            }
            Err(error) => ReadDataResponse { object: request.config, diagnostics: error.into().into() },
        }
    }
}
