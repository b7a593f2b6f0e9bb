//! Addresses written as references, in `moved`, `removed` and `import` blocks.

use landform_addrs::{InstanceKey, ModuleInstance, Resource, ResourceInstance, ResourceMode, Str};
use landform_diagnostics::{Diagnostic, Span};
use landform_lang::syntax::Traversal;
use landform_lang::syntax::ast::{Step, StepKind};

/// Names that mean something else at the beginning of a reference.
const RESERVED: [&str; 10] = ["count", "each", "local", "path", "self", "terraform", "var", "template", "lazy", "arg"];

const INVALID: &str = "Invalid address";
const INVALID_OPERATOR: &str = "Invalid address operator";
const NEEDS_MODULE_NAME: &str = "Prefix \"module.\" must be followed by a module name.";
const WHOLE_NUMBER: &str = "value must be a whole number, between -9223372036854775808 and 9223372036854775807";

/// What is left of an address while it is read: the first name counts as an attribute.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    steps: Vec<Step>,
    at: usize,
}

impl Steps {
    pub(crate) fn new(traversal: &Traversal) -> Self {
        let root = &traversal.root;
        let first = Step { kind: StepKind::Attribute(root.name.clone()), span: root.span };
        Self { steps: std::iter::once(first).chain(traversal.steps.iter().cloned()).collect(), at: 0 }
    }

    pub(crate) fn rest(&self) -> &[Step] {
        &self.steps[self.at..]
    }

    /// The range of what is left; where nothing is, the range of the last step.
    fn span(&self) -> Span {
        let rest = self.rest();
        match (rest.first(), rest.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => self.steps[self.steps.len() - 1].span,
        }
    }

    fn next_name(&self) -> Option<&Str> {
        match self.rest().first().map(|step| &step.kind) {
            Some(StepKind::Attribute(name)) => Some(name),
            _ => None,
        }
    }

    /// `module.a["k"].module.b`, as far as it goes. Each step comes with the range of its key.
    pub(crate) fn modules(&mut self) -> Result<Vec<(Str, InstanceKey, Option<Span>)>, Diagnostic> {
        let mut found = Vec::new();
        while self.next_name().is_some_and(|name| &**name == "module") {
            let keyword = self.rest()[0].span;
            self.at += 1;
            let Some(step) = self.rest().first() else {
                return Err(Diagnostic::error(INVALID_OPERATOR, NEEDS_MODULE_NAME).at(keyword));
            };
            let StepKind::Attribute(call) = &step.kind else {
                return Err(Diagnostic::error(INVALID_OPERATOR, NEEDS_MODULE_NAME).at(step.span));
            };
            let call = call.clone();
            self.at += 1;
            let (key, span) = self.module_key()?;
            found.push((call, key, span));
        }
        Ok(found)
    }

    fn module_key(&mut self) -> Result<(InstanceKey, Option<Span>), Diagnostic> {
        let Some(step) = self.rest().first() else { return Ok((InstanceKey::None, None)) };
        let key = match &step.kind {
            StepKind::Attribute(_) => return Ok((InstanceKey::None, None)),
            kind => instance_key(kind),
        };
        let span = step.span;
        let key = key.ok_or_else(|| {
            Diagnostic::error(INVALID_OPERATOR, format!("Invalid module index: {WHOLE_NUMBER}.")).at(span)
        })?;
        self.at += 1;
        Ok((key, Some(span)))
    }

    pub(crate) fn module_instance(&mut self) -> Result<ModuleInstance, Diagnostic> {
        Ok(ModuleInstance::new(self.modules()?.into_iter().map(|(call, key, _)| (call, key))))
    }

    /// `[data.]type.name[key]` up to the end.
    pub(crate) fn resource_instance(&mut self, module: ModuleInstance) -> Result<ResourceInstance, Diagnostic> {
        let mode = self.mode()?;
        let resource = self.kind_and_name(mode)?;
        let error = |span: Span, detail: &str| Diagnostic::error(INVALID, detail).at(span);
        let key = match self.rest() {
            [] => InstanceKey::None,
            [step] => match &step.kind {
                StepKind::Attribute(_) => {
                    return Err(error(step.span, "Resource instance key must be given in square brackets."));
                }
                kind => instance_key(kind)
                    .ok_or_else(|| error(step.span, &format!("Invalid resource instance key: {WHOLE_NUMBER}.")))?,
            },
            [_, extra, ..] => return Err(error(extra.span, "Unexpected extra operators after address.")),
        };
        Ok(ResourceInstance { module, resource, key })
    }

    fn mode(&mut self) -> Result<ResourceMode, Diagnostic> {
        let Some(name) = self.next_name().cloned() else { return Ok(ResourceMode::Managed) };
        let mode = match &*name {
            "data" => ResourceMode::Data,
            "ephemeral" => ResourceMode::Ephemeral,
            "resource" => ResourceMode::Managed,
            name if RESERVED.contains(&name) => {
                let detail = format!(
                    "The keyword {name:?} is reserved and cannot be used to target a resource address. If you are \
                     targeting a resource type that uses a reserved keyword, please prefix your address with \
                     \"resource.\"."
                );
                return Err(Diagnostic::error(INVALID, detail).at(self.span()));
            }
            _ => return Ok(ResourceMode::Managed),
        };
        self.at += 1;
        Ok(mode)
    }

    /// `type.name`.
    pub(crate) fn kind_and_name(&mut self, mode: ResourceMode) -> Result<Resource, Diagnostic> {
        let error = |span: Span, detail: &str| Diagnostic::error(INVALID, detail).at(span);
        let [kind, name, ..] = self.rest() else {
            return Err(error(self.span(), "Resource specification must include a resource type and name."));
        };
        let StepKind::Attribute(kind) = &kind.kind else {
            let what = match mode {
                ResourceMode::Managed => "A resource type name is required.",
                ResourceMode::Data => "A data source name is required.",
                ResourceMode::Ephemeral => "An ephemeral resource type name is required.",
            };
            return Err(error(kind.span, what));
        };
        let StepKind::Attribute(name) = &name.kind else {
            return Err(error(name.span, "A resource name is required."));
        };
        let resource = Resource { mode, kind: kind.clone(), name: name.clone() };
        self.at += 2;
        Ok(resource)
    }

    /// Takes a name, if it is the next.
    pub(crate) fn take_name(&mut self, wanted: &str) -> bool {
        let found = self.next_name().is_some_and(|name| &**name == wanted);
        self.at += usize::from(found);
        found
    }
}

fn instance_key(kind: &StepKind) -> Option<InstanceKey> {
    match kind {
        StepKind::Key(key) => Some(InstanceKey::String(key.clone())),
        StepKind::Index(index) | StepKind::LegacyIndex(index) => index.to_i64().map(InstanceKey::Int),
        StepKind::Attribute(_) => None,
    }
}
