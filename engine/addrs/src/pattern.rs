//! Addresses with wildcards: `module.*.aws_instance.web[*]`, `module.app.**`, `aws_*.main`.

use std::fmt;
use std::str::FromStr;

use crate::parse::Cursor;
use crate::{AddressError, ConfigResource, InstanceKey, Resource, ResourceInstance, ResourceMode, Str};

/// What an address with wildcards names: a set of modules, or of resources and their instances.
///
/// `*` in a name stands for any characters, `[*]` for any key, and `**` in place of calls for any number of them: behind
/// `module.` at least one, else none or more. What has no key is meant with every key, as in addresses without wildcards.
/// A `*` in quotes is part of a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    text: Str,
    modules: Vec<Step>,
    /// `None`: everything in the modules, and below.
    resource: Option<ResourcePattern>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Step {
    /// One call.
    Call(Name, Key),
    /// Any number of calls.
    Calls,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ResourcePattern {
    mode: ResourceMode,
    kind: Name,
    name: Name,
    key: Key,
}

/// A name in which `*` stands for any characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Name(Str);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Any,
    Only(InstanceKey),
}

/// The name of a call and its key, if that is known.
type CallStep<'a> = (&'a Str, Option<&'a InstanceKey>);

impl Pattern {
    /// Whether a text has wildcards outside of quotes.
    pub fn is_pattern(text: &str) -> bool {
        text.split('"').step_by(2).any(|outside| outside.contains('*'))
    }

    /// Whether an instance is meant.
    pub(crate) fn contains(&self, instance: &ResourceInstance) -> bool {
        let steps: Vec<CallStep<'_>> = instance.module.steps().iter().map(|(call, key)| (call, Some(key))).collect();
        self.matches(&steps, &instance.resource, Some(&instance.key))
    }

    /// Whether an instance of a resource in configuration may be meant.
    pub(crate) fn may_contain(&self, resource: &ConfigResource) -> bool {
        let steps: Vec<CallStep<'_>> = resource.module.calls().iter().map(|call| (call, None)).collect();
        self.matches(&steps, &resource.resource, None)
    }

    /// Whether something with these calls may be meant; keys that are not known are taken to fit.
    fn matches(&self, steps: &[CallStep<'_>], resource: &Resource, key: Option<&InstanceKey>) -> bool {
        match &self.resource {
            None => (0..=steps.len()).any(|depth| modules_match(&self.modules, &steps[..depth])),
            Some(wanted) => wanted.matches(resource, key) && modules_match(&self.modules, steps),
        }
    }

    /// Whether all instances of whatever it names are meant, whatever their keys.
    pub(crate) fn is_keyless(&self) -> bool {
        let key = self.resource.as_ref().map(|resource| &resource.key);
        let calls = self.modules.iter().filter_map(|step| match step {
            Step::Call(_, key) => Some(key),
            Step::Calls => None,
        });
        calls.chain(key).all(|key| *key == Key::Any)
    }
}

fn modules_match(pattern: &[Step], steps: &[CallStep<'_>]) -> bool {
    match pattern.split_first() {
        None => steps.is_empty(),
        Some((Step::Calls, rest)) => (0..=steps.len()).any(|skipped| modules_match(rest, &steps[skipped..])),
        Some((Step::Call(name, key), rest)) => steps.split_first().is_some_and(|((call, found), behind)| {
            name.matches(call) && key.matches(*found) && modules_match(rest, behind)
        }),
    }
}

impl ResourcePattern {
    fn matches(&self, resource: &Resource, key: Option<&InstanceKey>) -> bool {
        self.mode == resource.mode
            && self.kind.matches(&resource.kind)
            && self.name.matches(&resource.name)
            && self.key.matches(key)
    }
}

impl Name {
    fn matches(&self, text: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else { return *self.0 == *text };
        let Some(mut text) = text.strip_prefix(first) else { return false };
        let mut parts = rest.split('*').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                return text.ends_with(part);
            }
            match text.find(part) {
                Some(at) => text = &text[at + part.len()..],
                None => return false,
            }
        }
        true
    }
}

impl Key {
    fn matches(&self, key: Option<&InstanceKey>) -> bool {
        match (self, key) {
            (Self::Any, _) | (_, None) => true,
            (Self::Only(wanted), Some(key)) => wanted == key,
        }
    }
}

