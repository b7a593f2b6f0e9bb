//! Messages as JSON lines, in the form of Terraform's machine-readable UI.

use serde_json::{Map, Value, json};

use crate::world::print;

/// The version of the form.
pub(crate) const UI_VERSION: &str = "1.2";

/// Writes one message: level, text, type and what else it carries.
pub(crate) fn line(level: &str, message: &str, kind: &str, extra: Value) {
    let now = time::OffsetDateTime::now_utc();
    let format = time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");
    let mut object = Map::new();
    object.insert("@level".into(), level.into());
    object.insert("@message".into(), message.into());
    object.insert("@module".into(), "terraform.ui".into());
    object.insert("@timestamp".into(), now.format(&format).unwrap_or_default().into());
    if let Value::Object(extra) = extra {
        object.extend(extra);
    }
    object.insert("type".into(), kind.into());
    print(&format!("{}\n", Value::Object(object)));
}

/// The first message of every stream.
pub(crate) fn version() {
    let version = crate::commands::COMPATIBLE_VERSION;
    line("info", &format!("Landform {version}"), "version", json!({ "terraform": version, "ui": UI_VERSION }));
}

/// The messages of a plan.
pub(crate) fn plan(_plan: &landform_plan::Plan) {}

/// The last message of an apply.
pub(crate) fn change_summary(_mode: landform_plan::Mode, _counts: landform_core::apply::Counts) {}

/// The values of outputs.
pub(crate) fn outputs(_state: &landform_state::State) {}
