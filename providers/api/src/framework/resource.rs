//! What the author of a type writes.

use std::future::Future;

use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_values::{PathError, Value};

use super::{Attr, Definition, Identity, Pending, Planning, TagRules, Traces, pending};

/// What all types of a provider share: clients, region, tag rules. One value stands for one region.
pub trait Context: Clone + Send + Sync + 'static {
    /// What goes wrong.
    type Error: Clone + Send + Sync + Into<Diagnostic>;

    /// The provider's rules about tags.
    fn tag_rules(&self) -> &TagRules;

    /// The region of the provider configuration, where there is one and it is known.
    fn default_region(&self) -> Option<&str>;

    /// The context of objects in a region; of the provider's own region for `None`.
    fn in_region(&self, region: Option<&str>) -> Self;

    /// The context for one bulk read, in which every question is asked only once.
    fn for_bulk_read(&self) -> Self;

    /// Told at the beginning of each round of a bulk read. In a round, the reads of all types go on as far as they can;
    /// so questions that were asked in a round can wait for its end and go out together.
    fn next_round(&self) {}

    /// Whether the error says that the object does not exist.
    fn is_missing(error: &Self::Error) -> bool;

    /// Whether the error says that a wait took longer than it may.
    fn is_timeout(error: &Self::Error) -> bool {
        let _ = error;
        false
    }

    /// The error for an object that never became visible after it was made.
    fn never_appeared(kind: &str, id: &str) -> Self::Error;
}

/// A struct with the derive of the same name and `#[model(name = "…")]`.
pub trait Model: Clone + Default + Send + Sync + 'static {
    /// What the derive knows.
    fn definition() -> &'static Definition;
    /// From an object of the schema's type.
    fn decode(value: &Value) -> Result<Self, PathError>;
    /// To an object of the schema's type.
    fn encode(&self) -> Value;
    /// The identity of the object.
    fn id(&self) -> &Attr<String>;
    /// Sets the identity.
    fn set_id(&mut self, id: &str);
    /// What the service will do later; nothing for types without a field for it.
    fn pending(&self) -> &Pending {
        &pending::NONE
    }
    /// Sets what the service will do later.
    fn set_pending(&mut self, pending: Pending) {
        let _ = pending;
    }
}

/// A resource type: its model and how objects of it are made, read, changed and deleted.
///
/// The functions are called with wholly known models, but for computed attributes that only the service can tell, which
/// are [`Attr::Unknown`] in `create` and `update`. `tags_all` holds the tags to set.
pub trait Resource<C: Context>: Model {
    /// By what objects are told from all others, for types that have resource identities.
    fn identity() -> Option<&'static dyn Identity> {
        None
    }

    /// Makes the object. Sets the id as soon as it is known: if it then fails, what was made is stored as tainted.
    /// The object is read afterwards, so nothing else needs to be set.
    fn create(&mut self, cx: &C) -> impl Future<Output = Result<(), C::Error>> + Send;

    /// Reads objects, each starting from what was last known of it. What the service does not tell stays as it is.
    fn read(batch: Batch<Self>, cx: &C) -> impl Future<Output = Result<Found<Self, C::Error>, C::Error>> + Send;

    /// Changes the object: only what differs from `prior`, in an order that is safe. Types that can only be replaced
    /// have nothing to do. The object is read afterwards.
    fn update(&mut self, prior: &Self, cx: &C) -> impl Future<Output = Result<(), C::Error>> + Send {
        let _ = (prior, cx);
        async { Ok(()) }
    }

    /// Waits until what `create` or `update` began has ended: what takes minutes. It is called after both of them. If it
    /// outlives its timeout, the object is not tainted: the next run calls it again, and goes on where this one stopped.
    /// It only waits, and changes nothing: a plan calls it too, for a moment, for what an interrupted run was creating.
    fn settle(&self, cx: &C) -> impl Future<Output = Result<(), C::Error>> + Send {
        let _ = cx;
        async { Ok(()) }
    }

    /// Deletes the object and waits until it is gone. An error that says it does not exist counts as success.
    fn delete(&self, cx: &C) -> impl Future<Output = Result<(), C::Error>> + Send;

    /// What an id that the user gave to `import` stands for: good enough to be read. By default it is the object's id.
    /// The error says what form is wanted.
    fn import(id: &str) -> Result<Self, String> {
        let mut model = Self::default();
        model.set_id(id);
        Ok(model)
    }

    /// The diagnostic for an id that [`Resource::import`] refused with this error. Types whose ids are secrets leave the
    /// id out.
    fn import_error(id: &str, wanted: &str) -> Diagnostic {
        let detail = format!("{id:?} is not an id of a {}: {wanted}.", Self::definition().name);
        Diagnostic::error("Invalid import id", detail)
    }

    /// Where this object is to be found, if a run made it and died before it heard of it. The model is as planned, and
    /// null where that was not known. Types without an answer leave it to people to look.
    fn traces(&self, cx: &C) -> impl Future<Output = Result<Traces<Self>, C::Error>> + Send {
        let _ = cx;
        async { Ok(Traces::Lost) }
    }

    /// Whether what was found lacks something that only `create` does, so that it has to be made anew. What an update
    /// can mend is left to the plan.
    fn is_half_made(&self, planned: &Self) -> bool {
        let _ = planned;
        false
    }

    /// Changes what the framework planned, for rules that attributes of the derive can not say.
    fn plan(planning: &mut Planning<'_>) {
        let _ = planning;
    }

    /// Checks a configuration beyond what attributes of the derive can say. Values may be unknown.
    fn validate(&self) -> Diagnostics {
        Diagnostics::new()
    }

    /// Brings the JSON of an object that was stored with an older schema version to the present one.
    fn upgrade(
        version: i64,
        stored: serde_json::Map<String, serde_json::Value>,
    ) -> serde_json::Map<String, serde_json::Value> {
        let _ = version;
        stored
    }
}

