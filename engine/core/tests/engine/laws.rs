//! What holds for all configurations and all accidents.

use std::collections::BTreeMap;

use landform_addrs::ResourceMode;
use landform_core::plan::{PlanOptions, Planned};
use landform_diagnostics::Diagnostics;
use landform_plan::{Action, Mode, Plan};
use landform_state::State;
use landform_values::{Value, json};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use crate::configurations::{Place, THINGS, configuration, history};
use crate::fixture::{Fixture, expect_fine, texts};
use crate::rules::Log;
use crate::strict::Fault;

/// A state and the world that it is about, through many runs.
struct Life {
    fixture: Fixture,
    state: State,
}

impl Life {
    fn new() -> Self {
        Self { fixture: Fixture::new(), state: State::new("1.11.4") }
    }

    fn plan(&self, config: &str, mode: Mode) -> Planned {
        let (planned, diagnostics) = self.fixture.plan(config, &self.state, mode);
        expect_fine(config, &diagnostics);
        planned.expect("a plan")
    }

    /// Plans and applies, with accidents; once, whatever is put off.
    fn run(&mut self, config: &str, mode: Mode, faults: &[Fault]) -> Diagnostics {
        self.run_one(config, &PlanOptions { mode, ..PlanOptions::default() }, faults).1
    }

    fn run_one(&mut self, config: &str, options: &PlanOptions, faults: &[Fault]) -> (Planned, Diagnostics) {
        let (planned, diagnostics) = self.fixture.plan_with(config, &self.state, options);
        expect_fine(config, &diagnostics);
        let planned = planned.expect("a plan");
        self.fixture.strict.world().faults = faults.iter().copied().collect();
        let log = Log::default();
        let (applied, diagnostics) = self.fixture.apply(config, &planned, &log);
        self.fixture.strict.world().faults.clear();
        log.check(config, &planned.changes);
        self.state = applied.state;
        self.check_nothing_is_lost(config);
        (planned, diagnostics)
    }

    /// Plans and applies without accidents until nothing is put off: then state is true, and nothing is left to do.
    fn run_well(&mut self, config: &str, mode: Mode) {
        let mut options = PlanOptions { mode, ..PlanOptions::default() };
        // Each wave leads to one thing more, at least.
        for wave in 0.. {
            let (planned, diagnostics) = self.run_one(config, &options, &[]);
            assert!(!diagnostics.has_errors(), "{config}\n{}", texts(&diagnostics));
            if planned.plan.deferred.is_empty() {
                break;
            }
            assert!(mode == Mode::Normal && wave < THINGS, "{config}\nit does not come to an end");
            options = options.following(&planned);
        }
        let (stored, real) = (self.stored(), self.fixture.strict.world().objects.clone());
        assert_eq!(stored, real, "state is true");
        let again = self.plan(config, mode);
        assert!(
            !again.plan.applyable && !again.plan.has_changes(),
            "{config}\nnothing is left to do:\n{}",
            again.execution
        );
        assert_eq!(again.execution.to_string(), "");
    }

    /// The objects in state, by id.
    fn stored(&self) -> BTreeMap<String, Value> {
        let ty = landform_values::Type::object([
            ("id", landform_values::Type::String),
            ("input", landform_values::Type::String),
            ("labels", landform_values::Type::map(landform_values::Type::String)),
            ("replace", landform_values::Type::String),
            ("session", landform_values::Type::String),
            ("tag", landform_values::Type::String),
            ("uses", landform_values::Type::list(landform_values::Type::String)),
        ]);
        let mut stored = BTreeMap::new();
        for found in self.state.objects().filter(|found| found.resource.resource.mode == ResourceMode::Managed) {
            let value = json::decode(&found.object.attributes, &ty).expect("of the type");
            let id = value.get_attribute("id").and_then(Value::as_str).expect("an id").to_owned();
            assert!(stored.insert(id.clone(), value).is_none(), "{id} is in state twice");
        }
        stored
    }

