//! Data source `aws_eks_addon_version`.

use aws_sdk_eks::types::AddonVersionInfo;

use crate::core::prelude::*;

/// A version of an add-on that fits a version of Kubernetes.
#[derive(Model, Clone, Debug, Default)]
#[model(name = "aws_eks_addon_version")]
pub(super) struct AddonVersion {
    /// Name of the add-on.
    #[attr(required, check = length(1..=1000))]
    addon_name: Attr<String>,
    /// Name of the add-on.
    #[attr(id)]
    id: Attr<String>,
    /// Version of Kubernetes.
    #[attr(required)]
    kubernetes_version: Attr<String>,
    /// Whether to take the newest version rather than the default one.
    #[attr(optional)]
    most_recent: Attr<bool>,
    /// Region to look in.
    #[attr(region)]
    region: Attr<String>,
    /// Version of the add-on.
    #[attr(computed)]
    version: Attr<String>,
}

impl DataSource<Aws> for AddonVersion {
    async fn read(mut self, cx: &Aws) -> Result<Self> {
        let (name, kubernetes) = (self.addon_name.as_str(), self.kubernetes_version.as_str());
        let request = cx.eks().describe_addon_versions().addon_name(name).kubernetes_version(kubernetes);
        let pages = request.into_paginator().items().send();
        let addons = pages.collect::<Result<Vec<_>, _>>().await?;
        // EKS tells the newest first.
        let mut versions = addons.iter().flat_map(|addon| addon.addon_versions());
        let found = if self.most_recent.is_true() {
            versions.next()
        } else {
            versions.find(|version| is_default(version, kubernetes))
        };
        let version = found.and_then(|it| it.addon_version()).ok_or_else(|| self.none())?;
        self.version = version.into();
        self.id = self.addon_name.clone();
        Ok(self)
    }
}

impl AddonVersion {
    fn none(&self) -> Error {
        let (name, kubernetes) = (self.addon_name.as_str(), self.kubernetes_version.as_str());
        let message = format!("No version of EKS add-on {name} goes with Kubernetes {kubernetes}.");
        let hint = format!("See what there is: aws eks describe-addon-versions --addon-name {name}");
        Error::new("No version of the add-on found", message).hint(hint)
    }
}

fn is_default(version: &AddonVersionInfo, kubernetes: &str) -> bool {
    let mut fitting = version.compatibilities().iter().filter(|it| it.cluster_version() == Some(kubernetes));
    fitting.any(|it| it.default_version())
}
