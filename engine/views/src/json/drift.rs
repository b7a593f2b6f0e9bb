//! `drift -json`: one object, described in `docs/drift.md`.

use landform_addrs::InstanceKey;
use landform_diagnostics::{Diagnostic, Span};
use landform_plan::{AcceptOutcome, Acceptance, DriftedAttribute, DriftedObject, Fate, Folded, Wanted};
use landform_values::{Path, Step, Value};

use super::value;
use super::writer::{Fields, JsonWriter};
use crate::diagnostics::{self, Sources};
use crate::drift::{Report, name};

/// The version of the format.
const FORMAT_VERSION: &str = "1.0";

/// What was found, and what was told besides.
pub fn drift(report: &Report<'_>, found: &[&Diagnostic], sources: &Sources<'_>) -> String {
    let drift = report.drift;
    let mut writer = JsonWriter::in_memory();
    writer.object(|object| {
        object.key("format_version").string(FORMAT_VERSION);
        object.key("drifted").boolean(drift.is_drifted());
        object.key("summary").object(|summary| {
            count(summary, "read", drift.read);
            count(summary, "changed", drift.count(Fate::Changed));
            count(summary, "vanished", drift.count(Fate::Vanished));
            count(summary, "attributes", drift.attributes());
        });
        object.key("objects").array(&drift.objects, |writer, found| write_object(writer, found, report));
        folded(object, &drift.folded);
        if !report.accepted.is_empty() {
            object.key("accepted").array(report.accepted, |writer, found| acceptance(writer, found, report));
        }
        object.key("diagnostics").array(found, |writer, found| {
            writer.raw(&diagnostics::json(found, sources).to_string());
        });
    });
    writer.into_text() + "\n"
}

fn count(object: &mut Fields<'_, '_>, name: &str, count: usize) {
    object.key(name).integer(i64::try_from(count).unwrap_or(i64::MAX));
}

fn folded(object: &mut Fields<'_, '_>, folded: &Folded) {
    object.key("folded").object(|object| {
        count(object, "computed", folded.computed);
        count(object, "ignored", folded.ignored);
        count(object, "settled", folded.settled);
    });
}

fn write_object(writer: &mut JsonWriter<'_>, found: &DriftedObject, report: &Report<'_>) {
    let address = &found.address;
    writer.object(|object| {
        object.key("address").display(address);
        object.text("module_address", &address.module.to_string());
        object.key("type").string(&address.resource.kind);
        object.key("name").string(&address.resource.name);
        match &address.key {
            InstanceKey::None | InstanceKey::Wildcard => {}
            InstanceKey::Int(index) => object.key("index").integer(*index),
            InstanceKey::String(key) => object.key("index").string(key),
        }
        object.text("deposed", found.deposed.as_deref().unwrap_or_default());
        object.key("provider_name").display(&found.provider.provider);
        object.key("change").string(found.fate.as_str());
        if let Some(span) = found.declared {
            place(object.key("declared"), span, report);
        }
        object.key("attributes").array(&found.attributes, |writer, found| attribute(writer, found, report));
        folded(object, &found.folded);
        object.key("pending").array(&found.pending, |writer, note| writer.string(note));
    });
}

fn attribute(writer: &mut JsonWriter<'_>, found: &DriftedAttribute, report: &Report<'_>) {
    let sensitive = found.before.contains_sensitive() || found.after.contains_sensitive();
    let shown = |writer: &mut JsonWriter<'_>, shown: &Value| match sensitive {
        true => writer.raw("null"),
        false => value::known(writer, shown),
    };
    writer.object(|object| {
        named(object, &found.path);
        shown(object.key("before"), &found.before);
        shown(object.key("after"), &found.after);
        object.flag("sensitive", sensitive);
        if let Some(wanted) = &found.wanted {
            write_wanted(object.key("wanted"), wanted, report);
        }
    });
}

fn named(object: &mut Fields<'_, '_>, path: &Path) {
    object.key("attribute").string(&name(path));
    object.key("path").array(&path.0, |writer, step| match step {
        Step::Attribute(name) => writer.string(name),
        Step::Index(key) => value::known(writer, key),
    });
}

fn write_wanted(writer: &mut JsonWriter<'_>, wanted: &Wanted, report: &Report<'_>) {
    writer.object(|object| {
        object.key("source").string(wanted.source.as_str());
        if let Some(span) = wanted.span {
            place(object.key("place"), span, report);
        }
        object.key("through").array(&wanted.through, |writer, name| writer.string(name));
    });
}

fn acceptance(writer: &mut JsonWriter<'_>, found: &Acceptance, report: &Report<'_>) {
    writer.object(|object| {
        object.key("address").display(&found.address);
        if let Some(path) = &found.path {
            named(object, path);
        }
        object.key("written").boolean(found.is_written());
        match &found.outcome {
            AcceptOutcome::Written(span) => place(object.key("place"), *span, report),
            AcceptOutcome::Refused(reason) => object.key("reason").string(reason),
        }
    });
}

fn place(writer: &mut JsonWriter<'_>, span: Span, report: &Report<'_>) {
    let file = report.sources.file(span.file);
    let position = file.position(span.start as usize);
    writer.object(|object| {
        object.key("filename").string(&file.name);
        count(object, "line", position.line);
        count(object, "column", position.column);
    });
}