/// A data source type.
pub trait DataSource<C: Context>: Model {
    /// Completes the model, which comes with what the configuration gives.
    fn read(self, cx: &C) -> impl Future<Output = Result<Self, C::Error>> + Send;
}

/// Objects to read at once, each as it was last known.
#[derive(Debug)]
pub struct Batch<M>(pub(crate) Vec<M>);

/// What was found of a batch, in its order.
#[derive(Debug)]
pub struct Found<M, E>(pub(crate) Vec<Result<Option<M>, E>>);

impl<M: Model> Batch<M> {
    /// A batch of these.
    pub fn of(models: Vec<M>) -> Self {
        Self(models)
    }

    /// Their ids. Each once, sorted.
    pub fn ids(&self) -> Vec<String> {
        self.keys(|model| model.id().text())
    }

    /// What a function finds in them, each once, sorted: ids of other objects, for example.
    pub fn keys<'a>(&'a self, key: impl Fn(&'a M) -> Option<&'a str>) -> Vec<String> {
        let mut keys: Vec<String> = self.0.iter().filter_map(key).map(str::to_owned).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// The models.
    pub fn iter(&self) -> impl Iterator<Item = &M> {
        self.0.iter()
    }

    /// The answer: each as a function completes it, `None` for one that is gone.
    pub fn found<E>(self, complete: impl FnMut(M) -> Option<M>) -> Found<M, E> {
        Found(self.0.into_iter().map(complete).map(Ok).collect())
    }

    /// The answer, where completing one may fail.
    pub fn try_found<E>(self, complete: impl FnMut(M) -> Result<Option<M>, E>) -> Found<M, E> {
        Found(self.0.into_iter().map(complete).collect())
    }

    /// The answer, from one request each for services that can not be asked for many at once.
    pub async fn each<E, F>(self, complete: impl Fn(M) -> F) -> Found<M, E>
    where
        F: Future<Output = Result<Option<M>, E>> + Send,
        E: Send,
    {
        let requests: Vec<BoxFuture<'_, Result<Option<M>, E>>> =
            self.0.into_iter().map(|model| complete(model).boxed()).collect();
        Found(futures::stream::iter(requests).buffered(16).collect().await)
    }
}

impl<M, E> Found<M, E> {
    /// The results in the order of the batch.
    pub fn into_results(self) -> Vec<Result<Option<M>, E>> {
        self.0
    }
}
