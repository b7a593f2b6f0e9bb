//! `resource`, `data` and `ephemeral` blocks.

use std::sync::LazyLock;

use landform_addrs::{ProviderAddr, ResourceMode};
use landform_lang::syntax::ast::Block;
use landform_lang::syntax::{BodySchema, Content};

use super::Decoder;
use crate::model::{Connection, Lifecycle, ProvisionerWhen, Resource};

static MANAGED_SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new()
        .optional("count")
        .optional("for_each")
        .optional("provider")
        .optional("depends_on")
        .block("locals", &[])
        .block("lifecycle", &[])
        .block("connection", &[])
        .block("provisioner", &["type"])
        .block("_", &[])
});

static OTHER_SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new()
        .optional("count")
        .optional("for_each")
        .optional("provider")
        .optional("depends_on")
        .block("lifecycle", &[])
        .block("locals", &[])
        .block("_", &[])
});

/// What a `_` block's content is interpreted as.
const ESCAPED: &str = "resource-type-specific";

impl Decoder<'_> {
    /// A `resource` block.
    pub(super) fn managed(&mut self, block: &Block) -> Resource {
        let names = ["Invalid resource type name", "Invalid resource name"];
        let (mut resource, content) = self.resource_header(block, ResourceMode::Managed, &MANAGED_SCHEMA, names);
        self.check_repetition(&content);
        let (mut lifecycle, mut connection, mut escape) = (None, None, None);
        for inner in &content.blocks {
            match &*inner.kind {
                "lifecycle" if !self.is_repeated_lifecycle(&mut lifecycle, inner) => {
                    resource.lifecycle = self.lifecycle(inner, &resource.addr()).into();
                }
                "connection" if !self.is_repeated_connection(&mut connection, inner, "resource") => {
                    resource.connection = Some(Connection { body: inner.body.clone(), span: inner.header_span }.into());
                }
                "provisioner" => resource.provisioners.extend(self.provisioner(inner)),
                "_" if !self.is_repeated_escape(&mut escape, inner, ESCAPED, "resource") => {
                    resource.body = resource.body.joined(&inner.body);
                }
                "locals" => self.reserved_block(inner, "resource"),
                _ => {}
            }
        }
        self.check_enabled(resource.lifecycle.enabled.as_ref(), &content);
        self.check_destroy_connection(&resource);
        resource
    }

    /// While a destroy provisioner runs, the connection may refer to the resource only.
    fn check_destroy_connection(&mut self, resource: &Resource) {
        let destroys = resource.provisioners.iter().any(|provisioner| provisioner.when == ProvisionerWhen::Destroy);
        if let Some(connection) = resource.connection.as_ref().filter(|_| destroys) {
            self.only_self_references(&connection.body);
        }
    }

    /// A `data` block; nested in a check block, it has no instances and no life of its own.
    pub(super) fn data(&mut self, block: &Block, nested: bool) -> Resource {
        let names = ["Invalid data source name", "Invalid data resource name"];
        let (mut resource, content) = self.resource_header(block, ResourceMode::Data, &OTHER_SCHEMA, names);
        if nested {
            self.no_repetition(&content);
            (resource.count, resource.for_each) = (None, None);
            for inner in content.blocks.iter().filter(|inner| &*inner.kind == "lifecycle") {
                let detail = "Nested data blocks do not support \"lifecycle\" blocks as the lifecycle is managed by \
                              the containing block.";
                self.error(inner.header_span, "Invalid lifecycle block", detail);
            }
        } else {
            self.check_repetition(&content);
        }
        self.other_blocks(&mut resource, &content, "data");
        resource
    }

    /// An `ephemeral` block.
    pub(super) fn ephemeral(&mut self, block: &Block) -> Resource {
        let names = ["Invalid ephemeral resource type", "Invalid ephemeral resource name"];
        let (mut resource, content) = self.resource_header(block, ResourceMode::Ephemeral, &OTHER_SCHEMA, names);
        self.check_repetition(&content);
        self.other_blocks(&mut resource, &content, "ephemeral");
        resource
    }

    fn other_blocks(&mut self, resource: &mut Resource, content: &Content, what: &str) {
        let (mut lifecycle, mut escape) = (None, None);
        for inner in &content.blocks {
            match &*inner.kind {
                "lifecycle" if !self.is_repeated_lifecycle(&mut lifecycle, inner) => {
                    resource.lifecycle = self.conditions_only(inner, &resource.addr(), what).into();
                }
                "_" if !self.is_repeated_escape(&mut escape, inner, ESCAPED, "data") => {
                    resource.body = resource.body.joined(&inner.body);
                }
                "locals" => self.reserved_block(inner, what),
                _ => {}
            }
        }
        self.check_enabled(resource.lifecycle.enabled.as_ref(), content);
    }

    /// Labels and meta-arguments, which all three kinds share.
    fn resource_header(
        &mut self,
        block: &Block,
        mode: ResourceMode,
        schema: &BodySchema,
        names: [&str; 2],
    ) -> (Resource, Content) {
        let (content, body) = self.partial_content(&block.body, schema);
        for (label, summary) in block.labels.iter().zip(names) {
            self.check_name(label, summary);
        }
        let (kind, name) = (&block.labels[0], &block.labels[1]);
        let provider = content.attributes.get("provider");
        let provider = provider.and_then(|attribute| self.provider_reference(&attribute.value, "provider"));
        let resource = Resource {
            mode,
            kind: kind.name.clone(),
            name: name.name.clone(),
            count: content.attributes.get("count").map(|attribute| attribute.value.clone()),
            for_each: content.attributes.get("for_each").map(|attribute| attribute.value.clone()),
            provider: provider.map(Box::new),
            // The whole module's requirements decide; see `crate::assemble`.
            provider_addr: ProviderAddr::implied(&kind.name),
            depends_on: self.depends_on(&content),
            lifecycle: Lifecycle::unsaid(),
            provisioners: Vec::new(),
            connection: None,
            body,
            check: None,
            kind_span: kind.span,
            span: block.header_span,
        };
        (resource, content)
    }

    /// Reports `for_each` beside `count`.
    pub(super) fn check_repetition(&mut self, content: &Content) {
        if let (true, Some(for_each)) = (content.attributes.contains_key("count"), content.attributes.get("for_each")) {
            let detail = "The \"count\" and \"for_each\" meta-arguments are mutually-exclusive, only one should be used \
                          to be explicit about the number of resources to be created.";
            self.error(for_each.name_span, "Invalid combination of \"count\" and \"for_each\"", detail);
        }
    }

    fn no_repetition(&mut self, content: &Content) {
        for name in ["count", "for_each"] {
            if let Some(attribute) = content.attributes.get(name) {
                let detail = "The \"count\" and \"for_each\" meta-arguments are not supported within nested data \
                              blocks.";
                self.error(attribute.name_span, format!("Invalid {name:?} attribute"), detail);
            }
        }
    }
}
