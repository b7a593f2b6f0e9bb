//! Reading addresses.

use std::fmt;
use std::str::FromStr;

use crate::{AbsResource, InstanceKey, ModuleInstance, Resource, ResourceInstance, ResourceMode, Str, Target};

/// Why a text is no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressError {
    message: String,
}

impl AddressError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AddressError {}

/// Whether a text is an identifier of the language.
pub fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|other| other.is_alphanumeric() || other == '_' || other == '-')
}

/// A position in a text that is being read.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, rest: text }
    }

    pub(crate) fn take(&mut self, wanted: char) -> bool {
        self.rest.strip_prefix(wanted).map(|rest| self.rest = rest).is_some()
    }

    /// A whole word that an identifier character does not follow.
    pub(crate) fn take_word(&mut self, word: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(word) else { return false };
        let ends = !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_' || next == '-');
        if ends {
            self.rest = rest;
        }
        ends
    }

    pub(crate) fn expect(&mut self, wanted: char) -> Result<(), AddressError> {
        if self.take(wanted) { Ok(()) } else { Err(self.unexpected(&format!("{wanted:?}"))) }
    }

    fn unexpected(&self, wanted: &str) -> AddressError {
        let at = self.text.len() - self.rest.len();
        AddressError::new(format!("{wanted} expected at character {} of {:?}", at + 1, self.text))
    }

    pub(crate) fn identifier(&mut self) -> Result<Str, AddressError> {
        let end = self
            .rest
            .find(|next: char| !(next.is_alphanumeric() || next == '_' || next == '-'))
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if !is_identifier(name) {
            return Err(self.unexpected("a name"));
        }
        self.rest = rest;
        Ok(name.into())
    }

    /// Some text, whatever follows it.
    pub(crate) fn take_literal(&mut self, text: &str) -> bool {
        self.rest.strip_prefix(text).map(|rest| self.rest = rest).is_some()
    }

    /// An identifier in which characters may be `*`, each for any number of others.
    pub(crate) fn name_with_wildcards(&mut self) -> Result<Str, AddressError> {
        let is_part = |next: char| next.is_alphanumeric() || next == '_' || next == '-' || next == '*';
        let end = self.rest.find(|next: char| !is_part(next)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        if !is_identifier(&name.replace('*', "_")) || name.contains("**") {
            return Err(self.unexpected("a name"));
        }
        self.rest = rest;
        Ok(name.into())
    }

    /// A quoted text with the language's escapes.
    pub(crate) fn quoted(&mut self) -> Result<String, AddressError> {
        self.expect('"')?;
        let mut text = String::new();
        loop {
            let mut characters = self.rest.chars();
            let Some(next) = characters.next() else { return Err(self.unexpected("a closing quote")) };
            self.rest = characters.as_str();
            match next {
                '"' => return Ok(text),
                '\\' => text.push(self.escape()?),
                '$' | '%' if self.rest.starts_with(next) && self.rest[1..].starts_with('{') => {
                    self.rest = &self.rest[1..];
                    text.push(next);
                }
                '$' | '%' if self.rest.starts_with('{') => {
                    return Err(AddressError::new("an address can not contain template sequences"));
                }
                other => text.push(other),
            }
        }
    }

    fn escape(&mut self) -> Result<char, AddressError> {
        let mut characters = self.rest.chars();
        let code = characters.next().ok_or_else(|| self.unexpected("an escape"))?;
        self.rest = characters.as_str();
        let digits = match code {
            'n' => return Ok('\n'),
            'r' => return Ok('\r'),
            't' => return Ok('\t'),
            '"' | '\\' => return Ok(code),
            'u' => 4,
            'U' => 8,
            _ => return Err(AddressError::new(format!("unknown escape \\{code}"))),
        };
        let character = self
            .rest
            .get(..digits)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32)
            .ok_or_else(|| self.unexpected("a code point"))?;
        self.rest = &self.rest[digits..];
        Ok(character)
    }

    pub(crate) fn key(&mut self) -> Result<InstanceKey, AddressError> {
        if !self.take('[') {
            return Ok(InstanceKey::None);
        }
        let key = if self.rest.starts_with('"') {
            InstanceKey::String(self.quoted()?.into())
        } else if self.take('*') {
            InstanceKey::Wildcard
        } else {
            let end = self.rest.find(']').unwrap_or(self.rest.len());
            let index = self.rest[..end].parse().map_err(|_| self.unexpected("an index or a quoted key"))?;
            self.rest = &self.rest[end..];
            InstanceKey::Int(index)
        };
        self.expect(']')?;
        Ok(key)
    }

    pub(crate) fn end(&self) -> Result<(), AddressError> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.unexpected("the end")) }
    }

    /// Modules up to the resource, or to the end.
    fn module(&mut self) -> Result<ModuleInstance, AddressError> {
        let mut steps = Vec::new();
        while self.take_word("module") {
            self.expect('.')?;
            let call = self.identifier()?;
            steps.push((call, self.key()?));
            if !self.take('.') {
                self.end()?;
                break;
            }
        }
        Ok(ModuleInstance::new(steps))
    }

    fn resource(&mut self) -> Result<Resource, AddressError> {
        let first = self.identifier()?;
        let (mode, kind) = match &*first {
            "data" => (ResourceMode::Data, None),
            "ephemeral" => (ResourceMode::Ephemeral, None),
            "resource" => (ResourceMode::Managed, None),
            _ => (ResourceMode::Managed, Some(first)),
        };
        self.expect('.')?;
        let kind = match kind {
            Some(kind) => kind,
            None => {
                let kind = self.identifier()?;
                self.expect('.')?;
                kind
            }
        };
        Ok(Resource { mode, kind, name: self.identifier()? })
    }
}

