//! `drift` lists exactly what somebody changed, and takes it over when asked to.

use serde_json::Value;

use crate::outside::FIND;
use crate::roots::Root;

/// What somebody does, and what is said of it: an item an attribute, or a vanished object.
const CHANGES: [(&str, &[&str]); 7] = [
    (
        "ec2.create_tags(Resources=[named('vpcs', '*')['VpcId']], Tags=[{'Key': 'Owner', 'Value': 'me'}])",
        &["module.vpc.aws_vpc.this tags[\"Owner\"] null \"me\" ../../modules/vpc/main.tf"],
    ),
    (
        "ec2.create_tags(Resources=[named('vpcs', '*')['VpcId']], Tags=[{'Key': 'Component', 'Value': 'mine'}])",
        &["module.vpc.aws_vpc.this tags[\"Component\"] \"network\" \"mine\" main.tf"],
    ),
    (
        "ec2.delete_tags(Resources=[named('vpcs', '*')['VpcId']], Tags=[{'Key': 'Environment'}])",
        &["module.vpc.aws_vpc.this tags_all[\"Environment\"] \"dev\" null "],
    ),
    (
        "ec2.modify_vpc_attribute(VpcId=named('vpcs', '*')['VpcId'], EnableDnsHostnames={'Value': False})",
        &["module.vpc.aws_vpc.this enable_dns_hostnames true false ../../modules/vpc/main.tf"],
    ),
    (
        "ec2.delete_route(RouteTableId=named('route_tables', '*-public')['RouteTableId'], DestinationCidrBlock='0.0.0.0/0')",
        &["module.vpc.aws_route.public_internet[0] vanished"],
    ),
    (
        "logs.put_retention_policy(logGroupName=logs.describe_log_groups()['logGroups'][0]['logGroupName'], retentionInDays=1)",
        &["module.vpc.aws_cloudwatch_log_group.flow_log[0] retention_in_days 7 1 dev.tfvars"],
    ),
    (
        "rules = [it for it in ec2.describe_security_group_rules()['SecurityGroupRules'] if not it['IsEgress'] and it.get('CidrIpv4', '').startswith('192.') and it['FromPort'] == 443]\nec2.revoke_security_group_ingress(GroupId=rules[0]['GroupId'], SecurityGroupRuleIds=[rules[0]['SecurityGroupRuleId']])",
        &["aws_vpc_security_group_ingress_rule.load_balancer_from_clients[\"https from 192.168.0.0/16\"] vanished"],
    ),
];

/// A line an attribute or a vanished object.
pub(crate) fn lines(said: &Value) -> Vec<String> {
    let objects = said["objects"].as_array().expect("a list");
    let mut lines = Vec::new();
    for object in objects {
        let address = object["address"].as_str().expect("an address");
        if object["change"] == "vanished" {
            lines.push(format!("{address} vanished"));
        }
        for found in object["attributes"].as_array().expect("a list") {
            let attribute = found["attribute"].as_str().expect("a name");
            let file = found["wanted"]["place"]["filename"].as_str().unwrap_or_default();
            lines.push(format!("{address} {attribute} {} {} {file}", found["before"], found["after"]));
        }
    }
    lines
}

#[test]
fn changes_are_listed_exactly_and_nothing_is_written() {
    let network = Root::network("dev");
    network.plans(0, &["apply", "-auto-approve"]);
    let mut state = network.state();
    assert_eq!(lines(&network.drift(0, &[])), [""; 0]);
    for (code, expected) in CHANGES {
        network.outside(&format!("{FIND}\n{code}"));
        assert_eq!(lines(&network.drift(2, &[])), expected, "{code}");
        assert_eq!(network.state(), state, "drift writes no state");
        network.plans(0, &["apply", "-auto-approve"]);
        assert_eq!(lines(&network.drift(0, &[])), [""; 0], "{code}");
        state = network.state();
    }
    network.is_destroyed_without_a_trace();
}

#[test]
fn what_is_accepted_leaves_a_plan_empty() {
    let network = Root::network("dev");
    network.plans(0, &["apply", "-auto-approve"]);
    let vpc = "-accept=module.vpc.aws_vpc.this";
    network.outside(&format!(
        "{FIND}\nvpc = named('vpcs', '*')['VpcId']\nec2.create_tags(Resources=[vpc], Tags=[{{'Key': 'Owner', 'Value': 'me'}}])\nec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={{'Value': False}})\nlogs.put_retention_policy(logGroupName=logs.describe_log_groups()['logGroups'][0]['logGroupName'], retentionInDays=1)"
    ));
    network.drift(0, &[vpc, "-accept=module.vpc.aws_cloudwatch_log_group.flow_log[0]"]);
    network.plans(0, &["plan", "-detailed-exitcode"]);
    let module = network.text("modules/vpc/main.tf");
    assert!(module.contains("  enable_dns_hostnames = false\n"), "{module}");
    assert!(module.contains("Name = var.name, Owner = \"me\""), "{module}");
    assert!(network.text("examples/network/dev.tfvars").contains("log_retention_days = 1\n"));

    // The caller's tags are those of many objects.
    network.outside(&format!(
        "{FIND}\nec2.create_tags(Resources=[named('vpcs', '*')['VpcId']], Tags=[{{'Key': 'Component', 'Value': 'mine'}}])"
    ));
    let before = network.text("examples/network/main.tf");
    let said = network.drift(2, &[vpc]);
    let reason = said["accepted"][0]["reason"].as_str().expect("a reason");
    assert!(reason.contains("the same text says what"), "{reason}");
    assert_eq!(network.text("examples/network/main.tf"), before);
    network.is_destroyed_without_a_trace();
}
