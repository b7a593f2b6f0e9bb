//! Writing down what is about to be done and what was done.

use std::collections::BTreeSet;

use async_trait::async_trait;
use landform_diagnostics::Diagnostic;
use landform_plan::{CheckObject, CheckStatus as PlanStatus, Mode, Plan};
use landform_state::journal::{Change, Intent, Ticket};
use landform_state::{CheckResult, CheckStatus, CheckableKind, CheckedObject, Output, State};
use landform_values::{Value, json};

use crate::plan::CheckLog;

/// Writes down each effect, before and after. An error stops the operation before it has begun.
#[async_trait(?Send)]
pub trait Recorder {
    /// Something is about to be done to an object.
    async fn intent(&self, intent: &Intent<'_>) -> Result<Ticket, Diagnostic>;

    /// It was done, or failed: what is there now. Of a new object with provisioners it is told twice: tainted as soon as
    /// it is there, and as it is once they ran. What was told last counts.
    async fn outcome(&self, id: u64, changes: &[Change]) -> Result<(), Diagnostic>;

    /// State changes without an effect.
    fn note(&self, changes: &[Change]);

    /// Whether it is time to keep the whole state.
    fn wants_snapshot(&self) -> bool;

    /// Keeps the whole state as it is now.
    async fn snapshot(&self, state: &State) -> Result<(), Diagnostic>;
}

/// Writes nothing down, for tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRecord;

#[async_trait(?Send)]
impl Recorder for NoRecord {
    async fn intent(&self, _: &Intent<'_>) -> Result<Ticket, Diagnostic> {
        Ok(Ticket { id: 0, token: String::new() })
    }

    async fn outcome(&self, _: u64, _: &[Change]) -> Result<(), Diagnostic> {
        Ok(())
    }

    fn note(&self, _: &[Change]) {}

    fn wants_snapshot(&self) -> bool {
        false
    }

    async fn snapshot(&self, _: &State) -> Result<(), Diagnostic> {
        Ok(())
    }
}

/// An output as state stores it. The value is known and unmarked.
pub(crate) fn output(value: &Value, sensitive: bool) -> Option<Output> {
    let ty = value.ty();
    let text = json::encode(value, &ty).ok()?;
    Some(Output { value: text.into(), ty: json::encode_type(&ty).into(), sensitive })
}

/// Results of conditions as state stores them: those of this run; what was checked only while planning is not known to
/// hold still, unless nothing but reading was planned.
pub(super) fn check_results(log: CheckLog, plan: &Plan) -> Option<Vec<CheckResult>> {
    let results = match plan.mode {
        Mode::RefreshOnly => plan.checks.clone(),
        Mode::Normal | Mode::Destroy => checked_and_planned(log, plan),
    };
    if results.is_empty() {
        return None;
    }
    let convert = |result: landform_plan::CheckResult| {
        let objects = result.instances.iter().map(|instance| CheckedObject {
            address: result.object.instance_address(instance).into(),
            status: status(instance.status),
            failure_messages: instance.problems.clone(),
        });
        CheckResult {
            kind: kind(&result.object),
            config_address: result.object.to_string().into(),
            status: status(result.status),
            objects: objects.collect(),
        }
    };
    Some(results.into_iter().map(convert).collect())
}

fn checked_and_planned(log: CheckLog, plan: &Plan) -> Vec<landform_plan::CheckResult> {
    let mut results = log.into_results();
    let checked: BTreeSet<CheckObject> = results.iter().map(|found| found.object.clone()).collect();
    results.extend(plan.checks.iter().filter(|planned| !checked.contains(&planned.object)).map(not_checked_again));
    results
}

fn not_checked_again(planned: &landform_plan::CheckResult) -> landform_plan::CheckResult {
    let mut result = planned.clone();
    result.status = PlanStatus::Unknown;
    for instance in &mut result.instances {
        instance.status = PlanStatus::Unknown;
        instance.problems.clear();
    }
    result
}

fn kind(object: &CheckObject) -> CheckableKind {
    match object {
        CheckObject::Resource(_) => CheckableKind::Resource,
        CheckObject::Output(..) => CheckableKind::Output,
        CheckObject::Check(..) => CheckableKind::Check,
        CheckObject::Variable(..) => CheckableKind::Variable,
    }
}

fn status(status: PlanStatus) -> CheckStatus {
    match status {
        PlanStatus::Pass => CheckStatus::Pass,
        PlanStatus::Fail => CheckStatus::Fail,
        PlanStatus::Error => CheckStatus::Error,
        PlanStatus::Unknown => CheckStatus::Unknown,
    }
}
