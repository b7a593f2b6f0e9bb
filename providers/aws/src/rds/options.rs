//! The options of an option group: how they are given, told and changed.

use aws_sdk_rds::types::{
    DbSecurityGroupMembership, Option as Remote, OptionConfiguration, OptionSetting, VpcSecurityGroupMembership,
};

use crate::core::prelude::*;

/// What RDS tells in place of a password.
const MASKED: &str = "****";
/// How long it takes until RDS knows a new role.
const PROPAGATION: Duration = Duration::from_secs(120);

/// One option of a group.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct GroupOption {
    /// Security groups of databases outside of VPCs.
    #[attr(optional)]
    db_security_group_memberships: Attr<BTreeSet<String>>,
    /// Name of the option.
    #[attr(required)]
    pub(super) option_name: Attr<String>,
    /// Settings that differ from the option's defaults.
    #[block(set)]
    option_settings: Vec<Setting>,
    /// Port that the option listens on.
    #[attr(optional)]
    port: Attr<i64>,
    /// Version of the option.
    #[attr(optional)]
    version: Attr<String>,
    /// Ids of the security groups of the port.
    #[attr(optional)]
    vpc_security_group_memberships: Attr<BTreeSet<String>>,
}

/// One setting of an option.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Setting {
    /// Name of the setting.
    #[attr(required)]
    name: Attr<String>,
    /// Value of the setting.
    #[attr(required)]
    value: Attr<String>,
}

/// What RDS tells, compared with what is known. It tells all settings, and port and version of each option: what is as it
/// is by default counts only where it was given.
pub(super) fn told(remote: &[Remote], known: &[GroupOption]) -> Vec<GroupOption> {
    let known = |name: &str| known.iter().find(|it| it.option_name.as_str() == name);
    remote.iter().filter_map(|it| Some(GroupOption::of(it, known(it.option_name()?)))).collect()
}

impl GroupOption {
    fn of(remote: &Remote, known: Option<&Self>) -> Self {
        let groups = remote.db_security_group_memberships().iter();
        let groups = groups.filter_map(DbSecurityGroupMembership::db_security_group_name).map(str::to_owned);
        let vpc_groups = remote.vpc_security_group_memberships().iter();
        let vpc_groups = vpc_groups.filter_map(VpcSecurityGroupMembership::vpc_security_group_id).map(str::to_owned);
        let known_settings = known.map(|it| it.option_settings.as_slice()).unwrap_or_default();
        let settings = remote.option_settings().iter().filter_map(|it| Setting::of(it, known_settings));
        let has_port = known.is_some_and(|it| it.port.known().is_some_and(|port| *port != 0));
        let has_version = known.is_some_and(|it| it.version.text().is_some());
        Self {
            db_security_group_memberships: Attr::Known(groups.collect()),
            option_name: remote.option_name().into(),
            option_settings: settings.collect(),
            port: remote.port().filter(|_| has_port).into(),
            version: remote.option_version().filter(|_| has_version).into(),
            vpc_security_group_memberships: Attr::Known(vpc_groups.collect()),
        }
    }

    fn written(&self) -> OptionConfiguration {
        let all =
            |set: &Attr<BTreeSet<String>>| Some(set.items().cloned().collect()).filter(|it: &Vec<_>| !it.is_empty());
        let settings: Vec<OptionSetting> = self.option_settings.iter().map(Setting::written).collect();
        OptionConfiguration::builder()
            .option_name(self.option_name.as_str())
            .set_port(self.port.get_i32().filter(|port| *port != 0))
            .set_option_version(self.version.param())
            .set_db_security_group_memberships(all(&self.db_security_group_memberships))
            .set_vpc_security_group_memberships(all(&self.vpc_security_group_memberships))
            .set_option_settings(Some(settings).filter(|it| !it.is_empty()))
            .build()
    }
}

impl Setting {
    fn of(remote: &OptionSetting, known: &[Self]) -> Option<Self> {
        let known = known.iter().find(|it| Some(it.name.as_str()) == remote.name());
        if known.is_none() && remote.value() == remote.default_value() {
            return None;
        }
        let value = match known {
            Some(known) if remote.value() == Some(MASKED) => known.value.clone(),
            _ => remote.value().unwrap_or_default().into(),
        };
        Some(Self { name: remote.name().into(), value })
    }

    fn written(&self) -> OptionSetting {
        OptionSetting::builder().name(self.name.as_str()).value(self.value.as_str()).build()
    }
}

/// Adds and changes what differs, and removes what is no longer given. RDS takes an option as a whole: settings that are
/// not in it have their defaults again.
pub(super) async fn change(cx: &Aws, group: &str, prior: &[GroupOption], planned: &[GroupOption]) -> Result<()> {
    let include: Vec<_> = planned.iter().filter(|it| !prior.contains(it)).map(GroupOption::written).collect();
    let is_planned = |name: &str| planned.iter().any(|it| it.option_name.as_str() == name);
    let gone = prior.iter().map(|it| it.option_name.as_str()).filter(|name| !is_planned(name));
    let remove: Vec<String> = gone.map(str::to_owned).collect();
    if include.is_empty() && remove.is_empty() {
        return Ok(());
    }
    let request = cx.rds().modify_option_group().option_group_name(group).apply_immediately(true);
    let request = request.set_options_to_include(Some(include).filter(|it| !it.is_empty()));
    let request = request.set_options_to_remove(Some(remove).filter(|it| !it.is_empty()));
    retry_while(PROPAGATION, lacks_role, || async { Ok(request.clone().send().await?) }).await.map(|_| ())
}

/// Whether a role of a setting is not known yet.
fn lacks_role(error: &Error) -> bool {
    error.is(&["InvalidParameterValue"]) && error.message().contains("IAM role ARN value is invalid")
}
