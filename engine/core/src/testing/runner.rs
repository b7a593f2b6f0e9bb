//! The runs of a test file, one after the other, and the end of what they made.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use landform_addrs::{ProviderAddr, ResourceInstance, ResourceMode, Selector};
use landform_config::check::{check_run, check_test_file};
use landform_config::load::{RunTree, tree_of_run};
use landform_config::{ModuleTree, TestCommand, TestFile, TestRun, address};
use landform_diagnostics::{Diagnostic, Diagnostics};
use landform_lang::expr::Interrupt;
use landform_plan::{Action, Mode, TestStatus};
use landform_state::State;
use landform_values::Str;

use super::asserts::{Results, referred_variables};
use super::lookup::{FileVariables, RunOutputs, RunVariables, run_variables};
use super::overrides::Overrides;
use super::{Detail, FileReport, GlobalVariables, RunReport, Shown, TestObserver, expected, prepare};
use crate::apply::NoRecord;
use crate::evaluate::Evaluator;
use crate::events::Silent;
use crate::from_state::{Absent, evaluator_of_state};
use crate::plan::{Environment, PlanOptions, Planned, Planner};
use crate::{ProviderSet, RunSettings, StopSignal};

/// What all files of a suite have in common.
pub struct Suite<'a> {
    /// The configuration under test.
    pub tree: &'a ModuleTree,
    /// The modules that runs are of instead.
    pub run_trees: &'a [RunTree<'a>],
    /// The providers at hand.
    pub providers: &'a ProviderSet,
    /// Functions, directories and the like.
    pub settings: RunSettings,
    /// Who is told.
    pub observer: &'a dyn TestObserver,
    /// A wish to stop: the run that is at work goes on to its end, and what was made is destroyed.
    pub stop: &'a StopSignal,
    /// Whether somebody wants to see what runs plan and lead to.
    pub with_details: bool,
}

/// A state that runs share, and the one that has changed it last.
#[derive(Default)]
struct Shared {
    state: State,
    run: Option<usize>,
}

/// What is left of a run that was cut short.
#[derive(Debug)]
pub struct LeftState {
    /// The run; `None` for the configuration under test where none has changed it.
    pub run: Option<Str>,
    /// The module that it is of, as written; `None` for the configuration under test.
    pub module: Option<String>,
    /// What it made.
    pub state: State,
}

/// Runs one file.
pub struct FileRunner<'a> {
    suite: &'a Suite<'a>,
    file: &'a TestFile,
    globals: &'a dyn GlobalVariables,
    /// By `state_key`, or the source of the module; that of the configuration under test by nothing.
    states: RefCell<BTreeMap<String, Shared>>,
    outputs: RefCell<RunOutputs>,
    /// What the apply that is at work is to create.
    creating: RefCell<Vec<ResourceInstance>>,
    /// The run that is at work.
    current: RefCell<Option<usize>>,
}

impl<'a> FileRunner<'a> {
    /// For a file of a suite.
    pub fn new(suite: &'a Suite<'a>, file: &'a TestFile, globals: &'a dyn GlobalVariables) -> Self {
        let outputs = file.runs.iter().map(|run| (run.name.clone(), None)).collect();
        Self {
            suite,
            file,
            globals,
            states: RefCell::default(),
            outputs: RefCell::new(outputs),
            creating: RefCell::default(),
            current: RefCell::default(),
        }
    }

