"""Volumes of instances: those of the image, with what a launch template and the request say of them."""

from moto.ec2.models.amis import Ami
from moto.ec2.models.elastic_block_store import Volume
from moto.ec2.models.instances import Instance
from moto.ec2.responses import EC2Response

from landform_simulator.fillers.patching import ec2_error, wrap

# A device that is left out: moto makes no volumes of its own then.
_NOTHING = [{"DeviceName": "-", "NoDevice": "", "Ebs": {}}]


def install() -> None:
    EC2Response._parse_block_device_mapping = lambda self: _NOTHING
    wrap(Volume, "modify")(_modify)


def attach(response, instance: Instance, data: dict) -> None:
    """Makes and attaches the volumes of a new instance; ``data`` is what its launch template says.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-device-mapping-concepts.html
    """
    backend = response.ec2_backend
    image = backend.amis[instance.image_id]
    devices = _devices(image)
    for mapping in [*data.get("BlockDeviceMappings", []), *response._get_param("BlockDeviceMappings", [])]:
        name = mapping["DeviceName"]
        if "NoDevice" in mapping:
            devices.pop(name, None)
        elif "Ebs" in mapping:
            devices[name] = devices.get(name, {"DeleteOnTermination": True}) | mapping["Ebs"]
    tags = [*data.get("TagSpecifications", []), *response._get_param("TagSpecifications", [])]
    tags = {tag["Key"]: tag["Value"] for s in tags if s.get("ResourceType") == "volume" for tag in s.get("Tags", [])}
    for name, ebs in devices.items():
        volume = _volume(backend, instance, ebs)
        volume.add_tags(tags)
        backend.attach_volume(volume.id, instance.id, name, ebs["DeleteOnTermination"])


def _devices(image: Ami) -> dict[str, dict]:
    """The devices of an image by name. Its root volume goes with the instance."""
    return {image.root_device_name: {"SnapshotId": image.ebs_snapshot.id, "VolumeSize": 8, "DeleteOnTermination": True}}


def _volume(backend, instance: Instance, ebs: dict) -> Volume:
    kind, size = ebs.get("VolumeType", "gp2"), ebs.get("VolumeSize")
    if size is None and not ebs.get("SnapshotId"):
        raise ec2_error("MissingParameter", "The request must contain the parameter size or snapshotId")
    volume = backend.create_volume(
        size=size,
        zone_name=instance.availability_zone,
        snapshot_id=ebs.get("SnapshotId"),
        encrypted=bool(ebs.get("Encrypted")),
        kms_key_id=ebs.get("KmsKeyId"),
        volume_type=kind,
        iops=ebs.get("Iops"),
        throughput=ebs.get("Throughput"),
    )
    _complete(volume)
    return volume


def _complete(volume: Volume) -> None:
    """https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html"""
    if volume.volume_type == "gp2":
        volume.iops, volume.throughput = max(100, min(16_000, 3 * volume.size)), None
    elif volume.volume_type == "gp3":
        volume.iops, volume.throughput = volume.iops or 3000, volume.throughput or 125


def _modify(modify, self, target_size=None, target_volume_type=None, target_iops=None, **keywords):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html"""
    if target_size and target_size < self.size:
        raise ec2_error("InvalidParameterValue", f"New size cannot be smaller than existing size {self.size} GiB")
    if target_volume_type == "gp3" and self.volume_type != "gp3" and not target_iops:
        self.iops = None
    modify(self, target_size=target_size, target_volume_type=target_volume_type, target_iops=target_iops, **keywords)
    _complete(self)
