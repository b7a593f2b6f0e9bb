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
/// conditions' values it does not either), and `true` is `"true"`.
pub fn policy(a: &str, b: &str) -> bool {
    match (serde_json::from_str::<Json>(a), serde_json::from_str::<Json>(b)) {
        (Ok(a), Ok(b)) => policy_form(a) == policy_form(b),
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

fn policy_form(json: Json) -> Json {
    match json {
        Json::Object(items) => {
            let mut items: Vec<(String, Json)> = items
                .into_iter()
                .map(|(key, item)| (key, policy_form(item)))
                .filter(|(_, item)| !item.is_null())
                .collect();
            items.sort_by(|(a, _), (b, _)| a.cmp(b));
            Json::Object(items.into_iter().collect())
        }
        Json::Array(items) => {
            let mut items: Vec<Json> = items.into_iter().map(policy_form).collect();
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
        other => other,
    }
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
        assert!(!json(one, two));
        assert!(json(r#"{"a":1,"b":[1,2]}"#, r#"{ "b": [1, 2], "a": 1 }"#));
        assert!(cidr("2001:db8::/32", "2001:0db8:0::/32"));
        assert!(!cidr("10.0.0.0/8", "10.0.0.0/9"));
    }
}
