//! Reading and writing `.terraform.lock.hcl`.

use std::collections::BTreeMap;

use landform_addrs::ProviderAddr;
use landform_config::version::{Constraints, Version};
use landform_diagnostics::{Diagnostic, Diagnostics, FileId, SourceMap, Span};
use landform_lang::constant;
use landform_lang::syntax::ast::{Attribute, Block, Expr, ExprKind};
use landform_lang::syntax::{BodySchema, as_static_list, parse_native};
use landform_values::{Type, convert};

use super::{Locks, ProviderLock};
use crate::event::LOCK_FILE;
use crate::files;
use crate::modules::WorkingDirectory;

/// Reads the lock file of a working directory; without one, nothing is locked.
pub fn read_lock_file(directory: &WorkingDirectory, sources: &SourceMap) -> (Locks, Diagnostics) {
    match fs_err::read_to_string(directory.absolute(LOCK_FILE)) {
        Ok(text) => parse(sources.add(LOCK_FILE, text), sources),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (Locks::default(), Diagnostics::new()),
        Err(error) => {
            let detail = format!("The configuration file {LOCK_FILE:?} could not be read: {error}.");
            (Locks::default(), Diagnostic::error("Failed to read file", detail).into())
        }
    }
}

/// Writes the lock file of a working directory whole or not at all.
///
/// # Errors
/// When it can not be written.
pub fn write_lock_file(locks: &Locks, directory: &WorkingDirectory) -> Result<(), Diagnostics> {
    files::write_whole(&directory.absolute(LOCK_FILE), &locks.to_text()).map_err(|error| {
        let detail = format!("Error while writing new dependency lock information to {LOCK_FILE}: {error}.");
        Diagnostic::error("Failed to update dependency lock file", detail).into()
    })
}

/// Reads a lock file's text. With errors, the locks are what could be made sense of.
pub(super) fn parse(file: FileId, sources: &SourceMap) -> (Locks, Diagnostics) {
    let (body, diagnostics) = parse_native(sources, file);
    let mut reader = Reader { sources, diagnostics, locks: Locks::default(), seen: BTreeMap::new() };
    let (content, found) =
        body.content(&BodySchema::new().block("provider", &["source_addr"]).block("module", &["path"]));
    reader.diagnostics.extend(found);
    for block in content.blocks.iter().filter(|block| &*block.kind == "provider") {
        reader.provider(block);
    }
    if let Some(block) = content.blocks.iter().find(|block| &*block.kind == "module") {
        reader.modules_are_not_locked(block);
    }
    (reader.locks, reader.diagnostics)
}

struct Reader<'a> {
    sources: &'a SourceMap,
    diagnostics: Diagnostics,
    locks: Locks,
    /// Where each provider is locked.
    seen: BTreeMap<ProviderAddr, Span>,
}

