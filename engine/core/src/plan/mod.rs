//! The planner: from configuration and state to changes.
//!
//! It visits the static graph in dependency order, asks the evaluator for configurations and the providers for
//! plans, and writes down what it finds. Nothing real is changed.
//!
//! **Invariant**: the only effects are reads by providers; the execution graph that it emits says all that apply does.

mod adoption;
pub(crate) mod checks;
mod data;
mod declared;
mod deferral;
mod dependencies;
mod drift;
mod ephemeral;
mod following;
mod generate;
mod ignore;
mod imports;
mod instance;
mod interrupted;
mod itself;
mod managed;
mod orphans;
pub(crate) mod outputs;
mod pending;
mod protection;
mod provider;
mod provider_choice;
mod provisioning;
mod relevance;
mod result;
mod selection;
mod triggers;
mod untold;
mod walk;

pub use adoption::import;
pub(crate) use checks::CheckLog;
pub(crate) use dependencies::{Dependencies, resource_address};
pub use following::Earlier;
pub use generate::{generated_file, unwritten_blocks};
pub(crate) use ignore::IgnoreChanges;
pub(crate) use instance::{InstanceInput, Order, plan_instance};
pub use result::{Planned, PlannedChange};

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use landform_addrs::{AbsResource, ConfigResource, InstanceKey, ProviderConfigAddr, ResourceInstance, Selector};
use landform_config::{ModuleTree, check};
use landform_diagnostics::{Diagnostic, Diagnostics, FileId};
use landform_lang::expr::ImpureCalls;
use landform_plan::{Mode, PlannedImport};
use landform_provider_api::ProviderInstance;
use landform_state::State;
use landform_state::journal::Begun;
use landform_values::{Str, Value};

use crate::ephemeral::OpenResources;
use crate::evaluate::{EachMode, Evaluator, ScopeId, Settings};
use crate::events::Observer;
use crate::prior::{self, Prior, PriorResource};
use crate::program::{Bodies, Means, ModuleId, Program};
use crate::providers::ProviderSet;
use crate::stop::StopSignal;
use crate::testing::Overrides;
use crate::validate::{self, Checked};
use crate::variables::Given;

/// What a plan is asked for.
#[derive(Clone, Debug)]
pub struct PlanOptions {
    /// What it is for.
    pub mode: Mode,
    /// Only these and what they depend on; empty is everything.
    pub targets: Vec<Selector>,
    /// All but these and what depends on them.
    pub excludes: Vec<Selector>,
    /// To be replaced whatever the provider says.
    pub replace: Vec<ResourceInstance>,
    /// Whether objects are read afresh.
    pub refresh: bool,
    /// What the root module's variables are given.
    pub variables: BTreeMap<Str, Given>,
    /// How many operations run at a time.
    pub parallelism: usize,
    /// Objects to adopt: id by address. A plan that only refreshes and that has any is for the adoption alone: nothing
    /// else is planned.
    pub imports: BTreeMap<ResourceInstance, Str>,
    /// The source file of blocks that are to be written of what is imported: see [`unwritten_blocks`].
    pub unwritten: Option<FileId>,
    /// What a run that died had begun, and whose outcome is not known.
    pub interrupted: Vec<Begun>,
    /// What plans leave to this one that the same run has applied.
    pub earlier: Earlier,
    /// What is not reached, in tests.
    pub overrides: Arc<Overrides>,
}

impl PlanOptions {
    /// Whether objects are adopted and nothing else is done.
    pub(crate) fn only_imports(&self) -> bool {
        self.mode == Mode::RefreshOnly && !self.imports.is_empty()
    }

    /// Whether Terraform plans what configuration declares, if only to see what there is to destroy.
    fn plans_what_is_declared(&self, state: &State) -> bool {
        match self.mode {
            Mode::Normal => true,
            Mode::Destroy => self.refresh && !state.is_empty(),
            Mode::RefreshOnly => false,
        }
    }
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self {
            mode: Mode::Normal,
            targets: Vec::new(),
            excludes: Vec::new(),
            replace: Vec::new(),
            refresh: true,
            variables: BTreeMap::new(),
            parallelism: 10,
            imports: BTreeMap::new(),
            unwritten: None,
            interrupted: Vec::new(),
            earlier: Earlier::default(),
            overrides: Arc::default(),
        }
    }
}

/// What planning works with.
pub struct Environment<'a> {
    /// The configuration.
    pub tree: &'a ModuleTree,
    /// The providers at hand.
    pub providers: &'a ProviderSet,
    /// Functions, directories and the like.
    pub settings: crate::RunSettings,
    /// Who is told of progress.
    pub observer: &'a dyn Observer,
    /// Who asks to stop.
    pub stop: StopSignal,
}

