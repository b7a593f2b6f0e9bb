//! From syntax to declarations, block by block.
//!
//! A [`Decoder`] decodes one file; what it could not understand is in its diagnostics, and what it could is kept.

pub(crate) mod address;
mod call;
mod check;
mod constant;
mod file;
mod lifecycle;
mod name;
mod output;
mod provider;
mod provisioner;
mod refactoring;
mod required_providers;
mod resource;
mod terraform;
mod test;
mod traversal;
mod variable;

use std::borrow::Cow;

use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_lang::syntax::ast::{Block, Body};
use landform_lang::syntax::{Attributes, BodySchema, Content};

pub(crate) use call::parse_module_source;
pub(crate) use file::{FileDeclarations, decode_file};
pub(crate) use name::provider_part;
pub(crate) use output::OutputDraft;

pub(crate) use test::{decode_mock_file, decode_test_file};
pub(crate) use variable::VariableDraft;

/// Which kind of file is decoded: in an override file, required arguments may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileRole {
    /// Declares.
    Primary,
    /// Overrides what others declare.
    Override,
}

/// Decodes the blocks of one file.
pub(crate) struct Decoder<'a> {
    sources: &'a SourceMap,
    role: FileRole,
    diagnostics: Diagnostics,
}

impl<'a> Decoder<'a> {
    fn new(sources: &'a SourceMap, role: FileRole) -> Self {
        Self { sources, role, diagnostics: Diagnostics::new() }
    }

    fn is_override(&self) -> bool {
        self.role == FileRole::Override
    }

    fn error(&mut self, subject: Span, summary: impl Into<String>, detail: impl Into<String>) {
        self.diagnostics.error(subject, summary, detail);
    }

    fn warning(&mut self, subject: Span, summary: impl Into<String>, detail: impl Into<String>) {
        self.diagnostics.warning(subject, summary, detail);
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// A schema as this kind of file has it.
    fn relaxed<'s>(&self, schema: &'s BodySchema) -> Cow<'s, BodySchema> {
        if self.is_override() { Cow::Owned(schema.none_required()) } else { Cow::Borrowed(schema) }
    }

    /// How many diagnostics there are, to be compared with later by [`Self::failed_since`].
    fn mark(&self) -> usize {
        self.diagnostics.len()
    }

    /// Whether an error was found since a mark.
    fn failed_since(&self, mark: usize) -> bool {
        self.diagnostics.iter().skip(mark).any(Diagnostic::is_error)
    }

    /// A range as messages write it.
    fn place(&self, span: Span) -> String {
        crate::place::describe(self.sources, span)
    }

    /// What a body holds, which must be what the schema says and nothing else.
    fn content(&mut self, body: &Body, schema: &BodySchema) -> Content {
        let (content, diagnostics) = body.content(schema);
        self.diagnostics.extend(diagnostics);
        content
    }

    /// What a body holds of the schema, and the rest of it.
    fn partial_content(&mut self, body: &Body, schema: &BodySchema) -> (Content, Body) {
        let (content, rest, diagnostics) = body.partial_content(schema);
        self.diagnostics.extend(diagnostics);
        (content, rest)
    }

    /// The arguments of a body that may not have blocks.
    fn just_attributes(&mut self, body: &Body) -> Attributes {
        let (attributes, diagnostics) = body.just_attributes();
        self.diagnostics.extend(diagnostics);
        attributes
    }

    /// Reports a second block of a kind that there may be only one of. `seen` is the first one.
    fn is_repeated(
        &mut self,
        seen: &mut Option<Span>,
        block: &Block,
        report: impl FnOnce(String) -> (String, String),
    ) -> bool {
        let Some(first) = *seen else {
            *seen = Some(block.header_span);
            return false;
        };
        let (summary, detail) = report(self.place(first));
        self.error(block.header_span, summary, detail);
        true
    }

    /// Reports a block type that is kept for later.
    fn reserved_block(&mut self, block: &Block, within: &str) {
        let detail =
            format!("The block type name {:?} is reserved for use by Terraform in a future version.", &*block.kind);
        self.error(block.kind_span, format!("Reserved block type name in {within} block"), detail);
    }

    /// Reports a second `_` block.
    fn is_repeated_escape(&mut self, seen: &mut Option<Span>, block: &Block, interpreted_as: &str, each: &str) -> bool {
        self.is_repeated(seen, block, |first| {
            let detail = format!(
                "The special block type \"_\" can be used to force particular arguments to be interpreted as \
                 {interpreted_as} rather than as meta-arguments, but each {each} block can have only one such block. \
                 The first escaping block was at {first}."
            );
            ("Duplicate escaping block".to_owned(), detail)
        })
    }
}
