//! Waiting for instances.

use aws_sdk_rds::types::DbInstance;

use super::instance::Instance;
use super::instance_loads::Instances;
use crate::core::prelude::*;

/// States that nothing but a person ends.
const STUCK: [&str; 12] = [
    "deleting",
    "failed",
    "inaccessible-encryption-credentials",
    "incompatible-create",
    "incompatible-credentials",
    "incompatible-network",
    "incompatible-option-group",
    "incompatible-parameters",
    "incompatible-restore",
    "insufficient-capacity",
    "restore-error",
    "storage-full",
];
/// States in which nothing more is to be waited for.
const READY: [&str; 4] = ["available", "storage-optimization", "storage-initialization", "stopped"];

/// Waits until a database is ready for use, and what was asked for at once is done.
pub(super) async fn settled(instance: &Instance, cx: &Aws) -> Result<()> {
    let key = instance.id.as_str();
    let what = format!("DB instance {} to become available", instance.name());
    wait_until(&what, patience(instance), || async {
        match cx.load_one::<Instances>(key).await?.get(key) {
            Some(remote) => progress(instance, remote),
            None => Ok(State::Pending("not visible".into())),
        }
    })
    .await
}

/// A database that never was ready is still being made.
fn patience(instance: &Instance) -> Duration {
    let new = !instance.resource_id.is_known() || instance.status.text() == Some("creating");
    if new { instance.timeouts.create() } else { instance.timeouts.update() }
}

fn progress(instance: &Instance, remote: &DbInstance) -> Result<State<()>> {
    let status = remote.db_instance_status().unwrap_or("in an unknown state");
    if STUCK.contains(&status) {
        let message = format!("DB instance {} is {status}.", instance.name());
        return Err(Error::new("Database not available", message)
            .hint("RDS does not go on by itself. The events of the instance say why."));
    }
    if !READY.contains(&status) {
        return Ok(State::Pending(status.to_owned()));
    }
    if remote.master_user_secret().and_then(|it| it.secret_status()) == Some("creating") {
        return Ok(State::Pending("without its secret".into()));
    }
    if instance.apply_immediately.is_true() {
        // RDS takes a moment to begin: until then, the state is as it was, and changes are pending. Only parameters wait
        // for a reboot, which is somebody else's to do.
        let now = instance.clone().filled(remote);
        let goes_on = |attribute: &str| attribute != "parameter_group_name" && now.pending.of(attribute).is_some();
        let outstanding = instance.pending.iter().find(|it| goes_on(&it.attribute));
        if let Some(change) = outstanding {
            return Ok(State::Pending(format!("without its new {}", change.attribute)));
        }
    }
    Ok(State::Done(()))
}

/// Waits until there is no such database.
pub(super) async fn gone(instance: &Instance, cx: &Aws) -> Result<()> {
    let key = instance.id.as_str();
    wait_until(&format!("DB instance {} to be deleted", instance.name()), instance.timeouts.delete(), || async {
        Ok(match cx.load_one::<Instances>(key).await?.get(key) {
            Some(remote) => State::Pending(remote.db_instance_status().unwrap_or("there").to_owned()),
            None => State::Done(()),
        })
    })
    .await
}
