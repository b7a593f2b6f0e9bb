//! A dead run's journal and a state that another has written since.

use landform_state::State;
use landform_state::journal::Effect;

use super::{address, change, ids, intend, object, open, provider, with_lineage};

fn state(serial: u64, objects: &[(&str, &str)]) -> State {
    let mut state = State { serial, ..with_lineage() };
    for (at, id) in objects {
        state.insert(&address(at), &provider(), object(id));
    }
    state
}

/// What becomes of a state when a run on `before` did something to `at` and died, and another has stored `now`.
async fn merged(
    before: &[(&str, &str)],
    (at, effect, after): (&str, Effect, Option<&str>),
    now: &[(&str, &str)],
) -> (Vec<String>, usize) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let journal = open(folder.path()).await;
    let stored = state(7, before);
    journal.begin(Some(&stored), &stored).await.expect("it can be written");
    let prior = stored.current(&address(at)).cloned();
    let ticket = intend(&journal, at, effect, prior.as_ref()).await;
    journal.outcome(ticket.id, &[change(at, after.map(object))]).await.expect("it can be written");
    drop(journal);
    let recovery = open(folder.path()).await.recover(Some(&state(9, now))).expect("the lineage is the same");
    (ids(recovery.state.as_ref()), recovery.diagnostics.len())
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[tokio::test]
async fn what_was_made() {
    let create = ("a.a", Effect::Create, Some("1"));
    let kept = (texts(&["a.a 1", "a.b 2"]), 0);
    assert_eq!(merged(&[], create, &[("a.b", "2")]).await, kept, "the other knew nothing of it");
    assert_eq!(merged(&[], create, &[("a.a", "1"), ("a.b", "2")]).await, kept, "it was imported");
    assert_eq!(merged(&[], create, &[("a.c", "1")]).await, (texts(&["a.c 1"]), 0), "it is there under another address");
    let twice = (texts(&["a.a 2", "a.a deposed 1"]), 1);
    assert_eq!(merged(&[], create, &[("a.a", "2")]).await, twice, "the other made it too");
}

#[tokio::test]
async fn what_was_changed() {
    let update = ("a.a", Effect::Update, Some("1"));
    let before = [("a.a", "1")];
    assert_eq!(merged(&before, update, &before).await, (texts(&["a.a 1"]), 0));
    assert_eq!(merged(&before, update, &[("a.b", "1")]).await, (texts(&["a.b 1"]), 0), "it was moved");
}

#[tokio::test]
async fn what_was_destroyed() {
    let delete = ("a.a", Effect::Delete, None);
    let before = [("a.a", "1"), ("a.b", "2")];
    assert_eq!(merged(&before, delete, &before).await, (texts(&["a.b 2"]), 0), "the other did not look");
    let again = [("a.a", "3"), ("a.b", "2")];
    assert_eq!(merged(&before, delete, &again).await, (texts(&["a.a 3", "a.b 2"]), 0), "the other made it anew");
    assert_eq!(merged(&before, delete, &[("a.b", "2")]).await, (texts(&["a.b 2"]), 0));
}

#[tokio::test]
async fn a_state_that_is_gone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let journal = open(folder.path()).await;
    let stored = state(7, &[("a.b", "2")]);
    journal.begin(Some(&stored), &stored).await.expect("it can be written");
    let ticket = intend(&journal, "a.a", Effect::Create, None).await;
    journal.outcome(ticket.id, &[change("a.a", Some(object("1")))]).await.expect("it can be written");
    drop(journal);
    let recovery = open(folder.path()).await.recover(None).expect("there is no other lineage");
    assert_eq!(ids(recovery.state.as_ref()), ["a.a 1"]);
}
