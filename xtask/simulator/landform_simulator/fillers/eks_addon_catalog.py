"""EKS add-ons that there are: versions, the clusters they fit, and what they can be configured with.

A small part of what AWS has, in the shape of
https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeAddonVersions.html
"""

import json
from dataclasses import dataclass

# Versions of Kubernetes, newest first, with the patch that kube-proxy has there.
_KUBERNETES = {"1.35": 0, "1.34": 1, "1.33": 3, "1.32": 6, "1.31": 10, "1.30": 14, "1.29": 15, "1.28": 15}
_RESOURCES = {"type": "object", "properties": {"limits": {"type": "object"}, "requests": {"type": "object"}}}


@dataclass(frozen=True)
class Kind:
    """An add-on. ``versions`` has the newest first; the second of them is what clusters get that ask for none."""

    name: str
    type: str
    versions: tuple[str, ...]
    properties: tuple[str, ...]
    account: str = ""
    policies: tuple[str, ...] = ()
    namespace: str = "kube-system"

    def versions_for(self, kubernetes: str) -> tuple[str, ...]:
        """Newest first; empty where the add-on does not go with a version of Kubernetes."""
        if kubernetes not in _KUBERNETES:
            return ()
        own = f"{kubernetes}.{_KUBERNETES[kubernetes]}"
        return tuple(version.replace("KUBERNETES", own) for version in self.versions)

    def default_for(self, kubernetes: str) -> str:
        return self.versions_for(kubernetes)[1]

    @property
    def schema(self) -> dict:
        """What its configuration has to be like."""
        properties = {name: _RESOURCES if name == "resources" else {} for name in self.properties}
        return {"$schema": "http://json-schema.org/draft-07/schema#", "type": "object", "properties": properties, "additionalProperties": False}

    def all_versions(self) -> list[str]:
        return list(dict.fromkeys(version for kubernetes in _KUBERNETES for version in self.versions_for(kubernetes)))


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "vpc-cni",
            "networking",
            ("v1.20.4-eksbuild.1", "v1.20.3-eksbuild.1", "v1.19.6-eksbuild.7"),
            ("env", "resources", "tolerations", "enableNetworkPolicy", "init"),
            "aws-node",
            ("arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",),
        ),
        Kind("coredns", "networking", ("v1.12.4-eksbuild.1", "v1.12.3-eksbuild.1", "v1.11.4-eksbuild.24"), ("replicaCount", "resources", "tolerations", "corefile")),
        Kind("kube-proxy", "networking", ("vKUBERNETES-eksbuild.4", "vKUBERNETES-eksbuild.2"), ("ipvs", "mode", "resources")),
        Kind("eks-pod-identity-agent", "security", ("v1.3.9-eksbuild.3", "v1.3.8-eksbuild.2"), ("agent", "resources", "tolerations")),
        Kind(
            "aws-ebs-csi-driver",
            "storage",
            ("v1.50.1-eksbuild.1", "v1.49.0-eksbuild.1", "v1.48.0-eksbuild.2"),
            ("controller", "node", "sidecars"),
            "ebs-csi-controller-sa",
            ("arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy",),
        ),
        Kind("metrics-server", "observability", ("v0.8.0-eksbuild.2", "v0.7.2-eksbuild.4"), ("replicas", "resources", "tolerations")),
    )
}


def described(kind: Kind, kubernetes: str | None) -> dict:
    """An entry of the answer to DescribeAddonVersions; with ``kubernetes``, of the versions that go with it."""
    fitting = [kubernetes] if kubernetes else list(_KUBERNETES)
    versions: dict[str, list[dict]] = {}
    for cluster in fitting:
        for version in kind.versions_for(cluster):
            is_default = version == kind.default_for(cluster)
            compatibility = {"clusterVersion": cluster, "platformVersions": ["*"], "defaultVersion": is_default}
            versions.setdefault(version, []).append(compatibility)
    return {
        "addonName": kind.name,
        "type": kind.type,
        "addonVersions": [_version(kind, version, compatibilities) for version, compatibilities in versions.items()],
        "publisher": "eks",
        "owner": "aws",
        "defaultNamespace": kind.namespace,
    }


def _version(kind: Kind, version: str, compatibilities: list[dict]) -> dict:
    return {
        "addonVersion": version,
        "architecture": ["amd64", "arm64"],
        "computeTypes": ["ec2", "hybrid"],
        "compatibilities": compatibilities,
        "requiresConfiguration": False,
        "requiresIamPermissions": bool(kind.policies),
    }


def configuration(kind: Kind, version: str) -> dict:
    """The answer to DescribeAddonConfiguration."""
    accounts = [{"serviceAccount": kind.account, "recommendedManagedPolicies": list(kind.policies)}] if kind.account else []
    return {"addonName": kind.name, "addonVersion": version, "configurationSchema": json.dumps(kind.schema), "podIdentityConfiguration": accounts}
