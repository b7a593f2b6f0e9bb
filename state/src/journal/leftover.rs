//! What a run that died has left behind.

use std::collections::BTreeMap;

use landform_diagnostics::{Diagnostic, Diagnostics};

use super::record::{Begun, FORMAT, Header, Reader, Record, checked};

/// A journal that was not finished.
#[derive(Clone, Debug)]
pub(super) struct Leftover {
    pub(super) header: Header,
    pub(super) records: Vec<Record>,
    /// The lines of the records.
    pub(super) lines: Vec<String>,
    /// How many lines were damaged and left out, apart from an unfinished one at the end.
    pub(super) damaged: usize,
}

/// Reads a journal; `None` when nothing was ever written to it.
///
/// A line that was not written to its end is no record: whoever waited for it was never told that it is safe. After the
/// machine has lost its power, such a line may also be in front of others that were written together with it; these
/// count, because records do not depend on each other.
pub(super) fn read(bytes: &[u8]) -> Result<Option<Leftover>, String> {
    let text = String::from_utf8_lossy(&bytes[..whole_lines(bytes)]);
    let mut lines = text.split_inclusive('\n');
    let Some(first) = lines.next() else { return Ok(None) };
    let Some(header) = Header::read(first) else {
        return Err("its first line, which says whose journal it is, is damaged".to_owned());
    };
    if header.format > FORMAT {
        return Err(format!("it has format version {}, which a newer Landform wrote", header.format));
    }
    let mut leftover = Leftover { header, records: Vec::new(), lines: Vec::new(), damaged: 0 };
    let (mut reader, mut bad) = (Reader::default(), 0);
    for line in lines {
        let Some(json) = checked(line) else {
            bad += 1;
            continue;
        };
        leftover.records.push(reader.read(json)?);
        leftover.lines.push(line.to_owned());
        leftover.damaged += std::mem::take(&mut bad);
    }
    Ok(Some(leftover))
}

/// How many bytes are lines that were written to their end.
pub(super) fn whole_lines(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1)
}

impl Leftover {
    /// The stored state that it is about.
    pub(super) fn base(&self) -> Option<(&str, u64)> {
        self.records.iter().rev().find_map(|record| match record {
            Record::Base { lineage, serial } => Some((&**lineage, *serial)),
            _ => None,
        })
    }

    /// Operations whose outcome is not known, in the order in which they were begun.
    pub(super) fn unfinished(&self) -> Vec<Begun> {
        let mut open: BTreeMap<u64, &Begun> = BTreeMap::new();
        for record in &self.records {
            match record {
                Record::Intent(begun, _) => drop(open.insert(begun.id, begun)),
                Record::Outcome { id, .. } | Record::Resolved(id) => drop(open.remove(id)),
                Record::Base { .. } | Record::Note(_) | Record::Snapshot { .. } => {}
            }
        }
        open.into_values().cloned().collect()
    }

    /// Whether it says nothing that a state might lack.
    pub(super) fn is_clean(&self) -> bool {
        self.records.iter().all(|record| match record {
            Record::Base { .. } | Record::Resolved(_) | Record::Snapshot { .. } => true,
            Record::Note(changes) => changes.is_empty(),
            Record::Intent(..) | Record::Outcome { .. } => false,
        })
    }

    /// The largest id in use.
    pub(super) fn last_id(&self) -> u64 {
        let ids = self.records.iter().filter_map(|record| match record {
            Record::Intent(begun, _) => Some(begun.id),
            Record::Outcome { id, .. } | Record::Resolved(id) => Some(*id),
            Record::Base { .. } | Record::Note(_) | Record::Snapshot { .. } => None,
        });
        ids.max().unwrap_or_default()
    }
}

/// That a journal can not be used.
pub(super) fn unusable(path: &std::path::Path, problem: &str) -> Diagnostics {
    let detail = format!(
        "The journal {} of an earlier run that did not end can not be used: {problem}.\n\nIt may name objects that exist and \
         that are not in state. Look into it, import them where needed, and move the file away; then run again.",
        path.display()
    );
    Diagnostic::error("Unusable journal", detail).into()
}
