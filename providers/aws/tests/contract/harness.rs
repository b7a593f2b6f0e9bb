//! The contract of a resource type, as data: what to create, what to change it to, what import can not know.

use std::collections::BTreeMap;
use std::sync::Arc;

use landform_diagnostics::Diagnostics;
use landform_provider_api::framework::decode_stored_by_schema;
use landform_provider_api::{
    ApplyRequest, ConfigureRequest, FindRequest, ImportBy, ImportRequest, PlanRequest, PlanResponse, Provider,
    ProviderInstance, ReadDataRequest, ReadRequest, Schema, Trace,
};
use landform_provider_aws::AwsProvider;
use landform_simulator::Account;
use landform_values::Value;
use serde_json::{Value as Json, json};

use crate::simulator;

/// A provider configured for an account of its own.
pub(crate) struct World {
    /// The account: what was called in it, and what is to go wrong.
    pub(crate) account: Account,
    provider: Arc<AwsProvider>,
    instance: Arc<dyn ProviderInstance>,
    objects: Vec<(String, Object)>,
}

/// An object that was made.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) kind: String,
    pub(crate) value: Value,
    private: Vec<u8>,
}

/// All that diagnostics say, for tests that look for something in it.
pub(crate) fn told(diagnostics: &Diagnostics) -> String {
    let texts: Vec<String> = diagnostics.iter().map(|it| format!("{}: {}", it.summary, it.detail)).collect();
    texts.join("\n")
}

fn fine(what: &str, diagnostics: &Diagnostics) {
    assert!(!diagnostics.has_errors(), "{what}: {diagnostics:#?}");
}

impl World {
    /// With default tags, in an account that nobody else uses.
    pub(crate) async fn new() -> Self {
        Self::with(json!({ "default_tags": [{ "tags": { "Owner": "tests" } }] })).await
    }

    /// With more provider configuration.
    pub(crate) async fn with(config: Json) -> Self {
        let world = Self::configure(&simulator::new_account(), config).await;
        world.unwrap_or_else(|diagnostics| panic!("a configured provider: {diagnostics:#?}"))
    }

    /// In an account that exists, however that ends. Null in the configuration takes a setting away.
    pub(crate) async fn configure(account: &Account, config: Json) -> Result<Self, Diagnostics> {
        let mut full = json!({
            "region": "eu-west-1",
            "access_key": account.access_key_id(),
            "secret_key": account.secret_access_key(),
            "s3_use_path_style": true,
            "endpoints": [endpoints()],
        });
        for (name, value) in config.as_object().expect("an object") {
            full[name] = value.clone();
        }
        let provider = Arc::new(AwsProvider::new());
        let config = decode_stored_by_schema(&provider.schemas().provider, &full).expect("a provider configuration");
        fine("provider configuration", &provider.validate_config(&config).await);
        let request = ConfigureRequest { config, engine_version: "0.0.0".into() };
        let (instance, _) = provider.configure(request).await?;
        Ok(Self { account: account.clone(), provider, instance, objects: Vec::new() })
    }

    /// An object that was made by name.
    pub(crate) fn object(&self, name: &str) -> &Object {
        &self.objects.iter().find(|(it, _)| it == name).unwrap_or_else(|| panic!("{name} is made")).1
    }

    fn schema(&self, kind: &str) -> Arc<Schema> {
        let schemas = self.provider.schemas();
        Arc::clone(schemas.resources.get(kind).unwrap_or_else(|| panic!("{kind} is implemented")))
    }

    /// Puts attributes of earlier objects in place of `${name.attribute}`.
    fn resolve(&self, json: &Json) -> Json {
        match json {
            Json::String(text) => Json::String(self.resolve_text(text)),
            Json::Array(items) => items.iter().map(|item| self.resolve(item)).collect(),
            Json::Object(items) => items.iter().map(|(key, item)| (key.clone(), self.resolve(item))).collect(),
            other => other.clone(),
        }
    }

