//! The blocks of `aws_eks_cluster`.

use aws_sdk_eks::types::{AuthenticationMode, IpFamily, ProvisionedControlPlaneTier, SupportType};
use landform_provider_api::framework::Check;
use landform_provider_api::framework::check::{cidr_v4, cidr_v6};
use landform_values::Value;

use crate::core::checks::listed;
use crate::core::prelude::*;

/// Who may use a cluster.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct AccessConfig {
    /// Where it says who: `CONFIG_MAP`, `API` or `API_AND_CONFIG_MAP`.
    #[attr(optional, computed, check = listed(AuthenticationMode::values()))]
    pub(super) authentication_mode: Attr<String>,
    /// Whether who makes the cluster is its administrator.
    #[attr(optional, replace_if = known_otherwise)]
    pub(super) bootstrap_cluster_creator_admin_permissions: Attr<bool>,
}

/// AWS does not tell this, so that nobody knows it of an imported cluster: then it is no reason to replace it.
fn known_otherwise(prior: &Value, planned: &Value) -> bool {
    !prior.is_null() && prior.as_bool().unwrap_or_default() != planned.as_bool().unwrap_or_default()
}

/// A list of objects with the certificate of a cluster.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Certificate {
    /// The certificate in PEM, in base64.
    #[attr(computed)]
    pub(super) data: Attr<String>,
}

/// Who a cluster is to others.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Identity {
    /// As an OpenID Connect provider.
    #[attr(computed)]
    pub(super) oidc: Attr<Vec<Oidc>>,
}

/// A cluster as an OpenID Connect provider.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Oidc {
    /// URL of the provider.
    #[attr(computed)]
    pub(super) issuer: Attr<String>,
}

/// Nodes that EKS manages by itself.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ComputeConfig {
    /// Whether there are such nodes.
    #[attr(optional, computed)]
    pub(super) enabled: Attr<bool>,
    /// Built-in pools of nodes: `general-purpose`, `system`.
    #[attr(optional, check = each(one_of(["general-purpose", "system"])))]
    pub(super) node_pools: Attr<BTreeSet<String>>,
    /// ARN of the role of the nodes.
    #[attr(optional, check = arn())]
    pub(super) node_role_arn: Attr<String>,
}

/// How big the control plane is at least.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ScalingConfig {
    /// Tier of the control plane.
    #[attr(optional, computed, check = listed(ProvisionedControlPlaneTier::values()))]
    pub(super) tier: Attr<String>,
}

/// How secrets are encrypted.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct EncryptionConfig {
    /// What is encrypted: `secrets`.
    #[attr(required, check = each(one_of(["secrets"])))]
    pub(super) resources: Attr<BTreeSet<String>>,
    /// With which key.
    #[block(list, min = 1, max = 1)]
    pub(super) provider: Vec<KeyProvider>,
}

/// A key.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeyProvider {
    /// ARN of the KMS key.
    #[attr(required)]
    pub(super) key_arn: Attr<String>,
}

/// Addresses within a cluster.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KubernetesNetworkConfig {
    /// `ipv4` or `ipv6`.
    #[attr(optional, computed, replace, check = listed(IpFamily::values()))]
    pub(super) ip_family: Attr<String>,
    /// IPv4 range of services.
    #[attr(optional, computed, replace, check = cidr_v4_within(12..=24), check = private_range())]
    pub(super) service_ipv4_cidr: Attr<String>,
    /// IPv6 range of services.
    #[attr(computed)]
    pub(super) service_ipv6_cidr: Attr<String>,
    /// Whether EKS makes load balancers by itself.
    #[block(list, max = 1, computed)]
    pub(super) elastic_load_balancing: Vec<Switch>,
}

/// Something that is on or off.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Switch {
    /// Whether it is on.
    #[attr(optional, computed)]
    pub(super) enabled: Attr<bool>,
}

/// A cluster on an Outpost.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OutpostConfig {
    /// Instance type of the control plane.
    #[attr(required, replace)]
    pub(super) control_plane_instance_type: Attr<String>,
    /// ARNs of the Outposts.
    #[attr(required)]
    pub(super) outpost_arns: Attr<BTreeSet<String>>,
    /// Where the instances of the control plane are placed.
    #[block(list, max = 1)]
    pub(super) control_plane_placement: Vec<Placement>,
}

/// Where instances are placed.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Placement {
    /// Name of the placement group.
    #[attr(required, replace)]
    pub(super) group_name: Attr<String>,
}

/// Networks outside of AWS that belong to a cluster.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RemoteNetworkConfig {
    /// Where nodes are.
    #[block(list, max = 1)]
    pub(super) remote_node_networks: Vec<RemoteNetwork>,
    /// Where pods are.
    #[block(list, max = 1)]
    pub(super) remote_pod_networks: Vec<RemoteNetwork>,
}

/// A network outside of AWS.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RemoteNetwork {
    /// IPv4 ranges.
    #[attr(optional, check = each(cidr_v4()), check = each(private_range()))]
    pub(super) cidrs: Attr<BTreeSet<String>>,
}

/// Volumes that EKS manages by itself.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct StorageConfig {
    /// Block storage.
    #[block(list, max = 1)]
    pub(super) block_storage: Vec<Switch>,
}

/// What happens when the support of a version ends.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct UpgradePolicy {
    /// `STANDARD`: AWS upgrades the cluster; `EXTENDED`: it stays, for more money.
    #[attr(optional, computed, check = listed(SupportType::values()))]
    pub(super) support_type: Attr<String>,
}

/// The network of a cluster.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct VpcConfig {
    /// Id of the security group that EKS made for the cluster.
    #[attr(computed)]
    pub(super) cluster_security_group_id: Attr<String>,
    /// Whether the API can be reached from the VPC.
    #[attr(optional, default = false)]
    pub(super) endpoint_private_access: Attr<bool>,
    /// Whether the API can be reached from the internet.
    #[attr(optional, default = true)]
    pub(super) endpoint_public_access: Attr<bool>,
    /// From which addresses of the internet.
    #[attr(optional, computed, check = each(network()))]
    pub(super) public_access_cidrs: Attr<BTreeSet<String>>,
    /// Ids of more security groups of the control plane.
    #[attr(optional)]
    pub(super) security_group_ids: Attr<BTreeSet<String>>,
    /// Ids of the subnets in which the control plane can be reached, in at least two zones.
    #[attr(required, check = not_empty())]
    pub(super) subnet_ids: Attr<BTreeSet<String>>,
    /// Id of the VPC.
    #[attr(computed)]
    pub(super) vpc_id: Attr<String>,
}

/// Whether traffic leaves a zone that is ill.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ZonalShiftConfig {
    /// Whether it does.
    #[attr(optional)]
    pub(super) enabled: Attr<bool>,
}

/// A set with something in it.
pub(super) fn not_empty() -> Check {
    Check::new(|value| match value.as_sequence() {
        Some([]) => Err("must not be empty".into()),
        _ => Ok(()),
    })
}

/// An IPv4 or IPv6 network.
fn network() -> Check {
    Check::text(|text| {
        let check = if text.contains(':') { cidr_v6() } else { cidr_v4() };
        check.run(&Value::from(text))
    })
}

/// An IPv4 network of those that nobody has on the internet.
fn private_range() -> Check {
    Check::text(|text| {
        let address = text.split_once('/').and_then(|(address, _)| address.parse::<std::net::Ipv4Addr>().ok());
        let fine = address.is_none_or(|address| address.is_private());
        fine.then_some(()).ok_or_else(|| format!("{text:?} is not within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"))
    })
}
