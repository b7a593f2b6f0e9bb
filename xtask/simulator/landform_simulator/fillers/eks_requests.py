"""What requests about parts of an EKS cluster have in common: the cluster that they name, and pages of lists."""

from moto.eks.models import Cluster


def cluster_of(response) -> Cluster:
    """The cluster that a request names in its path."""
    return response.eks_backend.describe_cluster(response.uri_match["name"])


def page(response, name: str, items: list) -> dict:
    """A page of a list, by ``maxResults`` and ``nextToken``."""
    start, size = int(response._get_param("nextToken") or 0), int(response._get_param("maxResults") or 100)
    rest = {"nextToken": str(start + size)} if start + size < len(items) else {}
    return {name: items[start : start + size], **rest}
