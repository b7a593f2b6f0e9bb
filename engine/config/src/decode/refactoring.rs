//! `moved`, `removed` and `import` blocks.

use std::sync::{Arc, LazyLock};

use landform_addrs::{ConfigResource, ModulePath, ProviderAddr, ResourceInstance, ResourceMode};
use landform_diagnostics::{Diagnostic, Span};
use landform_lang::syntax::ast::{Block, Expr, ExprKind};
use landform_lang::syntax::{BodySchema, Content, Traversal, as_traversal};

use super::Decoder;
use super::address::Steps;
use crate::model::{
    Connection, Import, ImportKey, MoveEndpoint, MoveSubject, Moved, ProvisionerWhen, Removed, RemovedTarget,
};

static MOVED_SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| BodySchema::new().required("from").required("to"));

static REMOVED_SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new().required("from").block("lifecycle", &[]).block("connection", &[]).block("provisioner", &["type"])
});

static REMOVED_LIFECYCLE_SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| BodySchema::new().optional("destroy"));

static IMPORT_SCHEMA: LazyLock<BodySchema> =
    LazyLock::new(|| BodySchema::new().optional("for_each").optional("provider").required("id").required("to"));

static IMPORT_BY_IDENTITY_SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new().optional("for_each").optional("provider").optional("id").required("identity").required("to")
});

impl Decoder<'_> {
    pub(super) fn moved(&mut self, block: &Block) -> Option<Moved> {
        let mark = self.mark();
        let content = self.content(&block.body, &MOVED_SCHEMA);
        let from = self.move_endpoint(&content, "from");
        let to = self.move_endpoint(&content, "to");
        if self.failed_since(mark) {
            return None;
        }
        let (from, to) = (from?, to?);
        let same_kind = matches!(from.subject, MoveSubject::Module(_)) == matches!(to.subject, MoveSubject::Module(_));
        if !same_kind {
            let detail =
                "The \"from\" and \"to\" addresses must either both refer to resources or both refer to modules.";
            self.error(block.header_span, "Invalid \"moved\" addresses", detail);
            return None;
        }
        Some(Moved { from, to, span: block.header_span })
    }

    fn static_address(&mut self, content: &Content, name: &str) -> Option<Traversal> {
        let attribute = content.attributes.get(name)?;
        as_traversal(&attribute.value).map_err(|diagnostic| self.push(diagnostic)).ok()
    }

    fn move_endpoint(&mut self, content: &Content, name: &str) -> Option<MoveEndpoint> {
        let written = self.static_address(content, name)?;
        let subject = move_subject(&written).map_err(|diagnostic| self.push(diagnostic)).ok()?;
        Some(MoveEndpoint { subject, span: written.span })
    }

    pub(super) fn removed(&mut self, block: &Block) -> Option<Removed> {
        let mark = self.mark();
        let content = self.content(&block.body, &REMOVED_SCHEMA);
        let written = self.static_address(&content, "from");
        let from = written
            .as_ref()
            .and_then(|written| removed_target(written).map_err(|diagnostic| self.push(diagnostic)).ok());
        let mut removed = Removed {
            from: from.clone().unwrap_or_else(|| RemovedTarget::Module(ModulePath::root())),
            destroy: true,
            provisioners: Vec::new(),
            connection: None,
            from_span: written.map_or(block.header_span, |written| written.span),
            span: block.header_span,
        };
        self.removed_blocks(&mut removed, from.as_ref(), &content);
        (from.is_some() && !self.failed_since(mark)).then_some(removed)
    }

    fn removed_blocks(&mut self, removed: &mut Removed, from: Option<&RemovedTarget>, content: &Content) {
        let is_resource = matches!(from, Some(RemovedTarget::Resource(_)));
        let mut connection = None;
        for inner in &content.blocks {
            match &*inner.kind {
                "lifecycle" => self.removed_lifecycle(removed, inner),
                "connection" if !is_resource => {
                    let detail = "Provisioner connection configuration is valid only when a removed block targets a \
                                  managed resource.";
                    self.error(inner.header_span, "Invalid connection block", detail);
                }
                "connection" => {
                    let repeated = self.is_repeated(&mut connection, inner, |first| {
                        let detail = format!("This \"removed\" block already has a connection block at {first}.");
                        ("Duplicate connection block".to_owned(), detail)
                    });
                    if !repeated {
                        removed.connection = Some(Connection { body: inner.body.clone(), span: inner.header_span });
                    }
                }
                _ => self.removed_provisioner(removed, is_resource, inner),
            }
        }
    }

    fn removed_lifecycle(&mut self, removed: &mut Removed, block: &Block) {
        let content = self.content(&block.body, &REMOVED_LIFECYCLE_SCHEMA);
        removed.destroy = self.optional_bool(&content, "destroy").unwrap_or(removed.destroy);
    }

    fn removed_provisioner(&mut self, removed: &mut Removed, is_resource: bool, block: &Block) {
        if !is_resource {
            let detail = "Provisioners are valid only when a removed block targets a managed resource.";
            return self.error(block.header_span, "Invalid provisioner block", detail);
        }
        let Some(provisioner) = self.provisioner(block) else { return };
        if provisioner.when != ProvisionerWhen::Destroy {
            let detail = "Only destroy-time provisioners are valid in \"removed\" blocks. To declare a destroy-time \
                          provisioner, use:\n    when = destroy";
            return self.error(block.header_span, "Invalid provisioner block", detail);
        }
        removed.provisioners.push(provisioner);
    }

    pub(super) fn import(&mut self, block: &Block) -> Option<Import> {
        let mark = self.mark();
        let by_identity = block.body.everything().attributes.contains_key("identity");
        let schema = if by_identity { &IMPORT_BY_IDENTITY_SCHEMA } else { &IMPORT_SCHEMA };
        let content = self.content(&block.body, schema);
        if self.failed_since(mark) && content.attributes.contains_key("to") {
            return None;
        }
        let target = content.attributes.get("to").and_then(|attribute| {
            let to = Arc::new(self.reparsed(&attribute.value)?);
            let found = self.import_target(&to, attribute.span)?;
            Some((to, found))
        });
        let provider = self.import_provider(&content, target.as_ref().map(|(_, found)| found));
        let (to, (resource, static_to)) = target?;
        let key = self.import_key(&content, block.header_span)?;
        Some(Import {
            provider_addr: ProviderAddr::implied(resource.resource.implied_provider()),
            resource,
            static_to,
            to,
            key,
            for_each: content.attributes.get("for_each").map(|attribute| attribute.value.clone()),
            provider,
            provider_span: content.attributes.get("provider").map(|attribute| attribute.span),
            span: block.header_span,
        })
    }

    fn import_key(&mut self, content: &Content, block: Span) -> Option<ImportKey> {
        let given = |name: &str| content.attributes.get(name).map(|attribute| attribute.value.clone());
        match (given("id"), given("identity")) {
            (Some(_), Some(_)) => {
                self.error(block, "Invalid import block", "Only one of 'id' or 'identity' can be specified.");
                None
            }
            (id, identity) => id.map(ImportKey::Id).or(identity.map(ImportKey::Identity)),
        }
    }

    fn import_provider(
        &mut self,
        content: &Content,
        target: Option<&(ConfigResource, Option<ResourceInstance>)>,
    ) -> Option<crate::model::ProviderRef> {
        let attribute = content.attributes.get("provider")?;
        if target.is_some_and(|(resource, _)| !resource.module.is_root()) {
            let detail = "The provider argument can only be specified in import blocks that will generate \
                          configuration.\n\nUse the providers argument within the module block to configure providers \
                          for all resources within a module, including imported resources.";
            self.error(attribute.span, "Invalid import provider argument", detail);
        }
        self.provider_reference(&attribute.value, "provider")
    }

    /// The resource, and the instance when all keys are literal.
    fn import_target(&mut self, to: &Expr, whole: Span) -> Option<(ConfigResource, Option<ResourceInstance>)> {
        let found = target_without_keys(to).and_then(|written| import_instance(&written));
        let found = found.map_err(|diagnostic| self.push(diagnostic)).ok();
        let resource = found.filter(|found| found.resource.mode == ResourceMode::Managed);
        if resource.is_none() {
            self.error(whole, "Invalid import address", "Only managed resources can be imported.");
        }
        let static_to = as_traversal(to).ok().and_then(|written| import_instance(&written).ok());
        Some((resource?.config(), static_to))
    }
}

