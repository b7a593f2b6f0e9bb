//! `provisioner` and `connection` blocks.

use std::sync::{Arc, LazyLock};

use landform_diagnostics::Span;
use landform_lang::syntax::ast::{Block, Body, StepKind};
use landform_lang::syntax::{BodySchema, references};

use super::Decoder;
use crate::model::{Connection, OnFailure, Provisioner, ProvisionerWhen};

static SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new()
        .optional("when")
        .optional("on_failure")
        .block("_", &[])
        .block("connection", &[])
        .block("lifecycle", &[])
});

const REMOVED_KINDS: [&str; 4] = ["chef", "habitat", "puppet", "salt-masterless"];

impl Decoder<'_> {
    pub(super) fn is_repeated_connection(&mut self, seen: &mut Option<Span>, block: &Block, what: &str) -> bool {
        self.is_repeated(seen, block, |first| {
            let detail = format!("This {what} already has a connection block at {first}.");
            ("Duplicate connection block".to_owned(), detail)
        })
    }

    pub(super) fn provisioner(&mut self, block: &Block) -> Option<Provisioner> {
        let (content, body) = self.partial_content(&block.body, &SCHEMA);
        let label = &block.labels[0];
        if REMOVED_KINDS.contains(&&*label.name) {
            let kind = &label.name;
            let detail = format!(
                "The {:?} provisioner was deprecated in Terraform 0.13.4 has been removed from Terraform. Visit \
                 https://learn.hashicorp.com/collections/terraform/provision for alternatives to using provisioners \
                 that are a better fit for the Terraform workflow.",
                &**kind
            );
            self.error(label.span, format!("The {:?} provisioner has been removed", &**kind), detail);
            return None;
        }
        let mut provisioner = Provisioner {
            kind: label.name.clone(),
            when: ProvisionerWhen::Create,
            on_failure: OnFailure::Fail,
            connection: None,
            body,
            kind_span: label.span,
            span: block.header_span,
        };
        if let Some(attribute) = content.attributes.get("when") {
            match self.keyword(&attribute.value).as_deref() {
                Some("create") => {}
                Some("destroy") => provisioner.when = ProvisionerWhen::Destroy,
                _ => self.bad_keyword(attribute.value.span, "when", "create or destroy"),
            }
        }
        if provisioner.when == ProvisionerWhen::Destroy {
            self.only_self_references(&provisioner.body);
        }
        if let Some(attribute) = content.attributes.get("on_failure") {
            match self.keyword(&attribute.value).as_deref() {
                Some("continue") => provisioner.on_failure = OnFailure::Continue,
                Some("fail") => {}
                _ => self.bad_keyword(attribute.value.span, "on_failure", "continue or fail"),
            }
        }
        self.provisioner_blocks(&mut provisioner, &content.blocks);
        Some(provisioner)
    }

    fn provisioner_blocks(&mut self, provisioner: &mut Provisioner, blocks: &[Arc<Block>]) {
        let (mut connection, mut escape) = (None, None);
        for inner in blocks {
            match &*inner.kind {
                "connection" if !self.is_repeated_connection(&mut connection, inner, "provisioner") => {
                    if provisioner.when == ProvisionerWhen::Destroy {
                        self.only_self_references(&inner.body);
                    }
                    provisioner.connection = Some(Connection { body: inner.body.clone(), span: inner.header_span });
                }
                // The spelling is Terraform's.
                "_" if !self.is_repeated_escape(&mut escape, inner, "provisioner-typpe-specific", "provisioner") => {
                    provisioner.body = provisioner.body.joined(&inner.body);
                }
                "lifecycle" => self.reserved_block(inner, "provisioner"),
                _ => {}
            }
        }
    }

    fn bad_keyword(&mut self, span: Span, argument: &str, keywords: &str) {
        let detail = format!("The {argument:?} argument requires one of the following keywords: {keywords}.");
        self.error(span, format!("Invalid {argument:?} keyword"), detail);
    }

    /// Reports arguments that refer to anything but the resource itself.
    pub(super) fn only_self_references(&mut self, body: &Body) {
        let (attributes, _) = body.just_attributes();
        for (_, attribute) in attributes {
            for reference in references(&attribute.value) {
                let first = reference.steps.first().map(|step| &step.kind);
                let is = |wanted: &str| {
                    reference.steps.len() == 1 && matches!(first, Some(StepKind::Attribute(name)) if &**name == wanted)
                };
                let allowed = match &*reference.root.name {
                    "self" | "path" | "terraform" => true,
                    "count" => is("index"),
                    "each" => is("key"),
                    _ => false,
                };
                if !allowed {
                    let detail = "Destroy-time provisioners and their connection configurations may only reference \
                                  attributes of the related resource, via 'self', 'count.index', or \
                                  'each.key'.\n\nReferences to other resources during the destroy phase can cause \
                                  dependency cycles and interact poorly with create_before_destroy.";
                    self.error(attribute.value.span, "Invalid reference from destroy provisioner", detail);
                }
            }
        }
    }
}
