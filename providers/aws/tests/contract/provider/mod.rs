//! What the provider's configuration does.

mod credentials;
mod listener;
mod settings;

use serde_json::{Value as Json, json};

use crate::harness::{World, told};

/// Who a configured provider is: `account ARN`, or what is said instead.
async fn identity(world: &World) -> String {
    let (object, said) = world.try_data("aws_caller_identity", json!({})).await;
    if said.has_errors() { told(&said) } else { format!("{} {}", object.text("account_id"), object.text("arn")) }
}

/// Who a provider is that works in no account unless the configuration says so.
async fn identity_with(config: Json) -> String {
    let mut own = json!({ "access_key": null, "secret_key": null, "max_retries": 0 });
    own.as_object_mut().expect("an object").extend(config.as_object().expect("an object").clone());
    match World::configure(&crate::simulator::new_account(), own).await {
        Ok(world) => identity(&world).await,
        Err(said) => told(&said),
    }
}
