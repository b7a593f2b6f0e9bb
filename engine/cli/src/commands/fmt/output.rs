//! What is printed of the files.

use landform_lang::syntax::encode;

use crate::world::print_bytes;

/// Where it goes.
pub(super) enum Output {
    /// At once.
    Printed,
    /// Kept until all files were read, because only a check without errors prints something.
    Kept(String),
}

impl Output {
    /// Takes one part.
    pub(super) fn put(&mut self, part: &str) {
        match self {
            Self::Printed => print_part(part),
            Self::Kept(kept) => kept.push_str(part),
        }
    }

    /// Prints what was kept, if it is wanted. Whether there was anything.
    pub(super) fn finish(self, is_wanted: bool) -> bool {
        match self {
            Self::Kept(kept) if !kept.is_empty() => {
                if is_wanted {
                    print_part(&kept);
                }
                true
            }
            _ => false,
        }
    }
}

/// A part ends its line.
fn print_part(part: &str) {
    let line_end: &[u8] = if part.ends_with('\n') { b"" } else { b"\n" };
    print_bytes(&[&encode(part)[..], line_end].concat());
}

/// What differs, as `diff -u` shows it.
pub(super) fn difference(name: &str, old: &str, new: &str) -> String {
    let diff = similar::TextDiff::from_lines(old, new);
    diff.unified_diff().header(&format!("old/{name}"), &format!("new/{name}")).to_string()
}
