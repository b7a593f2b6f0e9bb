"""DynamoDB tables: class and id are described."""

import uuid

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

from landform_simulator.fillers.patching import wrap


def install() -> None:
    wrap(Table, "describe")(_describe)
    wrap(DynamoHandler, "create_table")(_keep_class)
    wrap(DynamoHandler, "update_table")(_keep_class)
    wrap(DynamoDBBackend, "update_table")(_update_table)


def _describe(describe, self, base_key="TableDescription"):
    result = describe(self, base_key)
    table = result[base_key]
    table["TableId"] = self.__dict__.setdefault("landform_id", str(uuid.uuid4()))
    if table_class := self.__dict__.get("landform_class"):
        table["TableClassSummary"] = {"TableClass": table_class}
    return result


def _keep_class(create_or_update, self):
    result = create_or_update(self)
    table_class = self.body.get("TableClass")
    if table_class:
        self.dynamodb_backend.get_table(self.body["TableName"]).landform_class = table_class
    return result


def _update_table(update, self, *arguments, **keywords):
    """A table that goes over to paying by request has no provisioned throughput left."""
    table = update(self, *arguments, **keywords)
    if table.billing_mode == "PAY_PER_REQUEST":
        table.throughput = {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0}
    return table
