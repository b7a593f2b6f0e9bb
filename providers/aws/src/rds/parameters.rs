//! The parameters of a group: which are set, and how they are set and taken back.

use aws_sdk_rds::types::{ApplyMethod, Parameter as Remote};

use crate::core::checks::listed;
use crate::core::prelude::*;

/// So many parameters does one call change.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html>
pub(super) const AT_ONCE: usize = 20;

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
    pub(super) fn of(remote: &Remote) -> Self {
        let lower = |text: Option<&str>| text.unwrap_or_default().to_lowercase();
        Self {
            apply_method: lower(remote.apply_method().map(ApplyMethod::as_str)).into(),
            name: lower(remote.parameter_name()).into(),
            value: remote.parameter_value().unwrap_or_default().into(),
        }
    }

    pub(super) fn is_named(&self, name: &str) -> bool {
        self.name.as_str().eq_ignore_ascii_case(name)
    }

    /// Those that decide how others are understood go first, those that wait for a reboot last.
    pub(super) fn turn(&self) -> u8 {
        let waits = self.apply_method.as_str() == ApplyMethod::PendingReboot.as_str();
        match (waits, self.name.as_str().contains("character_set")) {
            (false, true) => 0,
            (false, false) => 1,
            (true, _) => 2,
        }
    }

    pub(super) fn written(&self) -> Remote {
        Remote::builder()
            .parameter_name(self.name.as_str())
            .parameter_value(self.value.as_str())
            .apply_method(ApplyMethod::from(self.apply_method.as_str()))
            .build()
    }

    pub(super) fn named_only(&self) -> Remote {
        let method = ApplyMethod::from(self.apply_method.as_str());
        Remote::builder().parameter_name(self.name.as_str()).apply_method(method).build()
    }
}

/// The parameters that somebody has set. One that is known to be set here, and is the engine's default, RDS does not count
/// among them: `known` says which to ask for.
pub(super) async fn read(cx: &Aws, group: &str, known: &[Parameter]) -> Result<Vec<Parameter>> {
    let request = cx.rds().describe_db_parameters().db_parameter_group_name(group);
    let listed = request.clone().source("user").into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
    let mut found: Vec<Parameter> = listed.iter().map(Parameter::of).collect();
    let unset: Vec<&Parameter> =
        known.iter().filter(|known| !found.iter().any(|it| it.is_named(known.name.as_str()))).collect();
    if !unset.is_empty() {
        let all = request.into_paginator().items().send().collect::<Result<Vec<_>, _>>().await?;
        let told = |it: &&&Parameter| {
            let same = |it: &Parameter, told: &Parameter| it.is_named(told.name.as_str()) && it.value == told.value;
            all.iter().map(Parameter::of).any(|told| same(it, &told))
        };
        let defaults: Vec<Parameter> = unset.iter().filter(told).map(|it| (*it).clone()).collect();
        found.extend(defaults);
    }
    found.sort_by(|a, b| a.name.as_str().cmp(b.name.as_str()));
    Ok(found)
}

/// Sets what differs and takes back what is no longer given.
pub(super) async fn change(cx: &Aws, group: &str, prior: &[Parameter], planned: &[Parameter]) -> Result<()> {
    let mut set: Vec<&Parameter> = planned.iter().filter(|it| !prior.contains(it)).collect();
    set.sort_by_key(|it| it.turn());
    for some in set.chunks(AT_ONCE) {
        let request = cx.rds().modify_db_parameter_group().db_parameter_group_name(group);
        request.set_parameters(Some(some.iter().map(|it| it.written()).collect())).send().await?;
    }
    let gone = |it: &&Parameter| !planned.iter().any(|planned| planned.is_named(it.name.as_str()));
    let gone: Vec<&Parameter> = prior.iter().filter(gone).collect();
    for some in gone.chunks(AT_ONCE) {
        let request = cx.rds().reset_db_parameter_group().db_parameter_group_name(group).reset_all_parameters(false);
        request.set_parameters(Some(some.iter().map(|it| it.named_only()).collect())).send().await?;
    }
    Ok(())
}
