"""DynamoDB tables: class, id, bounds and encryption are described, and tables have replicas in other regions."""

import copy
import uuid

from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
from moto.dynamodb.models.table import RestoredPITTable, Table
from moto.dynamodb.responses import DynamoHandler, DynamoResult

from landform_simulator.fillers.patching import wrap


def install() -> None:
    wrap(Table, "describe")(_describe)
    wrap(DynamoHandler, "create_table")(_keep_the_rest)
    wrap(DynamoHandler, "update_table")(_keep_the_rest)
    wrap(DynamoDBBackend, "update_table")(_update_table)
    wrap(DynamoDBBackend, "update_table_streams")(_update_table_streams)


def _describe(describe, self, base_key="TableDescription"):
    result = describe(self, base_key)
    table = result[base_key]
    table["TableId"] = self.__dict__.setdefault("landform_id", str(uuid.uuid4()))
    if table_class := self.__dict__.get("landform_class"):
        table["TableClassSummary"] = {"TableClass": table_class}
    if bounds := self.__dict__.get("landform_bounds"):
        table["OnDemandThroughput"] = bounds
    if replicas := self.__dict__.get("landform_replicas"):
        table["Replicas"] = list(replicas.values())
    return result


def _keep_the_rest(create_or_update, self):
    """What moto does not look at. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html"""
    create_or_update(self)
    table = self.dynamodb_backend.get_table(self.body["TableName"])
    if table_class := self.body.get("TableClass"):
        table.landform_class = table_class
    if bounds := self.body.get("OnDemandThroughput"):
        # No bound is not told of.
        table.landform_bounds = {name: units for name, units in bounds.items() if units != -1}
    if table.billing_mode == "PROVISIONED":
        table.landform_bounds = None
    if encryption := self.body.get("SSESpecification"):
        key = encryption.get("KMSMasterKeyId") or table._get_default_encryption_key(table.account_id, table.region_name)
        table.sse_specification = {**encryption, "KMSMasterKeyId": key}
    for update in self.body.get("ReplicaUpdates", []):
        _update_replica(table, update)
    # As it is now.
    return DynamoResult(table.describe())


def _update_replica(table: Table, update: dict) -> None:
    replicas = table.__dict__.setdefault("landform_replicas", {})
    if create := update.get("Create"):
        region = create["RegionName"]
        backend = dynamodb_backends[table.account_id][region]
        backend.tables[table.name] = _copy(table, region)
        replicas[region] = {"RegionName": region, "ReplicaStatus": "ACTIVE"}
        if key := create.get("KMSMasterKeyId"):
            replicas[region]["KMSMasterKeyId"] = key
            backend.tables[table.name].sse_specification = {"Enabled": True, "KMSMasterKeyId": key}
    if delete := update.get("Delete"):
        replicas.pop(delete["RegionName"], None)
        dynamodb_backends[table.account_id][delete["RegionName"]].tables.pop(table.name, None)


def _copy(table: Table, region: str) -> Table:
    copied = RestoredPITTable(table.name, account_id=table.account_id, region=region, source=table)
    copied.billing_mode = table.billing_mode
    copied.set_stream_specification(copy.deepcopy(table.stream_specification))
    copied.sse_specification = None
    return copied


def _update_table(update, self, *arguments, **keywords):
    """A table that goes over to paying by request has no provisioned throughput left."""
    table = update(self, *arguments, **keywords)
    if table.billing_mode == "PAY_PER_REQUEST":
        table.throughput = {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    return table


def _update_table_streams(update, self, table, stream_specification):
    """A stream that was ended is still named, but keeps nobody from beginning another."""
    ended = table.latest_stream_label if not (table.stream_specification or {}).get("StreamEnabled") else None
    if ended:
        table.latest_stream_label = None
    update(self, table, stream_specification)
    table.latest_stream_label = table.latest_stream_label or ended
