//! A provider that forgives nothing. Its objects live in memory; whatever the engine does that a real provider or a
//! real cloud would suffer from, or suffer silently, is a panic here: a stale prior object, a plan that is not applied as
//! it was made, a reference to an object that is not there (yet, or any more), an object destroyed twice, a session that is not
//! open.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::{
    ApplyRequest, ApplyResponse, Attribute, Block, ConfigureRequest, EphemeralRenewal, EphemeralResponse,
    IdentityAttribute, IdentitySchema, ImportBy, ImportRequest, ImportedObject, PlanRequest, PlanResponse, Provider,
    ProviderInstance, ProviderSchemas, ReadDataRequest, ReadDataResponse, ReadRequest, ReadResponse, Schema,
    UpgradeRequest,
};
use landform_values::{Path, Type, Value, json};

use crate::sessions::{self, SESSION, Sessions};

/// The type of its resources. Whatever is configured as `input`, `labels` and `uses` can be changed in place, `replace` can not.
/// `uses` lists ids and tags of other objects. The `tag` changes whenever an object does. `session` is the token of a session, which
/// is needed to make or change it and kept nowhere. Where the `input` is "beside", old and new can stand side by side. Things
/// are told apart by their id and the place that they are in.
pub(crate) const THING: &str = "test_thing";

/// The type of its data sources, which read the `tag` of the thing with an `id`.
pub(crate) const TAG: &str = "test_tag";

/// How an operation goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It does not.
    None,
    /// Nothing is done.
    Before,
    /// It is done, and reported as failed.
    After,
}

/// All objects there are.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) objects: BTreeMap<String, Value>,
    made: u64,
    /// Where each object is that was made with a provider configuration that says a place.
    pub(crate) places: BTreeMap<String, String>,
    /// What is told in the place of each object's own identity.
    pub(crate) identity: Option<Value>,
    /// What becomes of the next operations; those behind go well.
    pub(crate) faults: VecDeque<Fault>,
    /// How many operations were carried out.
    pub(crate) operations: usize,
    pub(crate) sessions: Sessions,
    /// How many provider configurations were opened.
    pub(crate) configured: usize,
    /// What a broken provider makes of its plans.
    pub(crate) bend_plan: Option<fn(&mut PlanResponse)>,
    /// What a broken provider makes of what it has done.
    pub(crate) bend_applied: Option<fn(&mut ApplyResponse)>,
}

/// The provider, and its instances: each sees only objects in its place. A `note` in its configuration is nothing that it needs
/// to plan, and what it changes has to have been told of it.
#[derive(Clone)]
pub(crate) struct Strict {
    schemas: Arc<ProviderSchemas>,
    world: Arc<Mutex<World>>,
    place: String,
    /// What it is configured with.
    session: String,
    /// Whether all of that is known.
    is_complete: bool,
}

impl Strict {
    pub(crate) fn new() -> Self {
        let text = || Attribute::of(Type::String);
        let schema = |attributes: Vec<(&str, Attribute)>| {
            let attributes = attributes.into_iter().map(|(name, attribute)| (name.into(), attribute)).collect();
            Schema { block: Block { attributes, ..Block::default() }, ..Schema::default() }
        };
        let thing = schema(vec![
            ("id", text().computed()),
            ("input", text().optional()),
            ("labels", Attribute::of(Type::map(Type::String)).optional()),
            ("replace", text().optional()),
            ("session", Attribute { write_only: true, ..text().optional() }),
            ("tag", text().computed()),
            ("uses", Attribute::of(Type::list(Type::String)).optional()),
        ]);
        let thing = Schema { identity: Some(identity_schema()), ..thing };
        let tag = schema(vec![("id", text().required()), ("tag", text().computed())]);
        let schemas = ProviderSchemas {
            provider: Schema {
                version: 0,
                block: Block {
                    attributes: BTreeMap::from([
                        ("note".into(), text().optional()),
                        ("place".into(), text().optional()),
                        ("session".into(), text().optional()),
                        ("uses".into(), Attribute::of(Type::list(Type::String)).optional()),
                    ]),
                    ..Block::default()
                },
                ..Schema::default()
            },
            resources: BTreeMap::from([(THING.into(), Arc::new(thing))]),
            data_sources: BTreeMap::from([(TAG.into(), Arc::new(tag))]),
            ephemeral: BTreeMap::from([(SESSION.into(), Arc::new(schema(sessions::attributes())))]),
            ..ProviderSchemas::default()
        };
        Self {
            schemas: Arc::new(schemas),
            world: Arc::default(),
            place: String::new(),
            session: String::new(),
            is_complete: false,
        }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().expect("a test that panicked has failed already")
    }

    fn ty(&self) -> Type {
        self.schemas.resources[THING].block.implied_type()
    }
}

impl World {
    /// An object as there would be after it was created and changed some times.
    pub(crate) fn add(&mut self, id: &str, object: &Value) {
        self.objects.insert(id.to_owned(), object.clone());
    }