    fn resolve_text(&self, text: &str) -> String {
        let mut done = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (reference, after) = after.split_once('}').expect("a closed reference");
            let (name, attribute) = reference.split_once('.').expect("name.attribute");
            done.push_str(before);
            done.push_str(self.object(name).text(attribute));
            rest = after;
        }
        done + rest
    }

    /// The configuration of a resource.
    pub(crate) async fn config(&self, kind: &str, json: &Json) -> Value {
        let config = decode_stored_by_schema(&self.schema(kind), &self.resolve(json)).expect("a configuration");
        fine("configuration", &self.provider.validate_resource(kind, &config).await);
        config
    }

    /// Plans a change.
    pub(crate) async fn plan(&self, kind: &str, prior: Option<&Object>, config: &Value) -> PlanResponse {
        let response = self.try_plan(kind, prior, config).await;
        fine("plan", &response.diagnostics);
        response
    }

    /// Plans a change, which may fail.
    pub(crate) async fn try_plan(&self, kind: &str, prior: Option<&Object>, config: &Value) -> PlanResponse {
        let null = Value::null(self.schema(kind).block.implied_type());
        let response = self.instance.plan_resource(PlanRequest {
            kind: kind.into(),
            prior: prior.map_or(null, |it| it.value.clone()),
            proposed: config.clone(),
            config: config.clone(),
            private: prior.map(|it| it.private.clone()).unwrap_or_default(),
        });
        response.await
    }

    /// Carries out a change and demands that nothing at all is said.
    pub(crate) async fn apply(&self, kind: &str, prior: Option<&Object>, config: &Value, plan: PlanResponse) -> Object {
        let planned = plan.planned.clone();
        let (object, said) = self.try_apply(kind, prior, config, plan).await;
        assert!(said.is_empty(), "apply {kind}: {said:#?}");
        assert_fulfilled(kind, &planned, &object.value);
        object
    }

    /// Carries out a change, which may fail.
    pub(crate) async fn try_apply(
        &self,
        kind: &str,
        prior: Option<&Object>,
        config: &Value,
        plan: PlanResponse,
    ) -> (Object, Diagnostics) {
        let null = Value::null(self.schema(kind).block.implied_type());
        let request = ApplyRequest {
            kind: kind.into(),
            prior: prior.map_or(null, |it| it.value.clone()),
            planned: plan.planned,
            config: config.clone(),
            private: plan.private,
        };
        let response = self.instance.apply_resource(request).await;
        assert!(response.object.is_wholly_known(), "{kind} is not wholly known: {:#?}", response.object);
        let object = Object { kind: kind.into(), value: response.object, private: response.private };
        (object, response.diagnostics)
    }

    /// Creates an object, which may fail.
    pub(crate) async fn try_make(&self, kind: &str, json: &Json) -> (Object, Diagnostics) {
        let config = self.config(kind, json).await;
        let plan = self.plan(kind, None, &config).await;
        self.try_apply(kind, None, &config, plan).await
    }

    /// Creates an object that others refer to by name.
    pub(crate) async fn make(&mut self, name: &str, kind: &str, json: Json) -> Object {
        let config = self.config(kind, &json).await;
        let plan = self.plan(kind, None, &config).await;
        let object = self.apply(kind, None, &config, plan).await;
        self.objects.push((name.to_owned(), object.clone()));
        object
    }

    /// Looks for an object as a run does that only knows that an earlier one was creating it.
    pub(crate) async fn find(&self, kind: &str, config: &Value) -> Option<Object> {
        let planned = self.plan(kind, None, config).await.planned.unknown_as_null();
        let request = FindRequest { kind: kind.into(), planned, known: Vec::new() };
        match self.instance.find_created(vec![request]).await.remove(0) {
            Trace::Object { object, private, .. } => Some(Object { kind: kind.into(), value: object, private }),
            _ => None,
        }
    }

    /// Reads objects, all at once. `None` for one that is gone.
    pub(crate) async fn read(&self, objects: &[Object]) -> Vec<Option<Object>> {
        let requests = objects.iter().map(|object| ReadRequest {
            kind: object.kind.as_str().into(),
            prior: object.value.clone(),
            private: object.private.clone(),
        });
        let responses = self.instance.read_resources(requests.collect()).await;
        assert_eq!(responses.len(), objects.len(), "every object is answered for");
        let objects = responses.into_iter().zip(objects).map(|(response, object)| {
            fine("read", &response.diagnostics);
            let found = Object { kind: object.kind.clone(), value: response.object, private: response.private };
            (!found.value.is_null()).then_some(found)
        });
        objects.collect()
    }

    /// Reads one object.
    pub(crate) async fn read_one(&self, object: &Object) -> Option<Object> {
        self.read(std::slice::from_ref(object)).await.remove(0)
    }

    /// The identity of an object, of a type that has any.
    pub(crate) async fn identity(&self, object: &Object) -> Option<Value> {
        let form = self.schema(&object.kind).identity.clone()?;
        let prior = object.value.clone();
        let request = ReadRequest { kind: object.kind.as_str().into(), prior, private: object.private.clone() };
        let identity = self.instance.read_resources(vec![request]).await.remove(0).identity;
        let identity = identity.unwrap_or_else(|| panic!("{} has an identity", object.kind));
        assert_eq!(identity.ty(), form.implied_type());
        assert!(identity.is_wholly_known() && identity.elements().all(|(_, part)| !part.is_null()), "{identity:?}");
        Some(identity)
    }

    /// Imports and reads an object.
    pub(crate) async fn import(&self, kind: &str, id: &str) -> Object {
        self.import_by(kind, ImportBy::Id(id.into())).await
    }

    /// As [`World::import`], by whatever an object is found.
    pub(crate) async fn import_by(&self, kind: &str, by: ImportBy) -> Object {
        let request = ImportRequest { kind: kind.into(), by: by.clone() };
        let mut imported = self.instance.import_resource(request).await.expect("it can be imported");
        assert_eq!(imported.len(), 1, "one object is imported");
        let imported = imported.remove(0);
        let object = Object { kind: kind.into(), value: imported.object, private: imported.private };
        self.read_one(&object).await.unwrap_or_else(|| panic!("{kind} {by:?} is found"))
    }

    /// Deletes an object and demands that nothing at all is said.
    pub(crate) async fn delete(&self, object: &Object) {
        let said = self.try_delete(object).await;
        assert!(said.is_empty(), "delete {}: {said:#?}", object.kind);
    }

    /// Deletes an object, which may fail.
    pub(crate) async fn try_delete(&self, object: &Object) -> Diagnostics {
        let null = Value::null(self.schema(&object.kind).block.implied_type());
        let request = ApplyRequest {
            kind: object.kind.as_str().into(),
            prior: object.value.clone(),
            planned: null.clone(),
            config: null,
            private: object.private.clone(),
        };
        let response = self.instance.apply_resource(request).await;
        let kept = if response.diagnostics.has_errors() { &object.value } else { &Value::NULL };
        assert_eq!(response.object.is_null(), kept.is_null(), "{} is deleted unless that fails", object.kind);
        response.diagnostics
    }

    /// Deletes all that was made by name, last first.
    pub(crate) async fn clear(&mut self) {
        while let Some((_, object)) = self.objects.pop() {
            self.delete(&object).await;
        }
    }

    /// All that was made by name, in that order.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.iter().map(|(_, object)| object)
    }

    /// What is wrong with a configuration.
    pub(crate) async fn validate(&self, kind: &str, json: &Json) -> Diagnostics {
        let config = decode_stored_by_schema(&self.schema(kind), &self.resolve(json)).expect("a configuration");
        self.provider.validate_resource(kind, &config).await
    }

    /// Reads a data source.
    pub(crate) async fn data(&self, kind: &str, json: Json) -> Object {
        let (object, said) = self.try_data(kind, json).await;
        fine("read", &said);
        assert!(object.value.is_wholly_known(), "{kind} is wholly known");
        object
    }

    /// Reads a data source, which may fail.
    pub(crate) async fn try_data(&self, kind: &str, json: Json) -> (Object, Diagnostics) {
        let schemas = self.provider.schemas();
        let schema = schemas.data_sources.get(kind).unwrap_or_else(|| panic!("{kind} is implemented"));
        let config = decode_stored_by_schema(schema, &self.resolve(&json)).expect("a configuration");
        fine("configuration", &self.provider.validate_data_source(kind, &config).await);
        let response = self.instance.read_data_source(ReadDataRequest { kind: kind.into(), config }).await;
        (Object { kind: kind.into(), value: response.object, private: Vec::new() }, response.diagnostics)
    }

    async fn assert_no_change(&self, when: &str, object: &Object, config: &Value, ignored: &[&str]) {
        let plan = self.plan(&object.kind, Some(object), config).await;
        let differing = differing(&object.value, &plan.planned, ignored);
        assert!(differing.is_empty(), "plan of {} {when} is not empty: {differing:#?}", object.kind);
    }
}

