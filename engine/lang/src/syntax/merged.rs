//! Two bodies as one: an override over what it overrides, and an escaping block beside the body around it.

use std::collections::HashSet;
use std::sync::Arc;

use landform_diagnostics::{Diagnostic, Diagnostics, Span};

use super::ast::{Block, Body};
use super::schema::{Attributes, BodySchema, Content};
use super::text::quote;

/// Two bodies in one. Either may be in either syntax.
#[derive(Clone, Debug, PartialEq)]
pub struct MergedBody {
    first: Body,
    second: Body,
    rule: MergeRule,
}

/// What two bodies in one mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MergeRule {
    /// The second adds to the first; an argument may stand in one only.
    Join,
    /// The second wins: an argument hides the first's of that name, a block all the first's of its type. What no
    /// schema names goes unnoticed, as in Terraform.
    Override,
}

impl Body {
    /// Both bodies' arguments and blocks. An argument in both is an error where it is taken.
    #[must_use]
    pub fn joined(&self, other: &Body) -> Self {
        Self::merged(self, other, MergeRule::Join)
    }

    /// This body with what another one says instead.
    #[must_use]
    pub fn overridden_by(&self, other: &Body) -> Self {
        Self::merged(self, other, MergeRule::Override)
    }

    fn merged(first: &Body, second: &Body, rule: MergeRule) -> Self {
        Self::Merged(Arc::new(MergedBody { first: first.clone(), second: second.clone(), rule }))
    }
}

impl MergedBody {
    /// The same of other bodies.
    pub(super) fn map(&self, change: &mut dyn FnMut(&Body) -> Body) -> Self {
        Self { first: change(&self.first), second: change(&self.second), rule: self.rule }
    }

    /// See [`Body::content`].
    pub(super) fn content(&self, schema: &BodySchema) -> (Content, Diagnostics) {
        match self.rule {
            MergeRule::Override => {
                let (content, _, diagnostics) = self.partial_content(schema);
                (content, diagnostics)
            }
            MergeRule::Join => {
                let relaxed = schema.none_required();
                let (first, mut diagnostics) = self.first.content(&relaxed);
                let (second, more) = self.second.content(&relaxed);
                diagnostics.extend(more);
                (self.joined(first, second, schema, &mut diagnostics), diagnostics)
            }
        }
    }

    /// See [`Body::partial_content`].
    pub(super) fn partial_content(&self, schema: &BodySchema) -> (Content, Body, Diagnostics) {
        let relaxed = schema.none_required();
        let first_schema = if self.rule == MergeRule::Override { schema } else { &relaxed };
        let (first, first_rest, mut diagnostics) = self.first.partial_content(first_schema);
        let (second, second_rest, more) = self.second.partial_content(&relaxed);
        diagnostics.extend(more);
        let content = match self.rule {
            MergeRule::Join => self.joined(first, second, schema, &mut diagnostics),
            MergeRule::Override => overridden(first, second),
        };
        (content, Body::merged(&first_rest, &second_rest, self.rule), diagnostics)
    }

    /// See [`Body::just_attributes`].
    pub(super) fn just_attributes(&self) -> (Attributes, Diagnostics) {
        let (mut attributes, mut diagnostics) = self.first.just_attributes();
        let (second, more) = self.second.just_attributes();
        diagnostics.extend(more);
        match self.rule {
            MergeRule::Join => add_attributes(&mut attributes, second, &mut diagnostics),
            MergeRule::Override => attributes.extend(second),
        }
        (attributes, diagnostics)
    }

    /// See [`Body::everything`].
    pub(super) fn everything(&self) -> Content {
        let (mut first, second) = (self.first.everything(), self.second.everything());
        match self.rule {
            MergeRule::Override => overridden(first, second),
            MergeRule::Join => {
                for (name, attribute) in second.attributes {
                    first.attributes.entry(name).or_insert(attribute);
                }
                first.blocks.extend(second.blocks);
                first
            }
        }
    }

    /// See [`Body::missing_item_span`].
    pub(super) fn missing_item_span(&self) -> Span {
        self.first.missing_item_span()
    }

    fn joined(
        &self,
        mut first: Content,
        second: Content,
        schema: &BodySchema,
        diagnostics: &mut Diagnostics,
    ) -> Content {
        add_attributes(&mut first.attributes, second.attributes, diagnostics);
        first.blocks.extend(second.blocks);
        for wanted in schema.attributes.iter().filter(|wanted| wanted.required) {
            if !first.attributes.contains_key(&wanted.name) {
                diagnostics.push(wanted.missing(self.missing_item_span()));
            }
        }
        first
    }
}

fn add_attributes(attributes: &mut Attributes, more: Attributes, diagnostics: &mut Diagnostics) {
    for (name, attribute) in more {
        if attributes.contains_key(&name) {
            let detail = format!("Argument {} was already set.", quote(&name));
            diagnostics.push(Diagnostic::error("Duplicate argument", detail).at(attribute.name_span));
        } else {
            attributes.insert(name, attribute);
        }
    }
}

