"""Parameters as AWS has them."""

from conftest import code_of


def test_the_tier_is_chosen_by_size_and_kept(account):
    client = account.client("ssm")
    put = {"Name": "/p", "Type": "String", "Overwrite": True}
    assert client.put_parameter(**put, Value="a", Tier="Intelligent-Tiering")["Tier"] == "Standard"
    assert code_of(client.put_parameter, **put, Value="a" * 5000, Tier="Standard") == "ValidationException"
    assert client.put_parameter(**put, Value="a" * 5000, Tier="Intelligent-Tiering")["Tier"] == "Advanced"
    assert client.put_parameter(**put, Value="a", Tier="Intelligent-Tiering")["Tier"] == "Advanced"
    assert code_of(client.put_parameter, **put, Value="a", Tier="Standard") == "ValidationException"


def test_values_match_their_pattern(account):
    client = account.client("ssm")
    put = {"Name": "/p", "Type": "String", "AllowedPattern": "^[a-z]$"}
    assert code_of(client.put_parameter, **put, Value="1") == "ParameterPatternMismatchException"
    client.put_parameter(**put, Value="a")
    assert code_of(client.put_parameter, Name="/p", Value="1", Overwrite=True) == "ParameterPatternMismatchException"


def test_descriptions_come_in_pages_without_values(account):
    client = account.client("ssm")
    names = [f"/p{number}" for number in range(12)]
    for name in names:
        client.put_parameter(Name=name, Type="String", Value="secret")
    filters = [{"Key": "Name", "Option": "Equals", "Values": names}]
    told = client.describe_parameters(ParameterFilters=filters, MaxResults=50)
    assert len(told["Parameters"]) == 12 and "NextToken" not in told
    assert "Value" not in told["Parameters"][0]
    assert told["Parameters"][0]["ARN"].endswith(":parameter/p0")
    page = client.describe_parameters(ParameterFilters=filters, MaxResults=10)
    assert len(client.describe_parameters(ParameterFilters=filters, MaxResults=10, NextToken=page["NextToken"])["Parameters"]) == 2
    assert len(account.control("GET", "objects")["ssm.parameter"]) == 12
