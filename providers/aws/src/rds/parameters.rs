//! The parameters of a group: which are set, and how they are set and taken back.

use aws_sdk_rds::types::{ApplyMethod, Parameter as Remote};
use landform_diagnostics::{Diagnostic, Diagnostics};

use crate::core::checks::listed;
use crate::core::prelude::*;

/// So many parameters does one call change.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html>
const AT_ONCE: usize = 20;

/// One parameter of a group.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parameter {
    /// When a change takes effect: `immediate` or `pending-reboot`.
    #[attr(optional, default = "immediate", check = listed(ApplyMethod::values()))]
    pub(super) apply_method: Attr<String>,
    /// Name of the parameter.
    #[attr(required, same = case)]
    pub(super) name: Attr<String>,
    /// Value of the parameter.
    #[attr(required)]
    pub(super) value: Attr<String>,
}

impl Parameter {
    /// What RDS tells of a parameter that somebody has set.
    fn of(remote: &Remote) -> Self {
        let lower = |text: Option<&str>| text.unwrap_or_default().to_lowercase();
        Self {
            apply_method: lower(remote.apply_method().map(ApplyMethod::as_str)).into(),
            name: lower(remote.parameter_name()).into(),
            value: remote.parameter_value().unwrap_or_default().into(),
        }
    }

    /// The name, which is the same in upper and lower case.
    fn key(&self) -> String {
        self.name.as_str().to_lowercase()
    }

    fn with_value(&self) -> (String, Attr<String>) {
        (self.key(), self.value.clone())
    }

    /// Those that decide how others are understood go first, those that wait for a reboot last.
    fn turn(&self) -> u8 {
        let waits = self.apply_method.as_str() == ApplyMethod::PendingReboot.as_str();
        match (waits, self.name.as_str().contains("character_set")) {
            (false, true) => 0,
            (false, false) => 1,
            (true, _) => 2,
        }
    }

    fn written(&self) -> Remote {
        Remote::builder()
            .parameter_name(self.name.as_str())
            .parameter_value(self.value.as_str())
            .apply_method(ApplyMethod::from(self.apply_method.as_str()))
            .build()
    }

    fn named_only(&self) -> Remote {
        let method = ApplyMethod::from(self.apply_method.as_str());
        Remote::builder().parameter_name(self.name.as_str()).apply_method(method).build()
    }
}

/// How long a group may still count as used after the last that had it is gone.
pub(super) const STILL_USED: Duration = Duration::from_secs(180);

/// Whether something is still said to use the group.
pub(super) fn is_used(error: &Error) -> bool {
    error.is(&["InvalidDBParameterGroupState", "InvalidDBParameterGroupStateFault"])
}

/// Parameters that are given more than once.
pub(super) fn duplicates(parameters: &[Parameter]) -> Diagnostics {
    let mut seen = BTreeSet::new();
    let names = parameters.iter().filter_map(|it| it.name.known());
    let twice = names.filter(|name| !seen.insert(name.to_lowercase()));
    let duplicate = |name: &String| {
        let detail = format!("The parameter {name:?} is given twice; leave one block.");
        Diagnostic::error("Duplicate parameter", detail)
    };
    twice.map(duplicate).collect()
}

/// The parameters that somebody has set, in the order of their names. `list` asks for those of a source, or for all. One
/// that is known to be set here, and is the engine's default, RDS does not count as set: `known` says which to look for.
pub(super) async fn told<F>(known: &[Parameter], list: impl Fn(Option<String>) -> F) -> Result<Vec<Parameter>>
where
    F: Future<Output = Result<Vec<Remote>>>,
{
    let set = list(Some("user".to_owned())).await?;
    let mut found: Vec<Parameter> = set.iter().map(Parameter::of).collect();
    let names: BTreeSet<String> = found.iter().map(Parameter::key).collect();
    let unset: Vec<&Parameter> = known.iter().filter(|it| !names.contains(&it.key())).collect();
    if !unset.is_empty() {
        let all = list(None).await?;
        let all: BTreeSet<(String, Attr<String>)> = all.iter().map(|it| Parameter::of(it).with_value()).collect();
        found.extend(unset.into_iter().filter(|it| all.contains(&it.with_value())).cloned());
    }
    found.sort_by(|a, b| a.name.as_str().cmp(b.name.as_str()));
    Ok(found)
}

/// What is to be done to a group, in as many parts as it takes calls.
pub(super) struct Changes {
    /// What is set.
    pub(super) set: Vec<Vec<Remote>>,
    /// What is taken back.
    pub(super) reset: Vec<Vec<Remote>>,
}

impl Changes {
    /// Sets what differs and takes back what is no longer given.
    pub(super) fn between(prior: &[Parameter], planned: &[Parameter]) -> Self {
        let mut set: Vec<&Parameter> = planned.iter().filter(|it| !prior.contains(it)).collect();
        set.sort_by_key(|it| it.turn());
        let gone = |it: &&Parameter| !planned.iter().any(|planned| planned.key() == it.key());
        let gone: Vec<&Parameter> = prior.iter().filter(gone).collect();
        Self { set: in_calls(&set, Parameter::written), reset: in_calls(&gone, Parameter::named_only) }
    }
}

fn in_calls(parameters: &[&Parameter], written: impl Fn(&Parameter) -> Remote) -> Vec<Vec<Remote>> {
    parameters.chunks(AT_ONCE).map(|some| some.iter().map(|it| written(it)).collect()).collect()
}

/// Those of a database's group.
pub(super) async fn read(cx: &Aws, group: &str, known: &[Parameter]) -> Result<Vec<Parameter>> {
    told(known, |source| async move {
        let request = cx.rds().describe_db_parameters().db_parameter_group_name(group).set_source(source);
        Ok(request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?)
    })
    .await
}

/// Changes those of a database's group.
pub(super) async fn change(cx: &Aws, group: &str, prior: &[Parameter], planned: &[Parameter]) -> Result<()> {
    let changes = Changes::between(prior, planned);
    for set in changes.set {
        let request = cx.rds().modify_db_parameter_group().db_parameter_group_name(group);
        request.set_parameters(Some(set)).send().await?;
    }
    for reset in changes.reset {
        let request = cx.rds().reset_db_parameter_group().db_parameter_group_name(group).reset_all_parameters(false);
        request.set_parameters(Some(reset)).send().await?;
    }
    Ok(())
}