impl Object {
    /// A text attribute.
    pub(crate) fn text(&self, name: &str) -> &str {
        let value = self.value.get_attribute(name).unwrap_or_else(|| panic!("{} has {name}", self.kind));
        value.as_str().unwrap_or_else(|| panic!("{name} of {} is text: {value:?}", self.kind))
    }

    /// An attribute.
    pub(crate) fn get(&self, name: &str) -> &Value {
        self.value.get_attribute(name).unwrap_or_else(|| panic!("{} has {name}", self.kind))
    }
}

/// All services at the simulator.
pub(crate) fn endpoints() -> Json {
    let services = [
        "cloudwatchlogs",
        "dynamodb",
        "ec2",
        "eks",
        "elasticache",
        "iam",
        "kms",
        "rds",
        "resourcegroupstaggingapi",
        "s3",
        "secretsmanager",
        "ssm",
        "sts",
    ];
    services
        .iter()
        .map(|service| ((*service).to_owned(), json!(simulator::endpoint())))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// Attributes in which two objects differ.
fn differing(a: &Value, b: &Value, ignored: &[&str]) -> BTreeMap<String, (Value, Value)> {
    let attributes = a.as_mapping().expect("an object").items().iter();
    let pairs = attributes
        .map(|(name, a)| (name.to_string(), (a.clone(), b.get_attribute(name).cloned().unwrap_or(Value::NULL))));
    pairs.filter(|(name, (a, b))| a != b && !ignored.contains(&name.as_str())).collect()
}

/// What was planned and known must have come about.
fn assert_fulfilled(kind: &str, planned: &Value, object: &Value) {
    let unkept = differing(planned, object, &[]).into_iter().filter(|(_, (planned, _))| planned.is_wholly_known());
    let unkept: BTreeMap<_, _> = unkept.collect();
    assert!(unkept.is_empty(), "{kind} is not as planned: {unkept:#?}");
}

/// The contract of one type.
pub(crate) struct Contract {
    kind: &'static str,
    needs: Vec<(&'static str, &'static str, Json)>,
    create: Json,
    updates: Vec<Json>,
    replacements: Vec<Json>,
    import_id: &'static str,
    unknown_to_import: Vec<&'static str>,
    unseen: Vec<&'static str>,
    left_after_delete: bool,
    when_lost: WhenLost,
}

/// What becomes of an object whose run died before it heard of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WhenLost {
    /// It is found.
    Found,
    /// It is made again, and is the same.
    MadeAgain,
}

