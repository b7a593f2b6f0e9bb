//! Whatever a run did and wherever its journal breaks off: the state is brought to where the last whole record was.

use std::path::Path;

use landform_addrs::Str;
use landform_state::journal::{Change, Effect, Intent, Journal, Reach};
use landform_state::{Object, ObjectStatus, State, sorted_dependencies};
use landform_values::{Path as AttributePath, Step, Value};
use proptest::prelude::*;

use super::{FILE, address, open, provider, with_lineage};

/// What a run does next; numbers choose among few addresses.
#[derive(Clone, Debug)]
enum Step1 {
    Create(u8, Failure),
    Update(u8),
    Delete(u8, bool),
    Replace(u8),
    Forget(u8),
    Move(u8, u8),
    Die(u8),
}

#[derive(Clone, Copy, Debug)]
enum Failure {
    No,
    Tainted,
    Nothing,
}

fn step() -> impl Strategy<Value = Step1> {
    let at = 0..6_u8;
    prop_oneof![
        4 => (at.clone(), prop_oneof![Just(Failure::No), Just(Failure::Tainted), Just(Failure::Nothing)])
            .prop_map(|(at, failure)| Step1::Create(at, failure)),
        3 => at.clone().prop_map(Step1::Update),
        2 => (at.clone(), any::<bool>()).prop_map(|(at, failed)| Step1::Delete(at, failed)),
        2 => at.clone().prop_map(Step1::Replace),
        1 => at.clone().prop_map(Step1::Forget),
        1 => (at.clone(), at.clone()).prop_map(|(from, to)| Step1::Move(from, to)),
        1 => at.prop_map(Step1::Die),
    ]
}

const ADDRESSES: [&str; 6] = ["a.a", "a.b[0]", "a.b[1]", "module.m[\"k\"].a.c", "a.d[\"é \\\"x\"]", "data.a.e"];

/// An object with a bit of everything.
fn object(number: u64, status: ObjectStatus) -> Object {
    let mut object = Object::new(3, format!("{{\"id\":\"i-{number}\",\"text\":\"<&> \\u2028 é \\\"\",\"n\":1e400}}"));
    object.status = status;
    object.private = number.to_be_bytes().into();
    object.create_before_destroy = number.is_multiple_of(2);
    object.dependencies = sorted_dependencies([address("a.a").resource().config(), address("a.z").resource().config()]);
    let steps = vec![Step::Attribute("text".into()), Step::Index(Value::number(i64::try_from(number).unwrap_or(0)))];
    object.sensitive_attributes = [AttributePath(steps)].into();
    object
}

/// A run: what state says, and after which lengths of the journal.
struct Run<'a> {
    journal: &'a Journal,
    file: std::path::PathBuf,
    state: State,
    next: u64,
    /// Noted, and not in the file yet.
    lengths: Vec<(u64, State)>,
    waiting: Vec<State>,
}

impl Run<'_> {
    fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            let Change { address, deposed, provider, object } = change;
            match (object, deposed) {
                (Some(object), None) => drop(self.state.insert(address, provider, object.clone())),
                (Some(object), Some(key)) => {
                    drop(self.state.insert_deposed(address, key.clone(), provider, object.clone()));
                }
                (None, deposed) => drop(self.state.remove(address, deposed.as_deref())),
            }
        }
    }

    /// Remembers what the journal says now, and what it said on the way there.
    fn remember(&mut self) {
        let text = fs_err::read_to_string(&self.file).expect("a journal");
        let before = self.lengths.last().expect("the journal was begun").0;
        let ends = text.match_indices('\n').map(|(end, _)| end as u64 + 1).filter(|end| *end > before);
        let states = std::mem::take(&mut self.waiting).into_iter().chain([self.state.clone()]);
        let added: Vec<_> = ends.zip(states).collect();
        assert_eq!(added.last().map(|(end, _)| *end), Some(text.len() as u64), "a record for each line");
        self.lengths.extend(added);
    }

    async fn operation(&mut self, at: &str, effect: Effect, with: &[Change], after: &[Change]) {
        let ticket = self.begin(at, effect, with).await;
        self.apply(after);
        self.journal.outcome(ticket, after).await.expect("it can be written");
        self.remember();
    }

    async fn begin(&mut self, at: &str, effect: Effect, with: &[Change]) -> u64 {
        let (address, provider) = (address(at), provider());
        let prior = self.state.current(&address).cloned();
        let intent = Intent {
            reach: Reach::Outside,
            address: &address,
            deposed: None,
            provider: &provider,
            effect,
            token: None,
            prior: prior.as_ref(),
            planned: None,
            changes: with,
        };
        let ticket = self.journal.intent(&intent).await.expect("it can be written");
        self.apply(with);
        self.remember();
        ticket.id
    }

    fn note(&mut self, changes: &[Change]) {
        self.apply(changes);
        self.journal.note(changes);
        self.waiting.push(self.state.clone());
    }

    fn new_object(&mut self, status: ObjectStatus) -> Object {
        self.next += 1;
        object(self.next, status)
    }

    async fn step(&mut self, step: &Step1) {
        let put = |at: &str, deposed: Option<Str>, object: Option<Object>| Change {
            address: address(at),
            deposed,
            provider: provider(),
            object,
        };
        let of = |index: &u8| ADDRESSES[usize::from(*index)];
        let current = |run: &Self, index: &u8| run.state.current(&address(of(index))).cloned();
        match step {
            Step1::Create(index, failure) => {
                let object = match failure {
                    Failure::No => Some(self.new_object(ObjectStatus::Ready)),
                    Failure::Tainted => Some(self.new_object(ObjectStatus::Tainted)),
                    Failure::Nothing => current(self, index),
                };
                self.operation(of(index), Effect::Create, &[], &[put(of(index), None, object)]).await;
            }
            Step1::Update(index) => {
                let object = self.new_object(ObjectStatus::Ready);
                self.operation(of(index), Effect::Update, &[], &[put(of(index), None, Some(object))]).await;
            }
            Step1::Delete(index, failed) => {
                let left = current(self, index).filter(|_| *failed);
                self.operation(of(index), Effect::Delete, &[], &[put(of(index), None, left)]).await;
            }
            Step1::Replace(index) => {
                let Some(old) = current(self, index) else { return };
                let key: Option<Str> = Some(format!("{:08x}", self.next).into());
                let aside = [put(of(index), None, None), put(of(index), key.clone(), Some(old))];
                let object = self.new_object(ObjectStatus::Ready);
                self.operation(of(index), Effect::Create, &aside, &[put(of(index), None, Some(object))]).await;
                self.operation(of(index), Effect::Delete, &[], &[put(of(index), key, None)]).await;
            }
            Step1::Forget(index) => self.note(&[put(of(index), None, None)]),
            Step1::Move(from, to) => {
                let object = current(self, from);
                self.note(&[put(of(from), None, None), put(of(to), None, object)]);
            }
            Step1::Die(index) => drop(self.begin(of(index), Effect::Update, &[]).await),
        }
    }
}