    /// Whatever there is, state knows of.
    fn check_nothing_is_lost(&self, config: &str) {
        let stored = self.stored();
        let world = self.fixture.strict.world();
        let lost: Vec<&String> = world.objects.keys().filter(|id| !stored.contains_key(*id)).collect();
        assert!(lost.is_empty(), "{config}\nlost: {lost:?}");
    }
}

/// How much a plan does, destroying and making above all.
fn work(plan: &Plan) -> usize {
    let weight = |action: Action| match action {
        Action::NoOp | Action::Read | Action::Forget => 0,
        Action::Update => 1,
        Action::Create | Action::Delete | Action::CreateThenForget => 100,
        Action::DeleteThenCreate | Action::CreateThenDelete => 200,
    };
    plan.resource_changes.iter().map(|change| weight(change.action)).sum()
}

fn faults() -> impl Strategy<Value = Vec<Fault>> {
    let fault = prop_oneof![4 => Just(Fault::None), 1 => Just(Fault::Before), 1 => Just(Fault::After)];
    proptest::collection::vec(fault, 0..12)
}

/// Always the same cases, unless the environment has a seed for others: `PROPTEST_RNG_SEED=7`.
fn cases(cases: u32) -> Config {
    let default = Config::default();
    let rng_seed = match default.rng_seed {
        RngSeed::Random => RngSeed::Fixed(1),
        given @ RngSeed::Fixed(_) => given,
    };
    Config { cases, rng_seed, failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(cases(100))]

    /// A plan that was applied leaves nothing to do, whatever was there before; and in the end all can be destroyed.
    #[test]
    fn what_is_applied_is_done(history in history()) {
        let mut life = Life::new();
        for configuration in &history {
            life.run_well(&configuration.text(), Mode::Normal);
        }
        life.run_well(&history[history.len() - 1].text(), Mode::Destroy);
        prop_assert!(life.state.is_empty() && life.fixture.strict.world().objects.is_empty());
    }

    /// Accidents lose nothing, and the next run takes up where they left.
    #[test]
    fn accidents_are_mended_by_the_next_run(history in history(), accidents in proptest::collection::vec(faults(), 4)) {
        let mut life = Life::new();
        for (configuration, faults) in history.iter().zip(&accidents) {
            life.run(&configuration.text(), Mode::Normal, faults);
        }
        life.run_well(&history[history.len() - 1].text(), Mode::Normal);
    }

    /// With the moves that a plan suggests, less is destroyed, made or changed.
    #[test]
    fn suggested_moves_make_plans_smaller(history in history()) {
        let mut life = Life::new();
        for configuration in &history {
            let without = configuration.with_moves(Vec::new());
            let first = life.plan(&without.text(), Mode::Normal).plan;
            let moves: Vec<_> = first
                .suggested_moves
                .iter()
                .map(|suggested| {
                    let place = if suggested.module.is_root() { Place::Root } else { Place::Module };
                    (place, suggested.from.to_string(), suggested.to.to_string())
                })
                .collect();
            if !moves.is_empty() {
                let with = without.with_moves(moves).text();
                let then = life.plan(&with, Mode::Normal).plan;
                prop_assert!(work(&then) < work(&first), "{with}\n{} {}", work(&then), work(&first));
                life.run_well(&with, Mode::Normal);
            }
            life.run_well(&without.text(), Mode::Normal);
        }
    }

    /// The same for what is to be destroyed.
    #[test]
    fn destroying_goes_on_after_accidents(configuration in configuration(), first in faults(), then in faults()) {
        let config = configuration.text();
        let mut life = Life::new();
        life.run(&config, Mode::Normal, &first);
        life.run(&config, Mode::Destroy, &then);
        life.run_well(&config, Mode::Destroy);
        prop_assert!(life.state.is_empty() && life.fixture.strict.world().objects.is_empty());
    }
}
