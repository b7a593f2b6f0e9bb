//! Drift for an issue or a comment: Markdown of bounded size.

use landform_plan::{DriftedAttribute, DriftedObject, Fate};

use super::{Report, action, counted, difference, folded, name};
use crate::Style;
use crate::markdown::{code, fence};

/// The text is never longer than so many bytes: hosts refuse what is.
pub const LIMIT: usize = 60_000;

/// A mark that readers do not see and by which a program finds an earlier text of this kind.
pub const MARKER: &str = "<!-- landform-drift -->";

/// Room for what stands behind the objects.
const TAIL: usize = 1_000;

/// What was found, by module and resource. What does not fit is counted.
pub fn markdown(report: &Report<'_>) -> String {
    let mut text = format!("{MARKER}\n{}\n", headline(report));
    let mut left_out = 0;
    let mut module = None;
    for object in &report.drift.objects {
        let mut part = String::new();
        if module != Some(&object.address.module) {
            part.push_str(&format!("\n#### {}\n", heading(object)));
        }
        part.push_str(&lines(object, report));
        if left_out > 0 || text.len() + part.len() > LIMIT - TAIL {
            left_out += 1;
            continue;
        }
        module = Some(&object.address.module);
        text.push_str(&part);
    }
    if left_out > 0 {
        text.push_str(&format!(
            "\n**{} more did not fit here:** run `landform drift` to see all.\n",
            counted(left_out, "object")
        ));
    }
    let rest = folded(&report.drift.folded);
    if !rest.is_empty() {
        text.push_str(&format!("\n<sub>Not shown: {rest}.</sub>\n"));
    }
    for (_, line) in report.acceptances(&code) {
        let line = format!("\n- {line}\n");
        if text.len() + line.len() <= LIMIT {
            text.push_str(&line);
        }
    }
    text
}

fn headline(report: &Report<'_>) -> String {
    match report.drift.is_drifted() {
        true => format!("### Drift: {}", report.summary()),
        false => format!("### No drift ({} read)", counted(report.drift.read, "object")),
    }
}

fn heading(object: &DriftedObject) -> String {
    match object.address.module.is_root() {
        true => "root module".to_owned(),
        false => code(&object.address.module.to_string()),
    }
}

fn lines(object: &DriftedObject, report: &Report<'_>) -> String {
    let resource = code(&format!("{}{}", object.address.resource, object.address.key));
    let deposed = object.deposed.as_ref().map(|key| format!(" (deposed object {})", code(key))).unwrap_or_default();
    let place = object.declared.map_or_else(|| "not in configuration".to_owned(), |span| code(&report.place(span)));
    let gone = if object.fate == Fate::Vanished { " **has vanished**" } else { "" };
    let mut text = format!("\n- {resource}{deposed}{gone} ({place})\n");
    object.attributes.iter().for_each(|attribute| text.push_str(&attribute_lines(attribute, report)));
    object.pending.iter().for_each(|note| text.push_str(&format!("  - pending: {}\n", code(note))));
    text
}

/// One line, or a fenced block where the difference has many.
fn attribute_lines(attribute: &DriftedAttribute, report: &Report<'_>) -> String {
    let difference = difference(attribute, 0, &Style::default());
    let (name, wanted) = (code(&name(&attribute.path)), report.wanted(attribute, &code));
    if !difference.contains('\n') {
        let sign = if action(attribute) == landform_plan::Action::Create { "+ " } else { "" };
        return format!("  - {name}: {} ({wanted})\n", code(&format!("{sign}{difference}")));
    }
    let fenced: String = fence("", &difference).lines().map(|line| format!("    {line}\n")).collect();
    format!("  - {name} ({wanted})\n\n{fenced}")
}
