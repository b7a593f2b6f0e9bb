"""Instances: states that take time, tokens that repeat, and every option comes back as it was given."""

import base64

from moto.core.responses import ActionResult, EmptyResult
from moto.core.types import Base64EncodedString
from moto.ec2.models import EC2Backend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance, InstanceState, MetadataOptions
from moto.ec2.responses import EC2Response

from landform_simulator.fillers import ec2_instance_disks
from landform_simulator.fillers.patching import add, ec2_error, wrap
from landform_simulator.transitions import Transition

_CODES = {"pending": 0, "running": 16, "shutting-down": 32, "terminated": 48, "stopping": 64, "stopped": 80}


def install() -> None:
    Instance._state = property(_state, _set_state)
    Instance.security_groups = property(_security_groups, _set_security_groups)
    NetworkInterface.group_set = property(lambda self: self._group_set)
    _association = NetworkInterface.association.fget
    NetworkInterface.association = property(lambda self: _owned(_association(self)))
    wrap(Instance, "start")(_start)
    wrap(Instance, "stop")(_stop)
    wrap(Instance, "terminate")(_terminate)
    wrap(EC2Response, "run_instances")(_run_instances)
    wrap(EC2Response, "modify_instance_attribute")(_modify_instance_attribute)
    wrap(EC2Backend, "modify_instance_metadata_options")(_modify_metadata_options)
    add(
        EC2Response,
        monitor_instances,
        unmonitor_instances,
        describe_instance_credit_specifications,
        modify_instance_credit_specification,
        modify_instance_maintenance_options,
        modify_private_dns_name_options,
        modify_instance_capacity_reservation_attributes,
    )
    ec2_instance_disks.install()


def _state(self) -> InstanceState:
    """https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html"""
    name = self.__dict__["landform_transition"].state
    return InstanceState(name, _CODES[name])


def _set_state(self, state: InstanceState) -> None:
    _go(self, "pending", "running")


def _go(instance: Instance, during: str, after: str) -> None:
    instance.__dict__["landform_transition"] = Transition(instance.ec2_backend.account_id, during, after)


def _start(start, self) -> InstanceState:
    before = self._state
    if before.name not in ("stopped", "running"):
        raise ec2_error("IncorrectInstanceState", f"The instance '{self.id}' is not in a state from which it can be started.")
    if before.name == "stopped":
        start(self)
        _go(self, "pending", "running")
    return before


def _stop(stop, self) -> InstanceState:
    before = self._state
    if before.name == "terminated":
        raise ec2_error("IncorrectInstanceState", f"This instance '{self.id}' is not in a state from which it can be stopped.")
    if before.name in ("pending", "running"):
        stop(self)
        _go(self, "stopping", "stopped")
    return before


def _terminate(terminate, self) -> InstanceState:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html

    Interfaces that do not go with the instance are free again.
    """
    before = self._state
    if before.name in ("shutting-down", "terminated"):
        return before
    terminate(self)
    for interface in self.nics.values():
        interface.instance = interface.attachment_id = interface.device_index = None
        interface.status = "available"
    _go(self, "shutting-down", "terminated")
    return before


def _security_groups(self):
    """The groups of an instance are those of its first interface."""
    nics = self.__dict__.get("nics") or {}
    return nics[0]._group_set if 0 in nics else self.__dict__["landform_security_groups"]


def _set_security_groups(self, groups) -> None:
    self.__dict__["landform_security_groups"] = groups
    nics = self.__dict__.get("nics") or {}
    if 0 in nics:
        nics[0]._group_set = list(groups)


def _owned(association: dict) -> dict:
    """Addresses that are no elastic ones are Amazon's."""
    if association and not association.get("allocationId"):
        association["ipOwnerId"] = "amazon"
    return association