    /// Every id names an object that is there, and every tag is that of the object as it is.
    fn check_uses(&self, object: &Value) {
        let uses = attribute(object, "uses");
        for used in uses.as_sequence().unwrap_or_default() {
            let used = used.as_str().expect("known and not null");
            let (id, _) = used.split_once('@').unwrap_or((used, ""));
            let found = self.objects.get(id).unwrap_or_else(|| panic!("{used} is used, and is not there"));
            if used.contains('@') {
                assert_eq!(text(found, "tag"), used, "a tag is out of date");
            }
        }
    }

    /// Where an object is; what was there before all else is nowhere in particular.
    fn place_of(&self, id: &str) -> &str {
        self.places.get(id).map_or("", String::as_str)
    }

    fn identity_of(&self, id: &str) -> Option<Value> {
        let own = || Value::object([("id", Value::string(id)), ("place", Value::string(self.place_of(id)))]);
        Some(self.identity.clone().unwrap_or_else(own))
    }

    fn next_fault(&mut self) -> Fault {
        self.operations += 1;
        self.faults.pop_front().unwrap_or(Fault::None)
    }

    fn create(&mut self, planned: &Value) -> Value {
        self.check_uses(planned);
        self.made += 1;
        let id = format!("thing-{}", self.made);
        let object = planned.with_attribute("id", Value::string(id.clone()));
        let object = object.with_attribute("tag", Value::string(format!("{id}@1")));
        self.objects.insert(id, object.clone());
        object
    }

    fn update(&mut self, prior: &Value, planned: &Value) -> Value {
        self.check_current(prior);
        self.check_uses(planned);
        let id = text(prior, "id");
        let revision: u64 = text(prior, "tag").rsplit('@').next().and_then(|text| text.parse().ok()).expect("a tag");
        let object = planned.with_attribute("tag", Value::string(format!("{id}@{}", revision + 1)));
        self.objects.insert(id, object.clone());
        object
    }

    fn delete(&mut self, prior: &Value) {
        self.check_current(prior);
        self.objects.remove(&text(prior, "id"));
    }

    fn check_current(&self, prior: &Value) {
        let id = text(prior, "id");
        let found = self.objects.get(&id).unwrap_or_else(|| panic!("{id} is not there any more"));
        assert_eq!(found, prior, "the prior object is out of date");
    }
}

#[async_trait]
impl Provider for Strict {
    fn schemas(&self) -> Arc<ProviderSchemas> {
        self.schemas.clone()
    }

    fn can_plan_with(&self, config: &Value) -> bool {
        config.with_attribute("note", Value::null(Type::String)).is_wholly_known()
    }

    async fn validate_resource(&self, _: &str, config: &Value) -> Diagnostics {
        assert_eq!(config.ty(), self.ty());
        Diagnostics::new()
    }

    async fn upgrade_state(&self, request: UpgradeRequest) -> Result<Value, Diagnostics> {
        json::decode(&request.json, &self.ty()).map_err(|error| Diagnostic::error("Wrong state", error.message).into())
    }

    async fn configure(
        &self,
        request: ConfigureRequest,
    ) -> Result<(Arc<dyn ProviderInstance>, Diagnostics), Diagnostics> {
        // While planning it may be unknown.
        if request.config.is_wholly_known() {
            self.world().check_uses(&request.config);
        }
        self.world().configured += 1;
        let place = text(&request.config, "place");
        let session = text(&request.config, "session");
        let is_complete = request.config.is_wholly_known();
        Ok((Arc::new(Self { place, session, is_complete, ..self.clone() }), Diagnostics::new()))
    }
}

#[async_trait]
impl ProviderInstance for Strict {
    async fn read_resources(&self, requests: Vec<ReadRequest>) -> Vec<ReadResponse> {
        let world = self.world();
        world.sessions.check(&self.session);
        let read = |request: ReadRequest| {
            let id = text(&request.prior, "id");
            let found = world.objects.get(&id).filter(|_| world.place_of(&id) == self.place).cloned();
            let identity = found.as_ref().and_then(|_| world.identity_of(&id));
            let object = found.unwrap_or_else(|| Value::null(self.ty()));
            ReadResponse { object, identity, private: request.private, diagnostics: Diagnostics::new() }
        };
        requests.into_iter().map(read).collect()
    }

    async fn plan_resource(&self, request: PlanRequest) -> PlanResponse {
        assert_eq!(request.config.ty(), self.ty());
        tokio::task::yield_now().await;
        let mut requires_replace = Vec::new();
        let planned = if request.prior.is_null() {
            fresh(&request.config)
        } else {
            let changes = |name| attribute(&request.prior, name) != attribute(&request.config, name);
            if changes("replace") {
                requires_replace.push(Path::root().attribute("replace"));
                fresh(&request.config)
            } else if ["input", "labels", "uses"].iter().any(|name| changes(name)) {
                kept(&request.proposed).with_attribute("tag", Value::unknown_not_null(Type::String))
            } else {
                kept(&request.proposed)
            }
        };
        let mut response = PlanResponse {
            planned,
            identity: None,
            requires_replace,
            create_first: text(&request.config, "input") == "beside",
            private: request.private,
            legacy: false,
            notes: Vec::new(),
            unfinished: false,
            diagnostics: Diagnostics::new(),
        };
        if let Some(bend) = self.world().bend_plan {
            bend(&mut response);
        }
        response
    }

