//! What the framework makes of a model: plans, checks, rounds of a bulk read, and what a dead run was making.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use landform_diagnostics::Diagnostic;
use landform_provider_api::framework::{
    Attr, Batch, Context, Found, Model, Registry, Resource, TagRules, Traces, decode_stored_by_schema,
};
use landform_provider_api::{ApplyRequest, FindRequest, PlanRequest, PlanResponse, ReadRequest, Trace};
use landform_values::{Type, Value};
use serde_json::{Value as Json, json};

/// Counts rounds, and builds towers.
#[derive(Clone, Default)]
struct Cloud {
    tags: TagRules,
    rounds: Arc<AtomicUsize>,
    /// Whether it is still at work on a tower.
    is_building: Arc<AtomicBool>,
    fails: Arc<AtomicBool>,
}

#[derive(Clone, Debug)]
struct Failure;

impl From<Failure> for Diagnostic {
    fn from(_: Failure) -> Self {
        Diagnostic::error("Failure", "It failed.")
    }
}

impl Context for Cloud {
    type Error = Failure;

    fn tag_rules(&self) -> &TagRules {
        &self.tags
    }

    fn default_region(&self) -> Option<&str> {
        None
    }

    fn in_region(&self, _region: Option<&str>) -> Self {
        self.clone()
    }

    fn for_bulk_read(&self) -> Self {
        self.clone()
    }

    fn next_round(&self) {
        self.rounds.fetch_add(1, Ordering::Relaxed);
    }

    fn is_missing(_: &Failure) -> bool {
        false
    }

    fn never_appeared(_: &str, _: &str) -> Failure {
        Failure
    }
}

/// A wall with doors.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "test_wall")]
struct Wall {
    #[attr(optional, computed)]
    door: Attr<BTreeSet<Door>>,
    #[attr(id)]
    id: Attr<String>,
    #[attr(optional, normal = lower_case)]
    name: Attr<String>,
    #[attr(optional, computed, replace, after_update("name"))]
    number: Attr<i64>,
    #[block(list, max = 1, kept)]
    paint: Vec<Paint>,
}

/// A door.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[model(exactly_one("key", "code"))]
struct Door {
    #[attr(optional)]
    code: Attr<String>,
    #[attr(optional, check = length(0..=3))]
    key: Attr<String>,
    #[attr(optional, default = true)]
    open: Attr<bool>,
    #[attr(required, normal = lower_case)]
    side: Attr<String>,
    #[attr(optional)]
    signs: Attr<Vec<String>>,
    #[attr(optional)]
    width: Attr<i64>,
}

/// Paint.
#[derive(Model, Clone, Debug, Default)]
struct Paint {
    #[attr(optional)]
    colour: Attr<String>,
}

impl Resource<Cloud> for Wall {
    async fn create(&mut self, _cx: &Cloud) -> Result<(), Failure> {
        self.set_id("1");
        Ok(())
    }

