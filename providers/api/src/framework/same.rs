//! When two different texts mean the same: `#[attr(same = json)]`.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value as Json;

/// The same JSON, whatever its spacing and order of keys.
pub fn json(a: &str, b: &str) -> bool {
    match (serde_json::from_str::<Json>(a), serde_json::from_str::<Json>(b)) {
        (Ok(a), Ok(b)) => sorted(a) == sorted(b),
        _ => a == b,
    }
}

/// The same IAM policy: JSON where a list of one is its item, the order of lists does not count (but for
/// conditions' values it does not either), `true` is `"true"`, effects are written in any case, and an account's id is its
/// root user among principals. No policy and an empty one are the same too.
pub fn policy(a: &str, b: &str) -> bool {
    let is_empty = |text: &str| matches!(text.trim(), "" | "{}");
    if is_empty(a) || is_empty(b) {
        return is_empty(a) && is_empty(b);
    }
    match (serde_json::from_str::<Json>(a), serde_json::from_str::<Json>(b)) {
        (Ok(a), Ok(b)) => policy_form(Part::Other, a) == policy_form(Part::Other, b),
        _ => a == b,
    }
}

/// The same but for upper and lower case.
pub fn case(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// The same but for a full stop at the end, as of DNS names.
pub fn trailing_dot(a: &str, b: &str) -> bool {
    a.strip_suffix('.').unwrap_or(a).eq_ignore_ascii_case(b.strip_suffix('.').unwrap_or(b))
}

/// The same but for white space at both ends.
pub fn trimmed(a: &str, b: &str) -> bool {
    a.trim() == b.trim()
}

/// The same network: `2001:db8::/32` and `2001:0db8:0::/32`.
pub fn cidr(a: &str, b: &str) -> bool {
    match (network(a), network(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

fn network(text: &str) -> Option<(bool, u128, u32)> {
    let (address, prefix) = text.split_once('/')?;
    let prefix = prefix.parse().ok()?;
    if let Ok(v4) = address.parse::<Ipv4Addr>() {
        return Some((false, u128::from(u32::from(v4)), prefix));
    }
    Some((true, u128::from(address.parse::<Ipv6Addr>().ok()?), prefix))
}

fn sorted(json: Json) -> Json {
    match json {
        Json::Object(items) => {
            let mut items: Vec<(String, Json)> = items.into_iter().map(|(key, item)| (key, sorted(item))).collect();
            items.sort_by(|(a, _), (b, _)| a.cmp(b));
            Json::Object(items.into_iter().collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// What the key says that a part of a policy is about.
#[derive(Clone, Copy)]
enum Part {
    Effect,
    Principals,
    Other,
}

impl Part {
    fn under(self, key: &str) -> Self {
        match (self, key) {
            (_, "Effect") => Self::Effect,
            (_, "Principal" | "NotPrincipal") | (Self::Principals, "AWS") => Self::Principals,
            _ => Self::Other,
        }
    }
}

fn policy_form(part: Part, json: Json) -> Json {
    match json {
        Json::Object(items) => {
            let items = items.into_iter().map(|(key, item)| (policy_form(part.under(&key), item), key));
            let mut items: Vec<(String, Json)> =
                items.filter(|(item, _)| !item.is_null()).map(|(item, key)| (key, item)).collect();
            items.sort_by(|(a, _), (b, _)| a.cmp(b));
            Json::Object(items.into_iter().collect())
        }
        Json::Array(items) => {
            let mut items: Vec<Json> = items.into_iter().map(|item| policy_form(part, item)).collect();
            items.sort_by_cached_key(Json::to_string);
            items.dedup();
            match items.len() {
                0 => Json::Null,
                1 => items.remove(0),
                _ => Json::Array(items),
            }
        }
        Json::Bool(truth) => Json::String(truth.to_string()),
        Json::Number(number) => Json::String(number.to_string()),
        Json::String(text) => Json::String(match part {
            Part::Effect => text.to_lowercase(),
            Part::Principals => root_account(&text).unwrap_or(&text).to_owned(),
            Part::Other => text,
        }),
        Json::Null => Json::Null,
    }
}

/// The account of which an ARN is the root user: `arn:aws:iam::111122223333:root`.
fn root_account(arn: &str) -> Option<&str> {
    let (partition, account) = arn.strip_prefix("arn:")?.strip_suffix(":root")?.split_once(":iam::")?;
    let is_account = account.len() == 12 && account.bytes().all(|it| it.is_ascii_digit());
    (is_account && !partition.contains(':')).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies() {
        let one =
            r#"{"Statement":[{"Action":["s3:Get*"],"Effect":"Allow","Resource":["b","a"]}],"Version":"2012-10-17"}"#;
        let two = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":["a","b"]}}"#;
        let three = r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:Get*","Resource":["a","b"]}}"#;
        assert!(policy(one, two));
        assert!(!policy(one, three));
        assert!(policy("", " {} ") && !policy("", one));
        assert!(!json(one, two));
        assert!(json(r#"{"a":1,"b":[1,2]}"#, r#"{ "b": [1, 2], "a": 1 }"#));
        assert!(cidr("2001:db8::/32", "2001:0db8:0::/32"));
        assert!(!cidr("10.0.0.0/8", "10.0.0.0/9"));
    }

    #[test]
    fn principals() {
        let of = |effect: &str, principal: &str| {
            format!(r#"{{"Statement":[{{"Effect":"{effect}","Principal":{principal},"Action":"sts:AssumeRole"}}]}}"#)
        };
        let by_id = of("Allow", r#"{"AWS":["111122223333"]}"#);
        assert!(policy(&by_id, &of("allow", r#"{"AWS":"arn:aws:iam::111122223333:root"}"#)));
        assert!(!policy(&by_id, &of("Allow", r#"{"AWS":"arn:aws:iam::111122223334:root"}"#)));
        assert!(!policy(&by_id, &of("Allow", r#"{"AWS":"arn:aws:iam::111122223333:user/root"}"#)));
        assert!(!policy(&by_id, &of("Allow", r#"{"Federated":"arn:aws:iam::111122223333:root"}"#)));
        assert!(!policy(&of("Allow", r#""*""#), &of("Deny", r#""*""#)));
    }
}
