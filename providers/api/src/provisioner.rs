//! What a provisioner is to the engine: something that runs for an object, after it was created or before it is
//! destroyed.
//!
//! The engine decides when, evaluates the configuration, and says what a failure means; a provisioner only does its
//! work. Values that cross the trait carry no marks.

use std::future::Future;
use std::pin::Pin;

use async_trait::async_trait;
use landform_diagnostics::Diagnostics;
use landform_schema::{Attribute, Block};
use landform_values::{Type, Value};

/// One kind of provisioner.
///
/// Diagnostics that it reports have no spans: the engine places them at the `provisioner` block.
#[async_trait]
pub trait Provisioner: Send + Sync {
    /// The shape of its configuration.
    fn schema(&self) -> &Block;

    /// Checks a configuration of that shape, perhaps with unknown values.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Checks how the object is to be reached: a value of the type of [`connection_schema`], perhaps with unknown values,
    /// null without a `connection` block. An error means that the work would fail whatever the object is.
    fn validate_connection(&self, connection: &Value) -> Diagnostics {
        let _ = connection;
        Diagnostics::new()
    }

    /// Does the work, to the end or until it is asked to stop. An error means that it failed.
    async fn provision(&self, request: ProvisionRequest<'_>) -> Diagnostics;
}

/// What a provisioner works with.
pub struct ProvisionRequest<'a> {
    /// Of the schema's type, wholly known.
    pub config: Value,
    /// How to reach the object: of the type of [`connection_schema`], wholly known; null without a `connection` block.
    pub connection: Value,
    /// Is told what people may want to see, without the line break behind.
    pub output: &'a (dyn Fn(&str) + Send + Sync),
    /// Set when the configuration holds secrets: this stands in the place of whatever might give them away, in
    /// diagnostics too. What goes to `output` is hidden by the engine.
    pub hidden: Option<&'a str>,
    /// Is done when the work shall end soon.
    pub stop: Pin<Box<dyn Future<Output = ()> + Send + 'a>>,
}

/// All that `connection` blocks may hold, of whatever type they are.
pub fn connection_schema() -> Block {
    const TEXTS: [&str; 21] = [
        "agent_identity",
        "bastion_certificate",
        "bastion_host",
        "bastion_host_key",
        "bastion_password",
        "bastion_private_key",
        "bastion_user",
        "cacert",
        "certificate",
        "host_key",
        "password",
        "private_key",
        "proxy_host",
        "proxy_scheme",
        "proxy_user_name",
        "proxy_user_password",
        "script_path",
        "target_platform",
        "timeout",
        "type",
        "user",
    ];
    const NUMBERS: [&str; 3] = ["bastion_port", "port", "proxy_port"];
    const SWITCHES: [&str; 4] = ["agent", "https", "insecure", "use_ntlm"];
    let texts = TEXTS.map(|name| (name, Type::String));
    let others = NUMBERS.map(|name| (name, Type::Number)).into_iter().chain(SWITCHES.map(|name| (name, Type::Bool)));
    let optional = texts.into_iter().chain(others).map(|(name, ty)| (name.into(), Attribute::of(ty).optional()));
    let host = ("host".into(), Attribute::of(Type::String).required());
    Block { attributes: optional.chain([host]).collect(), ..Block::default() }
}