    /// Goes on only in the third round, however often it is polled before.
    async fn read(batch: Batch<Self>, cx: &Cloud) -> Result<Found<Self, Failure>, Failure> {
        let polls = AtomicUsize::new(0);
        std::future::poll_fn(|task| {
            polls.fetch_add(1, Ordering::Relaxed);
            task.waker().wake_by_ref();
            if cx.rounds.load(Ordering::Relaxed) >= 3 { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        assert_eq!(polls.into_inner(), 3, "a read is polled once a round");
        Ok(batch.found(Some))
    }

    async fn delete(&self, _cx: &Cloud) -> Result<(), Failure> {
        Ok(())
    }
}

/// A tower, which takes long to build.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "test_tower")]
struct Tower {
    #[attr(id)]
    id: Attr<String>,
    #[attr(required, replace)]
    name: Attr<String>,
}

impl Resource<Cloud> for Tower {
    async fn create(&mut self, _cx: &Cloud) -> Result<(), Failure> {
        self.id = self.name.clone();
        Ok(())
    }

    async fn read(batch: Batch<Self>, _cx: &Cloud) -> Result<Found<Self, Failure>, Failure> {
        Ok(batch.found(Some))
    }

    async fn settle(&self, cx: &Cloud) -> Result<(), Failure> {
        while cx.is_building.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        if cx.fails.load(Ordering::Relaxed) { Err(Failure) } else { Ok(()) }
    }

    async fn delete(&self, _cx: &Cloud) -> Result<(), Failure> {
        Ok(())
    }

    async fn traces(&self, _cx: &Cloud) -> Result<Traces<Self>, Failure> {
        Ok(Traces::Only(vec![Self { id: self.name.clone(), ..self.clone() }]))
    }
}

fn registry() -> Registry<Cloud> {
    let mut registry = Registry::default();
    registry.resource::<Tower>();
    registry.resource::<Wall>();
    registry
}

fn object(json: &Json) -> Value {
    decode_stored_by_schema(&Wall::definition().schema(), json).expect("an object of the type")
}

fn plan(prior: &Json, config: &Json) -> PlanResponse {
    let prior = if prior.is_null() { Value::null(Wall::definition().shape.object_type()) } else { object(prior) };
    let (config, private) = (object(config), Vec::new());
    let request = PlanRequest { kind: "test_wall".into(), prior, proposed: config.clone(), config, private };
    registry().plan(&Cloud::default(), &request)
}

fn check_plan(prior: Json, config: Json, expected: Json) {
    let planned = plan(&prior, &config).planned;
    let expected = object(&expected);
    for (name, value) in expected.as_mapping().expect("an object").items() {
        let planned = planned.get_attribute(name).expect("the same attributes");
        assert!(planned == value || !planned.is_known() && value.is_null(), "{name} of {config}: {planned:?}");
    }
}

fn door(more: Json) -> Json {
    let mut door = json!({ "code": "", "key": "", "open": true, "side": "left", "signs": [], "width": 0 });
    door.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    door
}

#[test]
fn objects_of_an_attribute_lack_nothing() {
    let config = json!({ "door": [{ "side": "LEFT", "key": "k" }] });
    check_plan(Json::Null, config.clone(), json!({ "door": [door(json!({ "key": "k" }))] }));
    // As it is already, in whatever form.
    let prior = json!({ "id": "1", "door": [door(json!({ "key": "k" }))] });
    check_plan(prior.clone(), config, prior.clone());
    let changed = json!({ "door": [{ "side": "left", "key": "k", "open": false }] });
    check_plan(prior, changed, json!({ "id": "1", "door": [door(json!({ "key": "k", "open": false }))] }));
}

#[test]
fn texts_are_planned_in_their_normal_form() {
    check_plan(Json::Null, json!({ "name": "North" }), json!({ "name": "north" }));
    let prior = json!({ "id": "1", "name": "north" });
    check_plan(prior.clone(), json!({ "name": "NORTH" }), prior);
}

#[test]
fn blocks_that_are_kept_need_not_be_given_again() {
    check_plan(Json::Null, json!({}), json!({ "paint": [] }));
    let prior = json!({ "id": "1", "paint": [{ "colour": "red" }] });
    check_plan(prior.clone(), json!({}), prior.clone());
    check_plan(
        prior,
        json!({ "paint": [{ "colour": "blue" }] }),
        json!({ "id": "1", "paint": [{ "colour": "blue" }] }),
    );
}

#[test]
fn what_only_the_service_decides_forces_no_replacement() {
    let prior = json!({ "id": "1", "name": "north", "number": 1 });
    assert_eq!(plan(&prior, &json!({ "name": "south" })).requires_replace, []);
    assert_eq!(plan(&prior, &json!({ "name": "north", "number": 2 })).requires_replace.len(), 1);
}

#[test]
fn objects_of_an_attribute_are_checked() {
    let check = |door: Json, problems: usize| {
        let found = registry().validate_resource("test_wall", &object(&json!({ "door": [door] })));
        assert_eq!(found.len(), problems, "{door}: {found:#?}");
    };
    check(json!({ "side": "left", "key": "k" }), 0);
    check(json!({ "side": "left", "key": "k", "code": "" }), 0);
    check(json!({ "side": "left", "key": "k", "code": "c" }), 1);
    check(json!({ "side": "left" }), 1);
    check(json!({ "key": "k" }), 1);
    check(json!({ "side": "left", "key": "long" }), 1);
}

#[test]
fn unknown_parts_of_objects_stay_unknown() {
    let door = Value::object([
        ("code", Value::unknown(Type::String)),
        ("key", Value::null(Type::String)),
        ("open", Value::null(Type::Bool)),
        ("side", Value::string("Left")),
        ("signs", Value::null(Type::list(Type::String))),
        ("width", Value::null(Type::Number)),
    ]);
    let config = object(&json!({})).with_attribute("door", Value::set(door.ty(), [door]));
    assert!(!registry().validate_resource("test_wall", &config).has_errors());
    let null = Value::null(config.ty());
    let request =
        PlanRequest { kind: "test_wall".into(), prior: null, proposed: config.clone(), config, private: Vec::new() };
    let planned = registry().plan(&Cloud::default(), &request).planned;
    let doors = planned.get_attribute("door").and_then(Value::as_sequence).expect("a known set");
    assert!(!doors[0].get_attribute("code").expect("a code").is_known());
    assert_eq!(doors[0].get_attribute("side"), Some(&Value::string("left")));
    assert_eq!(doors[0].get_attribute("key"), Some(&Value::string("")));
}

#[tokio::test]
async fn a_bulk_read_goes_in_rounds() {
    let cloud = Cloud::default();
    let request = |id: &str| ReadRequest {
        kind: "test_wall".into(),
        prior: object(&json!({ "id": id, "name": "north" })),
        private: Vec::new(),
    };
    let answers = registry().read(&cloud, vec![request("1"), request("2")]).await;
    let ids: Vec<_> = answers.iter().filter_map(|it| it.object.get_attribute("id")?.as_str()).collect();
    assert_eq!(ids, ["1", "2"]);
}

/// A tower that a dead run was building, and what is stored beside it.
async fn found_tower(cloud: &Cloud) -> (Value, Vec<u8>) {
    let planned = decode_stored_by_schema(&Tower::definition().schema(), &json!({ "name": "north" })).expect("a tower");
    let request = FindRequest { kind: "test_tower".into(), planned, known: Vec::new() };
    match registry().find(cloud, vec![request]).await.remove(0) {
        Trace::Object { object, half_made: false, private } => (object, private),
        trace => panic!("the tower is found whole: {trace:?}"),
    }
}

fn plan_tower(cloud: &Cloud, prior: &Value, private: &[u8]) -> PlanResponse {
    let config = prior.with_attribute("id", Value::null(Type::String));
    let (prior, proposed, private) = (prior.clone(), config.clone(), private.to_vec());
    registry().plan(cloud, &PlanRequest { kind: "test_tower".into(), prior, proposed, config, private })
}

#[tokio::test]
async fn what_a_dead_run_was_making_is_waited_for() {
    let cloud = Cloud::default();
    cloud.is_building.store(true, Ordering::Relaxed);
    let (prior, private) = found_tower(&cloud).await;
    let plan = plan_tower(&cloud, &prior, &private);
    assert!(plan.unfinished, "{plan:?}");

    let config = prior.with_attribute("id", Value::null(Type::String));
    let (planned, private) = (plan.planned, plan.private);
    let request = ApplyRequest { kind: "test_tower".into(), prior, planned, config, private };
    let done = async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        cloud.is_building.store(false, Ordering::Relaxed);
    };
    let registry = registry();
    let (applied, ()) = futures::join!(registry.apply(&cloud, request), done);
    assert!(applied.diagnostics.is_empty() && !applied.unfinished, "{applied:?}");
    let plan = plan_tower(&cloud, &applied.object, &applied.private);
    assert!(!plan.unfinished && plan.notes.is_empty(), "{plan:?}");
}

#[tokio::test]
async fn what_is_ready_when_it_is_found_is_not_waited_for() {
    let cloud = Cloud::default();
    let (object, private) = found_tower(&cloud).await;
    assert!(private.is_empty() && !plan_tower(&cloud, &object, &private).unfinished);
}

#[tokio::test]
async fn what_went_wrong_with_a_found_object_is_said_by_apply() {
    let cloud = Cloud::default();
    cloud.fails.store(true, Ordering::Relaxed);
    let (prior, private) = found_tower(&cloud).await;
    let plan = plan_tower(&cloud, &prior, &private);
    assert!(plan.unfinished, "{plan:?}");
    let config = prior.with_attribute("id", Value::null(Type::String));
    let (planned, private) = (plan.planned, plan.private);
    let request = ApplyRequest { kind: "test_tower".into(), prior: prior.clone(), planned, config, private };
    let applied = registry().apply(&cloud, request).await;
    assert!(applied.diagnostics.has_errors() && applied.unfinished && applied.object == prior, "{applied:?}");
}
