//! The rules of serial and lineage, the same for every store.

use landform_diagnostics::{Diagnostic, Diagnostics};

use crate::{State, Written};

/// What a store knows to be stored.
#[derive(Debug, Default)]
pub(crate) enum Baseline {
    /// Not looked yet.
    #[default]
    Unknown,
    /// This, or nothing yet.
    Known(Option<State>),
}

impl Baseline {
    fn stored(&self) -> Option<&State> {
        if let Self::Known(state) = self { state.as_ref() } else { None }
    }

    pub(crate) fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// What to write so that the store holds the content of `state`; `None` when it does already.
    pub(crate) fn next(&self, state: &State) -> Result<Option<State>, Diagnostics> {
        let mut next = state.clone();
        match self.stored() {
            Some(stored) => {
                if !stored.lineage.is_empty() && !state.lineage.is_empty() && stored.lineage != state.lineage {
                    return Err(other_lineage(stored, state));
                }
                if stored.same_content(state) && (stored.lineage == state.lineage || state.lineage.is_empty()) {
                    return Ok(None);
                }
                if next.lineage.is_empty() {
                    next.lineage.clone_from(&stored.lineage);
                }
                next.serial = stored.serial.saturating_add(1);
            }
            None => next.serial = state.serial.saturating_add(1),
        }
        if next.lineage.is_empty() {
            next.lineage = uuid::Uuid::new_v4().to_string();
        }
        Ok(Some(next))
    }

    /// Whether a state with its own serial may take the place of what is stored; `None` when it is there already.
    pub(crate) fn replacement(&self, state: &State, force: bool) -> Result<Option<State>, Diagnostics> {
        if let (Some(stored), false) = (self.stored(), force) {
            if !stored.lineage.is_empty() && stored.lineage != state.lineage {
                return Err(other_lineage(stored, state));
            }
            if stored.serial > state.serial {
                return Err(older(stored, state));
            }
            if stored.serial == state.serial {
                if stored.same_content(state) {
                    return Ok(None);
                }
                return Err(same_serial(state));
            }
        }
        Ok(Some(state.clone()))
    }

    /// Whether what is stored now is what was read or written last.
    pub(crate) fn check_still_stored(&self, now: Option<&State>) -> Result<(), Diagnostics> {
        let version = |state: Option<&State>| state.map(|state| (state.serial, state.lineage.clone()));
        if version(self.stored()) == version(now) { Ok(()) } else { Err(written_by_another(now)) }
    }

    /// What to answer when nothing has to be written.
    pub(crate) fn unchanged(&self) -> Written {
        let (serial, lineage) =
            self.stored().map_or((0, String::new()), |stored| (stored.serial, stored.lineage.clone()));
        Written { serial, lineage, changed: false }
    }

    /// Remembers what was written.
    pub(crate) fn wrote(&mut self, state: State) -> Written {
        let written = Written { serial: state.serial, lineage: state.lineage.clone(), changed: true };
        *self = Self::Known(Some(state));
        written
    }
}

fn other_lineage(stored: &State, state: &State) -> Diagnostics {
    Diagnostic::error(
        "State of another root module",
        format!(
            "The state to be written has the lineage {:?}, but the state that is stored has the lineage {:?}: they \
             describe different histories of objects, and one written over the other would lose track of real \
             objects. Check the backend's configuration and the workspace. If the stored state is really to be \
             replaced, use \"state push -force\".",
            state.lineage, stored.lineage
        ),
    )
    .into()
}

fn older(stored: &State, state: &State) -> Diagnostics {
    Diagnostic::error(
        "Newer state is stored",
        format!(
            "The stored state has serial {}, which is newer than serial {} of the state to be written. Read the \
             stored state and start from that.",
            stored.serial, state.serial
        ),
    )
    .into()
}

/// The state is not the one that this run started from.
pub(crate) fn written_by_another(now: Option<&State>) -> Diagnostics {
    let now = now.map_or_else(String::new, |now| format!(" It has serial {} now.", now.serial));
    Diagnostic::error(
        "State was changed by another run",
        format!(
            "Since this run read the state, another one has written it.{now} Nothing was overwritten. Run again, so that the plan is made from the current state; do not switch locking off while others may be at work."
        ),
    )
    .into()
}

fn same_serial(state: &State) -> Diagnostics {
    Diagnostic::error(
        "Two states of one serial",
        format!(
            "The stored state has serial {} like the state to be written, but other content: someone has written it in \
             between. Read the stored state and start from that.",
            state.serial
        ),
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(lineage: &str, serial: u64, output: &str) -> State {
        let mut state = State { lineage: lineage.to_owned(), serial, ..State::default() };
        let output = crate::Output { value: format!("{output:?}").into(), ty: "\"string\"".into(), sensitive: false };
        state.outputs.insert("o".into(), output);
        state
    }

    fn outcome(result: Result<Option<State>, Diagnostics>) -> Result<Option<u64>, String> {
        result
            .map(|state| state.map(|state| state.serial))
            .map_err(|diagnostics| diagnostics.iter().map(|diagnostic| diagnostic.summary.clone()).collect())
    }

    #[test]
    fn serials_of_writes() {
        let stored = Baseline::Known(Some(state("l", 7, "a")));
        assert_eq!(outcome(stored.next(&state("l", 7, "a"))), Ok(None));
        assert_eq!(outcome(stored.next(&state("l", 3, "b"))), Ok(Some(8)));
        assert_eq!(outcome(stored.next(&state("", 3, "b"))), Ok(Some(8)));
        assert_eq!(outcome(stored.next(&state("m", 7, "b"))), Err("State of another root module".to_owned()));
        assert_eq!(outcome(Baseline::Known(None).next(&state("", 0, "a"))), Ok(Some(1)));
        let first = Baseline::Known(None).next(&state("", 0, "a")).expect("no error").expect("a state");
        assert!(!first.lineage.is_empty());
    }

    #[test]
    fn serials_of_replacements() {
        let stored = Baseline::Known(Some(state("l", 7, "a")));
        let replaced = |state: State, force| outcome(stored.replacement(&state, force));
        assert_eq!(replaced(state("l", 7, "a"), false), Ok(None));
        assert_eq!(replaced(state("l", 9, "b"), false), Ok(Some(9)));
        assert_eq!(replaced(state("l", 7, "b"), false), Err("Two states of one serial".to_owned()));
        assert_eq!(replaced(state("l", 6, "b"), false), Err("Newer state is stored".to_owned()));
        assert_eq!(replaced(state("m", 9, "b"), false), Err("State of another root module".to_owned()));
        assert_eq!(replaced(state("m", 1, "b"), true), Ok(Some(1)));
    }
}
