//! Runs provisioners in tests.

use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use landform_provider_api::{Block, ProvisionRequest, Provisioner, connection_schema};
use landform_values::{Str, Value};

use crate::Machine;
use crate::test_server::{Server, keygen};

/// What a provisioner did.
pub(crate) struct Ran {
    /// What it said.
    pub(crate) told: Vec<String>,
    /// The detail of the error, if there is one.
    pub(crate) error: String,
}

/// Attributes of a block.
pub(crate) type Attributes<'a> = &'a [(&'a str, Value)];

/// A run of a provisioner.
pub(crate) struct Run<'a> {
    pub(crate) provisioner: &'a dyn Provisioner,
    pub(crate) connection: Value,
    pub(crate) hidden: Option<&'a str>,
    pub(crate) stop_after: Duration,
}

impl<'a> Run<'a> {
    /// With a connection of these attributes.
    pub(crate) fn of(provisioner: &'a dyn Provisioner, connection: Attributes<'_>) -> Self {
        let connection = object(&connection_schema(), connection);
        Self { provisioner, connection, hidden: None, stop_after: Duration::from_secs(300) }
    }

    /// With a configuration of these attributes.
    pub(crate) async fn run(self, config: Attributes<'_>) -> Ran {
        let told = Mutex::new(Vec::new());
        let output = |text: &str| told.lock().expect("no holder panics").push(text.to_owned());
        let request = ProvisionRequest {
            config: object(self.provisioner.schema(), config),
            connection: self.connection,
            output: &output,
            hidden: self.hidden,
            stop: Box::pin(tokio::time::sleep(self.stop_after)),
        };
        let error = self.provisioner.provision(request).await.into_iter().next();
        let error = error.map(|found| found.detail).unwrap_or_default();
        Ran { told: told.into_inner().expect("no holder panics"), error }
    }
}

fn object(schema: &Block, given: Attributes<'_>) -> Value {
    let value = |name: &Str| given.iter().find(|(given, _)| **given == **name).map(|(_, value)| value.clone());
    let attributes = schema.attributes.iter();
    Value::object(
        attributes.map(|(name, schema)| (name.clone(), value(name).unwrap_or_else(|| Value::null(schema.ty.clone())))),
    )
}

/// A machine whose folder is this.
pub(crate) fn machine(directory: &Path) -> Machine {
    Machine { directory: directory.to_owned(), home: Some(directory.to_owned()), ..Machine::default() }
}

/// How to reach a server with one of its keys.
pub(crate) fn connection(server: &Server, key: &str) -> Vec<(&'static str, Value)> {
    vec![
        ("host", "127.0.0.1".into()),
        ("port", Value::from(i64::from(server.port))),
        ("user", Value::from(Server::user().as_str())),
        ("private_key", Value::from(server.read(key).as_str())),
        ("agent", Value::from(false)),
        ("timeout", "60s".into()),
        ("script_path", Value::from(server.path("script_%RAND%.sh").display().to_string().as_str())),
    ]
}

/// Lets one more key log in: makes it with these arguments of `ssh-keygen`.
pub(crate) fn add_key(server: &Server, name: &str, arguments: &[&str]) {
    let path = server.path(name).display().to_string();
    keygen(&[arguments, &["-f", &path]].concat());
    let mut keys = fs_err::OpenOptions::new().append(true).open(server.path("authorized_keys")).expect("it is there");
    keys.write_all(server.read(&format!("{name}.pub")).as_bytes()).expect("it can be written");
}

/// The same with one attribute set.
pub(crate) fn with(
    mut connection: Vec<(&'static str, Value)>,
    name: &'static str,
    value: impl Into<Value>,
) -> Vec<(&'static str, Value)> {
    connection.retain(|(given, _)| *given != name);
    connection.push((name, value.into()));
    connection
}