impl Reader<'_> {
    fn error(&mut self, at: Span, summary: &str, detail: impl Into<String>) {
        self.diagnostics.error(at, summary, detail);
    }

    fn modules_are_not_locked(&mut self, block: &Block) {
        let detail = "Landform only supports dependency locks for providers, not for modules. This configuration may be \
                      intended for a later version of Terraform that also supports dependency locks for modules.";
        self.diagnostics.warning(block.kind_span, "Dependency locks for modules are not yet supported", detail);
    }

    fn provider(&mut self, block: &Block) {
        let Some(provider) = self.address(block) else { return };
        let schema = BodySchema::new().required("version").optional("constraints").optional("hashes");
        let (content, found) = block.body.content(&schema);
        self.diagnostics.extend(found);
        let version = content.attributes.get("version").and_then(|attribute| self.version(&provider, attribute));
        let constraints = content.attributes.get("constraints").map(|attribute| self.constraints(&provider, attribute));
        let hashes = content.attributes.get("hashes").map(|attribute| self.hashes(attribute));
        if let Some(first) = self.seen.get(&provider) {
            let file = self.sources.file(first.file);
            let line = file.line_of(first.start as usize);
            let detail =
                format!("This lockfile already declared a lock for provider {provider} at {}:{line}.", file.name);
            return self.error(block.kind_span, "Duplicate provider lock", detail);
        }
        self.seen.insert(provider.clone(), block.header_span);
        if let Some(version) = version {
            let lock = ProviderLock::new(version, constraints.unwrap_or_default(), hashes.unwrap_or_default());
            self.locks.insert(provider, lock);
        }
    }

    fn address(&mut self, block: &Block) -> Option<ProviderAddr> {
        let label = &block.labels[0];
        let invalid = "Invalid provider source address";
        let Ok(provider) = ProviderAddr::parse_source(&label.name) else {
            let detail = "The provider source address for a provider lock must be a valid, fully-qualified address of \
                          the form \"hostname/namespace/type\".";
            self.error(label.span, invalid, detail);
            return None;
        };
        if provider.is_builtin() {
            let detail = format!(
                "Cannot lock a version for built-in provider {provider}. Built-in providers are bundled inside Landform \
                 itself, so you can't select a version for them independently of the Landform release you are currently \
                 running."
            );
            self.error(label.span, invalid, detail);
            return None;
        }
        let normal = provider.to_string();
        if normal != *label.name {
            let detail = format!(
                "The provider source address for this provider lock must be written as {normal:?}, the fully-qualified \
                 and normalized form."
            );
            self.error(label.span, "Non-normalized provider source address", detail);
            return None;
        }
        Some(provider)
    }

    fn version(&mut self, provider: &ProviderAddr, attribute: &Attribute) -> Option<Version> {
        if matches!(&attribute.value.kind, ExprKind::Literal(value) if value.is_null()) {
            let detail = "A provider lock block must contain a \"version\" argument.";
            self.error(attribute.value.span, "Missing required argument", detail);
            return None;
        }
        let text = self.text(&attribute.value)?;
        let (at, summary) = (attribute.value.span, "Invalid provider version number");
        match text.parse::<Version>() {
            Ok(version) if version.to_string() == text => Some(version),
            Ok(version) => {
                let detail = format!(
                    "The selected version number for provider {provider} must be written in normalized form: {:?}.",
                    version.to_string()
                );
                self.error(at, summary, detail);
                Some(version)
            }
            Err(error) => {
                let detail = format!("The selected version number for provider {provider} is invalid: {error}.");
                self.error(at, summary, detail);
                None
            }
        }
    }

    fn constraints(&mut self, provider: &ProviderAddr, attribute: &Attribute) -> String {
        let Some(text) = self.text(&attribute.value) else { return String::new() };
        let (at, summary) = (attribute.value.span, "Invalid provider version constraints");
        match text.parse::<Constraints>() {
            Ok(constraints) if constraints.normalized() == text => {}
            Ok(constraints) => {
                let detail = format!(
                    "The recorded version constraints for provider {provider} must be written in normalized form: {:?}.",
                    constraints.normalized()
                );
                self.error(at, summary, detail);
            }
            Err(error) => {
                let detail = format!("The recorded version constraints for provider {provider} are invalid: {error}.");
                self.error(at, summary, detail);
            }
        }
        text
    }

    fn hashes(&mut self, attribute: &Attribute) -> Vec<String> {
        let items = match as_static_list(&attribute.value) {
            Ok(items) => items,
            Err(diagnostic) => {
                self.diagnostics.push(diagnostic);
                return Vec::new();
            }
        };
        if items.is_empty() {
            let detail = "The \"hashes\" argument must either be omitted or contain at least one hash value.";
            self.error(attribute.value.span, "Invalid provider hash set", detail);
        }
        items.iter().filter_map(|item| self.hash(item, attribute)).collect()
    }

    fn hash(&mut self, item: &Expr, attribute: &Attribute) -> Option<String> {
        let hash = self.text(item)?;
        if hash.contains(':') {
            return Some(hash);
        }
        let detail = format!(
            "Cannot interpret {hash:?} as a provider hash: hash string must start with a scheme keyword followed by a \
             colon."
        );
        self.error(attribute.value.span, "Invalid provider hash string", detail);
        None
    }

    /// The value of a constant string.
    fn text(&mut self, expr: &Expr) -> Option<String> {
        let (value, found) = constant(expr, self.sources);
        let failed = found.has_errors();
        self.diagnostics.extend(found);
        if failed {
            return None;
        }
        match convert(&value, &Type::String) {
            Ok(text) if !text.is_null() => text.as_str().map(str::to_owned),
            Ok(_) => {
                self.error(expr.span, "Unsuitable value type", "Unsuitable value: value is null.");
                None
            }
            Err(error) => {
                self.error(expr.span, "Unsuitable value type", format!("Unsuitable value: {}.", error.message));
                None
            }
        }
    }
}