def _run_instances(run, self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html"""
    backend = self.ec2_backend
    tokens = backend.__dict__.setdefault("landform_instance_tokens", {})
    token = self._get_param("ClientToken")
    if token in tokens:
        return ActionResult(tokens[token])
    data = _template_data(self)
    _check_image(backend, self._get_param("ImageId") or data.get("ImageId"))
    before = set(backend.reservations)
    result = run(self)
    (identity,) = set(backend.reservations) - before
    reservation = backend.reservations[identity]
    for instance in reservation.instances:
        _complete(self, instance, data)
        ec2_instance_disks.attach(self, instance, data)
    if token:
        tokens[token] = reservation
    return result


def _template_data(response) -> dict:
    """What the launch template says, if there is one."""
    wanted = response._get_param("LaunchTemplate", {})
    if not wanted:
        return {}
    backend = response.ec2_backend
    if identity := wanted.get("LaunchTemplateId"):
        backend.get_launch_template(identity)
    else:
        backend.get_launch_template_by_name(wanted.get("LaunchTemplateName"))
    return backend._get_template_from_args(wanted).data


def _check_image(backend: EC2Backend, image: str | None) -> None:
    if not image:
        raise ec2_error("MissingParameter", "The request must contain the parameter ImageId")
    if image not in backend.amis:
        raise ec2_error("InvalidAMIID.NotFound", f"The image id '[{image}]' does not exist")


def _complete(response, instance: Instance, data: dict) -> None:
    def given(name, default=None):
        value = response._get_param(name)
        return value if value not in (None, {}, []) else data.get(name, default)

    instance.cpu_options = {"CoreCount": 1, "ThreadsPerCore": 2} | given("CpuOptions", {})
    instance.enclave_options = {"Enabled": False} | given("EnclaveOptions", {})
    instance.maintenance_options = {"AutoRecovery": "default"} | given("MaintenanceOptions", {})
    names = {"HostnameType": "ip-name", "EnableResourceNameDnsARecord": False, "EnableResourceNameDnsAAAARecord": False}
    instance.private_dns_name_options = names | given("PrivateDnsNameOptions", {})
    reservation = given("CapacityReservationSpecification")
    instance.capacity_reservation_specification = reservation or {"CapacityReservationPreference": "open"}
    instance.metadata_options = MetadataOptions(given("MetadataOptions", {}))
    instance.landform_credits = given("CreditSpecification", {}).get("CpuCredits") or _usual_credits(instance)
    instance.disable_api_termination = bool(given("DisableApiTermination"))
    instance.disable_api_stop = bool(given("DisableApiStop"))
    instance.ebs_optimized = bool(given("EbsOptimized"))
    instance.monitoring_state = "enabled" if given("Monitoring", {}).get("Enabled") else "disabled"
    placement = given("Placement", {})
    for name, attribute in (("Tenancy", "tenancy"), ("GroupName", "group_name"), ("GroupId", "group_id"), ("PartitionNumber", "partition_number")):
        if placement.get(name):
            setattr(instance._placement, attribute, placement[name])
    _complete_interfaces(response, instance)


def _complete_interfaces(response, instance: Instance) -> None:
    """What is made with an instance goes with it, unless it says otherwise."""
    specifications = {int(s.get("DeviceIndex") or 0): s for s in response._get_param("NetworkInterfaces", [])}
    for index, interface in instance.nics.items():
        specification = specifications.get(index, {})
        was_there = "NetworkInterfaceId" in specification
        interface.delete_on_termination = specification.get("DeleteOnTermination", not was_there)
        for address in specification.get("PrivateIpAddresses", []):
            if not address.get("Primary"):
                interface.private_ip_addresses.append({"Primary": False, "PrivateIpAddress": address["PrivateIpAddress"]})


def _usual_credits(instance: Instance) -> str:
    return "standard" if instance.instance_type.startswith("t2.") else "unlimited"


def _is_burstable(instance: Instance) -> bool:
    return instance.instance_type[:1] == "t" and instance.instance_type[1:2].isdigit()


def _modify_instance_attribute(modify, self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html"""
    instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
    for name in ("InstanceType", "UserData"):
        if self._get_param(f"{name}.Value") is not None and instance.state != "stopped":
            raise ec2_error("IncorrectInstanceState", f"The instance '{instance.id}' is not in the 'stopped' state.")
    if (check := self._get_param("SourceDestCheck.Value")) is not None:
        if len(instance.nics) > 1:
            raise ec2_error("InvalidInstanceID", f"There are multiple interfaces attached to instance '{instance.id}'.")
        instance.nics[0].source_dest_check = check
    if (data := self._get_param("UserData.Value")) is not None:
        # The blob comes decoded, and is told encoded.
        instance.user_data = Base64EncodedString(base64.b64encode(data).decode())
        return EmptyResult()
    if behavior := self._get_param("InstanceInitiatedShutdownBehavior.Value"):
        instance.instance_initiated_shutdown_behavior = behavior
        return EmptyResult()
    return modify(self)


def _modify_metadata_options(_modify, self, instance_id, http_tokens=None, hop_limit=None, http_endpoint=None, dry_run=False, http_protocol=None, metadata_tags=None):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html

    moto forgets what is not in the request.
    """
    options = self.get_instance(instance_id).metadata_options
    wanted = {
        "http_tokens": http_tokens,
        "http_put_response_hop_limit": hop_limit,
        "http_endpoint": http_endpoint,
        "http_protocol_ipv6": http_protocol,
        "instance_metadata_tags": metadata_tags,
    }
    if http_endpoint == "disabled" and (http_tokens or hop_limit):
        raise ec2_error("InvalidParameterCombination", "HttpTokens and HttpPutResponseHopLimit need an endpoint that is enabled.")
    for name, value in wanted.items():
        if value is not None:
            setattr(options, name, value)
    return options


def monitor_instances(self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_MonitorInstances.html"""
    return _monitor(self, "enabled")


def unmonitor_instances(self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnmonitorInstances.html"""
    return _monitor(self, "disabled")


def _monitor(response, state: str) -> ActionResult:
    instances = response.ec2_backend.get_multi_instances_by_id(response._get_param("InstanceIds", []))
    for instance in instances:
        instance.monitoring_state = state
    return ActionResult({"InstanceMonitorings": [{"InstanceId": i.id, "Monitoring": {"State": state}} for i in instances]})


def describe_instance_credit_specifications(self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceCreditSpecifications.html"""
    found = []
    for instance in self.ec2_backend.get_multi_instances_by_id(self._get_param("InstanceIds", [])):
        if not _is_burstable(instance):
            raise ec2_error("InstanceCreditSpecification.NotSupported", f"The instance '{instance.id}' is not burstable.")
        found.append({"InstanceId": instance.id, "CpuCredits": instance.landform_credits})
    return ActionResult({"InstanceCreditSpecifications": found})


def modify_instance_credit_specification(self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceCreditSpecification.html"""
    changed = []
    for wanted in self._get_param("InstanceCreditSpecifications", []):
        instance = self.ec2_backend.get_instance(wanted["InstanceId"])
        if not _is_burstable(instance):
            raise ec2_error("InstanceCreditSpecification.NotSupported", f"The instance '{instance.id}' is not burstable.")
        instance.landform_credits = wanted["CpuCredits"]
        changed.append({"InstanceId": instance.id})
    return ActionResult({"SuccessfulInstanceCreditSpecifications": changed, "UnsuccessfulInstanceCreditSpecifications": []})


def modify_instance_maintenance_options(self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMaintenanceOptions.html"""
    instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
    if recovery := self._get_param("AutoRecovery"):
        instance.maintenance_options["AutoRecovery"] = recovery
    return ActionResult({"InstanceId": instance.id, **instance.maintenance_options})


def modify_private_dns_name_options(self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyPrivateDnsNameOptions.html"""
    instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
    if kind := self._get_param("PrivateDnsHostnameType"):
        if instance.state != "stopped":
            raise ec2_error("IncorrectInstanceState", f"The instance '{instance.id}' is not in the 'stopped' state.")
        instance.private_dns_name_options["HostnameType"] = kind
    for name in ("EnableResourceNameDnsARecord", "EnableResourceNameDnsAAAARecord"):
        if (value := self._get_param(name)) is not None:
            instance.private_dns_name_options[name] = value
    return ActionResult({"Return": True})


def modify_instance_capacity_reservation_attributes(self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceCapacityReservationAttributes.html"""
    instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
    if instance.state != "stopped":
        raise ec2_error("IncorrectInstanceState", f"The instance '{instance.id}' is not in the 'stopped' state.")
    instance.capacity_reservation_specification = self._get_param("CapacityReservationSpecification", {})
    return ActionResult({"Return": True})
