//! Matches the directives of a template with their ends.

use std::iter::Peekable;
use std::vec::IntoIter;

use landform_diagnostics::Span;

use super::super::ast::{Expr, TemplateFor, TemplateIf, TemplatePart};
use super::template::{Closing, ForDirective, Part};
use super::{Parser, invalid};

type Parts = Peekable<IntoIter<Part>>;

impl Parser<'_> {
    pub(super) fn template_tree(&mut self, parts: Vec<Part>) -> Vec<TemplatePart> {
        let mut tree = Vec::with_capacity(parts.len());
        let mut parts = parts.into_iter().peekable();
        while let Some(part) = parts.next_if(|part| !matches!(part, Part::End(_))) {
            tree.push(self.template_part(part, &mut parts));
        }
        tree
    }

    fn template_part(&mut self, part: Part, rest: &mut Parts) -> TemplatePart {
        match part {
            Part::Literal(text, span) => TemplatePart::Literal(text.into(), span),
            Part::Interpolation(expr) => TemplatePart::Interpolation(expr),
            Part::If(condition, span) => {
                let part = self.nested(|parser| parser.template_if(condition, span, rest));
                part.unwrap_or_else(|| placeholder(span))
            }
            Part::For(directive, span) => {
                let part = self.nested(|parser| parser.template_for(directive, span, rest));
                part.unwrap_or_else(|| placeholder(span))
            }
            Part::Closing(closing, span) => self.unexpected(closing, span, UNBALANCED.into()),
            Part::End(span) => placeholder(span),
        }
    }

    fn template_if(&mut self, condition: Expr, open: Span, rest: &mut Parts) -> TemplatePart {
        let mut yes = Vec::new();
        let mut no = None;
        loop {
            match rest.next_if(|part| !matches!(part, Part::End(_))) {
                None => return self.unclosed("if", "endif", open, rest),
                Some(Part::Closing(Closing::EndIf, end)) => {
                    let no = no.unwrap_or_default();
                    return TemplatePart::If(Box::new(TemplateIf { condition, yes, no, span: open.to(end) }));
                }
                Some(Part::Closing(Closing::Else, _)) if no.is_none() => no = Some(Vec::new()),
                Some(Part::Closing(closing, span)) => {
                    let started = self.place.describe(open);
                    let detail = match closing {
                        Closing::Else => format!("Already in the else clause for the if started at {started}."),
                        _ => format!("Expecting an endif directive for the if started at {started}."),
                    };
                    return self.unexpected(closing, span, detail);
                }
                Some(part) => {
                    let part = self.template_part(part, rest);
                    no.as_mut().unwrap_or(&mut yes).push(part);
                }
            }
        }
    }

    fn template_for(&mut self, directive: ForDirective, open: Span, rest: &mut Parts) -> TemplatePart {
        let mut body = Vec::new();
        loop {
            match rest.next_if(|part| !matches!(part, Part::End(_))) {
                None => return self.unclosed("for", "endfor", open, rest),
                Some(Part::Closing(Closing::EndFor, end)) => {
                    let ForDirective { key, value, collection } = directive;
                    let span = open.to(end);
                    return TemplatePart::For(Box::new(TemplateFor { key, value, collection, body, span }));
                }
                Some(Part::Closing(closing, span)) => {
                    let detail = match closing {
                        Closing::Else => "An else clause is not expected for a for directive.".into(),
                        _ => format!(
                            "Expecting an endfor directive corresponding to the for directive at {}.",
                            self.place.describe(open)
                        ),
                    };
                    return self.unexpected(closing, span, detail);
                }
                Some(part) => {
                    let part = self.template_part(part, rest);
                    body.push(part);
                }
            }
        }
    }

    fn unexpected(&mut self, closing: Closing, span: Span, detail: String) -> TemplatePart {
        let name = match closing {
            Closing::Else => "else",
            Closing::EndIf => "endif",
            Closing::EndFor => "endfor",
        };
        if !self.gave_up {
            self.error(span, &format!("Unexpected {name} directive"), detail);
        }
        placeholder(span)
    }

    fn unclosed(&mut self, name: &str, end: &str, open: Span, rest: &mut Parts) -> TemplatePart {
        let span = match rest.peek() {
            Some(Part::End(span)) => *span,
            _ => open,
        };
        let started = self.place.describe(open);
        let detail = format!("The {name} directive at {started} is missing its corresponding {end} directive.");
        if !self.gave_up {
            self.error(span, "Unexpected end of template", detail);
        }
        placeholder(span)
    }
}

/// Stands for what could not be made sense of.
fn placeholder(span: Span) -> TemplatePart {
    TemplatePart::Interpolation(invalid(span))
}

const UNBALANCED: &str = "The control directives within this template are unbalanced.";
