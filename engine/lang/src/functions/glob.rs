//! Files by a pattern, by the rules of Go's `doublestar` 1.1, which Terraform uses.
//!
//! Libraries at hand differ from it in what matters to a configuration: what `**` next to text means, what an escape
//! is, which patterns are errors and when.

use super::paths::join_plain;
use super::world::{DirEntry, FileKind, World};

/// Why no file can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glob {
    /// "syntax error in pattern".
    BadPattern,
    /// Links lead around, or the tree is far too large.
    TooManyDirectories,
}

/// Most directories that are looked into. Links are followed, which may lead around in circles.
const MOST_DIRECTORIES: usize = 1 << 17;

/// The paths that match, in no particular order. What can not be read is passed over.
pub(super) fn glob(world: &dyn World, pattern: &str) -> Result<Vec<String>, Glob> {
    let segments = split(pattern, '/');
    let mut walk = Walk { world, found: Vec::new(), directories: 0 };
    match segments.split_first() {
        Some((&"", rest)) => walk.enter("/", rest)?,
        _ => walk.enter(".", &segments)?,
    }
    Ok(walk.found)
}

struct Walk<'w> {
    world: &'w dyn World,
    found: Vec<String>,
    directories: usize,
}

impl Walk<'_> {
    /// Finds what matches the segments of a pattern below a directory.
    fn enter(&mut self, directory: &str, segments: &[&str]) -> Result<(), Glob> {
        let plain = segments.iter().take_while(|segment| !segment.contains(['*', '?', '[', '{', '\\'])).count();
        let directory =
            segments[..plain].iter().fold(directory.to_owned(), |directory, segment| join_plain(&directory, segment));
        let Some((pattern, rest)) = segments[plain..].split_first() else {
            if exists(self.world, &directory) {
                self.found.push(directory);
            }
            return Ok(());
        };
        self.directories += 1;
        if self.directories > MOST_DIRECTORIES {
            return Err(Glob::TooManyDirectories);
        }
        let Ok(mut entries) = self.world.list(&directory) else { return Ok(()) };
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        if *pattern != "**" {
            return self.match_entries(&directory, &entries, pattern, rest);
        }
        self.enter_all(&directory, &entries, &segments[plain..])?;
        match rest.split_first() {
            Some((pattern, rest)) => self.match_entries(&directory, &entries, pattern, rest),
            None => Ok(()),
        }
    }

    /// Goes on in every directory with a pattern that begins with `**`, which at the end of a pattern takes all.
    fn enter_all(&mut self, directory: &str, entries: &[DirEntry], segments: &[&str]) -> Result<(), Glob> {
        for entry in entries {
            let path = join_plain(directory, &entry.name);
            let kind = if entry.kind == FileKind::Link { self.world.file_kind(&path) } else { Ok(entry.kind) };
            let Ok(kind) = kind else { continue };
            if segments.len() == 1 {
                self.found.push(path.clone());
            }
            if kind == FileKind::Directory {
                self.enter(&path, segments)?;
            }
        }
        Ok(())
    }

    fn match_entries(
        &mut self,
        directory: &str,
        entries: &[DirEntry],
        pattern: &str,
        rest: &[&str],
    ) -> Result<(), Glob> {
        for entry in entries {
            if matches(pattern, &entry.name)? {
                let path = join_plain(directory, &entry.name);
                if rest.is_empty() {
                    self.found.push(path);
                } else {
                    self.enter(&path, rest)?;
                }
            }
        }
        Ok(())
    }
}

/// Whether there is anything at a path, if only a link that leads nowhere.
fn exists(world: &dyn World, path: &str) -> bool {
    let (parent, name) = path.rsplit_once('/').unwrap_or((".", path));
    let parent = if parent.is_empty() { "/" } else { parent };
    let listed = || world.list(parent).is_ok_and(|entries| entries.iter().any(|entry| entry.name == name));
    world.file_kind(path).is_ok() || listed()
}

/// The parts between separators that are not escaped.
fn split(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (index, _) in text.match_indices(separator) {
        if index > start && text[..index].ends_with('\\') {
            continue;
        }
        parts.push(&text[start..index]);
        start = index + separator.len_utf8();
    }
    parts.push(&text[start..]);
    parts
}

/// Whether a name matches one segment of a pattern.
fn matches(pattern: &str, name: &str) -> Result<bool, Glob> {
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    Segment { budget: 1 << 20 }.matches(&pattern, &name)
}

/// Matching by trial; the budget ends what would take forever.
struct Segment {
    budget: usize,
}

