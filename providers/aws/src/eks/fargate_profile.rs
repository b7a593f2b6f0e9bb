//! `aws_eks_fargate_profile`.

use aws_sdk_eks::types::{self, FargateProfileStatus};

use super::cluster_read::set;
use super::cluster_requests::list;
use super::loads::{self, FargateProfiles};
use super::{PROPAGATION, tagging, updates};
use crate::core::prelude::*;
use crate::core::traces::named;

/// Which pods of a cluster run on Fargate.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_eks_fargate_profile")]
pub(super) struct Profile {
    /// ARN of the profile.
    #[attr(computed)]
    arn: Attr<String>,
    /// Name of the cluster.
    #[attr(required, replace, check = length(1..=100), check = super::cluster_name())]
    cluster_name: Attr<String>,
    /// Name of the profile.
    #[attr(required, replace, check = length(1..=100))]
    fargate_profile_name: Attr<String>,
    /// Cluster and profile: `main:default`.
    #[attr(id)]
    id: Attr<String>,
    /// ARN of the role with which pods are started.
    #[attr(required, replace, check = length(1..=2048))]
    pod_execution_role_arn: Attr<String>,
    /// Region of the profile.
    #[attr(region)]
    region: Attr<String>,
    /// State of the profile.
    #[attr(computed)]
    status: Attr<String>,
    /// Ids of the subnets of the pods.
    #[attr(optional, replace, check = super::cluster_parts::not_empty())]
    subnet_ids: Attr<BTreeSet<String>>,
    /// Tags of the profile.
    #[attr(tags)]
    tags: Attr<Tags>,
    /// Tags of the profile with the provider's default tags.
    #[attr(tags_all)]
    tags_all: Attr<Tags>,
    /// Which pods.
    #[block(set, min = 1, replace)]
    selector: Vec<Selector>,
    /// How long operations may take.
    #[timeouts(create = "10m", delete = "10m")]
    timeouts: Timeouts,
}

/// Pods of a namespace.
#[derive(Model, Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Selector {
    /// Labels that the pods have.
    #[attr(optional, replace)]
    labels: Attr<BTreeMap<String, String>>,
    /// Namespace of the pods.
    #[attr(required, replace, check = length(1..=63))]
    namespace: Attr<String>,
}

impl Resource<Aws> for Profile {
    async fn create(&mut self, cx: &Aws) -> Result<()> {
        let subnets = list(&self.subnet_ids);
        let request = cx
            .eks()
            .create_fargate_profile()
            .cluster_name(self.cluster_name.as_str())
            .fargate_profile_name(self.fargate_profile_name.as_str())
            .pod_execution_role_arn(self.pod_execution_role_arn.as_str())
            .set_selectors(Some(self.selector.iter().map(Selector::request).collect()))
            .set_subnets((!subnets.is_empty()).then_some(subnets))
            .set_tags(tagging::on_create(&self.tags_all));
        let lost = LostAnswer::default();
        let create = || async {
            let sent = request.clone().customize().interceptor(lost.clone()).send().await;
            lost.forgives("ResourceInUseException", sent)
        };
        let create = || retry_while(PROPAGATION, updates::waits_for_iam, create);
        // One profile of a cluster is made or deleted at a time.
        retry_while(self.timeouts.create(), updates::is_busy, create).await?;
        self.id = format!("{}:{}", self.cluster_name.as_str(), self.fargate_profile_name.as_str()).into();
        Ok(())
    }

    async fn read(batch: Batch<Self>, cx: &Aws) -> Result<Found<Self>> {
        let profiles = cx.load::<FargateProfiles>(&batch.ids()).await?;
        Ok(batch.found(|profile| Some(profile.clone().filled(profiles.get(profile.id.as_str())?))))
    }

    async fn update(&mut self, prior: &Self, cx: &Aws) -> Result<()> {
        tagging::update(cx, self.arn.as_str(), &prior.tags_all, &self.tags_all).await
    }

    async fn settle(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        wait_until(&format!("EKS Fargate profile {id} to become active"), self.timeouts.create(), || async {
            let profile = loads::fargate_profile(cx, id).await?;
            Ok(match profile.as_ref().and_then(types::FargateProfile::status) {
                Some(FargateProfileStatus::Active) => State::Done(()),
                Some(FargateProfileStatus::CreateFailed) => return Err(failed(id, "made")),
                status => State::Pending(status.map_or("not visible", FargateProfileStatus::as_str).to_owned()),
            })
        })
        .await
    }

    async fn delete(&self, cx: &Aws) -> Result<()> {
        let id = self.id.as_str();
        let timeout = self.timeouts.delete();
        let (cluster, name) = loads::parts(id);
        let request = cx.eks().delete_fargate_profile().cluster_name(cluster).fargate_profile_name(name);
        retry_while(timeout, updates::is_busy, || async { Ok(request.clone().send().await?) }).await?;
        wait_until(&format!("EKS Fargate profile {id} to be gone"), timeout, || async {
            let Some(profile) = loads::fargate_profile(cx, id).await? else { return Ok(State::Done(())) };
            Ok(match profile.status() {
                Some(FargateProfileStatus::DeleteFailed) => return Err(failed(id, "deleted")),
                status => State::Pending(status.map_or("unknown", FargateProfileStatus::as_str).to_owned()),
            })
        })
        .await
    }

    fn import(id: &str) -> std::result::Result<Self, String> {
        loads::checked_parts(id, "CLUSTER:PROFILE")?;
        Ok(Self { id: id.into(), ..Self::default() })
    }

    async fn traces(&self, _cx: &Aws) -> Result<Traces<Self>> {
        Ok(named(self, format!("{}:{}", self.cluster_name.as_str(), self.fargate_profile_name.as_str())))
    }
}

impl Profile {
    fn filled(mut self, remote: &types::FargateProfile) -> Self {
        self.arn = remote.fargate_profile_arn().into();
        self.cluster_name = remote.cluster_name().into();
        self.fargate_profile_name = remote.fargate_profile_name().into();
        self.pod_execution_role_arn = remote.pod_execution_role_arn().into();
        self.selector = remote.selectors().iter().map(Selector::told).collect();
        self.status = remote.status().map(FargateProfileStatus::as_str).into();
        self.subnet_ids = set(remote.subnets());
        self.tags_all = tagging::read(remote.tags());
        self
    }
}

impl Selector {
    fn request(&self) -> types::FargateProfileSelector {
        types::FargateProfileSelector::builder()
            .set_namespace(self.namespace.param())
            .set_labels(self.labels.known().map(|labels| labels.clone().into_iter().collect()))
            .build()
    }

    fn told(remote: &types::FargateProfileSelector) -> Self {
        let labels = remote.labels().into_iter().flatten().map(|(key, value)| (key.clone(), value.clone()));
        Self { labels: labels.collect::<BTreeMap<_, _>>().into(), namespace: remote.namespace().into() }
    }
}

fn failed(id: &str, done: &str) -> Error {
    Error::new("EKS Fargate profile failed", format!("EKS says that Fargate profile {id} could not be {done}."))
}
