"""What exists in an account, apart from what AWS puts there: a destroy that went well leaves nothing of it."""

from moto.dynamodb.models import dynamodb_backends
from moto.ec2.models import ec2_backends
from moto.eks.models import eks_backends
from moto.elasticache.models import elasticache_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.logs.models import logs_backends
from moto.rds.models import rds_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.ssm.models import ssm_backends

from landform_simulator.fillers.eks_access import entries_of
from landform_simulator.fillers.eks_addons import addons_of
from landform_simulator.fillers.eks_pod_identities import identities_of
from landform_simulator.fillers.elasticache import store_of


def inventory(account: str) -> dict[str, list[str]]:
    """Ids by kind, ``ec2.vpc`` and the like, over all regions; kinds without objects are left out.

    Keys and secrets that wait for their deletion and gateways in state deleted do not count.
    """
    found: dict[str, list[str]] = {}
    for kind, identity in _objects(account):
        found.setdefault(kind, []).append(identity)
    return {kind: sorted(identities) for kind, identities in sorted(found.items())}


def _objects(account: str):
    # Before EC2: what was deleted here takes its security groups along.
    for backend in _regional(eks_backends, account):
        yield from _eks_objects(backend)
    for backend in _regional(ec2_backends, account):
        yield from _ec2_objects(backend)
    for backend in _regional(logs_backends, account):
        yield from (("logs.log_group", name) for name in backend.groups)
    for backend in _regional(dynamodb_backends, account):
        yield from (("dynamodb.table", name) for name in backend.tables)
    for backend in _regional(kms_backends, account):
        for key in backend.keys.values():
            if any(alias.startswith("alias/aws/") for alias in key.aliases):
                continue
            yield from (("kms.alias", alias) for alias in key.aliases)
            if key.key_state != "PendingDeletion":
                yield "kms.key", key.id
    for backend in _regional(iam_backends, account):
        yield from (("iam.role", role.name) for role in backend.roles.values())
        yield from (("iam.policy", p.arn) for p in backend.managed_policies.values() if "::aws:" not in p.arn)
        yield from (("iam.instance_profile", name) for name in backend.instance_profiles)
        yield from (("iam.openid_connect_provider", arn) for arn in backend.open_id_providers)
    for backend in _regional(rds_backends, account):
        yield from _rds_objects(backend)
    for backend in _regional(elasticache_backends, account):
        yield from _elasticache_objects(store_of(backend))
    for backend in _regional(s3_backends, account):
        yield from (("s3.bucket", name) for name in backend.buckets)
    for backend in _regional(secretsmanager_backends, account):
        yield from (("secretsmanager.secret", s.arn) for s in backend.secrets.values() if not s.is_deleted())
    for backend in _regional(ssm_backends, account):
        yield from (("ssm.parameter", name) for name in backend._parameters if not name.startswith("/aws/"))


def _ec2_objects(backend):
    own_vpcs = {vpc.id for vpc in backend.vpcs.values() if not vpc.is_default}
    yield from (("ec2.vpc", vpc) for vpc in own_vpcs)
    for subnets in backend.subnets.values():
        yield from (("ec2.subnet", s.id) for s in subnets.values() if s.vpc_id in own_vpcs or not s.default_for_az)
    for groups in backend.groups.values():
        yield from (("ec2.security_group", g.id) for g in groups.values() if not g.is_default)
    for table in backend.route_tables.values():
        if not table.main_association_id:
            yield "ec2.route_table", table.id
    yield from (("ec2.internet_gateway", identity) for identity in backend.internet_gateways)
    yield from (("ec2.address", address.allocation_id) for address in backend.addresses)
    yield from (("ec2.nat_gateway", g.id) for g in backend.nat_gateways.values() if g.state != "deleted")
    yield from (("ec2.network_interface", identity) for identity in backend.enis)
    yield from (("ec2.flow_log", identity) for identity in backend.flow_logs)
    instances = [i for reservation in backend.reservations.values() for i in reservation.instances]
    yield from (("ec2.instance", i.id) for i in instances if i.state != "terminated")
    yield from (("ec2.volume", identity) for identity in backend.volumes)
    yield from (("ec2.launch_template", identity) for identity in backend.launch_templates)
    yield from (("ec2.vpn_gateway", g.id) for g in backend.vpn_gateways.values() if g.state != "deleted")


def _rds_objects(backend):
    yield from (("rds.instance", name) for name in backend.databases)
    yield from (("rds.snapshot", s.db_snapshot_identifier) for s in backend.database_snapshots.values() if s.snapshot_type == "manual")
    yield from (("rds.subnet_group", name) for name in backend.subnet_groups)
    yield from (("rds.parameter_group", name) for name in backend.db_parameter_groups if not name.startswith("default."))
    yield from (("rds.cluster", name) for name in backend.clusters)
    yield from (("rds.cluster_parameter_group", name) for name in backend.db_cluster_parameter_groups)
    manual = [s for s in backend.cluster_snapshots.values() if s.snapshot_type == "manual"]
    yield from (("rds.cluster_snapshot", snapshot.db_cluster_snapshot_identifier) for snapshot in manual)
    yield from (("rds.option_group", name) for name in backend.option_groups)


def _elasticache_objects(store):
    with store.lock:
        store.settle()
        yield from (("elasticache.cluster", name) for name in list(store.clusters))
        yield from (("elasticache.parameter_group", name) for name in list(store.parameter_groups))
        yield from (("elasticache.replication_group", name) for name in list(store.replication_groups))
        yield from (("elasticache.snapshot", name) for name in list(store.snapshots))
        yield from (("elasticache.subnet_group", name) for name in list(store.subnet_groups))
        yield from (("elasticache.user", name) for name in list(store.users) if name != "default")
        yield from (("elasticache.user_group", name) for name in list(store.user_groups))


def _eks_objects(backend):
    for cluster in list(backend.clusters.values()):
        yield "eks.cluster", cluster.name
        yield from (("eks.node_group", f"{cluster.name}:{name}") for name in cluster.nodegroups)
        yield from (("eks.fargate_profile", f"{cluster.name}:{name}") for name in cluster.fargate_profiles)
        yield from (("eks.addon", f"{cluster.name}:{name}") for name in addons_of(cluster))
        yield from (("eks.access_entry", f"{cluster.name}:{principal}") for principal in entries_of(cluster))
        yield from (("eks.pod_identity_association", f"{cluster.name}:{identity}") for identity in identities_of(cluster))


def _regional(backends, account: str):
    return list(backends[account].values()) if account in backends else []
