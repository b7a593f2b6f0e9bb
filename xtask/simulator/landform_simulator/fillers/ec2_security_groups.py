"""Security groups: descriptions on every kind of rule, protocols without ports, and groups in use that stay."""

from moto.core.responses import ActionResult
from moto.ec2.models import EC2Backend
from moto.ec2.models.security_groups import SecurityGroup, SecurityGroupRule
from moto.ec2.responses import EC2Response

from landform_simulator.fillers.patching import ec2_error, wrap

_PROTOCOLS = {"all": "-1", "1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}


def install() -> None:
    SecurityGroupRule.description = property(_description, _set_description)
    SecurityGroupRule.__eq__ = _same_permission
    wrap(SecurityGroupRule, "__init__")(_init_rule)
    wrap(SecurityGroup, "_flattened_rules")(_flattened_rules)
    wrap(EC2Backend, "create_security_group")(_create_security_group)
    wrap(EC2Backend, "describe_security_groups")(_describe_security_groups)
    wrap(EC2Response, "delete_security_group")(_delete_security_group)
    EC2Backend.modify_security_group_rules = _modify_security_group_rules
    for direction in ("ingress", "egress"):
        wrap(EC2Response, f"authorize_security_group_{direction}")(_authorize(direction))
        wrap(EC2Response, f"update_security_group_rule_descriptions_{direction}")(_update_descriptions)


def _init_rule(init, self, ec2_backend, ip_protocol, group_id, from_port, to_port, *rest, **keywords):
    """Ports of protocols that have none are -1, as AWS reports them."""
    protocol = str(ip_protocol).lower()
    protocol = _PROTOCOLS.get(protocol, protocol)
    if protocol != "-1":
        from_port = -1 if from_port is None else from_port
        to_port = -1 if to_port is None else to_port
    init(self, ec2_backend, protocol, group_id, from_port, to_port, *rest, **keywords)
    prefix_list = keywords.get("prefix_list_id") or (rest[2] if len(rest) > 2 else None) or {}
    self.prefix_list_description = prefix_list.get("Description")


def _description(self) -> str | None:
    return self.ip_range.get("Description") or self.source_group.get("Description") or self.prefix_list_description


def _set_description(self, description: str | None) -> None:
    if self.prefix_list_id:
        self.prefix_list_description = description
    else:
        (self.source_group or self.ip_range)["Description"] = description


def _same_permission(self, other) -> bool:
    """Descriptions, and the owner of a referenced group, are no part of what a rule permits."""

    def permission(rule):
        ports = (None, None) if rule.ip_protocol == "-1" else (rule.from_port, rule.to_port)
        addresses = (rule.ip_range.get("CidrIp"), rule.ip_range.get("CidrIpv6"))
        group = rule.source_group.get("GroupId") or rule.source_group.get("GroupName")
        return rule.ip_protocol, ports, addresses, group, rule.prefix_list_id

    return permission(self) == permission(other)


def _flattened_rules(flatten, self, rules):
    views = flatten(self, rules)
    descriptions = {
        (rule.from_port, rule.to_port, rule.ip_protocol, rule.prefix_list_id): rule.prefix_list_description
        for rule in rules
        if rule.prefix_list_id and rule.prefix_list_description
    }
    for view in views:
        for entry in view.prefix_list_ids:
            key = (view.from_port, view.to_port, view.ip_protocol, entry["PrefixListId"])
            if key in descriptions:
                entry["Description"] = descriptions[key]
    return views


def _create_security_group(create, self, *arguments, **keywords):
    """https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html"""
    group = create(self, *arguments, **keywords)
    if group.is_default:
        itself = {"GroupId": group.id, "UserId": self.account_id}
        group.ingress_rules.append(SecurityGroupRule(self, "-1", group.id, None, None, None, itself, is_egress=False))
    return group


def _describe_security_groups(describe, self, group_ids=None, groupnames=None, filters=None):
    """moto's message names the ids as a Python set."""
    for missing in [g for g in group_ids or [] if self.get_security_group_from_id(g) is None]:
        raise ec2_error("InvalidGroup.NotFound", f"The security group '{missing}' does not exist")
    return describe(self, group_ids, groupnames, filters)


def _delete_security_group(delete, self):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html"""
    backend = self.ec2_backend
    group = backend.get_security_group_by_name_or_id(self._get_param("GroupId") or self._get_param("GroupName"))
    if group is None:
        return delete(self)
    if group.is_default:
        raise ec2_error("CannotDelete", f'the specified group: "{group.id}" name: "default" cannot be deleted by a user')
    if _is_referenced(backend, group) or _is_attached(backend, group):
        raise ec2_error("DependencyViolation", f"resource {group.id} has a dependent object")
    delete(self)
    return ActionResult({"Return": True, "GroupId": group.id})


def _is_referenced(backend, group) -> bool:
    others = [other for groups in backend.groups.values() for other in groups.values() if other is not group]
    return any(rule.source_group.get("GroupId") == group.id for o in others for rule in [*o.ingress_rules, *o.egress_rules])


def _is_attached(backend, group) -> bool:
    return any(attached.id == group.id for interface in backend.enis.values() for attached in interface.group_set)


def _authorize(direction: str):
    def authorize(_authorize_one, self):
        """moto returns the rules of the last permission only, and adds the first ones even when a later one fails."""
        self.error_on_dryrun()
        authorize_in_backend = getattr(self.ec2_backend, f"authorize_security_group_{direction}")
        added = []
        try:
            for permission in self._process_rules_from_querystring():
                rules, group = authorize_in_backend(**permission)
                added += rules
        except Exception:
            for rule in added:
                getattr(group, f"{direction}_rules").remove(rule)
            raise
        return ActionResult({"Return": True, "SecurityGroupRules": added})

    return authorize


def _update_descriptions(update, self):
    """moto ignores descriptions that are given by the id of the rule."""
    by_rule = self._get_param("SecurityGroupRuleDescriptions", [])
    if not by_rule:
        return update(self)
    group = self.ec2_backend.get_security_group_by_name_or_id(self._get_param("GroupId"))
    for entry in by_rule:
        _rule_of(group, entry["SecurityGroupRuleId"]).description = entry.get("Description")
    return ActionResult({"Return": True})


def _rule_of(group: SecurityGroup, identity: str) -> SecurityGroupRule:
    rule = group.get_rule(identity)
    if rule is None:
        raise ec2_error("InvalidSecurityGroupRuleId.NotFound", f"The security group rule ID '{identity}' does not exist")
    return rule


def _modify_security_group_rules(self, group_id, rules):
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html"""
    group = self.get_security_group_by_name_or_id(group_id)
    if group is None:
        raise ec2_error("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    for identity, wanted in rules.items():
        _modify_rule(_rule_of(group, identity), wanted)


def _modify_rule(rule: SecurityGroupRule, wanted: dict) -> None:
    current = {
        "CidrIpv4": rule.cidr_ipv4,
        "CidrIpv6": rule.cidr_ipv6,
        "PrefixListId": rule.prefix_list_id,
        "ReferencedGroupId": rule.source_group.get("GroupId"),
    }
    sources = [name for name in current if wanted.get(name)]
    if len(sources) != 1:
        code = "InvalidParameterCombination" if sources else "MissingParameter"
        raise ec2_error(code, "The request must contain exactly one of: cidrIp, cidrIpv6, prefixListId, or referencedGroupId")
    if not current[sources[0]]:
        raise ec2_error(
            "InvalidParameterValue",
            f"Invalid rule type for security group rule '{rule.id}'. You may not specify {sources[0]} for an existing rule of another type.",
        )
    fresh = SecurityGroupRule(
        rule.ec2_backend,
        wanted.get("IpProtocol"),
        rule.group_id,
        wanted.get("FromPort"),
        wanted.get("ToPort"),
        {key: wanted[name] for key, name in (("CidrIp", "CidrIpv4"), ("CidrIpv6", "CidrIpv6")) if wanted.get(name)} or None,
        {**rule.source_group, "GroupId": wanted["ReferencedGroupId"]} if wanted.get("ReferencedGroupId") else None,
        {"PrefixListId": wanted["PrefixListId"]} if wanted.get("PrefixListId") else None,
    )
    for name in ("ip_protocol", "from_port", "to_port", "ip_range", "source_group", "prefix_list_id"):
        setattr(rule, name, getattr(fresh, name))
    rule.description = wanted.get("Description")
