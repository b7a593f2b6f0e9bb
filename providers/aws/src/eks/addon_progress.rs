//! How far an add-on is: what is waited for after it was made or changed, and when it is deleted.

use aws_sdk_eks::types::{Addon as Remote, AddonStatus};

use super::addon::Addon;
use crate::core::prelude::*;

/// Since when an add-on is known: one that was just made has to work, while one that was changed may be degraded for
/// reasons of its own. Its update says by itself whether it went well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    New,
    Old,
}

/// Waits until nothing more happens to an add-on.
pub(super) async fn settled(addon: &Addon, cx: &Aws) -> Result<()> {
    let (age, timeout) = match addon.created_at.is_known() {
        false => (Age::New, addon.timeouts.create()),
        true => (Age::Old, addon.timeouts.update()),
    };
    wait_until(&format!("EKS add-on {} to become active", addon.id.as_str()), timeout, || async {
        match addon.now(cx).await? {
            None => Ok(State::Pending("not visible".into())),
            Some(now) => progress(&now, age).map_err(|error| with_way_out(addon, error)),
        }
    })
    .await
}

/// Waits until an add-on is gone.
pub(super) async fn deleted(addon: &Addon, cx: &Aws) -> Result<()> {
    wait_until(&format!("EKS add-on {} to be deleted", addon.id.as_str()), addon.timeouts.delete(), || async {
        match addon.now(cx).await? {
            None => Ok(State::Done(())),
            Some(now) if now.status() == Some(&AddonStatus::DeleteFailed) => Err(failed(&now, "deleted")),
            Some(now) => Ok(State::Pending(status_of(&now))),
        }
    })
    .await
}

fn progress(now: &Remote, age: Age) -> Result<State<()>> {
    match now.status() {
        Some(AddonStatus::Active) => Ok(State::Done(())),
        Some(AddonStatus::Degraded | AddonStatus::UpdateFailed) if age == Age::Old => Ok(State::Done(())),
        Some(AddonStatus::CreateFailed) => Err(failed(now, "created")),
        _ => Ok(State::Pending(status_of(now))),
    }
}

/// The status, with the reasons where EKS tells any.
fn status_of(now: &Remote) -> String {
    let status = now.status().map_or("unknown", AddonStatus::as_str);
    let issues = issues_of(now);
    if issues.is_empty() { status.to_owned() } else { format!("{status} ({})", issues.join("; ")) }
}

fn issues_of(now: &Remote) -> Vec<String> {
    let issues = now.health().map(|health| health.issues()).unwrap_or_default();
    let issue = |it: &aws_sdk_eks::types::AddonIssue| {
        let code = it.code().map_or("Unknown", |code| code.as_str());
        let of = it.resource_ids().join(", ");
        let of = if of.is_empty() { of } else { format!(" [{of}]") };
        format!("{code}: {}{of}", it.message().unwrap_or_default())
    };
    issues.iter().map(issue).collect()
}

fn failed(now: &Remote, what: &str) -> Error {
    let (name, cluster) = (now.addon_name().unwrap_or_default(), now.cluster_name().unwrap_or_default());
    let message = format!("Add-on {name} of cluster {cluster} could not be {what}: {}.", status_of(now));
    Error::new("EKS add-on failed", message)
}

/// Says what helps where an add-on could not be made.
fn with_way_out(addon: &Addon, error: Error) -> Error {
    let tainted = "The next run deletes the add-on and makes it anew.";
    if addon.resolve_conflicts_on_create.text() == Some("OVERWRITE") {
        return error.hint(tainted);
    }
    let way_out = "With resolve_conflicts_on_create = \"OVERWRITE\", it takes over what others have configured before.";
    error.hint(format!("{tainted} {way_out}"))
}

#[cfg(test)]
mod tests {
    use aws_sdk_eks::types::{AddonHealth, AddonIssue, AddonIssueCode};

    use super::*;

    fn outcome(status: AddonStatus, age: Age) -> String {
        let issue =
            AddonIssue::builder().code(AddonIssueCode::InsufficientNumberOfReplicas).message("no nodes").build();
        let issues = if status == AddonStatus::Active { Vec::new() } else { vec![issue] };
        let health = AddonHealth::builder().set_issues(Some(issues)).build();
        let now = Remote::builder().addon_name("coredns").cluster_name("main").status(status).health(health).build();
        match progress(&now, age) {
            Ok(State::Done(())) => "done".into(),
            Ok(State::Pending(state)) => state,
            Err(error) => error.message().to_owned(),
        }
    }

    #[test]
    fn only_a_new_add_on_has_to_work() {
        let why = "InsufficientNumberOfReplicas: no nodes";
        let cases = [
            (AddonStatus::Active, Age::New, "done".to_owned()),
            (AddonStatus::Creating, Age::New, format!("CREATING ({why})")),
            (AddonStatus::Degraded, Age::New, format!("DEGRADED ({why})")),
            (AddonStatus::Degraded, Age::Old, "done".to_owned()),
            (AddonStatus::Updating, Age::Old, format!("UPDATING ({why})")),
            (AddonStatus::UpdateFailed, Age::Old, "done".to_owned()),
            (
                AddonStatus::CreateFailed,
                Age::Old,
                format!("Add-on coredns of cluster main could not be created: CREATE_FAILED ({why})."),
            ),
        ];
        for (status, age, expected) in cases {
            assert_eq!(outcome(status.clone(), age), expected, "{status} {age:?}");
        }
    }
}
