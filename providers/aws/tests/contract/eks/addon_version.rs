//! Data source `aws_eks_addon_version`.

use serde_json::json;

use crate::harness::{World, told};

#[tokio::test]
async fn addon_version() {
    let world = World::new().await;
    for (more, expected) in [(json!(null), "v1.33.3-eksbuild.2"), (json!(true), "v1.33.3-eksbuild.4")] {
        let config = json!({ "addon_name": "kube-proxy", "kubernetes_version": "1.33", "most_recent": more });
        let found = world.data("aws_eks_addon_version", config).await;
        assert_eq!((found.text("version"), found.text("id")), (expected, "kube-proxy"));
    }
    for (name, kubernetes, expected) in
        [("kube-proxy", "1.1", "No version of EKS add-on kube-proxy"), ("none", "1.33", "ResourceNotFoundException")]
    {
        let config = json!({ "addon_name": name, "kubernetes_version": kubernetes });
        let (_, said) = world.try_data("aws_eks_addon_version", config).await;
        assert!(told(&said).contains(expected), "{said:#?}");
    }
}
