//! Rules for one argument each. A broken rule is a summary and a detail.

use std::sync::LazyLock;

use regex::Regex;

use super::notation::{parse_arn, parse_duration, parse_url, policy_problem, print_duration};

/// What is wrong.
pub(super) type Problem = (&'static str, String);

/// What a text must be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    NotEmpty,
    /// No slash at either end: S3 drops one in front and takes one at the end for a folder.
    S3Path,
    NoDoubleSlash,
    KmsKey,
    RoleArn,
    PolicyArn,
    SessionDuration,
    Length(usize, usize),
    SessionName,
    ExternalId,
    Policy,
    Url,
    RetryMode,
    MetadataMode,
}

const INVALID: &str = "Invalid Value";

impl Rule {
    pub(super) fn broken_by(self, text: &str) -> Option<Problem> {
        let broken = |holds: bool, detail: &str| (!holds).then(|| (INVALID, detail.to_owned()));
        match self {
            Self::NotEmpty => broken(!text.trim().is_empty(), "The value cannot be empty or all whitespace"),
            Self::S3Path => {
                let holds = !text.starts_with('/') && !text.ends_with('/');
                broken(holds, "The value must not start or end with \"/\"")
            }
            Self::NoDoubleSlash => broken(!text.contains("//"), "Value must not contain \"//\""),
            Self::KmsKey => kms_key(text),
            Self::RoleArn => arn(text, "role/", ("Invalid IAM Role ARN", "Role")),
            Self::PolicyArn => arn(text, "policy/", ("Invalid IAM Policy ARN", "Policy")),
            Self::SessionDuration => duration(text),
            Self::Length(least, most) => length(text, least, most),
            Self::SessionName => broken(
                only(text, "+=,.@-"),
                "Value can only contain letters, numbers, or the following characters: =,.@-",
            ),
            Self::ExternalId => broken(
                only(text, "+=,.@:/-"),
                "Value can only contain letters, numbers, or the following characters: =,.@/-",
            ),
            Self::Policy => policy_problem(text),
            Self::Url => url(text),
            Self::RetryMode => broken(matches!(text, "standard" | "adaptive"), &format!("unknown RetryMode, {text}")),
            Self::MetadataMode => broken(matches!(text, "IPv4" | "IPv6"), "Value must be one of [IPv4, IPv6]"),
        }
    }
}

fn only(text: &str, others: &str) -> bool {
    text.chars().all(|c| c == '_' || c.is_ascii_alphanumeric() || others.contains(c))
}

fn length(text: &str, least: usize, most: usize) -> Option<Problem> {
    let had = text.len();
    let detail = format!("Length must be between {least} and {most}, had {had}");
    (!(least..=most).contains(&had)).then_some(("Invalid Value Length", detail))
}

