//! Which types are parts of others that can list them as well.

use landform_provider_api::PartSchema;

/// Part; the value of `type` that it is about, if only one; the part's attribute; the whole; where that lists such parts.
const PARTS: [(&str, Option<&str>, &str, &str, &str); 7] = [
    ("aws_security_group_rule", Some("ingress"), "security_group_id", "aws_security_group", "ingress"),
    ("aws_security_group_rule", Some("egress"), "security_group_id", "aws_security_group", "egress"),
    ("aws_vpc_security_group_ingress_rule", None, "security_group_id", "aws_security_group", "ingress"),
    ("aws_vpc_security_group_egress_rule", None, "security_group_id", "aws_security_group", "egress"),
    ("aws_route", None, "route_table_id", "aws_route_table", "route"),
    ("aws_iam_role_policy", None, "role", "aws_iam_role", "inline_policy"),
    ("aws_iam_role_policy_attachment", None, "role", "aws_iam_role", "managed_policy_arns"),
];

pub(crate) fn all() -> Vec<PartSchema> {
    let parts = PARTS.iter().map(|(kind, only, by, whole, within)| PartSchema {
        kind: (*kind).into(),
        only: only.map(|value| ("type".into(), value.into())),
        by: (*by).into(),
        whole: (*whole).into(),
        within: vec![(*within).into()],
    });
    parts.collect()
}
