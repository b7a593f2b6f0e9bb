//! Writing real values into configuration.
//!
//! Nothing here touches a file: [`propose`] says how a text would change, and [`verify`] plans with the changed texts
//! to see that they do what they are for and nothing else. Whoever calls it writes the files.

mod edit;
pub(crate) mod literal;
mod settable;
mod verify;

use std::collections::HashMap;
use std::sync::Arc;

use landform_addrs::ResourceInstance;
use landform_diagnostics::{Diagnostics, SourceMap, Span};
use landform_lang::syntax::ast::{Block, Body, Expr, ExprKind};
use landform_lang::syntax::{BodySchema, format, parse_native};
use landform_plan::{AcceptOutcome, Acceptance, Action, Fate};
use landform_values::{Path, Step, Str, Value};

use super::compare::real_at;
use super::origin::{End, Holder, Origin, Origins, Site};
use super::{Drifted, Variables};
use crate::plan::Environment;
use crate::variables::{Given, ValueSource};
pub use edit::Edit;
use edit::Place;
use settable::{Settable, settable};
pub use verify::{Verdict, verify};

/// A real value that is to be written.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The object.
    pub address: ResourceInstance,
    /// The attribute.
    pub path: Path,
    /// As it really is; unmarked.
    real: Value,
    /// Whether it must not be written where people read it.
    sensitive: bool,
}

impl Wish {
    /// What came of it.
    pub fn outcome(&self, outcome: AcceptOutcome) -> Acceptance {
        Acceptance { address: self.address.clone(), path: Some(self.path.clone()), outcome }
    }
}

/// All that can be wished for of objects, and what is to be said of those of which nothing can.
pub fn wishes(drifted: &Drifted, addresses: &[ResourceInstance]) -> (Vec<Wish>, Vec<Acceptance>) {
    let (mut wishes, mut refused) = (Vec::new(), Vec::new());
    for address in addresses {
        let mut objects =
            drifted.drift.objects.iter().filter(|found| found.address == *address && found.deposed.is_none());
        let object = objects.next().filter(|found| found.fate != Fate::Unchanged);
        let Some(object) = object else {
            refused.push(refusal(address, "it has not drifted, or there is no such object".to_owned()));
            continue;
        };
        if object.fate == Fate::Vanished {
            refused.push(refusal(address, gone(address)));
        }
        wishes.extend(object.attributes.iter().map(|attribute| Wish {
            address: address.clone(),
            path: attribute.path.clone(),
            sensitive: attribute.before.contains_sensitive() || attribute.after.contains_sensitive(),
            real: attribute.after.clone().unmark_deep().0,
        }));
    }
    (wishes, refused)
}

fn refusal(address: &ResourceInstance, reason: String) -> Acceptance {
    Acceptance { address: address.clone(), path: None, outcome: AcceptOutcome::Refused(reason) }
}

fn gone(address: &ResourceInstance) -> String {
    format!(
        "the object has vanished, and there is no value to write. To do without it, remove its block from configuration, \
         or only forget it with: landform state rm '{address}'. To have it back, run: landform apply"
    )
}

/// How a text changes for a wish.
///
/// # Errors
/// Why it can not be changed, without a full stop.
pub fn propose(
    environment: &Environment<'_>,
    given: &Variables,
    drifted: &Drifted,
    wish: &Wish,
) -> Result<Edit, String> {
    if wish.sensitive {
        return Err("the value is sensitive, and would stand in a file for all to read".into());
    }
    let change =
        drifted.planned.plan.drift.iter().find(|change| {
            change.address == wish.address && change.deposed.is_none() && change.action == Action::Update
        });
    let change = change.ok_or("it has not drifted")?;
    let sources = &environment.settings.context.sources;
    let origin = Origins::new(environment.tree, sources, given).of(&wish.address, &wish.path);
    let origin = origin.ok_or("the resource is not in configuration")?;
    let block = match settable(&change.schema.block, &wish.path) {
        Settable::No => return Err("the attribute can not be set: the provider alone decides on it".into()),
        found => found == Settable::Block,
    };
    if origin.through.is_empty() {
        alone(drifted, &wish.address)?;
    }
    let proposer = Proposer { sources, wish, object: &change.after };
    proposer.edit(&origin, block)
}

/// A block that stands for many instances is not changed for the sake of one.
fn alone(drifted: &Drifted, address: &ResourceInstance) -> Result<(), String> {
    let resource = address.config();
    let same = drifted.planned.changes.iter().filter(|planned| {
        let change = &planned.change;
        planned.config.is_some() && change.deposed.is_none() && change.address.config() == resource
    });
    match same.count() {
        0 | 1 => Ok(()),
        count => Err(format!(
            "the block makes {count} instances (by count, for_each or calls of its module), and all of them would change"
        )),
    }
}

struct Proposer<'a> {
    sources: &'a SourceMap,
    wish: &'a Wish,
    /// As it really is, marked.
    object: &'a Value,
}