fn overridden(mut first: Content, second: Content) -> Content {
    first.attributes.extend(second.attributes);
    let hidden: HashSet<Arc<str>> = second.blocks.iter().map(|block| made_type(block)).collect();
    first.blocks.retain(|block| !hidden.contains(&block.kind) && !hidden.contains(&made_type(block)));
    first.blocks.extend(second.blocks);
    first
}

/// The type of the blocks that a block stands for: a `dynamic` block makes those that its label says.
fn made_type(block: &Block) -> Arc<str> {
    match block.labels.first() {
        Some(label) if &*block.kind == "dynamic" => label.name.clone(),
        _ => block.kind.clone(),
    }
}

#[cfg(test)]
mod tests {
    use landform_diagnostics::SourceMap;

    use super::super::{parse_json, parse_native};
    use super::*;

    fn native(sources: &SourceMap, text: &str) -> Body {
        parse_native(sources, sources.add("a.tf", text)).0
    }

    fn shown(sources: &SourceMap, body: &Body, schema: &BodySchema) -> (String, Vec<String>) {
        let (content, diagnostics) = body.content(schema);
        let attributes = content.attributes.values().map(|attribute| sources.snippet(attribute.value.span));
        let blocks = content.blocks.iter().map(|block| sources.snippet(block.header_span));
        let all: Vec<String> = attributes.chain(blocks).collect();
        (all.join(" "), diagnostics.iter().map(|found| found.detail.clone()).collect())
    }

    #[test]
    fn an_override_wins() {
        let sources = SourceMap::new();
        let schema = BodySchema::new().required("x").optional("y").block("b", &["l"]).block("dynamic", &["l"]);
        let base = native(&sources, "x = 1\ny = 2\nb \"one\" {}\ndynamic \"b\" {}\ndynamic \"c\" {}\n");
        let over = native(&sources, "y = 3\nb \"two\" {}\nunknown = 1\n");
        let expected = "1 3 dynamic \"c\" b \"two\"".to_owned();
        assert_eq!(shown(&sources, &base.overridden_by(&over), &schema), (expected, vec![]));
        let (json, _) = parse_json(&sources, sources.add("a.tf.json", r#"{"x": 4, "b": {"three": {}}}"#));
        let (text, diagnostics) = shown(&sources, &base.overridden_by(&json), &schema);
        assert_eq!((text.as_str(), diagnostics.len()), ("4 2 dynamic \"c\" {", 0));
    }

    #[test]
    fn joined_bodies_hold_both() {
        let sources = SourceMap::new();
        let schema = BodySchema::new().required("x").optional("y").required("z");
        let first = native(&sources, "x = 1\n");
        let second = native(&sources, "x = 2\ny = 3\nunknown = 4\n");
        let (text, diagnostics) = shown(&sources, &first.joined(&second), &schema);
        assert_eq!(text, "1 3");
        assert_eq!(
            diagnostics,
            [
                "An argument named \"unknown\" is not expected here.",
                "Argument \"x\" was already set.",
                "The argument \"z\" is required, but no definition was found."
            ]
        );
    }

    #[test]
    fn what_is_taken_is_taken_from_both() {
        let sources = SourceMap::new();
        let (first, second) = (native(&sources, "x = 1\n"), native(&sources, "y = 2\n"));
        for merged in [first.joined(&second), first.overridden_by(&second)] {
            let (_, rest, diagnostics) = merged.partial_content(&BodySchema::new().optional("x").optional("y"));
            assert!(diagnostics.is_empty());
            assert_eq!(rest.just_attributes().0.len(), 0);
        }
    }

    #[test]
    fn everything_there_is() {
        let sources = SourceMap::new();
        let first = native(&sources, "x = 1\nb \"l\" \"m\" {}\nb {}\n");
        let second = native(&sources, "y = 2\nx = 3\nb \"n\" {}\n");
        let (json, _) = parse_json(&sources, sources.add("a.tf.json", r#"{"z": 4, "b": {"o": {}}}"#));
        let cases = [
            (first.clone(), "x=1 b \"l\" \"m\" b"),
            (json, "z=4 b={\"o\": {}}"),
            (first.joined(&second), "x=1 y=2 b \"l\" \"m\" b b \"n\""),
            (first.overridden_by(&second), "x=3 y=2 b \"n\""),
        ];
        for (body, expected) in cases {
            let content = body.everything();
            let attributes = content.attributes.values();
            let attributes = attributes.map(|found| format!("{}={}", found.name, sources.snippet(found.value.span)));
            let blocks = content.blocks.iter().map(|block| sources.snippet(block.header_span));
            let shown: Vec<String> = attributes.chain(blocks).collect();
            assert_eq!(shown.join(" "), expected);
        }
    }
}