/// Plans. With errors, the plan holds what was planned all the same; there is none when it was asked to stop.
pub async fn plan(
    environment: &Environment<'_>,
    state: &State,
    options: &PlanOptions,
) -> (Option<Planned>, Diagnostics) {
    let Checked { program, warnings, warnings_of_validation, .. } = match Planner::check(environment, options).await {
        Ok(checked) => checked,
        Err(found) => return (None, found),
    };
    let warnings = warnings.into_iter().chain(warnings_of_validation).collect();
    let (planned, found) = Planner::plan_program(environment, state, options, (program, warnings)).await;
    (planned.map(|(planned, _)| planned), found)
}

/// A word on plans that leave something out on purpose.
fn restricted(options: &PlanOptions) -> Option<Diagnostic> {
    let warning = Diagnostic::warning(
        "Resource targeting is in effect",
        "You are creating a plan with the -target option, which means that the result of this plan may not represent all of the changes requested by the current configuration.\n\nThe -target option is not for routine use, and is provided only for exceptional situations such as recovering from errors or mistakes, or when Landform specifically suggests to use it as part of an error message.",
    );
    let restricts = !options.targets.is_empty() || !options.excludes.is_empty();
    restricts.then_some(warning)
}

pub(crate) struct Planner<'a> {
    pub(crate) program: Arc<Program>,
    pub(crate) evaluator: Evaluator,
    pub(crate) providers: &'a ProviderSet,
    pub(crate) options: &'a PlanOptions,
    pub(crate) observer: &'a dyn Observer,
    pub(crate) stop: StopSignal,
    pub(crate) settings: crate::RunSettings,
    pub(crate) prior: RefCell<Prior>,
    pub(crate) moved: crate::refactor::Moved,
    /// Provider configurations in use: those of the program, then those only state names.
    pub(crate) provider_addresses: Vec<ProviderConfigAddr>,
    pub(crate) provider_indexes: HashMap<ProviderConfigAddr, usize>,
    pub(crate) configured: RefCell<Vec<Option<Arc<dyn ProviderInstance>>>>,
    pub(crate) dependencies: Dependencies,
    pub(crate) selection: selection::Selection,
    /// To be replaced whatever the provider says.
    pub(crate) replaced: HashSet<&'a ResourceInstance>,
    pub(crate) checks: RefCell<CheckLog>,
    pub(crate) vanished: RefCell<provider::Vanished>,
    /// Resources that can not be planned, because variables that they depend on are wrong.
    pub(crate) blocked: RefCell<HashSet<ConfigResource>>,
    pub(crate) deferrals: RefCell<deferral::Deferrals>,
    pub(crate) waits: pending::Waits,
    pub(crate) untold: untold::Untold,
    pub(crate) open: OpenResources,
    pub(crate) needed: ephemeral::Needed,
    pub(crate) found: RefCell<Found>,
}

/// What planning has found so far.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) diagnostics: Diagnostics,
    /// Whether any of them is an error.
    pub(crate) failed: bool,
    pub(crate) changes: Vec<PlannedChange>,
    pub(crate) triggering: triggers::Triggering,
    /// Resources with changes to come, and in which instances of their modules.
    pub(crate) pending: HashMap<(ModuleId, usize), HashSet<ScopeId>>,
    /// Managed resources of which all instances that configuration wants are known.
    pub(crate) expanded: HashSet<(ModuleId, usize)>,
    /// The instances that configuration wants.
    pub(crate) expansions: HashMap<AbsResource, (EachMode, HashSet<InstanceKey>)>,
    /// Data objects that were read.
    pub(crate) data: BTreeMap<ResourceInstance, (ProviderConfigAddr, Value)>,
    pub(crate) outputs: BTreeMap<Str, Value>,
    /// Outputs of called modules that were evaluated.
    pub(crate) planned_outputs: HashSet<(ScopeId, usize)>,
    /// Objects to adopt, as import blocks say.
    pub(crate) imports: BTreeMap<ResourceInstance, PlannedImport>,
    /// Those that were found.
    pub(crate) imported: HashSet<ResourceInstance>,
}

impl<'a> Planner<'a> {
    /// Plans what was validated; the plan, and the values that it leads to.
    pub(crate) async fn plan(
        environment: &Environment<'a>,
        state: &State,
        options: &'a PlanOptions,
    ) -> (Option<(Planned, Evaluator)>, Diagnostics) {
        match Self::check(environment, options).await {
            Ok(Checked { program, warnings, .. }) => {
                Self::plan_program(environment, state, options, (program, warnings)).await
            }
            Err(found) => (None, found),
        }
    }

    /// What is wrong whatever values there are is told by itself, as in Terraform. Warnings come up again while planning.
    /// Who only adopts objects may have written no arguments yet.
    async fn check(environment: &Environment<'a>, options: &'a PlanOptions) -> Result<Checked, Diagnostics> {
        let only_imports = options.only_imports();
        let bodies = if only_imports { Bodies::Unused } else { Bodies::Checked };
        let unwritten = options.unwritten;
        let means = Means { bodies, unwritten, ..Means::of(environment.providers, &environment.settings) };
        if only_imports {
            let (program, warnings) = validate::compile(environment.tree, means);
            let Some(program) = program else { return Err(warnings) };
            let (warnings_of_validation, warnings_of_values) = Default::default();
            return Ok(Checked { program, warnings, warnings_of_validation, warnings_of_values });
        }
        let found = check::check_provisioner_schemas(environment.tree);
        if found.has_errors() {
            return Err(found);
        }
        validate::check(environment.tree, means, &environment.settings).await
    }

