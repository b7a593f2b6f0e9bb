//! Resource identities of native types: their schemas, what objects say of theirs, and imports by them.

use landform_diagnostics::Diagnostic;
use landform_provider_api::framework::{
    Attr, Batch, Context, Found, IdentityForm, Model, Registry, Resource, TagRules,
};
use landform_provider_api::{ApplyRequest, ImportBy, ImportRequest, ReadRequest, ReadResponse};
use landform_values::{Type, Value};

/// A region of a cloud in which there is whatever is asked for.
#[derive(Clone)]
struct Cloud {
    tags: TagRules,
    region: String,
}

impl Cloud {
    fn new() -> Self {
        Self { tags: TagRules::default(), region: "eu-north-1".into() }
    }
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
        Some(&self.region)
    }

    fn in_region(&self, region: Option<&str>) -> Self {
        Self { region: region.unwrap_or(&self.region).to_owned(), ..self.clone() }
    }

    fn for_bulk_read(&self) -> Self {
        self.clone()
    }

    fn is_missing(_: &Failure) -> bool {
        false
    }

    fn never_appeared(_: &str, _: &str) -> Failure {
        Failure
    }
}

/// What is told apart by its ARN.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "test_bell")]
struct Bell {
    /// ARN of the bell.
    #[attr(computed)]
    arn: Attr<String>,
    #[attr(id)]
    id: Attr<String>,
    #[attr(region)]
    region: Attr<String>,
}

/// What is told apart by its name, in an account and a region.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "test_flag")]
struct Flag {
    #[attr(computed)]
    arn: Attr<String>,
    #[attr(id)]
    id: Attr<String>,
    /// Name of the flag.
    #[attr(required, replace)]
    name: Attr<String>,
    #[attr(region)]
    region: Attr<String>,
}

impl Resource<Cloud> for Bell {
    const IDENTITY: Option<IdentityForm> = Some(IdentityForm::Arn);

    async fn create(&mut self, cx: &Cloud) -> Result<(), Failure> {
        self.set_id(&format!("arn:x:bells:{}:12:1", cx.region));
        Ok(())
    }

    async fn read(batch: Batch<Self>, _cx: &Cloud) -> Result<Found<Self, Failure>, Failure> {
        Ok(batch.found(|bell| Some(Self { arn: bell.id.clone(), ..bell })))
    }

    async fn delete(&self, _cx: &Cloud) -> Result<(), Failure> {
        Ok(())
    }
}

impl Resource<Cloud> for Flag {
    const IDENTITY: Option<IdentityForm> = Some(IdentityForm::Within("name"));

    async fn create(&mut self, _cx: &Cloud) -> Result<(), Failure> {
        self.id = self.name.clone();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Cloud) -> Result<Found<Self, Failure>, Failure> {
        let arn = |name: &str| format!("arn:x:flags:{}:12:{name}", cx.region);
        Ok(batch.found(|flag| {
            let (name, arn) = (flag.id.clone(), arn(flag.id.as_str()).into());
            Some(Self { arn, name, ..flag })
        }))
    }

    async fn delete(&self, _cx: &Cloud) -> Result<(), Failure> {
        Ok(())
    }
}

fn registry() -> Registry<Cloud> {
    let mut registry = Registry::default();
    registry.resource::<Bell>();
    registry.resource::<Flag>();
    registry
}

fn object<const N: usize>(attributes: [(&'static str, Option<&str>); N]) -> Value {
    let value = |text: Option<&str>| text.map_or_else(|| Value::null(Type::String), Value::from);
    Value::object(attributes.map(|(name, text)| (name, value(text))))
}

async fn imported(kind: &str, by: ImportBy) -> ReadResponse {
    let request = ImportRequest { kind: kind.into(), by };
    let found = registry().import(&request).expect("it can be imported").remove(0);
    let request = ReadRequest { kind: kind.into(), prior: found.object, private: found.private };
    registry().read(&Cloud::new(), vec![request]).await.remove(0)
}

#[test]
fn schemas_say_what_an_import_needs() {
    let told = |kind: &str| {
        let schemas = registry().resource_schemas();
        let form = schemas[kind].identity.clone().expect("an identity");
        let text = |(name, it): (_, &landform_provider_api::IdentityAttribute)| {
            format!("{name} {} {}", it.required_for_import, it.description.as_deref().unwrap_or_default())
        };
        form.attributes.iter().map(text).collect::<Vec<_>>()
    };
    assert_eq!(told("test_bell"), ["arn true ARN of the bell."]);
    let expected = [
        "account_id false Account that it is in.",
        "name true Name of the flag.",
        "region false Region that it is in.",
    ];
    assert_eq!(told("test_flag"), expected);
}

#[tokio::test]
async fn a_new_object_has_an_identity() {
    let prior = Value::null(Flag::definition().shape.object_type());
    let config = object([("arn", None), ("id", None), ("name", Some("a")), ("region", Some("eu-south-2"))]);
    let (planned, private) = (config.clone(), Vec::new());
    let request = ApplyRequest { kind: "test_flag".into(), prior, planned, config, private };
    let made = registry().apply(&Cloud::new(), request).await;
    let expected = object([("account_id", Some("12")), ("name", Some("a")), ("region", Some("eu-south-2"))]);
    assert_eq!(made.identity, Some(expected));
}

#[tokio::test]
async fn objects_are_imported_by_their_identity() {
    let identity = object([("account_id", None), ("name", Some("a")), ("region", Some("eu-south-2"))]);
    let found = imported("test_flag", ImportBy::Identity(identity)).await;
    let expected = object([("account_id", Some("12")), ("name", Some("a")), ("region", Some("eu-south-2"))]);
    assert_eq!(found.identity, Some(expected));
    let by_id = imported("test_flag", ImportBy::Id("a@eu-south-2".into())).await;
    assert_eq!((found.object, found.identity), (by_id.object, by_id.identity));

    let identity = object([("arn", Some("arn:x:bells:eu-south-2:12:1"))]);
    let found = imported("test_bell", ImportBy::Identity(identity.clone())).await;
    assert_eq!(found.identity, Some(identity));
    assert_eq!(found.object.get_attribute("region"), Some(&Value::from("eu-south-2")));
}

#[test]
fn what_an_import_needs_has_to_have_a_value() {
    let by = ImportBy::Identity(object([("account_id", None), ("name", None), ("region", None)]));
    let found = registry().import(&ImportRequest { kind: "test_flag".into(), by }).expect_err("no name");
    assert!(format!("{found:?}").contains("It needs a value for \\\"name\\\"."), "{found:?}");
}
