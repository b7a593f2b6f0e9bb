//! `aws_eks_node_group`.

use std::future::Future;

use aws_sdk_eks::types::{self, AmiTypes, CapacityTypes, NodegroupStatus, Update};

use super::cluster_requests::list;
use super::loads::{self, NodeGroups};
use super::node_parts::{LaunchTemplate, RemoteAccess, RepairConfig, Resources, ScalingConfig, Taint, UpdateConfig};
use super::{PROPAGATION, tagging, updates};
use crate::core::checks::listed;
use crate::core::names;
use crate::core::prelude::*;
use crate::core::tags::Change;
use crate::core::traces::{named, under};

/// Nodes of a cluster that EKS makes and exchanges.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_eks_node_group", conflicts("node_group_name", "node_group_name_prefix"))]
pub(super) struct NodeGroup {
    /// Kind of the machine image.
    #[attr(optional, computed, replace, check = listed(AmiTypes::values()))]
    pub(super) ami_type: Attr<String>,
    /// ARN of the node group.
    #[attr(computed)]
    pub(super) arn: Attr<String>,
    /// How instances are paid for: `ON_DEMAND`, `SPOT` or `CAPACITY_BLOCK`.
    #[attr(optional, computed, replace, check = listed(CapacityTypes::values()))]
    pub(super) capacity_type: Attr<String>,
    /// Name of the cluster.
    #[attr(required, replace, check = length(1..=100), check = super::cluster_name())]
    pub(super) cluster_name: Attr<String>,
    /// Size of the nodes' disks in GiB.
    #[attr(optional, computed, replace)]
    pub(super) disk_size: Attr<i64>,
    /// Whether nodes are exchanged although pods can not be moved away from them.
    #[attr(optional)]
    pub(super) force_update_version: Attr<bool>,
    /// Cluster and node group: `main:blue`.
    #[attr(id)]
    pub(super) id: Attr<String>,
    /// Types of instances.
    #[attr(optional, computed, replace)]
    pub(super) instance_types: Attr<Vec<String>>,
    /// Labels of the nodes in Kubernetes.
    #[attr(optional)]
    pub(super) labels: Attr<BTreeMap<String, String>>,
    /// Name of the node group.
    #[attr(optional, computed, replace, check = length(0..=63))]
    pub(super) node_group_name: Attr<String>,
    /// What a generated name begins with.
    #[attr(optional, computed, replace, check = length(0..=37))]
    pub(super) node_group_name_prefix: Attr<String>,
    /// ARN of the role of the nodes.
    #[attr(required, replace, check = length(1..=2048))]
    pub(super) node_role_arn: Attr<String>,
    /// Region of the node group.
    #[attr(region)]
    region: Attr<String>,
    /// Release of the machine image.
    #[attr(optional, computed, after_update("version", "launch_template"))]
    pub(super) release_version: Attr<String>,
    /// What EKS made for the node group.
    #[attr(computed)]
    pub(super) resources: Attr<Vec<Resources>>,
    /// State of the node group.
    #[attr(computed)]
    pub(super) status: Attr<String>,
    /// Ids of the subnets of the nodes.
    #[attr(required, replace, check = super::cluster_parts::not_empty())]
    pub(super) subnet_ids: Attr<BTreeSet<String>>,
    /// Tags of the node group.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the node group with the provider's default tags.
    #[attr(tags_all)]
    pub(super) tags_all: Attr<Tags>,
    /// Version of Kubernetes.
    #[attr(optional, computed)]
    pub(super) version: Attr<String>,
    /// The launch template that nodes are made from.
    #[block(list, max = 1)]
    pub(super) launch_template: Vec<LaunchTemplate>,
    /// Whether and how EKS replaces nodes that are ill.
    #[block(list, max = 1, computed)]
    pub(super) node_repair_config: Vec<RepairConfig>,
    /// How people get at nodes.
    #[block(list, max = 1, replace)]
    pub(super) remote_access: Vec<RemoteAccess>,
    /// How many nodes there are.
    #[block(list, min = 1, max = 1)]
    pub(super) scaling_config: Vec<ScalingConfig>,
    /// What keeps pods from the nodes.
    #[block(set, max = 50)]
    pub(super) taint: Vec<Taint>,
    /// How long operations may take.
    #[timeouts(create = "60m", update = "60m", delete = "60m")]
    pub(super) timeouts: Timeouts,
    /// How nodes are exchanged for newer ones.
    #[block(list, max = 1, computed)]
    pub(super) update_config: Vec<UpdateConfig>,
}