fn move_subject(written: &Traversal) -> Result<MoveSubject, Diagnostic> {
    let mut steps = Steps::new(written);
    let module = steps.module_instance()?;
    if steps.rest().is_empty() {
        return Ok(MoveSubject::Module(module));
    }
    steps.resource_instance(module).map(MoveSubject::Resource)
}

/// Keys are not allowed anywhere.
fn removed_target(written: &Traversal) -> Result<RemovedTarget, Diagnostic> {
    let mut steps = Steps::new(written);
    let modules = steps.modules()?;
    if let Some(span) = modules.iter().find_map(|(.., key)| *key) {
        let detail =
            "Module address must be a module (e.g. \"module.foo\"), not a module instance (e.g. \"module.foo[1]\").";
        return Err(Diagnostic::error("Module instance keys not allowed", detail).at(span));
    }
    let module = ModulePath::new(modules.into_iter().map(|(call, ..)| call));
    if steps.rest().is_empty() {
        return Ok(RemovedTarget::Module(module));
    }
    let mode = if steps.take_name("data") { ResourceMode::Data } else { ResourceMode::Managed };
    let resource = steps.kind_and_name(mode)?;
    if let Some(extra) = steps.rest().first() {
        let detail = "Resource address must be a resource (e.g. \"test_instance.foo\"), not a resource instance (e.g. \
                      \"test_instance.foo[1]\").";
        return Err(Diagnostic::error("Resource instance keys not allowed", detail).at(extra.span));
    }
    if mode == ResourceMode::Data {
        let detail = "Data sources are never destroyed, so they are not valid targets of removed blocks. To remove the \
                      data source from state, remove the data source block from configuration.";
        return Err(Diagnostic::error("Data source address not allowed", detail).at(written.span));
    }
    Ok(RemovedTarget::Resource(resource.in_module(module)))
}

fn import_instance(written: &Traversal) -> Result<ResourceInstance, Diagnostic> {
    let mut steps = Steps::new(written);
    let module = steps.module_instance()?;
    if steps.rest().is_empty() {
        return Err(crate::address::not_an_instance(written.span));
    }
    steps.resource_instance(module)
}

/// The address with the keys left out that are expressions.
fn target_without_keys(expr: &Expr) -> Result<Traversal, Diagnostic> {
    match &expr.kind {
        ExprKind::Index(collection, _) => target_without_keys(collection),
        ExprKind::RelativeTraversal(source, steps) => {
            let mut written = target_without_keys(source)?;
            written.steps.extend_from_slice(steps);
            Ok(Traversal { span: expr.span, ..written })
        }
        _ => as_traversal(expr),
    }
}
