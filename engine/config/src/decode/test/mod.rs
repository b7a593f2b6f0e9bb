//! Test files.

mod mock;
mod run;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use indexmap::IndexMap;
use landform_addrs::Str;
use landform_diagnostics::{Diagnostic, Diagnostics, SourceMap, Span};
use landform_lang::syntax::ast::{Attribute, Block, Body, Expr};
use landform_lang::syntax::{BodySchema, Content, Traversal, as_keyword};

use super::{Decoder, FileRole};
use crate::model::{MockData, ProviderConfig, TestFile};

static FILE_SCHEMA: LazyLock<BodySchema> = LazyLock::new(|| {
    BodySchema::new()
        .block("run", &["name"])
        .block("provider", &["name"])
        .block("mock_provider", &["name"])
        .block("variables", &[])
        .block("override_resource", &[])
        .block("override_data", &[])
        .block("override_module", &[])
});

const DEPRECATED_VERSION: &str = "Version constraints inside provider configuration blocks are deprecated";

/// Decodes a test file; `name` is its path, relative to the root module.
pub(crate) fn decode_test_file(name: &str, body: &Body, sources: &SourceMap) -> (TestFile, Diagnostics) {
    let mut decoder = Decoder::new(sources, FileRole::Primary);
    let mut file = TestFile { name: name.to_owned(), ..TestFile::default() };
    decoder.test_file(body, &mut file);
    (file, decoder.diagnostics)
}

/// Decodes a file of mocks.
pub(crate) fn decode_mock_file(body: &Body, known_in_plan: bool, sources: &SourceMap) -> (MockData, Diagnostics) {
    let mut decoder = Decoder::new(sources, FileRole::Primary);
    let mut data = MockData { known_in_plan, ..MockData::default() };
    decoder.mock_data(body, &mut data);
    data.overrides.iter_mut().for_each(|found| found.shared = true);
    (data, decoder.diagnostics)
}

/// What there may be only one of.
#[derive(Default)]
struct Seen {
    runs: HashMap<Str, Span>,
    providers: HashMap<String, Span>,
    variables: Option<Span>,
}

impl Decoder<'_> {
    fn test_file(&mut self, body: &Body, file: &mut TestFile) {
        let content = self.content(body, &FILE_SCHEMA);
        let mut seen = Seen::default();
        for block in &content.blocks {
            match &*block.kind {
                "run" => self.test_run_of_file(block, &mut seen, file),
                "variables" => {
                    let variables = self.test_variables(block, &mut seen.variables, "test file");
                    file.variables.extend(variables.unwrap_or_default());
                }
                "provider" => {
                    let config = self.test_provider(block);
                    file.providers.extend(config.filter(|config| self.is_first_of_provider(config, &mut seen)));
                }
                "mock_provider" => {
                    let config = self.mock_provider(block);
                    file.providers.extend(config.filter(|config| self.is_first_of_provider(config, &mut seen)));
                }
                _ => self.override_block(block, false, &mut file.overrides),
            }
        }
    }

    fn test_run_of_file(&mut self, block: &Block, seen: &mut Seen, file: &mut TestFile) {
        let mark = self.mark();
        let run = self.test_run(block);
        let failed = self.failed_since(mark);
        let name = run.name.clone();
        if let Some(first) = seen.runs.get(&name) {
            let place = self.place(*first);
            let detail = format!("This test file already has a run named {name} block defined at {place}.");
            self.error(block.header_span, "Duplicate \"run\" block names", detail);
        } else {
            seen.runs.insert(name, block.header_span);
        }
        file.runs.extend((!failed).then_some(run));
    }

    fn references(&mut self, attribute: &Attribute) -> Vec<Traversal> {
        let items = self.expression_list(&attribute.value);
        items.iter().filter_map(|item| self.reference_in_quotes_or_not(item)).collect()
    }

    /// An argument that is one of two keywords.
    fn test_keyword(&mut self, content: &Content, name: &str, known: &[&str], words: &str) -> Option<String> {
        let attribute = content.attributes.get(name)?;
        let found = as_keyword(&attribute.value).map(std::borrow::Cow::into_owned);
        if !found.as_deref().is_some_and(|found| known.contains(&found)) {
            let detail =
                format!("The {name:?} argument requires one of the following keywords without quotes: {words}");
            self.error(attribute.value.span, format!("Invalid {name:?} keyword"), detail);
        }
        found
    }

    /// `None` if there was such a block before.
    fn test_variables(
        &mut self,
        block: &Block,
        seen: &mut Option<Span>,
        within: &str,
    ) -> Option<IndexMap<Str, Arc<Expr>>> {
        let repeated = self.is_repeated(seen, block, |first| {
            let detail = format!("This {within} already has a variables block defined at {first}.");
            ("Multiple \"variables\" blocks".to_owned(), detail)
        });
        if repeated {
            return None;
        }
        let attributes = self.just_attributes(&block.body);
        Some(attributes.into_iter().map(|(name, attribute)| (name, attribute.value)).collect())
    }

    /// As in configurations, but for versions, which are an error here.
    fn test_provider(&mut self, block: &Block) -> Option<ProviderConfig> {
        let mark = self.mark();
        let config = self.provider_config(block);
        let detail = "Version constraints inside provider configuration blocks are not allowed in test files. To silence \
                      this error, move the provider version constraint into the required_providers block of the \
                      configuration that uses this provider.";
        for found in self.diagnostics.iter_mut().skip(mark).filter(|found| found.summary == DEPRECATED_VERSION) {
            let at = found.subject.unwrap_or(block.header_span);
            *found = Diagnostic::error("Version constraints are not allowed in test files", detail).at(at);
        }
        config
    }

    fn is_first_of_provider(&mut self, config: &ProviderConfig, seen: &mut Seen) -> bool {
        let key = config.local().to_string();
        if let Some(first) = seen.providers.get(&key) {
            let detail = format!("A provider for {key} is already defined at {}.", self.place(*first));
            self.error(config.span, "Duplicate provider block", detail);
            return false;
        }
        seen.providers.insert(key, config.name_span);
        true
    }
}