impl Proposer<'_> {
    fn edit(&self, origin: &Origin, is_block: bool) -> Result<Edit, String> {
        match &origin.end {
            End::Written(site) => self.replace(site),
            End::MissingKey(object, key) => self.add_item(object, key),
            End::Unset(header) if is_block => {
                Err(format!("a nested block would have to be written into the block at {}", self.place(*header)))
            }
            End::Unset(header) => self.add_argument(*header),
            End::Derived(expr) => Err(self.derived(expr)),
            End::Dynamic(span) => {
                Err(format!("a dynamic block at {} makes the blocks that it is in", self.place(*span)))
            }
            End::Blocks(span) => {
                Err(format!("whole blocks differ from those at {}; change them by hand", self.place(*span)))
            }
            End::Default(span, name, _) => Err(format!(
                "the value is the default of var.{name} at {}; set the variable where it is used, or change its default",
                self.place(*span)
            )),
            End::Outside(source, name) => Err(match source {
                ValueSource::Environment => format!("the value is in the environment variable TF_VAR_{name}"),
                ValueSource::CommandLine => format!("the value is given by -var='{name}=...' on the command line"),
                _ => format!("the value of var.{name} is in no file"),
            }),
        }
    }

    fn place(&self, span: Span) -> String {
        let file = self.sources.file(span.file);
        format!("{}:{}", file.name, file.position(span.start as usize).line)
    }

    fn derived(&self, expr: &Expr) -> String {
        let place = self.place(expr.span);
        match &expr.kind {
            ExprKind::Traversal(root, steps) if ["var", "local"].contains(&&*root.name) => {
                let text: String = steps.iter().map(ToString::to_string).collect();
                format!("the value comes from {}{text} at {place}, which does not have it written out", root.name)
            }
            ExprKind::Traversal(root, _) if ["each", "count"].contains(&&*root.name) => {
                format!("the value depends on {} at {place}", root.name)
            }
            _ => format!("an expression at {place} works the value out"),
        }
    }

    /// The file that a span is in, if it can be edited.
    fn file(&self, span: Span) -> Result<Place, String> {
        let file = self.sources.file(span.file);
        if file.name.ends_with(".json") {
            return Err(format!("{} is in JSON syntax; change it by hand", file.name));
        }
        Ok(Place { name: file.name.clone(), text: file.text.clone() })
    }

    fn replace(&self, site: &Site) -> Result<Edit, String> {
        let place = self.file(site.expr.span)?;
        let range = edit::range(site.expr.span);
        if !self.wish.real.is_null() {
            return Ok(place.replacing(range, &self.wish.real));
        }
        match &site.holder {
            Holder::Argument(span) => Ok(place.without_argument(edit::range(*span))),
            Holder::Item(object, index) => Ok(place.without_item(object, *index)),
            Holder::Other => Ok(place.replacing(range, &self.wish.real)),
        }
    }

    fn add_item(&self, object: &Arc<Expr>, key: &Str) -> Result<Edit, String> {
        let place = self.file(object.span)?;
        let ExprKind::Object(items) = &object.kind else { return Err(self.derived(object)) };
        Ok(place.with_item(edit::range(object.span), items, key, &self.wish.real))
    }

    fn add_argument(&self, header: Span) -> Result<Edit, String> {
        let place = self.file(header)?;
        let block = block_at(self.sources, header).ok_or("its block was not found")?;
        // Of a map of which nothing is set, the whole is written.
        let named = self.wish.path.0.iter().rposition(|step| matches!(step, Step::Attribute(_)));
        let path = Path(self.wish.path.0[..=named.unwrap_or_default()].to_vec());
        let Some(Step::Attribute(name)) = path.0.last() else { return Err("it has no name of its own".into()) };
        let value = real_at(self.object, &path).unmark_deep().0;
        Ok(place.with_argument(&block, name, &value))
    }
}

/// The block with a header.
fn block_at(sources: &SourceMap, header: Span) -> Option<Arc<Block>> {
    let (body, _) = parse_native(sources, header.file);
    find_block(&body, header)
}

fn find_block(body: &Body, header: Span) -> Option<Arc<Block>> {
    let around = |block: &Arc<Block>| block.span.start <= header.start && header.end <= block.span.end;
    let block = body.everything().blocks.into_iter().find(around)?;
    if block.header_span == header { Some(block) } else { find_block(&block.body, header) }
}

/// A text with all edits that were proposed for it, in the canonical style if the old text was. `None` if that does not
/// parse.
pub fn edited(old: &str, edit: &Edit) -> Option<String> {
    let mut new = old.to_owned();
    new.replace_range(edit.range.clone(), &edit.text);
    let new = if format(old) == old { format(&new) } else { new };
    let sources = SourceMap::new();
    let (_, found) = parse_native(&sources, sources.add("", new.as_str()));
    (!found.has_errors()).then_some(new)
}

/// The values of root variables with those of one variables file as its new text has them.
///
/// # Errors
/// When the text is no variables file.
pub fn given_anew(given: &Variables, name: &str, text: &str, sources: &SourceMap) -> Result<Variables, Diagnostics> {
    let file = sources.add(name, text);
    let (body, mut diagnostics) = parse_native(sources, file);
    let (content, _, found) =
        body.partial_content(&given.keys().fold(BodySchema::new(), |schema, name| schema.optional(name.clone())));
    diagnostics.extend(found);
    let mut anew = given.clone();
    let in_file: HashMap<&Str, &Given> = given.iter().filter(|(_, given)| is_in(given, name, sources)).collect();
    for (name, old) in in_file {
        let Some(attribute) = content.attributes.get(name) else { continue };
        let (value, found) = landform_lang::constant(&attribute.value, sources);
        diagnostics.extend(found);
        let source = ValueSource::File(attribute.value.span);
        anew.insert(name.clone(), Given { value, source, ephemeral: old.ephemeral });
    }
    if diagnostics.has_errors() { Err(diagnostics) } else { Ok(anew) }
}

fn is_in(given: &Given, name: &str, sources: &SourceMap) -> bool {
    matches!(given.source, ValueSource::File(span) if sources.file(span.file).name == name)
}
