"""A simulator for the whole run, and a fresh account for each test."""

import json
import subprocess
import sys
import urllib.request
from dataclasses import dataclass

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError


@dataclass
class Account:
    """An account of the simulator: boto3 clients and the control endpoint."""

    endpoint: str
    number: str

    def client(self, service: str, region: str = "us-east-1", retries: int = 0):
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id=f"LANDFORM{self.number}",
            aws_secret_access_key="secret",
            config=Config(retries={"max_attempts": retries, "mode": "standard"}, read_timeout=20),
        )

    @property
    def ec2(self):
        return self.client("ec2")

    def control(self, method: str, name: str, body=None):
        return control(self.endpoint, method, f"{name}?account={self.number}", body)

    def fault(self, **rule) -> None:
        self.control("POST", "faults", rule)

    def transitions_take(self, seconds: float) -> None:
        self.control("PUT", "transitions", {"seconds": seconds})

    def time_passes(self, seconds: float) -> None:
        self.control("POST", "time", {"seconds": seconds})

    def calls(self) -> dict[str, int]:
        return self.control("GET", "calls")

    def vpc(self, cidr: str = "10.0.0.0/16") -> str:
        return self.ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]

    def subnet(self, vpc: str, cidr: str = "10.0.1.0/24", zone: str = "us-east-1a") -> str:
        return self.ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]

    def address(self) -> str:
        return self.ec2.allocate_address(Domain="vpc")["AllocationId"]

    def nat_gateway(self, subnet: str, **keywords) -> dict:
        return self.ec2.create_nat_gateway(SubnetId=subnet, AllocationId=self.address(), **keywords)["NatGateway"]

    def group(self, vpc: str, name: str = "web") -> str:
        return self.ec2.create_security_group(GroupName=name, Description="-", VpcId=vpc)["GroupId"]


def control(endpoint: str, method: str, path: str, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{endpoint}/landform-simulator/{path}", data, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())


def code_of(call, **keywords) -> str:
    """The error code that a boto3 call ends with; "none" when it succeeds."""
    try:
        call(**keywords)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "none"


@pytest.fixture(scope="session")
def endpoint():
    process = subprocess.Popen([sys.executable, "-m", "landform_simulator", "--port", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    assert line.startswith("listening on "), line
    yield f"http://{line.split()[-1]}"
    process.stdin.close()
    assert process.wait(timeout=10) == 0


@pytest.fixture
def account(endpoint) -> Account:
    return Account(endpoint, control(endpoint, "POST", "accounts")["account"])
