"""Spot instances that RunInstances makes: each has a request, which can be described and cancelled."""

import random

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from landform_simulator.fillers.patching import wrap


def install() -> None:
    wrap(EC2Response, "run_instances")(_run_instances)
    wrap(EC2Response, "describe_spot_instance_requests")(_describe_spot_instance_requests)
    wrap(EC2Response, "cancel_spot_instance_requests")(_cancel_spot_instance_requests)


def _requests(response) -> dict[str, dict]:
    return response.ec2_backend.__dict__.setdefault("landform_spot_requests", {})


def _run_instances(run, self):
    before = set(self.ec2_backend.reservations)
    result = run(self)
    market = self._get_param("InstanceMarketOptions", {})
    if market.get("MarketType") == "spot":
        for identity in set(self.ec2_backend.reservations) - before:
            for instance in self.ec2_backend.reservations[identity].instances:
                _request(self, instance, market.get("SpotOptions", {}))
    return result


def _request(response, instance, options: dict) -> None:
    identity = f"sir-{random.randrange(36**8):08x}"
    instance.spot_instance_request_id, instance.instance_lifecycle = identity, "spot"
    _requests(response)[identity] = {
        "SpotInstanceRequestId": identity,
        "InstanceId": instance.id,
        "InstanceInterruptionBehavior": options.get("InstanceInterruptionBehavior", "terminate"),
        "SpotPrice": options.get("MaxPrice", "0.010400"),
        "State": "active",
        "Type": options.get("SpotInstanceType", "one-time"),
        "ValidUntil": options.get("ValidUntil"),
    }


def _describe_spot_instance_requests(describe, self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotInstanceRequests.html"""
    wanted = set(self._get_param("SpotInstanceRequestIds", []))
    wanted |= set(self._filters_from_querystring().get("spot-instance-request-id", []))
    found = [request for identity, request in _requests(self).items() if identity in wanted]
    return ActionResult({"SpotInstanceRequests": found}) if found else describe(self)


def _cancel_spot_instance_requests(cancel, self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CancelSpotInstanceRequests.html"""
    own = [_requests(self)[i] for i in self._get_param("SpotInstanceRequestIds", []) if i in _requests(self)]
    if not own:
        return cancel(self)
    for request in own:
        request["State"] = "cancelled"
    cancelled = [{"SpotInstanceRequestId": r["SpotInstanceRequestId"], "State": "cancelled"} for r in own]
    return ActionResult({"CancelledSpotInstanceRequests": cancelled})
