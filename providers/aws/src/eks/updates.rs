//! Updates: what EKS changes takes a while, and one change has to wait for the other.

use aws_sdk_eks::operation::describe_update::builders::DescribeUpdateFluentBuilder;
use aws_sdk_eks::types::{Update, UpdateStatus};

use crate::core::prelude::*;

/// Whether the call was refused because another change is on its way. Other resources of the same cluster may have begun
/// it.
pub(super) fn is_busy(error: &Error) -> bool {
    let message = error.message();
    error.is(&["ResourceInUseException"]) && message.contains("in progress")
        || error.is(&["InvalidRequestException"]) && message.contains("not in ACTIVE status")
}

/// Whether the call was refused because of a role or policy that IAM has only just made.
pub(super) fn waits_for_iam(error: &Error) -> bool {
    let passing = [
        "does not exist",
        "could not be assumed",
        "Error in role params",
        "EKS Managed Policies",
        "IAM role's policy must include",
        "Misconfigured PodExecutionRole Trust Policy",
    ];
    error.is(&["InvalidParameterException"]) && passing.iter().any(|it| error.message().contains(it))
}

/// Waits until an update has ended. `asked` asks for it by cluster and node group; `of` reads "cluster main".
pub(super) async fn ended(
    asked: DescribeUpdateFluentBuilder,
    update: Option<Update>,
    of: &str,
    timeout: Duration,
) -> Result<()> {
    let Some(id) = update.as_ref().and_then(Update::id) else { return Ok(()) };
    wait_until(&format!("update {id} of EKS {of}"), timeout, || async {
        let update = match asked.clone().update_id(id).send().await.map_err(Error::from) {
            Err(error) if error.is_missing() => return Ok(State::Pending("not visible".into())),
            answer => answer?.update,
        };
        let status = update.as_ref().and_then(Update::status).cloned();
        Ok(match (status, update) {
            (Some(UpdateStatus::Successful), _) => State::Done(()),
            (Some(status @ (UpdateStatus::Failed | UpdateStatus::Cancelled)), Some(update)) => {
                return Err(failed(of, &status, &update));
            }
            (status, _) => State::Pending(status.map_or("unknown".into(), |it| it.as_str().to_owned())),
        })
    })
    .await
}

fn failed(of: &str, status: &UpdateStatus, update: &Update) -> Error {
    let reasons: Vec<String> = update
        .errors()
        .iter()
        .map(|error| {
            let code = error.error_code().map_or("Unknown", |code| code.as_str());
            let objects = error.resource_ids().join(", ");
            format!("{code}: {} ({objects})", error.error_message().unwrap_or_default())
        })
        .collect();
    let message = format!(
        "The update {} of EKS {of} is {}. {}",
        update.id().unwrap_or_default(),
        status.as_str(),
        reasons.join("\n")
    );
    Error::new("EKS update failed", message)
}
