//! `aws_eks_addon`.

use aws_sdk_eks::types::{
    Addon as Remote, AddonNamespaceConfigRequest, AddonPodIdentityAssociations, ResolveConflicts,
};
use landform_provider_api::framework::Check;

use super::addon_progress::{deleted, settled};
use super::pod_identity_loads::PodIdentities;
use super::{EXISTS, PROPAGATION, tagging, updates};
use crate::core::checks::listed;
use crate::core::prelude::*;
use crate::core::time;
use crate::core::traces::named;

/// Software in a cluster that EKS manages.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_eks_addon")]
pub(super) struct Addon {
    /// Name of the add-on: `vpc-cni`.
    #[attr(required, replace, check = length(1..=1000))]
    addon_name: Attr<String>,
    /// Version of the add-on. The default of the cluster's version where none is given.
    #[attr(optional, computed, check = version())]
    addon_version: Attr<String>,
    /// ARN of the add-on.
    #[attr(computed)]
    arn: Attr<String>,
    /// Name of the cluster.
    #[attr(required, replace, check = length(1..=100), check = super::cluster_name())]
    pub(super) cluster_name: Attr<String>,
    /// JSON of the configuration.
    #[attr(optional, computed, same = json)]
    configuration_values: Attr<String>,
    /// When the add-on was made.
    #[attr(computed)]
    pub(super) created_at: Attr<String>,
    /// Names of cluster and add-on: `CLUSTER:ADDON`.
    #[attr(id)]
    pub(super) id: Attr<String>,
    /// When the add-on was last changed.
    #[attr(computed, after_update)]
    modified_at: Attr<String>,
    /// Whether the software stays in the cluster when the add-on is deleted.
    #[attr(optional)]
    preserve: Attr<bool>,
    /// Region of the cluster.
    #[attr(region)]
    region: Attr<String>,
    /// What becomes of what others have configured when the add-on is made.
    #[attr(optional, check = one_of(["NONE", "OVERWRITE"]))]
    pub(super) resolve_conflicts_on_create: Attr<String>,
    /// What becomes of what others have configured when the add-on is changed.
    #[attr(optional, check = listed(ResolveConflicts::values()))]
    resolve_conflicts_on_update: Attr<String>,
    /// ARN of the role of the add-on's service account. The role of the nodes where none is given.
    #[attr(optional, check = arn())]
    service_account_role_arn: Attr<String>,
    /// Tags of the add-on.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the add-on with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Where the add-on is in the cluster.
    #[block(list, max = 1, computed, replace)]
    namespace_config: Vec<NamespaceConfig>,
    /// Roles of the add-on's service accounts.
    #[block(set)]
    pod_identity_association: Vec<PodIdentity>,
    /// How long operations may take.
    #[timeouts(create = "20m", update = "20m", delete = "40m")]
    pub(super) timeouts: Timeouts,
}

/// Where an add-on is in the cluster.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NamespaceConfig {
    /// Namespace of the add-on.
    #[attr(optional, computed, replace, check = dns_label())]
    namespace: Attr<String>,
}

/// The role of a service account.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PodIdentity {
    /// ARN of the role.
    #[attr(required, check = arn())]
    role_arn: Attr<String>,
    /// Name of the service account.
    #[attr(required)]
    service_account: Attr<String>,
}

impl Resource<Aws> for Addon {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let (cluster, name) = (self.cluster_name.as_str(), self.addon_name.as_str());
        let associations = self.associations()?;
        let request = cx
            .eks()
            .create_addon()
            .cluster_name(cluster)
            .addon_name(name)
            .set_addon_version(self.addon_version.param())
            .set_configuration_values(self.configuration_values.param())
            .set_namespace_config(self.namespace())
            .set_pod_identity_associations(Some(associations).filter(|it| !it.is_empty()))
            .set_resolve_conflicts(self.resolve_conflicts_on_create.text().map(ResolveConflicts::from))
            .set_service_account_role_arn(self.service_account_role_arn.param())
            .set_tags(tagging::on_create(&self.tags_all));
        let lost = LostAnswer::default();
        let create =
            || async { lost.forgives(EXISTS, request.clone().customize().interceptor(lost.clone()).send().await) };
        let created = retry_while(PROPAGATION, is_early, create).await;
        created.map_err(|error| error.while_doing(format!("creating EKS add-on {name} of cluster {cluster}")))?;
        self.id = format!("{cluster}:{name}").into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        Ok(batch.each(|addon| addon.reread(cx)).await)
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        self.change(prior, cx).await?;
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn settle(&self, cx: &Aws) -> Result<()> {
        settled(self, cx).await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let (cluster, name) = self.names();
        let preserve = self.preserve.is_true();
        let request = cx.eks().delete_addon().cluster_name(cluster).addon_name(name).preserve(preserve);
        let delete = || async { Ok(request.clone().send().await?) };
        retry_while(self.timeouts.delete(), updates::is_busy, delete).await?;
        deleted(self, cx).await
    }