    /// Takes the runs in order. After one that could not be carried out, the others are left out.
    pub async fn run(&self) -> FileReport<'a> {
        let mut report = FileReport::new(self.file);
        report.diagnostics.extend(check_test_file(self.file, self.suite.tree, self.suite.run_trees));
        report.status = if self.file.runs.is_empty() { TestStatus::Pass } else { TestStatus::Skip };
        for index in 0..report.runs.len() {
            let done = &mut report.runs[index];
            if report.status == TestStatus::Error || self.suite.stop.is_stopped() {
                done.status = TestStatus::Skip;
            } else {
                *self.current.borrow_mut() = Some(index);
                self.suite.observer.run_begins(self.file, done.run);
                self.execute(index, done).await;
                *self.current.borrow_mut() = None;
            }
            self.suite.observer.run_ended(self.file, done);
            report.status = report.status.max(done.status);
        }
        report
    }

    async fn execute(&self, index: usize, report: &mut RunReport<'a>) {
        let key = self.state_key(report.run);
        let before = self.states.borrow_mut().entry(key.clone()).or_default().state.clone();
        match self.attempt(report, &before).await {
            Ok(None) => {}
            Ok(Some(state)) => self.keep(key, index, state),
            Err(Failed { state }) => {
                report.status = TestStatus::Error;
                if let Some(state) = state {
                    self.keep(key, index, *state);
                }
            }
        }
    }

    fn keep(&self, key: String, run: usize, state: State) {
        self.states.borrow_mut().insert(key, Shared { state, run: Some(run) });
    }

    fn state_key(&self, run: &TestRun) -> String {
        let source = run.module.as_ref().and_then(|module| module.source.as_ref()).map(ToString::to_string);
        run.state_key.as_ref().filter(|key| !key.is_empty()).map(ToString::to_string).or(source).unwrap_or_default()
    }

    /// The tree of the module that a run is of.
    fn tree_of(&self, run: &TestRun) -> &'a ModuleTree {
        tree_of_run(self.suite.run_trees, run).unwrap_or(self.suite.tree)
    }

    /// Carries a run out. The state that it leads to, if it applies anything.
    async fn attempt(&self, report: &mut RunReport<'a>, before: &State) -> Result<Option<State>, Failed> {
        let ready = self.prepare(report).await?;
        match report.run.command {
            TestCommand::Plan => self.plan_only(report, &ready, before).await.map(|()| None),
            TestCommand::Apply => self.plan_and_apply(report, &ready, before).await.map(Some),
        }
    }

    /// What a run needs to be planned; what is wrong without a plan ends it here.
    async fn prepare(&self, report: &mut RunReport<'a>) -> Result<Ready, Failed> {
        let (run, found) = (report.run, &mut report.diagnostics);
        let tree = self.tree_of(run);
        sound(found, check_run(run, tree))?;
        let variables = FileVariables::new(self.file, tree.root(), self.globals, &self.suite.settings.context);
        let (tree, problems) = prepare::with_providers_of((run, self.file), tree, &variables, &self.outputs.borrow());
        sound(found, problems)?;
        sound(found, crate::validate(&tree, self.suite.providers, &self.suite.settings).await)?;
        let (referred, problems) = referred_variables(run);
        sound(found, problems)?;
        let (given, problems) = run_variables(run, &referred, &variables, &self.outputs.borrow());
        sound(found, problems)?;
        let options = self.options(run, &tree, &given, found)?;
        Ok(Ready { tree, given, options })
    }

    async fn plan_only(&self, report: &mut RunReport<'a>, ready: &Ready, before: &State) -> Result<(), Failed> {
        let environment = self.environment(&ready.tree);
        let (planned, problems) = Planner::plan(&environment, before, &ready.options).await;
        sound(&mut report.diagnostics, expected::validate(report.run, problems))?;
        let (planned, evaluator) = planned.ok_or(Failed { state: None })?;
        self.conclude(report, &evaluator, &ready.given);
        report.detail = self.suite.with_details.then(|| detail(Shown::Plan(Box::new(planned.plan)), &ready.tree));
        Ok(())
    }

    async fn plan_and_apply(&self, report: &mut RunReport<'a>, ready: &Ready, before: &State) -> Result<State, Failed> {
        let environment = self.environment(&ready.tree);
        let state = self.apply_all(report, &environment, &ready.options, before).await?;
        let known = (ready.given.of_module.clone(), ready.options.overrides.clone());
        let (evaluator, _) = evaluator_of_state(&environment, &state, known, Absent::Applied).await;
        if let Some(evaluator) = evaluator {
            self.conclude(report, &evaluator, &ready.given);
        }
        if self.suite.with_details {
            let decoded = crate::decode_state(&state, self.suite.providers).await;
            report.detail = decoded.ok().map(|state| detail(Shown::State(Box::new(state)), &ready.tree));
        }
        Ok(state)
    }

    /// Plans and applies until nothing is put off.
    async fn apply_all(
        &self,
        report: &mut RunReport<'a>,
        environment: &Environment<'_>,
        options: &PlanOptions,
        before: &State,
    ) -> Result<State, Failed> {
        let (run, found) = (report.run, &mut report.diagnostics);
        let (mut state, mut options, mut changed) = (before.clone(), options.clone(), false);
        loop {
            let reached = || changed.then(|| Box::new(state.clone()));
            let (planned, problems) = Planner::plan(environment, &state, &options).await;
            sound(found, expected::explain(run, problems)).map_err(|_| Failed { state: reached() })?;
            *found = expected::without_checks(std::mem::take(found));
            let (planned, _) = planned.ok_or_else(|| Failed { state: reached() })?;
            let (applied, problems) = self.apply(environment, &planned).await;
            (state, changed) = (applied, true);
            let goes_on = !planned.plan.deferred.is_empty();
            // What is expected to fail may do so in a later wave.
            let problems = if goes_on && !problems.has_errors() { problems } else { expected::validate(run, problems) };
            sound(found, problems).map_err(|_| Failed { state: Some(Box::new(state.clone())) })?;
            if !goes_on {
                return Ok(state);
            }
            sound(found, stuck(&planned)).map_err(|_| Failed { state: Some(Box::new(state.clone())) })?;
            options = options.following(&planned);
        }
    }

    /// Checks assertions, and keeps outputs for later runs.
    fn conclude(&self, report: &mut RunReport<'_>, evaluator: &Evaluator, given: &RunVariables) {
        let outputs = {
            let runs = self.outputs.borrow();
            let results = Results { evaluator, providers: self.suite.providers, own: &given.own, runs: &runs };
            let (status, found) = results.check(report.run);
            report.status = status;
            report.diagnostics.extend(found);
            results.outputs()
        };
        self.outputs.borrow_mut().insert(report.run.name.clone(), Some(outputs));
    }

    async fn apply(&self, environment: &Environment<'_>, planned: &Planned) -> (State, Diagnostics) {
        let creates = planned.plan.resource_changes.iter().filter(|change| change.action == Action::Create);
        *self.creating.borrow_mut() = creates.map(|change| change.address.clone()).collect();
        let (applied, mut found) = crate::apply::apply(environment, planned, &NoRecord).await;
        self.creating.borrow_mut().clear();
        found.extend(planned.incomplete());
        (applied.state, found)
    }

    fn environment<'e>(&'e self, tree: &'e ModuleTree) -> Environment<'e> {
        self.environment_with(tree, self.suite.settings.clone())
    }

    fn environment_with<'e>(&'e self, tree: &'e ModuleTree, settings: RunSettings) -> Environment<'e> {
        let root_dir = tree.root().source_dir.as_str().into();
        let settings = RunSettings { root_dir, ..settings };
        // Who asks to stop wants the run that is at work to end well.
        let stop = StopSignal::default();
        Environment { tree, providers: self.suite.providers, settings, observer: &Silent, stop }
    }

    fn options(
        &self,
        run: &TestRun,
        tree: &ModuleTree,
        given: &RunVariables,
        found: &mut Diagnostics,
    ) -> Result<PlanOptions, Failed> {
        let mut problems = Diagnostics::new();
        let mut targets = Vec::new();
        for written in &run.options.target {
            match address::target(written) {
                Ok(target) => targets.push(Selector::Target(target)),
                Err(problem) => problems.push(problem),
            }
        }
        let mut replace = Vec::new();
        for written in &run.options.replace {
            match replaced(written) {
                Ok(instance) => replace.push(instance),
                Err(problem) => problems.push(problem),
            }
        }
        sound(found, problems)?;
        Ok(PlanOptions {
            mode: if run.options.refresh_only { Mode::RefreshOnly } else { Mode::Normal },
            targets,
            replace,
            refresh: run.options.refresh,
            variables: given.of_module.clone(),
            overrides: Arc::new(Overrides::of(run, self.file, tree.root())),
            ..PlanOptions::default()
        })
    }

    /// Destroys what the runs have made, that of the last one first.
    pub async fn clean_up(&self, report: &mut FileReport<'a>) {
        let mut made: Vec<(usize, String)> = Vec::new();
        for (key, shared) in self.states.borrow().iter() {
            let managed = shared.state.objects().any(|object| object.resource.resource.mode == ResourceMode::Managed);
            made.extend(shared.run.filter(|_| managed).map(|run| (run, key.clone())));
        }
        made.sort_by_key(|(run, _)| std::cmp::Reverse(*run));
        for (index, key) in made {
            let run = &self.file.runs[index];
            let state = self.states.borrow()[&key].state.clone();
            let (left, found) = self.destroy(run, state).await;
            if !left.is_empty() {
                report.status = TestStatus::Error;
            }
            self.suite.observer.destroyed(self.file, run, found, &left);
            self.states.borrow_mut().insert(key, Shared { state: left, run: None });
        }
    }

    async fn destroy(&self, run: &TestRun, state: State) -> (State, Diagnostics) {
        let mut found = Diagnostics::new();
        // Whoever interrupts a run still wants what it made to be gone.
        let context = self.suite.settings.context.clone().with_interrupt(Interrupt::default());
        let settings = RunSettings { context, ..self.suite.settings.clone() };
        let tree = self.tree_of(run);
        let variables = FileVariables::new(self.file, tree.root(), self.globals, &settings.context);
        let (tree, problems) = prepare::with_providers_of((run, self.file), tree, &variables, &self.outputs.borrow());
        found.extend(problems);
        let (given, problems) = run_variables(run, &[], &variables, &self.outputs.borrow());
        found.extend(problems.into_iter().filter(Diagnostic::is_error));
        if found.has_errors() {
            return (state, found);
        }
        self.suite.observer.destroying(self.file, run);
        let options = PlanOptions {
            mode: Mode::Destroy,
            variables: given.of_module,
            overrides: Arc::new(Overrides::of(run, self.file, tree.root())),
            ..PlanOptions::default()
        };
        let environment = self.environment_with(&tree, settings.clone());
        let (mut state, mut options) = (state, options);
        loop {
            let (planned, problems) = Planner::plan(&environment, &state, &options).await;
            found.extend(problems);
            let Some((planned, _)) = planned.filter(|_| !found.has_errors()) else { return (state, found) };
            let (left, problems) = self.apply(&environment, &planned).await;
            found.extend(problems);
            state = left;
            if planned.plan.deferred.is_empty() || found.has_errors() {
                return (state, found);
            }
            found.extend(stuck(&planned));
            options = options.following(&planned);
        }
    }

    /// The run that was at work when this was cut short.
    pub fn current(&self) -> Option<&'a TestRun> {
        self.current.borrow().map(|index| &self.file.runs[index])
    }

    /// What the apply that was at work when this was cut short was to create.
    pub fn creating(&self) -> Vec<ResourceInstance> {
        self.creating.borrow().clone()
    }

    /// What is left when this was cut short.
    pub fn left(&self) -> Vec<LeftState> {
        let states = self.states.borrow();
        let left = states.iter().filter(|(_, shared)| !shared.state.is_empty());
        left.map(|(key, shared)| {
            let run = shared.run.map(|run| &self.file.runs[run]).filter(|_| !key.is_empty());
            let source = run.and_then(|run| run.module.as_ref()?.source.as_ref()).map(ToString::to_string);
            LeftState { run: run.map(|run| run.name.clone()), module: source, state: shared.state.clone() }
        })
        .collect()
    }
}

