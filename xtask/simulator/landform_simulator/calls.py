"""What a request asks for: account, region, service and operation; and a count of that."""

import functools
import re
import threading
from collections import Counter
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from botocore.loaders import Loader
from botocore.model import ServiceModel

DEFAULT_ACCOUNT = "123456789012"

_CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/,\s]*)/([^/,\s]+)/aws4_request")
_ACCOUNT_KEY = re.compile(r"LANDFORM(\d{12})")

# Signing names that differ from botocore's service names.
_SERVICE_OF_SIGNING_NAME = {"monitoring": "cloudwatch", "elasticloadbalancing": "elbv2", "states": "stepfunctions"}


@dataclass(frozen=True)
class Call:
    """One request to AWS. ``service`` is botocore's name, ``operation`` AWS's, or "Unknown"."""

    account: str
    region: str
    service: str
    operation: str
    protocol: str
    parameters: dict[str, list[str]]
    body: bytes

    @property
    def name(self) -> str:
        """``service.operation``, for instance ``ec2.CreateVpc``."""
        return f"{self.service}.{self.operation}"


def account_of_access_key(access_key: str) -> str | None:
    """``LANDFORM`` and twelve digits is a key of the account of that number."""
    match = _ACCOUNT_KEY.fullmatch(access_key)
    return match.group(1) if match else None


def credential_of(environ: dict) -> tuple[str, str, str] | None:
    """Access key, region and signing name, from the header or from a presigned URL; None when unsigned."""
    signed = environ.get("HTTP_AUTHORIZATION", "")
    if "Credential=" not in signed:
        signed = "Credential=" + parse_qs(environ.get("QUERY_STRING", "")).get("X-Amz-Credential", [""])[0]
    match = _CREDENTIAL.search(signed)
    return match.groups() if match else None


def identify(environ: dict, body: bytes) -> Call | None:
    """None for a request that is not signed, so not a call to AWS."""
    credential = credential_of(environ)
    if credential is None:
        return None
    access_key, region, signing_name = credential
    service = _SERVICE_OF_SIGNING_NAME.get(signing_name, signing_name)
    account = environ.get("HTTP_X_MOTO_ACCOUNT_ID") or account_of_access_key(access_key) or _moto_account(access_key)
    operation, protocol, parameters = _operation_of(environ, body, service)
    return Call(account, region, service, operation, protocol, parameters, body)


def _moto_account(access_key: str) -> str:
    from moto.iam.models import get_account_id_from

    return get_account_id_from(access_key)


def _operation_of(environ: dict, body: bytes, service: str) -> tuple[str, str, dict[str, list[str]]]:
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return target.rpartition(".")[2], "json", {}
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        query |= parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    if "Action" in query:
        return query["Action"][0], "ec2" if service == "ec2" else "query", query
    routes = _rest_routes(service)
    method = environ.get("REQUEST_METHOD", "GET")
    # As it was sent: an ARN in a path has encoded slashes, which divide nothing.
    path = environ.get("REQUEST_URI", environ.get("PATH_INFO", "/")).partition("?")[0]
    if service == "s3":
        path = _path_style(environ, environ.get("PATH_INFO", "/"))
    operation, labels = _match_route(routes, method, path, query, environ)
    return operation, "rest-xml" if service == "s3" else "rest-json", query | labels


def _path_style(environ: dict, path: str) -> str:
    """``bucket.host/key`` as ``/bucket/key``."""
    host = environ.get("HTTP_HOST", "").partition(":")[0]
    bucket, dot, rest = host.partition(".")
    is_virtual_host = dot and not re.fullmatch(r"[\d.]+", host) and (rest == "localhost" or ".s3." in f".{rest}")
    return f"/{bucket}{path}" if is_virtual_host else path


@dataclass(frozen=True)
class _Route:
    operation: str
    method: str
    path: re.Pattern[str]
    query: tuple[tuple[str, str], ...]
    header: str | None


@functools.cache
def _rest_routes(service: str) -> tuple[_Route, ...]:
    """The routes of a REST service, most specific first. Empty for a service that botocore does not know."""
    loader = Loader()
    try:
        model = ServiceModel(loader.load_service_model(service, "service-2"))
    except Exception:  # botocore raises many kinds for a name it does not know
        return ()
    routes = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        required = parse_qs(query, keep_blank_values=True)
        required_query = {key: values[0] for key, values in required.items()}
        header = "HTTP_X_AMZ_COPY_SOURCE" if service == "s3" and "Copy" in name else None
        if service == "s3" and name in ("UploadPart", "UploadPartCopy"):
            required_query |= {"partNumber": "", "uploadId": ""}
        if service == "s3" and name in ("CompleteMultipartUpload", "AbortMultipartUpload", "ListParts"):
            required_query |= {"uploadId": ""}
        routes.append(_Route(name, http["method"], _path_pattern(path), tuple(required_query.items()), header))
    return tuple(sorted(routes, key=lambda r: (len(r.query), r.header is not None, r.path.pattern.count("[^/]")), reverse=True))


def _path_pattern(path: str) -> re.Pattern[str]:
    pattern = re.sub(r"\{(\w+)\+\}", r"(?P<\1>.+)", path.rstrip("/"))
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
    return re.compile(pattern + "/?")


def _match_route(routes, method: str, path: str, query: dict, environ: dict) -> tuple[str, dict[str, list[str]]]:
    for route in routes:
        match = route.method == method and route.path.fullmatch(path)
        if not match or (route.header and route.header not in environ):
            continue
        if all(key in query and value in ("", query[key][0]) for key, value in route.query):
            return route.operation, {key: [unquote(value)] for key, value in match.groupdict().items()}
    return "Unknown", {}


class CallCounter:
    """How often each operation was asked for, by account; calls that a fault answered are counted too."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, Counter[str]] = {}

    def add(self, call: Call) -> None:
        with self._lock:
            self._counts.setdefault(call.account, Counter())[call.name] += 1

    def of(self, account: str) -> dict[str, int]:
        with self._lock:
            return dict(sorted(self._counts.get(account, Counter()).items()))

    def all(self) -> dict[str, dict[str, int]]:
        with self._lock:
            return {account: dict(sorted(counts.items())) for account, counts in sorted(self._counts.items())}

    def reset(self, account: str | None) -> None:
        with self._lock:
            if account is None:
                self._counts.clear()
            else:
                self._counts.pop(account, None)