impl Resource<Aws> for NodeGroup {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let name = names::given_or_new(&self.node_group_name, &self.node_group_name_prefix);
        let cluster = self.cluster_name.as_str();
        let taints: Vec<_> = self.taint.iter().map(Taint::request).collect();
        let request = cx
            .eks()
            .create_nodegroup()
            .cluster_name(cluster)
            .nodegroup_name(&name)
            .node_role(self.node_role_arn.as_str())
            .set_subnets(Some(list(&self.subnet_ids)))
            .set_ami_type(self.ami_type.text().map(AmiTypes::from))
            .set_capacity_type(self.capacity_type.text().map(CapacityTypes::from))
            .set_disk_size(self.disk_size.get_i32().filter(|size| *size != 0))
            .set_instance_types(self.instance_types.get().filter(|types| !types.is_empty()))
            .set_labels(self.labels.known().map(|labels| labels.clone().into_iter().collect()))
            .set_launch_template(self.launch_template.first().map(LaunchTemplate::request))
            .set_node_repair_config(self.node_repair_config.first().map(RepairConfig::request))
            .set_release_version(self.release_version.param())
            .set_remote_access(self.remote_access.first().map(RemoteAccess::request))
            .set_scaling_config(self.scaling_config.first().map(ScalingConfig::request))
            .set_taints((!taints.is_empty()).then_some(taints))
            .set_update_config(self.update_config.first().map(UpdateConfig::request))
            .set_version(self.version.param())
            .set_tags(tagging::on_create(&self.tags_all));
        let lost = LostAnswer::default();
        let create = || async {
            let sent = request.clone().customize().interceptor(lost.clone()).send().await;
            lost.forgives("ResourceInUseException", sent)
        };
        let create = || retry_while(PROPAGATION, updates::waits_for_iam, create);
        retry_while(self.timeouts.create(), updates::is_busy, create).await?;
        self.id = format!("{cluster}:{name}").into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let groups = cx.load::<NodeGroups>(&batch.ids()).await?;
        Ok(batch.found(|group| Some(group.clone().filled(groups.get(group.id.as_str())?))))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        let prior = prior.clone().at_rest(cx).await?;
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await?;
        self.update_version(&prior, cx).await?;
        self.update_config(&prior, cx).await
    }

    /// `update` waits for each change of its own, as the next one can not begin before.
    async fn settle(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("EKS node group {id} to become active"), self.timeouts.create(), || async {
            let Some(group) = loads::node_group(cx, id).await? else {
                return Ok(State::Pending("not visible".into()));
            };
            Ok(match group.status() {
                // A node group whose nodes have some problem works nevertheless.
                Some(NodegroupStatus::Active | NodegroupStatus::Degraded) => State::Done(()),
                Some(NodegroupStatus::CreateFailed) => return Err(failed(id, &group)),
                status => State::Pending(status.map_or("unknown", NodegroupStatus::as_str).to_owned()),
            })
        })
        .await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let timeout = self.timeouts.delete();
        let (cluster, name) = loads::parts(id);
        let delete =
            || async { Ok(cx.eks().delete_nodegroup().cluster_name(cluster).nodegroup_name(name).send().await?) };
        retry_while(timeout, updates::is_busy, delete).await?;
        wait_until(&format!("EKS node group {id} to be gone"), timeout, || async {
            let Some(group) = loads::node_group(cx, id).await? else { return Ok(State::Done(())) };
            Ok(match group.status() {
                Some(NodegroupStatus::DeleteFailed) => return Err(failed(id, &group)),
                status => State::Pending(status.map_or("unknown", NodegroupStatus::as_str).to_owned()),
            })
        })
        .await
    }

    fn import(id: &str) -> std::result::Result<Self, String> {
        loads::checked_parts(id, "CLUSTER:NODE_GROUP")?;
        Ok(Self { id: id.into(), ..Self::default() })
    }

    async fn traces(&self, cx: &Aws) -> Result<Traces<Self>> {
        let cluster = self.cluster_name.as_str();
        if let Some(name) = self.node_group_name.text() {
            return Ok(named(self, format!("{cluster}:{name}")));
        }
        let mut pages = cx.eks().list_nodegroups().cluster_name(cluster).into_paginator().items().send();
        let mut made = Vec::new();
        while let Some(name) = pages.next().await {
            made.extend(Some(name?).filter(|name| names::is_made_of(name, &self.node_group_name_prefix)));
        }
        Ok(Traces::Tagged(under(self, made.into_iter().map(|name| format!("{cluster}:{name}")))))
    }
}

impl NodeGroup {
    /// The node group as it is once nothing is on its way any more.
    async fn at_rest(self, cx: &Aws) -> Result<Self> {
        let busy = [NodegroupStatus::Creating.as_str(), NodegroupStatus::Updating.as_str()];
        if self.status.text().is_none_or(|status| !busy.contains(&status)) {
            return Ok(self);
        }
        self.settle(cx).await?;
        Ok(match loads::node_group(cx, self.id.as_str()).await? {
            Some(group) => self.filled(&group),
            None => self,
        })
    }

