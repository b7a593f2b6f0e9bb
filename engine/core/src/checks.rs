//! Results of conditions as state stores them.

use landform_addrs::{ConfigResource, InstanceKey, ModuleInstance, ModulePath, ResourceInstance};
use landform_plan::{CheckInstance, CheckObject, CheckResult, CheckStatus};
use landform_state::{CheckStatus as StoredStatus, CheckableKind, State};

/// The results in a state. What can not be understood is left out: results are a hint, and made anew by each run.
pub(crate) fn decode(state: &State) -> Vec<CheckResult> {
    let stored = state.check_results.iter().flatten();
    stored
        .filter_map(|result| {
            let object = object(result.kind, &result.config_address)?;
            let instances = result.objects.iter().filter_map(|checked| {
                let (module, key) = instance(result.kind, &checked.address)?;
                let problems = checked.failure_messages.clone();
                Some(CheckInstance { module, key, status: status(checked.status), problems })
            });
            let instances = instances.collect();
            Some(CheckResult { object, status: status(result.status), instances })
        })
        .collect()
}

fn status(stored: StoredStatus) -> CheckStatus {
    match stored {
        StoredStatus::Pass => CheckStatus::Pass,
        StoredStatus::Fail => CheckStatus::Fail,
        StoredStatus::Error => CheckStatus::Error,
        StoredStatus::Unknown => CheckStatus::Unknown,
    }
}

fn object(kind: CheckableKind, address: &str) -> Option<CheckObject> {
    if kind == CheckableKind::Resource {
        let resource: ResourceInstance = address.parse().ok()?;
        return Some(CheckObject::Resource(ConfigResource { ..resource.config() }));
    }
    let (module, name) = named(address)?;
    let module: ModulePath = module.path();
    Some(match kind {
        CheckableKind::Resource => return None,
        CheckableKind::Output => CheckObject::Output(module, name.into()),
        CheckableKind::Check => CheckObject::Check(module, name.into()),
        CheckableKind::Variable => CheckObject::Variable(module, name.into()),
    })
}

fn instance(kind: CheckableKind, address: &str) -> Option<(ModuleInstance, InstanceKey)> {
    if kind == CheckableKind::Resource {
        let resource: ResourceInstance = address.parse().ok()?;
        return Some((resource.module, resource.key));
    }
    named(address).map(|(module, _)| (module, InstanceKey::None))
}

/// `module.a["k"].output.name` as its module and name.
fn named(address: &str) -> Option<(ModuleInstance, &str)> {
    let (before, name) = address.rsplit_once('.')?;
    let module = match before.rsplit_once('.') {
        Some((module, _)) => module.parse().ok()?,
        None => ModuleInstance::root(),
    };
    Some((module, name))
}