impl Segment {
    fn matches(&mut self, pattern: &[char], name: &[char]) -> Result<bool, Glob> {
        if name.is_empty() && !pattern.is_empty() && pattern != ['*'] {
            return Ok(false);
        }
        let (mut p, mut n) = (0, 0);
        while p < pattern.len() && n < name.len() {
            self.budget = self.budget.checked_sub(1).ok_or(Glob::BadPattern)?;
            match pattern[p] {
                '\\' => {
                    let escaped = *pattern.get(p + 1).ok_or(Glob::BadPattern)?;
                    if escaped != name[n] {
                        return Ok(false);
                    }
                    (p, n) = (p + 2, n + 1);
                }
                '*' => {
                    p += 1;
                    if p >= pattern.len() {
                        return Ok(true);
                    }
                    // Errors further on are not seen as long as they do not matter.
                    return Ok((n..name.len()).any(|n| self.matches(&pattern[p..], &name[n..]) == Ok(true)));
                }
                '[' => {
                    let end = p + 1 + closing(&pattern[p + 1..], ']').ok_or(Glob::BadPattern)?;
                    if !in_class(&pattern[p + 1..end], name[n])? {
                        return Ok(false);
                    }
                    (p, n) = (end + 1, n + 1);
                }
                '{' => {
                    let end = p + 1 + closing(&pattern[p + 1..], '}').ok_or(Glob::BadPattern)?;
                    return self.any_option(&pattern[p + 1..end], &pattern[end + 1..], &name[n..]);
                }
                '?' => (p, n) = (p + 1, n + 1),
                other if other == name[n] => (p, n) = (p + 1, n + 1),
                _ => return Ok(false),
            }
        }
        let rest = &pattern[p..];
        Ok(rest.is_empty() && n >= name.len() || n >= name.len() && rest == ['*'] || rest == ['*', '*'])
    }

    fn any_option(&mut self, options: &[char], rest: &[char], name: &[char]) -> Result<bool, Glob> {
        let options: String = options.iter().collect();
        for option in split(&options, ',') {
            let pattern: Vec<char> = option.chars().chain(rest.iter().copied()).collect();
            if self.matches(&pattern, name)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Where a bracket is closed; one behind a backslash does not count.
fn closing(pattern: &[char], bracket: char) -> Option<usize> {
    (0..pattern.len()).find(|index| pattern[*index] == bracket && (*index == 0 || pattern[index - 1] != '\\'))
}

fn in_class(class: &[char], character: char) -> Result<bool, Glob> {
    let (negative, mut class) = match class {
        [] => return Err(Glob::BadPattern),
        ['^', rest @ ..] => (true, rest),
        class => (false, class),
    };
    let mut found = false;
    while let Some(low) = class_character(&mut class)? {
        let mut high = low;
        if let ['-', rest @ ..] = class {
            class = rest;
            high = class_character(&mut class)?.ok_or(Glob::BadPattern)?;
        }
        found |= (low..=high).contains(&character);
    }
    Ok(found != negative)
}

fn class_character(class: &mut &[char]) -> Result<Option<char>, Glob> {
    let (character, rest) = match **class {
        [] => return Ok(None),
        ['-', ..] | ['\\'] => return Err(Glob::BadPattern),
        ['\\', escaped, ..] => (escaped, &class[2..]),
        [plain, ..] => (plain, &class[1..]),
    };
    *class = rest;
    Ok(Some(character))
}

#[cfg(test)]
mod tests {
    use time::OffsetDateTime;

    use super::*;
    use crate::functions::MemoryWorld;

    fn check(pattern: &str, expected: &[&str]) {
        let files = ["a.txt", "b.tf", "sub/c.txt", "sub/deep/d.txt", "sub/.hidden", "x{y}.txt", "[z].txt"];
        let world = MemoryWorld::at(OffsetDateTime::UNIX_EPOCH);
        let world = files.iter().fold(world, |world, file| world.with_file(file, ""));
        let mut found = glob(&world, pattern).expect("a pattern");
        found.sort();
        assert_eq!(found, expected, "{pattern}");
    }

    #[test]
    fn patterns() {
        check("*.txt", &["[z].txt", "a.txt", "x{y}.txt"]);
        check("a.txt", &["a.txt"]);
        check("missing.txt", &[]);
        check("**/*.txt", &["[z].txt", "a.txt", "sub/c.txt", "sub/deep/d.txt", "x{y}.txt"]);
        check("sub/**", &["sub/.hidden", "sub/c.txt", "sub/deep", "sub/deep/d.txt"]);
        check("sub/*", &["sub/.hidden", "sub/c.txt", "sub/deep"]);
        check("?.{txt,tf}", &["a.txt", "b.tf"]);
        check("[a-b].*", &["a.txt", "b.tf"]);
        check("[^a].*", &["b.tf"]);
        check("x\\{y\\}.txt", &["x{y}.txt"]);
        check("\\[z\\].txt", &["[z].txt"]);
        check("/memory/sub/c.*", &["/memory/sub/c.txt"]);
        check("sub/*/d.txt", &["sub/deep/d.txt"]);
    }

    #[test]
    fn wrong_patterns() {
        for pattern in ["[", "a\\", "[-a]", "{a", "[a-]"] {
            let world = MemoryWorld::at(OffsetDateTime::UNIX_EPOCH).with_file("ab", "");
            assert_eq!(glob(&world, pattern), Err(Glob::BadPattern), "{pattern}");
        }
    }
}
