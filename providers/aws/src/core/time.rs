//! Points in time as attributes tell them.

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// In RFC 3339, without fractions of a second: `2026-01-31T12:00:00Z`. Empty for what no calendar has.
pub(crate) fn text(time: &DateTime) -> String {
    DateTime::from_secs(time.secs()).fmt(Format::DateTime).unwrap_or_default()
}
