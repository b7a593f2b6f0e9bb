//! From a root module to a plan: what `plan`, `apply`, `destroy` and `refresh` have in common.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use landform_config::{Module, ModuleTree};
use landform_core::plan::{Earlier, Environment, PlanOptions, Planned};
use landform_core::variables::Given;
use landform_core::{ProviderSet, RunSettings, StopSignal};
use landform_diagnostics::{Diagnostic, Diagnostics, FileId};
use landform_plan::{Mode, Plan};
use landform_state::journal::Begun;
use landform_state::{State, StateStore, Written};
use landform_values::Str;

use crate::backend;
use crate::failure::Failure;
use crate::guard::{Guard, Journaled, Purpose, ReadState};
use crate::interrupt::{self, Ends};
use crate::observer::Progress;
use crate::operation::Operation;
use crate::prompt;
use crate::session::{LoadedRoot, Session};
use crate::variables::{self, Asking};

/// A root module with its state at hand.
pub(crate) struct Run {
    pub(crate) tree: ModuleTree,
    /// What it is for.
    pub(crate) purpose: Purpose,
    pub(crate) providers: ProviderSet,
    pub(crate) settings: RunSettings,
    pub(crate) store: Arc<dyn StateStore>,
    /// As the backend has it.
    pub(crate) stored: Option<State>,
    /// With all that a run that was killed is known to have done.
    pub(crate) state: State,
    /// What such a run had begun and may have done.
    pub(crate) unfinished: Vec<Begun>,
    pub(crate) guard: Guard,
    pub(crate) progress: Progress,
    /// Who asks to stop.
    pub(crate) stop: StopSignal,
    /// The file of blocks that are still to be written.
    pub(crate) unwritten: Option<FileId>,
    /// `-state-out`.
    pub(crate) state_out: Option<PathBuf>,
    /// Warnings so far.
    pub(crate) diagnostics: Diagnostics,
}

/// What there is of a configuration.
enum Configuration {
    /// The root module; what it calls is still to be loaded.
    Root(LoadedRoot),
    /// All of it.
    Loaded(ModuleTree),
}

impl Configuration {
    fn root(&self) -> &Arc<Module> {
        match self {
            Self::Root(root) => &root.module,
            Self::Loaded(tree) => tree.root(),
        }
    }
}

impl Run {
    /// Loads, locks, reads.
    pub(crate) async fn begin(session: &Session, operation: &Operation, purpose: Purpose) -> Result<Self, Failure> {
        Self::begin_with(session, operation, purpose, None).await
    }

    /// As [`Run::begin`], with a configuration that is loaded already.
    pub(crate) async fn begin_with(
        session: &Session,
        operation: &Operation,
        purpose: Purpose,
        tree: Option<ModuleTree>,
    ) -> Result<Self, Failure> {
        session.interrupts.watch(&session.view, Ends::Command);
        // What is loaded already stands for what is on the disk, whatever that is by now.
        let configuration = match tree {
            Some(tree) => Configuration::Loaded(tree),
            None => Configuration::Root(session.load_root_to_go_on()?),
        };
        let place = backend::place(session, configuration.root(), &operation.local).await?;
        let store = place.store.clone();
        let guard = Guard::take(session, place, Journaled::Yes, operation.locking, purpose).await?;
        let loading = async {
            match configuration {
                Configuration::Loaded(tree) => Ok((tree, Diagnostics::new())),
                Configuration::Root(root) => session.load_tree_below(root),
            }
        };
        let loaded = session.interrupts.stop().unless_stopped(Self::load(&guard, loading)).await;
        match loaded.unwrap_or_else(|| Err(interrupt::canceled())) {
            Ok((tree, state, diagnostics)) => Ok(Self {
                tree,
                purpose,
                providers: session.providers(),
                settings: session.settings(),
                store,
                stored: state.stored,
                state: state.working,
                unfinished: state.unfinished,
                guard,
                progress: Progress::new(session),
                stop: session.interrupts.stop().clone(),
                unwritten: None,
                state_out: operation.local.state_out.clone(),
                diagnostics,
            }),
            Err(failure) => {
                guard.release(session).await;
                Err(failure)
            }
        }
    }