fn arn(text: &str, prefix: &str, (summary, what): (&'static str, &str)) -> Option<Problem> {
    match parse_arn(text) {
        Err(error) => Some(("Invalid ARN", format!("The value {text:?} cannot be parsed as an ARN: {error}"))),
        Ok(resource) if resource.starts_with(prefix) => None,
        Ok(_) => Some((summary, format!("Value must be a valid IAM {what} ARN, got {text:?}"))),
    }
}

fn duration(text: &str) -> Option<Problem> {
    const MINUTE: i128 = 60_000_000_000;
    let (least, most) = (15 * MINUTE, 12 * 60 * MINUTE);
    let detail = match parse_duration(text) {
        Err(error) => format!("The value {text:?} cannot be parsed as a duration: {error}"),
        Ok(had) if (least..=most).contains(&had) => return None,
        Ok(had) => {
            let [least, most, had] = [least, most, had].map(print_duration);
            format!("Duration must be between {least} and {most}, had {had}")
        }
    };
    Some(("Invalid Duration", detail))
}

fn url(text: &str) -> Option<Problem> {
    let detail = match parse_url(text) {
        Err(error) => format!("The value {text:?} cannot be parsed as a URL: {error}"),
        Ok((scheme, host)) if scheme.is_empty() || host.is_empty() => {
            format!("The value must be a valid URL containing at least a scheme and hostname. Had {text:?}")
        }
        Ok(_) => return None,
    };
    Some((INVALID, detail))
}

/// What older configurations may give in place of a URL: an error when it is no URL at all, and a warning when it has no
/// scheme or host.
pub(super) fn legacy_url(text: &str) -> Option<Result<Problem, Problem>> {
    match parse_url(text) {
        Err(error) => Some(Err((INVALID, format!("The value {text:?} cannot be parsed as a URL: {error}")))),
        Ok((scheme, host)) if scheme.is_empty() || host.is_empty() => {
            let detail = format!(
                "The value should be a valid URL containing at least a scheme and hostname. Had {text:?}.\n\nUsing an \
                 incomplete URL, such as a hostname only, may work, but may have unexpected behavior."
            );
            Some(Ok(("Complete URL Expected", detail)))
        }
        Ok(_) => None,
    }
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is a constant")
}

const MULTI_REGION: &str = "mrk-[a-f0-9]{32}";
const UUID: &str = "[a-f0-9]{8}-[a-f0-9]{4}-[1-5][a-f0-9]{3}-[ab89][a-f0-9]{3}-[a-f0-9]{12}";
const ALIAS: &str = "alias/[a-zA-Z0-9/_-]+";

/// The anchors bind as they do in Terraform.
static KEY_ID: LazyLock<Regex> = LazyLock::new(|| regex(&format!("^{UUID}|{MULTI_REGION}|{ALIAS}$")));
static KEY_RESOURCE: LazyLock<Regex> = LazyLock::new(|| regex(&format!("^key/(?:{UUID}|{MULTI_REGION})$|^{ALIAS}$")));

fn kms_key(text: &str) -> Option<Problem> {
    if !text.starts_with("arn:") {
        let detail = format!("Value must be a valid KMS Key ID, got {text:?}");
        return (!KEY_ID.is_match(text)).then_some(("Invalid KMS Key ID", detail));
    }
    let holds = parse_arn(text).is_ok_and(|resource| KEY_RESOURCE.is_match(resource));
    let detail = format!("Value must be a valid KMS Key ARN, got {text:?}");
    (!holds).then_some(("Invalid KMS Key ARN", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules() {
        let uuid = "57ff7a43-341d-46b6-aee3-a450c9de6dc8";
        let key_arn = format!("arn:aws:kms:us-west-2:111122223333:key/{uuid}");
        for (rule, text, expected) in [
            (Rule::NotEmpty, " ", "The value cannot be empty or all whitespace"),
            (Rule::S3Path, "/a", "The value must not start or end with \"/\""),
            (Rule::S3Path, "a/", "The value must not start or end with \"/\""),
            (Rule::S3Path, "a/b", ""),
            (Rule::NoDoubleSlash, "a//b", "Value must not contain \"//\""),
            (Rule::KmsKey, uuid, ""),
            (Rule::KmsKey, "alias/a-b", ""),
            (Rule::KmsKey, "$%wrongkey", "Value must be a valid KMS Key ID, got \"$%wrongkey\""),
            (Rule::KmsKey, &key_arn, ""),
            (Rule::KmsKey, "arn:aws:kms:us-west-2:111122223333:key/x", "Value must be a valid KMS Key ARN"),
            (Rule::RoleArn, "arn:aws:iam::123456789012:role/r", ""),
            (Rule::RoleArn, "arn:aws:iam::123456789012:user/r", "Value must be a valid IAM Role ARN"),
            (Rule::RoleArn, "r", "The value \"r\" cannot be parsed as an ARN: arn: invalid prefix"),
            (Rule::PolicyArn, "arn:aws:iam::123456789012:policy/p", ""),
            (Rule::SessionDuration, "5m", "Duration must be between 15m0s and 12h0m0s, had 5m0s"),
            (Rule::SessionDuration, "x", "The value \"x\" cannot be parsed as a duration: time: invalid duration"),
            (Rule::Length(2, 4), "12345", "Length must be between 2 and 4, had 5"),
            (Rule::SessionName, "a b", "Value can only contain letters, numbers"),
            (Rule::ExternalId, "a:b/c", ""),
            (Rule::Url, "s3.example.com", "The value must be a valid URL"),
            (Rule::RetryMode, "legacy", "unknown RetryMode, legacy"),
            (Rule::MetadataMode, "ipv4", "Value must be one of [IPv4, IPv6]"),
        ] {
            let found = rule.broken_by(text).map(|(_, detail)| detail).unwrap_or_default();
            assert!(found.starts_with(expected) && found.is_empty() == expected.is_empty(), "{rule:?} {text}: {found}");
        }
    }

    #[test]
    fn endpoints_of_old() {
        assert!(legacy_url("https://s3.example.com").is_none());
        assert!(matches!(legacy_url("s3.example.com"), Some(Ok(("Complete URL Expected", _)))));
        assert!(matches!(legacy_url("http://a b"), Some(Err(_))));
    }
}