    /// Exchanges the nodes for those of another version, release or version of the launch template.
    async fn update_version(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let (cluster, name) = loads::parts(self.id.as_str());
        let differs = |wanted: &Attr<String>, known: &Attr<String>| wanted.param().filter(|_| wanted != known);
        let version = differs(&self.version, &prior.version);
        let release = differs(&self.release_version, &prior.release_version);
        let template = self.launch_template.first().filter(|_| self.launch_template != prior.launch_template);
        if version.is_none() && release.is_none() && template.is_none() {
            return Ok(());
        }
        // With a version, EKS wants to hear of the template even if that stays as it is.
        let request = cx
            .eks()
            .update_nodegroup_version()
            .cluster_name(cluster)
            .nodegroup_name(name)
            .force(self.force_update_version.is_true())
            .set_version(version)
            .set_release_version(release)
            .set_launch_template(self.launch_template.first().map(LaunchTemplate::request));
        self.carry_out(cx, || async { Ok(request.clone().send().await?.update) }).await
    }

    /// Changes what can be changed of nodes that are there.
    async fn update_config(&self, prior: &Self, cx: &Aws) -> Result<()> {
        let (cluster, name) = loads::parts(self.id.as_str());
        let (labels, taints) = (self.label_change(prior), self.taint_change(prior));
        let repair = self.node_repair_config.first().filter(|_| self.node_repair_config != prior.node_repair_config);
        let scaling = self.scaling_config.first().filter(|_| self.scaling_config != prior.scaling_config);
        let update = self.update_config.first().filter(|_| self.update_config != prior.update_config);
        if labels.is_none() && taints.is_none() && repair.is_none() && scaling.is_none() && update.is_none() {
            return Ok(());
        }
        let request = cx
            .eks()
            .update_nodegroup_config()
            .cluster_name(cluster)
            .nodegroup_name(name)
            .set_labels(labels)
            .set_taints(taints)
            .set_node_repair_config(repair.map(RepairConfig::request))
            .set_scaling_config(scaling.map(ScalingConfig::request))
            .set_update_config(update.map(UpdateConfig::request));
        self.carry_out(cx, || async { Ok(request.clone().send().await?.update) }).await
    }

    fn label_change(&self, prior: &Self) -> Option<types::UpdateLabelsPayload> {
        let change = Change::between(&prior.labels, &self.labels);
        if change == Change::default() {
            return None;
        }
        let (removed, added) = (change.removed, change.added);
        let payload = types::UpdateLabelsPayload::builder()
            .set_remove_labels((!removed.is_empty()).then_some(removed))
            .set_add_or_update_labels((!added.is_empty()).then(|| added.into_iter().collect()));
        Some(payload.build())
    }

    fn taint_change(&self, prior: &Self) -> Option<types::UpdateTaintsPayload> {
        let gone = prior.taint.iter().filter(|taint| !self.taint.iter().any(|other| other.is_like(taint)));
        let new = self.taint.iter().filter(|taint| !prior.taint.iter().any(|other| other.request() == taint.request()));
        let removed: Vec<_> = gone.map(Taint::request).collect();
        let added: Vec<_> = new.map(Taint::request).collect();
        if removed.is_empty() && added.is_empty() {
            return None;
        }
        let payload = types::UpdateTaintsPayload::builder()
            .set_remove_taints((!removed.is_empty()).then_some(removed))
            .set_add_or_update_taints((!added.is_empty()).then_some(added));
        Some(payload.build())
    }

    /// Begins one change, as soon as no other one is on its way, and waits for it.
    async fn carry_out<F>(&self, cx: &Aws, begin: impl Fn() -> F) -> Result<()>
    where
        F: Future<Output = Result<Option<Update>>>,
    {
        let (cluster, name) = loads::parts(self.id.as_str());
        let timeout = self.timeouts.update();
        let update = retry_while(timeout, updates::is_busy, begin).await?;
        let asked = cx.eks().describe_update().name(cluster).nodegroup_name(name);
        updates::ended(asked, update, &format!("node group {}", self.id.as_str()), timeout).await
    }
}

fn failed(id: &str, group: &types::Nodegroup) -> Error {
    let issues = group.health().map(types::NodegroupHealth::issues).unwrap_or_default();
    let issues: Vec<String> = issues
        .iter()
        .map(|issue| {
            let code = issue.code().map_or("Unknown", |code| code.as_str());
            format!("{code}: {} ({})", issue.message().unwrap_or_default(), issue.resource_ids().join(", "))
        })
        .collect();
    let state = group.status().map_or("unknown", NodegroupStatus::as_str);
    Error::new("EKS node group failed", format!("EKS says that node group {id} is {state}. {}", issues.join("\n")))
}