impl FromStr for ModuleInstance {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut cursor = Cursor::new(text);
        let module = cursor.module()?;
        cursor.end()?;
        Ok(module)
    }
}

impl FromStr for ResourceInstance {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut cursor = Cursor::new(text);
        let (module, resource) = (cursor.module()?, cursor.resource()?);
        let key = cursor.key()?;
        cursor.end()?;
        Ok(Self { module, resource, key })
    }
}

impl FromStr for AbsResource {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut cursor = Cursor::new(text);
        let (module, resource) = (cursor.module()?, cursor.resource()?);
        cursor.end()?;
        Ok(Self { module, resource })
    }
}

impl FromStr for Target {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let mut cursor = Cursor::new(text);
        let module = cursor.module()?;
        if cursor.rest.is_empty() && !module.is_root() {
            return Ok(Self::Module(module));
        }
        let resource = cursor.resource()?;
        let key = cursor.key()?;
        cursor.end()?;
        Ok(match key {
            InstanceKey::None => Self::Resource(AbsResource { module, resource }),
            key => Self::Instance(ResourceInstance { module, resource, key }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProviderConfigAddr;

    #[test]
    fn instances_print_as_they_were_written() {
        for text in [
            "aws_vpc.this",
            "aws_vpc.this[0]",
            "data.aws_region.current",
            "module.a.module.b[3].aws_vpc.this[\"k.x\"]",
            "module.a[*].aws_vpc.this[*]",
            "module.a[\"q\\\"$${x}\"].ephemeral.random_password.p",
        ] {
            assert_eq!(text.parse::<ResourceInstance>().map(|address| address.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_is_no_instance() {
        for text in
            ["", "aws_vpc", "module.a", "aws_vpc.this[", "aws_vpc.this[x]", "a.b.c", "data.x", "module.a.", "1.b"]
        {
            assert!(text.parse::<ResourceInstance>().is_err(), "{text}");
        }
    }

    #[test]
    fn targets() {
        assert!(matches!("module.a[0]".parse(), Ok(Target::Module(_))));
        assert!(matches!("module.a.x.y".parse(), Ok(Target::Resource(_))));
        assert!(matches!("x.y[1]".parse(), Ok(Target::Instance(_))));
        assert!("".parse::<Target>().is_err());
    }

    #[test]
    fn provider_configurations() {
        for text in [
            "provider[\"registry.terraform.io/hashicorp/aws\"]",
            "provider[\"registry.terraform.io/hashicorp/aws\"].west",
            "module.a.provider[\"terraform.io/builtin/terraform\"]",
            "provider[\"registry.terraform.io/hashicorp/aws\"].by_region[\"eu-\\\"1\"]",
        ] {
            assert_eq!(ProviderConfigAddr::parse(text).map(|address| address.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(
            ProviderConfigAddr::parse("provider.aws.west").map(|address| address.to_string()),
            Ok("provider[\"registry.terraform.io/hashicorp/aws\"].west".to_owned())
        );
    }

    #[test]
    fn order_is_by_module_then_mode_then_name_then_key() {
        let mut addresses: Vec<ResourceInstance> =
            ["b.b[10]", "b.b[\"a\"]", "b.b[2]", "module.a.a.a", "a.a", "data.z.z"]
                .map(|text| text.parse().expect("a valid address"))
                .to_vec();
        addresses.sort();
        let sorted: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        assert_eq!(sorted, ["data.z.z", "a.a", "b.b[2]", "b.b[10]", "b.b[\"a\"]", "module.a.a.a"]);
    }
}