    async fn plan_program(
        environment: &Environment<'a>,
        state: &State,
        options: &'a PlanOptions,
        (program, mut diagnostics): (Program, Diagnostics),
    ) -> (Option<(Planned, Evaluator)>, Diagnostics) {
        diagnostics.extend(restricted(options));
        let (planned, found) = Self::plan_sound(environment, state, options, Arc::new(program)).await;
        diagnostics.extend(found);
        (planned, diagnostics)
    }

    async fn plan_sound(
        environment: &Environment<'a>,
        state: &State,
        options: &'a PlanOptions,
        program: Arc<Program>,
    ) -> (Option<(Planned, Evaluator)>, Diagnostics) {
        let mut diagnostics = Diagnostics::new();
        let (moved, found) = crate::refactor::apply_moves(&program, state);
        diagnostics.extend(found);
        let (mut prior, found) = prior::decode(&moved.state, environment.providers).await;
        provider_choice::claim(&mut prior, &program);
        interrupted::expect(&mut prior, &options.interrupted);
        diagnostics.extend(found);
        if diagnostics.has_errors() {
            return (None, diagnostics);
        }
        let half_moved = selection::half_moved(&moved, &options.targets);
        if half_moved.has_errors() {
            return (None, half_moved);
        }
        if options.plans_what_is_declared(state) {
            diagnostics.extend(check::check_removed(environment.tree));
        }
        if diagnostics.has_errors() {
            return (None, diagnostics);
        }
        diagnostics.extend(selection::unmatched(&program, &prior, options));
        let planner = Planner::new(environment, program, prior, moved, options);
        if options.mode == Mode::Normal {
            planner.report(planner.imports_without_configuration());
        }
        let (planned, evaluator, found, contradictions) = match planner.run(environment.tree, state).await {
            Ok(planned) => planned,
            Err(canceled) => return (None, diagnostics.into_iter().chain(canceled).collect()),
        };
        // Moves that contradict what is declared hide all else, which mostly follows from them.
        if contradictions.has_errors() {
            return (None, contradictions);
        }
        diagnostics.extend(found);
        (Some((planned, evaluator)), diagnostics)
    }

    fn new(
        environment: &Environment<'a>,
        program: Arc<Program>,
        prior: Prior,
        moved: crate::refactor::Moved,
        options: &'a PlanOptions,
    ) -> Self {
        let settings = Settings {
            context: environment.settings.context.clone().with_impure_calls(ImpureCalls::Deferred),
            root_dir: environment.settings.root_dir.clone(),
            working_dir: environment.settings.working_dir.clone(),
            workspace: environment.settings.workspace.clone(),
            applying: false,
        };
        let mut provider_addresses: Vec<ProviderConfigAddr> =
            program.provider_configs.iter().map(|found| found.address.clone()).collect();
        let mut provider_indexes: HashMap<ProviderConfigAddr, usize> =
            provider_addresses.iter().enumerate().map(|(index, address)| (address.clone(), index)).collect();
        for provider in prior.resources.values().flat_map(PriorResource::providers) {
            if !provider_indexes.contains_key(provider) {
                provider_indexes.insert(provider.clone(), provider_addresses.len());
                provider_addresses.push(provider.clone());
            }
        }
        let mut dependencies = Dependencies::of(&program);
        let selection = selection::Selection::new(&program, &dependencies, &prior, &provider_indexes, options);
        if options.mode == Mode::Normal && selection.is_restricted() {
            dependencies.restrict_to(&program, |node| selection.includes(node));
        }
        Self {
            evaluator: Evaluator::new(program.clone(), settings, options.variables.clone())
                .overriding(options.overrides.clone()),
            configured: RefCell::new(vec![None; provider_addresses.len()]),
            providers: environment.providers,
            observer: environment.observer,
            stop: environment.stop.clone(),
            settings: environment.settings.clone(),
            prior: RefCell::new(prior),
            waits: pending::Waits::default(),
            checks: RefCell::default(),
            vanished: RefCell::default(),
            blocked: RefCell::default(),
            deferrals: RefCell::default(),
            untold: untold::Untold::default(),
            open: OpenResources::default(),
            needed: ephemeral::Needed::of(&program),
            found: RefCell::default(),
            program,
            options,
            moved,
            provider_addresses,
            provider_indexes,
            replaced: options.replace.iter().collect(),
            dependencies,
            selection,
        }
    }

    pub(crate) fn report(&self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        let mut found = self.found.borrow_mut();
        for diagnostic in diagnostics {
            found.failed |= diagnostic.is_error();
            found.diagnostics.push(diagnostic);
        }
    }
}
