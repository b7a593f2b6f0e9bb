//! What holds for all configurations and all accidents.

use std::collections::BTreeMap;

use landform_addrs::{AbsResource, ResourceMode, Selector};
use landform_core::plan::{PlanOptions, Planned};
use landform_diagnostics::Diagnostics;
use landform_plan::{Action, Mode, Plan};
use landform_state::{Object, State};
use landform_values::{Type, Value, json};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, contextualize_config};

use crate::configurations::{Configuration, Place, THINGS, configuration, history};
use crate::fixture::{Fixture, expect_fine, texts};
use crate::rules::Log;
use crate::strict::{Fault, text};

/// A state and the world that it is about, through many runs.
struct Life {
    fixture: Fixture,
    state: State,
}

impl Life {
    fn new() -> Self {
        Self { fixture: Fixture::new(), state: State::new("1.11.4") }
    }

    fn plan(&self, config: &str, options: &PlanOptions) -> Planned {
        let (planned, diagnostics) = self.fixture.plan_with(config, &self.state, options);
        expect_fine(config, &diagnostics);
        self.check_all_is_closed(config);
        planned.expect("a plan")
    }

    /// Plans and applies, with accidents; once, whatever is put off.
    fn run(&mut self, config: &str, options: &PlanOptions, faults: &[Fault]) -> (Planned, Diagnostics) {
        let planned = self.plan(config, options);
        let changed = planned.plan.resource_changes.iter().filter(|change| change.action != Action::NoOp);
        let excluded = changed.filter(|change| options.excludes.iter().any(|found| found.contains(&change.address)));
        assert_eq!(excluded.count(), 0, "{config}\n{}", planned.execution);
        self.fixture.strict.world().faults = faults.iter().copied().collect();
        let log = Log::default();
        let (applied, diagnostics) = self.fixture.apply(config, &planned, &log);
        self.fixture.strict.world().faults.clear();
        log.check(config, &planned.changes);
        self.state = applied.state;
        self.let_go(&planned);
        self.check_all_is_closed(config);
        self.check_nothing_is_lost(config);
        (planned, diagnostics)
    }

    /// What was forgotten is nobody's concern any more.
    fn let_go(&self, planned: &Planned) {
        let forgotten = planned.plan.resource_changes.iter().filter(|change| change.action == Action::Forget);
        let mut world = self.fixture.strict.world();
        for change in forgotten {
            world.objects.remove(&text(&change.before, "id"));
        }
    }

    /// Plans and applies without accidents until nothing is put off: then state is true, and nothing is left to do.
    fn run_well(&mut self, config: &str, mode: Mode) {
        self.run_to_the_end(config, &PlanOptions { mode, ..PlanOptions::default() });
        if mode == Mode::Normal {
            self.check_outputs(config);
        }
    }

    fn run_to_the_end(&mut self, config: &str, asked: &PlanOptions) {
        let mut options = asked.clone();
        // Each wave leads to one thing more, at least.
        for wave in 0.. {
            let (planned, diagnostics) = self.run(config, &options, &[]);
            assert!(!diagnostics.has_errors(), "{config}\n{}", texts(&diagnostics));
            if planned.plan.deferred.is_empty() {
                break;
            }
            assert!(asked.mode == Mode::Normal && wave < THINGS, "{config}\nit does not come to an end");
            options = options.following(&planned);
        }
        let (stored, real) = (self.stored(), self.fixture.strict.world().objects.clone());
        assert_eq!(stored, real, "state is true");
        let again = self.plan(config, &PlanOptions { replace: Vec::new(), ..asked.clone() });
        assert!(
            !again.plan.applyable && !again.plan.has_changes(),
            "{config}\nnothing is left to do:\n{}",
            again.execution
        );
        assert_eq!(again.execution.to_string(), "");
    }

    /// The objects in state, by id.
    fn stored(&self) -> BTreeMap<String, Value> {
        let mut stored = BTreeMap::new();
        for (_, thing) in self.things() {
            let id = text(&thing, "id");
            assert!(stored.insert(id.clone(), thing).is_none(), "{id} is in state twice");
        }
        stored
    }

    /// The objects in state, each with its resource.
    fn things(&self) -> Vec<(AbsResource, Value)> {
        let ty = Type::object([
            ("id", Type::String),
            ("input", Type::String),
            ("labels", Type::map(Type::String)),
            ("replace", Type::String),
            ("session", Type::String),
            ("tag", Type::String),
            ("uses", Type::list(Type::String)),
        ]);
        let managed = self.state.objects().filter(|found| found.resource.resource.mode == ResourceMode::Managed);
        let decoded = |object: &Object| json::decode(&object.attributes, &ty).expect("of the type");
        managed.map(|found| (found.resource.clone(), decoded(found.object))).collect()
    }

