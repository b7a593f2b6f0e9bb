//! A bucket, a table and an account of the simulator for one test.

use std::sync::Arc;

use aws_sdk_dynamodb::types::{AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
use landform_diagnostics::Diagnostics;
use landform_simulator::{Account, Simulator};
use landform_state::s3::Environment;
use landform_state::{Backend, S3Backend, S3Config, StateStore};
use landform_values::Value;

use crate::support::FakeTimer;

/// Where states of one test are.
pub(crate) struct Place {
    pub(crate) account: Account,
    pub(crate) bucket: String,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
}

/// The table for locks.
pub(crate) const TABLE: &str = "locks";
/// The state of the default workspace.
pub(crate) const KEY: &str = "network/terraform.tfstate";

/// Which locks a configuration has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Locking {
    Nothing,
    File,
    Table,
    Both,
}

impl Place {
    /// With an empty bucket and an empty table.
    pub(crate) async fn new() -> Self {
        let simulator = Simulator::start();
        let account = simulator.account();
        let bucket = format!("state-{}", account.number());
        let credentials = aws_credential_types::Credentials::new(
            account.access_key_id(),
            account.secret_access_key(),
            None,
            None,
            "test",
        );
        let s3 = aws_sdk_s3::Config::builder()
            .behavior_version_latest()
            .credentials_provider(credentials.clone())
            .region(aws_sdk_s3::config::Region::new("us-east-1"))
            .endpoint_url(simulator.endpoint());
        let dynamodb = aws_sdk_dynamodb::Config::builder()
            .behavior_version_latest()
            .credentials_provider(credentials)
            .region(aws_sdk_dynamodb::config::Region::new("us-east-1"))
            .endpoint_url(simulator.endpoint());
        let place = Self {
            account,
            bucket,
            s3: aws_sdk_s3::Client::from_conf(s3.build()),
            dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb.build()),
        };
        place.s3.create_bucket().bucket(&place.bucket).send().await.expect("a bucket");
        place.create_table().await;
        place.account.reset_calls();
        place
    }

    async fn create_table(&self) {
        let attribute =
            AttributeDefinition::builder().attribute_name("LockID").attribute_type(ScalarAttributeType::S).build();
        let key = KeySchemaElement::builder().attribute_name("LockID").key_type(KeyType::Hash).build();
        let call = self.dynamodb.create_table().table_name(TABLE).billing_mode(BillingMode::PayPerRequest);
        let call =
            call.attribute_definitions(attribute.expect("it is complete")).key_schema(key.expect("it is complete"));
        call.send().await.expect("a table");
    }

    /// The environment of a run in this account.
    pub(crate) fn environment(&self) -> Environment {
        self.account.environment().into_iter().collect()
    }

    /// The arguments for a kind of locking and more.
    pub(crate) fn arguments(&self, locking: Locking, more: &[(&'static str, Value)]) -> Vec<(&'static str, Value)> {
        let mut all = vec![("bucket", Value::string(&*self.bucket)), ("key", Value::string(KEY))];
        if matches!(locking, Locking::File | Locking::Both) {
            all.push(("use_lockfile", Value::from(true)));
        }
        if matches!(locking, Locking::Table | Locking::Both) {
            all.push(("dynamodb_table", Value::string(TABLE)));
        }
        all.extend(more.iter().cloned());
        all
    }

    /// A backend with a kind of locking and more arguments.
    pub(crate) async fn backend(&self, locking: Locking, more: &[(&'static str, Value)]) -> S3Backend {
        let (backend, found) = connect(&self.arguments(locking, more), &self.environment()).await;
        backend.unwrap_or_else(|| panic!("{found:?}"))
    }

    /// The default workspace's state.
    pub(crate) async fn store(&self, locking: Locking) -> Arc<dyn StateStore> {
        self.backend(locking, &[]).await.open("default").await.expect("it can be opened")
    }

    /// An object of the bucket.
    pub(crate) async fn object(&self, key: &str) -> Option<Vec<u8>> {
        let answer = self.s3.get_object().bucket(&self.bucket).key(key).send().await.ok()?;
        Some(answer.body.collect().await.expect("a whole body").to_vec())
    }

    /// Puts an object into the bucket.
    pub(crate) async fn put(&self, key: &str, bytes: impl Into<Vec<u8>>) {
        let body = aws_sdk_s3::primitives::ByteStream::from(bytes.into());
        self.s3.put_object().bucket(&self.bucket).key(key).body(body).send().await.expect("an object");
    }

    /// An attribute of an item of the table.
    pub(crate) async fn item(&self, id: &str, attribute: &str) -> Option<String> {
        let id = aws_sdk_dynamodb::types::AttributeValue::S(id.to_owned());
        let answer = self.dynamodb.get_item().table_name(TABLE).key("LockID", id).send().await.expect("a table");
        Some(answer.item?.get(attribute)?.as_s().ok()?.clone())
    }

    /// The id of the state in the table.
    pub(crate) fn id(&self) -> String {
        format!("{}/{KEY}", self.bucket)
    }
}

/// A value of the schema's type.
pub(crate) fn config(arguments: &[(&str, Value)]) -> Value {
    Value::object(S3Config::schema().attributes.iter().map(|(name, attribute)| {
        let found = arguments.iter().find(|(found, _)| **found == **name);
        (name.clone(), found.map_or_else(|| Value::null(attribute.ty.clone()), |(_, value)| value.clone()))
    }))
}

/// A backend, or why there is none.
pub(crate) async fn connect(
    arguments: &[(&str, Value)],
    environment: &Environment,
) -> (Option<S3Backend>, Diagnostics) {
    let (config, mut found) = S3Config::from_value(&config(arguments), environment);
    let Some(config) = config else { return (None, found) };
    let (backend, more) = S3Backend::connect(config, environment, Arc::new(FakeTimer::default())).await;
    found.extend(more);
    (backend, found)
}