    fn import(id: &str) -> Result<Self, String> {
        match id.split_once(':') {
            Some((cluster, name)) if !cluster.is_empty() && !name.is_empty() && !name.contains(':') => {
                Ok(Self { id: id.into(), ..Self::default() })
            }
            _ => Err("wanted is CLUSTER:ADDON, the names of the cluster and of the add-on".into()),
        }
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, format!("{}:{}", self.cluster_name.as_str(), self.addon_name.as_str())))
    }
}

impl Addon {
    /// The names of the cluster and of the add-on.
    pub(super) fn names(&self) -> (&str, &str) {
        self.id.as_str().split_once(':').unwrap_or_default()
    }

    /// The add-on as it is now; `None` where there is none.
    pub(super) async fn now(&self, cx: &Aws) -> Result<Option<Remote>> {
        let (cluster, name) = self.names();
        let asked = cx.eks().describe_addon().cluster_name(cluster).addon_name(name).send().await;
        match asked.map_err(Error::from) {
            Ok(found) => Ok(found.addon),
            Err(error) if error.is_missing() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn namespace(&self) -> Option<AddonNamespaceConfigRequest> {
        let namespace = self.namespace_config.first()?.namespace.param()?;
        Some(AddonNamespaceConfigRequest::builder().namespace(namespace).build())
    }

    fn associations(&self) -> Result<Vec<AddonPodIdentityAssociations>> {
        let association = |it: &PodIdentity| {
            let (account, role) = (it.service_account.as_str(), it.role_arn.as_str());
            Ok(AddonPodIdentityAssociations::builder().service_account(account).role_arn(role).build()?)
        };
        self.pod_identity_association.iter().map(association).collect()
    }

    /// Sends what differs in one call, and waits until it is done.
    async fn change(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let differs =
            |planned: &Attr<String>, prior: &Attr<String>| planned.is_known() && planned.text() != prior.text();
        let version = differs(&self.addon_version, &prior.addon_version);
        let values = differs(&self.configuration_values, &prior.configuration_values);
        let role = self.service_account_role_arn.text() != prior.service_account_role_arn.text();
        let accounts = !same_identities(&self.pod_identity_association, &prior.pod_identity_association);
        if !(version || values || role || accounts) {
            return Ok(());
        }
        let (cluster, name) = self.names();
        // Who does not name the role takes it away.
        let role = Some(self.service_account_role_arn.as_str().to_owned()).filter(|it| role || !it.is_empty());
        let associations = if accounts { Some(self.associations()?) } else { None };
        let request = cx
            .eks()
            .update_addon()
            .cluster_name(cluster)
            .addon_name(name)
            .set_addon_version(self.addon_version.param().filter(|_| version))
            .set_configuration_values(self.configuration_values.get().filter(|_| values))
            .set_pod_identity_associations(associations)
            .set_resolve_conflicts(self.resolve_conflicts_on_update.text().map(ResolveConflicts::from))
            .set_service_account_role_arn(role);
        let passing = |error: &Error| updates::is_busy(error) || updates::waits_for_iam(error);
        let update = || async { Ok(request.clone().send().await?) };
        let begun = retry_while(PROPAGATION, passing, update).await?;
        let asked = cx.eks().describe_update().name(cluster).addon_name(name);
        let of = format!("add-on {name} of cluster {cluster}");
        let ended = updates::ended(asked, begun.update, &of, self.timeouts.update()).await;
        ended.map_err(|error| self.with_way_out(error))
    }

    /// Says what helps where an update fails because of what others have configured.
    fn with_way_out(&self, error: Error) -> Error {
        if error.is_timeout() || self.resolve_conflicts_on_update.text() == Some("OVERWRITE") {
            return error;
        }
        error.hint(
            "With resolve_conflicts_on_update = \"OVERWRITE\", the add-on takes over what others have configured.",
        )
    }

    async fn reread(mut self, cx: &Aws) -> Result<Option<Self>> {
        let Some(remote) = self.now(cx).await? else { return Ok(None) };
        let cluster = remote.cluster_name().unwrap_or_default();
        let keys = remote.pod_identity_associations().iter().filter_map(|arn| PodIdentities::key_of(cluster, arn));
        let keys: Vec<String> = keys.collect();
        let identities = cx.load::<PodIdentities>(&keys).await?;
        let identity = |key: &String| {
            let told = identities.get(key)?;
            Some(PodIdentity { role_arn: told.role_arn().into(), service_account: told.service_account().into() })
        };
        self.pod_identity_association = keys.iter().filter_map(identity).collect();
        Ok(Some(self.filled(&remote)))
    }

    fn filled(mut self, remote: &Remote) -> Self {
        self.addon_name = remote.addon_name().into();
        self.addon_version = remote.addon_version().into();
        self.arn = remote.addon_arn().into();
        self.cluster_name = remote.cluster_name().into();
        self.configuration_values = remote.configuration_values().into();
        self.created_at = remote.created_at().map(time::text).into();
        self.modified_at = remote.modified_at().map(time::text).into();
        let namespace = remote.namespace_config().map(|it| NamespaceConfig { namespace: it.namespace().into() });
        self.namespace_config = namespace.into_iter().collect();
        self.service_account_role_arn = remote.service_account_role_arn().into();
        self.tags_all = tagging::read(remote.tags());
        self
    }
}

/// Whether a create came too early: for IAM, or for an add-on of the same name that is still there after it failed.
fn is_early(error: &Error) -> bool {
    let failed = error.is(&["InvalidParameterException"]) && error.message().contains("CREATE_FAILED");
    failed || updates::is_busy(error) || updates::waits_for_iam(error)
}

fn same_identities(a: &[PodIdentity], b: &[PodIdentity]) -> bool {
    a.len() == b.len() && a.iter().all(|it| b.contains(it))
}

/// A version as add-ons have it: `v1.20.3-eksbuild.1`, a semantic version after a `v` (semver.org).
fn version() -> Check {
    Check::text(|text| {
        let fine = text.strip_prefix('v').is_some_and(is_semantic);
        fine.then_some(())
            .ok_or_else(|| format!("{text:?} is not a semantic version after a v, as v1.20.3-eksbuild.1 is"))
    })
}

fn is_semantic(text: &str) -> bool {
    let (text, build) = text.split_once('+').map_or((text, None), |(text, build)| (text, Some(build)));
    let (core, before) = text.split_once('-').map_or((text, None), |(core, before)| (core, Some(before)));
    let is_number =
        |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()) && (it == "0" || !it.starts_with('0'));
    let is_name = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-');
    let is_before = |it: &str| is_name(it) && (is_number(it) || it.bytes().any(|it| !it.is_ascii_digit()));
    core.split('.').count() == 3
        && core.split('.').all(is_number)
        && before.is_none_or(|before| before.split('.').all(is_before))
        && build.is_none_or(|build| build.split('.').all(is_name))
}

/// A name as namespaces of Kubernetes have it (RFC 1123).
fn dns_label() -> Check {
    Check::text(|text| {
        let is_plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit();
        let ends = |it: Option<&u8>| it.is_some_and(|it| is_plain(*it));
        let bytes = text.as_bytes();
        let fine = (1..=63).contains(&bytes.len())
            && ends(bytes.first())
            && ends(bytes.last())
            && bytes.iter().all(|it| is_plain(*it) || *it == b'-');
        let what = "must have 1 to 63 lower case letters, digits and '-', and begin and end with none of the latter";
        fine.then_some(()).ok_or_else(|| what.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use landform_values::Value;

    use super::*;

    #[test]
    fn versions_are_semantic() {
        for fine in ["v1.20.3-eksbuild.1", "v0.0.0", "v1.2.3+a.01", "v1.2.3-a.b-c+d"] {
            assert!(version().run(&Value::from(fine)).is_ok(), "{fine}");
        }
        for wrong in
            ["latest", "1.20.3", "v1.20", "v01.2.3", "v1.2.3-", "v1.2.3-01", "v1.2.3-a..b", "v1.2.3+", "v1.2.3.4", ""]
        {
            assert!(version().run(&Value::from(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn namespaces_are_labels() {
        let longest = "a".repeat(63);
        for (name, fine) in [
            ("kube-system", true),
            ("a", true),
            (&longest, true),
            ("-a", false),
            ("a-", false),
            ("A", false),
            ("", false),
        ] {
            assert_eq!(dns_label().run(&Value::from(name)).is_ok(), fine, "{name}");
        }
    }
}
