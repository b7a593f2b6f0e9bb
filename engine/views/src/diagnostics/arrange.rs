//! The order in which diagnostics are shown, and warnings that say the same.

use std::cmp::Ordering;
use std::collections::HashMap;

use landform_diagnostics::{Diagnostic, Diagnostics, Severity, SourceMap};

/// A diagnostic that stands for others like it.
#[derive(Clone, Debug, PartialEq)]
pub struct Arranged {
    /// The first of them. Its detail mentions the others.
    pub diagnostic: Diagnostic,
    /// How many others.
    pub others: usize,
}

/// Brings diagnostics into Terraform's order: warnings first, then by place.
pub fn in_order(diagnostics: Diagnostics, files: &SourceMap) -> Vec<Diagnostic> {
    let mut sorted: Vec<Diagnostic> = diagnostics.into_iter().collect();
    sorted.sort_by(|a, b| order(a, b, files));
    sorted
}

/// Brings diagnostics into [order](in_order) and makes one of all warnings with a
/// place and the same summary. Those of checks stay apart.
pub fn arrange(diagnostics: Diagnostics, files: &SourceMap) -> Vec<Arranged> {
    let sorted = in_order(diagnostics, files);
    let mut arranged: Vec<Arranged> = Vec::with_capacity(sorted.len());
    let mut groups: HashMap<String, usize> = HashMap::new();
    for diagnostic in sorted {
        let groups_with_others =
            diagnostic.severity == Severity::Warning && diagnostic.subject.is_some() && !diagnostic.is_from_check();
        if groups_with_others {
            if let Some(index) = groups.get(&diagnostic.summary) {
                arranged[*index].others += 1;
                continue;
            }
            groups.insert(diagnostic.summary.clone(), arranged.len());
        }
        arranged.push(Arranged { diagnostic, others: 0 });
    }
    arranged.iter_mut().filter(|arranged| arranged.others > 0).for_each(mention_others);
    arranged
}

fn mention_others(arranged: &mut Arranged) {
    let detail = &mut arranged.diagnostic.detail;
    if !detail.is_empty() {
        detail.push_str("\n\n");
    }
    match arranged.others {
        1 => detail.push_str("(and one more similar warning elsewhere)"),
        others => detail.push_str(&format!("(and {others} more similar warnings elsewhere)")),
    }
}

fn order(a: &Diagnostic, b: &Diagnostic, files: &SourceMap) -> Ordering {
    // Warnings come first.
    b.severity.cmp(&a.severity).then_with(|| match (a.subject, b.subject) {
        (Some(a), Some(b)) if a.file == b.file => (a.start, a.end).cmp(&(b.start, b.end)),
        (Some(a), Some(b)) => {
            let (first, second) = (files.file(a.file), files.file(b.file));
            let depth = |name: &str| name.matches('/').count();
            (depth(&first.name), &first.name, a.start, a.end).cmp(&(depth(&second.name), &second.name, b.start, b.end))
        }
        (a, b) => a.is_some().cmp(&b.is_some()),
    })
}
