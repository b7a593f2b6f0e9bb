//! What RDS demands of names.

use landform_provider_api::framework::Check;

/// What the names of a kind of object are made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// Characters besides lower case letters and digits.
    also: &'static str,
    /// How long a name may be.
    most: usize,
    /// Whether it begins with a letter and has no two hyphens in a row.
    strict: bool,
    /// Whether it may end with a hyphen: prefixes may.
    may_go_on: bool,
}

/// Names of parameter groups.
pub(super) const PARAMETER_GROUP: Rule = Rule { also: "-.", most: 255, strict: true, may_go_on: false };
/// What generated names of parameter groups begin with.
pub(super) const PARAMETER_GROUP_PREFIX: Rule = Rule { also: "-", most: 229, strict: true, may_go_on: true };
/// Names of option groups.
pub(super) const OPTION_GROUP: Rule = Rule { also: "-", ..PARAMETER_GROUP };
/// What generated names of option groups begin with.
pub(super) const OPTION_GROUP_PREFIX: Rule = PARAMETER_GROUP_PREFIX;
/// Names of subnet groups.
pub(super) const SUBNET_GROUP: Rule = Rule { also: "-_ .", most: 255, strict: false, may_go_on: true };
/// What generated names of subnet groups begin with.
pub(super) const SUBNET_GROUP_PREFIX: Rule = Rule { most: 229, ..SUBNET_GROUP };
/// Names of databases and clusters.
pub(super) const IDENTIFIER: Rule = Rule { also: "-", most: 63, strict: true, may_go_on: false };
/// What generated names of databases and clusters begin with.
pub(super) const IDENTIFIER_PREFIX: Rule = Rule { most: 37, may_go_on: true, ..IDENTIFIER };

/// The name is as RDS wants it.
pub(super) fn named(rule: Rule) -> Check {
    Check::text(move |text| problem(rule, text).map_or(Ok(()), Err))
}

fn problem(rule: Rule, text: &str) -> Option<String> {
    let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || rule.also.contains(it);
    if let Some(wrong) = text.chars().find(|it| !fits(*it)) {
        return Some(format!("may only contain lower case letters, digits and any of {:?}, not {wrong:?}", rule.also));
    }
    if text.len() > rule.most {
        return Some(format!("must not be longer than {} characters", rule.most));
    }
    if text == "default" {
        return Some("must not be \"default\": RDS keeps that name for itself".into());
    }
    if rule.strict && !text.starts_with(|it: char| it.is_ascii_lowercase()) {
        return Some(format!("must begin with a letter, not as {text:?} does"));
    }
    if rule.strict && text.contains("--") {
        return Some(format!("must not contain two hyphens in a row, as {text:?} does"));
    }
    let ends = rule.strict && !rule.may_go_on && text.ends_with('-');
    ends.then(|| format!("must not end with a hyphen, as {text:?} does"))
}