/// A run that can be planned.
struct Ready {
    /// The module with the providers of the file.
    tree: ModuleTree,
    given: RunVariables,
    options: PlanOptions,
}

/// An error where a plan puts changes off and makes none that they could wait for.
fn stuck(planned: &Planned) -> Diagnostics {
    if planned.plan.applyable {
        return Diagnostics::new();
    }
    let put_off: String =
        planned.plan.deferred.iter().map(|deferred| format!("  - {}\n", deferred.change.address)).collect();
    let detail = format!("These changes are deferred, and nothing would make known what they wait for:\n\n{put_off}");
    Diagnostic::error("Deferred changes can not be planned", detail.trim_end()).into()
}

/// A run that could not be carried out, and the state that it has led to all the same.
struct Failed {
    state: Option<Box<State>>,
}

/// Keeps what was found; an error ends the run.
fn sound(all: &mut Diagnostics, found: Diagnostics) -> Result<(), Failed> {
    let failed = found.has_errors();
    all.extend(found);
    if failed { Err(Failed { state: None }) } else { Ok(()) }
}

fn detail(shown: Shown, tree: &ModuleTree) -> Detail {
    let modules = tree.nodes().iter().map(|node| &node.module);
    let of_configuration = modules.flat_map(|module| {
        let of_resources = module.resources.values().map(|resource| resource.provider_addr.clone());
        of_resources.chain(module.provider_configs.keys().map(|local| module.provider_named(&local.name)))
    });
    let of_objects: Vec<ProviderAddr> = match &shown {
        Shown::Plan(plan) => plan.resource_changes.iter().map(|change| change.provider.provider.clone()).collect(),
        Shown::State(state) => state.objects.iter().map(|object| object.provider.provider.clone()).collect(),
    };
    let providers = of_configuration.chain(of_objects).collect();
    Detail { shown, providers }
}

fn replaced(written: &landform_config::Traversal) -> Result<ResourceInstance, Diagnostic> {
    let instance = address::resource_instance(written)?;
    if instance.resource.mode != ResourceMode::Managed {
        let summary = "Can only target managed resources for forced replacements.";
        return Err(Diagnostic::error(summary, instance.to_string()).at(written.span));
    }
    Ok(instance)
}