    /// Loads configuration while the state is read.
    async fn load(
        guard: &Guard,
        loading: impl Future<Output = Result<(ModuleTree, Diagnostics), Diagnostics>>,
    ) -> Result<(ModuleTree, ReadState, Diagnostics), Failure> {
        let mut found = Diagnostics::new();
        // Reading begins first, and goes on elsewhere while this thread loads.
        let (state, loaded) = tokio::join!(guard.read(&mut found), loading);
        let (tree, mut diagnostics) = loaded?;
        let state = state.map_err(Diagnostics::from)?;
        diagnostics.extend(found);
        diagnostics.extend(guard.warnings());
        Ok((tree, state, diagnostics))
    }

    /// What the root module's variables are given.
    pub(crate) fn variables(
        &mut self,
        session: &Session,
        operation: &Operation,
    ) -> Result<BTreeMap<Str, Given>, Diagnostics> {
        let asking = if operation.input && session.view.talks_with_people() && prompt::allowed(session) {
            Asking::Allowed
        } else {
            Asking::No
        };
        let (given, warnings) = variables::collect(session, self.tree.root(), &operation.variables, asking)?;
        self.diagnostics.extend(warnings);
        Ok(given)
    }

    /// What the engine is given of all this.
    pub(crate) fn environment(&self) -> Environment<'_> {
        Environment {
            tree: &self.tree,
            providers: &self.providers,
            settings: self.settings.clone(),
            observer: &self.progress,
            stop: self.stop.clone(),
        }
    }

    /// Plans. The plan, if there is one, and all that was found; errors among it.
    pub(crate) async fn plan(&mut self, session: &Session, operation: &Operation) -> (Option<Planned>, Diagnostics) {
        if self.is_empty() && operation.mode == Mode::Normal {
            let missing = landform_config::load::no_configuration_files(if self.purpose == Purpose::Apply {
                "apply"
            } else {
                "plan"
            });
            return (None, missing.into());
        }
        self.plan_even_without_files(session, operation).await
    }

    /// As [`Run::plan`]. Without a configuration file, nothing is wanted any more.
    pub(crate) async fn plan_even_without_files(
        &mut self,
        session: &Session,
        operation: &Operation,
    ) -> (Option<Planned>, Diagnostics) {
        let given = match self.variables(session, operation) {
            Ok(given) => given,
            Err(found) => return (None, std::mem::take(&mut self.diagnostics).into_iter().chain(found).collect()),
        };
        let options = PlanOptions {
            mode: operation.mode,
            targets: operation.targets.clone(),
            excludes: operation.excludes.clone(),
            replace: operation.replace.clone(),
            refresh: operation.refresh,
            variables: given,
            parallelism: operation.parallelism,
            imports: BTreeMap::new(),
            unwritten: self.unwritten,
            interrupted: self.unfinished.clone(),
            earlier: Earlier::default(),
            overrides: Arc::default(),
        };
        self.plan_with(&options).await
    }

    /// As [`Run::plan`], with all that is asked for at hand.
    pub(crate) async fn plan_with(&mut self, options: &PlanOptions) -> (Option<Planned>, Diagnostics) {
        let environment = self.environment();
        let planning = landform_core::plan::plan(&environment, &self.state, options);
        let (planned, mut found) = self.progress.while_telling(planning).await;
        if let Some(planned) = &planned {
            found.extend(forgotten(&planned.plan));
        }
        (planned, std::mem::take(&mut self.diagnostics).into_iter().chain(found).collect())
    }

    /// A plan was applied: what follows starts from there.
    pub(crate) fn goes_on(&mut self, state: &State, written: Written, settled: &[u64]) {
        self.state = State { serial: written.serial, lineage: written.lineage, ..state.clone() };
        self.stored = Some(self.state.clone());
        self.unfinished.retain(|begun| !settled.contains(&begun.id));
    }

    fn is_empty(&self) -> bool {
        self.tree.root().files.is_empty()
    }

    /// Gives the lock back, at the end of the program: the system takes memory back faster than all is freed one by one.
    pub(crate) async fn end(self, session: &Session) {
        self.guard.release(session).await;
        std::mem::forget((self.tree, self.state, self.stored));
    }
}

/// Objects that stay and that nobody looks after any more.
fn forgotten(plan: &Plan) -> Option<Diagnostic> {
    let forgotten = plan.resource_changes.iter().filter(|change| change.action.forgets());
    let list: String = forgotten.map(|change| format!(" - {}\n", change.address)).collect();
    (!list.is_empty()).then(|| {
        let detail = format!(
            "If you apply this plan, Landform will discard its tracking information for the following objects, but it will not delete them:\n{list}\nAfter applying this plan, Landform will no longer manage these objects. You will need to import them into Landform to manage them again."
        );
        Diagnostic::warning("Some objects will no longer be managed by Landform", detail)
    })
}
