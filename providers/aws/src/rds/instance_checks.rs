//! What is demanded of the settings of an instance.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_provider_api::framework::Check;

use super::instance::Instance;

/// Logs that some engine has.
const LOGS: [&str; 14] = [
    "agent",
    "alert",
    "audit",
    "diag.log",
    "error",
    "general",
    "iam-db-auth-error",
    "listener",
    "notify.log",
    "oemagent",
    "postgresql",
    "slowquery",
    "trace",
    "upgrade",
];
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn demand(fits: fn(&str) -> bool, otherwise: &'static str) -> Check {
    Check::text(
        move |text| if text.is_empty() || fits(text) { Ok(()) } else { Err(format!("{otherwise}, not {text:?}")) },
    )
}

fn is_time(text: &str) -> bool {
    let number = |text: &str, most: u8| text.len() == 2 && text.parse::<u8>().is_ok_and(|it| it <= most);
    text.split_once(':').is_some_and(|(hours, minutes)| number(hours, 23) && number(minutes, 59))
}

/// A part of the day: `03:00-04:00`.
pub(super) fn daily() -> Check {
    let fits = |text: &str| text.split_once('-').is_some_and(|(from, to)| is_time(from) && is_time(to));
    demand(fits, "must be like \"03:00-04:00\"")
}

/// A part of the week: `sun:04:00-sun:05:00`.
pub(super) fn weekly() -> Check {
    fn is_moment(text: &str) -> bool {
        text.split_once(':').is_some_and(|(day, time)| DAYS.contains(&day.to_lowercase().as_str()) && is_time(time))
    }
    let fits = |text: &str| text.split_once('-').is_some_and(|(from, to)| is_moment(from) && is_moment(to));
    demand(fits, "must be like \"sun:04:00-sun:05:00\"")
}

/// The name of a log.
pub(super) fn log() -> Check {
    landform_provider_api::framework::check::one_of(LOGS)
}

/// What happens at the end of a version's life.
pub(super) fn lifecycle() -> Check {
    let allowed = ["open-source-rds-extended-support", "open-source-rds-extended-support-disabled"];
    landform_provider_api::framework::check::one_of(allowed)
}

/// An instance profile of RDS Custom.
pub(super) fn custom_profile() -> Check {
    demand(|text| text.starts_with("AWSRDSCustom"), "must begin with \"AWSRDSCustom\"")
}

/// An IP address.
pub(super) fn address() -> Check {
    demand(|text| text.parse::<std::net::IpAddr>().is_ok(), "must be an IP address")
}

fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic())
        && text.chars().all(|it| it.is_ascii_alphanumeric() || it == '-')
        && !text.contains("--")
}

const NAME: &str = "must begin with a letter and have only lower case letters, digits and single hyphens between them";

/// The name of a database.
pub(super) fn identifier() -> Check {
    let fits = |text: &str| is_name(text) && !text.ends_with('-') && text.len() <= 63 && text == text.to_lowercase();
    demand(fits, NAME)
}

/// What the name of a database begins with.
pub(super) fn identifier_prefix() -> Check {
    demand(|text| is_name(text) && text.len() <= 37 && text == text.to_lowercase(), NAME)
}

/// The name of a snapshot.
pub(super) fn snapshot_name() -> Check {
    let rule = "must begin with a letter and have only letters, digits and single hyphens between them";
    demand(|text| is_name(text) && !text.ends_with('-'), rule)
}

/// Days for which Performance Insights keeps something.
pub(super) fn retention() -> Check {
    Check::new(|value| {
        let days = value.as_number().and_then(landform_values::Number::to_i64);
        match days {
            Some(days) if days != 0 && days != 7 && days != 731 && days % 31 != 0 => {
                Err(format!("must be 7, 731 or a multiple of 31, not {days}"))
            }
            _ => Ok(()),
        }
    })
}

/// A moment in UTC.
pub(super) fn moment() -> Check {
    let fits = |text: &str| text.ends_with('Z') && DateTime::from_str(text, Format::DateTime).is_ok();
    demand(fits, "must be a moment in UTC such as \"2026-01-31T12:00:00Z\"")
}

/// A database may be named or given by its ARN.
pub(super) fn same_database(a: &str, b: &str) -> bool {
    let name = |text: &str| text.rsplit(':').next().unwrap_or_default().to_owned();
    let both_whole = a.starts_with("arn:") && b.starts_with("arn:");
    if both_whole { a == b } else { name(a) == name(b) }
}

/// What does not go together, beyond what the model says.
pub(super) fn problems(instance: &Instance) -> Diagnostics {
    let mut found = Diagnostics::new();
    for source in &instance.restore_to_point_in_time {
        let both = source.restore_time.is_known() && source.use_latest_restorable_time.is_known();
        if both {
            let detail = "restore_time and use_latest_restorable_time can not be given both.";
            found.push(Diagnostic::error("Invalid moment", detail));
        }
    }
    if instance.domain_dns_ips.known().is_some_and(|ips| ips.len() != 2) {
        found.push(Diagnostic::error("Invalid domain controllers", "domain_dns_ips must have two addresses."));
    }
    found.extend(blue_green_problem(instance));
    found
}

fn blue_green_problem(instance: &Instance) -> Option<Diagnostic> {
    if !instance.is_blue_green() {
        return None;
    }
    let detail = if instance.replicate_source_db.text().is_some() {
        "A replica can not be changed by a blue/green deployment; only its source can.".to_owned()
    } else {
        let engine = instance.engine.text().filter(|it| !["mariadb", "mysql", "postgres"].contains(it))?;
        format!("A blue/green deployment needs engine mariadb, mysql or postgres, not {engine:?}.")
    };
    Some(Diagnostic::error("Invalid blue_green_update", detail))
}