    async fn apply_resource(&self, request: ApplyRequest) -> ApplyResponse {
        assert!(self.is_complete, "something is changed by a provider that lacks a part of its configuration");
        let fault = self.world().next_fault();
        // What is slow takes as long as sessions are renewed.
        while text(&request.config, "input") == "slow" && !self.world().sessions.is_settled() {
            tokio::task::yield_now().await;
        }
        if fault == Fault::Before {
            return respond((request.prior, None), fault);
        }
        // Others get their turn between what is asked and what is done.
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        let mut world = self.world();
        world.sessions.check(&self.session);
        world.sessions.check(&text(&request.config, "session"));
        if !request.prior.is_null() {
            let id = text(&request.prior, "id");
            assert_eq!(world.place_of(&id), self.place, "{id} is in another place");
        }
        if request.planned.is_null() {
            world.delete(&request.prior);
            return respond((request.planned, None), fault);
        }
        assert!(request.config.is_wholly_known(), "{:?}", request.config);
        for name in ["input", "labels", "replace", "uses"] {
            assert_eq!(attribute(&request.planned, name), attribute(&request.config, name), "{name} is as configured");
        }
        let object = match request.prior.is_null() {
            true => world.create(&request.planned),
            false => world.update(&request.prior, &request.planned),
        };
        let id = text(&object, "id");
        world.places.insert(id.clone(), self.place.clone());
        let mut response = respond((object, world.identity_of(&id)), fault);
        if let Some(bend) = world.bend_applied {
            bend(&mut response);
        }
        response
    }

    async fn import_resource(&self, request: ImportRequest) -> Result<Vec<ImportedObject>, Diagnostics> {
        let id = match request.by {
            ImportBy::Id(id) => id.to_string(),
            ImportBy::Identity(identity) => {
                assert_eq!(identity.ty(), identity_schema().implied_type());
                text(&identity, "id")
            }
        };
        let found = self.world().objects.get(&id).cloned();
        let object = found.ok_or_else(|| Diagnostic::error("Nothing there", id))?;
        Ok(vec![ImportedObject { kind: request.kind, object, identity: None, private: Vec::new() }])
    }

    async fn read_data_source(&self, request: ReadDataRequest) -> ReadDataResponse {
        let id = text(&request.config, "id");
        let tag = self.world().objects.get(&id).map(|object| text(object, "tag"));
        let tag = tag.unwrap_or_else(|| panic!("{id} is read, and is not there"));
        let object = request.config.with_attribute("tag", Value::string(tag));
        ReadDataResponse { object, diagnostics: Diagnostics::new() }
    }

    async fn open_ephemeral(&self, _: &str, config: Value) -> Result<EphemeralResponse, Diagnostics> {
        Ok(self.world().sessions.open(&config))
    }

    async fn renew_ephemeral(&self, _: &str, private: Vec<u8>) -> Result<EphemeralRenewal, Diagnostics> {
        self.world().sessions.renew(private)
    }

    async fn close_ephemeral(&self, _: &str, private: Vec<u8>) -> Diagnostics {
        self.world().sessions.close(&private);
        Diagnostics::new()
    }
}

fn respond((object, identity): (Value, Option<Value>), fault: Fault) -> ApplyResponse {
    let diagnostics = match fault {
        Fault::None => Diagnostics::new(),
        Fault::Before | Fault::After => Diagnostic::error("Out of luck", format!("{fault:?}")).into(),
    };
    ApplyResponse { identity, diagnostics, ..ApplyResponse::new(object, Vec::new()) }
}

fn identity_schema() -> IdentitySchema {
    let attribute =
        |required_for_import| IdentityAttribute { ty: Type::String, required_for_import, description: None };
    let attributes = [("id".into(), attribute(true)), ("place".into(), attribute(false))];
    IdentitySchema { version: 1, attributes: attributes.into() }
}

fn fresh(config: &Value) -> Value {
    let unknown = || Value::unknown_not_null(Type::String);
    kept(config).with_attribute("id", unknown()).with_attribute("tag", unknown())
}

/// Without what is kept nowhere.
fn kept(object: &Value) -> Value {
    object.with_attribute("session", Value::null(Type::String))
}

pub(crate) fn attribute(object: &Value, name: &str) -> Value {
    object.get_attribute(name).cloned().unwrap_or(Value::NULL)
}

pub(crate) fn text(object: &Value, name: &str) -> String {
    attribute(object, name).as_str().unwrap_or_default().to_owned()
}
