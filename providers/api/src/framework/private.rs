//! What the framework stores with an object beside its attributes. The public providers store a JSON object there; ours has
//! a place of its own in it, which they leave alone.

use serde_json::{Map, Value as Json, json};

use super::Pending;

const PLACE: &str = "landform";

/// What is stored with an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Private {
    /// Changes that are still to come.
    pub(crate) pending: Pending,
    /// Whether a wait for it ended before it was ready.
    pub(crate) unsettled: bool,
}

impl Private {
    /// Reads it; what is not ours is nothing.
    pub(crate) fn of(stored: &[u8]) -> Self {
        let Ok(stored) = serde_json::from_slice::<Json>(stored) else { return Self::default() };
        let ours = &stored[PLACE];
        Self { pending: Pending::from_json(&ours["pending"]), unsettled: ours["unsettled"] == json!(true) }
    }

    /// Puts it in the place of what was stored; all else there stays.
    pub(crate) fn stored_in(&self, stored: &[u8]) -> Vec<u8> {
        if *self == Self::of(stored) {
            return stored.to_vec();
        }
        let mut all: Map<String, Json> = serde_json::from_slice(stored).unwrap_or_default();
        all.remove(PLACE);
        if *self != Self::default() {
            all.insert(PLACE.into(), json!({ "pending": self.pending.to_json(), "unsettled": self.unsettled }));
        }
        if all.is_empty() { Vec::new() } else { Json::Object(all).to_string().into_bytes() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_store_stays() {
        let theirs = br#"{"schema_version":"2"}"#.as_slice();
        let mut private = Private { unsettled: true, ..Private::default() };
        private.pending.add("size", 1, 2, "a reboot");
        private.pending.add_secret("password", "a reboot");
        let both = private.stored_in(theirs);
        assert_eq!(Private::of(&both), private);
        assert_eq!(Private::default().stored_in(&both), theirs);
        assert_eq!(Private::default().stored_in(&private.stored_in(b"")), b"");
        assert_eq!(Private::of(theirs), Private::default());
    }
}
