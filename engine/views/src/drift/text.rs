//! Drift for a terminal.

use std::fmt::Write as _;

use landform_plan::{DriftedObject, Fate, Folded};

use super::{Report, action, counted, difference, folded, name};
use crate::Style;
use crate::diff::symbol;

/// What was found, by module and resource, and what can be done about it. Begins and ends with a line break.
pub fn text(report: &Report<'_>, style: &Style) -> String {
    let mut text = headline(report, style);
    objects(&mut text, report, style);
    let rest = folded(&report.drift.folded);
    if !rest.is_empty() {
        text.push_str(&style.paint(&format!("\n[dark_gray]Not shown: {rest}.[reset]\n")));
    }
    let acceptances = report.acceptances(&str::to_owned);
    if !acceptances.is_empty() {
        text.push('\n');
    }
    for (written, line) in &acceptances {
        let color = if *written { "[green]" } else { "[yellow]" };
        let _ = writeln!(text, "{}", style.wrap(&style.enclosed(color, line, "[reset]")));
    }
    if report.drift.is_drifted() && report.accepted.is_empty() {
        let advice = "\nTo bring the objects back to what configuration says, run \"landform apply\". To write the real \
                      values into configuration instead, run \"landform drift -accept=ADDRESS\".";
        let _ = writeln!(text, "{}", style.wrap(advice));
    }
    text
}

fn headline(report: &Report<'_>, style: &Style) -> String {
    if report.drift.is_drifted() {
        return style.paint(&format!("\n[bold][yellow]Drift:[reset][bold] {}.[reset]\n", report.summary()));
    }
    let read = match report.drift.read {
        0 => "There are no objects.".to_owned(),
        1 => "The one object is as it was.".to_owned(),
        count => format!("All {count} objects are as they were."),
    };
    style.paint(&format!("\n[bold][green]No drift.[reset][bold] {read}[reset]\n"))
}

fn objects(text: &mut String, report: &Report<'_>, style: &Style) {
    let objects = &report.drift.objects;
    let only_root = objects.iter().all(|object| object.address.module.is_root());
    for module in objects.chunk_by(|a, b| a.address.module == b.address.module) {
        let Some(first) = module.first() else { continue };
        if !only_root {
            let heading = match first.address.module.is_root() {
                true => "root module".to_owned(),
                false => first.address.module.to_string(),
            };
            let _ = writeln!(text, "\n{}", style.enclosed("[underline]", &heading, "[reset]"));
        }
        module.iter().for_each(|object| object_lines(text, object, report, style));
    }
}

fn object_lines(text: &mut String, object: &DriftedObject, report: &Report<'_>, style: &Style) {
    let resource = format!("{}{}", object.address.resource, object.address.key);
    let deposed = object.deposed.as_ref().map(|key| format!(" (deposed object {key})")).unwrap_or_default();
    let place = object
        .declared
        .map(|span| report.place(span))
        .map_or_else(|| "  # not in configuration".to_owned(), |place| format!("  # {place}"));
    let place = style.enclosed("[dark_gray]", &place, "[reset]");
    let resource = style.enclosed("[bold]", &resource, "[reset]");
    match object.fate {
        Fate::Vanished => {
            let minus = style.paint("[red]-[reset]");
            let _ = writeln!(text, "\n{minus} {resource}{deposed} has vanished{place}");
        }
        Fate::Changed | Fate::Unchanged => {
            let _ = writeln!(text, "\n  {resource}{deposed}{place}");
        }
    }
    for attribute in &object.attributes {
        let symbol = symbol(action(attribute), style);
        let difference = difference(attribute, 1, style);
        let _ = writeln!(text, "    {symbol} {} = {difference}", name(&attribute.path));
        let wanted = format!("        # {}", report.wanted(attribute, &str::to_owned));
        let _ = writeln!(text, "{}", style.enclosed("[dark_gray]", &wanted, "[reset]"));
    }
    for note in &object.pending {
        let _ = writeln!(text, "    {} {note}", style.paint("[cyan]pending:[reset]"));
    }
    let Folded { computed, .. } = object.folded;
    if computed > 0 && object.is_drifted() {
        let hidden = format!("      # ({} hidden)", counted(computed, "computed attribute"));
        let _ = writeln!(text, "{}", style.enclosed("[dark_gray]", &hidden, "[reset]"));
    }
}
