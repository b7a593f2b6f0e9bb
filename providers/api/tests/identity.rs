//! Resource identities of native types: their schemas, what objects say of theirs, and imports by them.

use landform_diagnostics::Diagnostic;
use landform_provider_api::framework::{
    Attr, Batch, Context, Definition, Found, Identity, Model, Registry, Resource, TagRules,
};
use landform_provider_api::{
    ApplyRequest, IdentityAttribute, IdentitySchema, ImportBy, ImportRequest, ReadRequest, ReadResponse,
};
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

/// What is told apart by its name in a region.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "test_flag")]
struct Flag {
    #[attr(id)]
    id: Attr<String>,
    /// Name of the flag.
    #[attr(required, replace)]
    name: Attr<String>,
    #[attr(region)]
    region: Attr<String>,
}

/// What a flag is told apart by.
struct NameAndRegion;

impl Identity for NameAndRegion {
    fn schema(&self, _: &Definition) -> IdentitySchema {
        let attribute =
            |required_for_import| IdentityAttribute { ty: Type::String, required_for_import, description: None };
        let attributes = [("name".into(), attribute(true)), ("region".into(), attribute(false))].into();
        IdentitySchema { version: 0, attributes }
    }

    fn of(&self, _: &Definition, object: &Value) -> Option<Value> {
        let attribute = |name: &'static str| Some((name, object.get_attribute(name)?.clone()));
        Some(Value::object([attribute("name")?, attribute("region")?]))
    }

    fn id<'a>(&self, identity: &'a Value) -> Result<(&'a str, Option<&'a str>), Diagnostic> {
        let text = |name: &str| identity.get_attribute(name).and_then(Value::as_str);
        Ok((text("name").ok_or_else(|| Diagnostic::from(Failure))?, text("region")))
    }
}

impl Resource<Cloud> for Flag {
    fn identity() -> Option<&'static dyn Identity> {
        Some(&NameAndRegion)
    }

    async fn create(&mut self, _cx: &Cloud) -> Result<(), Failure> {
        self.id = self.name.clone();
        Ok(())
    }

    async fn read(batch: Batch<Self>, _cx: &Cloud) -> Result<Found<Self, Failure>, Failure> {
        Ok(batch.found(|flag| Some(Self { name: flag.id.clone(), ..flag })))
    }

    async fn delete(&self, _cx: &Cloud) -> Result<(), Failure> {
        Ok(())
    }
}

fn registry() -> Registry<Cloud> {
    let mut registry = Registry::default();
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
fn a_schema_has_the_form_of_its_identities() {
    let schemas = registry().resource_schemas();
    assert_eq!(schemas["test_flag"].identity, Some(NameAndRegion.schema(Flag::definition())));
}

#[tokio::test]
async fn a_new_object_has_an_identity() {
    let prior = Value::null(Flag::definition().shape.object_type());
    let config = object([("id", None), ("name", Some("a")), ("region", Some("eu-south-2"))]);
    let (planned, private) = (config.clone(), Vec::new());
    let request = ApplyRequest { kind: "test_flag".into(), prior, planned, config, private };
    let made = registry().apply(&Cloud::new(), request).await;
    let expected = object([("name", Some("a")), ("region", Some("eu-south-2"))]);
    assert_eq!(made.identity, Some(expected));
}

#[tokio::test]
async fn objects_are_imported_by_their_identity() {
    let identity = object([("name", Some("a")), ("region", Some("eu-south-2"))]);
    let found = imported("test_flag", ImportBy::Identity(identity)).await;
    let expected = object([("name", Some("a")), ("region", Some("eu-south-2"))]);
    assert_eq!(found.identity, Some(expected));
    let by_id = imported("test_flag", ImportBy::Id("a@eu-south-2".into())).await;
    assert_eq!((found.object, found.identity), (by_id.object, by_id.identity));
}

#[test]
fn an_identity_that_lacks_what_an_import_needs() {
    let by = ImportBy::Identity(object([("name", None), ("region", None)]));
    let found = registry().import(&ImportRequest { kind: "test_flag".into(), by }).expect_err("no name");
    assert!(format!("{found:?}").contains("It failed."), "{found:?}");
}
