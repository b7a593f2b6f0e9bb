//! Versions of cache engines: how they are given, told and compared.

use landform_provider_api::framework::{Check, Planning};
use landform_values::Value;

/// A version of Redis or Valkey: `7.1`, `6.x`, and before 6 `5.0.6`.
pub(super) fn redis_or_valkey() -> Check {
    Check::text(|text| {
        let parts: Vec<&str> = text.split('.').collect();
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        let fine = match parts.as_slice() {
            [] | [""] => true,
            [major, minor] => is_number(major) && is_modern(major) && (*minor == "x" || is_number(minor)),
            [major, minor, patch] => is_number(major) && !is_modern(major) && is_number(minor) && is_number(patch),
            _ => false,
        };
        let problem = "must be such as \"7.1\" from version 6 on, such as \"5.0.6\" before";
        fine.then_some(()).ok_or_else(|| format!("{problem}, not {text:?}"))
    })
}

/// A version of Memcached: `1.6.22`.
pub(super) fn memcached() -> Check {
    Check::text(|text| {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
        let fine = text.split('.').count() == 3 && text.split('.').all(is_number);
        fine.then_some(()).ok_or_else(|| format!("must be such as \"1.6.22\", not {text:?}"))
    })
}

/// From version 6 on, the service chooses the last part.
fn is_modern(major: &str) -> bool {
    major.parse::<u64>().is_ok_and(|major| major >= 6)
}

/// What a version reads as, in the form that the configuration has: `7.x`, `7.1`, `5.0.6`, of Memcached `1.6.22`.
pub(super) fn shown(engine: &str, actual: &str, known: Option<&str>) -> String {
    let mut parts = actual.split('.');
    let (Some(major), Some(minor)) = (parts.next(), parts.next()) else { return actual.to_owned() };
    if engine == MEMCACHED || !is_modern(major) {
        return actual.to_owned();
    }
    if known.is_some_and(|known| known.ends_with(".x")) { format!("{major}.x") } else { format!("{major}.{minor}") }
}

/// What hurrying a change of the version that waits makes uncertain. That one waits shows in the version that will be and
/// the one that is not going together.
pub(super) fn expect_hurried(planning: &mut Planning<'_>) {
    let text = |value: Value| value.as_str().unwrap_or_default().to_owned();
    let (engine, known) = (text(planning.prior("engine")), text(planning.prior("engine_version")));
    let actual = text(planning.prior("engine_version_actual"));
    if known.is_empty() || actual.is_empty() || shown(&engine, &actual, Some(&known)) == known {
        return;
    }
    planning.set_unknown("engine_version_actual");
    if planning.config("parameter_group_name").is_null() {
        planning.set_unknown("parameter_group_name");
    }
}

/// The engine without replication, whose versions have three parts.
pub(super) const MEMCACHED: &str = "memcached";

/// Whether a version comes before another. A part that is left open is the newest.
pub(super) fn is_before(version: &str, other: &str) -> bool {
    let (version, other) = (parts(version), parts(other));
    version.iter().zip(&other).find(|(a, b)| a != b).is_some_and(|(a, b)| a < b)
}

/// Whether a change leads to an earlier version, which no engine does. What is left open is as new as it is.
pub(super) fn goes_back(known: &str, actual: &str, then: &str) -> bool {
    let before = if known.ends_with(".x") { actual } else { known };
    let before = before.split('.').take(then.split('.').count()).collect::<Vec<_>>().join(".");
    !then.is_empty() && !before.is_empty() && is_before(then, &before)
}

fn parts(version: &str) -> Vec<u64> {
    version.split('.').map(|part| part.parse().unwrap_or(u64::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for fine in ["7.1", "6.x", "7.x", "5.0.6", "8.0", "10.2"] {
            assert!(redis_or_valkey().run(&fine.into()).is_ok(), "{fine}");
        }
        for wrong in ["7", "7.1.0", "5.x", "5.0", "x", "7."] {
            assert!(redis_or_valkey().run(&wrong.into()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_shown() {
        assert_eq!(shown("redis", "7.1.0", Some("7.1")), "7.1");
        assert_eq!(shown("redis", "6.2.6", Some("6.x")), "6.x");
        assert_eq!(shown("redis", "5.0.6", None), "5.0.6");
        assert_eq!(shown("memcached", "1.6.22", None), "1.6.22");
    }

    #[test]
    fn order() {
        assert!(is_before("7.0", "7.1") && is_before("6.2", "6.x") && is_before("5.0.6", "7.0"));
        assert!(!is_before("7.1", "7.1") && !is_before("7.1", "7.0.7") && !is_before("7.1.0", "7.1"));
        assert!(is_before("7.0.4", "7.0.5") && !is_before("10.0", "9.9"));
        assert!(
            goes_back("7.1", "7.1.0", "7.0") && goes_back("6.x", "6.2.6", "6.0") && goes_back("7.0", "7.0.7", "5.0.6")
        );
        assert!(!goes_back("6.x", "6.2.6", "6.2") && !goes_back("6.2", "6.2.6", "6.x") && !goes_back("", "", "7.0"));
    }
}