impl FromStr for Pattern {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut cursor = Cursor::new(text);
        let mut modules = Vec::new();
        loop {
            if cursor.take_literal("**") {
                modules.push(Step::Calls);
            } else if cursor.take_word("module") {
                cursor.expect('.')?;
                if cursor.take_literal("**") {
                    // At least one.
                    modules.push(Step::Call(Name("*".into()), Key::Any));
                    modules.push(Step::Calls);
                } else {
                    let name = name(&mut cursor)?;
                    modules.push(Step::Call(name, key(&mut cursor)?));
                }
            } else {
                break;
            }
            if !cursor.take('.') {
                cursor.end()?;
                return Ok(Self { text: text.into(), modules, resource: None });
            }
        }
        let resource = Some(resource(&mut cursor)?);
        cursor.end()?;
        Ok(Self { text: text.into(), modules, resource })
    }
}

fn resource(cursor: &mut Cursor<'_>) -> Result<ResourcePattern, AddressError> {
    let modes =
        [("data", ResourceMode::Data), ("ephemeral", ResourceMode::Ephemeral), ("resource", ResourceMode::Managed)];
    let mode = match modes.into_iter().find(|(word, _)| cursor.take_word(word)) {
        Some((_, mode)) => {
            cursor.expect('.')?;
            mode
        }
        None => ResourceMode::Managed,
    };
    let kind = name(cursor)?;
    cursor.expect('.')?;
    Ok(ResourcePattern { mode, kind, name: name(cursor)?, key: key(cursor)? })
}

fn name(cursor: &mut Cursor<'_>) -> Result<Name, AddressError> {
    cursor.name_with_wildcards().map(Name)
}

fn key(cursor: &mut Cursor<'_>) -> Result<Key, AddressError> {
    if cursor.take_literal("[*]") {
        return Ok(Key::Any);
    }
    Ok(match cursor.key()? {
        InstanceKey::None => Key::Any,
        key => Key::Only(key),
    })
}

impl fmt::Display for Pattern {
    /// As it was written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those of some addresses that a pattern names.
    fn check(pattern: &str, expected: &[&str]) {
        let all = [
            "aws_instance.web",
            "aws_instance.web[0]",
            "aws_vpc.x",
            "data.aws_vpc.x",
            "module.a.aws_instance.web",
            "module.a[1].aws_instance.db",
            "module.app_one.module.b[\"k*\"].aws_vpc.x",
            "module.app_one.module.c.aws_vpc.y[\"z\"]",
        ];
        let pattern: Pattern = pattern.parse().expect("a pattern");
        let found = all.into_iter().filter(|text| pattern.contains(&text.parse().expect("an address")));
        assert_eq!(found.collect::<Vec<_>>(), expected, "{pattern}");
    }

    #[test]
    fn what_wildcards_stand_for() {
        check("aws_*.web", &["aws_instance.web", "aws_instance.web[0]"]);
        check("aws_instance.web[*]", &["aws_instance.web", "aws_instance.web[0]"]);
        check("aws_*.web[0]", &["aws_instance.web[0]"]);
        check("*.x", &["aws_vpc.x"]);
        check("data.*.*", &["data.aws_vpc.x"]);
        check("module.*.aws_instance.*", &["module.a.aws_instance.web", "module.a[1].aws_instance.db"]);
        check("module.a[*]", &["module.a.aws_instance.web", "module.a[1].aws_instance.db"]);
        check("module.a[1].*.*", &["module.a[1].aws_instance.db"]);
        let app = ["module.app_one.module.b[\"k*\"].aws_vpc.x", "module.app_one.module.c.aws_vpc.y[\"z\"]"];
        check("module.app_*", &app);
        check("module.app*one.**", &app);
        check("module.*.module.b[\"k*\"]", &app[..1]);
        check("module.*.module.b[\"*\"].*.*", &[]);
        check("**.aws_vpc.*", &["aws_vpc.x", app[0], app[1]]);
        check("module.**.aws_vpc.*", &app);
        check("module.**.aws_instance.web", &["module.a.aws_instance.web"]);
        assert_eq!("**".parse::<Pattern>().map(|pattern| pattern.is_keyless()), Ok(true));
    }

    #[test]
    fn what_is_no_pattern() {
        for text in ["*", "a.*.c", "module.*x y", "a.b[*", "module.", "a.**", "***", "*.1"] {
            assert!(text.parse::<Pattern>().is_err(), "{text}");
        }
        assert!(Pattern::is_pattern("a.b[*]") && !Pattern::is_pattern("a.b[\"*\"]"));
    }
}