/// Runs the steps; the journal's content, and what it says after each length.
async fn run(folder: &Path, stored: &State, working: &State, steps: &[Step1]) -> (Vec<u8>, Vec<(u64, State)>) {
    let journal = open(folder).await;
    journal.begin(Some(stored), working).await.expect("it can be written");
    let file = folder.join(FILE);
    let text = fs_err::read_to_string(&file).expect("a journal");
    // Nothing is said before the first record that has changes.
    let mut lengths: Vec<_> = text.match_indices('\n').map(|(end, _)| (end as u64 + 1, stored.clone())).collect();
    lengths.last_mut().expect("a header").1 = working.clone();
    let mut run = Run { journal: &journal, file, state: working.clone(), next: 100, lengths, waiting: Vec::new() };
    for step in steps {
        run.step(step).await;
    }
    let lengths = std::mem::take(&mut run.lengths);
    (fs_err::read(&run.file).expect("a journal"), lengths)
}

/// All objects, whatever the lineage.
fn same_objects(a: &State, b: &State) -> bool {
    let all = |state: &State| {
        state
            .objects()
            .map(|found| (found.address(), found.deposed.cloned(), found.provider().clone(), found.object.clone()))
            .collect::<Vec<_>>()
    };
    all(a) == all(b)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn a_journal_that_breaks_off_anywhere_tells_the_last_whole_record(
        before in prop::collection::btree_set(0..6_usize, 0..5),
        drifted in prop::collection::btree_set(0..6_usize, 0..3),
        steps in prop::collection::vec(step(), 0..14),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let mut stored = State { serial: 7, ..with_lineage() };
            for index in &before {
                stored.insert(&address(ADDRESSES[*index]), &provider(), object(*index as u64, ObjectStatus::Ready));
            }
            let mut working = stored.clone();
            for index in &drifted {
                working.insert(&address(ADDRESSES[*index]), &provider(), object(50 + *index as u64, ObjectStatus::Ready));
            }
            let folder = tempfile::tempdir().expect("a temporary folder");
            let (bytes, lengths) = run(folder.path(), &stored, &working, &steps).await;
            let whole_lines = lengths.iter().map(|(end, _)| *end);
            let cuts = cuts.iter().map(|cut| cut.index(bytes.len() + 1) as u64).chain(whole_lines);
            for cut in cuts {
                let expected = lengths.iter().rev().find(|(end, _)| *end <= cut).map_or(&stored, |(_, state)| state);
                let folder = tempfile::tempdir().expect("a temporary folder");
                fs_err::write(folder.path().join(FILE), &bytes[..usize::try_from(cut).expect("it is small")]).expect("a file");
                let recovery = open(folder.path()).await.recover(Some(&stored)).expect("the lineage is the same");
                let state = recovery.state.expect("there was one before");
                assert!(same_objects(&state, expected), "at {cut}: {state:#?}\n{expected:#?}");
                assert!(recovery.diagnostics.is_empty());
            }
        });
    }
}
