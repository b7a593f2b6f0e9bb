//! The recorded cases: sources, steps, and what Terraform 1.11.4 said at each step.

use std::collections::BTreeMap;

/// One file of `tests/cases`.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    sections: BTreeMap<&'static str, &'static str>,
}

/// One line of a case's steps, counted from 1, with what was recorded.
pub(crate) struct Step<'a> {
    case: &'a Case,
    number: usize,
    /// The command line, of sorts.
    pub(crate) line: &'static str,
}

macro_rules! cases {
    ($($name:ident)*) => {
        &[$((stringify!($name), include_str!(concat!("../cases/", stringify!($name), ".txt")))),*]
    };
}

const FILES: &[(&str, &str)] = cases! {
    checking
    big_values
    data_basic
    drifting
    ephemeral
    failing
    importing
    legacy
    modules
    modules_only
    moving
    nothing
    outputs
    provisioning
    reading
    removing
    replacing
    sensitive
    things
};

pub(crate) const SCHEMAS: &str = include_str!("../cases/schemas.txt");

/// All of them.
pub(crate) fn all() -> Vec<Case> {
    FILES.iter().map(|(name, text)| Case { name, sections: sections(text) }).collect()
}

/// What stands behind each line of the form `-- name --`.
pub(crate) fn sections(text: &'static str) -> BTreeMap<&'static str, &'static str> {
    let mut found = BTreeMap::new();
    let mut name = "";
    let mut start = 0;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(next) = line.strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --\n")) {
            found.insert(name, &text[start..at]);
            name = next;
            start = at + line.len();
        }
        at += line.len();
    }
    found.insert(name, &text[start..]);
    found
}

/// A recorded section. Each ends with a line break that is not part of it.
pub(crate) fn recorded(sections: &BTreeMap<&'static str, &'static str>, name: &str) -> Option<&'static str> {
    sections.get(name).map(|text| text.strip_suffix('\n').expect("a line break"))
}

impl Case {
    /// The recorded steps.
    pub(crate) fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        let lines = self.sections["steps"].lines().enumerate();
        lines.map(|(index, line)| Step { case: self, number: index + 1, line })
    }
}

impl Step<'_> {
    /// What was recorded at this step under a name.
    pub(crate) fn get(&self, name: &str) -> Option<&'static str> {
        recorded(&self.case.sections, &format!("{} {name}", self.number))
    }

    /// For messages.
    pub(crate) fn describe(&self) -> String {
        format!("{} step {}: {}", self.case.name, self.number, self.line)
    }
}
