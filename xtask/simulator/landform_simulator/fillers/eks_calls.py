"""What all EKS fillers need to answer calls: routes, bodies and errors."""

import json

from moto.eks import urls
from moto.eks.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.eks.models import CLUSTER_NOT_FOUND_MSG


def route(path: str) -> None:
    """Lets moto answer requests for a path, with the method of its response class that is called like the operation."""
    urls.url_paths["{0}" + path] = urls.response.dispatch


def body_of(response) -> dict:
    """What a request says in its body."""
    return json.loads(response.body or "{}")


def invalid(message: str, cluster: str | None = None) -> InvalidParameterException:
    return InvalidParameterException(clusterName=cluster, message=message)


def not_found(message: str, cluster: str | None = None) -> ResourceNotFoundException:
    return ResourceNotFoundException(clusterName=cluster, message=message)


def no_cluster(name: str) -> ResourceNotFoundException:
    return not_found(CLUSTER_NOT_FOUND_MSG.format(clusterName=name), name)
