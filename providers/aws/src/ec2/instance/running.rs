//! States of an instance, and what leads from one to the other.

use aws_sdk_ec2::types::{AttributeBooleanValue, Instance as Remote, InstanceStateName};

use crate::core::prelude::*;
use crate::ec2::loads::Instances;

/// How long a stop takes at most. Windows and instances that hibernate take their time.
const STOP: Duration = Duration::from_secs(600);
/// How long a start takes at most.
const START: Duration = Duration::from_secs(600);

pub(super) fn state_of(remote: &Remote) -> &str {
    remote.state().and_then(|it| it.name()).map_or("unknown", InstanceStateName::as_str)
}

/// Whether it is going or gone.
pub(super) fn is_terminated(remote: &Remote) -> bool {
    matches!(state_of(remote), "terminated" | "shutting-down")
}

/// Waits until it runs. One that was stopped is as ready as it gets.
pub(super) async fn wait_ready(cx: &Aws, id: &str, timeout: Duration) -> Result<Remote> {
    wait_until(&format!("instance {id} to run"), timeout, || async {
        let instances = cx.load_one::<Instances>(id).await?;
        let Some((remote, _)) = instances.get(id) else { return Ok(State::Pending("not visible".into())) };
        match state_of(remote) {
            "running" | "stopping" | "stopped" => Ok(State::Done(remote.clone())),
            "pending" => Ok(State::Pending("pending".into())),
            state => Err(ended(id, state, remote)),
        }
    })
    .await
}

/// The error for an instance that did not come to run.
fn ended(id: &str, state: &str, remote: &Remote) -> Error {
    let reason = remote.state_reason().and_then(|it| it.message()).unwrap_or("EC2 does not say why");
    Error::new("Instance does not run", format!("Instance {id} is {state}: {reason}."))
}

async fn wait_state(cx: &Aws, id: &str, wanted: &InstanceStateName, timeout: Duration) -> Result<()> {
    wait_until(&format!("instance {id} to be {wanted}"), timeout, || async {
        let instances = cx.load_one::<Instances>(id).await?;
        let Some((remote, _)) = instances.get(id) else { return Ok(State::Pending("not visible".into())) };
        match state_of(remote) {
            state if state == wanted.as_str() => Ok(State::Done(())),
            state if is_terminated(remote) => Err(ended(id, state, remote)),
            state => Ok(State::Pending(state.to_owned())),
        }
    })
    .await
}

/// Waits until it is terminated, and with that has given up its network interfaces.
pub(super) async fn wait_terminated(cx: &Aws, id: &str, timeout: Duration) -> Result<()> {
    wait_until(&format!("instance {id} to be terminated"), timeout, || async {
        let instances = cx.load_one::<Instances>(id).await?;
        let there = instances.get(id).map(|(remote, _)| state_of(remote)).filter(|state| *state != "terminated");
        Ok(there.map_or(State::Done(()), |state| State::Pending(state.to_owned())))
    })
    .await
}

/// Stops it and waits until it stands.
pub(super) async fn stop(cx: &Aws, id: &str) -> Result<()> {
    let protected = "Set disable_api_stop = false for this change.";
    let stopped = cx.ec2().stop_instances().instance_ids(id).send().await.map_err(Error::from);
    stopped.map_err(|it| if it.is(&["OperationNotPermitted"]) { it.hint(protected) } else { it })?;
    wait_state(cx, id, &InstanceStateName::Stopped, STOP).await
}

/// Starts it and waits until it runs.
pub(super) async fn start(cx: &Aws, id: &str) -> Result<()> {
    // What was just changed may not be settled yet.
    let passing = |error: &Error| error.is(&["IncorrectInstanceState", "InsufficientInstanceCapacity"]);
    let start = || async { Ok(cx.ec2().start_instances().instance_ids(id).send().await?) };
    retry_while(Duration::from_secs(60), passing, start).await?;
    wait_state(cx, id, &InstanceStateName::Running, START).await
}

pub(super) async fn protect_from_termination(cx: &Aws, id: &str, protected: bool) -> Result<()> {
    let value = AttributeBooleanValue::builder().value(protected).build();
    let request = cx.ec2().modify_instance_attribute().instance_id(id).disable_api_termination(value);
    tolerate_spot(request.send().await.map(|_| ()).map_err(Error::from))
}

pub(super) async fn protect_from_stop(cx: &Aws, id: &str, protected: bool) -> Result<()> {
    let value = AttributeBooleanValue::builder().value(protected).build();
    let request = cx.ec2().modify_instance_attribute().instance_id(id).disable_api_stop(value);
    tolerate_spot(request.send().await.map(|_| ()).map_err(Error::from))
}

/// Spot instances can not be protected.
fn tolerate_spot(result: Result<()>) -> Result<()> {
    match result {
        Err(error)
            if error.is(&["UnsupportedOperation"]) && error.message().contains("not supported for spot instances") =>
        {
            Ok(())
        }
        result => result,
    }
}

/// The password of a Windows instance, once it has made one.
pub(super) async fn password(cx: &Aws, id: &str) -> Result<Option<String>> {
    let told = cx.ec2().get_password_data().instance_id(id).send().await?;
    Ok(told.password_data().map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned))
}
