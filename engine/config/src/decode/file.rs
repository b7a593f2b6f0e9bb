//! One file's declarations.

use std::sync::LazyLock;

use landform_diagnostics::{Diagnostics, FileId, SourceMap};
use landform_lang::syntax::BodySchema;
use landform_lang::syntax::ast::{Block, Body};

use super::{Decoder, FileRole, OutputDraft, VariableDraft};
use crate::model::{
    Backend, Check, Cloud, Import, Local, ModuleCall, Moved, ProviderConfig, ProviderMeta, Removed, RequiredProviders,
    Resource, VersionRequirement,
};

static SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new()
        .block("terraform", &[])
        .block("language", &[])
        .block("required_providers", &[])
        .block("provider", &["name"])
        .block("variable", &["name"])
        .block("locals", &[])
        .block("output", &["name"])
        .block("module", &["name"])
        .block("resource", &["type", "name"])
        .block("data", &["type", "name"])
        .block("ephemeral", &["type", "name"])
        .block("moved", &[])
        .block("removed", &[])
        .block("import", &[])
        .block("check", &["name"])
});

/// What one file declares, each kind in source order.
#[derive(Debug, Default)]
pub(crate) struct FileDeclarations {
    pub(crate) required_versions: Vec<VersionRequirement>,
    pub(crate) required_providers: Vec<RequiredProviders>,
    pub(crate) backends: Vec<Backend>,
    pub(crate) clouds: Vec<Cloud>,
    pub(crate) provider_metas: Vec<ProviderMeta>,
    pub(crate) provider_configs: Vec<ProviderConfig>,
    pub(crate) variables: Vec<VariableDraft>,
    pub(crate) locals: Vec<Local>,
    pub(crate) outputs: Vec<OutputDraft>,
    pub(crate) module_calls: Vec<ModuleCall>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) checks: Vec<(Check, Option<Resource>)>,
    pub(crate) moved: Vec<Moved>,
    pub(crate) removed: Vec<Removed>,
    pub(crate) imports: Vec<Import>,
    pub(crate) file: Option<FileId>,
}

/// Decodes what a file declares.
pub(crate) fn decode_file(body: &Body, role: FileRole, sources: &SourceMap) -> (FileDeclarations, Diagnostics) {
    let mut decoder = Decoder::new(sources, role);
    let mut file = FileDeclarations::default();
    let content = decoder.content(body, &SCHEMA);
    // Most blocks are resources, which are large.
    file.resources.reserve(content.blocks.iter().filter(|block| matches!(&*block.kind, "resource" | "data")).count());
    for block in &content.blocks {
        decoder.top_level(block, &mut file);
    }
    (file, decoder.diagnostics)
}

impl Decoder<'_> {
    fn top_level(&mut self, block: &Block, file: &mut FileDeclarations) {
        match &*block.kind {
            "terraform" => self.terraform(block, file),
            "language" if self.is_override() => {
                let detail = "A \"language\" block can not stand in an override file: it holds for the whole module.";
                self.error(block.kind_span, "Invalid language block", detail);
            }
            "language" => self.language_block(block),
            "required_providers" => {
                let detail = "A \"required_providers\" block must be nested inside a \"terraform\" block.";
                self.error(block.kind_span, "Invalid required_providers block", detail);
            }
            "provider" => file.provider_configs.extend(self.provider_config(block)),
            "variable" => file.variables.push(self.variable(block)),
            "locals" => file.locals.extend(self.locals(block)),
            "output" => file.outputs.push(self.output(block)),
            "module" => file.module_calls.push(self.module_call(block)),
            "resource" => file.resources.push(self.managed(block)),
            "data" => file.resources.push(self.data(block, false)),
            "ephemeral" => file.resources.push(self.ephemeral(block)),
            "moved" => file.moved.extend(self.moved(block)),
            "removed" => file.removed.extend(self.removed(block)),
            "import" => file.imports.extend(self.import(block)),
            _ => file.checks.push(self.check(block)),
        }
    }
}