    /// Each output has the tags of all things of its number.
    fn check_outputs(&self, config: &str) {
        let things = self.things();
        for (name, output) in &self.state.outputs {
            let ty = json::decode_type(&output.ty).expect("what was stored");
            let value = json::decode(&output.value, &ty).expect("what was stored");
            let mut told: Vec<&str> = value.elements().filter_map(|(_, tag)| tag.as_str()).collect();
            let of_number = things.iter().filter(|(address, _)| address.resource.name[1..] == name[1..]);
            let mut tags: Vec<String> = of_number.map(|(_, thing)| text(thing, "tag")).collect();
            told.sort_unstable();
            tags.sort_unstable();
            assert_eq!(told, tags, "{config}\noutput {name}");
        }
    }

    /// No session is left open.
    fn check_all_is_closed(&self, config: &str) {
        assert!(self.fixture.strict.world().sessions.is_empty(), "{config}\nall sessions are closed");
    }

    /// What a run is asked for, if it can be: no target may leave out what has moved.
    fn options(&self, configuration: &Configuration, wish: Wish, mode: Mode) -> PlanOptions {
        let options = wish.options(configuration, mode);
        let (_, found) = self.fixture.plan_with(&configuration.text(), &self.state, &options);
        let is_half_moved = found.iter().any(|found| found.summary == "Moved resource instances excluded by targeting");
        if is_half_moved { Wish::All.options(configuration, mode) } else { options }
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

/// What a run is asked for; things by number.
#[derive(Clone, Copy, Debug)]
enum Wish {
    All,
    Target(usize),
    Exclude(usize),
    Replace(usize),
}

impl Wish {
    fn options(self, configuration: &Configuration, mode: Mode) -> PlanOptions {
        let all = PlanOptions { mode, ..PlanOptions::default() };
        let address = |number: usize| configuration.address(number);
        let selector = |number| address(number).map(|address| address.parse::<Selector>().expect("an address"));
        match self {
            Self::All => all,
            Self::Target(number) => PlanOptions { targets: selector(number).into_iter().collect(), ..all },
            Self::Exclude(number) => PlanOptions { excludes: selector(number).into_iter().collect(), ..all },
            Self::Replace(number) => {
                let replace = address(number).map(|address| address.parse().expect("an address"));
                PlanOptions { replace: replace.into_iter().collect(), ..all }
            }
        }
    }
}

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        3 => Just(Wish::All),
        1 => (0..THINGS).prop_map(Wish::Target),
        1 => (0..THINGS).prop_map(Wish::Exclude),
        1 => (0..THINGS).prop_map(Wish::Replace),
    ]
}

/// Always the same cases, unless the environment asks for more, or for others: `PROPTEST_CASES=5000 PROPTEST_RNG_SEED=7`.
fn cases(cases: u32) -> Config {
    let config = Config { cases, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() };
    contextualize_config(config)
}

proptest! {
    #![proptest_config(cases(50))]

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
    fn accidents_are_mended_by_the_next_run(
        history in history(),
        runs in proptest::collection::vec((wish(), faults()), 4),
    ) {
        let mut life = Life::new();
        for (configuration, (wish, faults)) in history.iter().zip(&runs) {
            let options = life.options(configuration, *wish, Mode::Normal);
            life.run(&configuration.text(), &options, faults);
        }
        life.run_well(&history[history.len() - 1].text(), Mode::Normal);
    }

    /// A part of a plan that was applied leaves nothing to do in that part, and what is left out stays as it is.
    #[test]
    fn parts_are_done_by_themselves(history in history(), wishes in proptest::collection::vec(wish(), 4), last in wish()) {
        let mut life = Life::new();
        for (configuration, wish) in history.iter().zip(wishes) {
            let options = life.options(configuration, wish, Mode::Normal);
            life.run_to_the_end(&configuration.text(), &options);
        }
        let configuration = &history[history.len() - 1];
        let options = life.options(configuration, last, Mode::Destroy);
        life.run_to_the_end(&configuration.text(), &options);
        life.run_well(&configuration.text(), Mode::Destroy);
        prop_assert!(life.state.is_empty() && life.fixture.strict.world().objects.is_empty());
    }

    /// With the moves that a plan suggests, less is destroyed, made or changed.
    #[test]
    fn suggested_moves_make_plans_smaller(history in history()) {
        let mut life = Life::new();
        for configuration in &history {
            let without = configuration.with_moves(Vec::new());
            let first = life.plan(&without.text(), &PlanOptions::default()).plan;
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
                let then = life.plan(&with, &PlanOptions::default()).plan;
                prop_assert!(work(&then) < work(&first), "{with}\n{} {}", work(&then), work(&first));
                life.run_well(&with, Mode::Normal);
            }
            life.run_well(&without.text(), Mode::Normal);
        }
    }

    /// The same for what is to be destroyed.
    #[test]
    fn destroying_goes_on_after_accidents(
        configuration in configuration(),
        first in faults(),
        wish in wish(),
        then in faults(),
    ) {
        let config = configuration.text();
        let mut life = Life::new();
        life.run(&config, &PlanOptions::default(), &first);
        life.run(&config, &wish.options(&configuration, Mode::Destroy), &then);
        life.run_well(&config, Mode::Destroy);
        prop_assert!(life.state.is_empty() && life.fixture.strict.world().objects.is_empty());
    }
}
