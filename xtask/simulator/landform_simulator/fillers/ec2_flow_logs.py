"""Flow logs: a log group may be given by name or by ARN, and options come back."""

from moto.ec2.models import EC2Backend
from moto.ec2.models.flow_logs import FlowLogs
from moto.ec2.responses import EC2Response

from landform_simulator.fillers.patching import wrap


def install() -> None:
    FlowLogs.destination_options = None
    wrap(EC2Backend, "create_flow_logs")(_create_flow_logs)
    wrap(EC2Response, "create_flow_logs")(_keep_options)


def _create_flow_logs(
    create,
    self,
    resource_type,
    resource_ids,
    traffic_type,
    deliver_logs_permission_arn,
    log_destination_type,
    log_destination,
    log_group_name,
    log_format,
    max_aggregation_interval,
):
    """moto looks for a log group by name only, and takes a prefix for a part of the bucket's name."""
    asked_for = log_destination
    if log_destination_type in (None, "cloud-watch-logs"):
        if log_destination:
            log_group_name = log_destination.partition(":log-group:")[2].removesuffix(":*")
        else:
            asked_for = f"arn:aws:logs:{self.region_name}:{self.account_id}:log-group:{log_group_name}"
    elif log_destination_type == "s3" and log_destination:
        log_destination = log_destination.partition("/")[0]
    made, failed = create(
        self,
        resource_type,
        resource_ids,
        traffic_type,
        deliver_logs_permission_arn,
        log_destination_type,
        log_destination,
        log_group_name,
        log_format,
        max_aggregation_interval,
    )
    for flow_log in made:
        flow_log.log_destination = asked_for
    return made, failed


def _keep_options(create, self):
    before = set(self.ec2_backend.flow_logs)
    result = create(self)
    options = self._get_param("DestinationOptions")
    for identity in set(self.ec2_backend.flow_logs) - before:
        self.ec2_backend.flow_logs[identity].destination_options = options
    return result