impl Contract {
    /// A type and a configuration of it.
    pub(crate) fn new(kind: &'static str, create: Json) -> Self {
        Self {
            kind,
            needs: Vec::new(),
            create,
            updates: Vec::new(),
            replacements: Vec::new(),
            import_id: "${it.id}",
            unknown_to_import: vec!["timeouts"],
            unseen: Vec::new(),
            left_after_delete: false,
            when_lost: WhenLost::Found,
        }
    }

    /// Another object that it refers to as `${name.attribute}`.
    pub(crate) fn needs(mut self, name: &'static str, kind: &'static str, config: Json) -> Self {
        self.needs.push((name, kind, config));
        self
    }

    /// A configuration that the previous one is changed to in place.
    pub(crate) fn update(mut self, config: Json) -> Self {
        self.updates.push(config);
        self
    }

    /// A configuration that can only be had by replacing the object.
    pub(crate) fn replaced_by(mut self, config: Json) -> Self {
        self.replacements.push(config);
        self
    }

    /// The id to import it by, made of attributes: `${it.bucket}`. By default `${it.id}`.
    pub(crate) fn import_by(mut self, id: &'static str) -> Self {
        self.import_id = id;
        self
    }

    /// What is not looked up where it is known to be off; `docs/differences.md` says which.
    pub(crate) fn unseen(mut self, names: &[&'static str]) -> Self {
        self.unseen.extend(names);
        self
    }

    /// Attributes that no service tells, so that they are null after import.
    pub(crate) fn unknown_to_import(mut self, names: &[&'static str]) -> Self {
        self.unknown_to_import.extend(names);
        self
    }

    /// For what can not be deleted, only forgotten, such as a VPC's default security group.
    pub(crate) fn stays_after_delete(mut self) -> Self {
        self.left_after_delete = true;
        self
    }

    /// For what can be made a second time without harm.
    pub(crate) fn made_again_when_lost(mut self) -> Self {
        self.when_lost = WhenLost::MadeAgain;
        self
    }

    /// Holds the type to its contract.
    pub(crate) async fn hold(self) {
        self.hold_in(World::new().await).await;
    }

    /// Holds the type to its contract in an account where something is there already.
    pub(crate) async fn hold_in(self, mut world: World) {
        for (name, kind, config) in &self.needs {
            world.make(name, kind, config.clone()).await;
        }
        let mut config = world.config(self.kind, &self.create).await;
        let plan = world.plan(self.kind, None, &config).await;
        let planned = plan.planned.clone();
        let mut object = world.apply(self.kind, None, &config, plan).await;
        object = self.assert_settled(&world, "after create", &object, &config).await;
        self.assert_found_when_lost(&world, &planned, &object, &config).await;
        for update in &self.updates {
            config = world.config(self.kind, update).await;
            let plan = world.plan(self.kind, Some(&object), &config).await;
            assert!(plan.requires_replace.is_empty(), "{update} replaces {}: {:?}", self.kind, plan.requires_replace);
            assert!(plan.planned != object.value, "{update} changes {}", self.kind);
            let before = object.clone();
            object = world.apply(self.kind, Some(&object), &config, plan).await;
            object = self.assert_settled(&world, &format!("after update to {update}"), &object, &config).await;
            self.assert_drift_seen(&world, &before, &object).await;
        }
        for replacement in &self.replacements {
            let config = world.config(self.kind, replacement).await;
            let plan = world.plan(self.kind, Some(&object), &config).await;
            assert!(!plan.requires_replace.is_empty(), "{replacement} replaces {}", self.kind);
        }
        self.assert_imports(&mut world, &object, &config).await;
        world.delete(&object).await;
        if !self.left_after_delete {
            assert!(world.read_one(&object).await.is_none(), "{} is gone after delete", self.kind);
            world.delete(&object).await;
        }
        world.clear().await;
    }

    async fn assert_settled(&self, world: &World, when: &str, object: &Object, config: &Value) -> Object {
        let read = world.read_one(object).await.unwrap_or_else(|| panic!("{} is there {when}", self.kind));
        let differing = differing(&object.value, &read.value, &[]);
        assert!(differing.is_empty(), "{} reads otherwise {when}: {differing:#?}", self.kind);
        world.assert_no_change(when, &read, config, &[]).await;
        read
    }

    /// Whoever planned it and never heard that it was made finds it, and nothing else of its type.
    async fn assert_found_when_lost(&self, world: &World, planned: &Value, object: &Object, config: &Value) {
        let others = world.objects().filter(|other| other.kind == self.kind).map(|other| other.value.clone());
        let mut request =
            FindRequest { kind: self.kind.into(), planned: planned.unknown_as_null(), known: others.collect() };
        let trace = world.instance.find_created(vec![request.clone()]).await.remove(0);
        match (self.when_lost, trace) {
            (WhenLost::Found, Trace::Object { object: found, half_made, private }) => {
                assert!(!half_made, "{} is whole", self.kind);
                let found = Object { kind: self.kind.into(), value: found, private };
                assert_eq!(found.text("id"), object.text("id"));
                world.assert_no_change("after it was found", &found, config, &self.unknown_to_import).await;
                request.known.push(found.value);
                let trace = world.instance.find_created(vec![request]).await.remove(0);
                assert!(matches!(trace, Trace::Nothing), "{} is found twice: {trace:?}", self.kind);
            }
            (WhenLost::MadeAgain, Trace::Nothing) => {}
            (wanted, trace) => panic!("{} is {wanted:?} when lost: {trace:?}", self.kind),
        }
    }

    /// Whoever still holds the object as it was before an update sees a change made by somebody else.
    async fn assert_drift_seen(&self, world: &World, before: &Object, after: &Object) {
        let changed = differing(&before.value, &after.value, &self.unknown_to_import);
        let Some(found) = world.read_one(before).await else { return };
        let nothing = |value: &Value| value.is_null() || value.as_str() == Some("") || value.length() == Some(0);
        let changed = changed.iter().filter(|(_, (before, after))| !(nothing(before) && nothing(after)));
        let changed = changed.map(|(name, _)| name).filter(|name| !self.unseen.contains(&name.as_str()));
        let unseen: Vec<&String> = changed.filter(|name| found.get(name) == before.get(name)).collect();
        assert!(unseen.is_empty(), "changes of {} made outside are not seen: {unseen:?}", self.kind);
    }

    async fn assert_imports(&self, world: &mut World, object: &Object, config: &Value) {
        world.objects.push(("it".into(), object.clone()));
        let id = world.resolve_text(self.import_id);
        world.objects.pop();
        let imported = world.import(self.kind, &id).await;
        world.assert_no_change("after import", &imported, config, &self.unknown_to_import).await;
        let schema = world.schema(self.kind);
        if schema.block.attributes.contains_key("region") {
            world.import(self.kind, &format!("{id}@eu-west-1")).await;
        }
        if let Some(identity) = world.identity(object).await {
            let found = world.import_by(self.kind, ImportBy::Identity(identity)).await;
            assert_eq!(found.value, imported.value, "{} is the same, by whatever it is imported", self.kind);
        }
    }
}
