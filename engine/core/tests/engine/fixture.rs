//! What every test of the engine needs: configurations as text, and runs on them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use landform_addrs::ProviderAddr;
use landform_config::load::MemoryFiles;
use landform_config::manifest::Manifest;
use landform_config::{ModuleTree, load_tree};
use landform_core::apply::{Applied, NoRecord};
use landform_core::events::{Observer, Silent};
use landform_core::plan::{Environment, PlanOptions, Planned};
use landform_core::{ProviderSet, ProvisionerSet, RunSettings, StopSignal};
use landform_diagnostics::{Diagnostics, SourceMap};
use landform_lang::expr::EvalContext;
use landform_lang::functions::MemoryWorld;
use landform_plan::Mode;
use landform_provider_api::Provider;
use landform_state::State;

use crate::strict::Strict;

/// An engine with one provider and its world.
pub(crate) struct Fixture {
    pub(crate) strict: Strict,
    pub(crate) providers: ProviderSet,
    pub(crate) provisioners: ProvisionerSet,
    keys: Arc<AtomicU32>,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let strict = Strict::new();
        let provider: Arc<dyn Provider> = Arc::new(strict.clone());
        let providers = ProviderSet::new([(ProviderAddr::hashicorp("test"), provider)]);
        Self { strict, providers, provisioners: ProvisionerSet::default(), keys: Arc::default() }
    }

    /// Plans with a configuration: one file, or many as [`MemoryFiles::from_archive`] has them.
    pub(crate) fn plan(&self, config: &str, state: &State, mode: Mode) -> (Option<Planned>, Diagnostics) {
        self.plan_with(config, state, &PlanOptions { mode, ..PlanOptions::default() })
    }

    /// As [`Fixture::plan`], with all options.
    pub(crate) fn plan_with(
        &self,
        config: &str,
        state: &State,
        options: &PlanOptions,
    ) -> (Option<Planned>, Diagnostics) {
        self.run(config, async |environment| landform_core::plan::plan(&environment, state, options).await)
    }

    /// Applies a plan.
    pub(crate) fn apply(&self, config: &str, planned: &Planned, observer: &dyn Observer) -> (Applied, Diagnostics) {
        self.run(config, async |environment| {
            let environment = Environment { observer, ..environment };
            landform_core::apply::apply(&environment, planned, &NoRecord).await
        })
    }

    /// Gives work all that a run is given.
    pub(crate) fn run<T>(&self, config: &str, work: impl AsyncFnOnce(Environment<'_>) -> T) -> T {
        let sources = SourceMap::new();
        let tree = tree(config, &sources);
        let environment = Environment {
            tree: &tree,
            providers: &self.providers,
            settings: self.settings(sources),
            observer: &Silent,
            stop: StopSignal::default(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(work(environment))
    }

    fn settings(&self, sources: SourceMap) -> RunSettings {
        let world = MemoryWorld::at(time::OffsetDateTime::UNIX_EPOCH);
        let keys = self.keys.clone();
        RunSettings {
            context: EvalContext::new(Arc::new(world), sources),
            provisioners: self.provisioners.clone(),
            root_dir: ".".into(),
            working_dir: "/memory".into(),
            workspace: "default".into(),
            engine_version: "1.11.4".into(),
            timestamp: "1970-01-01T00:00:00Z".into(),
            new_deposed_key: Arc::new(move || format!("{:08x}", keys.fetch_add(1, Ordering::Relaxed) + 1)),
        }
    }
}

fn tree(config: &str, sources: &SourceMap) -> ModuleTree {
    let files = if config.starts_with("-- ") {
        MemoryFiles::from_archive(config)
    } else {
        MemoryFiles::new([("main.tf", config)])
    };
    let manifest = Manifest::default();
    let (tree, diagnostics) = load_tree(".", &manifest, sources, &files);
    assert!(!diagnostics.has_errors(), "{config}\n{diagnostics:?}");
    tree.expect("there is a root module")
}

/// All goes well.
pub(crate) fn expect_fine(config: &str, diagnostics: &Diagnostics) {
    assert!(!diagnostics.has_errors(), "{config}\n{}", texts(diagnostics));
}

/// What went wrong, a line a diagnostic.
pub(crate) fn texts(diagnostics: &Diagnostics) -> String {
    let text = |found: &landform_diagnostics::Diagnostic| format!("{}: {}\n", found.summary, found.detail);
    diagnostics.iter().map(text).collect()
}
